//! `format=flowed` (RFC 3676): paragraphs in short lines that a reader may join again.

/// Where lines are broken (RFC 3676, section 4.2: at most 78, better 72).
const WIDTH: usize = 72;

/// Paragraphs, one a line, as flowed lines.
pub(super) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for paragraph in text.lines() {
        // A signature's separator is a line of its own, with its space (section 4.3).
        if paragraph == "-- " {
            out.push_str("-- \r\n");
            continue;
        }
        flow(paragraph.trim_end_matches(' '), &mut out);
        out.push_str("\r\n");
    }
    out
}

/// One paragraph: every line but the last ends with a space.
fn flow(paragraph: &str, out: &mut String) {
    let mut rest = paragraph;
    loop {
        stuff(rest, out);
        let Some(end) = break_at(rest) else {
            out.push_str(rest);
            return;
        };
        let (line, after) = rest.split_at(end);
        out.push_str(line);
        out.push_str("\r\n");
        rest = after;
    }
}

/// Lines that begin with a space, a quote mark or `From ` get a space in front (section 4.4).
fn stuff(line: &str, out: &mut String) {
    if line.starts_with([' ', '>']) || line.starts_with("From ") {
        out.push(' ');
    }
}

/// Behind which space to break: the last within the width, else the first there is.
fn break_at(text: &str) -> Option<usize> {
    let mut last = None;
    for (column, (index, c)) in text.char_indices().enumerate() {
        if column >= WIDTH && last.is_some() {
            return last;
        }
        let next = index + 1;
        if c == ' '
            && next < text.len()
            && text.get(..next).is_some_and(|line| !line.trim_end_matches(' ').is_empty() && line != "-- ")
        {
            last = Some(next);
        }
    }
    let short = text.chars().nth(WIDTH).is_none();
    if short { None } else { last }
}

#[cfg(test)]
mod tests {
    use super::encode;

    /// Joins flowed lines again, as RFC 3676, section 4.1 says.
    fn decode(text: &str) -> String {
        let mut out = String::new();
        for line in text.split_terminator("\r\n") {
            let line = line.strip_prefix(' ').unwrap_or(line);
            out.push_str(line);
            if !line.ends_with(' ') || line == "-- " {
                out.push('\n');
            }
        }
        out
    }

    #[test]
    fn paragraphs_come_back() {
        let long = "word ".repeat(60) + "end\n> quoted by hand\nFrom here\n\n  indented\n-- \nsignature\n";
        for text in [long.as_str(), "one\n", "\n", "a\n\nb\n", &("x".repeat(200) + " y\n")] {
            let encoded = encode(text);
            assert_eq!(decode(&encoded), text);
            assert!(encoded.lines().all(|line| line.len() <= 78 || !line.trim_end().contains(' ')));
        }
    }
}
