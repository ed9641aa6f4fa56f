//! RFC 8265, section 4: passwords, with its subsections.

use anyrfc_core::compliance::Check;

use crate::{
    Credentials, Mechanism as _, Plain,
    Preparation::OpaqueString,
    PreparationError::{Empty, Prohibited},
    rfc8265 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8265/section-4.1/no-empty-password",
        covers: &[r::PASSWORD_IS_NOT_EMPTY],
        run: no_empty_password,
    },
    Check {
        name: "rfc8265/section-4.2.1/freeform-class",
        covers: &[r::OPAQUE_IS_FREEFORM, r::OPAQUE_ENFORCEMENT_PREPARES],
        run: freeform_class,
    },
    Check {
        name: "rfc8265/section-4.2.2/width-is-kept",
        covers: &[r::OPAQUE_WIDTH_IS_KEPT],
        run: width_is_kept,
    },
    Check {
        name: "rfc8265/section-4.2.2/spaces-are-mapped",
        covers: &[r::OPAQUE_SPACES_ARE_MAPPED],
        run: spaces_are_mapped,
    },
    Check { name: "rfc8265/section-4.2.2/form-c", covers: &[r::OPAQUE_IS_NFC], run: form_c },
    Check {
        name: "rfc8265/section-4.2.2/every-rule-in-its-order",
        covers: &[r::OPAQUE_ENFORCEMENT_RULES, r::OPAQUE_RULES_ARE_ORDERED],
        run: every_rule_in_its_order,
    },
    Check {
        name: "rfc8265/section-4.2.2/only-what-was-enforced-is-used",
        covers: &[r::OPAQUE_UNENFORCED_IS_NOT_CONFORMING, r::OPAQUE_INPUT_IS_NOT_CONFORMING],
        run: only_what_was_enforced_is_used,
    },
    Check {
        name: "rfc8265/section-4.2.3/comparison",
        covers: &[
            r::OPAQUE_COMPARISON_PREPARES,
            r::OPAQUE_COMPARISON_ENFORCES,
            r::OPAQUE_UNCOMPARED_IS_NOT_EQUAL,
            r::OPAQUE_INPUTS_ARE_NOT_EQUAL,
        ],
        run: comparison,
    },
];

/// What PLAIN sends for a password, or nothing where it refuses.
fn sent(password: &str) -> Option<String> {
    let credentials = Credentials::password("user", password.to_owned());
    let mut plain = Plain::new(&credentials, OpaqueString).ok()?;
    let message = plain.first()?.expose().clone();
    Some(String::from_utf8(message).ok()?.rsplit('\0').next()?.to_owned())
}

fn no_empty_password() {
    assert_eq!(OpaqueString.apply(""), Err(Empty));
    assert_eq!(sent(""), None);
    assert_eq!(sent(" ").as_deref(), Some(" "), "a space is a password");
}

fn freeform_class() {
    // The RFC's examples, and scripts, symbols and punctuation of every kind.
    for right in [
        "correct horse battery staple",
        "Correct Horse Battery Staple",
        "\u{3c0}\u{df}\u{e5}",
        "Jack of \u{2666}s",
        "\u{2163}\u{fb01}\u{ff21}",
        "\u{1f511}",
        "\u{5d0}a1",
        "\u{221e}",
        "\u{20ac}",
    ] {
        assert_eq!(OpaqueString.apply(right).as_deref(), Ok(right));
        assert_eq!(sent(right).as_deref(), Some(right));
    }
    // Controls, what is ignored by default, old Hangul, private use, no characters, joiners alone.
    for wrong in [
        "my cat is a \u{9}by",
        "a\u{7f}",
        "a\u{85}",
        "a\u{ad}",
        "\u{1100}",
        "\u{e000}",
        "\u{fdd0}",
        "\u{ffff}",
        "a\u{200d}",
        "\u{200b}",
        "\u{50000}",
        "\u{e0041}",
    ] {
        assert_eq!(OpaqueString.apply(wrong), Err(Prohibited), "{}", wrong.escape_unicode());
        assert_eq!(sent(wrong), None);
    }
}

