//! The source's I/O.

use std::{fmt, sync::Arc, time::Duration};

use anyrfc_core::{Backoff, BoxFuture};

use crate::{
    Error, OAuth2Client, RefreshToken, TokenResponse,
    client::{
        Clock,
        store::{StoreKey, TokenStore},
    },
    proto::{Done, Grant, Moment, Random, Task, is_passing},
};

/// So often the server is asked before those who wait are told that it fails.
const ATTEMPTS: u32 = 4;
/// The ceilings of the first delay between two attempts, and of all.
const DELAY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));
/// Nobody is kept waiting longer than that because a server asks for it.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(30);

/// What a source works with.
pub(super) struct Runner {
    client: Option<OAuth2Client>,
    store: Option<(Arc<dyn TokenStore>, StoreKey)>,
    /// What is granted again and again; else the refresh token is.
    again: Option<Grant>,
    /// Where the tokens are used (RFC 8707).
    resources: Vec<String>,
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner")
            .field("client", &self.client)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl Runner {
    pub(super) fn new(
        client: OAuth2Client,
        store: Option<(Arc<dyn TokenStore>, StoreKey)>,
        again: Option<Grant>,
        resources: Vec<String>,
    ) -> Self {
        Self { client: Some(client), store, again, resources }
    }

    /// Nothing is ever done.
    pub(super) fn nothing() -> Self {
        Self { client: None, store: None, again: None, resources: Vec::new() }
    }

    pub(super) fn now(&self) -> Moment {
        self.client.as_ref().map_or_else(|| Clock::system().now(), OAuth2Client::now)
    }

    pub(super) fn with_random<T>(&self, of: impl FnOnce(&mut Random) -> T) -> T {
        match &self.client {
            Some(client) => client.with_random(of),
            // It has nothing to spread.
            None => of(&mut Random::new([0; 32])),
        }
    }

    /// The future that does `task`. Nothing of it happens before it is polled.
    pub(super) fn start(self: &Arc<Self>, task: Task) -> BoxFuture<'static, Done> {
        let runner = Arc::clone(self);
        Box::pin(async move {
            match task {
                Task::Load => Done::Loaded(match &runner.store {
                    Some((store, key)) => store.load(key).await,
                    None => Ok(None),
                }),
                Task::Save(tokens) => Done::Saved(match &runner.store {
                    Some((store, key)) => store.save(key, &tokens).await,
                    None => Ok(()),
                }),
                Task::Clear => Done::Saved(match &runner.store {
                    Some((store, key)) => store.clear(key).await,
                    None => Ok(()),
                }),
                Task::Ask { refresh_token, once } => {
                    Done::Answered(runner.ask(refresh_token.as_ref(), if once { 1 } else { ATTEMPTS }).await)
                }
            }
        })
    }

    /// Asks the server, several times while that may help.
    async fn ask(
        &self,
        refresh_token: Option<&RefreshToken>,
        attempts: u32,
    ) -> Result<(Box<TokenResponse>, Moment), Error> {
        let Some(client) = &self.client else { return Err(Error::usage("there is no client to ask by")) };
        let grant = match (&self.again, refresh_token) {
            (Some(again), _) => again.clone(),
            (None, Some(token)) => self.resources.iter().fold(Grant::refresh(token), Grant::resource),
            (None, None) => return Err(Error::usage("there is nothing to ask with")),
        };
        let mut backoff: Option<Backoff> = None;
        let mut left = attempts;
        loop {
            left -= 1;
            // The lifetime counts from when the answer was made, which is not before now.
            let asked = client.now();
            let error = match client.run(grant.exchange(client.config())?).await {
                Ok(response) => return Ok((Box::new(response), asked)),
                Err(error) => error,
            };
            let asked_to_wait = error.retry_after().unwrap_or_default();
            if left == 0 || !is_passing(&error) || asked_to_wait > LONGEST_RETRY_AFTER {
                return Err(error);
            }
            let backoff = backoff.get_or_insert_with(|| {
                let (first, max) = DELAY;
                Backoff::new(client.with_random(Random::seed)).first(first).max(max)
            });
            tokio::time::sleep(backoff.next_delay().max(asked_to_wait)).await;
        }
    }
}
