//! RFC 9208, sections 1 and 3: who has it, numbers, and quota roots.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated, misused, name};
use crate::{
    codec::command::{GetQuota, GetQuotaRoot, SetQuota, Status, StatusItem, StatusItems},
    rfc9208 as r,
    types::{Code, Data, MailboxName, Quota, QuotaResource, QuotaRoot},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9208-section-1/the-capability-is-needed",
        covers: &[r::QUOTA_NEEDS_THE_CAPABILITY],
        run: the_capability_is_needed,
    },
    Check {
        name: "rfc9208-section-1/nothing-new-is-expected-of-old-servers",
        covers: &[r::OLD_SERVERS_LACK_NEW_RESPONSES],
        run: nothing_new_is_expected_of_old_servers,
    },
    Check {
        name: "rfc9208-section-3.1.2/numbers-have-63-bits",
        covers: &[r::USAGE_HAS_63_BITS, r::LIMIT_IS_AN_INTEGER],
        run: numbers_have_63_bits,
    },
    Check {
        name: "rfc9208-section-3.2/names-of-roots-mean-nothing",
        covers: &[r::QUOTA_ROOT_IS_OPAQUE],
        run: names_of_roots_mean_nothing,
    },
    Check {
        name: "rfc9208-section-3.2/setquota-fails",
        covers: &[r::SETQUOTA_MAY_FAIL],
        run: setquota_fails,
    },
];

/// What a server of RFC 9208 advertises.
pub(super) const NEW: &str = "QUOTA QUOTASET QUOTA=RES-STORAGE QUOTA=RES-MESSAGE";

pub(super) fn root(name: &str) -> QuotaRoot {
    QuotaRoot::from(name)
}

pub(super) fn get(name: &str) -> GetQuota {
    GetQuota::new(root(name))
}

/// What a QUOTA response says.
#[track_caller]
pub(super) fn told(end: &mut End, list: &str) -> Quota {
    end.gets(get("x"), &format!("* QUOTA x ({list})\nOK done"))
}

pub(super) fn numbers(quota: &Quota, resource: &QuotaResource) -> Option<(u64, u64)> {
    quota.of(resource).map(|usage| (usage.usage, usage.limit))
}

fn the_capability_is_needed() {
    let needed = [("QUOTA", r::QUOTA_NEEDS_THE_CAPABILITY)];
    gated(&needed, || get("!partition/sda4"), "GETQUOTA \"!partition/sda4\"");
    gated(&needed, || GetQuotaRoot::new(MailboxName::inbox()), "GETQUOTAROOT INBOX");
    gated(&needed, || SetQuota::new(root("a")), "SETQUOTA a ()");
    let mut end = End::greeted(NEW);
    assert_eq!(end.refuses(get("")).kind(), ErrorKind::Usage);
}

fn nothing_new_is_expected_of_old_servers() {
    let refused = "NO it is full";
    let item = |item| Status::new(name("x"), StatusItems::new().item(item));
    let mut end = End::rev1("QUOTA");
    for new in [StatusItem::Deleted, StatusItem::DeletedStorage] {
        assert_eq!(end.refuses(item(new)).kind(), ErrorKind::Unsupported);
    }
    // What fails has failed, with the new code and without it.
    let set = || SetQuota::new(root("a"));
    let error = end.asks(set(), refused).1.expect_err("refused");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, None));
    let error = end.asks(set(), "NO [OVERQUOTA] it is full").1.expect_err("refused");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some(&Code::OverQuota)));
    let mut end = End::rev1(NEW);
    let both = StatusItems::new().item(StatusItem::Deleted).item(StatusItem::DeletedStorage);
    let reply = "* STATUS x (DELETED 4 DELETED-STORAGE 8)\nOK done";
    let (text, status) = end.asks(Status::new(name("x"), both), reply);
    assert_eq!(text, "STATUS x (DELETED DELETED-STORAGE)");
    let status = status.expect("told");
    assert_eq!((status.deleted, status.deleted_storage), (Some(4), Some(8)));
}

