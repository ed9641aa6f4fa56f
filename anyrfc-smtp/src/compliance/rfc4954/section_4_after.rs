//! RFC 4954, sections 4 and 9: what follows a login: a security layer, or another attempt.

use anyrfc_core::{Credentials, Security, SecurityLayer, compliance::Check, testing::pki::Pki};
use anyrfc_sasl::{
    Error as SaslError, Established, Exchange, Mechanism, MechanismName, Policy, Secret, Step,
};

use super::{
    super::{
        support::{MAIL, Talk, envelope},
        tls::{HOST, WAYS, Way},
    },
    support::{ANN, ann, logs_in, open},
};
use crate::{
    ErrorKind, SmtpClient,
    codec::command::Command,
    proto::{Event, Protection, State},
    rfc4954 as r,
    testing::{Accounts, Server},
    types::Extension,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4954/section-4/a-layer-forgets-the-extensions",
        covers: &[r::LAYER_FORGETS_THE_SERVER],
        run: a_layer_forgets_the_extensions,
    },
    Check {
        name: "rfc4954/section-4/ehlo-follows-the-layer",
        covers: &[r::EHLO_FOLLOWS_THE_LAYER],
        run: ehlo_follows_the_layer,
    },
    Check {
        name: "rfc4954/section-9/knowledge-is-discarded",
        covers: &[r::KNOWLEDGE_IS_DISCARDED],
        run: knowledge_is_discarded,
    },
    Check {
        name: "rfc4954/section-4/who-has-failed-may-go-on",
        covers: &[r::FAILED_CLIENT_MAY_GO_ON],
        run: who_has_failed_may_go_on,
    },
    Check {
        name: "rfc4954/section-4/who-has-failed-may-try-again",
        covers: &[r::FAILED_CLIENT_MAY_TRY_AGAIN],
        run: who_has_failed_may_try_again,
    },
    Check {
        name: "rfc4954/section-4/plain-over-tls",
        covers: &[r::PLAIN_OVER_TLS_IS_THERE],
        run: plain_over_tls,
    },
    Check {
        name: "rfc4954/section-4/cram-md5-where-it-is-named",
        covers: &[r::CRAM_MD5_MAY_BE_THERE],
        run: cram_md5_where_it_is_named,
    },
];

/// A mechanism that settles a security layer.
#[derive(Debug)]
struct Settling;

#[derive(Debug)]
struct Layer;

impl SecurityLayer for Layer {
    fn is_confidential(&self) -> bool {
        true
    }

    fn plain_max(&self) -> usize {
        1000
    }

