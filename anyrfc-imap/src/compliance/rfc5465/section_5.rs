//! RFC 5465, section 5: the events.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::{super::support::Talk, CAPABLE, at_once, everything, name, notified};
use crate::{
    codec::command::{
        Copy, Fetch, List, MailboxEvents, MessageEvents, Notify, Notifying, Search, Status, StatusItem,
        StatusItems, Store, StoreAction, UidCopy, UidFetch, UidSearch, UidStore, Watched,
    },
    proto::Report,
    rfc5465 as r, rfc9051,
    types::{
        Data, FetchItems, Flag, MailboxAttribute, NameChange, PartPath, Pattern, SearchQuery, Section,
        SequenceSet,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5465-section-5/new-and-expunge-come-together",
        covers: &[r::NEW_AND_EXPUNGE_COME_TOGETHER, r::NEW_AND_EXPUNGE_ARE_A_PAIR],
        run: new_and_expunge_come_together,
    },
    Check {
        name: "rfc5465-section-5/changes-come-with-both",
        covers: &[r::CHANGES_ARE_WATCHED_WITH_NEW_AND_EXPUNGE, r::FLAG_CHANGE_COMES_WITH_THE_PAIR],
        run: changes_come_with_both,
    },
    Check {
        name: "rfc5465-section-5-1/status-comes-at-any-time",
        covers: &[r::STATUS_COMES_AT_ANY_TIME],
        run: status_comes_at_any_time,
    },
    Check {
        name: "rfc5465-section-5-2/new-messages-are-peeked-at",
        covers: &[r::NEW_MESSAGE_IS_PEEKED_AT],
        run: new_messages_are_peeked_at,
    },
    Check {
        name: "rfc5465-section-5-2/star-is-not-used",
        covers: &[r::STAR_IS_NOT_USED_WITH_SELECTED],
        run: star_is_not_used,
    },
    Check {
        name: "rfc5465-section-5-3/expunge-comes-at-any-time",
        covers: &[r::EXPUNGE_COMES_AT_ANY_TIME],
        run: expunge_comes_at_any_time,
    },
    Check {
        name: "rfc5465-section-5-3/numbers-are-not-used",
        covers: &[r::NUMBERS_ARE_NOT_USED_WITH_SELECTED],
        run: numbers_are_not_used,
    },
    Check {
        name: "rfc5465-section-5-4/children-are-renamed-with-it",
        covers: &[r::CHILDREN_ARE_RENAMED_SILENTLY],
        run: children_are_renamed_with_it,
    },
    Check {
        name: "rfc5465-section-5-4/a-renamed-inbox-stays",
        covers: &[r::INBOX_RENAME_CREATES_INBOX],
        run: a_renamed_inbox_stays,
    },
    Check {
        name: "rfc5465-section-5-5/subscriptions-are-an-attribute",
        covers: &[r::SUBSCRIPTION_IS_SHOWN_BY_THE_ATTRIBUTE],
        run: subscriptions_are_an_attribute,
    },
    Check {
        name: "rfc5465-section-5-6/metadata-need-no-enable",
        covers: &[r::METADATA_NEEDS_NO_ENABLE, r::SERVER_METADATA_NEED_NO_ENABLE],
        run: metadata_need_no_enable,
    },
    Check {
        name: "rfc5465-section-5-8/overflow-ends-the-events",
        covers: &[r::OVERFLOW_ENDS_THE_EVENTS],
        run: overflow_ends_the_events,
    },
    Check {
        name: "rfc5465-section-9/responses-are-read-on",
        covers: &[r::RESPONSES_ARE_READ_ON],
        run: responses_are_read_on,
    },
];

/// What is written for these, whatever it is.
fn written(notify: Notify) -> String {
    let mut talk = Talk::authenticated("IMAP4rev1 NOTIFY METADATA ANNOTATE-EXPERIMENT-1");
    let _ticket = talk.submit(notify);
    // Judged by the formal syntax as well.
    talk.hears()
}

