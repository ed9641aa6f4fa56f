//! Commands out of a stream of octets.

use super::syntax::SyntaxError;

/// Which literals a server takes without being asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Literals {
    /// None: every literal waits (RFC 3501).
    Synchronizing,
    /// Up to 4,096 octets (LITERAL- of RFC 7888, and IMAP4rev2).
    #[default]
    Minus,
    /// All (LITERAL+ of RFC 7888).
    Plus,
}

/// What a server has read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A command, literals and all, up to its last CR LF.
    Command(Vec<u8>),
    /// The announcement of a literal of so many octets, for which the client waits.
    Continue(u64),
    /// What no server takes.
    Wrong(SyntaxError),
}

/// Cuts a client's octets into commands as a strict server does: only CR LF ends a
/// line, a literal is announced at the end of one, and who must wait waits.
///
/// ```
/// use anyrfc_imap::testing::{CommandReader, Literals, Received};
///
/// let mut reader = CommandReader::new(Literals::Minus);
/// reader.feed(b"a LOGIN {5}\r\n");
/// assert_eq!(reader.next(), Some(Received::Continue(5)));
/// reader.feed(b"alice {2+}\r\npw\r\nb NOOP\r\n");
/// assert_eq!(reader.next(), Some(Received::Command(b"a LOGIN {5}\r\nalice {2+}\r\npw\r\n".to_vec())));
/// assert_eq!(reader.next(), Some(Received::Command(b"b NOOP\r\n".to_vec())));
/// assert_eq!(reader.next(), None);
/// ```
#[derive(Clone, Debug)]
pub struct CommandReader {
    literals: Literals,
    bytes: Vec<u8>,
    /// Where the line that is being read begins.
    line: usize,
    /// Octets of a literal that are still to come.
    missing: Option<usize>,
    limit: usize,
}

impl CommandReader {
    /// For a server that takes these literals without being asked.
    #[must_use]
    pub fn new(literals: Literals) -> Self {
        Self { literals, bytes: Vec::new(), line: 0, missing: None, limit: 256 << 20 }
    }

    /// Takes other literals from now on.
    pub fn take_literals(&mut self, literals: Literals) {
        self.literals = literals;
    }

    /// More octets from the client.
    pub fn feed(&mut self, octets: &[u8]) {
        self.bytes.extend_from_slice(octets);
    }

    /// Everything that has been received and belongs to no command yet.
    #[must_use]
    pub fn pending(&self) -> &[u8] {
        &self.bytes
    }

    /// A line that is no command: a SASL response, or DONE; without its CR LF.
    pub fn next_line(&mut self) -> Option<Vec<u8>> {
        let end = self.bytes.windows(2).position(|pair| pair == b"\r\n")?;
        let mut line: Vec<u8> = self.bytes.drain(..end + 2).collect();
        line.truncate(end);
        Some(line)
    }

    /// The next thing there is to say of what has come.
    #[expect(clippy::should_implement_trait, reason = "more may follow what was the end")]
    pub fn next(&mut self) -> Option<Received> {
        loop {
            if let Some(missing) = self.missing {
                if self.bytes.len() < self.line + missing {
                    return None;
                }
                self.line += missing;
                self.missing = None;
            }
            let line = self.bytes.get(self.line..)?;
            // A bare CR or LF ends nothing; it is left to the grammar, which has none.
            let Some(end) = line.windows(2).position(|pair| pair == b"\r\n") else {
                return (line.len() > self.limit).then(|| self.wrong("the end of a line"));
            };
            let announced = line.get(..end).and_then(announcement);
            self.line += end + 2;
            let Some((octets, waits)) = announced else {
                let command: Vec<u8> = self.bytes.drain(..self.line).collect();
                self.line = 0;
                return Some(Received::Command(command));
            };
            let Some(count) = usize::try_from(octets).ok().filter(|count| *count <= self.limit) else {
                return Some(self.wrong("a literal that is not too large"));
            };
            self.missing = Some(count);
            match (waits, self.literals) {
                (true, _) if self.bytes.len() > self.line => {
                    return Some(self.wrong("nothing before the continuation request"));
                }
                (true, _) => return Some(Received::Continue(octets)),
                (false, Literals::Synchronizing) => return Some(self.wrong("a synchronizing literal")),
                (false, Literals::Minus) if octets > 4096 => {
                    return Some(self.wrong("a synchronizing literal beyond 4,096 octets"));
                }
                (false, _) => {}
            }
        }
    }

    fn wrong(&mut self, expected: &'static str) -> Received {
        let found = self.bytes.get(self.line..).unwrap_or_default();
        let found = found.get(..found.len().min(40)).unwrap_or_default().to_vec();
        let error = SyntaxError { at: self.line, expected, found };
        self.bytes.clear();
        (self.line, self.missing) = (0, None);
        Received::Wrong(error)
    }
}

/// The literal announced at the end of a line: how many octets, and whether the client waits.
fn announcement(line: &[u8]) -> Option<(u64, bool)> {
    let line = line.strip_suffix(b"}")?;
    let open = line.iter().rposition(|octet| *octet == b'{')?;
    let inside = line.get(open + 1..)?;
    let (digits, waits) = match inside.strip_suffix(b"+") {
        Some(digits) => (digits, false),
        None => (inside, true),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok().map(|octets| (octets, waits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(literals: Literals, octets: &[u8]) -> Vec<Received> {
        let mut reader = CommandReader::new(literals);
        let mut all = Vec::new();
        for octet in octets {
            reader.feed(&[*octet]);
            while let Some(received) = reader.next() {
                all.push(received);
            }
        }
        all
    }

    #[test]
    fn octet_by_octet() {
        let text = b"a APPEND x {3}\r\n\r\n}\r\nb NOOP {\r\nc \"{3}\"\r\n";
        assert_eq!(
            read(Literals::Plus, text),
            [
                Received::Continue(3),
                Received::Command(b"a APPEND x {3}\r\n\r\n}\r\n".to_vec()),
                Received::Command(b"b NOOP {\r\n".to_vec()),
                Received::Command(b"c \"{3}\"\r\n".to_vec()),
            ]
        );
    }

    #[test]
    fn who_does_not_wait_is_told() {
        let mut reader = CommandReader::new(Literals::Plus);
        reader.feed(b"a LOGIN {2}\r\nus");
        assert!(matches!(reader.next(), Some(Received::Wrong(_))));
        for (literals, text) in
            [(Literals::Synchronizing, &b"a x {1+}\r\n"[..]), (Literals::Minus, b"a x {4097+}\r\n")]
        {
            assert!(matches!(read(literals, text)[..], [Received::Wrong(_)]), "{literals:?}");
        }
        assert_eq!(read(Literals::Minus, b"a x {4096+}\r\n"), []);
        assert!(matches!(read(Literals::Plus, b"a x {99999999999}\r\n")[..], [Received::Wrong(_)]));
    }
}
