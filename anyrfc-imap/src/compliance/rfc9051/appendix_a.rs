//! RFC 9051, appendix A: beside IMAP4rev1.

use anyrfc_core::{Credentials, compliance::Check};

use super::super::support::{REV1, REV2, Talk, mailbox, over_tls};
use crate::{
    ImapClient,
    codec::command::{Create, Enable, Select},
    rfc9051 as r,
    testing::{Accounts, Server},
    types::{Capability, Data, MailboxName, Names},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/appendix-a/rev2-is-enabled-beside-rev1",
        covers: &[r::REV2_IS_ENABLED_BESIDE_REV1],
        run: rev2_is_enabled_beside_rev1,
    },
    Check {
        name: "rfc9051/appendix-a/names-in-modified-utf7",
        covers: &[r::MAILBOX_NAMES_WORK_IN_MODIFIED_UTF7],
        run: names_in_modified_utf7,
    },
    Check {
        name: "rfc9051/appendix-a.1/ascii-stands-for-itself",
        covers: &[r::MODIFIED_BASE64_IS_NOT_FOR_ASCII],
        run: ascii_stands_for_itself,
    },
    Check {
        name: "rfc9051/appendix-a.1/names-end-in-ascii",
        covers: &[r::MODIFIED_UTF7_ENDS_IN_ASCII, r::MODIFIED_UTF7_SHIFTS_BACK_AT_THE_END],
        run: names_end_in_ascii,
    },
    Check {
        name: "rfc9051/appendix-a.1/no-superfluous-shifts",
        covers: &[r::NO_SUPERFLUOUS_SHIFTS],
        run: no_superfluous_shifts,
    },
    Check {
        name: "rfc9051/appendix-a.1/names-are-verified-here",
        covers: &[r::SERVER_VERIFICATION_IS_NOT_RELIED_UPON, r::CREATED_NAMES_ARE_VALID_MODIFIED_UTF7],
        run: names_are_verified_here,
    },
];

