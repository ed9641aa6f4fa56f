//! What the client makes of it all.

use std::time::Duration;

use anyrfc_imap::{
    Capability, ErrorKind, FetchItems, Flag, MailboxName, SearchQuery, StatusItems, StoreAction, Uid, UidSet,
    types::SequenceSet,
};

use super::script::{GREETING, SELECTED, Script, login};

fn uid(number: u32) -> Uid {
    Uid::new(number).unwrap()
}

/// 2: the code of COPYUID without its status is taken all the same.
#[test]
fn q02_a_bare_code_tells_where_copies_are() {
    let script = Script::logged_in("UIDPLUS")
        .on("SELECT INBOX", SELECTED)
        .on("UID COPY 10 there", "[COPYUID 124 10 233]\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let copies = inbox.copy(uid(10), "there").await.unwrap();
        let pairs: Vec<_> = copies.iter().flat_map(|copy| copy.pairs()).collect();
        assert_eq!(pairs, [(uid(10), uid(233))]);
        assert!(!client.deviations().unwrap().is_empty());
        client.logout().await.unwrap();
    });
}

/// 6: throttling is told with its delay, and the session goes on.
#[test]
fn q06_throttling_is_told_with_its_delay() {
    let script = Script::logged_in("")
        .on("SELECT INBOX", "{tag} BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds\r\n")
        .on("NOOP", "{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let error = client.select("INBOX").await.unwrap_err();
        let delay = error.throttle().and_then(|throttle| throttle.delay);
        assert_eq!((error.kind(), delay), (ErrorKind::Refused, Some(Duration::from_millis(92_415))));
        client.noop().await.unwrap();
        client.logout().await.unwrap();
    });
}

/// 7: a line of no protocol between two responses costs nothing.
#[test]
fn q07_a_line_of_no_protocol_costs_nothing() {
    let script = Script::logged_in("")
        .on("NOOP", "Server Unavailable. 15\r\n{tag} OK done\r\n")
        .on("NOOP", "garbage without sense\r\n* \r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        client.noop().await.unwrap();
        client.noop().await.unwrap();
        client.logout().await.unwrap();
    });
}

/// 13, 29: no UIDNEXT, or one of zero, is none.
#[test]
fn q13_q29_no_uidnext() {
    for codes in ["", "* OK [UIDNEXT 0] x\r\n* OK [UNSEEN 0] x\r\n"] {
        let answer =
            format!("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n{codes}{{tag}} OK [READ-WRITE] done\r\n");
        let script = Script::logged_in("").on("SELECT INBOX", &answer).logout();
        script.play(async |stream| {
            let mut client = login(stream).await.unwrap();
            let inbox = client.select("INBOX").await.unwrap();
            assert_eq!((inbox.uid_next(), inbox.exists()), (None, 3));
            client.logout().await.unwrap();
        });
    }
}

/// 14, 20: a server that refuses or ignores the options of LIST is asked without them.
#[test]
fn q14_q20_special_uses_without_options() {
    for answer in ["{tag} BAD expected mailbox name\r\n", "{tag} OK LIST completed\r\n"] {
        let script = Script::logged_in("SPECIAL-USE LIST-EXTENDED")
            .on("LIST \"\" * RETURN (SPECIAL-USE)", answer)
            .on("LIST \"\" *", "* LIST () \"/\" INBOX\r\n* LIST () \"/\" Drafts\r\n{tag} OK done\r\n")
            .logout();
        script.play(async |stream| {
            let mut client = login(stream).await.unwrap();
            let found = client.special_use().await.unwrap();
            let drafts = found.mailbox(anyrfc_imap::client::SpecialUse::Drafts);
            assert_eq!(drafts.map(MailboxName::as_str), Some("Drafts"));
            client.logout().await.unwrap();
        });
    }
}

/// 15: a server that asks for it is told who we are before a mailbox is selected.
#[test]
fn q15_coremail_is_told_who_we_are() {
    let script = Script::new()
        .send(
            "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR ID] Coremail System IMap Server Ready(163com)\r\n",
        )
        .on("AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls", "{tag} OK [CAPABILITY IMAP4rev1 ID] x\r\n")
        .on_line(|line| {
            let is_id = line.starts_with("ID (\"name\" ");
            if is_id { Ok("* ID NIL\r\n{tag} OK done\r\n".to_owned()) } else { Err("ID".to_owned()) }
        })
        .on("SELECT INBOX", SELECTED)
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        assert_eq!(client.select("INBOX").await.unwrap().exists(), 3);
        client.logout().await.unwrap();
    });
}

/// 19: what a server has been asked to enable is enabled once it says OK.
#[test]
fn q19_enabled_by_ok_alone() {
    let script = Script::logged_in("ENABLE UTF8=ACCEPT")
        .on("ENABLE UTF8=ACCEPT", "{tag} OK ENABLE completed\r\n")
        .on("STATUS & (MESSAGES)", "* STATUS \"&\" (MESSAGES 1)\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        client.enable([Capability::Utf8Accept]).await.unwrap();
        assert!(client.enabled().unwrap().has(&Capability::Utf8Accept));
        // Names are UTF-8 from here on.
        let items = StatusItems::new().item(anyrfc_imap::StatusItem::Messages);
        assert_eq!(client.status("&", items).await.unwrap().messages, Some(1));
        client.logout().await.unwrap();
    });
}

