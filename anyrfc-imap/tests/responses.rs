//! Streams of responses, however they are cut.

#[path = "support/generate.rs"]
mod generate;
#[path = "support/trace.rs"]
mod trace;

use anyrfc_imap::codec::{Found, ReadLimits, Reader};
use anyrfc_imap::{ErrorKind, Tolerance};

use self::{generate::Generator, trace::trace};

/// Small limits, so that streams of any kind meet them.
fn small_limits() -> ReadLimits {
    let mut limits = ReadLimits::default();
    (limits.line, limits.search_line, limits.literal, limits.response) =
        (4 << 10, 8 << 10, 8 << 10, 32 << 10);
    limits.inline_max = 8;
    limits
}

fn limits(inline_max: usize) -> ReadLimits {
    let mut limits = ReadLimits::default();
    limits.inline_max = inline_max;
    limits
}

/// The same in every chunking; returns what it is.
fn traced(stream: &[u8], limits: ReadLimits, tolerance: Tolerance) -> Vec<String> {
    let whole = trace(stream, limits, tolerance, || stream.len());
    for size in [1, 2, 3, 7, 61, 1460] {
        assert_eq!(trace(stream, limits, tolerance, || size), whole, "{size}: {}", stream.escape_ascii());
    }
    whole
}

#[test]
fn every_chunking_gives_the_same_events() {
    let mut bodies = 0;
    for seed in 0..300 {
        let mut generator = Generator::new(seed);
        let mut stream = Vec::new();
        for _ in 0..8 {
            generator.response(&mut stream);
        }
        for limits in [limits(16 << 10), limits(8), limits(0)] {
            let events = traced(&stream, limits, Tolerance::Field);
            let text = events.join("\n");
            assert!(!text.contains("Malformed") && !text.contains("error: "), "{text}");
            assert!(events.last().is_some_and(|event| event == "true left"), "deviations: {text}");
            assert_eq!(events.iter().filter(|event| event.ends_with("true left")).count(), 1, "{text}");
            bodies += events.iter().filter(|event| event.starts_with("body ")).count();
        }
        let mut random = Generator::new(!seed);
        let whole = trace(&stream, limits(8), Tolerance::Field, || stream.len());
        assert_eq!(trace(&stream, limits(8), Tolerance::Field, || random.below(40)), whole);
    }
    assert!(bodies > 1000, "{bodies}");
}

#[test]
fn damaged_streams_are_read_alike_in_every_chunking() {
    for seed in 0..400 {
        let mut generator = Generator::new(seed);
        let mut stream = Vec::new();
        for _ in 0..5 {
            generator.response(&mut stream);
        }
        for _ in 0..=generator.below(4) {
            let at = generator.below(stream.len());
            match generator.below(3) {
                0 => drop(stream.remove(at)),
                1 => stream.insert(at, b"()\"{}\r\n \\[]0~+"[generator.below(14)]),
                _ => stream[at] = b"()\"{}\r\n \\[]0~\0"[generator.below(14)],
            }
        }
        for tolerance in [Tolerance::Strict, Tolerance::Field, Tolerance::Lenient] {
            traced(&stream, small_limits(), tolerance);
        }
    }
}

#[test]
fn a_body_is_streamed_and_its_row_kept() {
    let stream = b"* 7 FETCH (UID 9 FLAGS (\\Seen) BODY[1.TEXT]<4> {10}\r\n0123456789 RFC822.SIZE 3 \
        BINARY[2] ~{3}\r\nabc X \"y\")\r\n* 1 EXISTS\r\n";
    let events = traced(stream, limits(2), Tolerance::Field);
    assert_eq!(events.len(), 7, "{events:#?}");
    for part in
        ["sequence: Some(SequenceNumber(7))", "uid: Some(Uid(9))", "origin: Some(4)", "octets: 10", "1"]
    {
        assert!(events[0].contains(part), "{}", events[0]);
    }
    assert_eq!((&*events[1], &*events[3]), ("body 0123456789", "body abc"));
    assert!(events[2].contains("name: Binary"), "{}", events[2]);
    for part in ["Streamed { octets: 10 }", "Streamed { octets: 3 }", "Seen", "Parsed(3)", "X"] {
        assert!(events[4].contains(part), "{}", events[4]);
    }
    assert!(!events[4].contains("Malformed") && events[5].contains("Exists(1)"));
}

