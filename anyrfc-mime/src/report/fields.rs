//! Groups of fields, as the bodies of reports have them (RFC 3464, section 2.1).

use memchr::memchr;

use crate::{
    codec::{
        Reading,
        reading::{Lexer, is_space},
    },
    types::{DefectKind, Defects, MimeLimits, chars::FTEXT},
};

/// A field as it stands in the body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a [u8],
    /// Where the value begins in the body.
    pub(super) offset: u64,
}

impl<'a> Field<'a> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The circumstances of reading the value.
    pub(super) fn reading<'d>(&self, limits: MimeLimits, defects: &'d mut Defects) -> Reading<'d> {
        let mut reading = Reading::new(defects);
        reading.limits = limits;
        reading.offset = self.offset;
        reading
    }

    /// The value as text on one line, nothing decoded.
    pub(super) fn text(&self, reading: &mut Reading<'_>) -> String {
        let value = reading.trimmed(self.value);
        on_one_line(&reading.utf8(value))
    }
}

/// Text without line breaks and without other control characters, which become spaces.
pub(super) fn on_one_line(text: &str) -> String {
    let kept = text.chars().filter(|c| !matches!(c, '\r' | '\n'));
    kept.map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// The groups of fields of a body, in order; empty lines separate them, any number of them.
///
/// Lines that are no fields are passed over with a defect.
pub(super) fn groups<'a>(body: &'a [u8], limits: MimeLimits, defects: &mut Defects) -> Vec<Vec<Field<'a>>> {
    let mut groups: Vec<Vec<Field<'a>>> = Vec::new();
    let mut group = Vec::new();
    let mut at = 0;
    while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty()) {
        let line = line_length(rest);
        let begun = rest.get(..line).unwrap_or_default();
        if begun.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            at += line;
            if !group.is_empty() {
                groups.push(std::mem::take(&mut group));
            }
            continue;
        }
        if groups.len() >= limits.parts {
            defects.record(DefectKind::TooManyParts, at as u64);
            return groups;
        }
        // The lines that are folded into this one.
        let mut length = line;
        while let Some(rest @ [b' ' | b'\t', ..]) = rest.get(length..) {
            length += line_length(rest);
        }
        match field(rest.get(..length).unwrap_or_default(), at as u64) {
            None => defects.record(DefectKind::NotAField, at as u64),
            Some(_) if group.len() >= limits.headers => defects.record(DefectKind::TooManyFields, at as u64),
            Some(mut field) => {
                if field.value.len() > limits.header {
                    defects.record(DefectKind::LongField, at as u64);
                    field.value = field.value.get(..limits.header).unwrap_or_default();
                }
                group.push(field);
            }
        }
        at += length;
    }
    if !group.is_empty() {
        groups.push(group);
    }
    groups
}

fn line_length(text: &[u8]) -> usize {
    memchr(b'\n', text).map_or(text.len(), |at| at + 1)
}

fn field(text: &[u8], offset: u64) -> Option<Field<'_>> {
    let colon = memchr(b':', text)?;
    let (name, rest) = text.split_at_checked(colon)?;
    let name = std::str::from_utf8(name.trim_ascii_end()).ok()?;
    if name.is_empty() || !name.bytes().all(|byte| FTEXT.has(byte)) {
        return None;
    }
    Some(Field { name, value: rest.get(1..)?, offset: offset + colon as u64 + 1 })
}

/// What stands before a semicolon in the fields of reports, in lower case, and what stands behind
/// it; comments may stand around both.
pub(super) fn typed(text: &str, reading: &mut Reading<'_>) -> Option<(String, usize)> {
    let mut lexer = Lexer::new(text);
    lexer.skip_cfws(reading);
    let kind = lexer.take_while(|byte| !is_space(byte) && !matches!(byte, b';' | b'('));
    lexer.skip_cfws(reading);
    if kind.is_empty() || !lexer.eat(b';') {
        return None;
    }
    lexer.skip_cfws(reading);
    Some((kind.to_ascii_lowercase(), lexer.at()))
}

/// Text without its comments, of which the last is handed back; quoted strings stay as they are.
pub(super) fn without_comments(text: &str, reading: &mut Reading<'_>) -> (String, Option<String>) {
    let mut lexer = Lexer::new(text);
    let mut out = String::with_capacity(text.len());
    loop {
        out.push_str(lexer.take_while(|byte| !matches!(byte, b'"' | b'(')));
        let start = lexer.at();
        match lexer.peek() {
            None => break,
            Some(b'"') => {
                lexer.quoted_string(reading);
                out.push_str(lexer.since(start));
            }
            Some(_) => {
                lexer.skip_cfws(reading);
            }
        }
    }
    let comment = lexer.take_comment().map(on_one_line).filter(|comment| !comment.is_empty());
    (on_one_line(&out), comment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str, limits: MimeLimits) -> (Vec<Vec<(String, String)>>, Vec<DefectKind>) {
        let mut defects = Defects::new();
        let groups = groups(body.as_bytes(), limits, &mut defects);
        let mut found = Vec::new();
        for group in groups {
            let text = |field: &Field<'_>| {
                let mut defects = Defects::new();
                let mut reading = field.reading(limits, &mut defects);
                (field.name.to_owned(), field.text(&mut reading))
            };
            found.push(group.iter().map(text).collect());
        }
        (found, defects.iter().map(|defect| defect.kind).collect())
    }

    #[test]
    fn empty_lines_separate_groups() {
        let usual = MimeLimits::default();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        for (body, groups) in [
            ("", vec![]),
            ("\r\n\r\n", vec![]),
            ("A: 1\r\nB: 2\r\n\r\nC: 3", vec![vec![pair("A", "1"), pair("B", "2")], vec![pair("C", "3")]]),
            ("\n\nA:1\n\n\n\nB :2\n\n", vec![vec![pair("A", "1")], vec![pair("B", "2")]]),
            ("A: 1\r\n  2\r\n\t3\r\nB:", vec![vec![pair("A", "1  2 3"), pair("B", "")]]),
            ("A: b\0c", vec![vec![pair("A", "b c")]]),
        ] {
            assert_eq!(read(body, usual), (groups, vec![]), "{body:?}");
        }
    }

    #[test]
    fn what_is_no_field_is_passed_over() {
        let one = vec![vec![("A".to_owned(), "1".to_owned())]];
        for body in
            ["junk\r\nA: 1", "A: 1\r\n: x\r\n", " folded\r\nA: 1", "a b: c\r\n d\r\nA: 1", "ä: x\nA: 1"]
        {
            assert_eq!(
                read(body, MimeLimits::default()),
                (one.clone(), vec![DefectKind::NotAField]),
                "{body:?}"
            );
        }
    }

    #[test]
    fn limits_hold() {
        let usual = MimeLimits::default();
        let few = MimeLimits { headers: 2, ..usual };
        assert_eq!(read("A:1\nA:2\nA:3\n", few).1, [DefectKind::TooManyFields]);
        let few = MimeLimits { parts: 1, ..usual };
        assert_eq!(read("A:1\n\nA:2\n\nA:3\n", few).1, [DefectKind::TooManyParts]);
        let short = MimeLimits { header: 3, ..usual };
        assert_eq!(
            read("A:123456\n", short),
            (vec![vec![("A".into(), "123".into())]], vec![DefectKind::LongField])
        );
        let folded = "A: 1\n".to_owned() + &" x\n".repeat(500_000);
        assert_eq!(read(&folded, usual).1, [DefectKind::LongField]);
    }
}
