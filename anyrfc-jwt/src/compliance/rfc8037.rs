//! RFC 8037: the keys of the CFRG's curves, and what is done with them.

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};
use aws_lc_rs::digest;
use serde_json::{Value, json};

use super::{
    Waived,
    support::{
        LIMITS, decode, encode, header_of, json as value, jwk, malformed, refused, rejected, unusable,
    },
};
use crate::{
    Error, ErrorKind, Rejection,
    proto::{
        SigningKey, VerifyingKey,
        jwe::{self, DecryptionKey, EncryptionKey},
        sign, verify,
    },
    rfc7515, rfc8037 as r, rfc8725,
    testing::{forged, rfc7515 as jws, rfc8037},
    types::{ContentEncryption, Curve, Header, JweAlgorithm as E, Jwk, JwsAlgorithm as A, KeyType},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

const CHECKS: &[Check] = &[
    Check { name: "rfc8037/section-2/kty-is-okp", covers: &[r::KTY_IS_OKP], run: kty_is_okp },
    Check { name: "rfc8037/section-2/crv-is-there", covers: &[r::CRV_IS_PRESENT], run: crv_is_there },
    Check { name: "rfc8037/section-2/x-is-there", covers: &[r::X_IS_PRESENT], run: x_is_there },
    Check {
        name: "rfc8037/section-2/a-private-key-has-d",
        covers: &[r::PRIVATE_KEY_HAS_D],
        run: a_private_key_has_d,
    },
    Check {
        name: "rfc8037/section-2/a-public-key-has-no-d",
        covers: &[r::PUBLIC_KEY_HAS_NO_D],
        run: a_public_key_has_no_d,
    },
    Check {
        name: "rfc8037/section-2/a-thumbprint-is-of-three-members",
        covers: &[r::THUMBPRINT_HASHES_CRV_KTY_X],
        run: a_thumbprint_is_of_three_members,
    },
    Check {
        name: "rfc8037/section-3.1/the-key-chooses-the-variant",
        covers: &[r::SUBTYPE_CHOOSES_THE_VARIANT],
        run: the_key_chooses_the_variant,
    },
    Check {
        name: "rfc8037/section-3.1/a-signing-key-agrees-on-nothing",
        covers: &[r::SIGNING_SUBTYPES_AGREE_ON_NO_KEY],
        run: a_signing_key_agrees_on_nothing,
    },
    Check {
        name: "rfc8037/section-3.2/a-key-for-agreement-signs-nothing",
        covers: &[r::AGREEMENT_SUBTYPES_DO_NOT_SIGN],
        run: a_key_for_agreement_signs_nothing,
    },
    Check {
        name: "rfc8037/section-4/the-algorithm-fits-the-subtype",
        covers: &[r::ALGORITHM_FITS_THE_SUBTYPE],
        run: the_algorithm_fits_the_subtype,
    },
];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::RANDOMNESS_IS_CRYPTOGRAPHIC,
        ByConstruction(
            "`Jwk::generate_on` draws every key from `aws_lc_rs::rand`, seeded by the system, and takes no other \
             source; `VerifyingKey::verify` has one signature, so that there are no batches",
        ),
    ),
    (
        r::X448_GOES_WITH_256_BITS,
        ByConstruction(
            "`types::Curve` has no X448, and a key on it is refused as unsupported when it is read",
        ),
    ),
];

fn parse(value: &Value) -> Result<Jwk, Error> {
    Jwk::parse(value.to_string().as_bytes())
}

/// The known public key, with a member changed or left out.
fn with(text: &str, name: &str, member: Option<Value>) -> Value {
    let mut key = value(text);
    let object = key.as_object_mut().expect("an object");
    match member {
        Some(member) => object.insert(name.to_owned(), member),
        None => object.remove(name),
    };
    key
}

fn new(curve: Curve) -> Jwk {
    Jwk::generate_on(curve).expect("a new key")
}

fn kty_is_okp() {
    for curve in [Curve::Ed25519, Curve::X25519] {
        let key = new(curve);
        assert_eq!(key.key_type(), KeyType::Okp);
        assert_eq!(value(key.to_secret_json().expose())["kty"], "OKP");
        assert_eq!(value(&key.to_json().expect("a public key"))["kty"], "OKP");
    }
    assert_eq!(value(&new(Curve::P256).to_json().expect("a public key"))["kty"], "EC");
    for text in [rfc8037::PUBLIC_KEY, rfc8037::X25519_KEY] {
        assert_eq!(jwk(text).key_type(), KeyType::Okp);
        for other in ["EC", "RSA", "oct", "okp", "OKP ", ""] {
            let key = with(text, "kty", Some(other.into()));
            let kind = refused(parse(&key), other).kind;
            assert!(matches!(kind, ErrorKind::Unsupported | ErrorKind::Protocol), "{other}");
        }
    }
    // Nor is a curve of NIST under this type.
    let key = with(jws::ES256_KEY, "kty", Some("OKP".into()));
    assert_eq!(refused(parse(&key), "P-256").kind, ErrorKind::Unsupported);
}

