//! From a URL to a server that listens (RFC 9051, sections 3 and 6.2.1; RFC 8314).

use std::{io, sync::Arc};

use anyrfc_core::{
    Credentials, Driver, ErrorKind, Security, TlsInfo, UpgradeError,
    tls::TlsConfig,
    transport::{Connect, Connection, Deadline},
};
use anyrfc_sasl::{Channel, MechanismName, Negotiator, Service};

use super::{
    Builder, ImapClient,
    inner::{Inner, failure},
    server::Server,
};
use crate::{
    Error,
    error::{Detail, Waited},
    proto::{self, Protection, Report},
    rfc9051,
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

pub(super) async fn connect(builder: Arc<Builder>, server: Server) -> Result<ImapClient, Error> {
    let connector = builder.connector_for(&server)?;
    let origin = Origin { builder, server, connector: Some(connector) };
    let inner = reach(&origin).await?;
    begin(inner, origin).await
}

/// Where the server lets us in by itself (PREAUTH), what follows a login follows now.
async fn begin(inner: Inner, origin: Origin) -> Result<ImapClient, Error> {
    let mut client = ImapClient::new(inner, origin);
    if client.is_authenticated() {
        client.after_login().await?;
    }
    Ok(client)
}

pub(super) async fn over(
    builder: Arc<Builder>,
    server: Server,
    stream: Connection,
) -> Result<ImapClient, Error> {
    let origin = Origin { builder, server, connector: None };
    let deadline = Deadline::after(origin.builder.config.limits.connect_time);
    let inner = within(deadline, open(&origin, stream, deadline)).await?;
    begin(inner, origin).await
}

/// A connection to where the first one went.
pub(super) async fn reach(origin: &Origin) -> Result<Inner, Error> {
    let Some(connector) = &origin.connector else {
        return Err(Error::new(
            ErrorKind::Unsupported,
            "the login takes another connection, and there is no way to make one",
        ));
    };
    // Refused before anything is opened.
    origin.server.security(origin.builder.security.as_ref())?;
    let deadline = Deadline::after(origin.builder.config.limits.connect_time);
    let stream = connector.connect_within(deadline).await?;
    within(deadline, open(origin, stream, deadline)).await
}

/// The whole of it, however many steps the server makes of it.
async fn within<T>(deadline: Deadline, steps: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let Some(at) = deadline.instant() else { return steps.await };
    match tokio::time::timeout_at(at.into(), steps).await {
        Ok(result) => result,
        Err(_) => Err(Error::new(ErrorKind::Timeout, "connecting took too long")
            .with_detail(Detail::TimedOut { waited_for: Waited::Greeting, command: None })),
    }
}

async fn open(origin: &Origin, stream: Connection, deadline: Deadline) -> Result<Inner, Error> {
    let Origin { builder, server, .. } = origin;
    let (stream, protection, upgrade) = match server.security(builder.security.as_ref())? {
        Security::Tls(tls) => {
            let stream = deadline.run("the TLS handshake", stream.secure(&tls, &server.host)).await?;
            (stream, Protection::Tls, None)
        }
        Security::StartTls(tls) => (stream, Protection::StartTls, Some(tls)),
        Security::Plaintext => (stream, Protection::Plaintext, None),
    };
    let mut config = builder.config.clone();
    config.protection = protection;
    config.danger_reveal_in_plaintext = reveals(builder, server);
    let now = tokio::time::Instant::now().into_std();
    let machine = proto::Connection::new(config, seed()?, now);
    let mut driver = Driver::new(machine, stream).stall_limit(builder.send_timeout);
    loop {
        match driver.next().await {
            Ok(Some(Report::Greeting(status))) => {
                let mut inner = Inner::new(driver, builder.events_max, builder.send_timeout);
                inner.greeting = Some(status);
                return Ok(inner);
            }
            Ok(Some(Report::Upgrade)) => {
                let Some(tls) = &upgrade else { return Err(Error::closed("TLS began unasked")) };
                return Ok(Inner::new(
                    secure(driver, tls, &server.host).await?,
                    builder.events_max,
                    builder.send_timeout,
                ));
            }
            Ok(Some(Report::Bye(status))) => return Err(Error::refused(status)),
            // What a server says of itself before TLS is anybody's word.
            Ok(Some(_)) => {}
            Ok(None) => return Err(Error::closed("the connection ended before the server had greeted")),
            Err(error) => {
                return Err(failure(error).unwrap_or_else(|| Error::closed("the connection has ended")));
            }
        }
    }
}

/// Whether the policy lets LOGIN show a password to whoever listens.
fn reveals(builder: &Builder, server: &Server) -> bool {
    let credentials = Credentials::password("user", "password".to_owned());
    let service = Service::new("imap", &*server.host);
    let mut negotiator = Negotiator::new(credentials, service, builder.policy.clone(), [0; 32]);
    negotiator.begin([MechanismName::LOGIN.as_str()], &Channel::plaintext()).is_ok()
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
            rfc9051::NOTHING_FROM_BEFORE_TLS_IS_USED,
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
