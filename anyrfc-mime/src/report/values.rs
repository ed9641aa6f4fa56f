//! What the fields of reports hold.

use std::fmt;

use super::fields::{Field, on_one_line, typed, without_comments};
use crate::{
    codec::{Reading, date_time, reading::Lexer, utf8_address},
    types::{AddrSpec, DateTime, DefectKind, Invalid, Mailbox, Problem, Subject},
};

/// An address with the type that it is of (RFC 3464, sections 2.3.1 and 2.3.2; RFC 6533,
/// section 3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReportAddress {
    kind: String,
    address: String,
}

impl ReportAddress {
    /// `address-type ";" generic-address`, as in `Original-Recipient` (RFC 8098, section 2.3).
    ///
    /// Each form of the type `utf-8` is decoded; one that cannot be is kept as it is, with a
    /// defect. `None` where there is no address.
    pub fn read(value: &[u8], reading: &mut Reading<'_>) -> Option<Self> {
        let value = reading.trimmed(value);
        let text = reading.utf8(value);
        let Some((kind, at)) = typed(&text, reading) else {
            reading.record(DefectKind::BadReportField, 0);
            return None;
        };
        let rest = text.get(at..).unwrap_or_default();
        // Comments are known to be such where addresses are those of mail.
        let address = match &*kind {
            "rfc822" | "utf-8" => without_comments(rest, reading).0,
            _ => on_one_line(rest),
        };
        if address.is_empty() {
            reading.record(DefectKind::BadReportField, at);
            return None;
        }
        let mut found = Self { kind, address };
        if found.kind == "utf-8" {
            match utf8_address::decode(&found.address) {
                Some(decoded) => found.address = decoded,
                None => reading.record(DefectKind::BadAddress, at),
            }
        }
        if matches!(&*found.kind, "rfc822" | "utf-8") && found.addr_spec().is_none() {
            reading.record(DefectKind::BadAddress, at);
        }
        Some(found)
    }

    /// The type, in lower case: `rfc822`, `utf-8`, or another system's.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The address as text, decoded if it is of type `utf-8`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The address, if it is one of mail.
    #[must_use]
    pub fn addr_spec(&self) -> Option<AddrSpec> {
        if !matches!(&*self.kind, "rfc822" | "utf-8") {
            return None;
        }
        let mailbox: Mailbox = self.address.parse().ok()?;
        mailbox.name().is_none().then(|| mailbox.into_address())
    }
}

impl fmt::Display for ReportAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.kind, self.address)
    }
}

/// The name of a mail system with the type that it is of (RFC 3464, section 2.2.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MtaName {
    kind: String,
    name: String,
    comment: Option<String>,
}

impl MtaName {
    pub(super) fn read(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let value = reading.trimmed(field.value);
        let text = reading.utf8(value);
        let Some((kind, at)) = typed(&text, reading) else {
            reading.record(DefectKind::BadReportField, 0);
            return None;
        };
        let (name, comment) = without_comments(text.get(at..).unwrap_or_default(), reading);
        Some(Self { kind, name, comment })
    }

    /// The type, in lower case: `dns`, or another system's.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The comment behind it: often the address that the name was used from.
    #[must_use]
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }
}

/// A transport's own words for what happened (RFC 3464, section 2.3.6).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    kind: String,
    text: String,
}

impl Diagnostic {
    pub(super) fn read(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let value = reading.trimmed(field.value);
        let text = reading.utf8(value);
        match typed(&text, reading) {
            Some((kind, at)) => Some(Self { kind, text: on_one_line(text.get(at..).unwrap_or_default()) }),
            None => {
                reading.record(DefectKind::BadReportField, 0);
                None
            }
        }
    }

    /// The type, in lower case: `smtp`, or another transport's. Of a localized diagnostic
    /// (RFC 6533, section 4.1), the language.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The text: of an SMTP server its reply, the code first.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What was done for a recipient (RFC 3464, section 2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// It could not be delivered, and nothing more will be tried.
    Failed,
    /// It could not be delivered yet; more will be tried.
    Delayed,
    /// It was delivered.
    Delivered,
    /// It went where no reports are made.
    Relayed,
    /// It was delivered, and forwarded to several more.
    Expanded,
}

