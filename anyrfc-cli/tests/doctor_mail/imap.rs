//! IMAP servers.

use std::sync::Arc;

use anyrfc_core::testing::pki::Pki;
use anyrfc_imap::testing::{Accounts, Literals, Server};

use crate::{
    SECRET, assert_sample, doctor,
    served::{Imap, Plant},
};

const AS_ANN: [&str; 4] = ["--format", "json", "--user", "ann"];

/// A server as it should be, with a message.
fn server() -> Server {
    let server = Server::new(Accounts::new().password("ann", SECRET));
    server.deliver("ann", "INBOX", b"Subject: one\r\n\r\nfirst\r\n");
    server.deliver("ann", "INBOX", b"Subject: two\r\n\r\nsecond\r\n");
    server
}

fn rev1() -> Server {
    let server = Server::new(Accounts::new().password("ann", SECRET)).only_rev1(&[
        "ENABLE",
        "IDLE",
        "NAMESPACE",
        "UNSELECT",
        "ESEARCH",
        "ID",
        "LIST-EXTENDED",
    ]);
    server.deliver("ann", "INBOX", b"Subject: one\r\n\r\nfirst\r\n");
    server
}

fn served(server: Server, plants: Vec<Plant>) -> Imap {
    Imap { server: server.literals(Literals::Plus), tls: None, plants, remembers: false }
}

/// In answers to commands with these words, `from` becomes `to`.
fn says(words: &'static str, from: &'static str, to: &'static str) -> Plant {
    Arc::new(move |line, said| if line.contains(words) { said.replace(from, to) } else { said })
}

