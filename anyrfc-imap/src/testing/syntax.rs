//! The formal syntax of RFC 9051, section 9, read as strictly as a server may.

use std::fmt;

/// Where a command departs from the formal syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The octet at which it does.
    pub at: usize,
    /// What the syntax has there.
    pub expected: &'static str,
    /// The octets that follow instead, at most 40 of them.
    pub found: Vec<u8>,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} expected at octet {}, not \"{}\"", self.expected, self.at, self.found.escape_ascii())
    }
}

impl std::error::Error for SyntaxError {}

/// A place in a command, which each rule of the grammar moves on.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    all: &'a [u8],
    at: usize,
    /// Quoted strings may hold UTF-8.
    pub(crate) utf8: bool,
}

pub(crate) type Parsed<T> = Result<T, SyntaxError>;

/// A set of numbers as a command carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// `$`, the saved result.
    Saved,
    /// Numbers and ranges; `None` is `*`.
    Ranges(Vec<(Option<u32>, Option<u32>)>),
}

impl Set {
    /// Whether `number` is in the set, where the largest is `largest` and those `saved` were saved.
    pub(crate) fn contains(&self, number: u32, largest: u32, saved: &[u32]) -> bool {
        match self {
            Self::Saved => saved.contains(&number),
            Self::Ranges(ranges) => ranges.iter().any(|(a, b)| {
                let (a, b) = (a.unwrap_or(largest), b.unwrap_or(largest));
                (a.min(b)..=a.max(b)).contains(&number)
            }),
        }
    }

    /// The largest number that is named, `*` excepted.
    pub(crate) fn highest(&self) -> u32 {
        match self {
            Self::Saved => 0,
            Self::Ranges(ranges) => {
                ranges.iter().flat_map(|(a, b)| [*a, *b]).flatten().max().unwrap_or_default()
            }
        }
    }
}

/// A string of any form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) bytes: Vec<u8>,
    pub(crate) form: Form,
}

/// How a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Atom,
    Quoted,
    /// `{n}` or `{n+}`.
    Literal,
    /// `~{n}` or `~{n+}`.
    Literal8,
}

/// `atom-specials`, without the controls
const ATOM_SPECIALS: &[u8] = b"(){ %*\"\\]";

/// `ATOM-CHAR`
pub(crate) fn is_atom_char(octet: u8) -> bool {
    (0x21..=0x7E).contains(&octet) && !ATOM_SPECIALS.contains(&octet)
}

/// `ASTRING-CHAR`
pub(crate) fn is_astring_char(octet: u8) -> bool {
    is_atom_char(octet) || octet == b']'
}

impl<'a> Cursor<'a> {
    /// A command from its first octet to its last CR LF, literals and their octets in their places.
    pub(crate) fn new(all: &'a [u8], utf8: bool) -> Self {
        Self { all, at: 0, utf8 }
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.all.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn fail<T>(&self, expected: &'static str) -> Parsed<T> {
        let rest = self.rest();
        Err(SyntaxError {
            at: self.at,
            expected,
            found: rest.get(..rest.len().min(40)).unwrap_or_default().to_vec(),
        })
    }

    pub(crate) fn next(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let taken = self.rest().get(..count).unwrap_or_default();
        self.at += taken.len();
        taken
    }

    fn take_while(&mut self, accept: impl Fn(u8) -> bool) -> &'a [u8] {
        let count = self.rest().iter().take_while(|octet| accept(**octet)).count();
        self.take(count)
    }

    /// These octets, in this case; whether they are there.
    pub(crate) fn eat(&mut self, octets: &str) -> bool {
        let there = self.rest().starts_with(octets.as_bytes());
        if there {
            self.at += octets.len();
        }
        there
    }