impl Action {
    pub(super) fn read(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let value = reading.trimmed(field.value);
        let text = reading.utf8(value);
        let (word, _) = without_comments(&text, reading);
        let action = [Self::Failed, Self::Delayed, Self::Delivered, Self::Relayed, Self::Expanded]
            .into_iter()
            .find(|action| word.eq_ignore_ascii_case(action.as_str()));
        if action.is_none() {
            reading.record(DefectKind::BadReportField, 0);
        }
        action
    }

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A status code: a class, a subject and a detail (RFC 3464, section 2.3.4; RFC 3463).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusCode {
    class: u8,
    subject: u16,
    detail: u16,
}

impl StatusCode {
    /// `class "." subject "." detail`.
    ///
    /// # Errors
    /// [`Invalid`] when the class is neither 2, 4 nor 5, or another number has more than three
    /// digits.
    pub const fn new(class: u8, subject: u16, detail: u16) -> Result<Self, Invalid> {
        if !matches!(class, 2 | 4 | 5) || subject > 999 || detail > 999 {
            return Err(Invalid::new(Subject::StatusCode, Problem::Range, 0));
        }
        Ok(Self { class, subject, detail })
    }

    pub(super) fn read(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let value = reading.trimmed(field.value);
        let text = reading.utf8(value);
        let mut lexer = Lexer::new(&text);
        lexer.skip_cfws(reading);
        let start = lexer.at();
        let code = lexer.take_while(|byte| byte.is_ascii_digit() || byte == b'.');
        // A comment may follow, and nothing else.
        lexer.skip_cfws(reading);
        let status = numbers(code);
        let exact = status.is_some_and(|(_, exact)| exact);
        if !exact || !lexer.is_done() {
            reading.record(DefectKind::BadStatus, start);
        }
        status.map(|(status, _)| status)
    }

    /// What it says in general: 2 it succeeded, 4 it failed for now, 5 it failed.
    #[must_use]
    pub const fn class(self) -> u8 {
        self.class
    }

    /// Where the reason is to be found (RFC 3463, section 3).
    #[must_use]
    pub const fn subject(self) -> u16 {
        self.subject
    }

    /// The reason (RFC 3463, section 3).
    #[must_use]
    pub const fn detail(self) -> u16 {
        self.detail
    }

    /// Whether it succeeded.
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.class == 2
    }

    /// Whether another try may succeed.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        self.class == 4
    }

    /// Whether the same would fail again.
    #[must_use]
    pub const fn is_permanent(self) -> bool {
        self.class == 5
    }
}

/// A status code, and whether it has no leading zeros.
fn numbers(text: &str) -> Option<(StatusCode, bool)> {
    let mut exact = true;
    let mut numbers = text.split('.').map(|digits| {
        exact &= digits == "0" || !digits.starts_with('0');
        if digits.len() > 3 { None } else { digits.parse::<u16>().ok() }
    });
    let (class, subject, detail) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let ends = numbers.next().is_none();
    let status = StatusCode::new(u8::try_from(class).ok()?, subject, detail).ok()?;
    ends.then_some((status, exact))
}

impl std::str::FromStr for StatusCode {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match numbers(text) {
            Some((status, true)) => Ok(status),
            _ => Err(Invalid::new(Subject::StatusCode, Problem::Syntax, 0)),
        }
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// A field that the standards of a report do not define, its value on one line, not decoded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ExtensionField {
    name: String,
    value: String,
}

impl ExtensionField {
    pub(super) fn read(field: &Field<'_>, reading: &mut Reading<'_>) -> Self {
        Self { name: field.name.to_owned(), value: field.text(reading) }
    }

