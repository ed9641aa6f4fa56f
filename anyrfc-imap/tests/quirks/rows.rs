//! Rows and their plain items.

use anyrfc_imap::types::{BodyData, Field, Flag, ItemName, ModSeq, PartPath, Section};

use super::*;

fn inline<T>(row: &FetchRef<'_>, section: &str, look: impl FnOnce(&[u8]) -> T) -> T {
    match row.body(&Section::parse(section.as_bytes()).unwrap()) {
        Some(Field::Parsed(BodyData::Inline(text))) => look(&text.bytes()),
        other => panic!("{section}: {other:?}"),
    }
}

/// 13: modification sequences below zero, row 0, sizes below zero.
#[test]
fn q13_numbers_out_of_range() {
    odd_row("* 1 FETCH (MODSEQ (-1) UID 5 FLAGS (\\Seen))", |row| {
        assert!(matches!(row.mod_seq(), Some(Field::Malformed { raw: b"(-1)", .. })));
        assert_eq!(row.uid().unwrap().get(), 5);
        assert!(row.flags().unwrap().parsed().unwrap().contains(&Flag::Seen));
    });
    odd_row("* 1 FETCH (MODSEQ (0) UID 5)", |row| {
        assert!(matches!(row.mod_seq(), Some(Field::Malformed { raw: b"(0)", .. })));
        assert_eq!(row.uid().unwrap().get(), 5);
    });
    odd_row("* 0 FETCH (UID 5)", |row| {
        assert_eq!((row.sequence(), row.uid().map(|uid| uid.get())), (None, Some(5)));
    });
    odd_row("* 1 FETCH (RFC822.SIZE -1 UID 5)", |row| {
        assert!(matches!(row.size(), Some(Field::Malformed { raw: b"-1", .. })));
        assert_eq!(row.uid().unwrap().get(), 5);
    });
}

/// 17: items in parentheses of their own.
#[test]
fn q17_extra_parentheses() {
    odd_row(
        "* 1 FETCH (UID 1 (ENVELOPE (NIL \"s\" NIL NIL NIL NIL NIL NIL NIL NIL)) BODYSTRUCTURE (\"A\" \"B\" NIL NIL NIL \"7BIT\" 1))",
        |row| {
            let names: Vec<_> = row.item_names().collect();
            assert_eq!(names, [ItemName::Uid, ItemName::Envelope, ItemName::BodyStructure]);
            assert_eq!(row.envelope().unwrap().parsed().unwrap().subject().unwrap(), "s");
            assert_eq!(row.malformed().count(), 0);
        },
    );
}

/// 23: Gmail's labels with NIL and without quotes; keywords with a bracket.
#[test]
fn q23_labels_and_keywords() {
    good_row("* 1 FETCH (X-GM-LABELS (\\Inbox NIL +IMNews \"a b\" &AOk-) FLAGS (a]b $x \\Seen))", |row| {
        let labels: Vec<_> =
            row.gm_labels().unwrap().parsed().unwrap().map(|label| label.text().into_owned()).collect();
        assert_eq!(labels, ["\\Inbox", "+IMNews", "a b", "&AOk-"]);
        let flags: Vec<_> = row.flags().unwrap().parsed().unwrap().collect();
        assert_eq!(flags, [Flag::from("a]b"), Flag::from("$X"), Flag::Seen]);
    });
    good_row("* 1 FETCH (X-GM-LABELS NIL UID 3)", |row| {
        assert_eq!((row.gm_labels().unwrap().parsed().unwrap().count(), row.uid().unwrap().get()), (0, 3));
    });
}

/// 24: items of AOL that nobody else knows.
#[test]
fn q24_unknown_items() {
    good_row("* 1 FETCH (XAOL-MSGID 1 XAOL-PAREN-LIST (a (b \"c)\") {1}\r\n() XAOL.Y \"z\" UID 9)", |row| {
        assert_eq!(row.other("XAOL-PAREN-LIST"), Some(&b"(a (b \"c)\") {1}\r\n()"[..]));
        assert_eq!((row.others().count(), row.uid().unwrap().get()), (3, 9));
    });
}

/// 27, 28: BINARY as literal8 and as literal; field names echoed as the server likes; no such part.
#[test]
fn q27_q28_bodies() {
    for tilde in ["~", ""] {
        good_row(format!("* 1 FETCH (BINARY[1] {tilde}{{3}}\r\na\0b UID 2)"), |row| {
            let Some(Field::Parsed(BodyData::Inline(data))) = row.binary(&PartPath::new(&[1]).unwrap())
            else {
                panic!()
            };
            assert_eq!((&*data.bytes(), row.uid().unwrap().get()), (&b"a\0b"[..], 2));
        });
    }
    good_row("* 1 FETCH (BODY[HEADER.FIELDS (FROM \"X Y\")] {4}\r\n\r\n\r\n BODY[9] {0}\r\n)", |row| {
        inline(&row, "HEADER.FIELDS (\"x y\" From)", |text| assert_eq!(text, b"\r\n\r\n"));
        inline(&row, "9", |text| assert_eq!(text, b""));
    });
    good_row("* 1 FETCH (UID 1 MODSEQ (8))", |row| {
        assert_eq!(row.mod_seq().unwrap().parsed(), ModSeq::new(8))
    });
}

/// A row may be cut off by a server that dies; what came is there.
#[test]
fn a_row_that_is_not_closed() {
    odd_row("* 1 FETCH (UID 5 FLAGS (\\Seen) ENVELOPE (\"x", |row| {
        assert_eq!((row.uid().unwrap().get(), row.malformed().count()), (5, 1));
    });
}