    /// These letters, in any case; whether they are there.
    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
        let there =
            self.rest().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
        if there {
            self.at += word.len();
        }
        there
    }

    pub(crate) fn expect(&mut self, octets: &'static str) -> Parsed<()> {
        if self.eat(octets) { Ok(()) } else { self.fail(octets) }
    }

    /// `SP`: exactly one
    pub(crate) fn sp(&mut self) -> Parsed<()> {
        if self.eat(" ") { Ok(()) } else { self.fail("a space") }
    }

    /// `CRLF`, and nothing behind it
    pub(crate) fn end(&mut self) -> Parsed<()> {
        if self.rest() == b"\r\n" {
            self.at += 2;
            return Ok(());
        }
        self.fail("CR LF")
    }

    pub(crate) fn at_end(&self) -> bool {
        self.rest() == b"\r\n"
    }

    fn word(&mut self, accept: impl Fn(u8) -> bool, expected: &'static str) -> Parsed<String> {
        let word = self.take_while(accept);
        if word.is_empty() {
            return self.fail(expected);
        }
        // Only ASCII is accepted.
        Ok(String::from_utf8_lossy(word).into_owned())
    }

    /// `tag = 1*<any ASTRING-CHAR except "+">`
    pub(crate) fn tag(&mut self) -> Parsed<String> {
        self.word(|octet| is_astring_char(octet) && octet != b'+', "a tag")
    }

    /// `atom`
    pub(crate) fn atom(&mut self) -> Parsed<String> {
        self.word(is_atom_char, "an atom")
    }

    /// Letters of a protocol word: an atom without its brackets, in capitals.
    pub(crate) fn keyword(&mut self) -> Parsed<String> {
        let word = self.word(|octet| is_atom_char(octet) && octet != b'[', "a keyword")?;
        Ok(word.to_ascii_uppercase())
    }

    /// `number`
    pub(crate) fn number(&mut self) -> Parsed<u32> {
        self.number64().and_then(|number| match u32::try_from(number) {
            Ok(number) => Ok(number),
            Err(_) => self.fail("a number of 32 bits"),
        })
    }

    /// `number64`
    pub(crate) fn number64(&mut self) -> Parsed<u64> {
        let start = self.clone();
        let digits = self.word(|octet| octet.is_ascii_digit(), "a number")?;
        match digits.parse::<u64>() {
            Ok(number) if number <= i64::MAX.unsigned_abs() => Ok(number),
            _ => start.fail("a number of 63 bits"),
        }
    }

    /// `nz-number`
    pub(crate) fn nz_number(&mut self) -> Parsed<u32> {
        if self.next() == Some(b'0') {
            return self.fail("a number that does not begin with 0");
        }
        self.number()
    }

    /// `seq-number`: `None` is `*`
    fn seq_number(&mut self) -> Parsed<Option<u32>> {
        if self.eat("*") { Ok(None) } else { self.nz_number().map(Some) }
    }

    /// `sequence-set`
    pub(crate) fn set(&mut self) -> Parsed<Set> {
        if self.eat("$") {
            return Ok(Set::Saved);
        }
        let mut ranges = Vec::new();
        loop {
            let first = self.seq_number()?;
            let last = if self.eat(":") { self.seq_number()? } else { first };
            ranges.push((first, last));
            if !self.eat(",") {
                return Ok(Set::Ranges(ranges));
            }
        }
    }

    /// `quoted`
    fn quoted(&mut self) -> Parsed<Vec<u8>> {
        self.expect("\"")?;
        let mut text = Vec::new();
        loop {
            match self.next() {
                Some(b'"') => {
                    self.at += 1;
                    break;
                }
                Some(b'\\') => {
                    self.at += 1;
                    match self.next() {
                        Some(special @ (b'"' | b'\\')) => text.push(special),
                        _ => return self.fail("a quoted special"),
                    }
                    self.at += 1;
                }
                Some(0 | b'\r' | b'\n') | None => return self.fail("a quoted character"),
                Some(octet) if octet >= 0x80 && !self.utf8 => return self.fail("ASCII in a quoted string"),
                Some(octet) => {
                    text.push(octet);
                    self.at += 1;
                }
            }
        }
        if std::str::from_utf8(&text).is_err() {
            return self.fail("UTF-8 in a quoted string");
        }
        Ok(text)
    }

    /// `literal` or `literal8`
    pub(crate) fn literal(&mut self) -> Parsed<Text> {
        let form = if self.eat("~") { Form::Literal8 } else { Form::Literal };
        self.expect("{")?;
        let count = self.number64()?;
        let _ = self.eat("+") || self.eat("-");
        self.expect("}")?;
        self.expect("\r\n")?;
        let Some(bytes) = usize::try_from(count).ok().and_then(|count| self.rest().get(..count)) else {
            return self.fail("the octets of a literal");
        };
        if form == Form::Literal && bytes.contains(&0) {
            return self.fail("a literal without NUL");
        }
        self.at += bytes.len();
        Ok(Text { bytes: bytes.to_vec(), form })
    }

    /// `string`
    pub(crate) fn string(&mut self) -> Parsed<Text> {
        match self.next() {
            Some(b'"') => Ok(Text { bytes: self.quoted()?, form: Form::Quoted }),
            Some(b'{') => self.literal(),
            _ => self.fail("a string"),
        }
    }

    /// `nstring`
    pub(crate) fn nstring(&mut self) -> Parsed<Option<Text>> {
        if self.eat_word("NIL") { Ok(None) } else { self.string().map(Some) }
    }

    /// `astring`
    pub(crate) fn astring(&mut self) -> Parsed<Text> {
        match self.next() {
            Some(b'"' | b'{') => self.string(),
            _ => Ok(Text { bytes: self.word(is_astring_char, "a string")?.into_bytes(), form: Form::Atom }),
        }
    }

    /// `list-mailbox`
    pub(crate) fn list_mailbox(&mut self) -> Parsed<Vec<u8>> {
        match self.next() {
            Some(b'"' | b'{') => Ok(self.string()?.bytes),
            _ => {
                let accept = |octet| is_astring_char(octet) || matches!(octet, b'%' | b'*');
                Ok(self.word(accept, "a pattern")?.into_bytes())
            }
        }
    }

    /// `flag`
    pub(crate) fn flag(&mut self) -> Parsed<String> {
        if self.eat("\\") {
            return Ok(format!("\\{}", self.atom()?));
        }
        self.atom()
    }

    /// `"(" [item *(SP item)] ")"`
    pub(crate) fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.expect("(")?;
        let mut items = Vec::new();
        if self.eat(")") {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if self.eat(")") {
                return Ok(items);
            }
            self.sp()?;
        }
    }

    /// `date-time`, without its quotes
    pub(crate) fn date_time(&mut self) -> Parsed<String> {
        let start = self.clone();
        let text = String::from_utf8_lossy(&self.quoted()?).into_owned();
        let shape = "dD-aaa-DDDD DD:DD:DD sDDDD";
        let fits = text.len() == shape.len()
            && text.bytes().zip(shape.bytes()).all(|(octet, shape)| match shape {
                b'd' => octet == b' ' || octet.is_ascii_digit(),
                b'D' => octet.is_ascii_digit(),
                b'a' => octet.is_ascii_alphabetic(),
                b's' => matches!(octet, b'+' | b'-'),
                other => octet == other,
            });
        let month = text.get(3..6).unwrap_or_default();
        if !fits || month_number(month).is_none() {
            return start.fail("a date and time");
        }
        Ok(text)
    }

    /// `date`, as year, month and day
    pub(crate) fn date(&mut self) -> Parsed<(u32, u32, u32)> {
        let quote = self.eat("\"");
        let day = self.number()?;
        self.expect("-")?;
        let Some(month) = month_number(&String::from_utf8_lossy(self.take(3))) else {
            return self.fail("a month");
        };
        self.expect("-")?;
        let year = self.take(4);
        let Some(year) = std::str::from_utf8(year).ok().and_then(|year| year.parse().ok()) else {
            return self.fail("a year of four digits");
        };
        if quote {
            self.expect("\"")?;
        }
        if !(1..=31).contains(&day) {
            return self.fail("a day of the month");
        }
        Ok((year, month, day))
    }
}

