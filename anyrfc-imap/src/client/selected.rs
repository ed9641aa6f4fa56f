//! The mailbox that is selected (RFC 9051, sections 6.3.2 and 6.4).

use std::{
    future::poll_fn,
    ops::{Deref, DerefMut},
    task::Poll,
};

use super::{BodyReader, Event, Fetch, Identify, ImapClient, IntoMailbox, Watch, body::Wanted, login::says};
use crate::{
    Error, ErrorKind,
    codec::command::{
        Close, Expunge, Expunged, Moved, SearchAnswer, SelectAnswer, StoreAction, StoreAnswer, Stored,
        UidExpunge, UidFetch, UidMove, UidSearch, UidStore, Unselect,
    },
    proto::{self, Mailbox},
    types::{
        Bound, Capability, CopyUid, FetchItem, FetchItems, Flag, MailboxName, PartPath, SearchQuery,
        SearchReturn, Section, SequenceSet, Uid, UidSet, UidValidity,
    },
};

/// The mailbox that is selected: what it holds, and what can be done to it.
///
/// Messages are named by their UIDs, which hold as long as the mailbox keeps its
/// [UIDVALIDITY](Self::uid_validity). The guard is the client too: whatever else it can do is
/// done through it. When thereby another mailbox is selected, or the UIDVALIDITY changes, the methods of
/// the guard refuse to work: no UID is ever applied to another mailbox's messages.
///
/// Dropping it leaves the mailbox selected; [`ImapClient::selected`] gives it back.
#[derive(Debug)]
pub struct Selected<'a> {
    client: &'a mut ImapClient,
    name: MailboxName,
    uid_validity: Option<UidValidity>,
}

/// As long as a search by UIDs can be without them.
pub(super) const SEARCH: usize = 100;

/// What has become of messages to be moved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Relocation {
    /// They are there, and here no longer.
    Moved(Moved),
    /// They are there, and here they are marked `\Deleted`: the server has neither MOVE nor
    /// UIDPLUS, and a plain EXPUNGE would destroy what others have marked.
    MarkedDeleted(Vec<CopyUid>),
}

impl Relocation {
    /// What was copied where, as far as the server says so.
    #[must_use]
    pub fn copies(&self) -> &[CopyUid] {
        match self {
            Self::Moved(moved) => &moved.copies,
            Self::MarkedDeleted(copies) => copies,
        }
    }
}

impl ImapClient {
    /// Selects a mailbox, to read and to write (RFC 9051, section 6.3.2).
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the server does not open it; none is selected then.
    ///
    /// # Cancel safety
    /// Cancel-safe: [`selected`](Self::selected) tells whether it was.
    pub async fn select(&mut self, mailbox: impl IntoMailbox) -> Result<Selected<'_>, Error> {
        self.open(mailbox.into_mailbox()?, false).await
    }

    /// Selects a mailbox, to read only (RFC 9051, section 6.3.3): nothing in it changes.
    ///
    /// # Errors
    /// As [`select`](Self::select).
    ///
    /// # Cancel safety
    /// As [`select`](Self::select).
    pub async fn examine(&mut self, mailbox: impl IntoMailbox) -> Result<Selected<'_>, Error> {
        self.open(mailbox.into_mailbox()?, true).await
    }

    async fn open(&mut self, mailbox: MailboxName, read_only: bool) -> Result<Selected<'_>, Error> {
        let mut answer = self.open_once(mailbox.clone(), read_only).await;
        if self.may_identify(&answer) {
            self.identify_ourselves().await?;
            answer = self.open_once(mailbox, read_only).await;
        }
        answer?;
        self.selected().ok_or_else(|| Error::closed("the mailbox was closed at once"))
    }

    /// Whether the server opens no mailbox to a client that has not said what it is.
    pub(super) fn may_identify<T>(&self, answer: &Result<T, Error>) -> bool {
        answer.as_ref().is_err_and(|error| says(error, "unsafe login"))
            && !self.identified
            && self.origin.builder.identify != Identify::Never
            && self.has(&Capability::Id)
    }

    async fn open_once(&mut self, mailbox: MailboxName, read_only: bool) -> Result<SelectAnswer, Error> {
        use crate::codec::command::{Examine, Select};
        if read_only {
            self.inner.run(Examine::new(mailbox)).await
        } else {
            self.inner.run(Select::new(mailbox)).await
        }
    }

    /// The mailbox that is selected already, without asking the server.
    #[must_use]
    pub fn selected(&mut self) -> Option<Selected<'_>> {
        let mailbox = self.mailbox()?;
        let (name, uid_validity) = (mailbox.name.clone(), mailbox.uid_validity);
        Some(Selected { client: self, name, uid_validity })
    }
}

