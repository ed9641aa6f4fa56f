//! RFC 4315, section 3: APPENDUID and COPYUID.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, name, set};
use crate::{
    codec::command::{Append, UidCopy},
    rfc4315 as r,
    types::{AppendOptions, Code, CopyUid},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4315-section-3/copies-correspond-one-by-one",
        covers: &[r::COPYUID_SETS_CORRESPOND],
        run: copies_correspond_one_by_one,
    },
    Check {
        name: "rfc4315-section-3/uid-sets-hold-no-asterisk",
        covers: &[r::UID_SETS_HAVE_NO_ASTERISK],
        run: uid_sets_hold_no_asterisk,
    },
    Check {
        name: "rfc4315-section-3/one-message-has-one-uid",
        covers: &[r::APPENDUID_OF_ONE_IS_NO_SET, r::UID_CODES_MAY_BE_OMITTED],
        run: one_message_has_one_uid,
    },
];

fn copied(code: &str) -> Vec<CopyUid> {
    End::selected("UIDPLUS").gets(UidCopy::new(set("1:*"), name("a")), &format!("OK [{code}] done"))
}

fn pairs(code: &str) -> Vec<(u32, u32)> {
    let copies = copied(code);
    copies.iter().flat_map(CopyUid::pairs).map(|(from, to)| (from.get(), to.get())).collect()
}

fn copies_correspond_one_by_one() {
    assert_eq!(pairs("COPYUID 38505 304,319:320 3956:3958"), [(304, 3956), (319, 3957), (320, 3958)]);
    // In the order given, which need not be ascending.
    assert_eq!(pairs("COPYUID 38505 320,304 5,9"), [(320, 5), (304, 9)]);
    assert_eq!(pairs("COPYUID 38505 1:2 7:6").len(), 2);
    // Sets of different sizes tell nothing of which became which.
    for odd in ["COPYUID 38505 1:3 5", "COPYUID 38505 1 5:6", "COPYUID 38505 1:2", "COPYUID 1 1", "COPYUID"] {
        assert_eq!(copied(odd), [], "{odd}");
    }
    assert_eq!(copied("COPYUID 38505 4:1 1:4294967295"), []);
}

fn uid_sets_hold_no_asterisk() {
    assert_eq!(pairs("COPYUID 38505 4294967295 1"), [(u32::MAX, 1)]);
    for odd in ["COPYUID 38505 1:* 5:6", "COPYUID 38505 * *", "COPYUID 38505 0 1", "COPYUID 38505 $ 1"] {
        let mut end = End::selected("UIDPLUS");
        let ticket = end.submits(UidCopy::new(set("1:*"), name("a")));
        end.hears();
        end.says(&format!("OK [{odd}] done"));
        assert_eq!(end.answer(ticket).expect("copied all the same"), [], "{odd}");
        end.is_idle_and_well();
    }
}

fn one_message_has_one_uid() {
    let append = |code: &str| {
        let mut end = End::selected("UIDPLUS");
        end.message = b"x".to_vec();
        end.gets(Append::new(name("a"), AppendOptions::new(), 1), &format!("OK {code}done"))
    };
    let told = append("[APPENDUID 38505 3955] ").expect("told");
    assert_eq!((told.uid_validity.get(), told.uid().map(|uid| uid.get())), (38505, Some(3955)));
    // One that is not told is not made up, and neither is one of several.
    assert_eq!(append(""), None);
    assert_eq!(append("[APPENDUID 38505] "), None);
    assert_eq!(append("[UIDNOTSTICKY] "), None);
    assert_eq!(append("[APPENDUID 38505 3955:3957] ").expect("told").uid(), None);
    let mut end = End::selected("");
    end.says("* NO [UIDNOTSTICKY] Non-persistent UIDs");
    assert!(end.connection.mailbox().is_some_and(|mailbox| mailbox.uid_not_sticky));
    assert!(!matches!(Code::UidNotSticky, Code::Other { .. }));
}
