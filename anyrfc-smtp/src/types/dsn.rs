//! What is said about notifications of delivery (RFC 3461, section 4; RFC 6533, section 3).

use std::{fmt, ops, str::FromStr};

use bytes::{BufMut, BytesMut};

use super::{
    invalid::{Invalid, Problem, Subject},
    mailbox::{ForwardPath, Mailbox},
    text, xtext,
};

/// The most characters of ENVID as it is written, its keyword counted (RFC 3461, section 4.4).
const ENVID_MAX: usize = 100;

/// So many a client that submits mail keeps to (RFC 3461, section 5.4).
const ENVID_OF_SUBMISSION: usize = 38;

/// The most characters of ORCPT as it is written (RFC 3461, section 4.2).
const ORCPT_MAX: usize = 500;

/// `ENVID`: how a client recognises its transaction in the notifications about it (RFC 3461,
/// section 4.4).
///
/// ```
/// use anyrfc_smtp::EnvelopeId;
/// assert_eq!(EnvelopeId::new("QQ314159")?.as_str(), "QQ314159");
/// assert!(EnvelopeId::new("QQ\r\nRCPT TO:<x@y.example>").is_err());
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnvelopeId(Box<str>);

impl EnvelopeId {
    /// Of printable ASCII, spaces included; it is encoded when it is written. It is as short as one of
    /// a client that submits mail should be, so that every system on the way can keep it (RFC 3461,
    /// section 5.4).
    ///
    /// # Errors
    /// [`Invalid`] when it is empty or anything else, or has more than 32 characters in `xtext`: 38 with
    /// the keyword.
    pub fn new(id: &str) -> Result<Self, Invalid> {
        Self::within(id, ENVID_OF_SUBMISSION)
    }

    /// The same for one that was given elsewhere, and may be longer: of a message that is passed on.
    ///
    /// # Errors
    /// [`Invalid`] as [`new`](Self::new), but for more than 94 characters: 100 with the keyword.
    pub fn foreign(id: &str) -> Result<Self, Invalid> {
        Self::within(id, ENVID_MAX)
    }

    fn within(id: &str, max: usize) -> Result<Self, Invalid> {
        printable(Subject::EnvelopeId, id)?;
        let max = max - "ENVID=".len();
        if xtext::length(id.as_bytes()) > max {
            return Err(Invalid::new(Subject::EnvelopeId, Problem::TooLong, max));
        }
        Ok(Self(id.into()))
    }

    /// As it is meant, without `xtext`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EnvelopeId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl fmt::Display for EnvelopeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something, and of printable ASCII alone.
fn printable(subject: Subject, text: &str) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(subject, Problem::Empty, 0));
    }
    if let Some(at) = text::control_in(text) {
        return Err(Invalid::new(subject, Problem::Control, at));
    }
    match text.bytes().position(|byte| !byte.is_ascii()) {
        Some(at) => Err(Invalid::new(subject, Problem::NonAscii, at)),
        None => Ok(()),
    }
}

/// `NOTIFY`: of which outcomes a notification is wanted (RFC 3461, section 4.1).
///
/// [`NEVER`](Self::NEVER) is the empty set, so that nothing can stand beside it.
///
/// ```
/// use anyrfc_smtp::Notify;
/// assert_eq!((Notify::FAILURE | Notify::SUCCESS).to_string(), "SUCCESS,FAILURE");
/// assert_eq!((Notify::NEVER | Notify::DELAY).to_string(), "DELAY");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Notify(u8);

impl Notify {
    /// Of none.
    pub const NEVER: Self = Self(0);
    /// That the message was delivered.
    pub const SUCCESS: Self = Self(1);
    /// That it cannot be delivered.
    pub const FAILURE: Self = Self(2);
    /// That delivery takes longer than usual.
    pub const DELAY: Self = Self(4);

