//! The examples of both READMEs, word for word, run against the embedded server.
//!
//! That they are the same is a test too; doctests compile those of the crate besides.

use anyrfc_core::testing::pki::Pki;
use anyrfc_websocket::{
    CloseCode, ErrorKind, Message, WebSocketClient,
    testing::{EchoServer, echo},
};

#[rustfmt::skip]
mod workspace {
    use anyrfc_websocket::{Error, Message, WebSocketClient};

    pub(crate) async fn greet(url: &str) -> Result<(), Error> {
        let mut client = WebSocketClient::connect(url).await?;
        client.send_text("hello").await?;
        while let Some(message) = client.next().await? {
            if let Message::Text(text) = message {
                println!("{text}");
                break;
            }
        }
        client.close().await?;
        Ok(())
    }
}

#[rustfmt::skip]
mod greet {
    use anyrfc_websocket::{Error, Message, WebSocketClient};

    pub(crate) async fn greet(url: &str) -> Result<(), Error> {
        let mut client = WebSocketClient::connect(url).await?;
        client.send_text("hello").await?;
        while let Some(message) = client.next().await? {
            match message {
                Message::Text(text) => println!("{text}"),
                Message::Binary(bytes) => println!("{} bytes", bytes.len()),
                Message::Close(frame) => println!("closing: {frame:?}"),
                _ => continue, // pings are answered already
            }
            break;
        }
        client.close().await?;
        Ok(())
    }
}

#[rustfmt::skip]
mod internal {
    use anyrfc_websocket::{Error, WebSocketClient, tls::{TlsConfig, TlsVersion}};

    pub(crate) async fn internal(url: &str, our_ca: &str) -> Result<WebSocketClient, Error> {
        let tls = TlsConfig::with_ca_pem(our_ca).minimum_version(TlsVersion::V1_3);
        WebSocketClient::builder().tls(tls).connect(url).await
    }
}

#[rustfmt::skip]
mod sign_in {
    use anyrfc_websocket::{Error, WebSocketClient};

    pub(crate) async fn sign_in(url: &str, token: &str) -> Result<WebSocketClient, Error> {
        let client = WebSocketClient::builder()
            .bearer_auth(token.to_owned())
            .subprotocol("superchat")
            .subprotocol("chat")
            .origin("https://app.example")
            .header("Cookie", "theme=dark")
            .redirects(3) // none by default; never from wss to ws
            .connect(url)
            .await?;
        println!("agreed on {:?}", client.subprotocol());
        Ok(client)
    }
}

#[rustfmt::skip]
mod careful {
    use std::time::Duration;
    use anyrfc_websocket::{Error, Limits, WebSocketClient};

    pub(crate) async fn careful(url: &str) -> Result<WebSocketClient, Error> {
        let mut limits = Limits::default();
        limits.message = 1 << 20; // larger ones are refused with code 1009
        limits.connect_time = Duration::from_secs(5); // name, TCP, proxy, TLS and handshake together
        WebSocketClient::builder()
            .limits(limits)
            .close_timeout(Duration::from_secs(1))
            .connect(url)
            .await
    }
}

#[rustfmt::skip]
mod larger_than_memory {
    use anyrfc_websocket::{Error, Kind, WebSocketClient};
    use tokio::io::{AsyncRead, AsyncWrite};

    pub(crate) async fn upload(client: &mut WebSocketClient, mut source: impl AsyncRead + Unpin) -> Result<(), Error> {
        let mut message = client.writer(Kind::Binary);
        tokio::io::copy(&mut source, &mut message).await?; // in fragments, as fast as the server takes them
        message.finish().await
    }

    pub(crate) async fn download(client: &mut WebSocketClient, mut target: impl AsyncWrite + Unpin) -> Result<u64, Error> {
        let Some(mut message) = client.next_reader().await? else { return Ok(0) };
        Ok(tokio::io::copy(&mut message, &mut target).await?) // in pieces, as they arrive
    }
}

#[rustfmt::skip]
mod compressed {
    use anyrfc_websocket::{Deflate, Error, Message, WebSocketClient};

    pub(crate) async fn compressed(url: &str) -> Result<WebSocketClient, Error> {
        let deflate = Deflate::default().level(6).client_no_context_takeover();
        let mut client = WebSocketClient::builder().compression(deflate).connect(url).await?;
        println!("agreed on {:?}", client.compression()); // None: the server declined
        client.send_text("as before. ".repeat(1000)).await?;
        // Its length is not to tell what it has in common with others.
        client.send_uncompressed(Message::text("a secret")).await?;
        Ok(client)
    }
}

