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
pub mod rfc2195;
pub mod rfc2831;
pub mod rfc4013;
pub mod rfc4422;
pub mod rfc4505;
pub mod rfc4616;
pub mod rfc4752;
pub mod rfc5801;
pub mod rfc5802;
pub mod rfc5929;
pub mod rfc7628;
pub mod rfc7677;
pub mod rfc8265;
pub mod rfc9266;
#[cfg(feature = "testing")]
pub mod testing;
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
