//! Sending (RFC 6455, section 6.1).

use std::collections::VecDeque;

use anyrfc_core::{ErrorKind, Output};
use bytes::Bytes;
use chacha20::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

use super::{
    Role,
    living::TAG,
    packing::{Packer, Packing},
};
use crate::{
    CloseFrame, Error, Kind,
    codec::{FrameHeader, OpCode, Rsv, frame::CONTROL_MAX, mask, utf8::Utf8Validator},
    rfc6455,
    wire::wire,
};

/// From this many payload bytes on a message is moved to the output piece by piece.
pub(super) const LARGE: usize = 64 << 10;
/// Less than this is not left over for a write of its own.
const REST: usize = 4 << 10;
/// So many pongs wait to be written; a further ping replaces the latest
/// (RFC 6455, section 5.5.3).
pub(super) const PONGS: usize = 16;
/// So many pings of the caller wait to be written.
pub(super) const PINGS: usize = 16;

/// A control frame that waits: small enough to be kept without an allocation.
#[derive(Clone, Debug)]
pub(super) struct Control {
    pub(super) opcode: OpCode,
    length: u8,
    payload: [u8; CONTROL_MAX],
}

impl Control {
    pub(super) fn new(opcode: OpCode, bytes: &[u8]) -> Result<Self, Error> {
        let mut payload = [0; CONTROL_MAX];
        let (Ok(length), Some(room)) = (u8::try_from(bytes.len()), payload.get_mut(..bytes.len())) else {
            return Err(Error::usage("a control payload of more than 125 bytes")
                .with_requirement(rfc6455::CONTROL_PAYLOAD_IS_SHORT));
        };
        room.copy_from_slice(bytes);
        Ok(Self { opcode, length, payload })
    }

    fn payload(&self) -> &[u8] {
        self.payload.get(..usize::from(self.length)).unwrap_or_default()
    }
}

/// A large message on its way to the output.
#[derive(Debug)]
struct Large {
    payload: Bytes,
    moved: usize,
    key: Option<[u8; 4]>,
}

/// The message that is being sent in parts.
#[derive(Debug)]
struct Parts {
    kind: Kind,
    validator: Utf8Validator,
    packed: bool,
}

#[derive(Debug)]
pub(super) struct Outgoing {
    role: Role,
    random: ChaCha8Rng,
    /// Pings and pongs that wait, in order.
    pub(super) control: VecDeque<Control>,
    /// The Close frame that waits.
    pub(super) close: Option<Option<CloseFrame>>,
    /// Close was written: there is never a second one.
    pub(super) closed: bool,
    large: Option<Large>,
    parts: Option<Parts>,
    /// Where compression was agreed on.
    pub(super) packer: Option<Box<Packer>>,
    pub(super) packing: Option<Packing>,
    /// The payload of the ping of the caller that was moved to the output last.
    pub(super) pinged: Option<Box<[u8]>>,
}

impl Outgoing {
    pub(super) fn new(role: Role, seed: [u8; 32]) -> Self {
        Self {
            role,
            random: ChaCha8Rng::from_seed(seed),
            control: VecDeque::new(),
            close: None,
            closed: false,
            large: None,
            parts: None,
            packer: None,
            packing: None,
            pinged: None,
        }
    }

    #[inline]
    pub(super) fn wants_write(&self) -> bool {
        self.is_sending() || !self.control.is_empty() || self.close.is_some()
    }

    pub(super) const fn is_sending(&self) -> bool {
        self.large.is_some() || self.packing.is_some()
    }

    /// Whether a compressed message has begun that is not yet over.
    pub(super) fn is_packing(&self) -> bool {
        self.packing.is_some() || self.parts.as_ref().is_some_and(|parts| parts.packed)
    }

    pub(super) fn capacity(&self) -> usize {
        let large = self.large.as_ref().map_or(0, |large| large.payload.len());
        self.control.capacity().saturating_mul(size_of::<Control>()).saturating_add(large)
    }

    /// Whether Close waits to be written, behind what was begun before it.
    pub(super) const fn is_closing(&self) -> bool {
        self.close.is_some()
    }

    /// A generator for somebody else.
    pub(super) fn seed(&mut self) -> [u8; 32] {
        let mut seed = [0; 32];
        self.random.fill_bytes(&mut seed);
        seed
    }

