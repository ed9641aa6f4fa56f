//! What is sent: lines, or everything at once.

use std::io::{BufRead, Read};

use anyrfc_websocket::Message;
use bytes::Bytes;
use tokio::sync::mpsc;

use super::Args;
use crate::exit::Failure;

/// How many messages are read ahead of those that are sent.
const AHEAD: usize = 16;

/// Where the next message comes from.
pub(super) enum Input {
    Given(std::vec::IntoIter<String>),
    /// A thread, since reading stdin can neither be polled nor cancelled.
    Stdin(mpsc::Receiver<Result<Message, Failure>>),
}

impl Input {
    /// What the arguments say.
    pub(super) fn new(args: &Args) -> Self {
        if args.listen || !args.send.is_empty() {
            return Self::Given(args.send.clone().into_iter());
        }
        let (sender, receiver) = mpsc::channel(AHEAD);
        let binary = args.binary;
        std::thread::spawn(move || {
            let mut stdin = std::io::stdin().lock();
            // Nobody listens any more: nothing is read any more.
            let mut tell = |message| sender.blocking_send(message).is_ok();
            if binary { whole(&mut stdin, &mut tell) } else { lines(&mut stdin, &mut tell) }
        });
        Self::Stdin(receiver)
    }

    /// The next message; `None` at the end. Cancel-safe.
    pub(super) async fn next(&mut self) -> Result<Option<Message>, Failure> {
        match self {
            Self::Given(texts) => Ok(texts.next().map(Message::text)),
            Self::Stdin(receiver) => receiver.recv().await.transpose(),
        }
    }
}

/// All of it as one binary message; nothing at all is none.
fn whole(source: &mut impl Read, tell: &mut impl FnMut(Result<Message, Failure>) -> bool) {
    let mut bytes = Vec::new();
    match source.read_to_end(&mut bytes) {
        Ok(0) => {}
        Ok(_) => {
            tell(Ok(Message::Binary(Bytes::from(bytes))));
        }
        Err(error) => {
            tell(Err(Failure::usage(format!("stdin: {error}"))));
        }
    }
}

/// Each line as a text message, without its line end (LF or CRLF).
fn lines(source: &mut impl BufRead, tell: &mut impl FnMut(Result<Message, Failure>) -> bool) {
    let mut number = 0_u64;
    loop {
        let mut line = Vec::new();
        number += 1;
        let message = match source.read_until(b'\n', &mut line) {
            Ok(0) => return,
            Ok(_) => {
                if line.last() == Some(&b'\n') {
                    line.pop();
                    if line.last() == Some(&b'\r') {
                        line.pop();
                    }
                }
                String::from_utf8(line).map(Message::text).map_err(|_| {
                    Failure::usage(format!("line {number} of stdin is not UTF-8: --binary sends anything"))
                })
            }
            Err(error) => Err(Failure::usage(format!("stdin: {error}"))),
        };
        let failed = message.is_err();
        if !tell(message) || failed {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(mut source: &[u8]) -> (Vec<Message>, Option<String>) {
        let (mut messages, mut failure) = (Vec::new(), None);
        lines(&mut source, &mut |message| {
            match message {
                Ok(message) => messages.push(message),
                Err(error) => failure = Some(error.to_string()),
            }
            true
        });
        (messages, failure)
    }

    #[test]
    fn a_line_without_a_line_end_counts() {
        let texts = |texts: &[&str]| texts.iter().map(|text| Message::text(*text)).collect::<Vec<_>>();
        assert_eq!(told(b"a\n\r\nb\r\n c").0, texts(&["a", "", "b", " c"]));
        assert_eq!(told(b"").0, texts(&[]));
        assert_eq!(told(b"\n").0, texts(&[""]));
        assert_eq!(told(b"a\r").0, texts(&["a\r"]));
    }

    #[test]
    fn what_is_no_text_is_told_by_its_line() {
        let (messages, failure) = told(b"a\n\xff\nb\n");
        assert_eq!(messages, [Message::text("a")]);
        assert!(failure.unwrap().starts_with("line 2 of stdin"));
    }

    #[test]
    fn nothing_is_read_for_nobody() {
        let mut source: &[u8] = b"a\nb\nc\n";
        lines(&mut source, &mut |_| false);
        assert_eq!(source, b"b\nc\n");
    }

    #[test]
    fn everything_is_one_message() {
        let mut messages = Vec::new();
        whole(&mut &b"\xffa\nb"[..], &mut |message| {
            messages.push(message.unwrap());
            true
        });
        whole(&mut &b""[..], &mut |_| panic!("nothing is sent for nothing"));
        assert_eq!(messages, [Message::binary(&b"\xffa\nb"[..])]);
    }
}
