//! RFC 6455, section 4.1, step 2: who waits for whom.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use anyrfc_core::{ErrorKind, compliance::Check, testing::pki::Pki, tls::TlsServerConfig};

use super::super::super::{
    support::{TEXT, plain},
    support_sockets::{Connecting, Crowd, Kind, Peer, Place, Server, names_turn, on_sockets, soon},
};
use crate::{WebSocketClient, rfc6455 as r};

pub(in super::super) static CHECKS: &[Check] = &[
    Check {
        name: "section-4.1/second-connection-waits-for-the-first",
        covers: &[r::WAIT_FOR_PENDING_CONNECTION],
        run: second_connection_waits_for_the_first,
    },
    Check {
        name: "section-4.1/connections-to-one-address-are-serialized",
        covers: &[r::ONE_CONNECTION_IN_CONNECTING, r::SIMULTANEOUS_CONNECTIONS_ARE_SERIALIZED],
        run: connections_to_one_address_are_serialized,
    },
    Check {
        name: "section-4.1/unresolved-names-connect-side-by-side",
        covers: &[r::UNRESOLVED_NAMES_ARE_DISTINCT_HOSTS],
        run: unresolved_names_connect_side_by_side,
    },
    Check {
        name: "section-4.1/pending-connections-through-a-proxy-are-limited",
        covers: &[r::PENDING_CONNECTIONS_ARE_LIMITED],
        run: pending_connections_through_a_proxy_are_limited,
    },
];

/// How the first connection leaves CONNECTING.
#[derive(Clone, Copy, Debug)]
enum Way {
    Opened,
    Refused,
    Broken,
    Reset,
    Dropped,
    TimedOut,
}

fn second_connection_waits_for_the_first() {
    for way in [Way::Opened, Way::Refused, Way::Broken, Way::Reset, Way::Dropped, Way::TimedOut] {
        on_sockets("second-waits", |place| async move {
            let server = place.listen().await;
            let builder = place.builder();
            let hasty = builder.clone().handshake_timeout(match way {
                Way::TimedOut => Duration::from_millis(300),
                _ => Duration::from_secs(30),
            });
            let first = Connecting::start(&hasty, format!("ws://a.test:{}/", server.port()));
            let mut peer = server.accept().await;
            let head = peer.head().await;
            // The same address by another name, by itself, and in the form of IPv6.
            let second = Connecting::start(&builder, format!("ws://b.test:{}/", server.port()));
            let third = Connecting::start(&builder, server.url("ws", "/"));
            assert!(server.is_quiet().await, "a second connection in CONNECTING");
            let mut held = None;
            match way {
                Way::Opened => {
                    peer.write(head.answer()).await;
                    held = Some((first.opened().await, peer));
                }
                Way::Refused => {
                    peer.write("HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n").await;
                    assert_eq!(first.failed().await.kind(), ErrorKind::Refused);
                }
                Way::Broken => {
                    peer.write("HTTP/1.1 101 Yes\r\n\r\n").await;
                    assert_eq!(first.failed().await.kind(), ErrorKind::Protocol);
                }
                Way::Reset => {
                    peer.reset();
                    assert_eq!(first.failed().await.kind(), ErrorKind::Io);
                }
                Way::Dropped => drop(first),
                Way::TimedOut => assert_eq!(first.failed().await.kind(), ErrorKind::Timeout),
            }
            // One after the other, in the order they came.
            let mut peer = server.accept().await;
            assert_eq!(peer.open().await.one("host"), format!("b.test:{}", server.port()), "{way:?}");
            second.opened().await;
            server.accept().await.open().await;
            third.opened().await;
            drop(held);
        });
    }
}

/// A server whose handshakes take their time; the crowd holds those in CONNECTING.
async fn slow(server: Server, tls: Option<TlsServerConfig>, crowd: Crowd) {
    loop {
        let mut peer = server.accept().await;
        crowd.enter();
        let (tls, crowd) = (tls.clone(), crowd.clone());
        tokio::spawn(async move {
            match tls {
                None => {
                    finish(&mut peer, &crowd).await;
                    tokio::time::sleep(Duration::from_secs(60)).await;
                }
                Some(tls) => {
                    tokio::time::sleep(Duration::from_millis(3)).await;
                    let (stream, _) = tls.accept(peer.stream).await.expect("TLS");
                    let mut peer = Peer::new(stream);
                    finish(&mut peer, &crowd).await;
                    tokio::time::sleep(Duration::from_secs(60)).await;
                }
            }
        });
    }
}

async fn finish<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin>(peer: &mut Peer<S>, crowd: &Crowd) {
    let head = peer.head().await;
    tokio::time::sleep(Duration::from_millis(3)).await;
    // It may be taken for open from here on.
    crowd.leave();
    peer.write(head.answer()).await;
    peer.write(plain(TEXT, "welcome")).await;
}

