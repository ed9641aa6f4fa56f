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
    made: Made,
}

/// What was made last: the first `filled` of bytes that are all initialised.
#[derive(Default)]
struct Made {
    bytes: Vec<u8>,
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
        Some(Self { takeover, window, level, stream: None, made: Made::default() })
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
        if let Some(stream) = &mut self.stream {
            stream.reset();
        }
    }

    /// Gives its memory back; the next message refers to none before it.
    pub(crate) fn release(&mut self) {
        self.stream = None;
        self.made = Made::default();
    }

    /// Compresses the next part of a message, whose end it is with `last`. What
    /// comes out ends at a byte, and inflates to all that went in.
    pub(crate) fn compress(&mut self, part: &[u8], last: bool) {
        self.made.filled = 0;
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
        self.made.bytes.get(..self.made.filled).unwrap_or_default()
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
        let Made { bytes, filled } = &mut self.made;
        let mut rest = part;
        loop {
            // Where this is too little, for what does not become smaller, there is a next time.
            let wanted = filled.saturating_add(rest.len()).saturating_add(FLUSH_ROOM);
            bytes.resize(wanted.max(bytes.len()), 0);
            let room = bytes.get_mut(*filled..).unwrap_or_default();
            let (size, before) = (room.len(), (stream.total_in(), stream.total_out()));
            let result = stream.compress(rest, room, DeflateFlush::SyncFlush);
            let made = stream.total_out().saturating_sub(before.1) as usize;
            let taken = stream.total_in().saturating_sub(before.0) as usize;
            rest = rest.get(taken..).unwrap_or_default();
            *filled = filled.saturating_add(made);
            // Where there was room left, the flush is complete.
            if result.is_err() || made < size {
                return result.is_ok();
            }
        }
    }

    /// Blocks without compression (RFC 1951, section 3.2.4), and the empty one of a flush.
    fn store(&mut self, part: &[u8]) {
        let Made { bytes, filled } = &mut self.made;
        bytes.clear();
        for piece in part.chunks(usize::from(u16::MAX)).chain([&[][..]]) {
            let length = piece.len() as u16;
            bytes.push(0);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(&(!length).to_le_bytes());
            bytes.extend_from_slice(piece);
        }
        *filled = bytes.len();
    }

    /// The last fragment goes without the tail; without anything new it is an empty block.
    fn strip(&mut self) {
        if let Some(rest) = self.output().strip_suffix(TAIL) {
            self.made.filled = rest.len();
            return;
        }
        let Made { bytes, filled } = &mut self.made;
        bytes.truncate(*filled);
        bytes.push(EMPTY);
        *filled = bytes.len();
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
        assert_eq!(deflater.made.bytes.len(), 8000 + FLUSH_ROOM);
        deflater.compress(b"less", true);
        assert_eq!(deflater.made.bytes.len(), 8000 + FLUSH_ROOM);
    }

    #[test]
    fn what_cannot_become_smaller_is_compressed_all_the_same() {
        let mut deflater = Deflater::new(true, WindowBits::MAX, 6).unwrap();
        let mut inflater = Inflater::new(true, WindowBits::MAX, 2000);
        let mut random = anyrfc_core::testing::random::Random::new(7);
        for size in [1, 100, 1000, 4096, 8192, 53_000, 65_536, 70_000, 200_000] {
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
        assert!(deflater.stream.is_none() && deflater.made.bytes.capacity() == 0);
        deflater.begin();
        deflater.compress(data, true);
        assert_eq!(deflater.output(), first);
    }
}
