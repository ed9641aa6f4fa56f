//! What is written in which form, at the limits of each.

use bytes::Bytes;

use super::{dialect, encode, wire};
use crate::{
    Error, ErrorKind,
    codec::{
        command::UidFetch,
        encode::{Dialect, Encoder, Segment},
    },
    rfc3501, rfc5182, rfc5465, rfc9051,
    types::{Capability, FetchItem, FetchItems, SequenceSet},
};

fn written(dialect: &Dialect, write: impl Fn(&mut Encoder<'_>) -> Result<(), Error>) -> String {
    wire(&encode(dialect, write).unwrap())
}

fn refused(dialect: &Dialect, write: impl Fn(&mut Encoder<'_>) -> Result<(), Error>) -> Error {
    encode(dialect, write).unwrap_err()
}

#[test]
fn the_room_for_a_set_is_what_the_rest_of_its_line_leaves() {
    let set = || "1:3,7".parse::<SequenceSet>().unwrap();
    let plain = UidFetch::new(set(), FetchItem::Flags);
    let field = UidFetch::new(set(), FetchItems::new().header_fields(["\n"]));
    // In its longest form: a literal that need not wait.
    for (fetch, rest) in
        [(plain, "UID FETCH  (FLAGS)"), (field, "UID FETCH  (BODY.PEEK[HEADER.FIELDS ({1+}\r\n\n)])")]
    {
        // A tag of 32 octets and what ends the line.
        let needed = rest.len() + 34;
        for limit in [needed, needed + 1, 8000] {
            assert_eq!(Encoder::room(&fetch, &set(), limit), limit - needed, "{rest}");
        }
        assert_eq!(Encoder::room(&fetch, &set(), needed - 1), 0, "{rest}");
    }
    let nothing = UidFetch::new(set(), FetchItems::new());
    assert_eq!(Encoder::room(&nothing, &set(), 7), 7, "what cannot be written says so when it is sent");
}

#[test]
fn an_atom_is_no_empty_word() {
    let rev1 = dialect("IMAP4rev1");
    assert_eq!(written(&rev1, |encoder| encoder.atom("a").map(drop)), "a\r\n");
    for atom in ["", "a b", " ", "(", "\""] {
        assert_eq!(refused(&rev1, |encoder| encoder.atom(atom).map(drop)).kind(), ErrorKind::Usage, "{atom}");
    }
}

#[test]
fn a_literal_holds_no_nul() {
    let server = dialect("IMAP4rev1 BINARY");
    for value in [&b"\0"[..], b"a\0", b"\x01\0"] {
        let value = Bytes::from_static(value);
        let error = refused(&server, |encoder| encoder.literal(value.clone()).map(drop));
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(rfc9051::NO_NUL_IN_TEXT)));
        assert!(encode(&server, |encoder| encoder.literal8(value.clone()).map(drop)).is_ok());
    }
    let value = Bytes::from_static(b"\x01");
    assert_eq!(written(&server, |encoder| encoder.literal(value.clone()).map(drop)), "{1}\r\n|\x01\r\n");
}

#[test]
fn a_literal_without_octets_is_no_segment() {
    let literal = |octets: &'static [u8]| {
        encode(&dialect("IMAP4rev1 LITERAL+"), |encoder| {
            encoder.literal(Bytes::from_static(octets)).map(drop)
        })
        .unwrap()
    };
    let lengths = |octets| literal(octets).segments().iter().map(Segment::octets).collect::<Vec<_>>();
    assert_eq!(lengths(b""), [6, 2]);
    assert_eq!(lengths(b"x"), [6, 1, 2]);
}

#[test]
fn a_segment_tells_its_octets() {
    for (segment, octets, bytes) in [
        (Segment::Text(Bytes::from_static(b"ab")), 2, Some(&b"ab"[..])),
        (Segment::Literal(Bytes::from_static(b"abc")), 3, Some(b"abc")),
        (Segment::Secret(b"abcd".to_vec().into()), 4, Some(b"abcd")),
        (Segment::Wait, 0, None),
        (Segment::Stream(0), 0, None),
        (Segment::Stream(5), 5, None),
    ] {
        assert_eq!((segment.octets(), segment.bytes()), (octets, bytes), "{segment:?}");
    }
}

