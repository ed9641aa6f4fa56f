//! Commands, from their submission to their end.

use std::{fmt, mem, sync::Weak};

use super::{CommandId, claim::Claim, following::Follower, login::Login, tag::Tag};
use crate::{
    Error,
    codec::{
        command::{self, Command, DataKind, Effect, Needs, Order, Phase, Takes},
        encode::{Dialect, Encoded, Encoder},
    },
    types::{Data, StatusResponse},
};

/// A command, and what becomes of it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: CommandId,
    /// Whether somebody still waits for it; none does for the connection's own.
    caller: Option<Weak<()>>,
    pub(super) job: Job,
    pub(super) effect: Effect,
    needs: Needs,
    order: Order,
    takes: Takes,
    claim: Option<Claim>,
    tag: Option<Tag>,
    pub(super) said: Said,
    encoded: Option<(u64, Encoded)>,
    verb: String,
    /// What has come for it.
    data: Vec<Data>,
    /// About how many bytes that holds.
    held: usize,
    pub(super) idling: Idling,
    /// How many EXPUNGEs its caller had been told of; our own commands name no numbers.
    pub(super) based_on: Option<u64>,
    /// It was refused while its literal was being sent.
    pub(super) refused: Option<StatusResponse>,
    /// Why what it is answered is worth nothing.
    pub(super) fault: Option<Error>,
    /// IDLE was begun before, under another tag.
    pub(super) renewed: bool,
    /// It had no ENABLED, or no CAPABILITY, so far.
    pub(super) untold: bool,
    /// Whom the server is to tell how its result changes.
    follower: Option<Follower>,
}

/// What a command is.
#[derive(Debug)]
pub(super) enum Job {
    /// Of the caller, and of no further interest.
    Command(Box<dyn Sendable>),
    /// CAPABILITY, of the connection itself.
    Capability,
    /// STARTTLS.
    StartTls,
    /// AUTHENTICATE.
    Authenticate(Box<Login>),
    /// IDLE.
    Idle,
}

/// How much of a command has been said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing, or not all that could be.
    Nothing,
    /// All of it is on its way to the output.
    Prepared,
    /// All of it.
    Whole,
}

/// Where IDLE stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Idling {
    /// The go-ahead is awaited.
    Asked,
    /// As asked, and it is to end as soon as it has begun.
    ToEnd,
    /// The server tells what happens.
    Begun,
    /// DONE was said; it is to begin anew.
    Renewing,
    /// DONE was said.
    Done,
}

/// A command without its answer's type.
pub(super) trait Sendable: fmt::Debug + Send {
    fn encode(&self, dialect: &Dialect) -> Result<Encoded, Error>;
}

impl<C: Command + fmt::Debug + Send> Sendable for C {
    fn encode(&self, dialect: &Dialect) -> Result<Encoded, Error> {
        Encoder::command(self, dialect)
    }
}

