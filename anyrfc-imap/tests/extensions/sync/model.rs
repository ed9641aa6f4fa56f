//! A server with one mailbox and its history, and a picture of the mailbox as it is told.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use anyrfc_core::testing::{MemoryStream, pair, random::Random};
use anyrfc_imap::{Error, ImapClient, MailboxSync, SyncDelta, SyncState, SyncedMessage};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::script::open_builder;

/// What the server can do.
pub(crate) const QRESYNC: &str = "ENABLE QRESYNC CONDSTORE ESEARCH";
pub(crate) const CONDSTORE: &str = "CONDSTORE";
pub(crate) const BARE: &str = "";

const FLAGS: [&str; 4] = ["\\Seen", "\\Flagged", "$Forwarded", "keyword"];

/// The mailbox, and what has happened in it.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) capabilities: &'static str,
    pub(crate) messages: BTreeMap<u32, (BTreeSet<&'static str>, u64)>,
    /// UIDs that are gone, and since when.
    gone: Vec<(u32, u64)>,
    pub(crate) next: u32,
    pub(crate) validity: u32,
    mod_seq: u64,
    pub(crate) random: Random,
    /// Something happens before the answer to every FETCH.
    pub(crate) busy: bool,
    /// Of this many bytes, and then no more.
    pub(crate) cut: usize,
}

impl Model {
    pub(crate) fn new(capabilities: &'static str, seed: u64, messages: u32) -> Self {
        let mut model = Self {
            capabilities,
            messages: BTreeMap::new(),
            gone: Vec::new(),
            next: 1,
            validity: 7,
            mod_seq: 1000,
            random: Random::new(seed),
            busy: false,
            cut: usize::MAX,
        };
        for _ in 0..messages {
            model.arrive();
        }
        model
    }

    fn arrive(&mut self) {
        self.mod_seq += 1;
        let flag = FLAGS.get(self.random.below(8)).copied();
        self.messages.insert(self.next, (flag.into_iter().collect(), self.mod_seq));
        self.next += 1 + self.random.below(3) as u32;
    }

    /// Something happens; whether a message has gone.
    pub(crate) fn happen(&mut self) -> Option<(u32, u32)> {
        let kind = self.random.below(5);
        let nth = self.random.below(self.messages.len().max(1));
        let Some(uid) = self.messages.keys().nth(nth).copied().filter(|_| kind < 4) else {
            self.arrive();
            return None;
        };
        self.mod_seq += 1;
        if kind == 0 {
            self.messages.remove(&uid);
            self.gone.push((uid, self.mod_seq));
            return Some((uid, nth as u32 + 1));
        }
        let flag = FLAGS[self.random.below(4)];
        let (flags, mod_seq) = self.messages.get_mut(&uid).unwrap();
        if !flags.remove(flag) {
            flags.insert(flag);
        }
        *mod_seq = self.mod_seq;
        None
    }

    fn has(&self, capability: &str) -> bool {
        self.capabilities.split(' ').any(|one| one == capability)
    }

    fn row(&self, nth: usize, uid: u32, mod_seq: bool) -> String {
        let (flags, changed) = &self.messages[&uid];
        let flags: Vec<_> = flags.iter().copied().collect();
        let mod_seq = if mod_seq { format!(" MODSEQ ({changed})") } else { String::new() };
        format!("* {} FETCH (UID {uid} FLAGS ({}){mod_seq})\r\n", nth + 1, flags.join(" "))
    }

    fn rows(&self, since: u64, mod_seq: bool, wanted: impl Fn(u32) -> bool) -> String {
        let all = self.messages.iter().enumerate();
        let some = all.filter(|(_, (uid, (_, changed)))| *changed > since && wanted(**uid));
        some.map(|(nth, (uid, _))| self.row(nth, *uid, mod_seq)).collect()
    }

