//! RFC 8725, sections 2.8, 3.1 and 3.2: kinds of tokens, and their algorithms.

use anyrfc_core::compliance::Check;
use serde_json::json;

use super::super::{
    judge,
    support::{LIMITS, rejected, signing, unusable},
};
use crate::{
    ErrorKind, Rejection, Secret,
    proto::{
        AccessTokenValidation, JwkSetCache, SigningKey, Validation, VerifyingKey, encode,
        jwe::{self, DecryptionKey, EncryptionKey, KeyManagement, Limits},
        sign, verify,
    },
    rfc7515, rfc7518, rfc8725 as r, rfc9068,
    testing::{forged, jwk, signing_key, verifying_key},
    types::{
        Algorithm, Algorithms, ContentEncryption as C, Curve, Header, JweAlgorithm as E, Jwk,
        JwsAlgorithm as A, NumericDate,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8725/section-2.8/no-kind-passes-for-another",
        covers: &[r::KINDS_OF_JWT_ARE_NOT_CONFUSED],
        run: no_kind_passes_for_another,
    },
    Check {
        name: "rfc8725/section-3.1/the-caller-names-the-algorithms",
        covers: &[r::CALLER_NAMES_THE_ALGORITHMS],
        run: the_caller_names_the_algorithms,
    },
    Check {
        name: "rfc8725/section-3.1/no-other-algorithm-is-used",
        covers: &[r::NO_OTHER_ALGORITHM_IS_USED],
        run: no_other_algorithm_is_used,
    },
    Check {
        name: "rfc8725/section-3.1/what-is-named-is-what-is-done",
        covers: &[r::HEADER_NAMES_THE_ALGORITHM_USED],
        run: what_is_named_is_what_is_done,
    },
    Check {
        name: "rfc8725/section-3.1/the-algorithm-of-a-key-is-checked",
        covers: &[r::ALGORITHM_OF_THE_KEY_IS_CHECKED],
        run: the_algorithm_of_a_key_is_checked,
    },
    Check {
        name: "rfc8725/section-3.2/an-algorithm-that-is-not-wanted-is-no-good",
        covers: &[r::UNWANTED_ALGORITHM_IS_INVALID],
        run: an_algorithm_that_is_not_wanted_is_no_good,
    },
    Check {
        name: "rfc8725/section-3.2/none-is-not-made",
        covers: &[r::NONE_IS_MADE_ONLY_ON_REQUEST],
        run: none_is_not_made,
    },
    Check {
        name: "rfc8725/section-3.2/none-is-not-read",
        covers: &[r::NONE_IS_READ_ONLY_ON_REQUEST],
        run: none_is_not_read,
    },
];

const NOW: NumericDate = NumericDate::new(100);

fn no_kind_passes_for_another() {
    let key = signing(A::Rs256);
    let made = |typ: Option<&str>, iss: &str, aud: &str| {
        let claims = json!({
            "iss": iss, "sub": "s", "aud": aud, "exp": 1000, "iat": 1, "jti": "1", "client_id": "c",
        });
        let header = Header::new(A::Rs256);
        let header = if let Some(typ) = typ { header.with_typ(typ) } else { header };
        encode(&claims, &header, &key).expect("a token")
    };
    // Each differs from the others in one thing.
    let tokens = [
        made(None, "i", "a"),
        made(Some("at+jwt"), "i", "a"),
        made(Some("logout+jwt"), "i", "a"),
        made(None, "j", "a"),
        made(None, "i", "b"),
    ];
    let plain = || Validation::new();
    let kinds = [
        plain().issuer("i").audience("a"),
        plain().issuer("i").audience("a").typ("at+jwt"),
        plain().issuer("i").audience("a").typ("logout+jwt"),
        plain().issuer("j").audience("a"),
        plain().issuer("i").audience("b"),
    ];
    for (at, validation) in kinds.iter().enumerate() {
        for (kind, token) in tokens.iter().enumerate() {
            let taken = validation.verify(token, key.verifying_key(), NOW);
            assert_eq!(taken.is_ok(), at == kind, "{at} {kind}");
        }
    }
    let logout = kinds[0].verify(&tokens[2], key.verifying_key(), NOW);
    rejected(logout, Rejection::Type, r::KINDS_OF_JWT_ARE_NOT_CONFUSED, "typ");
    let access = AccessTokenValidation::new("i", "a");
    assert!(access.verify(&tokens[1], key.verifying_key(), NOW).is_ok());
    for at in [0, 2] {
        let taken = access.verify(&tokens[at], key.verifying_key(), NOW);
        rejected(taken, Rejection::Type, rfc9068::TYP_IS_CHECKED, "not an access token");
    }
}

