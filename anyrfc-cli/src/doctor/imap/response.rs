//! Responses as they came, cut into what the probes look at.

/// One response, its literals in their places.
#[derive(Clone, Debug, Default)]
pub(super) struct Response {
    pub(super) octets: Vec<u8>,
    /// The literals, in their order.
    pub(super) literals: Vec<Vec<u8>>,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    No,
    Bad,
}

/// What came upon a command.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) untagged: Vec<Response>,
    pub(super) status: Status,
    /// What stands behind OK, NO or BAD.
    pub(super) text: Vec<u8>,
}

impl Response {
    /// The line without its end.
    pub(super) fn body(&self) -> &[u8] {
        trimmed(&self.octets)
    }

    /// What follows `* `.
    pub(super) fn data(&self) -> &[u8] {
        self.body().strip_prefix(b"* ").unwrap_or_default()
    }

    /// Its words: of `* 3 EXISTS` the second is EXISTS.
    pub(super) fn words(&self) -> impl Iterator<Item = &[u8]> {
        self.data().split(|byte| *byte == b' ')
    }

    /// Whether it is of this kind: `CAPABILITY …` or `3 EXISTS`.
    pub(super) fn is(&self, kind: &str) -> bool {
        let mut words = self.words();
        let first = words.next().unwrap_or_default();
        let name = if !first.is_empty() && first.iter().all(u8::is_ascii_digit) {
            words.next().unwrap_or_default()
        } else {
            first
        };
        name.eq_ignore_ascii_case(kind.as_bytes())
    }

    /// The number that stands behind this word.
    pub(super) fn number(&self, word: &str) -> Option<u64> {
        number(self.data(), word)
    }

    /// The number before its kind: 3 of `* 3 EXISTS`.
    pub(super) fn count(&self) -> Option<u64> {
        std::str::from_utf8(self.words().next()?).ok()?.parse().ok()
    }
}

impl Answer {
    pub(super) fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }

    /// The untagged responses of this kind.
    pub(super) fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Response> {
        self.untagged.iter().filter(move |response| response.is(kind))
    }

    /// Whether there is one.
    pub(super) fn has(&self, kind: &str) -> bool {
        self.of(kind).next().is_some()
    }

    /// What stands behind a response code, in an untagged status response or at the end.
    pub(super) fn code(&self, name: &str) -> Option<&[u8]> {
        let untagged = self.untagged.iter().filter_map(|response| code(response.data(), name));
        untagged.chain(code_at(&self.text, name)).next()
    }

    /// Whether the end has this code.
    pub(super) fn ends_with_code(&self, name: &str) -> bool {
        code_at(&self.text, name).is_some()
    }
}

/// The code of `OK [NAME …] text`.
fn code<'a>(data: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let space = data.iter().position(|byte| *byte == b' ')?;
    let (kind, rest) = data.split_at(space);
    let is_status =
        ["OK", "NO", "BAD", "PREAUTH", "BYE"].iter().any(|known| kind.eq_ignore_ascii_case(known.as_bytes()));
    if is_status { code_at(rest.get(1..)?, name) } else { None }
}

/// The code of `[NAME …] text`.
fn code_at<'a>(text: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let inner = text.strip_prefix(b"[")?;
    let end = inner.iter().position(|byte| *byte == b']')?;
    let inner = inner.get(..end)?;
    let (word, rest) = inner.split_at_checked(name.len())?;
    let ends = matches!(rest.first(), None | Some(b' '));
    (ends && word.eq_ignore_ascii_case(name.as_bytes())).then(|| rest.trim_ascii_start())
}

/// The number behind a word, which stands at a beginning.
pub(super) fn number(text: &[u8], word: &str) -> Option<u64> {
    let mut words = text.split(|byte| matches!(byte, b' ' | b'(' | b')'));
    words.find(|found| found.eq_ignore_ascii_case(word.as_bytes()))?;
    std::str::from_utf8(words.next()?).ok()?.parse().ok()
}

/// A line without its end.
pub(super) fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The length of the literal that a line announces at its end.
pub(super) fn announced(line: &[u8]) -> Option<usize> {
    let inner = trimmed(line).strip_suffix(b"}")?;
    let open = inner.iter().rposition(|byte| *byte == b'{')?;
    let digits = inner.get(open + 1..)?;
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The quoted strings of a response.
pub(super) fn quoted(text: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    let mut open: Option<Vec<u8>> = None;
    let mut escaped = false;
    for byte in text {
        match (&mut open, byte) {
            (None, b'"') => open = Some(Vec::new()),
            (None, _) => {}
            (Some(_), b'\\') if !escaped => escaped = true,
            (Some(string), b'"') if !escaped => {
                all.push(String::from_utf8_lossy(string).into_owned());
                open = None;
            }
            (Some(string), byte) => {
                string.push(*byte);
                escaped = false;
            }
        }
    }
    all
}

/// A string of ours.
pub(super) fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(line: &str) -> Response {
        Response { octets: line.into(), literals: Vec::new() }
    }

    #[test]
    fn kinds_and_numbers() {
        assert!(response("* 3 EXISTS\r\n").is("exists"));
        assert!(response("* CAPABILITY IMAP4rev1\r\n").is("CAPABILITY"));
        assert!(!response("* OK [UIDNEXT 5] next\r\n").is("UIDNEXT"));
        let fetch = response("* 1 FETCH (FLAGS () UID 42)\r\n");
        assert_eq!((fetch.count(), fetch.number("UID")), (Some(1), Some(42)));
    }

    #[test]
    fn codes() {
        let answer = Answer {
            untagged: vec![response("* OK [UIDNEXT 5] next\r\n")],
            status: Status::Ok,
            text: b"[READ-ONLY] done".to_vec(),
        };
        assert_eq!(answer.code("uidnext"), Some(&b"5"[..]));
        assert_eq!(answer.code("UID"), None);
        assert!(answer.ends_with_code("READ-ONLY"));
    }

    #[test]
    fn literals_and_strings() {
        assert_eq!(announced(b"* 1 FETCH (BODY[] {12}\r\n"), Some(12));
        assert_eq!(announced(b"* OK {1\r\n"), None);
        assert_eq!(quoted(br#"* ID ("name" "a\"b")"#), ["name", "a\"b"]);
        assert_eq!(quote(r#"a"b\"#), r#""a\"b\\""#);
    }
}