fn numbers_have_63_bits() {
    let mut end = End::rev1(NEW);
    for number in [0, 1, u64::from(u32::MAX), 1 << 32, i64::MAX as u64] {
        let quota = told(&mut end, &format!("STORAGE {number} {number}"));
        assert_eq!(numbers(&quota, &QuotaResource::Storage), Some((number, number)));
        let set = SetQuota::new(root("x")).limit(QuotaResource::Storage, number);
        assert_eq!(end.asks(set, "OK done").0, format!("SETQUOTA x (STORAGE {number})"));
    }
    assert!(end.connection.deviations().is_empty());
    for beyond in [1 << 63, u64::MAX] {
        let set = SetQuota::new(root("x")).limit(QuotaResource::Storage, beyond);
        misused(&end.refuses(set), r::LIMIT_IS_AN_INTEGER);
    }
    // What is none is kept as it came, and the others with it.
    for (count, odd) in
        ["9223372036854775808", "99999999999999999999999", "-1", "1.5", "1e3", "NIL", "(1)", "\"1\"", "0x10"]
            .into_iter()
            .enumerate()
    {
        let quota = told(&mut end, &format!("STORAGE {odd} 10 MESSAGE 1 2"));
        assert_eq!((numbers(&quota, &QuotaResource::Storage), quota.odd.len()), (None, 1), "{odd}");
        assert_eq!(numbers(&quota, &QuotaResource::Message), Some((1, 2)), "{odd}");
        assert!(quota.odd[0].1.ends_with(b" 10"), "{odd}");
        assert_eq!(end.deviated(r::USAGE_HAS_63_BITS), count as u64 + 1);
    }
}

fn names_of_roots_mean_nothing() {
    let mut end = End::rev1(NEW);
    for (written, heard) in [
        ("\"\"", "\"\""),
        ("inbox", "inbox"),
        ("INBOX", "INBOX"),
        ("NIL", "\"NIL\""),
        ("\"#user/alice\"", "#user/alice"),
        ("\"User quota\"", "\"User quota\""),
        ("\"a\\\"b\\\\\"", "\"a\\\"b\\\\\""),
        ("\"&\"", "&"),
        ("{3}\r\na\r\n", "{3}\r\na\r\n"),
    ] {
        let (ticket, _) = end.sends(GetQuotaRoot::new(MailboxName::inbox()));
        let tag = end.tag_of("GETQUOTAROOT");
        let reply =
            format!("* QUOTAROOT INBOX {written}\r\n* QUOTA {written} (STORAGE 1 2)\r\n{tag} OK done\r\n");
        end.says_octets(reply.as_bytes());
        let answer = end.answer(ticket).expect("told");
        let root = answer.roots[0].clone();
        assert!(answer.quota(&root).is_some(), "{written}");
        assert_eq!(end.asks(GetQuota::new(root), "NO gone").0, format!("GETQUOTA {heard}"));
    }
    // They have case, and are not taken for one another.
    let error = end.asks(get("a"), "* QUOTA A (STORAGE 1 2)\nOK done").1.expect_err("none");
    assert_eq!(error.requirement(), Some(r::GETQUOTA_GETS_QUOTA));
    assert!(matches!(&end.data()[..], [Data::Quota(_)]));
}

fn setquota_fails() {
    let mut end = End::rev1(NEW);
    let set = || SetQuota::new(root("!partition/sda4")).limit(QuotaResource::Storage, 99_999_999);
    let reply = "* QUOTA \"!partition/sda4\" (STORAGE 104 10923847)\nNO Cannot change system limit";
    let error = end.asks(set(), reply).1.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Refused);
    let rounded =
        end.gets(set(), "* QUOTA \"!partition/sda4\" (STORAGE 58 512)\nOK Rounded quota").expect("told");
    assert_eq!(numbers(&rounded, &QuotaResource::Storage), Some((58, 512)));
    assert_eq!(end.gets(set(), "OK done"), None);
    end.is_idle_and_well();
}
