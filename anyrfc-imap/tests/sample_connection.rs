//! The sample connection of RFC 9051, section 8, from where the login is over.

use anyrfc_core::{Security, testing::run_virtual};
use anyrfc_imap::{
    ImapClient,
    codec::command::{Fetch, Store, StoreAction},
    testing::Dialogue,
    types::{FetchItem, FetchItems, Flag, Section, SectionText, SequenceNumber, SequenceSet},
};

const SAMPLE: &str = "S: * PREAUTH [CAPABILITY IMAP4rev2 IMAP4rev1 ENABLE] IMAP4rev2 Service Ready
    C: babc ENABLE IMAP4rev2
    S: * ENABLED IMAP4rev2
    S: babc OK Some capabilities enabled
    C: a002 SELECT inbox
    S: * 18 EXISTS
    S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)
    S: * OK [UIDVALIDITY 3857529045] UIDs valid
    S: * LIST () \"/\" INBOX (\"OLDNAME\" (\"inbox\"))
    S: a002 OK [READ-WRITE] SELECT completed
    C: a003 FETCH 12 (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY)
    S: * 12 FETCH (FLAGS (\\Seen) INTERNALDATE
      \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 ENVELOPE (\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\"
      \"IMAP4rev2 WG mtg summary and minutes\"
      ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\"))
      ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\"))
      ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\"))
      ((NIL NIL \"imap\" \"cac.washington.edu\"))
      ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL
      \"<B27397-0100000@cac.washington.ed>\")
      BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 92))
    S: a003 OK FETCH completed
    C: a004 FETCH 12 (BODY[HEADER])
    S: * 12 FETCH (BODY[HEADER] {342}
    S: Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)
    S: From: Terry Gray <gray@cac.washington.edu>
    S: Subject: IMAP4rev2 WG mtg summary and minutes
    S: To: imap@cac.washington.edu
    S: cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>
    S: Message-Id: <B27397-0100000@cac.washington.edu>
    S: MIME-Version: 1.0
    S: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
    S:
    S: )
    S: a004 OK FETCH completed
    C: a005 STORE 12 +FLAGS (\\Deleted)
    S: * 12 FETCH (FLAGS (\\Seen \\Deleted))
    S: a005 OK +FLAGS completed
    C: a006 LOGOUT
    S: * BYE IMAP4rev2 server terminating connection
    S: a006 OK LOGOUT completed
    <end>";

fn twelve() -> SequenceSet {
    SequenceSet::from(SequenceNumber::new(12).unwrap())
}

#[test]
fn the_sample_of_the_rfc() {
    run_virtual(Dialogue::parse(SAMPLE).play(async |near| {
        let builder = ImapClient::builder().security(Security::Plaintext);
        let mut client = builder.connect_over("imap://imap.example.org", near).await.unwrap();
        assert!(client.is_rev2());
        let selected = client.select("inbox").await.unwrap();
        assert_eq!(selected.exists(), 18);
        assert_eq!(selected.uid_validity().map(|validity| validity.get()), Some(3_857_529_045));

        let ticket = client.submit(Fetch::new(twelve(), FetchItems::full())).unwrap();
        let rows = client.rows(ticket).collect().await.unwrap();
        let row = rows.into_iter().next().unwrap().into_row();
        assert_eq!(row.size().unwrap().parsed(), Some(4286));
        let envelope = row.envelope().unwrap().parsed().unwrap();
        assert_eq!(envelope.subject().unwrap().text(), "IMAP4rev2 WG mtg summary and minutes");
        let copies: Vec<_> =
            envelope.cc().mailboxes().map(|one| one.mailbox.unwrap().text().into_owned()).collect();
        assert_eq!(copies, ["minutes", "KLENSIN"]);
        assert_eq!(row.body_structure().unwrap().parsed().unwrap().octets(), Some(3028));

        let header = Section { text: SectionText::Header, ..Section::all() };
        let item = FetchItem::Section { section: header.clone(), peek: false, partial: None };
        let ticket = client.submit(Fetch::new(twelve(), item)).unwrap();
        let rows = client.rows(ticket).collect().await.unwrap();
        let text = rows[0].body_bytes(&header).unwrap();
        assert_eq!(text.len(), 342);
        assert!(text.starts_with(b"Date: Wed, 17 Jul 1996") && text.ends_with(b"US-ASCII\r\n\r\n"));

        let ticket = client.submit(Store::new(twelve(), StoreAction::Add, Flag::Deleted)).unwrap();
        client.finish(ticket).await.unwrap();
        client.close().await.unwrap();
    }));
}
