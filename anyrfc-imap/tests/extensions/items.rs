//! RFC 8474, RFC 8514 and RFC 8970: against the test kit's server, and against servers that mean no
//! good.

use anyrfc_core::testing::{pair, run_virtual};
use anyrfc_imap::{
    AppendOptions, Credentials, Date, EmailId, ErrorKind, FetchItems, ImapClient, Limits, MailboxId,
    SearchQuery, Security, SequenceSet, StatusItem, StatusItems, ThreadId, Uid, UidSet,
    client::Builder,
    command::Create,
    testing::{Accounts, Dialogue, Server},
};
use anyrfc_sasl::{MechanismName, Policy};

fn builder() -> Builder {
    let policy = Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN);
    ImapClient::builder().security(Security::Plaintext).sasl(policy)
}

fn pencil() -> Credentials {
    Credentials::password("user", "pencil".to_owned())
}

/// A client of a whole server.
fn with_server(server: &Server, work: impl AsyncFnOnce(ImapClient)) {
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let client = async {
            let mut client = builder().connect_over("imap://mail.example", near).await.unwrap();
            client.authenticate(&pencil()).await.unwrap();
            work(client).await;
        };
        let ((), _) = tokio::join!(client, server.serve(far));
    });
}

/// A client of a server that says this once INBOX is selected.
fn with_dialogue(limits: Limits, dialogue: &str, work: impl AsyncFnOnce(ImapClient)) {
    let dialogue = format!(
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\n\
         C: in AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls\n\
         S: in OK [CAPABILITY IMAP4rev1 OBJECTID SAVEDATE PREVIEW] welcome\n\
         C: sel SELECT INBOX\n\
         S: * 3 EXISTS\n\
         S: * OK [UIDVALIDITY 7] ok\n\
         S: sel OK [READ-WRITE] done\n\
         {dialogue}"
    );
    let client = async |stream| {
        let builder = builder().limits(limits);
        let mut client = builder.connect_over("imap://mail.example", stream).await.unwrap();
        client.authenticate(&pencil()).await.unwrap();
        client.select("INBOX").await.unwrap();
        work(client).await;
    };
    run_virtual(Dialogue::parse(&dialogue).play(client));
}

fn uid(number: u32) -> Uid {
    Uid::new(number).unwrap()
}

fn server() -> Server {
    Server::new(Accounts::new().password("user", "pencil"))
}

#[test]
fn a_mailbox_is_found_again_under_another_name() {
    with_server(&server(), async |mut client| {
        let ticket = client.submit(Create::new("one".parse_name())).unwrap();
        let made = client.finish(ticket).await.unwrap().mailbox_id.unwrap();
        client.create("two").await.unwrap();
        let before = client.mailbox_ids("*").await.unwrap();
        assert_eq!((before.len(), before.id(&"one".parse_name())), (3, Some(&made)));
        client.rename("one", "three").await.unwrap();
        client.create("one").await.unwrap();
        let now = client.mailbox_ids("*").await.unwrap();
        let (old, new) = ("one".parse_name(), "three".parse_name());
        assert_eq!(now.renamed_since(&before), [(&old, &new)]);
        assert_eq!(now.mailbox(&made), Some(&new));
        let items = StatusItems::new().item(StatusItem::MailboxId);
        assert_eq!(client.status("three", items).await.unwrap().mailbox_id, Some(made.clone()));
        let selected = client.select("three").await.unwrap();
        assert_eq!(selected.present().unwrap().mailbox_id, Some(made));
        client.logout().await.unwrap();
    });
}

trait Named {
    fn parse_name(&self) -> anyrfc_imap::MailboxName;
}

impl Named for str {
    fn parse_name(&self) -> anyrfc_imap::MailboxName {
        anyrfc_imap::MailboxName::new(self).unwrap()
    }
}

