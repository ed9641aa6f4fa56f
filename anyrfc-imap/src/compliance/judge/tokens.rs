//! Characters, numbers, strings and names.

use base64::{
    Engine as _,
    alphabet::IMAP_MUTF7,
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};

use super::{Read, Reader};

impl<'a> Reader<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.input.get(self.at).copied()
    }

    pub(super) fn byte(&mut self, wanted: u8) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    pub(super) fn expect(&mut self, wanted: u8, why: &'static str) -> Read {
        if self.byte(wanted) { Ok(()) } else { Err(why) }
    }

    /// SP: exactly one space.
    pub(super) fn sp(&mut self) -> Read {
        self.expect(b' ', "no space")?;
        if self.peek() == Some(b' ') { Err("a second space") } else { Ok(()) }
    }

    pub(super) fn crlf(&mut self) -> Read {
        self.expect(b'\r', "no CR")?;
        self.expect(b'\n', "no LF after CR")
    }

    /// Takes as many octets as fit.
    pub(super) fn run(&mut self, fits: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = &self.input[self.at..];
        let length = rest.iter().take_while(|octet| fits(**octet)).count();
        self.at += length;
        &rest[..length]
    }

    /// A word of the syntax, in capitals.
    pub(super) fn word(&mut self) -> Read<String> {
        let word = self.run(|octet| octet.is_ascii_alphanumeric() || b"./=+-".contains(&octet));
        if word.is_empty() {
            return Err("no keyword");
        }
        Ok(String::from_utf8_lossy(word).to_ascii_uppercase())
    }

    /// `number`: decimal digits within 32 bits, or within `bits`.
    pub(super) fn number(&mut self, bits: u32) -> Read<u64> {
        let digits = self.run(|octet| octet.is_ascii_digit());
        let value = digits
            .iter()
            .try_fold(0_u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
        match value {
            _ if digits.is_empty() => Err("no number"),
            Some(value) if value >> (bits - 1) <= 1 => Ok(value),
            _ => Err("a number that is too large"),
        }
    }

    /// `nz-number`
    pub(super) fn nz_number(&mut self) -> Read<u64> {
        if self.peek() == Some(b'0') {
            return Err("a number that begins with zero");
        }
        self.number(32)
    }

    /// `atom`
    pub(super) fn atom(&mut self) -> Read<&'a [u8]> {
        match self.run(is_atom_char) {
            [] => Err("no atom"),
            atom => Ok(atom),
        }
    }

    /// `astring`: what it stands for.
    pub(super) fn astring(&mut self) -> Read<Vec<u8>> {
        match self.run(|octet| is_atom_char(octet) || octet == b']') {
            [] => self.string(),
            atom => Ok(atom.to_vec()),
        }
    }

    /// `string`
    pub(super) fn string(&mut self) -> Read<Vec<u8>> {
        if self.peek() == Some(b'"') { self.quoted() } else { self.literal(false) }
    }

    /// `nstring`
    pub(super) fn nstring(&mut self) -> Read<Option<Vec<u8>>> {
        if self.input[self.at..].get(..3).is_some_and(|three| three.eq_ignore_ascii_case(b"NIL")) {
            self.at += 3;
            return Ok(None);
        }
        self.string().map(Some)
    }

    /// `quoted`; 8-bit characters only after ENABLE UTF8=ACCEPT, and then as UTF-8.
    fn quoted(&mut self) -> Read<Vec<u8>> {
        self.expect(b'"', "no string")?;
        let mut text = Vec::new();
        loop {
            match self.peek().ok_or("a string without end")? {
                b'"' => break,
                b'\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some(special @ (b'"' | b'\\')) => text.push(special),
                        _ => return Err("a backslash before what needs none"),
                    }
                }
                0 | b'\r' | b'\n' => return Err("NUL, CR or LF in a quoted string"),
                0x80.. if !self.judge.utf8 => return Err("an 8-bit character in a quoted string"),
                other => text.push(other),
            }
            self.at += 1;
        }
        self.at += 1;
        if std::str::from_utf8(&text).is_err() {
            return Err("a quoted string that is not UTF-8");
        }
        Ok(text)
    }

    /// `literal`, or with `binary` `literal8`, whose octets may be NUL.
    pub(super) fn literal(&mut self, binary: bool) -> Read<Vec<u8>> {
        if binary {
            self.expect(b'~', "no tilde before a literal8")?;
        }
        self.expect(b'{', "no literal")?;
        let length = self.number(32)?;
        if self.byte(b'+') {
            match self.judge.non_synchronizing() {
                None => return Err("a non-synchronizing literal, without the capability"),
                Some(most) if length > most => return Err("a non-synchronizing literal that is too large"),
                Some(_) => {}
            }
        }
        self.expect(b'}', "no closing brace")?;
        self.crlf()?;
        let octets = usize::try_from(length).ok().and_then(|length| self.input[self.at..].get(..length));
        let octets = octets.ok_or("a literal without end")?;
        self.at += octets.len();
        if !binary && octets.contains(&0) {
            return Err("NUL in a literal");
        }
        Ok(octets.to_vec())
    }

    /// `mailbox`, in modified UTF-7 unless UTF-8 is enabled.
    pub(super) fn mailbox(&mut self) -> Read<Vec<u8>> {
        let name = self.astring()?;
        self.is_name(&name)?;
        Ok(name)
    }

    /// `list-mailbox`
    pub(super) fn pattern(&mut self) -> Read {
        let bare = self.run(|octet| is_atom_char(octet) || b"]%*".contains(&octet));
        let name = if bare.is_empty() { self.string()? } else { bare.to_vec() };
        self.is_name(&name)
    }

    fn is_name(&self, name: &[u8]) -> Read {
        if self.judge.utf8 {
            let text = std::str::from_utf8(name).map_err(|_| "a name that is not UTF-8")?;
            let bad = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
            return if text.contains(bad) { Err("a control character in a name") } else { Ok(()) };
        }
        is_modified_utf7(name)
    }

    /// `flag`, never `\Recent`.
    pub(super) fn flag(&mut self) -> Read {
        let system = self.byte(b'\\');
        let name = self.atom()?;
        if system && name.eq_ignore_ascii_case(b"Recent") {
            return Err("\\Recent, which only the server alters");
        }
        Ok(())
    }

    /// `"(" [item *(SP item)] ")"`
    pub(super) fn list(&mut self, item: impl Fn(&mut Self) -> Read, empty: bool) -> Read<usize> {
        self.expect(b'(', "no list")?;
        if empty && self.byte(b')') {
            return Ok(0);
        }
        let mut count = 0;
        loop {
            item(self)?;
            count += 1;
            if self.byte(b')') {
                return Ok(count);
            }
            self.sp()?;
        }
    }

    /// `sequence-set`, or `$` of RFC 5182.
    pub(super) fn set(&mut self) -> Read {
        if self.byte(b'$') {
            return if self.judge.has("SEARCHRES") { Ok(()) } else { Err("$ without SEARCHRES") };
        }
        loop {
            self.seq_number()?;
            if self.byte(b':') {
                self.seq_number()?;
            }
            if !self.byte(b',') {
                return Ok(());
            }
        }
    }

    fn seq_number(&mut self) -> Read {
        if self.byte(b'*') { Ok(()) } else { self.nz_number().map(|_| ()) }
    }

    /// `date-text`, or with `fixed` the day of `date-time`.
    fn day_month_year(&mut self, fixed: bool) -> Read {
        if fixed && self.byte(b' ') {
            self.digits(1)?;
        } else if fixed {
            self.digits(2)?;
        } else if self.number(32)? > 31 {
            return Err("no day of a month");
        }
        self.expect(b'-', "no hyphen in a date")?;
        let month = self.run(|octet| octet.is_ascii_alphabetic());
        const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec";
        let month = String::from_utf8_lossy(month).to_ascii_lowercase();
        if !MONTHS.split(' ').any(|known| known == month) {
            return Err("no such month");
        }
        self.expect(b'-', "no hyphen in a date")?;
        self.digits(4)
    }

    fn digits(&mut self, count: usize) -> Read {
        let before = self.at;
        self.run(|octet| octet.is_ascii_digit());
        if self.at - before == count { Ok(()) } else { Err("another number of digits") }
    }

    /// `date`
    pub(super) fn date(&mut self) -> Read {
        if !self.byte(b'"') {
            return self.day_month_year(false);
        }
        self.day_month_year(false)?;
        self.expect(b'"', "no end of a date")
    }

    /// `date-time`
    pub(super) fn date_time(&mut self) -> Read {
        self.expect(b'"', "no date-time")?;
        self.day_month_year(true)?;
        self.sp()?;
        self.digits(2)?;
        for _ in 0..2 {
            self.expect(b':', "no colon in a time")?;
            self.digits(2)?;
        }
        self.sp()?;
        if !self.byte(b'+') {
            self.expect(b'-', "no sign of a zone")?;
        }
        self.digits(4)?;
        self.expect(b'"', "no end of a date-time")
    }

    /// `base64`, padded.
    pub(super) fn base64(&mut self) -> Read {
        let text = self.run(|octet| octet.is_ascii_alphanumeric() || b"+/=".contains(&octet));
        match base64::engine::general_purpose::STANDARD.decode(text) {
            Ok(_) => Ok(()),
            Err(_) => Err("no base64"),
        }
    }
}

