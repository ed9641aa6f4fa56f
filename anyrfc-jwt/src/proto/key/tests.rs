use std::sync::Arc;

use super::*;
use crate::{
    Error, ErrorKind, Rejection, Secret,
    codec::base64url,
    rfc7518, rfc8037, rfc8725,
    testing::{jwk, rfc7515, rfc7517, rfc7520, rfc8037 as okp, signing_key, verifying_key},
    types::{Algorithms, Curve, Header, Jwk, JwkSet, JwsAlgorithm, KeyUse},
};

fn usage(result: Result<impl Sized, Error>) -> Option<&'static crate::Requirement> {
    let error = result.err().expect("a key that is no good was taken");
    assert_eq!(error.kind(), ErrorKind::Usage);
    error.requirement()
}

#[test]
fn what_each_algorithm_signs_it_verifies_and_nothing_else() {
    for algorithm in JwsAlgorithm::ALL {
        let key = signing_key(*algorithm).unwrap();
        let verifying = verifying_key(*algorithm).unwrap();
        for input in [&b""[..], b"input", &[0xff; 5000]] {
            let signature = key.sign(input).unwrap();
            assert_eq!(signature.as_ref().len(), key.signature_len(), "{algorithm}");
            verifying.verify(*algorithm, input, signature.as_ref()).unwrap();
            key.verifying_key().verify(*algorithm, input, signature.as_ref()).unwrap();
            let wrong = |input: &[u8], signature: &[u8]| {
                let error = verifying.verify(*algorithm, input, signature).unwrap_err();
                assert_eq!(
                    (error.kind(), error.rejection()),
                    (ErrorKind::Auth, Some(Rejection::Signature)),
                    "{algorithm}"
                );
            };
            wrong(&[input, b"x"].concat(), signature.as_ref());
            wrong(input, &[]);
            wrong(input, &[signature.as_ref(), &[0]].concat());
            wrong(input, &signature.as_ref()[1..]);
            wrong(input, &vec![0; signature.as_ref().len()]);
            wrong(input, &vec![0xff; signature.as_ref().len()]);
            for at in [0, signature.as_ref().len() / 2, signature.as_ref().len() - 1] {
                let mut flipped = signature.as_ref().to_vec();
                flipped[at] ^= 1;
                wrong(input, &flipped);
            }
        }
    }
}

#[test]
fn no_algorithm_is_used_that_the_key_is_not_allowed_for() {
    for algorithm in JwsAlgorithm::ALL {
        let key = verifying_key(*algorithm).unwrap();
        let signature = signing_key(*algorithm).unwrap().sign(b"input").unwrap();
        for other in JwsAlgorithm::ALL.iter().filter(|other| *other != algorithm) {
            let error = key.verify(*other, b"input", signature.as_ref()).unwrap_err();
            assert_eq!(error.rejection(), Some(Rejection::Algorithm), "{algorithm} {other}");
            assert_eq!(error.requirement(), Some(rfc8725::NO_OTHER_ALGORITHM_IS_USED));
        }
    }
}

#[test]
fn a_key_is_made_for_algorithms_of_its_type_alone() {
    for text in
        [rfc7515::HS256_KEY, rfc7515::RS256_KEY, rfc7515::ES256_KEY, rfc7515::ES512_KEY, okp::PRIVATE_KEY]
    {
        let jwk = Jwk::parse(text.as_bytes()).unwrap();
        let family = |algorithm: JwsAlgorithm| crate::testing::jwk(algorithm).unwrap();
        for algorithm in JwsAlgorithm::ALL {
            let other = family(*algorithm);
            if (other.key_type(), other.curve()) == (jwk.key_type(), jwk.curve()) {
                assert!(SigningKey::from_jwk(&jwk, *algorithm).is_ok());
                assert!(VerifyingKey::from_jwk(&jwk, *algorithm).is_ok());
            } else {
                let broken = Some(rfc8725::ALGORITHM_OF_THE_KEY_IS_CHECKED);
                assert_eq!(usage(SigningKey::from_jwk(&jwk, *algorithm)), broken);
                assert_eq!(usage(VerifyingKey::from_jwk(&jwk, *algorithm)), broken);
                // Not even beside one that is fit.
                let fit =
                    JwsAlgorithm::ALL.iter().find(|one| VerifyingKey::from_jwk(&jwk, **one).is_ok()).unwrap();
                assert_eq!(usage(VerifyingKey::from_jwk(&jwk, [*fit, *algorithm])), broken);
            }
        }
        assert_eq!(
            usage(VerifyingKey::from_jwk(&jwk, Algorithms::EMPTY)),
            Some(rfc8725::CALLER_NAMES_THE_ALGORITHMS)
        );
    }
    let agreement = Jwk::parse(okp::X25519_KEY.as_bytes()).unwrap();
    assert_eq!(
        usage(VerifyingKey::from_jwk(&agreement, JwsAlgorithm::EdDsa)),
        Some(rfc8037::AGREEMENT_SUBTYPES_DO_NOT_SIGN)
    );
}

