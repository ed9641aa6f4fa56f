//! RFC 8725, sections 3.8 to 3.11: issuer, subject, audience, what the header says, and types.

use std::time::Instant;

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::super::support::{header_of, refused, rejected, signing};
use crate::{
    Error, ErrorKind, Rejection,
    proto::{
        JwkSetCache, Jwt, KeySet, KeySource, Lookup, SigningKey, Validation, encode, encrypt_jwt,
        jwe::{DecryptionKey, EncryptionKey},
    },
    rfc7519, rfc8725 as r,
    testing::forged,
    types::{ContentEncryption as C, Header, JweAlgorithm as E, JwkSet, JwsAlgorithm as A, NumericDate},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8725/section-3.8/the-key-is-one-of-the-issuers",
        covers: &[r::KEY_BELONGS_TO_THE_ISSUER],
        run: the_key_is_one_of_the_issuers,
    },
    Check {
        name: "rfc8725/section-3.8/another-key-is-refused",
        covers: &[r::FOREIGN_KEY_IS_REFUSED],
        run: another_key_is_refused,
    },
    Check {
        name: "rfc8725/section-3.8/issuer-and-subject-are-those-that-were-named",
        covers: &[r::WRONG_ISSUER_OR_SUBJECT_IS_REFUSED],
        run: issuer_and_subject_are_those_that_were_named,
    },
    Check {
        name: "rfc8725/section-3.9/the-audience-is-compared",
        covers: &[r::AUDIENCE_IS_VALIDATED],
        run: the_audience_is_compared,
    },
    Check {
        name: "rfc8725/section-3.9/without-the-audience-it-is-refused",
        covers: &[r::ABSENT_OR_FOREIGN_AUDIENCE_IS_REFUSED],
        run: without_the_audience_it_is_refused,
    },
    Check {
        name: "rfc8725/section-3.10/no-url-of-a-token-is-followed",
        covers: &[r::KEY_URLS_ARE_NOT_FOLLOWED_BLINDLY],
        run: no_url_of_a_token_is_followed,
    },
    Check {
        name: "rfc8725/section-3.11/typ-is-short",
        covers: &[r::TYP_HAS_NO_APPLICATION_PREFIX],
        run: typ_is_short,
    },
    Check {
        name: "rfc8725/section-3.11/the-token-within-bears-the-type",
        covers: &[r::INNER_JWT_BEARS_THE_TYPE],
        run: the_token_within_bears_the_type,
    },
];

const NOW: NumericDate = NumericDate::new(0);

fn made(key: &SigningKey, claims: &Value) -> String {
    encode(claims, &Header::new(key.algorithm()), key).expect("a token")
}

fn lax() -> Validation {
    Validation::new().without_expiry()
}

fn take<K: KeySource + ?Sized>(validation: &Validation, token: &str, keys: &K) -> Result<Jwt, Error> {
    validation.verify(token, keys, NOW)
}

fn the_key_is_one_of_the_issuers() {
    let keys = [A::Es256, A::Es256].map(|algorithm| SigningKey::generate(algorithm).expect("a key"));
    let issuers = ["https://a.example", "https://b.example"];
    for (signer, key) in keys.iter().enumerate() {
        for (said, iss) in issuers.iter().enumerate() {
            let token = made(key, &json!({ "iss": iss }));
            for (at, expected) in issuers.iter().enumerate() {
                // Whoever validates for an issuer does it with the keys of that one.
                let taken = take(&lax().issuer(*expected), &token, keys[at].verifying_key());
                assert_eq!(taken.is_ok(), signer == at && said == at, "{signer} {said} {at}");
            }
        }
    }
    // There is one at a time, so that no key signs for two.
    let both = lax().issuer(issuers[0]).issuer(issuers[1]);
    let token = made(&keys[0], &json!({ "iss": issuers[0] }));
    assert!(take(&both, &token, &keys.clone().map(|key| key.verifying_key().clone())).is_err());
}

