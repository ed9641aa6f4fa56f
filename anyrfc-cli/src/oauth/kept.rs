//! Tokens that are given, and tokens that are kept.

use std::{
    io::{IsTerminal, Read},
    path::PathBuf,
};

use anyrfc_core::Secret;
use anyrfc_oauth2::{
    OAuth2Client, TokenResponse,
    client::{
        SourceBuilder,
        store::{FileStore, StoreKey, StoredTokens, TokenStore},
    },
};
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::ask::AskArgs;
use crate::{
    exit::{Exit, Failure},
    secret,
};

/// The most of a token on stdin.
const LONGEST: u64 = 1 << 20;

/// Where a token comes from.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Token")]
pub(super) struct TokenArgs {
    /// The environment variable that holds the token; where it is not set, stdin is read.
    #[arg(long, value_name = "NAME", default_value = "ANYRFC_TOKEN")]
    token_env: String,
    /// The service under which the keyring holds it, for the client's identifier.
    #[arg(long, value_name = "SERVICE")]
    token_keyring: Option<String>,
}

impl TokenArgs {
    /// The token: of the keyring where one is named, else of the environment, else of stdin, else asked
    /// for.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn read(&self, client: &OAuth2Client) -> Result<Secret<String>, Failure> {
        let id = client.config().client_id.as_str();
        if let Some(token) = secret::kept(self.token_keyring.as_deref(), &self.token_env, id)? {
            return Ok(token);
        }
        if std::io::stdin().is_terminal() {
            return Ok(Secret::new(rpassword::prompt_password("token: ")?));
        }
        let mut text = Secret::new(String::new());
        std::io::stdin().lock().take(LONGEST).read_to_string(text.expose_mut())?;
        let length = text.expose().trim_end_matches(['\r', '\n']).len();
        text.expose_mut().truncate(length);
        if text.expose().is_empty() {
            return Err(Failure::usage(format!("no token: neither in {} nor on stdin", self.token_env)));
        }
        Ok(text)
    }
}

/// Where tokens are kept.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Store")]
pub(super) struct StoreArgs {
    /// Keep tokens in this directory, encrypted: one file for each server, client and name.
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Whose tokens they are, where one client has those of several users.
    #[arg(long, value_name = "NAME", default_value = "", requires = "store")]
    store_name: String,
    /// The environment variable that holds the key of the store: 32 random bytes in base64 or
    /// hexadecimal.
    #[arg(long, value_name = "NAME", default_value = "ANYRFC_STORE_KEY")]
    store_key_env: String,
    /// The service under which the keyring holds it, for the client's identifier.
    #[arg(long, value_name = "SERVICE")]
    store_key_keyring: Option<String>,
}

/// An open store.
pub(super) struct Store {
    files: FileStore,
    key: StoreKey,
}

impl StoreArgs {
    /// The store, where one is named.
    ///
    /// # Errors
    /// Its key cannot be had.
    pub(super) fn open(&self, client: &OAuth2Client) -> Result<Option<Store>, Failure> {
        let Some(directory) = &self.store else { return Ok(None) };
        let id = client.config().client_id.as_str();
        let text = secret::kept(self.store_key_keyring.as_deref(), &self.store_key_env, id)?;
        let text = text.ok_or_else(|| {
            Failure::usage(format!(
                "no key for the store: {} is not set or empty (`openssl rand -base64 32` makes one)",
                self.store_key_env
            ))
        })?;
        let server = client.server();
        let issuer = server.issuer.as_ref().map(|issuer| issuer.as_str());
        let endpoint = server.token_endpoint.as_ref().map(|endpoint| endpoint.as_str());
        let key = StoreKey::new(issuer.or(endpoint).unwrap_or_default(), id, &self.store_name);
        Ok(Some(Store { files: FileStore::new(directory, parse_key(&text)?)?, key }))
    }
}

impl Store {
    /// Keeps what was granted, in place of what was there.
    ///
    /// # Errors
    /// The store cannot be written.
    pub(super) async fn keep(
        &self,
        client: &OAuth2Client,
        ask: &AskArgs,
        tokens: TokenResponse,
    ) -> Result<(), Failure> {
        Ok(self.source(client, ask)?.tokens(tokens)?.persist().await?)
    }

    /// What renews the tokens of this store.
    ///
    /// # Errors
    /// What is asked for is no scope.
    pub(super) fn source(&self, client: &OAuth2Client, ask: &AskArgs) -> Result<SourceBuilder, Failure> {
        let mut source = client.token_source().subject(self.key.name()).store(self.files.clone());
        if let Some(scope) = ask.scope()? {
            source = source.scope(scope);
        }
        if let Some(scope) = ask.required()? {
            source = source.require_scope(scope);
        }
        Ok(ask.resource.iter().fold(source, SourceBuilder::resource))
    }

    /// What is kept.
    ///
    /// # Errors
    /// Nothing is, or it cannot be read.
    pub(super) async fn load(&self) -> Result<StoredTokens, Failure> {
        let tokens = self.files.load(&self.key).await?;
        tokens.ok_or_else(|| {
            Failure::new(Exit::Refused, "the store has no tokens of this server, client and name")
        })
    }

    /// Forgets what is kept.
    ///
    /// # Errors
    /// It cannot be removed.
    pub(super) async fn clear(&self) -> Result<(), Failure> {
        Ok(self.files.clear(&self.key).await?)
    }
}

/// 32 bytes in hexadecimal, or in base64 of either alphabet.
fn parse_key(text: &Secret<String>) -> Result<Secret<[u8; 32]>, Failure> {
    let text = text.expose().trim();
    let wrong = || Failure::usage("the key of the store is not 32 bytes in base64 or hexadecimal");
    let bytes = Secret::new(if text.len() == 64 {
        let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let pairs = text.as_bytes().chunks_exact(2);
        let byte = |pair: &[u8]| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        };
        pairs.map(byte).collect::<Option<Vec<u8>>>().ok_or_else(wrong)?
    } else {
        let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let plain = Secret::new(text.replace('-', "+").replace('_', "/"));
        GeneralPurpose::new(&STANDARD, config).decode(plain.expose()).map_err(|_| wrong())?
    });
    let array = <[u8; 32]>::try_from(bytes.expose().as_slice()).map_err(|_| wrong())?;
    Ok(Secret::new(array))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_every_usual_form() {
        let parsed = |text: &str| parse_key(&Secret::new(text.to_owned())).map(|key| *key.expose());
        let key = [0xfb; 32];
        for text in [
            "fb".repeat(32),
            "FB".repeat(32),
            "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=\n".to_owned(),
            "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s".to_owned(),
        ] {
            assert_eq!(parsed(&text).unwrap(), key, "{text}");
        }
        for bad in ["", "hunter2", "fb", &"g".repeat(64), &"fb".repeat(31), &"AAAA".repeat(11)] {
            let failure = parsed(bad).unwrap_err().to_string();
            assert!(bad.is_empty() || !failure.contains(bad), "{failure}");
        }
    }
}
