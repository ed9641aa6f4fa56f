//! From compressed messages to their payloads (RFC 7692, section 7.2.2).

use std::{collections::VecDeque, fmt};

use zlib_rs::{Inflate, InflateFlush, Status};

use super::InflateFault;
use crate::WindowBits;

/// Up to this size a message may have any ratio.
const RATIO_FROM: u64 = 1 << 20;
/// What the sender took off the end.
const TAIL: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];
/// The tail and one byte more, which is left over where the tail ended a block.
const PROBE: [u8; 5] = [0x00, 0x00, 0xFF, 0xFF, 0x00];

/// What one step of inflating did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inflated {
    /// Bytes of the input that were taken.
    pub taken: usize,
    /// Bytes of the output that were filled. When it is not full, and all input
    /// was taken, nothing is held back.
    pub filled: usize,
}

/// Inflates the messages of one connection, as their bytes arrive.
///
/// Memory is taken with the first compressed message: the state and window of the
/// decoder (some 45 KiB), and the last 32 KiB of what was inflated, since a block
/// that is marked as the last makes the decoder forget its window, and messages
/// may go on after it (section 7.2.1).
pub struct Inflater {
    takeover: bool,
    window: usize,
    max_ratio: u64,
    stream: Option<Inflate>,
    history: VecDeque<u8>,
    counted: Counted,
    /// Found already; what was made before it is handed over first.
    fault: Option<InflateFault>,
}

/// The bytes of this message.
#[derive(Default)]
struct Counted {
    taken: u64,
    /// Those that were made of it, and copied for its sake.
    made: u64,
}

impl fmt::Debug for Inflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inflater")
            .field("takeover", &self.takeover)
            .field("window", &self.window)
            .field("max_ratio", &self.max_ratio)
            .field("allocated", &self.stream.is_some())
            .finish_non_exhaustive()
    }
}

impl Inflater {
    /// For a sender with this window, which with `takeover` refers to messages before.
    #[must_use]
    pub fn new(takeover: bool, window: WindowBits, max_ratio: u32) -> Self {
        Self {
            takeover,
            window: window.size(),
            max_ratio: max_ratio.into(),
            stream: None,
            history: VecDeque::new(),
            counted: Counted::default(),
            fault: None,
        }
    }

    /// Whether the next call tells of a fault, even one without input.
    pub(crate) const fn is_broken(&self) -> bool {
        self.fault.is_some()
    }

    /// A message begins.
    pub fn begin(&mut self) {
        self.counted = Counted::default();
        if !self.takeover
            && let Some(stream) = &mut self.stream
        {
            // Who refers to a message before all the same is found out.
            stream.reset(false);
            self.history.clear();
        }
    }

    /// Inflates as much of `input` as fits into `output`.
    ///
    /// # Errors
    /// [`InflateFault`], once all that was made before it is handed over; the
    /// connection cannot go on after it.
    pub fn inflate(&mut self, input: &[u8], output: &mut [u8]) -> Result<Inflated, InflateFault> {
        let mut done = Inflated::default();
        loop {
            let rest = input.get(done.taken..).unwrap_or_default();
            let room = output.get_mut(done.filled..).unwrap_or_default();
            if room.is_empty() {
                return Ok(done);
            }
            let (step, status) = self.step(rest, room, InflateFlush::SyncFlush);
            done.taken = done.taken.saturating_add(step.taken);
            done.filled = done.filled.saturating_add(step.filled);
            if status == Status::StreamEnd {
                self.restart();
            }
            if let Some(fault) = self.fault {
                return if done.filled == 0 { Err(fault) } else { Ok(done) };
            }
            // It stops at the end of the input or of the room, or behind a last block.
            if status != Status::StreamEnd {
                return Ok(done);
            }
        }
    }

    /// The message is over; all of it was inflated.
    ///
    /// # Errors
    /// [`InflateFault::Truncated`] unless it ends as the sender has to end it.
    pub fn finish(&mut self) -> Result<(), InflateFault> {
        // Anything but the end of an empty block makes bytes of the tail, stops
        // elsewhere or takes the byte beyond, which is not given to the next message.
        let mut made = [0; 1];
        let (step, status) = self.step(&PROBE, &mut made, InflateFlush::Block);
        let whole = status == Status::Ok && step == Inflated { taken: TAIL.len(), filled: 0 };
        if whole && self.fault.is_none() { Ok(()) } else { Err(InflateFault::Truncated) }
    }

    /// Gives back what the next message does not need: all but the bytes that it may
    /// refer to. Only between messages.
    pub(crate) fn release(&mut self) {
        self.stream = None;
        if !self.takeover {
            self.history.clear();
        }
        self.history.shrink_to_fit();
    }

