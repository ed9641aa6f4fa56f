//! RFC 4013, section 2.4: bidirectional characters.

use anyrfc_core::compliance::Check;

use super::super::tables;
use crate::{Preparation, PreparationError::Bidirectional, rfc4013 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc4013/section-2.4/directions-are-not-mixed",
    covers: &[r::BIDIRECTIONAL_TEXT_IS_CHECKED],
    run: directions_are_not_mixed,
}];

fn directions_are_not_mixed() {
    let prepare = |text: &str| Preparation::Saslprep.apply(text);
    let mut judged = 0;
    for letter in tables::every(tables::RIGHT_TO_LEFT) {
        let text = letter.to_string();
        // Some are prohibited for another reason, or become others by normalization.
        if prepare(&text).as_deref() != Ok(text.as_str()) {
            continue;
        }
        assert_eq!(prepare(&format!("{letter}a{letter}")), Err(Bidirectional), "{:#x}", u32::from(letter));
        // A digit may stand between, and neither at the beginning nor at the end.
        let framed = format!("{letter}1{letter}");
        assert_eq!(prepare(&framed).as_deref(), Ok(framed.as_str()), "{:#x}", u32::from(letter));
        assert_eq!(prepare(&format!("1{letter}")), Err(Bidirectional), "{:#x}", u32::from(letter));
        assert_eq!(prepare(&format!("{letter}1")), Err(Bidirectional), "{:#x}", u32::from(letter));
        judged += 1;
    }
    assert!(judged > 250, "{judged} letters");
    // Letters that go from left to right, of several scripts; the RFC's example.
    for other in ['a', 'Z', '\u{e9}', '\u{3b1}', '\u{4e00}', '\u{ac00}', '\u{10330}'] {
        assert_eq!(prepare(&format!("\u{5d0}{other}\u{5d0}")), Err(Bidirectional), "{other}");
        let alone = format!("{other}1{other}");
        assert_eq!(prepare(&alone).as_deref(), Ok(alone.as_str()));
    }
    assert_eq!(prepare("\u{627}\u{31}"), Err(Bidirectional));
    assert_eq!(prepare("\u{627}\u{31}\u{628}").as_deref(), Ok("\u{627}\u{31}\u{628}"));
}
