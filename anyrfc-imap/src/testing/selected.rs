//! The commands on messages (RFC 9051, section 6.4).

use std::sync::Arc;

use super::{
    command::Command,
    condstore::Storing,
    describe,
    items::FetchItem,
    message::Appended,
    mime::{self, Part},
    objects,
    searching::Live,
    session::Session,
    store::{Mailbox, Message},
    syntax::Set,
    urls::add,
    words,
};

/// The mailbox that a session has selected, as its client knows it.
#[derive(Clone, Debug)]
pub(super) struct Selected {
    pub(super) name: String,
    read_only: bool,
    /// The UID of each message, and the version of its flags that the client knows.
    pub(super) view: Vec<(u32, u64)>,
    /// The UIDs that SEARCH has saved.
    pub(super) saved: Vec<u32>,
    /// The results that are kept up to date.
    pub(super) live: Vec<Live>,
}

/// Numbers as a set.
pub(super) fn set(numbers: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*number) => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let words = ranges.iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}:{b}") });
    words.collect::<Vec<_>>().join(",")
}

/// Messages stand in the order of their UIDs.
fn find(messages: &[Message], uid: u32) -> Option<&Message> {
    messages.get(messages.binary_search_by_key(&uid, |message| message.uid).ok()?)
}

impl Selected {
    /// The messages with their UIDs.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (u32, u32)> {
        (1..).zip(self.view.iter().map(|(uid, _)| *uid))
    }

    /// The last number and the last UID.
    pub(super) fn last(&self) -> (u32, u32) {
        (self.view.len() as u32, self.view.last().map_or(0, |(uid, _)| *uid))
    }

    /// The UIDs that SEARCH has saved.
    pub(super) fn saved(&self) -> &[u32] {
        &self.saved
    }

    pub(super) fn new(name: String, read_only: bool, mailbox: &Mailbox) -> Self {
        let view = mailbox.messages.iter().map(|message| (message.uid, message.version)).collect();
        Self { name, read_only, view, saved: Vec::new(), live: Vec::new() }
    }

    /// The sequence numbers and UIDs in a set; `None` if it names what is not there.
    fn chosen(&self, uid: bool, wanted: &Set) -> Option<Vec<(u32, u32)>> {
        let exists = self.view.len() as u32;
        if !uid && (wanted.highest() > exists || exists == 0 && *wanted != Set::Saved) {
            return None;
        }
        let last = self.view.last().map_or(0, |(uid, _)| *uid);
        let numbered = (1..=exists).zip(self.view.iter().map(|(uid, _)| *uid));
        let inside = numbered.filter(|(sequence, of)| match wanted {
            Set::Saved => self.saved.contains(of),
            ranges if uid => ranges.contains(*of, last, &[]),
            ranges => ranges.contains(*sequence, exists, &[]),
        });
        Some(inside.collect())
    }
}

impl Session {
    /// The name of the mailbox that is selected.
    pub(super) fn selected_name(&self) -> Option<&str> {
        self.selected.as_ref().map(|selected| &*selected.name)
    }

    /// Reports whatever has changed since the client was told; expunges only where they may be.
    pub(super) fn report(&mut self, expunges: bool) {
        self.tell_annotations();
        if !self.tells("MESSAGENEW") {
            return;
        }
        let Some(mut selected) = self.selected.take() else { return };
        let mailbox = self.account(|account| account.mailboxes.get(&selected.name).cloned());
        let messages = mailbox.map(|mailbox| mailbox.messages).unwrap_or_default();
        if expunges {
            self.tell_removed(&mut selected, &messages);

            let (mut numbers, mut uids) = (Vec::new(), Vec::new());
            let mut left = 0_u32;
            selected.view.retain(|(uid, _)| {
                let stays = find(&messages, *uid).is_some();
                if stays {
                    left += 1;
                } else {
                    numbers.push(left + 1);
                    uids.push(*uid);
                }
                stays
            });
            self.gone(&numbers, &uids);
        }
        let last = selected.view.last().map_or(0, |(uid, _)| *uid);
        let new: Vec<&Message> = messages.iter().filter(|message| message.uid > last).collect();
        let before = selected.view.len();
        selected.view.extend(new.iter().map(|message| (message.uid, message.version)));
        if selected.view.len() > before {
            self.line(format!("* {} EXISTS", selected.view.len()));
        }
        self.tell_added(&mut selected, &messages);
        let items = self.items_of_new();
        if !items.is_empty() {
            for (sequence, message) in (before + 1..).zip(new) {
                let mut all = vec![format!("UID {}", message.uid).into_bytes()];
                let wanted = items.iter().filter(|item| **item != FetchItem::Uid);
                all.extend(wanted.filter_map(|item| self.item(message, item).ok()));
                self.row(sequence as u32, message, all);
            }
        }
        if !self.tells("FLAGCHANGE") {
            self.selected = Some(selected);
            return;
        }
        for (at, (uid, version)) in selected.view.iter_mut().enumerate() {
            let Some(message) = find(&messages, *uid) else { continue };
            if message.version != *version {
                *version = message.version;
                self.change(at as u32 + 1, message);
            }
        }
        self.selected = Some(selected);
    }

