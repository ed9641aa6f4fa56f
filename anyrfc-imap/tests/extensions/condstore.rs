//! RFC 7162 and RFC 9586: against the test kit's server, and against servers that mean no good.

use anyrfc_core::testing::{pair, run_virtual};
use anyrfc_imap::{
    Capability, Credentials, ErrorKind, Event, FetchItems, Flag, ImapClient, ModSeq, Resynced, SearchQuery,
    SearchReturn, Security, SequenceSet, StatusItem, StatusItems, StoreAction, Uid, UidSet,
    client::Builder,
    command::{Fetch, FetchModifiers, Resync, Select},
    rfc7162, rfc9586,
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

/// A server with ten messages, the UIDs 1 to 10.
fn server() -> Server {
    let server = Server::new(Accounts::new().password("user", "pencil"));
    let server = server.with("CONDSTORE").with("QRESYNC").with("UIDONLY");
    for n in 1..=10 {
        server.deliver("user", "INBOX", format!("Subject: {n}\r\n\r\n{n}\r\n").as_bytes());
    }
    server
}

/// A client of the server that has enabled this.
fn with(server: &Server, enabled: &[Capability], work: impl AsyncFnOnce(ImapClient)) {
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let client = async {
            let mut client = builder().connect_over("imap://mail.example", near).await.unwrap();
            client.authenticate(&pencil()).await.unwrap();
            if !enabled.is_empty() {
                let on = client.enable(enabled).await.unwrap();
                assert!(enabled.iter().all(|one| on.has(one)), "{on:?}");
            }
            work(client).await;
        };
        let ((), _) = tokio::join!(client, server.serve(far));
    });
}

/// A client of a server that says this once QRESYNC is enabled.
fn with_dialogue(dialogue: &str, work: impl AsyncFnOnce(ImapClient)) {
    let dialogue = format!(
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\n\
         C: in AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls\n\
         S: in OK [CAPABILITY IMAP4rev1 ENABLE CONDSTORE QRESYNC] welcome\n\
         C: en ENABLE QRESYNC\n\
         S: * ENABLED QRESYNC\n\
         S: en OK done\n\
         {dialogue}"
    );
    let client = async |stream| {
        let mut client = builder().connect_over("imap://mail.example", stream).await.unwrap();
        client.authenticate(&pencil()).await.unwrap();
        client.enable([Capability::QResync]).await.unwrap();
        work(client).await;
    };
    run_virtual(Dialogue::parse(&dialogue).play(client));
}

fn uids(numbers: &[u32]) -> UidSet {
    numbers.iter().copied().filter_map(Uid::new).collect()
}

fn numbers<'a>(changed: impl IntoIterator<Item = &'a anyrfc_imap::Changed>) -> Vec<u32> {
    changed.into_iter().map(|change| change.uid.get()).collect()
}

fn inbox() -> Select {
    Select::new("INBOX".parse().unwrap())
}

/// What a client that was here before has kept.
fn known(server: &Server) -> Resync {
    let mut kept = None;
    with(server, &[Capability::QResync], async |mut client| {
        let inbox = client.select("INBOX").await.unwrap();
        kept = Some(Resync::new(inbox.uid_validity().unwrap(), inbox.highest_mod_seq().unwrap()));
        client.logout().await.unwrap();
    });
    kept.unwrap()
}

