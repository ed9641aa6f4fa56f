use serde_json::{Value, json};

use super::*;
use crate::{
    ErrorKind,
    codec::base64url,
    rfc7517, rfc7518,
    testing::{rfc7515, rfc7517 as examples, rfc7520, rfc7638, rfc8037},
    types::{JwkSet, KeyOperation, KeyType, KeyUse},
};

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn parse(value: &Value) -> Result<Jwk, Error> {
    Jwk::parse(value.to_string().as_bytes())
}

/// The key with one member changed, or without it.
fn with(text: &str, name: &str, member: Option<Value>) -> Value {
    let mut value = value(text);
    let object = value.as_object_mut().unwrap();
    match member {
        Some(member) => object.insert(name.to_owned(), member),
        None => object.remove(name),
    };
    value
}

#[test]
fn the_keys_of_the_rfcs_come_back_as_they_are() {
    for text in [
        rfc7515::HS256_KEY,
        rfc7515::RS256_KEY,
        rfc7515::ES256_KEY,
        rfc7515::ES512_KEY,
        examples::X5C_KEY,
        examples::PLAINTEXT_KEY,
        rfc7520::EC_PUBLIC,
        rfc7520::EC_PRIVATE,
        rfc7520::RSA_PUBLIC,
        rfc7520::RSA_PRIVATE,
        rfc7520::MAC_KEY,
        rfc7520::ENCRYPTION_KEY,
        rfc8037::PRIVATE_KEY,
        rfc8037::PUBLIC_KEY,
        rfc8037::X25519_KEY,
    ] {
        let jwk = Jwk::parse(text.as_bytes()).unwrap();
        assert_eq!(value(jwk.to_secret_json().expose()), value(text));
        assert_eq!(serde_json::from_str::<Jwk>(text).unwrap().thumbprint(), jwk.thumbprint());
        if !jwk.is_private() {
            assert_eq!(value(&jwk.to_json().unwrap()), value(text));
        }
    }
    let public = JwkSet::parse(examples::PUBLIC_KEYS.as_bytes()).unwrap();
    let private = JwkSet::parse(examples::PRIVATE_KEYS.as_bytes()).unwrap();
    let symmetric = JwkSet::parse(examples::SYMMETRIC_KEYS.as_bytes()).unwrap();
    assert_eq!((public.len(), private.len(), symmetric.len()), (2, 2, 2));
    assert_eq!(public.passed_over() + private.passed_over() + symmetric.passed_over(), 0);
    // A private set leaves as the public one.
    assert_eq!(value(&private.to_json().unwrap()), value(examples::PUBLIC_KEYS));
    assert_eq!(serde_json::to_value(&private).unwrap(), value(examples::PUBLIC_KEYS));
    assert_eq!(public.keys()[0].key_use(), Some(&KeyUse::Encryption));
    assert_eq!(public.keys()[1].algorithm(), Some("RS256"));
    assert_eq!(symmetric.keys()[0].algorithm(), Some("A128KW"));
}