    /// Performs what needs a mailbox.
    pub(super) fn on_messages(&mut self, tag: &str, command: Command) {
        let Some(selected) = self.selected.clone() else { return };
        let writes = matches!(command, Command::Store { .. } | Command::Expunge(_))
            || matches!(command, Command::Copy { moves: true, .. } | Command::Replace { .. });
        if writes && selected.read_only {
            self.no(tag, "[READ-ONLY] the mailbox can only be read");
            return;
        }
        match command {
            Command::Close => {
                if !selected.read_only {
                    self.expunge(&selected, None);
                }
                self.selected = None;
                self.store.changed();
                self.done(tag, "CLOSE");
            }
            Command::Unselect => {
                self.selected = None;
                self.done(tag, "UNSELECT");
            }
            Command::Expunge(only) => {
                let chosen = only.and_then(|only| selected.chosen(true, &only));
                let deleted = |mailbox: &mut Mailbox, uid: u32| {
                    mailbox.by_uid(uid).is_some_and(|message| message.has("\\Deleted"))
                };
                let chosen = chosen.map(|all| {
                    let all = all.into_iter().filter(|(_, uid)| {
                        self.mailbox(|mailbox| deleted(mailbox, *uid)).unwrap_or_default()
                    });
                    all.collect::<Vec<_>>()
                });
                let chosen = chosen.map(|all| self.limited(all));
                self.expunge(&selected, chosen.map(|all| all.iter().map(|(_, uid)| *uid).collect()));
                self.report(true);
                self.store.changed();
                self.done_expunging(tag, "EXPUNGE");
            }
            Command::CancelUpdate(tags) => {
                if let Some(selected) = &mut self.selected {
                    selected.live.retain(|live| !tags.contains(&live.tag));
                }
                self.done(tag, "CANCELUPDATE");
            }
            Command::Arrange(wanted) => self.arrange(tag, &selected, &wanted),
            Command::Search { uid, program } => self.search(tag, &selected, uid, &program),
            Command::Fetch { uid, set, items, modifiers } => match selected.chosen(uid, &set) {
                Some(chosen) => {
                    let chosen = self.changed(chosen, &set, &modifiers);
                    let part = modifiers.partial.map(|window| window.of(&chosen));
                    let chosen = self.limited(part.unwrap_or(chosen));
                    self.fetch(tag, uid, &chosen, &items);
                }
                None => self.line(format!("{tag} BAD no such message")),
            },
            Command::Store { uid, set, mode, silent, flags, unchanged_since } => {
                match selected.chosen(uid, &set) {
                    Some(chosen) => {
                        let chosen = self.limited(chosen);
                        let what = Storing { mode, silent, flags: &flags, unchanged_since };
                        self.store(tag, uid, &chosen, &what);
                    }
                    None => self.line(format!("{tag} BAD no such message")),
                }
            }
            Command::Copy { uid, set, mailbox, moves } => match selected.chosen(uid, &set) {
                Some(chosen) if !moves && self.exceeds(chosen.len()) => {
                    let limit = self.message_limit().unwrap_or_default();
                    self.no(tag, &format!("[MESSAGELIMIT {limit}] too many messages"));
                }
                Some(chosen) => {
                    let chosen = self.limited(chosen);
                    self.copy(tag, &chosen, &mailbox, moves);
                }
                None => self.line(format!("{tag} BAD no such message")),
            },
            Command::Replace { uid, number, mailbox, message } => {
                let set = Set::Ranges(vec![(Some(number), Some(number))]);
                match selected.chosen(uid, &set).unwrap_or_default()[..] {
                    [(_, uid)] => self.replace(tag, uid, &mailbox, &message),
                    _ => self.no(tag, "[NONEXISTENT] no such message"),
                }
            }
            _ => self.line(format!("{tag} BAD not here")),
        }
    }

