//! SEARCH (RFC 9051, section 6.4.4; RFC 5032 and the keys of RFC 3501 as well).

use super::{
    mime::{self, Part},
    objects,
    store::Message,
    syntax::{Cursor, Parsed, Set, month_number},
};

/// What SEARCH is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// The result options; `None` without RETURN.
    pub(crate) returns: Option<Vec<String>>,
    /// The range of PARTIAL among them.
    pub(crate) partial: Option<Window>,
    pub(crate) charset: Option<String>,
    pub(crate) key: Key,
}

/// `partial-range` (RFC 9394): counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    low: u32,
    high: u32,
    from_end: bool,
}

impl Window {
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Parsed<Self> {
        let from_end = cursor.eat("-");
        let one = cursor.nz_number()?;
        cursor.expect(":")?;
        if from_end {
            cursor.expect("-")?;
        }
        let other = cursor.nz_number()?;
        Ok(Self { low: one.min(other), high: one.max(other), from_end })
    }

    /// Those of a list that lie in it.
    pub(crate) fn of<T: Clone>(self, all: &[T]) -> Vec<T> {
        let (low, high) = (self.low as usize, self.high as usize);
        let (from, to) = match self.from_end {
            false => (low - 1, high.min(all.len())),
            true => (all.len().saturating_sub(high), (all.len() + 1).saturating_sub(low)),
        };
        all.get(from..to.max(from)).unwrap_or_default().to_vec()
    }
}

impl std::fmt::Display for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let minus = if self.from_end { "-" } else { "" };
        write!(f, "{minus}{}:{minus}{}", self.low, self.high)
    }
}

/// Which day of a message is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    Before,
    On,
    Since,
}

/// `search-key`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    All(Vec<Key>),
    Everything,
    Not(Box<Key>),
    Or(Box<Key>, Box<Key>),
    Flag(String),
    Field(String, Vec<u8>),
    Body(Vec<u8>),
    Text(Vec<u8>),
    Internal(Day, (u32, u32, u32)),
    /// RFC 8514.
    Saved(Day, (u32, u32, u32)),
    /// RFC 8474.
    EmailId(String),
    /// RFC 8474.
    ThreadId(String),
    Sent(Day, (u32, u32, u32)),
    Larger(u64),
    Smaller(u64),
    /// RFC 5032: younger than so many seconds.
    Younger(u64),
    Sequence(Set),
    Uid(Set),
    /// RFC 6203.
    Fuzzy(Box<Key>),
    /// RFC 5466.
    Filter(String),
    /// RFC 9738: above, or below, this UID.
    UidAfter(u32),
    UidBefore(u32),
    /// RFC 7162: this modification sequence or a higher one.
    ModSeq(u64),
}

/// `search-program`, with the result options before it
pub(crate) fn program(cursor: &mut Cursor<'_>) -> Parsed<Program> {
    let mut program = Program { returns: None, partial: None, charset: None, key: Key::Everything };
    cursor.sp()?;
    if cursor.eat_word("RETURN ") {
        (program.returns, program.partial) = result_options(cursor)?;
        cursor.sp()?;
    }
    if cursor.eat_word("CHARSET ") {
        program.charset = Some(String::from_utf8_lossy(&cursor.astring()?.bytes).to_ascii_uppercase());
        cursor.sp()?;
    }
    let mut keys = vec![key(cursor, 0)?];
    while !cursor.at_end() {
        cursor.sp()?;
        keys.push(key(cursor, 0)?);
    }
    program.key = Key::All(keys);
    Ok(program)
}

/// What RETURN has.
pub(crate) type Returns = (Option<Vec<String>>, Option<Window>);

/// `search-return-opts` (RFC 4731; RFC 5182; RFC 5267; RFC 6203; RFC 9394), behind RETURN.
pub(crate) fn result_options(cursor: &mut Cursor<'_>) -> Parsed<Returns> {
    const KNOWN: [&str; 9] =
        ["MIN", "MAX", "ALL", "COUNT", "SAVE", "RELEVANCY", "CONTEXT", "UPDATE", "PARTIAL"];
    let start = cursor.clone();
    let mut partial = None;
    let options = cursor.list(|cursor| {
        let word = cursor.keyword()?;
        if word == "PARTIAL" {
            cursor.sp()?;
            partial = Some(Window::read(cursor)?);
        }
        Ok(word)
    })?;
    let has = |name: &str| options.iter().any(|option| option == name);
    if options.iter().any(|option| !KNOWN.contains(&option.as_str())) || has("ALL") && has("PARTIAL") {
        return start.fail("a result option");
    }
    Ok((Some(options), partial))
}

