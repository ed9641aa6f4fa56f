//! Servers and tokens that are looked at, and tokens that are given back.

use anyrfc_oauth2::{AccessToken, OAuth2Client, RefreshToken, proto::Presented};
use clap::ValueEnum;
use serde_json::json;

use super::{
    client::{ClientArgs, ServerArgs},
    kept::{Store, StoreArgs, TokenArgs},
};
use crate::{
    exit::{Exit, Failure},
    terminal,
};

/// Print what a server says of itself.
#[derive(Debug, clap::Args)]
pub(super) struct Discover {
    #[command(flatten)]
    server: ServerArgs,
}

pub(super) async fn discover(args: &Discover) -> Result<Exit, Failure> {
    let server = args.server.discover()?.fetch().await?;
    terminal::json(&server.document)?;
    Ok(Exit::Done)
}

/// What a token is.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Hint {
    #[value(name = "access_token")]
    Access,
    #[value(name = "refresh_token")]
    Refresh,
}

/// Which token.
#[derive(Debug, clap::Args)]
struct WhichArgs {
    /// What the token is: the hint that servers look for it by.
    #[arg(long, value_name = "TYPE", default_value = "access_token", help_heading = "Token")]
    token_type: Hint,
    #[command(flatten)]
    token: TokenArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl WhichArgs {
    fn given(&self, client: &OAuth2Client) -> Result<Presented, Failure> {
        let token = self.token.read(client)?;
        Ok(match self.token_type {
            Hint::Access => AccessToken::new(token)?.into(),
            Hint::Refresh => RefreshToken::new(token)?.into(),
        })
    }

    /// The store's.
    async fn kept(&self, store: &Store) -> Result<Presented, Failure> {
        let tokens = store.load().await?;
        match self.token_type {
            Hint::Access => Ok(tokens.access_token.into()),
            Hint::Refresh => match tokens.refresh_token {
                Some(token) => Ok(token.into()),
                None => Err(Failure::new(Exit::Refused, "the store has no refresh token")),
            },
        }
    }
}

/// Ask what a token is good for.
#[derive(Debug, clap::Args)]
pub(super) struct Introspect {
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    client: ClientArgs,
    /// Have the server sign its answer (RFC 9701).
    #[arg(long, help_heading = "Token")]
    signed: bool,
    #[command(flatten)]
    which: WhichArgs,
}

pub(super) async fn introspect(args: &Introspect) -> Result<Exit, Failure> {
    let client = args.client.connect(&args.server).await?;
    let token = match args.which.store.open(&client)? {
        Some(store) => args.which.kept(&store).await?,
        None => args.which.given(&client)?,
    };
    let answer =
        if args.signed { client.introspect_signed(token).await? } else { client.introspect(token).await? };
    match answer.active() {
        Some(token) => {
            terminal::json(&token.document)?;
            Ok(Exit::Done)
        }
        None => {
            terminal::json(&json!({"active": false}))?;
            Ok(Exit::Refused)
        }
    }
}

/// Give a token back.
#[derive(Debug, clap::Args)]
#[command(after_help = "With --store, the refresh token and the access token of the store are given back, \
and forgotten.")]
pub(super) struct Revoke {
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    client: ClientArgs,
    #[command(flatten)]
    which: WhichArgs,
}

pub(super) async fn revoke(args: &Revoke) -> Result<Exit, Failure> {
    let client = args.client.connect(&args.server).await?;
    let Some(store) = args.which.store.open(&client)? else {
        client.revoke(args.which.given(&client)?).await?;
        terminal::note("the token is of no use any more");
        return Ok(Exit::Done);
    };
    let tokens = store.load().await?;
    match tokens.refresh_token {
        Some(token) => {
            client.revoke(token).await?;
            // Some servers revoke no access tokens, which live for a short time only.
            if let Err(error) = client.revoke(tokens.access_token).await {
                terminal::note(&format!("the access token lives on to its end: {error}"));
            }
        }
        None => client.revoke(tokens.access_token).await?,
    }
    store.clear().await?;
    terminal::note("the tokens are of no use any more, and forgotten");
    Ok(Exit::Done)
}
