use anyrfc_core::{
    Security,
    testing::{pair, run_virtual},
};
use anyrfc_smtp::{Envelope, SmtpClient, testing::Server};
use futures_util::{StreamExt as _, stream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

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

#[test]
fn nothing_is_taken_for_a_connection_that_is_about_to_end() {
    run_virtual(async {
        let (near, mut far) = pair(1 << 10);
        let peer = async {
            let (mut heard, mut piece) = (String::new(), [0; 64]);
            far.write_all(b"220 hi\r\n").await.unwrap();
            for (question, answer) in [
                ("EHLO", "250 hi\r\n"),
                ("MAIL", "250 ok\r\n"),
                ("RCPT", "250 ok\r\n"),
                // It has seen enough before it has all of it.
                ("DATA", "354 go\r\n552 5.3.4 too much\r\n"),
            ] {
                while !heard.contains(question) {
                    let count = far.read(&mut piece).await.unwrap();
                    heard.push_str(std::str::from_utf8(&piece[..count]).unwrap());
                }
                far.write_all(answer.as_bytes()).await.unwrap();
            }
            std::future::pending::<()>().await;
        };
        let client = async {
            let builder = SmtpClient::builder().security(Security::Plaintext);
            let mut client = builder.connect_over("smtp://mail.example", near).await.unwrap();
            let text = "Subject: x\r\n\r\n".to_owned() + &"x\r\n".repeat(1 << 20);
            let mut messages = stream::iter((0..5).map(|_| (envelope(&["bob@y.example"]), text.clone())));
            let mut pipeline = client.pipeline(&mut messages, 1);
            assert_eq!(letters(&pipeline.next().await.unwrap().unwrap()), "R");
            assert!(pipeline.next().await.unwrap().is_err());
            assert!(pipeline.next().await.is_none());
            drop(pipeline);
            assert_eq!(messages.count().await, 4);
        };
        tokio::select! {
            () = client => {}
            () = peer => {}
        }
    });
}
