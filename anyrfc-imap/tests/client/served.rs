//! The client against a whole server: TLS, every way to log in, and being dropped anywhere.

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    task::Poll,
};

use anyrfc_core::{
    testing::{
        MemoryStream,
        harness::cancel_everywhere,
        log::{assert_no_secret, capture},
        pair,
        pki::Pki,
        run_virtual,
    },
    transport::Connection,
};
use anyrfc_imap::{
    AppendOptions, BoxFuture, Capability, CredentialError, CredentialRequest, CredentialSource, Credentials,
    ErrorKind, Event, FetchItems, Flag, ImapClient, MailboxName, SearchQuery, Section, Security, SequenceSet,
    SpecialUse, Ticket,
    client::Builder,
    command,
    testing::{Accounts, Server},
};
use anyrfc_sasl::{BindingType, Channel, MechanismName, Policy};
use tokio::{io::AsyncReadExt as _, sync::mpsc};

/// Serves whoever connects.
struct World {
    server: Server,
    arrivals: mpsc::UnboundedReceiver<MemoryStream>,
}

impl World {
    /// A server, and a builder that connects to it.
    fn new(server: Server, window: usize) -> (Self, Builder) {
        let (sender, arrivals) = mpsc::unbounded_channel();
        let connect = move || {
            let (near, far) = pair(window);
            let arrived = sender.send(far);
            async move {
                arrived.map_err(|_| anyrfc_core::Error::usage("nobody listens"))?;
                Ok(Connection::from_stream(near))
            }
        };
        (Self { server, arrivals }, ImapClient::builder().connector(Arc::new(connect)))
    }

    /// Serves one connection after the other, as each comes, all at a time.
    async fn serve(mut self) {
        let mut sessions: Vec<BoxFuture<'_, ()>> = Vec::new();
        let server = &self.server;
        std::future::poll_fn(|cx| {
            while let Poll::Ready(Some(stream)) = self.arrivals.poll_recv(cx) {
                sessions.push(Box::pin(async move {
                    let _ = server.serve(stream).await;
                }));
            }
            sessions.retain_mut(|session| session.as_mut().poll(cx).is_pending());
            Poll::<()>::Pending
        })
        .await;
    }
}

fn accounts() -> Accounts {
    Accounts::new().password("user", "pencil")
}

fn credentials() -> Credentials {
    Credentials::password("user", "pencil".to_owned())
}

/// Runs a client against a server, on a virtual clock.
fn with_server(server: Server, client: impl AsyncFnOnce(Builder)) {
    run_virtual(async {
        let (world, builder) = World::new(server, 64 << 10);
        let mut serving = pin!(world.serve());
        tokio::select! {
            () = client(builder) => {}
            () = &mut serving => {}
        }
    });
}

/// Gives one after the other.
struct Passwords(Mutex<Vec<&'static str>>);

impl CredentialSource for Passwords {
    fn credentials<'a>(
        &'a self,
        _: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        let next = self.0.lock().unwrap().pop();
        Box::pin(async move {
            next.map(|password| Credentials::password("user", password.to_owned()))
                .ok_or_else(|| CredentialError::new("there are no more"))
        })
    }
}

const MESSAGE: &str = "Subject: hello\r\n\r\nthe body\r\n";

async fn round(client: &mut ImapClient) {
    let appended =
        client.append_bytes("INBOX", AppendOptions::new().flag(Flag::Draft), MESSAGE).await.unwrap();
    let uid = appended.unwrap().uid().unwrap();
    let mut inbox = client.select("INBOX").await.unwrap();
    assert_eq!(inbox.exists(), 1);
    let found = inbox.search(&SearchQuery::subject("hello")).await.unwrap();
    assert_eq!(found.iter().collect::<Vec<_>>(), [uid]);
    let mut text = String::new();
    let mut body = inbox.fetch_body(uid, Section::all()).await.unwrap().unwrap();
    body.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, MESSAGE);
    inbox.create_for("Trash", SpecialUse::Trash).await.unwrap();
    let moved = inbox.move_to(uid, "Trash").await.unwrap();
    assert_eq!(moved.copies().len(), 1);
    assert_eq!(inbox.exists(), 0);
    inbox.unselect().await.unwrap();
    assert!(client.mailbox().is_none());
}

