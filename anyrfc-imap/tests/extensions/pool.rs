//! Several connections of one account.

use std::{
    cell::Cell,
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    time::Duration,
};

use anyrfc_core::testing::{advance, run_virtual};
use anyrfc_imap::{Credentials, ErrorKind, Pool, Pooled, command::Noop};
use futures_util::{FutureExt as _, future::join_all};

use super::reconnect::{Fate, Network, pencil, server};
use crate::script::{Script, open_builder};

type Attempts = Arc<Mutex<Vec<std::time::Instant>>>;

fn with_pool(fates: &[Fate], connections: usize, work: impl AsyncFnOnce(Pool, Attempts)) {
    run_virtual(async {
        let (network, builder) = Network::new(server(), fates);
        let attempts = Arc::clone(&network.attempts);
        let pool = Pool::new(builder, "imap://mail.example", pencil()).connections(connections);
        let mut serving = pin!(network.serve());
        tokio::select! {
            () = work(pool, attempts) => {}
            () = &mut serving => {}
        }
    });
}

fn made(attempts: &Attempts) -> usize {
    attempts.lock().unwrap().len()
}

#[test]
fn there_are_never_more_than_allowed() {
    with_pool(&[Fate::Served], 3, async |pool, attempts| {
        let most = Cell::new(0);
        let work = async || {
            let mut client = pool.client().await.unwrap();
            most.set(pool.used().max(most.get()));
            client.noop().await.unwrap();
        };
        join_all((0..40).map(|_| work())).await;
        assert_eq!((most.get(), made(&attempts)), (3, 3));
        assert_eq!((pool.used(), pool.idle()), (0, 3));
        pool.close().await;
        assert_eq!(pool.idle(), 0);
        assert_eq!(pool.client().await.unwrap_err().kind(), ErrorKind::Closed);
    });
}

#[test]
fn who_waits_longest_is_next_and_may_leave() {
    with_pool(&[Fate::Served], 1, async |pool, attempts| {
        let first = pool.client().await.unwrap();
        let mut waiting: Vec<Pin<Box<dyn Future<Output = Pooled>>>> = Vec::new();
        for _ in 0..3 {
            let pool = pool.clone();
            waiting.push(Box::pin(async move { pool.client().await.unwrap() }));
            assert!(waiting.last_mut().unwrap().now_or_never().is_none());
        }
        // The first of them loses patience; the place is the next one's.
        drop(waiting.remove(0));
        drop(first);
        assert!(waiting[1].as_mut().now_or_never().is_none(), "not before the one that came before");
        let second = waiting.remove(0).await;
        assert!(waiting[0].as_mut().now_or_never().is_none());
        drop(second);
        drop(waiting.remove(0).await);
        assert_eq!(made(&attempts), 1);
    });
}

#[test]
fn the_connection_with_the_mailbox_is_preferred() {
    with_pool(&[Fate::Served], 3, async |pool, attempts| {
        let (inbox, archive) = (pool.select("INBOX").await.unwrap(), pool.select("Archive").await.unwrap());
        let none = pool.client().await.unwrap();
        drop((inbox, archive, none));
        let again = pool.select("INBOX").await.unwrap();
        assert_eq!(again.mailbox().map(|mailbox| mailbox.exists), Some(5));
        // Whoever needs no mailbox takes none away.
        let any = pool.client().await.unwrap();
        assert!(any.mailbox().is_none());
        let last = pool.client().await.unwrap();
        assert_eq!(last.mailbox().map(|mailbox| mailbox.name.to_string()), Some("Archive".to_owned()));
        assert_eq!(made(&attempts), 3);
    });
}

#[test]
fn a_connection_that_has_ended_is_not_handed_out() {
    // Each is cut some time after the login.
    with_pool(&[Fate::Cut(3000), Fate::Cut(3000), Fate::Served], 1, async |pool, attempts| {
        let mut client = pool.client().await.unwrap();
        while client.noop().await.is_ok() {}
        drop(client);
        assert_eq!((pool.idle(), pool.used()), (0, 0), "it is thrown away");
        pool.client().await.unwrap().noop().await.unwrap();
        assert_eq!(made(&attempts), 2);
        // One that ends while it is idle: nobody has seen it before it is to be used.
        let mut client = pool.client().await.unwrap();
        let one = client.submit(Noop).unwrap();
        let many: Vec<_> = (0..500).filter_map(|_| client.submit(Noop).ok()).collect();
        client.finish(one).await.unwrap();
        drop((client, many));
        assert_eq!(pool.idle(), 1);
        tokio::task::yield_now().await;
        while made(&attempts) == 2 {
            pool.client().await.unwrap().noop().await.ok();
        }
        pool.client().await.unwrap().noop().await.unwrap();
        assert_eq!((made(&attempts), pool.idle()), (3, 1));
    });
}

