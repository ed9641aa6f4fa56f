use std::iter;

use http::{HeaderName, HeaderValue, Method, StatusCode, Version, header};

use super::*;
use crate::{ErrorKind, Limits};

const RESPONSE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: keep-alive\r\nconnection:\tUpgrade \r\nEmpty:\r\n\r\n";
const REQUEST: &[u8] = b"GET /chat?x HTTP/1.1\r\nHost: h\r\nAuthorization: Basic czNjcmV0\r\n\r\n";

fn read<H: Head>(input: &[u8]) -> Result<Option<(H, usize)>, HeadError> {
    HeadReader::new(HeadLimits::default()).advance(input)
}

fn response(input: &[u8]) -> Result<Option<(ResponseHead, usize)>, HeadError> {
    let whole = read::<ResponseHead>(input);
    // One byte at a time comes to the same answer.
    let mut reader = HeadReader::<ResponseHead>::new(HeadLimits::default());
    let mut answer = Ok(None);
    for end in 1..=input.len() {
        answer = reader.advance(&input[..end]);
        if !matches!(answer, Ok(None)) {
            break;
        }
    }
    match (&whole, &answer) {
        (Ok(Some((a, n))), Ok(Some((b, m)))) => {
            assert_eq!((n, a.status, &a.reason, &a.headers), (m, b.status, &b.reason, &b.headers));
        }
        _ => assert_eq!(whole.as_ref().err(), answer.as_ref().err()),
    }
    whole
}

fn response_error(input: &[u8]) -> HeadError {
    response(input).unwrap_err()
}

fn with_field(line: &[u8]) -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\n", line, b"\r\n\r\n"].concat()
}

#[test]
fn a_response_is_read_with_what_follows_left_over() {
    let input = [RESPONSE, b"\x81\x02hi"].concat();
    let (head, length) = response(&input).unwrap().unwrap();
    assert_eq!(length, RESPONSE.len());
    assert_eq!((head.version, head.status.as_u16()), (Version::HTTP_11, 101));
    assert_eq!(head.reason, b"Switching Protocols");
    assert_eq!(head.headers.len(), 4);
    assert_eq!(head.headers["upgrade"], "websocket");
    assert_eq!(head.headers["empty"], "");
    assert!(contains_token(&head.headers, &header::CONNECTION, "UPGRADE"));
    assert!(!contains_token(&head.headers, &header::CONNECTION, "upgrad"));
    assert_eq!(single(&head.headers, &header::CONNECTION), Err(Repeated));
    assert_eq!(single(&head.headers, &header::UPGRADE).unwrap().unwrap(), "websocket");
    assert_eq!(single(&head.headers, &header::HOST), Ok(None));
}

#[test]
fn a_request_is_read_and_its_credentials_are_not_shown() {
    let (head, length) = read::<RequestHead>(REQUEST).unwrap().unwrap();
    assert_eq!(length, REQUEST.len());
    assert_eq!((&head.method, head.target.as_str()), (&Method::GET, "/chat?x"));
    assert_eq!(head.headers["authorization"], "Basic czNjcmV0");
    assert!(!format!("{head:?}").contains("czNjcmV0"));
    let mut reader = HeadReader::<RequestHead>::new(HeadLimits::default());
    assert!(reader.advance(&REQUEST[..REQUEST.len() - 2]).unwrap().is_none());
    assert!(!format!("{reader:?}").contains("czNjcmV0"));
    for name in ["Proxy-Authorization", "Cookie", "Set-Cookie"] {
        let input = format!("GET / HTTP/1.1\r\n{name}: s3cret\r\n\r\n");
        let (head, _) = read::<RequestHead>(input.as_bytes()).unwrap().unwrap();
        assert!(!format!("{head:?}").contains("s3cret"), "{name}");
    }
}

