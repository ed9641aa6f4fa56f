//! Dictionaries in the form that AFL and libFuzzer have.

/// Reads `name="value"` lines, the name optional; `\\`, `\"` and `\xNN` are escapes.
///
/// # Errors
/// The number of the first line that is neither an entry, nor empty, nor a comment.
pub fn parse(text: &str) -> Result<Vec<Vec<u8>>, usize> {
    let mut entries = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let quoted = line.split_once('"').and_then(|(_, rest)| rest.strip_suffix('"'));
        entries.push(quoted.and_then(unescape).ok_or(index + 1)?);
    }
    Ok(entries)
}

fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'\\', [b'x', high, low, after @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).ok()?;
                out.push(u8::from_str_radix(digits, 16).ok()?);
                rest = after;
            }
            (b'\\', [escaped @ (b'\\' | b'"'), after @ ..]) => {
                out.push(*escaped);
                rest = after;
            }
            (b'\\' | b'"', _) => return None,
            _ => out.push(byte),
        }
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn entries() {
        let text = "# words\n\nname=\"a\\\\b\"\n\"\\x0d\\x0A\"\n  \"x\\\"y\"  \n";
        assert_eq!(parse(text), Ok(vec![b"a\\b".to_vec(), b"\r\n".to_vec(), b"x\"y".to_vec()]));
        for (bad, line) in
            [("word", 1), ("\n\"\"", 2), ("\"\\n\"", 1), ("\"a", 1), ("\"\\x0\"", 1), ("\"a\"b\"", 1)]
        {
            assert_eq!(parse(bad), Err(line), "{bad}");
        }
    }
}
