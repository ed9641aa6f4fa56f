//! What it costs to find out what has changed in a mailbox: 500 changes among 20 000 messages.

use std::{
    cell::OnceCell,
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use anyrfc_imap::{Capability, Credentials, Flag, ImapClient, Security, SyncDelta, SyncState, SyncedMessage};
use anyrfc_sasl::{MechanismName, Policy};
use async_imap::{Client, Session, types};
use futures_util::StreamExt as _;

use super::{Bench, PASSWORD, Result, USER, peer, raw::Raw, timed, title};
use crate::{
    clock,
    row::{Contestant, Effort, Row, Sample, Who, measure},
};

const CPU: &str = "sync-20k-500-cpu";
const BYTES: &str = "sync-20k-500-bytes";
const TRIPS: &str = "sync-20k-500-round-trips";
pub(super) const NAMES: [&str; 3] = [CPU, BYTES, TRIPS];

const MAILBOX: &str = "synced";
const MESSAGES: u32 = 20_000;
/// Messages that are appended; the others are copies of them.
const APPENDED: u32 = 625;
/// Those that have been seen, from the first.
const SEEN: u32 = 7000;
/// What has changed: flags, what is gone, what has come.
const CHANGED: u32 = 200;
const GONE: u32 = 150;
const NEW: u32 = 150;

const NOTES: [&str; 3] = [
    "200 messages with other flags, 150 gone, 150 new; on a connection that has logged in, the mailbox to be selected",
    "ours: QRESYNC, switched on once with the login, which is not part of the row; from a state of under 100 bytes",
    "async-imap: SELECT and UID FETCH 1:* (UID FLAGS), compared with a sorted list of UIDs and flags; all arrive at the same",
];

/// The system flags of a message, a bit for each.
type Bits = u8;

/// What there is to be found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Delta {
    arrived: Vec<(u32, Bits)>,
    changed: Vec<(u32, Bits)>,
    gone: Vec<u32>,
}

/// What everybody knows before, and is to find out.
pub(super) struct Scenario {
    ours: SyncState,
    peer: Vec<(u32, Bits)>,
    expected: Delta,
}

pub(super) fn row(bench: &Bench, name: &'static str, effort: Effort) -> Result<Row> {
    let server = bench.server()?;
    let scenario = scenario(bench, &bench.synced)?;
    let (unit, count): (_, fn(&Counts) -> u64) = match name {
        CPU => ("CPU ns", |_| 0),
        BYTES => ("bytes", |counts| counts.bytes),
        _ => ("round trips", |counts| counts.trips),
    };
    let (near, counts) = counted(server)?;
    let to = if name == CPU { server } else { near };
    // What the connection was made with is not counted.
    let begin = || *lock(&counts) = Counts::default();
    let sample = |sample: Sample| if name == CPU { sample } else { (count(&lock(&counts)) as f64).into() };
    let mut contestants = vec![
        Contestant::new(Who::Ours, || {
            bench.runtime.block_on(async {
                let mut client = ours(to).await?;
                let (mut state, mut told) = (scenario.ours.clone(), SyncDelta::default());
                begin();
                let work = async || {
                    told = client.sync(MAILBOX, &mut state).await?;
                    Ok(())
                };
                let sample = sample(timed(1, work).await?);
                agree(&told_by_ours(&told), &scenario.expected)?;
                client.logout().await?;
                Ok(sample)
            })
        }),
        Contestant::new(Who::Peer(peer::NAME), || {
            bench.runtime.block_on(async {
                let mut session = theirs(to).await?;
                let mut told = Delta::default();
                begin();
                let work = async || {
                    told = compare(&mut session, &scenario.peer).await?;
                    Ok(())
                };
                let sample = sample(timed(1, work).await?);
                agree(&told, &scenario.expected)?;
                session.logout().await?;
                Ok(sample)
            })
        }),
    ];
    if name == CPU {
        contestants.push(Contestant::new(Who::Limit("raw drain"), || drain(server, &scenario.ours)));
    }
    let mut row = measure(title(name, unit), effort, &mut contestants)?;
    row.notes = NOTES.to_vec();
    Ok(row)
}

