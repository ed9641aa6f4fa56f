//! RFC 7162, section 7: the formal syntax.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, name, set, uids};
use crate::{
    ModSeq,
    codec::command::{Expunge, FetchModifiers, Resync, Select, StoreAction, UidFetch, UidSearch, UidStore},
    rfc7162 as r,
    types::{FetchItems, Field, Flag, SearchQuery, UidValidity},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7162-section-7/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
    Check {
        name: "rfc7162-section-7/mod-sequences-have-63-bits",
        covers: &[r::MOD_SEQUENCES_HAVE_63_BITS],
        run: mod_sequences_have_63_bits,
    },
    Check {
        name: "rfc7162-section-7/unknown-system-flags-are-accepted",
        covers: &[r::UNKNOWN_SYSTEM_FLAGS_ARE_ACCEPTED],
        run: unknown_system_flags_are_accepted,
    },
];

fn tokens_ignore_case() {
    for case in [str::to_uppercase, str::to_lowercase] {
        let mut end = End::enabled(&case("QRESYNC"), &case("CONDSTORE"));
        end.select();
        end.gets(Expunge, &format!("* {} 11\nOK [{} 9] done", case("VANISHED"), case("HIGHESTMODSEQ")));
        assert_eq!((end.mailbox().exists, end.mailbox().highest_mod_seq), (2, ModSeq::new(9)));
        let modifiers = FetchModifiers::new().vanished_since(ModSeq::MIN);
        let fetch = UidFetch::new(set("1:*"), FetchItems::new().flags()).with(modifiers);
        let reply = format!(
            "* {} ({}) 3\n* 1 FETCH (UID 12 {} (10))\nOK done",
            case("VANISHED"),
            case("EARLIER"),
            case("MODSEQ")
        );
        assert_eq!(end.gets(fetch, &reply).vanished, uids(&[3]));
        assert_eq!(end.mailbox().highest_mod_seq, ModSeq::new(10));
        let store = UidStore::new(set("12"), StoreAction::Add, Flag::Seen).unchanged_since(ModSeq::MIN);
        let answer = end.gets(store, &format!("OK [{} 12] done", case("MODIFIED")));
        assert_eq!(answer.modified.to_string(), "12");
        let found = end.gets(
            UidSearch::new(SearchQuery::mod_seq(ModSeq::MIN)),
            &format!("* SEARCH 12 ({} 10)\nOK [{}] done", case("MODSEQ"), case("NOMODSEQ")),
        );
        assert_eq!(found.mod_seq, ModSeq::new(10));
        assert!(end.mailbox().no_mod_seq);
    }
}

fn mod_sequences_have_63_bits() {
    let most = ModSeq::MAX;
    assert_eq!((most.get(), ModSeq::MIN.get()), (9_223_372_036_854_775_807, 1));
    assert_eq!([0, 1 << 63].map(ModSeq::new), [None, None]);
    let mut end = End::enabled("QRESYNC", "");
    let known = Resync::new(UidValidity::new(7).expect("not zero"), most);
    assert_eq!(
        end.sends(Select::new(name("a")).resync(known)).1.text(),
        "SELECT a (QRESYNC (7 9223372036854775807))"
    );
    let mut end = End::selected("CONDSTORE");
    let fetch =
        UidFetch::new(set("1:*"), FetchItems::new().flags()).with(FetchModifiers::new().changed_since(most));
    let ticket = end.submits(fetch);
    assert_eq!(end.hears_one().text(), "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 9223372036854775807)");
    end.says("* 1 FETCH (UID 11 MODSEQ (9223372036854775807))\n* OK [HIGHESTMODSEQ 9223372036854775807] x");
    // What cannot be one costs neither the row nor the connection.
    for wrong in ["9223372036854775808", "18446744073709551616", "0", "-1"] {
        end.says(&format!("* 1 FETCH (UID 12 FLAGS () MODSEQ ({wrong}))"));
    }
    end.says("* OK [HIGHESTMODSEQ 9223372036854775808] x\nOK done");
    end.answer(ticket).expect("fetched");
    let rows = end.rows();
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[0].1.mod_seq().and_then(Field::parsed), Some(most));
    for (_, row) in &rows[1..] {
        assert!(matches!(row.mod_seq(), Some(Field::Malformed { .. })), "{row:?}");
        assert!(row.flags().is_some_and(|flags| flags.parsed().is_some()));
    }
    assert_eq!(end.mailbox().highest_mod_seq, Some(most));
}

fn unknown_system_flags_are_accepted() {
    let mut end = End::selected("CONDSTORE");
    end.gets(
        UidFetch::new(set("11"), FetchItems::new().flags()),
        "* 1 FETCH (UID 11 FLAGS (\\Seen \\XOdd))\n* FLAGS (\\Seen \\XOdd)\nOK [PERMANENTFLAGS (\\XOdd)] done",
    );
    let rows = end.rows();
    let flags = rows[0].1.flags().and_then(Field::parsed).expect("flags");
    assert_eq!(flags.collect::<Vec<_>>(), [Flag::Seen, Flag::from("\\XOdd")]);
    assert!(end.mailbox().flags.contains(&Flag::from("\\XOdd")));
    assert_eq!(end.mailbox().permanent_flags.as_deref(), Some(&[Flag::from("\\XOdd")][..]));
}
