//! Finds every normative keyword (RFC 2119 and RFC 8174, in capitals) of an RFC's text.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;

/// One normative keyword of an RFC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The numbered section it stands in; subsections count for themselves.
    pub(crate) section: String,
    /// The how-manieth keyword of that section, in reading order, from 1.
    pub(crate) nth: u16,
    /// The keyword.
    pub(crate) level: String,
    /// The sentence around it.
    pub(crate) sentence: String,
}

impl Statement {
    /// The id, `rfc6455#5.1-4` say.
    pub(crate) fn id(&self, rfc: u16) -> String {
        format!("rfc{rfc}#{}-{}", self.section, self.nth)
    }
}

/// What the texts' own generation of tools takes for white space, controls included.
const SPACE: &str = r"[\s\x1c-\x1f]";

fn regex(pattern: &str) -> Regex {
    Regex::new(&pattern.replace("%s", SPACE)).expect("a constant pattern")
}

static KEYWORD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?:MUST NOT|MUST|SHALL NOT|SHALL|SHOULD NOT|SHOULD|NOT RECOMMENDED|RECOMMENDED|REQUIRED|MAY|OPTIONAL)\b",
    )
});
static HEADING: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:Appendix%s+)?((?:\d+|[A-Z])(?:\.\d+)*)\.?%s{1,8}[^\s\x1c-\x1f].*$"));
static FOOTER: LazyLock<Regex> = LazyLock::new(|| regex(r"\[Page \d+\]%s*$"));
static HEADER: LazyLock<Regex> = LazyLock::new(|| regex(r"^RFC \d+%s{2,}.*%s{2,}[^\s\x1c-\x1f]+ \d{4}%s*$"));
static BOILERPLATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r#"[Kk]ey ?words?,?%s+(?:are%s+)?["“'<]%s*(?:MUST|REQUIRED|SHALL)"#,
        r"|(?:capitalized|normative) key words",
        r"|to be interpreted as described in",
        r#"|[Ww]hen the terms "MUST""#,
        r"|\(specification requirement term\)",
    ))
});
static SENTENCE_BEGINS: LazyLock<Regex> = LazyLock::new(|| regex(r#"[.!?]%s+[A-Z"(o*]"#));
static SENTENCE_ENDS: LazyLock<Regex> = LazyLock::new(|| regex(r#"[.!?](?:%s+[A-Z"(]|$)"#));

fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\x1c'..='\x1f')
}

/// The lines of `text` without page furniture; `None` marks where a page ended,
/// the blank lines around it gone.
fn lines_without_page_breaks(text: &str) -> Vec<Option<&str>> {
    let mut kept: Vec<Option<&str>> = Vec::new();
    for line in text.split('\n') {
        let line = line.trim_end_matches(is_space);
        if FOOTER.is_match(line) || HEADER.is_match(line) {
            while kept.last().is_some_and(|last| last.is_none_or(str::is_empty)) {
                kept.pop();
            }
            kept.push(None);
        } else if !line.is_empty() || !matches!(kept.last(), Some(None)) {
            kept.push(Some(line));
        }
    }
    kept
}

/// Each paragraph with its section; line breaks folded, the table of contents
/// and whatever stands before the first heading left out.
fn paragraphs(text: &str) -> Vec<(String, String)> {
    let text = text.replace('\u{feff}', "").replace("\r\n", "\n").replace(['\r', '\x0c'], "\n");
    let mut found = Vec::new();
    let mut section: Option<String> = None;
    let mut block: Vec<&str> = Vec::new();
    let mut in_contents = false;
    fn end(block: &mut Vec<&str>, section: Option<&String>, found: &mut Vec<(String, String)>) {
        if let (false, Some(section)) = (block.is_empty(), section) {
            found.push((section.clone(), block.join(" ")));
        }
        block.clear();
    }
    // A paragraph may run over a page break: the marks are skipped.
    for line in lines_without_page_breaks(&text).into_iter().flatten() {
        if line.starts_with("Table of Contents") {
            in_contents = true;
        } else if let Some(heading) = HEADING.captures(line).filter(|_| !line.starts_with(' ')) {
            in_contents = false;
            end(&mut block, section.as_ref(), &mut found);
            section = heading.get(1).map(|number| number.as_str().to_owned());
        } else if line.is_empty() {
            end(&mut block, section.as_ref(), &mut found);
        } else if !in_contents && section.is_some() {
            block.push(line.trim_matches(is_space));
        }
    }
    end(&mut block, section.as_ref(), &mut found);
    found
}

/// The sentence of `paragraph` that holds the byte offset `start`.
fn sentence_around(paragraph: &str, start: usize) -> &str {
    let (before, after) = paragraph.split_at(start);
    // Both patterns take one more character, of one byte, than belongs to the match.
    let left = SENTENCE_BEGINS.find_iter(before).last().map_or(0, |found| found.end() - 1);
    let right = SENTENCE_ENDS
        .find(after)
        .map_or(paragraph.len(), |found| start + found.end() - usize::from(found.len() > 1));
    paragraph[left..right].trim_matches(is_space)
}

/// Every normative keyword of an RFC's text, in reading order. The paragraph
/// that only defines the keywords is left out.
pub(crate) fn statements(text: &str) -> Vec<Statement> {
    let mut counters: HashMap<String, u16> = HashMap::new();
    let mut found = Vec::new();
    for (section, paragraph) in paragraphs(text) {
        if BOILERPLATE.is_match(&paragraph) {
            continue;
        }
        for keyword in KEYWORD.find_iter(&paragraph) {
            let nth = counters.entry(section.clone()).or_default();
            *nth += 1;
            found.push(Statement {
                section: section.clone(),
                nth: *nth,
                level: keyword.as_str().to_owned(),
                sentence: sentence_around(&paragraph, keyword.start()).to_owned(),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        statements(text).iter().map(|s| format!("{} {}", s.id(9), s.level)).collect()
    }

    #[test]
    fn keywords_are_numbered_within_their_section() {
        let text = "1. One\n   A door MUST open and SHOULD close.\n\n1.1.  Sub\n   It MAY creak.\n\n2 Two\n   It MUST NOT\n   burn.\n";
        assert_eq!(
            ids(text),
            ["rfc9#1-1 MUST", "rfc9#1-2 SHOULD", "rfc9#1.1-1 MAY", "rfc9#2-1 MUST NOT"],
            "and a keyword may run over a line break"
        );
    }

    #[test]
    fn a_section_met_again_goes_on_counting() {
        assert_eq!(
            ids("1. A\n\n MUST a\n\n2. B\n\n MUST b\n\n1. A\n\n MUST c\n").last().unwrap(),
            "rfc9#1-2 MUST"
        );
    }

    #[test]
    fn every_keyword_is_known_and_the_longest_wins() {
        let words = [
            "MUST",
            "MUST NOT",
            "REQUIRED",
            "SHALL",
            "SHALL NOT",
            "SHOULD",
            "SHOULD NOT",
            "RECOMMENDED",
            "NOT RECOMMENDED",
            "MAY",
            "OPTIONAL",
        ];
        let text = format!("1. One\n   {}.\n", words.join(", "));
        assert_eq!(statements(&text).iter().map(|s| s.level.as_str()).collect::<Vec<_>>(), words);
        assert!(statements("1. One\n   MUSTARD, may, must, DISMAY, OPTIONALLY, MUST_NOT.\n").is_empty());
    }

    #[test]
    fn page_furniture_does_not_end_a_paragraph() {
        let text = "1. One\n   It MUST\n\n\nDoe       Standards Track      [Page 7]\n\x0c\nRFC 9999      Doors       May 2020\n\n\n   NOT burn.\n";
        assert_eq!(ids(text), ["rfc9#1-1 MUST NOT"]);
        assert_eq!(statements(text)[0].sentence, "It MUST NOT burn.");
    }

    #[test]
    fn contents_and_front_matter_hold_no_statements() {
        let text = "This MUST not count.\n\nTable of Contents\n\n   1. A MUST ......... 3\n   2. B\n\n1. One\n\n   It MUST.\n";
        assert_eq!(ids(text), ["rfc9#1-1 MUST"]);
    }

    #[test]
    fn headings_of_every_kind() {
        let text = "Appendix A. Doors\n   MUST a.\n\nB.2. Windows\n   MAY b.\n\n C. indented, MUST text.\n\n10.11.12 Deep\n   SHALL c.\n";
        assert_eq!(
            ids(text),
            ["rfc9#A-1 MUST", "rfc9#B.2-1 MAY", "rfc9#B.2-2 MUST", "rfc9#10.11.12-1 SHALL"]
        );
    }

    #[test]
    fn definitions_of_the_keywords_do_not_count() {
        for text in [
            "The key words \"MUST\" and \"MAY\" are explained elsewhere.",
            "Keywords 'MUST', 'MAY'.",
            "The key words are <SHALL>.",
            "The words MUST and MAY are to be interpreted as described in RFC 2119.",
            "When the terms \"MUST\" and \"MAY\" occur.",
            "Here normative key words such as MUST occur.",
            "A MUST (specification requirement term) is this.",
        ] {
            assert_eq!(
                ids(&format!("1. One\n   {text}\n\n   But this MUST count.\n")),
                ["rfc9#1-1 MUST"],
                "{text}"
            );
        }
    }

    #[test]
    fn carriage_returns_and_byte_order_marks_are_nothing() {
        assert_eq!(
            ids("\u{feff}1. One\r\n   It MUST\r\n   NOT.\r\rIt MAY.\r"),
            ["rfc9#1-1 MUST NOT", "rfc9#1-2 MAY"]
        );
    }

    #[test]
    fn the_sentence_is_the_one_around_the_keyword() {
        let text = "1. One\n   Before it. Then e.g. this MUST hold (really). After it? \"Quoted\" MAY end\n";
        let sentences: Vec<String> = statements(text).into_iter().map(|s| s.sentence).collect();
        assert_eq!(sentences, ["Then e.g. this MUST hold (really).", "\"Quoted\" MAY end"]);
    }
}
