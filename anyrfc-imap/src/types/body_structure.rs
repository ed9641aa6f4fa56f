//! The structure of a message (RFC 9051, section 7.5.2, `BODYSTRUCTURE`).

mod node;

use std::{fmt, num::NonZeroU32};

use self::node::Node;
use super::{
    envelope::Envelope,
    error::ParseError,
    row::tokens::{Children, Kind, NONE, Tokens, number},
    section::PartPath,
    string_ref::StringRef,
};

pub(crate) use self::node::check;

/// A part of a message with all that is in it.
#[derive(Clone, Copy)]
pub struct BodyStructure<'a> {
    tokens: Tokens<'a>,
    node: Node,
}

/// What a part is made of.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum BodyType<'a> {
    /// Parts (`body-type-mpart`).
    Multipart,
    /// A message (`body-type-msg`).
    Message {
        /// Its envelope; `None` where it was not understood.
        envelope: Option<Envelope<'a>>,
        /// Its structure.
        body: BodyStructure<'a>,
        /// Its lines.
        lines: Option<u64>,
    },
    /// Text (`body-type-text`).
    Text {
        /// Its lines.
        lines: Option<u64>,
    },
    /// Anything else (`body-type-basic`).
    Basic,
}

impl<'a> BodyStructure<'a> {
    /// The rule `body`, over tokens; only this part is looked at.
    pub(crate) fn at(tokens: Tokens<'a>, at: u32) -> Result<Self, ParseError> {
        Ok(Self { tokens, node: Node::at(tokens, at)? })
    }