#[test]
fn thumbprints_are_those_of_the_rfcs_and_of_nothing_but_the_key() {
    let jwk = Jwk::parse(rfc7638::KEY.as_bytes()).unwrap();
    assert_eq!(write::canonical(&jwk), rfc7638::CANONICAL);
    assert_eq!(jwk.thumbprint().to_string(), rfc7638::THUMBPRINT);
    assert_eq!(jwk.clone().with_key_id("another").thumbprint(), jwk.thumbprint());
    let jwk = Jwk::parse(rfc8037::PRIVATE_KEY.as_bytes()).unwrap();
    assert_eq!(jwk.thumbprint().to_string(), rfc8037::THUMBPRINT);
    assert_eq!(jwk.to_public().unwrap().thumbprint(), jwk.thumbprint());
    assert_eq!(
        jwk.thumbprint_uri(),
        format!("urn:ietf:params:oauth:jwk-thumbprint:sha-256:{}", rfc8037::THUMBPRINT)
    );
    assert_eq!(jwk.thumbprint_by(ThumbprintHash::Sha384).as_bytes().len(), 48);
    assert_eq!(jwk.thumbprint_by(ThumbprintHash::Sha512).as_bytes().len(), 64);
    let canonical: Value = value(&write::canonical(&Jwk::parse(rfc7515::ES256_KEY.as_bytes()).unwrap()));
    assert_eq!(canonical.as_object().unwrap().keys().collect::<Vec<_>>(), ["crv", "kty", "x", "y"]);
    assert_eq!(write::canonical(&Jwk::symmetric(vec![0; 3])), r#"{"k":"AAAA","kty":"oct"}"#);
}

#[test]
fn members_that_a_key_needs_are_there_and_of_their_length() {
    for (text, members) in [
        (rfc7515::ES256_KEY, &["kty", "crv", "x", "y"][..]),
        (rfc7515::RS256_KEY, &["kty", "n", "e", "d", "p", "q", "dp", "dq", "qi"]),
        (rfc7515::HS256_KEY, &["kty", "k"]),
        (rfc8037::PRIVATE_KEY, &["kty", "crv", "x"]),
    ] {
        assert!(parse(&value(text)).is_ok());
        for name in members {
            assert_eq!(parse(&with(text, name, None)).unwrap_err().kind(), ErrorKind::Protocol, "{name}");
            for wrong in [json!(1), json!(null), json!(["AQAB"]), json!({})] {
                assert_eq!(
                    parse(&with(text, name, Some(wrong))).unwrap_err().kind(),
                    ErrorKind::Protocol,
                    "{name}"
                );
            }
        }
    }
    for (text, members) in [
        (rfc7515::ES256_KEY, &["x", "y", "d"][..]),
        (rfc8037::PRIVATE_KEY, &["x", "d"]),
        (rfc7520::EC_PRIVATE, &["x", "y", "d"]),
    ] {
        for name in members {
            let octets = base64url::decode(value(text)[*name].as_str().unwrap()).unwrap();
            for wrong in [&octets[1..], &[&[0], octets.as_slice()].concat(), &[]] {
                let changed = with(text, name, Some(base64url::encode(wrong).into()));
                assert_eq!(parse(&changed).unwrap_err().kind(), ErrorKind::Protocol, "{name}");
            }
            for suffix in ["=", " ", "\n", "+", "/"] {
                let loose = format!("{}{suffix}", value(text)[*name].as_str().unwrap());
                assert_eq!(
                    parse(&with(text, name, Some(loose.into()))).unwrap_err().kind(),
                    ErrorKind::Protocol
                );
            }
        }
    }
    // Base64urlUInt has no leading zeros and 65537 is AQAB.
    for (name, wrong) in [("e", "AAEAAQ"), ("e", ""), ("e", "AA"), ("n", "")] {
        assert_eq!(
            parse(&with(rfc7520::RSA_PUBLIC, name, Some(wrong.into()))).unwrap_err().kind(),
            ErrorKind::Protocol
        );
    }
}

#[test]
fn what_is_not_implemented_is_said_to_be_so() {
    for key in [
        json!({"kty": "ec", "crv": "P-256"}),
        json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}),
        json!({"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}),
        json!({"kty": "EC", "crv": "p-256", "x": "AA", "y": "AA"}),
        json!({"kty": "EC", "crv": "Ed25519", "x": "AA", "y": "AA"}),
        json!({"kty": "OKP", "crv": "Ed448", "x": "AA"}),
        json!({"kty": "OKP", "crv": "P-256", "x": "AA"}),
        value(rfc8037::X448_KEY),
    ] {
        assert_eq!(parse(&key).unwrap_err().kind(), ErrorKind::Unsupported, "{key}");
    }
    let multi_prime = with(rfc7515::RS256_KEY, "oth", Some(json!([{"r": "AQ", "d": "AQ", "t": "AQ"}])));
    let error = parse(&multi_prime).unwrap_err();
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Unsupported, Some(rfc7518::OTH_NOT_SUPPORTED_IS_REFUSED))
    );
}

#[test]
fn use_and_operations_are_well_formed_and_agree() {
    let key = |extra: Value| {
        let mut key = value(rfc7515::ES256_KEY);
        key.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        parse(&key)
    };
    for wrong in [
        json!({"use": 1}),
        json!({"use": ["sig"]}),
        json!({"key_ops": "sign"}),
        json!({"key_ops": [1]}),
        json!({"key_ops": ["sign", "sign"]}),
        json!({"key_ops": ["x", "x"]}),
        json!({"use": "enc", "key_ops": ["sign"]}),
        json!({"use": "sig", "key_ops": ["sign", "deriveKey"]}),
        json!({"alg": 1}),
        json!({"kid": 1}),
        json!({"kid": null}),
        json!({"x5t": "AAAA"}),
        json!({"x5t#S256": "AAAA"}),
        json!({"x5c": "AAAA"}),
        json!({"x5c": ["AAAA"]}),
    ] {
        assert_eq!(key(wrong.clone()).unwrap_err().kind(), ErrorKind::Protocol, "{wrong}");
    }
    let jwk = key(json!({"use": "sig", "key_ops": ["sign", "verify", "x-other"], "more": {"a": 1}})).unwrap();
    assert_eq!(jwk.operations().unwrap().len(), 3);
    assert_eq!(jwk.other()["more"]["a"], 1);
    let public = jwk.to_public().unwrap();
    assert_eq!(public.operations().unwrap(), [KeyOperation::Verify, KeyOperation::Other("x-other".into())]);
    assert_eq!(public.to_public().unwrap().operations(), public.operations());
    assert_eq!(public.with_use(KeyUse::Signature).operations(), None);
    let unwraps = key(json!({"key_ops": ["unwrapKey", "decrypt"]})).unwrap().to_public().unwrap();
    assert_eq!(unwraps.operations().unwrap(), [KeyOperation::WrapKey, KeyOperation::Encrypt]);
}

