//! RFC 9698: where JMAP is.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated_from, misused};
use crate::{codec::command::GetJmapAccess, rfc9051, rfc9698 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9698-section-4/the-command-needs-the-capability",
        covers: &[r::GETJMAPACCESS_NEEDS_THE_CAPABILITY],
        run: the_command_needs_the_capability,
    },
    Check {
        name: "rfc9698-section-4/the-command-needs-authentication",
        covers: &[r::GETJMAPACCESS_NEEDS_AUTHENTICATION],
        run: the_command_needs_authentication,
    },
    Check {
        name: "rfc9698-section-4/the-url-is-told",
        covers: &[r::SESSION_URL_IS_A_QUOTED_STRING, r::SESSION_URL_IS_TOLD],
        run: the_url_is_told,
    },
    Check {
        name: "rfc9698-section-4/there-is-no-jmap",
        covers: &[r::NO_SESSION_GETS_BAD],
        run: there_is_no_jmap,
    },
];

fn the_command_needs_the_capability() {
    let needed = [("JMAPACCESS", r::GETJMAPACCESS_NEEDS_THE_CAPABILITY)];
    for begin in [End::rev1 as fn(&str) -> End, End::selected] {
        gated_from(begin, &needed, || GetJmapAccess, "GETJMAPACCESS");
    }
}

fn the_command_needs_authentication() {
    let error = End::greeted_privately("JMAPACCESS").refuses(GetJmapAccess);
    misused(&error, rfc9051::CREDENTIALS_COME_FIRST);
}

fn the_url_is_told() {
    let mut end = End::rev1("JMAPACCESS");
    let url = end.gets(GetJmapAccess, "* JMAPACCESS \"https://example.com/.s/[jmap]\"\nOK done");
    assert_eq!(url, "https://example.com/.s/[jmap]");
    let url = end.gets(GetJmapAccess, "* jmapaccess \"https://example.com/a\\\\b\\\"c\"\nOK done");
    assert_eq!(url, "https://example.com/a\\b\"c");
    // Nothing, something else, or what no URL is.
    for wrong in
        ["", "* JMAPACCESS NIL\n", "* JMAPACCESS (\"https://example.com\")\n", "* JMAPACCESS \"a b\"\n"]
    {
        let error = end.asks(GetJmapAccess, &format!("{wrong}OK done")).1.expect_err("no URL");
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(r::SESSION_URL_IS_TOLD)));
    }
}

fn there_is_no_jmap() {
    let error = End::rev1("JMAPACCESS").asks(GetJmapAccess, "BAD no JMAP here").1.expect_err("none");
    assert_eq!(error.kind(), ErrorKind::Refused);
}
