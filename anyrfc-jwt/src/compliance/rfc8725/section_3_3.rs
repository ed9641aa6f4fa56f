//! RFC 8725, sections 3.3 and 3.4: every operation is validated, and what goes into it.

use anyrfc_core::compliance::Check;
use serde_json::json;

use super::super::{
    judge,
    support::{decode, encode as b64, refused, rejected, signing, unusable},
};
use crate::{
    Error, ErrorKind, Rejection,
    proto::{
        Jwt, SigningKey, Validation, VerifyingKey, encode, encrypt_jwt,
        jwe::{self, DecryptionKey, EncryptionKey, Limits},
    },
    rfc8725 as r,
    types::{ContentEncryption as C, Curve, Header, JweAlgorithm as E, Jwk, JwsAlgorithm as A, NumericDate},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8725/section-3.3/every-operation-is-validated",
        covers: &[r::EVERY_OPERATION_IS_VALIDATED],
        run: every_operation_is_validated,
    },
    Check {
        name: "rfc8725/section-3.3/one-failure-is-enough",
        covers: &[r::ONE_FAILURE_REFUSES_ALL],
        run: one_failure_is_enough,
    },
    Check {
        name: "rfc8725/section-3.3/within-and-without-by-the-callers-keys",
        covers: &[r::INNER_AND_OUTER_ARE_VALIDATED],
        run: within_and_without_by_the_callers_keys,
    },
    Check {
        name: "rfc8725/section-3.4/a-point-is-on-its-curve",
        covers: &[r::INVALID_CURVE_POINTS_ARE_REFUSED],
        run: a_point_is_on_its_curve,
    },
    Check {
        name: "rfc8725/section-3.4/epk-is-on-the-recipients-curve",
        covers: &[r::EPK_FITS_THE_RECIPIENTS_CURVE],
        run: epk_is_on_the_recipients_curve,
    },
    Check {
        name: "rfc8725/section-3.4/points-of-nist-are-validated",
        covers: &[r::NIST_POINTS_ARE_VALIDATED],
        run: points_of_nist_are_validated,
    },
];

fn lax() -> Validation {
    Validation::new().without_expiry().any_audience()
}

fn shared(octet: u8) -> (EncryptionKey, DecryptionKey) {
    let octets = [octet; 16];
    (
        EncryptionKey::symmetric(E::A128Kw, octets).expect("a key"),
        DecryptionKey::symmetric(E::A128Kw, octets).expect("a key"),
    )
}

fn nested(signing: &SigningKey, key: &EncryptionKey) -> String {
    let signed = encode(&json!({"sub": "s"}), &Header::new(signing.algorithm()), signing).expect("a token");
    encrypt_jwt(&signed, &Header::new(E::A128Kw), key, C::A128Gcm).expect("a token")
}

fn take(token: &str, ours: &DecryptionKey, keys: &VerifyingKey) -> Result<Jwt, Error> {
    lax().decrypt_and_verify(token, ours, keys, NumericDate::new(0))
}

/// The same, but for one bit of each octet of a part.
fn spoilt(token: &str, part: usize) -> impl Iterator<Item = String> {
    let parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let octets = decode(&parts[part]);
    (0..octets.len()).map(move |at| {
        let (mut parts, mut octets) = (parts.clone(), octets.clone());
        octets[at] ^= 1;
        parts[part] = b64(&octets);
        parts.join(".")
    })
}

fn every_operation_is_validated() {
    for algorithm in [A::Hs256, A::Es256, A::Rs256, A::Ps256, A::EdDsa] {
        let key = signing(algorithm);
        let token = encode(&json!({"sub": "s"}), &Header::new(algorithm), &key).expect("a token");
        let take = |token: &str| lax().verify(token, key.verifying_key(), NumericDate::new(0));
        assert!(take(&token).is_ok());
        for part in 0..3 {
            for token in spoilt(&token, part) {
                assert!(take(&token).is_err(), "{algorithm} {token}");
            }
        }
    }
    // Unwrapping a key, decrypting with it, and the signature within.
    let ((theirs, ours), key) = (shared(1), signing(A::Hs256));
    let token = nested(&key, &theirs);
    assert!(take(&token, &ours, key.verifying_key()).is_ok());
    for part in 0..5 {
        for token in spoilt(&token, part) {
            assert!(take(&token, &ours, key.verifying_key()).is_err(), "{token}");
        }
    }
}

