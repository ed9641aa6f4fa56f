//! The parameters of MAIL and RCPT, each by the grammar of its RFC.

use std::fmt;

use anyrfc_core::Requirement;

use super::{
    breach::{Checked, Flaw, flaw, require},
    syntax::{self, NOT_A_COMMAND},
};
use crate::{
    rfc1870, rfc2852, rfc3030, rfc3461, rfc4865, rfc4954, rfc5321, rfc6152, rfc6531, rfc6710, rfc8689,
};

/// The parameters of a MAIL or a RCPT, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, Option<String>)>);

impl Parameters {
    /// Whether there is one of this keyword.
    #[must_use]
    pub fn has(&self, keyword: &str) -> bool {
        self.find(keyword).is_some()
    }

    /// The value of a parameter, as it was written.
    #[must_use]
    pub fn value(&self, keyword: &str) -> Option<&str> {
        self.find(keyword)?.1.as_deref()
    }

    /// Each with its value; keywords in upper case.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0.iter().map(|(keyword, value)| (keyword.as_str(), value.as_deref()))
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, keyword: &str) -> Option<&(String, Option<String>)> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(keyword))
    }

    pub(super) fn number(&self, keyword: &str) -> Option<u64> {
        self.value(keyword).and_then(|value| syntax::number(value, 20))
    }

    /// The time and the mode of `BY`.
    pub(super) fn by(&self) -> Option<(i64, bool)> {
        let (time, mode) = self.value("BY")?.split_once(';')?;
        Some((time.parse().ok()?, mode.starts_with(['R', 'r'])))
    }
}

impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (keyword, value)) in self.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            match value {
                Some(value) => write!(f, "{space}{keyword}={value}")?,
                None => write!(f, "{space}{keyword}")?,
            }
        }
        Ok(())
    }
}

/// `*(SP esmtp-param)`, of MAIL or of RCPT.
pub(super) fn parameters(rest: &str, mail: bool, notes: &mut Vec<Flaw>) -> Checked<Parameters> {
    let mut all = Parameters::default();
    if rest.is_empty() {
        return Ok(all);
    }
    let rest = rest.strip_prefix(' ').ok_or(flaw(NOT_A_COMMAND, "something behind the path"))?;
    for word in rest.split(' ') {
        let (keyword, value) = match word.split_once('=') {
            Some((keyword, value)) => (keyword, Some(value)),
            None => (word, None),
        };
        require(syntax::is_keyword(keyword), NOT_A_COMMAND, "not the keyword of a parameter")?;
        let keyword = keyword.to_ascii_uppercase();
        require(!all.has(&keyword), twice(&keyword), "a parameter given twice")?;
        check(&keyword, value, mail, notes)?;
        require(value.is_none_or(syntax::is_value), NOT_A_COMMAND, "not the value of a parameter")?;
        all.0.push((keyword, value.map(str::to_owned)));
    }
    let both = all.has("HOLDFOR") && all.has("HOLDUNTIL");
    require(!both, rfc4865::ONE_HOLD_PARAMETER, "HOLDFOR beside HOLDUNTIL")?;
    Ok(all)
}

/// What forbids a parameter given twice.
fn twice(keyword: &str) -> &'static Requirement {
    match keyword {
        "SIZE" => rfc1870::ONE_SIZE_PER_MAIL,
        "BODY" => rfc6152::ONE_BODY_PER_MAIL,
        "RET" | "ENVID" => rfc3461::ONE_RET_AND_ENVID,
        "NOTIFY" | "ORCPT" => rfc3461::ONE_NOTIFY_AND_ORCPT,
        "HOLDFOR" | "HOLDUNTIL" => rfc4865::ONE_HOLD_PARAMETER,
        _ => NOT_A_COMMAND,
    }
}

