//! RFC 7519, sections 5 and 11.2: what the header says, and tokens within tokens.

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::{
    super::support::{header_of, malformed, rejected, signing, unusable},
    support::{HEADER, lax, take_by, token},
};
use crate::{
    Error, Rejection,
    proto::{Jwt, encode, encrypt_jwt, jwe},
    rfc7519 as r, rfc8725,
    types::{Claims, ContentEncryption, Header, JweAlgorithm, JwsAlgorithm as A, NumericDate},
};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "rfc7519/section-5.1/typ-is-jwt", covers: &[r::TYP_IS_JWT], run: typ_is_jwt },
    Check {
        name: "rfc7519/section-5.1/typ-is-in-capitals",
        covers: &[r::TYP_IS_UPPER_CASE],
        run: typ_is_in_capitals,
    },
    Check {
        name: "rfc7519/section-5.1/typ-may-be-left-out",
        covers: &[r::TYP_MAY_BE_LEFT_OUT],
        run: typ_may_be_left_out,
    },
    Check {
        name: "rfc7519/section-5.2/claims-have-no-cty",
        covers: &[r::CTY_IS_ABSENT_UNLESS_NESTED],
        run: claims_have_no_cty,
    },
    Check {
        name: "rfc7519/section-5.2/a-nested-token-has-cty",
        covers: &[r::CTY_IS_PRESENT_WHEN_NESTED],
        run: a_nested_token_has_cty,
    },
    Check {
        name: "rfc7519/section-5.2/the-cty-of-a-nested-token-is-jwt",
        covers: &[r::NESTED_CTY_IS_JWT],
        run: the_cty_of_a_nested_token_is_jwt,
    },
    Check {
        name: "rfc7519/section-5.2/cty-is-in-capitals",
        covers: &[r::CTY_IS_UPPER_CASE],
        run: cty_is_in_capitals,
    },
    Check {
        name: "rfc7519/section-5.3/what-the-header-repeats-is-the-same",
        covers: &[r::REPLICATED_CLAIMS_AGREE],
        run: what_the_header_repeats_is_the_same,
    },
    Check {
        name: "rfc7519/section-11.2/first-signed-then-encrypted",
        covers: &[r::SIGNED_THEN_ENCRYPTED],
        run: first_signed_then_encrypted,
    },
];

const SHARED: [u8; 32] = [7; 32];

fn shared() -> jwe::EncryptionKey {
    jwe::EncryptionKey::symmetric(JweAlgorithm::Dir, SHARED).expect("a key")
}

fn outer() -> Header {
    Header::new(JweAlgorithm::Dir)
}

/// Encrypted as it is, under this header.
fn sealed(text: &str, header: &Header) -> String {
    jwe::encrypt(text.as_bytes(), header, &shared(), ContentEncryption::A256Gcm).expect("sealed")
}

fn nested(token: &str, header: &Header) -> Result<String, Error> {
    encrypt_jwt(token, header, &shared(), ContentEncryption::A256Gcm)
}

fn take_nested(token: &str) -> Result<Jwt, Error> {
    let ours = jwe::DecryptionKey::symmetric(JweAlgorithm::Dir, SHARED).expect("a key");
    lax().decrypt_and_verify(token, &ours, signing(A::Hs256).verifying_key(), NumericDate::new(0))
}

fn made(header: Header) -> Result<String, Error> {
    encode(&json!({"sub": "a"}), &header, &signing(A::Hs256))
}

fn hs256() -> Header {
    Header::new(A::Hs256)
}