fn connections_to_one_address_are_serialized() {
    on_sockets("serialized", |place| async move {
        let (server_tls, client_tls) = Pki::new().pair(&["a.test"]);
        let crowd = Crowd::default();
        let (open, secure) = (place.listen().await, place.listen().await);
        let (open_port, secure_port) = (open.port(), secure.port());
        let servers = [
            tokio::spawn(slow(open, None, crowd.clone())),
            tokio::spawn(slow(secure, Some(server_tls), crowd.clone())),
        ];
        let run = |concurrently: bool| {
            let builder = place.builder();
            let builder = if concurrently { builder.connect_concurrently() } else { builder };
            let secured = builder.clone().tls(client_tls.clone());
            (0..16)
                .map(|n| match n % 2 {
                    0 => Connecting::start(&builder, format!("ws://h{n}.test:{open_port}/")),
                    _ => Connecting::start(&secured, format!("wss://a.test:{secure_port}/")),
                })
                .collect::<Vec<_>>()
        };
        let mut clients = Vec::new();
        for connecting in run(false) {
            clients.push(connecting.opened().await);
        }
        assert_eq!(crowd.most(), 1, "so many were in CONNECTING together");
        // Once they are open there is no limit, and nothing to report.
        for client in &mut clients {
            assert!(soon(client.next()).await.expect("open").is_some());
            assert_eq!(client.deviations().iter().count(), 0);
        }
        // An application that asks for it gets them together: the counter can see it, and so can the caller.
        let mut reported = 0;
        for connecting in run(true) {
            reported += connecting.opened().await.deviations().iter().count();
        }
        assert!(crowd.most() > 1, "the counter sees nothing");
        assert_eq!(reported, 16);
        servers.iter().for_each(tokio::task::JoinHandle::abort);
    });
    on_sockets("serialized", other_addresses_do_not_wait);
    on_sockets("serialized", tls_is_part_of_connecting);
}

async fn other_addresses_do_not_wait(place: Place) {
    let Some(ip) = place.neighbour(1) else { return };
    let (server, other) = (place.listen().await, Server::on(ip).await);
    let builder = WebSocketClient::builder();
    let first = Connecting::start(&builder, server.url("ws", "/"));
    let _pending = server.accept().await;
    let second = Connecting::start(&builder, other.url("ws", "/"));
    other.accept().await.open().await;
    second.opened().await;
    drop(first);
}

async fn tls_is_part_of_connecting(place: Place) {
    let server = place.listen().await;
    let first = Connecting::start(&WebSocketClient::builder(), server.url("wss", "/"));
    let stalled = server.accept().await;
    let second = Connecting::start(&WebSocketClient::builder(), server.url("ws", "/"));
    assert!(server.is_quiet().await, "TLS is under way, and another connection was begun");
    drop(stalled);
    first.failed().await;
    server.accept().await.open().await;
    second.opened().await;
}

fn unresolved_names_connect_side_by_side() {
    let turn = names_turn();
    for kind in Kind::ALL {
        on_sockets("side-by-side", |place| async move {
            let proxy = place.listen().await;
            let builder = WebSocketClient::builder().proxy(kind.at(&proxy));
            let a = Connecting::start(&builder, "ws://a.example/");
            let mut to_a = proxy.accept().await;
            assert_eq!(kind.asked(&mut to_a).await, ("a.example".to_owned(), 80));
            // Two names are two hosts, though both go by the proxy's address.
            let b = Connecting::start(&builder, "ws://b.example/");
            let mut to_b = proxy.accept().await;
            assert_eq!(kind.asked(&mut to_b).await, ("b.example".to_owned(), 80));
            // One name is one host, however it is spelled.
            let again = Connecting::start(&builder, "ws://A.Example:81/");
            let dotted = Connecting::start(&builder, "ws://a.example./");
            assert!(proxy.is_quiet().await, "a second connection to one name");
            to_b.write(kind.granted()).await;
            to_b.open().await;
            b.opened().await;
            assert!(proxy.is_quiet().await, "it waited for another name");
            to_a.write(kind.granted()).await;
            to_a.open().await;
            a.opened().await;
            for waiting in [again, dotted] {
                let mut to_a = proxy.accept().await;
                assert_eq!(kind.asked(&mut to_a).await.0.trim_end_matches('.'), "a.example");
                assert!(proxy.was_quiet().await);
                to_a.write(kind.granted()).await;
                to_a.open().await;
                waiting.opened().await;
            }
        });
    }
    drop(turn);
}

/// As the documentation of `Builder::proxy_selector` says.
const LIMIT: usize = 32;

/// The next one that asks the proxy for a tunnel, and for what name.
async fn next_asked(proxy: &Server) -> (String, Peer<tokio::net::TcpStream>) {
    let mut peer = proxy.accept().await;
    let (host, _) = Kind::Connect.asked(&mut peer).await;
    (host, peer)
}

fn pending_connections_through_a_proxy_are_limited() {
    let turn = names_turn();
    on_sockets("limited", |place| async move {
        let proxy = place.listen().await;
        let builder = WebSocketClient::builder().proxy(Kind::Connect.at(&proxy));
        let mut attempts: HashMap<_, _> = (0..100)
            .map(|n| format!("h{n}.example"))
            .map(|host| (host.clone(), Connecting::start(&builder, format!("ws://{host}/"))))
            .collect();
        let mut pending = VecDeque::new();
        for _ in 0..LIMIT {
            pending.push_back(next_asked(&proxy).await);
        }
        assert!(proxy.is_quiet().await, "more than {LIMIT} are pending");
        // One that is refused lets one more in, and so does one that is given up.
        let (host, mut peer) = pending.pop_front().expect("pending");
        peer.write("HTTP/1.1 503 No\r\n\r\n").await;
        assert_eq!(attempts.remove(&host).expect("asked").failed().await.kind(), ErrorKind::Refused);
        pending.push_back(next_asked(&proxy).await);
        assert!(proxy.is_quiet().await);
        let (host, _) = pending.pop_front().expect("pending");
        drop(attempts.remove(&host));
        pending.push_back(next_asked(&proxy).await);
        assert!(proxy.is_quiet().await);
        // In the end all of them are served.
        while let Some((host, mut peer)) = pending.pop_front() {
            peer.write(Kind::Connect.granted()).await;
            peer.open().await;
            attempts.remove(&host).expect("asked").opened().await;
            if pending.len() < attempts.len() {
                pending.push_back(next_asked(&proxy).await);
            }
        }
        assert!(attempts.is_empty());
    });
    drop(turn);
}
