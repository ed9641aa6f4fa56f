//! RFC 5267, section 4: results that are kept up to date.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    rev1::{End, gated, misused, uid},
    rev1_client::logged_in,
};
use crate::{
    codec::command::{CancelUpdate, Command, Follow, Noop, Search, SearchAnswer, UidSearch},
    proto::{Followed, Following, Report, Ticket},
    rfc5267 as r,
    types::{
        Data, ListStep, Number, PartialRange, ResultList, SearchQuery, SearchReturn, SequenceNumber, Uid,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5267-section-4.1/contexts-need-the-capability",
        covers: &[r::CONTEXT_SEARCH_NEEDS_THE_CAPABILITY],
        run: contexts_need_the_capability,
    },
    Check {
        name: "rfc5267-section-4.2/what-comes-again-is-hinted-at",
        covers: &[r::CONTEXT_HINTS_AT_FURTHER_USE],
        run: what_comes_again_is_hinted_at,
    },
    Check {
        name: "rfc5267-section-4.3/no-tag-comes-twice",
        covers: &[r::TAGS_ARE_NOT_REUSED],
        run: no_tag_comes_twice,
    },
    Check {
        name: "rfc5267-section-4.3/updates-end-with-the-selection",
        covers: &[r::UPDATES_END_WITH_THE_SELECTION],
        run: updates_end_with_the_selection,
    },
    Check {
        name: "rfc5267-section-4.3/updates-cover-all-results",
        covers: &[r::UPDATES_COVER_ALL_RESULTS],
        run: updates_cover_all_results,
    },
    Check {
        name: "rfc5267-section-4.3.1/updates-may-be-refused",
        covers: &[r::NOUPDATE_IS_HANDLED, r::NOUPDATE_NAMES_THE_TAG, r::REFUSED_UPDATE_KEEPS_THE_RESULT],
        run: updates_may_be_refused,
    },
    Check {
        name: "rfc5267-section-4.3.2/updates-are-of-the-kind-asked-for",
        covers: &[r::UPDATES_HOLD_WHAT_THE_COMMAND_ASKED],
        run: updates_are_of_the_kind_asked_for,
    },
    Check {
        name: "rfc5267-section-4.3.2/updates-are-accepted-at-any-time",
        covers: &[r::UPDATES_ARE_ACCEPTED_AT_ANY_TIME, r::UPDATES_MAY_COME_BETWEEN_COMMANDS],
        run: updates_are_accepted_at_any_time,
    },
    Check {
        name: "rfc5267-section-4.3.2/updates-are-applied-in-order",
        covers: &[
            r::UPDATES_ARE_PROCESSED_IN_ORDER,
            r::ADDTO_PAIRS_ARE_PROCESSED_IN_ORDER,
            r::REMOVEFROM_PAIRS_ARE_PROCESSED_IN_ORDER,
        ],
        run: updates_are_applied_in_order,
    },
    Check {
        name: "rfc5267-section-4.3.3/addto",
        covers: &[r::ADDTO_INSERTS_AT_THE_POSITION, r::ADDTO_POSITION_MAY_BE_ZERO],
        run: addto,
    },
    Check {
        name: "rfc5267-section-4.3.3/addto-at-zero-keeps-mailbox-order",
        covers: &[r::ZERO_ADDTO_KEEPS_MAILBOX_ORDER, r::UPDATES_KEEP_THE_ORDER],
        run: addto_at_zero_keeps_mailbox_order,
    },
    Check {
        name: "rfc5267-section-4.3.4/removefrom",
        covers: &[r::REMOVEFROM_REMOVES_AT_THE_POSITION],
        run: removefrom,
    },
    Check {
        name: "rfc5267-section-4.3.4/removefrom-at-zero-removes-anywhere",
        covers: &[r::ZERO_REMOVEFROM_REMOVES_ANYWHERE, r::REMOVEFROM_POSITION_MAY_BE_ZERO],
        run: removefrom_at_zero_removes_anywhere,
    },
    Check {
        name: "rfc5267-section-4.3.5/cancelupdate-names-tags",
        covers: &[r::CANCELUPDATE_NAMES_TAGS],
        run: cancelupdate_names_tags,
    },
];

const CONTEXT: &str = "ESEARCH IDLE CONTEXT=SEARCH";

