//! Names of files that are safe to create (RFC 2183, section 2.3).

use std::borrow::Cow;

/// Octets of a name at most: less than every file system's 255, so that something may be put to it.
const NAME_MAX: usize = 240;
/// Octets of an extension that is worth keeping when a name is cut.
const EXTENSION_MAX: usize = 32;
/// The name of what has none.
const FALLBACK: &str = "attachment";

/// The names of devices, with any extension, on Windows.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "clock$", "conin$", "conout$"];

/// What a sender's name for a file may be called when it is written to a directory of the
/// receiver's choice.
///
/// Only the last component of a path is used, without a drive letter. What would act and not just
/// name is taken out or replaced by `_`: separators of any system, control characters, marks that
/// change the direction of text or cannot be seen, a dot, dash or tilde in front, dots and spaces
/// at the end, the names of devices. A name that is too long loses its middle, not its extension;
/// one of which nothing is left is `attachment`.
///
/// The name is safe to use, not to open: the extension is the sender's choice, and a file of that
/// name may exist.
///
/// ```
/// use anyrfc_mime::codec::safe_file_name;
/// assert_eq!(safe_file_name("../../etc/passwd"), "passwd");
/// assert_eq!(safe_file_name("C:\\Windows\\NUL.txt"), "_NUL.txt");
/// assert_eq!(safe_file_name("Grüße aus Köln.pdf"), "Grüße aus Köln.pdf");
/// ```
#[must_use]
pub fn safe_file_name(name: &str) -> Cow<'_, str> {
    let is_separator = |c: char| matches!(c, '/' | '\\');
    for component in name.rsplit(is_separator) {
        let cleaned = clean(component);
        if !cleaned.is_empty() {
            return cleaned;
        }
    }
    Cow::Borrowed(FALLBACK)
}

/// One component of a path; empty if nothing is left of it.
fn clean(component: &str) -> Cow<'_, str> {
    let trimmed = trim(without_drive(component));
    let in_place = trimmed.chars().all(|c| replacement(c) == Some(c));
    let text = if in_place {
        Cow::Borrowed(trimmed)
    } else {
        // What is taken out may have stood before a dot or a space.
        let kept: String = trimmed.chars().filter_map(replacement).collect();
        Cow::Owned(trim(&kept).to_owned())
    };
    if text.is_empty() {
        return text;
    }
    let text =
        if text.starts_with(['-', '~']) || is_device(&text) { Cow::Owned(format!("_{text}")) } else { text };
    if text.len() <= NAME_MAX { text } else { Cow::Owned(shortened(&text)) }
}

/// What stands behind `C:`.
fn without_drive(component: &str) -> &str {
    let mut rest = component.trim_start();
    while let [letter, b':', ..] = rest.as_bytes()
        && letter.is_ascii_alphabetic()
    {
        rest = rest.get(2..).unwrap_or_default();
    }
    rest
}

/// Without dots in front, which hide a file or name a directory, and without dots and white space
/// at the end, which some systems drop.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c == '.' || c.is_whitespace())
}

/// The character itself, `_` for it, or nothing.
fn replacement(c: char) -> Option<char> {
    match c {
        // Separators, wildcards and redirections of any system; characters that some systems map to
        // a separator.
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => Some('_'),
        '\u{2044}' | '\u{2215}' | '\u{2216}' | '\u{29f5}' | '\u{29f8}' | '\u{29f9}' => Some('_'),
        '\u{fe68}' | '\u{ff0f}' | '\u{ff1a}' | '\u{ff3c}' => Some('_'),
        // Direction: marks, embeddings, overrides and isolates.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        // Not to be seen. The joiners stay: scripts need them.
        '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' => None,
        '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' => None,
        // A line or a paragraph ends.
        '\u{2028}' | '\u{2029}' => None,
        '\t' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// Whether Windows takes the name for a device, whatever its extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    if DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device)) {
        return true;
    }
    let Some((port, number)) = stem.split_at_checked(3) else { return false };
    let is_port = port.eq_ignore_ascii_case("com") || port.eq_ignore_ascii_case("lpt");
    let mut numbers = number.chars();
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³');
    is_port && numbers.next().is_some_and(is_number) && numbers.next().is_none()
}

/// The beginning of a name that is too long, and its extension.
fn shortened(name: &str) -> String {
    let (stem, extension) = match name.rfind('.').and_then(|at| name.split_at_checked(at)) {
        Some((stem, extension)) if extension.len() <= EXTENSION_MAX => (stem, extension),
        _ => (name, ""),
    };
    let room = NAME_MAX.saturating_sub(extension.len());
    let stem = stem.get(..stem.floor_char_boundary_at(room)).unwrap_or_default();
    let stem = stem.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    format!("{stem}{extension}")
}

/// The last boundary of a character that is not beyond an octet.
trait FloorCharBoundary {
    fn floor_char_boundary_at(&self, octet: usize) -> usize;
}

