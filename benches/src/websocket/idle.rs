//! What an idle connection costs: resident memory of a process that holds many.
//!
//! Each connection is a task that has sent one message, received it back, and
//! waits for the next one.

use std::{
    future::pending,
    net::SocketAddr,
    process::{Command, Stdio},
};

use anyrfc_websocket::codec::OpCode;
use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::mpsc,
    task::LocalSet,
};

use super::{
    Bench, FastWebsockets, Ours, Result, Sockudo, TokioWebsockets, Tungstenite, Yawc, for_each_peer,
    memory::frame,
    session::{self, Library, Seen, Session},
};
use crate::row::{self, Better, Contestant, Effort, Row, Title, Who, measure};

pub(super) const NAME: &str = "idle-memory";
const CONNECTIONS: usize = 5_000;
const MESSAGE: usize = 64;
const RAW: &str = "raw TCP";

/// Bytes per connection.
pub(super) fn row(bench: &Bench, effort: Effort) -> Result<Row> {
    let count = effort.operations(CONNECTIONS);
    let contestant =
        |who: Who| Contestant::new(who, move || Ok(in_own_process(who, bench.address()?, count)?.into()));
    let mut contestants = vec![contestant(Who::Limit(RAW)), contestant(Who::Ours)];
    macro_rules! add {
        ($library:ident) => {
            contestants.push(contestant($library::WHO));
        };
    }
    for_each_peer!(add);
    let title =
        Title { subject: "anyrfc-websocket", name: NAME, unit: "bytes/connection", better: Better::Lower };
    let mut row = measure(title, effort, &mut contestants)?;
    row.notes = vec!["resident memory of the client's process, its tasks and the runtime's share included"];
    Ok(row)
}

/// Memory that somebody else has touched would not count: each round has a process of its own.
fn in_own_process(who: Who, server: SocketAddr, count: usize) -> Result<f64> {
    let output = Command::new(std::env::current_exe()?)
        .args(["helper", "idle", who.name(), &server.to_string(), &count.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("holding idle connections with {} failed", who.name()).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// That process.
pub(super) fn main(arguments: &[String]) -> Result<()> {
    let [name, server, count] = arguments else { return Err("idle: who, where, how many?".into()) };
    let (server, count) = (server.parse()?, count.parse()?);
    row::raise_file_limit()?;
    let bytes = if name == RAW { raw(server, count)? } else { by_name(name, server, count)? };
    println!("{bytes}");
    Ok(())
}

fn by_name(name: &str, server: SocketAddr, count: usize) -> Result<f64> {
    if name == Who::Ours.name() {
        return with::<Ours>(server, count);
    }
    macro_rules! try_it {
        ($library:ident) => {
            if name == $library::WHO.name() {
                return with::<$library>(server, count);
            }
        };
    }
    for_each_peer!(try_it);
    Err(format!("nobody is called {name}").into())
}

fn with<L: Library>(server: SocketAddr, count: usize) -> Result<f64> {
    hold(count, async move |ready: mpsc::Sender<()>| {
        let mut session = L::connect(server, "/echo").await?;
        let mut seen = Seen::default();
        session.feed(&Bytes::from_static(&[b'x'; MESSAGE])).await.map_err(Into::into)?;
        session.flush().await.map_err(Into::into)?;
        session.receive(&mut seen).await?;
        ready.send(()).await?;
        // Waits for ever, and is polled so that it can put its things away.
        session.receive(&mut seen).await
    })
}

fn raw(server: SocketAddr, count: usize) -> Result<f64> {
    hold(count, async move |ready: mpsc::Sender<()>| {
        let mut stream = session::connected(server, "/echo").await?;
        stream.write_all(&frame(OpCode::Binary, Some([0; 4]), &[b'x'; MESSAGE])).await?;
        stream.read_exact(&mut [0; MESSAGE + 2]).await?;
        ready.send(()).await?;
        stream.readable().await?;
        pending().await
    })
}

/// Opens connections one after the other, each in a task; the resident bytes each has added.
fn hold<F>(count: usize, connection: F) -> Result<f64>
where
    F: AsyncFn(mpsc::Sender<()>) -> Result<()> + Clone + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let (ready, mut opened) = mpsc::channel(1);
        let mut before = 0;
        for number in 0..=count {
            if number == 1 {
                // The first one pays for what all share.
                before = resident()?;
            }
            let (connection, ready) = (connection.clone(), ready.clone());
            tokio::task::spawn_local(async move {
                if let Err(error) = connection(ready).await {
                    eprintln!("an idle connection failed: {error}");
                    std::process::exit(1);
                }
            });
            opened.recv().await.ok_or("nobody is left")?;
        }
        // Whoever has just received is still to be polled once more.
        for _ in 0..16 {
            tokio::task::yield_now().await;
        }
        Ok((resident()? - before) as f64 / count as f64)
    })
}

/// Anonymous resident memory of this process, in bytes.
fn resident() -> Result<i64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).ok_or("no RssAnon")?;
    let kilobytes: i64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kilobytes * 1024)
}
