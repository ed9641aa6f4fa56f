//! RFC 3030, section 2: chunks.

use anyrfc_core::compliance::Check;
use bytes::Bytes;

use super::super::support::{Duet, MAIL, Talk, chunked, envelope, finds};
use crate::{
    ContentError, ErrorKind, LineEnds,
    codec::{command::Command, scan::scan_as},
    proto::{Config, DeliveryId, Payload, Protection, Submission},
    rfc3030 as r,
    testing::{Answer, Server, Transfer},
    types::Facts,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3030/section-2/chunks-need-the-offer",
        covers: &[r::BDAT_NEEDS_CHUNKING],
        run: chunks_need_the_offer,
    },
    Check {
        name: "rfc3030/section-2/the-last-chunk-may-be-empty",
        covers: &[r::LAST_CHUNK_MAY_BE_EMPTY],
        run: the_last_chunk_may_be_empty,
    },
    Check {
        name: "rfc3030/section-2/nothing-follows-the-last-chunk-but-rset",
        covers: &[r::BDAT_AFTER_LAST_IS_RESET],
        run: nothing_follows_the_last_chunk_but_rset,
    },
    Check {
        name: "rfc3030/section-2/no-chunk-follows-a-refused-one",
        covers: &[r::NO_CHUNK_AFTER_A_REFUSAL],
        run: no_chunk_follows_a_refused_one,
    },
    Check {
        name: "rfc3030/section-2/rset-follows-a-refused-chunk",
        covers: &[r::REFUSED_CHUNK_IS_RESET],
        run: rset_follows_a_refused_chunk,
    },
    Check {
        name: "rfc3030/section-2/data-and-chunks-do-not-mix",
        covers: &[r::DATA_AFTER_BDAT_IS_RESET],
        run: data_and_chunks_do_not_mix,
    },
    Check {
        name: "rfc3030/section-2/lines-end-in-crlf",
        covers: &[r::BDAT_TEXT_HAS_CRLF],
        run: lines_end_in_crlf,
    },
];

/// By chunks wherever that can be, in cleartext, with a server.
pub(super) fn duet(server: Server) -> Duet {
    Duet::with(Config { protection: Protection::Plaintext, ..chunked() }, server)
}

/// A stream of which the envelope was accepted.
fn begun(offers: &str) -> (Talk, DeliveryId) {
    let mut talk = Talk::with(chunked()).greet(offers);
    let id = talk.stream(Facts::default());
    talk.says("250 s\n250 r").octets();
    assert_eq!(talk.connection.wanting(), Some(id));
    (talk, id)
}

const CHUNKED: &[u8] = b"BDAT 25 LAST\r\nSubject: hello\r\n\r\nhello\r\n";

fn chunks_need_the_offer() {
    let lacks = ["", "BINARYMIME", "CHUNK|CHUNKINGS|X-CHUNKING|CHUNKING-1"];
    for offers in lacks {
        let mut talk = Talk::with(chunked()).greet(offers);
        talk.send(envelope(&["b@d.example"]), MAIL);
        talk.says("250 s\n250 r").octets();
        talk.says("354 go");
        assert_eq!(talk.octets(), [MAIL, b".\r\n"].concat(), "{offers}");
        // Nor in a window.
        let mut talk = Talk::with(chunked()).greet(&format!("PIPELINING|{offers}"));
        talk.send_windowed(envelope(&["b@d.example"]), MAIL);
        talk.hears_all(&["MAIL FROM:<a@client.example>", "RCPT TO:<b@d.example>", "DATA"]);
        // What only chunks could carry is not sent.
        let mut talk = Talk::with(chunked()).greet(offers);
        assert_eq!(talk.refuses(envelope(&["b@d.example"]), b"\0").kind(), ErrorKind::Unsupported);
        let command = Command::Bdat { size: 1, last: true };
        let error = command.check(talk.connection.capabilities().expect("known")).expect_err("sent");
        assert_eq!(error.requirement(), Some(r::BDAT_NEEDS_CHUNKING));
    }
    for offers in ["CHUNKING", "size|chunking"] {
        let mut talk = Talk::with(chunked()).greet(offers);
        talk.send(envelope(&["b@d.example"]), MAIL);
        talk.says("250 s").octets();
        // Not before somebody gets it.
        talk.is_silent();
        talk.says("250 r");
        assert_eq!(talk.octets(), CHUNKED);
        let command = Command::Bdat { size: 1, last: true };
        assert!(command.check(talk.connection.capabilities().expect("known")).is_ok());
    }
    let mut duet = duet(Server::full());
    assert!(duet.send(envelope(&["b@d.example"]), MAIL).is_complete());
    duet.faultless();
    assert_eq!(duet.server.deliveries()[0].transfer, Transfer::Chunks(vec![25]));
    let said =
        ["EHLO client.example\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<b@d.example>\r\n", "BDAT 0 LAST\r\n"];
    finds(&Server::full().without("CHUNKING").without("BINARYMIME"), &said, r::BDAT_NEEDS_CHUNKING);
}

