//! The state machine: no I/O, no clock, no task.

mod state;

use std::time::Instant;

use anyrfc_core::{Eof, ErrorKind, Machine, Output, ProtocolState, Step, TlsInfo};
use bytes::{Buf as _, Bytes, BytesMut};

pub use self::state::{Input, State};
use crate::{Error, Payload, codec, error::Detail, rfc862};

/// The client's side of a connection.
#[derive(Debug)]
pub struct Connection {
    state: State,
    /// Sent, or about to be, and not yet echoed.
    awaited: BytesMut,
    /// How many bytes at the end of `awaited` are still to be sent.
    unsent: usize,
    /// How many bytes at the front of the input are a good echo.
    ready: usize,
}

impl Default for Connection {
    fn default() -> Self {
        Self { state: State::Open, awaited: BytesMut::new(), unsent: 0, ready: 0 }
    }
}

impl Connection {
    /// The most bytes that may wait for their echo.
    pub const MAX_AWAITED: usize = 1 << 20;

    /// Queues a payload.
    ///
    /// # Errors
    /// [`ErrorKind::Closed`] unless the connection is open, [`ErrorKind::Limit`]
    /// while more than [`MAX_AWAITED`](Self::MAX_AWAITED) bytes would be waiting.
    pub fn send(&mut self, payload: &Payload) -> Result<(), Error> {
        if self.state != State::Open {
            return Err(Error::new(ErrorKind::Closed, "the connection is not open"));
        }
        let data = payload.as_bytes();
        if self.awaited.len() + data.len() > Self::MAX_AWAITED {
            return Err(Error::new(ErrorKind::Limit, "too much waits for its echo"));
        }
        self.awaited.extend_from_slice(data);
        self.unsent += data.len();
        Ok(())
    }

    /// Sends nothing more; the connection ends once everything was echoed.
    pub fn close(&mut self) {
        self.on(Input::Close);
        self.settle();
    }

    /// Where the protocol stands.
    #[must_use]
    pub const fn protocol_state(&self) -> State {
        self.state
    }

    /// How many bytes wait for their echo.
    #[must_use]
    pub fn awaited(&self) -> usize {
        self.awaited.len()
    }

    /// Moves as the table says; where it has no such move, nothing happens.
    fn on(&mut self, input: Input) {
        self.state = self.state.next(input).unwrap_or(self.state);
    }

    fn settle(&mut self) {
        if self.awaited.is_empty() {
            self.on(Input::Drained);
        }
    }

    fn fail(&mut self, error: Error) -> Error {
        self.on(Input::Break);
        self.unsent = 0;
        error
    }

    /// The pending echo is taken: how long it is.
    fn release(&mut self) -> usize {
        let count = std::mem::take(&mut self.ready);
        self.awaited.advance(count.min(self.awaited.len()));
        self.settle();
        count
    }
}

impl Machine for Connection {
    type Event<'a> = &'a [u8];
    type Owned = Bytes;
    type Error = Error;

    fn advance(&mut self, input: &[u8], _: Instant) -> Result<Step, Error> {
        if self.ready > 0 {
            return Ok(Step::Ready);
        }
        if input.is_empty() || matches!(self.state, State::Closed | State::Failed) {
            return Ok(Step::Need(1));
        }
        let sent = self.awaited.len().saturating_sub(self.unsent);
        match codec::echo(self.awaited.get(..sent).unwrap_or_default(), input) {
            Ok(count) => {
                self.ready = count;
                Ok(Step::Ready)
            }
            Err(mismatch) => {
                let what = format!("byte {} of the echo is another", mismatch.at);
                Err(self.fail(Error::violation(rfc862::ECHOES, what)))
            }
        }
    }

    fn event<'a>(&'a mut self, input: &'a [u8]) -> (usize, &'a [u8]) {
        let echo = input.get(..self.release()).unwrap_or_default();
        (echo.len(), echo)
    }

    fn event_owned(&mut self, input: &mut BytesMut) -> Bytes {
        let count = self.release().min(input.len());
        input.split_to(count).freeze()
    }

    fn wants_write(&self) -> bool {
        self.unsent > 0
    }

    fn transmit(&mut self, out: &mut Output, _: Instant) {
        let start = self.awaited.len().saturating_sub(self.unsent);
        let count = self.unsent.min(out.room().max(1));
        out.write(self.awaited.get(start..start + count).unwrap_or_default());
        self.unsent -= count;
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    fn handle_timeout(&mut self, _: Instant) -> Result<(), Error> {
        Ok(())
    }

    fn handle_eof(&mut self, _: Eof) -> Result<(), Error> {
        if matches!(self.state, State::Closed | State::Failed) {
            return Ok(());
        }
        let missing = self.awaited.len();
        let error = Error::violation(rfc862::CONTINUES, "the server ended the connection");
        Err(self.fail(error.with_detail(Detail::Unanswered(missing))))
    }

    fn handle_secured(&mut self, _: &TlsInfo) {}

    fn quiescent(&self) -> bool {
        self.ready == 0
    }

    fn input_limit(&self) -> usize {
        Self::MAX_AWAITED
    }

    fn state(&self) -> ProtocolState {
        match self.state {
            State::Open => ProtocolState::Connected,
            State::Closing => ProtocolState::Disconnecting,
            State::Closed => ProtocolState::Disconnected,
            State::Failed => ProtocolState::Failed,
        }
    }
}

#[cfg(test)]
mod tests;