#[test]
fn every_proper_prefix_is_incomplete() {
    for end in 0..RESPONSE.len() {
        assert!(matches!(read::<ResponseHead>(&RESPONSE[..end]), Ok(None)), "{end}");
    }
    for end in 0..REQUEST.len() {
        assert!(matches!(read::<RequestHead>(&REQUEST[..end]), Ok(None)), "{end}");
    }
}

#[test]
fn status_lines() {
    let status = |line: &str| response(format!("{line}\r\n\r\n").as_bytes()).map(|head| head.unwrap().0);
    let head = status("HTTP/1.0 407 Proxy \u{e4}\tno").unwrap();
    assert_eq!((head.version, head.status.as_u16()), (Version::HTTP_10, 407));
    assert_eq!(status("HTTP/1.1 200 ").unwrap().reason, b"");
    assert_eq!(status("HTTP/1.2 999 x").unwrap().version, Version::HTTP_11);
    for line in [
        "",
        "\r\nHTTP/1.1 200 OK",
        "HTTP/1.1 1010 x",
        "HTTP/1.1 10 x",
        "HTTP/1.1 099 x",
        "HTTP/1.1 101",
        "HTTP/1.1  101 x",
        "HTTP/1.1\t101 x",
        "HTTP/1.1 101\tx",
        "HTTP/1.1 1x1 x",
        "HTTP/1.1 +10 x",
        "HTTP/1.1 101x",
        " HTTP/1.1 101 x",
        "http/1.1 101 x",
        "HTTP/1,1 101 x",
        "HTTP/11 101 x",
        "HTTP/1.10 101 x",
        "HTTP/01.1 101 x",
        "HTTP/x.1 101 x",
        "HTTP/1.1",
        "HTTP/1.1 ",
        "HTTP/",
        "HTTP/1.1 101 x\x01",
        "HTTP/1.1 101 x\x7f",
        "HTTP/1.1 101 \0",
        "SSH-2.0-OpenSSH_9",
        "\x16\x03\x01",
        "ICY 200 OK",
    ] {
        assert_eq!(status(line).unwrap_err(), HeadError::BadStartLine, "{line:?}");
    }
    for line in ["HTTP/2.0 101 x", "HTTP/0.9 200 x", "HTTP/3.1 200 x"] {
        assert_eq!(status(line).unwrap_err(), HeadError::UnsupportedVersion, "{line:?}");
    }
}

#[test]
fn what_is_not_http_is_refused_before_its_line_ends() {
    for input in [&b"S"[..], b"220 mail ESMTP", b"HTTX", b"\x15\x03\x01", b"\r", b"\0"] {
        assert_eq!(response_error(input), HeadError::BadStartLine, "{input:?}");
    }
    assert_eq!(read::<RequestHead>(b"\x16\x03\x01").unwrap_err(), HeadError::BadStartLine);
}

#[test]
fn a_first_line_is_refused_for_the_same_reason_however_it_arrives() {
    // Neither is HTTP, nor does its line end in CRLF: the first byte tells the one, the last the other.
    for bad in [&b"0\n"[..], b"SSH-2.0-x\n", b"\n\n", b"HTTQ\rx\n"] {
        let error = response_error(bad);
        let expected = if bad[0] == b'\n' { HeadError::BadLineEnd } else { HeadError::BadStartLine };
        assert_eq!(error, expected, "{}", bad.escape_ascii());
    }
    for bad in [&b"\x16\x03\n"[..], b" \n"] {
        let mut bytes = HeadReader::<RequestHead>::new(HeadLimits::default());
        let by_one = bytes.advance(&bad[..1]).unwrap_err();
        let whole = read::<RequestHead>(bad).unwrap_err();
        assert_eq!((whole, by_one), (HeadError::BadStartLine, HeadError::BadStartLine));
    }
}