impl Entry {
    pub(super) fn command<C: Command + fmt::Debug + Send + 'static>(
        id: CommandId,
        caller: Weak<()>,
        command: C,
    ) -> Self {
        let (needs, order, takes, effect) =
            (command.needs(), command.order(), command.takes(), command.effect());
        let job = Job::Command(Box::new(command));
        Self { effect, ..Self::new(id, Some(caller), job, needs, order, takes) }
    }

    /// A command of the connection's own.
    pub(super) fn own<C: Command + fmt::Debug + Send + 'static>(id: CommandId, command: C) -> Self {
        Self { caller: None, ..Self::command(id, Weak::new(), command) }
    }

    /// Whether it says in which language the server is to write.
    #[cfg(feature = "client")]
    pub(super) const fn sets_language(&self) -> bool {
        matches!(self.effect, Effect::Language(_))
    }

    pub(super) fn followed_by(self, follower: Follower) -> Self {
        Self { follower: Some(follower), ..self }
    }

    pub(super) const fn follower(&self) -> Option<&Follower> {
        self.follower.as_ref()
    }

    pub(super) const fn follower_mut(&mut self) -> Option<&mut Follower> {
        self.follower.as_mut()
    }

    pub(super) const fn own_tag(&self) -> Option<Tag> {
        self.tag
    }

    pub(super) fn authenticate(id: CommandId, caller: Weak<()>, login: Login) -> Self {
        let command = command::Authenticate::new(login.name().as_str());
        let (needs, order, takes) = (command.needs(), command.order(), command.takes());
        Self::new(id, Some(caller), Job::Authenticate(Box::new(login)), needs, order, takes)
    }

    pub(super) fn idle(id: CommandId, caller: Weak<()>) -> Self {
        let command = command::Idle;
        Self::new(id, Some(caller), Job::Idle, command.needs(), command.order(), command.takes())
    }

    pub(super) fn start_tls(id: CommandId) -> Self {
        let command = command::StartTls;
        Self::new(id, None, Job::StartTls, command.needs(), command.order(), command.takes())
    }

    pub(super) fn capability(id: CommandId) -> Self {
        let command = command::Capability;
        Self::new(id, None, Job::Capability, command.needs(), Order::alone(), command.takes())
    }

    fn new(
        id: CommandId,
        caller: Option<Weak<()>>,
        job: Job,
        needs: Needs,
        order: Order,
        takes: Takes,
    ) -> Self {
        let claim = Claim::new(&takes);
        Self {
            id,
            caller,
            job,
            effect: Effect::None,
            needs,
            order,
            takes,
            claim,
            tag: None,
            said: Said::Nothing,
            encoded: None,
            verb: String::new(),
            data: Vec::new(),
            held: 0,
            idling: Idling::Asked,
            based_on: None,
            refused: None,
            fault: None,
            renewed: false,
            untold: true,
            follower: None,
        }
    }

    /// Whether somebody waits for its end.
    pub(super) fn is_awaited(&self) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.strong_count() > 0)
    }

    /// Whether nobody waits for it any more, and it need not be sent. To leave is meant so.
    pub(super) fn is_abandoned(&self) -> bool {
        self.caller.is_some() && !self.is_awaited() && self.effect != Effect::Logout
    }

    pub(super) fn caller(&self) -> Weak<()> {
        self.caller.clone().unwrap_or_default()
    }

    pub(super) fn tag(&self) -> &str {
        self.tag.as_ref().map_or("", Tag::as_str)
    }

    pub(super) fn verb(&self) -> &str {
        &self.verb
    }

    pub(super) const fn needs(&self) -> &Needs {
        &self.needs
    }

    pub(super) fn bears(&self, tag: &[u8]) -> bool {
        self.tag.as_ref().is_some_and(|own| own.as_bytes() == tag)
    }

    /// It is on its way under this tag.
    pub(super) fn begin(&mut self, tag: Tag) {
        self.tag = Some(tag);
        self.said = Said::Nothing;
    }

    /// Whether any of it may be known to the server.
    pub(super) const fn has_begun(&self) -> bool {
        self.tag.is_some()
    }

    pub(super) fn keeps_sequence_numbers(&self) -> bool {
        self.order.keeps_numbers
    }

    /// Whether the server has something to answer.
    pub(super) fn is_heard(&self) -> bool {
        self.said == Said::Whole
    }

    /// Whether the answer to DONE is due.
    pub(super) const fn is_done(&self) -> bool {
        matches!(self.idling, Idling::Done | Idling::Renewing)
    }

    pub(super) fn is_idling(&self) -> bool {
        matches!(self.job, Job::Idle) && self.idling == Idling::Begun
    }

    /// Whether what may be sent after it depends on how it ends.
    pub(super) fn is_decisive(&self) -> bool {
        self.order.alone
    }

    /// Whether it can only be sent, or sent right, once the capabilities are known.
    pub(super) fn depends_on_capabilities(&self) -> bool {
        let simple = matches!(self.job, Job::Capability) || matches!(self.effect, Effect::Logout);
        !(simple || self.needs.state() == Phase::Any && self.takes.has(DataKind::Capability))
    }

    pub(super) fn uses_sequence_numbers(&self) -> bool {
        self.order.uses_numbers
    }

    /// Whether it must not be sent before an earlier one has ended (RFC 9051, section 5.5).
    pub(super) fn waits_for(&self, earlier: &Self, esearch: bool) -> bool {
        if self.order.alone || earlier.order.alone {
            return true;
        }
        // An EXPUNGE could come in between, after which a number names another message.
        if self.order.uses_numbers && !earlier.order.keeps_numbers {
            return true;
        }
        if let (Some(mine), Some(theirs)) = (&self.claim, &earlier.claim)
            && mine.overlaps(theirs)
        {
            return true;
        }
        self.takes.overlaps(&earlier.takes, esearch)
    }

    pub(super) const fn claim(&self) -> Option<&Claim> {
        self.claim.as_ref()
    }

    /// Whether these data answer it.
    pub(super) fn takes(&self, data: &Data) -> bool {
        self.takes.data(data, self.tag())
    }

    /// Whether these data are of its kind, and yet cannot answer it.
    pub(super) fn is_foreign(&self, data: &Data) -> bool {
        self.takes.is_foreign(data)
    }

    /// Whether that is what it asks for, and not only what it takes.
    pub(super) fn is_answered_by(&self, kind: DataKind) -> bool {
        let whole = matches!(kind, DataKind::Vanished | DataKind::VanishedEarlier) && self.takes.asks(kind);
        // A search in several mailboxes is one too.
        let search = kind == DataKind::Search && self.takes.is_only(DataKind::MultiSearch);
        matches!(self.job, Job::Command(_)) && (whole || search || self.takes.is_only(kind))
    }

    pub(super) fn takes_kind(&self, kind: DataKind) -> bool {
        self.takes.has(kind)
    }

    /// Keeps what has come for it; how many bytes more it now holds.
    pub(super) fn keep(&mut self, data: Data, bytes: usize) -> usize {
        if !self.is_awaited() {
            return 0;
        }
        let more = bytes.max(held(&data)).saturating_add(size_of::<Data>());
        self.data.push(self.takes.prepared(data));
        self.held = self.held.saturating_add(more);
        more
    }

    /// What was kept, and how many bytes that held.
    pub(super) fn kept(&mut self) -> (Vec<Data>, usize) {
        (mem::take(&mut self.data), mem::take(&mut self.held))
    }

    /// Writes it, unless it is written already as it is to be sent now.
    pub(super) fn encode(&mut self, dialect: &Dialect, epoch: u64) -> Result<(), Error> {
        if self.encoded.as_ref().is_some_and(|(of, _)| *of == epoch) {
            return Ok(());
        }
        let encoded = match &self.job {
            Job::Command(command) => command.encode(dialect),
            Job::Capability => Encoder::command(&command::Capability, dialect),
            Job::StartTls => Encoder::command(&command::StartTls, dialect),
            Job::Idle => Encoder::command(&command::Idle, dialect),
            // Its initial response may be made only once, and so only when it is sent.
            Job::Authenticate(login) => {
                Encoder::command(&command::Authenticate::new(login.name().as_str()), dialect)
            }
        };
        let encoded = encoded.map_err(Error::unsent)?;
        let verb = encoded.verb();
        self.verb = String::from_utf8_lossy(verb).into_owned();
        self.encoded = Some((epoch, encoded));
        Ok(())
    }

    /// What is to be sent, but for the tag. A login adds its initial response.
    pub(super) fn take_encoded(&mut self, dialect: &Dialect) -> Result<Encoded, Error> {
        if let Job::Authenticate(login) = &mut self.job
            && let Some(initial) = login.initial(dialect).map_err(|error| Error::from(error).unsent())?
        {
            let command = command::Authenticate::new(login.name().as_str()).with_initial_response(initial);
            return Encoder::command(&command, dialect);
        }
        Ok(self.encoded.take().map(|(_, encoded)| encoded).unwrap_or_default())
    }
}

/// About how many bytes these data take, where that may be more than they had on the wire.
fn held(data: &Data) -> usize {
    match data {
        Data::Thread(threads) => threads.held(),
        _ => 0,
    }
}
