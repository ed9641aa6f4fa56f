//! Arguments of commands other than MAIL and RCPT, and commands that this crate does not know.

use std::{fmt, str::FromStr};

use super::{
    invalid::{Invalid, Problem, Subject},
    mailbox::Mailbox,
    text,
};

/// The most octets of a command line (RFC 5321, section 4.5.3.1.4), its end included.
pub(crate) const LINE_MAX: usize = 512;

/// `String`, or a mailbox: the argument of VRFY, EXPN, HELP and NOOP (RFC 5321, section 4.1.1).
///
/// A mailbox and an atom are written as they are, everything else as a quoted string. One beyond
/// ASCII needs a server with SMTPUTF8 where it goes to VRFY or EXPN, and can go nowhere else.
///
/// ```
/// use anyrfc_smtp::Argument;
/// assert_eq!(Argument::new("jones")?.as_str(), "jones");
/// assert_eq!(Argument::new("jones@example.com")?.as_str(), "jones@example.com");
/// assert_eq!(Argument::new("Fred Jones")?.as_str(), "\"Fred Jones\"");
/// assert!(Argument::new("jones\r\nDATA").is_err());
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Argument {
    text: Box<str>,
    utf8: bool,
}

impl Argument {
    /// The most octets as it is written: room for the verb, SMTPUTF8 and the end of the line.
    const LENGTH_MAX: usize = LINE_MAX - "VRFY  SMTPUTF8\r\n".len();

    /// Of this text, as meant and not as quoted.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty, has a control character, or is too long for a command line.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new(Subject::Argument, Problem::Empty, 0));
        }
        if let Some(at) = text::control_in(text) {
            return Err(Invalid::new(Subject::Argument, Problem::Control, at));
        }
        if text.len() > Self::LENGTH_MAX {
            return Err(Invalid::new(Subject::Argument, Problem::TooLong, Self::LENGTH_MAX));
        }
        let written = match Mailbox::new(text) {
            Ok(mailbox) => return Ok(Self::from(&mailbox)),
            Err(_) if text.chars().all(text::is_atext) => text.to_owned(),
            Err(_) => {
                let mut quoted = String::with_capacity(text.len() + 2);
                text::quote(text, &mut quoted);
                quoted
            }
        };
        if written.len() > Self::LENGTH_MAX {
            return Err(Invalid::new(Subject::Argument, Problem::TooLong, Self::LENGTH_MAX));
        }
        let utf8 = !written.is_ascii();
        Ok(Self { text: written.into(), utf8 })
    }

    /// And let the answer be in UTF-8, which the server must offer by SMTPUTF8 (RFC 6531, section
    /// 3.7.4.2). For VRFY and EXPN.
    #[must_use]
    pub const fn utf8(mut self) -> Self {
        self.utf8 = true;
        self
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it needs a server with SMTPUTF8.
    #[must_use]
    pub const fn needs_utf8(&self) -> bool {
        self.utf8
    }
}

/// In ASCII where the local part is.
impl From<&Mailbox> for Argument {
    fn from(mailbox: &Mailbox) -> Self {
        let ascii = mailbox.to_ascii();
        let utf8 = ascii.is_none();
        Self { text: ascii.as_ref().unwrap_or(mailbox).as_str().into(), utf8 }
    }
}

