//! What a peer has got: read by IMAP where it delivers, from its files where it stores, and from its
//! queue where nothing goes further.

use std::{
    collections::HashSet,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyrfc_core::TlsConfig;
use anyrfc_imap::{ImapClient, SearchQuery, Section, SequenceSet, Uid};
use anyrfc_sasl::Credentials;
use tokio::io::AsyncReadExt as _;

use super::{IMAPS, SPOOLED, STORE, USERS, letters::canonical};
use crate::{
    Result,
    interop::cases::{Certificates, noted},
};

/// How long it is waited between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// A message that has come.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// The reverse path that it came with, empty for the null one.
    pub(super) sender: String,
    pub(super) octets: Vec<u8>,
    /// What else the peer tells of it; null where it tells nothing.
    pub(super) told: serde_json::Value,
}

/// Where messages are read.
#[derive(Clone, Debug)]
pub(super) enum Store {
    /// In the mailbox of a user, by IMAP over TLS.
    Mailbox { address: SocketAddr, tls: TlsConfig, user: usize },
    /// In files.
    Files(PathBuf),
    /// In the queue of Sendmail, where the header is not as it was.
    Queue(PathBuf),
}

impl Store {
    /// The one of a peer that keeps its files in `dir`; none where nobody could look.
    pub(super) fn of(dir: &Path) -> Result<Option<Self>> {
        let files = dir.join(STORE);
        if files.is_dir() {
            return Ok(Some(Self::Files(files)));
        }
        let queue = dir.join(SPOOLED);
        if queue.is_dir() {
            return Ok(Some(Self::Queue(queue)));
        }
        let Ok(address) = noted(dir, IMAPS) else { return Ok(None) };
        Ok(Some(Self::Mailbox { address, tls: Certificates::trusting(dir)?, user: 0 }))
    }

    /// The same for another user, where users have mailboxes.
    pub(super) fn user(&self, index: usize) -> Self {
        match self {
            Self::Mailbox { address, tls, .. } => {
                Self::Mailbox { address: *address, tls: tls.clone(), user: index }
            }
            Self::Files(_) | Self::Queue(_) => self.clone(),
        }
    }

    /// Begins to read, with what comes from now on.
    pub(super) async fn open(&self) -> Result<Reader> {
        let place = match self {
            Self::Mailbox { address, tls, user } => {
                let (user, password) = USERS[*user];
                let url = format!("imaps://localhost:{}", address.port());
                let mut client = ImapClient::builder().tls(tls.clone()).connect(&url).await?;
                client.authenticate(&Credentials::password(user, password.to_owned())).await?;
                let next = client.select("INBOX").await?.uid_next().ok_or("no next UID")?;
                Place::Mailbox { client: Box::new(client), next }
            }
            Self::Files(dir) => {
                let mut next = 1;
                while dir.join(format!("{next}.json")).exists() {
                    next += 1;
                }
                Place::Files { dir: dir.clone(), next }
            }
            Self::Queue(dir) => {
                let mut seen = HashSet::new();
                queued(dir, &mut seen)?;
                Place::Queue { dir: dir.clone(), seen }
            }
        };
        Ok(Reader { place, all: Vec::new() })
    }
}

/// Reads on.
pub(super) struct Reader {
    place: Place,
    /// What has come since.
    pub(super) all: Vec<Stored>,
}

enum Place {
    Mailbox { client: Box<ImapClient>, next: Uid },
    Files { dir: PathBuf, next: u64 },
    Queue { dir: PathBuf, seen: HashSet<String> },
}

