//! RFC 2046, section 5.1 and appendix A: writing multiparts.

use anyrfc_core::compliance::Check;

use super::super::support::{body, field, has, letter, refused, written};
use crate::{
    build::{Builder, MultiPart, Part, Receiver},
    rfc2046 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2046/section-5.1/no-boundary-in-parts",
        covers: &[r::NO_BOUNDARY_IN_PARTS],
        run: no_boundary_in_parts,
    },
    Check {
        name: "rfc2046/section-5.1/several-parts",
        covers: &[r::SEVERAL_PARTS_ARE_MULTIPART],
        run: several_parts,
    },
    Check {
        name: "rfc2046/section-5.1/at-least-one-part",
        covers: &[r::AT_LEAST_ONE_PART],
        run: at_least_one_part,
    },
    Check {
        name: "rfc2046/section-5.1.1/no-padding",
        covers: &[r::NO_BOUNDARY_PADDING, r::GRAMMAR_NO_BOUNDARY_PADDING],
        run: no_padding,
    },
    Check {
        name: "rfc2046/section-5.1.1/boundary-up-to-70",
        covers: &[r::BOUNDARY_UP_TO_70],
        run: boundary_up_to_70,
    },
    Check {
        name: "rfc2046/section-5.1.1/boundary-is-quoted",
        covers: &[r::BOUNDARY_IS_QUOTED],
        run: boundary_is_quoted,
    },
    Check {
        name: "rfc2046/section-5.1.1/own-line-break",
        covers: &[r::TWO_LINE_BREAKS_BEFORE_A_BOUNDARY],
        run: own_line_break,
    },
    Check {
        name: "rfc2046/section-5.1.1/nested-boundaries",
        covers: &[r::NESTED_BOUNDARIES_DIFFER],
        run: nested_boundaries,
    },
    Check {
        name: "rfc2046/section-5.1.4/rising-preference",
        covers: &[r::ALTERNATIVES_BY_RISING_PREFERENCE],
        run: rising_preference,
    },
    Check {
        name: "rfc2046/section-5.1.4/own-ids",
        covers: &[r::ALTERNATIVES_HAVE_THEIR_OWN_IDS],
        run: own_ids,
    },
];

/// The boundary of the first multipart.
fn boundary(text: &str) -> String {
    let kind = field(text, "Content-Type");
    kind.split("boundary=").nth(1).expect("a boundary").trim_matches('"').to_owned()
}

/// Writes a message with streams.
fn stream(message: Builder<'_>, receiver: Receiver) -> Result<Vec<u8>, crate::Error> {
    let mut out = Vec::new();
    let mut writer = message.build()?.into_writer(receiver)?;
    while writer.next_chunk(&mut out)? {}
    Ok(out)
}

fn no_boundary_in_parts() {
    // The first boundary that this seed makes stands in the text: another is taken.
    let many = |text: &str| written(letter().text(text).html("<p>"));
    let first = boundary(&many("x"));
    for evil in [format!("--{first}"), format!("a\r\n--{first}--\r\nb"), format!("--{first}x")] {
        let text = many(&evil);
        assert_ne!(boundary(&text), first);
        assert_eq!(text.matches(&format!("--{}", boundary(&text))).count(), 3);
    }
    // The name alone is no delimiter.
    assert_eq!(boundary(&many(&first)), first);
    // One that was given must be free, a prefix of a line counting too.
    let given = |content: &str| {
        let body = MultiPart::mixed().boundary("b").part(Part::raw_message(content));
        letter().body(body).build().and_then(|message| message.to_vec())
    };
    refused(given("Subject: x\r\n\r\n--b\r\n"), r::NO_BOUNDARY_IN_PARTS);
    refused(given("Subject: x\r\n\r\n--bb\r\n"), r::NO_BOUNDARY_IN_PARTS);
    given("Subject: x\r\n\r\n--a\r\n").expect("free");
    // What is streamed is looked through as it comes, in whatever pieces.
    let binary = Receiver::SEVEN_BIT.with_binary(true);
    let streamed = |pieces: &'static [&'static [u8]]| {
        let body = MultiPart::mixed().boundary("boundary").part(Part::reader("image/png", Pieces(pieces)));
        stream(letter().body(body), binary)
    };
    refused(streamed(&[b"data\r\n--boundary\r\n"]), r::NO_BOUNDARY_IN_PARTS);
    refused(streamed(&[b"data\r\n--bo", b"und", b"ary"]), r::NO_BOUNDARY_IN_PARTS);
    refused(streamed(&[b"data\r\n-", b"-boundary and a long tail of other octets"]), r::NO_BOUNDARY_IN_PARTS);
    streamed(&[b"data\r\n--boun", b"dory"]).expect("no boundary");
}

/// A reader that gives one piece at a time.
struct Pieces(&'static [&'static [u8]]);

