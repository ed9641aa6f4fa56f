//! Tokens on stdout.

use anyrfc_oauth2::{TokenResponse, proto::Token};
use clap::ValueEnum;
use serde_json::{Map, Value, json};

use crate::{
    exit::{Exit, Failure},
    terminal,
};

/// What of an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Print {
    /// The whole answer, as JSON.
    Json,
    /// The access token alone, on one line.
    #[value(name = "access_token")]
    AccessToken,
    /// The refresh token alone.
    #[value(name = "refresh_token")]
    RefreshToken,
    /// The ID token alone.
    #[value(name = "id_token")]
    IdToken,
    /// Nothing.
    Nothing,
}

impl Print {
    /// An answer of a token endpoint.
    ///
    /// # Errors
    /// It does not hold what is to be printed; stdout cannot be written.
    pub(super) fn response(self, tokens: &TokenResponse) -> Result<(), Failure> {
        let refresh = tokens.refresh_token.as_ref().map(|token| token.expose());
        let id_token = tokens.id_token.as_ref().map(|token| token.expose().as_str());
        match self {
            Self::Json => terminal::json(&object(tokens)),
            Self::AccessToken => one(Some(tokens.access_token.expose()), "access token"),
            Self::RefreshToken => one(refresh, "refresh token"),
            Self::IdToken => one(id_token, "ID token"),
            Self::Nothing => Ok(()),
        }
    }

    /// A token of a store.
    ///
    /// # Errors
    /// As [`response`](Self::response).
    pub(super) fn token(self, token: &Token) -> Result<(), Failure> {
        match self {
            Self::Json => {
                let left =
                    token.expires_at().map(|at| at.saturating_duration_since(std::time::Instant::now()));
                let mut object = Map::new();
                object.insert("access_token".into(), token.access_token().expose().into());
                object.insert("token_type".into(), token.token_type().as_str().into());
                object.extend(left.map(|left| ("expires_in".to_owned(), json!(left.as_secs()))));
                object.extend(token.scope().map(|scope| ("scope".to_owned(), scope.to_string().into())));
                terminal::json(&object)
            }
            Self::AccessToken => one(Some(token.access_token().expose()), "access token"),
            Self::RefreshToken => one(None, "refresh token that leaves the store"),
            Self::IdToken => one(None, "ID token in the store"),
            Self::Nothing => Ok(()),
        }
    }
}

fn one(token: Option<&str>, what: &str) -> Result<(), Failure> {
    match token {
        Some(token) => terminal::raw(format!("{token}\n").as_bytes()),
        None => Err(Failure::new(Exit::Refused, format!("there is no {what}"))),
    }
}

/// The answer as the server wrote it, with what was read in the RFC's own form.
fn object(tokens: &TokenResponse) -> Map<String, Value> {
    let mut object = tokens.extra.clone();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    };
    set("access_token", Some(tokens.access_token.expose().into()));
    set("token_type", Some(tokens.token_type.as_str().into()));
    set("expires_in", tokens.expires_in.map(|time| time.as_secs().into()));
    set("refresh_token", tokens.refresh_token.as_ref().map(|token| token.expose().into()));
    set("scope", tokens.scope.as_ref().map(|scope| scope.to_string().into()));
    set("id_token", tokens.id_token.as_ref().map(|token| token.expose().clone().into()));
    object
}
