//! Annotations (RFC 5464), access control lists (RFC 4314) and quotas (RFC 9208).

use std::collections::BTreeMap;

use super::{
    command::{Command, one},
    session::Session,
    store::{Account, Mailbox},
    syntax::{Cursor, Parsed},
    words,
};

/// A command about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Admin {
    GetMetadata { mailbox: Vec<u8>, max_size: Option<u64>, depth: Depth, entries: Vec<String> },
    SetMetadata { mailbox: Vec<u8>, values: Vec<(String, Option<Vec<u8>>)> },
    GetAcl(Vec<u8>),
    MyRights(Vec<u8>),
    SetAcl { mailbox: Vec<u8>, identifier: Vec<u8>, rights: Vec<u8> },
    DeleteAcl { mailbox: Vec<u8>, identifier: Vec<u8> },
    ListRights { mailbox: Vec<u8>, identifier: Vec<u8> },
    GetQuota(Vec<u8>),
    GetQuotaRoot(Vec<u8>),
    SetQuota { root: Vec<u8>, limits: Vec<(String, u64)> },
}

/// `DEPTH` (RFC 5464, section 4.2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Depth {
    #[default]
    Zero,
    One,
    Infinity,
}

/// The arguments of a command of this name; `None` where there is no such command.
pub(crate) fn parse(name: &str, cursor: &mut Cursor<'_>) -> Option<Parsed<Command>> {
    let admin = match name {
        "GETMETADATA" => get_metadata(cursor),
        "SETMETADATA" => set_metadata(cursor),
        "GETACL" => one(cursor).map(Admin::GetAcl),
        "MYRIGHTS" => one(cursor).map(Admin::MyRights),
        "SETACL" => set_acl(cursor),
        "DELETEACL" => whose(cursor).map(|(mailbox, identifier)| Admin::DeleteAcl { mailbox, identifier }),
        "LISTRIGHTS" => whose(cursor).map(|(mailbox, identifier)| Admin::ListRights { mailbox, identifier }),
        "GETQUOTA" => one(cursor).map(Admin::GetQuota),
        "GETQUOTAROOT" => one(cursor).map(Admin::GetQuotaRoot),
        "SETQUOTA" => set_quota(cursor),
        _ => return None,
    };
    Some(admin.map(Command::Admin))
}

/// `entry` (RFC 5464, sections 3.2 and 5), in small letters.
pub(crate) fn entry(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let start = cursor.clone();
    let name = cursor.astring()?.bytes;
    let printable = name.iter().all(|octet| matches!(octet, 0x1A..=0x7F) && !b"*%".contains(octet));
    let name = String::from_utf8_lossy(&name).to_ascii_lowercase();
    let components: Vec<&str> = name.split('/').collect();
    let deep = match components.as_slice() {
        ["", "private" | "shared", "vendor", rest @ ..] => rest.len() >= 2,
        ["", "private" | "shared", rest @ ..] => !rest.is_empty(),
        _ => false,
    };
    if !printable || !deep || components.iter().skip(1).any(|component| component.is_empty()) {
        return start.fail("an entry name");
    }
    Ok(name)
}

/// What stands behind METADATA in RETURN of LIST (RFC 9590).
pub(crate) fn listed_entries(cursor: &mut Cursor<'_>) -> Parsed<Vec<String>> {
    cursor.sp()?;
    let entries = cursor.list(entry)?;
    if entries.is_empty() { cursor.fail("an entry") } else { Ok(entries) }
}