fn the_last_chunk_may_be_empty() {
    let (mut talk, id) = begun("CHUNKING");
    talk.provide(id, b"Subject: hello\r\n\r\n", false);
    assert_eq!(talk.octets(), b"BDAT 18\r\nSubject: hello\r\n\r\n");
    talk.says("250 taken");
    talk.provide(id, b"", true);
    talk.hears_all(&["BDAT 0 LAST"]);
    talk.says("250 all");
    assert!(talk.report(id).is_complete());
    // To a server.
    let mut duet = duet(Server::full());
    let id = duet.talk.stream(Facts::default());
    duet.run();
    duet.talk.provide(id, MAIL, false);
    duet.run();
    duet.talk.provide(id, b"", true);
    duet.run();
    assert!(duet.talk.report(id).is_complete());
    duet.faultless();
    let delivery = duet.server.deliveries().remove(0);
    assert_eq!((&delivery.content[..], delivery.transfer), (MAIL, Transfer::Chunks(vec![25, 0])));
}

fn nothing_follows_the_last_chunk_but_rset() {
    let (mut talk, id) = begun("CHUNKING|PIPELINING");
    talk.provide(id, MAIL, true);
    assert_eq!(talk.octets(), CHUNKED);
    for last in [false, true] {
        assert_eq!(talk.connection.wanting(), None);
        talk.provide(id, b"more\r\n", last);
        talk.is_silent();
    }
    // A server that took it for one too many is reset.
    let next = talk.send(envelope(&["c@d.example"]), MAIL);
    talk.hears_all(&["RSET", "MAIL FROM:<a@client.example>", "RCPT TO:<c@d.example>"]);
    talk.says("503 bad sequence");
    assert_eq!(talk.report(id).rejected().count(), 1);
    talk.says("250 reset\n250 s\n250 r");
    assert_eq!(talk.octets(), CHUNKED);
    talk.says("250 ok");
    assert!(talk.report(next).is_complete());
    let said = [
        "EHLO client.example\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<b@d.example>\r\n",
        "BDAT 2 LAST\r\n\r\n",
        "BDAT 2 LAST\r\n\r\n",
    ];
    finds(&Server::full(), &said, r::BDAT_AFTER_LAST_IS_RESET);
}

fn no_chunk_follows_a_refused_one() {
    for (code, offers) in [(452, "CHUNKING"), (554, "CHUNKING"), (503, "CHUNKING|PIPELINING")] {
        let (mut talk, id) = begun(offers);
        talk.provide(id, b"Subject: hello\r\n\r\n", false);
        talk.octets();
        talk.says(&format!("{code} no"));
        assert_eq!(talk.connection.wanting(), None, "{code}");
        for last in [false, true] {
            talk.provide(id, b"more\r\n", last);
        }
        talk.hears_all(&["RSET"]);
        let report = talk.report(id);
        assert_eq!((report.rejected().count(), report.accepted().count()), (1, 0), "{code}");
    }
    // One that is taken is followed.
    let (mut talk, id) = begun("CHUNKING");
    talk.provide(id, b"one\r\n", false);
    assert_eq!(talk.connection.wanting(), None);
    talk.says("250 ok").octets();
    assert_eq!(talk.connection.wanting(), Some(id));
    talk.provide(id, b"two\r\n", true);
    assert_eq!(talk.octets(), b"BDAT 5 LAST\r\ntwo\r\n");
    let said = [
        "EHLO client.example\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<b@d.example>\r\n",
        "BDAT 2\r\n\r\n",
        "BDAT 2 LAST\r\n\r\n",
    ];
    let server = Server::full().once("BDAT", Answer::reply(452, "4.3.1 full"));
    finds(&server, &said, r::NO_CHUNK_AFTER_A_REFUSAL);
}

