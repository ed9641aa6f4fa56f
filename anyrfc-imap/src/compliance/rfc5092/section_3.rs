//! RFC 5092, sections 3 and 10: whom to be at the server of a URL.

use anyrfc_core::compliance::Check;
use anyrfc_core::{
    BoxFuture, CredentialRequest, CredentialSource, Credentials, ErrorKind, ProtocolState, Security,
    credentials::CredentialError,
};
use anyrfc_sasl::MechanismName;

use super::super::{
    rev1::misused,
    rev1_client::{INBOX, PENCIL, connected, open, pencil},
};
use crate::{
    Error, ImapClient,
    client::Login,
    rfc5092 as r,
    types::{ImapUrl, UrlServer},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5092-section-3.2/nobody-means-anonymous",
        covers: &[r::NO_USER_MEANS_ANONYMOUS, r::ANONYMOUS_USES_SASL, r::LOGINDISABLED_FORBIDS_LOGIN],
        run: nobody_means_anonymous,
    },
    Check {
        name: "rfc5092-section-3.2/the-named-mechanism-is-used",
        covers: &[r::NAMED_MECHANISM_IS_USED, r::MISSING_USER_IS_OBTAINED],
        run: the_named_mechanism_is_used,
    },
    Check {
        name: "rfc5092-section-3.2/any-mechanism-is-chosen",
        covers: &[
            r::ANY_MECHANISM_IS_CHOSEN,
            r::ANY_MECHANISM_IS_NOT_PLAINTEXT,
            r::NO_MECHANISM_MEANS_ANONYMOUS,
        ],
        run: any_mechanism_is_chosen,
    },
    Check {
        name: "rfc5092-section-3.2/any-mechanism-may-be-preauth",
        covers: &[r::ANY_MECHANISM_MAY_BE_PREAUTH],
        run: any_mechanism_may_be_preauth,
    },
    Check {
        name: "rfc5092-section-3.2/user-and-mechanism-are-encoded",
        covers: &[
            r::USER_AND_MECHANISM_ARE_ENCODED,
            r::USER_IS_ENCODED_UTF8,
            r::ANY_MECHANISM_IS_NOT_ENCODED,
        ],
        run: user_and_mechanism_are_encoded,
    },
    Check {
        name: "rfc5092-section-3.2/a-connection-is-kept-for-its-user",
        covers: &[r::CONNECTIONS_MAY_BE_KEPT, r::KEPT_CONNECTION_HAS_THE_SAME_USER],
        run: a_connection_is_kept_for_its_user,
    },
    Check {
        name: "rfc5092-section-3.2/credentials-go-to-the-server-they-are-for",
        covers: &[r::CREDENTIALS_NEED_A_TRUSTED_SERVER, r::STORED_PASSWORD_NEEDS_PERMISSION],
        run: credentials_go_to_the_server_they_are_for,
    },
    Check {
        name: "rfc5092-section-10/the-session-is-protected-first",
        covers: &[r::URL_IS_RESOLVED_CONFIDENTIALLY],
        run: the_session_is_protected_first,
    },
];

fn url(text: &str) -> ImapUrl {
    ImapUrl::parse(text).expect("a URL")
}

fn server(text: &str) -> UrlServer {
    url(text).server.expect("an absolute URL")
}

/// What comes of a URL's login at a server of these capabilities.
fn login(capabilities: &str, of: &str, dialogue: &str) -> Result<Login, Error> {
    let dialogue = format!("S: * OK [CAPABILITY IMAP4rev1 {capabilities}] ready\n{dialogue}<end>");
    connected(&open(), &dialogue.replace(" ]", "]"), async |client| {
        client.expect("connected").authenticate_for(&server(of), &pencil(), "me@mail.example").await
    })
}

const IN: &str = "S: a OK [CAPABILITY IMAP4rev1] in\n";