#[test]
fn by_starttls_the_login_is_bound_to_the_channel() {
    let (server, tls) = Pki::new().pair(&["mail.example"]);
    with_server(Server::new(accounts()).starttls(server), async |builder| {
        let mut client = builder.start_tls(tls).connect("imap://mail.example").await.unwrap();
        assert!(client.tls_info().is_some() && client.greeting().is_none());
        let login = client.authenticate(&credentials()).await.unwrap();
        assert!(login.mechanism.is_plus() && login.mutual, "{login:?}");
        assert_eq!(login.pin.mechanism, login.mechanism);
        assert!(client.is_rev2() && client.has(&Capability::Imap4Rev2));
        round(&mut client).await;
        client.logout().await.unwrap();
    });
}

#[test]
fn by_implicit_tls_as_well() {
    let (tls_server, tls) = Pki::new().pair(&["mail.example"]);
    run_virtual(async {
        let server = Server::new(accounts());
        let (near, far) = pair(64 << 10);
        let client = async {
            let builder = ImapClient::builder().tls(tls);
            let mut client = builder.connect_over("imaps://mail.example", near).await.unwrap();
            assert!(client.tls_info().is_some() && client.greeting().is_some());
            assert!(client.authenticate(&credentials()).await.unwrap().mechanism.is_plus());
            round(&mut client).await;
            client.logout().await.unwrap();
        };
        let ((), served) = tokio::join!(client, server.serve_tls(far, &tls_server));
        served.unwrap();
    });
}

#[test]
fn a_further_attempt_is_made_on_another_connection() {
    let (server, tls) = Pki::new().pair(&["mail.example"]);
    let server = Server::new(accounts()).starttls(server);
    with_server(server.clone(), async |builder| {
        let builder = builder.start_tls(tls.clone());
        let mut client = builder.connect("imap://mail.example").await.unwrap();
        // The binding to the first connection is used up by the first attempt.
        let source = Passwords(Mutex::new(vec!["pencil", "wrong"]));
        let login = client.authenticate(&source).await.unwrap();
        assert!(login.mechanism.is_plus());
        client.logout().await.unwrap();
    });
    // Over a stream of the caller's there is no other: that is told, with the refusal.
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let builder = ImapClient::builder().start_tls(tls);
        let client = async {
            let mut client = builder.connect_over("imap://mail.example", near).await.unwrap();
            let source = Passwords(Mutex::new(vec!["pencil", "wrong"]));
            let error = client.authenticate(&source).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            let source = std::error::Error::source(&error)
                .and_then(|error| error.downcast_ref::<anyrfc_imap::Error>());
            assert_eq!(source.map(anyrfc_imap::Error::kind), Some(ErrorKind::Auth));
        };
        tokio::select! {
            () = client => {}
            end = server.serve(far) => panic!("the server has ended: {end:?}"),
        }
    });
}

#[test]
fn imap4rev1_does_the_same() {
    let extensions = ["MOVE", "UIDPLUS", "UNSELECT", "IDLE", "SPECIAL-USE"];
    with_server(Server::new(accounts()).only_rev1(&extensions), async |builder| {
        let builder = builder.security(Security::Plaintext);
        let mut client = builder.connect("imap://mail.example").await.unwrap();
        client.authenticate(&credentials()).await.unwrap();
        assert!(!client.is_rev2());
        round(&mut client).await;
        client.logout().await.unwrap();
    });
}

#[test]
fn without_what_was_asked_for_there_is_no_connection() {
    let pki = Pki::new();
    let (tls_server, tls) = pki.pair(&["mail.example"]);
    // No STARTTLS.
    with_server(Server::new(accounts()), async |builder| {
        let error = builder.start_tls(tls.clone()).connect("imap://mail.example").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    });
    // Logged in already, by whomever.
    with_server(Server::new(accounts()).preauth("user").starttls(tls_server.clone()), async |builder| {
        let error = builder.start_tls(tls.clone()).connect("imap://mail.example").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    });
    // Another server's certificate.
    with_server(Server::new(accounts()).starttls(tls_server), async |builder| {
        let error = builder.start_tls(tls.clone()).connect("imap://other.example").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    });
    // PREAUTH is believed where plaintext was asked for.
    with_server(Server::new(accounts()).preauth("user"), async |builder| {
        let builder = builder.security(Security::Plaintext).without_rev2();
        let client = builder.connect("imap://mail.example").await.unwrap();
        assert!(client.is_authenticated() && !client.is_rev2());
        client.logout().await.unwrap();
    });
    with_server(Server::new(accounts()).preauth("user"), async |builder| {
        let mut client = builder.security(Security::Plaintext).connect("imap://mail.example").await.unwrap();
        assert!(client.is_authenticated());
        round(&mut client).await;
    });
}

