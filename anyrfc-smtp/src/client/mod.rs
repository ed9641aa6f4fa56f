//! The async client: thin, over core's driver and transport.

mod builder;
mod connect;
mod content;
mod delivering;
mod inner;
mod login;
mod pipeline;
mod pool;
mod send;
mod server;
mod session;
mod ticket;
mod transaction;
mod transport;

use std::{fmt, future::poll_fn, task::Poll};

use anyrfc_core::{Deviations, ProtocolClient, ProtocolState, TlsInfo, transport::ConnectionInfo};

pub use self::{
    builder::Builder,
    login::Login,
    pipeline::Pipeline,
    pool::{Pool, Pooled},
    ticket::Ticket,
    transaction::Transaction,
    transport::{FileTransport, MemoryTransport, Taken, Transport},
};
use self::{connect::Origin, inner::Inner};
use crate::{
    Error,
    codec::command::Command,
    proto::{self, State},
    types::{Capabilities, Extension, Reply},
};

/// A connection to a mail server (RFC 5321; RFC 2033).
///
/// There is no unconnected client: [`connect`](Self::connect) or [`builder`](Self::builder) make one,
/// [`quit`](Self::quit) ends it.
///
/// Nothing runs in the background: answers are read and deadlines kept while any of its methods is polled; see
/// [`drive`](Self::drive).
///
/// # Cancel safety
/// Every method may be dropped at any await: a command is sent whole or not at all, and its answer is drained, never
/// taken for that of another.
pub struct SmtpClient {
    inner: Inner,
    origin: Origin,
}

impl fmt::Debug for SmtpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpClient")
            .field("origin", &self.origin)
            .field("phase", &self.phase())
            .finish_non_exhaustive()
    }
}

