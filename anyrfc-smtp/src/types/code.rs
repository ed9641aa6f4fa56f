//! Reply codes (RFC 5321, section 4.2) and enhanced status codes (RFC 3463).

use std::fmt;

/// What the first digit of a reply says (RFC 5321, section 4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ReplyKind {
    /// `2yz`: done.
    Completion,
    /// `3yz`: the server waits for more of the same.
    Intermediate,
    /// `4yz`: refused for now; the same may succeed later.
    Transient,
    /// `5yz`: refused; the same will be refused again.
    Permanent,
}

/// A reply code: three digits, of which the first decides (RFC 5321, section 4.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReplyCode(u16);

impl ReplyCode {
    /// The server greets.
    pub const READY: Self = Self(220);
    /// The server closes, having been asked to.
    pub const CLOSING: Self = Self(221);
    /// Authenticated (RFC 4954).
    pub const AUTHENTICATED: Self = Self(235);
    /// Done.
    pub const OK: Self = Self(250);
    /// The recipient is elsewhere; the server forwards.
    pub const WILL_FORWARD: Self = Self(251);
    /// The recipient could not be verified; the server tries.
    pub const CANNOT_VERIFY: Self = Self(252);
    /// A challenge (RFC 4954).
    pub const CHALLENGE: Self = Self(334);
    /// What follows is said of each recipient (PRDR).
    pub const PER_RECIPIENT: Self = Self(353);
    /// The message may be sent.
    pub const START_MAIL: Self = Self(354);
    /// The service is not available, and the server closes.
    pub const UNAVAILABLE: Self = Self(421);
    /// A password has to be changed to another mechanism first (RFC 4954, section 6).
    pub const TRANSITION: Self = Self(432);
    /// The login cannot be judged at the moment (RFC 4954, section 6).
    pub const LOGIN_UNAVAILABLE: Self = Self(454);
    /// The command is not recognized.
    pub const UNRECOGNIZED: Self = Self(500);
    /// The arguments of the command are malformed.
    pub const MALFORMED: Self = Self(501);
    /// The command is not implemented.
    pub const NOT_IMPLEMENTED: Self = Self(502);
    /// The commands are out of order.
    pub const BAD_SEQUENCE: Self = Self(503);
    /// The argument of the command is not implemented; a mechanism that the server does not have (RFC 4954, section 4).
    pub const PARAMETER_NOT_IMPLEMENTED: Self = Self(504);
    /// The host accepts no mail (RFC 7504).
    pub const ACCEPTS_NO_MAIL: Self = Self(521);
    /// Nobody has logged in (RFC 4954, section 6).
    pub const LOGIN_REQUIRED: Self = Self(530);
    /// The mechanism is too weak (RFC 4954, section 6).
    pub const TOO_WEAK: Self = Self(534);
    /// The credentials are wrong (RFC 4954, section 6).
    pub const BAD_CREDENTIALS: Self = Self(535);
    /// The mechanism needs encryption (RFC 2554, section 6).
    pub const ENCRYPTION_REQUIRED: Self = Self(538);
    /// The recipient is elsewhere; the server does not forward.
    pub const NOT_LOCAL: Self = Self(551);
    /// Too much: of storage, or (in place of 452) of recipients.
    pub const EXCEEDED: Self = Self(552);
    /// The transaction failed, or no service here.
    pub const FAILED: Self = Self(554);
    /// The domain of the recipient accepts no mail (RFC 7504).
    pub const DOMAIN_ACCEPTS_NO_MAIL: Self = Self(556);

    /// A code from 200 to 599: whatever else begins a reply is none (section 4.2).
    #[must_use]
    pub const fn new(code: u16) -> Option<Self> {
        if code >= 200 && code < 600 { Some(Self(code)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn as_u16(self) -> u16 {
        self.0
    }

    /// What the first digit says, which is all that decides.
    #[must_use]
    pub const fn kind(self) -> ReplyKind {
        match self.0 / 100 {
            2 => ReplyKind::Completion,
            3 => ReplyKind::Intermediate,
            4 => ReplyKind::Transient,
            _ => ReplyKind::Permanent,
        }
    }

    /// Whether it is one of the RFC's own (section 4.2.3) or of an extension that this crate knows, so that it has a
    /// meaning, and a place. Of another nothing but the first digit counts.
    #[must_use]
    pub const fn is_listed(self) -> bool {
        let own = matches!(self.0, 211 | 214 | 220 | 221 | 250..=252 | 354 | 421 | 450..=452 | 455 | 500..=504 | 550..=555);
        own || matches!(self.0, 235 | 334 | 353 | 432 | 454 | 521 | 530 | 534 | 535 | 538 | 556)
    }

    /// Whether the second digit is one of the grammar's, 0 to 5 (section 4.2).
    #[must_use]
    pub const fn is_regular(self) -> bool {
        self.0 / 10 % 10 <= 5
    }
}

impl fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReplyCode({})", self.0)
    }
}

impl From<ReplyCode> for u16 {
    fn from(code: ReplyCode) -> Self {
        code.0
    }
}

impl PartialEq<u16> for ReplyCode {
    fn eq(&self, other: &u16) -> bool {
        self.0 == *other
    }
}

/// What the first number of an enhanced status code says (RFC 3463, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum StatusClass {
    /// `2`: success.
    Success,
    /// `4`: a failure that may pass.
    PersistentTransientFailure,
    /// `5`: a failure that stays.
    PermanentFailure,
}

