//! What mailboxes and messages are recognised by, and shown by (RFC 8474, RFC 8970), and what is
//! written on messages (RFC 5257).

use std::collections::BTreeMap;

use super::{ImapClient, Selected};
use crate::{
    Error, ErrorKind, StatusItem, StatusItems,
    codec::command::{List, ListReturn, Status, StoreAction, StoreAnswer, Stored},
    rfc8474,
    types::{
        Annotation, Capability, EmailId, FetchItems, ListEntry, MailboxIds, MailboxStatus, Pattern,
        SequenceSet, Uid, UidSet,
    },
};

/// So many previews are asked for at a time where the server may have to make them (RFC 8970,
/// section 4.2).
const PREVIEWS: usize = 50;

impl ImapClient {
    /// The identifiers of the mailboxes whose names match a pattern (RFC 8474): in one round trip
    /// where the server has LIST-STATUS, else in two.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without OBJECTID, and nothing has been sent; [`ErrorKind::Usage`]
    /// for a pattern that is none; what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answers are drained.
    pub async fn mailbox_ids(&mut self, pattern: &str) -> Result<MailboxIds, Error> {
        let pattern = Pattern::new(pattern)?;
        let items = || StatusItems::new().item(StatusItem::MailboxId);
        if !self.has(&Capability::ObjectId) {
            return Err(Error::new(ErrorKind::Unsupported, "the server lacks OBJECTID")
                .with_requirement(rfc8474::OBJECTID_NEEDS_THE_CAPABILITY)
                .unsent());
        }
        let with_status = List::new(pattern.clone()).returns(ListReturn::Status(items()));
        let statuses: Vec<MailboxStatus> = match self.inner.run(with_status).await {
            Ok(listed) => listed.into_iter().filter_map(|listed| listed.status).collect(),
            Err(error) if error.kind() == ErrorKind::Unsupported && error.is_unsent() => {
                let listed = self.inner.run(List::new(pattern)).await?;
                let selectable =
                    listed.into_iter().map(|listed| listed.entry).filter(ListEntry::is_selectable);
                let mut asked = Vec::new();
                for entry in selectable {
                    asked.push(self.inner.submit(Status::new(entry.mailbox, items()))?);
                }
                let mut statuses = Vec::with_capacity(asked.len());
                for ticket in asked {
                    match self.inner.finish(ticket).await {
                        // It was deleted in between, say.
                        Err(error) if error.kind() == ErrorKind::Refused => {}
                        status => statuses.push(status?),
                    }
                }
                statuses
            }
            Err(error) => return Err(error),
        };
        Ok(statuses.into_iter().filter_map(|status| Some((status.mailbox, status.mailbox_id?))).collect())
    }
}

impl Selected<'_> {
    /// Which content messages have (RFC 8474): to be asked of new ones before they are fetched, since
    /// those whose identifier is known already have only been copied or moved.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without OBJECTID, and nothing has been sent; what the server
    /// answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn email_ids(
        &mut self,
        uids: impl Into<SequenceSet>,
    ) -> Result<BTreeMap<Uid, EmailId<'static>>, Error> {
        let mut ids = BTreeMap::new();
        let rows = self.fetch(uids, FetchItems::new().email_id())?;
        rows.for_each(|row| {
            let id = row.email_id().and_then(|id| id.parsed());
            if let (Some(uid), Some(id)) = (row.uid(), id) {
                ids.insert(uid, id.into_owned());
            }
        })
        .await?;
        Ok(ids)
    }

    /// The beginnings of messages, as plain text (RFC 8970): first what the server has at hand, then
    /// the others, few at a time. Empty where there is nothing to be shown; not to be asked for again
    /// then. They are approximations, which the server may make anew.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without PREVIEW, and nothing has been sent; what the server
    /// answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answers are drained.
    pub async fn previews(&mut self, uids: &UidSet) -> Result<BTreeMap<Uid, String>, Error> {
        let mut previews = BTreeMap::new();
        let mut late = Vec::new();
        let rows = self.fetch(uids, FetchItems::new().lazy_preview())?;
        rows.for_each(|row| match (row.uid(), row.preview().and_then(|preview| preview.parsed())) {
            (Some(uid), Some(Some(text))) => drop(previews.insert(uid, text.text().into_owned())),
            (Some(uid), Some(None)) => late.push(uid),
            _ => {}
        })
        .await?;
        for batch in late.chunks(PREVIEWS) {
            let batch: UidSet = batch.iter().copied().collect();
            let rows = self.fetch(batch, FetchItems::new().preview())?;
            rows.for_each(|row| {
                let text = row.preview().and_then(|preview| preview.parsed()).flatten();
                if let (Some(uid), Some(text)) = (row.uid(), text) {
                    previews.insert(uid, text.text().into_owned());
                }
            })
            .await?;
        }
        Ok(previews)
    }

    /// Stores annotations of messages (RFC 5257, section 4.5), each with or without a value; those
    /// not named stay as they are. The server tells nothing of it. Returns the messages that it
    /// left alone, as [`store`](Self::store) does.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without ANNOTATE-EXPERIMENT-1, and in a mailbox that has none, or
    /// none that are private or can be written; [`ErrorKind::Refused`] for a value that is larger
    /// than the mailbox takes. Nothing has been sent then. What the server answers:
    /// [`Code::AnnotateTooBig`](crate::Code::AnnotateTooBig),
    /// [`Code::AnnotateTooMany`](crate::Code::AnnotateTooMany).
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn annotate(
        &mut self,
        uids: impl Into<SequenceSet>,
        annotations: impl Into<Vec<Annotation>>,
    ) -> Result<StoreAnswer, Error> {
        self.store(uids, StoreAction::Replace, Stored::Annotations(annotations.into())).await
    }
}
