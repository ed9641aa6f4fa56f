//! A token in use, and as a store keeps it.

#[cfg(feature = "client")]
pub(crate) mod bundle;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use anyrfc_core::Secret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::{AccessToken, Error, RefreshToken, Scope, TokenType};

/// An access token and what is known of it. Cheap to clone; every clone is the same token, which
/// is wiped when the last is dropped.
#[derive(Clone)]
pub struct Token(pub(crate) Arc<TokenData>);

/// A token's life on the monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime {
    /// From when on it is renewed while it still lives.
    pub due: Instant,
    /// When it is over.
    pub over: Instant,
}

/// What a [`Token`] shares.
pub(crate) struct TokenData {
    pub access_token: AccessToken,
    pub token_type: TokenType,
    pub scope: Option<Scope>,
    pub life: Option<Lifetime>,
}

impl Token {
    /// The token itself.
    #[must_use]
    pub fn access_token(&self) -> &AccessToken {
        &self.0.access_token
    }

    /// How it is used.
    #[must_use]
    pub fn token_type(&self) -> &TokenType {
        &self.0.token_type
    }

    /// What it is good for; `None` where nobody said.
    #[must_use]
    pub fn scope(&self) -> Option<&Scope> {
        self.0.scope.as_ref()
    }

    /// When it is over; `None` where the server did not say: it is used until a resource refuses it.
    #[must_use]
    pub fn expires_at(&self) -> Option<Instant> {
        self.0.life.map(|life| life.over)
    }

    /// Whether it still lives at `now`.
    #[must_use]
    pub fn is_valid(&self, now: Instant) -> bool {
        self.0.life.is_none_or(|life| now < life.over)
    }

    /// Whether it is to be renewed at `now`.
    #[must_use]
    pub fn is_due(&self, now: Instant) -> bool {
        self.0.is_due(now)
    }

    /// Whether `other` is the same token, handed out by the same source; two tokens with the same
    /// text that were granted one after the other are not.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl TokenData {
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.life.is_some_and(|life| now >= life.due)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("access_token", &self.0.access_token)
            .field("token_type", &self.0.token_type)
            .field("scope", &self.0.scope)
            .finish_non_exhaustive()
    }
}

/// The version of what [`StoredTokens::to_json`] writes.
const VERSION: u32 = 1;

/// Tokens as a store keeps them, dated by the wall clock. It is secret as a whole: what
/// [`to_json`](Self::to_json) returns goes nowhere in the clear.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredTokens {
    /// The access token.
    pub access_token: AccessToken,
    /// How it is used.
    pub token_type: TokenType,
    /// What it is good for.
    pub scope: Option<Scope>,
    /// What gets the next one; `None` where there is none, or none any more.
    pub refresh_token: Option<RefreshToken>,
    /// When it was asked for, since 1970.
    pub obtained_at: Duration,
    /// When it is over, since 1970.
    pub expires_at: Option<Duration>,
}

/// The members of the JSON object.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    access_token: String,
    token_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    obtained_at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<u64>,
}

impl Drop for Document {
    fn drop(&mut self) {
        self.access_token.zeroize();
        self.refresh_token.zeroize();
    }
}

impl StoredTokens {
    /// A token that is used until it is refused, with nothing else known of it.
    #[must_use]
    pub fn new(access_token: AccessToken, token_type: TokenType, obtained_at: Duration) -> Self {
        Self { access_token, token_type, scope: None, refresh_token: None, obtained_at, expires_at: None }
    }

    /// As a JSON object, for a [`TokenStore`](crate::client::store::TokenStore) to encrypt.
    #[must_use]
    pub fn to_json(&self) -> Secret<String> {
        let document = Document {
            version: VERSION,
            access_token: self.access_token.expose().to_owned(),
            token_type: self.token_type.as_str().to_owned(),
            scope: self.scope.as_ref().map(ToString::to_string),
            refresh_token: self.refresh_token.as_ref().map(|token| token.expose().to_owned()),
            obtained_at: self.obtained_at.as_secs(),
            expires_at: self.expires_at.map(|at| at.as_secs()),
        };
        // Grown once: a buffer that moves leaves secrets behind.
        let strings = [&document.refresh_token, &document.scope].into_iter().flatten();
        let strings = strings.map(String::len).fold(document.access_token.len(), usize::saturating_add);
        // Each octet may be escaped.
        let mut json = Vec::with_capacity(strings.saturating_mul(2).saturating_add(256));
        // Numbers and strings, into memory: neither can fail.
        let written = serde_json::to_writer(&mut json, &document);
        debug_assert!(written.is_ok());
        Secret::new(String::from_utf8(json).unwrap_or_default())
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// With [`StoreProblem::Corrupt`](crate::StoreProblem::Corrupt) when it is anything else, with
    /// [`StoreProblem::Version`](crate::StoreProblem::Version) when a newer version wrote it.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let corrupt = || Error::store(crate::StoreProblem::Corrupt, "the stored tokens cannot be read");
        // The parser's own error would quote what it read.
        let Versioned { version } = serde_json::from_slice(json).map_err(|_| corrupt())?;
        if version != VERSION {
            let what = "the tokens were stored by another version";
            return Err(Error::store(crate::StoreProblem::Version, what));
        }
        let mut document: Document = serde_json::from_slice(json).map_err(|_| corrupt())?;
        let token_type = [TokenType::Bearer, TokenType::Dpop]
            .into_iter()
            .find(|known| known.as_str() == document.token_type)
            .ok_or_else(corrupt)?;
        let refresh_token = document.refresh_token.take().map(RefreshToken::new).transpose();
        Ok(Self {
            access_token: AccessToken::new(std::mem::take(&mut document.access_token))
                .map_err(|_| corrupt())?,
            token_type,
            scope: document.scope.as_deref().map(Scope::new).transpose().map_err(|_| corrupt())?,
            refresh_token: refresh_token.map_err(|_| corrupt())?,
            obtained_at: Duration::from_secs(document.obtained_at),
            expires_at: document.expires_at.map(Duration::from_secs),
        })
    }
}
