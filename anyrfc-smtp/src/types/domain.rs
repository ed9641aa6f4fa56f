//! Domains and address literals (RFC 5321, sections 4.1.2 and 4.1.3), and what a client calls
//! itself.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::{borrow::Cow, fmt, str::FromStr};

use idna::{AsciiDenyList, uts46};

use super::{
    invalid::{Invalid, Problem, Subject},
    text::{self, is_ldh, is_sub_domain},
};

/// The most octets of a domain (RFC 5321, section 4.5.3.1.2).
pub(crate) const DOMAIN_MAX: usize = 255;

/// The most octets of a label (RFC 1035, section 2.3.4).
const LABEL_MAX: usize = 63;

/// `Domain` or `address-literal` (RFC 5321, section 4.1.2; RFC 6531, section 3.3).
///
/// Labels beyond ASCII are U-labels as IDNA has them: whatever else is given is mapped to them, or
/// refused. Two domains are equal when their A-labels are, in whatever case.
///
/// ```
/// use anyrfc_smtp::Domain;
/// let domain = Domain::new("BÜCHER.example")?;
/// assert_eq!(domain.as_str(), "bücher.example");
/// assert_eq!(domain.ascii(), "xn--bcher-kva.example");
/// assert_eq!(Domain::new("[IPv6:2001:db8:0:0::1]")?.as_str(), "[IPv6:2001:db8::1]");
/// assert!(Domain::new("example.com>\r\nRCPT TO:<x").is_err());
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone)]
pub struct Domain {
    text: Box<str>,
    /// In A-labels, where that is something else.
    ascii: Option<Box<str>>,
}

/// A domain or literal as it will be written, and in A-labels where that differs.
pub(crate) struct Checked<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) ascii: Option<String>,
}

impl Domain {
    /// A name, or an address in square brackets.
    ///
    /// # Errors
    /// [`Invalid`] when it is neither, or too long.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let Checked { text, ascii } = check(text)?;
        Ok(Self { text: text.into(), ascii: ascii.map(Into::into) })
    }

    /// The address in square brackets (RFC 5321, section 4.1.3).
    #[must_use]
    pub fn literal(address: IpAddr) -> Self {
        Self { text: literal(address).into(), ascii: None }
    }

    /// As it is written where UTF-8 is understood.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// As it is written elsewhere: in A-labels.
    #[must_use]
    pub fn ascii(&self) -> &str {
        self.ascii.as_deref().unwrap_or(&self.text)
    }

    /// Whether it has no U-labels.
    #[must_use]
    pub const fn is_ascii(&self) -> bool {
        self.ascii.is_none()
    }

    /// The address, where it is that of IPv4 or IPv6 in square brackets.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        let inner = self.text.strip_prefix('[')?.strip_suffix(']')?;
        match inner.strip_prefix("IPv6:") {
            Some(six) => six.parse().ok().map(IpAddr::V6),
            None => inner.parse().ok().map(IpAddr::V4),
        }
    }
}

/// The address in square brackets.
fn literal(address: IpAddr) -> String {
    match address {
        IpAddr::V4(four) => format!("[{four}]"),
        IpAddr::V6(six) => format!("[IPv6:{six}]"),
    }
}

