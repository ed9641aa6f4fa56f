//! RFC 2045, section 4: MIME-Version.

use anyrfc_core::compliance::Check;

use super::super::support::{field, letter, written};
use crate::{
    build::{MultiPart, Part},
    rfc2045 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2045/section-4/mime-version",
        covers: &[r::MIME_VERSION_IS_PRESENT],
        run: mime_version,
    },
    Check {
        name: "rfc2045/section-4/not-in-parts",
        covers: &[r::MIME_VERSION_NOT_IN_PARTS],
        run: not_in_parts,
    },
];

fn mime_version() {
    for message in [letter(), letter().text("hi"), letter().body(Part::new("image/png", b"x"))] {
        assert_eq!(field(&written(message), "MIME-Version"), "1.0");
    }
}

/// Parts have none, an enclosed message has its own.
fn not_in_parts() {
    let many = MultiPart::mixed().part(Part::text("a")).part(MultiPart::mixed().part(Part::text("b")));
    assert_eq!(written(letter().body(many)).matches("MIME-Version").count(), 1);
    let inner = letter().text("inner").build().expect("a message");
    let text = written(letter().body(MultiPart::mixed().part(Part::message(inner))));
    assert_eq!(text.matches("MIME-Version: 1.0\r\n").count(), 2);
}
