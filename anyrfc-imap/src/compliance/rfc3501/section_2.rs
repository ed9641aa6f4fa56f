//! RFC 3501, section 2: commands, responses and flags.

use std::collections::HashSet;

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    judge::Judge,
    rev1::{End, name, set},
    support::{Talk, every_command},
};
use crate::{
    codec::command::{
        Append, Create, Id, Noop, Status, StatusItems, Store, StoreAction, UidSearch, UidStore,
    },
    proto::State,
    rfc3501 as r,
    types::{self, AppendOptions, Flag, SearchQuery},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3501-section-2.2/lines-end-in-crlf",
        covers: &[r::LINES_END_IN_CRLF],
        run: lines_end_in_crlf,
    },
    Check {
        name: "rfc3501-section-2.2.1/commands-begin-with-a-tag",
        covers: &[r::COMMANDS_BEGIN_WITH_A_TAG],
        run: commands_begin_with_a_tag,
    },
    Check {
        name: "rfc3501-section-2.2.1/tags-are-unique",
        covers: &[r::TAGS_ARE_UNIQUE],
        run: tags_are_unique,
    },
    Check {
        name: "rfc3501-section-2.2.1/the-syntax-is-followed",
        covers: &[r::SYNTAX_IS_FOLLOWED_STRICTLY],
        run: the_syntax_is_followed,
    },
    Check {
        name: "rfc3501-section-2.2.1/a-command-is-sent-whole",
        covers: &[r::COMMAND_IS_COMPLETED_BEFORE_THE_NEXT],
        run: a_command_is_sent_whole,
    },
    Check {
        name: "rfc3501-section-2.2.2/any-response-at-any-time",
        covers: &[r::ANY_RESPONSE_AT_ANY_TIME],
        run: any_response_at_any_time,
    },
    Check {
        name: "rfc3501-section-2.2.2/data-are-remembered",
        covers: &[r::SERVER_DATA_ARE_REMEMBERED],
        run: data_are_remembered,
    },
    Check {
        name: "rfc3501-section-2.2.2/what-is-marked-is-remembered",
        covers: &[r::CERTAIN_DATA_ARE_REMEMBERED],
        run: what_is_marked_is_remembered,
    },
    Check {
        name: "rfc3501-section-2.3.2/recent-is-not-altered",
        covers: &[r::RECENT_IS_NOT_ALTERED],
        run: recent_is_not_altered,
    },
];

/// The extensions that every command together needs.
pub(super) const ALL: &str = "LIST-EXTENDED NAMESPACE ESEARCH BINARY MOVE UIDPLUS UNSELECT";

/// Every command that a server without extensions takes, or one with [`ALL`] of them, each in
/// a session of its own: what was written.
pub(super) fn everything(capabilities: &str) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for command in every_command() {
        let mut talk = Talk::selected(&format!("IMAP4rev1 {capabilities}"));
        let before = talk.raw.len();
        if command.submit_if_possible(&mut talk) {
            while talk.heard().is_some() {}
            all.push(talk.raw[before..].to_vec());
        }
    }
    all
}

fn lines_end_in_crlf() {
    for wire in everything(ALL).iter().chain(&everything("")) {
        let text = String::from_utf8_lossy(wire);
        assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']), "{text:?}");
    }
    // A line of the server ends with CR LF too: nothing is made of it before.
    let mut end = End::selected("");
    for half in [&b"* 7 EXISTS"[..], b"\r", b"\n"] {
        assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.exists), Some(3));
        end.says_octets(half);
    }
    assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.exists), Some(7));
    // CR alone ends nothing.
    end.says_octets(b"* OK a\r* 8 EXISTS\r\n");
    assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.exists), Some(7));
}

fn commands_begin_with_a_tag() {
    for wire in everything(ALL) {
        let tag = wire.split(|octet| *octet == b' ').next().expect("a tag");
        assert!(!tag.is_empty() && tag.iter().all(u8::is_ascii_alphanumeric), "{}", wire.escape_ascii());
        // The judge knows commands by their tags, and takes none without.
        assert!(Judge::new(ALL).accepts(&wire), "{}", wire.escape_ascii());
        // (`UID` could be a tag itself.)
        let bare = &wire[tag.len() + 1..];
        assert!(bare.starts_with(b"UID ") || !Judge::new(ALL).accepts(bare), "{}", wire.escape_ascii());
    }
}

fn tags_are_unique() {
    let mut end = End::rev1("");
    let mut tags = HashSet::new();
    for _ in 0..500 {
        let one = end.submits(Noop);
        let two = end.submits(Noop);
        let heard = end.hears();
        assert_eq!(heard.len(), 2);
        for heard in &heard {
            assert!(tags.insert(heard.tag.clone()), "{} again", heard.tag);
        }
        // Each completion is the one of its own command, in whatever order.
        end.says_octets(format!("{} OK two\r\n{} NO one\r\n", heard[1].tag, heard[0].tag).as_bytes());
        assert!(end.answer(one).is_err());
        end.answer(two).expect("done");
    }
    // A tag that is done with completes nothing any more.
    let old = tags.into_iter().next().expect("a tag");
    let (ticket, heard) = end.sends(Noop);
    assert_ne!(old, heard.tag);
    assert!(end.breaks_or_ignores(&format!("{old} OK late")));
    assert!(!end.is_done(&ticket));
}

