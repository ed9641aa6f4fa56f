//! NOTIFY (RFC 5465).

use super::{Collected, Command, DataKind, Effect, Needs, Order, Phase, Takes, fetch};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc5465,
    types::{Capability, Data, FetchItem, FetchItems, MailboxName, MailboxStatus},
};

/// What the server tells by itself, as NOTIFY has settled it last (RFC 5465, section 3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Notifying {
    /// NOTIFY was not used: what has changed in the selected mailbox is told during commands.
    #[default]
    Off,
    /// What happens in other mailboxes; nothing of the messages in the selected one.
    Others,
    /// What happens in the selected mailbox as well, an expunge only when a command allows for it
    /// (`SELECTED-DELAYED`).
    Delayed,
    /// What happens in the selected mailbox as well, at once (`SELECTED`): message numbers may change
    /// at any time, so no command may have any.
    AtOnce,
}

impl Notifying {
    /// Whether the server tells anything that it would not tell without NOTIFY.
    #[must_use]
    pub const fn is_on(self) -> bool {
        !matches!(self, Self::Off)
    }
}

/// What is told of the messages in the selected mailbox: those that come and those that go,
/// which cannot be had without each other (RFC 5465, section 5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct MessageEvents {
    items: FetchItems,
    flags: bool,
    annotations: bool,
}

impl MessageEvents {
    /// Messages that come (`MessageNew`) and messages that go (`MessageExpunge`).
    pub fn new() -> Self {
        Self::default()
    }

    /// And this of each message that comes, as a row (RFC 5465, section 5.2): nothing that marks
    /// it as read, or that not every message has.
    pub fn fetch(mut self, items: impl Into<FetchItems>) -> Self {
        self.items = items.into();
        self
    }

    /// And changes of flags (`FlagChange`).
    pub const fn flags(mut self) -> Self {
        self.flags = true;
        self
    }

    /// And changes of annotations (`AnnotationChange`), which needs ANNOTATE.
    pub const fn annotations(mut self) -> Self {
        self.annotations = true;
        self
    }

    fn check(&self) -> Result<(), Error> {
        if self.items.iter().all(suits_every_message) {
            return Ok(());
        }
        Err(Error::usage("what is asked of new messages marks them as read, or not all have it")
            .with_requirement(rfc5465::NEW_MESSAGE_IS_PEEKED_AT))
    }

    fn words(&self, events: &mut Vec<Event>) {
        events.push(Event::New(self.items.clone()));
        events.push(Event::Word("MessageExpunge"));
        if self.flags {
            events.push(Event::Word("FlagChange"));
        }
        if self.annotations {
            events.push(Event::Word("AnnotationChange"));
        }
    }
}

/// Whether an item sets no flag and every message has it.
fn suits_every_message(item: &FetchItem) -> bool {
    match item {
        FetchItem::Section { section, peek, .. } => *peek && section.part.is_root(),
        FetchItem::Binary { part, peek, .. } => *peek && part.is_root(),
        FetchItem::BinarySize(part) => part.is_root(),
        FetchItem::Rfc822 | FetchItem::Rfc822Text => false,
        _ => true,
    }
}

/// Which mailboxes beside the selected one are watched (RFC 5465, section 6). The fewer, the less
/// there is to read: all that a user can see may be very many.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Watched {
    /// Those of the user's own that mail is delivered to; all of the user's own, where the server
    /// cannot tell.
    Inboxes,
    /// All of the user's own.
    Personal,
    /// Those subscribed to, whichever these are at the time.
    Subscribed,
    /// These and all below them.
    Subtree(Vec<MailboxName>),
    /// These, and nothing for a wildcard in a name.
    Mailboxes(Vec<MailboxName>),
}

/// What is told of mailboxes beside the selected one: of their messages by
/// [`MailboxStatus`], of themselves by [`ListEntry`](crate::types::ListEntry).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct MailboxEvents {
    messages: bool,
    flags: bool,
    annotations: bool,
    names: bool,
    subscriptions: bool,
    metadata: bool,
    server_metadata: bool,
}

impl MailboxEvents {
    /// Nothing: with [`Notify::status`], how these mailboxes stand, once.
    pub fn none() -> Self {
        Self::default()
    }

    /// Messages that come and messages that go.
    pub const fn messages(mut self) -> Self {
        self.messages = true;
        self
    }