/// Every combination of events of other mailboxes.
fn combinations() -> impl Iterator<Item = MailboxEvents> {
    (0..128_u32).map(|bits| {
        let steps: [fn(MailboxEvents) -> MailboxEvents; 7] = [
            MailboxEvents::messages,
            MailboxEvents::flags,
            MailboxEvents::annotations,
            MailboxEvents::names,
            MailboxEvents::subscriptions,
            MailboxEvents::metadata,
            MailboxEvents::server_metadata,
        ];
        let chosen = steps.iter().enumerate().filter(|(at, _)| bits & 1 << at != 0);
        chosen.fold(MailboxEvents::none(), |events, (_, step)| step(events))
    })
}

fn new_and_expunge_come_together() {
    for events in combinations() {
        let text = written(Notify::new().watch(Watched::Personal, events));
        assert_eq!(text.contains("MessageNew"), text.contains("MessageExpunge"), "{text}");
        assert_eq!(text.contains("MessageNew MessageExpunge"), text.contains("MessageNew"), "{text}");
    }
    let selected = written(Notify::new().selected(MessageEvents::new().fetch(FetchItems::new().uid())));
    assert_eq!(selected, "NOTIFY SET (SELECTED (MessageNew (UID) MessageExpunge))");
    assert!(
        written(Notify::new().watch(Watched::Inboxes, MailboxEvents::none().messages()))
            .contains("MessageNew")
    );
}

fn changes_come_with_both() {
    for events in combinations() {
        let text = written(Notify::new().watch(Watched::Subscribed, events));
        if text.contains("FlagChange") || text.contains("AnnotationChange") {
            assert!(text.contains("MessageNew MessageExpunge"), "{text}");
        }
    }
    assert_eq!(
        written(Notify::new().watch(Watched::Personal, MailboxEvents::none().flags())),
        "NOTIFY SET (PERSONAL (MessageNew MessageExpunge FlagChange))"
    );
    assert_eq!(
        written(Notify::new().selected(MessageEvents::new().flags().annotations())),
        "NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange AnnotationChange))"
    );
}

/// The statuses told, by name and number of messages.
fn statuses(talk: &mut Talk) -> Vec<(String, Option<u32>)> {
    let told = talk.data().into_iter().filter_map(|data| match data {
        Data::MailboxStatus(status) => Some((status.mailbox.as_str().to_owned(), status.messages)),
        _ => None,
    });
    told.collect()
}

fn status_comes_at_any_time() {
    let mut talk = notified(CAPABLE, everything());
    // Between commands, with any items.
    talk.says(
        "* STATUS box (HIGHESTMODSEQ 65666665 UIDVALIDITY 101)
         * STATUS box (UIDNEXT 9 MESSAGES 3)
         * STATUS box (UNSEEN 1 X-OWN (a b))",
    );
    assert_eq!(statuses(talk.is_fine()).len(), 3);
    // During others; and what somebody asks for is not what is told of another mailbox.
    let mut talk = notified(CAPABLE, everything());
    let items: StatusItems = [StatusItem::Messages].into_iter().collect();
    let ticket = talk.submit(Status::new(name("one"), items));
    talk.hears();
    talk.feed("* STATUS {6}\r\nT\u{e9}st2 (MESSAGES 7)\r\n* STATUS two (MESSAGES 2)\r\n");
    let answer = talk.answered(ticket, "* STATUS one (MESSAGES 1)\n{tag} OK done").expect("answered");
    assert_eq!((answer.mailbox.as_str(), answer.messages), ("one", Some(1)));
    assert_eq!(statuses(&mut talk), [("T\u{e9}st2".to_owned(), Some(7)), ("two".to_owned(), Some(2))]);
}

