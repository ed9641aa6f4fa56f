//! RFC 5465, sections 6 and 7: which mailboxes are watched, and searches that are.

use anyrfc_core::compliance::Check;

use super::{super::support::Talk, CAPABLE, everything, name, notified};
use crate::{
    codec::command::{MailboxEvents, MessageEvents, Notify, Watched},
    proto::Report,
    rfc5465 as r,
    testing::check_command,
    types::Data,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5465-section-6-1/the-selected-mailbox-comes-once",
        covers: &[r::SELECTED_SPECIFIER_COMES_ONCE],
        run: the_selected_mailbox_comes_once,
    },
    Check {
        name: "rfc5465-section-6-1/the-selected-mailbox-takes-message-events",
        covers: &[r::SELECTED_TAKES_MESSAGE_EVENTS],
        run: the_selected_mailbox_takes_message_events,
    },
    Check {
        name: "rfc5465-section-7/any-order-is-accepted",
        covers: &[r::ANY_ORDER_IS_ACCEPTED],
        run: any_order_is_accepted,
    },
];

fn written(notify: Notify) -> String {
    let mut talk = Talk::authenticated("IMAP4rev1 NOTIFY METADATA ANNOTATE-EXPERIMENT-1");
    let _ticket = talk.submit(notify);
    talk.hears()
}

fn the_selected_mailbox_comes_once() {
    let events = MessageEvents::new;
    // Whichever is said last counts.
    let both = Notify::new().selected(events()).selected_delayed(events().flags());
    assert_eq!(written(both), "NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge FlagChange))");
    let both = Notify::new().selected_delayed(events().flags()).selected(events());
    assert_eq!(written(both), "NOTIFY SET (SELECTED (MessageNew MessageExpunge))");
    let twice = Notify::new().selected(events()).selected(events());
    assert_eq!(written(twice).matches("SELECTED").count(), 1);
    // Twice is what no server takes.
    assert!(check_command(b"a NOTIFY SET (SELECTED NONE) (SELECTED NONE)\r\n", false).is_err());
}

fn the_selected_mailbox_takes_message_events() {
    let all =
        MailboxEvents::none().annotations().flags().names().subscriptions().metadata().server_metadata();
    let notify = Notify::new()
        .watch(Watched::Mailboxes(vec![name("box")]), all)
        .selected(MessageEvents::new().flags().annotations());
    let text = written(notify);
    let (selected, others) = text.split_once(") (MAILBOXES").expect("both");
    assert_eq!(selected, "NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange AnnotationChange)");
    for other in ["MailboxName", "SubscriptionChange", "MailboxMetadataChange", "ServerMetadataChange"] {
        assert!(others.contains(other) && !selected.contains(other), "{text}");
    }
    assert!(check_command(b"a NOTIFY SET (SELECTED (MailboxName))\r\n", false).is_err());
}

fn any_order_is_accepted() {
    let row = "* 11 EXISTS\n* 11 FETCH (UID 111 FLAGS ())";
    let found = "* ESEARCH (TAG \"of-old\") UID ADDTO (0 111)";
    for lines in [
        format!("{row}\n{found}"),
        format!("{found}\n{row}"),
        format!("* 11 EXISTS\n{found}\n* 11 FETCH (UID 111)"),
    ] {
        let mut talk = notified(CAPABLE, everything());
        talk.says(&lines).is_fine();
        let rows =
            talk.events.iter().filter(|event| matches!(event, Report::Fetch { owner: None, .. })).count();
        let data = talk.data();
        let searches = data.iter().filter(|data| matches!(data, Data::Esearch(_))).count();
        assert_eq!((rows, searches), (1, 1), "{lines}: {data:?}");
        assert!(data.contains(&Data::Exists(11)));
    }
}