fn check(keyword: &str, value: Option<&str>, mail: bool, notes: &mut Vec<Flaw>) -> Checked {
    let rule: Option<(&'static Requirement, Check)> = match keyword {
        "SIZE" => Some((rfc1870::DECLARED_SIZE_HAS_20_DIGITS, size)),
        "BODY" => Some((rfc6152::BODY_IS_7BIT_OR_8BITMIME, body)),
        "AUTH" => Some((rfc4954::AUTH_PARAMETER_IS_A_MAILBOX, submitter)),
        "RET" => Some((rfc3461::RET_HAS_A_VALUE, ret)),
        "ENVID" => Some((rfc3461::ENVID_HAS_A_VALUE, envelope_id)),
        "BY" => Some((rfc2852::BY_HAS_A_VALUE, by)),
        "MT-PRIORITY" => Some((rfc6710::PRIORITY_IS_WITHIN_BOUNDS, priority)),
        "HOLDFOR" => Some((rfc4865::INTERVAL_IS_WITHIN_THE_MAXIMUM, hold_for)),
        "HOLDUNTIL" => Some((rfc4865::DATE_IS_WITHIN_THE_MAXIMUM, hold_until)),
        "NOTIFY" => Some((rfc3461::NOTIFY_HAS_A_VALUE, notify)),
        "ORCPT" => Some((rfc3461::ORCPT_HAS_A_VALUE, original_recipient)),
        _ => None,
    };
    let with = match keyword {
        "NOTIFY" | "ORCPT" => Some(false),
        "SMTPUTF8" | "REQUIRETLS" | "PRDR" => Some(true),
        _ => rule.map(|_| true),
    };
    require(with.is_none_or(|with| with == mail), NOT_A_COMMAND, "a parameter of another command")?;
    if let Some((rule, check)) = rule {
        return check(value.ok_or(flaw(rule, "no value"))?, notes);
    }
    match keyword {
        "SMTPUTF8" => require(value.is_none(), rfc6531::PARAMETER_HAS_NO_VALUE, "SMTPUTF8 with a value"),
        "REQUIRETLS" => {
            require(value.is_none(), rfc8689::REQUIRETLS_NEEDS_THE_KEYWORD, "REQUIRETLS with a value")
        }
        "PRDR" => require(value.is_none(), NOT_A_COMMAND, "PRDR with a value"),
        _ => Ok(()),
    }
}

type Check = fn(&str, &mut Vec<Flaw>) -> Checked;

/// `size-value` of RFC 1870
fn size(value: &str, _: &mut Vec<Flaw>) -> Checked {
    let good = syntax::number(value, 20).is_some();
    require(good, rfc1870::DECLARED_SIZE_HAS_20_DIGITS, "not up to twenty digits")
}

/// `body-value` of RFC 6152 and RFC 3030
fn body(value: &str, _: &mut Vec<Flaw>) -> Checked {
    let known = ["7BIT", "8BITMIME", "BINARYMIME"].iter().any(|known| known.eq_ignore_ascii_case(value));
    require(known, rfc6152::BODY_IS_7BIT_OR_8BITMIME, "a kind of body that there is not")
}

/// RFC 4954, section 5
fn submitter(value: &str, notes: &mut Vec<Flaw>) -> Checked {
    if value == "<>" {
        return Ok(());
    }
    let plain = syntax::xtext(value)
        .map_err(|found| Flaw { requirement: rfc4954::AUTH_PARAMETER_IS_XTEXT, ..found })?;
    let rule = rfc4954::AUTH_PARAMETER_IS_A_MAILBOX;
    let text = String::from_utf8(plain).map_err(|_| flaw(rule, "not a mailbox"))?;
    syntax::mailbox(&text, notes).map_err(|found| Flaw { requirement: rule, ..found })
}

/// `ret-value` of RFC 3461
fn ret(value: &str, _: &mut Vec<Flaw>) -> Checked {
    let known = ["FULL", "HDRS"].iter().any(|known| known.eq_ignore_ascii_case(value));
    require(known, rfc3461::RET_HAS_A_VALUE, "neither FULL nor HDRS")
}