fn crv_is_there() {
    for (text, curve) in [(rfc8037::PUBLIC_KEY, Curve::Ed25519), (rfc8037::X25519_KEY, Curve::X25519)] {
        assert_eq!(jwk(text).curve(), Some(curve));
        let written = jwk(text).to_json().expect("a public key");
        assert_eq!(value(&written)["crv"], curve.name());
        malformed(parse(&with(text, "crv", None)), r::CRV_IS_PRESENT, "none");
        for bad in [json!(1), Value::Null, json!(["Ed25519"])] {
            malformed(parse(&with(text, "crv", Some(bad.clone()))), r::CRV_IS_PRESENT, &bad.to_string());
        }
        for other in ["ed25519", "ED25519", "Ed25519 ", "Curve25519", "Ed448", ""] {
            let key = with(text, "crv", Some(other.into()));
            assert_eq!(refused(parse(&key), other).kind, ErrorKind::Unsupported);
        }
    }
}

fn x_is_there() {
    for text in [rfc8037::PUBLIC_KEY, rfc8037::X25519_KEY] {
        let x = value(text)["x"].as_str().expect("a string").to_owned();
        let octets = decode(&x);
        assert_eq!(value(&jwk(text).to_json().expect("a public key"))["x"], x);
        malformed(parse(&with(text, "x", None)), r::X_IS_PRESENT, "none");
        for bad in [
            json!(1),
            Value::Null,
            "".into(),
            format!("{x}=").into(),
            format!("{x}\n").into(),
            encode(&octets[1..]).into(),
            encode([&[0], octets.as_slice()].concat()).into(),
            octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>().into(),
        ] {
            let what = bad.to_string();
            malformed(parse(&with(text, "x", Some(bad))), r::X_IS_PRESENT, &what);
        }
    }
    // A private key without it is none either.
    malformed(parse(&with(rfc8037::PRIVATE_KEY, "x", None)), r::X_IS_PRESENT, "a private key");
}

fn a_private_key_has_d() {
    let key = jwk(rfc8037::PRIVATE_KEY);
    assert!(key.is_private());
    assert_eq!(value(key.to_secret_json().expose()), value(rfc8037::PRIVATE_KEY));
    for curve in [Curve::Ed25519, Curve::X25519] {
        let written = value(new(curve).to_secret_json().expose());
        assert_eq!(decode(written["d"].as_str().expect("a string")).len(), 32);
    }
    let d = value(rfc8037::PRIVATE_KEY)["d"].as_str().expect("a string").to_owned();
    let octets = decode(&d);
    for bad in [
        json!(1),
        Value::Null,
        "".into(),
        format!("{d}=").into(),
        encode(&octets[..31]).into(),
        encode([octets.as_slice(), &decode("AAAA")].concat()).into(),
    ] {
        let what = bad.to_string();
        malformed(parse(&with(rfc8037::PRIVATE_KEY, "d", Some(bad))), r::PRIVATE_KEY_HAS_D, &what);
    }
    // Without it nothing is signed, and with another's nothing either.
    SigningKey::from_jwk(&key, A::EdDsa).expect("the RFC's own");
    let public = jwk(rfc8037::PUBLIC_KEY);
    assert!(!public.is_private());
    assert_eq!(refused(SigningKey::from_jwk(&public, A::EdDsa), "a public key").kind, ErrorKind::Usage);
    let other = value(new(Curve::Ed25519).to_secret_json().expose())["d"].clone();
    let mixed = parse(&with(rfc8037::PRIVATE_KEY, "d", Some(other))).expect("it is well-formed");
    unusable(SigningKey::from_jwk(&mixed, A::EdDsa), r::X_IS_PRESENT, "halves of two keys");
}

