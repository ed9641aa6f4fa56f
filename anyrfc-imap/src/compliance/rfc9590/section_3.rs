//! RFC 9590: the annotations of the mailboxes that are listed.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    rev1::{End, gated, misused, pattern},
    rev1_client::logged_in,
};
use crate::{
    codec::command::{List, ListReturn, ListSelect, Listed},
    rfc5258, rfc9590 as r,
    types::{Data, MetadataEntry},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9590-section-3/the-return-option-needs-the-capability",
        covers: &[r::METADATA_OPTION_NEEDS_THE_CAPABILITY],
        run: the_return_option_needs_the_capability,
    },
    Check {
        name: "rfc9590-section-3/annotations-may-be-missing",
        covers: &[r::METADATA_MAY_BE_MISSING, r::ENTRIES_WITHOUT_VALUE_ARE_NIL, r::LIST_RETURNS_METADATA],
        run: annotations_may_be_missing,
    },
    Check {
        name: "rfc9590-section-3/annotations-are-asked-for-where-they-are-wanted",
        covers: &[r::METADATA_IS_ASKED_FOR_FEW_MAILBOXES],
        run: annotations_are_asked_for_where_they_are_wanted,
    },
    Check {
        name: "rfc9590-section-5/entries-are-named",
        covers: &[r::METADATA_OPTION_NAMES_ENTRIES],
        run: entries_are_named,
    },
];

fn colour() -> MetadataEntry {
    MetadataEntry::new("/shared/vendor/example/colour").expect("an entry")
}

fn coloured(pattern_: &str) -> List {
    List::new(pattern(pattern_)).returns(ListReturn::Metadata(vec![colour()]))
}

fn the_return_option_needs_the_capability() {
    let needed = [
        ("LIST-EXTENDED", rfc5258::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT),
        ("LIST-METADATA", r::METADATA_OPTION_NEEDS_THE_CAPABILITY),
    ];
    let text = "LIST \"\" % RETURN (METADATA (/shared/vendor/example/colour))";
    gated(&needed, || coloured("%"), text);
}

fn annotations_may_be_missing() {
    let mut end = End::rev1("LIST-EXTENDED LIST-METADATA METADATA");
    let two = coloured("%").returns(ListReturn::Metadata(vec![colour(), MetadataEntry::PRIVATE_COMMENT]));
    let listed = end.gets(
        two,
        "* LIST () \".\" \"INBOX\"\n\
         * METADATA \"INBOX\" (\"/shared/vendor/example/colour\" \"#b71c1c\" /private/comment NIL)\n\
         * LIST () \".\" \"foo\"\n* METADATA \"foo\" (/SHARED/vendor/example/colour NIL)\n\
         * METADATA elsewhere (/private/comment \"x\")\n* METADATA \"\" (/private/comment \"y\")\n\
         * METADATA \"foo\" (/private/comment \"two\")\n* LIST (\\NonExistent) \".\" \"bar\"\nOK List completed.",
    );
    let value = |listed: &Listed, entry: &MetadataEntry| {
        let found = listed.metadata.iter().find(|(known, _)| known == entry);
        found.map(|(_, value)| value.as_ref().map(|value| String::from_utf8_lossy(value).into_owned()))
    };
    assert_eq!(listed.len(), 3);
    assert_eq!(value(&listed[0], &colour()), Some(Some("#b71c1c".into())));
    assert_eq!(value(&listed[0], &MetadataEntry::PRIVATE_COMMENT), Some(None));
    assert_eq!(value(&listed[1], &colour()), Some(None));
    assert_eq!(value(&listed[1], &MetadataEntry::PRIVATE_COMMENT), Some(Some("two".into())));
    assert_eq!(value(&listed[2], &colour()), None);
    assert!(end.connection.deviations().is_empty());
    end.events.clear();
    // What somebody has changed meanwhile is no value; and without the option none is an answer.
    let reply = "* LIST () \".\" a\n* METADATA a /shared/vendor/example/colour\nOK done";
    assert!(end.gets(coloured("a"), reply)[0].metadata.is_empty());
    assert!(matches!(&end.data()[..], [Data::Metadata(_)]));
    let reply = "* LIST () \".\" a\n* METADATA a (/private/comment \"x\")\nOK done";
    assert!(end.gets(List::new(pattern("a")), reply)[0].metadata.is_empty());
    assert!(matches!(&end.data()[..], [Data::Metadata(_)]));
}

/// The caller says of which mailboxes; by itself the client never asks.
fn annotations_are_asked_for_where_they_are_wanted() {
    let mut end = End::rev1("LIST-EXTENDED LIST-METADATA");
    let few = coloured("shared/%").select(ListSelect::Subscribed);
    assert_eq!(
        end.asks(few, "OK done").0,
        "LIST (SUBSCRIBED) \"\" shared/% RETURN (METADATA (/shared/vendor/example/colour))"
    );
    let dialogue = "C: a LIST \"\" *\nS: a OK done\n<end>";
    logged_in("LIST-EXTENDED LIST-MYRIGHTS LIST-METADATA", dialogue, async |mut client| {
        client.list("*").await.expect("listed");
    });
}

fn entries_are_named() {
    let mut end = End::rev1("LIST-EXTENDED LIST-METADATA");
    let none = List::new(pattern("%")).returns(ListReturn::Metadata(Vec::new()));
    misused(&end.refuses(none), r::METADATA_OPTION_NAMES_ENTRIES);
    let two = vec![colour(), MetadataEntry::PRIVATE_COMMENT];
    let text = end.asks(List::new(pattern("%")).returns(ListReturn::Metadata(two)), "OK done").0;
    assert_eq!(text, "LIST \"\" % RETURN (METADATA (/shared/vendor/example/colour /private/comment))");
    // Asked for twice, the last counts.
    let again = coloured("%").returns(ListReturn::Metadata(vec![MetadataEntry::PRIVATE_COMMENT]));
    assert_eq!(end.asks(again, "OK done").0, "LIST \"\" % RETURN (METADATA (/private/comment))");
    assert_eq!(End::greeted("LIST-METADATA").refuses(coloured("%")).kind(), ErrorKind::Usage);
}
