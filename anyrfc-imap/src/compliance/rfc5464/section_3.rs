//! RFC 5464, section 3: the names of entries and their values.

use anyrfc_core::{ErrorKind, Secret, compliance::Check};
use bytes::Bytes;

use super::super::rev1::{End, misused, name};
use crate::{
    Error, Requirement,
    codec::command::{GetMetadata, List, ListReturn, SetMetadata},
    rfc5464 as r,
    types::{Data, MetadataEntry, MetadataTarget, MetadataTold, Pattern},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5464-section-3.2/entry-names-are-paths",
        covers: &[
            r::ENTRY_HAS_NO_EMPTY_COMPONENT,
            r::ENTRY_ENDS_IN_NO_SLASH,
            r::ENTRY_HAS_A_SCOPE,
            r::VENDOR_ENTRY_HAS_FOUR_COMPONENTS,
        ],
        run: entry_names_are_paths,
    },
    Check {
        name: "rfc5464-section-3.2/entry-names-have-no-wildcards",
        covers: &[r::ENTRY_HAS_NO_WILDCARD, r::ENTRY_SYNTAX_HAS_NO_WILDCARD],
        run: entry_names_have_no_wildcards,
    },
    Check {
        name: "rfc5464-section-3.2/entry-names-are-printable-ascii",
        covers: &[r::ENTRY_IS_PRINTABLE_ASCII],
        run: entry_names_are_printable_ascii,
    },
    Check {
        name: "rfc5464-section-3.2/entry-names-have-no-case",
        covers: &[r::ENTRIES_IGNORE_CASE],
        run: entry_names_have_no_case,
    },
    Check {
        name: "rfc5464-section-3.2/values-have-lines",
        covers: &[r::VALUE_MAY_HAVE_LINES],
        run: values_have_lines,
    },
    Check {
        name: "rfc5464-section-3.2/lines-end-in-crlf",
        covers: &[r::LINES_OF_A_VALUE_END_IN_CRLF],
        run: lines_end_in_crlf,
    },
    Check {
        name: "rfc5464-section-3.2.1.1/the-administrator-is-not-set",
        covers: &[r::ADMIN_IS_READ_ONLY],
        run: the_administrator_is_not_set,
    },
    Check {
        name: "rfc5464-section-7/values-are-octets-and-nothing-more",
        covers: &[r::VALUES_ARE_NOT_TRUSTED],
        run: values_are_octets_and_nothing_more,
    },
    Check {
        name: "rfc5464-section-7/secrets-are-private",
        covers: &[r::SECRET_VALUES_ARE_PRIVATE],
        run: secrets_are_private,
    },
];

pub(super) fn entry(name: &str) -> MetadataEntry {
    MetadataEntry::new(name).expect("an entry")
}

pub(super) fn get(entries: &[&str]) -> GetMetadata {
    let entries: Vec<_> = entries.iter().copied().map(entry).collect();
    GetMetadata::new(name("INBOX"), entries)
}

pub(super) fn set() -> SetMetadata {
    SetMetadata::new(name("INBOX"))
}

/// The name can neither be made, nor be sent where a server has made it up.
#[track_caller]
fn is_refused(written: &str, requirement: &'static Requirement) {
    let error: Error = MetadataEntry::new(written).expect_err(written);
    misused(&error, requirement);
    let mut end = End::rev1("METADATA LIST-EXTENDED LIST-METADATA");
    let quoted = written.replace('\\', "\\\\").replace('"', "\\\"");
    let octets = written.bytes().any(|byte| matches!(byte, 0 | b'\r' | b'\n') || !byte.is_ascii());
    let quoted = if octets { format!("{{{}}}\r\n{written}", written.len()) } else { format!("\"{quoted}\"") };
    end.says_octets(format!("* METADATA INBOX {quoted}\r\n").as_bytes());
    let told = end.data();
    let [Data::Metadata(metadata)] = told.as_slice() else { panic!("{written:?}: {told:?}") };
    let MetadataTold::Changed(entries) = &metadata.told else { panic!("{metadata:?}") };
    let received = entries.first().expect("an entry").clone();
    misused(&end.refuses(GetMetadata::new(name("INBOX"), [received.clone()])), requirement);
    misused(&end.refuses(set().remove(received.clone())), requirement);
    let listed = List::new(Pattern::all()).returns(ListReturn::Metadata(vec![received]));
    misused(&end.refuses(listed), requirement);
}

