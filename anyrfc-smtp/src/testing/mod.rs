//! The other end: a server of SMTP and LMTP for the tests of this crate, its checks and its users.
//!
//! | item | is |
//! |---|---|
//! | [`Server`], [`Profile`], [`When`] | a server with its mail in memory, strict, [served](Server::serve) on a stream |
//! | [`Session`], [`Wants`] | one of its connections, without I/O |
//! | [`Answer`], [`Command`], [`View`] | what it says otherwise than it would: late, in pieces, wrong, never |
//! | [`Breach`] | what a client did that it must not do, by the statement it breaks: [`Server::faults`] |
//! | [`Delivery`], [`Transfer`], [`Said`], [`Ended`] | what it was sent, what was said, and how it ended |
//! | [`check_command`] | a command, read by the grammar |
//!
//! Nothing here uses the crate's own codec: what a client writes is read by another implementation
//! of the grammar, so that a mistake made alike on both sides does not hide itself. It is made for
//! tests; it guards nothing.
//!
//! ```
//! use anyrfc_core::testing::{pair, run_virtual};
//! use anyrfc_smtp::testing::Server;
//! use tokio::io::AsyncWriteExt as _;
//!
//! run_virtual(async {
//!     let server = Server::full();
//!     let (mut client, stream) = pair(usize::MAX);
//!     // A client that is in too much of a hurry to read the greeting.
//!     client.write_all(b"QUIT\r\n").await.unwrap();
//!     let served = server.serve(stream).await;
//!     served.unwrap();
//!     assert_eq!(server.faults()[0].id(), "rfc5321#4.3.1-2");
//! });
//! ```

mod answer;
mod auth;
mod breach;
mod command;
mod data;
mod judge;
mod offers;
mod params;
mod serve;
mod server;
mod session;
mod store;
mod syntax;
mod transaction;

pub use anyrfc_sasl::testing::Accounts;

pub use self::{
    answer::Answer,
    breach::Breach,
    command::{Command, check_command},
    offers::{Profile, When},
    params::Parameters,
    serve::ServeError,
    server::{Server, View},
    session::{Session, Wants},
    store::{DeliveredTo, Delivery, Ended, Said, Speaker, Transfer},
};

#[cfg(test)]
mod tests;
