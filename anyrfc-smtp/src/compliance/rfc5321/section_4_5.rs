//! RFC 5321, sections 4.5.2 and 4.5.3.1: transparency, and sizes.

use anyrfc_core::{Tolerance, compliance::Check};
use bytes::{Bytes, BytesMut};

use super::super::{
    served::{send, with},
    support::{MAIL, Talk, config, envelope},
};
use crate::{
    Error, ErrorKind, Requirement,
    codec::command::Command,
    proto::{Event, Payload, State, Submission},
    rfc5321 as r,
    testing::Server,
    types::{
        Argument, BurlUrl, Content, Domain, EhloName, Envelope, Facts, Invalid, Mailbox, Outcome, RawCommand,
        Recipient, SizeLimit,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/section-4.5.2/leading-periods-are-doubled",
        covers: &[r::LEADING_PERIOD_IS_DOUBLED],
        run: leading_periods_are_doubled,
    },
    Check {
        name: "rfc5321/section-4.5.3.1/minimum-sizes-are-received",
        covers: &[r::MINIMUM_SIZES_ARE_RECEIVED],
        run: minimum_sizes_are_received,
    },
    Check {
        name: "rfc5321/section-4.5.3.1/larger-objects-are-avoided",
        covers: &[r::LARGER_OBJECTS_ARE_AVOIDED],
        run: larger_objects_are_avoided,
    },
    Check {
        name: "rfc5321/section-4.5.3.1/larger-objects-can-be-tried",
        covers: &[r::LARGER_OBJECTS_MAY_BE_TRIED],
        run: larger_objects_can_be_tried,
    },
    Check {
        name: "rfc5321/section-4.5.3.1/refusals-of-larger-objects-are-handled",
        covers: &[r::REFUSAL_OF_LARGER_OBJECTS_IS_HANDLED],
        run: refusals_of_larger_objects_are_handled,
    },
    Check {
        name: "rfc5321/section-4.5.3.1.1/a-local-part-has-64-octets",
        covers: &[r::LOCAL_PART_HAS_64_OCTETS],
        run: a_local_part_has_64_octets,
    },
    Check {
        name: "rfc5321/section-4.5.3.1.2/a-domain-has-255-octets",
        covers: &[r::DOMAIN_HAS_255_OCTETS],
        run: a_domain_has_255_octets,
    },
    Check {
        name: "rfc5321/section-4.5.3.1.3/a-path-has-256-octets",
        covers: &[r::PATH_HAS_256_OCTETS],
        run: a_path_has_256_octets,
    },
    Check {
        name: "rfc5321/section-4.5.3.1.4/a-command-line-has-512-octets",
        covers: &[r::COMMAND_LINE_HAS_512_OCTETS],
        run: a_command_line_has_512_octets,
    },
    Check {
        name: "rfc5321/section-4.5.3.1.5/a-reply-line-of-512-octets-is-read",
        covers: &[r::REPLY_LINE_OF_512_OCTETS_IS_READ],
        run: a_reply_line_of_512_octets_is_read,
    },
    Check {
        name: "rfc5321/section-4.5.3.1.6/a-text-line-has-1000-octets",
        covers: &[r::TEXT_LINE_HAS_1000_OCTETS],
        run: a_text_line_has_1000_octets,
    },
    Check {
        name: "rfc5321/section-4.5.3.1.7/content-of-64k-fits",
        covers: &[r::CONTENT_OF_64K_FITS],
        run: content_of_64k_fits,
    },
    Check {
        name: "rfc5321/section-4.5.3.1.7/a-large-message-uses-size",
        covers: &[r::LARGE_MESSAGE_USES_SIZE],
        run: a_large_message_uses_size,
    },
    Check {
        name: "rfc5321/section-4.5.3.1.8/recipients-go-in-hundreds",
        covers: &[r::RECIPIENTS_GO_IN_HUNDREDS, r::RECIPIENTS_MAY_BE_LIMITED],
        run: recipients_go_in_hundreds,
    },
    Check {
        name: "rfc5321/section-4.5.3.1.10/too-many-by-552-is-transient",
        covers: &[r::TOO_MANY_BY_552_IS_TRANSIENT, r::TOO_MANY_MAY_COME_AS_552],
        run: too_many_by_552_is_transient,
    },
];

