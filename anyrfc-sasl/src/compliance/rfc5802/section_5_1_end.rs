//! RFC 5802, section 5.1: extensions, errors and the end.

use anyrfc_core::compliance::Check;

use super::super::support::{NONCE, answer, before_the_end, broke, first, scram};
use crate::{ErrorKind, Exchange, ScramError, rfc5802 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5802/section-5.1/the-attribute-m-fails",
        covers: &[r::RESERVED_M_FAILS, r::MANDATORY_EXTENSIONS_FAIL],
        run: the_attribute_m_fails,
    },
    Check {
        name: "rfc5802/section-5.1/optional-extensions-are-ignored",
        covers: &[r::OPTIONAL_EXTENSIONS_ARE_IGNORED],
        run: optional_extensions_are_ignored,
    },
    Check {
        name: "rfc5802/section-5.1/failure-by-the-protocol-alone",
        covers: &[r::FINAL_MESSAGE_IS_OPTIONAL_ON_FAILURE, r::SERVER_MAY_FAIL_WITHOUT_MESSAGE],
        run: failure_by_the_protocol_alone,
    },
    Check {
        name: "rfc5802/section-5.1/failure-that-names-its-error",
        covers: &[r::FAILURE_NAMES_ITS_ERROR],
        run: failure_that_names_its_error,
    },
];

/// At the beginning, in between and at the end, of both messages.
fn the_attribute_m_fails() {
    for message in ["m=x,r={}y,s=c2FsdA==,i=1", "r={}y,s=c2FsdA==,i=1,m=x", "r={}y,s=c2FsdA==,i=1,a=b,m=x"] {
        let error = answer(message.replace("{}", NONCE)).expect_err("mandatory");
        let told = error.requirement();
        assert!(told == Some(r::MANDATORY_EXTENSIONS_FAIL) || told == Some(r::RESERVED_M_FAILS), "{error}");
    }
    let (_, signature) = before_the_end();
    for message in [[b"m=x,", &signature[..]].concat(), [&signature[..], b",m=x"].concat()] {
        let (mut exchange, _) = before_the_end();
        assert!(exchange.step(&message).is_err());
        let (mut exchange, _) = before_the_end();
        assert!(exchange.succeed(Some(&message)).is_err());
    }
    // The letter alone does it, not its place in a value; and capitals are other letters.
    answer(format!("r={NONCE}m=,s=c2FsdA==,i=1,a=m=x,M=x")).expect("no mandatory extension");
}

fn optional_extensions_are_ignored() {
    for extensions in ["x=foo", "d=a=b,z=1", "q=\u{e9}", "r=again", "v=AAAA"] {
        answer(format!("r={NONCE}y,s=c2FsdA==,i=1,{extensions}")).expect("optional");
        let (mut exchange, signature) = before_the_end();
        let message = [&signature[..], b",", extensions.as_bytes()].concat();
        exchange.succeed(Some(&message)).expect("optional");
    }
    // What is no attribute is no extension.
    for wrong in ["x", "=x", "xx=y", "1=2", "x=", ""] {
        assert!(answer(format!("r={NONCE}y,s=c2FsdA==,i=1,{wrong}")).is_err(), "{wrong:?}");
    }
}

fn failure_by_the_protocol_alone() {
    let (mut exchange, _) = before_the_end();
    let error = exchange.refused();
    assert_eq!((error.kind(), error.scram()), (ErrorKind::Auth, None));
    let mut exchange = Exchange::new(scram());
    first(&mut exchange);
    assert_eq!(exchange.refused().kind(), ErrorKind::Auth);
    assert!(exchange.succeed(None).is_err(), "it stays failed");
}

fn failure_that_names_its_error() {
    for (value, error) in [
        ("invalid-proof", ScramError::InvalidProof),
        ("channel-bindings-dont-match", ScramError::ChannelBindingsDontMatch),
        ("unknown-user", ScramError::UnknownUser),
        ("other-error", ScramError::OtherError),
    ] {
        let message = format!("e={value},x=more");
        let (mut exchange, _) = before_the_end();
        assert_eq!(exchange.step(message.as_bytes()).expect_err("refused").scram(), Some(&error));
        // A protocol that says success all the same is not believed.
        let (mut exchange, _) = before_the_end();
        assert_eq!(exchange.succeed(Some(message.as_bytes())).expect_err("refused").scram(), Some(&error));
    }
    // Neither a signature nor an error is no final message.
    for message in ["", "x=1", "r=abc", "v", "e="] {
        let (mut exchange, _) = before_the_end();
        broke(exchange.step(message.as_bytes()), r::SERVER_FINAL_IS_WELL_FORMED);
    }
}
