//! Access control lists (RFC 4314).

use super::{ImapClient, IntoMailbox};
use crate::{
    Error,
    codec::command::{DeleteAcl, GetAcl, ListRights, MyRights, SetAcl},
    types::{Acl, AclIdentifier, ListedRights, Rights},
};

impl ImapClient {
    /// What the user may do with a mailbox (RFC 4314, section 3.5). On servers of RFC 2086
    /// [`Rights::allow`] knows what the old rights stand for.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without ACL, and nothing has been sent;
    /// what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn my_rights(&mut self, mailbox: impl IntoMailbox) -> Result<Rights, Error> {
        self.inner.run(MyRights::new(mailbox.into_mailbox()?)).await
    }

    /// Who may do what with a mailbox (RFC 4314, section 3.3).
    ///
    /// # Errors
    /// As [`my_rights`](Self::my_rights).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn acl(&mut self, mailbox: impl IntoMailbox) -> Result<Acl, Error> {
        self.inner.run(GetAcl::new(mailbox.into_mailbox()?)).await
    }

    /// Which rights can be given to somebody (RFC 4314, section 3.4).
    ///
    /// # Errors
    /// As [`my_rights`](Self::my_rights).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn grantable_rights(
        &mut self,
        mailbox: impl IntoMailbox,
        identifier: &AclIdentifier,
    ) -> Result<ListedRights, Error> {
        self.inner.run(ListRights::new(mailbox.into_mailbox()?, identifier.clone())).await
    }

    /// Gives or takes rights (RFC 4314, section 3.1). Users are to be warned before
    /// [everybody gets control](SetAcl::gives_control_to_anyone).
    ///
    /// # Errors
    /// As [`my_rights`](Self::my_rights), also for rights that the server does not advertise;
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for those that are none.
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn set_acl(&mut self, change: SetAcl) -> Result<(), Error> {
        self.inner.run(change).await
    }

    /// Removes somebody's entry from the list (RFC 4314, section 3.2). It takes no rights that come
    /// from other entries.
    ///
    /// # Errors
    /// As [`my_rights`](Self::my_rights).
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn delete_acl(
        &mut self,
        mailbox: impl IntoMailbox,
        identifier: &AclIdentifier,
    ) -> Result<(), Error> {
        self.inner.run(DeleteAcl::new(mailbox.into_mailbox()?, identifier.clone())).await
    }
}