    /// The name, as it was written.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// A field that may stand once: the first counts.
pub(super) fn once<T>(place: &mut Option<T>, value: Option<T>, reading: &mut Reading<'_>) {
    if place.is_some() {
        reading.record(DefectKind::RepeatedField, 0);
    } else {
        *place = value;
    }
}

/// A date, as every other one (RFC 3464, section 2.2.5).
pub(super) fn date(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<DateTime> {
    date_time::date_time(field.value, reading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Defects;

    fn field<'a>(value: &'a str) -> Field<'a> {
        Field { name: "X", value: value.as_bytes(), offset: 0 }
    }

    fn kinds(defects: &Defects) -> Vec<DefectKind> {
        defects.iter().map(|defect| defect.kind).collect()
    }

    #[test]
    fn addresses() {
        use DefectKind::{BadAddress, BadReportField};
        for (value, kind, address, is_mail, wrong) in [
            (" rfc822; louisl@larry.slip.umd.edu\r\n", "rfc822", "louisl@larry.slip.umd.edu", true, vec![]),
            ("(a) RFC822 (b) ; (c) a@b (d (e))", "rfc822", "a@b", true, vec![]),
            ("rfc822;<a@b>", "rfc822", "<a@b>", true, vec![]),
            ("rfc822; \"a(b\"@c", "rfc822", "\"a(b\"@c", true, vec![]),
            ("rfc822; postmaster", "rfc822", "postmaster", false, vec![BadAddress]),
            ("x400; /C=de(x)/", "x400", "/C=de(x)/", false, vec![]),
            // The three forms of RFC 6533, section 3, and what only looks like one.
            ("utf-8; \\x{7528}\\x{6237}@eai.test", "utf-8", "用户@eai.test", true, vec![]),
            ("utf-8; 用\\x{6237}@eai.test", "utf-8", "用户@eai.test", true, vec![]),
            ("UTF-8; 用户@eai.test", "utf-8", "用户@eai.test", true, vec![]),
            ("utf-8; \\x{61}@eai.test", "utf-8", "\\x{61}@eai.test", false, vec![BadAddress, BadAddress]),
            ("utf-8; no address", "utf-8", "no address", false, vec![BadAddress]),
        ] {
            let mut defects = Defects::new();
            let found = ReportAddress::read(value.as_bytes(), &mut Reading::new(&mut defects)).unwrap();
            assert_eq!((found.kind(), found.as_str()), (kind, address), "{value}");
            assert_eq!((found.addr_spec().is_some(), kinds(&defects)), (is_mail, wrong), "{value}");
        }
        for value in ["", "a@b", "rfc822", "rfc822;", "; a@b", "rfc822; (x)"] {
            let mut defects = Defects::new();
            assert_eq!(
                ReportAddress::read(value.as_bytes(), &mut Reading::new(&mut defects)),
                None,
                "{value}"
            );
            assert_eq!(kinds(&defects), [BadReportField], "{value}");
        }
    }

    #[test]
    fn status_codes() {
        for (value, code, wrong) in [
            ("5.1.1", Some("5.1.1"), false),
            (" 4.4.7 (delivery time expired) ", Some("4.4.7"), false),
            ("2.0.0", Some("2.0.0"), false),
            ("5.999.0", Some("5.999.0"), false),
            ("5.01.1", Some("5.1.1"), true),
            ("5.1.1 unknown user", Some("5.1.1"), true),
            ("3.1.1", None, true),
            ("5.1", None, true),
            ("5.1.1.1", None, true),
            ("5.1000.1", None, true),
            ("5 . 1 . 1", None, true),
            ("", None, true),
        ] {
            let mut defects = Defects::new();
            let found = StatusCode::read(&field(value), &mut Reading::new(&mut defects));
            assert_eq!(found.map(|code| code.to_string()).as_deref(), code, "{value}");
            assert_eq!(defects.has(DefectKind::BadStatus), wrong, "{value}");
        }
        let code: StatusCode = "5.1.1".parse().unwrap();
        assert!(code.is_permanent() && !code.is_transient() && !code.is_success());
        assert_eq!((code.class(), code.subject(), code.detail()), (5, 1, 1));
        assert!("5.01.1".parse::<StatusCode>().is_err() && "5.1.1 ".parse::<StatusCode>().is_err());
        assert!(StatusCode::new(1, 0, 0).is_err() && StatusCode::new(5, 1000, 0).is_err());
    }

    #[test]
    fn names_and_words() {
        let mut defects = Defects::new();
        let mut reading = Reading::new(&mut defects);
        let mta = MtaName::read(&field("dns; mail.example.com (TCP 192.0.2.1)"), &mut reading).unwrap();
        assert_eq!((mta.kind(), mta.name()), ("dns", "mail.example.com"));
        assert_eq!(mta.comment(), Some("TCP 192.0.2.1"));
        let diagnostic = Diagnostic::read(&field("smtp; 550 5.1.1\r\n <a> (b)"), &mut reading).unwrap();
        assert_eq!((diagnostic.kind(), diagnostic.text()), ("smtp", "550 5.1.1 <a> (b)"));
        assert_eq!(Action::read(&field(" FAILED (really)"), &mut reading), Some(Action::Failed));
        assert!(defects.is_empty());
        let mut reading = Reading::new(&mut defects);
        assert_eq!(Action::read(&field("lost"), &mut reading), None);
        assert_eq!(MtaName::read(&field("mail.example.com"), &mut reading), None);
        assert_eq!(Diagnostic::read(&field("550 no"), &mut reading), None);
        assert_eq!(kinds(&defects), [DefectKind::BadReportField; 3]);
    }
}
