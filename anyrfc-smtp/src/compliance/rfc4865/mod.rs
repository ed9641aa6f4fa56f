//! RFC 4865: messages that are held.

use anyrfc_core::compliance::Check;
use anyrfc_mime::build;

use super::{
    Waived,
    served::send,
    support::{MAIL, Talk, envelope, finds},
};
use crate::{
    Error, ErrorKind, rfc4865 as r,
    testing::{Server, check_command},
    types::{DeliverBy, Envelope, Hold, Parameter},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc4865/section-4.1/support-is-verified",
        covers: &[r::SUPPORT_IS_VERIFIED],
        run: support_is_verified,
    },
    Check {
        name: "rfc4865/section-4.1/one-hold-parameter",
        covers: &[r::ONE_HOLD_PARAMETER],
        run: one_hold_parameter,
    },
    Check {
        name: "rfc4865/section-4.1/an-interval-is-within-the-maximum",
        covers: &[r::INTERVAL_IS_WITHIN_THE_MAXIMUM],
        run: an_interval_is_within_the_maximum,
    },
    Check {
        name: "rfc4865/section-4.1/a-date-is-within-the-maximum",
        covers: &[r::DATE_IS_WITHIN_THE_MAXIMUM],
        run: a_date_is_within_the_maximum,
    },
    Check {
        name: "rfc4865/section-4.2/an-offer-names-both-maxima",
        covers: &[r::OFFER_NAMES_BOTH_MAXIMA],
        run: an_offer_names_both_maxima,
    },
    Check {
        name: "rfc4865/section-5/a-notification-is-not-held",
        covers: &[r::DSN_IS_NOT_HELD, r::MDN_IS_NOT_HELD],
        run: a_notification_is_not_held,
    },
    Check {
        name: "rfc4865/section-5.2.1/delivery-is-after-release",
        covers: &[r::DELIVERY_IS_AFTER_RELEASE],
        run: delivery_is_after_release,
    },
    Check {
        name: "rfc4865/section-6/the-date-may-be-the-release",
        covers: &[r::DATE_MAY_BE_THE_RELEASE],
        run: the_date_may_be_the_release,
    },
];

const OFFER: &str = "FUTURERELEASE 3600 2027-01-01T00:00:00Z";

fn seconds(seconds: u32) -> Hold {
    Hold::seconds(seconds).expect("an interval")
}

fn until(time: &str) -> Hold {
    Hold::Until(time.parse().expect("a time"))
}

fn held(hold: Hold) -> Envelope {
    envelope(&["b@mail.example"]).hold(hold)
}

/// What MAIL says of this at a server that offers these.
#[track_caller]
fn said(offers: &str, envelope: Envelope) -> String {
    let mut talk = Talk::ready(offers);
    talk.send(envelope, MAIL);
    talk.hears().strip_prefix("MAIL FROM:<a@client.example>").expect("MAIL").to_owned()
}

/// Why this is not sent there.
#[track_caller]
fn refused(offers: &str, envelope: Envelope) -> Error {
    Talk::ready(offers).refuses(envelope, MAIL)
}

fn support_is_verified() {
    for hold in [seconds(1), until("2026-11-21T20:00:00Z")] {
        for lacks in ["", "HOLDFOR|FUTURE-RELEASE|DELIVERBY|X-FUTURERELEASE 9 9"] {
            let error = refused(lacks, held(hold));
            let expected = (ErrorKind::Unsupported, Some(r::SUPPORT_IS_VERIFIED));
            assert_eq!((error.kind(), error.requirement()), expected, "{lacks}");
        }
    }
    assert_eq!(said(OFFER, held(seconds(1))), " HOLDFOR=1");
    assert_eq!(said(&OFFER.to_ascii_lowercase(), held(seconds(1))), " HOLDFOR=1");
    assert_eq!(said(OFFER, envelope(&["b@mail.example"])), "");
    let said = ["EHLO c.example\r\n", "MAIL FROM:<a@b.example> HOLDFOR=1\r\n"];
    finds(&Server::bare(), &said, r::SUPPORT_IS_VERIFIED);
}

