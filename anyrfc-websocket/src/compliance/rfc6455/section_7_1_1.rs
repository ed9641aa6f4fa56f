//! RFC 6455, section 7.1.1: closing the connection.

use std::time::Duration;

use anyrfc_core::{ErrorKind, ProtocolState, compliance::Check};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::{
    support::{BINARY, CLOSE, End, TEXT, body, close_frame, naive_frames, plain, to},
    wire::{Act, driven, virtually},
};
use crate::{
    Message,
    proto::{Config, Role, State},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.1.1/closing-discards-and-shuts-down",
        covers: &[r::CONNECTION_IS_CLOSED_CLEANLY],
        run: closing_discards_and_shuts_down,
    },
    Check {
        name: "section-7.1.1/dropping-cuts-the-connection",
        covers: &[r::CONNECTION_MAY_BE_CUT],
        run: dropping_cuts_the_connection,
    },
    Check {
        name: "section-7.1.1/server-closes-tcp-first",
        covers: &[r::SERVER_CLOSES_TCP_FIRST, r::SERVER_INITIATES_TCP_CLOSE],
        run: server_closes_tcp_first,
    },
    Check {
        name: "section-7.1.1/client-may-close-tcp-first",
        covers: &[r::CLIENT_MAY_CLOSE_TCP_FIRST],
        run: client_may_close_tcp_first,
    },
    Check {
        name: "section-7.1.1/client-waits-for-tcp-close",
        covers: &[r::CLIENT_WAITS_FOR_TCP_CLOSE],
        run: client_waits_for_tcp_close,
    },
];

fn closing_discards_and_shuts_down() {
    virtually(async {
        let (mut driver, mut far, record) = driven(Role::Client, 1 << 20);
        let now = driver.now();
        driver.command().0.close(Some(close_frame(1000, "")), now).expect("open");
        driver.flush().await.expect("flushed");
        // The server's Close, and then bytes that have no business there.
        let late = [plain(CLOSE, body(1000, "")), plain(TEXT, "late"), vec![0xFF; 600_000]].concat();
        far.write_all(&late).await.expect("written");
        far.shutdown().await.expect("shut");
        assert!(driver.next().await.is_ok_and(|event| event.is_some()));
        assert_eq!(driver.next().await.expect("trailing bytes are no fault"), None);
        // Everything was read to its end before our side was shut down in order.
        let acts = record.acts();
        assert_eq!(acts, [Act::Wrote(8), Act::SawEnd, Act::Shut]);
        drop(driver);
        let mut all = Vec::new();
        far.read_to_end(&mut all).await.expect("an orderly end");
        assert_eq!(naive_frames(&all).len(), 1);
    });
    // One that is just dropped does none of this.
    virtually(async {
        let (driver, _far, record) = driven(Role::Client, 1 << 20);
        drop(driver);
        assert_eq!(record.acts(), [Act::Dropped]);
    });
    // The bytes after Close are dropped by the machine, whatever they are.
    let mut client = End::client();
    client.feed(plain(CLOSE, "")).fine();
    for late in [plain(TEXT, "late"), vec![0xFF; 10_000], to(Role::Server, BINARY, "masked")] {
        assert_eq!(client.feed(late).fine(), []);
        assert_eq!(client.held(), 0, "kept instead of discarded");
    }
    assert_eq!(client.phase(), State::Closing);
}

fn dropping_cuts_the_connection() {
    for closing in [false, true] {
        virtually(async {
            let (mut driver, mut far, _) = driven(Role::Client, 64);
            let now = driver.now();
            let (connection, output) = driver.command();
            connection.send(output, Message::binary(vec![0; 100_000])).expect("open");
            if closing {
                connection.close(None, now).expect("open");
            }
            let started = tokio::time::Instant::now();
            // The peer reads nothing: sending is stuck, and dropping it is not.
            let stuck = tokio::time::timeout(Duration::from_millis(10), driver.flush()).await;
            assert!(stuck.is_err(), "{stuck:?}");
            drop(driver);
            let mut all = Vec::new();
            far.read_to_end(&mut all).await.expect("the end");
            assert!(
                all.len() <= 64 && started.elapsed() <= Duration::from_millis(11),
                "{:?}",
                started.elapsed()
            );
        });
    }
    // Closing in the same place waits until its deadline, and then cuts as well.
    virtually(async {
        let (mut driver, mut far, _) = driven(Role::Client, 64);
        let now = driver.now();
        let (connection, output) = driver.command();
        connection.send(output, Message::binary(vec![0; 100_000])).expect("open");
        connection.close(None, now).expect("open");
        let started = tokio::time::Instant::now();
        let error = match driver.next().await {
            Err(anyrfc_core::DriveError::Machine(error)) => error,
            other => panic!("{other:?}"),
        };
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(started.elapsed() >= Config::default().close_timeout);
        assert!(started.elapsed() < Duration::from_secs(60));
        drop(driver);
        let mut all = Vec::new();
        far.read_to_end(&mut all).await.expect("the end");
    });
}

