//! The state machine of one connection: no I/O, no clock, no task.
//!
//! # States
//! The table is [`State::TRANSITIONS`]; this is its picture (Mermaid):
//!
//! ```text
//! stateDiagram-v2
//!     Greeting --> Hello : Greeted
//!     Greeting --> Closed : Closing
//!     Greeting --> Failed : EndOfStream
//!     Greeting --> Failed : Deadline
//!     Greeting --> Failed : Fault
//!     Hello --> Ready : Known
//!     Hello --> AskingTls : StartTls
//!     Hello --> Closed : Closing
//!     Hello --> Failed : EndOfStream
//!     Hello --> Failed : Deadline
//!     Hello --> Failed : Fault
//!     AskingTls --> Handshaking : TlsAgreed
//!     AskingTls --> Closed : Closing
//!     AskingTls --> Failed : EndOfStream
//!     AskingTls --> Failed : Deadline
//!     AskingTls --> Failed : Fault
//!     Handshaking --> Hello : Secured
//!     Handshaking --> Failed : EndOfStream
//!     Handshaking --> Failed : Deadline
//!     Handshaking --> Failed : Fault
//!     Ready --> Authenticating : Authenticate
//!     Ready --> Hello : HelloAgain
//!     Ready --> Quitting : Quit
//!     Ready --> Closed : Closing
//!     Ready --> Failed : EndOfStream
//!     Ready --> Failed : Deadline
//!     Ready --> Failed : Fault
//!     Authenticating --> Authenticated : LoggedIn
//!     Authenticating --> Ready : LoginRefused
//!     Authenticating --> Closed : Closing
//!     Authenticating --> Failed : EndOfStream
//!     Authenticating --> Failed : Deadline
//!     Authenticating --> Failed : Fault
//!     Authenticated --> HelloAgain : HelloAgain
//!     Authenticated --> Quitting : Quit
//!     Authenticated --> Closed : Closing
//!     Authenticated --> Failed : EndOfStream
//!     Authenticated --> Failed : Deadline
//!     Authenticated --> Failed : Fault
//!     HelloAgain --> Authenticated : Known
//!     HelloAgain --> Closed : Closing
//!     HelloAgain --> Failed : EndOfStream
//!     HelloAgain --> Failed : Deadline
//!     HelloAgain --> Failed : Fault
//!     Quitting --> Closed : Bye
//!     Quitting --> Closed : Closing
//!     Quitting --> Closed : EndOfStream
//!     Quitting --> Closed : Deadline
//!     Quitting --> Failed : Fault
//! ```

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects
    )
)]

mod config;
mod delivery;
mod event;
mod login;
mod machine;
mod outbox;
mod owed;
pub(crate) mod plan;
mod replies;
mod sending;
mod state;
#[cfg(test)]
mod tests;
mod timing;

use std::{collections::VecDeque, time::Instant};

use anyrfc_core::{Deviations, Requirement, Secret, Tolerance};
use anyrfc_sasl::{Established, Exchange};

pub use self::{
    config::{Config, Deadlines, Flavour, Protection},
    delivery::{Payload, Submission},
    event::{CommandId, DeliveryId, Event},
    state::{Input, State},
};
use self::{
    delivery::Delivery,
    login::Login,
    outbox::Outbox,
    owed::{Effect, Owed, Slot},
    plan::Tls,
    sending::Conducted,
    timing::Timing,
};
use crate::{
    Error,
    codec::{command::Command, reply::ReplyReader},
    rfc4954,
    types::{Capabilities, Reply, ReplyCode, SendReport},
    wire::wire,
};

/// One SMTP or LMTP connection, client side (RFC 5321; RFC 2033), sans I/O.
///
/// It says hello, and STARTTLS under [`Protection::StartTls`], by itself. Commands and messages are submitted, wait
/// here until they may be sent, and end in an [`Event`]; where the server offers PIPELINING, they are sent without
/// waiting for the answers to what went before (RFC 2920).
///
/// A message is sent as a whole: its envelope, its bytes, and a [report](SendReport) on every recipient.
#[derive(Debug)]
pub struct Connection {
    state: State,
    config: Config,
    reader: ReplyReader,
    greeting: Option<Reply>,
    capabilities: Option<Capabilities>,
    /// Whether the stream is encrypted.
    secured: bool,
    /// What TLS has to do with that.
    tls: Tls,
    outbox: Outbox,
    /// What the server has to answer, in its order.
    owed: VecDeque<Slot>,
    counts: Counts,
    /// What waits for its turn.
    jobs: VecDeque<Job>,
    /// The messages that are under way or wait, in their order.
    deliveries: VecDeque<Delivery>,
    /// A transaction that the caller conducts.
    conducted: Option<Conducted>,
    /// The server has accepted its MAIL.
    open: bool,
    login: Option<Login>,
    outcome: Option<Result<Established, anyrfc_sasl::Error>>,
    /// The login has settled a layer that is not in place yet.
    layer_due: bool,
    events: VecDeque<Event>,
    /// Nothing may be said any more.
    mute: bool,
    /// How many items of the outbox were sent when the connection ended.
    ended_at: Option<u64>,
    /// What ends the connection, once the events were told.
    doomed: Option<Error>,
    timing: Timing,
    deviations: Deviations,
}

