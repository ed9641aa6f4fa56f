//! One synchronisation, from SELECT to the last row.

use std::{
    collections::VecDeque,
    mem,
    sync::Weak,
    task::{Context, Poll, ready},
};

use super::{
    delta::{SyncDelta, SyncMethod, SyncedMessage, UidValidityChange},
    gather::{News, Round},
    state::SyncState,
};
use crate::{
    Error, ErrorKind,
    client::{ImapClient, rows::RowsOf},
    codec::command::{
        Command, Enable, Examine, FetchModifiers, Resync, SearchAnswer, Select, SelectAnswer, UidFetch,
        UidSearch,
    },
    proto::{CommandId, Completion, Connection, Mailbox, Ticket},
    types::{Capability, FetchItems, MailboxName, ModSeq, SearchQuery, SequenceSet, Uid, UidSet},
};

/// So many messages are told of at once, unless it is said otherwise.
const BATCH: usize = 1000;
/// So often the server may list other messages than it counts, since they come and go meanwhile.
const SEARCHES_MAX: u8 = 3;

/// A mailbox that is kept in step with what is known of it, in steps: see
/// [`ImapClient::sync_step`].
///
/// It borrows no client: between two steps the client can be used, to fetch what has arrived say, as long as
/// the mailbox stays selected. After an error, and on another connection, it begins anew from what is known by then.
#[derive(Debug)]
pub struct MailboxSync {
    mailbox: MailboxName,
    state: SyncState,
    read_only: bool,
    at_most: SyncMethod,
    batch: usize,
    /// The connection that the tickets are of.
    connection: Weak<()>,
    phase: Phase,
    round: Round,
}

/// What is under way.
#[derive(Debug, Default)]
enum Phase {
    #[default]
    Idle,
    Enabling(Ticket<<Enable as Command>::Answer>),
    Selecting(Ticket<SelectAnswer>),
    Fetching {
        rows: VecDeque<Ticket<<UidFetch as Command>::Answer>>,
        search: Option<Ticket<SearchAnswer<Uid>>>,
    },
    Searching(Ticket<SearchAnswer<Uid>>),
    Finishing,
    /// The last delta was told; that it was the last is not.
    Done,
}

impl MailboxSync {
    /// Of this mailbox, from what is known of it.
    pub(super) fn of(mailbox: MailboxName, state: SyncState) -> Self {
        Self {
            mailbox,
            state,
            read_only: false,
            at_most: SyncMethod::QResync,
            batch: BATCH,
            connection: Weak::new(),
            phase: Phase::Idle,
            round: Round::default(),
        }
    }

    /// Opens the mailbox to read only (EXAMINE).
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Uses nothing beyond this, whatever the server can do.
    #[must_use]
    pub const fn at_most(mut self, method: SyncMethod) -> Self {
        self.at_most = method;
        self
    }

    /// Tells of so many messages in a step, more or less (1000 by default).
    #[must_use]
    pub fn batch(mut self, messages: usize) -> Self {
        self.batch = messages.max(1);
        self
    }

    /// The mailbox.
    #[must_use]
    pub const fn mailbox(&self) -> &MailboxName {
        &self.mailbox
    }

    /// What is known by what was told so far: to be kept together with it.
    #[must_use]
    pub const fn state(&self) -> &SyncState {
        &self.state
    }

    /// The same, as the last thing that is asked of it.
    #[must_use]
    pub fn into_state(self) -> SyncState {
        self.state
    }

    /// How the mailbox is synchronised, once it is open.
    #[must_use]
    pub const fn method(&self) -> Option<SyncMethod> {
        self.round.method
    }

    /// Whatever is under way is given up.
    fn restart(&mut self) {
        self.phase = Phase::Idle;
        self.round = Round::default();
    }

