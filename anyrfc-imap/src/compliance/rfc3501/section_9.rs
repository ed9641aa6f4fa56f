//! RFC 3501, section 9: the formal syntax.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::{
    super::{
        judge::Judge,
        rev1::{End, name, pattern, set, uids},
    },
    section_2::{ALL, everything},
};
use crate::{
    codec::command::{
        Create, Fetch, Id, List, Noop, Search, Select, Status, StatusItems, StoreAction, UidFetch, UidSearch,
        UidStore,
    },
    rfc3501 as r,
    types::{self, BodyData, FetchItems, Flag, MailboxName, SearchQuery, Section, SequenceSet},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3501-section-9/the-earlier-rule-wins",
        covers: &[r::EARLIER_RULE_WINS],
        run: the_earlier_rule_wins,
    },
    Check {
        name: "rfc3501-section-9/the-abnf-is-followed",
        covers: &[r::ABNF_IS_FOLLOWED_STRICTLY],
        run: the_abnf_is_followed,
    },
    Check {
        name: "rfc3501-section-9/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
    Check {
        name: "rfc3501-section-9/spaces-are-single",
        covers: &[r::SPACES_ARE_SINGLE],
        run: spaces_are_single,
    },
    Check {
        name: "rfc3501-section-9/a-set-is-not-empty",
        covers: &[r::SEQUENCE_SET_IS_NOT_EMPTY],
        run: a_set_is_not_empty,
    },
    Check { name: "rfc3501-section-9/nul-is-not-sent", covers: &[r::NO_NUL_IN_TEXT], run: nul_is_not_sent },
    Check {
        name: "rfc3501-section-9/unknown-flags-are-accepted",
        covers: &[r::FLAG_EXTENSIONS_ARE_ACCEPTED],
        run: unknown_flags_are_accepted,
    },
];

fn the_earlier_rule_wins() {
    // \Seen is a flag of its own, and no extension; INBOX is the inbox, and no astring.
    for (text, flag) in
        [("\\Seen", Flag::Seen), ("\\seen", Flag::Seen), ("\\DRAFT", Flag::Draft), ("\\Recent", Flag::Recent)]
    {
        let mut end = End::selected("");
        end.says(&format!("* FLAGS ({text})"));
        assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.flags.clone()), Some(vec![flag]));
    }
    assert!(
        matches!(Flag::from("\\Seen2"), Flag::Other(_)) && matches!(Flag::from("Seen"), Flag::Keyword(_))
    );
    assert!(MailboxName::received(b"inBox", types::Names::ModifiedUtf7).is_inbox());
    // NIL is no string where there may be NIL, and a name where there may not.
    let mut end = End::selected("");
    let fetch = |end: &mut End, value: &str| {
        let items = FetchItems::new().peek(Section::text());
        end.asks(Fetch::new(set("1"), items), &format!("* 1 FETCH (BODY[TEXT] {value})\nOK done"))
            .1
            .expect("fetched");
        let rows = end.rows();
        let body = rows[0].1.body(&Section::text()).expect("there").parsed().expect("understood");
        matches!(body, BodyData::Nil)
    };
    assert!(fetch(&mut end, "NIL") && fetch(&mut end, "nil"));
    assert!(!fetch(&mut end, "\"NIL\"") && !fetch(&mut end, "{3}\r\nNIL"));
    let listed = end.gets(List::new(pattern("*")), "* LIST () NIL NIL\n* LIST () \"/\" \"NIL\"\nOK done");
    assert_eq!(listed[0].entry.delimiter, None);
    assert!(listed.iter().all(|listed| listed.entry.mailbox == name("NIL")));
    let (text, _) = End::rev1("").asks(Select::new(name("NIL")), "NO none");
    assert_eq!(text, "SELECT \"NIL\"", "which nobody can mistake");
    // A keyword of the syntax is one, even if it could be a keyword flag or an atom.
    let (text, _) =
        end.asks(UidSearch::new(SearchQuery::with_flag(Flag::from("SEEN")).expect("a keyword")), "BAD no");
    assert_eq!(text, "UID SEARCH KEYWORD SEEN");
    let (text, _) = end.asks(UidSearch::new(SearchQuery::with_flag(Flag::Seen).expect("a flag")), "BAD no");
    assert_eq!(text, "UID SEARCH SEEN");
}

