//! RFC 6152, sections 2 and 3: what is said of the octets of a message, and what they may be.

use anyrfc_core::compliance::Check;

use super::super::{
    served::with,
    support::{MAIL, Talk, envelope, finds},
};
use crate::{
    Error, ErrorKind,
    codec::scan::scan_as,
    proto::{Payload, Submission},
    rfc3030, rfc5321, rfc6152 as r,
    testing::{Delivery, Server, check_command},
    types::{Content, LineEnds, Parameter},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6152/section-2/body-is-7bit-or-8bitmime",
        covers: &[r::BODY_IS_7BIT_OR_8BITMIME],
        run: body_is_7bit_or_8bitmime,
    },
    Check {
        name: "rfc6152/section-2/an-odd-keyword-is-understood",
        covers: &[r::KEYWORD_HAS_NO_PARAMETER],
        run: an_odd_keyword_is_understood,
    },
    Check {
        name: "rfc6152/section-3/body-needs-the-keyword",
        covers: &[r::BODY_NEEDS_THE_KEYWORD],
        run: body_needs_the_keyword,
    },
    Check {
        name: "rfc6152/section-3/eight-bits-are-declared",
        covers: &[r::EIGHT_BIT_IS_DECLARED],
        run: eight_bits_are_declared,
    },
    Check {
        name: "rfc6152/section-3/there-is-one-body",
        covers: &[r::ONE_BODY_PER_MAIL],
        run: there_is_one_body,
    },
    Check {
        name: "rfc6152/section-3/seven-bits-are-seven-bits",
        covers: &[r::SEVEN_BIT_MEANS_SEVEN_BIT],
        run: seven_bits_are_seven_bits,
    },
    Check {
        name: "rfc6152/section-3/dots-are-stuffed",
        covers: &[r::DOTS_ARE_STUFFED],
        run: dots_are_stuffed,
    },
    Check {
        name: "rfc6152/section-3/the-last-crlf-is-content",
        covers: &[r::LAST_CRLF_IS_CONTENT],
        run: the_last_crlf_is_content,
    },
    Check {
        name: "rfc6152/section-3/lines-have-1000-octets",
        covers: &[r::LINES_HAVE_1000_OCTETS],
        run: lines_have_1000_octets,
    },
    Check {
        name: "rfc6152/section-3/binary-is-not-covered",
        covers: &[r::BINARY_IS_NOT_COVERED],
        run: binary_is_not_covered,
    },
    Check {
        name: "rfc6152/section-3/nothing-beyond-ascii-without-the-keyword",
        covers: &[r::NO_EIGHT_BIT_WITHOUT_8BITMIME],
        run: nothing_beyond_ascii_without_the_keyword,
    },
    Check {
        name: "rfc6152/section-3/the-barrier-is-permanent",
        covers: &[r::BARRIER_MAY_BE_PERMANENT],
        run: the_barrier_is_permanent,
    },
];

const LABELS: &str = "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";

/// A message in eight bits with this body.
fn labelled(body: impl AsRef<[u8]>) -> &'static [u8] {
    [LABELS.as_bytes(), body.as_ref()].concat().leak()
}

/// What MAIL says of a message at a server that offers these.
#[track_caller]
fn said(offers: &str, message: &'static [u8]) -> String {
    let mut talk = Talk::ready(offers);
    talk.send(envelope(&["b@mail.example"]), message);
    talk.hears().strip_prefix("MAIL FROM:<a@client.example>").expect("MAIL").to_owned()
}

/// Bodies beyond ASCII, with the octet in every kind of place.
fn wide() -> Vec<&'static [u8]> {
    let mut bodies: Vec<Vec<u8>> = vec![b"\x80\r\n".to_vec(), b"\xff".to_vec(), "Grüße\r\n".into()];
    for before in [1, 15, 16, 63, 64, 239, 240, 241, 4095, 4096, 70_000] {
        // In lines of 64 octets.
        let mut body: Vec<u8> = (0..before)
            .map(|at| b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n"[at % 64])
            .collect();
        while body.ends_with(b"\r") {
            body.pop();
        }
        body.extend_from_slice(b"\xe4 and more\r\n");
        bodies.push(body);
    }
    bodies.into_iter().map(labelled).collect()
}

