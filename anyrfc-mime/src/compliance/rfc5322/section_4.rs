//! RFC 5322, section 4: obsolete forms are read.

use anyrfc_core::compliance::Check;

use crate::{Message, rfc5322 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5322/section-4/obsolete-messages",
        covers: &[
            r::INTERPRET_THE_OBSOLETE_SYNTAX,
            r::OBSOLETE_PRODUCTIONS_HONOURED,
            r::OBSOLETE_FORMS_PARSED,
            r::OBSOLETE_FORMS_INTERPRETED,
        ],
        run: obsolete_messages,
    },
    Check { name: "rfc5322/section-4.2/folding", covers: &[r::OBSOLETE_FOLDING_WHITE_SPACE], run: folding },
    Check {
        name: "rfc5322/section-4.3/military-zones",
        covers: &[r::MILITARY_ZONES_ARE_UNKNOWN],
        run: military_zones,
    },
    Check {
        name: "rfc5322/section-4.3/unknown-zones",
        covers: &[r::UNKNOWN_ZONES_ARE_UNKNOWN],
        run: unknown_zones,
    },
    Check { name: "rfc5322/section-4.4/routes", covers: &[r::ROUTES_ARE_IGNORED], run: routes },
    Check {
        name: "rfc5322/section-4.5.3/repeated-address-fields",
        covers: &[r::REPEATED_ADDRESS_FIELDS_ARE_JOINED],
        run: repeated_address_fields,
    },
];

fn addresses(value: &str) -> Vec<(String, String)> {
    let raw = format!("To: {value}\r\n\r\n");
    let message = Message::parse(raw.as_bytes());
    let pair = |mailbox: &crate::Mailbox| {
        (mailbox.name().unwrap_or_default().to_owned(), mailbox.address().as_str().to_owned())
    };
    message.to().mailboxes().map(pair).collect()
}

fn date(value: &str) -> (i64, Option<i16>) {
    let raw = format!("Date: {value}\r\n\r\n");
    let date = Message::parse(raw.as_bytes()).date().expect("a date");
    (date.unix_timestamp(), date.offset())
}

/// The examples of appendix A.6, each read as it was meant.
fn obsolete_messages() {
    let raw = b"From: Joe Q. Public <john.q.public@example.com>\r\n\
                To: Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example\r\n\
                Date: Tue, 1 Jul 2003 10:52:37 +0200\r\n\
                Message-ID: <5678.21-Nov-1997@example.com>\r\n\
                \r\n\
                Hi everyone.\r\n";
    let message = Message::parse(raw);
    let from = message.from();
    let author = from.mailboxes().next().expect("an author");
    assert_eq!(author.name(), Some("Joe Q. Public"));
    assert_eq!(author.address().as_str(), "john.q.public@example.com");
    let to: Vec<String> =
        message.to().mailboxes().map(|mailbox| mailbox.address().as_str().to_owned()).collect();
    assert_eq!(to, ["mary@example.net", "jdoe@test.example"]);

    let raw = b"From: John Doe <jdoe@machine.example>\r\n\
                To: Mary Smith <mary@example.net>\r\n\
                Subject: Saying Hello\r\n\
                Date: 21 Nov 97 09:55:06 GMT\r\n\
                Message-ID: <1234@local.machine.example>\r\n\
                \r\n\
                This is a message just to say hello.\r\n";
    let date = Message::parse(raw).date().expect("a date");
    assert_eq!(date.date(), (1997, 11, 21));
    assert_eq!((date.time(), date.offset()), ((9, 55, 6), Some(0)));

    let raw = b"From  : John Doe <jdoe@machine(comment).  example>\r\n\
                To    : Mary Smith\r\n  \r\n          <mary@example.net>\r\n\
                Subject     : Saying Hello\r\n\
                Date  : Fri, 21 Nov 1997 09(comment):   55  :  06 -0600\r\n\
                Message-ID  : <1234   @   local(blah)  .machine .example>\r\n\
                \r\n\
                This is a message just to say hello.\r\n";
    let message = Message::parse(raw);
    assert_eq!(
        message.from().mailboxes().next().expect("an author").address().as_str(),
        "jdoe@machine.example"
    );
    assert_eq!(message.to().mailboxes().next().expect("a recipient").address().as_str(), "mary@example.net");
    assert_eq!(message.subject().as_deref(), Some("Saying Hello"));
    assert_eq!(message.date().expect("a date").unix_timestamp(), 880_127_706);
    assert_eq!(message.message_id().expect("an identifier").as_str(), "1234@local.machine.example");
    assert!(!message.defects().is_empty(), "obsolete, and nobody noticed");
    assert_eq!(
        message.text_body().as_deref().map(str::trim_end),
        Some("This is a message just to say hello.")
    );

    // Years of two and three digits (section 4.3).
    for (year, full) in
        [("49", 2049), ("50", 1950), ("99", 1999), ("100", 2000), ("103", 2003), ("2003", 2003)]
    {
        let raw = format!("Date: 1 Jul {year} 10:52:37 +0000\r\n\r\n");
        assert_eq!(Message::parse(raw.as_bytes()).date().expect("a date").date().0, full, "{year}");
    }
    // A quoted local-part in pieces (section 4.4).
    assert_eq!(addresses("\"a\".b@x.test")[0].1, "a.b@x.test");
}

