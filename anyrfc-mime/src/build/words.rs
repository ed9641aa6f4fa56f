//! Unstructured text, phrases and encoded-words (RFC 5322, sections 2.2.1 and 3.2; RFC 2047).

use std::borrow::Cow;

use encodify::rfc2047::{B, Q_PHRASE, Q_TEXT, WordEncoder};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::fold::{LIMIT, Lines, WIDTH};
use crate::{error::Error, rfc5322 as r, types::chars::ATEXT};

/// What an encoded-word keeps to, and a line that holds one (RFC 2047, section 2).
const WORD: usize = 75;
const WORD_LINE: usize = 76;
/// Room for what follows the last word at once: a comma or a colon.
const TAIL: usize = 1;
/// Room for an encoded-word of one character, whichever it is.
const FIRST_WORD: usize = 24;
/// White space that is longer becomes part of an encoded-word: no line may be white space alone.
const LONGEST_GAP: usize = 32;

/// Refuses what must not stand in a field body: control characters, line breaks above all.
///
/// # Errors
/// `text` holds a control character other than the tab.
pub(super) fn check_text(what: &str, text: &str) -> Result<(), Error> {
    let suspect = |byte: u8| (byte < b' ') & (byte != b'\t') | (byte >= 0x7f);
    if !text.bytes().fold(false, |found, byte| found | suspect(byte)) {
        return Ok(());
    }
    let Some(control) = text.chars().find(|&c| c.is_control() && c != '\t') else { return Ok(()) };
    let error = Error::usage(format!("{what} holds the control character U+{:04X}", u32::from(control)));
    Err(error.with_requirement(r::FIELD_BODY_HAS_NO_LINE_BREAK))
}

/// Normalization form C, as UTF-8 in header fields should have (RFC 6532, section 3.1).
fn composed(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    }
}

/// Whether a word could be taken for an encoded-word (RFC 2047, section 7).
fn looks_encoded(text: &str) -> bool {
    memchr::memchr_iter(b'=', text.as_bytes()).any(|at| text.as_bytes().get(at + 1) == Some(&b'?'))
}

/// Unstructured text: as it is where it can be, in encoded-words where not.
/// What cannot be broken is encoded, so nothing fails.
pub(super) fn unstructured(lines: &mut Lines<'_>, text: &str, utf8: bool) {
    if text.is_empty() {
        return;
    }
    let plain = text.is_ascii() && !looks_encoded(text) && !blank_edge(text);
    if plain && lines.column() + 1 + text.len() <= WIDTH {
        lines.out.push(b' ');
        lines.out.extend_from_slice(text.as_bytes());
        return;
    }
    let text = if utf8 { composed(text) } else { Cow::Borrowed(text) };
    // The encoded run that is being gathered: where its gap begins, it begins and it ends.
    let mut run: Option<(usize, usize, usize)> = None;
    let mut at = 0;
    while at < text.len() {
        let (begin, end) = word(&text, at);
        let word = between(&text, begin, end);
        if blank_edge(word) || must_encode(word, utf8) {
            run = Some(match run {
                Some((gap, first, _)) => (gap, first, end),
                None => (at, begin, end),
            });
        } else {
            flush(lines, &text, run.take());
            plain_word(lines, between(&text, at, begin), word);
        }
        at = end;
    }
    flush(lines, &text, run);
}

/// Octets of `text` between two characters.
fn between(text: &str, begin: usize, end: usize) -> &str {
    text.get(begin..end).unwrap_or_default()
}

/// White space at an edge would be lost, and white space alone would be a line of nothing else.
fn blank_edge(text: &str) -> bool {
    let blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    blank(text.as_bytes().first()) || blank(text.as_bytes().last())
}

/// The next word of `text` from `at`, where white space may stand before it: its begin and end.
/// White space that cannot stay white space (at an edge, or very long) is part of the word.
fn word(text: &str, at: usize) -> (usize, usize) {
    let blank = [' ', '\t'];
    let from = |at: usize| between(text, at, text.len());
    let begin = text.len() - from(at).trim_start_matches(blank).len();
    let end = from(begin).find(blank).map_or(text.len(), |length| begin + length);
    let end = if from(end).trim_start_matches(blank).is_empty() { text.len() } else { end };
    match begin - at {
        _ if at == 0 => (at, end),
        // The first of it stays outside: there is white space before an encoded-word anyway.
        gap if gap > LONGEST_GAP => (at + 1, end),
        _ => (begin, end),
    }
}

/// Gathered words go out encoded, the white space before them as it is.
fn flush(lines: &mut Lines<'_>, text: &str, run: Option<(usize, usize, usize)>) {
    let Some((gap, begin, end)) = run else { return };
    open(lines, between(text, gap, begin), WORD_LINE, FIRST_WORD);
    encoded_words(lines, between(text, begin, end), false);
}

/// Whether a word of unstructured text cannot be written as it is.
fn must_encode(word: &str, utf8: bool) -> bool {
    (!utf8 && !word.is_ascii()) || looks_encoded(word) || word.len() > LIMIT - LONGEST_GAP
}

