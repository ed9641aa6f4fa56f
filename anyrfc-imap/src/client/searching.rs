//! Searches beyond the plain one: in parts (RFC 9394), in several mailboxes (RFC 7377), and on
//! servers that do not look at all messages at a time (RFC 9738).

use super::{ImapClient, Selected};
use crate::{
    Error,
    codec::command::{MultiSearch, MultiSearchAnswer, Page, UidCopy, UidSearch},
    rfc9394, rfc9738,
    types::{
        Capability, CopyUid, MailboxName, MessageLimit, PartialRange, SearchQuery, SearchReturn,
        SearchSources, SequenceSet, Uid, UidSet,
    },
};

impl ImapClient {
    /// The messages that a query matches in several mailboxes (RFC 7377), by UID, mailbox by
    /// mailbox. The mailbox that is selected stays so.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without MULTISEARCH;
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for the selected mailbox where there is none;
    /// otherwise as [`Selected::search`].
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn search_in(
        &mut self,
        sources: SearchSources,
        query: &SearchQuery,
    ) -> Result<MultiSearchAnswer, Error> {
        self.inner.run(MultiSearch::new(sources, query.clone())).await
    }

    /// The same, and only what is wanted of each mailbox: as [`Selected::search_for`].
    ///
    /// # Errors
    /// As [`search_in`](Self::search_in).
    ///
    /// # Cancel safety
    /// As [`search_in`](Self::search_in).
    pub async fn search_in_for(
        &mut self,
        sources: SearchSources,
        query: &SearchQuery,
        returns: SearchReturn,
    ) -> Result<MultiSearchAnswer, Error> {
        self.inner.run(MultiSearch::new(sources, query.clone()).returning(returns)).await
    }
}

impl Selected<'_> {
    /// A part of the messages that a query matches (RFC 9394; RFC 5267, section 4.4): a page of
    /// the result, which may be asked for in any order. The last one is shorter, and those behind
    /// it are empty.
    ///
    /// Where the server can, it is told that there will be more of the same.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without PARTIAL, or for a range
    /// from the start `CONTEXT=SEARCH`; [`ErrorKind::Limit`](crate::ErrorKind::Limit) where the
    /// server has not looked at all messages; otherwise as [`search`](Self::search).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn search_page(
        &mut self,
        query: &SearchQuery,
        range: PartialRange,
    ) -> Result<Page<UidSet>, Error> {
        self.present()?;
        let mut returns = SearchReturn::new().partial(range);
        if self.has(&Capability::ContextSearch) {
            returns = returns.context();
        }
        let answer = self.inner.run(UidSearch::new(query.clone()).returning(returns)).await?;
        if let Some(limit) = answer.message_limit {
            return Err(Error::partial(limit));
        }
        if answer.partial.is_none() && !answer.all.is_empty() {
            // Not the page, which would seem to be empty.
            let what = "the answer holds no PARTIAL, and yet results";
            return Err(Error::violation(rfc9394::RANGE_IS_RETURNED, what));
        }
        let page = answer.partial.unwrap_or_else(|| Page::empty(range));
        if page.range != range {
            let what = "PARTIAL is of another range than was asked for";
            return Err(Error::violation(rfc9394::RANGE_IS_RETURNED, what));
        }
        Ok(page)
    }

    /// Searches again below what the server has looked at, until it has looked at everything.
    pub(super) async fn search_whole(&mut self, query: &SearchQuery) -> Result<UidSet, Error> {
        let mut found = UidSet::new();
        let mut below: Option<Uid> = None;
        loop {
            let query = match below.and_then(|below| Uid::new(below.get() - 1)) {
                Some(last) => query.clone() & SearchQuery::uids(SequenceSet::range(FIRST, last)),
                None => query.clone(),
            };
            let answer = self.inner.run(UidSearch::new(query)).await?;
            found = if found.is_empty() { answer.all } else { found.union(&answer.all) };
            let Some(limit) = answer.message_limit else { return Ok(found) };
            let Some(lowest) = limit.lowest else { return Err(Error::partial(limit)) };
            if below.is_some_and(|below| lowest >= below) {
                let what = "the server has looked at other messages than were asked for";
                return Err(Error::violation(rfc9738::HIGHEST_UIDS_COME_FIRST, what));
            }
            if lowest == FIRST {
                return Ok(found);
            }
            below = Some(lowest);
        }
    }

    /// Copies, and fewer at a time where the server refuses so many.
    pub(super) async fn copy_whole(
        &mut self,
        uids: SequenceSet,
        to: MailboxName,
    ) -> Result<Vec<CopyUid>, Error> {
        let copy = UidCopy::new(uids.clone(), to.clone());
        let limit = match self.inner.run(copy).await {
            Err(error) => match error.message_limit() {
                Some(limit) if error.refusal().is_some() => limit,
                _ => return Err(error),
            },
            copies => return copies,
        };
        let mut copies = Vec::new();
        for some in self.apart(uids, limit).await? {
            copies.extend(self.inner.run(UidCopy::new(some, to.clone())).await?);
        }
        Ok(copies)
    }

    /// The same messages, no more at a time than the server works on.
    async fn apart(&mut self, uids: SequenceSet, limit: MessageLimit) -> Result<Vec<SequenceSet>, Error> {
        // Of what lies between two bounds only the server knows how many there are.
        let line = self.inner.connection().map_or(0, |connection| connection.dialect().line_limit());
        let mut there = UidSet::new();
        for part in uids.split(line.saturating_sub(super::selected::SEARCH)) {
            there = there.union(&self.search_whole(&SearchQuery::uids(part)).await?);
        }
        let most = usize::try_from(limit.limit).unwrap_or(usize::MAX);
        let all: Vec<Uid> = there.iter().collect();
        if all.len() <= most {
            // It has refused no more than it says it takes.
            return Err(Error::partial(limit));
        }
        Ok(all.chunks(most).map(|some| some.iter().copied().collect::<UidSet>().into()).collect())
    }
}

/// The lowest there can be.
const FIRST: Uid = match Uid::new(1) {
    Some(first) => first,
    None => Uid::MAX,
};
