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
    pub(crate) charset: Option<String>,
    pub(crate) key: Key,
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
    /// RFC 7162: this modification sequence or a higher one.
    ModSeq(u64),
}

/// `search-program`, with the result options before it
pub(crate) fn program(cursor: &mut Cursor<'_>) -> Parsed<Program> {
    let mut program = Program { returns: None, charset: None, key: Key::Everything };
    cursor.sp()?;
    if cursor.eat_word("RETURN ") {
        let start = cursor.clone();
        let options = cursor.list(Cursor::keyword)?;
        if options.iter().any(|o| !matches!(o.as_str(), "MIN" | "MAX" | "ALL" | "COUNT" | "SAVE")) {
            return start.fail("a result option");
        }
        program.returns = Some(options);
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