/// What a message is for whoever reads it by the rules of section 4.5.2: lines up to a period alone, and of others
/// that begin with a period the rest. Whatever is left behind it is returned as well.
fn read_data(mut octets: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut message = Vec::new();
    while let Some(end) = octets.windows(2).position(|pair| pair == b"\r\n") {
        let (line, rest) = octets.split_at(end + 2);
        octets = rest;
        if line == b".\r\n" {
            return (message, rest);
        }
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
    }
    panic!("it does not end: {}", octets.escape_ascii())
}

/// A message as long as that, in lines of `line` octets without their ends.
fn text(length: usize, line: usize) -> &'static [u8] {
    let mut text = b"Subject: long\r\n\r\n".to_vec();
    while text.len() + line + 4 <= length {
        text.extend(std::iter::repeat_n(b'x', line).chain(*b"\r\n"));
    }
    text.extend(std::iter::repeat_n(b'y', (length - text.len()).saturating_sub(2)));
    text.extend(b"\r\n");
    text.leak()
}

/// What was sent of a message up to its end, by a server that takes it.
#[track_caller]
fn by_data(message: &'static [u8]) -> Vec<u8> {
    let mut talk = Talk::ready("");
    let id = talk.send(envelope(&["b@mail.example"]), message);
    talk.says("250 ok\n250 ok");
    talk.octets();
    talk.says("354 go");
    let said = talk.octets();
    talk.says("250 ok");
    assert!(talk.report(id).is_complete(), "{:?}", talk.error);
    said
}

fn leading_periods_are_doubled() {
    let messages: [(&[u8], &[u8]); 9] = [
        (b".\r\n", b".\r\n"),
        (b"..\r\n", b"..\r\n"),
        (b".one\r\n..two\r\na.b\r\n.\r\nQUIT\r\n", b".one\r\n..two\r\na.b\r\n.\r\nQUIT\r\n"),
        (b"Subject: x\r\n\r\n.\r\n.\r\n.\r\n", b"Subject: x\r\n\r\n.\r\n.\r\n.\r\n"),
        (b"last.\r\n.", b"last.\r\n.\r\n"),
        (b"a\n.\nMAIL FROM:<x@y>\n", b"a\r\n.\r\nMAIL FROM:<x@y>\r\n"),
        (b"a\r.\rb\r\n", b"a\r\n.\r\nb\r\n"),
        (b"a\r\n.\nb\n.\r\nc", b"a\r\n.\r\nb\r\n.\r\nc\r\n"),
        (b"", b""),
    ];
    for (message, arrives) in messages {
        let said = by_data(message);
        let (read, rest) = read_data(&said);
        let shown = (read.escape_ascii().to_string(), rest.escape_ascii().to_string());
        assert_eq!(shown, (arrives.escape_ascii().to_string(), String::new()), "{}", message.escape_ascii());
        // Whole, as every split of it.
        for split in 0..=message.len() {
            let mut talk = Talk::ready("");
            let payload = Payload::Streamed;
            let submission = Submission {
                envelope: envelope(&["b@mail.example"]),
                facts: Facts::default(),
                payload,
                windowed: false,
            };
            let id = talk.connection.send(submission).expect("sent");
            talk.octets();
            talk.says("250 ok\n250 ok");
            talk.octets();
            talk.says("354 go");
            let (first, second) = message.split_at(split);
            for (piece, last) in [(first, false), (second, true)] {
                talk.connection.provide(id, Bytes::from_static(piece), last).expect("more");
                talk.pump();
            }
            assert_eq!(talk.octets(), said, "{split} of {}", message.escape_ascii());
        }
    }
    // The octets of a chunk are counted, not looked at.
    let mut talk = Talk::ready("PIPELINING|CHUNKING");
    talk.send_windowed(envelope(&["b@mail.example"]), b".\r\n..\r\n");
    assert!(talk.octets().ends_with(b"BDAT 7 LAST\r\n.\r\n..\r\n"));
}

