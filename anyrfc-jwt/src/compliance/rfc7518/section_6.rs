//! RFC 7518, sections 2 and 6: numbers and keys.

use anyrfc_core::{Requirement, compliance::Check};
use serde_json::{Value, json};

use super::super::judge::breaks;
use crate::{
    ErrorKind,
    codec::{base64url, der},
    proto::{SigningKey, VerifyingKey},
    rfc7518 as r,
    testing::{rfc7515, rfc7517, rfc7520},
    types::{Curve, Jwk, JwkSet, JwsAlgorithm, KeyType},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7518/section-2/numbers-have-no-leading-zeros",
        covers: &[r::UINT_HAS_NO_LEADING_ZEROS],
        run: numbers_have_no_leading_zeros,
    },
    Check {
        name: "rfc7518/section-6.1/rsa-and-oct-keys-are-there",
        covers: &[r::RSA_AND_OCT_KEYS_ARE_THERE],
        run: rsa_and_oct_keys_are_there,
    },
    Check {
        name: "rfc7518/section-6.1/ec-keys-are-there",
        covers: &[r::EC_KEYS_ARE_THERE],
        run: ec_keys_are_there,
    },
    Check {
        name: "rfc7518/section-6.2.1/an-ec-key-has-crv-and-x",
        covers: &[r::EC_KEY_HAS_CRV_AND_X],
        run: an_ec_key_has_crv_and_x,
    },
    Check { name: "rfc7518/section-6.2.1/an-ec-key-has-y", covers: &[r::EC_KEY_HAS_Y], run: an_ec_key_has_y },
    Check {
        name: "rfc7518/section-6.2.1.2/x-has-its-length",
        covers: &[r::X_HAS_FULL_LENGTH],
        run: x_has_its_length,
    },
    Check {
        name: "rfc7518/section-6.2.1.3/y-has-its-length",
        covers: &[r::Y_HAS_FULL_LENGTH],
        run: y_has_its_length,
    },
    Check {
        name: "rfc7518/section-6.2.2/a-private-ec-key-has-d",
        covers: &[r::EC_PRIVATE_KEY_HAS_D],
        run: a_private_ec_key_has_d,
    },
    Check {
        name: "rfc7518/section-6.2.2.1/d-has-its-length",
        covers: &[r::EC_D_HAS_FULL_LENGTH],
        run: d_has_its_length,
    },
    Check {
        name: "rfc7518/section-6.3.1/an-rsa-key-has-n-and-e",
        covers: &[r::RSA_KEY_HAS_N_AND_E],
        run: an_rsa_key_has_n_and_e,
    },
    Check {
        name: "rfc7518/section-6.3.1.2/65537-is-aqab",
        covers: &[r::EXPONENT_65537_IS_THREE_OCTETS],
        run: exponent_65537_is_aqab,
    },
    Check {
        name: "rfc7518/section-6.3.2/a-private-rsa-key-has-d",
        covers: &[r::RSA_PRIVATE_KEY_HAS_D],
        run: a_private_rsa_key_has_d,
    },
    Check {
        name: "rfc7518/section-6.3.2/a-private-rsa-key-has-its-factors",
        covers: &[r::RSA_PRIVATE_KEY_HAS_ITS_FACTORS],
        run: a_private_rsa_key_has_its_factors,
    },
    Check {
        name: "rfc7518/section-6.3.2/factors-come-together",
        covers: &[r::RSA_FACTORS_COME_TOGETHER],
        run: factors_come_together,
    },
    Check {
        name: "rfc7518/section-6.3.2.7/oth-is-not-written",
        covers: &[r::OTH_NEEDS_A_THIRD_PRIME, r::OTH_IS_ABSENT_FOR_TWO_PRIMES],
        run: oth_is_not_written,
    },
    Check {
        name: "rfc7518/section-6.3.2.7/a-key-with-oth-is-not-used",
        covers: &[r::OTH_NOT_SUPPORTED_IS_REFUSED],
        run: a_key_with_oth_is_not_used,
    },
    Check {
        name: "rfc7518/section-6.4/a-symmetric-key-names-its-algorithm",
        covers: &[r::OCT_KEY_NAMES_ITS_ALG],
        run: a_symmetric_key_names_its_algorithm,
    },
];

const FACTORS: [&str; 5] = ["p", "q", "dp", "dq", "qi"];

fn parse(value: &Value) -> Result<Jwk, crate::Error> {
    Jwk::parse(value.to_string().as_bytes())
}

/// The private RSA key of RFC 7515, appendix A.2.
fn rsa() -> Value {
    serde_json::from_str(rfc7515::RS256_KEY).expect("JSON")
}

/// A new private key on the curve, as we write it.
fn on(curve: Curve) -> Value {
    secret(&Jwk::generate_on(curve).expect("a key"))
}

