//! From a URI to an open connection (RFC 6455, section 4.1).

use std::time::Duration;

use anyrfc_core::{
    CredentialReason, CredentialRequest, Driver, ErrorKind, Fault, Security,
    driver::LINGER,
    tls::TlsConfig,
    transport::{Connection, Connector, Deadline, Stream, Target},
    uri::Host,
};
use http::{StatusCode, header};

use super::{Builder, WebSocketClient, failure, gate};
use crate::{
    Error, WebSocketUri,
    codec::handshake::Request,
    proto::{self, Opening, OwnedEvent},
    rfc6455,
};

/// Connects, following redirects and asking for credentials again as the builder allows.
pub(super) async fn connect(builder: &Builder, uri: WebSocketUri) -> Result<WebSocketClient, Error> {
    let mut request = builder.request(uri)?;
    let mut redirects = if builder.connect.is_some() { 0 } else { builder.redirects };
    let mut may_ask_again = builder.credentials.is_some();
    request = authenticate(builder, request, CredentialReason::Needed).await?;
    // For all redirects together: a server that redirects gains no time.
    let mut deadline = Deadline::after(builder.config.limits.connect_time);
    loop {
        let error = match attempt(builder, &request, deadline).await {
            Ok(client) => return Ok(client),
            Err(error) => error,
        };
        let Some(refusal) = error.refusal() else { return Err(error) };
        if refusal.status == StatusCode::UNAUTHORIZED && may_ask_again {
            may_ask_again = false;
            // Where there are no others, the refusal itself is what the caller wants to see.
            let rejected = authenticate(builder, request, CredentialReason::Rejected).await;
            let Ok(retry) = rejected else { return Err(error) };
            request = retry;
            // Whoever was asked may have taken their time.
            deadline = Deadline::after(builder.config.limits.connect_time);
        } else if let Some(location) = location(refusal)
            && redirects > 0
        {
            redirects -= 1;
            let next = request.redirect(location).map_err(Error::bad_redirect)?;
            if request.uri().is_secure() && !next.uri().is_secure() {
                return Err(Error::new(ErrorKind::Refused, "the server redirected from wss to ws")
                    .with_requirement(rfc6455::TLS_IS_EMPLOYED)
                    .with_fault(Fault::Policy));
            }
            // Credentials stay with their origin; another one gets none.
            may_ask_again &= request.uri().same_origin(next.uri());
            request = next;
        } else {
            return Err(error);
        }
    }
}