/// A line of so many octets, its end included.
fn reply_line(begin: &str, length: usize) -> String {
    format!("{begin}{}\r\n", "x".repeat(length - begin.len() - 2))
}

fn label(length: usize) -> String {
    "a".repeat(length)
}

/// A domain of so many octets, from 64 on.
fn domain(length: usize) -> String {
    let mut domain = label(length % 64);
    while domain.len() + 64 <= length {
        domain = if domain.is_empty() { label(63) } else { format!("{domain}.{}", label(63)) };
    }
    let short = length - domain.len();
    if short > 0 { format!("{}{domain}", label(short)) } else { domain }
}

fn mailbox(local_part: usize, whole: usize) -> String {
    format!("{}@{}", label(local_part), domain(whole - local_part - 1))
}

fn minimum_sizes_are_received() {
    // Reply lines are all there is of a server: of 512 octets at every step, in every tolerance.
    for tolerance in [Tolerance::Strict, Tolerance::Field, Tolerance::Lenient] {
        let mut config = config();
        config.tolerance = tolerance;
        let mut talk = Talk::with(config);
        talk.feed(reply_line("220-", 512)).feed(reply_line("220 ", 512));
        talk.hears();
        talk.feed("250-mail.example\r\n").feed(reply_line("250-X-LONG ", 512)).feed("250 SIZE\r\n");
        assert_eq!(talk.phase(), State::Ready, "{:?}", talk.error);
        let id = talk.send(envelope(&["b@mail.example"]), MAIL);
        for code in ["250", "250", "354", "250"] {
            talk.octets();
            talk.feed(reply_line(&format!("{code}-"), 512)).feed(reply_line(&format!("{code} "), 512));
        }
        assert!(talk.report(id).is_complete(), "{:?}", talk.error);
    }
    // And what one is given to be sent has these sizes.
    Mailbox::new(&mailbox(64, 254)).expect("a mailbox");
    Domain::new(&domain(255)).expect("a domain");
    let hundred: Vec<_> = (0..100).map(|number| format!("u{number}@mail.example")).collect();
    let envelope = Envelope::new("a@client.example", &hundred).expect("an envelope");
    let server = Server::bare();
    let report = send(&server, envelope, text(64 << 10, 998)).expect("sent");
    assert_eq!(report.accepted().count(), 100);
    assert_eq!(server.deliveries()[0].content.len(), 64 << 10);
}

#[track_caller]
fn breaks<T>(result: Result<T, impl Into<Error>>, requirement: &'static Requirement) {
    let error: Error = result.map(drop).expect_err("it is allowed").into();
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(requirement)), "{error}");
}

fn larger_objects_are_avoided() {
    breaks(Mailbox::new(&mailbox(65, 200)), r::LOCAL_PART_HAS_64_OCTETS);
    breaks(Domain::new(&domain(256)), r::DOMAIN_HAS_255_OCTETS);
    breaks(EhloName::domain(&domain(256)), r::DOMAIN_HAS_255_OCTETS);
    breaks(Mailbox::new(&mailbox(64, 255)), r::PATH_HAS_256_OCTETS);
    breaks(Argument::new(&label(513)), r::COMMAND_LINE_HAS_512_OCTETS);
    let long: &'static [u8] = [&label(999).into_bytes()[..], b"\r\n"].concat().leak();
    let error = Talk::ready("SIZE|PIPELINING|CHUNKING").refuses(envelope(&["b@mail.example"]), long);
    assert_eq!(error.requirement(), Some(r::TEXT_LINE_HAS_1000_OCTETS));
    // Neither does a message that is larger than the server takes, where it says so.
    let error = Talk::ready("SIZE 1000").refuses(envelope(&["b@mail.example"]), text(1001, 70));
    assert_eq!(error.kind(), ErrorKind::Refused);
}

