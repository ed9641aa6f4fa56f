//! Which transfer encoding a body gets for a receiver, and writing it (RFC 2045, section 6).

use encodify::qp;

use super::fold::{LIMIT, WIDTH};
use crate::codec::{
    base64,
    quoted_printable::{self, Breaks},
};

/// What the receiving server takes: more means that less has to be encoded.
///
/// ```
/// use anyrfc_mime::build::Receiver;
/// // EHLO answered 8BITMIME and SMTPUTF8.
/// let receiver = Receiver::default().with_8bit(true).with_utf8(true);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receiver {
    /// It takes 8-bit text in lines (`8BITMIME`, RFC 6152).
    pub eight_bit: bool,
    /// It takes any octets (`BINARYMIME`, RFC 3030).
    pub binary: bool,
    /// It takes UTF-8 in header fields and addresses (`SMTPUTF8`, RFC 6531).
    pub utf8: bool,
}

impl Receiver {
    /// It takes 7-bit text alone: the default, which every receiver understands.
    pub const SEVEN_BIT: Self = Self { eight_bit: false, binary: false, utf8: false };

    /// Says whether it takes 8-bit text.
    #[must_use]
    pub const fn with_8bit(mut self, takes: bool) -> Self {
        self.eight_bit = takes;
        self
    }

    /// Says whether it takes binary bodies.
    #[must_use]
    pub const fn with_binary(mut self, takes: bool) -> Self {
        self.binary = takes;
        self
    }

    /// Says whether it takes internationalized header fields.
    #[must_use]
    pub const fn with_utf8(mut self, takes: bool) -> Self {
        self.utf8 = takes;
        self
    }
}

/// What a body is like as a whole, from the least demanding up: the label of a composite
/// (RFC 2045, section 6.4) and the `BODY` parameter of SMTP's MAIL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Domain {
    /// US-ASCII in lines.
    #[default]
    SevenBit,
    /// Any octets but NUL, in lines.
    EightBit,
    /// Any octets.
    Binary,
}

/// How one body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity(Domain),
    QuotedPrintable,
    Base64,
}

impl Encoding {
    /// What the written body demands.
    pub(super) const fn domain(self) -> Domain {
        match self {
            Self::Identity(domain) => domain,
            Self::QuotedPrintable | Self::Base64 => Domain::SevenBit,
        }
    }

    /// The field's value; 7bit is the default and need not be said.
    pub(super) const fn label(self) -> Option<&'static str> {
        match self {
            Self::Identity(Domain::SevenBit) => None,
            Self::Identity(Domain::EightBit) => Some("8bit"),
            Self::Identity(Domain::Binary) => Some("binary"),
            Self::QuotedPrintable => Some("quoted-printable"),
            Self::Base64 => Some("base64"),
        }
    }
}

/// What a text is like, seen once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scan {
    pub(super) ascii: bool,
    /// The longest line in octets and in characters.
    pub(super) octets: usize,
    pub(super) characters: usize,
    /// There are CRs or LFs that are not CRLF.
    pub(super) bare: bool,
    /// There is a NUL, which only an encoding or `binary` can carry.
    pub(super) nul: bool,
}

/// Whether `octet` begins a character of UTF-8 (or is one).
const fn begins_character(octet: u8) -> bool {
    octet & 0xC0 != 0x80
}

/// What can be counted without looking at lines.
#[derive(Clone, Copy, Debug)]
struct Tally {
    feeds: usize,
    returns: usize,
    /// CRLF.
    pairs: usize,
    ascii: bool,
    nul: bool,
}

impl Tally {
    fn of(text: &[u8]) -> Self {
        let mut all = Self { feeds: 0, returns: 0, pairs: 0, ascii: true, nul: false };
        let Some((&last, before)) = text.split_last() else { return all };
        let behind = text.get(1..).unwrap_or_default();
        // The sums of a chunk fit an octet, so that many are added at once.
        for (chunk, behind) in before.chunks(240).zip(behind.chunks(240)) {
            let (mut feeds, mut returns, mut pairs, mut high, mut zeros) = (0u8, 0u8, 0u8, 0u8, 0u8);
            for (&first, &second) in chunk.iter().zip(behind) {
                let cr = u8::from(first == b'\r');
                feeds += u8::from(first == b'\n');
                returns += cr;
                pairs += cr & u8::from(second == b'\n');
                high |= first;
                zeros |= u8::from(first == 0);
            }
            all.feeds += usize::from(feeds);
            all.returns += usize::from(returns);
            all.pairs += usize::from(pairs);
            all.ascii &= high < 0x80;
            all.nul |= zeros > 0;
        }
        all.feeds += usize::from(last == b'\n');
        all.returns += usize::from(last == b'\r');
        all.ascii &= last < 0x80;
        all.nul |= last == 0;
        all
    }
}

impl Scan {
    pub(super) fn of(text: &[u8]) -> Self {
        Self::short_lines(text).unwrap_or_else(|| Self::by_lines(text))
    }