/// The mailbox before and after, made once.
fn scenario<'a>(bench: &Bench, cell: &'a OnceCell<Scenario>) -> Result<&'a Scenario> {
    if let Some(scenario) = cell.get() {
        return Ok(scenario);
    }
    let server = bench.server()?;
    let mut raw = Raw::connect(server)?;
    raw.command(&format!("CREATE {MAILBOX}"))?;
    append(&mut raw, MAILBOX, 0, APPENDED)?;
    raw.command(&format!("SELECT {MAILBOX}"))?;
    let mut there = APPENDED;
    while there < MESSAGES {
        let more = there.min(MESSAGES - there);
        raw.command(&format!("UID COPY 1:{more} {MAILBOX}"))?;
        there += more;
    }
    raw.command(&format!("UID STORE 1:{SEEN} +FLAGS.SILENT (\\Seen)"))?;
    raw.command("UNSELECT")?;
    let mut ours_before = SyncState::new();
    let peer_before = bench.runtime.block_on(async {
        let mut client = ours(server).await?;
        client.sync(MAILBOX, &mut ours_before).await?;
        client.logout().await?;
        let mut session = theirs(server).await?;
        let before = list(&mut session).await?;
        session.logout().await?;
        Ok::<_, Box<dyn std::error::Error>>(before)
    })?;
    let expected = change(&mut raw)?;
    Ok(cell.get_or_init(|| Scenario { ours: ours_before, peer: peer_before, expected }))
}

fn append(raw: &mut Raw, mailbox: &str, first: u32, count: u32) -> Result<()> {
    let mut command = format!("APPEND {mailbox}");
    for number in first..first + count {
        let mail = format!("From: bench@example.com\r\nSubject: {number}\r\n\r\n{number}\r\n");
        let _ = write!(command, " {{{}+}}\r\n{mail}", mail.len());
    }
    raw.command(&command)?;
    Ok(())
}

/// Changes the mailbox; what is to be found out then.
fn change(raw: &mut Raw) -> Result<Delta> {
    let step = MESSAGES / (CHANGED + GONE);
    let mut delta = Delta::default();
    for (nth, uid) in (0..CHANGED + GONE).map(|nth| (nth, 1 + nth * step)) {
        if nth % 7 < 3 {
            delta.gone.push(uid);
        } else {
            delta.changed.push((uid, FLAGGED | if uid <= SEEN { SEEN_BIT } else { 0 }));
        }
    }
    delta.arrived = (MESSAGES + 1..=MESSAGES + NEW).map(|uid| (uid, 0)).collect();
    let set = |uids: &mut dyn Iterator<Item = u32>| {
        let uids: Vec<_> = uids.map(|uid| uid.to_string()).collect();
        uids.join(",")
    };
    append(raw, MAILBOX, MESSAGES, NEW)?;
    raw.command(&format!("SELECT {MAILBOX}"))?;
    let changed = set(&mut delta.changed.iter().map(|(uid, _)| *uid));
    raw.command(&format!("UID STORE {changed} +FLAGS.SILENT (\\Flagged)"))?;
    let gone = set(&mut delta.gone.iter().copied());
    raw.command(&format!("UID STORE {gone} +FLAGS.SILENT (\\Deleted)"))?;
    raw.command("EXPUNGE")?;
    raw.command("LOGOUT")?;
    if (delta.changed.len(), delta.gone.len()) != (CHANGED as usize, GONE as usize) {
        return Err("other changes than there are to be".into());
    }
    Ok(delta)
}

fn agree(found: &Delta, expected: &Delta) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    let count = |delta: &Delta| (delta.arrived.len(), delta.changed.len(), delta.gone.len());
    Err(format!("{:?} were found instead of {:?}", count(found), count(expected)).into())
}

const SEEN_BIT: Bits = 1;
const FLAGGED: Bits = 2;
const OTHER: Bits = 4;

async fn ours(server: SocketAddr) -> Result<ImapClient> {
    let builder = ImapClient::builder()
        .security(Security::Plaintext)
        .sasl(Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN))
        .enable([Capability::QResync]);
    let mut client = builder.connect(&format!("imap://{server}")).await?;
    client.authenticate(&Credentials::password(USER, PASSWORD.to_owned())).await?;
    Ok(client)
}

fn told_by_ours(told: &SyncDelta) -> Delta {
    let bits = |message: &SyncedMessage| {
        let bit = |flag: &Flag| match flag {
            Flag::Seen => SEEN_BIT,
            Flag::Flagged => FLAGGED,
            _ => OTHER,
        };
        (message.uid.get(), message.flags.iter().map(bit).fold(0, |bits, bit| bits | bit))
    };
    Delta {
        arrived: told.arrived.iter().map(bits).collect(),
        changed: told.changed.iter().map(bits).collect(),
        gone: told.vanished.iter().map(|uid| uid.get()).collect(),
    }
}