/// `getmetadata = "GETMETADATA" [SP getmetadata-options] SP mailbox SP entries`
fn get_metadata(cursor: &mut Cursor<'_>) -> Parsed<Admin> {
    let (mut max_size, mut depth) = (None, None);
    cursor.sp()?;
    if cursor.next() == Some(b'(') {
        let start = cursor.clone();
        let options = cursor.list(|cursor| {
            let option = cursor.keyword()?;
            cursor.sp()?;
            match option.as_str() {
                "MAXSIZE" if max_size.is_none() => max_size = Some(cursor.number()?.into()),
                "DEPTH" if depth.is_none() => {
                    depth = Some(match cursor.keyword()?.as_str() {
                        "0" => Depth::Zero,
                        "1" => Depth::One,
                        "INFINITY" => Depth::Infinity,
                        _ => return cursor.fail("0, 1 or infinity"),
                    });
                }
                _ => return cursor.fail("MAXSIZE or DEPTH, once each"),
            }
            Ok(())
        })?;
        if options.is_empty() {
            return start.fail("options");
        }
        cursor.sp()?;
    }
    let mailbox = cursor.astring()?.bytes;
    cursor.sp()?;
    let entries = if cursor.next() == Some(b'(') { cursor.list(entry)? } else { vec![entry(cursor)?] };
    if entries.is_empty() {
        return cursor.fail("an entry");
    }
    Ok(Admin::GetMetadata { mailbox, max_size, depth: depth.unwrap_or_default(), entries })
}

/// `setmetadata = "SETMETADATA" SP mailbox SP entry-values`
fn set_metadata(cursor: &mut Cursor<'_>) -> Parsed<Admin> {
    let mailbox = one(cursor)?;
    cursor.sp()?;
    let values = cursor.list(|cursor| {
        let name = entry(cursor)?;
        cursor.sp()?;
        let value = match cursor.next() {
            Some(b'~') => Some(cursor.literal()?.bytes),
            _ => cursor.nstring()?.map(|text| text.bytes),
        };
        Ok((name, value))
    })?;
    if values.is_empty() {
        return cursor.fail("an entry and its value");
    }
    Ok(Admin::SetMetadata { mailbox, values })
}

/// `SP mailbox SP identifier`; section 3: an identifier is not empty.
fn whose(cursor: &mut Cursor<'_>) -> Parsed<(Vec<u8>, Vec<u8>)> {
    let mailbox = one(cursor)?;
    let start = cursor.clone();
    let identifier = one(cursor)?;
    if identifier.is_empty() || std::str::from_utf8(&identifier).is_err() {
        return start.fail("an identifier in UTF-8");
    }
    Ok((mailbox, identifier))
}

/// `setacl = "SETACL" SP mailbox SP identifier SP mod-rights`
fn set_acl(cursor: &mut Cursor<'_>) -> Parsed<Admin> {
    let (mailbox, identifier) = whose(cursor)?;
    let start = cursor.clone();
    let rights = one(cursor)?;
    let letters = rights.strip_prefix(b"+").or_else(|| rights.strip_prefix(b"-")).unwrap_or(&rights);
    if !letters.iter().all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit()) {
        return start.fail("rights in small letters and digits");
    }
    Ok(Admin::SetAcl { mailbox, identifier, rights })
}

/// `setquota = "SETQUOTA" SP quota-root-name SP setquota-list`
fn set_quota(cursor: &mut Cursor<'_>) -> Parsed<Admin> {
    let root = one(cursor)?;
    cursor.sp()?;
    let limits = cursor.list(|cursor| {
        let resource = cursor.atom()?.to_ascii_uppercase();
        cursor.sp()?;
        Ok((resource, cursor.number64()?))
    })?;
    Ok(Admin::SetQuota { root, limits })
}

/// The annotations of a mailbox or of the server, by names in small letters.
pub(crate) type Annotations = BTreeMap<String, Vec<u8>>;

/// The largest value, and the most entries.
const VALUE_MAX: usize = 64 << 10;
const ENTRIES_MAX: usize = 32;

/// The rights that the owner of a mailbox has.
const OWNER: &str = "lrswipkxtea";

/// Rights as they are told: with those that repeat others (RFC 4314, section 2.1.1).
fn told(rights: &str) -> String {
    let mut told = rights.to_owned();
    if rights.contains(['k', 'x']) {
        told.push('c');
    }
    if rights.contains(['t', 'e']) {
        told.push('d');
    }
    told
}