    fn wrap_buffer(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<(), anyrfc_core::Error> {
        Ok(())
    }

    fn unwrap_buffer(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<Option<usize>, anyrfc_core::Error> {
        Ok(None)
    }
}

impl Mechanism for Settling {
    fn name(&self) -> MechanismName {
        MechanismName::GSSAPI
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        Some(Secret::new(Vec::new()))
    }

    fn step(&mut self, _: &[u8]) -> Result<Step, SaslError> {
        Ok(Step::Done)
    }

    fn finish(self: Box<Self>, _: Option<&[u8]>) -> Result<Established, SaslError> {
        Ok(Established::new(MechanismName::GSSAPI).with_layer(Box::new(Layer)))
    }
}

/// A connection whose login has settled a layer that is not in place yet.
pub(in crate::compliance) fn settled(offers: &str) -> Talk {
    let mut talk = Talk::unprotected(Protection::Plaintext).greet(&format!("AUTH GSSAPI|{offers}"));
    talk.connection.authenticate(Exchange::new(Settling)).expect("it may log in");
    talk.hears_all(&["AUTH GSSAPI ="]);
    talk.says("235 welcome");
    assert!(talk.events.iter().any(|event| matches!(event, Event::Layer)), "{:?}", talk.events);
    talk
}

fn a_layer_forgets_the_extensions() {
    let mut talk = settled("XEVIL|SIZE 1|DSN");
    talk.connection.layer_installed(true);
    assert!(talk.connection.capabilities().is_none());
    talk.hello("8BITMIME");
    let known = talk.connection.capabilities().expect("told anew");
    assert!(known.has(Extension::EightBitMime));
    assert!(!known.has(Extension::Auth) && !known.has(Extension::Size) && !known.has(Extension::Dsn));
    assert_eq!(known.keyword("XEVIL"), None);
    assert_eq!(talk.phase(), State::Authenticated);
    // Without a layer there is nothing to forget.
    let mut talk = Talk::ready("AUTH PLAIN|XFINE");
    talk.connection.authenticate(super::support::plain("pencil")).expect("it may log in");
    talk.hears();
    talk.says("235 welcome");
    talk.is_silent();
    assert!(talk.connection.capabilities().is_some_and(|known| known.keyword("XFINE").is_some()));
}

fn ehlo_follows_the_layer() {
    let mut talk = settled("PIPELINING");
    // Nothing goes without the layer, and nothing through it before EHLO was answered.
    let noop = talk.connection.submit(Command::Noop(None));
    talk.is_silent();
    talk.connection.layer_installed(true);
    talk.hears_all(&["EHLO client.example"]);
    talk.says("250 mail.example");
    if let Ok(noop) = noop {
        talk.hears_all(&["NOOP"]);
        talk.says("250 fine");
        assert!(talk.reply(noop).is_success());
    }
    assert!(talk.connection.is_secured());
    // Nor what comes before it: it is left for the layer.
    let mut talk = settled("PIPELINING");
    talk.feed("250-mail.example\r\n250 XEVIL\r\n");
    assert!(
        talk.error.is_none()
            && talk.connection.capabilities().is_none_or(|known| known.keyword("XEVIL").is_none())
    );
}

fn knowledge_is_discarded() {
    let mut talk = settled("PIPELINING|SIZE 1|AUTH=LOGIN");
    assert!(talk.connection.greeting().is_some());
    assert!(!talk.connection.deviations().is_empty());
    talk.connection.layer_installed(true);
    assert!(talk.connection.greeting().is_none(), "anybody could have said it");
    assert!(talk.connection.deviations().is_empty());
    talk.hello("");
    // And it is acted upon: the message is not too large, and goes step by step.
    talk.send(envelope(&["b@mail.example"]), MAIL);
    talk.hears_all(&["MAIL FROM:<a@client.example>"]);
}

fn server() -> Server {
    Server::new(Accounts::new().password("ann", "pencil")).plaintext_passwords()
}

fn clear() -> crate::Builder {
    SmtpClient::builder().security(Security::Plaintext).sasl(open())
}

fn who_has_failed_may_go_on() {
    let server = server();
    Way::Upgrade.secured(&server, &clear(), async |mut client| {
        let wrong = Credentials::password("ann", "pen".to_owned());
        let error = client.authenticate(&wrong).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert!(!client.is_authenticated());
        let report = client.send(envelope(&["b@mail.example"]), MAIL).await.expect("sent");
        assert!(report.is_complete(), "{report:?}");
        client.quit().await.expect("in order");
    });
    assert_eq!(server.deliveries()[0].user, None);
}

fn who_has_failed_may_try_again() {
    // Other credentials.
    let server = server();
    Way::Upgrade.secured(&server, &clear(), async |mut client| {
        let wrong = Credentials::password("ann", "pen".to_owned());
        client.authenticate(&wrong).await.expect_err("refused");
        client.authenticate(&ann()).await.expect("logged in");
        assert!(client.is_authenticated());
        client.quit().await.expect("in order");
    });
    // Another mechanism.
    let login =
        logs_in("AUTH SCRAM-SHA-256 CRAM-MD5", open().allow(MechanismName::CRAM_MD5), &ann(), |peer| {
            peer.expect_prefix("AUTH SCRAM-SHA-256 ", "\r\n")
                .send("504 5.5.4 no such mechanism\r\n")
                .expect("AUTH CRAM-MD5\r\n")
                .send("334 PDFAYj4=\r\n")
                .expect_prefix("", "\r\n")
                .send("235 welcome\r\n")
        });
    assert_eq!(login.expect("logged in").mechanism, MechanismName::CRAM_MD5);
}

fn plain_over_tls() {
    for way in WAYS {
        let (tls, trust) = Pki::new().pair(&[HOST]);
        let server =
            Server::new(Accounts::new().password("ann", "pencil")).mechanisms(&[MechanismName::PLAIN]);
        let server = way.server(server, tls);
        way.secured(&server, &way.builder(trust), async |mut client| {
            let login = client.authenticate(&ann()).await.expect("logged in");
            assert_eq!(login.mechanism, MechanismName::PLAIN);
            client.quit().await.expect("in order");
        });
        assert!(server.commands().contains(&format!("AUTH PLAIN {ANN}")), "{:?}", server.commands());
    }
}

fn cram_md5_where_it_is_named() {
    // The example of RFC 2195, section 2.
    let challenge = "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+";
    let response = "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n";
    let tim = Credentials::password("tim", "tanstaaftanstaaf".to_owned());
    let named = Policy::default().allow(MechanismName::CRAM_MD5);
    let login = logs_in("AUTH CRAM-MD5", named, &tim, |peer| {
        peer.expect("AUTH CRAM-MD5\r\n")
            .send(format!("334 {challenge}\r\n"))
            .expect(response)
            .send("235 2.7.0 welcome\r\n")
    });
    assert_eq!(login.expect("logged in").mechanism, MechanismName::CRAM_MD5);
    // It is no more than an old server's: nothing is said to one that has nothing else.
    let error = logs_in("AUTH CRAM-MD5", Policy::default(), &tim, |peer| peer).expect_err("not named");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