#[test]
fn a_connection_that_was_idle_for_long_is_asked_whether_it_lives() {
    let script = Script::new()
        .send("* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n")
        .on("NOOP", "{tag} OK done\r\n")
        .then(|peer| peer.swallow());
    script.play(async |stream| {
        let stream = Mutex::new(Some(stream));
        let connect = move || {
            let stream = stream.lock().unwrap().take();
            async move {
                let stream = stream.ok_or_else(|| anyrfc_core::Error::new(ErrorKind::Io, "no more"))?;
                Ok(anyrfc_core::transport::Connection::from_stream(stream))
            }
        };
        let builder = open_builder().connector(Arc::new(connect));
        let pool = Pool::new(builder, "imap://mail.example", pencil()).check_after(Duration::from_secs(60));
        drop(pool.client().await.unwrap());
        advance(Duration::from_secs(59)).await;
        drop(pool.client().await.unwrap());
        advance(Duration::from_secs(61)).await;
        drop(pool.client().await.unwrap());
        // The server does not answer a second time: after ten seconds another one is made, in vain here.
        advance(Duration::from_secs(61)).await;
        assert_eq!(pool.client().await.unwrap_err().kind(), ErrorKind::Io);
        assert_eq!((pool.idle(), pool.used()), (0, 0));
    });
}

#[test]
fn a_refused_login_is_remembered() {
    run_virtual(async {
        let (network, builder) = Network::new(server(), &[Fate::Served]);
        let attempts = Arc::clone(&network.attempts);
        let wrong = Arc::new(Credentials::password("user", "brush".to_owned()));
        let pool = Pool::new(builder, "imap://mail.example", wrong);
        let work = async {
            let all = join_all((0..4).map(|_| async { pool.client().await.unwrap_err().kind() })).await;
            assert_eq!(all, [ErrorKind::Auth; 4]);
            let before = made(&attempts);
            assert_eq!(pool.client().await.unwrap_err().kind(), ErrorKind::Auth);
            assert_eq!(made(&attempts), before);
            pool.retry_login();
            assert_eq!(pool.client().await.unwrap_err().kind(), ErrorKind::Auth);
            assert_eq!(made(&attempts), before + 1);
        };
        tokio::select! {
            () = work => {}
            () = network.serve() => {}
        }
    });
}

#[test]
fn a_server_without_room_is_content_with_those_that_there_are() {
    let hello = "* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n";
    let script = Script::new().send(hello).on("NOOP", "{tag} OK done\r\n").on("NOOP", "{tag} OK done\r\n");
    script.then(|peer| peer.swallow()).play(async |stream| {
        let stream = Mutex::new(Some(stream));
        let connect = move || {
            let stream = stream.lock().unwrap().take();
            async move {
                Ok(match stream {
                    Some(stream) => anyrfc_core::transport::Connection::from_stream(stream),
                    None => {
                        let (near, mut far) = anyrfc_core::testing::pair(1024);
                        use tokio::io::AsyncWriteExt as _;
                        far.write_all(b"* BYE [LIMIT] you have enough\r\n").await.ok();
                        anyrfc_core::transport::Connection::from_stream(near)
                    }
                })
            }
        };
        let builder = open_builder().connector(Arc::new(connect));
        let pool = Pool::new(builder, "imap://mail.example", pencil()).connections(5);
        let mut first = pool.client().await.unwrap();
        let mut second = pin!(pool.client());
        assert!(second.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
        assert!(second.as_mut().now_or_never().is_none(), "it waits for the first one");
        first.noop().await.unwrap();
        drop(first);
        second.await.unwrap().noop().await.unwrap();
    });
}

#[test]
fn dropping_a_call_anywhere_leaks_no_place() {
    with_pool(&[Fate::Served], 2, async |pool, _| {
        for polls in 0..30 {
            let mut call = pin!(pool.select("INBOX"));
            for _ in 0..polls {
                if call.as_mut().now_or_never().is_some() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let both = (pool.client().await.unwrap(), pool.client().await.unwrap());
        assert_eq!(pool.used(), 2);
        drop(both);
        assert_eq!(pool.used(), 0);
    });
}
