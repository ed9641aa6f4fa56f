//! Who may read what a URL names (RFC 4467, section 3; RFC 5092, section 6.1).

use std::{fmt, str::FromStr};

use super::percent::{self, Encoded, is_achar, is_unreserved};
use crate::{
    Error, rfc4467, rfc5092,
    types::{Date, DateTime},
};

/// Who may read what a URL names, and until when (RFC 4467, section 3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UrlAuthorization {
    /// Not after this time.
    pub expire: Option<DateTime>,
    /// Who.
    pub access: UrlAccess,
    /// What the server has made of it; `None` before it was asked to.
    pub token: Option<UrlToken>,
}

impl UrlAuthorization {
    /// For these, for as long as the access key of the mailbox is not reset.
    #[must_use]
    pub const fn new(access: UrlAccess) -> Self {
        Self { expire: None, access, token: None }
    }

    /// Not after this time.
    #[must_use]
    pub const fn expire(mut self, time: DateTime) -> Self {
        self.expire = Some(time);
        self
    }
}

/// Who may read what a URL names (RFC 4467, section 3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UrlAccess {
    /// Whoever submits messages on behalf of this user: a server for submission (RFC 4468).
    Submit(String),
    /// This user.
    User(String),
    /// Whoever has a name on the server. There are servers for which nobody else exists; nothing
    /// may rely on that (RFC 4467, section 10).
    AuthUser,
    /// Everybody who has the URL.
    Anonymous,
}

/// What proves that the server has authorized a URL (RFC 4467, section 3).
///
/// Where everybody who has the URL may read what it names, nothing else keeps others out: it is not
/// shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UrlToken {
    /// How it was made.
    pub mechanism: UrlMechanism,
    token: Box<str>,
}

impl UrlToken {
    /// The rule `enc-urlauth`: at least 32 hexadecimal digits.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for anything else.
    pub fn new(mechanism: UrlMechanism, token: &str) -> Result<Self, Error> {
        if token.len() < 32 || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Error::usage("no token of a URL has less than 32 hexadecimal digits, or others")
                .with_requirement(rfc4467::TOKEN_IS_LONG_HEXADECIMAL));
        }
        Ok(Self { mechanism, token: token.into() })
    }

    /// Its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.token
    }
}

impl fmt::Debug for UrlToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UrlToken").field("mechanism", &self.mechanism).finish_non_exhaustive()
    }
}

/// How a server makes its tokens (RFC 4467, section 2.4): a name in any case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UrlMechanism(Box<str>);

impl UrlMechanism {
    /// A mechanism by its name.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what is none.
    pub fn new(name: &str) -> Result<Self, Error> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        if name.is_empty() || !name.bytes().all(fits) {
            return Err(Error::usage("not the name of a mechanism for URLs"));
        }
        // In one case, so that names compare (RFC 4467, section 9).
        Ok(Self(name.to_ascii_uppercase().into()))
    }

    /// `INTERNAL`: the server's own, and the one that all have.
    #[must_use]
    pub fn internal() -> Self {
        Self("INTERNAL".into())
    }

    /// Its name, in capitals.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UrlMechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UrlMechanism {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::new(name)
    }
}

/// What stands for itself in the name of a user: the colon ends it.
fn decode_user(text: &str) -> Result<String, Error> {
    percent::decode_text(text, is_achar, rfc5092::USER_IS_ENCODED_UTF8)
}

impl UrlAccess {
    /// The rule `access`.
    fn parse(text: &str) -> Result<Self, Error> {
        let after = |prefix: &str| {
            let (name, user) = text.split_at_checked(prefix.len())?;
            name.eq_ignore_ascii_case(prefix).then_some(user)
        };
        match (after("submit+"), after("user+")) {
            (Some(user), _) => Ok(Self::Submit(decode_user(user)?)),
            (_, Some(user)) => Ok(Self::User(decode_user(user)?)),
            _ if text.eq_ignore_ascii_case("authuser") => Ok(Self::AuthUser),
            _ if text.eq_ignore_ascii_case("anonymous") => Ok(Self::Anonymous),
            _ => Err(Error::usage("nobody whom a URL can be for")),
        }
    }
}

impl fmt::Display for UrlAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Submit(user) => write!(f, "submit+{}", Encoded(user.as_bytes(), is_unreserved)),
            Self::User(user) => write!(f, "user+{}", Encoded(user.as_bytes(), is_unreserved)),
            Self::AuthUser => f.write_str("authuser"),
            Self::Anonymous => f.write_str("anonymous"),
        }
    }
}

impl UrlAuthorization {
    /// `<access>` or `<access>:<mech>:<token>`.
    pub(super) fn parse(expire: Option<DateTime>, text: &str) -> Result<Self, Error> {
        let mut pieces = text.splitn(3, ':');
        let access = UrlAccess::parse(pieces.next().unwrap_or_default())?;
        let token = match (pieces.next(), pieces.next()) {
            (None, _) => None,
            (Some(mechanism), Some(token)) => Some(UrlToken::new(UrlMechanism::new(mechanism)?, token)?),
            (Some(_), None) => {
                return Err(Error::usage("a mechanism without its token in a URL")
                    .with_requirement(rfc4467::TOKEN_IS_LONG_HEXADECIMAL));
            }
        };
        Ok(Self { expire, access, token })
    }
}

impl fmt::Display for UrlAuthorization {
    /// The rule `iurlauth`, or `iurlauth-rump` before there is a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(time) = self.expire {
            let (date, zone) = (time.date(), time.zone());
            write!(f, ";EXPIRE={:04}-{:02}-{:02}", date.year(), date.month(), date.day())?;
            write!(f, "T{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())?;
            match zone {
                0 => f.write_str("Z")?,
                _ => {
                    let sign = if zone < 0 { '-' } else { '+' };
                    write!(f, "{sign}{:02}:{:02}", zone.unsigned_abs() / 60, zone.unsigned_abs() % 60)?;
                }
            }
        }
        write!(f, ";URLAUTH={}", self.access)?;
        match &self.token {
            Some(token) => write!(f, ":{}:{}", token.mechanism.as_str().to_ascii_lowercase(), token.as_str()),
            None => Ok(()),
        }
    }
}

/// The rule `date-time` of RFC 3339, section 5.6; fractions of a second are left out.
pub(super) fn date_time(text: &str) -> Option<DateTime> {
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    let bytes = text.as_bytes();
    if separators.iter().any(|(at, byte)| bytes.get(*at) != Some(byte)) {
        return None;
    }
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u16>().ok())?
    };
    let small = |from| number(from, from + 2).and_then(|number| u8::try_from(number).ok());
    if !matches!(bytes.get(10), Some(b'T' | b't')) {
        return None;
    }
    let date = Date::new(number(0, 4)?, small(5)?, small(8)?)?;
    let mut rest = text.get(19..)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        rest = fraction.get(digits..).filter(|_| digits > 0)?;
    }
    let zone = match rest.as_bytes() {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let at = text.len() - 5;
            let minutes = i16::try_from(number(at, at + 2)? * 60 + number(at + 3, at + 5)?).ok()?;
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    DateTime::new(date, small(11)?, small(14)?, small(17)?, zone)
}
