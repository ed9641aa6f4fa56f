//! The examination of WebSocket servers (RFC 6455, and compression by RFC 7692).
//!
//! Most probes are raw: they write the handshake and the frames themselves, and read what comes
//! back frame by frame, judging every one ([`peer`]). A violation is told apart from its neglect by
//! a Ping behind it: a server that answers that has not noticed.

mod closing;
mod conversation;
mod deflate;
mod frames;
mod handshake;
mod opening;
mod peer;
mod violations;

use anyrfc_websocket::rfc6455;
use http::header;

use super::{examination::Examination, subject::Subject};
use crate::exit::{Exit, Failure};

/// # Errors
/// The server cannot be reached, or opens no WebSocket at this URL.
pub(super) async fn examine(subject: &Subject, found: &mut Examination) -> Result<(), Failure> {
    reachable(subject, found).await?;
    opening::probes(subject, found).await;
    conversation::probes(subject, found).await;
    violations::probes(subject, found).await;
    closing::probes(subject, found).await;
    deflate::probes(subject, found).await;
    Ok(())
}

/// A server that refuses every WebSocket cannot be examined: that is not a broken statement.
async fn reachable(subject: &Subject, found: &mut Examination) -> Result<(), Failure> {
    found.begins("whether there is a WebSocket");
    let answer = handshake::Request::new(subject).send(subject);
    let answer = tokio::time::timeout(subject.limit(), answer).await;
    let answer = answer
        .map_err(|_| Failure::new(Exit::Timeout, "the server does not answer the opening handshake"))??;
    let Some(head) = answer.head() else {
        return match answer.raw().starts_with(b"HTTP/") {
            // What is wrong with it is a finding.
            true => Ok(()),
            false if answer.raw().is_empty() => Err(Failure::new(
                Exit::Network,
                "the server closed without an answer to the opening handshake",
            )),
            false => Err(Failure::new(Exit::Protocol, "the server does not speak HTTP")
                .breaking(rfc6455::ACCEPTING_RESPONSE_IS_VALID)),
        };
    };
    if let Some(Ok(server)) = head.headers.get(header::SERVER).map(|value| value.to_str()) {
        found.server(server);
    }
    if head.status.as_u16() == 101 || head.headers.contains_key(header::SEC_WEBSOCKET_ACCEPT) {
        return Ok(());
    }
    let exit = if head.status.as_u16() == 401 { Exit::Auth } else { Exit::Refused };
    Err(Failure::new(exit, format!("the server answered the opening handshake with {}", head.status)))
}
