//! What `anyrfc imap` does.

use std::sync::Arc;

use anyrfc_imap::testing::{Accounts, Server};

use crate::support::{SECRET, Serving, anyrfc, anyrfc_with, file, pki, serve};

pub(crate) const LETTER: &[u8] = b"From: =?utf-8?q?Zo=C3=AB?= <zoe@x.example>\r\n\
To: ann@x.example, Bob <bob@y.example>\r\n\
Date: Sat, 31 Jan 2026 12:00:00 +0100\r\n\
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\
Message-ID: <1@x.example>\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=b\r\n\r\n\
--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSch=C3=B6n.\r\n\
--b\r\nContent-Type: image/png; name=\"../../me.png\"\r\nContent-Transfer-Encoding: base64\r\n\
Content-Disposition: attachment; filename=\"../../me.png\"\r\n\r\niVBORw0KGgo=\r\n--b--\r\n";

pub(crate) const HOSTILE: &[u8] =
    b"From: \x1b[2J <a@x.example>\r\nSubject: =?utf-8?q?=1B[31mred=07=E2=80=AE?=\r\n\r\n\x1b]0;title\x07text\r\n";

pub(crate) fn server() -> Arc<Server> {
    Arc::new(Server::new(Accounts::new().password("ann", SECRET)))
}

pub(crate) fn plain(server: &Arc<Server>) -> (Serving, String) {
    let serving = serve(server, |server, stream| async move {
        let _ = server.serve(stream).await;
    });
    let url = format!("imap://ann@localhost:{}/", serving.port);
    (serving, url)
}

/// The words of a line, whatever is between them.
fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn capabilities_by_tls_and_nobody_logged_in() {
    let (pki, _dir, ca) = pki();
    let tls = Arc::new((server(), pki.server_for(&["localhost"]).server()));
    let serving = serve(&tls, |both, stream| async move {
        let _ = both.0.serve_tls(stream, &both.1).await;
    });
    let url = format!("imaps://localhost:{}/", serving.port);
    let told = anyrfc(&["imap", &url, "capabilities", "--ca", &ca, "--json"]).ended(0).json();
    assert_eq!(told["tls"]["verified"], true);
    assert_eq!(told["authenticated"], false);
    assert!(told["capabilities"].as_array().unwrap().iter().any(|one| one == "IMAP4rev2"));
    let text = anyrfc(&["imap", &url, "--ca", &ca, "--user", "ann", "capabilities"]).ended(0).stdout;
    assert!(text.contains("certificate verified") && text.contains("IMAP4rev2"), "{text}");
    // Nobody has signed it for another name.
    let url = format!("imaps://127.0.0.1:{}/", serving.port);
    anyrfc(&["imap", &url, "--ca", &ca, "capabilities"]).ended(5);
}

#[test]
fn starttls_is_the_default() {
    let (pki, _dir, ca) = pki();
    let server = Server::new(Accounts::new().password("ann", SECRET))
        .starttls(pki.server_for(&["localhost"]).server());
    let server = Arc::new(server);
    let (_serving, url) = plain(&server);
    anyrfc(&["imap", &url, "list", "--ca", &ca]).ended(0);
    assert!(server.commands().iter().any(|command| command.ends_with("STARTTLS")));
    // Somebody else has signed it.
    anyrfc(&["imap", &url, "list"]).ended(5);
}

#[test]
fn lists_and_status() {
    let server = server();
    server.deliver("ann", "INBOX", LETTER);
    server.deliver("ann", "Archive/2026", LETTER);
    let (_serving, url) = plain(&server);
    let text = anyrfc(&["imap", &url, "--plaintext", "list", "--status"]).ended(0).stdout;
    let line = text.lines().find(|line| line.starts_with("INBOX")).unwrap();
    assert_eq!(words(line)[1..4], ["1", "1", "2"], "{text}");
    let rows = anyrfc(&["imap", &url, "--plaintext", "list", "Arch*", "--format", "json"]).ended(0).json();
    let names: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["mailbox"].clone()).collect();
    assert!(names.contains(&"Archive/2026".into()) && !names.contains(&"INBOX".into()), "{rows}");
    let status = anyrfc(&["imap", &url, "--plaintext", "status", "INBOX", "Archive/2026", "--json"]).json();
    assert_eq!(status[1]["messages"], 1);
    assert_eq!(status[0]["octets"], LETTER.len());
    assert_eq!(anyrfc(&["imap", &url, "--plaintext", "list", "Nothing"]).ended(1).stdout, "");
}

