//! RFC 7519, section 4.1: the registered claims.

use std::time::Duration;

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::{
    super::support::{decode, rejected, signing},
    support::{HEADER, claims_with, lax, take, take_by, token},
};
use crate::{
    ErrorKind, Rejection,
    proto::{Validation, encode},
    rfc7519 as r, rfc8725,
    types::{Audience, Claims, Header, JwsAlgorithm as A, NumericDate},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7519/section-4.1.1/iss-may-be-left-out",
        covers: &[r::ISS_MAY_BE_LEFT_OUT],
        run: || left_out("iss"),
    },
    Check {
        name: "rfc7519/section-4.1.2/sub-may-be-left-out",
        covers: &[r::SUB_MAY_BE_LEFT_OUT],
        run: || left_out("sub"),
    },
    Check {
        name: "rfc7519/section-4.1.3/the-recipient-has-a-name",
        covers: &[r::RECIPIENT_KNOWS_ITS_AUDIENCE],
        run: the_recipient_has_a_name,
    },
    Check {
        name: "rfc7519/section-4.1.3/what-is-for-others-is-refused",
        covers: &[r::OTHER_AUDIENCE_IS_REFUSED],
        run: what_is_for_others_is_refused,
    },
    Check {
        name: "rfc7519/section-4.1.3/one-name-is-a-string-or-an-array",
        covers: &[r::SINGLE_AUDIENCE_MAY_BE_A_STRING],
        run: one_name_is_a_string_or_an_array,
    },
    Check {
        name: "rfc7519/section-4.1.3/aud-may-be-left-out",
        covers: &[r::AUD_MAY_BE_LEFT_OUT],
        run: || left_out("aud"),
    },
    Check {
        name: "rfc7519/section-4.1.4/after-exp-it-is-refused",
        covers: &[r::EXPIRED_IS_REFUSED],
        run: after_exp_it_is_refused,
    },
    Check {
        name: "rfc7519/section-4.1.4/now-is-before-exp",
        covers: &[r::NOW_IS_BEFORE_EXP],
        run: now_is_before_exp,
    },
    Check {
        name: "rfc7519/section-4.1.4/exp-may-have-leeway",
        covers: &[r::EXP_MAY_HAVE_LEEWAY],
        run: exp_may_have_leeway,
    },
    Check {
        name: "rfc7519/section-4.1.4/exp-is-a-number",
        covers: &[r::EXP_IS_A_NUMBER],
        run: || number("exp"),
    },
    Check {
        name: "rfc7519/section-4.1.4/exp-may-be-left-out",
        covers: &[r::EXP_MAY_BE_LEFT_OUT],
        run: || left_out("exp"),
    },
    Check {
        name: "rfc7519/section-4.1.5/before-nbf-it-is-refused",
        covers: &[r::PREMATURE_IS_REFUSED],
        run: before_nbf_it_is_refused,
    },
    Check {
        name: "rfc7519/section-4.1.5/now-is-not-before-nbf",
        covers: &[r::NOW_IS_NOT_BEFORE_NBF],
        run: now_is_not_before_nbf,
    },
    Check {
        name: "rfc7519/section-4.1.5/nbf-may-have-leeway",
        covers: &[r::NBF_MAY_HAVE_LEEWAY],
        run: nbf_may_have_leeway,
    },
    Check {
        name: "rfc7519/section-4.1.5/nbf-is-a-number",
        covers: &[r::NBF_IS_A_NUMBER],
        run: || number("nbf"),
    },
    Check {
        name: "rfc7519/section-4.1.5/nbf-may-be-left-out",
        covers: &[r::NBF_MAY_BE_LEFT_OUT],
        run: || left_out("nbf"),
    },
    Check {
        name: "rfc7519/section-4.1.6/iat-is-a-number",
        covers: &[r::IAT_IS_A_NUMBER],
        run: || number("iat"),
    },
    Check {
        name: "rfc7519/section-4.1.6/iat-may-be-left-out",
        covers: &[r::IAT_MAY_BE_LEFT_OUT],
        run: || left_out("iat"),
    },
    Check {
        name: "rfc7519/section-4.1.7/a-jti-is-never-made-again",
        covers: &[r::JTI_HARDLY_COLLIDES],
        run: a_jti_is_never_made_again,
    },
    Check {
        name: "rfc7519/section-4.1.7/jti-may-be-left-out",
        covers: &[r::JTI_MAY_BE_LEFT_OUT],
        run: || left_out("jti"),
    },
];

