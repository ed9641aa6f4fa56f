//! RFC 8265, section 3: user names, with its subsections.

use anyrfc_core::compliance::{Check, Requirement};

use crate::{
    Credentials, Mechanism as _, Plain, Preparation,
    PreparationError::{Bidirectional, Empty, Prohibited},
    UsernameProfile::{self, CaseMapped, CasePreserved},
    rfc8265 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8265/section-3.1/no-empty-user-name",
        covers: &[r::USERNAME_IS_NOT_EMPTY, r::CASE_MAPPED_IS_NOT_EMPTY, r::CASE_PRESERVED_IS_NOT_EMPTY],
        run: no_empty_user_name,
    },
    Check {
        name: "rfc8265/section-3.2/case-is-left-alone",
        covers: &[r::CASE_MAPPING_IS_DELAYED],
        run: case_is_left_alone,
    },
    Check {
        name: "rfc8265/section-3.3.2/preparation-of-case-mapped",
        covers: &[r::CASE_MAPPED_PREPARATION, r::CASE_MAPPED_ENFORCEMENT_PREPARES],
        run: || preparation(CaseMapped),
    },
    Check {
        name: "rfc8265/section-3.3.3/rules-of-case-mapped",
        covers: RULES_OF_CASE_MAPPED,
        run: rules_of_case_mapped,
    },
    Check {
        name: "rfc8265/section-3.3.4/comparison-of-case-mapped",
        covers: &[
            r::CASE_MAPPED_COMPARISON_PREPARES,
            r::CASE_MAPPED_COMPARISON_ENFORCES,
            r::CASE_MAPPED_UNCOMPARED_IS_NOT_EQUAL,
            r::CASE_MAPPED_INPUTS_ARE_NOT_EQUAL,
        ],
        run: comparison_of_case_mapped,
    },
    Check {
        name: "rfc8265/section-3.4.2/preparation-of-case-preserved",
        covers: &[r::CASE_PRESERVED_PREPARATION, r::CASE_PRESERVED_ENFORCEMENT_PREPARES],
        run: || preparation(CasePreserved),
    },
    Check {
        name: "rfc8265/section-3.4.3/rules-of-case-preserved",
        covers: &[
            r::CASE_PRESERVED_ENFORCEMENT_RULES,
            r::CASE_PRESERVED_UNENFORCED_IS_NOT_CONFORMING,
            r::CASE_PRESERVED_INPUT_IS_NOT_CONFORMING,
        ],
        run: rules_of_case_preserved,
    },
    Check {
        name: "rfc8265/section-3.4.4/comparison-of-case-preserved",
        covers: &[
            r::CASE_PRESERVED_COMPARISON_PREPARES,
            r::CASE_PRESERVED_COMPARISON_ENFORCES,
            r::CASE_PRESERVED_UNCOMPARED_IS_NOT_EQUAL,
            r::CASE_PRESERVED_INPUTS_ARE_NOT_EQUAL,
        ],
        run: comparison_of_case_preserved,
    },
];

const RULES_OF_CASE_MAPPED: &[&Requirement] = &[
    r::CASE_MAPPED_ENFORCEMENT_RULES,
    r::CASE_MAPPED_UNENFORCED_IS_NOT_CONFORMING,
    r::CASE_MAPPED_INPUT_IS_NOT_CONFORMING,
];

fn no_empty_user_name() {
    for profile in [CaseMapped, CasePreserved] {
        assert_eq!(profile.enforce(""), Err(Empty));
        assert_eq!(profile.matches("", ""), Err(Empty));
        assert_eq!(profile.enforce("a").as_deref(), Ok("a"));
    }
    // A mechanism sends none either, and none that preparation has emptied.
    for user in ["", "\u{ad}"] {
        for preparation in [Preparation::Saslprep, Preparation::OpaqueString] {
            let credentials = Credentials::password(user, String::from("secret"));
            assert!(Plain::new(&credentials, preparation).is_err(), "{user:?}");
        }
    }
}

/// A client that maps case takes the decision away from the server.
fn case_is_left_alone() {
    for preparation in [Preparation::Saslprep, Preparation::OpaqueString, Preparation::Raw] {
        let credentials = Credentials::password("JuLiet\u{3a3}", String::from("PassWord"));
        let mut plain = Plain::new(&credentials, preparation).expect("both can be sent");
        let message = plain.first().expect("the client speaks first");
        assert_eq!(message.expose(), "\0JuLiet\u{3a3}\0PassWord".as_bytes());
    }
    assert_eq!(CaseMapped.enforce("JuLiet").as_deref(), Ok("juliet"), "where it was asked for");
}

/// Width first, and then the IdentifierClass: without the first, the second would refuse.
fn preparation(profile: UsernameProfile) {
    for (wide, narrow) in [("\u{ff41}\u{ff12}", "a2"), ("\u{ff76}", "\u{30ab}"), ("\u{ffe0}x", "")] {
        match profile.enforce(wide) {
            // The cent sign is a symbol, and no identifier has one.
            Err(error) => assert_eq!((error, narrow), (Prohibited, "")),
            Ok(enforced) => assert_eq!(enforced, narrow),
        }
    }
    // What the IdentifierClass lacks: spaces, symbols, controls, compatibility characters,
    // what is ignored by default, old Hangul, what is not a character.
    for wrong in [
        "foo bar",
        "\u{221e}",
        "a\u{7}",
        "henry\u{2163}",
        "a\u{ad}",
        "\u{1100}",
        "\u{fdd0}",
        "\u{e000}",
        "\u{2665}",
        "a\u{a0}b",
        "\u{fb01}",
    ] {
        assert_eq!(profile.enforce(wrong), Err(Prohibited), "{}", wrong.escape_unicode());
    }
    for right in ["juliet@example.com", "fussball", "fu\u{df}ball", "\u{3c0}", "\u{3c2}", "~a!$%", "\u{4e00}"]
    {
        assert_eq!(profile.enforce(right).as_deref(), Ok(right));
    }
}

