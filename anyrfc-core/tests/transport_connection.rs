//! What a connection is: capability rows 13, 14, 15, 19 and 20.
#![cfg(feature = "client")]

use std::{
    future::Future,
    io::{self, IoSlice},
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use anyrfc_core::{
    Driver, Eof, ErrorKind, Machine, Output, ProtocolState, Step, TlsInfo,
    transport::{Buffered, Connection, Connector, Listener, ReadHalf, WriteHalf},
};
use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf, duplex};

const LIMIT: Duration = Duration::from_secs(5);

async fn tcp_pair() -> (Connection, Connection) {
    let mut listener = Listener::builder().tcp(([127, 0, 0, 1], 0)).bind().unwrap();
    let connector = Connector::new(listener.local_addrs()[0]);
    let (client, incoming) = tokio::join!(connector.connect(), listener.accept());
    (client.unwrap(), incoming.unwrap().handshake().await.unwrap())
}

/// Polls once and drops the future: what a cancelled caller leaves behind.
fn cancelled<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

#[tokio::test]
async fn a_socket_given_as_a_stream_is_known_for_what_it_is() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let local = socket.local_addr().unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    let mut connection = Connection::from_stream(socket);
    assert_eq!((connection.info().local, connection.info().peer), (Some(local), Some(address)));
    connection.write_all(b"!").await.unwrap();
    assert_eq!(far.read_u8().await.unwrap(), b'!');
    // Only TCP can be reset: through a box it would have ended in order.
    connection.abort();
    assert_eq!(far.read_u8().await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);

    #[cfg(unix)]
    {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        let listener = tokio::net::UnixListener::bind(&path).unwrap();
        let socket = tokio::net::UnixStream::connect(&path).await.unwrap();
        assert_eq!(Connection::from_stream(socket).info().path.as_ref(), Some(&path));
        let (accepted, _) = listener.accept().await.unwrap();
        assert_eq!(Connection::from_stream(accepted).info().path.as_ref(), Some(&path));
    }
    let (near, _far) = duplex(10);
    assert_eq!(Connection::from_stream(near).info(), &anyrfc_core::transport::ConnectionInfo::default());
}

/// Says what is called on it, and never ends its shutdown.
struct Stuck {
    vectored: bool,
    called_vectored: Arc<AtomicBool>,
}

impl AsyncRead for Stuck {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

impl AsyncWrite for Stuck {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.called_vectored.store(true, Ordering::Relaxed);
        Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()))
    }
    fn is_write_vectored(&self) -> bool {
        self.vectored
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

#[test]
fn connections_can_go_anywhere() {
    fn everywhere<T: Send + Unpin + std::fmt::Debug + 'static>() {}
    everywhere::<Connection>();
    everywhere::<ReadHalf>();
    everywhere::<WriteHalf>();
    everywhere::<Connector>();
    everywhere::<Listener>();
    everywhere::<Buffered<Connection>>();
    fn shared<T: Send + Sync>() {}
    shared::<Connector>();
    shared::<Listener>();
}

#[tokio::test]
async fn row_13_close_says_goodbye() {
    let (mut client, mut server) = tcp_pair().await;
    client.write_all(b"last words").await.unwrap();
    client.close(LIMIT).await.unwrap();
    let mut heard = Vec::new();
    server.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"last words");
}

#[tokio::test(start_paused = true)]
async fn row_13_close_is_bounded() {
    let stream = Stuck { vectored: false, called_vectored: Arc::default() };
    let begun = tokio::time::Instant::now();
    let error = Connection::from_stream(stream).close(LIMIT).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Timeout, "closing timed out"));
    assert_eq!(begun.elapsed(), LIMIT);
}

