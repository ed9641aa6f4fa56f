//! What drives a connection, and keeps what comes for others than whoever drives it.

use std::{
    collections::{HashMap, VecDeque},
    future::poll_fn,
    sync::Weak,
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use anyrfc_core::{
    DriveError, Driver, ErrorKind, Machine as _, ProtocolState,
    transport::{Connection, Layered},
};
use anyrfc_sasl::{Established, Exchange};

use super::ticket::Ticket;
use crate::{
    Error,
    codec::command::Command,
    error::{Detail, Waited},
    proto::{self, CommandId, DeliveryId, Event, State},
    rfc4954,
    types::{Reply, ReplyCode, SendReport},
};

/// A connection, and what waits for those who asked for it.
#[derive(Debug)]
pub(super) struct Inner {
    /// Gone only where a security layer could not be put in.
    driver: Option<Driver<proto::Connection, Connection>>,
    /// The commands whose answers somebody waits for, and who does.
    awaited: HashMap<CommandId, Weak<()>>,
    /// The answers that came for them.
    answers: HashMap<CommandId, (Reply, Weak<()>)>,
    /// The messages whose reports somebody waits for, in their order.
    expected: VecDeque<DeliveryId>,
    /// The reports that came for them, in their order.
    reports: VecDeque<(DeliveryId, SendReport)>,
    /// How often the server has told what it can do.
    hellos: u64,
    /// Whether a security layer of the login's own is in place.
    layered: bool,
    /// How long the server may take nothing of what is written.
    stall: Option<Duration>,
    /// What the login has settled, until it is asked for.
    pub(super) login: Option<Result<Established, anyrfc_sasl::Error>>,
    /// What ended the connection, as told to the caller.
    failure: Option<Error>,
}

/// Beyond so many answers kept, those that nobody waits for any more are looked for.
const SWEEP: usize = 64;

impl Inner {
    pub(super) fn new(driver: Driver<proto::Connection, Connection>, stall: Option<Duration>) -> Self {
        Self { driver: Some(driver), stall, ..Self::spent() }
    }

    /// A connection that has ended.
    pub(super) fn spent() -> Self {
        Self {
            driver: None,
            awaited: HashMap::new(),
            answers: HashMap::new(),
            expected: VecDeque::new(),
            reports: VecDeque::new(),
            hellos: 0,
            layered: false,
            stall: None,
            login: None,
            failure: None,
        }
    }

    pub(super) fn connection(&self) -> Option<&proto::Connection> {
        self.driver.as_ref().map(Driver::machine)
    }

    pub(super) fn stream(&self) -> Option<&Connection> {
        self.driver.as_ref().map(Driver::stream)
    }

    pub(super) fn capacity(&self) -> usize {
        self.driver.as_ref().map_or(0, Driver::capacity)
    }

    pub(super) const fn is_layered(&self) -> bool {
        self.layered
    }

    pub(super) fn phase(&self) -> State {
        self.connection().map_or(State::Failed, proto::Connection::phase)
    }

    fn driver(&mut self) -> Result<&mut Driver<proto::Connection, Connection>, Error> {
        let over = self.driver.as_ref().is_none_or(Driver::is_finished).then(|| self.over());
        match (&mut self.driver, over) {
            (Some(driver), None) => Ok(driver),
            (_, over) => Err(over.unwrap_or_else(|| Error::closed("the connection has ended"))),
        }
    }

    /// Gives the machine a command or a message.
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

    /// Submits a command, of whose reply `answer` makes something.
    pub(super) fn submit<T>(
        &mut self,
        command: Command,
        answer: fn(Reply) -> Result<T, Error>,
    ) -> Result<Ticket<T>, Error> {
        let id = self.order(|connection| connection.submit(command))?;
        let ticket = Ticket::new(id, answer);
        self.awaited.insert(id, ticket.weak());
        Ok(ticket)
    }

    /// The right to the answer of a command that was submitted just now.
    pub(super) fn ticket<T>(&mut self, id: CommandId, answer: fn(Reply) -> Result<T, Error>) -> Ticket<T> {
        let ticket = Ticket::new(id, answer);
        self.awaited.insert(id, ticket.weak());
        ticket
    }

    /// Waits until every command was answered.
    pub(super) async fn answered(&mut self) -> Result<(), Error> {
        poll_fn(|cx| {
            while self.connection().is_some_and(|connection| connection.under_way() > 0) {
                ready!(self.poll_on(cx))?;
            }
            Poll::Ready(Ok(()))
        })
        .await
    }

    /// Begins a login, whose reply is taken as it is.
    pub(super) fn authenticate(&mut self, exchange: Exchange) -> Result<Ticket<Reply>, Error> {
        let id = self.order(|connection| connection.authenticate(exchange))?;
        let ticket = Ticket::new(id, Ok);
        self.awaited.insert(id, ticket.weak());
        Ok(ticket)
    }

    /// The report of this message is waited for: it is kept until it is [taken](Self::take_report) or
    /// [forgotten](Self::forget). To be said right after the message was submitted.
    pub(super) fn await_report(&mut self, id: DeliveryId) {
        self.expected.push_back(id);
    }

    /// Nobody waits for the report of this message any more.
    pub(super) fn forget(&mut self, id: DeliveryId) {
        self.expected.retain(|expected| *expected != id);
        self.reports.retain(|(other, _)| *other != id);
    }

    /// Drives the connection by one event, and puts that where it belongs.
    pub(super) fn poll_on(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Some(driver) = &mut self.driver else { return Poll::Ready(Err(self.over())) };
        match ready!(driver.poll_next(cx)) {
            Some(Ok(Event::Working)) => {
                // A slice of computing: others are to run in between.
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Some(Ok(event)) => Poll::Ready(self.file(event)),
            Some(Err(error)) => Poll::Ready(Err(self.failed(error))),
            None => Poll::Ready(Err(self.ended_in_order())),
        }
    }

    /// Whether the connection has ended, as far as that can be known without waiting: what has arrived is read.
    pub(super) fn is_over(&mut self) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        loop {
            match self.poll_on(&mut cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => return true,
                Poll::Pending => return self.phase().is_over(),
            }
        }
    }

    /// Puts an event where whoever it is for will look for it.
    fn file(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Reply(id, reply) => self.keep_answer(id, reply),
            Event::Delivered(id, report) => self.keep_report(id, report),
            Event::Ready => self.hellos += 1,
            Event::Layer => self.put_layer()?,
            // Neither comes here: TLS was put in before there was a client.
            Event::Upgrade | Event::Working => {}
        }
        Ok(())
    }

    fn keep_answer(&mut self, id: CommandId, reply: Reply) {
        if reply.code() == ReplyCode::UNAVAILABLE {
            self.failure.get_or_insert_with(|| Error::refused(reply.clone()));
        }
        let Some(held) = self.awaited.remove(&id) else { return };
        if held.strong_count() == 0 {
            return;
        }
        if self.answers.len() >= SWEEP && self.answers.len() == self.answers.capacity() {
            self.answers.retain(|_, (_, held)| held.strong_count() > 0);
        }
        self.answers.insert(id, (reply, held));
    }

    fn keep_report(&mut self, id: DeliveryId, report: SendReport) {
        if let Some(at) = self.expected.iter().position(|expected| *expected == id) {
            self.expected.remove(at);
            self.reports.push_back((id, report));
        }
    }

    /// The report of this message, if it is there.
    pub(super) fn take_report(&mut self, id: DeliveryId) -> Option<SendReport> {
        let at = self.reports.iter().position(|(other, _)| *other == id)?;
        self.reports.remove(at).map(|(_, report)| report)
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
            return Err(self.fail(Error::new(ErrorKind::Protocol, "the login has settled no security layer")));
        };
        if !input.is_empty() {
            return Err(self.fail(Error::violation(
                rfc4954::LAYER_FORGETS_THE_SERVER,
                "bytes came ahead of the security layer",
            )));
        }
        machine.layer_installed(layer.is_confidential());
        self.layered = true;
        let stream = stream.wrap(|below| Layered::new(below, layer));
        self.driver = Some(Driver::new(machine, stream).stall_limit(self.stall));
        Ok(())
    }

    /// What the server answers to this command.
    pub(super) fn poll_ended(&mut self, cx: &mut Context<'_>, id: CommandId) -> Poll<Result<Reply, Error>> {
        loop {
            if let Some((reply, _)) = self.answers.remove(&id) {
                return Poll::Ready(Ok(reply));
            }
            ready!(self.poll_on(cx))?;
        }
    }

    /// Ready when the answer to this command is there.
    pub(super) fn poll_answered(&mut self, cx: &mut Context<'_>, id: CommandId) -> Poll<Result<(), Error>> {
        while !self.answers.contains_key(&id) {
            ready!(self.poll_on(cx))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Waits for the answer to a command.
    pub(super) async fn finish<T>(&mut self, ticket: Ticket<T>) -> Result<T, Error> {
        let id = ticket.id();
        let reply = poll_fn(|cx| self.poll_ended(cx, id)).await?;
        ticket.answer(reply)
    }

    /// Ready when commands and messages may be submitted: a hello or a login whose future was dropped has ended.
    pub(super) fn poll_settled(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while matches!(self.phase(), State::Hello | State::HelloAgain | State::Authenticating) {
            ready!(self.poll_on(cx))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Waits until commands and messages may be submitted.
    pub(super) async fn settled(&mut self) -> Result<(), Error> {
        poll_fn(|cx| self.poll_settled(cx)).await
    }

    /// Waits until what was said is answered whole, a RSET of our own as well: for what is said only when nothing is
    /// under way. An answer that somebody holds the ticket of is not waited for.
    pub(super) async fn quiet(&mut self) -> Result<(), Error> {
        self.settled().await?;
        poll_fn(|cx| {
            let held = |inner: &Self| inner.awaited.values().any(|held| held.strong_count() > 0);
            while self.connection().is_some_and(|connection| !connection.is_answered()) && !held(self) {
                ready!(self.poll_on(cx))?;
            }
            Poll::Ready(Ok(()))
        })
        .await
    }

    /// Asks anew what the server can do.
    pub(super) async fn hello_again(&mut self) -> Result<(), Error> {
        self.quiet().await?;
        let known = self.hellos;
        self.order(proto::Connection::say_hello_again)?;
        poll_fn(|cx| {
            while self.hellos == known {
                ready!(self.poll_on(cx))?;
            }
            Poll::Ready(Ok(()))
        })
        .await
    }

    /// Leaves by QUIT, after everything that was submitted. That the server ends the connection rather than answer, in
    /// whatever manner, or does not answer in time, is of no account.
    pub(super) async fn quit(&mut self) -> Result<(), Error> {
        self.settled().await?;
        self.order(proto::Connection::quit)?;
        poll_fn(|cx| {
            loop {
                // From here on nothing is owed to anybody.
                let leaving = matches!(self.phase(), State::Quitting | State::Closed);
                match ready!(self.poll_on(cx)) {
                    Ok(()) => {}
                    Err(_) if leaving => return Poll::Ready(Ok(())),
                    Err(error) => return Poll::Ready(Err(error)),
                }
            }
        })
        .await
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
    fn failed(&mut self, error: DriveError<Error>) -> Error {
        match failure(error) {
            // A server that says 421 and hangs up has said why.
            Some(error) => self.fail(error),
            None => self.ended_in_order(),
        }
    }

    fn fail(&mut self, error: Error) -> Error {
        let error = self.failure.get_or_insert(error).clone();
        self.abort(&error);
        error
    }

    /// Leaves at once, and without a word: whoever is there is not to be told anything.
    pub(super) fn renounce(&mut self, error: Error) -> Error {
        let error = self.fail(error);
        self.driver = None;
        error
    }

    fn ended_in_order(&mut self) -> Error {
        let error = self.over();
        self.abort(&error);
        error
    }

    /// Reports on what was under way.
    fn abort(&mut self, error: &Error) {
        let Some(driver) = &mut self.driver else { return };
        for (id, report) in driver.command().0.abort(error) {
            self.keep_report(id, report);
        }
        self.expected.clear();
        self.awaited.clear();
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
            .with_detail(Detail::TimedOut { waited_for: Waited::Writing })
            .with_source(error);
    }
    let kind = if timed_out { ErrorKind::Timeout } else { ErrorKind::Io };
    Error::new(kind, "the connection was lost").with_source(error)
}

#[cfg(test)]
mod tests;
