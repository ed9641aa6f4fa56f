//! Accepting connections: capability rows 3 and 10.
#![cfg(feature = "client")]

use std::{
    future::{Future as _, pending},
    pin::pin,
    task::{Context, Waker},
    time::Duration,
};

use anyrfc_core::{
    Error, ErrorKind, TlsInfo,
    transport::{Connection, Connector, KeepAlive, Listener, Target},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const LOCALHOST: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

#[tokio::test]
async fn row_03_one_listener_over_several_sockets() {
    let mut listener = Listener::builder().tcp(LOCALHOST).tcp(([127, 0, 0, 2], 0)).backlog(8).bind().unwrap();
    let addresses = listener.local_addrs();
    assert_eq!(addresses.len(), 2);
    assert_eq!(addresses[0].port(), addresses[1].port(), "one port for all");
    assert_eq!(listener.port(), Some(addresses[0].port()));
    for address in addresses {
        let connector = Connector::new(address);
        let (client, incoming) = tokio::join!(connector.connect(), listener.accept());
        let (mut client, mut server) = (client.unwrap(), incoming.unwrap().handshake().await.unwrap());
        assert_eq!(server.info().local, Some(address));
        server.write_all(b"!").await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), b'!');
    }
}

#[tokio::test]
async fn row_03_a_busy_socket_does_not_starve_the_others() {
    let mut listener = Listener::builder().tcp(LOCALHOST).tcp(([127, 0, 0, 2], 0)).bind().unwrap();
    let [busy, quiet] = listener.local_addrs()[..] else { panic!() };
    let mut clients = Vec::new();
    for address in [busy, busy, busy, quiet] {
        clients.push(Connector::new(address).connect().await.unwrap());
    }
    let mut order = Vec::new();
    for _ in 0..4 {
        order.push(listener.accept().await.unwrap().info().local.unwrap());
    }
    assert_eq!(order, [busy, quiet, busy, busy]);
}

