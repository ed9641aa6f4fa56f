//! Dates and times as IMAP writes them (RFC 9051, section 9: `date`, `date-time`).

use std::fmt;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A day, as searches name it: `1-Feb-1994`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day of the Gregorian calendar, the year within four digits.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        if year > 9999 || month == 0 || month > 12 || day == 0 || day > days_in(year, month) {
            return None;
        }
        Some(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Days since 1 January 1970.
    #[must_use]
    pub fn days(self) -> i64 {
        // Counted in years that begin in March, so that the leap day is the last.
        let (month, year) = (i64::from(self.month), i64::from(self.year));
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = MONTHS.get(usize::from(self.month) - 1).unwrap_or(&"");
        write!(f, "{}-{month}-{:04}", self.day, self.year)
    }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// A time with its zone, as INTERNALDATE and APPEND write it: `17-Jul-1996 02:44:25 -0700`.
///
/// ```
/// use anyrfc_imap::types::DateTime;
/// let time = DateTime::parse(b" 1-Jul-1996 02:44:25 -0700").unwrap();
/// assert_eq!(time.unix_timestamp(), 836_214_265);
/// assert_eq!(time.to_string(), " 1-Jul-1996 02:44:25 -0700");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    date: Date,
    hour: u8,
    minute: u8,
    second: u8,
    zone: i16,
}

impl DateTime {
    /// A time of a day; `zone` in minutes east of Greenwich.
    #[must_use]
    pub const fn new(date: Date, hour: u8, minute: u8, second: u8, zone: i16) -> Option<Self> {
        if hour > 23 || minute > 59 || second > 60 || zone <= -6000 || zone >= 6000 {
            return None;
        }
        Some(Self { date, hour, minute, second, zone })
    }

    /// The day, in its zone.
    #[must_use]
    pub const fn date(self) -> Date {
        self.date
    }

    /// The hour.
    #[must_use]
    pub const fn hour(self) -> u8 {
        self.hour
    }

    /// The minute.
    #[must_use]
    pub const fn minute(self) -> u8 {
        self.minute
    }

    /// The second; 60 for a leap second.
    #[must_use]
    pub const fn second(self) -> u8 {
        self.second
    }

    /// The zone, in minutes east of Greenwich.
    #[must_use]
    pub const fn zone(self) -> i16 {
        self.zone
    }

    /// Seconds since 1 January 1970, 00:00 UTC.
    #[must_use]
    pub fn unix_timestamp(self) -> i64 {
        let seconds = (i64::from(self.hour) * 60 + i64::from(self.minute)) * 60 + i64::from(self.second);
        self.date.days() * 86_400 + seconds - i64::from(self.zone) * 60
    }

    /// The rule `date-time`, without its quotes; a day of one digit may stand alone.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = text.strip_prefix(b" ").unwrap_or(text);
        let dash = text.iter().take(3).position(|byte| *byte == b'-')?;
        let (day, rest) = (digits(text.get(..dash)?)?, text.get(dash + 1..)?);
        let name = rest.get(..3)?;
        let month = MONTHS.iter().position(|month| month.as_bytes().eq_ignore_ascii_case(name))?;
        let separators = [(3, b'-'), (8, b' '), (11, b':'), (14, b':'), (17, b' ')];
        if rest.len() != 23 || separators.iter().any(|(at, byte)| rest.get(*at) != Some(byte)) {
            return None;
        }
        let year = digits(rest.get(4..8)?)?;
        let (hour, minute) = (digits(rest.get(9..11)?)?, digits(rest.get(12..14)?)?);
        let second = digits(rest.get(15..17)?)?;
        let east = digits(rest.get(19..21)?)? * 60 + digits(rest.get(21..23)?)?;
        let zone = match rest.get(18)? {
            b'+' => i16::try_from(east).ok()?,
            b'-' => -i16::try_from(east).ok()?,
            _ => return None,
        };
        let date = Date::new(year, u8::try_from(month + 1).ok()?, u8::try_from(day).ok()?)?;
        let small = |number: u16| u8::try_from(number).ok();
        Self::new(date, small(hour)?, small(minute)?, small(second)?, zone)
    }
}

/// Up to four digits.
fn digits(text: &[u8]) -> Option<u16> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u16, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u16::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = MONTHS.get(usize::from(self.date.month) - 1).unwrap_or(&"");
        let sign = if self.zone < 0 { '-' } else { '+' };
        let zone = self.zone.unsigned_abs();
        let Date { year, day, .. } = self.date;
        let Self { hour, minute, second, .. } = self;
        write!(f, "{day:>2}-{month}-{year:04} {hour:02}:{minute:02}:{second:02}")?;
        write!(f, " {sign}{:02}{:02}", zone / 60, zone % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_through_the_calendar() {
        let mut days = Date::new(0, 1, 1).unwrap().days();
        assert_eq!(Date::new(1970, 1, 1).unwrap().days(), 0);
        for year in 0..=9999 {
            for month in 1..=12 {
                for day in 1..=days_in(year, month) {
                    assert_eq!(Date::new(year, month, day).unwrap().days(), days);
                    days += 1;
                }
                assert_eq!(Date::new(year, month, days_in(year, month) + 1), None);
            }
        }
        assert_eq!(Date::new(1994, 2, 1).unwrap().to_string(), "1-Feb-1994");
    }

    #[test]
    fn times_go_there_and_back() {
        for text in ["17-Jul-1996 02:44:25 -0700", " 1-Jan-1970 00:00:00 +0000", "29-Feb-2000 23:59:60 +1430"]
        {
            let time = DateTime::parse(text.as_bytes()).unwrap();
            assert_eq!(time.to_string(), text);
        }
        assert_eq!(DateTime::parse(b"1-JAN-1970 01:00:00 +0100").unwrap().unix_timestamp(), 0);
        for text in [
            "",
            "1-Jan",
            "30-Feb-2000 00:00:00 +0000",
            "1-Jan-2000 24:00:00 +0000",
            "1-Jan-2000 00:00:00 0000",
            "1-Jan-2000 00:00:00 +00000",
            "1-Jax-2000 00:00:00 +0000",
            "-Jan-2000 00:00:00 +0000",
        ] {
            assert_eq!(DateTime::parse(text.as_bytes()), None, "{text}");
        }
    }
}
