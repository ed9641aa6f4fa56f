//! Looks over the HTTP/2 library's shoulder: what it reads and does not tell.
//!
//! The library keeps to itself when the first SETTINGS came, how the one setting of
//! RFC 8441 changed, and up to which stream a GOAWAY reaches.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
};

use anyrfc_core::{Requirement, transport::Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::rfc8441;

/// What was seen of a connection.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The server's first SETTINGS has come.
    settings: AtomicBool,
    /// `SETTINGS_ENABLE_CONNECT_PROTOCOL` was 1.
    enabled: AtomicBool,
    /// It was something else than 0 or 1.
    senseless: AtomicBool,
    /// It was 0 after it had been 1.
    taken_back: AtomicBool,
    /// A GOAWAY has come.
    goaway: AtomicBool,
    /// The last stream that it says was dealt with, and its error code.
    last_stream: AtomicU32,
    code: AtomicU32,
    /// The stream below did not take all that was written.
    blocked: AtomicBool,
    /// How many bytes may still be read in this turn.
    quota: AtomicUsize,
    /// Something was left unread because of the quota.
    starved: AtomicBool,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            settings: AtomicBool::default(),
            enabled: AtomicBool::default(),
            senseless: AtomicBool::default(),
            taken_back: AtomicBool::default(),
            goaway: AtomicBool::default(),
            last_stream: AtomicU32::new(u32::MAX),
            code: AtomicU32::default(),
            blocked: AtomicBool::default(),
            quota: AtomicUsize::new(usize::MAX),
            starved: AtomicBool::default(),
        }
    }
}

impl Seen {
    pub(super) fn settings(&self) -> bool {
        self.settings.load(Relaxed)
    }

    /// Whether extended CONNECT may be used (RFC 8441, section 3).
    pub(super) fn enabled(&self) -> bool {
        self.enabled.load(Relaxed)
    }

    /// The statement of RFC 8441 that the server broke.
    pub(super) fn broken(&self) -> Option<&'static Requirement> {
        if self.senseless.load(Relaxed) {
            return Some(rfc8441::SETTING_IS_0_OR_1);
        }
        self.taken_back.load(Relaxed).then_some(rfc8441::SETTING_IS_NOT_TAKEN_BACK)
    }

    /// Whether the server has said by GOAWAY that it never dealt with this stream.
    pub(super) fn is_beyond_goaway(&self, stream: u32) -> bool {
        stream > self.last_stream.load(Relaxed)
    }

    /// The error code of the server's GOAWAY, if one has come (RFC 9113, section 6.8).
    pub(super) fn goaway(&self) -> Option<u32> {
        self.goaway.load(Relaxed).then(|| self.code.load(Relaxed))
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.blocked.load(Relaxed)
    }

    /// Allows this much to be read in the turn that begins.
    pub(super) fn allow(&self, bytes: usize) {
        self.quota.store(bytes, Relaxed);
        self.starved.store(false, Relaxed);
    }

    /// Whether the turn ended for want of quota: nobody will wake us for what is left.
    pub(super) fn is_starved(&self) -> bool {
        self.starved.load(Relaxed)
    }

    /// The value of the setting, and what to let the library see of it: taking it back is as
    /// invalid as a value that does not exist, so that it ends the connection in the same way.
    fn connect_protocol(&self, value: u32) -> u32 {
        match value {
            0 if self.enabled() => {
                self.taken_back.store(true, Relaxed);
                u32::MAX
            }
            0 => value,
            1 => {
                self.enabled.store(true, Relaxed);
                value
            }
            _ => {
                self.senseless.store(true, Relaxed);
                value
            }
        }
    }
}

const FRAME_HEAD: usize = 9;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const ACK: u8 = 1;
/// `SETTINGS_ENABLE_CONNECT_PROTOCOL` (RFC 8441, section 9.1).
const ENABLE_CONNECT_PROTOCOL: u16 = 8;

/// Follows the frames in the bytes received (RFC 9113, section 4.1).
#[derive(Debug)]
enum Frames {
    /// So many bytes of a frame's head.
    Head([u8; FRAME_HEAD], usize),
    /// Nothing of interest, for so many bytes.
    Skip(usize),
    /// So many bytes of a SETTINGS frame are left; so many of one setting were read.
    Settings { left: usize, setting: [u8; 6], have: usize },
    /// So many bytes of a GOAWAY frame are left; so many of its fixed part were read.
    GoAway { left: usize, fixed: [u8; 8], have: usize },
}

