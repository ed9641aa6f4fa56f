//! RFC 3501, section 7.4: EXPUNGE and FETCH.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, set};
use crate::{
    codec::command::{Fetch, Noop},
    proto::Report,
    rfc3501 as r,
    types::{FetchItems, FetchRow, SequenceNumber},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3501-section-7.4.1/expunge-is-remembered",
        covers: &[r::EXPUNGE_IS_REMEMBERED],
        run: expunge_is_remembered,
    },
    Check {
        name: "rfc3501-section-7.4.1/expunge-renumbers",
        covers: &[r::EXPUNGE_RENUMBERS],
        run: expunge_renumbers,
    },
    Check {
        name: "rfc3501-section-7.4.1/only-what-exists-is-expunged",
        covers: &[r::EXPUNGE_NAMES_A_MESSAGE],
        run: only_what_exists_is_expunged,
    },
    Check {
        name: "rfc3501-section-7.4.2/extensions-of-a-structure-are-accepted",
        covers: &[r::FURTHER_EXTENSION_DATA_ARE_ACCEPTED, r::BODY_EXTENSIONS_ARE_ACCEPTED],
        run: extensions_of_a_structure_are_accepted,
    },
    Check {
        name: "rfc3501-section-7.4.2/nil-is-as-empty",
        covers: &[r::NIL_IS_AS_EMPTY],
        run: nil_is_as_empty,
    },
];

fn number(n: u32) -> SequenceNumber {
    SequenceNumber::new(n).expect("not zero")
}

fn exists(end: &End) -> Option<u32> {
    end.connection.mailbox().map(|mailbox| mailbox.exists)
}

/// The UIDs of the first messages, as far as they are known.
fn uids(end: &End) -> Vec<Option<u32>> {
    let mailbox = end.connection.mailbox().expect("selected");
    (1..=4).map(|n| mailbox.uid(number(n)).map(|uid| uid.get())).collect()
}

fn with_uids() -> End {
    let mut end = End::selected("");
    end.says("* 4 EXISTS");
    for (n, uid) in [11, 12, 15, 19].into_iter().enumerate() {
        end.says(&format!("* {} FETCH (UID {uid} FLAGS ())", n + 1));
    }
    end.events.clear();
    end
}

fn expunge_is_remembered() {
    let mut end = with_uids();
    end.says("* 3 EXPUNGE");
    assert_eq!((exists(&end), uids(&end)), (Some(3), vec![Some(11), Some(12), Some(19), None]));
    // It is told once, with what is known of the message.
    let told: Vec<_> = end
        .events
        .iter()
        .filter_map(|event| match event {
            Report::Expunge { sequence, uid } => Some((sequence.get(), uid.map(|uid| uid.get()))),
            _ => None,
        })
        .collect();
    assert_eq!(told, [(3, Some(15))]);
    // Within a command, too.
    end.gets(Noop, "* 1 EXPUNGE\nOK done");
    assert_eq!((exists(&end), uids(&end)), (Some(2), vec![Some(12), Some(19), None, None]));
}

fn expunge_renumbers() {
    // The example of section 7.4.1: 3, 3, 5, 8 are the messages 3, 4, 7 and 11.
    let mut end = End::selected("");
    end.says("* 11 EXISTS");
    for n in 1..=11 {
        end.says(&format!("* {n} FETCH (UID {} FLAGS ())", 100 + n));
    }
    end.events.clear();
    let (_noop, _) = end.sends(Noop);
    end.says("* 3 EXPUNGE\n* 3 EXPUNGE\n* 5 EXPUNGE\n* 8 EXPUNGE");
    let told: Vec<u32> = end
        .events
        .iter()
        .filter_map(
            |event| if let Report::Expunge { uid, .. } = event { uid.map(|uid| uid.get()) } else { None },
        )
        .collect();
    assert_eq!(told, [103, 104, 107, 111]);
    assert_eq!(exists(&end), Some(7));
    let mailbox = end.connection.mailbox().expect("selected");
    let left: Vec<_> = (1..=8).map(|n| mailbox.uid(number(n)).map(|uid| uid.get())).collect();
    let expected = [Some(101), Some(102), Some(105), Some(106), Some(108), Some(109), Some(110), None];
    assert_eq!(left, expected);
    // A row that comes after it is of the new number.
    end.events.clear();
    end.says("* 3 FETCH (FLAGS (\\Seen))\n* 3 FETCH (UID 105 FLAGS ())");
    assert!(end.connection.deviations().is_empty(), "{:?}", end.connection.deviations());
}

