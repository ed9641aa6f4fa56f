//! What is to be done next, and what whoever waits gets.

use std::time::{Duration, Instant};

use anyrfc_core::Backoff;

use super::{
    Input, State,
    lifetime::is_invalid_grant,
    token::{
        StoredTokens, Token,
        bundle::{Ahead, Bundle},
    },
};
use crate::{
    Detail, Error, ErrorKind, RefreshToken, Scope, TokenResponse,
    proto::{Moment, Random},
};

/// What gets another token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// The refresh token (RFC 6749, section 6).
    Refresh,
    /// The same request again: the client's own credentials, an assertion.
    Again,
    /// Nothing.
    Nothing,
}

/// What is to be done, by whoever does I/O: one thing at a time.
#[derive(Debug)]
pub(crate) enum Task {
    /// Ask the store.
    Load,
    /// Give these to the store.
    Save(Box<StoredTokens>),
    /// Have the store forget.
    Clear,
    /// Ask the server, once where there is a token that still lives.
    Ask { refresh_token: Option<RefreshToken>, once: bool },
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Done {
    Loaded(Result<Option<StoredTokens>, Error>),
    Saved(Result<(), Error>),
    /// The answer, and when it was asked for.
    Answered(Result<(Box<TokenResponse>, Moment), Error>),
}

/// What somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// A token.
    Token,
    /// That the store has what it ought to.
    Stored,
}

/// Somebody who waits.
#[derive(Debug)]
pub(crate) struct Seat {
    pub want: Want,
    /// The round that it joined.
    round: u64,
    /// So many rounds ended without an error and without a token that lives.
    lived_out: u8,
    /// It waited for an early renewal as long as is sensible: the old token will do.
    pub patience_is_over: bool,
}

/// So many tokens in a row may be dead on arrival.
const DEAD_ON_ARRIVAL: u8 = 2;

/// No server keeps itself from being asked for longer.
const LONGEST_BAR: Duration = Duration::from_secs(3600);

/// Keeps one token alive.
#[derive(Debug)]
pub(crate) struct Keeper {
    state: State,
    means: Means,
    /// Whether there is a store.
    stores: bool,
    window: Duration,
    required: Scope,
    /// The token to hand out.
    held: Option<Token>,
    /// What of `required` it lacks.
    missing: Option<Scope>,
    refresh_token: Option<RefreshToken>,
    /// The scope that counts where an answer names none.
    scope: Option<Scope>,
    /// What the store has, as far as we know.
    stored: Option<StoredTokens>,
    /// What it does not have yet.
    unsaved: Option<Bundle>,
    /// What the user authorized anew, while we are busy.
    replacement: Option<Bundle>,
    /// Counts what came to an end: a renewal, or the attempt of one.
    round: u64,
    /// The last one that failed, and how.
    failure: Option<(u64, Error)>,
    /// The server is asked only once this time, since there is a token that lives.
    once: bool,
    /// Not before then is a token renewed that still lives: it failed.
    early_after: Option<Instant>,
    /// Not before then does the server want to be asked, and what it said.
    barred: Option<(Instant, Error)>,
    backoff: Option<Backoff>,
}

impl Keeper {
    pub(crate) fn new(means: Means, stores: bool, window: Duration, required: Scope) -> Self {
        Self {
            state: if stores { State::Unread } else { State::Lacking },
            means,
            stores,
            window,
            required,
            held: None,
            missing: None,
            refresh_token: None,
            scope: None,
            stored: None,
            unsaved: None,
            replacement: None,
            round: 0,
            failure: None,
            once: false,
            early_after: None,
            barred: None,
            backoff: None,
        }
    }

    /// The scope that was asked for: what counts where an answer names none.
    pub(crate) fn asked_scope(&mut self, scope: Option<Scope>) {
        self.scope = scope;
    }

    pub(crate) fn state(&self) -> State {
        self.state
    }

    /// The token that may be handed out without asking further, while it is not due.
    pub(crate) fn published(&self) -> Option<&Token> {
        self.held.as_ref().filter(|_| self.missing.is_none())
    }

    /// A seat for whoever waits from now on.
    pub(crate) fn seat(&self, want: Want) -> Seat {
        Seat { want, round: self.round, lived_out: 0, patience_is_over: false }
    }

    fn step(&mut self, input: Input) {
        match self.state.next(input) {
            Some(state) => self.state = state,
            None => debug_assert!(false, "{:?} on {input:?}", self.state),
        }
    }

    fn has_means(&self) -> bool {
        match self.means {
            Means::Refresh => self.refresh_token.is_some(),
            Means::Again => true,
            Means::Nothing => false,
        }
    }

    /// Whether there is anything to do although the token still lives.
    fn has_work(&self, token: &Token, now: Instant) -> bool {
        self.state.is_busy()
            || self.state.owes_the_store()
            || (token.is_due(now)
                && self.has_means()
                && self.state != State::Spent
                && self.early_after.is_none_or(|at| now >= at))
    }

