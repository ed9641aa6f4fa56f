//! The response as a whole: waiting for it, its status, and its form.

use std::time::Duration;

use anyrfc_core::{Eof, ErrorKind, Fault, Limits, Machine as _, compliance::Check};

use super::super::super::support_opening::{
    Head, KEY, NONCE, Peer, answer, fails_as, fails_opening, naive_accept, opens, plainest, request,
    stays_failed,
};
use crate::{
    CloseCode, Kind, Message, Refusal,
    codec::handshake::Request,
    proto::{Config, State},
    rfc6455 as r,
};

pub(in super::super) static CHECKS: &[Check] = &[
    Check {
        name: "section-4.1/nothing-is-sent-before-the-response",
        covers: &[r::WAIT_FOR_THE_RESPONSE],
        run: nothing_is_sent_before_the_response,
    },
    Check {
        name: "section-4.1/only-a-101-establishes",
        covers: &[r::RESPONSE_IS_VALIDATED],
        run: only_a_101_establishes,
    },
    Check {
        name: "section-4.1/nonconforming-response-fails",
        covers: &[r::NONCONFORMING_RESPONSE_FAILS],
        run: nonconforming_response_fails,
    },
];

/// Everything that could be sent is refused, and nothing is written.
#[track_caller]
fn says_nothing(client: &mut Peer) {
    let refused = [
        client.send(Message::text("early")),
        client.send(Message::binary(vec![0; 100_000])),
        client.send(Message::Ping("early".into())),
        client.send(Message::Pong("early".into())),
        client.send(Message::Close(None)),
        client.connection.close(Some(CloseCode::NORMAL.into()), std::time::Instant::now()),
        client.connection.send_slice(&mut client.output, Kind::Text, b"early"),
        client.connection.send_part(&mut client.output, Kind::Binary, b"early", false),
        client.connection.ping(b"early"),
        client.connection.pong(b"early"),
    ];
    for result in refused {
        let error = result.expect_err("sent while connecting");
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(error.requirement(), Some(r::SENDING_NEEDS_THE_OPEN_STATE));
    }
    assert_eq!(client.phase(), State::Connecting);
    assert_eq!(client.written(), b"", "something was written before the answer");
}

