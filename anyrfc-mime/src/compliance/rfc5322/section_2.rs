//! RFC 5322, sections 2.1.1 to 2.3 and 3.5: lines, names and bodies.

use anyrfc_core::compliance::Check;

use super::super::support::{
    body, field, has, header, letter, lines_within, only_crlf, raw_fields, refused, written,
};
use crate::{build::Part, rfc5322 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5322/section-2.1.1/lines-up-to-998",
        covers: &[r::LINES_UP_TO_998, r::MESSAGE_LINES_UP_TO_998],
        run: lines_up_to_998,
    },
    Check {
        name: "rfc5322/section-2.1.1/lines-up-to-78",
        covers: &[r::LINES_UP_TO_78, r::MESSAGE_LINES_UP_TO_78],
        run: lines_up_to_78,
    },
    Check { name: "rfc5322/section-2.2/field-names", covers: &[r::FIELD_NAME_CHARACTERS], run: field_names },
    Check {
        name: "rfc5322/section-2.2/no-line-break-in-a-field",
        covers: &[r::FIELD_BODY_HAS_NO_LINE_BREAK],
        run: no_line_break_in_a_field,
    },
    Check {
        name: "rfc5322/section-2.2/field-bodies-conform",
        covers: &[r::FIELD_BODIES_CONFORM],
        run: field_bodies_conform,
    },
    Check {
        name: "rfc5322/section-2.2.3/fold-at-higher-breaks",
        covers: &[r::FOLD_AT_HIGHER_BREAKS],
        run: fold_at_higher_breaks,
    },
    Check {
        name: "rfc5322/section-2.3/cr-and-lf-only-together",
        covers: &[r::CR_AND_LF_ONLY_TOGETHER, r::NO_LONE_CR_OR_LF],
        run: cr_and_lf_only_together,
    },
    Check {
        name: "rfc5322/section-2.3/body-lines-up-to-998",
        covers: &[r::BODY_LINES_UP_TO_998],
        run: body_lines_up_to_998,
    },
    Check {
        name: "rfc5322/section-2.3/body-lines-up-to-78",
        covers: &[r::BODY_LINES_UP_TO_78],
        run: body_lines_up_to_78,
    },
    Check {
        name: "rfc5322/section-3.2.2/no-folded-line-of-white-space",
        covers: &[r::NO_FOLDED_LINE_OF_WHITE_SPACE],
        run: no_folded_line_of_white_space,
    },
    Check {
        name: "rfc5322/section-3.5/all-text-characters-in-bodies",
        covers: &[r::ALL_TEXT_CHARACTERS_IN_BODIES],
        run: all_text_characters_in_bodies,
    },
];

/// What cannot be folded is encoded where that is possible, and refused where not.
fn lines_up_to_998() {
    let long = "x".repeat(5000);
    let name = format!("{long} {long}");
    let message = letter()
        .to((name.as_str(), "bob@example.com"))
        .subject(long.as_str())
        .keywords([long.as_str()])
        .attach(Part::new("image/png", b"x").named(long.as_str()).description(long.as_str()));
    let text = written(message);
    lines_within(&text, 998);
    assert!(text.len() > 25_000, "something is missing");
    let address = format!("{}@example.org", "a".repeat(998));
    refused(letter().to(address.as_str()).build().and_then(|message| message.to_vec()), r::LINES_UP_TO_998);
    let id = format!("{}@example.org", "a".repeat(998));
    let message = letter().message_id(id.as_str()).build().and_then(|message| message.to_vec());
    refused(message, r::LINES_UP_TO_998);
    // One that fits a line of its own is written.
    let address = format!("{}@example.org", "a".repeat(980));
    lines_within(&written(letter().to(address.as_str())), 998);
}

fn lines_up_to_78() {
    let words = "word ".repeat(200);
    let people: Vec<(String, String)> = (0..40)
        .map(|n| (format!("Person Number {n}"), format!("person{n}@department.example.com")))
        .collect();
    let ids: String = (0..40).map(|n| format!("<{n}.of.a.thread@example.org> ")).collect();
    let text = written(
        letter()
            .to(people)
            .subject(words.trim_end())
            .references(&ids)
            .comments("Grüße an alle ".repeat(40).trim_end())
            .attach(Part::new("text/plain", words.trim_end()).named("ü".repeat(90)).param("x", "y z")),
    );
    lines_within(&text, 78);
    // Not even an unbreakable word makes other lines long.
    let unbreakable = format!("{} tail of the subject", "x".repeat(300));
    let text = written(letter().subject(unbreakable.as_str()));
    assert_eq!(text.split("\r\n").filter(|line| line.len() > 78).count(), 1);
}

