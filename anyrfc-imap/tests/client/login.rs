//! Logging in.

use std::sync::Mutex;

use anyrfc_core::transport::Connection;
use anyrfc_imap::{
    BoxFuture, CredentialError, CredentialReason, CredentialRequest, CredentialSource, Credentials, Error,
    ErrorKind, Identify, ImapClient, Security,
};
use anyrfc_sasl::{MechanismName, Policy};

use super::script::{GREETING, Script, credentials, login, login_with, open_builder};

/// Gives one password after the other, and remembers why it was asked.
struct Passwords {
    left: Mutex<Vec<&'static str>>,
    asked: Mutex<Vec<CredentialReason>>,
}

impl Passwords {
    fn new(passwords: &[&'static str]) -> Self {
        let mut left = passwords.to_vec();
        left.reverse();
        Self { left: Mutex::new(left), asked: Mutex::default() }
    }

    fn asked(&self) -> Vec<CredentialReason> {
        self.asked.lock().unwrap().clone()
    }
}

impl CredentialSource for Passwords {
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        assert_eq!((request.protocol, request.host, request.port), ("imap", "mail.example", 143));
        self.asked.lock().unwrap().push(request.reason);
        let next = self.left.lock().unwrap().pop();
        Box::pin(async move {
            next.map(|password| Credentials::password("user", password.to_owned()))
                .ok_or_else(|| CredentialError::new("there are no more"))
        })
    }
}

async fn connect(stream: anyrfc_core::testing::MemoryStream) -> ImapClient {
    open_builder().connect_over("imap://mail.example", stream).await.unwrap()
}

#[test]
fn rejected_credentials_are_asked_for_once_more() {
    let script = Script::new()
        .send(GREETING)
        .on("AUTHENTICATE PLAIN AHVzZXIAb2xk", "{tag} NO [AUTHENTICATIONFAILED] expired\r\n")
        .on("AUTHENTICATE PLAIN AHVzZXIAbmV3", "{tag} OK [CAPABILITY IMAP4rev1] welcome\r\n");
    script.play(async |stream| {
        let mut client = connect(stream).await;
        let source = Passwords::new(&["old", "new"]);
        let login = client.authenticate(&source).await.unwrap();
        assert_eq!(login.mechanism, MechanismName::PLAIN);
        assert_eq!(source.asked(), [CredentialReason::Needed, CredentialReason::Rejected]);
        assert!(client.is_authenticated());
    });
}

#[test]
fn a_server_that_hangs_up_on_the_refused_is_reached_again() {
    let first = Script::new()
        .send(GREETING)
        .on("AUTHENTICATE PLAIN AHVzZXIAb2xk", "{tag} NO wrong\r\n* BYE try again\r\n")
        .then(|peer| peer.close());
    let second = Script::new()
        .send(GREETING)
        .on("AUTHENTICATE PLAIN AHVzZXIAbmV3", "{tag} OK [CAPABILITY IMAP4rev1] welcome\r\n");
    anyrfc_core::testing::run_virtual(async {
        let ((first, near), (second, other)) = (first.into_parts(), second.into_parts());
        let streams = Mutex::new(vec![other, near]);
        let connect = move || {
            let stream = streams.lock().unwrap().pop();
            async { stream.map(Connection::from_stream).ok_or_else(|| anyrfc_core::Error::usage("no more")) }
        };
        let client = async {
            let builder = open_builder().connector(std::sync::Arc::new(connect));
            let mut client = builder.connect("imap://mail.example").await.unwrap();
            let source = Passwords::new(&["old", "new"]);
            client.authenticate(&source).await.unwrap();
            assert!(client.is_authenticated());
            assert_eq!(source.asked(), [CredentialReason::Needed, CredentialReason::Rejected]);
        };
        let (first, second, ()) = tokio::join!(first.run(), second.run(), client);
        first.unwrap();
        second.unwrap();
    });
}

#[test]
fn twice_rejected_is_rejected() {
    let no = "{tag} NO wrong\r\n";
    let script = Script::new()
        .send(GREETING)
        .on("AUTHENTICATE PLAIN AHVzZXIAb2xk", no)
        .on("AUTHENTICATE PLAIN AHVzZXIAbmV3", no)
        .then(|peer| peer.expect_end());
    script.play(async |stream| {
        let mut client = connect(stream).await;
        let source = Passwords::new(&["old", "new", "newer"]);
        let error = client.authenticate(&source).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
        assert_eq!(error.refusal().map(|refusal| refusal.status.text.as_str()), Some("wrong"));
        assert_eq!(source.asked().len(), 2);
        assert!(!client.is_authenticated());
    });
}