fn the_caller_names_the_algorithms() {
    for algorithm in [A::Hs256, A::Rs256, A::Es256, A::EdDsa] {
        let jwk = jwk(algorithm).expect("a key");
        unusable(
            VerifyingKey::from_jwk(&jwk, Algorithms::EMPTY),
            r::CALLER_NAMES_THE_ALGORITHMS,
            "no algorithm",
        );
        let key = VerifyingKey::from_jwk(&jwk, algorithm).expect("a key");
        assert_eq!(key.algorithms(), Algorithms::from(algorithm));
    }
    unusable(
        JwkSetCache::new("https://as.example/jwks", Algorithms::EMPTY),
        r::CALLER_NAMES_THE_ALGORITHMS,
        "no algorithm for a set",
    );
    let some = VerifyingKey::from_jwk(&jwk(A::Rs256).expect("a key"), [A::Rs256, A::Ps256]).expect("a key");
    assert_eq!(some.algorithms().iter().collect::<Vec<_>>(), [A::Rs256, A::Ps256]);
    let none = DecryptionKey::from_jwk(&Jwk::symmetric(vec![1; 16]), KeyManagement::EMPTY);
    assert_eq!(none.expect_err("no algorithm").kind(), ErrorKind::Usage);
    assert!(DecryptionKey::symmetric(E::A128Kw, [1; 16]).is_ok());
}

fn no_other_algorithm_is_used() {
    for algorithm in A::ALL {
        let key = verifying_key(*algorithm).expect("a key");
        for other in A::ALL {
            let signer = signing_key(*other).expect("a key");
            let token = sign(b"{}", &Header::new(*other), &signer).expect("signed");
            let taken = verify(&token, &key, &LIMITS);
            assert_eq!(taken.is_ok(), algorithm == other, "{algorithm} {other}");
            if algorithm != other {
                rejected(taken, Rejection::Algorithm, r::NO_OTHER_ALGORITHM_IS_USED, other.name());
            }
        }
    }
    // The public key of RSA, which everybody has, is no secret of HMAC.
    let public = jwk(A::Rs256).expect("a key").to_public().expect("public");
    let secret = Secret::new(public.to_json().expect("public").into_bytes());
    let forger = SigningKey::hmac(A::Hs256, &secret).expect("a key");
    let token = sign(b"{}", &Header::new(A::Hs256), &forger).expect("signed");
    let ours = VerifyingKey::from_jwk(&public, [A::Rs256, A::Ps256]).expect("a key");
    rejected(verify(&token, &ours, &LIMITS), Rejection::Algorithm, r::NO_OTHER_ALGORITHM_IS_USED, "HS256");
    // Nor does what wraps encrypt directly, though the key is the same.
    for (allowed, named) in [(E::A128Kw, E::A128GcmKw), (E::A128GcmKw, E::A128Kw), (E::A128Kw, E::Dir)] {
        let theirs = EncryptionKey::symmetric(named, [5; 16]).expect("a key");
        let sealed = jwe::encrypt(b"x", &Header::new(named), &theirs, C::A128Gcm).expect("sealed");
        let ours = |alg| DecryptionKey::symmetric(alg, [5; 16]).expect("a key");
        let refused = jwe::decrypt(&sealed, &ours(allowed), &Limits::default()).expect_err(named.name());
        assert_eq!(refused.rejection(), Some(Rejection::Algorithm));
        assert!(jwe::decrypt(&sealed, &ours(named), &Limits::default()).is_ok());
    }
}

