//! Keeping in step with a mailbox, however often the connection is lost.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use anyrfc_core::testing::random::Random;
use anyrfc_imap::{
    AppendOptions, Capability, Flag, ImapClient, MailboxSync, SequenceSet, StoreAction, SyncDelta,
    SyncMethod, SyncState, SyncedMessage, Uid, UidSet,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use super::{super::password, Scene};
use crate::{
    Result,
    interop::cases::{Table, ensure},
};

const SYNC: &str = "sync";
/// So many messages are appended; the others are copies of them.
const APPENDED: u32 = 160;
/// Up to so many are all appended: not every server copies into the mailbox that is selected.
const FEW: u32 = 200;
/// One of so many has been seen.
const SEEN: u32 = 3;
/// What is done while nobody looks: messages changed, removed, and added.
const CHANGES: [u32; 3] = [200, 150, 150];
/// The connection is killed so often, in turns that each take a while.
const TURNS: u64 = 5;
const KILLS: u32 = 10;

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let methods: Vec<_> = [
        (SyncMethod::QResync, "QRESYNC", scene.has(&Capability::QResync)),
        (SyncMethod::CondStore, "CONDSTORE", scene.has(&Capability::Condstore)),
        (SyncMethod::Full, "", true),
    ]
    .into_iter()
    .filter(|(_, _, offered)| *offered)
    .collect();
    let mailbox = scene.name("sync");
    let count = scene.own_ways.synchronised;
    if count == 0 {
        return;
    }
    for quarter in if count > FEW { 1..=4 } else { 4..=4 } {
        let case = format!("a mailbox is filled, {quarter} of 4");
        let run = fill(scene, &mailbox, count * quarter / 4);
        let Some(()) = table.first(SYNC, case, run).await else { return };
    }
    let flagged = table.first(SYNC, "a third of it is seen", flag(scene, &mailbox, count));
    let Some(()) = flagged.await else { return };
    let mut before = Vec::new();
    for (method, _, _) in &methods {
        let case = format!("{method:?}: everything is new at first");
        let run = at_first(scene, &mailbox, count, *method);
        let Some(state) = table.first(SYNC, case, run).await else { return };
        before.push(state);
    }
    let changes = table.first(SYNC, "the mailbox is changed", change(scene, &mailbox, count));
    let Some(expected) = changes.await else { return };
    for ((method, extension, _), before) in methods.iter().zip(&before) {
        let run = all_at_once(scene, &mailbox, *method, before, &expected);
        run_case(scene, table, extension, &format!("{method:?}: what has changed, and no more"), run).await;
        // Once by what the peer can do best.
        let turns = if *method == methods[0].0 { TURNS } else { 1 };
        for turn in 0..turns {
            let case = format!("{method:?}: killed half-way {KILLS} times, {} of {turns}", turn + 1);
            let run = killed(scene, &mailbox, *method, before, &expected, turn);
            run_case(scene, table, extension, &case, run).await;
        }
    }
}

async fn run_case(
    scene: &Scene,
    table: &mut Table<'_>,
    extension: &'static str,
    case: &str,
    run: impl Future<Output = Result<()>>,
) {
    if extension.is_empty() {
        table.run(SYNC, case, run).await;
    } else {
        scene.extension(table, (extension, true), case, run).await;
    }
}

fn uids(numbers: impl Iterator<Item = u32>) -> UidSet {
    numbers.filter_map(Uid::new).collect()
}

fn text(number: u32) -> String {
    format!("From: alice@example.org\r\nSubject: {number}\r\n\r\n{number}\r\n")
}

/// Messages 1 to `count`: few that are appended, and copies of copies of them.
async fn fill(scene: &Scene, mailbox: &str, count: u32) -> Result<()> {
    let mut client = scene.alice().await?;
    if client.select(mailbox).await.is_err() {
        client.create(mailbox).await?;
        append(&mut client, mailbox, if count > FEW { APPENDED } else { count }, |_| None).await?;
    }
    let one = Uid::new(1).ok_or("a UID")?;
    loop {
        // Not every server tells of them before it is selected anew.
        let mut selected = client.select(mailbox).await?;
        let there = selected.exists();
        if there >= count {
            break;
        }
        let more = there.min(count - there);
        selected.copy(SequenceSet::range(one, Uid::new(more).ok_or("a UID")?), mailbox).await?;
    }
    Ok(client.logout().await?)
}