#[test]
fn where_there_are_no_others_the_refusal_is_told() {
    let script =
        Script::new().send(GREETING).on("AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls", "{tag} NO no such user\r\n");
    script.play(async |stream| {
        let mut client = connect(stream).await;
        let error = client.authenticate(&credentials()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert!(error.to_string().contains("no such user"), "{error}");
        assert!(!error.to_string().contains("pencil"));
    });
}

#[test]
fn what_is_not_about_the_credentials_asks_for_no_others() {
    for (answer, kind) in [
        ("{tag} NO [UNAVAILABLE] later\r\n", ErrorKind::Refused),
        ("{tag} NO [CONTACTADMIN] locked\r\n", ErrorKind::Refused),
        ("{tag} BAD Request is throttled. Suggested Backoff Time: 1500 milliseconds\r\n", ErrorKind::Refused),
    ] {
        let script = Script::new().send(GREETING).on("AUTHENTICATE PLAIN AHVzZXIAb2xk", answer);
        script.play(async |stream| {
            let mut client = connect(stream).await;
            let source = Passwords::new(&["old", "new"]);
            let error = client.authenticate(&source).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{answer}: {error}");
            assert_eq!(source.asked(), [CredentialReason::Needed], "{answer}");
            if answer.contains("throttled") {
                let delay = error.throttle().and_then(|throttle| throttle.delay);
                assert_eq!(delay, Some(std::time::Duration::from_millis(1500)));
            }
        });
    }
}

#[test]
fn nothing_is_given_away_in_plaintext_unless_allowed() {
    let script = Script::new().send(GREETING).then(|peer| peer.expect_end());
    script.play(async |stream| {
        let builder = ImapClient::builder().security(Security::Plaintext);
        let mut client = builder.connect_over("imap://mail.example", stream).await.unwrap();
        let error = client.authenticate(&credentials()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        let reasons: Vec<String> = refusals(&error).iter().map(ToString::to_string).collect();
        assert!(reasons.iter().all(|reason| reason.contains("not confidential")), "{reasons:?}");
        drop(client);
    });
}

fn refusals(error: &Error) -> Vec<anyrfc_sasl::Refusal> {
    let source =
        std::error::Error::source(error).and_then(|source| source.downcast_ref::<anyrfc_sasl::Error>());
    source.map(|error| error.refusals().to_vec()).unwrap_or_default()
}

#[test]
fn the_command_login_comes_last_and_only_where_it_may() {
    // No mechanism is offered: the command it is.
    let script = Script::new()
        .send("* OK [CAPABILITY IMAP4rev1] hello\r\n")
        .on("LOGIN \"user\" \"pencil\"", "{tag} OK [CAPABILITY IMAP4rev1 IDLE] welcome\r\n");
    script.play(async |stream| {
        let mut client = connect(stream).await;
        let login = client.authenticate(&credentials()).await.unwrap();
        assert_eq!(login.mechanism, MechanismName::LOGIN);
    });
    // It is disabled.
    let script = Script::new()
        .send("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hello\r\n")
        .then(|peer| peer.expect_end());
    script.play(async |stream| {
        let mut client = connect(stream).await;
        let error = client.authenticate(&credentials()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        // It was not even thought of.
        assert!(std::error::Error::source(&error).is_some_and(|source| source.is::<anyrfc_sasl::Error>()));
        drop(client);
    });
    // The policy names others.
    let script = Script::new().send("* OK [CAPABILITY IMAP4rev1] hello\r\n").then(|peer| peer.expect_end());
    script.play(async |stream| {
        let policy = Policy::default()
            .danger_reveal_in_plaintext(MechanismName::LOGIN)
            .only([MechanismName::SCRAM_SHA_256, MechanismName::PLAIN]);
        let builder = open_builder().sasl(policy);
        let mut client = builder.connect_over("imap://mail.example", stream).await.unwrap();
        let error = client.authenticate(&credentials()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        drop(client);
    });
    // Another mechanism was refused: whoever waits for the password to be shown waits in vain.
    let script = Script::new()
        .send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello\r\n")
        .on("AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls", "{tag} BAD what\r\n")
        .then(|peer| peer.expect_end());
    script.play(async |stream| {
        let mut client = connect(stream).await;
        let error = client.authenticate(&credentials()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        drop(client);
    });
}

#[test]
fn a_login_by_command_that_was_dropped_is_gone_on_with() {
    let script = Script::new()
        .send("* OK [CAPABILITY IMAP4rev1] hello\r\n")
        .on("LOGIN \"user\" \"pencil\"", "")
        .pause(std::time::Duration::from_secs(2))
        .answer("{tag} OK [CAPABILITY IMAP4rev1 IMAP4rev2 ENABLE] welcome\r\n")
        .on("ENABLE IMAP4rev2", "* ENABLED IMAP4rev2\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = open_builder().connect_over("imap://mail.example", stream).await.unwrap();
        let credentials = credentials();
        let login = client.authenticate(&credentials);
        tokio::time::timeout(std::time::Duration::from_secs(1), login).await.unwrap_err();
        let login = client.authenticate(&credentials).await.unwrap();
        assert_eq!(login.mechanism, MechanismName::LOGIN);
        assert!(client.is_rev2());
        client.logout().await.unwrap();
    });
}

#[test]
fn the_command_login_cannot_be_submitted_past_the_policy() {
    let script = Script::new().send("* OK [CAPABILITY IMAP4rev1] hello\r\n").then(|peer| peer.expect_end());
    script.play(async |stream| {
        let builder = ImapClient::builder().security(Security::Plaintext);
        let mut client = builder.connect_over("imap://mail.example", stream).await.unwrap();
        let command = anyrfc_imap::command::Login::new("user", "pencil".to_owned().into());
        let error = client.submit(command).unwrap_err();
        assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Usage, true), "{error}");
        drop(client);
    });
}

#[test]
fn a_second_login_is_a_misuse() {
    let script = Script::logged_in("IDLE").logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let error = client.authenticate(&credentials()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        client.logout().await.unwrap();
    });
}

#[test]
fn capabilities_are_asked_for_where_they_are_not_told() {
    let script = Script::new()
        .send("* OK hello\r\n")
        .on("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n{tag} OK done\r\n")
        .on("AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls", "{tag} OK welcome\r\n")
        .on("CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK done\r\n");
    script.play(async |stream| {
        let client = login(stream).await.unwrap();
        assert!(client.has(&anyrfc_imap::Capability::Idle));
    });
}

#[test]
fn rev2_is_switched_on_where_it_is_to_be_had() {
    let welcome = "{tag} OK [CAPABILITY IMAP4rev2 IMAP4rev1 ENABLE] welcome\r\n";
    let script = || Script::new().send(GREETING).on("AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls", welcome);
    let enabling = script().on("ENABLE IMAP4rev2", "* ENABLED IMAP4rev2\r\n{tag} OK done\r\n");
    enabling.play(async |stream| assert!(login(stream).await.unwrap().is_rev2()));
    // The user wants the other.
    script().then(|peer| peer.expect_end()).play(async |stream| {
        let client = login_with(&open_builder().without_rev2(), stream).await.unwrap();
        assert!(!client.is_rev2());
        drop(client);
    });
    // The server does not do what it offers: the session goes on without.
    let refusing = script().on("ENABLE IMAP4rev2", "{tag} BAD what\r\n");
    refusing.play(async |stream| assert!(!login(stream).await.unwrap().is_rev2()));
}

#[test]
fn a_server_that_lets_everybody_in_and_has_no_mailbox_is_a_failed_login() {
    let welcome = "{tag} OK [CAPABILITY IMAP4rev2 IMAP4rev1 ENABLE] welcome\r\n";
    let script = Script::new()
        .send(GREETING)
        .on("AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls", welcome)
        .on("ENABLE IMAP4rev2", "{tag} BAD User is authenticated but not connected.\r\n");
    script.play(async |stream| {
        let error = login(stream).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    });
}

#[test]
fn servers_that_insist_are_told_what_the_client_is() {
    let version = env!("CARGO_PKG_VERSION");
    let id = format!("ID (\"name\" \"anyrfc-imap\" \"version\" \"{version}\")");
    let welcome = "{tag} OK [CAPABILITY IMAP4rev1 ID] welcome\r\n";
    // Known by its greeting.
    let script = Script::new()
        .send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] Coremail System IMap Server Ready\r\n")
        .on("AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls", welcome)
        .on(&id, "* ID NIL\r\n{tag} OK done\r\n");
    script.play(async |stream| drop(login(stream).await.unwrap()));
    // Known by what it says.
    let insisting = || {
        Script::new()
            .send(GREETING)
            .on("AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls", welcome)
            .on("SELECT INBOX", "{tag} NO SELECT Unsafe Login. Please contact kefu@mail.example for help\r\n")
    };
    let script = insisting()
        .on(&id, "* ID NIL\r\n{tag} OK done\r\n")
        .on("SELECT INBOX", "* 0 EXISTS\r\n{tag} OK [READ-WRITE] done\r\n");
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        assert_eq!(client.select("INBOX").await.unwrap().exists(), 0);
    });
    // Told not to.
    insisting().then(|peer| peer.expect_end()).play(async |stream| {
        let mut client = login_with(&open_builder().identify(Identify::Never), stream).await.unwrap();
        assert_eq!(client.select("INBOX").await.unwrap_err().kind(), ErrorKind::Refused);
        drop(client);
    });
}