    /// What whoever sits there gets by now; `None`: it has to wait, and to see to the work.
    /// `alone`: nobody else sees to it.
    pub(crate) fn answer(
        &self,
        seat: &mut Seat,
        alone: bool,
        now: Instant,
    ) -> Option<Result<Option<Token>, Error>> {
        let over = seat.round < self.round;
        if seat.want == Want::Stored {
            if !self.state.owes_the_store() && self.replacement.is_none() {
                return Some(Ok(None));
            }
            return self.failed_since(seat).map(Err);
        }
        if let Some(token) = self.held.as_ref().filter(|token| token.is_valid(now)) {
            match &self.missing {
                None if over || seat.patience_is_over || !alone || !self.has_work(token, now) => {
                    return Some(Ok(Some(token.clone())));
                }
                None => return None,
                Some(missing) if !token.is_due(now) && !self.state.owes_the_store() => {
                    return Some(Err(missing_scope(missing)));
                }
                Some(_) => {}
            }
        }
        if over {
            if let Some(error) = self.failed_since(seat) {
                return Some(Err(error));
            }
            seat.round = self.round;
            seat.lived_out = seat.lived_out.saturating_add(1);
            if seat.lived_out >= DEAD_ON_ARRIVAL && self.state != State::Spent {
                return Some(Err(lived_out()));
            }
        }
        if self.state == State::Spent {
            return Some(Err(reauthorization_required()));
        }
        let (until, error) = self.barred.as_ref()?;
        let would_ask = matches!(self.state, State::Held | State::Lacking);
        (would_ask && now < *until).then(|| Err(error.clone()))
    }

    fn failed_since(&self, seat: &Seat) -> Option<Error> {
        let (round, error) = self.failure.as_ref()?;
        (*round >= seat.round).then(|| error.clone())
    }

    /// What is to be done now, if anything; what comes of it is for [`finish`](Self::finish).
    pub(crate) fn task(&mut self, now: Instant) -> Option<Task> {
        match self.state {
            State::Unread => {
                self.step(Input::Load);
                Some(Task::Load)
            }
            State::Unsaved => {
                self.step(Input::Save);
                let unsaved = self.unsaved.as_ref().map(|bundle| Task::Save(Box::new(bundle.stored.clone())));
                self.unless_storeless(unsaved)
            }
            State::Revoked => {
                self.step(Input::Save);
                // Of what is left, only a token that still lives is worth keeping.
                let rest = match (&self.held, &self.stored) {
                    (Some(held), Some(stored)) if held.is_valid(now) => {
                        Task::Save(Box::new(StoredTokens { refresh_token: None, ..stored.clone() }))
                    }
                    _ => Task::Clear,
                };
                self.unless_storeless(Some(rest))
            }
            State::Held | State::Lacking if self.has_means() => {
                self.once = self.published().is_some_and(|token| token.is_valid(now));
                self.step(Input::Ask);
                let refresh_token = self.refresh_token.clone().filter(|_| self.means == Means::Refresh);
                Some(Task::Ask { refresh_token, once: self.once })
            }
            State::Held | State::Lacking => {
                self.step(Input::Exhaust);
                None
            }
            State::Spent | State::Reading | State::Requesting | State::Saving | State::Forgetting => None,
        }
    }

    /// Without a store, everything is stored at once.
    fn unless_storeless(&mut self, task: Option<Task>) -> Option<Task> {
        if !self.stores {
            self.saved();
            return None;
        }
        task
    }

    /// A task has come to its end.
    pub(crate) fn finish(&mut self, done: Done, now: Moment, random: &mut Random) {
        match done {
            Done::Loaded(Ok(stored)) => self.loaded(stored, now, random),
            Done::Loaded(Err(error)) => {
                self.step(Input::StoreFailed);
                self.fail(error);
            }
            Done::Saved(Ok(())) => self.saved(),
            Done::Saved(Err(error)) => {
                let forgetting = self.state == State::Forgetting;
                self.step(Input::StoreFailed);
                self.fail(if forgetting { reauthorization_required().with_source(error) } else { error });
            }
            Done::Answered(Ok((response, asked))) => {
                let ahead = self.ahead(random);
                // A refresh grants what was granted before, another request what it asks for.
                let before = self.stored.as_ref().and_then(|stored| stored.scope.clone());
                let scope = before.filter(|_| self.means == Means::Refresh).or_else(|| self.scope.clone());
                let kept = self.refresh_token.clone().filter(|_| self.means == Means::Refresh);
                self.step(Input::Granted);
                self.unsaved = Some(Bundle::granted(*response, asked, kept, scope, ahead));
            }
            Done::Answered(Err(error)) => self.unanswered(error, now.instant, random),
        }
        if let Some(bundle) = self.replacement.take() {
            self.put(bundle);
        }
    }

