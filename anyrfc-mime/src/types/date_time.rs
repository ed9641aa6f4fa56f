//! Dates (RFC 5322, section 3.3).

use std::fmt;

use super::invalid::{Invalid, Problem, Subject};

/// A date and time of day in the zone it was written in (RFC 5322, section 3.3).
///
/// Two are equal when they are written the same; [`unix_timestamp`](Self::unix_timestamp) compares
/// the instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    /// Minutes east of Greenwich.
    offset: i16,
    /// Written as `-0000`: the time is universal, the place unknown.
    unknown_zone: bool,
}

/// The names of the days, Monday first.
pub(crate) const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// The names of the months.
pub(crate) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year as i64) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the date, in the proleptic Gregorian calendar.
const fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March put the leap day at their end.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

impl DateTime {
    /// The date and time of day at `offset` minutes east of Greenwich.
    ///
    /// # Errors
    /// [`Invalid`] when the year is not of 1900 to 9999, the month has no such day, the time is not
    /// between 00:00:00 and 23:59:60, or the offset is beyond 99:59 (RFC 5322, section 3.3).
    pub const fn new(date: (u16, u8, u8), time: (u8, u8, u8), offset: i16) -> Result<Self, Invalid> {
        let ((year, month, day), (hour, minute, second)) = (date, time);
        let is_date = year >= 1900 && year <= 9999 && month >= 1 && month <= 12 && day >= 1;
        let is_time = hour <= 23 && minute <= 59 && second <= 60 && offset.unsigned_abs() < 100 * 60;
        if !is_date || day > days_in(year, month) || !is_time {
            return Err(Invalid::new(Subject::DateTime, Problem::Range, 0));
        }
        Ok(Self { year, month, day, hour, minute, second, offset, unknown_zone: false })
    }

    /// The instant, shown at `offset` minutes east of Greenwich.
    ///
    /// ```
    /// use anyrfc_mime::DateTime;
    /// let date = DateTime::from_unix(880_127_706, -360)?;
    /// assert_eq!(date.to_string(), "Fri, 21 Nov 1997 09:55:06 -0600");
    /// # Ok::<(), anyrfc_mime::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// [`Invalid`] when the year is not of 1900 to 9999, or the offset is beyond 99:59.
    pub fn from_unix(seconds: i64, offset: i16) -> Result<Self, Invalid> {
        let wrong = Invalid::new(Subject::DateTime, Problem::Range, 0);
        let local = seconds.checked_add(i64::from(offset) * 60).ok_or(wrong)?;
        let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let shifted = days.checked_add(719_468).ok_or(wrong)?;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        let narrow = |number: i64| u8::try_from(number).map_err(|_| wrong);
        Self::new(
            (
                u16::try_from(year).map_err(|_| wrong)?,
                narrow(month)?,
                narrow(day_of_year - (153 * from_march + 2) / 5 + 1)?,
            ),
            (narrow(second / 3600)?, narrow(second / 60 % 60)?, narrow(second % 60)?),
            offset,
        )
    }

    /// The same, in universal time at an unknown place: `-0000` (RFC 5322, section 3.3).
    #[must_use]
    pub const fn with_unknown_zone(self) -> Self {
        Self { offset: 0, unknown_zone: true, ..self }
    }

    /// Seconds since 1970-01-01 00:00:00 in universal time. A leap second is the next one.
    #[must_use]
    pub const fn unix_timestamp(&self) -> i64 {
        let days = days_from_epoch(self.year as i64, self.month as i64, self.day as i64);
        let seconds = self.hour as i64 * 3600 + self.minute as i64 * 60 + self.second as i64;
        days * 86_400 + seconds - self.offset as i64 * 60
    }

    /// Year, month and day.
    #[must_use]
    pub const fn date(&self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }

    /// Hour, minute and second.
    #[must_use]
    pub const fn time(&self) -> (u8, u8, u8) {
        (self.hour, self.minute, self.second)
    }

