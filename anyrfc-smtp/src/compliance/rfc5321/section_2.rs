//! RFC 5321, sections 2.1 to 2.3: the model, and its terms.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use anyrfc_core::{BoxFuture, Tolerance, compliance::Check, testing::run_virtual, transport::Resolve};
use bytes::Bytes;

use super::super::{
    served::{open, served},
    support::{Duet, MAIL, Talk, config, envelope, finds},
};
use crate::{
    Command, ContentError, Domain, EhloName, Envelope, Error, ErrorKind, LineEnds, Mailbox, ReversePath,
    SmtpClient, TransferPreference,
    codec::scan::scan_as,
    proto::{Payload, Submission},
    rfc5321 as r,
    testing::Server,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/section-2.1/submission-is-what-a-url-means",
        covers: &[r::SUBMISSION_PROTOCOL_IS_USED],
        run: submission_is_what_a_url_means,
    },
    Check {
        name: "rfc5321/section-2.2.1/extensions-are-used-where-they-are-offered",
        covers: &[r::EXTENSION_MECHANISM_IS_SUPPORTED],
        run: extensions_are_used_where_they_are_offered,
    },
    Check {
        name: "rfc5321/section-2.2.1/ehlo-is-preferred",
        covers: &[r::EHLO_IS_PREFERRED],
        run: ehlo_is_preferred,
    },
    Check {
        name: "rfc5321/section-2.2.1/helo-remains-for-those-who-know-nothing-else",
        covers: &[r::HELO_STAYS_AS_FALLBACK],
        run: helo_remains_for_those_who_know_nothing_else,
    },
    Check {
        name: "rfc5321/section-2.3.4/a-host-that-has-a-name-goes-by-it",
        covers: &[r::HOSTS_GO_BY_NAME],
        run: a_host_that_has_a_name_goes_by_it,
    },
    Check {
        name: "rfc5321/section-2.3.5/domains-go-as-they-were-given",
        covers: &[r::LOCAL_ALIASES_STAY_OUT],
        run: domains_go_as_they_were_given,
    },
    Check {
        name: "rfc5321/section-2.3.5/we-go-by-no-nickname",
        covers: &[r::DOMAINS_ARE_FULLY_QUALIFIED],
        run: we_go_by_no_nickname,
    },
    Check {
        name: "rfc5321/section-2.3.5/ehlo-has-a-name-or-an-address",
        covers: &[r::EHLO_NAMES_THE_HOST_OR_ITS_ADDRESS],
        run: ehlo_has_a_name_or_an_address,
    },
    Check {
        name: "rfc5321/section-2.3.8/crlf-alone-ends-a-line",
        covers: &[r::CRLF_ALONE_ENDS_A_LINE],
        run: crlf_alone_ends_a_line,
    },
    Check {
        name: "rfc5321/section-2.3.8/no-bare-cr-and-lf-is-sent",
        covers: &[r::BARE_CR_AND_LF_ARE_NOT_SENT],
        run: no_bare_cr_and_lf_is_sent,
    },
    Check {
        name: "rfc5321/section-2.3.8/every-end-of-a-line-becomes-crlf",
        covers: &[r::LINE_ENDS_ARE_SENT_AS_CRLF],
        run: every_end_of_a_line_becomes_crlf,
    },
    Check {
        name: "rfc5321/section-2.3.11/a-local-part-passes-untouched",
        covers: &[r::LOCAL_PART_IS_OPAQUE],
        run: a_local_part_passes_untouched,
    },
];

/// Knows no host, and what it was asked for.
#[derive(Clone, Debug, Default)]
struct Ear(Arc<Mutex<Vec<(String, u16)>>>);

impl Resolve for Ear {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((host.to_owned(), port));
        Box::pin(async { Err(io::ErrorKind::NotFound.into()) })
    }
}

fn submission_is_what_a_url_means() {
    for (url, port) in
        [("smtps://mail.example", 465), ("smtp://mail.example", 587), ("smtp://mail.example:2525", 2525)]
    {
        let ear = Ear::default();
        let resolver = ear.clone();
        let builder = SmtpClient::builder().transport(move |connector| connector.resolver(resolver.clone()));
        let refused = run_virtual(builder.connect(url));
        assert!(refused.is_err());
        let asked = ear.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        assert_eq!(asked, [("mail.example".to_owned(), port)], "{url}");
    }
}

