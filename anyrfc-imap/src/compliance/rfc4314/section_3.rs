//! RFC 4314, sections 3, 5.1.1 and 7: the commands and responses.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, SELECTED, misused, name};
use crate::{
    codec::command::{DeleteAcl, GetAcl, ListRights, MyRights, Select, SetAcl},
    rfc4314 as r,
    types::{AclIdentifier, Data, MailboxName, Right, Rights},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4314-section-3/identifiers-are-prepared",
        covers: &[r::UNPREPARABLE_IDENTIFIER_GETS_BAD, r::IDENTIFIERS_ARE_PREPARED],
        run: identifiers_are_prepared,
    },
    Check {
        name: "rfc4314-section-3/commands-are-answered",
        covers: &[
            r::GETACL_GETS_ACL,
            r::LISTRIGHTS_GETS_LISTRIGHTS,
            r::MYRIGHTS_GETS_MYRIGHTS,
            r::UNRECOGNIZED_RIGHT_GETS_BAD,
        ],
        run: commands_are_answered,
    },
    Check {
        name: "rfc4314-section-3.7/tied-rights-come-in-groups",
        covers: &[r::TIED_RIGHTS_COME_IN_GROUPS, r::LISTRIGHTS_LISTS_A_RIGHT_ONCE],
        run: tied_rights_come_in_groups,
    },
    Check {
        name: "rfc4314-section-5.1.1/myrights-follows-select",
        covers: &[r::SELECT_AND_MYRIGHTS_ARE_PIPELINED],
        run: myrights_follows_select,
    },
    Check {
        name: "rfc4314-section-5.1.1/other-lists-are-told",
        covers: &[r::OTHER_CHANGED_ACLS_ARE_SENT],
        run: other_lists_are_told,
    },
    Check {
        name: "rfc4314-section-7/tokens-have-no-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_have_no_case,
    },
];

pub(super) fn rights(letters: &str) -> Rights {
    letters.parse().expect("rights")
}

pub(super) fn who(name: &str) -> AclIdentifier {
    AclIdentifier::new(name).expect("an identifier")
}

pub(super) fn my_rights() -> MyRights {
    MyRights::new(MailboxName::inbox())
}

pub(super) fn get_acl() -> GetAcl {
    GetAcl::new(MailboxName::inbox())
}

pub(super) fn list_rights(identifier: &str) -> ListRights {
    ListRights::new(MailboxName::inbox(), who(identifier))
}

fn identifiers_are_prepared() {
    let mut end = End::rev1("ACL");
    for (typed, heard) in [
        ("fred", "fred"),
        ("-fred", "-fred"),
        ("$team", "$team"),
        ("I\u{ad}X", "IX"),
        ("\u{aa}", "a"),
        ("a b", "\"a b\""),
        ("NIL", "\"NIL\""),
        ("anna \"the\" \\", "\"anna \\\"the\\\" \\\\\""),
        ("J\u{fc}rgen", "{7}\r\nJ\u{fc}rgen"),
    ] {
        let text = end.asks(DeleteAcl::new(name("x"), who(typed)), "OK done").0;
        assert_eq!(text, format!("DELETEACL x {heard}"));
    }
    for bad in ["", "\u{ad}", "\0", "a\r\nx LOGOUT", "\u{7}", "\u{627}1"] {
        misused(&AclIdentifier::new(bad).expect_err("refused"), r::UNPREPARABLE_IDENTIFIER_GETS_BAD);
    }
    // What a server has written goes back to the byte.
    let list = end.gets(get_acl(), "* ACL INBOX \"a\\\"b\" lr NIL r \"\" w\nOK done");
    let names: Vec<_> = list.entries.iter().map(|(who, _)| who.as_bytes().to_vec()).collect();
    assert_eq!(names, [&b"a\"b"[..], b"NIL", b""]);
    let back = |index: usize| DeleteAcl::new(name("x"), list.entries[index].0.clone());
    assert_eq!(end.asks(back(0), "OK done").0, "DELETEACL x \"a\\\"b\"");
    assert_eq!(end.asks(back(1), "OK done").0, "DELETEACL x \"NIL\"");
    assert!(who("fred").negative().is_negative() && !who("fred").is_negative());
    assert_eq!(who("fred").negative(), who("-fred"));
}

