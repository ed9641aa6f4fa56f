//! RFC 7515, section 7.2: the JSON serializations.

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::super::support::{
    LIMITS, decode, encode, json as value, malformed, signature, signing, unusable, verifying,
};
use crate::{
    Error, Requirement,
    proto::{JsonJws, verify_json},
    rfc7515 as r,
    testing::rfc7515 as examples,
    types::{Header, JwsAlgorithm as A},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "rfc7515/section-7.2.1/the-payload-is-there",
        covers: &[r::PAYLOAD_IS_PRESENT],
        run: the_payload_is_there,
    },
    Check {
        name: "rfc7515/section-7.2.1/signatures-are-an-array",
        covers: &[r::SIGNATURES_IS_AN_ARRAY],
        run: signatures_are_an_array,
    },
    Check {
        name: "rfc7515/section-7.2.1/a-protected-header-is-there-or-not",
        covers: &[r::PROTECTED_IS_PRESENT, r::EMPTY_PROTECTED_IS_ABSENT],
        run: a_protected_header_is_there_or_not,
    },
    Check {
        name: "rfc7515/section-7.2.1/an-unprotected-header-is-there-or-not",
        covers: &[r::HEADER_IS_PRESENT, r::EMPTY_HEADER_IS_ABSENT],
        run: an_unprotected_header_is_there_or_not,
    },
    Check {
        name: "rfc7515/section-7.2.1/the-signature-is-there",
        covers: &[r::SIGNATURE_IS_PRESENT],
        run: the_signature_is_there,
    },
    Check {
        name: "rfc7515/section-7.2.1/each-signature-has-a-header",
        covers: &[r::EACH_SIGNATURE_HAS_A_HEADER],
        run: each_signature_has_a_header,
    },
    Check {
        name: "rfc7515/section-7.2.1/unknown-members-are-ignored",
        covers: &[r::UNKNOWN_MEMBERS_ARE_IGNORED],
        run: unknown_members_are_ignored,
    },
    Check {
        name: "rfc7515/section-7.2.1/headers-are-disjoint",
        covers: &[r::HEADERS_ARE_DISJOINT],
        run: headers_are_disjoint,
    },
    Check {
        name: "rfc7515/section-7.2.2/one-form-at-a-time",
        covers: &[r::FLATTENED_HAS_NO_SIGNATURES],
        run: one_form_at_a_time,
    },
];

fn taken(jws: &Value) -> Result<Vec<u8>, Error> {
    verify_json(jws.to_string().as_bytes(), &verifying(A::Hs256), &LIMITS).map(|jws| jws.payload().to_vec())
}

/// One signature by the known key, with both headers; flattened, and as an element of the general form.
fn good() -> [Value; 2] {
    let mut jws = JsonJws::new(b"{}");
    jws.sign(&signing(A::Hs256), &Header::new(A::Hs256), [("kid".to_owned(), "1".into())])
        .expect("a signature");
    [value(&jws.to_flattened().expect("one signature")), value(&jws.to_general())]
}

/// Both forms are refused with a member of the signature changed or left out.
fn refuse(name: &str, member: Option<Value>, broken: &'static Requirement) {
    let [mut flattened, mut general] = good();
    for object in [&mut flattened, &mut general["signatures"][0]] {
        match &member {
            Some(member) => object[name] = member.clone(),
            None => drop(object.as_object_mut().expect("an object").remove(name)),
        }
    }
    for jws in [flattened, general] {
        malformed(taken(&jws), broken, &jws.to_string());
    }
}

fn the_payload_is_there() {
    for jws in good() {
        assert_eq!(jws["payload"], "e30");
        assert_eq!(taken(&jws).expect("it is right"), b"{}");
        for bad in [json!(1), Value::Null, json!(["e30"]), json!({})] {
            let mut jws = jws.clone();
            jws["payload"] = bad;
            malformed(taken(&jws), r::PAYLOAD_IS_PRESENT, &jws.to_string());
        }
        let mut none = jws.clone();
        none.as_object_mut().expect("an object").remove("payload");
        malformed(taken(&none), r::PAYLOAD_IS_PRESENT, "none");
    }
}

fn signatures_are_an_array() {
    let [flattened, general] = good();
    assert_eq!(general["signatures"].as_array().map(Vec::len), Some(1));
    taken(&general).expect("it is right");
    let mut one = flattened;
    one.as_object_mut().expect("an object").remove("payload");
    for bad in [json!({}), one, json!("x"), Value::Null, json!([]), json!([1]), json!([[]]), json!(["x"])] {
        let mut jws = general.clone();
        jws["signatures"] = bad;
        malformed(taken(&jws), r::SIGNATURES_IS_AN_ARRAY, &jws.to_string());
    }
}

