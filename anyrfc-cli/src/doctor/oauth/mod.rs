//! The examination of OAuth 2.0 authorization servers and OpenID providers, by their issuer.
//!
//! Everything follows from the metadata (RFC 8414, OpenID Connect Discovery): which endpoints there
//! are, and what they promise. Without `--client-id` the endpoints see an unknown client only; with
//! it and its secret, a token of the client's own is asked for once, and revoked.

mod authorization;
mod callers;
mod http;
mod keys;
mod metadata;
mod token;

use anyrfc_core::Secret;
use serde_json::{Map, Value};

use self::http::Http;
use super::{
    examination::Examination,
    subject::{Subject, is_loopback, unable},
};
use crate::exit::Failure;
use anyrfc_core::uri::Uri;

/// A client that no server knows.
const NOBODY: &str = "anyrfc-doctor";

/// The server, once its metadata is known.
struct Server<'a> {
    subject: &'a Subject,
    http: Http,
    /// The issuer as it was given.
    issuer: &'a str,
    metadata: Map<String, Value>,
    /// Whether the metadata is the issuer's own: what is another's gets no secret.
    trusted: bool,
}

impl Server<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.metadata.get(name)?.as_str()
    }

    /// The texts of a list; none where it is missing or no list.
    fn list(&self, name: &str) -> Option<Vec<&str>> {
        Some(self.metadata.get(name)?.as_array()?.iter().filter_map(Value::as_str).collect())
    }

    /// The URL of an endpoint that may be asked.
    ///
    /// # Errors
    /// The server publishes none, or one that is nowhere to send anything.
    fn endpoint(&self, name: &str) -> Result<&str, Failure> {
        let url = self.text(name).ok_or_else(|| unable(format!("the server publishes no {name}")))?;
        match way(url) {
            Way::Https | Way::Loopback => Ok(url),
            Way::Clear => Err(unable(format!("{name} is no https URL"))),
        }
    }

    /// The client of ours and its secret, for a server whose metadata is its own.
    ///
    /// # Errors
    /// There is none, or the metadata is somebody else's.
    fn login(&self) -> Result<(&str, &Secret<String>), Failure> {
        let login = self.subject.login().ok_or_else(|| unable("there is no --client-id with a secret"))?;
        if self.trusted {
            Ok(login)
        } else {
            Err(unable("nothing is confided to another issuer's endpoints"))
        }
    }
}

/// How a URL is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Https,
    /// In the clear, but on this machine.
    Loopback,
    /// In the clear, or no URL at all.
    Clear,
}

fn way(url: &str) -> Way {
    match Uri::parse(url) {
        Ok(uri) if uri.scheme() == "https" => Way::Https,
        Ok(uri) if uri.scheme() == "http" && is_loopback(&uri) => Way::Loopback,
        _ => Way::Clear,
    }
}

/// # Errors
/// The server cannot be reached, or publishes no metadata.
pub(super) async fn examine(subject: &Subject, found: &mut Examination) -> Result<(), Failure> {
    let http = Http::new(subject.http().clone(), subject.limit());
    let issuer = subject.given();
    found.begins("where the metadata is");
    let document = metadata::find(&http, issuer).await?;
    let metadata = document.object().unwrap_or_default();
    let trusted = metadata.get("issuer").and_then(Value::as_str) == Some(issuer);
    let server = Server { subject, http, issuer, metadata, trusted };
    metadata::probes(&server, &document, found).await;
    keys::probes(&server, found).await;
    authorization::probes(&server, found).await;
    token::probes(&server, found).await;
    callers::probes(&server, found).await;
    Ok(())
}
