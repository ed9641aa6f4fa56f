//! Putting a message in another one's place (RFC 8508).

use super::{IntoMailbox, NewMessage, Selected, append::Many};
use crate::{
    Error, ErrorKind,
    codec::command::{Append, Replaced, StoreAction, UidExpunge, UidReplace, UidStore},
    types::{AppendUid, Capability, Flag, Uid},
};

/// How a message was put in another one's place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replacement {
    /// By REPLACE, in one step.
    Replaced(Replaced),
    /// In three steps: the new one is there, and the old one is gone.
    Appended(Option<AppendUid>),
    /// The new one is there, and the old one is marked `\Deleted`: the server cannot remove just
    /// this one (UIDPLUS), and a plain EXPUNGE would destroy what others have marked.
    MarkedDeleted(Option<AppendUid>),
}

impl Replacement {
    /// Where the new message is, if the server says so.
    #[must_use]
    pub const fn appended(&self) -> Option<&AppendUid> {
        match self {
            Self::Replaced(replaced) => replaced.appended.as_ref(),
            Self::Appended(appended) | Self::MarkedDeleted(appended) => appended.as_ref(),
        }
    }
}

impl Selected<'_> {
    /// Puts a message into a mailbox, and removes one from this one for good: both or neither, in
    /// one step (REPLACE, RFC 8508). The new one takes nothing over from the old one, flags
    /// neither.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without REPLACE, and nothing has been sent: see
    /// [`replace_or_append`](Self::replace_or_append). [`ErrorKind::Refused`] when the server does
    /// not do it; both are as they were then. Otherwise as [`ImapClient::append`](super::ImapClient::append).
    ///
    /// # Cancel safety
    /// As [`ImapClient::append`](super::ImapClient::append): it is done whole or not at all.
    pub async fn replace(
        &mut self,
        uid: Uid,
        mailbox: impl IntoMailbox,
        message: impl Into<NewMessage<'_>>,
    ) -> Result<Replaced, Error> {
        self.present()?;
        let NewMessage { message, sources } = message.into();
        let ticket = self.inner.submit(UidReplace::new(uid, mailbox.into_mailbox()?, message))?;
        let completion = self.inner.send_literals(ticket.id(), &mut Many::new(sources)).await?;
        ticket.answer(completion)
    }

    /// The same; where the server has no REPLACE, by APPEND, marking the old one as deleted, and
    /// expunging just that. That is **not** one step: whoever looks meanwhile sees both, a quota
    /// has to hold both, and where a later step fails both stay. Without UIDPLUS it stops
    /// after the second step, and says so.
    ///
    /// # Errors
    /// As [`replace`](Self::replace). Where a later step fails, the new one is there already.
    ///
    /// # Cancel safety
    /// The new one is added whole or not at all; the old one may be there beside it.
    pub async fn replace_or_append(
        &mut self,
        uid: Uid,
        mailbox: impl IntoMailbox,
        message: impl Into<NewMessage<'_>>,
    ) -> Result<Replacement, Error> {
        self.present()?;
        let (mailbox, message) = (mailbox.into_mailbox()?, message.into());
        if self.known_capabilities().await?.has(&Capability::Replace) {
            return self.replace(uid, mailbox, message).await.map(Replacement::Replaced);
        }
        let NewMessage { message, sources } = message;
        let ticket = self.inner.submit(Append::several(mailbox, [message]))?;
        let completion = self.inner.send_literals(ticket.id(), &mut Many::new(sources)).await?;
        let appended = ticket.answer(completion)?;
        // What came meanwhile may have taken the meaning from the UID.
        self.present()?;
        self.inner.run(UidStore::new(uid, StoreAction::Add, Flag::Deleted).silent()).await?;
        match self.inner.run(UidExpunge::new(uid)).await {
            Ok(_) => Ok(Replacement::Appended(appended)),
            Err(error) if error.kind() == ErrorKind::Unsupported && error.is_unsent() => {
                Ok(Replacement::MarkedDeleted(appended))
            }
            Err(error) => Err(error),
        }
    }
}