/// Names and what they are in modified UTF-7, put down by hand.
const NAMES: &[(&str, &str)] = &[
    ("~peter/mail/\u{53f0}\u{5317}/\u{65e5}\u{672c}\u{8a9e}", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
    ("\u{263a}!", "&Jjo-!"),
    ("\u{53f0}\u{5317}\u{65e5}\u{672c}\u{8a9e}", "&U,BTF2XlZyyKng-"),
    ("R&D", "R&-D"),
    ("Entw\u{fc}rfe", "Entw&APw-rfe"),
    ("\u{1F600}", "&2D3eAA-"),
    ("a\u{e9}&", "a&AOk-&-"),
];

/// The name as it is sent where IMAP4rev1 is spoken.
fn sent(name: &str) -> String {
    let mut talk = Talk::authenticated(REV1);
    let _ticket = talk.submit(Create::new(mailbox(name)));
    let heard = talk.hears();
    heard.strip_prefix("CREATE ").expect("CREATE").trim_matches('"').to_owned()
}

/// The name that a server of IMAP4rev1 has written so.
fn read(written: &str) -> MailboxName {
    let mut talk = Talk::authenticated(REV1);
    talk.says(&format!("* LIST () \"/\" \"{written}\"")).is_fine();
    match talk.data().remove(0) {
        Data::List(entry) => entry.mailbox,
        other => panic!("{written}: {other:?}"),
    }
}

fn rev2_is_enabled_beside_rev1() {
    let both = "IMAP4rev2 IMAP4rev1 ENABLE";
    let mut talk = Talk::authenticated(both);
    assert!(!talk.connection.dialect().rev2(), "it is not enabled yet");
    talk.ask(Create::new(mailbox("\u{53f0}")), "CREATE &U,A-", "{tag} OK done").expect("created");
    talk.ask(Enable::new([Capability::Imap4Rev2]), "ENABLE IMAP4rev2", "* ENABLED IMAP4rev2\n{tag} OK done")
        .expect("enabled");
    talk.ask(Create::new(mailbox("\u{53f0}")), "CREATE \"\u{53f0}\"", "{tag} OK done").expect("created");
    // A server that enables something else has not enabled it.
    let mut talk = Talk::authenticated(both);
    talk.ask(Enable::new([Capability::Imap4Rev2]), "ENABLE IMAP4rev2", "* ENABLED\n{tag} OK done")
        .expect("tried");
    talk.ask(Create::new(mailbox("\u{53f0}")), "CREATE &U,A-", "{tag} OK done").expect("created");
    // Through the client: it is done after the login.
    let server = Server::new(Accounts::new().password("alice", "secret"));
    over_tls(&server, ImapClient::builder(), async |mut client| {
        client.authenticate(&Credentials::password("alice", "secret".to_owned())).await.expect("logged in");
        assert!(client.is_rev2());
        client.create("\u{53f0}").await.expect("created");
        client.close().await.expect("in order");
    });
    assert_eq!(server.mailboxes("alice"), ["INBOX", "\u{53f0}"]);
    let commands = server.commands();
    let at = |word: &str| commands.iter().position(|command| command.contains(word)).expect(word);
    assert!(at(" ENABLE IMAP4rev2") < at(" CREATE "), "{commands:?}");
}

fn names_in_modified_utf7() {
    for (name, written) in NAMES {
        assert_eq!(sent(name), *written, "{name}");
        let listed = read(written);
        assert_eq!(listed.as_str(), *name);
        assert_eq!(listed, mailbox(name));
        // Said again as it came.
        let mut talk = Talk::authenticated(REV1);
        let _ticket = talk.submit(Select::new(listed));
        assert_eq!(talk.hears().strip_prefix("SELECT ").expect("SELECT").trim_matches('"'), *written);
    }
    // A whole life of such a name, against a server that decodes it by itself.
    let server = Server::new(Accounts::new().password("alice", "secret")).only_rev1(&["IDLE"]);
    over_tls(&server, ImapClient::builder(), async |mut client| {
        client.authenticate(&Credentials::password("alice", "secret".to_owned())).await.expect("logged in");
        for (name, _) in NAMES {
            client.create(*name).await.expect("created");
        }
        let listed = client.list("*").await.expect("listed");
        for (name, _) in NAMES {
            assert!(listed.iter().any(|entry| entry.mailbox.as_str() == *name), "{name}: {listed:?}");
        }
        client.rename("\u{263a}!", "\u{263b}!").await.expect("renamed");
        client.delete("\u{263b}!").await.expect("deleted");
        client.close().await.expect("in order");
    });
    assert!(
        server.mailboxes("alice").contains(&"Entw\u{fc}rfe".to_owned()),
        "{:?}",
        server.mailboxes("alice")
    );
    assert!(!server.mailboxes("alice").iter().any(|name| name.ends_with('!')));
    // In IMAP4rev2 an ampersand is an ampersand.
    let mut talk = Talk::authenticated(REV2);
    talk.says("* LIST () \"/\" \"a&AOk-b\"");
    match talk.data().remove(0) {
        Data::List(entry) => assert_eq!(entry.mailbox.as_str(), "a&AOk-b"),
        other => panic!("{other:?}"),
    }
}

fn ascii_stands_for_itself() {
    for octet in 0x20..=0x7E_u8 {
        let name = format!("\u{e9}{}\u{e9}", char::from(octet));
        let middle = if octet == b'&' { "&-".to_owned() } else { char::from(octet).to_string() };
        let written = mailbox(&name).encoded(Names::ModifiedUtf7).into_owned();
        assert_eq!(String::from_utf8(written).expect("ASCII"), format!("&AOk-{middle}&AOk-"), "{name}");
    }
    // A name that hides ASCII in base64 is none: it is kept as it came, not as what it hides.
    for hidden in ["&AGE-", "a&AC8-b", "&AOkAYQ-"] {
        let name = read(hidden);
        assert_eq!(name.as_bytes(), hidden.as_bytes());
        assert_eq!(name.as_str(), hidden, "it hides ASCII");
    }
    assert_eq!(read("&AOk-").as_str(), "\u{e9}");
}

fn names_end_in_ascii() {
    for name in ["\u{e9}", "a\u{e9}", "\u{53f0}/\u{5317}", "\u{1F600}", "&\u{e9}"] {
        let written = sent(name);
        assert!(written.is_ascii() && written.ends_with('-'), "{name}: {written}");
        assert_eq!(written.matches('&').count(), written.matches('-').count(), "{name}: {written}");
    }
    // One that does not shift back is none.
    for unfinished in ["&AOk", "a&U,BTFw", "&", "&AOk-&AOk"] {
        assert_eq!(read(unfinished).as_str(), unfinished, "it does not shift back");
        assert_eq!(read(unfinished).as_bytes(), unfinished.as_bytes());
    }
    assert_eq!(read("a&U,BTFw-").as_str(), "a\u{53f0}\u{5317}");
}

fn no_superfluous_shifts() {
    let written = sent("\u{53f0}\u{5317}\u{65e5}\u{672c}\u{8a9e}");
    assert_eq!(written, "&U,BTF2XlZyyKng-", "one run is one shift");
    for text in ["\u{e9}\u{53f0}\u{1F600}\u{e9}", "a\u{e9}\u{e9}\u{e9}b"] {
        let written = sent(text);
        assert_eq!(written.matches('&').count(), 1, "{written}");
        assert!(!written.contains("-&"), "{written}");
    }
    let shifted = "&U,BTFw-&ZeVnLIqe-";
    assert_eq!(read(shifted).as_str(), shifted, "two shifts where one would do");
    // An ampersand behind a shift is none.
    assert_eq!(sent("\u{e9}&\u{e9}"), "&AOk-&-&AOk-");
    assert_eq!(read("&AOk-&-&AOk-").as_str(), "\u{e9}&\u{e9}");
}

fn names_are_verified_here() {
    // A caller gives text: whatever ampersands are in it, what is created is valid.
    for (name, written) in [("&Jjo!", "&-Jjo!"), ("&", "&-"), ("&AGE-", "&-AGE-"), ("a&b&c", "a&-b&-c")] {
        assert_eq!(sent(name), written);
        assert_eq!(read(written).as_str(), name);
    }
    // Names that cannot be are refused before a server is asked.
    for wrong in ["", "a\0", "a\u{1}", "a\n", "\u{85}", "\u{2028}"] {
        assert!(MailboxName::new(wrong).is_err(), "{wrong:?}");
    }
    // A server that takes anything is no excuse: nothing of it is decoded wrongly.
    for wrong in ["&Jjo!", "&U,BTFw-&ZeVnLIqe-", "&2D0-", "&3gA-", "&A-", "&AA-", "&AOk=-", "&****-"] {
        assert_eq!(read(wrong).as_str(), wrong);
    }
}
