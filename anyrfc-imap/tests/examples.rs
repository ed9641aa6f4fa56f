//! The examples, run against servers on loopback.
#![allow(clippy::duplicate_mod, reason = "each example brings what it shares with the others")]

#[allow(dead_code)]
#[path = "../examples/email_archive.rs"]
mod email_archive;
#[allow(dead_code)]
#[path = "../examples/email_full_client.rs"]
mod email_full_client;
#[allow(dead_code)]
#[path = "../examples/email_monitor.rs"]
mod email_monitor;
#[allow(dead_code)]
#[path = "../examples/pipeline.rs"]
mod pipeline;

use std::fs;

use anyrfc_core::testing::pki::Pki;
use anyrfc_imap::{
    Flag, Uid,
    testing::{Accounts, Server},
};
use tokio::{net::TcpListener, task::JoinHandle};

const PASSWORD: &str = "pencil";

/// A server by STARTTLS, the file with its authority, and its URL.
async fn serve() -> (Server, tempfile::TempDir, Vec<String>, JoinHandle<()>) {
    let pki = Pki::new();
    let directory = tempfile::tempdir().unwrap();
    let ca = directory.path().join("ca.pem");
    fs::write(&ca, pki.ca_pem()).unwrap();
    let server = Server::new(Accounts::new().password("user", PASSWORD))
        .starttls(pki.server_for(&["localhost", "127.0.0.1"]).server());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = server.clone();
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let server = serving.clone();
            tokio::spawn(async move { server.serve(stream).await });
        }
    });
    let arguments = vec![
        format!("imap://127.0.0.1:{port}"),
        "user".to_owned(),
        "--ca".to_owned(),
        ca.to_str().unwrap().to_owned(),
    ];
    (server, directory, arguments, task)
}

macro_rules! options {
    ($example:ident, $arguments:expr, $($more:expr),*) => {{
        let more = [$($more.to_owned()),*];
        let arguments = $arguments.iter().cloned().chain(more);
        $example::support::Options::from_arguments(arguments, PASSWORD.to_owned()).unwrap()
    }};
}

#[tokio::test]
async fn codes_are_found_as_they_arrive() {
    let (server, _directory, arguments, task) = serve().await;
    server.deliver("user", "INBOX", b"Subject: nothing\r\n\r\nno code, just 1234567\r\n");
    server.deliver("user", "INBOX", b"Subject: old\r\n\r\nIt is 111111.\r\n");
    let options = options!(email_monitor, arguments, "--codes", "3");
    let (mut found, later) = (Vec::new(), server.clone());
    let deliver = async move {
        // Until it has looked at what was there, and waits.
        while !later.messages("user", "INBOX").iter().any(|(_, flags, _)| !flags.is_empty()) {
            tokio::task::yield_now().await;
        }
        let html = "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: text/plain; charset=utf-8\r\n\
                    Content-Transfer-Encoding: quoted-printable\r\n\r\n22222=\r\n2, or (333333)\r\n";
        later.deliver("user", "INBOX", html.as_bytes());
    };
    let run = email_monitor::run(&options, |code, subject| found.push((code.to_owned(), subject.to_owned())));
    let (outcome, ()) = tokio::join!(run, deliver);
    outcome.unwrap();
    let found: Vec<(&str, &str)> = found.iter().map(|(code, subject)| (&**code, &**subject)).collect();
    assert_eq!(found, [("111111", "old"), ("222222", "Grüße"), ("333333", "Grüße")]);
    let seen: Vec<bool> = server
        .messages("user", "INBOX")
        .iter()
        .map(|(_, flags, _)| flags.iter().any(|flag| flag == "\\Seen"))
        .collect();
    assert_eq!(seen, [false, true, true]);
    task.abort();
}

#[tokio::test]
async fn a_mail_programs_round() {
    let (server, directory, arguments, task) = serve().await;
    let attack = "Subject: an invoice\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n\
                  --b\r\nContent-Type: application/pdf\r\n\
                  Content-Disposition: attachment; filename=\"../../evil.pdf\"\r\n\r\n%PDF\r\n--b--\r\n";
    server.deliver("user", "INBOX", attack.as_bytes());
    server.deliver("user", "INBOX", b"Subject: another\r\n\r\nhello\r\n");
    let saved = directory.path().join("saved");
    let saved_to = saved.to_str().unwrap();
    for _ in 0..2 {
        let options = options!(
            email_full_client,
            arguments,
            "--save",
            saved_to,
            "--search",
            "invoice",
            "--from",
            "user@mail.example"
        );
        email_full_client::run(&options).await.unwrap();
    }
    let mut names: Vec<String> = fs::read_dir(&saved)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["evil (2).pdf", "evil.pdf"]);
    assert_eq!(fs::read(saved.join("evil.pdf")).unwrap(), b"%PDF");
    let drafts = server.messages("user", "Drafts");
    assert_eq!(drafts.len(), 2);
    assert!(drafts[0].1.iter().any(|flag| flag == "\\Draft"));
    assert!(
        server.messages("user", "INBOX").iter().all(|(_, flags, _)| flags.is_empty()),
        "nothing was marked"
    );
    task.abort();
}

#[tokio::test]
async fn a_hundred_commands_at_once() {
    let (server, _directory, arguments, task) = serve().await;
    for _ in 0..100 {
        server.deliver("user", "INBOX", b"Subject: x\r\n\r\ny\r\n");
    }
    let options = options!(pipeline, arguments,);
    assert_eq!(pipeline::run(&options).await.unwrap(), 100);
    task.abort();
}

#[tokio::test]
async fn an_archive_is_kept_in_step() {
    let (server, directory, arguments, task) = serve().await;
    let archive = directory.path().join("archive");
    let into = archive.to_str().unwrap();
    let message = |number: u32| format!("Subject: {number}\r\n\r\nhello\r\n");
    let kept = || {
        let mut names: Vec<String> = fs::read_dir(&archive)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".eml"))
            .collect();
        names.sort();
        names
    };
    let sync =
        async || email_archive::run(&options!(email_archive, arguments, "--into", into)).await.unwrap();
    for number in 1..=3 {
        server.deliver("user", "INBOX", message(number).as_bytes());
    }
    assert_eq!(sync().await, email_archive::Done { saved: 3, removed: 0 });
    assert_eq!(kept(), ["1.eml", "2.eml", "3.eml"]);
    assert_eq!(fs::read_to_string(archive.join("2.eml")).unwrap(), message(2));
    assert_eq!(sync().await, email_archive::Done::default(), "there is nothing to do twice");

    let options = options!(email_full_client, arguments,);
    let mut client = options.login().await.unwrap();
    client.select("INBOX").await.unwrap().add_flags(Uid::new(2).unwrap(), [Flag::Deleted]).await.unwrap();
    client.selected().unwrap().expunge(Uid::new(2).unwrap()).await.unwrap();
    client.logout().await.unwrap();
    server.deliver("user", "INBOX", message(4).as_bytes());
    assert_eq!(sync().await, email_archive::Done { saved: 1, removed: 1 });
    assert_eq!(kept(), ["1.eml", "3.eml", "4.eml"]);
    task.abort();
}
