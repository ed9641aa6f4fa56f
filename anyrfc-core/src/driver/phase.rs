//! Where a driver stands.

use std::{io, time::Instant};

use super::DriveError;
use crate::Eof;

/// What the reading side can still do.
#[derive(Debug)]
pub(super) enum Reading {
    /// More may come.
    Open,
    /// The stream has ended so; the machine is told once it has parsed what came before.
    Stopped(io::Result<Eof>),
    /// The machine knows.
    Ended,
}

/// What the writing side can still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// Nothing is between us and the stream.
    Clean,
    /// Something was written that the stream may hold back until it is flushed.
    Unflushed,
    /// The peer takes nothing more.
    Broken,
    /// Another half writes; the stream passes on when it is flushed and shut down.
    Elsewhere,
}

/// What broke the writing side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The stream said so.
    Stream(io::ErrorKind),
    /// The peer took nothing for longer than the stall limit.
    Stall,
}

impl Broken {
    pub(super) fn error(self) -> io::Error {
        match self {
            Self::Stream(kind) => kind.into(),
            Self::Stall => io::Error::new(io::ErrorKind::TimedOut, "the peer takes nothing"),
        }
    }
}

#[derive(Debug)]
pub(super) enum Phase<E> {
    Running,
    /// Ending: what remains to be written is flushed, then the stream shut down
    /// and drained until the peer's end of stream, all before the deadline.
    Ending {
        error: Option<DriveError<E>>,
        until: Instant,
        drain: bool,
        shut: bool,
    },
    Finished,
}

/// How one turn of the wheel went.
pub(super) enum Turn {
    Progress,
    Finished,
}
