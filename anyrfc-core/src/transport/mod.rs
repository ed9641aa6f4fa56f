//! Connections of every kind, and how they are made.
//!
//! A protocol client wants one thing: a byte stream to the right peer, before
//! a deadline, on a network where half of the addresses may be black holes and
//! a proxy may stand in between. [`Connector`] makes such a [`Connection`],
//! again and again; everything above only sees `AsyncRead + AsyncWrite`.
//!
//! | type | is |
//! |---|---|
//! | [`Connection`] | TCP, Unix or any stream of the user's, with what is known of it |
//! | [`Connector`] | makes connections: Happy Eyeballs (RFC 8305), proxies, one total deadline |
//! | [`Connect`] | its object-safe form, for pools and reconnection |
//! | [`Deadline`] | one end for several steps |
//! | [`Proxy`] | SOCKS5 (RFC 1928) or HTTP `CONNECT` (RFC 9110, section 9.3.6) |
//! | [`Listener`] | accepts on several TCP and Unix sockets at once |
//! | [`UdpSocket`], [`ConnectedUdpSocket`] | datagrams, never silently cut |
//! | [`Layered`] | a stream under a security layer other than TLS (RFC 4422, section 3.7) |
//! | [`Buffered`] | records up to a delimiter or of a length, with hard limits |
//!
//! Nothing here spawns a task. The one exception is the operating system's name
//! resolution, which blocks and therefore runs on tokio's blocking pool
//! ([`SystemResolver`]); another [`Resolve`] avoids it.
//!
//! Out of scope: Unix datagrams, passing file descriptors, raw sockets, SCTP.
//!
//! # Securing a connection
//! A [`Connector`] gives the plain stream. A client that speaks TLS runs the
//! handshake under what is left of the same deadline:
//!
//! ```
//! use anyrfc_core::{Error, tls::TlsConfig, transport::{Connection, Connector}};
//!
//! async fn secured(connector: &Connector, tls: &TlsConfig, host: &str) -> Result<Connection, Error> {
//!     let deadline = connector.deadline();
//!     let plain = connector.connect_within(deadline).await?;
//!     deadline.run("the TLS handshake", plain.secure(tls, host)).await
//! }
//! ```

mod buffered;
mod connection;
mod connector;
mod deadline;
mod http_connect;
mod layered;
mod listener;
mod proxy;
mod proxy_env;
mod race;
mod resolve;
mod secure;
mod socks5;
mod split;
mod target;
mod udp;

pub use self::{
    buffered::Buffered,
    connection::{Connection, ConnectionInfo, Stream},
    connector::{Admission, Connect, Connector, KeepAlive, Pass},
    deadline::Deadline,
    layered::Layered,
    listener::{Handshake, Incoming, Listener, ListenerBuilder},
    proxy::Proxy,
    race::{ATTEMPT_DELAY, ATTEMPT_DELAY_MAX, ATTEMPT_DELAY_MIN, race},
    resolve::{FamilyOrder, Resolve, SystemResolver, interleave},
    split::{ReadHalf, WriteHalf},
    target::Target,
    udp::{ConnectedUdpSocket, UdpOptions, UdpSocket},
};
