//! Two halves for two tasks.
//!
//! The receiving half reads and parses with what is its own ([`Inbound`]), the sending
//! half encodes and writes with what is its own ([`Held`]): on TCP and Unix sockets data
//! takes no lock in either direction. Each half can do the other's work when it has to,
//! for which the two sides are handed over, by swapping a pointer: the receiving half
//! writes its answers (pongs, Close) and what a sending half that stopped has left; the
//! sending half reads while it is blocked, so that two peers that both only write get on.
//! Whoever finds a side taken does not wait for it: the one who has it does the work.

mod link;
mod shared;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use anyrfc_core::{DriveError, ProtocolState, driver::Half, transport::Connection};
use futures_core::Stream;
use futures_sink::Sink;

use self::{
    link::{Held, Lane, Link},
    shared::{ENDED, Inbound, RUNNING, Shared},
};
use super::{End, WebSocketClient, failure, inner::Inner};
use crate::{CloseCode, CloseFrame, Error, Message, rfc6455};

pub(super) fn split(client: WebSocketClient) -> (Sender, Receiver) {
    let Inner { mut driver, reading, failure } = client.inner;
    let sending = driver.command().0.split_off();
    let in_parts = sending.can_begin().is_err();
    let driver = driver.detach_writing(|stream, unsent| {
        let (read, write) = stream.into_split();
        Lane { read, link: Arc::new(Link::new(sending, write, unsent)) }
    });
    let link = Arc::clone(&driver.stream().link);
    let inbound = Inbound::new(Inner { driver, reading, failure });
    let shared = Arc::new(Shared::new(link, inbound));
    (Sender { shared: Arc::clone(&shared), in_parts }, Receiver { shared, kept: Kept::default() })
}

/// The half that sends; see [`WebSocketClient::split`].
#[derive(Debug)]
pub struct Sender {
    shared: Arc<Shared>,
    /// A message was begun in parts and not finished: nothing but closing is possible.
    in_parts: bool,
}

/// The half that receives; see [`WebSocketClient::split`].
#[derive(Debug)]
pub struct Receiver {
    shared: Arc<Shared>,
    kept: Kept,
}

/// The receiving side, where the next message is there already. It is only reached
/// exclusively, which locks nothing; the mutex makes that known to the compiler.
#[derive(Debug, Default)]
struct Kept(Mutex<Option<Box<Inbound>>>);

impl Kept {
    fn place(&mut self) -> &mut Option<Box<Inbound>> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The halves belong to different connections; both are given back.
#[derive(Debug)]
pub struct ReuniteError(pub Sender, pub Receiver);

impl fmt::Display for ReuniteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the halves belong to different connections")
    }
}

impl std::error::Error for ReuniteError {}

impl Sender {
    /// Sends a message; see [`WebSocketClient::send`].
    ///
    /// # Errors
    /// As [`WebSocketClient::send`].
    ///
    /// # Cancel safety
    /// As [`WebSocketClient::send`].
    pub async fn send(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.give(message.into(), true, true).await
    }

    /// Queues a message; see [`WebSocketClient::feed`]. It leaves with what either half
    /// does next.
    ///
    /// # Errors
    /// As [`WebSocketClient::send`].
    ///
    /// # Cancel safety
    /// As [`WebSocketClient::feed`].
    pub async fn feed(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.give(message.into(), true, false).await
    }

    /// Sends a message, never compressed; see [`WebSocketClient::send_uncompressed`].
    ///
    /// # Errors
    /// As [`WebSocketClient::send`].
    ///
    /// # Cancel safety
    /// As [`WebSocketClient::send`].
    pub async fn send_uncompressed(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.give(message.into(), false, true).await
    }

    /// Queues a message, never compressed; see [`WebSocketClient::feed_uncompressed`].
    ///
    /// # Errors
    /// As [`WebSocketClient::send`].
    ///
    /// # Cancel safety
    /// As [`WebSocketClient::feed`].
    pub async fn feed_uncompressed(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.give(message.into(), false, false).await
    }

    /// Gives back the memory of compression, of both directions; see
    /// [`WebSocketClient::release_contexts`]. What a half is using at this moment it gives
    /// back when it is polled next.
    pub fn release_contexts(&mut self) {
        self.shared.link.desk.release_contexts();
        // On giving it back, its mail is seen to.
        drop(self.shared.link.try_take(Half::Writer));
        self.shared.look_up();
    }

    /// Waits until the operating system has everything that was queued.
    ///
    /// # Errors
    /// What ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: what was queued stays queued.
    pub async fn flush(&mut self) -> Result<(), Error> {
        poll_fn(|cx| self.poll(cx, &mut None, true)).await
    }

    /// Starts the closing handshake; the receiving half then ends with the
    /// peer's Close.
    ///
    /// # Errors
    /// What ended the connection before.
    ///
    /// # Cancel safety
    /// Cancel-safe: Close is queued at once, and leaves with the next call that is polled.
    pub async fn close(&mut self, frame: Option<CloseFrame>) -> Result<(), Error> {
        self.begin_close(frame)?;
        poll_fn(|cx| self.poll_closed(cx)).await
    }