#[test]
fn the_text_of_a_public_key_is_no_hmac_key_of_anybody() {
    // Confusing RS256 with HS256: the attacker signs with the public key, which is public.
    let public = jwk(JwsAlgorithm::Rs256).unwrap().to_public().unwrap();
    let spki = crate::codec::der::to_spki(&public).unwrap();
    let forger = SigningKey::hmac(JwsAlgorithm::Hs256, &Secret::new(spki)).unwrap();
    let tag = forger.sign(b"input").unwrap();
    let key = VerifyingKey::from_jwk(&public, [JwsAlgorithm::Rs256, JwsAlgorithm::Ps256]).unwrap();
    assert_eq!(
        key.verify(JwsAlgorithm::Hs256, b"input", tag.as_ref()).unwrap_err().rejection(),
        Some(Rejection::Algorithm)
    );
    usage(VerifyingKey::from_jwk(&public, [JwsAlgorithm::Rs256, JwsAlgorithm::Hs256]));
}

#[test]
fn hmac_keys_are_as_long_as_the_hash() {
    for (algorithm, least) in
        [(JwsAlgorithm::Hs256, 32), (JwsAlgorithm::Hs384, 48), (JwsAlgorithm::Hs512, 64)]
    {
        let secret = |len| Secret::new(vec![7; len]);
        assert!(SigningKey::hmac(algorithm, &secret(least)).is_ok());
        assert!(VerifyingKey::hmac(algorithm, &secret(least)).is_ok());
        for len in [0, 1, least - 1] {
            let broken = Some(rfc7518::HMAC_KEY_IS_AS_LONG_AS_THE_HASH);
            assert_eq!(usage(SigningKey::hmac(algorithm, &secret(len))), broken);
            assert_eq!(usage(VerifyingKey::hmac(algorithm, &secret(len))), broken);
        }
    }
    // Allowed for two, it is as long as the longer one.
    let key = Secret::new(vec![7; 32]);
    usage(VerifyingKey::hmac([JwsAlgorithm::Hs256, JwsAlgorithm::Hs512], &key));
    usage(SigningKey::hmac(JwsAlgorithm::Es256, &key));
}

#[test]
fn rsa_keys_are_neither_small_nor_huge_and_their_exponent_is_good() {
    let rsa = |bits: usize, e: &[u8]| {
        let mut n = vec![0xff; bits.div_ceil(8)];
        n[0] >>= n.len() * 8 - bits;
        let text =
            format!(r#"{{"kty":"RSA","n":"{}","e":"{}"}}"#, base64url::encode(&n), base64url::encode(e));
        VerifyingKey::from_jwk(&Jwk::parse(text.as_bytes()).unwrap(), JwsAlgorithm::Rs256)
    };
    let good = &[1, 0, 1][..];
    assert!(
        rsa(2048, good).is_ok()
            && rsa(2049, good).is_ok()
            && rsa(4096, good).is_ok()
            && rsa(8192, good).is_ok()
    );
    assert!(rsa(2048, &[3]).is_ok() && rsa(2048, &[1, 0, 0, 0, 1]).is_ok());
    for bits in [8, 512, 1024, 2047] {
        assert_eq!(usage(rsa(bits, good)), Some(rfc7518::RS_KEY_HAS_2048_BITS), "{bits}");
    }
    for bits in [8193, 16384] {
        assert_eq!(usage(rsa(bits, good)), Some(rfc7518::KEY_SIZE_HAS_A_CEILING), "{bits}");
    }
    for bad in [&[1][..], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 1], &[0xff; 256]] {
        assert_eq!(usage(rsa(2048, bad)), Some(rfc7518::RSA_KEY_HAS_N_AND_E), "{bad:?}");
        // Whatever the library thinks of it.
        let judged = fitness::rsa_size(&[0xff; 256], bad, rfc7518::RS_KEY_HAS_2048_BITS);
        assert_eq!(usage(judged), Some(rfc7518::RSA_KEY_HAS_N_AND_E), "{bad:?}");
    }
}