    const NAMES: [(Self, &'static str); 3] =
        [(Self::SUCCESS, "SUCCESS"), (Self::FAILURE, "FAILURE"), (Self::DELAY, "DELAY")];

    /// Whether a notification of every outcome in `other` is wanted.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The words, with what stands before each.
    fn words(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let never = (self == Self::NEVER).then_some("NEVER");
        let names = Self::NAMES.into_iter().filter(move |(one, _)| self.contains(*one)).map(|(_, name)| name);
        let commas = std::iter::once("").chain(std::iter::repeat(","));
        commas.zip(names.chain(never))
    }

    pub(crate) fn write(self, out: &mut BytesMut) {
        for (comma, word) in self.words() {
            out.put_slice(comma.as_bytes());
            out.put_slice(word.as_bytes());
        }
    }
}

impl ops::BitOr for Notify {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl ops::BitOrAssign for Notify {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

/// As it is written: `NEVER`, or the others with commas between, in any case and order.
impl FromStr for Notify {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.eq_ignore_ascii_case("NEVER") {
            return Ok(Self::NEVER);
        }
        text.split(',').try_fold(Self::NEVER, |notify, word| {
            let mut names = Self::NAMES.into_iter();
            match names.find(|(_, name)| name.eq_ignore_ascii_case(word)) {
                Some((one, _)) => Ok(notify | one),
                None => Err(Invalid::new(Subject::Notify, Problem::Syntax, 0)),
            }
        })
    }
}

impl fmt::Display for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().try_for_each(|(comma, word)| write!(f, "{comma}{word}"))
    }
}

/// `RET`: how much of the message comes back in a notification of failure (RFC 3461, section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Return {
    /// All of it.
    Full,
    /// Its header.
    Headers,
}

impl Return {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Headers => "HDRS",
        }
    }
}

/// As it is written, in any case.
impl FromStr for Return {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found =
            [Self::Full, Self::Headers].into_iter().find(|one| one.as_str().eq_ignore_ascii_case(text));
        found.ok_or_else(|| Invalid::new(Subject::Return, Problem::Syntax, 0))
    }
}

impl fmt::Display for Return {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `ORCPT`: the recipient as the sender named it (RFC 3461, section 4.2).
///
/// Where notifications are asked for, each recipient gets its own address automatically; this is
/// for gateways and lists, whose recipients were named otherwise before.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OriginalRecipient {
    /// Nothing means `utf-8`, whose address may be beyond ASCII.
    address_type: Option<Box<str>>,
    address: Box<str>,
}

impl OriginalRecipient {
    /// The `address` of a registered type, such as `x400`: printable ASCII.
    ///
    /// # Errors
    /// [`Invalid`] when the type is no atom, the address anything else, or both together are
    /// longer than 500 characters in `xtext`. The type `utf-8` has [`Self::mailbox`].
    pub fn new(address_type: &str, address: &str) -> Result<Self, Invalid> {
        let wrong = |problem, at| Err(Invalid::new(Subject::AddressType, problem, at));
        if address_type.is_empty() {
            return wrong(Problem::Empty, 0);
        }
        if let Some(at) = text::control_in(address_type) {
            return wrong(Problem::Control, at);
        }
        // An atom, of which neither `=` nor `+` could stand in the value of a parameter.
        let odd = |c: char| !c.is_ascii() || !text::is_atext(c) || matches!(c, '=' | '+');
        if let Some(at) = address_type.find(odd) {
            return wrong(Problem::Character, at);
        }
        if address_type.eq_ignore_ascii_case("utf-8") {
            return wrong(Problem::Reserved, 0);
        }
        printable(Subject::OriginalRecipient, address)?;
        if "ORCPT=;".len() + address_type.len() + xtext::length(address.as_bytes()) > ORCPT_MAX {
            return Err(Invalid::new(Subject::OriginalRecipient, Problem::TooLong, ORCPT_MAX));
        }
        Ok(Self { address_type: Some(address_type.into()), address: address.into() })
    }

    /// This mailbox: of the type `rfc822`, or `utf-8` where it is beyond ASCII.
    ///
    /// # Errors
    /// [`Invalid`] when it is longer than 500 characters as a server without SMTPUTF8 would have
    /// it.
    pub fn mailbox(mailbox: &Mailbox) -> Result<Self, Invalid> {
        if mailbox.is_ascii() {
            return Self::new("rfc822", mailbox.as_str());
        }
        let longest: usize = mailbox.as_str().chars().map(|c| escaped_length(c, false)).sum();
        if "ORCPT=utf-8;".len() + longest > ORCPT_MAX {
            return Err(Invalid::new(Subject::OriginalRecipient, Problem::TooLong, ORCPT_MAX));
        }
        Ok(Self { address_type: None, address: mailbox.as_str().into() })
    }

    /// The type of the address.
    #[must_use]
    pub fn address_type(&self) -> &str {
        self.address_type.as_deref().unwrap_or("utf-8")
    }

