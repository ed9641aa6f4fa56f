//! RFC 3691: UNSELECT.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated, set};
use crate::{
    codec::command::{Fetch, Raw, Unselect},
    proto::State,
    rfc3691 as r,
    types::{Capability, FetchItems},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3691-section-1/unselect-needs-the-capability",
        covers: &[r::UNSELECT_NEEDS_THE_CAPABILITY],
        run: unselect_needs_the_capability,
    },
    Check {
        name: "rfc3691-section-2/unselect-leaves-the-mailbox",
        covers: &[r::UNSELECT_RETURNS_TO_AUTHENTICATED],
        run: unselect_leaves_the_mailbox,
    },
    Check {
        name: "rfc3691-section-2/unselect-has-no-argument",
        covers: &[r::UNSELECT_HAS_NO_ARGUMENT],
        run: unselect_has_no_argument,
    },
    Check {
        name: "rfc3691-section-4/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
];

fn unselect_needs_the_capability() {
    gated(&[("UNSELECT", r::UNSELECT_NEEDS_THE_CAPABILITY)], || Unselect, "UNSELECT");
}

fn unselect_leaves_the_mailbox() {
    let mut end = End::selected("UNSELECT");
    end.gets(Unselect, "OK done");
    assert_eq!(end.connection.phase(), State::Authenticated);
    assert!(end.connection.mailbox().is_none());
    let error = end.refuses(Fetch::new(set("1"), FetchItems::new().flags()));
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(end.refuses(Unselect).kind(), ErrorKind::Usage);
    end.select();
    // Refused, it leaves nothing.
    assert!(end.asks(Unselect, "NO not today").1.is_err());
    assert_eq!(end.connection.phase(), State::Selected);
    assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.exists), Some(3));
}

fn unselect_has_no_argument() {
    let mut end = End::selected("UNSELECT");
    assert_eq!(end.asks(Unselect, "OK done").0, "UNSELECT");
    // Nor is there another way to it.
    for text in ["UNSELECT INBOX", "unselect x", "UNSELECT"] {
        assert_eq!(Raw::new(text).expect_err("a command of its own").kind(), ErrorKind::Usage, "{text}");
    }
}

fn tokens_ignore_case() {
    for capability in ["UNSELECT", "unselect", "UnSelect"] {
        let mut end = End::selected(capability);
        assert!(end.connection.capabilities().is_some_and(|all| all.has(&Capability::Unselect)));
        let (ticket, heard) = end.sends(Unselect);
        end.says_octets(format!("{} oK done\r\n", heard.tag).as_bytes());
        end.answer(ticket).expect("left");
        assert_eq!(end.connection.phase(), State::Authenticated);
    }
    assert_eq!(End::selected("UNSELECTED").refuses(Unselect).kind(), ErrorKind::Unsupported);
}
