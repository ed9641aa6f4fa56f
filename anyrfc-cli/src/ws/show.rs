//! What arrived, for a person, a pipe or a program.

use std::io::IsTerminal;

use anyrfc_websocket::{Deviations, End, EndedBy, Message, WebSocketClient};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::Args;
use crate::{
    exit::Failure,
    terminal::{self, FAINT},
};

/// How much of a binary message a terminal shows.
const DUMP: usize = 256;

/// Where things go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Show {
    /// A person: nothing of the peer's does anything to the terminal.
    Terminal,
    /// A pipe: texts in lines.
    Lines,
    /// A pipe or a file: the bytes of every message.
    Raw,
    /// One JSON object for each event.
    Json,
}

impl Show {
    pub(super) fn new(args: &Args) -> Self {
        match (args.json, std::io::stdout().is_terminal(), args.binary) {
            (true, _, _) => Self::Json,
            (_, true, _) => Self::Terminal,
            (_, _, true) => Self::Raw,
            _ => Self::Lines,
        }
    }

    /// The connection is open.
    pub(super) fn open(self, client: &WebSocketClient) -> Result<(), Failure> {
        if self == Self::Json {
            return terminal::json_line(&json!({
                "event": "open",
                "subprotocol": client.subprotocol(),
                "compression": client.compression().is_some(),
            }));
        }
        if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
            let agreed = client.subprotocol().map(|name| format!(", subprotocol {name}")).unwrap_or_default();
            let packed = if client.compression().is_some() { ", compressed" } else { "" };
            terminal::note(&format!("connected{agreed}{packed}; Ctrl-D closes"));
        }
        Ok(())
    }

    /// A message arrived. Close is told by [`end`](Self::end).
    pub(super) fn message(self, message: &Message) -> Result<(), Failure> {
        match self {
            Self::Json => match event(message) {
                Some(event) => terminal::json_line(&event),
                None => Ok(()),
            },
            Self::Raw => match message {
                Message::Text(text) => terminal::raw(text.as_bytes()),
                Message::Binary(bytes) => terminal::raw(bytes),
                _ => Ok(()),
            },
            Self::Lines => match message {
                Message::Text(text) => terminal::raw(format!("{}\n", text.as_str()).as_bytes()),
                Message::Binary(bytes) => {
                    terminal::note(&format!(
                        "a binary message of {} bytes is left out: --binary writes it, --json shows it",
                        bytes.len()
                    ));
                    Ok(())
                }
                _ => Ok(()),
            },
            Self::Terminal => match message {
                Message::Text(text) => {
                    terminal::line(&format!("{} {}", terminal::styled(FAINT, "<"), lines(text.as_str())))
                }
                Message::Binary(bytes) => {
                    let head = format!("{} {} bytes", terminal::styled(FAINT, "<"), bytes.len());
                    terminal::line(&format!("{head}{}", dump(bytes)))
                }
                _ => Ok(()),
            },
        }
    }

    /// The connection has ended, and this was forgiven on the way.
    pub(super) fn end(self, end: Option<&End>, deviations: &Deviations) -> Result<(), Failure> {
        if self != Self::Json {
            for deviation in deviations.iter() {
                terminal::note(&format!("forgiven {} times: {}", deviation.count, deviation.requirement));
            }
            return Ok(());
        }
        if let Some(end) = end {
            terminal::json_line(&closed(end))?;
        }
        let list: Vec<Value> = deviations
            .iter()
            .map(|deviation| {
                json!({
                    "requirement": deviation.requirement.id(),
                    "summary": deviation.requirement.summary,
                    "count": deviation.count,
                    "sample": deviation.sample.escape_ascii().to_string(),
                })
            })
            .collect();
        if list.is_empty() {
            Ok(())
        } else {
            terminal::json_line(&json!({"event": "deviations", "deviations": list}))
        }
    }
}

fn event(message: &Message) -> Option<Value> {
    let bytes = |event: &str, bytes: &[u8]| json!({"event": event, "base64": STANDARD.encode(bytes)});
    Some(match message {
        Message::Text(text) => json!({"event": "text", "text": text.as_str()}),
        Message::Binary(data) => bytes("binary", data),
        Message::Ping(data) => bytes("ping", data),
        Message::Pong(data) => bytes("pong", data),
        _ => return None,
    })
}

fn closed(end: &End) -> Value {
    let by = match end.by() {
        EndedBy::Us => "us",
        EndedBy::Peer => "server",
        EndedBy::Network => "network",
    };
    json!({
        "event": "close",
        "by": by,
        "code": end.code(),
        "reason": end.reason(),
        "clean": end.is_clean(),
        "error": end.error().map(ToString::to_string),
        "requirement": end.error().and_then(|error| error.requirement()).map(|broken| broken.id()),
    })
}

/// Text of several lines, none of which moves the cursor otherwise.
fn lines(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(terminal::plain).collect::<Vec<_>>().join("\t");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// The beginning of a binary message in hexadecimal, sixteen bytes in a line.
fn dump(bytes: &[u8]) -> String {
    let shown = bytes.get(..DUMP).unwrap_or(bytes);
    let mut text = String::new();
    for (at, row) in shown.chunks(16).enumerate() {
        let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        let seen: String = row
            .iter()
            .map(|&byte| if matches!(byte, 0x20..=0x7e) { char::from(byte) } else { '.' })
            .collect();
        text.push_str(&format!("\n  {:06x}  {:47}  {seen}", at * 16, hex.join(" ")));
    }
    if shown.len() < bytes.len() {
        text.push_str("\n  …");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_not_moved() {
        assert_eq!(lines("a\tb\nc\x1b[2J\r"), "a\tb\nc\\u{1b}[2J\\r");
    }

    #[test]
    fn a_dump_is_bounded() {
        assert_eq!(dump(b""), "");
        assert_eq!(dump(b"a\x1bc"), format!("\n  000000  {:47}  a.c", "61 1b 63"));
        let long = dump(&[0; 4096]);
        assert_eq!(long.lines().count(), 1 + DUMP / 16 + 1);
        assert!(long.ends_with("…"));
    }

    #[test]
    fn events_hold_everything() {
        assert_eq!(event(&Message::text("a\"b")).unwrap(), json!({"event": "text", "text": "a\"b"}));
        assert_eq!(
            event(&Message::binary(&b"\xff"[..])).unwrap(),
            json!({"event": "binary", "base64": "/w=="})
        );
        assert_eq!(event(&Message::Close(None)), None);
    }
}
