//! RFC 2183, section 2.3: reading file names.

use anyrfc_core::compliance::Check;

use crate::{Message, rfc2183 as r};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "rfc2183/section-2.3/safe-names", covers: &[r::FILENAME_IS_CHECKED], run: safe_names },
    Check {
        name: "rfc2183/section-2.3/no-directory",
        covers: &[r::FILENAME_HAS_NO_DIRECTORY],
        run: no_directory,
    },
];

/// The name as it was given, and as it is safe.
fn names(parameter: &str) -> (Option<String>, Option<String>) {
    let raw = format!("Content-Disposition: attachment; {parameter}\r\n\r\n");
    let message = Message::parse(raw.as_bytes());
    (message.root().filename(), message.root().safe_file_name())
}

fn safe_names() {
    assert_eq!(names("filename=a.txt"), (Some("a.txt".to_owned()), Some("a.txt".to_owned())));
    for (parameter, raw) in [
        ("filename=CON", "CON"),
        ("filename=nul.txt", "nul.txt"),
        ("filename*=utf-8''a%E2%80%AEtxt.exe", "a\u{202e}txt.exe"),
        ("filename*=utf-8''a%00b", "a\0b"),
        ("filename=\"..\"", ".."),
        ("filename=\"a:b\"", "a:b"),
    ] {
        let (given, safe) = names(parameter);
        assert!(given.is_some(), "{parameter}");
        assert_ne!(safe.as_deref(), Some(raw), "{parameter}");
        let safe = safe.unwrap_or_default();
        assert!(
            !safe.contains(['\0', '/', '\\', ':', '\u{202e}']) && safe != ".." && safe.len() <= 255,
            "{safe}"
        );
    }
    assert!(names(&format!("filename={}", "x".repeat(900))).1.is_some_and(|safe| safe.len() <= 255));
}

fn no_directory() {
    for parameter in [
        "filename=\"/etc/passwd\"",
        "filename=\"../../etc/passwd\"",
        "filename=\"C:\\\\windows\\\\passwd\"",
        "filename*=utf-8''..%2Fpasswd",
    ] {
        let safe = names(parameter).1.expect("a name");
        assert!(safe.ends_with("passwd") && !safe.contains(['/', '\\']), "{parameter}: {safe}");
        assert!(!safe.starts_with('.'), "{safe}");
    }
}
