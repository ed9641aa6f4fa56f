//! From connecting to leaving.

use anyrfc_imap::{
    Capability, ErrorKind, Event, FetchItems, Flag, ProtocolState, SearchQuery, SearchReturn, Section,
    StatusItem, StatusItems, StoreAction, Uid,
    command::{Raw, Select, UidFetch},
    types::MailboxName,
};
use tokio::io::AsyncReadExt as _;

use super::script::{SELECTED, Script, login};

#[test]
fn a_whole_session() {
    let script = Script::logged_in("UIDPLUS IDLE MOVE")
        .on("SELECT INBOX", SELECTED)
        .on("UID SEARCH UNSEEN", "* SEARCH 11 13\r\n{tag} OK done\r\n")
        .on(
            "UID FETCH 11,13 (FLAGS ENVELOPE)",
            "* 1 FETCH (UID 11 FLAGS () ENVELOPE (NIL \"one\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n\
             * 3 FETCH (UID 13 FLAGS (\\Flagged) ENVELOPE (NIL \"three\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n\
             {tag} OK done\r\n",
        )
        .on("UID FETCH 13 (BODY.PEEK[])", "* 3 FETCH (UID 13 BODY[] {5}\r\nhello)\r\n{tag} OK done\r\n")
        .on("UID STORE 11,13 +FLAGS.SILENT (\\Seen)", "{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        assert_eq!(client.state(), ProtocolState::Authenticated);
        let mut inbox = client.select("INBOX").await.unwrap();
        assert_eq!((inbox.exists(), inbox.uid_next(), inbox.is_read_only()), (3, Uid::new(14), false));
        assert_eq!(inbox.uid_validity().map(|validity| validity.get()), Some(7));
        let found = inbox.search(&SearchQuery::unseen()).await.unwrap();
        assert_eq!(found.to_string(), "11,13");
        let mut rows = inbox.fetch(&found, FetchItems::new().flags().envelope()).unwrap();
        let mut subjects = Vec::new();
        while let Some(row) = rows.next().await.unwrap() {
            let envelope = row.envelope().unwrap().parsed().unwrap();
            subjects.push((row.uid().unwrap().get(), envelope.subject().unwrap().to_string()));
        }
        assert_eq!(subjects, [(11, "one".to_owned()), (13, "three".to_owned())]);
        let uid = Uid::new(13).unwrap();
        let mut body = inbox.fetch_body(uid, Section::all()).await.unwrap().unwrap();
        let mut text = String::new();
        assert_eq!(body.len(), 5);
        body.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "hello");
        let left = inbox.store(&found, StoreAction::Add, Flag::Seen).await.unwrap();
        assert!(left.modified.is_empty());
        client.logout().await.unwrap();
    });
}

#[test]
fn what_the_server_lacks_is_unsupported_and_nothing_is_sent() {
    let script = Script::logged_in("").on("SELECT INBOX", SELECTED).logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let lacks =
            |kind: ErrorKind, unsent: bool| assert_eq!((kind, unsent), (ErrorKind::Unsupported, true));
        let error = client.namespace().await.unwrap_err();
        lacks(error.kind(), error.is_unsent());
        let error = client.id(anyrfc_imap::Id::default()).await.unwrap_err();
        lacks(error.kind(), error.is_unsent());
        let error = client.enable([Capability::Utf8Accept]).await.unwrap_err();
        lacks(error.kind(), error.is_unsent());
        let items = StatusItems::new().item(StatusItem::Size);
        let error = client.status("x", items).await.unwrap_err();
        lacks(error.kind(), error.is_unsent());
        let mut inbox = client.select("INBOX").await.unwrap();
        let uid = Uid::new(1).unwrap();
        let error = inbox.idle().unwrap_err();
        lacks(error.kind(), error.is_unsent());
        let error = inbox.expunge(uid).await.unwrap_err();
        lacks(error.kind(), error.is_unsent());
        let error = inbox.search_for(&SearchQuery::all(), SearchReturn::new().count()).await.unwrap_err();
        lacks(error.kind(), error.is_unsent());
        let part = anyrfc_imap::PartPath::new(&[1]).unwrap();
        let error = inbox.fetch_binary(uid, part).await.unwrap_err();
        lacks(error.kind(), error.is_unsent());
        let error = inbox.unselect().await.unwrap_err();
        lacks(error.kind(), error.is_unsent());
        client.logout().await.unwrap();
    });
}