#[test]
fn a_certificate_is_of_the_key_and_its_digests_are_its() {
    let certified = value(examples::X5C_KEY);
    let jwk = parse(&certified).unwrap();
    let der = &jwk.untrusted_x5c()[0];
    let digest = |algorithm| base64url::encode(aws_lc_rs::digest::digest(algorithm, der).as_ref());
    let sha256 = digest(&aws_lc_rs::digest::SHA256);
    let sha1 = digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY);
    for (name, right) in [("x5t#S256", sha256), ("x5t", sha1)] {
        assert!(parse(&with(examples::X5C_KEY, name, Some(right.clone().into()))).is_ok());
        let mut octets = base64url::decode(&right).unwrap();
        octets[0] ^= 1;
        let wrong = with(examples::X5C_KEY, name, Some(base64url::encode(&octets).into()));
        assert_eq!(parse(&wrong).unwrap_err().kind(), ErrorKind::Protocol, "{name}");
    }
    let other = with(rfc7520::RSA_PUBLIC, "x5c", Some(certified["x5c"].clone()));
    assert_eq!(parse(&other).unwrap_err().requirement(), Some(rfc7517::X5C_KEY_IS_THE_JWK_KEY));
}

/// Auth0 publishes `x5t` like this: the base64url of the digest's hexadecimal digits.
#[test]
fn a_digest_in_hexadecimal_is_the_same_digest() {
    let jwk = parse(&value(examples::X5C_KEY)).unwrap();
    let der = &jwk.untrusted_x5c()[0];
    for (name, algorithm) in
        [("x5t", &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY), ("x5t#S256", &aws_lc_rs::digest::SHA256)]
    {
        let digest = aws_lc_rs::digest::digest(algorithm, der);
        let octets = digest.as_ref();
        let upper: String = octets.iter().map(|octet| format!("{octet:02X}")).collect();
        for digits in [upper.clone(), upper.to_lowercase()] {
            let written = base64url::encode(digits.as_bytes());
            let key = parse(&with(examples::X5C_KEY, name, Some(written.into()))).unwrap();
            // It is written again as the RFC has it.
            assert_eq!(key.to_object().unwrap()[name], base64url::encode(octets));
        }
        // It is compared with the certificate all the same, and whatever else is as long is no digest.
        let last = upper.len() - 1;
        for wrong in [upper.replace(upper.get(..1).unwrap(), "x"), format!("{}g", &upper[..last])] {
            let wrong = with(examples::X5C_KEY, name, Some(base64url::encode(wrong.as_bytes()).into()));
            assert_eq!(parse(&wrong).unwrap_err().kind(), ErrorKind::Protocol, "{name}");
        }
        let mut foreign = octets.to_vec();
        foreign[0] ^= 1;
        let foreign: String = foreign.iter().map(|octet| format!("{octet:02x}")).collect();
        let foreign = with(examples::X5C_KEY, name, Some(base64url::encode(foreign.as_bytes()).into()));
        assert_eq!(parse(&foreign).unwrap_err().kind(), ErrorKind::Protocol, "{name}");
    }
}

#[test]
fn nothing_secret_is_shown_or_leaves_by_accident() {
    for text in [rfc7515::HS256_KEY, rfc7515::RS256_KEY, rfc7515::ES256_KEY, rfc8037::PRIVATE_KEY] {
        let jwk = Jwk::parse(text.as_bytes()).unwrap();
        assert!(jwk.is_private());
        let mut shown = format!("{jwk:?} {:?}", jwk.material);
        match jwk.to_json() {
            Ok(public) => shown += &public,
            Err(error) => assert_eq!((error.kind(), jwk.key_type()), (ErrorKind::Usage, KeyType::Oct)),
        }
        for name in ["k", "d", "p", "q", "dp", "dq", "qi"] {
            if let Some(secret) = value(text)[name].as_str() {
                assert!(!shown.contains(secret), "{name}");
                let octets = format!("{:?}", base64url::decode(secret).unwrap());
                assert!(!shown.contains(octets.trim_matches(['[', ']'])), "{name}");
            }
        }
    }
    assert!(Jwk::symmetric(vec![1]).to_public().is_none());
    assert!(serde_json::to_string(&Jwk::symmetric(vec![1])).is_err());
}

#[test]
fn a_key_has_each_member_once_and_is_not_endless() {
    for text in [
        r#"{"kty":"oct","k":"AAAA","k":"AAAB"}"#,
        r#"{"kty":"oct","k":"AAAA","\u006b":"AAAB"}"#,
        r#"{"kty":"oct","kty":"RSA","k":"AAAA"}"#,
    ] {
        assert_eq!(Jwk::parse(text.as_bytes()).unwrap_err().kind(), ErrorKind::Protocol);
        assert!(serde_json::from_str::<Jwk>(text).is_err());
    }
    let huge = format!(r#"{{"kty":"oct","k":"{}"}}"#, "A".repeat(1 << 20));
    assert_eq!(Jwk::parse(huge.as_bytes()).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn what_is_secret_in_keys_of_another_type_is_not_published() {
    let text = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "k":"AAAA","p":"","q":1,"oth":[],"more":2}"#;
    let jwk = Jwk::parse(text.as_bytes()).unwrap();
    assert_eq!(jwk.other().keys().collect::<Vec<_>>(), ["more"]);
    assert!(!jwk.to_json().unwrap().contains("AAAA") && !jwk.to_secret_json().expose().contains("AAAA"));
}