#[test]
fn one_select_tells_what_has_changed() {
    let server = server();
    let known = known(&server);
    server.remove("user", "INBOX", 3);
    server.remove("user", "INBOX", 4);
    server.set_flags("user", "INBOX", 7, &["\\Seen", "$Work"]);
    server.deliver("user", "INBOX", b"Subject: 11\r\n\r\n11\r\n");
    with(&server, &[Capability::QResync], async |mut client| {
        let (inbox, opened) = client.select_with(inbox().resync(known.clone())).await.unwrap();
        let Resynced::Changes { vanished, changed } = opened.resynced else { panic!("{opened:?}") };
        assert_eq!(vanished, uids(&[3, 4]));
        assert_eq!(numbers(&changed), [7, 11]);
        assert_eq!(changed[0].flags.as_deref().unwrap(), [Flag::Seen, Flag::from("$Work")]);
        assert_eq!(inbox.highest_mod_seq().map(ModSeq::get), Some(server.mod_seq("user", "INBOX")));
        assert_eq!(opened.answer.highest_mod_seq, inbox.highest_mod_seq());
        assert_eq!(inbox.exists(), 9);
        // Of those that are known alone.
        let some = known.clone().of(uids(&[1, 4]));
        let (_, opened) = client.select_with(self::inbox().resync(some)).await.unwrap();
        assert_eq!(opened.resynced, Resynced::Changes { vanished: uids(&[4]), changed: Vec::new() });
        assert!(client.take_event().is_none());
        assert!(client.deviations().unwrap().is_empty(), "{:?}", client.deviations());
        client.logout().await.unwrap();
    });
    server.revalidate("user", "INBOX");
    with(&server, &[Capability::QResync], async |mut client| {
        let (_, opened) = client.select_with(inbox().resync(known.clone())).await.unwrap();
        assert_eq!(opened.resynced, Resynced::OtherUidValidity { before: known.uid_validity() });
        client.logout().await.unwrap();
    });
}

#[test]
fn a_server_that_has_forgotten_names_more() {
    let server = server();
    let known = known(&server);
    server.remove("user", "INBOX", 3);
    server.forget_removed("user", "INBOX");
    server.deliver("user", "INBOX", b"Subject: 11\r\n\r\n11\r\n");
    server.remove("user", "INBOX", 11);
    with(&server, &[Capability::QResync], async |mut client| {
        let (inbox, opened) = client.select_with(inbox().resync(known)).await.unwrap();
        let Resynced::Changes { vanished, .. } = opened.resynced else { panic!("{opened:?}") };
        assert_eq!((vanished, inbox.exists()), (uids(&[3, 11]), 9), "11 was never known");
        client.logout().await.unwrap();
    });
}

#[test]
fn a_mailbox_without_modification_sequences() {
    let server = server();
    let known = known(&server);
    server.without_mod_seq("user", "INBOX");
    with(&server, &[Capability::QResync], async |mut client| {
        let (mut inbox, opened) = client.select_with(inbox().resync(known)).await.unwrap();
        assert_eq!(opened.resynced, Resynced::NoModSeq);
        assert_eq!((inbox.highest_mod_seq(), opened.answer.no_mod_seq), (None, true));
        for error in [
            inbox.changes_since(SequenceSet::all(), ModSeq::MIN).await.unwrap_err(),
            inbox.search(&SearchQuery::mod_seq(ModSeq::MIN)).await.unwrap_err(),
        ] {
            assert_eq!(error.requirement(), Some(rfc7162::NO_MOD_SEQUENCES_AFTER_NOMODSEQ));
            assert!(error.is_unsent());
        }
        let status =
            client.status("INBOX", StatusItems::new().item(StatusItem::HighestModSeq)).await.unwrap();
        assert_eq!(status.highest_mod_seq, Some(None));
        client.logout().await.unwrap();
    });
}

#[test]
fn what_has_changed_since() {
    let server = server();
    for enabled in [&[][..], &[Capability::Condstore], &[Capability::QResync]] {
        with(&server, enabled, async |mut client| {
            let (mut inbox, opened) = client.select_with(inbox().condstore()).await.unwrap();
            assert_eq!(opened.resynced, Resynced::NotAsked);
            let since = inbox.highest_mod_seq().unwrap();
            let none = inbox.changes_since(SequenceSet::all(), since).await.unwrap();
            assert!(none.changed.is_empty() && none.vanished.is_none_or(|gone| gone.is_empty()));
            inbox.add_flags(uids(&[2]), [Flag::Flagged]).await.unwrap();
            let uid = server.deliver("user", "INBOX", b"Subject: x\r\n\r\nx\r\n");
            server.remove("user", "INBOX", uid);
            let changes = inbox.changes_since(SequenceSet::all(), since).await.unwrap();
            assert_eq!(numbers(&changes.changed), [2]);
            let qresync = enabled == [Capability::QResync];
            assert_eq!(changes.vanished, qresync.then(|| uids(&[uid])));
            let found =
                inbox.search_for(&SearchQuery::mod_seq(since), SearchReturn::new().all()).await.unwrap();
            assert!(found.all.contains(Uid::new(2).unwrap()), "{found:?}");
            assert_eq!(found.mod_seq, changes.changed[0].mod_seq);
            inbox.remove_flags(uids(&[2]), [Flag::Flagged]).await.unwrap();
            client.logout().await.unwrap();
        });
    }
}