fn a_public_key_has_no_d() {
    let signing = SigningKey::from_jwk(&jwk(rfc8037::PRIVATE_KEY), A::EdDsa).expect("a key");
    let agreeing = new(Curve::X25519);
    for key in [&jwk(rfc8037::PRIVATE_KEY), &agreeing, &new(Curve::Ed25519)] {
        assert!(value(key.to_secret_json().expose()).get("d").is_some(), "the private one has it");
        let public = key.to_public().expect("a public half");
        for text in [
            key.to_json().expect("a public key"),
            public.to_json().expect("a public key"),
            public.to_secret_json().expose().clone(),
            serde_json::to_string(key).expect("JSON"),
            Value::Object(key.to_object().expect("a public key")).to_string(),
        ] {
            assert!(value(&text).get("d").is_none(), "{text}");
            assert_eq!(jwk(&text).thumbprint(), key.thumbprint());
        }
    }
    let public = signing.public_jwk().expect("a public half").to_secret_json();
    assert_eq!(value(public.expose()), value(rfc8037::PUBLIC_KEY));
    // Nor does it leave in a header, as the signer's key or as an ephemeral one.
    let header = Header::new(A::EdDsa).with_jwk(&jwk(rfc8037::PRIVATE_KEY));
    let token = sign(b"", &header, &signing).expect("a JWS");
    assert_eq!(header_of(&token)["jwk"], value(rfc8037::PUBLIC_KEY));
    let key = EncryptionKey::from_jwk(&agreeing, E::EcdhEs).expect("a key");
    let token = jwe::encrypt(b"", &Header::new(E::EcdhEs), &key, ContentEncryption::A128Gcm).expect("a JWE");
    let epk = &header_of(&token)["epk"];
    assert_eq!((&epk["crv"], epk.get("d")), (&json!("X25519"), None));
    // One in a header that was read is refused.
    let leaked = json!({"alg": "EdDSA", "jwk": value(rfc8037::PRIVATE_KEY)}).to_string();
    assert_eq!(refused(Header::parse(leaked.as_bytes()), "a private jwk").kind, ErrorKind::Protocol);
    let proper = json!({"alg": "EdDSA", "jwk": value(rfc8037::PUBLIC_KEY)}).to_string();
    Header::parse(proper.as_bytes()).expect("a public one");
}

