//! Mailboxes in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Waker,
};

use super::admin::Annotations;

/// A message.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) uid: u32,
    pub(crate) text: Arc<[u8]>,
    /// `date-time`, without its quotes.
    pub(crate) date: String,
    pub(crate) flags: Vec<String>,
    /// Its modification sequence: that of the mailbox when the flags last changed.
    pub(crate) version: u64,
}

impl Message {
    #[cfg(test)]
    pub(crate) fn new(uid: u32, text: Vec<u8>, date: &str, flags: &[&str]) -> Self {
        let flags = flags.iter().map(|&flag| flag.to_owned()).collect();
        Self { uid, text: text.into(), date: date.to_owned(), flags, version: 0 }
    }

    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|known| known.eq_ignore_ascii_case(flag))
    }
}

/// A mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Mailbox {
    pub(crate) messages: Vec<Message>,
    pub(crate) uid_next: u32,
    pub(crate) uid_validity: u32,
    pub(crate) uses: Vec<String>,
    pub(crate) read_only: bool,
    pub(crate) annotations: Annotations,
    /// Whom rights were given to, and which.
    pub(crate) acl: Vec<(String, String)>,
    /// The highest modification sequence.
    pub(crate) mod_seq: u64,
    /// What was removed, and when.
    pub(crate) vanished: Vec<(u64, u32)>,
    /// What was removed up to then is remembered no longer.
    pub(crate) forgotten: u64,
    /// Whether it has no modification sequences.
    pub(crate) no_mod_seq: bool,
}

impl Mailbox {
    /// A message as the last; its UID.
    pub(crate) fn append(&mut self, text: Arc<[u8]>, date: String, flags: Vec<String>) -> u32 {
        let uid = self.uid_next;
        self.uid_next += 1;
        let version = self.advance();
        self.messages.push(Message { uid, text, date, flags, version });
        uid
    }

    pub(crate) fn by_uid(&self, uid: u32) -> Option<&Message> {
        let at = self.messages.binary_search_by_key(&uid, |message| message.uid).ok()?;
        self.messages.get(at)
    }

    pub(crate) fn by_uid_mut(&mut self, uid: u32) -> Option<&mut Message> {
        let at = self.messages.binary_search_by_key(&uid, |message| message.uid).ok()?;
        self.messages.get_mut(at)
    }

    /// Every flag in use, beside those of the protocol.
    pub(crate) fn keywords(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for flag in self.messages.iter().flat_map(|message| &message.flags) {
            if !flag.starts_with('\\') && !all.iter().any(|known| known.eq_ignore_ascii_case(flag)) {
                all.push(flag.clone());
            }
        }
        all
    }
}

/// All that a user has.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) mailboxes: BTreeMap<String, Mailbox>,
    pub(crate) subscribed: Vec<String>,
    /// Annotations of the server.
    pub(crate) annotations: Annotations,
    /// Which annotations were changed, one after the other.
    pub(crate) changes: Vec<(Option<String>, String)>,
    /// The limits of the one quota root.
    pub(crate) limits: BTreeMap<String, u64>,
    last_validity: u32,
    /// How often each mailbox's access key was made anew (RFC 4467).
    url_keys: BTreeMap<String, u64>,
    /// The same of all of them.
    all_url_keys: u64,
}

/// What separates the levels of names.
pub(crate) const DELIMITER: char = '/';

/// `INBOX` in any case is one name.
pub(crate) fn canonical(name: &str) -> String {
    if name.eq_ignore_ascii_case("INBOX") {
        return "INBOX".to_owned();
    }
    match name.get(..6) {
        Some(start) if start.eq_ignore_ascii_case("INBOX/") => {
            format!("INBOX/{}", name.get(6..).unwrap_or_default())
        }
        _ => name.to_owned(),
    }
}

impl Account {
    /// The access key of a mailbox (RFC 4467, section 2.2), good enough for tests.
    pub(crate) fn url_key(&self, name: &str) -> u64 {
        self.all_url_keys << 32 | self.url_keys.get(name).copied().unwrap_or_default()
    }

    /// A new access key.
    pub(crate) fn reset_url_key(&mut self, name: &str) {
        *self.url_keys.entry(name.to_owned()).or_default() += 1;
    }

    /// New access keys for all mailboxes.
    pub(crate) const fn reset_url_keys(&mut self) {
        self.all_url_keys += 1;
    }

