//! From a URI to an open connection (RFC 6455, section 4.1).

use std::{sync::Arc, time::Duration};

use anyrfc_core::{
    CredentialReason, CredentialRequest, Driver, ErrorKind, Fault, Security,
    driver::LINGER,
    tls::TlsConfig,
    transport::{Connection, Connector, Deadline, Proxy, Stream, Target},
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
    let mut redirects = builder.redirects;
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

async fn authenticate(
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
fn tls(builder: &Builder, uri: &WebSocketUri) -> Result<Option<TlsConfig>, Error> {
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
    Ok(Some(if config.alpn_protocols().is_empty() { config.alpn(["http/1.1"]) } else { config }))
}

async fn attempt(builder: &Builder, request: &Request, deadline: Deadline) -> Result<WebSocketClient, Error> {
    let uri = request.uri();
    let tls = tls(builder, uri)?;
    let host = uri.host().to_string();
    let target = Target::tcp(&host, uri.port())?;
    let proxy: Option<Arc<Proxy>> =
        builder.proxy.as_ref().and_then(|select| select(&uri.without_credentials()));
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
    open(builder, request, stream, tls, deadline).await
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
    if let Some(tls) = tls {
        let host = request.uri().host().to_string();
        stream = deadline.run("the TLS handshake", stream.secure(&tls, &host)).await?;
    }
    let mut random = [0; 48];
    getrandom::fill(&mut random).map_err(|error| {
        Error::new(ErrorKind::Io, "the operating system gave no randomness").with_source(error)
    })?;
    let (nonce, seed) = random.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    let seed: [u8; 32] = seed.try_into().unwrap_or_default();
    let mut config = builder.config.clone();
    if let Some(left) = deadline.remaining() {
        config.handshake_timeout = config.handshake_timeout.min(left);
    }
    let opening = Opening::client(request, *nonce, &config)?;
    let now = tokio::time::Instant::now().into_std();
    let mut machine = proto::Connection::new(opening, config, seed, now);
    if !builder.gate {
        let sample = request.uri().authority();
        machine.record_deviation(rfc6455::ONE_CONNECTION_IN_CONNECTING, sample.as_bytes());
    }
    // Before it is open there are no last words, only a request that nobody may be taking.
    let mut driver = Driver::new(machine, stream).linger(Duration::from_millis(100));
    let opened = driver.next().await;
    drop(pass);
    match opened {
        Ok(Some(OwnedEvent::Open)) => Ok(WebSocketClient::new(driver.linger(LINGER))),
        Ok(_) => Err(Error::closed("the connection ended before it was open")),
        Err(error) => Err(failure(error).unwrap_or_else(|| Error::closed("the connection has ended"))),
    }
}
