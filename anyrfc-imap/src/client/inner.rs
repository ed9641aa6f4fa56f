//! What drives a connection, and keeps what comes for others than whoever drives it.

use std::{
    collections::{HashMap, VecDeque},
    future::poll_fn,
    sync::{Arc, Weak},
    task::{Context, Poll, ready},
    time::Duration,
};

use anyrfc_core::{
    DriveError, Driver, ErrorKind, Limits, Machine as _, ProtocolState,
    transport::{Connection, Layered},
};
use bytes::{Bytes, BytesMut};

use super::{
    compressed::{Compressed, Meter},
    context::Contexts,
    events::{Event, Events},
    fetch::Fetched,
};
use crate::{
    Error,
    codec::command::{Collected, Command, Divided},
    error::{Detail, Waited},
    proto::{self, BodyStart, CommandId, Completion, OwnedEvent, Report, Ticket},
    types::{Code, Data, FetchRef, FetchRow, StatusResponse},
};

/// A connection, and what waits for those who asked for it.
#[derive(Debug)]
pub(super) struct Inner {
    /// Gone only where a security layer could not be put in.
    driver: Option<Driver<proto::Connection, Connection>>,
    /// The answers that somebody still holds the ticket of.
    ended: HashMap<CommandId, Ended>,
    /// The rows of commands that have not ended.
    pub(super) rows: HashMap<CommandId, VecDeque<Fetched>>,
    /// The bodies that belong to the next row.
    bodies: Vec<(BodyStart, BytesMut)>,
    /// Whether the body that comes now is kept.
    keeping: bool,
    /// About how many bytes of rows are kept.
    pub(super) held: usize,
    /// The commands of which rows were lost, since too many were kept.
    overflowing: Vec<CommandId>,
    /// How long the server may take nothing of what is written.
    stall: Option<Duration>,
    /// What becomes of results that are followed.
    pub(super) contexts: Contexts,
    pub(super) events: Events,
    pub(super) greeting: Option<StatusResponse>,
    /// Whose literal may be given.
    pub(super) literal: Option<CommandId>,
    /// The literals in memory that are to be given, whoever still waits for what comes of it.
    messages: HashMap<CommandId, (VecDeque<Bytes>, Arc<()>)>,
    /// Whose literal somebody is giving from elsewhere.
    pub(super) sending: Option<CommandId>,
    /// What went through, where the connection is compressed.
    pub(super) compression: Option<Arc<Meter>>,
    /// What the login has settled, until it is asked for.
    pub(super) login: Option<Result<anyrfc_sasl::Established, anyrfc_sasl::Error>>,
    /// What ended the connection, as told to the caller.
    failure: Option<Error>,
    /// Tells this connection from others.
    identity: Arc<()>,
}

/// A command that has ended, and the rows that came for it.
#[derive(Debug)]
pub(super) struct Ended {
    completion: Completion,
    rows: VecDeque<Fetched>,
}

/// Beyond so many answers kept, those that nobody waits for any more are looked for.
const SWEEP: usize = 64;

impl Inner {
    pub(super) fn new(
        driver: Driver<proto::Connection, Connection>,
        events_max: usize,
        stall: Option<Duration>,
    ) -> Self {
        Self { driver: Some(driver), events: Events::new(events_max), stall, ..Self::spent() }
    }

    /// A connection that has ended.
    pub(super) fn spent() -> Self {
        Self {
            driver: None,
            ended: HashMap::new(),
            rows: HashMap::new(),
            bodies: Vec::new(),
            keeping: false,
            held: 0,
            overflowing: Vec::new(),
            stall: None,
            contexts: Contexts::default(),
            events: Events::new(1),
            greeting: None,
            literal: None,
            messages: HashMap::new(),
            sending: None,
            compression: None,
            login: None,
            failure: None,
            identity: Arc::new(()),
        }
    }

    /// What tells this connection from every other one.
    pub(super) fn identity(&self) -> Weak<()> {
        Arc::downgrade(&self.identity)
    }

    pub(super) fn connection(&self) -> Option<&proto::Connection> {
        self.driver.as_ref().map(Driver::machine)
    }

    pub(super) fn limits(&self) -> Option<&Limits> {
        self.connection().map(|connection| &connection.config().limits)
    }

    pub(super) fn stream(&self) -> Option<&Connection> {
        self.driver.as_ref().map(Driver::stream)
    }

    pub(super) fn capacity(&self) -> usize {
        self.driver.as_ref().map_or(0, Driver::capacity) + self.held + self.contexts.held()
    }

