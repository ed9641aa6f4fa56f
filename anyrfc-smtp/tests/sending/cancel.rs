//! Futures that are dropped at every await: nothing is delivered twice, and nothing poisons what comes next.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use anyrfc_smtp::{Content, testing::Server};
use futures_util::StreamExt as _;

use crate::support::{envelope, with};

/// Polls `future` so many times; whether it has ended.
async fn polled<F: Future>(future: F, mut times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        if times == 0 {
            return Poll::Ready(None);
        }
        times -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    })
    .await
}

#[test]
fn a_message_is_sent_whole_or_not_at_all() {
    for (name, server) in [("bare", Server::bare as fn() -> Server), ("full", Server::full)] {
        for times in 0..40 {
            let server = server();
            let ended = with(&server, async |client| {
                let text = "Subject: first\r\n\r\n".to_owned() + &"x\r\n".repeat(1000);
                let bytes = text.into_bytes();
                let first =
                    polled(client.send(envelope(&["bob@y.example"]), Content::reader(&bytes[..])), times)
                        .await;
                let ended = first.is_some();
                // Whatever became of it, the next message is sent, or the connection says that it has ended.
                if let Ok(report) = client.send(envelope(&["bob@y.example"]), "Subject: second\r\n\r\n").await
                {
                    assert!(report.is_complete() || report.error().is_some(), "{name} {times}: {report:?}");
                    if report.is_complete() {
                        assert_eq!(server.deliveries().last().unwrap().content, b"Subject: second\r\n\r\n");
                    }
                }
                ended
            });
            let firsts = server.deliveries().iter().filter(|delivery| delivery.content.len() > 1000).count();
            assert!(firsts <= 1, "{name} {times}");
            if ended {
                assert_eq!(firsts, 1, "{name} {times}");
            }
            for delivery in server.deliveries() {
                assert!(delivery.content.len() == 3018 || delivery.content.len() == 19, "{name} {times}");
            }
        }
    }
}

#[test]
fn a_window_that_is_dropped_poisons_nothing() {
    for times in 0..30 {
        let server = Server::full().windows();
        with(&server, async |client| {
            let messages =
                (0..20).map(|number| (envelope(&["bob@y.example"]), format!("Subject: {number}\r\n\r\n")));
            let mut pipeline = client.pipeline(futures_util::stream::iter(messages), 6);
            polled(async { while pipeline.next().await.is_some() {} }, times).await;
            drop(pipeline);
            if let Ok(report) = client.send(envelope(&["bob@y.example"]), "Subject: last\r\n\r\n").await {
                assert!(report.is_complete() || report.error().is_some(), "{times}: {report:?}");
            }
        });
        let mut subjects: Vec<_> =
            server.deliveries().iter().map(|delivery| delivery.content.clone()).collect();
        let count = subjects.len();
        subjects.sort();
        subjects.dedup();
        assert_eq!(subjects.len(), count, "{times}");
    }
}
