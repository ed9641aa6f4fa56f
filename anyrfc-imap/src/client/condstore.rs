//! What has changed since, and changes that do not overwrite those of others (RFC 7162).

use std::{collections::BTreeMap, fmt, future::poll_fn, task::ready};

use super::{Fetch, ImapClient, Selected, fetch::Fetched, inner::Inner};
use crate::{
    Error, ErrorKind,
    codec::command::{
        Command, Examine, FetchModifiers, Resync, Select, SelectAnswer, StoreAction, Stored, UidFetch,
        UidStore,
    },
    proto::Report,
    types::{Capability, Code, FetchItems, FetchRow, Flag, ModSeq, SequenceSet, Uid, UidSet, UidValidity},
};

/// A message that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changed {
    /// Which one.
    pub uid: Uid,
    /// Its modification sequence, where the server has told it.
    pub mod_seq: Option<ModSeq>,
    /// The flags that it has now; `None` where the server has told none.
    pub flags: Option<Vec<Flag>>,
}

impl Changed {
    /// From a row; `None` where it does not say of which message it is.
    fn new(row: &FetchRow) -> Option<Self> {
        let flags = row.flags().and_then(|flags| Some(flags.parsed()?.collect()));
        Some(Self { uid: row.uid()?, mod_seq: row.mod_seq().and_then(|value| value.parsed()), flags })
    }

    /// About how many bytes it takes.
    fn held(&self) -> usize {
        let flags = self.flags.iter().flatten().map(|flag| size_of::<Flag>() + flag.as_str().len());
        size_of::<(Uid, Self)>() + flags.sum::<usize>()
    }
}

/// What has become of what was known of a mailbox (RFC 7162, section 3.2.5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resynced {
    /// Nothing was said to be known.
    NotAsked,
    /// What was known holds, but for this.
    Changes {
        /// Gone are these. There may be some among them that were never known.
        vanished: UidSet,
        /// These have changed, or are new.
        changed: Vec<Changed>,
    },
    /// Nothing that was known holds: the UIDs name nothing any more. What is kept of the mailbox is
    /// to be thrown away, and whatever was to be done to its messages with it.
    OtherUidValidity {
        /// What it was known to be; now it is [`Selected::uid_validity`].
        before: UidValidity,
    },
    /// The mailbox has no modification sequences (any more): that kept is to be thrown away, and
    /// what has changed found out without.
    NoModSeq,
}

/// A mailbox as it was when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opened {
    /// What the server has told of it.
    pub answer: SelectAnswer,
    /// What has become of what was known of it.
    pub resynced: Resynced,
}

impl Opened {
    fn new(mut answer: SelectAnswer, changed: BTreeMap<Uid, Changed>, known: Option<UidValidity>) -> Self {
        let vanished = std::mem::take(&mut answer.vanished);
        let resynced = match known {
            None => Resynced::NotAsked,
            Some(before) if answer.uid_validity != Some(before) => Resynced::OtherUidValidity { before },
            Some(_) if answer.highest_mod_seq.is_none() => Resynced::NoModSeq,
            Some(_) => Resynced::Changes { vanished, changed: changed.into_values().collect() },
        };
        Self { answer, resynced }
    }
}

/// What has changed in a mailbox since some modification sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// The messages that have changed, or are new.
    pub changed: Vec<Changed>,
    /// Those that are gone; `None` where the server could not be asked, since `QRESYNC` is not
    /// enabled. There may be some among them that were never known.
    pub vanished: Option<UidSet>,
}

/// What a conditional change has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConditionalStore {
    /// Done, with the messages' new modification sequences where the server has told them.
    pub stored: Vec<Changed>,
    /// Left alone, since others have changed them meanwhile, with what they have now.
    pub conflicts: Vec<Changed>,
    /// Left alone, and found to be gone.
    pub gone: UidSet,
}

/// So often a change is tried again on a message that others have changed, but not in what matters
/// (RFC 7162, section 3.1.3).
const RETRIES: usize = 3;