fn another_key_is_refused() {
    let ours = signing(A::Es256);
    let stranger = SigningKey::generate(A::Es256).expect("a key");
    let claims = json!({"iss": "i"});
    let issuer = lax().issuer("i");
    assert!(take(&issuer, &made(&ours, &claims), ours.verifying_key()).is_ok());
    let refusal = refused(take(&issuer, &made(&stranger, &claims), ours.verifying_key()), "a stranger's");
    assert_eq!((refusal.kind, refusal.why), (ErrorKind::Auth, Some(Rejection::Signature)));
    // Not even with the issuer's name upon it, nor with a name that the issuer has no key of.
    let jwk = |key: &SigningKey, kid: &str| key.public_jwk().expect("public").with_key_id(kid);
    let set: JwkSet = [jwk(&ours, "1")].into_iter().collect();
    let keys = KeySet::new(&set, A::Es256);
    let token =
        |kid: &str| encode(&claims, &Header::new(A::Es256).with_key_id(kid), &stranger).expect("a token");
    assert_eq!(refused(take(&issuer, &token("1"), &keys), "1").why, Some(Rejection::Signature));
    assert_eq!(refused(take(&issuer, &token("2"), &keys), "2").why, Some(Rejection::NoKey));
    // Nor if it brings its key along.
    let brought = Header::new(A::Es256).with_key_id("1").with_jwk(&jwk(&stranger, "1"));
    let token = encode(&claims, &brought, &stranger).expect("a token");
    assert_eq!(refused(take(&issuer, &token, &keys), "jwk").why, Some(Rejection::Signature));
}

fn issuer_and_subject_are_those_that_were_named() {
    let key = signing(A::Hs256);
    let keys = key.verifying_key();
    let token = |iss: &str, sub: &str| made(&key, &json!({"iss": iss, "sub": sub}));
    let both = lax().issuer("i").subject("s");
    assert!(take(&both, &token("i", "s"), keys).is_ok());
    let broken = r::WRONG_ISSUER_OR_SUBJECT_IS_REFUSED;
    for iss in ["j", "I", "i ", "", "ii"] {
        rejected(take(&both, &token(iss, "s"), keys), Rejection::Issuer, broken, iss);
    }
    for sub in ["t", "S", " s", "", "ss"] {
        rejected(take(&both, &token("i", sub), keys), Rejection::Claim("sub"), broken, sub);
    }
    for (claims, name) in [(json!({"sub": "s"}), "iss"), (json!({"iss": "i"}), "sub")] {
        let refusal = refused(take(&both, &made(&key, &claims), keys), name);
        assert_eq!(refusal.why, Some(Rejection::MissingClaim(name)));
    }
}

fn the_audience_is_compared() {
    let key = signing(A::Hs256);
    let us = lax().audience("us");
    for (aud, ours) in [
        (json!("us"), true),
        (json!(["them", "us"]), true),
        (json!("them"), false),
        (json!("US"), false),
        (json!("us/"), false),
        (json!(["use", "u"]), false),
    ] {
        let taken = take(&us, &made(&key, &json!({ "aud": aud })), key.verifying_key());
        assert_eq!(taken.is_ok(), ours, "{aud}");
        if !ours {
            rejected(taken, Rejection::Audience, rfc7519::OTHER_AUDIENCE_IS_REFUSED, &aud.to_string());
        }
    }
}

fn without_the_audience_it_is_refused() {
    let key = signing(A::Hs256);
    let us = lax().audience("us");
    let none = take(&us, &made(&key, &json!({})), key.verifying_key());
    rejected(none, Rejection::MissingClaim("aud"), r::ABSENT_OR_FOREIGN_AUDIENCE_IS_REFUSED, "none");
    for aud in [json!([]), json!("them"), json!([""])] {
        let taken = take(&us, &made(&key, &json!({ "aud": aud })), key.verifying_key());
        assert_eq!(refused(taken, "another").why, Some(Rejection::Audience), "{aud}");
    }
    // Who named no audience takes what is for nobody, and nothing else.
    assert!(take(&lax(), &made(&key, &json!({})), key.verifying_key()).is_ok());
    assert!(take(&lax(), &made(&key, &json!({"aud": "us"})), key.verifying_key()).is_err());
    assert!(take(&us, &made(&key, &json!({"aud": "us"})), key.verifying_key()).is_ok());
}