    /// The address, not encoded.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The value of the parameter: in UTF-8 where the transaction allows it.
    pub(crate) fn write(&self, utf8: bool, out: &mut BytesMut) {
        match &self.address_type {
            Some(address_type) => {
                out.put_slice(address_type.as_bytes());
                out.put_u8(b';');
                xtext::write(self.address.as_bytes(), out);
            }
            None => {
                out.put_slice(b"utf-8;");
                write_unitext(&self.address, utf8, out);
            }
        }
    }
}

/// The ORCPT of a recipient that was never named otherwise: as RCPT names it. One for which there is no
/// room is left out: only a local part of much that must be escaped makes it so long.
pub(crate) fn write_own(path: &ForwardPath, ascii: bool, out: &mut BytesMut) {
    let Some(mailbox) = path.mailbox() else { return };
    if !ascii && !mailbox.is_ascii() {
        let length: usize = mailbox.as_str().chars().map(|c| escaped_length(c, true)).sum();
        if "ORCPT=utf-8;".len() + length > ORCPT_MAX {
            return;
        }
    }
    out.put_slice(b" ORCPT=");
    if ascii || mailbox.is_ascii() {
        let (local_part, domain) = mailbox.written(true);
        out.put_slice(b"rfc822;");
        xtext::write(local_part.as_bytes(), out);
        out.put_u8(b'@');
        return xtext::write(domain.as_bytes(), out);
    }
    out.put_slice(b"utf-8;");
    write_unitext(mailbox.as_str(), true, out);
}

/// Whether a character stands for itself in an address of the type `utf-8`: `QCHAR`, and beyond
/// ASCII where UTF-8 is allowed: `QUCHAR` (RFC 6533, section 3).
const fn is_plain(c: char, utf8: bool) -> bool {
    if c.is_ascii() { c.is_ascii_graphic() && !matches!(c, '+' | '=' | '\\') } else { utf8 }
}

/// How many octets it has as it is written.
fn escaped_length(c: char, utf8: bool) -> usize {
    if is_plain(c, utf8) {
        return c.len_utf8();
    }
    let digits = (u32::BITS - u32::from(c).leading_zeros()).div_ceil(4).max(2) as usize;
    "\\x{}".len() + digits
}

