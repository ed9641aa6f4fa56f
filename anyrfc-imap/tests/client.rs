//! The client against a server on a socket.

use anyrfc_core::{ErrorKind, ProtocolState, compliance::covers};
use anyrfc_imap::{ImapClient, Payload, rfc862};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// A client and its server's side, on loopback.
async fn pair() -> (ImapClient, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (client, server) = tokio::join!(TcpStream::connect(address), listener.accept());
    (ImapClient::from_stream(client.unwrap()), server.unwrap().0)
}

#[tokio::test]
async fn what_is_sent_comes_back() {
    let _covers = covers(&[rfc862::ECHOES, rfc862::CLIENT_ENDS]);
    let (mut client, mut server) = pair().await;
    let serve = async {
        let (mut read, mut write) = server.split();
        tokio::io::copy(&mut read, &mut write).await.unwrap();
        write.shutdown().await.unwrap();
    };
    let talk = async {
        for text in ["hello", "world"] {
            let echo = client.echo(&Payload::new(text).unwrap()).await.unwrap();
            assert_eq!(echo, text);
        }
        client.close().await.unwrap();
    };
    tokio::join!(serve, talk);
}

#[tokio::test]
async fn a_server_that_answers_otherwise_is_told() {
    let _covers = covers(&[rfc862::ECHOES]);
    let (mut client, mut server) = pair().await;
    let serve = async {
        let mut buffer = [0; 5];
        server.read_exact(&mut buffer).await.unwrap();
        server.write_all(b"hallo").await.unwrap();
        drop(server);
    };
    let payload = Payload::new("hello").unwrap();
    let (_, result) = tokio::join!(serve, client.echo(&payload));
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(rfc862::ECHOES)));
    assert_eq!(client.state(), ProtocolState::Failed);
}

#[tokio::test]
async fn a_server_that_hangs_up_is_told() {
    let _covers = covers(&[rfc862::CONTINUES]);
    let (mut client, server) = pair().await;
    drop(server);
    let error = client.echo(&Payload::new("hello").unwrap()).await.unwrap_err();
    // Whether the end or the reset of the stream is seen first is the system's choice.
    assert!(matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Io), "{error}");
}
