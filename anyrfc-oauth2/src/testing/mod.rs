//! The other end: an authorization server with a protected resource beside it, in memory, good and
//! hostile.
//!
//! | item | is |
//! |---|---|
//! | [`AuthorizationServer`], [`Options`] | the server, strict, without I/O; also an [`HttpClient`](crate::client::HttpClient) without sockets |
//! | [`Registered`], [`ClientMethod`], [`User`] | whom it knows |
//! | [`Misbehaviour`], [`JwtFault`], [`Plan`] | what it does that it must not do, and when |
//! | [`Violation`] | what a client did that it must not do, by the statement it breaks |
//! | [`Recorded`], [`Place`] | what it was sent, and where |
//! | [`WithCertificate`], [`ClientCertificate`] | the server behind mutual TLS |
//! | [`Network`] | several servers at once, for attacks by mix-up |
//! | [`Served`] | the same server on loopback, with or without TLS |
//!
//! Nothing here uses the crate's own codecs: what a client writes is read by another implementation
//! of forms, Basic credentials, JSON, signed tokens and proofs, so that a mistake made alike on both
//! sides does not hide itself. It is made for tests; it guards nothing.
//!
//! ```
//! use anyrfc_oauth2::testing::{AuthorizationServer, Misbehaviour, Place, Plan, Registered};
//!
//! let server = AuthorizationServer::new("https://as.example")
//!     .client(Registered::public("app").redirect_uri("http://127.0.0.1/callback"))
//!     .with(|options| options.dpop_nonce = true);
//! // Twice the token endpoint is out of order.
//! server.plant(Plan::from(Misbehaviour::Status(503)).at(Place::Token).times(2));
//!
//! // The user approves, and the browser comes back; the client has forgotten PKCE.
//! let callback = server.authorize(
//!     "https://as.example/authorize?response_type=code&client_id=app&state=xyz\
//!      &redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2Fcallback",
//! );
//! assert!(callback.starts_with("http://127.0.0.1:8080/callback?error=invalid_request"));
//! server.assert_violations(&["rfc7636#4.3-1"]);
//! server.assert_nothing_sent_to(Place::Token);
//! ```

mod auth;
mod authorize;
mod certificate;
mod device;
mod dispatch;
mod dpop;
mod http;
mod issue;
mod jose;
mod manage;
mod metadata;
mod misbehave;
mod options;
mod par;
mod register;
mod reply;
mod resource;
mod served;
mod server;
mod state;
mod token;
mod transcript;
mod violation;
mod wire;

pub use self::{
    certificate::ClientCertificate,
    http::{Network, WithCertificate},
    jose::SigningAlgorithm,
    misbehave::{JwtFault, Misbehaviour, Plan},
    options::{ClientMethod, Options, Registered, User},
    reply::{Answer, Delivery},
    served::Served,
    server::AuthorizationServer,
    transcript::{Place, Recorded},
    violation::Violation,
};

#[cfg(test)]
mod tests;