/// What the second number of an enhanced status code says (RFC 3463, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum StatusSubject {
    /// `0`: nothing is known.
    Other,
    /// `1`: the address, of the sender or the recipient.
    Addressing,
    /// `2`: the mailbox.
    Mailbox,
    /// `3`: the system that has the mailbox.
    MailSystem,
    /// `4`: the network and the way there.
    NetworkAndRouting,
    /// `5`: the protocol.
    MailDeliveryProtocol,
    /// `6`: the message's content.
    MessageContent,
    /// `7`: security or policy.
    SecurityOrPolicy,
    /// Another one: taken as if nothing were known.
    Unknown(u16),
}

/// An enhanced status code, such as `5.1.1` (RFC 3463, section 2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnhancedCode {
    class: u8,
    subject: u16,
    detail: u16,
}

impl EnhancedCode {
    /// A code of class 2, 4 or 5, with numbers of up to three digits.
    #[must_use]
    pub const fn new(class: u8, subject: u16, detail: u16) -> Option<Self> {
        if matches!(class, 2 | 4 | 5) && subject <= 999 && detail <= 999 {
            Some(Self { class, subject, detail })
        } else {
            None
        }
    }

    /// Reads a code at the beginning of `text`, up to a space or the end. Returns it with
    /// what follows, spaces skipped (RFC 2034, section 3).
    #[must_use]
    pub fn read(text: &[u8]) -> Option<(Self, &[u8])> {
        let end = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
        let (code, rest) = text.split_at_checked(end)?;
        let mut numbers = code.split(|byte| *byte == b'.');
        let (class, subject, detail) =
            (number(numbers.next()?)?, number(numbers.next()?)?, number(numbers.next()?)?);
        if numbers.next().is_some() {
            return None;
        }
        let code = Self::new(u8::try_from(class).ok()?, subject, detail)?;
        Some((code, rest.trim_ascii_start()))
    }

    /// The first number: 2, 4 or 5.
    #[must_use]
    pub const fn class(self) -> StatusClass {
        match self.class {
            2 => StatusClass::Success,
            4 => StatusClass::PersistentTransientFailure,
            _ => StatusClass::PermanentFailure,
        }
    }

    /// The second number.
    #[must_use]
    pub const fn subject(self) -> StatusSubject {
        match self.subject {
            0 => StatusSubject::Other,
            1 => StatusSubject::Addressing,
            2 => StatusSubject::Mailbox,
            3 => StatusSubject::MailSystem,
            4 => StatusSubject::NetworkAndRouting,
            5 => StatusSubject::MailDeliveryProtocol,
            6 => StatusSubject::MessageContent,
            7 => StatusSubject::SecurityOrPolicy,
            other => StatusSubject::Unknown(other),
        }
    }

    /// The three numbers.
    #[must_use]
    pub const fn numbers(self) -> (u8, u16, u16) {
        (self.class, self.subject, self.detail)
    }

