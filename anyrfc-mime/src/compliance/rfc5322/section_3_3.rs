//! RFC 5322, section 3.3: dates.

use anyrfc_core::compliance::Check;

use super::super::support::{bare, field, written};
use crate::{DateTime, build::Builder, rfc5322 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5322/section-3.3/single-spaces",
        covers: &[r::DATE_BY_SINGLE_SPACES],
        run: single_spaces,
    },
    Check { name: "rfc5322/section-3.3/local-time", covers: &[r::DATE_IS_LOCAL_TIME], run: local_time },
    Check { name: "rfc5322/section-3.3/universal-time", covers: &[r::UTC_IS_PLUS_ZERO], run: universal_time },
    Check {
        name: "rfc5322/section-3.3/only-dates-that-exist",
        covers: &[r::DATE_IS_VALID, r::DAY_EXISTS_IN_MONTH],
        run: only_dates_that_exist,
    },
    Check {
        name: "rfc5322/section-3.3/day-of-the-week",
        covers: &[r::DAY_OF_WEEK_IS_IMPLIED],
        run: day_of_the_week,
    },
    Check { name: "rfc5322/section-3.3/time-of-day", covers: &[r::TIME_OF_DAY_IN_RANGE], run: time_of_day },
    Check { name: "rfc5322/section-3.3/zone", covers: &[r::ZONE_MINUTES_IN_RANGE], run: zone },
];

fn at(seconds: i64, offset: i16) -> String {
    let date = DateTime::from_unix(seconds, offset).expect("a date");
    let text = written(Builder::new().from("ann@example.org").date(date).text(""));
    field(&text, "Date")
}

fn single_spaces() {
    assert_eq!(at(880_127_706, -360), "Fri, 21 Nov 1997 09:55:06 -0600");
    let early = at(0, 0);
    assert_eq!(early.matches(' ').count(), 5);
    assert!(!early.contains("  ") && !early.contains('\t'), "{early}");
}

/// The zone that was given is the one that is written, not turned into another.
fn local_time() {
    assert_eq!(at(880_127_706, 330), "Fri, 21 Nov 1997 21:25:06 +0530");
    assert_eq!(at(880_127_706, -720), "Fri, 21 Nov 1997 03:55:06 -1200");
}

fn universal_time() {
    assert_eq!(at(880_127_706, 0), "Fri, 21 Nov 1997 15:55:06 +0000");
    // The same without a date given: the system's clock.
    let text = written(Builder::new().from("ann@example.org").text(""));
    assert!(field(&text, "Date").ends_with(" +0000"));
}

fn only_dates_that_exist() {
    for date in [
        (2023, 2, 29),
        (2100, 2, 29),
        (2024, 4, 31),
        (2024, 13, 1),
        (2024, 0, 1),
        (2024, 1, 0),
        (2024, 1, 32),
    ] {
        let refused = DateTime::new(date, (0, 0, 0), 0).expect_err("no such day");
        assert_eq!(refused.requirement().section, "3.3");
    }
    for date in [(2024, 2, 29), (2000, 2, 29), (2023, 12, 31)] {
        DateTime::new(date, (0, 0, 0), 0).expect("a date");
    }
    DateTime::from_unix(i64::MAX, 0).expect_err("beyond the calendar");
}

fn day_of_the_week() {
    // Known days, over a leap year's end of February and a century.
    for (date, day) in [
        ((1997, 11, 21), "Fri,"),
        ((2000, 2, 29), "Tue,"),
        ((2000, 3, 1), "Wed,"),
        ((1900, 3, 1), "Thu,"),
        ((2026, 11, 21), "Sat,"),
    ] {
        let date = DateTime::new(date, (12, 0, 0), 0).expect("a date");
        let text = written(bare().from("ann@example.org").date(date).text(""));
        assert!(field(&text, "Date").starts_with(day), "{}", field(&text, "Date"));
    }
}

fn time_of_day() {
    for time in [(24, 0, 0), (0, 60, 0), (0, 0, 61)] {
        DateTime::new((2024, 1, 1), time, 0).expect_err("no such time");
    }
    let leap = DateTime::new((2016, 12, 31), (23, 59, 60), 0).expect("a leap second");
    assert_eq!(leap.to_string(), "Sat, 31 Dec 2016 23:59:60 +0000");
}

fn zone() {
    DateTime::new((2024, 1, 1), (0, 0, 0), 100 * 60).expect_err("no such zone");
    for offset in -5999..6000 {
        let date = DateTime::new((2024, 1, 1), (0, 0, 0), offset).expect("a date").to_string();
        let minutes: i32 = date[date.len() - 2..].parse().expect("digits");
        assert!(minutes < 60, "{date}");
    }
}