#[test]
fn what_vanishes_while_the_mailbox_is_open() {
    let server = server();
    with(&server, &[Capability::QResync], async |mut client| {
        let mut inbox = client.select("INBOX").await.unwrap();
        inbox.add_flags(uids(&[2, 5]), [Flag::Deleted]).await.unwrap();
        server.remove("user", "INBOX", 9);
        let expunged = inbox.expunge(uids(&[2, 5])).await.unwrap();
        // One response names them all, as it came.
        assert_eq!((expunged.vanished, expunged.numbers), (uids(&[2, 5, 9]), vec![]));
        assert_eq!(inbox.exists(), 7);
        assert_eq!(inbox.highest_mod_seq().map(ModSeq::get), Some(server.mod_seq("user", "INBOX")));
        client.create("Other").await.unwrap();
        let mut inbox = client.selected().unwrap();
        inbox.move_to(uids(&[1]), "Other").await.unwrap();
        assert_eq!(inbox.exists(), 6);
        let mut gone = UidSet::new();
        while let Some(event) = client.take_event() {
            match event {
                Event::Vanished { earlier: false, uids } => gone = gone.union(&uids),
                Event::Fetch(_) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(gone, uids(&[1, 2, 5, 9]));
        assert!(client.deviations().unwrap().is_empty(), "{:?}", client.deviations());
        client.logout().await.unwrap();
    });
}

#[test]
fn a_change_that_overwrites_nobody_elses() {
    let server = server();
    with(&server, &[Capability::Condstore], async |mut client| {
        let mut inbox = client.select("INBOX").await.unwrap();
        let since = inbox.highest_mod_seq().unwrap();
        server.set_flags("user", "INBOX", 4, &["$Work"]);
        server.set_flags("user", "INBOX", 5, &["\\Flagged"]);
        let wanted = uids(&[3, 4, 5]);
        // Whoever has flagged it meanwhile wants that.
        let mut asked = Vec::new();
        let done = inbox
            .store_unless_changed(wanted, since, StoreAction::Remove, Flag::Flagged, |now| {
                asked.push(now.uid.get());
                !now.flags.as_ref().unwrap().contains(&Flag::Flagged)
            })
            .await
            .unwrap();
        assert_eq!(
            (numbers(&done.stored), numbers(&done.conflicts), asked),
            (vec![3, 4], vec![5], vec![4, 5])
        );
        assert!(done.gone.is_empty());
        assert_eq!(server.messages("user", "INBOX")[4].1, ["\\Flagged"]);
        // Not tried again unless it is wanted; one that is gone is told so.
        server.set_flags("user", "INBOX", 6, &["$Work"]);
        let done = inbox
            .store_unless_changed(uids(&[6]), since, StoreAction::Add, Flag::Seen, |_| false)
            .await
            .unwrap();
        assert_eq!((numbers(&done.stored).len(), numbers(&done.conflicts)), (0, vec![6]));
        let none = inbox
            .store_unless_changed(UidSet::new(), since, StoreAction::Add, Flag::Seen, |_| true)
            .await
            .unwrap();
        assert_eq!(none, Default::default());
        client.logout().await.unwrap();
    });
}

/// A server whose messages are always changed meanwhile is not asked for ever.
#[test]
fn a_change_is_tried_so_often_and_no_more() {
    let mut dialogue = String::from(
        "C: sel SELECT INBOX\nS: * 1 EXISTS\nS: * OK [UIDVALIDITY 7] x\nS: * OK [HIGHESTMODSEQ 10] x\n\
         S: sel OK [READ-WRITE] done\n",
    );
    for n in 0..4 {
        let (since, now) = (10 + n, 11 + n);
        dialogue.push_str(&format!(
            "C: a{n} UID STORE 1 (UNCHANGEDSINCE {since}) +FLAGS.SILENT (\\Seen)\n\
             S: a{n} NO [MODIFIED 1] changed\n\
             C: b{n} UID FETCH 1 (FLAGS MODSEQ)\n\
             S: * 1 FETCH (UID 1 FLAGS () MODSEQ ({now}))\n\
             S: b{n} OK done\n"
        ));
    }
    with_dialogue(&dialogue, async |mut client| {
        let mut inbox = client.select("INBOX").await.unwrap();
        let since = ModSeq::new(10).unwrap();
        let done = inbox
            .store_unless_changed(uids(&[1]), since, StoreAction::Add, Flag::Seen, |_| true)
            .await
            .unwrap();
        assert_eq!((done.stored.len(), numbers(&done.conflicts)), (0, vec![1]));
    });
}

#[test]
fn rows_of_the_mailbox_before_are_no_changes_of_the_next() {
    let dialogue = "C: sel SELECT INBOX\nS: * 2 EXISTS\nS: * OK [UIDVALIDITY 7] x\nS: * OK [HIGHESTMODSEQ 10] x\n\
         S: sel OK [READ-WRITE] done\n\
         C: again SELECT INBOX (QRESYNC (7 10))\n\
         S: * 1 FETCH (UID 99 FLAGS (\\Deleted) MODSEQ (11))\n\
         S: * VANISHED 98\n\
         S: * OK [CLOSED] x\n\
         S: * 2 EXISTS\nS: * OK [UIDVALIDITY 7] x\nS: * OK [HIGHESTMODSEQ 12] x\n\
         S: * VANISHED (EARLIER) 5\n\
         S: * 2 FETCH (UID 6 FLAGS () MODSEQ (12))\n\
         S: again OK [READ-WRITE] done\n";
    with_dialogue(dialogue, async |mut client| {
        let inbox = client.select("INBOX").await.unwrap();
        let known = Resync::new(inbox.uid_validity().unwrap(), inbox.highest_mod_seq().unwrap());
        let (inbox, opened) = client.select_with(self::inbox().resync(known)).await.unwrap();
        let Resynced::Changes { vanished, changed } = opened.resynced else { panic!("{opened:?}") };
        assert_eq!((vanished, numbers(&changed), inbox.exists()), (uids(&[5]), vec![6], 2));
    });
}

/// Changes without end take no memory without end.
#[test]
fn changes_are_bounded() {
    let rows: String =
        (1..=3000).map(|uid| format!("S: * {uid} FETCH (UID {uid} FLAGS (\\Seen) MODSEQ (11))\n")).collect();
    let dialogue = format!(
        "S: * PREAUTH [CAPABILITY IMAP4rev1 ENABLE CONDSTORE QRESYNC] hello\n\
         C: en ENABLE QRESYNC\nS: * ENABLED QRESYNC\nS: en OK done\n\
         C: sel SELECT INBOX (QRESYNC (7 10))\n\
         S: * 3000 EXISTS\nS: * OK [UIDVALIDITY 7] x\nS: * OK [HIGHESTMODSEQ 12] x\n{rows}\
         S: sel OK [READ-WRITE] done\n"
    );
    let client = async |stream| {
        let mut limits = anyrfc_imap::Limits::default();
        limits.buffered = 64 << 10;
        let builder = builder().limits(limits);
        let mut client = builder.connect_over("imap://mail.example", stream).await.unwrap();
        client.enable([Capability::QResync]).await.unwrap();
        let known = Resync::new(anyrfc_imap::UidValidity::new(7).unwrap(), ModSeq::new(10).unwrap());
        let error = client.select_with(inbox().resync(known)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
    };
    run_virtual(Dialogue::parse(&dialogue).play(client));
}

/// An answer that was not understood is an error, and never "nothing has changed".
#[test]
fn a_malformed_answer_is_not_nothing() {
    let dialogue = "C: again SELECT INBOX (QRESYNC (7 10))\n\
         S: * 2 EXISTS\nS: * OK [UIDVALIDITY 7] x\nS: * OK [HIGHESTMODSEQ 12] x\n\
         S: * VANISHED (EARLIER) 5:*\n\
         S: again OK [READ-WRITE] done\n";
    with_dialogue(dialogue, async |mut client| {
        let known = Resync::new(anyrfc_imap::UidValidity::new(7).unwrap(), ModSeq::new(10).unwrap());
        let error = client.select_with(inbox().resync(known)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
    });
}

#[test]
fn uids_alone() {
    let server = server();
    with(&server, &[Capability::UidOnly, Capability::Condstore], async |mut client| {
        let mut inbox = client.select("INBOX").await.unwrap();
        let rows = inbox.fetch(SequenceSet::all(), FetchItems::new().flags().envelope()).unwrap();
        let rows = rows.collect().await.unwrap();
        assert_eq!(
            rows.iter().map(|row| row.uid().unwrap().get()).collect::<Vec<_>>(),
            Vec::from_iter(1..=10)
        );
        assert!(rows.iter().all(|row| row.sequence().is_none() && row.mod_seq().is_some()));
        let body = inbox.fetch_body(Uid::new(7).unwrap(), anyrfc_imap::Section::all()).await.unwrap();
        assert!(body.is_some());
        drop(body);
        inbox.add_flags(uids(&[2]), [Flag::Deleted]).await.unwrap();
        assert_eq!(inbox.expunge_all().await.unwrap().vanished, uids(&[2]));
        assert_eq!(inbox.exists(), 9);
        let error =
            inbox.submit(Fetch::new("1".parse::<SequenceSet>().unwrap(), FetchItems::fast())).unwrap_err();
        assert_eq!(error.requirement(), Some(rfc9586::NO_MESSAGE_NUMBERS_ARE_SENT));
        let one = SearchQuery::numbers("1".parse::<SequenceSet>().unwrap());
        let error = inbox.search(&one).await.unwrap_err();
        assert_eq!(error.requirement(), Some(rfc9586::NO_MESSAGE_NUMBERS_ARE_SEARCHED));
        assert_eq!(inbox.search(&SearchQuery::all()).await.unwrap().len(), 9);
        assert!(client.deviations().unwrap().is_empty(), "{:?}", client.deviations());
        client.logout().await.unwrap();
    });
    // Whoever sends them all the same is told.
    with(&server, &[Capability::UidOnly], async |mut client| {
        client.select("INBOX").await.unwrap();
        let raw = anyrfc_imap::command::Raw::new("FETCH").unwrap().verbatim("1 FLAGS").unwrap();
        let error = client.raw_command(raw).await.unwrap_err();
        assert_eq!(error.code(), Some(&anyrfc_imap::Code::UidRequired));
        client.logout().await.unwrap();
    });
}

#[test]
fn a_fetch_with_modifiers_is_a_stream_as_any_other() {
    let server = server();
    with(&server, &[Capability::QResync], async |mut client| {
        let mut inbox = client.select("INBOX").await.unwrap();
        let since = inbox.highest_mod_seq().unwrap();
        server.remove("user", "INBOX", 8);
        inbox.add_flags(uids(&[1, 2]), [Flag::Seen]).await.unwrap();
        let modifiers = FetchModifiers::new().vanished_since(since);
        let mut rows = inbox.fetch_with(SequenceSet::all(), FetchItems::new().flags(), modifiers).unwrap();
        let mut seen = Vec::new();
        while let Some(row) = rows.next().await.unwrap() {
            assert!(row.mod_seq().unwrap().parsed().unwrap() > since);
            seen.push(row.uid().unwrap().get());
        }
        assert_eq!((seen, rows.vanished().clone()), (vec![1, 2], uids(&[8])));
        let empty =
            inbox.fetch_with(UidSet::new(), FetchItems::new().flags(), FetchModifiers::new()).unwrap();
        assert!(empty.collect().await.unwrap().is_empty());
        client.logout().await.unwrap();
    });
}
