//! RFC 5322, sections 3.6, 3.6.2, 3.6.4 and 3.6.8: which fields a message has.

use std::collections::HashSet;

use anyrfc_core::compliance::Check;

use super::super::support::{bare, field, has, letter, names, refused, written};
use crate::{build::Builder, rfc5322 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5322/section-3.6/limited-fields-occur-once",
        covers: &[r::SENDER_WITH_SEVERAL_AUTHORS],
        run: limited_fields_occur_once,
    },
    Check {
        name: "rfc5322/section-3.6.2/several-authors-need-a-sender",
        covers: &[r::SEVERAL_AUTHORS_NEED_A_SENDER],
        run: several_authors_need_a_sender,
    },
    Check { name: "rfc5322/section-3.6.2/reply-to", covers: &[r::REPLY_TO_IS_OPTIONAL], run: reply_to },
    Check {
        name: "rfc5322/section-3.6.2/no-needless-sender",
        covers: &[r::NO_SENDER_EQUAL_TO_FROM],
        run: no_needless_sender,
    },
    Check {
        name: "rfc5322/section-3.6.2/both-where-they-differ",
        covers: &[r::BOTH_SENDER_AND_FROM],
        run: both_where_they_differ,
    },
    Check {
        name: "rfc5322/section-3.6.2/from-is-the-authors",
        covers: &[r::FROM_IS_THE_AUTHORS],
        run: from_is_the_authors,
    },
    Check {
        name: "rfc5322/section-3.6.4/has-a-message-id",
        covers: &[r::HAS_A_MESSAGE_ID, r::MESSAGE_ID_IN_THE_TABLE],
        run: has_a_message_id,
    },
    Check {
        name: "rfc5322/section-3.6.4/message-ids-are-unique",
        covers: &[r::MESSAGE_ID_IS_GLOBALLY_UNIQUE, r::GENERATOR_GUARANTEES_UNIQUENESS],
        run: message_ids_are_unique,
    },
    Check {
        name: "rfc5322/section-3.6.4/own-domain",
        covers: &[r::DOMAIN_RIGHT_OF_THE_AT, r::OWN_DOMAIN_IN_THE_MESSAGE_ID],
        run: own_domain,
    },
    Check {
        name: "rfc5322/section-3.6.8/optional-field",
        covers: &[r::OPTIONAL_FIELD_SYNTAX],
        run: optional_field,
    },
    Check {
        name: "rfc5322/section-3.6.8/names-are-new",
        covers: &[r::OPTIONAL_FIELD_NAMES_ARE_NEW],
        run: names_are_new,
    },
];

/// However often a method is called.
fn limited_fields_occur_once() {
    let message = letter()
        .from("bob@example.org")
        .sender("carol@example.org")
        .sender("ann@example.org")
        .reply_to("a@x.test")
        .reply_to("b@x.test")
        .to("c@x.test")
        .to("d@x.test")
        .cc("e@x.test")
        .cc("f@x.test")
        .subject("one")
        .subject("two")
        .in_reply_to("<a@b>")
        .in_reply_to("<c@d>")
        .message_id("2@example.org")
        .text("one")
        .text("two");
    let text = written(message);
    let names = names(&text);
    assert_eq!(names.len(), names.iter().collect::<HashSet<_>>().len(), "{names:?}");
    assert_eq!(field(&text, "To"), "c@x.test, d@x.test");
    assert_eq!(field(&text, "Subject"), "two");
    assert_eq!(field(&text, "Sender"), "ann@example.org");
    // From and Date are never missing.
    refused(bare().to("a@x.test").build(), r::SENDER_WITH_SEVERAL_AUTHORS);
    assert!(has(&written(Builder::new().from("a@x.test")), "Date"));
}