fn a_thumbprint_is_of_three_members() {
    for text in [rfc8037::PRIVATE_KEY, rfc8037::PUBLIC_KEY] {
        assert_eq!(jwk(text).thumbprint().to_string(), rfc8037::THUMBPRINT);
    }
    for key in [jwk(rfc8037::X25519_KEY), new(Curve::Ed25519)] {
        let (x, crv) =
            (value(&key.to_json().expect("a public key"))["x"].clone(), key.curve().expect("a curve"));
        let text = format!(r#"{{"crv":"{}","kty":"OKP","x":{x}}}"#, crv.name());
        let expected = encode(digest::digest(&digest::SHA256, text.as_bytes()));
        assert_eq!(key.thumbprint().to_string(), expected);
    }
}

fn the_key_chooses_the_variant() {
    let key = SigningKey::from_jwk(&jwk(rfc8037::PRIVATE_KEY), A::EdDsa).expect("a key");
    let public = VerifyingKey::from_jwk(&jwk(rfc8037::PUBLIC_KEY), A::EdDsa).expect("a key");
    // The RFC's own, letter by letter: Ed25519 is deterministic, and neither prehashed nor in a context.
    let token = sign(rfc8037::PAYLOAD.as_bytes(), &Header::new(A::EdDsa), &key).expect("a JWS");
    assert_eq!(token, rfc8037::JWS);
    let verified = verify(rfc8037::JWS, &public, &LIMITS).expect("the RFC's own");
    assert_eq!(verified.payload(), rfc8037::PAYLOAD.as_bytes());
    for at in [0, 31, 32, 63] {
        let (input, signature) = rfc8037::JWS.rsplit_once('.').expect("a signature");
        let mut octets = decode(signature);
        octets[at] ^= 1;
        let token = format!("{input}.{}", encode(octets));
        rejected(
            verify(&token, &public, &LIMITS),
            Rejection::Signature,
            rfc7515::NO_VALID_SIGNATURE_IS_INVALID,
            "a changed one",
        );
    }
    // The other variant is never tried with a key of this one, nor this one with a key of that.
    let ed448 = json!({"kty": "OKP", "crv": "Ed448", "x": encode([1; 57])});
    assert_eq!(refused(parse(&ed448), "Ed448").kind, ErrorKind::Unsupported);
    let long = format!("{}.{}", rfc8037::JWS.rsplit_once('.').expect("a signature").0, encode([1; 114]));
    rejected(
        verify(&long, &public, &LIMITS),
        Rejection::Signature,
        rfc7515::NO_VALID_SIGNATURE_IS_INVALID,
        "a signature of the other length",
    );
}

fn a_signing_key_agrees_on_nothing() {
    let (ed25519, x25519) = (new(Curve::Ed25519), new(Curve::X25519));
    for algorithm in [E::EcdhEs, E::EcdhEsA128Kw, E::EcdhEsA192Kw, E::EcdhEsA256Kw] {
        EncryptionKey::from_jwk(&x25519, algorithm).expect("a key for agreement");
        DecryptionKey::from_jwk(&x25519, algorithm).expect("a key for agreement");
        let result = EncryptionKey::from_jwk(&ed25519, algorithm);
        unusable(result, r::SIGNING_SUBTYPES_AGREE_ON_NO_KEY, "to whom it is sent");
        let result = DecryptionKey::from_jwk(&ed25519, algorithm);
        unusable(result, r::SIGNING_SUBTYPES_AGREE_ON_NO_KEY, "who gets it");
    }
    // Nor as the ephemeral key of somebody else.
    let key = EncryptionKey::from_jwk(&x25519, E::EcdhEs).expect("a key");
    let recipient = DecryptionKey::from_jwk(&x25519, E::EcdhEs).expect("a key");
    let header = Header::new(E::EcdhEs);
    let token = jwe::encrypt(b"x", &header, &key, ContentEncryption::A128Gcm).expect("a JWE");
    let limits = jwe::Limits::default();
    let decrypted = jwe::decrypt(&token, &recipient, &limits).expect("it is right");
    assert_eq!(decrypted.plaintext.expose(), b"x");
    let mut header = header_of(&token);
    header["epk"]["crv"] = "Ed25519".into();
    let (_, rest) = token.split_once('.').expect("parts");
    let forged = format!("{}.{rest}", encode(header.to_string()));
    let refusal = refused(jwe::decrypt(&forged, &recipient, &limits), "an Ed25519 epk");
    assert!(matches!(refusal.kind, ErrorKind::Protocol | ErrorKind::Auth), "{refusal:?}");
    assert!(refusal.broken.is_some(), "{refusal:?}");
}

fn a_key_for_agreement_signs_nothing() {
    let (x25519, ed25519) = (new(Curve::X25519), new(Curve::Ed25519));
    for algorithm in [A::EdDsa, A::Ed25519] {
        SigningKey::from_jwk(&ed25519, algorithm).expect("a key that signs");
        VerifyingKey::from_jwk(&ed25519, algorithm).expect("a key that verifies");
        let result = SigningKey::from_jwk(&x25519, algorithm);
        unusable(result, r::AGREEMENT_SUBTYPES_DO_NOT_SIGN, "it would sign");
        let result = VerifyingKey::from_jwk(&x25519, algorithm);
        unusable(result, r::AGREEMENT_SUBTYPES_DO_NOT_SIGN, "it would verify");
    }
    let result = VerifyingKey::from_jwk(&jwk(rfc8037::X25519_KEY), A::ALL);
    assert_eq!(refused(result, "by whatever").kind, ErrorKind::Usage);
    assert_eq!(refused(jwk_of(rfc8037::X448_KEY), "X448").kind, ErrorKind::Unsupported);
}

fn jwk_of(text: &str) -> Result<Jwk, Error> {
    Jwk::parse(text.as_bytes())
}

fn the_algorithm_fits_the_subtype() {
    let ed25519 = jwk(rfc8037::PRIVATE_KEY);
    for algorithm in A::ALL.iter().copied() {
        let fits = matches!(algorithm, A::EdDsa | A::Ed25519);
        for result in [
            SigningKey::from_jwk(&ed25519, algorithm).map(drop),
            VerifyingKey::from_jwk(&ed25519, algorithm).map(drop),
        ] {
            if fits {
                result.expect("it fits");
            } else {
                unusable(result, rfc8725::ALGORITHM_OF_THE_KEY_IS_CHECKED, algorithm.name());
            }
        }
        // And the other way round: EdDSA by keys of other types.
        let other = crate::testing::jwk(algorithm).expect("a key");
        let result = VerifyingKey::from_jwk(&other, A::EdDsa);
        assert_eq!(result.is_ok(), fits, "{algorithm}");
    }
    // In a token it is found out before the signature is looked at.
    let key = SigningKey::from_jwk(&ed25519, A::EdDsa).expect("a key");
    for algorithm in A::ALL.iter().copied().filter(|algorithm| *algorithm != A::EdDsa) {
        let token = forged(&format!(r#"{{"alg":"{algorithm}"}}"#), b"{}", &key).expect("a token");
        rejected(
            verify(&token, key.verifying_key(), &LIMITS),
            Rejection::Algorithm,
            rfc8725::NO_OTHER_ALGORITHM_IS_USED,
            algorithm.name(),
        );
    }
}
