//! RFC 4616, section 2: the message.

use anyrfc_core::compliance::Check;

use crate::{
    Credentials, Error, ErrorKind, Exchange, Mechanism as _, Plain, Preparation, Step, rfc4422, rfc4616 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4616/section-2/message-in-utf-8",
        covers: &[r::MESSAGE_IS_UTF8],
        run: message_in_utf_8,
    },
    Check {
        name: "rfc4616/section-2/no-nul-in-a-part",
        covers: &[r::NO_NUL_INSIDE_A_PART],
        run: no_nul_in_a_part,
    },
    Check { name: "rfc4616/section-2/no-empty-part", covers: &[r::NO_PART_IS_EMPTY], run: no_empty_part },
    Check {
        name: "rfc4616/section-2/one-message-and-no-data",
        covers: &[rfc4422::FIRST_CHALLENGE_IS_EMPTY],
        run: one_message_and_no_data,
    },
];

fn plain(user: &str, password: &str, authorization_id: Option<&str>) -> Result<Plain, Error> {
    let mut credentials = Credentials::password(user, password.to_owned());
    credentials.authorization_id = authorization_id.map(str::to_owned);
    Plain::new(&credentials, Preparation::Saslprep)
}

fn message(user: &str, password: &str, authorization_id: Option<&str>) -> Vec<u8> {
    let mut plain = plain(user, password, authorization_id).expect("both can be sent");
    plain.first().expect("the client speaks first").expose().clone()
}

fn message_in_utf_8() {
    // The RFC's examples.
    assert_eq!(message("tim", "tanstaaftanstaaf", None), b"\0tim\0tanstaaftanstaaf");
    assert_eq!(message("Kurt", "xipj3plmq", Some("Ursel")), b"Ursel\0Kurt\0xipj3plmq");
    // Every length of a UTF-8 sequence, in every part; separators of one octet.
    assert_eq!(
        message("j\u{fc}rgen", "\u{20ac}\u{1f511}", Some("\u{e9}\u{4e00}")),
        b"\xc3\xa9\xe4\xb8\x80\0j\xc3\xbcrgen\0\xe2\x82\xac\xf0\x9f\x94\x91"
    );
    // As long as servers must accept, and no length is cut.
    let long = "x".repeat(255);
    assert_eq!(message(&long, &long, Some(&long)).len(), 3 * 255 + 2);
}

fn no_nul_in_a_part() {
    for (user, password, authorization_id) in [
        ("u\0", "p", None),
        ("u", "p\0p", None),
        ("u", "p", Some("\0")),
        ("\0", "p", None),
        ("u", "\0", None),
    ] {
        let error = plain(user, password, authorization_id).expect_err("a NUL");
        assert_eq!(error.kind(), ErrorKind::Usage);
        // Nor where nothing is prepared.
        let mut credentials = Credentials::password(user, password.to_owned());
        credentials.authorization_id = authorization_id.map(str::to_owned);
        assert!(Plain::new(&credentials, Preparation::Raw).is_err());
    }
    assert_eq!(message("u", "p", None).iter().filter(|octet| **octet == 0).count(), 2);
}

fn no_empty_part() {
    for (user, password) in [("", "p"), ("u", ""), ("", "")] {
        assert!(plain(user, password, None).is_err(), "{user:?} {password:?}");
    }
    assert!(Plain::new(&Credentials::default(), Preparation::Saslprep).is_err());
    // Whoever acts as somebody has to say whom.
    assert!(plain("u", "p", Some("")).is_err());
    assert_eq!(message("u", "p", None), b"\0u\0p");
}

/// Where the protocol has no initial response, the server's first challenge is empty.
fn one_message_and_no_data() {
    let mut exchange = Exchange::new(plain("u", "p", None).expect("both can be sent"));
    let Ok(Step::Respond(response)) = exchange.step(b"") else { panic!("no response") };
    assert_eq!(response.expose(), b"\0u\0p");
    exchange.succeed(None).expect("nothing is to be proved");

    let mut exchange = Exchange::new(plain("u", "p", None).expect("both can be sent"));
    let error = exchange.step(b"hello").expect_err("data before the initial response");
    assert_eq!(error.requirement(), Some(rfc4422::FIRST_CHALLENGE_IS_EMPTY));
}
