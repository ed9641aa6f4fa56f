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
//! A client of this crate, under STARTTLS, without a socket and without a wait:
//!
//! ```
//! use anyrfc_core::testing::{pair, pki::Pki, run_virtual};
//! use anyrfc_smtp::{Credentials, Envelope, SmtpClient, testing::{Accounts, Server}};
//!
//! let (tls, trusting) = Pki::new().pair(&["mail.example"]);
//! let server = Server::new(Accounts::new().password("ann", "pencil"))
//!     .starttls(tls)
//!     .login_required()
//!     .refuse("eve@example.org", 550, "5.1.1 no such user");
//! let (near, far) = pair(usize::MAX);
//! let talk = async {
//!     let builder = SmtpClient::builder().start_tls(trusting);
//!     let mut client = builder.connect_over("smtp://mail.example", near).await?;
//!     client.authenticate(&Credentials::password("ann", "pencil")).await?;
//!     let envelope = Envelope::new("ann@example.org", ["bob@example.org", "eve@example.org"])?;
//!     let report = client.send(envelope, "Subject: hello\r\n\r\nHello!\r\n").await?;
//!     assert_eq!(report.rejected().count(), 1);
//!     client.quit().await
//! };
//! let (served, talked) = run_virtual(async { tokio::join!(server.serve(far), talk) });
//! served?;
//! talked?;
//! assert_eq!(server.faults(), []);
//! assert_eq!(server.deliveries()[0].addresses(), ["bob@example.org"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A client that does what it must not do:
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
