//! The server, by what it answers.

use anyrfc_core::testing::{pair, pki::Pki, run_virtual};
use anyrfc_sasl::Channel;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

fn server() -> Server {
    Server::new(Accounts::new().password("alice", "secret")).literals(Literals::Plus)
}

/// What a session answers to this command, its tag left out.
fn ask(session: &mut Session, command: &str) -> Vec<String> {
    session.take_output();
    session.receive(format!("t {command}\r\n").as_bytes());
    let out = String::from_utf8(session.take_output()).unwrap();
    out.lines().map(|line| line.strip_prefix("t ").unwrap_or(line).to_owned()).collect()
}

/// A session whose user has logged in and enabled IMAP4rev2.
fn rev2(server: &Server) -> Session {
    let mut session = server.session(&Channel::plaintext());
    assert!(ask(&mut session, "LOGIN alice secret")[0].starts_with("OK [CAPABILITY IMAP4rev2 IMAP4rev1 "));
    assert_eq!(ask(&mut session, "ENABLE IMAP4rev2 FOO"), ["* ENABLED IMAP4rev2", "OK ENABLE completed"]);
    session
}

const MAIL: &[u8] = b"From: bob@example.com\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n\r\nhello\r\n";

#[test]
fn a_mail_users_afternoon() {
    let server = server();
    server.deliver("alice", "INBOX", MAIL);
    server.deliver("alice", "INBOX", MAIL);
    let mut session = rev2(&server);
    assert_eq!(
        ask(&mut session, "CREATE \"caf\u{e9}/x\""),
        ["OK [MAILBOXID (F1700000003)] CREATE completed"]
    );
    assert_eq!(
        ask(&mut session, "LIST \"\" %"),
        [
            "* LIST (\\HasNoChildren) \"/\" \"INBOX\"",
            "* LIST (\\HasChildren) \"/\" \"caf\u{e9}\"",
            "OK LIST completed"
        ]
    );
    let selected = ask(&mut session, "SELECT inbox");
    assert_eq!(selected[0], "* 2 EXISTS");
    assert!(selected.contains(&"* LIST (\\HasNoChildren) \"/\" \"INBOX\"".to_owned()), "{selected:?}");
    assert_eq!(selected.last().unwrap(), "OK [READ-WRITE] selected");
    assert_eq!(
        ask(&mut session, "UID SEARCH RETURN (MIN COUNT ALL) SUBJECT caf"),
        ["* ESEARCH (TAG \"t\") UID MIN 1 ALL 1:2 COUNT 2", "OK SEARCH completed"]
    );
    assert_eq!(ask(&mut session, "SEARCH BODY nothing")[0], "* ESEARCH (TAG \"t\")");
    assert_eq!(
        ask(&mut session, "FETCH 1 (UID BODY[HEADER.FIELDS (From)] BODY.PEEK[TEXT]<1.3>)"),
        [
            "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (From)] {25}",
            "From: bob@example.com",
            "",
            " BODY[TEXT]<1> \"ell\" FLAGS (\\Seen))",
            "OK FETCH completed"
        ]
    );
    assert_eq!(ask(&mut session, "UID STORE 2 +FLAGS (\\Deleted)")[0], "* 2 FETCH (UID 2 FLAGS (\\Deleted))");
    assert_eq!(ask(&mut session, "STORE 1 FLAGS.SILENT $Junk"), ["OK STORE completed"]);
    assert_eq!(ask(&mut session, "UID COPY 1:2 nowhere"), ["NO [TRYCREATE] no such mailbox"]);
    let moved = ask(&mut session, "UID MOVE 1 \"caf\u{e9}\"");
    assert!(moved[0].starts_with("* OK [COPYUID ") && moved[0].ends_with(" 1 1] moved"), "{moved:?}");
    assert_eq!(moved[1..], ["* 1 EXPUNGE", "OK MOVE completed"]);
    assert_eq!(ask(&mut session, "EXPUNGE"), ["* 1 EXPUNGE", "OK EXPUNGE completed"]);
    assert_eq!(ask(&mut session, "FETCH 1 UID"), ["BAD no such message"]);
    let appended = ask(&mut session, "APPEND inbox (\\Seen) {6+}\r\na: b\r\n");
    assert_eq!(appended[0], "* 1 EXISTS");
    assert!(appended[1].contains(" 3] appended"), "{appended:?}");
    assert_eq!(
        ask(&mut session, "STATUS \"caf\u{e9}\" (MESSAGES SIZE)")[0],
        format!("* STATUS \"caf\u{e9}\" (MESSAGES 1 SIZE {})", MAIL.len())
    );
    assert_eq!(ask(&mut session, "SELECT nowhere")[0], "* OK [CLOSED] the mailbox selected before is closed");
    assert_eq!(ask(&mut session, "EXPUNGE"), ["BAD not in this state"]);
    assert_eq!(ask(&mut session, "LOGOUT"), ["* BYE logging out", "OK LOGOUT completed"]);
    assert_eq!(session.wants(), Wants::Close);
}

