//! RFC 4468, section 3: the command.

use anyrfc_core::{compliance::Check, testing::log};

use super::super::support::{Duet, MAIL, Talk, config, envelope, finds};
use crate::{
    BurlUrl, Error, ErrorKind,
    codec::command::Command,
    proto::{Config, DeliveryId, Flavour, Payload, Submission},
    rfc4468 as r,
    testing::Server,
    types::Facts,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4468/section-3.1/burl-needs-the-offer",
        covers: &[r::BURL_NEEDS_THE_KEYWORD],
        run: burl_needs_the_offer,
    },
    Check {
        name: "rfc4468/section-3.1/other-arguments-mean-nothing",
        covers: &[r::OTHER_ARGUMENTS_ARE_IGNORED],
        run: other_arguments_mean_nothing,
    },
    Check {
        name: "rfc4468/section-3.2/a-transaction-is-one-round-trip",
        covers: &[r::BURL_MAY_BE_PIPELINED],
        run: a_transaction_is_one_round_trip,
    },
    Check {
        name: "rfc4468/section-3.2/the-last-burl-is-awaited",
        covers: &[r::LAST_IS_AWAITED],
        run: the_last_burl_is_awaited,
    },
];

/// Short enough for a line of the log, which is cut.
const URL: &str = "imap://a@d.example/x;urlauth=submit+a:internal:91354a47";
const TOKEN: &str = "91354a47";

pub(super) fn url() -> BurlUrl {
    BurlUrl::new(URL).expect("a URL")
}

/// Hands over what a URL names.
pub(super) fn send_url(talk: &mut Talk, url: BurlUrl, windowed: bool) -> Result<DeliveryId, Error> {
    let payload = Payload::Url(url);
    let envelope = envelope(&["b@d.example"]);
    let id = talk.connection.send(Submission { envelope, facts: Facts::default(), payload, windowed })?;
    talk.pump();
    Ok(id)
}

const ENVELOPE: [&str; 2] = ["MAIL FROM:<a@client.example>", "RCPT TO:<b@d.example>"];

fn burl() -> String {
    format!("BURL {URL} LAST")
}

fn burl_needs_the_offer() {
    let lacks = [
        "",
        "PIPELINING|CHUNKING",
        "BURL",
        "BURLS imap|XBURL imap",
        "BURL imaps imap4 ximap",
        "BURL imap://x.example",
    ];
    for offers in lacks {
        let mut talk = Talk::ready(offers);
        for windowed in [false, true] {
            let error = send_url(&mut talk, url(), windowed).expect_err(offers);
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{offers}");
            assert_eq!(error.requirement(), Some(r::BURL_NEEDS_THE_KEYWORD), "{offers}");
        }
        talk.is_silent();
        let command = Command::Burl { url: url(), last: true };
        assert!(command.check(talk.connection.capabilities().expect("known")).is_err());
        // Nor is it said apart from a message.
        assert!(talk.connection.submit(command).is_err());
    }
    // LMTP is no submission.
    let mut talk = Talk::with(Config { flavour: Flavour::Lmtp, ..config() }).greet("BURL imap");
    assert_eq!(send_url(&mut talk, url(), false).expect_err("sent").kind(), ErrorKind::Unsupported);
    talk.is_silent();
    // Without URLAUTH a server must be named that trusts it.
    let bare = || BurlUrl::trusted("imap://mail.example/x;uid=1").expect("a URL");
    let mut talk = Talk::ready("BURL imap imap://other.example");
    assert!(send_url(&mut talk, bare(), false).is_err());
    let mut talk = Talk::ready("BURL imap://mail.example");
    assert!(send_url(&mut talk, bare(), false).is_ok());

    let mut talk = Talk::ready("BURL imap");
    let (id, log) = log::capture(|| {
        let id = send_url(&mut talk, url(), false).expect("offered");
        talk.hears_all(&ENVELOPE[..1]);
        talk.says("250 s").hears_all(&ENVELOPE[1..]);
        talk.says("250 r").hears_all(&[&burl()]);
        // Whoever has the URL can read the message: it is not logged, even if the server says it again.
        talk.says(&format!("250 {URL}"));
        id
    });
    assert!(talk.report(id).is_complete());
    assert!(log.contains("BURL") && log.contains("RCPT"), "{log}");
    log::assert_no_secret(&log, &[TOKEN]);

    let mut server = Server::full().resource(URL, MAIL);
    let mut duet = Duet::new(server.clone());
    let id = send_url(&mut duet.talk, url(), false).expect("offered");
    duet.run();
    assert!(duet.talk.report(id).is_complete());
    duet.faultless();
    assert_eq!(server.take_deliveries()[0].content, MAIL);
    let said = [
        "EHLO client.example\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<b@d.example>\r\n",
        &format!("{}\r\n", burl()),
    ];
    for offer in ["BURL", "BURL imap4"] {
        server = Server::full().offer(offer);
        finds(&server, &said, r::BURL_NEEDS_THE_KEYWORD);
    }
}

