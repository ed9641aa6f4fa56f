//! Gets tokens, keeps them fresh, and uses them: OAuth 2.0 and OpenID Connect as they are meant to
//! be done today.
//!
//! OAuth is a protocol of strangers: a browser in between, a server named by another server, tokens
//! that whoever holds them may use. What goes wrong in clients goes wrong in a few places: an answer
//! to somebody else's request is taken, a secret follows a redirect, two tasks refresh at once and
//! the rotated token is lost. Here an answer is judged before anything is sent on, nothing is sent
//! where it was not meant to go, and one exchange serves everybody who waits for it.
//!
//! ```no_run
//! # use anyrfc_oauth2::{ClientId, Error, OAuth2Client, Scope};
//! # #[cfg(feature = "reqwest")]
//! # async fn example(open: impl Fn(&str)) -> Result<(), Error> {
//! let client = OAuth2Client::discover("https://as.example").client(ClientId::new("app")?).await?.build()?;
//! let mut loopback = client.loopback().bind()?;
//! let asked = client.authorization_code(loopback.redirect_uri()).scope(Scope::new("mail.read")?);
//! let request = client.begin(asked).await?;
//! open(request.url());
//! let callback = loopback.callback(request.pending()).await?;
//! let tokens = client.finish(request.into_pending(), &callback).await?;
//! let source = client.token_source().tokens(tokens)?;
//! let token = source.token().await?; // fresh, whenever it is asked for
//! # let _ = token; Ok(()) }
//! ```
//!
//! | what for | begin with |
//! |---|---|
//! | a server, found | `OAuth2Client::discover`, `client::provider` |
//! | a user, signed in | `OAuth2Client::authorization_code`, `OAuth2Client::device_authorization` |
//! | a token without a user | `OAuth2Client::client_credentials`, `jwt_bearer`, `token_exchange` |
//! | a token that renews itself | `OAuth2Client::token_source`, `client::store` |
//! | a token, used | `OAuth2Client::resource`, [`Challenge`] |
//! | a token, ended or looked into | `OAuth2Client::revoke`, `introspect` |
//! | a client, registered | `OAuth2Client::registration`, [`ClientMetadata`] |
//! | no I/O at all | [`proto::Exchange`], [`proto::Grant`], [`proto::Authorization`], [`proto::DeviceFlow`] |
//!
//! | module | holds |
//! |---|---|
//! | [`types`] | validated values: endpoints, issuers, scopes, tokens, metadata |
//! | [`codec`] | forms, JSON, challenges, callbacks |
//! | [`proto`] | the flows: requests made, answers judged; no I/O, no clock |
//! | `client` | `OAuth2Client`, the listener, tokens that renew themselves (feature `client`) |
//! | `rfc6749` … `rfc9728` | the requirements |
//! | `compliance` | the checks that prove them (feature `compliance`) |
//! | `testing` | an authorization server in memory (feature `testing`) |
//!
//! # Errors
//! `Protocol` where a server or an answer breaks a rule, which the error names; `Auth` where it does
//! not accept who we are, or a token is not to be believed; `Refused` for every other no, with its
//! code in [`Error::response`]; `Usage` and `Unsupported` before anything is sent; `Io`, `Tls`,
//! `Timeout` and `Limit` from the network.
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `client` (default) | the async client on tokio; without it, types, codec and state machines only |
//! | `reqwest` (default) | HTTP, where the program brings none of its own |
//! | `tls-aws-lc-rs` (default), `tls-ring` | the cryptography of TLS |
//! | `platform-verifier` (default), `webpki-roots` | the trust anchors of TLS |
//! | `keyring` | tokens in the operating system's keyring |
//! | `tracing` (default) | logs; the wire itself at TRACE only |
//! | `compliance` | the suite, and `OAuth2Client::validate_compliance()` |
//! | `testing` | an authorization server in memory, for tests of your own |
//!
//! Features only ever add.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "client")]
pub mod client;
pub mod codec;
#[cfg(feature = "compliance")]
pub mod compliance;
pub mod error;
pub mod proto;
pub mod rfc6749;
pub mod rfc6750;
pub mod rfc7009;
pub mod rfc7521;
pub mod rfc7523;
pub mod rfc7591;
pub mod rfc7592;
pub mod rfc7636;
pub mod rfc7662;
pub mod rfc8252;
pub mod rfc8414;
pub mod rfc8628;
pub mod rfc8693;
pub mod rfc8705;
pub mod rfc8707;
pub mod rfc9101;
pub mod rfc9126;
pub mod rfc9207;
pub mod rfc9396;
pub mod rfc9449;
pub mod rfc9470;
pub mod rfc9700;
pub mod rfc9728;
#[cfg(feature = "testing")]
pub mod testing;
pub mod types;

#[cfg(feature = "client")]
pub use client::OAuth2Client;
pub use error::{Detail, Error, StoreProblem};
pub use types::*;

// Of core and of anyrfc-jwt, what this crate shows.
#[cfg(feature = "client")]
pub use anyrfc_core::tls;
pub use anyrfc_core::{
    BoxFuture, CredentialReason, CredentialRequest, CredentialSource, Credentials, ErrorKind, Fault,
    Requirement, Secret, credentials::CredentialError, uri::Uri,
};
pub use anyrfc_jwt as jwt;

/// The README's examples, compiled.
#[cfg(all(doctest, feature = "reqwest"))]
#[doc = include_str!("../README.md")]
struct Readme;