/// `Domain` or `address-literal`.
pub(crate) fn check(domain: &str) -> Result<Checked<'_>, Invalid> {
    let wrong = |problem, at| Err(Invalid::new(Subject::Domain, problem, at));
    if domain.is_empty() {
        return wrong(Problem::Empty, 0);
    }
    if let Some(at) = text::control_in(domain) {
        return wrong(Problem::Control, at);
    }
    // IDNA takes time that grows with the length; nothing this long can become a domain.
    if domain.len() > 4 * DOMAIN_MAX {
        return wrong(Problem::TooLong, DOMAIN_MAX);
    }
    if let Some(inner) = domain.strip_prefix('[') {
        let Some(inner) = inner.strip_suffix(']') else { return wrong(Problem::Syntax, domain.len()) };
        let text = check_literal(inner).map_err(|invalid| invalid.behind(1))?;
        if text.len() > DOMAIN_MAX {
            return wrong(Problem::TooLong, DOMAIN_MAX);
        }
        return Ok(Checked { text: Cow::Owned(text), ascii: None });
    }
    if domain.is_ascii() {
        check_ascii(domain)?;
        return Ok(Checked { text: Cow::Borrowed(domain), ascii: None });
    }
    let idna = uts46::Uts46::new();
    let ascii = idna
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            uts46::Hyphens::CheckFirstLast,
            uts46::DnsLength::Verify,
        )
        .map_err(|_| Invalid::new(Subject::Domain, Problem::Idna, 0))?;
    check_ascii(&ascii)?;
    // In the form that IDNA calls U-labels, whatever form it was given in.
    let (text, valid) =
        idna.to_unicode(ascii.as_bytes(), AsciiDenyList::STD3, uts46::Hyphens::CheckFirstLast);
    if valid.is_err() || text::control_in(&text).is_some() {
        return wrong(Problem::Idna, 0);
    }
    if text.len() > DOMAIN_MAX {
        return wrong(Problem::TooLong, DOMAIN_MAX);
    }
    let (text, ascii) = (text.into_owned(), ascii.into_owned());
    let ascii = (text != ascii).then_some(ascii);
    Ok(Checked { text: Cow::Owned(text), ascii })
}

/// `Domain` of letters, digits and hyphens.
fn check_ascii(domain: &str) -> Result<(), Invalid> {
    if domain.len() > DOMAIN_MAX {
        return Err(Invalid::new(Subject::Domain, Problem::TooLong, DOMAIN_MAX));
    }
    let mut at = 0;
    for label in domain.split('.') {
        if label.len() > LABEL_MAX {
            return Err(Invalid::new(Subject::Domain, Problem::TooLong, at + LABEL_MAX));
        }
        if !is_sub_domain(label) {
            return Err(match label.bytes().position(|byte| !is_ldh(byte)) {
                Some(odd) => Invalid::new(Subject::Domain, Problem::Character, at + odd),
                None => Invalid::new(Subject::Domain, Problem::Syntax, at),
            });
        }
        at += label.len() + 1;
    }
    Ok(())
}

/// What stands in square brackets (RFC 5321, section 4.1.3), with the brackets; addresses of IPv6
/// in the form of RFC 5952.
fn check_literal(inner: &str) -> Result<String, Invalid> {
    let wrong = |problem, at| Err(Invalid::new(Subject::Domain, problem, at));
    let Some((tag, rest)) = inner.split_once(':') else {
        return match inner.parse::<Ipv4Addr>() {
            Ok(four) => Ok(literal(four.into())),
            Err(_) => wrong(Problem::Syntax, 0),
        };
    };
    if tag.eq_ignore_ascii_case("IPv6") {
        return match rest.parse::<Ipv6Addr>() {
            Ok(six) => Ok(literal(six.into())),
            Err(_) => wrong(Problem::Syntax, tag.len() + 1),
        };
    }
    // `Standardized-tag` is `Ldh-str`, which may begin with a hyphen.
    if !tag.bytes().all(is_ldh) || !tag.ends_with(|end: char| end.is_ascii_alphanumeric()) {
        return wrong(Problem::Syntax, 0);
    }
    if rest.is_empty() {
        return wrong(Problem::Empty, tag.len() + 1);
    }
    match rest.bytes().position(|byte| !matches!(byte, 33..=90 | 94..=126)) {
        Some(at) => wrong(Problem::Character, tag.len() + 1 + at),
        None => Ok(format!("[{inner}]")),
    }
}

impl FromStr for Domain {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Domain {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl PartialEq for Domain {
    fn eq(&self, other: &Self) -> bool {
        self.ascii().eq_ignore_ascii_case(other.ascii())
    }
}

impl Eq for Domain {}

impl std::hash::Hash for Domain {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        hash_ignoring_case(self.ascii(), state);
    }
}

pub(crate) fn hash_ignoring_case<H: std::hash::Hasher>(text: &str, state: &mut H) {
    for byte in text.bytes() {
        state.write_u8(byte.to_ascii_lowercase());
    }
    state.write_u8(0xff);
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Domain({:?})", self.text)
    }
}

