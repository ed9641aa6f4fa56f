//! The server after the handshake: every frame of it is judged as it comes.

use std::time::Duration;

use anyrfc_core::Requirement;
use anyrfc_websocket::{codec::mask, rfc6455, rfc7692};

use super::frames::{CLOSE, CONTINUATION, FIN, PING, PONG, RSV1, RSV2, RSV3, TEXT, masked};
use crate::{
    doctor::{probe::Probe, subject::unable, wire::Wire},
    exit::Failure,
};

/// The largest frame that is read.
const FRAME_MAX: usize = 1 << 20;
/// How many frames of a talkative server are read while something is waited for.
const FRAMES_MAX: usize = 256;
/// What a finding shows of a frame's payload.
const SHOWN: usize = 125;

/// The statements that every frame is judged by.
pub(super) const EVERY_FRAME: &[&Requirement] =
    &[rfc6455::SERVER_DOES_NOT_MASK, rfc6455::RESERVED_BITS_ARE_ZERO, rfc6455::LENGTH_IS_MINIMAL];

/// A frame of the server's.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) opcode: u8,
    pub(super) fin: bool,
    /// Without the mask, if it had one.
    pub(super) payload: Vec<u8>,
    /// Header and the beginning of the payload, as they came.
    pub(super) seen: Vec<u8>,
}

impl Frame {
    /// The code of a Close frame.
    pub(super) fn code(&self) -> Option<u16> {
        let [high, low, ..] = self.payload.as_slice() else { return None };
        Some(u16::from_be_bytes([*high, *low]))
    }
}

/// How the server took something that no client may send.
pub(super) enum Reaction {
    /// It ended the connection, with this Close frame.
    Failed(Option<Frame>),
    /// It answered the Ping behind it.
    WentOn(Frame),
}

/// The server on an open connection.
pub(super) struct Peer {
    wire: Wire,
    compressed: bool,
    /// The first frame of the message that is not complete: its opcode, whether it is compressed.
    message: Option<(u8, bool)>,
    text: Vec<u8>,
    closed: bool,
    reset: bool,
}

impl Peer {
    pub(super) fn new(wire: Wire, compressed: bool) -> Self {
        Self { wire, compressed, message: None, text: Vec::new(), closed: false, reset: false }
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// The connection ended.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.wire.send(bytes).await
    }

    /// Whether the connection was reset instead of ended.
    pub(super) fn was_reset(&self) -> bool {
        self.reset
    }

    /// The next frame, judged; nothing where the connection ended.
    ///
    /// # Errors
    /// The frame is beyond what is examined, or it was cut.
    pub(super) async fn frame(&mut self, probe: &mut Probe<'_>) -> Result<Option<Frame>, Failure> {
        let first = match self.wire.some(1).await {
            Err(_) => {
                self.reset = true;
                return Ok(None);
            }
            Ok(bytes) => match bytes.first() {
                None => return Ok(None),
                Some(&first) => first,
            },
        };
        let (header, key, length) = self.header(first, probe).await?;
        let mut payload = self.wire.exactly(length, FRAME_MAX).await?.to_vec();
        let mut seen = header;
        seen.extend_from_slice(payload.get(..SHOWN).unwrap_or(&payload));
        probe.judge(rfc6455::SERVER_DOES_NOT_MASK, key.is_none(), &seen);
        if let Some(key) = key {
            mask::apply(&mut payload, key, 0);
        }
        let frame = Frame { opcode: first & 0x0F, fin: first & FIN != 0, payload, seen };
        self.judge(first, &frame, probe)?;
        Ok(Some(frame))
    }

    /// The rest of the header, the masking key and the length.
    async fn header(
        &mut self,
        first: u8,
        probe: &mut Probe<'_>,
    ) -> Result<(Vec<u8>, Option<[u8; 4]>, usize), Failure> {
        let mut header = vec![first];
        let second = self.take::<1>(&mut header).await?;
        let [second] = second;
        let (length, minimal) = match second & 0x7F {
            126 => {
                let length = u16::from_be_bytes(self.take(&mut header).await?);
                (u64::from(length), length > 125)
            }
            127 => {
                let length = u64::from_be_bytes(self.take(&mut header).await?);
                probe.judge(rfc6455::LENGTH_FITS_63_BITS, length >> 63 == 0, &header);
                (length, length > u64::from(u16::MAX))
            }
            short => (u64::from(short), true),
        };
        probe.judge(rfc6455::LENGTH_IS_MINIMAL, minimal, &header);
        if first & 0x08 != 0 {
            probe.judge(rfc6455::CONTROL_PAYLOAD_IS_SHORT, length <= 125, &header);
        }
        let key = if second & 0x80 == 0 { None } else { Some(self.take(&mut header).await?) };
        let length = usize::try_from(length).ok().filter(|length| *length <= FRAME_MAX);
        let length = length.ok_or_else(|| unable("the server sent a frame of more than 1 MiB"))?;
        Ok((header, key, length))
    }

    async fn take<const N: usize>(&mut self, header: &mut Vec<u8>) -> Result<[u8; N], Failure> {
        let bytes = self.wire.exactly(N, N).await?;
        header.extend_from_slice(&bytes);
        bytes.as_ref().try_into().map_err(|_| unable("a frame was cut"))
    }