fn larger_objects_can_be_tried() {
    // What a server may take in any size: recipients over 100, content over 64K.
    let many: Vec<_> = (0..150).map(|number| format!("u{number}@mail.example")).collect();
    let envelope = Envelope::new("a@client.example", &many).expect("an envelope");
    let large = text(1 << 20, 76);
    for server in [Server::bare(), Server::full()] {
        let report = send(&server, envelope.clone(), large).expect("sent");
        assert_eq!(report.accepted().count(), 150);
        let delivered = &server.deliveries()[0];
        assert_eq!((delivered.addresses().len(), delivered.content == large), (150, true));
    }
    // A line of any length goes as binary.
    let line = vec![b'x'; 5000];
    let server = Server::full();
    let report = send(
        &server,
        super::super::support::envelope(&["b@mail.example"]),
        Content::bytes(line.clone()).binary(),
    );
    assert!(report.expect("sent").is_complete());
    assert_eq!(server.deliveries()[0].content, line);
}

fn refusals_of_larger_objects_are_handled() {
    // Of the sender's path, one recipient's, the size at MAIL, and the message at its end.
    let refusals: [(usize, &str); 7] = [
        (0, "501 5.1.7 path too long"),
        (0, "552 5.3.4 message too large"),
        (0, "452 4.3.1 no space"),
        (1, "501 5.1.3 path too long"),
        (1, "500 5.5.2 line too long"),
        (3, "552 5.3.4 message too large"),
        (3, "554 5.6.0 line too long"),
    ];
    for (step, refusal) in refusals {
        let mut talk = Talk::ready("SIZE");
        let id = talk.send(envelope(&["b@mail.example"]), text(100_000, 998));
        for reply in super::section_4_2::STEPS.iter().take(step) {
            talk.octets();
            talk.says(reply);
        }
        talk.octets();
        talk.says(refusal);
        let report = talk.report(id);
        let Outcome::Rejected(reply) = report.recipients()[0].outcome() else { panic!("{report:?}") };
        assert!(refusal.starts_with(&reply.to_string()), "{reply} {refusal}");
        // And goes on with something smaller.
        if talk.line().is_some_and(|line| line == "RSET\r\n") {
            talk.says("250 ok");
        }
        let id = talk.send(envelope(&["b@mail.example"]), MAIL);
        talk.says("250 ok\n250 ok\n354 go");
        talk.octets();
        talk.says("250 ok");
        assert!(talk.report(id).is_complete(), "{refusal} {:?}", talk.error);
    }
    // A refused recipient costs the others nothing.
    let server = Server::full().refuse(&mailbox(64, 254), 501, "5.1.3 path too long");
    let both = envelope(&[&mailbox(64, 254), "c@mail.example"]);
    let report = send(&server, both, "Subject: x\r\n\r\n").expect("sent");
    assert_eq!((report.rejected().count(), report.accepted().count()), (1, 1));
}

fn a_local_part_has_64_octets() {
    for written in [label(64), format!("\"{} b\"", label(60)), "ü".repeat(32)] {
        assert_eq!(written.len(), 64);
        let whole = format!("{written}@mail.example");
        let mailbox = Mailbox::new(&whole).expect("a mailbox");
        assert_eq!(mailbox.as_str(), whole);
    }
    for written in [label(65), format!("\"{} b\"", label(61)), "ü".repeat(33), label(1000)] {
        breaks(Mailbox::new(&format!("{written}@mail.example")), r::LOCAL_PART_HAS_64_OCTETS);
    }
    // What is written counts, its quotes among it.
    breaks(Mailbox::from_parts(&format!("{} b", label(61)), "mail.example"), r::LOCAL_PART_HAS_64_OCTETS);
    let mut talk = Talk::ready("");
    talk.send(envelope(&[&mailbox(64, 100)]), MAIL);
    talk.says("250 ok");
    talk.hears();
    assert_eq!(talk.hears(), format!("RCPT TO:<{}>", mailbox(64, 100)));
}

