//! RFC 7517, sections 4.6 to 4.9: certificates and their digests.

use anyrfc_core::compliance::Check;
use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    super::support::{decode, encode as b64, json as value, jwk, malformed, unusable},
    parse, with, written,
};
use crate::{
    proto::VerifyingKey,
    rfc7517 as r,
    testing::{rfc7515, rfc7517},
    types::{Curve, Jwk, JwsAlgorithm as A, KeyUse},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7517/section-4.6/use-is-that-of-the-certificate",
        covers: &[r::USE_AGREES_WITH_THE_CERTIFICATE],
        run: use_is_that_of_the_certificate,
    },
    Check {
        name: "rfc7517/section-4.6/alg-is-that-of-the-certificate",
        covers: &[r::ALG_AGREES_WITH_THE_CERTIFICATE],
        run: alg_is_that_of_the_certificate,
    },
    Check {
        name: "rfc7517/section-4.7/x5c-is-in-plain-base64",
        covers: &[r::X5C_IS_PLAIN_BASE64],
        run: x5c_is_in_plain_base64,
    },
    Check {
        name: "rfc7517/section-4.7/the-certificate-of-the-key-comes-first",
        covers: &[r::X5C_BEGINS_WITH_THE_KEYS_CERT],
        run: the_certificate_of_the_key_comes_first,
    },
    Check {
        name: "rfc7517/section-4.7/a-chain-may-follow",
        covers: &[r::X5C_MAY_HOLD_A_CHAIN],
        run: a_chain_may_follow,
    },
    Check {
        name: "rfc7517/section-4.7/the-certificate-holds-the-key",
        covers: &[r::X5C_KEY_IS_THE_JWK_KEY],
        run: the_certificate_holds_the_key,
    },
    Check {
        name: "rfc7517/section-4.7/x5c-may-be-left-out",
        covers: &[r::X5C_MAY_BE_LEFT_OUT],
        run: || left_out("x5c"),
    },
    Check {
        name: "rfc7517/section-4.7/members-may-stand-beside-x5c",
        covers: &[r::X5C_MAY_STAND_BESIDE_OTHERS],
        run: || stands_beside(&["x5c"]),
    },
    Check {
        name: "rfc7517/section-4.7/the-members-agree-with-x5c",
        covers: &[r::X5C_AGREES_WITH_THE_MEMBERS],
        run: || agrees(&["x5c"]),
    },
    Check {
        name: "rfc7517/section-4.8/the-certificate-of-x5t-holds-the-key",
        covers: &[r::X5T_KEY_IS_THE_JWK_KEY],
        run: || digests("x5t", r::X5T_KEY_IS_THE_JWK_KEY),
    },
    Check {
        name: "rfc7517/section-4.8/x5t-may-be-left-out",
        covers: &[r::X5T_MAY_BE_LEFT_OUT],
        run: || left_out("x5t"),
    },
    Check {
        name: "rfc7517/section-4.8/members-may-stand-beside-x5t",
        covers: &[r::X5T_MAY_STAND_BESIDE_OTHERS],
        run: || stands_beside(&["x5c", "x5t"]),
    },
    Check {
        name: "rfc7517/section-4.8/the-members-agree-with-x5t",
        covers: &[r::X5T_AGREES_WITH_THE_MEMBERS],
        run: || agrees(&["x5c", "x5t"]),
    },
    Check {
        name: "rfc7517/section-4.9/the-certificate-of-x5t-s256-holds-the-key",
        covers: &[r::X5T_S256_KEY_IS_THE_JWK_KEY],
        run: || digests("x5t#S256", r::X5T_S256_KEY_IS_THE_JWK_KEY),
    },
    Check {
        name: "rfc7517/section-4.9/x5t-s256-may-be-left-out",
        covers: &[r::X5T_S256_MAY_BE_LEFT_OUT],
        run: || left_out("x5t#S256"),
    },
    Check {
        name: "rfc7517/section-4.9/members-may-stand-beside-x5t-s256",
        covers: &[r::X5T_S256_MAY_STAND_BESIDE_OTHERS],
        run: || stands_beside(&["x5c", "x5t#S256"]),
    },
    Check {
        name: "rfc7517/section-4.9/the-members-agree-with-x5t-s256",
        covers: &[r::X5T_S256_AGREES_WITH_THE_MEMBERS],
        run: || agrees(&["x5c", "x5t#S256"]),
    },
];