fn the_abnf_is_followed() {
    // What the judge hears of every command is what the rules have, with extensions or without.
    for capabilities in ["", ALL, "LITERAL+", "LITERAL- ESEARCH SEARCHRES"] {
        for wire in everything(capabilities) {
            Judge::new(capabilities).hear(&wire);
        }
    }
    // A response that departs from them is counted and changes nothing; the next is read.
    for odd in ["*  5 EXISTS", "* 5  EXISTS", "* 5 EXISTS ", "* 5\tEXISTS", "5 EXISTS", "* FLAGS \\Seen"] {
        let mut end = End::selected("");
        end.says(odd);
        end.says("* 2 RECENT");
        assert!(!end.connection.deviations().is_empty(), "{odd:?} is passed over in silence");
        assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.recent), Some(2), "{odd:?}");
        end.is_idle_and_well();
    }
    let mut end = End::selected("");
    end.says("* 5 EXISTS\n* FLAGS (\\Seen)");
    assert!(end.connection.deviations().is_empty());
}

fn tokens_ignore_case() {
    let mut end = End::rev1("");
    for line in [
        "* capability imap4rev1 idle",
        "* Flags (\\SEEN)",
        "* list (\\NOSELECT) nil Inbox",
        "* lsub () \"/\" a",
        "* status a (messages 3)",
        "* search 1",
        "* 5 exists",
        "* 1 recent",
        "* ok [Alert] hi",
    ] {
        end.says(line);
        assert!(end.connection.deviations().is_empty(), "{line}");
    }
    assert!(end.connection.capabilities().is_some_and(|all| all.has(&types::Capability::Idle)));
    let mut end = End::rev1("");
    let (ticket, heard) = end.sends(Select::new(name("a")));
    end.says(
        "* 2 Exists\n* 1 Recent\n* flags (\\answered)\n* Ok [uidvalidity 7] x\n* ok [Permanentflags (\\*)] x",
    );
    end.says_octets(format!("{} oK [Read-Only] x\r\n", heard.tag).as_bytes());
    let opened = end.answer(ticket).expect("selected");
    assert_eq!((opened.exists, opened.recent, opened.read_only), (2, Some(1), true));
    assert_eq!((opened.flags, opened.permanent_flags), (vec![Flag::Answered], Some(vec![Flag::WILDCARD])));
    let row = "* 1 fetch (uid 7 flags (\\seen) rfc822.size 9 internaldate \"01-jan-2020 00:00:00 +0000\" \
         body[text] nil bodystructure (\"text\" \"PLAIN\" nil NIL nil \"7bit\" 1 1))\nOK done";
    let items = FetchItems::new().flags().size().internal_date().peek(Section::text()).body_structure();
    end.asks(UidFetch::new(set("7"), items), row).1.expect("fetched");
    let rows = end.rows();
    let row = &rows[0].1;
    assert_eq!(
        (rows[0].0, row.uid().map(|uid| uid.get()), row.size().and_then(|size| size.parsed())),
        (true, Some(7), Some(9))
    );
    assert!(row.flags().is_some() && row.internal_date().is_some_and(|date| date.parsed().is_some()));
    assert!(row.body_structure().is_some_and(|structure| structure.parsed().is_some()));
    // Tags are not tokens of the syntax: theirs is the case in which they were sent.
    let (ticket, heard) = end.sends(Noop);
    let other: String = heard
        .tag
        .chars()
        .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    assert!(end.breaks_or_ignores(&format!("{other} OK done")));
    assert!(!end.is_done(&ticket));
}

fn spaces_are_single() {
    for wire in everything(ALL).iter().chain(&everything("")) {
        let text = String::from_utf8_lossy(wire);
        let outside: String = text.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
        assert!(!outside.contains("  ") && !outside.contains(" \r") && !outside.contains('\t'), "{text:?}");
        assert!(!outside.contains("( ") && !outside.contains(" )"), "{text:?}");
        Judge::new(ALL).hear(wire);
    }
    let (text, _) = End::rev1("ID").asks(Id::new(types::Id::new().with("a", " b  c ")), "OK done");
    assert_eq!(text, "ID (\"a\" \" b  c \")");
    // A server's superfluous ones are counted.
    for odd in ["* LIST  () \"/\" a", "* STATUS a  (MESSAGES 1)", "* 1  EXISTS"] {
        let mut end = End::selected("");
        end.says(odd);
        assert!(!end.connection.deviations().is_empty(), "{odd}");
    }
    let mut end = End::selected("");
    end.says("* LIST () \"/\" a\n* STATUS a (MESSAGES 1)\n* 1 EXISTS");
    assert!(end.connection.deviations().is_empty());
}

