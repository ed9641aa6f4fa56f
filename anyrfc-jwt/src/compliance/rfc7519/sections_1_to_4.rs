//! RFC 7519, sections 1 to 4 and 4.3: what a JWT is, and its claims as such.

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::{
    super::support::{decode, json as value, signing, unusable},
    support::{HEADER, lax, take, take_by, token},
};
use crate::{
    Error, ErrorKind,
    proto::{JsonJws, Validation, encode, jwe},
    rfc7519 as r,
    testing::rfc7515,
    types::{Claims, ContentEncryption, Header, JweAlgorithm, JwsAlgorithm as A, NumericDate},
};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "rfc7519/section-1/a-jwt-is-compact", covers: &[r::JWT_IS_COMPACT], run: a_jwt_is_compact },
    Check {
        name: "rfc7519/section-2/any-string-is-a-name",
        covers: &[r::ANY_STRING_MAY_BE_A_NAME],
        run: any_string_is_a_name,
    },
    Check {
        name: "rfc7519/section-2/a-name-with-a-colon-is-a-uri",
        covers: &[r::COLON_MAKES_A_URI],
        run: a_name_with_a_colon_is_a_uri,
    },
    Check {
        name: "rfc7519/section-3/claims-may-hold-whitespace",
        covers: &[r::CLAIMS_MAY_HOLD_WHITESPACE],
        run: claims_may_hold_whitespace,
    },
    Check {
        name: "rfc7519/section-4/no-claim-is-written-twice",
        covers: &[r::CLAIM_NAMES_ARE_UNIQUE],
        run: no_claim_is_written_twice,
    },
    Check {
        name: "rfc7519/section-4/a-claim-that-is-there-twice-is-refused",
        covers: &[r::DUPLICATE_CLAIMS_ARE_REFUSED],
        run: a_claim_that_is_there_twice_is_refused,
    },
    Check {
        name: "rfc7519/section-4/unknown-claims-are-ignored",
        covers: &[r::UNKNOWN_CLAIMS_ARE_IGNORED],
        run: unknown_claims_are_ignored,
    },
    Check {
        name: "rfc7519/section-4.3/private-claims-pass",
        covers: &[r::PRIVATE_CLAIMS_MAY_BE_AGREED_ON],
        run: private_claims_pass,
    },
];

fn written(claims: &Claims) -> Result<Value, Error> {
    let token = encode(claims, &Header::new(A::Hs256), &signing(A::Hs256))?;
    let payload = token.split('.').nth(1).expect("a payload");
    Ok(serde_json::from_slice(&decode(payload)).expect("JSON"))
}

