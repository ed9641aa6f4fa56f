//! How a source is made.

use std::{sync::Arc, time::Duration};

use super::{TokenSource, runner::Runner};
use crate::{
    Error, OAuth2Client, Scope, TokenResponse,
    client::store::{StoreKey, TokenStore},
    proto::{Grant, Keeper, Means},
};

/// How a [`TokenSource`] is made: from a client, options, and what gets the tokens.
#[derive(Debug)]
#[must_use]
pub struct SourceBuilder {
    client: OAuth2Client,
    store: Option<Arc<dyn TokenStore>>,
    name: String,
    window: Duration,
    scope: Option<Scope>,
    required: Scope,
    resources: Vec<String>,
}

/// So early a token is renewed, unless it is said otherwise.
const WINDOW: Duration = Duration::from_secs(60);

impl OAuth2Client {
    /// Tokens of this client that renew themselves.
    pub fn token_source(&self) -> SourceBuilder {
        SourceBuilder {
            client: self.clone(),
            store: None,
            name: String::new(),
            window: WINDOW,
            scope: None,
            required: Scope::empty(),
            resources: Vec::new(),
        }
    }
}

impl SourceBuilder {
    /// Where tokens are kept beyond this process; nowhere by default.
    pub fn store(mut self, store: impl TokenStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Whose tokens these are, where the store holds those of several users: any name that is
    /// unique for one server and one client. Empty by default.
    pub fn subject(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// How long before its end a token is renewed: 60 s by default, and up to as much again earlier,
    /// at random; never before half of its life.
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// The scope that is, or was, asked for: what is granted where the server names none (RFC 6749,
    /// section 5.1).
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// What a token has to be good for: one that is good for less is not handed out.
    pub fn require_scope(mut self, scope: Scope) -> Self {
        self.required = scope;
        self
    }

    /// Where the tokens shall be used: said with each request (RFC 8707, section 2.2); one more each
    /// time.
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        self.resources.push(resource.into());
        self
    }

    /// From what was granted to the user. The first call stores it.
    ///
    /// # Errors
    /// Of kind `Usage` when the answer holds no access token but something else (RFC 8693).
    pub fn tokens(self, granted: TokenResponse) -> Result<TokenSource, Error> {
        let source = self.build(Means::Refresh, None);
        source.put(granted)?;
        Ok(source)
    }

    /// From what the store has, after a restart. If it has nothing, the first call says that the
    /// user has to authorize.
    ///
    /// # Errors
    /// Of kind `Usage` when there is no store.
    pub fn stored(self) -> Result<TokenSource, Error> {
        if self.store.is_none() {
            return Err(Error::usage("there is no store to take tokens from"));
        }
        Ok(self.build(Means::Refresh, None))
    }

    /// By the client's own credentials (RFC 6749, section 4.4), for the [scope](Self::scope) and the
    /// [resources](Self::resource).
    #[must_use]
    pub fn client_credentials(self) -> TokenSource {
        let grant = Grant::client_credentials().scope(self.scope.clone().unwrap_or_default());
        let grant = self.resources.iter().fold(grant, Grant::resource);
        self.grant(grant)
    }

    /// By a grant that can be asked for again: an assertion (RFC 7523), a token exchange (RFC 8693).
    /// A user's password is not kept (RFC 6749, section 4.3.1): the first call refuses it; ask with it
    /// once, and make a source of the [tokens](Self::tokens).
    #[must_use]
    pub fn grant(self, grant: Grant) -> TokenSource {
        self.build(Means::Again, Some(grant.kept()))
    }

    fn build(self, means: Means, again: Option<Grant>) -> TokenSource {
        let mut keeper = Keeper::new(means, self.store.is_some(), self.window, self.required);
        keeper.asked_scope(self.scope);
        let store = self.store.map(|store| (store, StoreKey::of(&self.client, &self.name)));
        TokenSource::new(keeper, Runner::new(self.client, store, again, self.resources))
    }
}