    /// REPLACE (RFC 8508, section 3.4).
    fn replace(&mut self, tag: &str, uid: u32, written: &[u8], message: &Appended) {
        let Some(name) = self.name(tag, written) else { return };
        let messages = std::slice::from_ref(message);
        if !self.takes(tag, messages) {
            return;
        }
        let now = self.config.now.clone();
        match self.account(|account| add(account, &name, messages, &now)) {
            Err(why) => self.no(tag, &why),
            Ok((validity, uids)) => {
                // RFC 8508, section 4.3: before the EXPUNGE.
                self.line(format!("* OK [APPENDUID {validity} {}] replacement ready", set(&uids)));
                self.mailbox(|mailbox| mailbox.remove_if(|message| message.uid == uid));
                self.report(true);
                self.store.changed();
                self.done(tag, "REPLACE");
            }
        }
    }

    pub(super) fn mailbox<T>(&self, work: impl FnOnce(&mut Mailbox) -> T) -> Option<T> {
        let name = self.selected.as_ref()?.name.clone();
        self.account(|account| account.mailboxes.get_mut(&name).map(work))
    }

    /// Removes the messages marked as deleted; those of `only`, where there is such a list.
    fn expunge(&mut self, selected: &Selected, only: Option<Vec<u32>>) {
        self.account(|account| {
            if let Some(mailbox) = account.mailboxes.get_mut(&selected.name) {
                mailbox.remove_if(|message| {
                    let named = only.as_ref().is_none_or(|only| only.contains(&message.uid));
                    named && message.has("\\Deleted")
                });
            }
        });
    }

    fn fetch(&mut self, tag: &str, uid: bool, chosen: &[(u32, u32)], items: &[FetchItem]) {
        let seen = items.iter().any(|item| {
            matches!(
                item,
                FetchItem::Section { peek: false, .. }
                    | FetchItem::Binary { peek: false, .. }
                    | FetchItem::Rfc822("RFC822" | "RFC822.TEXT")
            )
        }) && !self.selected.as_ref().is_some_and(|selected| selected.read_only);
        let mut refused = None;
        for (sequence, of) in chosen {
            let message = self.mailbox(|mailbox| {
                let message = mailbox.by_uid(*of)?;
                let marks = seen && !message.has("\\Seen");
                if marks {
                    let flags = message.flags.iter().cloned().chain(["\\Seen".to_owned()]).collect();
                    mailbox.set_flags(*of, flags);
                }
                Some((mailbox.by_uid(*of)?.clone(), marks))
            });
            let Some((message, marks)) = message.flatten() else { continue };
            let mut all: Vec<Vec<u8>> = Vec::new();
            if (uid || self.qresync) && !items.contains(&FetchItem::Uid) {
                all.push(format!("UID {of}").into_bytes());
            }
            for item in items {
                match self.item(&message, item) {
                    Ok(item) => all.push(item),
                    Err(why) => refused = Some(why),
                }
            }
            if marks && !items.contains(&FetchItem::Flags) {
                all.push(format!("FLAGS ({})", message.flags.join(" ")).into_bytes());
            }
            self.row(*sequence, &message, all);
            self.knows(*of, message.version);
        }
        self.report(uid);
        match refused {
            Some(why) => self.no(tag, why),
            None => self.done(tag, "FETCH"),
        }
    }

    /// The client knows this version of a message's flags.
    pub(super) fn knows(&mut self, uid: u32, version: u64) {
        let view = self.selected.iter_mut().flat_map(|selected| &mut selected.view);
        for (of, known) in view {
            if *of == uid {
                *known = version;
            }
        }
    }

