//! RFC 7517, sections 2 and 5 to 9: sets of keys, and keys that nobody else may see.

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::{
    super::support::{decode, encode as b64, header_of, json as value, jwk, malformed, refused, unusable},
    parse, with,
};
use crate::{
    ErrorKind,
    proto::jwe::{self, DecryptionKey, EncryptionKey, Limits},
    rfc7515 as jws, rfc7517 as r,
    testing::{rfc7515, rfc7517, rfc8037},
    types::{ContentEncryption as C, Header, JweAlgorithm as E, Jwk, JwkSet, JwsAlgorithm as A, KeyType},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7517/section-2/a-set-is-an-object-with-keys",
        covers: &[r::JWK_SET_IS_AN_OBJECT_WITH_KEYS],
        run: a_set_is_an_object_with_keys,
    },
    Check { name: "rfc7517/section-5/keys-is-there", covers: &[r::KEYS_IS_PRESENT], run: keys_is_there },
    Check {
        name: "rfc7517/section-5/a-set-may-have-whitespace",
        covers: &[r::JWK_SET_MAY_HAVE_WHITESPACE],
        run: a_set_may_have_whitespace,
    },
    Check {
        name: "rfc7517/section-5/no-member-of-a-set-is-written-twice",
        covers: &[r::JWK_SET_NAMES_ARE_UNIQUE],
        run: no_member_of_a_set_is_written_twice,
    },
    Check {
        name: "rfc7517/section-5/a-set-with-a-member-twice-is-refused",
        covers: &[r::DUPLICATE_SET_NAMES_ARE_HANDLED],
        run: a_set_with_a_member_twice_is_refused,
    },
    Check {
        name: "rfc7517/section-5/unknown-members-of-a-set-are-ignored",
        covers: &[r::UNKNOWN_SET_MEMBERS_ARE_IGNORED],
        run: unknown_members_of_a_set_are_ignored,
    },
    Check {
        name: "rfc7517/section-5/keys-of-no-use-are-passed-over",
        covers: &[r::UNUSABLE_KEYS_OF_A_SET_ARE_IGNORED],
        run: keys_of_no_use_are_passed_over,
    },
    Check {
        name: "rfc7517/section-6/strings-are-compared-exactly",
        covers: &[r::STRINGS_COMPARE_AS_IN_JWS],
        run: strings_are_compared_exactly,
    },
    Check {
        name: "rfc7517/section-7/what-is-private-does-not-leave-by-accident",
        covers: &[r::NON_PUBLIC_KEYS_ARE_KEPT_BACK],
        run: what_is_private_does_not_leave_by_accident,
    },
    Check {
        name: "rfc7517/section-7/an-encrypted-key-says-so",
        covers: &[r::ENCRYPTED_JWK_SAYS_SO],
        run: an_encrypted_key_says_so,
    },
    Check {
        name: "rfc7517/section-7/an-encrypted-set-says-so",
        covers: &[r::ENCRYPTED_JWK_SET_SAYS_SO],
        run: an_encrypted_set_says_so,
    },
    Check {
        name: "rfc7517/section-8.5.1/a-key-is-in-utf-8",
        covers: &[r::JWK_JSON_IS_UTF_8],
        run: a_key_is_in_utf_8,
    },
    Check {
        name: "rfc7517/section-8.5.1/a-set-is-in-utf-8",
        covers: &[r::JWK_SET_JSON_IS_UTF_8],
        run: a_set_is_in_utf_8,
    },
    Check {
        name: "rfc7517/section-9.2/nobody-is-told-a-private-key",
        covers: &[r::PRIVATE_KEYS_ARE_NOT_DISCLOSED],
        run: nobody_is_told_a_private_key,
    },
];

fn set(text: &str) -> Result<JwkSet, crate::Error> {
    JwkSet::parse(text.as_bytes())
}

