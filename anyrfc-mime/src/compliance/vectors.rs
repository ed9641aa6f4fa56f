//! The examples that the RFCs print, and what they mean.

use anyrfc_core::compliance::Vector;

use super::examples::EXAMPLES;

/// RFC 2047, section 8: what is encoded, and what is displayed.
const WORDS: &[(&str, &[u8], &[u8])] = &[
    ("a word", b"=?ISO-8859-1?Q?a?=", b"a"),
    ("a word and text", b"=?ISO-8859-1?Q?a?= b", b"a b"),
    ("two words", b"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", b"ab"),
    ("two words, two spaces", b"=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", b"ab"),
    ("two words on two lines", b"=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", b"ab"),
    ("a space in a word", b"=?ISO-8859-1?Q?a_b?=", b"a b"),
    ("a space at the beginning of a word", b"=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", b"a b"),
    ("us-ascii", b"=?US-ASCII?Q?Keith_Moore?=", b"Keith Moore"),
    ("iso-8859-1", b"=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=", "Keld J\u{f8}rn Simonsen".as_bytes()),
    ("a word before text", b"=?ISO-8859-1?Q?Andr=E9?= Pirard", "Andr\u{e9} Pirard".as_bytes()),
    ("in capitals", b"=?ISO-8859-1?Q?Olle_J=E4rnefors?=", "Olle J\u{e4}rnefors".as_bytes()),
    ("in lower case", b"=?iso-8859-1?Q?Patrik_F=E4ltstr=F6m?=", "Patrik F\u{e4}ltstr\u{f6}m".as_bytes()),
    (
        "a subject of two charsets",
        b"=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
        b"If you can read this you understand the example.",
    ),
    (
        "iso-8859-8",
        b"=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=",
        "\u{5dd}\u{5d5}\u{5dc}\u{5e9} \u{5df}\u{5d1} \u{5d9}\u{5dc}\u{5d8}\u{5e4}\u{5e0}".as_bytes(),
    ),
];

/// RFC 2231, sections 3 to 4.1: Content-Type, and the value of its first parameter.
const VALUES: &[(&str, &[u8], &[u8])] = &[
    (
        "a value in two sections",
        b"message/external-body; URL*0=\"ftp://\";\r\n URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"; access-type=URL",
        b"ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar",
    ),
    (
        "a value with charset and language",
        b"application/x-stuff;\r\n title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
        b"This is ***fun***",
    ),
    (
        "both",
        b"application/x-stuff;\r\n title*0*=us-ascii'en'This%20is%20even%20more%20;\r\n title*1*=%2A%2A%2Afun%2A%2A%2A%20;\r\n title*2=\"isn't it!\"",
        b"This is even more ***fun*** isn't it!",
    ),
];

const fn named(
    source: &'static str,
    (name, input, output): (&'static str, &'static [u8], &'static [u8]),
) -> Vector {
    Vector { name, source, input, output }
}

const COUNT: usize = WORDS.len() + VALUES.len() + EXAMPLES.len();

const fn all() -> [Vector; COUNT] {
    let none = Vector { name: "", source: "", input: b"", output: b"" };
    let mut all = [none; COUNT];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < WORDS.len() {
            named("rfc2047#8", WORDS[at])
        } else if at < WORDS.len() + VALUES.len() {
            named("rfc2231#4", VALUES[at - WORDS.len()])
        } else {
            EXAMPLES[at - WORDS.len() - VALUES.len()]
        };
        at += 1;
    }
    all
}

pub(super) static VECTORS: [Vector; COUNT] = all();

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Message;

    #[test]
    fn the_examples_mean_what_the_rfcs_say() {
        for (name, input, output) in WORDS {
            let raw = [b"Subject: ", *input, b"\r\n\r\n"].concat();
            let message = Message::parse(&raw);
            assert_eq!(message.subject().expect("a subject").as_bytes(), *output, "{name}");
            let raw = [b"From: ", *input, b" <a@b.test>\r\n\r\n"].concat();
            let from = Message::parse(&raw).from();
            let name_of =
                from.mailboxes().next().expect("a mailbox").name().expect("a name").as_bytes().to_vec();
            assert_eq!(name_of, *output, "{name}");
        }
        for (name, input, output) in VALUES {
            let raw = [b"Content-Type: ", *input, b"\r\n\r\n"].concat();
            let message = Message::parse(&raw);
            let kind = message.root().content_type();
            let value = kind.parameters().iter().next().expect("a parameter").value();
            assert_eq!(value.as_bytes(), *output, "{name}");
        }
    }
}
