//! From connecting to leaving.

use anyrfc_core::testing::{Pki, run};
use anyrfc_imap::{
    ErrorKind, Event, FetchItems, Flag, ImapClient, ProtocolState, SearchQuery, Section, StoreAction, Uid,
    UidSet,
};
use tokio::io::AsyncReadExt as _;

use super::script::{Script, credentials, login, open_builder};

const SELECTED: &str = "* 3 EXISTS\r\n* FLAGS (\\Seen \\Deleted)\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n\
    * OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 14] ok\r\n{tag} OK [READ-WRITE] done\r\n";

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
