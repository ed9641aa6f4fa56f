//! Names of files that a stranger chose (RFC 2183, sections 2.3 and 5).

/// The most octets of a safe name: file systems take 255, and what stores it may add something.
const MOST: usize = 200;

/// Names that mean a device on some systems, whatever stands behind a dot.
const DEVICES: [&str; 7] = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// `name` without directories, control characters, marks that change the direction of writing,
/// characters that some system gives a meaning, and white space and dots at its ends; not the name
/// of a device, and not too long.
pub(super) fn safe(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|&c| !is_invisible(c)).map(replaced).collect();
    let trimmed = kept.trim_matches(|c: char| c == '.' || c.is_whitespace());
    // One dot at the front is left of `.profile`: it is a name, but not one to hide behind.
    if trimmed.is_empty() {
        return None;
    }
    let shortened = shorten(trimmed);
    let stem = shortened.split('.').next().unwrap_or_default().trim_end();
    Some(if is_device(stem) { format!("_{shortened}") } else { shortened })
}

/// Characters that are not seen, or that make others be seen in another order.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// What some system takes for more than a character of a name, look-alikes of slashes among it.
const fn replaced(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\u{2044}' | '\u{2215}' | '\u{29f5}' | '\u{29f8}'
        | '\u{fe68}' | '\u{ff0f}' | '\u{ff3c}' | '\u{fffd}' => '_',
        other => other,
    }
}

fn is_device(stem: &str) -> bool {
    let lower = stem.to_lowercase();
    if DEVICES.contains(&&*lower) {
        return true;
    }
    let Some(number) = lower.strip_prefix("com").or_else(|| lower.strip_prefix("lpt")) else { return false };
    let mut digits = number.chars();
    matches!(digits.next(), Some('0'..='9' | '¹' | '²' | '³')) && digits.next().is_none()
}

/// Cuts a name that is too long, but for what is behind its last dot.
fn shorten(name: &str) -> String {
    if name.len() <= MOST {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 20 => (stem, Some(ending)),
        _ => (name, None),
    };
    let room = MOST - ending.map_or(0, |ending| ending.len() + 1);
    let end = (0..=room).rev().find(|&end| stem.is_char_boundary(end)).unwrap_or_default();
    let stem = stem.get(..end).unwrap_or_default().trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    match ending {
        Some(ending) => format!("{stem}.{ending}"),
        None => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, safe_name) in [
            ("a.txt", Some("a.txt")),
            ("Grüße 日本.pdf", Some("Grüße 日本.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("/etc/passwd", Some("passwd")),
            ("C:\\Windows\\system32\\cmd.exe", Some("cmd.exe")),
            ("\\\\server\\share\\x", Some("x")),
            ("C:x.txt", Some("C_x.txt")),
            ("a.txt:stream", Some("a.txt_stream")),
            ("..", None),
            (".", None),
            ("", None),
            ("/", None),
            ("a/", None),
            (" . . ", None),
            (".bashrc", Some("bashrc")),
            ("a. ", Some("a")),
            ("a\0.txt", Some("a.txt")),
            ("a\r\nb", Some("ab")),
            ("\u{202e}gpj.exe", Some("gpj.exe")),
            ("a\u{200b}b\u{feff}", Some("ab")),
            ("CON", Some("_CON")),
            ("nul.txt", Some("_nul.txt")),
            ("aux .c", Some("_aux .c")),
            ("com1", Some("_com1")),
            ("LPT9.x.y", Some("_LPT9.x.y")),
            ("COM¹", Some("_COM¹")),
            ("com10", Some("com10")),
            ("console", Some("console")),
            ("a<b>c|d?e*f\"g", Some("a_b_c_d_e_f_g")),
            ("a\u{2215}b\u{ff0f}c", Some("a_b_c")),
        ] {
            assert_eq!(safe(name).as_deref(), safe_name, "{name:?}");
        }
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        for name in [
            "ü".repeat(300),
            "a".repeat(1000) + ".txt",
            "日".repeat(100) + ".tar.gz",
            "x.".to_owned() + &"y".repeat(500),
        ] {
            let safe = safe(&name).unwrap();
            assert!(safe.len() <= MOST && safe.len() > MOST - 30, "{}", safe.len());
        }
        assert!(safe(&("a".repeat(1000) + ".txt")).unwrap().ends_with("a.txt"));
    }
}
