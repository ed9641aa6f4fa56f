//! RFC 2087: quotas on servers that know nothing newer.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated, misused, name};
use crate::{
    codec::command::{GetQuota, GetQuotaRoot, SetQuota},
    rfc2087 as r, rfc9208,
    types::{MailboxName, Quota, QuotaResource, QuotaRoot},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2087-section-3/the-capability-is-needed",
        covers: &[r::QUOTA_NEEDS_THE_CAPABILITY],
        run: the_capability_is_needed,
    },
    Check {
        name: "rfc2087-section-3/resources-have-any-name",
        covers: &[r::RESOURCE_NAME_IS_AN_ATOM, r::UNKNOWN_RESOURCES_ARE_ACCEPTED, r::TOKENS_IGNORE_CASE],
        run: resources_have_any_name,
    },
    Check {
        name: "rfc2087-section-3/storage-counts-kilobytes",
        covers: &[r::STORAGE_COUNTS_KILOBYTES],
        run: storage_counts_kilobytes,
    },
    Check {
        name: "rfc2087-section-3/a-mailbox-has-any-number-of-roots",
        covers: &[
            r::MAILBOX_MAY_HAVE_ANY_NUMBER_OF_ROOTS,
            r::ROOT_SHARES_ITS_LIMITS,
            r::ROOT_NAME_IS_NO_MAILBOX,
            r::QUOTAROOT_NAMES_ITS_MAILBOX,
            r::QUOTAROOT_MAY_NAME_NO_ROOT,
        ],
        run: a_mailbox_has_any_number_of_roots,
    },
    Check {
        name: "rfc2087-section-4/commands-fail",
        covers: &[r::SETQUOTA_MAY_FAIL, r::GETQUOTA_MAY_FAIL, r::GETQUOTAROOT_MAY_FAIL],
        run: commands_fail,
    },
    Check {
        name: "rfc2087-section-4.1/every-limit-is-named",
        covers: &[r::SETQUOTA_NAMES_EVERY_LIMIT, r::LIMITS_MAY_BE_NONE, r::LIST_ITEMS_HAVE_ONE_SPACE],
        run: every_limit_is_named,
    },
    Check {
        name: "rfc2087-section-5.1/quota-is-triplets",
        covers: &[
            r::QUOTA_NAMES_ITS_ROOT,
            r::QUOTA_HAS_TRIPLETS,
            r::QUOTA_LIST_MAY_BE_EMPTY,
            r::UNNAMED_RESOURCE_IS_UNLIMITED,
        ],
        run: quota_is_triplets,
    },
];

fn old() -> End {
    End::rev1("QUOTA")
}

fn get(name: &str) -> GetQuota {
    GetQuota::new(QuotaRoot::from(name))
}

fn of(mailbox: &str) -> GetQuotaRoot {
    GetQuotaRoot::new(name(mailbox))
}

fn told(list: &str) -> Quota {
    old().gets(get(""), &format!("* QUOTA \"\" ({list})\nOK done"))
}

fn the_capability_is_needed() {
    let needed = [("QUOTA", rfc9208::QUOTA_NEEDS_THE_CAPABILITY)];
    gated(&needed, || get(""), "GETQUOTA \"\"");
    gated(&needed, || of("INBOX"), "GETQUOTAROOT INBOX");
    gated(&needed, || SetQuota::new(QuotaRoot::default()), "SETQUOTA \"\" ()");
}

fn resources_have_any_name() {
    let quota = told("STORAGE 1 2 x-own.thing 3 4 MESSAGE 5 6");
    assert_eq!(quota.resources.len(), 3);
    let own = quota.of(&"X-Own.Thing".into()).expect("told");
    assert_eq!((own.usage, own.limit), (3, 4));
    let mut end = old();
    let set = |resource: &str| SetQuota::new(QuotaRoot::from("a")).limit(resource.into(), 1);
    assert_eq!(end.asks(set("x-own.thing"), "OK done").0, "SETQUOTA a (x-own.thing 1)");
    assert_eq!(end.asks(set("storage"), "OK done").0, "SETQUOTA a (STORAGE 1)");
    for odd in ["a b", "", "\"a\"", "a\r\nx LOGOUT", "ä", "{1}"] {
        assert_eq!(end.refuses(set(odd)).kind(), ErrorKind::Usage, "{odd:?}");
    }
}

