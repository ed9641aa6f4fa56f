//! RFC 9051, section 6.4: commands in the selected state.

use anyrfc_core::compliance::Check;

use super::super::support::{REV1, REV2, Talk, mailbox, part};
use crate::{
    codec::command::{Examine, Fetch, Search, Select, UidFetch, UidSearch},
    proto::{OwnedEvent, State},
    rfc9051 as r,
    types::{
        FetchItem, FetchItems, PartPath, SearchQuery, SearchReturn, Section, SectionText, SequenceSet, Uid,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/section-6.4.1/left-without-close",
        covers: &[r::MAILBOX_MAY_BE_LEFT_WITHOUT_CLOSE],
        run: left_without_close,
    },
    Check {
        name: "rfc9051/section-6.4.4/result-options-or-none",
        covers: &[r::SEARCH_RETURN_MAY_BE_OMITTED],
        run: result_options_or_none,
    },
    Check {
        name: "rfc9051/section-6.4.4/a-charset-or-none",
        covers: &[
            r::SEARCH_CHARSET_MAY_BE_OMITTED,
            r::SEARCH_CHARSET_NAMES_A_REGISTERED_ONE,
            r::SEARCH_IN_UTF8,
        ],
        run: a_charset_or_none,
    },
    Check {
        name: "rfc9051/section-6.4.4/results-have-no-order",
        covers: &[r::SEARCH_RESULTS_ARE_UNORDERED],
        run: results_have_no_order,
    },
    Check {
        name: "rfc9051/section-6.4.4.2/save-is-pipelined",
        covers: &[r::SAVE_MAY_BE_PIPELINED],
        run: save_is_pipelined,
    },
    Check {
        name: "rfc9051/section-6.4.5.1/nested-parts-are-dotted",
        covers: &[r::NESTED_PARTS_ARE_DOTTED],
        run: nested_parts_are_dotted,
    },
    Check {
        name: "rfc9051/section-6.4.5.1/mime-has-a-part-number",
        covers: &[r::MIME_SPECIFIER_HAS_A_PART_NUMBER],
        run: mime_has_a_part_number,
    },
    Check {
        name: "rfc9051/section-6.4.9/a-range-to-the-end-holds-the-last",
        covers: &[r::UID_RANGE_TO_THE_END_HOLDS_THE_LAST],
        run: a_range_to_the_end_holds_the_last,
    },
    Check {
        name: "rfc9051/section-6.4.9/esearch-says-what-it-counts",
        covers: &[r::UID_SEARCH_HAS_THE_UID_INDICATOR],
        run: esearch_says_what_it_counts,
    },
    Check {
        name: "rfc9051/section-7.3.4/the-sets-of-esearch-have-no-order",
        covers: &[r::ESEARCH_SETS_ARE_UNORDERED],
        run: the_sets_of_esearch_have_no_order,
    },
    Check {
        name: "rfc9051/section-7.3.4/esearch-names-its-command",
        covers: &[r::ESEARCH_NAMES_ITS_COMMAND],
        run: esearch_names_its_command,
    },
    Check {
        name: "rfc9051/section-7.3.4/items-of-esearch-come-once",
        covers: &[r::ESEARCH_ITEMS_ARE_NOT_REPEATED],
        run: items_of_esearch_come_once,
    },
];

fn left_without_close() {
    let mut talk = Talk::selected(REV2);
    let ticket = talk.submit(Examine::new(mailbox("other")));
    assert_eq!(talk.hears(), "EXAMINE other");
    talk.answered(ticket, "* OK [CLOSED] left\n* 1 EXISTS\n{tag} OK [READ-ONLY] done").expect("selected");
    assert!(talk.connection.mailbox().expect("selected").read_only);
    let ticket = talk.submit(Select::new(mailbox("third")));
    assert_eq!(talk.hears(), "SELECT third");
    talk.answered(ticket, "* OK [CLOSED] left\n* 1 EXISTS\n{tag} OK [READ-WRITE] done").expect("selected");
    let _ticket = talk.connection.logout().expect("it may always be");
    assert_eq!(talk.hears(), "LOGOUT");
    assert!(!String::from_utf8_lossy(&talk.raw).contains("CLOSE\r\n"), "nobody has asked to expunge");
}

