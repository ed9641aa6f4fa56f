//! SMTP clients beside each other, each over one connection to a server that `cargo xtask bench` has started on the
//! same core.

mod allocations;
mod client;
mod mail;
mod ours;
mod peers;
mod python;
mod raw;
mod trips;

use std::{error::Error, net::SocketAddr, time::Duration};

use bytes::Bytes;
use tokio::runtime::Runtime;

use self::{
    client::{Client, OnTokio},
    ours::{Ours, Way},
    peers::{Lettre, MailSend},
    python::Smtplib,
    raw::{Raw, Turns},
};
use crate::{
    proxy::Proxy,
    row::{Better, Contestant, Effort, Row, Sample, Title, Who, measure},
};

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

const SUBJECT: &str = "anyrfc-smtp";
/// What the far server is away.
const ONE_WAY: Duration = Duration::from_millis(10);
/// Octets of a message.
const SMALL: usize = 1 << 10;
const LARGE: usize = 100_000;
/// Transactions that are under way together, where they may.
const WINDOW: usize = 64;

/// Where messages go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Server {
    /// smtp-sink without PIPELINING.
    Sequential,
    /// smtp-sink.
    Sink,
    /// Postfix without CHUNKING.
    Data,
    /// Postfix.
    Postfix,
}

impl Server {
    /// Where `cargo xtask bench` says that it listens.
    fn address(self) -> Result<SocketAddr> {
        let variable = match self {
            Self::Sequential => "ANYRFC_BENCH_SMTP_SEQUENTIAL",
            Self::Sink => "ANYRFC_BENCH_SMTP_SINK",
            Self::Data => "ANYRFC_BENCH_SMTP_POSTFIX_DATA",
            Self::Postfix => "ANYRFC_BENCH_SMTP_POSTFIX",
        };
        let address = std::env::var(variable)
            .map_err(|_| format!("{variable} does not say where the server is: run `cargo xtask bench`"))?;
        Ok(address.parse()?)
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// On the wall.
    Messages,
    /// The same, in their octets.
    Megabytes,
    /// Of the client alone.
    Processor,
}

impl Unit {
    const fn title(self, name: &'static str) -> Title {
        let (unit, better) = match self {
            Self::Messages => ("messages/s", Better::Higher),
            Self::Megabytes => ("MB/s", Better::Higher),
            Self::Processor => ("CPU ns/message", Better::Lower),
        };
        Title { subject: SUBJECT, name, unit, better }
    }
}

/// What one row does with every contestant.
#[derive(Clone, Copy, Debug)]
struct Shape {
    name: &'static str,
    unit: Unit,
    server: Server,
    far: bool,
    octets: usize,
    /// How ours is used, and the limit.
    way: Way,
    turns: Turns,
    limit: &'static str,
    /// Messages in one round of a full run: of ours and the limit, of peers, and of those peers whose small segments
    /// wait for the acknowledgement of those before.
    counts: [usize; 3],
}

const SAME_TURNS: &str = "a raw blocking socket, the same four turns";
const BEHIND: &str = "a raw blocking socket, the next envelope behind each message";
const PEERS_WAIT: &str =
    "no peer has pipelining: each waits for the reply to every command, and again for that to the message";
const HELD_UP: &str = "lettre and mail-send do not set TCP_NODELAY: the last octets of a message wait for an \
                       acknowledgement; so they send fewer messages in a round";
const LETTRE: &str = "lettre without its pool, which would send a NOOP before each message";

const SHAPES: &[Shape] = &[
    Shape {
        name: "send-sequential",
        unit: Unit::Messages,
        server: Server::Sequential,
        far: false,
        octets: SMALL,
        way: Way::Send,
        turns: Turns::Each,
        limit: SAME_TURNS,
        counts: [10_000, 10_000, 20],
    },
    Shape {
        name: "send-sequential-cpu",
        unit: Unit::Processor,
        server: Server::Sequential,
        far: false,
        octets: SMALL,
        way: Way::Send,
        turns: Turns::Each,
        limit: SAME_TURNS,
        counts: [10_000, 10_000, 20],
    },
    Shape {
        name: "send-pipelined-0ms",
        unit: Unit::Messages,
        server: Server::Data,
        far: false,
        octets: SMALL,
        way: Way::Stream(2),
        turns: Turns::Behind,
        limit: BEHIND,
        counts: [2000, 2000, 20],
    },
    Shape {
        name: "send-pipelined-20ms",
        unit: Unit::Messages,
        server: Server::Data,
        far: true,
        octets: SMALL,
        way: Way::Stream(2),
        turns: Turns::Behind,
        limit: BEHIND,
        counts: [50, 10, 8],
    },
    Shape {
        name: "send-window64-20ms",
        unit: Unit::Messages,
        server: Server::Postfix,
        far: true,
        octets: SMALL,
        way: Way::Stream(WINDOW),
        turns: Turns::Window(WINDOW),
        limit: "a raw blocking socket, BDAT, 64 messages under way",
        counts: [2000, 10, 8],
    },
    Shape {
        name: "send-100k",
        unit: Unit::Megabytes,
        server: Server::Sink,
        far: false,
        octets: LARGE,
        way: Way::Send,
        turns: Turns::Envelope,
        limit: "a raw blocking socket, the envelope in one turn",
        counts: [1000, 1000, 1000],
    },
];

/// Measures every row whose name begins so.
pub(crate) fn rows(effort: Effort, wanted: &str) -> Result<Vec<Row>> {
    let runtime = runtime()?;
    let mut rows = Vec::new();
    for shape in SHAPES.iter().filter(|shape| shape.name.starts_with(wanted)) {
        eprintln!("  {}", shape.name);
        rows.push(row(&runtime, shape, effort)?);
    }
    if trips::NAME.starts_with(wanted) {
        eprintln!("  {}", trips::NAME);
        rows.push(trips::row(&runtime, effort)?);
    }
    if allocations::NAME.starts_with(wanted) {
        eprintln!("  {}", allocations::NAME);
        rows.extend(allocations::row(effort)?);
    }
    Ok(rows)
}

/// What the bench starts itself for: work that is counted in a process of its own.
pub(crate) fn helper(arguments: &[String]) -> Result<()> {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match *arguments.as_slice() {
        ["allocations", who, server, count] => allocations::helper(who, server, count.parse()?),
        // For a profiler.
        ["send", name, server, count] => {
            let shape = SHAPES.iter().find(|shape| shape.name == name).ok_or("no such row")?;
            let (runtime, message) = (runtime()?, mail::message(shape.octets));
            let ours = Ours::connect(server.parse()?, message, shape.way);
            let spent = OnTokio::new(&runtime, ours)?.send(count.parse()?)?;
            println!("{spent:?}");
            Ok(())
        }
        _ => Err(format!("smtp: no such helper: {arguments:?}").into()),
    }
}

fn runtime() -> Result<Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

/// The peers, connected; and whether small segments of theirs are held up.
fn peers<'a>(runtime: &'a Runtime, server: SocketAddr, message: &Bytes) -> Result<Vec<Named<'a>>> {
    let message = || message.clone();
    let lettre = OnTokio::new(runtime, Lettre::as_released(server, message()))?;
    let without_delay = OnTokio::new(runtime, Lettre::without_delay(server, message()))?;
    let mail_send = OnTokio::new(runtime, MailSend::connect(server, message()))?;
    Ok(vec![
        Named { who: Who::Peer("lettre"), held_up: true, client: Box::new(lettre) },
        Named { who: Who::Peer("lettre-nodelay"), held_up: false, client: Box::new(without_delay) },
        Named { who: Who::Peer("mail-send"), held_up: true, client: Box::new(mail_send) },
        Named {
            who: Who::Peer("smtplib"),
            held_up: false,
            client: Box::new(Smtplib::connect(server, &message())?),
        },
    ])
}