impl Frames {
    const START: Self = Self::Head([0; FRAME_HEAD], 0);

    /// Follows `bytes`, which it may make invalid; see [`Seen::connect_protocol`].
    fn follow(&mut self, mut bytes: &mut [u8], seen: &Seen) {
        while !bytes.is_empty() {
            let used = self.step(bytes, seen).min(bytes.len());
            bytes = std::mem::take(&mut bytes).get_mut(used..).unwrap_or_default();
        }
    }

    /// Follows a part of `bytes`, of which there are some; how many.
    fn step(&mut self, bytes: &mut [u8], seen: &Seen) -> usize {
        match self {
            Self::Skip(left) => {
                let used = (*left).min(bytes.len());
                *left -= used;
                if *left == 0 {
                    *self = Self::START;
                }
                used
            }
            Self::Head(head, have) => {
                let used = fill(head, have, bytes, FRAME_HEAD);
                if *have == FRAME_HEAD {
                    *self = Self::payload(*head, seen);
                }
                used
            }
            Self::Settings { left, setting, have } => {
                let used = fill(setting, have, bytes, *left);
                *left = left.saturating_sub(used);
                let done = *left == 0;
                if *have == setting.len() {
                    *have = 0;
                    let [id @ .., a, b, c, d] = *setting;
                    if u16::from_be_bytes(id) == ENABLE_CONNECT_PROTOCOL {
                        let shown = seen.connect_protocol(u32::from_be_bytes([a, b, c, d]));
                        // The last byte is always at hand, and enough to make a value invalid.
                        let [.., low] = shown.to_be_bytes();
                        if let Some(last) = used.checked_sub(1).and_then(|last| bytes.get_mut(last)) {
                            *last = low;
                        }
                    }
                }
                if done {
                    *self = Self::START;
                }
                used
            }
            Self::GoAway { left, fixed, have } => {
                let used = fill(fixed, have, bytes, *left);
                *left = left.saturating_sub(used);
                if *have == fixed.len() {
                    let [number @ .., a, b, c, d] = *fixed;
                    // The highest bit is reserved.
                    seen.last_stream.store(u32::from_be_bytes(number) & !(1 << 31), Relaxed);
                    seen.code.store(u32::from_be_bytes([a, b, c, d]), Relaxed);
                    seen.goaway.store(true, Relaxed);
                    *self = Self::skip(*left);
                } else if *left == 0 {
                    *self = Self::START;
                }
                used
            }
        }
    }

    fn payload(head: [u8; FRAME_HEAD], seen: &Seen) -> Self {
        let [a, b, c, kind, flags, ..] = head;
        let length = u32::from_be_bytes([0, a, b, c]) as usize;
        match kind {
            SETTINGS if flags & ACK == 0 => {
                seen.settings.store(true, Relaxed);
                if length == 0 {
                    return Self::START;
                }
                Self::Settings { left: length, setting: [0; 6], have: 0 }
            }
            GOAWAY if length > 0 => Self::GoAway { left: length, fixed: [0; 8], have: 0 },
            _ => Self::skip(length),
        }
    }

    const fn skip(left: usize) -> Self {
        if left == 0 { Self::START } else { Self::Skip(left) }
    }
}

/// Copies what is missing of `room` from `bytes`, `most` at most; how many bytes that was.
fn fill<const N: usize>(room: &mut [u8; N], have: &mut usize, bytes: &[u8], most: usize) -> usize {
    let count = bytes.len().min(N.saturating_sub(*have)).min(most);
    if let (Some(to), Some(from)) = (room.get_mut(*have..*have + count), bytes.get(..count)) {
        to.copy_from_slice(from);
    }
    *have += count;
    count
}

/// A connection that is watched.
#[derive(Debug)]
pub(crate) struct Watch {
    stream: Connection,
    frames: Frames,
    seen: Arc<Seen>,
}

