//! What a body is, how to present it and how it is encoded (RFC 2045, RFC 2183).

use std::fmt;

use compact_str::CompactString;

use super::{
    Parameter, Parameters,
    chars::{BCHARS, is_token},
    invalid::{Invalid, Problem, Subject},
};

/// A media type with its parameters (RFC 2045, section 5).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContentType {
    /// Type, slash and subtype, in lower case.
    essence: CompactString,
    slash: usize,
    parameters: Parameters,
}

impl ContentType {
    /// `type/subtype` without parameters.
    ///
    /// # Errors
    /// [`Invalid`] when one of them is no token.
    pub fn new(media_type: &str, subtype: &str) -> Result<Self, Invalid> {
        let wrong = |problem, at| Err(Invalid::new(Subject::ContentType, problem, at));
        if media_type.len() + subtype.len() > 255 {
            return wrong(Problem::TooLong, 0);
        }
        if !is_token(media_type.as_bytes()) {
            return wrong(Problem::Syntax, 0);
        }
        if !is_token(subtype.as_bytes()) {
            return wrong(Problem::Syntax, media_type.len() + 1);
        }
        Ok(Self::from_tokens(media_type, subtype))
    }

    /// Tokens, checked by their reader.
    pub(crate) fn from_tokens(media_type: &str, subtype: &str) -> Self {
        let mut essence = CompactString::with_capacity(media_type.len() + 1 + subtype.len());
        essence.push_str(media_type);
        essence.push('/');
        essence.push_str(subtype);
        essence.make_ascii_lowercase();
        Self { essence, slash: media_type.len(), parameters: Parameters::new() }
    }

    /// Tokens that are in lower case already.
    pub(crate) const fn known(essence: &'static str, slash: usize) -> Self {
        Self { essence: CompactString::const_new(essence), slash, parameters: Parameters::new() }
    }

    /// `text/plain`.
    #[must_use]
    pub const fn text_plain() -> Self {
        Self::known("text/plain", 4)
    }

    /// `text/html`.
    #[must_use]
    pub const fn text_html() -> Self {
        Self::known("text/html", 4)
    }

    /// `application/octet-stream`.
    #[must_use]
    pub const fn octet_stream() -> Self {
        Self::known("application/octet-stream", 11)
    }

    /// `message/rfc822`.
    #[must_use]
    pub const fn message_rfc822() -> Self {
        Self::known("message/rfc822", 7)
    }

    /// The type with one more parameter, or another value of it.
    ///
    /// # Errors
    /// [`Invalid`] as of [`Parameter::new`].
    pub fn with_parameter(mut self, name: &str, value: &str) -> Result<Self, Invalid> {
        self.parameters.set(Parameter::new(name, value)?);
        Ok(self)
    }

    pub(crate) fn with_parameters(self, parameters: Parameters) -> Self {
        Self { parameters, ..self }
    }

    /// Type, slash and subtype, in lower case.
    #[must_use]
    pub fn essence(&self) -> &str {
        &self.essence
    }

    /// The type, in lower case.
    #[must_use]
    pub fn media_type(&self) -> &str {
        self.essence.get(..self.slash).unwrap_or_default()
    }

    /// The subtype, in lower case.
    #[must_use]
    pub fn subtype(&self) -> &str {
        self.essence.get(self.slash + 1..).unwrap_or_default()
    }

    /// The parameters.
    #[must_use]
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The parameters, to be changed.
    pub const fn parameters_mut(&mut self) -> &mut Parameters {
        &mut self.parameters
    }

    /// The value of a parameter, by its name in any case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)
    }

    /// The charset, where it is stated.
    #[must_use]
    pub fn charset(&self) -> Option<&str> {
        self.parameter("charset")
    }

    /// The boundary, where it is stated.
    #[must_use]
    pub fn boundary(&self) -> Option<&str> {
        self.parameter("boundary")
    }

    /// Whether it is `multipart/*`.
    #[must_use]
    pub fn is_multipart(&self) -> bool {
        self.media_type() == "multipart"
    }

    /// Whether it is `text/*`.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.media_type() == "text"
    }

    /// Whether a message is inside: `message/rfc822`, and `message/global` (RFC 6532, section 3.7).
    #[must_use]
    pub fn is_message(&self) -> bool {
        matches!(&*self.essence, "message/rfc822" | "message/global")
    }
}

