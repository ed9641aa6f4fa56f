//! Modification sequences, and UIDs alone (RFC 7162; RFC 9586).

use super::{
    command::{Command, StoreMode},
    items::FetchItem,
    modifiers::{FetchModifiers, Known},
    query::Key,
    selected::set,
    session::Session,
    store::{Mailbox, Message},
    syntax::Set,
};

/// What STORE is told beside the messages.
pub(super) struct Storing<'a> {
    pub(super) mode: StoreMode,
    pub(super) silent: bool,
    pub(super) flags: &'a [String],
    pub(super) unchanged_since: Option<u64>,
}

impl Mailbox {
    /// The next modification sequence.
    pub(crate) fn advance(&mut self) -> u64 {
        self.mod_seq += 1;
        self.mod_seq
    }

    /// Removes messages, and remembers that.
    pub(crate) fn remove_if(&mut self, goes: impl Fn(&Message) -> bool) {
        let gone: Vec<u32> = self.messages.iter().filter(|m| goes(m)).map(|m| m.uid).collect();
        if gone.is_empty() {
            return;
        }
        let mod_seq = self.advance();
        self.messages.retain(|message| !gone.contains(&message.uid));
        self.vanished.extend(gone.into_iter().map(|uid| (mod_seq, uid)));
    }

    /// Sets the flags of a message, which has a new modification sequence then if they differ.
    pub(crate) fn set_flags(&mut self, uid: u32, flags: Vec<String>) {
        let next = self.mod_seq + 1;
        let Some(message) = self.by_uid_mut(uid) else { return };
        let same = |a: &[String], b: &[String]| {
            a.len() == b.len() && a.iter().all(|one| b.iter().any(|other| other.eq_ignore_ascii_case(one)))
        };
        if same(&message.flags, &flags) {
            return;
        }
        message.flags = flags;
        message.version = next;
        self.mod_seq = next;
    }

    /// What has vanished since, of these UIDs. Where that is not remembered, all that is not
    /// there (RFC 7162, section 3.2.6).
    fn vanished_since(&self, since: u64, of: &Set) -> Vec<u32> {
        let last = self.uid_next.saturating_sub(1);
        let mut gone: Vec<u32> = if since < self.forgotten {
            (1..=last).filter(|uid| self.by_uid(*uid).is_none()).collect()
        } else {
            self.vanished.iter().filter(|(mod_seq, _)| *mod_seq > since).map(|(_, uid)| *uid).collect()
        };
        gone.retain(|uid| of.contains(*uid, last, &[]));
        gone.sort_unstable();
        gone
    }
}

/// All UIDs.
fn all() -> Set {
    Set::Ranges(vec![(Some(1), None)])
}

impl Session {
    /// Whether there are modification sequences.
    pub(super) fn has_mod_seq(&self) -> bool {
        self.offers("CONDSTORE") || self.offers("QRESYNC")
    }

    /// What ENABLE switches on of this; whether it was off.
    pub(super) fn enable_mod_seq(&mut self, name: &str) -> bool {
        match name {
            "CONDSTORE" if self.has_mod_seq() => !std::mem::replace(&mut self.condstore, true),
            "QRESYNC" if self.offers("QRESYNC") => {
                self.condstore = true;
                !std::mem::replace(&mut self.qresync, true)
            }
            "UIDONLY" if self.offers("UIDONLY") => !std::mem::replace(&mut self.uid_only, true),
            _ => false,
        }
    }

