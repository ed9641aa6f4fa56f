//! RFC 7515, section 4.1: the registered parameters but `crit`.

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::super::support::{
    LIMITS, compact, encode, header_of, malformed, refused, rejected, signing, unusable, verifying,
};
use crate::{
    Error, ErrorKind, Rejection,
    codec::der,
    proto::{SigningKey, VerifyingKey, sign, verify},
    rfc7515 as r, rfc8725,
    testing::{rfc7515 as examples, rfc7517},
    types::{Header, Jwk, JwsAlgorithm as A},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "rfc7515/section-4.1.1/an-unusable-alg-is-invalid",
        covers: &[r::UNUSABLE_ALG_IS_INVALID],
        run: an_unusable_alg_is_invalid,
    },
    Check { name: "rfc7515/section-4.1.1/alg-is-there", covers: &[r::ALG_IS_PRESENT], run: alg_is_there },
    Check {
        name: "rfc7515/section-4.1.1/alg-is-understood",
        covers: &[r::ALG_IS_UNDERSTOOD],
        run: alg_is_understood,
    },
    Check {
        name: "rfc7515/section-4.1.4/kid-is-a-string-in-which-case-counts",
        covers: &[r::KID_IS_A_CASE_SENSITIVE_STRING],
        run: kid_is_a_string_in_which_case_counts,
    },
    Check {
        name: "rfc7515/section-4.1/parameters-that-may-be-left-out",
        covers: &[
            r::JKU_MAY_BE_LEFT_OUT,
            r::JWK_MAY_BE_LEFT_OUT,
            r::KID_MAY_BE_LEFT_OUT,
            r::X5U_MAY_BE_LEFT_OUT,
            r::X5C_MAY_BE_LEFT_OUT,
            r::X5T_MAY_BE_LEFT_OUT,
            r::X5T_S256_MAY_BE_LEFT_OUT,
            r::TYP_MAY_BE_LEFT_OUT,
            r::CTY_MAY_BE_LEFT_OUT,
        ],
        run: parameters_that_may_be_left_out,
    },
    Check {
        name: "rfc7515/section-4.1.6/certificates-are-in-plain-base64",
        covers: &[r::X5C_IS_PLAIN_BASE64],
        run: certificates_are_in_plain_base64,
    },
    Check {
        name: "rfc7515/section-4.1.6/the-signers-certificate-is-first",
        covers: &[r::X5C_BEGINS_WITH_THE_SIGNERS_CERT],
        run: the_signers_certificate_is_first,
    },
    Check {
        name: "rfc7515/section-4.1.6/a-chain-may-follow",
        covers: &[r::X5C_MAY_HOLD_A_CHAIN],
        run: a_chain_may_follow,
    },
    Check {
        name: "rfc7515/section-4.1.9/typ-is-written-short",
        covers: &[r::TYP_OMITS_APPLICATION, r::TYP_IS_WRITTEN_SHORT],
        run: typ_is_written_short,
    },
    Check {
        name: "rfc7515/section-4.1.9/typ-is-read-as-application",
        covers: &[r::TYP_WITHOUT_SLASH_IS_APPLICATION],
        run: typ_is_read_as_application,
    },
    Check {
        name: "rfc7515/section-4.1.10/cty-is-written-short",
        covers: &[r::CTY_OMITS_APPLICATION, r::CTY_IS_WRITTEN_SHORT],
        run: cty_is_written_short,
    },
    Check {
        name: "rfc7515/section-4.1.10/cty-is-read-as-application",
        covers: &[r::CTY_WITHOUT_SLASH_IS_APPLICATION],
        run: cty_is_read_as_application,
    },
];

fn taken(header: &str) -> Result<Header, Error> {
    let token = compact(&signing(A::Hs256), &encode(header), "e30");
    verify(&token, &verifying(A::Hs256), &LIMITS).map(|verified| verified.header().clone())
}

fn an_unusable_alg_is_invalid() {
    for unknown in ["HS257", "ES256K", "http://example.com/alg", "", "HS256 "] {
        let header = json!({"alg": unknown}).to_string();
        let refusal = refused(taken(&header), unknown);
        assert_eq!(
            (refusal.kind, refusal.broken),
            (ErrorKind::Unsupported, Some(r::UNUSABLE_ALG_IS_INVALID))
        );
    }
    // An algorithm that encrypts signs nothing.
    let dir = r#"{"alg":"dir"}"#;
    rejected(taken(dir), Rejection::Algorithm, r::UNUSABLE_ALG_IS_INVALID, dir);
    // The key is there, and not for this algorithm; or there is none.
    let header = r#"{"alg":"HS384"}"#;
    rejected(taken(header), Rejection::Algorithm, rfc8725::NO_OTHER_ALGORITHM_IS_USED, header);
    let none: [VerifyingKey; 0] = [];
    let result = verify(examples::HS256, &none, &LIMITS);
    rejected(result, Rejection::NoKey, r::UNUSABLE_ALG_IS_INVALID, "no key at all");
    verify(examples::HS256, &verifying(A::Hs256), &LIMITS).expect("the RFC's own");
}

