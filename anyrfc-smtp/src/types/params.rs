//! What can be asked of a server along with a message, beyond notifications.

use std::{fmt, str::FromStr};

use super::{
    invalid::{Invalid, Problem, Subject},
    mailbox::Mailbox,
    text,
};

/// `BY`: by when a message is to be delivered, and what happens if it is not (RFC 2852, section 4).
///
/// ```
/// use anyrfc_smtp::DeliverBy;
/// assert_eq!(DeliverBy::or_return(120)?.to_string(), "120;R");
/// assert_eq!(DeliverBy::or_notify(-60)?.trace().to_string(), "-60;NT");
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeliverBy {
    seconds: i32,
    returns: bool,
    trace: bool,
}

impl DeliverBy {
    /// The most seconds, before or after now.
    pub const SECONDS_MAX: i32 = 999_999_999;

    /// Within so many seconds, or not at all: the message comes back.
    ///
    /// # Errors
    /// [`Invalid`] unless there are 1 to 999 999 999.
    pub fn or_return(seconds: u32) -> Result<Self, Invalid> {
        match i32::try_from(seconds) {
            Ok(seconds @ 1..=Self::SECONDS_MAX) => Ok(Self { seconds, returns: true, trace: false }),
            _ => Err(Invalid::new(Subject::DeliverBy, Problem::Range, 0)),
        }
    }

    /// Within so many seconds, or with a notification of the delay; a time that is over already is
    /// not an error.
    ///
    /// # Errors
    /// [`Invalid`] when there are more than 999 999 999.
    pub fn or_notify(seconds: i32) -> Result<Self, Invalid> {
        if seconds.unsigned_abs() > Self::SECONDS_MAX.unsigned_abs() {
            return Err(Invalid::new(Subject::DeliverBy, Problem::Range, 0));
        }
        Ok(Self { seconds, returns: false, trace: false })
    }

    /// And with a notification of each relay.
    #[must_use]
    pub const fn trace(mut self) -> Self {
        self.trace = true;
        self
    }

    /// Within so many seconds.
    #[must_use]
    pub const fn seconds(self) -> i32 {
        self.seconds
    }

    /// Whether the message comes back when the time is over.
    #[must_use]
    pub const fn returns(self) -> bool {
        self.returns
    }

    /// Whether each relay is reported.
    #[must_use]
    pub const fn is_traced(self) -> bool {
        self.trace
    }
}

/// `by-value`.
impl fmt::Display for DeliverBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = if self.returns { 'R' } else { 'N' };
        write!(f, "{};{mode}{}", self.seconds, if self.trace { "T" } else { "" })
    }
}

/// `MT-PRIORITY`: how urgent a message is, from -9 to 9; 0 is what all others have (RFC 6710,
/// section 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Priority(i8);

impl Priority {
    /// From -9 to 9.
    ///
    /// # Errors
    /// [`Invalid`] for any other.
    pub fn new(priority: i8) -> Result<Self, Invalid> {
        if !(-9..=9).contains(&priority) {
            return Err(Invalid::new(Subject::Priority, Problem::Range, 0));
        }
        Ok(Self(priority))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i8 {
        self.0
    }
}

impl TryFrom<i8> for Priority {
    type Error = Invalid;

    fn try_from(priority: i8) -> Result<Self, Invalid> {
        Self::new(priority)
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// When a submission server lets a message go (RFC 4865, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hold {
    /// `HOLDFOR`: in so many seconds.
    For(HoldFor),
    /// `HOLDUNTIL`: at this time. Not for a message with a [`DeliverBy`], which counts from now.
    Until(Timestamp),
}

impl Hold {
    /// For so many seconds.
    ///
    /// # Errors
    /// [`Invalid`] unless there are 1 to 999 999 999.
    pub fn seconds(seconds: u32) -> Result<Self, Invalid> {
        HoldFor::new(seconds).map(Self::For)
    }

    /// Until so many seconds after the beginning of 1970, UTC.
    ///
    /// # Errors
    /// [`Invalid`] when that is not between the years 0 and 9999.
    pub fn until(unix: i64) -> Result<Self, Invalid> {
        Timestamp::from_unix(unix).map(Self::Until)
    }
}

impl From<Timestamp> for Hold {
    fn from(time: Timestamp) -> Self {
        Self::Until(time)
    }
}

/// `future-release-interval`: 1 to 999 999 999 seconds (RFC 4865, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HoldFor(u32);

impl HoldFor {
    /// So many seconds.
    ///
    /// # Errors
    /// [`Invalid`] unless there are 1 to 999 999 999.
    pub fn new(seconds: u32) -> Result<Self, Invalid> {
        if !(1..=999_999_999).contains(&seconds) {
            return Err(Invalid::new(Subject::Hold, Problem::Range, 0));
        }
        Ok(Self(seconds))
    }

