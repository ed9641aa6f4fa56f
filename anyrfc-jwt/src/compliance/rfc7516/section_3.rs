//! RFC 7516, section 3: how a JWE is written, and what of it may be left out.

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::super::judge::{CEK, breaks, direct, forged, misread, opens, reads, refusal, sealed, shared};
use crate::{
    ErrorKind,
    codec::base64url,
    proto::jwe::{EncryptionKey, Message},
    rfc7515, rfc7516 as r,
    types::{ContentEncryption::A128Gcm, Header, JweAlgorithm},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7516/section-3/white-space-may-stand-between",
        covers: &[r::JSON_MAY_HAVE_WHITESPACE],
        run: white_space_may_stand_between,
    },
    Check {
        name: "rfc7516/section-3.2/a-header-is-in-one-of-three-places",
        covers: &[r::JSON_JWE_HAS_A_HEADER, r::EACH_RECIPIENT_HAS_A_HEADER],
        run: a_header_is_in_one_of_three_places,
    },
    Check {
        name: "rfc7516/section-3.2/members-may-be-left-out",
        covers: &[r::JSON_MEMBERS_MAY_BE_LEFT_OUT],
        run: members_may_be_left_out,
    },
];

fn white_space_may_stand_between() {
    let header = "\r\n{\t\"alg\" : \"dir\" ,\n\"enc\"\r:\"A128GCM\" } \n";
    let parts = forged(header, &[], b"text");
    assert_eq!(opens(&parts.to_token(), &shared()), b"text");
    let json = serde_json::to_string_pretty(&parts.to_json()).expect("JSON");
    let json = json.replace('\n', "\r\n\t ");
    let limits = crate::proto::jwe::Limits::default();
    let decrypted = crate::proto::jwe::decrypt_json(json.as_bytes(), &shared(), &limits);
    assert_eq!(decrypted.expect("it decrypts").decrypted.plaintext.expose(), b"text");
    // No other space is one of JSON, nor is any of base64url.
    for space in ["\u{b}", "\u{c}", "\u{a0}", "\u{feff}"] {
        let header = format!(r#"{{{space}"alg":"dir","enc":"A128GCM"}}"#);
        let error = refusal(&forged(&header, &[], b"text").to_token(), &shared());
        assert_eq!(error.kind(), ErrorKind::Protocol, "{space:?}");
    }
    for space in ["\n", " "] {
        breaks(&refusal(&(parts.to_token() + space), &shared()), r::PARTS_DECODE_STRICTLY);
    }
}

/// A JWE without a protected header, with these members.
fn unprotected(members: &[(&str, Value)]) -> Value {
    let (iv, ciphertext, tag) = sealed(A128Gcm, &CEK, b"", b"text");
    let [iv, ciphertext, tag] = [iv, ciphertext, tag].map(|part| base64url::encode(&part));
    let mut json = json!({ "iv": iv, "ciphertext": ciphertext, "tag": tag });
    for (name, value) in members {
        json[name] = value.clone();
    }
    json
}

fn a_header_is_in_one_of_three_places() {
    let header = json!({ "alg": "dir", "enc": "A128GCM" });
    assert_eq!(reads(&forged(&direct(""), &[], b"text").to_json(), &shared()), b"text");
    for members in [
        &[("unprotected", header.clone())][..],
        &[("header", header.clone())],
        &[("recipients", json!([{ "header": header }]))],
        &[("unprotected", json!({ "alg": "dir" })), ("header", json!({ "enc": "A128GCM" }))],
        &[("unprotected", header.clone()), ("recipients", json!([{}, {}]))],
    ] {
        assert_eq!(reads(&unprotected(members), &shared()), b"text", "{members:?}");
    }
    for (members, requirement) in [
        (&[][..], rfc7515::ALG_IS_PRESENT),
        (&[("recipients", json!([{}]))], rfc7515::ALG_IS_PRESENT),
        (&[("unprotected", json!({ "kid": "1" }))], rfc7515::ALG_IS_PRESENT),
        (&[("header", json!({ "enc": "A128GCM" }))], rfc7515::ALG_IS_PRESENT),
        (&[("header", json!({ "alg": "dir" }))], r::ENC_IS_PRESENT),
        // One of several has none.
        (&[("recipients", json!([{ "header": header }, {}]))], rfc7515::ALG_IS_PRESENT),
        (&[("recipients", json!([{ "header": header }, { "header": { "alg": "dir" } }]))], r::ENC_IS_PRESENT),
    ] {
        breaks(&misread(&unprotected(members), &shared()), requirement);
    }
}

fn members_may_be_left_out() {
    let least = forged(&direct(""), &[], b"text").to_json();
    let names: Vec<_> = least.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["ciphertext", "iv", "protected", "tag"]);
    assert_eq!(reads(&least, &shared()), b"text");
    // And whatever we have nothing for is left out.
    let key = EncryptionKey::symmetric(JweAlgorithm::Dir, CEK).expect("a key");
    let message = Message::new(A128Gcm).with_recipient(Header::new(JweAlgorithm::Dir), &key);
    let ours: Value = serde_json::from_str(&message.to_flattened(b"text").expect("encrypted")).expect("JSON");
    let own: Vec<_> = ours.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    assert_eq!(own, names);
    // But none of these four.
    for name in names {
        let mut less = least.clone();
        less.as_object_mut().map(|members| members.remove(name));
        assert_eq!(misread(&less, &shared()).kind(), ErrorKind::Protocol, "{name}");
    }
}