impl ImapClient {
    /// Selects a mailbox with modification sequences ([`Select::condstore`]), or telling what has
    /// changed since they were last known ([`Select::resync`], after
    /// [`enable`](Self::enable) of [`Capability::QResync`]).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the server has neither `CONDSTORE` nor `QRESYNC`,
    /// [`ErrorKind::Usage`] where `QRESYNC` is not enabled: nothing has been sent then.
    /// [`ErrorKind::Limit`] where what has changed takes more than
    /// [`Limits::buffered`](crate::Limits::buffered). Otherwise as [`select`](Self::select).
    ///
    /// # Cancel safety
    /// Cancel-safe: [`selected`](Self::selected) tells whether it was. What had changed is to be
    /// asked for again.
    pub async fn select_with(&mut self, select: Select) -> Result<(Selected<'_>, Opened), Error> {
        let known = select.known().map(Resync::uid_validity);
        let opened = self.open_with(select, known).await?;
        Ok((self.opened()?, opened))
    }

    /// The same, to read only.
    ///
    /// # Errors
    /// As [`select_with`](Self::select_with).
    ///
    /// # Cancel safety
    /// As [`select_with`](Self::select_with).
    pub async fn examine_with(&mut self, examine: Examine) -> Result<(Selected<'_>, Opened), Error> {
        let known = examine.known().map(Resync::uid_validity);
        let opened = self.open_with(examine, known).await?;
        Ok((self.opened()?, opened))
    }

    fn opened(&mut self) -> Result<Selected<'_>, Error> {
        self.selected().ok_or_else(|| Error::closed("the mailbox was closed at once"))
    }

    async fn open_with<C>(&mut self, command: C, known: Option<UidValidity>) -> Result<Opened, Error>
    where
        C: Command<Answer = SelectAnswer> + Clone + fmt::Debug + Send + 'static,
    {
        let mut told = Told::new(self);
        let mut answer = self.run_with_rows(command.clone(), |row| told.note(row)).await;
        if self.may_identify(&answer) {
            self.identify_ourselves().await?;
            told = Told::new(self);
            answer = self.run_with_rows(command, |row| told.note(row)).await;
        }
        Ok(Opened::new(answer?, told.changed, known))
    }

    /// Runs a command and shows its rows; nothing where those shown before are to be forgotten,
    /// since they were of another mailbox.
    async fn run_with_rows<C>(
        &mut self,
        command: C,
        mut show: impl FnMut(Option<Fetched>) -> Result<(), Error>,
    ) -> Result<C::Answer, Error>
    where
        C: Command + fmt::Debug + Send + 'static,
    {
        let ticket = self.inner.submit(command)?;
        let id = ticket.id();
        let completion = poll_fn(|cx| {
            loop {
                while let Some(row) = self.inner.next_row(id) {
                    show(Some(row))?;
                }
                if let Some(completion) = self.inner.take_ended(id) {
                    return std::task::Poll::Ready(Ok::<_, Error>(completion));
                }
                match ready!(self.inner.poll_report(cx))? {
                    Report::Fetch { owner: Some(owner), row } if owner == id => {
                        show(Some(self.inner.complete(row)))?;
                    }
                    Report::Working => {
                        cx.waker().wake_by_ref();
                        return std::task::Poll::Pending;
                    }
                    report => {
                        if matches!(report, Report::Closed) {
                            show(None)?;
                        }
                        self.inner.file(report)?;
                    }
                }
            }
        })
        .await?;
        ticket.answer(completion)
    }
}

impl Inner {
    /// Rows that have come for a SELECT are of the mailbox before, which is closed only now.
    pub(super) fn forget_rows(&mut self) {
        let rows = self.rows.drain().flat_map(|(_, rows)| rows);
        self.held = self.held.saturating_sub(rows.map(|row| row.held()).sum());
    }
}

