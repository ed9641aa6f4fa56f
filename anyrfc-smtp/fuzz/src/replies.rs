//! Replies as they arrive.

use anyrfc_core::{Deviations, ErrorKind, Limits, Tolerance};
use anyrfc_smtp::codec::reply::{ReplyReader, read_reply};

/// What was read of a stream: each reply, what was forgiven, and why it went no further.
#[derive(Debug, PartialEq, Eq)]
struct Trace {
    replies: Vec<(u16, Vec<u8>)>,
    forgiven: Vec<(String, u64)>,
    failure: Option<(ErrorKind, Option<String>)>,
}

/// Reads `data` as a stream of replies: in pieces of any size it is the same as in one, and no more of it is kept than
/// the limits allow.
pub fn replies(data: &[u8]) {
    for (line, reply, lines) in [(4096, 1 << 17, 1000), (24, 64, 3)] {
        let mut limits = Limits::default();
        (limits.line, limits.header_block, limits.list) = (line, reply, lines);
        for tolerance in [Tolerance::Strict, Tolerance::Field, Tolerance::Lenient] {
            let whole = trace(data, &limits, tolerance, data.len().max(1));
            for size in [1, 2, 7, 61] {
                assert_eq!(trace(data, &limits, tolerance, size), whole, "in pieces of {size}");
            }
        }
    }
    if let Ok(reply) = read_reply(data) {
        assert_eq!(reply.raw(), data);
    }
}

fn trace(data: &[u8], limits: &Limits, tolerance: Tolerance, size: usize) -> Trace {
    let mut reader = ReplyReader::new(limits, tolerance);
    let (mut deviations, mut input) = (Deviations::default(), Vec::new());
    let (mut replies, mut failure) = (Vec::new(), None);
    'pieces: for piece in data.chunks(size) {
        input.extend_from_slice(piece);
        loop {
            match reader.read(&input, &mut deviations) {
                Ok(Some((code, length))) => {
                    let raw: Vec<u8> = input.drain(..length).collect();
                    assert!(raw.len() <= limits.header_block && raw.ends_with(b"\n"));
                    assert!(reader.is_idle());
                    judge(code.as_u16(), &raw, limits);
                    replies.push((code.as_u16(), raw));
                }
                Ok(None) => {
                    // All of it was looked at, and none of it is beyond a limit.
                    assert_eq!(reader.seen(), input.len());
                    assert!(input.len() <= limits.header_block);
                    break;
                }
                Err(error) => {
                    let requirement = error.requirement().map(|requirement| requirement.id());
                    assert_eq!(requirement.is_some(), error.kind() == ErrorKind::Protocol, "{error}");
                    assert!(error.to_string().chars().all(|shown| !shown.is_control()), "{error}");
                    failure = Some((error.kind(), requirement));
                    break 'pieces;
                }
            }
        }
    }
    let forgiven = deviations.iter().map(|seen| (seen.requirement.id(), seen.count)).collect();
    Trace { replies, forgiven, failure }
}

/// A reply has one code in all of its lines, of which the last alone says that it is.
fn judge(code: u16, raw: &[u8], limits: &Limits) {
    assert!((200..=599).contains(&code), "{code}");
    let lines: Vec<&[u8]> = raw.split_inclusive(|octet| *octet == b'\n').collect();
    assert!(lines.len() <= limits.list);
    for (index, line) in lines.iter().enumerate() {
        assert!(line.len() <= limits.line && line.starts_with(code.to_string().as_bytes()));
        assert_eq!(line.get(3) == Some(&b'-'), index + 1 < lines.len());
    }
    let Ok(read) = read_reply(raw) else { return };
    let owned = read.to_reply();
    assert_eq!(owned.code().as_u16(), code);
    assert_eq!(read.lines().count(), lines.len());
    // Shortened, where it is long.
    assert!(owned.to_string().chars().all(|shown| matches!(shown, ' '..='~' | '…')), "{owned}");
}
