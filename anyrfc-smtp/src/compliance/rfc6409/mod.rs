//! RFC 6409: submission.

mod section_7;

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyrfc_core::{
    Security,
    compliance::{Check, Waiver},
    testing::run_virtual,
    transport::Resolve,
};

use super::{
    Waived,
    support::{MAIL, Talk, config, envelope},
};
use crate::{BoxFuture, ErrorKind, SmtpClient, rfc6409 as r};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS, section_7::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[(
    r::CHECKPOINT_MAY_BE_USED,
    Waiver::Exception(
        "never done: nothing restarts a message in the middle (RFC 1845), and Parameter refuses TRANSID, behind which \
         a server may ask for that",
    ),
)];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc6409/section-3.1/the-port-is-587",
        covers: &[r::SUBMISSION_PORT_IS_587],
        run: the_port_is_587,
    },
    Check {
        name: "rfc6409/section-5.3/shorter-time-outs-may-be-agreed",
        covers: &[r::SHORTER_TIMEOUTS_MAY_BE_AGREED],
        run: shorter_time_outs_may_be_agreed,
    },
];

/// Knows no host, and keeps the ports that it was asked about.
#[derive(Clone, Debug, Default)]
struct Ports(Arc<Mutex<Vec<u16>>>);

impl Resolve for Ports {
    fn resolve<'a>(&'a self, _: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(port);
        Box::pin(async { Err(io::ErrorKind::NotFound.into()) })
    }
}

/// To which port a client turns.
fn port(url: &str, security: Option<Security>) -> Vec<u16> {
    let ports = Ports::default();
    let asked = ports.clone();
    let builder = SmtpClient::builder().transport(move |connector| connector.resolver(asked.clone()));
    let builder = match security {
        Some(security) => builder.security(security),
        None => builder,
    };
    let error = run_virtual(async { builder.connect(url).await }).expect_err("there is no such host");
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    let ports = ports.0.lock().unwrap_or_else(PoisonError::into_inner);
    ports.clone()
}

fn the_port_is_587() {
    for security in [None, Some(Security::Plaintext)] {
        assert_eq!(port("smtp://mail.example", security.clone()), [587]);
        assert_eq!(port("smtp://mail.example/", security.clone()), [587]);
        // Whoever names another gets it.
        assert_eq!(port("smtp://mail.example:2525", security.clone()), [2525]);
        assert_eq!(port("smtp://mail.example:25", security), [25]);
    }
}

fn shorter_time_outs_may_be_agreed() {
    let seconds = Duration::from_secs;
    for (limit, waited, over) in
        [(None, 3, false), (None, 300, true), (Some(3), 2, false), (Some(3), 3, true)]
    {
        let mut config = config();
        if let Some(limit) = limit {
            config.deadlines.mail = seconds(limit);
        }
        let mut talk = Talk::with(config).greet("");
        talk.send(envelope(&["b@mail.example"]), MAIL);
        talk.hears();
        talk.wait(seconds(waited));
        let found = talk.error.as_ref().map(|error| error.kind());
        assert_eq!(found, over.then_some(ErrorKind::Timeout), "{limit:?} {waited}");
    }
}