    /// Changes of flags, for which messages are watched as well. The server tells of them by
    /// `HIGHESTMODSEQ`, where that was enabled, or by `UNSEEN`.
    pub const fn flags(mut self) -> Self {
        (self.messages, self.flags) = (true, true);
        self
    }

    /// Changes of annotations, for which messages are watched as well. Needs ANNOTATE.
    pub const fn annotations(mut self) -> Self {
        (self.messages, self.annotations) = (true, true);
        self
    }

    /// Mailboxes that are created, deleted and renamed (`MailboxName`).
    pub const fn names(mut self) -> Self {
        self.names = true;
        self
    }

    /// Subscriptions (`SubscriptionChange`).
    pub const fn subscriptions(mut self) -> Self {
        self.subscriptions = true;
        self
    }

    /// Metadata of mailboxes (`MailboxMetadataChange`). Needs METADATA.
    pub const fn metadata(mut self) -> Self {
        self.metadata = true;
        self
    }

    /// Metadata of the server (`ServerMetadataChange`). Needs METADATA or METADATA-SERVER.
    pub const fn server_metadata(mut self) -> Self {
        self.server_metadata = true;
        self
    }

    fn words(self) -> Vec<Event> {
        let mut events = Vec::new();
        if self.messages {
            MessageEvents { items: FetchItems::new(), flags: self.flags, annotations: self.annotations }
                .words(&mut events);
        }
        let others = [
            (self.names, "MailboxName"),
            (self.subscriptions, "SubscriptionChange"),
            (self.metadata, "MailboxMetadataChange"),
            (self.server_metadata, "ServerMetadataChange"),
        ];
        events.extend(others.into_iter().filter_map(|(wanted, word)| wanted.then_some(Event::Word(word))));
        events
    }
}

/// The rule `event`.
enum Event {
    Word(&'static str),
    New(FetchItems),
}

/// NOTIFY SET (RFC 5465, section 3.1): what the server is to tell by itself from now on, until the
/// next NOTIFY or the end of the connection. It takes the place of whatever was asked for before.
///
/// ```
/// # use anyrfc_imap::{FetchItems, command::{MailboxEvents, MessageEvents, Notify, Watched}};
/// let notify = Notify::new()
///     .selected_delayed(MessageEvents::new().flags().fetch(FetchItems::new().uid().envelope()))
///     .watch(Watched::Subscribed, MailboxEvents::none().messages())
///     .watch(Watched::Personal, MailboxEvents::none().names());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Notify {
    status: bool,
    selected: Option<(bool, MessageEvents)>,
    groups: Vec<(Watched, MailboxEvents)>,
}

impl Notify {
    /// Nothing yet: at least one of the others has to follow. What is not named is not told,
    /// not even of the messages in the selected mailbox.
    pub fn new() -> Self {
        Self::default()
    }

    /// And how the watched mailboxes stand now, as the command's answer.
    pub const fn status(mut self) -> Self {
        self.status = true;
        self
    }

    /// What happens in the selected mailbox, whichever it is at the time, at once (`SELECTED`).
    /// From then on no command may have message numbers, which change at any time, or `*`
    /// for a message. Takes the place of [`selected_delayed`](Self::selected_delayed).
    pub fn selected(mut self, events: MessageEvents) -> Self {
        self.selected = Some((false, events));
        self
    }

    /// The same, but that messages go only when a command allows for it, IDLE or NOOP say
    /// (`SELECTED-DELAYED`). Takes the place of [`selected`](Self::selected).
    pub fn selected_delayed(mut self, events: MessageEvents) -> Self {
        self.selected = Some((true, events));
        self
    }

    /// What happens in other mailboxes. May be called again for others, or for more of the same.
    pub fn watch(mut self, mailboxes: Watched, events: MailboxEvents) -> Self {
        self.groups.push((mailboxes, events));
        self
    }

    fn check(&self) -> Result<(), Error> {
        if let Some((_, events)) = &self.selected {
            events.check()?;
        }
        if self.selected.is_none() && self.groups.is_empty() {
            return Err(Error::usage("nothing is to be told; that is NOTIFY NONE"));
        }
        let unnamed = |watched: &Watched| match watched {
            Watched::Subtree(names) | Watched::Mailboxes(names) => names.is_empty(),
            _ => false,
        };
        if self.groups.iter().any(|(watched, _)| unnamed(watched)) {
            return Err(Error::usage("no mailbox is named"));
        }
        Ok(())
    }
}

