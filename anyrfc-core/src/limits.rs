//! How much of anything a peer may make us hold.

use std::time::Duration;

/// What a peer may make us hold or wait for, in the same words for every
/// protocol. Each protocol documents which of them it uses and its defaults;
/// going beyond one is [`ErrorKind::Limit`](crate::ErrorKind::Limit).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one line without its end. Default 64 KiB.
    pub line: usize,
    /// Bytes of one literal or body held in memory. Default 64 MiB.
    pub literal: usize,
    /// Bytes of one header block. Default 64 KiB.
    pub header_block: usize,
    /// Fields of one header block. Default 256.
    pub headers: usize,
    /// Payload bytes of one frame. Default 64 MiB.
    pub frame: usize,
    /// Bytes of one message after reassembly. Default 64 MiB.
    pub message: usize,
    /// Fragments of one message. Default 131 072.
    pub fragments: usize,
    /// Nested structures. Default 64.
    pub nesting: usize,
    /// Elements of one list. Default 65 536.
    pub list: usize,
    /// Bytes held in all for one connection. Default 128 MiB.
    pub buffered: usize,
    /// From the first packet to a usable protocol. Default 30 s.
    pub connect_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 64 << 10,
            literal: 64 << 20,
            header_block: 64 << 10,
            headers: 256,
            frame: 64 << 20,
            message: 64 << 20,
            fragments: 131_072,
            nesting: 64,
            list: 65_536,
            buffered: 128 << 20,
            connect_time: Duration::from_secs(30),
        }
    }
}