/// Some of them have a flag.
async fn flag(scene: &Scene, mailbox: &str, count: u32) -> Result<()> {
    let mut client = scene.alice().await?;
    client.select(mailbox).await?.add_flags(uids(1..=count / SEEN), [Flag::Seen]).await?;
    Ok(client.logout().await?)
}

/// Appends messages, all of them on their way together.
async fn append(
    client: &mut ImapClient,
    mailbox: &str,
    count: u32,
    flag: impl Fn(u32) -> Option<Flag>,
) -> Result<()> {
    let mut tickets = Vec::new();
    for number in 1..=count {
        let options = flag(number).into_iter().fold(AppendOptions::new(), AppendOptions::flag);
        tickets.push(client.submit_append(mailbox, options, text(number))?);
    }
    for ticket in tickets {
        client.finish(ticket).await?;
    }
    Ok(())
}

/// What there is to be told, by UID.
#[derive(Debug, Default, PartialEq)]
struct Told {
    arrived: BTreeMap<u32, Vec<String>>,
    changed: BTreeMap<u32, Vec<String>>,
    vanished: UidSet,
}

impl Told {
    /// Adds what is told, which nothing was of before.
    fn add(&mut self, delta: &SyncDelta) -> Result<()> {
        ensure(delta.uid_validity.is_none(), || "the UIDs mean something else".into())?;
        for (messages, told) in [(&delta.arrived, &mut self.arrived), (&delta.changed, &mut self.changed)] {
            for SyncedMessage { uid, flags, .. } in messages {
                let mut names: Vec<_> = flags.iter().map(|flag| flag.as_str().to_owned()).collect();
                names.sort_unstable();
                ensure(told.insert(uid.get(), names).is_none(), || format!("{uid} was told twice"))?;
            }
        }
        let again = self.vanished.intersection(&delta.vanished);
        ensure(again.is_empty(), || format!("{again} have vanished twice"))?;
        self.vanished = self.vanished.union(&delta.vanished);
        Ok(())
    }

    /// It is just that.
    fn is(&self, expected: &Self) -> Result<()> {
        ensure(self == expected, || {
            let counts = |told: &Self| (told.arrived.len(), told.changed.len(), told.vanished.len());
            let odd = |found: &BTreeMap<u32, Vec<String>>, other: &BTreeMap<u32, Vec<String>>| {
                let mut odd = found.iter().filter(|(uid, flags)| other.get(*uid) != Some(flags));
                odd.next().map(|(uid, flags)| format!("{uid} {flags:?}"))
            };
            format!(
                "{:?} instead of {:?}: {:?}, {:?}, {:?}, {:?}",
                counts(self),
                counts(expected),
                odd(&self.arrived, &expected.arrived),
                odd(&self.changed, &expected.changed),
                odd(&expected.changed, &self.changed),
                self.vanished.difference(&expected.vanished)
            )
        })
    }
}

/// A mailbox of which nothing is known: what is known then.
async fn at_first(scene: &Scene, mailbox: &str, count: u32, method: SyncMethod) -> Result<SyncState> {
    let mut client = scene.alice().await?;
    let mut sync = MailboxSync::new(mailbox, SyncState::new())?.at_most(method);
    let mut told = Told::default();
    while let Some(delta) = client.sync_step(&mut sync).await? {
        told.add(&delta)?;
    }
    ensure(sync.method() == Some(method), || format!("by {:?}", sync.method()))?;
    let seen: &[String] = &["\\Seen".into()];
    let expected = (1..=count).map(|uid| (uid, if uid <= count / SEEN { seen.to_vec() } else { Vec::new() }));
    told.is(&Told { arrived: expected.collect(), ..Told::default() })?;
    let state: SyncState = sync.state().to_string().parse()?;
    ensure(state == *sync.state(), || "the state comes back as another one".into())?;
    // Nothing has changed since.
    let delta = client.sync(mailbox, &mut state.clone()).await?;
    ensure(delta.is_empty(), || "something is told again".into())?;
    client.logout().await?;
    Ok(state)
}