#[test]
fn points_off_their_curve_and_keys_that_do_not_belong_together_are_refused() {
    for text in [rfc7515::ES256_KEY, rfc7520::EC_PRIVATE] {
        let good: serde_json::Value = serde_json::from_str(text).unwrap();
        let algorithm = if text == rfc7515::ES256_KEY { JwsAlgorithm::Es256 } else { JwsAlgorithm::Es512 };
        for name in ["x", "y"] {
            let mut octets = base64url::decode(good[name].as_str().unwrap()).unwrap();
            *octets.last_mut().unwrap() ^= 1;
            let mut bad = good.clone();
            bad[name] = base64url::encode(&octets).into();
            let bad = Jwk::parse(bad.to_string().as_bytes()).unwrap();
            let broken = Some(rfc8725::INVALID_CURVE_POINTS_ARE_REFUSED);
            assert_eq!(usage(VerifyingKey::from_jwk(&bad, algorithm)), broken);
            assert_eq!(usage(SigningKey::from_jwk(&bad, algorithm)), broken);
        }
        // The point at infinity, as some would write it, and a private key of another point.
        let zeros = base64url::encode(&vec![0; Jwk::parse(text.as_bytes()).unwrap().curve().unwrap().size()]);
        let mut infinity = good.clone();
        (infinity["x"], infinity["y"]) = (zeros.clone().into(), zeros.clone().into());
        usage(VerifyingKey::from_jwk(&Jwk::parse(infinity.to_string().as_bytes()).unwrap(), algorithm));
        let mut other = good.clone();
        other["d"] = zeros.into();
        usage(SigningKey::from_jwk(&Jwk::parse(other.to_string().as_bytes()).unwrap(), algorithm));
    }
    let mut ed25519: serde_json::Value = serde_json::from_str(okp::PRIVATE_KEY).unwrap();
    ed25519["d"] = base64url::encode(&[7; 32]).into();
    usage(SigningKey::from_jwk(&Jwk::parse(ed25519.to_string().as_bytes()).unwrap(), JwsAlgorithm::EdDsa));
    let mut rsa: serde_json::Value = serde_json::from_str(rfc7515::RS256_KEY).unwrap();
    let p = rsa["p"].clone();
    rsa["q"] = p;
    usage(SigningKey::from_jwk(&Jwk::parse(rsa.to_string().as_bytes()).unwrap(), JwsAlgorithm::Rs256));
}

#[test]
fn a_key_without_its_private_half_does_not_sign() {
    for algorithm in JwsAlgorithm::ALL.iter().filter(|algorithm| !algorithm.is_symmetric()) {
        let public = jwk(*algorithm).unwrap().to_public().unwrap();
        usage(SigningKey::from_jwk(&public, *algorithm));
    }
    let mut rsa: serde_json::Value = serde_json::from_str(rfc7515::RS256_KEY).unwrap();
    for name in ["p", "q", "dp", "dq", "qi"] {
        rsa.as_object_mut().unwrap().remove(name);
    }
    let error = SigningKey::from_jwk(&Jwk::parse(rsa.to_string().as_bytes()).unwrap(), JwsAlgorithm::Rs256)
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Unsupported, Some(rfc7518::RSA_PRIVATE_KEY_HAS_ITS_FACTORS))
    );
}

