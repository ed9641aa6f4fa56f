//! RFC 7628: OAUTHBEARER, sections 3 and 4.

use anyrfc_core::compliance::Check;

use super::support::{broke, negotiator};
use crate::{
    Channel, Credentials, Error, ErrorKind, Exchange, MechanismName, OauthBearer, Policy, Reason, Service,
    State, rfc4422, rfc7628 as r,
};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc7628/section-3/only-over-tls",
        covers: &[r::TLS_PROTECTS_THE_TOKEN, r::STARTTLS_FIRST, r::APPLICATION_PROVIDES_TLS],
        run: only_over_tls,
    },
    Check {
        name: "rfc7628/section-3/an-error-result-is-answered",
        covers: &[r::ERROR_IS_ANSWERED, r::ERROR_IS_ANSWERED_BY_CONTROL_A],
        run: an_error_result_is_answered,
    },
    Check { name: "rfc7628/section-3.1/the-message", covers: &[r::MESSAGE_IS_WELL_FORMED], run: the_message },
    Check {
        name: "rfc7628/section-3.1/user-in-the-gs2-header",
        covers: &[r::AUTHZID_IN_THE_GS2_HEADER],
        run: user_in_the_gs2_header,
    },
    Check { name: "rfc7628/section-3.1/auth", covers: &[r::AUTH_IS_SENT], run: auth },
    Check {
        name: "rfc7628/section-3.1/host-and-port",
        covers: &[r::DIGESTS_NEED_HOST_AND_PORT],
        run: host_and_port,
    },
    Check {
        name: "rfc7628/section-3.2.2/error-results",
        covers: &[
            r::ERROR_IS_JSON,
            r::ERROR_HAS_STATUS,
            r::ERROR_MAY_HAVE_SCOPE,
            r::ERROR_MAY_HAVE_CONFIGURATION,
        ],
        run: error_results,
    },
    Check {
        name: "rfc7628/section-3.2.2/a-configuration-is-one-exchanges-own",
        covers: &[r::CONFIGURATION_IS_NOT_CACHED_FOR_ALL],
        run: a_configuration_is_one_exchanges_own,
    },
];

const INVALID: &[u8] = br#"{"status":"invalid_token"}"#;

fn mechanism(user: Option<&str>, token: &str, service: &Service) -> Result<OauthBearer, Error> {
    let mut credentials = Credentials::bearer(token.to_owned());
    credentials.user = user.map(str::to_owned);
    OauthBearer::new(&credentials, service)
}

fn service() -> Service {
    Service::new("imap", "server.example.com").port(143)
}

fn sent(user: Option<&str>, token: &str) -> Vec<u8> {
    let mut exchange = Exchange::new(mechanism(user, token, &service()).expect("it can be sent"));
    exchange.first().expect("nothing was sent yet").expect("the client speaks first").expose().clone()
}

/// An exchange whose token the server has refused, saying this.
fn refused(result: &[u8]) -> Result<Exchange, Error> {
    let mut exchange = Exchange::new(mechanism(None, "token", &service())?);
    exchange.first()?;
    let answer = exchange.step_blocking(result)?;
    assert_eq!(answer.expose(), b"\x01");
    Ok(exchange)
}

/// Before STARTTLS there is no plaintext exchange to be had, and after it there is.
fn only_over_tls() {
    let begin = |policy: Policy, channel: &Channel| {
        let mut token = Credentials::bearer(String::from("token"));
        token.user = Some("user".into());
        negotiator(token, policy).begin(["OAUTHBEARER", "XOAUTH2"], channel)
    };
    let error = begin(Policy::default(), &Channel::plaintext()).expect_err("no TLS yet");
    assert!(error.refusals().iter().all(|refusal| refusal.reason == Reason::Reveals));
    assert_eq!(error.refusals().len(), 2);
    let exchange = begin(Policy::default(), &Channel::tls()).expect("TLS");
    assert_eq!(exchange.name(), MechanismName::OAUTHBEARER);
    // By the name of the exception only.
    let danger = Policy::default().danger_reveal_in_plaintext(MechanismName::OAUTHBEARER);
    assert_eq!(begin(danger, &Channel::plaintext()).expect("named").name(), MechanismName::OAUTHBEARER);
}

