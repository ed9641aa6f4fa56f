//! Messages, whole or in pieces, owned or borrowed (RFC 6455, sections 5.5 and 5.6).

use std::{fmt, ops::Deref};

use bytes::Bytes;

use super::CloseFrame;

/// What the payload of a message is (RFC 6455, section 5.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// Bytes.
    Binary,
}

/// Bytes that are known to be UTF-8. Cheap to clone: the bytes are shared.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Utf8Bytes(Bytes);

impl Utf8Bytes {
    /// Text that lives for the whole program; nothing is copied.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self(Bytes::from_static(text.as_bytes()))
    }

    /// For bytes that the machine has validated as they arrived.
    pub(crate) const fn from_validated(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Always valid; checking again keeps this crate free of `unsafe`.
        simdutf8::basic::from_utf8(&self.0).unwrap_or_default()
    }

    /// The bytes, without another look at them.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, shared.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl TryFrom<Bytes> for Utf8Bytes {
    type Error = std::str::Utf8Error;

    /// # Errors
    /// The bytes are not UTF-8.
    fn try_from(bytes: Bytes) -> Result<Self, Self::Error> {
        std::str::from_utf8(&bytes)?;
        Ok(Self(bytes))
    }
}

impl From<String> for Utf8Bytes {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Utf8Bytes {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl Deref for Utf8Bytes {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<[u8]> for Utf8Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq<str> for Utf8Bytes {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Utf8Bytes {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl fmt::Display for Utf8Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Debug for Utf8Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// What a client receives and sends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// A text message.
    Text(Utf8Bytes),
    /// A binary message.
    Binary(Bytes),
    /// A ping with at most 125 bytes. One that was received has been answered already.
    Ping(Bytes),
    /// A pong with at most 125 bytes.
    Pong(Bytes),
    /// The end: no data follows it. `None` stands for a Close frame without a body.
    Close(Option<CloseFrame>),
}

impl Message {
    /// A text message.
    pub fn text(text: impl Into<Utf8Bytes>) -> Self {
        Self::Text(text.into())
    }

    /// A binary message.
    pub fn binary(bytes: impl Into<Bytes>) -> Self {
        Self::Binary(bytes.into())
    }

    /// The text, if it is a text message.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Whether it is a text or binary message rather than control traffic.
    #[must_use]
    pub const fn is_data(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Binary(_))
    }

    /// The payload's bytes, shared. A Close frame's body is encoded anew.
    #[must_use]
    pub fn into_data(self) -> Bytes {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Binary(bytes) | Self::Ping(bytes) | Self::Pong(bytes) => bytes,
            Self::Close(frame) => frame.map(|frame| Bytes::from(frame.encode())).unwrap_or_default(),
        }
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self::binary(bytes)
    }
}

impl From<Bytes> for Message {
    fn from(bytes: Bytes) -> Self {
        Self::Binary(bytes)
    }
}

/// Text borrowed from the read buffer, validated as it arrived.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Utf8Slice<'a>(&'a [u8]);

impl<'a> Utf8Slice<'a> {
    pub(crate) const fn from_validated(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        // Always valid; checking again keeps this crate free of `unsafe`.
        simdutf8::basic::from_utf8(self.0).unwrap_or_default()
    }

    /// The bytes, without another look at them.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }
}

impl<'a> From<&'a str> for Utf8Slice<'a> {
    fn from(text: &'a str) -> Self {
        Self(text.as_bytes())
    }
}

impl<'a> From<&'a Utf8Bytes> for Utf8Slice<'a> {
    fn from(text: &'a Utf8Bytes) -> Self {
        Self(text.as_bytes())
    }
}

impl Deref for Utf8Slice<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Utf8Slice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// A [`Message`] borrowed from the read buffer: the fast path for small ones.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageRef<'a> {
    /// A text message.
    Text(Utf8Slice<'a>),
    /// A binary message.
    Binary(&'a [u8]),
    /// A ping, answered already.
    Ping(&'a [u8]),
    /// A pong.
    Pong(&'a [u8]),
    /// The end: no data follows it.
    Close(Option<CloseFrame>),
}

impl MessageRef<'_> {
    /// The same message, owning its bytes.
    #[must_use]
    pub fn to_owned(&self) -> Message {
        match self {
            Self::Text(text) => {
                Message::Text(Utf8Bytes::from_validated(Bytes::copy_from_slice(text.as_bytes())))
            }
            Self::Binary(bytes) => Message::Binary(Bytes::copy_from_slice(bytes)),
            Self::Ping(bytes) => Message::Ping(Bytes::copy_from_slice(bytes)),
            Self::Pong(bytes) => Message::Pong(Bytes::copy_from_slice(bytes)),
            Self::Close(frame) => Message::Close(frame.clone()),
        }
    }
}

impl<'a> From<&'a str> for MessageRef<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a Utf8Bytes> for MessageRef<'a> {
    fn from(text: &'a Utf8Bytes) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a [u8]> for MessageRef<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Binary(bytes)
    }
}

impl<'a> From<&'a Bytes> for MessageRef<'a> {
    fn from(bytes: &'a Bytes) -> Self {
        Self::Binary(bytes)
    }
}

/// A piece of a message that is received in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chunk {
    /// What the message is.
    pub kind: Kind,
    /// The bytes. A text message may be cut inside a character; the whole is
    /// validated as it arrives.
    pub data: Bytes,
    /// Whether this is the end of the message.
    pub last: bool,
}

/// A [`Chunk`] borrowed from the read buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChunkRef<'a> {
    /// What the message is.
    pub kind: Kind,
    /// The bytes.
    pub data: &'a [u8],
    /// Whether this is the end of the message.
    pub last: bool,
}

impl ChunkRef<'_> {
    /// The same piece, owning its bytes.
    #[must_use]
    pub fn to_owned(&self) -> Chunk {
        Chunk { kind: self.kind, data: Bytes::copy_from_slice(self.data), last: self.last }
    }
}
