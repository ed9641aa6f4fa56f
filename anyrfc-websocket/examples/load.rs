//! Many connections at once, each sending messages and waiting for their echo.
//!
//! ```text
//! cargo run --release -p anyrfc-websocket --example load [URL [CONNECTIONS [MESSAGES]]]
//! ```
//!
//! Without a URL it brings an echo server of its own, in the same process. Give
//! it only servers that are yours.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use anyrfc_websocket::{Message, WebSocketClient, testing::EchoServer};
use indicatif::{ProgressBar, ProgressStyle};

/// The payload of every message.
const SIZE: usize = 1024;

/// Connects so many times to `url`, sends so many messages over each connection,
/// one after the other, and returns how long each took to come back, sorted.
pub(crate) async fn load(
    url: &str,
    connections: usize,
    messages: usize,
) -> Result<Vec<Duration>, Box<dyn Error + Send + Sync>> {
    let total = u64::try_from(connections * messages)?;
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} messages, {per_sec}, {eta} left")?;
    let progress = ProgressBar::new(total).with_style(style);
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (url, progress) = (url.to_owned(), progress.clone());
            // One task for each; the library itself starts none.
            tokio::spawn(async move {
                let mut client = WebSocketClient::connect(&url).await?;
                let mut times = Vec::with_capacity(messages);
                for n in 0..messages {
                    let payload = vec![u8::try_from(n % 256).unwrap_or_default(); SIZE];
                    let sent = Instant::now();
                    client.send_binary(payload.clone()).await?;
                    match client.next().await? {
                        Some(Message::Binary(echo)) if echo == payload => {}
                        other => return Err(format!("no echo but {other:?}").into()),
                    }
                    times.push(sent.elapsed());
                    progress.inc(1);
                }
                client.close().await?;
                Ok::<_, Box<dyn Error + Send + Sync>>(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    progress.finish();
    times.sort_unstable();
    Ok(times)
}

#[tokio::main]
#[allow(dead_code)]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let server = EchoServer::start().await?;
    let url = arguments.next().unwrap_or_else(|| server.url());
    let mut number = |default| arguments.next().map_or(Ok(default), |text| text.parse::<usize>());
    let (connections, messages) = (number(100)?, number(100)?);
    let start = Instant::now();
    let times = load(&url, connections, messages).await?;
    let elapsed = start.elapsed();
    let rate = times.len() as f64 / elapsed.as_secs_f64();
    println!("{connections} connections, {} echoes in {elapsed:.1?}: {rate:.0} a second", times.len());
    for percent in [50, 90, 99, 100] {
        let at = (times.len() * percent / 100).saturating_sub(1);
        println!("{percent:>4} % within {:.1?}", times.get(at).copied().unwrap_or_default());
    }
    Ok(())
}
