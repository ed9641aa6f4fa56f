//! What a connection is told before it starts.

use std::time::Duration;

use anyrfc_core::{Limits, Tolerance};

/// What protects the stream, decided before connecting and never weakened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protection {
    /// TLS from the first byte (`imaps`, RFC 8314).
    #[default]
    Tls,
    /// Plaintext up to STARTTLS, which is required: nothing but STARTTLS and what
    /// leads to it is sent before, and nothing that was said before is believed after.
    StartTls,
    /// No encryption at all: anyone on the way can read and change everything.
    Plaintext,
}

/// How long the server may take. Each begins when what it is about was handed over
/// to be sent, and anew with every sign of progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadlines {
    /// To greet. Default 30 s.
    pub greeting: Duration,
    /// To answer a command, or to go on answering it. Default 2 min.
    pub command: Duration,
    /// To ask for a literal, to challenge or to begin idling. Default 1 min.
    pub continuation: Duration,
    /// For the TLS handshake after STARTTLS. Default 30 s.
    pub handshake: Duration,
    /// After so long IDLE is ended and begun anew. Default 5 min: RFC 9051, section
    /// 6.3.13, asks for less than 29, and what translates addresses for less than that.
    pub idle_renewal: Duration,
    /// To answer LOGOUT. Default 5 s.
    pub logout: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            greeting: Duration::from_secs(30),
            command: Duration::from_secs(120),
            continuation: Duration::from_secs(60),
            handshake: Duration::from_secs(30),
            idle_renewal: Duration::from_secs(300),
            logout: Duration::from_secs(5),
        }
    }
}

/// Limits and deadlines of one connection.
///
/// Of [`Limits`] it uses `line` (1 MiB by default here), `literal` (what is held in
/// memory; bodies are streamed and may be of any length), `nesting`, `message`
/// (the line of a SEARCH answer) and `buffered` (what is kept for commands under way).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// How much a server may make us hold.
    pub limits: Limits,
    /// How strictly the server is held to the RFC.
    pub tolerance: Tolerance,
    /// What protects the stream.
    pub protection: Protection,
    /// How long the server may take.
    pub deadlines: Deadlines,
    /// Bodies of more bytes than this are streamed, piece by piece as they arrive.
    /// Default 16 KiB.
    pub inline_max: usize,
    /// So many commands may be under way at once; more wait. Default 4096.
    pub in_flight: usize,
    /// So many responses that nobody asked for may come while a command waits for its
    /// answer (they are no progress), except under IDLE. Default 1 000 000.
    pub unsolicited: u64,
    /// The longest line that the server is taken to accept. Default 8000 bytes (RFC
    /// 7162, section 4, advises 8192 for all of it).
    pub command_line: usize,
    /// Lets LOGIN show the password to whoever listens, where nothing protects the stream.
    /// Which mechanisms of AUTHENTICATE may do so is up to the
    /// [policy](anyrfc_sasl::Policy::danger_reveal_in_plaintext) of who chooses one.
    pub danger_reveal_in_plaintext: bool,
}

impl Default for Config {
    fn default() -> Self {
        let mut limits = Limits::default();
        limits.line = 1 << 20;
        limits.nesting = 128;
        Self {
            limits,
            tolerance: Tolerance::default(),
            protection: Protection::default(),
            deadlines: Deadlines::default(),
            inline_max: 16 << 10,
            in_flight: 4096,
            unsolicited: 1_000_000,
            command_line: 8000,
            danger_reveal_in_plaintext: false,
        }
    }
}
