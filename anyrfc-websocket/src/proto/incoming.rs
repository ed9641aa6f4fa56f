//! Receiving (RFC 6455, section 6.2).

use std::time::Instant;

use anyrfc_core::{ErrorKind, Fault, Requirement, Step};
use bytes::{Buf as _, Bytes, BytesMut};

use super::{
    Connection, Delivery, Event, OwnedEvent, Role,
    inflating::Payload,
    living::Progress,
    pending::{Assembly, Frame, Pending},
};
use crate::{
    Chunk, ChunkRef, CloseCode, CloseFrame, Error, Kind, Message, MessageRef, Utf8Bytes, Utf8Slice,
    codec::{
        FrameHeader, OpCode, Rsv, close,
        deflate::Inflater,
        frame::{CONTROL_MAX, HEADER_MAX},
        mask,
        utf8::Utf8Validator,
    },
    rfc6455, rfc7692,
    wire::wire,
};

/// Up to this many bytes an owned event is copied out of the read window, so
/// that keeping it does not keep the window.
const COPY_UP_TO: usize = 4096;
/// How much is buffered beyond the frame in progress.
const WINDOW: usize = 256 << 10;

#[derive(Debug, Default)]
pub(super) struct Incoming {
    pub(super) pending: Pending,
    pub(super) frame: Option<Frame>,
    pub(super) message: Option<Assembly>,
    pub(super) utf8: Utf8Validator,
    pub(super) collected: BytesMut,
    /// Where compression was agreed on.
    pub(super) inflater: Option<Box<Inflater>>,
    pub(super) payload: Payload,
    control: Vec<u8>,
    pub(super) delivery: Delivery,
    pub(super) close: Option<Option<CloseFrame>>,
    /// So many messages have begun.
    pub(super) begun: u64,
    /// Nothing takes the quick way.
    #[cfg(test)]
    pub(super) closely: bool,
}

impl Incoming {
    #[inline]
    pub(super) fn is_pending(&self) -> bool {
        self.pending != Pending::Nothing
    }

    pub(super) fn opened(&mut self) {
        self.pending = Pending::Open;
    }

    /// How far the message in progress has come.
    pub(super) fn progress(&self) -> Option<Progress> {
        let message = self.message?;
        Some((self.begun, message.fragments, self.frame.map_or(usize::MAX, |frame| frame.seen)))
    }

    /// Nothing of a message is held: gives back what its buffer took.
    pub(super) fn park(&mut self) {
        if self.message.is_none() {
            self.collected = BytesMut::new();
        }
    }

    pub(super) const fn is_in_pieces(&self) -> bool {
        matches!(self.message, Some(Assembly { handed: true, .. }))
    }

    pub(super) const fn waiting_data(&self) -> Option<Kind> {
        match &self.pending {
            Pending::InPlace { kind, .. }
            | Pending::Collected(kind)
            | Pending::Inflated(kind)
            | Pending::ChunkInflated { kind, .. }
            | Pending::ChunkInPlace { kind, .. }
            | Pending::ChunkCollected { kind, .. } => Some(*kind),
            Pending::Nothing | Pending::Open | Pending::Ping | Pending::Pong | Pending::Close => None,
        }
    }

    /// Changes the delivery, of the message in progress too while nothing of it was taken.
    #[cold]
    pub(super) fn deliver(&mut self, delivery: Delivery) {
        self.delivery = delivery;
        if self.message.is_some_and(|message| message.compressed) {
            return self.deliver_inflated(delivery == Delivery::Chunks);
        }
        let in_place = match self.pending {
            Pending::ChunkInPlace { .. } => true,
            Pending::Nothing => self.frame.is_some_and(|frame| frame.in_place),
            _ => false,
        };
        if in_place && self.message.is_some_and(|message| message.fragments == 1 && !message.handed) {
            // Its header still lies in the input: it is read anew.
            self.pending = Pending::Nothing;
            self.frame = None;
            self.message = None;
            self.utf8 = Utf8Validator::default();
            return;
        }
        if let Some(message) = &mut self.message
            && delivery == Delivery::Chunks
            && self.pending == Pending::Nothing
            && !message.chunks
        {
            message.chunks = true;
            if !self.collected.is_empty() {
                self.pending = Pending::ChunkCollected { kind: message.kind, last: false };
            }
        }
    }

    pub(super) fn capacity(&self) -> usize {
        self.collected.capacity().saturating_add(self.control.capacity())
    }

