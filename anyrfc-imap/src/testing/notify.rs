//! NOTIFY (RFC 5465): what a client asks to be told, and what it is told.

use std::collections::BTreeMap;

use super::{
    items::{FetchItem, fetch_items},
    session::Session,
    store::{Account, DELIMITER, canonical},
    syntax::{Cursor, Parsed},
    words,
};

/// `notify`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notify {
    None,
    Set(Set),
}

/// `notify-set`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Set {
    status: bool,
    /// Whether it is delayed, and its events.
    selected: Option<(bool, Events)>,
    others: Vec<(Watched, Events)>,
}

/// `filter-mailboxes-other`
#[derive(Clone, Debug, PartialEq, Eq)]
enum Watched {
    Inboxes,
    Personal,
    Subscribed,
    Subtree(Vec<Vec<u8>>),
    Mailboxes(Vec<Vec<u8>>),
}

/// `events`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Events {
    names: Vec<String>,
    items: Vec<FetchItem>,
}

const MESSAGE_EVENTS: [&str; 4] = ["MESSAGENEW", "MESSAGEEXPUNGE", "FLAGCHANGE", "ANNOTATIONCHANGE"];

impl Events {
    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }
}

/// What follows `NOTIFY`.
pub(crate) fn notify(cursor: &mut Cursor<'_>) -> Parsed<Notify> {
    cursor.sp()?;
    let start = cursor.clone();
    match cursor.keyword()?.as_str() {
        "NONE" => return Ok(Notify::None),
        "SET" => {}
        _ => return start.fail("SET or NONE"),
    }
    let mut set = Set { status: cursor.eat_word(" STATUS"), ..Set::default() };
    while !cursor.at_end() || set.selected.is_none() && set.others.is_empty() {
        cursor.sp()?;
        group(cursor, &mut set)?;
    }
    Ok(Notify::Set(set))
}

/// `event-group`
fn group(cursor: &mut Cursor<'_>, set: &mut Set) -> Parsed<()> {
    cursor.expect("(")?;
    let start = cursor.clone();
    let word = cursor.keyword()?;
    let watched = match word.as_str() {
        "SELECTED" | "SELECTED-DELAYED" => None,
        "INBOXES" => Some(Watched::Inboxes),
        "PERSONAL" => Some(Watched::Personal),
        "SUBSCRIBED" => Some(Watched::Subscribed),
        "SUBTREE" => Some(Watched::Subtree(names(cursor)?)),
        "MAILBOXES" => Some(Watched::Mailboxes(names(cursor)?)),
        _ => return start.fail("which mailboxes"),
    };
    cursor.sp()?;
    let events = events(cursor, watched.is_none())?;
    cursor.expect(")")?;
    match watched {
        None if set.selected.is_some() => return start.fail("the selected mailbox once"),
        None => set.selected = Some((word == "SELECTED-DELAYED", events)),
        Some(watched) => set.others.push((watched, events)),
    }
    Ok(())
}

/// `one-or-more-mailbox`
fn names(cursor: &mut Cursor<'_>) -> Parsed<Vec<Vec<u8>>> {
    cursor.sp()?;
    if cursor.next() != Some(b'(') {
        return Ok(vec![cursor.astring()?.bytes]);
    }
    let names = cursor.list(|cursor| Ok(cursor.astring()?.bytes))?;
    if names.is_empty() { cursor.fail("a mailbox") } else { Ok(names) }
}

/// `events`, with what section 5 says of their combinations.
fn events(cursor: &mut Cursor<'_>, selected: bool) -> Parsed<Events> {
    if cursor.eat_word("NONE") {
        return Ok(Events::default());
    }
    let start = cursor.clone();
    let mut items = Vec::new();
    let names = cursor.list(|cursor| {
        let name = cursor.keyword()?;
        if name == "MESSAGENEW" && cursor.rest().starts_with(b" (") {
            if !selected {
                return cursor.fail("no items but for the selected mailbox");
            }
            cursor.sp()?;
            items = fetch_items(cursor)?;
        }
        Ok(name)
    })?;
    let events = Events { names, items };
    let messages = MESSAGE_EVENTS.iter().any(|name| events.has(name));
    if events.names.is_empty() || messages && !(events.has("MESSAGENEW") && events.has("MESSAGEEXPUNGE")) {
        return start.fail("MessageNew and MessageExpunge together");
    }
    if selected && !events.names.iter().all(|name| MESSAGE_EVENTS.contains(&name.as_str())) {
        return start.fail("message events for the selected mailbox");
    }
    Ok(events)
}