    /// A fresh unpredictable key for each frame of a client (RFC 6455, section 5.3).
    #[inline]
    fn key(&mut self) -> Option<[u8; 4]> {
        match self.role {
            Role::Client => Some(self.random.next_u32().to_ne_bytes()),
            Role::Server => None,
        }
    }

    #[inline]
    pub(super) fn frame(&mut self, out: &mut Output, fin: bool, rsv: Rsv, opcode: OpCode, payload: &[u8]) {
        wire!(fin, ?opcode, length = payload.len(), "send frame");
        let header = FrameHeader { fin, rsv, opcode, mask: self.key(), length: payload.len() as u64 };
        header.encode_with(payload, out.buffer());
    }

    pub(super) const fn opcode(kind: Kind) -> OpCode {
        match kind {
            Kind::Text => OpCode::Text,
            Kind::Binary => OpCode::Binary,
        }
    }

    #[inline]
    pub(super) fn no_parts(&self) -> Result<(), Error> {
        if self.parts.is_some() { Err(interleaved()) } else { Ok(()) }
    }

    #[inline]
    pub(super) fn message_slice(
        &mut self,
        out: &mut Output,
        kind: Kind,
        payload: &[u8],
        compress: bool,
    ) -> Result<(), Error> {
        self.no_parts()?;
        if self.is_sending() {
            self.finish_large(out);
        }
        if compress && self.packs(payload.len(), true) && self.pack_slice(out, kind, payload) {
            return Ok(());
        }
        self.frame(out, true, Rsv::NONE, Self::opcode(kind), payload);
        Ok(())
    }

    #[inline]
    pub(super) fn message(
        &mut self,
        out: &mut Output,
        kind: Kind,
        payload: Bytes,
        compress: bool,
    ) -> Result<(), Error> {
        if payload.len() < LARGE {
            return self.message_slice(out, kind, &payload, compress);
        }
        self.large_message(out, kind, payload, compress)
    }

    fn large_message(
        &mut self,
        out: &mut Output,
        kind: Kind,
        payload: Bytes,
        compress: bool,
    ) -> Result<(), Error> {
        self.no_parts()?;
        self.finish_large(out);
        if compress && self.packs(payload.len(), true) && self.pack_large(out, kind, &payload) {
            return Ok(());
        }
        let key = self.key();
        let length = payload.len() as u64;
        wire!(?kind, length, "send large frame");
        FrameHeader { fin: true, rsv: Rsv::NONE, opcode: Self::opcode(kind), mask: key, length }
            .encode(out.buffer());
        self.large = Some(Large { payload, moved: 0, key });
        self.move_large(out);
        Ok(())
    }

    pub(super) fn part(
        &mut self,
        out: &mut Output,
        kind: Kind,
        part: &[u8],
        last: bool,
        compress: bool,
    ) -> Result<(), Error> {
        let first = self.parts.is_none();
        let (packed, mut validator) = match &self.parts {
            None => (compress && self.packs(part.len(), last), Utf8Validator::default()),
            Some(Parts { kind: begun, validator, packed }) if *begun == kind => (*packed, validator.clone()),
            Some(_) => {
                return Err(Error::usage("text and binary in one message")
                    .with_requirement(rfc6455::FIRST_FRAME_TELLS_THE_TYPE));
            }
        };
        if kind == Kind::Text {
            let valid = validator.feed(part).and_then(|()| if last { validator.finish() } else { Ok(()) });
            if valid.is_err() {
                return Err(Error::usage("text that is not UTF-8").with_requirement(rfc6455::TEXT_IS_UTF8));
            }
        }
        if first && last {
            return self.message_slice(out, kind, part, packed);
        }
        self.finish_large(out);
        let opcode = if first { Self::opcode(kind) } else { OpCode::Continuation };
        if packed {
            let rsv = if first { Rsv::RSV1 } else { Rsv::NONE };
            self.pack_part(out, rsv, opcode, part, last);
        } else {
            self.frame(out, last, Rsv::NONE, opcode, part);
        }
        self.parts = (!last).then_some(Parts { kind, validator, packed });
        Ok(())
    }

    pub(super) fn ping(&mut self, payload: &[u8]) -> Result<(), Error> {
        let frame = Control::new(OpCode::Ping, payload)?;
        self.queue(frame, OpCode::Ping, PINGS)
    }