#[test]
fn only_bodies_are_streamed() {
    for stream in [
        "* 1 FETCH (ENVELOPE ({3}\r\nabc NIL NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
        "* 1 FETCH (X-OTHER {3}\r\nabc)\r\n",
        "* 1 FETCH (X (BODY[] {3}\r\nabc))\r\n",
        "* 1 FETCH (X \"BODY[] {3}\r\n",
        "* LIST () NIL {3}\r\nabc\r\n",
        "* OK BODY[] {3}\r\n",
        "A BODY[] {3}\r\n",
        "+ BODY[] {3}\r\n",
        "* BYE {3}\r\n",
        "* METADATA BODY[] {3}\r\nabc\r\n",
        "* 1 FETCH (BODY[] \"abc\")\r\n",
        "* 1 FETCH (BODY[] {03}\r\n\r\n))\r\n",
    ] {
        let limit = if stream.contains("{03}") { 3 } else { 0 };
        let events = traced(stream.as_bytes(), limits(limit), Tolerance::Field);
        assert!(!events.iter().any(|event| event.starts_with("BodyStart")), "{stream}: {events:?}");
        assert_eq!(events.iter().filter(|event| event.contains("left")).count(), 1);
    }
}

#[test]
fn announcements_of_literals() {
    for (announcement, is_one) in [
        ("{3}", true),
        ("{3+}", true),
        ("{0003}", true),
        ("~{3}", true),
        ("{}", false),
        ("{-3}", false),
        ("{3 }", false),
        ("{+}", false),
        ("3}", false),
    ] {
        let stream = format!("* X {announcement}\r\nA B\r\n* 1 EXISTS\r\n");
        let events = traced(stream.as_bytes(), limits(0), Tolerance::Field);
        let responses = events.iter().take_while(|event| !event.ends_with("left")).count();
        assert_eq!(responses, if is_one { 2 } else { 3 }, "{announcement}: {events:#?}");
    }
}

#[test]
fn lines_end_in_crlf_unless_lenient() {
    let stream = b"* 1 EXISTS\n* 2 EXISTS\r\n* LIST () NIL {3}\nabc\n";
    let field = traced(stream, limits(0), Tolerance::Field);
    assert!(field[0].contains("Malformed") && !field.join("").contains("Exists"), "{field:#?}");
    let lenient = traced(stream, limits(0), Tolerance::Lenient);
    assert!(lenient[0].contains("Exists(1)") && lenient[1].contains("Exists(2)"), "{lenient:#?}");
    assert!(lenient[2].contains("abc") && lenient.join("").contains("rfc9051#2.2-h1"), "{lenient:#?}");
}

/// The error of a stream that must not be read to its end.
fn refused(start: &str, more: &[u8], limits: ReadLimits) -> ErrorKind {
    let mut reader = Reader::new(limits, Tolerance::Field);
    let mut input = start.as_bytes().to_vec();
    loop {
        match reader.next(&input) {
            Ok(Found::Need(_)) => {
                assert!(input.len() < 1 << 20 && !more.is_empty(), "{start} is read for ever");
                input.extend_from_slice(more);
            }
            Ok(found) => panic!("{start}: {found:?}"),
            Err(error) => return error.kind(),
        }
    }
}

