//! RFC 3501, sections 5.1 and 5.1.3: names of mailboxes.

use anyrfc_core::compliance::Check;

use super::super::{
    judge::is_modified_utf7,
    rev1::{End, name, pattern},
};
use crate::{
    codec::command::{Create, Delete, List, Lsub, Rename, Select, Status, StatusItems, Subscribe},
    rfc3501 as r,
    types::MailboxName,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3501-section-5.1/no-8-bit-names-are-created",
        covers: &[r::NO_8_BIT_MAILBOX_NAMES_ARE_CREATED],
        run: no_8_bit_names_are_created,
    },
    Check {
        name: "rfc3501-section-5.1/8-bit-names-are-utf8",
        covers: &[r::EIGHT_BIT_MAILBOX_NAMES_ARE_UTF8],
        run: eight_bit_names_are_utf8,
    },
    Check {
        name: "rfc3501-section-5.1/case-is-the-servers-affair",
        covers: &[r::CASE_OF_MAILBOX_NAMES_IS_THE_SERVERS_AFFAIR],
        run: case_is_the_servers_affair,
    },
    Check {
        name: "rfc3501-section-5.1/inbox-in-any-case",
        covers: &[r::INBOX_IN_ANY_CASE, r::INBOX_IN_ALL_CASES_IS_INBOX],
        run: inbox_in_any_case,
    },
    Check {
        name: "rfc3501-section-5.1.3/ascii-stands-for-itself",
        covers: &[r::MODIFIED_BASE64_IS_NOT_FOR_ASCII],
        run: ascii_stands_for_itself,
    },
    Check {
        name: "rfc3501-section-5.1.3/a-name-ends-in-ascii",
        covers: &[r::MODIFIED_UTF7_ENDS_IN_ASCII, r::MODIFIED_UTF7_SHIFTS_BACK_AT_THE_END],
        run: a_name_ends_in_ascii,
    },
    Check {
        name: "rfc3501-section-5.1.3/names-are-valid-whatever-the-server-takes",
        covers: &[r::SERVER_VERIFICATION_IS_NOT_RELIED_UPON, r::CREATED_NAMES_ARE_VALID_MODIFIED_UTF7],
        run: names_are_valid_whatever_the_server_takes,
    },
    Check {
        name: "rfc3501-section-5.1.3/there-are-no-superfluous-shifts",
        covers: &[r::NO_SUPERFLUOUS_SHIFTS],
        run: there_are_no_superfluous_shifts,
    },
];

/// Names of all kinds.
const NAMES: &[&str] = &[
    "plain",
    "a b",
    "Entwürfe",
    "~peter/mail/台北/日本語",
    "&",
    "a&b",
    "&&",
    "é&é",
    "ééé",
    "aéa",
    "日",
    "日本-語",
    "𝄞",
    "a𝄞b𝄞",
    "€100 & more",
    "☺!",
    "Hi Mom -☺-!",
    "&AOk-",
    "-é",
    "é-",
    "\u{10FFFF}",
    "\u{FFFD}",
    "ñ/ñ.ñ",
];

/// What a name is sent as.
fn wire(text: &str) -> Vec<u8> {
    let (_, heard) = End::rev1("").sends(Create::new(name(text)));
    let argument = heard.text.strip_prefix(b"CREATE ").expect("CREATE").to_vec();
    match argument.strip_prefix(b"\"") {
        Some(quoted) => quoted.strip_suffix(b"\"").expect("an end").to_vec(),
        None => argument,
    }
}

fn no_8_bit_names_are_created() {
    for text in NAMES {
        let written = wire(text);
        assert!(written.iter().all(|octet| (b' '..=b'~').contains(octet)), "{}", written.escape_ascii());
        let renamed = End::rev1("").sends(Rename::new(name("a"), name(text))).1;
        let subscribed = End::rev1("").sends(Subscribe::new(name(text))).1;
        assert!(renamed.text.is_ascii() && subscribed.text.is_ascii(), "{text}");
    }
    // Not even if the server has one of that name: its own is another one.
    let mut end = End::rev1("");
    let listed = end.gets(List::new(pattern("*")), "* LIST () \"/\" {5}\r\nT\u{E9}st\nOK done");
    let theirs = listed[0].entry.mailbox.clone();
    match end.connection.submit(Create::new(theirs)) {
        Ok(_ticket) => assert!(end.hears_one().text.is_ascii()),
        Err(error) => assert_eq!(error.kind(), crate::ErrorKind::Usage),
    }
}

