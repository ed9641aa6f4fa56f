//! Annotations (RFC 5464).

use bytes::Bytes;

use super::{ImapClient, IntoMailbox};
use crate::{
    Error,
    codec::command::{GetMetadata, MetadataAnswer, SetMetadata},
    types::{Capability, MetadataEntry, MetadataTarget},
};

impl ImapClient {
    /// The value of an annotation of a mailbox; `None` where it has none. It is whatever somebody
    /// who was allowed to has put there.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without METADATA, and nothing has been
    /// sent; what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn mailbox_metadata(
        &mut self,
        mailbox: impl IntoMailbox,
        entry: &MetadataEntry,
    ) -> Result<Option<Bytes>, Error> {
        self.one_value(MetadataTarget::Mailbox(mailbox.into_mailbox()?), entry).await
    }

    /// The value of an annotation of the server; `None` where it has none.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without METADATA and METADATA-SERVER,
    /// and nothing has been sent; what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn server_metadata(&mut self, entry: &MetadataEntry) -> Result<Option<Bytes>, Error> {
        self.one_value(MetadataTarget::Server, entry).await
    }

    async fn one_value(
        &mut self,
        target: MetadataTarget,
        entry: &MetadataEntry,
    ) -> Result<Option<Bytes>, Error> {
        let answer = self.inner.run(GetMetadata::new(target, [entry.clone()])).await?;
        Ok(answer.value(entry).cloned())
    }

    /// Annotations with all that GETMETADATA has to offer: several entries, those below them, and
    /// only values that are not too large (RFC 5464, section 4.2). Values are held in memory; ask
    /// for a [`max_size`](GetMetadata::max_size) where they may be large.
    ///
    /// # Errors
    /// As [`mailbox_metadata`](Self::mailbox_metadata).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn metadata_with(&mut self, command: GetMetadata) -> Result<MetadataAnswer, Error> {
        self.inner.run(command).await
    }

    /// Sets and removes annotations, all or none of them (RFC 5464, section 4.3).
    ///
    /// # Errors
    /// As [`mailbox_metadata`](Self::mailbox_metadata); [`ErrorKind::Refused`](crate::ErrorKind::Refused)
    /// with [`Code::Metadata`](crate::Code::Metadata) says what is too large or too many.
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn set_metadata(&mut self, command: SetMetadata) -> Result<(), Error> {
        self.inner.run(command).await
    }

    /// Asks to be told what others change of annotations (RFC 5464, section 4.4): events with
    /// [`Data::Metadata`](crate::Data::Metadata), which name entries without their values. Whether it
    /// is on; it must be asked for before a mailbox is selected.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without ENABLE and METADATA, and nothing
    /// has been sent; what the server answers.
    ///
    /// # Cancel safety
    /// It may have been done or not: [`enabled`](Self::enabled) tells.
    pub async fn watch_metadata(&mut self) -> Result<bool, Error> {
        if self.capabilities().is_none() {
            self.refresh_capabilities().await?;
        }
        let wanted =
            if self.has(&Capability::Metadata) { Capability::Metadata } else { Capability::MetadataServer };
        if !self.has(&wanted) {
            return Err(Error::new(crate::ErrorKind::Unsupported, "the server lacks METADATA")
                .with_requirement(crate::rfc5464::METADATA_NEEDS_THE_CAPABILITY)
                .unsent());
        }
        self.enable([wanted.clone()]).await?;
        Ok(self.enabled().is_some_and(|enabled| enabled.has(&wanted)))
    }
}