/// 21: however often a server says good-bye, the command is answered once.
#[test]
fn q21_endless_bye_ends_the_session_once() {
    let bye = "* BYE Autologout; idle for too long\r\n".repeat(50);
    let script = Script::logged_in("").on("NOOP", &bye).then(|peer| peer.close());
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let error = client.noop().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
        assert_eq!(client.noop().await.unwrap_err().kind(), ErrorKind::Closed);
    });
}

/// 25, 28: a search in ASCII names no charset, and nothing found may be told by nothing.
#[test]
fn q25_q28_searches() {
    let script = Script::logged_in("")
        .on("SELECT INBOX", SELECTED)
        .on("UID SEARCH SUBJECT x", "{tag} OK Completed (0 msgs in 0.000 secs)\r\n")
        .on("UID SEARCH CHARSET UTF-8 SUBJECT {2}", "+ go on\r\n")
        .raw("\u{fc}\r\n")
        .answer("{tag} NO [BADCHARSET (US-ASCII)] The specified charset is not supported.\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        assert_eq!(inbox.search(&SearchQuery::subject("x")).await.unwrap(), UidSet::new());
        let error = inbox.search(&SearchQuery::subject("\u{fc}")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        client.logout().await.unwrap();
    });
}

/// 27, 28: STORE without an answer may be answered all the same.
#[test]
fn q27_q28_silent_store_is_answered() {
    let script = Script::logged_in("")
        .on("SELECT INBOX", SELECTED)
        .on(
            "UID STORE 5 +FLAGS.SILENT (\\Seen)",
            "* 1 FETCH (UID 5 FLAGS (\\Seen) MODSEQ (8))\r\n{tag} OK done\r\n",
        )
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let stored = inbox.store(uid(5), StoreAction::Add, Flag::Seen).await.unwrap();
        assert!(stored.modified.is_empty());
        client.logout().await.unwrap();
    });
}

/// 30, 31: no literal goes unasked to a server that has not said it takes them.
#[test]
fn q31_literals_wait() {
    let script = Script::logged_in("")
        .on("CREATE {2}", "+ go on\r\n")
        .raw("\"(\r\n")
        .answer("{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let name = MailboxName::new("\"(").unwrap();
        let raw = anyrfc_imap::command::Raw::new("CREATE").unwrap().literal(name.as_str().to_owned());
        client.raw_command(raw).await.unwrap();
        client.logout().await.unwrap();
    });
}

/// One row that nobody can read costs neither the others nor the session.
#[test]
fn a_bad_row_costs_no_other() {
    let script = Script::logged_in("")
        .on("SELECT INBOX", SELECTED)
        .on(
            "UID FETCH 5:7 (ENVELOPE)",
            "* 1 FETCH (UID 5 ENVELOPE (NIL \"one\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n\
             * 2 FETCH (UID 6 ENVELOPE (((((\r\n\
             * 3 FETCH (UID 7 ENVELOPE (NIL \"a \"b\" c\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n{tag} OK done\r\n",
        )
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let set: SequenceSet = "5:7".parse().unwrap();
        let rows = inbox.fetch(set, FetchItems::new().envelope()).unwrap().collect().await.unwrap();
        let subjects: Vec<_> = rows
            .iter()
            .map(|row| {
                row.envelope().unwrap().parsed().map(|envelope| envelope.subject().unwrap().to_string())
            })
            .collect();
        assert_eq!(subjects, [Some("one".to_owned()), None, Some("a \"b\" c".to_owned())]);
        client.logout().await.unwrap();
    });
    assert!(GREETING.starts_with("* OK"));
}

#[test]
fn a_search_whose_answer_is_not_understood_has_not_found_nothing() {
    let script = Script::logged_in("")
        .on("SELECT INBOX", SELECTED)
        .on("UID SEARCH ALL", "* SEARCH 1 2 (MODSEQ -1)\r\n{tag} OK done\r\n")
        .on("UID SEARCH ALL", "* SEARCH 1 2 9.3736e+06\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        assert_eq!(inbox.search(&SearchQuery::all()).await.unwrap().len(), 2);
        let error = inbox.search(&SearchQuery::all()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        client.logout().await.unwrap();
    });
}

#[test]
fn nor_has_one_whose_set_is_none() {
    let script = Script::logged_in("ESEARCH")
        .on("SELECT INBOX", SELECTED)
        .on("UID SEARCH RETURN (ALL) ALL", "* ESEARCH (TAG \"{tag}\") UID ALL 1:x\r\n{tag} OK done\r\n")
        .on("UID SEARCH RETURN (ALL) ALL", "* ESEARCH (TAG \"{tag}\") UID ALL 0\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let error = inbox.search(&SearchQuery::all()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert_eq!(inbox.search(&SearchQuery::all()).await.unwrap(), UidSet::new());
        client.logout().await.unwrap();
    });
}