fn eight_bit_names_are_utf8() {
    let listed = |octets: &[u8], lsub: bool| {
        let mut end = End::rev1("");
        let word = if lsub { "LSUB" } else { "LIST" };
        let line =
            [format!("* {word} () \"/\" {{{}}}\r\n", octets.len()).as_bytes(), octets, b"\r\n"].concat();
        let (tag, name) = if lsub {
            let (ticket, heard) = end.sends(Lsub::new(pattern("*")));
            end.says_octets(&line);
            end.says_octets(format!("{} OK done\r\n", heard.tag).as_bytes());
            (heard.tag, end.answer(ticket).expect("listed").remove(0).mailbox)
        } else {
            let (ticket, heard) = end.sends(List::new(pattern("*")));
            end.says_octets(&line);
            end.says_octets(format!("{} OK done\r\n", heard.tag).as_bytes());
            (heard.tag, end.answer(ticket).expect("listed").remove(0).entry.mailbox)
        };
        assert!(!tag.is_empty());
        name
    };
    for lsub in [false, true] {
        assert_eq!(listed("Tést".as_bytes(), lsub).as_str(), "Tést");
        assert_eq!(listed("日本語".as_bytes(), lsub).as_str(), "日本語");
        // What is neither is kept to the octet all the same.
        let odd = listed(b"T\xE9st", lsub);
        assert_eq!(odd.as_bytes(), b"T\xE9st");
        assert_ne!(odd.as_str(), "Tést", "it is not Latin-1");
        assert_eq!(listed(b"T&AOk-st", lsub).as_str(), "Tést");
    }
    // And goes back as it came.
    let mut end = End::rev1("");
    let _ticket = end.submits(Select::new(listed(b"T\xE9st", false)));
    assert!(end.written().ends_with(b"SELECT {4}\r\n"));
    end.says("+ go ahead");
    assert_eq!(end.written(), b"T\xE9st\r\n");
}

fn case_is_the_servers_affair() {
    let mut end = End::rev1("");
    for text in ["Work", "work", "WORK", "wOrK/Sub"] {
        assert_eq!(end.asks(Select::new(name(text)), "NO none").0, format!("SELECT {text}"));
        assert_eq!(end.asks(Delete::new(name(text)), "OK done").0, format!("DELETE {text}"));
    }
    // A server that tells them apart, and one that does not.
    let listed = end.gets(List::new(pattern("work")), "* LIST () \"/\" Work\n* LIST () \"/\" work\nOK done");
    let names: Vec<&MailboxName> = listed.iter().map(|listed| &listed.entry.mailbox).collect();
    assert_eq!(names.len(), 2);
    assert_ne!(names[0], names[1]);
    let listed = end.gets(List::new(pattern("work")), "* LIST () \"/\" WORK\nOK done");
    assert_eq!(listed[0].entry.mailbox.as_str(), "WORK");
}

fn inbox_in_any_case() {
    for text in ["INBOX", "inbox", "Inbox", "iNbOx"] {
        assert!(name(text).is_inbox());
        assert_eq!(name(text), MailboxName::inbox());
        let mut end = End::rev1("");
        let listed = end.gets(List::new(pattern("*")), &format!("* LIST () \"/\" {text}\nOK done"));
        assert_eq!(listed[0].entry.mailbox, MailboxName::inbox());
        // In a string as well as in an atom, and in answer to a question in another case.
        let status = Status::new(name("InBoX"), StatusItems::common());
        let told = end.gets(status, &format!("* STATUS \"{text}\" (MESSAGES 7)\nOK done"));
        assert_eq!((told.messages, told.mailbox.is_inbox()), (Some(7), true));
        let (sent, _) = end.asks(Select::new(name(text)), "NO none");
        assert!(sent.eq_ignore_ascii_case("SELECT INBOX"), "{sent}");
    }
    for text in ["INBO", "INBOXES", "INBOX/a", "XINBOX", "ＩＮＢＯＸ", "ınbox"] {
        assert!(!name(text).is_inbox(), "{text}");
        assert_ne!(name(text), MailboxName::inbox());
    }
}