#[test]
fn rev1_has_its_own_words() {
    let server = server();
    server.deliver("alice", "\u{53f0}", MAIL);
    let mut session = server.session(&Channel::plaintext());
    ask(&mut session, "LOGIN alice secret");
    assert_eq!(ask(&mut session, "LIST \"\" &U,A-")[0], "* LIST (\\HasNoChildren) \"/\" \"&U,A-\"");
    assert!(ask(&mut session, "SELECT &U,A-").contains(&"* 0 RECENT".to_owned()));
    assert_eq!(ask(&mut session, "SEARCH ALL")[0], "* SEARCH 1");
    assert!(ask(&mut session, "CREATE &Jjo!")[0].starts_with("NO"));
    assert!(ask(&mut session, "CREATE \"caf\u{e9}\"")[0].starts_with("BAD"));
}

#[test]
fn who_idles_is_told() {
    let server = server();
    let mut session = rev2(&server);
    ask(&mut session, "SELECT INBOX");
    assert_eq!(ask(&mut session, "IDLE"), ["+ idling"]);
    server.deliver("alice", "INBOX", MAIL);
    session.update();
    assert_eq!(session.take_output(), b"* 1 EXISTS\r\n");
    server.remove("alice", "INBOX", 1);
    session.receive(b"DONE\r\n");
    assert_eq!(session.take_output(), b"* 1 EXPUNGE\r\nt OK IDLE completed\r\n");
}

#[test]
fn logins() {
    let server = server();
    let mut session = server.session(&Channel::plaintext());
    assert!(ask(&mut session, "LOGIN alice wrong")[0].starts_with("NO [AUTHENTICATIONFAILED]"));
    assert_eq!(ask(&mut session, "SELECT INBOX"), ["BAD not in this state"]);
    assert_eq!(ask(&mut session, "AUTHENTICATE PLAIN"), ["+ "]);
    session.receive(b"*\r\n");
    assert_eq!(session.take_output(), b"t BAD exchange cancelled\r\n");
    let initial = STANDARD.encode("\0alice\0secret");
    assert!(ask(&mut session, &format!("AUTHENTICATE PLAIN {initial}"))[0].starts_with("OK"));
    let mut guarded = server.clone().login_disabled().session(&Channel::plaintext());
    assert!(guarded.take_output().windows(13).any(|word| word == b"LOGINDISABLED"));
    assert!(ask(&mut guarded, "LOGIN alice secret")[0].starts_with("NO [PRIVACYREQUIRED]"));
    assert!(ask(&mut guarded, &format!("AUTHENTICATE PLAIN {initial}"))[0].starts_with("NO"));
}

