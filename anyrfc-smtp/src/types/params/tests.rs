use anyrfc_core::testing::random::Random;

use super::*;

#[test]
fn deliver_by() {
    assert_eq!(DeliverBy::or_return(0).unwrap_err().problem(), Problem::Range);
    assert!(DeliverBy::or_return(1_000_000_000).is_err() && DeliverBy::or_return(u32::MAX).is_err());
    assert!(DeliverBy::or_notify(1_000_000_000).is_err() && DeliverBy::or_notify(i32::MIN).is_err());
    assert_eq!(DeliverBy::or_return(999_999_999).unwrap().trace().to_string(), "999999999;RT");
    assert_eq!(DeliverBy::or_notify(-999_999_999).unwrap().to_string(), "-999999999;N");
    assert_eq!(DeliverBy::or_notify(0).unwrap().to_string(), "0;N");
}

#[test]
fn priorities() {
    for wrong in [-10, 10, i8::MIN, i8::MAX] {
        assert!(Priority::new(wrong).is_err());
    }
    assert_eq!(Priority::new(-9).unwrap().to_string(), "-9");
    assert!(Priority::new(9).unwrap() > Priority::default());
}

#[test]
fn holds() {
    for wrong in [0, 1_000_000_000, u32::MAX] {
        assert!(Hold::seconds(wrong).is_err());
    }
    assert_eq!(Hold::seconds(1), HoldFor::new(1).map(Hold::For));
    assert!(Hold::until(i64::MAX).is_err() && Hold::until(i64::MIN).is_err());
}

#[test]
fn times() {
    for (unix, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (951_868_800, "2000-03-01T00:00:00Z"),
        (1_000_000_000, "2001-09-09T01:46:40Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (Timestamp::FIRST, "0000-01-01T00:00:00Z"),
        (Timestamp::LAST, "9999-12-31T23:59:59Z"),
    ] {
        let time = Timestamp::from_unix(unix).unwrap();
        assert_eq!(time.to_string(), text);
        assert_eq!(text.parse::<Timestamp>().unwrap().unix(), unix);
    }
    for (text, utc) in [
        ("2026-11-21t15:00:00.123456789z", "2026-11-21T15:00:00Z"),
        ("2026-11-21T15:00:00-08:30", "2026-11-21T23:30:00Z"),
        ("1990-12-31T23:59:60Z", "1990-12-31T23:59:59Z"),
    ] {
        assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), utc);
    }
    for text in [
        "",
        "2026-11-21",
        "2026-11-21T15:00:00",
        "2026-11-21T15:00:00.Z",
        "2026-11-21T15:00:00Zx",
        "2026-11-21T15:00:00+1:00",
        "2026-11-21T15:00:00+24:00",
        "2026-13-21T15:00:00Z",
        "2026-02-29T15:00:00Z",
        "2026-00-01T15:00:00Z",
        "2026-01-00T15:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:61Z",
        "+026-01-01T00:00:00Z",
        "2026-1--01T00:00:00Z",
        "9999-12-31T23:59:59-00:01",
        "0000-01-01T00:00:00+00:01",
        "２026-01-01T00:00:00Z",
        "2026-01-01T00:00:00+é:0",
    ] {
        assert!(text.parse::<Timestamp>().is_err(), "{text}");
    }
    let mut random = Random::new(3339);
    let range = Timestamp::LAST - Timestamp::FIRST + 1;
    for _ in 0..100_000 {
        let unix = Timestamp::FIRST + (random.next_u64() % range.unsigned_abs()).cast_signed();
        let time = Timestamp::from_unix(unix).unwrap();
        assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
    }
}

#[test]
fn a_parameter_is_one() {
    for (keyword, value, subject, problem) in [
        ("", None, Subject::Keyword, Problem::Empty),
        ("-X", None, Subject::Keyword, Problem::Syntax),
        ("X Y", None, Subject::Keyword, Problem::Character),
        ("X=Y", None, Subject::Keyword, Problem::Character),
        ("X\r\nDATA", None, Subject::Keyword, Problem::Control),
        ("Ä", None, Subject::Keyword, Problem::Character),
        ("size", None, Subject::Keyword, Problem::Reserved),
        ("Body", Some("7BIT"), Subject::Keyword, Problem::Reserved),
        ("X", Some(""), Subject::ParameterValue, Problem::Empty),
        ("X", Some("a b"), Subject::ParameterValue, Problem::Character),
        ("X", Some("a=b"), Subject::ParameterValue, Problem::Character),
        ("X", Some("a\r\nDATA"), Subject::ParameterValue, Problem::Control),
        ("X", Some("a\0"), Subject::ParameterValue, Problem::Control),
        ("X", Some("\x7f"), Subject::ParameterValue, Problem::Control),
        ("X", Some("ü"), Subject::ParameterValue, Problem::NonAscii),
    ] {
        let invalid = Parameter::new(keyword, value).unwrap_err();
        assert_eq!((invalid.subject(), invalid.problem()), (subject, problem), "{keyword:?} {value:?}");
    }
    for reserved in RESERVED {
        assert!(Parameter::new(&reserved.to_ascii_lowercase(), None).is_err());
    }
    assert!(Parameter::new("X", Some(&"a".repeat(510))).is_ok());
    assert!(Parameter::new("X", Some(&"a".repeat(511))).is_err());
    let parameter = Parameter::new("X-A", None).unwrap();
    assert_eq!((parameter.extension(), parameter.to_string().as_str()), ("X-A", "X-A"));
    assert!(parameter.clone().of_extension("X\r\n").is_err());
    assert_eq!(parameter.of_extension("X-B").unwrap().extension(), "X-B");
}

#[test]
fn a_keyword_is_said_once() {
    let mut all = Vec::new();
    for (keyword, value) in [("X-A", "1"), ("X-B", "2"), ("x-a", "3")] {
        Parameter::new(keyword, Some(value)).unwrap().put(&mut all);
    }
    assert_eq!(all.iter().map(ToString::to_string).collect::<Vec<_>>(), ["x-a=3", "X-B=2"]);
}