/// Opens a place after `gap` for something of `length`: on this line, or on the next where it
/// does not fit (the gap, never empty then, begins it).
fn open(lines: &mut Lines<'_>, gap: &str, width: usize, length: usize) {
    // The first word stands behind the colon, where a line break would leave a line without text.
    let gap = if gap.is_empty() { " " } else { gap };
    if lines.column() + gap.len() + length > width && lines.has_text() {
        lines.fold();
        // The fold wrote a space, and the gap is the white space that is wanted.
        lines.out.pop();
    }
    lines.out.extend_from_slice(gap.as_bytes());
}

/// A word that is written as it is.
fn plain_word(lines: &mut Lines<'_>, gap: &str, word: &str) {
    open(lines, gap, lines.width, word.len());
    lines.out.extend_from_slice(word.as_bytes());
}

/// `text` in as many encoded-words as it takes; the place before the first is written already.
pub(super) fn encoded_words(lines: &mut Lines<'_>, text: &str, phrase: bool) {
    // From here on the field's lines are lines with encoded-words.
    lines.width = WORD_LINE;
    let charset = if text.is_ascii() { "us-ascii" } else { "utf-8" };
    let q = if phrase { Q_PHRASE } else { Q_TEXT };
    // Q keeps mostly-ASCII text readable; B is shorter for the rest (RFC 2047, section 4).
    let ascii = text.bytes().filter(u8::is_ascii).count();
    let encoder: WordEncoder = if 2 * ascii > text.chars().count() { q } else { B };
    let overhead = "=??X??=".len() + charset.len();
    let mut rest = text;
    loop {
        let room = (WORD_LINE - TAIL).saturating_sub(lines.column()).min(WORD).saturating_sub(overhead);
        let start = lines.out.len();
        lines.out.extend_from_slice(b"=?");
        lines.out.extend_from_slice(charset.as_bytes());
        lines.out.extend_from_slice(&[b'?', encoder.letter(), b'?']);
        let taken = encoder.encode_payload(rest, room, lines.out);
        if taken == 0 {
            // Not even one character fits: begin the word on a line of its own.
            lines.out.truncate(start);
            if lines.out.last() == Some(&b' ') {
                lines.out.pop();
            }
            lines.fold();
            continue;
        }
        lines.out.extend_from_slice(b"?=");
        rest = between(rest, taken, rest.len());
        if rest.is_empty() {
            return;
        }
        lines.fold();
    }
}

/// How a phrase is written.
enum Form {
    Atoms,
    Quoted,
    Encoded,
}

fn form(phrase: &str, utf8: bool) -> Form {
    if (!utf8 && !phrase.is_ascii())
        || looks_encoded(phrase)
        || (phrase.len() > LIMIT / 4 && unbroken(phrase))
    {
        return Form::Encoded;
    }
    let mut space = true;
    for byte in phrase.bytes() {
        match byte {
            b' ' if !space => space = true,
            byte if ATEXT.has(byte) || (utf8 && byte >= 0x80) => space = false,
            _ => return Form::Quoted,
        }
    }
    if space { Form::Quoted } else { Form::Atoms }
}

/// Whether a word of `phrase` would make a line too long even by itself, escapes counted.
fn unbroken(phrase: &str) -> bool {
    phrase.contains("    ") || phrase.split(' ').any(|word| 2 * word.len() + 4 > LIMIT)
}

/// A phrase (a display name, say): as atoms, quoted, or in encoded-words.
/// `tail` is how much will follow that should stay on its line.
pub(super) fn phrase(lines: &mut Lines<'_>, phrase: &str, tail: usize, utf8: bool) {
    let phrase = if utf8 { composed(phrase) } else { Cow::Borrowed(phrase) };
    let phrase = &*phrase;
    match form(phrase, utf8) {
        Form::Atoms => {
            if lines.column() + 1 + phrase.len() + tail <= lines.width {
                lines.out.push(b' ');
                lines.out.extend_from_slice(phrase.as_bytes());
                return;
            }
            lines.fold();
            spread(lines, phrase.split(' ').map(Cow::Borrowed), false);
        }
        Form::Quoted => {
            let quotes = phrase.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
            if lines.column() + 3 + phrase.len() + quotes + tail > lines.width {
                lines.fold();
            } else {
                lines.out.push(b' ');
            }
            lines.out.push(b'"');
            spread(lines, phrase.split(' ').map(|word| escaped(word, quotes > 0)), true);
            lines.out.push(b'"');
        }
        Form::Encoded => {
            if lines.column() + 1 + FIRST_WORD > WORD_LINE {
                lines.fold();
            } else {
                lines.out.push(b' ');
            }
            encoded_words(lines, phrase, true);
        }
    }
}

/// Words one space apart, folded where the next does not fit.
/// In a quoted-string a fold must not stand beside another space: the line would be blank there.
fn spread<'w>(lines: &mut Lines<'_>, words: impl Iterator<Item = Cow<'w, str>>, quoted: bool) {
    let mut first = true;
    let mut blank = false;
    for word in words {
        if !first {
            if lines.column() + 2 + word.len() > lines.width && !blank && !(quoted && word.is_empty()) {
                lines.fold();
            } else {
                lines.out.push(b' ');
            }
        }
        blank = word.is_empty();
        first = false;
        lines.out.extend_from_slice(word.as_bytes());
    }
}

/// The inside of a quoted-string (RFC 5322, section 3.2.4).
fn escaped(text: &str, needed: bool) -> Cow<'_, str> {
    if !needed {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    Cow::Owned(out)
}

/// A quoted-string that is not folded.
pub(super) fn quoted(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for byte in text.bytes() {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}
