//! RFC 1870, sections 3 to 5 and 7: what a server says of sizes, and what size means.

use anyrfc_core::compliance::Check;

use super::{
    super::support::{MAIL, Talk, config, envelope, finds},
    mail, streamed,
};
use crate::{
    ErrorKind,
    proto::Flavour,
    rfc1870 as r,
    testing::{Server, check_command},
    types::SizeLimit,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc1870/section-3/zero-is-no-limit",
        covers: &[r::ZERO_IS_NO_LIMIT],
        run: zero_is_no_limit,
    },
    Check {
        name: "rfc1870/section-3/a-missing-limit-tells-nothing",
        covers: &[r::MISSING_LIMIT_TELLS_NOTHING],
        run: a_missing_limit_tells_nothing,
    },
    Check {
        name: "rfc1870/section-3/a-limit-is-decimal",
        covers: &[r::LIMIT_IS_DECIMAL],
        run: a_limit_is_decimal,
    },
    Check {
        name: "rfc1870/section-3/a-size-has-one-to-twenty-digits",
        covers: &[r::DECLARED_SIZE_HAS_20_DIGITS],
        run: a_size_has_one_to_twenty_digits,
    },
    Check {
        name: "rfc1870/section-4/a-size-is-declared-where-it-may-be",
        covers: &[r::SIZE_NEEDS_THE_KEYWORD, r::SIZE_MAY_BE_DECLARED],
        run: a_size_is_declared_where_it_may_be,
    },
    Check {
        name: "rfc1870/section-5/what-is-sent-is-counted",
        covers: &[r::SIZE_COUNTS_WHAT_IS_SENT, r::DECLARED_SIZE_COVERS_THE_MESSAGE],
        run: what_is_sent_is_counted,
    },
    Check {
        name: "rfc1870/section-7/the-limit-is-compared",
        covers: &[r::LIMIT_MAY_BE_ALL_THAT_IS_USED, r::OVERSIZE_IS_REFUSED],
        run: the_limit_is_compared,
    },
];

fn limit(talk: &Talk) -> Option<SizeLimit> {
    talk.connection.capabilities().expect("greeted").size()
}

fn zero_is_no_limit() {
    for zero in ["SIZE 0", "size 000"] {
        let mut talk = Talk::ready(zero);
        assert_eq!(limit(&talk), Some(SizeLimit::Unlimited));
        talk.send(envelope(&["b@mail.example"]), MAIL);
        assert_eq!(talk.hears(), "MAIL FROM:<a@client.example> SIZE=25");
        streamed(&mut Talk::ready(zero), Some(u64::MAX));
    }
    // One is not zero.
    let error = Talk::ready("SIZE 1").refuses(envelope(&["b@mail.example"]), MAIL);
    assert_eq!(error.kind(), ErrorKind::Refused);
}

fn a_missing_limit_tells_nothing() {
    let mut talk = Talk::ready("SIZE");
    assert_eq!(limit(&talk), Some(SizeLimit::Unknown));
    streamed(&mut talk, Some(u64::MAX));
    assert_eq!(talk.hears(), format!("MAIL FROM:<a@client.example> SIZE={}", u64::MAX));
    assert_eq!(limit(&Talk::ready("SIZE 99")), Some(SizeLimit::Octets(99)));
    assert_eq!(limit(&Talk::ready("8BITMIME")), None);
}

fn a_limit_is_decimal() {
    for odd in ["SIZE 10k", "SIZE -1", "SIZE 0x10", "SIZE unlimited"] {
        let mut talk = Talk::ready(odd);
        assert_eq!(limit(&talk), Some(SizeLimit::Unknown), "{odd}");
        let deviations = talk.connection.deviations();
        assert!(deviations.iter().any(|one| one.requirement == r::LIMIT_IS_DECIMAL), "{odd}");
        talk.send(envelope(&["b@mail.example"]), MAIL);
    }
    assert!(Talk::ready("SIZE 99").connection.deviations().is_empty());
}

fn a_size_has_one_to_twenty_digits() {
    for (size, digits) in [(0, 1), (9, 1), (10, 2), (u64::from(u32::MAX) + 1, 10), (u64::MAX, 20)] {
        let mut talk = Talk::ready("SIZE");
        streamed(&mut talk, Some(size));
        let heard = talk.hears();
        let said = heard.strip_prefix("MAIL FROM:<a@client.example> SIZE=").expect("a size");
        assert!(said.len() == digits && said.bytes().all(|octet| octet.is_ascii_digit()), "{said}");
    }
    for bad in ["", "-1", "1k", "123456789012345678901"] {
        let breach =
            check_command(format!("MAIL FROM:<> SIZE={bad}\r\n").as_bytes()).expect_err("not a size");
        assert_eq!(breach.requirement, r::DECLARED_SIZE_HAS_20_DIGITS, "{bad}");
    }
}