/// `date-month`
pub(crate) fn month_number(name: &str) -> Option<u32> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name))?;
    u32::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_each_form() {
        let mut cursor = Cursor::new(b"INBOX \"a \\\"b\\\\\" {3}\r\nx\r\n~{1}\r\n\0 NIL\r\n", false);
        assert_eq!(cursor.astring().unwrap(), Text { bytes: b"INBOX".into(), form: Form::Atom });
        cursor.sp().unwrap();
        assert_eq!(cursor.string().unwrap().bytes, b"a \"b\\");
        cursor.sp().unwrap();
        assert_eq!(cursor.string().unwrap(), Text { bytes: b"x\r\n".into(), form: Form::Literal });
        assert_eq!(cursor.literal().unwrap(), Text { bytes: b"\0".into(), form: Form::Literal8 });
        cursor.sp().unwrap();
        assert_eq!(cursor.nstring().unwrap(), None);
        cursor.end().unwrap();
    }

    #[test]
    fn what_the_syntax_does_not_have_is_refused() {
        for bad in ["\"\\a\"", "\"a\rb\"", "\"a", "\"\u{e4}\"", "{3}\r\nab", "{x}", "a b", ""] {
            let text = format!("{bad}\r\n");
            let mut cursor = Cursor::new(text.as_bytes(), false);
            assert!(cursor.astring().and_then(|_| cursor.end()).is_err(), "{bad:?}");
        }
        assert!(Cursor::new("\"\u{e4}\"".as_bytes(), true).string().is_ok());
        for bad in ["0", "01", "1:", "1,", "1,,2", ":1", "4294967296", "1 ", "a"] {
            let text = format!("{bad}\r\n");
            let mut cursor = Cursor::new(text.as_bytes(), false);
            assert!(cursor.set().and_then(|_| cursor.end()).is_err(), "{bad:?}");
        }
        for bad in ["(a", "(a  b)", "( a)", "(a )"] {
            let mut cursor = Cursor::new(bad.as_bytes(), false);
            assert!(cursor.list(Cursor::atom).is_err(), "{bad:?}");
        }
        for bad in
            ["\"1-Feb-1994 00:00:00 +0000\"", "\"01-Foo-1994 00:00:00 +0000\"", "\" 1-Feb-1994 00:00:00\""]
        {
            assert!(Cursor::new(bad.as_bytes(), false).date_time().is_err(), "{bad:?}");
        }
        assert!(Cursor::new(b"\" 1-Feb-1994 00:00:00 +0000\"", false).date_time().is_ok());
    }

    #[test]
    fn sets() {
        let set = Cursor::new(b"2,4:*,9:7", false).set().unwrap();
        let inside: Vec<u32> = (1..=12).filter(|n| set.contains(*n, 5, &[])).collect();
        assert_eq!(inside, [2, 4, 5, 7, 8, 9]);
        // A range to the end holds the last, however large its beginning.
        assert!(Cursor::new(b"559:*", false).set().unwrap().contains(5, 5, &[]));
        assert!(Set::Saved.contains(3, 5, &[3]));
    }
}
