//! IDLE and asking, deadlines, and the end.

use std::time::Duration;

use anyrfc_core::testing::{advance, now};
use anyrfc_imap::{ErrorKind, Event, ProtocolState, error::Waited};
use futures_util::StreamExt;

use super::script::{SELECTED, Script, login, login_with, open_builder};

const MINUTE: Duration = Duration::from_secs(60);

fn inbox(capabilities: &str) -> Script {
    Script::logged_in(capabilities).on("SELECT INBOX", SELECTED)
}

#[test]
fn idle_tells_what_happens_and_gives_the_connection_back() {
    let script = inbox("IDLE")
        .on("IDLE", "+ idling\r\n")
        .pause(MINUTE)
        .send("* 4 EXISTS\r\n* 2 EXPUNGE\r\n* 1 FETCH (FLAGS (\\Seen))\r\n")
        .raw("DONE\r\n")
        .answer("{tag} OK done\r\n")
        .on("NOOP", "{tag} OK done\r\n")
        .on("IDLE", "+ idling\r\n")
        .send("* 9 EXISTS\r\n")
        .raw("DONE\r\n")
        .answer("{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let mut watch = inbox.watch();
        assert!(matches!(watch.next().await, Ok(Some(Event::Exists(4)))));
        assert!(watch.is_idling());
        assert!(matches!(watch.next().await, Ok(Some(Event::Expunge { .. }))));
        assert!(matches!(watch.next().await, Ok(Some(Event::Fetch(_)))));
        drop(watch);
        assert_eq!(inbox.exists(), 3);
        inbox.noop().await.unwrap();
        let mut idle = inbox.idle().unwrap();
        assert!(matches!(StreamExt::next(&mut idle).await, Some(Ok(Event::Exists(9)))));
        idle.done().await.unwrap();
        assert!(!inbox.is_idling());
        client.logout().await.unwrap();
    });
}

#[test]
fn idle_is_renewed_in_time() {
    let mut script = inbox("IDLE");
    for _ in 0..3 {
        script = script.on("IDLE", "+ idling\r\n").raw("DONE\r\n").answer("{tag} OK done\r\n");
    }
    let script = script.on("IDLE", "+ idling\r\n").send("* 4 EXISTS\r\n").then(|peer| peer.swallow());
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let begin = now();
        let mut watch = inbox.watch();
        assert!(matches!(watch.next().await, Ok(Some(Event::Exists(4)))));
        assert_eq!((now() - begin).as_secs(), 3 * 5 * 60);
    });
}

#[test]
fn without_idle_the_server_is_asked_now_and_then() {
    let ok = "{tag} OK done\r\n";
    let script = inbox("")
        .on("NOOP", ok)
        .on("NOOP", ok)
        .on("NOOP", "* 4 EXISTS\r\n{tag} OK done\r\n")
        .on("NOOP", ok)
        .logout();
    script.play(async |stream| {
        let builder = open_builder().poll_interval(2 * MINUTE);
        let mut client = login_with(&builder, stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let begin = now();
        let mut watch = inbox.watch();
        assert!(matches!(watch.next().await, Ok(Some(Event::Exists(4)))));
        assert_eq!((now() - begin).as_secs(), 2 * 2 * 60);
        assert!(!watch.is_idling());
        watch.done().await.unwrap();
        inbox.noop().await.unwrap();
        client.logout().await.unwrap();
    });
}

#[test]
fn an_interval_without_end_asks_once() {
    let script = inbox("").on("NOOP", "{tag} OK done\r\n").then(|peer| peer.swallow());
    script.play(async |stream| {
        let builder = open_builder().poll_interval(Duration::MAX);
        let mut client = login_with(&builder, stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let mut watch = inbox.watch();
        assert!(tokio::time::timeout(60 * MINUTE, watch.next()).await.is_err(), "nothing happens");
    });
}

#[test]
fn idle_that_is_refused_is_asking_and_throttling_is_heeded() {
    let throttled = "{tag} BAD Request is throttled. Suggested Backoff Time: 180000 milliseconds\r\n";
    let script = inbox("IDLE")
        .on("IDLE", throttled)
        .on("NOOP", "* 4 EXISTS\r\n{tag} OK done\r\n")
        .then(|peer| peer.swallow());
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let begin = now();
        assert!(matches!(inbox.watch().next().await, Ok(Some(Event::Exists(4)))));
        assert_eq!((now() - begin).as_secs(), 180);
    });
}

