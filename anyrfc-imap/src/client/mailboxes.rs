//! Commands about mailboxes as a whole, and about the server (RFC 9051, sections 6.1 and 6.3).

use super::{ImapClient, SpecialUse};
use crate::{
    Error, ErrorKind,
    codec::command::{
        self, Create, Delete, Enable, List, ListSelect, Listed, Lsub, Namespace, Noop, Rename, Status,
        StatusItems, Subscribe, Unsubscribe,
    },
    types::{Capabilities, Capability, Id, ListEntry, MailboxName, MailboxStatus, Namespaces, Pattern},
};

/// What names a mailbox: a name that a server gave, or the text that the user typed.
pub trait IntoMailbox {
    /// The name.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a text that no mailbox can have as its name.
    fn into_mailbox(self) -> Result<MailboxName, Error>;
}

impl IntoMailbox for MailboxName {
    fn into_mailbox(self) -> Result<MailboxName, Error> {
        Ok(self)
    }
}

impl IntoMailbox for &MailboxName {
    fn into_mailbox(self) -> Result<MailboxName, Error> {
        Ok(self.clone())
    }
}

impl IntoMailbox for &str {
    fn into_mailbox(self) -> Result<MailboxName, Error> {
        MailboxName::new(self)
    }
}

impl IntoMailbox for &String {
    fn into_mailbox(self) -> Result<MailboxName, Error> {
        MailboxName::new(self)
    }
}

impl IntoMailbox for &ListEntry {
    fn into_mailbox(self) -> Result<MailboxName, Error> {
        Ok(self.mailbox.clone())
    }
}