#[test]
fn request_lines() {
    let request =
        |line: &str| read::<RequestHead>(format!("{line}\r\n\r\n").as_bytes()).map(|head| head.unwrap().0);
    assert_eq!(request("OPTIONS * HTTP/1.0").unwrap().version, Version::HTTP_10);
    assert_eq!(request("CONNECT a:1 HTTP/1.1").unwrap().target, "a:1");
    // One empty line before a request is forgiven, as a server should.
    assert_eq!(request("\r\nGET / HTTP/1.1").unwrap().target, "/");
    for line in [
        "\r\n\r\nGET / HTTP/1.1",
        "GET /",
        "GET  / HTTP/1.1",
        "GET / HTTP/1.1 ",
        " GET / HTTP/1.1",
        "GET / x HTTP/1.1",
        "GET /\t HTTP/1.1",
        "G(T / HTTP/1.1",
        "GET /\u{e4} HTTP/1.1",
        "GET /\x7f HTTP/1.1",
        "GET / http/1.1",
        "GET  HTTP/1.1",
    ] {
        assert_eq!(request(line).unwrap_err(), HeadError::BadStartLine, "{line:?}");
    }
    assert_eq!(request("PRI * HTTP/2.0").unwrap_err(), HeadError::UnsupportedVersion);
}

#[test]
fn field_lines() {
    for (line, error) in [
        (&b"A : b"[..], HeadError::BadFieldName),
        (b"A\t: b", HeadError::BadFieldName),
        (b": b", HeadError::BadFieldName),
        (b"A", HeadError::BadFieldName),
        (b"A(: b", HeadError::BadFieldName),
        (b"A\"b: b", HeadError::BadFieldName),
        (b"\xc3\xa4: b", HeadError::BadFieldName),
        (b"A\0: b", HeadError::BadFieldName),
        (b"A: b\0c", HeadError::BadFieldValue),
        (b"A: b\x01", HeadError::BadFieldValue),
        (b"A: b\x7f", HeadError::BadFieldValue),
        (b"A: b\rc", HeadError::BadLineEnd),
        (b"A: b\r", HeadError::BadLineEnd),
        (b"\rA: b", HeadError::BadLineEnd),
        (b"A: b\nB: c", HeadError::BadLineEnd),
        (b"\nB: c", HeadError::BadLineEnd),
        (b" A: b", HeadError::LeadingWhitespace),
        (b"\t", HeadError::LeadingWhitespace),
    ] {
        assert_eq!(response_error(&with_field(line)), error, "{line:?}");
    }
    let (head, _) = response(&with_field(b"A:  b\xff\t c:d \t")).unwrap().unwrap();
    assert_eq!(head.headers["a"].as_bytes(), b"b\xff\t c:d");
    let (head, _) = response(&with_field(b"!#$%&'*+-.^_`|~09aZ: x")).unwrap().unwrap();
    assert_eq!(head.headers["!#$%&'*+-.^_`|~09az"], "x");
}

#[test]
fn folding_is_undone_in_responses_and_refused_in_requests() {
    let (head, _) = response(&with_field(b"A: b \r\n\t c\r\n \r\nD:\r\n  e")).unwrap().unwrap();
    assert_eq!(head.headers["a"], "b c");
    assert_eq!(head.headers["d"], "e");
    let folded = b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n";
    assert_eq!(read::<RequestHead>(folded).unwrap_err(), HeadError::ObsoleteFolding);
    assert_eq!(
        read::<RequestHead>(b"GET / HTTP/1.1\r\n A: b\r\n\r\n").unwrap_err(),
        HeadError::LeadingWhitespace
    );
}

#[test]
fn a_head_without_end_stops_at_the_limit() {
    let block = Limits::default().header_block;
    let beginnings: [&[u8]; 5] = [
        b"HTTP/1.1 200 ",
        b"HTTP/1.1 200 OK\r\nA",
        b"HTTP/1.1 200 OK\r\nA: ",
        b"HTTP/1.1 200 OK\r\nA: b\r\n ",
        b"HTTP/",
    ];
    for beginning in beginnings {
        let mut reader = HeadReader::<ResponseHead>::new(HeadLimits::default());
        let mut input = beginning.to_vec();
        let error = loop {
            match reader.advance(&input) {
                Ok(head) => assert!(head.is_none()),
                Err(error) => break error,
            }
            assert!(input.len() < block);
            input.extend(iter::repeat_n(b'x', 1000));
        };
        assert_eq!((error, error.kind()), (HeadError::TooLarge, ErrorKind::Limit));
        assert!(input.len() < block + 1000);
        assert_eq!(reader.advance(&input).unwrap_err(), HeadError::TooLarge);
    }
}

