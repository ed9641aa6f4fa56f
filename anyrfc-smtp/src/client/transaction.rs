//! A transaction, step by step (RFC 5321, section 3.3).

use super::{
    SmtpClient,
    delivering::{Delivering, content, payload},
    send::Sending,
};
use crate::{
    Error,
    codec::supply::Supply,
    types::{Envelope, Invalid, Recipient, Reply, SendReport, WireMessage},
};

/// A mail transaction that is conducted step by step: the sender is accepted, recipients are
/// [added](Self::recipient) one by one, and the message is [sent](Self::send) to those who were accepted.
///
/// Dropped before that, it is reset (RSET), without waiting for the answer.
#[must_use = "dropped, it is reset"]
pub struct Transaction<'c, 'm> {
    client: &'c mut SmtpClient,
    supply: Option<Supply<'m>>,
    reply: Reply,
    accepted: usize,
    over: bool,
}

impl std::fmt::Debug for Transaction<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transaction").field("accepted", &self.accepted).finish_non_exhaustive()
    }
}

impl SmtpClient {
    /// Opens a transaction: MAIL, for this message, from the sender of `envelope` and with its options. Its recipients
    /// are added at once, and refusals of them are in the report as always.
    ///
    /// # Errors
    /// As [`send`](Self::send), and what the server answers to MAIL.
    ///
    /// # Cancel safety
    /// Dropped, the transaction is reset by whatever comes next.
    pub async fn transaction<'c, 'm>(
        &'c mut self,
        envelope: Envelope,
        message: impl WireMessage<'m>,
    ) -> Result<Transaction<'c, 'm>, Error> {
        self.inner.quiet().await?;
        let (facts, supply) = content(&self.inner, message)?.open()?;
        let url = if let Supply::Url(url) = &supply { Some(url) } else { None };
        let recipients = envelope.recipients().to_vec();
        let id = self.inner.order(|connection| connection.open_transaction(envelope, facts, url))?;
        let mut transaction = Transaction {
            client: self,
            supply: Some(supply),
            reply: Reply::empty(),
            accepted: 0,
            over: false,
        };
        let ticket = transaction.client.inner.ticket(id, success);
        transaction.reply = transaction.client.inner.finish(ticket).await?;
        for recipient in recipients {
            match transaction.recipient(recipient).await {
                Ok(_) => {}
                Err(error) if error.reply().is_some() && error.kind() != crate::ErrorKind::Closed => {}
                Err(error) => return Err(error),
            }
        }
        Ok(transaction)
    }
}

impl Transaction<'_, '_> {
    /// What the server said to MAIL.
    #[must_use]
    pub const fn reply(&self) -> &Reply {
        &self.reply
    }

    /// How many recipients were accepted.
    #[must_use]
    pub const fn accepted(&self) -> usize {
        self.accepted
    }

    /// Adds a recipient: RCPT. The reply may name another address (251), which is not followed by itself.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what is no recipient,
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for what the server cannot do for one;
    /// what the server answers where it refuses: the transaction goes on without that recipient.
    ///
    /// # Cancel safety
    /// Dropped, the recipient is added all the same; whether it was accepted is in the report.
    pub async fn recipient<R>(&mut self, recipient: R) -> Result<Reply, Error>
    where
        R: TryInto<Recipient>,
        Invalid: From<R::Error>,
    {
        let recipient = recipient.try_into().map_err(Invalid::from)?;
        let inner = &mut self.client.inner;
        let id = inner.order(|connection| connection.add_recipient(recipient))?;
        let ticket = inner.ticket(id, success);
        let reply = inner.finish(ticket).await?;
        self.accepted += 1;
        Ok(reply)
    }

    /// Sends the message to the recipients that were accepted. The report is on all that were added.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) where no recipient was accepted: the transaction is reset. Otherwise
    /// as [`SmtpClient::send`].
    ///
    /// # Cancel safety
    /// As [`SmtpClient::send`].
    pub async fn send(mut self) -> Result<SendReport, Error> {
        let Some(supply) = self.supply.take() else { return Err(Error::usage("the message was sent")) };
        let inner = &mut self.client.inner;
        // Of a recipient that nobody has waited for, the answer is awaited here.
        inner.answered().await?;
        let (payload, reading) = payload(supply);
        let id = inner.order(|connection| connection.send_opened(payload))?;
        self.over = true;
        inner.await_report(id);
        Sending::new(inner, Delivering::submitted(id, reading)).report().await
    }
}

impl Drop for Transaction<'_, '_> {
    fn drop(&mut self) {
        if !self.over {
            let _ = self.client.inner.order(|connection| {
                connection.leave_transaction();
                Ok(())
            });
        }
    }
}

/// The reply, where it is a success.
fn success(reply: Reply) -> Result<Reply, Error> {
    if reply.is_success() { Ok(reply) } else { Err(Error::refused(reply)) }
}