struct Named<'a> {
    who: Who,
    held_up: bool,
    client: Box<dyn Client + 'a>,
}

fn row(runtime: &Runtime, shape: &Shape, effort: Effort) -> Result<Row> {
    let server = shape.server.address()?;
    let server = if shape.far { Proxy::start(server, ONE_WAY)?.address() } else { server };
    let message = mail::message(shape.octets);
    let ours = OnTokio::new(runtime, Ours::connect(server, message.clone(), shape.way))?;
    let limit = Raw::connect(server, &message, shape.turns)?;
    let mut named = vec![Named { who: Who::Ours, held_up: false, client: Box::new(ours) }];
    named.extend(peers(runtime, server, &message)?);
    named.push(Named { who: Who::Limit(shape.limit), held_up: false, client: Box::new(limit) });
    let [ours, fast, slow] = shape.counts;
    let mut contestants: Vec<_> = named
        .iter_mut()
        .map(|Named { who, held_up, client }| {
            let full = match who {
                Who::Peer(_) if *held_up => slow,
                Who::Peer(_) => fast,
                _ => ours,
            };
            // Too few would not tell anything.
            let count = effort.operations(full).max(full.min(20));
            Contestant::new(*who, move || {
                let spent = client.send(count)?;
                let rate = count as f64 / spent.wall.as_secs_f64();
                Ok(match shape.unit {
                    Unit::Messages => rate.into(),
                    Unit::Megabytes => (rate * shape.octets as f64 / 1e6).into(),
                    Unit::Processor => {
                        let value = spent.processor.as_secs_f64() * 1e9 / count as f64;
                        Sample { value, rate: Some(rate) }
                    }
                })
            })
        })
        .collect();
    let mut row = measure(shape.unit.title(shape.name), effort, &mut contestants)?;
    row.notes = match shape.way {
        Way::Send => vec![HELD_UP, LETTRE],
        _ => vec![PEERS_WAIT, HELD_UP, LETTRE],
    };
    if shape.far {
        row.notes.push("through a proxy that adds 10 ms each way");
    }
    Ok(row)
}