/// What a client calls itself in EHLO, HELO and LHLO: its name, or its address where it has none
/// (RFC 5321, section 4.1.1.1); in ASCII always (RFC 6531, section 3.7.1).
///
/// ```
/// use anyrfc_smtp::EhloName;
/// assert_eq!(EhloName::domain("laptop.example")?.as_str(), "laptop.example");
/// assert_eq!(EhloName::address([192, 0, 2, 7]).as_str(), "[192.0.2.7]");
/// assert!(EhloName::domain("laptop\r\nMAIL FROM:<>").is_err());
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EhloName(Box<str>);

impl EhloName {
    /// The fully qualified name of the host. A name of one label is what only its neighbours call it, and not said (RFC
    /// 5321, section 2.3.5).
    ///
    /// # Errors
    /// [`Invalid`] when it is no domain, or not fully qualified.
    pub fn domain(name: &str) -> Result<Self, Invalid> {
        let of_name = |invalid: Invalid| Invalid::new(Subject::EhloName, invalid.problem(), invalid.offset());
        if name.starts_with('[') {
            return Err(Invalid::new(Subject::EhloName, Problem::Character, 0));
        }
        let Checked { text, ascii } = check(name).map_err(of_name)?;
        Self::qualified(ascii.map_or_else(|| text.into(), Into::into))
    }

    fn qualified(name: Box<str>) -> Result<Self, Invalid> {
        if !name.starts_with('[') && !name.contains('.') {
            return Err(Invalid::new(Subject::EhloName, Problem::Unqualified, name.len()));
        }
        Ok(Self(name))
    }

    /// The address of the host, for one that has no name that others know.
    #[must_use]
    pub fn address(address: impl Into<IpAddr>) -> Self {
        Self(literal(address.into().to_canonical()).into())
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name, or an address in square brackets.
impl FromStr for EhloName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if !text.starts_with('[') {
            return Self::domain(text);
        }
        let domain = Domain::new(text)
            .map_err(|invalid| Invalid::new(Subject::EhloName, invalid.problem(), invalid.offset()))?;
        Ok(Self(domain.text))
    }
}

impl TryFrom<&str> for EhloName {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl TryFrom<Domain> for EhloName {
    type Error = Invalid;

    fn try_from(domain: Domain) -> Result<Self, Invalid> {
        Self::qualified(domain.ascii.unwrap_or(domain.text))
    }
}

impl fmt::Display for EhloName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EhloName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EhloName({:?})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> Problem {
        Domain::new(text).expect_err(text).problem()
    }

    #[test]
    fn names_and_literals() {
        let long = format!("{}.{}.{}.{}", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(63));
        for text in ["a", "example.com", "EXAMPLE.com", "1.2.3.4", "xn--bcher-kva.example", "a--b.c", &long] {
            let domain = Domain::new(text).expect(text);
            assert_eq!((domain.as_str(), domain.ascii()), (text, text));
            assert!(domain.is_ascii() && domain.address().is_none());
        }
        for (text, written) in [
            ("[192.0.2.1]", "[192.0.2.1]"),
            ("[IPv6:::1]", "[IPv6:::1]"),
            ("[ipv6:2001:DB8::ffff:192.0.2.1]", "[IPv6:2001:db8::ffff:c000:201]"),
            ("[IPv6:0:0:0:0:0:0:0:0]", "[IPv6:::]"),
            ("[X25:1234]", "[X25:1234]"),
        ] {
            assert_eq!(Domain::new(text).expect(text).as_str(), written);
        }
        assert_eq!(Domain::new("[192.0.2.1]").unwrap().address(), Some([192, 0, 2, 1].into()));
        let six = IpAddr::V6(Ipv6Addr::LOCALHOST);
        assert_eq!(Domain::literal(six).address(), Some(six));
        assert_eq!(Domain::new("[X25:1234]").unwrap().address(), None);
        assert_eq!(Domain::new("Example.COM").unwrap(), Domain::new("example.com").unwrap());
    }

