//! Raw DEFLATE as COMPRESS has it (RFC 4978; RFC 1951): one stream each way, which is flushed where
//! the other side is to see what was said.

use std::fmt;

use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Inflate, InflateFlush, Status};

use crate::{Error, rfc4978};

/// The window of 32 KiB, which a server may refer back to.
const WINDOW_BITS: u8 = 15;
/// The window of 8 KiB that we refer back to: commands are short and alike, and a larger one takes
/// 96 KiB more.
const OWN_WINDOW_BITS: i32 = 13;
/// Between speed and size, nearer to size: what a client sends is small, or a message.
const LEVEL: i32 = 6;
/// Symbols per block, as a power of two less 6. Commands are flushed one by one, so that more
/// takes memory and saves no bytes.
const MEM_LEVEL: i32 = 7;

/// What a step of either kind did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Bytes of the input that were taken.
    pub taken: usize,
    /// Bytes of the output that were filled.
    pub filled: usize,
    /// Whether the stream has ended: nothing of what follows is part of it.
    pub ended: bool,
}

/// Inflates what a server sends, into the room that it is given and no more: whatever the ratio, a
/// step costs what its output is long. It holds the window of 32 KiB and 14 KiB of tables.
pub struct Inflater(Inflate);

impl Default for Inflater {
    fn default() -> Self {
        Self(Inflate::new(false, WINDOW_BITS))
    }
}

impl fmt::Debug for Inflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inflater").field("inflated", &self.0.total_out()).finish_non_exhaustive()
    }
}

impl Inflater {
    /// Inflates as much of `input` as fits into `output`. Where that was filled there may be more,
    /// even of no further input.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) with what is wrong with the bytes after
    /// those that were inflated: no DEFLATE, or not without a header. It inflates nothing more.
    pub fn inflate(&mut self, input: &[u8], output: &mut [u8]) -> (Moved, Result<(), Error>) {
        let before = (self.0.total_in(), self.0.total_out());
        let status = self.0.decompress(input, output, InflateFlush::NoFlush);
        let moved = Moved {
            taken: self.0.total_in().saturating_sub(before.0) as usize,
            filled: self.0.total_out().saturating_sub(before.1) as usize,
            ended: status == Ok(Status::StreamEnd),
        };
        let result = status.map(drop).map_err(|fault| {
            let message = format!("the compressed bytes cannot be inflated: {}", fault.as_str());
            Error::violation(rfc4978::DEFLATE_IS_RAW, message)
        });
        (moved, result)
    }
}

/// Deflates what we send. It holds about 220 KiB.
pub struct Deflater(Deflate);

impl Default for Deflater {
    fn default() -> Self {
        Self(Deflate::new_with_config(DeflateConfig {
            level: LEVEL,
            window_bits: -OWN_WINDOW_BITS,
            mem_level: MEM_LEVEL,
            ..DeflateConfig::default()
        }))
    }
}

impl fmt::Debug for Deflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deflater").field("deflated", &self.0.total_in()).finish_non_exhaustive()
    }
}

impl Deflater {
    /// With less room a flush may begin anew each time, and never end.
    pub const FLUSH_ROOM: usize = 16;

    /// Deflates as much of `input` as there is room for. What went in may come out later.
    ///
    /// # Errors
    /// Never, as far as is known: the library rules it out.
    pub fn deflate(&mut self, input: &[u8], output: &mut [u8]) -> Result<Moved, Error> {
        self.step(input, output, DeflateFlush::NoFlush)
    }

    /// Brings out all that went in, so that the other side can inflate it: complete as soon as
    /// there is room left in `output`, which is to have [`FLUSH_ROOM`](Self::FLUSH_ROOM) at least.
    ///
    /// # Errors
    /// As [`deflate`](Self::deflate).
    pub fn flush(&mut self, output: &mut [u8]) -> Result<Moved, Error> {
        self.step(&[], output, DeflateFlush::SyncFlush)
    }

    fn step(&mut self, input: &[u8], output: &mut [u8], flush: DeflateFlush) -> Result<Moved, Error> {
        let before = (self.0.total_in(), self.0.total_out());
        let status = self.0.compress(input, output, flush);
        let status = status.map_err(|fault| Error::usage(format!("deflating failed: {}", fault.as_str())))?;
        Ok(Moved {
            taken: self.0.total_in().saturating_sub(before.0) as usize,
            filled: self.0.total_out().saturating_sub(before.1) as usize,
            ended: status == Status::StreamEnd,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn deflated(text: &[u8], room: usize) -> Vec<u8> {
        let mut deflater = Deflater::default();
        let (mut all, mut at, mut out) = (Vec::new(), 0, vec![0; room]);
        while at < text.len() {
            let moved = deflater.deflate(&text[at..], &mut out).unwrap();
            at += moved.taken;
            assert!(!moved.ended, "what is said never ends");
            all.extend_from_slice(&out[..moved.filled]);
        }
        loop {
            let moved = deflater.flush(&mut out).unwrap();
            all.extend_from_slice(&out[..moved.filled]);
            if moved.filled < room {
                return all;
            }
        }
    }

    fn inflated(bytes: &[u8], chunk: usize, room: usize) -> (Vec<u8>, Result<(), Error>) {
        let mut inflater = Inflater::default();
        let (mut all, mut out) = (Vec::new(), vec![0; room]);
        for chunk in bytes.chunks(chunk) {
            let mut at = 0;
            loop {
                let (moved, result) = inflater.inflate(&chunk[at..], &mut out);
                at += moved.taken;
                all.extend_from_slice(&out[..moved.filled]);
                if result.is_err() {
                    return (all, result);
                }
                if moved.filled < room {
                    break;
                }
            }
        }
        (all, Ok(()))
    }

    #[test]
    fn every_cut_and_every_room_gives_the_same() {
        let text: Vec<u8> =
            (0..5_000_u32).flat_map(|n| format!("a{} FETCH {n} ", n % 7).into_bytes()).collect();
        for room in [16, 64, 4096, 1 << 20] {
            let bytes = deflated(&text, room);
            assert!(bytes.ends_with(&[0, 0, 0xff, 0xff]), "flushed");
            for chunk in [1, 3, 1000, usize::MAX] {
                let (back, result) = inflated(&bytes, chunk, room);
                result.unwrap();
                assert_eq!(back, text, "{chunk} {room}");
            }
        }
    }

    #[test]
    fn a_header_is_no_deflate() {
        // What zlib puts in front, and gzip.
        for header in [&[0x78, 0x9c, 0x4b, 0x4c, 0x4a, 0x06][..], &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0]] {
            let (back, result) = inflated(header, 1, 64);
            assert!(back.is_empty());
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol);
            assert_eq!(error.requirement(), Some(rfc4978::DEFLATE_IS_RAW));
        }
    }

    #[test]
    fn a_step_makes_no_more_than_there_is_room_for() {
        let bomb = deflated(&vec![b'x'; 64 << 20], 1 << 16);
        assert!(bomb.len() < 100 << 10, "{}", bomb.len());
        let mut inflater = Inflater::default();
        let mut out = [0; 512];
        let (moved, result) = inflater.inflate(&bomb, &mut out);
        result.unwrap();
        assert_eq!(moved.filled, 512);
        assert!(moved.taken < 1 << 10, "{moved:?}");
    }
}
