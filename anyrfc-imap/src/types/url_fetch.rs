//! What URLFETCH returns (RFC 4467, section 8; RFC 5524, section 3.2), and the mechanisms of access
//! keys.

use std::fmt;

use bytes::Bytes;

use super::{
    AuthorizedUrl, BodyStructure, UrlMechanism,
    row::tokens::{Token, Tokens},
};

/// A URL, and what the server returned for it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UrlFetched {
    /// The URL, as the server wrote it.
    pub url: String,
    /// What it names.
    pub answer: UrlAnswer,
}

/// What a URL names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlAnswer {
    /// `NIL`: nothing that may be read by it, for whatever reason.
    Nothing,
    /// The octets, as they are in the message; there may be none of them.
    Content(Bytes),
    /// What was asked for by the words of RFC 5524.
    Metadata(UrlMetadata),
}

/// What was asked for of a URL by the words of RFC 5524.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UrlMetadata {
    /// `BODY`: the octets as they are in the message.
    pub body: Option<Bytes>,
    /// `BINARY`: the octets without their transfer encoding.
    pub binary: Option<UrlBinary>,
    /// `BODYPARTSTRUCTURE`: a description of what is returned.
    pub structure: Option<PartStructure>,
    /// What is not known: the name, and the rest as it came.
    pub other: Vec<(String, Bytes)>,
}

/// The octets of a part without their transfer encoding, as far as the server knows that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlBinary {
    /// The server cannot decode it.
    Undecodable,
    /// The octets.
    Decoded(Bytes),
}

/// The token of the URL is not shown.
impl fmt::Debug for UrlFetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("UrlFetched");
        match AuthorizedUrl::parse(&self.url) {
            Ok(url) => shown.field("url", &url),
            Err(_) => shown.field("url", &"not an authorized URL"),
        };
        shown.field("answer", &self.answer).finish()
    }
}

impl UrlFetched {
    /// The octets, in whatever form they came; `None` where there is nothing, or nothing that
    /// the server could decode.
    #[must_use]
    pub fn content(&self) -> Option<&Bytes> {
        match &self.answer {
            UrlAnswer::Nothing => None,
            UrlAnswer::Content(octets) => Some(octets),
            UrlAnswer::Metadata(metadata) => match &metadata.binary {
                Some(UrlBinary::Decoded(octets)) => Some(octets),
                Some(UrlBinary::Undecodable) => None,
                None => metadata.body.as_ref(),
            },
        }
    }

    /// The octets, for whoever wants to keep them.
    #[must_use]
    pub fn into_content(self) -> Option<Bytes> {
        self.content().cloned()
    }

    /// The description, where one was asked for and understood.
    #[must_use]
    pub fn structure(&self) -> Option<BodyStructure<'_>> {
        match &self.answer {
            UrlAnswer::Metadata(metadata) => metadata.structure.as_ref()?.structure(),
            _ => None,
        }
    }
}

/// The structure of a part with its text.
#[derive(Clone)]
pub struct PartStructure {
    text: Bytes,
    tokens: Box<[Token]>,
}

impl PartStructure {
    pub(crate) fn new(text: Bytes, tokens: Vec<Token>) -> Self {
        Self { text, tokens: tokens.into() }
    }

    /// The structure; `None` where it was not understood.
    #[must_use]
    pub fn structure(&self) -> Option<BodyStructure<'_>> {
        BodyStructure::at(Tokens { text: &self.text, tokens: &self.tokens }, 0).ok()
    }

    /// As it came.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }
}

impl fmt::Debug for PartStructure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PartStructure({})", self.text.escape_ascii())
    }
}

impl PartialEq for PartStructure {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for PartStructure {}

/// A mechanism that a mailbox has an access key for (RFC 4467, section 8).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UrlKeyMechanism {
    /// Which one.
    pub mechanism: UrlMechanism,
    /// What it has to say beyond its name, decoded.
    pub data: Option<Bytes>,
}

impl UrlKeyMechanism {
    pub(crate) const fn new(mechanism: UrlMechanism, data: Option<Bytes>) -> Self {
        Self { mechanism, data }
    }
}