fn an_error_result_is_answered() {
    // By one control A, and then the server's refusal is told with what it said.
    let mut exchange = refused(INVALID).expect("an error result");
    assert_eq!(exchange.state(), State::AwaitServer);
    let error = exchange.refused();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert_eq!(error.bearer().map(|error| error.status.as_str()), Some("invalid_token"));
    // A server that reports success after it is not believed, nor one that goes on.
    assert!(refused(INVALID).expect("an error result").succeed(None).is_err());
    broke(refused(INVALID).expect("an error result").step(INVALID), rfc4422::NO_CHALLENGE_AFTER_THE_END);
    // Without an error there is nothing to answer.
    let mut exchange = Exchange::new(mechanism(None, "token", &service()).expect("it can be sent"));
    exchange.first().expect("nothing was sent yet");
    exchange.succeed(None).expect("the token was taken");
}

/// The RFC's example, and nothing that would break the form of it.
fn the_message() {
    assert_eq!(
        sent(Some("user@example.com"), "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="),
        b"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer \
          vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"
    );
    for token in ["", "a\x01auth=Bearer b", "a\0", "a b", "a\r\n", "\u{e9}", "a\x7f"] {
        assert!(mechanism(None, token, &service()).is_err(), "{token:?}");
    }
    for host in ["h\x01auth=x", "h h", "\u{e9}", "h\0"] {
        assert!(mechanism(None, "t", &Service::new("imap", host)).is_err(), "{host:?}");
    }
    assert!(mechanism(Some("a\0b"), "t", &service()).is_err());
    // Whatever is in it, there is one separator behind each part, and one at the end.
    let message = sent(Some("u"), "t");
    assert_eq!(message.split(|octet| *octet == 1).count(), 6);
    assert!(message.ends_with(b"\x01\x01"));
}

fn user_in_the_gs2_header() {
    assert!(sent(Some("user@example.com"), "t").starts_with(b"n,a=user@example.com,\x01"));
    assert!(sent(None, "t").starts_with(b"n,,\x01"));
    assert!(sent(Some("us,er=x"), "t").starts_with(b"n,a=us=2Cer=3Dx,\x01"));
}

fn auth() {
    let has = |message: &[u8], pair: &[u8]| message.split(|octet| *octet == 1).any(|part| part == pair);
    assert!(has(&sent(None, "abc.def~1+/-_="), b"auth=Bearer abc.def~1+/-_="));
    // No token, no message.
    assert!(OauthBearer::new(&Credentials::password("u", String::from("p")), &service()).is_err());
}

/// Sent whatever the token is, so that a server may check them.
fn host_and_port() {
    let message = sent(None, "t");
    assert_eq!(message, b"n,,\x01host=server.example.com\x01port=143\x01auth=Bearer t\x01\x01");
    let mut exchange = Exchange::new(
        mechanism(None, "t", &Service::new("imap", "other").port(993)).expect("it can be sent"),
    );
    let message = exchange.first().expect("nothing was sent yet").expect("the client speaks first");
    assert_eq!(message.expose(), b"n,,\x01host=other\x01port=993\x01auth=Bearer t\x01\x01");
}

fn error_results() {
    let whole = br#"{"status":"invalid_token","scope":"example_scope","openid-configuration":"https://example.com/c","x":{"y":[1]}}"#;
    let error = refused(whole).expect("an error result").refused();
    let bearer = error.bearer().expect("what the server said");
    assert_eq!(bearer.status, "invalid_token");
    assert_eq!(bearer.scope.as_deref(), Some("example_scope"));
    assert_eq!(bearer.openid_configuration.as_deref(), Some("https://example.com/c"));
    let error = refused(INVALID).expect("an error result").refused();
    let bearer = error.bearer().expect("what the server said");
    assert_eq!((&bearer.scope, &bearer.openid_configuration), (&None, &None));

    for wrong in [&b""[..], b"{", b"[]", b"\"status\"", b"{}x", b"\xff", b"null", b"status=400"] {
        broke(refused(wrong).map(|exchange| exchange.state()), r::ERROR_IS_JSON);
    }
    for wrong in [&b"{}"[..], br#"{"scope":"a"}"#, br#"{"status":null}"#, br#"{"status":[]}"#] {
        broke(refused(wrong).map(|exchange| exchange.state()), r::ERROR_HAS_STATUS);
    }
}

/// Each error has what its own exchange was told, and the next one nothing of it.
fn a_configuration_is_one_exchanges_own() {
    let configuration = |result: &[u8]| {
        let error = refused(result).expect("an error result").refused();
        error.bearer().expect("what the server said").openid_configuration.clone()
    };
    let first = configuration(br#"{"status":"invalid_token","openid-configuration":"https://a.example/"}"#);
    assert_eq!(first.as_deref(), Some("https://a.example/"));
    let second = configuration(br#"{"status":"invalid_token","openid-configuration":"https://b.example/"}"#);
    assert_eq!(second.as_deref(), Some("https://b.example/"));
    assert_eq!(configuration(INVALID), None);
}
