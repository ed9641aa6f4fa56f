//! From a connection to an open stream (RFC 8441, sections 3 and 5).

use std::{future::poll_fn, pin::Pin, sync::Arc};

use anyrfc_core::{
    ErrorKind,
    http1::HeadError,
    transport::{Connection, Deadline},
};
use bytes::{Bytes, BytesMut};
use h2::{client::SendRequest, ext::Protocol};
use http::HeaderMap;
use tokio::io::AsyncReadExt as _;

use super::{
    Builder, fault,
    stream::{H2Stream, Wheel},
    watch::{Seen, Watch},
};
use crate::{
    Error, Refusal,
    client::{WebSocketClient, connect},
    codec::handshake::{Accepted, ExtendedConnect, HandshakeFault, Request, Verdict, validate_connect},
    proto::{Opening, Role},
    rfc8441,
};

/// A connection of which the server's SETTINGS have come, and allow WebSocket.
pub(super) struct Ready {
    pub(super) sender: SendRequest<Bytes>,
    pub(super) connection: h2::client::Connection<Watch, Bytes>,
    pub(super) seen: Arc<Seen>,
}

/// Runs one step of ours before the deadline.
pub(super) async fn before<T>(
    deadline: Deadline,
    step: &'static str,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    deadline.run(step, async { Ok(future.await) }).await?
}

/// Starts HTTP/2 and waits for the server's SETTINGS.
pub(super) async fn start(builder: &Builder, stream: Connection) -> Result<Ready, Error> {
    let seen = Arc::new(Seen::default());
    let limits = &builder.config.limits;
    let mut settings = h2::client::Builder::new();
    settings
        .enable_push(false)
        .initial_window_size(builder.http2_window)
        // Each stream's window bounds what is held. With less than all of them together,
        // one that nobody reads would stop the others.
        .initial_connection_window_size((1 << 31) - 1)
        .max_header_list_size(u32::try_from(limits.header_block).unwrap_or(u32::MAX))
        // What many small frames cost beside their payload.
        .data_frame_budget(limits.buffered);
    let watched = Watch::new(stream, Arc::clone(&seen));
    let (sender, connection) =
        settings.handshake(watched).await.map_err(|error| fault::error(&error, &seen, None))?;
    let mut wheel = Wheel::own(connection, Arc::clone(&seen));
    poll_fn(|cx| {
        wheel.poll_connection(cx, |seen| {
            // What was seen is not yet applied: the library does so before it reads on.
            let applied = !seen.enabled() || sender.is_extended_connect_protocol_enabled();
            (seen.settings() && applied).then_some(())
        })
    })
    .await?;
    if !seen.enabled() {
        let message = "the server has no WebSocket over HTTP/2";
        return Err(Error::new(ErrorKind::Unsupported, message)
            .with_requirement(rfc8441::EXTENDED_CONNECT_AFTER_THE_SETTING));
    }
    match wheel.into_connection() {
        Some(connection) => Ok(Ready { sender, connection, seen }),
        None => Err(fault::closed("the HTTP/2 connection has ended")),
    }
}

/// What an open stream brought along.
pub(super) struct Opened {
    stream: H2Stream,
    accepted: Accepted,
    headers: HeaderMap,
}

/// Opens a stream by an extended CONNECT.
pub(super) async fn open(
    builder: &Builder,
    request: &Request,
    mut sender: SendRequest<Bytes>,
    mut wheel: Wheel,
    deadline: Deadline,
) -> Result<Opened, Error> {
    let request = Opening::offering(request, &builder.config)?;
    let ExtendedConnect { mut request, offered } = request.extended_connect()?;
    request.extensions_mut().insert(Protocol::from_static(ExtendedConnect::PROTOCOL));
    let seen = Arc::clone(&wheel.seen);
    let failed = |error: &h2::Error, stream| fault::error(error, &seen, stream);
    poll_fn(|cx| wheel.poll_until(cx, |cx| sender.poll_ready(cx)))
        .await
        .map_err(|error| fault::unsent(failed(&error, None)))?;
    let sent = sender.send_request(request, false);
    let (mut response, send) = sent.map_err(|error| fault::unsent(failed(&error, None)))?;
    drop(sender);
    let id = send.stream_id().as_u32();
    let answer = poll_fn(|cx| wheel.poll_until(cx, |cx| Pin::new(&mut response).poll(cx))).await;
    let (head, recv) = answer.map_err(|error| failed(&error, Some(id)))?.into_parts();
    let mut stream = H2Stream::new(send, recv, wheel);
    if head.headers.len() > builder.config.limits.headers {
        return Err(HandshakeFault::Head(HeadError::TooManyFields).into());
    }
    match validate_connect(head.status, &head.headers, &offered)? {
        Verdict::Accepted(accepted) => Ok(Opened { stream, accepted, headers: head.headers }),
        // The library passes over interim answers.
        Verdict::Interim | Verdict::Refused => {
            let (body, truncated) = body(&mut stream, deadline).await;
            Err(Error::refused(Refusal::new(head.status, head.headers, body, truncated)))
        }
    }
}

/// What there is of the body of a refusal before the deadline, and whether it is less than all.
async fn body(stream: &mut H2Stream, deadline: Deadline) -> (Bytes, bool) {
    let mut body = BytesMut::new();
    let read = async {
        let most = Refusal::BODY_MAX as u64 + 1;
        let mut stream = stream.take(most);
        while stream.read_buf(&mut body).await.map_err(|error| anyrfc_core::Error::io("", error))? > 0 {}
        Ok(())
    };
    let complete = deadline.run("the body of the refusal", read).await.is_ok();
    let truncated = !complete || body.len() > Refusal::BODY_MAX;
    body.truncate(Refusal::BODY_MAX);
    (body.freeze(), truncated)
}

impl Opened {
    /// The WebSocket on it.
    pub(super) async fn into_client(
        self,
        builder: &Builder,
        info: anyrfc_core::transport::ConnectionInfo,
        authority: &str,
    ) -> Result<WebSocketClient, Error> {
        let opening = Opening::elsewhere(Role::Client, self.accepted, self.headers);
        let stream = Connection::from_stream(self.stream).with_info(info);
        connect::establish(builder, opening, builder.config.clone(), connect::seed()?, authority, stream)
            .await
    }
}

/// Opens one WebSocket on a connection that has no other stream.
pub(in super::super) async fn open_alone(
    builder: &Builder,
    request: &Request,
    stream: Connection,
    deadline: Deadline,
) -> Result<WebSocketClient, Error> {
    let deadline = deadline.at_most(builder.config.handshake_timeout);
    let info = stream.info().clone();
    let ready = before(deadline, "the start of HTTP/2", start(builder, stream)).await?;
    let wheel = Wheel::own(ready.connection, ready.seen);
    let opened = open(builder, request, ready.sender, wheel, deadline);
    let opened = before(deadline, "the answer to the opening handshake", opened).await?;
    opened.into_client(builder, info, &request.uri().authority()).await
}