fn body_is_7bit_or_8bitmime() {
    for offers in ["8BITMIME", "8BITMIME|BINARYMIME|CHUNKING|SMTPUTF8|PIPELINING"] {
        assert_eq!(said(offers, MAIL), "");
        for message in wide() {
            assert_eq!(said(offers, message), " BODY=8BITMIME");
        }
    }
    for good in ["7BIT", "8BITMIME"] {
        assert_eq!(check_command(format!("MAIL FROM:<> BODY={good}\r\n").as_bytes()), Ok(()));
    }
    for bad in ["BODY", "BODY=", "BODY=8BIT", "BODY=MIME", "BODY=9BIT"] {
        let breach = check_command(format!("MAIL FROM:<> {bad}\r\n").as_bytes()).expect_err(bad);
        assert_eq!(breach.requirement, r::BODY_IS_7BIT_OR_8BITMIME);
    }
}

fn an_odd_keyword_is_understood() {
    for odd in ["8BITMIME yes", "8bitmime", " 8BITMIME "] {
        assert_eq!(said(odd, labelled("ü\r\n")), " BODY=8BITMIME", "{odd:?}");
    }
    let error =
        Talk::ready("X8BITMIME|8BITMIMEX|8-BIT-MIME").refuses(envelope(&["b@x.example"]), labelled("ü\r\n"));
    assert_eq!(error.requirement(), Some(r::NO_EIGHT_BIT_WITHOUT_8BITMIME));
}

fn body_needs_the_keyword() {
    for lacks in ["", "BODY|CHUNKING|PIPELINING|8BIT"] {
        assert_eq!(said(lacks, MAIL), "");
        for message in wide() {
            Talk::ready(lacks).refuses(envelope(&["b@mail.example"]), message);
        }
    }
    assert_eq!(said("8BITMIME", labelled("ü\r\n")), " BODY=8BITMIME");
    let said = ["EHLO c.example\r\n", "MAIL FROM:<> BODY=8BITMIME\r\n"];
    finds(&Server::bare(), &said, r::BODY_NEEDS_THE_KEYWORD);
}

fn eight_bits_are_declared() {
    for message in wide() {
        assert_eq!(said("8BITMIME|PIPELINING", message), " BODY=8BITMIME");
    }
    let full = [
        "EHLO c.example\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<a@b.example>\r\n",
        "DATA\r\n",
        "X: y\r\n\r\n\u{e4}\r\n.\r\n",
    ];
    finds(&Server::full(), &full, r::EIGHT_BIT_IS_DECLARED);
    // Of a stream it is declared by whoever has it.
    let server = Server::full();
    with(&server, async |client| {
        let message = Content::reader(labelled("ü\r\n")).eight_bit();
        assert!(client.send(envelope(&["b@mail.example"]), message).await.expect("sent").is_complete());
    });
    assert_eq!(server.deliveries()[0].parameters.value("BODY"), Some("8BITMIME"));
}

fn there_is_one_body() {
    for name in ["BODY", "body", "Body"] {
        assert!(Parameter::new(name, Some("7BIT")).is_err(), "{name}");
    }
    for offers in ["8BITMIME", "8BITMIME|8BITMIME|BINARYMIME|CHUNKING"] {
        assert_eq!(said(offers, labelled("ü\r\n")).matches("BODY=").count(), 1);
    }
    let breach = check_command(b"MAIL FROM:<> BODY=7BIT BODY=8BITMIME\r\n").expect_err("two");
    assert_eq!(breach.requirement, r::ONE_BODY_PER_MAIL);
}

/// What becomes of a stream at this server: what it has taken, and the error where there is one.
fn streamed(server: &Server, content: Content<'_>) -> (Vec<Delivery>, Option<Error>) {
    let error =
        with(server, async |client| match client.send(envelope(&["b@mail.example"]), content).await {
            Ok(report) => report.error().cloned(),
            Err(error) => Some(error),
        });
    (server.take_deliveries(), error)
}

