//! A mail client's side of IMAP that shows that it keeps to the RFC, and does not lose mail.
//!
//! Two things go wrong with IMAP libraries. One odd answer of a server, of which there are many,
//! costs a message or the connection; and a future that was dropped leaves its answer behind for
//! the next command to take for its own. This crate exists to do neither. Every normative
//! statement of IMAP4rev2 ([RFC 9051], [`rfc9051`]) and IMAP4rev1 ([RFC 3501], [`rfc3501`]) is
//! a constant, every one that binds a client is proven by a check that runs against the real
//! code, and an error names the statement that the server broke.
//!
//! [RFC 9051]: https://www.rfc-editor.org/rfc/rfc9051
//! [RFC 3501]: https://www.rfc-editor.org/rfc/rfc3501
//!
//! ```
//! # #[cfg(feature = "testing")]
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), anyrfc_imap::Error> {
//! # use anyrfc_imap::{Error, Security, testing::{Accounts, Server}, transport::Connection};
//! # let server = Server::new(Accounts::new().password("user", "pencil"));
//! # server.deliver("user", "INBOX", b"Subject: hello\r\n\r\nhello\r\n");
//! # let (near, far) = tokio::io::duplex(4096);
//! # let near = std::sync::Arc::new(std::sync::Mutex::new(Some(near)));
//! # let connect = move || {
//! #     let near = near.lock().unwrap().take().unwrap();
//! #     async move { Ok(Connection::from_stream(near)) }
//! # };
//! # let builder = ImapClient::builder().security(Security::Plaintext).connector(std::sync::Arc::new(connect));
//! use anyrfc_imap::{Credentials, FetchItems, ImapClient, SearchQuery};
//!
//! # let session = async move {
//! let mut client = builder.connect("imap://mail.example").await?;
//! client.authenticate(&Credentials::password("user", "pencil".to_owned())).await?;
//!
//! let mut inbox = client.select("INBOX").await?;
//! let unread = inbox.search(&SearchQuery::unseen()).await?;
//! let mut rows = inbox.fetch(unread, FetchItems::new().envelope())?;
//! while let Some(row) = rows.next().await? {
//!     let envelope = row.envelope().and_then(|envelope| envelope.parsed());
//!     let subject = envelope.and_then(|envelope| envelope.subject());
//!     assert_eq!(subject.map(|subject| subject.to_string()).as_deref(), Some("hello"));
//! }
//! client.logout().await?;
//! # Ok::<(), Error>(()) };
//! # let (done, _) = tokio::join!(session, server.serve(far));
//! # done?;
//! # Ok(()) }
//! # #[cfg(not(feature = "testing"))] fn main() {}
//! ```
//!
//! # A tour
//!
#![cfg_attr(
    feature = "client",
    doc = "* [`ImapClient`] is a connection: [`connect`](ImapClient::connect), [`authenticate`](ImapClient::authenticate),\n  [`list`](ImapClient::list), [`append`](ImapClient::append), [`logout`](ImapClient::logout); a\n  [`Builder`] settles what is not the default.\n* [`Selected`] is the mailbox that is selected: [`search`](Selected::search), [`fetch`](Selected::fetch),\n  [`fetch_body`](Selected::fetch_body), [`store`](Selected::store), [`move_to`](Selected::move_to),\n  [`watch`](Selected::watch).\n* [`submit`](ImapClient::submit) and [`finish`](ImapClient::finish) are what all of these are made of: do the\n  first as often as you like before the second, and it costs one round trip.\n* [`sync`](ImapClient::sync) tells what has changed in a mailbox since a [`SyncState`] that is kept between\n  sessions, in as little as the server allows; [`ReconnectingClient`] makes connections again that are lost, and a\n  [`Pool`] has as many of them as a provider allows."
)]
//! * [`command`] has a struct for each command, which knows what it needs, how it is written and
//!   which answers are its own; [`command::Raw`] is for those that are missing.
//! * [`types`] holds values: [`Uid`] and [`UidSet`], [`MailboxName`], [`Flag`], [`SearchQuery`],
//!   [`FetchItems`], and [`FetchRow`], of which each field is what was asked for, or
//!   [`Malformed`](Field::Malformed) with the bytes that were not understood.
//! * [`Error`] has a [`kind`](Error::kind), says whose [`fault`](Error::fault) it is, which
//!   [`requirement`](Error::requirement) was broken, and what the server said
//!   ([`refusal`](Error::refusal), [`code`](Error::code), [`throttle`](Error::throttle)).
//! * [`proto::Connection`] is the protocol itself, without I/O, clock or task, for any runtime or
//!   none; below it stands [`codec`] (bytes and types, pure).
//!
//! # What it promises
//! * **Nothing is mixed up.** Every future may be dropped at any await. An answer goes to whoever asked for
//!   it, or to nobody; what nobody asked for is an event, never part of a result. Commands that
//!   would become ambiguous together wait for each other (RFC 9051, section 5.5).
//! * **Nothing is lost to one odd answer.** What is not understood stays in its place as it came;
//!   the row, the other rows and the connection survive. What was forgiven is counted under its
//!   requirement; [`Tolerance::Strict`] forgives nothing.
//! * **Bounded.** Every wait for an answer has a deadline and every buffer a limit ([`Limits`]).
//!   Bodies are streamed as fast as they are read. What a server announces reserves nothing.
//! * **Secured, or not at all.** TLS is never skipped and nothing learnt before it is believed; no
//!   password is shown to whoever listens; logs hold the length of secrets.
//! * **Nothing can be smuggled in.** Arguments are types; whatever a caller passes in arrives as
//!   one argument of one command.
//! * **Nothing behind your back.** No task is spawned and no lock held. IDLE is renewed, and
//!   deadlines kept, while the client is polled.
//!
//! # States
//! Those of RFC 9051, section 3, and what lies between them: [`proto::State::TRANSITIONS`],
//! drawn in [`proto`].
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `client` (default) | the async client on tokio; without it, types, codec and state machine only |
//! | `tls-aws-lc-rs` (default), `tls-ring` | the cryptography of TLS |
//! | `platform-verifier` (default), `webpki-roots` | the trust anchors of TLS |
//! | `tracing` (default) | logs; the wire itself at TRACE only |
//! | `serde` | its traits on numbers, sets of them and flags: what is kept between sessions |
//! | `compliance` | the suite, and `ImapClient::validate_compliance()` |
//! | `testing` | servers in memory, for tests of your own |
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
pub mod rfc2087;
pub mod rfc2177;
pub mod rfc2342;
pub mod rfc2971;
pub mod rfc3348;
pub mod rfc3501;
pub mod rfc3502;
pub mod rfc3516;
pub mod rfc3691;
pub mod rfc4314;
pub mod rfc4315;
pub mod rfc4466;
pub mod rfc4467;
pub mod rfc4469;
pub mod rfc4731;
pub mod rfc4959;
pub mod rfc4978;
pub mod rfc5032;
pub mod rfc5092;
pub mod rfc5161;
pub mod rfc5182;
pub mod rfc5255;
pub mod rfc5256;
pub mod rfc5257;
pub mod rfc5258;
pub mod rfc5267;
pub mod rfc5464;
pub mod rfc5465;
pub mod rfc5466;
pub mod rfc5524;
pub mod rfc5530;
pub mod rfc5819;
pub mod rfc5957;
pub mod rfc6154;
pub mod rfc6203;
pub mod rfc6851;
pub mod rfc6855;
pub mod rfc7162;
pub mod rfc7377;
pub mod rfc7888;
pub mod rfc7889;
pub mod rfc8437;
pub mod rfc8438;
pub mod rfc8440;
pub mod rfc8474;
pub mod rfc8508;
pub mod rfc8514;
pub mod rfc8970;
pub mod rfc9051;
pub mod rfc9208;
pub mod rfc9394;
pub mod rfc9585;
pub mod rfc9586;
pub mod rfc9590;
pub mod rfc9698;
pub mod rfc9738;
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
    BodyReader, Builder, Catenation, Changed, Changes, CompressionInfo, ConditionalStore, Event, Fetch,
    Fetched, Identify, ImapClient, IntoMailbox, LiveEvent, LiveSearch, LiveWatch, Login, MailboxSync,
    NewMessage, Opened, Pool, Pooled, ReconnectPolicy, ReconnectingClient, Reconnection, Relocation,
    Replacement, Reselected, Resynced, Selected, SpecialMailboxes, SpecialUse, SyncDelta, SyncMethod,
    SyncState, SyncStateError, SyncedMessage, UidValidityChange, Watch,
};
pub use crate::{
    codec::command::{self, StatusItem, StatusItems, StoreAction},
    error::{Detail, Error, Refusal, Throttle, Waited},
    proto::Ticket,
    types::*,
};

/// The README's examples, compiled.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;
