//! RFC 6455, section 7.3: normal closure.

use std::time::Duration;

use anyrfc_core::{Eof, Machine as _, compliance::Check};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::{
    support::{BINARY, CLOSE, End, PING, PONG, TEXT, body, close, naive_frames, noise, plain, text},
    wire::{Act, driven, virtually},
};
use crate::{
    Kind, Message,
    proto::{Role, State},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.3/server-may-close-at-any-time",
        covers: &[r::SERVER_MAY_CLOSE_AT_WILL],
        run: server_may_close_at_any_time,
    },
    Check {
        name: "section-7.3/client-closes-only-when-asked",
        covers: &[r::CLIENT_DOES_NOT_CLOSE_ARBITRARILY],
        run: client_closes_only_when_asked,
    },
];

fn server_may_close_at_any_time() {
    let ways: [fn(&mut End); 5] = [
        |_| {},
        |end| drop(end.feed(plain(0x01, "their message")).fine()),
        |end| end.part(Kind::Text, "our message", false).expect("open"),
        |end| end.send(Message::binary(noise(200_000, 1))).expect("open"),
        |end| end.close(None),
    ];
    for prepare in ways {
        let mut client = End::client();
        prepare(&mut client);
        assert_eq!(client.feed(plain(CLOSE, body(1001, "going"))).fine(), [close(1001, "going")]);
        assert_eq!(client.frames().iter().filter(|frame| frame.opcode == 8).count(), 1);
        assert_eq!(client.phase(), State::Closing);
        client.connection.handle_eof(Eof::Clean).expect("in order");
        assert_eq!(client.phase(), State::Closed);
        // Going away without a word is another thing.
        let mut client = End::client();
        prepare(&mut client);
        client.connection.handle_eof(Eof::Clean).expect_err("without Close");
    }
}

fn client_closes_only_when_asked() {
    virtually(async {
        let (mut driver, mut far, record) = driven(Role::Client, 4096);
        let mut seen = Vec::new();
        let mut buffer = [0; 4096];
        for i in 0..2000_u32 {
            let kind = [TEXT, BINARY, PING, PONG][i as usize % 4];
            let bytes = plain(kind, i.to_string());
            let (head, tail) = bytes.split_at(i as usize % bytes.len());
            far.write_all(head).await.expect("open");
            if i % 3 == 0 {
                // Dropped while it waits.
                let waiting = tokio::time::timeout(Duration::from_millis(1), driver.next()).await;
                assert!(waiting.is_err(), "{waiting:?}");
            }
            far.write_all(tail).await.expect("open");
            assert!(driver.next().await.is_ok_and(|event| event.is_some()));
            if i % 100 == 0 {
                tokio::time::advance(Duration::from_secs(3600)).await;
            }
            if i % 5 == 0 {
                let (connection, output) = driver.command();
                connection.send_slice(output, Kind::Text, b"ours").expect("open");
            }
            driver.flush().await.expect("open");
            while let Ok(read) = tokio::time::timeout(Duration::ZERO, far.read(&mut buffer)).await {
                let count = read.expect("open");
                assert!(count > 0, "closed after {i} messages");
                seen.extend_from_slice(&buffer[..count]);
            }
        }
        assert!(naive_frames(&seen).iter().all(|frame| frame.opcode != 8), "closed without being asked");
        assert!(!record.has(Act::Shut));

        // When asked: exactly one Close, and then the end.
        let now = driver.now();
        driver.command().0.close(None, now).expect("open");
        driver.flush().await.expect("flushed");
        far.write_all(&plain(CLOSE, "")).await.expect("open");
        far.shutdown().await.expect("shut");
        while driver.next().await.expect("in order").is_some() {}
        let mut rest = Vec::new();
        far.read_to_end(&mut rest).await.expect("the end");
        assert_eq!(naive_frames(&rest).iter().map(|f| f.first()).collect::<Vec<_>>(), [CLOSE]);
    });
    let mut client = End::client();
    assert_eq!(client.feed(plain(TEXT, "a")).fine(), [text("a")]);
    assert_eq!(client.written(), b"");
}