    /// How many seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

/// A date and time of UTC, to the second (RFC 3339).
///
/// ```
/// use anyrfc_smtp::Timestamp;
/// let time: Timestamp = "2026-11-21T15:00:00+01:00".parse()?;
/// assert_eq!(time.to_string(), "2026-11-21T14:00:00Z");
/// assert_eq!(Timestamp::from_unix(0)?.to_string(), "1970-01-01T00:00:00Z");
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp {
    /// Since the beginning of 1970.
    seconds: i64,
}

/// The days from the first of March of the year 0 to the beginning of 1970.
const DAYS_TO_1970: i64 = 719_468;
/// The days of 400 years.
const DAYS_OF_ERA: i64 = 146_097;
const SECONDS_OF_DAY: i64 = 86_400;

impl Timestamp {
    /// The beginning of the year 0.
    const FIRST: i64 = -62_167_219_200;
    /// The last second of the year 9999.
    const LAST: i64 = 253_402_300_799;

    /// So many seconds after the beginning of 1970.
    ///
    /// # Errors
    /// [`Invalid`] when the year would not have four digits.
    pub fn from_unix(seconds: i64) -> Result<Self, Invalid> {
        if !(Self::FIRST..=Self::LAST).contains(&seconds) {
            return Err(Invalid::new(Subject::Timestamp, Problem::Range, 0));
        }
        Ok(Self { seconds })
    }

    /// How many seconds after the beginning of 1970.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.seconds
    }

    /// Year, month and day. The year begins with March here, so that a day is inserted at its end.
    const fn date(self) -> (i64, i64, i64) {
        let days = self.seconds.div_euclid(SECONDS_OF_DAY) + DAYS_TO_1970;
        let era = days.div_euclid(DAYS_OF_ERA);
        let of_era = days.rem_euclid(DAYS_OF_ERA);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }
}

/// The days from the beginning of 1970 to this day.
const fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * DAYS_OF_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - DAYS_TO_1970
}

const fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `date-time` (RFC 3339, section 5.6); parts of a second are dropped, and 60 is the second before.
impl FromStr for Timestamp {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new(Subject::Timestamp, Problem::Syntax, 0);
        let range = || Invalid::new(Subject::Timestamp, Problem::Range, 0);
        let number = |from: usize, to: usize| -> Result<i64, Invalid> {
            let digits = text.get(from..to).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
            digits.and_then(|digits| digits.parse().ok()).ok_or_else(wrong)
        };
        let mark = |at: usize, marks: &[u8]| match text.as_bytes().get(at) {
            Some(byte) if marks.contains(byte) => Ok(()),
            _ => Err(wrong()),
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        mark(4, b"-")?;
        mark(7, b"-")?;
        mark(10, b"Tt ")?;
        mark(13, b":")?;
        mark(16, b":")?;
        let rest = text.get(19..).ok_or_else(wrong)?;
        let zone = match rest.strip_prefix('.') {
            None => rest,
            Some(fraction) => {
                let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
                if zone.len() == fraction.len() {
                    return Err(wrong());
                }
                zone
            }
        };
        let offset = match zone.as_bytes() {
            b"Z" | b"z" => 0,
            [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
                let at = text.len() - 5;
                let (hours, minutes) = (number(at, at + 2)?, number(at + 3, at + 5)?);
                if hours > 23 || minutes > 59 {
                    return Err(range());
                }
                let offset = hours * 3600 + minutes * 60;
                if *sign == b'-' { -offset } else { offset }
            }
            _ => return Err(wrong()),
        };
        if !(1..=12).contains(&month) || !(1..=days_of(year, month)).contains(&day) {
            return Err(range());
        }
        if hour > 23 || minute > 59 || second > 60 {
            return Err(range());
        }
        let time = hour * 3600 + minute * 60 + second.min(59);
        Self::from_unix(days_to(year, month, day) * SECONDS_OF_DAY + time - offset)
    }
}

/// `Internet-style-date-time-UTC` (RFC 4865, section 3).
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let time = self.seconds.rem_euclid(SECONDS_OF_DAY);
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// `BODY`: what the octets of a message may be (RFC 6152, section 2; RFC 3030, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyType {
    /// ASCII in lines.
    SevenBit,
    /// Any octets in lines.
    EightBitMime,
    /// Any octets.
    BinaryMime,
}

impl BodyType {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SevenBit => "7BIT",
            Self::EightBitMime => "8BITMIME",
            Self::BinaryMime => "BINARYMIME",
        }
    }
}

/// `AUTH` of MAIL: who submitted the message first (RFC 4954, section 5).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AuthParam {
    /// `<>`: that is not known, or not to be trusted.
    Unknown,
    /// This mailbox.
    Mailbox(Mailbox),
}

impl From<Mailbox> for AuthParam {
    fn from(mailbox: Mailbox) -> Self {
        Self::Mailbox(mailbox)
    }
}