    async fn give(&mut self, message: Message, compress: bool, flush: bool) -> Result<(), Error> {
        if let Message::Close(frame) = message {
            self.begin_close(frame)?;
            return if flush { self.flush().await } else { Ok(()) };
        }
        let mut message = Some((message, compress));
        poll_fn(|cx| self.poll(cx, &mut message, flush)).await
    }

    /// Queues the message as soon as there is room, and waits until it has left if asked to.
    fn poll(
        &self,
        cx: &mut Context<'_>,
        message: &mut Option<(Message, bool)>,
        flush: bool,
    ) -> Poll<Result<(), Error>> {
        self.poll_twice(cx, || self.write(message, flush))
    }

    /// While `write` waits, the peer may wait for us to read.
    fn poll_twice(
        &self,
        cx: &mut Context<'_>,
        mut write: impl FnMut() -> Poll<Result<(), Error>>,
    ) -> Poll<Result<(), Error>> {
        self.shared.link.wakers.poll_twice(Half::Writer, cx, || {
            if let Poll::Ready(done) = write() {
                return Poll::Ready(done);
            }
            self.drive()
        })
    }

    fn write(&self, message: &mut Option<(Message, bool)>, flush: bool) -> Poll<Result<(), Error>> {
        let link = &self.shared.link;
        match self.shared.level() {
            RUNNING if message.is_some() && link.desk.is_shut() => {
                return Poll::Ready(Err(closing()));
            }
            RUNNING => {}
            ENDED => return Poll::Ready(Err(self.shared.ended())),
            _ => return Poll::Pending,
        }
        let Some(mut held) = link.take(Half::Writer) else { return Poll::Pending };
        if message.is_some() {
            ready!(Self::make_room(&mut held))?;
        }
        if let Some((message, compress)) = message.take() {
            held.send(message, compress)?;
        }
        if flush {
            ready!(held.poll_write()).map_err(broken)?;
        }
        Poll::Ready(Ok(()))
    }

    /// Ready when a message may be queued.
    fn room(&self) -> Poll<Result<(), Error>> {
        match self.shared.level() {
            RUNNING => {}
            ENDED => return Poll::Ready(Err(self.shared.ended())),
            _ => return Poll::Pending,
        }
        let Some(mut held) = self.shared.link.take(Half::Writer) else { return Poll::Pending };
        Self::make_room(&mut held)
    }

