//! SEARCH and what extensions make of it: parts (RFC 9394), results that are kept up to date (RFC
//! 5267), several mailboxes (RFC 7377), scores (RFC 6203), filters (RFC 5466), limits (RFC 9738).

use super::{
    command::Command,
    query::{Context, Key, Program, internal, program, seconds_of},
    selected::{Selected, set},
    session::Session,
    store::{DELIMITER, Message},
    syntax::{Cursor, Parsed},
    words,
};

/// A result that is kept up to date.
#[derive(Clone, Debug)]
pub(super) struct Live {
    pub(super) tag: String,
    uid: bool,
    key: Key,
    /// The UIDs of what it holds.
    found: Vec<u32>,
}

/// What is told of a result.
struct Told<'a> {
    numbers: &'a [u32],
    highest: Option<u64>,
}

impl Session {
    /// The most messages that a command may be about.
    pub(super) fn message_limit(&self) -> Option<usize> {
        let limit = |name: &String| name.strip_prefix("MESSAGELIMIT=").and_then(|limit| limit.parse().ok());
        self.config.capabilities.iter().find_map(limit)
    }

    pub(super) fn exceeds(&self, count: usize) -> bool {
        self.message_limit().is_some_and(|limit| count > limit)
    }

    /// Those with the highest UIDs, as many as a command may be about; what is left is told with the
    /// end of the command.
    pub(super) fn limited(&mut self, mut chosen: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
        if let Some(limit) = self.message_limit()
            && chosen.len() > limit
        {
            chosen.drain(..chosen.len() - limit);
            let lowest = chosen.first().map_or(1, |(_, uid)| *uid);
            self.code = Some(format!("MESSAGELIMIT {limit} {lowest}"));
        }
        chosen
    }

    /// What a key matches of these messages, as sequence numbers and UIDs.
    fn found(&self, messages: &[Message], selected: &Selected, key: &Key) -> Vec<(u32, u32)> {
        let (now, today) = (seconds_of(&self.config.now), internal(&self.config.now));
        let exists = selected.view.len() as u32;
        let last_uid = selected.view.last().map_or(0, |(uid, _)| *uid);
        let mut found = Vec::new();
        for (sequence, (uid, _)) in (1..).zip(&selected.view) {
            let Ok(at) = messages.binary_search_by_key(uid, |message| message.uid) else { continue };
            let Some(message) = messages.get(at) else { continue };
            let saved = &selected.saved;
            if key.matches(&Context { message, sequence, exists, last_uid, saved, today, now }) {
                found.push((sequence, *uid));
            }
        }
        found
    }

    /// The key with what its filters stand for; or the search is refused.
    fn resolved(&mut self, tag: &str, program: &Program) -> Option<Key> {
        if let Some(charset) = &program.charset
            && !matches!(charset.as_str(), "UTF-8" | "US-ASCII")
        {
            self.no(tag, "[BADCHARSET (UTF-8 US-ASCII)] no such charset");
            return None;
        }
        let mut key = program.key.clone();
        match key.resolve(&self.config.filters, 4) {
            Ok(()) => Some(key),
            Err(name) => {
                self.no(tag, &format!("[UNDEFINED-FILTER {name}] no such filter"));
                None
            }
        }
    }

    pub(super) fn search(&mut self, tag: &str, selected: &Selected, uid: bool, program: &Program) {
        let Some(key) = self.resolved(tag, program) else { return };
        let messages = self.mailbox(|mailbox| mailbox.messages.clone()).unwrap_or_default();
        let mut searched = selected.clone();
        if let Some(limit) = self.message_limit()
            && searched.view.len() > limit
            && let Some(part) = narrowed(&key, &searched)
            && part.len() > limit
        {
            let part = self.limited(part);
            let lowest = part.first().map_or(0, |(_, uid)| *uid);
            // Sequence numbers stay what they are.
            searched.view.iter_mut().filter(|(uid, _)| *uid < lowest).for_each(|(uid, _)| *uid = 0);
        }
        let found = self.found(&messages, &searched, &key);
        // RFC 7162, section 3.1.5: the highest of what was found.
        let versions = messages.iter().filter(|message| found.iter().any(|(_, uid)| *uid == message.uid));
        let highest = versions.map(|message| message.version).max().filter(|_| key.has_mod_seq());
        let numbers: Vec<u32> =
            found.iter().map(|(sequence, of)| if uid { *of } else { *sequence }).collect();
        let Some(returns) = program.returns.clone().or_else(|| self.rev2.then(Vec::new)) else {
            let all: String = numbers.iter().map(|number| format!(" {number}")).collect();
            let mod_seq = highest.map(|highest| format!(" (MODSEQ {highest})")).unwrap_or_default();
            self.line(format!("* SEARCH{all}{mod_seq}"));
            self.report(uid);
            self.done(tag, "SEARCH");
            return;
        };
        self.save(&returns, program, &found);
        let uids: Vec<u32> = found.iter().map(|(_, uid)| *uid).collect();
        if returns.iter().any(|option| option == "UPDATE")
            && let Some(selected) = &mut self.selected
        {
            selected.live.push(Live { tag: tag.to_owned(), uid, key, found: uids });
        }
        if returns.iter().any(|option| option != "SAVE") || returns.is_empty() {
            let told = items(&returns, program, &Told { numbers: &numbers, highest });
            self.line(format!("* ESEARCH (TAG \"{tag}\"){}{told}", if uid { " UID" } else { "" }));
        }
        self.report(uid);
        self.done(tag, "SEARCH");
    }