fn live() -> UidSearch {
    UidSearch::new(SearchQuery::unseen()).returning(SearchReturn::new().all().context().update())
}

/// Follows a search: its ticket, its holder, and its tag.
#[track_caller]
fn follows<C: Follow + std::fmt::Debug + Send + 'static>(
    end: &mut End,
    search: C,
) -> (Ticket<C::Answer>, Following, String) {
    let (ticket, following) = end.connection.follow(search).expect("followed");
    let heard = end.hears_one();
    (ticket, following, heard.tag)
}

/// The same with a result.
#[track_caller]
fn followed(end: &mut End) -> (Following, String) {
    let (ticket, following, tag) = follows(end, live());
    end.says("* ESEARCH (TAG \"{tag}\") UID ALL 2,5,9\nOK done");
    assert_eq!(end.answer(ticket).expect("found").all.to_string(), "2,5,9");
    (following, tag)
}

/// What has become of a result since the last time, and is told to whoever follows it.
fn told(end: &mut End, following: &Following) -> Vec<Followed> {
    let (mine, others): (Vec<_>, Vec<_>) = std::mem::take(&mut end.events)
        .into_iter()
        .partition(|event| matches!(event, Report::Followed { owner, .. } if *owner == following.id()));
    end.events = others;
    let what = |event| if let Report::Followed { what, .. } = event { Some(what) } else { None };
    mine.into_iter().filter_map(what).collect()
}

/// Applies what was told.
fn apply<N: Number>(list: &mut ResultList<N>, told: Vec<Followed>) -> Vec<u32> {
    for what in told {
        let Followed::Changed(changes) = what else { panic!("{what:?}") };
        for change in changes {
            list.apply(&change).expect("it fits");
        }
    }
    list.iter().map(N::to_u32).collect()
}

fn list(of: &[u32]) -> ResultList<Uid> {
    ResultList::search(&of.iter().map(|number| uid(*number)).collect(), 100).expect("few")
}

fn contexts_need_the_capability() {
    let needed = [("CONTEXT=SEARCH", r::CONTEXT_SEARCH_NEEDS_THE_CAPABILITY)];
    let search = |returns: SearchReturn| move || UidSearch::new(SearchQuery::all()).returning(returns);
    let part = PartialRange::from_start(1, 9).expect("a range");
    gated(&needed, search(SearchReturn::new().context()), "UID SEARCH RETURN (CONTEXT) ALL");
    gated(&needed, search(SearchReturn::new().partial(part)), "UID SEARCH RETURN (PARTIAL 1:9) ALL");
    gated(&needed, || CancelUpdate::new(["a1".to_owned()]), "CANCELUPDATE \"a1\"");
    let mut end = End::selected("ESEARCH");
    let error = end.connection.follow(live()).expect_err("it was not advertised");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Unsupported, Some(needed[0].1)));
    end.is_idle_and_well();
    // CONTEXT=SORT is about SORT.
    assert!(End::selected("CONTEXT=SORT ESEARCH").connection.follow(live()).is_err());
    let mut end = End::selected(CONTEXT);
    let (ticket, _, _) = follows(&mut end, live());
    end.says("OK done");
    assert!(end.answer(ticket).is_ok());
}

