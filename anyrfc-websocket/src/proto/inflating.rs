//! Receiving compressed messages (RFC 7692, sections 6.2 and 7.2.2).

use anyrfc_core::Step;
use bytes::Bytes;

use super::{
    Connection,
    incoming::Incoming,
    pending::{Assembly, Frame, Pending},
};
use crate::{
    CloseCode, Error, Kind,
    codec::{
        deflate::{InflateFault, Inflater},
        mask,
        utf8::InvalidUtf8,
    },
    rfc6455, rfc7692,
};

/// A message that is handed over in pieces comes in pieces of at most this size.
const PIECE: usize = 32 << 10;
/// So much of a masked payload is unmasked at a time.
const UNMASK: usize = 16 << 10;
/// Up to this size bytes are copied out, and the buffer is kept for the next message.
const COPY_UP_TO: usize = 64 << 10;
/// An idle connection keeps no more.
const KEEP_AT_MOST: usize = 4096;

/// What a compressed message came to so far, or a piece of it.
#[derive(Debug, Default)]
pub(super) struct Payload {
    /// Initialised in all its length; the first `filled` bytes count.
    bytes: Vec<u8>,
    filled: usize,
}

impl Payload {
    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.filled == 0
    }

    const fn clear(&mut self) {
        self.filled = 0;
    }

    /// Takes the bytes; a large buffer goes with them.
    pub(super) fn take(&mut self) -> Bytes {
        if self.filled <= COPY_UP_TO {
            let bytes = Bytes::copy_from_slice(self.as_slice());
            self.filled = 0;
            return bytes;
        }
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.truncate(std::mem::take(&mut self.filled));
        bytes.into()
    }

    /// Room for more, up to `most` bytes in all, for which `input` bytes have arrived.
    fn room(&mut self, most: usize, input: usize) -> &mut [u8] {
        if self.filled == self.bytes.len() {
            let guess = self.filled.max(input.saturating_mul(4)).clamp(1024, 1 << 20);
            let wanted = self.filled.saturating_add(guess).min(most);
            self.bytes.resize(wanted.max(self.filled), 0);
        }
        let end = self.bytes.len().min(most);
        self.bytes.get_mut(self.filled..end).unwrap_or_default()
    }

    /// Gives back what an idle connection does not need.
    pub(super) fn release(&mut self) {
        if self.bytes.len() > KEEP_AT_MOST {
            *self = Self::default();
        }
    }
}

/// Why a piece cannot be taken.
enum Fault {
    Inflate(InflateFault),
    Text,
}

impl From<InflateFault> for Fault {
    fn from(fault: InflateFault) -> Self {
        Self::Inflate(fault)
    }
}

impl From<InvalidUtf8> for Fault {
    fn from(_: InvalidUtf8) -> Self {
        Self::Text
    }
}

impl Incoming {
    pub(super) fn inflate_with(&mut self, inflater: Inflater) {
        self.inflater = Some(Box::new(inflater));
    }

    /// Gives back the memory of the decoder, unless a compressed message is being received.
    pub(super) fn release_inflater(&mut self) {
        if self.message.is_none_or(|message| !message.compressed)
            && let Some(inflater) = &mut self.inflater
        {
            inflater.release();
        }
    }

    /// A compressed message begins.
    pub(super) fn begin_inflating(&mut self) {
        self.payload.clear();
        if let Some(inflater) = &mut self.inflater {
            inflater.begin();
        }
    }

    /// Changes how the compressed message in progress is handed over, while nothing of it was taken.
    pub(super) fn deliver_inflated(&mut self, chunks: bool) {
        let Some(message) = &mut self.message else { return };
        if !message.compressed || message.handed || message.chunks == chunks {
            return;
        }
        let kind = message.kind;
        match &self.pending {
            Pending::Nothing => {
                message.chunks = chunks;
                if chunks && !self.payload.is_empty() {
                    self.pending = Pending::ChunkInflated { kind, last: false };
                }
            }
            Pending::ChunkInflated { last: true, .. } => {
                self.pending = Pending::Inflated(kind);
                self.message = None;
            }
            Pending::ChunkInflated { last: false, .. } => {
                message.chunks = false;
                self.pending = Pending::Nothing;
            }
            // Control traffic waits, and what was inflated was handed over before it:
            // in pieces there is nothing to gather, and a whole message stays whole.
            _ => message.chunks &= chunks,
        }
    }

