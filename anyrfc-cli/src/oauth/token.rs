//! Tokens without a user.

use anyrfc_core::Secret;
use anyrfc_oauth2::{
    OAuth2Client, RefreshToken, Scope, TokenResponse,
    proto::{Grant, SecurityToken, TokenExchange},
};
use clap::ValueEnum;

use super::{
    ask::{ASKED, AskArgs, ask},
    client::{ClientArgs, ServerArgs},
    kept::{Store, StoreArgs, TokenArgs},
    print::Print,
};
use crate::{
    exit::{Exit, Failure},
    secret,
};

/// What a token is granted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum GrantType {
    /// For the client's own proof (RFC 6749, section 4.4).
    #[value(name = "client_credentials")]
    ClientCredentials,
    /// For a refresh token (RFC 6749, section 6).
    #[value(name = "refresh_token")]
    RefreshToken,
    /// For another token (RFC 8693).
    #[value(name = "token_exchange")]
    TokenExchange,
    /// For a JWT that somebody has signed (RFC 7523).
    #[value(name = "jwt_bearer")]
    JwtBearer,
}

/// Get a token without a user.
#[derive(Debug, clap::Args)]
pub(super) struct Token {
    #[command(flatten)]
    server: ServerArgs,
    /// What the token is granted for; without it the token of --store, refreshed where it is due, and
    /// without a store the client's own credentials.
    #[arg(long, value_name = "GRANT", help_heading = ASKED)]
    grant: Option<GrantType>,
    #[command(flatten)]
    client: ClientArgs,
    #[command(flatten)]
    ask: AskArgs,
    #[command(flatten)]
    exchange: ExchangeArgs,
    #[command(flatten)]
    refresh: RefreshArgs,
}

/// What only a token exchange takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Token exchange")]
struct ExchangeArgs {
    /// Who shall take the token, by a name that the server knows; may be repeated.
    #[arg(long, value_name = "NAME")]
    audience: Vec<String>,
    /// Of what type the token is that is given: a URI, or its last word in RFC 8693.
    #[arg(long, value_name = "TYPE", default_value = "access_token")]
    subject_token_type: String,
    /// The environment variable that holds the token of whoever acts.
    #[arg(long, value_name = "NAME")]
    actor_token_env: Option<String>,
    /// Of what type that token is.
    #[arg(long, value_name = "TYPE", default_value = "access_token")]
    actor_token_type: String,
    /// What type of token is wanted; the server chooses by default.
    #[arg(long, value_name = "TYPE")]
    requested_token_type: Option<String>,
}

/// What a refresh takes, and what becomes of any token.
#[derive(Debug, clap::Args)]
struct RefreshArgs {
    /// What a refresh token was granted for, where it is refreshed for less.
    #[arg(long, value_name = "SCOPE", help_heading = ASKED)]
    granted: Option<String>,
    /// What is printed.
    #[arg(long, value_name = "WHAT", default_value = "json", help_heading = "Output")]
    print: Print,
    #[command(flatten)]
    token: TokenArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// Get another access token for a refresh token.
#[derive(Debug, clap::Args)]
pub(super) struct Refresh {
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    client: ClientArgs,
    #[command(flatten)]
    ask: AskArgs,
    #[command(flatten)]
    refresh: RefreshArgs,
}

pub(super) async fn refresh(args: &Refresh) -> Result<Exit, Failure> {
    let client = args.client.connect(&args.server).await?;
    args.refresh.run(&client, &args.ask).await
}

pub(super) async fn token(args: &Token) -> Result<Exit, Failure> {
    let client = args.client.connect(&args.server).await?;
    let given = &args.refresh;
    let store = given.store.open(&client)?;
    let request = match (args.grant, &store) {
        (Some(GrantType::RefreshToken), _) => return given.run(&client, &args.ask).await,
        (None, Some(store)) => {
            let token = store.source(&client, &args.ask)?.stored()?.token().await?;
            given.print.token(&token)?;
            return Ok(Exit::Done);
        }
        (None | Some(GrantType::ClientCredentials), _) => client.client_credentials(),
        (Some(GrantType::TokenExchange), _) => {
            client.token_exchange(args.exchange.read(given.token.read(&client)?)?)
        }
        (Some(GrantType::JwtBearer), _) => client.grant(Grant::jwt_bearer_given(given.token.read(&client)?)),
    };
    let request = args.exchange.audience.iter().fold(request, |request, name| request.audience(name));
    let tokens = ask!(args.ask, request).send().await?;
    given.keep(&client, &args.ask, store, &tokens).await
}

impl ExchangeArgs {
    fn read(&self, subject: Secret<String>) -> Result<TokenExchange, Failure> {
        let mut exchange =
            TokenExchange::new(SecurityToken::new(subject, &token_type(&self.subject_token_type)));
        if let Some(variable) = &self.actor_token_env {
            let actor = secret::kept(None, variable, "")?.ok_or_else(|| {
                Failure::usage(format!("--actor-token-env: {variable} is not set or empty"))
            })?;
            exchange = exchange.actor(SecurityToken::new(actor, &token_type(&self.actor_token_type)));
        }
        if let Some(wanted) = &self.requested_token_type {
            exchange = exchange.requested_token_type(&token_type(wanted));
        }
        Ok(exchange)
    }
}

/// The URI of a type that was named by its last word (RFC 8693, section 3).
fn token_type(name: &str) -> String {
    if name.contains(':') { name.to_owned() } else { format!("urn:ietf:params:oauth:token-type:{name}") }
}

impl RefreshArgs {
    async fn run(&self, client: &OAuth2Client, ask: &AskArgs) -> Result<Exit, Failure> {
        match self.store.open(client)? {
            Some(store) => self.of_store(client, ask, &store).await,
            None => self.given(client, ask).await,
        }
    }

    /// A token that is given, and stays with whoever gave it.
    async fn given(&self, client: &OAuth2Client, ask: &AskArgs) -> Result<Exit, Failure> {
        let token = RefreshToken::new(self.token.read(client)?)?;
        let mut request = ask!(ask, client.refresh(&token));
        if let Some(granted) = &self.granted {
            request = request.granted(Scope::new(granted)?);
        }
        let tokens = request.send().await?.keeping(&token);
        self.print.response(&tokens)?;
        Ok(Exit::Done)
    }

    /// The store's token, whether it is due or not.
    async fn of_store(&self, client: &OAuth2Client, ask: &AskArgs, store: &Store) -> Result<Exit, Failure> {
        let before = store.load().await?;
        let source = store.source(client, ask)?.stored()?;
        let mut token = source.token().await?;
        if *token.access_token() == before.access_token {
            source.invalidate(&token);
            token = source.token().await?;
        }
        self.print.token(&token)?;
        Ok(Exit::Done)
    }

    async fn keep(
        &self,
        client: &OAuth2Client,
        ask: &AskArgs,
        store: Option<Store>,
        tokens: &TokenResponse,
    ) -> Result<Exit, Failure> {
        if let Some(store) = store {
            store.keep(client, ask, tokens.clone()).await?;
        }
        self.print.response(tokens)?;
        Ok(Exit::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_go_by_their_last_word() {
        assert_eq!(token_type("jwt"), SecurityToken::JWT);
        assert_eq!(token_type("access_token"), SecurityToken::ACCESS_TOKEN);
        assert_eq!(token_type("urn:example:mine"), "urn:example:mine");
    }
}