fn what_comes_again_is_hinted_at() {
    logged_in(
        CONTEXT,
        "C: s SELECT INBOX
         S: * 9 EXISTS
         S: s OK done
         C: a UID SEARCH RETURN (CONTEXT PARTIAL 1:2) SEEN
         S: * ESEARCH (TAG \"a\") UID PARTIAL (1:2 3,5)
         S: a OK done
         C: b UID SEARCH RETURN (ALL CONTEXT UPDATE) SEEN
         S: * ESEARCH (TAG \"b\") UID ALL 3,5
         S: b OK done
         C: c UID SEARCH RETURN (ALL) SEEN
         S: * ESEARCH (TAG \"c\") UID ALL 3,5
         S: c OK done",
        async |mut client| {
            let mut inbox = client.select("INBOX").await.expect("selected");
            let first = PartialRange::from_start(1, 2).expect("a range");
            let page = inbox.search_page(&SearchQuery::seen(), first).await.expect("a page");
            assert_eq!(page.found.len(), 2);
            let live = inbox.live_search(&SearchQuery::seen()).await.expect("followed");
            assert_eq!(live.results().len(), 2);
            // What is asked once needs no context.
            assert_eq!(inbox.search(&SearchQuery::seen()).await.expect("found").len(), 2);
        },
    );
}

fn no_tag_comes_twice() {
    let mut end = End::selected(CONTEXT);
    let mut tags = std::collections::HashSet::new();
    for _ in 0..300 {
        let (following, tag) = followed(&mut end);
        assert!(tags.insert(tag), "a tag came twice");
        drop(following);
        end.drive();
        let ticket = end.submits(Noop);
        for heard in end.hears() {
            assert!(tags.insert(heard.tag.clone()), "a tag came twice");
            end.says_octets(format!("{} OK done\r\n", heard.tag).as_bytes());
        }
        assert!(end.answer(ticket).is_ok());
    }
}

fn updates_end_with_the_selection() {
    let mut end = End::selected(CONTEXT);
    let (following, tag) = followed(&mut end);
    end.select();
    // `select` has taken all events: what is told from here on is no change.
    end.says(&format!("* ESEARCH (TAG \"{tag}\") UID ADDTO (0 10)"));
    assert!(told(&mut end, &following).is_empty());
    assert_eq!(end.data().len(), 1, "it is an event like others");
    let (following, tag) = followed(&mut end);
    let close = end.submits(crate::codec::command::Close);
    assert_eq!(end.hears_one().text(), "CLOSE");
    end.says("OK done");
    assert!(end.answer(close).is_ok());
    assert!(matches!(&told(&mut end, &following)[..], [Followed::Left]));
    end.says(&format!("* ESEARCH (TAG \"{tag}\") UID ADDTO (0 10)"));
    assert!(told(&mut end, &following).is_empty());
}

fn updates_cover_all_results() {
    // Only the least one was asked for, and a part; what changes is told of all of them.
    let mut end = End::selected(CONTEXT);
    let part = PartialRange::from_start(1, 1).expect("a range");
    let returns = SearchReturn::new().min().partial(part).update();
    let (ticket, following, _) = follows(&mut end, UidSearch::new(SearchQuery::all()).returning(returns));
    end.says("* ESEARCH (TAG \"{tag}\") UID MIN 2 PARTIAL (1:1 2)\nOK done");
    let found: SearchAnswer<Uid> = end.answer(ticket).expect("found");
    assert_eq!(found.min, Some(uid(2)));
    end.says("* ESEARCH (TAG \"{tag}\") UID ADDTO (5 77)");
    assert_eq!(told(&mut end, &following).len(), 1);
}

fn updates_may_be_refused() {
    let mut end = End::selected(CONTEXT);
    let (ticket, following, tag) = follows(&mut end, live());
    end.says(&format!("* ESEARCH (TAG \"{tag}\") UID ALL 2,5\n* NO [NOUPDATE \"{tag}\"] too many\nOK done"));
    assert_eq!(end.answer(ticket).expect("the search is good").all.to_string(), "2,5");
    let refused = told(&mut end, &following);
    assert!(matches!(&refused[..], [Followed::Refused(status)] if status.text == "too many"), "{refused:?}");
    // Later, too; and of another search it is nothing to this one.
    let (following, tag) = followed(&mut end);
    end.says("* NO [NOUPDATE \"another\"] too many");
    assert!(told(&mut end, &following).is_empty());
    end.says(&format!("* NO [NOUPDATE \"{tag}\"] enough"));
    assert!(matches!(&told(&mut end, &following)[..], [Followed::Refused(_)]));
    end.says(&format!("* ESEARCH (TAG \"{tag}\") UID ADDTO (0 7)"));
    assert!(told(&mut end, &following).is_empty());
    // There is nothing to cancel.
    drop(following);
    end.is_idle_and_well();
}

fn updates_are_of_the_kind_asked_for() {
    let mut end = End::selected(CONTEXT);
    let (following, tag) = followed(&mut end);
    end.says(&format!("* ESEARCH (TAG \"{tag}\") ADDTO (0 3)"));
    let lost = told(&mut end, &following);
    let [Followed::Lost(error)] = &lost[..] else { panic!("{lost:?}") };
    assert_eq!(error.requirement(), Some(r::UPDATES_HOLD_WHAT_THE_COMMAND_ASKED));
    // By number where numbers were asked for.
    let mut end = End::selected(CONTEXT);
    let returns = SearchReturn::new().all().update();
    let (ticket, following, tag) = follows(&mut end, Search::new(SearchQuery::all()).returning(returns));
    end.says("* ESEARCH (TAG \"{tag}\") ALL 1:3\nOK done");
    let found = end.answer(ticket).expect("found");
    let mut numbers = ResultList::search(&found.all, 100).expect("few");
    end.says(&format!("* ESEARCH (TAG \"{tag}\") REMOVEFROM (0 2)\n* 2 EXPUNGE"));
    apply(&mut numbers, told(&mut end, &following));
    numbers.expunged(SequenceNumber::new(2).expect("a number"));
    assert_eq!(numbers.iter().map(SequenceNumber::get).collect::<Vec<_>>(), [1, 2]);
    end.says(&format!("* ESEARCH (TAG \"{tag}\") UID ADDTO (0 3)"));
    assert!(matches!(&told(&mut end, &following)[..], [Followed::Lost(_)]));
}

fn updates_are_accepted_at_any_time() {
    let mut end = End::selected(CONTEXT);
    let (following, tag) = followed(&mut end);
    let update = |uid: u32| format!("* ESEARCH (TAG \"{tag}\") UID ADDTO (0 {uid})");
    let mut now = list(&[2, 5, 9]);
    // Between commands.
    end.says(&update(10));
    assert_eq!(apply(&mut now, told(&mut end, &following)), [2, 5, 9, 10]);
    // During any: a search, of which it is no part.
    let (search, _) = end.sends(UidSearch::new(SearchQuery::seen()));
    end.says(&format!("{}\n* ESEARCH (TAG \"{{tag}}\") UID ALL 3\n{}\nOK done", update(11), update(12)));
    assert_eq!(end.answer(search).expect("found").all.to_string(), "3");
    assert_eq!(apply(&mut now, told(&mut end, &following)), [2, 5, 9, 10, 11, 12]);
    // During IDLE.
    let idle = end.connection.idle().expect("begun");
    end.hears_idle();
    end.says(&format!("+ idling\n{}", update(13)));
    assert_eq!(apply(&mut now, told(&mut end, &following)), [2, 5, 9, 10, 11, 12, 13]);
    drop(idle);
    // Before the search that is followed has ended.
    let mut end = End::selected(CONTEXT);
    let (ticket, following, _) = follows(&mut end, live());
    end.says("* ESEARCH (TAG \"{tag}\") UID ALL 2\n* ESEARCH (TAG \"{tag}\") UID ADDTO (0 7)\nOK done");
    assert_eq!(end.answer(ticket).expect("found").all.to_string(), "2");
    assert_eq!(apply(&mut list(&[2]), told(&mut end, &following)), [2, 7]);
}

fn updates_are_applied_in_order() {
    let mut end = End::selected(CONTEXT);
    let (following, tag) = followed(&mut end);
    end.says(&format!(
        "* ESEARCH (TAG \"{tag}\") UID ADDTO (1 1 5 10) REMOVEFROM (2 2 2 5)\n\
         * ESEARCH (TAG \"{tag}\") UID ADDTO (2 3) REMOVEFROM (1 1) ADDTO (1 1)"
    ));
    assert_eq!(apply(&mut list(&[2, 5, 9]), told(&mut end, &following)), [1, 3, 9, 10]);
}

fn addto() {
    let mut end = End::selected(CONTEXT);
    let (following, tag) = followed(&mut end);
    end.says(&format!("* ESEARCH (TAG \"{tag}\") UID ADDTO (4 10:12)"));
    let mut now = list(&[2, 5, 9]);
    assert_eq!(apply(&mut now, told(&mut end, &following)), [2, 5, 9, 10, 11, 12]);
    end.says(&format!("* ESEARCH (TAG \"{tag}\") UID ADDTO (2 3:4)"));
    assert_eq!(apply(&mut now, told(&mut end, &following)), [2, 3, 4, 5, 9, 10, 11, 12]);
    // In the order of a SORT the first takes the position, too.
    let change = |position, numbers: &[u32]| crate::types::ContextChange::Added {
        position,
        numbers: numbers.iter().filter_map(|number| std::num::NonZeroU32::new(*number)).collect(),
    };
    let sorted = [9, 2, 5].map(uid).into_iter().collect();
    let mut sorted = ResultList::<Uid>::sort(&sorted, 100).expect("few");
    let steps = sorted.apply(&change(2, &[7, 1])).expect("it fits");
    assert_eq!(steps[0], ListStep::Inserted { index: 1, number: uid(7) });
    assert_eq!(sorted.iter().map(Uid::get).collect::<Vec<_>>(), [9, 7, 1, 2, 5]);
    for beyond in [7, u32::MAX] {
        let error = sorted.apply(&change(beyond, &[8])).expect_err("beyond the end");
        assert_eq!(error.requirement(), Some(r::ADDTO_INSERTS_AT_THE_POSITION));
    }
}

fn addto_at_zero_keeps_mailbox_order() {
    let mut end = End::selected(CONTEXT);
    let (following, tag) = followed(&mut end);
    end.says(&format!("* ESEARCH (TAG \"{tag}\") UID ADDTO (0 11,1,3)"));
    let mut now = list(&[2, 5, 9]);
    assert_eq!(apply(&mut now, told(&mut end, &following)), [1, 2, 3, 5, 9, 11]);
    // A position that breaks that order is none.
    end.says(&format!("* ESEARCH (TAG \"{tag}\") UID ADDTO (1 4)"));
    let Some(Followed::Changed(changes)) = told(&mut end, &following).pop() else { panic!("no change") };
    let error = now.apply(&changes[0]).expect_err("the order is broken");
    assert_eq!(error.requirement(), Some(r::UPDATES_KEEP_THE_ORDER));
}

fn removefrom() {
    let mut end = End::selected(CONTEXT);
    let (following, tag) = followed(&mut end);
    end.says(&format!("* ESEARCH (TAG \"{tag}\") UID REMOVEFROM (2 5,9)"));
    assert_eq!(apply(&mut list(&[2, 5, 9]), told(&mut end, &following)), [2]);
    for wrong in ["(2 2)", "(3 9:10)", "(4 11)", "(4294967295 9)"] {
        end.says(&format!("* ESEARCH (TAG \"{tag}\") UID REMOVEFROM {wrong}"));
        let Some(Followed::Changed(changes)) = told(&mut end, &following).pop() else { panic!("no change") };
        let error = list(&[2, 5, 9]).apply(&changes[0]).expect_err(wrong);
        assert_eq!(error.requirement(), Some(r::REMOVEFROM_REMOVES_AT_THE_POSITION), "{wrong}");
    }
}

fn removefrom_at_zero_removes_anywhere() {
    let mut end = End::selected(CONTEXT);
    let (following, tag) = followed(&mut end);
    end.says(&format!("* ESEARCH (TAG \"{tag}\") UID REMOVEFROM (0 2,9)"));
    let told = told(&mut end, &following);
    assert_eq!(apply(&mut list(&[2, 5, 9]), told.clone()), [5]);
    let sorted = [9, 7, 2, 5].map(uid).into_iter().collect();
    assert_eq!(apply(&mut ResultList::<Uid>::sort(&sorted, 100).expect("few"), told), [7, 5]);
}

fn cancelupdate_names_tags() {
    let mut end = End::selected(CONTEXT);
    let (one, first) = followed(&mut end);
    let (other, second) = followed(&mut end);
    drop((one, other));
    let ticket = end.submits(Noop);
    let heard = end.hears();
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert_eq!(heard[0].text(), format!("CANCELUPDATE \"{first}\" \"{second}\""));
    // What comes meanwhile is told to nobody.
    end.says(&format!("* ESEARCH (TAG \"{first}\") UID ADDTO (0 10)"));
    end.says_octets(format!("{} OK done\r\n{} OK done\r\n", heard[0].tag, heard[1].tag).as_bytes());
    assert!(end.answer(ticket).is_ok());
    assert!(end.data().is_empty());
    misused(&end.refuses(CancelUpdate::new([])), r::CANCELUPDATE_NAMES_TAGS);
    // Nothing is cancelled twice, nor what goes on.
    let (kept, _) = followed(&mut end);
    end.is_idle_and_well();
    drop(kept);
    assert!(matches!(end.data()[..], [] | [Data::Esearch(_)]));
    let _ = Noop.needs();
}