fn new_messages_are_peeked_at() {
    let asks = |items: FetchItems| {
        let mut talk = Talk::authenticated("IMAP4rev1 NOTIFY BINARY");
        let notify = Notify::new().selected(MessageEvents::new().fetch(items));
        let result = talk.connection.submit(notify).map(drop);
        talk.pump();
        result.map_err(|error| (error.kind(), error.requirement()))
    };
    let part = || PartPath::new(&[2]).expect("a part");
    let refused = Err((ErrorKind::Usage, Some(r::NEW_MESSAGE_IS_PEEKED_AT)));
    for items in [
        FetchItems::new().body(Section::all()),
        FetchItems::new().uid().body(Section::header()),
        FetchItems::new().peek(Section::part(part())),
        FetchItems::new().binary(part()),
        FetchItems::new().binary_size(part()),
        FetchItems::new().item(crate::types::FetchItem::Rfc822),
        FetchItems::new().item(crate::types::FetchItem::Rfc822Text),
    ] {
        assert_eq!(asks(items.clone()), refused, "{items:?}");
    }
    for items in [
        FetchItems::new().uid().flags().envelope().body_structure().size().internal_date(),
        FetchItems::new().header_fields(["From", "To"]),
        FetchItems::new().peek(Section::all()),
    ] {
        assert_eq!(asks(items.clone()), Ok(()), "{items:?}");
    }
}

fn set(text: &str) -> SequenceSet {
    text.parse().expect("a set")
}

fn star_is_not_used() {
    let flags = || FetchItems::new().flags();
    let refused = |talk: &mut Talk, set: &SequenceSet| {
        let errors = [
            talk.refuses(UidFetch::new(set.clone(), flags())),
            talk.refuses(UidStore::new(set.clone(), StoreAction::Add, [Flag::Seen])),
            talk.refuses(UidCopy::new(set.clone(), name("box"))),
            talk.refuses(UidSearch::new(SearchQuery::uids(set.clone()))),
        ];
        for error in errors {
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Usage, Some(r::STAR_IS_NOT_USED_WITH_SELECTED))
            );
        }
    };
    let mut talk = notified(CAPABLE, at_once());
    refused(&mut talk, &SequenceSet::last());
    refused(&mut talk, &set("1:5,*"));
    // All from a message on are whichever there are.
    let _ticket = talk.submit(UidFetch::new(set("101:*"), flags()));
    assert_eq!(talk.hears(), "UID FETCH 101:* (FLAGS)");
    talk.says("{tag} OK done");
    // What was written before is judged again when it is sent.
    let mut talk = Talk::selected(CAPABLE);
    let _notify = talk.submit(at_once());
    let late = talk.submit(UidFetch::new(SequenceSet::last(), flags()));
    talk.hears();
    talk.says("{tag} OK done");
    talk.done();
    let error = late.answer(talk.done()).expect_err("too late");
    assert_eq!(error.requirement(), Some(r::STAR_IS_NOT_USED_WITH_SELECTED));
    // Delayed, it means what it meant.
    let mut talk = notified(CAPABLE, Notify::new().selected_delayed(MessageEvents::new()));
    let _ticket = talk.submit(UidFetch::new(SequenceSet::last(), flags()));
    assert_eq!(talk.hears(), "UID FETCH * (FLAGS)");
}

