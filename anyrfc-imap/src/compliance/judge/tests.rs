//! What the judge takes and what it refuses.

use super::Judge;

const ALL: &str = "IDLE NAMESPACE UNSELECT UIDPLUS MOVE ID ENABLE SASL-IR ESEARCH SEARCHRES WITHIN \
    LIST-EXTENDED LIST-STATUS SPECIAL-USE CREATE-SPECIAL-USE STATUS=SIZE APPENDLIMIT BINARY STARTTLS \
    UTF8=ACCEPT LITERAL- OBJECTID SAVEDATE PREVIEW";

#[test]
fn the_base_protocol_is_understood() {
    for line in [
        "a CAPABILITY",
        "a1 NOOP",
        "x.y] logout",
        "a LOGIN SMITH \"se\\\"same\"",
        "a LOGIN {5}\r\nSMITH {0}\r\n",
        "a AUTHENTICATE PLAIN\r\ndGVzdA==",
        "a AUTHENTICATE PLAIN\r\n*",
        "a SELECT \"A &AOk-t\"",
        "a RENAME blurdybloop sarasoop",
        "a LIST \"\" *",
        "a LIST ~/Mail/ %",
        "a LSUB \"#news.\" \"comp.mail.*\"",
        "a STATUS blurdybloop (UIDNEXT MESSAGES)",
        "a APPEND saved-messages (\\Seen $Label) {3}\r\nabc",
        "a APPEND INBOX \" 7-Feb-1994 21:52:25 -0800\" {0}\r\n",
        "a SEARCH FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"",
        "a SEARCH CHARSET UTF-8 TEXT {6}\r\n\u{43f}\u{440}\u{438}",
        "a UID SEARCH OR (SEEN 1:3,5:*) UID 443:557",
        "a FETCH 2:4 (FLAGS BODY[HEADER.FIELDS (DATE FROM)])",
        "a FETCH 1 BODY.PEEK[4.2.MIME]<0.2048>",
        "a UID FETCH 4827313:* FULL",
        "a STORE 2:4 +FLAGS.SILENT (\\Deleted)",
        "a UID STORE 1 FLAGS \\Seen \\Draft",
        "a COPY 2:4 MEETING",
    ] {
        Judge::new("").hear(format!("{line}\r\n").as_bytes());
    }
    let two = Judge::new("").hear(b"a NOOP\r\nb UID COPY 1 x\r\n");
    assert_eq!(
        (two[1].tag.as_str(), two[1].name.as_str(), two[1].text()),
        ("b", "UID COPY", "UID COPY 1 x".into())
    );
}

#[test]
fn what_the_syntax_does_not_know_is_refused() {
    for line in [
        "",
        "a",
        " NOOP",
        "a  NOOP",
        "a NOOP ",
        "a+b NOOP",
        "a\tNOOP",
        "* NOOP",
        "a FROB",
        "a SELECT",
        "a SELECT a b",
        "a SELECT  a",
        "a SELECT (a",
        "a SELECT \"a",
        "a SELECT \"\\a\"",
        "a SELECT caf\u{e9}",
        "a SELECT \"caf\u{e9}\"",
        "a SELECT &",
        "a SELECT &AGE-",
        "a SELECT &AOk-&AOk-",
        "a SELECT &AO-",
        "a SELECT {2}\r\n\0\0",
        "a SELECT {5}\r\nabc",
        "a SELECT {1+}\r\na",
        "a LOGIN a",
        "a LOGIN a \"\u{e9}\"",
        "a LOGIN a {2}\r\n\u{e9}",
        "a LIST \"\" (a b)",
        "a LIST (SUBSCRIBED) \"\" *",
        "a STATUS a ()",
        "a STATUS a (SIZE)",
        "a STATUS a (UNSEEN  UIDNEXT)",
        "a APPEND a (\\Recent) {0}\r\n",
        "a APPEND a \"7-Feb-1994 21:52:25 -0800\" {0}\r\n",
        "a APPEND a ~{1}\r\n\0",
        "a APPEND a {1}\r\n\0",
        "a FETCH 0 FLAGS",
        "a FETCH 1, FLAGS",
        "a FETCH  FLAGS",
        "a FETCH 4294967296 UID",
        "a FETCH $ UID",
        "a FETCH 1 ()",
        "a FETCH 1 BODY[MIME]",
        "a FETCH 1 BODY[1.]",
        "a FETCH 1 BODY[]<0.0>",
        "a FETCH 1 (UID",
        "a FETCH 1 BINARY[1]",
        "a FETCH 1 EMAILID",
        "a FETCH 1 SAVEDATE",
        "a FETCH 1 PREVIEW",
        "a SEARCH EMAILID a",
        "a SEARCH SAVEDON 1-Feb-1994",
        "a STATUS a (MAILBOXID)",
        "a STORE 1 FLAGS (\\Recent)",
        "a STORE 1 +FLAGS  ()",
        "a SEARCH",
        "a SEARCH CHARSET X-OWN ALL",
        "a SEARCH TEXT \u{e9}",
        "a SEARCH TEXT {2}\r\n\u{e9}",
        "a SEARCH OR SEEN",
        "a SEARCH RETURN () ALL",
        "a SEARCH OLDER 5",
        "a SEARCH LARGER -1",
        "a SEARCH LARGER 4294967296",
        "a UID EXPUNGE 1",
        "a UID NOOP",
        "a MOVE 1 a",
        "a IDLE\r\nDONE",
        "a NAMESPACE",
        "a UNSELECT",
        "a ENABLE UTF8=ACCEPT",
        "a ID NIL",
        "a STARTTLS",
        "a AUTHENTICATE PLAIN dGVzdA==",
        "a CREATE a (USE (\\Sent))",
    ] {
        let wire = format!("{line}\r\n");
        assert!(!Judge::new("").accepts(&wire), "{line}");
    }
    for wire in ["a NOOP", "a NOOP\n", "a NOOP\r", "a NOOP\n\r", "a NO\rOP\r\n"] {
        assert!(!Judge::new("").accepts(wire), "{wire:?}");
    }
}

