//! Frames as a client sends them, right and wrong (RFC 6455, section 5.2).

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use anyrfc_websocket::codec::mask;

pub(super) const CONTINUATION: u8 = 0x0;
pub(super) const TEXT: u8 = 0x1;
pub(super) const BINARY: u8 = 0x2;
pub(super) const CLOSE: u8 = 0x8;
pub(super) const PING: u8 = 0x9;
pub(super) const PONG: u8 = 0xA;

pub(super) const FIN: u8 = 0x80;
pub(super) const RSV1: u8 = 0x40;
pub(super) const RSV2: u8 = 0x20;
pub(super) const RSV3: u8 = 0x10;

/// Bytes that nobody can foretell: keys of handshakes and masks.
pub(super) fn entropy<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    for chunk in bytes.chunks_mut(8) {
        // Each state is seeded anew.
        let word = RandomState::new().build_hasher().finish().to_ne_bytes();
        chunk.iter_mut().zip(word).for_each(|(byte, random)| *byte = random);
    }
    bytes
}

/// A masked frame; `first` is its first byte.
pub(super) fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let key = entropy::<4>();
    let mut out = header(first, 0x80, payload.len());
    out.extend_from_slice(&key);
    let mut payload = payload.to_vec();
    mask::apply(&mut payload, key, 0);
    out.extend_from_slice(&payload);
    out
}

/// A frame that is not masked.
pub(super) fn bare(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = header(first, 0, payload.len());
    out.extend_from_slice(payload);
    out
}

/// A masked Close frame.
pub(super) fn close(code: u16, reason: &str) -> Vec<u8> {
    masked(FIN | CLOSE, &[&code.to_be_bytes(), reason.as_bytes()].concat())
}

/// Lengths of probes are below 64 KiB.
fn header(first: u8, mask: u8, length: usize) -> Vec<u8> {
    match u8::try_from(length) {
        Ok(short @ 0..=125) => vec![first, mask | short],
        _ => {
            let [high, low] = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
            vec![first, mask | 126, high, low]
        }
    }
}
