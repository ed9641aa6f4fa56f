//! From payloads to compressed messages (RFC 7692, section 7.2.1).

use std::fmt;

use zlib_rs::{Deflate, DeflateConfig, DeflateFlush};

use crate::WindowBits;

/// The end of what a flush makes; the last fragment goes without it.
const TAIL: &[u8] = &[0x00, 0x00, 0xFF, 0xFF];
/// An empty block without its tail (section 7.2.3.6).
const EMPTY: u8 = 0x00;
/// Symbols per block, as a power of two less 6. Messages are small: more takes
/// memory and time, and saves no bytes.
const MEM_LEVEL: i32 = 6;
/// Room for the bits a flush adds.
const FLUSH_ROOM: usize = 64;

/// Compresses the messages of one connection, whole or in parts.
///
/// Memory is taken with the first message that is compressed.
pub struct Deflater {
    takeover: bool,
    window: WindowBits,
    level: u8,
    stream: Option<Deflate>,
    /// Nothing was compressed yet that the next message could refer to.
    fresh: bool,
    output: Vec<u8>,
    filled: usize,
}

impl fmt::Debug for Deflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deflater")
            .field("takeover", &self.takeover)
            .field("window", &self.window)
            .field("level", &self.level)
            .field("allocated", &self.stream.is_some())
            .finish_non_exhaustive()
    }
}

impl Deflater {
    /// With this window and level; with `takeover`, messages refer to those before.
    ///
    /// `None` for the smallest window: a compressor that is asked for 256 bytes takes
    /// 512, and who must not use more than was agreed on does not compress at all.
    #[must_use]
    pub fn new(takeover: bool, window: WindowBits, level: u8) -> Option<Self> {
        if window == WindowBits::MIN {
            return None;
        }
        Some(Self { takeover, window, level, stream: None, fresh: true, output: Vec::new(), filled: 0 })
    }

    /// A message begins.
    pub(crate) fn begin(&mut self) {
        if !self.takeover {
            self.forget();
        }
    }

    /// What was compressed last is not sent: the peer does not have it, and nothing
    /// may refer to it, nor to what was before it.
    pub(crate) fn forget(&mut self) {
        if self.fresh {
            return;
        }
        if let Some(stream) = &mut self.stream {
            stream.reset();
        }
        self.fresh = true;
    }

    /// Gives its memory back; the next message refers to none before it.
    pub(crate) fn release(&mut self) {
        self.stream = None;
        self.fresh = true;
        self.output = Vec::new();
        self.filled = 0;
    }

    /// Compresses the next part of a message, whose end it is with `last`. What
    /// comes out ends at a byte, and inflates to all that went in.
    pub(crate) fn compress(&mut self, part: &[u8], last: bool) {
        self.fresh = false;
        self.filled = 0;
        if !self.flush(part) {
            // The library rules this out; what went in so far is lost to it.
            self.stream = None;
            self.store(part);
        }
        if last {
            self.strip();
        }
    }

    /// What the last call of [`compress`](Self::compress) made.
    pub(crate) fn output(&self) -> &[u8] {
        self.output.get(..self.filled).unwrap_or_default()
    }

    fn flush(&mut self, part: &[u8]) -> bool {
        let (window, level) = (self.window, self.level);
        let stream = self.stream.get_or_insert_with(|| {
            Deflate::new_with_config(DeflateConfig {
                level: level.into(),
                window_bits: i32::from(window.bits()).saturating_neg(),
                mem_level: MEM_LEVEL,
                ..DeflateConfig::default()
            })
        });
        let mut rest = part;
        loop {
            // An eighth more than what goes in, for what does not become smaller.
            let wanted = [rest.len(), rest.len() >> 3, FLUSH_ROOM]
                .into_iter()
                .fold(self.filled, usize::saturating_add);
            self.output.resize(wanted.max(self.output.len()), 0);
            let room = self.output.get_mut(self.filled..).unwrap_or_default();
            let (size, before) = (room.len(), (stream.total_in(), stream.total_out()));
            let result = stream.compress(rest, room, DeflateFlush::SyncFlush);
            let made = stream.total_out().saturating_sub(before.1) as usize;
            let taken = stream.total_in().saturating_sub(before.0) as usize;
            rest = rest.get(taken..).unwrap_or_default();
            self.filled = self.filled.saturating_add(made);
            if result.is_err() {
                return false;
            }
            if made < size {
                // There was room left: the flush is complete.
                return rest.is_empty();
            }
        }
    }