/// Serves it to a doctor who logs in, and says what is broken.
async fn breaks(server: Server, plants: Vec<Plant>, ids: &[&str]) {
    let port = served(server, plants).listen().await;
    doctor(&format!("imap://127.0.0.1:{port}"), &AS_ANN).await.breaks(ids);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_of_a_good_server() {
    let server = server();
    let port = served(server.clone(), Vec::new()).listen().await;
    let report = doctor(&format!("imap://127.0.0.1:{port}"), &AS_ANN).await;
    report.breaks(&[]);
    report.exits(0);
    for kept in [
        "rfc9051#6.3.3-1",
        "rfc9051#6.3.3-2",
        "rfc9051#6.3.3-3",
        "rfc9051#6.4.9-2",
        "rfc9051#2.3.4-1",
        "rfc9051#6.3.1-4",
        "rfc9051#7.3.4-h1",
        "rfc7888#3-h2",
    ] {
        assert!(report.ids("kept").contains(kept), "{kept}: {}", report.stdout());
    }
    // Nothing was changed: not even read.
    assert!(server.messages("ann", "INBOX").iter().all(|(_, flags, _)| flags.is_empty()));
    assert_eq!(server.mailboxes("ann"), ["INBOX"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_of_a_good_server_of_the_older_kind() {
    let port = served(rev1(), Vec::new()).listen().await;
    let report = doctor(&format!("imap://127.0.0.1:{port}"), &AS_ANN).await;
    report.breaks(&[]);
    report.exits(0);
    for kept in ["rfc3501#6.3.2-1", "rfc3501#6.3.2-4", "rfc3501#6.4.4-2", "rfc4731#3.1-8"] {
        assert!(report.ids("kept").contains(kept), "{kept}: {}", report.stdout());
    }
    assert!(!report.stdout().contains("rfc9051"), "{}", report.stdout());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_of_a_good_server_without_a_login() {
    let port = served(server(), Vec::new()).listen().await;
    let report = doctor(&format!("imap://127.0.0.1:{port}"), &["--format", "json"]).await;
    report.breaks(&[]);
    report.exits(0);
    assert!(report.ids("untested").contains("rfc9051#6.3.3-1"), "{}", report.stdout());
}

async fn under_starttls(remembers: bool, ids: &[&str]) {
    let pki = Pki::new();
    let (tls, _) = pki.pair(&["localhost"]);
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, pki.ca_pem()).unwrap();
    let served = Imap { remembers, tls: Some(tls.clone()), ..served(server().starttls(tls), Vec::new()) };
    let port = served.listen().await;
    let more = ["--format", "json", "--user", "ann", "--ca", ca.to_str().unwrap(), "-vvv"];
    let report = doctor(&format!("imap://localhost:{port}"), &more).await;
    report.breaks(ids);
    report.exits(if ids.is_empty() { 0 } else { 9 });
    if !remembers {
        assert!(report.ids("kept").contains("rfc9051#6.2.1-3"), "{}", report.stdout());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_of_good_starttls() {
    under_starttls(false, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_injected_before_tls_is_taken_for_the_client() {
    under_starttls(true, &["rfc9051#6.2.1-3"]).await;
}

/// Each plant and the statements that it breaks.
macro_rules! plants {
    ($($name:ident: [$($id:literal),+ $(,)?] => $server:expr, $plant:expr;)+) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                breaks($server, vec![$plant], &[$($id),+]).await;
            }
        )+
    };
}

plants! {
    the_greeting_is_something_else: ["rfc9051#3-h2"] => server(), Arc::new(|line, said| {
        if line.is_empty() { "* HELLO there\r\n".to_owned() } else { said }
    });
    lines_end_in_a_line_feed: ["rfc9051#2.2-h1"] => server(), says("NOOP", "\r\n", "\n");
    capabilities_are_not_told: ["rfc3501#6.1.1-1"] => server(), Arc::new(|line, said| {
        match line.split_once(" CAPABILITY") {
            Some((tag, _)) => format!("{tag} OK done\r\n"),
            None => said,
        }
    });
    the_base_protocol_is_not_listed: ["rfc3501#6.1.1-2", "rfc3501#7.2.1-1"] => rev1(),
        Arc::new(|_, said| said.replace("IMAP4rev1", "IMAP4"));
    arguments_of_noop_are_accepted: ["rfc9051#2.2.2-3", "rfc9051#2.2.2-4"] => server(), Arc::new(|line, said| {
        match line.split_once(" NOOP anyrfc") {
            Some((tag, _)) => format!("{tag} OK done\r\n"),
            None => said,
        }
    });
    a_syntax_error_gets_no: ["rfc9051#2.2.2-4"] => server(), Arc::new(|line, said| {
        if line.ends_with("AUTHENTICATE") { said.replace(" BAD ", " NO ") } else { said }
    });
    a_mechanism_is_a_syntax_error: ["rfc9051#6.2.2-4"] => server(), says("AUTHENTICATE X-", " NO ", " BAD ");
    a_cancelled_exchange_gets_no: ["rfc9051#6.2.2-5"] => server(), Arc::new(|line, said| {
        if line == "*" { said.replace(" BAD ", " NO ") } else { said }
    });
    logout_has_no_bye: ["rfc9051#3.4-1", "rfc9051#6.1.3-1", "rfc9051#6.1.3-2"] => server(),
        says("LOGOUT", "* BYE logging out\r\n", "");
    examined_mailboxes_can_be_changed: ["rfc9051#6.3.3-3"] => server(),
        says("EXAMINE", "[READ-ONLY]", "[READ-WRITE]");
    uidvalidity_is_not_told: ["rfc9051#6.3.3-2"] => server(), says("EXAMINE", "UIDVALIDITY", "UIDWHAT");
    flags_are_not_told: ["rfc3501#6.3.2-1"] => rev1(), says("EXAMINE", "* FLAGS", "* OK flags");
    uids_are_not_reported: ["rfc9051#6.4.9-2"] => server(), Arc::new(|line, said| {
        if line.contains("UID FETCH") && line.contains("(FLAGS)") { without_uids(&said) } else { said }
    });
    sizes_are_wrong: ["rfc9051#2.3.4-1"] => server(), says("(RFC822.SIZE)", "RFC822.SIZE 2", "RFC822.SIZE 3");
    uids_descend: ["rfc9051#2.3.1.2-1"] => server(), says("FETCH 1:2 (UID)", "UID 2", "UID 1");
    an_unknown_charset_is_a_syntax_error: ["rfc9051#6.4.4-22"] => server(), says("CHARSET", " NO ", " BAD ");
    an_unknown_charset_has_no_code: ["rfc9051#6.4.4-23"] => server(), says("CHARSET", "[BADCHARSET", "[CANNOT");
    nothing_has_a_minimum: ["rfc9051#6.4.4-6", "rfc9051#7.3.4-2"] => server(),
        says("RETURN (MIN", " COUNT 0", " MIN 1 COUNT 0");
    nothing_is_not_counted: ["rfc4731#3.1-8"] => rev1(), says("RETURN (MIN", " COUNT 0", "");
    unknown_extensions_are_enabled: ["rfc9051#6.3.1-1"] => server(),
        says("ENABLE X-ANYRFC", "* ENABLED", "* ENABLED X-ANYRFC-NONE");
    status_is_not_told: ["rfc9051#6.3.11-1", "rfc9051#6.3.11-3"] => server(), Arc::new(|line, said| {
        if line.contains(" STATUS ") { said.replace("* STATUS", "* OK status") } else { said }
    });
    inbox_has_one_case: ["rfc9051#5.1-h1"] => server(), says("iNbOx", " OK ", " NO ");
    children_are_there_and_not: ["rfc9051#6.3.9.5-h1"] => server(),
        says("LIST \"\" %", "\\HasNoChildren", "\\HasNoChildren \\HasChildren");
    names_are_listed_twice: ["rfc9051#6.3.9.3-h1"] => server(), Arc::new(|line, said| {
        match said.split_once("\r\n") {
            Some((first, _)) if line.contains("LIST \"\" %") => format!("{first}\r\n{said}"),
            _ => said,
        }
    });
    names_do_not_match: ["rfc9051#6.3.9-4"] => server(), says("LIST \"\" %", "INBOX", "INBOX/more");
    list_options_are_ignored: ["rfc9051#6.3.9-18"] => server(), says("LIST (X-", " BAD ", " OK ");
    a_namespace_is_not_told: ["rfc2342#5-h1"] => rev1(), says("NAMESPACE", "* NAMESPACE", "* OK");
    a_field_of_id_is_long: ["rfc2971#3.3-1"] => server(),
        says(" ID NIL", "\"name\"", "\"a-name-that-is-much-longer-than-names\"");
    a_continuation_nobody_waits_for: ["rfc7888#3-h2"] => server(), Arc::new(|line, said| {
        if line.ends_with("{5+}") { format!("+ go on\r\n{said}") } else { said }
    });
    completions_have_another_tag: ["rfc9051#2.2.2-h1"] => server(), Arc::new(|line, said| {
        match line.split_once(" UNSELECT") {
            Some((tag, _)) => said.replace(tag, "X"),
            None => said,
        }
    });
}

/// The rows without their UIDs.
fn without_uids(said: &str) -> String {
    let lines = said.split_inclusive("\r\n").map(|line| match (line.find(" UID "), line.find("(UID ")) {
        (Some(at), _) if line.contains("FETCH") => {
            let rest = &line[at + 5..];
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap();
            format!("{}{}", &line[..at], &rest[end..])
        }
        (None, Some(at)) if line.contains("FETCH") => {
            let rest = &line[at + 5..];
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap();
            format!("{}{}", &line[..at + 1], rest[end..].trim_start_matches(' '))
        }
        _ => line.to_owned(),
    });
    lines.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_many_is_named() {
    let plants = vec![
        says("EXAMINE", "[READ-ONLY]", "[READ-WRITE]"),
        says("LOGOUT", "* BYE logging out\r\n", ""),
        says("AUTHENTICATE X-", " NO ", " BAD "),
        says("CHARSET", "[BADCHARSET", "[CANNOT"),
        says("LIST \"\" %", "\\HasNoChildren", "\\HasNoChildren \\HasChildren"),
        says("(RFC822.SIZE)", "RFC822.SIZE 2", "RFC822.SIZE 3"),
        says("ENABLE X-ANYRFC", "* ENABLED", "* ENABLED X-ANYRFC-NONE"),
    ];
    let port = served(server(), plants).listen().await;
    let url = format!("imap://127.0.0.1:{port}");
    let report = doctor(&url, &AS_ANN).await;
    report.breaks(&[
        "rfc9051#2.3.4-1",
        "rfc9051#3.4-1",
        "rfc9051#6.1.3-1",
        "rfc9051#6.1.3-2",
        "rfc9051#6.2.2-4",
        "rfc9051#6.3.1-1",
        "rfc9051#6.3.3-3",
        "rfc9051#6.3.9.5-h1",
        "rfc9051#6.4.4-23",
    ]);
    report.exits(9);
    let table = doctor(&url, &["--user", "ann"]).await;
    table.exits(9);
    assert_sample("doctor-imap.txt", &table.stdout(), port, 143);
}