fn expunge_comes_at_any_time() {
    let expunged = |talk: &Talk| {
        let gone = |event: &&_| matches!(event, Report::Expunge { .. });
        talk.events.iter().filter(gone).count()
    };
    let mut talk = notified(CAPABLE, at_once());
    // Between commands, and during one that uses UIDs.
    talk.says("* 2 EXPUNGE").is_fine();
    assert_eq!(expunged(&talk), 1);
    let ticket = talk.submit(UidFetch::new(set("101:110"), FetchItems::new().flags()));
    talk.hears();
    talk.says("* 1 FETCH (UID 101 FLAGS ())\n* 1 EXPUNGE\n* 1 FETCH (UID 103 FLAGS ())\n{tag} OK done");
    ticket.answer(talk.done()).expect("done");
    assert_eq!(expunged(&talk), 2);
    assert_eq!(talk.connection.mailbox().expect("selected").exists, 8);
    assert!(!talk.forgave(rfc9051::NO_EXPUNGE_AT_A_WRONG_TIME));
    // VANISHED likewise.
    let mut talk = Talk::authenticated("IMAP4rev1 NOTIFY QRESYNC CONDSTORE ENABLE");
    let enable = crate::codec::command::Enable::new([crate::types::Capability::QResync]);
    talk.ask(enable, "ENABLE QRESYNC", "* ENABLED QRESYNC\n{tag} OK done").expect("enabled");
    let mut talk = talk.select();
    let _ticket = talk.submit(at_once());
    talk.hears();
    talk.says("{tag} OK done\n* VANISHED 103").is_fine();
    assert!(!talk.forgave(crate::rfc7162::VANISHED_COMES_DURING_A_COMMAND));
    assert_eq!(talk.connection.mailbox().expect("selected").exists, 9);
    // Without NOTIFY it is a fault, which is counted.
    let mut talk = Talk::selected(CAPABLE);
    talk.says("* 2 EXPUNGE").is_fine();
    assert!(talk.forgave(rfc9051::NO_EXPUNGE_AT_A_WRONG_TIME));
}

fn numbers_are_not_used() {
    let mut talk = notified(CAPABLE, at_once());
    let errors = [
        talk.refuses(Fetch::new(set("1"), FetchItems::new().flags())),
        talk.refuses(Store::new(set("1"), StoreAction::Add, [Flag::Seen])),
        talk.refuses(Copy::new(set("1"), name("box"))),
        talk.refuses(Search::new(SearchQuery::all())),
        talk.refuses(UidSearch::new(SearchQuery::numbers(set("1:3")))),
    ];
    for error in errors {
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Usage, Some(r::NUMBERS_ARE_NOT_USED_WITH_SELECTED)),
            "{error}"
        );
    }
    let _ticket = talk.submit(UidFetch::new(set("101"), FetchItems::new().flags()));
    assert_eq!(talk.hears(), "UID FETCH 101 (FLAGS)");
    let mut talk = notified(CAPABLE, Notify::new().selected_delayed(MessageEvents::new()));
    let _ticket = talk.submit(Fetch::new(set("1"), FetchItems::new().flags()));
    assert_eq!(talk.hears(), "FETCH 1 (FLAGS)");
}

fn children_are_renamed_with_it() {
    let mut talk = notified(CAPABLE, everything());
    talk.says("* LIST () \"/\" new (\"OLDNAME\" (old))");
    let data = talk.is_fine().data();
    let [Data::List(entry)] = &*data else { panic!("{data:?}") };
    assert_eq!(entry.name_change(), NameChange::Renamed { before: &name("old") });
    for (before, now) in [
        ("old", Some("new")),
        ("old/a", Some("new/a")),
        ("old/a/b", Some("new/a/b")),
        ("older", None),
        ("other/old", None),
        ("new", None),
    ] {
        assert_eq!(entry.renames(&name(before)).as_deref(), now, "{before}");
    }
}

fn a_renamed_inbox_stays() {
    let mut talk = notified(CAPABLE, everything());
    talk.says("* LIST () \"/\" archive (OLDNAME (INBOX))");
    let data = talk.is_fine().data();
    let [Data::List(entry)] = &*data else { panic!("{data:?}") };
    assert!(matches!(entry.name_change(), NameChange::Renamed { .. }));
    for there in ["INBOX", "INBOX/a"] {
        assert_eq!(entry.renames(&name(there)), None, "{there}");
    }
}

