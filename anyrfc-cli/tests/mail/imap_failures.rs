//! What `anyrfc imap` says when it cannot do what it was asked for.

use std::sync::Arc;

use anyrfc_imap::testing::{Accounts, Server};
use anyrfc_sasl::MechanismName;

use crate::{
    imap::{plain, server},
    support::{SECRET, anyrfc, anyrfc_as, saying},
};

#[test]
fn who_it_is() {
    let server = server();
    let (_serving, url) = plain(&server);
    let wrong = anyrfc_as(&["imap", &url, "--plaintext", "list"], Some("wrong")).ended(6);
    assert_eq!(wrong.stdout, "");
    assert!(wrong.stderr.starts_with("error: "), "{wrong:?}");
    for unset in [None, Some("")] {
        let none = anyrfc_as(&["imap", &url, "--plaintext", "list"], unset).ended(2);
        assert!(none.stderr.contains("ANYRFC_SECRET is not set or empty"), "{none:?}");
    }
    let nobody = url.replace("ann@", "");
    assert!(anyrfc(&["imap", &nobody, "--plaintext", "list"]).ended(2).error().contains("--user"));
    anyrfc(&["imap", &nobody, "--plaintext", "list", "--user", "ann"]).ended(0);
    let password = url.replace("ann@", &format!("ann:{SECRET}@"));
    assert!(
        anyrfc(&["imap", &password, "--plaintext", "list"]).ended(2).error().contains("holds a password")
    );
}

#[test]
fn a_silent_server_is_not_waited_for_longer_than_was_said() {
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("imap://{}/", silent.local_addr().unwrap());
    let begun = std::time::Instant::now();
    anyrfc(&["imap", &url, "--plaintext", "--connect-timeout", "1", "capabilities"]).ended(4);
    assert!(begun.elapsed().as_secs() < 20);
    assert!(anyrfc(&["imap", "ws://mail.example/", "list"]).ended(2).error().contains("imaps:"));
}

#[test]
fn a_secret_is_shown_to_nobody_on_the_way_unless_that_is_said() {
    let server = Server::new(Accounts::new().password("ann", SECRET).token("ann", SECRET))
        .mechanisms(&[MechanismName::PLAIN, MechanismName::OAUTHBEARER]);
    let server = Arc::new(server);
    let (_serving, url) = plain(&server);
    anyrfc(&["imap", &url, "--plaintext", "list"]).ended(8);
    assert!(!server.commands().iter().any(|command| command.contains("AUTHENTICATE")));
    anyrfc(&["imap", &url, "--danger-reveal-secret", "list"]).ended(2);
    anyrfc(&["imap", &url, "--plaintext", "--danger-reveal-secret", "--mechanism", "plain", "list"]).ended(0);
    anyrfc(&["imap", &url, "list", "--plaintext", "--danger-reveal-secret", "--token"]).ended(0);
    assert!(server.commands().iter().any(|command| command.contains("AUTHENTICATE OAUTHBEARER")));
}

#[test]
fn plaintext_is_not_fallen_back_to() {
    let server = server();
    let (_serving, url) = plain(&server);
    let refused = anyrfc(&["imap", &url, "list"]).ended(8);
    assert!(refused.error().contains("STARTTLS"), "{refused:?}");
    let implicit = url.replace("imap:", "imaps:");
    anyrfc(&["imap", &implicit, "list", "--plaintext"]).ended(2);
    anyrfc(&["imap", &implicit, "list"]).ended(5);
}

#[test]
fn what_the_server_does() {
    let nonsense = saying(b"220 mail.example ESMTP\r\n");
    let url = format!("imap://ann@127.0.0.1:{}/", nonsense.port);
    let broken = anyrfc(&["imap", &url, "--plaintext", "list"]).ended(7);
    assert!(broken.error().contains("rfc9051#"), "{broken:?}");
    let port = nonsense.port;
    drop(nonsense);
    let url = format!("imap://ann@127.0.0.1:{port}/");
    anyrfc(&["imap", &url, "--plaintext", "list"]).ended(3);
    let bye = saying(b"* BYE \x1b[31mnot now\r\n");
    let url = format!("imap://ann@127.0.0.1:{}/", bye.port);
    let left = anyrfc_as(&["imap", &url, "--plaintext", "list"], Some("x"));
    assert!(left.code == 3 && left.stderr.contains("not now") && !left.stderr.contains('\x1b'), "{left:?}");
}

#[test]
fn no_such_mailbox() {
    let server = server();
    let (_serving, url) = plain(&server);
    for command in [["search", "Nowhere"], ["watch", "Nowhere"], ["status", "Nowhere"]] {
        let mut args = vec!["imap", url.as_str(), "--plaintext"];
        args.extend(command);
        let ran = anyrfc(&args).ended(1);
        assert!(ran.stdout.is_empty() && !ran.error().is_empty(), "{ran:?}");
    }
    // It leaves in order even then.
    assert!(server.commands().iter().any(|command| command.ends_with(" LOGOUT")));
}
