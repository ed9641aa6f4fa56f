//! What is to be forgiven, what is not, and what cannot be understood: form by form.

use super::read;

/// The statements that a response breaks, and whether it was understood.
fn broken(line: &str) -> (Vec<String>, bool) {
    let understood = |response: super::Response<'_>| match response {
        super::Response::Data(data) => !matches!(data, super::Data::Malformed { .. }),
        super::Response::Fetch(row) => row.malformed().next().is_none(),
        _ => true,
    };
    let (understood, deviations) = read(format!("{line}\r\n").as_bytes(), understood);
    let id = |said: String| said.split(':').next().unwrap_or_default().replace("rfc9051#", "");
    (deviations.iter().map(|one| id(one.requirement.to_string())).collect(), understood)
}

/// Lines that are as they should be; those that are forgiven the breach of a statement; and those
/// that cannot be understood, as they break one.
fn check(fine: &[&str], forgiven: &[(&str, &[&str])], wrong: &[(&str, &[&str])]) {
    for line in fine {
        assert_eq!(broken(line), (Vec::new(), true), "{line}");
    }
    for (lines, understood) in [(forgiven, true), (wrong, false)] {
        for (statement, lines) in lines {
            for line in *lines {
                assert_eq!(broken(line), (vec![(*statement).to_owned()], understood), "{line}");
            }
        }
    }
}

#[test]
fn lists_and_spaces() {
    check(
        &["* FLAGS (\\Seen)", "* FLAGS (\\Seen \\Draft)", "* FLAGS ((a) (b))"],
        &[(
            "9-h1",
            &[
                "* FLAGS  (\\Seen)",
                "* FLAGS (\\Seen) ",
                "* FLAGS ( \\Seen)",
                "* FLAGS (\\Seen )",
                "* FLAGS (\\Seen  \\Draft)",
            ],
        )],
        &[("9-2", &["* FLAGS (a)(b)", "* FLAGS \\Seen", "* FLAGS"])],
    );
}

#[test]
fn status_responses_and_continuations() {
    check(
        &["* OK x", "* OK [ALERT] x", "+ ", "a OK x"],
        &[
            ("9-4", &["\0\0* OK x", "* OK a\0b"]),
            ("9-2", &["* OK", "* OK [ALERT]", "+"]),
            ("7.1-h1", &["* OK [ALERT x", "* OK [] x", "* OK [a*b] x"]),
            ("2.2.2-h2", &["[ALERT] x", "Server Unavailable. 15"]),
        ],
        &[("2.2.2-h2", &["+x", "Server Unavailabl", "a BYE x", "a PREAUTH x", "a", "a+b OK x", "a x"])],
    );
}

#[test]
fn response_codes() {
    check(
        &[
            "* OK [X y] z",
            "* OK [APPENDUID 1 5] x",
            "* OK [APPENDUID 1 5:6] x",
            "* OK [COPYUID 1 5 6] x",
            "* OK [PERMANENTFLAGS (\\*)] x",
            "* OK [BADCHARSET (a b)] x",
            "* OK [BADCHARSET a] x",
            "* OK [REFERRAL imap://a] x",
            "* OK [URLMECH INTERNAL] x",
            "* OK [URLMECH INTERNAL X=YQ==] x",
            "* OK [METADATA LONGENTRIES 5] x",
            "* OK [METADATA TOOMANY] x",
            "* OK [ANNOTATE TOOBIG] x",
            "* OK [MODIFIED 7,9] x",
            "* OK [MAILBOXID (F1)] x",
            "* OK [NOUPDATE \"a\"] x",
        ],
        &[
            (
                "7.1-h1",
                &[
                    "* OK [UIDNEXT x] y",
                    "* OK [UIDNEXT] y",
                    "* OK [PERMANENTFLAGS x] x",
                    "* OK [URLMECH INTERNAL X=!] x",
                    "* OK [METADATA TOOMANY 5] x",
                    "* OK [METADATA X 5] x",
                    "* OK [ANNOTATE x] x",
                    "* OK [MODIFIED 0] x",
                    "* OK [MAILBOXID F1] x",
                    "* OK [UNSEEN 0] x",
                ],
            ),
            ("7.1-7", &["* OK [APPENDUID 1 5:5] x"]),
            ("rfc7162#7-h2", &["* OK [HIGHESTMODSEQ 0] x"]),
        ],
        &[],
    );
}

#[test]
fn numbers_with_a_name() {
    check(
        &["* 3 EXISTS", "* 3 X y", "* 4294967295 EXISTS"],
        &[("9-2", &["* 3 EXISTS x", "* 3 EXISTS ", "* 3 RECENT x", "* 3 EXPUNGE x", "* 1 FETCH UID 1)"])],
        &[("7.5.1-h1", &["* 0 EXPUNGE"]), ("4.2-h1", &["* 4294967296 EXISTS"]), ("9-2", &["* 3 FETCH"])],
    );
}