/// The rule `filter-mailboxes`.
fn filter(encoder: &mut Encoder<'_>, watched: &Watched) -> Result<(), Error> {
    let (word, names) = match watched {
        Watched::Inboxes => ("INBOXES", None),
        Watched::Personal => ("PERSONAL", None),
        Watched::Subscribed => ("SUBSCRIBED", None),
        Watched::Subtree(names) => ("SUBTREE ", Some(names)),
        Watched::Mailboxes(names) => ("MAILBOXES ", Some(names)),
    };
    encoder.word(word);
    if let Some(names) = names {
        encoder.list(names, |encoder, name| {
            encoder.mailbox(name)?;
            Ok(())
        })?;
    }
    Ok(())
}

/// The rule `events`.
fn encode_events(encoder: &mut Encoder<'_>, events: &[Event]) -> Result<(), Error> {
    if events.is_empty() {
        encoder.word("NONE");
        return Ok(());
    }
    encoder.list(events, |encoder, event| {
        match event {
            Event::Word(word) => encoder.word(word),
            Event::New(items) if items.is_empty() => encoder.word("MessageNew"),
            Event::New(items) => encoder.word("MessageNew ").list(items, |encoder, item| {
                encoder.fetch_item(item)?;
                Ok(())
            })?,
        };
        Ok(())
    })?;
    Ok(())
}

impl Command for Notify {
    /// How the watched mailboxes stand, where [`status`](Notify::status) asks for it.
    type Answer = Vec<MailboxStatus>;

    fn needs(&self) -> Needs {
        let mut needs = notify();
        let (mut annotations, mut metadata, mut server) = (false, false, false);
        if let Some((_, events)) = &self.selected {
            needs = events.items.iter().fold(needs, fetch::item_needs);
            annotations = events.annotations;
        }
        for (_, events) in &self.groups {
            annotations |= events.annotations;
            metadata |= events.metadata;
            server |= events.server_metadata;
        }
        if annotations {
            needs = needs.capability(Capability::AnnotateExperiment1);
        }
        if metadata {
            needs = needs.capability(Capability::Metadata);
        }
        if server {
            needs = needs.any_of([Capability::Metadata, Capability::MetadataServer], false);
        }
        needs
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        self.check()?;
        encoder.word(if self.status { "NOTIFY SET STATUS" } else { "NOTIFY SET" });
        if let Some((delayed, events)) = &self.selected {
            encoder.word(if *delayed { " (SELECTED-DELAYED " } else { " (SELECTED " });
            let mut words = Vec::new();
            events.words(&mut words);
            encode_events(encoder, &words)?;
            encoder.word(")");
        }
        for (watched, events) in &self.groups {
            encoder.word(" (");
            filter(encoder, watched)?;
            encode_events(encoder.space(), &events.words())?;
            encoder.word(")");
        }
        Ok(())
    }

    fn takes(&self) -> Takes {
        if self.status { Takes::kinds([DataKind::MailboxStatus]) } else { Takes::nothing() }
    }

    fn order(&self) -> Order {
        Order::alone()
    }

    fn effect(&self) -> Effect {
        Effect::Notify(match &self.selected {
            None => Notifying::Others,
            Some((true, _)) => Notifying::Delayed,
            Some((false, _)) => Notifying::AtOnce,
        })
    }

    fn answer(data: Collected) -> Result<Vec<MailboxStatus>, Error> {
        let statuses = data.pick(|data| match data {
            Data::MailboxStatus(status) => Some(status),
            _ => None,
        });
        Ok(MailboxStatus::merge(statuses))
    }
}

/// NOTIFY NONE (RFC 5465, section 3.1): nothing is told any more that was not asked for, of the
/// selected mailbox neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotifyNone;

impl Command for NotifyNone {
    type Answer = ();

    fn needs(&self) -> Needs {
        notify()
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("NOTIFY NONE");
        Ok(())
    }

    fn order(&self) -> Order {
        Order::alone()
    }

    fn effect(&self) -> Effect {
        Effect::Notify(Notifying::Off)
    }

    fn answer(_: Collected) -> Result<(), Error> {
        Ok(())
    }
}

fn notify() -> Needs {
    Needs::phase(Phase::Authenticated)
        .capability(Capability::Notify)
        .because(rfc5465::NOTIFY_NEEDS_THE_CAPABILITY)
}
