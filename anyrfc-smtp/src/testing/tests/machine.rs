//! The server against the crate's own state machine: each finds the other without fault.

use std::time::Instant;

use anyrfc_core::{Machine as _, Output, Step};
use bytes::{Buf as _, Bytes, BytesMut};

use super::*;
use crate::{
    codec::scan::scan_as,
    proto::{Config, Connection, Event, Flavour, Payload, Protection, Submission},
    types::{
        AuthParam, BurlUrl, DeliverBy, EhloName, Envelope, EnvelopeId, Facts, Hold, LineEnds, Mailbox,
        Notify, Priority, Recipient, Return, SendReport, TransferPreference,
    },
};

/// A client and a server, joined without I/O.
struct Joined {
    client: Connection,
    session: Session,
    input: BytesMut,
    reports: Vec<SendReport>,
}

impl Joined {
    fn new(server: &Server, set: impl FnOnce(&mut Config)) -> Self {
        Self::bound(server, anyrfc_sasl::Channel::tls(), set)
    }

    fn bound(server: &Server, channel: anyrfc_sasl::Channel, set: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::new(EhloName::domain("client.example.org").unwrap());
        set(&mut config);
        let plain = config.protection == Protection::Plaintext;
        let channel = if plain { anyrfc_sasl::Channel::plaintext() } else { channel };
        let client = Connection::new(config, Instant::now());
        let session = server.session_on(channel);
        let mut joined = Self { client, session, input: BytesMut::new(), reports: Vec::new() };
        joined.play();
        joined
    }

    /// Until neither has anything to say.
    fn play(&mut self) {
        loop {
            self.input.extend_from_slice(&self.session.take_output());
            let now = Instant::now();
            loop {
                match self.client.advance(&self.input, now).unwrap() {
                    Step::Ready => match self.client.event_owned(&mut self.input) {
                        Event::Delivered(_, report) => self.reports.push(report),
                        Event::Ready | Event::Reply(..) | Event::Working => {}
                        other => panic!("{other:?}"),
                    },
                    Step::Consumed(count) => self.input.advance(count),
                    Step::Need(_) => break,
                }
            }
            if !self.client.wants_write() {
                return;
            }
            let mut output = Output::new();
            self.client.transmit(&mut output, now);
            self.session.receive(&output.take());
        }
    }

    fn send(&mut self, envelope: Envelope, message: &'static [u8], windowed: bool) {
        let payload = Payload::Whole(Bytes::from_static(message));
        let ends = if message == BINARY { LineEnds::Keep } else { LineEnds::Normalise };
        self.client.send(Submission { envelope, facts: scan_as(message, ends), payload, windowed }).unwrap();
    }

    fn quit(mut self) -> Vec<SendReport> {
        self.play();
        self.client.quit().unwrap();
        self.play();
        assert_eq!(self.session.wants(), Wants::Close);
        self.reports
    }
}

const MESSAGE: &[u8] = b"Subject: x\r\n\r\n.one\r\n.\r\ntwo";
const BINARY: &[u8] = b"Subject: x\r\n\r\n\0\r\n\xFF\r";

fn envelope(recipients: &[&str]) -> Envelope {
    Envelope::new("a@example.org", recipients.iter().copied()).unwrap()
}

fn with_everything() -> Envelope {
    let recipient = |path: &str| Recipient::new(path).unwrap().notify(Notify::NEVER);
    Envelope::new("\u{fc}@example.org", [recipient("b@example.org"), recipient("\u{f6}@b\u{fc}cher.example")])
        .unwrap()
        .envelope_id(EnvelopeId::new("id + = x").unwrap())
        .return_content(Return::Headers)
        .deliver_by(DeliverBy::or_return(120).unwrap())
        .priority(Priority::new(-3).unwrap())
        .hold(Hold::seconds(60).unwrap())
        .require_tls()
        .prdr()
        .auth(AuthParam::from(Mailbox::new("e=mc2@example.org").unwrap()))
}

#[test]
fn whatever_an_envelope_says() {
    let server = Server::new(Accounts::new());
    for transfer in [TransferPreference::Data, TransferPreference::default()] {
        let mut joined = Joined::new(&server, |config| {
            config.transfer = transfer;
            config.verified = true;
        });
        joined.send(with_everything(), MESSAGE, false);
        joined.send(envelope(&["b@example.org", "postmaster"]), MESSAGE, false);
        joined.send(envelope(&["b@example.org"]), BINARY, false);
        assert_eq!(joined.quit().len(), 3);
    }
    assert_eq!(server.faults(), [], "{:#?}", server.commands());
    let contents: Vec<_> = server.deliveries().into_iter().map(|delivery| delivery.content).collect();
    let text = [MESSAGE, b"\r\n"].concat();
    assert_eq!(contents, [text.clone(), text.clone(), BINARY.to_vec(), text.clone(), text, BINARY.to_vec()]);
}

#[test]
fn servers_that_offer_little() {
    for server in [Server::bare(), Server::bare().offer("CHUNKING"), Server::bare().without_ehlo()] {
        let mut joined = Joined::new(&server, |config| config.protection = Protection::Plaintext);
        joined.send(envelope(&["b@example.org", "c@example.org"]), MESSAGE, false);
        joined.send(envelope(&["b@example.org"]), b"", false);
        assert_eq!(joined.quit().len(), 2);
        assert_eq!((server.faults(), server.deliveries().len()), (vec![], 2), "{:#?}", server.commands());
    }
    for server in [Server::lmtp(), Server::full().profile(Profile::BareLmtp)] {
        let mut joined = Joined::new(&server, |config| config.flavour = Flavour::Lmtp);
        joined.send(envelope(&["b@example.org", "c@example.org"]), MESSAGE, false);
        joined.send(envelope(&["b@example.org"]), MESSAGE, false);
        assert_eq!(joined.quit().len(), 2);
        assert_eq!((server.faults(), server.deliveries().len()), (vec![], 2), "{:#?}", server.commands());
    }
}