/// `ATOM-CHAR`
pub(super) fn is_atom_char(octet: u8) -> bool {
    octet.is_ascii_graphic() && !b"(){%*\"\\]".contains(&octet)
}

/// RFC 3501, section 5.1.3.
pub(in crate::compliance) fn is_modified_utf7(name: &[u8]) -> Result<(), &'static str> {
    let engine = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);
    let mut rest = name;
    let mut shifted_back = false;
    while let Some((&octet, behind)) = rest.split_first() {
        if !(0x20..0x7F).contains(&octet) {
            return Err("a name with an octet that is not printable ASCII");
        }
        rest = behind;
        if octet != b'&' {
            shifted_back = false;
            continue;
        }
        let end = rest.iter().position(|octet| *octet == b'-').ok_or("a shift without end in a name")?;
        let (shift, behind) = rest.split_at(end);
        rest = &behind[1..];
        if shift.is_empty() {
            shifted_back = false;
            continue;
        }
        if shifted_back {
            return Err("a superfluous shift in a name");
        }
        shifted_back = true;
        let octets = engine.decode(shift).map_err(|_| "no modified base64 in a name")?;
        if octets.len() % 2 != 0 {
            return Err("half a character in a name");
        }
        let units = octets.chunks(2).map(|two| u16::from_be_bytes([two[0], two[1]]));
        for c in char::decode_utf16(units) {
            match c {
                Ok(' '..='~') => return Err("printable ASCII in modified base64"),
                Ok(_) => {}
                Err(_) => return Err("half a surrogate pair in a name"),
            }
        }
    }
    Ok(())
}