fn one_hold_parameter() {
    let date = until("2026-11-21T20:00:00Z");
    for (envelope, expected) in [
        (held(seconds(9)), " HOLDFOR=9"),
        (held(date), " HOLDUNTIL=2026-11-21T20:00:00Z"),
        // The last word counts.
        (held(seconds(9)).hold(date), " HOLDUNTIL=2026-11-21T20:00:00Z"),
        (held(date).hold(seconds(8)).hold(seconds(7)), " HOLDFOR=7"),
    ] {
        assert_eq!(said(OFFER, envelope), expected);
    }
    for name in ["HOLDFOR", "HOLDUNTIL", "HoldFor", "holduntil"] {
        assert!(Parameter::new(name, Some("1")).is_err(), "{name}");
    }
    for two in ["HOLDFOR=1 HOLDFOR=1", "HOLDFOR=1 HOLDUNTIL=2026-11-21T20:00:00Z"] {
        let breach = check_command(format!("MAIL FROM:<> {two}\r\n").as_bytes()).expect_err(two);
        assert_eq!(breach.requirement, r::ONE_HOLD_PARAMETER);
    }
}

fn an_interval_is_within_the_maximum() {
    for most in [1, 3600, 999_999_998] {
        let offer = format!("FUTURERELEASE {most} 2027-01-01T00:00:00Z");
        for beyond in [most + 1, 999_999_999] {
            let error = refused(&offer, held(seconds(beyond)));
            let expected = (ErrorKind::Unsupported, Some(r::INTERVAL_IS_WITHIN_THE_MAXIMUM));
            assert_eq!((error.kind(), error.requirement()), expected, "{most}");
        }
        assert_eq!(said(&offer, held(seconds(most))), format!(" HOLDFOR={most}"));
    }
    for none in [0, 1_000_000_000, u32::MAX] {
        assert!(Hold::seconds(none).is_err(), "{none}");
    }
    let said = ["EHLO c.example\r\n", "MAIL FROM:<a@b.example> HOLDFOR=61\r\n"];
    let server = Server::full().offer("FUTURERELEASE 60 2027-01-01T00:00:00Z");
    finds(&server, &said, r::INTERVAL_IS_WITHIN_THE_MAXIMUM);
}

fn a_date_is_within_the_maximum() {
    for (offer, fits, beyond) in [
        ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z"),
        // Whatever the zone is in which it is named.
        ("2027-01-01T01:00:00+01:00", "2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z"),
        ("2026-12-31T23:59:59.5Z", "2026-12-31T18:59:59-05:00", "2027-01-01T00:00:00Z"),
    ] {
        let offer = format!("FUTURERELEASE 3600 {offer}");
        let error = refused(&offer, held(until(beyond)));
        let expected = (ErrorKind::Unsupported, Some(r::DATE_IS_WITHIN_THE_MAXIMUM));
        assert_eq!((error.kind(), error.requirement()), expected, "{offer}");
        let heard = said(&offer, held(until(fits)));
        assert!(heard.starts_with(" HOLDUNTIL=202") && heard.ends_with('Z'), "{heard}");
    }
    let said = ["EHLO c.example\r\n", "MAIL FROM:<a@b.example> HOLDUNTIL=2027-01-01T00:00:01Z\r\n"];
    let server = Server::full().offer("FUTURERELEASE 60 2027-01-01T00:00:00Z");
    finds(&server, &said, r::DATE_IS_WITHIN_THE_MAXIMUM);
}

fn an_offer_names_both_maxima() {
    for odd in ["FUTURERELEASE", "FUTURERELEASE 60", "FUTURERELEASE soon later"] {
        let talk = Talk::ready(odd);
        let mut deviations = talk.connection.deviations().iter();
        assert!(deviations.any(|one| one.requirement == r::OFFER_NAMES_BOTH_MAXIMA), "{odd}");
    }
    assert!(Talk::ready(OFFER).connection.deviations().is_empty());
    // What is named is kept to.
    assert_eq!(refused("FUTURERELEASE 60", held(seconds(61))).kind(), ErrorKind::Unsupported);
}

