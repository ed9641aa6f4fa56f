//! The message that is sent: where its octets come from, and what is known of them.

use std::{
    borrow::Cow,
    fmt,
    task::{Context, Poll},
};

use anyrfc_core::{ErrorKind, Requirement};
use bytes::Bytes;

use super::{BurlUrl, Capabilities, Extension};
use crate::{
    error::{Detail, Error},
    rfc1870, rfc3030, rfc5321, rfc6152, rfc6531,
};

/// The most octets of a line, its CRLF not counted (RFC 5321, section 4.5.3.1.6).
pub const LINE_MAX: usize = 998;

/// What becomes of a CR without LF and an LF without CR. Neither is ever sent as a part of text
/// (RFC 5321, section 2.3.8): a server that takes one for the end of a line could be made to see
/// the end of the message, and commands behind it, in the middle of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LineEnds {
    /// Each becomes CRLF, and a last line without an end gets one.
    #[default]
    Normalise,
    /// Each is an error, and so is a last line without an end: for what must not be altered, as a
    /// message that is signed.
    Refuse,
    /// Each stays: the octets are no lines. Only BINARYMIME carries that (RFC 3030, section 3);
    /// DATA refuses as [`Refuse`](Self::Refuse) does.
    Keep,
}

/// A line that is longer than [`LINE_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LongLine {
    /// Its number; the first is 1.
    pub line: u64,
    /// Its length, without what ends it.
    pub octets: usize,
}

/// What is known of a message before it is sent: what MAIL says of it, and what the server must
/// offer. Of octets in memory it is found by [`scan`](crate::codec::scan::scan), of a stream it is
/// declared, and checked on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// How many octets it has as it is sent: ends of lines are CRLF, doubled dots are not counted
    /// (RFC 1870, section 5). Of a stream, as declared: an estimate where its lines end otherwise.
    pub size: Option<u64>,
    /// There are octets above 127: needs `8BITMIME` (RFC 6152).
    pub eight_bit: bool,
    /// There are octets above 127 in the body that the header does not label: it has no `MIME-Version`, or not the
    /// `Content-Transfer-Encoding` for them. `8BITMIME` is not for those (RFC 5321, section 2.4). Of a message that
    /// is declared to be [in eight bits](Content::eight_bit) it is not asked.
    pub unlabeled: bool,
    /// There are octets above 127 in a header: needs `SMTPUTF8` (RFC 6531).
    pub utf8_header: bool,
    /// It is not text in lines: there is a NUL, or a line over 998 octets, or it is to be sent with
    /// its line ends as they are; or it has octets above 127 and the header says that their encoding is
    /// `binary`. Needs `BINARYMIME` (RFC 3030, section 3).
    pub binary: bool,
    /// There is a NUL.
    pub nul: bool,
    /// There are CRs or LFs that are not CRLF.
    pub bare_line_ends: bool,
    /// The last line has no end.
    pub unended: bool,
    /// The first line over 998 octets.
    pub long_line: Option<LongLine>,
    /// What becomes of line ends that are not CRLF.
    pub line_ends: LineEnds,
}

impl Facts {
    /// Whether it can be sent at all without being altered in a way that it must not be.
    ///
    /// # Errors
    /// Line ends are to be refused, and some are not CRLF.
    pub fn check(&self) -> Result<(), ContentError> {
        match self.line_ends {
            LineEnds::Refuse if self.bare_line_ends => Err(ContentError::BareLineEnd { line: None }),
            LineEnds::Refuse if self.unended => Err(ContentError::Unended),
            _ => Ok(()),
        }
    }

    /// Whether it can be sent by DATA, or by BDAT without `BINARYMIME`.
    ///
    /// # Errors
    /// As [`check`](Self::check), and what makes it [`binary`](Self::binary).
    pub fn check_text(&self) -> Result<(), ContentError> {
        self.check()?;
        if let Some(LongLine { line, .. }) = self.long_line {
            return Err(ContentError::LineTooLong { line, max: LINE_MAX });
        }
        if self.nul || self.binary { Err(ContentError::Binary) } else { Ok(()) }
    }
}

/// Why a message is not sent, or not sent on: it is not what it was said to be, or cannot be sent
/// that way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContentError {
    /// A CR or LF is not CRLF, and must not be made CRLF.
    BareLineEnd {
        /// The number of its line, where it is known; the first is 1.
        line: Option<u64>,
    },
    /// The last line has no end, and must not be given one.
    Unended,
    /// A line is too long.
    LineTooLong {
        /// Its number; the first is 1.
        line: u64,
        /// So many octets are allowed.
        max: usize,
    },
    /// It holds what is not text in lines, without `BINARYMIME`: a NUL, or line ends to be kept.
    Binary,
    /// It was declared to be in seven bits, and is not.
    EightBit,
    /// Its header was declared to be in ASCII, and is not.
    Utf8Header,
    /// It has not the size that was declared.
    Size {
        /// So many octets were declared.
        declared: u64,
        /// So many came, or more.
        got: u64,
    },
}