impl FromStr for Argument {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Argument {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

/// A command that this crate does not know, of one line, which is answered by one reply.
///
/// It is sent where the server offers its verb as a keyword in the answer to EHLO, or where the verb begins with X:
/// others there are not (RFC 5321, section 4.1.5).
///
/// ```
/// use anyrfc_smtp::RawCommand;
/// let xclient = RawCommand::new("XCLIENT", Some("NAME=spike.example ADDR=192.0.2.1"))?;
/// assert_eq!(xclient.to_string(), "XCLIENT NAME=spike.example ADDR=192.0.2.1");
/// assert!(RawCommand::new("XCLIENT", Some("NAME=a\r\nDATA")).is_err());
/// assert!(RawCommand::new("DATA", None).is_err()); // would not be followed by one reply alone
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RawCommand {
    verb: Box<str>,
    arguments: Option<Box<str>>,
}

/// What changes the state of the connection, which this crate keeps by its own commands; and what
/// no client should send (RFC 5321, appendices F.1 and F.6), or none that submits (RFC 6409, section 7).
const RESERVED: [&str; 22] = [
    "AUTH", "BDAT", "BURL", "DATA", "EHLO", "EXPN", "HELO", "HELP", "LHLO", "MAIL", "NOOP", "QUIT", "RCPT",
    "RSET", "SAML", "SEND", "SOML", "STARTTLS", "TURN", "VRFY", "ATRN", "ETRN",
];

impl RawCommand {
    /// A verb, and what follows it: printable ASCII and single or repeated spaces between.
    ///
    /// # Errors
    /// [`Invalid`] when the verb is none, or one of those that this crate has; when the arguments
    /// are anything else; or when both are too long for a command line.
    pub fn new(verb: &str, arguments: Option<&str>) -> Result<Self, Invalid> {
        let wrong = |problem, at| Err(Invalid::new(Subject::Verb, problem, at));
        if verb.is_empty() {
            return wrong(Problem::Empty, 0);
        }
        if let Some(at) = text::control_in(verb) {
            return wrong(Problem::Control, at);
        }
        if !verb.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return wrong(Problem::Syntax, 0);
        }
        if let Some(at) = verb.bytes().position(|byte| !text::is_ldh(byte)) {
            return wrong(Problem::Character, at);
        }
        if RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(verb)) {
            return wrong(Problem::Reserved, 0);
        }
        if let Some(arguments) = arguments {
            text::check_line(Subject::Argument, arguments, LINE_MAX)?;
            if let Some(at) = arguments.bytes().position(|byte| !byte.is_ascii()) {
                return Err(Invalid::new(Subject::Argument, Problem::NonAscii, at));
            }
        }
        let length = verb.len() + arguments.map_or(0, |arguments| 1 + arguments.len()) + "\r\n".len();
        if length > LINE_MAX {
            return wrong(Problem::TooLong, LINE_MAX);
        }
        Ok(Self { verb: verb.into(), arguments: arguments.map(Into::into) })
    }

    /// The verb.
    #[must_use]
    pub fn verb(&self) -> &str {
        &self.verb
    }

    /// Whether it begins with X, which is between client and server alone (RFC 5321, section 4.1.5).
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.verb.starts_with(['x', 'X'])
    }

    /// What follows it.
    #[must_use]
    pub fn arguments(&self) -> Option<&str> {
        self.arguments.as_deref()
    }
}

impl fmt::Display for RawCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.verb)?;
        match &self.arguments {
            Some(arguments) => write!(f, " {arguments}"),
            None => Ok(()),
        }
    }
}

/// The URL of BURL: of a message, or a part of one, that an IMAP server gives to whoever has the
/// URL (RFC 4468, section 3.3; RFC 4467).
///
/// ```
/// use anyrfc_smtp::BurlUrl;
/// let url = "imap://fred@example.com/Drafts;uidvalidity=385759045/;uid=20;\
///            urlauth=submit+fred:internal:91354a473744909de610943775f92038";
/// assert_eq!(BurlUrl::new(url)?.expose(), url);
/// assert!(BurlUrl::new("imap://example.com/Drafts/;uid=20 LAST").is_err());
/// assert!(BurlUrl::new("imap://example.com/Drafts/;uid=20").is_err()); // whoever has it could not read it
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BurlUrl {
    text: Box<str>,
    authorized: bool,
}

impl BurlUrl {
    /// The most octets: what a command line leaves.
    const LENGTH_MAX: usize = LINE_MAX - "BURL  LAST\r\n".len();

    /// One with URLAUTH, so that the server may read it for this user.
    ///
    /// # Errors
    /// [`Invalid`] when it is no `imap` URL with an `urlauth` component, has what no URL has, or
    /// is too long for a command line.
    pub fn new(url: &str) -> Result<Self, Invalid> {
        let url = Self::trusted(url)?;
        if !url.authorized {
            return Err(Invalid::new(Subject::Url, Problem::Syntax, url.text.len()));
        }
        Ok(url)
    }

