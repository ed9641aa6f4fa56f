//! Results that are kept up to date (RFC 5267, section 4.3).

use std::{
    collections::{HashMap, VecDeque},
    pin::Pin,
    sync::Weak,
    task::{Context, Poll},
};

use futures_core::Stream;

use super::{Event, Selected, Watch};
use crate::{
    Error, ErrorKind,
    codec::command::UidSearch,
    proto::{CommandId, Followed, Following},
    types::{ContextChange, ListStep, ResultList, SearchQuery, SearchReturn, StatusResponse, Uid},
};

/// What has become of results that are followed, until whoever follows them takes note.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    waiting: HashMap<CommandId, Waiting>,
    /// About how many bytes that holds.
    held: usize,
}

#[derive(Debug)]
struct Waiting {
    holder: Weak<()>,
    queue: VecDeque<Followed>,
}

/// What waits takes no more than this. Beyond it a result is not known any more.
const HELD_MAX: usize = 16 << 20;

fn held(what: &Followed) -> usize {
    let more = match what {
        Followed::Changed(changes) => changes.iter().map(ContextChange::held).sum(),
        Followed::Refused(status) => status.text.len(),
        Followed::Left | Followed::Lost(_) => 0,
    };
    size_of::<Followed>() + more
}

impl Contexts {
    /// Whoever follows it wants to be told.
    fn begin(&mut self, following: &Following) {
        // Those that were dropped meanwhile could not say so.
        let gone: Vec<CommandId> = self
            .waiting
            .iter()
            .filter_map(|(id, waiting)| (waiting.holder.strong_count() == 0).then_some(*id))
            .collect();
        gone.into_iter().for_each(|id| self.forget(id));
        let waiting = Waiting { holder: following.holder(), queue: VecDeque::new() };
        self.waiting.insert(following.id(), waiting);
    }

    /// Keeps what has become of a result that somebody follows.
    pub(super) fn keep(&mut self, id: CommandId, what: Followed) {
        let Some(Waiting { queue: waiting, .. }) = self.waiting.get_mut(&id) else { return };
        if matches!(waiting.back(), Some(Followed::Lost(_))) {
            return;
        }
        self.held += held(&what);
        waiting.push_back(what);
        if self.held > HELD_MAX {
            let lost = Error::new(ErrorKind::Limit, "too many changes of a result waited to be taken");
            self.held -= waiting.drain(..).map(|what| held(&what)).sum::<usize>();
            self.held += size_of::<Followed>();
            waiting.push_back(Followed::Lost(lost));
        }
    }

    /// What has become of it next. A result that another connection was to tell of, as before a
    /// reconnection, is told of no more.
    fn take(&mut self, following: &Following) -> Option<Followed> {
        let own = |waiting: &&mut Waiting| waiting.holder.ptr_eq(&following.holder());
        let Some(waiting) = self.waiting.get_mut(&following.id()).filter(own) else {
            return Some(Followed::Left);
        };
        let what = waiting.queue.pop_front()?;
        self.held -= held(&what);
        Some(what)
    }

    fn end(&mut self, following: &Following) {
        let own = |waiting: &Waiting| waiting.holder.ptr_eq(&following.holder());
        if self.waiting.get(&following.id()).is_some_and(own) {
            self.forget(following.id());
        }
    }

    fn forget(&mut self, id: CommandId) {
        if let Some(waiting) = self.waiting.remove(&id) {
            self.held -= waiting.queue.iter().map(held).sum::<usize>();
        }
    }

    /// About how many bytes it holds.
    pub(super) const fn held(&self) -> usize {
        self.held
    }
}

/// The result of a search, which the server keeps up to date while the mailbox is selected
/// (RFC 5267).
///
/// It borrows nothing: other things can be done in between. Changes are taken in by
/// [`Selected::update`], or as they come by [`Selected::watch_search`]. When it is dropped, the
/// server is asked to tell no more (`CANCELUPDATE`) when the connection is next used.
#[derive(Debug)]
pub struct LiveSearch {
    following: Option<Following>,
    results: ResultList<Uid>,
    steps: VecDeque<ListStep<Uid>>,
    refused: Option<StatusResponse>,
}

impl LiveSearch {
    /// The messages that the query matches at present, as far as changes were taken in.
    #[must_use]
    pub const fn results(&self) -> &ResultList<Uid> {
        &self.results
    }

