//! Strings that a person types, made the same wherever they are typed.

use std::fmt;

use precis_profiles::precis_core::{DerivedPropertyValue, FreeformClass, StringClass as _};
use stringprep::tables;
use subtle::ConstantTimeEq as _;
use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};
use zeroize::Zeroizing;

/// How user names and passwords are prepared before they are sent or hashed.
///
/// ```
/// use anyrfc_sasl::Preparation;
/// assert_eq!(Preparation::Saslprep.apply("I\u{ad}X")?, "IX");
/// assert_eq!(Preparation::Saslprep.apply("🔑")?, "🔑"); // as a query string
/// assert!(Preparation::Saslprep.apply("\u{7}").is_err());
/// # Ok::<(), anyrfc_sasl::PreparationError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Preparation {
    /// SASLprep (RFC 4013) as a *query* string: code points that Unicode 3.2 does
    /// not know are let through, emoji say. What SCRAM and PLAIN ask for.
    #[default]
    Saslprep,
    /// PRECIS OpaqueString (RFC 8265, section 4.2), which has superseded SASLprep
    /// for passwords.
    OpaqueString,
    /// As they are, but never empty: for servers that prepare nothing either.
    Raw,
}

/// Why a string cannot be prepared. Does not say which character it was: it may
/// be part of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PreparationError {
    /// Nothing is left of it (RFC 5802, section 5.1; RFC 8265, section 4.2).
    Empty,
    /// It has a NUL, which no mechanism can carry.
    Nul,
    /// It has a character that none may have (RFC 4013, section 2.3; RFC 8264, section 4.3).
    Prohibited,
    /// It mixes directions of writing (RFC 3454, section 6; RFC 8265, section 3.3.1).
    Bidirectional,
    /// Preparing it again and again goes on changing it (RFC 8265, section 5).
    Unstable,
}

impl fmt::Display for PreparationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "nothing is left of it",
            Self::Nul => "it has a NUL",
            Self::Prohibited => "it has a character that none may have",
            Self::Bidirectional => "it mixes directions of writing",
            Self::Unstable => "it does not settle",
        })
    }
}

impl std::error::Error for PreparationError {}

impl Preparation {
    /// Prepares a user name or a password.
    ///
    /// # Errors
    /// It has what none may have, or nothing is left of it.
    pub fn apply(self, text: &str) -> Result<String, PreparationError> {
        if text.contains('\0') {
            return Err(PreparationError::Nul);
        }
        let prepared = match self {
            Self::Saslprep => saslprep(text)?,
            Self::OpaqueString => until_stable(text, opaque_string)?,
            Self::Raw => text.to_owned(),
        };
        if prepared.is_empty() { Err(PreparationError::Empty) } else { Ok(prepared) }
    }

    /// Whether two strings are the same once both are prepared, byte by byte (RFC 8265,
    /// section 4.2.3). How long the answer takes does not tell where they differ.
    ///
    /// # Errors
    /// One of them cannot be prepared.
    pub fn matches(self, one: &str, other: &str) -> Result<bool, PreparationError> {
        let (one, other) = (Zeroizing::new(self.apply(one)?), Zeroizing::new(self.apply(other)?));
        Ok(one.as_bytes().ct_eq(other.as_bytes()).into())
    }
}

/// Applies `rules` until they change nothing more, at most three times after the first
/// (RFC 8265, section 5).
pub(crate) fn until_stable(
    text: &str,
    rules: impl Fn(&str) -> Result<String, PreparationError>,
) -> Result<String, PreparationError> {
    let mut last = Zeroizing::new(rules(text)?);
    for _ in 0..3 {
        let next = Zeroizing::new(rules(&last)?);
        if next == last {
            return Ok(next.as_str().to_owned());
        }
        last = next;
    }
    Err(PreparationError::Unstable)
}

/// SASLprep (RFC 4013, section 2) of a query string.
fn saslprep(text: &str) -> Result<String, PreparationError> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(text.to_owned());
    }
    // Section 2.1, mapping.
    let space = |c: char| if tables::non_ascii_space_character(c) { ' ' } else { c };
    let mapped = text.chars().map(space).filter(|&c| !tables::commonly_mapped_to_nothing(c));
    let mapped = Zeroizing::new(collected(mapped));
    let normalized = Zeroizing::new(normalized_as_of_unicode_3_2(&mapped));
    // Section 2.3, prohibited output.
    if normalized.chars().any(is_prohibited) {
        return Err(PreparationError::Prohibited);
    }
    // Section 2.4.
    one_direction(&normalized)?;
    Ok(normalized.as_str().to_owned())
}