#[test]
fn searches_are_combined() {
    let server = server();
    for (from, subject) in [("ann", "one"), ("bob", "two"), ("ann", "three")] {
        let message = format!("From: {from}@x.example\r\nSubject: {subject}\r\n\r\nhi\r\n");
        server.deliver("ann", "INBOX", message.as_bytes());
    }
    server.set_flags("ann", "INBOX", 3, &["\\Seen"]);
    let (_serving, url) = plain(&server);
    let search = |criteria: &[&str]| {
        let mut args = vec!["imap", url.as_str(), "--plaintext", "search", "INBOX"];
        args.extend(criteria);
        anyrfc(&args)
    };
    assert_eq!(search(&["--from", "ann", "--unseen"]).ended(0).stdout, "1\n");
    assert_eq!(search(&["--not", "--from", "ann", "--or", "--seen"]).ended(0).stdout, "2\n3\n");
    assert_eq!(search(&["--set"]).ended(0).stdout, "1:3\n");
    assert_eq!(search(&["--count", "--from", "ann"]).ended(0).stdout, "2\n");
    let commands = server.commands();
    assert!(commands.iter().any(|command| command.contains("RETURN (COUNT)")), "{commands:#?}");
    let found = search(&["--subject", "t", "--json"]).ended(0).json();
    assert_eq!(found["uids"], serde_json::json!([2, 3]));
    assert_eq!(found["count"], 2);
    let none = search(&["--from", "eve", "--json"]).ended(1).json();
    assert_eq!(none["uids"], serde_json::json!([]));
    search(&["--or"]).ended(2);
    search(&["--since", "yesterday"]).ended(2);
    // Nothing of that marks a message as read.
    assert!(!server.commands().iter().any(|command| command.contains("SELECT")));
}

#[test]
fn summaries_are_decoded_and_harmless() {
    let server = server();
    server.deliver("ann", "INBOX", LETTER);
    server.deliver("ann", "INBOX", HOSTILE);
    let (_serving, url) = plain(&server);
    let text = anyrfc(&["imap", &url, "--plaintext", "fetch", "INBOX", "1:*"]).ended(0).stdout;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(words(lines[0]), ["UID", "DATE", "SIZE", "FLAGS", "FROM", "SUBJECT"]);
    assert!(lines[1].starts_with("1 ") && lines[1].contains("2026-01-31 12:00"), "{text}");
    assert!(lines[1].contains("Zoë") && lines[1].ends_with("Grüße"), "{text}");
    assert!(lines[2].contains("red") && !text.contains(['\x1b', '\x07', '\u{202e}']), "{text:?}");
    let json = anyrfc(&["imap", &url, "--plaintext", "fetch", "INBOX", "1", "--json"]).ended(0).json();
    assert_eq!(json[0]["from"][0]["name"], "Zoë");
    assert_eq!(json[0]["date"], "2026-01-31T12:00:00+01:00");
    assert_eq!(json[0]["octets"], LETTER.len());
    let whole = anyrfc(&["imap", &url, "--plaintext", "fetch", "INBOX", "1", "--envelope"]).ended(0).stdout;
    assert!(whole.contains("To: ann@x.example, Bob <bob@y.example>\n"), "{whole}");
    assert!(whole.contains("Message-ID: <1@x.example>\n"), "{whole}");
    let headers =
        anyrfc(&["imap", &url, "--plaintext", "fetch", "INBOX", "1:2", "--headers"]).ended(0).stdout;
    assert!(headers.contains("Subject: Grüße\n") && headers.contains("UID: 2\n"), "{headers}");
    assert!(!headers.contains('\x1b'), "{headers:?}");
    // None of this has marked them as read.
    assert!(
        server.messages("ann", "INBOX").iter().all(|(_, flags, _)| !flags.contains(&"\\Seen".to_owned()))
    );
}

