//! The commands on mailboxes (RFC 9051, section 6.3).

use super::{
    command::{Command, List},
    message::{Appended, CatPart},
    modifiers::SelectParams,
    objects,
    selected::Selected,
    session::Session,
    store::{Account, DELIMITER, Mailbox, canonical, matches},
    syntax::Form,
    urls::add,
    words,
};

/// The attributes of RFC 6154.
const USES: [&str; 7] = ["\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Junk", "\\Sent", "\\Trash"];

impl Session {
    /// Performs what needs a user who has logged in.
    pub(super) fn on_mailboxes(&mut self, tag: &str, command: Command) {
        match command {
            Command::Select { mailbox, read_only, params } => self.select(tag, &mailbox, read_only, &params),
            Command::Create { mailbox, uses } => self.create(tag, &mailbox, &uses),
            Command::Delete(mailbox) => self.delete(tag, &mailbox),
            Command::Rename(from, to) => self.rename(tag, &from, &to),
            Command::Subscribe(mailbox) => self.subscribe(tag, &mailbox, true),
            Command::Unsubscribe(mailbox) => self.subscribe(tag, &mailbox, false),
            Command::List(list) => self.list(tag, &list),
            Command::Lsub(reference, pattern) => {
                let list = List {
                    select: vec!["SUBSCRIBED".into()],
                    reference,
                    patterns: vec![pattern],
                    ..List::default()
                };
                self.listed(tag, &list, "LSUB");
            }
            Command::Namespace => {
                self.namespaces();
                self.done(tag, "NAMESPACE");
            }
            Command::Status { mailbox, items } => self.status(tag, &mailbox, &items),
            Command::Append { mailbox, messages } => self.append(tag, &mailbox, &messages),
            command @ (Command::GenUrlAuth(_) | Command::ResetKey(_) | Command::UrlFetch(_)) => {
                self.on_urls(tag, command);
            }
            Command::Admin(command) => self.on_admin(tag, command),
            Command::MultiSearch { sources, program } => self.multi_search(tag, &sources, &program),
            other => self.on_messages(tag, other),
        }
    }

    fn select(&mut self, tag: &str, written: &[u8], read_only: bool, params: &SelectParams) {
        // Whatever comes of it, the mailbox selected before is left.
        if self.selected.take().is_some() {
            self.line("* OK [CLOSED] the mailbox selected before is closed");
        }
        let Some(name) = self.name(tag, written) else { return };
        let Some(mailbox) = self.account(|account| account.mailboxes.get(&name).cloned()) else {
            self.no(tag, "[NONEXISTENT] no such mailbox");
            return;
        };
        let read_only = read_only || mailbox.read_only;
        self.line(format!("* {} EXISTS", mailbox.messages.len()));
        if !self.rev2 {
            self.line("* 0 RECENT");
        }
        self.line(format!("* OK [UIDVALIDITY {}] UIDs are valid", mailbox.uid_validity));
        self.line(format!("* OK [UIDNEXT {}] the next UID", mailbox.uid_next));
        if self.offers("OBJECTID") {
            self.line(format!("* OK [MAILBOXID ({})] the mailbox itself", objects::mailbox_id(&mailbox)));
        }
        self.tell_mod_seq(&mailbox);
        let flags = flags(&mailbox);
        self.line(format!("* FLAGS ({flags})"));
        let permanent = if read_only { String::new() } else { format!("{flags} \\*") };
        self.line(format!("* OK [PERMANENTFLAGS ({permanent})] limited"));
        if self.rev2 {
            let attributes = self.account(|account| attributes(account, &name, false).join(" "));
            let written = words::mailbox(&name, self.utf8());
            self.untagged(&[b"LIST", format!("({attributes})").as_bytes(), b"\"/\"", &written]);
        }
        let access = if read_only { "READ-ONLY" } else { "READ-WRITE" };
        if let Some(known) = &params.qresync {
            self.tell_changes(&mailbox, known);
        }
        self.selected = Some(Selected::new(name, read_only, &mailbox));
        self.line(format!("{tag} OK [{access}] selected"));
    }

    fn create(&mut self, tag: &str, written: &[u8], uses: &[String]) {
        let Some(name) = self.name(tag, written) else { return };
        let known = uses.iter().all(|wanted| USES.iter().any(|known| known.eq_ignore_ascii_case(wanted)));
        if !known {
            self.no(tag, "[USEATTR] no such use");
            return;
        }
        let made = self.account(|account| {
            if !account.create(&name) {
                return None;
            }
            let made = name.strip_suffix(DELIMITER).unwrap_or(&name);
            let mailbox = account.mailboxes.get_mut(made)?;
            mailbox.uses = uses.to_vec();
            Some(objects::mailbox_id(mailbox))
        });
        if let Some(id) = made {
            let code = if self.offers("OBJECTID") { format!("[MAILBOXID ({id})] ") } else { String::new() };
            self.line(format!("{tag} OK {code}CREATE completed"));
        } else {
            self.no(tag, "[ALREADYEXISTS] it is there, or cannot be");
        }
    }