    fn judge(&mut self, first: u8, frame: &Frame, probe: &mut Probe<'_>) -> Result<(), Failure> {
        let seen = frame.seen.as_slice();
        let starts = matches!(frame.opcode, 1 | 2);
        let compresses = self.compressed && starts && first & RSV1 != 0;
        if self.compressed && first & RSV1 != 0 && !starts {
            probe.broken(rfc7692::RSV1_ONLY_ON_FIRST_DATA_FRAMES, seen);
        } else {
            if self.compressed && !starts {
                probe.kept(rfc7692::RSV1_ONLY_ON_FIRST_DATA_FRAMES);
            }
            let unexpected = if compresses { first & (RSV2 | RSV3) } else { first & (RSV1 | RSV2 | RSV3) };
            probe.judge(rfc6455::RESERVED_BITS_ARE_ZERO, unexpected == 0, seen);
            for (bit, requirement) in
                [(RSV1, rfc6455::RSV1_IS_ZERO), (RSV2, rfc6455::RSV2_IS_ZERO), (RSV3, rfc6455::RSV3_IS_ZERO)]
            {
                probe.judge(requirement, unexpected & bit == 0, seen);
            }
        }
        match frame.opcode {
            CLOSE | PING | PONG => {
                probe.judge(rfc6455::CONTROL_FRAME_IS_FINAL, frame.fin, seen);
                probe.judge(rfc6455::CONTROL_FRAMES_ARE_NOT_FRAGMENTS, frame.fin, seen);
                if frame.opcode == CLOSE {
                    self.closed = true;
                    judge_close(frame, probe);
                }
                Ok(())
            }
            0..=2 => {
                self.judge_data(frame, compresses, probe);
                Ok(())
            }
            unknown => Err(unable(format!("the server sent a frame of the reserved opcode {unknown}"))),
        }
    }

    fn judge_data(&mut self, frame: &Frame, compresses: bool, probe: &mut Probe<'_>) {
        let seen = frame.seen.as_slice();
        probe.judge(rfc6455::NO_DATA_AFTER_CLOSE, !self.closed, seen);
        let goes_on = frame.opcode == CONTINUATION;
        if goes_on {
            probe.judge(rfc6455::FIRST_FRAME_TELLS_THE_TYPE, self.message.is_some(), seen);
        } else {
            probe.judge(rfc6455::MESSAGES_ARE_NOT_INTERLEAVED, self.message.is_none(), seen);
            self.message = Some((frame.opcode, compresses));
            self.text.clear();
        }
        if self.message == Some((TEXT, false)) && self.text.len() < FRAME_MAX {
            self.text.extend_from_slice(&frame.payload);
            if frame.fin {
                probe.judge(rfc6455::TEXT_IS_UTF8, std::str::from_utf8(&self.text).is_ok(), seen);
            }
        }
        if frame.fin {
            self.message = None;
        }
    }

    /// The next frame of one of these opcodes; nothing where the connection ended before.
    ///
    /// # Errors
    /// As [`frame`](Self::frame), or the server talks without end.
    pub(super) async fn until(
        &mut self,
        opcodes: &[u8],
        probe: &mut Probe<'_>,
    ) -> Result<Option<Frame>, Failure> {
        for _ in 0..FRAMES_MAX {
            match self.frame(probe).await? {
                Some(frame) if !opcodes.contains(&frame.opcode) => {}
                other => return Ok(other),
            }
        }
        Err(unable("the server talks without end"))
    }

    /// As [`until`](Self::until), where something comes within `wait`.
    ///
    /// # Errors
    /// As [`until`](Self::until).
    pub(super) async fn until_within(
        &mut self,
        wait: Duration,
        opcodes: &[u8],
        probe: &mut Probe<'_>,
    ) -> Result<Option<Option<Frame>>, Failure> {
        let deadline = tokio::time::Instant::now() + wait;
        for _ in 0..FRAMES_MAX {
            let left = deadline.saturating_duration_since(tokio::time::Instant::now());
            if !self.wire.arrives(left).await {
                return Ok(None);
            }
            match self.frame(probe).await? {
                Some(frame) if !opcodes.contains(&frame.opcode) => {}
                other => return Ok(Some(other)),
            }
        }
        Err(unable("the server talks without end"))
    }

    /// Answers whether the server noticed what was sent before: it gets a moment of its own, so that
    /// nothing of ours is in the way of its last words, then a Ping.
    ///
    /// # Errors
    /// As [`until`](Self::until).
    pub(super) async fn reaction(
        &mut self,
        moment: Duration,
        probe: &mut Probe<'_>,
    ) -> Result<Reaction, Failure> {
        const STILL: &[u8] = b"still there?";
        if let Some(end) = self.until_within(moment, &[CLOSE], probe).await? {
            return Ok(Reaction::Failed(end));
        }
        let ping = masked(FIN | PING, STILL);
        if self.send(&ping).await.is_err() {
            return Ok(Reaction::Failed(None));
        }
        loop {
            match self.until(&[CLOSE, PONG], probe).await? {
                // Its own beat of Pongs says nothing; one that is masked still does, and is judged elsewhere.
                Some(frame) if frame.opcode == PONG => {
                    if frame.payload == STILL || ping.ends_with(&frame.payload) && !frame.payload.is_empty() {
                        return Ok(Reaction::WentOn(frame));
                    }
                }
                end => return Ok(Reaction::Failed(end)),
            }
        }
    }
}

fn judge_close(frame: &Frame, probe: &mut Probe<'_>) {
    let seen = frame.seen.as_slice();
    if !frame.payload.is_empty() {
        probe.judge(rfc6455::CLOSE_BODY_STARTS_WITH_A_CODE, frame.payload.len() > 1, seen);
    }
    if let Some(code) = frame.code() {
        for (forbidden, requirement) in [
            (1005, rfc6455::CODE_1005_IS_NOT_SENT),
            (1006, rfc6455::CODE_1006_IS_NOT_SENT),
            (1015, rfc6455::CODE_1015_IS_NOT_SENT),
        ] {
            probe.judge(requirement, code != forbidden, seen);
        }
    }
}