impl Reader {
    /// Reads what has come meanwhile.
    async fn look(&mut self) -> Result<()> {
        match &mut self.place {
            Place::Mailbox { client, next } => {
                client.noop().await?;
                let mut mailbox = client.selected().ok_or("no mailbox is selected")?;
                let query = SearchQuery::uids(SequenceSet::starting_at(*next));
                // `*` is the last message, however small its UID is.
                let new: Vec<Uid> = mailbox.search(&query).await?.iter().filter(|uid| uid >= next).collect();
                for uid in new {
                    let mut octets = Vec::new();
                    let body = mailbox.fetch_body(uid, Section::all()).await?;
                    body.ok_or("a message without octets")?.read_to_end(&mut octets).await?;
                    let sender = return_path(&octets).ok_or("no Return-Path")?;
                    self.all.push(Stored { sender, octets, told: serde_json::Value::Null });
                    *next = Uid::new(uid.get() + 1).ok_or("no further UID")?;
                }
            }
            Place::Files { dir, next } => {
                // The second of its two files is complete as soon as it is there.
                while let Ok(told) = std::fs::read(dir.join(format!("{next}.json"))) {
                    let told: serde_json::Value = serde_json::from_slice(&told)?;
                    let sender = told["from"].as_str().unwrap_or_default().to_owned();
                    let octets = std::fs::read(dir.join(format!("{next}.eml")))?;
                    self.all.push(Stored { sender, octets, told });
                    *next += 1;
                }
            }
            Place::Queue { dir, seen } => self.all.extend(queued(dir, seen)?),
        }
        Ok(())
    }

    /// Reads on until it is enough; a case has its own deadline.
    pub(super) async fn until(&mut self, enough: impl Fn(&[Stored]) -> bool) -> Result<()> {
        loop {
            self.look().await?;
            if enough(&self.all) {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The message that this sender has sent, once it is there.
    pub(super) async fn from(&mut self, sender: &str) -> Result<Stored> {
        self.until(|all| all.iter().any(|stored| stored.sender == sender)).await?;
        let stored = self.all.iter().find(|stored| stored.sender == sender);
        Ok(stored.cloned().ok_or("it was there")?)
    }
}

/// What is in a queue, but for what was seen there already: of each message its body.
fn queued(dir: &Path, seen: &mut HashSet<String>) -> Result<Vec<Stored>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let Ok(name) = entry?.file_name().into_string() else { continue };
        // It has this name once it is complete.
        let Some(id) = name.strip_prefix("qf") else { continue };
        if !seen.insert(id.to_owned()) {
            continue;
        }
        let control = std::fs::read(dir.join(&name))?;
        let mut lines = control.split(|&octet| octet == b'\n');
        let sender = lines.find_map(|line| line.strip_prefix(b"S")).ok_or("no sender")?;
        let sender = String::from_utf8_lossy(sender);
        let sender = sender.trim_start_matches('<').trim_end_matches('>').to_owned();
        let body = std::fs::read(dir.join(format!("df{id}")))?;
        let octets = if body.is_empty() { body } else { canonical(&body) };
        all.push(Stored { sender, octets, told: serde_json::Value::Null });
    }
    Ok(all)
}

/// What a peer that delivers writes first.
fn return_path(octets: &[u8]) -> Option<String> {
    const NAME: &[u8] = b"Return-path:";
    let mut lines = octets.split(|&octet| octet == b'\n').take_while(|line| !line.trim_ascii().is_empty());
    let line =
        lines.find(|line| line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)))?;
    let path = String::from_utf8_lossy(line.get(NAME.len()..)?).trim().to_owned();
    Some(path.trim_start_matches('<').trim_end_matches('>').to_owned())
}

#[cfg(test)]
mod tests {
    use super::return_path;

    #[test]
    fn the_sender_is_read_from_the_header_alone() {
        let path = |text: &str| return_path(text.as_bytes());
        assert_eq!(path("Received: x\r\nReturn-Path: <a@b>\r\n\r\n").as_deref(), Some("a@b"));
        assert_eq!(path("Return-path: <>\r\n\r\n").as_deref(), Some(""));
        assert_eq!(path("Subject: x\r\n\r\nReturn-Path: <a@b>\r\n"), None);
    }
}