    pub(super) fn is_quiescent(&self) -> bool {
        !self.is_pending() && self.frame.is_none() && self.message.is_none()
    }

    pub(super) fn input_limit(&self) -> usize {
        // Pieces are taken as they come; only a whole message has to fit.
        let whole = self.message.is_some_and(|message| !message.chunks);
        let frame = self.frame.filter(|frame| frame.in_place && whole);
        frame.map_or(WINDOW, |frame| frame.length.saturating_add(HEADER_MAX).max(WINDOW))
    }

    /// A piece is taken: the message stays in pieces, up to its last one.
    fn handed(&mut self, last: bool) {
        self.message = self.message.filter(|_| !last).map(|message| Assembly { handed: true, ..message });
    }

    /// Takes the pending event; see [`anyrfc_core::Machine::event`].
    #[inline]
    pub(super) fn event<'a>(&'a mut self, input: &'a [u8]) -> (usize, Event<'a>) {
        if let Pending::InPlace { kind, start, end } = self.pending {
            self.pending = Pending::Nothing;
            return (end, Event::Message(message_ref(kind, input.get(start..end).unwrap_or_default())));
        }
        self.rarer_event(input)
    }

    #[inline(never)]
    fn rarer_event<'a>(&'a mut self, input: &'a [u8]) -> (usize, Event<'a>) {
        match std::mem::take(&mut self.pending) {
            Pending::ChunkInPlace { kind, start, end, last } => {
                self.handed(last);
                let data = input.get(start..end).unwrap_or_default();
                (end, Event::Chunk(ChunkRef { kind, data, last }))
            }
            // The buffer is emptied when the next message begins.
            Pending::Collected(kind) => (0, Event::Message(message_ref(kind, &self.collected))),
            Pending::ChunkCollected { kind, last } => {
                self.handed(last);
                (0, Event::Chunk(ChunkRef { kind, data: &self.collected, last }))
            }
            Pending::Inflated(kind) => (0, Event::Message(message_ref(kind, self.payload.as_slice()))),
            Pending::ChunkInflated { kind, last } => {
                self.handed(last);
                (0, Event::Chunk(ChunkRef { kind, data: self.payload.as_slice(), last }))
            }
            Pending::Ping => (0, Event::Message(MessageRef::Ping(&self.control))),
            Pending::Pong => (0, Event::Message(MessageRef::Pong(&self.control))),
            Pending::Close => (0, Event::Message(MessageRef::Close(self.close.clone().flatten()))),
            Pending::Open | Pending::Nothing | Pending::InPlace { .. } => (0, Event::Open),
        }
    }

    /// Takes the pending event with its bytes.
    #[inline]
    pub(super) fn event_owned(&mut self, input: &mut BytesMut) -> OwnedEvent {
        if let Pending::InPlace { kind, start, end } = self.pending {
            self.pending = Pending::Nothing;
            return OwnedEvent::Message(message(kind, take(input, start, end)));
        }
        self.rarer_event_owned(input)
    }

    #[inline(never)]
    fn rarer_event_owned(&mut self, input: &mut BytesMut) -> OwnedEvent {
        match std::mem::take(&mut self.pending) {
            Pending::ChunkInPlace { kind, start, end, last } => {
                self.handed(last);
                OwnedEvent::Chunk(Chunk { kind, data: take(input, start, end), last })
            }
            Pending::Collected(kind) => OwnedEvent::Message(message(kind, self.collected.split().freeze())),
            Pending::ChunkCollected { kind, last } => {
                self.handed(last);
                OwnedEvent::Chunk(Chunk { kind, data: self.collected.split().freeze(), last })
            }
            Pending::Inflated(kind) => OwnedEvent::Message(message(kind, self.payload.take())),
            Pending::ChunkInflated { kind, last } => {
                self.handed(last);
                OwnedEvent::Chunk(Chunk { kind, data: self.payload.take(), last })
            }
            Pending::Ping => OwnedEvent::Message(Message::Ping(Bytes::copy_from_slice(&self.control))),
            Pending::Pong => OwnedEvent::Message(Message::Pong(Bytes::copy_from_slice(&self.control))),
            Pending::Close => OwnedEvent::Message(Message::Close(self.close.clone().flatten())),
            Pending::Open | Pending::Nothing | Pending::InPlace { .. } => OwnedEvent::Open,
        }
    }
}