#[test]
fn a_message_is_found_again_in_another_mailbox() {
    let server = server();
    server.deliver("user", "INBOX", b"Subject: lunch\r\n\r\nAt noon?\r\n");
    server.deliver("user", "INBOX", b"Subject: Re: lunch\r\n\r\nYes.\r\n");
    server.deliver("user", "INBOX", b"From: x@example.org\r\n\r\n");
    with_server(&server, async |mut client| {
        client.create("kept").await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let ids = inbox.email_ids(SequenceSet::all()).await.unwrap();
        assert_eq!(ids.len(), 3);
        let items = FetchItems::new().thread_id().save_date();
        let rows = inbox.fetch(SequenceSet::all(), items).unwrap().collect().await.unwrap();
        let threads: Vec<_> = rows
            .iter()
            .map(|row| row.thread_id().unwrap().parsed().unwrap().map(ThreadId::into_owned))
            .collect();
        assert!(threads[0].is_some() && threads[0] == threads[1] && threads[2].is_none());
        assert!(rows.iter().all(|row| row.save_date().unwrap().parsed().unwrap().is_some()));
        let lunch = SearchQuery::thread_id(threads[0].as_ref().unwrap());
        assert_eq!(inbox.search(&lunch).await.unwrap().to_string(), "1:2");
        let today = Date::new(2026, 2, 1).unwrap();
        for (query, found) in [
            (SearchQuery::saved_on(today), 3),
            (SearchQuery::saved_since(today), 3),
            (SearchQuery::saved_before(today), 0),
            (SearchQuery::save_date_supported(), 3),
        ] {
            assert_eq!(inbox.search(&query).await.unwrap().len(), found, "{query:?}");
        }
        let all: UidSet = [1, 2, 3].map(uid).into_iter().collect();
        let previews = inbox.previews(&all).await.unwrap();
        assert_eq!(previews.values().collect::<Vec<_>>(), ["At noon?", "Yes.", ""]);
        inbox.move_to(uid(2), "kept").await.unwrap();
        let mut kept = client.select("kept").await.unwrap();
        let found = kept.search(&SearchQuery::email_id(&ids[&uid(2)])).await.unwrap();
        assert_eq!(found.len(), 1);
        let here = kept.email_ids(found).await.unwrap();
        assert_eq!(here.values().next(), Some(&ids[&uid(2)]));
        client.append_bytes("kept", AppendOptions::new(), "Subject: other\r\n\r\n").await.unwrap();
        client.logout().await.unwrap();
    });
}

/// A preview that is far too long is one all the same; one beyond every limit ends the
/// connection, before it is held.
#[test]
fn a_preview_of_any_length_is_bounded() {
    let long = "x".repeat(50_000);
    let dialogue =
        format!("C: a UID FETCH 1 (PREVIEW (LAZY))\nS: * 1 FETCH (UID 1 PREVIEW \"{long}\")\nS: a OK done\n");
    let one: UidSet = [uid(1)].into_iter().collect();
    with_dialogue(Limits::default(), &dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        let previews = inbox.previews(&one).await.unwrap();
        assert_eq!(previews[&uid(1)].len(), 50_000);
        let told = client
            .deviations()
            .iter()
            .flat_map(|all| all.iter())
            .find(|told| told.requirement.rfc == 8970)
            .unwrap();
        assert_eq!(told.requirement, anyrfc_imap::rfc8970::PREVIEW_HAS_256_CHARACTERS_AT_MOST);
    });
    let mut limits = Limits::default();
    limits.line = 10_000;
    with_dialogue(limits, &dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        assert_eq!(inbox.previews(&one).await.unwrap_err().kind(), ErrorKind::Limit);
    });
    let announced = "C: a UID FETCH 1 (PREVIEW (LAZY))\nS: * 1 FETCH (UID 1 PREVIEW {4294967295}\n";
    with_dialogue(Limits::default(), announced, async |mut client| {
        let mut inbox = client.selected().unwrap();
        assert_eq!(inbox.previews(&one).await.unwrap_err().kind(), ErrorKind::Limit);
    });
}

/// Whatever stands where an identifier should, the rows are there and the session goes on.
#[test]
fn rows_survive_identifiers_that_are_none() {
    let mut dialogue = "C: a UID FETCH 1:7 (EMAILID)\n".to_owned();
    let long = format!("({})", "M".repeat(256));
    let odd = ["(a.b)", "()", "((M))", "NIL", "\"M1\"", "(M1", &long];
    for (value, number) in odd.iter().zip(1..) {
        dialogue.push_str(&format!("S: * {number} FETCH (UID {number} EMAILID {value} FLAGS ())\n"));
    }
    dialogue.push_str("S: a OK done\nC: b NOOP\nS: b OK done\n");
    with_dialogue(Limits::default(), &dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        let all: SequenceSet = "1:7".parse().unwrap();
        let rows = inbox.fetch(all, FetchItems::new().email_id()).unwrap().collect().await.unwrap();
        assert_eq!(rows.len(), odd.len());
        for row in rows {
            assert!(row.uid().is_some());
            assert!(row.email_id().unwrap().parsed().is_none(), "{row:?}");
        }
        inbox.noop().await.unwrap();
    });
}

#[test]
fn what_a_program_keeps_comes_back() {
    let (mailbox, email) = (MailboxId::new("F1").unwrap(), EmailId::new("Mx_-9").unwrap());
    assert_eq!((mailbox.to_string(), format!("{email:>7}")), ("F1".into(), "  Mx_-9".into()));
    #[cfg(feature = "serde")]
    {
        let json = serde_json::to_string(&(&mailbox, &email)).unwrap();
        assert_eq!(json, r#"["F1","Mx_-9"]"#);
        assert_eq!(
            serde_json::from_str::<(MailboxId<'static>, EmailId<'static>)>(&json).unwrap(),
            (mailbox, email)
        );
        assert!(serde_json::from_str::<ThreadId<'static>>("\"a b\"").is_err());
    }
}