fn typ_is_jwt() {
    let token = made(hs256().with_typ("JWT")).expect("a token");
    assert_eq!(header_of(&token)["typ"], "JWT");
    assert!(take_by(&lax(), &token, 0).is_ok());
    // Where no kind is named, it is JWT or not there at all.
    for other in ["JWS", "at+jwt", "JOSE", "text/plain", ""] {
        let token = super::support::token(&format!(r#"{{"alg":"HS256","typ":"{other}"}}"#), "{}");
        rejected(take_by(&lax(), &token, 0), Rejection::Type, rfc8725::KINDS_OF_JWT_ARE_NOT_CONFUSED, other);
    }
}

fn typ_is_in_capitals() {
    for typ in ["JWT", "jwt", "Jwt", "application/jwt", "APPLICATION/JWT"] {
        let token = made(hs256().with_typ(typ)).expect("a token");
        assert_eq!(header_of(&token)["typ"], "JWT", "{typ}");
        // Others may have spelt it as they like.
        let theirs = super::support::token(&format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#), "{}");
        assert!(take_by(&lax(), &theirs, 0).is_ok(), "{typ}");
    }
    assert_eq!(header_of(&made(hs256().with_typ("dpop+jwt")).expect("a token"))["typ"], "dpop+jwt");
}

fn typ_may_be_left_out() {
    let token = made(hs256()).expect("a token");
    assert!(header_of(&token).get("typ").is_none());
    assert!(take_by(&lax(), &token, 0).is_ok());
    // Unless a kind was asked for.
    assert!(take_by(&lax().typ("JWT"), &token, 0).is_err());
}

fn claims_have_no_cty() {
    let token = made(hs256()).expect("a token");
    assert!(header_of(&token).get("cty").is_none());
    for cty in ["JWT", "jwt", "json"] {
        unusable(made(hs256().with_content_type(cty)), r::CTY_IS_ABSENT_UNLESS_NESTED, cty);
    }
    let theirs = super::support::token(r#"{"alg":"HS256","cty":"JWT"}"#, "{}");
    malformed(take_by(&lax(), &theirs, 0), r::CTY_IS_ABSENT_UNLESS_NESTED, "claims under cty");
}

fn a_nested_token_has_cty() {
    let inner = token(HEADER, "{}");
    let written = nested(&inner, &outer()).expect("a token");
    assert!(header_of(&written).get("cty").is_some());
    assert!(take_nested(&written).is_ok());
    malformed(take_nested(&sealed(&inner, &outer())), r::CTY_IS_PRESENT_WHEN_NESTED, "none");
}

fn the_cty_of_a_nested_token_is_jwt() {
    let inner = token(HEADER, "{}");
    for cty in ["JWT", "json", "at+jwt"] {
        // Whatever the caller said.
        let written = nested(&inner, &outer().with_content_type(cty)).expect("a token");
        assert_eq!(header_of(&written)["cty"], "JWT", "{cty}");
        assert!(take_nested(&written).is_ok());
    }
    for cty in ["json", "at+jwt", "JW", "text/jwt"] {
        malformed(take_nested(&sealed(&inner, &outer().with_content_type(cty))), r::NESTED_CTY_IS_JWT, cty);
    }
}

fn cty_is_in_capitals() {
    let inner = token(HEADER, "{}");
    for cty in ["jwt", "Jwt", "application/jwt"] {
        let header = outer().with_content_type(cty);
        assert_eq!(header_of(&sealed(&inner, &header))["cty"], "JWT", "{cty}");
        // As others spell it, it is understood.
        let theirs = Header::parse(format!(r#"{{"alg":"dir","cty":"{cty}"}}"#).as_bytes()).expect("a header");
        assert_eq!(header_of(&sealed(&inner, &theirs))["cty"], cty);
        assert!(take_nested(&sealed(&inner, &theirs)).is_ok(), "{cty}");
    }
}

fn what_the_header_repeats_is_the_same() {
    let inner = token(HEADER, r#"{"iss":"i","sub":"s","aud":["a","b"]}"#);
    let take = |name: &str, value: Value| {
        let header = outer().with_other(name, value).expect("no parameter");
        take_nested(&nested(&inner, &header).expect("a token"))
    };
    for (name, value) in
        [("iss", json!("i")), ("sub", json!("s")), ("aud", json!(["a", "b"])), ("x", json!(1))]
    {
        assert!(take(name, value).is_ok(), "{name}");
    }
    for (name, value) in [
        ("iss", json!("I")),
        ("iss", json!(null)),
        ("sub", json!("")),
        ("sub", json!(["s"])),
        ("aud", json!("a")),
        ("aud", json!(["b", "a"])),
        ("aud", json!(["a", "b", "c"])),
    ] {
        let what = format!("{name}: {value}");
        let known = ["iss", "sub", "aud"].into_iter().find(|known| *known == name).expect("one of them");
        rejected(take(name, value), Rejection::Claim(known), r::REPLICATED_CLAIMS_AGREE, &what);
    }
    // What is in the header and not within is not a repetition.
    let bare = nested(&token(HEADER, "{}"), &outer().with_other("iss", "i").expect("no parameter"));
    assert!(take_nested(&bare.expect("a token")).is_err());
}

fn first_signed_then_encrypted() {
    let signed = token(HEADER, r#"{"sub":"s"}"#);
    let both = nested(&signed, &outer()).expect("a token");
    assert_eq!(take_nested(&both).expect("both").claims(), &Claims::new().subject("s"));
    // Nothing but a signed token is encrypted as one, and no encrypted one is signed.
    for other in [both.as_str(), r#"{"sub":"s"}"#, "", "a.b"] {
        unusable(nested(other, &outer()), r::SIGNED_THEN_ENCRYPTED, other);
    }
    let turned = super::super::support::compact(
        &signing(A::Hs256),
        &super::super::support::encode(r#"{"alg":"HS256","cty":"JWT"}"#),
        &super::super::support::encode(&both),
    );
    assert!(take_by(&lax(), &turned, 0).is_err() && take_nested(&turned).is_err());
    // Claims that are encrypted only are signed by nobody.
    let unsigned = sealed(r#"{"sub":"s"}"#, &outer().with_content_type("JWT"));
    assert!(take_nested(&unsigned).is_err());
}