#[test]
fn an_idle_that_ends_at_once_is_no_busy_loop() {
    let script = inbox("IDLE")
        .on("IDLE", "+ idling\r\n{tag} OK that was it\r\n")
        .on("NOOP", "* 4 EXISTS\r\n{tag} OK done\r\n")
        .then(|peer| peer.swallow());
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let begin = now();
        assert!(matches!(inbox.watch().next().await, Ok(Some(Event::Exists(4)))));
        assert_eq!((now() - begin).as_secs(), 60);
    });
}

#[test]
fn a_server_that_leaves_ends_the_watch() {
    let script =
        inbox("IDLE").on("IDLE", "+ idling\r\n").send("* BYE closing down\r\n").then(|peer| peer.close());
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let mut watch = inbox.watch();
        assert!(matches!(watch.next().await, Ok(Some(Event::Bye(status))) if status.text == "closing down"));
        assert!(matches!(watch.next().await, Ok(None)));
        drop(watch);
        let error = inbox.noop().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
        assert_eq!(error.refusal().map(|refusal| refusal.status.text.as_str()), Some("closing down"));
        assert_eq!(client.state(), ProtocolState::Disconnected);
    });
}

#[test]
fn bye_in_place_of_an_answer_is_told_with_its_words() {
    let script = inbox("").on("NOOP", "* BYE Autologout\r\n").then(|peer| peer.close());
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let error = inbox.noop().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
        assert!(error.to_string().contains("Autologout"), "{error}");
    });
}

#[test]
fn a_silent_server_is_not_waited_for_for_ever() {
    let script = inbox("").on("NOOP", "").then(|peer| peer.swallow());
    script.play(async |stream| {
        let builder = open_builder().response_timeout(MINUTE);
        let mut client = login_with(&builder, stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let begin = now();
        let error = inbox.noop().await.unwrap_err();
        assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, Some(Waited::Command)));
        assert_eq!((now() - begin).as_secs(), 60);
        // Whoever asks later is told the same.
        assert_eq!(inbox.noop().await.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(client.state(), ProtocolState::Failed);
    });
}

#[test]
fn a_server_that_never_greets_is_given_up() {
    Script::new().then(|peer| peer.swallow()).play(async |stream| {
        let begin = now();
        let error = open_builder().connect_over("imap://mail.example", stream).await.unwrap_err();
        assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, Some(Waited::Greeting)));
        assert_eq!((now() - begin).as_secs(), 30);
    });
}

#[test]
fn a_server_that_does_not_want_us_says_why() {
    let script = Script::new().send("* BYE too many connections\r\n").then(|peer| peer.close());
    script.play(async |stream| {
        let error = open_builder().connect_over("imap://mail.example", stream).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
        assert!(error.to_string().contains("too many connections"), "{error}");
    });
}

#[test]
fn a_server_that_takes_nothing_is_given_up() {
    let script = Script::with_window(64).login("").then(|peer| peer.hold());
    script.play(async |stream| {
        let mut client = login_with(&open_builder().send_timeout(MINUTE), stream).await.unwrap();
        let command = anyrfc_imap::command::Raw::new("X").unwrap().string("x".repeat(1000));
        let error = client.raw_command(command).await.unwrap_err();
        assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, Some(Waited::Writing)));
    });
}

#[test]
fn events_wait_until_they_are_taken() {
    let script =
        inbox("IDLE").on("NOOP", "* 4 EXISTS\r\n* 5 EXISTS\r\n* OK [ALERT] full\r\n{tag} OK done\r\n");
    let script = script.pause(MINUTE).send("* 6 EXISTS\r\n").then(|peer| peer.swallow());
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        inbox.noop().await.unwrap();
        assert!(matches!(inbox.next_event().await, Ok(Event::Exists(5))));
        let alert = inbox.next_event().await.unwrap();
        assert!(matches!(&alert, Event::Alert { text, confidential: false } if text == "full"), "{alert:?}");
        assert!(inbox.take_event().is_none());
        inbox.drive().await.unwrap();
        assert!(matches!(inbox.take_event(), Some(Event::Exists(6))));
        advance(MINUTE).await;
        assert_eq!(inbox.exists(), 6);
    });
}

#[test]
fn events_that_nobody_takes_are_counted_in_the_end() {
    let many: String = (0..50).map(|_| "* 1 EXPUNGE\r\n* 3 EXISTS\r\n").collect();
    let script = inbox("").on("NOOP", &(many + "{tag} OK done\r\n")).logout();
    script.play(async |stream| {
        let mut client = login_with(&open_builder().events_max(10), stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        inbox.noop().await.unwrap();
        assert!(matches!(inbox.take_event(), Some(Event::Missed(90))));
        assert_eq!(std::iter::from_fn(|| inbox.take_event()).count(), 10);
        client.logout().await.unwrap();
    });
}
