//! What a connection is told before it starts.

use std::time::Duration;

use anyrfc_core::{Limits, Tolerance};

use crate::types::{EhloName, TransferPreference};

/// What protects the stream, decided before connecting and never weakened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protection {
    /// TLS from the first byte (`smtps`, RFC 8314).
    #[default]
    Tls,
    /// Plaintext up to STARTTLS, which is required (RFC 3207): nothing but the hello is said before, and nothing
    /// that was heard before is believed after.
    StartTls,
    /// No encryption at all: anyone on the way can read and change everything.
    Plaintext,
}

/// Which protocol is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flavour {
    /// SMTP (RFC 5321).
    #[default]
    Smtp,
    /// LMTP (RFC 2033): each recipient gets an answer of its own to the message.
    Lmtp,
}

/// How long the server may take for a whole reply, counted from when the command was handed over to be sent. The
/// defaults are those of RFC 5321, section 4.5.3.2, where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadlines {
    /// To greet. Default 5 min.
    pub greeting: Duration,
    /// To answer EHLO, LHLO or HELO. Default 5 min.
    pub hello: Duration,
    /// To answer STARTTLS. Default 5 min.
    pub start_tls: Duration,
    /// For the TLS handshake after STARTTLS. Default 30 s.
    pub handshake: Duration,
    /// To challenge, and to judge a login. Default 5 min.
    pub authentication: Duration,
    /// To answer MAIL. Default 5 min.
    pub mail: Duration,
    /// To answer RCPT. Default 5 min.
    pub recipient: Duration,
    /// To answer DATA. Default 2 min.
    pub data: Duration,
    /// To answer a chunk that is not the last. Default 3 min.
    pub chunk: Duration,
    /// To answer the end of a message. Default 10 min: servers look at it before they do.
    pub message: Duration,
    /// To answer any other command. Default 5 min.
    pub command: Duration,
    /// To answer QUIT. Default 5 s.
    pub quit: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        let minutes = |number: u64| Duration::from_secs(number.saturating_mul(60));
        Self {
            greeting: minutes(5),
            hello: minutes(5),
            start_tls: minutes(5),
            handshake: Duration::from_secs(30),
            authentication: minutes(5),
            mail: minutes(5),
            recipient: minutes(5),
            data: minutes(2),
            chunk: minutes(3),
            message: minutes(10),
            command: minutes(5),
            quit: Duration::from_secs(5),
        }
    }
}

/// Name, limits and deadlines of one connection.
///
/// Of [`Limits`] it uses `line` (one line of a reply, 4 KiB by default here; RFC 5321, section
/// 4.5.3.1.5, asks for 512), `header_block` (a whole reply, 128 KiB) and `list` (its lines, 1000).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Who says hello.
    pub name: EhloName,
    /// Which protocol is spoken.
    pub flavour: Flavour,
    /// What protects the stream.
    pub protection: Protection,
    /// Under [`Protection::Tls`], whether the server's certificate was verified
    /// ([`TlsInfo::verified`](anyrfc_core::TlsInfo)), without which no message goes that demands TLS (RFC 8689, section
    /// 2). After STARTTLS the handshake tells. Default false.
    pub verified: bool,
    /// How much a server may make us hold.
    pub limits: Limits,
    /// How strictly the server is held to the RFC.
    pub tolerance: Tolerance,
    /// How long the server may take.
    pub deadlines: Deadlines,
    /// How messages go where there is a choice.
    pub transfer: TransferPreference,
    /// So many messages may be under way at once; more wait. Default 1024.
    pub in_flight: usize,
    /// Whether HELO is said to a server that does not know EHLO (RFC 5321, section 3.2). Default true.
    pub hello_fallback: bool,
}

impl Config {
    /// The defaults, saying hello by `name`.
    #[must_use]
    pub fn new(name: EhloName) -> Self {
        let mut limits = Limits::default();
        limits.line = 4 << 10;
        limits.header_block = 128 << 10;
        limits.list = 1000;
        // Each step has its own: together they may take longer than the usual total.
        limits.connect_time = Duration::from_secs(15 * 60);
        Self {
            name,
            flavour: Flavour::default(),
            protection: Protection::default(),
            verified: false,
            limits,
            tolerance: Tolerance::default(),
            deadlines: Deadlines::default(),
            transfer: TransferPreference::default(),
            in_flight: 1024,
            hello_fallback: true,
        }
    }
}