impl SmtpClient {
    /// Connects to `smtps://host[:port]`, with TLS from the first byte, to `smtp://host[:port]`, with STARTTLS,
    /// or to a server of LMTP: `lmtp+unix:/path`, or `lmtp://host:port` with STARTTLS. On a network there is no way
    /// but by [`Builder::security`] to do without TLS. The ports are those of submission, 465 and 587, where the URL
    /// names none.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a URL that is none;
    /// [`ErrorKind::Io`](crate::ErrorKind::Io), [`ErrorKind::Tls`](crate::ErrorKind::Tls) and
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) on the way; [`ErrorKind::Refused`](crate::ErrorKind::Refused)
    /// and [`ErrorKind::Closed`](crate::ErrorKind::Closed) with the server's [words](Error::reply) when it does not
    /// want us; [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a server without STARTTLS where that is
    /// needed; [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) with the statement it broke.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection attempt.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        Self::builder().connect(url).await
    }

    /// For everything that is not the default.
    pub fn builder() -> Builder {
        Builder::default()
    }

    const fn new(inner: Inner, origin: Origin) -> Self {
        Self { inner, origin }
    }

    /// What is left is a client whose connection has ended.
    fn take(&mut self) -> Self {
        let spent = Self::new(Inner::spent(), self.origin.clone());
        std::mem::replace(self, spent)
    }

    /// Submits a command without waiting for its answer; however many there are, they travel together where the
    /// server offers PIPELINING. It leaves with the next call that is polled.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for what the server lacks,
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what has a method of its own, and while a hello or a login is
    /// under way; [`ErrorKind::Closed`](crate::ErrorKind::Closed) once the connection has ended. Nothing has been sent
    /// then.
    pub fn submit(&mut self, command: Command) -> Result<Ticket<Reply>, Error> {
        if let Some(capabilities) = self.capabilities() {
            command.check(capabilities)?;
        }
        self.inner.submit(command, done)
    }

    /// The answer to a command that was submitted.
    ///
    /// # Errors
    /// What the server answers where that is no success, or what ended the connection.
    ///
    /// # Cancel safety
    /// Dropping the future drops the ticket: the answer is drained.
    pub async fn finish<T>(&mut self, ticket: Ticket<T>) -> Result<T, Error> {
        self.inner.finish(ticket).await
    }

    /// Waits until the answer to a command is there, without taking it: [`finish`](Self::finish) returns it at once
    /// then. For loops that wait for several things.
    ///
    /// # Errors
    /// What ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: the ticket is kept, and with it the answer.
    pub async fn answered<T>(&mut self, ticket: &Ticket<T>) -> Result<(), Error> {
        poll_fn(|cx| self.inner.poll_answered(cx, ticket.id())).await
    }

    /// Does nothing but read what comes and keep deadlines, until the connection has ended. A server tells nothing
    /// unasked but that it closes.
    ///
    /// # Errors
    /// What ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: nothing is lost.
    pub async fn drive(&mut self) -> Result<(), Error> {
        poll_fn(|cx| {
            loop {
                match self.inner.poll_on(cx) {
                    Poll::Ready(Ok(())) => {}
                    other => return other,
                }
            }
        })
        .await
    }

    /// Leaves in order (RFC 5321, section 4.1.1.10), after everything that was submitted. A server that ends the
    /// connection rather than answer, or does not answer in time (5 s by default), is left all the same.
    ///
    /// # Errors
    /// What ended the connection before. It is gone in any case.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn quit(mut self) -> Result<(), Error> {
        self.inner.quit().await
    }

    /// The same as [`quit`](Self::quit).
    ///
    /// # Errors
    /// As [`quit`](Self::quit).
    ///
    /// # Cancel safety
    /// As [`quit`](Self::quit).
    pub async fn close(self) -> Result<(), Error> {
        self.quit().await
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> ProtocolState {
        self.inner.state()
    }

    /// Where the connection stands, in the RFC's own words.
    #[must_use]
    pub fn phase(&self) -> State {
        self.inner.phase()
    }

    /// Whether somebody is logged in.
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        matches!(self.phase(), State::Authenticated | State::HelloAgain)
    }

    /// What the server can do.
    #[must_use]
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.inner.connection()?.capabilities()
    }

    /// Whether the server has an extension.
    #[must_use]
    pub fn has(&self, extension: Extension) -> bool {
        self.capabilities().is_some_and(|all| all.has(extension))
    }

    /// The server's greeting, where it can be believed: under STARTTLS it comes in plaintext.
    #[must_use]
    pub fn greeting(&self) -> Option<&Reply> {
        self.inner.connection()?.greeting()
    }

    /// What was forgiven of the server.
    #[must_use]
    pub fn deviations(&self) -> Option<&Deviations> {
        self.inner.connection().map(proto::Connection::deviations)
    }

    /// Addresses and TLS of the connection.
    #[must_use]
    pub fn connection_info(&self) -> Option<&ConnectionInfo> {
        self.inner.stream().map(anyrfc_core::transport::Connection::info)
    }

    /// What TLS has settled; `None` on plaintext.
    #[must_use]
    pub fn tls_info(&self) -> Option<&TlsInfo> {
        self.connection_info()?.tls.as_ref()
    }

    /// About how many bytes of memory the connection holds for buffers.
    #[must_use]
    pub fn buffer_capacity(&self) -> usize {
        self.inner.capacity()
    }

    /// Whether the login has put in a security layer of its own.
    const fn is_layered(&self) -> bool {
        self.inner.is_layered()
    }
}

/// Done, or refused.
fn done(reply: Reply) -> Result<Reply, Error> {
    if reply.is_success() { Ok(reply) } else { Err(Error::refused(reply)) }
}

impl ProtocolClient for SmtpClient {
    type Error = Error;

    fn state(&self) -> ProtocolState {
        Self::state(self)
    }

    async fn close(self) -> Result<(), Error> {
        Self::close(self).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_go_between_threads() {
        const fn assert<T: Send + Unpin>() {}
        assert::<SmtpClient>();
        assert::<Builder>();
        assert::<Ticket<Reply>>();
    }
}
