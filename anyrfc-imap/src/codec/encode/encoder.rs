//! One function per rule of the grammar that a client writes.

use anyrfc_core::{ErrorKind, Secret};
use bytes::{BufMut, Bytes, BytesMut};

use super::{Dialect, Encoded, NonSync, Segment};
use crate::{
    Error,
    codec::command::Command,
    rfc3501, rfc9051,
    types::{Capabilities, Capability, ModSeq, SequenceSet, UidValidity},
};

/// Longer strings are literals even where they could be quoted: there is a limit to a line on every
/// server, and to a word on some.
const WORD: usize = 1000;

/// Writes one command.
#[derive(Debug)]
pub struct Encoder<'a> {
    dialect: &'a Dialect,
    /// Whether the server is known to understand the command, so that it will read the
    /// non-synchronising literals in it as literals and not as commands.
    understood: bool,
    /// A word was none.
    broken: bool,
    text: BytesMut,
    segments: Vec<Segment>,
}

impl<'a> Encoder<'a> {
    fn new(dialect: &'a Dialect) -> Self {
        let (text, segments) = (BytesMut::new(), Vec::new());
        Self { dialect, understood: true, broken: false, text, segments }
    }

    /// Encodes a command for a server, after [`Needs::check`](crate::codec::command::Needs::check).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the server lacks what the command needs;
    /// [`ErrorKind::Usage`] for arguments that cannot be sent. Nothing has been sent then.
    pub fn command<C: Command + ?Sized>(command: &C, dialect: &'a Dialect) -> Result<Encoded, Error> {
        let needs = command.needs();
        needs.check(dialect)?;
        let mut encoder = Self::new(dialect);
        encoder.understood = needs.understood();
        command.encode(&mut encoder)?;
        if encoder.broken {
            return Err(Error::usage("a word of the command is none"));
        }
        encoder.text.put_slice(b"\r\n");
        encoder.flush();
        Ok(Encoded { segments: encoder.segments })
    }

    /// How long a command's set may be for its line to stay within `limit`, tag and line end
    /// counted in, on any server.
    pub(crate) fn room<C: Command>(command: &C, set: &SequenceSet, limit: usize) -> usize {
        /// As long as a tag can get.
        const TAG: usize = 32;
        let rev2 = Dialect::new([Capability::Imap4Rev2].into_iter().collect(), &Capabilities::default());
        let lengths = [Dialect::default(), rev2].map(|dialect| Self::length(command, &dialect));
        // What cannot be written at all says so when it is sent.
        let Some(length) = lengths.into_iter().flatten().max() else { return limit };
        limit.saturating_sub(TAG + 2).saturating_sub(length.saturating_sub(set.to_string().len()))
    }

    /// The octets of a command, whatever it needs.
    fn length<C: Command>(command: &C, dialect: &Dialect) -> Option<usize> {
        // As one that is understood: that takes an octet more for each literal.
        let mut encoder = Encoder::new(dialect);
        command.encode(&mut encoder).ok()?;
        encoder.flush();
        Some(encoder.segments.iter().filter_map(Segment::bytes).map(<[u8]>::len).sum())
    }

    /// What is written so in plain IMAP4rev1, for what a server keeps and whoever reads it there:
    /// no command, and no line.
    pub(crate) fn kept(write: impl FnOnce(&mut Encoder<'_>) -> Result<(), Error>) -> Result<Vec<u8>, Error> {
        let dialect = Dialect::default();
        let mut encoder = Encoder::new(&dialect);
        write(&mut encoder)?;
        if encoder.broken {
            return Err(Error::usage("a word of what is kept is none"));
        }
        encoder.flush();
        Ok(encoder.segments.iter().filter_map(Segment::bytes).flatten().copied().collect())
    }

    /// What is known of the server.
    #[must_use]
    pub fn dialect(&self) -> &'a Dialect {
        self.dialect
    }