/// `utf-8-addr-unitext`, or `utf-8-addr-xtext` where it must be ASCII (RFC 6533, section 3).
fn write_unitext(address: &str, utf8: bool, out: &mut BytesMut) {
    use fmt::Write as _;
    out.reserve(address.chars().map(|c| escaped_length(c, utf8)).sum());
    for c in address.chars() {
        // Writing to memory that was reserved cannot fail.
        let _ =
            if is_plain(c, utf8) { out.write_char(c) } else { write!(out, "\\x{{{:02X}}}", u32::from(c)) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut BytesMut)) -> String {
        let mut out = BytesMut::new();
        write(&mut out);
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn envelope_ids_cannot_be_more_than_one_parameter() {
        for (text, problem) in [
            ("", Problem::Empty),
            ("a\r\nb", Problem::Control),
            ("a\0", Problem::Control),
            ("a\t", Problem::Control),
            ("\x7f", Problem::Control),
            ("ü", Problem::NonAscii),
        ] {
            assert_eq!(EnvelopeId::new(text).unwrap_err().problem(), problem, "{text:?}");
        }
        assert!(EnvelopeId::new(&"a".repeat(32)).is_ok());
        assert!(EnvelopeId::new(&"a".repeat(33)).is_err());
        assert!(EnvelopeId::foreign(&"a".repeat(94)).is_ok());
        assert!(EnvelopeId::foreign(&"a".repeat(95)).is_err());
        assert!(EnvelopeId::foreign(&"=".repeat(31)).is_ok());
        assert!(EnvelopeId::foreign(&"=".repeat(32)).is_err(), "what is written counts");
        assert_eq!(EnvelopeId::new("a b").unwrap().to_string(), "a b");
    }

    #[test]
    fn never_stands_alone() {
        let all = [Notify::SUCCESS, Notify::FAILURE, Notify::DELAY];
        let mut seen = Notify::NEVER;
        assert_eq!(seen.to_string(), "NEVER");
        for one in all {
            seen |= one;
            assert!(!seen.to_string().contains("NEVER") && seen.contains(one));
        }
        assert_eq!(seen.to_string(), "SUCCESS,FAILURE,DELAY");
        assert_eq!(written(|out| seen.write(out)), "SUCCESS,FAILURE,DELAY");
        assert_eq!(written(|out| Notify::NEVER.write(out)), "NEVER");
    }

    #[test]
    fn original_recipients_cannot_be_more_than_one_parameter() {
        for (kind, address, subject, problem) in [
            ("", "a", Subject::AddressType, Problem::Empty),
            ("a b", "a", Subject::AddressType, Problem::Character),
            ("a;b", "a", Subject::AddressType, Problem::Character),
            ("a=b", "a", Subject::AddressType, Problem::Character),
            ("a\r\n", "a", Subject::AddressType, Problem::Control),
            ("ü", "a", Subject::AddressType, Problem::Character),
            ("UTF-8", "a", Subject::AddressType, Problem::Reserved),
            ("x400", "", Subject::OriginalRecipient, Problem::Empty),
            ("x400", "a\r\nb", Subject::OriginalRecipient, Problem::Control),
            ("x400", "ü", Subject::OriginalRecipient, Problem::NonAscii),
        ] {
            let invalid = OriginalRecipient::new(kind, address).unwrap_err();
            assert_eq!((invalid.subject(), invalid.problem()), (subject, problem), "{kind:?} {address:?}");
        }
        let x400 = OriginalRecipient::new("x400", "/C=us/ G=a+b").unwrap();
        assert_eq!(written(|out| x400.write(true, out)), "x400;/C+3Dus/+20G+3Da+2Bb");
        assert!(OriginalRecipient::new("x400", &"a".repeat(489)).is_ok());
        assert!(OriginalRecipient::new("x400", &"a".repeat(490)).is_err());
    }

    #[test]
    fn mailboxes_become_original_recipients() {
        let plain = OriginalRecipient::mailbox(&"a+b@c.example".parse().unwrap()).unwrap();
        assert_eq!((plain.address_type(), plain.address()), ("rfc822", "a+b@c.example"));
        assert_eq!(written(|out| plain.write(true, out)), "rfc822;a+2Bb@c.example");
        let wide = OriginalRecipient::mailbox(&"\"用 户\\\\=+\"@eai.test".parse().unwrap()).unwrap();
        assert_eq!(wide.address_type(), "utf-8");
        assert_eq!(
            written(|out| wide.write(true, out)),
            "utf-8;\"用\\x{20}户\\x{5C}\\x{5C}\\x{3D}\\x{2B}\"@eai.test"
        );
        let ascii = written(|out| wide.write(false, out));
        assert_eq!(ascii, "utf-8;\"\\x{7528}\\x{20}\\x{6237}\\x{5C}\\x{5C}\\x{3D}\\x{2B}\"@eai.test");
        let (plus, label) = ("+".repeat(64), "a".repeat(60));
        let long = Mailbox::new(&format!("{plus}@ü.{label}.{label}.example")).unwrap();
        assert!(OriginalRecipient::mailbox(&long).is_err(), "it would not fit where it must be ASCII");
        for c in ['a', '+', 'é', '用', '\u{1f600}', '\u{10fffd}'] {
            let text = c.to_string();
            for utf8 in [false, true] {
                assert_eq!(written(|out| write_unitext(&text, utf8, out)).len(), escaped_length(c, utf8));
            }
        }
    }

    #[test]
    fn a_recipient_is_named_as_rcpt_names_it() {
        let own = |path: &str, ascii| written(|out| write_own(&path.parse().unwrap(), ascii, out));
        assert_eq!(own("a+b@c", false), " ORCPT=rfc822;a+2Bb@c");
        assert_eq!(own("a@bücher.example", true), " ORCPT=rfc822;a@xn--bcher-kva.example");
        assert_eq!(own("a@bücher.example", false), " ORCPT=utf-8;a@bücher.example");
        assert_eq!(own("ü=@b", false), " ORCPT=utf-8;ü\\x{3D}@b");
        assert_eq!(own("postmaster", false), "");
        let longest =
            format!("{}@{}", "+".repeat(64), ["a".repeat(63), "b".repeat(63), "c".repeat(61)].join("."));
        assert!(own(&longest, false).len() <= 1 + ORCPT_MAX);
        let domain = |labels: usize| format!("ü.{}", vec!["a".repeat(40); labels].join("."));
        let wide = |labels| own(&format!("{}@{}", "+".repeat(64), domain(labels)), false);
        assert_eq!(wide(2).len(), 1 + "ORCPT=utf-8;".len() + 64 * 6 + 1 + domain(2).len());
        assert_eq!(wide(3), "", "it would have more than 500 characters");
    }
}