/// What is counted, all from none.
#[derive(Debug, Default)]
struct Counts {
    /// Commands and messages.
    ids: u64,
    /// How many bytes of input the event at the front releases.
    releases: usize,
}

/// What waits for its turn.
#[derive(Debug)]
enum Job {
    Command(CommandId, Command),
    Delivery(u64),
    Quit,
}

impl Connection {
    /// A connection that waits for the server's greeting.
    #[must_use]
    pub fn new(config: Config, now: Instant) -> Self {
        let mut this = Self {
            state: State::Greeting,
            reader: ReplyReader::new(&config.limits, config.tolerance),
            greeting: None,
            capabilities: None,
            secured: config.protection == Protection::Tls,
            tls: match config.protection {
                Protection::Tls => Tls::of(config.verified),
                _ => Tls::None,
            },
            outbox: Outbox::default(),
            owed: VecDeque::new(),
            counts: Counts::default(),
            jobs: VecDeque::new(),
            deliveries: VecDeque::new(),
            conducted: None,
            open: false,
            login: None,
            outcome: None,
            layer_due: false,
            events: VecDeque::new(),
            mute: false,
            ended_at: None,
            doomed: None,
            timing: Timing::default(),
            deviations: Deviations::default(),
            config,
        };
        this.rearm(now);
        this
    }

    /// The exact state; [`Machine::state`](anyrfc_core::Machine::state) gives the coarse one.
    #[must_use]
    pub const fn phase(&self) -> State {
        self.state
    }

    /// What it was told before it started.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// What the server greeted with; nothing after STARTTLS, before which anybody could have said it.
    #[must_use]
    pub const fn greeting(&self) -> Option<&Reply> {
        self.greeting.as_ref()
    }