#[test]
fn what_is_too_large_is_refused_when_it_is_announced() {
    let small = small_limits();
    assert_eq!(refused("* OK ", b"x", small), ErrorKind::Limit);
    assert_eq!(refused("* SEARCH", b" 1", small), ErrorKind::Limit);
    assert_eq!(refused("* X {1}\r\n", b"y {1}\r\n", small), ErrorKind::Limit);
    assert_eq!(refused("* X {8193}\r\n", b"", small), ErrorKind::Limit);
    assert_eq!(
        refused("* 1 FETCH (X {9223372036854775807}\r\n", b"", ReadLimits::default()),
        ErrorKind::Limit
    );
    for octets in
        ["9223372036854775808", "18446744073709551615", "18446744073709551616", "99999999999999999999999"]
    {
        let stream = format!("* 1 FETCH (BODY[] {{{octets}}}\r\n");
        assert_eq!(refused(&stream, b"", ReadLimits::default()), ErrorKind::Protocol);
    }
    let mut bodies = ReadLimits::default();
    bodies.body = 1 << 20;
    assert_eq!(refused("* 1 FETCH (BODY[] {1048577}\r\n", b"", bodies), ErrorKind::Limit);
}

#[test]
fn a_search_line_may_be_longer_than_others() {
    let mut stream = b"* SEARCH".to_vec();
    while stream.len() < 6 << 10 {
        stream.extend_from_slice(b" 12345");
    }
    stream.extend_from_slice(b"\r\n");
    let events = traced(&stream, small_limits(), Tolerance::Field);
    assert!(events[0].starts_with("Data(Search("), "{events:?}");
}

#[test]
fn a_body_of_any_size_begins_at_once() {
    let mut reader = Reader::default();
    let input = b"* 1 FETCH (BODY[] {9223372036854775807}\r\n";
    assert_eq!(reader.next(input).unwrap(), Found::BodyStart(input.len()));
    assert_eq!(reader.body().unwrap().octets, (1 << 63) - 1);
    assert_eq!(reader.next(b"abc").unwrap(), Found::BodyChunk(3));
    assert!(matches!(reader.next(b"").unwrap(), Found::Need(_)) && !reader.is_idle());
}

#[test]
fn bombs_of_parentheses_harm_one_value_only() {
    let many = "(".repeat(100_000);
    let closed = format!("{many}{}", ")".repeat(100_000));
    let work = std::thread::Builder::new().stack_size(128 << 10);
    let check = move || {
        for name in ["BODYSTRUCTURE", "ENVELOPE", "X-UNKNOWN", "FLAGS", "BODY[]"] {
            let stream = format!("* 1 FETCH (UID 5 {name} {closed} RFC822.SIZE 7)\r\n* 2 EXISTS\r\n");
            let events = trace(stream.as_bytes(), ReadLimits::default(), Tolerance::Field, || 1460);
            assert!(events[0].contains("Some(Uid(5))") && events[0].contains("Some(Parsed(7))"), "{name}");
            assert!(events[0].contains("lists that are nested less deeply"), "{name}");
            assert_eq!(events[1], "Data(Exists(2))");
            let stream = format!("* 1 FETCH (UID 5 {name} {many}\r\n* 2 EXISTS\r\n");
            let events = trace(stream.as_bytes(), ReadLimits::default(), Tolerance::Field, || 1460);
            assert!(events[0].contains("Some(Uid(5))"), "{name}");
            assert_eq!(events[1], "Data(Exists(2))");
        }
        for stream in [
            format!("* THREAD {closed}\r\n"),
            format!("* LIST {closed}\r\n"),
            format!("* ESEARCH X {closed}\r\n"),
            format!("* NAMESPACE {closed} NIL NIL\r\n"),
            format!("* OK [PERMANENTFLAGS {closed}] x\r\n"),
            format!("* STATUS x {many}\r\n"),
        ] {
            let events = trace(stream.as_bytes(), ReadLimits::default(), Tolerance::Field, || 1460);
            assert_eq!(events.iter().position(|event| event == "true left"), Some(1), "{events:?}");
        }
    };
    work.spawn(check).unwrap().join().unwrap();
}

