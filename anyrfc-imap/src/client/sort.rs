//! Messages in an order, and in threads (RFC 5256).

use super::Selected;
use crate::{
    Error,
    codec::command::UidThread,
    types::{SearchQuery, ThreadAlgorithm, Threads, Uid},
};

impl Selected<'_> {
    /// The messages that a query matches, put together to threads by the server (RFC 5256).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) where the server does not know the
    /// algorithm, and nothing has been sent; [`ErrorKind::Refused`](crate::ErrorKind::Refused) when
    /// it does not take the query.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn threads(
        &mut self,
        algorithm: ThreadAlgorithm,
        query: &SearchQuery,
    ) -> Result<Threads<Uid>, Error> {
        self.present()?;
        self.inner.run(UidThread::new(algorithm, query.clone())).await
    }
}
