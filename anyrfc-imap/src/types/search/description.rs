//! What filters are called for people (RFC 5466, section 3.2).

use std::fmt;

use crate::{Error, rfc5466, types::LanguageRange};

/// What a filter is called for people, in one language or in several (RFC 5466, section 3.2).
///
/// ```
/// use anyrfc_imap::types::FilterDescription;
/// let both = FilterDescription::new("en", "On the road")?.and("de", "Unterwegs")?;
/// assert_eq!(both.best("de-AT"), Some("Unterwegs"));
/// assert!(FilterDescription::new("no language", "On the road").is_err());
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FilterDescription {
    /// Each language, or none, with its text.
    texts: Vec<(Option<String>, String)>,
}

impl FilterDescription {
    /// The language of a text that names none.
    pub const DEFAULT_LANGUAGE: &str = "i-default";

    /// A text in this language.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what is not the tag of a language, and for a
    /// text with tags of its own.
    pub fn new(language: &str, text: &str) -> Result<Self, Error> {
        Self { texts: Vec::new() }.and(language, text)
    }

    /// And a text in another language.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn and(mut self, language: &str, text: &str) -> Result<Self, Error> {
        let wrong =
            |why: &'static str| Error::usage(why).with_requirement(rfc5466::DESCRIPTION_HAS_LANGUAGE_TAGS);
        if LanguageRange::new(language).is_err() || language == "*" {
            return Err(wrong("not the tag of a language"));
        }
        let continues = |first: char| first == CANCEL || letter(first).is_some();
        if text.is_empty() || text.contains(BEGIN) || text.starts_with(continues) {
            return Err(wrong("a description is a text, without tags of its own"));
        }
        self.texts.push((Some(language.to_ascii_lowercase()), text.to_owned()));
        Ok(self)
    }

    /// What a server keeps, whatever it is.
    pub(crate) fn received(octets: &[u8]) -> Self {
        let kept = String::from_utf8_lossy(octets);
        let mut texts = Vec::new();
        let (mut language, mut text) = (None, String::new());
        let mut characters = kept.chars().peekable();
        while let Some(character) = characters.next() {
            if character != BEGIN {
                text.push(character);
                continue;
            }
            if !text.is_empty() {
                texts.push((language.take(), std::mem::take(&mut text)));
            }
            let mut tag = String::new();
            while let Some(letter) = characters.peek().copied().and_then(letter) {
                tag.push(letter);
                characters.next();
            }
            // A tag that is taken back leaves no language.
            let cancelled = characters.next_if_eq(&CANCEL).is_some();
            language = (!cancelled && !tag.is_empty()).then_some(tag);
        }
        if !text.is_empty() {
            texts.push((language, text));
        }
        Self { texts }
    }

    /// Each text behind its language, in their order. Where none is told it is
    /// [`DEFAULT_LANGUAGE`](Self::DEFAULT_LANGUAGE).
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .map(|(language, text)| (language.as_deref().unwrap_or(Self::DEFAULT_LANGUAGE), text.as_str()))
    }

    /// The text in this language, or in one that is less narrowly the same (`de` for `de-AT`); else
    /// the one in the default language, else the first. `None` where there is no text.
    #[must_use]
    pub fn best(&self, language: &str) -> Option<&str> {
        let of = |wanted: &str| {
            self.texts().find(|(known, _)| known.eq_ignore_ascii_case(wanted)).map(|(_, text)| text)
        };
        let mut wanted = language;
        loop {
            if let Some(text) = of(wanted) {
                return Some(text);
            }
            let Some((wider, _)) = wanted.rsplit_once('-') else { break };
            wanted = wider;
        }
        of(Self::DEFAULT_LANGUAGE).or_else(|| self.texts().map(|(_, text)| text).next())
    }

    /// As it is kept: each text behind the characters of its tag.
    pub(crate) fn kept(&self) -> String {
        let mut kept = String::new();
        for (language, text) in &self.texts {
            if let Some(language) = language {
                kept.push(BEGIN);
                kept.extend(language.chars().map(tagged));
            } else if !kept.is_empty() {
                // It is not in the language before it.
                kept.extend([BEGIN, CANCEL]);
            }
            kept.push_str(text);
        }
        kept
    }
}

impl fmt::Display for FilterDescription {
    /// All texts, without their languages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (_, text)) in self.texts().enumerate() {
            if at > 0 {
                f.write_str(" / ")?;
            }
            f.write_str(text)?;
        }
        Ok(())
    }
}

/// Behind it stands the tag of a language (Unicode 5.0, section 16.9).
const BEGIN: char = '\u{e0001}';

/// It takes a tag back.
const CANCEL: char = '\u{e007f}';

/// Of the characters of a tag, which are those of ASCII this much higher, the one that is meant.
fn letter(character: char) -> Option<char> {
    matches!(character, '\u{e0020}'..='\u{e007e}')
        .then(|| char::from_u32(u32::from(character) - HIGHER))
        .flatten()
}

fn tagged(letter: char) -> char {
    char::from_u32(u32::from(letter) + HIGHER).unwrap_or(letter)
}

const HIGHER: u32 = 0xe0000;