#[test]
fn on_a_stream_with_starttls() {
    run_virtual(async {
        let (tls, trust) = Pki::new().pair(&["localhost"]);
        let server = server().starttls(tls);
        let (mut near, far) = pair(1 << 16);
        let serving = server.serve(far);
        let client = async {
            let mut buffer = vec![0; 1024];
            let count = near.read(&mut buffer).await.unwrap();
            assert!(String::from_utf8_lossy(&buffer[..count]).contains(" STARTTLS LOGINDISABLED "));
            near.write_all(b"a STARTTLS\r\n").await.unwrap();
            let count = near.read(&mut buffer).await.unwrap();
            assert!(buffer[..count].starts_with(b"a OK "));
            let (mut tls, _) = trust.handshake("localhost", near).await.unwrap();
            tls.write_all(b"b LOGIN alice secret\r\nc LOGOUT\r\n").await.unwrap();
            let mut all = String::new();
            tls.read_to_string(&mut all).await.unwrap();
            assert!(all.starts_with("b OK ") && all.ends_with("c OK LOGOUT completed\r\n"), "{all}");
        };
        let (served, ()) = tokio::join!(serving, client);
        served.unwrap();
    });
}

#[test]
fn structures_and_binary_parts() {
    let server = server();
    server.deliver(
        "alice",
        "INBOX",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\none\r\n--x\r\n\
          Content-Type: application/octet-stream; name=\"a b\"\r\nContent-Transfer-Encoding: base64\r\n\
          Content-Disposition: attachment; filename=a\r\n\r\nAAEC\r\n--x--\r\n",
    );
    let mut session = rev2(&server);
    ask(&mut session, "SELECT INBOX");
    assert_eq!(
        ask(&mut session, "FETCH 1 BODYSTRUCTURE")[0],
        "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 3 0 NIL NIL NIL NIL)\
         (\"APPLICATION\" \"OCTET-STREAM\" (\"NAME\" \"a b\") NIL NIL \"BASE64\" 4 NIL \
         (\"ATTACHMENT\" (\"FILENAME\" \"a\")) NIL NIL) \"MIXED\" (\"BOUNDARY\" \"x\") NIL NIL NIL))"
    );
    assert_eq!(
        ask(&mut session, "FETCH 1 (BINARY.SIZE[2] BINARY.PEEK[2])"),
        ["* 1 FETCH (BINARY.SIZE[2] 3 BINARY[2] ~{3}", "\0\u{1}\u{2})", "OK FETCH completed"]
    );
}

