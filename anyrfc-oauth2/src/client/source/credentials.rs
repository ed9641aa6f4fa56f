//! Tokens for whoever asks for credentials: IMAP, SMTP.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use anyrfc_core::{
    BoxFuture, Secret,
    credentials::{CredentialError, CredentialReason, CredentialRequest, CredentialSource, Credentials},
};

use super::TokenSource;
use crate::{Error, TokenType, proto::Token};

/// Which token each server was given last, so that its refusal hits no other.
#[derive(Default)]
pub(super) struct Given(Mutex<HashMap<(String, u16), Token>>);

/// So many servers are remembered; a forgotten one's refusal counts for the current token.
const SERVERS: usize = 256;

impl TokenSource {
    /// The same tokens, with the user's name for the mechanisms that need one: XOAUTH2, and
    /// OAUTHBEARER (RFC 7628, section 3.1) where the token is good for several users.
    #[must_use]
    pub fn for_user(&self, name: impl Into<String>) -> UserTokens {
        UserTokens { source: self.clone(), user: name.into() }
    }

    async fn answer(
        &self,
        request: CredentialRequest<'_>,
        user: Option<&str>,
    ) -> Result<Credentials, CredentialError> {
        let server = (request.host.to_owned(), request.port);
        if request.reason == CredentialReason::Rejected {
            let given = self.0.given.lock().get(&server).cloned();
            let refused = given.or_else(|| self.0.current.load_full().map(Token));
            if let Some(token) = refused {
                self.invalidate(&token);
            }
        }
        let token = self.token().await.map_err(CredentialError::new)?;
        if *token.token_type() != TokenType::Bearer {
            let what = "the token needs a proof by its key, and SASL has no room for one";
            return Err(CredentialError::new(Error::usage(what)));
        }
        let text = Secret::new(token.access_token().expose().to_owned());
        self.0.given.remember(server, token);
        let mut credentials = Credentials::bearer(text);
        credentials.user = user.map(str::to_owned);
        Ok(credentials)
    }
}

impl Given {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(String, u16), Token>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, server: (String, u16), token: Token) {
        let mut given = self.lock();
        if given.len() >= SERVERS && !given.contains_key(&server) {
            given.clear();
        }
        given.insert(server, token);
    }
}

/// A bearer token without a user's name. When a server refuses it, it is invalidated, and the next
/// one is asked for.
impl CredentialSource for TokenSource {
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        Box::pin(self.answer(request, None))
    }
}

/// The tokens of a [`TokenSource`] with a user's name; see [`TokenSource::for_user`].
#[derive(Clone)]
pub struct UserTokens {
    source: TokenSource,
    user: String,
}

impl fmt::Debug for UserTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserTokens").field("source", &self.source).field("user", &self.user).finish()
    }
}

impl CredentialSource for UserTokens {
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        Box::pin(self.source.answer(request, Some(&self.user)))
    }
}
