//! What a secured stream does: RFC 8446, section 6.1, and the transport's own failures.
#![cfg(feature = "testing")]

mod tls_support;

use std::{
    io::{self, IoSlice},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyrfc_core::{
    Eof, ErrorKind, TlsInfo,
    testing::pki::Pki,
    tls::{TlsConfig, TlsServerConfig, TlsStream, TlsVersion, TruncationPolicy},
};
use tls_support::{Chopped, Cut, met};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream},
    net::{TcpListener, TcpStream},
};

#[tokio::test]
async fn a_failed_handshake_leaves_the_listener_accepting() {
    let (server, client) = Pki::new().pair(&["localhost"]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serve = async {
        let mut kinds = Vec::new();
        loop {
            let (tcp, _) = listener.accept().await.unwrap();
            match server.accept(tcp).await {
                Ok((mut stream, _)) => {
                    stream.shutdown().await.unwrap();
                    return kinds;
                }
                Err(error) => kinds.push(error.kind()),
            }
        }
    };
    let connect = async {
        let mut plain = TcpStream::connect(address).await.unwrap();
        plain.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        drop(plain);
        drop(TcpStream::connect(address).await.unwrap());
        let tcp = TcpStream::connect(address).await.unwrap();
        Pki::new().trusting().handshake("localhost", tcp).await.unwrap_err();
        let tcp = TcpStream::connect(address).await.unwrap();
        let (mut stream, _) = client.handshake("localhost", tcp).await.unwrap();
        assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
    };
    let (kinds, ()) = tokio::join!(serve, connect);
    assert_eq!(kinds, [ErrorKind::Tls; 3]);
}

#[tokio::test]
async fn any_stream_can_be_secured() {
    let pair = Pki::new().pair(&["localhost"]);
    // One byte at a time, through a pipe that holds little.
    let (near, far) = tokio::io::duplex(64);
    echo(&pair, Chopped(near), Chopped(far)).await;
    // TLS in TLS.
    let ((far, _), (near, _)) = met(&pair.0, &pair.1, "localhost").await;
    echo(&pair, near, far).await;
    // Two one-way pipes.
    let (there, end_of_there) = tokio::io::duplex(64);
    let (back, end_of_back) = tokio::io::duplex(64);
    echo(&pair, tokio::io::join(end_of_back, there), tokio::io::join(end_of_there, back)).await;
}

async fn echo<N, F>((server, client): &(TlsServerConfig, TlsConfig), near: N, far: F)
where
    N: AsyncRead + AsyncWrite + Unpin,
    F: AsyncRead + AsyncWrite + Unpin,
{
    let serve = async {
        let (mut far, _) = server.accept(far).await.unwrap();
        let mut heard = Vec::new();
        far.read_to_end(&mut heard).await.unwrap();
        far.write_all(&heard).await.unwrap();
        far.shutdown().await.unwrap();
    };
    let connect = async {
        let (mut near, _) = client.handshake("localhost", near).await.unwrap();
        near.write_all(b"hello").await.unwrap();
        near.shutdown().await.unwrap();
        let mut heard = Vec::new();
        near.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, b"hello");
    };
    tokio::join!(serve, connect);
}

#[tokio::test]
async fn much_passes_in_both_directions() {
    let (server, client) = Pki::new().pair(&["localhost"]);
    let ((far, _), (near, _)) = met(&server, &client, "localhost").await;
    assert!(near.is_write_vectored());
    let sent: Vec<u8> = (0..1u32 << 20).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let talk = |stream: TlsStream<DuplexStream>| async {
        let (mut read, mut write) = tokio::io::split(stream);
        let write = async {
            let mut rest = &sent[..];
            while !rest.is_empty() {
                let (first, second) = rest.split_at(rest.len().min(1000));
                let taken = write.write_vectored(&[IoSlice::new(first), IoSlice::new(second)]).await.unwrap();
                rest = &rest[taken..];
            }
            write.shutdown().await.unwrap();
        };
        let mut heard = Vec::new();
        let (_, read) = tokio::join!(write, read.read_to_end(&mut heard));
        read.unwrap();
        assert!(heard == sent);
    };
    tokio::join!(talk(far), talk(near));
}

