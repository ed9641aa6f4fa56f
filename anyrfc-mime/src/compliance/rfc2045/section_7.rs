//! RFC 2045, section 7: Content-ID.

use std::collections::HashSet;

use anyrfc_core::compliance::Check;

use super::super::support::{field, letter, refused, written};
use crate::{
    build::{Builder, Part},
    rfc2045 as r, rfc2046,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2045/section-7/content-ids-are-unique",
        covers: &[r::CONTENT_IDS_ARE_UNIQUE],
        run: content_ids_are_unique,
    },
    Check {
        name: "rfc2045/section-7/external-bodies-have-ids",
        covers: &[r::EXTERNAL_BODIES_HAVE_IDS],
        run: external_bodies_have_ids,
    },
];

/// A name alone becomes an identifier of its own in every message, and the HTML refers to it.
fn content_ids_are_unique() {
    let mut seen = HashSet::new();
    for _ in 0..50 {
        let message = Builder::new()
            .from("ann@example.org")
            .html("<img src=\"cid:logo\"><img src='CID:logo'><img src=\"cid:logo2\"><p>cid:logox")
            .inline("logo", Part::new("image/png", b"x"))
            .inline("logo2", Part::new("image/png", b"y"));
        let text = written(message);
        let joined = text.replace("=\r\n", "").replace("=3D", "=");
        let ids: Vec<&str> = joined
            .split("Content-ID: <")
            .skip(1)
            .map(|rest| rest.split('>').next().expect("an id"))
            .collect();
        assert_eq!(ids.len(), 2);
        for (id, uses) in ids.iter().zip([2, 1]) {
            assert!(id.ends_with("@example.org"), "{id}");
            let used =
                joined.matches(&format!("cid:{id}")).count() + joined.matches(&format!("CID:{id}")).count();
            assert_eq!(used, uses, "{joined}");
            assert!(seen.insert((*id).to_owned()), "{id} is not unique");
        }
        assert!(joined.contains("cid:logox"));
    }
    // An identifier that was given stays.
    let message = letter().html("<img src=\"cid:a@b\">").inline("a@b", Part::new("image/png", b"x"));
    assert!(written(message).contains("Content-ID: <a@b>\r\n"));
    assert!(letter().html("x").inline("a b", Part::new("image/png", b"x")).build().is_err());
}

fn external_bodies_have_ids() {
    let part = |inner: &'static str| {
        Part::new("message/external-body; access-type=URL; URL=\"http://x.test/\"", inner)
    };
    let without = part("Content-Type: image/png\r\n\r\n");
    refused(letter().body(without).build(), rfc2046::EXTERNAL_HAS_A_CONTENT_ID);
    let text = written(letter().body(part("Content-Type: image/png\r\nContent-ID: <a@b>\r\n\r\n")));
    assert!(field(&text, "Content-Type").starts_with("message/external-body; access-type=URL"));
}
