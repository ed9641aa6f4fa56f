//! How messages are compressed (RFC 7692, section 7).

use std::fmt;

/// The base-2 logarithm of an LZ77 sliding window: 8 to 15 (RFC 7692, section 7.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WindowBits(u8);

/// Not within 8 to 15.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowBitsError;

impl fmt::Display for WindowBitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bits of a sliding window are not within 8 to 15")
    }
}

impl std::error::Error for WindowBitsError {}

impl WindowBits {
    /// 256 bytes. No compressor is known that can be held to so little: who must
    /// compress with it sends uncompressed messages instead.
    pub const MIN: Self = Self(8);
    /// 32 KiB, the largest window that DEFLATE has.
    pub const MAX: Self = Self(15);

    /// A window of 2 to the power of `bits` bytes.
    ///
    /// # Errors
    /// [`WindowBitsError`] below 8 and above 15.
    pub const fn new(bits: u8) -> Result<Self, WindowBitsError> {
        match bits {
            8..=15 => Ok(Self(bits)),
            _ => Err(WindowBitsError),
        }
    }

    /// The logarithm.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// How many bytes the window has.
    #[must_use]
    pub const fn size(self) -> usize {
        1 << self.0
    }

    /// A decimal number without leading zeroes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let bits = text.parse().ok().filter(|_| digits && !text.starts_with('0'))?;
        Self::new(bits).ok()
    }
}

impl Default for WindowBits {
    fn default() -> Self {
        Self::MAX
    }
}

impl fmt::Display for WindowBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<u8> for WindowBits {
    type Error = WindowBitsError;

    /// # Errors
    /// As [`WindowBits::new`].
    fn try_from(bits: u8) -> Result<Self, Self::Error> {
        Self::new(bits)
    }
}

/// What is offered as permessage-deflate (RFC 7692), and how it is used once agreed on.
///
/// Memory is taken when the first message is compressed or inflated, and kept for
/// the next one: about 290 KiB to send with the largest window (160 KiB with the
/// smallest), up to 80 KiB to receive. A connection that is going to be idle gives
/// it back by `WebSocketClient::release_contexts`.
///
/// A message that does not become smaller is sent as it is; the next one that is
/// compressed then refers to none before it.
///
/// # Security
/// Compression before encryption tells by the length what a message has in common
/// with those before it. Where a secret and text of an attacker's choice share a
/// connection, that is enough to find the secret out (RFC 7692, section 8; the CRIME
/// attack): send one of them uncompressed, as `WebSocketClient::send_uncompressed`
/// does, or leave compression off, which is the default.
///
/// ```
/// use anyrfc_websocket::{Deflate, WindowBits};
///
/// let deflate = Deflate::default().level(6).client_max_window_bits(WindowBits::new(12)?);
/// # Ok::<_, anyrfc_websocket::WindowBitsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Deflate {
    pub(crate) threshold: usize,
    pub(crate) level: u8,
    pub(crate) max_ratio: u32,
    pub(crate) client_no_context_takeover: bool,
    pub(crate) server_no_context_takeover: bool,
    pub(crate) client_max_window_bits: Option<WindowBits>,
    pub(crate) server_max_window_bits: Option<WindowBits>,
}

impl Default for Deflate {
    fn default() -> Self {
        Self {
            threshold: 128,
            level: 1,
            max_ratio: 200,
            client_no_context_takeover: false,
            server_no_context_takeover: false,
            client_max_window_bits: None,
            server_max_window_bits: None,
        }
    }
}

impl Deflate {
    /// Messages of fewer bytes are sent uncompressed. Default 128.
    pub const fn threshold(mut self, bytes: usize) -> Self {
        self.threshold = bytes;
        self
    }

    /// From 1, the fastest and the default, to 9, the smallest; what lies beyond is
    /// taken as 9, and 0 as 1. Level 6 takes six to ten times as long as level 1, for
    /// a quarter to a third fewer bytes.
    pub const fn level(mut self, level: u8) -> Self {
        self.level = match level {
            0 => 1,
            1..=9 => level,
            _ => 9,
        };
        self
    }

    /// A received message that inflates to more than this many times its size is
    /// refused, once it is larger than 1 MiB. DEFLATE reaches 1032 at most; real
    /// data stays below 50. Default 200, as in Apache's `mod_deflate`.
    pub const fn max_ratio(mut self, ratio: u32) -> Self {
        self.max_ratio = ratio;
        self
    }

    /// The client compresses each message on its own (section 7.1.1.2): less
    /// memory for the server, and no message betrays another by its length.
    pub const fn client_no_context_takeover(mut self) -> Self {
        self.client_no_context_takeover = true;
        self
    }

    /// The server is to compress each message on its own (section 7.1.1.1). One
    /// that cannot declines compression.
    pub const fn server_no_context_takeover(mut self) -> Self {
        self.server_no_context_takeover = true;
        self
    }

    /// The client compresses with a window of at most so many bits (section
    /// 7.1.2.2). Without it, with what the server allows.
    pub const fn client_max_window_bits(mut self, bits: WindowBits) -> Self {
        self.client_max_window_bits = Some(bits);
        self
    }

    /// The server is to compress with a window of at most so many bits (section
    /// 7.1.2.1). One that cannot declines compression.
    pub const fn server_max_window_bits(mut self, bits: WindowBits) -> Self {
        self.server_max_window_bits = Some(bits);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_a_decimal_number_from_8_to_15() {
        for bits in 0..=u8::MAX {
            let expected = (8..=15).contains(&bits).then_some(WindowBits(bits));
            assert_eq!(WindowBits::new(bits).ok(), expected);
            assert_eq!(WindowBits::parse(&bits.to_string()), expected);
        }
        for bad in
            ["", "08", "010", "+9", "-9", "9 ", "9.0", "0x9", "1 0", "٩", "266", "1000000000000000000009"]
        {
            assert_eq!(WindowBits::parse(bad), None, "{bad:?}");
        }
    }
}