fn extensions_are_used_where_they_are_offered() {
    for (offers, mail) in [
        ("", "MAIL FROM:<a@client.example>"),
        ("SIZE 1000", "MAIL FROM:<a@client.example> SIZE=25"),
        ("X-SIZE|SIZES 1|HELP", "MAIL FROM:<a@client.example>"),
        // What nobody knows is no obstacle.
        ("WONDER 1=2 \u{1f600}|SIZE|XYZ", "MAIL FROM:<a@client.example> SIZE=25"),
    ] {
        let mut talk = Talk::ready(offers);
        talk.send(envelope(&["b@d.example"]), MAIL);
        talk.hears_all(&[mail]);
    }
    // With everything and with nothing a strict server finds no fault.
    for server in [Server::full(), Server::bare()] {
        let mut duet = Duet::new(server);
        assert!(duet.send(envelope(&["b@d.example"]), MAIL).is_complete());
        duet.faultless();
        assert_eq!(duet.server.deliveries()[0].content, MAIL);
    }
    let hello = "EHLO client.example\r\n";
    finds(&Server::bare(), &[hello, "STARTTLS\r\n"], r::EXTENSION_MECHANISM_IS_SUPPORTED);
}

fn ehlo_is_preferred() {
    for server in [Server::full(), Server::bare()] {
        let duet = Duet::new(server);
        assert_eq!(duet.faultless(), ["EHLO client.example"]);
    }
    // Whatever the greeting says.
    for greeting in ["220 mail.example SMTP", "220 mail.example", "220 HELO only"] {
        let mut talk = Talk::new();
        talk.says(greeting);
        talk.hears_all(&["EHLO client.example"]);
    }
    finds(&Server::full(), &["HELO client.example\r\n"], r::EHLO_IS_PREFERRED);
}

fn helo_remains_for_those_who_know_nothing_else() {
    let mut duet = Duet::new(Server::bare().without_ehlo());
    assert!(duet.send(envelope(&["b@d.example"]), MAIL).is_complete());
    assert_eq!(duet.faultless()[..2], ["EHLO client.example", "HELO client.example"]);
    // Without an answer to EHLO there is no extension.
    assert_eq!(duet.faultless()[2], "MAIL FROM:<a@client.example>");
    // A server that is out of order knows more than HELO.
    let mut talk = Talk::new();
    talk.says("220 hi").hello("");
    talk.is_silent();
}

fn a_host_that_has_a_name_goes_by_it() {
    for name in ["client.example", "Laptop.Home.Example", "xn--bcher-kva.example"] {
        let server = Server::full();
        let builder = open().name(EhloName::domain(name).expect("a name"));
        served(&server, &builder, async |client| client.quit().await.expect("left"));
        assert_eq!(server.commands()[0], format!("EHLO {name}"));
    }
    // An address is no name, and is only said where it is meant.
    for address in ["[192.0.2.1]", "192.0.2.1]", "[IPv6:::1]"] {
        assert!(EhloName::domain(address).is_err(), "{address}");
    }
}

fn domains_go_as_they_were_given() {
    // Nothing is completed and nothing abbreviated, neither by this host's name nor by the server's.
    for domain in ["d.example", "deep.er.d.example", "client.example", "mail.example", "[192.0.2.1]"] {
        let mut duet = Duet::new(Server::full());
        duet.send(Envelope::new(format!("a@{domain}"), [format!("b@{domain}")]).expect("one"), MAIL);
        let delivery = duet.server.deliveries().remove(0);
        assert_eq!(delivery.sender, format!("a@{domain}"));
        assert_eq!(delivery.addresses(), [format!("b@{domain}")]);
    }
    // A local part alone would be completed by whoever reads it.
    for alias in ["b", "b@", "b@.", "b@d.example.", "b@.example"] {
        assert!(Mailbox::new(alias).is_err(), "{alias}");
        assert!(Envelope::new("a@client.example", [alias]).is_err(), "{alias}");
        assert!(ReversePath::try_from(alias).is_err(), "{alias}");
    }
}

fn we_go_by_no_nickname() {
    for nickname in ["localhost", "laptop", "LAPTOP", "ü", "x-1"] {
        let refused = EhloName::domain(nickname).expect_err(nickname);
        assert_eq!(refused.requirement(), r::DOMAINS_ARE_FULLY_QUALIFIED, "{nickname}");
        assert!(nickname.parse::<EhloName>().is_err(), "{nickname}");
        let domain = Domain::new(nickname).expect("a domain");
        assert!(EhloName::try_from(domain).is_err(), "{nickname}");
        finds(&Server::full(), &["EHLO laptop\r\n"], r::DOMAINS_ARE_FULLY_QUALIFIED);
    }
    for name in ["laptop.example", "a.b"] {
        assert_eq!(EhloName::domain(name).expect(name).as_str(), name);
    }
}

