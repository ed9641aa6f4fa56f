//! What `anyrfc smtp send` sends, and what it says of it.

use std::sync::Arc;

use anyrfc_smtp::testing::{Accounts, Answer, Profile, Server, Transfer};

use crate::{
    smtp::serving,
    support::{Ran, SECRET, anyrfc, anyrfc_as, anyrfc_with, file, pki},
};

/// From ann to these, with what else is said.
fn send(url: &str, to: &[&str], more: &[&str]) -> Ran {
    let mut args = vec!["smtp", "send", "--plaintext", "--server", url, "--from", "ann@x.example"];
    args.extend(to.iter().flat_map(|to| ["--to", to]));
    args.extend(more);
    anyrfc(&args)
}

#[test]
fn written_and_accepted() {
    let server = Arc::new(Server::full());
    let (_serving, url) = serving(&server);
    let dir = tempfile::tempdir().unwrap();
    let notes = file(dir.path(), "notes.txt", b"one\ntwo\n");
    let octets: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let data = file(dir.path(), "data.bin", &octets);
    let more = [
        "--subject",
        "Grüße",
        "--body",
        "Hi.",
        "--cc",
        "Carl <carl@z.example>",
        "--attach",
        &notes,
        "--attach",
        &data,
    ];
    let ran = send(&url, &["bob@y.example"], &more).ended(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("OUTCOME   CODE  STATUS  STAGE    RECIPIENT"), "{ran:#?}");
    assert!(
        lines[1].starts_with("accepted  250 ") && lines[1].contains("message  bob@y.example"),
        "{ran:#?}"
    );
    assert!(lines[2].contains("carl@z.example"), "{ran:#?}");
    let delivery = &server.deliveries()[0];
    assert_eq!(
        (delivery.sender.as_str(), delivery.addresses()),
        ("ann@x.example", vec!["bob@y.example", "carl@z.example"])
    );
    let read = anyrfc_mime::Message::parse(&delivery.content);
    assert_eq!(read.subject().as_deref(), Some("Grüße"));
    let parts: Vec<_> = read.attachments().map(|part| part.body().into_owned()).collect();
    assert_eq!(parts[0], b"one\r\ntwo\r\n");
    assert!(parts[1] == octets);
    assert_eq!(server.faults(), []);
    let ended = server.commands();
    assert_eq!(ended.last().map(String::as_str), Some("QUIT"));
}