    fn delete(&mut self, tag: &str, written: &[u8]) {
        let Some(name) = self.name(tag, written) else { return };
        let why = self.account(|account| {
            if name == "INBOX" {
                return Some("[CANNOT] INBOX stays");
            }
            if account.has_children(&name) {
                return Some("[HASCHILDREN] it has children");
            }
            account.mailboxes.remove(&name).is_none().then_some("[NONEXISTENT] no such mailbox")
        });
        match why {
            Some(why) => self.no(tag, why),
            None => self.done(tag, "DELETE"),
        }
    }

    fn rename(&mut self, tag: &str, from: &[u8], to: &[u8]) {
        let Some(from) = self.name(tag, from) else { return };
        let Some(to) = self.name(tag, to) else { return };
        let why = self.account(|account| {
            if !account.mailboxes.contains_key(&from) {
                return Some("[NONEXISTENT] no such mailbox");
            }
            if !account.create(&to) {
                return Some("[ALREADYEXISTS] it is there, or cannot be");
            }
            let prefix = format!("{from}{DELIMITER}");
            let mut moved = vec![from.clone()];
            if from != "INBOX" {
                moved.extend(account.mailboxes.keys().filter(|name| name.starts_with(&prefix)).cloned());
            }
            for name in moved {
                if let Some(mailbox) = account.mailboxes.remove(&name) {
                    account
                        .mailboxes
                        .insert(format!("{to}{}", name.get(from.len()..).unwrap_or_default()), mailbox);
                }
            }
            None
        });
        match why {
            Some(why) => self.no(tag, why),
            None => self.done(tag, "RENAME"),
        }
    }

    fn subscribe(&mut self, tag: &str, written: &[u8], on: bool) {
        let Some(name) = self.name(tag, written) else { return };
        self.account(|account| {
            account.subscribed.retain(|known| *known != name);
            if on {
                account.subscribed.push(name);
                account.subscribed.sort();
            }
        });
        self.done(tag, if on { "SUBSCRIBE" } else { "UNSUBSCRIBE" });
    }

    fn list(&mut self, tag: &str, list: &List) {
        self.listed(tag, list, "LIST");
    }

    fn listed(&mut self, tag: &str, list: &List, answer: &str) {
        let utf8 = self.utf8();
        let asked = |options: &[String], name| options.iter().any(|option| option == name);
        let of_subscribed = asked(&list.select, "SUBSCRIBED");
        let of_use = asked(&list.select, "SPECIAL-USE");
        let recursive = asked(&list.select, "RECURSIVEMATCH");
        let mark = of_subscribed && answer == "LIST" || asked(&list.returns, "SUBSCRIBED");
        let Some(reference) = words::name(&list.reference, utf8) else {
            self.no(tag, "[CANNOT] not a reference");
            return;
        };
        if !list.extended && list.patterns.iter().all(Vec::is_empty) {
            self.line("* LIST (\\Noselect) \"/\" \"\"");
            self.done(tag, answer);
            return;
        }
        let mut patterns = Vec::new();
        for pattern in &list.patterns {
            match words::name(pattern, utf8) {
                Some(pattern) => patterns.push(canonical(&format!("{reference}{pattern}"))),
                None => {
                    self.no(tag, "[CANNOT] not a pattern");
                    return;
                }
            }
        }
        let fits = |name: &str| patterns.iter().any(|pattern| matches(pattern, name));
        let lines = self.account(|account| {
            let mut names: Vec<String> =
                account.mailboxes.keys().chain(&account.subscribed).cloned().collect();
            names.sort();
            names.dedup();
            let chosen = |name: &str| {
                let subscribed = account.subscribed.iter().any(|known| known == name);
                let used = account.mailboxes.get(name).is_some_and(|mailbox| !mailbox.uses.is_empty());
                (!of_subscribed || subscribed)
                    && (!of_use || used)
                    && (of_subscribed || account.mailboxes.contains_key(name))
            };
            let mut lines = Vec::new();
            for name in names.iter().filter(|name| fits(name)) {
                let prefix = format!("{name}{DELIMITER}");
                let below = recursive
                    && names.iter().any(|child| child.starts_with(&prefix) && chosen(child) && !fits(child));
                if !chosen(name) && !below {
                    continue;
                }
                let shown = attributes(account, name, mark).join(" ");
                let mut line = format!("({shown}) \"/\" ").into_bytes();
                line.extend(words::mailbox(name, utf8));
                if below {
                    line.extend(b" (\"CHILDINFO\" (\"SUBSCRIBED\"))");
                }
                let status = account.mailboxes.get(name).filter(|_| !list.status.is_empty());
                lines.push((
                    name.clone(),
                    line,
                    status.and_then(|mailbox| items(mailbox, &list.status, true)),
                ));
            }
            lines
        });
        for (name, line, status) in lines {
            self.untagged(&[answer.as_bytes(), &line]);
            if let Some(status) = status {
                let name = words::mailbox(&name, utf8);
                self.untagged(&[b"STATUS", &name, status.as_bytes()]);
            }
            self.tell_more(&name, list);
        }
        self.done(tag, answer);
    }

