//! RFC 2049.

use anyrfc_core::compliance::Check;

use super::support::{field, has, letter, refused, written};
use crate::{
    build::{Builder, MultiPart, Part},
    rfc2046, rfc2049 as r,
};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc2049/section-2/everything-is-labelled",
        covers: &[r::EVERYTHING_BUT_ASCII_TEXT_IS_LABELLED],
        run: everything_is_labelled,
    },
    Check { name: "rfc2049/section-2/composing", covers: &[r::USER_AGENTS_ARE_CONFORMANT], run: composing },
    Check {
        name: "rfc2049/section-B/no-boundary-in-parts",
        covers: &[r::NO_BOUNDARY_IN_THE_PARTS],
        run: no_boundary_in_parts,
    },
];

fn labels(message: Builder<'_>) -> (String, String) {
    let text = written(message);
    let encoding = if has(&text, "Content-Transfer-Encoding") {
        field(&text, "Content-Transfer-Encoding")
    } else {
        "7bit".to_owned()
    };
    (field(&text, "Content-Type"), encoding)
}

fn everything_is_labelled() {
    let base64 = "base64".to_owned();
    assert_eq!(
        labels(letter().text("\u{fc}ber")),
        ("text/plain; charset=utf-8".to_owned(), "quoted-printable".to_owned())
    );
    assert_eq!(labels(letter().body(Part::new("image/png", b"x"))), ("image/png".to_owned(), base64.clone()));
    assert_eq!(labels(letter().body(Part::new("application/json", "{}"))).0, "application/json");
    assert_eq!(labels(letter().html("x")).0, "text/html; charset=us-ascii");
    assert!(letter().body(Part::new("", b"x")).build().is_err());
}

/// What the list asks of who composes; what it asks of who reads is shown by the checks of 2045 and 2046.
fn composing() {
    let text = written(letter().text("\u{fc}").attach(Part::new("image/png", b"x")));
    assert_eq!(field(&text, "MIME-Version"), "1.0");
    assert!(text.is_ascii());
    for part in text.split("\r\n--").skip(1).filter(|part| !part.ends_with("--\r\n")) {
        let head = part.split("\r\n\r\n").next().expect("a header");
        assert!(head.contains("Content-Type: ") && head.contains("Content-Transfer-Encoding: "), "{head}");
    }
}

fn no_boundary_in_parts() {
    for line in ["--b", "--b--", "--boundary", "x\r\n--b x"] {
        let part = Part::text(line);
        let message = letter().body(MultiPart::mixed().boundary("b").part(part)).build().expect("a message");
        refused(message.to_vec(), rfc2046::NO_BOUNDARY_IN_PARTS);
    }
    let body = MultiPart::mixed().boundary("b").part(Part::text("-b\r\n b--"));
    letter().body(body).build().expect("a message").to_vec().expect("no delimiter");
}
