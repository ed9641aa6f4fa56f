//! RFC 9208, sections 4 and 7: commands and responses.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::{
    super::rev1::{End, gated, name, pattern},
    section_3::{NEW, get, numbers, root, told},
};
use crate::{
    codec::command::{GetQuotaRoot, List, ListReturn, SetQuota, Status, StatusItem, StatusItems},
    rfc5258, rfc5819, rfc9208 as r,
    types::{Data, MailboxName, QuotaResource},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9208-section-4.1/roots-and-quotas-are-told",
        covers: &[r::GETQUOTA_GETS_QUOTA, r::GETQUOTAROOT_GETS_QUOTAROOT],
        run: roots_and_quotas_are_told,
    },
    Check {
        name: "rfc9208-section-4.1.2/any-mailbox-is-asked-about",
        covers: &[r::GETQUOTAROOT_TAKES_ANY_NAME],
        run: any_mailbox_is_asked_about,
    },
    Check {
        name: "rfc9208-section-4.1.3/setquota-needs-quotaset",
        covers: &[r::SETQUOTA_NEEDS_QUOTASET],
        run: setquota_needs_quotaset,
    },
    Check {
        name: "rfc9208-section-4.1.3/every-limit-is-named",
        covers: &[r::SETQUOTA_NAMES_EVERY_LIMIT],
        run: every_limit_is_named,
    },
    Check {
        name: "rfc9208-section-4.1.4/items-need-their-resources",
        covers: &[r::DELETED_NEEDS_RES_MESSAGE, r::DELETED_STORAGE_NEEDS_RES_STORAGE],
        run: items_need_their_resources,
    },
    Check {
        name: "rfc9208-section-4.2/lists-may-be-empty",
        covers: &[
            r::UNNAMED_RESOURCE_IS_UNLIMITED,
            r::QUOTA_LIST_MAY_BE_EMPTY,
            r::QUOTAROOT_MAY_NAME_NO_ROOT,
        ],
        run: lists_may_be_empty,
    },
    Check {
        name: "rfc9208-section-7/tokens-have-no-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_have_no_case,
    },
];

fn of(mailbox: &str) -> GetQuotaRoot {
    GetQuotaRoot::new(name(mailbox))
}

fn roots_and_quotas_are_told() {
    let mut end = End::rev1(NEW);
    let quota =
        end.gets(get("!partition/sda4"), "* QUOTA \"!partition/sda4\" (STORAGE 104 10923847)\nOK done");
    assert_eq!(numbers(&quota, &QuotaResource::Storage), Some((104, 10_923_847)));
    let reply = "* QUOTAROOT INBOX \"#user/alice\" \"!partition/sda4\"\n* QUOTA \"#user/alice\" (MESSAGE 42 1000)\n\
                 * QUOTA \"!partition/sda4\" (STORAGE 104 10923847)\nOK done";
    let answer = end.gets(of("INBOX"), reply);
    assert_eq!(answer.roots, [root("#user/alice"), root("!partition/sda4")]);
    let alice = answer.quota(&root("#user/alice")).expect("told");
    assert_eq!(numbers(alice, &QuotaResource::Message), Some((42, 1000)));
    for (reply, requirement) in [
        ("OK done", r::GETQUOTAROOT_GETS_QUOTAROOT),
        ("* QUOTAROOT other x\nOK done", r::GETQUOTAROOT_GETS_QUOTAROOT),
    ] {
        let error = end.asks(of("INBOX"), reply).1.expect_err("none");
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(requirement)));
    }
    let error = end.asks(get("x"), "OK done").1.expect_err("none");
    assert_eq!(error.requirement(), Some(r::GETQUOTA_GETS_QUOTA));
    // Whatever else comes is told, and nobody's answer.
    end.events.clear();
    end.gets(get("x"), "* QUOTA y (STORAGE 1 2)\n* QUOTA x (STORAGE 3 4)\nOK done");
    assert!(matches!(&end.data()[..], [Data::Quota(quota)] if quota.root == root("y")));
    for odd in ["x", "x STORAGE 1 2", "(x) (STORAGE 1 2)", "x ((STORAGE) 1 2)", ""] {
        end.asks(get("x"), &format!("* QUOTA {odd}\nOK done")).1.expect_err("none");
        assert!(matches!(&end.data()[..], [Data::Malformed { .. }]), "{odd}");
    }
}

fn any_mailbox_is_asked_about() {
    let mut end = End::rev1(NEW);
    let (text, answer) =
        end.asks(of("not/there/yet"), "* QUOTAROOT not/there/yet \"\"\n* QUOTA \"\" ()\nOK done");
    assert_eq!(text, "GETQUOTAROOT not/there/yet");
    assert_eq!(answer.expect("told").roots, [root("")]);
}

fn setquota_needs_quotaset() {
    let set = || SetQuota::new(root("a")).limit(QuotaResource::Storage, 512);
    let mut end = End::rev1("QUOTA QUOTA=RES-STORAGE");
    let error = end.refuses(set());
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Unsupported, Some(r::SETQUOTA_NEEDS_QUOTASET))
    );
    // The others need no such thing.
    assert_eq!(end.asks(get("a"), "NO gone").0, "GETQUOTA a");
    // A server of RFC 2087 has SETQUOTA without saying so.
    for capabilities in [NEW, "QUOTA", "QUOTA QUOTASET"] {
        assert_eq!(End::rev1(capabilities).asks(set(), "OK done").0, "SETQUOTA a (STORAGE 512)");
    }
}

