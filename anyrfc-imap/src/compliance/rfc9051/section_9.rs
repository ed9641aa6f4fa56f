//! RFC 9051, section 9: the formal syntax.

use anyrfc_core::compliance::Check;
use bytes::Bytes;

use super::super::support::{REV1, REV2, Talk, append, every_command, mailbox};
use crate::{
    codec::command::{Create, Noop, Raw, Search, Select, Status, StatusItems},
    proto::OwnedEvent,
    rfc9051 as r,
    testing::check_command,
    types::{BodyType, Capability, Code, Data, Flag, MailboxAttribute, MailboxName, SearchQuery},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/section-9/the-earlier-rule-wins",
        covers: &[r::EARLIER_RULE_WINS],
        run: the_earlier_rule_wins,
    },
    Check {
        name: "rfc9051/section-9/the-abnf-is-followed",
        covers: &[r::ABNF_IS_FOLLOWED_STRICTLY],
        run: the_abnf_is_followed,
    },
    Check {
        name: "rfc9051/section-9/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
    Check {
        name: "rfc9051/section-9/spaces-are-single",
        covers: &[r::SPACES_ARE_SINGLE],
        run: spaces_are_single,
    },
    Check { name: "rfc9051/section-9/no-nul", covers: &[r::NO_NUL_IN_TEXT], run: no_nul },
    Check {
        name: "rfc9051/section-9/unknown-flags",
        covers: &[r::FLAG_EXTENSIONS_ARE_ACCEPTED],
        run: unknown_flags,
    },
    Check {
        name: "rfc9051/section-9/inbox-in-all-cases",
        covers: &[r::INBOX_IN_ALL_CASES_IS_INBOX],
        run: inbox_in_all_cases,
    },
    Check {
        name: "rfc9051/section-9/only-registered-charsets",
        covers: &[r::SEARCH_CHARSET_IS_REGISTERED],
        run: only_registered_charsets,
    },
];

fn the_earlier_rule_wins() {
    // `body-type-msg` stands before `body-type-basic`, `media-text` before both.
    let row = |item: &str| {
        let mut strict = Talk::strict().preauth(REV2).select();
        strict.feed(format!("* 1 FETCH (UID 101 BODYSTRUCTURE {item})\r\n")).is_fine();
        strict.events.drain(..).find_map(|event| match event {
            OwnedEvent::Fetch { row, .. } => Some(row),
            _ => None,
        })
    };
    let kind = |item: &str| {
        let row = row(item).expect("a row");
        let structure = row.body_structure().expect("it is there").parsed().expect("it is understood");
        match structure.body_type() {
            BodyType::Text { .. } => "text",
            BodyType::Message { .. } => "message",
            BodyType::Basic => "basic",
            BodyType::Multipart => "multipart",
        }
    };
    assert_eq!(kind("(\"text\" \"plain\" NIL NIL NIL \"7BIT\" 4 1)"), "text");
    assert_eq!(kind("(\"image\" \"png\" NIL NIL NIL \"7BIT\" 4)"), "basic");
    let envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
    let inner = "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 4 1)";
    assert_eq!(
        kind(&format!("(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 4 {envelope} {inner} 9)")),
        "message"
    );
    // NIL is `nil` wherever that stands before a string, and a string where it is quoted.
    let mut strict = Talk::strict().preauth(REV2);
    strict.says("* LIST () NIL \"NIL\"\n* LIST () \"/\" NIL").is_fine();
    let entries: Vec<_> = strict
        .data()
        .into_iter()
        .filter_map(|data| match data {
            Data::List(entry) => Some((entry.delimiter, entry.mailbox.as_str().to_owned())),
            _ => None,
        })
        .collect();
    assert_eq!(entries, [(None, "NIL".to_owned()), (Some('/'), "NIL".to_owned())]);
    // And written so that it cannot be taken for it.
    let mut talk = Talk::authenticated(REV2);
    let _ticket = talk.submit(Create::new(mailbox("NIL")));
    assert_eq!(talk.hears(), "CREATE \"NIL\"");
}

