//! The base subject of a message (RFC 5256, section 2.1).

/// What is left of a subject once the marks of replies, forwarding and mailing lists are gone, by
/// the one algorithm that servers sort and thread by (RFC 5256, section 2.1): so messages that are
/// sorted here come in the same order as those that are sorted there.
///
/// The first step of that algorithm is the caller's: encoded words (RFC 2047) are decoded before,
/// as `anyrfc-mime` does it. Text that no encoded word is in needs nothing of the kind.
///
/// ```
/// use anyrfc_imap::types::BaseSubject;
/// let subject = BaseSubject::of("Re: [imap] Fwd[2]: lunch\r\n\ttoday (fwd)");
/// assert_eq!(subject.as_str(), "lunch today");
/// assert!(subject.is_reply_or_forward());
/// assert!(!BaseSubject::of("[imap] lunch").is_reply_or_forward());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BaseSubject {
    text: String,
    marked: bool,
}

impl BaseSubject {
    /// Of the value of a Subject field, its encoded words decoded. Takes time in proportion to
    /// its length.
    #[must_use]
    pub fn of(subject: &str) -> Self {
        let text = spaced(subject);
        let mut rest = &*text;
        let mut marked = false;
        loop {
            rest = without_trailers(rest, &mut marked);
            rest = without_leaders(rest, &mut marked);
            // Step 6.
            match forwarded(rest) {
                Some(inner) => {
                    marked = true;
                    rest = inner;
                }
                None => return Self { text: rest.to_owned(), marked },
            }
        }
    }

    /// The text; nothing where there was nothing but marks.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the subject has marks of a reply or of forwarding (RFC 5256, section 3): `re:`,
    /// `fwd:`, `(fwd)` and their like.
    #[must_use]
    pub const fn is_reply_or_forward(&self) -> bool {
        self.marked
    }
}

/// Step 1: tabs and folds are spaces, and of several spaces there is one.
fn spaced(subject: &str) -> String {
    let mut text = String::with_capacity(subject.len());
    for character in subject.chars() {
        match character {
            ' ' | '\t' | '\r' | '\n' if text.ends_with(' ') => {}
            ' ' | '\t' | '\r' | '\n' => text.push(' '),
            other => text.push(other),
        }
    }
    text
}

/// Step 2: the rule `subj-trailer`, as often as it is there.
fn without_trailers<'a>(mut rest: &'a str, marked: &mut bool) -> &'a str {
    loop {
        rest = rest.trim_end_matches(' ');
        match rest.len().checked_sub(5).and_then(|at| rest.split_at_checked(at)) {
            Some((before, trailer)) if trailer.eq_ignore_ascii_case("(fwd)") => {
                *marked = true;
                rest = before;
            }
            _ => return rest,
        }
    }
}

/// Steps 3 to 5: the rules `subj-leader` and `subj-blob`, as often as they are there.
fn without_leaders<'a>(mut rest: &'a str, marked: &mut bool) -> &'a str {
    loop {
        rest = rest.trim_start_matches(' ');
        // However many blobs there are, a mark behind them takes them along.
        let mut behind = rest;
        let mut last = rest;
        while let Some(next) = without_blob(behind) {
            (last, behind) = (behind, next);
        }
        if let Some(next) = without_mark(behind) {
            *marked = true;
            rest = next;
            continue;
        }
        // Without one they go one by one, as long as something is left.
        return if behind.is_empty() { last } else { behind };
    }
}

/// The rule `subj-refwd`.
fn without_mark(text: &str) -> Option<&str> {
    let word = |word: &str| {
        let (head, tail) = text.split_at_checked(word.len())?;
        head.eq_ignore_ascii_case(word).then_some(tail)
    };
    let rest = word("re").or_else(|| word("fwd")).or_else(|| word("fw"))?;
    let rest = rest.trim_start_matches(' ');
    without_blob(rest).unwrap_or(rest).strip_prefix(':')
}