/// One element of DER.
fn der(tag: u8, value: &[u8]) -> Vec<u8> {
    let len = u16::try_from(value.len()).expect("short").to_be_bytes();
    let mut element = vec![tag];
    match value.len() {
        0..=0x7f => element.push(len[1]),
        0x80..=0xff => element.extend([0x81, len[1]]),
        _ => element.extend([0x82, len[0], len[1]]),
    }
    [element, value.to_vec()].concat()
}

/// Somebody's certificate of a key on P-256, in which nobody looks at more than the key and what it
/// may be used for.
fn certificate(key: &Jwk, usage: Option<u8>) -> Vec<u8> {
    let members = written(key);
    let [x, y] = ["x", "y"].map(|name| decode(members[name].as_str().expect("a coordinate")));
    let curve = [
        der(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]),
        der(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]),
    ];
    let point = [&[0, 4][..], &x, &y].concat();
    let info = der(0x30, &[der(0x30, &curve.concat()), der(0x03, &point)].concat());
    let signature = der(0x30, &der(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]));
    let empty = der(0x30, &[]);
    // `basicConstraints` stands before it.
    let mut extensions = der(0x30, &[der(0x06, &[0x55, 0x1d, 0x13]), der(0x04, &empty)].concat());
    if let Some(bits) = usage {
        let value = der(0x04, &der(0x03, &[0, bits]));
        extensions.extend(der(0x30, &[der(0x06, &[0x55, 0x1d, 0x0f]), der(0x01, &[0xff]), value].concat()));
    }
    let certified = [
        der(0xa0, &der(0x02, &[2])),
        der(0x02, &[1]),
        signature.clone(),
        empty.clone(),
        empty.clone(),
        empty,
        info,
        der(0xa3, &der(0x30, &extensions)),
    ];
    der(0x30, &[der(0x30, &certified.concat()), signature, der(0x03, &[0, 1])].concat())
}

/// May sign; may agree on keys.
const SIGNS: u8 = 0x80;
const AGREES: u8 = 0x08;

fn x5t(certificate: &[u8]) -> String {
    b64(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, certificate))
}

fn x5t_s256(certificate: &[u8]) -> String {
    b64(digest::digest(&digest::SHA256, certificate))
}

/// A key with those of the three members that are named, and others.
fn certified(usage: Option<u8>, names: &[&str], others: &Value) -> Value {
    let key = Jwk::generate_on(Curve::P256).expect("a key");
    let certificate = certificate(&key, usage);
    let text = key.to_json().expect("a public key");
    let all = json!({
        "x5c": [STANDARD.encode(&certificate)], "x5t": x5t(&certificate), "x5t#S256": x5t_s256(&certificate),
    });
    let members: Value = names.iter().map(|name| ((*name).to_owned(), all[*name].clone())).collect();
    with(&with(&text, &members).to_string(), others)
}

fn use_is_that_of_the_certificate() {
    for (usage, key_use, agree) in [
        (Some(SIGNS), "sig", true),
        (Some(0x40), "sig", true),
        (Some(AGREES), "enc", true),
        (Some(0x20), "enc", true),
        (Some(SIGNS | AGREES), "sig", true),
        (Some(SIGNS | AGREES), "enc", true),
        (None, "sig", true),
        (None, "enc", true),
        (Some(SIGNS), "enc", false),
        (Some(AGREES), "sig", false),
        (Some(0), "sig", false),
    ] {
        let key = parse(&certified(usage, &["x5c"], &json!({"use": key_use})));
        if agree {
            assert!(key.is_ok(), "{usage:?} {key_use}");
        } else {
            malformed(key, r::X5C_AGREES_WITH_THE_MEMBERS, key_use);
        }
    }
    // Nor is it written so.
    let key = parse(&certified(Some(SIGNS), &["x5c"], &json!({}))).expect("a key");
    assert!(key.clone().with_use(KeyUse::Signature).to_json().is_ok());
    unusable(key.with_use(KeyUse::Encryption).to_json(), r::X5C_AGREES_WITH_THE_MEMBERS, "enc");
}