    /// A fault is kept for the next call: what was made before it comes first, so
    /// that it does not matter how the input arrives.
    fn step(&mut self, input: &[u8], output: &mut [u8], flush: InflateFlush) -> (Inflated, Status) {
        if self.fault.is_some() {
            return (Inflated::default(), Status::BufError);
        }
        let stream = self.stream.get_or_insert_with(|| {
            let mut stream = Inflate::new(false, WindowBits::MAX.bits());
            // What is left of one that was given back.
            if !restore(&mut stream, &mut self.history) {
                self.fault = Some(InflateFault::Corrupt);
            }
            stream
        });
        let before = (stream.total_in(), stream.total_out());
        let status = stream.decompress(input, output, flush);
        let (taken, made) =
            (stream.total_in().saturating_sub(before.0), stream.total_out().saturating_sub(before.1));
        let step = Inflated { taken: taken as usize, filled: made as usize };
        self.remember(output.get(..step.filled).unwrap_or_default());
        self.counted.taken = self.counted.taken.saturating_add(taken);
        self.charge(made);
        let status = status.unwrap_or_else(|_| {
            self.fault = Some(InflateFault::Corrupt);
            Status::BufError
        });
        (step, status)
    }

    fn charge(&mut self, made: u64) {
        let Counted { taken, made: all } = &mut self.counted;
        *all = all.saturating_add(made);
        if *all > RATIO_FROM && *all > taken.saturating_mul(self.max_ratio) {
            self.fault = Some(InflateFault::Ratio);
        }
    }

    /// A block was marked as the last; the next one may refer to what was before it.
    #[cold]
    fn restart(&mut self) {
        // Many tiny last blocks would have the window copied as many times.
        self.charge(self.history.len() as u64);
        let Some(stream) = &mut self.stream else { return };
        stream.reset(false);
        if !restore(stream, &mut self.history) {
            self.fault = Some(InflateFault::Corrupt);
        }
    }

    fn remember(&mut self, fresh: &[u8]) {
        let fresh = fresh.get(fresh.len().saturating_sub(self.window)..).unwrap_or_default();
        let excess = self.history.len().saturating_add(fresh.len()).saturating_sub(self.window);
        self.history.drain(..excess);
        self.history.extend(fresh);
    }
}

/// Lets a decoder that begins refer to what was before.
fn restore(stream: &mut Inflate, history: &mut VecDeque<u8>) -> bool {
    history.is_empty() || stream.set_dictionary(history.make_contiguous()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is made of `input` in pieces of this size, before the fault.
    fn inflate(input: &[u8], size: usize) -> (Vec<u8>, Option<InflateFault>) {
        let mut inflater = Inflater::new(true, WindowBits::MAX, 200);
        inflater.begin();
        let mut made = Vec::new();
        for mut piece in input.chunks(size) {
            loop {
                let mut room = [0; 64];
                match inflater.inflate(piece, &mut room) {
                    Err(fault) => return (made, Some(fault)),
                    Ok(done) => {
                        made.extend_from_slice(room.get(..done.filled).unwrap());
                        piece = piece.get(done.taken..).unwrap();
                        if piece.is_empty() && done.filled < room.len() && !inflater.is_broken() {
                            break;
                        }
                    }
                }
            }
        }
        (made, None)
    }

    #[test]
    fn what_was_made_before_a_fault_comes_first_however_the_input_arrives() {
        let hello = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00, 0x00, 0xFF, 0xFF];
        for broken in [
            // A reserved type of block; after a last block; and a distance beyond what was.
            [&hello[..], &[0x06]].concat(),
            [&[0x01, 0x05, 0x00, 0xFA, 0xFF][..], b"Hello", &[0x06]].concat(),
            [&hello[..], &[0x02, 0x5E, 0x00, 0x00]].concat(),
        ] {
            for size in 1..=broken.len() {
                let expected = (b"Hello".to_vec(), Some(InflateFault::Corrupt));
                assert_eq!(inflate(&broken, size), expected, "{broken:x?} in pieces of {size}");
            }
        }
        for size in 1..=hello.len() {
            assert_eq!(inflate(&hello, size), (b"Hello".to_vec(), None));
        }
    }

    #[test]
    fn the_ratio_counts_from_its_size_on_and_is_reached() {
        for (taken, made, fits) in [
            (1, RATIO_FROM, true),
            (1, RATIO_FROM + 1, false),
            (20_000, 2_000_000, true),
            (20_000, 2_000_001, false),
        ] {
            let mut inflater = Inflater::new(true, WindowBits::MAX, 100);
            inflater.counted.taken = taken;
            inflater.charge(made - 1);
            inflater.charge(1);
            assert_eq!(inflater.fault, (!fits).then_some(InflateFault::Ratio), "{taken} {made}");
        }
    }

    #[test]
    fn what_is_kept_is_what_may_be_referred_to() {
        for (takeover, bits, kept) in [(true, 15, 32_768), (true, 9, 512), (false, 15, 0)] {
            let mut inflater = Inflater::new(takeover, WindowBits::new(bits).unwrap(), 2000);
            let mut deflater = super::super::Deflater::new(true, WindowBits::MAX, 1).unwrap();
            inflater.begin();
            deflater.compress(&[7; 100_000], true);
            let mut room = vec![0; 100_001];
            assert_eq!(inflater.inflate(deflater.output(), &mut room).unwrap().filled, 100_000);
            inflater.finish().unwrap();
            assert!(inflater.stream.is_some());
            inflater.release();
            assert!(inflater.stream.is_none());
            assert_eq!(inflater.history.len(), kept);
            assert!(inflater.history.capacity() < kept * 2 + 1, "{}", inflater.history.capacity());
        }
    }
}
