//! WebSocket clients beside each other, over loopback and from memory.
//!
//! Everybody opens a connection to the same server, which is a process of its
//! own on the same core ([`server`]), or to the same peer in memory
//! ([`memory`]), and does the same work through its own way of being used
//! ([`ours`], [`peers`]). What is counted is processor time of the client.

mod idle;
mod instructions;
mod memory;
mod ours;
mod peers;
mod raw;
mod server;
mod session;

use std::{
    cell::OnceCell, error::Error, net::SocketAddr, process::ExitCode, sync::atomic::Ordering, time::Instant,
};

use bytes::Bytes;
use tokio::runtime::Runtime;

use self::{
    memory::{Feed, Memory},
    ours::{Borrowed, Deflated, Ours},
    peers::{FastWebsockets, Sockudo, SockudoDeflated, TokioWebsockets, Tungstenite, Yawc, YawcDeflated},
    server::Server,
    session::{Library, Seen, Session},
};
use crate::{
    clock,
    row::{Better, Contestant, Effort, Row, Sample, Title, Who, measure},
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// What one row does with every contestant.
#[derive(Clone, Copy, Debug)]
struct Shape {
    name: &'static str,
    work: Work,
    size: usize,
    /// Messages in one round of a full run.
    full: usize,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// The server sends without pause.
    Receive { text: bool },
    /// The client sends without pause, and flushes at the end.
    Send,
    /// So many messages are sent and flushed, then as many received.
    Echo { depth: usize },
    /// As with an echo, of JSON that both sides compress, each message with those before.
    Deflate { depth: usize },
    /// Messages are written to a peer in memory that takes everything.
    Encode,
    /// Messages are read from a peer in memory that always has some.
    Parse,
}

const fn shape(name: &'static str, work: Work, size: usize, full: usize) -> Shape {
    Shape { name, work, size, full }
}

const BINARY: Work = Work::Receive { text: false };
const TEXT: Work = Work::Receive { text: true };
/// Where ours lends and borrows messages, which no peer can on receiving and one can on sending.
const BORROWED: [&str; 3] = ["recv-64-borrowed", "send-64", "codec-encode-64"];

const SHAPES: &[Shape] = &[
    shape("recv-64-binary", BINARY, 64, 2 << 20),
    shape("recv-64-text", TEXT, 64, 2 << 20),
    shape("recv-64-borrowed", BINARY, 64, 2 << 20),
    shape("recv-1k", BINARY, KIB, 512 << 10),
    shape("recv-16m", BINARY, 16 * MIB, 40),
    shape("send-64", Work::Send, 64, 2 << 20),
    shape("send-64-owned", Work::Send, 64, 2 << 20),
    shape("send-16m", Work::Send, 16 * MIB, 40),
    shape("echo-64-d64", Work::Echo { depth: 64 }, 64, 512 << 10),
    shape("echo-1k-d64", Work::Echo { depth: 64 }, KIB, 256 << 10),
    shape("echo-64k-d16", Work::Echo { depth: 16 }, 64 * KIB, 8 << 10),
    shape("codec-encode-64", Work::Encode, 64, 4 << 20),
    shape("codec-encode-64-owned", Work::Encode, 64, 4 << 20),
    shape("codec-parse-64", Work::Parse, 64, 4 << 20),
    shape("codec-encode-64k", Work::Encode, 64 * KIB, 16 << 10),
    shape("codec-parse-64k", Work::Parse, 64 * KIB, 16 << 10),
    shape("deflate-json-1k", Work::Deflate { depth: 64 }, KIB, 64 << 10),
];

/// Measures every row whose name begins so.
pub(crate) fn rows(effort: Effort, wanted: &str) -> Result<Vec<Row>> {
    let bench = Bench::new()?;
    let mut rows = Vec::new();
    for shape in SHAPES.iter().filter(|shape| shape.name.starts_with(wanted)) {
        eprintln!("  {}", shape.name);
        rows.push(bench.row(*shape, effort)?);
    }
    if idle::NAME.starts_with(wanted) {
        eprintln!("  {}", idle::NAME);
        rows.push(idle::row(&bench, effort)?);
    }
    Ok(rows)
}

/// What the bench starts itself for: the server, and work that is counted in a process of its own.
pub(crate) fn helper(arguments: &[String]) -> Result<ExitCode> {
    let [what, rest @ ..] = arguments else { return Err("helper: what?".into()) };
    match what.as_str() {
        "server" => server::main()?,
        "idle" => idle::main(rest)?,
        "round" => instructions::main(rest)?,
        _ => return Err(format!("no such helper: {what}").into()),
    }
    Ok(ExitCode::SUCCESS)
}

/// The server and the runtime that all contestants share.
struct Bench {
    runtime: Runtime,
    /// Started when it is first needed: codecs do without.
    server: OnceCell<Server>,
}

/// Does `$then!(Library)` for each peer.
macro_rules! for_each_peer {
    ($then:ident) => {
        $then!(Tungstenite);
        $then!(TokioWebsockets);
        $then!(FastWebsockets);
        $then!(Sockudo);
        $then!(Yawc);
    };
}
use for_each_peer;

impl Bench {
    fn new() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, server: OnceCell::new() })
    }

    fn address(&self) -> Result<SocketAddr> {
        if let Some(server) = self.server.get() {
            return Ok(server.address());
        }
        let server = Server::start()?;
        Ok(self.server.get_or_init(|| server).address())
    }

    fn row(&self, shape: Shape, effort: Effort) -> Result<Row> {
        let count = shape.rounded(effort.operations(shape.full));
        let mut contestants = self.limits(shape, count);
        contestants.push(Contestant::new(Who::Ours, move || self.ours(shape, count)));
        macro_rules! add {
            ($library:ident) => {
                contestants.push(self.contestant::<$library>(shape, count));
            };
        }
        if shape.is_deflated() {
            // The others have no compression.
            add!(SockudoDeflated);
            add!(YawcDeflated);
        } else {
            for_each_peer!(add);
        }
        let title = Title {
            subject: "anyrfc-websocket",
            name: shape.name,
            unit: "ns/message",
            better: Better::Lower,
        };
        let mut row = measure(title, effort, &mut contestants)?;
        row.notes = shape.notes();
        if effort == Effort::Full && matches!(shape.work, Work::Encode | Work::Parse) {
            row.instructions = instructions::count(shape)?;
        }
        Ok(row)
    }

    fn contestant<L: Library>(&self, shape: Shape, count: usize) -> Contestant<'_> {
        Contestant::new(L::WHO, move || self.round::<L>(shape, count))
    }

    /// One round of ours, which in one row has a way of receiving that nobody else has.
    fn ours(&self, shape: Shape, count: usize) -> Result<Sample> {
        if shape.is_deflated() {
            self.round::<Deflated>(shape, count)
        } else if shape.is_borrowed() {
            self.round::<Borrowed>(shape, count)
        } else {
            self.round::<Ours>(shape, count)
        }
    }

    fn round<L: Library>(&self, shape: Shape, count: usize) -> Result<Sample> {
        match shape.work {
            Work::Encode | Work::Parse => self.runtime.block_on(codec::<L>(shape, count)),
            _ => self.runtime.block_on(socket::<L>(shape, count, self.address()?)),
        }
    }

    /// The same bytes without WebSocket, with each of a few buffer sizes: the best counts.
    fn limits(&self, shape: Shape, count: usize) -> Vec<Contestant<'_>> {
        match shape.work {
            Work::Encode | Work::Parse => {
                let limit = Who::Limit("copy in memory");
                vec![Contestant::new(limit, move || self.runtime.block_on(raw::codec(shape, count)))]
            }
            // How small it gets is part of the work.
            Work::Deflate { .. } => Vec::new(),
            _ => [64 * KIB, 128 * KIB, 256 * KIB, MIB]
                .map(|buffer| {
                    Contestant::new(Who::Limit("raw TCP"), move || {
                        self.runtime.block_on(raw::socket(shape, count, buffer, self.address()?))
                    })
                })
                .into(),
        }
    }
}

