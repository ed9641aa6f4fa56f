//! Peers of the OAuth client: real authorization servers, one that misbehaves as it is told, and a
//! mail server that asks one of them about tokens.

mod browser;
mod dovecot;
mod glewlwyd;
mod mock;
mod oidc_provider;
mod scenario;

pub(super) use self::{glewlwyd::Glewlwyd, mock::Mock, oidc_provider::OidcProvider};

/// The crate whose client is driven.
const SUBJECT: &str = "anyrfc-oauth2";

/// The user, and what lets her in where she is asked.
const USER: (&str, &str) = ("alice", "secret");
