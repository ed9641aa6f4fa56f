//! RFC 5465, section by section.

mod section_3;
mod section_5;
mod section_6;
mod section_8;

use anyrfc_core::{
    Requirement,
    compliance::{Check, Waiver},
};

use super::support::{Talk, mailbox};
use crate::{
    codec::command::{MailboxEvents, MessageEvents, Notify, Watched},
    rfc5465 as r,
    types::MailboxName,
};

pub(super) const GROUPS: &[&[Check]] =
    &[section_3::CHECKS, section_5::CHECKS, section_6::CHECKS, section_8::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[
    (
        r::FEW_MAILBOXES_ARE_WATCHED,
        Waiver::Exception(
            "how many are needed only the application knows; nothing is watched that it has not named by `Watched`, \
             whose documentation says what many of them cost",
        ),
    ),
    (
        r::UPDATE_ATTRIBUTES_NEED_NOTIFY,
        Waiver::ByConstruction("`SearchReturn::update` has no attributes, so none are ever sent with UPDATE"),
    ),
];

/// What a server of these checks can do.
const CAPABLE: &str = "IMAP4rev1 NOTIFY";

fn name(text: &str) -> MailboxName {
    mailbox(text)
}

/// The selected mailbox at once.
fn at_once() -> Notify {
    Notify::new().selected(MessageEvents::new())
}

/// Everything that there is of a user's own mailboxes.
fn everything() -> Notify {
    at_once().watch(Watched::Personal, MailboxEvents::none().flags().names().subscriptions())
}

/// With INBOX selected, and with this in force.
#[track_caller]
fn notified(capabilities: &str, notify: Notify) -> Talk {
    let mut talk = Talk::selected(capabilities);
    let ticket = talk.submit(notify);
    let heard = talk.hears();
    assert!(heard.starts_with("NOTIFY SET "), "{heard}");
    talk.answered(ticket, "{tag} OK done").expect("in force");
    talk.events.clear();
    talk
}