    /// The annotations (RFC 9590) and rights (RFC 8440) of a mailbox that was listed.
    fn tell_more(&mut self, name: &str, list: &List) {
        let known = self.account(|account| account.annotations(Some(name)).cloned());
        let Some(known) = known else { return };
        if !list.metadata.is_empty() {
            let value = |entry: &String| (entry.clone(), known.get(entry).cloned());
            let values: Vec<_> = list.metadata.iter().map(value).collect();
            self.tell_metadata(Some(name), &values);
        }
        if list.returns.iter().any(|option| option == "MYRIGHTS") {
            self.tell_rights(name);
        }
    }

    fn status(&mut self, tag: &str, written: &[u8], wanted: &[String]) {
        let Some(name) = self.name(tag, written) else { return };
        let Some(mailbox) = self.account(|account| account.mailboxes.get(&name).cloned()) else {
            self.no(tag, "[NONEXISTENT] no such mailbox");
            return;
        };
        let Some(items) = items(&mailbox, wanted, !self.rev2) else {
            self.line(format!("{tag} BAD no such item"));
            return;
        };
        let name = words::mailbox(&name, self.utf8());
        self.untagged(&[b"STATUS", &name, items.as_bytes()]);
        self.done(tag, "STATUS");
    }

    fn append(&mut self, tag: &str, written: &[u8], messages: &[Appended]) {
        let Some(name) = self.name(tag, written) else { return };
        if !self.takes(tag, messages) {
            return;
        }
        let now = self.config.now.clone();
        match self.account(|account| add(account, &name, messages, &now)) {
            Err(why) => self.no(tag, &why),
            Ok((validity, uids)) => {
                self.store.changed();
                self.report(true);
                self.line(format!(
                    "{tag} OK [APPENDUID {validity} {}] appended",
                    super::selected::set(&uids)
                ));
            }
        }
    }

    /// Whether messages are of a form that the server takes; it has said so if not.
    pub(super) fn takes(&mut self, tag: &str, messages: &[Appended]) -> bool {
        let has = |name: &str| self.config.capabilities.iter().any(|known| known == name);
        if messages.len() > 1 && !has("MULTIAPPEND") {
            self.line(format!("{tag} BAD no more than one message"));
            return false;
        }
        if messages.iter().any(|message| message.joined) && !has("CATENATE") {
            self.line(format!("{tag} BAD no CATENATE"));
            return false;
        }
        // Only literal8 may hold NUL; the syntax has seen to that.
        let mut parts = messages.iter().flat_map(|message| &message.parts);
        let binary = parts.any(|part| {
            matches!(part, CatPart::Text(text) if text.form == Form::Literal8 && text.bytes.contains(&0))
        });
        if binary && !self.rev2 && !has("BINARY") {
            self.no(tag, "[UNKNOWN-CTE] no binary messages");
            return false;
        }
        true
    }
}

/// The flags of a mailbox: those of the protocol and the keywords in use.
fn flags(mailbox: &Mailbox) -> String {
    let known = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];
    let keywords = mailbox.keywords();
    known.into_iter().chain(keywords.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
}

/// The attributes of a name in LIST.
fn attributes(account: &Account, name: &str, mark: bool) -> Vec<String> {
    let mut all = Vec::new();
    match account.mailboxes.get(name) {
        None => all.push("\\NonExistent".to_owned()),
        Some(mailbox) => all.extend(mailbox.uses.iter().cloned()),
    }
    if mark && account.subscribed.iter().any(|known| known == name) {
        all.push("\\Subscribed".to_owned());
    }
    all.push(if account.has_children(name) { "\\HasChildren" } else { "\\HasNoChildren" }.to_owned());
    all
}

/// The items of STATUS; `None` if there is one that is not known.
fn items(mailbox: &Mailbox, wanted: &[String], rev1: bool) -> Option<String> {
    let count = |flag: &str| mailbox.messages.iter().filter(|message| message.has(flag)).count();
    let total = mailbox.messages.len();
    let values = wanted.iter().map(|item| {
        let value = match item.as_str() {
            "MESSAGES" => total as u64,
            "UIDNEXT" => mailbox.uid_next.into(),
            "UIDVALIDITY" => mailbox.uid_validity.into(),
            "UNSEEN" => (total - count("\\Seen")) as u64,
            "DELETED" => count("\\Deleted") as u64,
            "DELETED-STORAGE" => {
                let deleted = mailbox.messages.iter().filter(|message| message.has("\\Deleted"));
                deleted.map(|message| message.text.len() as u64).sum()
            }
            "SIZE" => mailbox.messages.iter().map(|message| message.text.len() as u64).sum(),
            "RECENT" if rev1 => 0,
            "HIGHESTMODSEQ" if mailbox.no_mod_seq => 0,
            "HIGHESTMODSEQ" => mailbox.mod_seq,
            "MAILBOXID" => return Some(format!("{item} ({})", objects::mailbox_id(mailbox))),
            _ => return None,
        };
        Some(format!("{item} {value}"))
    });
    Some(format!("({})", values.collect::<Option<Vec<_>>>()?.join(" ")))
}