    /// The answer to a command; `%` stands for its tag.
    fn answer(&mut self, command: &str, enabled: &mut bool) -> String {
        let words: Vec<_> = command.split([' ', '(', ')']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            ["ENABLE", ..] if self.has("ENABLE") => {
                *enabled = true;
                "* ENABLED QRESYNC\r\n% OK done\r\n".into()
            }
            ["SELECT" | "EXAMINE", "INBOX", rest @ ..] => self.select(rest, *enabled),
            ["UID", "SEARCH", .., "ALL"] => {
                let uids: Vec<_> = self.messages.keys().map(u32::to_string).collect();
                if self.has("ESEARCH") {
                    let all =
                        if uids.is_empty() { String::new() } else { format!(" ALL {}", uids.join(",")) };
                    return format!("* ESEARCH (TAG \"%\") UID{all}\r\n% OK done\r\n");
                }
                format!("* SEARCH {}\r\n% OK done\r\n", uids.join(" "))
            }
            ["UID", "FETCH", set, "UID", "FLAGS", rest @ ..] => {
                let mod_seq = rest.contains(&"MODSEQ");
                assert!(!mod_seq || self.has("CONDSTORE"), "{command}");
                let since = rest.last().filter(|_| rest.contains(&"CHANGEDSINCE"));
                let since = since.map_or(0, |since| since.parse().unwrap());
                let set: anyrfc_imap::SequenceSet = set.parse().unwrap();
                let rows = self.rows(since, mod_seq, |uid| set.may_contain(uid));
                let news = if self.busy { self.news(*enabled) } else { String::new() };
                format!("{rows}{news}% OK done\r\n")
            }
            _ => format!("% BAD {command}\r\n"),
        }
    }

    /// What happens while a command is under way.
    fn news(&mut self, enabled: bool) -> String {
        let before = self.messages.len();
        match self.happen() {
            Some((uid, _)) if enabled => format!("* VANISHED {uid}\r\n"),
            Some((_, sequence)) => format!("* {sequence} EXPUNGE\r\n"),
            None if self.messages.len() > before => format!("* {} EXISTS\r\n", self.messages.len()),
            None => String::new(),
        }
    }

    fn select(&self, parameters: &[&str], enabled: bool) -> String {
        let mut text = format!("* {} EXISTS\r\n* FLAGS (\\Seen)\r\n", self.messages.len());
        if self.has("ENABLE") {
            text.insert_str(0, "* OK [CLOSED] closed\r\n");
        }
        text += &format!("* OK [UIDVALIDITY {}] x\r\n", self.validity);
        if self.has("CONDSTORE") {
            text += &format!("* OK [UIDNEXT {}] x\r\n* OK [HIGHESTMODSEQ {}] x\r\n", self.next, self.mod_seq);
        }
        match parameters {
            [] => {}
            ["CONDSTORE"] => assert!(self.has("CONDSTORE")),
            ["QRESYNC", validity, since] => {
                assert!(enabled, "QRESYNC before it is enabled");
                if validity.parse() == Ok(self.validity) {
                    let since = since.parse().unwrap();
                    let gone: Vec<_> = self
                        .gone
                        .iter()
                        .filter(|(_, at)| *at > since)
                        .map(|(uid, _)| uid.to_string())
                        .collect();
                    if !gone.is_empty() {
                        text += &format!("* VANISHED (EARLIER) {}\r\n", gone.join(","));
                    }
                    text += &self.rows(since, true, |_| true);
                }
            }
            other => panic!("{other:?}"),
        }
        text + "% OK [READ-WRITE] done\r\n"
    }
}

