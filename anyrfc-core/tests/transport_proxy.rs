//! Proxies, kind and hostile.
#![cfg(feature = "client")]

use std::{io, net::SocketAddr, time::Duration};

use anyrfc_core::{
    BoxFuture, Error, ErrorKind,
    error::ErrorDetail,
    transport::{Connection, Connector, Deadline, Listener, Proxy, Resolve, Target},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

fn socks() -> Proxy {
    Proxy::socks5(SocketAddr::from(([127, 0, 0, 1], 1080)))
}

fn http() -> Proxy {
    Proxy::http_connect(SocketAddr::from(([127, 0, 0, 1], 3128)))
}

fn target(host: &str) -> Target {
    Target::tcp(host, 443).unwrap()
}

/// Plays the proxy: expects and says in turn, byte by byte if `slowly`, then
/// hands over its end of the stream.
async fn play(mut stream: DuplexStream, script: &[(&[u8], &[u8])], slowly: bool) -> DuplexStream {
    for (expected, answer) in script {
        let mut heard = vec![0; expected.len()];
        stream.read_exact(&mut heard).await.unwrap();
        assert_eq!(heard, *expected, "{:?}", String::from_utf8_lossy(&heard));
        for piece in answer.chunks(if slowly { 1 } else { usize::MAX }) {
            // What is left of the script when we hung up is not our loss.
            if stream.write_all(piece).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    stream
}

/// The tunnel through a proxy that follows `script`, then says nothing more.
async fn through(
    proxy: &Proxy,
    to: &str,
    script: &[(&[u8], &[u8])],
    slowly: bool,
) -> (Result<Connection, Error>, DuplexStream) {
    let (ours, theirs) = duplex(if slowly { 1 } else { 1 << 20 });
    let to = target(to);
    let deadline = Deadline::after(Duration::from_secs(60));
    let tunnel = deadline.run("the proxy", proxy.tunnel(Connection::from_stream(ours), &to));
    tokio::join!(tunnel, play(theirs, script, slowly))
}

/// The same where the proxy hangs up at the end.
async fn hanging_up(proxy: &Proxy, script: &[(&[u8], &[u8])]) -> Error {
    let (ours, theirs) = duplex(1 << 20);
    let to = target("a.example");
    let playing = async { drop(play(theirs, script, false).await) };
    tokio::join!(proxy.tunnel(Connection::from_stream(ours), &to), playing).0.unwrap_err()
}

const GREETING: &[u8] = &[5, 1, 0];
const CHOSEN: &[u8] = &[5, 0];
const REQUEST: &[u8] = b"\x05\x01\x00\x03\x09a.example\x01\xbb";

#[tokio::test(start_paused = true)]
async fn socks_by_name_v4_and_v6_with_every_bound_address() {
    let v4 = [5, 1, 0, 1, 192, 0, 2, 1, 1, 187];
    let mut v6 = vec![5, 1, 0, 4, 0x20, 1, 0xd, 0xb8];
    v6.extend([0; 11]);
    v6.extend([1, 1, 187]);
    let mut long = vec![5, 0, 0, 3, 255];
    long.extend([b'x'; 257]);
    let mut bound_v6 = vec![5, 0, 0, 4];
    bound_v6.extend([9; 18]);
    let bound =
        [vec![5, 0, 0, 1, 10, 0, 0, 1, 0x12, 0x34], bound_v6, b"\x05\0\0\x03\x01x\0\0".to_vec(), long];
    for slowly in [false, true] {
        for (to, request) in [("a.example", REQUEST), ("192.0.2.1", &v4), ("2001:db8::1", &v6)] {
            for bound in &bound {
                // What the target says at once follows the reply in the same segment.
                // (Not slowly: nobody would take it from the stream of one byte.)
                let reply = [&bound[..], if slowly { b"" } else { b"220 hello" }].concat();
                let script = [(GREETING, CHOSEN), (request, &reply[..])];
                let (connection, proxy) = through(&socks(), to, &script, slowly).await;
                let mut connection = connection.unwrap();
                assert!(connection.info().proxied);
                drop(proxy);
                let mut heard = String::new();
                connection.read_to_string(&mut heard).await.unwrap();
                assert_eq!(heard, if slowly { "" } else { "220 hello" });
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn socks_with_user_name_and_password() {
    let proxy = socks().credentials("user", "secret").unwrap();
    let login: &[u8] = b"\x01\x04user\x06secret";
    let ok = [(&[5, 2, 0, 2][..], &[5, 2][..]), (login, &[1, 0]), (REQUEST, b"\x05\0\0\x01\0\0\0\0\0\0")];
    through(&proxy, "a.example", &ok, false).await.0.unwrap();
    // The proxy may also do without.
    let without = [(&[5, 2, 0, 2][..], &[5, 0][..]), (REQUEST, b"\x05\0\0\x01\0\0\0\0\0\0")];
    through(&proxy, "a.example", &without, false).await.0.unwrap();

    let refused = [(&[5, 2, 0, 2][..], &[5, 2][..]), (login, &[1, 1])];
    let error = through(&proxy, "a.example", &refused, false).await.0.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    for shown in [format!("{error:?}"), format!("{proxy:?}"), error.to_string()] {
        assert!(!shown.contains("secret"), "{shown}");
    }
    let wanted = [(GREETING, &[5, 0xff][..])];
    assert_eq!(through(&socks(), "a.example", &wanted, false).await.0.unwrap_err().kind(), ErrorKind::Auth);
    assert_eq!(socks().credentials("", "x").unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(socks().credentials("x", "x".repeat(256)).unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test(start_paused = true)]
async fn socks_refusals_have_their_code() {
    for code in 1..=255 {
        // Some hang up, or fall silent, after the code.
        let reply = [5, code];
        let script = [(GREETING, CHOSEN), (REQUEST, &reply[..])];
        let error = through(&socks(), "a.example", &script, false).await.0.unwrap_err();
        let kind = if matches!(code, 7 | 8) { ErrorKind::Unsupported } else { ErrorKind::Refused };
        assert_eq!(error.kind(), kind, "{code}");
        assert!(matches!(error.detail(), ErrorDetail::SocksReply(found) if *found == code));
    }
}

#[tokio::test(start_paused = true)]
async fn socks_proxies_that_break_the_protocol() {
    let login = socks().credentials("u", "p").unwrap();
    let both: &[u8] = &[5, 2, 0, 2];
    for (proxy, script) in [
        (&socks(), vec![(GREETING, &[4, 0][..])]),
        (&socks(), vec![(GREETING, b"HTTP/1.1 400 Bad Request\r\n\r\n")]),
        (&socks(), vec![(GREETING, &[5, 2])]),
        (&socks(), vec![(GREETING, &[5, 1])]),
        (&login, vec![(both, &[5, 1])]),
        (&login, vec![(both, &[5, 2]), (b"\x01\x01u\x01p", &[5, 0])]),
        (&socks(), vec![(GREETING, CHOSEN), (REQUEST, &[4, 0])]),
        (&socks(), vec![(GREETING, CHOSEN), (REQUEST, &[5, 0, 0, 2])]),
        (&socks(), vec![(GREETING, CHOSEN), (REQUEST, &[5, 0, 0, 3, 0])]),
    ] {
        for slowly in [false, true] {
            let error = through(proxy, "a.example", &script, slowly).await.0.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn socks_proxies_that_hang_up_or_fall_silent_anywhere() {
    let reply: &[u8] = b"\x05\0\0\x03\x02xx\0\0";
    for cut in 0..CHOSEN.len() + reply.len() {
        let script: &[(&[u8], &[u8])] = match cut.checked_sub(CHOSEN.len()) {
            None => &[(GREETING, &CHOSEN[..cut])],
            Some(cut) => &[(GREETING, CHOSEN), (REQUEST, &reply[..cut])],
        };
        assert_eq!(hanging_up(&socks(), script).await.kind(), ErrorKind::Closed, "{cut}");
        let (silent, _proxy) = through(&socks(), "a.example", script, false).await;
        assert_eq!(silent.unwrap_err().kind(), ErrorKind::Timeout, "{cut}");
    }
}

const CONNECT: &[u8] = b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn http_tunnels_keep_what_follows_the_head() {
    for head in [
        &b"HTTP/1.1 200 OK\r\n\r\n"[..],
        b"HTTP/1.0 200 Connection established\r\nProxy-Agent: x\r\n\r\n",
        b"HTTP/1.1 204 \r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 299 \r\n\r\n",
    ] {
        for slowly in [false, true] {
            let answer = [head, if slowly { b"" } else { b"220 hello\r\n" }].concat();
            let (connection, mut proxy) = through(&http(), "a.example", &[(CONNECT, &answer)], slowly).await;
            let mut connection = connection.unwrap();
            assert!(connection.info().proxied);
            assert_eq!(connection.buffered(), &answer[head.len()..]);
            proxy.write_all(b"!").await.unwrap();
            drop(proxy);
            let mut heard = String::new();
            connection.read_to_string(&mut heard).await.unwrap();
            assert_eq!(heard, if slowly { "!" } else { "220 hello\r\n!" });
        }
    }
}

#[tokio::test(start_paused = true)]
async fn http_targets_are_authorities() {
    for (to, authority) in
        [("2001:db8::1", "[2001:db8::1]"), ("192.0.2.1", "192.0.2.1"), ("fe80::1%1", "[fe80::1]")]
    {
        let request = format!("CONNECT {authority}:443 HTTP/1.1\r\nHost: {authority}:443\r\n\r\n");
        let script = [(request.as_bytes(), &b"HTTP/1.1 200 \r\n\r\n"[..])];
        through(&http(), to, &script, false).await.0.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn http_credentials_go_to_the_proxy_and_nowhere_else() {
    let proxy = http().credentials("Aladdin", "open sesame").unwrap();
    let request = b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\
        Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n";
    let script = [(&request[..], &b"HTTP/1.1 200 \r\n\r\n"[..])];
    let (connection, mut tunnel) = through(&proxy, "a.example", &script, false).await;
    drop(connection.unwrap());
    let mut tunnelled = Vec::new();
    tunnel.read_to_end(&mut tunnelled).await.unwrap();
    assert_eq!(tunnelled, b"", "nothing of it in the tunnel");

    let script = [(&request[..], &b"HTTP/1.1 407 x\r\nProxy-Authenticate: Basic\r\n\r\n"[..])];
    let error = through(&proxy, "a.example", &script, false).await.0.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(matches!(error.detail(), ErrorDetail::ProxyStatus(407)));
    for shown in [format!("{error:?}{error}"), format!("{proxy:?}")] {
        assert!(!shown.contains("sesame") && !shown.contains("QWxh"), "{shown}");
    }
    assert_eq!(http().credentials("a:b", "c").unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(http().credentials("a", "b\r\nX: y").unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test(start_paused = true)]
async fn http_refusals_have_their_status() {
    for status in [101, 302, 400, 403, 404, 407, 500, 502, 599] {
        let answer = format!("HTTP/1.1 {status} no\r\nContent-Length: 99999999\r\n\r\n<html>");
        let mut answer = answer.into_bytes();
        answer.extend([0xff; 10]);
        let error = through(&http(), "a.example", &[(CONNECT, &answer)], false).await.0.unwrap_err();
        let kind = match status {
            101 => ErrorKind::Protocol,
            407 => ErrorKind::Auth,
            _ => ErrorKind::Refused,
        };
        assert_eq!(error.kind(), kind, "{status}");
        assert!(matches!(error.detail(), ErrorDetail::ProxyStatus(found) if *found == status));
    }
}

#[tokio::test(start_paused = true)]
async fn http_proxies_that_break_the_protocol() {
    for answer in [
        &b"\x05\x00"[..],
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 200 OK\n\n",
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nnul: \0\r\n\r\n",
    ] {
        for slowly in [false, true] {
            let error = through(&http(), "a.example", &[(CONNECT, answer)], slowly).await.0.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{error}: {answer:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn http_proxies_that_never_come_to_an_end() {
    let field = b"X-Padding: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n".repeat(10_000);
    let interim = b"HTTP/1.1 102 Processing\r\n\r\n".repeat(10_000);
    let line = vec![b'x'; 1 << 20];
    for answer in
        [[b"HTTP/1.1 200 OK\r\n", &field[..]].concat(), interim, [b"HTTP/1.1 200 ", &line[..]].concat()]
    {
        let error = through(&http(), "a.example", &[(CONNECT, &answer)], false).await.0.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn http_proxies_that_hang_up_or_fall_silent_anywhere() {
    let head = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
    for cut in 0..head.len() {
        let script: &[(&[u8], &[u8])] = &[(CONNECT, &head[..cut])];
        assert_eq!(hanging_up(&http(), script).await.kind(), ErrorKind::Closed, "{cut}");
        let (silent, _proxy) = through(&http(), "a.example", script, false).await;
        assert_eq!(silent.unwrap_err().kind(), ErrorKind::Timeout, "{cut}");
    }
}

/// Fails a test that resolves a name the proxy should resolve.
#[derive(Debug)]
struct Never;

impl Resolve for Never {
    fn resolve<'a>(&'a self, host: &'a str, _: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        panic!("{host} leaked to the local resolver")
    }
}

#[derive(Debug)]
struct Two;

impl Resolve for Two {
    fn resolve<'a>(&'a self, _: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(vec![([192, 0, 2, 1], port).into(), ([192, 0, 2, 2], port).into()]) })
    }
}

#[tokio::test]
async fn the_connector_goes_through_the_proxy_without_resolving() {
    let mut listener = Listener::builder().tcp(([127, 0, 0, 1], 0)).bind().unwrap();
    let address = listener.local_addrs()[0];
    for (proxy, hears, says) in [
        (Proxy::socks5(address), [GREETING, REQUEST], [CHOSEN, b"\x05\0\0\x01\0\0\0\0\0\0hi"]),
        (Proxy::http_connect(address), [CONNECT, b""], [b"HTTP/1.1 200 \r\n\r\n", b"hi"]),
    ] {
        let connector = Connector::new(target("a.example")).proxy(proxy).resolver(Never);
        let playing = async {
            let mut stream = listener.accept().await.unwrap().handshake().await.unwrap();
            for (hears, says) in hears.iter().zip(says) {
                let mut heard = vec![0; hears.len()];
                stream.read_exact(&mut heard).await.unwrap();
                assert_eq!(heard, *hears);
                stream.write_all(says).await.unwrap();
            }
        };
        let (connection, ()) = tokio::join!(connector.connect(), playing);
        let mut connection = connection.unwrap();
        assert_eq!((connection.info().peer, connection.info().proxied), (Some(address), true));
        let mut heard = String::new();
        connection.read_to_string(&mut heard).await.unwrap();
        assert_eq!(heard, "hi");
    }
}

#[tokio::test]
async fn names_resolved_here_are_tried_address_by_address() {
    let mut listener = Listener::builder().tcp(([127, 0, 0, 1], 0)).bind().unwrap();
    let proxy = Proxy::socks5(listener.local_addrs()[0]).local_resolution(true);
    let connector = Connector::new(target("a.example")).proxy(proxy).resolver(Two);
    let playing = async {
        for (last, reply) in [(1, &[5, 4][..]), (2, &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])] {
            let mut stream = listener.accept().await.unwrap().handshake().await.unwrap();
            stream.read_exact(&mut [0; 3]).await.unwrap();
            stream.write_all(CHOSEN).await.unwrap();
            let mut request = [0; 10];
            stream.read_exact(&mut request).await.unwrap();
            assert_eq!(request, [5, 1, 0, 1, 192, 0, 2, last, 1, 187]);
            stream.write_all(reply).await.unwrap();
        }
    };
    let (connection, ()) = tokio::join!(connector.connect(), playing);
    connection.unwrap();
}

#[tokio::test]
async fn a_unix_socket_is_not_behind_a_proxy() {
    let mut listener = Listener::builder().tcp(([127, 0, 0, 1], 0)).bind().unwrap();
    let connector = Connector::new(Target::unix("/nowhere")).proxy(Proxy::socks5(listener.local_addrs()[0]));
    let (error, _proxy) = tokio::join!(connector.connect(), listener.accept());
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Usage);
}
