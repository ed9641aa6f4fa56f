//! SASL for clients (RFC 4422): how to prove to a mail, chat or directory server who
//! you are, and to find out whether it is the one you meant.
//!
//! Logging in is where protocols are attacked, and where libraries are lenient: a server
//! that proves nothing is believed, an iteration count of 1 is taken, a list without the
//! strong mechanisms leads to a password in the clear. This crate is strict where that
//! protects you, says *why* it refuses, and names the statement of the RFC that a server
//! broke ([`Error::requirement`]). There is no I/O, no clock and no task in it: the
//! protocol around it carries bytes back and forth, whichever that is.
//!
//! ```
//! use anyrfc_sasl::{Channel, Credentials, Negotiator, Policy, Service};
//!
//! # fn main() -> Result<(), anyrfc_sasl::Error> {
//! # let (seed, channel) = ([7; 32], Channel::tls());
//! let credentials = Credentials::password("user", "pencil");
//! let service = Service::new("imap", "mail.example").port(993);
//! let mut negotiator = Negotiator::new(credentials, service, Policy::default(), seed);
//! let mut exchange = negotiator.begin(["SCRAM-SHA-256", "PLAIN"], &channel)?;
//! assert_eq!(exchange.name().as_str(), "SCRAM-SHA-256");
//! let initial_response = exchange.first()?;
//! // … send it, and give each challenge to `exchange.step`, until the server says how it went.
//! # Ok(())
//! # }
//! ```
//!
//! # The pieces
//! * [`Negotiator`] chooses the best of the mechanisms that a server offers, by [`Credentials`],
//!   [`Channel`] and [`Policy`], and says of each other one why not ([`Refusal`]); after a
//!   failure it says what may come [`Next`].
//! * [`Exchange`] drives one mechanism: the order of calls, limits and the wire log. It yields
//!   an [`Established`] login, which is what the server could be made to prove.
//! * [`Mechanism`] is what one has to be; those of this crate are [`Scram`], [`Plain`],
//!   [`Login`], [`External`], [`Anonymous`], [`OauthBearer`], [`Xoauth2`], [`CramMd5`],
//!   [`DigestMd5`], [`Gssapi`] and [`Gs2Krb5`]. Yours is one `impl` away.
//! * [`codec`] (bytes and values, pure) and [`types`] stand below; [`Preparation`] makes
//!   strings that people type the same wherever they are typed.
//!
//! # What it promises
//! * **Success is believed when it was proved.** SCRAM without the server's signature,
//!   DIGEST-MD5 without `rspauth` and a refused token followed by success all fail.
//! * **Secrets stay where they are.** No password or token travels where others can read,
//!   or after an attempt that failed; none is logged or shown, and all are wiped.
//! * **Nothing is downgraded.** Where both sides can bind the login to the channel, it is
//!   bound; [`Pin`] remembers the strongest login of an account.
//! * **Nothing blocks for long.** A key is made of a password in slices of well under a
//!   millisecond ([`Step::Working`]), no server can ask for more than the policy allows, and
//!   [`KeyCache`] makes the next login take microseconds.
//!
//! # States
//! The table is [`State::TRANSITIONS`]; this is its picture (Mermaid):
//!
//! ```text
//! stateDiagram-v2
//!     Initial --> AwaitServer : Respond
//!     Initial --> Working : Work
//!     Initial --> AwaitOutcome : Done
//!     Initial --> Established : Success
//!     Initial --> Failed : Failure
//!     AwaitServer --> AwaitServer : Respond
//!     AwaitServer --> Working : Work
//!     AwaitServer --> AwaitOutcome : Done
//!     AwaitServer --> Established : Success
//!     AwaitServer --> Failed : Failure
//!     Working --> AwaitServer : Respond
//!     Working --> Working : Work
//!     Working --> AwaitOutcome : Done
//!     Working --> Failed : Failure
//!     AwaitOutcome --> Established : Success
//!     AwaitOutcome --> Failed : Failure
//! ```
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `tracing` (default) | logs; the wire itself at TRACE only, by its lengths |
//! | `gssapi` | `Kerberos`: the system's GSS-API library, opened at run time |
//! | `serde` | its traits on plain values |
//! | `compliance` | the suite, and `Compliance::validate_compliance()` |
//! | `testing` | the server's side of SCRAM, PLAIN, LOGIN, OAUTHBEARER and XOAUTH2, for tests of your own |
//!
//! Features only ever add.
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
    Credentials, Deviation, Deviations, ErrorKind, Fault, Requirement, Secret, SecurityLayer, TlsInfo,
    Tolerance,
};

/// The README's examples, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
