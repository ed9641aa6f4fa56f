//! The push parser: the same whatever the pieces, and the same as reading all at once.

mod support;

use anyrfc_mime::{DefectKind, Message, MimeLimits, proto::State};
use support::{Random, message, of_message, of_reader, transcript};

fn limits() -> MimeLimits {
    MimeLimits::default()
}

fn small() -> MimeLimits {
    let mut limits = MimeLimits::default();
    (limits.depth, limits.parts, limits.headers, limits.header) = (2, 4, 3, 30);
    limits
}

#[test]
fn pieces_make_no_difference() {
    let mut random = Random::new(1);
    for round in 0..5_000 {
        let data = message(&mut random);
        let limits = if round % 4 == 0 { small() } else { limits() };
        let whole = transcript(&data, data.len(), limits).lines;
        for size in [1, 2, 3, 7, 1460] {
            assert_eq!(transcript(&data, size, limits).lines, whole, "{} in {size}", data.escape_ascii());
        }
        let message = Message::parse_within(&data, limits);
        assert_eq!(of_reader(&data, 1, limits), of_message(&message), "{}", data.escape_ascii());
        assert_eq!(of_reader(&data, 7, limits), of_message(&message), "{}", data.escape_ascii());
        assert_eq!(message.raw(), data);
    }
}

#[test]
fn everything_stands_somewhere() {
    let mut random = Random::new(2);
    for _ in 0..2_000 {
        let data = message(&mut random);
        let message = Message::parse(&data);
        let root = message.root();
        assert_eq!((root.range(), root.raw()), (0..data.len(), &*data));
        for entity in message.entities() {
            let (header, body) = (entity.header_range(), entity.body_range());
            assert!(header.end == body.start && body.end <= data.len());
            let mut at = header.start;
            for field in entity.headers() {
                assert!(field.range().start >= at && field.range().end <= header.end);
                at = field.range().end;
            }
            let mut at = body.start + entity.preamble().len();
            for child in entity.children() {
                assert_eq!(child.parent().map(|parent| parent.index()), Some(entity.index()));
                assert!(child.range().start >= at && child.range().end <= body.end);
                at = child.range().end;
            }
            assert!(at <= body.end - entity.epilogue().len());
        }
    }
}

#[test]
fn states_change_as_the_table_says() {
    let mut random = Random::new(3);
    let mut seen = std::collections::HashSet::new();
    for _ in 0..2_000 {
        let states = transcript(&message(&mut random), 1, limits()).states;
        // What no event tells of is passed through unseen: two steps of the table may be one here.
        for pair in states.windows(2) {
            let direct = pair[0].may_become(pair[1]);
            let between = State::TRANSITIONS
                .iter()
                .any(|(state, _)| pair[0].may_become(*state) && state.may_become(pair[1]));
            assert!(direct || between, "{pair:?}");
            seen.insert(pair[0]);
        }
    }
    assert_eq!(seen.len(), State::TRANSITIONS.len() - 1, "all but the end lead somewhere: {seen:?}");
}

/// The tree of a message in short: numbers and bodies.
fn tree(data: &str) -> String {
    fn show(entity: anyrfc_mime::parse::Entity<'_>) -> String {
        let children: Vec<String> = entity.children().map(show).collect();
        if entity.children().next().is_none() {
            return format!("{:?}", String::from_utf8_lossy(entity.raw_body()));
        }
        format!("[{}]", children.join(" "))
    }
    show(Message::parse(data.as_bytes()).root())
}

fn defects(data: &str) -> Vec<DefectKind> {
    Message::parse(data.as_bytes()).defects().iter().map(|defect| defect.kind).collect()
}

const A: &str = "Content-Type: multipart/mixed; boundary=a\r\n\r\n";

