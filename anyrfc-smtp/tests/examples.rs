//! The examples, run against servers on loopback.

#[allow(dead_code)]
#[path = "../examples/submit.rs"]
mod submit;

use std::{fs, time::Duration};

use anyrfc_core::testing::pki::Pki;
use anyrfc_imap::testing::{Accounts as Mailboxes, Server as ImapServer};
use anyrfc_smtp::testing::{Accounts, Server};
use tokio::net::TcpListener;

const PASSWORD: &str = "pencil";

/// A task for each connection.
macro_rules! listen {
    ($server:expr) => {{
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = $server.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move { drop(server.serve(stream).await) });
            }
        });
        (port, task)
    }};
}

#[tokio::test]
async fn a_mail_is_submitted_and_arrives() {
    let pki = Pki::new();
    let directory = tempfile::tempdir().unwrap();
    let ca = directory.path().join("ca.pem");
    fs::write(&ca, pki.ca_pem()).unwrap();
    let tls = || pki.server_for(&["localhost", "127.0.0.1"]).server();
    let smtp = Server::new(Accounts::new().password("user", PASSWORD))
        .starttls(tls())
        .login_required()
        .refuse("nobody@x.example", 550, "5.1.1 no such user");
    let imap = ImapServer::new(Mailboxes::new().password("user", PASSWORD)).starttls(tls());
    let ((smtp_port, smtp_task), (imap_port, imap_task)) = (listen!(smtp), listen!(imap));
    let (queue, mailbox) = (smtp.clone(), imap.clone());
    let delivering = tokio::spawn(async move {
        let mut delivered = 0;
        loop {
            for delivery in queue.deliveries().iter().skip(delivered) {
                mailbox.deliver("user", "INBOX", &delivery.content);
                delivered += 1;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let arguments = [
        &format!("smtp://127.0.0.1:{smtp_port}"),
        "user",
        "--ca",
        ca.to_str().unwrap(),
        "--from",
        "user@x.example",
        "--to",
        "user@x.example",
        "--to",
        "nobody@x.example",
        "--imap",
        &format!("imap://127.0.0.1:{imap_port}"),
    ];
    let arguments = arguments.map(str::to_owned);
    let options = submit::support::Options::from_arguments(arguments, PASSWORD.to_owned()).unwrap();
    let (login, report) = submit::run(&options).await.unwrap();
    assert!(login.mutual, "{}", login.mechanism);
    let accepted: Vec<String> = report.accepted().map(|recipient| recipient.path().to_string()).collect();
    assert_eq!(accepted, ["<user@x.example>"]);
    assert_eq!(report.rejected().count(), 1);
    assert_eq!(smtp.faults(), []);
    let delivery = &smtp.deliveries()[0];
    assert_eq!((delivery.user.as_deref(), delivery.secured), (Some("user"), true));
    for task in [smtp_task, imap_task, delivering] {
        task.abort();
    }
}