/// All that we write of a key.
fn secret(jwk: &Jwk) -> Value {
    serde_json::from_str(jwk.to_secret_json().expose()).expect("JSON")
}

/// What is public of it.
fn public(jwk: &Jwk) -> Value {
    serde_json::from_str(&jwk.to_json().expect("public")).expect("JSON")
}

fn without(mut key: Value, names: &[&str]) -> Value {
    for name in names {
        key.as_object_mut().expect("an object").remove(*name).expect("it was there");
    }
    key
}

/// With these octets in place of those that are there.
fn changed(mut key: Value, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Value {
    let mut octets = octets(&key[name]);
    change(&mut octets);
    key[name] = base64url::encode(&octets).into();
    key
}

fn octets(value: &Value) -> Vec<u8> {
    base64url::decode(value.as_str().expect("text")).expect("base64url")
}

#[track_caller]
fn refused(key: &Value, requirement: &'static Requirement) {
    breaks(&parse(key).expect_err("it is to be refused"), requirement);
}

fn numbers_have_no_leading_zeros() {
    let key = parse(&rsa()).expect("a key");
    for name in ["n", "e"] {
        refused(&changed(rsa(), name, |octets| octets.insert(0, 0)), r::UINT_HAS_NO_LEADING_ZEROS);
        refused(&changed(rsa(), name, Vec::clear), r::UINT_HAS_NO_LEADING_ZEROS);
    }
    // What is private often comes with them, and goes without.
    let names = ["d", "p", "q", "dp", "dq", "qi"];
    let padded = names.into_iter().fold(rsa(), |key, name| changed(key, name, |octets| octets.insert(0, 0)));
    assert_ne!(padded, rsa());
    assert_eq!(secret(&parse(&padded).expect("the same numbers")), secret(&key));
    // Nor do they come from DER, where a number whose highest bit is set has one.
    let pkcs8 = der::to_pkcs8(&key).expect("a private key");
    for jwk in
        [der::from_der(pkcs8.expose()).expect("a key"), Jwk::generate(JwsAlgorithm::Rs256).expect("a key")]
    {
        for name in names.into_iter().chain(["n", "e"]) {
            assert_ne!(octets(&secret(&jwk)[name])[0], 0, "{name}");
        }
    }
}

fn rsa_and_oct_keys_are_there() {
    let set = JwkSet::parse(rfc7517::PRIVATE_KEYS.as_bytes()).expect("keys");
    let rsa = set.keys().iter().find(|key| key.key_type() == KeyType::Rsa).expect("an RSA key");
    let key = SigningKey::from_jwk(rsa, JwsAlgorithm::Rs256).expect("a key");
    let signature = key.sign(b"input").expect("signed");
    assert!(key.verifying_key().verify(JwsAlgorithm::Rs256, b"input", signature.as_ref()).is_ok());
    let set = JwkSet::parse(rfc7517::SYMMETRIC_KEYS.as_bytes()).expect("keys");
    assert!(set.keys().iter().all(|key| key.key_type() == KeyType::Oct) && set.keys().len() == 2);
    let key = SigningKey::from_jwk(&set.keys()[1], JwsAlgorithm::Hs256).expect("a key");
    assert!(key.sign(b"input").is_ok());
    // Without their numbers, or their octets, they are none; nor is a type that nobody knows.
    for text in
        [r#"{"kty":"RSA"}"#, r#"{"kty":"oct"}"#, r#"{"kty":"oct","k":"A="}"#, r#"{"kty":"oct","k":1}"#]
    {
        assert_eq!(
            Jwk::parse(text.as_bytes()).expect_err("it is none").kind(),
            ErrorKind::Protocol,
            "{text}"
        );
    }
    for kty in ["rsa", "OCT", "Oct", "DSA"] {
        let text = format!(r#"{{"kty":"{kty}","k":"AAAA","n":"AQAB","e":"AQAB"}}"#);
        let error = Jwk::parse(text.as_bytes()).expect_err("it is none");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{kty}");
    }
}

fn ec_keys_are_there() {
    for (text, algorithm) in [
        (rfc7515::ES256_KEY, JwsAlgorithm::Es256),
        (rfc7515::ES512_KEY, JwsAlgorithm::Es512),
        (rfc7520::EC_PRIVATE, JwsAlgorithm::Es512),
    ] {
        let jwk = Jwk::parse(text.as_bytes()).expect("a key");
        assert_eq!(jwk.key_type(), KeyType::Ec);
        let key = SigningKey::from_jwk(&jwk, algorithm).expect("a key");
        let signature = key.sign(b"input").expect("signed");
        let verifying = VerifyingKey::from_jwk(&jwk.to_public().expect("public"), algorithm).expect("a key");
        assert!(verifying.verify(algorithm, b"input", signature.as_ref()).is_ok());
    }
    for curve in ["P-192", "p-256", "secp256k1", ""] {
        let mut key = on(Curve::P256);
        key["crv"] = curve.into();
        assert_eq!(parse(&key).expect_err("it is none").kind(), ErrorKind::Unsupported, "{curve}");
    }
}

const EC: [(Curve, usize); 3] = [(Curve::P256, 32), (Curve::P384, 48), (Curve::P521, 66)];

fn an_ec_key_has_crv_and_x() {
    for (curve, _) in EC {
        let key = on(curve);
        for name in ["crv", "x"] {
            refused(&without(key.clone(), &[name]), r::EC_KEY_HAS_CRV_AND_X);
        }
        let jwk = parse(&key).expect("a key");
        for written in [public(&jwk), secret(&jwk)] {
            assert_eq!(written["crv"], curve.name());
            assert_eq!(written["x"], key["x"]);
        }
    }
}

fn an_ec_key_has_y() {
    for (curve, _) in EC {
        let key = on(curve);
        refused(&without(key.clone(), &["y"]), r::EC_KEY_HAS_Y);
        let jwk = parse(&key).expect("a key");
        for written in [public(&jwk), secret(&jwk)] {
            assert_eq!(written["y"], key["y"]);
        }
    }
}

/// A number of this many octets, that is written with all of them, and read in no other length.
#[track_caller]
fn has_its_length(name: &str, requirement: &'static Requirement) {
    for (curve, size) in EC {
        let key = on(curve);
        let changes: [fn(&mut Vec<u8>); 5] = [
            |octets: &mut Vec<u8>| octets.insert(0, 0),
            |octets: &mut Vec<u8>| octets.drain(..1).for_each(drop),
            |octets: &mut Vec<u8>| octets.push(0),
            |octets: &mut Vec<u8>| octets.truncate(octets.len() - 1),
            Vec::clear,
        ];
        for change in changes {
            refused(&changed(key.clone(), name, change), requirement);
        }
        // With its zeros: one key in 256 has one.
        let keys = (0..if size == 32 { 4000 } else { 4 }).map(|_| on(curve));
        let mut zeros = 0;
        for key in keys {
            assert_eq!(octets(&key[name]).len(), size, "{curve:?}");
            zeros += usize::from(octets(&key[name])[0] == 0);
            if zeros > 0 && size == 32 {
                let jwk = parse(&key).expect("a key");
                assert_eq!(secret(&jwk), key);
                assert!(SigningKey::from_jwk(&jwk, JwsAlgorithm::Es256).is_ok());
                break;
            }
        }
        assert!(zeros > 0 || size != 32, "no key had a leading zero");
    }
}

fn x_has_its_length() {
    has_its_length("x", r::X_HAS_FULL_LENGTH);
}

fn y_has_its_length() {
    has_its_length("y", r::Y_HAS_FULL_LENGTH);
}

fn d_has_its_length() {
    has_its_length("d", r::EC_D_HAS_FULL_LENGTH);
}

fn a_private_ec_key_has_d() {
    for (curve, _) in EC {
        let key = on(curve);
        let jwk = parse(&key).expect("a key");
        assert!(jwk.is_private());
        let names: Vec<_> = key.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(names, ["crv", "d", "kty", "x", "y"]);
        assert_eq!(secret(&jwk), key);
        let public = parse(&without(key, &["d"])).expect("a key");
        assert!(!public.is_private() && secret(&public).get("d").is_none());
    }
    let public = Jwk::parse(rfc7515::ES256_KEY.as_bytes()).expect("a key").to_public().expect("public");
    assert!(SigningKey::from_jwk(&public, JwsAlgorithm::Es256).is_err());
}

fn an_rsa_key_has_n_and_e() {
    let jwk = parse(&rsa()).expect("a key");
    for written in [public(&jwk), secret(&jwk)] {
        assert_eq!((&written["n"], &written["e"]), (&rsa()["n"], &rsa()["e"]));
    }
    for name in ["n", "e"] {
        refused(&without(rsa(), &[name]), r::RSA_KEY_HAS_N_AND_E);
        let mut key = rsa();
        key[name] = json!("A=");
        refused(&key, r::RSA_KEY_HAS_N_AND_E);
        key[name] = json!(65537);
        refused(&key, r::RSA_KEY_HAS_N_AND_E);
    }
}

fn exponent_65537_is_aqab() {
    let pkcs8 = der::to_pkcs8(&parse(&rsa()).expect("a key")).expect("a private key");
    for jwk in [
        parse(&rsa()).expect("a key"),
        der::from_der(pkcs8.expose()).expect("a key"),
        Jwk::generate(JwsAlgorithm::Ps256).expect("a key"),
    ] {
        assert_eq!((&public(&jwk)["e"], &secret(&jwk)["e"]), (&json!("AQAB"), &json!("AQAB")));
    }
    for wrong in ["AAEAAQ", "AAAAAAABAAE"] {
        let mut key = rsa();
        key["e"] = wrong.into();
        refused(&key, r::UINT_HAS_NO_LEADING_ZEROS);
    }
}

fn a_private_rsa_key_has_d() {
    assert_eq!(secret(&parse(&rsa()).expect("a key"))["d"], rsa()["d"]);
    refused(&without(rsa(), &["d"]), r::RSA_PRIVATE_KEY_HAS_D);
    refused(&changed(rsa(), "d", Vec::clear), r::RSA_PRIVATE_KEY_HAS_D);
    let public = without(without(rsa(), &["d"]), &FACTORS);
    assert!(!parse(&public).expect("a key").is_private());
}

fn a_private_rsa_key_has_its_factors() {
    let pkcs8 = der::to_pkcs8(&parse(&rsa()).expect("a key")).expect("a private key");
    for jwk in [
        parse(&rsa()).expect("a key"),
        der::from_der(pkcs8.expose()).expect("a key"),
        Jwk::generate(JwsAlgorithm::Rs256).expect("a key"),
    ] {
        let written = secret(&jwk);
        assert!(FACTORS.iter().all(|name| written[*name].is_string()));
        // They belong together: what is written can be signed with.
        assert!(SigningKey::from_jwk(&parse(&written).expect("a key"), JwsAlgorithm::Rs256).is_ok());
    }
    // A key without them is well-formed, and nothing is done with it here.
    let jwk = parse(&without(rsa(), &FACTORS)).expect("a key");
    let error = SigningKey::from_jwk(&jwk, JwsAlgorithm::Rs256).expect_err("it has no factors");
    let told = (error.kind(), error.requirement());
    assert_eq!(told, (ErrorKind::Unsupported, Some(r::RSA_PRIVATE_KEY_HAS_ITS_FACTORS)));
}

fn factors_come_together() {
    for some in 1..31_u32 {
        let missing: Vec<_> =
            FACTORS.iter().enumerate().filter(|(at, _)| some >> at & 1 == 1).map(|(_, name)| *name).collect();
        refused(&without(rsa(), &missing), r::RSA_FACTORS_COME_TOGETHER);
    }
    let none = without(rsa(), &FACTORS);
    let written = secret(&parse(&none).expect("a key"));
    assert!(FACTORS.iter().all(|name| written.get(*name).is_none()));
    let all = secret(&parse(&rsa()).expect("a key"));
    assert!(FACTORS.iter().all(|name| all[*name] == rsa()[*name]));
}

/// The element that a third prime would have.
fn oth() -> Value {
    json!([{ "r": "AQAB", "d": "AQAB", "t": "AQAB" }])
}

fn oth_is_not_written() {
    for jwk in [parse(&rsa()).expect("a key"), Jwk::generate(JwsAlgorithm::Rs256).expect("a key")] {
        assert!(secret(&jwk).get("oth").is_none() && public(&jwk).get("oth").is_none());
        assert!(secret(&jwk).get("qi").is_some());
    }
    // Not as a member that nobody understands either.
    for elements in [oth(), json!([]), json!(null)] {
        let mut key = rsa();
        key["oth"] = elements;
        assert!(parse(&key).is_err());
    }
}

fn a_key_with_oth_is_not_used() {
    assert!(parse(&rsa()).is_ok());
    for elements in [oth(), json!([oth()[0], oth()[0]]), json!([]), json!("x")] {
        let mut key = rsa();
        key["oth"] = elements;
        let error = parse(&key).expect_err("it has a third prime");
        let told = (error.kind(), error.requirement());
        assert_eq!(told, (ErrorKind::Unsupported, Some(r::OTH_NOT_SUPPORTED_IS_REFUSED)));
        // In a set it is passed over, and the others are there.
        let set = json!({ "keys": [key, rsa()] });
        assert_eq!(JwkSet::parse(set.to_string().as_bytes()).expect("keys").keys().len(), 1);
    }
}

fn a_symmetric_key_names_its_algorithm() {
    for algorithm in [JwsAlgorithm::Hs256, JwsAlgorithm::Hs384, JwsAlgorithm::Hs512] {
        assert_eq!(secret(&Jwk::generate(algorithm).expect("a key"))["alg"], algorithm.name());
    }
    // Of octets that somebody has, he says it.
    let octets = || Jwk::symmetric(vec![7; 32]);
    let marked = octets().with_algorithm(crate::types::JweAlgorithm::A256Kw);
    assert_eq!(secret(&marked)["alg"], "A256KW");
    assert!(secret(&octets()).get("alg").is_none());
    // And it is for no other then.
    assert!(SigningKey::from_jwk(&octets(), JwsAlgorithm::Hs256).is_ok());
    assert!(SigningKey::from_jwk(&marked, JwsAlgorithm::Hs256).is_err());
}