    /// One with URLAUTH or without: where the submission server has said, after authentication,
    /// that it reads from this IMAP server as the user would (RFC 4468, section 3.3).
    ///
    /// # Errors
    /// [`Invalid`] when it is no `imap` URL, has what no URL has, or is too long for a command
    /// line.
    pub fn trusted(url: &str) -> Result<Self, Invalid> {
        text::check_line(Subject::Url, url, Self::LENGTH_MAX)?;
        let wrong = |problem, at| Err(Invalid::new(Subject::Url, problem, at));
        let mut bytes = url.bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            // What an absolute URI is made of (RFC 3986, section 2).
            let known = byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=".contains(&byte);
            if byte == b'%' {
                let mut digit = || bytes.next().is_some_and(|(_, byte)| byte.is_ascii_hexdigit());
                if !(digit() && digit()) {
                    return wrong(Problem::Syntax, at);
                }
            } else if !known {
                return wrong(if byte.is_ascii() { Problem::Character } else { Problem::NonAscii }, at);
            }
        }
        let Some(rest) = strip_imap(url) else { return wrong(Problem::Syntax, 0) };
        let at = url.len() - rest.len();
        let Some((authority, path)) = rest.split_once('/') else { return wrong(Problem::Syntax, url.len()) };
        if authority.is_empty() {
            return wrong(Problem::Empty, at);
        }
        if path.is_empty() {
            return wrong(Problem::Empty, url.len());
        }
        Ok(Self { text: url.into(), authorized: is_authorized(path) })
    }

    /// The URL. Whoever has it can read the message, so that it is not shown otherwise.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Whether it has an `urlauth` component.
    #[must_use]
    pub const fn is_authorized(&self) -> bool {
        self.authorized
    }

    /// Scheme and authority, which a server names that trusts them.
    pub(crate) fn server(&self) -> &str {
        let rest = strip_imap(&self.text).unwrap_or_default();
        let end = self.text.len() - rest.len() + rest.find('/').unwrap_or(rest.len());
        self.text.get(..end).unwrap_or_default()
    }
}

/// What follows the scheme.
fn strip_imap(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_at_checked("imap://".len())?;
    scheme.eq_ignore_ascii_case("imap://").then_some(rest)
}

/// Whether the path ends in `;urlauth=<access>:<mechanism>:<token>` (RFC 4467, section 7).
fn is_authorized(path: &str) -> bool {
    let Some(at) = path.rfind(';') else { return false };
    let last = path.get(at + 1..).unwrap_or_default();
    let Some((name, value)) = last.split_once('=') else { return false };
    let mut parts = value.split(':');
    let filled = |part: Option<&str>| part.is_some_and(|part| !part.is_empty());
    name.eq_ignore_ascii_case("urlauth")
        && filled(parts.next())
        && filled(parts.next())
        && filled(parts.next())
        && parts.next().is_none()
}

impl FromStr for BurlUrl {
    type Err = Invalid;

    fn from_str(url: &str) -> Result<Self, Invalid> {
        Self::new(url)
    }
}

impl TryFrom<&str> for BurlUrl {
    type Error = Invalid;

    fn try_from(url: &str) -> Result<Self, Invalid> {
        Self::new(url)
    }
}