#[tokio::test]
async fn close_notify_is_a_clean_end_and_closes_one_direction() {
    let (server, client) = Pki::new().pair(&["localhost"]);
    for version in [TlsVersion::V1_2, TlsVersion::V1_3] {
        let server = server.clone().maximum_version(version);
        let ((mut far, _), (mut near, _)) = met(&server, &client, "localhost").await;
        near.write_all(b"last words").await.unwrap();
        near.shutdown().await.unwrap();
        // Nothing can be said after the last words.
        assert_eq!(near.write(b"more").await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        let vectored = near.write_vectored(&[IoSlice::new(b"more")]).await;
        assert_eq!(vectored.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        near.shutdown().await.unwrap();

        assert_eq!(far.eof(), None);
        let mut heard = Vec::new();
        far.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, b"last words");
        assert_eq!(far.eof(), Some(Eof::Clean));
        assert_eq!(far.read(&mut [0; 1]).await.unwrap(), 0);
        // But the answer is heard.
        far.write_all(b"answer").await.unwrap();
        far.shutdown().await.unwrap();
        heard.clear();
        near.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, b"answer");
        assert_eq!(near.eof(), Some(Eof::Clean));
    }
}

/// A client's stream on which `said` arrives and then the transport ends.
async fn cut_after(
    server: &TlsServerConfig,
    client: &TlsConfig,
    said: &[u8],
) -> (TlsStream<DuplexStream>, TlsInfo) {
    let ((mut far, _), near) = met(server, client, "localhost").await;
    far.write_all(said).await.unwrap();
    far.flush().await.unwrap();
    near
}