fn a_protected_header_is_there_or_not() {
    let (key, header) = (signing(A::Hs256), Header::new(A::Hs256));
    for one in [&good()[0], &good()[1]["signatures"][0]] {
        let protected = decode(one["protected"].as_str().expect("a header"));
        assert_eq!(protected, br#"{"alg":"HS256"}"#);
    }
    let mut jws = JsonJws::new(b"{}");
    jws.sign_content_only(&key, &header).expect("a signature");
    let made = value(&jws.to_flattened().expect("one signature"));
    assert!(made.get("protected").is_none(), "{made}");
    assert_eq!(made["signature"], signature(&key, ".e30"));
    taken(&made).expect("nothing is protected");
    for bad in [json!(1), json!({"alg": "HS256"}), Value::Null] {
        refuse("protected", Some(bad), r::PROTECTED_IS_PRESENT);
    }
    refuse("protected", Some("".into()), r::EMPTY_PROTECTED_IS_ABSENT);
    let mut empty = json!({"payload": "e30", "protected": "e30", "header": {"alg": "HS256"}});
    for (protected, input) in [("e30", "e30.e30"), ("", ".e30")] {
        empty["protected"] = protected.into();
        empty["signature"] = signature(&key, input).into();
        malformed(taken(&empty), r::EMPTY_PROTECTED_IS_ABSENT, &empty.to_string());
    }
}

fn an_unprotected_header_is_there_or_not() {
    for one in [&good()[0], &good()[1]["signatures"][0]] {
        assert_eq!(one["header"], json!({"kid": "1"}));
    }
    let mut jws = JsonJws::new(b"{}");
    jws.sign(&signing(A::Hs256), &Header::new(A::Hs256), []).expect("a signature");
    for one in [value(&jws.to_flattened().expect("one")), value(&jws.to_general())["signatures"][0].clone()] {
        assert!(one.get("header").is_none(), "{one}");
    }
    refuse("header", Some(json!({})), r::EMPTY_HEADER_IS_ABSENT);
    for bad in [json!(1), json!("eyJraWQiOiIxIn0"), json!([]), Value::Null] {
        refuse("header", Some(bad), r::HEADER_IS_PRESENT);
    }
}

fn the_signature_is_there() {
    for one in [&good()[0], &good()[1]["signatures"][0]] {
        let header = one["protected"].as_str().expect("a header");
        assert_eq!(one["signature"], signature(&signing(A::Hs256), &format!("{header}.e30")));
    }
    refuse("signature", None, r::SIGNATURE_IS_PRESENT);
    for bad in [json!(1), Value::Null, json!([]), json!({})] {
        refuse("signature", Some(bad), r::SIGNATURE_IS_PRESENT);
    }
}

fn each_signature_has_a_header() {
    let mut general = good()[1].clone();
    let right = general["signatures"][0].clone();
    general["signatures"] = json!([right, right]);
    taken(&general).expect("each of them has one");
    general["signatures"] = json!([right, {"signature": right["signature"]}]);
    malformed(taken(&general), r::EACH_SIGNATURE_HAS_A_HEADER, "the second has none");
    // Headers without `alg` are no help.
    let protected = encode(r#"{"x":1}"#);
    let signed = signature(&signing(A::Hs256), &format!("{protected}.e30"));
    let jws = json!({"payload": "e30", "protected": protected, "header": {"y": 1}, "signature": signed});
    malformed(taken(&jws), r::ALG_IS_PRESENT, &jws.to_string());
}

fn unknown_members_are_ignored() {
    for mut jws in good() {
        jws["more"] = json!({"a": [1]});
        jws["kid"] = json!(1);
        if let Some(one) = jws.pointer_mut("/signatures/0") {
            one["more"] = json!(true);
            one["payload"] = json!("eA");
        }
        assert_eq!(taken(&jws).expect("nobody knows them"), b"{}");
    }
}

fn headers_are_disjoint() {
    let (key, mut jws) = (signing(A::Hs256), JsonJws::new(b"{}"));
    let header = Header::new(A::Hs256).with_typ("a").with_other("x", 1).expect("a header");
    for name in ["alg", "typ", "x"] {
        let result = jws.sign(&key, &header, [(name.to_owned(), "HS256".into())]);
        unusable(result, r::NO_NAME_IN_BOTH_HEADERS, name);
    }
    jws.sign(&key, &header, [("y".to_owned(), 1.into())]).expect("another name");
    assert_eq!(taken(&value(&jws.to_general())).expect("it is right"), b"{}");
}

fn one_form_at_a_time() {
    let [flattened, general] = good();
    assert!(flattened.get("signatures").is_none(), "{flattened}");
    for name in ["protected", "header", "signature"] {
        assert!(general.get(name).is_none(), "{general}");
        let mut both = general.clone();
        both[name] = flattened[name].clone();
        malformed(taken(&both), r::FLATTENED_HAS_NO_SIGNATURES, &both.to_string());
    }
    // Two signatures are too many for it.
    let (key, mut jws) = (signing(A::Hs256), JsonJws::new(b"{}"));
    unusable(jws.to_flattened(), r::FLATTENED_HAS_NO_SIGNATURES, "no signature");
    for _ in 0..2 {
        jws.sign(&key, &Header::new(A::Hs256), []).expect("a signature");
    }
    unusable(jws.to_flattened(), r::FLATTENED_HAS_NO_SIGNATURES, "two signatures");
    assert!(value(examples::FLATTENED).get("signatures").is_none());
}