impl Shape {
    /// A whole number of batches, and never nothing.
    fn rounded(self, count: usize) -> usize {
        let batch = if let Work::Echo { depth } | Work::Deflate { depth } = self.work { depth } else { 1 };
        (count / batch).max(1) * batch
    }

    fn is_deflated(self) -> bool {
        matches!(self.work, Work::Deflate { .. })
    }

    fn is_borrowed(self) -> bool {
        BORROWED.contains(&self.name)
    }

    /// What the server is asked for.
    fn path(self, count: usize) -> String {
        let size = self.size;
        match self.work {
            Work::Receive { text } => {
                format!("/blast/{}/{size}/{count}", if text { "text" } else { "binary" })
            }
            Work::Send => format!("/sink/{size}/{count}"),
            Work::Echo { .. } | Work::Deflate { .. } | Work::Encode | Work::Parse => "/echo".into(),
        }
    }

    fn payload(self) -> Bytes {
        // Letters: valid as text, too.
        (0..self.size).map(|at| b'a' + (at % 23) as u8).collect()
    }

    /// What is sent by turns.
    fn payloads(self) -> Vec<Bytes> {
        match self.work {
            Work::Deflate { depth } => (0..depth).map(|number| json(number, self.size)).collect(),
            _ => vec![self.payload()],
        }
    }