impl Selected<'_> {
    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &MailboxName {
        &self.name
    }

    /// What its UIDs hold for: to be kept with them. `None` where the server has none that last.
    #[must_use]
    pub const fn uid_validity(&self) -> Option<UidValidity> {
        self.uid_validity
    }

    /// What is known of it at present.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] when it is selected no longer, or a command that leaves it was submitted.
    pub fn present(&self) -> Result<&Mailbox, Error> {
        let now = self.current()?;
        if self.client.inner.connection().is_some_and(proto::Connection::is_leaving_mailbox) {
            let message = format!("a command was submitted that leaves the mailbox {}", self.name);
            return Err(Error::usage(message));
        }
        Ok(now)
    }

    fn current(&self) -> Result<&Mailbox, Error> {
        let now = self.client.mailbox().filter(|now| now.name == self.name);
        let Some(now) = now else {
            return Err(Error::usage(format!("the mailbox {} is selected no longer", self.name)));
        };
        if now.uid_validity != self.uid_validity {
            return Err(Error::usage("the UIDs of the mailbox have lost their meaning: select it anew"));
        }
        Ok(now)
    }

    fn known<T>(&self, value: impl FnOnce(&Mailbox) -> T) -> Option<T> {
        self.current().ok().map(value)
    }

    /// How many messages there are.
    #[must_use]
    pub fn exists(&self) -> u32 {
        self.known(|mailbox| mailbox.exists).unwrap_or_default()
    }

    /// The UID that the next message is likely to get, where the server says so.
    #[must_use]
    pub fn uid_next(&self) -> Option<Uid> {
        self.known(|mailbox| mailbox.uid_next)?
    }

    /// Whether it can only be read.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.known(|mailbox| mailbox.read_only).unwrap_or(true)
    }

    /// The flags that its messages have.
    #[must_use]
    pub fn flags(&self) -> &[Flag] {
        self.current().map_or(&[], |mailbox| &mailbox.flags)
    }

    /// The flags that can be changed for good; `None` where the server says nothing, which
    /// means all of them. [`Flag::WILDCARD`] among them means that there may be new ones.
    #[must_use]
    pub fn permanent_flags(&self) -> Option<&[Flag]> {
        self.current().ok()?.permanent_flags.as_deref()
    }

    /// The messages that a query matches (RFC 9051, section 6.4.4), by UID.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for a key that the server does not know;
    /// [`ErrorKind::Refused`] when it does not take the query, one for text outside
    /// ASCII perhaps (`BADCHARSET`).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn search(&mut self, query: &SearchQuery) -> Result<UidSet, Error> {
        self.present()?;
        self.search_whole(query).await
    }

    /// Only how many messages match, the first or the last of them, or all of that; with
    /// `save` they are remembered as [`SequenceSet::saved`] (RFC 4731, RFC 5182).
    ///
    /// Where the server has not looked at all messages, the answer
    /// [says so](SearchAnswer::message_limit); what it has saved is cut short then (RFC 9738).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without ESEARCH, or SEARCHRES; otherwise as [`search`](Self::search).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn search_for(
        &mut self,
        query: &SearchQuery,
        returns: SearchReturn,
    ) -> Result<SearchAnswer<Uid>, Error> {
        self.present()?;
        self.inner.run(UidSearch::new(query.clone()).returning(returns)).await
    }

    /// Fetches items of messages (RFC 9051, section 6.4.5). The rows come as a stream, in the
    /// order that the server chooses; none where a message is gone.
    ///
    /// Whether a message counts as read depends on the items: those that are asked for by
    /// `peek` leave it unread.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] when the mailbox is selected no longer; [`ErrorKind::Unsupported`]
    /// for an item that the server does not know. Nothing has been sent then.
    pub fn fetch(
        &mut self,
        uids: impl Into<SequenceSet>,
        items: impl Into<FetchItems>,
    ) -> Result<Fetch<'_>, Error> {
        self.present()?;
        let uids = uids.into();
        if uids.is_empty() {
            return Ok(Fetch::new(&mut self.client.inner, []));
        }
        Fetch::whole(&mut self.client.inner, UidFetch::new(uids, items))
    }

    /// Fetches one section of a message as a reader, without marking it as read, in bounded
    /// memory however large it is. `None` where the message or the section is not there.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch), and what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: what is not read is drained.
    pub async fn fetch_body(&mut self, uid: Uid, section: Section) -> Result<Option<BodyReader<'_>>, Error> {
        let item = FetchItem::Section { section: section.clone(), peek: true, partial: None };
        self.body(uid, item, Wanted::Section(section)).await
    }

    /// Fetches one part of a message as a reader, its transfer encoding removed by the
    /// server (BINARY, IMAP4rev2). Otherwise as [`fetch_body`](Self::fetch_body).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without BINARY; [`ErrorKind::Refused`] when the server cannot
    /// decode it (`UNKNOWN-CTE`).
    ///
    /// # Cancel safety
    /// As [`fetch_body`](Self::fetch_body).
    pub async fn fetch_binary(&mut self, uid: Uid, part: PartPath) -> Result<Option<BodyReader<'_>>, Error> {
        let item = FetchItem::Binary { part: part.clone(), partial: None, peek: true };
        self.body(uid, item, Wanted::Binary(part)).await
    }

    async fn body(
        &mut self,
        uid: Uid,
        item: FetchItem,
        wanted: Wanted,
    ) -> Result<Option<BodyReader<'_>>, Error> {
        self.present()?;
        let ticket = self.inner.submit(UidFetch::new(uid, FetchItems::from(item)))?;
        BodyReader::new(&mut self.client.inner, ticket, wanted).begin().await
    }

    /// Changes the flags of messages (RFC 9051, section 6.4.6). Returns those that the server
    /// left alone, since they had changed meanwhile (`MODIFIED`).
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the server does not do it.
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn store(
        &mut self,
        uids: impl Into<SequenceSet>,
        action: StoreAction,
        what: impl Into<Stored>,
    ) -> Result<StoreAnswer, Error> {
        self.present()?;
        let uids = uids.into();
        if uids.is_empty() {
            return Ok(StoreAnswer::default());
        }
        self.inner.run_whole(UidStore::new(uids, action, what).silent()).await
    }

    /// Adds flags; see [`store`](Self::store).
    ///
    /// # Errors
    /// As [`store`](Self::store).
    ///
    /// # Cancel safety
    /// As [`store`](Self::store).
    pub async fn add_flags(
        &mut self,
        uids: impl Into<SequenceSet>,
        flags: impl Into<Vec<Flag>>,
    ) -> Result<StoreAnswer, Error> {
        self.store(uids, StoreAction::Add, flags.into()).await
    }

    /// Takes flags away; see [`store`](Self::store).
    ///
    /// # Errors
    /// As [`store`](Self::store).
    ///
    /// # Cancel safety
    /// As [`store`](Self::store).
    pub async fn remove_flags(
        &mut self,
        uids: impl Into<SequenceSet>,
        flags: impl Into<Vec<Flag>>,
    ) -> Result<StoreAnswer, Error> {
        self.store(uids, StoreAction::Remove, flags.into()).await
    }

    /// Copies messages to another mailbox (RFC 9051, section 6.4.7). Returns what became of
    /// which message, where the server says so.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the server does not do it: `TRYCREATE` where the other
    /// mailbox could be created first.
    ///
    /// # Cancel safety
    /// They are copied all or not at all; of more than one command holds, or than the server copies
    /// at a time (`MESSAGELIMIT`), as many as one names.
    pub async fn copy(
        &mut self,
        uids: impl Into<SequenceSet>,
        to: impl IntoMailbox,
    ) -> Result<Vec<CopyUid>, Error> {
        self.present()?;
        let uids = uids.into();
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        self.copy_whole(uids, to.into_mailbox()?).await
    }

    /// Moves messages to another mailbox: by MOVE where the server has it (RFC 9051, section
    /// 6.4.8), otherwise by copying, marking as deleted, and expunging just these: those
    /// that are there when it begins. Without UIDPLUS it stops after the second step, and says so.
    ///
    /// # Errors
    /// As [`copy`](Self::copy). Where a later step fails, the copies are there already.
    ///
    /// # Cancel safety
    /// By MOVE each message is in one of the two mailboxes; otherwise it may be in both.
    pub async fn move_to(
        &mut self,
        uids: impl Into<SequenceSet>,
        to: impl IntoMailbox,
    ) -> Result<Relocation, Error> {
        self.present()?;
        let (uids, to) = (uids.into(), to.into_mailbox()?);
        if uids.is_empty() {
            return Ok(Relocation::Moved(Moved::default()));
        }
        match self.inner.run_whole(UidMove::new(uids.clone(), to.clone())).await {
            Err(error) if error.kind() == ErrorKind::Unsupported && error.is_unsent() => {}
            result => return Ok(Relocation::Moved(result?)),
        }
        let uids = self.named(uids).await?;
        if uids.is_empty() {
            return Ok(Relocation::Moved(Moved::default()));
        }
        let copies = self.copy_whole(uids.clone(), to).await?;
        let deleted = UidStore::new(uids.clone(), StoreAction::Add, Flag::Deleted).silent();
        self.inner.run_whole(deleted).await?;
        match self.inner.run_whole(UidExpunge::new(uids)).await {
            Ok(Expunged { numbers, vanished }) => {
                Ok(Relocation::Moved(Moved { copies, expunged: numbers, vanished }))
            }
            Err(error) if error.kind() == ErrorKind::Unsupported && error.is_unsent() => {
                Ok(Relocation::MarkedDeleted(copies))
            }
            Err(error) => Err(error),
        }
    }

    /// The same messages, and none that comes later: between two commands about `5:*` a message may
    /// come, of which the second one would do what the first one has not done. UIDs below the one
    /// that is next are given to no new message (RFC 9051, section 2.3.1.1).
    async fn named(&mut self, uids: SequenceSet) -> Result<SequenceSet, Error> {
        let next = self.uid_next().map_or(1, Uid::get);
        let lasts = |(from, to): &(Bound, Bound)| match (from, to) {
            (Bound::Number(from), Bound::Number(to)) => from.max(to).get() < next,
            _ => false,
        };
        if uids.ranges().is_none_or(|ranges| ranges.iter().all(lasts)) {
            return Ok(uids);
        }
        let line = self.inner.connection().map_or(0, |connection| connection.dialect().line_limit());
        let mut found = UidSet::new();
        for part in uids.split(line.saturating_sub(SEARCH)) {
            found = found.union(&self.search_whole(&SearchQuery::uids(part)).await?);
        }
        Ok(found.into())
    }

    /// Removes those of these messages for good that are marked `\Deleted` (RFC 9051, section 6.4.9).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the server cannot remove some and leave others
    /// (UIDPLUS, IMAP4rev2): nothing has been sent, and [`expunge_all`](Self::expunge_all) is
    /// what there is.
    ///
    /// # Cancel safety
    /// They may be gone or not.
    pub async fn expunge(&mut self, uids: impl Into<SequenceSet>) -> Result<Expunged, Error> {
        self.present()?;
        let uids = uids.into();
        if uids.is_empty() {
            return Ok(Expunged::default());
        }
        self.inner.run_whole(UidExpunge::new(uids)).await
    }

    /// Removes every message for good that is marked `\Deleted`, by whomever (RFC 9051,
    /// section 6.4.3).
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the server does not do it.
    ///
    /// # Cancel safety
    /// They may be gone or not.
    pub async fn expunge_all(&mut self) -> Result<Expunged, Error> {
        self.present()?;
        self.inner.run(Expunge).await
    }

    /// What happens in the mailbox, as a stream: by IDLE, which is renewed in time
    /// (RFC 9051, section 6.3.13), or by asking now and then where the server has no IDLE.
    /// Dropped, it gives the connection back.
    pub fn watch(&mut self) -> Watch<'_> {
        self.client.watch()
    }

    /// The same by IDLE alone.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the server has no IDLE, and nothing has been sent.
    pub fn idle(&mut self) -> Result<Watch<'_>, Error> {
        self.present()?;
        Watch::idle(self.client)
    }

    /// The client, for what has nothing to do with this mailbox.
    pub const fn client(&mut self) -> &mut ImapClient {
        self.client
    }

    /// Leaves the mailbox, and removes for good what is marked `\Deleted` in it, unless it can
    /// only be read (RFC 9051, section 6.4.1).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] when it is selected no longer; what the server answers.
    ///
    /// # Cancel safety
    /// It may have been left or not.
    pub async fn close(self) -> Result<(), Error> {
        self.present()?;
        self.client.inner.run(Close).await
    }

    /// Leaves the mailbox as it is (RFC 9051, section 6.4.2).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the server has no UNSELECT; otherwise as [`close`](Self::close).
    ///
    /// # Cancel safety
    /// It may have been left or not.
    pub async fn unselect(self) -> Result<(), Error> {
        self.present()?;
        self.client.inner.run(Unselect).await
    }
}

impl Deref for Selected<'_> {
    type Target = ImapClient;

    fn deref(&self) -> &ImapClient {
        self.client
    }
}

impl DerefMut for Selected<'_> {
    fn deref_mut(&mut self) -> &mut ImapClient {
        self.client
    }
}

impl ImapClient {
    /// The next thing that the server tells of itself, when it does: while nothing else is
    /// asked, that is by chance, unless it was asked to by [`Selected::watch`].
    ///
    /// # Errors
    /// What ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: no event is lost.
    pub async fn next_event(&mut self) -> Result<Event, Error> {
        poll_fn(|cx| {
            loop {
                if let Some(event) = self.inner.events.pop() {
                    return Poll::Ready(Ok(event));
                }
                match self.inner.poll_on(cx) {
                    Poll::Ready(Ok(())) => {}
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }

    /// The next thing that the server has told of itself already.
    #[must_use]
    pub fn take_event(&mut self) -> Option<Event> {
        self.inner.events.pop()
    }
}