fn ehlo_has_a_name_or_an_address() {
    for (name, said) in [
        (EhloName::domain("client.example"), "EHLO client.example"),
        (EhloName::domain("bücher.example"), "EHLO xn--bcher-kva.example"),
        (Ok(EhloName::address([192, 0, 2, 7])), "EHLO [192.0.2.7]"),
        ("[IPv6:2001:DB8::1]".parse(), "EHLO [IPv6:2001:db8::1]"),
    ] {
        let mut config = config();
        config.name = name.expect("a name");
        let mut talk = Talk::with(config);
        talk.says("220 hi");
        talk.hears_all(&[said]);
    }
    for nothing in ["", "[]", "[192.0.2]", "[x]", "a b.example", "_a.example", "#123"] {
        let refused = nothing.parse::<EhloName>().expect_err(nothing);
        assert_eq!(refused.requirement(), r::EHLO_NAMES_THE_HOST_OR_ITS_ADDRESS, "{nothing}");
    }
    finds(&Server::full(), &["EHLO\r\n"], r::EHLO_NAMES_THE_HOST_OR_ITS_ADDRESS);
    finds(&Server::full(), &["EHLO [x]\r\n"], r::EHLO_NAMES_THE_HOST_OR_ITS_ADDRESS);
}

/// Whether each CR is followed by LF, and each LF by nothing but what follows a line.
fn is_all_crlf(octets: &[u8]) -> bool {
    let rest = String::from_utf8_lossy(octets).replace("\r\n", "");
    !rest.contains(['\r', '\n']) && (octets.is_empty() || octets.ends_with(b"\r\n"))
}

fn crlf_alone_ends_a_line() {
    let mut duet = Duet::new(Server::full());
    duet.send(envelope(&["b@d.example", "c@d.example"]), MAIL);
    for command in [Command::Rset, Command::Noop(None), Command::Help(None)] {
        duet.submit(command);
    }
    duet.talk.connection.quit().expect("open");
    duet.run();
    assert_eq!(duet.faultless().last().map(String::as_str), Some("QUIT"));
    assert!(is_all_crlf(&duet.talk.raw), "{}", duet.talk.raw.escape_ascii());
    // An LF alone ends no line of the server's either.
    for tolerance in [Tolerance::Strict, Tolerance::Field] {
        for octets in ["220 hi\n", "220-hi\n220 there\r\n", "220-hi\r\n220 there\n"] {
            let mut config = config();
            config.tolerance = tolerance;
            let mut talk = Talk::with(config);
            talk.feed(octets);
            assert_eq!(talk.fails().requirement(), Some(r::CRLF_ALONE_ENDS_A_LINE), "{octets:?}");
        }
    }
    // Nor does a CR alone: it is a part of the text.
    let mut talk = Talk::new();
    talk.feed("220 hi\r221 not another");
    talk.is_silent();
    talk.feed("\r\n");
    talk.hears_all(&["EHLO client.example"]);
    assert_eq!(talk.connection.greeting().expect("one").text(), "hi\r221 not another");
}

/// What servers were made to take for the end of a message, with commands behind it.
const SMUGGLED: [&str; 12] = [
    "\n.\n",
    "\n.\r\n",
    "\r\n.\n",
    "\r.\r\n",
    "\r\n.\r",
    "\r.\r",
    "\n.\r",
    "\r.\n",
    "\r\n\r.\r\n",
    "\r\r\n.\r\r\n",
    "\n\r.\n\r",
    "\r\n.\r\n",
];

fn smuggling(end: &str) -> Vec<u8> {
    format!("Subject: x\r\n\r\nhello{end}MAIL FROM:<evil@x.example>\r\nRCPT TO:<c@d.example>\r\n")
        .into_bytes()
}

/// Sends this as a whole, or in pieces of that size.
fn try_octets(duet: &mut Duet, octets: &[u8], ends: LineEnds, piece: Option<usize>) -> Result<(), Error> {
    let facts = scan_as(octets, ends);
    let envelope = envelope(&["b@d.example"]);
    let octets = Bytes::copy_from_slice(octets);
    let payload = if piece.is_some() { Payload::Streamed } else { Payload::Whole(octets.clone()) };
    let id = duet.talk.connection.send(Submission { envelope, facts, payload, windowed: false })?;
    duet.run();
    if let Some(size) = piece {
        for chunk in octets.chunks(size) {
            let chunk = octets.slice_ref(chunk);
            duet.talk.connection.provide(id, chunk, false)?;
            duet.run();
        }
        duet.talk.connection.provide(id, Bytes::new(), true)?;
        duet.run();
    }
    assert!(duet.talk.report(id).is_complete());
    Ok(())
}