#[tokio::test]
async fn row_13_abort_is_a_reset_and_drop_an_end() {
    let (client, mut server) = tcp_pair().await;
    client.abort();
    assert_eq!(server.read_u8().await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);

    let (client, mut server) = tcp_pair().await;
    drop(client);
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn row_14_what_is_known_stays_known_through_every_wrapper() {
    let (client, server) = tcp_pair().await;
    let (local, peer) = (client.info().local, client.info().peer);
    assert_eq!((server.info().peer, server.info().local), (local, peer));
    assert!(local.is_some() && peer.is_some());
    assert_eq!(client.info().is_ipv6(), Some(false));

    let mut tls = TlsInfo::default();
    tls.version = Some("TLSv1.3");
    tls.alpn = Some(b"imap".to_vec());
    let layered = client.wrap(Buffered::new).with_tls_info(tls.clone()).wrap(tokio::io::BufStream::new);
    assert_eq!((layered.info().local, layered.info().peer), (local, peer));
    assert_eq!(layered.info().tls.as_ref(), Some(&tls));
    let shown = format!("{layered:?}");
    assert!(shown.contains("TLSv1.3") && shown.contains("Boxed"), "{shown}");

    let (reader, writer) = layered.into_split();
    assert_eq!(reader.info(), writer.info());
    assert_eq!(reader.info().tls, Some(tls));
    let moved =
        Connection::from_stream(tokio::io::join(reader, tokio::io::sink())).with_info(writer.info().clone());
    assert_eq!(moved.info().peer, peer);
}

#[tokio::test]
async fn row_14_vectored_writes_reach_the_stream() {
    let (tcp, _server) = tcp_pair().await;
    assert!(tcp.is_write_vectored());
    for vectored in [false, true] {
        let called = Arc::<AtomicBool>::default();
        let mut boxed = Connection::from_stream(Stuck { vectored, called_vectored: Arc::clone(&called) });
        assert_eq!(boxed.is_write_vectored(), vectored);
        assert_eq!(boxed.write_vectored(&[IoSlice::new(b"ab"), IoSlice::new(b"c")]).await.unwrap(), 3);
        assert!(called.load(Ordering::Relaxed));
        let (_reader, writer) = boxed.into_split();
        assert_eq!(writer.is_write_vectored(), vectored);
    }
}

#[tokio::test]
async fn row_14_bytes_pushed_back_are_read_first_and_once() {
    let (mut client, mut server) = tcp_pair().await;
    server.write_all(b"third").await.unwrap();
    server.close(LIMIT).await.unwrap();
    client.unread(Bytes::from_static(b"second "));
    client.unread(Bytes::new());
    client.unread(Bytes::from_static(b"first "));
    assert_eq!(client.buffered(), b"first second ");
    assert_eq!(client.read_u8().await.unwrap(), b'f');
    // A layer reads them as well, and so does the reading half.
    let (mut reader, _writer) = client.into_split();
    assert_eq!(reader.read_u8().await.unwrap(), b'i');
    let mut rest = String::new();
    Connection::from_stream(tokio::io::join(reader, tokio::io::sink()))
        .wrap(Buffered::new)
        .read_to_string(&mut rest)
        .await
        .unwrap();
    assert_eq!(rest, "rst second third");
}

#[tokio::test]
async fn row_15_two_halves_make_a_connection() {
    let (to_child, mut child_input) = duplex(16);
    let (mut child_output, from_child) = duplex(16);
    let mut connection = Connection::from_stream(tokio::io::join(from_child, to_child));
    connection.write_all(b"question").await.unwrap();
    let mut heard = [0; 8];
    child_input.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"question");
    child_output.write_all(b"answer").await.unwrap();
    drop(child_output);
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "answer");
    connection.close(LIMIT).await.unwrap();
    assert_eq!(child_input.read(&mut heard).await.unwrap(), 0);
}

/// Sends what it is given, and hears nothing.
#[derive(Debug, Default)]
struct Sender(BytesMut);

impl Machine for Sender {
    type Event<'a> = ();
    type Owned = ();
    type Error = io::Error;

    fn advance(&mut self, _: &[u8], _: Instant) -> Result<Step, io::Error> {
        Ok(Step::Need(1))
    }
    fn event<'a>(&'a mut self, _: &'a [u8]) -> (usize, ()) {
        (0, ())
    }
    fn event_owned(&mut self, _: &mut BytesMut) {}
    fn wants_write(&self) -> bool {
        !self.0.is_empty()
    }
    fn transmit(&mut self, out: &mut Output, _: Instant) {
        let room = out.room().min(self.0.len());
        out.push(self.0.split_to(room).freeze());
    }
    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
    fn handle_timeout(&mut self, _: Instant) -> Result<(), io::Error> {
        Ok(())
    }
    fn handle_eof(&mut self, _: Eof) -> Result<(), io::Error> {
        Ok(())
    }
    fn handle_secured(&mut self, _: &TlsInfo) {}
    fn quiescent(&self) -> bool {
        true
    }
    fn input_limit(&self) -> usize {
        1024
    }
    fn state(&self) -> ProtocolState {
        ProtocolState::Connected
    }
}

#[tokio::test]
async fn row_19_a_send_that_is_cancelled_half_way_goes_on_where_it_stopped() {
    let message: Vec<u8> = (0..5_000u32).flat_map(u32::to_be_bytes).collect();
    for window in [1, 3, 64, 4_096] {
        let (ours, mut theirs) = duplex(window);
        let mut driver = Driver::new(Sender::default(), Connection::from_stream(ours));
        driver.command().0.0.extend_from_slice(&message);
        let mut heard = Vec::new();
        let mut piece = vec![0; window];
        // Every flush is dropped while the peer has taken only a part.
        while cancelled(driver.flush()).is_none() {
            match cancelled(theirs.read(&mut piece)) {
                Some(count) => heard.extend_from_slice(&piece[..count.unwrap()]),
                // Tokio has had us pause.
                None => tokio::task::yield_now().await,
            }
        }
        drop(driver);
        theirs.read_to_end(&mut heard).await.unwrap();
        assert!(heard == message, "window {window}: lost, doubled or reordered");
    }
}

#[tokio::test]
async fn row_20_one_reader_and_one_writer_at_the_same_time() {
    // Two readers do not compile: see the documentation of `Connection`.
    let body = vec![7; 1 << 20];
    for (one, other) in [tcp_pair().await, {
        let (one, other) = duplex(1_000);
        (Connection::from_stream(one), Connection::from_stream(other))
    }] {
        let echo = async {
            let (mut reader, mut writer) = other.into_split();
            tokio::io::copy(&mut reader, &mut writer).await.unwrap();
            writer.shutdown().await.unwrap();
        };
        let (mut reader, mut writer) = one.into_split();
        let send = async {
            writer.write_all(&body).await.unwrap();
            writer.shutdown().await.unwrap();
        };
        let mut heard = Vec::new();
        let receive = reader.read_to_end(&mut heard);
        let ((), (), count) = tokio::join!(echo, send, receive);
        assert_eq!(count.unwrap(), body.len());
        assert!(heard == body);
    }
}

#[tokio::test]
async fn dropping_a_future_that_reads_loses_nothing() {
    let (mut client, mut server) = tcp_pair().await;
    assert!(cancelled(client.read_u8()).is_none());
    server.write_all(b"x").await.unwrap();
    assert_eq!(client.read_u8().await.unwrap(), b'x');
}