/// `1*(SP search-key)`
pub(crate) fn keys(cursor: &mut Cursor<'_>) -> Parsed<Key> {
    let mut keys = Vec::new();
    while !cursor.at_end() || keys.is_empty() {
        cursor.sp()?;
        keys.push(key(cursor, 0)?);
    }
    Ok(Key::All(keys))
}

fn text(cursor: &mut Cursor<'_>) -> Parsed<Vec<u8>> {
    cursor.sp()?;
    Ok(cursor.astring()?.bytes)
}

fn key(cursor: &mut Cursor<'_>, depth: u8) -> Parsed<Key> {
    if depth > 100 {
        return cursor.fail("a search of less depth");
    }
    match cursor.next() {
        Some(b'(') => {
            let keys = cursor.list(|cursor| key(cursor, depth + 1))?;
            return if keys.is_empty() { cursor.fail("a key") } else { Ok(Key::All(keys)) };
        }
        Some(b'$' | b'*' | b'0'..=b'9') => return Ok(Key::Sequence(cursor.set()?)),
        _ => {}
    }
    let start = cursor.clone();
    let name = cursor.keyword()?;
    let flag = |name: &str| Key::Flag(format!("\\{name}"));
    let not = |key| Key::Not(Box::new(key));
    Ok(match name.as_str() {
        "ALL" => Key::Everything,
        "ANSWERED" | "DELETED" | "DRAFT" | "FLAGGED" | "SEEN" => flag(&name),
        "UNANSWERED" | "UNDELETED" | "UNDRAFT" | "UNFLAGGED" | "UNSEEN" => {
            not(flag(name.get(2..).unwrap_or_default()))
        }
        // RFC 3501: nothing is recent here.
        "RECENT" | "NEW" => not(Key::Everything),
        "OLD" => Key::Everything,
        "KEYWORD" | "UNKEYWORD" => {
            cursor.sp()?;
            let keyword = Key::Flag(cursor.atom()?);
            if name == "KEYWORD" { keyword } else { not(keyword) }
        }
        "BCC" | "CC" | "FROM" | "SUBJECT" | "TO" => Key::Field(name, text(cursor)?),
        "HEADER" => {
            let field = String::from_utf8_lossy(&text(cursor)?).into_owned();
            Key::Field(field, text(cursor)?)
        }
        "BODY" => Key::Body(text(cursor)?),
        "TEXT" => Key::Text(text(cursor)?),
        "BEFORE" | "ON" | "SINCE" | "SENTBEFORE" | "SENTON" | "SENTSINCE" | "SAVEDBEFORE" | "SAVEDON"
        | "SAVEDSINCE" => {
            let day = match name.trim_start_matches("SENT").trim_start_matches("SAVED") {
                "BEFORE" => Day::Before,
                "ON" => Day::On,
                _ => Day::Since,
            };
            cursor.sp()?;
            let date = cursor.date()?;
            match name.as_bytes() {
                [b'S', b'E', ..] => Key::Sent(day, date),
                [b'S', b'A', ..] => Key::Saved(day, date),
                _ => Key::Internal(day, date),
            }
        }
        "SAVEDATESUPPORTED" => Key::Everything,
        "EMAILID" | "THREADID" => {
            cursor.sp()?;
            let start = cursor.clone();
            let id = cursor.atom()?;
            if id.len() > 255 || id.contains(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'))
            {
                return start.fail("an object identifier");
            }
            if name == "EMAILID" { Key::EmailId(id) } else { Key::ThreadId(id) }
        }
        "LARGER" | "SMALLER" | "OLDER" | "YOUNGER" => {
            cursor.sp()?;
            match name.as_str() {
                "LARGER" => Key::Larger(cursor.number64()?),
                "SMALLER" => Key::Smaller(cursor.number64()?),
                "YOUNGER" => Key::Younger(cursor.nz_number()?.into()),
                _ => not(Key::Younger(cursor.nz_number()?.into())),
            }
        }
        "NOT" => {
            cursor.sp()?;
            not(key(cursor, depth + 1)?)
        }
        "OR" => {
            cursor.sp()?;
            let one = key(cursor, depth + 1)?;
            cursor.sp()?;
            Key::Or(Box::new(one), Box::new(key(cursor, depth + 1)?))
        }
        "MODSEQ" => Key::ModSeq(super::modifiers::search_modseq(cursor)?),
        "UID" => {
            cursor.sp()?;
            Key::Uid(cursor.set()?)
        }
        "FUZZY" => {
            cursor.sp()?;
            Key::Fuzzy(Box::new(key(cursor, depth + 1)?))
        }
        "FILTER" => {
            cursor.sp()?;
            let name = cursor.atom()?;
            if name.contains('/') {
                return start.fail("the name of a filter");
            }
            Key::Filter(name)
        }
        "UIDAFTER" | "UIDBEFORE" => {
            cursor.sp()?;
            let uid = cursor.nz_number()?;
            if name == "UIDAFTER" { Key::UidAfter(uid) } else { Key::UidBefore(uid) }
        }
        _ => return start.fail("a search key"),
    })
}

/// What a message is compared in.
pub(crate) struct Context<'a> {
    pub(crate) message: &'a Message,
    pub(crate) sequence: u32,
    pub(crate) exists: u32,
    pub(crate) last_uid: u32,
    /// The saved result, as UIDs.
    pub(crate) saved: &'a [u32],
    pub(crate) today: (u32, u32, u32),
    /// The days since the year 0 of today, and the second of it: what YOUNGER counts back from.
    pub(crate) now: u64,
}

