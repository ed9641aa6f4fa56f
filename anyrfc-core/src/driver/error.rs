//! How driving a connection fails.

use std::{fmt, io};

/// What ended a driven connection.
#[derive(Debug)]
#[non_exhaustive]
pub enum DriveError<E> {
    /// The stream failed.
    Io(io::Error),
    /// The machine found the protocol broken, a limit exceeded or a deadline passed.
    Machine(E),
    /// The machine wants more input than it allows to be buffered, so many bytes:
    /// the peer sends something larger than the protocol has a limit for.
    InputLimit(usize),
    /// The connection ended before; the reason was given then.
    Finished,
}

impl<E: fmt::Display> fmt::Display for DriveError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(_) => f.write_str("the stream failed"),
            Self::Machine(error) => error.fmt(f),
            Self::InputLimit(bytes) => write!(f, "the peer sends more than {bytes} bytes in one piece"),
            Self::Finished => f.write_str("the connection has ended"),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for DriveError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Machine(error) => error.source(),
            Self::InputLimit(_) | Self::Finished => None,
        }
    }
}

/// Why a stream was not upgraded to security. The connection is gone.
#[derive(Debug)]
#[non_exhaustive]
pub enum UpgradeError<E> {
    /// So many bytes arrived in plaintext after the go-ahead: injected, or a
    /// server that does not wait. They are refused, never read as secured.
    PlaintextInjected(usize),
    /// The machine is in the middle of something.
    NotQuiescent,
    /// The connection failed before the handshake.
    Drive(DriveError<E>),
    /// The handshake failed.
    Handshake(io::Error),
}

impl<E: fmt::Display> fmt::Display for UpgradeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PlaintextInjected(bytes) => {
                write!(f, "{bytes} bytes of plaintext before the TLS handshake")
            }
            Self::NotQuiescent => f.write_str("the protocol is not at a point where TLS can begin"),
            Self::Drive(error) => error.fmt(f),
            Self::Handshake(_) => f.write_str("the TLS handshake failed"),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for UpgradeError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Drive(error) => Some(error),
            Self::Handshake(error) => Some(error),
            Self::PlaintextInjected(_) | Self::NotQuiescent => None,
        }
    }
}
