//! RFC 3461, section 4.2: ORCPT.

use anyrfc_core::compliance::Check;

use super::said;
use crate::{
    rfc3461 as r,
    testing::check_command,
    types::{Envelope, Mailbox, Notify, OriginalRecipient, Recipient, Return},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3461/section-4.2/orcpt-has-a-value",
        covers: &[r::ORCPT_HAS_A_VALUE],
        run: orcpt_has_a_value,
    },
    Check {
        name: "rfc3461/section-4.2/orcpt-names-a-type-and-an-address",
        covers: &[r::ORCPT_NAMES_A_REGISTERED_TYPE],
        run: orcpt_names_a_type_and_an_address,
    },
    Check {
        name: "rfc3461/section-4.2/orcpt-has-500-characters",
        covers: &[r::ORCPT_HAS_500_CHARACTERS],
        run: orcpt_has_500_characters,
    },
    Check {
        name: "rfc3461/section-4.2/orcpt-is-the-recipient",
        covers: &[r::ORCPT_IS_THE_RECIPIENT],
        run: orcpt_is_the_recipient,
    },
    Check {
        name: "rfc3461/section-4.2/orcpt-is-printable-ascii",
        covers: &[r::ORCPT_IS_PRINTABLE_ASCII],
        run: orcpt_is_printable_ascii,
    },
];

/// ORCPT of this recipient, where notifications are asked for; nothing where it is left out.
#[track_caller]
fn orcpt(offers: &str, recipient: Recipient) -> Option<String> {
    let envelope = Envelope::new("a@client.example", [recipient]).expect("an envelope");
    let rcpt = said(offers, envelope.return_content(Return::Full)).remove(1);
    rcpt.split(' ').find_map(|word| word.strip_prefix("ORCPT=")).map(str::to_owned)
}

fn named(path: &str) -> Recipient {
    Recipient::new(path).expect("a recipient")
}

fn original(address_type: &str, address: &str) -> Recipient {
    named("b@mail.example").original(OriginalRecipient::new(address_type, address).expect("one"))
}

fn orcpt_has_a_value() {
    assert!(OriginalRecipient::new("rfc822", "").is_err() && OriginalRecipient::new("", "a@b").is_err());
    assert_eq!(orcpt("", named("b@mail.example")).as_deref(), Some("rfc822;b@mail.example"));
    assert_eq!(orcpt("", original("rfc822", "x")).as_deref(), Some("rfc822;x"));
    // The postmaster has no address: nothing is said then, rather than nothing being named.
    assert_eq!(orcpt("", named("postmaster")), None);
    for bad in ["ORCPT", "ORCPT=", "ORCPT=rfc822;"] {
        let breach = check_command(format!("RCPT TO:<a@b.example> {bad}\r\n").as_bytes()).expect_err(bad);
        let rules = [r::ORCPT_HAS_A_VALUE, r::ORCPT_NAMES_A_REGISTERED_TYPE];
        assert!(rules.contains(&breach.requirement), "{bad}");
    }
}

fn orcpt_names_a_type_and_an_address() {
    // Of itself it names one of two types, both registered, whatever the address.
    for (offers, path, expected) in [
        ("", "b@mail.example", "rfc822;b@mail.example"),
        ("SMTPUTF8|8BITMIME", "b@mail.example", "rfc822;b@mail.example"),
        ("", "b@bücher.example", "rfc822;b@xn--bcher-kva.example"),
        ("SMTPUTF8|8BITMIME", "b@bücher.example", "rfc822;b@xn--bcher-kva.example"),
        ("SMTPUTF8|8BITMIME", "bü@mail.example", "utf-8;bü@mail.example"),
        ("", "b+c=d@[192.0.2.1]", "rfc822;b+2Bc+3Dd@[192.0.2.1]"),
    ] {
        assert_eq!(orcpt(offers, named(path)).as_deref(), Some(expected), "{path}");
    }
    // Of others, which the caller names, it sees that they are types, and that the address is xtext.
    assert_eq!(orcpt("", original("x400", "/c=us; a+b/")).as_deref(), Some("x400;/c+3Dus;+20a+2Bb/"));
    for bad in ["", "a b", "a;b", "a=b", "a+b", "a@b", "(a)", "ü", "a\r\n", "utf-8", "UTF-8"] {
        assert!(OriginalRecipient::new(bad, "x").is_err(), "{bad:?}");
    }
    for bad in ["x", ";x", "a@b;x", "(;x"] {
        let breach =
            check_command(format!("RCPT TO:<a@b.example> ORCPT={bad}\r\n").as_bytes()).expect_err(bad);
        assert_eq!(breach.requirement, r::ORCPT_NAMES_A_REGISTERED_TYPE, "{bad}");
    }
}

/// A domain of so many labels of 40 letters.
fn domain(labels: usize) -> String {
    vec!["a".repeat(40); labels].join(".")
}