impl ImapClient {
    /// Asks the server what it can do (RFC 9051, section 6.1.1).
    ///
    /// # Errors
    /// What the server answers, or what ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn refresh_capabilities(&mut self) -> Result<Capabilities, Error> {
        self.inner.run(command::Capability).await
    }

    /// Does nothing, but lets the server tell what is new (RFC 9051, section 6.1.2).
    ///
    /// # Errors
    /// As [`refresh_capabilities`](Self::refresh_capabilities).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn noop(&mut self) -> Result<(), Error> {
        self.inner.run(Noop).await
    }

    /// Lets the server tidy up, where it is one of IMAP4rev1 (RFC 3501, section 6.4.1); the same as
    /// [`noop`](Self::noop) where that has gone.
    ///
    /// # Errors
    /// As [`refresh_capabilities`](Self::refresh_capabilities).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn check(&mut self) -> Result<(), Error> {
        match self.inner.run(command::Check).await {
            Err(error) if error.kind() == ErrorKind::Unsupported && error.is_unsent() => self.noop().await,
            result => result,
        }
    }

    /// Says what the client is, and asks what the server is (RFC 2971). Nothing is to depend
    /// on the answer.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the server has no ID, and nothing has been sent;
    /// [`ErrorKind::Usage`] for more, or longer, fields than it may have.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn id(&mut self, ours: Id) -> Result<Option<Id>, Error> {
        let theirs = self.inner.run(command::Id::new(ours)).await?;
        self.identified = true;
        Ok(theirs)
    }

    /// Switches extensions on (RFC 9051, section 6.3.1). Returns those that are; the server
    /// passes over what it does not know.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without ENABLE; what the server answers.
    ///
    /// # Cancel safety
    /// It may have been done or not: [`enabled`](Self::enabled) tells.
    pub async fn enable(&mut self, capabilities: impl Into<Vec<Capability>>) -> Result<Capabilities, Error> {
        Ok(self.inner.run(Enable::new(capabilities)).await?.unwrap_or_default())
    }

    /// The mailboxes whose names match a pattern: `*` stands for anything, `%` for anything up
    /// to the next level of the hierarchy.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a pattern that is none; what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn list(&mut self, pattern: &str) -> Result<Vec<ListEntry>, Error> {
        let listed = self.inner.run(List::new(Pattern::new(pattern)?)).await?;
        Ok(listed.into_iter().map(|listed| listed.entry).collect())
    }

    /// The same with all that LIST has to offer (RFC 5258, RFC 5819): several patterns, a
    /// selection, and the status of each mailbox along with it.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for options that the server does not have, and nothing has been
    /// sent; what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn list_with(&mut self, list: List) -> Result<Vec<Listed>, Error> {
        self.inner.run(list).await
    }

    /// The mailboxes that are subscribed to, as far as they are named so: by LSUB where the server
    /// still has it (RFC 5258, section 3.1). What they are besides tells [`list_with`](Self::list_with)
    /// with [`ListSelect::Subscribed`].
    ///
    /// # Errors
    /// As [`list`](Self::list).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn list_subscribed(&mut self, pattern: &str) -> Result<Vec<ListEntry>, Error> {
        let pattern = Pattern::new(pattern)?;
        match self.inner.run(Lsub::new(pattern.clone())).await {
            // IMAP4rev2 has dropped it.
            Err(error) if error.kind() == ErrorKind::Unsupported && error.is_unsent() => {
                let listed = self.inner.run(List::new(pattern).select(ListSelect::Subscribed)).await?;
                Ok(listed.into_iter().map(|listed| listed.entry).collect())
            }
            listed => listed,
        }
    }

    /// Where mailboxes of the user, of others and of everybody are (RFC 9051, section 6.3.10).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without NAMESPACE; what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn namespace(&mut self) -> Result<Namespaces, Error> {
        self.inner.run(Namespace).await
    }

    /// How a mailbox is, without selecting it (RFC 9051, section 6.3.11). Not meant for the one that
    /// is selected: of that, what is known stands in [`mailbox`](Self::mailbox).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for an item that the server does not have; what it answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn status(
        &mut self,
        mailbox: impl IntoMailbox,
        items: StatusItems,
    ) -> Result<MailboxStatus, Error> {
        self.inner.run(Status::new(mailbox.into_mailbox()?, items)).await
    }

    /// Creates a mailbox (RFC 9051, section 6.3.4). Returns its name, which the server may have
    /// changed.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`]: `ALREADYEXISTS`, `NOPERM` …
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn create(&mut self, mailbox: impl IntoMailbox) -> Result<MailboxName, Error> {
        let mailbox = mailbox.into_mailbox()?;
        let made = self.inner.run(Create::new(mailbox.clone())).await?;
        Ok(made.listed.map_or(mailbox, |entry| entry.mailbox))
    }

    /// Creates a mailbox for a purpose; the server is told of it where it can be (RFC 6154,
    /// section 3).
    ///
    /// # Errors
    /// As [`create`](Self::create); `USEATTR` when the server has no such purpose.
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn create_for(
        &mut self,
        mailbox: impl IntoMailbox,
        purpose: SpecialUse,
    ) -> Result<MailboxName, Error> {
        let mailbox = mailbox.into_mailbox()?;
        match self.inner.run(Create::new(mailbox.clone()).for_use(purpose.attribute())).await {
            Err(error) if error.kind() == ErrorKind::Unsupported && error.is_unsent() => {
                self.create(mailbox).await
            }
            made => Ok(made?.listed.map_or(mailbox, |entry| entry.mailbox)),
        }
    }

    /// Deletes a mailbox with all that is in it (RFC 9051, section 6.3.5).
    ///
    /// # Errors
    /// [`ErrorKind::Refused`]: `NONEXISTENT`, `HASCHILDREN`, `INUSE` …
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn delete(&mut self, mailbox: impl IntoMailbox) -> Result<(), Error> {
        self.inner.run(Delete::new(mailbox.into_mailbox()?)).await
    }

    /// Gives a mailbox another name (RFC 9051, section 6.3.6). For the INBOX that moves what is in it.
    /// Returns the name, which the server may have changed.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`]: `NONEXISTENT`, `ALREADYEXISTS` …
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn rename(
        &mut self,
        from: impl IntoMailbox,
        to: impl IntoMailbox,
    ) -> Result<MailboxName, Error> {
        let to = to.into_mailbox()?;
        let made = self.inner.run(Rename::new(from.into_mailbox()?, to.clone())).await?;
        Ok(made.map_or(to, |entry| entry.mailbox))
    }

    /// Subscribes to a mailbox (RFC 9051, section 6.3.7).
    ///
    /// # Errors
    /// What the server answers.
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn subscribe(&mut self, mailbox: impl IntoMailbox) -> Result<(), Error> {
        self.inner.run(Subscribe::new(mailbox.into_mailbox()?)).await
    }

    /// Subscribes to a mailbox no longer (RFC 9051, section 6.3.8).
    ///
    /// # Errors
    /// What the server answers.
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn unsubscribe(&mut self, mailbox: impl IntoMailbox) -> Result<(), Error> {
        self.inner.run(Unsubscribe::new(mailbox.into_mailbox()?)).await
    }
}