/// A list of rights of a client, those that stand for others replaced by these.
fn meant(rights: &str) -> String {
    let meant = rights.replace('c', "kx").replace('d', "te");
    let mut all: Vec<char> = OWNER.chars().chain('0'..='9').filter(|right| meant.contains(*right)).collect();
    all.dedup();
    all.into_iter().collect()
}

/// What a mailbox's owner and others may do.
fn acl(mailbox: &Mailbox, user: &str) -> Vec<(String, String)> {
    let mut all = mailbox.acl.clone();
    if !all.iter().any(|(known, _)| known == user) {
        all.insert(0, (user.to_owned(), OWNER.to_owned()));
    }
    all
}

/// How much of each resource is in use.
fn usage(account: &Account, resource: &str) -> u64 {
    let messages = || account.mailboxes.values().flat_map(|mailbox| &mailbox.messages);
    match resource {
        "STORAGE" => messages().map(|message| message.text.len() as u64).sum::<u64>().div_ceil(1024),
        "MESSAGE" => messages().count() as u64,
        "MAILBOX" => account.mailboxes.len() as u64,
        _ => 0,
    }
}

/// Whether there would be too much with these messages.
pub(super) fn is_over_quota(account: &Account, octets: u64, messages: u64) -> bool {
    let more = |resource: &str| match resource {
        "STORAGE" => octets.div_ceil(1024),
        "MESSAGE" => messages,
        _ => 0,
    };
    account.limits.iter().any(|(resource, limit)| usage(account, resource) + more(resource) > *limit)
}

impl Session {
    fn advertises(&self, capability: &str) -> bool {
        self.config.capabilities.iter().any(|known| known.eq_ignore_ascii_case(capability))
    }

    /// Performs one of these commands.
    pub(super) fn on_admin(&mut self, tag: &str, command: Admin) {
        let needed: &[&str] = match &command {
            Admin::GetMetadata { mailbox, .. } | Admin::SetMetadata { mailbox, .. } if mailbox.is_empty() => {
                &["METADATA", "METADATA-SERVER"]
            }
            Admin::GetMetadata { .. } | Admin::SetMetadata { .. } => &["METADATA"],
            Admin::GetQuota(_) | Admin::GetQuotaRoot(_) => &["QUOTA"],
            Admin::SetQuota { .. } => &["QUOTASET"],
            _ => &["ACL"],
        };
        if !needed.iter().any(|name| self.advertises(name)) {
            self.line(format!("{tag} BAD no such command here"));
            return;
        }
        match command {
            Admin::GetMetadata { mailbox, max_size, depth, entries } => {
                self.get_metadata(tag, &mailbox, max_size, depth, &entries);
            }
            Admin::SetMetadata { mailbox, values } => self.set_metadata(tag, &mailbox, values),
            Admin::GetQuota(root) if root.is_empty() => {
                self.tell_quota();
                self.done(tag, "GETQUOTA");
            }
            Admin::GetQuota(_) => self.no(tag, "[NONEXISTENT] no such quota root"),
            Admin::GetQuotaRoot(mailbox) => {
                let Some(name) = self.name(tag, &mailbox) else { return };
                let name = words::mailbox(&name, self.utf8());
                self.untagged(&[b"QUOTAROOT", &name, b"\"\""]);
                self.tell_quota();
                self.done(tag, "GETQUOTAROOT");
            }
            Admin::SetQuota { root, .. } if !root.is_empty() => {
                self.no(tag, "[NOPERM] no quota root is made")
            }
            Admin::SetQuota { limits, .. } => {
                let known = |(resource, _): &(String, u64)| {
                    ["STORAGE", "MESSAGE", "MAILBOX"].contains(&resource.as_str())
                };
                if !limits.iter().all(known) {
                    self.no(tag, "[CANNOT] no such resource");
                    return;
                }
                self.account(|account| account.limits = limits.into_iter().collect());
                self.tell_quota();
                self.done(tag, "SETQUOTA");
            }
            command => self.on_acl(tag, command),
        }
    }

