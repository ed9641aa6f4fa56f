//! `anyrfc imap URL watch`.

use std::{num::NonZeroU64, time::Duration};

use anyrfc_core::ProtocolState;
use anyrfc_imap::{
    Capability, Event, FetchItems, FetchRow, ImapClient, ReconnectPolicy, ReconnectingClient, Selected,
    SequenceSet, Uid, UidValidity,
};
use serde_json::{Value, json};

use super::describe::{self, Summary};
use crate::{
    exit::{Exit, Failure},
    terminal::{self, BAD, DOUBT, GOOD, plain, styled},
};

/// Prints what happens, until Ctrl-C. A connection that is lost is made again: messages that came meanwhile
/// are told then, changes of flags and deletions are not.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What is watched.
    mailbox: String,
    /// End after so many lines.
    #[arg(long, value_name = "N")]
    count: Option<NonZeroU64>,
    /// Seconds between two questions, where the server does not tell by itself (IDLE).
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    poll: u64,
    /// How often in a row a lost connection is tried again; 0 ends with the connection.
    #[arg(long, value_name = "N", default_value_t = 10)]
    attempts: u32,
}

impl Args {
    /// How a lost connection is made again. The mailbox is opened here.
    pub(super) fn policy(&self) -> ReconnectPolicy {
        ReconnectPolicy::default().attempts(self.attempts).without_reselecting()
    }

    pub(super) const fn interval(&self) -> Duration {
        Duration::from_secs(self.poll)
    }
}

/// What has happened, on a line.
struct Happening {
    text: String,
    value: Value,
}

/// Says what happens, and how much of it is still wanted.
struct Teller {
    json: bool,
    left: Option<u64>,
}

impl Teller {
    fn tell(&mut self, happening: &Happening) -> Result<(), Failure> {
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
        }
        if self.json { terminal::json_line(&happening.value) } else { terminal::line(&happening.text) }
    }

    fn is_done(&self) -> bool {
        self.left == Some(0)
    }
}

/// What is known of the mailbox from one connection to the next.
struct Known {
    uid_validity: Option<UidValidity>,
    /// The least UID that a new message can have.
    next: u32,
}

pub(super) async fn run(mail: &mut ReconnectingClient, args: &Args, json: bool) -> Result<Exit, Failure> {
    let mut teller = Teller { json, left: args.count.map(NonZeroU64::get) };
    let mut known = None;
    loop {
        let client = mail.client().await?;
        let Err(failure) = attend(client, args, &mut teller, &mut known).await else {
            return Ok(Exit::Done);
        };
        // A mailbox that could not be opened the first time is no better the second.
        if args.attempts == 0 || known.is_none() || !is_lost(client) {
            return Err(failure);
        }
        terminal::note(&format!("{failure}; connecting again"));
    }
}

fn is_lost(client: &ImapClient) -> bool {
    client.state() != ProtocolState::Authenticated
}

/// Tells what happens on one connection, until that is enough.
async fn attend(
    client: &mut ImapClient,
    args: &Args,
    teller: &mut Teller,
    known: &mut Option<Known>,
) -> Result<(), Failure> {
    let idles = client.has(&Capability::Idle) || client.is_rev2();
    let by_uid = client.enabled().is_some_and(|enabled| enabled.has(&Capability::QResync));
    let mut mailbox = client.examine(&args.mailbox).await?;
    let uid_validity = mailbox.uid_validity();
    let known = match known {
        Some(known) if known.uid_validity == uid_validity => known,
        other => {
            if let Some((before, now)) = other.as_ref().and_then(|known| known.uid_validity.zip(uid_validity))
            {
                teller.tell(&reset(before, now))?;
            }
            let next = first_new(&mut mailbox).await?;
            other.insert(Known { uid_validity, next })
        }
    };
    if !by_uid && mailbox.exists() > 0 {
        // So that it is known later which message was the third.
        let mut rows = mailbox.fetch(SequenceSet::all(), FetchItems::new().uid())?;
        while rows.next().await?.is_some() {}
    }
    let how = if idles { "IDLE" } else { "polling" };
    terminal::note(&format!("watching {} ({how}); Ctrl-C ends it", plain(&mailbox.name().to_string())));
    loop {
        // Also what came while there was no connection.
        arrivals(&mut mailbox, &mut known.next, teller).await?;
        let mut watch = mailbox.watch();
        loop {
            if teller.is_done() {
                return Ok(());
            }
            let Some(event) = watch.next().await? else {
                return Err(Failure::new(Exit::Network, "the server has ended the connection"));
            };
            if matches!(event, Event::Exists(_) | Event::Missed(_)) {
                if let Event::Missed(lost) = event {
                    terminal::note(&format!("{lost} events came too fast and are lost"));
                }
                break;
            }
            if let Some(happening) = happening(&event) {
                teller.tell(&happening)?;
            }
        }
    }
}

