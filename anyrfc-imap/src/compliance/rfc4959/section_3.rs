//! RFC 4959, section 3: the initial response.

use anyrfc_core::compliance::Check;
use anyrfc_sasl::{Credentials, Exchange, External, Plain, Preparation};

use super::super::{judge::Judge, rev1::End};
use crate::{proto::State, rfc4959 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4959-section-3/initial-response-is-bare-base64",
        covers: &[r::INITIAL_RESPONSE_IS_BASE64, r::INITIAL_RESPONSE_IS_BARE],
        run: initial_response_is_bare_base64,
    },
    Check {
        name: "rfc4959-section-3/empty-initial-response-is-an-equals-sign",
        covers: &[r::EMPTY_INITIAL_RESPONSE_IS_EQUALS_SIGN],
        run: empty_initial_response_is_an_equals_sign,
    },
    Check {
        name: "rfc4959-section-3/without-sasl-ir-there-is-no-initial-response",
        covers: &[r::INITIAL_RESPONSE_NEEDS_THE_CAPABILITY],
        run: without_sasl_ir_there_is_no_initial_response,
    },
    Check {
        name: "rfc4959-section-3/without-sasl-ir-the-empty-challenge-is-awaited",
        covers: &[r::WITHOUT_SASL_IR_THE_CHALLENGE_IS_AWAITED],
        run: without_sasl_ir_the_empty_challenge_is_awaited,
    },
];

/// `NUL user NUL pencil`, by hand.
const PLAIN: &str = "AHVzZXIAcGVuY2ls";

fn pencil() -> Credentials {
    Credentials::password("user", String::from("pencil"))
}

fn plain() -> Exchange {
    Exchange::new(Plain::new(&pencil(), Preparation::Saslprep).expect("it can be sent"))
}

fn external() -> Exchange {
    Exchange::new(External::new(&pencil()).expect("it can be sent"))
}

/// What is written at once, without its tag.
fn begins(end: &mut End, exchange: Exchange) -> String {
    let _ticket = end.connection.authenticate(exchange).expect("offered");
    let written = String::from_utf8(end.written()).expect("ASCII");
    written.split_once(' ').expect("a tag").1.to_owned()
}

fn initial_response_is_bare_base64() {
    let mut end = End::greeted("SASL-IR AUTH=PLAIN");
    let ticket = end.connection.authenticate(plain()).expect("offered");
    let written = end.written();
    let judge = Judge::new("SASL-IR");
    // The judge takes neither a string nor a literal there, nor what base64 cannot be.
    let heard = judge.hear(&written).remove(0);
    assert_eq!(heard.text(), format!("AUTHENTICATE PLAIN {PLAIN}"));
    end.says_octets(format!("{} OK in\r\n", heard.tag).as_bytes());
    end.answer(ticket).expect("logged in");
    assert_eq!(end.connection.phase(), State::Authenticated);
    // A long one is not broken into lines, and is sent in one piece or awaited.
    let password = "p".repeat(2000);
    let long = Credentials::password("user", password);
    let exchange = Exchange::new(Plain::new(&long, Preparation::Saslprep).expect("it can be sent"));
    let mut end = End::greeted("SASL-IR AUTH=PLAIN");
    let text = begins(&mut end, exchange);
    let response = text.strip_prefix("AUTHENTICATE PLAIN ").expect("an initial response");
    assert_eq!((text.matches("\r\n").count(), response.trim_end().len()), (1, 2676));
}

fn empty_initial_response_is_an_equals_sign() {
    let mut end = End::greeted("SASL-IR AUTH=EXTERNAL");
    assert_eq!(begins(&mut end, external()), "AUTHENTICATE EXTERNAL =\r\n");
    // An empty response later on is an empty line.
    let mut end = End::greeted("AUTH=EXTERNAL");
    assert_eq!(begins(&mut end, external()), "AUTHENTICATE EXTERNAL\r\n");
    end.says("+ ");
    assert_eq!(end.written(), b"\r\n");
}

fn without_sasl_ir_there_is_no_initial_response() {
    for other in ["", "X-SASL-IR", "SASL", "SASL-IRX", "IMAP4rev2X"] {
        let mut end = End::greeted(&format!("AUTH=PLAIN AUTH=EXTERNAL {other}"));
        assert_eq!(begins(&mut end, plain()), "AUTHENTICATE PLAIN\r\n", "{other}");
        let mut end = End::greeted(&format!("AUTH=PLAIN AUTH=EXTERNAL {other}"));
        assert_eq!(begins(&mut end, external()), "AUTHENTICATE EXTERNAL\r\n", "{other}");
    }
    let mut end = End::greeted("AUTH=PLAIN sasl-ir");
    assert_eq!(begins(&mut end, plain()), format!("AUTHENTICATE PLAIN {PLAIN}\r\n"));
}

fn without_sasl_ir_the_empty_challenge_is_awaited() {
    let mut end = End::greeted("AUTH=PLAIN");
    let ticket = end.connection.authenticate(plain()).expect("offered");
    let written = String::from_utf8(end.written()).expect("ASCII");
    assert!(written.ends_with(" AUTHENTICATE PLAIN\r\n"), "{written:?}");
    // Nothing is said before the server asks for it.
    end.says("* OK a moment");
    assert_eq!(end.written(), b"");
    end.says("+ ");
    assert_eq!(end.written(), format!("{PLAIN}\r\n").as_bytes());
    let tag = written.split(' ').next().expect("a tag");
    end.says_octets(format!("{tag} OK in\r\n").as_bytes());
    end.answer(ticket).expect("logged in");
}