/// `envid-parameter` of RFC 3461
fn envelope_id(value: &str, _: &mut Vec<Flaw>) -> Checked {
    let plain = syntax::xtext(value)?;
    require(!plain.is_empty(), rfc3461::ENVID_HAS_A_VALUE, "an empty ENVID")?;
    let printable = plain.iter().all(|octet| (0x20..=0x7E).contains(octet));
    require(printable, rfc3461::ENVID_IS_PRINTABLE_ASCII, "an ENVID that cannot be printed")?;
    // As of all parameters of section 5.4, the keyword counts.
    let length = "ENVID=".len() + value.len();
    require(length <= 100, rfc3461::ENVID_HAS_100_CHARACTERS, "an ENVID beyond 100 characters")
}

/// `by-value` of RFC 2852
fn by(value: &str, _: &mut Vec<Flaw>) -> Checked {
    let rule = rfc2852::BY_HAS_A_VALUE;
    let (time, mode) = value.split_once(';').ok_or(flaw(rule, "a BY without a mode"))?;
    let digits = time.strip_prefix(['-', '+']).unwrap_or(time);
    let seconds = syntax::number(digits, 9).ok_or(flaw(rule, "not a by-time"))?;
    let returns = match mode.to_ascii_uppercase().as_str() {
        "N" | "NT" => false,
        "R" | "RT" => true,
        _ => return Err(flaw(rule, "not a by-mode")),
    };
    let positive = seconds > 0 && !time.starts_with('-');
    require(positive || !returns, rfc2852::RETURN_NEEDS_A_POSITIVE_TIME, "mode R without time")
}

/// `priority-value` of RFC 6710
fn priority(value: &str, _: &mut Vec<Flaw>) -> Checked {
    let digit = value.strip_prefix('-').unwrap_or(value);
    let one = digit.len() == 1 && digit.bytes().all(|octet| octet.is_ascii_digit());
    require(one && value != "-0", rfc6710::PRIORITY_IS_WITHIN_BOUNDS, "not a priority from -9 to 9")
}

/// `future-release-interval` of RFC 4865
fn hold_for(value: &str, _: &mut Vec<Flaw>) -> Checked {
    let good = !value.starts_with('0') && syntax::number(value, 9).is_some();
    require(good, rfc4865::INTERVAL_IS_WITHIN_THE_MAXIMUM, "not an interval")
}

/// `future-release-date-time` of RFC 4865
fn hold_until(value: &str, _: &mut Vec<Flaw>) -> Checked {
    require(syntax::date_time(value).is_some(), rfc4865::DATE_IS_WITHIN_THE_MAXIMUM, "not a time in UTC")
}

/// `notify-esmtp-value` of RFC 3461
fn notify(value: &str, _: &mut Vec<Flaw>) -> Checked {
    let rule = rfc3461::NOTIFY_HAS_A_VALUE;
    let words: Vec<String> = value.split(',').map(str::to_ascii_uppercase).collect();
    let never = words.iter().any(|word| word == "NEVER");
    require(!never || words.len() == 1, rfc3461::NEVER_STANDS_ALONE, "NEVER beside another")?;
    for (at, word) in words.iter().enumerate() {
        let known = ["NEVER", "SUCCESS", "FAILURE", "DELAY"].contains(&word.as_str());
        require(known, rule, "an event that there is not")?;
        require(!words.iter().skip(at + 1).any(|other| other == word), rule, "an event named twice")?;
    }
    Ok(())
}