/// How a mailbox stood when the client was last told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Standing {
    messages: usize,
    uid_next: u32,
    uid_validity: u32,
    /// Raised with each change of flags.
    version: u64,
    unseen: usize,
}

/// What a session is to tell, and how things stood when it told last.
#[derive(Clone, Debug)]
pub(super) struct Telling {
    set: Set,
    mailboxes: BTreeMap<String, Standing>,
    subscribed: Vec<String>,
    overflows: u64,
}

fn standings(account: &Account) -> BTreeMap<String, Standing> {
    let standing = |mailbox: &super::store::Mailbox| Standing {
        messages: mailbox.messages.len(),
        uid_next: mailbox.uid_next,
        uid_validity: mailbox.uid_validity,
        version: mailbox.messages.iter().map(|message| message.version).sum(),
        unseen: mailbox.messages.iter().filter(|message| !message.has("\\Seen")).count(),
    };
    account.mailboxes.iter().map(|(name, mailbox)| (name.clone(), standing(mailbox))).collect()
}

impl Telling {
    /// The events asked for of a mailbox, joined.
    fn watches(&self, name: &str, subscribed: &[String], utf8: bool, event: &str) -> bool {
        let named = |written: &[u8]| words::name(written, utf8).map(|name| canonical(&name));
        self.set.others.iter().any(|(watched, events)| {
            let covered = match watched {
                Watched::Inboxes => name == "INBOX",
                Watched::Personal => true,
                Watched::Subscribed => subscribed.iter().any(|known| known == name),
                Watched::Subtree(roots) => roots.iter().filter_map(|root| named(root)).any(|root| {
                    name == root || name.strip_prefix(&*root).is_some_and(|rest| rest.starts_with(DELIMITER))
                }),
                Watched::Mailboxes(names) => names.iter().any(|one| named(one).as_deref() == Some(name)),
            };
            covered && events.has(event)
        })
    }
}

impl Session {
    /// Performs NOTIFY.
    pub(super) fn notify(&mut self, tag: &str, notify: Notify) {
        if !self.has("NOTIFY") {
            self.line(format!("{tag} BAD no NOTIFY here"));
            return;
        }
        let Notify::Set(set) = notify else {
            self.telling = None;
            self.done(tag, "NOTIFY");
            return;
        };
        let known = |name: &str| {
            MESSAGE_EVENTS[..3].contains(&name) || name == "MAILBOXNAME" || name == "SUBSCRIPTIONCHANGE"
        };
        let all =
            set.selected.iter().map(|(_, events)| events).chain(set.others.iter().map(|(_, events)| events));
        if all.flat_map(|events| &events.names).any(|name| !known(name)) {
            self.no(
                tag,
                "[BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange)] unknown events",
            );
            return;
        }
        // As with NOOP: what has happened in the selected mailbox.
        self.report(true);
        let (mailboxes, subscribed) =
            self.account(|account| (standings(account), account.subscribed.clone()));
        let (status, utf8) = (set.status, self.utf8());
        let overflows = self.store.overflows();
        let telling = Telling { set, mailboxes, subscribed, overflows };
        if status {
            for (name, standing) in &telling.mailboxes {
                let watched = telling.watches(name, &telling.subscribed, utf8, "MESSAGENEW");
                if watched && self.selected_name() != Some(name) {
                    self.status_of(name, standing, true);
                }
            }
        }
        self.telling = Some(telling);
        self.done(tag, "NOTIFY");
    }

    fn status_of(&mut self, name: &str, standing: &Standing, all: bool) {
        let validity = if all { format!(" UIDVALIDITY {}", standing.uid_validity) } else { String::new() };
        let items = format!("(MESSAGES {} UIDNEXT {}{validity})", standing.messages, standing.uid_next);
        let name = words::mailbox(name, self.utf8());
        self.untagged(&[b"STATUS", &name, items.as_bytes()]);
    }

    /// Whether what happens in the selected mailbox is told between commands.
    pub(super) fn tells_at_once(&self) -> bool {
        let selected = self.telling.as_ref().and_then(|telling| telling.set.selected.as_ref());
        selected.is_some_and(|(delayed, _)| !delayed)
    }

    /// Whether an event of the selected mailbox is told at all.
    pub(super) fn tells(&self, event: &str) -> bool {
        self.telling
            .as_ref()
            .is_none_or(|telling| telling.set.selected.as_ref().is_some_and(|(_, events)| events.has(event)))
    }