#[test]
fn use_operations_and_alg_of_a_key_are_honoured() {
    let key = |extra: &str| {
        let text = rfc7515::ES256_KEY.replacen('{', &format!("{{{extra},"), 1);
        Jwk::parse(text.as_bytes()).unwrap()
    };
    for (extra, signs, verifies) in [
        (r#""use":"sig""#, true, true),
        (r#""use":"enc""#, false, false),
        (r#""use":"SIG""#, false, false),
        (r#""use":"other""#, false, false),
        (r#""key_ops":["sign","verify"]"#, true, true),
        // A private key that may sign is, as a public key, one that may verify.
        (r#""key_ops":["sign"]"#, true, true),
        (r#""key_ops":["verify"]"#, false, true),
        (r#""key_ops":["deriveKey"]"#, false, false),
        (r#""key_ops":[]"#, false, false),
        (r#""key_ops":["Sign"]"#, false, false),
        (r#""alg":"ES256""#, true, true),
        (r#""alg":"es256""#, false, false),
        (r#""alg":"ECDH-ES""#, false, false),
        (r#""alg":"none""#, false, false),
    ] {
        let jwk = key(extra);
        assert_eq!(SigningKey::from_jwk(&jwk, JwsAlgorithm::Es256).is_ok(), signs, "{extra}");
        assert_eq!(VerifyingKey::from_jwk(&jwk, JwsAlgorithm::Es256).is_ok(), verifies, "{extra}");
    }
    // Both names of the one algorithm.
    for (said, algorithm) in [("EdDSA", JwsAlgorithm::Ed25519), ("Ed25519", JwsAlgorithm::EdDsa)] {
        let text = okp::PRIVATE_KEY.replacen('{', &format!(r#"{{"alg":"{said}","#), 1);
        assert!(SigningKey::from_jwk(&Jwk::parse(text.as_bytes()).unwrap(), algorithm).is_ok());
    }
    let rsa = jwk(JwsAlgorithm::Rs256).unwrap().with_algorithm(JwsAlgorithm::Rs256);
    usage(VerifyingKey::from_jwk(&rsa, JwsAlgorithm::Ps256));
    usage(VerifyingKey::from_jwk(&rsa, [JwsAlgorithm::Rs256, JwsAlgorithm::Rs512]));
}

#[test]
fn new_keys_sign_differ_and_survive_being_written() {
    for algorithm in JwsAlgorithm::ALL {
        if matches!(
            algorithm,
            JwsAlgorithm::Rs384 | JwsAlgorithm::Rs512 | JwsAlgorithm::Ps384 | JwsAlgorithm::Ps512
        ) {
            continue; // They differ from RS256 and PS256 in nothing that is drawn.
        }
        let (one, other) = (Jwk::generate(*algorithm).unwrap(), Jwk::generate(*algorithm).unwrap());
        assert_ne!(one.thumbprint(), other.thumbprint());
        assert_eq!(one.algorithm(), Some(algorithm.name()));
        let again = Jwk::parse(one.to_secret_json().expose().as_bytes()).unwrap();
        let signature = SigningKey::from_jwk(&again, *algorithm).unwrap().sign(b"input").unwrap();
        VerifyingKey::from_jwk(&one, *algorithm)
            .unwrap()
            .verify(*algorithm, b"input", signature.as_ref())
            .unwrap();
    }
    for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::Ed25519, Curve::X25519] {
        assert!(Jwk::generate_on(curve).unwrap().is_private());
    }
    assert!(SigningKey::generate(JwsAlgorithm::Es256).unwrap().public_jwk().is_some());
    assert!(SigningKey::generate(JwsAlgorithm::Hs256).unwrap().public_jwk().is_none());
}

#[test]
fn deterministic_signatures_are_those_of_the_rfcs() {
    // RSA PKCS #1, HMAC and Ed25519 have one signature for each input.
    for (algorithm, token) in [
        (JwsAlgorithm::Hs256, rfc7515::HS256),
        (JwsAlgorithm::Rs256, rfc7515::RS256),
        (JwsAlgorithm::EdDsa, okp::JWS),
    ] {
        let (input, signature) = token.rsplit_once('.').unwrap();
        let made = signing_key(algorithm).unwrap().sign(input.as_bytes()).unwrap();
        assert_eq!(base64url::encode(made.as_ref()), signature);
    }
}

#[test]
fn a_set_of_keys_takes_what_is_fit_and_counts_the_rest() {
    let set = JwkSet::parse(rfc7517::PUBLIC_KEYS.as_bytes()).unwrap();
    let keys = KeySet::new(&set, [JwsAlgorithm::Rs256, JwsAlgorithm::Ps256, JwsAlgorithm::Es256]);
    // The EC key is for encryption; the RSA key names its algorithm.
    assert_eq!((keys.keys().len(), keys.passed_over()), (1, 1));
    assert_eq!(keys.keys()[0].algorithms(), JwsAlgorithm::Rs256.into());
    assert!(keys.knows("2011-04-29") && !keys.knows("1"));

    let header = |kid: Option<&str>| {
        let header = Header::new(JwsAlgorithm::Rs256);
        kid.map_or(header.clone(), |kid| header.with_key_id(kid))
    };
    assert_eq!(keys.candidates(&header(Some("2011-04-29"))).into_iter().count(), 1);
    assert_eq!(keys.candidates(&header(Some("2011-04-30"))).into_iter().count(), 0);
    assert_eq!(keys.candidates(&header(None)).into_iter().count(), 1);

    let symmetric = JwkSet::parse(rfc7517::SYMMETRIC_KEYS.as_bytes()).unwrap();
    assert_eq!(KeySet::new(&symmetric, [JwsAlgorithm::Rs256, JwsAlgorithm::Es256]).keys().len(), 0);
    assert_eq!(KeySet::new(&symmetric, JwsAlgorithm::Hs256).keys().len(), 1);
    assert_eq!(KeySet::new(&set, Algorithms::EMPTY).keys().len(), 0);

    // Two with one kid are both tried, in their order; one without is tried for every kid.
    let key = verifying_key(JwsAlgorithm::Es256).unwrap();
    let several = Arc::new(vec![key.with_key_id("a"), key.with_key_id("b"), key.with_key_id("a"), key]);
    let kids: Vec<_> = several.candidates(&header(Some("a"))).into_iter().map(VerifyingKey::key_id).collect();
    assert_eq!(kids, [Some("a"), Some("a"), None]);
    assert_eq!(several.candidates(&header(None)).into_iter().count(), 4);
}

#[test]
fn keys_are_shared_between_threads_and_show_nothing() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<SigningKey>();
    shared::<VerifyingKey>();
    shared::<KeySet>();
    for algorithm in JwsAlgorithm::ALL {
        let key = signing_key(*algorithm).unwrap().with_key_id("1");
        assert_eq!((key.key_id(), key.verifying_key().key_id()), (Some("1"), Some("1")));
        assert_eq!(key.public_jwk().is_none(), algorithm.is_symmetric());
        let shown = format!("{key:?} {:?} {:?}", key.verifying_key(), key.sign(b"input").unwrap());
        assert!(shown.len() < 300, "{shown}");
        if let Some(public) = key.public_jwk() {
            assert!(!public.is_private());
            assert_eq!(public.key_id(), Some("1"));
        }
    }
    let private = jwk(JwsAlgorithm::Es256).unwrap().with_use(KeyUse::Signature);
    assert!(!VerifyingKey::from_jwk(&private, JwsAlgorithm::Es256).unwrap().jwk().unwrap().is_private());
}

#[test]
fn pem_and_der_lead_to_the_same_keys() {
    let private = jwk(JwsAlgorithm::Es256).unwrap();
    let pkcs8 = crate::codec::der::to_pkcs8(&private).unwrap();
    let spki = crate::codec::der::to_spki(&private).unwrap();
    let key = SigningKey::from_der(pkcs8.expose(), JwsAlgorithm::Es256).unwrap();
    let signature = key.sign(b"input").unwrap();
    for der in [pkcs8.expose(), &spki] {
        let key = VerifyingKey::from_der(der, JwsAlgorithm::Es256).unwrap();
        key.verify(JwsAlgorithm::Es256, b"input", signature.as_ref()).unwrap();
    }
    usage(SigningKey::from_der(&spki, JwsAlgorithm::Es256));
    usage(SigningKey::from_pem(b"", JwsAlgorithm::Es256));
    usage(VerifyingKey::from_der(&spki, JwsAlgorithm::Es384));
}

/// By such a key `R` of small order and `S` of zero sign one message in eight, and by the neutral point all.
#[test]
fn points_of_small_order_are_no_keys_to_verify_by() {
    let y = |first: u8, between: u8, last: u8| {
        let mut octets = [between; 32];
        (octets[0], octets[31]) = (first, last);
        base64url::encode(&octets)
    };
    let mut points = vec![
        "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU".to_owned(),
        "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o".to_owned(),
    ];
    for sign in [0, 0x80] {
        points.extend([y(0, 0, sign), y(1, 0, sign)]);
        points.extend([0xec, 0xed, 0xee].map(|first| y(first, 0xff, 0x7f | sign)));
    }
    for x in points {
        let text = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#);
        let jwk = Jwk::parse(text.as_bytes()).unwrap();
        for algorithm in [JwsAlgorithm::EdDsa, JwsAlgorithm::Ed25519] {
            let error = VerifyingKey::from_jwk(&jwk, algorithm).unwrap_err();
            assert_eq!(error.requirement(), Some(rfc8725::INVALID_CURVE_POINTS_ARE_REFUSED), "{x}");
        }
    }
}

#[test]
fn a_secret_is_as_long_as_its_hash() {
    let algorithms = [JwsAlgorithm::Hs256, JwsAlgorithm::Hs384, JwsAlgorithm::Hs512];
    for (algorithm, octets) in algorithms.into_iter().zip([32, 48, 64]) {
        let jwk = Jwk::generate(algorithm).unwrap();
        let crate::types::Material::Oct { k } = jwk.material else { panic!("{algorithm}") };
        assert_eq!(k.expose().len(), octets);
    }
}