/// Serves the model on a stream until that ends, or is cut.
pub(crate) async fn serve(mut stream: MemoryStream, model: Arc<Mutex<Model>>) {
    let (mut heard, mut enabled) = (Vec::new(), false);
    let greeting =
        format!("* PREAUTH [CAPABILITY IMAP4rev1 {}] hello\r\n", model.lock().unwrap().capabilities);
    let mut say = greeting.replace(" ]", "]");
    loop {
        let left = model.lock().unwrap().cut;
        let some = say.len().min(left);
        if stream.write_all(&say.as_bytes()[..some]).await.is_err() || some < say.len() {
            return;
        }
        if left < usize::MAX {
            model.lock().unwrap().cut -= some;
        }
        let end = loop {
            if let Some(end) = heard.windows(2).position(|two| two == b"\r\n") {
                break end;
            }
            let mut chunk = [0; 4096];
            match stream.read(&mut chunk).await {
                Ok(count @ 1..) => heard.extend_from_slice(&chunk[..count]),
                _ => return,
            }
        };
        let line: Vec<u8> = heard.drain(..end + 2).collect();
        let line = String::from_utf8(line[..end].to_vec()).unwrap();
        let (tag, command) = line.split_once(' ').unwrap();
        say = model.lock().unwrap().answer(command, &mut enabled).replace('%', tag);
    }
}

/// What somebody knows of the mailbox who does as the deltas say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Picture {
    pub(crate) messages: BTreeMap<u32, BTreeSet<String>>,
    /// Changes that were told, by UID and modification sequence.
    pub(crate) told: BTreeSet<(u32, u64)>,
}

impl Picture {
    /// Nothing is told twice, and nothing out of place.
    pub(crate) fn apply(&mut self, delta: &SyncDelta) {
        if delta.uid_validity.is_some() {
            *self = Self::default();
        }
        for uid in delta.vanished.iter() {
            assert!(self.messages.remove(&uid.get()).is_some(), "{uid} was not known");
        }
        for message in &delta.arrived {
            assert!(self.put(message).is_none(), "{message:?} was known");
        }
        for message in &delta.changed {
            let before = self.put(message).unwrap_or_else(|| panic!("{message:?} was not known"));
            if message.mod_seq.is_none() {
                assert_ne!(Some(&before), self.messages.get(&message.uid.get()), "{message:?}");
            }
        }
    }

    fn put(&mut self, message: &SyncedMessage) -> Option<BTreeSet<String>> {
        let uid = message.uid.get();
        if let Some(mod_seq) = message.mod_seq {
            assert!(self.told.insert((uid, mod_seq.get())), "{message:?} was told before");
        }
        self.messages.insert(uid, message.flags.iter().map(ToString::to_string).collect())
    }

    pub(crate) fn is(&self, model: &Model) {
        let there: BTreeMap<u32, BTreeSet<String>> = model
            .messages
            .iter()
            .map(|(uid, (flags, _))| (*uid, flags.iter().map(|&flag| flag.to_owned()).collect()))
            .collect();
        assert_eq!(self.messages, there);
    }
}

/// A connection to the model.
pub(crate) async fn connect(
    model: &Arc<Mutex<Model>>,
    window: usize,
) -> (Result<ImapClient, Error>, impl Future<Output = ()> + use<>) {
    let (near, far) = pair(window);
    let mut server = Box::pin(serve(far, Arc::clone(model)));
    let builder = open_builder();
    let mut client = Box::pin(builder.connect_over("imap://mail.example", near));
    let client = tokio::select! {
        biased;
        client = &mut client => client,
        () = &mut server => client.await,
    };
    (client, server)
}

/// Takes every step there is.
pub(crate) async fn run(
    model: &Arc<Mutex<Model>>,
    sync: &mut MailboxSync,
    picture: &mut Picture,
) -> Result<(), Error> {
    let (client, server) = connect(model, 4096).await;
    let mut client = client?;
    let steps = async {
        while let Some(delta) = client.sync_step(sync).await? {
            picture.apply(&delta);
        }
        Ok(())
    };
    let mut steps = std::pin::pin!(steps);
    tokio::select! {
        biased;
        done = &mut steps => done,
        () = server => steps.await,
    }
}

pub(crate) fn kept(state: &SyncState) -> SyncState {
    state.to_string().parse().unwrap()
}