fn a_domain_has_255_octets() {
    assert_eq!(Domain::new(&domain(255)).expect("a domain").as_str().len(), 255);
    assert_eq!(EhloName::domain(&domain(255)).expect("a name").as_str().len(), 255);
    for length in [256, 257, 1000, 100_000] {
        breaks(Domain::new(&domain(length)), r::DOMAIN_HAS_255_OCTETS);
        breaks(EhloName::domain(&domain(length)), r::DOMAIN_HAS_255_OCTETS);
    }
    // In each of the two forms that it can be written in.
    breaks(Domain::new(&["ü".repeat(40).as_str(); 4].join(".")), r::DOMAIN_HAS_255_OCTETS);
    assert!(Domain::new(&["ü".repeat(40).as_str(); 6].join(".")).is_err());
    let mut config = config();
    config.name = EhloName::domain(&domain(255)).expect("a name");
    let mut talk = Talk::with(config);
    talk.says("220 mail.example");
    assert_eq!(talk.hears(), format!("EHLO {}", domain(255)));
}

fn a_path_has_256_octets() {
    let longest = mailbox(64, 254);
    let mut talk = Talk::ready("");
    talk.send(Envelope::new(longest.as_str(), [longest.as_str()]).expect("an envelope"), MAIL);
    let heard = talk.hears();
    assert_eq!(heard, format!("MAIL FROM:<{longest}>"));
    assert_eq!(heard.len() - "MAIL FROM:".len(), 256);
    for length in [255, 256, 300] {
        let mailbox = mailbox(64, length);
        breaks(Mailbox::new(&mailbox), r::PATH_HAS_256_OCTETS);
        breaks(Envelope::new(mailbox.as_str(), ["b@mail.example"]), r::PATH_HAS_256_OCTETS);
        breaks(Envelope::new("a@client.example", [mailbox.as_str()]), r::PATH_HAS_256_OCTETS);
        breaks(Recipient::new(format!("<{mailbox}>")), r::PATH_HAS_256_OCTETS);
    }
}

fn length(command: &Command) -> usize {
    let mut out = BytesMut::new();
    command.encode(&mut out);
    out.len()
}

/// The longest that can be made of this, which is found by trying.
fn longest<T>(make: impl Fn(usize) -> Result<T, Invalid>, command: impl Fn(T) -> Command) -> usize {
    let made = (1..2000).map_while(|size| make(size).ok());
    let longest = made.last().expect("the shortest");
    let over = (1..2000).find_map(|size| make(size).err()).expect("a limit");
    assert_eq!(over.requirement(), r::COMMAND_LINE_HAS_512_OCTETS);
    length(&command(longest))
}

const LABELED: &str = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
    Content-Transfer-Encoding: 8bit\r\n\r\nü\r\n";

/// The longest line that is said.
fn most(talk: &mut Talk) -> usize {
    let said = talk.octets();
    said.split_inclusive(|octet| *octet == b'\n').map(<[u8]>::len).max().unwrap_or_default()
}

fn a_command_line_has_512_octets() {
    let argument = |size| Argument::new(&label(size));
    // The same value serves verbs of one length, with SMTPUTF8 behind it or not.
    let utf8 = |size| Argument::new(&label(size)).map(Argument::utf8);
    assert_eq!(longest(utf8, Command::Vrfy), 512);
    assert_eq!(longest(utf8, Command::Expn), 512);
    for command in
        [Command::Vrfy, Command::Expn, |text| Command::Noop(Some(text)), |text| Command::Help(Some(text))]
    {
        let length = longest(argument, command);
        assert!((500..=512).contains(&length), "{length}");
    }
    assert_eq!(longest(|size| RawCommand::new("XCLIENT", Some(&label(size))), Command::Raw), 512);
    let url = |size| BurlUrl::trusted(&format!("imap://mail.example/{}", label(size)));
    assert_eq!(longest(url, |url| Command::Burl { url, last: true }), 512);
    let name = EhloName::domain(&domain(255)).expect("a name");
    assert!(length(&Command::Lhlo(name)) <= 512);
    // MAIL and RCPT with the longest of paths, and what the RFC itself gives room for.
    let mailbox = mailbox(64, 254);
    let mut talk = Talk::ready("SIZE|8BITMIME|PIPELINING");
    talk.send(Envelope::new(mailbox.as_str(), [mailbox.as_str()]).expect("an envelope"), LABELED.as_bytes());
    assert!(most(&mut talk) <= 512);
    // Parameters of unknown extensions do not lengthen it.
    let with = |size| {
        let parameter = crate::types::Parameter::new("X-LONG", Some(&label(size)))?;
        Ok::<_, Invalid>(envelope(&["b@mail.example"]).parameter(parameter))
    };
    let mut talk = Talk::ready("X-LONG");
    let room = 512 - "MAIL FROM:<a@client.example> X-LONG=\r\n".len();
    talk.send(with(room).expect("a parameter"), MAIL);
    assert_eq!(most(&mut talk), 512);
    let over = with(room + 1).map_err(Error::from);
    let over = over.map(|envelope| Talk::ready("X-LONG").refuses(envelope, MAIL));
    assert_eq!(over.unwrap_or_else(|error| error).requirement(), Some(r::COMMAND_LINE_HAS_512_OCTETS));
}

