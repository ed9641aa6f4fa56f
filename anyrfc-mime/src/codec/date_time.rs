//! Dates (RFC 5322, sections 3.3 and 4.3).

use super::reading::{Lexer, Reading};
use crate::types::{DAYS, DateTime, DefectKind, Defects, Invalid, MONTHS, Problem, Subject};

/// `date-time`, the obsolete forms too (RFC 5322, sections 3.3 and 4.3): years of two and three
/// digits, named zones, comments. `None`, with a defect, where it is no date.
pub fn date_time(value: &[u8], reading: &mut Reading<'_>) -> Option<DateTime> {
    let value = reading.trimmed(value);
    let text = reading.utf8(value);
    let mut parser = Parser { lexer: Lexer::new(&text), obsolete: false };
    let date = parser.date_time(reading);
    match date {
        None => reading.record(DefectKind::BadDate, parser.lexer.at()),
        Some(_) if parser.obsolete => reading.record(DefectKind::Obsolete, 0),
        Some(_) => {}
    }
    date
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    obsolete: bool,
}

impl Parser<'_> {
    fn date_time(&mut self, reading: &mut Reading<'_>) -> Option<DateTime> {
        self.lexer.skip_cfws(reading);
        let weekday_at = self.lexer.at();
        let mut weekday = None;
        if self.lexer.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
            weekday = Some(self.name(&DAYS)?);
            self.lexer.skip_cfws(reading);
            self.obsolete |= !self.lexer.eat(b',');
        }
        let (day, _) = self.number(2, reading)?;
        self.lexer.skip_cfws(reading);
        let month = self.name(&MONTHS)?;
        let (year, digits) = self.number(4, reading)?;
        let year = match digits {
            4 => year,
            // Section 4.3.
            2 if year < 50 => year.saturating_add(2000),
            2 | 3 => year.saturating_add(1900),
            _ => return None,
        };
        self.obsolete |= digits < 4;
        let (hour, minute, second) = self.time_of_day(reading)?;
        let zone = self.zone(reading)?;
        let narrow = |number: u16| u8::try_from(number).ok();
        let date = DateTime::new(
            (year, month.saturating_add(1), narrow(day)?),
            (narrow(hour)?, narrow(minute)?, narrow(second)?),
            zone.unwrap_or_default(),
        );
        let date = date.ok()?;
        if weekday.is_some_and(|weekday| weekday != date.weekday()) {
            reading.record(DefectKind::WrongWeekday, weekday_at);
        }
        Some(if zone.is_none() { date.with_unknown_zone() } else { date })
    }

    fn time_of_day(&mut self, reading: &mut Reading<'_>) -> Option<(u16, u16, u16)> {
        let (hour, _) = self.number(2, reading)?;
        self.lexer.skip_cfws(reading);
        if !self.lexer.eat(b':') {
            return None;
        }
        let (minute, _) = self.number(2, reading)?;
        self.lexer.skip_cfws(reading);
        let second = if self.lexer.eat(b':') { self.number(2, reading)?.0 } else { 0 };
        Some((hour, minute, second))
    }

    /// Minutes east of Greenwich; `Some(None)` where the place is unknown.
    fn zone(&mut self, reading: &mut Reading<'_>) -> Option<Option<i16>> {
        self.lexer.skip_cfws(reading);
        let is_west = match self.lexer.peek() {
            Some(b'+') => false,
            Some(b'-') => true,
            // A date without a zone is of an unknown one.
            None => {
                self.obsolete = true;
                return Some(None);
            }
            Some(_) => {
                self.obsolete = true;
                let name = self.lexer.take_while(|byte| byte.is_ascii_alphabetic());
                return if name.is_empty() { None } else { Some(named_zone(name)) };
            }
        };
        self.lexer.advance(1);
        let (number, digits) = self.number(4, reading)?;
        let (hours, minutes) = (number / 100, number % 100);
        if digits != 4 || minutes > 59 {
            return None;
        }
        let offset = i16::try_from(hours.saturating_mul(60).saturating_add(minutes)).ok()?;
        Some(match (is_west, offset) {
            (true, 0) => None,
            (true, _) => Some(offset.saturating_neg()),
            (false, _) => Some(offset),
        })
    }

    /// A number of at most so many digits, and how many it has.
    fn number(&mut self, most: usize, reading: &mut Reading<'_>) -> Option<(u16, usize)> {
        self.lexer.skip_cfws(reading);
        let digits = self.lexer.take_while(|byte| byte.is_ascii_digit());
        if digits.len() > most {
            return None;
        }
        Some((digits.parse().ok()?, digits.len()))
    }

    /// One of the names, in any case; more letters may follow it ("Monday", "September").
    fn name(&mut self, names: &[&str]) -> Option<u8> {
        let word = self.lexer.take_while(|byte| byte.is_ascii_alphabetic());
        let at = names
            .iter()
            .position(|name| word.get(..3).is_some_and(|first| first.eq_ignore_ascii_case(name)))?;
        self.obsolete |= word.len() > 3;
        u8::try_from(at).ok()
    }
}