#[test]
fn servers_that_refuse() {
    let refuse =
        |server: Server| {
            server
                .refuse("no@example.org", 550, "5.1.1 no such user")
                .on("MAIL", |_, view| {
                    if view.nth == 2 { Answer::reply(451, "4.3.0 later") } else { Answer::as_usual() }
                })
                .on_content(|delivery, _| {
                    if delivery.recipients.len() == 3 {
                        Answer::reply(554, "5.6.0 no")
                    } else {
                        Answer::as_usual()
                    }
                })
        };
    let servers = |full: Server| {
        [
            full.clone(),
            full.clone().without("CHUNKING"),
            full.clone().without("PIPELINING"),
            full.clone().profile(Profile::Bare),
            full.clone().data_without_recipients(),
            full.without("CHUNKING").data_without_recipients(),
        ]
    };
    let strict = servers(Server::full()).map(|server| (server, false));
    let windows = servers(Server::full().windows()).map(|server| (server, true));
    for (server, windowed) in strict.into_iter().chain(windows) {
        let server = refuse(server);
        let mut joined = Joined::new(&server, |_| ());
        for recipients in [
            &["no@example.org", "b@example.org"][..],
            &["b@example.org"],
            &["no@example.org"],
            &["b@example.org", "c@example.org", "d@example.org"],
            &["b@example.org"],
        ] {
            joined.send(envelope(recipients), MESSAGE, windowed);
        }
        let reports = joined.quit();
        assert_eq!(reports.len(), 5);
        let shown = format!("{:#?}", server.transcript().iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(server.faults(), [], "{shown}");
        let accepted: Vec<_> = reports.iter().map(|report| report.accepted().count()).collect();
        let delivered: usize = server.deliveries().iter().map(|delivery| delivery.recipients.len()).sum();
        assert_eq!(accepted.iter().sum::<usize>(), delivered, "{accepted:?} {shown}");
        let _ = server.take_deliveries();
    }
}

#[test]
fn urls_and_windows() {
    let url = "imap://b@example.org/INBOX;UIDVALIDITY=1/;UID=2;URLAUTH=submit+a:internal:0123456789abcdef0123456789abcdef";
    let server = Server::full().resource(url, MESSAGE);
    let mut joined = Joined::new(&server, |_| ());
    let payload = Payload::Url(BurlUrl::new(url).unwrap());
    let submission = Submission {
        envelope: envelope(&["b@example.org"]),
        facts: Facts::default(),
        payload,
        windowed: false,
    };
    joined.client.send(submission).unwrap();
    assert_eq!(joined.quit().len(), 1);
    assert_eq!((server.faults(), server.deliveries().len()), (vec![], 1), "{:#?}", server.commands());
    // A window takes no more turns than the first of its messages.
    let server = Server::full();
    let mut joined = Joined::new(&server, |_| ());
    for _ in 0..20 {
        joined.send(envelope(&["b@example.org"]), MESSAGE, true);
    }
    assert_eq!(joined.quit().len(), 20);
    assert_eq!((server.faults(), server.deliveries().len()), (vec![], 20));
    assert!(server.turns() <= 5 && server.eager_chunks() > 0, "{}", server.turns());
}

#[test]
fn every_mechanism() {
    use anyrfc_sasl::{BindingType, Channel, Negotiator, Policy, Service};
    let channel = Channel::tls().with_binding(BindingType::TlsExporter, vec![7; 32]);
    let names = anyrfc_sasl::testing::Server::mechanisms(&channel);
    assert!(names.iter().any(|name| name.is_plus()) && names.len() > 8, "{names:?}");
    for name in names {
        for good in [true, false] {
            let (known, token) = if good { ("pencil", "t0ken") } else { ("crayon", "other") };
            let accounts = Accounts::new().password("user", known).token("user", token).iterations(4096);
            let server = Server::new(accounts).mechanisms(&[name]).login_required();
            let mut joined = Joined::bound(&server, channel.clone(), |_| ());
            let mut credentials = anyrfc_core::Credentials::password("user", "pencil");
            if name.as_str().contains("AUTH") {
                credentials = anyrfc_core::Credentials::bearer("t0ken");
                credentials.user = Some("user".to_owned());
            }
            let service = Service::new("smtp", "mail.example.org");
            let mut negotiator = Negotiator::new(credentials, service, Policy::default(), [3; 32]);
            let exchange = negotiator.begin(&[name.to_string()], &channel).unwrap();
            joined.client.authenticate(exchange).unwrap();
            joined.play();
            assert_eq!(joined.client.take_login().unwrap().is_ok(), good, "{name} {:?}", server.commands());
            joined.send(envelope(&["b@example.org"]), MESSAGE, false);
            joined.quit();
            let user = server.deliveries().into_iter().find_map(|delivery| delivery.user);
            assert_eq!((user.as_deref(), server.faults()), (good.then_some("user"), vec![]), "{name}");
        }
    }
}
