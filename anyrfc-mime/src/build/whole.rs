//! Writes a message into one buffer.

use super::{
    part::{Body, Header, Part},
    plan::Plan,
    transfer::{Receiver, encode},
};
use crate::{ErrorKind, error::Error};

/// The fields of `part`, the empty line and its content.
///
/// # Errors
/// A field cannot be written, or a stream is in the way.
pub(super) fn part(
    part: &Part<'_>,
    plan: &Plan,
    receiver: Receiver,
    utf8: bool,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    write_head(part, plan, receiver, utf8, out)?;
    match &part.body {
        Body::Octets { octets, scan } => {
            let bare = scan.is_some_and(|scan| scan.bare);
            encode(octets.as_slice(), plan.encoding, scan.is_some(), bare, out);
            Ok(())
        }
        Body::Parts { parts, .. } => {
            let mut fresh = true;
            for (inner, plan_of) in parts.iter().zip(&plan.children) {
                delimiter(out, &plan.boundary, fresh);
                self::part(inner, plan_of, receiver, utf8, out)?;
                fresh = ends_itself(inner);
            }
            close(out, &plan.boundary, fresh);
            Ok(())
        }
        Body::Message(message) => {
            message.write_fields(out, message.internationalized(receiver))?;
            let Some(inner) = plan.children.first() else { return Ok(()) };
            self::part(&message.root, inner, receiver, message.internationalized(receiver), out)
        }
        Body::Stream { .. } => Err(Error::new(ErrorKind::Closed, "the content of the message is gone")),
    }
}

/// The fields of a part and the empty line after them.
///
/// # Errors
/// A field cannot be written.
pub(super) fn write_head(
    part: &Part<'_>,
    plan: &Plan,
    receiver: Receiver,
    utf8: bool,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let global = matches!(&part.body, Body::Message(message) if message.internationalized(receiver));
    part.write_fields(out, plan.encoding, &plan.boundary, Header { utf8, global })?;
    out.extend_from_slice(b"\r\n");
    Ok(())
}

/// The delimiter line before a part. The line break before it belongs to it (RFC 2046, section
/// 5.1.1), unless what stands there ended a line that is not content.
pub(super) fn delimiter(out: &mut Vec<u8>, boundary: &str, fresh: bool) {
    out.extend_from_slice(if fresh { b"--" } else { b"\r\n--" });
    out.extend_from_slice(boundary.as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// The delimiter line after the last part.
pub(super) fn close(out: &mut Vec<u8>, boundary: &str, fresh: bool) {
    out.extend_from_slice(if fresh { b"--" } else { b"\r\n--" });
    out.extend_from_slice(boundary.as_bytes());
    out.extend_from_slice(b"--\r\n");
}

/// Whether what is written for `part` ends with a line break that is not content: a multipart.
pub(super) fn ends_itself(part: &Part<'_>) -> bool {
    match &part.body {
        Body::Parts { .. } => true,
        Body::Message(message) => ends_itself(&message.root),
        Body::Octets { .. } | Body::Stream { .. } => false,
    }
}