#[test]
fn structures_within_the_budget_are_read_however_deep() {
    let stream = |depth: usize| {
        let mut part = String::from("(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1)");
        for _ in 0..depth {
            part = format!("({part} \"MIXED\")");
        }
        format!("* 1 FETCH (BODYSTRUCTURE {part})\r\n")
    };
    let events = trace(stream(60).as_bytes(), ReadLimits::default(), Tolerance::Field, || 1460);
    assert!(events[0].contains(&format!(" {} ", ["1"; 60].join("."))), "{events:?}");
    let events = trace(stream(64).as_bytes(), ReadLimits::default(), Tolerance::Field, || 1460);
    assert!(events[0].contains("lists that are nested less deeply"));
}

#[test]
fn each_limit_of_the_reader_is_met_exactly() {
    let line = |name: &str, length: usize| format!("* {name} {}\r\n", "1".repeat(length - name.len() - 5));
    let literal = |octets: usize| format!("* X {{{octets}}}\r\n{}\r\n", "y".repeat(octets));
    let body = |octets: usize| format!("* 1 FETCH (BODY[] {{{octets}}}\r\n{})\r\n", "y".repeat(octets));
    let mut limits = ReadLimits::default();
    (limits.line, limits.search_line, limits.literal, limits.body) = (100, 200, 300, 400);
    (limits.response, limits.inline_max) = (350, 120);
    let mut cases = vec![
        (line("X", 100), line("X", 101)),
        (line("OK", 100), line("OK", 101)),
        (literal(300), literal(301)),
        (body(400), body(401)),
        // The text of a row around its bodies counts, and literals do.
        (
            format!("* X {{250}}\r\n{} {{80}}\r\n{}\r\n", "y".repeat(250), "z".repeat(80)),
            format!("* X {{250}}\r\n{} {{81}}\r\n{}\r\n", "y".repeat(250), "z".repeat(81)),
        ),
    ];
    for name in ["SEARCH", "ESEARCH", "sort", "Thread", "VANISHED"] {
        cases.push((line(name, 200), line(name, 201)));
        cases.push(("\0\0".to_owned() + &line(name, 198), "\0\0".to_owned() + &line(name, 199)));
    }
    cases.push((line("SEARCHES", 100), line("SEARCHES", 101)));
    for (within, beyond) in cases {
        for (stream, is_beyond) in [(within, false), (beyond, true)] {
            let (mut reader, mut input) = (Reader::new(limits, Tolerance::Field), stream.as_bytes());
            let result = loop {
                match reader.next(input) {
                    Ok(Found::Need(_)) => break Ok(()),
                    Ok(Found::Response(len) | Found::BodyStart(len) | Found::BodyChunk(len)) => {
                        input = &input[len..];
                    }
                    Ok(Found::BodyEnd) => {}
                    Err(error) => break Err(error.kind()),
                }
            };
            let expected = if is_beyond { Err(ErrorKind::Limit) } else { Ok(()) };
            assert_eq!(result, expected, "{stream}");
            assert_eq!(input.is_empty(), !is_beyond, "{stream}");
        }
    }
}

#[test]
fn a_search_line_is_allowed_no_less_than_any_line() {
    let mut limits = ReadLimits::default();
    (limits.line, limits.search_line) = (100, 10);
    let mut reader = Reader::new(limits, Tolerance::Field);
    assert_eq!(reader.next(b"* SEARCH 1 2 3 4\r\n").unwrap(), Found::Response(18));
}