fn location(refusal: &crate::Refusal) -> Option<&str> {
    let redirect = matches!(refusal.status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = refusal.headers.get(header::LOCATION)?.to_str().ok()?;
    redirect.then_some(location)
}

pub(super) async fn authenticate(
    builder: &Builder,
    request: Request,
    reason: CredentialReason,
) -> Result<Request, Error> {
    let Some(source) = &builder.credentials else { return Ok(request) };
    let (protocol, host, port) = {
        let uri = request.uri();
        (if uri.is_secure() { "wss" } else { "ws" }, uri.host().to_string(), uri.port())
    };
    let asked = CredentialRequest::new(protocol, &host, port);
    let asked = if reason == CredentialReason::Rejected { asked.rejected() } else { asked };
    let credentials = source.credentials(asked).await.map_err(|error| {
        Error::new(ErrorKind::Auth, error.to_string()).with_fault(Fault::Caller).with_source(error)
    })?;
    Ok(request.credentials(&credentials)?)
}

/// How the URI's scheme and the builder agree to secure the connection.
pub(super) fn tls(builder: &Builder, uri: &WebSocketUri) -> Result<Option<TlsConfig>, Error> {
    let config = match (&builder.security, uri.is_secure()) {
        (None, false) | (Some(Security::Plaintext), false) => return Ok(None),
        (None, true) => TlsConfig::default(),
        (Some(Security::Tls(config)), true) => config.clone(),
        (Some(Security::Tls(_)), false) => {
            return Err(Error::usage("TLS was asked for, and the URL says ws"));
        }
        (Some(Security::Plaintext), true) => {
            return Err(Error::usage("plaintext was asked for, and the URL says wss")
                .with_requirement(rfc6455::TLS_BEFORE_OPENING_HANDSHAKE));
        }
        (Some(_), _) => return Err(Error::usage("WebSocket has no StartTLS")),
    };
    if !config.sends_server_name() && matches!(uri.host(), Host::Name(_)) {
        return Err(Error::usage("the TLS configuration does not name the host")
            .with_requirement(rfc6455::SERVER_NAME_INDICATION));
    }
    // A server that speaks HTTP/2 as well must not choose it for us.
    #[cfg(feature = "http2")]
    let alpn = builder.http.alpn();
    #[cfg(not(feature = "http2"))]
    let alpn = ["http/1.1"];
    Ok(Some(if config.alpn_protocols().is_empty() { config.alpn(alpn) } else { config }))
}

async fn attempt(builder: &Builder, request: &Request, deadline: Deadline) -> Result<WebSocketClient, Error> {
    let (stream, tls) = reach(builder, request.uri(), deadline).await?;
    open(builder, request, stream, tls, deadline).await
}

/// A stream to the server, not secured yet, and how to do that.
pub(super) async fn reach(
    builder: &Builder,
    uri: &WebSocketUri,
    deadline: Deadline,
) -> Result<(Connection, Option<TlsConfig>), Error> {
    let tls = tls(builder, uri)?;
    if let Some(stream) = builder.own_stream(deadline).await? {
        return Ok((stream, tls));
    }
    let host = uri.host().to_string();
    let target = Target::tcp(&host, uri.port())?;
    let proxy = builder.proxy_for(&uri.without_credentials())?;
    let mut connector = (builder.configure)(Connector::new(target));
    if let Some(proxy) = proxy {
        connector = connector.proxy(proxy);
    }
    let mut named = None;
    if builder.gate {
        if connector.is_proxied() {
            let turn = async { Ok(gate::enter_named(&host).await) };
            named = Some(deadline.run("waiting for another connection", turn).await?);
        } else {
            connector = connector.admission(gate::Gate);
        }
    }
    let mut stream = connector.connect_within(deadline).await?;
    if named.is_some() {
        stream = stream.with_pass(named);
    }
    Ok((stream, tls))
}

/// Runs the TLS handshake, where there is to be one.
pub(super) async fn secure(
    uri: &WebSocketUri,
    stream: Connection,
    tls: Option<TlsConfig>,
    deadline: Deadline,
) -> Result<Connection, Error> {
    let Some(tls) = tls else { return Ok(stream) };
    let host = uri.host().to_string();
    Ok(deadline.run("the TLS handshake", stream.secure(&tls, &host)).await?)
}

/// New randomness from the operating system.
pub(super) fn seed<const N: usize>() -> Result<[u8; N], Error> {
    let mut random = [0; N];
    match getrandom::fill(&mut random) {
        Ok(()) => Ok(random),
        Err(error) => {
            Err(Error::new(ErrorKind::Io, "the operating system gave no randomness").with_source(error))
        }
    }
}

/// Opens the WebSocket over a stream of the caller's.
pub(super) async fn over(
    builder: &Builder,
    uri: WebSocketUri,
    stream: impl Stream,
) -> Result<WebSocketClient, Error> {
    let request = authenticate(builder, builder.request(uri)?, CredentialReason::Needed).await?;
    let tls = tls(builder, request.uri())?;
    let deadline = Deadline::after(builder.config.limits.connect_time);
    open(builder, &request, Connection::from_stream(stream), tls, deadline).await
}

async fn open(
    builder: &Builder,
    request: &Request,
    stream: Connection,
    tls: Option<TlsConfig>,
    deadline: Deadline,
) -> Result<WebSocketClient, Error> {
    let mut stream = stream;
    // Given up when the connection is open, or has failed.
    let pass = stream.take_pass();
    let stream = secure(request.uri(), stream, tls, deadline).await?;
    #[cfg(feature = "http2")]
    if super::http2::is_chosen(builder, request.uri(), &stream)? {
        // The pass is held until this is done.
        // Boxed: it is large, and most connections never come here.
        return Box::pin(super::http2::open_alone(builder, request, stream, deadline)).await;
    }
    let mut config = builder.config.clone();
    if let Some(left) = deadline.remaining() {
        config.handshake_timeout = config.handshake_timeout.min(left);
    }
    let opening = Opening::client(request, seed()?, &config)?;
    let client = establish(builder, opening, config, seed()?, &request.uri().authority(), stream).await;
    drop(pass);
    client
}

/// Runs what is left of the opening handshake.
pub(super) async fn establish(
    builder: &Builder,
    opening: Opening,
    config: proto::Config,
    seed: [u8; 32],
    authority: &str,
    stream: Connection,
) -> Result<WebSocketClient, Error> {
    let now = tokio::time::Instant::now().into_std();
    let mut machine = proto::Connection::new(opening, config, seed, now);
    if !builder.gate {
        machine.record_deviation(rfc6455::ONE_CONNECTION_IN_CONNECTING, authority.as_bytes());
    }
    // Before it is open there are no last words, only a request that nobody may be taking.
    let mut driver =
        Driver::new(machine, stream).linger(Duration::from_millis(100)).stall_limit(builder.send_timeout);
    match driver.next().await {
        Ok(Some(OwnedEvent::Open)) => Ok(WebSocketClient::new(driver.linger(LINGER))),
        Ok(_) => Err(Error::closed("the connection ended before it was open")),
        Err(error) => Err(failure(error).unwrap_or_else(|| Error::closed("the connection has ended"))),
    }
}
