//! The server's side of WebSocket over HTTP/2 (RFC 8441).

use anyrfc_core::{DriveError, Driver};
use bytes::Bytes;
use h2::{ext::Protocol, server::SendResponse};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use tokio::io::{AsyncRead, AsyncWrite};

use super::echo_all;
use crate::{
    Error, Subprotocol, Subprotocols,
    client::http2::H2Stream,
    codec::handshake::{Accepted, ExtendedConnect, VERSION},
    proto::{Config, Connection, Opening, Role},
};

/// Serves an HTTP/2 connection, on which every WebSocket sends back what it receives;
/// `window` is the flow control window of each stream.
///
/// The subprotocols `chat` and `superchat` are known; whatever is no WebSocket is answered 400.
///
/// # Errors
/// What ended the connection.
///
/// # Cancel safety
/// Dropping the future drops the connection.
pub async fn echo_http2<T>(stream: T, window: u32) -> Result<(), DriveError<Error>>
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let failed = |error: h2::Error| DriveError::Io(std::io::Error::other(error));
    let mut settings = h2::server::Builder::new();
    settings
        .enable_connect_protocol()
        .initial_window_size(window)
        // One stream's echo does not wait for another's.
        .initial_connection_window_size(1 << 24);
    let mut connection = settings.handshake::<_, Bytes>(stream).await.map_err(failed)?;
    while let Some(accepted) = connection.accept().await {
        let (request, answer) = accepted.map_err(failed)?;
        tokio::spawn(async move {
            // What becomes of one stream is its client's business.
            let _ = serve(request, answer).await;
        });
    }
    Ok(())
}

async fn serve(
    request: Request<h2::RecvStream>,
    mut answer: SendResponse<Bytes>,
) -> Result<(), DriveError<Error>> {
    let failed = |error: h2::Error| DriveError::Io(std::io::Error::other(error));
    let mut response = Response::new(());
    if !is_websocket(&request) {
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return answer.send_response(response, true).map(drop).map_err(failed);
    }
    let known = Subprotocols::from_names(["chat", "superchat"]).unwrap_or_default();
    let offered = request.headers().get(header::SEC_WEBSOCKET_PROTOCOL);
    let offered = offered.map_or(&b""[..], HeaderValue::as_bytes).split(|byte| *byte == b',');
    let subprotocol: Option<Subprotocol> =
        offered.filter_map(|name| known.find(name.trim_ascii())).next().cloned();
    if let Some(name) = &subprotocol
        && let Ok(value) = HeaderValue::from_str(name.as_str())
    {
        response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, value);
    }
    let send = answer.send_response(response, false).map_err(failed)?;
    let (head, recv) = request.into_parts();
    let accepted = Accepted { subprotocol, extensions: Vec::new(), deflate: None };
    let opening = Opening::elsewhere(Role::Server, accepted, head.headers);
    let now = tokio::time::Instant::now().into_std();
    let machine = Connection::new(opening, Config::default(), [0; 32], now);
    echo_all(Driver::new(machine, H2Stream::served(send, recv))).await
}

fn is_websocket(request: &Request<h2::RecvStream>) -> bool {
    let protocol = request.extensions().get::<Protocol>();
    let version = request.headers().get(header::SEC_WEBSOCKET_VERSION);
    request.method() == Method::CONNECT
        && protocol.is_some_and(|name| name.as_str() == ExtendedConnect::PROTOCOL)
        && version.is_some_and(|version| version == VERSION)
}