fn alg_is_that_of_the_certificate() {
    for (alg, agree) in [
        ("ES256", true),
        ("ECDH-ES+A128KW", true),
        ("x-other", true),
        ("ES384", false),
        ("RS256", false),
        ("EdDSA", false),
        ("HS256", false),
        ("RSA-OAEP", false),
        ("A128KW", false),
    ] {
        let key = parse(&certified(None, &["x5c"], &json!({"alg": alg})));
        if agree {
            assert!(key.is_ok(), "{alg}");
        } else {
            malformed(key, r::X5C_AGREES_WITH_THE_MEMBERS, alg);
        }
    }
    let rsa = |alg: &str| parse(&with(rfc7517::X5C_KEY, &json!({"alg": alg}))).is_ok();
    assert!(rsa("RS256") && rsa("PS512") && rsa("RSA-OAEP") && !rsa("ES256") && !rsa("ECDH-ES"));
    let key = parse(&certified(None, &["x5c"], &json!({}))).expect("a key");
    assert!(key.clone().with_algorithm(A::Es256).to_json().is_ok());
    unusable(key.with_algorithm(A::Rs256).to_json(), r::X5C_AGREES_WITH_THE_MEMBERS, "RS256");
}

fn x5c_is_in_plain_base64() {
    // The certificate of appendix B has both letters in which the alphabets differ.
    let text = value(rfc7517::X5C_KEY)["x5c"][0].as_str().expect("a certificate").to_owned();
    assert!(text.contains('+') && text.contains('/') && text.ends_with("=="));
    let key = jwk(rfc7517::X5C_KEY);
    assert_eq!(key.untrusted_x5c()[0], STANDARD.decode(&text).expect("base64"));
    assert_eq!(written(&key)["x5c"], json!([text]));
    for wrong in [
        text.replace('+', "-").replace('/', "_"),
        text.trim_end_matches('=').to_owned(),
        format!("{text}\n"),
        format!("{}\n{}", &text[..64], &text[64..]),
        format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----"),
    ] {
        let key = with(rfc7517::X5C_KEY, &json!({"x5c": [wrong]}));
        malformed(parse(&key), r::X5C_IS_PLAIN_BASE64, &wrong);
    }
    for wrong in [json!(text), json!([1]), json!(null)] {
        malformed(parse(&with(rfc7517::X5C_KEY, &json!({"x5c": wrong}))), r::X5C_IS_PLAIN_BASE64, "no array");
    }
}

fn x5c(certificates: &[&[u8]]) -> Value {
    json!({"x5c": certificates.iter().map(|one| STANDARD.encode(one)).collect::<Vec<_>>()})
}

fn the_certificate_of_the_key_comes_first() {
    let [key, other] = [(); 2].map(|()| Jwk::generate_on(Curve::P256).expect("a key"));
    let (ours, theirs) = (certificate(&key, None), certificate(&other, None));
    let text = key.to_json().expect("a public key");
    assert!(parse(&with(&text, &x5c(&[&ours, &theirs]))).is_ok());
    malformed(parse(&with(&text, &x5c(&[&theirs, &ours]))), r::X5C_KEY_IS_THE_JWK_KEY, "turned round");
    // In the order in which it was read it is written.
    let read = parse(&with(&text, &x5c(&[&ours, &theirs]))).expect("a key");
    assert_eq!(written(&read)["x5c"], x5c(&[&ours, &theirs])["x5c"]);
}

