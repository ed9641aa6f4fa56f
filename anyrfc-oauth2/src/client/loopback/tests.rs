//! Whoever else connects, says something else, or nothing, keeps the answer from nobody.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;
use crate::{
    ClientId, Endpoint, Issuer, Scope, ServerMetadata, UrlPolicy,
    proto::{Authorization, Config, Moment, ResponseMode, Start},
};

fn asking(redirect_uri: RedirectUri) -> Authorization {
    let mut server = ServerMetadata::new(Issuer::new("https://as.example", UrlPolicy::Https).unwrap());
    let endpoint = |text| Some(Endpoint::new(text, UrlPolicy::Https).unwrap());
    server.authorization_endpoint = endpoint("https://as.example/authorize");
    server.token_endpoint = endpoint("https://as.example/token");
    let client = Config::new(Arc::new(server), ClientId::new("app").unwrap()).into();
    Authorization::new(&client, redirect_uri).scope(Scope::new("a").unwrap())
}

fn begin(authorization: Authorization) -> Pending {
    let now = Moment { instant: std::time::Instant::now(), unix: Duration::from_secs(1) };
    match authorization.start(&now, &mut Random::new([3; 32])).unwrap() {
        Start::Ready(request) => request.into_pending(),
        Start::Push(_) => panic!("it is pushed"),
    }
}

struct Set {
    loopback: Loopback,
    pending: Pending,
    address: SocketAddr,
    host: String,
}

fn set_with(builder: LoopbackBuilder) -> Set {
    let loopback = builder.bind().unwrap();
    let pending = begin(asking(loopback.redirect_uri()));
    let address = loopback.local_addrs()[0];
    let host = loopback.authority.clone();
    Set { loopback, pending, address, host }
}

fn set() -> Set {
    set_with(Loopback::builder())
}

impl Set {
    fn good(&self) -> String {
        self.get(&format!("/callback?code=c&state={}", self.pending.state()))
    }

    fn get(&self, target: &str) -> String {
        format!("GET {target} HTTP/1.1\r\nHost: {}\r\nUser-Agent: b\r\n\r\n", self.host)
    }
}

async fn say(address: SocketAddr, text: impl AsRef<[u8]>) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_ref()).await.unwrap();
    stream
}

