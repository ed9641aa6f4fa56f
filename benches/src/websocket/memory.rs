//! A peer in memory: accepts every opening handshake, takes everything, and
//! has the same frames ready for everybody, up to 256 KiB a read.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use anyrfc_websocket::codec::{
    FrameHeader, OpCode, Rsv,
    handshake::{Key, accept_for},
};
use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::KIB;

/// What one read yields at most.
const READ: usize = 256 * KIB;

/// Frames that wait to be read.
#[derive(Debug, Default)]
pub(super) struct Feed {
    /// A whole number of frames.
    block: Vec<u8>,
    at: usize,
    left: usize,
}

impl Feed {
    /// So many messages.
    pub(super) fn new(payload: &[u8], messages: usize) -> Self {
        let frame = server_frame(OpCode::Binary, payload);
        Self { block: frame.repeat(READ.div_ceil(frame.len())), at: 0, left: messages * frame.len() }
    }

    /// Copies what fits; how much that was.
    pub(super) fn fill(&mut self, room: &mut ReadBuf<'_>) -> usize {
        let count = room.remaining().min(READ).min(self.block.len() - self.at).min(self.left);
        room.put_slice(&self.block[self.at..self.at + count]);
        self.left -= count;
        self.at += count;
        if self.at == self.block.len() {
            self.at = 0;
        }
        count
    }
}

/// One unmasked frame with this payload.
pub(super) fn server_frame(opcode: OpCode, payload: &[u8]) -> Vec<u8> {
    frame(opcode, None, payload)
}

/// One frame; with a key of zeros a masked payload is as it was.
pub(super) fn frame(opcode: OpCode, mask: Option<[u8; 4]>, payload: &[u8]) -> Vec<u8> {
    let mut frame = BytesMut::new();
    FrameHeader { fin: true, rsv: Rsv::NONE, opcode, mask, length: payload.len() as u64 }.encode(&mut frame);
    frame.extend_from_slice(payload);
    frame.into()
}

/// The answer to a request for a WebSocket; `None` where its head is not all there.
pub(super) fn answer(request: &[u8]) -> Option<String> {
    let head = std::str::from_utf8(request).ok()?.strip_suffix("\r\n\r\n")?;
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    let (_, key) = fields.find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"))?;
    let accept = accept_for(&Key::parse(key.trim().as_bytes()).ok()?);
    let status = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    // Nobody compresses here: what is echoed was, by the same rules for both directions.
    let deflate = if head.contains("permessage-deflate") {
        "Sec-WebSocket-Extensions: permessage-deflate\r\n"
    } else {
        ""
    };
    Some(format!("{status}{deflate}Sec-WebSocket-Accept: {accept}\r\n\r\n"))
}

/// The stream to that peer.
#[derive(Debug)]
pub(super) struct Memory {
    request: Option<Vec<u8>>,
    answer: Vec<u8>,
    feed: Option<Feed>,
    written: Arc<AtomicUsize>,
}

impl Memory {
    /// With what it has to send, if anything; and the count of bytes it took.
    pub(super) fn new(feed: Option<Feed>) -> (Self, Arc<AtomicUsize>) {
        let written = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&written);
        (Self { request: Some(Vec::new()), answer: Vec::new(), feed, written }, counter)
    }

    fn take(&mut self, bytes: &[u8]) {
        if let Some(request) = &mut self.request {
            request.extend_from_slice(bytes);
            if let Some(answer) = answer(request) {
                self.answer = answer.into_bytes();
                self.request = None;
            }
            return;
        }
        self.written.fetch_add(bytes.len(), Ordering::Relaxed);
    }
}

impl AsyncRead for Memory {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, room: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.answer.is_empty() {
            let count = room.remaining().min(this.answer.len());
            room.put_slice(&this.answer[..count]);
            this.answer.drain(..count);
            return Poll::Ready(Ok(()));
        }
        match &mut this.feed {
            // Nobody waits for one that only listens.
            None => Poll::Pending,
            Some(feed) => {
                feed.fill(room);
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl AsyncWrite for Memory {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().take(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        for slice in slices {
            this.take(slice);
        }
        Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
