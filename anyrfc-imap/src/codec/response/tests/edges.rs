//! Numbers at both ends of what the grammar has room for, and what is told of a breach.

use super::{loose, mailbox};
use crate::{
    rfc8970,
    types::{AnnotationSupport, Code, Data, Esearch, MailboxStatus},
};

/// The code of a status response, where it was understood.
fn understood(text: &str) -> Option<Code> {
    match loose(format!("* OK [{text}] x\r\n").as_bytes()).0 {
        Data::Status(status) => status.code.filter(|code| !matches!(code, Code::Other { .. })),
        other => panic!("{text}: {other:?}"),
    }
}

fn esearch(text: &str) -> Esearch {
    match loose(format!("* ESEARCH {text}\r\n").as_bytes()).0 {
        Data::Esearch(found) => *found,
        other => panic!("{text}: {other:?}"),
    }
}

fn status(text: &str) -> Option<MailboxStatus> {
    match loose(format!("* STATUS x ({text})\r\n").as_bytes()).0 {
        Data::MailboxStatus(status) => Some(status),
        _ => None,
    }
}

#[test]
fn codes_have_numbers_within_bounds() {
    for (text, within) in [
        ("MESSAGELIMIT 0", false),
        ("MESSAGELIMIT 1", true),
        ("MESSAGELIMIT 4294967295 4294967295", true),
        ("MESSAGELIMIT 4294967296", false),
        ("MESSAGELIMIT 1 0", false),
        ("MESSAGELIMIT 1 1 1", false),
        ("UIDNEXT 0", false),
        ("UIDNEXT 4294967295", true),
        ("UIDNEXT 4294967296", false),
        ("UIDNEXT 1 2", false),
        ("UIDVALIDITY 0", false),
        ("UIDVALIDITY 1", true),
        ("UNSEEN 0", false),
        ("UNSEEN 1", true),
        ("ANNOTATIONS 0", false),
        ("ANNOTATIONS 1", true),
        ("ANNOTATIONS 1 NOPRIVATE", true),
        ("ANNOTATIONS 1 PRIVATE", false),
        ("HIGHESTMODSEQ 0", true),
        ("HIGHESTMODSEQ 1 2", false),
        ("INPROGRESS (\"a\" 1 0)", false),
        ("INPROGRESS (\"a\" 1 1)", true),
        ("INPROGRESS (\"a\" NIL 1)", false),
        ("INPROGRESS (\"a\" NIL NIL)", true),
        ("INPROGRESS (NIL 4294967295 NIL)", true),
        ("INPROGRESS (NIL 4294967296 NIL)", false),
        ("INPROGRESS (NIL 1 2 3)", false),
        ("METADATA TOOMANY", true),
        ("METADATA TOOMANY 1", false),
        ("METADATA NOPRIVATE 1", false),
        ("METADATA MAXSIZE 1 1", false),
    ] {
        assert_eq!(understood(text).is_some(), within, "{text}");
    }
    assert_eq!(understood("HIGHESTMODSEQ 0"), Some(Code::NoModSeq));
    for (text, largest, private) in [
        ("ANNOTATIONS 4294967295", u32::MAX, true),
        ("ANNOTATIONS 4294967296", u32::MAX, true),
        ("ANNOTATIONS 7 NOPRIVATE", 7, false),
    ] {
        let expected = Code::Annotations(AnnotationSupport::Writable { largest, private });
        assert_eq!(understood(text), Some(expected), "{text}");
    }
}

#[test]
fn a_search_tells_numbers_within_bounds() {
    for (text, min) in
        [("MIN 0", None), ("MIN 1", Some(1)), ("MIN 4294967295", Some(u32::MAX)), ("MIN 4294967296", None)]
    {
        assert_eq!(esearch(text).min, min, "{text}");
        assert_eq!(esearch(&text.replace("MIN", "MAX")).max, min, "{text}");
    }
    assert_eq!(esearch("COUNT 0").count, Some(0));
    assert_eq!(esearch("MIN 1 MIN 2").min, Some(1), "the first of what may be there once");
    for (scores, expected) in
        [("(0)", None), ("(1 100)", Some(vec![1, 100])), ("(101)", None), ("(256)", None), ("5", None)]
    {
        assert_eq!(esearch(&format!("RELEVANCY {scores}")).relevancy, expected, "{scores}");
    }
    assert!(!esearch("ALL 1").uid && esearch("UID ALL 1").uid);
    for (numbers, good) in [
        ("1", true),
        ("4294967295 1", true),
        ("4294967296", false),
        ("42949672950", false),
        ("99999999999999999999999999", false),
        ("1x", false),
        ("x", false),
        ("1(MODSEQ 1)", true),
    ] {
        let read = loose(format!("* SEARCH {numbers}\r\n").as_bytes()).0;
        assert_eq!(matches!(read, Data::Search(_)), good, "{numbers}: {read:?}");
    }
}