/// What is answered, to its end; a reset ends it too.
async fn hear(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn the_answer_is_taken_and_the_port_closed() {
    let mut set = set();
    let uri = set.loopback.redirect_uri();
    assert_eq!(uri.as_str(), format!("http://127.0.0.1:{}/callback", set.address.port()));
    let good = set.good();
    let (callback, page) =
        tokio::join!(set.loopback.callback(&set.pending), async { hear(say(set.address, good).await).await });
    let callback = callback.unwrap();
    assert_eq!(callback.parameter("code"), Some("c"));
    assert!(set.pending.is_answered_by(&callback));
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    for field in [
        "Content-Type: text/html; charset=utf-8",
        "Cache-Control: no-store",
        "Connection: close",
        "Referrer-Policy: no-referrer",
        "Content-Security-Policy: default-src 'none'; script-src 'sha256-",
    ] {
        assert!(page.contains(field), "{field}\n{page}");
    }
    assert!(page.contains("history.replaceState") && page.contains("Thank you"));
    assert!(!page.contains(set.pending.state()));
    let (head, body) = page.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
    assert!(set.loopback.local_addrs().is_empty());
    assert!(set.loopback.sockets.is_empty());
    let error = set.loopback.callback(&set.pending).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn nobody_else_is_taken_for_it() {
    let mut set = set();
    let (host, state) = (set.host.clone(), set.pending.state().to_owned());
    let path = format!("/callback?code=MARK&state={state}");
    let request = |line: &str, fields: &str| format!("{line}\r\n{fields}\r\n");
    let others = [
        (404, set.get("/favicon.ico")),
        (404, set.get("/")),
        (404, set.get(&format!("/callback/?code=MARK&state={state}"))),
        (404, set.get(&format!("/%63allback?code=MARK&state={state}"))),
        (404, set.get(&format!("http://{host}{path}"))),
        (400, set.get("/callback")),
        (400, set.get("/callback?code=MARK")),
        (400, set.get("/callback?code=MARK&state=MARK")),
        (400, set.get(&format!("/callback?code=MARK&state={state}&state={state}"))),
        (400, set.get(&format!("/callback?code=MARK&state={state}&x=%"))),
        (400, set.get(&format!("/callback?code=MARK&State={state}"))),
        (400, set.get(&format!("/callback?code=MARK&state={state}#MARK"))),
        (405, request(&format!("HEAD {path} HTTP/1.1"), &format!("Host: {host}\r\n"))),
        (405, request(&format!("POST {path} HTTP/1.1"), &format!("Host: {host}\r\nContent-Length: 0\r\n"))),
        (405, request(&format!("OPTIONS {path} HTTP/1.1"), &format!("Host: {host}\r\n"))),
        (421, request(&format!("GET {path} HTTP/1.1"), "Host: evil.example\r\n")),
        (421, request(&format!("GET {path} HTTP/1.1"), &format!("Host: {host}.evil.example\r\n"))),
        (421, request(&format!("GET {path} HTTP/1.1"), "Host: 127.0.0.1\r\n")),
        (
            421,
            request(&format!("GET {path} HTTP/1.1"), &format!("Host: localhost:{}\r\n", set.address.port())),
        ),
        (421, request(&format!("GET {path} HTTP/1.1"), "Host:\r\n")),
        (400, request(&format!("GET {path} HTTP/1.1"), "")),
        (400, request(&format!("GET {path} HTTP/1.0"), "")),
        (400, request(&format!("GET {path} HTTP/1.1"), &format!("Host: {host}\r\nHost: {host}\r\n"))),
        (400, request(&format!("GET {path}"), &format!("Host: {host}\r\n"))),
        (400, request(&format!("GET {path} HTTP/1.1"), &format!("Host: {host}\r\nA: b\r\n c\r\n"))),
        (400, request(&format!("GET {path} MARK HTTP/1.1"), &format!("Host: {host}\r\n"))),
        (400, format!("GET {path} HTTP/1.1\nHost: {host}\n\n")),
        (400, "\u{16}\u{3}\u{1}MARK\r\n\r\n".to_owned()),
        (505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        (431, format!("GET /{} HTTP/1.1\r\n", "MARK".repeat(8192))),
        (431, format!("GET {path} HTTP/1.1\r\n{}", "MARK: x\r\n".repeat(101))),
    ];
    let good = set.good();
    let mind = async {
        for (status, text) in others {
            let answer = hear(say(set.address, &text).await).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{text}\n{answer}");
            assert!(!answer.contains("MARK") && !answer.contains(&state), "{answer}");
            assert_eq!(answer.contains("\r\nAllow: GET\r\n"), status == 405);
            assert_eq!(answer.ends_with("\r\n\r\n"), text.starts_with("HEAD"), "{answer}");
        }
        hear(say(set.address, good).await).await
    };
    let (callback, page) = tokio::join!(set.loopback.callback(&set.pending), mind);
    assert_eq!(callback.unwrap().parameter("code"), Some("c"));
    assert!(page.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn the_silent_and_the_slow_block_nobody() {
    let mut set = set();
    let good = set.good();
    let mind = async {
        let mut idle = Vec::new();
        // More than are heard at a time.
        for _ in 0..MOST + 8 {
            idle.push(say(set.address, "").await);
            idle.push(say(set.address, "GET /callback?co").await);
        }
        idle.push(say(set.address, good.as_bytes()).await);
        hear(idle.pop().unwrap()).await
    };
    let (callback, page) = tokio::join!(set.loopback.callback(&set.pending), mind);
    assert!(callback.is_ok());
    assert!(page.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn it_may_come_byte_by_byte_and_beside_others() {
    let mut set = set();
    let good = set.good();
    let bad = set.get("/callback?state=x");
    let mind = async {
        let mut one = say(set.address, "").await;
        let mut two = say(set.address, "").await;
        for at in 0..good.len() {
            one.write_all(&good.as_bytes()[at..=at]).await.unwrap();
            if let Some(byte) = bad.as_bytes().get(at) {
                two.write_all(&[*byte]).await.unwrap();
            }
            tokio::task::yield_now().await;
        }
        (hear(one).await, hear(two).await)
    };
    let (callback, (one, two)) = tokio::join!(set.loopback.callback(&set.pending), mind);
    assert!(callback.is_ok());
    assert!(one.starts_with("HTTP/1.1 200 ") && two.starts_with("HTTP/1.1 400 "));
}

#[tokio::test]
async fn one_answer_is_taken_however_many_come() {
    let mut set = set();
    let good = set.good();
    let mut streams = Vec::new();
    for _ in 0..5 {
        streams.push(say(set.address, &good).await);
    }
    let callback = set.loopback.callback(&set.pending).await;
    assert!(callback.is_ok());
    let mut pages = 0;
    for stream in streams {
        pages += usize::from(hear(stream).await.starts_with("HTTP/1.1 200 "));
    }
    assert_eq!(pages, 1);
}

#[tokio::test]
async fn a_refusal_is_an_answer() {
    let mut set = set_with(Loopback::builder().page(Page::new("<p>yes", "<p>no")));
    let request = set.get(&format!("/callback?error=access_denied&state={}", set.pending.state()));
    let (callback, page) = tokio::join!(set.loopback.callback(&set.pending), async {
        hear(say(set.address, request).await).await
    });
    assert_eq!(callback.unwrap().parameter("error"), Some("access_denied"));
    assert!(page.contains("<body><p>no</body>"), "{page}");
}

#[tokio::test]
async fn waiting_can_be_given_up_and_taken_up_again() {
    let mut set = set();
    let good = set.good();
    let (begin, rest) = good.split_at(good.len() / 2);
    let mut stream = say(set.address, begin).await;
    for _ in 0..20 {
        tokio::select! {
            biased;
            _ = set.loopback.callback(&set.pending) => panic!("there is no answer yet"),
            () = tokio::task::yield_now() => {}
        }
    }
    stream.write_all(rest.as_bytes()).await.unwrap();
    assert!(set.loopback.callback(&set.pending).await.is_ok());
    assert!(hear(stream).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_connection_has_its_time_and_the_user_too() {
    let mut set = set_with(Loopback::builder().connection_time(Duration::from_millis(1)));
    let silent = say(set.address, "GET /").await;
    tokio::select! {
        _ = set.loopback.callback(&set.pending) => panic!("there is no answer"),
        answer = hear(silent) => assert_eq!(answer, ""),
    }
    let mut set = set_with(Loopback::builder().patience(Duration::ZERO));
    assert_eq!(set.loopback.callback(&set.pending).await.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(set.loopback.callback(&set.pending).await.unwrap_err().kind(), ErrorKind::Closed);
    assert!(set.loopback.sockets.is_empty());
}

#[tokio::test]
async fn it_listens_at_every_loopback_address_and_no_other() {
    let set = set();
    let addresses = set.loopback.local_addrs();
    assert!(
        addresses.iter().all(|address| address.ip().is_loopback() && address.port() == set.address.port())
    );
    let has_v6 = TcpSocket::new_v6().unwrap().bind((Ipv6Addr::LOCALHOST, 0).into()).is_ok();
    assert_eq!(addresses.len(), 1 + usize::from(has_v6));
    // Nobody shares the port.
    for address in addresses {
        let other = TcpSocket::new_v4().and_then(|socket| {
            socket.set_reuseaddr(true)?;
            socket.bind((Ipv4Addr::LOCALHOST, address.port()).into())?;
            socket.listen(1)
        });
        assert_eq!(other.unwrap_err().kind(), io::ErrorKind::AddrInUse);
    }
    // Every one of them answers to the name, where the name was asked for.
    for nth in 0..set.loopback.local_addrs().len() {
        let mut set = set_with(Loopback::builder().localhost());
        assert!(set.loopback.redirect_uri().as_str().starts_with("http://localhost:"));
        let address = set.loopback.local_addrs()[nth];
        let good = set.good().replace("Host: localhost", "Host: LOCALHOST");
        let (callback, page) =
            tokio::join!(set.loopback.callback(&set.pending), async { hear(say(address, good).await).await });
        assert!(callback.is_ok() && page.starts_with("HTTP/1.1 200 "));
    }
}

#[tokio::test]
async fn paths_and_ports_of_the_caller() {
    let [one, two] = [(); 2].map(|()| set_with(Loopback::builder().unguessable_path()).loopback.path);
    assert_ne!(one, two);
    assert_eq!(one.len(), 44);
    let root = set_with(Loopback::builder().path("/"));
    assert!(root.loopback.redirect_uri().as_str().ends_with(&format!(":{}/", root.address.port())));
    for path in ["", "x", "/a?b", "/a#b", "/a b"] {
        assert_eq!(Loopback::builder().path(path).bind().unwrap_err().kind(), ErrorKind::Usage, "{path}");
    }
    let taken = Loopback::builder().port(root.address.port()).bind();
    assert_eq!(taken.unwrap_err().kind(), ErrorKind::Io);
    // What is free now may be somebody else's a moment later.
    let given = (0..100).find_map(|_| {
        let port = set_with(Loopback::builder()).address.port();
        Loopback::builder().port(port).bind().ok().map(|loopback| (port, loopback))
    });
    let (port, loopback) = given.unwrap();
    assert_eq!(loopback.redirect_uri().uri().port(), Some(port));
}

#[tokio::test]
async fn it_waits_only_for_what_can_come_to_it() {
    let mut set = set();
    let elsewhere = begin(asking(RedirectUri::new("http://127.0.0.1:1/callback").unwrap()));
    let error = set.loopback.callback(&elsewhere).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    for mode in [ResponseMode::FormPost, ResponseMode::Fragment, ResponseMode::FormPostJwt] {
        let pending = begin(asking(set.loopback.redirect_uri()).response_mode(mode));
        assert_eq!(set.loopback.callback(&pending).await.unwrap_err().kind(), ErrorKind::Usage);
    }
    assert!(!set.loopback.local_addrs().is_empty());
}