    /// Minutes east of Greenwich; `None` where the place is unknown (`-0000`).
    #[must_use]
    pub const fn offset(&self) -> Option<i16> {
        if self.unknown_zone { None } else { Some(self.offset) }
    }

    /// The day of the week, 0 for Monday.
    #[must_use]
    pub const fn weekday(&self) -> u8 {
        // 1970-01-01 was a Thursday.
        (days_from_epoch(self.year as i64, self.month as i64, self.day as i64) + 3).rem_euclid(7) as u8
    }
}

fn name(names: &[&'static str], index: u8) -> &'static str {
    names.get(usize::from(index)).copied().unwrap_or_default()
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, day, hour, minute, second, .. } = self;
        let (weekday, month) = (name(&DAYS, self.weekday()), name(&MONTHS, self.month.saturating_sub(1)));
        write!(f, "{weekday}, {day} {month} {year} {hour:02}:{minute:02}:{second:02} ")?;
        let sign = if self.offset < 0 || self.unknown_zone { '-' } else { '+' };
        let offset = self.offset.unsigned_abs();
        write!(f, "{sign}{:02}{:02}", offset / 60, offset % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, offset, text) in [
            (0, 0, "Thu, 1 Jan 1970 00:00:00 +0000"),
            (880_127_706, -360, "Fri, 21 Nov 1997 09:55:06 -0600"),
            (951_782_400, 0, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (-1, 0, "Wed, 31 Dec 1969 23:59:59 +0000"),
            (-2_208_988_800, 0, "Mon, 1 Jan 1900 00:00:00 +0000"),
            (253_402_300_799, 0, "Fri, 31 Dec 9999 23:59:59 +0000"),
            (1_000_000_000, 330, "Sun, 9 Sep 2001 07:16:40 +0530"),
        ] {
            let date = DateTime::from_unix(seconds, offset).unwrap();
            assert_eq!(date.to_string(), text);
            assert_eq!(date.unix_timestamp(), seconds);
        }
        let mut day = -25_567;
        while day < 2_932_896 {
            let date = DateTime::from_unix(day * 86_400 + 43_200, 0).unwrap();
            assert_eq!(date.unix_timestamp(), day * 86_400 + 43_200);
            day += 97;
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for (date, time, offset) in [
            ((1899, 1, 1), (0, 0, 0), 0),
            ((10_000, 1, 1), (0, 0, 0), 0),
            ((2001, 2, 29), (0, 0, 0), 0),
            ((1900, 2, 29), (0, 0, 0), 0),
            ((2001, 0, 1), (0, 0, 0), 0),
            ((2001, 13, 1), (0, 0, 0), 0),
            ((2001, 4, 31), (0, 0, 0), 0),
            ((2001, 1, 0), (0, 0, 0), 0),
            ((2001, 1, 1), (24, 0, 0), 0),
            ((2001, 1, 1), (0, 60, 0), 0),
            ((2001, 1, 1), (0, 0, 61), 0),
            ((2001, 1, 1), (0, 0, 0), 6000),
            ((2001, 1, 1), (0, 0, 0), i16::MIN),
        ] {
            assert!(DateTime::new(date, time, offset).is_err(), "{date:?} {time:?} {offset}");
        }
        for seconds in [i64::MIN, i64::MAX, -2_208_988_801, 253_402_300_800] {
            assert!(DateTime::from_unix(seconds, 0).is_err(), "{seconds}");
        }
        assert!(DateTime::new((2000, 2, 29), (23, 59, 60), -5999).is_ok());
    }

    #[test]
    fn an_unknown_zone_is_minus_zero() {
        let date = DateTime::from_unix(0, 0).unwrap().with_unknown_zone();
        assert_eq!(date.to_string(), "Thu, 1 Jan 1970 00:00:00 -0000");
        assert_eq!((date.offset(), date.unix_timestamp()), (None, 0));
    }
}