fn is_sent(written: &str, heard: &str) {
    let mut end = End::rev1("METADATA");
    assert_eq!(end.asks(get(&[written]), "OK done").0, format!("GETMETADATA INBOX {heard}"));
}

fn entry_names_are_paths() {
    for fine in ["/shared/comment", "/private/a/b/c", "/PRIVATE/x", "/shared/vendor/cmu/cyrus-imapd/color"] {
        is_sent(fine, fine);
    }
    for bad in ["/shared//comment", "/private/a//b", "//shared/x"] {
        is_refused(bad, r::ENTRY_HAS_NO_EMPTY_COMPONENT);
    }
    for bad in ["/shared/", "/private/a/", "/"] {
        is_refused(bad, r::ENTRY_ENDS_IN_NO_SLASH);
    }
    for bad in
        ["comment", "/comment", "/shared", "/private", "shared/comment", "/public/x", "/sharedx/y", "NIL"]
    {
        is_refused(bad, r::ENTRY_HAS_A_SCOPE);
    }
    for bad in ["/shared/vendor", "/private/vendor/cmu", "/private/VENDOR/cmu"] {
        is_refused(bad, r::VENDOR_ENTRY_HAS_FOUR_COMPONENTS);
    }
}

fn entry_names_have_no_wildcards() {
    for bad in ["/shared/*", "/private/a%", "/*/comment", "/shared/a*b/c"] {
        is_refused(bad, r::ENTRY_HAS_NO_WILDCARD);
    }
    is_sent("/shared/a(b)", "\"/shared/a(b)\"");
}

fn entry_names_are_printable_ascii() {
    for bad in ["/shared/a\0", "/shared/a\r\nx LOGOUT", "/private/\t", "/shared/ä", "/shared/\u{19}"] {
        is_refused(bad, r::ENTRY_IS_PRINTABLE_ASCII);
    }
    is_sent("/shared/a b", "\"/shared/a b\"");
    is_sent("/shared/a\"b\\", "\"/shared/a\\\"b\\\\\"");
}

fn entry_names_have_no_case() {
    let mut end = End::rev1("METADATA");
    let reply = "* METADATA INBOX (/SHARED/Comment \"a\")\n* METADATA inbox (/shared/COMMENT \"b\")\nOK done";
    let answer = end.gets(get(&["/shared/comment"]), reply);
    assert_eq!(answer.values.len(), 1);
    assert_eq!(answer.value(&entry("/Shared/comment")).map(|value| &**value), Some(&b"b"[..]));
    let twice = set().text(entry("/private/x"), "1").text(entry("/PRIVATE/X"), "2");
    assert_eq!(end.asks(twice, "OK done").0, "SETMETADATA INBOX (/PRIVATE/X \"2\")");
    // The scope has no case either.
    assert!(entry("/PRIVATE/x").is_private() && !entry("/SHARED/x").is_private());
}

fn values_have_lines() {
    let mut end = End::rev1("METADATA");
    let text =
        end.asks(set().text(entry("/private/comment"), "My comment across\r\ntwo lines.\r\n"), "OK done").0;
    assert_eq!(text, "SETMETADATA INBOX (/private/comment {31}\r\nMy comment across\r\ntwo lines.\r\n)");
    let (ticket, _) = end.sends(get(&["/private/comment"]));
    end.says_octets(b"* METADATA INBOX (/private/comment {8}\r\na\r\nb\r\n\r\n)\r\n");
    end.says("OK done");
    let answer = end.answer(ticket).expect("done");
    assert_eq!(answer.value(&entry("/private/comment")).map(|value| &**value), Some(&b"a\r\nb\r\n\r\n"[..]));
}

