//! Connections that are used again.

use std::{future::Future as _, sync::Arc, time::Duration};

use anyrfc_core::{
    Security,
    testing::{now, pair, run_virtual},
    transport::{Connect, Connection},
};
use anyrfc_smtp::{
    Content, ErrorKind, Pool, SmtpClient,
    testing::{Answer, Server},
};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::sync::mpsc;

use crate::support::{envelope, letters};

/// A pool whose connections all go to `server`, side by side with `session`.
fn with(server: Server, session: impl AsyncFnOnce(Pool, &Server)) {
    run_virtual(async {
        let (sender, mut streams) = mpsc::unbounded_channel();
        let connect = move || {
            let sender = sender.clone();
            async move {
                let (near, far) = pair(1 << 20);
                sender.send(far).expect("the server runs");
                Ok(Connection::from_stream(near))
            }
        };
        let connect: Arc<dyn Connect> = Arc::new(connect);
        let builder = SmtpClient::builder().security(Security::Plaintext).connector(connect);
        let pool = Pool::new(builder, "smtp://mail.example");
        let serving = async {
            let mut connections = FuturesUnordered::new();
            loop {
                tokio::select! {
                    Some(far) = streams.recv() => connections.push(server.serve(far)),
                    Some(_) = connections.next() => {}
                    else => break,
                }
            }
        };
        let mut serving = std::pin::pin!(serving);
        tokio::select! {
            () = session(pool, &server) => {}
            () = &mut serving => {}
        }
    });
    assert_eq!(server.faults(), []);
}

const TEXT: &str = "Subject: x\r\n\r\n";

#[test]
fn there_are_never_more_connections_than_were_allowed() {
    with(Server::full(), async |pool, server| {
        let pool = pool.connections(3);
        let sending = (0..20).map(|_| pool.send(envelope(&["bob@y.example"]), TEXT));
        let reports = futures_util::future::join_all(sending).await;
        assert!(reports.into_iter().all(|report| report.unwrap().is_complete()));
        assert_eq!((server.connections(), pool.idle(), pool.used()), (3, 3, 0));
        assert_eq!(server.deliveries().len(), 20);
        pool.close().await;
        assert_eq!(
            pool.send(envelope(&["bob@y.example"]), TEXT).await.unwrap_err().kind(),
            ErrorKind::Closed
        );
    });
}

#[test]
fn a_refusal_does_not_cost_a_connection() {
    for server in [Server::full(), Server::bare()] {
        with(server.refuse("eve@z.example", 550, "5.1.1 no"), async |pool, server| {
            let pool = pool.connections(1);
            for _ in 0..3 {
                let refused = pool.send(envelope(&["eve@z.example"]), TEXT).await.unwrap();
                let accepted = pool.send(envelope(&["bob@y.example"]), TEXT).await.unwrap();
                assert_eq!((letters(&refused), letters(&accepted)), ("R".into(), "A".into()));
            }
            assert_eq!(server.connections(), 1);
        });
    }
}

#[test]
fn a_worn_connection_is_told_quit() {
    with(Server::full(), async |pool, server| {
        let pool = pool.connections(1).messages_per_connection(2);
        for _ in 0..5 {
            pool.send(envelope(&["bob@y.example"]), TEXT).await.unwrap();
        }
        assert_eq!(server.connections(), 3);
        let quits = server.commands().iter().filter(|command| *command == "QUIT").count();
        assert_eq!(quits, 2);
    });
}

#[test]
fn a_connection_that_died_meanwhile_is_not_used() {
    with(Server::full(), async |pool, server| {
        let pool = pool.connections(1);
        pool.send(envelope(&["bob@y.example"]), TEXT).await.unwrap();
        assert_eq!(server.interject(&Answer::reply(421, "4.4.2 idle for too long").then_close()), 1);
        tokio::task::yield_now().await;
        let report = pool.send(envelope(&["bob@y.example"]), TEXT).await.unwrap();
        assert!(report.is_complete());
        assert_eq!(server.connections(), 2);
    });
}