fn a_reply_line_of_512_octets_is_read() {
    for length in [511, 512, 513, 1000] {
        for code in ["250", "451", "550"] {
            let mut talk = Talk::ready("");
            let id = talk.submit(Command::Noop(None));
            let line = reply_line(&format!("{code} "), length);
            // In one piece and octet by octet.
            for octet in line.bytes() {
                talk.feed([octet]);
            }
            let reply = talk.reply(id);
            assert_eq!((reply.code().to_string().as_str(), reply.text().len()), (code, length - 6));
        }
    }
    let mut talk = Talk::ready("");
    let id = talk.submit(Command::Help(None));
    for _ in 0..50 {
        talk.feed(reply_line("214-", 512));
    }
    talk.feed(reply_line("214 ", 512));
    assert_eq!(talk.reply(id).lines().count(), 51);
    // A line without end is not waited for.
    let mut talk = Talk::ready("");
    talk.submit(Command::Noop(None));
    talk.feed(["250 ", &label(100_000)].concat());
    assert_eq!(talk.fails().kind(), ErrorKind::Limit);
}

fn a_text_line_has_1000_octets() {
    let line = |length: usize, first: u8| -> &'static [u8] {
        let mut line = vec![first];
        line.resize(length, b'x');
        [b"Subject: x\r\n\r\n", &line[..], b"\r\nend\r\n"].concat().leak()
    };
    // 998 and CRLF; a doubled period is not counted.
    for (message, longest) in [(line(998, b'x'), 1000), (line(998, b'.'), 1001)] {
        let said = by_data(message);
        assert_eq!(read_data(&said).0, message);
        let lines = said.split_inclusive(|octet| *octet == b'\n').map(<[u8]>::len);
        assert_eq!(lines.max(), Some(longest));
    }
    for message in [line(999, b'x'), line(999, b'.'), line(5000, b'x')] {
        for offers in ["", "SIZE|PIPELINING|8BITMIME", "CHUNKING|PIPELINING"] {
            let error = Talk::ready(offers).refuses(envelope(&["b@mail.example"]), message);
            assert_eq!(error.requirement(), Some(r::TEXT_LINE_HAS_1000_OCTETS), "{offers}");
        }
        // Of a stream it shows on the way: the message is not completed.
        let server = Server::bare();
        let report = send(&server, envelope(&["b@mail.example"]), Content::reader(message)).expect("begun");
        assert_eq!(report.error().and_then(Error::requirement), Some(r::TEXT_LINE_HAS_1000_OCTETS));
        assert_eq!(server.deliveries().len(), 0);
    }
}

fn content_of_64k_fits() {
    for length in [65_535, 65_536, 65_537, 1 << 20] {
        let message = text(length, 76);
        assert_eq!(message.len(), length);
        assert_eq!(read_data(&by_data(message)).0, message);
        for server in [Server::bare(), Server::full()] {
            let report = send(&server, envelope(&["b@mail.example"]), Content::reader(message));
            assert!(report.expect("sent").is_complete());
            assert!(server.deliveries()[0].content == message, "{length}");
        }
    }
    // Neither does the server's word on it count as long.
    let mut talk = Talk::ready("PIPELINING|CHUNKING");
    let id = talk.send_windowed(envelope(&["b@mail.example"]), text(1 << 20, 76));
    assert!(talk.octets().len() > 1 << 20);
    talk.says("250 ok\n250 ok\n250 ok");
    assert!(talk.report(id).is_complete());
    assert!(!talk.events.iter().any(|event| matches!(event, Event::Delivered(..))));
}

