//! SORT and THREAD (RFC 5256, RFC 5957).

use super::{
    mime,
    query::{Context, Key, internal, seconds_of},
    selected::{Selected, set},
    session::Session,
    store::Message,
    syntax::{Cursor, Parsed, month_number},
    threads::{self, Look, base_subject},
};

/// SORT or THREAD, behind its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arranged {
    pub(crate) uid: bool,
    pub(crate) how: How,
    pub(crate) charset: String,
    pub(crate) key: Key,
}

/// What is made of what is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// The options of RETURN (RFC 5267), and the keys, each reversed or not.
    Sort(Option<Vec<String>>, Vec<(String, bool)>),
    /// The algorithm.
    Thread(String),
}

/// `sort`, behind its name
pub(crate) fn sort(cursor: &mut Cursor<'_>, uid: bool) -> Parsed<Arranged> {
    cursor.sp()?;
    let mut returns = None;
    if cursor.eat_word("RETURN ") {
        let start = cursor.clone();
        let options = cursor.list(Cursor::keyword)?;
        if options.iter().any(|option| !matches!(option.as_str(), "MIN" | "MAX" | "ALL" | "COUNT" | "SAVE")) {
            return start.fail("a result option");
        }
        returns = Some(options);
        cursor.sp()?;
    }
    let start = cursor.clone();
    let keys = cursor.list(|cursor| {
        let reversed = cursor.eat_word("REVERSE ");
        Ok((cursor.keyword()?, reversed))
    })?;
    let names = ["ARRIVAL", "CC", "DATE", "FROM", "SIZE", "SUBJECT", "TO", "DISPLAYFROM", "DISPLAYTO"];
    if keys.is_empty() || keys.iter().any(|(key, _)| !names.contains(&key.as_str())) {
        return start.fail("sort keys");
    }
    arranged(cursor, uid, How::Sort(returns, keys))
}

/// `thread`, behind its name
pub(crate) fn thread(cursor: &mut Cursor<'_>, uid: bool) -> Parsed<Arranged> {
    cursor.sp()?;
    let algorithm = cursor.atom()?.to_ascii_uppercase();
    cursor.sp()?;
    arranged(cursor, uid, How::Thread(algorithm))
}

/// `search-criteria`
fn arranged(cursor: &mut Cursor<'_>, uid: bool, how: How) -> Parsed<Arranged> {
    if matches!(how, How::Sort(..)) {
        cursor.sp()?;
    }
    let charset = String::from_utf8_lossy(&cursor.astring()?.bytes).to_ascii_uppercase();
    let key = super::query::keys(cursor)?;
    Ok(Arranged { uid, how, charset, key })
}

impl Session {
    pub(super) fn arrange(&mut self, tag: &str, selected: &Selected, wanted: &Arranged) {
        let offered = match &wanted.how {
            How::Sort(_, keys) if keys.iter().any(|(key, _)| key.starts_with("DISPLAY")) => {
                self.offers("SORT=DISPLAY")
            }
            How::Sort(Some(_), _) => self.offers("ESORT"),
            How::Sort(None, _) => self.offers("SORT") || self.offers("SORT=DISPLAY"),
            How::Thread(algorithm) => self.offers(&format!("THREAD={algorithm}")),
        };
        if !offered {
            self.line(format!("{tag} BAD not offered"));
            return;
        }
        if !matches!(wanted.charset.as_str(), "UTF-8" | "US-ASCII") {
            self.no(tag, "[BADCHARSET (UTF-8 US-ASCII)] no such charset");
            return;
        }
        let found = self.find(selected, &wanted.key);
        self.at_work(tag, found.len());
        let number = |(sequence, message): &(u32, Message)| if wanted.uid { message.uid } else { *sequence };
        match &wanted.how {
            How::Sort(returns, keys) => {
                let mut found = found;
                found.sort_by(|a, b| {
                    let by_keys = keys.iter().map(|(key, reversed)| {
                        let order = value(key, &a.1).cmp(&value(key, &b.1));
                        if *reversed { order.reverse() } else { order }
                    });
                    by_keys.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
                });
                let numbers: Vec<u32> = found.iter().map(number).collect();
                self.sorted(tag, wanted.uid, returns.as_deref(), &numbers);
                self.report(wanted.uid);
                self.done(tag, "SORT");
            }
            How::Thread(algorithm) => {
                let looks = found.iter().map(|found| look(number(found), found.0, &found.1)).collect();
                let threads = match algorithm.as_str() {
                    "ORDEREDSUBJECT" => threads::ordered_subject(looks),
                    "REFERENCES" => threads::references(looks, true),
                    "REFS" => threads::references(looks, false),
                    _ => {
                        self.line(format!("{tag} BAD no such algorithm"));
                        return;
                    }
                };
                self.line(if threads.is_empty() {
                    "* THREAD".to_owned()
                } else {
                    format!("* THREAD {threads}")
                });
                self.report(wanted.uid);
                self.done(tag, "THREAD");
            }
        }
    }

