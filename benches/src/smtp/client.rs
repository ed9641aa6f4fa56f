//! What every contestant is here: an open connection over which messages go.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::Result;
use crate::clock;

/// Everybody stays connected from the first round to the last: what is measured is the steady state.
pub(super) trait Client {
    /// Sends the message so many times; each must have been accepted when this returns.
    fn send(&mut self, count: usize) -> Result<Spent>;
}

/// What some messages took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spent {
    /// Of the client alone.
    pub(super) processor: Duration,
    pub(super) wall: Duration,
}

/// The same as a future.
pub(super) trait AsyncClient {
    async fn send(&mut self, count: usize) -> Result<()>;
}

/// Work on this thread.
pub(super) fn timed(work: impl FnOnce() -> Result<()>) -> Result<Spent> {
    let (wall, start) = (Instant::now(), clock::spent());
    work()?;
    Ok(Spent { processor: clock::spent() - start, wall: wall.elapsed() })
}

/// One that runs on tokio.
pub(super) struct OnTokio<'a, C> {
    runtime: &'a Runtime,
    client: C,
}

impl<'a, C: AsyncClient> OnTokio<'a, C> {
    pub(super) fn new(runtime: &'a Runtime, connect: impl Future<Output = Result<C>>) -> Result<Self> {
        Ok(Self { runtime, client: runtime.block_on(connect)? })
    }
}

impl<C: AsyncClient> Client for OnTokio<'_, C> {
    fn send(&mut self, count: usize) -> Result<Spent> {
        timed(|| self.runtime.block_on(self.client.send(count)))
    }
}
