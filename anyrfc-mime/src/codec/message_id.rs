//! Message identifiers (RFC 5322, section 3.6.4).

use compact_str::CompactString;

use super::reading::{Lexer, Reading, is_space};
use crate::types::{DefectKind, Invalid, MessageId, Problem, Subject};

/// The most identifiers without angle brackets that are kept.
const BARE_MAX: usize = 1000;

/// The identifiers of `Message-ID`, `In-Reply-To`, `References` and `Content-ID`. The words of the
/// obsolete `In-Reply-To` between them are passed over (section 4.5.4).
pub fn message_ids(value: &[u8], reading: &mut Reading<'_>) -> Vec<MessageId> {
    let value = reading.trimmed(value);
    let text = reading.utf8(value);
    let mut lexer = Lexer::new(&text);
    let mut ids = Vec::new();
    // What is not in angle brackets; identifiers if there are no others.
    let mut bare = Vec::new();
    loop {
        lexer.skip_cfws(reading);
        let start = lexer.at();
        match lexer.peek() {
            None => break,
            Some(b'<') => match in_brackets(&mut lexer, reading) {
                Some(id) => ids.push(id),
                None => reading.record(DefectKind::BadMessageId, start),
            },
            Some(b'"') => {
                lexer.quoted_string(reading);
            }
            Some(_) => {
                let word =
                    lexer.take_while(|byte| !is_space(byte) && !matches!(byte, b'<' | b'"' | b'(' | b','));
                if word.is_empty() {
                    lexer.advance(1);
                }
                if bare.len() < BARE_MAX && word.contains('@') {
                    bare.extend(MessageId::lenient(word.trim_end_matches('>')).ok());
                }
            }
        }
    }
    if ids.is_empty() && !bare.is_empty() {
        reading.record(DefectKind::BadMessageId, 0);
        return bare;
    }
    ids
}

/// `msg-id` (section 3.6.4): what stands in angle brackets, without white space.
fn in_brackets(lexer: &mut Lexer<'_>, reading: &mut Reading<'_>) -> Option<MessageId> {
    let start = lexer.at();
    lexer.advance(1);
    let inside = lexer.take_while(|byte| !matches!(byte, b'>' | b'<'));
    if !lexer.eat(b'>') {
        return None;
    }
    if let Some((left, right)) = inside.rsplit_once('@')
        && let Ok(id) = MessageId::new(left, right)
    {
        return Some(id);
    }
    let whole = without_cfws(inside, reading);
    let id = MessageId::lenient(&whole).ok()?;
    let kind = if whole.len() < inside.len() { DefectKind::Obsolete } else { DefectKind::BadMessageId };
    reading.record(kind, start);
    Some(id)
}

/// The obsolete form has white space and comments between its words (section 4.5.4).
fn without_cfws(text: &str, reading: &mut Reading<'_>) -> CompactString {
    let mut whole = CompactString::default();
    let mut lexer = Lexer::new(text);
    while lexer.peek().is_some() {
        lexer.skip_cfws(reading);
        whole.push_str(lexer.take_while(|byte| !is_space(byte) && byte != b'('));
    }
    whole
}

/// With or without its angle brackets.
impl std::str::FromStr for MessageId {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let inside = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
        match inside.rsplit_once('@') {
            Some((left, right)) => Self::new(left, right),
            None => Err(Invalid::new(Subject::MessageId, Problem::Syntax, 0)),
        }
    }
}

impl TryFrom<&str> for MessageId {
    type Error = Invalid;
    fn try_from(text: &str) -> Result<Self, Invalid> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Defects;

    fn read(value: &str) -> (Vec<String>, Vec<DefectKind>) {
        let mut defects = Defects::new();
        let ids = message_ids(value.as_bytes(), &mut Reading::new(&mut defects));
        let ids = ids.iter().map(|id| id.as_str().to_owned()).collect();
        (ids, defects.iter().map(|defect| defect.kind).collect())
    }

    #[test]
    fn identifiers() {
        use DefectKind::{BadMessageId, Obsolete};
        for (value, ids, kinds) in [
            (" <1234@local.machine.example>\r\n", vec!["1234@local.machine.example"], vec![]),
            ("<a@b> <c@d>\r\n <e@[1]>", vec!["a@b", "c@d", "e@[1]"], vec![]),
            ("<a@b><c@d>,<e@f>", vec!["a@b", "c@d", "e@f"], vec![]),
            ("(c) <a@b> (d)", vec!["a@b"], vec![]),
            ("Your message of \"Mon <x@y>\" <a@b>", vec!["a@b"], vec![]),
            ("<a @ b>", vec!["a@b"], vec![Obsolete]),
            ("<a @ b(c (d)) .e>", vec!["a@b.e"], vec![Obsolete]),
            ("<abc>", vec!["abc"], vec![BadMessageId]),
            ("<\"q\"@b>", vec!["\"q\"@b"], vec![BadMessageId]),
            ("<a..b@c>", vec!["a..b@c"], vec![BadMessageId]),
            ("<a@b@c>", vec!["a@b@c"], vec![BadMessageId]),
            ("abc@def", vec!["abc@def"], vec![BadMessageId]),
            ("<a@b", vec![], vec![BadMessageId]),
            ("<a@b <c@d>", vec!["c@d"], vec![BadMessageId]),
            ("<>", vec![], vec![BadMessageId]),
            ("<a\0@b>", vec![], vec![BadMessageId]),
            ("words only", vec![], vec![]),
            ("", vec![], vec![]),
        ] {
            let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
            assert_eq!(read(value), (ids, kinds), "{value}");
        }
        assert_eq!("<a@b>".parse::<MessageId>().unwrap(), "a@b".parse().unwrap());
        assert!("<a@b>x".parse::<MessageId>().is_err() && "a".parse::<MessageId>().is_err());
    }

    #[test]
    fn bare_identifiers_are_bounded() {
        for (count, kept) in [(999, 999), (1000, 1000), (1001, 1000)] {
            assert_eq!(
                read(&"a@b ".repeat(count)),
                (vec!["a@b".to_owned(); kept], vec![DefectKind::BadMessageId])
            );
        }
    }

    #[test]
    fn hostile_lists_cost_what_they_are_long() {
        for unit in ["<", ">", "<a@b", "\"", "(", "@", "a@b ", "<a@b>"] {
            read(&unit.repeat(100_000 / unit.len()));
        }
    }
}
