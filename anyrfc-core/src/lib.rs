//! The house every AnyRFC protocol client lives in.
//!
//! Network protocols fail in the same few places: a half-read header lost to a
//! cancelled future, a deadline nobody set, plaintext injected before a TLS
//! upgrade, a buffer that grows because a header said so. This crate solves
//! those once. A protocol is written as a [`Machine`], which knows no I/O, no
//! clock and no task; the `Driver` reads, writes and waits for it, and
//! is proven in every state by the reusable harnesses of `testing`.
//!
//! | module | holds |
//! |---|---|
//! | [`machine`] | [`Machine`], [`Step`], [`Eof`]: what a protocol is |
//! | [`output`] | [`Output`]: bytes on their way out, written vectored |
//! | `driver` | `Driver`: the only reader, writer and waiter (feature `client`) |
//! | [`http1`] | one HTTP/1.1 head reader and writer (RFC 9112) |
//! | `transport`, `tls` | connections of every kind (feature `client`) |
//! | [`security`] | how a connection is secured, and what TLS found out |
//! | [`credentials`], [`secret`] | what proves who we are, and how it is kept from logs and memory |
//! | [`uri`] | URIs (RFC 3986) and host names (RFC 5891) |
//! | [`limits`], [`backoff`] | how much and how long, and when again |
//! | [`deviations`] | [`Tolerance`], and what was tolerated |
//! | [`state`] | tables of states, [`ProtocolState`], [`ProtocolClient`] |
//! | [`compliance`] | requirements as constants, checks, suites and reports |
//! | [`error`] | [`ErrorKind`], [`Fault`] and the shape of every crate's error |
//! | [`escape`] | bytes of a peer, fit to be shown |
//! | `testing` | scripted peers, streams that fail, the driver's proofs (feature `testing`) |
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `client` (default) | driver, transport and TLS, on tokio; without it, plain types and pure code |
//! | `tls-aws-lc-rs` (default), `tls-ring` | the cryptography of TLS |
//! | `platform-verifier` (default), `webpki-roots` | the trust anchors of TLS |
//! | `tracing` (default) | logs; the wire itself at TRACE only |
//! | `serde` | its traits on plain values |
//! | `compliance` | suites, checks and reports |
//! | `testing` | scripted peers, fault-injecting streams, the driver's proofs |
//!
//! Features only ever add.
#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects
    )
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod backoff;
pub mod compliance;
pub mod credentials;
pub mod deviations;
#[cfg(feature = "client")]
pub mod driver;
pub mod error;
pub mod escape;
pub mod http1;
pub mod limits;
pub mod machine;
pub mod output;
pub mod secret;
pub mod security;
mod spare;
pub mod state;
#[cfg(feature = "testing")]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test kit tells by a panic what it has found"
)]
pub mod testing;
#[cfg(feature = "client")]
pub mod tls;
#[cfg(feature = "client")]
pub mod transport;
pub mod uri;

pub use backoff::Backoff;
pub use compliance::{Level, Nth, Requirement, Role, Spec};
pub use credentials::{CredentialReason, CredentialRequest, CredentialSource, Credentials};
pub use deviations::{Deviation, Deviations, Tolerance};
#[cfg(feature = "client")]
pub use driver::{DriveError, Driver, UpgradeError};
pub use error::{Error, ErrorKind, Fault};
pub use limits::Limits;
pub use machine::{Eof, Machine, Step};
pub use output::Output;
pub use secret::Secret;
#[cfg(feature = "client")]
pub use security::Security;
pub use security::{SecurityLayer, TlsInfo};
pub use state::{ProtocolClient, ProtocolState};
#[cfg(feature = "client")]
pub use tls::TlsConfig;

/// A boxed future that can be sent between threads, as object-safe traits return it.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[doc(hidden)]
pub mod __private {
    //! What the macros of this crate name in the crates that use them.
    pub use std::{borrow::Cow, error::Error as StdError, fmt, sync::Arc};
}