    /// Where work or checks are not the same for all.
    fn notes(self) -> Vec<&'static str> {
        let mut notes = Vec::new();
        match self.work {
            Work::Receive { text: true } => {
                notes.push("UTF-8 is checked by all; yawc only where its option asks for it (it is set)");
                notes.push("sockudo-ws, yawc and fastwebsockets would check once more for a &str: their bytes are looked at");
            }
            Work::Receive { .. } | Work::Parse if self.is_borrowed() => {
                notes.push("no peer has a borrowed mode: theirs are owned");
            }
            Work::Send | Work::Encode | Work::Echo { .. } => {
                notes.push("masking keys: sockudo-ws takes them from fastrand, which is predictable; all others are unpredictable");
                notes.push(
                    "payloads are shared `Bytes` (fastwebsockets: a slice), so nobody may mask in place",
                );
            }
            Work::Deflate { .. } => {
                notes.push("all at level 1, with context takeover and the largest window");
                notes.push("the server sends back what it got: everybody inflates what they deflated");
                notes.push("tokio-tungstenite, tokio-websockets and fastwebsockets have no compression");
            }
            Work::Receive { .. } | Work::Parse => {}
        }
        if matches!(self.work, Work::Send | Work::Echo { .. } | Work::Encode) && self.size < KIB {
            notes.push("fastwebsockets has no buffered sending: each message is a write of its own");
        }
        notes
    }
}

