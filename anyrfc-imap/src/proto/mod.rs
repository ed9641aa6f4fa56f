//! The state machine of one connection: no I/O, no clock, no task.
//!
//! # States
//! The table is [`State::TRANSITIONS`]; this is its picture (Mermaid):
//!
//! ```text
//! stateDiagram-v2
//!     Greeting --> NotAuthenticated : Greeted
//!     Greeting --> Authenticated : Preauthenticated
//!     Greeting --> Closed : Bye
//!     Greeting --> Failed : EndOfStream
//!     Greeting --> Failed : Deadline
//!     Greeting --> Failed : Fault
//!     NotAuthenticated --> AskingTls : StartTls
//!     NotAuthenticated --> Authenticating : Authenticate
//!     NotAuthenticated --> LoggingOut : Logout
//!     NotAuthenticated --> Closed : Bye
//!     NotAuthenticated --> Failed : EndOfStream
//!     NotAuthenticated --> Failed : Deadline
//!     NotAuthenticated --> Failed : Fault
//!     AskingTls --> Handshaking : TlsAgreed
//!     AskingTls --> Closed : Bye
//!     AskingTls --> Failed : EndOfStream
//!     AskingTls --> Failed : Deadline
//!     AskingTls --> Failed : Fault
//!     Handshaking --> NotAuthenticated : Secured
//!     Handshaking --> Failed : EndOfStream
//!     Handshaking --> Failed : Deadline
//!     Handshaking --> Failed : Fault
//!     Authenticating --> Authenticated : LoggedIn
//!     Authenticating --> NotAuthenticated : LoginRefused
//!     Authenticating --> Closed : Bye
//!     Authenticating --> Failed : EndOfStream
//!     Authenticating --> Failed : Deadline
//!     Authenticating --> Failed : Fault
//!     Authenticated --> Selecting : Select
//!     Authenticated --> NotAuthenticated : Unauthenticated
//!     Authenticated --> LoggingOut : Logout
//!     Authenticated --> Closed : Bye
//!     Authenticated --> Failed : EndOfStream
//!     Authenticated --> Failed : Deadline
//!     Authenticated --> Failed : Fault
//!     Selecting --> Selected : Opened
//!     Selecting --> Authenticated : OpenRefused
//!     Selecting --> Closed : Bye
//!     Selecting --> Failed : EndOfStream
//!     Selecting --> Failed : Deadline
//!     Selecting --> Failed : Fault
//!     Selected --> Selecting : Select
//!     Selected --> Authenticated : Unselected
//!     Selected --> NotAuthenticated : Unauthenticated
//!     Selected --> LoggingOut : Logout
//!     Selected --> Closed : Bye
//!     Selected --> Failed : EndOfStream
//!     Selected --> Failed : Deadline
//!     Selected --> Failed : Fault
//!     LoggingOut --> Farewell : Bye
//!     LoggingOut --> Closed : LoggedOut
//!     LoggingOut --> Closed : EndOfStream
//!     LoggingOut --> Failed : Deadline
//!     LoggingOut --> Failed : Fault
//!     Farewell --> Closed : LoggedOut
//!     Farewell --> Closed : Bye
//!     Farewell --> Closed : EndOfStream
//!     Farewell --> Closed : Deadline
//!     Farewell --> Failed : Fault
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

mod claim;
mod config;
mod counts;
mod event;
mod following;
mod gone;
mod idling;
mod incoming;
mod login;
mod machine;
mod mailbox;
mod numbering;
mod outbox;
mod progress;
mod queue;
mod sending;
mod state;
mod status;
mod tag;
#[cfg(test)]
mod tests;
mod ticket;
mod timing;
mod unauthenticate;

use std::{collections::VecDeque, fmt, time::Instant};

use anyrfc_core::{Deviations, Requirement, Secret, Tolerance};
use anyrfc_sasl::{Established, Exchange};