#[test]
fn an_extension_counts_where_it_is_advertised() {
    let all = Judge::new(ALL);
    for line in [
        "a IDLE\r\nDONE",
        "a NAMESPACE",
        "a UNSELECT",
        "a UID EXPUNGE 3000:3002",
        "a UID MOVE 42:69 foo",
        "a ID NIL",
        "a ID (\"name\" \"x\" \"os\" NIL)",
        "a ENABLE UTF8=ACCEPT",
        "a STARTTLS",
        "a AUTHENTICATE PLAIN dGVzdA==",
        "a AUTHENTICATE EXTERNAL =",
        "a UID SEARCH RETURN (SAVE COUNT) $",
        "a SEARCH RETURN () CHARSET UTF-8 TEXT {2+}\r\n\u{e9}",
        "a SEARCH YOUNGER 259200",
        "a LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (a% *) RETURN (CHILDREN STATUS (MESSAGES SIZE) SPECIAL-USE)",
        "a STATUS a (APPENDLIMIT SIZE)",
        "a CREATE a (USE (\\Sent \\Archive))",
        "a APPEND a ~{1}\r\n\0",
        "a FETCH 1 (BINARY.PEEK[1.2]<1.2> BINARY.SIZE[3])",
        "a FETCH 1 (EMAILID THREADID SAVEDATE PREVIEW (LAZY) UID PREVIEW)",
        "a SEARCH EMAILID M-_9 THREADID nil SAVEDBEFORE 1-Feb-1994 SAVEDATESUPPORTED",
        "a STATUS a (MAILBOXID)",
    ] {
        all.hear(format!("{line}\r\n").as_bytes());
    }
    for line in [
        "a IDLE\r\nb NOOP",
        "a IDLE x\r\nDONE",
        "a UNSELECT x",
        "a ENABLE",
        "a ENABLE IDLE",
        "a ENABLE UTF8=ONLY",
        "a AUTHENTICATE PLAIN  dGVzdA==",
        "a AUTHENTICATE PLAIN ",
        "a AUTHENTICATE PLAIN \"dGVzdA==\"",
        "a AUTHENTICATE PLAIN dGVzdA",
        "a LIST (RECURSIVEMATCH) \"\" *",
        "a LIST (REMOTE RECURSIVEMATCH) \"\" *",
        "a LIST \"\" * RETURN (CHILDREN CHILDREN)",
        "a LIST (REMOTE REMOTE) \"\" *",
        "a LIST \"\" * RETURN (FROB)",
        "a LIST \"\" () RETURN ()",
        "a SEARCH OLDER 0",
        "a SEARCH RETURN (FROB) ALL",
        "a ID ()",
        "a ID (\"a\" NIL \"A\" NIL)",
        "a CREATE a (USE (Sent))",
        "a APPEND a UTF8 (~{1}\r\na)",
        "a SELECT \"\u{e9}\"",
    ] {
        assert!(!all.accepts(format!("{line}\r\n")), "{line}");
    }
    let small = format!("a SELECT {{4096+}}\r\n{}\r\n", "x".repeat(4096));
    let large = format!("a SELECT {{4097+}}\r\n{}\r\n", "x".repeat(4097));
    assert!(all.accepts(&small) && !all.accepts(&large) && Judge::new("LITERAL+").accepts(&large));
    assert!(!Judge::new("LOGINDISABLED").accepts("a LOGIN a b\r\n"));
    for (length, fine) in [(30, true), (31, false)] {
        assert_eq!(all.accepts(format!("a ID (\"{}\" NIL)\r\n", "n".repeat(length))), fine);
    }
    for (length, fine) in [(1024, true), (1025, false)] {
        assert_eq!(all.accepts(format!("a ID (\"n\" \"{}\")\r\n", "v".repeat(length))), fine);
    }
    let pairs = |count| (0..count).map(|n| format!("\"n{n}\" NIL")).collect::<Vec<_>>().join(" ");
    assert!(
        all.accepts(format!("a ID ({})\r\n", pairs(30))) && !all.accepts(format!("a ID ({})\r\n", pairs(31)))
    );

    let utf8 = Judge::new(ALL).accepting_utf8();
    for line in
        ["a SELECT \"caf\u{e9}\"", "a SELECT a&b", "a APPEND a UTF8 (~{1}\r\na)", "a SEARCH TEXT \"\u{e9}\""]
    {
        utf8.hear(format!("{line}\r\n").as_bytes());
    }
    for line in ["a SEARCH CHARSET UTF-8 TEXT a", "a SELECT \"a\u{2028}b\"", "a LOGIN a \"\u{e9}\""] {
        assert!(!utf8.accepts(format!("{line}\r\n")), "{line}");
    }
}

