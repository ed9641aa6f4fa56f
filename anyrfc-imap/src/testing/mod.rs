//! The other end: servers for the tests of this crate, its checks and its users.
//!
//! | item | is |
//! |---|---|
//! | [`Server`], [`Session`] | IMAP4rev2 and IMAP4rev1 with mailboxes in memory, strict and without I/O, or [served](Server::serve) on a stream |
//! | [`Dialogue`] | a conversation in the style of the RFC's examples, played against a client |
//! | [`Deflated`] | a server's end of COMPRESS |
//! | [`CommandReader`] | a client's octets, cut into commands as a server sees them |
//! | [`check_command`] | a command, read by the formal syntax |
//!
//! Nothing here uses the crate's own codec: what a client writes is read by
//! another implementation of the grammar, so that a mistake made alike on both
//! sides does not hide itself. It is made for tests; it guards nothing.

mod admin;
mod command;
mod condstore;
mod deflated;
mod describe;
mod dialogue;
mod items;
mod mailboxes;
mod message;
mod mime;
mod modifiers;
mod notify;
mod objects;
mod query;
mod reader;
mod searching;
mod selected;
mod serve;
mod server;
mod session;
mod sort;
mod speech;
mod store;
mod syntax;
mod threads;
mod urls;
mod words;

pub use anyrfc_sasl::testing::Accounts;

pub use self::{
    deflated::Deflated,
    dialogue::Dialogue,
    reader::{CommandReader, Literals, Received},
    server::Server,
    session::{Session, Wants},
    syntax::SyntaxError,
};

/// Reads a command, from its tag to its last CR LF, by the formal syntax of RFC 9051,
/// section 9 (with the commands of RFC 3501 and the extensions that this crate has).
/// `utf8` says whether quoted strings may hold UTF-8.
///
/// ```
/// use anyrfc_imap::testing::check_command;
///
/// check_command(b"a UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (Date)]<0.100>)\r\n", false)?;
/// assert_eq!(check_command(b"a SELECT  INBOX\r\n", false).unwrap_err().at, 9);
/// # Ok::<(), anyrfc_imap::testing::SyntaxError>(())
/// ```
///
/// # Errors
/// Where the command departs from the syntax.
pub fn check_command(command: &[u8], utf8: bool) -> Result<(), SyntaxError> {
    command::parse(command, utf8).map(drop).map_err(|(_, error)| error)
}

#[cfg(test)]
mod tests;