    /// Keeps what SAVE asks for.
    fn save(&mut self, returns: &[String], program: &Program, found: &[(u32, u32)]) {
        let asked = |name: &str| returns.iter().any(|option| option == name);
        if !asked("SAVE") {
            return;
        }
        // RFC 9051, section 6.4.4.4: MIN and MAX alone save only what they name; RFC 9394, section
        // 3.2: so does PARTIAL.
        let edges = [(asked("MIN"), found.first()), (asked("MAX"), found.last())];
        let part = program.partial.map(|window| window.of(found));
        let few = asked("MIN") || asked("MAX") || part.is_some();
        let mut saved: Vec<u32> = if asked("ALL") || asked("COUNT") || !few {
            found.iter().map(|(_, uid)| *uid).collect()
        } else {
            let edges = edges.iter().filter(|(on, _)| *on).filter_map(|(_, edge)| edge.map(|edge| edge.1));
            edges.chain(part.into_iter().flatten().map(|(_, uid)| uid)).collect()
        };
        saved.sort_unstable();
        saved.dedup();
        if let Some(selected) = &mut self.selected {
            selected.saved = saved;
        }
    }

    /// ESEARCH, the command.
    pub(super) fn multi_search(&mut self, tag: &str, sources: &[(String, Vec<Vec<u8>>)], program: &Program) {
        let Some(key) = self.resolved(tag, program) else { return };
        let mut names = Vec::new();
        if sources.is_empty() {
            names.extend(self.selected_name().map(str::to_owned));
        }
        for (source, written) in sources {
            let mut roots = Vec::new();
            for name in written {
                let Some(name) = self.name(tag, name) else { return };
                roots.push(name);
            }
            let selected = self.selected_name().map(str::to_owned);
            names.extend(self.account(|account| {
                let below = |name: &String, deep: bool| {
                    roots.iter().any(|root| {
                        let rest =
                            name.strip_prefix(root.as_str()).and_then(|rest| rest.strip_prefix(DELIMITER));
                        name == root || rest.is_some_and(|rest| deep || !rest.contains(DELIMITER))
                    })
                };
                let all: Vec<String> = account.mailboxes.keys().cloned().collect();
                let wanted = |name: &String| match source.as_str() {
                    "SELECTED" => selected.as_ref() == Some(name),
                    "INBOXES" => name == "INBOX",
                    "PERSONAL" => true,
                    "SUBSCRIBED" => account.subscribed.contains(name),
                    "SUBTREE" => below(name, true),
                    "SUBTREE-ONE" => below(name, false),
                    _ => roots.contains(name),
                };
                all.into_iter().filter(wanted).collect::<Vec<_>>()
            }));
        }
        let mut told = Vec::new();
        for (at, name) in names.iter().enumerate() {
            if names.iter().take(at).any(|earlier| earlier == name) {
                continue;
            }
            let mailbox = self.account(|account| account.mailboxes.get(name).cloned());
            let Some(mailbox) = mailbox else { continue };
            let found = self.found(&mailbox.messages, &Selected::new(name.clone(), true, &mailbox), &key);
            if found.is_empty() {
                continue;
            }
            let numbers: Vec<u32> = found.iter().map(|(_, uid)| *uid).collect();
            let items = items(
                program.returns.as_deref().unwrap_or_default(),
                program,
                &Told { numbers: &numbers, highest: None },
            );
            told.push((name.clone(), mailbox.uid_validity, items));
        }
        for (name, validity, items) in told {
            let name = words::mailbox(&name, self.utf8());
            let before = format!("* ESEARCH (TAG \"{tag}\" MAILBOX ");
            let behind = format!(" UIDVALIDITY {validity}) UID{items}");
            self.line([before.as_bytes(), &name, behind.as_bytes()].concat());
        }
        self.done(tag, "ESEARCH");
    }