fn ascii_stands_for_itself() {
    for c in (b' '..=b'~').map(char::from) {
        // Behind a shift, before one, and alone.
        for text in [format!("{c}"), format!("é{c}"), format!("{c}é"), format!("é{c}é")] {
            let written = wire(&text);
            let written =
                String::from_utf8(written).expect("ASCII").replace("\\\\", "\\").replace("\\\"", "\"");
            is_modified_utf7(written.as_bytes()).unwrap_or_else(|why| panic!("{why}: {written}"));
            let expected = if c == '&' { "&-".to_owned() } else { c.to_string() };
            assert!(written.contains(&expected), "{text}: {written}");
            assert_eq!(written.matches("AOk").count(), text.matches('é').count(), "{text}: {written}");
        }
    }
    // What a server encodes without need is read, and is not the same name.
    let odd = MailboxName::received(b"&AGE-", crate::types::Names::ModifiedUtf7);
    assert_ne!(odd, name("a"));
    assert_eq!(odd.as_bytes(), b"&AGE-");
}

fn a_name_ends_in_ascii() {
    for (text, written) in [
        ("é", "&AOk-"),
        ("é-", "&AOk--"),
        ("aé", "a&AOk-"),
        ("日本語", "&ZeVnLIqe-"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("𝄞", "&2DTdHg-"),
        ("a&", "a&-"),
    ] {
        assert_eq!(String::from_utf8_lossy(&wire(text)), written);
    }
    for text in NAMES {
        assert!(wire(text).last().is_some_and(|octet| (b' '..=b'~').contains(octet)), "{text}");
        if !text.is_ascii() && text.chars().next_back().is_some_and(|last| !last.is_ascii()) {
            assert!(wire(text).ends_with(b"-"), "{text}");
        }
    }
    // A server's name that does not is kept as it came.
    let cut = MailboxName::received(b"a&AOk", crate::types::Names::ModifiedUtf7);
    assert_eq!((cut.as_str(), cut.as_bytes()), ("a&AOk", &b"a&AOk"[..]));
}

fn names_are_valid_whatever_the_server_takes() {
    for text in NAMES {
        let mut end = End::rev1("");
        // The judge has a verifier of its own, and the server answers OK to whatever comes.
        end.gets(Create::new(name(text)), "OK done");
        let written = String::from_utf8(wire(text)).expect("ASCII");
        is_modified_utf7(written.as_bytes()).unwrap_or_else(|why| panic!("{why}: {written}"));
    }
    for wrong in ["&", "&AOk", "a&b", "&AOk-&AOk-", "&AGE-", "&A-", "&2DQ-", "é", "&AOk=-", "&/+8-"] {
        assert!(is_modified_utf7(wrong.as_bytes()).is_err(), "{wrong}");
    }
    assert_eq!(wire("a&b"), b"a&-b");
    assert_eq!(wire("&AOk-"), b"&-AOk-", "text that only looks like it");
}

fn there_are_no_superfluous_shifts() {
    for text in NAMES {
        let written = String::from_utf8(wire(text)).expect("ASCII");
        // One shift for each run of characters beyond ASCII.
        let beyond: Vec<bool> = text.chars().map(|c| !c.is_ascii()).collect();
        let runs = beyond.iter().enumerate().filter(|(at, c)| **c && (*at == 0 || !beyond[at - 1])).count();
        assert_eq!(written.matches('&').count() - text.matches('&').count(), runs, "{text}: {written}");
    }
    assert_eq!(wire("éé"), b"&AOkA6Q-");
    assert_eq!(wire("é&é"), b"&AOk-&-&AOk-");
    let odd = MailboxName::received(b"&AOk-&AOk-", crate::types::Names::ModifiedUtf7);
    assert_ne!(odd, name("éé"));
}