fn a_jwt_is_compact() {
    let key = signing(A::Hs256);
    let token = encode(&json!({"sub": "a"}), &Header::new(A::Hs256), &key).expect("a token");
    let alphabet = |octet: u8| octet.is_ascii_alphanumeric() || b"-_.".contains(&octet);
    assert!(token.split('.').count() == 3 && token.bytes().all(alphabet), "{token}");
    assert!(take_by(&lax(), &token, 0).is_ok());
    // The same signature in JSON is no JWT.
    let mut jws = JsonJws::new(br#"{"sub":"a"}"#);
    jws.sign(&key, &Header::new(A::Hs256), []).expect("signed");
    for text in [jws.to_general(), jws.to_flattened().expect("one signature")] {
        assert_eq!(take_by(&lax(), &text, 0).expect_err("JSON").kind(), ErrorKind::Protocol);
    }
    // Nor is one that was encrypted.
    let shared = jwe::EncryptionKey::symmetric(JweAlgorithm::Dir, [7; 32]).expect("a key");
    let ours = jwe::DecryptionKey::symmetric(JweAlgorithm::Dir, [7; 32]).expect("a key");
    let header = Header::new(JweAlgorithm::Dir).with_content_type("JWT");
    let sealed =
        jwe::encrypt(token.as_bytes(), &header, &shared, ContentEncryption::A256Gcm).expect("sealed");
    let parts: Vec<_> = sealed.split('.').collect();
    assert_eq!(parts.len(), 5);
    let text = json!({"protected": parts[0], "iv": parts[2], "ciphertext": parts[3], "tag": parts[4]});
    let take = |token: &str| {
        lax().decrypt_and_verify(token, &ours, key.verifying_key(), NumericDate::new(0)).map(drop)
    };
    assert!(take(&sealed).is_ok());
    assert_eq!(take(&text.to_string()).expect_err("JSON").kind(), ErrorKind::Protocol);
}

const NAMES: [&str; 6] = ["joe", "", "a b", "Jürgen", "\"\\\n", "0"];

fn any_string_is_a_name() {
    for name in NAMES {
        let claims = Claims::new().issuer(name).subject(name).audience(name);
        assert_eq!(written(&claims).expect(name), json!({"iss": name, "sub": name, "aud": name}));
        let text = json!({"iss": name, "sub": name, "aud": [name]}).to_string();
        let validation = lax().issuer(name).subject(name).audience(name);
        assert!(take_by(&validation, &token(HEADER, &text), 0).is_ok(), "{name:?}");
    }
    for other in [json!(1), json!(null), json!(true), json!({}), json!(["joe"])] {
        assert!(take(&json!({ "iss": other }).to_string()).is_err(), "{other}");
        assert!(take(&json!({ "sub": other }).to_string()).is_err(), "{other}");
    }
}

fn a_name_with_a_colon_is_a_uri() {
    for name in ["https://as.example:8443/a?b#c", "urn:example:a", "mailto:joe@example.com"] {
        let claims = Claims::new().issuer(name).subject(name).audience(name);
        assert_eq!(written(&claims).expect(name)["iss"], name);
    }
    for name in [":", "a b:c", "https://as.example/a b", "1:2", "https://[::1", "urn:%zz", "jürgen:1"] {
        for claims in [Claims::new().issuer(name), Claims::new().subject(name), Claims::new().audience(name)]
        {
            unusable(written(&claims), r::COLON_MAKES_A_URI, name);
        }
    }
}

fn claims_may_hold_whitespace() {
    // The claims of section 3.1 are in lines, and their signature is that of appendix A.1 of RFC 7515.
    let jwt = take_by(&lax(), rfc7515::HS256, 0).expect("the example");
    assert_eq!(
        (jwt.claims().issuer.as_deref(), jwt.claims().expires_at),
        (Some("joe"), Some(NumericDate::new(1_300_819_380)))
    );
    for text in ["{ }", " {\t\"iss\" :\r\n\"joe\"\n} ", "\n{}\n"] {
        assert!(take(text).is_ok(), "{text:?}");
    }
    for text in ["\u{b}{}", "{}\u{a0}", "\u{feff}{}"] {
        assert!(take(text).is_err(), "{text:?}");
    }
}

/// Members as they come, a name possibly twice.
struct Members(&'static [(&'static str, &'static str)]);

impl serde::Serialize for Members {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

fn no_claim_is_written_twice() {
    let written = |members| encode(&Members(members), &Header::new(A::Hs256), &signing(A::Hs256));
    assert!(written(&[("iss", "a"), ("x", "a")]).is_ok());
    for twice in
        [&[("iss", "a"), ("iss", "a")][..], &[("x", "a"), ("y", "a"), ("x", "b")], &[("ü", "a"), ("ü", "a")]]
    {
        assert_eq!(written(twice).expect_err("twice").kind(), ErrorKind::Usage);
    }
    let hidden = Claims::new().issuer("a").claim("iss", "b");
    assert!(encode(&hidden, &Header::new(A::Hs256), &signing(A::Hs256)).is_err());
}

fn a_claim_that_is_there_twice_is_refused() {
    for twice in [
        r#"{"iss":"a","iss":"a"}"#,
        r#"{"iss":"a","x":1,"iss":"b"}"#,
        r#"{"exp":1,"exp":9999999999}"#,
        r#"{"x":1,"x":1}"#,
        r#"{"x":1,"\u0078":2}"#,
        r#"{"x":{"y":1,"y":2}}"#,
    ] {
        assert_eq!(take(twice).expect_err(twice).kind(), ErrorKind::Protocol, "{twice}");
        let own = lax().verify_as::<Value, _>(
            &token(HEADER, twice),
            signing(A::Hs256).verifying_key(),
            NumericDate::new(0),
        );
        assert_eq!(own.expect_err(twice).kind(), ErrorKind::Protocol, "{twice}");
    }
    assert!(take(r#"{"iss":"a","ISS":"a","x":{"iss":"a"}}"#).is_ok());
}

fn unknown_claims_are_ignored() {
    for text in [
        r#"{"iss":"a","x":null}"#,
        r#"{"http://example.com/is_root":[1,{"a":[]}],"iss":"a"}"#,
        r#"{"x5c":1,"crit":["exp"],"iss":"a","Exp":"soon","":0}"#,
    ] {
        assert_eq!(take(text).expect(text).claims().issuer.as_deref(), Some("a"));
    }
    // Unless somebody asked about them.
    let asked = token(HEADER, r#"{"x":[null],"z":null}"#);
    assert!(take_by(&lax().require("x"), &asked, 0).is_ok());
    assert!(take_by(&lax().require("y"), &asked, 0).is_err());
    assert!(take_by(&lax().require("z"), &asked, 0).is_err());
    assert!(take_by(&Validation::new(), &token(HEADER, r#"{"exp":9,"x":1}"#), 0).is_ok());
}

fn private_claims_pass() {
    let claims = Claims::new().claim("tier", "gold").claim("limits", json!({"rate": [1, 2]}));
    let text = written(&claims).expect("written");
    assert_eq!(text, json!({"tier": "gold", "limits": {"rate": [1, 2]}}));
    let read = take(&text.to_string()).expect("read");
    assert_eq!(read.claims(), &claims);
    assert_eq!(value(r#"{"tier":"gold"}"#)["tier"], read.claims().other["tier"]);
}