fn seven_bits_are_seven_bits() {
    // What is in memory is looked at, so that nothing in eight bits can be said to be in seven.
    assert_eq!([said("8BITMIME", labelled("u\r\n")), said("8BITMIME", labelled("\x7f\r\n"))], ["", ""]);
    for message in wide() {
        assert_ne!(said("8BITMIME", message), "");
        // Of a stream that is said to be in seven, no other octet goes out, and what went is no message.
        for server in [Server::full(), Server::full().without("CHUNKING"), Server::bare()] {
            let (taken, error) = streamed(&server, Content::reader(message));
            assert_eq!(taken, []);
            let error = error.expect("it is not what it was said to be");
            let expected = (ErrorKind::Usage, Some(r::SEVEN_BIT_MEANS_SEVEN_BIT));
            assert_eq!((error.kind(), error.requirement()), expected);
        }
    }
    let (taken, error) = streamed(&Server::full(), Content::reader(labelled("u\r\n")));
    assert!(taken.len() == 1 && taken[0].parameters.value("BODY").is_none() && error.is_none());
    let said = [
        "EHLO c.example\r\n",
        "MAIL FROM:<> BODY=7BIT\r\n",
        "RCPT TO:<a@b.example>\r\n",
        "DATA\r\n",
        "X: y\r\n\r\n\u{e4}\r\n.\r\n",
    ];
    finds(&Server::full(), &said, r::SEVEN_BIT_MEANS_SEVEN_BIT);
}

/// What is sent behind 354.
#[track_caller]
fn text(message: &'static [u8]) -> Vec<u8> {
    let mut talk = Talk::ready("8BITMIME");
    talk.send(envelope(&["b@mail.example"]), message);
    talk.says("250 ok\n250 ok\n354 go");
    for _ in 0..3 {
        talk.line();
    }
    talk.octets()
}

fn dots_are_stuffed() {
    for (body, stuffed) in [
        ("ü\r\n.\r\n", "ü\r\n..\r\n.\r\n"),
        (".\r\nü\r\n", "..\r\nü\r\n.\r\n"),
        (".ü\r\n..ü\r\nü.\r\n", "..ü\r\n...ü\r\nü.\r\n.\r\n"),
        ("ü\n.\nQUIT\n", "ü\r\n..\r\nQUIT\r\n.\r\n"),
    ] {
        assert_eq!(text(labelled(body)), [LABELS, stuffed].concat().as_bytes(), "{body:?}");
        // The server has it without, and the whole of it.
        let server = Server::full();
        let (taken, error) = streamed(&server, Content::bytes(labelled(body)));
        assert!(error.is_none());
        let whole = [LABELS, body].concat().replace("\r\n", "\n").replace('\n', "\r\n");
        assert_eq!(taken[0].content, whole.as_bytes());
    }
    // One that begins with a dot, although no header does.
    let nothing = Content::bytes(&b".\r\n\xe4\r\n"[..]).eight_bit();
    let (taken, _) = streamed(&Server::full(), nothing);
    assert_eq!(taken[0].content, b".\r\n\xe4\r\n");
}

fn the_last_crlf_is_content() {
    for (body, sent) in [("ü\r\n", "ü\r\n"), ("ü\r\n\r\n", "ü\r\n\r\n"), ("ü", "ü\r\n"), ("ü\n", "ü\r\n")]
    {
        let whole = [LABELS, sent].concat();
        assert_eq!(text(labelled(body)), [whole.as_bytes(), b".\r\n"].concat(), "{body:?}");
        // It is counted, and it is there when the server has the message.
        let server = Server::full();
        let (taken, _) = streamed(&server, Content::bytes(labelled(body)));
        assert_eq!(taken[0].content, whole.as_bytes());
        assert_eq!(taken[0].parameters.value("SIZE"), Some(&*whole.len().to_string()));
    }
}

fn lines_have_1000_octets() {
    let line = |octets: usize| [vec![b'\xe4'; octets], b"\r\n".to_vec()].concat();
    for (first, second) in [(998, 0), (0, 998), (998, 998), (1, 997)] {
        let message = labelled([line(first), line(second)].concat());
        let lines: Vec<usize> =
            text(message).split_inclusive(|octet| *octet == b'\n').map(<[u8]>::len).collect();
        assert_eq!(lines.iter().max().copied(), Some(first.max(second) + 2));
    }
    for (first, second) in [(999, 0), (0, 999), (998, 70_000)] {
        let message = labelled([line(first), line(second)].concat());
        let error = Talk::ready("8BITMIME|CHUNKING").refuses(envelope(&["b@mail.example"]), message);
        assert_eq!(error.requirement(), Some(rfc5321::TEXT_LINE_HAS_1000_OCTETS));
        let (taken, error) = streamed(&Server::full(), Content::reader(message).eight_bit());
        assert_eq!(taken, []);
        assert_eq!(error.expect("too long").requirement(), Some(rfc5321::TEXT_LINE_HAS_1000_OCTETS));
    }
}