fn lines_end_in_crlf() {
    let sent = |command: SetMetadata| End::rev1("METADATA").asks(command, "OK done").0;
    let comment = || entry("/private/comment");
    for text in ["a\nb\n", "a\r\nb\r\n", "a\rb\r", "a\nb\r\n"] {
        let heard = sent(set().text(comment(), text));
        assert_eq!(heard, "SETMETADATA INBOX (/private/comment {6}\r\na\r\nb\r\n)", "{text:?}");
    }
    assert_eq!(
        sent(set().text(comment(), "a\n\nb")),
        "SETMETADATA INBOX (/private/comment {6}\r\na\r\n\r\nb)"
    );
    // What is no text goes as it is, and as such.
    for octets in [&b"a\nb"[..], b"a\rb", b"a\r", b"\r\r\n", b"\0"] {
        let heard = sent(set().binary(comment(), octets));
        let octets = String::from_utf8_lossy(octets);
        let expected = format!("SETMETADATA INBOX (/private/comment ~{{{}}}\r\n{octets})", octets.len());
        assert_eq!(heard, expected);
    }
    assert_eq!(sent(set().binary(comment(), "plain")), "SETMETADATA INBOX (/private/comment \"plain\")");
    let lines = sent(set().binary(comment(), "a\r\nb"));
    assert_eq!(lines, "SETMETADATA INBOX (/private/comment {4}\r\na\r\nb)");
}

fn the_administrator_is_not_set() {
    let mut end = End::rev1("METADATA");
    let admin = || entry("/Shared/Admin");
    for command in [
        SetMetadata::new(MetadataTarget::Server).text(admin(), "mailto:me@example.org"),
        SetMetadata::new(MetadataTarget::Server).text(entry("/shared/comment"), "x").remove(admin()),
    ] {
        misused(&end.refuses(command), r::ADMIN_IS_READ_ONLY);
    }
    let asked = GetMetadata::new(MetadataTarget::Server, [MetadataEntry::SHARED_ADMIN]);
    assert_eq!(end.asks(asked, "OK done").0, "GETMETADATA \"\" /shared/admin");
}

/// Whatever is in a value is told as it is, and means nothing to the session.
fn values_are_octets_and_nothing_more() {
    let mut end = End::rev1("METADATA");
    let (ticket, heard) = end.sends(get(&["/shared/comment"]));
    let tag = &heard.tag;
    let evil =
        format!("x\r\n{tag} OK done\r\n* BYE\r\n* PREAUTH [CAPABILITY X] \0\u{ff}\r\n){{99999999999}}\r\n");
    let evil = [evil.as_bytes(), b"\xfe\xff"].concat();
    let head = format!("* METADATA INBOX (/shared/comment ~{{{}}}\r\n", evil.len());
    end.says_octets(&[head.as_bytes(), &evil, b")\r\n"].concat());
    assert!(!end.is_done(&ticket) && end.events.is_empty());
    end.says("OK done");
    let answer = end.answer(ticket).expect("done");
    assert_eq!(answer.value(&entry("/shared/comment")), Some(&Bytes::from(evil.clone())));
    // An error that a value is told in shows none of it raw.
    let (_, refused) = end.asks(get(&["/shared/comment"]), "NO \u{1b}[31m\u{7}");
    assert!(refused.expect_err("refused").to_string().chars().all(|character| !character.is_control()));
    end.is_idle_and_well();
}

fn secrets_are_private() {
    let mut end = End::rev1("METADATA");
    let secret = || Secret::new(b"hunter2".to_vec());
    for shared in ["/shared/comment", "/SHARED/vendor/a/b"] {
        misused(&end.refuses(set().secret(entry(shared), secret())), r::SECRET_VALUES_ARE_PRIVATE);
    }
    let command = set().secret(entry("/private/vendor/a/key"), secret());
    assert!(!format!("{command:?}").contains("hunter2"));
    let (text, answer) = end.asks(command, "OK done");
    assert_eq!(text, "SETMETADATA INBOX (/private/vendor/a/key \"hunter2\")");
    answer.expect("set");
    let refused =
        end.asks(set().secret(entry("/private/vendor/a/key"), secret()), "NO [METADATA NOPRIVATE] no").1;
    assert_eq!(refused.expect_err("refused").kind(), ErrorKind::Refused);
}