/// Logs a header that was received, whichever way its frame takes.
#[inline]
pub(super) fn log(header: &FrameHeader) {
    wire!(?header, "receive frame");
    #[cfg(not(feature = "tracing"))]
    let _ = header;
}

#[inline]
fn message_ref(kind: Kind, payload: &[u8]) -> MessageRef<'_> {
    match kind {
        Kind::Text => MessageRef::Text(Utf8Slice::from_validated(payload)),
        Kind::Binary => MessageRef::Binary(payload),
    }
}

#[inline]
fn message(kind: Kind, payload: Bytes) -> Message {
    match kind {
        Kind::Text => Message::Text(Utf8Bytes::from_validated(payload)),
        Kind::Binary => Message::Binary(payload),
    }
}

/// Takes `start..end` and everything before it off the input.
#[inline]
fn take(input: &mut BytesMut, start: usize, end: usize) -> Bytes {
    let length = end.saturating_sub(start);
    if length <= COPY_UP_TO {
        let bytes = Bytes::copy_from_slice(input.get(start..end).unwrap_or_default());
        input.advance(end);
        return bytes;
    }
    input.advance(start);
    input.split_to(length).freeze()
}

impl Connection {
    #[inline]
    pub(super) fn advance_frames(&mut self, input: &[u8], now: Instant) -> Result<Step, Error> {
        if self.incoming.is_pending() || self.advance_quickly(input) {
            return Ok(Step::Ready);
        }
        self.advance_closely(input, now)
    }

    /// The next step, whatever the input is.
    fn advance_closely(&mut self, input: &[u8], now: Instant) -> Result<Step, Error> {
        if let (Some(frame), Some(message)) = (self.incoming.frame, self.incoming.message) {
            return self.advance_payload(frame, message, input);
        }
        let (header, used) = match FrameHeader::decode(input) {
            Ok(Some(found)) => found,
            Ok(None) => {
                if self.incoming.message.is_none() {
                    self.incoming.payload.release();
                }
                return Ok(Step::Need(2));
            }
            Err(fault) => return Err(self.violation(fault.requirement(), CloseCode::PROTOCOL_ERROR)),
        };
        log(&header);
        self.check_header(&header)?;
        if header.opcode.is_control() {
            return self.advance_control(header, used, input, now);
        }
        self.begin_frame(header, used, input)
    }

    /// The rules for a header that depend on the connection (RFC 6455, sections 5.1 and 5.2).
    #[inline]
    fn check_header(&mut self, header: &FrameHeader) -> Result<(), Error> {
        if !header.rsv.is_empty() {
            self.check_reserved(header)?;
        }
        match (self.role, header.mask.is_some()) {
            (Role::Client, false) | (Role::Server, true) => Ok(()),
            (Role::Client, true) => {
                Err(self.violation(rfc6455::SERVER_DOES_NOT_MASK, CloseCode::PROTOCOL_ERROR))
            }
            (Role::Server, false) => {
                Err(self.violation(rfc6455::CLIENT_MASKS_EVERY_FRAME, CloseCode::PROTOCOL_ERROR))
            }
        }
    }

    /// The reserved bits: only compression gives one a meaning, on the first frame
    /// of a message (RFC 7692, section 6).
    #[cold]
    fn check_reserved(&mut self, header: &FrameHeader) -> Result<(), Error> {
        let first = matches!(header.opcode, OpCode::Text | OpCode::Binary);
        let requirement = match (header.rsv.contains(Rsv::RSV1), &self.incoming.inflater) {
            (true, None) => rfc6455::RSV1_IS_ZERO,
            (true, Some(_)) if !first => rfc7692::RSV1_ONLY_ON_FIRST_DATA_FRAMES,
            _ if header.rsv.contains(Rsv::RSV2) => rfc6455::RSV2_IS_ZERO,
            _ if header.rsv.contains(Rsv::RSV3) => rfc6455::RSV3_IS_ZERO,
            _ => return Ok(()),
        };
        Err(self.violation(requirement, CloseCode::PROTOCOL_ERROR))
    }