/// The last that was told of each message, within [`Limits::buffered`](crate::Limits::buffered).
struct Told {
    changed: BTreeMap<Uid, Changed>,
    held: usize,
    most: usize,
}

impl Told {
    fn new(client: &ImapClient) -> Self {
        let most = client.inner.limits().map_or(usize::MAX, |limits| limits.buffered);
        Self { changed: BTreeMap::new(), held: 0, most }
    }

    /// Keeps what a row tells; what came before is forgotten where there is none.
    fn note(&mut self, row: Option<Fetched>) -> Result<(), Error> {
        let Some(row) = row else {
            self.changed.clear();
            self.held = 0;
            return Ok(());
        };
        let Some(change) = Changed::new(&row) else { return Ok(()) };
        self.held += change.held();
        if let Some(before) = self.changed.insert(change.uid, change) {
            self.held = self.held.saturating_sub(before.held());
        }
        if self.held > self.most {
            let message = format!("what has changed takes more than {} bytes", self.most);
            return Err(Error::new(ErrorKind::Limit, message));
        }
        Ok(())
    }
}

impl Selected<'_> {
    /// The highest modification sequence, kept as RFC 7162, section 6, asks: all changes up to it
    /// have been told. Keep it for the next [`Resync`] once you have taken all
    /// [events](ImapClient::take_event). `None` where the mailbox has
    /// [none](crate::proto::Mailbox::no_mod_seq), and until `CONDSTORE` is
    /// [in force](crate::proto::Connection::has_condstore): by [`enable`](ImapClient::enable), by
    /// [`Select::condstore`], or by the first command with modification sequences.
    #[must_use]
    pub fn highest_mod_seq(&self) -> Option<ModSeq> {
        let known = self.inner.connection().is_some_and(crate::proto::Connection::has_condstore);
        self.present().ok()?.highest_mod_seq.filter(|_| known)
    }

    /// Fetches with modifiers: only of messages that have changed since, for one
    /// (RFC 4466, section 2.4). Otherwise as [`fetch`](Self::fetch).
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch); [`ErrorKind::Unsupported`] for a modifier that the server does
    /// not know.
    pub fn fetch_with(
        &mut self,
        uids: impl Into<SequenceSet>,
        items: impl Into<FetchItems>,
        modifiers: FetchModifiers,
    ) -> Result<Fetch<'_>, Error> {
        self.present()?;
        let uids = uids.into();
        let client: &mut ImapClient = self;
        if uids.is_empty() {
            return Ok(Fetch::new(&mut client.inner, []));
        }
        Fetch::whole(&mut client.inner, UidFetch::new(uids, items).with(modifiers))
    }

    /// Which of these messages have changed since, or are new, and, where `QRESYNC` is enabled, which
    /// are gone (RFC 7162, sections 3.1.4.1 and 3.2.6).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the server, or the mailbox, has no modification sequences;
    /// [`ErrorKind::Limit`] where the changes take more than
    /// [`Limits::buffered`](crate::Limits::buffered); what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn changes_since(
        &mut self,
        uids: impl Into<SequenceSet>,
        since: ModSeq,
    ) -> Result<Changes, Error> {
        let qresync = self.enabled().is_some_and(|enabled| enabled.has(&Capability::QResync));
        let modifiers = match qresync {
            true => FetchModifiers::new().vanished_since(since),
            false => FetchModifiers::new().changed_since(since),
        };
        let mut told = Told::new(self);
        let mut rows = self.fetch_with(uids, FetchItems::new().flags(), modifiers)?;
        while let Some(row) = rows.next().await? {
            told.note(Some(row))?;
        }
        let vanished = qresync.then(|| rows.vanished().clone());
        Ok(Changes { changed: told.changed.into_values().collect(), vanished })
    }

    /// Changes the flags of messages that nobody else has changed since (RFC 7162, section 3.1.3).
    ///
    /// Of a message that somebody has, it is found out what it has now, and `still` decides:
    /// whether the change is wanted all the same, because what has changed is something else. It is
    /// then tried again, up to three times, under the condition that the message stays as it was seen.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where the server, or the mailbox, has no modification sequences;
    /// [`ErrorKind::Refused`] when the server does not do it.
    ///
    /// # Cancel safety
    /// It may have been done, to all or some, or not.
    pub async fn store_unless_changed(
        &mut self,
        uids: impl Into<SequenceSet>,
        since: ModSeq,
        action: StoreAction,
        what: impl Into<Stored>,
        mut still: impl FnMut(&Changed) -> bool,
    ) -> Result<ConditionalStore, Error> {
        self.present()?;
        let (uids, what) = (uids.into(), what.into());
        let mut done = ConditionalStore::default();
        let mut next: Vec<(ModSeq, SequenceSet)> = Vec::new();
        if !uids.is_empty() {
            next.push((since, uids));
        }
        for retries in (0..=RETRIES).rev() {
            let mut modified = UidSet::new();
            let mut seen = BTreeMap::new();
            for (since, uids) in std::mem::take(&mut next) {
                let store = UidStore::new(uids, action, what.clone()).silent().unchanged_since(since);
                modified = modified.union(&self.store_once(store, &mut seen, &mut done.stored).await?);
            }
            if modified.is_empty() {
                break;
            }
            let states = self.states(modified, &mut seen, &mut done.gone).await?;
            let mut again: BTreeMap<ModSeq, UidSet> = BTreeMap::new();
            for state in states {
                match state.mod_seq.filter(|_| retries > 0 && still(&state)) {
                    Some(since) => again.entry(since).or_default().insert(state.uid),
                    None => done.conflicts.push(state),
                }
            }
            next = again.into_iter().map(|(since, uids)| (since, uids.into())).collect();
        }
        Ok(done)
    }

    /// One STORE: what it has left alone. What was told of those is added to `seen`, of the others
    /// to `stored`.
    async fn store_once(
        &mut self,
        store: UidStore,
        seen: &mut BTreeMap<Uid, Changed>,
        stored: &mut Vec<Changed>,
    ) -> Result<UidSet, Error> {
        let line = self.inner.connection().map_or(0, |connection| connection.dialect().line_limit());
        let mut modified = UidSet::new();
        for part in store.split(line) {
            let mut told = Told::new(self);
            let answer = self.run_with_rows(part, |row| told.note(row)).await;
            let left = match answer {
                Ok(answer) => answer.modified,
                // RFC 7162, section 3.1.3: MODIFIED may come with a NO.
                Err(error) => match error.code() {
                    Some(Code::Modified(left)) if error.kind() == ErrorKind::Refused => left.clone(),
                    _ => return Err(error),
                },
            };
            let left: UidSet = left.cast();
            for (uid, change) in told.changed {
                if left.contains(uid) {
                    seen.insert(uid, change);
                } else {
                    stored.push(change);
                }
            }
            modified = modified.union(&left);
        }
        Ok(modified)
    }

    /// What these messages have now, as far as it was not told along with MODIFIED.
    async fn states(
        &mut self,
        modified: UidSet,
        seen: &mut BTreeMap<Uid, Changed>,
        gone: &mut UidSet,
    ) -> Result<Vec<Changed>, Error> {
        seen.retain(|_, change| change.flags.is_some() && change.mod_seq.is_some());
        let missing = modified.difference(&seen.keys().copied().collect());
        let mut told = Told::new(self);
        let mut rows =
            self.fetch_with(missing.clone(), FetchItems::new().flags().mod_seq(), FetchModifiers::new())?;
        while let Some(row) = rows.next().await? {
            told.note(Some(row))?;
        }
        let mut found = told.changed;
        *gone = gone.union(&missing.difference(&found.keys().copied().collect()));
        found.append(seen);
        Ok(found.into_values().filter(|change| modified.contains(change.uid)).collect())
    }
}
