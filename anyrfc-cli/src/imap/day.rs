//! Days and times as the command line has them (RFC 3339), and as IMAP and messages write them.

use anyrfc_imap::{Date, DateTime};
use anyrfc_mime::{Defects, codec::Reading, codec::date_time::date_time};

/// `2026-01-31`.
pub(super) fn day(text: &str) -> Result<Date, String> {
    read_day(text).ok_or_else(|| "a day looks like 2026-01-31".to_owned())
}

fn read_day(text: &str) -> Option<Date> {
    let mut fields = text.split('-');
    let (year, month, day) = (fields.next()?, fields.next()?, fields.next()?);
    if fields.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(number(year)?, number(month)?, number(day)?)
}

/// `2026-01-31T12:00:00+01:00`, or the beginning of a day, in universal time.
pub(super) fn time(text: &str) -> Result<DateTime, String> {
    read_time(text).ok_or_else(|| "a time looks like 2026-01-31T12:00:00+01:00 or 2026-01-31".to_owned())
}

fn read_time(text: &str) -> Option<DateTime> {
    if text.len() == 10 {
        return DateTime::new(read_day(text)?, 0, 0, 0, 0);
    }
    let (day, rest) = (text.get(..10)?, text.get(10..)?);
    let clock = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, zone) = clock.split_at_checked(8)?;
    let mut fields = clock.split(':');
    let (hour, minute, second) = (fields.next()?, fields.next()?, fields.next()?);
    if fields.next().is_some() {
        return None;
    }
    let zone = match zone {
        "Z" | "z" => 0,
        _ => {
            let (sign, offset) = zone.split_at_checked(1)?;
            let (hours, minutes) = offset.split_once(':')?;
            let (hours, minutes): (i16, i16) = (number(hours)?, number(minutes)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            match sign {
                "+" => hours * 60 + minutes,
                "-" => -(hours * 60 + minutes),
                _ => return None,
            }
        }
    };
    DateTime::new(read_day(day)?, number(hour)?, number(minute)?, number(second)?, zone)
}

/// Digits and nothing else.
fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// When the server received a message, in the form of RFC 3339.
pub(super) fn received(time: DateTime) -> String {
    let date = time.date();
    let day = (date.year(), date.month(), date.day());
    written(day, (time.hour(), time.minute(), time.second()), Some(time.zone()))
}

/// The field `Date`, in the form of RFC 3339; nothing where it is none.
pub(super) fn sent(field: &[u8]) -> Option<String> {
    let mut defects = Defects::default();
    let time = date_time(field, &mut Reading::new(&mut defects))?;
    Some(written(time.date(), time.time(), time.offset()))
}

fn written(day: (u16, u8, u8), clock: (u8, u8, u8), zone: Option<i16>) -> String {
    let ((year, month, day), (hour, minute, second)) = (day, clock);
    let zone = match zone {
        // RFC 3339, section 4.3.
        None => "-00:00".to_owned(),
        Some(minutes) => {
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.unsigned_abs();
            format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read_whole() {
        assert_eq!(day("2026-02-28").unwrap().to_string(), "28-Feb-2026");
        for wrong in ["2026-02-29", "2026-2", "26-02-28", "2026-02-28-1", "2026-+2-01", "yesterday", ""] {
            assert!(day(wrong).is_err(), "{wrong}");
        }
        let parsed = time("2026-01-31T12:30:05-03:30").unwrap();
        assert_eq!(received(parsed), "2026-01-31T12:30:05-03:30");
        assert_eq!(received(time("2026-01-31").unwrap()), "2026-01-31T00:00:00+00:00");
        assert_eq!(received(time("2026-01-31 12:30:05Z").unwrap()), "2026-01-31T12:30:05+00:00");
        for wrong in [
            "2026-01-31T12:30:05",
            "2026-01-31T12:30Z",
            "2026-01-31T12:30:05+0100",
            "2026-01-31T12:30:05+24:00",
            "2026-01-31T1é:30:05Z",
        ] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_date_of_a_message_is_shown_in_its_zone() {
        assert_eq!(sent(b"Sat, 31 Jan 2026 12:00:00 +0100").as_deref(), Some("2026-01-31T12:00:00+01:00"));
        assert_eq!(sent(b"31 Jan 2026 12:00 -0000").as_deref(), Some("2026-01-31T12:00:00-00:00"));
        assert_eq!(sent(b"some day"), None);
    }
}
