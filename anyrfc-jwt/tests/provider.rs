//! The users of `jsonwebtoken` sign and verify through this crate. A provider is there once in a
//! process, so this has a program of its own.

use std::sync::Once;

use anyrfc_jwt::{
    ErrorKind, Secret,
    jsonwebtoken::PROVIDER,
    proto::{SigningKey, Validation, VerifyingKey, encode},
    types::{Header, Jwk, JwsAlgorithm, NumericDate},
};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
        RsaKeyPair,
    },
};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, errors::ErrorKind as TheirKind, jwk::ThumbprintHash,
};
use serde_json::{Value, json};

fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| assert!(PROVIDER.install_default().is_ok()));
}

fn claims() -> Value {
    json!({"sub": "user", "exp": 4_102_444_800_u64})
}

/// The private key of an algorithm in that crate's form.
fn encoding_key(algorithm: Algorithm) -> EncodingKey {
    match algorithm {
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => EncodingKey::from_secret(&[7; 64]),
        Algorithm::ES256 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
            EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref())
        }
        Algorithm::ES384 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
            EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref())
        }
        Algorithm::EdDSA => {
            let pair = Ed25519KeyPair::generate().unwrap();
            EncodingKey::from_ed_der(pair.to_pkcs8v1().unwrap().as_ref())
        }
        _ => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
            EncodingKey::from_rsa_der(AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap().as_ref())
        }
    }
}

const ALGORITHMS: [Algorithm; 12] = [
    Algorithm::HS256,
    Algorithm::HS384,
    Algorithm::HS512,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

#[test]
fn encode_and_decode_go_through_ours() {
    install();
    for algorithm in ALGORITHMS {
        let ours = JwsAlgorithm::try_from(algorithm).unwrap();
        let encoding = encoding_key(algorithm);
        // The public key by that crate's own JWKs, whose numbers this crate computes.
        let jwk = jsonwebtoken::jwk::Jwk::from_encoding_key(&encoding, algorithm).unwrap();
        let decoding = DecodingKey::from_jwk(&jwk).unwrap();
        let header = jsonwebtoken::Header::new(algorithm);
        let token = jsonwebtoken::encode(&header, &claims(), &encoding).unwrap();
        let validation = jsonwebtoken::Validation::new(algorithm);
        let data = jsonwebtoken::decode::<Value>(&token, &decoding, &validation).unwrap();
        assert_eq!(data.claims, claims(), "{algorithm:?}");
        // And by ours, with keys that were converted.
        let verifying = VerifyingKey::from_decoding_key(&decoding, ours).unwrap();
        let jwt = Validation::new().verify_as::<Value, _>(&token, &verifying, NumericDate::new(0)).unwrap();
        assert_eq!(jwt.into_claims(), claims());
        let signing = SigningKey::from_encoding_key(&encoding, ours).unwrap();
        let token = encode(&claims(), &Header::new(ours).with_typ("JWT"), &signing).unwrap();
        assert!(jsonwebtoken::decode::<Value>(&token, &decoding, &validation).is_ok(), "{algorithm:?}");
        // A broken signature is one.
        let at = token.rfind('.').unwrap() + 5;
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        let broken = format!("{}{other}{}", &token[..at], &token[at + 1..]);
        let error = jsonwebtoken::decode::<Value>(&broken, &decoding, &validation).unwrap_err();
        assert!(matches!(error.kind(), TheirKind::InvalidSignature), "{error:?}");
    }
}

#[test]
fn keys_that_are_not_allowed_are_refused() {
    install();
    let short = EncodingKey::from_secret(b"a short secret");
    let header = jsonwebtoken::Header::new(Algorithm::HS256);
    let error = jsonwebtoken::encode(&header, &claims(), &short).unwrap_err();
    assert!(matches!(error.kind(), TheirKind::Provider(text) if !text.contains("secret")), "{error:?}");
    for bad in [&b""[..], &[0; 16], &[0x30, 0x80]] {
        for algorithm in ALGORITHMS
            .into_iter()
            .filter(|algorithm| !matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512))
        {
            let key = match algorithm {
                Algorithm::ES256 | Algorithm::ES384 => EncodingKey::from_ec_der(bad),
                Algorithm::EdDSA => EncodingKey::from_ed_der(bad),
                _ => EncodingKey::from_rsa_der(bad),
            };
            assert!(jsonwebtoken::encode(&jsonwebtoken::Header::new(algorithm), &claims(), &key).is_err());
        }
    }
}