impl fmt::Debug for BurlUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BurlUrl({} ..)", self.server())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str =
        "imap://fred@example.com/Drafts;uidvalidity=1/;uid=20;urlauth=submit+fred:internal:91ab";

    #[test]
    fn an_argument_is_one() {
        for control in (0..32u8).chain([127]).map(char::from).chain(['\u{85}', '\u{2028}']) {
            for text in [format!("a{control}b"), format!("{control}"), format!("a@b.example{control}")] {
                assert_eq!(Argument::new(&text).unwrap_err().problem(), Problem::Control, "{text:?}");
            }
            let arguments = format!("a{control}b");
            assert!(RawCommand::new("XCLIENT", Some(&arguments)).is_err());
            assert!(RawCommand::new(&format!("X{control}"), None).is_err());
            assert!(BurlUrl::new(&format!("{URL}{control}")).is_err());
        }
        for (text, written) in [
            ("jones", "jones"),
            // `Atom` has no dots (RFC 5321, section 4.1.2).
            ("fred.jones", "\"fred.jones\""),
            ("\"fred.jones\"@example.com", "fred.jones@example.com"),
            ("<jones@example.com>", "\"<jones@example.com>\""),
            ("a \"b\" \\", "\"a \\\"b\\\" \\\\\""),
            (" ", "\" \""),
            ("用户", "用户"),
        ] {
            let argument = Argument::new(text).unwrap();
            assert_eq!(argument.as_str(), written);
            assert_eq!(argument.needs_utf8(), !text.is_ascii());
        }
        assert!(Argument::new("jones").unwrap().utf8().needs_utf8());
        assert!(Argument::new(&"a".repeat(Argument::LENGTH_MAX)).is_ok());
        assert!(Argument::new(&"a".repeat(Argument::LENGTH_MAX + 1)).is_err());
        assert!(Argument::new(&"\"".repeat(Argument::LENGTH_MAX / 2)).is_err(), "what is written counts");
    }

    #[test]
    fn a_command_is_one() {
        for (verb, arguments, problem) in [
            ("", None, Problem::Empty),
            ("1X", None, Problem::Syntax),
            ("X Y", None, Problem::Character),
            ("XÄ", None, Problem::Character),
            ("X", Some(""), Problem::Empty),
            ("X", Some(" a"), Problem::Character),
            ("X", Some("a "), Problem::Character),
            ("X", Some("ä"), Problem::NonAscii),
        ] {
            assert_eq!(
                RawCommand::new(verb, arguments).unwrap_err().problem(),
                problem,
                "{verb} {arguments:?}"
            );
        }
        for reserved in RESERVED {
            let invalid = RawCommand::new(&reserved.to_ascii_lowercase(), None).unwrap_err();
            assert_eq!(invalid.problem(), Problem::Reserved);
        }
        assert!(RawCommand::new("FOOBAR", Some("example.com")).is_ok());
        assert!(RawCommand::new("X", Some(&"a".repeat(508))).is_ok());
        assert!(RawCommand::new("X", Some(&"a".repeat(509))).is_err());
    }

    #[test]
    fn urls_of_burl() {
        assert_eq!(BurlUrl::new(URL).unwrap().server(), "imap://fred@example.com");
        assert!(!format!("{:?}", BurlUrl::new(URL).unwrap()).contains("91ab"));
        for text in [
            "",
            "http://example.com/x;urlauth=a:b:c",
            "imap:/example.com/x;urlauth=a:b:c",
            "imap:///x;urlauth=a:b:c",
            "imap://example.com/",
            "imap://example.com",
            "imap://example.com/x",
            "imap://example.com/x;urlauth=submit+fred",
            "imap://example.com/x;urlauth=submit+fred:internal:",
            "imap://example.com/x;urlauth=submit+fred:internal:a:b",
            "imap://example.com/x;urlauth=submit+fred:internal:a LAST",
            "imap://example.com/x y;urlauth=submit+fred:internal:a",
            "imap://example.com/%4;urlauth=submit+fred:internal:a",
            "imap://example.com/ü;urlauth=submit+fred:internal:a",
            "imap://example.com/x;urlauth=submit+fred:internal:a#f",
        ] {
            assert_eq!(BurlUrl::new(text).expect_err(text).subject(), Subject::Url, "{text}");
        }
        let plain = BurlUrl::trusted("imap://example.com/x/;uid=1").unwrap();
        assert!(!plain.is_authorized());
        assert!(BurlUrl::trusted("imap://example.com/x y").is_err());
        assert!(BurlUrl::new(&URL.replace("Drafts", &"a".repeat(512))).is_err());
    }
}