    #[test]
    fn names_beyond_ascii_have_both_forms() {
        for (text, unicode, ascii) in [
            ("bücher.example", "bücher.example", "xn--bcher-kva.example"),
            ("BU\u{308}CHER.example", "bücher.example", "xn--bcher-kva.example"),
            ("例え。テスト", "例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("ｅｘａｍｐｌｅ.com", "example.com", "example.com"),
            ("faß.de", "faß.de", "xn--fa-hia.de"),
        ] {
            let domain = Domain::new(text).expect(text);
            assert_eq!((domain.as_str(), domain.ascii()), (unicode, ascii));
            assert_eq!(domain.is_ascii(), unicode == ascii);
        }
        assert_eq!(Domain::new("bücher.example").unwrap(), Domain::new("XN--bcher-KVA.example").unwrap());
    }

    #[test]
    fn what_is_no_domain() {
        let label = "a".repeat(64);
        let long = format!("{}.{}.{}.{}", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(64));
        let unicode = "ü".repeat(100_000);
        for (text, expected) in [
            ("", Problem::Empty),
            (".", Problem::Syntax),
            ("a.", Problem::Syntax),
            (".a", Problem::Syntax),
            ("a..b", Problem::Syntax),
            ("-a.b", Problem::Syntax),
            ("a-.b", Problem::Syntax),
            ("a_b.c", Problem::Character),
            ("a b", Problem::Character),
            ("a>b", Problem::Character),
            ("a@b", Problem::Character),
            ("#123", Problem::Character),
            ("a\r\nb", Problem::Control),
            ("a\0", Problem::Control),
            ("a\x7f", Problem::Control),
            ("ü\u{85}.de", Problem::Control),
            ("ü\u{2028}.de", Problem::Control),
            (&label, Problem::TooLong),
            (&long, Problem::TooLong),
            (&unicode, Problem::TooLong),
            ("ü..de", Problem::Idna),
            ("ü_.de", Problem::Idna),
            ("ü>.de", Problem::Idna),
            ("ü de", Problem::Idna),
            ("xn--zzzz-----.ü", Problem::Idna),
            ("[192.0.2.1", Problem::Syntax),
            ("[]", Problem::Syntax),
            ("[192.0.2]", Problem::Syntax),
            ("[192.0.2.256]", Problem::Syntax),
            ("[192.0.2.01]", Problem::Syntax),
            ("[IPv6:fe80::1%eth0]", Problem::Syntax),
            ("[IPv6:]", Problem::Syntax),
            ("[2001:db8::1 ]", Problem::Character),
            ("[X25:]", Problem::Empty),
            ("[X25:a]b]", Problem::Character),
            ("[X25:a\r\n]", Problem::Control),
            ("[:a]", Problem::Syntax),
        ] {
            assert_eq!(problem(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_client_calls_itself_by_ascii_alone() {
        assert_eq!(EhloName::domain("bücher.example").unwrap().as_str(), "xn--bcher-kva.example");
        assert_eq!(EhloName::address(Ipv6Addr::LOCALHOST).as_str(), "[IPv6:::1]");
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert_eq!(EhloName::address(mapped).as_str(), "[192.0.2.1]");
        assert_eq!("[192.0.2.1]".parse::<EhloName>().unwrap().as_str(), "[192.0.2.1]");
        for text in ["", "a b", "a\r\nMAIL FROM:<>", "[1.2.3.4] x", "a\0", "localhost\n", "[x]"] {
            assert_eq!(text.parse::<EhloName>().expect_err(text).subject(), Subject::EhloName, "{text:?}");
        }
        assert!(EhloName::domain("[192.0.2.1]").is_err());
        for nickname in ["localhost", "laptop", "ü"] {
            assert_eq!(EhloName::domain(nickname).expect_err(nickname).problem(), Problem::Unqualified);
            let domain = Domain::new(nickname).unwrap();
            assert_eq!(EhloName::try_from(domain).expect_err(nickname).problem(), Problem::Unqualified);
        }
    }
}