fn a_set_is_an_object_with_keys() {
    let read = set(rfc7517::PUBLIC_KEYS).expect("the set of appendix A.1");
    assert_eq!(read.keys().iter().map(Jwk::key_type).collect::<Vec<_>>(), [KeyType::Ec, KeyType::Rsa]);
    assert!(value(&read.to_json().expect("a set"))["keys"].is_array());
    assert!(set(r#"{"keys":[]}"#).expect("an empty one").is_empty());
    for other in ["[]", "null", "\"keys\"", "1", "", rfc8037::PUBLIC_KEY] {
        assert_eq!(refused(set(other), other).kind, ErrorKind::Protocol, "{other}");
    }
    for other in ["1", "null", "\"kty\"", "[]"] {
        let text = format!(r#"{{"keys":[{},{other}]}}"#, rfc8037::PUBLIC_KEY);
        malformed(set(&text), r::JWK_SET_IS_AN_OBJECT_WITH_KEYS, other);
    }
}

fn keys_is_there() {
    for text in
        ["{}", r#"{"Keys":[]}"#, r#"{"keys":{}}"#, r#"{"keys":null}"#, r#"{"keys":"[]"}"#, r#"{"key":[]}"#]
    {
        malformed(set(text), r::KEYS_IS_PRESENT, text);
    }
    assert_eq!(value(&JwkSet::default().to_json().expect("a set")), json!({"keys": []}));
    assert_eq!(serde_json::to_value(JwkSet::default()).expect("a set"), json!({"keys": []}));
}

fn a_set_may_have_whitespace() {
    let spaced = rfc7517::PUBLIC_KEYS.replace(',', " ,\r\n\t").replace('[', "\n[ ").replace('}', "\r\n} ");
    let (one, other) = (set(&spaced).expect("spaced"), set(rfc7517::PUBLIC_KEYS).expect("a set"));
    let thumbprints = |set: &JwkSet| set.keys().iter().map(Jwk::thumbprint).collect::<Vec<_>>();
    assert_eq!(thumbprints(&one), thumbprints(&other));
    assert!(set("\u{a0}{\"keys\":[]}").is_err() && set("{\"keys\":[]}\u{b}").is_err());
}

fn no_member_of_a_set_is_written_twice() {
    let read = set(&with(rfc7517::PUBLIC_KEYS, &json!({"more": 1})).to_string()).expect("a set");
    for text in [read.to_json().expect("a set"), read.to_secret_json().expose().clone()] {
        assert_eq!(text.matches("\"keys\":").count(), 1);
        assert_eq!(text.matches("\"kty\":").count(), 2);
        assert_eq!(set(&text).expect("a set").len(), 2);
    }
    assert_eq!(serde_json::to_string(&read).expect("a set").matches("\"keys\":").count(), 1);
}

fn a_set_with_a_member_twice_is_refused() {
    for twice in [
        r#"{"keys":[],"keys":[]}"#,
        r#"{"keys":[],"\u006beys":[]}"#,
        r#"{"a":1,"keys":[],"a":1}"#,
        r#"{"keys":[{"kty":"oct","k":"AAAA","k":"AAAB"}]}"#,
    ] {
        malformed(set(twice), jws::CONSUMERS_DEMAND_UNIQUE_NAMES, twice);
        assert!(serde_json::from_str::<JwkSet>(twice).is_err(), "{twice}");
    }
    assert!(set(r#"{"keys":[],"KEYS":[]}"#).is_ok());
}

fn unknown_members_of_a_set_are_ignored() {
    let more = json!({"issuer": "https://as.example", "more": [{"kty": 1}], "": null});
    let read = set(&with(rfc7517::PUBLIC_KEYS, &more).to_string()).expect("a set");
    assert_eq!((read.len(), read.passed_over()), (2, 0));
}

fn keys_of_no_use_are_passed_over() {
    let good = rfc8037::PUBLIC_KEY;
    for bad in [
        r#"{"kty":"AKP","alg":"ML-DSA-44","pub":"AA"}"#,
        "{}",
        r#"{"kty":1}"#,
        r#"{"kty":"EC","crv":"P-256","x":"AA"}"#,
        r#"{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}"#,
        r#"{"kty":"RSA","e":"AQAB"}"#,
        r#"{"kty":"oct"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#,
        rfc8037::X448_KEY,
    ] {
        assert!(Jwk::parse(bad.as_bytes()).is_err(), "{bad}");
        let read = set(&format!(r#"{{"keys":[{bad},{good},{bad}]}}"#)).expect(bad);
        assert_eq!((read.len(), read.passed_over()), (1, 2), "{bad}");
        assert_eq!(read.keys()[0].thumbprint(), jwk(good).thumbprint());
    }
}

fn strings_are_compared_exactly() {
    // However it was escaped, it is the same.
    let text =
        r#"{"\u006bty":"\u004fKP","crv":"Ed2551\u0039","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    assert_eq!(jwk(text).thumbprint(), jwk(rfc8037::PUBLIC_KEY).thumbprint());
    // And nothing else is.
    for members in
        [json!({"kty": "okp"}), json!({"kty": "OKP "}), json!({"crv": "ed25519"}), json!({"crv": "Ｅd25519"})]
    {
        assert!(parse(&with(rfc8037::PUBLIC_KEY, &members)).is_err(), "{members}");
    }
    let key =
        parse(&with(rfc8037::PUBLIC_KEY, &json!({"Kid": "1", "KID": "2", "USE": "enc"}))).expect("a key");
    assert!(key.key_id().is_none() && key.key_use().is_none());
    let key = parse(&with(rfc8037::PUBLIC_KEY, &json!({"alg": "eddsa"}))).expect("a key");
    assert!(crate::proto::VerifyingKey::from_jwk(&key, A::EdDsa).is_err());
    for name in ["use", "alg"] {
        malformed(parse(&with(rfc8037::PUBLIC_KEY, &json!({ name: 1 }))), r::STRINGS_COMPARE_AS_IN_JWS, name);
    }
}

const SECRETS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "k", "oth"];

fn what_is_private_does_not_leave_by_accident() {
    for text in [rfc7515::RS256_KEY, rfc7515::ES256_KEY, rfc8037::PRIVATE_KEY] {
        let key = jwk(text);
        assert!(key.is_private());
        for written in [key.to_json().expect("public"), serde_json::to_string(&key).expect("public")] {
            let members = value(&written);
            assert!(SECRETS.iter().all(|name| members.get(name).is_none()), "{written}");
        }
        // Unless it is said so.
        assert!(value(key.to_secret_json().expose())["d"].is_string());
        assert!(!key.to_public().expect("a public half").is_private());
    }
    let symmetric = jwk(rfc7515::HS256_KEY);
    unusable(symmetric.to_json(), r::NON_PUBLIC_KEYS_ARE_KEPT_BACK, "a symmetric key");
    assert!(serde_json::to_string(&symmetric).is_err() && symmetric.to_public().is_none());
    let private = set(rfc7517::PRIVATE_KEYS).expect("a set");
    assert_eq!(value(&private.to_json().expect("public")), value(rfc7517::PUBLIC_KEYS));
    let symmetric = set(rfc7517::SYMMETRIC_KEYS).expect("a set");
    unusable(symmetric.to_json(), r::NON_PUBLIC_KEYS_ARE_KEPT_BACK, "a set of symmetric keys");
    // Whoever names a private key in a header gives nothing away, and is not believed.
    let header = Header::new(A::Es256).with_jwk(&jwk(rfc7515::ES256_KEY));
    assert!(value(&header.to_json())["jwk"].get("d").is_none());
    let theirs = json!({"alg": "ES256", "jwk": value(rfc7515::ES256_KEY)}).to_string();
    malformed(Header::parse(theirs.as_bytes()), r::NON_PUBLIC_KEYS_ARE_KEPT_BACK, "a private key");
}

fn pair() -> (EncryptionKey, DecryptionKey) {
    (
        EncryptionKey::symmetric(E::Dir, [7; 32]).expect("a key"),
        DecryptionKey::symmetric(E::Dir, [7; 32]).expect("a key"),
    )
}

/// Somebody else's, whatever `cty` says.
fn sealed(text: &str, cty: Option<&str>) -> String {
    let header = Header::new(E::Dir);
    let header = if let Some(cty) = cty { header.with_content_type(cty) } else { header };
    jwe::encrypt(text.as_bytes(), &header, &pair().0, C::A256Gcm).expect("sealed")
}

fn an_encrypted_key_says_so() {
    let (theirs, ours) = pair();
    let limits = Limits::default();
    for text in [rfc7517::PLAINTEXT_KEY, rfc7515::HS256_KEY, rfc8037::PUBLIC_KEY] {
        let token = jwe::encrypt_jwk(&jwk(text), &Header::new(E::Dir), &theirs, C::A256Gcm).expect("sealed");
        assert_eq!(header_of(&token)["cty"], "jwk+json");
        let opened = jwe::decrypt(&token, &ours, &limits).expect("opened");
        let plain: Value = serde_json::from_slice(opened.plaintext.expose()).expect("JSON");
        assert_eq!(plain, value(text));
        assert_eq!(
            jwe::decrypt_jwk(&token, &ours, &limits).expect("a key").thumbprint(),
            jwk(text).thumbprint()
        );
    }
    // Who knows it otherwise may leave it out, but not say something else.
    for cty in [None, Some("jwk+json"), Some("application/JWK+json")] {
        assert!(jwe::decrypt_jwk(&sealed(rfc8037::PUBLIC_KEY, cty), &ours, &limits).is_ok(), "{cty:?}");
    }
    for cty in ["JWT", "json", "jwk-set+json", "text/jwk+json"] {
        let result = jwe::decrypt_jwk(&sealed(rfc8037::PUBLIC_KEY, Some(cty)), &ours, &limits);
        malformed(result, r::ENCRYPTED_JWK_SAYS_SO, cty);
    }
}

fn an_encrypted_set_says_so() {
    let (theirs, ours) = pair();
    let limits = Limits::default();
    for text in [rfc7517::PRIVATE_KEYS, rfc7517::SYMMETRIC_KEYS, r#"{"keys":[]}"#] {
        let read = set(text).expect("a set");
        let token = jwe::encrypt_jwk_set(&read, &Header::new(E::Dir), &theirs, C::A256Gcm).expect("sealed");
        assert_eq!(header_of(&token)["cty"], "jwk-set+json");
        let opened = jwe::decrypt(&token, &ours, &limits).expect("opened");
        let plain: Value = serde_json::from_slice(opened.plaintext.expose()).expect("JSON");
        assert_eq!(plain, value(text));
        assert_eq!(jwe::decrypt_jwk_set(&token, &ours, &limits).expect("a set").len(), read.len());
    }
    for cty in [None, Some("jwk-set+json"), Some("JWK-Set+json")] {
        assert!(jwe::decrypt_jwk_set(&sealed(rfc7517::PUBLIC_KEYS, cty), &ours, &limits).is_ok(), "{cty:?}");
    }
    for cty in ["JWT", "json", "jwk+json"] {
        let result = jwe::decrypt_jwk_set(&sealed(rfc7517::PUBLIC_KEYS, Some(cty)), &ours, &limits);
        malformed(result, r::ENCRYPTED_JWK_SET_SAYS_SO, cty);
    }
}

/// In octets that are not those of UTF-8.
fn otherwise(text: &str) -> [Vec<u8>; 4] {
    [
        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        text.chars().map(|one| u8::try_from(one as u32).unwrap_or(b'?')).collect(),
        [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat(),
    ]
}

fn a_key_is_in_utf_8() {
    let text = jwk(rfc8037::PUBLIC_KEY).with_key_id("clé").to_json().expect("public");
    assert!(text.as_bytes().windows(4).any(|octets| octets == [b'c', b'l', 0xc3, 0xa9]));
    assert_eq!(jwk(&text).key_id(), Some("clé"));
    for octets in otherwise(&text) {
        assert!(Jwk::parse(&octets).is_err(), "{octets:?}");
    }
}

fn a_set_is_in_utf_8() {
    let written: JwkSet = [jwk(rfc8037::PUBLIC_KEY).with_key_id("clé")].into_iter().collect();
    let text = written.to_json().expect("a set");
    assert!(text.as_bytes().windows(4).any(|octets| octets == [b'c', b'l', 0xc3, 0xa9]));
    assert_eq!(set(&text).expect("a set").find("clé").count(), 1);
    for octets in otherwise(&text) {
        assert!(JwkSet::parse(&octets).is_err(), "{octets:?}");
    }
}

fn nobody_is_told_a_private_key() {
    for text in [rfc7515::HS256_KEY, rfc7515::RS256_KEY, rfc7515::ES256_KEY, rfc8037::PRIVATE_KEY] {
        let (key, members) = (jwk(text), value(text));
        let all: JwkSet = [key.clone()].into_iter().collect();
        let mut shown = format!("{key:?} {all:?} {:?}", key.to_secret_json());
        for algorithm in A::ALL {
            if let Ok(signing) = crate::proto::SigningKey::from_jwk(&key, *algorithm) {
                shown += &format!("{signing:?} {:?}", signing.verifying_key());
            }
        }
        // What is wrong with it is said without it.
        for name in SECRETS.iter().filter(|name| members.get(**name).is_some()) {
            let secret = members[*name].as_str().expect("a string");
            let wrong = with(text, &json!({ *name: format!("{secret}!") }));
            let error = parse(&wrong).expect_err("no base64url");
            shown += &format!("{error} {error:?}");
            let hex: String = decode(secret).iter().map(|octet| format!("{octet:02x}")).collect();
            for form in [secret.to_owned(), hex, format!("{:?}", decode(secret)), b64(secret)] {
                assert!(!shown.contains(&form), "{name} is shown");
            }
        }
        // Nor is the digest of a secret that might be guessed.
        assert_eq!(shown.contains(&key.thumbprint().to_string()), key.key_type() != KeyType::Oct);
    }
}
