//! Frames, from either end.

use anyrfc_websocket::{
    Deflate, WindowBits,
    codec::{
        deflate::Agreed,
        frame::{FrameHeader, Rsv},
    },
    proto::{Connection, Role},
};

use crate::session::{Handing, Pieces, Random, Seen, Taking, Trace, config, drive};

const ROLES: [Role; 2] = [Role::Client, Role::Server];

/// Gives `data` to an open connection. However it arrives, and however events
/// are taken, they are the same, and so are the error and the last words; and
/// they are the same for whole messages and for messages in pieces, unless a
/// limit ends it.
pub fn frames(data: &[u8]) {
    headers(data);
    for role in ROLES {
        however(&|| Connection::established(role, config(), [7; 32]), data);
    }
}

/// Every header in `data` that we take, another library takes, and reads the same from it.
fn headers(mut data: &[u8]) {
    while let Ok(Some((ours, used))) = FrameHeader::decode(data) {
        let mut cursor = std::io::Cursor::new(data);
        let (theirs, length) =
            tungstenite::protocol::frame::FrameHeader::parse(&mut cursor).expect("taken").expect("whole");
        assert_eq!((length, cursor.position()), (ours.length, used as u64));
        assert_eq!((theirs.is_final, theirs.mask), (ours.fin, ours.mask));
        let bits = [(theirs.rsv1, Rsv::RSV1), (theirs.rsv2, Rsv::RSV2), (theirs.rsv3, Rsv::RSV3)];
        assert!(bits.iter().all(|(set, bit)| *set == ours.rsv.contains(*bit)), "other reserved bits");
        assert_eq!(u8::from(theirs.opcode), ours.opcode as u8);
        let rest = data.get(used..).unwrap_or_default();
        let skipped = usize::try_from(ours.length).unwrap_or(usize::MAX).min(rest.len());
        data = &rest[skipped..];
    }
}

/// The same under permessage-deflate; and `data` as the payload of one
/// compressed message, in fragments, with another one after it. Nothing inflates
/// to more than the limit.
pub fn deflate(data: &[u8]) {
    let narrow = WindowBits::new(9).expect("9 is one");
    let mut alone = Agreed::default();
    (alone.server_no_context_takeover, alone.client_no_context_takeover) = (true, true);
    (alone.server_max_window_bits, alone.client_max_window_bits) = (Some(narrow), Some(narrow));
    for role in ROLES {
        let message = fragments(role, data);
        for agreed in [Agreed::default(), alone] {
            let make = || {
                let mut config = config();
                config.compression = Some(Deflate::default());
                Connection::established(role, config, [7; 32]).with_deflate(agreed)
            };
            for wire in [data, &message] {
                let trace = however(&make, wire);
                let most = config().limits.message;
                let fits = |seen: &Seen| !matches!(seen, Seen::Data(_, data) if data.len() > most);
                assert!(trace.events.iter().all(fits), "a message beyond the limit");
            }
        }
    }
}

/// "Hello" (RFC 7692, section 7.2.3.1), `payload` in up to four fragments, and "Hello" again.
fn fragments(role: Role, payload: &[u8]) -> Vec<u8> {
    const HELLO: &[u8] = b"\xf2\x48\xcd\xc9\xc9\x07\x00";
    let mut random = Random::of(payload);
    let kind = if random.below(4) == 0 { 0x41 } else { 0x42 };
    let mut wire = Vec::new();
    frame(role, 0xC1, HELLO, &mut wire);
    let (mut first, mut rest) = (kind, payload);
    for _ in 0..random.below(4) {
        let (piece, after) = rest.split_at(random.below(rest.len() + 1));
        frame(role, std::mem::take(&mut first), piece, &mut wire);
        rest = after;
    }
    frame(role, 0x80 | first, rest, &mut wire);
    frame(role, 0xC1, HELLO, &mut wire);
    wire
}

/// A frame as the peer of `role` sends it; the key is zero.
fn frame(role: Role, first: u8, payload: &[u8], wire: &mut Vec<u8>) {
    let mask = if role == Role::Server { 0x80 } else { 0 };
    wire.push(first);
    match payload.len() {
        length @ 0..=125 => wire.push(mask | length as u8),
        length => {
            wire.push(mask | 126);
            wire.extend_from_slice(&(length as u16).to_be_bytes());
        }
    }
    if mask != 0 {
        wire.extend_from_slice(&[0; 4]);
    }
    wire.extend_from_slice(payload);
}

/// Every way to receive `data` comes to the same, which is given back.
fn however(make: &dyn Fn() -> Connection, data: &[u8]) -> Trace {
    let run = |pieces, handing, taking| drive(make(), data, pieces, handing, taking);
    let whole = run(Pieces::Whole, Handing::Whole, Taking::Borrowed);
    let chunks = run(Pieces::Whole, Handing::Chunks, Taking::Borrowed);
    for (pieces, taking) in
        [(Pieces::Whole, Taking::Owned), (Pieces::Bytes, Taking::Borrowed), (Pieces::Any, Taking::Any)]
    {
        let same = run(pieces, Handing::Whole, taking);
        assert_eq!(same, whole, "whole messages, {pieces:?}, {taking:?}");
        let same = run(pieces, Handing::Chunks, taking);
        assert_eq!(same, chunks, "messages in pieces, {pieces:?}, {taking:?}");
    }
    if !whole.limited && !chunks.limited {
        assert_eq!(chunks, whole, "messages in pieces and whole");
        for pieces in [Pieces::Whole, Pieces::Any] {
            let same = run(pieces, Handing::Any, Taking::Any);
            assert_eq!(same, whole, "now whole, now in pieces, {pieces:?}");
        }
    }
    whole
}