    /// A ping of our own, straight to the output; its payload.
    pub(super) fn own_ping(&mut self, out: &mut Output) -> [u8; TAG] {
        let mut tag = *b"ping........";
        let (_, unpredictable) = tag.split_at_mut(4);
        self.random.fill_bytes(unpredictable);
        self.frame(out, true, Rsv::NONE, OpCode::Ping, &tag);
        tag
    }

    pub(super) fn pong(&mut self, payload: &[u8]) -> Result<(), Error> {
        let frame = Control::new(OpCode::Pong, payload)?;
        self.queue(frame, OpCode::Pong, PONGS)
    }

    fn queue(&mut self, frame: Control, opcode: OpCode, most: usize) -> Result<(), Error> {
        if self.control.iter().filter(|waiting| waiting.opcode == opcode).count() >= most {
            return Err(Error::new(ErrorKind::Limit, "too many control frames wait to be written"));
        }
        self.control.push_back(frame);
        Ok(())
    }

    /// The answer to a ping: of more than fit, only the latest is answered.
    pub(super) fn answer(&mut self, payload: &[u8]) {
        if let Ok(frame) = Control::new(OpCode::Pong, payload) {
            self.answer_with(frame);
        }
    }

    pub(super) fn answer_with(&mut self, frame: Control) {
        let waiting = self.control.iter().filter(|waiting| waiting.opcode == OpCode::Pong).count();
        if waiting < PONGS {
            self.control.push_back(frame);
        } else if let Some(latest) = self.control.iter_mut().rfind(|waiting| waiting.opcode == OpCode::Pong) {
            *latest = frame;
        }
    }

    pub(super) fn close(&mut self, frame: Option<CloseFrame>) {
        self.parts = None;
        self.close = Some(frame);
    }

    /// The last words of a connection that fails, unless Close was said already.
    /// A frame that was begun is not finished: then there is no place for a Close
    /// frame (RFC 6455, section 7.1.7).
    pub(super) fn fail(&mut self, frame: CloseFrame) {
        self.control.clear();
        self.parts = None;
        // Its frames are whole, so that Close has its place after them.
        self.packing = None;
        let begun = self.large.take().is_some();
        self.close = (!begun && !self.closed).then_some(Some(frame));
    }

    /// There is nobody left to talk to.
    pub(super) fn abandon(&mut self) {
        self.control.clear();
        self.large = None;
        self.packing = None;
        self.parts = None;
        self.close = None;
    }

    fn move_large(&mut self, out: &mut Output) {
        let Some(large) = &mut self.large else { return };
        let Some(key) = large.key else {
            out.push(std::mem::take(&mut large.payload));
            self.large = None;
            return;
        };
        let rest = large.payload.get(large.moved..).unwrap_or_default();
        let room = out.room();
        let piece = rest
            .split_at_checked(room)
            .filter(|(_, left)| left.len() >= REST)
            .map_or(rest, |(piece, _)| piece);
        mask::extend(out.buffer(), piece, key, large.moved);
        large.moved = large.moved.saturating_add(piece.len());
        if large.moved == large.payload.len() {
            self.large = None;
        }
    }

    /// Moves what is left of a large message at once, since another one follows it.
    fn finish_large(&mut self, out: &mut Output) {
        if let Some(Large { payload, moved, key: Some(key) }) = self.large.take() {
            mask::extend(out.buffer(), payload.get(moved..).unwrap_or_default(), key, moved);
        }
        self.finish_packed(out);
    }

    /// Moves what waits to the output.
    pub(super) fn transmit(&mut self, out: &mut Output) {
        self.move_large(out);
        if self.large.is_some() {
            // Control frames go between frames, not into one.
            return;
        }
        while !out.is_full() {
            let Some(control) = self.control.pop_front() else { break };
            if control.opcode == OpCode::Ping {
                self.pinged = Some(control.payload().into());
            }
            self.frame(out, true, Rsv::NONE, control.opcode, control.payload());
        }
        if self.control.is_empty() {
            self.control = VecDeque::new();
        }
        self.move_packed(out);
        if self.control.is_empty()
            && self.packing.is_none()
            && let Some(close) = self.close.take()
        {
            let body = close.map(|frame| frame.encode()).unwrap_or_default();
            self.frame(out, true, Rsv::NONE, OpCode::Close, &body);
            self.closed = true;
        }
    }
}

#[cold]
fn interleaved() -> Error {
    Error::usage("a message is being sent in parts").with_requirement(rfc6455::MESSAGES_ARE_NOT_INTERLEAVED)
}
