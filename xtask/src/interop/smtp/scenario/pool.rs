//! A pool of connections to a server that is stopped and started again.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, TcpStream},
    time::Duration,
};

use anyrfc_core::{Fault, Security};
use anyrfc_smtp::{Outcome, Pool, SendReport, SmtpClient};
use futures_util::future::try_join_all;

use super::{address, envelope, failed, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        process::Server,
        smtp::{
            letters::Letter,
            store::{Store, Stored},
        },
    },
};

const POOL: &str = "pool";

/// So many send at the same time, and so much each.
const WORKERS: usize = 4;
const MESSAGES: usize = 60;
/// After so many messages the server is stopped, and so often.
const BETWEEN: usize = 40;
const RESTARTS: usize = 4;

/// A server that can be stopped, and started where it was.
pub(in crate::interop::smtp) struct Restarts {
    /// Where it listens, in plaintext.
    pub(in crate::interop::smtp) port: u16,
    pub(in crate::interop::smtp) store: Store,
    pub(in crate::interop::smtp) server: Option<Server>,
    pub(in crate::interop::smtp) stop: Box<dyn Fn() -> Result<()>>,
    pub(in crate::interop::smtp) start: Box<dyn Fn() -> Result<Server>>,
}

impl Restarts {
    fn stop(&mut self) -> Result<()> {
        (self.stop)()?;
        self.server = None;
        // Some of its processes may live on a little, and take connections.
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    fn start(&mut self) -> Result<()> {
        self.server = Some((self.start)()?);
        Ok(())
    }

    fn pool(&self) -> Pool {
        let builder = SmtpClient::builder().security(Security::Plaintext);
        Pool::new(builder, &format!("smtp://localhost:{}", self.port)).connections(WORKERS)
    }
}

pub(super) async fn cases(mut server: Restarts, table: &mut Table<'_>) {
    table.run(POOL, "a restart between two messages", between(&mut server)).await;
    table.run(POOL, "restarts under load", under_load(&mut server)).await;
}

fn letter(word: &str, number: usize) -> Letter {
    Letter::new(word, &format!("pool-{word}-{number}"), &b"Subject: pool\r\n\r\n.\r\n"[..])
}

/// The connections that have died are not noticed, but for the time while there is no server.
async fn between(server: &mut Restarts) -> Result<()> {
    let mut reader = server.store.open().await?;
    let pool = server.pool();
    let send = async |number: usize| -> Result<SendReport> {
        let letter = letter("between", number);
        Ok(pool.send(envelope(&letter.sender, &address(0))?, letter.octets).await?)
    };
    let send_all = async |numbers: std::ops::Range<usize>| -> Result<()> {
        let reports = try_join_all(numbers.map(&send)).await?;
        ensure(reports.iter().all(SendReport::is_complete), || format!("{reports:?}"))
    };
    send_all(0..10).await?;
    ensure(pool.idle() > 0 && pool.idle() <= WORKERS, || format!("{} connections", pool.idle()))?;
    server.stop()?;
    server.start()?;
    send_all(10..20).await?;
    server.stop()?;
    let lost = letter("between", 99);
    let error = failed(pool.send(envelope(&lost.sender, &address(0))?, lost.octets).await)?;
    ensure(error.is_temporary() && error.fault() == Fault::Network, || format!("{error:?}"))?;
    server.start()?;
    send_all(20..30).await?;
    let senders: Vec<String> = (0..30).map(|number| letter("between", number).sender).collect();
    reader
        .until(|all| senders.iter().all(|sender| all.iter().any(|stored| stored.sender == *sender)))
        .await?;
    for sender in &senders {
        same(times(reader.all.iter().filter(|stored| stored.sender == *sender)), 1)?;
    }
    pool.close().await;
    Ok(())
}

/// Each message that was accepted is there once, each of which nobody knows once at most.
async fn under_load(server: &mut Restarts) -> Result<()> {
    let mut reader = server.store.open().await?;
    let pool = server.pool();
    let ended = RefCell::new(BTreeMap::<String, bool>::new());
    let worker = async |worker: usize| -> Result<()> {
        for number in 0..MESSAGES {
            let letter = letter("load", worker * MESSAGES + number);
            loop {
                match pool.send(envelope(&letter.sender, &address(0))?, letter.octets.clone()).await {
                    Ok(report) => {
                        let outcome = report.recipients().first().ok_or("no recipient")?.outcome();
                        let known = match outcome {
                            Outcome::Accepted(_) => true,
                            Outcome::Unknown => false,
                            outcome if outcome.is_retryable() => continue,
                            _ => return Err(format!("{report:?}").into()),
                        };
                        ended.borrow_mut().insert(letter.sender.clone(), known);
                        break;
                    }
                    Err(error) => {
                        ensure(error.is_temporary(), || format!("{error:?}"))?;
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                }
            }
        }
        Ok(())
    };
    let restarts = async {
        for round in 1..=RESTARTS {
            while ended.borrow().len() < round * BETWEEN {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            server.stop()?;
            server.start()?;
        }
        Ok(())
    };
    tokio::try_join!(try_join_all((0..WORKERS).map(worker)), restarts)?;
    pool.close().await;
    let ended = ended.into_inner();
    same(ended.len(), WORKERS * MESSAGES)?;
    let accepted: Vec<_> = ended.iter().filter(|(_, known)| **known).map(|(sender, _)| sender).collect();
    reader
        .until(|all| accepted.iter().all(|sender| all.iter().any(|stored| stored.sender == **sender)))
        .await?;
    for sender in ended.keys() {
        let times = times(reader.all.iter().filter(|stored| stored.sender == *sender));
        ensure(times <= 1, || format!("{sender} was accepted {times} times"))?;
    }
    ensure(reader.all.iter().all(|stored| ended.contains_key(&stored.sender)), || "others came".into())
}

/// How often a message was accepted: whoever is stopped while it delivers delivers once more, what it
/// calls by the same name.
fn times<'a>(stored: impl Iterator<Item = &'a Stored>) -> usize {
    let mut names = BTreeSet::new();
    let mut unnamed = 0;
    for stored in stored {
        let text = String::from_utf8_lossy(&stored.octets);
        let behind = text.split_once("(Postfix) with ").and_then(|(_, rest)| rest.split_once(" id "));
        match behind.and_then(|(_, rest)| rest.split_whitespace().next()) {
            Some(name) => drop(names.insert(name.to_owned())),
            None => unnamed += 1,
        }
    }
    names.len() + unnamed
}