    /// A data frame begins: the rules of fragmentation and the limits, then its payload.
    #[inline]
    fn begin_frame(&mut self, header: FrameHeader, used: usize, input: &[u8]) -> Result<Step, Error> {
        let message = match (header.opcode, self.incoming.message) {
            (OpCode::Continuation, Some(message)) => {
                Assembly { fragments: message.fragments.saturating_add(1), ..message }
            }
            (OpCode::Continuation, None) => {
                let requirement = rfc6455::FIRST_FRAME_TELLS_THE_TYPE;
                return Err(self.violation(requirement, CloseCode::PROTOCOL_ERROR));
            }
            (_, Some(_)) => {
                let requirement = rfc6455::MESSAGES_ARE_NOT_INTERLEAVED;
                return Err(self.violation(requirement, CloseCode::PROTOCOL_ERROR));
            }
            (opcode, None) => Assembly {
                kind: if opcode == OpCode::Text { Kind::Text } else { Kind::Binary },
                chunks: self.incoming.delivery == Delivery::Chunks,
                compressed: header.rsv.contains(Rsv::RSV1),
                size: 0,
                fragments: 1,
                handed: false,
            },
        };
        let limits = &self.config.limits;
        let length = match usize::try_from(header.length) {
            Ok(length) if length <= limits.frame || message.chunks => length,
            _ => return Err(self.over_limit("a frame larger than the limit", CloseCode::MESSAGE_TOO_BIG)),
        };
        let size = message.size.saturating_add(length);
        // What a compressed message inflates to counts, as it does so.
        let held = !message.chunks && !message.compressed;
        if held && (size > limits.message || size > limits.buffered) {
            return Err(self.over_limit("a message larger than the limit", CloseCode::MESSAGE_TOO_BIG));
        }
        if message.fragments > limits.fragments && !message.chunks {
            return Err(
                self.over_limit("a message of more fragments than the limit", CloseCode::POLICY_VIOLATION)
            );
        }
        let in_place = header.mask.is_none()
            && !message.compressed
            && (message.chunks || (header.fin && header.opcode != OpCode::Continuation));
        if message.fragments == 1 {
            self.incoming.collected.clear();
            if message.compressed {
                self.incoming.begin_inflating();
            }
            self.incoming.begun = self.incoming.begun.wrapping_add(1);
        }
        let frame = Frame { fin: header.fin, mask: header.mask, header: used, length, seen: 0, in_place };
        let message = Assembly { size, ..message };
        self.incoming.message = Some(message);
        self.incoming.frame = Some(frame);
        self.advance_payload(frame, message, input)
    }

    #[inline]
    fn advance_payload(&mut self, frame: Frame, message: Assembly, input: &[u8]) -> Result<Step, Error> {
        match (frame.in_place, message.chunks) {
            _ if message.compressed => self.inflate_payload(frame, message, input),
            (true, false) => self.whole_in_place(frame, message, input),
            (true, true) => self.chunk_in_place(frame, message, input),
            (false, _) => self.collect(frame, message, input),
        }
    }

    /// An unmasked single-frame message stays in the input until it is whole.
    #[inline]
    fn whole_in_place(&mut self, mut frame: Frame, message: Assembly, input: &[u8]) -> Result<Step, Error> {
        let payload = input.get(frame.header..).unwrap_or_default();
        let complete = payload.len() >= frame.length;
        let arrived = payload.get(..frame.length).unwrap_or(payload);
        self.check_text(message.kind, arrived.get(frame.seen..).unwrap_or_default(), complete)?;
        if !complete {
            frame.seen = arrived.len();
            let missing = frame.missing();
            self.incoming.frame = Some(frame);
            return Ok(Step::Need(missing));
        }
        let (start, end) = (frame.header, frame.header.saturating_add(frame.length));
        self.incoming.pending = Pending::InPlace { kind: message.kind, start, end };
        self.incoming.frame = None;
        self.incoming.message = None;
        Ok(Step::Ready)
    }

    /// What has arrived of an unmasked frame is handed over at once.
    fn chunk_in_place(&mut self, mut frame: Frame, message: Assembly, input: &[u8]) -> Result<Step, Error> {
        let start = frame.header;
        let payload = input.get(start..).unwrap_or_default();
        let missing = frame.missing();
        let piece = payload.get(..missing).unwrap_or(payload);
        let done = piece.len() == missing;
        let last = done && frame.fin;
        if piece.is_empty() && !done {
            return Ok(Step::Need(missing));
        }
        self.check_text(message.kind, piece, last)?;
        let end = start.saturating_add(piece.len());
        frame.advance(piece.len());
        frame.header = 0;
        self.incoming.pending = Pending::ChunkInPlace { kind: message.kind, start, end, last };
        self.incoming.frame = (!done).then_some(frame);
        self.incoming.message = Some(message);
        Ok(Step::Ready)
    }

