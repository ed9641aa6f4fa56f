//! URLs as a server reads them (RFC 5092), and what it does with them (RFC 4467, RFC 5524).

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use super::{
    admin::is_over_quota,
    command::Command,
    describe,
    items::{Section, section_of},
    message::{Appended, CatPart, Fetched},
    mime::Part,
    session::Session,
    store::{Account, Mailbox, canonical},
    words,
};

/// What a URL says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// The user and the host.
    pub(crate) server: Option<(String, String)>,
    pub(crate) mailbox: String,
    validity: Option<u32>,
    pub(crate) uid: Option<u32>,
    section: Option<Section>,
    partial: Option<(u32, u32)>,
    pub(crate) access: Option<String>,
    /// Mechanism and token, and how long the URL is without them.
    pub(crate) token: Option<(String, String, usize)>,
}

/// What percent-encoding stands for, of octets that may stand in a URL.
fn decoded(text: &str) -> Option<String> {
    let mut octets = Vec::new();
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        match octet {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                octets.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
            }
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#' | b'[' | b']' | b';'
            | b'?' => {
                return None;
            }
            plain => octets.push(plain),
        }
    }
    let text = String::from_utf8(octets).ok()?;
    (!text.is_empty() && !text.contains(char::is_control)).then_some(text)
}