#[test]
fn what_was_lost_before_anything_was_accepted_is_sent_by_another_connection_once() {
    for (answer, connections) in [(Answer::close(), 2), (Answer::reply(421, "4.3.2 bye").then_close(), 2)] {
        let server = Server::full().without("PIPELINING").once("RSET", Answer::as_usual());
        let script = std::sync::atomic::AtomicUsize::new(0);
        let server = server.on("MAIL", move |_, _| {
            // The second one fails.
            let number = script.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if number == 1 { answer.clone() } else { Answer::as_usual() }
        });
        with(server, async |pool, server| {
            let pool = pool.connections(1);
            pool.send(envelope(&["bob@y.example"]), TEXT).await.unwrap();
            let content = Content::reader(TEXT.as_bytes());
            let report = pool.send(envelope(&["bob@y.example"]), content).await.unwrap();
            assert_eq!(letters(&report), "A");
            assert_eq!(server.connections(), connections);
            assert_eq!(server.deliveries().len(), 2);
        });
    }
}

#[test]
fn what_may_have_arrived_is_never_sent_again() {
    let server = Server::full().on_content(|_, _| Answer::close());
    with(server, async |pool, server| {
        let pool = pool.connections(1);
        let first = pool.send(envelope(&["bob@y.example"]), TEXT).await.unwrap();
        let second = pool.send(envelope(&["bob@y.example"]), TEXT).await.unwrap();
        assert_eq!((letters(&first), letters(&second)), ("U".into(), "U".into()));
        assert_eq!(server.connections(), 2);
        assert_eq!(pool.idle(), 0);
    });
}

#[test]
fn the_rate_is_shared() {
    with(Server::full(), async |pool, _| {
        let pool = pool.connections(4).rate(10, Duration::from_secs(1));
        let begin = now();
        let sending = (0..40).map(|_| pool.send(envelope(&["bob@y.example"]), TEXT));
        futures_util::future::join_all(sending).await;
        let took = now() - begin;
        assert!((Duration::from_millis(2900)..Duration::from_millis(3300)).contains(&took), "{took:?}");
    });
}

#[test]
fn a_future_that_is_dropped_takes_its_connection_along() {
    with(Server::full(), async |pool, server| {
        let pool = pool.connections(1);
        for polls in 0..12 {
            let mut sending = Box::pin(pool.send(envelope(&["bob@y.example"]), TEXT));
            for _ in 0..polls {
                if std::future::poll_fn(|cx| std::task::Poll::Ready(sending.as_mut().poll(cx).is_ready()))
                    .await
                {
                    break;
                }
                tokio::task::yield_now().await;
            }
            drop(sending);
            let report = pool.send(envelope(&["eve@y.example"]), TEXT).await.unwrap();
            assert!(report.is_complete(), "{polls}: {report:?}");
        }
        let eves =
            server.deliveries().iter().filter(|delivery| delivery.addresses() == ["eve@y.example"]).count();
        assert_eq!(eves, 12);
    });
}

#[test]
fn whoever_gives_up_its_turn_keeps_it_from_nobody() {
    with(Server::full(), async |pool, server| {
        let pool = pool.connections(2).rate(1, Duration::from_secs(60));
        pool.send(envelope(&["bob@y.example"]), TEXT).await.unwrap();
        let begin = now();
        for _ in 0..20 {
            let sending = pool.send(envelope(&["eve@y.example"]), TEXT);
            assert!(tokio::time::timeout(Duration::from_secs(1), sending).await.is_err());
        }
        pool.send(envelope(&["bob@y.example"]), TEXT).await.unwrap();
        let took = now() - begin;
        assert!(took < Duration::from_secs(61), "{took:?}");
        assert_eq!(server.deliveries().len(), 2);
    });
}

#[test]
fn a_rate_beyond_the_clock_is_no_fault() {
    with(Server::full(), async |pool, _| {
        let pool = pool.rate(1, Duration::MAX);
        pool.send(envelope(&["bob@y.example"]), TEXT).await.unwrap();
        let second = pool.send(envelope(&["bob@y.example"]), TEXT);
        assert!(tokio::time::timeout(Duration::from_secs(86_400), second).await.is_err());
    });
}