#[test]
fn a_status_tells_numbers_within_bounds() {
    let found = status("MESSAGES 4294967295 UIDNEXT 1 DELETED-STORAGE 9223372036854775807").unwrap();
    assert_eq!(
        (found.messages, found.uid_next.map(|uid| uid.get()), found.deleted_storage),
        (Some(u32::MAX), Some(1), Some(i64::MAX as u64))
    );
    let found = status("MESSAGES 4294967296 UIDNEXT 0 DELETED-STORAGE 9223372036854775808 UNSEEN 0").unwrap();
    assert_eq!(
        (found.messages, found.uid_next, found.deleted_storage, found.unseen),
        (None, None, None, Some(0))
    );
    assert_eq!(found.mailbox, mailbox("x"));
    assert_eq!(status("HIGHESTMODSEQ 0").unwrap().highest_mod_seq, Some(None));
    assert!(matches!(status("HIGHESTMODSEQ 1").unwrap().highest_mod_seq, Some(Some(_))));
}

#[test]
fn threads_hold_numbers_within_bounds() {
    for (text, good) in [
        ("(1)", true),
        ("(4294967295)", true),
        ("(4294967296)", false),
        ("(0)", false),
        ("((1)(2))", true),
        ("(1 (2)(3 (4)(5)))", true),
        ("(((1)(2))(3))", true),
        ("()", false),
        ("(()1)", false),
        ("((((((1))))))", false),
    ] {
        let read = loose(format!("* THREAD {text}\r\n").as_bytes()).0;
        assert_eq!(matches!(read, Data::Thread(_)), good, "{text}: {read:?}");
    }
}

#[test]
fn a_quota_has_63_bits() {
    for (numbers, good) in [
        ("0 0", true),
        ("9223372036854775807 9223372036854775807", true),
        ("9223372036854775808 0", false),
        ("0 9223372036854775808", false),
    ] {
        let Data::Quota(quota) = loose(format!("* QUOTA \"\" (STORAGE {numbers})\r\n").as_bytes()).0 else {
            panic!("{numbers}")
        };
        assert_eq!(
            (quota.resources.len(), quota.odd.len()),
            (usize::from(good), usize::from(!good)),
            "{numbers}"
        );
    }
}

#[test]
fn a_preview_has_so_many_characters() {
    for (count, counted) in [(255, false), (256, false), (257, true)] {
        for character in ["a", "ü"] {
            let text = character.repeat(count);
            let row = format!("* 1 FETCH (PREVIEW {{{}}}\r\n{text})\r\n", text.len());
            let (_, deviations) = super::loose_row(row.as_bytes(), |_| ());
            let broken =
                deviations.iter().any(|one| one.requirement == rfc8970::PREVIEW_HAS_256_CHARACTERS_AT_MOST);
            assert_eq!(broken, counted, "{count} {character}");
        }
    }
}

#[test]
fn a_breach_is_told_with_the_text_around_it() {
    let text = b"* 1 FETCH (UID 1234567  FLAGS ())\r\n";
    let (_, deviations) = super::loose_row(text, |_| ());
    let samples: Vec<&[u8]> = deviations.iter().map(|one| &*one.sample).collect();
    // Sixteen octets before it, and what follows.
    assert_eq!(samples, [&b"CH (UID 1234567  FLAGS ())\r\n"[..]]);
}

#[test]
fn quotes_that_are_not_escaped_end_no_string_in_front_of_a_word() {
    // Only by the other subject is it seen that quotes are not escaped here.
    let row = b"* 1 FETCH (X (\"5\" by 7\" board\" \"a\"b\" \"c\") UID 2)\r\n";
    let (words, _) = super::loose_row(row, |row| {
        assert_eq!(row.uid().map(|uid| uid.get()), Some(2));
        row.as_bytes().len()
    });
    assert_eq!(words, row.len());
    let subject = |fields: &str| {
        let row = format!("* 1 FETCH (ENVELOPE (NIL {fields} \"a\"b\") UID 2)\r\n");
        super::loose_row(row.as_bytes(), |row| {
            let envelope = row.envelope().unwrap().parsed().expect("it can be read");
            envelope.subject().unwrap().text().into_owned()
        })
        .0
    };
    let rest = "NIL NIL NIL NIL NIL NIL NIL";
    assert_eq!(subject(&format!("\"5\" by 7\" board\" {rest}")), "5\" by 7\" board");
    assert_eq!(subject(&format!("\"5) by 7\" {rest}")), "5) by 7");
}

#[test]
fn threads_are_nested_as_deeply_as_there_are_messages_for() {
    for (arguments, understood) in
        [("((1))", true), ("(((1)))", false), ("((1)(2))", true), ("", true), ("()", false)]
    {
        let (data, _) = loose(format!("* THREAD {arguments}\r\n").as_bytes());
        assert_eq!(matches!(data, Data::Thread(_)), understood, "{arguments}: {data:?}");
    }
}

