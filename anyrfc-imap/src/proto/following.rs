//! Results that the server keeps their holders up to date about (RFC 5267, section 4.3).

use std::{
    fmt,
    sync::{Arc, Weak},
};

use super::{
    CommandId, Connection, State, Ticket,
    event::Notice,
    queue::{Entry, Job},
    tag::Tag,
};
use crate::{
    Error, Requirement,
    codec::command::{CancelUpdate, DataKind, Effect, Follow},
    rfc5267,
    types::{Capability, ContextChange, Esearch, StatusResponse},
};

/// The right to be told how the result of a search changes.
///
/// It borrows nothing. As soon as it is dropped nothing is told any more, and the server is asked
/// to stop (`CANCELUPDATE`) when the connection is next driven on, unless it is idling or the
/// mailbox is being left.
pub struct Following {
    id: CommandId,
    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "that it is dropped is what counts"))]
    held: Arc<()>,
}

impl Following {
    /// The search that it is of; events name it by this.
    #[must_use]
    pub const fn id(&self) -> CommandId {
        self.id
    }

    #[cfg(feature = "client")]
    pub(crate) fn holder(&self) -> Weak<()> {
        Arc::downgrade(&self.held)
    }
}

impl fmt::Debug for Following {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Following({:?})", self.id)
    }
}

/// What becomes of a result that is followed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Followed {
    /// It has changed, in these steps.
    Changed(Vec<ContextChange>),
    /// The server tells no more of it (`NOUPDATE`), though the search itself is good.
    Refused(StatusResponse),
    /// The mailbox was left, or its UIDs have lost their meaning.
    Left,
    /// A change came that cannot be understood, so that the result is not known any more.
    Lost(Error),
}

/// A result that is followed, or was until its holder has gone.
#[derive(Debug)]
pub(super) struct Context {
    id: CommandId,
    tag: Tag,
    uid: bool,
    holder: Weak<()>,
    /// The command that ends it.
    cancelling: Option<CommandId>,
}

impl Context {
    fn is_held(&self) -> bool {
        self.holder.strong_count() > 0
    }
}

/// Whom a search that is not over tells of changes.
#[derive(Clone, Debug)]
pub(super) struct Follower {
    uid: bool,
    holder: Weak<()>,
    /// The server has said that it tells nothing.
    refused: bool,
}

impl Follower {
    fn is_held(&self) -> bool {
        self.holder.strong_count() > 0
    }
}

impl Connection {
    /// Submits a search whose result the server is to keep us up to date about (RFC 5267, section
    /// 4.3). Its end is reported as of any command, the changes as [`Report::Followed`](super::Report::Followed) from then
    /// on, whatever else is under way.
    ///
    /// # Errors
    /// As [`submit`](Self::submit); [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a search that
    /// does not ask for updates.
    pub fn follow<C>(&mut self, command: C) -> Result<(Ticket<C::Answer>, Following), Error>
    where
        C: Follow + fmt::Debug + Send + 'static,
    {
        self.check_open()?;
        if command.effect() != Effect::Follow {
            return Err(Error::usage("the search asks for no updates").unsent());
        }
        let ticket = Ticket::new(self.next_id(), C::answer);
        let held = Arc::new(());
        let follower = Follower { uid: C::UID, holder: Arc::downgrade(&held), refused: false };
        let entry = Entry::command(ticket.id(), ticket.weak(), command).followed_by(follower);
        let id = ticket.id();
        self.enqueue(entry)?;
        Ok((ticket, Following { id, held }))
    }

    /// A search that asked for updates has succeeded.
    pub(super) fn follow_on(&mut self, entry: &Entry) {
        if let (Some(follower), Some(tag)) = (entry.follower(), entry.own_tag())
            && !follower.refused
        {
            let (uid, holder) = (follower.uid, Weak::clone(&follower.holder));
            self.contexts.push(Context { id: entry.id, tag, uid, holder, cancelling: None });
        }
    }