#[test]
fn every_mechanism_logs_in() {
    let bound = Channel::tls().with_binding(BindingType::TlsExporter, [1; 32]);
    let mechanisms = anyrfc_sasl::testing::Server::mechanisms(&bound);
    assert!(mechanisms.len() >= 8);
    let (tls_server, tls) = Pki::new().pair(&["mail.example"]);
    for mechanism in mechanisms {
        let accounts = accounts().token("user", "s3same");
        let server = Server::new(accounts).starttls(tls_server.clone()).mechanisms(&[mechanism]);
        let ((), log) = capture(|| {
            with_server(server, async |builder| {
                let builder = builder.start_tls(tls.clone()).sasl(Policy::default().only([mechanism]));
                let mut client = builder.connect("imap://mail.example").await.unwrap();
                let mut credentials = credentials();
                if [MechanismName::OAUTHBEARER, MechanismName::XOAUTH2].contains(&mechanism) {
                    credentials = Credentials::bearer("s3same".to_owned());
                    credentials.user = Some("user".to_owned());
                }
                let login = client.authenticate(&credentials).await.unwrap();
                assert_eq!(login.mechanism, mechanism);
                client.logout().await.unwrap();
            });
        });
        assert!(log.contains("anyrfc_imap::wire"), "{mechanism}: nothing was logged");
        assert_no_secret(&log, &["pencil", "s3same"]);
    }
}

#[test]
fn mail_that_another_delivers_is_told_of() {
    let server = Server::new(accounts());
    let other = server.clone();
    with_server(server, async |builder| {
        let builder = builder.security(Security::Plaintext);
        let mut client = builder.connect("imap://mail.example").await.unwrap();
        client.authenticate(&credentials()).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let mut watch = inbox.watch();
        for expected in 1..=3 {
            let deliver = async {
                tokio::time::sleep(std::time::Duration::from_secs(400)).await;
                other.deliver("user", "INBOX", MESSAGE.as_bytes());
            };
            let (event, ()) = tokio::join!(watch.next(), deliver);
            assert!(matches!(event, Ok(Some(Event::Exists(count))) if count == expected));
        }
        watch.done().await.unwrap();
        client.logout().await.unwrap();
    });
}

/// What the client has reached, which is kept when an operation is dropped.
struct Run {
    builder: Builder,
    client: Option<ImapClient>,
    step: usize,
}

impl Run {
    /// Does the next thing, and says what came of it.
    async fn step(&mut self) -> Option<String> {
        let Some(client) = &mut self.client else {
            self.client = Some(self.builder.connect("imap://mail.example").await.unwrap());
            return Some("connected".to_owned());
        };
        let said = match self.step {
            0 => {
                let login = client.authenticate(&credentials()).await.unwrap();
                format!("logged in by {}, rev2: {}", login.mechanism, client.is_rev2())
            }
            1 => format!("{:?}", client.list("*").await.unwrap().len()),
            2 => format!("{} messages", client.select("INBOX").await.unwrap().exists()),
            3 => {
                let mut inbox = client.selected().unwrap();
                format!("{}", inbox.search(&SearchQuery::all()).await.unwrap())
            }
            4 => {
                let mut inbox = client.selected().unwrap();
                let found = SearchQuery::all();
                let all = inbox.search(&found).await.unwrap();
                let items = FetchItems::new().flags().size().peek(Section::text());
                let rows = inbox.fetch(all, items).unwrap().collect().await.unwrap();
                rows.iter()
                    .map(|row| {
                        let text = row.body_bytes(&Section::text()).unwrap();
                        format!("{:?} {:?} {} ", row.uid(), row.size(), String::from_utf8_lossy(&text))
                    })
                    .collect()
            }
            5 => {
                let mut inbox = client.selected().unwrap();
                let uid = anyrfc_imap::Uid::new(2).unwrap();
                let mut text = String::new();
                let mut body = inbox.fetch_body(uid, Section::all()).await.unwrap().unwrap();
                body.read_to_string(&mut text).await.unwrap();
                text
            }
            6 => {
                let mut inbox = client.selected().unwrap();
                let uid = anyrfc_imap::Uid::new(2).unwrap();
                format!("{:?}", inbox.add_flags(uid, [Flag::Seen]).await.unwrap())
            }
            7 => {
                let mut inbox = client.selected().unwrap();
                let uid = anyrfc_imap::Uid::new(1).unwrap();
                inbox.move_to(uid, "Trash").await.unwrap();
                "moved".to_owned()
            }
            8 => {
                client.noop().await.unwrap();
                client.mailbox().map(|mailbox| format!("{} left", mailbox.exists)).unwrap()
            }
            _ => return None,
        };
        self.step += 1;
        Some(said)
    }
}