async fn theirs(server: SocketAddr) -> Result<Session<tokio::net::TcpStream>> {
    let stream = tokio::net::TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let mut client = Client::new(stream);
    client.read_response().await?.ok_or("no greeting")?;
    Ok(client.login(USER, PASSWORD).await.map_err(|(error, _)| error)?)
}

fn bits_of_theirs(row: &types::Fetch) -> Bits {
    let bit = |flag| match flag {
        types::Flag::Seen => SEEN_BIT,
        types::Flag::Flagged => FLAGGED,
        types::Flag::Recent => 0,
        _ => OTHER,
    };
    row.flags().map(bit).fold(0, |bits, bit| bits | bit)
}

async fn list(session: &mut Session<tokio::net::TcpStream>) -> Result<Vec<(u32, Bits)>> {
    session.select(MAILBOX).await?;
    let mut all = Vec::new();
    let mut rows = session.uid_fetch("1:*", "(UID FLAGS)").await?;
    while let Some(row) = rows.next().await {
        let row = row?;
        all.push((row.uid.ok_or("no UID")?, bits_of_theirs(&row)));
    }
    all.sort_unstable();
    Ok(all)
}

/// As little as comparing two sorted lists takes.
async fn compare(session: &mut Session<tokio::net::TcpStream>, before: &[(u32, Bits)]) -> Result<Delta> {
    let now = list(session).await?;
    let (mut delta, mut before) = (Delta::default(), before.iter().peekable());
    for (uid, bits) in now {
        while let Some((gone, _)) = before.next_if(|(known, _)| *known < uid) {
            delta.gone.push(*gone);
        }
        match before.next_if(|(known, _)| *known == uid) {
            Some((_, same)) if *same == bits => {}
            Some(_) => delta.changed.push((uid, bits)),
            None => delta.arrived.push((uid, bits)),
        }
    }
    delta.gone.extend(before.map(|(uid, _)| *uid));
    Ok(delta)
}

/// The answer to the same SELECT, drained unread.
fn drain(server: SocketAddr, state: &SyncState) -> Result<Sample> {
    let (Some(validity), Some(mod_seq)) = (state.uid_validity(), state.mod_seq()) else {
        return Err("the server has no modification sequences".into());
    };
    let mut raw = Raw::connect(server)?;
    raw.command("ENABLE QRESYNC")?;
    let start = clock::spent();
    let octets = raw.command(&format!("SELECT {MAILBOX} (QRESYNC ({validity} {mod_seq}))"))?;
    let spent = (clock::spent() - start).as_secs_f64();
    if octets < (CHANGED + NEW) as usize * 20 {
        return Err(format!("only {octets} octets were drained").into());
    }
    raw.command("LOGOUT")?;
    Ok(Sample { value: spent * 1e9, rate: None })
}

/// What has passed between a client and the server.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// Both ways.
    bytes: u64,
    /// How often the client has spoken, after the server has.
    trips: u64,
    client_speaks: bool,
}

fn lock(counts: &Mutex<Counts>) -> std::sync::MutexGuard<'_, Counts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody between clients and the server, who counts.
fn counted(server: SocketAddr) -> Result<(SocketAddr, Arc<Mutex<Counts>>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let counts = Arc::<Mutex<Counts>>::default();
    let kept = Arc::clone(&counts);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(server) else { continue };
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            let (Ok(from), Ok(to)) = (client.try_clone(), server.try_clone()) else { continue };
            pass(from, to, true, Arc::clone(&kept));
            pass(server, client, false, Arc::clone(&kept));
        }
    });
    Ok((address, counts))
}

/// Passes on what one side says; it is counted before the other side has it.
fn pass(mut from: TcpStream, mut to: TcpStream, of_client: bool, counts: Arc<Mutex<Counts>>) {
    thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(some @ 1..) = from.read(&mut buffer) {
            {
                let mut counts = lock(&counts);
                counts.bytes += some as u64;
                counts.trips += u64::from(of_client && !counts.client_speaks);
                counts.client_speaks = of_client;
            }
            if to.write_all(&buffer[..some]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_trip_is_a_question_however_long_the_answer() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (address, counts) = counted(listener.local_addr().unwrap()).unwrap();
        let mut client = TcpStream::connect(address).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        let mut octets = [0; 4];
        for turn in 1..=3 {
            client.write_all(b"ask").unwrap();
            server.read_exact(&mut octets[..3]).unwrap();
            for _ in 0..2 {
                server.write_all(b"tell").unwrap();
                client.read_exact(&mut octets).unwrap();
            }
            let counts = *lock(&counts);
            assert_eq!((counts.trips, counts.bytes), (turn, 11 * turn));
        }
    }
}