/// Changes some messages, removes some and adds some: what is to be told of it.
async fn change(scene: &Scene, mailbox: &str, count: u32) -> Result<Told> {
    let scale = |changes: u32| if count < 1000 { changes * count / 20_000 + 1 } else { changes };
    let [changed, removed, added] = CHANGES.map(scale);
    let step = count / (changed + removed);
    let some: Vec<u32> = (0..changed + removed).map(|nth| 1 + nth * step).collect();
    let (mut told, mut by_flag) = (Told::default(), [UidSet::new(), UidSet::new()]);
    let mut left = removed;
    for (nth, uid) in some.into_iter().enumerate() {
        let id = Uid::new(uid).ok_or("a UID")?;
        // Three of seven, as long as there are some to be removed.
        if nth % 7 < 3 && left > 0 {
            left -= 1;
            told.vanished.insert(id);
            continue;
        }
        let flag = nth % 2;
        by_flag[flag].insert(id);
        let mut names = vec![["\\Answered", "\\Flagged"][flag].to_owned()];
        if uid <= count / SEEN {
            names.push("\\Seen".into());
        }
        told.changed.insert(uid, names);
    }
    let mut client = scene.alice().await?;
    // By way of another mailbox: some servers look at every message when one is appended.
    let draft = |nth| (nth % 3 == 0).then_some(Flag::Draft);
    let other = format!("{mailbox}-new");
    client.create(&*other).await?;
    append(&mut client, &other, added, draft).await?;
    let copies = client.select(&*other).await?.copy(SequenceSet::all(), mailbox).await?;
    let copies: Vec<_> = copies.iter().flat_map(|copy| copy.destination.iter()).collect();
    ensure(copies.len() == added as usize, || format!("{} copies", copies.len()))?;
    for (nth, uid) in (1..).zip(copies) {
        told.arrived.insert(uid.get(), if nth % 3 == 0 { vec!["\\Draft".into()] } else { Vec::new() });
    }
    let mut selected = client.select(mailbox).await?;
    for (uids, flag) in by_flag.into_iter().zip([Flag::Answered, Flag::Flagged]) {
        selected.add_flags(uids, [flag]).await?;
    }
    selected.store(&told.vanished, StoreAction::Add, [Flag::Deleted].to_vec()).await?;
    selected.expunge_all().await?;
    client.logout().await?;
    Ok(told)
}

/// One call tells everything, and the next one nothing.
async fn all_at_once(
    scene: &Scene,
    mailbox: &str,
    method: SyncMethod,
    before: &SyncState,
    expected: &Told,
) -> Result<()> {
    let mut client = scene.alice().await?;
    let mut sync = MailboxSync::new(mailbox, before.clone())?.at_most(method);
    let mut told = Told::default();
    while let Some(delta) = client.sync_step(&mut sync).await? {
        told.add(&delta)?;
    }
    ensure(sync.method() == Some(method), || format!("by {:?}", sync.method()))?;
    told.is(expected)?;
    ensure(client.sync_step(&mut sync).await?.is_none(), || "something is told again".into())?;
    if method == SyncMethod::QResync {
        let mut state = before.clone();
        let mut told = Told::default();
        told.add(&client.sync(mailbox, &mut state).await?)?;
        told.is(expected)?;
        ensure(state == *sync.state(), || "the state is another one".into())?;
    }
    Ok(client.logout().await?)
}

