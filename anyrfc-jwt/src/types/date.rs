//! `NumericDate` (RFC 7519, section 2).

use std::{fmt, time::Duration};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Visitor},
};

const NANOS_PER_SECOND: u32 = 1_000_000_000;

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted, possibly with a fraction
/// (RFC 7519, section 2).
///
/// It is always somebody else's clock that is asked: nothing here reads one. What is beyond the
/// range of an `i64` of seconds stands at its end, so that arithmetic neither overflows nor panics.
/// A fraction is as precise as the JSON number that it came from: an IEEE double.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use anyrfc_jwt::types::NumericDate;
///
/// let expires_at: NumericDate = serde_json::from_str("1300819380.5")?;
/// assert_eq!((expires_at.seconds(), expires_at.subsec_nanos()), (1_300_819_380, 500_000_000));
/// assert!(expires_at.saturating_add(Duration::MAX) == NumericDate::MAX);
///
/// let now = NumericDate::since_epoch(SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default());
/// assert!(expires_at < now);
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumericDate {
    // In this order: a fraction always counts forward, so that the derived order is the order in time.
    seconds: i64,
    nanos: u32,
}

impl NumericDate {
    /// The first one there is.
    pub const MIN: Self = Self { seconds: i64::MIN, nanos: 0 };
    /// The last one there is; later ones stand here.
    pub const MAX: Self = Self { seconds: i64::MAX, nanos: 0 };

    /// A date of whole seconds.
    #[must_use]
    pub const fn new(seconds: i64) -> Self {
        Self { seconds, nanos: 0 }
    }

    /// A date by its distance from 1970-01-01T00:00:00Z, as `SystemTime::duration_since` gives it.
    #[must_use]
    pub const fn since_epoch(since_epoch: Duration) -> Self {
        Self::new(0).saturating_add(since_epoch)
    }

    /// The second it lies in, a fraction cut off towards the past.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// The fraction behind [`seconds`](Self::seconds), below a thousand million.
    #[must_use]
    pub const fn subsec_nanos(self) -> u32 {
        self.nanos
    }

    /// So much later, at most [`MAX`](Self::MAX).
    #[must_use]
    pub const fn saturating_add(self, by: Duration) -> Self {
        // Two numbers below a thousand million each.
        let nanos = self.nanos + by.subsec_nanos();
        let Some(seconds) = self.seconds.checked_add_unsigned(by.as_secs()) else { return Self::MAX };
        match seconds.checked_add((nanos / NANOS_PER_SECOND) as i64) {
            None | Some(i64::MAX) => Self::MAX,
            Some(seconds) => Self { seconds, nanos: nanos % NANOS_PER_SECOND },
        }
    }

    /// So much earlier, at least [`MIN`](Self::MIN).
    #[must_use]
    pub const fn saturating_sub(self, by: Duration) -> Self {
        let Some(seconds) = self.seconds.checked_sub_unsigned(by.as_secs()) else { return Self::MIN };
        if let Some(nanos) = self.nanos.checked_sub(by.subsec_nanos()) {
            return Self { seconds, nanos };
        }
        let Some(seconds) = seconds.checked_sub(1) else { return Self::MIN };
        Self { seconds, nanos: self.nanos + NANOS_PER_SECOND - by.subsec_nanos() }
    }

    /// How long after `earlier` this is: nothing where it is not.
    #[must_use]
    pub const fn saturating_duration_since(self, earlier: Self) -> Duration {
        let seconds = self.seconds as i128 - earlier.seconds as i128;
        let nanos = seconds * NANOS_PER_SECOND as i128 + self.nanos as i128 - earlier.nanos as i128;
        if nanos <= 0 {
            return Duration::ZERO;
        }
        // Two dates are never more than `u64::MAX` seconds apart.
        Duration::new((nanos / NANOS_PER_SECOND as i128) as u64, (nanos % NANOS_PER_SECOND as i128) as u32)
    }

    /// From a JSON number that is not an integer, or too large for one.
    fn from_f64(number: f64) -> Self {
        let floor = number.floor();
        // A cast stops at the ends of the type.
        let seconds = floor as i64;
        if seconds == i64::MAX {
            return Self::MAX;
        }
        if seconds == i64::MIN {
            return Self::MIN;
        }
        let nanos = ((number - floor) * f64::from(NANOS_PER_SECOND)).round() as u32;
        Self::new(seconds).saturating_add(Duration::from_nanos(u64::from(nanos)))
    }
}

/// As a JSON number would be written, to the nanosecond.
impl fmt::Display for NumericDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nanos == 0 {
            return write!(f, "{}", self.seconds);
        }
        let total = i128::from(self.seconds) * i128::from(NANOS_PER_SECOND) + i128::from(self.nanos);
        let (sign, total) = (if total < 0 { "-" } else { "" }, total.unsigned_abs());
        let (seconds, nanos) = (total / u128::from(NANOS_PER_SECOND), total % u128::from(NANOS_PER_SECOND));
        let fraction = format!("{nanos:09}");
        write!(f, "{sign}{seconds}.{}", fraction.trim_end_matches('0'))
    }
}

