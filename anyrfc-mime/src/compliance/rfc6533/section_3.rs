//! RFC 6533, section 3: the address type utf-8.

use anyrfc_core::compliance::Check;

use crate::{codec::utf8_address as a, rfc6533 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6533/section-3/xtext",
        covers: &[r::XTEXT_WITHOUT_SMTPUTF8, r::EMBEDDED_FOR_OTHER_SERVERS, r::XTEXT_IN_7BIT_FIELDS],
        run: xtext,
    },
    Check {
        name: "rfc6533/section-3/plain",
        covers: &[r::WHERE_UTF8_ADDRESS_IS_WRONG, r::ESCAPED_WHERE_ORCPT_FORBIDS, r::UTF8_ADDRESS_IN_ORCPT],
        run: plain,
    },
    Check {
        name: "rfc6533/section-3/unitext",
        covers: &[r::NATIVE_UTF8_FOR_CAPABLE_SERVERS, r::UNITEXT_IS_A_UTF8_ADDRESS],
        run: unitext,
    },
];

fn xtext() {
    assert_eq!(a::to_xtext("\u{fc}ser@b\u{fc}cher.test"), r"\x{FC}ser@b\x{FC}cher.test");
    assert_eq!(a::to_xtext("\u{1F600}@x.test"), r"\x{1F600}@x.test");
    assert_eq!(a::to_xtext("a+b=c\\ d@x.test"), r"a\x{2B}b\x{3D}c\x{5C}\x{20}d@x.test");
    assert_eq!(a::to_xtext("ann@x.test"), "ann@x.test");
}

fn plain() {
    assert!(a::is_plain("\u{fc}ser@x.test") && a::is_plain("ann@x.test"));
    for address in ["a b@x.test", "a=b@x.test", "a+b@x.test", "a\\b@x.test", "a\r\n@x.test"] {
        assert!(!a::is_plain(address), "{address}");
    }
}

fn unitext() {
    assert_eq!(a::to_unitext("\u{fc}+\u{7528}@x.test"), "\u{fc}\\x{2B}\u{7528}@x.test");
    for address in ["\u{fc}+\u{7528}@x.test", "\"a b\"@x.test", "ann@x.test"] {
        assert_eq!(a::decode(&a::to_unitext(address)).as_deref(), Some(address));
        assert_eq!(a::decode(&a::to_xtext(address)).as_deref(), Some(address));
    }
    for bad in [r"\x{FC", r"\y{FC}", r"\x{fc}", r"\x{00FC}", r"\x{D800}", r"\x{0D}", "\\"] {
        assert_eq!(a::decode(bad), None, "{bad}");
    }
}