#[test]
fn searches() {
    check(
        &[
            "* SEARCH",
            "* SEARCH 1",
            "* SEARCH 1 (MODSEQ 3)",
            "* SEARCH (MODSEQ 3)",
            "* SEARCH 4294967295",
            "* ESEARCH (TAG \"a\") UID ALL 1",
            "* ESEARCH (TAG \"a\" X y) UID",
            "* ESEARCH (UIDVALIDITY 1)",
            "* ESEARCH MAX 4294967295",
            "* ESEARCH COUNT 0",
            "* ESEARCH MODSEQ 1",
            "* ESEARCH PARTIAL (1:2 3)",
            "* ESEARCH PARTIAL (1:2 NIL)",
            "* ESEARCH RELEVANCY (1 100)",
            "* ESEARCH RELEVANCY ()",
            "* ESEARCH ADDTO (0 1)",
            "* ESEARCH ADDTO (4294967295 1)",
            "* ESEARCH X 1",
            "* ESEARCH X",
        ],
        &[
            ("9-h1", &["* SEARCH ", "* SEARCH 1 ", "* SEARCH  1", "* SEARCH 1  2"]),
            (
                "9-2",
                &[
                    "* SEARCH 1 (MODSEQ 0)",
                    "* SEARCH 1 (X 3)",
                    "* ESEARCH (TAG (a)) UID",
                    "* ESEARCH (UIDVALIDITY 0)",
                    "* ESEARCH (MAILBOX (a))",
                    "* ESEARCH MIN 0",
                    "* ESEARCH MAX 4294967296",
                    "* ESEARCH COUNT x",
                    "* ESEARCH ALL 1:*",
                    "* ESEARCH ALL 0",
                    "* ESEARCH MODSEQ 0",
                    "* ESEARCH PARTIAL (1:2 3 4)",
                    "* ESEARCH PARTIAL (1:2)",
                    "* ESEARCH PARTIAL 3",
                    "* ESEARCH RELEVANCY (0)",
                    "* ESEARCH RELEVANCY (101)",
                    "* ESEARCH RELEVANCY 5",
                    "* ESEARCH ADDTO (0)",
                    "* ESEARCH ADDTO ()",
                    "* ESEARCH ADDTO (0 1 2)",
                    "* ESEARCH ADDTO (4294967296 1)",
                    "* ESEARCH ADDTO (0 0)",
                ],
            ),
            ("rfc7377#4-1", &["* ESEARCH (TAG \"a\" TAG \"b\") UID ALL 1"]),
            ("7.3.4-1", &["* ESEARCH MIN 1 MIN 2"]),
        ],
        &[("9-2", &["* SEARCH x", "* SEARCH 1x", "* SEARCH 4294967296", "* SORT 42949672950"])],
    );
}

#[test]
fn threads() {
    check(
        &[
            "* THREAD (2)(3 6 (4 23)(44 7 96))",
            "* THREAD ((3)(4))",
            "* THREAD (1 (2)(3))",
            "* THREAD (4294967295)",
            "* THREAD",
        ],
        &[
            (
                "9-h1",
                &[
                    "* THREAD (2) (3)",
                    "* THREAD ( 2)",
                    "* THREAD (2 )",
                    "* THREAD (2  3)",
                    "* THREAD (1(2)(3))",
                    "* THREAD (1 (2) (3))",
                    "* THREAD  (1)",
                    "* THREAD (1) ",
                    "* THREAD (( 3)(4))",
                    "* THREAD ( (3)(4))",
                    "* THREAD ((1)(2) (3))",
                ],
            ),
            ("9-2", &["* THREAD (1 (2))"]),
        ],
        &[(
            "9-2",
            &[
                "* THREAD (1 (2)(3) 4)",
                "* THREAD (1",
                "* THREAD 1",
                "* THREAD (1))",
                "* THREAD (0)",
                "* THREAD (4294967296)",
            ],
        )],
    );
}