    /// Inflates `piece` of the frame's payload, up to `most` bytes of output in all.
    /// Answers how much of it was taken, and whether all of the message is there.
    fn inflate(
        &mut self,
        frame: &Frame,
        message: &Assembly,
        piece: &[u8],
        most: usize,
    ) -> Result<(usize, bool), Fault> {
        let Self { inflater: Some(inflater), payload, collected, utf8, .. } = self else {
            return Err(InflateFault::Corrupt.into());
        };
        let piece = match frame.mask {
            None => piece,
            Some(key) => {
                let masked = piece.get(..UNMASK).unwrap_or(piece);
                collected.clear();
                mask::extend(collected, masked, key, frame.seen);
                collected.as_ref()
            }
        };
        let mut taken = 0;
        let drained = loop {
            let rest = piece.get(taken..).unwrap_or_default();
            let room = payload.room(most, rest.len());
            if room.is_empty() {
                break false;
            }
            let done = inflater.inflate(rest, room)?;
            let fresh = room.get(..done.filled).unwrap_or_default();
            if message.kind == Kind::Text {
                utf8.feed(fresh)?;
            }
            let all = done.taken == rest.len() && done.filled < room.len() && !inflater.is_broken();
            taken = taken.saturating_add(done.taken);
            payload.filled = payload.filled.saturating_add(done.filled);
            if all {
                break true;
            }
        };
        let last = drained && frame.fin && taken == frame.missing();
        if last {
            inflater.finish()?;
            if message.kind == Kind::Text {
                utf8.finish()?;
            }
        }
        Ok((taken, last))
    }
}

impl Connection {
    /// The payload of a compressed message is inflated as it arrives, and consumed.
    pub(super) fn inflate_payload(
        &mut self,
        mut frame: Frame,
        message: Assembly,
        input: &[u8],
    ) -> Result<Step, Error> {
        let header = std::mem::take(&mut frame.header);
        let arrived = input.get(header..).unwrap_or_default();
        let missing = frame.missing();
        let piece = arrived.get(..missing).unwrap_or(arrived);
        let limits = &self.config.limits;
        let limit = limits.message.min(limits.buffered);
        let incoming = &mut self.incoming;
        let most = if message.chunks {
            incoming.payload.clear();
            // Should it be wanted whole after all, one piece is within the limit.
            PIECE.min(limit).max(1)
        } else {
            limit.saturating_add(1)
        };
        let (taken, last) = match incoming.inflate(&frame, &message, piece, most) {
            Ok(done) => done,
            Err(fault) => return Err(self.inflate_fault(fault)),
        };
        if !message.chunks && incoming.payload.filled > limit {
            let what = "a message that inflates to more than the limit";
            return Err(self.over_limit(what, CloseCode::MESSAGE_TOO_BIG));
        }
        frame.advance(taken);
        // Only the last frame has to wait for what the decoder holds back.
        let over = frame.missing() == 0 && (last || !frame.fin);
        incoming.frame = (!over).then_some(frame);
        incoming.message = (message.chunks || !last).then_some(message);
        if message.chunks && (last || !incoming.payload.is_empty()) {
            incoming.pending = Pending::ChunkInflated { kind: message.kind, last };
        } else if last {
            incoming.pending = Pending::Inflated(message.kind);
        }
        match header.saturating_add(taken) {
            0 if incoming.is_pending() => Ok(Step::Ready),
            0 => Ok(Step::Need(missing.max(1))),
            consumed => Ok(Step::Consumed(consumed)),
        }
    }