fn server_closes_tcp_first() {
    for client_closes in [true, false] {
        virtually(async {
            // Both ends are ours, with a pipe between their streams.
            let (mut client, client_far, client_record) = driven(Role::Client, 4096);
            let (mut server, server_far, server_record) = driven(Role::Server, 4096);
            let (now, end) =
                if client_closes { (client.now(), &mut client) } else { (server.now(), &mut server) };
            end.command().0.close(Some(close_frame(1000, "")), now).expect("open");
            let (mut client_far, mut server_far) = (client_far, server_far);
            let pipe = tokio::io::copy_bidirectional(&mut client_far, &mut server_far);
            let client_runs = async { while client.next().await.expect("in order").is_some() {} };
            let server_runs = async { while server.next().await.expect("in order").is_some() {} };
            let (copied, (), ()) = tokio::join!(pipe, client_runs, server_runs);
            copied.expect("copied");
            let (client_acts, server_acts) = (client_record.acts(), server_record.acts());
            let place = |acts: &[Act], act| acts.iter().position(|seen| *seen == act);
            assert!(place(&client_acts, Act::SawEnd).is_some(), "{client_acts:?}");
            assert!(place(&client_acts, Act::SawEnd) < place(&client_acts, Act::Shut), "{client_acts:?}");
            let (shut, saw) = (place(&server_acts, Act::Shut), place(&server_acts, Act::SawEnd));
            assert!(
                shut.is_some() && saw.is_none_or(|saw| shut.is_some_and(|shut| shut < saw)),
                "{server_acts:?}"
            );
        });
    }
    // As soon as it has both Closes; before that it does not.
    let mut server = End::server();
    assert_eq!(server.state(), ProtocolState::Connected);
    server.feed(to(Role::Server, CLOSE, "")).fine();
    assert_eq!(server.state(), ProtocolState::Disconnected);
    // A server that holds back does not make the client go first before its time.
    let mut client = End::client();
    client.feed(plain(CLOSE, "")).fine();
    client.pass(Config::default().close_timeout - Duration::from_nanos(1)).expect("not yet");
    assert_eq!(client.state(), ProtocolState::Disconnecting);
}

fn client_may_close_tcp_first() {
    let timeout = Config::default().close_timeout;
    // The server never answers our Close: that is not in order.
    let mut client = End::client();
    client.close(Some(close_frame(1000, "")));
    client.written();
    client.pass(timeout - Duration::from_millis(1)).expect("not yet");
    assert_eq!(client.phase(), State::CloseSent);
    let error = client.pass(Duration::from_millis(1)).expect_err("the deadline");
    assert_eq!((error.kind(), client.phase()), (ErrorKind::Timeout, State::Failed));
    assert_eq!(client.written(), b"");
    virtually(async {
        let (mut driver, _far, record) = driven(Role::Client, 4096);
        let now = driver.now();
        driver.command().0.close(None, now).expect("open");
        driver.next().await.expect_err("no answer");
        assert!(record.has(Act::Shut) && !record.has(Act::SawEnd));
    });
    // It answers, and then stays: the exchange is complete, so this is in order.
    let mut client = End::client();
    client.close(Some(close_frame(1000, "")));
    client.feed(plain(CLOSE, body(1000, ""))).fine();
    client.pass(timeout).expect("complete");
    assert_eq!((client.phase(), client.state()), (State::Closed, ProtocolState::Disconnected));
    // With answer and end in time the client is never the first.
    virtually(async {
        let (mut driver, mut far, record) = driven(Role::Client, 4096);
        let now = driver.now();
        driver.command().0.close(None, now).expect("open");
        far.write_all(&plain(CLOSE, "")).await.expect("written");
        assert!(driver.next().await.is_ok_and(|event| event.is_some()));
        far.shutdown().await.expect("shut");
        assert_eq!(driver.next().await.expect("in order"), None);
        let acts = record.acts();
        let place = |act| acts.iter().position(|seen| *seen == act);
        assert!(place(Act::SawEnd).is_some() && place(Act::SawEnd) < place(Act::Shut), "{acts:?}");
    });
}

fn client_waits_for_tcp_close() {
    // After a violation: the last words, then bytes are dropped until the server's end.
    virtually(async {
        let (mut driver, mut far, record) = driven(Role::Client, 4096);
        far.write_all(&to(Role::Server, TEXT, "masked")).await.expect("written");
        let server = async {
            let mut all = Vec::new();
            far.read_to_end(&mut all).await.expect("the last words");
            // Still there, and still read, though nothing comes of it.
            far.write_all(&plain(TEXT, "late").repeat(10_000)).await.expect("read by the client");
            tokio::time::sleep(Duration::from_millis(500)).await;
            far.shutdown().await.expect("shut");
            (all, far)
        };
        let (failed, (all, _far)) = tokio::join!(driver.next(), server);
        failed.expect_err("a masked frame");
        assert_eq!(naive_frames(&all)[0].payload.get(..2), Some(&1002_u16.to_be_bytes()[..]));
        assert!(record.has(Act::SawEnd) && !record.has(Act::Dropped), "{:?}", record.acts());
    });
    // The server's end is awaited, but not for ever.
    virtually(async {
        let (mut driver, mut far, record) = driven(Role::Client, 4096);
        far.write_all(&to(Role::Server, TEXT, "masked")).await.expect("written");
        let started = tokio::time::Instant::now();
        driver.next().await.expect_err("a masked frame");
        assert!(started.elapsed() > Duration::from_millis(100) && !record.has(Act::SawEnd));
    });
    // In order, a client in the same place has not even begun to close; a server has.
    for (role, state) in
        [(Role::Client, ProtocolState::Disconnecting), (Role::Server, ProtocolState::Disconnected)]
    {
        let mut end = End::new(role, &Config::default(), [1; 32]);
        end.feed(to(role, CLOSE, "")).fine();
        end.written();
        assert_eq!(end.state(), state);
    }
}
