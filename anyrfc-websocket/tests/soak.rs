//! Many connections for a long time. `cargo xtask soak` runs it;
//! `cargo test` passes it by.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use anyrfc_core::{
    Driver, ErrorKind,
    testing::{Abort as _, MemoryStream, pair, random::Random},
    transport,
};
use anyrfc_websocket::{
    CloseCode, Detail, KeepAlive, Message, ReconnectPolicy, ReconnectingClient, WebSocketClient,
    client::Event,
    proto::{Config, Connection, OwnedEvent},
    testing::{EchoServer, accept},
};
use libtest_mimic::{Arguments, Trial};
use tokio::time::{Instant, sleep_until, timeout};

const MINUTE: Duration = Duration::from_secs(60);

fn main() {
    let mut arguments = Arguments::from_args();
    // One after the other: memory and time are measured.
    arguments.test_threads = Some(1);
    let trial = |name, run: fn()| {
        Trial::test(name, move || {
            run();
            Ok(())
        })
    };
    let mut trials =
        vec![trial("ten_thousand_in_memory", in_memory), trial("four_thousand_on_loopback", on_loopback)];
    if std::env::var_os("ANYRFC_SOAK").is_none() {
        // Only `cargo xtask soak` has the time.
        trials.clear();
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Resident memory of this process, in bytes.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    // Where the system does not tell, nothing grows.
    pages.unwrap_or(0) * 4096
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

#[derive(Debug, Default)]
struct Count {
    connected: AtomicU64,
    disconnected: AtomicU64,
    /// Messages that `send` took.
    sent: AtomicU64,
    delivered: AtomicU64,
    /// Those that were on their way when `Disconnected`, or an error of `send`, told of it.
    reported: AtomicU64,
    /// Those that `send` refused, because there was no connection.
    refused: AtomicU64,
}

impl Count {
    fn add(counter: &AtomicU64, n: usize) {
        counter.fetch_add(n as u64, Relaxed);
    }
}

/// 10 000 connections over streams in memory, for one virtual hour of
/// keep-alives, cut at random in every way there is.
fn in_memory() {
    const CONNECTIONS: u64 = 10_000;
    let started = std::time::Instant::now();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let count = Arc::new(Count::default());
    runtime.block_on(async {
        let end = Instant::now() + 60 * MINUTE;
        let clients: Vec<_> =
            (0..CONNECTIONS).map(|id| tokio::spawn(client(id, end, Arc::clone(&count)))).collect();
        let mut memory = Vec::new();
        for quarter in 1..=4_u32 {
            // The last look comes before anybody goes.
            sleep_until(end - (4 - quarter) * 15 * MINUTE - Duration::from_secs(1)).await;
            memory.push(resident());
            println!(
                "quarter {quarter}: {:.1} MiB, {} connected, {} cut, {} delivered",
                mebibytes(resident()),
                count.connected.load(Relaxed),
                count.disconnected.load(Relaxed),
                count.delivered.load(Relaxed)
            );
        }
        for client in clients {
            client.await.unwrap();
        }
        // The first quarter has seen everything that the others see.
        let (first, last) = (memory[0], memory[3]);
        assert!(last <= first + first / 20, "memory grows: {memory:?}");
    });
    println!("{count:?} in {:.1?}", started.elapsed());
    let [connected, disconnected, sent, delivered, reported] =
        [&count.connected, &count.disconnected, &count.sent, &count.delivered, &count.reported]
            .map(|n| n.load(Relaxed));
    assert_eq!(sent, delivered + reported, "a message was lost without a word");
    assert!(connected > 3 * CONNECTIONS && disconnected > 2 * CONNECTIONS, "nothing was cut");
    assert!(delivered > 20 * CONNECTIONS && reported > 0);
}

/// One client: sends now and then, and knows of every message what became of it.
async fn client(id: u64, end: Instant, count: Arc<Count>) {
    let mut dice = Random::new(id);
    let seeds = AtomicU64::new(dice.next_u64());
    let connect = move || {
        let mut dice = Random::new(seeds.fetch_add(1, Relaxed));
        async move {
            if dice.below(8) == 0 {
                return Err(anyrfc_core::Error::new(ErrorKind::Io, "nobody is there"));
            }
            let (near, far) = pair(4096);
            tokio::spawn(server(far, dice));
            Ok(transport::Connection::from_stream(near))
        }
    };
    let builder = WebSocketClient::builder()
        .keep_alive(KeepAlive::every(Duration::from_secs(30)).timeout(Duration::from_secs(10)))
        .connector(Arc::new(connect));
    let policy =
        ReconnectPolicy::default().seed([id.to_le_bytes()[0]; 32]).backoff(Duration::from_secs(5), MINUTE);
    let mut client = ReconnectingClient::new(builder, ["ws://memory/"], policy).unwrap();
    let mut under_way = VecDeque::new();
    let mut number = 0;
    let mut due = Instant::now() + seconds(&mut dice, 60);
    let last = end + 3 * MINUTE;
    loop {
        if Instant::now() >= end && under_way.is_empty() || Instant::now() >= last {
            break;
        }
        tokio::select! {
            event = client.next() => match event.expect("it goes on for ever") {
                Event::Connected { .. } => {
                    assert!(under_way.is_empty());
                    Count::add(&count.connected, 1);
                }
                Event::Message(message) => {
                    // Each once, whole and in order.
                    let expected: Option<(u64, usize)> = under_way.pop_front();
                    let (number, length) = expected.expect("a message that nobody sent");
                    assert!(message == Message::text(text(id, number, length)), "another message");
                    Count::add(&count.delivered, 1);
                }
                Event::Disconnected { retry_in, .. } => {
                    assert!(retry_in.is_some());
                    Count::add(&count.disconnected, 1);
                    Count::add(&count.reported, under_way.len());
                    under_way.clear();
                }
                _ => {}
            },
            () = sleep_until(due) => {
                if due >= end {
                    // What is on its way may still arrive.
                    due = last;
                    continue;
                }
                due = end.min(due + seconds(&mut dice, 120));
                // Now and then one that does not fit into the stream at once.
                let length = if dice.below(10) == 0 { 20_000 } else { 20 + dice.below(500) };
                number += 1;
                match client.send(text(id, number, length)).await {
                    Ok(()) => {
                        Count::add(&count.sent, 1);
                        under_way.push_back((number, length));
                    }
                    Err(error) if matches!(error.detail(), Detail::NotConnected) => Count::add(&count.refused, 1),
                    Err(_) => {
                        Count::add(&count.sent, 1);
                        Count::add(&count.reported, 1);
                    }
                }
            }
        }
    }
    assert!(under_way.is_empty(), "neither delivered nor reported: {under_way:?}");
    // It may be cut while it closes.
    let _ = client.close().await;
}

fn text(id: u64, number: u64, length: usize) -> String {
    let mut text = format!("{id} {number} ");
    text.extend(std::iter::repeat_n('.', length));
    text
}

fn seconds(dice: &mut Random, most: usize) -> Duration {
    Duration::from_millis(dice.below(most * 1000) as u64)
}

/// Echoes for some minutes, then goes in one of many ways.
async fn server(stream: MemoryStream, mut dice: Random) {
    let mut driver = accept(stream, Config::default());
    let life = seconds(&mut dice, 20 * 60);
    // The end of the client is the end of this, too.
    if timeout(life, echo(&mut driver)).await.is_ok() {
        return;
    }
    match dice.below(6) {
        0 => drop(driver),
        1 => driver.into_parts().1.truncate(),
        2 => driver.into_parts().1.reset(),
        // It hangs: no pong comes any more.
        3 => drop((timeout(5 * MINUTE, std::future::pending::<()>()).await, driver)),
        way => {
            let code = if way == 4 { CloseCode::GOING_AWAY } else { CloseCode::SERVICE_RESTART };
            let now = driver.now();
            if driver.command().0.close(Some(code.into()), now).is_ok() {
                let _ = echo(&mut driver).await;
            }
        }
    }
}

async fn echo(driver: &mut Driver<Connection, MemoryStream>) {
    while let Ok(Some(event)) = driver.next().await {
        if let OwnedEvent::Message(message) = event
            && message.is_data()
        {
            let (connection, out) = driver.command();
            if connection.send(out, message).is_ok() && driver.flush().await.is_err() {
                return;
            }
        }
    }
}

/// 4 000 connections over loopback, for a minute of real time.
fn on_loopback() {
    const CONNECTIONS: usize = 4_000;
    let files = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = files.lines().find_map(|line| line.strip_prefix("Max open files")).map(str::to_owned);
    if let Some(Ok(files)) = files.and_then(|line| line.split_whitespace().next().map(str::parse::<usize>)) {
        assert!(
            files > 2 * CONNECTIONS + 100,
            "{files} open files are too few; `cargo xtask soak` asks for more"
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let server = EchoServer::start().await.unwrap();
        let before = resident();
        let started = std::time::Instant::now();
        let end = Instant::now() + Duration::from_secs(75);
        let clients: Vec<_> =
            (0..CONNECTIONS).map(|id| tokio::spawn(loopback(server.url(), id, end))).collect();
        sleep_until(end - Duration::from_secs(5)).await;
        let each = resident().saturating_sub(before) / CONNECTIONS as u64;
        println!("{CONNECTIONS} connections on loopback: {each} bytes each, both sides together");
        let mut echoes = 0;
        for client in clients {
            let (lived, count) = client.await.unwrap();
            assert!(lived >= MINUTE, "one was not open for a minute: {lived:?}");
            echoes += count;
        }
        println!("{echoes} echoes in {:.1?}", started.elapsed());
        assert!(echoes >= 20 * CONNECTIONS);
    });
}

async fn loopback(url: String, id: usize, end: Instant) -> (Duration, usize) {
    let keep_alive = KeepAlive::every(Duration::from_secs(5)).timeout(Duration::from_secs(20));
    let limits = {
        let mut limits = anyrfc_core::Limits::default();
        // They come in one after the other, as RFC 6455 wants it.
        limits.connect_time = MINUTE;
        limits
    };
    let builder = WebSocketClient::builder().keep_alive(keep_alive).limits(limits);
    let mut client = builder.connect(&url).await.unwrap();
    let opened = Instant::now();
    let mut echoes = 0;
    while Instant::now() < end {
        let message = text(id as u64, echoes as u64, 100 + id % 1000);
        client.send_text(message.clone()).await.unwrap();
        assert_eq!(client.next().await.unwrap(), Some(Message::text(message)));
        echoes += 1;
        let pause = Duration::from_millis(1000 + (id % 997) as u64);
        // Nothing but pongs comes, which are not reported.
        assert!(timeout(pause, client.next()).await.is_err(), "something came unasked");
    }
    assert!(client.latency().is_some());
    let lived = opened.elapsed();
    client.close().await.unwrap();
    (lived, echoes)
}