    #[cold]
    fn inflate_fault(&mut self, fault: Fault) -> Error {
        match fault {
            Fault::Text => self.violation(rfc6455::TEXT_IS_UTF8, CloseCode::INVALID_PAYLOAD),
            Fault::Inflate(InflateFault::Ratio) => self.over_limit(
                "a message that inflates beyond the limit on its ratio",
                CloseCode::POLICY_VIOLATION,
            ),
            Fault::Inflate(fault) => {
                let error = Error::violation(rfc7692::COMPRESSED_MESSAGE_SENDING, fault.to_string());
                self.fail(CloseCode::INVALID_PAYLOAD, error.with_source(fault))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use bytes::{Buf as _, BytesMut};

    use super::*;
    use crate::{
        WindowBits,
        codec::{
            FrameHeader, OpCode, Rsv,
            deflate::{Agreed, Deflater},
        },
        proto::{Config, Delivery, OwnedEvent, Role},
    };

    fn holding(bytes: usize, filled: usize) -> Payload {
        Payload { bytes: vec![7; bytes], filled }
    }

    #[test]
    fn room_follows_what_has_arrived_and_ends_at_the_limit() {
        for (filled, most, input, room) in [
            (0, usize::MAX, 0, 1024),
            (0, usize::MAX, 256, 1024),
            (0, usize::MAX, 1000, 4000),
            (0, usize::MAX, usize::MAX, 1 << 20),
            (0, 10, 1000, 10),
            // As much again as there was.
            (5000, usize::MAX, 10, 5000),
            (5000, 5001, 10, 1),
            (5000, 5000, 10, 0),
            (2 << 20, usize::MAX, 10, 1 << 20),
        ] {
            assert_eq!(holding(filled, filled).room(most, input).len(), room, "{filled} {most} {input}");
        }
        // What there is comes first, and only up to the limit.
        assert_eq!(holding(100, 40).room(usize::MAX, 1000).len(), 60);
        assert_eq!(holding(100, 40).room(50, 1000).len(), 10);
    }

    #[test]
    fn what_is_large_is_taken_and_what_is_small_is_copied() {
        for (filled, copied) in [(0, true), (COPY_UP_TO, true), (COPY_UP_TO + 1, false)] {
            let mut payload = holding(COPY_UP_TO + 10, filled);
            let before = payload.bytes.as_ptr();
            let taken = payload.take();
            assert_eq!((taken.len(), payload.is_empty()), (filled, true));
            assert_eq!((taken.as_ptr() != before, payload.bytes.is_empty()), (copied, !copied));
        }
    }

    /// A client whose limit is this, and what it makes of messages of so many zeros.
    fn inflating(limit: usize, delivery: Delivery, zeros: usize) -> (Connection, BytesMut) {
        let mut config = Config::default();
        config.limits.message = limit;
        let agreed = Agreed::default();
        let mut client = Connection::established(Role::Client, config, [7; 32]).with_deflate(agreed);
        client.deliver(delivery);
        let mut deflater = Deflater::new(true, WindowBits::MAX, 6).unwrap();
        deflater.compress(&vec![0; zeros], true);
        let payload = deflater.output();
        let length = payload.len() as u64;
        let opcode = OpCode::Binary;
        let mut wire = BytesMut::new();
        FrameHeader { fin: true, rsv: Rsv::RSV1, opcode, mask: None, length }.encode_with(payload, &mut wire);
        (client, wire)
    }

    #[test]
    fn beyond_the_limit_one_byte_is_inflated_and_no_more() {
        for (zeros, fits) in [(100, true), (101, false), (5000, false)] {
            let (mut client, wire) = inflating(100, Delivery::Whole, zeros);
            assert_eq!(client.advance_frames(&wire, Instant::now()).is_ok(), fits, "{zeros}");
            assert_eq!(client.incoming.payload.filled, zeros.min(101));
        }
    }

    #[test]
    fn a_piece_is_no_larger_than_a_message_may_be() {
        for (limit, largest) in [(0, 1), (1, 1), (2, 2), (1000, 1000), (1 << 20, PIECE)] {
            let (mut client, mut wire) = inflating(limit, Delivery::Chunks, 40_000);
            let mut pieces = Vec::new();
            while pieces.iter().sum::<usize>() < 40_000 {
                match client.advance_frames(&wire, Instant::now()).unwrap() {
                    Step::Consumed(count) => wire.advance(count),
                    Step::Ready => match client.incoming.event_owned(&mut wire) {
                        OwnedEvent::Chunk(chunk) => pieces.push(chunk.data.len()),
                        other => panic!("no piece: {other:?}"),
                    },
                    Step::Need(_) => panic!("more is needed after {} pieces", pieces.len()),
                }
            }
            assert_eq!(pieces.iter().max(), Some(&largest), "{limit}");
        }
    }

    /// Where the input ends before the room does, the decoder may still hold some of it.
    #[test]
    fn what_the_decoder_holds_back_is_waited_for() {
        // The last of them are one symbol, of which a part is all that there is room for.
        for (room, limit, delivery) in
            [(32_768, 1 << 20, Delivery::Whole), (30_000, 30_000, Delivery::Chunks)]
        {
            for zeros in room + 1..room + 258 {
                let (mut client, mut wire) = inflating(limit, delivery, zeros);
                let mut made = 0;
                while made < zeros {
                    match client.advance_frames(&wire, Instant::now()).unwrap() {
                        Step::Consumed(count) => wire.advance(count),
                        Step::Ready => match client.incoming.event_owned(&mut wire) {
                            OwnedEvent::Chunk(chunk) => made += chunk.data.len(),
                            OwnedEvent::Message(message) => made += message.into_data().len(),
                            OwnedEvent::Open => panic!("no message"),
                        },
                        Step::Need(_) => panic!("more is needed after {made} of {zeros}"),
                    }
                }
                assert_eq!(made, zeros);
            }
        }
    }

    #[test]
    fn what_was_inflated_is_handed_over_when_pieces_are_wanted() {
        // The header alone, with nothing to hand over yet, and with the first letters.
        let hello = b"\xC1\x07\xF2\x48\xCD\xC9\xC9\x07\x00";
        for (arrived, waits) in [(2, false), (6, true)] {
            let (mut client, mut input) =
                (inflating(100, Delivery::Whole, 0).0, BytesMut::from(&hello[..arrived]));
            while let Step::Consumed(count) = client.advance_frames(&input, Instant::now()).unwrap() {
                input.advance(count);
            }
            assert_eq!((client.waiting_data(), client.incoming.payload.is_empty()), (None, !waits));
            client.deliver(Delivery::Chunks);
            assert_eq!(client.waiting_data().is_some(), waits);
        }
    }

    #[test]
    fn an_idle_connection_keeps_little() {
        for (bytes, kept) in [(KEEP_AT_MOST, KEEP_AT_MOST), (KEEP_AT_MOST + 1, 0)] {
            let mut payload = holding(bytes, 3);
            payload.release();
            assert_eq!(payload.bytes.len(), kept);
        }
    }
}
