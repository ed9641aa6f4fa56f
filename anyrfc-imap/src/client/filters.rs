//! Searches that the server keeps (RFC 5466).

use super::ImapClient;
use crate::{
    Error, ErrorKind,
    codec::command::{GetMetadata, MetadataDepth, SetMetadata},
    rfc5466,
    types::{Capability, Filter, FilterDescription, FilterName, MetadataEntry, MetadataTarget, SearchQuery},
};

impl ImapClient {
    /// Keeps a search under a name, for the user alone, in the place of what was kept so before. It is
    /// searched by with [`SearchQuery::filter`].
    ///
    /// It is kept in UTF-8, with parentheses around each key that comes from an extension, so that
    /// other clients can show those that they know.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without FILTERS, and nothing has been sent;
    /// [`ErrorKind::Refused`] with [`Code::Metadata`](crate::Code::Metadata) says that there are too many.
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn set_filter(&mut self, name: &FilterName, query: &SearchQuery) -> Result<(), Error> {
        self.store_filter(&name.private_values(), query).await
    }

    /// The same for everybody who has an account: they can read what is looked for. Where a user has a
    /// filter of that name, it is the one that counts for them.
    ///
    /// # Errors
    /// As [`set_filter`](Self::set_filter).
    ///
    /// # Cancel safety
    /// As [`set_filter`](Self::set_filter).
    pub async fn share_filter(&mut self, name: &FilterName, query: &SearchQuery) -> Result<(), Error> {
        self.store_filter(&name.shared_values(), query).await
    }

    /// Keeps how the user calls a filter; `None` forgets it.
    ///
    /// # Errors
    /// As [`set_filter`](Self::set_filter).
    ///
    /// # Cancel safety
    /// As [`set_filter`](Self::set_filter).
    pub async fn describe_filter(
        &mut self,
        name: &FilterName,
        description: Option<&FilterDescription>,
    ) -> Result<(), Error> {
        self.store_description(&name.private_descriptions(), description).await
    }

    /// Keeps what a filter is called for everybody; `None` forgets it.
    ///
    /// # Errors
    /// As [`set_filter`](Self::set_filter).
    ///
    /// # Cancel safety
    /// As [`set_filter`](Self::set_filter).
    pub async fn describe_shared_filter(
        &mut self,
        name: &FilterName,
        description: Option<&FilterDescription>,
    ) -> Result<(), Error> {
        self.store_description(&name.shared_descriptions(), description).await
    }

    /// Deletes the filters of this name, the user's own and the one for everybody, with what they are
    /// called: all or nothing. Who may not change what is for everybody can delete only their own, with
    /// [`set_metadata`](Self::set_metadata) and [`FilterName::private_values`].
    ///
    /// # Errors
    /// As [`set_filter`](Self::set_filter).
    ///
    /// # Cancel safety
    /// As [`set_filter`](Self::set_filter).
    pub async fn delete_filter(&mut self, name: &FilterName) -> Result<(), Error> {
        self.need_filters().await?;
        let mut command = SetMetadata::new(MetadataTarget::Server);
        for entry in entries(name)? {
            command = command.remove(entry);
        }
        self.inner.run(command).await
    }

    /// The filters that the server keeps: the user's own, and those for everybody.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without FILTERS, and nothing has been sent; what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn filters(&mut self) -> Result<Vec<Filter>, Error> {
        self.need_filters().await?;
        let roots = Filter::ROOTS.into_iter().map(MetadataEntry::new).collect::<Result<Vec<_>, _>>()?;
        let command = GetMetadata::new(MetadataTarget::Server, roots).depth(MetadataDepth::One);
        Ok(self.inner.run(command).await?.into_filters())
    }

    /// The filter of this name; `None` where there is none.
    ///
    /// # Errors
    /// As [`filters`](Self::filters).
    ///
    /// # Cancel safety
    /// As [`filters`](Self::filters).
    pub async fn filter(&mut self, name: &FilterName) -> Result<Option<Filter>, Error> {
        self.need_filters().await?;
        let command = GetMetadata::new(MetadataTarget::Server, entries(name)?);
        let filters = self.inner.run(command).await?.into_filters();
        Ok(filters.into_iter().find(|filter| filter.name.as_str().eq_ignore_ascii_case(name.as_str())))
    }

    async fn store_filter(&mut self, entry: &str, query: &SearchQuery) -> Result<(), Error> {
        self.need_filters().await?;
        let command = SetMetadata::new(MetadataTarget::Server).filter(MetadataEntry::new(entry)?, query)?;
        self.inner.run(command).await
    }

    async fn store_description(
        &mut self,
        entry: &str,
        description: Option<&FilterDescription>,
    ) -> Result<(), Error> {
        self.need_filters().await?;
        let (entry, command) = (MetadataEntry::new(entry)?, SetMetadata::new(MetadataTarget::Server));
        let command = match description {
            Some(description) => command.filter_description(entry, description),
            None => command.remove(entry),
        };
        self.inner.run(command).await
    }

    /// A server without filters would keep annotations that nothing searches by.
    async fn need_filters(&mut self) -> Result<(), Error> {
        if self.capabilities().is_none() {
            self.refresh_capabilities().await?;
        }
        if self.has(&Capability::Filters) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Unsupported, "the server lacks FILTERS")
            .with_requirement(rfc5466::FILTER_NEEDS_THE_CAPABILITY)
            .unsent())
    }
}

/// All that a server keeps of a filter.
fn entries(name: &FilterName) -> Result<Vec<MetadataEntry>, Error> {
    Filter::ROOTS.into_iter().map(|root| MetadataEntry::new(&format!("{root}/{name}"))).collect()
}
