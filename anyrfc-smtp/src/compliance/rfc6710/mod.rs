//! RFC 6710: priorities.

use anyrfc_core::compliance::Check;

use super::{
    Waived,
    support::{MAIL, Talk, envelope, finds},
};
use crate::{
    ErrorKind, rfc6710 as r,
    testing::{Server, check_command},
    types::{Parameter, Priority},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc6710/section-3/the-keyword-may-name-a-policy",
        covers: &[r::KEYWORD_MAY_NAME_A_POLICY],
        run: the_keyword_may_name_a_policy,
    },
    Check {
        name: "rfc6710/section-3/a-priority-needs-the-keyword",
        covers: &[r::MT_PRIORITY_NEEDS_THE_KEYWORD],
        run: a_priority_needs_the_keyword,
    },
    Check {
        name: "rfc6710/section-3/a-priority-is-within-bounds",
        covers: &[r::PRIORITY_IS_WITHIN_BOUNDS],
        run: a_priority_is_within_bounds,
    },
    Check {
        name: "rfc6710/section-4.1/a-changed-priority-is-told",
        covers: &[r::CHANGED_PRIORITY_HAS_ITS_STATUS],
        run: a_changed_priority_is_told,
    },
];

fn priority(number: i8) -> Priority {
    Priority::new(number).expect("a priority")
}

/// What MAIL says of this at a server that offers these.
#[track_caller]
fn said(offers: &str, number: i8) -> String {
    let mut talk = Talk::ready(offers);
    talk.send(envelope(&["b@mail.example"]).priority(priority(number)), MAIL);
    talk.hears().strip_prefix("MAIL FROM:<a@client.example>").expect("MAIL").to_owned()
}

fn the_keyword_may_name_a_policy() {
    for (offer, policy) in [
        ("MT-PRIORITY MIXER", Some("MIXER")),
        ("mt-priority STANAG4406", Some("STANAG4406")),
        ("MT-PRIORITY", Some("")),
        ("8BITMIME", None),
    ] {
        let mut talk = Talk::ready(offer);
        assert_eq!(talk.connection.capabilities().expect("greeted").mt_priority(), policy);
        // With or without, and whether we know it or not, it is there.
        let asking = envelope(&["b@mail.example"]).priority(priority(1));
        assert_eq!(talk.try_send(asking, MAIL, false).is_ok(), policy.is_some(), "{offer}");
    }
}

fn a_priority_needs_the_keyword() {
    for number in [-9, 0, 9] {
        for lacks in ["", "PRIORITY|MT-PRIORITYX|X-MT-PRIORITY"] {
            let asking = envelope(&["b@mail.example"]).priority(priority(number));
            let error = Talk::ready(lacks).refuses(asking, MAIL);
            let expected = (ErrorKind::Unsupported, Some(r::MT_PRIORITY_NEEDS_THE_KEYWORD));
            assert_eq!((error.kind(), error.requirement()), expected, "{lacks}");
        }
        assert_eq!(said("MT-PRIORITY MIXER", number), format!(" MT-PRIORITY={number}"));
    }
    // Where nobody asks, nothing is said.
    let mut talk = Talk::ready("MT-PRIORITY");
    talk.send(envelope(&["b@mail.example"]), MAIL);
    assert_eq!(talk.hears(), "MAIL FROM:<a@client.example>");
    assert!(Parameter::new("mt-priority", Some("1")).is_err());
    let said = ["EHLO c.example\r\n", "MAIL FROM:<> MT-PRIORITY=1\r\n"];
    finds(&Server::bare(), &said, r::MT_PRIORITY_NEEDS_THE_KEYWORD);
}

fn a_priority_is_within_bounds() {
    for number in i8::MIN..=i8::MAX {
        let within = (-9..=9).contains(&number);
        assert_eq!(Priority::new(number).is_ok(), within, "{number}");
        assert_eq!(Priority::try_from(number).is_ok(), within, "{number}");
        if within {
            assert_eq!(said("MT-PRIORITY", number), format!(" MT-PRIORITY={number}"));
        }
    }
    for bad in ["10", "-10", "+1", "-0", "", "1.5", "01"] {
        let breach = check_command(format!("MAIL FROM:<> MT-PRIORITY={bad}\r\n").as_bytes()).expect_err(bad);
        assert_eq!(breach.requirement, r::PRIORITY_IS_WITHIN_BOUNDS, "{bad}");
    }
}

fn a_changed_priority_is_told() {
    let mut talk = Talk::ready("MT-PRIORITY|ENHANCEDSTATUSCODES");
    let id = talk.send(envelope(&["b@mail.example"]).priority(priority(6)), MAIL);
    talk.says("250 2.1.0 ok\n250 2.1.5 ok\n354 go\n250 2.3.6 3 is the new priority");
    let report = talk.report(id);
    let reply = report.reply().expect("one");
    let status = reply.enhanced().expect("a status");
    assert_eq!((status.numbers(), status.meaning()), ((2, 3, 6), "the priority was changed"));
    assert_eq!(reply.text(), "3 is the new priority");
}