fn rset_follows_a_refused_chunk() {
    // The last, the first, and one of many messages in a window.
    let mut talk = Talk::with(chunked()).greet("CHUNKING");
    let id = talk.send(envelope(&["b@d.example"]), MAIL);
    talk.says("250 s\n250 r").octets();
    let noop = talk.submit(Command::Noop(None));
    talk.says("552 too large");
    talk.hears_all(&["RSET"]);
    assert_eq!(talk.report(id).rejected().count(), 1);
    talk.says("250 reset").hears_all(&["NOOP"]);
    talk.says("250 ok");
    assert!(talk.reply(noop).is_success());

    let mut talk = Talk::ready("CHUNKING|PIPELINING");
    let ids = ["b@d.example", "c@d.example"].map(|to| talk.send_windowed(envelope(&[to]), MAIL));
    let said = String::from_utf8(talk.octets()).expect("text");
    assert_eq!(said.matches("LAST\r\nSubject: hello\r\n\r\nhello\r\nRSET\r\nMAIL ").count(), 1, "{said}");
    talk.says("250 s\n250 r\n554 no\n250 reset\n250 s\n250 r\n250 yes");
    assert_eq!(ids.map(|id| talk.report(id).is_complete()), [false, true]);
    assert!(talk.error.is_none());

    // A strict server finds no fault, and one with another client.
    for at in [1, 2] {
        let server = Server::full().on("BDAT", move |_, view| {
            if view.nth == at { Answer::reply(451, "4.3.0 not now") } else { Answer::as_usual() }
        });
        let mut duet = duet(server);
        let all: Vec<bool> =
            (1..=3).map(|_| duet.send(envelope(&["b@d.example"]), MAIL).is_complete()).collect();
        assert_eq!(all, (1..=3).map(|number| number != at).collect::<Vec<_>>());
        duet.faultless();
    }
    let said = [
        "EHLO client.example\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<b@d.example>\r\n",
        "BDAT 2 LAST\r\n\r\n",
        "MAIL FROM:<>\r\n",
    ];
    let server = Server::full().once("BDAT", Answer::reply(452, "4.3.1 full"));
    finds(&server, &said, r::REFUSED_CHUNK_IS_RESET);
}

fn data_and_chunks_do_not_mix() {
    let (mut talk, id) = begun("CHUNKING|PIPELINING");
    talk.provide(id, b"Subject: hello\r\n\r\n", false);
    talk.octets();
    assert_eq!(talk.connection.submit(Command::Data).expect_err("sent").kind(), ErrorKind::Usage);
    talk.is_silent();
    // A message by DATA in the same session waits for the end of this one, and begins anew.
    let mut talk = Talk::ready("CHUNKING|PIPELINING");
    talk.send_windowed(envelope(&["b@d.example"]), MAIL);
    talk.send(envelope(&["c@d.example"]), MAIL);
    let said = String::from_utf8(talk.octets()).expect("text");
    let chunk = said.find("BDAT ").expect("a chunk");
    let reset = said.find("RSET\r\nMAIL ").expect("a reset");
    assert!(chunk < reset && reset < said.find("DATA\r\n").expect("data"), "{said}");
    let mut duet = duet(Server::full());
    assert!(duet.send(envelope(&["b@d.example"]), MAIL).is_complete());
    duet.faultless();
    let said = [
        "EHLO client.example\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<b@d.example>\r\n",
        "BDAT 2\r\n\r\n",
        "DATA\r\n",
    ];
    finds(&Server::full(), &said, r::DATA_AFTER_BDAT_IS_RESET);
}

fn lines_end_in_crlf() {
    for stored in
        [&b"Subject: hello\n\nhello\n"[..], b"Subject: hello\r\rhello\r", b"Subject: hello\n\r\nhello"]
    {
        let mut talk = Talk::with(chunked()).greet("CHUNKING");
        talk.send(envelope(&["b@d.example"]), stored);
        talk.says("250 s\n250 r\n");
        let said = talk.octets();
        assert!(said.ends_with(CHUNKED), "{}", said.escape_ascii());
        // In pieces of any size.
        for size in 1..=stored.len() {
            let mut duet = duet(Server::full());
            let id = duet.talk.stream(Facts::default());
            duet.run();
            for piece in stored.chunks(size) {
                duet.talk.provide(id, piece, false);
                duet.run();
            }
            duet.talk.provide(id, b"", true);
            duet.run();
            assert!(duet.talk.report(id).is_complete());
            duet.faultless();
            assert_eq!(duet.server.deliveries()[0].content, MAIL, "{size}");
        }
    }
    // What must not be altered is not sent.
    let mut talk = Talk::with(chunked()).greet("CHUNKING");
    let facts = scan_as(b"a\nb\r\n", LineEnds::Refuse);
    let payload = Payload::Whole(Bytes::from_static(b"a\nb\r\n"));
    let submission = Submission { envelope: envelope(&["b@d.example"]), facts, payload, windowed: false };
    let error = talk.connection.send(submission).expect_err("sent");
    assert_eq!(error.requirement(), Some(ContentError::BareLineEnd { line: None }.requirement()));
    let said =
        ["EHLO client.example\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<b@d.example>\r\n", "BDAT 2 LAST\r\na\n"];
    finds(&Server::full(), &said, r::BDAT_TEXT_HAS_CRLF);
}