    /// A mailbox that was not there, with the superior names it needs; whether it was made.
    pub(crate) fn create(&mut self, name: &str) -> bool {
        let name = name.strip_suffix(DELIMITER).unwrap_or(name);
        if name.is_empty() || name.split(DELIMITER).any(str::is_empty) || self.mailboxes.contains_key(name) {
            return false;
        }
        let superior = name.match_indices(DELIMITER).filter_map(|(at, _)| name.get(..at));
        let all: Vec<String> = superior.chain([name]).map(str::to_owned).collect();
        for name in all {
            if !self.mailboxes.contains_key(&name) {
                // Each mailbox has a UIDVALIDITY of its own, also one that is made anew.
                self.last_validity += 1;
                let uid_validity = 1_700_000_000 + self.last_validity;
                let mailbox = Mailbox {
                    messages: Vec::new(),
                    uid_next: 1,
                    uid_validity,
                    uses: Vec::new(),
                    read_only: false,
                    annotations: Annotations::new(),
                    acl: Vec::new(),
                    mod_seq: 1,
                    vanished: Vec::new(),
                    forgotten: 0,
                    no_mod_seq: false,
                };
                self.mailboxes.insert(name, mailbox);
            }
        }
        true
    }

    pub(crate) fn has_children(&self, name: &str) -> bool {
        let prefix = format!("{name}{DELIMITER}");
        self.mailboxes.range(prefix.clone()..).next().is_some_and(|(name, _)| name.starts_with(&prefix))
    }
}

/// The accounts, and who waits for something to change.
#[derive(Debug, Default)]
struct Shared {
    accounts: BTreeMap<String, Account>,
    /// Every command of every session.
    commands: Vec<String>,
    wakers: Vec<Waker>,
    /// How often too much went on.
    overflows: u64,
}

/// The accounts of a server, shared by its sessions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store(Arc<Mutex<Shared>>);

impl Store {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads or changes what a user has. A user has an INBOX.
    pub(crate) fn with<T>(&self, user: &str, work: impl FnOnce(&mut Account) -> T) -> T {
        let mut shared = self.lock();
        let account = shared.accounts.entry(user.to_owned()).or_default();
        if !account.mailboxes.contains_key("INBOX") {
            account.create("INBOX");
        }
        work(account)
    }

    pub(crate) fn note(&self, command: String) {
        self.lock().commands.push(command);
    }

    pub(crate) fn commands(&self) -> Vec<String> {
        self.lock().commands.clone()
    }

    /// Too much is going on.
    pub(crate) fn overflow(&self) {
        self.lock().overflows += 1;
        self.changed();
    }

    /// How often that was so.
    pub(crate) fn overflows(&self) -> u64 {
        self.lock().overflows
    }

    /// Wakes every session.
    pub(crate) fn changed(&self) {
        for waker in std::mem::take(&mut self.lock().wakers) {
            waker.wake();
        }
    }

    /// Wakes this one with the next change.
    pub(crate) fn wait(&self, waker: &Waker) {
        let mut shared = self.lock();
        if !shared.wakers.iter().any(|known| known.will_wake(waker)) {
            shared.wakers.push(waker.clone());
        }
    }
}

/// Whether a name matches a pattern (section 6.3.9): `*` is anything, `%` anything but the delimiter.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    // Which beginnings of the name the pattern read so far can stand for.
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for wild in pattern {
        let mut next = vec![false; name.len() + 1];
        match wild {
            '*' | '%' => {
                let mut on = false;
                for at in 0..=name.len() {
                    on |= reached[at];
                    next[at] = on;
                    if wild == '%' && name.get(at) == Some(&DELIMITER) {
                        on = false;
                    }
                }
            }
            plain => {
                for at in 0..name.len() {
                    next[at + 1] = reached[at] && name[at] == plain;
                }
            }
        }
        reached = next;
    }
    reached[name.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, yes, no) in [
            ("*", "a/b", ""),
            ("%", "a", "a/b"),
            ("a/%", "a/b", "a/b/c"),
            ("%/%", "a/b", "a"),
            ("*c", "a/b/c", "a/b"),
            ("INBOX", "INBOX", "INBOXES"),
            ("a%c*", "abc/d", "a/c"),
        ] {
            assert!(matches(pattern, yes), "{pattern} {yes}");
            assert!(no.is_empty() || !matches(pattern, no), "{pattern} {no}");
        }
    }

    #[test]
    fn a_mailbox_brings_its_superiors() {
        let mut account = Account::default();
        assert!(account.create("a/b/c") && !account.create("a/b/") && !account.create("a//b"));
        assert_eq!(account.mailboxes.keys().collect::<Vec<_>>(), ["a", "a/b", "a/b/c"]);
        assert!(account.has_children("a") && !account.has_children("a/b/c"));
        assert_eq!(canonical("iNbOx/x"), "INBOX/x");
    }
}
