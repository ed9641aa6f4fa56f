//! Messages in an order, and in threads (RFC 5256).

use super::Selected;
use crate::{
    Error,
    codec::command::{SearchAnswer, UidSort, UidThread},
    types::{NumberList, SearchQuery, SearchReturn, SortOrder, ThreadAlgorithm, Threads, Uid},
};

impl Selected<'_> {
    /// The messages that a query matches, in this order (RFC 5256).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without SORT, or SORT=DISPLAY
    /// where that is needed, and nothing has been sent;
    /// [`ErrorKind::Refused`](crate::ErrorKind::Refused) when it does not take the query.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn sort(
        &mut self,
        order: impl Into<SortOrder>,
        query: &SearchQuery,
    ) -> Result<NumberList<Uid>, Error> {
        let answer = self.sort_for(order, query, SearchReturn::new()).await?;
        match answer.message_limit {
            Some(limit) => Err(Error::partial(limit)),
            None => Ok(answer.all),
        }
    }

    /// Only the first or the last of them, how many there are, a part, or all of that (RFC 5267).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without ESORT; otherwise as
    /// [`sort`](Self::sort).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn sort_for(
        &mut self,
        order: impl Into<SortOrder>,
        query: &SearchQuery,
        returns: SearchReturn,
    ) -> Result<SearchAnswer<Uid, NumberList<Uid>>, Error> {
        self.present()?;
        self.inner.run(UidSort::new(order, query.clone()).returning(returns)).await
    }

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