fn every_limit_is_named() {
    let mut end = End::rev1(NEW);
    let quota = end.gets(
        get("#user/alice"),
        "* QUOTA \"#user/alice\" (STORAGE 54 111 MESSAGE 42 1000 X-OWN 1 2)\nOK done",
    );
    // One is changed, and the others stay.
    let changed = SetQuota::from(&quota).limit(QuotaResource::Storage, 510);
    let text = end.asks(changed, "OK done").0;
    assert_eq!(text, "SETQUOTA #user/alice (MESSAGE 1000 X-OWN 2 STORAGE 510)");
    let fewer = SetQuota::from(&quota).without(&QuotaResource::Message);
    assert_eq!(end.asks(fewer, "OK done").0, "SETQUOTA #user/alice (STORAGE 111 X-OWN 2)");
    // Each is named once.
    let once = SetQuota::new(root("a")).limit(QuotaResource::Message, 1).limit("message".into(), 2);
    assert_eq!(end.asks(once, "OK done").0, "SETQUOTA a (MESSAGE 2)");
    for odd in ["A B", "", "(", "x\r\ny", "ä"] {
        let set = SetQuota::new(root("a")).limit(odd.into(), 1);
        assert_eq!(end.refuses(set).kind(), ErrorKind::Usage, "{odd:?}");
    }
}

fn items_need_their_resources() {
    let item = |item: StatusItem| move || Status::new(name("x"), StatusItems::new().item(item.clone()));
    let deleted = ("QUOTA=RES-MESSAGE", r::DELETED_NEEDS_RES_MESSAGE);
    gated(&[deleted], item(StatusItem::Deleted), "STATUS x (DELETED)");
    let storage = ("QUOTA=RES-STORAGE", r::DELETED_STORAGE_NEEDS_RES_STORAGE);
    gated(&[storage], item(StatusItem::DeletedStorage), "STATUS x (DELETED-STORAGE)");
    let needed = [
        ("LIST-EXTENDED", rfc5258::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT),
        ("LIST-STATUS", rfc5819::LIST_STATUS_NEEDS_THE_CAPABILITY),
        storage,
    ];
    let listed = || {
        List::new(pattern("*"))
            .returns(ListReturn::Status(StatusItems::new().item(StatusItem::DeletedStorage)))
    };
    gated(&needed, listed, "LIST \"\" * RETURN (STATUS (DELETED-STORAGE))");
    let mut end = End::rev1(NEW);
    for (value, expected) in [
        ("0", Some(0)),
        ("9223372036854775807", Some(i64::MAX as u64)),
        ("9223372036854775808", None),
        ("-1", None),
    ] {
        let status = end.gets(
            item(StatusItem::DeletedStorage)(),
            &format!("* STATUS x (DELETED-STORAGE {value})\nOK done"),
        );
        assert_eq!(status.deleted_storage, expected, "{value}");
    }
}

fn lists_may_be_empty() {
    let mut end = End::rev1(NEW);
    let quota = told(&mut end, "");
    assert!(quota.resources.is_empty() && quota.of(&QuotaResource::Storage).is_none());
    assert!(!quota.looks_too_small_for(u64::MAX));
    let quota = told(&mut end, "MESSAGE 1 0");
    assert_eq!(numbers(&quota, &QuotaResource::Storage), None);
    assert_eq!(numbers(&quota, &QuotaResource::Message), Some((1, 0)));
    let answer = end.gets(of("comp.mail.mime"), "* QUOTAROOT comp.mail.mime\nOK done");
    assert!(answer.roots.is_empty() && answer.quotas.is_empty());
    let answer = end.gets(of("INBOX"), "* QUOTAROOT INBOX \"\"\n* QUOTA \"\" (STORAGE 10 512)\nOK done");
    assert_eq!(answer.roots, [root("")]);
    assert!(end.connection.deviations().is_empty());
}

fn tokens_have_no_case() {
    let mut end = End::rev1("quota quotaset quota=res-storage quota=RES-message");
    let quota = end.gets(
        get("x"),
        "* quota x (storage 1 2 Message 3 4 annotation-Storage 5 6 MailBox 7 8 x-own 9 10)\nOK done",
    );
    for (resource, expected) in [
        (QuotaResource::Storage, (1, 2)),
        (QuotaResource::Message, (3, 4)),
        (QuotaResource::AnnotationStorage, (5, 6)),
        (QuotaResource::Mailbox, (7, 8)),
        ("X-OWN".into(), (9, 10)),
    ] {
        assert_eq!(numbers(&quota, &resource), Some(expected), "{resource}");
    }
    let answer = end.gets(GetQuotaRoot::new(MailboxName::inbox()), "* QuotaRoot inbox a\nOK done");
    assert_eq!(answer.roots, [root("a")]);
    let items = StatusItems::new().item(StatusItem::DeletedStorage);
    let status = end.gets(Status::new(name("x"), items), "* STATUS x (deleted-storage 7)\nOK done");
    assert_eq!(status.deleted_storage, Some(7));
}