    /// Gives the changes that a response tells to whoever follows that result. Whether it was one.
    pub(super) fn followed(&mut self, found: &mut Esearch) -> Result<bool, Error> {
        let unread = |name: &str| ["ADDTO", "REMOVEFROM"].iter().any(|one| one.eq_ignore_ascii_case(name));
        let lost = found.other.iter().any(|(name, _)| unread(name));
        if found.changes.is_empty() && !lost {
            return Ok(false);
        }
        let Some(tag) = found.tag.as_deref() else { return Ok(false) };
        let known = self.contexts.iter().find(|context| context.tag.as_str() == tag);
        let (id, uid, is_held) = match known {
            Some(context) => (context.id, context.uid, context.is_held()),
            // They may come before the search has ended.
            None => {
                let searching = self.under_way.iter().find(|entry| entry.bears(tag.as_bytes()));
                let Some((entry, follower)) = searching.and_then(|entry| Some((entry, entry.follower()?)))
                else {
                    return Ok(false);
                };
                (entry.id, follower.uid, follower.is_held())
            }
        };
        let changes = std::mem::take(&mut found.changes);
        found.other.retain(|(name, _)| !unread(name));
        self.unasked(0)?;
        if !is_held {
            return Ok(true);
        }
        let fault = |requirement, what| Some(Error::violation(requirement, what));
        let fault = match (lost, found.uid == uid) {
            (true, _) => {
                fault(crate::rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "a change of a result cannot be read")
            }
            (_, false) => fault(
                rfc5267::UPDATES_HOLD_WHAT_THE_COMMAND_ASKED,
                "a result changes by other numbers than it holds",
            ),
            _ => None,
        };
        match fault {
            None => self.tell(id, Followed::Changed(changes)),
            Some(fault) => self.unfollow(id, Followed::Lost(fault)),
        }
        Ok(true)
    }

    fn tell(&mut self, owner: CommandId, what: Followed) {
        self.notices.push_back(Notice::Followed { owner, what });
    }

    /// Nothing more is told of this result, but it is to be cancelled.
    fn unfollow(&mut self, id: CommandId, why: Followed) {
        if let Some(context) = self.contexts.iter_mut().find(|context| context.id == id) {
            context.holder = Weak::new();
        }
        for entry in &mut self.under_way {
            if entry.id == id
                && let Some(follower) = entry.follower_mut()
            {
                follower.holder = Weak::new();
            }
        }
        self.tell(id, why);
    }

    /// `NOUPDATE` (RFC 5267, section 4.3.1).
    pub(super) fn no_update(&mut self, tag: &str, status: &StatusResponse) {
        let mut refused = None;
        if let Some(at) = self.contexts.iter().position(|context| context.tag.as_str() == tag) {
            let context = self.contexts.remove(at);
            refused = context.is_held().then_some(context.id);
        } else if let Some(entry) = self.under_way.iter_mut().find(|entry| entry.bears(tag.as_bytes())) {
            let id = entry.id;
            if let Some(follower) = entry.follower_mut() {
                follower.refused = true;
                refused = follower.is_held().then_some(id);
            }
        }
        if let Some(id) = refused {
            self.tell(id, Followed::Refused(status.clone()));
        }
    }

    /// The mailbox is left, or its UIDs name nothing any more: no result of it is followed.
    pub(super) fn leave_contexts(&mut self) {
        for context in std::mem::take(&mut self.contexts) {
            if context.is_held() {
                self.tell(context.id, Followed::Left);
            }
        }
    }

    /// An answer to a search came that cannot be read, or a change of any result.
    pub(super) fn spoil_search(&mut self, requirement: &'static Requirement, raw: &[u8]) {
        if self.spoil(DataKind::Search, "the answer to a search is none", requirement, raw) {
            return;
        }
        let error = Error::violation(requirement, "a change of a result cannot be read").with_unparsed(raw);
        let held: Vec<CommandId> =
            self.contexts.iter().filter(|context| context.is_held()).map(|context| context.id).collect();
        for id in held {
            self.unfollow(id, Followed::Lost(error.clone()));
        }
    }

    /// A command of the connection's own has ended that was to cancel results.
    pub(super) fn cancelled(&mut self, id: CommandId) {
        self.contexts.retain(|context| context.cancelling != Some(id));
    }

    /// Asks the server to tell no more of results whose holders have gone (RFC 5267, section
    /// 4.3.5). Never for its own sake while idling.
    pub(super) fn cancel_updates(&mut self) {
        let gone = |context: &Context| !context.is_held() && context.cancelling.is_none();
        if self.state != State::Selected || !self.contexts.iter().any(gone) {
            return;
        }
        let idles = |entry: &Entry| matches!(entry.job, Job::Idle);
        let busy = self.waiting.iter().chain(&self.under_way).any(idles);
        if busy || self.is_leaving_mailbox() || !self.dialect_has_contexts() {
            return;
        }
        let id = self.next_id();
        let mut tags = Vec::new();
        for context in self.contexts.iter_mut().filter(|context| gone(context)) {
            context.cancelling = Some(id);
            tags.push(context.tag.as_str().to_owned());
        }
        self.waiting.push_front(Entry::own(id, CancelUpdate::new(tags)));
    }

    fn dialect_has_contexts(&self) -> bool {
        self.dialect.has(&Capability::ContextSearch) || self.dialect.has(&Capability::ContextSort)
    }
}
