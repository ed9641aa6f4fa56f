//! What the extensions of SEARCH have added to its answers.

use super::*;
use crate::types::{Code, ContextChange, MessageLimit, Uid};

fn esearch(text: &str) -> crate::types::Esearch {
    match data(&format!("* ESEARCH {text}\r\n")) {
        Data::Esearch(found) => *found,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rfc5267_changes_keep_their_order() {
    let found = esearch("(TAG \"B01\") UID ADDTO (0 32768:32769 3 9,8) REMOVEFROM (2 5) ADDTO (1 4)");
    let changes: Vec<String> = found
        .changes
        .iter()
        .map(|change| match change {
            ContextChange::Added { position, numbers } => format!("+{position} {numbers}"),
            ContextChange::Removed { position, numbers } => format!("-{position} {numbers}"),
        })
        .collect();
    assert_eq!(changes, ["+0 32768:32769", "+3 9,8", "-2 5", "+1 4"]);
    assert!(found.uid && found.tag.as_deref() == Some("B01") && found.other.is_empty());
    // RFC 5267, section 3.2: ranges of a sorted result are upwards, and the parts keep their order.
    let found = esearch("(TAG \"a\") UID ALL 9,4:2,1,3:5");
    assert_eq!(found.all.unwrap().to_string(), "9,2:4,1,3:5");
    for wrong in [
        "ADDTO ()",
        "ADDTO (1)",
        "ADDTO (1 2 3)",
        "ADDTO (-1 2)",
        "ADDTO (1 0)",
        "ADDTO (1 *)",
        "ADDTO 1",
        "REMOVEFROM (4294967296 1)",
    ] {
        let (Data::Esearch(found), deviations) =
            loose(format!("* ESEARCH (TAG \"a\") {wrong}\r\n").as_bytes())
        else {
            panic!("{wrong}")
        };
        assert!(found.changes.is_empty() && found.other.len() == 1 && !deviations.is_empty(), "{wrong}");
    }
}

#[test]
fn rfc9394_parts() {
    let part = |text: &str| {
        let partial = esearch(&format!("(TAG \"A01\") UID PARTIAL {text}")).partial.unwrap();
        (partial.range.to_string(), partial.numbers.to_string())
    };
    assert_eq!(part("(-1:-100 200:250,252:300)"), ("-1:-100".into(), "200:250,252:300".into()));
    assert_eq!(part("(24000:24500 NIL)"), ("24000:24500".into(), String::new()));
    assert_eq!(part("(500:401 7)"), ("401:500".into(), "7".into()));
    for wrong in ["(1:2)", "()", "NIL", "(1:2 3 4)", "(0:2 3)", "(1:-2 3)", "(1:* 3)", "(1:2 *)", "(1:2 0)"] {
        let (Data::Esearch(found), deviations) = loose(format!("* ESEARCH PARTIAL {wrong}\r\n").as_bytes())
        else {
            panic!("{wrong}")
        };
        assert!(found.partial.is_none() && !deviations.is_empty(), "{wrong}");
    }
}

#[test]
fn rfc6203_scores() {
    assert_eq!(esearch("(TAG \"B1\") ALL 1,5,10 RELEVANCY (4 99 42)").relevancy, Some(vec![4, 99, 42]));
    assert_eq!(esearch("(TAG \"B1\") RELEVANCY ()").relevancy, Some(Vec::new()));
    for wrong in ["(0)", "(101)", "(x)", "5", "NIL", "(1 300)"] {
        let (Data::Esearch(found), _) = loose(format!("* ESEARCH RELEVANCY {wrong}\r\n").as_bytes()) else {
            panic!("{wrong}")
        };
        assert!(found.relevancy.is_none() && found.other.len() == 1, "{wrong}");
    }
}

#[test]
fn rfc7377_correlators() {
    let found = esearch("(TAG \"tag1\" MAILBOX \"folder1\" UIDVALIDITY 1) UID ALL 4001,4003,4005,4007,4009");
    assert_eq!(found.mailbox.map(|mailbox| mailbox.to_string()).as_deref(), Some("folder1"));
    assert_eq!((found.uid_validity.map(u32::from), found.uid), (Some(1), true));
    let found = esearch("(uidvalidity 7 mailbox NIL tag \"a\") uid count 3");
    assert_eq!(found.mailbox.map(|mailbox| mailbox.to_string()).as_deref(), Some("NIL"));
    let (Data::Esearch(found), deviations) =
        loose(b"* ESEARCH (TAG \"a\" TAG \"b\" MAILBOX () UIDVALIDITY 0)\r\n")
    else {
        panic!()
    };
    assert_eq!((found.tag.as_deref(), found.mailbox, found.uid_validity), (Some("a"), None, None));
    let told = |requirement| deviations.iter().any(|deviation| deviation.requirement == requirement);
    assert!(told(crate::rfc7377::CORRELATORS_COME_ONCE) && told(rfc9051::ABNF_IS_FOLLOWED_STRICTLY));
}

#[test]
fn codes_of_searches() {
    let code = |text: &str| match loose(format!("* NO [{text}] so it is\r\n").as_bytes()).0 {
        Data::Status(status) => status.code.unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(code("NOUPDATE \"B02\""), Code::NoUpdate("B02".into()));
    assert_eq!(code("UNDEFINED-FILTER on-the-road"), Code::UndefinedFilter("on-the-road".into()));
    assert_eq!(code("MESSAGELIMIT 1000"), Code::MessageLimit(MessageLimit::new(1000, None)));
    assert_eq!(
        code("messagelimit 1000 23221"),
        Code::MessageLimit(MessageLimit::new(1000, Uid::new(23_221)))
    );
    for wrong in [
        "MESSAGELIMIT",
        "MESSAGELIMIT 0",
        "MESSAGELIMIT x",
        "MESSAGELIMIT 5 0",
        "MESSAGELIMIT 5 6 7",
        "NOUPDATE",
        "NOUPDATE ()",
        "UNDEFINED-FILTER",
    ] {
        assert!(matches!(code(wrong), Code::Other { .. }), "{wrong}");
    }
}