#[rustfmt::skip]
mod both_ways {
    use anyrfc_websocket::{Error, WebSocketClient};

    pub(crate) async fn both_ways(client: WebSocketClient) -> Result<(), Error> {
        let (mut sender, mut receiver) = client.split();
        let sending = async {
            for n in 0..3 {
                sender.send(format!("message {n}")).await?;
            }
            sender.close(None).await
        };
        let receiving = async {
            while let Some(message) = receiver.next().await? {
                println!("{message:?}");
            }
            Ok(())
        };
        tokio::try_join!(sending, receiving).map(drop)
    }
}

#[rustfmt::skip]
mod any_stream {
    use std::sync::Arc;
    use anyrfc_websocket::{Error, WebSocketClient, transport::{Proxy, Target}};

    pub(crate) async fn through_a_proxy(url: &str, host: &str, port: u16) -> Result<WebSocketClient, Error> {
        let proxy = Arc::new(Proxy::socks5(Target::tcp(host, port)?)); // or http_connect
        WebSocketClient::builder()
            .proxy_selector(move |uri| uri.is_secure().then(|| Arc::clone(&proxy)))
            .connect(url)
            .await
    }

    pub(crate) async fn over_memory(stream: tokio::io::DuplexStream) -> Result<WebSocketClient, Error> {
        WebSocketClient::builder().connect_over("ws://localhost/", stream).await
    }
}

#[rustfmt::skip]
mod explain {
    use anyrfc_websocket::{Error, ErrorKind, Fault};

    pub(crate) fn explain(error: &Error) -> String {
        if let Some(refusal) = error.refusal() {
            return format!("the server answered {}: {:?}", refusal.status, refusal.body);
        }
        let advice = match (error.kind(), error.fault()) {
            (ErrorKind::Timeout, _) | (_, Fault::Network) => "try again later",
            (_, Fault::Peer) => "tell whoever runs the server",
            (_, Fault::Policy) => "raise a limit, or be glad of it",
            _ => "mend the call",
        };
        match error.requirement() {
            Some(requirement) => format!("{} was broken; {advice}", requirement.id()),
            None => format!("{error}; {advice}"),
        }
    }
}

#[rustfmt::skip]
mod without_io {
    use std::time::Instant;
    use anyrfc_websocket::proto::{Config, Connection, Event, Role};
    use anyrfc_websocket::{Machine, Message, Output, Step};

    pub(crate) fn one_message(now: Instant) -> Option<Message> {
        let mut connection = Connection::established(Role::Client, Config::default(), [7; 32]);
        let mut output = Output::new();
        connection.send(&mut output, Message::text("to the server")).ok()?;
        let _to_be_written = output.take();

        let received = b"\x81\x05hello";
        match connection.advance(received, now).ok()? {
            Step::Ready => match connection.event(received) {
                (_, Event::Message(message)) => Some(message.to_owned()),
                _ => None,
            },
            _ => None, // more input is wanted
        }
    }
}

/// The blocks of Rust in a README, without indentation and visibility.
fn blocks(readme: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block: Option<Vec<&str>> = None;
    for line in readme.lines() {
        match (&mut block, line) {
            (None, "```rust") => block = Some(Vec::new()),
            (Some(_), "```") => blocks.extend(block.take().map(|lines| lines.join("\n"))),
            (Some(lines), _) => lines.push(line.trim()),
            (None, _) => {}
        }
    }
    blocks
}

#[test]
fn the_readmes_say_what_is_run_here() {
    let here: Vec<&str> =
        include_str!("readme.rs").lines().map(|line| line.trim().trim_start_matches("pub(crate) ")).collect();
    let here = here.join("\n");
    let of_the_crate = blocks(include_str!("../README.md"));
    assert_eq!(of_the_crate.len(), 10);
    // A published crate comes without the workspace.
    let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let of_the_workspace = std::fs::read_to_string(workspace).map(|text| blocks(&text)).unwrap_or_default();
    for block in of_the_crate.iter().chain(&of_the_workspace) {
        assert!(here.contains(block.as_str()), "not run here, to the letter:\n{block}");
    }
}

#[test]
fn the_diagram_in_the_docs_is_the_table_of_states() {
    let docs: String = include_str!("../src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! "))
        .map(|line| format!("{line}\n"))
        .collect();
    let table = anyrfc_websocket::proto::State::mermaid();
    assert!(docs.contains(&format!("```text\n{table}```\n")), "src/lib.rs should show:\n{table}");
}

