//! Submits mail, and says of every recipient what has become of it.
//!
//! Mail is lost, or sent twice, where a client does not look closely: at the recipient among twenty that the server
//! refused, at the reply that was meant for the command before, at the connection that broke between the last byte
//! and the answer. And it is forged where an address or a message can smuggle in a command. This crate exists to do
//! neither. Every normative statement of SMTP ([RFC 5321], [`rfc5321`]) and of its extensions is a constant, every one that
//! binds a client is proven by a check that runs against the real code, and an error names the statement that the
//! server broke.
//!
//! [RFC 5321]: https://www.rfc-editor.org/rfc/rfc5321
//!
//! ```
//! # #[cfg(feature = "testing")]
//! # fn main() -> Result<(), anyrfc_smtp::Error> { anyrfc_core::testing::run_virtual(async {
//! # use anyrfc_smtp::{Security, testing::{Accounts, Server}};
//! # let server = Server::new(Accounts::new().password("user", "pencil")).plaintext_passwords();
//! # let (near, far) = tokio::io::duplex(4096);
//! # let session = async move {
//! use anyrfc_smtp::{Credentials, Envelope, SmtpClient};
//!
//! # let mut client = SmtpClient::builder().security(Security::Plaintext).connect_over("smtp://mail.example", near).await?;
//! # if false {
//! let mut client = SmtpClient::connect("smtps://mail.example").await?;
//! # }
//! client.authenticate(&Credentials::password("user", "pencil".to_owned())).await?;
//!
//! let envelope = Envelope::new("ann@x.example", ["bob@y.example"])?;
//! let report = client.send(envelope, "Subject: hello\r\n\r\nHello!\r\n").await?;
//! for recipient in report.recipients() {
//!     println!("{}: {:?}", recipient.path(), recipient.outcome());
//! }
//! # assert!(report.is_complete());
//! client.quit().await?;
//! # Ok::<(), anyrfc_smtp::Error>(()) };
//! # let (done, _) = tokio::join!(session, server.serve(far));
//! # done }) }
//! # #[cfg(not(feature = "testing"))] fn main() {}
//! ```
//!
//! # A tour
//!
#![cfg_attr(
    feature = "client",
    doc = "* [`SmtpClient`] is a connection: [`connect`](SmtpClient::connect), [`authenticate`](SmtpClient::authenticate),\n  [`send`](SmtpClient::send), [`quit`](SmtpClient::quit); a [`Builder`] settles what is not the default. It speaks\n  LMTP as well.\n* [`transaction`](SmtpClient::transaction) is the same step by step, [`pipeline`](SmtpClient::pipeline) many at once, and a\n  [`Pool`] has several connections for it.\n* [`submit`](SmtpClient::submit) and [`finish`](SmtpClient::finish) are for all other commands."
)]
//! * [`Envelope`] and [`Recipient`] say from whom, to whom, and what is asked of the server along with it;
//!   [`Content`] and [`WireMessage`] are what is sent; [`types::sign::Sign`] signs it.
//! * [`SendReport`] has an [`Outcome`] for every recipient, with the server's [`Reply`].
//! * [`Error`] has a [`kind`](Error::kind), says whose [`fault`](Error::fault) it is, which
//!   [`requirement`](Error::requirement) was broken, and what the server [said](Error::reply).
//! * [`proto::Connection`] is the protocol itself, without I/O, clock or task, for any runtime or none; below it
//!   stands [`codec`] (bytes and types, pure).
//!
//! # What it promises
//! * **Everybody is answered for.** Each recipient is accepted, rejected in the server's words, not reached for
//!   certain, or unknown; nothing is sent again unless it is certain that nothing arrived.
//! * **Nothing can be smuggled in.** Addresses, parameters and arguments are types that cannot hold a second command; a bare
//!   CR or LF of a message never leaves as such, so that no server can see an end of the message but the one there is.
//! * **Nothing is mixed up.** Every future may be dropped at any await. A reply goes to what it answers; one that
//!   nothing asked for, or that comes too early, ends the connection.
//! * **Bounded.** Every wait for a reply has a deadline for the whole of it, and every buffer a limit ([`Limits`]). Messages are
//!   streamed as fast as they are taken.
//! * **Secured, or not at all.** TLS is never skipped and nothing learnt before it is believed; no password is shown to
//!   whoever listens; logs hold the length of secrets and of messages.
//! * **Nothing behind your back.** No task is spawned and no lock held across an await.
//!
//! # States
//! Those of RFC 5321, section 4.1.4, with TLS and authentication: [`proto::State::TRANSITIONS`], drawn in [`proto`].
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `client` (default) | the async client on tokio; without it, types, codec and state machine only |
//! | `mime` | messages of anyrfc-mime, written for what the server takes |
//! | `tls-aws-lc-rs` (default), `tls-ring` | the cryptography of TLS |
//! | `platform-verifier` (default), `webpki-roots` | the trust anchors of TLS |
//! | `tracing` (default) | logs; the wire itself at TRACE only |
//! | `serde` | its traits on plain values |
//! | `compliance` | the suite, and `SmtpClient::validate_compliance()` |
//! | `testing` | a server in memory, for tests of your own |
//!
//! Features only ever add.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "client")]
pub mod client;
pub mod codec;
#[cfg(feature = "compliance")]
pub mod compliance;
pub mod error;
pub mod proto;
pub mod rfc1870;
pub mod rfc2033;
pub mod rfc2034;
pub mod rfc2852;
pub mod rfc2920;
pub mod rfc3030;
pub mod rfc3207;
pub mod rfc3461;
pub mod rfc3463;
pub mod rfc4468;
pub mod rfc4865;
pub mod rfc4954;
pub mod rfc5321;
pub mod rfc6152;
pub mod rfc6409;
pub mod rfc6531;
pub mod rfc6710;
pub mod rfc8314;
pub mod rfc8689;
#[cfg(feature = "testing")]
pub mod testing;
pub mod types;
mod wire;

// Of core, what this crate shows.
pub use anyrfc_core::{
    BoxFuture, CredentialReason, CredentialRequest, CredentialSource, Credentials, Deviation, Deviations,
    Eof, ErrorKind, Fault, Limits, Machine, Output, ProtocolState, Requirement, Secret, Step, TlsInfo,
    Tolerance, credentials::CredentialError,
};
#[cfg(feature = "client")]
pub use anyrfc_core::{ProtocolClient, Security, tls, transport};
/// What logging in shows: mechanisms, policies, pins, and why none could be used.
pub use anyrfc_sasl as sasl;

#[cfg(feature = "client")]
pub use crate::client::{
    Builder, FileTransport, Login, MemoryTransport, Pipeline, Pool, Pooled, SmtpClient, Taken, Ticket,
    Transaction, Transport,
};

pub use crate::{
    codec::command::Command,
    error::{Detail, Error, Waited},
    types::{
        Argument, AuthParam, BodyType, BurlUrl, Capabilities, Content, ContentError, DeliverBy, Domain,
        EhloName, EnhancedCode, Envelope, EnvelopeId, EnvelopeOptions, Extension, Facts, ForwardPath,
        FutureRelease, Hold, HoldFor, Invalid, LineEnds, Mailbox, Notify, Offered, OriginalRecipient,
        Outcome, Parameter, Priority, RawCommand, Recipient, RecipientOptions, RecipientReport, Reply,
        ReplyCode, ReplyKind, Return, ReversePath, SendReport, ServerLimits, SizeLimit, Source, StatusClass,
        StatusSubject, Timestamp, TransferPreference, WireMessage,
    },
};

/// The README's examples, compiled.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;