/// RFC 5267, RFC 5466, RFC 6203, RFC 7377, RFC 9394 and RFC 9738.
#[test]
fn extended_searches() {
    let server = server()
        .with("CONTEXT=SEARCH")
        .with("FILTERS")
        .with("MULTISEARCH")
        .with("PARTIAL")
        .filter("seen", "SEEN")
        .filter("loop", "FILTER loop");
    for _ in 0..5 {
        server.deliver("alice", "INBOX", MAIL);
    }
    server.deliver("alice", "box/one", MAIL);
    let mut session = rev2(&server);
    ask(&mut session, "SELECT INBOX");
    let mut found = |command: &str| ask(&mut session, command).remove(0);
    let (all, tag) = ("UID SEARCH RETURN", "* ESEARCH (TAG \"t\") UID");
    assert_eq!(found(&format!("{all} (PARTIAL 2:3) ALL")), format!("{tag} PARTIAL (2:3 2:3)"));
    assert_eq!(
        found(&format!("{all} (PARTIAL -1:-2 COUNT) ALL")),
        format!("{tag} PARTIAL (-1:-2 4:5) COUNT 5")
    );
    assert_eq!(found(&format!("{all} (PARTIAL 6:9) ALL")), format!("{tag} PARTIAL (6:9 NIL)"));
    assert_eq!(
        found(&format!("{all} (ALL RELEVANCY) FUZZY UID 2:3")),
        format!("{tag} ALL 2:3 RELEVANCY (100 99)")
    );
    assert!(found(&format!("{all} (ALL PARTIAL 1:2) ALL")).starts_with("BAD"));
    assert_eq!(found("UID SEARCH UIDAFTER 2 UIDBEFORE 5"), format!("{tag} ALL 3:4"));
    assert_eq!(found("UID SEARCH NOT FILTER seen"), format!("{tag} ALL 1:5"));
    assert_eq!(found("UID SEARCH FILTER none"), "NO [UNDEFINED-FILTER none] no such filter");
    assert_eq!(found("UID SEARCH FILTER loop"), "NO [UNDEFINED-FILTER loop] no such filter");
    assert_eq!(found("UID FETCH 1:* (FLAGS) (PARTIAL -1:-1)"), "* 5 FETCH (UID 5 FLAGS ())");
    assert_eq!(
        ask(&mut session, "ESEARCH IN (subtree box selected) RETURN (COUNT) ALL")[..2],
        [
            "* ESEARCH (TAG \"t\" MAILBOX \"box/one\" UIDVALIDITY 1700000003) UID COUNT 1",
            "* ESEARCH (TAG \"t\" MAILBOX \"INBOX\" UIDVALIDITY 1700000001) UID COUNT 5"
        ]
    );
    assert_eq!(found_last(&mut session, "UID SEARCH RETURN (ALL UPDATE) UNSEEN"), "OK SEARCH completed");
    assert_eq!(
        ask(&mut session, "UID STORE 2 FLAGS.SILENT (\\Seen)")[0],
        "* ESEARCH (TAG \"t\") UID REMOVEFROM (2 2)"
    );
    server.deliver("alice", "INBOX", MAIL);
    server.remove("alice", "INBOX", 1);
    assert_eq!(
        ask(&mut session, "NOOP"),
        [
            "* ESEARCH (TAG \"t\") UID REMOVEFROM (1 1)",
            "* 1 EXPUNGE",
            "* 5 EXISTS",
            "* ESEARCH (TAG \"t\") UID ADDTO (4 6)",
            "OK NOOP completed"
        ]
    );
    assert_eq!(ask(&mut session, "CANCELUPDATE \"t\""), ["OK CANCELUPDATE completed"]);
    server.deliver("alice", "INBOX", MAIL);
    assert_eq!(ask(&mut session, "NOOP"), ["* 6 EXISTS", "OK NOOP completed"]);
}

fn found_last(session: &mut Session, command: &str) -> String {
    ask(session, command).pop().unwrap()
}

#[test]
fn no_more_messages_than_the_limit() {
    let server = server().with("MESSAGELIMIT=2");
    for _ in 0..3 {
        server.deliver("alice", "INBOX", MAIL);
    }
    let mut session = rev2(&server);
    ask(&mut session, "SELECT INBOX");
    assert_eq!(
        ask(&mut session, "UID SEARCH ALL"),
        ["* ESEARCH (TAG \"t\") UID ALL 2:3", "OK [MESSAGELIMIT 2 2] SEARCH completed"]
    );
    assert_eq!(ask(&mut session, "UID SEARCH UID 1:2")[1], "OK SEARCH completed");
    assert_eq!(found_last(&mut session, "UID FETCH 1:* FLAGS"), "OK [MESSAGELIMIT 2 2] FETCH completed");
    assert_eq!(found_last(&mut session, "UID COPY 1:* INBOX"), "NO [MESSAGELIMIT 2] too many messages");
    assert_eq!(
        found_last(&mut session, "UID STORE 1:* +FLAGS.SILENT (\\Deleted)"),
        "OK [MESSAGELIMIT 2 2] STORE completed"
    );
    assert_eq!(found_last(&mut session, "UID EXPUNGE 1:*"), "OK EXPUNGE completed");
    assert_eq!(server.messages("alice", "INBOX").len(), 1);
}
