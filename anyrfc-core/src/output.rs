//! Bytes on their way out.

use std::{collections::VecDeque, fmt, io::IoSlice};

use bytes::{Buf, Bytes, BytesMut};

use crate::spare;

/// A buffer for small things, segments for large ones, and a high-water mark.
///
/// Small writes are gathered in one buffer; a large [`Bytes`] is queued as it
/// is and written with a vectored write, so a large body is never copied whole.
pub struct Output {
    segments: VecDeque<Bytes>,
    buffer: BytesMut,
    queued: usize,
    high_water: usize,
    /// What the buffer had grown to when it was given up, until it is needed again.
    given: usize,
}

/// Below this many bytes a segment is copied: cheaper than an entry of its own.
const COPY_BELOW: usize = 2048;
/// Beyond this the buffer is not kept when it runs empty: with what a machine keeps
/// it stays within 4 KiB.
const KEEP_AT_MOST: usize = 2 << 10;

/// How much there is: what is written may be a password.
impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output")
            .field("segments", &self.segments.len())
            .field("buffer", &self.buffer.len())
            .field("high_water", &self.high_water)
            .finish_non_exhaustive()
    }
}

impl Default for Output {
    fn default() -> Self {
        Self::new()
    }
}

impl Output {
    /// The usual high-water mark, in bytes.
    pub const HIGH_WATER: usize = 64 << 10;
    /// How many slices one vectored write is given.
    pub const SLICES: usize = 16;

    /// Empty, with the usual high-water mark.
    #[must_use]
    pub fn new() -> Self {
        Self::with_high_water(Self::HIGH_WATER)
    }

    /// Empty, with a high-water mark of `bytes`.
    #[must_use]
    pub fn with_high_water(bytes: usize) -> Self {
        Self { segments: VecDeque::new(), buffer: BytesMut::new(), queued: 0, high_water: bytes, given: 0 }
    }

    /// The buffer at the tail, to encode into directly.
    #[inline]
    pub fn buffer(&mut self) -> &mut BytesMut {
        if self.given > 0 {
            self.refill();
        }
        &mut self.buffer
    }

    /// The connection is busy again: what it will need is known.
    #[cold]
    fn refill(&mut self) {
        self.buffer = spare::take(std::mem::take(&mut self.given));
    }

    /// Copies `bytes` to the tail.
    #[inline]
    pub fn write(&mut self, bytes: &[u8]) {
        self.buffer().extend_from_slice(bytes);
    }

    /// Queues `bytes` without copying them, where they are large enough for that to pay.
    pub fn push(&mut self, bytes: Bytes) {
        if bytes.len() < COPY_BELOW {
            self.buffer().extend_from_slice(&bytes);
            return;
        }
        if !self.buffer.is_empty() {
            let head = self.buffer.split().freeze();
            self.queued = self.queued.saturating_add(head.len());
            self.segments.push_back(head);
        }
        self.queued = self.queued.saturating_add(bytes.len());
        self.segments.push_back(bytes);
    }

