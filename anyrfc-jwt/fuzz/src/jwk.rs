//! Keys: in JSON, in DER, in PEM.

use anyrfc_jwt::{Jwk, JwkSet, JwsAlgorithm, KeyType, SigningKey, ThumbprintHash, VerifyingKey, codec::der};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::judge;

/// The first byte picks what the rest is: a JWK, a set of them, DER or PEM.
pub fn jwk(data: &[u8]) {
    let Some((&pick, rest)) = data.split_first() else { return };
    match pick {
        b's' => set(rest),
        b'd' => octets(rest),
        b'p' => pem(rest),
        _ => key(rest),
    }
}

/// What is read is a key that stands there, is written and read again, and never shows its secret.
fn key(data: &[u8]) {
    let jwk = match Jwk::parse(data) {
        Ok(jwk) => jwk,
        Err(error) => return judge::told(&error),
    };
    let said = judge::object(data);
    assert_eq!(said["kty"], jwk.key_type().name());
    assert_eq!(said.get("kid").and_then(Value::as_str), jwk.key_id());
    assert_eq!(said.get("alg").and_then(Value::as_str), jwk.algorithm());
    let secret_members = ["d", "p", "q", "dp", "dq", "qi", "k", "oth"];
    let is_private = jwk.key_type() != KeyType::Oct && said.contains_key("d");
    assert_eq!(jwk.is_private(), is_private || jwk.key_type() == KeyType::Oct);
    same(&jwk, jwk.to_secret_json().expose());
    if let Ok(json) = jwk.to_json() {
        let public = judge::object(json.as_bytes());
        assert!(secret_members.iter().all(|name| !public.contains_key(*name)), "{public:?}");
        let read = Jwk::parse(json.as_bytes()).expect("what was written");
        assert!(!read.is_private() && read.thumbprint() == jwk.thumbprint());
        assert_eq!(read.to_json().expect("it is public"), json);
    } else {
        assert_eq!(jwk.key_type(), KeyType::Oct);
    }
    let shown = format!("{jwk:?}{jwk:#?}");
    let secret = said.get(if jwk.key_type() == KeyType::Oct { "k" } else { "d" }).and_then(Value::as_str);
    if let Some(secret) = secret.filter(|secret| secret.len() > 16) {
        let open: Vec<&Value> = said
            .iter()
            .filter(|(name, _)| !secret_members.contains(&name.as_str()))
            .map(|(_, value)| value)
            .collect();
        let elsewhere = open.iter().any(|value| value.to_string().contains(secret));
        assert!(elsewhere || !shown.contains(secret), "a secret is shown");
    }
    work(&jwk);
    forms(&jwk);
}

/// The same key, written twice.
fn same(jwk: &Jwk, text: &str) {
    let again = Jwk::parse(text.as_bytes()).expect("what was written");
    assert_eq!(again.to_secret_json().expose(), text);
    for hash in [ThumbprintHash::Sha256, ThumbprintHash::Sha384, ThumbprintHash::Sha512] {
        assert_eq!(again.thumbprint_by(hash), jwk.thumbprint_by(hash));
    }
}

/// Whoever signs with it is believed by those who have its public half, and by nobody else.
fn work(jwk: &Jwk) {
    for algorithm in [
        JwsAlgorithm::Hs256,
        JwsAlgorithm::Es256,
        JwsAlgorithm::Es384,
        JwsAlgorithm::Es512,
        JwsAlgorithm::EdDsa,
        JwsAlgorithm::Rs256,
    ] {
        let fits = match algorithm {
            JwsAlgorithm::Hs256 => jwk.key_type() == KeyType::Oct,
            JwsAlgorithm::Rs256 => jwk.key_type() == KeyType::Rsa,
            JwsAlgorithm::EdDsa => jwk.key_type() == KeyType::Okp,
            _ => jwk.key_type() == KeyType::Ec,
        };
        let verifying = VerifyingKey::from_jwk(jwk, algorithm);
        let signing = SigningKey::from_jwk(jwk, algorithm);
        if let Err(error) = &verifying {
            judge::told(error);
        }
        if let Err(error) = &signing {
            judge::told(error);
        }
        assert!(fits || verifying.is_err() && signing.is_err(), "{algorithm:?} with {jwk:?}");
        let Ok(signing) = signing else { continue };
        let signature = signing.sign(b"input").expect("a signature");
        assert_eq!(signature.as_ref().len(), signing.signature_len());
        signing.verifying_key().verify(algorithm, b"input", signature.as_ref()).expect("its own signature");
        signing.verifying_key().verify(algorithm, b"inpus", signature.as_ref()).expect_err("another input");
        if let Ok(verifying) = verifying {
            verifying.verify(algorithm, b"input", signature.as_ref()).expect("the same key");
        }
    }
}