#[test]
fn commands_before_the_login_are_a_misuse() {
    let script = Script::new().send(super::script::GREETING).then(|peer| peer.expect_end());
    script.play(async |stream| {
        let builder = super::script::open_builder();
        let mut client = builder.connect_over("imap://mail.example", stream).await.unwrap();
        let error = client.select("INBOX").await.unwrap_err();
        assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Usage, true));
        drop(client);
    });
}

#[test]
fn a_guard_works_for_its_own_mailbox_only() {
    let other = "* 1 EXISTS\r\n* OK [UIDVALIDITY 8] ok\r\n{tag} OK [READ-WRITE] done\r\n";
    let script = Script::logged_in("MOVE")
        .on("SELECT INBOX", SELECTED)
        .on("SELECT other", other)
        .on("SELECT INBOX", SELECTED)
        .on("NOOP", "* OK [UIDVALIDITY 9] they are others now\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        assert_eq!(inbox.client().select("other").await.unwrap().exists(), 1);
        let uid = Uid::new(11).unwrap();
        assert_eq!(inbox.move_to(uid, "x").await.unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(inbox.fetch(uid, FetchItems::fast()).unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!((inbox.exists(), inbox.is_read_only()), (0, true));
        let mut inbox = client.select("INBOX").await.unwrap();
        inbox.noop().await.unwrap();
        let error = inbox.store(uid, StoreAction::Add, Flag::Seen).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert!(matches!(inbox.take_event(), Some(Event::UidValidity { .. })));
        client.logout().await.unwrap();
    });
}

#[test]
fn a_guard_refuses_to_work_once_another_select_is_on_its_way() {
    let script = Script::logged_in("")
        .on("SELECT INBOX", SELECTED)
        .on("UID FETCH 11 (FLAGS)", "")
        .answer("* 1 FETCH (UID 11 FLAGS ())\r\n{tag} OK done\r\n")
        .on("SELECT other", "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n{tag} OK [READ-WRITE] done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let uid = Uid::new(11).unwrap();
        let fetch = inbox.submit(UidFetch::new(uid, FetchItems::new().flags())).unwrap();
        let select = inbox.submit(Select::new(MailboxName::new("other").unwrap())).unwrap();
        // It waits for the answer to FETCH, and STORE would wait for it: to be of another message.
        let error = inbox.store(uid, StoreAction::Add, Flag::Deleted).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert_eq!(inbox.fetch(uid, FetchItems::fast()).unwrap_err().kind(), ErrorKind::Usage);
        inbox.finish(fetch).await.unwrap();
        inbox.finish(select).await.unwrap();
        client.logout().await.unwrap();
    });
}

