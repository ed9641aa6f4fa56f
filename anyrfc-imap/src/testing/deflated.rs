//! A server's end of compression, without I/O.

use std::fmt;

use zlib_rs::{Deflate, DeflateFlush, Inflate, InflateFlush, Status};

/// A server's end of a connection on which COMPRESS has succeeded (RFC 4978): what it says goes
/// in and is to be sent, what it has received goes in and is what it hears.
///
/// ```
/// use anyrfc_imap::testing::Deflated;
///
/// let (mut here, mut there) = (Deflated::new(), Deflated::new());
/// let sent = here.say(b"* 1 EXISTS\r\n");
/// assert_eq!(there.hear(&sent).unwrap(), b"* 1 EXISTS\r\n");
/// ```
pub struct Deflated {
    out: Deflate,
    heard: Inflate,
}

impl Default for Deflated {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Deflated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deflated").finish_non_exhaustive()
    }
}

impl Deflated {
    /// Both streams at their beginning.
    #[must_use]
    pub fn new() -> Self {
        Self { out: Deflate::new(6, false, 15), heard: Inflate::new(false, 15) }
    }

    /// What is sent of this, flushed so that all of it can be read.
    pub fn say(&mut self, text: &[u8]) -> Vec<u8> {
        self.compress(text, DeflateFlush::SyncFlush)
    }

    /// The same, after which nothing refers back to what was before (`Z_FULL_FLUSH`).
    pub fn say_and_forget(&mut self, text: &[u8]) -> Vec<u8> {
        self.compress(text, DeflateFlush::FullFlush)
    }

    /// The same, by a flush that ends within a byte (`Z_PARTIAL_FLUSH`): the last code words may
    /// be read only with what is sent next.
    pub fn say_partly(&mut self, text: &[u8]) -> Vec<u8> {
        self.compress(text, DeflateFlush::PartialFlush)
    }

    /// The last that is said: the stream ends with it.
    pub fn say_last(&mut self, text: &[u8]) -> Vec<u8> {
        self.compress(text, DeflateFlush::Finish)
    }

    /// From here on compressed so much, from 0 (not at all) to 9.
    pub fn level(&mut self, level: u8) {
        // Between two flushes nothing is pending that could fail.
        let _ = self.out.set_level(level.into());
    }

    fn compress(&mut self, text: &[u8], flush: DeflateFlush) -> Vec<u8> {
        let (mut all, mut taken, mut room) = (Vec::new(), 0, vec![0; 64 << 10]);
        loop {
            let before = (self.out.total_in(), self.out.total_out());
            let rest = text.get(taken..).unwrap_or_default();
            let status = self.out.compress(rest, &mut room, flush);
            taken += (self.out.total_in() - before.0) as usize;
            let made = (self.out.total_out() - before.1) as usize;
            all.extend_from_slice(room.get(..made).unwrap_or_default());
            if made < room.len() && taken == text.len() || status.is_err() {
                return all;
            }
        }
    }

    /// What is heard of these octets; `None` where they cannot be inflated.
    pub fn hear(&mut self, octets: &[u8]) -> Option<Vec<u8>> {
        let (mut all, mut taken, mut room) = (Vec::new(), 0, vec![0; 64 << 10]);
        loop {
            let before = (self.heard.total_in(), self.heard.total_out());
            let rest = octets.get(taken..).unwrap_or_default();
            let status = self.heard.decompress(rest, &mut room, InflateFlush::SyncFlush).ok()?;
            taken += (self.heard.total_in() - before.0) as usize;
            let made = (self.heard.total_out() - before.1) as usize;
            all.extend_from_slice(room.get(..made).unwrap_or_default());
            if made < room.len() {
                return (taken == octets.len() && status != Status::StreamEnd).then_some(all);
            }
        }
    }
}