    /// How many messages a result may have that is kept up to date.
    pub(super) fn results_max(&self) -> usize {
        self.limits().map_or(0, |limits| limits.buffered / size_of::<u32>())
    }

    pub(super) fn driver(&mut self) -> Result<&mut Driver<proto::Connection, Connection>, Error> {
        let over = self.driver.as_ref().is_none_or(Driver::is_finished).then(|| self.over());
        match (&mut self.driver, over) {
            (Some(driver), None) => Ok(driver),
            (_, over) => Err(over.unwrap_or_else(|| Error::closed("the connection has ended"))),
        }
    }

    /// Gives the machine a command.
    pub(super) fn order<T>(
        &mut self,
        order: impl FnOnce(&mut proto::Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let connection = self.driver()?.command().0;
        order(connection).map_err(|error| match &self.failure {
            // A server that has said why it leaves has said more than we know.
            Some(failure) if error.kind() == ErrorKind::Closed => failure.clone(),
            _ => error,
        })
    }

    pub(super) fn submit<C: Command + std::fmt::Debug + Send + 'static>(
        &mut self,
        command: C,
    ) -> Result<Ticket<C::Answer>, Error> {
        self.order(|connection| connection.submit(command))
    }

    /// The next report; an error once the connection has ended.
    pub(super) fn poll_report(&mut self, cx: &mut Context<'_>) -> Poll<Result<OwnedEvent, Error>> {
        ready!(self.poll_pending(cx))?;
        let report = self.driver.as_mut().and_then(Driver::take_pending_owned);
        Poll::Ready(report.ok_or_else(|| self.over()))
    }

