//! One model to build and to parse mail messages, streaming both ways.
//!
//! Mail is written by programs of forty years, and read by those who have to make something of it. What goes wrong
//! goes wrong in a few places: a line break in a name becomes a header field, a boundary turns up inside a part, a
//! file name leads out of its directory, a message of a few kilobytes takes minutes to read. Here nothing that is
//! passed in can become structure, reading never fails and never takes more than linear time, and damage is recorded
//! with its place. It does no I/O of its own.
//!
//! ```
//! use anyrfc_mime::{Message, build::{Builder, Part}};
//!
//! let octets = Builder::new()
//!     .from(("Ann Example", "ann@example.org"))
//!     .to(["bob@example.com"])
//!     .subject("Grüße")
//!     .text("See you there.")
//!     .attach(Part::new("image/png", b"\x89PNG").named("map.png"))
//!     .build()?
//!     .to_vec()?;
//!
//! let message = Message::parse(&octets);
//! assert_eq!(message.subject().as_deref(), Some("Grüße"));
//! assert_eq!(message.attachments().count(), 1);
//! # Ok::<(), anyrfc_mime::Error>(())
//! ```
//!
//! | what for | begin with |
//! |---|---|
//! | a message, written | [`build::Builder`], [`build::Part`], [`build::Receiver`] |
//! | a message, read | [`Message`], [`OwnedMessage`] |
//! | a message larger than memory, read | [`proto::MimeReader`] |
//! | a header, changed in place | [`parse::HeaderEdit`] |
//! | a notification, read or written | [`report`], [`build::Notification`] |
//!
//! | module | holds |
//! |---|---|
//! | [`types`] | validated values: addresses, dates, media types, parameters |
//! | [`codec`] | bytes to values and back, pure |
//! | [`proto`] | the push parser, for messages of any size |
//! | [`parse`] | whole messages, read |
//! | [`report`] | notifications and reports, read |
//! | [`build`] | whole messages, written |
//! | `rfc2045` … `rfc8098` | the requirements |
//! | `compliance` | the checks that prove them (feature `compliance`) |
//!
//! # Errors
//! Reading has none. Building tells the first mistake, of kind `Usage`, with the statement that it would have broken.
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `tokio` | parts that are `AsyncRead`, and the writer as one |
//! | `compliance` | the suite, and `Compliance::validate_compliance()` |
//!
//! Features only ever add.
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

/// The README's examples, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