fn a_set_is_not_empty() {
    let mut end = End::selected("");
    for (numbers, written) in
        [(vec![1], "1"), (vec![3, 1, 2], "1:3"), (vec![4_294_967_295, 7], "7,4294967295")]
    {
        let (text, _) = end.asks(UidFetch::new(uids(&numbers), FetchItems::new().flags()), "OK done");
        assert_eq!(text, format!("UID FETCH {written} (FLAGS)"));
    }
    let none = || SequenceSet::from(uids(&[]));
    assert_eq!(end.refuses(UidFetch::new(none(), FetchItems::new().flags())).kind(), ErrorKind::Usage);
    assert_eq!(end.refuses(UidStore::new(none(), StoreAction::Add, [Flag::Seen])).kind(), ErrorKind::Usage);
    assert_eq!(end.refuses(UidSearch::new(SearchQuery::uids(none()))).kind(), ErrorKind::Usage);
    for wrong in ["", "0", "0:3", "1,0", "1,", ",1", "1::2", "1:2:3", "-1", "4294967296", "1 2", "a", "*:0"] {
        assert!(wrong.parse::<SequenceSet>().is_err(), "{wrong}");
    }
    assert_eq!((types::Uid::new(0), types::SequenceNumber::new(0)), (None, None));
    // In codes of the server, a zero spoils the code and nothing else.
    let (text, answer) =
        end.asks(crate::codec::command::UidCopy::new(set("1"), name("a")), "OK [COPYUID 1 0 5] done");
    assert_eq!((text.as_str(), answer.expect("copied").len()), ("UID COPY 1 a", 0));
}

fn nul_is_not_sent() {
    let mut end = End::selected("ID");
    for text in ["\0", "a\0", "\0b", "a\r\n\0"] {
        assert_eq!(end.refuses(Search::new(SearchQuery::subject(text))).kind(), ErrorKind::Usage);
        assert_eq!(end.refuses(UidSearch::new(SearchQuery::header("X-A", text))).kind(), ErrorKind::Usage);
        assert_eq!(end.refuses(Id::new(types::Id::new().with("a", text))).kind(), ErrorKind::Usage);
        assert!(MailboxName::new(text).is_err() && types::Pattern::new(text).is_err());
        let flag = Flag::from(text);
        assert_eq!(end.refuses(UidStore::new(set("1"), StoreAction::Add, [flag])).kind(), ErrorKind::Usage);
    }
    let mut end = End::greeted_privately("");
    assert!(end.connection.login("user", &anyrfc_core::Secret::new("a\0b".to_owned())).is_err());
    end.is_idle_and_well();
    // From a server it is no text either: counted, and no harm done.
    let mut end = End::selected("");
    end.says_octets(b"* LIST () \"/\" \"a\0b\"\r\n");
    assert!(!end.connection.deviations().is_empty());
    assert_eq!(end.asks(Create::new(name("a")), "OK done").0, "CREATE a");
}

fn unknown_flags_are_accepted() {
    let mut end = End::selected("");
    end.says("* FLAGS (\\Seen \\XNew \\Future)\n* OK [PERMANENTFLAGS (\\XNew \\*)] x");
    let mailbox = end.connection.mailbox().expect("selected");
    assert_eq!(mailbox.flags, [Flag::Seen, Flag::from("\\xnew"), Flag::from("\\Future")]);
    assert_eq!(mailbox.permanent_flags, Some(vec![Flag::from("\\XNew"), Flag::WILDCARD]));
    let row = "* 1 FETCH (UID 11 FLAGS (\\Seen \\Future keyword))\nOK done";
    end.asks(UidFetch::new(set("11"), FetchItems::new().flags()), row).1.expect("fetched");
    let rows = end.rows();
    let flags: Vec<Flag> = rows[0].1.flags().expect("there").parsed().expect("understood").collect();
    assert_eq!(flags, [Flag::Seen, Flag::from("\\Future"), Flag::from("keyword")]);
    assert!(end.connection.deviations().is_empty());
    let (text, _) =
        end.asks(UidStore::new(set("11"), StoreAction::Remove, [Flag::from("\\Future")]), "OK done");
    assert_eq!(text, "UID STORE 11 -FLAGS (\\Future)");
    let status = Status::new(name("a"), StatusItems::common());
    end.gets(status, "* STATUS a (MESSAGES 1)\nOK done");
}
