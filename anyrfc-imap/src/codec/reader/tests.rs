//! Where responses end, at the limits, and which literals are bodies.

use super::*;

fn limits(change: impl FnOnce(&mut ReadLimits)) -> ReadLimits {
    let mut limits = ReadLimits { inline_max: 0, ..ReadLimits::default() };
    change(&mut limits);
    limits
}

/// What a reader finds in what comes one after the other; each is released before the next.
fn found(limits: ReadLimits, tolerance: Tolerance, stream: &[u8]) -> Result<Vec<Found>, Error> {
    let (mut reader, mut rest, mut all) = (Reader::new(limits, tolerance), stream, Vec::new());
    loop {
        let found = reader.next(rest)?;
        all.push(found);
        match found {
            Found::Need(_) => return Ok(all),
            Found::Response(len) | Found::BodyStart(len) | Found::BodyChunk(len) => rest = &rest[len..],
            Found::BodyEnd => {}
        }
    }
}

/// The first body of a row, where its literal is one.
fn body(row: &str) -> Option<BodyStart> {
    let mut reader = Reader::new(limits(|_| {}), Tolerance::Field);
    match reader.next(row.as_bytes()).unwrap() {
        Found::BodyStart(_) => reader.body().cloned(),
        _ => None,
    }
}

#[test]
fn every_response_has_the_same_limits() {
    let of = |line| limits(|limits| limits.line = line);
    for before in ["", "* 1 EXISTS\r\n", "* X {1}\r\na\r\n"] {
        for (length, fits) in [(19, true), (20, true), (21, false)] {
            let stream = format!("{before}* X {}\r\n", "y".repeat(length - 6));
            let result = found(of(20), Tolerance::Field, stream.as_bytes());
            assert_eq!(result.is_ok(), fits, "{stream}");
        }
    }
    // What comes behind a body is a line of its own.
    for (length, fits) in [(24, true), (25, true), (26, false)] {
        let stream = format!("* 1 FETCH (BODY[] {{1}}\r\na{})\r\n", " ".repeat(length - 3));
        let result = found(of(25), Tolerance::Field, stream.as_bytes());
        assert_eq!(result.is_ok(), fits, "{length}");
    }
}

#[test]
fn the_limit_that_is_crossed_first_is_told() {
    let message = |line, response, stream: &[u8]| {
        let limits =
            limits(|limits| (limits.line, limits.search_line, limits.response) = (line, 30, response));
        found(limits, Tolerance::Field, stream).unwrap_err().to_string()
    };
    let long = [b'x'; 40];
    for (line, response, told) in
        [(20, 20, "a line"), (20, 21, "a line"), (21, 20, "a response"), (20, 40, "a line")]
    {
        let message = message(line, response, &long);
        assert!(
            message.contains(&format!("{told} ")) || message.contains(&format!("{told} of")),
            "{message}"
        );
        assert!(message.contains("20 bytes"), "{message}");
    }
    assert!(message(20, 100, &[&b"* SEARCH "[..], &long].concat()).contains("30 bytes"));
    // Only untagged searches are long.
    for begin in ["A SEARCH ", "+ ", "* OK ", "* SEARCHED ", "SEARCH "] {
        let stream = format!("{begin}{}", "1".repeat(21));
        assert!(message(20, 100, stream.as_bytes()).contains("20 bytes"), "{begin}");
    }
}

#[test]
fn what_stands_behind_a_body_is_no_search() {
    let limits = limits(|limits| (limits.line, limits.search_line) = (25, 100));
    let stream = format!("* 1 FETCH (BODY[] {{1}}\r\na* SEARCH {})\r\n", "1 ".repeat(20));
    assert!(found(limits, Tolerance::Field, stream.as_bytes()).is_err());
}

#[test]
fn empty_lines_are_lines_where_a_bare_lf_ends_one() {
    let all = |stream: &[u8]| found(limits(|_| {}), Tolerance::Lenient, stream).unwrap();
    let (need, line) = (Found::Need(1), Found::Response);
    assert_eq!(all(b"\n* X\n"), [line(1), line(4), need]);
    assert_eq!(all(b"* X\n\n\n"), [line(4), line(1), line(1), need]);
    assert_eq!(
        all(b"* 1 FETCH (BODY[] {1}\na\n\n"),
        [Found::BodyStart(22), Found::BodyChunk(1), Found::BodyEnd, line(1), line(1), need]
    );
}

#[test]
fn a_literal_that_is_all_there_waits_for_the_rest_of_its_line() {
    let mut reader = Reader::default();
    assert_eq!(reader.next(b"* X {5}\r\nabcde").unwrap(), Found::Need(1));
    assert_eq!(reader.next(b"* X {5}\r\nabcde\r\n").unwrap(), Found::Response(16));
    assert_eq!(reader.next(b"* X {0}\r\n").unwrap(), Found::Need(1));
    assert_eq!(reader.next(b"* X {0}\r\n\r\n").unwrap(), Found::Response(11));
}

