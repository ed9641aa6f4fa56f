//! Names of mailboxes, lists, statuses and searches.

use anyrfc_imap::types::{Data, ListEntry, MailboxAttribute};

use super::*;

fn list(data: Data) -> ListEntry {
    match data {
        Data::List(entry) | Data::Lsub(entry) => entry,
        other => panic!("{other:?}"),
    }
}

/// 8: tabs and control characters in names, quoted or not.
#[test]
fn q08_controls_in_names() {
    let (data, _) = data_and_deviations("* LIST (\\HasNoChildren) \"/\" Deleted\tItems\x01");
    assert_eq!(list(data).mailbox.as_bytes(), b"Deleted\tItems\x01");
    let (data, _) = data_and_deviations("* LIST (\\HasNoChildren) \"/\" \"Deleted\tItems\"");
    assert_eq!(list(data).mailbox.as_bytes(), b"Deleted\tItems");
}

/// 13: zeros in STATUS.
#[test]
fn q13_zeros_in_status() {
    let Data::MailboxStatus(status) = odd("* STATUS x (UIDNEXT 0 UIDVALIDITY 0 MESSAGES 4)") else {
        panic!()
    };
    assert_eq!((status.uid_next, status.uid_validity, status.messages), (None, None, Some(4)));
    assert_eq!(status.other.len(), 2);
}

/// 14: LIST with options is refused by BAD.
#[test]
fn q14_list_options_are_refused() {
    let (status, deviations) = tagged("A1 BAD expected mailbox name");
    assert!(deviations.is_empty() && status.code.is_none());
}

/// 20: strato.de answers LIST with options by nothing: an OK without data is whole.
#[test]
fn q20_nothing_is_listed() {
    let (status, deviations) = tagged("A1 OK LIST completed");
    assert!(deviations.is_empty() && status.text == "LIST completed");
}

/// 23: Gmail's XLIST.
#[test]
fn q23_xlist() {
    let entry = list(good("* XLIST (\\HasNoChildren \\AllMail) \"/\" \"[Gmail]/Alle Nachrichten\""));
    assert!(entry.has(&MailboxAttribute::AllMail) && entry.mailbox.as_str() == "[Gmail]/Alle Nachrichten");
}

/// 26: NOTIFY tells of a mailbox by a literal in UTF-8, whatever the encoding is.
#[test]
fn q26_utf8_names_in_literals() {
    let Data::MailboxStatus(status) = good("* STATUS {6}\r\nT\u{e9}st2 (MESSAGES 1)") else { panic!() };
    assert_eq!((status.mailbox.as_str(), status.mailbox.as_bytes()), ("T\u{e9}st2", "T\u{e9}st2".as_bytes()));
}

/// 28: special uses in lower case.
#[test]
fn q28_lower_case_attributes() {
    let entry = list(good("* LIST (\\drafts \\hasnochildren) \"/\" INBOX.Drafts"));
    assert!(entry.has(&MailboxAttribute::Drafts) && entry.has(&MailboxAttribute::HasNoChildren));
}

/// 28: no SEARCH response where nothing was found: an OK without data is whole.
#[test]
fn q28_nothing_was_found() {
    let (status, deviations) = tagged("A1 OK Completed (0 msgs in 0.000 secs)");
    assert!(deviations.is_empty() && status.code.is_none());
}

/// 29: namespaces below INBOX.
#[test]
fn q29_namespaces_below_inbox() {
    let Data::Namespace(all) =
        good("* NAMESPACE ((\"INBOX.\" \".\")) NIL ((\"#shared.\" \".\")(\"shared.\" \".\"))")
    else {
        panic!()
    };
    assert_eq!(all.personal[0].prefix.as_ref().unwrap().as_str(), "INBOX.");
    assert_eq!((all.personal[0].delimiter, all.shared.len()), (Some('.'), 2));
}

/// 30: mox answers SEARCH by ESEARCH, lists INBOX in any case, and writes names as they are.
#[test]
fn q30_rev2_as_mox_speaks_it() {
    let Data::Esearch(found) = good("* ESEARCH (TAG \"T004\") ALL 1:2") else { panic!() };
    assert_eq!((found.tag.as_deref(), found.all.unwrap().len()), (Some("T004"), 2));
    let Data::Esearch(found) = good("* ESEARCH (TAG \"T005\")") else { panic!() };
    assert!(found.all.is_none());
    assert!(list(good("* LIST () \"/\" Inbox")).mailbox.is_inbox());
    for (text, name) in [("\"a&b\"", "a&b"), ("\"T\u{e9}st\"", "T\u{e9}st"), ("\"T&AOk-st\"", "T&AOk-st")] {
        let (entry, deviations) =
            first(format!("* LIST () \"/\" {text}"), Names::Utf8, |response| match response {
                Response::Data(data) => list(data),
                other => panic!("{other:?}"),
            });
        assert!(entry.mailbox.as_str() == name && deviations.is_empty(), "{entry:?}");
    }
}
