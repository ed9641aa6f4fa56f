//! RFC 3463, section 2: the form of a code, its class and its subject.

use anyrfc_core::compliance::Check;

use crate::{
    codec::reply::read_reply,
    rfc3463 as r,
    types::{EnhancedCode, StatusClass, StatusSubject},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3463/section-2/a-code-has-three-numbers",
        covers: &[r::CODE_HAS_THREE_NUMBERS],
        run: a_code_has_three_numbers,
    },
    Check {
        name: "rfc3463/section-2/the-class-is-2-4-or-5",
        covers: &[r::CLASS_IS_2_4_OR_5],
        run: the_class_is_2_4_or_5,
    },
    Check {
        name: "rfc3463/section-2/numbers-have-up-to-three-digits",
        covers: &[r::NUMBERS_HAVE_THREE_DIGITS],
        run: numbers_have_up_to_three_digits,
    },
    Check {
        name: "rfc3463/section-2/there-is-no-space-within-a-code",
        covers: &[r::NO_SPACE_WITHIN_A_CODE],
        run: there_is_no_space_within_a_code,
    },
    Check {
        name: "rfc3463/section-2/no-number-begins-with-a-needless-zero",
        covers: &[r::NO_LEADING_ZEROS],
        run: no_number_begins_with_a_needless_zero,
    },
    Check {
        name: "rfc3463/section-2/an-unknown-detail-is-its-subject",
        covers: &[r::UNKNOWN_DETAIL_IS_ITS_SUBJECT, r::KNOWN_SUBJECT_IS_REPORTED],
        run: an_unknown_detail_is_its_subject,
    },
    Check {
        name: "rfc3463/section-2/the-class-is-success-or-failure",
        covers: &[r::CLASS_2_IS_SUCCESS, r::CLASS_4_IS_TRANSIENT, r::CLASS_5_IS_PERMANENT],
        run: the_class_is_success_or_failure,
    },
    Check {
        name: "rfc3463/section-2/an-unknown-subject-is-its-class",
        covers: &[r::UNKNOWN_SUBJECT_IS_ITS_CLASS],
        run: an_unknown_subject_is_its_class,
    },
    Check {
        name: "rfc3463/section-2/subjects-are-told-apart",
        covers: &[r::SUBJECTS_ARE_KNOWN],
        run: subjects_are_told_apart,
    },
];

/// The code in front of a text.
fn read(text: &str) -> Option<EnhancedCode> {
    EnhancedCode::read(text.as_bytes()).map(|(code, _)| code)
}

#[track_caller]
fn is_code(text: &str) {
    let code = read(text).unwrap_or_else(|| panic!("{text:?} is one"));
    // As it came it goes, and as it goes it is made.
    assert_eq!(code.to_string(), text);
    let (class, subject, detail) = code.numbers();
    assert_eq!(EnhancedCode::new(class, subject, detail), Some(code));
}

#[track_caller]
fn is_none(text: &str) {
    assert_eq!(read(text), None, "{text:?}");
}

fn a_code_has_three_numbers() {
    for text in ["2.0.0", "4.2.2", "5.7.28"] {
        is_code(text);
    }
    for text in [
        "", "2", "2.", "2.0", "2.0.", "2.0.0.", "2.0.0.0", ".0.0", "2..0", "2-0-0", "2.x.0", "2.0.x", "x.0.0",
    ] {
        is_none(text);
    }
}

fn the_class_is_2_4_or_5() {
    for class in 0..=20_u8 {
        let known = [2, 4, 5].contains(&class);
        assert_eq!(EnhancedCode::new(class, 1, 1).is_some(), known, "{class}");
        assert_eq!(read(&format!("{class}.1.1")).is_some(), known, "{class}");
    }
    is_none("55.1.1");
    is_none("258.1.1");
}

fn numbers_have_up_to_three_digits() {
    for text in ["5.0.0", "5.9.9", "5.10.99", "5.100.999", "5.999.100"] {
        is_code(text);
    }
    for text in ["5.1000.0", "5.0.1000", "5.65536.0", "5.0.65537", "5.0.99999999999999999999"] {
        is_none(text);
    }
    assert_eq!(EnhancedCode::new(5, 1000, 0), None);
    assert_eq!(EnhancedCode::new(5, 0, 1000), None);
}