/// The rule `subj-blob`.
fn without_blob(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(['[', ']'])?;
    let rest = inner.get(end..)?.strip_prefix(']')?;
    Some(rest.trim_start_matches(' '))
}

/// The rules `subj-fwd-hdr` and `subj-fwd-trl`: what is between them.
fn forwarded(text: &str) -> Option<&str> {
    let (header, rest) = text.split_at_checked(5)?;
    let inner = rest.strip_suffix(']')?;
    header.eq_ignore_ascii_case("[fwd:").then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(subject: &str) -> (String, bool) {
        let found = BaseSubject::of(subject);
        (found.as_str().to_owned(), found.is_reply_or_forward())
    }

    #[test]
    fn marks_go_and_the_rest_stays() {
        for (subject, expected, marked) in [
            ("lunch", "lunch", false),
            ("", "", false),
            (" \t\r\n ", "", false),
            ("Re: lunch", "lunch", true),
            ("RE:lunch", "lunch", true),
            ("re : lunch", "lunch", true),
            ("fw: lunch", "lunch", true),
            ("FWD: lunch", "lunch", true),
            ("Re: Fwd: re: lunch", "lunch", true),
            ("Re[4]: lunch", "lunch", true),
            ("Re [4] : lunch", "lunch", true),
            ("[list] lunch", "lunch", false),
            ("[list] Re: lunch", "lunch", true),
            ("[a] [b]Re: [c] lunch", "lunch", true),
            ("Re: [a] Re: lunch", "lunch", true),
            ("lunch (fwd)", "lunch", true),
            ("lunch (FWD) (fwd) ", "lunch", true),
            ("[fwd: lunch]", "lunch", true),
            ("[Fwd: Re: [list] lunch (fwd)]", "lunch", true),
            ("[fwd: [fwd: lunch]]", "lunch", true),
            ("[fwd:]", "", true),
            // A blob that everything else hangs on is the subject.
            ("[list]", "[list]", false),
            ("[a][b]", "[b]", false),
            ("[a] [b]", "[b]", false),
            ("Re: [list]", "[list]", true),
            ("Re:", "", true),
            ("[a] Re:", "", true),
            ("(fwd)", "", true),
            // What only looks like a mark.
            ("regarding: lunch", "regarding: lunch", false),
            ("re lunch", "re lunch", false),
            ("fwdd: lunch", "fwdd: lunch", false),
            ("lunch re: dinner", "lunch re: dinner", false),
            ("[unclosed lunch", "[unclosed lunch", false),
            ("[a[b]] lunch", "[a[b]] lunch", false),
            ("lunch [fwd: dinner]", "lunch [fwd: dinner]", false),
            ("[fwd: lunch] dinner", "dinner", false),
            ("(fwd) lunch", "(fwd) lunch", false),
            ("AW: lunch", "AW: lunch", false),
            // Beyond ASCII.
            ("[Übung] Re: Mittag\u{20ac}ssen", "Mittag\u{20ac}ssen", true),
            ("r\u{e9}: lunch", "r\u{e9}: lunch", false),
            ("a\t\r\n  b", "a b", false),
        ] {
            assert_eq!(base(subject), (expected.to_owned(), marked), "{subject:?}");
        }
    }

    #[test]
    fn long_subjects_take_no_longer_than_they_are_long() {
        let blobs = "[a]".repeat(200_000);
        assert_eq!(base(&format!("{blobs}x")), ("x".to_owned(), false));
        assert_eq!(base(&format!("{blobs}re:x")), ("x".to_owned(), true));
        assert_eq!(base(&blobs), ("[a]".to_owned(), false));
        assert_eq!(base(&"re:".repeat(200_000)), (String::new(), true));
        assert_eq!(base(&format!("x{}", "(fwd)".repeat(200_000))), ("x".to_owned(), true));
        let nested = format!("{}x{}", "[fwd:".repeat(200_000), "]".repeat(200_000));
        assert_eq!(base(&nested), ("x".to_owned(), true));
        assert!(!base(&"[".repeat(200_000)).1);
    }
}
