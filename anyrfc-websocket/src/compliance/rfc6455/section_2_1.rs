//! RFC 6455, section 2.1: terminology.

use std::time::Duration;

use anyrfc_core::{Machine as _, compliance::Check};

use super::super::{
    support::{BINARY, CLOSE, End, PING, TEXT, binary, body, close_frame, naive_frames, ping, text},
    wire::{driven, virtually},
};
use crate::{proto::Role, rfc6455 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "section-2.1/sends-may-be-coalesced",
    covers: &[r::SENDING_MAY_BE_DELAYED],
    run: sends_may_be_coalesced,
}];

fn sends_may_be_coalesced() {
    let mut end = End::client();
    end.send(text("one")).expect("sent");
    end.send(binary("two")).expect("sent");
    end.send(text("three")).expect("sent");
    end.send(ping("four")).expect("queued");
    end.close(Some(close_frame(1000, "")));
    let before = end.output.len();
    end.now += Duration::from_secs(1);
    end.connection.handle_timeout(end.now).expect("no deadline yet");
    assert_eq!(end.output.len(), before, "time alone writes nothing");
    assert!(end.connection.wants_write());
    let frames: Vec<_> = end.frames().into_iter().map(|f| (f.first(), f.payload)).collect();
    let expected = [
        (TEXT, b"one".to_vec()),
        (BINARY, b"two".to_vec()),
        (TEXT, b"three".to_vec()),
        (PING, b"four".to_vec()),
        (CLOSE, body(1000, "")),
    ];
    assert_eq!(frames, expected, "delayed, in order, and complete");
    assert!(!end.connection.wants_write());
    assert_eq!(end.written(), b"", "nothing is sent twice");

    virtually(async {
        let (mut driver, _far, record) = driven(Role::Client, 4096);
        for part in ["one", "two", "three"] {
            let (connection, output) = driver.command();
            connection.send_slice(output, crate::Kind::Text, part.as_bytes()).expect("sent");
        }
        tokio::time::advance(Duration::from_secs(9)).await;
        assert_eq!(record.acts(), [], "nothing is written before it is flushed");
        driver.flush().await.expect("flushed");
        assert_eq!(record.writes(), 1, "three messages in one write");
        driver.flush().await.expect("flushed");
        assert_eq!(record.writes(), 1, "and only once");
    });
    // Two writes are seen as two.
    virtually(async {
        let (mut driver, mut far, record) = driven(Role::Client, 4096);
        for part in ["one", "two"] {
            let (connection, output) = driver.command();
            connection.send_slice(output, crate::Kind::Text, part.as_bytes()).expect("sent");
            driver.flush().await.expect("flushed");
        }
        assert_eq!(record.writes(), 2);
        drop(driver);
        let mut all = Vec::new();
        tokio::io::AsyncReadExt::read_to_end(&mut far, &mut all).await.expect("read");
        assert_eq!(naive_frames(&all).len(), 2);
    });
}