fn field_names() {
    let text = written(letter().field("X-Any!Thing~", "1"));
    assert_eq!(field(&text, "X-Any!Thing~"), "1");
    for name in ["", "X Y", "X:Y", "X\tY", "Ünder", "X\r\nY", "X\0", "X\u{7f}"] {
        refused(letter().field(name, "1").build(), r::FIELD_NAME_CHARACTERS);
        let part = Part::new("image/png", b"x").field(name, "1");
        refused(letter().attach(part).build(), r::FIELD_NAME_CHARACTERS);
    }
}

/// Nothing that is given can become another line.
fn no_line_break_in_a_field() {
    for evil in ["a\r\nBcc: x@y.test", "a\nb", "a\rb", "a\r\n\r\nb", "a\0b", "a\u{85}b"] {
        refused(letter().subject(evil).build(), r::FIELD_BODY_HAS_NO_LINE_BREAK);
        refused(letter().to((evil, "b@c.test")).build(), r::FIELD_BODY_HAS_NO_LINE_BREAK);
        refused(letter().comments(evil).build(), r::FIELD_BODY_HAS_NO_LINE_BREAK);
        refused(letter().keywords([evil]).build(), r::FIELD_BODY_HAS_NO_LINE_BREAK);
        refused(letter().field("X-A", evil).build(), r::FIELD_BODY_HAS_NO_LINE_BREAK);
        let parts = [
            Part::new("image/png", b"x").named(evil),
            Part::new("image/png", b"x").description(evil),
            Part::new("image/png", b"x").param("p", evil),
            Part::new("image/png", b"x").field("Content-Language", evil),
        ];
        for part in parts {
            refused(letter().attach(part).build(), r::FIELD_BODY_HAS_NO_LINE_BREAK);
        }
        assert!(letter().message_id(evil).build().is_err());
        assert!(letter().to(evil).build().is_err());
        for given in
            [format!("\"{evil}\" <a@b.test>"), format!("\"{evil}\": a@b.test;"), format!("{evil} <a@b.test>")]
        {
            assert!(letter().to(given.as_str()).build().is_err(), "{given:?}");
        }
        assert!(letter().to(("", format!("{evil}@example.org"))).build().is_err());
    }
    // Folding alone brings CRLF into a field, and white space follows it.
    let text = written(letter().subject("many words ".repeat(30).trim_end()));
    let raw = raw_fields(&text, "Subject")[0];
    assert!(raw.contains("\r\n "));
    assert_eq!(raw.replace("\r\n ", " ").trim_start(), "many words ".repeat(30).trim_end());
    only_crlf(&text);
}

/// Structured fields take what their grammar has, and nothing else.
fn field_bodies_conform() {
    for address in
        ["ann", "@example.org", "ann@", "a b@example.org", "ann@exam ple.org", "a@b@c", "ann@[1]2", "\"a@b"]
    {
        refused(letter().to(address).build(), r::FIELD_BODIES_CONFORM);
        refused(letter().to(("", address)).build(), r::FIELD_BODIES_CONFORM);
    }
    for id in ["x", "<x>", "a b@c", "a@b c", "a@", "<a@b"] {
        refused(letter().message_id(id).build(), r::FIELD_BODIES_CONFORM);
    }
    refused(letter().in_reply_to("<a@b> x").build(), r::FIELD_BODIES_CONFORM);
    let text = written(letter().to("\"a b\"@example.org").message_id("<a.b@[192.0.2.1]>"));
    assert_eq!(field(&text, "To"), "\"a b\"@example.org");
    assert_eq!(field(&text, "Message-ID"), "<a.b@[192.0.2.1]>");
}