fn orcpt_has_500_characters() {
    let length = |value: &str| "ORCPT=".len() + value.len();
    // The longest that are allowed, in the worst letters.
    for local in ["+".repeat(64), "=".repeat(64), "a".repeat(64), format!("\"{}\"", " ".repeat(62))] {
        for labels in 1..=4 {
            let path = format!("{local}@{}", domain(labels));
            assert!(length(&orcpt("", named(&path)).expect("one")) <= 500, "{path}");
        }
    }
    let wide = |labels| orcpt("SMTPUTF8|8BITMIME", named(&format!("ü{}@{}", "+".repeat(62), domain(labels))));
    // Where a character takes six, not all of them fit: then it is left out, as it may be.
    let lengths = [1, 2, 3, 4].map(|labels| wide(labels).map(|value| value.chars().count() + "ORCPT=".len()));
    assert_eq!(lengths, [Some(426), Some(467), None, None]);
    // Of a caller all 500 are taken, and no more.
    for (char, written) in [('a', 1), (' ', 3)] {
        let fits = |count: &usize| OriginalRecipient::new("x400", &char.to_string().repeat(*count)).is_ok();
        let most = (1..600).take_while(fits).last().expect("one");
        let value = orcpt("", original("x400", &char.to_string().repeat(most))).expect("one");
        assert!(length(&value) <= 500 && length(&value) + written > 500, "{}", value.len());
    }
    let long = Mailbox::new(&format!("ü{}@{}", "+".repeat(62), domain(4))).expect("a mailbox");
    assert!(OriginalRecipient::mailbox(&long).is_err());
    let line = |count: usize| format!("RCPT TO:<a@b.example> ORCPT=x400;{}\r\n", "a".repeat(count));
    assert_eq!(check_command(line(489).as_bytes()), Ok(()));
    assert_eq!(
        check_command(line(490).as_bytes()).expect_err("long").requirement,
        r::ORCPT_HAS_500_CHARACTERS
    );
}

/// What `xtext` stands for, by hand.
fn plain(text: &str) -> String {
    let mut pieces = text.split('+');
    let mut out = pieces.next().expect("one").to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at(2);
        out.push(char::from(u8::from_str_radix(digits, 16).expect("two digits")));
        out.push_str(rest);
    }
    out
}

fn orcpt_is_the_recipient() {
    for path in [
        "b@mail.example",
        "B.c@Mail.Example",
        "\"a b\"@mail.example",
        "\"a\\\"+=(b\"@mail.example",
        "b+tag=x@mail.example",
        "b@[IPv6:2001:db8::1]",
        "b@bücher.example",
    ] {
        for offers in ["", "SMTPUTF8|8BITMIME"] {
            let mut talk = super::Talk::ready(&format!("DSN|PIPELINING|{offers}"));
            let recipient = named(path).notify(Notify::FAILURE);
            talk.send(Envelope::new("a@client.example", [recipient]).expect("an envelope"), super::MAIL);
            talk.hears();
            let rcpt = talk.hears();
            let (address, rest) =
                rcpt.strip_prefix("RCPT TO:<").and_then(|rest| rest.split_once("> ")).expect("RCPT");
            let value = rest.split(' ').find_map(|word| word.strip_prefix("ORCPT=rfc822;")).expect("ORCPT");
            assert_eq!(plain(value), address);
        }
    }
    // In UTF-8 too.
    let orcpt = orcpt("SMTPUTF8|8BITMIME", named("ü=x@bücher.example"));
    assert_eq!(orcpt.as_deref(), Some("utf-8;ü\\x{3D}x@bücher.example"));
    // Each its own.
    let all = ["b@mail.example", "c@mail.example"].map(|path| named(path).notify(Notify::NEVER));
    let lines = said("", Envelope::new("a@client.example", all).expect("an envelope"));
    assert!(lines[1].ends_with("rfc822;b@mail.example") && lines[2].ends_with("rfc822;c@mail.example"));
}

fn orcpt_is_printable_ascii() {
    for char in (0..=255_u8).map(char::from).chain(['\u{100}', '\u{2028}']) {
        for text in [char.to_string(), format!("a{char}b")] {
            let made = OriginalRecipient::new("x400", &text);
            assert_eq!(made.is_ok(), matches!(char, ' '..='~'), "{text:?}");
            if made.is_ok() {
                let value = orcpt("", original("x400", &text)).expect("one");
                assert_eq!(plain(value.strip_prefix("x400;").expect("the type")), text);
            }
        }
    }
    // What is beyond ASCII has a type whose RFC defines how it becomes ASCII (RFC 6533, section 3).
    let wide = OriginalRecipient::mailbox(&"ü@mail.example".parse().expect("a mailbox")).expect("one");
    let value = orcpt("", named("b@mail.example").original(wide));
    assert_eq!(value.as_deref(), Some("utf-8;\\x{FC}@mail.example"));
    for bad in ["x400;+0D+0A", "x400;a+09", "rfc822;+C3+A4"] {
        let breach =
            check_command(format!("RCPT TO:<a@b.example> ORCPT={bad}\r\n").as_bytes()).expect_err(bad);
        assert_eq!(breach.requirement, r::ORCPT_IS_PRINTABLE_ASCII, "{bad}");
    }
}