fn several_authors_need_a_sender() {
    let both = "ann@example.org, bob@example.org";
    refused(bare().from(both).build(), r::SEVERAL_AUTHORS_NEED_A_SENDER);
    let text = written(bare().from(both).sender("bob@example.org"));
    assert_eq!(field(&text, "Sender"), "bob@example.org");
    refused(bare().from(both).sender(both).build(), r::FIELD_BODIES_CONFORM);
    refused(bare().from("g: a@x.test;").build(), r::FIELD_BODIES_CONFORM);
}

fn reply_to() {
    assert!(!has(&written(letter()), "Reply-To"));
    let text = written(letter().reply_to("list: a@x.test, b@x.test;").reply_to("c@x.test"));
    assert_eq!(field(&text, "Reply-To"), "list: a@x.test, b@x.test;, c@x.test");
}

fn no_needless_sender() {
    assert!(!has(&written(letter().sender("ann@example.org")), "Sender"));
    assert!(!has(&written(letter().sender(("Ann", "ann@example.org"))), "Sender"));
    assert!(!has(&written(letter()), "Sender"));
}

fn both_where_they_differ() {
    let text = written(letter().sender(("Secretary", "office@example.org")));
    assert_eq!(field(&text, "Sender"), "Secretary <office@example.org>");
    assert_eq!(field(&text, "From"), "ann@example.org");
}

fn from_is_the_authors() {
    let message = letter().sender("office@example.org").reply_to("list@example.org").to("bob@example.com");
    assert_eq!(field(&written(message), "From"), "ann@example.org");
}

fn has_a_message_id() {
    let text = written(Builder::new().from("ann@example.org"));
    let id = field(&text, "Message-ID");
    assert!(id.starts_with('<') && id.ends_with("@example.org>"), "{id}");
    assert_eq!(field(&written(letter().message_id("<mine@x.test>")), "Message-ID"), "<mine@x.test>");
}

fn message_ids_are_unique() {
    let ids: HashSet<String> = std::thread::scope(|scope| {
        let make = || {
            let one = |_| field(&written(Builder::new().from("ann@example.org")), "Message-ID");
            (0..1000).map(one).collect::<Vec<_>>()
        };
        let threads = [scope.spawn(make), scope.spawn(make)];
        threads.into_iter().flat_map(|thread| thread.join().expect("ids")).collect()
    });
    assert_eq!(ids.len(), 2000);
    let left = ids.iter().next().and_then(|id| id.split('@').next()).expect("an id");
    assert!(left.len() > 20, "{left} could be had twice");
}

fn own_domain() {
    for (author, domain) in [
        ("ann@mail.example.org", "mail.example.org"),
        ("ann@b\u{fc}cher.example", "xn--bcher-kva.example"),
        ("ann@[192.0.2.1]", "[192.0.2.1]"),
    ] {
        let id = field(&written(Builder::new().from(author)), "Message-ID");
        assert!(id.ends_with(&format!("@{domain}>")), "{id}");
    }
}

fn optional_field() {
    let text = written(letter().field("X-Mailer", "Test 1.0 (\"any\" text; here)"));
    assert_eq!(field(&text, "X-Mailer"), "Test 1.0 (\"any\" text; here)");
    refused(letter().field("X-Mailer:", "x").build(), r::FIELD_NAME_CHARACTERS);
    refused(letter().field("X-Mailer", "x\r\ny").build(), r::FIELD_BODY_HAS_NO_LINE_BREAK);
}

fn names_are_new() {
    for name in
        ["From", "subject", "BCC", "Received", "Return-Path", "Resent-To", "Date", "Message-ID", "Keywords"]
    {
        refused(letter().field(name, "a@b.test").build(), r::OPTIONAL_FIELD_NAMES_ARE_NEW);
    }
    for name in ["Content-Type", "MIME-Version", "content-anything"] {
        refused(letter().field(name, "x").build(), r::OPTIONAL_FIELD_NAMES_ARE_NEW);
    }
    assert!(has(&written(letter().field("X-From", "x").field("Fro", "x")), "Fro"));
}