impl std::io::Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
        into[..first.len()].copy_from_slice(first);
        self.0 = rest;
        Ok(first.len())
    }
}

fn several_parts() {
    assert!(!field(&written(letter().text("a")), "Content-Type").starts_with("multipart/"));
    let attachment = || Part::new("image/png", b"x");
    for (message, kind) in [
        (letter().text("a").html("b"), "multipart/alternative"),
        (letter().text("a").attach(attachment()), "multipart/mixed"),
        (letter().html("b").inline("c@d", attachment()), "multipart/related"),
        (letter().text("a").inline("c@d", attachment()), "multipart/mixed"),
        (letter().text("a").calendar("REQUEST", "BEGIN:VCALENDAR\r\n"), "multipart/alternative"),
    ] {
        assert!(field(&written(message), "Content-Type").starts_with(kind), "{kind}");
    }
}

fn at_least_one_part() {
    refused(letter().body(MultiPart::mixed()).build().and_then(|m| m.to_vec()), r::AT_LEAST_ONE_PART);
    let nested = MultiPart::mixed().part(MultiPart::alternative());
    refused(letter().body(nested).build().and_then(|m| m.to_vec()), r::AT_LEAST_ONE_PART);
    let text = written(letter().body(MultiPart::mixed().part(Part::text("a"))));
    let boundary = boundary(&text);
    assert!(body(&text).starts_with(&format!("--{boundary}\r\n")));
    assert!(text.ends_with(&format!("\r\n--{boundary}--\r\n")));
}

fn no_padding() {
    let text = written(letter().text("a").html("b").attach(Part::new("image/png", b"x")));
    for line in text.split("\r\n").filter(|line| line.starts_with("--")) {
        assert_eq!(line.trim_end(), line);
        assert!(line.len() == 30 || line.len() == 32, "{line}");
    }
}

fn boundary_up_to_70() {
    let with =
        |boundary: String| letter().body(MultiPart::mixed().boundary(boundary).part(Part::text("a"))).build();
    with("x".repeat(70)).expect("70 characters");
    with("a b'()+_,-./:=?Z9".to_owned()).expect("the whole set");
    for bad in [
        "x".repeat(71),
        String::new(),
        "a ".to_owned(),
        "a\r\nb".to_owned(),
        "a;b".to_owned(),
        "\u{fc}".to_owned(),
    ] {
        refused(with(bad), r::BOUNDARY_UP_TO_70);
    }
    let text = written(letter().text("a").html("b"));
    assert!((1..=70).contains(&boundary(&text).len()));
}

fn boundary_is_quoted() {
    let text =
        written(letter().body(MultiPart::mixed().boundary("gc0pJq0M:08jU534c0p").part(Part::text("a"))));
    assert_eq!(field(&text, "Content-Type"), "multipart/mixed; boundary=\"gc0pJq0M:08jU534c0p\"");
    let text = written(letter().text("a").html("b"));
    assert!(field(&text, "Content-Type").contains("boundary=\"=_"));
}

/// The line break before a delimiter is the delimiter's: a part's own stands before it.
fn own_line_break() {
    for (content, expected) in [("a", "a"), ("a\n", "a\r\n"), ("a\r\n\r\n", "a\r\n\r\n"), ("", "")] {
        let text = written(letter().body(MultiPart::mixed().boundary("b").part(Part::text(content))));
        assert_eq!(
            body(&text),
            format!("--b\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n{expected}\r\n--b--\r\n")
        );
    }
}

fn nested_boundaries() {
    let text = written(
        letter().text("a").html("b").inline("c@d", Part::new("image/png", b"x")).attach(Part::text("y")),
    );
    let mut all: Vec<&str> =
        text.split("boundary=\"").skip(1).map(|rest| rest.split('"').next().expect("one")).collect();
    assert_eq!(all.len(), 3);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 3);
    for (outer, inner) in [("b", "b"), ("b", "bb"), ("bb", "b")] {
        let inner = MultiPart::mixed().boundary(inner).part(Part::text("a"));
        let message =
            letter().body(MultiPart::mixed().boundary(outer).part(inner)).build().expect("a message");
        refused(message.to_vec(), r::NO_BOUNDARY_IN_PARTS);
    }
}

fn rising_preference() {
    // Whatever the order of the calls.
    let message = letter().calendar("REQUEST", "BEGIN:VCALENDAR").html("<p>").text("plain");
    let text = written(message);
    let at = |kind: &str| text.find(kind).unwrap_or_else(|| panic!("no {kind}"));
    assert!(at("text/plain") < at("text/html"));
    assert!(at("text/html") < at("text/calendar"));
}

fn own_ids() {
    let text = written(letter().text("a").html("b").inline("logo", Part::new("image/png", b"x")));
    assert!(!has(&text, "Content-ID"), "the whole has none, so no alternative can have the same");
    assert_eq!(text.matches("Content-ID").count(), 1);
}