    /// What subject and detail mean, in a few words; what is not known as a detail is told by its
    /// subject alone (RFC 3463, sections 2 and 3).
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match (self.subject, self.detail) {
            (1, 1) => "no such mailbox",
            (1, 2) => "no such system",
            (1, 3) => "the mailbox is written in a wrong way",
            (1, 4) => "the mailbox is ambiguous",
            (1, 5) => "the address is valid",
            (1, 6) => "the mailbox has moved, nobody knows where to",
            (1, 7) => "the sender's mailbox is written in a wrong way",
            (1, 8) => "the sender's system is wrong",
            (1, 9) => "the message was passed on to a system that reports nothing",
            (1, 10) => "the recipient's domain accepts no mail",
            (1, _) => "something about an address",
            (2, 1) => "the mailbox is disabled",
            (2, 2) => "the mailbox is full",
            (2, 3) => "the message is larger than the mailbox takes",
            (2, 4) => "the mailing list could not be expanded",
            (2, _) => "something about the mailbox",
            (3, 1) => "the mail system is full",
            (3, 2) => "the mail system takes no messages",
            (3, 3) => "the mail system cannot do what was asked",
            (3, 4) => "the message is larger than the mail system takes",
            (3, 5) => "the mail system is not set up properly",
            (3, 6) => "the priority was changed",
            (3, _) => "something about the mail system",
            (4, 1) => "no answer from the host",
            (4, 2) => "a bad connection",
            (4, 3) => "a directory server failed",
            (4, 4) => "no way to route the message",
            (4, 5) => "the mail system is congested",
            (4, 6) => "a routing loop",
            (4, 7) => "the delivery time has expired",
            (4, _) => "something about the network",
            (5, 1) => "the command is invalid",
            (5, 2) => "a syntax error",
            (5, 3) => "too many recipients",
            (5, 4) => "the arguments of the command are invalid",
            (5, 5) => "the wrong version of the protocol",
            (5, 6) => "an authentication exchange line is too long",
            (5, _) => "something about the protocol",
            (6, 1) => "the media is not supported",
            (6, 2) => "a conversion is required and prohibited",
            (6, 3) => "a conversion is required and cannot be done",
            (6, 4) => "a conversion lost something",
            (6, 5) => "a conversion failed",
            (6, 6) => "the message's content is not available",
            (6, 7) => "a non-ASCII address is not permitted for that sender or recipient",
            (6, 8) => "a reply in UTF-8 is required and not permitted",
            (6, 9) => "a UTF-8 header message cannot be passed on",
            (6, _) => "something about the content",
            (7, 1) => "the delivery is not authorized",
            (7, 2) => "the mailing list may not be expanded",
            (7, 3) => "a security conversion is required and cannot be done",
            (7, 4) => "the security features are not supported",
            (7, 5) => "cryptography failed",
            (7, 6) => "the cryptographic algorithm is not supported",
            (7, 7) => "the message's integrity failed",
            (7, 8) => "the credentials are invalid",
            (7, 9) => "the authentication mechanism is too weak",
            (7, 10) => "encryption is needed",
            (7, 11) => "encryption is required for that mechanism",
            (7, 12) => "a password transition is needed",
            (7, 30) => "TLS is required by the message and not supported",
            (7, _) => "something about security or policy",
            _ => "nothing more is known",
        }
    }
}

/// A number of up to three digits, without a sign and without a needless zero (RFC 3463, section 2).
fn number(digits: &[u8]) -> Option<u16> {
    if digits.is_empty() || digits.len() > 3 || (digits.len() > 1 && digits.starts_with(b"0")) {
        return None;
    }
    digits
        .iter()
        .try_fold(0_u16, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u16::from(digit - b'0')))
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl fmt::Debug for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EnhancedCode({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_digit_decides() {
        for (code, kind) in [
            (200, ReplyKind::Completion),
            (259, ReplyKind::Completion),
            (399, ReplyKind::Intermediate),
            (400, ReplyKind::Transient),
            (599, ReplyKind::Permanent),
        ] {
            assert_eq!(ReplyCode::new(code).map(ReplyCode::kind), Some(kind), "{code}");
        }
        let listed = |code| ReplyCode::new(code).is_some_and(ReplyCode::is_listed);
        assert_eq!((200..600).filter(|code| listed(*code)).count(), 24 + 11);
        assert!(listed(354) && listed(555) && listed(235) && !listed(505) && !listed(253));
        for code in [0, 99, 100, 199, 600, 999, u16::MAX] {
            assert_eq!(ReplyCode::new(code), None, "{code}");
        }
    }

    #[test]
    fn enhanced_codes_are_read_or_left() {
        let read = |text: &'static str| {
            EnhancedCode::read(text.as_bytes())
                .map(|(code, rest)| (code.to_string(), std::str::from_utf8(rest).unwrap()))
        };
        assert_eq!(read("2.1.0 Ok"), Some(("2.1.0".into(), "Ok")));
        assert_eq!(read("5.7.123   spaces"), Some(("5.7.123".into(), "spaces")));
        assert_eq!(read("4.2.2"), Some(("4.2.2".into(), "")));
        assert_eq!(read("5.999.999 x"), Some(("5.999.999".into(), "x")));
        for text in [
            "",
            " 2.1.0",
            "3.1.0 x",
            "2.1 x",
            "2.1.0.0 x",
            "2..0 x",
            "2.1.1000 x",
            "2.1.0, x",
            "22.1.0 x",
            "2.-1.0",
            "+2.1.0",
            "2.01.0 x",
            "2.1.00 x",
            "02.1.0 x",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_told_by_its_subject() {
        let known = EnhancedCode::new(5, 1, 1).unwrap();
        let unknown = EnhancedCode::new(5, 1, 99).unwrap();
        let foreign = EnhancedCode::new(5, 42, 1).unwrap();
        assert_eq!(known.meaning(), "no such mailbox");
        assert_eq!(
            (unknown.subject(), unknown.meaning()),
            (StatusSubject::Addressing, "something about an address")
        );
        assert_eq!(
            (foreign.subject(), foreign.meaning()),
            (StatusSubject::Unknown(42), "nothing more is known")
        );
        assert_eq!(EnhancedCode::new(4, 0, 0).unwrap().class(), StatusClass::PersistentTransientFailure);
        assert_eq!(EnhancedCode::new(3, 0, 0), None);
    }
}
