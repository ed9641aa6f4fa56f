//! RFC 5322, sections 3.6.2 to 3.6.6: replies.

use anyrfc_core::compliance::Check;

use super::super::support::{field, has, written};
use crate::{Message, build::Builder, rfc5322 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5322/section-3.6.3/addressed-to-the-authors",
        covers: &[r::REPLY_TO_THE_AUTHORS, r::REPLIES_GO_TO_FROM],
        run: addressed_to_the_authors,
    },
    Check { name: "rfc5322/section-3.6.3/copies", covers: &[r::REPLY_CC_TO_THE_OTHERS], run: copies },
    Check {
        name: "rfc5322/section-3.6.3/bcc",
        covers: &[r::BCC_INTO_THE_BCC_OF_A_REPLY, r::BCC_NOT_INTO_TO_OR_CC],
        run: bcc,
    },
    Check {
        name: "rfc5322/section-3.6.4/names-its-parents",
        covers: &[r::REPLY_NAMES_ITS_PARENTS, r::IN_REPLY_TO_IN_REPLIES, r::REFERENCES_IN_REPLIES],
        run: names_its_parents,
    },
    Check { name: "rfc5322/section-3.6.5/subject", covers: &[r::SUBJECT_OF_A_REPLY], run: subject },
    Check {
        name: "rfc5322/section-3.6.6/resent-fields-are-ignored",
        covers: &[r::RESENT_FIELDS_NOT_FOR_REPLIES, r::RESENT_FIELDS_ARE_INFORMATIONAL],
        run: resent_fields_are_ignored,
    },
];

fn reply(raw: &str) -> String {
    written(Builder::reply(&Message::parse(raw.as_bytes()), "me@example.com"))
}

fn reply_all(raw: &str) -> String {
    written(Builder::reply_all(&Message::parse(raw.as_bytes()), ("Me", "me@example.com")))
}

fn addressed_to_the_authors() {
    assert_eq!(
        field(&reply("From: Ann <ann@x.test>, bob@x.test\r\nSender: office@x.test\r\n\r\n"), "To"),
        "Ann <ann@x.test>, bob@x.test"
    );
    let text = reply("From: ann@x.test\r\nReply-To: list: a@x.test, b@x.test;, c@x.test\r\n\r\n");
    assert_eq!(field(&text, "To"), "a@x.test, b@x.test, c@x.test");
    assert_eq!(field(&text, "From"), "me@example.com");
    assert_eq!(field(&reply("From: ann@x.test\r\nReply-To: \r\n\r\n"), "To"), "ann@x.test");
    // What the original says cannot become structure.
    let text = reply(
        "From: =?utf-8?q?a=0D=0ABcc=3A_x=40y.test?= <ann@x.test>\r\nSubject: =?utf-8?q?a=0D=0AX=3A_y?=\r\n\r\n",
    );
    assert!(!has(&text, "Bcc") && !has(&text, "X"));
}

fn copies() {
    let text = reply_all(
        "From: ann@x.test\r\nTo: me@EXAMPLE.com, bob@x.test, ann@X.test\r\nCc: carol@x.test, bob@x.test\r\n\r\n",
    );
    assert_eq!(field(&text, "To"), "ann@x.test");
    assert_eq!(field(&text, "Cc"), "bob@x.test, carol@x.test");
    assert!(!has(&reply("From: ann@x.test\r\nTo: bob@x.test\r\n\r\n"), "Cc"));
}

fn bcc() {
    let raw = "From: ann@x.test\r\nTo: bob@x.test\r\nBcc: secret@x.test, me@example.com\r\n\r\n";
    let original = Message::parse(raw.as_bytes());
    let message = Builder::reply_all(&original, "me@example.com").build().expect("a message");
    assert_eq!(message.envelope().recipients(), ["ann@x.test", "bob@x.test", "secret@x.test"]);
    assert!(!reply_all(raw).contains("secret"));
    assert!(!reply(raw).contains("secret"));
}

fn names_its_parents() {
    let text = reply(
        "From: a@x.test\r\nMessage-ID: <3@x>\r\nReferences: <1@x>\r\n <2@x>\r\nIn-Reply-To: <9@x>\r\n\r\n",
    );
    assert_eq!(field(&text, "In-Reply-To"), "<3@x>");
    assert_eq!(field(&text, "References"), "<1@x> <2@x> <3@x>");
    let text = reply("From: a@x.test\r\nMessage-ID: <3@x>\r\nIn-Reply-To: <2@x>\r\n\r\n");
    assert_eq!(field(&text, "References"), "<2@x> <3@x>");
    let text = reply("From: a@x.test\r\nMessage-ID: <3@x>\r\nIn-Reply-To: <1@x> <2@x>\r\n\r\n");
    assert_eq!(field(&text, "References"), "<3@x>");
    let text = reply("From: a@x.test\r\n\r\n");
    assert!(!has(&text, "In-Reply-To") && !has(&text, "References"));
}

fn subject() {
    for (original, expected) in [
        ("Hello", "Re: Hello"),
        ("Re: Hello", "Re: Hello"),
        ("RE: Hello", "Re: Hello"),
        ("re:Hello", "Re: Hello"),
        ("Regarding", "Re: Regarding"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Re: =?utf-8?Q?Gr=C3=BC=C3=9Fe?="),
    ] {
        assert_eq!(
            field(&reply(&format!("From: a@x.test\r\nSubject: {original}\r\n\r\n")), "Subject"),
            expected
        );
    }
}

fn resent_fields_are_ignored() {
    let raw = "Resent-From: evil@y.test\r\nResent-Reply-To: evil@y.test\r\nResent-To: evil@y.test\r\nResent-Cc: evil@y.test\r\n\
               Resent-Message-ID: <evil@y.test>\r\nFrom: ann@x.test\r\nTo: bob@x.test\r\nMessage-ID: <1@x>\r\n\r\n";
    for text in [reply(raw), reply_all(raw)] {
        assert!(!text.contains("evil"), "{text}");
        assert_eq!(field(&text, "To"), "ann@x.test");
    }
}