fn one_failure_is_enough() {
    let ((theirs, ours), key) = (shared(1), signing(A::Es256));
    let keys = key.verifying_key();
    assert!(take(&nested(&key, &theirs), &ours, keys).is_ok());
    // Decrypted rightly, and signed by somebody else.
    let other = SigningKey::generate(A::Es256).expect("a key");
    let refusal = refused(take(&nested(&other, &theirs), &ours, keys), "signed by another");
    assert_eq!((refusal.kind, refusal.why), (ErrorKind::Auth, Some(Rejection::Signature)));
    // Signed rightly, and encrypted with another key.
    let refusal = refused(take(&nested(&key, &shared(2).0), &ours, keys), "another key");
    assert_eq!((refusal.kind, refusal.why), (ErrorKind::Auth, Some(Rejection::Decryption)));
    // All of it right, but that the claims are from another time.
    let late = Validation::new().any_audience();
    let signed = encode(&json!({"exp": 1}), &Header::new(A::Es256), &key).expect("a token");
    let token = encrypt_jwt(&signed, &Header::new(E::A128Kw), &theirs, C::A128Gcm).expect("a token");
    assert!(late.decrypt_and_verify(&token, &ours, keys, NumericDate::new(0)).is_ok());
    assert!(late.decrypt_and_verify(&token, &ours, keys, NumericDate::new(1)).is_err());
}

fn within_and_without_by_the_callers_keys() {
    let ((theirs, ours), key) = (shared(1), signing(A::Rs256));
    let token = nested(&key, &theirs);
    let public = key.public_jwk().expect("public");
    let keys = |algorithm: A| VerifyingKey::from_jwk(&public, algorithm).expect("a key");
    assert!(take(&token, &ours, &keys(A::Rs256)).is_ok());
    // The algorithm within is not one that the caller gave.
    assert_eq!(refused(take(&token, &ours, &keys(A::Ps256)), "within").why, Some(Rejection::Algorithm));
    // Nor that without.
    let gcm = DecryptionKey::symmetric(E::A128GcmKw, [1; 16]).expect("a key");
    assert_eq!(refused(take(&token, &gcm, &keys(A::Rs256)), "without").why, Some(Rejection::Algorithm));
    // A key that the inner token brings along is none of the caller's.
    let stranger = SigningKey::generate(A::Rs256).expect("a key");
    let header = Header::new(A::Rs256).with_jwk(&stranger.public_jwk().expect("public"));
    let signed = encode(&json!({"sub": "s"}), &header, &stranger).expect("a token");
    let token = encrypt_jwt(&signed, &Header::new(E::A128Kw), &theirs, C::A128Gcm).expect("a token");
    assert_eq!(
        refused(take(&token, &ours, &keys(A::Rs256)), "brought along").why,
        Some(Rejection::Signature)
    );
}

const NIST: [(Curve, A); 3] = [(Curve::P256, A::Es256), (Curve::P384, A::Es384), (Curve::P521, A::Es512)];