#[test]
fn mailboxes() {
    check(
        &[
            "* STATUS a (MESSAGES 1)",
            "* STATUS a (X 1)",
            "* STATUS a (APPENDLIMIT NIL)",
            "* STATUS a (APPENDLIMIT 0)",
            "* STATUS a (HIGHESTMODSEQ 0)",
            "* STATUS a (MAILBOXID (F1))",
            "* STATUS NIL (MESSAGES 1)",
            "* LIST () \"/\" a",
            "* LIST () \"\" a",
            "* LIST () NIL a",
            "* LIST () \"/\" a (CHILDINFO (\"SUBSCRIBED\"))",
            "* LIST () \"/\" a (OLDNAME (b))",
            "* LIST () \"/\" a (X y)",
            "* NAMESPACE NIL NIL NIL",
            "* NAMESPACE ((\"\" \"/\")) NIL NIL",
            "* NAMESPACE ((\"a\" NIL \"X\" (\"b\" \"c\"))) NIL NIL",
            "* VANISHED 1",
            "* VANISHED (EARLIER) 1",
        ],
        &[(
            "9-2",
            &[
                "* STATUS a (MESSAGES x)",
                "* STATUS a (MESSAGES)",
                "* STATUS a (UIDNEXT 0)",
                "* STATUS a (APPENDLIMIT x)",
                "* STATUS a (HIGHESTMODSEQ x)",
                "* STATUS a (MAILBOXID F1)",
            ],
        )],
        &[
            (
                "9-2",
                &[
                    "* STATUS a MESSAGES",
                    "* STATUS a",
                    "* STATUS",
                    "* STATUS (a) (MESSAGES 1)",
                    "* LIST () \"//\" a",
                    "* LIST () (/) a",
                    "* LIST () \"/\"",
                    "* LIST () \"/\" a b",
                    "* LIST x \"/\" a",
                    "* NAMESPACE NIL NIL",
                    "* NAMESPACE x NIL NIL",
                    "* NAMESPACE (()) NIL NIL",
                    "* NAMESPACE ((\"a\")) NIL NIL",
                    "* VANISHED (LATER) 1",
                    "* VANISHED () 1",
                    "* VANISHED (EARLIER x) 1",
                ],
            ),
            (
                "rfc7162#7-h4",
                &[
                    "* VANISHED 1 2",
                    "* VANISHED (EARLIER)",
                    "* VANISHED",
                    "* VANISHED 1:*",
                    "* VANISHED 0",
                    "* VANISHED 1,,2",
                ],
            ),
        ],
    );
}

#[test]
fn what_servers_tell_of_themselves() {
    check(
        &[
            "* X",
            "* X y z",
            "* CAPABILITY IMAP4rev1 LITERAL+",
            "* CAPABILITY LITERAL IDLE",
            "* CAPABILITY IMAP4rev1 +",
            "* ID NIL",
            "* ID (\"a\" NIL)",
            "* ID (\"a\")",
            "* LANGUAGE (en)",
            "* COMPARATOR i;x",
            "* COMPARATOR i;x (a b)",
            "* JMAPACCESS \"https://a\"",
        ],
        &[("9-h1", &["* CAPABILITY IMAP4rev1 LITERAL +"])],
        &[(
            "9-2",
            &[
                "* a\u{1}b",
                "* ID x",
                "* ID ((a) b)",
                "* LANGUAGE ()",
                "* LANGUAGE (\"\")",
                "* LANGUAGE (\"a b\")",
                "* COMPARATOR",
                "* JMAPACCESS a b",
                "* JMAPACCESS",
            ],
        )],
    );
}

#[test]
fn rights_annotations_and_quotas() {
    check(
        &[
            "* ACL a b lr",
            "* ACL a",
            "* ACL a NIL lr",
            "* LISTRIGHTS a b lr",
            "* LISTRIGHTS a b lr s t",
            "* LISTRIGHTS a b \"\" s",
            "* MYRIGHTS a lr",
            "* METADATA a (/x y)",
            "* METADATA a (/x NIL)",
            "* METADATA a /x",
            "* METADATA a /x /y",
            "* QUOTA \"\" (STORAGE 1 2)",
            "* QUOTA \"\" ()",
            "* QUOTA \"\" (STORAGE 9223372036854775807 9223372036854775807)",
            "* QUOTA NIL (STORAGE 1 2)",
            "* QUOTAROOT a",
            "* QUOTAROOT a b c",
        ],
        &[
            ("rfc4314#3.7-2", &["* LISTRIGHTS a b lr l", "* LISTRIGHTS a b lr s s"]),
            ("rfc4314#7-h1", &["* MYRIGHTS a L"]),
            ("rfc5464#4.4-h3", &["* METADATA a ()", "* METADATA a (/x y) z"]),
            (
                "rfc9208#3.1.2-2",
                &[
                    "* QUOTA \"\" (STORAGE 1)",
                    "* QUOTA \"\" (STORAGE 9223372036854775808 1)",
                    "* QUOTA \"\" (STORAGE 1 9223372036854775808)",
                ],
            ),
        ],
        &[
            ("rfc4314#7-h1", &["* ACL a b", "* ACL a b (lr)", "* LISTRIGHTS a b", "* MYRIGHTS a"]),
            (
                "9-2",
                &[
                    "* LISTRIGHTS a",
                    "* METADATA",
                    "* QUOTA \"\"",
                    "* QUOTA (a) (STORAGE 1 2)",
                    "* QUOTA \"\" ((a) 1 2)",
                    "* QUOTAROOT a (b)",
                    "* QUOTAROOT",
                ],
            ),
            (
                "rfc5464#4.4-h3",
                &["* METADATA a (/x)", "* METADATA a (/x (y))", "* METADATA a /x (y)", "* METADATA a"],
            ),
        ],
    );
}

