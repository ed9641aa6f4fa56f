//! Mail servers.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use anyrfc_core::testing::pki::Pki;
use anyrfc_smtp::testing::{Accounts, Answer, Command, Server, When};

use crate::{SECRET, assert_sample, doctor, served};

const JSON: [&str; 2] = ["--format", "json"];

fn accounts() -> Accounts {
    Accounts::new().password("ann", SECRET)
}

/// The kit is strict: it refuses what clients must not send though servers have to take it.
fn tolerant(server: Server) -> Server {
    server
        .on("NOOP", |command, _| match command.line() {
            b"NOOP " => Answer::reply(250, "2.0.0 nothing done"),
            _ => Answer::as_usual(),
        })
        .on("MAIL", |command, _| match says(command, "<@") {
            true => Answer::reply(250, "2.1.0 sender ok"),
            false => Answer::as_usual(),
        })
        .on("RCPT", |command, _| match says(command, "<@") {
            true => Answer::reply(550, "5.7.1 no relaying"),
            false => Answer::as_usual(),
        })
}

/// A server as it should be. PRDR is no registered keyword.
fn good() -> Server {
    tolerant(Server::full().without("PRDR"))
}

/// The same with a user.
fn good_with_users() -> Server {
    tolerant(Server::new(accounts()).without("PRDR"))
}

/// A good server, and whether a transaction is open on it.
fn watched() -> (Server, Arc<AtomicBool>) {
    let open = Arc::new(AtomicBool::new(false));
    let sets = |value: bool| {
        let open = Arc::clone(&open);
        move || {
            open.store(value, Relaxed);
            Answer::as_usual()
        }
    };
    let (begins, resets, greets) = (sets(true), sets(false), sets(false));
    let server = good()
        .on("MAIL", move |_, _| begins())
        .on("RSET", move |_, _| resets())
        .on("EHLO", move |_, _| greets());
    (server, open)
}

/// Whether a command has this in it.
fn says(command: &Command, text: &str) -> bool {
    String::from_utf8_lossy(command.line()).contains(text)
}