    /// Whether the command may not be performed as things are, and the answer was given.
    pub(super) fn refuses(&mut self, tag: &str, command: &Command) -> bool {
        let numbers = match command {
            Command::Fetch { uid, .. } | Command::Store { uid, .. } | Command::Copy { uid, .. } => !uid,
            Command::Search { uid, program } => !uid || program.key.has_numbers(),
            Command::Select { params, .. } => {
                params.qresync.as_ref().is_some_and(|known| known.sample.is_some())
            }
            _ => false,
        };
        if numbers && self.uid_only {
            self.line(format!("{tag} BAD [UIDREQUIRED] messages have no numbers"));
            return true;
        }
        let (mod_seq, qresync) = match command {
            Command::Fetch { uid, items, modifiers, .. } => {
                let wrong = modifiers.vanished && (!uid || modifiers.changed_since.is_none());
                if wrong {
                    self.line(format!("{tag} BAD VANISHED goes with UID FETCH and CHANGEDSINCE"));
                    return true;
                }
                let asks = modifiers.changed_since.is_some() || items.contains(&FetchItem::ModSeq);
                (asks, modifiers.vanished)
            }
            Command::Store { unchanged_since, .. } => (unchanged_since.is_some(), false),
            Command::Search { program, .. } => (program.key.has_mod_seq(), false),
            Command::Select { params, .. } => (params.condstore, params.qresync.is_some()),
            Command::Status { items, .. } => (items.iter().any(|item| item == "HIGHESTMODSEQ"), false),
            _ => (false, false),
        };
        if qresync && !self.qresync {
            self.line(format!("{tag} BAD QRESYNC is not enabled"));
            return true;
        }
        if mod_seq && !self.has_mod_seq() {
            self.line(format!("{tag} BAD no modification sequences here"));
            return true;
        }
        let opens = matches!(command, Command::Select { .. } | Command::Status { .. });
        if mod_seq && !opens && self.mailbox(|mailbox| mailbox.no_mod_seq) == Some(true) {
            self.line(format!("{tag} BAD the mailbox has no modification sequences"));
            return true;
        }
        // RFC 7162, section 3.1: the first of these commands is told where things stand.
        if mod_seq && !std::mem::replace(&mut self.condstore, true) && !opens {
            let highest = self.mailbox(|mailbox| mailbox.mod_seq).unwrap_or_default();
            self.line(format!("* OK [HIGHESTMODSEQ {highest}] from now on"));
        }
        false
    }

    /// What SELECT tells of modification sequences.
    pub(super) fn tell_mod_seq(&mut self, mailbox: &Mailbox) {
        if !self.has_mod_seq() {
            return;
        }
        match mailbox.no_mod_seq {
            true => self.line("* OK [NOMODSEQ] no modification sequences"),
            false => self.line(format!("* OK [HIGHESTMODSEQ {}] highest", mailbox.mod_seq)),
        }
    }

    /// What SELECT with QRESYNC tells of what has changed.
    pub(super) fn tell_changes(&mut self, mailbox: &Mailbox, known: &Known) {
        if mailbox.no_mod_seq || mailbox.uid_validity != known.uid_validity {
            return;
        }
        let of = known.uids.clone().unwrap_or_else(all);
        let gone = mailbox.vanished_since(known.mod_seq, &of);
        if !gone.is_empty() {
            self.line(format!("* VANISHED (EARLIER) {}", set(&gone)));
        }
        for (sequence, message) in (1_u32..).zip(&mailbox.messages) {
            if message.version > known.mod_seq && of.contains(message.uid, u32::MAX, &[]) {
                self.change(sequence, message);
            }
        }
    }

    /// A row that nobody asked for: UID and MODSEQ are part of it where they have to be.
    pub(super) fn change(&mut self, sequence: u32, message: &Message) {
        let flags = format!("FLAGS ({})", message.flags.join(" "));
        self.row(sequence, message, vec![format!("UID {}", message.uid).into(), flags.into()]);
    }

    /// A row with these items.
    pub(super) fn row(&mut self, sequence: u32, message: &Message, mut items: Vec<Vec<u8>>) {
        let uid = message.uid;
        if self.uid_only {
            let named = format!("UID {uid}").into_bytes();
            items.retain(|item| *item != named);
        }
        if self.condstore && !items.iter().any(|item| item.starts_with(b"MODSEQ ")) {
            items.push(format!("MODSEQ ({})", message.version).into());
        }
        let head = match self.uid_only {
            true => format!("{uid} UIDFETCH ("),
            false => format!("{sequence} FETCH ("),
        };
        let row = [head.as_bytes(), &items.join(&b' '), b")"].concat();
        self.untagged(&[&row]);
    }

    /// Messages are gone: their numbers, each as the one before has left them, and their UIDs.
    pub(super) fn gone(&mut self, numbers: &[u32], uids: &[u32]) {
        if self.qresync || self.uid_only {
            if !uids.is_empty() {
                self.line(format!("* VANISHED {}", set(uids)));
            }
            return;
        }
        for number in numbers {
            self.line(format!("* {number} EXPUNGE"));
        }
    }

