//! What `anyrfc imap watch` tells, over as many connections as it takes.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyrfc_imap::testing::{Accounts, Server};
use serde_json::Value;
use tokio::sync::watch::Sender;

use crate::{
    imap::{HOSTILE, LETTER, plain, server},
    support::{Ran, SECRET, Serving, begin, serve, until},
};

#[test]
fn what_happens_is_told_while_it_happens() {
    let server = server();
    server.deliver("ann", "INBOX", HOSTILE);
    let (_serving, url) = plain(&server);
    let idles = |times: usize| {
        let idle = |command: &&String| command.ends_with(" IDLE");
        until(|| server.commands().iter().filter(idle).count() >= times);
    };
    let watching = begin(&["imap", &url, "--plaintext", "watch", "INBOX", "--count", "3", "--json"]);
    idles(1);
    server.deliver("ann", "INBOX", LETTER);
    idles(2);
    server.set_flags("ann", "INBOX", 2, &["\\Flagged"]);
    server.remove("ann", "INBOX", 1);
    let ran = watching.ended().ended(0);
    let events = events(&ran);
    assert_eq!((&events[0]["event"], &events[0]["uid"]), (&"new".into(), &2.into()), "{ran:#?}");
    assert_eq!(events[0]["subject"], "Grüße");
    // The two changes may be told in either order.
    let event =
        |name: &str| events.iter().find(|event| event["event"] == name).unwrap_or_else(|| panic!("{ran:#?}"));
    assert_eq!(event("flags")["uid"], 2);
    let gone = event("gone");
    assert!(gone["uid"] == 1 || gone["uids"] == serde_json::json!([1]), "{ran:#?}");
    // Asked now and then where there is no IDLE, and which message went is known all the same.
    let old = Arc::new(Server::new(Accounts::new().password("ann", SECRET)).only_rev1(&[]));
    old.deliver("ann", "INBOX", LETTER);
    let (_serving, url) = plain(&old);
    let watching =
        begin(&["imap", &url, "--plaintext", "watch", "INBOX", "--poll", "1", "--count", "1", "--json"]);
    until(|| old.commands().iter().any(|command| command.ends_with(" NOOP")));
    old.remove("ann", "INBOX", 1);
    let ran = watching.ended().ended(0);
    let event: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&event["event"], &event["uid"]), (&"gone".into(), &1.into()));
}

#[test]
fn an_interrupted_watch_ends_in_order() {
    let server = server();
    let (_serving, url) = plain(&server);
    let watching = begin(&["imap", &url, "--plaintext", "watch", "INBOX"]);
    until(|| server.commands().iter().any(|command| command.ends_with(" IDLE")));
    watching.interrupt();
    let ran = watching.ended().ended(0);
    assert!(ran.stderr.contains("watching INBOX (IDLE)"), "{ran:#?}");
    assert!(server.commands().iter().any(|command| command.ends_with(" LOGOUT")));
}

/// A server whose connections can be ended, and those that come kept waiting.
struct Cut {
    server: Arc<Server>,
    open: Sender<bool>,
    living: AtomicUsize,
}

impl Cut {
    fn new() -> (Arc<Self>, Serving, String) {
        let cut = Self { server: server(), open: Sender::new(true), living: AtomicUsize::new(0) };
        let cut = Arc::new(cut);
        let serving = serve(&cut, |cut, stream| async move {
            let mut open = cut.open.subscribe();
            let _ = open.wait_for(|open| *open).await;
            cut.living.fetch_add(1, Ordering::SeqCst);
            tokio::select! {
                _ = cut.server.serve(stream) => {}
                _ = open.wait_for(|open| !open) => {}
            }
            cut.living.fetch_sub(1, Ordering::SeqCst);
        });
        let url = format!("imap://ann@localhost:{}/", serving.port);
        (cut, serving, url)
    }

    /// Ends all connections.
    fn close(&self) {
        self.open.send_replace(false);
        until(|| self.living.load(Ordering::SeqCst) == 0);
    }

    fn idles(&self, times: usize) {
        let idle = |command: &&String| command.ends_with(" IDLE");
        until(|| self.server.commands().iter().filter(idle).count() >= times);
    }
}

fn events(ran: &Ran) -> Vec<Value> {
    ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_connection_that_is_lost_is_made_again_and_nothing_new_is_missed() {
    let (cut, _serving, url) = Cut::new();
    cut.server.deliver("ann", "INBOX", HOSTILE);
    let watching = begin(&["imap", &url, "--plaintext", "watch", "INBOX", "--count", "2", "--json"]);
    cut.idles(1);
    cut.close();
    cut.server.deliver("ann", "INBOX", LETTER);
    cut.open.send_replace(true);
    cut.idles(2);
    cut.server.set_flags("ann", "INBOX", 1, &["\\Flagged"]);
    let ran = watching.ended().ended(0);
    let told: Vec<_> =
        events(&ran).iter().map(|event| (event["event"].clone(), event["uid"].clone())).collect();
    assert_eq!(told, [("new".into(), 2.into()), ("flags".into(), 1.into())], "{ran:#?}");
    assert!(ran.stderr.contains("connecting again"), "{ran:#?}");
}

#[test]
fn other_uids_after_the_connection_was_lost_are_told() {
    let (cut, _serving, url) = Cut::new();
    cut.server.deliver("ann", "INBOX", LETTER);
    let watching = begin(&["imap", &url, "--plaintext", "watch", "INBOX", "--count", "2", "--json"]);
    cut.idles(1);
    cut.close();
    cut.server.revalidate("ann", "INBOX");
    cut.open.send_replace(true);
    cut.idles(2);
    let uid = cut.server.deliver("ann", "INBOX", LETTER);
    let ran = watching.ended().ended(0);
    let told = events(&ran);
    assert_eq!((&told[0]["event"], &told[1]["event"]), (&"uid-validity".into(), &"new".into()), "{ran:#?}");
    assert!(told[0]["before"] != told[0]["now"] && told[1]["uid"] == uid, "{ran:#?}");
}

#[test]
fn it_is_given_up_when_it_was_asked_to() {
    let (cut, serving, url) = Cut::new();
    let watching = begin(&["imap", &url, "--plaintext", "watch", "INBOX", "--attempts", "0"]);
    cut.idles(1);
    cut.close();
    let ran = watching.ended().ended(3);
    assert!(!ran.stderr.contains("connecting again"), "{ran:#?}");
    // One attempt is made, and comes to nothing.
    cut.open.send_replace(true);
    let watching = begin(&["imap", &url, "--plaintext", "watch", "INBOX", "--attempts", "1"]);
    cut.idles(2);
    drop(serving);
    let ran = watching.ended().ended(3);
    assert!(ran.stderr.contains("connecting again") && !ran.error().is_empty(), "{ran:#?}");
}
