//! What `anyrfc smtp` tells of a server, and what it prints without one.

use std::sync::Arc;

use anyrfc_smtp::testing::{Accounts, Answer, Server};

use crate::support::{SECRET, Serving, anyrfc, anyrfc_as, file, pki, saying, serve};

pub(crate) fn serving(server: &Arc<Server>) -> (Serving, String) {
    let serving = serve(server, |server, stream| async move {
        let _ = server.serve(stream).await;
    });
    let url = format!("smtp://localhost:{}", serving.port);
    (serving, url)
}

#[test]
fn capabilities_by_starttls_and_logged_in() {
    let (pki, _dir, ca) = pki();
    let tls = pki.server_for(&["localhost"]).server();
    let server = Arc::new(Server::new(Accounts::new().password("ann", SECRET)).starttls(tls));
    let (_serving, url) = serving(&server);
    let told =
        anyrfc(&["smtp", "capabilities", &url, "--ca", &ca, "--user", "ann", "--json"]).ended(0).json();
    assert_eq!(told["tls"]["verified"], true);
    assert_eq!(told["name"], "mail.example.org");
    assert!(told["mechanism"].as_str().unwrap().starts_with("SCRAM-"), "{told}");
    assert!(told["extensions"]["PIPELINING"].is_string(), "{told}");
    let text = anyrfc(&["smtp", "--ca", &ca, "capabilities", &url]).ended(0).stdout;
    assert!(text.contains("CHUNKING") && text.contains("certificate verified"), "{text}");
    assert_eq!(server.faults(), []);
    // Somebody else has signed it.
    anyrfc(&["smtp", "capabilities", &url]).ended(5);
}

#[test]
fn addresses_are_verified() {
    let script = |command: &anyrfc_smtp::testing::Command, _: &anyrfc_smtp::testing::View<'_>| match command
        .line()
        .ends_with(b"bob")
    {
        true => Answer::reply(250, "2.1.5 Bob <bob@x.example>"),
        false => Answer::reply(550, "5.1.1 \x1b[31mnobody"),
    };
    let server = Arc::new(Server::full().on("VRFY", script));
    let (_serving, url) = serving(&server);
    let told = anyrfc(&["smtp", "--plaintext", "verify", &url, "bob"]).ended(0);
    assert_eq!(told.stdout, "250 2.1.5 Bob <bob@x.example>\n");
    let refused = anyrfc(&["smtp", "--plaintext", "verify", &url, "eve", "--json"]).ended(1).json();
    assert_eq!((&refused["code"], &refused["status"]), (&550.into(), &"5.1.1".into()));
    let refused = anyrfc_as(&["smtp", "--plaintext", "verify", &url, "eve"], None).ended(1);
    assert!(refused.stderr.contains("550") && !refused.stderr.contains('\x1b'), "{refused:?}");
}

#[test]
fn what_the_server_does() {
    let nonsense = saying(b"* OK IMAP4rev2\r\n");
    let url = format!("smtp://127.0.0.1:{}", nonsense.port);
    let broken = anyrfc(&["smtp", "capabilities", &url, "--plaintext"]).ended(7);
    assert!(broken.error().contains("rfc5321#"), "{broken:?}");
    let port = nonsense.port;
    drop(nonsense);
    anyrfc(&["smtp", "capabilities", &format!("smtp://127.0.0.1:{port}"), "--plaintext"]).ended(3);
    let bare = Arc::new(Server::bare());
    let (_serving, url) = serving(&bare);
    assert!(anyrfc(&["smtp", "capabilities", &url]).ended(8).error().contains("STARTTLS"));
    anyrfc(&["smtp", "capabilities", "http://localhost"]).ended(2);
    anyrfc(&["smtp", "capabilities", &url.replace("smtp://", "smtp://ann:x@")]).ended(2);
}

#[test]
fn a_dry_run_connects_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let picture = file(dir.path(), "bild für alle.png", b"\x89PNG\r\n");
    let args = [
        "smtp",
        "send",
        "--dry-run",
        "--from",
        "Ann <ann@x.example>",
        "--to",
        "bob@y.example",
        "--bcc",
        "eve@z.example",
        "--subject",
        "Grüße",
        "--body",
        "Schön.",
        "--attach",
        &picture,
        "--dsn-notify",
        "failure,delay",
        "--dsn-ret",
        "hdrs",
        "--envid",
        "offer 17",
        "--deliver-by",
        "-60;NT",
        "--mt-priority",
        "-3",
        "--hold-for",
        "60",
        "--require-tls",
        "--header",
        "X-Purpose: a test",
    ];
    let text = anyrfc(&args).ended(0).stdout;
    let (envelope, message) = text.split_once("\n\n").unwrap();
    for line in [
        "sender    ann@x.example",
        "recipient bob@y.example  NOTIFY=FAILURE,DELAY",
        "recipient eve@z.example  NOTIFY=FAILURE,DELAY",
        "parameter RET=HDRS",
        "parameter ENVID=offer 17",
        "parameter HOLDFOR=60",
        "parameter BY=-60;NT",
        "parameter MT-PRIORITY=-3",
        "parameter REQUIRETLS",
    ] {
        assert!(envelope.lines().any(|one| one == line), "{line}: {envelope}");
    }
    let read = anyrfc_mime::Message::parse(message.as_bytes());
    assert_eq!(read.subject().as_deref(), Some("Grüße"));
    assert_eq!(read.text_body().as_deref(), Some("Schön."));
    let part = read.attachments().next().unwrap();
    assert_eq!(
        (part.filename().as_deref(), &*part.body()),
        (Some("bild für alle.png"), b"\x89PNG\r\n".as_slice())
    );
    assert!(!message.contains("eve@z.example") && message.contains("X-Purpose: a test\r\n"), "{message}");
    let mut json = args.to_vec();
    json.push("--json");
    let told = anyrfc(&json).ended(0).json();
    assert_eq!(told["recipients"][1]["recipient"], "eve@z.example");
    assert!(told["message"].as_str().unwrap().contains("Subject: "));
}

#[test]
fn what_cannot_be_sent_is_not_tried() {
    let dry = |more: &[&str]| {
        let mut args = vec!["smtp", "send", "--dry-run", "--from", "ann@x.example", "--to", "bob@y.example"];
        args.extend(more);
        anyrfc(&args)
    };
    dry(&[]).ended(0);
    for wrong in [
        ["--to", "bob@y.example\r\nRCPT TO:<eve@z.example>"],
        ["--subject", "a\r\nBcc: eve@z.example"],
        ["--header", "Subject: another"],
        ["--header", "no colon"],
        ["--mt-priority", "10"],
        ["--dsn-notify", "never,success"],
        ["--deliver-by", "0;R"],
        ["--hold-for", "0"],
        ["--envid", "ä"],
        ["--attach", "no such file"],
        ["--hold-until", "tomorrow"],
    ] {
        let ran = dry(&wrong);
        assert!(ran.code == 2 && ran.stdout.is_empty(), "{wrong:?}: {ran:?}");
    }
    anyrfc(&["smtp", "send", "--from", "a@x.example", "--to", "b@y.example"]).ended(2);
    anyrfc(&["smtp", "send", "--dry-run", "--from", "a@x.example"]).ended(2);
    let lmtp = [
        "smtp",
        "send",
        "--lmtp",
        "--server",
        "smtps://localhost",
        "--from",
        "a@x.example",
        "--to",
        "b@y.example",
    ];
    anyrfc(&lmtp).ended(2);
}
