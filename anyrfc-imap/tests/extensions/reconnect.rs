//! Connections that are lost, and made again.

use std::{
    collections::VecDeque,
    pin::pin,
    sync::{Arc, Mutex},
    task::Poll,
    time::Duration,
};

use anyrfc_core::{
    testing::{End, FaultyStream, MemoryStream, now, pair, run_virtual},
    transport::Connection,
};
use anyrfc_imap::{
    BoxFuture, CredentialError, CredentialRequest, CredentialSource, Credentials, Error, ErrorKind,
    MailboxSync, ReconnectPolicy, ReconnectingClient, Reselected, SyncState,
    client::Builder,
    testing::{Accounts, Server},
};
use tokio::sync::mpsc;

use crate::script::open_builder;

/// What becomes of the next connections; the last one is for all after it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    Refused,
    Served,
    /// After so many bytes of the server's.
    Cut(usize),
}

/// A network with one server.
pub(crate) struct Network {
    server: Server,
    arrivals: mpsc::UnboundedReceiver<MemoryStream>,
    pub(crate) attempts: Arc<Mutex<Vec<std::time::Instant>>>,
}

impl Network {
    pub(crate) fn new(server: Server, fates: &[Fate]) -> (Self, Builder) {
        let (sender, arrivals) = mpsc::unbounded_channel();
        let fates = Mutex::new(fates.iter().copied().collect::<VecDeque<_>>());
        let attempts = Arc::<Mutex<Vec<_>>>::default();
        let counted = Arc::clone(&attempts);
        let connect = move || {
            counted.lock().unwrap().push(now());
            let mut fates = fates.lock().unwrap();
            let fate = if fates.len() > 1 { fates.pop_front() } else { fates.front().copied() };
            let (near, far) = pair(64 << 10);
            let arrived = match fate {
                Some(Fate::Refused) => Err(()),
                _ => sender.send(far).map_err(drop),
            };
            async move {
                arrived.map_err(|()| anyrfc_core::Error::new(ErrorKind::Io, "nobody listens"))?;
                Ok(match fate {
                    Some(Fate::Cut(bytes)) => {
                        Connection::from_stream(FaultyStream::new(near).read_ends(bytes, End::Clean))
                    }
                    _ => Connection::from_stream(near),
                })
            }
        };
        (Self { server, arrivals, attempts }, open_builder().connector(Arc::new(connect)))
    }