/// `original-recipient-address` of RFC 3461, with the type of RFC 6533
fn original_recipient(value: &str, _: &mut Vec<Flaw>) -> Checked {
    let length = "ORCPT=".len() + value.len();
    require(length <= 500, rfc3461::ORCPT_HAS_500_CHARACTERS, "an ORCPT beyond 500 characters")?;
    let kind = rfc3461::ORCPT_NAMES_A_REGISTERED_TYPE;
    let (name, address) = value.split_once(';').ok_or(flaw(kind, "an ORCPT without a type"))?;
    require(syntax::is_atom(name) && name.is_ascii(), kind, "not a type of addresses")?;
    require(!address.is_empty(), rfc3461::ORCPT_HAS_A_VALUE, "an ORCPT without an address")?;
    if name.eq_ignore_ascii_case("utf-8") {
        return utf8_address(address);
    }
    let plain = syntax::xtext(address)?;
    let printable = plain.iter().all(|octet| (0x20..=0x7E).contains(octet));
    require(printable, rfc3461::ORCPT_IS_PRINTABLE_ASCII, "an ORCPT that cannot be printed")
}

/// `utf-8-addr-xtext` and `utf-8-addr-unitext` of RFC 6533
fn utf8_address(address: &str) -> Checked {
    let rule = rfc3461::OTHER_CHARACTERS_ARE_HEX;
    let mut rest = address;
    while let Some(char) = rest.chars().next() {
        if char == '\\' {
            let inside = rest.strip_prefix("\\x{").and_then(|rest| rest.split_once('}'));
            let (digits, behind) = inside.ok_or(flaw(rule, "not an embedded character"))?;
            let hex = |octet: u8| matches!(octet, b'0'..=b'9' | b'A'..=b'F');
            let good = (2..=6).contains(&digits.len()) && digits.bytes().all(hex);
            let point = u32::from_str_radix(digits, 16).ok().filter(|_| good).and_then(char::from_u32);
            let point = point.ok_or(flaw(rule, "not an embedded character"))?;
            let plain = matches!(point, '!'..='~') && !matches!(point, '+' | '=' | '\\');
            require(!plain, rule, "a character embedded without need")?;
            rest = behind;
            continue;
        }
        let good = matches!(char, '!'..='~' | '\u{80}'..) && !matches!(char, '+' | '=');
        require(good, rule, "a character that is not embedded")?;
        rest = rest.get(char.len_utf8()..).unwrap_or_default();
    }
    Ok(())
}

/// The keyword of EHLO that a parameter needs, and what says so.
pub(super) fn needs(keyword: &str, value: Option<&str>) -> (&'static str, &'static Requirement) {
    match keyword {
        "SIZE" => ("SIZE", rfc1870::SIZE_NEEDS_THE_KEYWORD),
        "BODY" if value.is_some_and(|value| value.eq_ignore_ascii_case("BINARYMIME")) => {
            ("BINARYMIME", rfc3030::NO_BINARY_WITHOUT_BINARYMIME)
        }
        "BODY" => ("8BITMIME", rfc6152::BODY_NEEDS_THE_KEYWORD),
        "RET" | "ENVID" | "NOTIFY" | "ORCPT" => ("DSN", rfc3461::PARAMETERS_NEED_DSN),
        "BY" => ("DELIVERBY", rfc2852::BY_NEEDS_THE_KEYWORD),
        "MT-PRIORITY" => ("MT-PRIORITY", rfc6710::MT_PRIORITY_NEEDS_THE_KEYWORD),
        "HOLDFOR" | "HOLDUNTIL" => ("FUTURERELEASE", rfc4865::SUPPORT_IS_VERIFIED),
        "REQUIRETLS" => ("REQUIRETLS", rfc8689::REQUIRETLS_NEEDS_THE_KEYWORD),
        "SMTPUTF8" => ("SMTPUTF8", rfc6531::INTERNATIONALIZED_MESSAGE_NEEDS_SMTPUTF8),
        "AUTH" => ("AUTH", rfc5321::PARAMETERS_NEED_AN_OFFERED_EXTENSION),
        "PRDR" => ("PRDR", rfc5321::PARAMETERS_NEED_AN_OFFERED_EXTENSION),
        _ => ("", rfc5321::PARAMETERS_NEED_AN_OFFERED_EXTENSION),
    }
}
