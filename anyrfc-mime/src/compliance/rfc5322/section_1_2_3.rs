//! RFC 5322, sections 1.2.3, 3.1, 4 and A.6: what may be generated.

use anyrfc_core::compliance::Check;

use super::super::support::{bare, field, letter, refused, written};
use crate::rfc5322 as r;

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5322/section-1.2.3/created-by-the-present-syntax",
        covers: &[r::CREATE_BY_THE_PRESENT_SYNTAX, r::CONFORM_TO_SECTION_3],
        run: created_by_the_present_syntax,
    },
    Check {
        name: "rfc5322/section-4/nothing-obsolete-is-generated",
        covers: &[
            r::NO_OBSOLETE_SYNTAX_CREATED,
            r::NO_OBSOLETE_PRODUCTION,
            r::OBSOLETE_FORMS_NOT_GENERATED,
            r::OBSOLETE_EXAMPLES_NOT_GENERATED,
        ],
        run: nothing_obsolete_is_generated,
    },
];

/// One message with every field of the RFC, octet by octet in the order and form of section 3.
fn created_by_the_present_syntax() {
    let message = bare()
        .from("Ann Example <ann@example.org>, bob@example.org")
        .sender("ann@example.org")
        .reply_to("office@example.org")
        .to("A Group: chris@x.test, Joe <joe@y.test>;, dan@[192.0.2.1]")
        .cc("empty:;")
        .subject("A subject")
        .in_reply_to("<0@example.org>")
        .references("<a@example.org> <0@example.org>")
        .comments("none")
        .keywords(["one", "two words"])
        .text("hi");
    assert_eq!(
        written(message),
        "Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n\
         From: Ann Example <ann@example.org>, bob@example.org\r\n\
         Sender: ann@example.org\r\n\
         Reply-To: office@example.org\r\n\
         To: A Group: chris@x.test, Joe <joe@y.test>;, dan@[192.0.2.1]\r\n\
         Cc: empty:;\r\n\
         Subject: A subject\r\n\
         Message-ID: <1@example.org>\r\n\
         In-Reply-To: <0@example.org>\r\n\
         References: <a@example.org> <0@example.org>\r\n\
         Comments: none\r\n\
         Keywords: one, two words\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=us-ascii\r\n\
         \r\n\
         hi\r\n"
    );
}

fn nothing_obsolete_is_generated() {
    // The examples of A.6.1 to A.6.3, as what the builder could be given.
    let obsolete = [
        "Mary Smith <@machine.tld:mary@example.net>",
        "jdoe@test   . example",
        "john . doe@example.org",
        "<@a.test,@b.test:c@d.test>",
        ", ann@example.org",
        "ann@example.org,, bob@example.org",
        "a..b@example.org",
        "ann(comment)@example.org",
    ];
    for address in obsolete {
        refused(letter().to(address).build(), r::FIELD_BODIES_CONFORM);
    }
    // A phrase with a dot is obsolete (A.6.1): it is quoted. Between words of a name that is fine.
    let text = written(letter().to("Joe Q. Public <john.q.public@example.com>"));
    assert_eq!(field(&text, "To"), "\"Joe Q. Public\" <john.q.public@example.com>");
    // No white space before the colon, no two-digit year, no zone by name (A.6.2 and A.6.3).
    assert!(text.starts_with("Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n"));
    assert!(!text.contains(" :") && !text.contains("\t:"));
    // No line of white space alone (A.6.3).
    let text = written(letter().subject("a ".repeat(300)));
    assert!(text.split("\r\n").all(|line| line.is_empty() || !line.trim().is_empty()));
}