fn a_size_is_declared_where_it_may_be() {
    let (with, without) = ("MAIL FROM:<a@client.example> SIZE=25", "MAIL FROM:<a@client.example>");
    for (offers, said) in [
        ("", without),
        ("8BITMIME|PIPELINING|X-SIZE 99|SIZES", without),
        ("SIZE", with),
        ("size 25", with),
        ("8BITMIME|SIZE 0|PIPELINING", with),
    ] {
        assert_eq!(mail(offers), said, "{offers}");
    }
    // A server that knows no EHLO offers nothing.
    let mut talk = Talk::new();
    talk.says("220 mail.example");
    talk.hears();
    talk.says("500 what").hears();
    talk.says("250 mail.example");
    talk.send(envelope(&["b@mail.example"]), MAIL);
    assert_eq!(talk.hears(), without);
    // In LMTP as well.
    let mut config = config();
    config.flavour = Flavour::Lmtp;
    for (offers, said) in [("PIPELINING", without), ("PIPELINING|SIZE", with)] {
        let mut talk = Talk::with(config.clone()).greet(offers);
        talk.send(envelope(&["b@mail.example"]), MAIL);
        assert_eq!(talk.hears(), said);
    }
    let said = ["EHLO c.example\r\n", "MAIL FROM:<> SIZE=1\r\n"];
    finds(&Server::bare(), &said, r::SIZE_NEEDS_THE_KEYWORD);
    // What is not known is not declared.
    let mut talk = Talk::ready("SIZE");
    streamed(&mut talk, None);
    assert_eq!(talk.hears(), without);
}

/// Messages whose octets are not all that is sent, or more than that.
const MESSAGES: &[&[u8]] = &[
    b"",
    b"\r\n",
    MAIL,
    b"Subject: x\n\nlines\nof another\rsystem\n",
    b"Subject: x\r\n\r\nwithout an end",
    b"Subject: x\r\n\r\nhalf an end\r",
    b"Subject: x\r\n\r\n.\r\n..\r\n.dots\r\na.b\r\n",
    b".dotted: x\n.\n\n.\n",
];

/// What comes of a message that was sent by DATA, as the server takes it off the wire.
fn taken(octets: &[u8]) -> Vec<u8> {
    let text = octets.strip_suffix(b".\r\n").expect("an end");
    let mut taken = Vec::new();
    for line in text.split_inclusive(|octet| *octet == b'\n') {
        taken.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
    }
    taken
}

fn what_is_sent_is_counted() {
    for message in MESSAGES {
        let mut talk = Talk::ready("SIZE");
        talk.send(envelope(&["b@mail.example"]), message);
        let heard = talk.hears();
        talk.says("250 ok").hears();
        talk.says("250 ok").hears();
        talk.says("354 go");
        let length = taken(&talk.octets()).len();
        assert_eq!(
            heard,
            format!("MAIL FROM:<a@client.example> SIZE={length}"),
            "{}",
            message.escape_ascii()
        );
        // A chunk has the same size.
        let mut talk = Talk::ready("SIZE|CHUNKING|PIPELINING");
        talk.send_windowed(envelope(&["b@mail.example"]), message);
        let lines = [talk.hears(), talk.hears(), talk.hears()];
        assert_eq!(
            lines.each_ref().map(|line| line.rsplit(['=', ' ']).next()),
            [Some(&*length.to_string()), Some("TO:<b@mail.example>"), Some("LAST")]
        );
        assert_eq!(lines[2], format!("BDAT {length} LAST"));
        assert_eq!(talk.octets().len(), length);
    }
    // The server in memory counts as well.
    let said = [
        "EHLO c.example\r\n",
        "MAIL FROM:<> SIZE=2\r\n",
        "RCPT TO:<a@b.example>\r\n",
        "DATA\r\n",
        "abc\r\n.\r\n",
    ];
    finds(&Server::full(), &said, r::DECLARED_SIZE_COVERS_THE_MESSAGE);
}

fn the_limit_is_compared() {
    for message in MESSAGES {
        let mut talk = Talk::ready("");
        talk.send(envelope(&["b@mail.example"]), message);
        talk.says("250 ok\n250 ok\n354 go");
        for _ in 0..3 {
            talk.line();
        }
        let length = taken(&talk.octets()).len();
        Talk::ready(&format!("SIZE {}", length.max(1))).send(envelope(&["b@mail.example"]), message);
        if length > 1 {
            let mut talk = Talk::ready(&format!("SIZE {}", length - 1));
            let error = talk.refuses(envelope(&["b@mail.example"]), message);
            let expected = (ErrorKind::Refused, Some(r::OVERSIZE_IS_REFUSED));
            assert_eq!((error.kind(), error.requirement()), expected);
            // Nothing is wrong with the next.
            talk.send(envelope(&["b@mail.example"]), b"");
        }
    }
}