/// Form C, and the rule of RFC 5893 for what is written from right to left.
fn normalization_and_direction(profile: UsernameProfile) {
    assert_eq!(profile.enforce("e\u{301}").as_deref(), Ok("\u{e9}"));
    assert_eq!(profile.enforce("q\u{307}\u{323}").as_deref(), Ok("q\u{323}\u{307}"));
    for right in ["\u{5d0}\u{5d1}", "\u{5d0}1", "\u{627}\u{628}\u{661}", "a1"] {
        assert_eq!(profile.enforce(right).as_deref(), Ok(right), "{}", right.escape_unicode());
    }
    for wrong in ["\u{5d0}a", "a\u{5d0}", "1\u{5d0}", "\u{627}1\u{661}", "\u{5d0}a\u{5d0}"] {
        assert_eq!(profile.enforce(wrong), Err(Bidirectional), "{}", wrong.escape_unicode());
    }
}

fn rules_of_case_mapped() {
    for (name, expected) in [
        ("Juliet", "juliet"),
        ("\u{3a3}", "\u{3c3}"),
        ("\u{391}\u{3a3}", "\u{3b1}\u{3c3}"),
        ("\u{1c5}", ""),
        ("\u{130}", "i\u{307}"),
        ("\u{df}", "\u{df}"),
        ("\u{3c2}", "\u{3c2}"),
        // Width before case, and case before composition.
        ("\u{ff21}", "a"),
        ("E\u{301}", "\u{e9}"),
    ] {
        match CaseMapped.enforce(name) {
            Ok(enforced) => assert_eq!(enforced, expected, "{}", name.escape_unicode()),
            Err(_) => assert_eq!(expected, "", "{}", name.escape_unicode()),
        }
    }
    normalization_and_direction(CaseMapped);
    conforming_is_what_enforcement_made(CaseMapped);
}

fn rules_of_case_preserved() {
    for name in ["Juliet", "\u{3a3}", "\u{391}\u{3a3}", "\u{df}"] {
        assert_eq!(CasePreserved.enforce(name).as_deref(), Ok(name), "{}", name.escape_unicode());
    }
    assert_eq!(CasePreserved.enforce("\u{ff21}").as_deref(), Ok("A"));
    assert_eq!(CasePreserved.enforce("E\u{301}").as_deref(), Ok("\u{c9}"));
    normalization_and_direction(CasePreserved);
    conforming_is_what_enforcement_made(CasePreserved);
}

/// Nothing is handed out but what has been through all the rules: the last one refuses,
/// and what the earlier ones made is not there; what comes out stays as it is.
fn conforming_is_what_enforcement_made(profile: UsernameProfile) {
    assert_eq!(profile.enforce("\u{ff21}\u{5d0}"), Err(Bidirectional));
    for name in ["Juliet", "\u{ff21}", "E\u{301}", "\u{5d0}\u{5d1}"] {
        let enforced = profile.enforce(name).expect("a user name");
        assert_eq!(profile.enforce(&enforced).as_ref(), Ok(&enforced));
    }
    let credentials = Credentials::password("\u{7}", String::from("secret"));
    assert!(Plain::new(&credentials, Preparation::Saslprep).is_err(), "an input is not taken on trust");
}

/// Both sides are prepared and enforced; what refuses either refuses the comparison.
fn comparison(profile: UsernameProfile) {
    assert_eq!(profile.matches("\u{ff41}", "a"), Ok(true), "prepared");
    assert_eq!(profile.matches("a", "\u{ff41}"), Ok(true), "prepared");
    assert_eq!(profile.matches("e\u{301}", "\u{e9}"), Ok(true), "enforced");
    assert_eq!(profile.matches("\u{e9}", "e\u{301}"), Ok(true), "enforced");
    assert_eq!(profile.matches("fu\u{df}ball", "fussball"), Ok(false));
    assert_eq!(profile.matches("a", "ab"), Ok(false));
    // Not even two that are byte for byte the same are equal before they have been judged.
    assert_eq!(profile.matches("foo bar", "foo bar"), Err(Prohibited));
    assert_eq!(profile.matches("a", "\u{221e}"), Err(Prohibited));
    assert_eq!(profile.matches("\u{221e}", "a"), Err(Prohibited));
    assert_eq!(profile.matches("\u{5d0}a", "\u{5d0}a"), Err(Bidirectional));
}

fn comparison_of_case_mapped() {
    comparison(CaseMapped);
    assert_eq!(CaseMapped.matches("Juliet", "jULIET"), Ok(true));
    assert_eq!(CaseMapped.matches("\u{3a3}", "\u{3c3}"), Ok(true));
    assert_eq!(CaseMapped.matches("\u{3a3}", "\u{3c2}"), Ok(false));
}

fn comparison_of_case_preserved() {
    comparison(CasePreserved);
    assert_eq!(CasePreserved.matches("Juliet", "jULIET"), Ok(false));
    assert_eq!(CasePreserved.matches("\u{3a3}", "\u{3c3}"), Ok(false));
}