impl Serialize for NumericDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.nanos == 0 {
            return serializer.serialize_i64(self.seconds);
        }
        serializer.serialize_f64(self.seconds as f64 + f64::from(self.nanos) / f64::from(NANOS_PER_SECOND))
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = NumericDate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seconds since 1970-01-01T00:00:00Z")
            }

            fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<NumericDate, E> {
                Ok(NumericDate::new(seconds))
            }

            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<NumericDate, E> {
                Ok(i64::try_from(seconds).map_or(NumericDate::MAX, NumericDate::new))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<NumericDate, E> {
                if number.is_nan() {
                    return Err(E::invalid_value(de::Unexpected::Float(number), &self));
                }
                Ok(NumericDate::from_f64(number))
            }
        }

        // Not `deserialize_any`: with serde_json's feature `arbitrary_precision`, which any crate
        // of a program can switch on, that gives a map.
        deserializer.deserialize_f64(Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<NumericDate, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn integers_are_exact() {
        for seconds in [0, 1, -1, 1_300_819_380, i64::MAX, i64::MIN, 9_007_199_254_740_993] {
            let date = parse(&seconds.to_string()).unwrap();
            assert_eq!(date, NumericDate::new(seconds));
            assert_eq!(serde_json::to_string(&date).unwrap(), seconds.to_string());
        }
    }

    #[test]
    fn fractions_are_kept() {
        for (text, seconds, nanos) in [
            ("1300819380.25", 1_300_819_380, 250_000_000),
            ("0.5", 0, 500_000_000),
            ("-0.5", -1, 500_000_000),
            ("-1.25", -2, 750_000_000),
            ("1.3008193805e9", 1_300_819_380, 500_000_000),
            ("1300819380.0", 1_300_819_380, 0),
            ("1.9999999999", 2, 0),
        ] {
            let date = parse(text).unwrap();
            assert_eq!((date.seconds(), date.subsec_nanos()), (seconds, nanos), "{text}");
        }
        assert_eq!(parse("-1.25").unwrap().to_string(), "-1.25");
        assert_eq!(parse("1300819380.5").unwrap().to_string(), "1300819380.5");
        assert_eq!(serde_json::to_string(&parse("1300819380.5").unwrap()).unwrap(), "1300819380.5");
    }

    #[test]
    fn what_is_beyond_the_range_stands_at_its_end() {
        for text in ["9223372036854775808", "18446744073709551615", "1e300", "99999999999999999999999999"] {
            assert_eq!(parse(text).unwrap(), NumericDate::MAX, "{text}");
        }
        for text in ["-9223372036854775809", "-1e300"] {
            assert_eq!(parse(text).unwrap(), NumericDate::MIN, "{text}");
        }
        assert!(parse("1e999").is_err());
    }

    #[test]
    fn only_numbers_are_dates() {
        for text in ["\"1300819380\"", "null", "true", "[]", "{}", "NaN", "1300819380 "] {
            assert_eq!(parse(text).is_ok(), text.ends_with(' '), "{text}");
        }
    }

    #[test]
    fn arithmetic_stops_at_the_ends() {
        let (second, day) = (Duration::from_secs(1), Duration::from_secs(86_400));
        assert_eq!(NumericDate::MAX.saturating_add(Duration::from_nanos(1)), NumericDate::MAX);
        assert_eq!(NumericDate::MAX.saturating_add(Duration::MAX), NumericDate::MAX);
        assert_eq!(NumericDate::MIN.saturating_sub(Duration::from_nanos(1)), NumericDate::MIN);
        assert_eq!(NumericDate::new(0).saturating_sub(Duration::MAX), NumericDate::MIN);
        assert_eq!(NumericDate::since_epoch(Duration::MAX), NumericDate::MAX);
        assert_eq!(NumericDate::new(0).saturating_add(day).saturating_sub(second), NumericDate::new(86_399));
        let half = NumericDate::since_epoch(Duration::from_millis(1_500));
        assert_eq!(half.saturating_add(Duration::from_millis(700)), parse("2.2").unwrap());
        assert_eq!(half.saturating_sub(Duration::from_millis(700)), parse("0.8").unwrap());
        assert_eq!(half.saturating_sub(Duration::from_millis(1_700)), parse("-0.2").unwrap());
        assert_eq!(half.saturating_duration_since(NumericDate::new(1)), Duration::from_millis(500));
        assert_eq!(NumericDate::new(1).saturating_duration_since(half), Duration::ZERO);
        let longest = NumericDate::MAX.saturating_duration_since(NumericDate::MIN);
        assert_eq!(longest.as_secs(), u64::MAX);
        // The ends are comparable with everything between.
        assert!(NumericDate::MIN < parse("-0.5").unwrap() && parse("-0.5").unwrap() < NumericDate::new(0));
    }
}