pub use self::{
    config::{Config, Deadlines, Protection},
    event::{BodyStart, Completion, Event, OwnedEvent, Report},
    following::{Followed, Following},
    mailbox::Mailbox,
    state::{Input, State},
    tag::CommandId,
    ticket::Ticket,
};
use self::{
    counts::Counts,
    event::Notice,
    incoming::{Pending, Streaming},
    login::Login,
    outbox::Outbox,
    queue::Entry,
    sending::Partial,
    tag::Tags,
    timing::Timing,
};
use crate::{
    Error,
    codec::{
        ReadLimits, Reader,
        command::{self, Command, Effect, Notifying},
        encode::Dialect,
    },
    types::{Capabilities, Capability, LanguageRange, RowTables, StatusResponse},
};

/// One IMAP connection, client side (RFC 9051; RFC 3501), sans I/O.
///
/// Commands are [submitted](Self::submit) and wait here until they may be sent; each ends
/// in a [`Completion`]. What one asks for while another one is still being answered goes out
/// at once, unless it could not be told apart whose answer is whose, or what a sequence number
/// stands for (RFC 9051, section 5.5): such a command waits, which its caller does not notice.
///
/// The connection sends by itself what is not worth a decision: CAPABILITY where the
/// capabilities are not known and something depends on them, STARTTLS under
/// [`Protection::StartTls`], and DONE before a command that follows IDLE.
#[derive(Debug)]
pub struct Connection {
    state: State,
    config: Config,
    tags: Tags,
    reader: Reader,
    tables: RowTables,
    /// Whom the body that is being read is told to.
    streaming: Option<Streaming>,
    /// Whose the row seems to be that the bodies so far are part of.
    row_seems_of: Option<CommandId>,
    /// Whether the beginning of a body was told that the row is to end.
    body_told: bool,
    /// What `advance` found.
    pending: Option<Pending>,
    /// What else is to be told, in order.
    notices: VecDeque<Notice>,
    /// Commands that wait to be sent.
    waiting: VecDeque<Entry>,
    /// Commands that were sent, or are being sent, and have not ended.
    under_way: VecDeque<Entry>,
    /// The command that is being sent and needs something before it can go on.
    partial: Option<Partial>,
    /// The results that the server tells changes of.
    contexts: Vec<following::Context>,
    outbox: Outbox,
    /// What the server can do; `None` while that is not known.
    capabilities: Option<Capabilities>,
    enabled: Capabilities,
    /// Whether a command has had rows come with modification sequences from then on.
    condstore: bool,
    dialect: Dialect,
    secured: bool,
    /// A security layer, or compression, is to be put in: nothing may be read before.
    layer_due: bool,
    /// One is in.
    layered: bool,
    /// The language that the server writes in, where it has said so.
    language: Option<String>,
    /// What it was asked to write in.
    languages: Vec<LanguageRange>,
    /// Whether it is compression that was put in.
    compressed: bool,
    /// What the server tells by itself.
    notifying: Notifying,
    mailbox: Option<Box<Mailbox>>,
    /// Whether one ever was.
    ever_selected: bool,
    /// Whether the server has still to say that the one before is closed.
    closed_due: bool,
    /// Bytes of data that are kept for the commands under way.
    held: usize,
    counts: Counts,
    /// How the last AUTHENTICATE ended.
    login: Option<LoginOutcome>,
    /// What the server said when it left.
    farewell: Option<StatusResponse>,
    /// What will be told when the connection is driven on, and ends it.
    doomed: Option<Error>,
    timing: Timing,
    deviations: Deviations,
}

/// How an AUTHENTICATE ended.
type LoginOutcome = Result<Established, anyrfc_sasl::Error>;

