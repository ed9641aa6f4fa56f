//! What is decided before anything is written: encodings and boundaries.

use std::sync::OnceLock;

use super::{
    part::{Body, Part, Source},
    transfer::{Domain, Encoding, Receiver},
    unique::{Seed, now},
};
use crate::{ErrorKind, error::Error, rfc2045, rfc2046, rfc3464};

/// The decisions for a part and those inside it.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) encoding: Encoding,
    pub(super) boundary: String,
    pub(super) children: Vec<Plan>,
}

/// How often another boundary is tried; once is enough unless the content was made for it.
const TRIES: u32 = 16;

/// Decides for `part`; `count` counts the boundaries of the message.
///
/// # Errors
/// The receiver does not take what cannot be encoded, or no boundary is free.
pub(super) fn plan(
    part: &Part<'_>,
    receiver: Receiver,
    seed: &OnceLock<Seed>,
    count: &mut u64,
) -> Result<Plan, Error> {
    let leaf = |encoding| Ok(Plan { encoding, boundary: String::new(), children: Vec::new() });
    match &part.body {
        Body::Octets { octets, scan: Some(scan) } if part.media_type.is_top("message") => {
            leaf(message_encoding(part, octets.as_slice(), scan, receiver)?)
        }
        Body::Octets { octets, scan: Some(scan) } => leaf(scan.encoding(octets.as_slice(), receiver)),
        Body::Octets { .. } if receiver.binary => leaf(Encoding::Identity(Domain::Binary)),
        Body::Octets { .. } => leaf(Encoding::Base64),
        Body::Stream { text: false, .. } if receiver.binary => leaf(Encoding::Identity(Domain::Binary)),
        Body::Stream { text: true, .. } => leaf(Encoding::QuotedPrintable),
        Body::Stream { .. } => leaf(Encoding::Base64),
        Body::Parts { parts, boundary } => {
            if parts.is_empty() {
                return Err(
                    Error::usage("a multipart has no parts").with_requirement(rfc2046::AT_LEAST_ONE_PART)
                );
            }
            let children =
                parts.iter().map(|part| plan(part, receiver, seed, count)).collect::<Result<Vec<_>, _>>()?;
            let domain = children.iter().map(|child| child.encoding.domain()).max().unwrap_or_default();
            let boundary = match boundary {
                Some(boundary) => {
                    if parts.iter().zip(&children).any(|(part, plan)| holds(part, plan, boundary)) {
                        return Err(Error::usage("a part holds the boundary that was given")
                            .with_requirement(rfc2046::NO_BOUNDARY_IN_PARTS));
                    }
                    boundary.clone().into_owned()
                }
                None => free_boundary(parts, &children, seed, count)?,
            };
            Ok(Plan { encoding: Encoding::Identity(domain), boundary, children })
        }
        Body::Message(message) => {
            let inner = message.plan(receiver)?;
            let encoding = Encoding::Identity(inner.encoding.domain());
            let encoding = if message.internationalized(receiver) {
                // Its header fields are UTF-8 (RFC 6532, section 3.7).
                Encoding::Identity(inner.encoding.domain().max(Domain::EightBit))
            } else {
                encoding
            };
            Ok(Plan { encoding, boundary: String::new(), children: vec![inner] })
        }
    }
}

/// A message in octets, or the fields of a report: not to be encoded, the global types apart.
fn message_encoding(
    part: &Part<'_>,
    text: &[u8],
    scan: &super::transfer::Scan,
    receiver: Receiver,
) -> Result<Encoding, Error> {
    let essence = part.media_type.essence.to_ascii_lowercase();
    let fits = scan.octets <= super::fold::LIMIT && !scan.nul;
    if fits && scan.ascii {
        return Ok(Encoding::Identity(Domain::SevenBit));
    }
    if essence.starts_with("message/global") {
        // These may be encoded (RFC 6532, section 3.7; RFC 6533, section 6).
        return Ok(if fits && receiver.eight_bit {
            Encoding::Identity(Domain::EightBit)
        } else {
            scan.encoding(text, Receiver::default())
        });
    }
    let refused =
        |what, requirement| Err(Error::new(ErrorKind::Unsupported, what).with_requirement(requirement));
    if essence == "message/delivery-status" || essence == "message/disposition-notification" {
        return refused("a report's fields are not 7bit", rfc3464::STATUS_IS_7BIT);
    }
    if fits && receiver.eight_bit {
        return Ok(Encoding::Identity(Domain::EightBit));
    }
    if receiver.binary {
        return Ok(Encoding::Identity(Domain::Binary));
    }
    refused("the receiver does not take the octets of an enclosed message", rfc2046::MESSAGE_IS_NOT_ENCODED)
}

fn free_boundary(
    parts: &[Part<'_>],
    children: &[Plan],
    seed: &OnceLock<Seed>,
    count: &mut u64,
) -> Result<String, Error> {
    let seed = seed.get_or_init(|| Seed::unique(now()));
    for _ in 0..TRIES {
        let boundary = seed.boundary(*count);
        *count += 1;
        if !parts.iter().zip(children).any(|(part, plan)| holds(part, plan, &boundary)) {
            return Ok(boundary);
        }
    }
    Err(Error::usage("no boundary is free of the parts")
        .with_requirement(rfc2045::BOUNDARY_NOT_IN_ENCODED_BODIES))
}

/// Whether what will be written for `part` may hold `--boundary`.
/// What is encoded is searched too where the boundary could occur there.
fn holds(part: &Part<'_>, plan: &Plan, boundary: &str) -> bool {
    match &part.body {
        Body::Octets { octets, .. } => match plan.encoding {
            Encoding::Identity(_) => found(octets.as_slice(), boundary),
            // Base64 has no hyphens.
            Encoding::Base64 => false,
            Encoding::QuotedPrintable if boundary.contains("=_") => false,
            // A hyphen stays a hyphen, but soft line breaks may stand anywhere: search what is written.
            Encoding::QuotedPrintable => {
                let mut written = Vec::new();
                super::transfer::encode(octets.as_slice(), plan.encoding, true, true, &mut written);
                found(&written, boundary)
            }
        },
        // What is streamed is searched when it comes.
        Body::Stream { source: Source::Blocking(_), .. } => false,
        #[cfg(feature = "tokio")]
        Body::Stream { .. } => false,
        Body::Parts { parts, .. } => {
            // A delimiter inside must not begin like the one outside either.
            plan.boundary.starts_with(boundary)
                || boundary.starts_with(&plan.boundary)
                || parts.iter().zip(&plan.children).any(|(part, plan)| holds(part, plan, boundary))
        }
        Body::Message(message) => {
            plan.children.first().is_some_and(|plan| holds(&message.root, plan, boundary))
        }
    }
}

fn found(text: &[u8], boundary: &str) -> bool {
    let mut hits = memchr::memmem::find_iter(text, boundary.as_bytes());
    hits.any(|at| text.get(..at).is_some_and(|before| before.ends_with(b"--")))
}
