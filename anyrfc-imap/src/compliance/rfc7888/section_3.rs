//! RFC 7888: LITERAL+ and LITERAL-.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, name};
use crate::{
    codec::command::{Append, Raw, Select, UidSearch},
    rfc7888 as r,
    types::{AppendOptions, SearchQuery},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7888-section-3/literals-wait-without-the-capability",
        covers: &[r::NON_SYNCHRONIZING_LITERAL_NEEDS_THE_CAPABILITY],
        run: literals_wait_without_the_capability,
    },
    Check {
        name: "rfc7888-section-5/literal-minus-is-up-to-4096-octets",
        covers: &[r::LITERAL_MINUS_IS_SMALL],
        run: literal_minus_is_up_to_4096_octets,
    },
    Check {
        name: "rfc7888-section-5/a-large-literal-synchronizes-under-literal-minus",
        covers: &[r::LARGE_LITERAL_SYNCHRONIZES_UNDER_LITERAL_MINUS],
        run: a_large_literal_synchronizes_under_literal_minus,
    },
];

/// What is written before anything is answered, without its tag.
fn at_once(end: &mut End) -> String {
    let written = String::from_utf8(end.written()).expect("UTF-8");
    written.split_once(' ').expect("a tag").1.to_owned()
}

/// A search whose text needs a literal of so many octets.
fn search(octets: usize) -> UidSearch {
    UidSearch::new(SearchQuery::text(format!("{}\n", "x".repeat(octets - 1))))
}

fn append(octets: usize) -> Append {
    Append::new(name("a"), AppendOptions::new(), octets as u64)
}

fn begun(capabilities: &str, octets: usize, appending: bool) -> String {
    let mut end = End::selected(capabilities);
    end.message = vec![b'x'; octets];
    if appending {
        let _ticket = end.submits(append(octets));
        return at_once(&mut end);
    }
    let _ticket = end.submits(search(octets));
    at_once(&mut end)
}

fn literals_wait_without_the_capability() {
    for capabilities in ["", "LITERAL", "X-LITERAL+ LITERALS+", "LITERAL++"] {
        for octets in [1, 10, 4096, 5000] {
            assert_eq!(
                begun(capabilities, octets, false),
                format!("UID SEARCH TEXT {{{octets}}}\r\n"),
                "{capabilities}"
            );
            assert_eq!(begun(capabilities, octets, true), format!("APPEND a {{{octets}}}\r\n"));
        }
        assert_eq!(begun(capabilities, 0, true), "APPEND a {0}\r\n");
    }
    for capability in ["LITERAL+", "literal+", "LITERAL-"] {
        let expected = format!("UID SEARCH TEXT {{10+}}\r\n{}\n\r\n", "x".repeat(9));
        assert_eq!(begun(capability, 10, false), expected);
        assert_eq!(begun(capability, 3, true), "APPEND a {3+}\r\nxxx\r\n");
    }
    // A server that is not known to understand the command would take the octets for commands.
    for (known, text) in [(false, "FROB {5}\r\n"), (true, "FROB {5+}\r\na\nb\nc\r\n")] {
        let mut end = End::selected("LITERAL+ X-FROB");
        let mut command = Raw::new("FROB").expect("a command").string("a\nb\nc");
        if known {
            command = command.for_capability("X-FROB".into());
        }
        let _ticket = end.submits(command);
        assert_eq!(at_once(&mut end), text);
    }
    // Before anything was advertised nothing is taken for granted.
    let mut end = End::silent(End::plaintext(), "");
    end.says("* PREAUTH hello");
    let _ticket = end.submits(Select::new(name("x")));
    assert!(at_once(&mut end).starts_with("CAPABILITY"));
}

fn literal_minus_is_up_to_4096_octets() {
    for octets in [1, 4095, 4096] {
        let text = begun("LITERAL-", octets, false);
        assert!(text.starts_with(&format!("UID SEARCH TEXT {{{octets}+}}\r\n")), "{octets}");
        assert!(begun("LITERAL-", octets, true).starts_with(&format!("APPEND a {{{octets}+}}\r\n")));
    }
    for octets in [4097, 5000, 100_000] {
        assert!(!begun("LITERAL-", octets, false).contains('+'), "{octets}");
        assert!(!begun("LITERAL-", octets, true).contains('+'), "{octets}");
        // LITERAL+ has no such bound.
        let plus = format!("UID SEARCH TEXT {{{octets}+}}\r\n");
        assert!(begun("LITERAL+", octets, false).starts_with(&plus));
    }
}

fn a_large_literal_synchronizes_under_literal_minus() {
    let mut end = End::selected("LITERAL-");
    end.message = vec![b'y'; 4097];
    let ticket = end.submits(append(4097));
    let begun = end.written();
    assert!(begun.ends_with(b" APPEND a {4097}\r\n"), "it waits");
    end.says("+ go ahead");
    assert_eq!(end.written(), [vec![b'y'; 4097], b"\r\n".to_vec()].concat());
    drop(ticket);
    // A refusal comes in time: nothing of the message is sent.
    let mut end = End::selected("LITERAL-");
    end.message = vec![b'y'; 100_000];
    let ticket = end.submits(append(100_000));
    let begun = String::from_utf8(end.written()).expect("ASCII");
    let tag = begun.split(' ').next().expect("a tag").to_owned();
    end.says_octets(format!("{tag} NO [TOOBIG] too large\r\n").as_bytes());
    let error = end.answer(ticket).expect_err("refused");
    assert_eq!(error.code(), Some(&crate::types::Code::TooBig));
    end.is_idle_and_well();
}