#[test]
fn urls() {
    check(
        &[
            "* URLFETCH u \"x\"",
            "* URLFETCH u NIL",
            "* URLFETCH u (BODY \"x\")",
            "* URLFETCH u (BODY \"x\") (BINARY NIL)",
            "* URLFETCH u (X y)",
        ],
        &[("9-2", &["* URLFETCH u (BODY \"x\" BINARY NIL)"])],
        &[(
            "9-2",
            &[
                "* URLFETCH u ()",
                "* URLFETCH u (BODY)",
                "* URLFETCH u",
                "* URLFETCH",
                "* URLFETCH (u) x",
                "* GENURLAUTH",
                "* GENURLAUTH x",
            ],
        )],
    );
}

#[test]
fn rows() {
    check(
        &[
            "* 1 FETCH (UID 1)",
            "* 7 FETCH (UID 9)",
            "* 4294967295 FETCH (UID 1)",
            "* 1 UIDFETCH (UID 1)",
            "* 1 FETCH (UID 4294967295)",
            "* 1 FETCH (FLAGS())",
            "* 1 FETCH (X-GM-LABELS NIL)",
            "* 1 FETCH (BODY[] NIL)",
            "* 1 FETCH (BODY[]<0> NIL)",
            "* 1 FETCH (BINARY.SIZE[1] 5)",
            "* 1 FETCH (RFC822 NIL RFC822.SIZE 18446744073709551615)",
            "* 1 FETCH (MODSEQ (1))",
            "* 1 FETCH (EMAILID (M1))",
            "* 1 FETCH (THREADID NIL)",
            "* 1 FETCH (PREVIEW NIL)",
            "* 1 FETCH (SAVEDATE NIL)",
            "* 1 FETCH (X {1}\r\na)",
            "* 1 FETCH (X ~{1}\r\na)",
            "* 1 FETCH (X \"a\\\"b\")",
            "* 1 FETCH (X \"a\\\\b\")",
            "* 1 FETCH (X ())",
            "* 1 FETCH (X (a (b)))",
        ],
        &[
            ("2.3.1.2-h1", &["* 0 FETCH (UID 1)", "* 4294967296 FETCH (UID 1)"]),
            ("2.3.1.1-2", &["* 1 UIDFETCH (UID 2)"]),
            ("2.3.1.1-h1", &["* 0 UIDFETCH (FLAGS ())"]),
            ("9-2", &["* 1 FETCH ()", "* 1 FETCH ((UID 1))", "* 1 FETCH (UID 1) x", "* 1 FETCH (UID 1))"]),
            (
                "4.4-h1",
                &["* 1 FETCH (UID 1", "* 1 FETCH (X {2}\r\na)", "* 1 FETCH (X {4}\r\na)", "* 1 FETCH (X (a)"],
            ),
            (
                "9-h1",
                &[
                    "* 1 FETCH ( UID 1)",
                    "* 1 FETCH (UID 1 )",
                    "* 1 FETCH (UID  1)",
                    "* 1 FETCH (UID 1  FLAGS ())",
                    "* 1 FETCH (X (a( b)))",
                ],
            ),
            ("4.3-2", &["* 1 FETCH (X {1+}\r\na)"]),
            ("4.3-h2", &["* 1 FETCH (X \"a\\b\")"]),
        ],
        &[
            (
                "9-2",
                &[
                    "* 1 FETCH (UID)",
                    "* 1 FETCH (FLAGS x)",
                    "* 1 FETCH (FLAGS ((a)))",
                    "* 1 FETCH (X-GM-LABELS x)",
                    "* 1 FETCH (BODY[] (x))",
                    "* 1 FETCH (BODY[x] NIL)",
                    "* 1 FETCH (BINARY.SIZE[x] 5)",
                    "* 1 FETCH (PREVIEW x)",
                    "* 1 FETCH (SAVEDATE x)",
                ],
            ),
            ("2.3.1.1-h1", &["* 1 FETCH (UID 0)", "* 1 FETCH (UID 4294967296)"]),
            ("4.2-h1", &["* 1 FETCH (UID \"1\")"]),
            ("rfc7162#7-h2", &["* 1 FETCH (MODSEQ (0))"]),
            ("rfc8474#7-h2", &["* 1 FETCH (EMAILID M1)"]),
            ("4.3-h1", &["* 1 FETCH (X {99}\r\na)", "* 1 FETCH (X {5}\r\na)"]),
            ("4.3-h2", &["* 1 FETCH (X \"a)"]),
        ],
    );
}