fn result_options_or_none() {
    let mut talk = Talk::selected(REV2);
    let heard = |talk: &mut Talk, returns: SearchReturn| {
        let _ticket = talk.submit(UidSearch::new(SearchQuery::seen()).returning(returns));
        let heard = talk.hears();
        talk.says("{tag} NO not today");
        talk.events.clear();
        heard
    };
    let none = SearchReturn::new();
    assert_eq!(heard(&mut talk, none), "UID SEARCH SEEN");
    assert_eq!(heard(&mut talk, none.min()), "UID SEARCH RETURN (MIN) SEEN");
    assert_eq!(
        heard(&mut talk, none.min().max().all().count().save()),
        "UID SEARCH RETURN (SAVE MIN MAX ALL COUNT) SEEN"
    );
    // Without options the answer is all that was found.
    let found = talk
        .ask(
            UidSearch::new(SearchQuery::seen()),
            "UID SEARCH SEEN",
            "* ESEARCH (TAG \"{tag}\") UID ALL 1,3\n{tag} OK",
        )
        .expect("found");
    assert_eq!(found.all.to_string(), "1,3");
    let found = talk
        .ask(
            UidSearch::new(SearchQuery::seen()).returning(none.min().count()),
            "UID SEARCH RETURN (MIN COUNT) SEEN",
            "* ESEARCH (TAG \"{tag}\") UID MIN 1 COUNT 2\n{tag} OK",
        )
        .expect("found");
    assert_eq!((found.min.map(Uid::get), found.count, found.all.len()), (Some(1), Some(2), 0));
}

fn a_charset_or_none() {
    let heard = |capabilities: &str, text: &str| {
        let mut talk = Talk::selected(capabilities);
        let _ticket = talk.submit(Search::new(SearchQuery::subject(text)));
        talk.hears()
    };
    // None is named where UTF-8 is the default, or nothing beyond ASCII is sought.
    assert_eq!(heard(REV2, "caf\u{e9}"), "SEARCH SUBJECT \"caf\u{e9}\"");
    assert_eq!(heard(REV1, "cafe"), "SEARCH SUBJECT cafe");
    // Where it is not, the one that is named is UTF-8, by that name, and the text is in it.
    let heard = heard(REV1, "\u{53f0}\u{5317}");
    assert_eq!(heard, "SEARCH CHARSET UTF-8 SUBJECT {6}\r\n\u{53f0}\u{5317}");
}

fn results_have_no_order() {
    let mut talk = Talk::selected(REV1);
    for order in ["7 2 110 3", "110 7 3 2", "2 3 7 110", "7 2 7 110 3 3"] {
        let answer = format!("* SEARCH {order}\n{{tag}} OK done");
        let found = talk.ask(UidSearch::new(SearchQuery::seen()), "UID SEARCH SEEN", &answer).expect("found");
        assert_eq!(found.all.to_string(), "2:3,7,110", "{order}");
    }
    let answer = "* SEARCH 110\n* SEARCH 2 3\n{tag} OK done";
    let found = talk.ask(UidSearch::new(SearchQuery::seen()), "UID SEARCH SEEN", answer).expect("found");
    assert_eq!(found.all.to_string(), "2:3,110", "in several responses");
}