#[test]
fn some_are_refused() {
    let server = Server::full().refuse("eve@z.example", 550, "5.1.1 \x1b[31mno such user").refuse(
        "full@z.example",
        452,
        "4.2.2 mailbox full",
    );
    let server = Arc::new(server);
    let (_serving, url) = serving(&server);
    let to = ["bob@y.example", "eve@z.example", "full@z.example"];
    for pipelining in ["on", "off"] {
        let ran = send(&url, &to, &["--json", "--pipelining", pipelining]).ended(1);
        let report = ran.json();
        let rows = &report["recipients"];
        let row = |at: usize| {
            [
                &rows[at]["outcome"],
                &rows[at]["code"],
                &rows[at]["status"],
                &rows[at]["stage"],
                &rows[at]["retryable"],
            ]
            .map(ToString::to_string)
            .join(" ")
        };
        assert_eq!(row(0), r#""accepted" 250 "2.0.0" "message" false"#, "{ran:#?}");
        assert_eq!(row(1), r#""rejected" 550 "5.1.1" "RCPT" false"#, "{ran:#?}");
        assert_eq!(row(2), r#""rejected" 452 "4.2.2" "RCPT" true"#, "{ran:#?}");
        assert!(report["queue_id"].is_string() && report["error"].is_null(), "{ran:#?}");
        assert_eq!(server.take_deliveries()[0].addresses(), ["bob@y.example"]);
        let none = send(&url, &["eve@z.example"], &["--json", "--pipelining", pipelining]).ended(1).json();
        assert_eq!(none["recipients"][0]["stage"], "RCPT");
        assert_eq!(server.take_deliveries(), []);
    }
    let text = send(&url, &to, &[]).ended(1).stdout;
    assert!(text.contains("no such user") && !text.contains("\x1b[31m"), "{text:?}");
    assert_eq!(server.faults(), []);
}

#[test]
fn where_it_was_refused() {
    for (verb, stage) in [("MAIL", "MAIL"), ("DATA", "message")] {
        let server = Arc::new(Server::full().on(verb, |_, _| Answer::reply(554, "5.7.1 not here")));
        let (_serving, url) = serving(&server);
        for pipelining in ["on", "off"] {
            let ran = send(&url, &["bob@y.example"], &["--json", "--pipelining", pipelining]).ended(1);
            assert_eq!(ran.json()["recipients"][0]["stage"], stage, "{ran:#?}");
            assert_eq!(ran.json()["recipients"][0]["code"], 554, "{ran:#?}");
        }
    }
    let server = Arc::new(Server::full().on_content(|_, _| Answer::close()));
    let (_serving, url) = serving(&server);
    let ran = send(&url, &["bob@y.example"], &["--json"]).ended(3);
    assert_eq!(ran.json()["recipients"][0]["outcome"], "unknown", "{ran:#?}");
    assert!(!ran.error().is_empty() && ran.json()["error"].is_string());
}

#[test]
fn given_messages_go_as_they_are() {
    let server = Arc::new(Server::full());
    let (_serving, url) = serving(&server);
    let message = b"From: Ann <ann@x.example>\nTo: bob@y.example\nBcc: eve@z.example\nSubject: Gr\xc3\xbc\xc3\x9fe\n\n.dot\n";
    let sent =
        b"From: Ann <ann@x.example>\r\nTo: bob@y.example\r\nSubject: Gr\xc3\xbc\xc3\x9fe\r\n\r\n.dot\r\n";
    // Whom it is for is in its header.
    let ran =
        anyrfc_with(&["smtp", "send", "--plaintext", "--server", &url, "--data", "-"], message).ended(0);
    assert!(ran.stdout.contains("eve@z.example"), "{ran:#?}");
    let delivery = &server.take_deliveries()[0];
    assert_eq!(delivery.addresses(), ["bob@y.example", "eve@z.example"]);
    assert_eq!(delivery.content.escape_ascii().to_string(), sent.escape_ascii().to_string());
    // Or on the command line, and from nobody.
    let dir = tempfile::tempdir().unwrap();
    let data = file(dir.path(), "m.eml", message);
    let args = [
        "smtp",
        "send",
        "--plaintext",
        "--server",
        &url,
        "--data",
        &data,
        "--from",
        "<>",
        "--to",
        "carl@z.example",
    ];
    anyrfc(&args).ended(0);
    let delivery = &server.take_deliveries()[0];
    assert_eq!((delivery.sender.as_str(), delivery.addresses()), ("", vec!["carl@z.example"]));
    assert_eq!(server.faults(), []);
    let mut both = args.to_vec();
    both.extend(["--subject", "x"]);
    anyrfc(&both).ended(2);
    anyrfc_with(&["smtp", "send", "--plaintext", "--server", &url, "--data", "-"], b"").ended(2);
}

#[test]
fn what_is_asked_of_the_server() {
    let (pki, _dir, ca) = pki();
    let tls = pki.server_for(&["localhost"]).server();
    let server = Server::new(Accounts::new().password("ann", SECRET)).starttls(tls).login_required();
    let server = Arc::new(server);
    let (_serving, url) = serving(&server);
    let url = url.replace("smtp://", "smtp://ann@");
    let args = [
        "smtp",
        "send",
        "--server",
        &url,
        "--ca",
        &ca,
        "--helo",
        "laptop.x.example",
        "--from",
        "ann@x.example",
        "--to",
        "bob@y.example",
        "--dsn-notify",
        "success,failure",
        "--dsn-ret",
        "full",
        "--envid",
        "offer+17",
        "--deliver-by",
        "3600;R",
        "--mt-priority",
        "4",
        "--require-tls",
        "--hold-for",
        "60",
        "--json",
    ];
    let ran = anyrfc(&args).ended(0);
    assert!(ran.json()["mechanism"].as_str().unwrap().starts_with("SCRAM"), "{ran:#?}");
    let delivery = &server.take_deliveries()[0];
    let mail = |keyword| delivery.parameters.value(keyword).map(str::to_owned);
    assert_eq!(mail("RET").as_deref(), Some("FULL"));
    assert_eq!(mail("ENVID").as_deref(), Some("offer+2B17"));
    assert_eq!(mail("BY").as_deref(), Some("3600;R"));
    assert_eq!(mail("MT-PRIORITY").as_deref(), Some("4"));
    assert_eq!(mail("HOLDFOR").as_deref(), Some("60"));
    assert!(delivery.parameters.has("REQUIRETLS"));
    assert_eq!(delivery.recipients[0].parameters.value("NOTIFY"), Some("SUCCESS,FAILURE"));
    assert_eq!(
        (delivery.hello.as_str(), delivery.user.as_deref(), delivery.secured),
        ("laptop.x.example", Some("ann"), true)
    );
    assert_eq!(server.faults(), []);
    // What it cannot do is not left out.
    let bare = Arc::new(Server::bare());
    let (_serving, url) = serving(&bare);
    send(&url, &["bob@y.example"], &["--dsn-notify", "never"]).ended(8);
    send(&url, &["bob@y.example"], &["--bdat", "always"]).ended(8);
    assert_eq!(bare.deliveries(), []);
}

#[test]
fn data_or_bdat() {
    let server = Arc::new(Server::full());
    let (_serving, url) = serving(&server);
    let dir = tempfile::tempdir().unwrap();
    let octets: Vec<u8> = (0..=255).cycle().take(5000).collect();
    let picture = file(dir.path(), "a.png", &octets);
    for (bdat, chunked) in [("never", false), ("always", true), ("auto", true)] {
        let more = ["--bdat", bdat, "--body", "hi", "--attach", &picture];
        send(&url, &["bob@y.example"], &more).ended(0);
        let delivery = &server.take_deliveries()[0];
        assert_eq!(matches!(delivery.transfer, Transfer::Chunks(_)), chunked, "{bdat}");
        let read = anyrfc_mime::Message::parse(&delivery.content);
        assert!(*read.attachments().next().unwrap().body() == *octets, "{bdat}");
    }
    // Text needs no BDAT.
    send(&url, &["bob@y.example"], &["--body", "hi"]).ended(0);
    assert_eq!(server.take_deliveries()[0].transfer, Transfer::Data);
    assert_eq!(server.faults(), []);
}

#[test]
fn one_command_at_a_time() {
    let server = Arc::new(Server::full());
    let (_serving, url) = serving(&server);
    let to = ["a@y.example", "b@y.example", "c@y.example"];
    send(&url, &to, &[]).ended(0);
    send(&url, &to, &["--pipelining", "off"]).ended(0);
    let turns = |connection| server.turns_of(connection);
    assert!(turns(2) >= turns(1) + 3, "{} {}", turns(1), turns(2));
    let deliveries = server.deliveries();
    assert_eq!(deliveries[0].addresses(), deliveries[1].addresses());
}

#[test]
fn lmtp_tells_of_each() {
    let server = Server::lmtp().profile(Profile::Lmtp);
    let server = Arc::new(server.refuse("eve@z.example", 550, "5.1.1 no such user"));
    let (_serving, url) = serving(&server);
    let ran =
        send(&url, &["bob@y.example", "eve@z.example", "carl@y.example"], &["--lmtp", "--json"]).ended(1);
    let outcomes: Vec<_> =
        ran.json()["recipients"].as_array().unwrap().iter().map(|row| row["outcome"].clone()).collect();
    assert_eq!(outcomes, ["accepted", "rejected", "accepted"]);
    assert!(server.commands().iter().any(|command| command.starts_with("LHLO")));
    assert_eq!(server.faults(), []);
}

#[test]
fn who_it_is() {
    let server = Arc::new(Server::new(Accounts::new().password("ann", SECRET)).login_required());
    let (_serving, url) = serving(&server);
    let args =
        ["smtp", "send", "--plaintext", "--server", &url, "--from", "ann@x.example", "--to", "bob@y.example"];
    let mut named = args.to_vec();
    named.extend(["--user", "ann"]);
    anyrfc(&named).ended(0);
    anyrfc_as(&named, Some("wrong")).ended(6);
    anyrfc_as(&named, None).ended(2);
    // Nobody has logged in, and the server says so.
    let refused = anyrfc(&args).ended(1);
    assert!(refused.stdout.contains("530"), "{refused:#?}");
}