impl FloorCharBoundary for str {
    fn floor_char_boundary_at(&self, octet: usize) -> usize {
        (0..=octet.min(self.len())).rev().find(|&at| self.is_char_boundary(at)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_act() {
        for (name, safe) in [
            ("a.txt", "a.txt"),
            ("../../etc/passwd", "passwd"),
            ("/etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("C:\\Windows\\win.ini", "win.ini"),
            ("c:evil.exe", "evil.exe"),
            ("c: d:x", "d_x"),
            ("\\\\server\\share\\a.doc", "a.doc"),
            ("\\\\?\\C:\\a", "a"),
            ("//./COM1", "_COM1"),
            ("a/..", "a"),
            ("a/b/", "b"),
            ("..", "attachment"),
            (".", "attachment"),
            ("", "attachment"),
            ("   ", "attachment"),
            ("/", "attachment"),
            ("\u{202e}\u{200b}", "attachment"),
            (".htaccess", "htaccess"),
            ("....pdf", "pdf"),
            ("a.txt. . .", "a.txt"),
            ("a.txt\0.exe", "a.txt.exe"),
            ("a\r\nb\x1b[0m\x7f\u{85}.txt", "ab[0m.txt"),
            ("a\tb", "a b"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            (".\u{200f}.", "attachment"),
            ("\u{200f}..", "attachment"),
            ("a.\u{200f}", "a"),
            ("file.txt:stream", "file.txt_stream"),
            ("a*b?c\"d<e>f|g", "a_b_c_d_e_f_g"),
            ("..\u{ff0f}..\u{2044}x", "_.._x"),
            ("-rf", "_-rf"),
            ("~root", "_~root"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("nul.tar.gz", "_nul.tar.gz"),
            ("Aux .txt", "_Aux .txt"),
            ("COM1", "_COM1"),
            ("lpt9.x", "_lpt9.x"),
            ("COM²", "_COM²"),
            ("C\u{200b}ON", "_CON"),
            ("CONIN$", "_CONIN$"),
            ("COM10", "COM10"),
            ("COMx", "COMx"),
            ("CON1", "CON1"),
            ("console", "console"),
            ("LPT", "LPT"),
            ("日本語.txt", "日本語.txt"),
            ("نامه\u{200c}ها.txt", "نامه\u{200c}ها.txt"),
            (" a b ", "a b"),
        ] {
            assert_eq!(safe_file_name(name), safe, "{name:?}");
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        let safe = safe_file_name(&("x".repeat(1000) + ".pdf")).into_owned();
        assert_eq!((safe.len(), safe.ends_with("x.pdf")), (240, true));
        let safe = safe_file_name(&("ü".repeat(1000) + ".jpeg")).into_owned();
        assert!((238..=240).contains(&safe.len()) && safe.ends_with("ü.jpeg"));
        let safe = safe_file_name(&("a.".to_owned() + &"x".repeat(1000))).into_owned();
        assert_eq!(safe.len(), 240);
        let safe = safe_file_name(&("a".repeat(230) + &" ".repeat(50) + ".txt")).into_owned();
        assert_eq!(safe, "a".repeat(230) + ".txt");
        // One octet more than is kept as it is; the longest extension that is kept, and a longer one.
        for (stem, extension, length) in [(236, 4, 240), (237, 4, 240), (300, 32, 240), (300, 33, 240)] {
            let name = "x".repeat(stem) + "." + &"e".repeat(extension - 1);
            let safe = safe_file_name(&name);
            assert_eq!(safe.len(), length, "{stem} {extension}");
            assert_eq!(safe.ends_with('e'), extension <= 32, "{stem} {extension}");
            assert_eq!(matches!(safe, Cow::Borrowed(_)), stem + extension <= 240);
        }
        let spaced = "x".repeat(235) + " .txt";
        assert_eq!(safe_file_name(&spaced), spaced, "what is not too long keeps its space");
        let many = "/".repeat(1_000_000);
        assert_eq!(safe_file_name(&many), "attachment");
    }

    /// Numbers that look random and are the same every time.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap_or_default() % limit
        }
    }

    #[test]
    fn whatever_the_name_the_file_stays_where_it_is_put() {
        let pieces = [
            "..",
            ".",
            "/",
            "\\",
            "C:",
            "c:",
            "con",
            "NUL",
            "com1",
            "LPT³",
            "\0",
            "\n",
            "\u{202e}",
            "\u{200f}",
            "\u{2066}",
            " ",
            "\t",
            "a",
            "ü",
            "語",
            ".txt",
            ".exe",
            "-",
            "~",
            ":",
            "*",
            "\u{ff0f}",
            "\u{feff}",
            "$",
            "\u{200d}",
            "\u{3000}",
            "\u{a0}",
            "CONOUT$",
            "x",
            "\u{10ffff}",
        ];
        let mut numbers = Numbers(7);
        for round in 0..20_000 {
            let length = numbers.below(if round % 100 == 0 { 500 } else { 8 });
            let name: String = (0..length).map(|_| pieces[numbers.below(pieces.len())]).collect();
            let safe = safe_file_name(&name);
            let forbidden = |c: char| replacement(c) != Some(c);
            assert!(!safe.is_empty() && safe.len() <= 240, "{name:?}: {safe:?}");
            assert!(!safe.contains(forbidden) && !safe.contains(['/', '\\', ':']), "{name:?}: {safe:?}");
            assert!(!safe.starts_with(['.', '-', '~', ' ']), "{name:?}: {safe:?}");
            assert!(!safe.ends_with(['.', ' ']), "{name:?}: {safe:?}");
            assert!(!is_device(&safe), "{name:?}: {safe:?}");
            let joined = std::path::Path::new("dir").join(&*safe);
            assert_eq!(joined.components().count(), 2, "{name:?}: {safe:?}");
            assert_eq!(safe_file_name(&safe), safe, "{name:?}: once more");
        }
    }
}