#[tokio::test]
async fn greetings() {
    let server = EchoServer::start().await.unwrap();
    greet::greet(&server.url()).await.unwrap();
    workspace::greet(&server.url()).await.unwrap();
}

#[tokio::test]
async fn own_authority() {
    let pki = Pki::new();
    let tls = pki.server_for(&["localhost"]).server();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("wss://localhost:{}/", listener.local_addr().unwrap().port());
    let serve = async {
        let (stream, _) = listener.accept().await.unwrap();
        echo(tls.accept(stream).await.unwrap().0).await.unwrap();
    };
    let session = async {
        let client = internal::internal(&url, &pki.ca_pem()).await.unwrap();
        assert_eq!(client.tls_info().unwrap().version, Some("TLSv1.3"));
        client.close().await.unwrap();
    };
    tokio::join!(serve, session);
}

#[tokio::test]
async fn a_filled_handshake_and_limits() {
    let server = EchoServer::start().await.unwrap();
    let client = sign_in::sign_in(&server.url(), "token").await.unwrap();
    assert_eq!(client.subprotocol(), Some("superchat"));
    client.close().await.unwrap();
    let mut client = careful::careful(&server.url()).await.unwrap();
    client.send_binary(vec![0; (1 << 20) + 1]).await.unwrap();
    let error = client.next().await.unwrap_err();
    assert_eq!((error.kind(), error.close_code()), (ErrorKind::Limit, Some(CloseCode::MESSAGE_TOO_BIG)));
}

#[tokio::test]
async fn pieces_and_halves() {
    let server = EchoServer::start().await.unwrap();
    let mut client = WebSocketClient::connect(&server.url()).await.unwrap();
    let sent: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
    larger_than_memory::upload(&mut client, &sent[..]).await.unwrap();
    let mut received = Vec::new();
    assert_eq!(larger_than_memory::download(&mut client, &mut received).await.unwrap(), 4_000_000);
    assert!(received == sent);
    both_ways::both_ways(client).await.unwrap();
}

#[tokio::test]
async fn smaller_messages() {
    let server = EchoServer::start().await.unwrap();
    let mut client = compressed::compressed(&server.url()).await.unwrap();
    assert!(client.compression().unwrap().client_no_context_takeover);
    assert_eq!(client.next().await.unwrap(), Some(Message::text("as before. ".repeat(1000))));
    assert_eq!(client.next().await.unwrap(), Some(Message::text("a secret")));
    client.close().await.unwrap();
}

#[tokio::test]
async fn proxies_and_streams() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    // A SOCKS5 proxy that leads to whom it likes: to nobody here.
    let proxy = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = proxy.local_addr().unwrap().port();
    let refuse = async {
        let (mut stream, _) = proxy.accept().await.unwrap();
        stream.read_exact(&mut [0; 3]).await.unwrap();
        stream.write_all(&[5, 0]).await.unwrap();
        stream.read_exact(&mut [0; 16]).await.unwrap();
        stream.write_all(&[5, 2, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
    };
    let (refused, ()) =
        tokio::join!(any_stream::through_a_proxy("wss://a.example/", "127.0.0.1", port), refuse);
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Refused);
    // `ws` goes directly, by its selector.
    let server = EchoServer::start().await.unwrap();
    let client = any_stream::through_a_proxy(&server.url(), "127.0.0.1", port).await.unwrap();
    assert!(!client.connection_info().proxied);
    client.close().await.unwrap();

    let (near, far) = tokio::io::duplex(4096);
    tokio::spawn(echo(far));
    let mut client = any_stream::over_memory(near).await.unwrap();
    client.send_text("hello").await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::text("hello")));
}

#[tokio::test]
async fn explanations() {
    let closed = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("ws://{}/", closed.local_addr().unwrap());
    drop(closed);
    let mistake = WebSocketClient::connect("http://h/").await.unwrap_err();
    assert_eq!(explain::explain(&mistake), "rfc6455#4.1-3 was broken; mend the call");
    let away = WebSocketClient::connect(&url).await.unwrap_err();
    assert!(explain::explain(&away).ends_with("; try again later"), "{away}");
    let (near, mut far) = tokio::io::duplex(4096);
    tokio::io::AsyncWriteExt::write_all(&mut far, b"HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\nsorry")
        .await
        .unwrap();
    let refused = WebSocketClient::builder().connect_over("ws://h/", near).await.unwrap_err();
    assert_eq!(explain::explain(&refused), "the server answered 404 Not Found: b\"sorry\"");
}

#[test]
fn without_any_runtime() {
    let message = without_io::one_message(std::time::Instant::now());
    assert_eq!(message, Some(Message::text("hello")));
}