#[tokio::test]
async fn a_cut_stream_is_an_error() {
    let (server, client) = Pki::new().pair(&["localhost"]);
    for version in [TlsVersion::V1_2, TlsVersion::V1_3] {
        let server = server.clone().maximum_version(version);
        let (mut near, _) = cut_after(&server, &client, b"half a").await;
        let mut heard = Vec::new();
        let error = near.read_to_end(&mut heard).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(heard, b"half a", "what came before counts");
        assert_eq!(near.eof(), Some(Eof::Truncated));
        // It stays so.
        assert_eq!(near.read(&mut [0; 1]).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
    // The server reads by the same rule.
    let ((mut far, _), (near, _)) = met(&server, &client, "localhost").await;
    drop(near);
    assert_eq!(far.read(&mut [0; 1]).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

#[tokio::test]
async fn a_cut_stream_can_be_allowed() {
    let (server, client) = Pki::new().pair(&["localhost"]);
    let lax = client.clone().truncation(TruncationPolicy::Allow);
    let (mut near, _) = cut_after(&server, &lax, b"half a").await;
    let mut heard = Vec::new();
    near.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"half a");
    assert_eq!(near.eof(), Some(Eof::Truncated), "it is still told");
    assert_eq!(near.read(&mut [0; 1]).await.unwrap(), 0);

    let lax = server.truncation(TruncationPolicy::Allow);
    let ((mut far, _), (near, _)) = met(&lax, &client, "localhost").await;
    drop(near);
    assert_eq!(far.read(&mut [0; 1]).await.unwrap(), 0);
    assert_eq!(far.eof(), Some(Eof::Truncated));
}

/// What the client reads when the transport ends, or fails with `with`, so many bytes
/// after the handshake: how many bytes came, the last error, and the stream.
async fn exchange(
    pair: &(TlsServerConfig, TlsConfig),
    after: usize,
    with: Option<io::ErrorKind>,
) -> (usize, Option<io::ErrorKind>, TlsStream<Cut<DuplexStream>>) {
    let left = Arc::new(AtomicUsize::new(usize::MAX));
    let (near, far) = tokio::io::duplex(32 << 10);
    let near = Cut { inner: near, after: Arc::clone(&left), with };
    let (accepted, connected) = tokio::join!(pair.0.accept(far), pair.1.handshake("localhost", near));
    let ((mut far, _), (mut near, _)) = (accepted.unwrap(), connected.unwrap());
    left.store(after, Ordering::Relaxed);
    far.write_all(&[b'x'; 100]).await.unwrap();
    far.shutdown().await.unwrap();
    let error = near.read_to_end(&mut Vec::new()).await.err().map(|error| error.kind());
    (after - left.load(Ordering::Relaxed), error, near)
}

#[tokio::test]
async fn a_cut_anywhere_in_the_data_is_found_out() {
    let pair = Pki::new().pair(&["localhost"]);
    let (length, error, _) = exchange(&pair, usize::MAX, None).await;
    assert!(length > 100 && error.is_none());
    for after in 0..length {
        let (_, error, near) = exchange(&pair, after, None).await;
        assert_eq!(
            (error, near.eof()),
            (Some(io::ErrorKind::UnexpectedEof), Some(Eof::Truncated)),
            "{after}"
        );
    }
    let (_, error, near) = exchange(&pair, length, None).await;
    assert_eq!((error, near.eof()), (None, Some(Eof::Clean)));
}

#[tokio::test]
async fn a_failed_transport_never_ends_cleanly() {
    let (server, client) = Pki::new().pair(&["localhost"]);
    for policy in [TruncationPolicy::Error, TruncationPolicy::Allow] {
        let pair = (server.clone(), client.clone().truncation(policy));
        let length = exchange(&pair, usize::MAX, None).await.0;
        for kind in
            [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset, io::ErrorKind::TimedOut]
        {
            for after in [0, 1, length - 1] {
                let (_, error, mut near) = exchange(&pair, after, Some(kind)).await;
                assert_eq!((error, near.eof()), (Some(kind), None));
                assert_eq!(near.read(&mut [0; 1]).await.unwrap_err().kind(), kind);
            }
        }
    }
}

#[tokio::test]
async fn changed_bytes_are_an_error_that_stays() {
    let (server, client) = Pki::new().pair(&["localhost"]);
    let (near, relay_near) = tokio::io::duplex(32 << 10);
    let (relay_far, far) = tokio::io::duplex(32 << 10);
    let (mut from_near, mut to_near) = tokio::io::split(relay_near);
    let (mut from_far, mut to_far) = tokio::io::split(relay_far);
    let relay_there = async { tokio::io::copy(&mut from_near, &mut to_far).await.map(drop) };
    let relay_back = async {
        let mut buffer = vec![0; 32 << 10];
        loop {
            let count = from_far.read(&mut buffer).await?;
            if count == 0 {
                return to_near.shutdown().await;
            }
            // The data is the last record of 1000 bytes and more.
            if count > 1000 && buffer[0] == 0x17 {
                buffer[count - 1] ^= 1;
            }
            to_near.write_all(&buffer[..count]).await?;
        }
    };
    let talk = async {
        let (accepted, connected) = tokio::join!(server.accept(far), client.handshake("localhost", near));
        let ((mut far, _), (mut near, _)) = (accepted.unwrap(), connected.unwrap());
        far.write_all(&[b'x'; 2000]).await.unwrap();
        far.shutdown().await.unwrap();
        let mut heard = Vec::new();
        let error = near.read_to_end(&mut heard).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(heard.is_empty());
        assert_eq!(near.read(&mut [0; 1]).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(near.eof(), None);
    };
    tokio::select! {
        () = talk => {}
        _ = async { tokio::join!(relay_there, relay_back) } => panic!("the relay ended first"),
    }
}

#[tokio::test]
async fn futures_and_streams_can_be_sent() {
    fn sync<T: Send + Sync + Unpin + 'static>() {}
    sync::<TlsStream<TcpStream>>();
    sync::<TlsConfig>();
    sync::<TlsServerConfig>();
    let (server, client) = Pki::new().pair(&["localhost"]);
    let (near, far) = tokio::io::duplex(1024);
    let accept = tokio::spawn(async move { server.accept(far).await });
    let connect = tokio::spawn(async move { client.handshake("localhost", near).await });
    let _near = connect.await.unwrap().unwrap();
    accept.await.unwrap().unwrap();
}
