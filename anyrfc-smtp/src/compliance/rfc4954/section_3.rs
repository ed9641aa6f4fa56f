//! RFC 4954, sections 3 and 8: which mechanisms there are, and how that is written.

use anyrfc_core::{Security, compliance::Check, testing::pki::Pki};
use anyrfc_sasl::MechanismName;

use super::{
    super::{
        support::Talk,
        tls::{HOST, WAYS, Way},
    },
    support::{ann, echo, logs_in, open, plain},
};
use crate::{
    ErrorKind, SmtpClient, rfc4954 as r,
    testing::{Accounts, Server, When},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4954/section-3/only-what-is-listed-is-used",
        covers: &[r::AUTH_NEEDS_THE_KEYWORD],
        run: only_what_is_listed_is_used,
    },
    Check {
        name: "rfc4954/section-3/mechanisms-may-change",
        covers: &[r::MECHANISMS_MAY_CHANGE],
        run: mechanisms_may_change,
    },
    Check {
        name: "rfc4954/section-8/keywords-come-in-any-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: keywords_come_in_any_case,
    },
];

fn only_what_is_listed_is_used() {
    for offers in ["", "PIPELINING", "AUTH", "AUTH SCRAM-SHA-256 X-ECHOES", "X-ECHO", "XAUTH X-ECHO"] {
        let mut talk = Talk::ready(offers);
        let error = talk.connection.authenticate(echo(None)).expect_err("it is not listed");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{offers:?}");
        assert_eq!(error.requirement(), Some(r::AUTH_NEEDS_THE_KEYWORD), "{offers:?}");
        talk.is_silent();
    }
    let mut talk = Talk::ready("AUTH SCRAM-SHA-256 X-ECHO");
    talk.connection.authenticate(echo(None)).expect("it is listed");
    talk.hears_all(&["AUTH X-ECHO"]);
    // Through the client: what is listed is taken, however weak, and nothing else.
    let offered = MechanismName::LOGIN;
    let server =
        Server::new(Accounts::new().password("ann", "pencil")).plaintext_passwords().mechanisms(&[offered]);
    let builder = SmtpClient::builder().security(Security::Plaintext).sasl(open());
    Way::Upgrade.secured(&server, &builder, async |mut client| {
        assert_eq!(client.authenticate(&ann()).await.expect("logged in").mechanism, offered);
        client.quit().await.expect("in order");
    });
    for offers in ["SIZE", "AUTH XOTHER", "AUTH"] {
        let error = logs_in(offers, open(), &ann(), |peer| peer).expect_err("nothing is listed");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{offers}: {error}");
    }
}

fn mechanisms_may_change() {
    // What is listed in cleartext may be an attacker's list.
    let (tls, trust) = Pki::new().pair(&[HOST]);
    let server = Server::new(Accounts::new().password("ann", "pencil"))
        .mechanisms(&[MechanismName::SCRAM_SHA_1])
        .offer_also("AUTH PLAIN", When::Cleartext)
        .offer_also("AUTH SCRAM-SHA-1", When::Secured)
        .starttls(tls);
    Way::Upgrade.secured(&server, &Way::Upgrade.builder(trust), async |mut client| {
        let offered = client.capabilities().expect("it has answered").auth_mechanisms();
        assert_eq!(offered, [MechanismName::SCRAM_SHA_1]);
        let login = client.authenticate(&ann()).await.expect("logged in");
        assert_eq!(login.mechanism, MechanismName::SCRAM_SHA_1);
        client.quit().await.expect("in order");
    });
}

fn keywords_come_in_any_case() {
    for offers in ["AUTH PLAIN", "auth plain", "Auth Login Plain", "aUTH\tpLAIN", "AUTH=plain"] {
        let mut talk = Talk::ready(offers);
        assert!(
            talk.connection.capabilities().is_some_and(|known| known.offers_mechanism(MechanismName::PLAIN))
        );
        talk.connection.authenticate(plain("pencil")).expect("it is listed");
        assert!(talk.hears().starts_with("AUTH PLAIN "), "{offers}");
        talk.says("235 welcome");
        assert!(talk.error.is_none());
    }
    for way in WAYS {
        let (tls, trust) = Pki::new().pair(&[HOST]);
        let server =
            way.server(Server::new(Accounts::new().password("ann", "pencil")), tls).offer("Auth plain");
        way.secured(&server, &way.builder(trust), async |mut client| {
            client.authenticate(&ann()).await.expect("logged in");
            client.quit().await.expect("in order");
        });
    }
}