impl Key {
    /// Puts what filters stand for in their places (RFC 5466, section 3.1), so many rounds deep.
    ///
    /// # Errors
    /// The name of one that is not there, or cannot be read.
    pub(crate) fn resolve(
        &mut self,
        filters: &std::collections::BTreeMap<String, String>,
        rounds: u8,
    ) -> Result<(), String> {
        match self {
            Self::All(keys) => keys.iter_mut().try_for_each(|key| key.resolve(filters, rounds)),
            Self::Not(key) | Self::Fuzzy(key) => key.resolve(filters, rounds),
            Self::Or(one, other) => {
                one.resolve(filters, rounds)?;
                other.resolve(filters, rounds)
            }
            Self::Filter(name) => {
                let text = filters.get(name).filter(|_| rounds > 0).ok_or_else(|| name.clone())?;
                let line = format!(" {text}\r\n");
                let program = program(&mut Cursor::new(line.as_bytes(), true)).map_err(|_| name.clone())?;
                *self = program.key;
                self.resolve(filters, rounds - 1)
            }
            _ => Ok(()),
        }
    }

    /// Whether the message matches.
    pub(crate) fn matches(&self, context: &Context<'_>) -> bool {
        let message = context.message;
        match self {
            Self::All(keys) => keys.iter().all(|key| key.matches(context)),
            Self::Everything => true,
            Self::Not(key) => !key.matches(context),
            Self::Or(a, b) => a.matches(context) || b.matches(context),
            Self::Flag(flag) => message.has(flag),
            Self::Field(name, wanted) => mime::fields(mime::split(&message.text).0)
                .any(|(field, value)| field.eq_ignore_ascii_case(name.as_bytes()) && contains(value, wanted)),
            Self::Body(wanted) => leaves(&Part::read(&message.text), wanted),
            Self::Text(wanted) => {
                contains(mime::split(&message.text).0, wanted) || leaves(&Part::read(&message.text), wanted)
            }
            Self::Internal(day, date) => compare(*day, internal(&message.date), *date),
            // Whatever there is was saved today: time does not pass here.
            Self::Saved(day, date) => compare(*day, context.today, *date),
            Self::EmailId(id) => objects::email_id(message) == *id,
            Self::ThreadId(id) => objects::thread_id(message).as_ref() == Some(id),
            Self::Sent(day, date) => {
                let mut fields = mime::fields(mime::split(&message.text).0);
                let sent = fields.find(|(name, _)| name.eq_ignore_ascii_case(b"Date"));
                sent.and_then(|(_, value)| sent_date(value)).is_some_and(|sent| compare(*day, sent, *date))
            }
            Self::Larger(octets) => message.text.len() as u64 > *octets,
            Self::Smaller(octets) => (message.text.len() as u64) < *octets,
            Self::Younger(seconds) => seconds_of(&message.date) + seconds > context.now,
            Self::Sequence(Set::Saved) => context.saved.contains(&message.uid),
            Self::Sequence(set) => set.contains(context.sequence, context.exists, &[]),
            Self::ModSeq(since) => message.version >= *since,
            Self::Uid(set) => set.contains(message.uid, context.last_uid, context.saved),
            Self::Fuzzy(key) => key.matches(context),
            // It was put in its place before, or is not there.
            Self::Filter(_) => false,
            Self::UidAfter(uid) => message.uid > *uid,
            Self::UidBefore(uid) => message.uid < *uid,
        }
    }
}

/// Whether a text of the message contains what is wanted, once decoded.
fn leaves(part: &Part<'_>, wanted: &[u8]) -> bool {
    if part.children.is_empty() {
        return part.kind.eq_ignore_ascii_case("TEXT")
            && part.decoded().is_some_and(|text| contains(&text, wanted));
    }
    part.children.iter().any(|child| leaves(child, wanted))
}

