//! What one end sends, the other receives.

use std::time::Instant;

use anyrfc_core::{Machine as _, Output};
use anyrfc_websocket::{
    Deflate, Kind, Message, WindowBits,
    codec::deflate::Agreed,
    proto::{Config, Connection, Role},
};
use bytes::Bytes;

use crate::session::{Handing, Pieces, Seen, Taking, drive};

/// Sends what `data` says, a command byte and a payload each, from either end:
/// the other end receives exactly that, in order, however it arrives, compressed or not.
pub fn roundtrip(data: &[u8]) {
    let mut alone = Agreed::default();
    (alone.server_no_context_takeover, alone.client_no_context_takeover) = (true, true);
    let mut narrow = Agreed::default();
    let bits = WindowBits::new(9).ok();
    (narrow.server_max_window_bits, narrow.client_max_window_bits) = (bits, bits);
    for agreed in [None, Some(Agreed::default()), Some(alone), Some(narrow)] {
        exchange(data, agreed);
    }
}

fn established(role: Role, seed: u8, agreed: Option<Agreed>) -> Connection {
    let mut config = Config::default();
    config.compression = agreed.map(|_| Deflate::default().threshold(4));
    let connection = Connection::established(role, config, [seed; 32]);
    match agreed {
        Some(agreed) => connection.with_deflate(agreed),
        None => connection,
    }
}

fn exchange(data: &[u8], agreed: Option<Agreed>) {
    for (from, to) in [(Role::Client, Role::Server), (Role::Server, Role::Client)] {
        let (wire, sent) = send(established(from, 3, agreed), data);
        for (pieces, handing, taking) in [
            (Pieces::Whole, Handing::Whole, Taking::Owned),
            (Pieces::Any, Handing::Whole, Taking::Borrowed),
            (Pieces::Any, Handing::Chunks, Taking::Any),
        ] {
            let trace = drive(established(to, 9, agreed), &wire, pieces, handing, taking);
            assert_eq!(trace.error, None, "from the {from:?}");
            let (data, control): (Vec<_>, Vec<_>) =
                trace.events.into_iter().partition(|seen| matches!(seen, Seen::Data(..)));
            assert_eq!((data, control), (sent.data.clone(), sent.control.clone()), "from the {from:?}");
        }
    }
}

/// Control frames go between messages where there is room: their order is their own.
#[derive(Default)]
struct Sent {
    data: Vec<Seen>,
    control: Vec<Seen>,
}

fn send(mut connection: Connection, mut data: &[u8]) -> (Vec<u8>, Sent) {
    let now = Instant::now();
    let mut out = Output::new();
    let mut wire = Vec::new();
    let mut sent = Sent::default();
    // The message that is being sent in parts.
    let mut parts: Option<(Kind, Vec<u8>)> = None;
    while let [command, length, rest @ ..] = data {
        let (payload, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        data = rest;
        let kind = if command & 0x80 == 0 { Kind::Text } else { Kind::Binary };
        let fits = kind == Kind::Binary || std::str::from_utf8(payload).is_ok();
        match command & 7 {
            0 | 1 => {
                // Once in a while a message of more than the output takes at once.
                let times = if command & 0x78 == 0x78 { 70_000 / payload.len().max(1) } else { 1 };
                let payload = payload.repeat(times);
                let result = if command & 1 == 0 {
                    connection.send_slice(&mut out, kind, &payload)
                } else {
                    let bytes = Bytes::from(payload.clone());
                    match (kind, fits) {
                        (Kind::Text, true) => {
                            let text = String::from_utf8(payload.clone()).expect("UTF-8");
                            connection.send(&mut out, Message::text(text))
                        }
                        _ => connection.send(&mut out, Message::binary(bytes)),
                    }
                };
                let kind = if command & 1 == 1 && !fits { Kind::Binary } else { kind };
                let valid = kind == Kind::Binary || fits;
                assert_eq!(result.is_ok(), valid && parts.is_none(), "{result:?}");
                if result.is_ok() {
                    sent.data.push(Seen::Data(kind, payload));
                }
            }
            2 | 3 => {
                let last = command & 1 == 1;
                let result = connection.send_part(&mut out, kind, payload, last);
                let (begun, mut whole) = parts.clone().unwrap_or((kind, Vec::new()));
                whole.extend_from_slice(payload);
                let valid = match std::str::from_utf8(&whole) {
                    _ if kind == Kind::Binary => true,
                    Ok(_) => true,
                    Err(error) => error.error_len().is_none() && !last,
                };
                assert_eq!(result.is_ok(), valid && begun == kind, "{result:?}");
                if result.is_ok() {
                    parts = (!last).then(|| (kind, whole.clone()));
                    if last {
                        sent.data.push(Seen::Data(kind, whole));
                    }
                }
            }
            4 if connection.ping(payload).is_ok() => sent.control.push(Seen::Ping(payload.to_vec())),
            5 if connection.pong(payload).is_ok() => sent.control.push(Seen::Pong(payload.to_vec())),
            _ => {
                connection.transmit(&mut out, now);
                wire.extend_from_slice(&out.take());
            }
        }
    }
    while connection.wants_write() {
        connection.transmit(&mut out, now);
        wire.extend_from_slice(&out.take());
    }
    wire.extend_from_slice(&out.take());
    (wire, sent)
}