fn alg_is_there() {
    for bad in ["{}", r#"{"typ":"JWT"}"#, r#"{"ALG":"HS256"}"#, r#"{"x":{"alg":"HS256"}}"#] {
        malformed(taken(bad), r::ALG_IS_PRESENT, bad);
    }
    for algorithm in A::ALL.iter().copied() {
        let token = sign(b"", &Header::new(algorithm), &signing(algorithm)).expect("a JWS");
        assert_eq!(header_of(&token)["alg"], algorithm.name());
    }
}

fn alg_is_understood() {
    for bad in ["1", "null", r#"["HS256"]"#, r#"{"HS256":1}"#, "true"] {
        malformed(taken(&format!(r#"{{"alg":{bad}}}"#)), r::ALG_IS_UNDERSTOOD, bad);
    }
    for algorithm in A::ALL.iter().copied() {
        let (key, known) = (signing(algorithm), verifying(algorithm));
        let token = sign(b"x", &Header::new(algorithm), &key).expect("a JWS");
        let verified = verify(&token, &known, &LIMITS).expect("it is right");
        assert_eq!(verified.header().jws_algorithm(), Some(algorithm));
    }
}

fn kid_is_a_string_in_which_case_counts() {
    for bad in ["1", "null", "true", r#"["a"]"#, r#"{"a":1}"#] {
        let header = format!(r#"{{"alg":"HS256","kid":{bad}}}"#);
        malformed(taken(&header), r::KID_IS_A_CASE_SENSITIVE_STRING, bad);
    }
    let (key, mac) = (signing(A::Hs256), verifying(A::Hs256));
    let token = sign(b"", &Header::new(A::Hs256).with_key_id("Key"), &key).expect("a JWS");
    assert_eq!(header_of(&token)["kid"], "Key");
    verify(&token, &mac.with_key_id("Key"), &LIMITS).expect("the same");
    for other in ["key", "KEY", "Key ", "", "\u{212a}ey"] {
        let result = verify(&token, &mac.with_key_id(other), &LIMITS);
        rejected(result, Rejection::NoKey, r::UNUSABLE_ALG_IS_INVALID, other);
    }
}

fn parameters_that_may_be_left_out() {
    // Without any of them a JWS is made, and taken; and with each of them.
    let token = sign(b"", &Header::new(A::Hs256), &signing(A::Hs256)).expect("a JWS");
    assert_eq!(header_of(&token), json!({"alg": "HS256"}));
    let read = verify(&token, &verifying(A::Hs256), &LIMITS).expect("it is right");
    let read = read.header();
    assert_eq!((read.untrusted_jku(), read.untrusted_x5u(), read.key_id()), (None, None, None));
    assert_eq!((read.untrusted_x5t(), read.untrusted_x5t_s256()), (None, None));
    assert_eq!((read.typ(), read.content_type(), read.untrusted_x5c().len()), (None, None, 0));
    assert!(read.untrusted_jwk().is_none());
    let all = json!({
        "jku": "https://example.com/", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": encode([1; 32])}, "kid": "1",
        "x5u": "https://example.com/", "x5c": ["AAAA"], "x5t": encode([1; 20]), "x5t#S256": encode([1; 32]),
        "typ": "a", "cty": "b",
    });
    for (name, value) in all.as_object().expect("an object") {
        let header = taken(&json!({"alg": "HS256", name.as_str(): value}).to_string()).expect(name);
        assert_eq!(&header.to_object()[name.as_str()], value, "{name}");
    }
}

/// A certificate of this Ed25519 key, which nobody signed: of all in it the key alone matters here.
fn certificate(key: &Jwk) -> Vec<u8> {
    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(content.len()).expect("a short one")], content].concat()
    }
    let algorithm = element(0x30, &element(6, &[0x2b, 0x65, 0x70]));
    let empty = element(0x30, &[]);
    let key = der::to_spki(key).expect("a public key");
    let number = element(2, &[1]);
    let signed =
        element(0x30, &[number, algorithm.clone(), empty.clone(), empty.clone(), empty, key].concat());
    element(0x30, &[signed, algorithm, element(3, &[0, 1])].concat())
}

/// A key and its certificate.
fn certified() -> (SigningKey, Vec<u8>) {
    let key = Jwk::generate(A::EdDsa).expect("a key");
    (SigningKey::from_jwk(&key, A::EdDsa).expect("a key"), certificate(&key))
}

fn certificates_are_in_plain_base64() {
    let octets = vec![0xfb, 0xff, 0xbf, 0xfe];
    let read = taken(r#"{"alg":"HS256","x5c":["+/+//g=="]}"#).expect("plain base64");
    assert_eq!(read.untrusted_x5c().concat(), octets);
    assert_eq!(Header::new(A::Hs256).with_x5c(vec![octets]).to_object()["x5c"], json!(["+/+//g=="]));
    for bad in
        [json!(["-_-__g"]), json!(["-_-__g=="]), json!(["+/+//g"]), json!([1]), json!("AAAA"), Value::Null]
    {
        let header = json!({"alg": "HS256", "x5c": bad}).to_string();
        malformed(taken(&header), r::X5C_IS_PLAIN_BASE64, &header);
    }
}

fn the_signers_certificate_is_first() {
    let (key, ours) = certified();
    let (_, theirs) = certified();
    let header = |certificates: &[&Vec<u8>]| {
        Header::new(A::EdDsa).with_x5c(certificates.iter().map(|one| (*one).clone()).collect())
    };
    let bare = der::to_spki(&key.public_jwk().expect("a public key")).expect("a public key");
    for (certificates, what) in [
        (vec![&theirs], "another's"),
        (vec![&theirs, &ours], "another's first"),
        (vec![&bare], "a key that is no certificate"),
    ] {
        unusable(sign(b"", &header(&certificates), &key), r::X5C_BEGINS_WITH_THE_SIGNERS_CERT, what);
    }
    let token = sign(b"", &header(&[&ours]), &key).expect("a JWS");
    assert_eq!(header_of(&token)["x5c"].as_array().map(Vec::len), Some(1));
    verify(&token, key.verifying_key(), &LIMITS).expect("it is right");
    // A MAC has no certificate.
    let real = super::super::support::jwk(rfc7517::X5C_KEY).untrusted_x5c().to_vec();
    let result = sign(b"", &Header::new(A::Hs256).with_x5c(real), &signing(A::Hs256));
    unusable(result, r::X5C_BEGINS_WITH_THE_SIGNERS_CERT, "a MAC");
}

fn a_chain_may_follow() {
    let (key, ours) = certified();
    let chain = vec![ours, certified().1, certified().1];
    let token = sign(b"", &Header::new(A::EdDsa).with_x5c(chain.clone()), &key).expect("a JWS");
    let verified = verify(&token, key.verifying_key(), &LIMITS).expect("it is right");
    assert_eq!(verified.header().untrusted_x5c(), chain, "in their order");
}

/// What is written for a media type, and what it is not to lose.
const SHORT: [(&str, &str); 6] = [
    ("application/example", "example"),
    ("application/at+jwt", "at+jwt"),
    ("Application/JWT", "JWT"),
    ("JWT", "JWT"),
    ("text/plain", "text/plain"),
    ("application/example;part=\"1/2\"", "application/example;part=\"1/2\""),
];

/// Two media types, and whether they are the same.
const SAME: [(&str, &str, bool); 7] = [
    ("example", "application/example", true),
    ("application/example", "example", true),
    ("EXAMPLE", "application/example", true),
    ("application/example;part=\"1/2\"", "application/example;part=\"1/2\"", true),
    ("application/example;part=\"1/2\"", "example;part=\"1/2\"", false),
    ("example", "text/example", false),
    ("example", "example2", false),
];

fn typ_is_written_short() {
    for (given, written) in SHORT {
        let token = sign(b"", &Header::new(A::Hs256).with_typ(given), &signing(A::Hs256)).expect("a JWS");
        assert_eq!(header_of(&token)["typ"], written);
    }
}

fn typ_is_read_as_application() {
    for (read, asked, same) in SAME {
        let header = taken(&json!({"alg": "HS256", "typ": read}).to_string()).expect(read);
        assert_eq!((header.typ(), header.is_typ(asked)), (Some(read), same), "{read} {asked}");
    }
    let header = r#"{"alg":"HS256","typ":["JWT"]}"#;
    malformed(taken(header), r::TYP_WITHOUT_SLASH_IS_APPLICATION, header);
}

fn cty_is_written_short() {
    for (given, written) in SHORT {
        let header = Header::new(A::Hs256).with_content_type(given);
        assert_eq!(header_of(&sign(b"", &header, &signing(A::Hs256)).expect("a JWS"))["cty"], written);
    }
}

fn cty_is_read_as_application() {
    for (read, asked, same) in SAME {
        let header = taken(&json!({"alg": "HS256", "cty": read}).to_string()).expect(read);
        assert_eq!(
            (header.content_type(), header.is_content_type(asked)),
            (Some(read), same),
            "{read} {asked}"
        );
    }
    let header = r#"{"alg":"HS256","cty":1}"#;
    malformed(taken(header), r::CTY_WITHOUT_SLASH_IS_APPLICATION, header);
}
