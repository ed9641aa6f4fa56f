//! The example messages of the RFCs that anyrfc-mime claims, each named by RFC and section.

use super::Case;

/// Declares examples by the names of their files.
macro_rules! examples {
    ($($name:literal,)*) => {
        const EXAMPLES: &[(&str, &str)] = &[$(($name, include_str!(concat!("examples/", $name, ".eml"))),)*];
    };
}

examples! {
    "rfc2046-5-1-1-multipart",
    "rfc2046-5-1-4-alternative",
    "rfc2046-5-1-5-digest",
    "rfc2046-5-2-2-2-partial-1",
    "rfc2046-5-2-2-2-partial-2",
    "rfc2047-8-1",
    "rfc2047-8-2",
    "rfc2047-8-3",
    "rfc2047-8-4",
    "rfc2047-8-comment-1",
    "rfc2047-8-comment-2",
    "rfc2047-8-comment-3",
    "rfc2047-8-comment-4",
    "rfc2047-8-comment-5",
    "rfc2047-8-comment-6",
    "rfc2047-8-comment-7",
    "rfc2049-a",
    "rfc2183-2-10-multipart",
    "rfc2183-3-attachment",
    "rfc2183-3-inline",
    "rfc2231-3-continuation",
    "rfc2231-4-1-both",
    "rfc2231-4-charset",
    "rfc2231-5-language",
    "rfc3464-e-delayed",
    "rfc3464-e-gateway",
    "rfc3464-e-several",
    "rfc3464-e-simple",
    "rfc5322-a-1-1-sender",
    "rfc5322-a-1-1-simple",
    "rfc5322-a-1-2-mailboxes",
    "rfc5322-a-1-3-groups",
    "rfc5322-a-2-original",
    "rfc5322-a-2-reply-to-reply",
    "rfc5322-a-2-reply",
    "rfc5322-a-3-original",
    "rfc5322-a-3-resent",
    "rfc5322-a-4-trace",
    "rfc5322-a-5-white-space",
    "rfc5322-a-6-1-obsolete-addresses",
    "rfc5322-a-6-2-obsolete-dates",
    "rfc5322-a-6-3-obsolete-white-space",
    "rfc8098-9",
}

/// The messages, with the line breaks of mail.
pub(super) fn cases() -> Vec<Case> {
    let case = |&(name, text): &(&str, &str)| Case {
        name: name.into(),
        octets: text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes(),
    };
    EXAMPLES.iter().map(case).collect()
}
