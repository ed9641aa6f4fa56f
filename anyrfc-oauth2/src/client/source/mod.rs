//! A token that renews itself.

mod builder;
mod credentials;
mod join;
mod runner;
mod signal;
#[cfg(test)]
mod tests;
mod within;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use arc_swap::ArcSwapOption;

pub use builder::SourceBuilder;
pub use credentials::UserTokens;
pub(crate) use within::within;

use self::{
    credentials::Given,
    join::{Join, Work},
    runner::Runner,
    signal::Signal,
};
use crate::{
    AccessToken, Error, TokenResponse, TokenType,
    proto::{Keeper, Means, State, Token, TokenData, Want},
};

/// A token that is there when it is needed: kept, renewed ahead of its end, by one request however
/// many ask for it. Cheap to clone; clones share all.
///
/// ```no_run
/// # use anyrfc_oauth2::{Error, OAuth2Client, TokenResponse, client::store::MemoryStore};
/// # async fn ask(client: OAuth2Client, granted: TokenResponse) -> Result<(), Error> {
/// let source = client.token_source().store(MemoryStore::new()).tokens(granted)?;
/// let token = source.token().await?;
/// println!("good for {:?}", token.scope());
/// # Ok(())
/// # }
/// ```
///
/// **Renewal.** From a while before its end (the [window](SourceBuilder::window), with jitter), one
/// caller renews the token, for 5 s at most, and all others get the one that still lives; so does that caller when
/// the renewal fails or takes longer. When no token lives, everybody waits for the same request. It
/// is repeated with growing delays where the network or the server fails, a few times; then all who
/// wait get the error, and the next call asks again: at once, or where the server said when it wants
/// to be asked again (`Retry-After`), not before then, but within the hour. A token without `expires_in` is used until
/// [`invalidate`](Self::invalidate) is told that it was refused.
///
/// **Nothing is lost.** The request belongs to the source, not to who waits for it: when all of
/// them are dropped it stays where it is, and the next caller goes on with it. Only dropping the
/// last clone ends it. New tokens go to the [store](crate::client::store::TokenStore) first; while
/// it fails they stay in memory, are handed out to nobody, and are given to it again by the next
/// call. Meanwhile callers get the old token while it lives, then the store's error.
///
/// **The end.** When the server refuses the refresh token for good (`invalid_grant`), it is
/// forgotten, in the store as well. What still lives is handed out to its end; then every call
/// fails with [`Error::is_reauthorization_required`], without a request, until
/// [`replace`](Self::replace) brings new tokens.
///
/// **One at a time.** What is in the store belongs to one source: of two that refresh the same
/// tokens, in one process or in several, the slower is refused, and what it then has the store
/// forget is the other's. And the request goes on where it began: a runtime that is shut down, or
/// that nobody drives any more, takes along what is under way in it, and the tokens with it.
///
/// **Time.** Lifetimes count from when the token was asked for, on the clock that never goes back;
/// in a store they are dates. If the wall clock has gone back behind the date of a stored token, it
/// counts as lived out where another can be had.
#[derive(Clone)]
pub struct TokenSource(Arc<Shared>);

/// What the clones share.
struct Shared {
    /// The token that anybody gets without further ado, until it is due.
    current: ArcSwapOption<TokenData>,
    cell: Mutex<Cell>,
    signal: Arc<Signal>,
    runner: Arc<Runner>,
    /// What was given to servers by way of `CredentialSource`.
    given: Given,
}

/// What is looked at under the lock, which is never held while anything waits.
struct Cell {
    keeper: Keeper,
    work: Work,
    /// So many see to the work.
    waiting: usize,
    next_id: u64,
}

/// The time, which is virtual in tests.
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Cell> {
        self.cell.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows what the keeper has.
    fn publish(&self, cell: &Cell) {
        self.current.store(cell.keeper.published().map(|token| Arc::clone(&token.0)));
    }
}