fn only_what_exists_is_expunged() {
    for odd in ["* 4 EXPUNGE", "* 0 EXPUNGE", "* 4294967295 EXPUNGE"] {
        let mut end = End::selected("");
        end.says(odd);
        assert_eq!(exists(&end), Some(3), "{odd}");
        assert!(!end.connection.deviations().is_empty(), "{odd} is counted");
        end.is_idle_and_well();
    }
    let mut end = End::selected("");
    let (_noop, _) = end.sends(Noop);
    end.says("* 3 EXPUNGE\n* 2 EXPUNGE\n* 1 EXPUNGE");
    assert_eq!((exists(&end), end.connection.deviations().is_empty()), (Some(0), true));
    end.says("* 1 EXPUNGE");
    assert_eq!((exists(&end), end.connection.deviations().is_empty()), (Some(0), false));
}

fn fetched(items: FetchItems, row: &str) -> (FetchRow, End) {
    let mut end = End::selected("");
    let (_, answer) = end.asks(Fetch::new(set("1"), items), &format!("* 1 FETCH ({row})\nOK done"));
    answer.expect("fetched");
    let mut rows = end.rows();
    assert_eq!(rows.len(), 1);
    (rows.remove(0).1, end)
}

fn extensions_of_a_structure_are_accepted() {
    let items = || FetchItems::new().body_structure();
    for extension in [
        "NIL",
        "\"text\"",
        "5",
        "(1 \"two\" NIL (3 (4)))",
        "\"a\" 7 (\"b\") NIL",
        "{3}\r\nabc",
        "18446744073709551616",
    ] {
        // Behind everything that is defined, of one part and of several.
        let single = format!(
            "BODYSTRUCTURE (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 92 \"md5\" \
             (\"inline\" NIL) \"en\" \"loc\" {extension})"
        );
        let (row, end) = fetched(items(), &single);
        let structure = row.body_structure().expect("there").parsed().expect("understood");
        assert!(structure.is("text", "plain"), "{extension}");
        assert_eq!(
            (structure.octets(), structure.extensions().next().is_some()),
            (Some(3028), true),
            "{extension}"
        );
        assert_eq!(structure.location().map(|text| text.text().into_owned()).as_deref(), Some("loc"));
        assert!(end.connection.deviations().is_empty(), "{extension}");
        let part = "(\"TEXT\" \"HTML\" NIL NIL NIL \"8BIT\" 7 1)";
        let several = format!(
            "BODYSTRUCTURE ({part}{part} \"ALTERNATIVE\" (\"BOUNDARY\" \"x\") (\"inline\" NIL) (\"en\" \"de\") \"loc\" {extension})"
        );
        let (row, _) = fetched(items(), &several);
        let structure = row.body_structure().expect("there").parsed().expect("understood");
        assert_eq!((structure.parts().count(), structure.languages().count()), (2, 2), "{extension}");
        assert!(structure.extensions().next().is_some());
    }
    // Without them it is the same part.
    let (row, _) = fetched(items(), "BODYSTRUCTURE (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 3028 92)");
    let structure = row.body_structure().expect("there").parsed().expect("understood");
    assert!(structure.is("text", "plain") && structure.extensions().next().is_none());
    // What cannot be an extension is no structure, and spoils nothing else of the row.
    let (row, _) = fetched(
        items().flags(),
        "BODYSTRUCTURE (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1 NIL NIL NIL NIL %%) FLAGS (\\Seen)",
    );
    assert!(row.flags().is_some());
}

fn nil_is_as_empty() {
    let envelope = |strings: &str, addresses: &str| {
        format!(
            "ENVELOPE ({strings} {strings} {addresses} {addresses} {addresses} NIL NIL NIL {strings} {strings})"
        )
    };
    for (strings, addresses) in [("NIL", "NIL"), ("\"\"", "NIL"), ("{0}\r\n", "NIL"), ("\"\"", "()")] {
        let (row, _) = fetched(FetchItems::new().envelope(), &envelope(strings, addresses));
        let envelope = row.envelope().expect("there").parsed().expect("understood");
        assert!(envelope.date().is_none() && envelope.subject().is_none(), "{strings}");
        assert!(envelope.in_reply_to().is_none() && envelope.message_id().is_none(), "{strings}");
        assert!(envelope.from().is_empty() && envelope.sender().is_empty(), "{addresses}");
    }
    let (row, _) = fetched(FetchItems::new().envelope(), &envelope("\" \"", "((NIL NIL \"a\" \"b\"))"));
    let envelope = row.envelope().expect("there").parsed().expect("understood");
    assert_eq!(envelope.subject().map(|text| text.text().into_owned()).as_deref(), Some(" "));
    assert!(!envelope.from().is_empty());
}