    /// Fragments, and whatever a client masked, are collected in a buffer of their own.
    fn collect(&mut self, mut frame: Frame, message: Assembly, input: &[u8]) -> Result<Step, Error> {
        let header = std::mem::take(&mut frame.header);
        let payload = input.get(header..).unwrap_or_default();
        let missing = frame.missing();
        let piece = payload.get(..missing).unwrap_or(payload);
        let incoming = &mut self.incoming;
        if message.chunks {
            incoming.collected.clear();
        }
        let before = incoming.collected.len();
        match frame.mask {
            Some(key) => mask::extend(&mut incoming.collected, piece, key, frame.seen),
            None => incoming.collected.extend_from_slice(piece),
        }
        frame.advance(piece.len());
        let done = piece.len() == missing;
        let last = done && frame.fin;
        if message.kind == Kind::Text {
            let fresh = incoming.collected.get(before..).unwrap_or_default();
            let valid =
                incoming.utf8.feed(fresh).and_then(|()| if last { incoming.utf8.finish() } else { Ok(()) });
            if valid.is_err() {
                return Err(self.violation(rfc6455::TEXT_IS_UTF8, CloseCode::INVALID_PAYLOAD));
            }
        }
        let incoming = &mut self.incoming;
        incoming.frame = (!done).then_some(frame);
        incoming.message = (message.chunks || !last).then_some(message);
        if message.chunks && (last || !piece.is_empty()) {
            incoming.pending = Pending::ChunkCollected { kind: message.kind, last };
        } else if last {
            incoming.pending = Pending::Collected(message.kind);
        }
        match header.saturating_add(piece.len()) {
            0 if incoming.is_pending() => Ok(Step::Ready),
            0 => Ok(Step::Need(missing)),
            consumed => Ok(Step::Consumed(consumed)),
        }
    }

    fn check_text(&mut self, kind: Kind, piece: &[u8], last: bool) -> Result<(), Error> {
        if kind == Kind::Binary {
            return Ok(());
        }
        let utf8 = &mut self.incoming.utf8;
        if utf8.feed(piece).and_then(|()| if last { utf8.finish() } else { Ok(()) }).is_err() {
            return Err(self.violation(rfc6455::TEXT_IS_UTF8, CloseCode::INVALID_PAYLOAD));
        }
        Ok(())
    }

    /// A control frame, between fragments too (RFC 6455, section 5.5).
    fn advance_control(
        &mut self,
        header: FrameHeader,
        used: usize,
        input: &[u8],
        now: Instant,
    ) -> Result<Step, Error> {
        let length = usize::try_from(header.length).unwrap_or(usize::MAX).min(CONTROL_MAX);
        let end = used.saturating_add(length);
        let Some(payload) = input.get(used..end) else {
            return Ok(Step::Need(end.saturating_sub(input.len())));
        };
        // Whether it answers a ping, or our Close, only the half that sent that knows.
        self.hear();
        let incoming = &mut self.incoming;
        incoming.control.clear();
        incoming.control.extend_from_slice(payload);
        if let Some(key) = header.mask {
            mask::apply(&mut incoming.control, key, 0);
        }
        match header.opcode {
            OpCode::Ping => {
                incoming.pending = Pending::Ping;
                // Also after our own Close: only the peer's, which ends the reading of frames, excuses us.
                self.outgoing.answer(&self.incoming.control);
            }
            OpCode::Close => {
                let frame = match close::decode(&incoming.control) {
                    Ok(frame) => frame,
                    Err(fault) => return Err(self.violation(fault.requirement(), fault.answer())),
                };
                incoming.pending = Pending::Close;
                self.receive_close(frame, now);
            }
            _ if self.living.pong(&incoming.control, &self.config, now) => {}
            _ => incoming.pending = Pending::Pong,
        }
        Ok(Step::Consumed(end))
    }

    /// The peer broke `requirement`: fail the connection with `code`.
    #[cold]
    pub(super) fn violation(&mut self, requirement: &'static Requirement, code: CloseCode) -> Error {
        self.fail(code, Error::violation(requirement, ""))
    }

    /// The peer went beyond a limit of ours (RFC 6455, section 10.4).
    #[cold]
    pub(super) fn over_limit(&mut self, what: &'static str, code: CloseCode) -> Error {
        let error = Error::new(ErrorKind::Limit, what).with_requirement(rfc6455::SIZES_ARE_LIMITED);
        self.fail(code, error.with_fault(Fault::Policy))
    }
}

#[cfg(test)]
mod tests;
