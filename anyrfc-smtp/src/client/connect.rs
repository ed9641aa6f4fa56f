//! From a URL to a server that listens (RFC 5321, section 3.1; RFC 3207; RFC 8314).

use std::{io, sync::Arc};

use anyrfc_core::{
    Driver, ErrorKind, Security, TlsInfo, UpgradeError,
    tls::TlsConfig,
    transport::{Connect, Connection, Deadline},
};

use super::{
    Builder, SmtpClient,
    inner::{Inner, failure},
    server::Server,
};
use crate::{
    Error,
    error::Waited,
    proto::{self, Event, Protection},
    rfc3207,
};

/// How another connection is made, where a login takes one.
#[derive(Clone)]
pub(super) struct Origin {
    pub(super) builder: Arc<Builder>,
    pub(super) server: Server,
    pub(super) connector: Option<Arc<dyn Connect>>,
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Origin").field("server", &self.server).finish_non_exhaustive()
    }
}

pub(super) async fn connect(builder: Arc<Builder>, server: Server) -> Result<SmtpClient, Error> {
    let connector = builder.connector_for(&server)?;
    let origin = Origin { builder, server, connector: Some(connector) };
    let inner = reach(&origin).await?;
    Ok(SmtpClient::new(inner, origin))
}

pub(super) async fn over(
    builder: Arc<Builder>,
    server: Server,
    stream: Connection,
) -> Result<SmtpClient, Error> {
    let origin = Origin { builder, server, connector: None };
    let deadline = Deadline::after(origin.builder.config.limits.connect_time);
    let inner = within(deadline, open(&origin, stream, deadline)).await?;
    Ok(SmtpClient::new(inner, origin))
}

/// A connection to where the first one went.
pub(super) async fn reach(origin: &Origin) -> Result<Inner, Error> {
    let Origin { builder, server, connector } = origin;
    let Some(connector) = connector else {
        return Err(Error::unsupported(
            "the login takes another connection, and there is no way to make one",
        ));
    };
    // Refused before anything is opened.
    server.security(builder.security.as_ref())?;
    let deadline = Deadline::after(builder.config.limits.connect_time);
    let stream = connector.connect_within(deadline.at_most(builder.connect_timeout)).await?;
    within(deadline, open(origin, stream, deadline)).await
}

/// The whole of it, however many steps the server makes of it.
async fn within<T>(deadline: Deadline, steps: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let Some(at) = deadline.instant() else { return steps.await };
    match tokio::time::timeout_at(at.into(), steps).await {
        Ok(result) => result,
        Err(_) => Err(Error::new(ErrorKind::Timeout, "connecting took too long")),
    }
}

async fn open(origin: &Origin, stream: Connection, deadline: Deadline) -> Result<Inner, Error> {
    let Origin { builder, server, .. } = origin;
    let mut config = builder.config.clone();
    config.flavour = server.flavour();
    config.name = builder.name_on(stream.info());
    let (stream, protection, mut upgrade) = match server.security(builder.security.as_ref())? {
        Security::Tls(tls) => {
            let limit = deadline.at_most(config.deadlines.handshake);
            let handshake = limit.run("the TLS handshake", stream.secure(&tls, &server.host)).await;
            let stream = handshake.map_err(|error| match error.kind() {
                ErrorKind::Timeout => Error::timed_out(Waited::Handshake).with_source(error),
                _ => error.into(),
            })?;
            (stream, Protection::Tls, None)
        }
        Security::StartTls(tls) => (stream, Protection::StartTls, Some(tls)),
        Security::Plaintext => (stream, Protection::Plaintext, None),
    };
    config.protection = protection;
    config.verified = stream.info().tls.as_ref().is_some_and(|tls| tls.verified);
    let now = tokio::time::Instant::now().into_std();
    let mut driver =
        Driver::new(proto::Connection::new(config, now), stream).stall_limit(builder.send_timeout);
    loop {
        match driver.next().await {
            Ok(Some(Event::Ready)) => return Ok(Inner::new(driver, builder.send_timeout)),
            Ok(Some(Event::Upgrade)) => {
                let Some(tls) = upgrade.take() else { return Err(Error::closed("TLS began unasked")) };
                driver = secure(driver, &tls, &server.host).await?;
            }
            Ok(Some(_)) => {}
            Ok(None) => return Err(Error::closed("the connection ended before the server had said hello")),
            Err(error) => {
                return Err(failure(error).unwrap_or_else(|| Error::closed("the connection has ended")));
            }
        }
    }
}

type Plain = Driver<proto::Connection, Connection>;

async fn secure(driver: Plain, tls: &TlsConfig, host: &str) -> Result<Plain, Error> {
    let handshake = async |stream: Connection| -> io::Result<(Connection, TlsInfo)> {
        let stream = stream.secure(tls, host).await.map_err(io::Error::other)?;
        let info = stream.info().tls.clone().unwrap_or_default();
        Ok((stream, info))
    };
    driver.upgrade(handshake).await.map_err(|error| match error {
        UpgradeError::PlaintextInjected(bytes) => Error::violation(
            rfc3207::PLAINTEXT_IS_DISCARDED,
            format!("{bytes} bytes of plaintext came ahead of the TLS handshake"),
        ),
        UpgradeError::Drive(error) => {
            failure(error).unwrap_or_else(|| Error::closed("the connection has ended"))
        }
        UpgradeError::Handshake(error) => match error.downcast::<anyrfc_core::Error>() {
            Ok(error) => error.into(),
            Err(error) => Error::new(ErrorKind::Tls, "the TLS handshake failed").with_source(error),
        },
        _ => Error::new(ErrorKind::Protocol, "the server is not at a point where TLS can begin"),
    })
}

/// New randomness from the operating system.
pub(super) fn seed() -> Result<[u8; 32], Error> {
    let mut random = [0; 32];
    match getrandom::fill(&mut random) {
        Ok(()) => Ok(random),
        Err(error) => {
            Err(Error::new(ErrorKind::Io, "the operating system gave no randomness").with_source(error))
        }
    }
}