#[test]
fn jwks_become_theirs_and_back() {
    install();
    for algorithm in [JwsAlgorithm::Es256, JwsAlgorithm::Es384, JwsAlgorithm::EdDsa, JwsAlgorithm::Ps256] {
        let ours = Jwk::generate(algorithm).unwrap().with_key_id("1");
        let theirs = jsonwebtoken::jwk::Jwk::try_from(&ours).unwrap();
        assert!(!serde_json::to_string(&theirs).unwrap().contains("\"d\""));
        assert_eq!(theirs.common.key_id.as_deref(), Some("1"));
        assert_eq!(theirs.thumbprint(ThumbprintHash::SHA256).unwrap(), ours.thumbprint().to_string());
        let back = Jwk::try_from(&theirs).unwrap();
        assert_eq!(back.thumbprint().to_string(), ours.thumbprint().to_string());
        assert!(!back.is_private());
        // What the one signs, the other's key verifies.
        let signing = SigningKey::from_jwk(&ours, algorithm).unwrap();
        let token = encode(&claims(), &Header::new(algorithm), &signing).unwrap();
        let decoding = DecodingKey::try_from(&ours).unwrap();
        let validation = jsonwebtoken::Validation::new(algorithm.try_into().unwrap());
        assert!(jsonwebtoken::decode::<Value>(&token, &decoding, &validation).is_ok());
    }
    // A secret stays here unless it is asked for by name, and what that crate does not have is told.
    let secret = Jwk::symmetric(vec![7; 32]);
    assert_eq!(jsonwebtoken::jwk::Jwk::try_from(&secret).unwrap_err().kind(), ErrorKind::Usage);
    assert!(DecodingKey::try_from(&secret).is_ok());
    let p521 = Jwk::generate(JwsAlgorithm::Es512).unwrap();
    assert_eq!(DecodingKey::try_from(&p521).unwrap_err().kind(), ErrorKind::Unsupported);
    for algorithm in [JwsAlgorithm::Es512, JwsAlgorithm::Ed25519] {
        assert_eq!(Algorithm::try_from(algorithm).unwrap_err().kind(), ErrorKind::Unsupported);
    }
}

#[test]
fn a_key_is_for_algorithms_of_its_family() {
    let secret = EncodingKey::from_secret(&[7; 64]);
    let error = SigningKey::from_encoding_key(&secret, JwsAlgorithm::Rs256).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let raw = SigningKey::hmac(JwsAlgorithm::Hs256, &Secret::new(vec![7; 64])).unwrap();
    let same = SigningKey::from_encoding_key(&secret, JwsAlgorithm::Hs256).unwrap();
    assert_eq!(raw.sign(b"x").unwrap().as_ref(), same.sign(b"x").unwrap().as_ref());
    let both = [JwsAlgorithm::Hs256, JwsAlgorithm::Hs512];
    assert!(VerifyingKey::from_decoding_key(&DecodingKey::from_secret(&[7; 64]), both).is_ok());
    // An RSA modulus may come with zeros in front.
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let key = EncodingKey::from_rsa_der(AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap().as_ref());
    let signing = SigningKey::from_encoding_key(&key, JwsAlgorithm::Rs256).unwrap();
    let jwk = signing.public_jwk().unwrap();
    let json: Value = serde_json::to_value(&jwk).unwrap();
    let n = anyrfc_jwt::codec::base64url::decode(json["n"].as_str().unwrap()).unwrap();
    let padded = DecodingKey::from_rsa_raw_components(&[&[0, 0], n.as_slice()].concat(), &[0, 1, 0, 1]);
    let verifying = VerifyingKey::from_decoding_key(&padded, JwsAlgorithm::Rs256).unwrap();
    verifying.verify(JwsAlgorithm::Rs256, b"x", signing.sign(b"x").unwrap().as_ref()).unwrap();
}
