//! Who we say we are, asked for only when it is needed.

use std::fmt;

use crate::{BoxFuture, Secret};

/// What a user can prove who they are with. Absent parts are `None`.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Credentials {
    /// The user name (authentication identity).
    pub user: Option<String>,
    /// The password.
    pub password: Option<Secret<String>>,
    /// Whom to act as, where that differs from the user (authorization identity).
    pub authorization_id: Option<String>,
    /// A bearer token (RFC 6750).
    pub token: Option<Secret<String>>,
    /// Whether the TLS connection carries a client certificate (SASL EXTERNAL).
    pub client_certificate: bool,
}

impl Credentials {
    /// A user name with its password.
    pub fn password(user: impl Into<String>, password: impl Into<Secret<String>>) -> Self {
        Self { user: Some(user.into()), password: Some(password.into()), ..Self::default() }
    }

    /// A bearer token.
    pub fn bearer(token: impl Into<Secret<String>>) -> Self {
        Self { token: Some(token.into()), ..Self::default() }
    }

    /// Whom to act as.
    #[must_use]
    pub fn authorize_as(mut self, identity: impl Into<String>) -> Self {
        self.authorization_id = Some(identity.into());
        self
    }

    /// A copy, made on purpose: secrets are not `Clone`.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        let copy = |secret: &Secret<String>| Secret::new(secret.expose().clone());
        Self {
            user: self.user.clone(),
            password: self.password.as_ref().map(copy),
            authorization_id: self.authorization_id.clone(),
            token: self.token.as_ref().map(copy),
            client_certificate: self.client_certificate,
        }
    }
}

/// Why credentials are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialReason {
    /// They are needed for the first time.
    Needed,
    /// The server refused those given last: a token may have expired.
    Rejected,
}

/// What is asked of a [`CredentialSource`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CredentialRequest<'a> {
    /// The protocol's URI scheme, `imaps` say.
    pub protocol: &'a str,
    /// The server's host name.
    pub host: &'a str,
    /// The server's port.
    pub port: u16,
    /// Why they are asked for.
    pub reason: CredentialReason,
}

impl<'a> CredentialRequest<'a> {
    /// A first request.
    #[must_use]
    pub const fn new(protocol: &'a str, host: &'a str, port: u16) -> Self {
        Self { protocol, host, port, reason: CredentialReason::Needed }
    }

    /// The request that follows a refusal.
    #[must_use]
    pub const fn rejected(mut self) -> Self {
        self.reason = CredentialReason::Rejected;
        self
    }
}

/// No credentials could be had.
#[derive(Debug)]
pub struct CredentialError(Box<dyn std::error::Error + Send + Sync>);

impl CredentialError {
    /// Wraps the reason.
    pub fn new(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no credentials to be had")
    }
}

impl std::error::Error for CredentialError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

/// Where credentials come from: pulled when needed, and asked again when the
/// server refused them, so that a refreshed token never has to be pushed.
pub trait CredentialSource: Send + Sync {
    /// The credentials for `request`.
    ///
    /// # Errors
    /// [`CredentialError`] when there are none; the login then fails with it as its source.
    ///
    /// # Cancel safety
    /// Up to the implementation; the library drops the future when its own is dropped.
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>>;
}

/// Fixed credentials: given once, and refused the second time, since asking
/// again would answer the same.
impl CredentialSource for Credentials {
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        Box::pin(std::future::ready(match request.reason {
            CredentialReason::Needed => Ok(self.duplicate()),
            CredentialReason::Rejected => {
                Err(CredentialError::new("the server refused the only credentials there are"))
            }
        }))
    }
}