    fn tell_quota(&mut self) {
        let resources = self.account(|account| {
            let limits = account.limits.iter();
            limits
                .map(|(resource, limit)| format!("{resource} {} {limit}", usage(account, resource)))
                .collect::<Vec<_>>()
        });
        self.line(format!("* QUOTA \"\" ({})", resources.join(" ")));
    }

    fn on_acl(&mut self, tag: &str, command: Admin) {
        let (Admin::GetAcl(mailbox)
        | Admin::MyRights(mailbox)
        | Admin::SetAcl { mailbox, .. }
        | Admin::DeleteAcl { mailbox, .. }
        | Admin::ListRights { mailbox, .. }) = &command
        else {
            return;
        };
        let Some(name) = self.name(tag, mailbox) else { return };
        let user = self.user.clone().unwrap_or_default();
        let Some(list) =
            self.account(|account| account.mailboxes.get(&name).map(|mailbox| acl(mailbox, &user)))
        else {
            self.no(tag, "[NONEXISTENT] no such mailbox");
            return;
        };
        let utf8 = self.utf8();
        let written = words::mailbox(&name, utf8);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match command {
            Admin::GetAcl(_) => {
                let mut line = written;
                for (identifier, rights) in list {
                    line.push(b' ');
                    line.extend(words::string(identifier.as_bytes(), utf8));
                    line.extend(format!(" \"{}\"", told(&rights)).into_bytes());
                }
                self.untagged(&[b"ACL", &line]);
                self.done(tag, "GETACL");
            }
            Admin::MyRights(_) => {
                self.tell_rights(&name);
                self.done(tag, "MYRIGHTS");
            }
            Admin::ListRights { identifier, .. } => {
                let identifier = words::string(&identifier, utf8);
                self.untagged(&[b"LISTRIGHTS", &written, &identifier, b"\"\" l r s w i p kxc ted a 0 1"]);
                self.done(tag, "LISTRIGHTS");
            }
            Admin::SetAcl { identifier, rights, .. } => {
                let identifier = text(&identifier);
                let rights = text(&rights);
                let (sign, letters) = match rights.strip_prefix(['+', '-']) {
                    Some(letters) => (rights.chars().next(), letters),
                    None => (None, rights.as_str()),
                };
                // Section 3.1: what is not known is not passed over.
                if !letters.chars().all(|right| OWNER.contains(right) || "cd0123456789".contains(right)) {
                    self.line(format!("{tag} BAD no such right"));
                    return;
                }
                let before = list.iter().find(|(known, _)| *known == identifier);
                let before = before.map(|(_, rights)| rights.clone()).unwrap_or_default();
                let now = match sign {
                    Some('+') => meant(&format!("{before}{letters}")),
                    Some(_) => {
                        let taken = meant(letters);
                        before.chars().filter(|right| !taken.contains(*right)).collect()
                    }
                    None => meant(letters),
                };
                self.change_acl(&name, &identifier, Some(now));
                self.done(tag, "SETACL");
            }
            Admin::DeleteAcl { identifier, .. } => {
                self.change_acl(&name, &text(&identifier), None);
                self.done(tag, "DELETEACL");
            }
            _ => {}
        }
    }

    fn change_acl(&mut self, name: &str, identifier: &str, rights: Option<String>) {
        self.account(|account| {
            if let Some(mailbox) = account.mailboxes.get_mut(name) {
                mailbox.acl.retain(|(known, _)| known != identifier);
                mailbox.acl.extend(rights.map(|rights| (identifier.to_owned(), rights)));
            }
        });
    }

    /// `MYRIGHTS` of a mailbox that there is.
    pub(super) fn tell_rights(&mut self, name: &str) {
        let user = self.user.clone().unwrap_or_default();
        let mine = self.account(|account| {
            let list = account.mailboxes.get(name).map(|mailbox| acl(mailbox, &user))?;
            list.into_iter().find(|(known, _)| *known == user).map(|(_, rights)| rights)
        });
        let Some(mine) = mine else { return };
        let written = words::mailbox(name, self.utf8());
        self.untagged(&[b"MYRIGHTS", &written, format!("\"{}\"", told(&mine)).as_bytes()]);
    }

