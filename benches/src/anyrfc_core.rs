//! The driver's own cost: 64-byte length-prefixed messages from memory.
//!
//! The stream serves the same bytes to everybody, 64 KiB a read. The limit
//! reads them into one buffer and looks at each message where it must lie, with
//! no parsing; the peer is the usual way to read such messages on tokio.

use std::{
    error::Error,
    hint::black_box,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};

use anyrfc_core::{Driver, Eof, Machine, Output, ProtocolState, Step, TlsInfo};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf},
    runtime::Runtime,
};
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};

use crate::{
    clock,
    row::{Better, Contestant, Effort, Row, Sample, Title, Who, measure},
};

/// A message on the wire: two bytes of length, and so many of payload.
const MESSAGE: usize = 64;
const PREFIX: usize = 2;
/// What one read yields at most.
const READ: usize = 64 << 10;

/// Measures both ways to receive, of which those whose names begin so.
pub(crate) fn rows(effort: Effort, wanted: &str) -> Result<Vec<Row>, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let messages = effort.operations(4 << 20);
    let title = |name| Title { subject: "anyrfc-core", name, unit: "ns/message", better: Better::Lower };
    let limit = || {
        Contestant::new(Who::Limit("stream into one buffer"), || {
            per_message(&runtime, messages, async |feed| raw(feed).await)
        })
    };
    // It has no borrowed mode: in that row, too, its frames are owned.
    let framed = || {
        Contestant::new(Who::Peer("tokio-util-framed"), || {
            per_message(&runtime, messages, async |feed| framed(feed).await)
        })
    };
    let borrowed =
        Contestant::new(Who::Ours, || per_message(&runtime, messages, async |feed| borrowed(feed).await));
    let owned =
        Contestant::new(Who::Ours, || per_message(&runtime, messages, async |feed| owned(feed).await));
    let mut rows = Vec::new();
    for (name, ours) in [("driver-recv-64-borrowed", borrowed), ("driver-recv-64-owned", owned)] {
        if name.starts_with(wanted) {
            rows.push(measure(title(name), effort, &mut [limit(), ours, framed()])?);
        }
    }
    Ok(rows)
}

/// What a contestant saw, so that nobody can leave work out.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    messages: usize,
    bytes: usize,
}

impl Seen {
    /// Everybody looks at every message like this.
    #[inline]
    fn look(&mut self, payload: &[u8]) {
        self.messages += 1;
        self.bytes += payload.len();
        black_box(payload.first());
    }
}

fn per_message(
    runtime: &Runtime,
    messages: usize,
    contestant: impl AsyncFnOnce(Feed) -> Result<Seen, Box<dyn Error>>,
) -> Result<Sample, Box<dyn Error>> {
    let feed = Feed::new(messages);
    let start = clock::spent();
    let seen = runtime.block_on(contestant(feed))?;
    let spent = clock::spent() - start;
    let expected = Seen { messages, bytes: messages * (MESSAGE - PREFIX) };
    if seen != expected {
        return Err(format!("saw {seen:?} instead of {expected:?}").into());
    }
    Ok((spent.as_secs_f64() * 1e9 / messages as f64).into())
}

async fn raw(mut feed: Feed) -> Result<Seen, Box<dyn Error>> {
    let mut seen = Seen::default();
    let mut buffer = vec![0; READ];
    loop {
        // Reads are of whole messages: nothing is carried over.
        let count = feed.read(&mut buffer).await?;
        if count == 0 {
            return Ok(seen);
        }
        for message in buffer[..count].chunks_exact(MESSAGE) {
            seen.look(&message[PREFIX..]);
        }
    }
}

async fn borrowed(feed: Feed) -> Result<Seen, Box<dyn Error>> {
    let mut seen = Seen::default();
    let mut driver = Driver::new(Prefixed::default(), feed);
    while let Some(payload) = driver.next_ref().await? {
        seen.look(payload);
    }
    Ok(seen)
}

async fn owned(feed: Feed) -> Result<Seen, Box<dyn Error>> {
    let mut seen = Seen::default();
    let mut driver = Driver::new(Prefixed::default(), feed);
    while let Some(payload) = driver.next().await? {
        seen.look(&payload);
    }
    Ok(seen)
}

async fn framed(feed: Feed) -> Result<Seen, Box<dyn Error>> {
    let mut seen = Seen::default();
    let codec = LengthDelimitedCodec::builder().length_field_type::<u16>().new_codec();
    let mut reader = FramedRead::with_capacity(feed, codec, READ);
    while let Some(payload) = reader.next().await {
        seen.look(&payload?);
    }
    Ok(seen)
}

/// Length-prefixed messages: the least a protocol can do.
#[derive(Debug, Default)]
struct Prefixed {
    /// The payload's length of the event that waits to be taken.
    pending: Option<usize>,
    /// A message was begun and is not all there.
    partial: bool,
}

/// The stream ended inside a message.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the stream ended inside a message")
    }
}

impl Error for Cut {}

impl Machine for Prefixed {
    type Event<'a> = &'a [u8];
    type Owned = Bytes;
    type Error = Cut;

    #[inline]
    fn advance(&mut self, input: &[u8], _: Instant) -> Result<Step, Cut> {
        let Some((prefix, rest)) = input.split_first_chunk::<PREFIX>() else {
            self.partial = !input.is_empty();
            return Ok(Step::Need(PREFIX - input.len()));
        };
        let length = usize::from(u16::from_be_bytes(*prefix));
        if rest.len() < length {
            self.partial = true;
            return Ok(Step::Need(length - rest.len()));
        }
        self.pending = Some(length);
        Ok(Step::Ready)
    }

    #[inline]
    fn event<'a>(&'a mut self, input: &'a [u8]) -> (usize, &'a [u8]) {
        let length = PREFIX + self.pending.take().unwrap_or_default();
        (length, input.get(PREFIX..length).unwrap_or_default())
    }

    #[inline]
    fn event_owned(&mut self, input: &mut BytesMut) -> Bytes {
        let length = PREFIX + self.pending.take().unwrap_or_default();
        let payload = Bytes::copy_from_slice(input.get(PREFIX..length).unwrap_or_default());
        bytes::Buf::advance(input, length);
        payload
    }

    fn wants_write(&self) -> bool {
        false
    }

    fn transmit(&mut self, _: &mut Output, _: Instant) {}

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    fn handle_timeout(&mut self, _: Instant) -> Result<(), Cut> {
        Ok(())
    }

    fn handle_eof(&mut self, _: Eof) -> Result<(), Cut> {
        if self.partial { Err(Cut) } else { Ok(()) }
    }

    fn handle_secured(&mut self, _: &TlsInfo) {}

    fn quiescent(&self) -> bool {
        true
    }

    fn input_limit(&self) -> usize {
        1 << 20
    }

    fn state(&self) -> ProtocolState {
        ProtocolState::Connected
    }
}

/// A peer that always has the next messages ready, and takes everything.
#[derive(Debug)]
struct Feed {
    block: Box<[u8]>,
    at: usize,
    left: usize,
}

impl Feed {
    fn new(messages: usize) -> Self {
        let mut message = [b'x'; MESSAGE];
        message[..PREFIX].copy_from_slice(&62_u16.to_be_bytes());
        Self { block: message.repeat(READ / MESSAGE).into(), at: 0, left: messages * MESSAGE }
    }
}

impl AsyncRead for Feed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let count = buffer.remaining().min(self.block.len() - self.at).min(self.left);
        buffer.put_slice(&self.block[self.at..self.at + count]);
        self.at = (self.at + count) % self.block.len();
        self.left -= count;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Feed {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, io::Error>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
