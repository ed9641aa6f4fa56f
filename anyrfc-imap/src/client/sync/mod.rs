//! Keeping in step with a mailbox: what has changed since the last time (RFC 4549; RFC 7162,
//! section 6).

mod delta;
mod flags;
mod form;
mod gather;
mod round;
mod state;

use std::future::poll_fn;

pub use self::{
    delta::{SyncDelta, SyncMethod, SyncedMessage, UidValidityChange},
    form::SyncStateError,
    round::MailboxSync,
    state::SyncState,
};
use super::{ImapClient, IntoMailbox};
use crate::{Error, ErrorKind};

impl MailboxSync {
    /// Of a mailbox, from what is known of it: [`SyncState::new`] where that is nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a text that no mailbox can have as its name.
    pub fn new(mailbox: impl IntoMailbox, state: SyncState) -> Result<Self, Error> {
        Ok(Self::of(mailbox.into_mailbox()?, state))
    }
}

impl ImapClient {
    /// Selects a mailbox and tells what has changed in it since `state`, which is moved on to
    /// now. The mailbox stays [selected](Self::selected), and whatever happens from now on comes
    /// by its events; the next call tells it too.
    ///
    /// It takes as little as the server allows: with QRESYNC (RFC 7162) one command, with CONDSTORE the
    /// flags that have changed and a list of UIDs, otherwise the flags of all messages. QRESYNC has to be enabled
    /// before any mailbox is selected on a connection, which this does where it comes first, and
    /// [`Builder::enable`](super::Builder::enable) at every login. Before messages are said to have vanished it is
    /// made sure that there are as many as the server counts.
    ///
    /// ```no_run
    /// # async fn example(client: &mut anyrfc_imap::ImapClient, kept: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// use anyrfc_imap::SyncState;
    ///
    /// let mut state: SyncState = if kept.is_empty() { SyncState::new() } else { kept.parse()? };
    /// let delta = client.sync("INBOX", &mut state).await?;
    /// println!("{} new, {} gone", delta.arrived.len(), delta.vanished.len());
    /// let kept = state.to_string();
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// What [`select`](Self::select) is refused with; [`ErrorKind::Protocol`] when the server's words
    /// do not agree with each other; [`ErrorKind::Limit`] when there is more to tell than
    /// [`Limits::buffered`](crate::Limits::buffered): in [steps](Self::sync_step) there is no such limit. The state
    /// is as it was then.
    ///
    /// # Cancel safety
    /// Cancel-safe: dropped, the state is as it was, and nothing is lost.
    pub async fn sync(
        &mut self,
        mailbox: impl IntoMailbox,
        state: &mut SyncState,
    ) -> Result<SyncDelta, Error> {
        let mut sync = MailboxSync::new(mailbox, state.clone())?;
        let (mut parts, mut held) = (Vec::new(), 0);
        while let Some(part) = self.sync_step(&mut sync).await? {
            held += part.held();
            let most = self.inner.limits().map_or(0, |limits| limits.buffered);
            if held > most {
                let message = format!("what has changed takes more than {most} bytes: take it in steps");
                return Err(Error::new(ErrorKind::Limit, message));
            }
            parts.push(part);
        }
        *state = sync.into_state();
        Ok(SyncDelta::join(parts))
    }

    /// The next part of a synchronisation; `None` when the mailbox is in step, and the next call would begin
    /// anew. With each part, and with the `None`, [`MailboxSync::state`] moves on by just what was told: kept together
    /// with what the caller does with the part, nothing is lost and nothing told twice, however often connections
    /// are lost half-way. What is told of a message in one part may be overtaken by a later one.
    ///
    /// ```no_run
    /// # use anyrfc_imap::{ImapClient, SyncDelta, SyncState};
    /// # fn store(_: &SyncDelta, _: &SyncState) {}
    /// # async fn example(client: &mut ImapClient, state: SyncState) -> Result<(), anyrfc_imap::Error> {
    /// use anyrfc_imap::MailboxSync;
    ///
    /// let mut sync = MailboxSync::new("INBOX", state)?;
    /// while let Some(delta) = client.sync_step(&mut sync).await? {
    ///     store(&delta, sync.state());
    /// }
    /// store(&SyncDelta::default(), sync.state());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`sync`](Self::sync). What was told before holds, and the state with it; the next call begins anew
    /// from there, with this client or another one.
    ///
    /// # Cancel safety
    /// Cancel-safe: the next call goes on where it was. Dropping `sync` lets its answers be drained.
    pub async fn sync_step(&mut self, sync: &mut MailboxSync) -> Result<Option<SyncDelta>, Error> {
        if self.capabilities().is_none() {
            self.known_capabilities().await?;
        }
        let step = poll_fn(|cx| sync.poll(cx, self)).await;
        match step {
            Err(error) if self.may_identify(&Err::<(), _>(error.clone())) => {
                self.identify_ourselves().await?;
                poll_fn(|cx| sync.poll(cx, self)).await
            }
            step => step,
        }
    }
}
