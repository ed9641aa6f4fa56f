//! `anyrfc oauth`: tokens.

mod ask;
mod browser;
mod client;
mod inspect;
mod kept;
mod key;
mod print;
mod token;
mod user;

use clap::Subcommand;

use crate::exit::{Exit, Failure};

/// The text below `--help`.
const HELP: &str = "\
The server is found by its issuer identifier (RFC 8414, OpenID Connect Discovery). Results are JSON on \
stdout; what a person has to read meanwhile is on stderr. Secrets are no arguments: a client's secret \
comes from --secret-env or --secret-keyring, a token from --token-env, --token-keyring or stdin, the key \
of --store from --store-key-env or --store-key-keyring.

Examples:
  anyrfc oauth discover https://as.example
  anyrfc oauth device https://as.example --client-id app --scope mail.read
  anyrfc oauth code https://as.example --client-id app --scope openid --open
  ANYRFC_SECRET=… anyrfc oauth token https://as.example --client-id app \\
      --client-auth client_secret_basic
  anyrfc oauth introspect https://as.example --client-id api \\
      --client-auth client_secret_basic < token

Kept in a store, and fresh whenever it is asked for:
  export ANYRFC_STORE_KEY=$(openssl rand -base64 32)
  anyrfc oauth code https://as.example --client-id app --scope mail.read --store ~/.tokens
  anyrfc oauth token https://as.example --client-id app --store ~/.tokens --print access_token";

/// The options of the subcommand.
#[derive(Debug, clap::Args)]
#[command(after_long_help = format!("{HELP}\n\n{}", crate::exit::HELP))]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print what a server says of itself (RFC 8414).
    Discover(Box<inspect::Discover>),
    /// Let a user sign in on another device (RFC 8628).
    Device(Box<user::Device>),
    /// Let a user sign in by a browser on this machine (RFC 6749, PKCE, RFC 8252).
    Code(Box<user::Code>),
    /// Get a token without a user, for another token, or from the store.
    Token(Box<token::Token>),
    /// Get another access token for a refresh token.
    Refresh(Box<token::Refresh>),
    /// Ask what a token is good for (RFC 7662): exit code 0 where it is active, 1 where it is not.
    Introspect(Box<inspect::Introspect>),
    /// Give a token back (RFC 7009).
    Revoke(Box<inspect::Revoke>),
}

pub(crate) async fn run(args: Args) -> Result<Exit, Failure> {
    match args.command {
        Command::Discover(args) => inspect::discover(&args).await,
        Command::Device(args) => user::device(&args).await,
        Command::Code(args) => user::code(&args).await,
        Command::Token(args) => token::token(&args).await,
        Command::Refresh(args) => token::refresh(&args).await,
        Command::Introspect(args) => inspect::introspect(&args).await,
        Command::Revoke(args) => inspect::revoke(&args).await,
    }
}