/// `text/plain`, as for an entity that says nothing (RFC 2045, section 5.2).
impl Default for ContentType {
    fn default() -> Self {
        Self::text_plain()
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.essence, self.parameters)
    }
}

/// Whether `text` may be a boundary: up to 70 characters of its set, and no space at the end
/// (RFC 2046, section 5.1.1).
///
/// # Errors
/// [`Invalid`] when it may not.
pub fn check_boundary(text: &str) -> Result<(), Invalid> {
    let wrong = |problem, at| Err(Invalid::new(Subject::Boundary, problem, at));
    if text.is_empty() {
        return wrong(Problem::Empty, 0);
    }
    if text.len() > 70 {
        return wrong(Problem::TooLong, 70);
    }
    if let Some(at) = text.bytes().position(|byte| !BCHARS.has(byte)) {
        return wrong(Problem::Character, at);
    }
    if text.ends_with(' ') { wrong(Problem::Syntax, text.len() - 1) } else { Ok(()) }
}

/// How a part asks to be presented (RFC 2183, section 2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Disposition {
    /// Shown with the rest.
    Inline,
    /// Kept aside until asked for.
    Attachment,
    /// Something else, in lower case; treated as an attachment (RFC 2183, section 2.8).
    Other(Token),
}

/// A token in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token(CompactString);

impl Token {
    /// A token, put into lower case (RFC 2045, section 5.1).
    pub(crate) fn new(text: &str) -> Option<Self> {
        let mut token = CompactString::from(text);
        token.make_ascii_lowercase();
        is_token(text.as_bytes()).then_some(Self(token))
    }

    /// The token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Disposition {
    /// The disposition of this name.
    ///
    /// # Errors
    /// [`Invalid`] when it is no token.
    pub fn new(name: &str) -> Result<Self, Invalid> {
        let problem = if name.is_empty() { Problem::Empty } else { Problem::Syntax };
        let token = Token::new(name).filter(|_| name.len() <= 255).ok_or(Invalid::new(
            Subject::ContentDisposition,
            problem,
            0,
        ))?;
        Ok(match token.as_str() {
            "inline" => Self::Inline,
            "attachment" => Self::Attachment,
            _ => Self::Other(token),
        })
    }

    /// The name, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Inline => "inline",
            Self::Attachment => "attachment",
            Self::Other(other) => other.as_str(),
        }
    }
}

/// `Content-Disposition`: how a part asks to be presented, and what file it was (RFC 2183).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContentDisposition {
    disposition: Disposition,
    parameters: Parameters,
}

impl ContentDisposition {
    /// A disposition without parameters.
    #[must_use]
    pub const fn new(disposition: Disposition) -> Self {
        Self { disposition, parameters: Parameters::new() }
    }

    /// `inline`.
    #[must_use]
    pub const fn inline() -> Self {
        Self::new(Disposition::Inline)
    }

    /// `attachment`.
    #[must_use]
    pub const fn attachment() -> Self {
        Self::new(Disposition::Attachment)
    }

    /// The disposition with a name for the file (RFC 2183, section 2.3).
    ///
    /// # Errors
    /// [`Invalid`] when the name holds a control character.
    pub fn with_filename(self, name: &str) -> Result<Self, Invalid> {
        self.with_parameter("filename", name)
    }

    /// The disposition with one more parameter, or another value of it.
    ///
    /// # Errors
    /// [`Invalid`] as of [`Parameter::new`].
    pub fn with_parameter(mut self, name: &str, value: &str) -> Result<Self, Invalid> {
        self.parameters.set(Parameter::new(name, value)?);
        Ok(self)
    }

    pub(crate) fn with_parameters(self, parameters: Parameters) -> Self {
        Self { parameters, ..self }
    }

    /// How it asks to be presented.
    #[must_use]
    pub const fn disposition(&self) -> &Disposition {
        &self.disposition
    }

    /// Whether it is to be shown with the rest.
    #[must_use]
    pub const fn is_inline(&self) -> bool {
        matches!(self.disposition, Disposition::Inline)
    }