fn nobody_means_anonymous() {
    let nobody = "imap://mail.example/INBOX";
    let by_sasl = format!("C: a AUTHENTICATE ANONYMOUS bWVAbWFpbC5leGFtcGxl\n{IN}");
    for capabilities in ["SASL-IR AUTH=ANONYMOUS", "SASL-IR AUTH=PLAIN AUTH=anonymous LOGINDISABLED"] {
        let found = login(capabilities, nobody, &by_sasl).expect("logged in");
        assert_eq!(found.mechanism, MechanismName::ANONYMOUS);
    }
    let by_login = format!("C: a LOGIN \"anonymous\" \"me@mail.example\"\n{IN}");
    for capabilities in ["", "SASL-IR AUTH=PLAIN"] {
        assert_eq!(
            login(capabilities, nobody, &by_login).expect("logged in").mechanism,
            MechanismName::LOGIN
        );
    }
    // There is no way then, and nothing is said.
    let error = login("LOGINDISABLED AUTH=PLAIN", nobody, "").expect_err("no way");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

fn the_named_mechanism_is_used() {
    let by_plain = format!("C: a AUTHENTICATE PLAIN {PENCIL}\n{IN}");
    for of in ["imap://user;AUTH=PLAIN@mail.example", "imap://;AUTH=plain@mail.example"] {
        // The user, where the URL has none, is who the credentials are of.
        let found = login("SASL-IR AUTH=SCRAM-SHA-256 AUTH=PLAIN", of, &by_plain).expect("logged in");
        assert_eq!(found.mechanism, MechanismName::PLAIN);
        // Not on offer: the command LOGIN does not stand in for it.
        let error = login("AUTH=SCRAM-SHA-256", of, "").expect_err("no such mechanism");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    // What the policy does not allow, no URL allows.
    let error = login("AUTH=CRAM-MD5", "imap://user;AUTH=CRAM-MD5@mail.example", "").expect_err("too weak");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let anonymous = format!("C: a AUTHENTICATE ANONYMOUS bWVAbWFpbC5leGFtcGxl\n{IN}");
    let of = "imap://;AUTH=ANONYMOUS@mail.example";
    login("SASL-IR AUTH=ANONYMOUS AUTH=PLAIN", of, &anonymous).expect("logged in");
    // Another user's credentials are not used.
    let error =
        login("SASL-IR AUTH=PLAIN", "imap://joe;AUTH=PLAIN@mail.example", "").expect_err("of another");
    assert_eq!(error.kind(), ErrorKind::Auth);
}

fn any_mechanism_is_chosen() {
    let offer = "SASL-IR AUTH=PLAIN AUTH=CRAM-MD5 AUTH=SCRAM-SHA-256";
    for of in ["imap://user;AUTH=*@mail.example", "imap://user@mail.example", "imap://;AUTH=*@mail.example"] {
        let strongest = "C: a AUTHENTICATE SCRAM-SHA-256 ...\nS: a NO [AUTHENTICATIONFAILED] wrong\n";
        assert_eq!(login(offer, of, strongest).expect_err("refused").kind(), ErrorKind::Auth, "{of}");
        let one = format!("C: a AUTHENTICATE PLAIN {PENCIL}\n{IN}");
        assert_eq!(login("SASL-IR AUTH=PLAIN", of, &one).expect("logged in").mechanism, MechanismName::PLAIN);
    }
    // Nothing that fits: nobody in particular, where the URL leaves that open.
    let anonymous = format!("C: a AUTHENTICATE ANONYMOUS bWVAbWFpbC5leGFtcGxl\n{IN}");
    let capabilities = "SASL-IR AUTH=X-OWN AUTH=ANONYMOUS LOGINDISABLED";
    login(capabilities, "imap://;AUTH=*@mail.example", &anonymous).expect("logged in");
    let error = login(capabilities, "imap://user;AUTH=*@mail.example", "").expect_err("no such mechanism");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    // A password is no way where others can read it, unless it is asked for.
    let careful = ImapClient::builder().security(Security::Plaintext);
    for of in ["imap://user;AUTH=*@mail.example", "imap://user;AUTH=PLAIN@mail.example"] {
        let dialogue = "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] ready\n<end>";
        let error = connected(&careful, dialogue, async |client| {
            client.expect("connected").authenticate_for(&server(of), &pencil(), "").await
        });
        assert_eq!(error.expect_err("anybody could read it").kind(), ErrorKind::Unsupported);
    }
}

fn any_mechanism_may_be_preauth() {
    let dialogue = format!(
        "S: * PREAUTH [CAPABILITY IMAP4rev1] welcome\n{}<end>",
        INBOX.replace("SELECT", "EXAMINE").replace("READ-WRITE", "READ-ONLY")
    );
    connected(&open(), &dialogue, async |client| {
        let mut client = client.expect("connected");
        let inbox = client.open_url(&url("imap://;AUTH=*@mail.example/INBOX")).await.expect("opened");
        assert_eq!(inbox.exists(), 3);
        // Who it is that was let in, nobody has said.
        let error = client.open_url(&url("imap://joe@mail.example/INBOX")).await.expect_err("whose is it");
        misused(&error, r::KEPT_CONNECTION_HAS_THE_SAME_USER);
    });
}

fn user_and_mechanism_are_encoded() {
    for (user, written) in [
        ("joe", "joe"),
        ("a b;c", "a%20b%3Bc"),
        ("joe@example.com", "joe%40example.com"),
        ("a/b?c#d:e%f", "a%2Fb%3Fc%23d%3Ae%25f"),
        ("J\u{f6}rg\u{65e5}", "J%C3%B6rg%E6%97%A5"),
        ("[]\"<>\\^`{|}", "%5B%5D%22%3C%3E%5C%5E%60%7B%7C%7D"),
    ] {
        let of = UrlServer::new("h.example").expect("a host").user(user).expect("a name");
        assert_eq!(of.to_string(), format!("{written}@h.example"));
        assert_eq!(server(&format!("imap://{written}@h.example/")).named_user(), Some(user));
    }
    let auth = |text: &str| ImapUrl::parse(&format!("imap://;AUTH={text}@h.example/"));
    assert_eq!(auth("*").expect("any").to_string(), "imap://;AUTH=*@h.example/");
    assert!(auth("%2A").is_err(), "an encoded asterisk is no asterisk");
    assert_eq!(auth("SCRAM%2DSHA-1").expect("one").to_string(), "imap://;AUTH=SCRAM-SHA-1@h.example/");
    for bad in ["a b", "a;b", "a:b", "%C0%AF", "%FF", "%0D%0A", "%zz"] {
        assert!(ImapUrl::parse(&format!("imap://{bad}@h.example/")).is_err(), "{bad}");
        assert!(auth(bad).is_err(), "{bad}");
    }
}

fn a_connection_is_kept_for_its_user() {
    let examine = INBOX.replace("SELECT", "EXAMINE").replace("READ-WRITE", "READ-ONLY");
    let dialogue = format!(
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=ANONYMOUS] ready\n\
         C: a AUTHENTICATE PLAIN {PENCIL}\n{IN}{examine}C: b NOOP\nS: b OK done\n<end>"
    );
    connected(&open(), &dialogue, async |client| {
        let mut client = client.expect("connected");
        client.authenticate_for(&server("imap://user@mail.example"), &pencil(), "").await.expect("logged in");
        for mine in [
            "imap://user@mail.example/INBOX",
            "imap://user;AUTH=*@mail.example/inbox;UIDVALIDITY=7",
            "/INBOX",
            "imap://;AUTH=*@mail.example/INBOX",
        ] {
            client.open_url(&url(mine)).await.expect(mine);
        }
        for others in [
            "imap://joe@mail.example/INBOX",
            "imap://mail.example/INBOX",
            "imap://joe;AUTH=PLAIN@mail.example/INBOX",
        ] {
            let error = client.open_url(&url(others)).await.expect_err(others);
            misused(&error, r::KEPT_CONNECTION_HAS_THE_SAME_USER);
            assert!(error.is_unsent() || error.requirement().is_some());
        }
        client.noop().await.expect("nothing was said");
    });
    let dialogue = format!(
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=ANONYMOUS] ready\nC: a AUTHENTICATE ANONYMOUS bWVAbWFpbC5leGFtcGxl\n{IN}{examine}<end>"
    );
    connected(&open(), &dialogue, async |client| {
        let mut client = client.expect("connected");
        let nobody = server("imap://mail.example");
        client.authenticate_for(&nobody, &pencil(), "me@mail.example").await.expect("logged in");
        client.open_url(&url("imap://mail.example/INBOX")).await.expect("nobody's");
        let error = client.open_url(&url("imap://user@mail.example/INBOX")).await.expect_err("a user's");
        misused(&error, r::KEPT_CONNECTION_HAS_THE_SAME_USER);
    });
}