    /// Before messages go: what they are taken from.
    pub(super) fn tell_removed(&mut self, selected: &mut Selected, messages: &[Message]) {
        let mut live = std::mem::take(&mut selected.live);
        for live in &mut live {
            let now = self.found(messages, selected, &live.key);
            let gone: Vec<u32> =
                live.found.iter().copied().filter(|uid| !now.iter().any(|(_, now)| now == uid)).collect();
            for gone in gone {
                let Some(at) = live.found.iter().position(|uid| *uid == gone) else { continue };
                live.found.remove(at);
                self.tell_step(live, selected, "REMOVEFROM", at, gone);
            }
        }
        selected.live = live;
    }

    /// Once messages are there: what they are added to.
    pub(super) fn tell_added(&mut self, selected: &mut Selected, messages: &[Message]) {
        let mut live = std::mem::take(&mut selected.live);
        for live in &mut live {
            for (_, uid) in self.found(messages, selected, &live.key) {
                if let Err(at) = live.found.binary_search(&uid) {
                    live.found.insert(at, uid);
                    self.tell_step(live, selected, "ADDTO", at, uid);
                }
            }
        }
        selected.live = live;
    }

    fn tell_step(&mut self, live: &Live, selected: &Selected, what: &str, at: usize, uid: u32) {
        let (kind, number) = match live.uid {
            true => (" UID", uid),
            false => {
                let at = selected.view.iter().position(|(of, _)| *of == uid);
                ("", at.map_or(0, |at| at as u32 + 1))
            }
        };
        self.line(format!("* ESEARCH (TAG \"{}\"){kind} {what} ({} {number})", live.tag, at + 1));
    }
}

/// Which messages the keys at the top narrow a search down to.
fn narrowed(key: &Key, selected: &Selected) -> Option<Vec<(u32, u32)>> {
    let Key::All(keys) = key else { return None };
    let last = selected.view.last().map_or(0, |(uid, _)| *uid);
    let inside = (1..).zip(&selected.view).filter(|(_, (uid, _))| {
        keys.iter().all(|key| match key {
            Key::Uid(set) => set.contains(*uid, last, &selected.saved),
            Key::UidAfter(bound) => uid > bound,
            Key::UidBefore(bound) => uid < bound,
            _ => true,
        })
    });
    Some(inside.map(|(sequence, (uid, _))| (sequence, *uid)).collect())
}

/// The items of an ESEARCH response.
fn items(returns: &[String], program: &Program, told: &Told<'_>) -> String {
    let asked = |name: &str| returns.iter().any(|option| option == name);
    let all = asked("ALL") || returns.is_empty();
    let numbers = told.numbers;
    let mut line = String::new();
    for (name, edge) in [("MIN", numbers.first()), ("MAX", numbers.last())] {
        if let (true, Some(edge)) = (asked(name), edge) {
            line.push_str(&format!(" {name} {edge}"));
        }
    }
    if all && !numbers.is_empty() {
        line.push_str(&format!(" ALL {}", set(numbers)));
    }
    let part = program.partial.map(|window| (window, window.of(numbers)));
    if let Some((window, part)) = &part {
        let found = if part.is_empty() { "NIL".to_owned() } else { set(part) };
        line.push_str(&format!(" PARTIAL ({window} {found})"));
    }
    if asked("COUNT") {
        line.push_str(&format!(" COUNT {}", numbers.len()));
    }
    if asked("RELEVANCY") {
        // Whatever is found literally is found as well as can be; the first is the best.
        let count = part.map_or(numbers.len(), |(_, part)| part.len());
        let scores: Vec<String> = (0..count).map(|at| (100 - at.min(99)).to_string()).collect();
        line.push_str(&format!(" RELEVANCY ({})", scores.join(" ")));
    }
    if let Some(highest) = told.highest {
        line.push_str(&format!(" MODSEQ {highest}"));
    }
    line
}

/// `esearch` (RFC 7377, section 4), behind its name
pub(super) fn multi_search(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mut sources: Vec<(String, Vec<Vec<u8>>)> = Vec::new();
    if cursor.eat_word(" IN (") {
        loop {
            let start = cursor.clone();
            let word = cursor.keyword()?;
            let names = match word.as_str() {
                "SELECTED" | "INBOXES" | "PERSONAL" | "SUBSCRIBED" => Vec::new(),
                "SUBTREE" | "SUBTREE-ONE" | "MAILBOXES" => {
                    cursor.sp()?;
                    match cursor.next() {
                        Some(b'(') => cursor.list(|cursor| Ok(cursor.astring()?.bytes))?,
                        _ => vec![cursor.astring()?.bytes],
                    }
                }
                _ => return start.fail("a source"),
            };
            sources.push((word, names));
            if cursor.eat(")") {
                break;
            }
            cursor.sp()?;
        }
    }
    Ok(Command::MultiSearch { sources, program: program(cursor)? })
}