#[test]
fn the_reader_says_how_much_is_missing() {
    let mut reader = Reader::default();
    assert!(reader.is_idle());
    assert_eq!(reader.next(b"*").unwrap(), Found::Need(1));
    assert!(!reader.is_idle());
    assert_eq!(reader.next(b"* X {5}\r\nab").unwrap(), Found::Need(3));
    assert_eq!(reader.next(b"* X {5}\r\nabcd").unwrap(), Found::Need(1));
    assert_eq!(reader.next(b"* X {5}\r\nabcde").unwrap(), Found::Need(1));
    assert!(!reader.is_idle());
    assert_eq!(reader.next(b"* X {5}\r\nabcde\r\n+ ").unwrap(), Found::Response(16));
    assert!(reader.is_idle());
    let mut reader = Reader::new(limits(0), Tolerance::Field);
    let row = b"* 1 FETCH (BODY[] {5}\r\n";
    assert_eq!(reader.next(row).unwrap(), Found::BodyStart(row.len()));
    assert_eq!(reader.next(b"").unwrap(), Found::Need(5));
    assert_eq!(reader.next(b"ab").unwrap(), Found::BodyChunk(2));
    assert_eq!(reader.next(b"").unwrap(), Found::Need(3));
    assert_eq!(reader.next(b"cde)\r\n").unwrap(), Found::BodyChunk(3));
    assert!(!reader.is_idle());
    assert_eq!(reader.next(b")\r\n").unwrap(), Found::BodyEnd);
    assert!(!reader.is_idle(), "the row goes on");
    assert_eq!(reader.next(b")\r\n").unwrap(), Found::Response(3));
    assert!(reader.is_idle());
    assert_eq!(reader.text(b")\r\n", 3).as_bytes(), b"* 1 FETCH (BODY[] {5}\r\n)\r\n");
}

#[test]
fn a_body_says_whose_it_is() {
    for (row, sequence, uid, section) in [
        ("* 7 FETCH (BODY[] {9}\r\n", Some(7), None, true),
        ("* 7 FETCH (UID 3 BODY[] {9}\r\n", Some(7), Some(3), true),
        ("* 7 FETCH (uid 3 FLAGS () BODY[] {9}\r\n", Some(7), Some(3), true),
        ("* 7 FETCH (X (UID 3) BODY[] {9}\r\n", Some(7), None, true),
        ("* 7 FETCH (X \"UID 3\" BODY[] {9}\r\n", Some(7), None, true),
        ("* 7 FETCH (UID x BODY[] {9}\r\n", Some(7), None, true),
        ("* 7 FETCH (UID 0 BODY[] {9}\r\n", Some(7), None, true),
        ("* 7 FETCH (UID 4294967296 BODY[] {9}\r\n", Some(7), None, true),
        ("* 0 FETCH (BODY[] {9}\r\n", None, None, true),
        ("* 7 UIDFETCH (BODY[] {9}\r\n", None, Some(7), true),
        ("* 7 uidfetch (BODY[] {9}\r\n", None, Some(7), true),
        ("* 7 FETCH (RFC822 {9}\r\n", Some(7), None, true),
        ("* 7 FETCH (BODY[1.x] {9}\r\n", Some(7), None, false),
        ("* 7 FETCH (BODY[HEADER.FIELDS (\"a]\\\"\")] {9}\r\n", Some(7), None, true),
    ] {
        let mut reader = Reader::new(limits(0), Tolerance::Field);
        assert_eq!(reader.next(row.as_bytes()).unwrap(), Found::BodyStart(row.len()), "{row}");
        let body = reader.body().unwrap();
        let found = (body.sequence.map(|n| n.get()), body.uid.map(|uid| uid.get()), body.section.is_some());
        assert_eq!((found, body.octets), ((sequence, uid, section), 9), "{row}");
    }
}

#[test]
fn only_bodies_that_are_too_large_to_be_held_are_streamed() {
    for (octets, streamed) in [(9, false), (10, false), (11, true)] {
        let stream = format!("* 1 FETCH (BODY[] {{{octets}}}\r\n{})\r\n", "x".repeat(octets));
        let events = traced(stream.as_bytes(), limits(10), Tolerance::Field);
        assert_eq!(events[0].starts_with("BodyStart"), streamed, "{octets}: {events:?}");
    }
}