/// How a message goes to a server that offers more than one way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransferPreference {
    /// By DATA, which every server has, except for what only BDAT can carry.
    #[default]
    Data,
    /// By BDAT where the server offers it (RFC 3030).
    Chunked,
}

/// Whether `text` is `esmtp-keyword` (RFC 5321, section 4.1.2).
fn check_keyword(text: &str) -> Result<(), Invalid> {
    let wrong = |problem, at| Err(Invalid::new(Subject::Keyword, problem, at));
    if text.is_empty() {
        return wrong(Problem::Empty, 0);
    }
    if let Some(at) = text::control_in(text) {
        return wrong(Problem::Control, at);
    }
    if text.starts_with('-') {
        return wrong(Problem::Syntax, 0);
    }
    match text.bytes().position(|byte| !text::is_ldh(byte)) {
        Some(at) => wrong(Problem::Character, at),
        None => Ok(()),
    }
}

/// A parameter of MAIL or RCPT that this crate has no type for (RFC 5321, section 4.1.2:
/// `esmtp-param`).
///
/// It is sent to servers alone that offer its extension, by default one of the same keyword.
///
/// ```
/// use anyrfc_smtp::Parameter;
/// let rrvs = Parameter::new("RRVS", Some("2014-04-03T23:01:00Z"))?;
/// assert_eq!(rrvs.to_string(), "RRVS=2014-04-03T23:01:00Z");
/// assert!(Parameter::new("X", Some("1 SIZE=2")).is_err());
/// assert!(Parameter::new("SIZE", Some("1")).is_err()); // says itself what it must
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Parameter {
    keyword: Box<str>,
    value: Option<Box<str>>,
    extension: Option<Box<str>>,
}

/// What is said by this crate, where it is to be said, and never twice; and `TRANSID`, behind which a
/// server may want the rest of a message alone (RFC 1845, section 4.1).
const RESERVED: [&str; 15] = [
    "AUTH",
    "BODY",
    "BY",
    "ENVID",
    "HOLDFOR",
    "HOLDUNTIL",
    "MT-PRIORITY",
    "NOTIFY",
    "ORCPT",
    "PRDR",
    "REQUIRETLS",
    "RET",
    "SIZE",
    "SMTPUTF8",
    "TRANSID",
];

impl Parameter {
    /// The most octets of a parameter, its value included.
    pub const LENGTH_MAX: usize = 512;

    /// A keyword, and a value where it has one: printable ASCII without spaces and `=`. A value
    /// that may hold others is encoded first, as its extension says, often by
    /// [`xtext`](super::xtext).
    ///
    /// # Errors
    /// [`Invalid`] when one of them is none, or the parameter is one that this crate has another
    /// way to say.
    pub fn new(keyword: &str, value: Option<&str>) -> Result<Self, Invalid> {
        check_keyword(keyword)?;
        if RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(keyword)) {
            return Err(Invalid::new(Subject::Keyword, Problem::Reserved, 0));
        }
        let wrong = |problem, at| Err(Invalid::new(Subject::ParameterValue, problem, at));
        if let Some(value) = value {
            if value.is_empty() {
                return wrong(Problem::Empty, 0);
            }
            if let Some(at) = text::control_in(value) {
                return wrong(Problem::Control, at);
            }
            if let Some(at) = value.bytes().position(|byte| !byte.is_ascii()) {
                return wrong(Problem::NonAscii, at);
            }
            if let Some(at) = value.bytes().position(|byte| !matches!(byte, b'!'..=b'<' | b'>'..=b'~')) {
                return wrong(Problem::Character, at);
            }
        }
        if keyword.len() + 1 + value.map_or(0, str::len) > Self::LENGTH_MAX {
            return wrong(Problem::TooLong, Self::LENGTH_MAX);
        }
        Ok(Self { keyword: keyword.into(), value: value.map(Into::into), extension: None })
    }

    /// Of the extension of this keyword, where that is another than the parameter's own.
    ///
    /// # Errors
    /// [`Invalid`] when it is no keyword.
    pub fn of_extension(mut self, keyword: &str) -> Result<Self, Invalid> {
        check_keyword(keyword)?;
        self.extension = Some(keyword.into());
        Ok(self)
    }

    /// The keyword.
    #[must_use]
    pub fn keyword(&self) -> &str {
        &self.keyword
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// The keyword of the extension.
    #[must_use]
    pub fn extension(&self) -> &str {
        self.extension.as_deref().unwrap_or(&self.keyword)
    }

    /// Puts it among `others`, in the place of one with its keyword.
    pub(crate) fn put(self, others: &mut Vec<Self>) {
        match others.iter_mut().find(|other| other.keyword.eq_ignore_ascii_case(&self.keyword)) {
            Some(other) => *other = self,
            None => others.push(self),
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.keyword)?;
        match &self.value {
            Some(value) => write!(f, "={value}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