fn nothing_is_sent_before_the_response() {
    let base = request("ws://server.example.com/chat");
    let answer = [&b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"[..], &answer().bytes()].concat();
    let mut client = Peer::client(&base);
    // Not even before the request has left.
    let refused = client.send(Message::text("early")).expect_err("sent while connecting");
    assert_eq!(refused.kind(), ErrorKind::Usage);
    assert_eq!(client.written(), plainest().bytes(), "the request, and nothing more");
    says_nothing(&mut client);
    for byte in &answer[..answer.len() - 1] {
        let came = client.feed([*byte]);
        assert!(came.opened == 0 && came.error.is_none(), "{came:?}");
        says_nothing(&mut client);
    }
    client.pass(Duration::from_secs(29)).expect("the deadline is not reached");
    says_nothing(&mut client);
    assert_eq!(client.feed(&answer[answer.len() - 1..]).opened, 1);
    assert_eq!(client.written(), b"", "something had been queued while connecting");
    client.send(Message::text("now")).expect("open");
    client.connection.ping(b"now").expect("open");
    assert_eq!(client.written().len(), (2 + 4 + 3) * 2);

    // Nor after the time for the answer is over.
    let mut silent = Peer::client(&base);
    silent.written();
    silent.feed(&answer[..answer.len() - 1]);
    let error = silent.pass(Duration::from_secs(31)).expect_err("no answer");
    assert_eq!((error.kind(), error.fault()), (ErrorKind::Timeout, Fault::Network));
    stays_failed(&mut silent);
    let mut unsent = Peer::client(&base);
    assert_eq!(unsent.pass(Duration::from_secs(31)).expect_err("no answer").kind(), ErrorKind::Timeout);
    stays_failed(&mut unsent);
}

/// The answer does not open the connection but comes to be known; `end` says
/// whether it takes the end of the stream for it.
#[track_caller]
fn refuses(request: &Request, answer: &[u8], end: Option<Eof>) -> Refusal {
    let mut last: Option<Refusal> = None;
    for size in [usize::MAX, 1, 5] {
        let mut client = Peer::client_with(request, NONCE, Config::default());
        client.written();
        let came = client.feed_in(answer, size);
        assert_eq!((came.opened, &came.messages[..]), (0, &[][..]));
        let error = match (came.error, end) {
            (Some(error), None) => error,
            (None, Some(end)) => client.connection.handle_eof(end).expect_err("a refusal"),
            (error, _) => panic!("came to its end differently: {error:?}"),
        };
        let refusal = error.refusal().expect("a refusal").clone();
        let unauthorized = refusal.status == 401;
        assert_eq!(error.kind(), if unauthorized { ErrorKind::Auth } else { ErrorKind::Refused });
        assert_eq!((error.fault(), error.close_code()), (Fault::Peer, None));
        assert!(error.to_string().contains(refusal.status.as_str()), "{error}");
        if let Some(last) = &last {
            assert_eq!((last.status, &last.body), (refusal.status, &refusal.body));
            assert_eq!((&last.headers, last.truncated), (&refusal.headers, refusal.truncated));
        }
        stays_failed(&mut client);
        last = Some(refusal);
    }
    last.expect("at least one way")
}

fn only_a_101_establishes() {
    let base = request("ws://h/");
    let perfect = answer();
    opens(&base, perfect.bytes());
    // Everything is right but the status.
    for status in [
        200, 201, 202, 204, 205, 206, 226, 299, 300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 407, 426,
        429, 500, 503, 599,
    ] {
        let head = perfect.clone().start(&format!("HTTP/1.1 {status} Switching Protocols"));
        let bodiless = matches!(status, 204 | 304);
        let head = if bodiless { head } else { head.with("Content-Length", "3") };
        let bytes = [&head.bytes()[..], if bodiless { b"" } else { b"no!" }].concat();
        let refusal = refuses(&base, &bytes, None);
        assert_eq!((refusal.status.as_u16(), refusal.truncated), (status, false));
        assert_eq!(&refusal.body[..], if bodiless { &b""[..] } else { b"no!" });
        assert_eq!(refusal.headers.get("upgrade").map(|v| v.as_bytes()), Some(&b"websocket"[..]));
    }
    // Whatever its body is like, it is known, and bounded.
    let no = perfect.start("HTTP/1.1 403 Forbidden").with("Set-Cookie", "a=b");
    let plain = no.bytes();
    let body = |bytes: &[u8], end| {
        let refusal = refuses(&base, bytes, end);
        assert_eq!(refusal.headers.get("set-cookie").map(|v| v.as_bytes()), Some(&b"a=b"[..]));
        (refusal.body, refusal.truncated)
    };
    let length = no.clone().with("Content-Length", "5").bytes();
    let chunked = no.clone().with("Transfer-Encoding", "chunked").bytes();
    let cat = |head: &[u8], rest: &[u8]| [head, rest].concat();
    assert_eq!(body(&plain, Some(Eof::Clean)), ("".into(), false));
    assert_eq!(body(&cat(&plain, b"why"), Some(Eof::Clean)), ("why".into(), false));
    assert_eq!(body(&cat(&plain, b"why"), Some(Eof::Truncated)), ("why".into(), true));
    assert_eq!(body(&cat(&length, b"12345 and more"), None), ("12345".into(), false));
    assert_eq!(body(&cat(&length, b"123"), Some(Eof::Clean)), ("123".into(), true));
    assert_eq!(body(&cat(&chunked, b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), None), ("abcde".into(), false));
    assert_eq!(body(&cat(&chunked, b"3\r\nab"), Some(Eof::Clean)), ("ab".into(), true));
    assert_eq!(body(&cat(&chunked, b"nonsense"), None), ("".into(), true));
    let endless = vec![b'x'; Refusal::BODY_MAX + 100_000];
    let (kept, truncated) = body(&cat(&plain, &endless), None);
    assert!(kept.len() <= Refusal::BODY_MAX && truncated, "{} bytes are kept", kept.len());
    // A body that never ends does not hide the status.
    let mut client = Peer::client(&base);
    client.written();
    assert!(client.feed(cat(&plain, b"and then sil")).error.is_none());
    let error = client.pass(Duration::from_secs(31)).expect_err("no end");
    let refusal = error.refusal().expect("a refusal");
    assert_eq!(
        (refusal.status.as_u16(), &refusal.body[..], refusal.truncated),
        (403, &b"and then sil"[..], true)
    );
    stays_failed(&mut client);
    redirects_and_interim_answers(&base);
}

fn redirects_and_interim_answers(base: &Request) {
    // Interim answers are none yet, whatever they say.
    for status in ["100 Continue", "102 Processing", "103 Early Hints", "110 x", "199 "] {
        let interim = answer().start(&format!("HTTP/1.1 {status}")).bytes();
        opens(base, [&interim[..], &answer().bytes()].concat());
        opens(base, [&interim[..], &interim, &interim, &answer().bytes()].concat());
        let refused = [&interim[..], b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"].concat();
        assert_eq!(refuses(base, &refused, None).status, 404);
        let mut waiting = Peer::client(base);
        waiting.written();
        let came = waiting.feed(&interim);
        assert!(came.opened == 0 && came.error.is_none() && waiting.phase() == State::Connecting);
        let wrong = [&interim[..], &answer().without("Sec-WebSocket-Accept").bytes()].concat();
        fails_opening(base, wrong, r::RESPONSE_WITH_WRONG_ACCEPT_FAILS);
    }
    // And there is no end of them without bound.
    let limit = (ErrorKind::Limit, Fault::Policy);
    for interim in [&b"HTTP/1.1 100 Continue\r\n\r\n"[..], b"HTTP/1.1 103 x\r\nX: y\r\n\r\n"] {
        opens(base, [&interim.repeat(100)[..], &answer().bytes()].concat());
        fails_as(base, &interim.repeat(4000), limit, r::OWN_LIMITS_ARE_GUARDED);
    }
    // An odd or missing reason changes nothing.
    for reason in ["", "Web Socket Protocol Handshake", "OK", "200", "caf\u{e9}", "404 Not Found"] {
        opens(base, answer().start(&format!("HTTP/1.1 101 {reason}")).bytes());
    }
}

fn nonconforming_response_fails() {
    let base = request("ws://h/");
    let valid = r::ACCEPTING_RESPONSE_IS_VALID;
    let perfect = answer();
    for line in [
        "HTTP/1.0 101 Switching Protocols",
        "HTTP/2.0 101 Switching Protocols",
        "HTTP/2 101 Switching Protocols",
        "HTTP/0.9 101 Switching Protocols",
        "HTTP/3.1 101 Switching Protocols",
        "ICY 101 Switching Protocols",
        "http/1.1 101 Switching Protocols",
        "HTTPS/1.1 101 Switching Protocols",
        "HTTP/1.1 1010 Switching Protocols",
        "HTTP/1.1 10 Switching Protocols",
        "HTTP/1.1 0101 Switching Protocols",
        "HTTP/1.1 +101 Switching Protocols",
        "HTTP/1.1 1x1 Switching Protocols",
        "HTTP/1.1 099 Switching Protocols",
        "HTTP/1.1  101 Switching Protocols",
        "HTTP/1.1\t101 Switching Protocols",
        "HTTP/1.1101 Switching Protocols",
        "HTTP/11 101 Switching Protocols",
        "HTTP/1.10 101 Switching Protocols",
        "HTTP/1.1 Switching Protocols",
        "HTTP/1.1 101",
        "HTTP/1.1",
        "HTTP/1.1 101 Switching\0Protocols",
        "HTTP/1.1 101 Switching\u{1b}[31m",
        " HTTP/1.1 101 Switching Protocols",
        "220 mail.example ESMTP",
        "* OK IMAP4rev1",
        "<!DOCTYPE html>",
        "SSH-2.0-x",
        "",
    ] {
        fails_opening(&base, perfect.clone().start(line).bytes(), valid);
    }
    let edited = |from: &str, to: &str| {
        let text = String::from_utf8(perfect.bytes()).expect("text");
        assert!(text.contains(from), "{from:?}");
        text.replacen(from, to, 1)
    };
    for broken in [
        edited("Upgrade: websocket", "Upgrade websocket"),
        edited("Upgrade: websocket", "Upgrade : websocket"),
        edited("Upgrade: websocket", "Up grade: x\r\nUpgrade: websocket"),
        edited("Upgrade: websocket", ": x\r\nUpgrade: websocket"),
        edited("Upgrade: websocket", "X: a\0b\r\nUpgrade: websocket"),
        edited("Upgrade: websocket", "X: a\u{7f}b\r\nUpgrade: websocket"),
        edited("Upgrade: websocket", "X: a\u{1}b\r\nUpgrade: websocket"),
        edited("Upgrade: websocket", "X: a\rb\r\nUpgrade: websocket"),
        edited("Upgrade: websocket", "X: a\nUpgrade: websocket"),
        edited("Upgrade: websocket", " folded: x\r\nUpgrade: websocket"),
        edited("Protocols\r\n", "Protocols\n"),
        edited("websocket\r\n", "websocket\n"),
        edited("HTTP/1.1", "\r\nHTTP/1.1"),
    ] {
        fails_opening(&base, broken, valid);
    }
    // Sooner than at its end: what cannot become an answer any more is refused at once.
    let mut client = Peer::client(&base);
    client.written();
    assert!(client.feed(b"SSH-2.0-").error.is_some(), "waits for more of what is no answer");
    stays_failed(&mut client);

    limits_are_kept(&base, &perfect);
    ends_inside(&base);
    changes_are_judged_alike(&base);
    // What is odd and still has one meaning.
    let folded = edited("Connection: Upgrade", "Connection: keep-alive,\r\n\t Upgrade");
    opens(&base, folded);
    let odd = perfect.clone().with("X-Unknown", "x").with("Server", b"caf\xe9").with("X-Empty", "");
    let odd = odd.with("Set-Cookie", "a=b").with("Set-Cookie", "c=d").with("Content-Length", "10");
    let client = opens(&base, odd.bytes());
    let headers = client.connection.opened().and_then(|o| o.response_headers()).expect("fields");
    let cookies: Vec<_> = headers.get_all("set-cookie").iter().map(|v| v.as_bytes()).collect();
    assert_eq!(cookies, [b"a=b", b"c=d"]);
    assert_eq!(headers.get("server").map(|v| v.as_bytes()), Some(&b"caf\xe9"[..]));
    opens(&base, edited("Upgrade: websocket", "uPGRADE:websocket \t"));
    opens(&base, edited("HTTP/1.1", "HTTP/1.9"));
}

fn limits_are_kept(base: &Request, perfect: &Head) {
    let limit = (ErrorKind::Limit, Fault::Policy);
    let limits = Limits::default();
    let with_fields =
        |count: usize| (0..count).fold(perfect.clone(), |head, n| head.with(&format!("X-{n}"), ""));
    opens(base, with_fields(limits.headers - 3).bytes());
    for count in [limits.headers - 2, 10_000] {
        fails_as(base, &with_fields(count).bytes(), limit, r::OWN_LIMITS_ARE_GUARDED);
    }
    let rest = perfect.clone().with("X", "").bytes().len();
    let with_bytes = |count: usize| perfect.clone().with("X", vec![b'x'; count - rest]).bytes();
    opens(base, with_bytes(limits.header_block));
    fails_as(base, &with_bytes(limits.header_block + 1), limit, r::OWN_LIMITS_ARE_GUARDED);
    // Without an end, in one line or in many; nothing is kept of it.
    let line = [&b"HTTP/1.1 101 "[..], &vec![b'x'; limits.header_block * 2]].concat();
    fails_as(base, &line, limit, r::OWN_LIMITS_ARE_GUARDED);
    let name = [&b"HTTP/1.1 101 x\r\n"[..], &vec![b'x'; limits.header_block * 2]].concat();
    fails_as(base, &name, limit, r::OWN_LIMITS_ARE_GUARDED);
    let client = Peer::client(base);
    assert!(client.connection.input_limit() <= limits.header_block + Refusal::BODY_MAX);
}

/// The stream ends inside the head: there was no answer.
fn ends_inside(base: &Request) {
    let bytes = answer().bytes();
    for end in [Eof::Clean, Eof::Truncated] {
        for cut in 0..bytes.len() {
            let mut client = Peer::client(base);
            client.written();
            let came = client.feed(&bytes[..cut]);
            assert!(came.opened == 0 && came.error.is_none(), "open after {cut} bytes");
            let error = client.connection.handle_eof(end).expect_err("no answer");
            assert_eq!(error.requirement(), Some(r::LOST_TRANSPORT_FAILS), "{error}");
            assert_eq!((error.kind(), error.fault()), (ErrorKind::Closed, Fault::Network));
            stays_failed(&mut client);
        }
    }
    let mut unsent = Peer::client(base);
    unsent.connection.handle_eof(Eof::Clean).expect_err("no answer");
    stays_failed(&mut unsent);
}

/// Whether the only meaning of `bytes` is an answer that opens, for a client
/// that offered nothing: by the letter, line by line.
fn naive_opens(bytes: &[u8]) -> bool {
    let text: String = bytes.iter().map(|b| char::from(*b)).collect();
    let Some(end) = text.find("\r\n\r\n") else { return false };
    let mut lines: Vec<String> = Vec::new();
    for line in text[..end].split("\r\n") {
        let control = |c: char| c != '\t' && (c < ' ' || c == '\u{7f}');
        if line.contains(control) {
            return false;
        }
        match (line.strip_prefix([' ', '\t']), lines.len()) {
            (Some(rest), 2..) => lines.last_mut().expect("a line").push_str(&format!(" {rest}")),
            (Some(_), _) => return false,
            (None, _) => lines.push(line.to_owned()),
        }
    }
    let status = lines.remove(0);
    let version = status.strip_prefix("HTTP/1.").and_then(|rest| rest.split_at_checked(1));
    let Some((minor, rest)) = version else { return false };
    if !"123456789".contains(minor) || !rest.starts_with(" 101 ") {
        return false;
    }
    let (mut upgrade, mut connection, mut accept) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { return false };
        let tchar = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(tchar) {
            return false;
        }
        let trimmed = |text: &str| text.trim_matches([' ', '\t']).to_owned();
        let elements = value.split(',').map(trimmed).filter(|e| !e.is_empty());
        match name.to_ascii_lowercase().as_str() {
            "upgrade" => upgrade.extend(elements),
            "connection" => connection.extend(elements),
            "sec-websocket-accept" => accept.push(trimmed(value)),
            "sec-websocket-protocol" | "sec-websocket-extensions" => return false,
            _ => {}
        }
    }
    upgrade.len() == 1
        && upgrade[0].eq_ignore_ascii_case("websocket")
        && connection.iter().any(|token| token.eq_ignore_ascii_case("upgrade"))
        && accept == [naive_accept(KEY)]
}

/// Each byte of an answer changed, left out, doubled, or with another before
/// it: the client opens on just those that a reader by the letter opens on.
fn changes_are_judged_alike(base: &Request) {
    let plain = answer().with("X-A", "b, c").bytes();
    let mut opened = 0;
    let mut judge = |bytes: &[u8]| {
        let mut client = Peer::client(base);
        client.written();
        let came = client.feed(bytes);
        let expected = naive_opens(bytes);
        let shown = String::from_utf8_lossy(bytes);
        assert_eq!(came.opened == 1, expected, "{:?}\n{shown}", came.error);
        assert!(expected || came.messages.is_empty());
        opened += usize::from(expected);
    };
    judge(&plain);
    for at in 0..plain.len() {
        for bit in 0..8 {
            let mut changed = plain.clone();
            changed[at] ^= 1 << bit;
            judge(&changed);
        }
        judge(&[&plain[..at], &plain[at + 1..]].concat());
        for insert in
            [plain[at], b' ', b'\t', b'\r', b'\n', b',', b':', b'"', b';', b'=', 0, b'x', b'0', 0xFF]
        {
            judge(&[&plain[..at], &[insert], &plain[at..]].concat());
        }
    }
    // Most changes break it; case, white space and what is not looked at do not.
    assert!((100..1500).contains(&opened), "{opened} changes were harmless");
}
