//! A server's view of a session, by RFC 5321, 2920, 3030 and 2033 alone: what was said, what it answers, and whether a
//! message may come.

use std::collections::VecDeque;

/// What waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Mail,
    Recipient,
    Data,
    /// A chunk, or BURL; whether it is the last.
    Chunk(bool),
    /// The end of DATA, or one of several answers to it.
    Message,
    Reset,
    Quit,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Command,
    /// The content of DATA, and whether a line of it was there.
    Content(bool),
    /// So many octets of a chunk.
    Chunk(u64),
    /// What follows an answer that nobody can have expected is not judged.
    Lost,
}

/// What a server knows.
#[derive(Debug)]
pub(crate) struct Server {
    lmtp: bool,
    /// Chunks may come before a recipient is known to be accepted.
    windowed: bool,
    mode: Mode,
    asked: VecDeque<Asked>,
    line: Vec<u8>,
    /// The sender was accepted.
    open: bool,
    accepted: usize,
    /// How many messages have come whole.
    pub(crate) whole: usize,
    quit: bool,
}

impl Server {
    pub(crate) fn new(lmtp: bool, windowed: bool) -> Self {
        Self {
            lmtp,
            windowed,
            mode: Mode::Command,
            // The greeting.
            asked: VecDeque::from([Asked::Other]),
            line: Vec::new(),
            open: false,
            accepted: 0,
            whole: 0,
            quit: false,
        }
    }

    /// What is under way is forgotten: TLS begins.
    pub(crate) fn secured(&mut self) {
        self.asked.clear();
        self.line.clear();
    }

    /// A whole reply that the client has taken.
    pub(crate) fn answers(&mut self, reply: &[u8]) {
        let class = reply.first().copied().unwrap_or_default();
        let Some(asked) = self.asked.pop_front() else {
            self.mode = Mode::Lost;
            return;
        };
        match (asked, class) {
            (Asked::Mail, b'2') => (self.open, self.accepted) = (true, 0),
            (Asked::Mail, _) => (self.open, self.accepted) = (false, 0),
            (Asked::Recipient, b'2') if self.open => self.accepted += 1,
            (Asked::Data, b'3') => {
                // It ends a group: whatever comes now is the message.
                assert!(self.asked.is_empty(), "something was said behind DATA: {:?}", self.asked);
                self.mode = Mode::Content(false);
            }
            (Asked::Reset | Asked::Message | Asked::Chunk(true), _)
                if self.asked.front() != Some(&Asked::Message) =>
            {
                self.open = false;
                self.accepted = 0;
            }
            // Each recipient by itself, and then all.
            (Asked::Message, b'3') => self.mode = Mode::Lost,
            _ => {}
        }
    }

    /// Octets of the client.
    pub(crate) fn hears(&mut self, mut octets: &[u8]) {
        assert!(octets.is_empty() || !self.quit || self.mode == Mode::Lost, "something was said behind QUIT");
        while let Some((first, rest)) = octets.split_first() {
            match &mut self.mode {
                Mode::Lost => return,
                Mode::Chunk(left) => {
                    let count = (*left).min(octets.len() as u64);
                    *left -= count;
                    if *left == 0 {
                        self.mode = Mode::Command;
                    }
                    octets = octets.get(usize::try_from(count).unwrap_or(usize::MAX)..).unwrap_or_default();
                    continue;
                }
                Mode::Command | Mode::Content(_) => {}
            }
            octets = rest;
            self.line.push(*first);
            if *first == b'\n' {
                let line = std::mem::take(&mut self.line);
                assert!(line.ends_with(b"\r\n"), "a line without CR: {}", line.escape_ascii());
                self.line(&line);
            }
        }
        if let Mode::Content(_) = self.mode {
            assert!(self.line.is_empty() || self.line == b"." || self.accepted > 0, "a message for nobody");
        }
    }

    fn line(&mut self, line: &[u8]) {
        if let Mode::Content(begun) = self.mode {
            if line != b".\r\n" {
                assert!(self.accepted > 0, "a message for nobody");
                self.mode = Mode::Content(true);
                return;
            }
            self.mode = Mode::Command;
            self.whole += usize::from(begun);
            // A lone dot for nobody is answered once in SMTP, and in LMTP never.
            for _ in 0..if self.lmtp { self.accepted } else { 1 } {
                self.asked.push_back(Asked::Message);
            }
            return;
        }
        let text = String::from_utf8_lossy(line).into_owned();
        let mut words = text.trim_end().split(' ');
        let asked = match words.next().unwrap_or_default() {
            "MAIL" => Asked::Mail,
            "RCPT" => Asked::Recipient,
            "DATA" => Asked::Data,
            "RSET" => Asked::Reset,
            "QUIT" => {
                self.quit = true;
                Asked::Quit
            }
            verb @ ("BDAT" | "BURL") => {
                let argument = words.next().unwrap_or_default();
                let last = words.next() == Some("LAST");
                assert!(self.windowed || self.accepted > 0, "a chunk for nobody: {text}");
                if verb == "BDAT" {
                    let size = argument.parse().unwrap_or_else(|_| panic!("no size: {text}"));
                    self.mode = if size == 0 { Mode::Command } else { Mode::Chunk(size) };
                }
                self.whole += usize::from(last);
                if last && self.lmtp {
                    for _ in 0..self.accepted {
                        self.asked.push_back(Asked::Message);
                    }
                    return;
                }
                Asked::Chunk(last)
            }
            "EHLO" | "LHLO" | "HELO" | "STARTTLS" | "NOOP" | "VRFY" => Asked::Other,
            _ => panic!("no command: {text}"),
        };
        self.asked.push_back(asked);
    }
}