/// All seven.
fn full() -> Value {
    json!({"iss": "i", "sub": "s", "aud": "a", "exp": 9, "nbf": 1, "iat": 1, "jti": "j"})
}

/// One claim is not there: written so, and taken unless it was asked for.
fn left_out(name: &'static str) {
    let mut claims = full();
    claims.as_object_mut().expect("an object").remove(name);
    let typed: Claims = serde_json::from_value(claims.clone()).expect("claims");
    let made = encode(&typed, &Header::new(A::Hs256), &signing(A::Hs256)).expect("a token");
    let payload = decode(made.split('.').nth(1).expect("a payload"));
    assert_eq!(serde_json::from_slice::<Value>(&payload).expect("JSON"), claims);
    assert_eq!(take_by(&lax(), &made, 5).expect(name).claims(), &typed);
    let missing = take_by(&lax().require(name), &made, 5).expect_err(name);
    assert_eq!(missing.rejection(), Some(Rejection::MissingClaim(name)));
    let all = token(HEADER, &full().to_string());
    assert!(take_by(&lax().require(name), &all, 5).is_ok());
}

fn with_audience(aud: Value) -> String {
    token(HEADER, &json!({"aud": aud, "exp": 9}).to_string())
}

fn the_recipient_has_a_name() {
    let us = Validation::new().audience("us");
    for aud in [json!("us"), json!(["us"]), json!(["them", "us"])] {
        assert!(take_by(&us, &with_audience(aud.clone()), 0).is_ok(), "{aud}");
    }
    // It may have more than one.
    assert!(take_by(&us.clone().audience("we"), &with_audience(json!("we")), 0).is_ok());
    // Where one is wanted, it has to be there.
    let none = take_by(&us, &token(HEADER, r#"{"exp":9}"#), 0);
    rejected(none, Rejection::MissingClaim("aud"), rfc8725::ABSENT_OR_FOREIGN_AUDIENCE_IS_REFUSED, "none");
}

fn what_is_for_others_is_refused() {
    let us = Validation::new().audience("us");
    for aud in [json!("them"), json!(["them", "others"]), json!([]), json!(""), json!("Us"), json!("us ")] {
        let result = take_by(&us, &with_audience(aud.clone()), 0);
        rejected(result, Rejection::Audience, r::OTHER_AUDIENCE_IS_REFUSED, &aud.to_string());
    }
    // Nor does who has no name take what is for anybody.
    let nobody = take_by(&Validation::new(), &with_audience(json!("us")), 0);
    rejected(nobody, Rejection::Audience, r::OTHER_AUDIENCE_IS_REFUSED, "nobody");
    assert!(take_by(&us, &with_audience(json!("us")), 0).is_ok());
}

fn one_name_is_a_string_or_an_array() {
    let us = Validation::new().audience("us");
    let names = |aud: Value| take_by(&us, &with_audience(aud), 0).map(|jwt| jwt.into_claims().audience);
    assert_eq!(names(json!("us")).expect("a string"), names(json!(["us"])).expect("an array"));
    for (names, written) in [(&["us"][..], json!("us")), (&["us", "them"], json!(["us", "them"]))] {
        let audience: Audience = names.iter().copied().collect();
        assert_eq!(serde_json::to_value(&audience).expect("JSON"), written);
    }
    for bad in [json!(1), json!(null), json!({"us": 1}), json!(["us", 1]), json!([["us"]])] {
        assert_eq!(take(&claims_with("aud", &bad)).expect_err("no name").kind(), ErrorKind::Protocol);
    }
}

fn expiring(exp: Value) -> String {
    token(HEADER, &claims_with("exp", &exp))
}

fn after_exp_it_is_refused() {
    for validation in [Validation::new(), Validation::new().without_expiry()] {
        for at in [1001, 2000, i64::MAX] {
            let result = take_by(&validation, &expiring(json!(1000)), at);
            rejected(result, Rejection::Expired, r::EXPIRED_IS_REFUSED, &at.to_string());
        }
        assert!(take_by(&validation, &expiring(json!(1000)), 999).is_ok());
        assert!(take_by(&validation, &expiring(json!(-1)), 0).is_err());
        assert!(take_by(&validation, &expiring(json!(1e300)), 0).is_ok());
    }
}

fn now_is_before_exp() {
    assert!(take_by(&Validation::new(), &expiring(json!(1000)), 999).is_ok());
    let result = take_by(&Validation::new(), &expiring(json!(1000)), 1000);
    rejected(result, Rejection::Expired, r::EXPIRED_IS_REFUSED, "the very second");
    // A fraction counts.
    assert!(take_by(&Validation::new(), &expiring(json!(1000.5)), 1000).is_ok());
    assert!(take_by(&Validation::new(), &expiring(json!(1000.5)), 1001).is_err());
}

fn exp_may_have_leeway() {
    let lenient = Validation::new().leeway(Duration::from_secs(60)).expect("a minute");
    assert!(take_by(&lenient, &expiring(json!(1000)), 1059).is_ok());
    assert!(take_by(&lenient, &expiring(json!(1000)), 1060).is_err());
    assert_eq!(Validation::new().leeway(Duration::from_secs(61)).expect_err("more").kind(), ErrorKind::Usage);
}

fn starting(nbf: Value) -> String {
    token(HEADER, &claims_with("nbf", &nbf))
}

fn before_nbf_it_is_refused() {
    for at in [999, 0, i64::MIN] {
        let result = take_by(&lax(), &starting(json!(1000)), at);
        rejected(result, Rejection::NotYetValid, r::PREMATURE_IS_REFUSED, &at.to_string());
    }
    assert!(take_by(&lax(), &starting(json!(1000)), 5000).is_ok());
    assert!(take_by(&lax(), &starting(json!(1e300)), i64::MAX - 1).is_err());
}

fn now_is_not_before_nbf() {
    assert!(take_by(&lax(), &starting(json!(1000)), 1000).is_ok());
    assert!(take_by(&lax(), &starting(json!(1000)), 999).is_err());
    assert!(take_by(&lax(), &starting(json!(999.5)), 999).is_err());
}

fn nbf_may_have_leeway() {
    let lenient = lax().leeway(Duration::from_secs(60)).expect("a minute");
    assert!(take_by(&lenient, &starting(json!(1000)), 940).is_ok());
    assert!(take_by(&lenient, &starting(json!(1000)), 939).is_err());
}

/// A date is a number, on both sides.
fn number(name: &'static str) {
    for good in [json!(0), json!(5), json!(5.5), json!(1e1)] {
        // `exp` has not passed yet, the others have.
        let at = if name == "exp" { -1 } else { 100 };
        let jwt = take_by(&lax(), &token(HEADER, &claims_with(name, &good)), at);
        assert!(jwt.is_ok(), "{good}");
    }
    for bad in
        [json!("5"), json!(null), json!(true), json!([5]), json!({"s": 5}), json!("1970-01-01T00:00:00Z")]
    {
        assert_eq!(
            take(&claims_with(name, &bad)).expect_err("no number").kind(),
            ErrorKind::Protocol,
            "{bad}"
        );
        let made = encode(&json!({ name: bad }), &Header::new(A::Hs256), &signing(A::Hs256));
        assert_eq!(made.expect_err("no number").kind(), ErrorKind::Usage, "{bad}");
    }
    let date = NumericDate::new(1_300_819_380);
    let claims = match name {
        "exp" => Claims::new().expires_at(date),
        "nbf" => Claims::new().not_before(date),
        _ => Claims::new().issued_at(date),
    };
    assert_eq!(serde_json::to_value(&claims).expect("JSON"), json!({ name: 1_300_819_380 }));
}

fn a_jti_is_never_made_again() {
    let mut seen = std::collections::HashSet::new();
    for _ in 0..1000 {
        let id = Claims::new().random_id().expect("randomness").id.expect("an id");
        assert!(decode(&id).len() >= 16, "128 bits at least");
        assert!(seen.insert(id), "made again");
    }
    // No bit of them is always the same.
    let (mut ones, mut zeros) = ([0; 16], [0; 16]);
    for id in &seen {
        for (at, octet) in decode(id).into_iter().take(16).enumerate() {
            ones[at] |= octet;
            zeros[at] |= !octet;
        }
    }
    assert_eq!((ones, zeros), ([0xff; 16], [0xff; 16]));
}
