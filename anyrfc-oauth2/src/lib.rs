//! The complete modern client of OAuth 2.0 and OpenID Connect.
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
mod wire;

#[cfg(feature = "client")]
pub use client::OAuth2Client;
pub use error::{Detail, Error, StoreProblem};
pub use types::*;

// Of core and of anyrfc-jwt, what this crate shows.
pub use anyrfc_core::{ErrorKind, Fault, Requirement, Secret};
pub use anyrfc_jwt as jwt;