impl Connection {
    /// A connection that waits for the server's greeting. `seed` must come from a strong
    /// source of randomness: tags are made of it, which nobody may foretell.
    #[must_use]
    pub fn new(config: Config, seed: [u8; 32], now: Instant) -> Self {
        let dialect = Dialect::default().with_line_limit(config.command_line);
        let mut this = Self {
            state: State::Greeting,
            tags: Tags::new(seed),
            reader: reader(&config, config.protection == Protection::StartTls),
            tables: RowTables::new(),
            streaming: None,
            row_seems_of: None,
            body_told: false,
            pending: None,
            notices: VecDeque::new(),
            waiting: VecDeque::new(),
            under_way: VecDeque::new(),
            partial: None,
            contexts: Vec::new(),
            outbox: Outbox::default(),
            capabilities: None,
            enabled: Capabilities::default(),
            condstore: false,
            dialect,
            secured: config.protection == Protection::Tls,
            layer_due: false,
            layered: false,
            language: None,
            languages: Vec::new(),
            compressed: false,
            notifying: Notifying::Off,
            mailbox: None,
            ever_selected: false,
            closed_due: false,
            held: 0,
            counts: Counts::default(),
            login: None,
            farewell: None,
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

    /// The limits and deadlines it was given.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Whether nobody else can read what is said.
    #[must_use]
    pub const fn is_confidential(&self) -> bool {
        self.secured
    }

    /// What the server can do; `None` while that is not known, as after STARTTLS and after a
    /// login (RFC 9051, sections 6.2.1 and 6.2.2), until it says so or something depends on it.
    #[must_use]
    pub const fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// What ENABLE has switched on (RFC 9051, section 6.3.1).
    #[must_use]
    pub const fn enabled(&self) -> &Capabilities {
        &self.enabled
    }

    /// Whether `CONDSTORE` is in force: by ENABLE, by `QRESYNC`, or by the first command that used
    /// modification sequences (RFC 7162, section 3.1). Until then the server need not tell them, and what it
    /// tells may be old.
    #[must_use]
    pub fn has_condstore(&self) -> bool {
        let names = [Capability::Condstore, Capability::QResync];
        self.condstore || names.iter().any(|name| self.enabled.has(name))
    }

    /// The language that the server writes in since it was asked to by LANGUAGE (RFC 5255);
    /// `None` for `i-default`. TLS and a security layer that begin make it unknown again.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// How commands are written at present.
    #[must_use]
    pub const fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// The mailbox that is selected.
    #[must_use]
    pub fn mailbox(&self) -> Option<&Mailbox> {
        if self.state == State::Selected { self.mailbox.as_deref() } else { None }
    }

    /// The mailbox that is selected, or being selected, as far as the server has told; of a connection that has ended,
    /// the last one.
    #[cfg(feature = "client")]
    pub(crate) fn mailbox_told(&self) -> Option<&Mailbox> {
        self.mailbox.as_deref()
    }

    /// Which of its selections this is: another one, of the same mailbox even, has another number.
    #[cfg(feature = "client")]
    pub(crate) const fn selection(&self) -> u64 {
        self.counts.selections
    }

    /// Whether a command was submitted that leaves the mailbox that is selected: whatever is
    /// submitted from now on is about another one, or about none.
    #[must_use]
    pub fn is_leaving_mailbox(&self) -> bool {
        let leaves = |entry: &Entry| {
            let leaves =
                matches!(entry.effect, Effect::Select { .. } | Effect::Unselect | Effect::Unauthenticate);
            leaves && !entry.is_abandoned()
        };
        self.waiting.iter().any(leaves) || self.under_way.iter().any(leaves)
    }

    /// What was forgiven so far.
    #[must_use]
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }

    /// Records a deviation that only the layer above knows of.
    pub fn record_deviation(&mut self, requirement: &'static Requirement, sample: &[u8]) {
        self.deviations.record(requirement, sample);
    }

    /// How the last AUTHENTICATE ended: what it has settled, or the mechanism's own error,
    /// which [`Negotiator::failed`](anyrfc_sasl::Negotiator::failed) is to be told. Told once.
    ///
    /// # Errors
    /// Within: why the mechanism failed, or what the server could not prove.
    pub fn take_login(&mut self) -> Option<Result<Established, anyrfc_sasl::Error>> {
        self.login.take()
    }

    /// How many commands wait or are under way.
    #[must_use]
    pub fn commands(&self) -> usize {
        self.waiting.len().saturating_add(self.under_way.len())
    }

    /// Whether the server was asked to tell what happens, and may do so.
    #[must_use]
    pub fn is_idling(&self) -> bool {
        self.under_way.iter().any(Entry::is_idling)
    }

    /// Submits a command. It is sent as soon as it may be; its end is reported as
    /// [`Report::Done`].
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) where the server is known to lack what it needs;
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what cannot be sent, or not in the state that the connection
    /// will be in; [`ErrorKind::Closed`](crate::ErrorKind::Closed) once it has ended. Nothing has been sent then.
    /// Where only a command before it decides, the [`Completion`] says so.
    pub fn submit<C>(&mut self, command: C) -> Result<Ticket<C::Answer>, Error>
    where
        C: Command + fmt::Debug + Send + 'static,
    {
        self.check_open()?;
        if matches!(command.effect(), Effect::Protocol | Effect::Follow) {
            return Err(Error::usage("the connection has a method of its own for this command").unsent());
        }
        let ticket = Ticket::new(self.next_id(), C::answer);
        self.enqueue(Entry::command(ticket.id(), ticket.weak(), command))?;
        Ok(ticket)
    }