    /// How many bytes wait to be written.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.queued.saturating_add(self.buffer.len())
    }

    /// Whether nothing waits.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty() && self.queued == 0
    }

    /// Whether the high-water mark is reached: add no more before some is written.
    #[inline]
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.len() >= self.high_water
    }

    /// How many bytes fit below the high-water mark.
    #[must_use]
    pub fn room(&self) -> usize {
        self.high_water.saturating_sub(self.len())
    }

    /// Fills `slices` with what waits, front first, and returns those filled.
    pub fn slices<'a, 'b>(&'a self, slices: &'b mut [IoSlice<'a>; Self::SLICES]) -> &'b [IoSlice<'a>] {
        let mut filled = 0usize;
        let parts = self.segments.iter().map(Bytes::as_ref).chain(std::iter::once(self.buffer.as_ref()));
        for (slot, part) in slices.iter_mut().zip(parts.filter(|part| !part.is_empty())) {
            *slot = IoSlice::new(part);
            filled = filled.saturating_add(1);
        }
        slices.get(..filled).unwrap_or_default()
    }

    /// The peer's side took `count` bytes; drops them from the front.
    pub fn consume(&mut self, mut count: usize) {
        while count > 0 {
            let Some(front) = self.segments.front_mut() else {
                self.buffer.advance(count.min(self.buffer.len()));
                break;
            };
            let taken = count.min(front.len());
            count = count.saturating_sub(taken);
            self.queued = self.queued.saturating_sub(taken);
            if taken == front.len() {
                self.segments.pop_front();
            } else {
                front.advance(taken);
            }
        }
    }

    /// Takes everything that waits, as one piece. For machines driven without a `Driver`.
    #[must_use]
    pub fn take(&mut self) -> Bytes {
        let mut all = BytesMut::with_capacity(self.len());
        for segment in self.segments.drain(..) {
            all.extend_from_slice(&segment);
        }
        all.extend_from_slice(&self.buffer.split());
        self.queued = 0;
        all.freeze()
    }

    /// Drops everything that waits.
    pub fn clear(&mut self) {
        self.segments = VecDeque::new();
        self.buffer = BytesMut::new();
        self.queued = 0;
        self.given = 0;
    }

    /// Gives back memory that an idle connection does not need.
    pub fn release(&mut self) {
        if !self.is_empty() {
            return;
        }
        // What was written from the front still belongs to the allocation, and
        // counts only once it is reclaimed.
        if self.buffer.try_reclaim(KEEP_AT_MOST + 1) {
            self.given = self.buffer.capacity();
            spare::give(std::mem::take(&mut self.buffer));
        }
        if self.segments.capacity() > Self::SLICES {
            self.segments = VecDeque::new();
        }
    }

    /// Bytes of memory held: what waits, and room kept for more. What was written
    /// from the front of the buffer is not counted until it is reused or released.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.queued.saturating_add(self.buffer.capacity())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_its_way_is_shown_by_its_length() {
        let mut out = Output::new();
        out.write(b"AUTH PLAIN AGFubgBwZW5jaWw=");
        out.push(Bytes::from(vec![b'x'; COPY_BELOW]));
        let shown = format!("{out:?}");
        assert!(!shown.contains("AGFub") && !shown.contains("xxx"), "{shown}");
    }

    #[test]
    fn order_is_kept_over_partial_writes_of_every_size() {
        for step in 1..5000 {
            let mut out = Output::new();
            out.write(b"head");
            out.push(Bytes::from(vec![b'x'; COPY_BELOW]));
            out.push(Bytes::from_static(b"small"));
            out.write(b"tail");
            let mut expected = b"head".to_vec();
            expected.extend(vec![b'x'; COPY_BELOW]);
            expected.extend(b"smalltail");
            let mut written = Vec::new();
            while !out.is_empty() {
                let mut slices = [IoSlice::new(&[]); Output::SLICES];
                let mut left = step;
                for slice in out.slices(&mut slices) {
                    let n = left.min(slice.len());
                    written.extend_from_slice(&slice[..n]);
                    left -= n;
                }
                let before = out.len();
                out.consume(step - left);
                assert_eq!(before - out.len(), step - left);
            }
            assert_eq!(written, expected);
        }
    }

    #[test]
    fn full_at_the_high_water_mark() {
        let mut out = Output::with_high_water(8);
        assert_eq!((out.is_full(), out.room()), (false, 8));
        out.write(b"12345678");
        assert_eq!((out.is_full(), out.room()), (true, 0));
        assert_eq!(&out.take()[..], b"12345678");
        assert!(out.is_empty());
    }

    #[test]
    fn what_was_written_is_given_back() {
        let mut out = Output::new();
        out.write(&[0; 60_000]);
        out.consume(60_000);
        out.release();
        assert_eq!(out.capacity(), 0, "the allocation is still there");
        assert!(out.buffer().capacity() >= 60_000, "the next burst finds it");
        let mut out = Output::new();
        out.write(&[0; 100]);
        out.consume(100);
        out.release();
        assert!(out.buffer.try_reclaim(100), "a small one is kept");
    }

    #[test]
    fn what_is_kept_of_an_empty_output_leaves_room_for_an_idle_machine() {
        for length in [1, 100, KEEP_AT_MOST, KEEP_AT_MOST + 1, 2000, 100_000] {
            let mut out = Output::new();
            out.write(&vec![0; length]);
            let kept = out.capacity();
            out.release();
            assert_eq!(out.capacity(), kept, "something waits");
            // In two steps: what was written from the front still counts.
            out.consume(length / 2);
            out.consume(length - length / 2);
            out.release();
            assert!(out.capacity() + (2 << 10) <= 4 << 10, "{length}: {} bytes", out.capacity());
        }
    }

    #[test]
    fn a_large_segment_is_not_copied() {
        let body = Bytes::from(vec![0; 1 << 20]);
        let mut out = Output::new();
        out.write(b"h");
        out.push(body.clone());
        let mut slices = [IoSlice::new(&[]); Output::SLICES];
        assert_eq!(out.slices(&mut slices)[1].as_ptr(), body.as_ptr());
    }
}
