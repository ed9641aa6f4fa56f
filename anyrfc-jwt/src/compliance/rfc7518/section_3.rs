//! RFC 7518, section 3: signatures and MACs.

use anyrfc_core::{Requirement, Secret, compliance::Check};
use serde_json::Value;

use super::{super::judge::misused, pss};
use crate::{
    ErrorKind, Rejection,
    codec::base64url,
    proto::{JwsLimits, SigningKey, VerifyingKey, sign, verify},
    rfc7518 as r,
    testing::{self, rfc7515},
    types::{
        Header, Jwk,
        JwsAlgorithm::{
            self, Es256, Es384, Es512, Hs256, Hs384, Hs512, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512,
        },
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "rfc7518/section-3.1/hs256-is-there", covers: &[r::HS256_IS_THERE], run: hs256_is_there },
    Check { name: "rfc7518/section-3.1/rs256-is-there", covers: &[r::RS256_IS_THERE], run: rs256_is_there },
    Check { name: "rfc7518/section-3.1/es256-is-there", covers: &[r::ES256_IS_THERE], run: es256_is_there },
    Check {
        name: "rfc7518/section-3.2/a-key-is-as-long-as-the-hash",
        covers: &[r::HMAC_KEY_IS_AS_LONG_AS_THE_HASH],
        run: a_key_is_as_long_as_the_hash,
    },
    Check {
        name: "rfc7518/section-3.3/an-rs-key-has-2048-bits",
        covers: &[r::RS_KEY_HAS_2048_BITS],
        run: an_rs_key_has_2048_bits,
    },
    Check {
        name: "rfc7518/section-3.4/halves-keep-their-zeros",
        covers: &[r::ECDSA_HALVES_KEEP_THEIR_ZEROS],
        run: halves_keep_their_zeros,
    },
    Check {
        name: "rfc7518/section-3.4/es256-signatures-have-64-octets",
        covers: &[r::ES256_SIGNATURE_IS_64_OCTETS],
        run: es256_signatures_have_64_octets,
    },
    Check {
        name: "rfc7518/section-3.4/longer-signatures-have-their-length",
        covers: &[r::LONGER_ECDSA_SIGNATURES_ARE_MEASURED],
        run: longer_signatures_have_their_length,
    },
    Check {
        name: "rfc7518/section-3.5/the-salt-is-as-long-as-the-hash",
        covers: &[r::PSS_SALT_IS_AS_LONG_AS_THE_HASH],
        run: the_salt_is_as_long_as_the_hash,
    },
    Check {
        name: "rfc7518/section-3.5/a-ps-key-has-2048-bits",
        covers: &[r::PS_KEY_HAS_2048_BITS],
        run: a_ps_key_has_2048_bits,
    },
    Check {
        name: "rfc7518/section-3.6/nothing-is-accepted-unsigned",
        covers: &[
            r::UNSECURED_SIGNATURE_IS_CHECKED,
            r::UNSECURED_NEEDS_THE_CALLERS_WORD,
            r::UNSECURED_IS_REFUSED_BY_DEFAULT,
        ],
        run: nothing_is_accepted_unsigned,
    },
];

/// The printed JWS is verified, what was changed is not, and we make such a one ourselves.
#[track_caller]
fn is_there(algorithm: JwsAlgorithm, token: &str) {
    let key = testing::signing_key(algorithm).expect("a key");
    let limits = JwsLimits::default();
    let verified = verify(token, key.verifying_key(), &limits).expect("it is right");
    assert_eq!(verified.payload(), rfc7515::CLAIMS.as_bytes());
    let changed = token.replacen("eyJpc3MiOiJqb2Ui", "eyJpc3MiOiJqb2Uj", 1);
    assert_ne!(changed, token);
    let error = verify(&changed, key.verifying_key(), &limits).expect_err("it was changed");
    assert_eq!(error.rejection(), Some(Rejection::Signature));
    let ours = sign(b"payload", &Header::new(algorithm), &key).expect("signed");
    assert_eq!(verify(&ours, key.verifying_key(), &limits).expect("it is right").payload(), b"payload");
}