#[test]
fn the_limit_is_exact_and_nothing_beyond_it_is_read() {
    let size = RESPONSE.len();
    let at = |block: usize, input: &[u8]| {
        HeadReader::<ResponseHead>::new(HeadLimits { block, fields: 256 })
            .advance(input)
            .map(|head| head.is_some())
    };
    assert_eq!(at(size, RESPONSE), Ok(true));
    assert_eq!(at(size - 1, RESPONSE), Err(HeadError::TooLarge));
    assert_eq!(at(size - 1, &RESPONSE[..size - 2]), Ok(false));
    assert_eq!(at(0, b""), Err(HeadError::TooLarge));
    // An error behind the limit is not seen.
    assert_eq!(at(16, b"HTTP/1.1 200 ababababab\n"), Err(HeadError::TooLarge));
    // The limit is of the head: what follows it may be long.
    let input = [RESPONSE, &[0; 1000]].concat();
    assert_eq!(at(size, &input), Ok(true));
}

#[test]
fn ten_thousand_fields_stop_at_the_limit() {
    let mut input = b"HTTP/1.1 200 OK\r\n".to_vec();
    input.extend(b"a:\r\n".repeat(10_000));
    input.extend(b"\r\n");
    let error = read::<ResponseHead>(&input).unwrap_err();
    assert_eq!((error, error.kind()), (HeadError::TooManyFields, ErrorKind::Limit));
    let with = |fields: usize| {
        let input = [b"HTTP/1.1 200 OK\r\n", &b"a:\r\n".repeat(fields)[..], b"\r\n"].concat();
        read::<ResponseHead>(&input).map(|head| head.unwrap().0.headers.len())
    };
    assert_eq!((with(256), with(257)), (Ok(256), Err(HeadError::TooManyFields)));
    // Even with limits beyond what a header map holds.
    let limits = HeadLimits { block: usize::MAX, fields: usize::MAX };
    let names = (0..40_000).map(|n| format!("a{n}:\r\n")).collect::<String>();
    let input = format!("HTTP/1.1 200 OK\r\n{names}\r\n");
    let error = HeadReader::<ResponseHead>::new(limits).advance(input.as_bytes()).unwrap_err();
    assert_eq!(error, HeadError::TooManyFields);
}

#[test]
fn interim_responses_share_one_budget() {
    let interim = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    let input = interim.repeat(100);
    let limits = HeadLimits { block: interim.len() * 10, fields: 256 };
    let mut reader = HeadReader::<ResponseHead>::new(limits);
    for n in 0..10 {
        let (head, length) = reader.advance(&input[n * interim.len()..]).unwrap().unwrap();
        assert_eq!((head.status.as_u16(), length), (103, interim.len()));
    }
    assert_eq!(reader.advance(&input[10 * interim.len()..]).unwrap_err(), HeadError::TooLarge);
    let mut reader = HeadReader::<ResponseHead>::new(HeadLimits { block: 1 << 20, fields: 10 });
    for _ in 0..10 {
        assert!(reader.advance(interim).unwrap().is_some());
    }
    assert_eq!(reader.advance(interim).unwrap_err(), HeadError::TooManyFields);
}

#[test]
fn any_chunking_costs_linear_time() {
    // A megabyte, one byte more at a time: quadratic work would take hours.
    let mut input = b"HTTP/1.1 200 OK\r\nA: ".to_vec();
    input.extend(iter::repeat_n(b'x', 1 << 20));
    input.extend(b"\r\n\r\n");
    let mut reader = HeadReader::<ResponseHead>::new(HeadLimits { block: usize::MAX, fields: 1 });
    for end in 0..input.len() {
        assert!(reader.advance(&input[..end]).unwrap().is_none());
    }
    assert_eq!(reader.advance(&input).unwrap().unwrap().1, input.len());
}