fn there_is_no_space_within_a_code() {
    for text in
        ["5 .1.1", "5. 1.1", "5.1 .1", "5.1. 1", " 5.1.1", "5.1.1\t", "5.(x)1.1", "5.1.1(x)", "5.\u{a0}1.1"]
    {
        is_none(text);
    }
    // Behind it there may be one.
    assert_eq!(read("5.1.1 (x)").map(|code| code.to_string()).as_deref(), Some("5.1.1"));
}

fn no_number_begins_with_a_needless_zero() {
    for text in ["05.1.1", "5.01.1", "5.1.01", "5.00.1", "5.1.00", "5.1.000", "5.001.1"] {
        is_none(text);
    }
    for text in ["5.0.0", "5.10.0", "5.0.100"] {
        is_code(text);
    }
}

fn code(class: u8, subject: u16, detail: u16) -> EnhancedCode {
    EnhancedCode::new(class, subject, detail).expect("a code")
}

fn an_unknown_detail_is_its_subject() {
    for subject in 0..=7 {
        let general = code(5, subject, 0);
        for detail in [250, 998, 999] {
            let unknown = code(5, subject, detail);
            assert_eq!(unknown.meaning(), general.meaning(), "{unknown}");
            assert_eq!(unknown.subject(), general.subject(), "{unknown}");
            assert_eq!(unknown.class(), StatusClass::PermanentFailure);
            // The number is not lost.
            assert_eq!(unknown.numbers(), (5, subject, detail));
        }
    }
    assert_ne!(code(5, 1, 1).meaning(), code(5, 1, 0).meaning());
}

fn the_class_is_success_or_failure() {
    let classes = [
        (2, StatusClass::Success),
        (4, StatusClass::PersistentTransientFailure),
        (5, StatusClass::PermanentFailure),
    ];
    for (number, class) in classes {
        for (subject, detail) in [(0, 0), (1, 1), (7, 99), (99, 99)] {
            assert_eq!(code(number, subject, detail).class(), class);
        }
        // And it agrees with the reply that it stands in, or is not taken.
        for reply in [2, 4, 5] {
            let line = format!("{reply}50 {number}.1.1 x\r\n");
            let reply_has = read_reply(line.as_bytes()).expect("a reply").enhanced().map(EnhancedCode::class);
            assert_eq!(reply_has, (reply == number).then_some(class), "{line}");
        }
    }
    let kinds = [("250 2.1.5 x\r\n", [true, false, false]), ("450 4.1.5 x\r\n", [false, true, false])];
    for (line, kind) in kinds.into_iter().chain([("550 5.1.5 x\r\n", [false, false, true])]) {
        let reply = read_reply(line.as_bytes()).expect("a reply").to_reply();
        assert_eq!([reply.is_success(), reply.is_transient(), reply.is_permanent()], kind, "{line}");
    }
}

fn an_unknown_subject_is_its_class() {
    for subject in [8, 9, 10, 99, 999] {
        let unknown = code(4, subject, 1);
        assert_eq!(unknown.class(), StatusClass::PersistentTransientFailure);
        assert_eq!(unknown.subject(), StatusSubject::Unknown(subject));
        // It means what a code means that tells nothing but its class.
        assert_eq!(unknown.meaning(), code(4, 0, 0).meaning());
        let line = format!("450 {unknown} x\r\n");
        let reply = read_reply(line.as_bytes()).expect("a reply").to_reply();
        assert_eq!((reply.enhanced(), reply.is_transient()), (Some(unknown), true));
        assert_eq!(reply.to_string(), line.trim_end());
    }
}

fn subjects_are_told_apart() {
    use StatusSubject as S;
    let subjects = [
        (0, S::Other),
        (1, S::Addressing),
        (2, S::Mailbox),
        (3, S::MailSystem),
        (4, S::NetworkAndRouting),
        (5, S::MailDeliveryProtocol),
        (6, S::MessageContent),
        (7, S::SecurityOrPolicy),
    ];
    let mut meanings = Vec::new();
    for (number, subject) in subjects {
        assert_eq!(code(5, number, 0).subject(), subject);
        let meaning = code(5, number, 0).meaning();
        assert!(!meanings.contains(&meaning), "{meaning}");
        meanings.push(meaning);
    }
}