    /// A mailbox that annotations are about, `None` for the server; or the answer that there is none.
    fn annotated(&mut self, tag: &str, written: &[u8]) -> Option<Option<String>> {
        if written.is_empty() {
            return Some(None);
        }
        let name = self.name(tag, written)?;
        if self.account(|account| !account.mailboxes.contains_key(&name)) {
            self.no(tag, "[NONEXISTENT] no such mailbox");
            return None;
        }
        Some(Some(name))
    }

    fn get_metadata(
        &mut self,
        tag: &str,
        written: &[u8],
        max_size: Option<u64>,
        depth: Depth,
        wanted: &[String],
    ) {
        let Some(target) = self.annotated(tag, written) else { return };
        let all = self.account(|account| account.annotations(target.as_deref()).cloned().unwrap_or_default());
        let below = |known: &str, wanted: &str| match known.strip_prefix(wanted) {
            Some("") => true,
            Some(rest) => match (rest.strip_prefix('/'), depth) {
                (Some(rest), Depth::One) => !rest.contains('/'),
                (Some(_), Depth::Infinity) => true,
                _ => false,
            },
            None => false,
        };
        let mut values: Vec<(String, Option<Vec<u8>>)> = Vec::new();
        let mut longest = 0;
        for wanted in wanted {
            let found: Vec<_> = all.iter().filter(|(known, _)| below(known, wanted)).collect();
            if found.is_empty() && depth == Depth::Zero {
                values.push((wanted.clone(), None));
            }
            for (name, value) in found {
                let octets = value.len() as u64;
                if max_size.is_some_and(|most| octets > most) {
                    longest = longest.max(octets);
                } else {
                    values.push((name.clone(), Some(value.clone())));
                }
            }
        }
        if !values.is_empty() {
            self.tell_metadata(target.as_deref(), &values);
        }
        let code = if longest > 0 { format!("[METADATA LONGENTRIES {longest}] ") } else { String::new() };
        self.line(format!("{tag} OK {code}GETMETADATA completed"));
    }

    /// `METADATA` with values.
    pub(super) fn tell_metadata(&mut self, target: Option<&str>, values: &[(String, Option<Vec<u8>>)]) {
        let utf8 = self.utf8();
        let name = target.map_or_else(|| b"\"\"".to_vec(), |name| words::mailbox(name, utf8));
        let mut list = b"(".to_vec();
        for (at, (entry, value)) in values.iter().enumerate() {
            if at > 0 {
                list.push(b' ');
            }
            list.extend_from_slice(entry.as_bytes());
            list.push(b' ');
            match value {
                Some(value) if value.contains(&0) => {
                    list.extend(format!("~{{{}}}\r\n", value.len()).into_bytes());
                    list.extend_from_slice(value);
                }
                value => list.extend(words::nstring(value.as_deref(), utf8)),
            }
        }
        list.push(b')');
        self.untagged(&[b"METADATA", &name, &list]);
    }

    fn set_metadata(&mut self, tag: &str, written: &[u8], values: Vec<(String, Option<Vec<u8>>)>) {
        let Some(target) = self.annotated(tag, written) else { return };
        if target.is_none() && values.iter().any(|(entry, _)| entry == "/shared/admin") {
            self.no(tag, "[CANNOT] the server sets it");
            return;
        }
        if values.iter().any(|(_, value)| value.as_ref().is_some_and(|value| value.len() > VALUE_MAX)) {
            self.no(tag, &format!("[METADATA MAXSIZE {VALUE_MAX}] too large"));
            return;
        }
        // What others have changed comes first, as what this session changes it is not told of.
        self.tell_annotations();
        let set = self.account(|account| {
            let mut now = account.annotations(target.as_deref())?.clone();
            for (entry, value) in &values {
                match value {
                    Some(value) => now.insert(entry.clone(), value.clone()),
                    None => now.remove(entry),
                };
            }
            if now.len() > ENTRIES_MAX {
                return None;
            }
            for (entry, value) in values {
                account.annotate(target.as_deref(), &entry, value);
            }
            Some(account.changes.len())
        });
        let Some(changes) = set else {
            self.no(tag, "[METADATA TOOMANY] no more entries");
            return;
        };
        if let Some(told) = &mut self.changes_told {
            *told = changes;
        }
        self.store.changed();
        self.done(tag, "SETMETADATA");
    }

