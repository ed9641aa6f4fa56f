//! IMAP4rev2 and IMAP4rev1, whole (RFC 9051, RFC 3501).
//!
//! | module | holds |
//! |---|---|
//! | [`types`] | validated values |
//! | [`codec`] | bytes to types and back, pure |
//! | [`proto`] | the state machine, without I/O |
//! | `client` | the client (feature `client`) |
//! | [`rfc9051`] and its siblings | the requirements |
//! | `compliance` | the checks that prove them (feature `compliance`) |
//! | `testing` | servers to test with (feature `testing`) |
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "client")]
pub mod client;
pub mod codec;
#[cfg(feature = "compliance")]
pub mod compliance;
pub mod error;
pub mod proto;
pub mod rfc2177;
pub mod rfc2342;
pub mod rfc2971;
pub mod rfc3348;
pub mod rfc3501;
pub mod rfc3516;
pub mod rfc3691;
pub mod rfc4315;
pub mod rfc4731;
pub mod rfc4959;
pub mod rfc5032;
pub mod rfc5161;
pub mod rfc5182;
pub mod rfc5258;
pub mod rfc5530;
pub mod rfc5819;
pub mod rfc6154;
pub mod rfc6851;
pub mod rfc6855;
pub mod rfc7888;
pub mod rfc7889;
pub mod rfc8438;
pub mod rfc9051;
#[cfg(feature = "testing")]
pub mod testing;
pub mod types;
mod wire;

// Of core, what this crate shows.
pub use anyrfc_core::{
    BoxFuture, CredentialReason, CredentialRequest, CredentialSource, Credentials, Deviation, Deviations,
    ErrorKind, Fault, Limits, ProtocolState, Requirement, Secret, TlsInfo, Tolerance,
    credentials::CredentialError,
};
#[cfg(feature = "client")]
pub use anyrfc_core::{ProtocolClient, Security, tls, transport};

#[cfg(feature = "client")]
pub use crate::client::{
    BodyReader, Event, Fetch, Fetched, Identify, ImapClient, IntoMailbox, Login, Relocation, Selected,
    SpecialMailboxes, SpecialUse, Watch,
};
pub use crate::{
    codec::command::{self, StatusItem, StatusItems, StoreAction},
    error::Error,
    proto::Ticket,
    types::*,
};

/// The README's examples, compiled.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;
