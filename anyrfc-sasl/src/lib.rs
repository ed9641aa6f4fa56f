//! SASL for clients: how to prove who you are, to any mail, chat or directory
//! server, without giving more away than you must.
#![cfg_attr(not(feature = "gssapi"), forbid(unsafe_code))]
#![cfg_attr(feature = "gssapi", deny(unsafe_code))]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod codec;
#[cfg(feature = "compliance")]
pub mod compliance;
pub mod error;
pub mod proto;
pub mod types;
mod wire;

#[cfg(feature = "compliance")]
pub use compliance::Compliance;
pub use error::{Detail, Error};
pub use proto::*;
pub use types::*;

// Of core, what this crate shows.
pub use anyrfc_core::{
    Credentials, Deviation, Deviations, ErrorKind, Fault, Requirement, Secret, TlsInfo, Tolerance,
};

/// The README's examples, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