/// The trace profile (RFC 4505, section 3): nothing is changed, and less is prohibited.
pub(crate) fn trace(text: &str) -> Result<(), PreparationError> {
    let prohibited = |c| {
        tables::ascii_control_character(c)
            || tables::non_ascii_control_character(c)
            || tables::private_use(c)
            || tables::non_character_code_point(c)
            || tables::inappropriate_for_plain_text(c)
            || tables::change_display_properties_or_deprecated(c)
            || tables::tagging_character(c)
    };
    if text.chars().any(prohibited) {
        return Err(PreparationError::Prohibited);
    }
    one_direction(text)
}

/// RFC 3454, section 6.
fn one_direction(text: &str) -> Result<(), PreparationError> {
    if !text.chars().any(is_right_to_left) {
        return Ok(());
    }
    let left_to_right = |c| !tables::unassigned_code_point(c) && tables::bidi_l(c);
    let framed = text.starts_with(is_right_to_left) && text.ends_with(is_right_to_left);
    if framed && !text.chars().any(left_to_right) { Ok(()) } else { Err(PreparationError::Bidirectional) }
}

/// NFKC (section 2.2). What Unicode 3.2 does not know stays as it is, as it does
/// for a server with tables of that age: later versions compose and decompose some of it.
fn normalized_as_of_unicode_3_2(text: &str) -> String {
    let runs = || {
        let mut rest = text;
        std::iter::from_fn(move || {
            let unknown = tables::unassigned_code_point(rest.chars().next()?);
            let end = rest.find(|c| tables::unassigned_code_point(c) != unknown).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            rest = after;
            Some((unknown, run))
        })
    };
    let length = runs().map(|(unknown, run)| if unknown { run.len() } else { length_of(run.nfkc()) }).sum();
    let mut normalized = String::with_capacity(length);
    for (unknown, run) in runs() {
        if unknown {
            normalized.push_str(run);
        } else {
            normalized.extend(run.nfkc());
        }
    }
    normalized
}

/// The characters in a string that was reserved at once: one that grows leaves its earlier self
/// behind, unwiped.
fn collected(characters: impl Iterator<Item = char> + Clone) -> String {
    let mut text = String::with_capacity(length_of(characters.clone()));
    text.extend(characters);
    text
}

/// How many bytes that takes.
fn length_of(characters: impl Iterator<Item = char>) -> usize {
    characters.map(char::len_utf8).sum()
}

/// The tables of RFC 4013, section 2.3.
fn is_prohibited(c: char) -> bool {
    tables::non_ascii_space_character(c)
        || tables::ascii_control_character(c)
        || tables::non_ascii_control_character(c)
        || tables::private_use(c)
        || tables::non_character_code_point(c)
        || tables::inappropriate_for_plain_text(c)
        || tables::inappropriate_for_canonical_representation(c)
        || tables::change_display_properties_or_deprecated(c)
        || tables::tagging_character(c)
}

/// RandALCat (RFC 3454, table D.1), which holds what Unicode 3.2 knows.
fn is_right_to_left(c: char) -> bool {
    !tables::unassigned_code_point(c) && tables::bidi_r_or_al(c)
}

/// The enforcement of OpaqueString (RFC 8265, section 4.2.2).
fn opaque_string(text: &str) -> Result<String, PreparationError> {
    let class = FreeformClass::default();
    // The tables at hand are those of Unicode 6.3: what is younger is judged here,
    // and a letter stands for it where its neighbours are judged.
    let is_younger = |c| class.get_value_from_char(c) == DerivedPropertyValue::Unassigned;
    let known = text.chars().map(|c| if is_younger(c) && is_free_form(c) { 'a' } else { c });
    let known = Zeroizing::new(collected(known));
    class.allows(known.as_str()).map_err(|_| PreparationError::Prohibited)?;
    // Section 4.2.1: spaces become one kind, case stays, NFC.
    let space = |c: char| {
        let is_space = c.general_category() == unicode_properties::GeneralCategory::SpaceSeparator;
        if is_space { ' ' } else { c }
    };
    Ok(collected(text.chars().map(space).nfc()))
}

