//! Just enough of IMAP (RFC 3501) to ask what a server sees: commands, and answers as lists.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use crate::Result;

/// Nothing that is asked here takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an answer is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// An atom, a number or `NIL`.
    Atom(String),
    /// A string, in whatever form.
    Text(Vec<u8>),
    List(Vec<Value>),
}

impl Value {
    pub(super) fn is_nil(&self) -> bool {
        matches!(self, Self::Atom(atom) if atom.eq_ignore_ascii_case("NIL"))
    }

    /// The octets of a string; none of `NIL`.
    pub(super) fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text),
            Self::Atom(atom) if !self.is_nil() => Some(atom.as_bytes()),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> &[Value] {
        if let Self::List(list) = self { list } else { &[] }
    }
}

/// The values that an answer holds; brackets of an atom may hold anything.
pub(super) fn values(answer: &[u8]) -> Result<Vec<Value>> {
    let mut open: Vec<Vec<Value>> = vec![Vec::new()];
    let mut rest = answer;
    while let [first, after @ ..] = rest {
        let value = match first {
            b' ' | b'\r' | b'\n' => {
                rest = after;
                continue;
            }
            b'(' => {
                rest = after;
                open.push(Vec::new());
                continue;
            }
            b')' => {
                rest = after;
                Value::List(open.pop().filter(|_| !open.is_empty()).ok_or("a list ends that never began")?)
            }
            b'"' => {
                let (text, after) = quoted(after)?;
                rest = after;
                Value::Text(text)
            }
            b'{' | b'~' => {
                let line = after.iter().position(|&byte| byte == b'\n').ok_or("a literal without a line")?;
                let length = literal(&rest[..line + 1]).ok_or("a literal without a length")?;
                let text = after.get(line + 1..line + 1 + length).ok_or("a literal is cut")?;
                rest = &after[line + 1 + length..];
                Value::Text(text.to_vec())
            }
            _ => {
                let mut depth = 0_usize;
                let end = rest.iter().position(|byte| {
                    depth = match byte {
                        b'[' => depth + 1,
                        b']' => depth.saturating_sub(1),
                        _ => depth,
                    };
                    depth == 0 && matches!(byte, b' ' | b'(' | b')' | b'\r' | b'\n')
                });
                let (atom, after) = rest.split_at(end.unwrap_or(rest.len()));
                rest = after;
                Value::Atom(String::from_utf8_lossy(atom).into_owned())
            }
        };
        open.last_mut().ok_or("nowhere to put it")?.push(value);
    }
    match open.as_mut_slice() {
        [all] => Ok(std::mem::take(all)),
        _ => Err("a list does not end".into()),
    }
}

fn quoted(text: &[u8]) -> Result<(Vec<u8>, &[u8])> {
    let mut out = Vec::new();
    let mut octets = text.iter().enumerate();
    while let Some((at, octet)) = octets.next() {
        match octet {
            b'"' => return Ok((out, &text[at + 1..])),
            b'\\' => out.extend(octets.next().map(|(_, octet)| *octet)),
            octet => out.push(*octet),
        }
    }
    Err("a string does not end".into())
}

/// The length of the literal that a line ends with.
fn literal(line: &[u8]) -> Option<usize> {
    let line = line.trim_ascii_end().strip_suffix(b"}")?;
    let at = line.iter().rposition(|&byte| byte == b'{')?;
    std::str::from_utf8(line.get(at + 1..)?).ok()?.parse().ok()
}

/// A session.
#[derive(Debug)]
pub(super) struct Session {
    stream: BufReader<TcpStream>,
    tags: usize,
}

impl Session {
    pub(super) fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut session = Self { stream: BufReader::new(stream), tags: 0 };
        let greeting = session.answer()?;
        if !greeting.starts_with(b"* OK") {
            return Err(format!("greeted with {}", greeting.escape_ascii()).into());
        }
        Ok(session)
    }

    /// A line, with the literals in it.
    fn answer(&mut self) -> Result<Vec<u8>> {
        let mut answer = Vec::new();
        loop {
            let begun = answer.len();
            if self.stream.read_until(b'\n', &mut answer)? == 0 {
                return Err("the server closed the connection".into());
            }
            let Some(length) = literal(&answer[begun..]) else { return Ok(answer) };
            let at = answer.len();
            answer.resize(at + length, 0);
            self.stream.read_exact(&mut answer[at..])?;
        }
    }

    /// A command without literals; its untagged answers.
    pub(super) fn command(&mut self, command: &str) -> Result<Vec<Vec<u8>>> {
        self.tags += 1;
        let tag = format!("a{}", self.tags);
        self.stream.get_mut().write_all(format!("{tag} {command}\r\n").as_bytes())?;
        self.completed(&tag, command)
    }

    /// Puts a message into the mailbox.
    pub(super) fn append(&mut self, octets: &[u8]) -> Result<()> {
        self.tags += 1;
        let tag = format!("a{}", self.tags);
        let command = format!("{tag} APPEND INBOX {{{}}}\r\n", octets.len());
        self.stream.get_mut().write_all(command.as_bytes())?;
        let go_on = self.answer()?;
        if !go_on.starts_with(b"+") {
            return Err(format!("a message is refused: {}", go_on.escape_ascii()).into());
        }
        self.stream.get_mut().write_all(octets)?;
        self.stream.get_mut().write_all(b"\r\n")?;
        self.completed(&tag, "APPEND").map(drop)
    }

    fn completed(&mut self, tag: &str, command: &str) -> Result<Vec<Vec<u8>>> {
        let mut untagged = Vec::new();
        loop {
            let answer = self.answer()?;
            if answer.starts_with(b"* ") {
                untagged.push(answer);
                continue;
            }
            let text = String::from_utf8_lossy(&answer);
            return match text.strip_prefix(tag) {
                Some(status) if status.starts_with(" OK") => Ok(untagged),
                _ => Err(format!("{command}: {}", text.trim()).into()),
            };
        }
    }

    /// What `FETCH` tells of each message, by its number: names and values in turn.
    pub(super) fn fetch(&mut self, which: &str, what: &str) -> Result<Vec<(usize, Vec<Value>)>> {
        let mut found = Vec::new();
        for answer in self.command(&format!("FETCH {which} {what}"))? {
            let values = values(&answer)?;
            let [_, Value::Atom(number), Value::Atom(kind), Value::List(items)] = values.as_slice() else {
                continue;
            };
            if kind == "FETCH" {
                found.push((number.parse()?, items.clone()));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_lists() {
        let atom = |text: &str| Value::Atom(text.into());
        let text = |text: &str| Value::Text(text.into());
        let answer =
            b"* 1 FETCH (A \"b \\\"c\\\\\" NIL ((\"x\") ()) BINARY[1.2] {3}\r\n(a\" ~{2}\r\n\0))\r\n";
        let items = vec![
            atom("A"),
            text("b \"c\\"),
            atom("NIL"),
            Value::List(vec![Value::List(vec![text("x")]), Value::List(Vec::new())]),
            atom("BINARY[1.2]"),
            text("(a\""),
            text("\0)"),
        ];
        let expected = [atom("*"), atom("1"), atom("FETCH"), Value::List(items)];
        assert_eq!(values(answer).unwrap(), expected);
        for broken in ["(", ")", "\"", "{5}\r\nabc", "{x}\r\n", "\"a\\"] {
            assert!(values(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