    fn loaded(&mut self, stored: Option<StoredTokens>, now: Moment, random: &mut Random) {
        if let Some(stored) = stored {
            self.refresh_token = stored.refresh_token.clone();
            let bundle = Bundle::restored(stored, now, self.has_means(), self.ahead(random));
            self.stored = Some(bundle.stored);
            self.hold(bundle.token);
        }
        self.step(match &self.held {
            Some(held) if held.is_valid(now.instant) => Input::FoundToken,
            _ if self.has_means() => Input::FoundMeans,
            _ => Input::FoundNothing,
        });
    }

    /// The store has what it was given: now, and not before, others get it.
    fn saved(&mut self) {
        self.step(Input::Saved);
        if self.state == State::Spent {
            if let Some(stored) = &mut self.stored {
                stored.refresh_token = None;
            }
        } else if let Some(bundle) = self.unsaved.take() {
            self.refresh_token = bundle.stored.refresh_token.clone();
            self.stored = Some(bundle.stored);
            self.hold(bundle.token);
            self.early_after = None;
            self.barred = None;
            self.backoff = None;
        }
        self.failure = None;
        self.round = after(self.round);
    }

    fn unanswered(&mut self, error: Error, now: Instant, random: &mut Random) {
        if self.means == Means::Refresh && is_invalid_grant(&error) {
            self.refresh_token = None;
            self.step(Input::InvalidGrant);
            return;
        }
        self.step(if self.held.is_some() { Input::FailedEarly } else { Input::Failed });
        let until = error.retry_after().and_then(|wait| now.checked_add(wait.min(LONGEST_BAR)));
        self.barred = until.map(|until| (until, error.clone()));
        if !self.once {
            self.fail(error);
            return;
        }
        // Whoever has a token that lives need not know; who has none any more asks in earnest.
        let backoff = self.backoff.get_or_insert_with(|| Backoff::new(random.seed()));
        let wait = backoff.next_delay().max(error.retry_after().unwrap_or_default());
        self.early_after = now.checked_add(wait);
        self.round = after(self.round);
    }

    fn fail(&mut self, error: Error) {
        self.failure = Some((self.round, error));
        self.round = after(self.round);
    }

    fn hold(&mut self, token: Token) {
        // Where nobody says what was granted, nothing can be missed.
        let missing = token.scope().map(|granted| self.required.missing_from(granted));
        self.missing = missing.filter(|missing| !missing.is_empty());
        self.held = Some(token);
    }

    fn ahead(&self, random: &mut Random) -> Ahead {
        let mut share = [0; 8];
        random.fill(&mut share);
        Ahead { window: self.window, share: u64::from_le_bytes(share) }
    }

    /// A resource refused `token`.
    pub(crate) fn reject(&mut self, token: &Token) -> bool {
        if !self.held.as_ref().is_some_and(|held| held.is_same(token)) {
            return false;
        }
        self.held = None;
        self.missing = None;
        if self.state == State::Held {
            self.step(Input::Reject);
        }
        true
    }

    /// The user authorized anew: from now on nobody gets what was there before.
    pub(crate) fn replace(&mut self, response: TokenResponse, now: Moment, random: &mut Random) {
        let bundle = Bundle::granted(response, now, None, self.scope.clone(), self.ahead(random));
        self.held = None;
        self.missing = None;
        if self.state.is_busy() {
            self.replacement = Some(bundle);
        } else {
            self.put(bundle);
        }
    }

    fn put(&mut self, bundle: Bundle) {
        self.step(Input::Replace);
        self.held = None;
        self.missing = None;
        self.failure = None;
        self.barred = None;
        self.refresh_token = None;
        self.unsaved = Some(bundle);
    }

    /// A token that was there from the beginning, and that no store has or needs.
    pub(crate) fn fixed(&mut self, token: Token) {
        self.hold(token);
        self.state = State::Held;
    }

    /// A task was given up half-way, since what it ran on broke.
    pub(crate) fn broken(&mut self, now: Moment, random: &mut Random) {
        let error = || Error::new(ErrorKind::Usage, "the HTTP client or the token store panicked");
        let done = match self.state {
            State::Reading => Done::Loaded(Err(error())),
            State::Requesting => Done::Answered(Err(error())),
            State::Saving | State::Forgetting => Done::Saved(Err(error())),
            _ => return,
        };
        self.finish(done, now, random);
    }
}

/// Rounds come one after the other; how far apart their numbers are says nothing.
const fn after(round: u64) -> u64 {
    round.wrapping_add(1)
}

fn missing_scope(missing: &Scope) -> Error {
    Error::new(ErrorKind::Refused, format!("the token is not good for {missing}"))
        .with_detail(Detail::MissingScope(missing.clone()))
}

fn reauthorization_required() -> Error {
    Error::new(ErrorKind::Auth, "the user has to authorize again")
        .with_detail(Detail::ReauthorizationRequired)
}

fn lived_out() -> Error {
    Error::new(ErrorKind::Protocol, "the server grants tokens that have lived out when they arrive")
        .with_requirement(crate::rfc6749::LIFETIME_IS_RETURNED)
}

#[cfg(test)]
mod tests;
