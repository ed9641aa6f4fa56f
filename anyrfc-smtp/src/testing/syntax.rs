//! The words of commands, read as strictly as RFC 5321, section 4.1.2, and RFC 6531, section 3.3,
//! allow.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::breach::{Checked, flaw, require};
use crate::{rfc3461, rfc5321, rfc6531};

/// What a command is that no rule of the grammar has.
pub(super) const NOT_A_COMMAND: &anyrfc_core::Requirement = rfc5321::COMMANDS_WITHOUT_X_ARE_REGISTERED;

/// `atext`, and `UTF8-non-ascii`
const fn is_atext(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || octet >= 0x80 || {
        matches!(
            octet,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'/'
                | b'='
                | b'?'
                | b'^'
                | b'_'
                | b'`'
                | b'{'
                | b'|'
                | b'}'
                | b'~'
        )
    }
}

/// `Atom`
pub(super) fn is_atom(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(is_atext)
}

/// `Dot-string`
fn is_dot_string(word: &str) -> bool {
    word.split('.').all(is_atom)
}

/// `Quoted-string`: what stands in it, without its quoting.
fn quoted_string(word: &str) -> Option<String> {
    let inner = word.strip_prefix('"')?.strip_suffix('"')?;
    let mut plain = String::new();
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => plain.push(chars.next().filter(|next| matches!(next, ' '..='~'))?),
            '"' => return None,
            ' '..='~' | '\u{80}'.. => plain.push(char),
            _ => return None,
        }
    }
    Some(plain)
}

/// `String`, of VRFY and its like: an atom or a quoted string.
pub(super) fn is_string(word: &str) -> bool {
    is_atom(word) || quoted_string(word).is_some()
}

/// `Domain`: labels of letters, digits and hyphens, or U-labels.
pub(super) fn domain(name: &str) -> Checked {
    let labels = rfc5321::DOMAIN_LABELS_ARE_LDH;
    require(name.len() <= 255, rfc5321::DOMAIN_HAS_255_OCTETS, "a domain beyond 255 octets")?;
    require(!name.starts_with('#'), rfc5321::NUMBER_SIGN_LITERALS_ARE_NOT_USED, "a number as an address")?;
    for label in name.split('.') {
        require(!label.is_empty(), labels, "an empty label")?;
        require(label.len() <= 63 || !label.is_ascii(), labels, "a label beyond 63 octets")?;
        let ends = !label.starts_with('-') && !label.ends_with('-');
        require(ends, labels, "a hyphen at the edge of a label")?;
        let ldh = |char: char| char.is_ascii_alphanumeric() || char == '-';
        let all = label.chars().all(|char| ldh(char) || !char.is_ascii());
        require(all, labels, "a character that no label has")?;
        let controls = label.chars().any(char::is_control);
        require(!controls, rfc6531::U_LABELS_HAVE_NO_ASCII_CONTROLS, "a control in a label")?;
    }
    Ok(())
}

/// `address-literal`, with its brackets.
pub(super) fn address_literal(word: &str) -> Checked {
    let rule = rfc5321::DOMAIN_LABELS_ARE_LDH;
    let inside = word.strip_prefix('[').and_then(|word| word.strip_suffix(']'));
    let inside = inside.ok_or(flaw(rule, "an address literal without its brackets"))?;
    let good = match inside.split_once(':') {
        None => inside.parse::<Ipv4Addr>().is_ok(),
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6") => address.parse::<Ipv6Addr>().is_ok(),
        Some((tag, content)) => {
            let tag_chars = tag.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-');
            let dcontent = content.bytes().all(|octet| matches!(octet, 33..=90 | 94..=126));
            !tag.is_empty() && !tag.ends_with('-') && tag_chars && !content.is_empty() && dcontent
        }
    };
    require(good, rule, "not an address literal")
}

/// `Mailbox`. What could do without its quotation marks is noted.
pub(super) fn mailbox(word: &str, notes: &mut Vec<super::breach::Flaw>) -> Checked {
    let rule = rfc5321::LOCAL_PART_IS_WELL_FORMED;
    let at = word.rfind('@').ok_or(flaw(rule, "a mailbox without @"))?;
    // An address literal holds no @, a domain neither.
    let (local, rest) = word.split_at(at);
    let host = rest.strip_prefix('@').unwrap_or_default();
    require(local.len() <= 64, rfc5321::LOCAL_PART_HAS_64_OCTETS, "a local part beyond 64 octets")?;
    if local.starts_with('"') {
        let plain = quoted_string(local).ok_or(flaw(rule, "not a quoted string"))?;
        if is_dot_string(&plain) {
            notes.push(flaw(rfc5321::QUOTING_IS_MINIMAL, "quotation marks without need"));
        }
    } else {
        require(is_dot_string(local), rule, "not a local part")?;
    }
    if host.starts_with('[') { address_literal(host) } else { domain(host) }
}

/// `esmtp-keyword`
pub(super) fn is_keyword(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphanumeric())
        && word.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
}

/// `esmtp-value`, as RFC 6531, section 3.3, extends it.
pub(super) fn is_value(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|char| matches!(char, '!'..='<' | '>'..='~' | '\u{80}'..))
}

