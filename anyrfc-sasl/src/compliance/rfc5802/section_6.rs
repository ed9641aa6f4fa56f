//! RFC 5802, section 6: channel binding, and 6.1: which.

use anyrfc_core::compliance::Check;

use super::super::{
    judge::{Hash, ScramServer},
    support::{chosen, first, negotiator, pencil, tls},
};
use crate::{
    BindingType, Channel, Error, Exchange, MechanismName, Next, Policy, Reason, ScramError, rfc5802 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5802/section-6/y-when-no-plus-was-offered",
        covers: &[r::NO_N_WHEN_BINDING_IS_POSSIBLE],
        run: y_when_no_plus_was_offered,
    },
    Check {
        name: "rfc5802/section-6/p-when-plus-is-offered",
        covers: &[r::P_WHEN_PLUS_IS_OFFERED],
        run: p_when_plus_is_offered,
    },
    Check {
        name: "rfc5802/section-6/n-without-binding",
        covers: &[r::N_WITHOUT_BINDING],
        run: n_without_binding,
    },
    Check {
        name: "rfc5802/section-6/p-or-nothing-when-binding-is-required",
        covers: &[r::P_WHEN_BINDING_IS_REQUIRED],
        run: p_or_nothing_when_binding_is_required,
    },
    Check {
        name: "rfc5802/section-6/a-server-that-notices-a-downgrade",
        covers: &[r::SERVER_REFUSES_Y_WHEN_IT_BINDS],
        run: a_server_that_notices_a_downgrade,
    },
    Check {
        name: "rfc5802/section-6/a-server-that-cannot-do-this-binding",
        covers: &[r::SERVER_REFUSES_UNKNOWN_BINDING],
        run: a_server_that_cannot_do_this_binding,
    },
    Check {
        name: "rfc5802/section-6.1/the-innermost-channel",
        covers: &[r::INNERMOST_CHANNEL_IS_BOUND],
        run: the_innermost_channel,
    },
];

/// The flag with which an exchange begins.
fn flag(exchange: Result<Exchange, Error>) -> String {
    let message = first(&mut exchange.expect("a mechanism that can be used"));
    let message = String::from_utf8(message).expect("UTF-8");
    message.split(',').next().unwrap_or_default().to_owned()
}

const PLAIN_SCRAM: &[&str] = &["SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"];
const WITH_PLUS: &[&str] = &["SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"];

fn y_when_no_plus_was_offered() {
    assert_eq!(flag(chosen(Policy::default(), PLAIN_SCRAM, &tls())), "y");
    let end_point = Channel::tls().with_binding(BindingType::TlsServerEndPoint, [1; 32]);
    assert_eq!(flag(chosen(Policy::default(), PLAIN_SCRAM, &end_point)), "y");
    // Not even after the server has refused every binding: then there is nothing left.
    let mut negotiator = negotiator(pencil(), Policy::default());
    let mut exchange = negotiator.begin(WITH_PLUS, &tls()).expect("bound");
    first(&mut exchange);
    let error = exchange.step(b"e=unsupported-channel-binding-type").expect_err("refused");
    assert_eq!(negotiator.failed(&error), Next::Reconnect);
    let fresh = Channel::tls().with_binding(BindingType::TlsExporter, [0xEF; 32]);
    let error = negotiator.begin(WITH_PLUS, &fresh).expect_err("never n, never y");
    assert!(error.refusals().iter().all(|refusal| matches!(
        refusal.reason,
        Reason::NoBinding(Some(BindingType::TlsExporter)) | Reason::BindingOffered
    )));
}

fn p_when_plus_is_offered() {
    let exchange = chosen(Policy::default(), WITH_PLUS, &tls()).expect("bound");
    assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_256_PLUS);
    assert_eq!(flag(Ok(exchange)), "p=tls-exporter");
    // Even where the only one with -PLUS is the weaker hash.
    let offered = ["SCRAM-SHA-512", "SCRAM-SHA-1-PLUS", "PLAIN"];
    let exchange = chosen(Policy::default(), &offered, &tls()).expect("bound");
    assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_1_PLUS);
    // Nothing unbound is left where the bound one is not to be used.
    let only = Policy::default().only([MechanismName::SCRAM_SHA_256]);
    let error = chosen(only, WITH_PLUS, &tls()).expect_err("both sides can bind");
    let refusal = error.refusals().iter().find(|refusal| refusal.mechanism == MechanismName::SCRAM_SHA_256);
    assert_eq!(refusal.map(|refusal| refusal.reason), Some(Reason::BindingOffered));
}

