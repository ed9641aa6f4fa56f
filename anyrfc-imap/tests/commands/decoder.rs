//! A server's reading of a command, strict and of its own: it shares nothing with the encoder.
//!
//! It knows the tokens of RFC 9051, section 9, and no command: so it finds the end of a command
//! where any server would.

use std::fmt;

/// A token of a command.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A run of characters that need no quotes.
    Atom(Vec<u8>),
    /// `"…"`, the quotes undone.
    Quoted(Vec<u8>),
    /// `{n}` and its octets.
    Literal(Vec<u8>),
    /// `~{n}` and its octets.
    Literal8(Vec<u8>),
    /// `(…)`.
    List(Vec<Token>),
    /// `NAME[…]<…>`.
    Section { name: Vec<u8>, inside: Vec<Token>, partial: Vec<u8> },
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Atom(bytes) => write!(f, "{}", bytes.escape_ascii()),
            Self::Quoted(bytes) => write!(f, "\"{}\"", bytes.escape_ascii()),
            Self::Literal(bytes) => write!(f, "{{{}}}{}", bytes.len(), bytes.escape_ascii()),
            Self::Literal8(bytes) => write!(f, "~{{{}}}{}", bytes.len(), bytes.escape_ascii()),
            Self::List(tokens) => f.debug_list().entries(tokens).finish(),
            Self::Section { name, inside, partial } => {
                write!(f, "{}[{inside:?}]{}", name.escape_ascii(), partial.escape_ascii())
            }
        }
    }
}

/// A literal of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LiteralAt {
    /// Where its octets begin.
    pub(crate) offset: usize,
    /// How many there are.
    pub(crate) octets: usize,
    /// Whether the server is to be heard before them.
    pub(crate) synchronising: bool,
}

/// A command as a server has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// All tokens behind the tag.
    pub(crate) tokens: Vec<Token>,
    /// Its literals, in their order.
    pub(crate) literals: Vec<LiteralAt>,
    /// Where the line ends: the next command would begin here.
    pub(crate) end: usize,
}

/// Reads the command at the beginning of `bytes`; `utf8` allows UTF-8 in quoted strings.
pub(crate) fn decode(bytes: &[u8], utf8: bool) -> Result<Decoded, String> {
    let mut decoder = Decoder { bytes, at: 0, utf8, literals: Vec::new(), depth: 0, fetch: false };
    let tag = decoder.run(|byte| byte != b'+' && is_astring_char(byte));
    if tag.is_empty() {
        return Err("no tag".to_owned());
    }
    decoder.expect(b' ')?;
    let rest = &bytes[decoder.at..];
    decoder.fetch = rest.starts_with(b"FETCH ") || rest.starts_with(b"UID FETCH ");
    let tokens = decoder.tokens(b'\r')?;
    decoder.expect(b'\r')?;
    decoder.expect(b'\n')?;
    Ok(Decoded { tokens, literals: decoder.literals, end: decoder.at })
}

struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
    utf8: bool,
    literals: Vec<LiteralAt>,
    depth: usize,
    /// Whether brackets are those of sections; elsewhere they are characters of atoms.
    fetch: bool,
}

impl<'a> Decoder<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.peek() != Some(byte) {
            return Err(format!("{:?} expected at {}, found {:?}", char::from(byte), self.at, self.peek()));
        }
        self.at += 1;
        Ok(())
    }

    fn run(&mut self, is: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !is(*byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Tokens with single spaces between, up to a byte that ends them.
    fn tokens(&mut self, end: u8) -> Result<Vec<Token>, String> {
        let mut tokens = Vec::new();
        if self.peek() == Some(end) {
            return Ok(tokens);
        }
        loop {
            tokens.push(self.token(end)?);
            if self.peek() == Some(end) {
                return Ok(tokens);
            }
            self.expect(b' ')?;
        }
    }

    fn token(&mut self, end: u8) -> Result<Token, String> {
        match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'{') => Ok(Token::Literal(self.literal(false)?)),
            Some(b'~') if self.bytes.get(self.at + 1) == Some(&b'{') => {
                self.at += 1;
                Ok(Token::Literal8(self.literal(true)?))
            }
            Some(b'(') => {
                self.at += 1;
                self.depth += 1;
                if self.depth > 500 {
                    return Err("too deep".to_owned());
                }
                let tokens = self.tokens(b')')?;
                self.depth -= 1;
                self.expect(b')')?;
                Ok(Token::List(tokens))
            }
            _ => self.atom(end),
        }
    }

    /// An atom, a flag, a set, a pattern, or the name of a section with what is in its brackets.
    fn atom(&mut self, end: u8) -> Result<Token, String> {
        let brackets = self.fetch;
        let is = |byte: u8| {
            is_astring_char(byte) && (!brackets || byte != b'[' && (byte != b']' || end != b']'))
                || matches!(byte, b'\\' | b'*' | b'%')
        };
        let name = self.run(is).to_vec();
        if name.is_empty() {
            return Err(format!("no token at {}: {:?}", self.at, self.peek()));
        }
        if self.peek() != Some(b'[') {
            return Ok(Token::Atom(name));
        }
        self.at += 1;
        let inside = self.tokens(b']')?;
        self.expect(b']')?;
        let partial = self.run(|byte| matches!(byte, b'<' | b'>' | b'.' | b'0'..=b'9')).to_vec();
        Ok(Token::Section { name, inside, partial })
    }

    fn quoted(&mut self) -> Result<Token, String> {
        self.expect(b'"')?;
        let mut value = Vec::new();
        loop {
            match self.peek() {
                None | Some(b'\r' | b'\n' | 0) => {
                    return Err(format!("a quoted string is broken off at {}", self.at));
                }
                Some(b'"') => break,
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(byte @ (b'"' | b'\\')) => value.push(byte),
                        other => return Err(format!("{other:?} is escaped at {}", self.at)),
                    }
                }
                Some(byte) => value.push(byte),
            }
            self.at += 1;
        }
        self.at += 1;
        let readable = value.is_ascii() || self.utf8 && std::str::from_utf8(&value).is_ok();
        if !readable {
            return Err("8-bit characters in quotes".to_owned());
        }
        Ok(Token::Quoted(value))
    }

    fn literal(&mut self, binary: bool) -> Result<Vec<u8>, String> {
        self.expect(b'{')?;
        let digits = self.run(|byte| byte.is_ascii_digit());
        let digits = std::str::from_utf8(digits).map_err(|error| error.to_string())?;
        if digits.starts_with('0') && digits != "0" {
            return Err("a zero before a number".to_owned());
        }
        let octets: usize = digits.parse().map_err(|error| format!("{digits:?}: {error}"))?;
        let synchronising = self.peek() != Some(b'+');
        if !synchronising {
            self.at += 1;
        }
        self.expect(b'}')?;
        self.expect(b'\r')?;
        self.expect(b'\n')?;
        let value = self.bytes.get(self.at..self.at + octets).ok_or("a literal is broken off")?;
        if !binary && value.contains(&0) {
            return Err("a NUL in a literal".to_owned());
        }
        self.literals.push(LiteralAt { offset: self.at, octets, synchronising });
        self.at += octets;
        Ok(value.to_vec())
    }
}

/// The rule `ASTRING-CHAR`.
fn is_astring_char(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e) && !matches!(byte, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\')
}