    /// Nearly every text has short lines that all end alike, which needs no look at each of them.
    fn short_lines(text: &[u8]) -> Option<Self> {
        let Tally { feeds, returns, pairs, ascii, nul } = Tally::of(text);
        let bare = feeds > 0 && returns == 0;
        if returns > 0 && (returns != feeds || pairs != feeds) {
            return None;
        }
        // From line to line in steps as long as a line may be.
        let mut rest = text;
        while rest.len() > WIDTH {
            let reach = rest.get(..WIDTH + 2 - usize::from(bare)).unwrap_or(rest);
            let end = reach.iter().rposition(|octet| *octet == b'\n')?;
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        Some(Self { ascii, octets: text.len().min(WIDTH), characters: text.len().min(WIDTH), bare, nul })
    }

    fn by_lines(text: &[u8]) -> Self {
        let mut scan =
            Self { ascii: text.is_ascii(), nul: memchr::memchr(0, text).is_some(), ..Self::default() };
        let mut begin = 0;
        let mut breaks = memchr::memchr2_iter(b'\r', b'\n', text);
        while let Some(at) = breaks.next() {
            scan.line(text.get(begin..at).unwrap_or_default());
            begin = at + 1;
            if text.get(at..at + 2) == Some(b"\r\n") {
                breaks.next();
                begin = at + 2;
            } else {
                scan.bare = true;
            }
        }
        scan.line(text.get(begin..).unwrap_or_default());
        scan
    }

    fn line(&mut self, line: &[u8]) {
        self.octets = self.octets.max(line.len());
        if line.len() > self.characters {
            let length = if self.ascii {
                line.len()
            } else {
                line.iter().filter(|octet| begins_character(**octet)).count()
            };
            self.characters = self.characters.max(length);
        }
    }

    /// The lightest encoding of this text that `receiver` takes and RFC 5322's lines allow.
    pub(super) fn encoding(&self, text: &[u8], receiver: Receiver) -> Encoding {
        let short = self.octets <= LIMIT && self.characters <= WIDTH && !self.nul;
        if short && self.ascii {
            return Encoding::Identity(Domain::SevenBit);
        }
        if short && receiver.eight_bit {
            return Encoding::Identity(Domain::EightBit);
        }
        // Whichever is shorter; quoted-printable where they are about even, for it can be read.
        let limit = base64_len(text.len()) + 32;
        match qp::BODY.encoded_len_within(text, limit) {
            Some(_) => Encoding::QuotedPrintable,
            None => Encoding::Base64,
        }
    }
}

/// How long base64 in lines is.
pub(super) fn base64_len(length: usize) -> usize {
    usize::try_from(base64::encoded_len(length as u64)).unwrap_or(usize::MAX)
}

/// Line breaks of every kind become CRLF, in however many pieces the text comes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Canonical {
    /// The piece before ended with CR, for which CRLF was written.
    after_cr: bool,
}

impl Canonical {
    pub(super) fn push(&mut self, mut text: &[u8], out: &mut Vec<u8>) {
        if self.after_cr
            && let [b'\n', rest @ ..] = text
        {
            text = rest;
            self.after_cr = false;
        }
        while let Some(at) = memchr::memchr2(b'\r', b'\n', text) {
            let (line, rest) = text.split_at_checked(at).unwrap_or((text, &[]));
            out.extend_from_slice(line);
            out.extend_from_slice(b"\r\n");
            self.after_cr = rest == b"\r";
            text = match rest {
                [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
                [] => rest,
            };
        }
        if !text.is_empty() {
            self.after_cr = false;
        }
        out.extend_from_slice(text);
    }
}

/// Encodes a body in pieces of any size.
#[derive(Debug)]
pub(super) enum Encoder {
    Identity,
    QuotedPrintable(quoted_printable::Encoder),
    Base64(base64::Encoder),
}

impl Encoder {
    /// An encoder of text, whose CRLF are line breaks, or of other data.
    pub(super) const fn new(encoding: Encoding, text: bool) -> Self {
        match encoding {
            Encoding::Identity(_) => Self::Identity,
            Encoding::QuotedPrintable => Self::QuotedPrintable(quoted_printable::Encoder::new(if text {
                Breaks::Text
            } else {
                Breaks::Binary
            })),
            Encoding::Base64 => Self::Base64(base64::Encoder::new()),
        }
    }

    pub(super) fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Identity => out.extend_from_slice(input),
            Self::QuotedPrintable(encoder) => encoder.push(input, out),
            Self::Base64(encoder) => encoder.push(input, out),
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        match self {
            Self::Identity => {}
            Self::QuotedPrintable(encoder) => encoder.finish(out),
            Self::Base64(encoder) => encoder.finish(out),
        }
    }
}

/// A whole body at once; `bare` says that its text has line breaks other than CRLF.
pub(super) fn encode(data: &[u8], encoding: Encoding, text: bool, bare: bool, out: &mut Vec<u8>) {
    let mut encoder = Encoder::new(encoding, text);
    if !(text && bare) {
        encoder.push(data, out);
    } else if matches!(encoder, Encoder::Identity) {
        Canonical::default().push(data, out);
    } else {
        let mut canonical = Vec::with_capacity(data.len() + data.len() / 32);
        Canonical::default().push(data, &mut canonical);
        encoder.push(&canonical, out);
    }
    encoder.finish(out);
}