    /// A SORT response, or that of RFC 5267.
    fn sorted(&mut self, tag: &str, uid: bool, returns: Option<&[String]>, numbers: &[u32]) {
        let Some(returns) = returns else {
            let all: String = numbers.iter().map(|number| format!(" {number}")).collect();
            self.line(format!("* SORT{all}"));
            return;
        };
        let asked = |name: &str| returns.iter().any(|option| option == name);
        let mut line = format!("* ESEARCH (TAG \"{tag}\"){}", if uid { " UID" } else { "" });
        for (name, edge) in [("MIN", numbers.first()), ("MAX", numbers.last())] {
            if let (true, Some(edge)) = (asked(name), edge) {
                line.push_str(&format!(" {name} {edge}"));
            }
        }
        if (asked("ALL") || returns.is_empty()) && !numbers.is_empty() {
            line.push_str(&format!(" ALL {}", set(numbers)));
        }
        if asked("COUNT") {
            line.push_str(&format!(" COUNT {}", numbers.len()));
        }
        self.line(line);
    }

    /// The messages that match, with their numbers.
    fn find(&self, selected: &Selected, key: &Key) -> Vec<(u32, Message)> {
        let (now, today) = (seconds_of(&self.config.now), internal(&self.config.now));
        let found = self.mailbox(|mailbox| {
            let mut found = Vec::new();
            for (sequence, uid) in selected.numbered() {
                let Some(message) = mailbox.by_uid(uid) else { continue };
                let (exists, last_uid) = selected.last();
                let saved = selected.saved();
                let context = Context { message, sequence, exists, last_uid, saved, today, now };
                if key.matches(&context) {
                    found.push((sequence, message.clone()));
                }
            }
            found
        });
        found.unwrap_or_default()
    }
}

fn field(message: &Message, name: &str) -> String {
    mime::field(mime::split(&message.text).0, name).unwrap_or_default()
}

/// What a key compares: a number, or a text in lower case.
fn value(key: &str, message: &Message) -> (u64, String) {
    let address = |name: &str| {
        let field = field(message, name);
        let first = field.split(',').next().unwrap_or_default().trim().to_lowercase();
        match first.split_once('<') {
            Some((shown, address)) => {
                (shown.trim().trim_matches('"').to_owned(), address.trim_end_matches('>').to_owned())
            }
            None => (String::new(), first),
        }
    };
    let mailbox = |name: &str| address(name).1.split('@').next().unwrap_or_default().to_owned();
    let shown = |name: &str| match address(name) {
        (shown, address) if shown.is_empty() => address,
        (shown, _) => shown,
    };
    match key {
        "ARRIVAL" => (seconds_of(&message.date), String::new()),
        "DATE" => (sent(message), String::new()),
        "SIZE" => (message.text.len() as u64, String::new()),
        "SUBJECT" => (0, base_subject(&field(message, "Subject")).0.to_lowercase()),
        "DISPLAYFROM" => (0, shown("From")),
        "DISPLAYTO" => (0, shown("To")),
        other => (0, mailbox(other)),
    }
}

/// The sent date in seconds (RFC 5256, section 2.2).
fn sent(message: &Message) -> u64 {
    let date = field(message, "Date");
    let words: Vec<&str> = date.split([' ', ',', '\t']).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| month_number(word).is_some());
    let parsed = at.filter(|at| *at > 0).and_then(|at| {
        let (day, month, year) = (words.get(at - 1)?, words.get(at)?, words.get(at + 1)?);
        let clock = words.get(at + 2).copied().unwrap_or("00:00:00");
        let zone = words.get(at + 3).copied().unwrap_or("+0000");
        Some(seconds_of(&format!("{day:0>2}-{month}-{year:0>4} {clock} {zone}")))
    });
    parsed.unwrap_or_else(|| seconds_of(&message.date))
}

fn look(number: u32, sequence: u32, message: &Message) -> Look {
    let (subject, marked) = base_subject(&field(message, "Subject"));
    let mut references = ids(&field(message, "References"));
    if references.is_empty() {
        references.extend(ids(&field(message, "In-Reply-To")).into_iter().take(1));
    }
    Look {
        number,
        subject: subject.to_lowercase(),
        marked,
        sent: (sent(message), sequence),
        id: ids(&field(message, "Message-ID")).into_iter().next(),
        references,
    }
}

/// The message identifiers in a field, without quotes that they do not need.
fn ids(field: &str) -> Vec<String> {
    let inner = field.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
    inner.map(|(id, _)| id.replace('"', "")).collect()
}