fn folding() {
    let message =
        Message::parse(b"Subject: a\r\n \r\n\t\r\n   b\r\nTo: \r\n \r\n ann@example.org\r\n\r\nbody");
    let subject = message.subject().expect("a subject");
    assert_eq!(subject.split_whitespace().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(message.to().mailboxes().count(), 1);
    assert_eq!(message.text_body().as_deref(), Some("body"));
}

fn military_zones() {
    let (seconds, offset) = date("Fri, 21 Nov 1997 09:55:06 +0000");
    assert_eq!(offset, Some(0));
    for zone in "ABCDEFGHIKLMNOPQRSTUVWXYabz".chars() {
        let (read, offset) = date(&format!("Fri, 21 Nov 1997 09:55:06 {zone}"));
        assert_eq!(read, seconds, "{zone}");
        assert!(offset.is_none() || zone.eq_ignore_ascii_case(&'z'), "{zone}: {offset:?}");
    }
}

fn unknown_zones() {
    let (seconds, _) = date("Fri, 21 Nov 1997 09:55:06 +0000");
    for zone in ["CEST", "XYZZY", "AEST"] {
        assert_eq!(date(&format!("Fri, 21 Nov 1997 09:55:06 {zone}")), (seconds, None), "{zone}");
    }
    assert_eq!(date("Fri, 21 Nov 1997 09:55:06 -0000"), (seconds, None));
    // The known ones have their offset.
    for (zone, minutes) in [("EST", -300), ("EDT", -240), ("CST", -360), ("PDT", -420), ("GMT", 0), ("UT", 0)]
    {
        assert_eq!(date(&format!("Fri, 21 Nov 1997 09:55:06 {zone}")).1, Some(minutes), "{zone}");
    }
}

fn routes() {
    for value in ["<@a.test:x@b.test>", "X <@a.test,@c.test:x@b.test>", "<@a.test , , @c.test:x@b.test>"] {
        let found = addresses(value);
        assert_eq!(found.len(), 1, "{value}");
        assert_eq!(found[0].1, "x@b.test", "{value}");
    }
}

fn repeated_address_fields() {
    let message = Message::parse(
        b"To: a@x.test\r\nSubject: s\r\nto: b@x.test, c@x.test\r\nCc: d@x.test\r\nCc: e@x.test\r\n\r\n",
    );
    let all = |list: crate::AddressList| -> Vec<String> {
        list.mailboxes().map(|mailbox| mailbox.address().as_str().to_owned()).collect()
    };
    assert_eq!(all(message.to()), ["a@x.test", "b@x.test", "c@x.test"]);
    assert_eq!(all(message.cc()), ["d@x.test", "e@x.test"]);
}