/// A server that logs in by one step, so that not every slice of computing counts.
fn plain_server() -> Server {
    let server = Server::new(accounts()).mechanisms(&[MechanismName::PLAIN]);
    for subject in ["one", "two"] {
        let message = format!("Subject: {subject}\r\n\r\nthis is {subject}\r\n");
        server.deliver("user", "INBOX", message.as_bytes());
    }
    server.deliver("user", "Trash", MESSAGE.as_bytes());
    server
}

fn open(builder: Builder) -> Builder {
    let policy = Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN);
    builder.security(Security::Plaintext).sasl(policy)
}

/// Does everything, dropping what waits for the `cut`th time and doing it anew. What came of
/// it, and how often it waited.
fn cut_at(cut: usize) -> (Vec<String>, usize) {
    run_virtual(async {
        let (world, builder) = World::new(plain_server(), 8);
        let mut serving = pin!(world.serve());
        let mut run = Run { builder: open(builder), client: None, step: 0 };
        let (mut results, mut waits) = (Vec::new(), 0);
        loop {
            let mut step = pin!(run.step());
            let said = std::future::poll_fn(|cx| {
                let _ = serving.as_mut().poll(cx);
                match step.as_mut().poll(cx) {
                    Poll::Ready(said) => Poll::Ready(Some(said)),
                    Poll::Pending => {
                        waits += 1;
                        if waits == cut { Poll::Ready(None) } else { Poll::Pending }
                    }
                }
            });
            match said.await {
                Some(Some(said)) => results.push(said),
                Some(None) => return (results, waits),
                None => {}
            }
        }
    })
}

#[test]
fn whatever_is_dropped_anywhere_comes_out_the_same() {
    let (expected, waits) = cut_at(usize::MAX);
    assert_eq!(expected.len(), 10, "{expected:?}");
    assert!(expected[1].ends_with("rev2: true"), "{expected:?}");
    assert!(expected[5].contains("this is one") && expected[6].contains("this is two"), "{expected:?}");
    assert_eq!(expected[9], "1 left");
    assert!(waits > 50, "{waits} waits");
    for cut in 1..=waits {
        assert_eq!(cut_at(cut).0, expected, "dropped at wait {cut}");
    }
}

/// What is kept where everything is dropped whenever it waits.
struct Kept {
    connecting: BoxFuture<'static, ImapClient>,
    client: Option<ImapClient>,
    selecting: Option<Ticket<command::SelectAnswer>>,
    fetching: Option<Ticket<command::FetchAnswer>>,
    step: usize,
}

#[test]
fn tickets_are_kept_while_everything_else_is_dropped() {
    let setup = || {
        let (world, builder) = World::new(plain_server(), 48);
        let connecting = Box::pin(async move {
            let mut client = open(builder).connect("imap://mail.example").await.unwrap();
            client.authenticate(&credentials()).await.unwrap();
            client
        });
        (Kept { connecting, client: None, selecting: None, fetching: None, step: 0 }, world.serve())
    };
    let results = cancel_everywhere(setup, async |kept: &mut Kept| {
        let Some(client) = &mut kept.client else {
            kept.client = Some(kept.connecting.as_mut().await);
            return Some("connected".to_owned());
        };
        if kept.selecting.is_none() && kept.step == 0 {
            kept.selecting = Some(client.submit(command::Select::new(MailboxName::inbox())).unwrap());
            let fetch = command::UidFetch::new(SequenceSet::all(), FetchItems::new().size());
            kept.fetching = Some(client.submit(fetch).unwrap());
        }
        kept.step = 1;
        if let Some(ticket) = &kept.selecting {
            client.answered(ticket).await.unwrap();
            let answer = client.finish(kept.selecting.take().unwrap()).await.unwrap();
            return Some(format!("{} messages", answer.exists));
        }
        client.answered(kept.fetching.as_ref()?).await.unwrap();
        let rows = client.rows(kept.fetching.take()?).collect().await.unwrap();
        Some(format!("{:?}", rows.iter().map(|row| row.size().unwrap().parsed()).collect::<Vec<_>>()))
    });
    assert_eq!(results, ["connected", "2 messages", "[Some(29), Some(29)]"]);
}
