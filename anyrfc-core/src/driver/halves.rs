//! A driver whose writing side is somebody else's: the reading half of a connection.

use std::{
    pin::Pin,
    task::{Context, Waker},
};

use tokio::io::AsyncWrite;

use super::{Driver, Phase, Unsent, Writing, clock, timer::after, unreleased};
use crate::{Machine, Output};

impl<M: Machine, T> Driver<M, T> {
    /// Gives the writing side away, for connections whose halves are in two tasks.
    ///
    /// `split` is given the stream and what was not written yet. It makes a
    /// [`Writer`](super::Writer) of the latter, and a stream for this driver, which
    /// reads from it as before and minds all deadlines but the
    /// [`stall_limit`](Self::stall_limit), which goes with the writer. The driver
    /// writes nothing to that stream, but flushes it at every turn and shuts it down
    /// at the end, which is to be passed on to the writer; what the machine wants to
    /// say it brings to the writer's [`Speaker`](super::Speaker) itself, when told to
    /// [`transmit`](Machine::transmit), and leaves the output empty.
    pub fn detach_writing<U>(self, split: impl FnOnce(T, Unsent) -> U) -> Driver<M, U> {
        let broken = self.writing == Writing::Broken;
        let unsent = Unsent {
            unflushed: self.writing == Writing::Unflushed,
            broken: broken.then_some(self.broken),
            stall_limit: self.stall_limit,
            stall: self.stall,
            output: self.output,
        };
        Driver {
            stream: split(self.stream, unsent),
            writing: if broken { Writing::Broken } else { Writing::Elsewhere },
            output: Output::new(),
            stall_limit: None,
            stall: None,
            machine: self.machine,
            input: self.input,
            released: self.released,
            pending: self.pending,
            reading: self.reading,
            write_error: self.write_error,
            broken: self.broken,
            last_words: self.last_words,
            phase: self.phase,
            now: self.now,
            read_at: self.read_at,
            timer: self.timer,
            window: self.window,
            linger: self.linger,
        }
    }

    /// Takes the writing side back. `join` makes one stream again, and says what the
    /// [`Writer`](super::Writer) has not written yet.
    pub fn attach_writing<U>(self, join: impl FnOnce(T) -> (U, Unsent)) -> Driver<M, U> {
        let (stream, unsent) = join(self.stream);
        let known = self.writing == Writing::Broken;
        let broken = if known { Some(self.broken) } else { unsent.broken };
        let writing = match (broken, unsent.unflushed) {
            (Some(_), _) => Writing::Broken,
            (None, true) => Writing::Unflushed,
            (None, false) => Writing::Clean,
        };
        // Told now, if the writer had no time to.
        let last_words = if writing == Writing::Broken && !known {
            Some(after(clock(), self.linger))
        } else {
            self.last_words
        };
        Driver {
            stream,
            writing,
            output: unsent.output,
            stall_limit: unsent.stall_limit,
            stall: unsent.stall,
            machine: self.machine,
            input: self.input,
            released: self.released,
            pending: self.pending,
            reading: self.reading,
            write_error: self.write_error,
            broken: broken.unwrap_or(self.broken),
            last_words,
            phase: self.phase,
            now: self.now,
            read_at: self.read_at,
            timer: self.timer,
            window: self.window,
            linger: self.linger,
        }
    }

    /// Whether the connection goes on: it has not ended and is not about to.
    pub const fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running)
    }

    /// What was received and belongs to no event that was taken.
    pub fn unread(&self) -> &[u8] {
        unreleased(&self.input, self.released)
    }
}

/// Whether a writing side that is somebody else's still has something to write.
pub(super) fn is_unflushed<T: AsyncWrite + Unpin>(stream: &mut T) -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    Pin::new(stream).poll_flush(&mut cx).is_pending()
}
