//! RFC 4314, sections 2, 5 and 6: rights.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::{
    super::rev1::{End, gated, misused, name},
    section_3::{get_acl, list_rights, my_rights, rights, who},
};
use crate::{
    Error,
    codec::command::{DeleteAcl, SetAcl},
    rfc4314 as r,
    types::{Right, Rights},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4314-section-2/the-capability-is-needed",
        covers: &[r::ACL_NEEDS_THE_CAPABILITY],
        run: the_capability_is_needed,
    },
    Check {
        name: "rfc4314-section-2/new-rights-are-advertised",
        covers: &[r::NEW_RIGHTS_ARE_ADVERTISED],
        run: new_rights_are_advertised,
    },
    Check {
        name: "rfc4314-section-2/rights-are-small-letters-and-digits",
        covers: &[r::RIGHTS_ARE_NOT_UPPER_CASE, r::RIGHTS_ARE_LETTERS_AND_DIGITS],
        run: rights_are_small_letters_and_digits,
    },
    Check {
        name: "rfc4314-section-2.1.1/virtual-rights-are-ignored",
        covers: &[
            r::VIRTUAL_RIGHTS_ARE_IGNORED,
            r::D_IS_RETURNED_WITH_DELETE_RIGHTS,
            r::C_IS_RETURNED_WITH_CREATE_RIGHTS,
        ],
        run: virtual_rights_are_ignored,
    },
    Check {
        name: "rfc4314-section-5.1.2/what-is-not-known-stays",
        covers: &[r::UNRECOGNIZED_RIGHTS_ARE_PRESERVED, r::UNCHANGEABLE_RIGHTS_ARE_PRESERVED],
        run: what_is_not_known_stays,
    },
    Check {
        name: "rfc4314-section-6/control-for-anyone-can-be-warned-of",
        covers: &[r::FULL_ACCESS_FOR_ANYONE_IS_WARNED_OF],
        run: control_for_anyone_can_be_warned_of,
    },
];

fn grant(letters: &str) -> SetAcl {
    SetAcl::grant(name("INBOX"), who("fred"), rights(letters))
}

fn the_capability_is_needed() {
    let needed = [("ACL", r::ACL_NEEDS_THE_CAPABILITY)];
    gated(&needed, get_acl, "GETACL INBOX");
    gated(&needed, my_rights, "MYRIGHTS INBOX");
    gated(&needed, || list_rights("fred"), "LISTRIGHTS INBOX fred");
    gated(&needed, || DeleteAcl::new(name("a b"), who("fred")), "DELETEACL \"a b\" fred");
    gated(&needed, || grant("lr"), "SETACL INBOX fred +lr");
    // And somebody must be logged in.
    assert_eq!(End::greeted("ACL").refuses(my_rights()).kind(), ErrorKind::Usage);
}

fn new_rights_are_advertised() {
    // Those of RFC 2086 and the digits every server knows.
    let mut end = End::rev1("ACL");
    assert_eq!(end.asks(grant("lrswipacd09"), "OK done").0, "SETACL INBOX fred +09acdilprsw");
    for new in ["k", "x", "t", "e", "n", "lrk"] {
        let error = end.refuses(grant(new));
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Unsupported, Some(r::NEW_RIGHTS_ARE_ADVERTISED)),
            "{new}"
        );
    }
    let mut end = End::rev1("ACL RIGHTS=TEXK");
    assert_eq!(end.asks(grant("kxte"), "OK done").0, "SETACL INBOX fred +ektx");
    assert_eq!(end.refuses(grant("ten")).kind(), ErrorKind::Unsupported);
}

fn rights_are_small_letters_and_digits() {
    let wrong = |text: &str| -> Error { text.parse::<Rights>().expect_err(text) };
    for upper in ["L", "lrQ", "Z9"] {
        misused(&wrong(upper), r::RIGHTS_ARE_NOT_UPPER_CASE);
    }
    for odd in ["l r", "+l", "-", "l\r\nx LOGOUT", "ä", "\"", "\0", "{3}"] {
        misused(&wrong(odd), r::RIGHTS_ARE_LETTERS_AND_DIGITS);
        misused(
            &Right::new(odd.chars().find(|letter| *letter != 'l').expect("one")).expect_err(odd),
            r::RIGHTS_ARE_LETTERS_AND_DIGITS,
        );
    }
    // What a server has made up is told, and does not go back.
    let mut end = End::rev1("ACL RIGHTS=texkq");
    for (odd, requirement) in
        [("lrQ", r::RIGHTS_ARE_NOT_UPPER_CASE), ("lr+", r::RIGHTS_ARE_LETTERS_AND_DIGITS)]
    {
        let told = end.gets(my_rights(), &format!("* MYRIGHTS INBOX {odd}\nOK done"));
        assert!(told.has(Right::READ) && told.len() == 3, "{told}");
        misused(&end.refuses(SetAcl::replace(name("INBOX"), who("fred"), told)), requirement);
    }
    assert_eq!(end.deviated(r::RIGHTS_ARE_LETTERS_AND_DIGITS), 2);
}