    /// Waits until a report may be taken, and gives what is to be appended meanwhile.
    fn poll_pending(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        loop {
            self.feed()?;
            let Some(driver) = &mut self.driver else { return Poll::Ready(Err(self.over())) };
            match driver.poll_pending(cx) {
                Poll::Ready(Ok(true)) => return Poll::Ready(Ok(())),
                Poll::Ready(Ok(false)) => return Poll::Ready(Err(self.over())),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(self.failed(error))),
                // What was written meanwhile may have made room.
                Poll::Pending
                    if self
                        .literal
                        .is_some_and(|id| self.messages.contains_key(&id) && self.has_room(id)) => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// Whether a piece of the literal of this command may be given at once.
    pub(super) fn has_room(&self, id: CommandId) -> bool {
        let Some(driver) = &self.driver else { return false };
        self.literal == Some(id) && driver.is_ready() && driver.machine().room() > 0
    }

    /// Whoever gave the literal of this command gives no more.
    pub(super) fn forsake(&mut self, id: CommandId) {
        if self.literal == Some(id)
            && let Some(driver) = &mut self.driver
        {
            driver.command().0.forsake(id);
        }
    }

    /// Gives more of a message that is in memory, where it is its turn.
    fn feed(&mut self) -> Result<(), Error> {
        let Some(id) = self.literal else { return Ok(()) };
        if self.sending != Some(id) && !self.messages.contains_key(&id) {
            self.forsake(id);
        }
        while self.has_room(id) {
            let (Some((message, _)), Some(driver)) = (self.messages.get_mut(&id), &mut self.driver) else {
                break;
            };
            let connection = driver.command().0;
            let Some(literal) = message.front_mut() else { break };
            let count = connection.room().min(literal.len());
            let piece = literal.split_to(count);
            if literal.is_empty() {
                message.pop_front();
            }
            // An empty one is announced, and not asked for.
            if count > 0 {
                connection.feed(id, piece)?;
            }
        }
        Ok(())
    }

    /// Submits a command of which the literals are in memory.
    pub(super) fn submit_with<C: Command + std::fmt::Debug + Send + 'static>(
        &mut self,
        command: C,
        literals: VecDeque<Bytes>,
    ) -> Result<Ticket<C::Answer>, Error> {
        let ticket = self.submit(command)?;
        self.messages.insert(ticket.id(), (literals, ticket.hold()));
        Ok(ticket)
    }

    /// The next report, where it is no row of this command: those are shown as they lie in the
    /// buffer, and none is left.
    pub(super) fn poll_borrowed(
        &mut self,
        cx: &mut Context<'_>,
        id: CommandId,
        mut show: impl FnMut(FetchRef<'_>),
    ) -> Poll<Result<Option<OwnedEvent>, Error>> {
        ready!(self.poll_pending(cx))?;
        let Some(driver) = &mut self.driver else { return Poll::Ready(Err(self.over())) };
        let report = match driver.take_pending() {
            Some(Report::Fetch { owner: Some(owner), row }) if owner == id => {
                show(row);
                self.bodies.clear();
                return Poll::Ready(Ok(None));
            }
            Some(report) => report.into_owned(),
            None => return Poll::Ready(Ok(None)),
        };
        if matches!(report, Report::Working) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(Some(report)))
    }

    /// Drives the connection by one report, and puts that where it belongs.
    pub(super) fn poll_on(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let report = ready!(self.poll_report(cx))?;
        if matches!(report, Report::Working) {
            // A slice of computing: others are to run in between.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.file(report)?;
        Poll::Ready(Ok(()))
    }

    /// Puts a report where whoever it is for will look for it.
    pub(super) fn file(&mut self, report: OwnedEvent) -> Result<(), Error> {
        match report {
            Report::Done(completion) => self.end(completion),
            Report::Fetch { owner, row } => {
                let row = self.complete(row);
                match owner {
                    Some(owner) => self.keep(owner, row),
                    None => self.events.push(Event::Fetch(row.into_row())),
                }
            }
            Report::BodyStart { owner, body } => self.begin_body(owner.is_some(), body),
            Report::BodyChunk { bytes, .. } => self.go_on_with_body(&bytes),
            Report::BodyEnd { .. } => self.keeping = false,
            Report::Literal(id) => self.literal = Some(id),
            Report::Greeting(status) => self.greeting = Some(status),
            Report::Layer => self.put_layer()?,
            Report::Compress => self.put_compression()?,
            Report::Expunge { sequence, uid } => self.events.push(Event::Expunge { sequence, uid }),
            Report::Vanished { earlier, uids } => self.events.push(Event::Vanished { earlier, uids }),
            Report::UidValidity { before, now } => self.events.push(Event::UidValidity { before, now }),
            Report::Alert { text, confidential } => self.events.push(Event::Alert { text, confidential }),
            Report::Progress { command, progress } => self.events.push(Event::Progress { command, progress }),
            Report::Bye(status) => {
                self.failure.get_or_insert_with(|| Error::refused(status.clone()));
                self.events.push(Event::Bye(status));
            }
            // Told as an alert already.
            Report::Data(Data::Status(StatusResponse { code: Some(Code::Alert), .. })) => {}
            // IMAP4rev2 has done away with it (RFC 9051, appendix E): it says nothing reliable.
            Report::Data(Data::Recent(_)) => {}
            Report::Data(data) => self.events.push(Event::from(data)),
            Report::Followed { owner, what } => self.contexts.keep(owner, what),
            // Neither comes here: TLS was put in before there was a client.
            Report::Upgrade | Report::Working | Report::Idling(_) => {}
            Report::Closed => self.forget_rows(),
        }
        Ok(())
    }

    fn end(&mut self, mut completion: Completion) {
        self.messages.remove(&completion.id);
        let rows = self.rows.remove(&completion.id).unwrap_or_default();
        if let Some(at) = self.overflowing.iter().position(|id| *id == completion.id) {
            self.overflowing.swap_remove(at);
            completion.outcome =
                Err(Error::new(ErrorKind::Limit, "rows were lost: too many of them waited to be taken"));
        }
        if self.literal == Some(completion.id) {
            self.literal = None;
        }
        if !completion.is_awaited() {
            self.held = self.held.saturating_sub(rows.iter().map(Fetched::held).sum());
            return;
        }
        if self.ended.len() >= SWEEP && self.ended.len() == self.ended.capacity() {
            self.sweep();
        }
        self.ended.insert(completion.id, Ended { completion, rows });
    }

    /// Forgets the answers whose tickets were dropped.
    fn sweep(&mut self) {
        let held = &mut self.held;
        self.ended.retain(|_, ended| {
            let awaited = ended.completion.is_awaited();
            if !awaited {
                *held = held.saturating_sub(ended.rows.iter().map(Fetched::held).sum());
            }
            awaited
        });
    }

    /// A row with the bodies that came before it.
    pub(super) fn complete(&mut self, row: FetchRow) -> Fetched {
        self.keeping = false;
        Fetched::new(row, self.bodies.drain(..).map(|(start, bytes)| (start, bytes.freeze())).collect())
    }

    /// Keeps a row until it is asked for.
    fn keep(&mut self, owner: CommandId, row: Fetched) {
        if self.held.saturating_add(row.held()) > self.limits().map_or(0, |limits| limits.buffered) {
            if !self.overflowing.contains(&owner) {
                self.overflowing.push(owner);
            }
            return;
        }
        self.held += row.held();
        self.rows.entry(owner).or_default().push_back(row);
    }

    pub(super) fn begin_body(&mut self, wanted: bool, body: BodyStart) {
        let most = self.limits().map_or(0, |limits| limits.literal as u64);
        let before: u64 = self.bodies.iter().map(|(body, _)| body.octets).sum();
        self.keeping = wanted && body.octets <= most && before.saturating_add(body.octets) <= most;
        if self.keeping {
            self.bodies.push((body, BytesMut::new()));
        }
    }

    pub(super) fn go_on_with_body(&mut self, bytes: &[u8]) {
        if self.keeping
            && let Some((_, body)) = self.bodies.last_mut()
        {
            body.extend_from_slice(bytes);
        }
    }

    /// The security layer that the login has settled, put between the stream and us.
    fn put_layer(&mut self) -> Result<(), Error> {
        let Some(driver) = self.driver.take() else { return Err(self.over()) };
        let (mut machine, stream, input) = driver.into_parts();
        self.login = machine.take_login();
        let layer = match &mut self.login {
            Some(Ok(established)) => established.layer.take(),
            _ => None,
        };
        let Some(layer) = layer else {
            return Err(Error::new(ErrorKind::Protocol, "the login has settled no security layer"));
        };
        if !input.is_empty() {
            return Err(Error::violation(
                crate::rfc9051::NOTHING_FROM_BEFORE_TLS_IS_USED,
                "bytes came ahead of the security layer",
            ));
        }
        // What is compressed is protected, and not the other way round.
        if self.compression.is_some() {
            return Err(Error::new(ErrorKind::Unsupported, "a security layer inside of the compression")
                .with_requirement(crate::rfc4978::COMPRESSION_COMES_BEFORE_ENCRYPTION));
        }
        machine.layer_installed(layer.is_confidential());
        let stream = stream.wrap(|below| Layered::new(below, layer));
        self.driver = Some(Driver::new(machine, stream).stall_limit(self.stall));
        Ok(())
    }

    /// Compression, which the server has agreed to. What it has sent already is compressed
    /// (RFC 4978, section 3).
    fn put_compression(&mut self) -> Result<(), Error> {
        let Some(mut driver) = self.driver.take() else { return Err(self.over()) };
        // Nothing is said after COMPRESS, and it was answered: it was sent whole.
        if !driver.command().1.is_empty() {
            return Err(Error::violation(
                crate::rfc9051::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND,
                "COMPRESS was answered before it was sent",
            ));
        }
        let (mut machine, mut stream, input) = driver.into_parts();
        stream.unread(input.freeze());
        machine.compression_installed();
        let meter = Arc::<Meter>::default();
        self.compression = Some(Arc::clone(&meter));
        let stream = stream.wrap(|below| Compressed::new(below, meter));
        self.driver = Some(Driver::new(machine, stream).stall_limit(self.stall));
        Ok(())
    }

    /// The next row of this command, which has come already.
    pub(super) fn next_row(&mut self, id: CommandId) -> Option<Fetched> {
        let row = match self.ended.get_mut(&id) {
            Some(ended) => ended.rows.pop_front(),
            None => self.rows.get_mut(&id).and_then(VecDeque::pop_front),
        }?;
        self.held = self.held.saturating_sub(row.held());
        Some(row)
    }

    /// How this command ended, if it has.
    pub(super) fn take_ended(&mut self, id: CommandId) -> Option<Completion> {
        let ended = self.ended.remove(&id)?;
        self.held = self.held.saturating_sub(ended.rows.iter().map(Fetched::held).sum());
        Some(ended.completion)
    }

    /// How this command ends.
    pub(super) fn poll_ended(
        &mut self,
        cx: &mut Context<'_>,
        id: CommandId,
    ) -> Poll<Result<Completion, Error>> {
        loop {
            if let Some(completion) = self.take_ended(id) {
                return Poll::Ready(Ok(completion));
            }
            ready!(self.poll_on(cx))?;
        }
    }

    /// Ready when this command has ended.
    pub(super) fn poll_answered(&mut self, cx: &mut Context<'_>, id: CommandId) -> Poll<Result<(), Error>> {
        while !self.ended.contains_key(&id) {
            ready!(self.poll_on(cx))?;
        }
        Poll::Ready(Ok(()))
    }

    pub(super) async fn ended(&mut self, id: CommandId) -> Result<Completion, Error> {
        poll_fn(|cx| self.poll_ended(cx, id)).await
    }

    /// Waits for the answer to a command.
    pub(super) async fn finish<T>(&mut self, ticket: Ticket<T>) -> Result<T, Error> {
        let completion = self.ended(ticket.id()).await?;
        ticket.answer(completion)
    }

    /// Submits a command, in several where its set is too long for one, and waits for the answer.
    pub(super) async fn run<C: Command + std::fmt::Debug + Send + 'static>(
        &mut self,
        command: C,
    ) -> Result<C::Answer, Error> {
        let mut tickets = self.submit_split(command)?;
        if tickets.len() == 1
            && let Some(ticket) = tickets.pop()
        {
            return self.finish(ticket).await;
        }
        let mut parts = Vec::with_capacity(tickets.len());
        for ticket in &tickets {
            let completion = self.ended(ticket.id()).await?;
            parts.push(Collected::new(completion.outcome?, completion.data));
        }
        C::answer(Collected::join(parts))
    }

    /// The same, and goes on where the server has done a part only (RFC 9738).
    pub(super) async fn run_whole<C>(&mut self, command: C) -> Result<C::Answer, Error>
    where
        C: Divided + std::fmt::Debug + Send + 'static,
    {
        let limit = self.connection().map_or(0, |connection| connection.dialect().line_limit());
        let mut left = VecDeque::new();
        for part in command.split(limit) {
            left.push_back((self.submit(part.clone())?, part));
        }
        let mut parts = Vec::with_capacity(left.len());
        while let Some((ticket, command)) = left.pop_front() {
            let completion = self.ended(ticket.id()).await?;
            let limit = completion.message_limit();
            let collected = Collected::new(completion.outcome?, completion.data);
            if let Some(limit) = limit
                && let Some(rest) = command.rest(limit)?
            {
                left.push_front((self.submit(rest.clone())?, rest));
            }
            parts.push(collected.completed());
        }
        C::answer(Collected::join(parts))
    }

    /// Submits a command in as many as its set takes.
    pub(super) fn submit_split<C: Command + std::fmt::Debug + Send + 'static>(
        &mut self,
        command: C,
    ) -> Result<Vec<Ticket<C::Answer>>, Error> {
        self.order(|connection| {
            let limit = connection.dialect().line_limit();
            command.split(limit).into_iter().map(|part| connection.submit(part)).collect()
        })
    }