fn commands_are_answered() {
    let mut end = End::rev1("ACL RIGHTS=texk");
    let list = end.gets(get_acl(), "* ACL INBOX Fred rwipsldexta\n* ACL other Anna lr\nOK done");
    assert_eq!(list.entries.len(), 1);
    assert!(matches!(&end.data()[..], [Data::Acl(other)] if other.mailbox == name("other")));
    assert!(end.gets(get_acl(), "* ACL INBOX\nOK done").entries.is_empty());
    // An answer without what it is about is none.
    let error = end.asks(get_acl(), "* ACL other Fred lr\nOK done").1.expect_err("none");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(r::GETACL_GETS_ACL)));
    let error = end.asks(my_rights(), "OK done").1.expect_err("none");
    assert_eq!(error.requirement(), Some(r::MYRIGHTS_GETS_MYRIGHTS));
    let error = end.asks(list_rights("fred"), "OK done").1.expect_err("none");
    assert_eq!(error.requirement(), Some(r::LISTRIGHTS_GETS_LISTRIGHTS));
    let refused = SetAcl::grant(name("INBOX"), who("John"), rights("0"));
    let error = end.asks(refused, "BAD The 0 right is not supported").1.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Refused);
    // A list that is none is told as it came, and what it was sent for says that nothing came.
    end.events.clear();
    for odd in ["INBOX Fred", "INBOX Fred (lr)", "INBOX (Fred) lr", "INBOX Fred \"l r\"", ""] {
        let error = end.asks(get_acl(), &format!("* ACL {odd}\nOK done")).1.expect_err("none");
        assert_eq!(error.requirement(), Some(r::GETACL_GETS_ACL), "{odd}");
        assert!(matches!(&end.data()[..], [Data::Malformed { .. }]), "{odd}");
    }
    end.is_idle_and_well();
}

fn tied_rights_come_in_groups() {
    let mut end = End::rev1("ACL RIGHTS=texk");
    let reply = "* LISTRIGHTS INBOX smith la r swite kx 0\nOK done";
    let (text, listed) = end.asks(list_rights("smith"), reply);
    assert_eq!(text, "LISTRIGHTS INBOX smith");
    let listed = listed.expect("listed");
    assert_eq!((listed.required, listed.identifier.clone()), (rights("la"), who("smith")));
    assert_eq!(listed.optional, [rights("r"), rights("swite"), rights("kx"), rights("0")]);
    assert_eq!(listed.tied_to(Right::EXPUNGE), Some(rights("swite")));
    assert_eq!(listed.tied_to(Right::READ), Some(rights("r")));
    assert_eq!((listed.tied_to(Right::LOOKUP), listed.tied_to(Right::POST)), (Some(rights("l")), None));
    let nothing = end.gets(list_rights("smith"), "* LISTRIGHTS INBOX smith \"\"\nOK done");
    assert!(nothing.required.is_empty() && nothing.optional.is_empty());
    assert_eq!(end.deviated(r::LISTRIGHTS_LISTS_A_RIGHT_ONCE), 0);
    let twice = end.gets(list_rights("smith"), "* LISTRIGHTS INBOX smith l r lw\nOK done");
    assert_eq!(twice.optional, [rights("r"), rights("lw")]);
    assert_eq!(end.deviated(r::LISTRIGHTS_LISTS_A_RIGHT_ONCE), 1);
}

fn myrights_follows_select() {
    let mut end = End::rev1("ACL RIGHTS=texk");
    let select = end.submits(Select::new(MailboxName::inbox()));
    let mine = end.submits(my_rights());
    let mut heard: Vec<String> = end.hears().iter().map(|heard| heard.name.clone()).collect();
    let tag = end.tag_of("SELECT");
    let answer = SELECTED.replace("OK [READ-WRITE] done", &format!("{tag} OK [READ-WRITE] done"));
    for line in answer.lines() {
        end.says_octets(format!("{line}\r\n").as_bytes());
    }
    end.answer(select).expect("selected");
    heard.extend(end.hears().iter().map(|heard| heard.name.clone()));
    assert_eq!(heard, ["SELECT", "MYRIGHTS"]);
    let tag = end.tag_of("MYRIGHTS");
    end.says_octets(format!("* MYRIGHTS INBOX lrs\r\n{tag} OK done\r\n").as_bytes());
    assert_eq!(end.answer(mine).expect("told"), rights("lrs"));
}

fn other_lists_are_told() {
    let mut end = End::rev1("ACL");
    let change = SetAcl::grant(name("a"), who("fred"), rights("lr"));
    let reply = "* ACL a/b fred lr\n* ACL a fred lr\nOK done";
    end.asks(change, reply).1.expect("set");
    let told = end.data();
    assert!(told.len() == 2 && told.iter().all(|data| matches!(data, Data::Acl(_))), "{told:?}");
}

fn tokens_have_no_case() {
    let mut end = End::rev1("acl rights=texk");
    assert_eq!(end.gets(my_rights(), "* myRights inbox lrte\nOK done"), rights("lrte"));
    assert_eq!(end.gets(get_acl(), "* Acl InBox fred lr\nOK done").entries.len(), 1);
    assert_eq!(end.gets(list_rights("fred"), "* ListRights INBOX fred l\nOK done").required, rights("l"));
    let change = SetAcl::grant(name("INBOX"), who("fred"), rights("te"));
    assert_eq!(end.asks(change, "OK done").0, "SETACL INBOX fred +et");
}
