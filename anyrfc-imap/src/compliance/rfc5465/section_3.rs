//! RFC 5465, section 3: the NOTIFY command.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::{
    super::{
        rev1_client::open,
        support::{Talk, over_tls},
    },
    CAPABLE, at_once, everything, notified,
};
use crate::{
    codec::command::{Fetch, MailboxEvents, MessageEvents, Notify, NotifyNone, Notifying, Unselect, Watched},
    rfc5465 as r,
    testing::{Accounts, Server},
    types::{Data, FetchItems, MailboxAttribute, SequenceSet},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5465-section-3/notify-needs-the-capability",
        covers: &[r::NOTIFY_NEEDS_THE_CAPABILITY],
        run: notify_needs_the_capability,
    },
    Check {
        name: "rfc5465-section-3/extended-list-comes-without-list-extended",
        covers: &[r::EXTENDED_LIST_COMES_WITHOUT_LIST_EXTENDED],
        run: extended_list_comes_without_list_extended,
    },
    Check {
        name: "rfc5465-section-3-1/notify-set-replaces-the-events",
        covers: &[r::NOTIFY_SET_REPLACES_THE_EVENTS],
        run: notify_set_replaces_the_events,
    },
    Check {
        name: "rfc5465-section-3-1/notify-lasts-for-the-connection",
        covers: &[r::NOTIFY_LASTS_FOR_THE_CONNECTION],
        run: notify_lasts_for_the_connection,
    },
    Check {
        name: "rfc5465-section-3-1/the-selected-mailbox-is-named",
        covers: &[r::SELECTED_IS_SILENT_UNLESS_NAMED],
        run: the_selected_mailbox_is_named,
    },
];

fn notify_needs_the_capability() {
    for other in ["IMAP4rev1", "IMAP4rev1 IDLE XNOTIFY NOTIFY2", "IMAP4rev2"] {
        let mut talk = Talk::authenticated(other);
        for error in [talk.refuses(everything()), talk.refuses(NotifyNone)] {
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Unsupported, Some(r::NOTIFY_NEEDS_THE_CAPABILITY)),
                "{other}"
            );
        }
    }
    let mut talk = Talk::authenticated(CAPABLE);
    talk.ask(NotifyNone, "NOTIFY NONE", "{tag} OK done").expect("advertised");
}

fn extended_list_comes_without_list_extended() {
    let mut talk = notified(CAPABLE, everything());
    talk.says("* LIST (\\Subscribed \\HasNoChildren) \"/\" new (\"OLDNAME\" (old) \"X-OWN\" (a (b) \"c\"))");
    let data = talk.is_fine().data();
    let [Data::List(entry)] = &*data else { panic!("{data:?}") };
    assert_eq!(entry.old_name.as_ref().map(|name| name.as_str()), Some("old"));
    assert!(entry.has(&MailboxAttribute::Subscribed));
    assert_eq!(entry.extended.len(), 1);
}

fn notify_set_replaces_the_events() {
    let numbers = |talk: &mut Talk| {
        let fetch = Fetch::new(SequenceSet::all(), FetchItems::new().flags());
        talk.connection.submit(fetch).map(drop).map_err(|error| error.requirement())
    };
    let mut talk = notified(CAPABLE, at_once());
    assert_eq!(talk.connection.notifying(), Notifying::AtOnce);
    assert_eq!(numbers(&mut talk), Err(Some(r::NUMBERS_ARE_NOT_USED_WITH_SELECTED)));
    // One that does not name the selected mailbox: nothing of it is told any more.
    let others = Notify::new().watch(Watched::Inboxes, MailboxEvents::none().messages());
    let heard = "NOTIFY SET (INBOXES (MessageNew MessageExpunge))";
    talk.ask(others, heard, "{tag} OK done").expect("in force");
    assert_eq!(talk.connection.notifying(), Notifying::Others);
    assert_eq!(numbers(&mut talk), Ok(()));
    talk.hears();
    talk.says("{tag} OK done");
    // Refused, it leaves what was before.
    talk.ask(at_once(), "NOTIFY SET (SELECTED (MessageNew MessageExpunge))", "{tag} NO too much")
        .expect_err("refused");
    assert_eq!(talk.connection.notifying(), Notifying::Others);
    talk.ask(NotifyNone, "NOTIFY NONE", "{tag} OK done").expect("in force");
    assert_eq!(talk.connection.notifying(), Notifying::Off);
}

fn notify_lasts_for_the_connection() {
    // A second connection knows nothing of the first one's, and says it anew where it is told to.
    let server = Server::new(Accounts::new().password("user", "pencil")).with("NOTIFY");
    for _ in 0..2 {
        over_tls(&server, open(), async |mut client| {
            client.authenticate(&super::super::rev1_client::pencil()).await.expect("logged in");
            assert_eq!(client.notifying(), Notifying::Off);
            client.notify(at_once()).await.expect("in force");
            assert_eq!(client.notifying(), Notifying::AtOnce);
            // For as long as it lasts, whatever is selected.
            client.select("INBOX").await.expect("selected");
            let left = client.submit(Unselect).expect("one is selected");
            client.finish(left).await.expect("left");
            assert_eq!(client.notifying(), Notifying::AtOnce);
            client.logout().await.expect("in order");
        });
    }
    let asked = server.commands().iter().filter(|command| command.contains("NOTIFY SET")).count();
    assert_eq!(asked, 2);
}

fn the_selected_mailbox_is_named() {
    // Message events of the selected mailbox come with its own words alone, whatever else is watched.
    let notify = |notify: Notify| {
        let mut talk = Talk::authenticated(CAPABLE);
        let _ticket = talk.submit(notify);
        talk.hears()
    };
    let others = || Notify::new().watch(Watched::Personal, MailboxEvents::none().messages());
    assert_eq!(notify(others()), "NOTIFY SET (PERSONAL (MessageNew MessageExpunge))");
    assert_eq!(
        notify(others().selected(MessageEvents::new())),
        "NOTIFY SET (SELECTED (MessageNew MessageExpunge)) (PERSONAL (MessageNew MessageExpunge))"
    );
    assert_eq!(
        notify(others().selected_delayed(MessageEvents::new())),
        "NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge)) (PERSONAL (MessageNew MessageExpunge))"
    );
    // Nor does the client count on it to be told: EXPUNGE between commands stays a fault then.
    let mut talk = notified(CAPABLE, others());
    talk.says("* 1 EXPUNGE").is_fine();
    assert!(talk.forgave(crate::rfc9051::NO_EXPUNGE_AT_A_WRONG_TIME));
}