impl TokenSource {
    fn new(keeper: Keeper, runner: Runner) -> Self {
        let cell = Cell { keeper, work: Work::Idle, waiting: 0, next_id: 0 };
        let shared = Shared {
            current: ArcSwapOption::empty(),
            cell: Mutex::new(cell),
            signal: Arc::default(),
            runner: Arc::new(runner),
            given: Given::default(),
        };
        shared.publish(&shared.lock());
        Self(Arc::new(shared))
    }

    /// A token that somebody else keeps alive: it is handed out until it is
    /// [invalidated](Self::invalidate).
    #[must_use]
    pub fn fixed(access_token: AccessToken, token_type: TokenType) -> Self {
        let mut keeper = Keeper::new(Means::Nothing, false, std::time::Duration::ZERO, crate::Scope::empty());
        let data = TokenData { access_token, token_type, scope: None, life: None };
        keeper.fixed(Token(Arc::new(data)));
        Self::new(keeper, Runner::nothing())
    }

    /// The token. At once, without a lock and without an allocation, while it is not due.
    ///
    /// # Errors
    /// * [`Error::is_reauthorization_required`] when only the user can help;
    /// * [`Error::missing_scope`] when the token is not good for the
    ///   [required scope](SourceBuilder::require_scope);
    /// * [`Error::store_problem`] when the store fails and no older token lives;
    /// * what the server or the network answered to the last of several attempts.
    ///
    /// # Cancel safety
    /// Cancel safe: what is under way stays in the source, and the next call goes on with it.
    pub async fn token(&self) -> Result<Token, Error> {
        if let Some(token) = self.cached() {
            return Ok(token);
        }
        match Join::new(&self.0, Want::Token).await? {
            Some(token) => Ok(token),
            None => Err(Error::usage("there is no token")),
        }
    }

    /// The token, where it is at hand and not due.
    fn cached(&self) -> Option<Token> {
        let current = self.0.current.load();
        let token = current.as_ref()?;
        if token.life.is_some_and(|life| now() >= life.due) {
            return None;
        }
        Some(Token(Arc::clone(token)))
    }

    /// A resource refused `token` (RFC 6750, section 3.1, `invalid_token`): nobody gets it any more,
    /// and the next call asks for another. Nothing happens if it is not the current one: somebody
    /// else was faster.
    pub fn invalidate(&self, token: &Token) {
        let mut cell = self.0.lock();
        if cell.keeper.reject(token) {
            self.0.publish(&cell);
        }
    }

    /// Takes new tokens, since the user authorized anew: from now on nobody gets the old ones. When
    /// this returns, the store has them.
    ///
    /// # Errors
    /// When the store fails; the tokens are kept, and the next call of any kind stores them. Of
    /// kind `Usage` when the answer holds no access token but something else (RFC 8693).
    ///
    /// # Cancel safety
    /// Cancel safe: the tokens are in the source from the first poll on.
    pub async fn replace(&self, tokens: TokenResponse) -> Result<(), Error> {
        self.put(tokens)?;
        self.persist().await
    }

    fn put(&self, tokens: TokenResponse) -> Result<(), Error> {
        if tokens.token_type == TokenType::NotAnAccessToken {
            return Err(Error::usage("what was granted is no access token"));
        }
        let mut cell = self.0.lock();
        let now = self.0.runner.now();
        self.0.runner.with_random(|random| cell.keeper.replace(tokens, now, random));
        self.0.publish(&cell);
        Ok(())
    }

    /// Waits until the store has what it ought to have.
    ///
    /// # Errors
    /// When the store fails; the next call of any kind tries again.
    ///
    /// # Cancel safety
    /// Cancel safe, as [`token`](Self::token).
    pub async fn persist(&self) -> Result<(), Error> {
        Join::new(&self.0, Want::Stored).await.map(drop)
    }

    /// Where it stands, as of now.
    #[must_use]
    pub fn state(&self) -> State {
        self.0.lock().keeper.state()
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenSource({:?})", self.state())
    }
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<TokenSource>();
    shared::<UserTokens>();
};
