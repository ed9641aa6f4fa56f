//! What concerns the session as a whole (RFC 8437, RFC 9698).

use super::ImapClient;
use crate::{
    Error,
    codec::command::{GetJmapAccess, Unauthenticate},
};

impl ImapClient {
    /// Logs out without ending the connection (RFC 8437): no mailbox is selected, nothing is
    /// enabled, and somebody else may [log in](Self::authenticate). For clients that act for many
    /// users, one after the other.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without UNAUTHENTICATE, and where
    /// the login has put in a security layer of its own: nothing has been sent then.
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the server rather ends the connection.
    ///
    /// # Cancel safety
    /// It may have been done or not: [`is_authenticated`](Self::is_authenticated) tells.
    pub async fn unauthenticate(&mut self) -> Result<(), Error> {
        let ticket = self.submit(Unauthenticate)?;
        self.inner.finish(ticket).await.map(drop)
    }

    /// Nobody knows any more whom the server takes us for: no URL of a user is served, and no login
    /// is gone on with.
    pub(super) fn forget_user(&mut self) {
        self.unsettled = None;
        self.by_command = false;
        self.actor = None;
        self.inner.login = None;
    }

    /// Where the same mail is to be had by JMAP, with the same credentials: the URL of its session
    /// (RFC 9698). It is told and never followed.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without JMAPACCESS, and nothing
    /// has been sent; what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn jmap_session(&mut self) -> Result<String, Error> {
        self.inner.run(GetJmapAccess).await
    }
}