impl ContentError {
    /// The statement that would be broken if it were sent.
    #[must_use]
    pub const fn requirement(&self) -> &'static Requirement {
        match self {
            Self::BareLineEnd { .. } => rfc5321::BARE_CR_AND_LF_ARE_NOT_SENT,
            Self::Unended => rfc5321::UNENDED_LAST_LINE_IS_MENDED,
            Self::LineTooLong { .. } => rfc5321::TEXT_LINE_HAS_1000_OCTETS,
            Self::Binary => rfc3030::NO_BINARY_WITHOUT_BINARYMIME,
            Self::EightBit => rfc6152::SEVEN_BIT_MEANS_SEVEN_BIT,
            Self::Utf8Header => rfc6531::NEED_IS_DECLARED,
            Self::Size { .. } => rfc1870::DECLARED_SIZE_COVERS_THE_MESSAGE,
        }
    }
}

impl fmt::Display for ContentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BareLineEnd { line: Some(line) } => {
                write!(f, "line {line} of the message ends with a CR or LF that is not CRLF")
            }
            Self::BareLineEnd { line: None } => f.write_str("the message holds a CR or LF that is not CRLF"),
            Self::Unended => f.write_str("the last line of the message has no CRLF"),
            Self::LineTooLong { line, max } => {
                write!(f, "line {line} of the message has more than {max} octets")
            }
            Self::Binary => f.write_str("the message is not text in lines"),
            Self::EightBit => f.write_str("a message declared to be in seven bits is not"),
            Self::Utf8Header => f.write_str("a message declared to have an ASCII header has another"),
            Self::Size { declared, got } if got > declared => {
                write!(f, "the message has more than the {declared} octets declared")
            }
            Self::Size { declared, got } => {
                write!(f, "the message has {got} octets where {declared} were declared")
            }
        }
    }
}

impl std::error::Error for ContentError {}

impl From<ContentError> for Error {
    fn from(error: ContentError) -> Self {
        Self::new(ErrorKind::Usage, error.to_string())
            .with_requirement(error.requirement())
            .with_detail(Detail::Content(error))
            .with_source(error)
    }
}

/// What the server takes, for a message that can be written in several ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Offered {
    /// Octets above 127 in the body (`8BITMIME`).
    pub eight_bit: bool,
    /// Any octets (`BINARYMIME`, and `CHUNKING` to send them by).
    pub binary: bool,
    /// UTF-8 in the header (`SMTPUTF8`).
    pub utf8: bool,
}

impl Offered {
    /// It takes seven bits in lines, which every server does.
    pub const NOTHING: Self = Self { eight_bit: false, binary: false, utf8: false };

    /// What the answer to EHLO offers.
    #[must_use]
    pub fn of(capabilities: &Capabilities) -> Self {
        let has = |extension| capabilities.has(extension);
        Self {
            eight_bit: has(Extension::EightBitMime),
            binary: has(Extension::BinaryMime) && has(Extension::Chunking),
            utf8: has(Extension::SmtpUtf8),
        }
    }

    /// Says whether it takes octets above 127.
    #[must_use]
    pub const fn with_8bit(mut self, takes: bool) -> Self {
        self.eight_bit = takes;
        self
    }

    /// Says whether it takes any octets.
    #[must_use]
    pub const fn with_binary(mut self, takes: bool) -> Self {
        self.binary = takes;
        self
    }

    /// Says whether it takes UTF-8 in the header.
    #[must_use]
    pub const fn with_utf8(mut self, takes: bool) -> Self {
        self.utf8 = takes;
        self
    }
}

/// Where the octets of a streamed message come from, a piece at a time.
///
/// It is asked for more only when there is room for it, so that it need not be faster than the
/// server.
pub trait Source: Send {
    /// The next piece; none at the end. An empty piece is passed over.
    ///
    /// # Errors
    /// It cannot be read; nothing more is sent then, and the message is not completed.
    ///
    /// # Cancel safety
    /// A piece that was not returned comes with the next call.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>>;
}

/// A message as it is handed over to be sent.
///
/// Octets in memory are looked through before anything is sent, so that nothing need be said of
/// them. What a stream holds is to be declared; what was not is an error when it comes, and the
/// message is not completed.
///
/// ```
/// use anyrfc_smtp::types::content::{Content, LineEnds};
///
/// let message = Content::bytes("Subject: hi\r\n\r\nhello\r\n");
/// assert_eq!(message.facts()?.size, Some(22));
/// // Lines end as they must, whatever they ended with.
/// assert_eq!(Content::bytes("Subject: hi\n\nhello").facts()?.size, Some(22));
/// // Unless that would break a signature.
/// assert!(Content::bytes("Subject: hi\n\nhello").line_ends(LineEnds::Refuse).facts().is_err());
/// # Ok::<(), anyrfc_smtp::types::content::ContentError>(())
/// ```
#[must_use]
pub struct Content<'a> {
    pub(crate) body: Body<'a>,
    /// What was declared.
    pub(crate) declared: Facts,
}