fn n_without_binding() {
    for channel in [Channel::tls(), Channel::plaintext()] {
        for offered in [PLAIN_SCRAM, WITH_PLUS] {
            let exchange = chosen(Policy::default(), offered, &channel).expect("unbound");
            assert!(!exchange.name().is_plus());
            assert_eq!(flag(Ok(exchange)), "n");
        }
    }
    let ignoring = Policy::default().danger_without_channel_binding();
    assert_eq!(flag(chosen(ignoring, WITH_PLUS, &tls())), "n");
}

fn p_or_nothing_when_binding_is_required() {
    let policy = || Policy::default().require_channel_binding();
    assert_eq!(flag(chosen(policy(), WITH_PLUS, &tls())), "p=tls-exporter");
    assert!(chosen(policy(), PLAIN_SCRAM, &tls()).is_err(), "no y");
    assert!(chosen(policy(), WITH_PLUS, &Channel::tls()).is_err(), "no n");
    assert!(chosen(policy(), &["PLAIN", "LOGIN"], &tls()).is_err());
    // Without that, each of them would do.
    assert!(chosen(Policy::default(), PLAIN_SCRAM, &tls()).is_ok());
}

/// The client believes it, and tries nothing else.
fn a_server_that_notices_a_downgrade() {
    let mut negotiator = negotiator(pencil(), Policy::default());
    let mut exchange = negotiator.begin(PLAIN_SCRAM, &tls()).expect("y");
    let mut server = ScramServer::new(Hash::Sha512);
    server.binding = Some(("tls-exporter".into(), vec![0xEE; 32]));
    let value = server.first(&first(&mut exchange)).expect_err("the server can bind");
    let error = exchange.step(format!("e={value}").as_bytes()).expect_err("refused");
    assert_eq!(error.scram(), Some(&ScramError::ServerDoesSupportChannelBinding));
    assert_eq!(negotiator.failed(&error), Next::GiveUp);
    assert!(negotiator.begin(["PLAIN"], &tls()).is_err());
}

/// Another binding, on another connection.
fn a_server_that_cannot_do_this_binding() {
    let channel = tls().with_binding(BindingType::TlsServerEndPoint, [5; 32]);
    let mut negotiator = negotiator(pencil(), Policy::default());
    let mut server = ScramServer::new(Hash::Sha256);
    server.binding = Some(("tls-server-end-point".into(), vec![5; 32]));
    let mut exchange = negotiator.begin(WITH_PLUS, &channel).expect("bound");
    let value = server.first(&first(&mut exchange)).expect_err("another kind");
    let error = exchange.step(format!("e={value}").as_bytes()).expect_err("refused");
    assert_eq!(error.scram(), Some(&ScramError::UnsupportedChannelBindingType));
    assert_eq!(negotiator.failed(&error), Next::Reconnect);
    assert!(negotiator.begin(WITH_PLUS, &channel).is_err(), "not on this connection");
    let another = channel.with_binding(BindingType::TlsExporter, [6; 32]);
    let mut exchange = negotiator.begin(WITH_PLUS, &another).expect("the other kind");
    server.iterations = 4096;
    let challenge = server.first(&first(&mut exchange)).expect("this kind");
    assert_eq!(server.gs2(), "p=tls-server-end-point,,");
    let response = exchange.step_blocking(&challenge).expect("a final message");
    let signature = server.last(response.expose()).expect("the judge takes it");
    assert!(exchange.succeed(Some(&signature)).expect("proved").mutual);
}

/// The one that names the connection, rather than the one that names only the certificate:
/// what ends at a proxy in front of the server may share the latter.
fn the_innermost_channel() {
    let both = Channel::tls()
        .with_binding(BindingType::TlsServerEndPoint, [1; 32])
        .with_binding(BindingType::TlsExporter, [2; 32]);
    assert_eq!(flag(chosen(Policy::default(), WITH_PLUS, &both)), "p=tls-exporter");
    let mut server = ScramServer::new(Hash::Sha256);
    server.iterations = 4096;
    server.binding = Some(("tls-exporter".into(), vec![2; 32]));
    let mut exchange = chosen(Policy::default(), WITH_PLUS, &both).expect("bound");
    let challenge = server.first(&first(&mut exchange)).expect("this kind");
    let response = exchange.step_blocking(&challenge).expect("a final message");
    assert!(server.last(response.expose()).is_ok(), "its data, and not the other's");
}