    /// The completion of what has removed messages (RFC 7162, section 3.2.7).
    pub(super) fn done_expunging(&mut self, tag: &str, name: &str) {
        let highest = self.mailbox(|mailbox| mailbox.mod_seq).filter(|_| self.qresync);
        match highest {
            Some(highest) => self.line(format!("{tag} OK [HIGHESTMODSEQ {highest}] {name} completed")),
            None => self.done(tag, name),
        }
    }

    /// Those of the chosen messages that have changed since; before them, what has vanished.
    pub(super) fn changed(
        &mut self,
        chosen: Vec<(u32, u32)>,
        asked: &Set,
        modifiers: &FetchModifiers,
    ) -> Vec<(u32, u32)> {
        let Some(since) = modifiers.changed_since else { return chosen };
        let gone = self.mailbox(|mailbox| mailbox.vanished_since(since, asked)).unwrap_or_default();
        if modifiers.vanished && !gone.is_empty() {
            self.line(format!("* VANISHED (EARLIER) {}", set(&gone)));
        }
        let changed = self.mailbox(|mailbox| {
            let has = |uid: u32| mailbox.by_uid(uid).is_some_and(|message| message.version > since);
            chosen.into_iter().filter(|(_, uid)| has(*uid)).collect()
        });
        changed.unwrap_or_default()
    }

    pub(super) fn store(&mut self, tag: &str, uid: bool, chosen: &[(u32, u32)], what: &Storing<'_>) {
        if what.flags.iter().any(|flag| flag.eq_ignore_ascii_case("\\Recent") || flag == "\\*") {
            self.line(format!("{tag} BAD no such flag"));
            return;
        }
        let mut modified = Vec::new();
        for (sequence, of) in chosen {
            let stored = self.mailbox(|mailbox| {
                let message = mailbox.by_uid(*of)?;
                if what.unchanged_since.is_some_and(|since| message.version > since) {
                    return Some(None);
                }
                let named = |known: &String| what.flags.iter().any(|flag| flag.eq_ignore_ascii_case(known));
                let mut flags = message.flags.clone();
                match what.mode {
                    StoreMode::Replace => flags.clear(),
                    StoreMode::Add | StoreMode::Remove => flags.retain(|known| !named(known)),
                }
                if what.mode != StoreMode::Remove {
                    flags.extend(what.flags.iter().cloned());
                }
                mailbox.set_flags(*of, flags);
                Some(mailbox.by_uid(*of).cloned())
            });
            match stored.flatten() {
                None => {}
                Some(None) => modified.push(if uid { *of } else { *sequence }),
                Some(Some(message)) => {
                    // RFC 7162, section 3.1.3: told even where it is silent.
                    if !what.silent || what.unchanged_since.is_some() {
                        let mut items: Vec<Vec<u8>> = Vec::new();
                        if uid || self.qresync {
                            items.push(format!("UID {of}").into());
                        }
                        if !what.silent {
                            items.push(format!("FLAGS ({})", message.flags.join(" ")).into());
                        }
                        self.row(*sequence, &message, items);
                    }
                    self.knows(*of, message.version);
                }
            }
        }
        self.report(uid);
        self.store.changed();
        match modified.is_empty() {
            true => self.done(tag, "STORE"),
            false => self.line(format!("{tag} OK [MODIFIED {}] some were left alone", set(&modified))),
        }
    }
}

impl Key {
    fn any(&self, is: fn(&Self) -> bool) -> bool {
        is(self)
            || match self {
                Self::All(keys) => keys.iter().any(|key| key.any(is)),
                Self::Not(key) => key.any(is),
                Self::Or(a, b) => a.any(is) || b.any(is),
                _ => false,
            }
    }

    /// Whether it names messages by their numbers.
    pub(super) fn has_numbers(&self) -> bool {
        self.any(|key| matches!(key, Self::Sequence(Set::Ranges(_))))
    }

    /// Whether it asks for modification sequences.
    pub(super) fn has_mod_seq(&self) -> bool {
        self.any(|key| matches!(key, Self::ModSeq(_)))
    }
}