fn binary_is_not_covered() {
    let binary = b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: Binary\r\n\r\n\xe4\r\n";
    for offers in ["8BITMIME", "8BITMIME|CHUNKING|PIPELINING", "8BITMIME|BINARYMIME"] {
        let error = Talk::ready(offers).refuses(envelope(&["b@mail.example"]), binary);
        let expected = (ErrorKind::Unsupported, Some(rfc3030::NO_BINARY_WITHOUT_BINARYMIME));
        assert_eq!((error.kind(), error.requirement()), expected, "{offers}");
        Talk::ready(offers).refuses(envelope(&["b@mail.example"]), labelled(b"\xe4\0\r\n"));
        // Line ends that are to stay as they are.
        let kept = labelled("ü\n");
        let facts = scan_as(kept, LineEnds::Keep);
        let submission = Submission {
            envelope: envelope(&["b@x.example"]),
            facts,
            payload: Payload::Whole(kept.into()),
            windowed: false,
        };
        assert!(Talk::ready(offers).connection.send(submission).is_err(), "{offers}");
        assert_eq!(said(offers, labelled("ü\r\n")), " BODY=8BITMIME");
    }
    assert_eq!(said("8BITMIME|BINARYMIME|CHUNKING", binary), " BODY=BINARYMIME");
    // A stream that turns out to be one is not completed.
    let (taken, error) = streamed(&Server::full(), Content::reader(labelled(b"\xe4\0\r\n")).eight_bit());
    assert_eq!(taken, []);
    assert_eq!(error.expect("binary").requirement(), Some(rfc3030::NO_BINARY_WITHOUT_BINARYMIME));
}

fn nothing_beyond_ascii_without_the_keyword() {
    for message in wide() {
        for offers in ["", "PIPELINING|CHUNKING|SIZE", "SMTPUTF8|DSN"] {
            for windowed in [false, true] {
                let mut talk = Talk::ready(offers);
                let error =
                    talk.try_send(envelope(&["b@mail.example"]), message, windowed).expect_err("8 bits");
                let expected = (ErrorKind::Unsupported, Some(r::NO_EIGHT_BIT_WITHOUT_8BITMIME));
                assert_eq!((error.kind(), error.requirement()), expected);
                assert_eq!(talk.raw, b"EHLO client.example\r\n");
            }
        }
        // A stream that is said to have some is not begun, and one that is not is not completed.
        for (content, begun) in [(Content::reader(message).eight_bit(), 0), (Content::reader(message), 1)] {
            let server = Server::bare();
            let (taken, error) = streamed(&server, content);
            assert!(taken.is_empty() && error.is_some());
            let mails = server.commands().iter().filter(|line| line.starts_with("MAIL ")).count();
            assert_eq!(mails, begun);
        }
    }
    let said = [
        "EHLO c.example\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<a@b.example>\r\n",
        "DATA\r\n",
        "X: y\r\n\r\n\u{e4}\r\n.\r\n",
    ];
    finds(&Server::bare(), &said, r::NO_EIGHT_BIT_WITHOUT_8BITMIME);
}

fn the_barrier_is_permanent() {
    let mut talk = Talk::ready("");
    let error = talk.refuses(envelope(&["b@mail.example"]), labelled("ü\r\n"));
    // What that is, no later try will have.
    assert_eq!((error.kind(), error.reply()), (ErrorKind::Unsupported, None));
    // The same message is refused again, another one is not.
    talk.refuses(envelope(&["b@mail.example"]), labelled("ü\r\n"));
    talk.send(envelope(&["b@mail.example"]), MAIL);
    assert_eq!(talk.hears(), "MAIL FROM:<a@client.example>");
    assert_eq!(said("8BITMIME", labelled("ü\r\n")), " BODY=8BITMIME");
}
