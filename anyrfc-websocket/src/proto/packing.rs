//! Sending compressed messages (RFC 7692, sections 6.1 and 7.2.1).

use anyrfc_core::Output;
use bytes::Bytes;

use super::outgoing::{LARGE, Outgoing};
use crate::{
    Kind,
    codec::{OpCode, Rsv, deflate::Deflater},
};

/// The compressor, and which messages are worth it.
#[derive(Debug)]
pub(super) struct Packer {
    deflater: Deflater,
    threshold: usize,
}

/// A large message that is compressed as the output drains, a fragment at a time.
#[derive(Debug)]
pub(super) struct Packing {
    payload: Bytes,
    taken: usize,
}

impl Packer {
    pub(super) const fn new(deflater: Deflater, threshold: usize) -> Self {
        Self { deflater, threshold }
    }

    /// Compresses the first piece of a message, or all of it; `false` where that
    /// does not make it smaller, and nothing of it is to be sent.
    fn begin(&mut self, piece: &[u8], last: bool) -> bool {
        self.deflater.begin();
        self.deflater.compress(piece, last);
        if self.deflater.output().len() < piece.len() {
            return true;
        }
        self.deflater.forget();
        false
    }
}

impl Outgoing {
    pub(super) fn pack_with(&mut self, packer: Option<Packer>) {
        self.packer = packer.map(Box::new);
    }

    /// Gives back the compressor's memory, unless a message is being compressed.
    pub(super) fn release_packer(&mut self) {
        if !self.is_packing()
            && let Some(packer) = &mut self.packer
        {
            packer.deflater.release();
        }
    }

    /// Whether a message that begins with `length` bytes, or has no more, is worth compressing.
    #[inline]
    pub(super) fn packs(&self, length: usize, all: bool) -> bool {
        self.packer.as_ref().is_some_and(|packer| !all || length >= packer.threshold.max(1))
    }

    /// Sends a message compressed, at once; `false` where its first piece does not
    /// become smaller.
    pub(super) fn pack_slice(&mut self, out: &mut Output, kind: Kind, payload: &[u8]) -> bool {
        let (piece, rest) = payload.split_at(payload.len().min(LARGE));
        let last = rest.is_empty();
        let smaller = self.pack_first(out, kind, piece, last);
        if smaller && !last {
            self.pack_part(out, Rsv::NONE, OpCode::Continuation, rest, true);
        }
        smaller
    }

    /// Begins to send a large message; `false` where its first piece does not become
    /// smaller.
    pub(super) fn pack_large(&mut self, out: &mut Output, kind: Kind, payload: &Bytes) -> bool {
        let piece = payload.get(..LARGE).unwrap_or(payload);
        let last = piece.len() == payload.len();
        let smaller = self.pack_first(out, kind, piece, last);
        if smaller && !last {
            self.packing = Some(Packing { payload: payload.clone(), taken: piece.len() });
        }
        self.move_packed(out);
        smaller
    }

    /// Sends the first piece of a message, if it becomes smaller.
    fn pack_first(&mut self, out: &mut Output, kind: Kind, piece: &[u8], last: bool) -> bool {
        self.packer.take().is_some_and(|mut packer| {
            let smaller = packer.begin(piece, last);
            if smaller {
                self.frame(out, last, Rsv::RSV1, Self::opcode(kind), packer.deflater.output());
            }
            self.packer = Some(packer);
            smaller
        })
    }

    /// Compresses a fragment of a message that is sent in parts.
    pub(super) fn pack_part(
        &mut self,
        out: &mut Output,
        mut rsv: Rsv,
        mut opcode: OpCode,
        part: &[u8],
        last: bool,
    ) {
        let Some(mut packer) = self.packer.take() else { return };
        if opcode != OpCode::Continuation {
            packer.deflater.begin();
        }
        let mut rest = part;
        loop {
            let (piece, after) = rest.split_at(rest.len().min(LARGE));
            let ends = last && after.is_empty();
            packer.deflater.compress(piece, ends);
            self.frame(out, ends, rsv, opcode, packer.deflater.output());
            (rsv, opcode) = (Rsv::NONE, OpCode::Continuation);
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        self.packer = Some(packer);
    }

    /// Compresses on, while there is room.
    pub(super) fn move_packed(&mut self, out: &mut Output) {
        while self.packing.is_some() && !out.is_full() {
            self.pack_next(out);
        }
    }

    /// Compresses what is left at once, since another message follows.
    pub(super) fn finish_packed(&mut self, out: &mut Output) {
        while self.packing.is_some() {
            self.pack_next(out);
        }
    }

    fn pack_next(&mut self, out: &mut Output) {
        let Some(Packing { payload, taken }) = self.packing.take() else { return };
        let Some(mut packer) = self.packer.take() else { return };
        let rest = payload.get(taken..).unwrap_or_default();
        let piece = rest.get(..LARGE).unwrap_or(rest);
        let last = piece.len() == rest.len();
        packer.deflater.compress(piece, last);
        self.frame(out, last, Rsv::NONE, OpCode::Continuation, packer.deflater.output());
        let taken = taken.saturating_add(piece.len());
        self.packing = (!last).then_some(Packing { payload, taken });
        self.packer = Some(packer);
    }
}

#[cfg(test)]
mod tests {
    use anyrfc_core::testing::random::Random;

    use super::*;
    use crate::WindowBits;

    fn packer() -> Packer {
        Packer::new(Deflater::new(true, WindowBits::MAX, 6).unwrap(), 10)
    }

    #[test]
    fn what_does_not_become_smaller_is_not_sent_compressed() {
        let (mut equal, mut random) = (0, Random::new(7));
        for round in 0..400 {
            // Some noise, and some that repeats.
            let noise: Vec<u8> = (0..8 + round % 40).map(|_| random.below(256) as u8).collect();
            let text = [&noise[..], &vec![b'a'; random.below(24)]].concat();
            let mut deflater = Deflater::new(true, WindowBits::MAX, 6).unwrap();
            deflater.compress(&text, true);
            assert_eq!(packer().begin(&text, true), deflater.output().len() < text.len());
            equal += usize::from(deflater.output().len() == text.len());
        }
        assert!(equal > 0, "none was of the same length");
    }

    #[test]
    fn what_is_worth_it() {
        let mut outgoing = Outgoing::new(crate::proto::Role::Client, [7; 32]);
        assert!(!outgoing.packs(100, true) && !outgoing.packs(100, false));
        outgoing.pack_with(Some(packer()));
        assert!(!outgoing.packs(9, true) && outgoing.packs(10, true));
        // What is to come may be more.
        assert!(outgoing.packs(0, false));
        let none = Packer { threshold: 0, ..packer() };
        outgoing.pack_with(Some(none));
        assert!(!outgoing.packs(0, true) && outgoing.packs(1, true));
    }
}