#[test]
fn boundaries() {
    use DefectKind::*;
    for (body, expected, kinds) in [
        ("--a\r\n\r\nx\r\n--a--\r\n", r#"["x"]"#, vec![]),
        ("pre\r\n--a\r\n\r\nx\r\n--a\r\n\r\ny\r\n\r\n--a--\r\npost", r#"["x" "y\r\n"]"#, vec![]),
        // In the middle of a line there is none.
        ("--a\r\n\r\nx --a\r\n--a--", r#"["x --a"]"#, vec![]),
        // White space behind it does no harm, text neither.
        ("--a \t\r\n\r\nx\r\n--a-- \t\r\n", r#"["x"]"#, vec![]),
        ("--a foo\r\n\r\nx\r\n--a--bar", r#"["x"]"#, vec![TextAfterBoundary, TextAfterBoundary]),
        // A boundary is compared with the beginning of a line (RFC 2046, section 5.1.2).
        ("--a\r\n\r\nx\r\n--ab\r\n\r\ny\r\n--a--", r#"["x" "y"]"#, vec![TextAfterBoundary]),
        ("--a\r\n\r\nx\r\n--A\r\n--a--", r#"["x\r\n--A"]"#, vec![]),
        ("--a\r\n\r\nx", r#"["x"]"#, vec![NoCloseDelimiter]),
        ("--a\r\n\r\nx\r\n--a", r#"["x" ""]"#, vec![NoCloseDelimiter]),
        ("--a--\r\nx", r#""--a--\r\nx""#, vec![NoParts]),
        ("x", r#""x""#, vec![NoCloseDelimiter, NoParts]),
        ("", r#""""#, vec![NoCloseDelimiter, NoParts]),
        ("--a\n\nx\n--a--\n", r#"["x"]"#, vec![LoneLineFeed]),
        ("--a\r\nX: y\r\n--a--", r#"[""]"#, vec![NoBlankLine]),
        ("--a\r\n\r\n--a--", r#"[""]"#, vec![]),
        ("--a\r\n--a\r\n--a--", r#"["" ""]"#, vec![NoBlankLine, NoBlankLine]),
        ("--a--\r\n--a\r\n\r\nx", r#""--a--\r\n--a\r\n\r\nx""#, vec![NoParts]),
    ] {
        let data = format!("{A}{body}");
        assert_eq!((&*tree(&data), defects(&data)), (expected, kinds), "{body:?}");
    }
}

#[test]
fn nested_boundaries() {
    use DefectKind::*;
    let inner = |boundary: &str| format!("--a\r\nContent-Type: multipart/mixed; boundary={boundary}\r\n\r\n");
    for (boundary, body, expected, kinds) in [
        ("b", "--b\r\n\r\nx\r\n--b--\r\n--a--", r#"[["x"]]"#, vec![]),
        // Whatever is inside ends with what is around it (section 5.1.2).
        ("b", "--b\r\n\r\nx\r\n--a\r\n\r\ny\r\n--a--", r#"[["x"] "y"]"#, vec![NoCloseDelimiter]),
        // Behind the last delimiter of a level only those of outer ones count.
        ("b", "--b\r\n\r\nx\r\n--b--\r\n--b\r\n\r\n--a--", r#"[["x"]]"#, vec![]),
        // One boundary begins with the other.
        ("aa", "--aa\r\n\r\nx\r\n--aa--\r\n--a--", r#"[["x"]]"#, vec![]),
        // The same one twice: the innermost level takes it until it is closed.
        ("a", "--a\r\n\r\nx\r\n--a--\r\n--a--", r#"[["x"]]"#, vec![]),
        ("a", "--a\r\n\r\nx\r\n--a--\r\n--a\r\n\r\ny\r\n--a--", r#"[["x"] "y"]"#, vec![]),
    ] {
        let data = format!("{A}{}{body}", inner(boundary));
        assert_eq!((&*tree(&data), defects(&data)), (expected, kinds), "{boundary} {body:?}");
    }
}

#[test]
fn headers() {
    use DefectKind::*;
    for (data, fields, body, kinds) in [
        ("A: b\r\nC: d\r\n\r\ne", 2, "e", vec![]),
        ("A: b\r\n", 1, "", vec![]),
        ("A: b", 1, "", vec![]),
        ("", 0, "", vec![]),
        ("\r\nA: b", 0, "A: b", vec![]),
        ("A : b\r\n\r\n", 1, "", vec![SpaceBeforeColon]),
        ("A: b\r\nno field\r\nC: d\r\n\r\n", 1, "no field\r\nC: d\r\n\r\n", vec![NotAField]),
        ("Fr om: b\r\n\r\n", 0, "Fr om: b\r\n\r\n", vec![NotAField]),
        (" A: b\r\n\r\n", 0, " A: b\r\n\r\n", vec![NotAField]),
        (": b\r\n\r\n", 0, ": b\r\n\r\n", vec![NotAField]),
        ("A\0: b\r\n\r\n", 0, "A\0: b\r\n\r\n", vec![NotAField]),
        ("From ann Mon Jan 1\r\nA: b\r\n\r\nc", 1, "c", vec![NotOfTheMessage]),
        ("From : ann\r\n\r\nc", 1, "c", vec![SpaceBeforeColon]),
        ("A: b\r\nFrom ann\r\n", 1, "From ann\r\n", vec![NotAField]),
        ("\u{feff}A: b\r\n\r\nc", 1, "c", vec![NotOfTheMessage]),
        ("A: b\nC: d\r\n\ne", 2, "e", vec![LoneLineFeed]),
        ("A: b\rC: d\r\n\r\ne", 1, "e", vec![]),
        ("A: b\r\n c\r\n\td\r\n\r\ne", 1, "e", vec![]),
        ("A: b\r\n \r\n\r\ne", 1, "e", vec![]),
        ("A: b\r\n\rx", 1, "\rx", vec![NotAField]),
        // Nothing of a name is known at the beginning of a line.
        ("A: b\r\n:: c\r\n\r\n", 1, ":: c\r\n\r\n", vec![NotAField]),
        ("\u{feff}:: c\r\n\r\n", 0, ":: c\r\n\r\n", vec![NotOfTheMessage, NotAField]),
        ("From x\r\n:: c\r\n\r\n", 0, ":: c\r\n\r\n", vec![NotOfTheMessage, NotAField]),
        ("\u{feff}From x\r\nA: b\r\n\r\n", 1, "", vec![NotOfTheMessage, NotOfTheMessage]),
        ("\u{feff}\u{feff}A: b\r\n\r\n", 0, "\u{feff}A: b\r\n\r\n", vec![NotOfTheMessage, NotAField]),
        ("A:\nFrom x\n", 1, "From x\n", vec![LoneLineFeed, NotAField]),
        ("Fromx\r\n", 0, "Fromx\r\n", vec![NotAField]),
    ] {
        let message = Message::parse(data.as_bytes());
        let found =
            (message.headers().len(), std::str::from_utf8(message.root().raw_body()).unwrap(), defects(data));
        assert_eq!(found, (fields, body, kinds), "{data:?}");
        for size in [1, 2, 100] {
            assert_eq!(
                of_reader(data.as_bytes(), size, limits()),
                of_message(&message),
                "{data:?} in {size}"
            );
        }
    }
}

#[test]
fn kinds_and_encodings() {
    use DefectKind::*;
    for (header, expected, kinds) in [
        ("Content-Type: multipart/mixed", "\"--a\\r\\n\\r\\nx\\r\\n--a--\"", vec![NoBoundary]),
        ("Content-Type: multipart/mixed; boundary=\"\"", "\"--a\\r\\n\\r\\nx\\r\\n--a--\"", vec![NoBoundary]),
        ("Content-Type: multipart/x-unknown; boundary=a", "[\"x\"]", vec![]),
        ("CONTENT-TYPE: MULTIPART/mixed; BOUNDARY=\"a \"", "[\"x\"]", vec![]),
        ("Content-Type: (c) multipart (d) / mixed; boundary*=us-ascii''%61", "[\"x\"]", vec![]),
        ("Content-Type: multipart/mixed;\r\n boundary\r\n =\r\n a", "[\"x\"]", vec![]),
        ("Content-Type: multipart/mixed; boundary*0=\"\"; boundary*1=a", "[\"x\"]", vec![]),
        (
            "Content-Type: multipart/mixed; boundary=a\r\nContent-Type: text/plain",
            "[\"x\"]",
            vec![RepeatedField],
        ),
        (
            "Content-Type: multipart/mixed; boundary=a\r\nContent-Transfer-Encoding: base64",
            "[\"x\"]",
            vec![EncodedComposite],
        ),
        (
            "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64",
            "\"--a\\r\\n\\r\\nx\\r\\n--a--\"",
            vec![EncodedComposite],
        ),
        (
            "Content-Type: message/global\r\nContent-Transfer-Encoding: base64",
            "\"--a\\r\\n\\r\\nx\\r\\n--a--\"",
            vec![],
        ),
        ("Content-Transfer-Encoding: x-foo", "\"--a\\r\\n\\r\\nx\\r\\n--a--\"", vec![UnknownEncoding]),
    ] {
        let data = format!("{header}\r\n\r\n--a\r\n\r\nx\r\n--a--");
        assert_eq!((&*tree(&data), defects(&data)), (expected, kinds), "{header}");
    }
    let long = format!(
        "Content-Type: multipart/mixed; boundary={0}\r\n\r\n--{0}\r\n\r\nx\r\n--{0}--",
        "b".repeat(71)
    );
    assert_eq!((&*tree(&long), defects(&long)), ("[\"x\"]", vec![BadBoundary]));
}

#[test]
fn messages_inside() {
    let data = "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody";
    let message = Message::parse(data.as_bytes());
    let inner = message.root().message().unwrap();
    assert_eq!((inner.header("subject").unwrap().text().as_ref(), inner.raw_body()), ("in", &b"body"[..]));
    assert_eq!(message.root().raw_body(), inner.raw());
    // Parts of a digest are messages unless they say something else.
    let digest = "Content-Type: multipart/digest; boundary=a\r\n\r\n--a\r\n\r\nSubject: x\r\n\r\n1\r\n--a\r\nContent-Type: text/plain\r\n\r\n2\r\n--a--";
    assert_eq!(tree(digest), r#"[["1"] "2"]"#);
    // A boundary from around ends the header of a message inside, too.
    let data = format!("{A}--a\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n--a--");
    assert_eq!((&*tree(&data), defects(&data)), (r#"[[""]]"#, vec![DefectKind::NoBlankLine]));
}

#[test]
fn beyond_a_limit_the_rest_is_left_whole() {
    use DefectKind::*;
    let mut limits = MimeLimits::default();
    limits.parts = 3;
    let data = format!("{A}--a\r\n\r\n1\r\n--a\r\n\r\n2\r\n--a\r\n\r\n3\r\n--a--");
    let message = Message::parse_within(data.as_bytes(), limits);
    let bodies: Vec<&[u8]> = message.root().children().map(|part| part.raw_body()).collect();
    assert_eq!(bodies, [&b"1"[..], b"2\r\n--a\r\n\r\n3\r\n--a--"]);
    assert!(message.defects().has(TooManyParts));

    let mut limits = MimeLimits::default();
    limits.depth = 1;
    let flat = format!("{A}--a\r\n\r\n1\r\n--a--");
    let message = Message::parse_within(flat.as_bytes(), limits);
    assert!(!message.defects().has(TooDeep));
    let data = format!("{A}--a\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny\r\n--a--");
    let message = Message::parse_within(data.as_bytes(), limits);
    assert_eq!(message.entities().count(), 2);
    assert!(message.defects().has(TooDeep));

    let mut limits = MimeLimits::default();
    (limits.headers, limits.header) = (2, 10);
    let data = "Subject: 0123456789\r\nA: b\r\nC: d\r\nE: f\r\n\r\nbody";
    let message = Message::parse_within(data.as_bytes(), limits);
    assert_eq!((message.headers().len(), message.root().raw_body()), (2, &b"body"[..]));
    assert_eq!(message.header("Subject").unwrap().raw().len(), 21);
    assert_eq!(message.subject().unwrap(), "0");
    assert_eq!(message.defects().iter().map(|d| d.kind).collect::<Vec<_>>(), [LongField, TooManyFields]);
}

#[test]
fn every_event_says_where() {
    let data = "A: b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\npre\r\n--x\r\nC : d\r\n\r\nbody\r\n--x\nno field\r\n--x t\r\nContent-Type: message/rfc822\r\n\r\nE: f\r\n\r\nin\r\n--x--\r\npost";
    let expected = [
        "PartStart { part: 0, parent: None, offset: 0 }",
        "field A at 0 of 6: A: b\\r\\n",
        "field Content-Type at 6 of 43: Content-Type: multipart/mixed; boundary=x\\r\\n",
        "BodyStart { part: 0, kind: Multipart, encoding: Some(SevenBit), offset: 51 }",
        "preamble 0 at 51: pre",
        "PartStart { part: 1, parent: Some(0), offset: 61 }",
        "field C at 61 of 7: C : d\\r\\n",
        "Defect(Defect { kind: SpaceBeforeColon, offset: 62 })",
        "BodyStart { part: 1, kind: Data, encoding: Some(SevenBit), offset: 70 }",
        "body 1 at 70: body",
        "PartEnd { part: 1, offset: 74 }",
        "PartStart { part: 2, parent: Some(0), offset: 80 }",
        "BodyStart { part: 2, kind: Data, encoding: Some(SevenBit), offset: 80 }",
        "Defect(Defect { kind: NotAField, offset: 80 })",
        "body 2 at 80: no field",
        "PartEnd { part: 2, offset: 88 }",
        "Defect(Defect { kind: TextAfterBoundary, offset: 97 })",
        "PartStart { part: 3, parent: Some(0), offset: 97 }",
        "field Content-Type at 97 of 30: Content-Type: message/rfc822\\r\\n",
        "BodyStart { part: 3, kind: Message, encoding: Some(SevenBit), offset: 129 }",
        "PartStart { part: 4, parent: Some(3), offset: 129 }",
        "field E at 129 of 6: E: f\\r\\n",
        "BodyStart { part: 4, kind: Data, encoding: Some(SevenBit), offset: 137 }",
        "body 4 at 137: in",
        "PartEnd { part: 4, offset: 139 }",
        "PartEnd { part: 3, offset: 139 }",
        "epilogue 0 at 148: post",
        "PartEnd { part: 0, offset: 152 }",
    ];
    for size in [1, 5, 1000] {
        assert_eq!(transcript(data.as_bytes(), size, limits()).lines, expected, "in {size}");
    }
}

#[test]
fn defects_say_where() {
    use DefectKind::*;
    for (data, expected) in [
        ("A: b\nC: d\r\n\r\n".into(), vec![(LoneLineFeed, 4)]),
        ("A: b\r\n\n".into(), vec![(LoneLineFeed, 6)]),
        ("A: b\r\n\rx".into(), vec![(NotAField, 6)]),
        ("\u{feff}From x\r\nA: b\r\n\r\n".into(), vec![(NotOfTheMessage, 0), (NotOfTheMessage, 3)]),
        (">From x\r\nA: b\r\n\r\n".into(), vec![(NotOfTheMessage, 0)]),
        (format!("{A}--a\r\nX: y\r\n--a--"), vec![(NoBlankLine, 56)]),
        (format!("{A}--a--"), vec![(NoParts, 45)]),
        (format!("{A}x"), vec![(NoCloseDelimiter, 46), (NoParts, 46)]),
        (format!("{A}--a\r\n\r\nx\r\n--a--y\r\nz"), vec![(TextAfterBoundary, 63)]),
        (
            "A: b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n".into(),
            vec![(EncodedComposite, 73)],
        ),
        ("A: b\r\nContent-Transfer-Encoding: x\r\n\r\n".into(), vec![(UnknownEncoding, 6)]),
    ] {
        let found: Vec<_> =
            Message::parse(data.as_bytes()).defects().iter().map(|d| (d.kind, d.offset)).collect();
        assert_eq!(found, expected, "{data:?}");
    }
}

#[test]
fn names_of_the_same_length_are_others() {
    for name in ["Content-Typo", "Content-Transfer-Encodings", "Content-Transfer-Encodinx", "X-Type"] {
        let data = format!("{name}: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nx\r\n--a--");
        assert_eq!((&*tree(&data), defects(&data)), ("\"--a\\r\\n\\r\\nx\\r\\n--a--\"", vec![]), "{name}");
    }
    for (header, kinds) in [
        (
            "Content-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding: 7bit",
            vec![DefectKind::RepeatedField],
        ),
        ("Content-Type: text/plain\r\nContent-Type: text/html", vec![DefectKind::RepeatedField]),
    ] {
        assert_eq!(defects(&format!("{header}\r\n\r\n")), kinds, "{header}");
    }
}

#[test]
fn boundaries_are_so_long_at_most() {
    for (length, kinds, parts) in
        [(70, vec![], 1), (990, vec![DefectKind::BadBoundary], 1), (991, vec![DefectKind::NoBoundary], 0)]
    {
        let boundary = "b".repeat(length);
        let data = format!(
            "Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n--{boundary}\r\n\r\nx\r\n--{boundary}--"
        );
        let message = Message::parse(data.as_bytes());
        assert_eq!((message.root().children().count(), defects(&data)), (parts, kinds), "{length}");
        for size in [1, 100] {
            assert_eq!(
                of_reader(data.as_bytes(), size, limits()),
                of_message(&message),
                "{length} in {size}"
            );
        }
    }
}

#[test]
fn names_of_fields_are_so_long_at_most() {
    use DefectKind::{NotAField, SpaceBeforeColon};
    for (name, space, kinds) in [
        (997, 0, vec![]),
        (998, 0, vec![NotAField]),
        (997, 997, vec![SpaceBeforeColon]),
        (1, 997, vec![SpaceBeforeColon]),
    ] {
        let data = format!("{}{}: x\r\n\r\n", "n".repeat(name), " ".repeat(space));
        assert_eq!(defects(&data), kinds, "{name} {space}");
        let message = Message::parse(data.as_bytes());
        for size in [1, 100] {
            assert_eq!(of_reader(data.as_bytes(), size, limits()), of_message(&message), "{name} {space}");
        }
    }
}

#[test]
fn each_limit_is_met_exactly() {
    use DefectKind::{LongField, TooDeep, TooManyFields, TooManyParts};
    let nested = |depth: usize| {
        let open = |level| format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n");
        (0..depth).map(open).collect::<String>() + "\r\nx"
    };
    let parts = |count: usize| format!("{A}{}--a--", "--a\r\n\r\nx\r\n".repeat(count - 1));
    let inside = |count: usize| "Content-Type: message/rfc822\r\n\r\n".repeat(count - 1);
    let fields = |count: usize| "A: b\r\n".repeat(count) + "\r\n";
    let field = |length: usize| format!("A:{}\r\n\r\n", "b".repeat(length - 4));
    for (kind, within, beyond) in [
        (TooDeep, nested(3), nested(4)),
        (TooManyParts, parts(5), parts(6)),
        (TooManyParts, inside(3), inside(4)),
        (TooManyFields, fields(6), fields(7)),
        (LongField, field(60), field(61)),
    ] {
        let mut limits = MimeLimits::default();
        (limits.depth, limits.parts, limits.headers, limits.header) = (3, 5, 6, 60);
        if within.starts_with("Content-Type: message") {
            (limits.depth, limits.parts) = (10, 3);
        }
        for (data, is_beyond) in [(within, false), (beyond, true)] {
            let message = Message::parse_within(data.as_bytes(), limits);
            assert_eq!(message.defects().has(kind), is_beyond, "{kind:?} {data:?}");
            for size in [1, 7, 100] {
                assert_eq!(of_reader(data.as_bytes(), size, limits), of_message(&message), "{kind:?}");
            }
        }
    }
}
