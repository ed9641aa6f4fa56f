//! What no client may send, one small thing at a time (RFC 6455, sections 5.1, 5.2, 8.1 and 10.7).

use std::time::Duration;

use anyrfc_core::Requirement;
use anyrfc_websocket::rfc6455;

use super::{
    frames::{CONTINUATION, FIN, PING, PONG, RSV1, RSV2, RSV3, TEXT, bare, masked},
    handshake::open,
    peer::{Peer, Reaction},
};
use crate::{
    doctor::{examination::Examination, probe::Probe, subject::Subject},
    exit::Failure,
};

/// Codes that fit a violation of the protocol (RFC 6455, section 7.4.1).
const FITTING: [u16; 5] = [1002, 1003, 1007, 1008, 1009];

/// What is told of a server that fails the connection.
pub(super) const FAILING: &[&Requirement] = &[
    rfc6455::FAILING_SENDS_CLOSE,
    rfc6455::INVALID_DATA_SENDS_CLOSE,
    rfc6455::SERVER_FAILING_CLOSES,
    rfc6455::NOTHING_IS_PROCESSED_AFTER_FAILING,
];

pub(super) async fn probes(subject: &Subject, found: &mut Examination) {
    let reserved = rfc6455::UNEXPECTED_RESERVED_BIT_FAILS;
    let opcode = rfc6455::UNKNOWN_OPCODE_FAILS;
    let valid = rfc6455::INPUT_IS_VALIDATED;
    let utf8 = rfc6455::INVALID_UTF8_FAILS;
    let text = FIN | TEXT;
    // A mask of zeros: nothing is in these that could be masked.
    let endless = vec![FIN | 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];
    let two = |one: Vec<u8>, other: Vec<u8>| [one, other].concat();
    let stimuli: [(&'static str, &'static Requirement, Vec<u8>); 13] = [
        ("a frame without a mask", rfc6455::UNMASKED_FRAME_CLOSES, bare(text, b"bare")),
        ("a frame with RSV1", reserved, masked(text | RSV1, b"one")),
        ("a frame with RSV2", reserved, masked(text | RSV2, b"two")),
        ("a frame with RSV3", reserved, masked(text | RSV3, b"three")),
        ("a frame of opcode 3", opcode, masked(FIN | 0x3, b"data")),
        ("a frame of opcode 11", opcode, masked(FIN | 0xB, b"control")),
        ("a Ping in two fragments", valid, two(masked(PING, b"in"), masked(FIN | CONTINUATION, b"two"))),
        ("a Ping of 126 bytes", valid, masked(FIN | PING, &[b'x'; 126])),
        ("a length of more than 63 bits", valid, endless),
        ("a continuation of nothing", valid, masked(FIN | CONTINUATION, b"of nothing")),
        ("a message within a message", valid, two(masked(TEXT, b"out"), masked(text, b"in"))),
        ("a text that is not UTF-8", utf8, masked(text, b"gr\xfc\xdfe")),
        (
            "a text that is not UTF-8 where two fragments meet",
            utf8,
            two(masked(TEXT, b"gr\xc3"), masked(FIN | CONTINUATION, b"\x28e")),
        ),
    ];
    for (name, requirement, bytes) in stimuli {
        let tells = [&[requirement], FAILING].concat();
        let work = async |probe: &mut Probe<'_>| {
            let mut peer = open(subject).await?;
            peer.send(&bytes).await?;
            fails(&mut peer, requirement, subject.limit(), probe).await
        };
        found.probe(name, subject.limit(), &tells, work).await;
    }
}

/// Judges whether the server fails the connection now, and how.
///
/// # Errors
/// The server says nothing that tells.
pub(super) async fn fails(
    peer: &mut Peer,
    requirement: &'static Requirement,
    limit: Duration,
    probe: &mut Probe<'_>,
) -> Result<(), Failure> {
    let moment = (limit / 8).min(Duration::from_millis(500));
    let end = match peer.reaction(moment, probe).await? {
        Reaction::WentOn(pong) => {
            probe.broken(requirement, &[b"answered a Ping behind it: ", pong.seen.as_slice()].concat());
            return Ok(());
        }
        Reaction::Failed(end) => end,
    };
    probe.kept(requirement);
    let fits = end.as_ref().and_then(|close| close.code()).is_some_and(|code| FITTING.contains(&code));
    let seen = end.as_ref().map_or(&b"the connection ended without a Close frame"[..], |close| &close.seen);
    probe.judge(rfc6455::FAILING_SENDS_CLOSE, fits, seen);
    probe.judge(rfc6455::INVALID_DATA_SENDS_CLOSE, fits, seen);
    if end.is_some() && probe.is_broken(rfc6455::SERVER_FAILING_CLOSES) {
        return Ok(());
    }
    if end.is_none() {
        probe.kept(rfc6455::SERVER_FAILING_CLOSES);
        probe.kept(rfc6455::NOTHING_IS_PROCESSED_AFTER_FAILING);
        return Ok(());
    }
    // It may be gone already; that is what is asked.
    let _ = peer.send(&masked(FIN | PING, b"after")).await;
    match peer.until_within(limit / 2, &[PONG], probe).await? {
        Some(Some(pong)) => probe.broken(rfc6455::NOTHING_IS_PROCESSED_AFTER_FAILING, &pong.seen),
        Some(None) => {
            probe.kept(rfc6455::NOTHING_IS_PROCESSED_AFTER_FAILING);
            probe.kept(rfc6455::SERVER_FAILING_CLOSES);
        }
        None => {
            let seen = format!("still open {} ms after the Close frame of a failure", limit.as_millis() / 2);
            probe.broken(rfc6455::SERVER_FAILING_CLOSES, seen.as_bytes());
        }
    }
    Ok(())
}