fn a_chain_may_follow() {
    let keys = [(); 3].map(|()| Jwk::generate_on(Curve::P256).expect("a key"));
    let chain = keys.each_ref().map(|key| certificate(key, None));
    let text = keys[0].to_json().expect("a public key");
    for len in 1..=3 {
        let refs: Vec<&[u8]> = chain[..len].iter().map(Vec::as_slice).collect();
        let read = parse(&with(&text, &x5c(&refs))).expect("a key");
        assert_eq!(read.untrusted_x5c(), &chain[..len]);
        assert!(VerifyingKey::from_jwk(&read, A::Es256).is_ok());
    }
}

fn the_certificate_holds_the_key() {
    let [key, other] = [(); 2].map(|()| Jwk::generate_on(Curve::P256).expect("a key"));
    let text = key.to_json().expect("a public key");
    assert!(parse(&with(&text, &x5c(&[&certificate(&key, None)]))).is_ok());
    let rsa = jwk(rfc7517::X5C_KEY).untrusted_x5c()[0].clone();
    let good = certificate(&key, None);
    for wrong in [certificate(&other, None), rsa, good[1..].to_vec(), [&good[..], &[0]].concat(), Vec::new()]
    {
        malformed(parse(&with(&text, &x5c(&[&wrong]))), r::X5C_KEY_IS_THE_JWK_KEY, "another certificate");
    }
    let turned = with(rfc7517::X5C_KEY, &json!({"n": value(rfc7515::RS256_KEY)["n"]}));
    malformed(parse(&turned), r::X5C_KEY_IS_THE_JWK_KEY, "another modulus");
}

fn left_out(name: &str) {
    let all = ["x5c", "x5t", "x5t#S256"];
    let full = certified(None, &all, &json!({}));
    let key = parse(&full).expect("a key");
    assert_eq!(written(&key)[name], full[name]);
    let mut without = full;
    without.as_object_mut().expect("an object").remove(name);
    let key = parse(&without).expect(name);
    assert!(written(&key).get(name).is_none());
    assert!(VerifyingKey::from_jwk(&key, A::Es256).is_ok());
}

fn stands_beside(names: &[&str]) {
    let others = json!({"use": "sig", "alg": "ES256", "kid": "1"});
    let full = certified(Some(SIGNS), names, &others);
    let key = parse(&full).expect("a key");
    assert_eq!(
        (key.key_use(), key.algorithm(), key.key_id()),
        (Some(&KeyUse::Signature), Some("ES256"), Some("1"))
    );
    assert_eq!(written(&key), full);
    // And without them it is a key as well.
    assert!(parse(&certified(Some(SIGNS), names, &json!({}))).is_ok());
}

fn agrees(names: &[&str]) {
    let good =
        [json!({"use": "sig"}), json!({"key_ops": ["verify"]}), json!({"alg": "ES256"}), json!({"kid": "x"})];
    for members in good {
        assert!(parse(&certified(Some(SIGNS), names, &members)).is_ok(), "{members}");
    }
    for members in [json!({"use": "enc"}), json!({"key_ops": ["deriveKey"]}), json!({"alg": "RS256"})] {
        let what = members.to_string();
        malformed(parse(&certified(Some(SIGNS), names, &members)), r::X5C_AGREES_WITH_THE_MEMBERS, &what);
    }
}

fn digests(name: &str, broken: &'static crate::Requirement) {
    let [key, other] = [(); 2].map(|()| Jwk::generate_on(Curve::P256).expect("a key"));
    let text = key.to_json().expect("a public key");
    let digest = |certificate: &[u8]| if name == "x5t" { x5t(certificate) } else { x5t_s256(certificate) };
    let ours = certificate(&key, None);
    let with_digest = |said: String| {
        let members = with(&x5c(&[&ours]).to_string(), &json!({ name: said }));
        parse(&with(&text, &members))
    };
    assert!(with_digest(digest(&ours)).is_ok());
    for wrong in [
        digest(&certificate(&other, None)),
        digest(&ours)[1..].to_owned(),
        format!("{}=", digest(&ours)),
        b64([0; 24]),
        String::new(),
    ] {
        malformed(with_digest(wrong.clone()), broken, &wrong);
    }
}
