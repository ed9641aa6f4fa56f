//! A consumer of a ticker: subscribes, reads a stream of JSON, connects again
//! when it must, and shows how far away the server is.
//!
//! ```text
//! cargo run -p anyrfc-websocket --example websocket_realtime [URL [TICKS]]
//! ```
//!
//! Without a URL it brings a ticker of its own, which is cut off once and
//! restarted once. With one, the server is expected to send objects with
//! `symbol`, `price` and `seq`. It ends after so many ticks, or when the server
//! closes for good.

use std::{error::Error, time::Duration};

use anyrfc_websocket::{
    CloseCode, KeepAlive, Message, ReconnectPolicy, ReconnectingClient, WebSocketClient,
    client::Event,
    proto::{Config, OwnedEvent},
    testing::accept,
};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

/// What came of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Ticks received.
    pub(crate) ticks: u64,
    /// Connections made.
    pub(crate) connections: u64,
    /// Ticks that were missed between two connections, by their sequence numbers.
    pub(crate) missed: u64,
    /// Whether a round trip was measured.
    pub(crate) measured: bool,
}

/// Follows the ticker at `url`, up to `ticks` of them.
pub(crate) async fn follow(url: &str, ticks: u64) -> Result<Summary, Box<dyn Error + Send + Sync>> {
    let builder = WebSocketClient::builder()
        // Often, for a short show: 20 s and more are usual.
        .keep_alive(KeepAlive::every(Duration::from_millis(50)).timeout(Duration::from_secs(10)))
        .message_timeout(Duration::from_secs(30));
    // The default waits longer, as it should with a server that is not ours.
    let policy =
        ReconnectPolicy::default().backoff(Duration::from_millis(100), Duration::from_secs(10)).attempts(10);
    let mut client = ReconnectingClient::new(builder, [url], policy)?;
    let mut summary = Summary::default();
    let mut expected = None;
    while let Some(event) = client.next().await {
        match event {
            Event::Connected { attempt } => {
                println!("connected, attempt {attempt}");
                summary.connections += 1;
                // A new connection knows nothing: subscribe each time.
                let subscription = json!({ "subscribe": "ANY-RFC" });
                if let Err(error) = client.send(subscription.to_string()).await {
                    println!("not subscribed: {error}");
                }
            }
            Event::Message(Message::Text(text)) => {
                let tick: Value = serde_json::from_str(text.as_str())?;
                let (Some(symbol), Some(price), Some(seq)) =
                    (tick["symbol"].as_str(), tick["price"].as_f64(), tick["seq"].as_u64())
                else {
                    continue;
                };
                summary.ticks += 1;
                summary.missed += seq.saturating_sub(expected.unwrap_or(seq));
                expected = Some(seq + 1);
                let latency = client.client().and_then(WebSocketClient::latency);
                summary.measured |= latency.is_some();
                let latency = latency.map_or("…".into(), |latency| format!("{latency:.0?}"));
                println!("{seq:>5}  {symbol}  {price:>9.2}  round trip {latency}");
                if summary.ticks == ticks {
                    client.close().await?;
                    break;
                }
            }
            Event::Disconnected { reason, retry_in } => match retry_in {
                Some(delay) => println!("{reason}; again in {delay:.0?}"),
                None if reason.is_clean() => println!("{reason}"),
                None => return Err(reason.to_string().into()),
            },
            _ => {}
        }
    }
    println!("{} ticks over {} connections, {} missed", summary.ticks, summary.connections, summary.missed);
    Ok(summary)
}

/// A ticker of our own: its URL. It sends 30 ticks on each of three connections,
/// of which it cuts the first, leaves the second for a restart, and ends the third.
pub(crate) async fn ticker() -> std::io::Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("ws://{}/ticker", listener.local_addr()?);
    tokio::spawn(async move {
        let mut seq = 0;
        for code in [None, Some(CloseCode::SERVICE_RESTART), Some(CloseCode::NORMAL)] {
            let Ok((stream, _)) = listener.accept().await else { return };
            // What the client does meanwhile, and how it ends, is its own business.
            let _ = tick(stream, &mut seq, code).await;
            // Somebody was not listening.
            seq += 2;
        }
    });
    Ok(url)
}

async fn tick(
    stream: TcpStream,
    seq: &mut u64,
    code: Option<CloseCode>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    stream.set_nodelay(true)?;
    let mut server = accept(stream, Config::default());
    // Everybody subscribes to the same.
    while !matches!(server.next().await?, Some(OwnedEvent::Message(Message::Text(_))) | None) {}
    let mut clock = tokio::time::interval(Duration::from_millis(5));
    for _ in 0..30 {
        // While the time passes, pings are answered.
        while tokio::select! { _ = clock.tick() => false, event = server.next() => event?.is_some() } {}
        let price = 100.0 + (*seq as f64 / 7.0).sin() * 10.0;
        let text = json!({ "symbol": "ANY-RFC", "price": price, "seq": *seq }).to_string();
        *seq += 1;
        let (connection, out) = server.command();
        connection.send(out, Message::text(text))?;
        server.flush().await?;
    }
    if let Some(code) = code {
        let now = server.now();
        server.command().0.close(Some(code.into()), now)?;
        while server.next().await?.is_some() {}
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
#[allow(dead_code)]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let url = match arguments.next() {
        Some(url) => url,
        None => ticker().await?,
    };
    let ticks = arguments.next().map_or(Ok(100), |ticks| ticks.parse())?;
    follow(&url, ticks).await?;
    Ok(())
}
