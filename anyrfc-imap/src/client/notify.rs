//! Being told (RFC 5465).

use super::ImapClient;
use crate::{
    Error,
    codec::command::{Notify, NotifyNone, Notifying},
    proto,
    types::MailboxStatus,
};

impl ImapClient {
    /// Has the server tell by itself what happens, in the selected mailbox and in others (NOTIFY
    /// SET, RFC 5465), until the next call, [`notify_none`](Self::notify_none), or the end of the
    /// connection. It takes the place of all that was asked for before; what it does not name is
    /// not told. Returns how the watched mailboxes stand, where [`Notify::status`] asks for that.
    ///
    /// What is told is an [`Event`](super::Event), to be had from [`watch`](Self::watch), or by
    /// [`drive`](Self::drive) and [`take_event`](Self::take_event): the status of other mailboxes and
    /// changes of their names as [`Event::Data`](super::Event::Data) with
    /// [`MailboxStatus`] and [`ListEntry`](crate::types::ListEntry)
    /// ([`name_change`](crate::types::ListEntry::name_change) says what a name has come to), new
    /// messages of the selected one as [`Exists`](super::Event::Exists) and
    /// [`Fetch`](super::Event::Fetch). They go on coming between other commands, and are kept up to
    /// [`events_max`](super::Builder::events_max) of them: whoever asks for them is to take them.
    /// [`NotifyOverflow`](super::Event::NotifyOverflow) says that the server has given up. There are
    /// servers that write names otherwise in what they tell than in LIST: such are to be compared by
    /// what they say ([`as_str`](crate::types::MailboxName::as_str)).
    ///
    /// ```no_run
    /// # async fn example(client: &mut anyrfc_imap::ImapClient) -> Result<(), anyrfc_imap::Error> {
    /// use anyrfc_imap::command::{MailboxEvents, MessageEvents, Notify, Watched};
    /// let notify = Notify::new()
    ///     .selected_delayed(MessageEvents::new().flags())
    ///     .watch(Watched::Subscribed, MailboxEvents::none().messages());
    /// client.notify(notify).await?;
    /// let mut watch = client.watch();
    /// while let Some(event) = watch.next().await? {
    ///     println!("{event:?}");
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) where the server does not offer it;
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what may not be asked;
    /// [`ErrorKind::Refused`](crate::ErrorKind::Refused) with
    /// [`BadEvent`](crate::types::Code::BadEvent) for events that the server does not know, with
    /// [`NotificationOverflow`](crate::types::Code::NotificationOverflow) for more than it will do.
    /// What was in force before stays so then.
    ///
    /// # Cancel safety
    /// It may have come into force or not; the answer is drained. Calling it again settles it.
    pub async fn notify(&mut self, what: Notify) -> Result<Vec<MailboxStatus>, Error> {
        self.inner.run(what).await
    }

    /// Has the server tell nothing by itself any more (NOTIFY NONE).
    ///
    /// # Errors
    /// As [`notify`](Self::notify).
    ///
    /// # Cancel safety
    /// As [`notify`](Self::notify).
    pub async fn notify_none(&mut self) -> Result<(), Error> {
        self.inner.run(NotifyNone).await
    }

    /// What the server tells by itself at present, as far as NOTIFY has settled that.
    #[must_use]
    pub fn notifying(&self) -> Notifying {
        self.inner.connection().map_or(Notifying::Off, proto::Connection::notifying)
    }
}