#[test]
fn a_tilde_begins_a_literal_only_before_a_brace() {
    match super::data("* LIST () \"/\" ~/Mail\r\n") {
        Data::List(entry) => assert_eq!(entry.mailbox, mailbox("~/Mail")),
        other => panic!("{other:?}"),
    }
    // In what is only skipped, too: it ends where it should.
    let row = format!("* 1 FETCH (X {}~a{} UID 2)\r\n", "(".repeat(600), ")".repeat(600));
    let (uid, _) = super::loose_row(row.as_bytes(), |row| row.uid().map(|uid| uid.get()));
    assert_eq!(uid, Some(2));
    let row = format!("* 1 FETCH (X {}~{{3}}\r\n)\"({} UID 2)\r\n", "(".repeat(600), ")".repeat(600));
    let (uid, _) = super::loose_row(row.as_bytes(), |row| row.uid().map(|uid| uid.get()));
    assert_eq!(uid, Some(2));
}

#[test]
fn quotes_that_are_not_escaped_end_a_string_before_nil_alone() {
    let subject = |quoted: &str| {
        let rest = "NIL NIL NIL NIL NIL NIL NIL";
        let row = format!("* 1 FETCH (ENVELOPE (NIL {quoted} {rest} \"a\"b\") UID 2)\r\n");
        super::loose_row(row.as_bytes(), |row| {
            let envelope = row.envelope().unwrap().parsed().expect("it can be read");
            envelope.subject().unwrap().text().into_owned()
        })
        .0
    };
    for text in ["5\" and 7\" boards", "5\" NILS 7\" b", "5\" nilly 7\" b", "5\"", "x\"y"] {
        assert_eq!(subject(&format!("\"{text}\"")), text);
    }
    // Outside of a list the next item follows.
    let row = b"* 1 FETCH (PREVIEW \"a\"b\" UID 2)\r\n";
    let ((preview, uid), _) = super::loose_row(row, |row| {
        let preview = row.preview().unwrap().parsed().unwrap().map(|text| text.text().into_owned());
        (preview, row.uid().map(|uid| uid.get()))
    });
    assert_eq!((preview.as_deref(), uid), (Some("a\"b"), Some(2)));
}

#[test]
fn what_is_nested_too_deeply_is_skipped_to_its_end() {
    for inside in ["a b", "\"a )\" b", "{3}\r\n)(\"", "() (a)"] {
        let row = format!("* 1 FETCH (X {}{inside}{} UID 2)\r\n", "(".repeat(600), ")".repeat(600));
        let (found, deviations) =
            super::loose_row(row.as_bytes(), |row| (row.uid().map(|uid| uid.get()), row.malformed().count()));
        assert_eq!((found, deviations.iter().count()), ((Some(2), 1), 1), "{inside}");
    }
    // One that does not end takes the rest of the row.
    let row = format!("* 1 FETCH (X {}{} UID 2)\r\n", "(".repeat(600), ")".repeat(599));
    assert_eq!(super::loose_row(row.as_bytes(), |row| row.uid()).0, None);
}

#[test]
fn codes_have_no_more_arguments_than_they_take() {
    for text in [
        "ANNOTATE TOOBIG",
        "ANNOTATIONS 1 NOPRIVATE",
        "APPENDUID 1 2",
        "BADEVENT (a b)",
        "COPYUID 1 2 3",
        "HIGHESTMODSEQ 1",
        "INPROGRESS (NIL NIL NIL)",
        "MAILBOXID (F1)",
        "MESSAGELIMIT 1 2",
        "METADATA LONGENTRIES 5",
        "METADATA MAXSIZE 5",
        "METADATA TOOMANY",
        "METADATA NOPRIVATE",
        "MODIFIED 1",
        "NOUPDATE \"a\"",
        "PERMANENTFLAGS (a)",
        "UIDNEXT 1",
        "UIDVALIDITY 1",
        "UNDEFINED-FILTER a",
        "UNSEEN 1",
    ] {
        assert!(understood(text).is_some(), "{text}");
        assert_eq!(understood(&format!("{text} 3")), None, "{text}");
    }
    for text in ["BADEVENT a", "PERMANENTFLAGS a", "METADATA LONGENTRIES", "COPYUID 1 2", "APPENDUID 1"] {
        assert_eq!(understood(text), None, "{text}");
    }
    for url in ["imap://x/y", "\"imap://x/y\""] {
        assert_eq!(understood(&format!("BADURL {url}")), Some(Code::BadUrl("imap://x/y".into())));
    }
    assert_eq!(understood("BADURL \"imap://x/y"), Some(Code::BadUrl("\"imap://x/y".into())));
}

#[test]
fn extended_fields_of_another_form_are_kept() {
    for (field, kept) in [
        ("CHILDINFO (a)", false),
        ("CHILDINFO a", true),
        ("OLDNAME (a)", false),
        ("OLDNAME ()", true),
        ("X (a)", true),
    ] {
        match super::data(&format!("* LIST () \"/\" a ({field})\r\n")) {
            Data::List(entry) => assert_eq!(entry.extended.len(), usize::from(kept), "{field}"),
            other => panic!("{other:?}"),
        }
    }
}
