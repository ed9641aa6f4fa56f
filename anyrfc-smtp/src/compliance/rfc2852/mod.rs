//! RFC 2852: the time of delivery.

use anyrfc_core::compliance::{Check, Waiver};

use super::{
    Waived,
    support::{MAIL, Talk, envelope, finds},
};
use crate::{
    ErrorKind, rfc2852 as r,
    testing::{Server, check_command},
    types::{DeliverBy, Invalid, Parameter},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[(
    r::NO_SEARCH_FOR_SUPPORT,
    Waiver::ByConstruction(
        "an SmtpClient talks to the one server of the URL that Builder::connect was given; nothing looks up mail \
         exchangers, and a message that needs DELIVERBY fails before MAIL where that server does not offer it",
    ),
)];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc2852/section-3/by-needs-the-keyword",
        covers: &[r::BY_NEEDS_THE_KEYWORD],
        run: by_needs_the_keyword,
    },
    Check {
        name: "rfc2852/section-3/by-is-not-below-the-minimum",
        covers: &[r::BY_IS_NOT_BELOW_THE_MINIMUM],
        run: by_is_not_below_the_minimum,
    },
    Check { name: "rfc2852/section-4/by-has-a-value", covers: &[r::BY_HAS_A_VALUE], run: by_has_a_value },
    Check {
        name: "rfc2852/section-4/return-needs-a-positive-time",
        covers: &[r::RETURN_NEEDS_A_POSITIVE_TIME],
        run: return_needs_a_positive_time,
    },
    Check {
        name: "rfc2852/section-4/refusals-are-told",
        covers: &[r::INVALID_BY_IS_501, r::UNACCEPTABLE_BY_IS_455_OR_555],
        run: refusals_are_told,
    },
];

/// What MAIL says of this at a server that offers these.
#[track_caller]
fn said(offers: &str, by: DeliverBy) -> String {
    let mut talk = Talk::ready(offers);
    talk.send(envelope(&["b@mail.example"]).deliver_by(by), MAIL);
    let heard = talk.hears();
    heard.strip_prefix("MAIL FROM:<a@client.example> ").expect("a parameter").to_owned()
}

fn returning(seconds: u32) -> DeliverBy {
    DeliverBy::or_return(seconds).expect("a time")
}

fn notifying(seconds: i32) -> DeliverBy {
    DeliverBy::or_notify(seconds).expect("a time")
}

fn by_needs_the_keyword() {
    for by in [returning(1), notifying(-1), notifying(9).trace()] {
        for lacks in ["", "DSN|BY|DELIVERBYX|X-DELIVERBY"] {
            let error = Talk::ready(lacks).refuses(envelope(&["b@mail.example"]).deliver_by(by), MAIL);
            let expected = (ErrorKind::Unsupported, Some(r::BY_NEEDS_THE_KEYWORD));
            assert_eq!((error.kind(), error.requirement()), expected, "{lacks}");
        }
        assert_eq!(said("deliverby", by), format!("BY={by}"));
    }
    // Where nobody asks, nothing is said.
    let mut talk = Talk::ready("DELIVERBY");
    talk.send(envelope(&["b@mail.example"]), MAIL);
    assert_eq!(talk.hears(), "MAIL FROM:<a@client.example>");
    finds(&Server::bare(), &["EHLO c.example\r\n", "MAIL FROM:<> BY=9;N\r\n"], r::BY_NEEDS_THE_KEYWORD);
}

fn by_is_not_below_the_minimum() {
    for (offer, least) in [
        ("DELIVERBY 60", 60),
        ("DELIVERBY 999999999", 999_999_999),
        ("DELIVERBY 2", 2),
        ("DELIVERBY 60,more", 60),
    ] {
        let ask = |by| envelope(&["b@mail.example"]).deliver_by(by);
        for by in [returning(1), returning(least - 1), returning(least - 1).trace()] {
            let error = Talk::ready(offer).refuses(ask(by), MAIL);
            let expected = (ErrorKind::Unsupported, Some(r::BY_IS_NOT_BELOW_THE_MINIMUM));
            assert_eq!((error.kind(), error.requirement()), expected, "{offer}");
        }
        assert_eq!(said(offer, returning(least)), format!("BY={least};R"));
        // The other mode has no minimum.
        assert_eq!(said(offer, notifying(1)), "BY=1;N");
    }
    // More than any time is out of reach; a server that names none takes all.
    let far = envelope(&["b@mail.example"]).deliver_by(returning(999_999_999));
    Talk::ready("DELIVERBY 99999999999").refuses(far, MAIL);
    assert_eq!(said("DELIVERBY", returning(1)), "BY=1;R");
    let said = ["EHLO c.example\r\n", "MAIL FROM:<> BY=59;R\r\n"];
    finds(&Server::full(), &said, r::BY_IS_NOT_BELOW_THE_MINIMUM);
}

fn by_has_a_value() {
    for (by, value) in [
        (returning(1), "BY=1;R"),
        (returning(999_999_999).trace(), "BY=999999999;RT"),
        (notifying(-999_999_999), "BY=-999999999;N"),
        (notifying(0).trace(), "BY=0;NT"),
        (notifying(999_999_999), "BY=999999999;N"),
    ] {
        // The judge has heard it by the grammar.
        assert_eq!(said("DELIVERBY 1", by), value);
    }
    let none: [Result<DeliverBy, Invalid>; 4] = [
        DeliverBy::or_return(1_000_000_000),
        DeliverBy::or_return(u32::MAX),
        DeliverBy::or_notify(1_000_000_000),
        DeliverBy::or_notify(i32::MIN),
    ];
    assert!(none.iter().all(Result::is_err));
    assert!(Parameter::new("By", None).is_err() && Parameter::new("BY", Some("1;R")).is_err());
    for bad in ["BY", "BY=", "BY=1", "BY=1;", "BY=1;X", "BY=1;RTT", "BY=1000000000;N", "BY=x;N"] {
        let breach = check_command(format!("MAIL FROM:<> {bad}\r\n").as_bytes()).expect_err(bad);
        assert_eq!(breach.requirement, r::BY_HAS_A_VALUE, "{bad}");
    }
}

fn return_needs_a_positive_time() {
    assert!(DeliverBy::or_return(0).is_err());
    // A negative one cannot even be named. The other mode may have both.
    assert_eq!(said("DELIVERBY", returning(1)), "BY=1;R");
    assert_eq!([said("DELIVERBY", notifying(0)), said("DELIVERBY", notifying(-5))], ["BY=0;N", "BY=-5;N"]);
    for bad in ["0;R", "-1;R", "-1;RT", "+0;R"] {
        let breach = check_command(format!("MAIL FROM:<> BY={bad}\r\n").as_bytes()).expect_err(bad);
        assert_eq!(breach.requirement, r::RETURN_NEEDS_A_POSITIVE_TIME, "{bad}");
    }
}

fn refusals_are_told() {
    for (reply, later) in
        [("501 5.5.4 not so", false), ("455 4.5.4 not now", true), ("555 5.5.4 never", false)]
    {
        let mut talk = Talk::ready("DELIVERBY|ENHANCEDSTATUSCODES");
        let id = talk.send(envelope(&["b@mail.example"]).deliver_by(returning(5)), MAIL);
        talk.hears();
        talk.says(reply);
        let report = talk.report(id);
        assert_eq!(report.recipients()[0].is_retryable(), later, "{reply}");
        assert_eq!(report.reply().expect("one").to_string(), reply);
    }
}