fn width_is_kept() {
    for wide in ["\u{ff21}", "\u{ff76}\u{ff9e}", "\u{ffe0}"] {
        assert_eq!(OpaqueString.apply(wide).as_deref(), Ok(wide));
    }
    assert_eq!(OpaqueString.matches("\u{ff21}", "A"), Ok(false));
    assert_eq!(OpaqueString.matches("\u{ff21}", "\u{ff21}"), Ok(true));
}

fn spaces_are_mapped() {
    // Every character of general category Zs.
    let spaces = [0xA0, 0x1680, 0x202F, 0x205F, 0x3000].into_iter().chain(0x2000..=0x200A);
    for space in spaces.filter_map(char::from_u32) {
        let prepared = OpaqueString.apply(&format!("foo{space}bar"));
        assert_eq!(prepared.as_deref(), Ok("foo bar"), "{:#x}", u32::from(space));
    }
    assert_eq!(OpaqueString.apply("foo bar").as_deref(), Ok("foo bar"));
    assert_eq!(OpaqueString.apply("foo_bar").as_deref(), Ok("foo_bar"));
}

fn form_c() {
    for (text, expected) in [
        ("e\u{301}", "\u{e9}"),
        ("a\u{302}\u{301}", "\u{1ea5}"),
        ("q\u{307}\u{323}", "q\u{323}\u{307}"),
        ("\u{212b}", "\u{c5}"),
        ("\u{958}", "\u{915}\u{93c}"),
        // Not form KC.
        ("x\u{b2}", "x\u{b2}"),
        ("\u{fb01}", "\u{fb01}"),
    ] {
        assert_eq!(OpaqueString.apply(text).as_deref(), Ok(expected), "{}", text.escape_unicode());
    }
}

/// Spaces, then form C, and no rule of case or direction.
fn every_rule_in_its_order() {
    assert_eq!(OpaqueString.apply("\u{1680}E\u{301}\u{3000}").as_deref(), Ok(" \u{c9} "));
    // These two spaces are canonically others, which form C alone would bring in: it comes second.
    for space in ['\u{2000}', '\u{2001}'] {
        assert_eq!(OpaqueString.apply(&format!("a{space}")).as_deref(), Ok("a "));
    }
    for kept in ["PassWord", "\u{3a3}", "\u{5d0}a", "a\u{5d0}1"] {
        assert_eq!(OpaqueString.apply(kept).as_deref(), Ok(kept));
    }
}

fn only_what_was_enforced_is_used() {
    assert_eq!(sent("e\u{301}\u{a0}").as_deref(), Some("\u{e9} "));
    assert_eq!(sent("\u{e9}\u{ad}"), None, "the end of it is not conforming");
    let enforced = OpaqueString.apply("e\u{301}\u{a0}").expect("a password");
    assert_eq!(OpaqueString.apply(&enforced).as_ref(), Ok(&enforced));
}

fn comparison() {
    assert_eq!(OpaqueString.matches("foo\u{1680}bar", "foo bar"), Ok(true));
    assert_eq!(OpaqueString.matches("foo bar", "foo\u{1680}bar"), Ok(true));
    assert_eq!(OpaqueString.matches("e\u{301}", "\u{e9}"), Ok(true));
    assert_eq!(OpaqueString.matches("Secret", "secret"), Ok(false));
    assert_eq!(OpaqueString.matches("secret", "secret1"), Ok(false));
    // Byte for byte the same, and not to be used by anybody.
    assert_eq!(OpaqueString.matches("a\u{9}", "a\u{9}"), Err(Prohibited));
    assert_eq!(OpaqueString.matches("", ""), Err(Empty));
    assert_eq!(OpaqueString.matches("a", "a\u{ad}"), Err(Prohibited));
}