    /// The annotations that others have changed, once that was asked for (RFC 5464, section 4.4).
    pub(super) fn tell_annotations(&mut self) {
        let Some(told) = self.changes_told else { return };
        let changes = self.account(|account| account.changes.get(told..).unwrap_or_default().to_vec());
        self.changes_told = Some(told + changes.len());
        for (target, entry) in changes {
            let name = target.map_or_else(|| b"\"\"".to_vec(), |name| words::mailbox(&name, self.utf8()));
            self.untagged(&[b"METADATA", &name, entry.as_bytes()]);
        }
    }
}

impl Account {
    /// The annotations of a mailbox, or of the server.
    pub(super) fn annotations(&self, target: Option<&str>) -> Option<&Annotations> {
        match target {
            Some(name) => self.mailboxes.get(name).map(|mailbox| &mailbox.annotations),
            None => Some(&self.annotations),
        }
    }

    /// Sets an annotation, or removes it.
    pub(super) fn annotate(&mut self, target: Option<&str>, entry: &str, value: Option<Vec<u8>>) {
        let annotations = match target {
            Some(name) => self.mailboxes.get_mut(name).map(|mailbox| &mut mailbox.annotations),
            None => Some(&mut self.annotations),
        };
        let Some(annotations) = annotations else { return };
        match value {
            Some(value) => annotations.insert(entry.to_owned(), value),
            None => annotations.remove(entry),
        };
        self.changes.push((target.map(str::to_owned), entry.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_command;

    #[test]
    fn commands_are_read_strictly() {
        for fine in [
            "GETMETADATA \"\" /shared/comment",
            "GETMETADATA (DEPTH 1 MAXSIZE 0) INBOX (/shared/a /PRIVATE/b)",
            "SETMETADATA INBOX (/private/a NIL /shared/b {1}\r\nx /shared/c ~{1}\r\n\0)",
            "SETACL INBOX fred -lr",
            "SETACL INBOX fred \"\"",
            "LISTRIGHTS INBOX \"a b\"",
            "GETQUOTA \"\"",
            "SETQUOTA a (STORAGE 1 X-A 2)",
            "SETQUOTA a ()",
            "LIST \"\" * RETURN (METADATA (/shared/a) MYRIGHTS)",
        ] {
            check_command(format!("a {fine}\r\n").as_bytes(), false).unwrap();
        }
        for bad in [
            "GETMETADATA INBOX",
            "GETMETADATA INBOX ()",
            "GETMETADATA () INBOX /shared/a",
            "GETMETADATA (DEPTH 3) INBOX /shared/a",
            "GETMETADATA (DEPTH 1 DEPTH 1) INBOX /shared/a",
            "GETMETADATA INBOX /shared/a%",
            "GETMETADATA INBOX /shared//a",
            "GETMETADATA INBOX /shared/a/",
            "GETMETADATA INBOX /shared/vendor/x",
            "GETMETADATA INBOX /x/y",
            "SETMETADATA INBOX ()",
            "SETMETADATA INBOX (/shared/a x)",
            "SETACL INBOX fred LR",
            "SETACL INBOX \"\" lr",
            "SETQUOTA a (STORAGE 9223372036854775808)",
            "LIST \"\" * RETURN (METADATA ())",
        ] {
            assert!(check_command(format!("a {bad}\r\n").as_bytes(), false).is_err(), "{bad:?}");
        }
    }
}