fn save_is_pipelined() {
    let mut talk = Talk::selected(REV2);
    let search = talk.submit(UidSearch::new(SearchQuery::seen()).returning(SearchReturn::new().save()));
    let fetch = talk.submit(UidFetch::new(SequenceSet::saved(), FetchItem::Flags));
    assert_eq!(talk.hears(), "UID SEARCH RETURN (SAVE) SEEN");
    assert_eq!(talk.hears(), "UID FETCH $ (FLAGS)", "without waiting");
    let [one, two] = [&talk.tags[talk.tags.len() - 2], &talk.tags[talk.tags.len() - 1]].map(String::clone);
    talk.feed(format!("{one} OK saved\r\n* 1 FETCH (UID 101 FLAGS ())\r\n{two} OK done\r\n"));
    search.answer(talk.done()).expect("saved");
    let owned = talk.events.iter().any(|event| matches!(event, OwnedEvent::Fetch { owner: Some(_), .. }));
    assert!(owned, "the row answers it: {:?}", talk.events);
    fetch.answer(talk.done()).expect("fetched");
}

fn nested_parts_are_dotted() {
    for (numbers, written) in [(&[1][..], "1"), (&[4, 2, 1], "4.2.1"), (&[1, 1, 1, 12], "1.1.1.12")] {
        let mut talk = Talk::selected(REV2);
        let items = FetchItems::new().peek(Section::part(part(numbers)));
        let ticket = talk.submit(UidFetch::new(SequenceSet::all(), items));
        assert_eq!(talk.hears(), format!("UID FETCH 1:* (BODY.PEEK[{written}])"));
        // A server's are read alike.
        talk.says(&format!("* 1 FETCH (UID 101 BODY[{written}] \"text\")"));
        let read = talk.events.iter().any(|event| match event {
            OwnedEvent::Fetch { owner: Some(_), row } => row.body(&Section::part(part(numbers))).is_some(),
            _ => false,
        });
        assert!(read, "{:?}", talk.events);
        talk.answered(ticket, "{tag} OK done").expect("fetched");
        assert_eq!(written.parse::<PartPath>().expect("a part"), part(numbers));
    }
    for wrong in ["1..2", ".1", "1.", "0", "1.0", "1-2", "1.a", "1 2"] {
        assert!(wrong.parse::<PartPath>().is_err(), "{wrong}");
    }
    assert!(PartPath::new(&[1, 0]).is_none());
}

fn mime_has_a_part_number() {
    let mime = |part: PartPath| FetchItems::new().peek(Section { part, text: SectionText::Mime });
    let mut talk = Talk::selected(REV2);
    talk.refuses(Fetch::new(SequenceSet::all(), mime(PartPath::root())));
    let _ticket = talk.submit(Fetch::new(SequenceSet::all(), mime(part(&[2]))));
    assert_eq!(talk.hears(), "FETCH 1:* (BODY.PEEK[2.MIME])");
}

fn a_range_to_the_end_holds_the_last() {
    let mut talk = Talk::selected(REV2);
    let from = |uid: u32| SequenceSet::starting_at(Uid::new(uid).expect("a UID"));
    // 559 is beyond the last UID, which is 110: the last message is answered all the same.
    let ticket = talk.submit(UidFetch::new(from(559), FetchItem::Flags));
    assert_eq!(talk.hears(), "UID FETCH 559:* (FLAGS)");
    talk.says("* 10 FETCH (UID 110 FLAGS (\\Seen))").is_fine();
    let owners: Vec<_> = talk
        .events
        .drain(..)
        .filter_map(|event| match event {
            OwnedEvent::Fetch { owner, .. } => Some(owner),
            _ => None,
        })
        .collect();
    assert_eq!(owners, [Some(ticket.id())], "it is part of the answer");
    talk.answered(ticket, "{tag} OK done").expect("fetched");
    // In a set without an asterisk it is not.
    let ticket = talk.submit(UidFetch::new(Uid::new(559).expect("a UID"), FetchItem::Flags));
    talk.hears();
    talk.says("* 10 FETCH (UID 110 FLAGS (\\Seen))").is_fine();
    assert!(talk.events.iter().any(|event| matches!(event, OwnedEvent::Fetch { owner: None, .. })));
    talk.answered(ticket, "{tag} OK done").expect("fetched");
}

