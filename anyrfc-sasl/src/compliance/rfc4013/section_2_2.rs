//! RFC 4013, section 2.2: normalization.

use anyrfc_core::compliance::Check;

use crate::{Preparation, rfc4013 as r};

pub(super) static CHECKS: &[Check] =
    &[Check { name: "rfc4013/section-2.2/form-kc", covers: &[r::RESULT_IS_NFKC], run: form_kc }];

/// What Unicode's own data say, form by form.
const NORMALIZED: &[(&str, &str)] = &[
    // Compatibility: the RFC's examples, ligatures, widths, squares, superscripts.
    ("\u{aa}", "a"),
    ("\u{2168}", "IX"),
    ("\u{fb01}", "fi"),
    ("\u{ff21}\u{ff11}", "A1"),
    ("\u{ff76}\u{ff9e}", "\u{30ac}"),
    ("\u{3392}", "MHz"),
    ("x\u{b2}", "x2"),
    ("\u{2460}", "1"),
    // Composition, in one step and in two, and of Hangul.
    ("e\u{301}", "\u{e9}"),
    ("a\u{302}\u{301}", "\u{1ea5}"),
    ("\u{1100}\u{1161}\u{11a8}", "\u{ac01}"),
    // The order of marks.
    ("q\u{307}\u{323}", "q\u{323}\u{307}"),
    ("a\u{315}\u{300}", "\u{e0}\u{315}"),
    // Singletons, and what is excluded from composition.
    ("\u{212b}", "\u{c5}"),
    ("\u{2126}", "\u{3a9}"),
    ("\u{958}", "\u{915}\u{93c}"),
    ("x\u{340}a\u{341}", "x\u{300}\u{e1}"),
    // Nothing to do, and no case to fold.
    ("\u{e9}", "\u{e9}"),
    ("\u{df}", "\u{df}"),
    ("USER", "USER"),
];

fn form_kc() {
    for (text, expected) in NORMALIZED {
        let prepared = Preparation::Saslprep.apply(text);
        assert_eq!(prepared.as_deref(), Ok(*expected), "{}", text.escape_unicode());
        // What has been prepared stays as it is.
        assert_eq!(Preparation::Saslprep.apply(expected).as_deref(), Ok(*expected));
    }
    assert_eq!(Preparation::Saslprep.matches("I\u{ad}X", "\u{2168}"), Ok(true));
    assert_eq!(Preparation::Saslprep.matches("user", "USER"), Ok(false));
    assert_eq!(Preparation::OpaqueString.apply("\u{2168}").as_deref(), Ok("\u{2168}"), "that one is form C");
}
