//! Datagrams: capability row 8.
#![cfg(feature = "client")]

use std::{
    future::Future as _,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::pin,
    task::{Context, Waker},
};

use anyrfc_core::{
    ErrorKind,
    transport::{UdpOptions, UdpSocket},
};
use bytes::BytesMut;

const LOCALHOST: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

#[tokio::test]
async fn row_08_unconnected_sockets_know_who_sent() {
    let (one, two) = (UdpSocket::bind(LOCALHOST).unwrap(), UdpSocket::bind(LOCALHOST).unwrap());
    let (to_one, to_two) = (one.local_addr().unwrap(), two.local_addr().unwrap());
    let mut buffer = BytesMut::from(&b"old"[..]);
    for datagram in [&b"question"[..], b"", &[7; 1_400]] {
        one.send_to(datagram, to_two).await.unwrap();
        assert_eq!(two.recv_from(&mut buffer).await.unwrap(), to_one);
        assert_eq!(buffer, datagram);
    }
}

#[tokio::test]
async fn row_08_the_largest_datagram_passes_whole() {
    let (one, two) = (UdpSocket::bind(LOCALHOST).unwrap(), UdpSocket::bind(LOCALHOST).unwrap());
    // 65 535 less the headers of UDP and IPv4.
    let datagram = vec![7; 65_507];
    one.send_to(&datagram, two.local_addr().unwrap()).await.unwrap();
    let mut buffer = BytesMut::new();
    two.recv_from(&mut buffer).await.unwrap();
    assert!(buffer == datagram);
    let error = one.send_to(&[0; 65_508], two.local_addr().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}

#[tokio::test]
async fn row_08_a_connected_socket_hears_its_peer_only() {
    let server = UdpSocket::bind(LOCALHOST).unwrap();
    let stranger = UdpSocket::bind(LOCALHOST).unwrap();
    let client = UdpSocket::bind(LOCALHOST).unwrap().connect(server.local_addr().unwrap()).await.unwrap();
    let here = client.local_addr().unwrap();
    assert_eq!(client.peer_addr(), server.local_addr().unwrap());
    stranger.send_to(b"forged", here).await.unwrap();
    client.send(b"question").await.unwrap();
    let mut buffer = BytesMut::new();
    assert_eq!(server.recv_from(&mut buffer).await.unwrap(), here);
    stranger.send_to(b"forged", here).await.unwrap();
    server.send_to(b"answer", here).await.unwrap();
    client.recv(&mut buffer).await.unwrap();
    assert_eq!(&buffer[..], b"answer");

    let direct = UdpOptions::new().connect(server.local_addr().unwrap()).await.unwrap();
    direct.send(b"hello").await.unwrap();
    assert_eq!(server.recv_from(&mut buffer).await.unwrap().port(), direct.local_addr().unwrap().port());
}

#[tokio::test]
async fn row_08_a_datagram_is_never_cut_silently() {
    let server = UdpOptions::new().max_datagram(512).bind(LOCALHOST).unwrap();
    let to_server = server.local_addr().unwrap();
    let client = UdpOptions::new().max_datagram(512).connect(to_server).await.unwrap();
    let mut buffer = BytesMut::new();
    for (size, fits) in [(512, true), (513, false), (4_096, false), (1, true)] {
        client.send(&vec![7; size]).await.unwrap();
        let result = server.recv_from(&mut buffer).await;
        assert_eq!(result.as_ref().err().map(anyrfc_core::Error::kind), (!fits).then_some(ErrorKind::Limit));
        assert_eq!(buffer.len(), if fits { size } else { 0 });
    }
    let to_client = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), client.local_addr().unwrap().port());
    server.send_to(&[0; 513], to_client).await.unwrap();
    assert_eq!(client.recv(&mut buffer).await.unwrap_err().kind(), ErrorKind::Limit);
}

#[tokio::test]
async fn row_08_receiving_is_cancel_safe() {
    let (one, two) = (UdpSocket::bind(LOCALHOST).unwrap(), UdpSocket::bind(LOCALHOST).unwrap());
    let mut buffer = BytesMut::new();
    assert!(pin!(two.recv_from(&mut buffer)).poll(&mut Context::from_waker(Waker::noop())).is_pending());
    one.send_to(b"late", two.local_addr().unwrap()).await.unwrap();
    two.recv_from(&mut buffer).await.unwrap();
    assert_eq!(&buffer[..], b"late");
}

#[tokio::test]
async fn row_08_ipv4_multicast() {
    let group = Ipv4Addr::new(239, 255, 71, 1);
    let options =
        UdpOptions::new().reuse_address(true).reuse_port(true).multicast_ttl(0).multicast_loop(true);
    let listener = options.bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let second = options.bind((Ipv4Addr::UNSPECIFIED, port)).unwrap();
    for socket in [&listener, &second] {
        socket.join_multicast_v4(group, Ipv4Addr::LOCALHOST).unwrap();
    }
    let sender = options.ttl(3).bind(LOCALHOST).unwrap();
    sender.set_multicast_interface_v4(Ipv4Addr::LOCALHOST).unwrap();
    sender.send_to(b"all of you", (group, port).into()).await.unwrap();
    let mut buffer = BytesMut::new();
    for socket in [&listener, &second] {
        assert_eq!(socket.recv_from(&mut buffer).await.unwrap(), sender.local_addr().unwrap());
        assert_eq!(&buffer[..], b"all of you");
        socket.leave_multicast_v4(group, Ipv4Addr::LOCALHOST).unwrap();
    }
    assert_eq!(listener.leave_multicast_v4(group, Ipv4Addr::LOCALHOST).unwrap_err().kind(), ErrorKind::Io);
}

#[tokio::test]
async fn row_08_ipv6_multicast() {
    let options = UdpOptions::new().only_v6(true).ttl(4).multicast_ttl(0).multicast_loop(true);
    // A host without IPv6 has nothing to show here.
    let Ok(socket) = options.bind((Ipv6Addr::LOCALHOST, 0)) else { return };
    let group: Ipv6Addr = "ff01::7171".parse().unwrap();
    // Index 1 is the loopback interface wherever there is one.
    if socket.join_multicast_v6(group, 1).is_ok() {
        socket.set_multicast_interface_v6(1).unwrap();
        socket.leave_multicast_v6(group, 1).unwrap();
        assert_eq!(socket.leave_multicast_v6(group, 1).unwrap_err().kind(), ErrorKind::Io);
    }
}

#[tokio::test]
async fn row_08_what_cannot_be_bound() {
    let taken = UdpSocket::bind(LOCALHOST).unwrap();
    let error = UdpSocket::bind(taken.local_addr().unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}
