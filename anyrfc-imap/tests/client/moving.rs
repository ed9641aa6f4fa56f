//! Moving, and what there is in its place.

use anyrfc_imap::{Code, Relocation, Uid, types::SequenceSet};

use super::script::{SELECTED, Script, login};

fn uid(number: u32) -> Uid {
    Uid::new(number).unwrap()
}

fn inbox(capabilities: &str) -> Script {
    Script::logged_in(capabilities).on("SELECT INBOX", SELECTED)
}

#[test]
fn moving_is_one_command_or_three_or_two() {
    let moved = "* OK [COPYUID 9 11 1] moved\r\n* 1 EXPUNGE\r\n{tag} OK done\r\n";
    let script = inbox("MOVE").on("UID MOVE 11 Trash", moved).logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let outcome = inbox.move_to(uid(11), "Trash").await.unwrap();
        assert!(matches!(outcome, Relocation::Moved(_)));
        let pairs: Vec<_> = outcome.copies()[0].pairs().collect();
        assert_eq!(pairs, [(uid(11), uid(1))]);
        client.logout().await.unwrap();
    });
    let copied = "{tag} OK [COPYUID 9 11 1] done\r\n";
    let script = inbox("UIDPLUS")
        .on("UID COPY 11 Trash", copied)
        .on("UID STORE 11 +FLAGS.SILENT (\\Deleted)", "{tag} OK done\r\n")
        .on("UID EXPUNGE 11", "* 1 EXPUNGE\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let outcome = inbox.move_to(uid(11), "Trash").await.unwrap();
        assert!(matches!(&outcome, Relocation::Moved(moved) if moved.copies.len() == 1));
        client.logout().await.unwrap();
    });
    let script = inbox("")
        .on("UID COPY 11 Trash", "{tag} OK done\r\n")
        .on("UID STORE 11 +FLAGS.SILENT (\\Deleted)", "{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let outcome = inbox.move_to(uid(11), "Trash").await.unwrap();
        assert_eq!(outcome, Relocation::MarkedDeleted(Vec::new()));
        client.logout().await.unwrap();
    });
    // What has come since the copy was made was not copied, and is not deleted: the messages are
    // named one by one before.
    let script = inbox("UIDPLUS")
        .on("UID SEARCH UID 11:*", "* SEARCH 11 13\r\n{tag} OK done\r\n")
        .on("UID COPY 11,13 Trash", "* 4 EXISTS\r\n{tag} OK [COPYUID 9 11,13 1:2] done\r\n")
        .on("UID STORE 11,13 +FLAGS.SILENT (\\Deleted)", "{tag} OK done\r\n")
        .on("UID EXPUNGE 11,13", "* 1 EXPUNGE\r\n* 2 EXPUNGE\r\n{tag} OK done\r\n")
        .on("UID SEARCH UID 90:99", "* SEARCH\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let outcome = inbox.move_to(SequenceSet::starting_at(uid(11)), "Trash").await.unwrap();
        assert!(matches!(&outcome, Relocation::Moved(moved) if moved.copies.len() == 1));
        let outcome = inbox.move_to(SequenceSet::range(uid(90), uid(99)), "Trash").await.unwrap();
        assert!(outcome.copies().is_empty());
        client.logout().await.unwrap();
    });
    // What was not copied is not deleted.
    let script = inbox("").on("UID COPY 11 Trash", "{tag} NO [TRYCREATE] no\r\n").logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        assert_eq!(inbox.move_to(uid(11), "Trash").await.unwrap_err().code(), Some(&Code::TryCreate));
        client.logout().await.unwrap();
    });
}
