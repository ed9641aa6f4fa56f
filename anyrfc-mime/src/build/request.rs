//! Whether a message asks for a notification, and whether it may have one (RFC 8098, section 2.1).

use super::notification::{DispositionType, Notification};
use crate::{Defects, Message, report::NotificationOptions, types::Mailbox};

/// Whether a notification may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Consent {
    /// By a setting of the user's too.
    Automatic,
    /// Only if the user agrees to this one: it would go elsewhere than to who sent the message.
    Ask,
    /// Not at all.
    Never,
}

/// A message's wish to know what becomes of it.
///
/// ```
/// use anyrfc_mime::{Message, build::{Consent, DispositionType, NotificationRequest}};
/// let message = Message::parse(
///     b"Return-Path: <ann@example.org>\r\nFrom: ann@example.org\r\nMessage-ID: <1@example.org>\r\n\
///       Disposition-Notification-To: ann@example.org\r\n\r\nhi",
/// );
/// let request = NotificationRequest::of(&message, false).expect("a request");
/// assert_eq!(request.consent(), Consent::Automatic);
/// let answer = request.answer("bob@example.com", DispositionType::Displayed, "It was displayed.").build()?;
/// assert_eq!(answer.envelope().recipients(), ["ann@example.org"]);
/// # Ok::<(), anyrfc_mime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct NotificationRequest {
    to: Vec<Mailbox>,
    consent: Consent,
    original_recipient: Option<String>,
    message_id: Option<String>,
}

impl NotificationRequest {
    /// What `message` asks for; nothing where it asks for nothing.
    ///
    /// `answered` says that a notification has been issued for this recipient before, as the
    /// message store remembers it (IMAP by the keyword `$MDNSent`, RFC 3503): there is never a second one.
    #[must_use]
    pub fn of(message: &Message<'_>, answered: bool) -> Option<Self> {
        message.header("Disposition-Notification-To")?;
        let mut to: Vec<Mailbox> = Vec::new();
        for mailbox in message.addresses("Disposition-Notification-To").mailboxes() {
            if !to.iter().any(|known| known.address() == mailbox.address()) {
                to.push(mailbox.clone());
            }
        }
        let one_line = |name: &str| {
            let text = message.header(name)?.text();
            let text = text.trim();
            (!text.is_empty() && !text.contains(char::is_control)).then(|| text.to_owned())
        };
        let message_id = message.message_id().filter(|id| super::field::MessageId::copied(id).is_some());
        Some(Self {
            consent: consent(message, &to, answered),
            original_recipient: one_line("Original-Recipient"),
            message_id: message_id.map(|id| id.as_str().to_owned()),
            to,
        })
    }

    /// Whether it may be answered.
    #[must_use]
    pub const fn consent(&self) -> Consent {
        self.consent
    }

    /// To whom the notification goes.
    #[must_use]
    pub fn to(&self) -> &[Mailbox] {
        &self.to
    }

    /// The notification of `recipient`, with everything in it that is known of the original, and
    /// the request used up. Whether it may be sent is [`consent`](Self::consent)'s to say; where
    /// that is [`Consent::Never`] building it fails.
    pub fn answer(self, recipient: &str, kind: DispositionType, text: &str) -> super::Builder<'static> {
        let mut notification = Notification::new(recipient.to_owned(), kind);
        if let Some(original) = self.original_recipient {
            notification = notification.original_recipient(original);
        }
        if let Some(id) = self.message_id {
            notification = notification.original_message_id(id);
        }
        let builder = notification.text(text.to_owned()).to(self.to);
        if self.consent == Consent::Never {
            let error = crate::Error::usage("the message may not be answered by a notification");
            return builder.noting(Err(error.with_requirement(crate::rfc8098::NONE_WITHOUT_CONSENT)));
        }
        builder
    }
}

fn consent(message: &Message<'_>, to: &[Mailbox], answered: bool) -> Consent {
    if answered || to.is_empty() || is_notification(message) || message.header("Newsgroups").is_some() {
        return Consent::Never;
    }
    let understood = message.header("Disposition-Notification-Options").is_none_or(|header| {
        let mut defects = Defects::default();
        NotificationOptions::read(header.value(), &mut header.reading(&mut defects)).permit(&[])
    });
    if !understood {
        return Consent::Never;
    }
    let path = message.addresses("Return-Path");
    let mut path = path.mailboxes();
    match (to, path.next(), path.next()) {
        // Two are equal when their local-parts are without quoting, and their domains in any case.
        ([one], Some(path), None) if one.address() == path.address() => Consent::Automatic,
        _ => Consent::Ask,
    }
}

/// Whether it is itself such a notification.
fn is_notification(message: &Message<'_>) -> bool {
    let kind = message.root().content_type();
    kind.essence() == "multipart/report"
        && kind
            .parameter("report-type")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("disposition-notification"))
}