/// Between addresses rather than inside one.
fn fold_at_higher_breaks() {
    let people: Vec<(String, String)> =
        (0..20).map(|n| (format!("Person Number {n}"), format!("person{n}@example.com"))).collect();
    let text = written(letter().to(people));
    let lines: Vec<&str> = raw_fields(&text, "To")[0].split("\r\n").collect();
    assert!(lines.len() > 5);
    for line in &lines[..lines.len() - 1] {
        assert!(line.ends_with(">,"), "folded inside an address: {line}");
    }
    // Between parameters rather than inside one.
    let part = Part::new("image/png", b"x")
        .param("first", "a b c d e f g h i j")
        .param("second", "k l m n o p q r s t");
    let text = written(letter().body(part.param("third", "u v w x y z")));
    for line in raw_fields(&text, "Content-Type")[0].split("\r\n") {
        assert_eq!(line.matches('"').count() % 2, 0, "folded inside a value: {line}");
    }
}

fn cr_and_lf_only_together() {
    for text in ["a\nb", "a\rb", "a\r\nb", "a\n\rb", "a\r\r\nb", "\n", "\r", "a\n"] {
        for part in [Part::text(text), Part::new("text/csv", text.as_bytes())] {
            let message = written(letter().body(part));
            only_crlf(&message);
            assert!(message.ends_with("\r\n"));
        }
    }
    assert_eq!(body(&written(letter().text("a\nb\rc\r\nd"))), "a\r\nb\r\nc\r\nd\r\n");
    let message = written(letter().attach(Part::new("application/octet-stream", b"\r\n\r\n\n\n\r\r")));
    only_crlf(&message);
}

fn body_lines_up_to_998() {
    let long = "x".repeat(10_000);
    for part in [
        Part::text(long.as_str()),
        Part::html(long.as_str()),
        Part::new("application/octet-stream", long.as_bytes()),
        Part::reader("application/octet-stream", long.as_bytes()),
    ] {
        let message = letter().body(part).build().expect("a message");
        let mut octets = Vec::new();
        let mut writer =
            message.into_writer(crate::build::Receiver::default().with_8bit(true)).expect("a writer");
        while writer.next_chunk(&mut octets).expect("a chunk") {}
        lines_within(&String::from_utf8(octets).expect("text"), 998);
    }
    let raw = format!("Subject: x\r\n\r\n{long}\r\n");
    let message = letter().body(Part::raw_message(raw.as_bytes())).build().expect("a message");
    assert!(message.to_vec().is_err(), "a line of an enclosed message cannot be broken");
}

fn body_lines_up_to_78() {
    let exactly = "x".repeat(78);
    let text = written(letter().text(exactly.as_str()));
    assert!(!has(&text, "Content-Transfer-Encoding"));
    assert_eq!(body(&text), format!("{exactly}\r\n"));
    let longer = "x".repeat(79);
    let text = written(letter().text(longer.as_str()));
    assert_eq!(field(&text, "Content-Transfer-Encoding"), "quoted-printable");
    lines_within(&text, 78);
}

fn no_folded_line_of_white_space() {
    let gaps = [" ".repeat(200), "\t".repeat(200), " ".repeat(77), " \t".repeat(60)];
    for gap in gaps {
        for text in [format!("a{gap}b"), format!("{gap}b"), format!("a{gap}"), gap.clone()] {
            let name = text.clone();
            let message = letter().subject(text.as_str()).to((name.replace('\t', " "), "b@c.test"));
            let written = written(message.comments(text.as_str()));
            let head = header(&written);
            for line in head.split_terminator("\r\n") {
                assert!(!line.trim().is_empty(), "a line of white space in\n{head}");
            }
            lines_within(head, 998);
        }
    }
}

/// Control characters that the text rule has go through, encoded or not.
fn all_text_characters_in_bodies() {
    let characters: String = (1..128u8).map(char::from).filter(|c| !matches!(c, '\r' | '\n')).collect();
    let text = format!("{}\n{}", &characters[..60], &characters[60..]);
    let message = written(letter().text(text.as_str()));
    assert_eq!(body(&message), format!("{}\r\n", text.replace('\n', "\r\n")));
    // NUL is not among them: it needs an encoding.
    let message = written(letter().text("a\0b"));
    assert_eq!(field(&message, "Content-Transfer-Encoding"), "quoted-printable");
    assert_eq!(body(&message), "a=00b\r\n");
}