/// A server that takes whatever it can for the end of a line.
fn gullible(transfer: TransferPreference, offers_binary: bool) -> Duet {
    let server = Server::full().bare_line_ends();
    let server = if offers_binary { server } else { server.without("BINARYMIME") };
    let mut config = config();
    config.protection = crate::proto::Protection::Plaintext;
    config.transfer = transfer;
    Duet::with(config, server)
}

fn no_bare_cr_and_lf_is_sent() {
    for transfer in [TransferPreference::Data, TransferPreference::Chunked] {
        for end in SMUGGLED {
            for piece in [None, Some(1), Some(7)] {
                let mut duet = gullible(transfer, false);
                try_octets(&mut duet, &smuggling(end), LineEnds::Normalise, piece).expect("sent");
                duet.faultless();
                assert_eq!(duet.server.deliveries().len(), 1, "{end:?} {transfer:?}");
                assert!(is_all_crlf(&duet.talk.raw), "{end:?}: {}", duet.talk.raw.escape_ascii());
            }
        }
        // What must not be altered is refused, and nothing of it is sent.
        for end in &SMUGGLED[..11] {
            for ends in [LineEnds::Refuse, LineEnds::Keep] {
                let mut duet = gullible(transfer, false);
                let before = duet.talk.raw.len();
                let error = try_octets(&mut duet, &smuggling(end), ends, None).expect_err("sent");
                if ends == LineEnds::Refuse {
                    assert_eq!(error.requirement(), Some(r::BARE_CR_AND_LF_ARE_NOT_SENT), "{end:?}");
                } else {
                    assert_eq!(error.kind(), ErrorKind::Unsupported, "{end:?}");
                }
                assert_eq!(duet.talk.raw.len(), before);
            }
        }
    }
    // As octets that are no lines, counted beforehand, they may go.
    let mut duet = gullible(TransferPreference::Data, true);
    try_octets(&mut duet, &smuggling("\n.\n"), LineEnds::Keep, None).expect("binary");
    assert_eq!(duet.server.deliveries()[0].content, smuggling("\n.\n"));
    duet.faultless();
    finds(&Server::full(), &["EHLO client.example\r\n", "NOOP\n"], r::BARE_CR_AND_LF_ARE_NOT_SENT);
}

fn every_end_of_a_line_becomes_crlf() {
    for transfer in [TransferPreference::Data, TransferPreference::Chunked] {
        for piece in [None, Some(1), Some(3)] {
            let mut duet = gullible(transfer, false);
            let octets = b"Subject: x\n\rone\r\ntwo\n\nthree\r\rfour\n";
            try_octets(&mut duet, octets, LineEnds::Normalise, piece).expect("sent");
            let expected = b"Subject: x\r\n\r\none\r\ntwo\r\n\r\nthree\r\n\r\nfour\r\n";
            let content = duet.server.deliveries().remove(0).content;
            assert_eq!(content.escape_ascii().to_string(), expected.escape_ascii().to_string());
            duet.faultless();
        }
    }
    // Where they must not be altered, that is said.
    let error = Error::from(scan_as(b"a\n", LineEnds::Refuse).check().expect_err("bare"));
    assert_eq!(error.requirement(), Some(r::BARE_CR_AND_LF_ARE_NOT_SENT));
    assert_eq!(scan_as(b"a\r\nb", LineEnds::Refuse).check(), Err(ContentError::Unended));
    let breach = crate::testing::check_command(b"NOOP").expect_err("no end");
    assert_eq!(breach.requirement, r::LINE_ENDS_ARE_SENT_AS_CRLF);
}

fn a_local_part_passes_untouched() {
    for local_part in [
        "john",
        "john+tag",
        "john-owner",
        "john%host.example",
        "host!john",
        "john=doe.example",
        "J.O.H.N",
        "0",
        "#$&'*+-/=?^_`{|}~",
        "postmaster",
        "bounce+1=2=d.example",
        "\"john doe\"",
        "\"john..doe\"",
        "\"@a,@b:c\"",
        "\"a\\\"b\\\\c\"",
    ] {
        let mut duet = Duet::new(Server::full());
        let mailbox = format!("{local_part}@d.example");
        let report = duet.send(Envelope::new(&mailbox, [&mailbox]).expect(local_part), MAIL);
        assert!(report.is_complete());
        let delivery = duet.server.deliveries().remove(0);
        assert_eq!((delivery.sender.as_str(), delivery.addresses()), (&*mailbox, vec![&*mailbox]));
        duet.faultless();
    }
    // Nobody is taken for somebody else.
    let mailbox = |text: &str| Mailbox::new(text).expect(text);
    for (one, other) in [("john+a", "john+b"), ("john", "john+a"), ("j.ohn", "john"), ("a%b", "a")] {
        assert_ne!(mailbox(&format!("{one}@d.example")), mailbox(&format!("{other}@d.example")));
    }
}