/// Notifications of delivery and of disposition go out from nobody (RFC 3461, section 6.1; RFC 8098, section 3).
fn a_notification_is_not_held() {
    let report = |kind: &str| {
        let message = format!(
            "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type={kind}; boundary=x\r\n\r\n--x--\r\n"
        );
        message.leak().as_bytes()
    };
    for message in [report("delivery-status"), report("disposition-notification"), MAIL] {
        for hold in [seconds(1), until("2026-11-21T20:00:00Z")] {
            let mut talk = Talk::ready(OFFER);
            let from_nobody = Envelope::new("", ["b@mail.example"]).expect("an envelope");
            let error = talk.refuses(from_nobody.clone().hold(hold), message);
            assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(r::DSN_IS_NOT_HELD)));
            talk.send(from_nobody, message);
            assert_eq!(talk.hears(), "MAIL FROM:<>");
        }
    }
    let said = ["EHLO c.example\r\n", "MAIL FROM:<> HOLDFOR=61\r\n"];
    finds(&Server::full(), &said, r::DSN_IS_NOT_HELD);
}

fn delivery_is_after_release() {
    let offers = format!("{OFFER}|DELIVERBY");
    let back = |seconds| DeliverBy::or_return(seconds).expect("a time");
    let tell = |seconds| DeliverBy::or_notify(seconds).expect("a time");
    let date = until("2026-11-21T20:00:00Z");
    for (hold, by) in [
        (seconds(60), back(60)),
        (seconds(60), back(1)),
        (seconds(60), tell(60)),
        (seconds(1), tell(0)),
        (seconds(1), tell(-999_999_999)),
        // Which comes first nobody can know without the clocks of both.
        (date, back(999_999_999)),
        (date, tell(999_999_999)),
        (date, tell(-1)),
    ] {
        for envelope in [held(hold).deliver_by(by), envelope(&["b@mail.example"]).deliver_by(by).hold(hold)] {
            let error = refused(&offers, envelope);
            let expected = (ErrorKind::Usage, Some(r::DELIVERY_IS_AFTER_RELEASE));
            assert_eq!((error.kind(), error.requirement()), expected, "{hold:?} {by}");
        }
    }
    assert_eq!(said(&offers, held(seconds(60)).deliver_by(back(61))), " BY=61;R HOLDFOR=60");
    assert_eq!(said(&offers, held(seconds(60)).deliver_by(tell(61))), " BY=61;N HOLDFOR=60");
    assert_eq!(said(&offers, held(date)), " HOLDUNTIL=2026-11-21T20:00:00Z");
    let said = ["EHLO c.example\r\n", "MAIL FROM:<a@b.example> BY=60;R HOLDFOR=60\r\n"];
    finds(&Server::full(), &said, r::DELIVERY_IS_AFTER_RELEASE);
}

fn the_date_may_be_the_release() {
    // The date of a message is its author's: before, at or after the release.
    for date in [
        "Fri, 01 Jan 2027 00:00:00 +0000",
        "Sat, 21 Nov 2026 10:00:00 +0000",
        "Tue, 01 Jan 2030 00:00:00 +0000",
    ] {
        let message = format!("Date: {date}\r\nSubject: a happy new year\r\n\r\nhello\r\n");
        let server = Server::full();
        let report = send(&server, held(until("2027-01-01T00:00:00Z")), &message).expect("sent");
        assert!(report.is_complete());
        let [delivered] = &server.deliveries()[..] else { panic!("one") };
        assert_eq!(delivered.parameters.value("HOLDUNTIL"), Some("2027-01-01T00:00:00Z"));
        assert_eq!(delivered.content, message.as_bytes());
    }
    let date = anyrfc_mime::DateTime::new((2027, 1, 1), (0, 0, 0), 0).expect("a date");
    let built = build::Builder::new().from("a@client.example").to("b@mail.example").date(date).text("hello");
    let server = Server::full();
    send(&server, held(until("2027-01-01T00:00:00Z")), built.build().expect("a message")).expect("sent");
    let content = String::from_utf8(server.deliveries().remove(0).content).expect("ASCII");
    assert!(content.contains("Date: Fri, 1 Jan 2027 00:00:00 +0000\r\n"), "{content}");
}