    /// Authenticates by a SASL exchange (RFC 9051, section 6.2.2). What it has settled, or
    /// why it has failed, is in [`take_login`](Self::take_login) once it has ended.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) where the server is known not to offer the mechanism;
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) when somebody is logged in already; [`ErrorKind::Closed`](crate::ErrorKind::Closed) once
    /// the connection has ended. Nothing has been sent then.
    pub fn authenticate(&mut self, exchange: Exchange) -> Result<Ticket<()>, Error> {
        self.check_open()?;
        let ticket = Ticket::new(self.next_id(), |_| Ok(()));
        self.enqueue(Entry::authenticate(ticket.id(), ticket.weak(), Login::new(exchange)))?;
        Ok(ticket)
    }

    /// Logs in by user name and password, as a last resort (RFC 9051, section 6.2.3).
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate); [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) under
    /// `LOGINDISABLED`, [`ErrorKind::Usage`](crate::ErrorKind::Usage) where others could read the password.
    pub fn login(
        &mut self,
        user: &str,
        password: &Secret<String>,
    ) -> Result<Ticket<Option<Capabilities>>, Error> {
        self.submit(command::Login::new(user, Secret::new(password.expose().clone())))
    }

    /// Asks the server to tell what happens (RFC 9051, section 6.3.13), until
    /// [`stop_idling`](Self::stop_idling), the next command or the ticket's end. The
    /// connection renews it by itself.
    ///
    /// # Errors
    /// As [`submit`](Self::submit).
    pub fn idle(&mut self) -> Result<Ticket<()>, Error> {
        self.check_open()?;
        let ticket = Ticket::new(self.next_id(), |_| Ok(()));
        self.enqueue(Entry::idle(ticket.id(), ticket.weak()))?;
        Ok(ticket)
    }

    /// Asks to leave (RFC 9051, section 6.1.3), once all before is answered. Nothing can be
    /// submitted after it.
    ///
    /// # Errors
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) once the connection has ended.
    pub fn logout(&mut self) -> Result<Ticket<()>, Error> {
        self.submit(command::Logout)
    }

    /// The security layer is in: go on, inside of it. What was known of the server is
    /// forgotten, since it came without (RFC 4422, section 3.7).
    pub fn layer_installed(&mut self, confidential: bool) {
        if std::mem::take(&mut self.layer_due) {
            self.secured |= confidential;
            self.layered = true;
            self.speak_again();
            self.plan();
        }
    }

    /// What was settled about the language without the layer may have been tampered with (RFC 5255,
    /// section 7): it is settled again.
    fn speak_again(&mut self) {
        self.language = None;
        if !self.languages.is_empty() {
            let command = command::Language::of(std::mem::take(&mut self.languages));
            let entry = Entry::own(self.next_id(), command);
            self.waiting.push_front(entry);
        }
    }

    /// Whether a language was asked for, and the server has taken it.
    #[cfg(feature = "client")]
    pub(crate) fn is_spoken_to(&self) -> bool {
        self.language.is_some() || self.waiting.iter().chain(&self.under_way).any(Entry::sets_language)
    }

    /// Compression is in: go on, inside of it (RFC 4978, section 3).
    pub fn compression_installed(&mut self) {
        if std::mem::take(&mut self.layer_due) {
            self.compressed = true;
            self.plan();
        }
    }

    /// What the server tells by itself, as NOTIFY has settled it (RFC 5465).
    #[must_use]
    pub const fn notifying(&self) -> Notifying {
        self.notifying
    }

    /// Whether what is said and heard is compressed on its way.
    #[must_use]
    pub const fn is_compressed(&self) -> bool {
        self.compressed
    }

    fn next_id(&mut self) -> CommandId {
        CommandId(Counts::next(&mut self.counts.ids))
    }

    fn check_open(&self) -> Result<(), Error> {
        let leaving =
            self.waiting.iter().chain(&self.under_way).any(|entry| matches!(entry.effect, Effect::Logout));
        if self.state.is_over() || self.doomed.is_some() || leaving {
            return Err(Error::closed("the connection is closing or closed").unsent());
        }
        Ok(())
    }

    /// Moves by the table; an input the table does not have changes nothing.
    const fn step(&mut self, input: Input) {
        if let Some(next) = self.state.next(input) {
            self.state = next;
        }
    }

    /// The connection cannot go on.
    fn fail(&mut self, error: Error) -> Error {
        self.step(Input::Fault);
        self.end();
        error
    }

    /// Nothing more is said.
    fn end(&mut self) {
        self.outbox.clear();
        self.partial = None;
        self.timing.clear();
    }

    /// Forgives what the server did, and counts it; or does not.
    fn forgive(&mut self, requirement: &'static Requirement, sample: &[u8]) -> Result<(), Error> {
        if self.config.tolerance == Tolerance::Strict {
            let error = Error::violation(requirement, "it did otherwise").with_unparsed(sample);
            return Err(error);
        }
        self.deviations.record(requirement, sample);
        Ok(())
    }

    fn refresh_dialect(&mut self) {
        let capabilities = self.capabilities.clone().unwrap_or_default();
        self.dialect = Dialect::new(capabilities, &self.enabled)
            .with_line_limit(self.config.command_line)
            .with_moving_last(self.notifying == Notifying::AtOnce);
        // Another than before is all that it has to be.
        Counts::next(&mut self.counts.epoch);
    }

    /// What the server has said that it can do holds no longer.
    fn forget_capabilities(&mut self) {
        self.capabilities = None;
        self.refresh_dialect();
    }
}

/// A reader within the limits. Before TLS is begun nothing is forgiven: where a line ends
/// must not depend on who looks at it.
fn reader(config: &Config, untrusted: bool) -> Reader {
    Reader::new(read_limits(config), if untrusted { Tolerance::Strict } else { config.tolerance })
}

/// What the reader is to hold at most.
fn read_limits(config: &Config) -> ReadLimits {
    let mut limits = ReadLimits::default();
    limits.line = config.limits.line;
    limits.search_line = config.limits.message.max(config.limits.line);
    limits.literal = config.limits.literal;
    limits.response = config.limits.buffered;
    limits.inline_max = config.inline_max;
    limits
}