/// RFC 5464, section 5: text is a string, and what is none is a literal8, waited for or not.
#[test]
fn a_value_of_metadata_is_a_string_where_it_is_text() {
    for (value, form) in [
        ("", "\"\""),
        ("a", "\"a\""),
        ("a\r\nb", "{4}a\r\nb"),
        ("\r\n", "{2}\r\n"),
        ("a\nb", "~{3}a\nb"),
        ("\n", "~{1}\n"),
        ("a\rb", "~{3}a\rb"),
        ("a\r", "~{2}a\r"),
        ("\r\r\n", "~{3}\r\r\n"),
        ("\r\n\n", "~{3}\r\n\n"),
        ("a\0", "~{2}a\0"),
        ("\0", "~{1}\0"),
    ] {
        for (server, plus) in [("IMAP4rev1", "}\r\n|"), ("IMAP4rev1 LITERAL+", "+}\r\n")] {
            let value = Bytes::from(value);
            let whole = written(&dialect(server), |encoder| encoder.metadata_value(value.clone()).map(drop));
            assert_eq!(whole, format!("{}\r\n", form.replacen('}', plus, 1)), "{server}");
        }
    }
}

#[test]
fn patterns_of_entries_are_words_where_they_can_be() {
    for (pattern, form) in
        [("/a-b_c.1/*/%", "/a-b_c.1/*/%"), ("/a b", "\"/a b\""), ("/a$", "\"/a$\""), ("/a\"", "\"/a\\\"\"")]
    {
        let whole = written(&dialect("IMAP4rev1"), |encoder| encoder.entry_pattern(pattern).map(drop));
        assert_eq!(whole, format!("{form}\r\n"));
    }
}

#[test]
fn sets_of_messages() {
    let rev1 = dialect("IMAP4rev1");
    let write = |dialect: &Dialect, set: &str| {
        let set: SequenceSet = if set.is_empty() { SequenceSet::saved() } else { set.parse().unwrap() };
        encode(dialect, |encoder| encoder.sequence_set(&set).map(drop)).map(|encoded| wire(&encoded))
    };
    assert_eq!(write(&rev1, "1:3,7").unwrap(), "1:3,7\r\n");
    let error = write(&rev1, "").unwrap_err();
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Unsupported, Some(rfc5182::SAVE_NEEDS_THE_CAPABILITY))
    );
    for server in ["IMAP4rev1 SEARCHRES", "IMAP4rev2", "IMAP4rev2 SEARCHRES"] {
        assert_eq!(write(&dialect(server), "").unwrap(), "$\r\n", "{server}");
    }
    let empty = SequenceSet::from(crate::types::UidSet::new());
    let error = refused(&rev1, |encoder| encoder.sequence_set(&empty).map(drop));
    assert_eq!(error.kind(), ErrorKind::Usage);
    // Where the last message moves, it cannot be named alone.
    for (set, certain) in [("*", false), ("3,*", false), ("3:*", true), ("1:*", true), ("7", true)] {
        assert_eq!(write(&rev1, set).unwrap(), format!("{set}\r\n"));
        let moving = write(&rev1.clone().with_moving_last(true), set);
        match moving {
            Ok(whole) => assert!(certain && whole == format!("{set}\r\n"), "{set}"),
            Err(error) => {
                let requirement = Some(rfc5465::STAR_IS_NOT_USED_WITH_SELECTED);
                assert!(!certain && error.requirement() == requirement, "{set}: {error:?}");
            }
        }
    }
}

#[test]
fn numbers_are_refused_above_their_bits() {
    let stream = |server: &str, octets| {
        let error = encode(&dialect(server), |encoder| encoder.stream(octets, false, false).map(drop)).err();
        error.map(|error| error.requirement())
    };
    assert_eq!(stream("IMAP4rev1", u32::MAX.into()), None);
    assert_eq!(stream("IMAP4rev1", 1 << 32), Some(Some(rfc3501::NUMBERS_ARE_DIGITS)));
    assert_eq!(stream("IMAP4rev2", i64::MAX as u64), None);
    assert_eq!(stream("IMAP4rev2", 1 << 63), Some(Some(rfc9051::NUMBERS_ARE_DIGITS)));
}

#[test]
fn what_is_known_of_a_server_that_has_said_nothing() {
    let nothing = Dialect::default();
    assert_eq!((nothing.line_limit(), nothing.last_moves(), nothing.rev2()), (8000, false, false));
    assert!(!nothing.utf8() && !nothing.binary() && !nothing.enabled(&Capability::Condstore));
    assert_eq!(nothing.clone().with_line_limit(7).line_limit(), 7);
    assert!(nothing.clone().with_moving_last(true).last_moves());
    assert!(!nothing.with_moving_last(true).with_moving_last(false).last_moves());
    let enabled = dialect("IMAP4rev1 CONDSTORE QRESYNC +CONDSTORE");
    assert!(enabled.enabled(&Capability::Condstore) && !enabled.enabled(&Capability::QResync));
    assert!(enabled.has(&Capability::QResync) && !enabled.has(&Capability::Enable));
    assert!(dialect("IMAP4rev1 BINARY").binary() && !dialect("IMAP4rev1 BINARY").rev2());
}