/// Passwords for one host alone, whoever asks.
struct Stored(&'static str);

impl CredentialSource for Stored {
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        let known = request.host == self.0;
        Box::pin(
            async move { if known { Ok(pencil()) } else { Err(CredentialError::new("not for this host")) } },
        )
    }
}

fn credentials_go_to_the_server_they_are_for() {
    let ready = "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\n";
    connected(&open(), &format!("{ready}<end>"), async |client| {
        let mut client = client.expect("connected");
        for other in [
            "imap://user@evil.example",
            "imap://user@mail.example:993",
            "imap://user@mail.example.evil.example",
            "imap://evil.example",
        ] {
            let error = client.authenticate_for(&server(other), &pencil(), "").await.expect_err(other);
            misused(&error, r::CREDENTIALS_NEED_A_TRUSTED_SERVER);
        }
        // The application has the last word, host by host.
        let of = server("imap://user@mail.example");
        let error =
            client.authenticate_for(&of, &Stored("other.example"), "").await.expect_err("not allowed");
        assert_eq!((error.kind(), client.state()), (ErrorKind::Auth, ProtocolState::Connected));
    });
    let dialogue = format!("{ready}C: a AUTHENTICATE PLAIN {PENCIL}\n{IN}<end>");
    connected(&open(), &dialogue, async |client| {
        let of = server("imap://user@mail.example:143");
        client
            .expect("connected")
            .authenticate_for(&of, &Stored("mail.example"), "")
            .await
            .expect("logged in");
    });
}

