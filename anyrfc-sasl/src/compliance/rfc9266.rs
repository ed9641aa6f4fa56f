//! RFC 9266: channel bindings of TLS 1.3.

use anyrfc_core::{TlsInfo, compliance::Check};

use super::{
    judge::{Hash, ScramServer},
    support::{bound, chosen, first, login, negotiator, pencil, scram_with, tls},
};
use crate::{BindingType, Channel, ErrorKind, MechanismName, Next, Policy, Reason, ScramHash, rfc9266 as r};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc9266/section-3/tls-exporter",
        covers: &[r::TLS_EXPORTER_IS_IMPLEMENTED],
        run: tls_exporter,
    },
    Check {
        name: "rfc9266/section-4/data-that-bind-and-do-nothing-else",
        covers: &[r::EXPORTED_DATA_BIND_ONLY, r::EXPORTED_DATA_ARE_NO_KEY],
        run: data_that_bind_and_do_nothing_else,
    },
    Check {
        name: "rfc9266/section-4.1/one-instance-a-connection",
        covers: &[r::ONE_INSTANCE_A_CONNECTION],
        run: one_instance_a_connection,
    },
];

const OFFERED: &[&str] = &["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "PLAIN"];

/// What core's TLS stream exports is what is bound to, under the registered name.
fn tls_exporter() {
    let mut info = TlsInfo::default();
    info.tls_exporter = Some(vec![0xAB; 32]);
    info.tls_server_end_point = Some(vec![0xCD; 32]);
    let channel = Channel::from(&info);
    let mut exchange = chosen(Policy::default(), OFFERED, &channel).expect("bound");
    let mut server = ScramServer::new(Hash::Sha256);
    server.iterations = 4096;
    server.binding = Some(("tls-exporter".into(), vec![0xAB; 32]));
    let challenge = server.first(&first(&mut exchange)).expect("by that name");
    let response = exchange.step_blocking(&challenge).expect("a final message");
    let signature = server.last(response.expose()).expect("those data");
    exchange.succeed(Some(&signature)).expect("proved");
    // TLS that exports nothing has none.
    info.tls_exporter = None;
    let exchange = chosen(Policy::default(), OFFERED, &Channel::from(&info)).expect("the other kind");
    assert!(first(&mut { exchange }).starts_with(b"p=tls-server-end-point,"));
}

/// The data stand in c= and nowhere else: a judge that has them there, and uses them for
/// nothing else, takes the proof; without -PLUS nothing that is sent depends on them.
fn data_that_bind_and_do_nothing_else() {
    for data in [[1; 32], [2; 32]] {
        let mut server = ScramServer::new(Hash::Sha256);
        server.binding = Some(("tls-exporter".into(), data.to_vec()));
        let mechanism = scram_with(ScramHash::Sha256, &pencil(), bound(BindingType::TlsExporter, &data));
        login(mechanism, &mut server).expect("keys of the password alone");
    }
    let said = |offered: &str, data: [u8; 32]| {
        let channel = Channel::tls().with_binding(BindingType::TlsExporter, data);
        let mut exchange = chosen(Policy::default(), &[offered], &channel).expect("unbound");
        let message = first(&mut exchange);
        assert!(!message.windows(32).any(|window| window == data));
        message
    };
    for offered in ["SCRAM-SHA-256", "PLAIN"] {
        assert_eq!(said(offered, [1; 32]), said(offered, [2; 32]), "{offered}");
    }
    let shown = format!("{:?}", Channel::tls().with_binding(BindingType::TlsExporter, *b"EXPORTED"));
    assert!(!shown.contains("EXPORTED"), "{shown}");
}

/// The second attempt takes another connection, whatever the first came to.
fn one_instance_a_connection() {
    let mut negotiator = negotiator(pencil(), Policy::default());
    let mut exchange = negotiator.begin(OFFERED, &tls()).expect("bound");
    assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_256_PLUS);
    let error = exchange.refused();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert_eq!(negotiator.failed(&error), Next::Credentials { reconnect: true });
    negotiator.renew(pencil());
    let error = negotiator.begin(OFFERED, &tls()).expect_err("used up");
    let plus = error.refusals().iter().find(|refusal| refusal.mechanism.is_plus());
    assert_eq!(plus.map(|refusal| refusal.reason), Some(Reason::BindingSpent));
    let other = Channel::tls().with_binding(BindingType::TlsExporter, [0xEF; 32]);
    let exchange = negotiator.begin(OFFERED, &other).expect("another connection");
    assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_256_PLUS);
}