#[tokio::test]
async fn row_03_both_families_on_one_port() {
    let mut listener = Listener::builder().dual_stack(0).bind().unwrap();
    let port = listener.port().unwrap();
    for address in listener.local_addrs() {
        assert_eq!(address.port(), port);
        let host = if address.is_ipv4() { "127.0.0.1" } else { "::1" };
        let connector = Connector::new(Target::tcp(host, port).unwrap());
        let (client, incoming) = tokio::join!(connector.connect(), listener.accept());
        assert_eq!(incoming.unwrap().info().local, client.unwrap().info().peer);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn row_03_tcp_and_unix_together() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("socket");
    let mut listener = Listener::builder().unix(&path, None).tcp(LOCALHOST).bind().unwrap();
    for target in [Target::from(listener.local_addrs()[0]), Target::unix(&path)] {
        let connector = Connector::new(target.clone());
        let (client, incoming) = tokio::join!(connector.connect(), listener.accept());
        client.unwrap();
        assert_eq!(incoming.unwrap().info().path.as_deref(), target.path());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn row_03_two_listeners_share_a_port_when_both_say_so() {
    let bind = |port, reuse| Listener::builder().tcp(([127, 0, 0, 1], port)).reuse_port(reuse).bind();
    let first = bind(0, true).unwrap();
    let port = first.port().unwrap();
    assert_eq!(bind(port, true).unwrap().port(), Some(port));
    assert_eq!(bind(port, false).unwrap_err().kind(), ErrorKind::Io);
}

#[tokio::test]
async fn row_03_what_cannot_be_bound() {
    assert_eq!(Listener::builder().bind().unwrap_err().kind(), ErrorKind::Usage);
    // 192.0.2.0/24 is nobody's (RFC 5737).
    assert_eq!(Listener::builder().tcp(([192, 0, 2, 1], 0)).bind().unwrap_err().kind(), ErrorKind::Io);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn row_03_settings_the_system_refuses_are_refused_at_once() {
    let impossible = KeepAlive::after(Duration::from_secs(60)).probes(Duration::from_secs(10), 1_000_000);
    assert_eq!(
        Listener::builder().tcp(LOCALHOST).keepalive(impossible).bind().unwrap_err().kind(),
        ErrorKind::Io
    );
}

#[tokio::test]
async fn row_03_accepting_is_cancel_safe() {
    let mut listener = Listener::builder().tcp(LOCALHOST).bind().unwrap();
    assert!(pin!(listener.accept()).poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let client = Connector::new(listener.local_addrs()[0]).connect().await.unwrap();
    assert_eq!(listener.accept().await.unwrap().info().peer, client.info().local);
}

/// A handshake as TLS is one: three bytes, and something is known afterwards.
async fn handshake(mut connection: Connection) -> Result<Connection, Error> {
    let mut hello = [0; 3];
    connection.read_exact(&mut hello).await.map_err(|error| Error::io("no hello", error))?;
    if &hello != b"TLS" {
        return Err(Error::new(ErrorKind::Tls, "no TLS"));
    }
    connection.write_all(b"OK").await.map_err(|error| Error::io("no answer", error))?;
    let mut tls = TlsInfo::default();
    tls.version = Some("TLSv1.3");
    Ok(connection.with_tls_info(tls))
}

#[tokio::test]
async fn row_10_a_failed_or_silent_handshake_keeps_nobody_from_being_accepted() {
    let mut listener = Listener::builder().tcp(LOCALHOST).handshake(handshake).bind().unwrap();
    let connector = Connector::new(listener.local_addrs()[0]);
    let _silent = connector.connect().await.unwrap();
    let mut wrong = connector.connect().await.unwrap();
    wrong.write_all(b"GET").await.unwrap();
    let mut right = connector.connect().await.unwrap();
    right.write_all(b"TLS").await.unwrap();

    let (silent, wrong, accepted) = (
        listener.accept().await.unwrap(),
        listener.accept().await.unwrap(),
        listener.accept().await.unwrap(),
    );
    // All three at once, as a server's tasks would.
    let mut silent = pin!(silent.handshake());
    let (wrong, server) = tokio::join!(wrong.handshake(), accepted.handshake());
    assert_eq!(wrong.unwrap_err().kind(), ErrorKind::Tls);
    let server = server.unwrap();
    assert_eq!(server.info().peer, right.info().local);
    assert_eq!(server.info().tls.as_ref().unwrap().version, Some("TLSv1.3"));
    assert_eq!(right.read_u8().await.unwrap(), b'O');
    assert!(silent.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

#[tokio::test]
async fn row_10_a_handshake_has_a_deadline() {
    // Zero, since a paused clock and a real socket do not go together.
    let builder = Listener::builder().tcp(LOCALHOST).handshake_timeout(Duration::ZERO);
    let mut listener = builder.handshake(|_| pending()).bind().unwrap();
    let connector = Connector::new(listener.local_addrs()[0]);
    let (client, incoming) = tokio::join!(connector.connect(), listener.accept());
    let error = incoming.unwrap().handshake().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Timeout, "the client's handshake timed out")
    );
    assert_eq!(client.unwrap().read(&mut [0]).await.unwrap(), 0, "the connection is gone");
}

#[tokio::test]
async fn row_10_real_tls_and_a_client_that_distrusts_it() {
    let (server_tls, client_tls) = anyrfc_core::testing::pki::Pki::new().pair(&["localhost"]);
    let stranger = anyrfc_core::testing::pki::Pki::new().pair(&["localhost"]).1;
    let mut listener = Listener::builder().tcp(LOCALHOST).handshake(server_tls).bind().unwrap();
    let connector = Connector::new(listener.local_addrs()[0]);

    let distrusting = async { connector.connect().await?.secure(&stranger, "localhost").await };
    let (client, server) =
        tokio::join!(distrusting, async { listener.accept().await.unwrap().handshake().await });
    assert_eq!(client.unwrap_err().kind(), ErrorKind::Tls);
    assert_eq!(server.unwrap_err().kind(), ErrorKind::Tls);

    let trusting = async { connector.connect().await?.secure(&client_tls, "localhost").await };
    let (client, server) =
        tokio::join!(trusting, async { listener.accept().await.unwrap().handshake().await });
    let (mut client, mut server) = (client.unwrap(), server.unwrap());
    assert_eq!(client.info().peer, server.info().local, "the addresses are still known");
    let exporter =
        |connection: &Connection| connection.info().tls.as_ref().unwrap().tls_exporter.clone().unwrap();
    assert_eq!(exporter(&client), exporter(&server));
    client.write_all(b"hello").await.unwrap();
    client.flush().await.unwrap();
    let mut heard = [0; 5];
    server.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"hello");
}