fn storage_counts_kilobytes() {
    let quota = told("STORAGE 10 512");
    let storage = quota.of(&QuotaResource::Storage).expect("told");
    assert_eq!((storage.usage, storage.limit, storage.left()), (10, 512, 502));
    assert!(!quota.looks_too_small_for(502 * 1024) && quota.looks_too_small_for(502 * 1024 + 1));
}

fn a_mailbox_has_any_number_of_roots() {
    let mut end = old();
    for roots in [&[][..], &[""], &["a"], &["a", "INBOX", "inbox", "c d"]] {
        let written: String = roots.iter().map(|root| format!(" \"{root}\"")).collect();
        let answer = end.gets(of("comp.mail.mime"), &format!("* QUOTAROOT comp.mail.mime{written}\nOK done"));
        let told: Vec<_> = answer.roots.iter().map(|root| root.as_bytes().to_vec()).collect();
        assert_eq!(told, roots.iter().map(|root| root.as_bytes()).collect::<Vec<_>>());
    }
    // The limits are the root's, whichever mailbox led there.
    let limits = |mailbox: &str, end: &mut End| {
        let reply = format!("* QUOTAROOT {mailbox} r\n* QUOTA r (STORAGE 1 2)\nOK done");
        let answer = end.gets(of(mailbox), &reply);
        answer.quota(&QuotaRoot::from("r")).cloned()
    };
    assert_eq!(limits("a", &mut end), limits("b", &mut end));
    // The roots of another mailbox are no answer.
    let error = end.asks(of("a"), "* QUOTAROOT b a\nOK done").1.expect_err("none");
    assert_eq!(error.kind(), ErrorKind::Protocol);
    // A mailbox is the same in any case of INBOX, a root is not.
    let inbox = GetQuotaRoot::new(MailboxName::inbox());
    assert_eq!(end.gets(inbox, "* QUOTAROOT inbox x\nOK done").roots.len(), 1);
    assert_ne!(QuotaRoot::from("INBOX"), QuotaRoot::from("inbox"));
}

fn commands_fail() {
    let mut end = old();
    let refused = |error: crate::Error| assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    refused(end.asks(get("x"), "NO no such root").1.expect_err("refused"));
    refused(end.asks(of("x"), "NO permission denied").1.expect_err("refused"));
    let set = SetQuota::new(QuotaRoot::from("x")).limit(QuotaResource::Storage, 1);
    refused(end.asks(set, "NO cannot set that").1.expect_err("refused"));
    end.is_idle_and_well();
}

fn every_limit_is_named() {
    let mut end = old();
    let quota = told("STORAGE 10 512 MESSAGE 1 2 X-OWN 3 4");
    let changed = SetQuota::from(&quota).limit(QuotaResource::Storage, 600);
    assert_eq!(end.asks(changed, "OK done").0, "SETQUOTA \"\" (MESSAGE 2 X-OWN 4 STORAGE 600)");
    let none = SetQuota::new(QuotaRoot::default());
    assert_eq!(end.asks(none, "* QUOTA \"\" ()\nOK done").0, "SETQUOTA \"\" ()");
    let beyond = SetQuota::new(QuotaRoot::default()).limit(QuotaResource::Storage, u64::MAX);
    misused(&end.refuses(beyond), rfc9208::LIMIT_IS_AN_INTEGER);
}

fn quota_is_triplets() {
    let mut end = old();
    let quota = end.gets(get(""), "* QUOTA \"\" (STORAGE 10 512 MESSAGE 20 100)\nOK done");
    let all: Vec<_> =
        quota.resources.iter().map(|one| (one.resource.as_str(), one.usage, one.limit)).collect();
    assert_eq!(all, [("STORAGE", 10, 512), ("MESSAGE", 20, 100)]);
    assert!(quota.root.as_bytes().is_empty() && quota.of(&QuotaResource::Mailbox).is_none());
    let empty = end.gets(get("a"), "* QUOTA a ()\nOK done");
    assert!(empty.resources.is_empty() && empty.odd.is_empty());
    // A triplet that is not whole is told as it came.
    for cut in ["STORAGE", "STORAGE 1", "STORAGE 1 2 MESSAGE 3"] {
        let quota = end.gets(get("a"), &format!("* QUOTA a ({cut})\nOK done"));
        assert_eq!(quota.odd.len(), 1, "{cut}");
    }
}
