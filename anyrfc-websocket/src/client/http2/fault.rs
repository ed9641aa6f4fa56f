//! What HTTP/2 reports, in the words of this crate.

use std::io;

use anyrfc_core::{ErrorKind, Fault};

use super::watch::Seen;
use crate::{Detail, Error, Http2Failure, rfc6455};

// RFC 9113, section 7.
const NO_ERROR: u32 = 0;
const PROTOCOL_ERROR: u32 = 1;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;
const ENHANCE_YOUR_CALM: u32 = 11;
const INADEQUATE_SECURITY: u32 = 12;
const HTTP_1_1_REQUIRED: u32 = 13;

/// The name of an error code; a number that has none is shown as such.
fn name(code: u32) -> String {
    let name = match code {
        NO_ERROR => "NO_ERROR",
        PROTOCOL_ERROR => "PROTOCOL_ERROR",
        2 => "INTERNAL_ERROR",
        3 => "FLOW_CONTROL_ERROR",
        4 => "SETTINGS_TIMEOUT",
        5 => "STREAM_CLOSED",
        6 => "FRAME_SIZE_ERROR",
        REFUSED_STREAM => "REFUSED_STREAM",
        CANCEL => "CANCEL",
        9 => "COMPRESSION_ERROR",
        10 => "CONNECT_ERROR",
        ENHANCE_YOUR_CALM => "ENHANCE_YOUR_CALM",
        INADEQUATE_SECURITY => "INADEQUATE_SECURITY",
        HTTP_1_1_REQUIRED => "HTTP_1_1_REQUIRED",
        _ => return format!("the error code {code}"),
    };
    name.to_owned()
}

/// The server broke RFC 8441, for which the library has ended the connection.
fn broken(seen: &Seen) -> Option<Error> {
    let failure = Http2Failure { code: PROTOCOL_ERROR, connection: true, by_peer: false, retriable: false };
    Some(Error::violation(seen.broken()?, "").with_detail(Detail::Http2(failure)))
}

/// What a GOAWAY of the server with this code means for `stream`.
fn goaway(code: u32, seen: &Seen, stream: Option<u32>) -> Error {
    let retriable = stream.is_some_and(|stream| seen.is_beyond_goaway(stream));
    of(Http2Failure { code, connection: true, by_peer: true, retriable })
}

/// The error of `stream`, or of the connection itself.
pub(super) fn error(error: &h2::Error, seen: &Seen, stream: Option<u32>) -> Error {
    if let Some(broken) = broken(seen) {
        return broken;
    }
    if let Some(io) = error.get_io() {
        // The connection ends after a GOAWAY: that says why.
        return seen.goaway().map_or_else(|| lost(io), |code| goaway(code, seen, stream));
    }
    let Some(code) = error.reason().map(u32::from) else {
        // The library's own complaint: the stream is no more.
        return closed("the HTTP/2 stream is closed");
    };
    let (connection, by_peer) = (error.is_go_away(), error.is_remote());
    if connection && by_peer {
        return goaway(code, seen, stream);
    }
    of(Http2Failure { code, connection, by_peer, retriable: by_peer && code == REFUSED_STREAM })
}

/// The server takes nothing more on `stream`, for this reason.
pub(super) fn stopped(code: u32, seen: &Seen, stream: u32) -> Error {
    if let Some(broken) = broken(seen) {
        return broken;
    }
    if seen.goaway() == Some(code) {
        return goaway(code, seen, Some(stream));
    }
    of(Http2Failure { code, connection: false, by_peer: true, retriable: code == REFUSED_STREAM })
}

/// The connection was lost below HTTP/2.
fn lost(error: &io::Error) -> Error {
    let (kind, message) = match error.kind() {
        // How the library says that the connection ended in the middle of a stream.
        io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof => {
            (ErrorKind::Closed, "the HTTP/2 connection ended before the stream did")
        }
        _ => (ErrorKind::Io, "the connection was lost"),
    };
    let source = io::Error::new(error.kind(), error.to_string());
    Error::new(kind, message).with_requirement(rfc6455::LOST_TRANSPORT_FAILS).with_source(source)
}

/// The stream, or the session, is over for a reason that was told before or is nobody's fault.
pub(super) fn closed(message: &'static str) -> Error {
    Error::new(ErrorKind::Closed, message).with_requirement(rfc6455::LOST_TRANSPORT_FAILS)
}

fn of(failure: Http2Failure) -> Error {
    let what = if failure.connection { "HTTP/2 connection" } else { "HTTP/2 stream" };
    let name = name(failure.code);
    if !failure.by_peer {
        let kind = if failure.code == ENHANCE_YOUR_CALM { ErrorKind::Limit } else { ErrorKind::Protocol };
        let message = format!("the {what} was ended for what the server did, with {name}");
        return Error::new(kind, message).with_detail(Detail::Http2(failure));
    }
    let kind = match failure.code {
        _ if failure.retriable => ErrorKind::Refused,
        ENHANCE_YOUR_CALM => ErrorKind::Refused,
        INADEQUATE_SECURITY | HTTP_1_1_REQUIRED => ErrorKind::Unsupported,
        _ => ErrorKind::Closed,
    };
    let made = Error::new(kind, format!("the server ended the {what} with {name}"));
    let made = if kind == ErrorKind::Closed {
        made.with_fault(Fault::Peer).with_requirement(rfc6455::LOST_TRANSPORT_FAILS)
    } else {
        made
    };
    made.with_detail(Detail::Http2(failure))
}

/// A request that was not even sent: the server did nothing with it.
pub(super) fn unsent(error: Error) -> Error {
    match error.http2() {
        Some(failure) if failure.by_peer => of(Http2Failure { retriable: true, ..*failure }),
        _ => error,
    }
}

/// As the driver carries it; [`failure`](crate::client::failure) unpacks it again.
pub(super) fn io(error: Error) -> io::Error {
    let kind = match error.kind() {
        ErrorKind::Io | ErrorKind::Closed | ErrorKind::Refused => io::ErrorKind::ConnectionReset,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}