fn the_syntax_is_followed() {
    for capabilities in ["", ALL] {
        let heard: Vec<_> =
            everything(capabilities).iter().flat_map(|wire| Judge::new(capabilities).hear(wire)).collect();
        assert!(heard.len() >= 18, "{} commands", heard.len());
    }
    // Whatever the arguments are: the judge hears one command, or nothing is sent.
    let mut end = End::selected("ID");
    for text in [
        "",
        " ",
        "a b",
        "NIL",
        "nil",
        "{3}",
        "{3+}",
        "a{3}\r\nb",
        "\"",
        "\\",
        "a\\\"b",
        "(",
        ")",
        "%",
        "*",
        "[",
        "a\r\nb LOGOUT",
        "\n",
        "\r",
        "\t",
        "\u{7F}",
        "é",
        "日本",
        "a\u{0}b",
        "+",
        "$",
        "~",
        "&",
        "&-",
        "&AOk-",
        "=?x?=",
    ] {
        let mut tried = 0;
        let mut heard = |end: &mut End, sent: bool| {
            tried += 1;
            let commands = end.hears().len();
            assert_eq!(commands, usize::from(sent), "{text:?}");
            end.says("BAD no");
            end.events.clear();
        };
        let sent =
            end.connection.submit(UidSearch::new(SearchQuery::subject(text) & SearchQuery::seen())).is_ok();
        heard(&mut end, sent);
        let sent = end.connection.submit(UidSearch::new(SearchQuery::header("X-A", text))).is_ok();
        heard(&mut end, sent);
        if let Ok(name) = types::MailboxName::new(text) {
            let sent = end.connection.submit(Create::new(name)).is_ok();
            heard(&mut end, sent);
        }
        let id = Id::new(types::Id::new().with("x", text));
        let sent = end.connection.submit(id).is_ok();
        heard(&mut end, sent);
        let sent = end.connection.submit(UidStore::new(set("1"), StoreAction::Add, Flag::from(text))).is_ok();
        heard(&mut end, sent);
        assert!(tried >= 4);
    }
}

fn a_command_is_sent_whole() {
    let mut end = End::selected("");
    let search = end.submits(UidSearch::new(SearchQuery::subject("a\nb") & SearchQuery::body("c\nd")));
    let noop = end.submits(Noop);
    let mut wire = end.written();
    for rest in ["SUBJECT {3}\r\n", "a\nb BODY {3}\r\n"] {
        assert!(wire.ends_with(rest.as_bytes()), "{}", wire.escape_ascii());
        // Whatever else the server says, the rest of the command comes first.
        end.says("* 4 EXISTS\n* OK wait");
        assert_eq!(end.written(), b"");
        end.says("+ go ahead");
        wire.extend(end.written());
    }
    let heard = Judge::new("").hear(&wire);
    let names: Vec<&str> = heard.iter().map(|heard| heard.name.as_str()).collect();
    assert_eq!(names, ["UID SEARCH", "NOOP"]);
    end.says_octets(format!("* SEARCH\r\n{} OK\r\n{} OK\r\n", heard[0].tag, heard[1].tag).as_bytes());
    end.answer(search).expect("searched");
    end.answer(noop).expect("done");
}

/// Responses of every kind, none of which was asked for.
const RESPONSES: &[&str] = &[
    "* OK still here",
    "* OK [X-OWN with (things) \"in it\"] text",
    "* NO mind this",
    "* BAD and this",
    "* CAPABILITY IMAP4rev1 XYZZY",
    "* LIST (\\Noselect) \"/\" ~/Mail/foo",
    "* LSUB () \".\" #news.comp.mail.misc",
    "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)",
    "* SEARCH 2 3 6",
    "* SEARCH",
    "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
    "* 23 EXISTS",
    "* 5 RECENT",
    "* 23 FETCH (FLAGS (\\Seen) RFC822.SIZE 44827)",
    "* 12 FETCH (BODY[HEADER] {4}\r\nabcd FLAGS ())",
    "* 7 EXPUNGE",
    "* NAMESPACE NIL NIL NIL",
    "* ID NIL",
    "* ENABLED",
    "* ESEARCH (TAG \"zz\") COUNT 5",
    "* XOWN response (1 2 3) \"four\"",
    "* 5 XOWN",
];

