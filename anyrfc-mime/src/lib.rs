//! One model to build and to parse mail messages, streaming both ways.
//!
//! | module | holds |
//! |---|---|
//! | [`types`] | validated values: addresses, dates, media types, parameters |
//! | [`codec`] | bytes to values and back, pure |
//! | [`proto`] | the push parser, for messages of any size |
//! | [`parse`] | whole messages, read |
//! | [`report`] | notifications and reports, read |
//! | [`build`] | whole messages, written |
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod build;
pub mod codec;
#[cfg(feature = "compliance")]
pub mod compliance;
pub mod error;
pub mod parse;
pub mod proto;
pub mod report;
pub mod rfc2045;
pub mod rfc2046;
pub mod rfc2047;
pub mod rfc2049;
pub mod rfc2183;
pub mod rfc2231;
pub mod rfc3464;
pub mod rfc5322;
pub mod rfc6532;
pub mod rfc6533;
pub mod rfc8098;
pub mod types;

pub use anyrfc_core::{ErrorKind, Fault, Requirement};

pub use crate::{
    error::{Detail, Error},
    parse::{Message, OwnedMessage},
    types::*,
};

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