/// The public members of a key on this curve.
fn point(curve: Curve, x: &[u8], y: &[u8]) -> String {
    format!(r#"{{"kty":"EC","crv":"{}","x":"{}","y":"{}"}}"#, curve.name(), b64(x), b64(y))
}

fn new(curve: Curve) -> (Jwk, Vec<u8>, Vec<u8>) {
    let jwk = Jwk::generate_on(curve).expect("a key");
    let members: serde_json::Value =
        serde_json::from_str(&jwk.to_json().expect("a public key")).expect("JSON");
    let [x, y] = ["x", "y"].map(|name| decode(members[name].as_str().unwrap_or_default()));
    (jwk, x, y)
}

/// What is opened of something that was encrypted to `ours`, if `epk` stands in its header.
fn with_epk(ours: &Jwk, epk: &str) -> Result<jwe::Decrypted, Error> {
    let key = DecryptionKey::from_jwk(ours, E::EcdhEs).expect("a key");
    let header = format!(r#"{{"alg":"ECDH-ES","enc":"A128GCM","epk":{epk}}}"#);
    let token = judge::forged(&header, b"", b"text").to_token();
    jwe::decrypt(&token, &key, &Limits::default())
}

/// On no side of anything is this point taken.
fn is_no_point(curve: Curve, algorithm: A, ours: &Jwk, x: &[u8], y: &[u8]) {
    let text = point(curve, x, y);
    let broken = r::INVALID_CURVE_POINTS_ARE_REFUSED;
    let jwk = Jwk::parse(text.as_bytes()).expect("a form like any other");
    unusable(VerifyingKey::from_jwk(&jwk, algorithm), broken, &text);
    unusable(EncryptionKey::from_jwk(&jwk, E::EcdhEs), broken, &text);
    let refusal = refused(with_epk(ours, &text), &text);
    assert_eq!((refusal.kind, refusal.broken), (ErrorKind::Protocol, Some(broken)), "{text}");
}

fn a_point_is_on_its_curve() {
    for (curve, algorithm) in NIST {
        let (ours, x, y) = new(curve);
        let (private, ..) = new(curve);
        let mut beside = y.clone();
        *beside.last_mut().expect("an octet") ^= 1;
        is_no_point(curve, algorithm, &ours, &x, &beside);
        is_no_point(curve, algorithm, &ours, &y, &x);
        // A private key with the point of another one, or with none.
        let members: serde_json::Value =
            serde_json::from_str(private.to_secret_json().expose()).expect("JSON");
        for (x, y) in [(&x, &y), (&x, &beside)] {
            let mut wrong = members.clone();
            (wrong["x"], wrong["y"]) = (b64(x).into(), b64(y).into());
            let wrong = Jwk::parse(wrong.to_string().as_bytes()).expect("a form like any other");
            assert!(SigningKey::from_jwk(&wrong, algorithm).is_err());
            assert!(DecryptionKey::from_jwk(&wrong, E::EcdhEs).is_err());
        }
        assert!(SigningKey::from_jwk(&private, algorithm).is_ok());
        assert!(DecryptionKey::from_jwk(&private, E::EcdhEs).is_ok());
    }
    // Points of small order, over which everybody agrees on the same.
    let ours = Jwk::generate_on(Curve::X25519).expect("a key");
    let mut one = [0; 32];
    one[0] = 1;
    for x in [[0; 32], one] {
        let epk = format!(r#"{{"kty":"OKP","crv":"X25519","x":"{}"}}"#, b64(x));
        assert_eq!(refused(with_epk(&ours, &epk), &epk).broken, Some(r::INVALID_CURVE_POINTS_ARE_REFUSED));
    }
}

fn epk_is_on_the_recipients_curve() {
    for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::X25519] {
        let (ours, ..) = new(curve);
        for other in [Curve::P256, Curve::P384, Curve::P521, Curve::X25519] {
            let (theirs, ..) = new(other);
            let epk = theirs.to_json().expect("a public key");
            let refusal = refused(with_epk(&ours, &epk), &epk);
            if curve == other {
                // The right curve leads to a key, which is only not that of this text.
                assert_eq!(refusal.why, Some(Rejection::Decryption), "{curve:?}");
            } else {
                let told = (refusal.kind, refusal.broken);
                assert_eq!(told, (ErrorKind::Protocol, Some(r::EPK_FITS_THE_RECIPIENTS_CURVE)), "{curve:?}");
            }
        }
        let key = EncryptionKey::from_jwk(&ours.to_public().expect("public"), E::EcdhEs).expect("a key");
        let token = jwe::encrypt(b"text", &Header::new(E::EcdhEs), &key, C::A128Gcm).expect("sealed");
        let ours = DecryptionKey::from_jwk(&ours, E::EcdhEs).expect("a key");
        assert!(jwe::decrypt(&token, &ours, &Limits::default()).is_ok());
    }
}

fn points_of_nist_are_validated() {
    for (curve, algorithm) in NIST {
        let (ours, x, y) = new(curve);
        let size = curve.size();
        // It is not the point at infinity, however that is written.
        is_no_point(curve, algorithm, &ours, &vec![0; size], &vec![0; size]);
        // Its coordinates are below the prime.
        let mut above = vec![0xff; size];
        if curve == Curve::P521 {
            (above[0], above[1]) = (1, 0xff);
        }
        is_no_point(curve, algorithm, &ours, &above, &y);
        is_no_point(curve, algorithm, &ours, &x, &above);
        // They are on the curve.
        is_no_point(curve, algorithm, &ours, &x, &x);
        let good = Jwk::parse(point(curve, &x, &y).as_bytes()).expect("a key");
        assert!(VerifyingKey::from_jwk(&good, algorithm).is_ok());
        assert!(EncryptionKey::from_jwk(&good, E::EcdhEs).is_ok());
        rejected(
            with_epk(&ours, &point(curve, &x, &y)),
            Rejection::Decryption,
            crate::rfc7516::NO_VALID_RECIPIENT_IS_INVALID,
            "a point, but not the sender's",
        );
    }
}