/// The forms of other formats lead back to the same key.
fn forms(jwk: &Jwk) {
    if let Ok(spki) = der::to_spki(jwk) {
        let public = der::from_der(&spki).expect("what was written");
        assert!(!public.is_private() && public.thumbprint() == jwk.thumbprint());
        assert_eq!(der::to_spki(&public).expect("it is public"), spki, "DER of more than one form");
        let pem =
            format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&spki));
        assert_eq!(der::from_pem(pem.as_bytes()).expect("what was written").thumbprint(), jwk.thumbprint());
    }
    if let Ok(pkcs8) = der::to_pkcs8(jwk) {
        // A JWK may have halves that do not belong together, until somebody makes a key of it.
        let read = match der::from_der(pkcs8.expose()) {
            Ok(read) if read.thumbprint() == jwk.thumbprint() => read,
            _ => {
                let all =
                    [JwsAlgorithm::Es256, JwsAlgorithm::Es384, JwsAlgorithm::Es512, JwsAlgorithm::EdDsa];
                let signs = all.into_iter().any(|algorithm| SigningKey::from_jwk(jwk, algorithm).is_ok());
                assert!(!signs, "a key that signs and cannot be read");
                return;
            }
        };
        assert!(read.is_private());
        assert_eq!(der::to_pkcs8(&read).expect("it is private").expose(), pkcs8.expose());
    }
}

/// Every key of a set is read or counted, in its order.
fn set(data: &[u8]) {
    let set = match JwkSet::parse(data) {
        Ok(set) => set,
        Err(error) => return judge::told(&error),
    };
    let said = judge::object(data);
    let all = said["keys"].as_array().expect("an array");
    assert_eq!(set.len() + set.passed_over(), all.len());
    let mut left = all.iter();
    for jwk in &set {
        let text = jwk.to_secret_json();
        let found = left.any(|one| {
            Jwk::parse(one.to_string().as_bytes())
                .is_ok_and(|one| one.to_secret_json().expose() == text.expose())
        });
        assert!(found, "a key out of order");
        if let Some(name) = jwk.key_id() {
            assert!(set.find(name).all(|one| one.key_id() == Some(name)) && set.find(name).count() > 0);
        }
    }
    match set.to_json() {
        Ok(json) => {
            let read = JwkSet::parse(json.as_bytes()).expect("what was written");
            assert_eq!((read.len(), read.passed_over()), (set.len(), 0));
            assert!(read.keys().iter().all(|jwk| !jwk.is_private()));
            assert_eq!(read.to_json().expect("it is public"), json);
        }
        Err(_) => assert!(set.keys().iter().any(|jwk| jwk.key_type() == KeyType::Oct)),
    }
}

fn octets(data: &[u8]) {
    match der::from_der(data) {
        Ok(jwk) => {
            same(&jwk, jwk.to_secret_json().expose());
            work(&jwk);
            forms(&jwk);
        }
        Err(error) => judge::told(&error),
    }
}

fn pem(data: &[u8]) {
    match der::from_pem(data) {
        Ok(jwk) => {
            assert!(data.windows(11).any(|window| window == b"-----BEGIN "));
            same(&jwk, jwk.to_secret_json().expose());
            work(&jwk);
            forms(&jwk);
        }
        Err(error) => judge::told(&error),
    }
}
