//! What a connection is told before it starts.

use std::time::Duration;

use anyrfc_core::{Limits, Tolerance};

use crate::Deflate;

/// Which end of the connection this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Masks what it sends, refuses what is masked.
    Client,
    /// The other way round. For tests: this crate is a client.
    Server,
}

/// How received messages are handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// Whole, after reassembly, within [`Limits::message`].
    #[default]
    Whole,
    /// In pieces as they arrive, of any total length. Applies from the next message on.
    Chunks,
}

/// Limits and deadlines of one connection.
///
/// Of [`Limits`] it uses `header_block` and `headers` (the handshake), `frame`,
/// `message`, `fragments`, `buffered` and `connect_time`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// How much a peer may make us hold.
    pub limits: Limits,
    /// How strictly the peer is held to the RFC.
    pub tolerance: Tolerance,
    /// Offers permessage-deflate (RFC 7692), and on the server's side accepts it.
    /// Off by default: see [`Deflate`] for what it costs and may betray.
    pub compression: Option<Deflate>,
    /// From the first byte of the request to the end of the answer. Default 30 s.
    pub handshake_timeout: Duration,
    /// From our Close to the peer's, and from there to the end of TCP. Default 5 s.
    pub close_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            tolerance: Tolerance::default(),
            compression: None,
            handshake_timeout: Duration::from_secs(30),
            close_timeout: Duration::from_secs(5),
        }
    }
}
