//! RFC 9208, section 5: what resources mean, and what they do not.

use anyrfc_core::compliance::Check;

use super::{
    super::rev1::{End, name},
    section_3::{NEW, told},
};
use crate::{
    codec::command::Append,
    proto::Report,
    rfc9208 as r,
    types::{AppendOptions, Code, Data},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9208-section-5.1/usage-refuses-nothing",
        covers: &[r::USAGE_ONLY_INFORMS, r::APPEND_IS_NOT_REFUSED_BY_USAGE],
        run: usage_refuses_nothing,
    },
    Check {
        name: "rfc9208-section-5.1/one-can-be-warned",
        covers: &[r::APPEND_MAY_BE_WARNED_OF],
        run: one_can_be_warned,
    },
    Check {
        name: "rfc9208-section-5.2/usage-says-nothing-of-the-mailbox",
        covers: &[r::MESSAGE_COUNTS_HIDDEN_MAILBOXES, r::MAILBOX_COUNTS_HIDDEN_MAILBOXES],
        run: usage_says_nothing_of_the_mailbox,
    },
    Check {
        name: "rfc9208-section-4.3.1/overquota-is-told",
        covers: &[r::OVERQUOTA_REFUSES_A_MESSAGE, r::OVERQUOTA_MAY_WARN],
        run: overquota_is_told,
    },
];

/// An APPEND of 2,000 octets, and the answer to it.
fn append(end: &mut End, reply: &str) -> Result<Option<crate::types::AppendUid>, crate::Error> {
    end.message = vec![b'x'; 2000];
    let ticket = end.submits(Append::new(name("INBOX"), AppendOptions::new(), 2000));
    let heard = end.hears_one();
    assert!(heard.text().starts_with("APPEND INBOX {2000}\r\nxxx"), "{}", heard.text());
    end.says(reply);
    end.answer(ticket)
}

fn usage_refuses_nothing() {
    let mut end = End::rev1(NEW);
    for full in ["STORAGE 10 10", "STORAGE 11 10", "STORAGE 0 0 MESSAGE 5 5", "STORAGE 9 10"] {
        told(&mut end, full);
        append(&mut end, "OK done").expect("appended");
    }
}

fn one_can_be_warned() {
    let mut end = End::rev1(NEW);
    for (list, octets, warns) in [
        ("STORAGE 9 10", 1024, false),
        ("STORAGE 9 10", 1025, true),
        ("STORAGE 10 10", 1, true),
        ("STORAGE 12 10", 1, true),
        ("STORAGE 10 10", 0, false),
        ("MESSAGE 10 10", 1 << 40, false),
        ("STORAGE 0 9223372036854775807", u64::MAX, false),
    ] {
        assert_eq!(told(&mut end, list).looks_too_small_for(octets), warns, "{list} {octets}");
    }
}

fn usage_says_nothing_of_the_mailbox() {
    let mut end = End::selected(NEW);
    let before = end.connection.mailbox().expect("selected").exists;
    for list in ["MESSAGE 3 10 MAILBOX 1 5", "MESSAGE 999 1000 MAILBOX 5 5", "MESSAGE 0 10 MAILBOX 0 5"] {
        told(&mut end, list);
        end.says(&format!("* QUOTA \"\" ({list})"));
        assert_eq!(end.connection.mailbox().expect("selected").exists, before);
        // It is told, and nothing is made of it.
        let told: Vec<_> = end.data();
        assert!(matches!(&told[..], [Data::Quota(_)]), "{told:?}");
        assert!(end.events.is_empty());
    }
}

fn overquota_is_told() {
    let mut end = End::rev1(NEW);
    let error = append(&mut end, "NO [OVERQUOTA] APPEND Failed").expect_err("refused");
    assert_eq!(error.code(), Some(&Code::OverQuota));
    append(&mut end, "* NO [OVERQUOTA] Soft quota has been exceeded\nOK [APPENDUID 38505 3955] done")
        .expect("done");
    let warned = |event: &_| matches!(event, Report::Data(Data::Status(status)) if status.code == Some(Code::OverQuota));
    assert!(end.events.iter().any(warned), "{:?}", end.events);
}
