//! RFC 5465, section 8: the formal syntax.

use anyrfc_core::compliance::Check;

use super::{super::support::Talk, CAPABLE, everything, notified};
use crate::{
    codec::command::{MailboxEvents, MessageEvents, Notify, Notifying, Watched},
    rfc5465 as r,
    testing::check_command,
    types::{Code, Data, FetchItems, MailboxAttribute},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5465-section-8/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
    Check {
        name: "rfc5465-section-8/attributes-come-with-the-selected-mailbox",
        covers: &[r::ATTRIBUTES_ONLY_WITH_SELECTED],
        run: attributes_come_with_the_selected_mailbox,
    },
    Check {
        name: "rfc5465-section-8/oldname-may-be-quoted",
        covers: &[r::OLDNAME_TAG_MAY_BE_QUOTED],
        run: oldname_may_be_quoted,
    },
];

fn tokens_ignore_case() {
    for (capability, attributes, oldname, overflow, badevent) in [
        ("NOTIFY", "\\NoAccess \\NonExistent", "OLDNAME", "NOTIFICATIONOVERFLOW", "BADEVENT"),
        ("notify", "\\noaccess \\nonexistent", "oldname", "notificationoverflow", "badevent"),
        ("Notify", "\\NOACCESS \\NONEXISTENT", "OldName", "NotificationOverflow", "BadEvent"),
    ] {
        let mut talk = notified(&format!("IMAP4rev1 {capability}"), everything());
        talk.says(&format!("* list ({attributes}) \"/\" new ({oldname} (old))\n* status new (messages 3)"));
        let data = talk.is_fine().data();
        let [Data::List(entry), Data::MailboxStatus(status)] = &*data else { panic!("{data:?}") };
        assert!(entry.has(&MailboxAttribute::NoAccess) && entry.has(&MailboxAttribute::NonExistent));
        assert_eq!(entry.old_name.as_ref().map(|name| name.as_str()), Some("old"));
        assert_eq!(status.messages, Some(3));
        talk.says(&format!("* ok [{overflow}] too much"));
        assert_eq!(talk.connection.notifying(), Notifying::Off, "{overflow}");
        let ticket = talk.submit(everything());
        talk.hears();
        let error = talk
            .answered(ticket, &format!("{{tag}} no [{badevent} (MessageNew messageexpunge)] what"))
            .expect_err("refused");
        let Some(Code::BadEvent(known)) = error.code() else { panic!("{error:?}") };
        assert_eq!(known, &["MessageNew", "messageexpunge"]);
    }
    // What the test kit's server reads likewise.
    for text in [
        "a NOTIFY SET (SELECTED (MESSAGENEW MESSAGEEXPUNGE))",
        "a notify set (Selected (messagenew messageexpunge))",
    ] {
        check_command(format!("{text}\r\n").as_bytes(), false).expect("in any case");
    }
}

fn attributes_come_with_the_selected_mailbox() {
    let items = FetchItems::new().uid().flags();
    let notify = Notify::new()
        .selected_delayed(MessageEvents::new().fetch(items))
        .watch(Watched::Inboxes, MailboxEvents::none().flags())
        .watch(Watched::Subtree(vec![super::name("Lists")]), MailboxEvents::none().annotations());
    let mut talk = Talk::authenticated("IMAP4rev1 NOTIFY ANNOTATE-EXPERIMENT-1");
    let _ticket = talk.submit(notify);
    let text = talk.hears();
    assert_eq!(text.matches("MessageNew (").count(), 1, "{text}");
    assert!(
        text.starts_with("NOTIFY SET (SELECTED-DELAYED (MessageNew (UID FLAGS) MessageExpunge)) "),
        "{text}"
    );
    assert_eq!(text.matches("MessageNew ").count(), 3, "{text}");
    let elsewhere = b"a NOTIFY SET (INBOXES (MessageNew (UID) MessageExpunge))\r\n";
    assert!(check_command(elsewhere, false).is_err());
}

fn oldname_may_be_quoted() {
    for tag in ["OLDNAME", "\"OLDNAME\"", "{7}\r\nOLDNAME"] {
        let mut talk = notified(CAPABLE, everything());
        talk.feed(format!("* LIST () \"/\" new ({tag} (\"old name\"))\r\n"));
        let data = talk.is_fine().data();
        let [Data::List(entry)] = &*data else { panic!("{data:?}") };
        assert_eq!(entry.old_name.as_ref().map(|name| name.as_str()), Some("old name"), "{tag}");
    }
}