/// Serves it, and says what is broken.
async fn breaks(server: Server, ids: &[&str]) {
    let port = served::smtp(server).await;
    let report = doctor(&format!("smtp://127.0.0.1:{port}"), &JSON).await;
    report.breaks(ids);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_of_a_good_server() {
    let server = good();
    let port = served::smtp(server.clone()).await;
    let report = doctor(&format!("smtp://127.0.0.1:{port}"), &JSON).await;
    report.breaks(&[]);
    report.exits(0);
    for kept in [
        "rfc5321#4.2.1-5",
        "rfc5321#3.3-10",
        "rfc5321#4.1.4-16",
        "rfc1870#6.1-h3",
        "rfc2034#4-h5",
        "rfc2920#3.2-1",
        "rfc5321#2.3.5-4",
    ] {
        assert!(report.ids("kept").contains(kept), "{kept}: {}", report.stdout());
    }
    assert!(server.deliveries().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_of_a_good_submission_server() {
    let pki = Pki::new();
    let (tls, _) = pki.pair(&["localhost"]);
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, pki.ca_pem()).unwrap();
    let server = good_with_users().starttls(tls).login_required();
    let port = served::smtp(server.clone()).await;
    let url = format!("submission://localhost:{port}");
    let report =
        doctor(&url, &["--format", "json", "--user", "ann", "--ca", ca.to_str().unwrap(), "-vvv"]).await;
    report.breaks(&[]);
    report.exits(0);
    for kept in [
        "rfc3207#4.2-1",
        "rfc3207#4.2-7",
        "rfc4954#4-2",
        "rfc4954#4-6",
        "rfc4954#4-12",
        "rfc6409#4.3-1",
        "rfc5321#3.3-10",
    ] {
        assert!(report.ids("kept").contains(kept), "{kept}: {}", report.stdout());
    }
    assert!(server.deliveries().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_of_a_good_lmtp_server() {
    let port = served::smtp(tolerant(Server::lmtp())).await;
    let report = doctor(&format!("lmtp://127.0.0.1:{port}"), &JSON).await;
    report.breaks(&[]);
    report.exits(0);
    assert!(report.ids("kept").contains("rfc2033#4.1-1"), "{}", report.stdout());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recommendation_alone_does_not_fail() {
    let bare = tolerant(Server::bare())
        .on("EXPN", |_, _| Answer::reply(500, "what is that?"))
        .on("HELP", |_, _| Answer::reply(214, "see RFC 5321"))
        .offer("HELP");
    let port = served::smtp(bare).await;
    let url = format!("smtp://127.0.0.1:{port}");
    let report = doctor(&url, &JSON).await;
    report.breaks(&["rfc5321#2.4-11"]);
    report.exits(0);
    doctor(&url, &["--format", "json", "--strict"]).await.exits(9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_an_error() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let report = doctor(&format!("smtp://127.0.0.1:{port}"), &JSON).await;
    report.exits(3);
    assert_eq!(report.stdout(), "");
}

/// Each plant and the statements that it breaks.
macro_rules! plants {
    ($($(#[$meta:meta])* $name:ident: [$($id:literal),+ $(,)?] => $server:expr;)+) => {
        $(
            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                breaks($server, &[$($id),+]).await;
            }
        )+
    };
}

plants! {
    a_greeting_ends_in_a_line_feed: ["rfc5321#2.3.8-1"] =>
        good().greeting(Answer::raw("220 mail.example.org ESMTP ready\n"));
    the_name_is_a_nickname: ["rfc5321#2.3.5-2"] => good().name("mail");
    the_name_has_an_underscore: ["rfc5321#4.1.2-11"] => good().name("mail_1.example.org");
    helo_is_answered_by_a_list: ["rfc5321#3.2-2"] =>
        good().on("HELO", |_, _| Answer::lines(250, ["mail.example.org", "SIZE 1000"]));
    lines_of_a_reply_differ: ["rfc5321#4.2.1-5"] =>
        good().on("VRFY", |_, _| Answer::raw("252-2.5.0 well\r\n251 2.5.0 well\r\n"));
    a_code_has_four_digits: ["rfc5321#4.3.2-3"] =>
        good().on("VRFY", |_, _| Answer::raw("2520 2.5.0 well\r\n"));
    a_code_begins_with_6: ["rfc5321#4.2-12", "rfc5321#4.3.2-3"] =>
        good().on("VRFY", |_, _| Answer::reply(652, "well"));
    a_code_stands_alone: ["rfc5321#4.2-6", "rfc2034#4-h1"] =>
        good().on("HELP", |_, _| Answer::raw("214 \r\n"));
    unknown_commands_get_502: ["rfc5321#4.2.4-3"] =>
        good().on("XANYRFC", |_, _| Answer::reply(502, "5.5.1 what is that?"));
    a_command_ends_the_connection: ["rfc5321#3.8-1"] => good().on("XANYRFC", |_, _| Answer::close());
    reset_gets_251: ["rfc5321#4.1.1.5-2"] => good().on("RSET", |command, _| match command.line() {
        b"RSET" => Answer::reply(251, "2.0.0 reset"),
        _ => Answer::as_usual(),
    });
    quit_gets_250: ["rfc5321#4.1.1.10-1"] => good().on("QUIT", |_, _| Answer::reply(250, "2.0.0 bye"));
    an_argument_of_reset_is_accepted: ["rfc5321#4.1.1-4", "rfc5321#4.3.2-5"] =>
        good().on("RSET", |_, _| Answer::reply(250, "2.0.0 reset"));
    expn_is_a_secret: ["rfc5321#3.5.2-9"] => good().without("EXPN");
    help_is_a_secret: ["rfc5321#4.1.1.1-8"] => good().without("HELP");
    expn_is_offered_in_vain: ["rfc5321#4.2.4-4"] =>
        good().on("EXPN", |_, _| Answer::reply(502, "5.5.1 not here"));
    a_mailbox_is_not_told: ["rfc5321#3.5.1-3"] =>
        good().on("VRFY", |_, _| Answer::reply(250, "2.1.5 somebody"));
    status_codes_are_missing: ["rfc2034#4-h1"] => good().on("VRFY", |_, _| Answer::reply(252, "well"));
    status_codes_disagree: ["rfc2034#4-h5"] => good().on("VRFY", |_, _| Answer::reply(252, "5.5.0 well"));
    status_codes_have_zeros: ["rfc3463#2-1"] => good().on("VRFY", |_, _| Answer::reply(252, "2.05.0 well"));
    one_line_has_another_status: ["rfc2034#4-h6"] =>
        good().on("VRFY", |_, _| Answer::lines(252, ["2.5.0 well", "2.5.1 well"]));
    two_replies_come: ["rfc5321#4.2-1"] =>
        good().on("HELP", |_, _| Answer::reply(214, "2.0.0 a").then(Answer::reply(214, "2.0.0 b")));
    nested_mail_is_accepted: ["rfc5321#4.1.4-16"] => {
        let (server, open) = watched();
        server.on("MAIL", move |_, _| match open.swap(true, Relaxed) {
            true => Answer::reply(250, "2.1.0 once more"),
            false => Answer::as_usual(),
        })
    };
    recipients_need_no_sender: ["rfc5321#3.3-10"] => {
        let (server, open) = watched();
        server.on("RCPT", move |_, _| match open.load(Relaxed) {
            true => Answer::as_usual(),
            false => Answer::reply(554, "5.5.1 who sends that?"),
        })
    };
    any_size_is_taken: ["rfc1870#6.1-h3"] =>
        good().on("MAIL", |command, _| match says(command, "SIZE=52428801") {
            true => Answer::reply(250, "2.1.0 sender ok"),
            false => Answer::as_usual(),
        });
    size_is_no_number: ["rfc1870#3-h1"] => good().offer("SIZE large");
    eight_bits_are_refused: ["rfc6152#3-h2"] =>
        good().on("MAIL", |command, _| match says(command, "8BITMIME") {
            true => Answer::reply(555, "5.5.4 what is that?"),
            false => Answer::as_usual(),
        });
    utf8_is_offered_alone: ["rfc5321#2.4-11", "rfc6531#3.1-7"] => good().without("8BITMIME");
    postmaster_is_unknown: ["rfc5321#2.3.5-4", "rfc5321#4.5.1-4"] => {
        let (server, open) = watched();
        server.on("RCPT", move |command, _| match command.path() {
            Some("postmaster") if open.load(Relaxed) => Answer::reply(550, "5.1.1 who is that?"),
            _ => Answer::as_usual(),
        })
    };
    passwords_are_refused_otherwise: ["rfc4954#4-6"] =>
        good_with_users().on_response(|response, _| match response {
            b"*" => Answer::reply(535, "5.7.8 no"),
            _ => Answer::as_usual(),
        });
    an_unknown_mechanism_is_a_failure: ["rfc4954#4-4"] =>
        good_with_users().on("AUTH", |command, _| {
            match says(command, "X-ANYRFC") {
                true => Answer::reply(535, "5.7.8 no"),
                false => Answer::as_usual(),
            }
        });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_injected_before_tls_is_taken_for_the_client() {
    let pki = Pki::new();
    let (tls, _) = pki.pair(&["localhost"]);
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, pki.ca_pem()).unwrap();
    let server = good().starttls(tls.clone()).offer_also("STARTTLS", When::Always);
    let port = served::smtp_with_a_memory(server, tls).await;
    let more = ["--format", "json", "--ca", ca.to_str().unwrap()];
    let report = doctor(&format!("smtp://localhost:{port}"), &more).await;
    report.breaks(&["rfc3207#4.2-1", "rfc3207#4.2-7", "rfc3207#6-4"]);
    report.exits(9);
}

#[tokio::test(flavor = "multi_thread")]
async fn lmtp_that_takes_ehlo() {
    let server = tolerant(Server::lmtp()).on("EHLO", |_, _| Answer::reply(250, "mail.example.org"));
    let port = served::smtp(server).await;
    let report = doctor(&format!("lmtp://127.0.0.1:{port}"), &JSON).await;
    report.breaks(&["rfc2033#4.1-1"]);
    report.exits(9);
}

#[tokio::test(flavor = "multi_thread")]
async fn submission_for_everybody() {
    let port = served::smtp(good()).await;
    let report = doctor(&format!("submission://127.0.0.1:{port}"), &JSON).await;
    report.breaks(&["rfc6409#4.3-1", "rfc6409#7-12", "rfc6409#7-23"]);
    report.exits(9);
}

/// A server with many faults.
fn bad() -> Server {
    good()
        .name("mail")
        .without("EXPN")
        .offer("SIZE large")
        .on("HELO", |_, _| Answer::lines(250, ["mail", "SIZE 1000"]))
        .on("XANYRFC", |_, _| Answer::reply(502, "5.5.1 what is that?"))
        .on("VRFY", |_, _| Answer::reply(252, "5.5.0 well"))
        .on("QUIT", |_, _| Answer::reply(250, "2.0.0 bye"))
        .on("RSET", |_, _| Answer::reply(251, "2.0.0 reset"))
}

const BAD: [&str; 10] = [
    "rfc1870#3-h1",
    "rfc2034#4-h5",
    "rfc5321#2.3.5-2",
    "rfc5321#3.2-2",
    "rfc5321#3.5.2-9",
    "rfc5321#4.1.1-4",
    "rfc5321#4.1.1.10-1",
    "rfc5321#4.1.1.5-2",
    "rfc5321#4.2.4-3",
    "rfc5321#4.3.2-5",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_many_is_named() {
    let port = served::smtp(bad()).await;
    let url = format!("smtp://127.0.0.1:{port}");
    let report = doctor(&url, &JSON).await;
    report.breaks(&BAD);
    report.exits(9);
    let table = doctor(&url, &[]).await;
    table.exits(9);
    assert_sample("doctor-smtp.txt", &table.stdout(), port, 25);
}
