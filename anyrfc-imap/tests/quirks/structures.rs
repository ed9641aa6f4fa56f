//! Structures of messages.

use anyrfc_imap::types::{BodyStructure, BodyType, Field};

use super::*;

fn structure<T>(text: &str, look: impl FnOnce(BodyStructure<'_>) -> T) -> (T, bool) {
    let text = format!("* 1 FETCH (UID 2 BODYSTRUCTURE {text} RFC822.SIZE 3)");
    let (result, deviations) = row_and_deviations(&text, |row| {
        assert_eq!((row.uid().unwrap().get(), row.size().unwrap().parsed()), (2, Some(3)));
        match row.body_structure().unwrap() {
            Field::Parsed(structure) => look(structure),
            Field::Malformed { error, .. } => panic!("{text}: {error}"),
        }
    });
    (result, deviations.is_empty())
}

/// One that has to be forgiven something.
fn odd_structure<T>(text: &str, look: impl FnOnce(BodyStructure<'_>) -> T) -> T {
    let (result, good) = structure(text, look);
    assert!(!good, "nothing is told of {text}");
    result
}

/// 8: dispositions and parts cut short or swapped.
#[test]
fn q08_exchange() {
    let part = |extensions: &str| format!("(\"text\" \"plain\" NIL NIL NIL \"7BIT\" 5 1 NIL {extensions})");
    odd_structure(&part("\"inline\" NIL NIL"), |part| assert!(part.disposition().unwrap().is("inline")));
    odd_structure(&part("(NIL NIL) NIL NIL"), |part| assert!(part.disposition().is_none()));
    structure(&part("\"en\" (\"attachment\" (\"filename\" \"x\")) NIL"), |part| {
        assert_eq!(part.disposition().unwrap().filename().unwrap(), "x");
        assert_eq!(part.languages().next().unwrap(), "en");
    });
    odd_structure("(NIL NIL NIL NIL NIL \"7BIT\" 0 NIL NIL NIL NIL)", |part| {
        assert!(!part.is_multipart() && part.media_type().is_empty() && part.octets() == Some(0));
    });
}

/// 9, 10: multiparts without parts.
#[test]
fn q09_q10_multiparts_without_parts() {
    for text in [
        "(\"ALTERNATIVE\" (\"BOUNDARY\" \"x\") NIL NIL)",
        "(\"ALTERNATIVE\")",
        "(NIL \"ALTERNATIVE\" (\"boundary\" \"x\") NIL NIL)",
    ] {
        odd_structure(text, |part| {
            assert!(part.is("multipart", "alternative") && part.parts().count() == 0, "{text}");
        });
    }
    odd_structure("(\"RELATED\" NIL (\"ATTACHMENT\" NIL) NIL)", |part| {
        assert!(part.is_multipart() && part.disposition().unwrap().is("attachment"));
    });
    odd_structure(
        "((\"ALTERNATIVE\" (\"BOUNDARY\" \"x\") NIL NIL)(\"text\" \"plain\" NIL NIL NIL \"7BIT\" 5 1) \"MIXED\")",
        |part| {
            let kinds: Vec<_> =
                part.walk().map(|(path, part)| format!("{path} {}", part.subtype())).collect();
            assert_eq!(kinds, [" MIXED", "1 ALTERNATIVE", "2 plain"]);
        },
    );
}

/// 11: a message that is described as a part like any other.
#[test]
fn q11_messages_without_envelope() {
    odd_structure(
        "(\"message\" \"rfc822\" NIL NIL NIL \"base64\" 500 NIL (\"attachment\" NIL) NIL)",
        |part| {
            assert!(part.is("message", "rfc822") && matches!(part.body_type(), BodyType::Basic));
            assert!(part.disposition().unwrap().is("attachment") && part.octets() == Some(500));
        },
    );
}

/// 12: NIL for the value of a parameter, no parameters in parentheses, numbers like floats.
#[test]
fn q12_parameters_and_floats() {
    odd_structure("((\"text\" \"plain\" () NIL NIL \"7BIT\" 5 1) \"MIXED\" (\"boundary\" NIL))", |part| {
        assert!(part.parameter("boundary").is_none() && part.parameters().count() == 1);
        assert_eq!(part.parts().next().unwrap().parameters().count(), 0);
    });
    odd_structure("(\"image\" \"png\" NIL NIL NIL \"base64\" 9.3736e+06 NIL NIL NIL)", |part| {
        assert_eq!(part.octets(), Some(9_373_600));
    });
}

/// 13: octets and lines below zero.
#[test]
fn q13_counts_below_zero() {
    odd_structure("(\"text\" \"plain\" NIL NIL NIL \"7BIT\" -1 -1 NIL NIL NIL)", |part| {
        assert!(part.octets().is_none() && matches!(part.body_type(), BodyType::Text { lines: None }));
    });
}

/// 16: a quote that is not escaped.
#[test]
fn q16_quotes_are_not_escaped() {
    odd_structure("(\"text\" \"plain\" NIL NIL \"\"\"\" \"7BIT\" 5 1 NIL NIL NIL)", |part| {
        assert_eq!((part.description().unwrap(), part.octets()), (part.description().unwrap(), Some(5)));
        assert_eq!(part.description().unwrap(), "\"\"");
    });
}

/// 30: empty types, as mox describes what has none.
#[test]
fn q30_empty_types() {
    let ((), good) = structure("(\"\" \"\" NIL NIL NIL \"\" 2 NIL NIL NIL NIL)", |part| {
        assert!(part.media_type().is_empty() && part.octets() == Some(2));
    });
    assert!(good);
}
