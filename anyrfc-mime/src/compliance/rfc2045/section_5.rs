//! RFC 2045, section 5.1: writing Content-Type.

use anyrfc_core::compliance::Check;

use super::super::support::{field, letter, refused, written};
use crate::{build::Part, rfc2045 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2045/section-5.1/specials-are-quoted",
        covers: &[r::TSPECIALS_ARE_QUOTED],
        run: specials_are_quoted,
    },
    Check {
        name: "rfc2045/section-5.1/subtype-is-mandatory",
        covers: &[r::SUBTYPE_IS_MANDATORY],
        run: subtype_is_mandatory,
    },
];

fn specials_are_quoted() {
    for special in "()<>@,;:\\\"/[]?= ".chars() {
        let value = format!("a{special}b");
        let text = written(letter().body(Part::new("image/png", b"x").param("p", value.as_str())));
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
        assert_eq!(field(&text, "Content-Type"), format!("image/png; p=\"{escaped}\""));
    }
    let text = written(letter().body(Part::new("image/png", b"x").param("p", "a.b-c_d")));
    assert_eq!(field(&text, "Content-Type"), "image/png; p=a.b-c_d");
    let text = written(letter().body(Part::new("image/png", b"x").param("p", "")));
    assert_eq!(field(&text, "Content-Type"), "image/png; p=\"\"");
}

fn subtype_is_mandatory() {
    for media_type in
        ["text", "text/", "/plain", "", "a b/c", "text/plain/x", "text/plain; x", "text/plain; =x"]
    {
        refused(letter().body(Part::new(media_type, b"x")).build(), r::SUBTYPE_IS_MANDATORY);
        refused(letter().body(Part::reader(media_type, b"x".as_slice())).build(), r::SUBTYPE_IS_MANDATORY);
    }
    let text = written(letter().body(Part::new("text/csv; header=\"a \\\"b\\\"\"; x=y", "1")));
    assert_eq!(field(&text, "Content-Type"), "text/csv; header=\"a \\\"b\\\"\"; x=y; charset=us-ascii");
}