#[test]
fn bodies_and_parts_are_saved() {
    let server = server();
    server.deliver("ann", "INBOX", LETTER);
    server.deliver(
        "ann",
        "INBOX",
        b"Subject: short\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n",
    );
    let (_serving, url) = plain(&server);
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("mail");
    let out_text = out.to_str().unwrap();
    let fetch = |more: &[&str]| {
        let mut args = vec!["imap", url.as_str(), "--plaintext", "fetch", "INBOX"];
        args.extend(more);
        anyrfc(&args)
    };
    assert_eq!(fetch(&["1", "--body"]).ended(0).stdout.as_bytes(), LETTER);
    assert_eq!(fetch(&["1", "--text"]).ended(0).stdout, "Schön.\n");
    assert_eq!(fetch(&["1", "--part", "1"]).ended(0).stdout, "Sch=C3=B6n.");
    assert_eq!(fetch(&["2", "--part", "1", "--decode"]).ended(0).stdout, "hello");
    let structure = fetch(&["1", "--structure"]).ended(0).stdout;
    let part = structure.lines().find(|line| line.contains("image/png")).unwrap();
    assert_eq!(words(part), ["1", "2", "image/png", "12", "base64", "../../me.png"]);
    // Nothing is written outside the directory, whatever the message calls its parts.
    let saved = fetch(&["1", "--part", "2", "--decode", "--out", out_text, "--json"]).ended(0).json();
    let path = out.join("1-me.png");
    assert_eq!(saved[0]["file"], path.to_str().unwrap());
    assert_eq!(std::fs::read(&path).unwrap(), b"\x89PNG\r\n\x1a\n");
    assert_eq!(saved[0]["octets"], 8);
    // Nor over what is there.
    let again = fetch(&["1", "--part", "2", "--out", out_text]).ended(2);
    assert!(again.error().contains("me.png"), "{again:?}");
    assert_eq!(fetch(&["1:2", "--body", "--out", out_text]).ended(0).stdout.lines().count(), 2);
    assert_eq!(std::fs::read(out.join("1.eml")).unwrap(), LETTER);
    fetch(&["1", "--part", "3"]).ended(1);
    fetch(&["7:8", "--body"]).ended(1);
    fetch(&["1", "--body", "--json"]).ended(2);
    fetch(&["1", "--body", "--text"]).ended(2);
    fetch(&["0", "--body"]).ended(2);
}

#[test]
fn appended_as_it_travels() {
    let server = server();
    let (_serving, url) = plain(&server);
    let dir = tempfile::tempdir().unwrap();
    let message = file(dir.path(), "m.eml", b"Subject: one\n\nhi\n");
    let date = "2026-01-31T12:00:00+01:00";
    let args = [
        "imap",
        &url,
        "--plaintext",
        "append",
        "INBOX",
        &message,
        "--flag",
        "\\Seen",
        "--date",
        date,
        "--json",
    ];
    let told = anyrfc(&args).ended(0).json();
    assert_eq!((&told["uid"], &told["octets"]), (&1.into(), &20.into()));
    let read = anyrfc_with(&["imap", &url, "--plaintext", "append", "INBOX", "-"], b"Subject: two\r\n\r\nhi")
        .ended(0);
    assert_eq!(read.stdout, "2\n");
    let messages = server.messages("ann", "INBOX");
    assert_eq!(messages[0].2, b"Subject: one\r\n\r\nhi\r\n");
    assert!(messages[0].1.contains(&"\\Seen".to_owned()));
    assert_eq!(messages[1].2, b"Subject: two\r\n\r\nhi");
    let shown = anyrfc(&["imap", &url, "--plaintext", "fetch", "INBOX", "1", "--json"]).ended(0).json();
    assert_eq!(shown[0]["received"], date);
    // A large one, in more than one piece.
    let large = [b"Subject: three\n\n".as_slice(), &b"0123456789abcde\n".repeat(40_000)].concat();
    let large = file(dir.path(), "large.eml", &large);
    let told = anyrfc(&["imap", &url, "--plaintext", "append", "INBOX", &large, "--json"]).ended(0).json();
    assert_eq!(told["octets"], 18 + 40_000 * 17);
    assert_eq!(server.messages("ann", "INBOX")[2].2.len(), 18 + 40_000 * 17);
    anyrfc(&["imap", &url, "--plaintext", "append", "INBOX", "no such file"]).ended(2);
    anyrfc_with(&["imap", &url, "--plaintext", "append", "INBOX", "-"], b"").ended(2);
    anyrfc(&["imap", &url, "--plaintext", "append", "Nowhere", &message]).ended(1);
}