#[test]
fn heads_are_written_as_they_are_read() {
    let mut head = RequestHead::new(Method::GET, "/chat?x");
    for (name, value) in [
        ("host", "h"),
        ("sec-websocket-key", "k"),
        ("www-authenticate", "x"),
        ("x--y-", "z"),
        ("cookie", "a=b"),
    ] {
        head.headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let mut out = b"before".to_vec();
    head.write(&mut out).unwrap();
    let text = "beforeGET /chat?x HTTP/1.1\r\nHost: h\r\nSec-WebSocket-Key: k\r\nWWW-Authenticate: x\r\nX--Y-: z\r\nCookie: a=b\r\n\r\n";
    assert_eq!(String::from_utf8(out).unwrap(), text);
    let (again, _) = read::<RequestHead>(&text.as_bytes()[6..]).unwrap().unwrap();
    assert_eq!((again.target, again.headers), (head.target, head.headers));

    let (head, _) = response(RESPONSE).unwrap().unwrap();
    let mut out = Vec::new();
    head.write(&mut out).unwrap();
    let (again, _) = response(&out).unwrap().unwrap();
    assert_eq!((again.status, again.reason, again.headers), (head.status, head.reason, head.headers));
    let mut out = Vec::new();
    ResponseHead::new(StatusCode::from_u16(599).unwrap()).write(&mut out).unwrap();
    assert_eq!(out, b"HTTP/1.1 599 \r\n\r\n");
}

#[test]
fn injection_is_refused_before_a_byte_is_written() {
    for target in ["", "/a b", "/\r\nX: y", "/\n", "/\0", "/\x7f", "/ä", "/\t"] {
        let mut out = Vec::new();
        let error = RequestHead::new(Method::GET, target).write(&mut out).unwrap_err();
        assert_eq!((error, error.kind()), (HeadError::InvalidTarget, ErrorKind::Usage), "{target:?}");
        assert!(out.is_empty());
    }
    for reason in [&b"a\r\nX: y"[..], b"\r", b"\n", b"\0", b"\x7f"] {
        let mut head = ResponseHead::new(StatusCode::OK);
        head.reason = reason.to_vec();
        let mut out = Vec::new();
        assert_eq!(head.write(&mut out), Err(HeadError::InvalidReason), "{reason:?}");
        assert!(out.is_empty());
    }
    let mut head = RequestHead::new(Method::GET, "/");
    head.version = Version::HTTP_2;
    assert_eq!(head.write(&mut Vec::new()), Err(HeadError::InvalidVersion));
    // The types of the fields admit none.
    assert!(HeaderValue::from_bytes(b"a\r\nb").is_err() && HeaderValue::from_bytes(b"\0").is_err());
    assert!(HeaderName::from_bytes(b"a\r\nb").is_err() && HeaderName::from_bytes(b"a b").is_err());
}

#[test]
fn lists() {
    let mut headers = http::HeaderMap::new();
    for value in ["", " , a ,\tb\t,", "C"] {
        headers.append(header::CONNECTION, HeaderValue::from_static(value));
    }
    assert_eq!(elements(&headers, &header::CONNECTION).collect::<Vec<_>>(), [&b"a"[..], b"b", b"C"]);
    assert!(contains_token(&headers, &header::CONNECTION, "c"));
    assert!(!contains_token(&headers, &header::CONNECTION, ""));
    assert!(is_token(b"a") && !is_token(b"") && !is_token(b"a b") && !is_token(b"a,b") && !is_token(b"\x80"));
    assert_eq!(trim_ows(b" \t a b\t "), b"a b");
    assert_eq!(trim_ows(b" \t "), b"");
}