    /// Where the connection stands.
    pub(super) fn state(&self) -> ProtocolState {
        let Some(driver) = &self.driver else { return ProtocolState::Failed };
        match driver.machine().state() {
            ProtocolState::Failed => ProtocolState::Failed,
            _ if driver.is_finished() => ProtocolState::Disconnected,
            state => state,
        }
    }

    /// Keeps the reason, so that later calls can tell it too.
    pub(super) fn failed(&mut self, error: DriveError<Error>) -> Error {
        let Some(error) = failure(error) else { return self.over() };
        // A server that says BYE and hangs up has said why.
        self.failure.get_or_insert(error).clone()
    }

    #[cold]
    pub(super) fn over(&self) -> Error {
        self.failure.clone().unwrap_or_else(|| Error::closed("the connection has ended"))
    }
}

/// What ended the connection; `None` when that was told before.
pub(super) fn failure(error: DriveError<Error>) -> Option<Error> {
    match error {
        DriveError::Machine(error) => Some(error),
        DriveError::Io(error) => Some(lost(error)),
        DriveError::InputLimit(bytes) => Some(Error::new(
            ErrorKind::Limit,
            format!("the server sends more than {bytes} bytes in one piece"),
        )),
        _ => None,
    }
}

fn lost(error: std::io::Error) -> Error {
    // Of a layer of ours, which knows better.
    if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        return error.clone();
    }
    let timed_out = error.kind() == std::io::ErrorKind::TimedOut;
    if timed_out && error.raw_os_error().is_none() {
        // By the driver's stall limit; otherwise the system gave up on the server.
        return Error::new(ErrorKind::Timeout, "the server takes nothing of what is written to it")
            .with_detail(Detail::TimedOut { waited_for: Waited::Writing, command: None })
            .with_source(error);
    }
    let kind = if timed_out { ErrorKind::Timeout } else { ErrorKind::Io };
    Error::new(kind, "the connection was lost").with_source(error)
}