fn esearch_says_what_it_counts() {
    let mut talk = Talk::selected(REV2);
    let answer = "* ESEARCH (TAG \"{tag}\") ALL 1:3\n{tag} OK done";
    let error = talk
        .ask(UidSearch::new(SearchQuery::seen()), "UID SEARCH SEEN", answer)
        .expect_err("numbers, not UIDs");
    let id = error.requirement().map(|requirement| requirement.summary);
    assert_eq!(id, Some(crate::rfc4731::UID_SEARCH_HAS_THE_UID_INDICATOR.summary), "{error}");
    let answer = "* ESEARCH (TAG \"{tag}\") UID ALL 101:103\n{tag} OK done";
    let found = talk.ask(UidSearch::new(SearchQuery::seen()), "UID SEARCH SEEN", answer).expect("UIDs");
    assert_eq!(found.all.len(), 3);
    let answer = "* ESEARCH (TAG \"{tag}\") UID ALL 101:103\n{tag} OK done";
    talk.ask(Search::new(SearchQuery::seen()), "SEARCH SEEN", answer).expect_err("UIDs, not numbers");
}

fn the_sets_of_esearch_have_no_order() {
    let mut talk = Talk::selected(REV2);
    for set in ["2:3,7,110", "110,7,3:2", "7,2,110,3", "3,2:3,110,7,7"] {
        let answer = format!("* ESEARCH (TAG \"{{tag}}\") UID ALL {set}\n{{tag}} OK done");
        let found = talk.ask(UidSearch::new(SearchQuery::seen()), "UID SEARCH SEEN", &answer).expect("found");
        assert_eq!(found.all.to_string(), "2:3,7,110", "{set}");
    }
}

fn esearch_names_its_command() {
    let mut talk = Talk::selected(REV2);
    let one = talk.submit(UidSearch::new(SearchQuery::seen()));
    let two = talk.submit(UidSearch::new(SearchQuery::unseen()));
    assert_eq!(talk.hears(), "UID SEARCH SEEN");
    assert_eq!(talk.hears(), "UID SEARCH UNSEEN", "they can be told apart");
    let [first, second] =
        [&talk.tags[talk.tags.len() - 2], &talk.tags[talk.tags.len() - 1]].map(String::clone);
    talk.feed(format!("* ESEARCH (TAG \"{second}\") UID ALL 2\r\n* ESEARCH (TAG \"{first}\") UID ALL 1\r\n"));
    // One of nobody's is nobody's.
    talk.feed("* ESEARCH (TAG \"nobody\") UID ALL 3\r\n");
    talk.feed(format!("{first} OK done\r\n"));
    assert_eq!(one.answer(talk.done()).expect("found").all.to_string(), "1");
    talk.feed(format!("{second} OK done\r\n"));
    assert_eq!(two.answer(talk.done()).expect("found").all.to_string(), "2");
    talk.is_fine();
}

fn items_of_esearch_come_once() {
    let answer =
        |again: &str| format!("* ESEARCH (TAG \"{{tag}}\") UID MIN 2{again} COUNT 3\n{{tag}} OK done");
    let returns = || UidSearch::new(SearchQuery::seen()).returning(SearchReturn::new().min().count());
    let heard = "UID SEARCH RETURN (MIN COUNT) SEEN";
    let mut strict = Talk::strict().preauth(REV2).select();
    let found = strict.ask(returns(), heard, &answer("")).expect("found");
    assert_eq!((found.min.map(Uid::get), found.count), (Some(2), Some(3)));
    let _ticket = strict.submit(returns());
    strict.hears();
    strict.says(&answer(" MIN 3"));
    assert_eq!(strict.broken(), r::ESEARCH_ITEMS_ARE_NOT_REPEATED);
    let mut talk = Talk::selected(REV2);
    talk.ask(returns(), heard, &answer(" MIN 3")).expect("found");
    assert!(talk.forgave(r::ESEARCH_ITEMS_ARE_NOT_REPEATED));
    assert_eq!(talk.phase(), State::Selected);
}