const ADMIN: &str = "METADATA ACL RIGHTS=texk QUOTA QUOTASET QUOTA=RES-STORAGE QUOTA=RES-MESSAGE LIST-EXTENDED \
    LIST-METADATA LIST-MYRIGHTS ENABLE";

#[test]
fn annotations_rights_and_quotas_are_read_by_their_rules() {
    for line in [
        "a GETMETADATA \"\" /shared/comment",
        "a GETMETADATA (MAXSIZE 1024 DEPTH infinity) INBOX (/shared/comment /private/a)",
        "a SETMETADATA INBOX (/private/comment {6}\r\na\r\nb\r\n /shared/x NIL /shared/y ~{3}\r\na\0b)",
        "a SETMETADATA \"\" (\"/shared/a b\" \"x\")",
        "a GETACL INBOX",
        "a MYRIGHTS INBOX",
        "a SETACL INBOX fred +lrtexk09",
        "a SETACL INBOX -fred \"\"",
        "a DELETEACL INBOX $team",
        "a LISTRIGHTS INBOX {3}\r\n\u{fc}x",
        "a GETQUOTA \"\"",
        "a GETQUOTAROOT INBOX",
        "a SETQUOTA \"#x y\" (STORAGE 9223372036854775807 X-A 0)",
        "a SETQUOTA \"\" ()",
        "a LIST \"\" % RETURN (MYRIGHTS METADATA (/shared/a /private/b))",
        "a STATUS x (DELETED DELETED-STORAGE)",
        "a ENABLE METADATA",
    ] {
        Judge::new(ADMIN).hear(format!("{line}\r\n").as_bytes());
        assert!(!Judge::new("").accepts(format!("{line}\r\n")), "{line:?}");
    }
    for line in [
        "a GETMETADATA INBOX",
        "a GETMETADATA INBOX ()",
        "a GETMETADATA INBOX /shared",
        "a GETMETADATA INBOX /shared//a",
        "a GETMETADATA INBOX /shared/a/",
        "a GETMETADATA INBOX /shared/*",
        "a GETMETADATA INBOX /comment",
        "a GETMETADATA INBOX /shared/vendor/x",
        "a GETMETADATA () INBOX /shared/a",
        "a GETMETADATA (DEPTH 2) INBOX /shared/a",
        "a GETMETADATA (MAXSIZE 1 MAXSIZE 2) INBOX /shared/a",
        "a GETMETADATA INBOX (MAXSIZE 1) /shared/a",
        "a SETMETADATA INBOX ()",
        "a SETMETADATA INBOX (/shared/a)",
        "a SETMETADATA INBOX (/shared/a x)",
        "a SETMETADATA INBOX (/shared/a {3}\r\na\nb)",
        "a SETACL INBOX fred lrQ",
        "a SETACL INBOX fred lrn",
        "a SETACL INBOX fred",
        "a SETACL INBOX \"\" l",
        "a GETQUOTA",
        "a SETQUOTA x (STORAGE)",
        "a SETQUOTA x (STORAGE 9223372036854775808)",
        "a SETQUOTA x (STORAGE -1)",
        "a SETQUOTA x STORAGE 1",
        "a LIST \"\" % RETURN (METADATA)",
        "a LIST \"\" % RETURN (METADATA ())",
        "a LIST \"\" % RETURN (MYRIGHTS MYRIGHTS)",
    ] {
        assert!(!Judge::new(ADMIN).accepts(format!("{line}\r\n")), "{line:?}");
    }
    // Each capability gives what it is for, and no more.
    let server = Judge::new("METADATA-SERVER");
    assert!(
        server.accepts("a GETMETADATA \"\" /shared/a\r\n")
            && !server.accepts("a GETMETADATA x /shared/a\r\n")
    );
    assert!(!Judge::new("QUOTA QUOTA=RES-STORAGE").accepts("a SETQUOTA x ()\r\n"));
    assert!(Judge::new("QUOTA").accepts("a SETQUOTA x ()\r\n"));
}
