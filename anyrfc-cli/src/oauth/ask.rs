//! What a token is asked for.

use anyrfc_oauth2::{Error, Scope};

/// The heading of all such options.
pub(super) const ASKED: &str = "What is asked for";

/// What every grant takes.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = ASKED)]
pub(super) struct AskArgs {
    /// What the token shall be good for (RFC 6749, section 3.3): scope tokens, separated by spaces; may
    /// be repeated.
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// What the token has to be good for: less is an error.
    #[arg(long, value_name = "SCOPE")]
    require_scope: Vec<String>,
    /// Where the token shall be used (RFC 8707); may be repeated.
    #[arg(long, value_name = "URI")]
    pub(super) resource: Vec<String>,
    /// Any other parameter of the request; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    pub(super) parameter: Vec<(String, String)>,
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("no equals sign between name and value")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn joined(scopes: &[String]) -> Result<Option<Scope>, Error> {
    if scopes.is_empty() { Ok(None) } else { Scope::new(&scopes.join(" ")).map(Some) }
}

impl AskArgs {
    /// # Errors
    /// It is no scope.
    pub(super) fn scope(&self) -> Result<Option<Scope>, Error> {
        joined(&self.scope)
    }

    /// # Errors
    /// It is no scope.
    pub(super) fn required(&self) -> Result<Option<Scope>, Error> {
        joined(&self.require_scope)
    }
}

/// Asks for it by any of the crate's requests, whose methods have the same names.
macro_rules! ask {
    ($args:expr, $request:expr) => {{
        let mut request = $request;
        if let Some(scope) = $args.scope()? {
            request = request.scope(scope);
        }
        if let Some(scope) = $args.required()? {
            request = request.require_scope(scope);
        }
        for resource in &$args.resource {
            request = request.resource(resource);
        }
        for (name, value) in &$args.parameter {
            request = request.parameter(name, value.clone());
        }
        request
    }};
}

pub(super) use ask;