impl Named {
    /// `imapurl` and `iabsolute-path`, of messages and of mailboxes.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let mut named = Self::default();
        let path = match url.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("imap://")) {
            Some(_) => {
                let (server, path) = url.get(7..)?.split_once('/')?;
                let (info, host) = server.split_once('@').unwrap_or(("", server));
                let user = info.split(';').next().filter(|user| !user.is_empty());
                let user = user.map_or_else(|| Some(String::new()), decoded)?;
                named.server = Some((user, host.to_owned()));
                path
            }
            None => url.strip_prefix('/')?,
        };
        if path.starts_with('/') || path.split('/').any(|level| matches!(level, "." | "..")) {
            return None;
        }
        let mut pieces = path.split(';');
        let mut before = pieces.next()?;
        let mut name = None;
        let mut parameters = Vec::new();
        for piece in pieces {
            let (key, value) = piece.split_once('=')?;
            let value_before = before.strip_suffix('/').unwrap_or(before);
            parameters.push((key.to_ascii_uppercase(), value_before));
            before = value;
        }
        let mut values: Vec<&str> = parameters.iter().map(|(_, before)| *before).collect();
        values.push(before);
        for (at, value) in values.iter().enumerate() {
            match at.checked_sub(1).and_then(|at| parameters.get(at)) {
                None => name = Some(decoded(value)?),
                Some((key, _)) => named.set(key, value, url)?,
            }
        }
        named.mailbox = canonical(&name?);
        Some(named)
    }

    fn set(&mut self, key: &str, value: &str, url: &str) -> Option<()> {
        match key {
            "UIDVALIDITY" => self.validity = Some(value.parse().ok()?),
            "UID" => self.uid = Some(value.parse().ok().filter(|uid| *uid > 0)?),
            "SECTION" => self.section = Some(section_of(&decoded(value)?)?),
            "PARTIAL" => {
                let (from, octets) = value.split_once('.').unwrap_or((value, "4294967295"));
                self.partial = Some((from.parse().ok()?, octets.parse().ok()?));
            }
            "EXPIRE" => drop(value.split_once('T')?),
            "URLAUTH" => {
                let mut pieces = value.splitn(3, ':');
                self.access = Some(pieces.next()?.to_owned());
                if let Some(mechanism) = pieces.next() {
                    let token = pieces.next()?;
                    let hex = token.len() >= 32 && token.bytes().all(|octet| octet.is_ascii_hexdigit());
                    let length = mechanism.len() + token.len() + 2;
                    self.token =
                        Some((mechanism.to_owned(), token.to_owned(), url.len().checked_sub(length)?))
                            .filter(|_| hex);
                    self.token.as_ref()?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Whether it can be given to GENURLAUTH.
    pub(crate) fn is_rump(&self) -> bool {
        let owned = self.server.as_ref().is_some_and(|(user, _)| !user.is_empty());
        owned && self.uid.is_some() && self.access.is_some() && self.token.is_none()
    }

    /// The octets that it stands for.
    fn octets(&self, account: &Account) -> Option<Vec<u8>> {
        let (mailbox, uid) = (account.mailboxes.get(&self.mailbox)?, self.uid?);
        if self.validity.is_some_and(|validity| validity != mailbox.uid_validity) {
            return None;
        }
        let message = mailbox.by_uid(uid)?;
        let whole = Section::default();
        let found = describe::section(&message.text, self.section.as_ref().unwrap_or(&whole))?;
        Some(describe::window(&found, self.partial).to_vec())
    }

    /// The part that it stands for, shown to `look`.
    fn part<T>(&self, account: &Account, look: impl FnOnce(&Part<'_>) -> T) -> Option<T> {
        let message = account.mailboxes.get(&self.mailbox)?.by_uid(self.uid?)?;
        let whole = Part::read(&message.text);
        let numbers = self.section.as_ref().map(|section| section.part.clone()).unwrap_or_default();
        whole.at(&numbers).map(look)
    }
}

/// The token of a URL: 128 bits of the key and of all before it.
fn token(key: u64, rump: &str) -> String {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (key, salt, rump).hash(&mut hasher);
        hasher.finish()
    };
    format!("{:016x}{:016x}", half(0), half(1))
}

/// The octets of a message that is to be appended, or the URL that names nothing.
pub(crate) fn joined(account: &Account, message: &Appended) -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    for part in &message.parts {
        match part {
            CatPart::Text(text) => octets.extend_from_slice(&text.bytes),
            CatPart::Url(url, named) => octets.extend(named.octets(account).ok_or_else(|| url.clone())?),
        }
    }
    Ok(octets)
}

/// Puts messages into a mailbox, all or none: its UIDVALIDITY and the UIDs, or what NO says.
pub(crate) fn add(
    account: &mut Account,
    name: &str,
    messages: &[Appended],
    now: &str,
) -> Result<(u32, Vec<u32>), String> {
    if !account.mailboxes.contains_key(name) {
        return Err("[TRYCREATE] no such mailbox".to_owned());
    }
    let texts = messages.iter().map(|message| joined(account, message));
    let texts = texts.collect::<Result<Vec<_>, _>>().map_err(|url| format!("[BADURL {url}] no such part"))?;
    if texts.iter().any(Vec::is_empty) {
        return Err("[CANNOT] an empty message".to_owned());
    }
    let octets = texts.iter().map(|text| text.len() as u64).sum();
    if is_over_quota(account, octets, texts.len() as u64) {
        return Err("[OVERQUOTA] there is no room".to_owned());
    }
    let Some(mailbox) = account.mailboxes.get_mut(name) else { return Err("no such mailbox".to_owned()) };
    let append = |mailbox: &mut Mailbox, (text, message): (Vec<u8>, &Appended)| {
        let date = message.date.clone().unwrap_or_else(|| now.to_owned());
        mailbox.append(Arc::from(text), date, message.flags.clone())
    };
    let uids = texts.into_iter().zip(messages).map(|each| append(mailbox, each)).collect();
    Ok((mailbox.uid_validity, uids))
}

impl Session {
    /// Performs what is about URLs.
    pub(super) fn on_urls(&mut self, tag: &str, command: Command) {
        match command {
            Command::GenUrlAuth(urls) => self.gen_url_auth(tag, &urls),
            Command::ResetKey(mailbox) => self.reset_key(tag, mailbox.map(|(mailbox, _)| mailbox)),
            Command::UrlFetch(items) => self.url_fetch(tag, &items),
            _ => self.line(format!("{tag} BAD not here")),
        }
    }

    fn gen_url_auth(&mut self, tag: &str, urls: &[(String, Named, String)]) {
        let mut answer = b"GENURLAUTH".to_vec();
        for (url, named, mechanism) in urls {
            let own = named.server.as_ref().is_some_and(|(user, _)| Some(user) == self.user.as_ref());
            let key = self.account(|account| {
                account.mailboxes.contains_key(&named.mailbox).then(|| account.url_key(&named.mailbox))
            });
            let (true, Some(key), "INTERNAL") = (own, key, mechanism.as_str()) else {
                self.line(format!("{tag} BAD not a URL that can be authorized"));
                return;
            };
            answer.push(b' ');
            answer.extend(words::string(format!("{url}:internal:{}", token(key, url)).as_bytes(), false));
        }
        self.untagged(&[&answer]);
        self.done(tag, "GENURLAUTH");
    }

    fn reset_key(&mut self, tag: &str, mailbox: Option<Vec<u8>>) {
        let Some(written) = mailbox else {
            self.account(Account::reset_url_keys);
            self.done(tag, "RESETKEY");
            return;
        };
        let Some(name) = self.name(tag, &written) else { return };
        if !self.account(|account| account.mailboxes.contains_key(&name)) {
            self.no(tag, "[NONEXISTENT] no such mailbox");
            return;
        }
        self.account(|account| account.reset_url_key(&name));
        self.line(format!("{tag} OK [URLMECH INTERNAL] all keys are new"));
    }

    fn url_fetch(&mut self, tag: &str, items: &[Fetched]) {
        let mut answer = b"URLFETCH".to_vec();
        for item in items {
            answer.push(b' ');
            answer.extend(words::string(item.url.as_bytes(), false));
            answer.push(b' ');
            answer.extend(self.url_data(item).unwrap_or_else(|| b"NIL".to_vec()));
        }
        self.untagged(&[&answer]);
        self.done(tag, "URLFETCH");
    }

    /// What is returned of a URL; `None` where it gives no right to anything.
    fn url_data(&self, item: &Fetched) -> Option<Vec<u8>> {
        let named = Named::parse(&item.url)?;
        let (owner, _) = named.server.as_ref()?;
        let (_, given, length) = named.token.as_ref()?;
        let session = self.user.as_deref().unwrap_or_default();
        let access = named.access.as_deref()?.to_ascii_lowercase();
        let permitted = match access.split_once('+') {
            Some(("user", user)) => decoded(user)?.eq_ignore_ascii_case(session),
            Some(("submit", _)) => false,
            _ => access == "authuser" || access == "anonymous",
        };
        let rump = item.url.get(..*length)?;
        self.store.with(owner, |account| {
            if !permitted || token(account.url_key(&named.mailbox), rump) != given.to_ascii_lowercase() {
                return None;
            }
            let octets = named.octets(account)?;
            if item.items.is_empty() {
                return Some(words::string(&octets, false));
            }
            let mut elements = Vec::new();
            for name in &item.items {
                let value = match name.as_str() {
                    "BODY" => words::string(&octets, false),
                    "BINARY" => named
                        .part(account, |part| part.decoded().map(std::borrow::Cow::into_owned))?
                        .map_or_else(|| b"NIL".to_vec(), |octets| binary(&octets)),
                    _ => named.part(account, |part| describe::body(part, false, false))?,
                };
                elements.push([b"(", name.as_bytes(), b" ", &value, b")"].concat());
            }
            Some(elements.join(&b' '))
        })
    }
}

/// A literal8 where there is NUL.
fn binary(octets: &[u8]) -> Vec<u8> {
    if !octets.contains(&0) {
        return words::string(octets, false);
    }
    [format!("~{{{}}}\r\n", octets.len()).as_bytes(), octets].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read() {
        let named =
            Named::parse("/Entw%C3%BCrfe;UIDVALIDITY=7/;UID=20/;SECTION=1.MIME/;PARTIAL=1.2").unwrap();
        assert_eq!((named.mailbox.as_str(), named.validity, named.uid), ("Entwürfe", Some(7), Some(20)));
        assert_eq!((named.section.unwrap().part, named.partial), (vec![1], Some((1, 2))));
        let text = "imap://joe@example.com/inbox/;uid=20;urlauth=submit+fred:internal:91354a473744909de610943775f92038";
        let named = Named::parse(text).unwrap();
        assert_eq!(named.server, Some(("joe".into(), "example.com".into())));
        assert_eq!(named.mailbox, "INBOX");
        let (_, _, length) = named.token.unwrap();
        assert_eq!(text.get(..length).unwrap().rsplit_once(';').unwrap().1, "urlauth=submit+fred");
        for bad in ["", "a", "//a", "/a/../b", "/a;b", "/a/;UID=0", "/a/;UID=1/;SECTION=x", "/a%zz", "/a b{"]
        {
            assert_eq!(Named::parse(bad), None, "{bad}");
        }
    }
}