#[test]
fn mailboxes_by_name() {
    let script = Script::logged_in("SPECIAL-USE CREATE-SPECIAL-USE NAMESPACE LIST-EXTENDED ID")
        .on("CREATE Entw&APw-rfe (USE (\\Drafts))", "{tag} OK done\r\n")
        .on("RENAME a \"b c\"", "{tag} OK done\r\n")
        .on("DELETE &-", "{tag} NO [NONEXISTENT] what\r\n")
        .on("SUBSCRIBE x", "{tag} OK done\r\n")
        .on("UNSUBSCRIBE x", "{tag} OK done\r\n")
        .on(
            "LIST \"\" *",
            "* LIST () \"/\" INBOX\r\n* LIST (\\Noselect) \"/\" Entw&APw-rfe\r\n{tag} OK done\r\n",
        )
        .on("LSUB \"\" %", "* LSUB () \"/\" x\r\n{tag} OK done\r\n")
        .on("NAMESPACE", "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n{tag} OK done\r\n")
        .on("STATUS x (MESSAGES UNSEEN)", "* STATUS x (MESSAGES 3 UNSEEN 1)\r\n{tag} OK done\r\n")
        .on("ID (\"name\" \"me\")", "* ID (\"name\" \"them\")\r\n{tag} OK done\r\n")
        .on("LIST \"\" * RETURN (SPECIAL-USE)", "* LIST (\\Drafts) \"/\" Entw&APw-rfe\r\n{tag} OK done\r\n")
        .on("X-ASK INBOX", "* X-ANSWER 42\r\n{tag} OK [X-CODE] done\r\n")
        .logout();
    script.play(async |stream| {
        use anyrfc_imap::SpecialUse;
        let mut client = login(stream).await.unwrap();
        let made = client.create_for("Entwürfe", SpecialUse::Drafts).await.unwrap();
        assert_eq!(made.as_str(), "Entwürfe");
        client.rename("a", "b c").await.unwrap();
        let error = client.delete("&").await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some(&anyrfc_imap::Code::Nonexistent)));
        client.subscribe("x").await.unwrap();
        client.unsubscribe("x").await.unwrap();
        let all = client.list("*").await.unwrap();
        assert_eq!(all.iter().map(|entry| entry.mailbox.as_str()).collect::<Vec<_>>(), ["INBOX", "Entwürfe"]);
        assert_eq!(client.list_subscribed("%").await.unwrap().len(), 1);
        assert_eq!(client.namespace().await.unwrap().personal.len(), 1);
        let items = [StatusItem::Messages, StatusItem::Unseen].into_iter().collect();
        let status = client.status("x", items).await.unwrap();
        assert_eq!((status.messages, status.unseen), (Some(3), Some(1)));
        let id = client.id(anyrfc_imap::Id::default().with("name", "me")).await.unwrap().unwrap();
        assert_eq!(id.value("name"), Some("them"));
        let special = client.special_use().await.unwrap();
        assert_eq!(special.mailbox(SpecialUse::Drafts), Some(&made));
        let answer = client.raw_command(Raw::new("X-ASK").unwrap().string("INBOX")).await.unwrap();
        assert_eq!(answer.data.len(), 1);
        client.logout().await.unwrap();
    });
}

#[test]
fn special_use_falls_back_to_plain_list() {
    let script = Script::logged_in("SPECIAL-USE LIST-EXTENDED")
        .on("LIST \"\" * RETURN (SPECIAL-USE)", "{tag} BAD what\r\n")
        .on("LIST \"\" *", "* LIST () \".\" INBOX.Papierkorb\r\n* LIST () \".\" INBOX.x\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let special = client.special_use().await.unwrap();
        let trash = special.mailbox(anyrfc_imap::SpecialUse::Trash).unwrap();
        assert_eq!(trash.as_str(), "INBOX.Papierkorb");
        client.logout().await.unwrap();
    });
}

#[test]
fn without_list_extended_purposes_are_told_by_a_plain_list() {
    let script = Script::logged_in("SPECIAL-USE")
        .on("LIST \"\" *", "* LIST (\\Junk) \"/\" y\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let special = client.special_use().await.unwrap();
        assert!(special.is_told(anyrfc_imap::SpecialUse::Junk));
        client.logout().await.unwrap();
    });
}

#[test]
fn without_special_use_purposes_are_asked_by_xlist() {
    let script = Script::logged_in("XLIST")
        .on("LSUB \"\" *", "* LSUB () \"/\" x\r\n{tag} OK done\r\n")
        .on("XLIST \"\" *", "* XLIST (\\Spam) \"/\" y\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        assert_eq!(client.list_subscribed("*").await.unwrap().len(), 1);
        let special = client.special_use().await.unwrap();
        assert_eq!(special.mailbox(anyrfc_imap::SpecialUse::Junk).map(|name| name.as_str()), Some("y"));
        client.logout().await.unwrap();
    });
}

#[test]
fn the_readme_quotes_a_statement_as_errors_do() {
    let quoted = anyrfc_imap::rfc9051::UID_IS_CONSTANT_IN_A_SESSION.to_string();
    assert!(include_str!("../../README.md").contains(&quoted), "{quoted}");
}