/// The connection is killed after so many bytes of the server's, and again; together they tell everything, and
/// everything once.
async fn killed(
    scene: &Scene,
    mailbox: &str,
    method: SyncMethod,
    before: &SyncState,
    expected: &Told,
    seed: u64,
) -> Result<()> {
    let killer = Killer::new(scene.plaintext).await?;
    // Not all of them are far behind.
    let told = RefCell::new(Told::default());
    let session = async |sync: &mut MailboxSync| -> std::result::Result<(), anyrfc_imap::Error> {
        let mut client = scene.bare_builder().connect(&format!("imap://{}", killer.address)).await?;
        client.authenticate(&password(0)).await?;
        while let Some(delta) = client.sync_step(sync).await? {
            told.borrow_mut()
                .add(&delta)
                .map_err(|error| anyrfc_imap::Error::from(std::io::Error::other(error.to_string())))?;
        }
        Ok(())
    };
    let begin = |state: &SyncState| {
        MailboxSync::new(mailbox, state.clone()).map(|sync| sync.at_most(method).batch(40))
    };
    let mut sync = begin(before)?;
    session(&mut sync).await?;
    told.take().is(expected)?;
    let whole = killer.passed.load(Relaxed);
    let mut random = Random::new(0x5eed + seed);
    let (mut kills, mut at) = (0, Vec::new());
    let mut sync = begin(before)?;
    while kills < KILLS || !at.is_empty() {
        let most = random.below(usize::try_from(whole + whole / 4)?) as u64;
        killer.arm(if kills < KILLS { most } else { u64::MAX });
        match session(&mut sync).await {
            Ok(()) => {
                told.take().is(expected).map_err(|error| format!("killed at {at:?}: {error}"))?;
                at.clear();
                sync = begin(before)?;
            }
            Err(_) if killer.has_struck() => {
                kills += 1;
                at.push(most);
                // Half of them by another program, which knows what was kept.
                if kills % 2 == 0 {
                    sync = begin(&sync.state().to_string().parse()?)?;
                }
            }
            Err(error) => return Err(format!("killed at {at:?}: {error}").into()),
        }
    }
    Ok(())
}

/// Passes on so many bytes of a server's, and no more.
struct Killer {
    address: SocketAddr,
    left: Arc<AtomicU64>,
    passed: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Killer {
    async fn new(peer: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (left, passed) = (Arc::new(AtomicU64::new(u64::MAX)), Arc::<AtomicU64>::default());
        let counts = (Arc::clone(&left), Arc::clone(&passed));
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (left, passed) = counts.clone();
                connections.spawn(async move {
                    // However it ends, it has ended for both.
                    let _ = relay(client, peer, &left, &passed).await;
                });
            }
        });
        Ok(Self { address, left, passed, task })
    }

    /// From now on so many bytes more.
    fn arm(&self, bytes: u64) {
        self.left.store(bytes, Relaxed);
    }

    fn has_struck(&self) -> bool {
        self.left.load(Relaxed) == 0
    }
}

impl Drop for Killer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn relay(
    client: TcpStream,
    peer: SocketAddr,
    left: &AtomicU64,
    passed: &AtomicU64,
) -> std::io::Result<()> {
    let server = TcpStream::connect(peer).await?;
    let ((mut client_reads, mut client_writes), (mut server_reads, mut server_writes)) =
        (client.into_split(), server.into_split());
    let up = async {
        tokio::io::copy(&mut client_reads, &mut server_writes).await?;
        server_writes.shutdown().await
    };
    let down = async {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let count = server_reads.read(&mut buffer).await? as u64;
            if count == 0 {
                return client_writes.shutdown().await;
            }
            let some = count.min(left.load(Relaxed));
            client_writes.write_all(&buffer[..some as usize]).await?;
            passed.fetch_add(some, Relaxed);
            if left.load(Relaxed) < u64::MAX {
                left.fetch_sub(some, Relaxed);
            }
            if some < count || left.load(Relaxed) == 0 {
                left.store(0, Relaxed);
                return Err(std::io::ErrorKind::ConnectionAborted.into());
            }
        }
    };
    tokio::try_join!(up, down).map(|_| ())
}
