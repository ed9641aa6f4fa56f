//! `format=flowed` (RFC 3676), read: paragraphs made whole again.

use std::borrow::Cow;

/// A paragraph as its author wrote it, on one line, and how deeply it is quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph<'a> {
    depth: usize,
    text: Cow<'a, str>,
}

impl Paragraph<'_> {
    /// How many quote marks stood before it; none for the author's own words.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// Its text without quote marks and without the line breaks that were put into it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is the line that separates a signature (section 4.3).
    #[must_use]
    pub fn is_signature_separator(&self) -> bool {
        self.text == SIGNATURE
    }
}

const SIGNATURE: &str = "-- ";

/// The paragraphs of flowed text; `delsp` where the `DelSp` parameter is `yes` (section 4.1).
///
/// Any text can be read: a paragraph also ends where the depth of quoting changes, before the
/// separator of a signature, and with the text.
///
/// ```
/// use anyrfc_mime::codec::flowed;
/// let text = "> What was \r\n> asked?\r\nAnd what \r\nis answered.\r\n";
/// let paragraphs: Vec<_> = flowed::paragraphs(text, false).collect();
/// assert_eq!((paragraphs[0].depth(), paragraphs[0].text()), (1, "What was asked?"));
/// assert_eq!((paragraphs[1].depth(), paragraphs[1].text()), (0, "And what is answered."));
/// ```
#[must_use]
pub const fn paragraphs(text: &str, delsp: bool) -> Paragraphs<'_> {
    Paragraphs { rest: text, delsp }
}

/// Flowed text for display: a paragraph a line, each behind as many quote marks as it has.
#[must_use]
pub fn decode(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for Paragraph { depth, text } in paragraphs(text, delsp) {
        out.extend(std::iter::repeat_n('>', depth));
        if depth > 0 && !text.is_empty() {
            out.push(' ');
        }
        out.push_str(&text);
        out.push('\n');
    }
    out
}

/// See [`paragraphs`].
#[derive(Clone, Debug)]
pub struct Paragraphs<'a> {
    rest: &'a str,
    delsp: bool,
}

/// A line without its quote marks and stuffing (sections 4.1, 4.4 and 4.5).
#[derive(Clone, Copy)]
struct Line<'a> {
    depth: usize,
    content: &'a str,
    flowed: bool,
    /// Where the next one begins.
    rest: &'a str,
}

fn first_line(text: &str) -> Line<'_> {
    let end = memchr::memchr(b'\n', text.as_bytes()).unwrap_or(text.len());
    let line = text.get(..end).unwrap_or_default();
    let rest = text.get(end.saturating_add(1)..).unwrap_or_default();
    let line = line.strip_suffix('\r').unwrap_or(line);
    let content = line.trim_start_matches('>');
    let depth = line.len().saturating_sub(content.len());
    let content = content.strip_prefix(' ').unwrap_or(content);
    Line { depth, content, flowed: content.ends_with(' ') && content != SIGNATURE, rest }
}

impl<'a> Iterator for Paragraphs<'a> {
    type Item = Paragraph<'a>;

    fn next(&mut self) -> Option<Paragraph<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let mut line = first_line(self.rest);
        let depth = line.depth;
        let mut text = Cow::Borrowed("");
        loop {
            self.rest = line.rest;
            let content = match line.content.strip_suffix(' ') {
                Some(content) if line.flowed && self.delsp => content,
                _ => line.content,
            };
            if text.is_empty() {
                text = Cow::Borrowed(content);
            } else {
                text.to_mut().push_str(content);
            }
            let next = first_line(self.rest);
            let ends = self.rest.is_empty() || next.depth != depth || next.content == SIGNATURE;
            if !line.flowed || ends {
                return Some(Paragraph { depth, text });
            }
            line = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, delsp: bool) -> Vec<(usize, String)> {
        paragraphs(text, delsp).map(|p| (p.depth(), p.text().to_owned())).collect()
    }

    #[test]
    fn lines_are_joined() {
        for (text, delsp, meant) in [
            ("a \r\nb\r\n", false, vec![(0, "a b")]),
            ("a \r\nb\r\n", true, vec![(0, "ab")]),
            ("a  \r\nb\r\n", true, vec![(0, "a b")]),
            ("a \nb \nc", false, vec![(0, "a b c")]),
            ("a\r\n\r\nb\r\n", false, vec![(0, "a"), (0, ""), (0, "b")]),
            ("", false, vec![]),
            ("\r\n", false, vec![(0, "")]),
            // Stuffing.
            ("  a\r\n From b\r\n >c\r\n", false, vec![(0, " a"), (0, "From b"), (0, ">c")]),
            // A line of spaces is flowed.
            ("  \r\nb\r\n", false, vec![(0, " b")]),
            ("   \r\nb\r\n", true, vec![(0, " b")]),
            // The examples of section 4.5.
            (">> Exit, Stage Left", false, vec![(2, "Exit, Stage Left")]),
            (">>Exit, Stage Left", false, vec![(2, "Exit, Stage Left")]),
            ("> > Exit, Stage Left", false, vec![(1, "> Exit, Stage Left")]),
            // The depth wins.
            ("> a \r\n>> b \r\n>> c\r\nd\r\n", false, vec![(1, "a "), (2, "b c"), (0, "d")]),
            // A signature ends a paragraph and is none.
            ("a \r\n-- \r\nb\r\n", false, vec![(0, "a "), (0, "-- "), (0, "b")]),
            ("a \r\n-- \r\nb\r\n", true, vec![(0, "a"), (0, "-- "), (0, "b")]),
            ("> a \r\n> -- \r\n> b", false, vec![(1, "a "), (1, "-- "), (1, "b")]),
            ("> a \r\n>-- \r\n", false, vec![(1, "a "), (1, "-- ")]),
            // The end of the text ends a paragraph.
            ("a ", true, vec![(0, "a")]),
            ("a \r\n", false, vec![(0, "a ")]),
        ] {
            let meant: Vec<_> = meant.into_iter().map(|(depth, text)| (depth, text.to_owned())).collect();
            assert_eq!(read(text, delsp), meant, "{text:?} {delsp}");
        }
    }

    #[test]
    fn for_display() {
        let text = ">> a \r\n>> b\r\n>\r\nc\r\n-- \r\nd\r\n";
        assert_eq!(decode(text, false), ">> a b\n>\nc\n-- \nd\n");
        assert!(paragraphs("-- ", false).next().is_some_and(|line| line.is_signature_separator()));
        assert!(matches!(paragraphs("a\r\n", false).next().map(|p| p.text), Some(Cow::Borrowed("a"))));
    }

    #[test]
    fn long_paragraphs_cost_what_they_are_long() {
        let text = "word \r\n".repeat(300_000);
        assert_eq!(paragraphs(&text, false).next().map(|p| p.text().len()), Some(1_500_000));
        assert_eq!(paragraphs(&">".repeat(1_000_000), false).next().map(|p| p.depth()), Some(1_000_000));
    }
}
