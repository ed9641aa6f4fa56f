//! JSON Web Tokens and what they stand on: JWS, JWE, JWK and JWT.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod codec;
#[cfg(feature = "compliance")]
pub mod compliance;
pub mod error;
#[cfg(feature = "jsonwebtoken")]
pub mod jsonwebtoken;
pub mod proto;
pub mod rfc7515;
pub mod rfc7516;
pub mod rfc7517;
pub mod rfc7518;
pub mod rfc7519;
pub mod rfc7638;
pub mod rfc7797;
pub mod rfc8037;
pub mod rfc8725;
pub mod rfc9068;
#[cfg(feature = "testing")]
pub mod testing;
pub mod types;

#[cfg(feature = "compliance")]
pub use compliance::Compliance;
pub use error::{Detail, Error, Rejection};
pub use proto::*;
pub use types::*;

// Of core, what this crate shows.
pub use anyrfc_core::{ErrorKind, Fault, Requirement, Secret};
