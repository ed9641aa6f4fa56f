//! One HTTP/2 stream as the byte stream of one WebSocket (RFC 8441, section 5).

use std::{
    fmt,
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, Bytes, BytesMut};
use h2::{RecvStream, SendStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{
    fault,
    watch::{Seen, Watch},
};

/// So much is read from the connection before what came is looked at.
const TURN: usize = 64 << 10;
/// So much is taken from the stream before the connection may report it to the server.
const REPORT: usize = 64 << 10;
/// The most that is put into one piece.
const PIECE: usize = 64 << 10;

/// Who turns the HTTP/2 connection.
pub(crate) struct Wheel {
    /// The connection, where it has only this one stream; otherwise the session's driver does it.
    own: Option<h2::client::Connection<Watch, Bytes>>,
    pub(super) seen: Arc<Seen>,
}

/// How a turn ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turned {
    /// The connection waits for the network, and wakes us.
    Waiting,
    /// There is more to read.
    Starved,
}

impl Wheel {
    pub(super) const fn own(connection: h2::client::Connection<Watch, Bytes>, seen: Arc<Seen>) -> Self {
        Self { own: Some(connection), seen }
    }

    pub(super) const fn shared(seen: Arc<Seen>) -> Self {
        Self { own: None, seen }
    }

    /// Turns the connection once, if it is ours; how it ended is for the stream to tell.
    fn turn(&mut self, cx: &mut Context<'_>) -> Turned {
        let Some(connection) = &mut self.own else { return Turned::Waiting };
        self.seen.allow(TURN);
        if Pin::new(connection).poll(cx).is_ready() {
            self.own = None;
            return Turned::Waiting;
        }
        if self.seen.is_starved() { Turned::Starved } else { Turned::Waiting }
    }

    /// Turns it until `poll` has an answer.
    pub(super) fn poll_until<R>(
        &mut self,
        cx: &mut Context<'_>,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        loop {
            let turned = self.turn(cx);
            if let Poll::Ready(answer) = poll(cx) {
                return Poll::Ready(answer);
            }
            if turned == Turned::Waiting {
                return Poll::Pending;
            }
        }
    }

    /// The same, where the end of the connection is an answer too.
    pub(super) fn poll_connection<R>(
        &mut self,
        cx: &mut Context<'_>,
        mut poll: impl FnMut(&Seen) -> Option<R>,
    ) -> Poll<Result<R, crate::Error>> {
        loop {
            let Some(connection) = &mut self.own else {
                return Poll::Ready(Err(fault::closed("the HTTP/2 connection has ended")));
            };
            self.seen.allow(TURN);
            let ended = match Pin::new(connection).poll(cx) {
                Poll::Pending => None,
                Poll::Ready(Ok(())) => Some(fault::closed("the server ended the HTTP/2 connection at once")),
                Poll::Ready(Err(error)) => Some(fault::error(&error, &self.seen, None)),
            };
            if ended.is_some() {
                self.own = None;
            }
            // What was said before the end still counts, unless it was what led to it.
            if self.seen.broken().is_none()
                && let Some(answer) = poll(&self.seen)
            {
                return Poll::Ready(Ok(answer));
            }
            if let Some(error) = ended {
                return Poll::Ready(Err(error));
            }
            if !self.seen.is_starved() {
                return Poll::Pending;
            }
        }
    }

    /// The connection, to be turned by somebody else.
    pub(super) fn into_connection(self) -> Option<h2::client::Connection<Watch, Bytes>> {
        self.own
    }

    const fn owns(&self) -> bool {
        self.own.is_some()
    }
}

/// The stream: orderly ends are `END_STREAM`, everything else is a reset. Dropped before
/// its end, it is reset with `CANCEL`, or the connection goes with it if it has no other.
pub(crate) struct H2Stream {
    /// Until the stream has ended on both sides.
    halves: Option<(SendStream<Bytes>, RecvStream)>,
    id: u32,
    wheel: Wheel,
    /// What was taken from the stream and not read yet.
    unread: Bytes,
    /// How much was released since the connection was turned.
    unreported: usize,
    /// We are the one to end first.
    first: bool,
    /// We have ended our side.
    shut: bool,
    /// The peer has ended its side.
    ended: bool,
}

impl fmt::Debug for H2Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("H2Stream")
            .field("id", &self.id)
            .field("own_connection", &self.wheel.owns())
            .field("unread", &self.unread.len())
            .field("shut", &self.shut)
            .field("ended", &self.ended)
            .finish()
    }
}

impl H2Stream {
    pub(crate) fn new(send: SendStream<Bytes>, recv: RecvStream, wheel: Wheel) -> Self {
        Self {
            id: send.stream_id().as_u32(),
            halves: Some((send, recv)),
            wheel,
            unread: Bytes::new(),
            unreported: 0,
            first: false,
            shut: false,
            ended: false,
        }
    }

    /// The server's side of a stream, for tests: its connection is driven elsewhere.
    #[cfg(feature = "testing")]
    pub(crate) fn served(send: SendStream<Bytes>, recv: RecvStream) -> Self {
        Self { first: true, ..Self::new(send, recv, Wheel::shared(Arc::default())) }
    }

    fn fault(&self, error: &h2::Error) -> io::Error {
        fault::io(fault::error(error, &self.wheel.seen, Some(self.id)))
    }

    fn gone(&self) -> io::Error {
        fault::io(match self.wheel.seen.broken() {
            Some(requirement) => crate::Error::violation(requirement, ""),
            None => fault::closed("the HTTP/2 stream is closed"),
        })
    }