/// One round over loopback.
async fn socket<L: Library>(shape: Shape, count: usize, server: SocketAddr) -> Result<Sample> {
    let payload = shape.payload();
    match shape.work {
        Work::Receive { .. } => {
            let mut session = L::connect(server, &shape.path(count)).await?;
            // The server waits for it, so that nothing is read with the handshake.
            session.feed(&payload.slice(..1)).await.map_err(Into::into)?;
            session.flush().await.map_err(Into::into)?;
            let mut seen = Seen::default();
            let sample = timed(count, async || {
                while seen.messages < count {
                    session.receive(&mut seen).await?;
                }
                Ok(())
            });
            let sample = sample.await?;
            seen.expect(count, shape.size)?;
            Ok(sample)
        }
        Work::Send => {
            let mut session = L::connect(server, &shape.path(count)).await?;
            let sample = timed(count, async || {
                for _ in 0..count {
                    session.feed(&payload).await.map_err(Into::into)?;
                }
                session.flush().await.map_err(Into::into)
            });
            let sample = sample.await?;
            // The server answers once it has counted everything.
            let mut seen = Seen::default();
            session.receive(&mut seen).await?;
            seen.expect(1, server::COUNTED.len())?;
            Ok(sample)
        }
        Work::Echo { depth } | Work::Deflate { depth } => {
            let mut session = L::connect(server, &shape.path(count)).await?;
            let mut seen = Seen::default();
            let payloads = shape.payloads();
            let mut payloads = payloads.iter().cycle();
            let sample = timed(count, async || {
                for _ in 0..count / depth {
                    for payload in payloads.by_ref().take(depth) {
                        session.feed(payload).await.map_err(Into::into)?;
                    }
                    session.flush().await.map_err(Into::into)?;
                    for _ in 0..depth {
                        session.receive(&mut seen).await?;
                    }
                }
                Ok(())
            });
            let sample = sample.await?;
            seen.expect(count, shape.size)?;
            Ok(sample)
        }
        Work::Encode | Work::Parse => Err("not over a socket".into()),
    }
}

/// One round from memory.
async fn codec<L: Library>(shape: Shape, count: usize) -> Result<Sample> {
    let payload = shape.payload();
    let feed = (shape.work == Work::Parse).then(|| Feed::new(&payload, count));
    let (memory, written) = Memory::new(feed);
    let mut session = L::over(memory).await?;
    if shape.work == Work::Parse {
        let mut seen = Seen::default();
        let sample = timed(count, async || {
            while seen.messages < count {
                session.receive(&mut seen).await?;
            }
            Ok(())
        });
        let sample = sample.await?;
        seen.expect(count, shape.size)?;
        return Ok(sample);
    }
    let sample = timed(count, async || {
        for _ in 0..count {
            session.feed(&payload).await.map_err(Into::into)?;
        }
        session.flush().await.map_err(Into::into)
    });
    let sample = sample.await?;
    let written = written.load(Ordering::Relaxed);
    let expected = count * (session::client_header(shape.size) + shape.size);
    if written != expected {
        return Err(format!("wrote {written} bytes instead of {expected}").into());
    }
    Ok(sample)
}

/// Processor time per operation, and operations per second on the wall.
async fn timed(count: usize, work: impl AsyncFnOnce() -> Result<()>) -> Result<Sample> {
    let (wall, start) = (Instant::now(), clock::spent());
    work().await?;
    let (spent, wall) = (clock::spent() - start, wall.elapsed());
    Ok(Sample {
        value: spent.as_secs_f64() * 1e9 / count as f64,
        rate: Some(count as f64 / wall.as_secs_f64()),
    })
}

/// A JSON text of so many bytes, as a market might send it.
fn json(number: usize, size: usize) -> Bytes {
    const SYMBOLS: [&str; 6] = ["BTC-USD", "ETH-USD", "SOL-EUR", "XRP-GBP", "ADA-USD", "DOT-EUR"];
    const END: [&str; 2] = ["{\"note\":\"", "\"}]}"];
    let mut text = format!("{{\"sequence\":{},\"trades\":[", 81_000 + number);
    let mut dice = number as u64;
    loop {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (symbol, price, amount) = (dice >> 33, dice >> 40, dice >> 50);
        let trade = format!(
            "{{\"symbol\":\"{}\",\"price\":{}.{:02},\"size\":{amount},\"side\":\"{}\"}},",
            SYMBOLS[symbol as usize % SYMBOLS.len()],
            price % 70_000,
            price % 100,
            if amount % 2 == 0 { "buy" } else { "sell" },
        );
        let left = size.saturating_sub(text.len() + END.concat().len());
        if trade.len() > left {
            return [&text, END[0], &" ".repeat(left), END[1]].concat().into();
        }
        text.push_str(&trade);
    }
}