/// Where the octets are.
pub(crate) enum Body<'a> {
    Whole(Bytes),
    Stream(Box<dyn Source + 'a>),
    Url(BurlUrl),
}

impl<'a> Content<'a> {
    pub(crate) fn new(body: Body<'a>) -> Self {
        Self { body, declared: Facts::default() }
    }

    /// A message that is in memory. Where its body is not all ASCII, its header says so by `MIME-Version` and
    /// `Content-Transfer-Encoding: 8bit`, or [`eight_bit`](Self::eight_bit) is declared: it is not sent otherwise
    /// (RFC 5321, section 2.4).
    pub fn bytes(message: impl Into<Bytes>) -> Self {
        Self::new(Body::Whole(message.into()))
    }

    /// A message that comes a piece at a time. Unless something is declared, it is text in seven
    /// bits of unknown size.
    pub fn source(source: impl Source + 'a) -> Self {
        Self::new(Body::Stream(Box::new(source)))
    }

    /// A message that the server fetches itself (BURL, RFC 4468). What it needs is to be declared.
    pub fn url(url: BurlUrl) -> Self {
        Self::new(Body::Url(url))
    }

    /// Declares how many octets a stream gives. It is an error when it gives fewer or more.
    pub const fn size(mut self, octets: u64) -> Self {
        self.declared.size = Some(octets);
        self
    }

    /// Declares that there may be octets above 127 in the body, and that they are labeled as MIME has it.
    pub const fn eight_bit(mut self) -> Self {
        self.declared.eight_bit = true;
        self
    }

    /// Declares that there may be UTF-8 in the header (RFC 6532): in that of the message, or in
    /// those of its parts.
    pub const fn utf8_header(mut self) -> Self {
        self.declared.utf8_header = true;
        self.eight_bit()
    }

    /// Declares that the octets are to be kept as they are, line ends too. Only a server that takes
    /// `BINARYMIME` gets it (RFC 3030, section 3).
    pub const fn binary(mut self) -> Self {
        self.declared.binary = true;
        self.declared.line_ends = LineEnds::Keep;
        self.eight_bit()
    }

    /// Says what becomes of line ends that are not CRLF.
    pub const fn line_ends(mut self, ends: LineEnds) -> Self {
        self.declared.line_ends = ends;
        self.declared.binary = matches!(ends, LineEnds::Keep);
        self
    }
}

impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, length) = match &self.body {
            Body::Whole(message) => ("whole", Some(message.len() as u64)),
            Body::Stream(_) => ("stream", self.declared.size),
            Body::Url(_) => ("url", self.declared.size),
        };
        f.debug_struct("Content").field("kind", &kind).field("length", &length).finish_non_exhaustive()
    }
}

/// What can be sent as a message.
///
/// Octets are sent as they are, but for line ends that are not CRLF. They are the whole message:
/// a `Bcc` field among them is sent to everybody (RFC 5322, section 3.6.3). With the feature
/// `mime`, messages of `anyrfc-mime` are written for what the server takes, and never with `Bcc`.
pub trait WireMessage<'a> {
    /// The message as a server that takes so much is sent it.
    ///
    /// # Errors
    /// It cannot be written for such a server.
    fn content(self, to: Offered) -> Result<Content<'a>, Error>;
}

impl<'a> WireMessage<'a> for Content<'a> {
    fn content(self, _: Offered) -> Result<Content<'a>, Error> {
        Ok(self)
    }
}

macro_rules! messages {
    ($($type:ty, $message:ident => $bytes:expr;)*) => {$(
        impl<'a> From<$type> for Content<'a> {
            fn from($message: $type) -> Self {
                Self::bytes($bytes)
            }
        }

        impl<'a> WireMessage<'a> for $type {
            fn content(self, _: Offered) -> Result<Content<'a>, Error> {
                Ok(self.into())
            }
        }
    )*};
}

messages! {
    Bytes, message => message;
    &Bytes, message => message.clone();
    Vec<u8>, message => message;
    &Vec<u8>, message => Bytes::copy_from_slice(message);
    &[u8], message => Bytes::copy_from_slice(message);
    String, message => message;
    &String, message => Bytes::copy_from_slice(message.as_bytes());
    &str, message => Bytes::copy_from_slice(message.as_bytes());
    Cow<'_, [u8]>, message => message.into_owned();
    Cow<'_, str>, message => message.into_owned();
}

impl<'a, const N: usize> From<&[u8; N]> for Content<'a> {
    fn from(message: &[u8; N]) -> Self {
        Self::bytes(Bytes::copy_from_slice(message))
    }
}

impl<'a, const N: usize> WireMessage<'a> for &[u8; N] {
    fn content(self, _: Offered) -> Result<Content<'a>, Error> {
        Ok(self.into())
    }
}