    /// Whether it is still kept up to date: the server may refuse that, or stop it, and does so
    /// when the mailbox is left. Another connection knows nothing of it.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.following.is_some()
    }

    /// Why the server does not keep it up to date, where it has said so (`NOUPDATE`).
    #[must_use]
    pub const fn refusal(&self) -> Option<&StatusResponse> {
        self.refused.as_ref()
    }

    fn end(&mut self, contexts: &mut Contexts) {
        if let Some(following) = self.following.take() {
            contexts.end(&following);
        }
    }

    /// Takes in what has come. Whether it is still kept up to date.
    fn take_in(&mut self, contexts: &mut Contexts) -> Result<bool, Error> {
        loop {
            let Some(following) = &self.following else { return Ok(false) };
            match contexts.take(following) {
                None => return Ok(true),
                Some(Followed::Changed(changes)) => {
                    for change in changes {
                        match self.results.apply(&change) {
                            Ok(steps) => self.steps.extend(steps),
                            Err(error) => {
                                self.end(contexts);
                                return Err(error);
                            }
                        }
                    }
                }
                Some(Followed::Refused(status)) => {
                    self.refused = Some(status);
                    self.end(contexts);
                }
                Some(Followed::Left) => self.end(contexts),
                Some(Followed::Lost(error)) => {
                    self.end(contexts);
                    return Err(error);
                }
            }
        }
    }
}

/// What happens to a result that is watched.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum LiveEvent {
    /// The result has changed by this step.
    Step(ListStep<Uid>),
    /// The result is kept up to date no longer: see [`LiveSearch::refusal`].
    Ended,
    /// Something else happens in the mailbox.
    Other(Event),
}

/// A result that is watched; a `Stream` of [`LiveEvent`]s.
///
/// Nothing happens while it is not polled. Dropped, it gives the connection and the result back.
#[derive(Debug)]
#[must_use = "nothing is watched unless events are taken"]
pub struct LiveWatch<'a> {
    search: &'a mut LiveSearch,
    watch: Watch<'a>,
    told_end: bool,
}

impl Selected<'_> {
    /// Searches, and has the server keep the result up to date (RFC 5267, section 4.3).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] without `CONTEXT=SEARCH`; [`ErrorKind::Limit`] for a result that
    /// is larger than [`Limits::buffered`](crate::Limits::buffered) allows, or was cut short by the
    /// server; otherwise as [`search`](Self::search).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained, and the server asked to tell no more.
    pub async fn live_search(&mut self, query: &SearchQuery) -> Result<LiveSearch, Error> {
        self.present()?;
        let returns = SearchReturn::new().all().context().update();
        let command = UidSearch::new(query.clone()).returning(returns);
        let (ticket, following) = self.inner.order(|connection| connection.follow(command))?;
        self.inner.contexts.begin(&following);
        let answer = self.inner.finish(ticket).await.and_then(|answer| match answer.message_limit {
            Some(limit) => Err(Error::partial(limit)),
            None => ResultList::search(&answer.all, self.inner.results_max()),
        });
        match answer {
            Ok(results) => {
                Ok(LiveSearch { following: Some(following), results, steps: VecDeque::new(), refused: None })
            }
            Err(error) => {
                self.inner.contexts.end(&following);
                Err(error)
            }
        }
    }

    /// Takes in what the server has told of a result, as far as it was read: whatever is done with
    /// the connection reads it. Returns the steps since the last time.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] where the server has told what cannot be, [`ErrorKind::Limit`]
    /// where there was too much of it. The result is not known any more then, and is to be
    /// searched for anew; the connection is good.
    pub fn update(&mut self, search: &mut LiveSearch) -> Result<Vec<ListStep<Uid>>, Error> {
        search.take_in(&mut self.inner.contexts)?;
        Ok(search.steps.drain(..).collect())
    }

    /// What happens to a result, and in the mailbox, as a stream: as [`watch`](Self::watch).
    pub fn watch_search<'a>(&'a mut self, search: &'a mut LiveSearch) -> LiveWatch<'a> {
        LiveWatch { told_end: !search.is_live(), search, watch: self.watch() }
    }
}

impl LiveWatch<'_> {
    /// The next event; `None` once the connection has ended in order.
    ///
    /// # Errors
    /// What ended the connection; or as [`Selected::update`], once, after which only
    /// [other](LiveEvent::Other) events come.
    ///
    /// # Cancel safety
    /// Cancel-safe: no event is lost.
    pub async fn next(&mut self) -> Result<Option<LiveEvent>, Error> {
        std::future::poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// The result, as far as it was told.
    #[must_use]
    pub const fn results(&self) -> &ResultList<Uid> {
        self.search.results()
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<LiveEvent, Error>>> {
        loop {
            if let Some(step) = self.search.steps.pop_front() {
                return Poll::Ready(Some(Ok(LiveEvent::Step(step))));
            }
            if !self.told_end {
                match self.search.take_in(self.watch.contexts()) {
                    Err(error) => {
                        self.told_end = true;
                        return Poll::Ready(Some(Err(error)));
                    }
                    Ok(_) if !self.search.steps.is_empty() => continue,
                    Ok(true) => {}
                    Ok(false) => {
                        self.told_end = true;
                        return Poll::Ready(Some(Ok(LiveEvent::Ended)));
                    }
                }
            }
            match std::task::ready!(self.watch.poll_turn(cx)) {
                Some(Ok(None)) => {}
                Some(Ok(Some(event))) => return Poll::Ready(Some(Ok(LiveEvent::Other(event)))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Stream for LiveWatch<'_> {
    type Item = Result<LiveEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}