    /// The next step; `None` where there is none.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        client: &mut ImapClient,
    ) -> Poll<Result<Option<SyncDelta>, Error>> {
        if !self.connection.ptr_eq(&client.inner.identity()) {
            self.restart();
            self.connection = client.inner.identity();
        }
        let result = ready!(self.poll_step(cx, client));
        if result.is_err() {
            self.restart();
        }
        Poll::Ready(result)
    }

    fn poll_step(
        &mut self,
        cx: &mut Context<'_>,
        client: &mut ImapClient,
    ) -> Poll<Result<Option<SyncDelta>, Error>> {
        loop {
            match &mut self.phase {
                Phase::Idle => self.begin(client)?,
                Phase::Enabling(ticket) => {
                    let completion = ready!(client.inner.poll_ended(cx, ticket.id()))?;
                    // Where it is refused, or comes too late, it is done without.
                    match self.answer(completion, Phase::into_enabling)? {
                        Err(error) if error.refusal().is_none() && !error.is_unsent() => {
                            return Poll::Ready(Err(error));
                        }
                        _ => self.open(client)?,
                    }
                }
                Phase::Selecting(ticket) => {
                    let id = ticket.id();
                    match ready!(self.poll_rows(cx, client, id))? {
                        // What came was of the mailbox that is left.
                        RowsOf::Closed => self.round.forget(),
                        RowsOf::Enough => return Poll::Ready(self.tell(client).map(Some)),
                        RowsOf::Ended(completion) => {
                            let answer = self.answer(completion, Phase::into_selecting)??;
                            if let Some(delta) = self.opened(client, answer)? {
                                return Poll::Ready(Ok(Some(delta)));
                            }
                        }
                    }
                }
                Phase::Fetching { rows, .. } => {
                    let Some(id) = rows.front().map(Ticket::id) else {
                        self.fetched(client)?;
                        continue;
                    };
                    match ready!(self.poll_rows(cx, client, id))? {
                        RowsOf::Closed => {}
                        RowsOf::Enough => return Poll::Ready(self.tell(client).map(Some)),
                        RowsOf::Ended(completion) => {
                            let Phase::Fetching { rows, .. } = &mut self.phase else { continue };
                            let ended =
                                rows.pop_front().map_or(Ok(()), |ticket| ticket.answer(completion).map(drop));
                            match ended {
                                // The messages that are gone have no rows, and are found out by that.
                                Err(error) if says_expunged(&error) => {}
                                ended => ended?,
                            }
                        }
                    }
                }
                Phase::Searching(ticket) => {
                    let completion = ready!(client.inner.poll_ended(cx, ticket.id()))?;
                    let found = self.answer(completion, Phase::into_searching)??;
                    if let Some(limit) = found.message_limit {
                        // What it has not looked at would seem to be gone.
                        return Poll::Ready(Err(Error::partial(limit)));
                    }
                    self.found(client, found.all)?;
                }
                Phase::Finishing => {
                    let delta = self.finish(client)?;
                    self.phase = if delta.is_empty() { Phase::Idle } else { Phase::Done };
                    return Poll::Ready(Ok(Some(delta).filter(|delta| !delta.is_empty())));
                }
                Phase::Done => {
                    self.phase = Phase::Idle;
                    return Poll::Ready(Ok(None));
                }
            }
        }
    }

    /// The answer of the command that this phase waits for.
    fn answer<T>(
        &mut self,
        completion: Completion,
        take: impl FnOnce(Phase) -> Option<Ticket<T>>,
    ) -> Result<Result<T, Error>, Error> {
        let ticket = take(mem::take(&mut self.phase));
        let ticket = ticket.ok_or_else(|| Error::usage("another command has ended"))?;
        Ok(ticket.answer(completion))
    }

    /// Switches on what is to be used, where that can be done and was not.
    fn begin(&mut self, client: &mut ImapClient) -> Result<(), Error> {
        self.round = Round::default();
        let wanted = self.at_most == SyncMethod::QResync && client.has(&Capability::QResync);
        let enabled = client.enabled().is_some_and(|enabled| enabled.has(&Capability::QResync));
        if wanted && !enabled {
            match client.inner.submit(Enable::new([Capability::QResync])) {
                Ok(ticket) => {
                    self.phase = Phase::Enabling(ticket);
                    return Ok(());
                }
                // Not once a mailbox was selected (RFC 9051, section 6.3.1).
                Err(error) if matches!(error.kind(), ErrorKind::Usage | ErrorKind::Unsupported) => {}
                Err(error) => return Err(error),
            }
        }
        self.open(client)
    }

    /// Selects the mailbox, and lets the server tell what has changed, where it can.
    fn open(&mut self, client: &mut ImapClient) -> Result<(), Error> {
        let enabled = client.enabled().is_some_and(|enabled| enabled.has(&Capability::QResync));
        let conditional = client.has(&Capability::Condstore) || client.has(&Capability::QResync);
        let method = match self.at_most {
            SyncMethod::QResync if enabled => SyncMethod::QResync,
            SyncMethod::QResync | SyncMethod::CondStore if conditional => SyncMethod::CondStore,
            _ => SyncMethod::Full,
        };
        self.round.method = Some(method);
        let known = self.state.uid_validity.zip(self.state.mod_seq);
        let resync = known.filter(|_| method == SyncMethod::QResync);
        let resync = resync.map(|(validity, mod_seq)| Resync::new(validity, mod_seq));
        self.round.quick = resync.is_some();
        macro_rules! select {
            ($command:ident) => {{
                let select = $command::new(self.mailbox.clone());
                client.inner.submit(match resync {
                    Some(known) => select.resync(known),
                    None if method > SyncMethod::Full => select.condstore(),
                    None => select,
                })?
            }};
        }
        let ticket = if self.read_only { select!(Examine) } else { select!(Select) };
        self.phase = Phase::Selecting(ticket);
        Ok(())
    }

    /// The mailbox is open: what is to be asked for depends on what it is like.
    fn opened(&mut self, client: &mut ImapClient, answer: SelectAnswer) -> Result<Option<SyncDelta>, Error> {
        let method = self.round.method.unwrap_or(SyncMethod::Full);
        self.round.selection = client.inner.connection().map(Connection::selection);
        // Some servers say NO to that, which is no answer to SELECT.
        let told = client.inner.connection().and_then(Connection::mailbox_told);
        let lasting = !answer.uids_not_sticky && told.is_none_or(|told| !told.uid_not_sticky);
        let validity = answer.uid_validity.filter(|_| lasting);
        let mut forgotten = None;
        if validity.is_none() || validity != self.state.uid_validity {
            let before = self.state.uid_validity;
            let change = UidValidityChange { before, now: validity };
            forgotten = (before.is_some() || !self.state.is_empty()).then_some(change);
            self.state = SyncState { uid_validity: validity, ..SyncState::new() };
            self.round.forget();
        }
        let highest = answer.highest_mod_seq.filter(|_| method > SyncMethod::Full);
        self.round.highest = highest;
        match (self.state.mod_seq, highest) {
            (None, None) => self.round.full = true,
            // Of a mailbox of which nothing is known, no change can be missed.
            (None, Some(_)) if self.state.is_empty() => {
                // Until it is done, one less: the next synchronisation is to see that it was not.
                self.state.mod_seq = highest.and_then(|highest| ModSeq::new(highest.get() - 1)).or(highest);
                self.round.full = true;
            }
            (None, Some(_)) => self.round.full = true,
            // It goes back, or there is none any more: what it said is worth nothing.
            (Some(before), now) if now.is_none_or(|now| now < before) => {
                self.state.doubt(now);
                self.round.forget();
                self.round.full = true;
            }
            (Some(_), _) => self.round.full = !self.state.unsure.is_empty(),
        }
        if highest.is_none() {
            self.round.method = Some(SyncMethod::Full);
        }
        if !self.round.full && self.round.quick {
            self.round.vanished = answer.vanished.intersection(&self.state.known);
            let vanished = &self.round.vanished;
            self.round.batch.retain(|uid, _| !vanished.contains(*uid));
        }
        self.ask(client, &answer)?;
        Ok(forgotten.map(|change| SyncDelta { uid_validity: Some(change), ..SyncDelta::default() }))
    }

    /// Asks for what SELECT has not told.
    fn ask(&mut self, client: &mut ImapClient, answer: &SelectAnswer) -> Result<(), Error> {
        let (mut rows, mut search) = (VecDeque::new(), None);
        let known = self.state.known.len();
        if self.round.full {
            if answer.exists > 0 {
                rows.extend(client.inner.submit_split(self.fetch(SequenceSet::all()))?);
            }
        } else if !self.round.quick && !self.is_unchanged(answer) {
            let since = self.state.mod_seq.map(|since| FetchModifiers::new().changed_since(since));
            let fetch = self.fetch(SequenceSet::all()).with(since.unwrap_or_default());
            rows.extend(client.inner.submit_split(fetch)?);
            if known > 0 {
                search = Some(client.inner.submit(UidSearch::new(SearchQuery::all()))?);
            }
        }
        self.phase = Phase::Fetching { rows, search };
        Ok(())
    }

    /// Whether nothing can have changed: new messages and changed ones have higher modification sequences,
    /// and if there are as many as were known, none is gone.
    fn is_unchanged(&self, answer: &SelectAnswer) -> bool {
        // With the least there is nobody knows whether the first synchronisation was done.
        let done = self.state.mod_seq > Some(ModSeq::MIN);
        let same = done && self.state.mod_seq == answer.highest_mod_seq && self.state.told.is_empty();
        same && u64::from(answer.exists) == self.state.known.len()
    }

    fn fetch(&self, uids: SequenceSet) -> UidFetch {
        let items = FetchItems::new().uid().flags();
        UidFetch::new(uids, if self.round.highest.is_some() { items.mod_seq() } else { items })
    }

    /// All rows have come.
    fn fetched(&mut self, client: &mut ImapClient) -> Result<(), Error> {
        let Phase::Fetching { search, .. } = mem::take(&mut self.phase) else { return Ok(()) };
        if let Some(fault) = self.round.fault.take() {
            return Err(fault);
        }
        if self.round.completed {
            self.phase = Phase::Finishing;
            return Ok(());
        }
        if let Some(search) = search {
            self.phase = Phase::Searching(search);
            return Ok(());
        }
        let exists = u64::from(self.present(client)?.exists);
        let known = if self.round.full { self.round.seen.len() } else { self.count() };
        if known == exists {
            if self.round.full {
                self.round.vanished = self.state.known.difference(&self.round.seen);
            }
            self.phase = Phase::Finishing;
            return Ok(());
        }
        // It does not add up: messages have come and gone meanwhile, or were left out.
        self.search(client)
    }

    /// How many messages there are by what the server has told.
    fn count(&self) -> u64 {
        let new = self.round.batch.values().filter(|news| news.is_new).count() as u64;
        (self.state.known.len() + new).saturating_sub(self.round.vanished.len())
    }

    fn search(&mut self, client: &mut ImapClient) -> Result<(), Error> {
        self.round.searches += 1;
        if self.round.searches > SEARCHES_MAX {
            let message = "the server lists other messages than it counts";
            return Err(Error::new(ErrorKind::Protocol, message));
        }
        self.phase = Phase::Searching(client.inner.submit(UidSearch::new(SearchQuery::all()))?);
        Ok(())
    }

    /// These messages are there, and no others.
    fn found(&mut self, client: &mut ImapClient, there: UidSet) -> Result<(), Error> {
        if there.len() != u64::from(self.present(client)?.exists) {
            return self.search(client);
        }
        self.round.vanished = self.state.known.difference(&there);
        let new = self.round.batch.iter().filter(|(_, news)| news.is_new).map(|(uid, _)| *uid);
        let missing = there.difference(&self.state.known).difference(&new.collect());
        self.round.completed = true;
        self.phase = Phase::Finishing;
        if !missing.is_empty() {
            let fetch = self.fetch(missing.into());
            let rows = client.inner.submit_split(fetch)?.into();
            self.phase = Phase::Fetching { rows, search: None };
        }
        Ok(())
    }

    /// The mailbox, as long as it is selected and its UIDs mean the same.
    fn present<'a>(&self, client: &'a ImapClient) -> Result<&'a Mailbox, Error> {
        let now = client.inner.connection().and_then(Connection::mailbox_told);
        let Some(now) = now.filter(|now| now.name == self.mailbox) else {
            return Err(Error::usage(format!("the mailbox {} is selected no longer", self.mailbox)));
        };
        // Selected once more it is the same, but the rows that were on their way are lost.
        let selection = client.inner.connection().map(Connection::selection);
        if self.round.selection.is_some_and(|first| selection != Some(first)) {
            return Err(Error::usage(format!("the mailbox {} was selected again meanwhile", self.mailbox)));
        }
        let validity = now.uid_validity.filter(|_| !now.uid_not_sticky);
        if validity != self.state.uid_validity {
            return Err(Error::new(ErrorKind::Protocol, "the UIDs have lost their meaning meanwhile"));
        }
        Ok(now)
    }

    fn poll_rows(
        &mut self,
        cx: &mut Context<'_>,
        client: &mut ImapClient,
        id: CommandId,
    ) -> Poll<Result<RowsOf, Error>> {
        // While the mailbox is being opened nobody knows yet whether its UIDs mean the same.
        let now = client.inner.connection().and_then(Connection::mailbox_told);
        let meant = now.is_some_and(|now| now.uid_validity == self.state.uid_validity);
        let opening = matches!(self.phase, Phase::Selecting(_)) && !meant;
        let most = if opening { usize::MAX } else { self.batch };
        let limit = client.inner.connection().map_or(0, |connection| connection.config().limits.buffered);
        let room = limit.saturating_sub(self.state.held());
        let Self { state, round, .. } = self;
        client.inner.poll_rows_of(cx, id, &mut |row| {
            if let Some(row) = row {
                round.take(state, row);
            }
            if round.fault.is_none() && round.held() > room {
                let message = format!("what is told of the mailbox takes more than {limit} bytes");
                round.fault = Some(Error::new(ErrorKind::Limit, message));
            }
            round.fault.is_some() || round.is_full(most)
        })
    }

    /// Tells what there is to tell.
    fn tell(&mut self, client: &ImapClient) -> Result<SyncDelta, Error> {
        if let Some(fault) = self.round.fault.take() {
            return Err(fault);
        }
        self.present(client)?;
        let mut delta = SyncDelta::default();
        self.round.batch_bytes = 0;
        for (uid, News { flags, mod_seq, is_new }) in mem::take(&mut self.round.batch) {
            let message = SyncedMessage { uid, flags, mod_seq };
            if is_new { delta.arrived.push(message) } else { delta.changed.push(message) }
        }
        self.state.apply(&delta.arrived, &delta.changed, &UidSet::new());
        self.round.names.clear();
        Ok(delta)
    }

    /// Tells the rest, and remembers how far it goes.
    fn finish(&mut self, client: &ImapClient) -> Result<SyncDelta, Error> {
        let vanished = mem::take(&mut self.round.vanished);
        let mut delta = self.tell(client)?;
        let gone = |message: &SyncedMessage| !vanished.contains(message.uid);
        delta.changed.retain(gone);
        self.state.apply(&[], &[], &vanished);
        self.state.reach(self.round.highest);
        delta.vanished = vanished;
        Ok(delta)
    }
}

impl Phase {
    fn into_enabling(self) -> Option<Ticket<<Enable as Command>::Answer>> {
        if let Self::Enabling(ticket) = self { Some(ticket) } else { None }
    }

    fn into_selecting(self) -> Option<Ticket<SelectAnswer>> {
        if let Self::Selecting(ticket) = self { Some(ticket) } else { None }
    }

    fn into_searching(self) -> Option<Ticket<SearchAnswer<Uid>>> {
        if let Self::Searching(ticket) = self { Some(ticket) } else { None }
    }
}

/// Whether the server left out messages that have been expunged meanwhile (RFC 5530, section 3).
fn says_expunged(error: &Error) -> bool {
    matches!(error.code(), Some(crate::types::Code::ExpungeIssued))
}