/// `obs-zone` (section 4.3): the zones of the United States and universal time; of all others,
/// single letters too, nothing is known.
fn named_zone(name: &str) -> Option<i16> {
    const ZONES: [(&str, i16); 11] = [
        ("UT", 0),
        ("GMT", 0),
        ("UTC", 0),
        ("EDT", -4 * 60),
        ("EST", -5 * 60),
        ("CDT", -5 * 60),
        ("CST", -6 * 60),
        ("MDT", -6 * 60),
        ("MST", -7 * 60),
        ("PDT", -7 * 60),
        ("PST", -8 * 60),
    ];
    ZONES.iter().find(|(zone, _)| name.eq_ignore_ascii_case(zone)).map(|(_, offset)| *offset)
}

impl std::str::FromStr for DateTime {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut defects = Defects::new();
        let date = date_time(text.as_bytes(), &mut Reading::new(&mut defects));
        let at = defects.iter().next().and_then(|defect| usize::try_from(defect.offset).ok());
        match date {
            Some(date) if defects.is_empty() => Ok(date),
            _ => Err(Invalid::new(Subject::DateTime, Problem::Syntax, at.unwrap_or_default())),
        }
    }
}

impl TryFrom<&str> for DateTime {
    type Error = Invalid;
    fn try_from(text: &str) -> Result<Self, Invalid> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> (Option<String>, Vec<DefectKind>) {
        let mut defects = Defects::new();
        let date = date_time(value.as_bytes(), &mut Reading::new(&mut defects));
        (date.map(|date| date.to_string()), defects.iter().map(|defect| defect.kind).collect())
    }

