//! The frame header (RFC 6455, section 5.2).

use anyrfc_core::Requirement;
use bytes::BytesMut;

use super::simd;
use crate::rfc6455;

/// What a frame is (`frame-opcode` of RFC 6455, section 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum OpCode {
    /// The message goes on.
    Continuation = 0x0,
    /// A text message begins.
    Text = 0x1,
    /// A binary message begins.
    Binary = 0x2,
    /// The connection is being closed.
    Close = 0x8,
    /// Are you there?
    Ping = 0x9,
    /// I am here.
    Pong = 0xA,
}

impl OpCode {
    const fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            _ => return None,
        })
    }

    /// Whether frames of this kind may stand between the fragments of a message.
    #[must_use]
    pub const fn is_control(self) -> bool {
        self as u8 & 0x8 != 0
    }
}

/// The reserved bits of a frame, which only an extension gives a meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rsv(u8);

impl Rsv {
    /// None of the three.
    pub const NONE: Self = Self(0);
    /// The first, which permessage-deflate uses (RFC 7692).
    pub const RSV1: Self = Self(0x40);
    /// The second.
    pub const RSV2: Self = Self(0x20);
    /// The third.
    pub const RSV3: Self = Self(0x10);

    /// Whether no bit is set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every bit of `other` is set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The bits of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The bits that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// A frame header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// Whether this is the last frame of its message.
    pub fin: bool,
    /// The reserved bits.
    pub rsv: Rsv,
    /// What the frame is.
    pub opcode: OpCode,
    /// The masking key, if the payload is masked.
    pub mask: Option<[u8; 4]>,
    /// Payload bytes; below 2^63.
    pub length: u64,
}

/// How a frame header breaks the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameFault {
    /// An opcode the RFC reserves.
    ReservedOpcode(u8),
    /// A length in more bytes than it needs.
    LengthNotMinimal,
    /// A 64-bit length with its top bit set.
    LengthHighBit,
    /// A control frame without FIN.
    FragmentedControl,
    /// A control frame with more than 125 bytes.
    ControlTooLong,
}

impl FrameFault {
    /// The statement that was broken.
    #[must_use]
    pub const fn requirement(self) -> &'static Requirement {
        match self {
            Self::ReservedOpcode(_) => rfc6455::UNKNOWN_OPCODE_FAILS,
            Self::LengthNotMinimal => rfc6455::LENGTH_IS_MINIMAL,
            Self::LengthHighBit => rfc6455::LENGTH_FITS_63_BITS,
            Self::FragmentedControl => rfc6455::CONTROL_FRAME_IS_FINAL,
            Self::ControlTooLong => rfc6455::CONTROL_PAYLOAD_IS_SHORT,
        }
    }
}

/// The longest header: 2 bytes, 8 of length, 4 of key.
pub const HEADER_MAX: usize = 14;
/// The most payload bytes of a control frame.
pub const CONTROL_MAX: usize = 125;

const FIN: u8 = 0x80;
const RSV: u8 = 0x70;
const OPCODE: u8 = 0x0F;
const MASK: u8 = 0x80;
const LENGTH: u8 = 0x7F;

impl FrameHeader {
    /// Reads a header (`ws-frame` without its payload data), with how many
    /// bytes it has; `None` when there are not enough yet.
    ///
    /// # Errors
    /// [`FrameFault`] as soon as the bytes that are there break the grammar.
    #[inline]
    pub fn decode(input: &[u8]) -> Result<Option<(Self, usize)>, FrameFault> {
        let [first, second, rest @ ..] = input else {
            // A reserved opcode or a fragmented control frame shows in the first byte.
            if let [first] = input {
                Self::opcode(*first)?;
            }
            return Ok(None);
        };
        let opcode = Self::opcode(*first)?;
        let short = second & LENGTH;
        let (length, used) = match short {
            0..=125 => (u64::from(short), 2),
            _ if opcode.is_control() => return Err(FrameFault::ControlTooLong),
            126 => {
                let Some(bytes) = rest.first_chunk::<2>() else { return Ok(None) };
                let length = u16::from_be_bytes(*bytes);
                if length < 126 {
                    return Err(FrameFault::LengthNotMinimal);
                }
                (u64::from(length), 4)
            }
            _ => {
                if rest.first().is_some_and(|byte| byte & 0x80 != 0) {
                    return Err(FrameFault::LengthHighBit);
                }
                let Some(bytes) = rest.first_chunk::<8>() else { return Ok(None) };
                let length = u64::from_be_bytes(*bytes);
                if length <= u64::from(u16::MAX) {
                    return Err(FrameFault::LengthNotMinimal);
                }
                (length, 10)
            }
        };
        let (mask, used) = if second & MASK == 0 {
            (None, used)
        } else {
            let Some(key) = input.get(used..).and_then(<[u8]>::first_chunk::<4>) else { return Ok(None) };
            (Some(*key), used.saturating_add(4))
        };
        Ok(Some((Self { fin: first & FIN != 0, rsv: Rsv(first & RSV), opcode, mask, length }, used)))
    }