    /// What it is made of.
    #[must_use]
    pub fn body_type(&self) -> BodyType<'a> {
        if self.is_multipart() {
            return BodyType::Multipart;
        }
        let lines = self.number(self.node.lines);
        if let Ok(body) = Self::at(self.tokens, self.node.body) {
            let envelope = Envelope::at(self.tokens, self.node.envelope).ok();
            return BodyType::Message { envelope, body, lines };
        }
        if self.node.is_text { BodyType::Text { lines } } else { BodyType::Basic }
    }

    /// Whether it is made of parts.
    #[must_use]
    pub const fn is_multipart(&self) -> bool {
        self.node.is_multipart
    }

    fn string(&self, at: u32) -> Option<StringRef<'a>> {
        self.tokens.string(at)
    }

    fn number(&self, at: u32) -> Option<u64> {
        rescued_number(self.tokens, at)
    }

    /// The media type, `text` say; `multipart` for one made of parts.
    #[must_use]
    pub fn media_type(&self) -> StringRef<'a> {
        if self.is_multipart() {
            return StringRef::new(b"multipart", false);
        }
        self.string(self.node.media_type).unwrap_or(StringRef::new(b"", false))
    }

    /// The media subtype, `plain` say.
    #[must_use]
    pub fn subtype(&self) -> StringRef<'a> {
        self.string(self.node.subtype).unwrap_or(StringRef::new(b"", false))
    }

    /// Whether the media type is this one, in any case.
    #[must_use]
    pub fn is(&self, media_type: &str, subtype: &str) -> bool {
        self.media_type().eq_ignore_ascii_case(media_type) && self.subtype().eq_ignore_ascii_case(subtype)
    }

    /// The parameters of the media type.
    #[must_use]
    pub fn parameters(&self) -> Parameters<'a> {
        Parameters::at(self.tokens, self.node.parameters)
    }

    /// The value of a parameter of the media type, whose name is compared in any case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<StringRef<'a>> {
        self.parameters().value(name)
    }

    /// The field `Content-ID`.
    #[must_use]
    pub fn id(&self) -> Option<StringRef<'a>> {
        self.string(self.node.id)
    }

    /// The field `Content-Description`.
    #[must_use]
    pub fn description(&self) -> Option<StringRef<'a>> {
        self.string(self.node.description)
    }

    /// The transfer encoding.
    #[must_use]
    pub fn encoding(&self) -> Option<StringRef<'a>> {
        self.string(self.node.encoding)
    }

    /// Its octets, in the transfer encoding.
    #[must_use]
    pub fn octets(&self) -> Option<u64> {
        self.number(self.node.octets)
    }

    /// The field `Content-MD5`.
    #[must_use]
    pub fn md5(&self) -> Option<StringRef<'a>> {
        self.string(self.node.md5)
    }

    /// How it wants to be shown.
    #[must_use]
    pub fn disposition(&self) -> Option<Disposition<'a>> {
        let at = self.node.disposition;
        match self.tokens.kind(at)? {
            Kind::Nil => None,
            Kind::List => {
                let mut children = self.tokens.children(at);
                let kind = self.string(children.next()?)?;
                let parameters = Parameters::at(self.tokens, children.next().unwrap_or(NONE));
                Some(Disposition { kind, parameters })
            }
            // A string alone, as some servers write it.
            _ => Some(Disposition { kind: self.string(at)?, parameters: Parameters::at(self.tokens, NONE) }),
        }
    }

    /// Its languages.
    pub fn languages(&self) -> impl Iterator<Item = StringRef<'a>> + use<'a> {
        let (tokens, at) = (self.tokens, self.node.language);
        let one = tokens.string(at);
        one.into_iter().chain(tokens.children(at).filter_map(move |language| tokens.string(language)))
    }

    /// The field `Content-Location`.
    #[must_use]
    pub fn location(&self) -> Option<StringRef<'a>> {
        self.string(self.node.location)
    }

    /// Extension data that no RFC defines yet, each as it came.
    pub fn extensions(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let tokens = self.tokens;
        Children::between(tokens, self.node.extensions, self.node.end).map(move |at| tokens.span(at))
    }

    /// Its parts, where it is made of parts.
    pub fn parts(&self) -> impl Iterator<Item = Self> + use<'a> {
        let tokens = self.tokens;
        Children::between(tokens, self.node.parts, self.node.parts_end)
            .filter_map(move |at| Self::at(tokens, at).ok())
    }

    /// The part of a path as FETCH would name it (RFC 9051, section 6.4.5.1).
    #[must_use]
    pub fn part(&self, path: &PartPath) -> Option<Self> {
        let mut part = *self;
        let mut is_message = true;
        for n in path.numbers() {
            // What a message is made of are the parts of the message.
            if let BodyType::Message { body, .. } = part.body_type()
                && !is_message
            {
                part = body;
            } else if !part.is_multipart() && !is_message {
                return None;
            }
            if part.is_multipart() {
                let mut parts = Children::between(self.tokens, part.node.parts, part.node.parts_end);
                part = Self::at(self.tokens, parts.nth(usize::try_from(n).ok()?.checked_sub(1)?)?).ok()?;
            } else if n != 1 {
                return None;
            }
            is_message = false;
        }
        Some(part)
    }

    /// This part and all that are in it, each with its path, in the order of the message.
    #[must_use]
    pub fn walk(&self) -> Walk<'a> {
        Walk { tokens: self.tokens, next: Some(*self), path: PartPath::root(), open: Vec::new() }
    }
}

/// A number, or what some servers write for one: `-1`, which is none, or `9.3736e+06`.
fn rescued_number(tokens: Tokens<'_>, at: u32) -> Option<u64> {
    if let Some(number) = tokens.number(at) {
        return Some(number);
    }
    let text = tokens.string(at)?.bytes();
    if let Some(number) = number(&text) {
        return Some(number);
    }
    let float: f64 = str::from_utf8(&text).ok()?.parse().ok()?;
    // Beyond 2^53 a float is no count any more.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the range just checked"
    )]
    (0.0..9_007_199_254_740_992.0).contains(&float).then_some(float as u64)
}

impl fmt::Debug for BodyStructure<'_> {
    /// Tells how many parts there are, not all of them: they may be nested deeply.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = format!("{}/{}", self.media_type(), self.subtype());
        f.debug_struct("BodyStructure")
            .field("type", &kind)
            .field("parameters", &self.parameters())
            .field("octets", &self.octets())
            .field("parts", &self.parts().count())
            .finish_non_exhaustive()
    }
}