impl Watch {
    pub(super) const fn new(stream: Connection, seen: Arc<Seen>) -> Self {
        Self { stream, frames: Frames::START, seen }
    }

    fn written<R>(&self, result: Poll<R>) -> Poll<R> {
        self.seen.blocked.store(result.is_pending(), Relaxed);
        result
    }
}

impl AsyncRead for Watch {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let quota = this.seen.quota.load(Relaxed);
        if quota == 0 {
            this.seen.starved.store(true, Relaxed);
            return Poll::Pending;
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        let fresh = buf.filled_mut().get_mut(before..).unwrap_or_default();
        this.seen.quota.store(quota.saturating_sub(fresh.len()), Relaxed);
        this.frames.follow(fresh, &this.seen);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watch {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(cx);
        self.written(result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&[a, b, c, kind, flags, 0, 0, 0, 0], payload].concat()
    }

    fn setting(id: u16, value: u32) -> Vec<u8> {
        [&id.to_be_bytes()[..], &value.to_be_bytes()].concat()
    }

    /// What is seen, and what the library gets, in pieces of every size.
    fn follow(bytes: &[u8]) -> (Seen, Vec<u8>) {
        let mut last = None;
        for size in 1..=bytes.len() {
            let (seen, mut frames, mut shown) = (Seen::default(), Frames::START, bytes.to_vec());
            shown.chunks_mut(size).for_each(|piece| frames.follow(piece, &seen));
            assert!(matches!(frames, Frames::Head(_, 0)), "out of step in pieces of {size}: {frames:?}");
            if let Some((_, before)) = &last {
                assert_eq!(&shown, before, "in pieces of {size}");
            }
            last = Some((seen, shown));
        }
        last.unwrap()
    }

    #[test]
    fn the_setting_among_others() {
        let all = [setting(3, 100), setting(8, 1), setting(4, 9)].concat();
        let bytes = [frame(0, 0, &[4; 300]), frame(SETTINGS, 0, &all), frame(6, 0, &[0; 8])].concat();
        let (seen, shown) = follow(&bytes);
        assert!(seen.settings() && seen.enabled() && seen.broken().is_none());
        assert_eq!(shown, bytes);
        let (seen, _) = follow(&frame(SETTINGS, 0, &setting(8, 0)));
        assert!(seen.settings() && !seen.enabled());
        let (seen, _) = follow(&frame(SETTINGS, 0, &[]));
        assert!(seen.settings() && !seen.enabled());
        let (seen, _) = follow(&[frame(SETTINGS, ACK, &[]), frame(0, 0, &[8; 20])].concat());
        assert!(!seen.settings());
    }

    #[test]
    fn what_the_server_must_not_do_with_it() {
        let (seen, shown) = follow(&frame(SETTINGS, 0, &setting(8, 2)));
        assert_eq!(seen.broken(), Some(rfc8441::SETTING_IS_0_OR_1));
        assert_eq!(shown, frame(SETTINGS, 0, &setting(8, 2)));
        let bytes = [frame(SETTINGS, 0, &setting(8, 1)), frame(SETTINGS, 0, &setting(8, 0))].concat();
        let (seen, shown) = follow(&bytes);
        assert_eq!(seen.broken(), Some(rfc8441::SETTING_IS_NOT_TAKEN_BACK));
        assert_eq!(
            shown,
            [frame(SETTINGS, 0, &setting(8, 1)), frame(SETTINGS, 0, &setting(8, 255))].concat()
        );
        let bytes = [frame(SETTINGS, 0, &setting(8, 1)), frame(SETTINGS, 0, &setting(8, 1))].concat();
        assert_eq!(follow(&bytes).0.broken(), None);
    }

    #[test]
    fn how_far_a_goaway_reaches() {
        let (seen, _) = follow(&frame(GOAWAY, 0, &[0x80, 0, 0, 5, 0, 0, 0, 0, b'b', b'y', b'e']));
        assert!(!seen.is_beyond_goaway(5) && seen.is_beyond_goaway(7));
        assert_eq!(seen.goaway(), Some(0));
        let (seen, _) = follow(&frame(GOAWAY, 0, &[0, 0]));
        assert!(!seen.is_beyond_goaway(7) && seen.goaway().is_none());
    }
}