fn subscriptions_are_an_attribute() {
    let mut talk = notified(CAPABLE, everything());
    talk.says(
        "* LIST (\\Subscribed) \"/\" box\n* LIST () \"/\" box\n* LIST (\\subscribed \\NonExistent) \"/\" box",
    );
    let told: Vec<bool> = talk
        .is_fine()
        .data()
        .iter()
        .filter_map(|data| match data {
            Data::List(entry) => Some(entry.has(&MailboxAttribute::Subscribed)),
            _ => None,
        })
        .collect();
    assert_eq!(told, [true, false, true]);
    // What is told while somebody lists others is not part of the list.
    let ticket = talk.submit(List::new(Pattern::new("a%").expect("a pattern")));
    talk.hears();
    let listed = talk.answered(ticket, "* LIST () \"/\" ab\n* LIST (\\Subscribed) \"/\" box\n{tag} OK done");
    assert_eq!(listed.expect("listed").len(), 1);
    assert_eq!(talk.data().len(), 1);
}

fn metadata_need_no_enable() {
    let events = MailboxEvents::none().metadata().server_metadata();
    let notify = Notify::new().watch(Watched::Personal, events);
    let mut talk = notified("IMAP4rev1 NOTIFY METADATA ENABLE", notify);
    assert!(!talk.raw.windows(6).any(|six| six == b"ENABLE"), "it was enabled");
    assert_eq!(talk.connection.enabled().iter().count(), 0);
    talk.says("* METADATA \"INBOX\" /shared/comment\n* METADATA \"\" /shared/comment");
    assert_eq!(talk.is_fine().data().len(), 2);
    assert_eq!(talk.connection.deviations().iter().count(), 0);
}

fn overflow_ends_the_events() {
    let mut talk = notified(CAPABLE, at_once());
    talk.says("* OK [NOTIFICATIONOVERFLOW] too much").is_fine();
    assert_eq!(talk.connection.notifying(), Notifying::Off);
    assert_eq!(talk.data().len(), 1, "it is told");
    let _ticket = talk.submit(UidFetch::new(SequenceSet::last(), FetchItems::new().flags()));
    assert_eq!(talk.hears(), "UID FETCH * (FLAGS)");
    talk.says("{tag} OK done");
    // EXPUNGE between commands is what it was before.
    talk.says("* 1 EXPUNGE");
    assert!(talk.forgave(rfc9051::NO_EXPUNGE_AT_A_WRONG_TIME));
    // To refuse a command by it ends nothing.
    let mut talk = notified(CAPABLE, at_once());
    talk.ask(everything(), EVERYTHING, "{tag} NO [NOTIFICATIONOVERFLOW] no").expect_err("refused");
    assert_eq!(talk.connection.notifying(), Notifying::AtOnce);
}

/// [`everything`], as it is written.
const EVERYTHING: &str = "NOTIFY SET (SELECTED (MessageNew MessageExpunge)) \
    (PERSONAL (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange))";

fn responses_are_read_on() {
    // Whatever the server has to say, and however long nobody asks for anything, it is read.
    let mut talk = notified(CAPABLE, everything());
    let limit = u64::from(u32::MAX).min(20_000);
    for _ in 0..limit {
        talk.feed("* STATUS box (MESSAGES 1)\r\n");
        talk.events.clear();
    }
    talk.is_fine();
    // And while a command waits, which it does not keep from its answer.
    let mut config = crate::proto::Config { unsolicited: 10, ..crate::proto::Config::default() };
    config.protection = crate::proto::Protection::Tls;
    let mut talk = Talk::with(config, super::super::support::SEED).preauth(CAPABLE);
    let ticket = talk.submit(everything());
    talk.hears();
    talk.answered(ticket, "{tag} OK done").expect("in force");
    let noop = talk.submit(crate::codec::command::Noop);
    talk.hears();
    for _ in 0..100 {
        talk.says("* STATUS box (MESSAGES 1)");
    }
    talk.is_fine();
    talk.answered(noop, "{tag} OK done").expect("heard");
}
