//! A client in halves, and a peer that says byte by byte what the test wants.

use std::{
    future::poll_fn,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use anyrfc_core::testing::{MemoryStream, pair};
use anyrfc_websocket::{Receiver, Sender, WebSocketClient, client::Builder, proto::Config, testing::accept};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const TEXT: u8 = 0x81;
pub(crate) const BINARY: u8 = 0x82;
pub(crate) const CLOSE: u8 = 0x88;
pub(crate) const PING: u8 = 0x89;
pub(crate) const PONG: u8 = 0x8A;

/// Both halves, and the peer's end of a stream that holds `capacity` bytes each way.
pub(crate) async fn connect(builder: Builder, capacity: usize) -> (Sender, Receiver, MemoryStream) {
    let (near, mut far) = pair(capacity);
    let client = open(builder, near, &mut far).await;
    let (sender, receiver) = client.split();
    (sender, receiver, far)
}

/// The opening handshake, and nothing else.
pub(crate) async fn open<N, F>(builder: Builder, near: N, far: F) -> WebSocketClient
where
    N: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    F: AsyncRead + AsyncWrite + Unpin,
{
    let opening = async {
        let mut driver = accept(far, Config::default());
        driver.next().await.unwrap();
        driver.flush().await.unwrap();
        assert!(driver.into_parts().2.is_empty());
    };
    tokio::join!(builder.connect_over("ws://memory/", near), opening).0.unwrap()
}

/// A frame of the server.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        length @ ..=125 => bytes.push(length as u8),
        length @ ..=0xFFFF => {
            bytes.push(126);
            bytes.extend((length as u16).to_be_bytes());
        }
        length => {
            bytes.push(127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend(payload);
    bytes
}

/// A frame of the client: its first byte and what it carries.
pub(crate) async fn read_frame(far: &mut (impl AsyncRead + Unpin)) -> (u8, Vec<u8>) {
    let (first, length) = (far.read_u8().await.unwrap(), far.read_u8().await.unwrap());
    assert!(length & 0x80 != 0, "a client masks");
    let length = match length & 0x7F {
        126 => usize::from(far.read_u16().await.unwrap()),
        127 => far.read_u64().await.unwrap() as usize,
        length => usize::from(length),
    };
    let mut key = [0; 4];
    far.read_exact(&mut key).await.unwrap();
    let mut payload = vec![0; length];
    far.read_exact(&mut payload).await.unwrap();
    payload.iter_mut().enumerate().for_each(|(at, byte)| *byte ^= key[at % 4]);
    (first, payload)
}

/// Polls `future` up to `times` times, then drops it; what it came to, if it did.
pub(crate) async fn poll_times<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = times;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        let polled = future.as_mut().poll(cx).map(Some);
        if polled.is_pending() {
            cx.waker().wake_by_ref();
        }
        polled
    })
    .await
}

/// Polls once, for nobody: nothing that it waits for wakes anyone.
pub(crate) fn poll_now<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    }
}