fn the_abnf_is_followed() {
    // What is sent follows it, command by command, by a judge with a grammar of its own.
    for capabilities in [REV2, REV1, "IMAP4rev1 LITERAL+ BINARY ESEARCH LIST-EXTENDED MOVE UIDPLUS"] {
        let mut talk = Talk::selected(capabilities);
        for command in every_command() {
            if command.submit_if_possible(&mut talk) {
                talk.hears();
                talk.says("{tag} NO not today");
            }
            talk.events.clear();
        }
    }
    assert!(check_command(b"a UID FETCH 1 (FLAGS UID\r\n", true).is_err(), "the judge finds what is wrong");
    // What comes has to.
    for wrong in [
        "* FLAGS \\Seen",
        "* LIST \"/\" x",
        "* STATUS x",
        "* STATUS x (MESSAGES)",
        "* NAMESPACE NIL NIL",
        "* 1 FETCH (UID 101 ENVELOPE (NIL NIL))",
        "* 1 FETCH (UID 101 BODYSTRUCTURE ())",
        "* 1 FETCH (UID 101 INTERNALDATE \"yesterday\")",
        "* 1 FETCH FLAGS",
        "* ESEARCH (TAG \"x\") UID ALL",
        "* SEARCH one",
    ] {
        let mut strict = Talk::strict().preauth(REV2).select();
        strict.says(wrong);
        let requirement = strict.broken();
        assert_eq!(requirement.rfc, 9051, "{wrong}: {requirement}");
        // It costs nothing but itself.
        let mut talk = Talk::selected(REV2);
        talk.says(wrong).is_fine();
        talk.ask(Noop, "NOOP", "* 11 EXISTS\n{tag} OK done").expect("done");
        assert_eq!(talk.connection.mailbox().expect("selected").exists, 11, "{wrong}");
    }
}

fn tokens_ignore_case() {
    let mut strict = Talk::strict();
    strict.says("* oK [CapaBility imap4REV2 literal- X-y] hi").is_fine();
    let all = strict.connection.capabilities().expect("told");
    assert!(all.has(&Capability::Imap4Rev2) && all.has(&Capability::LiteralMinus) && all.has(&"x-Y".into()));
    let mut strict = Talk::strict().preauth(REV2);
    let ticket = strict.submit(Select::new(mailbox("INBOX")));
    strict.hears();
    let answer = strict
        .answered(
            ticket,
            "* 3 exists\n* flags (\\SEEN \\draft)\n* Ok [uidValidity 7] x\n* ok [UidNext 9] x\n* List () \"/\" inbox\n\
             {tag} ok [read-only] done",
        )
        .expect("selected");
    assert_eq!(answer.exists, 3);
    assert_eq!(answer.flags, [Flag::Seen, Flag::Draft]);
    assert!(answer.read_only && answer.uid_validity.is_some() && answer.uid_next.is_some());
    strict
        .says("* 1 fetch (uid 5 Flags (\\seen) internalDATE \" 1-feb-2026 00:00:00 +0000\" rfc822.Size 5)")
        .is_fine();
    let row = strict.events.iter().find_map(|event| match event {
        OwnedEvent::Fetch { row, .. } => Some(row),
        _ => None,
    });
    let row = row.expect("a row");
    assert_eq!(row.uid().map(crate::types::Uid::get), Some(5));
    assert!(row.flags().expect("flags").parsed().expect("flags").contains(&Flag::Seen));
    assert_eq!(row.size().and_then(|size| size.parsed()), Some(5));
    assert!(row.internal_date().and_then(|date| date.parsed()).is_some());
    assert_eq!(MailboxAttribute::from("\\NOSELECT"), MailboxAttribute::NoSelect);
    // Not what is no token: names of mailboxes have their case.
    assert_ne!(mailbox("a"), mailbox("A"));
}

fn spaces_are_single() {
    // One space where there is one, and nowhere else: in all that is sent outside of strings.
    let mut talk = Talk::selected(REV2);
    for command in every_command() {
        command.submit_to(&mut talk);
        let heard = talk.hears();
        let mut quoted = false;
        let mut before = ' ';
        for c in heard.chars() {
            quoted ^= c == '"' && before != '\\';
            assert!(quoted || !(c == ' ' && (before == ' ' || before == '(')), "{heard}");
            assert!(quoted || !(c == ')' && before == ' '), "{heard}");
            assert!(c != '\t', "{heard}");
            before = c;
        }
        assert!(!heard.ends_with(' '), "{heard:?}");
        talk.says("{tag} NO not today");
        talk.events.clear();
    }
    // A server's other spaces are forgiven and counted, or not.
    for wrong in [
        "* FLAGS (\\Seen  \\Draft)",
        "* LIST ()  \"/\" x",
        "* 1 FETCH ( FLAGS ())",
        "* STATUS x (MESSAGES  1)",
    ] {
        let mut strict = Talk::strict().preauth(REV2).select();
        strict.says(wrong);
        assert_eq!(strict.broken(), r::SPACES_ARE_SINGLE, "{wrong}");
        let mut talk = Talk::selected(REV2);
        talk.says(wrong).is_fine();
        assert!(talk.forgave(r::SPACES_ARE_SINGLE), "{wrong}");
        let understood = talk.events.iter().any(|event| match event {
            OwnedEvent::Data(data) => !matches!(data, Data::Malformed { .. }),
            OwnedEvent::Fetch { .. } => true,
            _ => false,
        });
        assert!(understood, "{wrong}: {:?}", talk.events);
    }
    let mut strict = Talk::strict().preauth(REV2).select();
    strict
        .says("* FLAGS (\\Seen \\Draft)\n* LIST () \"/\" x\n* 1 FETCH (UID 101 FLAGS ())\n* STATUS x (MESSAGES 1)")
        .is_fine();
}