    /// Words of the grammar itself. A command with words that could end its line is not sent.
    pub fn word(&mut self, word: &'static str) -> &mut Self {
        self.broken |= !word.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'{');
        self.put(word.as_bytes())
    }

    /// A space.
    pub fn space(&mut self) -> &mut Self {
        self.put(b" ")
    }

    /// The rule `number64` of IMAP4rev2, or `number` of IMAP4rev1.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a number of more than 63 bits (RFC 9051, section 9), or of more
    /// than 32 under IMAP4rev1 (RFC 3501, section 9).
    pub fn number(&mut self, number: u64) -> Result<&mut Self, Error> {
        self.check_number(number)?;
        Ok(self.number64(number))
    }

    /// A number of as many bits as a `u64` has.
    pub(crate) fn number64(&mut self, number: u64) -> &mut Self {
        self.put(number.to_string().as_bytes())
    }

    /// The rule `mod-sequence-value` (RFC 7162, section 7), whatever the revision.
    pub fn mod_seq(&mut self, value: ModSeq) -> &mut Self {
        self.number64(value.get())
    }

    /// The rule `uniqueid`, of a UIDVALIDITY.
    pub fn uid_validity(&mut self, value: UidValidity) -> &mut Self {
        self.number64(value.get().into())
    }

    /// Sets of numbers as their `Display` writes them.
    pub(crate) fn numbers(&mut self, text: &str) -> &mut Self {
        self.put(text.as_bytes())
    }

    /// How many octets of the present line are written.
    pub(crate) fn written(&self) -> usize {
        self.text.len()
    }

    fn check_number(&self, number: u64) -> Result<(), Error> {
        if !self.dialect.rev2() && number > u32::MAX.into() {
            return Err(
                Error::usage("a number of more than 32 bits").with_requirement(rfc3501::NUMBERS_ARE_DIGITS)
            );
        }
        if number > i64::MAX as u64 {
            return Err(
                Error::usage("a number of more than 63 bits").with_requirement(rfc9051::NUMBERS_ARE_DIGITS)
            );
        }
        Ok(())
    }

    /// A parenthesised list of what `item` writes, with spaces between.
    ///
    /// # Errors
    /// As `item`.
    pub fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        item: impl FnMut(&mut Self, T) -> Result<(), Error>,
    ) -> Result<&mut Self, Error> {
        self.put(b"(");
        self.spaced(items, item)?;
        Ok(self.put(b")"))
    }

    /// What `item` writes, with spaces between.
    ///
    /// # Errors
    /// As `item`.
    pub fn spaced<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut item: impl FnMut(&mut Self, T) -> Result<(), Error>,
    ) -> Result<&mut Self, Error> {
        for (index, value) in items.into_iter().enumerate() {
            if index > 0 {
                self.space();
            }
            item(self, value)?;
        }
        Ok(self)
    }

    /// The rule `atom`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for what is none.
    pub fn atom(&mut self, atom: &str) -> Result<&mut Self, Error> {
        if atom.is_empty() || !atom.bytes().all(is_atom_char) {
            return Err(Error::usage("not an atom"));
        }
        Ok(self.put(atom.as_bytes()))
    }

    /// The rule `astring`: an atom where all servers take it for one, else a string.
    ///
    /// # Errors
    /// As [`string`](Self::string).
    pub fn astring(&mut self, value: &[u8]) -> Result<&mut Self, Error> {
        if is_word(value, is_plain) {
            return Ok(self.put(value));
        }
        self.string(value)
    }

    /// The rule `string`: quoted where that is possible, else a literal.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if there is a NUL, which neither form can hold.
    pub fn string(&mut self, value: &[u8]) -> Result<&mut Self, Error> {
        match self.form(value)? {
            Form::Quoted => {
                self.text.reserve(value.len().saturating_add(2));
                quote(value, &mut self.text);
                Ok(self)
            }
            Form::Literal => self.literal(Bytes::copy_from_slice(value)),
        }
    }

    /// The rule `nstring`.
    ///
    /// # Errors
    /// As [`string`](Self::string).
    pub fn nstring(&mut self, value: Option<&[u8]>) -> Result<&mut Self, Error> {
        match value {
            Some(value) => self.string(value),
            None => Ok(self.put(b"NIL")),
        }
    }

    /// The rule `astring` for what no log may show; never an atom, whose characters could be
    /// told from the form.
    ///
    /// # Errors
    /// As [`string`](Self::string).
    pub fn secret(&mut self, value: &[u8]) -> Result<&mut Self, Error> {
        let secret = match self.form(value)? {
            Form::Quoted => {
                // Large enough that no copy is left behind by growing.
                let mut quoted = Vec::with_capacity(value.len().saturating_mul(2).saturating_add(2));
                quote(value, &mut quoted);
                quoted
            }
            Form::Literal => {
                self.announce(value.len() as u64, false, false);
                value.to_vec()
            }
        };
        Ok(self.secret_text(Secret::new(secret)))
    }

    /// Bytes of the grammar's own that no log may show: base64.
    pub(crate) fn secret_text(&mut self, value: Secret<Vec<u8>>) -> &mut Self {
        self.flush();
        self.segments.push(Segment::Secret(value));
        self
    }

    /// The rule `literal`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if there is a NUL (RFC 9051, section 4.3).
    pub fn literal(&mut self, value: Bytes) -> Result<&mut Self, Error> {
        if memchr::memchr(0, &value).is_some() {
            return Err(nul());
        }
        self.check_number(value.len() as u64)?;
        self.announce(value.len() as u64, false, false);
        Ok(self.data(value))
    }

    /// The rule `literal8`, which may hold NUL (RFC 9051, section 4.3).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without `BINARY` and IMAP4rev2.
    pub fn literal8(&mut self, value: Bytes) -> Result<&mut Self, Error> {
        self.check_binary()?;
        self.own_literal8(value)
    }

    /// The rule `value` of RFC 5464, which has literal8 for what is no text: with NUL, or with
    /// line ends that are not those of a text.
    pub(crate) fn metadata_value(&mut self, value: Bytes) -> Result<&mut Self, Error> {
        if is_text(&value) {
            return self.string(&value);
        }
        self.own_literal8(value)
    }

    /// A literal, or a literal8, of so many bytes that come from the caller while the command
    /// is sent; `wait` has it wait for the server in any case. Whether the server knows literal8 is
    /// told by what the command [needs](crate::codec::command::Needs).
    ///
    /// # Errors
    /// As [`number`](Self::number).
    pub fn stream(&mut self, octets: u64, binary: bool, wait: bool) -> Result<&mut Self, Error> {
        self.check_number(octets)?;
        self.announce(octets, binary, wait);
        self.flush();
        self.segments.push(Segment::Stream(octets));
        Ok(self)
    }

    /// The rule `literal8` where an extension has it by itself, BINARY or not (RFC 5257, section 5).
    pub(super) fn own_literal8(&mut self, value: Bytes) -> Result<&mut Self, Error> {
        self.check_number(value.len() as u64)?;
        self.announce(value.len() as u64, true, false);
        Ok(self.data(value))
    }

    fn form(&self, value: &[u8]) -> Result<Form, Error> {
        if memchr::memchr(0, value).is_some() {
            return Err(nul());
        }
        let one_line = memchr::memchr2(b'\r', b'\n', value).is_none();
        let readable = value.is_ascii() || self.dialect.utf8() && std::str::from_utf8(value).is_ok();
        Ok(if one_line && readable && value.len() <= WORD { Form::Quoted } else { Form::Literal })
    }

    fn check_binary(&self) -> Result<(), Error> {
        if self.dialect.binary() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Unsupported, "the server lacks BINARY")
            .with_requirement(rfc9051::NO_NUL_IN_TEXT))
    }

    /// The length of a literal, and what must be heard before its bytes.
    fn announce(&mut self, octets: u64, binary: bool, wait: bool) {
        let wait = wait || !self.understood || !self.dialect.non_sync().allows(octets);
        let tilde = if binary { "~" } else { "" };
        let plus = if wait { "" } else { "+" };
        self.put(format!("{tilde}{{{octets}{plus}}}\r\n").as_bytes());
        if wait {
            self.flush();
            self.segments.push(Segment::Wait);
        }
    }

    fn data(&mut self, value: Bytes) -> &mut Self {
        self.flush();
        if !value.is_empty() {
            self.segments.push(Segment::Literal(value));
        }
        self
    }

    pub(super) fn put(&mut self, bytes: &[u8]) -> &mut Self {
        self.text.put_slice(bytes);
        self
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.segments.push(Segment::Text(self.text.split().freeze()));
        }
    }
}