fn hs256_is_there() {
    is_there(Hs256, rfc7515::HS256);
}

fn rs256_is_there() {
    is_there(Rs256, rfc7515::RS256);
}

fn es256_is_there() {
    is_there(Es256, rfc7515::ES256);
}

fn a_key_is_as_long_as_the_hash() {
    for (algorithm, least) in [(Hs256, 32), (Hs384, 48), (Hs512, 64)] {
        for len in [0, 1, 16, least - 1] {
            let secret = Secret::new(vec![7; len]);
            misused(SigningKey::hmac(algorithm, &secret), r::HMAC_KEY_IS_AS_LONG_AS_THE_HASH);
            misused(VerifyingKey::hmac(algorithm, &secret), r::HMAC_KEY_IS_AS_LONG_AS_THE_HASH);
        }
        for len in [least, least + 1, 200] {
            let secret = Secret::new(vec![7; len]);
            let key = SigningKey::hmac(algorithm, &secret).expect("it is long enough");
            let signature = key.sign(b"input").expect("signed");
            assert_eq!(signature.as_ref().len(), least);
            let verifying = VerifyingKey::hmac(algorithm, &secret).expect("it is long enough");
            assert!(verifying.verify(algorithm, b"input", signature.as_ref()).is_ok());
        }
    }
    // For each of those that are allowed.
    misused(
        VerifyingKey::hmac([Hs256, Hs512], &Secret::new(vec![7; 32])),
        r::HMAC_KEY_IS_AS_LONG_AS_THE_HASH,
    );
}

/// The key of RFC 7515, appendix A.2, with another modulus.
pub(super) fn rsa_with(modulus: &[u8]) -> Jwk {
    let mut object: Value = serde_json::from_str(rfc7515::RS256_KEY).expect("JSON");
    object["n"] = base64url::encode(modulus).into();
    Jwk::parse(object.to_string().as_bytes()).expect("well-formed")
}

/// A modulus of this many bits.
pub(super) fn modulus(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0xff; bits.div_ceil(8)];
    modulus[0] = 0xff >> (modulus.len() * 8 - bits);
    modulus
}

#[track_caller]
fn has_2048_bits(algorithms: [JwsAlgorithm; 3], requirement: &'static Requirement) {
    for algorithm in algorithms {
        for bits in [512, 1024, 2040, 2047] {
            let short = rsa_with(&modulus(bits));
            misused(SigningKey::from_jwk(&short, algorithm), requirement);
            misused(VerifyingKey::from_jwk(&short, algorithm), requirement);
        }
        assert!(VerifyingKey::from_jwk(&rsa_with(&modulus(2048)), algorithm).is_ok());
        let key = testing::signing_key(algorithm).expect("it has 2048 bits");
        let signature = key.sign(b"input").expect("signed");
        assert!(key.verifying_key().verify(algorithm, b"input", signature.as_ref()).is_ok());
    }
}

fn an_rs_key_has_2048_bits() {
    has_2048_bits([Rs256, Rs384, Rs512], r::RS_KEY_HAS_2048_BITS);
}

fn a_ps_key_has_2048_bits() {
    has_2048_bits([Ps256, Ps384, Ps512], r::PS_KEY_HAS_2048_BITS);
}

fn halves_keep_their_zeros() {
    let key = testing::signing_key(Es256).expect("a key");
    let verifying = key.verifying_key();
    // One in 256 begins with a zero, in each of the halves.
    let mut seen = [false; 2];
    for count in 0..20_000_u32 {
        let input = count.to_be_bytes();
        let signature = key.sign(&input).expect("signed");
        let octets = signature.as_ref();
        assert_eq!(octets.len(), 64);
        for (half, at) in [(0, 0), (1, 32)] {
            if octets[at] == 0 && !seen[half] {
                seen[half] = true;
                assert!(verifying.verify(Es256, &input, octets).is_ok());
                let mut shortened = octets.to_vec();
                shortened.remove(at);
                let error = verifying.verify(Es256, &input, &shortened).expect_err("it is shortened");
                assert_eq!(error.requirement(), Some(r::ES256_SIGNATURE_IS_64_OCTETS));
            }
        }
        if seen == [true; 2] {
            return;
        }
    }
    panic!("no signature had a leading zero");
}