fn no_url_of_a_token_is_followed() {
    const URL: &str = "https://as.example/jwks";
    let key = SigningKey::generate(A::Es256).expect("a key");
    let ours = signing(A::Es256);
    for name in ["jku", "x5u"] {
        let text = format!(r#"{{"alg":"ES256","kid":"1","{name}":"https://evil.example/keys"}}"#);
        // The keys come from the issuer's URL, whatever the token says of them.
        let mut cache = JwkSetCache::new(URL, A::Es256).expect("a URL");
        let header = Header::parse(text.as_bytes()).expect("a header");
        match cache.keys_for(&header, Instant::now()) {
            Lookup::NeedFetch(url) => assert_eq!(&*url, URL),
            _ => panic!("there are no keys yet"),
        }
        // Nor does it count when the keys are there.
        let token = forged(&text, b"{}", &key).expect("signed");
        assert!(take(&lax(), &token, ours.verifying_key()).is_err(), "{name}");
        let token = forged(&text, b"{}", &ours).expect("signed");
        assert!(take(&lax(), &token, ours.verifying_key()).is_ok(), "{name}");
    }
    // The issuer's own URL is looked at, too.
    for bad in ["http://as.example/jwks", "file:///etc/keys", "https://user@as.example/", "ftp://as.example/"]
    {
        let error = JwkSetCache::new(bad, A::Es256).expect_err(bad);
        let told = (error.kind(), error.requirement());
        assert_eq!(told, (ErrorKind::Usage, Some(r::KEY_URLS_ARE_NOT_FOLLOWED_BLINDLY)), "{bad}");
    }
}

fn typ_is_short() {
    let key = signing(A::Hs256);
    for (given, written) in [
        ("application/at+jwt", "at+jwt"),
        ("Application/secevent+jwt", "secevent+jwt"),
        ("dpop+jwt", "dpop+jwt"),
        ("text/plain", "text/plain"),
    ] {
        let token = encode(&json!({}), &Header::new(A::Hs256).with_typ(given), &key).expect("a token");
        assert_eq!(header_of(&token)["typ"], written);
        // Whoever wrote it at length meant the same.
        let header = format!(r#"{{"alg":"HS256","typ":"{given}"}}"#);
        let theirs = forged(&header, b"{}", &key).expect("signed");
        assert!(take(&lax().typ(written), &theirs, key.verifying_key()).is_ok(), "{given}");
        assert!(take(&lax().typ("other+jwt"), &theirs, key.verifying_key()).is_err(), "{given}");
    }
}

fn the_token_within_bears_the_type() {
    let key = signing(A::Hs256);
    let theirs = EncryptionKey::symmetric(E::Dir, [7; 32]).expect("a key");
    let ours = DecryptionKey::symmetric(E::Dir, [7; 32]).expect("a key");
    let take = |within: Option<&str>, without: Option<&str>| {
        let typed = |header: Header, typ: Option<&str>| match typ {
            Some(typ) => header.with_typ(typ),
            None => header,
        };
        let signed = encode(&json!({}), &typed(Header::new(A::Hs256), within), &key).expect("a token");
        let outer = typed(Header::new(E::Dir), without);
        let token = encrypt_jwt(&signed, &outer, &theirs, C::A256Gcm).expect("a token");
        // What was signed is what is encrypted, its type with it.
        let validation = lax().typ("at+jwt");
        validation.decrypt_and_verify(&token, &ours, key.verifying_key(), NOW)
    };
    assert!(take(Some("at+jwt"), None).is_ok() && take(Some("at+jwt"), Some("at+jwt")).is_ok());
    for without in [None, Some("at+jwt"), Some("JWT")] {
        for within in [None, Some("JWT"), Some("other+jwt")] {
            let result = take(within, without);
            rejected(result, Rejection::Type, r::KINDS_OF_JWT_ARE_NOT_CONFUSED, "the type is not within");
        }
    }
}
