//! Peers of the WebSocket client, beside the Autobahn suite: servers of HTTP/1.1 and
//! HTTP/2 (RFC 8441), and proxies.

mod deflate;
mod haproxy;
mod hypercorn;
mod proxies;
mod websockets;

use anyrfc_core::TlsConfig;
use anyrfc_websocket::{Builder, CloseCode, Error, Http2Session, HttpVersion, Message, WebSocketClient};

pub(super) use self::{
    haproxy::Haproxy,
    hypercorn::Hypercorn,
    proxies::{Microsocks, Tinyproxy},
    websockets::Websockets,
};
use super::cases::{Cases, Certificates, ensure, note, noted};
use crate::Result;

/// The crate whose client is driven.
const SUBJECT: &str = "anyrfc-websocket";

/// What a case that must fail failed with.
fn refused<T>(result: std::result::Result<T, Error>) -> Result<Error> {
    result.err().ok_or_else(|| "nothing was refused".into())
}

/// Text, large and many small messages, a ping, and the closing handshake.
async fn echoes(mut client: WebSocketClient) -> Result<()> {
    client.send_text("größer").await?;
    expect(&mut client, &Message::text("größer")).await?;
    let large = Message::binary((0..1_000_000_u32).map(|n| (n / 7) as u8).collect::<Vec<_>>());
    client.send(large.clone()).await?;
    expect(&mut client, &large).await?;
    client.ping("there?").await?;
    expect(&mut client, &Message::Pong("there?".into())).await?;
    for n in 0..200 {
        client.feed(Message::text(n.to_string())).await?;
    }
    client.flush().await?;
    for n in 0..200 {
        expect(&mut client, &Message::text(n.to_string())).await?;
    }
    closes(client).await
}

/// Closes with code 1000, which the server repeats.
async fn closes(client: WebSocketClient) -> Result<()> {
    let answer = client.close().await?;
    let code = answer.as_ref().map(|frame| frame.code());
    ensure(code == Some(CloseCode::NORMAL), || format!("closed with {answer:?}"))
}

/// The next message is this one.
async fn expect(client: &mut WebSocketClient, wanted: &Message) -> Result<()> {
    let got = client.next().await?;
    ensure(got.as_ref() == Some(wanted), || {
        let mut shown = format!("{got:?} instead of {wanted:?}");
        let end = (0..=200).rev().find(|&at| shown.is_char_boundary(at)).unwrap_or(0);
        shown.truncate(end);
        shown
    })
}

/// Several WebSockets on one HTTP/2 connection, all at once.
async fn shares(builder: &Builder, url: &str) -> Result<()> {
    let (session, driver) = builder.http2_session(url).await?;
    let streams = async move {
        let all = (0..8).map(|_| stream(&session, url));
        let mut all: Vec<_> = all.map(Box::pin).collect();
        // Polled together, by one task: each gets its turn.
        std::future::poll_fn(|cx| {
            let mut failed = None;
            all.retain_mut(|one| match one.as_mut().poll(cx) {
                std::task::Poll::Pending => true,
                std::task::Poll::Ready(result) => {
                    failed = failed.take().or(result.err());
                    false
                }
            });
            match failed {
                Some(error) => std::task::Poll::Ready(Err(error)),
                None if all.is_empty() => std::task::Poll::Ready(Ok(())),
                None => std::task::Poll::Pending,
            }
        })
        .await
    };
    let (streams, driven) = tokio::join!(streams, driver);
    streams?;
    Ok(driven?)
}

async fn stream(session: &Http2Session, url: &str) -> Result<()> {
    echoes(session.open(url).await?).await
}

/// Every version of HTTP over TLS, one connection each and shared.
async fn every_version(cases: &mut Cases<'_>, tls: &TlsConfig, url: &str) {
    for (name, version, agreed) in [
        ("http1 over TLS", HttpVersion::Http1, "http/1.1"),
        ("http2 over TLS", HttpVersion::Http2, "h2"),
        ("http2 preferred", HttpVersion::Http2OrHttp1, "h2"),
    ] {
        let builder = WebSocketClient::builder().tls(tls.clone()).http(version);
        let run = async {
            let client = builder.connect(url).await?;
            let alpn = client.connection_info().tls.as_ref().and_then(|tls| tls.alpn.clone());
            ensure(alpn.as_deref() == Some(agreed.as_bytes()), || format!("ALPN chose {alpn:?}"))?;
            echoes(client).await
        };
        cases.run(name, run).await;
    }
    let builder = WebSocketClient::builder().tls(tls.clone());
    cases.run("http2 shared by eight", shares(&builder, url)).await;
    for window in [1_000, 10_000] {
        let builder = WebSocketClient::builder().tls(tls.clone()).http(HttpVersion::Http2);
        let builder = builder.http2_window(window);
        let run = async { echoes(builder.connect(url).await?).await };
        cases.run(format!("http2 with a window of {window}"), run).await;
    }
}