    #[test]
    fn dates() {
        use DefectKind::{Obsolete, WrongWeekday};
        for (value, date, kinds) in [
            ("Fri, 21 Nov 1997 09:55:06 -0600", "Fri, 21 Nov 1997 09:55:06 -0600", vec![]),
            (" 1 Jul 2003 10:52 +0200\r\n", "Tue, 1 Jul 2003 10:52:00 +0200", vec![]),
            (
                "Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)",
                "Thu, 13 Feb 1969 23:32:00 -0330",
                vec![],
            ),
            ("1 Jan 2001 23:59:59 +0059", "Mon, 1 Jan 2001 23:59:59 +0059", vec![]),
            ("1 Jan 2001 0:0 -0001", "Mon, 1 Jan 2001 00:00:00 -0001", vec![]),
            ("1 Jan 2001 0:0 edt", "Mon, 1 Jan 2001 00:00:00 -0400", vec![Obsolete]),
            ("1 Jan 2001 0:0 Pst", "Mon, 1 Jan 2001 00:00:00 -0800", vec![Obsolete]),
            ("1 Jan 999 0:0 UTC", "Thu, 1 Jan 2899 00:00:00 +0000", vec![Obsolete]),
            ("Sun, 1 Jan 2017 00:59:60 +0100", "Sun, 1 Jan 2017 00:59:60 +0100", vec![]),
            ("21 Nov 97 09:55:06 GMT", "Fri, 21 Nov 1997 09:55:06 +0000", vec![Obsolete]),
            ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "Fri, 21 Nov 1997 09:55:06 -0600", vec![]),
            ("1 Jan 49 0:0 est", "Fri, 1 Jan 2049 00:00:00 -0500", vec![Obsolete]),
            ("1 Jan 50 0:0 PDT", "Sun, 1 Jan 1950 00:00:00 -0700", vec![Obsolete]),
            ("1 Jan 101 0:0 UT", "Mon, 1 Jan 2001 00:00:00 +0000", vec![Obsolete]),
            ("1 Jan 2001 0:0 Z", "Mon, 1 Jan 2001 00:00:00 -0000", vec![Obsolete]),
            ("1 Jan 2001 0:0 CEST", "Mon, 1 Jan 2001 00:00:00 -0000", vec![Obsolete]),
            ("1 Jan 2001 0:0 -0000", "Mon, 1 Jan 2001 00:00:00 -0000", vec![]),
            ("1 Jan 2001 0:0", "Mon, 1 Jan 2001 00:00:00 -0000", vec![Obsolete]),
            ("Monday, 1 January 2001 0:0 +0000", "Mon, 1 Jan 2001 00:00:00 +0000", vec![Obsolete]),
            ("Tue, 1 Jan 2001 0:0 +0000", "Mon, 1 Jan 2001 00:00:00 +0000", vec![WrongWeekday]),
            ("mon 01 jan 2001 00:00:00 +0000", "Mon, 1 Jan 2001 00:00:00 +0000", vec![Obsolete]),
        ] {
            assert_eq!(read(value), (Some(date.to_owned()), kinds), "{value}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for value in [
            "",
            "x",
            "Fri",
            "Fri,",
            "21",
            "21 Nov",
            "21 Nov 1997",
            "21 Nov 1997 09",
            "21 Nov 1997 09:",
            "32 Jan 2001 0:0 +0000",
            "29 Feb 2001 0:0 +0000",
            "1 Foo 2001 0:0 +0000",
            "1 Jan 1 0:0 +0000",
            "1 Jan 10000 0:0 +0000",
            "1 Jan 99999999999999999999 0:0 +0000",
            "1 Jan 2001 24:0 +0000",
            "1 Jan 2001 0:60 +0000",
            "1 Jan 2001 0:0:61 +0000",
            "1 Jan 2001 0:0 +0060",
            "1 Jan 2001 0:0 +100",
            "1 Jan 2001 0:0 +00000",
            "1 Jan 2001 0:0 ?",
            "0 Jan 2001 0:0 +0000",
            "001 Jan 2001 0:0 +0000",
            "1 Jan 02001 0:0 +0000",
            "1 Jan 2001 000:0 +0000",
            "1 Jan 2001 0:000 +0000",
            "1 Jan 2001 0:0:000 +0000",
            "1 Jan 2001 0:0 +00:00",
            "Xxx, 1 Jan 2001 0:0 +0000",
            "2001-01-01T00:00:00Z",
            "(((",
            "1 ü 2001 0:0",
        ] {
            let (date, kinds) = read(value);
            assert_eq!((date, kinds.contains(&DefectKind::BadDate)), (None, true), "{value}");
        }
    }

    #[test]
    fn values_are_read_strictly() {
        let date: DateTime = "Fri, 21 Nov 1997 09:55:06 -0600".parse().unwrap();
        assert_eq!(date.to_string().parse(), Ok(date));
        assert!("21 Nov 97 09:55:06 GMT".parse::<DateTime>().is_err());
    }
}