fn a_large_message_uses_size() {
    for (offer, limit) in [("SIZE", None), ("SIZE 0", None), ("SIZE 2000000", Some(2_000_000))] {
        let mut talk = Talk::ready(offer);
        let told = talk.connection.capabilities().and_then(crate::types::Capabilities::size);
        assert_eq!(matches!(told, Some(SizeLimit::Octets(of)) if Some(of) == limit), limit.is_some());
        talk.send(envelope(&["b@mail.example"]), text(1 << 20, 76));
        assert_eq!(talk.hears(), "MAIL FROM:<a@client.example> SIZE=1048576");
        // Ends of lines are counted as they are sent.
        let mut talk = Talk::ready(offer);
        talk.send(envelope(&["b@mail.example"]), b"a\nb\n");
        assert_eq!(talk.hears(), "MAIL FROM:<a@client.example> SIZE=6");
    }
    // Of a stream as far as it is known.
    let server = Server::full();
    let message = text(1 << 20, 76);
    with(&server, async |client| {
        let content = Content::reader(message).size(1 << 20);
        client.send(envelope(&["b@mail.example"]), content).await.expect("sent");
    });
    assert!(server.commands().iter().any(|line| line.contains(" SIZE=1048576")), "{:?}", server.commands());
    let mut talk = Talk::ready("");
    talk.send(envelope(&["b@mail.example"]), text(1 << 20, 76));
    assert_eq!(talk.hears(), "MAIL FROM:<a@client.example>");
}

fn recipients_go_in_hundreds() {
    let many: Vec<_> = (0..250).map(|number| format!("u{number}@mail.example")).collect();
    for refusal in [452, 552] {
        let server = Server::full().on("RCPT", move |_, view| {
            use crate::testing::Answer;
            if view.recipients.len() < 100 {
                Answer::as_usual()
            } else {
                Answer::reply(refusal, "too many recipients")
            }
        });
        let mut rest = Envelope::new("a@client.example", &many).ok();
        let mut rounds = 0;
        with(&server, async |client| {
            while let Some(envelope) = rest.take() {
                rounds += 1;
                let report = client.send(envelope.clone(), "Subject: x\r\n\r\n").await.expect("sent");
                assert!(report.recipients().iter().all(|of| of.outcome().is_accepted() || of.is_retryable()));
                rest = report.retry(&envelope);
            }
        });
        assert_eq!(rounds, 3, "{refusal}");
        let delivered = server.take_deliveries();
        assert_eq!(delivered.iter().map(|mail| mail.recipients.len()).collect::<Vec<_>>(), [100, 100, 50]);
        let all: Vec<_> = delivered.iter().flat_map(|mail| mail.addresses()).collect();
        assert_eq!(all, many, "each of them once");
    }
}

fn too_many_by_552_is_transient() {
    for pipelined in ["", "PIPELINING"] {
        for (refusal, again) in [
            ("552 too many recipients", true),
            ("552 5.5.3 too many recipients", true),
            ("452 4.5.3 too many recipients", true),
            ("552 5.2.2 mailbox full", false),
            ("550 5.5.3 too many recipients", false),
            ("553 no", false),
        ] {
            let mut talk = Talk::ready(pipelined);
            let id = talk.send(envelope(&["b@mail.example", "c@mail.example"]), MAIL);
            talk.says("250 ok\n250 ok").says(refusal).says("354 go");
            talk.octets();
            talk.says("250 ok");
            let report = talk.report(id);
            let [first, second] = report.recipients() else { panic!("{report:?}") };
            assert!(first.outcome().is_accepted(), "{refusal}");
            assert_eq!(second.is_retryable(), again, "{refusal}");
        }
    }
    // Said of the message, it means what it says.
    let mut talk = Talk::ready("");
    let id = talk.send(envelope(&["b@mail.example"]), MAIL);
    talk.says("250 ok\n250 ok\n354 go");
    talk.octets();
    talk.says("552 too large");
    assert!(!talk.report(id).recipients()[0].is_retryable());
}