/// `xtext` (RFC 3461, section 4): the octets it stands for.
pub(super) fn xtext(word: &str) -> Checked<Vec<u8>> {
    let mut plain = Vec::new();
    let mut octets = word.bytes();
    while let Some(octet) = octets.next() {
        match octet {
            b'+' => {
                let digit = |octet: Option<u8>| match octet {
                    Some(octet @ b'0'..=b'9') => Some(octet - b'0'),
                    Some(octet @ b'A'..=b'F') => Some(octet - b'A' + 10),
                    _ => None,
                };
                let (high, low) = (digit(octets.next()), digit(octets.next()));
                let (Some(high), Some(low)) = (high, low) else {
                    return Err(flaw(rfc3461::HEX_IS_UPPER_CASE, "a plus without two digits"));
                };
                plain.push(high << 4 | low);
            }
            b'!'..=b'<' | b'>'..=b'~' => plain.push(octet),
            _ => return Err(flaw(rfc3461::OTHER_CHARACTERS_ARE_HEX, "a character that is not encoded")),
        }
    }
    Ok(plain)
}

/// Digits, so many at most.
pub(super) fn number(word: &str, digits: usize) -> Option<u64> {
    let all = !word.is_empty() && word.len() <= digits && word.bytes().all(|octet| octet.is_ascii_digit());
    // Twenty digits may be more than 64 bits hold: as good as endless.
    all.then(|| word.parse().unwrap_or(u64::MAX))
}

/// `full-date "T" full-time` of RFC 3339, in UTC: seconds since 1970.
pub(super) fn date_time(word: &str) -> Option<u64> {
    let word = word.strip_suffix(['Z', 'z'])?;
    let (date, time) = word.split_once(['T', 't'])?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let fixed = |part: Option<&str>, digits: usize| {
        part.filter(|part| part.len() == digits).and_then(|part| number(part, digits))
    };
    let mut parts = date.split('-');
    let (year, month, day) = (fixed(parts.next(), 4)?, fixed(parts.next(), 2)?, fixed(parts.next(), 2)?);
    let mut times = time.split(':');
    let (hour, minute, second) = (fixed(times.next(), 2)?, fixed(times.next(), 2)?, fixed(times.next(), 2)?);
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        2 => 28 + u64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let whole = parts.next().is_none() && times.next().is_none() && number(fraction, 18).is_some();
    if !whole || !(1..=length).contains(&day) || hour > 23 || minute > 59 || second > 60 || year < 1970 {
        return None;
    }
    let years: u64 = (1970..year).map(|year| 365 + u64::from(leap(year))).sum();
    let months: u64 = (1..month)
        .map(|month| match month {
            2 => 28 + u64::from(leap(year)),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        })
        .sum();
    Some((((years + months + day - 1) * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes() {
        let check = |word: &str| mailbox(word, &mut Vec::new());
        for good in [
            "a@b.example",
            "a.b+c=d@[192.0.2.1]",
            "\"a b\"@x.example",
            "\"a\\\"@b\"@x.example",
            "ü@ü.example",
            "a@[IPv6:2001:db8::1]",
            "a@[x-tag:abc]",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, rule) in [
            ("a", rfc5321::LOCAL_PART_IS_WELL_FORMED),
            ("a..b@x", rfc5321::LOCAL_PART_IS_WELL_FORMED),
            ("a b@x", rfc5321::LOCAL_PART_IS_WELL_FORMED),
            ("\"a\"b\"@x", rfc5321::LOCAL_PART_IS_WELL_FORMED),
            ("@x", rfc5321::LOCAL_PART_IS_WELL_FORMED),
            ("a@", rfc5321::DOMAIN_LABELS_ARE_LDH),
            ("a@x..y", rfc5321::DOMAIN_LABELS_ARE_LDH),
            ("a@x_y", rfc5321::DOMAIN_LABELS_ARE_LDH),
            ("a@-x", rfc5321::DOMAIN_LABELS_ARE_LDH),
            ("a@[1.2.3]", rfc5321::DOMAIN_LABELS_ARE_LDH),
            ("a@[IPv6:1.2.3.4]", rfc5321::DOMAIN_LABELS_ARE_LDH),
            ("a@#123", rfc5321::NUMBER_SIGN_LITERALS_ARE_NOT_USED),
            ("a@x\u{85}", rfc6531::U_LABELS_HAVE_NO_ASCII_CONTROLS),
        ] {
            assert_eq!(check(bad).unwrap_err().requirement, rule, "{bad}");
        }
        let long = format!("{}@x", "a".repeat(65));
        assert_eq!(check(&long).unwrap_err().requirement, rfc5321::LOCAL_PART_HAS_64_OCTETS);
        let mut notes = Vec::new();
        assert_eq!(mailbox("\"a.b\"@x", &mut notes), Ok(()));
        assert_eq!(notes.first().unwrap().requirement, rfc5321::QUOTING_IS_MINIMAL);
    }

    #[test]
    fn encoded_text() {
        assert_eq!(xtext("a+2Bb+3D"), Ok(b"a+b=".to_vec()));
        assert_eq!(xtext("a+2b").unwrap_err().requirement, rfc3461::HEX_IS_UPPER_CASE);
        assert_eq!(xtext("a+2").unwrap_err().requirement, rfc3461::HEX_IS_UPPER_CASE);
        assert_eq!(xtext("a b").unwrap_err().requirement, rfc3461::OTHER_CHARACTERS_ARE_HEX);
        assert_eq!(xtext("ü").unwrap_err().requirement, rfc3461::OTHER_CHARACTERS_ARE_HEX);
    }

    #[test]
    fn times() {
        assert_eq!(date_time("1970-01-02T00:00:01Z"), Some(86_401));
        assert_eq!(date_time("2026-11-21T15:00:00.25Z"), Some(1_795_273_200));
        for bad in
            ["2026-02-29T00:00:00Z", "2026-01-01T00:00:00", "2026-1-01T00:00:00Z", "2026-01-01T24:00:00Z"]
        {
            assert_eq!(date_time(bad), None, "{bad}");
        }
    }
}