fn virtual_rights_are_ignored() {
    let mut end = End::rev1("ACL RIGHTS=texk");
    for (sent, real) in [
        ("rwiptsldaex", "rwiptslaex"),
        ("lrswipkxtecda", "lrswipkxtea"),
        ("lrkc", "lrk"),
        ("dtl", "tl"),
        ("\"\"", ""),
        ("lrs", "lrs"),
    ] {
        assert_eq!(
            end.gets(my_rights(), &format!("* MYRIGHTS INBOX {sent}\nOK done")),
            rights(real),
            "{sent}"
        );
    }
    let list = end.gets(get_acl(), "* ACL INBOX Fred rwipslxcetda David lrswideta Anna lr\nOK done");
    assert_eq!(list.rights(&who("Fred")), Some(rights("rwipslxeta")));
    assert_eq!(list.rights(&who("David")), Some(rights("lrswieta")));
    let listed =
        end.gets(list_rights("anyone"), "* LISTRIGHTS INBOX anyone \"\" lr s w i p k x te c d\nOK done");
    let groups: Vec<String> = listed.optional.iter().map(ToString::to_string).collect();
    assert_eq!(groups, ["lr", "s", "w", "i", "p", "k", "x", "et"]);
    let listed =
        end.gets(list_rights("anyone"), "* LISTRIGHTS INBOX anyone \"\" lr swted i p k x c\nOK done");
    assert_eq!(listed.optional[1], rights("swte"));
    // Where nothing else is there that they could repeat, they are the rights of RFC 2086.
    let old = end.gets(my_rights(), "* MYRIGHTS INBOX lrswicda\nOK done");
    assert!(
        old.allow(Right::CREATE_MAILBOXES) && old.allow(Right::EXPUNGE) && !old.allow(Right::DELETE_MAILBOX)
    );
}

fn what_is_not_known_stays() {
    let mut end = End::rev1("ACL RIGHTS=texkq");
    let list = end.gets(get_acl(), "* ACL INBOX fred lrq7 -fred w\nOK done");
    let before = list.rights(&who("fred")).expect("an entry");
    let changed = before.with(Right::INSERT).without(Right::READ);
    let (text, answer) = end.asks(SetAcl::replace(name("INBOX"), who("fred"), changed), "OK done");
    assert_eq!(text, "SETACL INBOX fred 7ilq");
    answer.expect("set");
    // Rights that are given or taken are those that are named, and no others.
    let fred = || who("fred");
    let text = end.asks(SetAcl::grant(name("INBOX"), fred(), rights("i")), "OK done").0;
    assert_eq!(text, "SETACL INBOX fred +i");
    let text = end.asks(SetAcl::revoke(name("INBOX"), fred(), rights("r")), "OK done").0;
    assert_eq!(text, "SETACL INBOX fred -r");
    let none = end.asks(SetAcl::replace(name("INBOX"), fred(), Rights::NONE), "OK done").0;
    assert_eq!(none, "SETACL INBOX fred \"\"");
}

fn control_for_anyone_can_be_warned_of() {
    let command =
        |make: fn(_, _, _) -> SetAcl, whom: &str, letters: &str| make(name("x"), who(whom), rights(letters));
    for dangerous in
        [command(SetAcl::grant, "anyone", "a"), command(SetAcl::replace, "anyone", "lrswipkxtea")]
    {
        assert!(dangerous.gives_control_to_anyone(), "{dangerous:?}");
    }
    for harmless in [
        command(SetAcl::grant, "anyone", "lr"),
        command(SetAcl::revoke, "anyone", "a"),
        command(SetAcl::grant, "fred", "lrswipkxtea"),
        command(SetAcl::grant, "-anyone", "a"),
    ] {
        assert!(!harmless.gives_control_to_anyone(), "{harmless:?}");
    }
    // It is the user's to decide.
    let mut end = End::rev1("ACL");
    let sent = end.asks(command(SetAcl::grant, "anyone", "a"), "OK done").0;
    assert_eq!(sent, "SETACL x anyone +a");
}
