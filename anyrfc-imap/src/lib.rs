//! A protocol client whose every requirement is executed.
//!
//! The protocol is the Echo Protocol of RFC 862, the smallest there is.
//!
//! | module | holds |
//! |---|---|
//! | [`types`] | validated values |
//! | [`codec`] | bytes to types and back, pure |
//! | [`proto`] | [`proto::Connection`]: the state machine, without I/O |
//! | `client` | `ImapClient` (feature `client`) |
//! | [`rfc862`] | the requirements |
//! | `compliance` | the checks that prove them (feature `compliance`) |
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
pub mod rfc862;
pub mod rfc9051;
pub mod types;

pub use anyrfc_core::{ErrorKind, Fault, ProtocolState, Requirement};

#[cfg(feature = "client")]
pub use crate::client::ImapClient;
pub use crate::{error::Error, types::Payload};

/// The README's examples, compiled.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;
