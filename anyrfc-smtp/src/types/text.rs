//! The character classes of the grammars, and what none of them has.

use super::invalid::{Invalid, Problem, Subject};

/// What could pass for the end of a line or of a command, or for none: a control character, ASCII
/// or not, and the separators of lines and paragraphs.
pub(crate) const fn is_control(character: char) -> bool {
    matches!(character, '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}' | '\u{2029}')
}

/// The first control character of `text`, by its offset.
pub(crate) fn control_in(text: &str) -> Option<usize> {
    text.char_indices().find(|(_, character)| is_control(*character)).map(|(at, _)| at)
}

/// `atext` (RFC 5322, section 3.2.3, as RFC 5321 uses it), widened by RFC 6531, section 3.3.
pub(crate) const fn is_atext(character: char) -> bool {
    if !character.is_ascii() {
        return !is_control(character);
    }
    character.is_ascii_alphanumeric()
        || matches!(
            character,
            '!' | '#'
                | '$'
                | '%'
                | '&'
                | '\''
                | '*'
                | '+'
                | '-'
                | '/'
                | '='
                | '?'
                | '^'
                | '_'
                | '`'
                | '{'
                | '|'
                | '}'
                | '~'
        )
}

/// `Dot-string` (RFC 5321, section 4.1.2).
pub(crate) fn is_dot_string(text: &str) -> bool {
    text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

/// `Ldh-str` behind a `Let-dig`, thus a `sub-domain` (RFC 5321, section 4.1.2).
pub(crate) fn is_sub_domain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    edge(bytes.first()) && edge(bytes.last()) && bytes.iter().all(|&byte| is_ldh(byte))
}

/// A letter, a digit or a hyphen.
pub(crate) const fn is_ldh(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Text of one line: nothing that ends it or is not shown, and no space at either end.
pub(crate) fn check_line(subject: Subject, text: &str, max: usize) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(subject, Problem::Empty, 0));
    }
    if let Some(at) = control_in(text) {
        return Err(Invalid::new(subject, Problem::Control, at));
    }
    if text.len() > max {
        return Err(Invalid::new(subject, Problem::TooLong, max));
    }
    if text.starts_with(' ') {
        return Err(Invalid::new(subject, Problem::Character, 0));
    }
    if text.ends_with(' ') {
        return Err(Invalid::new(subject, Problem::Character, text.len() - 1));
    }
    Ok(())
}

/// `Quoted-string` of what is meant (RFC 5321, section 4.1.2): nothing is quoted that need not be.
pub(crate) fn quote(meant: &str, out: &mut String) {
    out.push('"');
    for character in meant.chars() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes() {
        let ascii = (0..128u8).map(char::from);
        assert_eq!(ascii.clone().filter(|c| is_atext(*c)).count(), 62 + 19);
        assert_eq!(ascii.filter(|c| is_control(*c)).count(), 33);
        assert!(is_atext('ü') && !is_atext('\u{85}') && !is_atext('\u{2028}'));
        assert!(is_dot_string("a.b") && !is_dot_string("a..b") && !is_dot_string(""));
        for label in ["a", "a-b", "4", "xn--bcher-kva"] {
            assert!(is_sub_domain(label), "{label}");
        }
        for label in ["", "-", "-a", "a-", "a_b", "a.b", "ü"] {
            assert!(!is_sub_domain(label), "{label}");
        }
    }
}