    /// The parameters.
    #[must_use]
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The parameters, to be changed.
    pub const fn parameters_mut(&mut self) -> &mut Parameters {
        &mut self.parameters
    }

    /// The file's name as its sender put it: **not** safe to open or create
    /// (RFC 2183, section 5).
    #[must_use]
    pub fn filename(&self) -> Option<&str> {
        self.parameters.get("filename")
    }

    /// The size that its sender announced (RFC 2183, section 2.7).
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.parameters.get("size")?.parse().ok()
    }
}

impl fmt::Display for ContentDisposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.disposition.as_str(), self.parameters)
    }
}

/// `Content-Transfer-Encoding`: how octets were made to pass (RFC 2045, section 6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TransferEncoding {
    /// Short lines of ASCII, as they are.
    #[default]
    SevenBit,
    /// Short lines of octets, as they are.
    EightBit,
    /// Octets, as they are.
    Binary,
    /// Mostly text, the rest as `=` and two digits.
    QuotedPrintable,
    /// Six bits a character.
    Base64,
}

impl TransferEncoding {
    /// The encoding of this name, in any case.
    ///
    /// # Errors
    /// [`Invalid`] when it is none of the five.
    pub fn new(name: &str) -> Result<Self, Invalid> {
        Self::from_token(name.as_bytes()).ok_or(Invalid::new(Subject::TransferEncoding, Problem::Unknown, 0))
    }

    pub(crate) fn from_token(name: &[u8]) -> Option<Self> {
        [Self::SevenBit, Self::EightBit, Self::Binary, Self::QuotedPrintable, Self::Base64]
            .into_iter()
            .find(|encoding| name.eq_ignore_ascii_case(encoding.as_str().as_bytes()))
    }

    /// The name, as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::EightBit => "8bit",
            Self::Binary => "binary",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
        }
    }

    /// Whether the octets stand as they are.
    #[must_use]
    pub const fn is_identity(self) -> bool {
        matches!(self, Self::SevenBit | Self::EightBit | Self::Binary)
    }
}

impl fmt::Display for TransferEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types() {
        let html = ContentType::new("TEXT", "Html").unwrap().with_parameter("Charset", "utf-8").unwrap();
        assert_eq!(html.to_string(), "text/html; charset=utf-8");
        assert_eq!((html.media_type(), html.subtype(), html.charset()), ("text", "html", Some("utf-8")));
        assert_eq!(ContentType::octet_stream().subtype(), "octet-stream");
        assert_eq!(ContentType::message_rfc822().subtype(), "rfc822");
        for (media_type, subtype) in
            [("", "a"), ("a", ""), ("a b", "c"), ("a", "b;c"), ("a", "b\r\n"), ("ä", "b")]
        {
            assert!(ContentType::new(media_type, subtype).is_err(), "{media_type:?}/{subtype:?}");
        }
    }

    #[test]
    fn boundaries() {
        for good in ["a", "a b", "'()+_,-./:=?9Z", &"b".repeat(70)] {
            assert!(check_boundary(good).is_ok(), "{good}");
        }
        for bad in ["", "a ", "a\r\n", "a\"", "a;", "ä", "a\t", &"b".repeat(71)] {
            assert!(check_boundary(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn dispositions() {
        let disposition = ContentDisposition::attachment().with_filename("ä b.txt").unwrap();
        assert_eq!(disposition.to_string(), "attachment; filename=\"ä b.txt\"");
        assert_eq!(Disposition::new("InLine"), Ok(Disposition::Inline));
        assert_eq!(Disposition::new("X-Other").unwrap().as_str(), "x-other");
        assert!(Disposition::new("a b").is_err() && Disposition::new("").is_err());
        assert_eq!(ContentDisposition::inline().with_parameter("size", "12").unwrap().size(), Some(12));
    }

    #[test]
    fn encodings() {
        assert_eq!(TransferEncoding::new("BASE64"), Ok(TransferEncoding::Base64));
        assert_eq!(TransferEncoding::new("Quoted-Printable"), Ok(TransferEncoding::QuotedPrintable));
        assert!(TransferEncoding::new("x-uuencode").is_err() && TransferEncoding::new("").is_err());
    }
}