    /// One item of a row.
    fn item(&self, message: &Message, item: &FetchItem) -> Result<Vec<u8>, &'static str> {
        let (text, utf8) = (&message.text, self.rev2);
        let origin =
            |partial: &Option<(u32, u32)>| partial.map_or_else(String::new, |(at, _)| format!("<{at}>"));
        let named = |name: &str, value: &[u8]| [name.as_bytes(), value].join(&b' ');
        let numbers = |part: &[u32]| part.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
        Ok(match item {
            FetchItem::Uid => format!("UID {}", message.uid).into_bytes(),
            FetchItem::Flags => format!("FLAGS ({})", message.flags.join(" ")).into_bytes(),
            FetchItem::InternalDate => format!("INTERNALDATE \"{}\"", message.date).into_bytes(),
            FetchItem::EmailId => format!("EMAILID ({})", objects::email_id(message)).into_bytes(),
            FetchItem::ThreadId => match objects::thread_id(message) {
                Some(id) => format!("THREADID ({id})").into_bytes(),
                None => b"THREADID NIL".to_vec(),
            },
            FetchItem::SaveDate => format!("SAVEDATE \"{}\"", self.config.now).into_bytes(),
            FetchItem::Preview => {
                let preview = objects::preview(text);
                named("PREVIEW", &words::string(preview.as_bytes(), self.utf8()))
            }
            FetchItem::ModSeq => format!("MODSEQ ({})", message.version).into_bytes(),
            FetchItem::Size => format!("RFC822.SIZE {}", text.len()).into_bytes(),
            FetchItem::Envelope => named("ENVELOPE", &describe::envelope(mime::split(text).0, utf8)),
            FetchItem::Body => named("BODY", &describe::body(&Part::read(text), false, utf8)),
            FetchItem::BodyStructure => {
                named("BODYSTRUCTURE", &describe::body(&Part::read(text), true, utf8))
            }
            FetchItem::Section { section, partial, .. } => {
                let found = describe::section(text, section);
                let found = found.as_deref().map(|octets| describe::window(octets, *partial));
                let name = format!("BODY[{}]{}", section.written, origin(partial));
                named(&name, &words::nstring(found, false))
            }
            FetchItem::Binary { part, partial, .. } => {
                let name = format!("BINARY[{}]{}", numbers(part), origin(partial));
                let octets = self.binary(text, part)?;
                let octets = describe::window(&octets, *partial);
                let mark = if octets.contains(&0) { "~" } else { "" };
                let value = [format!("{mark}{{{}}}\r\n", octets.len()).as_bytes(), octets].concat();
                named(&name, &value)
            }
            FetchItem::BinarySize { part } => {
                let size = self.binary(text, part)?.len();
                format!("BINARY.SIZE[{}] {size}", numbers(part)).into_bytes()
            }
            FetchItem::Rfc822(name) => {
                let (header, body) = mime::split(text);
                let octets = match *name {
                    "RFC822.HEADER" => header,
                    "RFC822.TEXT" => body,
                    _ => text,
                };
                named(name, &words::string(octets, false))
            }
        })
    }

    fn binary(&self, text: &Arc<[u8]>, part: &[u32]) -> Result<Vec<u8>, &'static str> {
        if part.is_empty() {
            return Ok(text.to_vec());
        }
        let whole = Part::read(text);
        let Some(found) = whole.at(part) else { return Ok(Vec::new()) };
        found.decoded().map(std::borrow::Cow::into_owned).ok_or("[UNKNOWN-CTE] the encoding is not known")
    }

    fn copy(&mut self, tag: &str, chosen: &[(u32, u32)], written: &[u8], moves: bool) {
        let Some(target) = self.name(tag, written) else { return };
        let uids: Vec<u32> = chosen.iter().map(|(_, uid)| *uid).collect();
        let messages: Vec<Message> = self
            .mailbox(|mailbox| uids.iter().filter_map(|uid| mailbox.by_uid(*uid).cloned()).collect())
            .unwrap_or_default();
        let copied = self.account(|account| {
            let mailbox = account.mailboxes.get_mut(&target)?;
            let made: Vec<u32> = messages
                .iter()
                .map(|message| {
                    mailbox.append(Arc::clone(&message.text), message.date.clone(), message.flags.clone())
                })
                .collect();
            Some((mailbox.uid_validity, made))
        });
        let Some((validity, made)) = copied else {
            self.no(tag, "[TRYCREATE] no such mailbox");
            return;
        };
        let name = if moves { "MOVE" } else { "COPY" };
        if made.is_empty() {
            self.done(tag, name);
            return;
        }
        let from: Vec<u32> = messages.iter().map(|message| message.uid).collect();
        let code = format!("[COPYUID {validity} {} {}]", set(&from), set(&made));
        if moves {
            self.line(format!("* OK {code} moved"));
            self.mailbox(|mailbox| mailbox.remove_if(|message| from.contains(&message.uid)));
            self.report(true);
        }
        self.report(true);
        self.store.changed();
        if moves {
            self.done_expunging(tag, name);
        } else {
            self.line(format!("{tag} OK {code} copied"));
        }
    }
}