fn other_arguments_mean_nothing() {
    for offer in ["imap", "imap imap://mail.example", "xyz imap =", "http IMAP a=b \u{fc}", "x  imap"] {
        let mut talk = Talk::ready(&format!("BURL {offer}"));
        send_url(&mut talk, url(), false).expect(offer);
        talk.says("250 s\n250 r");
        assert_eq!(
            talk.octets(),
            format!("{}\r\n{}\r\n{}\r\n", ENVELOPE[0], ENVELOPE[1], burl()).into_bytes(),
            "{offer}"
        );
        assert_eq!(talk.connection.deviations().iter().count(), 0, "{offer}");
    }
}

fn a_transaction_is_one_round_trip() {
    let mut talk = Talk::ready("PIPELINING|BURL imap");
    let id = send_url(&mut talk, url(), true).expect("offered");
    talk.hears_all(&[ENVELOPE[0], ENVELOPE[1], &burl()]);
    talk.says("250 s\n250 r\n250 taken");
    assert!(talk.report(id).is_complete());
    // Where nobody was accepted, nobody gets it.
    let id = send_url(&mut talk, url(), true).expect("offered");
    talk.octets();
    talk.says("250 s\n550 r\n554 nobody");
    let report = talk.report(id);
    assert_eq!((report.accepted().count(), report.rejected().count()), (0, 1));
    // Who does not ask for that waits for a recipient.
    let mut talk = Talk::ready("PIPELINING|BURL imap");
    send_url(&mut talk, url(), false).expect("offered");
    talk.hears_all(&ENVELOPE);
    talk.says("250 s").is_silent();
    talk.says("250 r").hears_all(&[&burl()]);
    // Without PIPELINING everybody does.
    let mut talk = Talk::ready("BURL imap");
    send_url(&mut talk, url(), true).expect("offered");
    talk.hears_all(&ENVELOPE[..1]);
}

fn the_last_burl_is_awaited() {
    for offers in ["BURL imap", "PIPELINING|BURL imap", "PIPELINING|BURL imap|CHUNKING"] {
        for windowed in [false, true] {
            let mut talk = Talk::ready(offers);
            let id = send_url(&mut talk, url(), windowed).expect("offered");
            talk.try_send(envelope(&["b@d.example"]), MAIL, windowed).expect("sent");
            talk.says("250 s\n250 r");
            let said = String::from_utf8(talk.octets()).expect("text");
            assert!(said.ends_with(&format!("{}\r\n", burl())), "{offers}: {said}");
            assert_eq!(said.matches("MAIL").count(), 1, "{offers}: {said}");
            // Nothing else is said either.
            talk.submit(Command::Rset);
            talk.is_silent();
            talk.says("250 taken");
            assert!(talk.report(id).is_complete());
            assert_eq!(talk.hears(), ENVELOPE[0]);
        }
    }
    let server = Server::full().resource(URL, MAIL);
    let mut duet = Duet::new(server);
    let ids = [(); 3].map(|()| send_url(&mut duet.talk, url(), true).expect("offered"));
    duet.run();
    assert!(ids.iter().all(|id| duet.talk.report(*id).is_complete()));
    duet.faultless();
    let said = [
        "EHLO client.example\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<b@d.example>\r\n",
        &format!("{}\r\nMAIL FROM:<>\r\n", burl()),
    ];
    finds(&Server::full().resource(URL, MAIL), &said, r::LAST_IS_AWAITED);
}