enum Form {
    Quoted,
    Literal,
}

impl NonSync {
    fn allows(self, octets: u64) -> bool {
        match self {
            Self::Never => false,
            Self::Small => octets <= 4096,
            Self::Any => true,
        }
    }
}

fn nul() -> Error {
    Error::usage("a NUL cannot be sent").with_requirement(rfc9051::NO_NUL_IN_TEXT)
}

/// Whether a value can be taken for text: no NUL, and no line end but CR LF.
fn is_text(value: &[u8]) -> bool {
    let mut last = b' ';
    for byte in value {
        match (last, byte) {
            (_, 0) => return false,
            (b'\r', b'\n') => {}
            (b'\r', _) | (_, b'\n') => return false,
            _ => {}
        }
        last = *byte;
    }
    last != b'\r'
}

/// The rule `quoted`, its specials escaped.
fn quote(value: &[u8], out: &mut impl BufMut) {
    out.put_u8(b'"');
    for byte in value {
        if matches!(byte, b'"' | b'\\') {
            out.put_u8(b'\\');
        }
        out.put_u8(*byte);
    }
    out.put_u8(b'"');
}

/// The rule `ATOM-CHAR`.
pub(super) const fn is_atom_char(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e) && !matches!(byte, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']')
}

/// Whether a string can be sent as an atom of these characters, and is not taken for `NIL` then.
pub(super) fn is_word(value: &[u8], is_char: impl Fn(u8) -> bool) -> bool {
    (1..=WORD).contains(&value.len())
        && value.iter().all(|byte| is_char(*byte))
        && !value.eq_ignore_ascii_case(b"NIL")
}

/// What stands in an atom on every server, whatever it thinks of the other characters.
pub(super) const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'-' | b'_' | b'/' | b'&' | b'+' | b',' | b'=' | b'@' | b':' | b'#' | b'$')
}