/// What is a letter, mark, number, symbol or punctuation in a later version of
/// Unicode is free-form (RFC 8264, sections 8 and 9): none of the exceptions is that young.
fn is_free_form(c: char) -> bool {
    use GeneralCategoryGroup::{Letter, Mark, Number, Punctuation, Symbol};
    matches!(c.general_category_group(), Letter | Mark | Number | Punctuation | Symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saslprep(text: &str) -> Result<String, PreparationError> {
        Preparation::Saslprep.apply(text)
    }

    fn opaque(text: &str) -> Result<String, PreparationError> {
        Preparation::OpaqueString.apply(text)
    }

    /// The examples of RFC 4013, section 3.
    #[test]
    fn the_examples_of_rfc_4013() {
        assert_eq!(saslprep("I\u{ad}X").unwrap(), "IX");
        assert_eq!(saslprep("user").unwrap(), "user");
        assert_eq!(saslprep("USER").unwrap(), "USER");
        assert_eq!(saslprep("\u{aa}").unwrap(), "a");
        assert_eq!(saslprep("\u{2168}").unwrap(), "IX");
        assert_eq!(saslprep("\u{7}"), Err(PreparationError::Prohibited));
        assert_eq!(saslprep("\u{627}\u{31}"), Err(PreparationError::Bidirectional));
    }

    #[test]
    fn spaces_and_joiners() {
        assert_eq!(saslprep("a\u{a0}b\u{3000}c").unwrap(), "a b c");
        assert_eq!(saslprep("a\u{200d}b\u{fe0f}").unwrap(), "ab");
        assert_eq!(saslprep("\u{200d}"), Err(PreparationError::Empty));
        assert_eq!(saslprep(""), Err(PreparationError::Empty));
    }

    #[test]
    fn a_query_string_lets_the_unassigned_through() {
        // None of these was there in Unicode 3.2.
        for text in ["🔑", "p🫠ss", "\u{0221}", "\u{1f100}"] {
            assert_eq!(saslprep(text).unwrap(), text);
        }
        // Composition does not reach over them, and starts again behind them.
        assert_eq!(saslprep("e\u{301}🔑e\u{301}").unwrap(), "é🔑é");
    }

    #[test]
    fn every_prohibited_table() {
        for c in [
            '\u{7f}',
            '\u{80}',
            '\u{6dd}',
            '\u{e000}',
            '\u{fdd0}',
            '\u{fffe}',
            '\u{fffd}',
            '\u{2ff0}',
            '\u{200e}',
            '\u{206a}',
            '\u{e0001}',
            '\u{e0041}',
        ] {
            assert_eq!(saslprep(&format!("a{c}")), Err(PreparationError::Prohibited), "{:#x}", u32::from(c));
        }
    }

    #[test]
    fn directions_of_writing() {
        assert_eq!(saslprep("\u{627}\u{31}\u{628}").unwrap(), "\u{627}1\u{628}");
        assert_eq!(saslprep("\u{627}").unwrap(), "\u{627}");
        assert_eq!(saslprep("\u{627}a\u{628}"), Err(PreparationError::Bidirectional));
        assert_eq!(saslprep("1\u{627}"), Err(PreparationError::Bidirectional));
    }

    #[test]
    fn no_mechanism_carries_nul() {
        for preparation in [Preparation::Saslprep, Preparation::OpaqueString, Preparation::Raw] {
            assert_eq!(preparation.apply("a\0b"), Err(PreparationError::Nul));
            assert_eq!(preparation.apply(""), Err(PreparationError::Empty));
        }
        assert_eq!(Preparation::Raw.apply("\u{7}").unwrap(), "\u{7}");
    }

    /// The examples of RFC 8265, section 4.3.
    #[test]
    fn the_examples_of_rfc_8265() {
        assert_eq!(opaque("correct horse battery staple").unwrap(), "correct horse battery staple");
        assert_eq!(opaque("Correct Horse Battery Staple").unwrap(), "Correct Horse Battery Staple");
        assert_eq!(opaque("\u{3c0}\u{df}\u{e5}").unwrap(), "\u{3c0}\u{df}\u{e5}");
        assert_eq!(opaque("Jack of \u{2666}s").unwrap(), "Jack of \u{2666}s");
        assert_eq!(opaque("foo\u{1680}bar").unwrap(), "foo bar");
        assert_eq!(opaque(""), Err(PreparationError::Empty));
        assert_eq!(opaque("my cat is a \u{9}by"), Err(PreparationError::Prohibited));
    }

    #[test]
    fn opaque_strings_are_composed_and_keep_compatibility_characters() {
        assert_eq!(opaque("e\u{301}").unwrap(), "\u{e9}");
        assert_eq!(opaque("\u{ff21}\u{2168}").unwrap(), "\u{ff21}\u{2168}");
        assert_eq!(opaque("🔑🫠").unwrap(), "🔑🫠");
    }

    #[test]
    fn what_no_opaque_string_has() {
        // Ignorable, old Hangul, private use, unassigned to this day, not a character.
        for text in ["a\u{ad}", "\u{1100}", "\u{e000}", "\u{50000}", "\u{ffff}", "a\u{200d}", "\u{30fb}"] {
            assert_eq!(opaque(text), Err(PreparationError::Prohibited), "{text:?}");
        }
        // In context they may stand.
        for text in ["\u{915}\u{94d}\u{200d}", "\u{30ab}\u{30fb}", "l\u{b7}l"] {
            assert_eq!(opaque(text).unwrap(), text);
        }
    }
}