    /// What the server has said that it can do, since the stream is protected as it is.
    #[must_use]
    pub const fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// The breaches of the RFC that were forgiven.
    #[must_use]
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }

    /// Whether the stream is encrypted.
    #[must_use]
    pub const fn is_secured(&self) -> bool {
        self.secured
    }

    /// How many commands and messages were submitted and have not ended.
    #[must_use]
    pub fn under_way(&self) -> usize {
        let commands = self.owed.iter().filter(|slot| matches!(slot.owed, Owed::Command(..) | Owed::Auth(_)));
        let waiting = self.jobs.iter().filter(|job| matches!(job, Job::Command(..)));
        self.deliveries.len().saturating_add(commands.count()).saturating_add(waiting.count())
    }

    /// Whether the server owes nothing, and nothing waits: what comes now comes unasked.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.is_answered() && !self.open && self.conducted.is_none()
    }

    /// Whether no answer is awaited, and none will be of what was said.
    pub(crate) fn is_answered(&self) -> bool {
        self.owed.is_empty() && self.jobs.is_empty() && self.deliveries.is_empty()
    }

    /// Whether the connection is about to end, which is told once the events were taken.
    #[cfg(feature = "client")]
    pub(crate) const fn is_doomed(&self) -> bool {
        self.doomed.is_some()
    }

    /// Whether nothing is under way but what leaves nothing behind: a RSET of our own may not be answered yet.
    #[must_use]
    pub fn is_in_step(&self) -> bool {
        let quiet =
            self.jobs.is_empty() && self.deliveries.is_empty() && !self.open && self.conducted.is_none();
        quiet && self.owed.iter().all(|slot| slot.owed == Owed::Reset)
    }

    /// Queues a command; its reply is an [`Event::Reply`]. What begins or ends a session has methods of its own.
    ///
    /// # Errors
    /// The connection is not open ([`ErrorKind::Closed`](crate::ErrorKind)), the command is one that this connection
    /// sends by itself ([`ErrorKind::Usage`](crate::ErrorKind)), or the server does not offer what it takes
    /// ([`ErrorKind::Unsupported`](crate::ErrorKind)).
    pub fn submit(&mut self, command: Command) -> Result<CommandId, Error> {
        self.check_open()?;
        match command {
            Command::Ehlo(_)
            | Command::Helo(_)
            | Command::Lhlo(_)
            | Command::StartTls
            | Command::Auth { .. }
            | Command::Quit => {
                return Err(Error::usage("the connection says that by itself"));
            }
            Command::Mail(_)
            | Command::Rcpt(_)
            | Command::Data
            | Command::Bdat { .. }
            | Command::Burl { .. } => {
                return Err(Error::usage("a message is sent by the methods for it"));
            }
            _ => {}
        }
        if let Some(capabilities) = &self.capabilities {
            command.check(capabilities)?;
        }
        let id = CommandId(self.next_id());
        self.jobs.push_back(Job::Command(id, command));
        self.pump();
        Ok(id)
    }

    /// Asks anew what the server can do (RFC 5321, section 4.1.4), which ends every transaction.
    ///
    /// # Errors
    /// Something is under way.
    pub fn say_hello_again(&mut self) -> Result<(), Error> {
        self.check_idle()?;
        self.step(Input::HelloAgain);
        self.say_hello();
        Ok(())
    }

    /// Logs in (RFC 4954, section 4). The outcome is an [`Event::Reply`]; what the mechanism settled, or why it has
    /// failed, is in [`take_login`](Self::take_login) then.
    ///
    /// # Errors
    /// Something is under way, or somebody is logged in; the server does not offer the mechanism
    /// ([`ErrorKind::Unsupported`](crate::ErrorKind)).
    pub fn authenticate(&mut self, exchange: Exchange) -> Result<CommandId, Error> {
        self.check_idle()?;
        if self.state != State::Ready {
            return Err(
                Error::usage("somebody is logged in already").with_requirement(rfc4954::NO_SECOND_AUTH)
            );
        }
        let mut login = Login::new(exchange);
        if !self.capabilities.as_ref().is_some_and(|known| known.offers_mechanism(login.name())) {
            let error = Error::unsupported("the server does not offer the mechanism");
            return Err(error.with_requirement(rfc4954::AUTH_NEEDS_THE_KEYWORD));
        }
        let initial = login.initial()?;
        let id = CommandId(self.next_id());
        let command = Command::Auth { mechanism: login.name(), initial };
        wire!(command = command.verb(), mechanism = login.name().as_str());
        command.encode(self.outbox.buffer());
        let mark = self.outbox.line();
        self.owe(Owed::Auth(id), mark);
        self.login = Some(login);
        self.step(Input::Authenticate);
        Ok(id)
    }

    /// How the last login ended, once; nothing where none has.
    ///
    /// # Errors
    /// Inside: why the mechanism says that it failed.
    pub fn take_login(&mut self) -> Option<Result<Established, anyrfc_sasl::Error>> {
        self.outcome.take()
    }

    /// The security layer is in place ([`Event::Layer`]): the server is asked anew what it can do (RFC 4954,
    /// section 4).
    pub fn layer_installed(&mut self, confidential: bool) {
        if !std::mem::take(&mut self.layer_due) {
            return;
        }
        self.secured |= confidential;
        // Nothing that was said before is believed (RFC 4954, sections 4 and 9).
        self.capabilities = None;
        self.greeting = None;
        self.deviations = Deviations::default();
        self.step(Input::HelloAgain);
        self.say_hello();
    }

    /// Ends the session by QUIT, after what was submitted before.
    ///
    /// # Errors
    /// The connection is not open.
    pub fn quit(&mut self) -> Result<(), Error> {
        self.check_open()?;
        self.jobs.push_back(Job::Quit);
        self.pump();
        Ok(())
    }

    /// What was under way when the connection ended by `error`, which may be one of the network that the connection
    /// was never told: every message that was submitted and has no [`Event::Delivered`] yet.
    pub fn abort(&mut self, error: &Error) -> Vec<(DeliveryId, SendReport)> {
        if !self.state.is_over() {
            self.step(Input::Fault);
        }
        self.end();
        let sent = self.ended_at.unwrap_or_default();
        let flavour = self.config.flavour;
        let deliveries = std::mem::take(&mut self.deliveries);
        let reports = deliveries.into_iter().map(|mut delivery| {
            delivery.failed(error.clone());
            (DeliveryId(delivery.id), delivery.into_report(sent, flavour))
        });
        reports.collect()
    }

    fn next_id(&mut self) -> u64 {
        self.counts.ids = self.counts.ids.wrapping_add(1);
        self.counts.ids
    }

    fn check_open(&self) -> Result<(), Error> {
        let leaving = self.jobs.iter().any(|job| matches!(job, Job::Quit));
        if self.state.is_over() || self.state == State::Quitting || self.doomed.is_some() || leaving {
            return Err(Error::closed("the connection is closing or closed"));
        }
        if !self.state.is_open() {
            return Err(Error::usage("the connection is not ready for that"));
        }
        Ok(())
    }

    fn check_idle(&self) -> Result<(), Error> {
        self.check_open()?;
        if self.is_idle() {
            return Ok(());
        }
        let error = Error::usage("a mail transaction or a command is under way");
        Err(error.with_requirement(rfc4954::NO_AUTH_IN_A_TRANSACTION))
    }

    /// EHLO, or LHLO (RFC 2033, section 4.1).
    fn say_hello(&mut self) {
        let name = self.config.name.clone();
        let command = match self.config.flavour {
            Flavour::Smtp => Command::Ehlo(name),
            Flavour::Lmtp => Command::Lhlo(name),
        };
        self.say(&command, Owed::Hello);
    }

    /// Writes a command. The number of its item of the outbox.
    fn say(&mut self, command: &Command, owed: Owed) -> u64 {
        let buffer = self.outbox.buffer();
        let before = buffer.len();
        command.encode(buffer);
        let written = buffer.get(before..).unwrap_or_default();
        if let Command::Burl { .. } = command {
            // Whoever has the URL can read the message.
            wire!(command = command.verb(), bytes = written.len());
        } else {
            wire!(command = %anyrfc_core::escape::Escaped(written));
        }
        let _ = written;
        let mark = self.outbox.line();
        self.owe(owed, mark);
        mark
    }

    fn owe(&mut self, owed: Owed, mark: u64) {
        if let Some(id) = owed.delivery()
            && let Some(delivery) = self.delivery(id)
        {
            delivery.owed = delivery.owed.saturating_add(1);
        }
        self.owed.push_back(Slot { owed, mark });
    }

    /// An answer to a challenge.
    fn respond(&mut self, line: &Secret<Vec<u8>>) {
        let id = self.owed.front().map(|slot| slot.owed);
        wire!(bytes = line.expose().len(), "of a login");
        self.outbox.buffer().extend_from_slice(line.expose());
        let mark = self.outbox.line();
        if let (Some(Owed::Auth(_)), Some(slot)) = (id, self.owed.front_mut()) {
            slot.mark = mark;
        }
    }

    /// Moves by the table; an input the table does not have changes nothing.
    const fn step(&mut self, input: Input) {
        if let Some(next) = self.state.next(input) {
            self.state = next;
        }
    }

    /// The connection cannot go on. A server that can still be talked to is told so.
    fn fail(&mut self, error: Error) -> Error {
        let closing = error.reply().is_some_and(|reply| reply.code() == ReplyCode::UNAVAILABLE);
        // What has not greeted is no mail server, as far as anybody knows.
        let known = error.reply().is_some() || self.state != State::Greeting;
        self.part(Input::Fault, known && !closing);
        error
    }

    /// Ends the session by `input`, and by QUIT where that would be understood: "even if there was an error" (RFC 5321,
    /// sections 4.1.1.10 and 4.1.4).
    fn part(&mut self, input: Input, polite: bool) {
        let sent = self.outbox.sent();
        let mut asked = self.owed.iter().take_while(|slot| slot.mark < sent);
        // In the midst of a message, or ahead of a handshake or a response, it would be part of that.
        let understood = self.outbox.is_between()
            && !self.mute
            && !self.layer_due
            && !matches!(self.state, State::Handshaking | State::Quitting | State::Closed | State::Failed)
            && !asked.any(|slot| matches!(slot.owed, Owed::StartTls | Owed::Auth(_) | Owed::Data(_)));
        self.step(input);
        self.end();
        if polite && understood {
            Command::Quit.encode(self.outbox.buffer());
            self.outbox.line();
        }
    }

    /// Nothing more is said.
    fn end(&mut self) {
        self.jobs.clear();
        self.owed.clear();
        self.timing.clear();
        self.ended_at.get_or_insert(self.outbox.sent());
        self.outbox.clear();
    }

    /// Forgives what the server did, and counts it; or does not.
    fn forgive(&mut self, requirement: &'static Requirement, sample: &[u8]) -> Result<(), Error> {
        if self.config.tolerance == Tolerance::Strict {
            return Err(Error::violation(requirement, "it did otherwise").with_unparsed(sample));
        }
        self.deviations.record(requirement, sample);
        Ok(())
    }

    /// Whether the reply at the front may have a status code (RFC 2034, section 4).
    fn may_have_status(&self) -> bool {
        let hello = matches!(self.owed.front().map(|slot| slot.owed), Some(Owed::Hello | Owed::OldHello));
        self.state != State::Greeting && !hello
    }

    /// Where a message is among those under way: their numbers ascend.
    fn index(&self, id: u64) -> Option<usize> {
        self.deliveries.binary_search_by_key(&id, |delivery| delivery.id).ok()
    }

    fn delivery(&mut self, id: u64) -> Option<&mut Delivery> {
        let index = self.index(id)?;
        self.deliveries.get_mut(index)
    }
}
