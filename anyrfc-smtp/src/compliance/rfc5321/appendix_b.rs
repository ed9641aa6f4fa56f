//! RFC 5321, appendix B: commands from the header of a message.

use anyrfc_core::compliance::Check;
use anyrfc_mime::{
    Message,
    build::{Builder, Resend},
};

use super::super::served::arrives;
use crate::{rfc5321 as r, testing::Delivery, types::Envelope};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/appendix-b/an-envelope-is-made-of-the-header",
        covers: &[r::MISSING_ENVELOPE_IS_GENERATED],
        run: an_envelope_is_made_of_the_header,
    },
    Check {
        name: "rfc5321/appendix-b/every-recipient-in-the-header-has-its-rcpt",
        covers: &[r::HEADER_RECIPIENTS_BECOME_RCPT],
        run: every_recipient_in_the_header_has_its_rcpt,
    },
    Check { name: "rfc5321/appendix-b/bcc-is-removed", covers: &[r::BCC_IS_REMOVED], run: bcc_is_removed },
    Check {
        name: "rfc5321/appendix-b/an-empty-bcc-is-left-where-nobody-is-named",
        covers: &[r::REMAINING_RECIPIENT_FIELD_IS_CHECKED, r::EMPTY_BCC_IS_INSERTED],
        run: an_empty_bcc_is_left_where_nobody_is_named,
    },
    Check {
        name: "rfc5321/appendix-b/the-return-address-is-that-of-the-header",
        covers: &[r::RETURN_ADDRESS_IS_THE_SUBMITTER],
        run: the_return_address_is_that_of_the_header,
    },
];

/// What arrives of a message for which no envelope was given.
#[track_caller]
fn submitted(header: &str) -> Delivery {
    let text = format!("{header}\r\n\r\nTo: body@mail.example\r\n");
    let message = Message::parse(text.as_bytes());
    arrives(Envelope::of(&message).expect("an envelope"), &message)
}

fn header(delivery: &Delivery) -> String {
    let text = String::from_utf8(delivery.content.clone()).expect("ASCII");
    text.split_once("\r\n\r\n").expect("a header").0.to_owned()
}

fn an_envelope_is_made_of_the_header() {
    let arrived = submitted("From: Ann <ann@x.example>\r\nTo: Bob <bob@y.example>\r\nBcc: eve@z.example");
    assert_eq!(arrived.sender, "ann@x.example");
    assert_eq!(arrived.addresses(), ["bob@y.example", "eve@z.example"]);
    assert!(!header(&arrived).contains("eve"));
    // Of one that was built, without having been written.
    let built = Builder::new().from("ann@x.example").to("bob@y.example").bcc("eve@z.example");
    let built = built.text("hi").build().expect("built");
    let arrived = arrives(Envelope::try_from(&built).expect("an envelope"), &built);
    assert_eq!(
        (arrived.sender.as_str(), arrived.addresses()),
        ("ann@x.example", vec!["bob@y.example", "eve@z.example"])
    );
    // Of one that is sent again, of the block that says so.
    let again = Resend::new().from("carl@x.example").to("dora@y.example").bcc("eve@z.example");
    let again = again.message("From: ann@x.example\r\nTo: bob@y.example\r\n\r\nhi\r\n").expect("a message");
    let arrived = arrives(Envelope::try_from(&again).expect("an envelope"), &again);
    assert_eq!(
        (arrived.sender.as_str(), arrived.addresses()),
        ("carl@x.example", vec!["dora@y.example", "eve@z.example"])
    );
    // None is made of what has no sender, no recipient, or a recipient that is none.
    for text in ["From: a@x.example", "To: b@y.example", "From: a@x.example\r\nTo: b@y.example, nobody", ""] {
        let message = format!("{text}\r\n\r\nhi\r\n");
        assert!(Envelope::of(&Message::parse(message.as_bytes())).is_err(), "{text}");
    }
}

fn every_recipient_in_the_header_has_its_rcpt() {
    let arrived = submitted(
        "From: a@x.example\r\nTo: one@y.example, \"Two, T.\" <two@y.example>\r\n\
         Cc: friends: three@y.example, Four <four@y.example>;, five@y.example\r\ncC: six@y.example\r\n\
         Bcc: seven@y.example,\r\n eight@y.example\r\nTo: nine@y.example, one@y.example\r\n\
         Reply-To: ten@y.example\r\nX-To: eleven@y.example",
    );
    let mut all = arrived.addresses();
    all.sort_unstable();
    let mut expected = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
        .map(|name| format!("{name}@y.example"));
    expected.sort_unstable();
    assert_eq!(all, expected);
    for (field, who) in [("To", "to@y.example"), ("Cc", "cc@y.example"), ("Bcc", "bcc@y.example")] {
        assert_eq!(submitted(&format!("From: a@x.example\r\n{field}: {who}")).addresses(), [who]);
    }
}

fn bcc_is_removed() {
    let kept = "From: a@x.example\r\nTo: b@y.example\r\nX-Bcc: c@y.example";
    let arrived = submitted(
        "Bcc: d@y.example\r\nFrom: a@x.example\r\nBCC : e@y.example,\r\n\tf@y.example\r\nTo: b@y.example\r\n\
         X-Bcc: c@y.example\r\nbcc:",
    );
    assert_eq!(header(&arrived), kept);
    assert_eq!(arrived.addresses().len(), 4);
    // What follows the header is no header.
    let text = "From: a@x.example\r\nTo: b@y.example\r\nBcc: c@y.example\r\n\r\nBcc: d@y.example\r\n";
    let message = Message::parse(text.as_bytes());
    let arrived = arrives(Envelope::of(&message).expect("an envelope"), message);
    assert!(arrived.content.ends_with(b"To: b@y.example\r\n\r\nBcc: d@y.example\r\n"));
    let built = Builder::new().from("a@x.example").to("b@y.example").bcc("c@y.example").text("hi");
    let built = built.build().expect("built");
    let arrived = arrives(Envelope::try_from(&built).expect("an envelope"), &built);
    assert!(!header(&arrived).to_ascii_lowercase().contains("bcc"), "{}", header(&arrived));
}

fn an_empty_bcc_is_left_where_nobody_is_named() {
    let arrived = submitted("From: a@x.example\r\nBcc: c@y.example\r\nSubject: x\r\nBcc: d@y.example");
    assert_eq!(header(&arrived), "From: a@x.example\r\nBcc:\r\nSubject: x");
    assert_eq!(arrived.addresses(), ["c@y.example", "d@y.example"]);
    // One that is left is enough, whichever it is.
    for field in ["To", "Cc", "tO"] {
        let arrived = submitted(&format!("From: a@x.example\r\nBcc: c@y.example\r\n{field}: b@y.example"));
        assert_eq!(header(&arrived), format!("From: a@x.example\r\n{field}: b@y.example"));
    }
}

fn the_return_address_is_that_of_the_header() {
    // This crate knows no user of the system: the header has to tell.
    for (text, sender) in [
        ("From: Ann <ann@x.example>", "ann@x.example"),
        ("From: ann@x.example, zoe@x.example", "ann@x.example"),
        ("Sender: sue@x.example\r\nFrom: ann@x.example, zoe@x.example", "sue@x.example"),
        ("Reply-To: rob@x.example\r\nReturn-Path: <old@x.example>\r\nFrom: ann@x.example", "ann@x.example"),
    ] {
        assert_eq!(submitted(&format!("{text}\r\nTo: b@y.example")).sender, sender, "{text}");
    }
}