    fn make_room(held: &mut Held<'_>) -> Poll<Result<(), Error>> {
        while held.is_busy() {
            match held.poll_write() {
                Poll::Ready(written) => written.map_err(broken)?,
                Poll::Pending if held.is_busy() => return Poll::Pending,
                Poll::Pending => {}
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Reads and answers what the receiving half does not, up to the next message.
    fn drive(&self) -> Poll<Result<(), Error>> {
        let Some(mut receiving) = self.shared.take(Half::Writer) else { return Poll::Pending };
        receiving.poll(|inbound, cx| match ready!(inbound.inner.poll_event(cx)) {
            Ok(true) => {
                self.shared.link.wakers.wake_half(Half::Reader);
                Poll::Pending
            }
            Ok(false) => Poll::Ready(Err(inbound.inner.ended())),
            Err(error) => {
                let error = inbound.inner.failed(error);
                inbound.untold = Some(error.clone());
                Poll::Ready(Err(error))
            }
        })
    }

    /// Queues at once. Where the receiving half is writing just now, it takes the message along.
    fn queue(&self, message: Message) -> Result<(), Error> {
        if let Message::Close(frame) = message {
            return self.begin_close(frame);
        }
        let link = &self.shared.link;
        if self.shared.level() == ENDED {
            return Err(self.shared.ended());
        }
        if link.desk.is_shut() {
            return Err(closing());
        }
        if let Some(mut held) = link.try_take(Half::Writer) {
            return held.send(message, true);
        }
        if self.in_parts && message.is_data() {
            return Err(Error::usage("a message is being sent in parts"));
        }
        link.desk.leave(message, true)?;
        // If it has just been given back, giving it back once more sees to the message.
        drop(link.try_take(Half::Writer));
        Ok(())
    }

    fn begin_close(&self, frame: Option<CloseFrame>) -> Result<(), Error> {
        if self.shared.level() == ENDED {
            return Err(self.shared.ended());
        }
        let now = tokio::time::Instant::now().into_std();
        self.shared.link.desk.close(frame, now);
        self.shared.look_up();
        // The other half minds the deadline.
        self.shared.link.wakers.wake();
        Ok(())
    }

    /// Flushes Close. That the peer was quick to answer is no failure.
    fn poll_closed(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let flushed = ready!(self.poll(cx, &mut None, true));
        if flushed.is_err() && self.end().is_some_and(|end| end.is_clean()) {
            return Poll::Ready(Ok(()));
        }
        Poll::Ready(flushed)
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> ProtocolState {
        self.shared.state()
    }

    /// How long the last ping took to be answered; see [`WebSocketClient::latency`].
    #[must_use]
    pub fn latency(&self) -> Option<Duration> {
        self.shared.status().latency
    }

    /// How the connection ended; see [`WebSocketClient::end`].
    #[must_use]
    pub fn end(&self) -> Option<End> {
        self.shared.status().end.clone()
    }

    /// Makes one client of both halves again.
    ///
    /// # Errors
    /// [`ReuniteError`] with both halves when they are of different connections.
    pub fn reunite(self, mut receiver: Receiver) -> Result<WebSocketClient, ReuniteError> {
        if !Arc::ptr_eq(&self.shared, &receiver.shared) {
            return Err(ReuniteError(self, receiver));
        }
        let inbound = receiver.kept.place().take().or_else(|| self.shared.take_for_good());
        let (inbound, mut writer) = match (inbound, self.shared.link.take_for_good()) {
            (Some(inbound), Some(writer)) => (*inbound, writer),
            // Not reached: nobody else is left who could have either.
            (inbound, writer) => {
                *receiver.kept.place() = inbound;
                writer.into_iter().for_each(|writer| self.shared.link.put_back(writer));
                return Err(ReuniteError(self, receiver));
            }
        };
        let Inner { mut driver, reading, failure } = inbound.inner;
        let connection = driver.command().0;
        connection.post_all();
        let (sending, out) = writer.command();
        sending.take_mail(out);
        let (sending, write, unsent) = writer.into_parts();
        connection.rejoin(sending);
        let driver = driver.attach_writing(|lane| {
            let joined = lane.read.reunite(write).unwrap_or_else(|(read, write)| {
                let info = read.info().clone();
                Connection::from_stream(tokio::io::join(read, write)).with_info(info)
            });
            (joined, unsent)
        });
        Ok(WebSocketClient { inner: Inner { driver, reading, failure } })
    }
}

/// What was queued is not forgotten: the receiving half writes it.
impl Drop for Sender {
    fn drop(&mut self) {
        if self.shared.link.has_unsent() {
            self.shared.link.wakers.wake_half(Half::Reader);
        }
    }
}

fn closing() -> Error {
    Error::closed("the connection is closing or closed").with_requirement(rfc6455::NO_DATA_AFTER_CLOSE)
}

fn broken(error: std::io::Error) -> Error {
    failure(DriveError::Io(error)).unwrap_or_else(|| Error::closed("the connection has ended"))
}

impl Receiver {
    /// The next message; see [`WebSocketClient::next`].
    ///
    /// # Errors
    /// As [`WebSocketClient::next`].
    ///
    /// # Cancel safety
    /// As [`WebSocketClient::next`].
    pub async fn next(&mut self) -> Result<Option<Message>, Error> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Message>, Error>> {
        let Self { shared, kept } = self;
        let kept = kept.place();
        let polled = shared.link.wakers.poll_twice(Half::Reader, cx, || {
            let mut receiving = match kept.take() {
                Some(inbound) => shared.hold(Half::Reader, inbound),
                None => match shared.take(Half::Reader) {
                    Some(receiving) => receiving,
                    None => return Poll::Pending,
                },
            };
            let polled = receiving.poll(|inbound, cx| match inbound.untold.take() {
                Some(error) => Poll::Ready(Err(error)),
                None => inbound.inner.poll_message(cx),
            });
            if matches!(polled, Poll::Ready(Ok(Some(_)))) {
                *kept = receiving.keep();
            }
            polled
        });
        if polled.is_pending() {
            shared.link.tidy();
        }
        polled
    }

    /// How long the last ping took to be answered; see [`WebSocketClient::latency`].
    #[must_use]
    pub fn latency(&self) -> Option<Duration> {
        self.shared.status().latency
    }

    /// How the connection ended; see [`WebSocketClient::end`].
    #[must_use]
    pub fn end(&self) -> Option<End> {
        self.shared.status().end.clone()
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> ProtocolState {
        self.shared.state()
    }
}

/// The sending half goes on, and drives what is received while it is blocked.
impl Drop for Receiver {
    fn drop(&mut self) {
        if let Some(inbound) = self.kept.place().take() {
            drop(self.shared.hold(Half::Reader, inbound));
        }
    }
}

impl Stream for Receiver {
    type Item = Result<Message, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(cx).map(Result::transpose)
    }
}

impl Sink<Message> for Sender {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.poll_twice(cx, || self.room())
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        self.queue(message)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.poll(cx, &mut None, true)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.shared.level() == ENDED {
            return Poll::Ready(Ok(()));
        }
        self.begin_close(Some(CloseCode::NORMAL.into()))?;
        self.poll_closed(cx)
    }
}
