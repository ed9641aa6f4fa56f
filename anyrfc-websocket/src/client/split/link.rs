//! What lies between the halves: the writing side, and what they tell each other.

use std::{
    fmt, io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Instant,
};

use anyrfc_core::{
    Output,
    driver::{Half, Handover, Speaker, Unsent, Wakers, Writer},
    transport::{ReadHalf, WriteHalf},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::{
    Error, Message,
    proto::{Desk, Sending},
};

impl Speaker for Sending {
    fn wants_write(&self) -> bool {
        Self::wants_write(self)
    }

    fn transmit(&mut self, out: &mut Output, now: Instant) {
        Self::transmit(self, out, now);
    }
}

/// An idle writer keeps no larger buffer.
const KEEP_AT_MOST: usize = 1024;

/// The writing side of a connection, which both halves use in turns: the sending half
/// for what it sends, the receiving half for its answers and for what was left.
pub(super) struct Link {
    pub(super) wakers: Wakers,
    pub(super) desk: Arc<Desk>,
    writer: Handover<Writer<Sending, WriteHalf>>,
    /// Something waits to be written.
    unsent: AtomicBool,
    /// Nothing can be written any more.
    broken: AtomicBool,
    /// The writer has memory to give back.
    bulky: AtomicBool,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("desk", &self.desk).field("unsent", &self.unsent).finish_non_exhaustive()
    }
}

fn note(flag: &AtomicBool, value: bool) {
    if flag.load(Ordering::Relaxed) != value {
        flag.store(value, Ordering::SeqCst);
    }
}

impl Link {
    pub(super) fn new(sending: Sending, stream: WriteHalf, unsent: Unsent) -> Self {
        let desk = Arc::clone(sending.desk());
        let writer = Writer::new(sending, stream, unsent);
        Self {
            wakers: Wakers::new(),
            desk,
            unsent: AtomicBool::new(writer.has_unsent()),
            broken: AtomicBool::new(writer.is_broken()),
            bulky: AtomicBool::new(true),
            writer: Handover::new(writer),
        }
    }

    /// The writer, for `half`, which is woken when it is given back if it is not there.
    pub(super) fn take(&self, half: Half) -> Option<Held<'_>> {
        self.writer.take(half).map(|writer| self.held(half, writer))
    }

    /// The writer, if it is there.
    pub(super) fn try_take(&self, half: Half) -> Option<Held<'_>> {
        self.writer.try_take().map(|writer| self.held(half, writer))
    }

    /// The writer for good, when both halves are one again.
    pub(super) fn take_for_good(&self) -> Option<Box<Writer<Sending, WriteHalf>>> {
        self.writer.try_take()
    }

    /// Gives it back after all.
    pub(super) fn put_back(&self, writer: Box<Writer<Sending, WriteHalf>>) {
        drop(self.held(Half::Writer, writer));
    }

    fn held(&self, half: Half, writer: Box<Writer<Sending, WriteHalf>>) -> Held<'_> {
        Held { link: self, half, written: writer.written(), writer: Some(writer) }
    }

    pub(super) fn has_unsent(&self) -> bool {
        self.unsent.load(Ordering::SeqCst)
    }

    /// Whether the receiving half has something to do with the writer.
    fn concerns_reader(&self) -> bool {
        self.has_unsent() || self.desk.has_mail() || self.broken.load(Ordering::SeqCst)
    }

    /// Nothing happens: gives back memory that an idle connection does not need.
    pub(super) fn tidy(&self) {
        if self.bulky.load(Ordering::Relaxed)
            && let Some(mut held) = self.try_take(Half::Reader)
            && let Some(writer) = &mut held.writer
        {
            writer.release();
        }
    }
}

/// The writer, as long as one of the halves has it.
pub(super) struct Held<'a> {
    link: &'a Link,
    half: Half,
    /// How much was written when it was taken.
    written: u64,
    /// Always there, up to the end.
    writer: Option<Box<Writer<Sending, WriteHalf>>>,
}

impl Held<'_> {
    /// Writes all there is; ready when the stream has taken it.
    pub(super) fn poll_write(&mut self) -> Poll<io::Result<()>> {
        let Some(writer) = &mut self.writer else { return Poll::Pending };
        poll_write(writer, &mut self.link.wakers.both())
    }

    fn poll_shutdown(&mut self) -> Poll<io::Result<()>> {
        let Some(writer) = &mut self.writer else { return Poll::Pending };
        take_mail(writer);
        writer.poll_shutdown(&mut self.link.wakers.both())
    }

    /// Whether nothing more may be queued at present.
    pub(super) fn is_busy(&self) -> bool {
        self.writer
            .as_ref()
            .is_some_and(|writer| writer.is_full() || writer.is_broken() || writer.speaker().is_sending())
    }

    /// Queues a message.
    pub(super) fn send(&mut self, message: Message, compress: bool) -> Result<(), Error> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let (sending, out) = writer.command();
        sending.send(out, message, compress)
    }
}

fn take_mail(writer: &mut Writer<Sending, WriteHalf>) {
    let (sending, out) = writer.command();
    sending.take_mail(out);
}

fn poll_write(writer: &mut Writer<Sending, WriteHalf>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
    take_mail(writer);
    writer.poll_write(cx)
}

/// Gives it back, and sees to what was left at the desk meanwhile.
impl Drop for Held<'_> {
    fn drop(&mut self) {
        let Some(mut writer) = self.writer.take() else { return };
        let link = self.link;
        loop {
            let unsent = writer.has_unsent();
            note(&link.unsent, unsent);
            note(&link.bulky, !unsent && writer.capacity() + writer.speaker().capacity() > KEEP_AT_MOST);
            let broke = writer.is_broken() && !link.broken.swap(true, Ordering::SeqCst);
            // There is room again, or the last words are out.
            let moved =
                writer.written() != self.written && (self.half == Half::Reader || link.desk.is_shut());
            self.written = writer.written();
            let wanted = link.writer.give(self.half, writer);
            if wanted || moved || broke {
                link.wakers.wake_half(self.half.other());
            }
            if link.desk.has_news() || broke {
                link.wakers.wake_half(Half::Reader);
            }
            if !link.desk.has_mail() {
                return;
            }
            // Whoever else has it by now sees to the mail.
            let Some(again) = link.writer.try_take() else { return };
            writer = again;
            // What breaks here breaks again for whoever writes next.
            let _ = poll_write(&mut writer, &mut link.wakers.both());
        }
    }
}

/// What the receiving half reads from. Whatever its driver does to the writing side is
/// done to the writer that both halves share.
pub(super) struct Lane {
    pub(super) read: ReadHalf,
    pub(super) link: Arc<Link>,
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read.fmt(f)
    }
}

impl AsyncRead for Lane {
    #[inline]
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(cx, buf)
    }
}

impl AsyncWrite for Lane {
    /// Not used: what the receiving half has to say goes by the desk.
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::ErrorKind::Unsupported.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.link.concerns_reader() {
            return Poll::Ready(Ok(()));
        }
        self.link.take(Half::Reader).map_or(Poll::Pending, |mut held| held.poll_write())
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.link.take(Half::Reader).map_or(Poll::Pending, |mut held| held.poll_shutdown())
    }
}