#[test]
fn a_reader_is_idle_between_responses_alone() {
    let mut reader = Reader::new(limits(|_| {}), Tolerance::Field);
    assert!(reader.is_idle());
    assert_eq!(reader.next(b"").unwrap(), Found::Need(1));
    assert!(reader.is_idle());
    for _ in 0..2 {
        for (input, found, idle) in [
            (&b"*"[..], Found::Need(1), false),
            (b"* 1 FETCH (BODY[] {1}\r\n", Found::BodyStart(23), false),
            (b"", Found::Need(1), false),
            (b"a", Found::BodyChunk(1), false),
            (b"", Found::BodyEnd, false),
            (b"", Found::Need(1), false),
            (b")\r\n", Found::Response(3), true),
            (b"", Found::Need(1), true),
            (b"* X {2}\r\n", Found::Need(2), false),
            (b"* X {2}\r\nab\r\n", Found::Response(13), true),
        ] {
            assert_eq!((reader.next(input).unwrap(), reader.is_idle()), (found, idle), "{input:?}");
        }
    }
    let limits = limits(|limits| limits.response = 1234);
    assert_eq!(Reader::new(limits, Tolerance::Field).input_limit(), 1234);
}

#[test]
fn what_is_a_body_and_what_is_not() {
    for row in [
        "* X FETCH (BODY[] {3}\r\n",
        "*  FETCH (BODY[] {3}\r\n",
        "*  1 FETCH (BODY[] {3}\r\n",
        "* 1x FETCH (BODY[] {3}\r\n",
        "* 1 FETCHED (BODY[] {3}\r\n",
        "* 1  FETCH (BODY[] {3}\r\n",
        "* 1 EXISTS (BODY[] {3}\r\n",
        "1 FETCH (BODY[] {3}\r\n",
        "* 1 FETCH (]BODY[] {3}\r\n",
        "* 1 FETCH (BODY[] \"x\"{3}\r\n",
        "* 1 FETCH (BODY[] (x) {3}\r\n",
        "* 1 FETCH (BODY[] ({3}\r\n",
        "* 1 FETCH BODY[] {3}\r\n",
        "* 1 FETCH ((BODY[] {3}\r\n",
        "* 1 FETCH () BODY[] {3}\r\n",
        "* 1 FETCH (BODY[HEADER.FIELDS ({3}\r\n",
        "* 1 FETCH (BODY[HEADER.FIELDS (\"a {3}\r\n",
        "* 1 FETCH (FLAGS {3}\r\n",
        "* 1 FETCH (BODY {3}\r\n",
        "* 1 FETCH (BINARY.SIZE[1] {3}\r\n",
    ] {
        assert_eq!(body(row), None, "{row}");
    }
    let number = |number: u32| SequenceNumber::new(number);
    for (row, sequence, uid) in [
        ("* 1 FETCH (BODY[] {3}\r\n", number(1), None),
        ("\0* 1 FETCH (BODY[] {3}\r\n", number(1), None),
        ("* 0001 FETCH (BODY[] {3}\r\n", number(1), None),
        ("* 4294967295 FETCH (BODY[] {3}\r\n", number(u32::MAX), None),
        ("* 4294967296 FETCH (BODY[] {3}\r\n", None, None),
        ("* 1 FETCH (FLAGS (a[b) BODY[] {3}\r\n", number(1), None),
        ("* 1 FETCH (X ((a) b) UID 7 BINARY[1] ~{3}\r\n", number(1), Uid::new(7)),
        ("* 1 FETCH (X \"\\\\\" BODY[] {3}\r\n", number(1), None),
        ("* 1 FETCH (X \"\\\"\" BODY[] {3}\r\n", number(1), None),
        ("* 1 FETCH (X \"(\" BODY[] {3}\r\n", number(1), None),
        ("* 1 FETCH (X \"a]b\" BODY[HEADER.FIELDS (\"]\")] {3}\r\n", number(1), None),
        ("* 1 FETCH (UID 7 8 BODY[] {3}\r\n", number(1), Uid::new(7)),
        ("* 1 FETCH (UIDFETCH 8 BODY[] {3}\r\n", number(1), None),
        ("* 7 UIDFETCH (BODY[] {3}\r\n", None, Uid::new(7)),
        ("* 7 UIDFETCH (UID 8 BODY[] {3}\r\n", None, Uid::new(7)),
        ("* 1 FETCH (RFC822.TEXT {3}\r\n", number(1), None),
        ("* 1 FETCH (rfc822.header {3}\r\n", number(1), None),
    ] {
        let body = body(row).unwrap_or_else(|| panic!("{row}"));
        assert_eq!((body.sequence, body.uid, body.octets), (sequence, uid, 3), "{row}");
    }
}

#[test]
fn a_literal_in_a_row_is_no_part_of_what_is_looked_at() {
    // What the first literal holds looks like a row of its own.
    let stream = b"* 1 FETCH (X {12}\r\n) UID 9 (\"[{1 BODY[] {3}\r\nabc)\r\n";
    let mut reader = Reader::new(limits(|_| {}), Tolerance::Field);
    let Found::BodyStart(len) = reader.next(stream).unwrap() else { panic!() };
    assert_eq!(&stream[len..], b"abc)\r\n");
    assert_eq!(reader.body().map(|body| (body.uid, body.octets)), Some((None, 3)));
}