/// Section 6.4.4: ASCII letters in any case.
fn contains(text: &[u8], wanted: &[u8]) -> bool {
    wanted.is_empty() || text.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted))
}

fn compare(day: Day, of: (u32, u32, u32), with: (u32, u32, u32)) -> bool {
    match day {
        Day::Before => of < with,
        Day::On => of == with,
        Day::Since => of >= with,
    }
}

/// The day of a `date-time`, whatever its zone.
pub(crate) fn internal(date: &str) -> (u32, u32, u32) {
    let number = |range| date.get(range).and_then(|text: &str| text.trim().parse().ok()).unwrap_or_default();
    (number(7..11), date.get(3..6).and_then(month_number).unwrap_or_default(), number(0..2))
}

/// Seconds of a `date-time` since the year 0, in UTC.
pub(crate) fn seconds_of(date: &str) -> u64 {
    let (year, month, day) = internal(date);
    // Days of a calendar whose year begins in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.saturating_sub(1), month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    let number = |range| date.get(range).and_then(|text: &str| text.parse::<u64>().ok()).unwrap_or_default();
    let clock = number(12..14) * 3600 + number(15..17) * 60 + number(18..20);
    let zone = number(22..24) * 3600 + number(24..26) * 60;
    let local = u64::from(days) * 86_400 + clock;
    if date.get(21..22) == Some("-") { local + zone } else { local.saturating_sub(zone) }
}

/// The day of a Date field, whatever its zone.
fn sent_date(value: &[u8]) -> Option<(u32, u32, u32)> {
    let text = String::from_utf8_lossy(value);
    let mut words = text.split([' ', ',', '\t']).filter(|word| !word.is_empty());
    let first = words.next()?;
    let day = if first.parse::<u32>().is_ok() { first } else { words.next()? };
    let (month, year) = (words.next()?, words.next()?);
    Some((year.parse().ok()?, month_number(month)?, day.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Parsed<bool> {
        let text = format!(" {text}\r\n");
        let program = program(&mut Cursor::new(text.as_bytes(), true))?;
        let message = Message::new(
            7,
            b"Date: Mon, 7 Feb 1994 21:52:25 -0800\r\nSubject: Lunch\r\n\r\nat noon\r\n".to_vec(),
            "17-Jul-1996 02:44:25 -0700",
            &["\\Seen", "$Junk"],
        );
        let now = seconds_of("17-Jul-1996 10:44:25 +0000");
        let context = Context {
            message: &message,
            sequence: 2,
            exists: 3,
            last_uid: 9,
            saved: &[7],
            now,
            today: (1996, 7, 17),
        };
        Ok(program.key.matches(&context))
    }

    #[test]
    fn keys() {
        for yes in [
            "ALL",
            "SEEN",
            "NOT DELETED",
            "KEYWORD $junk",
            "2",
            "1:*",
            "UID 7",
            "$",
            "SUBJECT lunch",
            "HEADER Subject \"\"",
            "BODY NOON",
            "TEXT Lunch",
            "ON 17-Jul-1996",
            "SENTON 7-Feb-1994",
            "SENTSINCE 1-Feb-1994",
            "BEFORE \"18-Jul-1996\"",
            "OR DELETED SEEN",
            "(SEEN 2)",
            "LARGER 10",
            "UNDELETED UNKEYWORD $Phishing",
            "SMALLER 1000",
            "YOUNGER 3601",
            "OLDER 3600",
            "SAVEDON 17-Jul-1996",
            "SAVEDSINCE 17-Jul-1996",
            "SAVEDATESUPPORTED",
            "RETURN () CHARSET UTF-8 ALL",
        ] {
            assert!(found(yes).unwrap(), "{yes}");
        }
        for no in [
            "UNSEEN",
            "DELETED",
            "1,3",
            "UID 8:*",
            "SUBJECT noon",
            "BODY lunch",
            "SINCE 18-Jul-1996",
            "YOUNGER 3600",
            "SAVEDBEFORE 17-Jul-1996",
            "EMAILID M1",
            "THREADID t1",
        ] {
            assert!(!found(no).unwrap(), "{no}");
        }
        for bad in [
            "",
            "FOO",
            "NOT",
            "OR SEEN",
            "()",
            "RETURN (FOO) ALL",
            "ON 40-Jul-1996",
            "KEYWORD \\Seen",
            "EMAILID",
            "EMAILID a.b",
            "THREADID (a)",
            "SAVEDON x",
        ] {
            assert!(found(bad).is_err(), "{bad}");
        }
    }
}