    pub(crate) async fn serve(mut self) {
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

pub(crate) fn server() -> Server {
    let server = Server::new(Accounts::new().password("user", "pencil"));
    for number in 0..5 {
        server.deliver("user", "INBOX", format!("Subject: {number}\r\n\r\n{number}\r\n").as_bytes());
    }
    server.deliver("user", "Archive", b"Subject: old\r\n\r\nold\r\n");
    server
}

pub(crate) fn pencil() -> Arc<Credentials> {
    Arc::new(Credentials::password("user", "pencil".to_owned()))
}

type Attempts = Arc<Mutex<Vec<std::time::Instant>>>;

fn on_network(
    fates: &[Fate],
    source: Arc<dyn CredentialSource>,
    policy: ReconnectPolicy,
    client: impl AsyncFnOnce(ReconnectingClient, Attempts),
) {
    run_virtual(async {
        let (network, builder) = Network::new(server(), fates);
        let attempts = Arc::clone(&network.attempts);
        let mail =
            ReconnectingClient::new(builder, "imap://mail.example", source, policy.seed([7; 32])).unwrap();
        let mut serving = pin!(network.serve());
        tokio::select! {
            () = client(mail, attempts) => {}
            () = &mut serving => {}
        }
    });
}

fn gaps(attempts: &Attempts) -> Vec<Duration> {
    attempts.lock().unwrap().windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn a_lost_connection_is_made_again_with_the_mailbox() {
    let fates = [Fate::Cut(3000), Fate::Served];
    on_network(&fates, pencil(), ReconnectPolicy::default(), async |mut mail, attempts| {
        let client = mail.client().await.unwrap();
        client.examine("Archive").await.unwrap();
        assert!(mail.take_reconnection().is_none(), "the first one is none that was made again");
        assert_eq!(attempts.lock().unwrap().len(), 1);
        // The same one, as long as it lives.
        while mail.client().await.unwrap().noop().await.is_ok() {
            assert_eq!(attempts.lock().unwrap().len(), 1);
        }
        assert!(mail.client().await.unwrap().selected().is_some_and(|mailbox| mailbox.is_read_only()));
        assert_eq!(attempts.lock().unwrap().len(), 2);
        let told = mail.take_reconnection().unwrap();
        assert!(matches!(told.mailbox, Reselected::Same), "{told:?}");
        assert!(mail.take_reconnection().is_none());
        mail.close().await.unwrap();
    });
}

#[test]
fn a_client_that_is_there_is_the_first_connection() {
    run_virtual(async {
        let (network, builder) = Network::new(server(), &[Fate::Cut(3000), Fate::Served]);
        let attempts = Arc::clone(&network.attempts);
        let mut serving = pin!(network.serve());
        let work = async {
            let mut client = builder.connect("imap://mail.example").await.unwrap();
            client.authenticate(&*pencil()).await.unwrap();
            client.examine("Archive").await.unwrap();
            let policy = ReconnectPolicy::default().seed([7; 32]);
            let mut mail = ReconnectingClient::new(builder, "imap://mail.example", pencil(), policy).unwrap();
            mail = mail.with_client(client);
            while mail.client().await.unwrap().noop().await.is_ok() {
                assert_eq!(attempts.lock().unwrap().len(), 1);
            }
            let begin = now();
            assert!(mail.client().await.unwrap().selected().is_some_and(|mailbox| mailbox.is_read_only()));
            let told = mail.take_reconnection().unwrap();
            assert!(told.attempts == 1 && matches!(told.mailbox, Reselected::Same), "{told:?}");
            let attempts = attempts.lock().unwrap();
            assert!(attempts.len() == 2 && attempts[1] > begin, "it waits as after any other loss");
        };
        tokio::select! {
            () = work => {}
            () = &mut serving => {}
        }
    });
}

/// Lost again before the mailbox was selected, wherever that is.
#[test]
fn a_mailbox_is_not_forgotten_by_a_connection_that_did_not_get_so_far() {
    for bytes in (100..900).step_by(20) {
        let fates = [Fate::Cut(3000), Fate::Cut(bytes), Fate::Served];
        on_network(&fates, pencil(), ReconnectPolicy::default(), async |mut mail, attempts| {
            mail.client().await.unwrap().examine("Archive").await.unwrap();
            while attempts.lock().unwrap().len() < 3 {
                let _ = mail.client().await.unwrap().noop().await;
            }
            let client = mail.client().await.unwrap();
            assert_eq!(
                client.mailbox().map(|mailbox| mailbox.name.to_string()),
                Some("Archive".into()),
                "{bytes}"
            );
            let told = mail.take_reconnection().unwrap();
            assert!(matches!(told.mailbox, Reselected::Same), "{bytes}: {told:?}");
        });
    }
}

#[test]
fn attempts_are_further_and_further_apart_and_end() {
    let policy =
        ReconnectPolicy::default().backoff(Duration::from_secs(2), Duration::from_secs(20)).attempts(7);
    on_network(&[Fate::Refused], pencil(), policy, async |mut mail, attempts| {
        let error = mail.client().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert_eq!(attempts.lock().unwrap().len(), 7);
        let gaps = gaps(&attempts);
        assert!(gaps[0] <= Duration::from_secs(2), "{gaps:?}");
        for (nth, most) in [(1, 4), (2, 8), (3, 16), (4, 20), (5, 20)] {
            let most = Duration::from_secs(most);
            assert!(gaps[nth] >= most / 2 && gaps[nth] <= most, "{gaps:?}");
        }
        // Asked again, it counts anew, and still waits.
        let begin = now();
        assert!(mail.next_attempt().is_some_and(|at| at > begin));
        mail.client().await.unwrap_err();
        assert_eq!(attempts.lock().unwrap().len(), 14);
        assert!(attempts.lock().unwrap()[7] - begin >= Duration::from_secs(9));
    });
}

#[test]
fn without_a_number_of_attempts_none_is_the_last() {
    let mut fates = vec![Fate::Refused; 40];
    fates.push(Fate::Served);
    let policy = ReconnectPolicy::default().attempts(None);
    on_network(&fates, pencil(), policy, async |mut mail, attempts| {
        mail.client().await.unwrap();
        assert_eq!(attempts.lock().unwrap().len(), 41);
    });
}

#[test]
fn a_delay_without_end_is_one() {
    let policy = ReconnectPolicy::default().backoff(Duration::MAX, Duration::MAX);
    on_network(&[Fate::Refused, Fate::Served], pencil(), policy, async |mut mail, attempts| {
        let hour = Duration::from_secs(3600);
        tokio::time::timeout(hour, mail.client()).await.unwrap_err();
        assert_eq!(attempts.lock().unwrap().len(), 1);
        assert!(mail.next_attempt().is_some_and(|at| at > now()));
    });
}

/// Asked, it gives what is wrong, and counts.
struct Wrong(Mutex<u32>);

impl CredentialSource for Wrong {
    fn credentials<'a>(
        &'a self,
        _: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        *self.0.lock().unwrap() += 1;
        Box::pin(async { Ok(Credentials::password("user", "brush".to_owned())) })
    }
}

#[test]
fn a_refused_login_is_not_tried_again() {
    let wrong = Arc::new(Wrong(Mutex::new(0)));
    let source = Arc::clone(&wrong);
    on_network(&[Fate::Served], source, ReconnectPolicy::default(), async |mut mail, attempts| {
        for _ in 0..5 {
            assert_eq!(mail.client().await.unwrap_err().kind(), ErrorKind::Auth);
        }
        // Asked once more by the same attempt, as with a token that has expired.
        let (asked, made) = (*wrong.0.lock().unwrap(), attempts.lock().unwrap().len());
        assert_eq!(asked, 2);
        mail.retry_login();
        assert_eq!(mail.client().await.unwrap_err().kind(), ErrorKind::Auth);
        assert_eq!(*wrong.0.lock().unwrap(), 4);
        assert_eq!(attempts.lock().unwrap().len(), 2 * made);
    });
}

#[test]
fn dropping_a_call_leaves_its_attempt_to_the_next_one() {
    let fates = [Fate::Refused, Fate::Refused, Fate::Served];
    on_network(&fates, pencil(), ReconnectPolicy::default(), async |mut mail, attempts| {
        let mut turns = 0;
        loop {
            turns += 1;
            // Dropped whenever it has waited for a tenth of a second.
            let call = tokio::time::timeout(Duration::from_millis(100), mail.client());
            if let Ok(client) = call.await {
                assert!(client.unwrap().is_authenticated());
                break;
            }
        }
        assert!(turns > 5, "{turns}");
        assert_eq!(attempts.lock().unwrap().len(), 3);
    });
}

#[test]
fn a_connection_that_is_lost_at_once_counts_as_an_attempt() {
    let policy = ReconnectPolicy::default().attempts(4);
    on_network(&[Fate::Cut(400)], pencil(), policy, async |mut mail, attempts| {
        let lost = mail.run(async |client| client.select("INBOX").await.map(|_| ())).await.unwrap_err();
        assert!(matches!(lost.kind(), ErrorKind::Closed | ErrorKind::Io), "{lost}");
        assert_eq!(attempts.lock().unwrap().len(), 4);
        assert!(gaps(&attempts)[2] >= Duration::from_secs(1), "{:?}", gaps(&attempts));
    });
}

#[test]
fn what_is_refused_is_no_connection_lost() {
    on_network(&[Fate::Served], pencil(), ReconnectPolicy::default(), async |mut mail, attempts| {
        let refused = mail.run(async |client| client.select("nowhere").await.map(|_| ())).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Refused);
        assert_eq!(attempts.lock().unwrap().len(), 1);
    });
}

#[test]
fn a_synchronisation_goes_on_over_connections() {
    for bytes in (150..1500).step_by(37) {
        let fates = [Fate::Cut(bytes), Fate::Cut(bytes + 300), Fate::Served];
        on_network(&fates, pencil(), ReconnectPolicy::default(), async |mut mail, _| {
            let mut sync = MailboxSync::new("INBOX", SyncState::new()).unwrap().batch(1);
            let mut uids = Vec::new();
            while let Some(delta) = mail.sync_step(&mut sync).await.unwrap() {
                uids.extend(delta.arrived.iter().map(|message| message.uid.get()));
                assert!(delta.changed.is_empty() && delta.vanished.is_empty());
            }
            assert_eq!(uids, [1, 2, 3, 4, 5], "cut after {bytes}");
        });
    }
}

#[test]
fn a_client_reconnects_when_it_is_told_to() {
    run_virtual(async {
        let (network, builder) = Network::new(server(), &[Fate::Served]);
        let client = async {
            let mut client = builder.connect("imap://mail.example").await?;
            client.authenticate(&*pencil()).await?;
            client.select("INBOX").await?;
            client.reconnect(&*pencil()).await?;
            assert!(client.is_authenticated() && client.mailbox().is_none());
            client.logout().await?;
            Ok::<(), Error>(())
        };
        tokio::select! {
            done = client => done.unwrap(),
            () = network.serve() => {}
        }
    });
}