fn what_is_named_is_what_is_done() {
    // The key may do both, but did the one and says the other.
    let rsa = jwk(A::Rs256).expect("a key");
    let both = VerifyingKey::from_jwk(&rsa, [A::Rs256, A::Ps256, A::Rs512]).expect("a key");
    for done in [A::Rs256, A::Ps256, A::Rs512] {
        for named in [A::Rs256, A::Ps256, A::Rs512] {
            let header = format!(r#"{{"alg":"{named}"}}"#);
            let token = forged(&header, b"{}", &signing_key(done).expect("a key")).expect("signed");
            let taken = verify(&token, &both, &LIMITS);
            assert_eq!(taken.is_ok(), done == named, "{done} {named}");
            if done != named {
                rejected(taken, Rejection::Signature, rfc7515::NO_VALID_SIGNATURE_IS_INVALID, named.name());
            }
        }
    }
    // `dir` with 32 octets is for either of these two.
    let ours = DecryptionKey::symmetric(E::Dir, [7; 32]).expect("a key");
    for done in [C::A256Gcm, C::A128CbcHs256] {
        for named in [C::A256Gcm, C::A128CbcHs256] {
            let header = format!(r#"{{"alg":"dir","enc":"{named}"}}"#);
            let token = judge::forged_by(done, &[7; 32], &header, b"", b"text").to_token();
            let opened = jwe::decrypt(&token, &ours, &Limits::default());
            assert_eq!(opened.is_ok(), done == named, "{done} {named}");
        }
    }
    // And nothing is written that names another.
    unusable(
        sign(b"{}", &Header::new(A::Ps256), &signing(A::Rs256)),
        rfc7515::ALG_NAMES_WHAT_SIGNED,
        "another algorithm",
    );
    let key = EncryptionKey::symmetric(E::A128Kw, [5; 16]).expect("a key");
    assert!(jwe::encrypt(b"", &Header::new(E::A128GcmKw), &key, C::A128Gcm).is_err());
    let header = Header::new(E::A128Kw).with_content_encryption(C::A256Gcm);
    assert!(jwe::encrypt(b"", &header, &key, C::A128Gcm).is_err());
    assert!(jwe::encrypt(b"", &header, &key, C::A256Gcm).is_ok());
}

fn the_algorithm_of_a_key_is_checked() {
    let broken = r::ALGORITHM_OF_THE_KEY_IS_CHECKED;
    for (of, other) in
        [(A::Rs256, A::Ps256), (A::Hs512, A::Hs256), (A::Es256, A::Rs256), (A::EdDsa, A::Es256)]
    {
        let jwk = Jwk::generate(of).expect("a key");
        assert_eq!(jwk.algorithm(), Some(of.name()));
        assert!(SigningKey::from_jwk(&jwk, of).is_ok() && VerifyingKey::from_jwk(&jwk, of).is_ok());
        unusable(SigningKey::from_jwk(&jwk, other), broken, other.name());
        unusable(VerifyingKey::from_jwk(&jwk, other), broken, other.name());
        unusable(VerifyingKey::from_jwk(&jwk, [of, other]), broken, other.name());
    }
    // At each operation as well.
    let key = signing(A::Rs256);
    let signature = key.sign(b"input").expect("signed");
    let verifying = key.verifying_key();
    assert!(verifying.verify(A::Rs256, b"input", signature.as_ref()).is_ok());
    for other in [A::Ps256, A::Rs384, A::Hs256] {
        let refused = verifying.verify(other, b"input", signature.as_ref());
        rejected(refused, Rejection::Algorithm, r::NO_OTHER_ALGORITHM_IS_USED, other.name());
    }
    let wrapping = Jwk::symmetric(vec![5; 16]).with_algorithm(E::A128Kw);
    for other in [E::A128GcmKw, E::Dir, E::Pbes2Hs256A128Kw] {
        assert!(EncryptionKey::from_jwk(&wrapping, other).is_err(), "{other}");
        assert!(DecryptionKey::from_jwk(&wrapping, other).is_err(), "{other}");
    }
    assert!(EncryptionKey::from_jwk(&wrapping, E::A128Kw).is_ok());
    assert!(DecryptionKey::from_jwk(&wrapping, E::A128Kw).is_ok());
    // A key that signs does not agree, and the other way.
    let agreeing = Jwk::generate_on(Curve::P256).expect("a key").with_algorithm(E::EcdhEs);
    unusable(SigningKey::from_jwk(&agreeing, A::Es256), broken, "a key for ECDH-ES");
    let signs = Jwk::generate(A::Es256).expect("a key");
    assert!(DecryptionKey::from_jwk(&signs, E::EcdhEs).is_err());
}

fn an_algorithm_that_is_not_wanted_is_no_good() {
    // Its signature is right, its key is ours, and the algorithm is none that was wanted.
    let rsa = jwk(A::Rs256).expect("a key");
    for (made_by, wanted) in [(A::Rs256, A::Ps256), (A::Rs384, A::Rs256), (A::Ps512, A::Ps384)] {
        let token = sign(b"{}", &Header::new(made_by), &signing(made_by)).expect("signed");
        let ours = |algorithm: A| VerifyingKey::from_jwk(&rsa, algorithm).expect("a key");
        let refused = verify(&token, &ours(wanted), &LIMITS);
        rejected(refused, Rejection::Algorithm, r::NO_OTHER_ALGORITHM_IS_USED, made_by.name());
        assert!(verify(&token, &ours(made_by), &LIMITS).is_ok());
    }
    // One that nobody here knows cannot have been wanted.
    let token = forged(r#"{"alg":"ES256K"}"#, b"{}", &signing(A::Es256)).expect("signed");
    let unknown = verify(&token, signing(A::Es256).verifying_key(), &LIMITS).expect_err("unknown");
    assert_eq!(unknown.kind(), ErrorKind::Unsupported);
}

/// However it is spelt.
fn spellings() -> impl Iterator<Item = String> {
    (0..16_u32).map(|bits| {
        let letters = "none".chars().enumerate();
        letters.map(|(at, one)| if bits >> at & 1 == 1 { one.to_ascii_uppercase() } else { one }).collect()
    })
}

fn none_is_not_made() {
    for none in spellings() {
        let unsecured = rfc7518::UNSECURED_IS_REFUSED_BY_DEFAULT;
        rejected(Algorithm::from_name(&none), Rejection::Algorithm, unsecured, &none);
        rejected(A::from_name(&none), Rejection::Algorithm, unsecured, &none);
        // Nor by the way round.
        let header = Header::new(A::Es256).with_other("alg", none.as_str());
        assert_eq!(header.expect_err("a parameter").kind(), ErrorKind::Usage);
    }
    assert!(!A::ALL.iter().any(|algorithm| algorithm.name().eq_ignore_ascii_case("none")));
    // There is no token without a signature.
    for algorithm in A::ALL {
        let token = encode(&json!({}), &Header::new(*algorithm), &signing(*algorithm)).expect("a token");
        let signature = token.rsplit('.').next().expect("a signature");
        assert!(signature.len() >= 43, "{algorithm}");
    }
}

fn none_is_not_read() {
    let keys = [A::Es256, A::Hs256].map(|algorithm| verifying_key(algorithm).expect("a key"));
    let lax = Validation::new().without_expiry().any_audience().any_typ();
    for none in spellings() {
        let token = forged(&format!(r#"{{"alg":"{none}"}}"#), b"{}", &signing(A::Hs256)).expect("signed");
        let (input, _) = token.rsplit_once('.').expect("a signature");
        for token in [token.clone(), format!("{input}.")] {
            let unsecured = rfc7518::UNSECURED_IS_REFUSED_BY_DEFAULT;
            rejected(lax.verify(&token, &keys, NOW), Rejection::Algorithm, unsecured, &token);
            rejected(verify(&token, &keys, &LIMITS), Rejection::Algorithm, unsecured, &token);
        }
    }
    // It is the algorithm and nothing else that was wrong.
    let token = forged(r#"{"alg":"HS256"}"#, b"{}", &signing(A::Hs256)).expect("signed");
    assert!(lax.verify(&token, &keys, NOW).is_ok());
    let (input, _) = token.rsplit_once('.').expect("a signature");
    assert!(lax.verify(&format!("{input}."), &keys, NOW).is_err());
}
