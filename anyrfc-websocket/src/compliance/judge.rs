//! A second reader of frames, slow and plain, to compare the real one with:
//! what an open client must make of a stream of bytes.

use super::support::naive_frame;
use crate::{CloseCode, CloseFrame, Message, proto::Config};

/// Where the connection stands after all the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Open,
    /// The peer's Close came.
    Closed,
    /// To be failed with this code.
    Failed(u16),
    /// A header that is cut off, but can only end in a failure with this code.
    Doomed(u16),
}

const FRAME: usize = 160;
const MESSAGE: usize = 200;
const FRAGMENTS: usize = 4;

/// Limits that short streams can reach.
pub(super) fn tight() -> Config {
    let mut config = Config::default();
    (config.limits.frame, config.limits.message, config.limits.fragments) = (FRAME, MESSAGE, FRAGMENTS);
    config
}

/// A header: how long it is and what it announces.
struct Head {
    first: u8,
    masked: bool,
    length: u64,
    size: usize,
}

/// Reads a header and says what is wrong with it by itself; `Err(None)` is a
/// header that is cut off, with nothing wrong in what is there.
fn head(bytes: &[u8]) -> Result<Head, Option<Verdict>> {
    let wrong = |complete: bool| Some(if complete { Verdict::Failed(1002) } else { Verdict::Doomed(1002) });
    let first = bytes[0];
    let (opcode, control) = (first % 16, first & 8 != 0);
    let mut bad = ![0, 1, 2, 8, 9, 10].contains(&opcode) || (control && first < 128);
    bad |= first & 0x70 != 0;
    let Some(&second) = bytes.get(1) else { return Err(if bad { wrong(false) } else { None }) };
    let masked = second >= 128;
    bad |= masked;
    let short = second % 128;
    bad |= control && short > 125;
    let extended = match short {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let size = 2 + extended + if masked { 4 } else { 0 };
    let there = bytes.len().min(2 + extended) - 2;
    let mut length = u64::from(short);
    if extended > 0 {
        length = bytes[2..2 + there].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        bad |= extended == 8 && there > 0 && bytes[2] >= 128;
        bad |= there == extended && length < if extended == 2 { 126 } else { 65_536 };
    }
    match (bad, bytes.len() >= size) {
        (true, complete) => Err(wrong(complete)),
        (false, true) => Ok(Head { first, masked, length, size }),
        (false, false) => Err(None),
    }
}

/// What must become of `bytes`.
pub(super) fn judge(bytes: &[u8]) -> (Vec<Message>, Verdict) {
    let mut messages = Vec::new();
    let mut open: Option<(bool, Vec<u8>, usize)> = None;
    let mut rest = bytes;
    while !rest.is_empty() {
        let head = match head(rest) {
            Ok(head) => head,
            Err(Some(verdict)) => return (messages, verdict),
            Err(None) => return (messages, Verdict::Open),
        };
        assert!(!head.masked);
        let (fin, opcode) = (head.first >= 128, head.first % 16);
        if opcode < 3 {
            if (opcode == 0) != open.is_some() {
                return (messages, Verdict::Failed(1002));
            }
            let (text, mut data, count) = open.take().unwrap_or((opcode == 1, Vec::new(), 0));
            if head.length > FRAME as u64 || data.len() as u64 + head.length > MESSAGE as u64 {
                return (messages, Verdict::Failed(1009));
            }
            if count == FRAGMENTS {
                return (messages, Verdict::Failed(1008));
            }
            let payload = &rest[head.size..];
            let complete = payload.len() as u64 >= head.length;
            data.extend_from_slice(&payload[..payload.len().min(head.length as usize)]);
            if text && !is_text(&data, fin && complete) {
                return (messages, Verdict::Failed(1007));
            }
            if !complete {
                return (messages, Verdict::Open);
            }
            if fin {
                messages.push(match String::from_utf8(data) {
                    Ok(data) if text => Message::text(data),
                    Ok(data) => Message::binary(data.into_bytes()),
                    Err(data) => Message::binary(data.into_bytes()),
                });
            } else {
                open = Some((text, data, count + 1));
            }
        }
        let Some((frame, used)) = naive_frame(rest) else { return (messages, Verdict::Open) };
        match opcode {
            8 => return close(messages, &frame.payload),
            9 => messages.push(Message::Ping(frame.payload.into())),
            10 => messages.push(Message::Pong(frame.payload.into())),
            _ => {}
        }
        rest = &rest[used..];
    }
    (messages, Verdict::Open)
}

/// UTF-8, or the beginning of it where more may come.
fn is_text(data: &[u8], whole: bool) -> bool {
    match std::str::from_utf8(data) {
        Ok(_) => true,
        Err(error) => !whole && error.error_len().is_none(),
    }
}

fn close(mut messages: Vec<Message>, body: &[u8]) -> (Vec<Message>, Verdict) {
    if body.is_empty() {
        messages.push(Message::Close(None));
        return (messages, Verdict::Closed);
    }
    if body.len() == 1 {
        return (messages, Verdict::Failed(1002));
    }
    let number = u16::from(body[0]) * 256 + u16::from(body[1]);
    let allowed = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
    if !allowed.contains(&number) && !(3000..5000).contains(&number) {
        return (messages, Verdict::Failed(1002));
    }
    let (Ok(reason), Some(code)) = (std::str::from_utf8(&body[2..]), CloseCode::new(number)) else {
        return (messages, Verdict::Failed(1007));
    };
    messages.push(Message::Close(CloseFrame::new(code, reason).ok()));
    (messages, Verdict::Closed)
}