fn any_response_at_any_time() {
    type Begin = fn() -> End;
    let states: [(&str, Begin); 7] = [
        ("nobody is logged in", || End::greeted("")),
        ("logged in", || End::rev1("")),
        ("selected", || End::selected("")),
        ("a literal is to be asked for", || {
            let mut end = End::selected("");
            let _ticket = end.submits(UidSearch::new(SearchQuery::subject("a\nb")));
            end.written();
            end
        }),
        ("a command is under way", || {
            let mut end = End::selected("");
            let _ticket = end.sends(Noop);
            end
        }),
        ("idling", || {
            let mut end = End::selected("IDLE");
            let _ticket = end.connection.idle().expect("it is advertised");
            end.hears_idle();
            end.says("+ idling");
            end
        }),
        ("logging out", || {
            let mut end = End::selected("");
            let _ticket = end.connection.logout().expect("always");
            end.written();
            end
        }),
    ];
    for (what, begin) in states {
        for response in RESPONSES {
            let mut end = begin();
            let before = end.connection.phase();
            end.says_octets(format!("{response}\r\n").as_bytes());
            assert_eq!(end.connection.phase(), before, "{what}: {response}");
        }
        let mut end = begin();
        let all = RESPONSES.iter().map(|response| format!("{response}\r\n")).collect::<String>();
        end.says_octets(all.as_bytes());
        assert!(!end.connection.phase().is_over(), "{what}");
    }
}

fn data_are_remembered() {
    // What the greeting, a login or a SELECT has told is not asked for again.
    let mut end = End::selected("IDLE UIDPLUS");
    assert!(end.connection.capabilities().is_some_and(|all| all.has(&types::Capability::UidPlus)));
    let mailbox = end.connection.mailbox().expect("selected");
    assert_eq!(mailbox.uid_validity.map(|validity| validity.get()), Some(3_857_529_045));
    assert_eq!(mailbox.uid_next.map(|next| next.get()), Some(20));
    assert_eq!(mailbox.permanent_flags.as_deref().map(<[Flag]>::len), Some(3));
    end.says("* 2 FETCH (UID 12 FLAGS ())");
    let second = types::SequenceNumber::new(2).expect("not zero");
    assert_eq!(
        end.connection.mailbox().and_then(|mailbox| mailbox.uid(second)).map(|uid| uid.get()),
        Some(12)
    );
    for _ in 0..3 {
        assert_eq!(end.asks(Noop, "OK done").0, "NOOP", "and nothing but what was asked");
    }
    // Where it has told nothing, it is asked, once.
    let mut end = End::silent(End::plaintext(), "");
    end.says("* PREAUTH hello");
    let create = end.submits(Create::new(name("a")));
    assert_eq!(end.hears_one().text(), "CAPABILITY");
    end.says("* CAPABILITY IMAP4rev1\nOK done");
    assert_eq!(end.hears_one().text(), "CREATE a");
    end.says("OK done");
    end.answer(create).expect("created");
    assert_eq!(end.asks(Create::new(name("b")), "OK done").0, "CREATE b");
}

fn what_is_marked_is_remembered() {
    let mut end = End::selected("");
    let seen = |end: &End| {
        let mailbox = end.connection.mailbox().expect("selected");
        (mailbox.exists, mailbox.recent, mailbox.flags.len())
    };
    assert_eq!(seen(&end), (3, 1, 5));
    end.says("* 5 EXISTS");
    assert_eq!(seen(&end), (5, 1, 5));
    end.says("* 2 RECENT");
    assert_eq!(seen(&end), (5, 2, 5));
    end.says("* FLAGS (\\Seen)");
    assert_eq!(seen(&end), (5, 2, 1));
    end.says("* 5 EXPUNGE");
    assert_eq!(seen(&end), (4, 2, 1));
    // Under a command that has nothing to do with it, and one that fails.
    let status = Status::new(name("other"), StatusItems::common());
    assert!(end.asks(status, "* 6 EXISTS\n* 1 EXPUNGE\nNO what").1.is_err());
    assert_eq!(seen(&end), (5, 2, 1));
    // It is of the mailbox that is selected, and no other.
    end.select();
    assert_eq!(seen(&end), (3, 1, 5));
}

fn recent_is_not_altered() {
    for recent in [Flag::Recent, Flag::from("\\recent"), Flag::from("\\RECENT")] {
        let mut end = End::selected("");
        for action in [StoreAction::Add, StoreAction::Remove, StoreAction::Replace] {
            let flags = [Flag::Seen, recent.clone()];
            assert_eq!(end.refuses(UidStore::new(set("11"), action, flags.clone())).kind(), ErrorKind::Usage);
            assert_eq!(end.refuses(Store::new(set("1"), action, flags)).kind(), ErrorKind::Usage);
        }
        let append = Append::new(name("a"), AppendOptions::new().flag(recent), 1);
        assert_eq!(end.refuses(append).kind(), ErrorKind::Usage);
    }
    let mut end = End::selected("");
    let (text, _) =
        end.asks(UidStore::new(set("11"), StoreAction::Add, [Flag::Seen, Flag::from("Recent")]), "OK done");
    assert_eq!(text, "UID STORE 11 +FLAGS (\\Seen Recent)", "a keyword is another flag");
    assert_eq!(end.connection.phase(), State::Selected);
}