    /// Takes the next piece into `unread`, which is empty; `false` at the end of the stream.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        loop {
            let Some((_, recv)) = &mut self.halves else { return Poll::Ready(Ok(false)) };
            let waiting = recv.flow_control().used_capacity() > 0;
            let turned = if waiting && self.unreported < REPORT {
                // What has come already is worth no look at the network.
                Turned::Starved
            } else {
                self.unreported = 0;
                self.wheel.turn(cx)
            };
            match recv.poll_data(cx) {
                Poll::Ready(Some(Ok(piece))) => {
                    // What the driver takes is consumed: it takes no more than it has room for.
                    let released = recv.flow_control().release_capacity(piece.len());
                    if let Err(error) = released {
                        return Poll::Ready(Err(self.fault(&error)));
                    }
                    self.unreported += piece.len();
                    if !piece.is_empty() {
                        self.unread = piece;
                        return Poll::Ready(Ok(true));
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(self.fault(&error))),
                Poll::Ready(None) => {
                    self.ended = true;
                    return Poll::Ready(Ok(false));
                }
                Poll::Pending if turned == Turned::Waiting => return Poll::Pending,
                // The network has more.
                Poll::Pending => self.unreported = REPORT,
            }
        }
    }

    /// How much of `wanted` bytes may be sent now.
    fn poll_capacity(&mut self, cx: &mut Context<'_>, wanted: usize) -> Poll<io::Result<usize>> {
        let wanted = wanted.min(PIECE);
        loop {
            let Some((send, _)) = &mut self.halves else { return Poll::Ready(Err(self.gone())) };
            if send.capacity() == 0 {
                send.reserve_capacity(wanted);
            }
            let mut capacity = send.capacity();
            if capacity > 0 {
                return Poll::Ready(Ok(capacity.min(wanted)));
            }
            let turned = self.wheel.turn(cx);
            capacity = send.capacity();
            if capacity > 0 {
                return Poll::Ready(Ok(capacity.min(wanted)));
            }
            match send.poll_capacity(cx) {
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(self.fault(&error))),
                Poll::Ready(None) => return Poll::Ready(Err(self.why_closed(cx))),
                Poll::Pending if turned == Turned::Waiting => return Poll::Pending,
                Poll::Pending => {}
            }
        }
    }

    /// Why nothing more can be sent. The reading side, which has not come to its end
    /// perhaps, tells the same and more.
    fn why_closed(&mut self, cx: &mut Context<'_>) -> io::Error {
        match self.halves.as_mut().map(|(send, _)| send.poll_reset(cx)) {
            Some(Poll::Ready(Ok(reason))) => {
                fault::io(fault::stopped(reason.into(), &self.wheel.seen, self.id))
            }
            Some(Poll::Ready(Err(error))) => self.fault(&error),
            _ => self.gone(),
        }
    }

    fn send(&mut self, cx: &mut Context<'_>, bytes: Bytes, last: bool) -> io::Result<()> {
        let Some((send, _)) = &mut self.halves else { return Err(self.gone()) };
        send.send_data(bytes, last).map_err(|_| self.why_closed(cx))
    }

    /// Both sides have ended: so does the connection, if it is ours.
    fn poll_leave(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.halves = None;
        let Some(connection) = &mut self.wheel.own else { return Poll::Ready(()) };
        self.wheel.seen.allow(usize::MAX);
        // However it ends: nobody is left to be told.
        let _ = ready!(Pin::new(connection).poll(cx));
        self.wheel.own = None;
        Poll::Ready(())
    }
}

impl AsyncRead for H2Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.unread.is_empty() && !this.ended && buf.remaining() > 0 {
            ready!(this.poll_piece(cx))?;
        }
        if this.ended && this.shut && this.unread.is_empty() {
            ready!(this.poll_leave(cx));
        }
        let count = this.unread.len().min(buf.remaining());
        buf.put_slice(this.unread.get(..count).unwrap_or_default());
        this.unread.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for H2Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let count = ready!(this.poll_capacity(cx, bytes.len()))?;
        let piece = Bytes::copy_from_slice(bytes.get(..count).unwrap_or(bytes));
        this.send(cx, piece, false)?;
        Poll::Ready(Ok(count))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let total: usize = slices.iter().map(|slice| slice.len()).sum();
        if total == 0 {
            return Poll::Ready(Ok(0));
        }
        let count = ready!(this.poll_capacity(cx, total))?;
        let mut piece = BytesMut::with_capacity(count);
        for slice in slices {
            let room = count - piece.len();
            piece.extend_from_slice(slice.get(..room).unwrap_or(slice));
        }
        this.send(cx, piece.freeze(), false)?;
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Ready when the operating system has everything; where a session's driver turns the
    /// connection, that is its business, and what waits for it is bounded.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.wheel.turn(cx);
        if this.wheel.owns() && this.wheel.seen.is_blocked() { Poll::Pending } else { Poll::Ready(Ok(())) }
    }

    /// Ends our side, once the server has ended its own: it is the one to do so first, as
    /// with TCP (RFC 6455, section 7.1.1). What still comes is dropped. The driver sees to
    /// it that this does not take for ever; the stream is reset then.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while !this.ended && !this.first {
            this.unread = Bytes::new();
            ready!(this.poll_piece(cx))?;
        }
        if !std::mem::replace(&mut this.shut, true) {
            this.send(cx, Bytes::new(), true)?;
        }
        ready!(Pin::new(&mut *this).poll_flush(cx))?;
        if this.ended && this.unread.is_empty() {
            ready!(this.poll_leave(cx));
        }
        Poll::Ready(Ok(()))
    }
}