    /// What is told of new messages in the selected mailbox.
    pub(super) fn items_of_new(&self) -> Vec<FetchItem> {
        let selected = self.telling.as_ref().and_then(|telling| telling.set.selected.as_ref());
        selected.map(|(_, events)| events.items.clone()).unwrap_or_default()
    }

    /// What this client does itself it is not told of.
    pub(super) fn take_note(&mut self) {
        let Some(mut telling) = self.telling.take() else { return };
        (telling.mailboxes, telling.subscribed) =
            self.account(|account| (standings(account), account.subscribed.clone()));
        self.telling = Some(telling);
    }

    /// Tells what has happened outside of the selected mailbox since.
    pub(super) fn tell(&mut self) {
        let Some(mut telling) = self.telling.take() else { return };
        if telling.overflows != self.store.overflows() {
            self.line("* OK [NOTIFICATIONOVERFLOW] too much is going on");
            return;
        }
        let utf8 = self.utf8();
        let (now, subscribed) = self.account(|account| (standings(account), account.subscribed.clone()));
        let before = std::mem::replace(&mut telling.mailboxes, now.clone());
        let were = std::mem::replace(&mut telling.subscribed, subscribed.clone());
        let list = |session: &mut Self, name: &str, attributes: &str, old: Option<&str>| {
            let mark = if subscribed.iter().any(|known| known == name) { "\\Subscribed" } else { "" };
            let attributes =
                [attributes, mark].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>();
            let written = words::mailbox(name, utf8);
            let head = format!("({})", attributes.join(" "));
            let mut parts: Vec<&[u8]> = vec![b"LIST", head.as_bytes(), b"\"/\"", &written];
            let extended = old.map(|old| [b"(\"OLDNAME\" (", &*words::mailbox(old, utf8), b"))"].concat());
            parts.extend(extended.as_deref());
            session.untagged(&parts);
        };
        let renamed = |gone: &str| {
            // The validity goes with the mailbox.
            let validity = before.get(gone)?.uid_validity;
            now.iter().find(|(name, one)| one.uid_validity == validity && !before.contains_key(*name))
        };
        let child_of = |name: &str, parents: &[String]| {
            parents
                .iter()
                .any(|parent| name.strip_prefix(&**parent).is_some_and(|rest| rest.starts_with(DELIMITER)))
        };
        let (mut moved_from, mut moved_to) = (Vec::new(), Vec::new());
        for gone in before.keys().filter(|name| !now.contains_key(*name)) {
            let watched = telling.watches(gone, &were, utf8, "MAILBOXNAME");
            match renamed(gone) {
                // Nothing is told of children that went along.
                Some((to, _)) if child_of(gone, &moved_from) => moved_to.push(to.clone()),
                Some((to, _)) => {
                    if watched || telling.watches(to, &subscribed, utf8, "MAILBOXNAME") {
                        list(self, to, "", Some(gone));
                    }
                    moved_from.push(gone.clone());
                    moved_to.push(to.clone());
                }
                None if watched => list(self, gone, "\\NonExistent", None),
                None => {}
            }
        }
        for new in now.keys().filter(|name| !before.contains_key(*name) && !moved_to.contains(name)) {
            if telling.watches(new, &subscribed, utf8, "MAILBOXNAME") {
                list(self, new, "", None);
            }
        }
        for name in were.iter().chain(&subscribed) {
            let changed = were.contains(name) != subscribed.contains(name);
            if changed && telling.watches(name, &were, utf8, "SUBSCRIPTIONCHANGE") {
                list(self, name, "", None);
            }
        }
        let selected = self.selected_name().map(str::to_owned);
        for (name, standing) in &now {
            let Some(old) = before.get(name).filter(|old| *old != standing) else { continue };
            if selected.as_ref() == Some(name) {
                continue;
            }
            let counts = |one: &Standing| (one.messages, one.uid_next);
            if counts(old) != counts(standing) && telling.watches(name, &subscribed, utf8, "MESSAGENEW") {
                self.status_of(name, standing, false);
            } else if old.unseen != standing.unseen && telling.watches(name, &subscribed, utf8, "FLAGCHANGE")
            {
                let items = format!("(UNSEEN {} UIDVALIDITY {})", standing.unseen, standing.uid_validity);
                let name = words::mailbox(name, utf8);
                self.untagged(&[b"STATUS", &name, items.as_bytes()]);
            }
        }
        self.telling = Some(telling);
    }
}
