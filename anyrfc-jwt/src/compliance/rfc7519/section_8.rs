//! RFC 7519, section 8: which algorithms there are.

use anyrfc_core::compliance::Check;
use serde_json::json;

use super::support::lax;
use crate::{
    proto::{
        encode, encrypt_jwt,
        jwe::{DecryptionKey, EncryptionKey},
    },
    rfc7519 as r,
    testing::{jwk, signing_key, verifying_key},
    types::{ContentEncryption as C, Curve, Header, JweAlgorithm as E, Jwk, JwsAlgorithm as A, NumericDate},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7519/section-8/rs256-and-es256-are-there",
        covers: &[r::RS256_AND_ES256_ARE_THERE],
        run: || signs(&["RS256", "ES256"]),
    },
    Check {
        name: "rfc7519/section-8/other-signatures-are-there",
        covers: &[r::OTHER_SIGNATURES_MAY_BE_THERE],
        run: || {
            signs(&[
                "HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "PS384", "PS512", "ES384", "ES512",
                "EdDSA", "Ed25519",
            ]);
        },
    },
    Check {
        name: "rfc7519/section-8/encrypted-jwts-are-there",
        covers: &[r::ENCRYPTED_JWTS_MAY_BE_THERE],
        run: || nests("dir", "A256GCM"),
    },
    Check {
        name: "rfc7519/section-8/the-encryptions-that-must-be-there-are",
        covers: &[r::RSA1_5_KW_AND_CBC_ARE_THERE],
        run: || {
            for enc in ["A128CBC-HS256", "A256CBC-HS512"] {
                ["RSA1_5", "A128KW", "A256KW"].into_iter().for_each(|alg| nests(alg, enc));
            }
        },
    },
    Check {
        name: "rfc7519/section-8/the-encryptions-that-should-be-there-are",
        covers: &[r::ECDH_ES_AND_GCM_ARE_THERE],
        run: || {
            for enc in ["A128GCM", "A256GCM"] {
                ["ECDH-ES+A128KW", "ECDH-ES+A256KW"].into_iter().for_each(|alg| nests(alg, enc));
            }
        },
    },
    Check {
        name: "rfc7519/section-8/other-encryptions-are-there",
        covers: &[r::OTHER_ENCRYPTION_MAY_BE_THERE],
        run: || {
            for alg in [
                "RSA-OAEP",
                "RSA-OAEP-256",
                "A192KW",
                "ECDH-ES",
                "ECDH-ES+A192KW",
                "A128GCMKW",
                "A192GCMKW",
                "A256GCMKW",
                "PBES2-HS256+A128KW",
                "PBES2-HS384+A192KW",
                "PBES2-HS512+A256KW",
            ] {
                nests(alg, "A192GCM");
            }
            nests("A128KW", "A192CBC-HS384");
        },
    },
    Check {
        name: "rfc7519/section-8/nested-jwts-are-there",
        covers: &[r::NESTED_JWTS_MAY_BE_THERE],
        run: || nests("A128KW", "A128GCM"),
    },
];

/// Claims signed by each of these are taken, and those of somebody else are not.
fn signs(names: &[&str]) {
    for name in names {
        let algorithm = A::from_name(name).expect(name);
        let made =
            encode(&json!({"sub": "s"}), &Header::new(algorithm), &signing_key(algorithm).expect("a key"));
        let made = made.expect("a token");
        let keys = verifying_key(algorithm).expect("a key");
        let take = |token: &str| lax().verify(token, &keys, NumericDate::new(0));
        assert_eq!(take(&made).expect(name).claims().subject.as_deref(), Some("s"));
        let (input, _) = made.rsplit_once('.').expect("a signature");
        assert!(take(&format!("{input}.AAAA")).is_err(), "{name}");
    }
}

/// A key that nobody else has.
fn key_for(alg: E) -> Jwk {
    match alg {
        E::Rsa1_5 | E::RsaOaep | E::RsaOaep256 => jwk(A::Rs256).expect("a key"),
        E::EcdhEs | E::EcdhEsA128Kw | E::EcdhEsA192Kw | E::EcdhEsA256Kw => {
            Jwk::generate_on(Curve::P256).expect("a key")
        }
        E::A128Kw | E::A128GcmKw => Jwk::symmetric(vec![5; 16]),
        E::A192Kw | E::A192GcmKw => Jwk::symmetric(vec![5; 24]),
        _ => Jwk::symmetric(vec![5; 32]),
    }
}

/// A signed JWT is encrypted by this, and taken again; and not if a bit is another.
fn nests(alg: &str, enc: &str) {
    let (alg, enc) = (E::from_name(alg).expect(alg), C::from_name(enc).expect(enc));
    let signing = signing_key(A::Es256).expect("a key");
    let signed = encode(&json!({"sub": "s"}), &Header::new(A::Es256), &signing).expect("a token");
    let jwk = key_for(alg);
    let mut theirs = EncryptionKey::from_jwk(&jwk, alg).expect("a key");
    if alg.name().starts_with("PBES2") {
        theirs = theirs.with_iterations(1000).expect("rounds");
    }
    let ours = DecryptionKey::from_jwk(&jwk, alg).expect("a key");
    let sealed = encrypt_jwt(&signed, &Header::new(alg), &theirs, enc).expect("a token");
    let take =
        |token: &str| lax().decrypt_and_verify(token, &ours, signing.verifying_key(), NumericDate::new(0));
    assert_eq!(take(&sealed).expect("a token").claims().subject.as_deref(), Some("s"), "{alg} {enc}");
    let (front, tag) = sealed.rsplit_once('.').expect("a tag");
    let first = if tag.starts_with('A') { 'B' } else { 'A' };
    assert!(take(&format!("{front}.{first}{}", &tag[1..])).is_err(), "{alg} {enc}");
}
