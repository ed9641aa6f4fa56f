//! RFC 5256: the base subject.

use anyrfc_core::compliance::Check;

use crate::{rfc5256 as r, types::BaseSubject};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5256-section-2.1/base-subjects",
        covers: &[r::BASE_SUBJECT_HAS_ONE_ALGORITHM],
        run: base_subjects,
    },
    Check {
        name: "rfc5256-section-5/subjects-beyond-ascii",
        covers: &[r::BLOBS_ARE_UTF8, r::OTHER_SUBJECT_TEXT_IS_UTF8],
        run: subjects_beyond_ascii,
    },
];

#[track_caller]
fn is(subject: &str, base: &str, marked: bool) {
    let found = BaseSubject::of(subject);
    assert_eq!((found.as_str(), found.is_reply_or_forward()), (base, marked), "{subject:?}");
}

fn base_subjects() {
    // Step 1: what separates words is one space.
    is("a\t b\r\n  c", "a b c", false);
    // Step 2: trailers, as often as they are there.
    is("lunch (fwd) (FWD)  ", "lunch", true);
    is("lunch (fwd) now", "lunch (fwd) now", false);
    // Step 3: leaders, with what stands in brackets before and behind their word.
    is("Re: lunch", "lunch", true);
    is("re:fw: FWD:lunch", "lunch", true);
    is("Re [2] : lunch", "lunch", true);
    is("[list] Re[2]: lunch", "lunch", true);
    is("Regards: lunch", "Regards: lunch", false);
    is("Re lunch", "Re lunch", false);
    is("Antwort: lunch", "Antwort: lunch", false);
    // Step 4: what stands in brackets, unless nothing else is left.
    is("[list] lunch", "lunch", false);
    is("[list]", "[list]", false);
    is("[one] [two]", "[two]", false);
    is("[a[b] lunch", "[a[b] lunch", false);
    // Step 5: both again, in turn.
    is("Re: [list] Re: [other] lunch", "lunch", true);
    // Step 6: what was forwarded whole, and then from step 2 on.
    is("[Fwd: Re: lunch (fwd) ]", "lunch", true);
    is("[fwd: [fwd: lunch]]", "lunch", true);
    is("[fwd: lunch] x", "x", false);
    is("x [fwd: lunch]", "x [fwd: lunch]", false);
    // Nothing but marks.
    is("Re: ", "", true);
    is("", "", false);
}

fn subjects_beyond_ascii() {
    // In brackets, and outside of them: whole characters, none taken for a space or a bracket.
    is("[\u{dc}bung \u{5b9}] Re: Men\u{fc}", "Men\u{fc}", true);
    is("Re[\u{20ac}\u{1f600}]: \u{65e5}\u{672c}\u{8a9e}", "\u{65e5}\u{672c}\u{8a9e}", true);
    is("\u{a0}Re: lunch", "\u{a0}Re: lunch", false);
    is("[\u{3010}list\u{3011}]", "[\u{3010}list\u{3011}]", false);
    is("r\u{e9}: lunch", "r\u{e9}: lunch", false);
    is("lunch\u{ff08}fwd\u{ff09}", "lunch\u{ff08}fwd\u{ff09}", false);
}