#[test]
fn flags_copies_moves_and_deletions() {
    let server = server();
    for _ in 0..4 {
        server.deliver("ann", "INBOX", LETTER);
    }
    server.deliver("ann", "Archive", LETTER);
    server.set_flags("ann", "INBOX", 4, &["\\Deleted"]);
    let (_serving, url) = plain(&server);
    let imap = |more: &[&str]| {
        let mut args = vec!["imap", url.as_str(), "--plaintext"];
        args.extend(more);
        anyrfc(&args)
    };
    let flags =
        imap(&["flag", "INBOX", "1:2", "--add", "\\Seen", "--add", "$Junk", "--json"]).ended(0).json();
    assert_eq!(flags["uids"], serde_json::json!([1, 2]));
    imap(&["flag", "INBOX", "2", "--remove", "\\Seen"]).ended(0);
    let messages = server.messages("ann", "INBOX");
    assert_eq!(messages[0].1, ["\\Seen", "$Junk"]);
    assert_eq!(messages[1].1, ["$Junk"]);
    assert_eq!(imap(&["copy", "INBOX", "1", "Archive"]).ended(0).stdout, "1 -> 2\n");
    let moved = imap(&["move", "INBOX", "2", "Archive", "--json"]).ended(0).json();
    assert_eq!(moved["copies"], serde_json::json!([{ "uid": 2, "copy": 3 }]));
    // Number 4 was marked by somebody else: it stays.
    assert_eq!(imap(&["delete", "INBOX", "1"]).ended(0).stdout, "1\n");
    let left: Vec<u32> = server.messages("ann", "INBOX").iter().map(|(uid, ..)| *uid).collect();
    assert_eq!(left, [3, 4]);
    imap(&["delete", "INBOX", "17"]).ended(1);
    imap(&["flag", "INBOX", "3"]).ended(2);
    imap(&["move", "INBOX", "3", "Nowhere"]).ended(1);
}

#[test]
fn without_uidplus_nothing_is_deleted() {
    let server = Server::new(Accounts::new().password("ann", SECRET)).only_rev1(&["SASL-IR"]);
    let server = Arc::new(server);
    server.deliver("ann", "INBOX", LETTER);
    let (_serving, url) = plain(&server);
    anyrfc(&["imap", &url, "--plaintext", "delete", "INBOX", "1"]).ended(8);
    let messages = server.messages("ann", "INBOX");
    assert!(messages[0].1.is_empty(), "{messages:?}");
    // And searches do without ESEARCH, lists without LIST-STATUS.
    assert_eq!(anyrfc(&["imap", &url, "--plaintext", "search", "INBOX", "--count"]).ended(0).stdout, "1\n");
    let rows = anyrfc(&["imap", &url, "--plaintext", "list", "--status", "--json"]).ended(0).json();
    assert_eq!(rows[0]["status"]["messages"], 1);
}