fn no_nul() {
    let mut talk = Talk::selected(REV2);
    for query in [SearchQuery::subject("a\0"), SearchQuery::header("X\0", "a"), SearchQuery::body("\0")] {
        let error = talk.refuses(Search::new(query));
        assert_eq!(error.requirement(), Some(r::NO_NUL_IN_TEXT), "{error}");
    }
    assert!(MailboxName::new("a\0b").is_err());
    let literal = Raw::new("SEARCH BODY").expect("a command").literal(Bytes::from_static(b"a\0b"));
    assert_eq!(talk.refuses(literal).requirement(), Some(r::NO_NUL_IN_TEXT));
    // In the octets of a literal8 it may be.
    assert!(append(REV2, b"a\0b", true).expect("sent").ends_with("a\0b"));
    // A server's, as padding, is forgiven and counted, or not.
    let padded = b"\0\0* OK hm\0\0\r\n";
    let mut strict = Talk::strict().preauth(REV2);
    strict.feed(padded);
    assert_eq!(strict.broken(), r::NO_NUL_IN_TEXT);
    let mut talk = Talk::authenticated(REV2);
    talk.feed(padded).is_fine();
    assert!(talk.forgave(r::NO_NUL_IN_TEXT));
}

fn unknown_flags() {
    let mut strict = Talk::strict().preauth(REV2).select();
    strict.says("* FLAGS (\\Seen \\XNew \\*)\n* OK [PERMANENTFLAGS (\\XNew \\*)] some").is_fine();
    let known = strict.connection.mailbox().expect("selected");
    assert!(known.flags.contains(&Flag::from("\\XNew")));
    assert!(known.permanent_flags.as_ref().is_some_and(|flags| flags.contains(&Flag::WILDCARD)));
    strict.says("* 1 FETCH (UID 101 FLAGS (\\Seen \\XNew $Label1))").is_fine();
    let flags = strict.events.iter().find_map(|event| match event {
        OwnedEvent::Fetch { row, .. } => Some(row.flags()?.parsed()?.collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(flags.expect("flags"), [Flag::Seen, Flag::from("\\XNew"), Flag::from("$Label1")]);
    // What is no flag is none.
    let mut strict = Talk::strict().preauth(REV2).select();
    strict.says("* 1 FETCH (UID 101 FLAGS (\\Seen (\\Draft)))");
    let taken = strict.events.iter().any(|event| match event {
        OwnedEvent::Fetch { row, .. } => row.flags().is_some_and(|flags| flags.parsed().is_some()),
        _ => false,
    });
    assert!(strict.error.is_some() || !taken, "a list passes for a flag");
}

fn inbox_in_all_cases() {
    for code in 0..32_u32 {
        let letter = |(at, letter): (usize, char)| {
            if code >> at & 1 == 1 { letter } else { letter.to_ascii_lowercase() }
        };
        let name: String = "INBOX".chars().enumerate().map(letter).collect();
        assert_eq!(mailbox(&name), MailboxName::inbox(), "{name}");
        let mut talk = Talk::authenticated(REV2);
        let ticket = talk.submit(Status::new(mailbox(&name), StatusItems::common()));
        talk.hears();
        let status =
            talk.answered(ticket, "* STATUS inBox (MESSAGES 1)\n{tag} OK done").expect("about INBOX");
        assert!(status.mailbox.is_inbox());
    }
    assert_ne!(mailbox("INBOX2"), MailboxName::inbox());
    assert_ne!(mailbox("\u{131}nbox"), MailboxName::inbox(), "a dotless i is no i");
}

fn only_registered_charsets() {
    for text in ["caf\u{e9}", "\u{53f0}\u{5317}", "\u{1F600}", "plain", "a\r\nb"] {
        for capabilities in [REV1, REV2] {
            let mut talk = Talk::selected(capabilities);
            let ticket = talk.submit(Search::new(SearchQuery::text(text)));
            let heard = talk.hears();
            match heard.split_once("CHARSET ") {
                Some((_, rest)) => assert!(rest.starts_with("UTF-8 "), "{heard}"),
                None => assert!(text.is_ascii() || capabilities == REV2, "{heard}"),
            }
            // A server that does not know it says so.
            let error = talk.answered(ticket, "{tag} NO [BADCHARSET (US-ASCII)] no").expect_err("refused");
            assert!(matches!(error.code(), Some(Code::BadCharset(_))), "{error}");
        }
    }
}