    #[inline]
    fn opcode(first: u8) -> Result<OpCode, FrameFault> {
        let bits = first & OPCODE;
        let opcode = OpCode::from_bits(bits).ok_or(FrameFault::ReservedOpcode(bits))?;
        if opcode.is_control() && first & FIN == 0 {
            return Err(FrameFault::FragmentedControl);
        }
        Ok(opcode)
    }

    /// Writes the header, its length in as few bytes as it needs.
    #[inline]
    pub fn encode(&self, out: &mut BytesMut) {
        let (head, used) = self.to_bytes();
        out.extend_from_slice(head.to_le_bytes().get(..used).unwrap_or_default());
    }

    /// Writes the whole frame: the header, and the payload that it announces, under
    /// the key if there is one.
    #[inline]
    pub fn encode_with(&self, payload: &[u8], out: &mut BytesMut) {
        debug_assert_eq!(self.length, payload.len() as u64, "the header announces another payload");
        match self.mask {
            Some(key) => simd::append(out, self.to_bytes(), payload, key, 0),
            None => {
                out.reserve(HEADER_MAX.saturating_add(payload.len()));
                self.encode(out);
                out.extend_from_slice(payload);
            }
        }
    }

    /// The header's bytes, the first one lowest, and how many they are: a number,
    /// so that it is put together in registers.
    #[inline]
    fn to_bytes(self) -> (u128, usize) {
        let fin = if self.fin { FIN } else { 0 };
        let (masked, key_length) = if self.mask.is_some() { (MASK, 4) } else { (0, 0) };
        let key = u32::from_le_bytes(self.mask.unwrap_or_default());
        let head =
            |short: u8| u128::from(fin | self.rsv.0 | self.opcode as u8) | u128::from(masked | short) << 8;
        let (head, used) = match self.length {
            0..=125 => (head(self.length as u8) | u128::from(key) << 16, 2usize),
            126..=0xFFFF => {
                let length = u128::from((self.length as u16).swap_bytes());
                (head(126) | length << 16 | u128::from(key) << 32, 4)
            }
            _ => {
                let length = u128::from(self.length.swap_bytes());
                (head(127) | length << 16 | u128::from(key) << 80, 10)
            }
        };
        (head, used.saturating_add(key_length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(length: u64, mask: Option<[u8; 4]>) -> FrameHeader {
        FrameHeader { fin: true, rsv: Rsv::NONE, opcode: OpCode::Binary, mask, length }
    }

    #[test]
    fn what_is_encoded_decodes_to_the_same_at_every_length_edge() {
        for length in [0, 1, 125, 126, 127, 0xFFFF, 0x1_0000, u64::from(u32::MAX) + 1, i64::MAX as u64] {
            for mask in [None, Some([1, 2, 3, 4])] {
                let mut out = BytesMut::new();
                header(length, mask).encode(&mut out);
                for cut in 0..out.len() {
                    assert_eq!(FrameHeader::decode(&out[..cut]), Ok(None), "{length} cut at {cut}");
                }
                let used = out.len();
                out.extend_from_slice(b"payload");
                assert_eq!(FrameHeader::decode(&out), Ok(Some((header(length, mask), used))));
            }
        }
    }

    #[test]
    fn a_frame_written_in_one_go_is_its_header_and_its_payload() {
        for length in [0, 1, 64, 125, 126, 1000, 0xFFFF, 0x1_0000] {
            for mask in [None, Some([1, 2, 3, 4])] {
                let payload: Vec<u8> = (0..length).map(|i| i as u8).collect();
                let (mut one, mut two) = (BytesMut::from(&b"x"[..]), BytesMut::from(&b"x"[..]));
                header(length, mask).encode_with(&payload, &mut one);
                header(length, mask).encode(&mut two);
                let start = two.len();
                two.extend_from_slice(&payload);
                crate::codec::mask::apply(&mut two[start..], mask.unwrap_or_default(), 0);
                assert_eq!(one, two);
            }
        }
    }

    #[test]
    fn every_first_byte_is_accepted_or_refused_as_the_rfc_says() {
        for first in 0..=u8::MAX {
            let (bits, fin) = (first & 0x0F, first & 0x80 != 0);
            let expected = match bits {
                0..=2 => None,
                8..=10 if fin => None,
                8..=10 => Some(FrameFault::FragmentedControl),
                _ => Some(FrameFault::ReservedOpcode(bits)),
            };
            assert_eq!(FrameHeader::decode(&[first, 0]).err(), expected, "{first:#x}");
            assert_eq!(FrameHeader::decode(&[first]).err(), expected, "{first:#x} alone");
        }
    }

    #[test]
    fn lengths_must_be_minimal_and_below_2_to_the_63() {
        use FrameFault::{ControlTooLong, LengthHighBit, LengthNotMinimal};
        assert_eq!(FrameHeader::decode(&[0x82, 126, 0, 125]), Err(LengthNotMinimal));
        assert_eq!(FrameHeader::decode(&[0x82, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]), Err(LengthNotMinimal));
        assert_eq!(FrameHeader::decode(&[0x82, 127, 0x80]), Err(LengthHighBit));
        assert_eq!(FrameHeader::decode(&[0x89, 126]), Err(ControlTooLong));
        assert_eq!(FrameHeader::decode(&[0x88, 127]), Err(ControlTooLong));
    }
}