fn the_session_is_protected_first() {
    use anyrfc_core::testing::{pair, play, run_virtual};
    use std::sync::{Arc, Mutex};

    use crate::testing::Dialogue;

    // By itself a URL leads to STARTTLS, and to nothing without it.
    for (capabilities, said) in
        [("STARTTLS AUTH=PLAIN", "C: a STARTTLS\nS: a NO not now\n"), ("AUTH=PLAIN AUTH=ANONYMOUS", "")]
    {
        let (near, far) = pair(1 << 16);
        let near = Arc::new(Mutex::new(Some(near)));
        let connect = move || {
            let near = near.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
            async move {
                near.map(crate::transport::Connection::from_stream)
                    .ok_or_else(|| anyrfc_core::Error::usage("once only"))
            }
        };
        let dialogue = format!("S: * OK [CAPABILITY IMAP4rev1 {capabilities}] ready\n{said}<end>");
        let builder = ImapClient::builder().connector(Arc::new(connect));
        let of = server("imap://user@mail.example/INBOX");
        let result = run_virtual(play(Dialogue::parse(&dialogue).peer(far), async {
            builder.connect_to(&of).await.map(drop)
        }));
        let error = result.expect_err("there is no protection");
        assert!(matches!(error.kind(), ErrorKind::Refused | ErrorKind::Unsupported), "{error}");
    }
}