/// How a part wants to be shown (RFC 2183).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Disposition<'a> {
    /// `inline`, `attachment` or another word.
    pub kind: StringRef<'a>,
    /// Its parameters.
    pub parameters: Parameters<'a>,
}

impl<'a> Disposition<'a> {
    /// Whether it is this word, in any case.
    #[must_use]
    pub fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// The parameter `filename`, with its encoded words as they are.
    #[must_use]
    pub fn filename(&self) -> Option<StringRef<'a>> {
        self.parameters.value("filename")
    }
}

/// Names and values of parameters, in their order.
#[derive(Clone, Copy)]
pub struct Parameters<'a> {
    tokens: Tokens<'a>,
    entries: Children<'a>,
}

impl<'a> Parameters<'a> {
    fn at(tokens: Tokens<'a>, at: u32) -> Self {
        Self { tokens, entries: tokens.children(at) }
    }

    /// The value of the first parameter of this name, in any case.
    #[must_use]
    pub fn value(mut self, name: &str) -> Option<StringRef<'a>> {
        self.find(|(other, _)| other.eq_ignore_ascii_case(name)).and_then(|(_, value)| value)
    }
}

impl<'a> Iterator for Parameters<'a> {
    type Item = (StringRef<'a>, Option<StringRef<'a>>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let name = self.entries.next()?;
            let value = self.entries.next().and_then(|value| self.tokens.string(value));
            if let Some(name) = self.tokens.string(name) {
                return Some((name, value));
            }
        }
    }
}

impl fmt::Debug for Parameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(*self).finish()
    }
}

/// A part and all that are in it, with their paths; see [`BodyStructure::walk`].
pub struct Walk<'a> {
    tokens: Tokens<'a>,
    next: Option<BodyStructure<'a>>,
    path: PartPath,
    /// What is left of each multipart around the next part.
    open: Vec<Open<'a>>,
}

struct Open<'a> {
    rest: Children<'a>,
    n: u32,
    depth: usize,
}

impl<'a> Iterator for Walk<'a> {
    type Item = (PartPath, BodyStructure<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let part = self.next.take()?;
        let root = self.path.is_root();
        let mut path = self.path.clone();
        if root && !part.is_multipart() {
            // A message that is one part: that part is its first (RFC 9051, section 6.4.5.1).
            path.push(NonZeroU32::MIN);
            self.path = path.clone();
        }
        self.descend(part);
        Some((path, part))
    }
}

impl<'a> Walk<'a> {
    /// Finds what comes after `part`, whose path is `self.path`.
    fn descend(&mut self, part: BodyStructure<'a>) {
        let mut depth = self.path.numbers().len();
        let (mut parts, mut single) = (None, None);
        if part.is_multipart() {
            parts = Some(part);
        } else if let BodyType::Message { body, .. } = part.body_type() {
            if body.is_multipart() {
                parts = Some(body);
            } else {
                single = Some(body);
            }
        }
        if let Some(body) = single {
            self.path.push(NonZeroU32::MIN);
            self.next = Some(body);
            return;
        }
        if let Some(parts) = parts {
            let rest = Children::between(self.tokens, parts.node.parts, parts.node.parts_end);
            self.open.push(Open { rest, n: 0, depth });
        }
        while let Some(open) = self.open.last_mut() {
            if let Some(at) = open.rest.next() {
                open.n += 1;
                depth = open.depth;
                self.path.truncate(depth);
                if let (Some(n), Ok(part)) = (NonZeroU32::new(open.n), BodyStructure::at(self.tokens, at)) {
                    self.path.push(n);
                    self.next = Some(part);
                    return;
                }
                continue;
            }
            self.open.pop();
        }
    }
}

impl fmt::Debug for Walk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk").field("path", &self.path).finish_non_exhaustive()
    }
}