/// A signature has this length, and no other is taken.
#[track_caller]
fn is_measured(algorithm: JwsAlgorithm, len: usize, requirement: &'static Requirement) {
    let key = testing::signing_key(algorithm).expect("a key");
    let signature = key.sign(b"input").expect("signed");
    assert_eq!(signature.as_ref().len(), len);
    assert!(key.verifying_key().verify(algorithm, b"input", signature.as_ref()).is_ok());
    for other in [0, 1, len / 2, len - 2, len - 1, len + 1, len + 2, 2 * len] {
        let mut octets = signature.as_ref().to_vec();
        octets.resize(other, 0);
        let error = key.verifying_key().verify(algorithm, b"input", &octets).expect_err("of another length");
        let told = (error.rejection(), error.requirement());
        assert_eq!(told, (Some(Rejection::Signature), Some(requirement)), "{algorithm} {other}");
    }
    // Of that length, and wrong: it is no matter of the length.
    let error = key.verifying_key().verify(algorithm, b"input", &vec![1; len]).expect_err("it is wrong");
    assert_ne!(error.requirement(), Some(requirement));
}

fn es256_signatures_have_64_octets() {
    is_measured(Es256, 64, r::ES256_SIGNATURE_IS_64_OCTETS);
}

fn longer_signatures_have_their_length() {
    is_measured(Es384, 96, r::LONGER_ECDSA_SIGNATURES_ARE_MEASURED);
    is_measured(Es512, 132, r::LONGER_ECDSA_SIGNATURES_ARE_MEASURED);
}

fn the_salt_is_as_long_as_the_hash() {
    for (algorithm, right, signature) in pss::SIGNATURES {
        let key = testing::verifying_key(algorithm).expect("a key");
        let signature = base64url::decode(signature).expect("base64url");
        let result = key.verify(algorithm, b"input", &signature);
        assert_eq!(result.is_ok(), right, "{algorithm}");
        if let Err(error) = result {
            assert_eq!(error.rejection(), Some(Rejection::Signature));
        }
    }
    // So that what is verified here has the salt that it should have.
    for algorithm in [Ps256, Ps384, Ps512] {
        let key = testing::signing_key(algorithm).expect("a key");
        let signatures = [(); 2].map(|()| key.sign(b"input").expect("signed"));
        assert_ne!(signatures[0].as_ref(), signatures[1].as_ref(), "the salt is drawn");
        for signature in signatures {
            assert!(key.verifying_key().verify(algorithm, b"input", signature.as_ref()).is_ok());
        }
    }
}

fn nothing_is_accepted_unsigned() {
    let key = testing::verifying_key(Hs256).expect("a key");
    let limits = JwsLimits::default();
    assert!(verify(rfc7515::HS256, &key, &limits).is_ok());
    let payload = base64url::encode(rfc7515::CLAIMS.as_bytes());
    for none in ["none", "None", "NONE", "nOnE"] {
        let header = base64url::encode(format!(r#"{{"alg":"{none}"}}"#).as_bytes());
        for signature in ["", "AA", &base64url::encode(&[0; 32])] {
            let token = format!("{header}.{payload}.{signature}");
            let error = verify(&token, &key, &limits).expect_err("it is not signed");
            assert_eq!(error.kind(), ErrorKind::Auth, "{token}");
            assert_eq!(error.rejection(), Some(Rejection::Algorithm), "{token}");
            assert_eq!(error.requirement(), Some(r::UNSECURED_IS_REFUSED_BY_DEFAULT), "{token}");
        }
    }
    let error = verify(rfc7515::UNSECURED, &key, &limits).expect_err("it is not signed");
    assert_eq!(error.requirement(), Some(r::UNSECURED_IS_REFUSED_BY_DEFAULT));
    // And there is no way to allow it.
    for none in ["none", "None"] {
        assert!(JwsAlgorithm::from_name(none).is_err());
    }
}