    /// Blocks without compression (RFC 1951, section 3.2.4), and the empty one of a flush.
    fn store(&mut self, part: &[u8]) {
        self.output.clear();
        for piece in part.chunks(usize::from(u16::MAX)).chain([&[][..]]) {
            let length = piece.len() as u16;
            self.output.push(0);
            self.output.extend_from_slice(&length.to_le_bytes());
            self.output.extend_from_slice(&(!length).to_le_bytes());
            self.output.extend_from_slice(piece);
        }
        self.filled = self.output.len();
    }

    /// The last fragment goes without the tail; without anything new it is an empty block.
    fn strip(&mut self) {
        if let Some(rest) = self.output().strip_suffix(TAIL) {
            self.filled = rest.len();
            return;
        }
        self.output.truncate(self.filled);
        self.output.push(EMPTY);
        self.filled = self.output.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::deflate::Inflater;

    fn inflate(inflater: &mut Inflater, payload: &[u8], size: usize) -> Vec<u8> {
        let mut room = vec![0; size + 1];
        inflater.begin();
        let done = inflater.inflate(payload, &mut room).unwrap();
        assert_eq!((done.taken, done.filled), (payload.len(), size));
        inflater.finish().unwrap();
        room.truncate(size);
        room
    }

    #[test]
    fn stored_blocks_stand_in_for_a_compressor_that_failed() {
        let mut inflater = Inflater::new(true, WindowBits::MAX, 2000);
        let mut deflater = Deflater::new(true, WindowBits::MAX, 6).unwrap();
        let text: Vec<u8> = (0..200_000).map(|i| (i % 251) as u8).collect();
        for size in [0, 1, 1000, 65_535, 65_536, 200_000] {
            let data = text.get(..size).unwrap();
            deflater.begin();
            deflater.compress(data, true);
            assert_eq!(inflate(&mut inflater, deflater.output(), size), data);
            // As if the flush had failed.
            deflater.stream = None;
            deflater.store(data);
            deflater.strip();
            assert_eq!(inflate(&mut inflater, deflater.output(), size), data);
        }
    }

    #[test]
    fn room_is_made_for_what_goes_in_and_kept() {
        let mut deflater = Deflater::new(true, WindowBits::MAX, 6).unwrap();
        deflater.begin();
        deflater.compress(&[7; 8000], true);
        assert_eq!(deflater.output.len(), 9000 + FLUSH_ROOM);
        deflater.compress(b"less", true);
        assert_eq!(deflater.output.len(), 9000 + FLUSH_ROOM);
    }

    #[test]
    fn what_cannot_become_smaller_is_compressed_all_the_same() {
        let mut deflater = Deflater::new(true, WindowBits::MAX, 6).unwrap();
        let mut inflater = Inflater::new(true, WindowBits::MAX, 2000);
        let mut random = anyrfc_core::testing::random::Random::new(7);
        for size in [1, 100, 1000, 70_000] {
            let noise: Vec<u8> = (0..size).map(|_| random.below(256) as u8).collect();
            deflater.begin();
            deflater.compress(&noise, true);
            assert!(deflater.stream.is_some() && deflater.output().len() < size + size / 8 + FLUSH_ROOM);
            assert_eq!(inflate(&mut inflater, deflater.output(), size), noise);
        }
    }

    #[test]
    fn what_was_not_sent_is_not_referred_to() {
        let mut deflater = Deflater::new(true, WindowBits::MAX, 6).unwrap();
        let data = b"it was compressed, and nobody ever saw it";
        deflater.begin();
        deflater.compress(data, true);
        let first = deflater.output().to_vec();
        deflater.begin();
        deflater.compress(data, true);
        assert!(deflater.output().len() < first.len());
        deflater.forget();
        deflater.compress(data, true);
        assert_eq!(deflater.output(), first);
        deflater.release();
        assert!(deflater.stream.is_none() && deflater.output.capacity() == 0);
        deflater.begin();
        deflater.compress(data, true);
        assert_eq!(deflater.output(), first);
    }
}
