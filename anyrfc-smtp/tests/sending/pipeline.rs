use anyrfc_smtp::{Envelope, testing::Server};
use futures_util::{StreamExt as _, stream};

use crate::support::{envelope, letters, with};

fn messages(count: usize) -> impl futures_util::Stream<Item = (Envelope, String)> + Unpin {
    stream::iter((0..count).map(|number| {
        let to = if number % 5 == 3 { "eve@z.example" } else { "bob@y.example" };
        (envelope(&[to]), format!("Subject: {number}\r\n\r\n"))
    }))
}

#[test]
fn reports_come_in_the_order_of_the_messages() {
    for (name, server, window) in [
        ("bare", Server::bare(), 8),
        ("pipelining", Server::full().without("CHUNKING"), 8),
        ("chunking", Server::full().windows(), 8),
        ("one", Server::full().windows(), 1),
    ] {
        let server = server.refuse("eve@z.example", 550, "5.1.1 nobody here");
        let reports = with(&server, async |client| {
            client
                .pipeline(messages(50), window)
                .map(|report| letters(&report.unwrap()))
                .collect::<String>()
                .await
        });
        assert_eq!(reports, "AAARA".repeat(10), "{name}");
        let subjects: Vec<_> = server.deliveries().iter().map(|delivery| delivery.content.clone()).collect();
        let expected: Vec<_> = (0..50)
            .filter(|number| number % 5 != 3)
            .map(|number| format!("Subject: {number}\r\n\r\n").into_bytes())
            .collect();
        assert_eq!(subjects, expected, "{name}");
    }
}

#[test]
fn windows_take_few_turns() {
    for (server, most) in [(Server::full().windows(), 12), (Server::full().without("CHUNKING"), 110)] {
        let letters = with(&server, async |client| {
            client
                .pipeline(messages(100), 64)
                .map(|report| letters(&report.unwrap()))
                .collect::<String>()
                .await
        });
        assert_eq!(letters.len(), 100);
        assert!(server.turns() <= most, "{} turns", server.turns());
    }
}