/// The least UID that a new message can have.
async fn first_new(mailbox: &mut Selected<'_>) -> Result<u32, Failure> {
    if let Some(next) = mailbox.uid_next() {
        return Ok(next.get());
    }
    let all = mailbox.search(&anyrfc_imap::SearchQuery::all()).await?;
    Ok(all.last().map_or(1, |last| last.get().saturating_add(1)))
}

/// Tells of the messages from `next` on.
async fn arrivals(mailbox: &mut Selected<'_>, next: &mut u32, teller: &mut Teller) -> Result<(), Failure> {
    let Some(first) = Uid::new(*next) else { return Ok(()) };
    let mut found = Vec::new();
    let mut rows = mailbox.fetch(SequenceSet::starting_at(first), describe::items())?;
    while let Some(row) = rows.next().await? {
        // The last message is within `n:*` even where it is older.
        found.extend(Summary::of(&row).filter(|summary| summary.uid >= first.get()));
    }
    found.sort_by_key(|summary| summary.uid);
    for summary in found {
        *next = (*next).max(summary.uid.saturating_add(1));
        if teller.is_done() {
            continue;
        }
        let mut value = json!({ "event": "new" });
        if let (Some(object), Value::Object(more)) = (value.as_object_mut(), serde_json::to_value(&summary)?)
        {
            object.extend(more);
        }
        let text = format!("{}    {}", styled(GOOD, "new"), summary.cells().join("  "));
        teller.tell(&Happening { text, value })?;
    }
    Ok(())
}

/// What of an event is told.
fn happening(event: &Event) -> Option<Happening> {
    let (text, value) = match event {
        Event::Expunge { sequence, uid } => {
            let uid = uid.map(Uid::get);
            let which = uid.map_or_else(|| format!("number {sequence}"), |uid| uid.to_string());
            let value = json!({ "event": "gone", "uid": uid, "sequence": sequence.get() });
            (format!("{}   {which}", styled(BAD, "gone")), value)
        }
        Event::Vanished { uids, .. } => {
            let all: Vec<u32> = uids.iter().map(Uid::get).collect();
            (format!("{}   {uids}", styled(BAD, "gone")), json!({ "event": "gone", "uids": all }))
        }
        Event::Fetch(row) => flags(row)?,
        Event::UidValidity { before, now } => return Some(reset(*before, *now)),
        Event::Alert { text, confidential } => (
            format!("{}  {}", styled(BAD, "alert"), plain(text)),
            json!({ "event": "alert", "text": text, "confidential": confidential }),
        ),
        _ => return None,
    };
    Some(Happening { text, value })
}

/// The UIDs do not mean what they did (RFC 9051, section 2.3.1.1).
fn reset(before: UidValidity, now: UidValidity) -> Happening {
    Happening {
        text: format!("{}  all UIDs have changed their meaning", styled(BAD, "reset")),
        value: json!({ "event": "uid-validity", "before": before.get(), "now": now.get() }),
    }
}

fn flags(row: &FetchRow) -> Option<(String, Value)> {
    let flags: Vec<String> = row.flags()?.parsed()?.map(|flag| flag.to_string()).collect();
    let (uid, sequence) = (row.uid().map(Uid::get), row.sequence().map(|sequence| sequence.get()));
    let which = match (uid, sequence) {
        (Some(uid), _) => uid.to_string(),
        (None, sequence) => format!("number {}", sequence?),
    };
    let text = format!("{}  {which}  {}", styled(DOUBT, "flags"), plain(&flags.join(" ")));
    Some((text, json!({ "event": "flags", "uid": uid, "sequence": sequence, "flags": flags })))
}
