//! NOTIFY (RFC 5465).

use std::time::Duration;

use anyrfc_core::testing::{pair, run_virtual};
use anyrfc_imap::{
    Capability, Code, Credentials, ErrorKind, Event, FetchItems, ImapClient, ListEntry, MailboxAttribute,
    MailboxName, MailboxStatus, NameChange, Section, SequenceSet, StatusItem, StatusItems, Uid,
    command::{
        self, Command as _, Fetch, List, ListReturn, MailboxEvents, MessageEvents, Notify, Notifying, Search,
        UidFetch, UidStore, Watched,
    },
    rfc5465,
    testing::{Accounts, Server},
    types::{Data, Pattern},
};
use anyrfc_sasl::{MechanismName, Policy};

use crate::host::{SELECTED, hosted, open_builder, welcome};

fn name(text: &str) -> MailboxName {
    MailboxName::new(text).unwrap()
}

fn everything() -> Notify {
    Notify::new()
        .selected(MessageEvents::new().flags().fetch(FetchItems::new().uid().envelope()))
        .watch(Watched::Personal, MailboxEvents::none().messages().flags().names().subscriptions())
}

fn status(event: &Event) -> Option<&MailboxStatus> {
    if let Event::Data(Data::MailboxStatus(status)) = event { Some(status) } else { None }
}

fn listed(event: &Event) -> Option<&ListEntry> {
    if let Event::Data(Data::List(entry)) = event { Some(entry) } else { None }
}

/// Runs a client that is logged in against the test kit's server.
fn served(capabilities: &[&str], work: impl AsyncFnOnce(&Server, ImapClient)) {
    let mut server = Server::new(Accounts::new().password("user", "pencil")).with("NOTIFY");
    for capability in capabilities {
        server = server.with(capability);
    }
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let client = async {
            let policy = Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN);
            let builder = open_builder().sasl(policy);
            let mut client = builder.connect_over("imap://mail.example", near).await.unwrap();
            client.authenticate(&Credentials::password("user", "pencil".to_owned())).await.unwrap();
            work(&server, client).await;
        };
        let ((), _) = tokio::join!(client, server.serve(far));
    });
}

async fn next(client: &mut ImapClient) -> Event {
    client.drive().await.unwrap();
    client.take_event().unwrap()
}

#[test]
fn what_happens_elsewhere_is_told_between_commands() {
    served(&[], async |server, mut client| {
        server.deliver("user", "Lists/one", b"Subject: a\r\n\r\na\r\n");
        let told = client.notify(everything().status()).await.unwrap();
        let names: Vec<&str> = told.iter().map(|status| status.mailbox.as_str()).collect();
        assert_eq!(names, ["INBOX", "Lists", "Lists/one"]);
        assert_eq!((told[2].messages, told[2].uid_next), (Some(1), Uid::new(2)));
        assert_eq!(client.notifying(), Notifying::AtOnce);

        server.deliver("user", "Lists/one", b"Subject: b\r\n\r\nb\r\n");
        let event = next(&mut client).await;
        let told = status(&event).unwrap();
        assert_eq!((told.mailbox.as_str(), told.messages), ("Lists/one", Some(2)));
        server.remove("user", "Lists/one", 1);
        let event = next(&mut client).await;
        assert_eq!(status(&event).unwrap().messages, Some(1));

        // Names and subscriptions, as another client changes them.
        server.deliver("user", "new", b"Subject: c\r\n\r\nc\r\n");
        let event = next(&mut client).await;
        assert_eq!(listed(&event).unwrap().name_change(), NameChange::There);

        // What this client does by itself it is not told of.
        client.create("own").await.unwrap();
        client.subscribe("own").await.unwrap();
        client.noop().await.unwrap();
        assert!(client.take_event().is_none());

        client.notify_none().await.unwrap();
        assert_eq!(client.notifying(), Notifying::Off);
        server.deliver("user", "new", b"Subject: d\r\n\r\nd\r\n");
        client.noop().await.unwrap();
        assert!(client.take_event().is_none());
        client.logout().await.unwrap();
    });
}

#[test]
fn another_client_creates_renames_deletes_and_subscribes() {
    let server = Server::new(Accounts::new().password("user", "pencil")).with("NOTIFY");
    run_virtual(async {
        let connect = async |near| {
            let policy = Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN);
            let builder = open_builder().sasl(policy);
            let mut client = builder.connect_over("imap://mail.example", near).await.unwrap();
            client.authenticate(&Credentials::password("user", "pencil".to_owned())).await.unwrap();
            client
        };
        let ((near, far), (other_near, other_far)) = (pair(64 << 10), pair(64 << 10));
        let work = async {
            let (mut client, mut other) = (connect(near).await, connect(other_near).await);
            client.notify(everything()).await.unwrap();
            other.create("a/b").await.unwrap();
            let told = [next(&mut client).await, next(&mut client).await];
            let names: Vec<&str> = told.iter().map(|event| listed(event).unwrap().mailbox.as_str()).collect();
            assert_eq!(names, ["a", "a/b"]);
            other.rename("a", "z").await.unwrap();
            let event = next(&mut client).await;
            let entry = listed(&event).unwrap();
            assert_eq!(entry.name_change(), NameChange::Renamed { before: &name("a") });
            assert_eq!(entry.renames(&name("a/b")).as_deref(), Some("z/b"));
            other.subscribe("z").await.unwrap();
            let event = next(&mut client).await;
            assert!(listed(&event).unwrap().has(&MailboxAttribute::Subscribed));
            other.unsubscribe("z").await.unwrap();
            let event = next(&mut client).await;
            assert!(!listed(&event).unwrap().has(&MailboxAttribute::Subscribed));
            other.delete("z/b").await.unwrap();
            let event = next(&mut client).await;
            assert_eq!(listed(&event).unwrap().name_change(), NameChange::Gone);
            client.noop().await.unwrap();
            assert!(client.take_event().is_none());
            other.logout().await.unwrap();
            client.logout().await.unwrap();
        };
        let ((), _, _) = tokio::join!(work, server.serve(far), server.serve(other_far));
    });
}

#[test]
fn the_selected_mailbox_is_told_at_once_with_rows_and_expunges() {
    served(&[], async |server, mut client| {
        server.deliver("user", "INBOX", b"Subject: one\r\n\r\n1\r\n");
        client.notify(everything()).await.unwrap();
        let inbox = client.select("INBOX").await.unwrap();
        assert_eq!(inbox.exists(), 1);
        server.deliver("user", "INBOX", b"Subject: two\r\n\r\n2\r\n");
        assert!(matches!(next(&mut client).await, Event::Exists(2)));
        let Event::Fetch(row) = next(&mut client).await else { panic!("no row") };
        let row = row.row();
        assert_eq!(row.uid(), Uid::new(2));
        let envelope = row.envelope().unwrap().into_result().unwrap();
        assert_eq!(envelope.subject().unwrap().to_string(), "two");
        server.remove("user", "INBOX", 1);
        let Event::Expunge { sequence, .. } = next(&mut client).await else { panic!("no expunge") };
        assert_eq!(sequence.get(), 1);
        assert_eq!(client.mailbox().unwrap().exists, 1);
        assert!(!client.deviations().unwrap().iter().any(|_| true), "{:?}", client.deviations());

        // No numbers, and no `*` alone: neither means anything for certain any more.
        let one = || SequenceSet::all();
        let refused = |error: anyrfc_imap::Error, requirement| {
            assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(requirement)), "{error}");
            assert!(error.is_unsent());
        };
        let numbers = rfc5465::NUMBERS_ARE_NOT_USED_WITH_SELECTED;
        let star = rfc5465::STAR_IS_NOT_USED_WITH_SELECTED;
        let flags = FetchItems::new().flags();
        refused(client.submit(Fetch::new(one(), flags.clone())).unwrap_err(), numbers);
        refused(client.submit(Search::new(anyrfc_imap::SearchQuery::all())).unwrap_err(), numbers);
        refused(client.submit(UidFetch::new(SequenceSet::last(), flags.clone())).unwrap_err(), star);
        let store = UidStore::new(SequenceSet::last(), command::StoreAction::Add, Vec::new());
        refused(client.submit(store).unwrap_err(), star);
        let mut inbox = client.selected().unwrap();
        assert_eq!(inbox.fetch(one(), flags.clone()).unwrap().collect().await.unwrap().len(), 1);

        // With SELECTED-DELAYED they may be used again.
        client.notify(Notify::new().selected_delayed(MessageEvents::new())).await.unwrap();
        assert_eq!(client.notifying(), Notifying::Delayed);
        let ticket = client.submit(Fetch::new(one(), flags)).unwrap();
        assert_eq!(client.rows(ticket).collect().await.unwrap().len(), 1);
        client.logout().await.unwrap();
    });
}

#[test]
fn what_is_asked_for_is_written_as_the_grammar_has_it() {
    let selected = || MessageEvents::new();
    for (notify, written) in [
        (Notify::new().selected(selected()), "(SELECTED (MessageNew MessageExpunge))"),
        (
            Notify::new().selected(selected()).selected_delayed(selected().flags().annotations()),
            "(SELECTED-DELAYED (MessageNew MessageExpunge FlagChange AnnotationChange))",
        ),
        (
            Notify::new().selected(selected().fetch(FetchItems::new().uid().header_fields(["From"]))),
            "(SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (From)]) MessageExpunge))",
        ),
        (Notify::new().watch(Watched::Inboxes, MailboxEvents::none()), "(INBOXES NONE)"),
        (
            Notify::new().watch(Watched::Subscribed, MailboxEvents::none().flags()),
            "(SUBSCRIBED (MessageNew MessageExpunge FlagChange))",
        ),
        (
            Notify::new()
                .watch(Watched::Subtree(vec![name("a b"), name("c")]), MailboxEvents::none().names())
                .watch(Watched::Mailboxes(vec![name("INBOX")]), MailboxEvents::none().annotations()),
            "(SUBTREE (\"a b\" c) (MailboxName)) (MAILBOXES (INBOX) (MessageNew MessageExpunge AnnotationChange))",
        ),
        (
            Notify::new()
                .watch(Watched::Personal, MailboxEvents::none().subscriptions().metadata().server_metadata()),
            "(PERSONAL (SubscriptionChange MailboxMetadataChange ServerMetadataChange))",
        ),
    ] {
        let expected = format!("NOTIFY SET {written}");
        hosted(
            "NOTIFY METADATA ANNOTATE-EXPERIMENT-1",
            async |host| {
                host.on(&expected, "% OK done\r\n").await;
                host.logout().await;
            },
            async |stream| {
                let mut client = welcome(stream).await;
                client.notify(notify.clone()).await.unwrap();
                client.logout().await.unwrap();
            },
        );
        let line = format!("a {expected}\r\n");
        anyrfc_imap::testing::check_command(line.as_bytes(), false).unwrap();
    }
}

#[test]
fn what_may_not_be_asked_is_refused_by_name() {
    let items = |items: FetchItems| Notify::new().selected(MessageEvents::new().fetch(items));
    let peeked = Some(rfc5465::NEW_MESSAGE_IS_PEEKED_AT);
    let part = anyrfc_imap::PartPath::new(&[1]).unwrap();
    let cases = [
        (Notify::new(), ErrorKind::Usage, None),
        (Notify::new().status(), ErrorKind::Usage, None),
        (
            Notify::new().watch(Watched::Subtree(Vec::new()), MailboxEvents::none().messages()),
            ErrorKind::Usage,
            None,
        ),
        (Notify::new().watch(Watched::Mailboxes(Vec::new()), MailboxEvents::none()), ErrorKind::Usage, None),
        (items(FetchItems::new().body(Section::all())), ErrorKind::Usage, peeked),
        (items(FetchItems::new().peek(Section::part(part))), ErrorKind::Usage, peeked),
        (Notify::new().selected(MessageEvents::new().annotations()), ErrorKind::Unsupported, None),
        (
            Notify::new().watch(Watched::Personal, MailboxEvents::none().metadata()),
            ErrorKind::Unsupported,
            None,
        ),
        (
            Notify::new().watch(Watched::Personal, MailboxEvents::none().server_metadata()),
            ErrorKind::Unsupported,
            None,
        ),
    ];
    hosted(
        "NOTIFY",
        async |host| host.logout().await,
        async |stream| {
            let mut client = welcome(stream).await;
            for (notify, kind, requirement) in cases {
                let error = client.notify(notify.clone()).await.unwrap_err();
                assert_eq!((error.kind(), error.requirement()), (kind, requirement), "{notify:?}");
            }
            assert_eq!(client.notifying(), Notifying::Off);
            client.logout().await.unwrap();
        },
    );
    hosted(
        "IDLE",
        async |host| host.logout().await,
        async |stream| {
            let mut client = welcome(stream).await;
            assert!(!client.has(&Capability::Notify));
            let none = client.notify_none().await.unwrap_err();
            for error in [client.notify(everything()).await.unwrap_err(), none] {
                assert_eq!(error.kind(), ErrorKind::Unsupported);
                assert_eq!(error.requirement(), Some(rfc5465::NOTIFY_NEEDS_THE_CAPABILITY));
            }
            client.logout().await.unwrap();
        },
    );
}

#[test]
fn refusals_say_what_the_server_knows_and_change_nothing() {
    let first = "NOTIFY SET (SELECTED (MessageNew MessageExpunge))";
    hosted(
        "NOTIFY METADATA",
        async |host| {
            host.on(first, "% OK done\r\n").await;
            let answer = "% NO [BADEVENT (MessageNew MessageExpunge FlagChange)] what\r\n";
            host.on("NOTIFY SET (PERSONAL (MailboxMetadataChange))", answer).await;
            host.on(
                "NOTIFY SET (PERSONAL (MessageNew MessageExpunge))",
                "% NO [NOTIFICATIONOVERFLOW] no\r\n",
            )
            .await;
            host.logout().await;
        },
        async |stream| {
            let mut client = welcome(stream).await;
            client.notify(Notify::new().selected(MessageEvents::new())).await.unwrap();
            let metadata = Notify::new().watch(Watched::Personal, MailboxEvents::none().metadata());
            let error = client.notify(metadata).await.unwrap_err();
            let Some(Code::BadEvent(known)) = error.code() else { panic!("{error:?}") };
            assert_eq!(known, &["MessageNew", "MessageExpunge", "FlagChange"]);
            let all = Notify::new().watch(Watched::Personal, MailboxEvents::none().messages());
            let error = client.notify(all).await.unwrap_err();
            assert_eq!(error.code(), Some(&Code::NotificationOverflow));
            assert_eq!(client.notifying(), Notifying::AtOnce);
            client.logout().await.unwrap();
        },
    );
}

#[test]
fn a_server_that_gives_up_says_so_and_numbers_mean_something_again() {
    served(&[], async |server, mut client| {
        client.notify(everything()).await.unwrap();
        client.select("INBOX").await.unwrap();
        server.overflow();
        let event = next(&mut client).await;
        assert!(matches!(event, Event::NotifyOverflow(_)), "{event:?}");
        assert_eq!(client.notifying(), Notifying::Off);
        let ticket = client.submit(UidFetch::new(SequenceSet::last(), FetchItems::new().flags())).unwrap();
        client.rows(ticket).collect().await.unwrap();
        client.logout().await.unwrap();
    });
}

#[test]
fn what_is_told_is_not_taken_for_an_answer() {
    hosted(
        "NOTIFY LIST-EXTENDED LIST-STATUS",
        async |host| {
            host.line().await;
            host.say("% OK done\r\n").await;
            // Of another mailbox, in a literal and without modified UTF-7; and more of the one asked for.
            host.on(
                "STATUS one (MESSAGES UNSEEN)",
                "* STATUS {6}\r\nT\u{e9}st2 (MESSAGES 7)\r\n* STATUS one (MESSAGES 1 UNSEEN 1)\r\n\
                 * STATUS one (UIDNEXT 3 MESSAGES 2)\r\n% OK done\r\n",
            )
            .await;
            host.on(
                "LIST \"\" a% RETURN (STATUS (MESSAGES))",
                "* LIST () \"/\" ab\r\n* LIST (\\NonExistent) \"/\" other\r\n* LIST () \"/\" a/b\r\n\
                 * STATUS ab (MESSAGES 1)\r\n* STATUS other (MESSAGES 9)\r\n% OK done\r\n",
            )
            .await;
            host.logout().await;
        },
        async |stream| {
            let mut client = welcome(stream).await;
            client.notify(everything()).await.unwrap();
            let items: StatusItems = [StatusItem::Messages, StatusItem::Unseen].into_iter().collect();
            let answer = client.status("one", items).await.unwrap();
            assert_eq!((answer.messages, answer.unseen, answer.uid_next), (Some(2), Some(1), Uid::new(3)));
            let event = client.take_event().unwrap();
            assert_eq!(status(&event).unwrap().mailbox.as_str(), "T\u{e9}st2");
            let returns = ListReturn::Status(StatusItems::new().item(StatusItem::Messages));
            let answer =
                client.list_with(List::new(Pattern::new("a%").unwrap()).returns(returns)).await.unwrap();
            assert_eq!(answer.len(), 1);
            assert_eq!(answer[0].status.as_ref().unwrap().messages, Some(1));
            let told: Vec<Event> = std::iter::from_fn(|| client.take_event()).collect();
            assert_eq!(listed(&told[0]).unwrap().name_change(), NameChange::Gone);
            assert_eq!(listed(&told[1]).unwrap().mailbox.as_str(), "a/b");
            assert_eq!(status(&told[2]).unwrap().messages, Some(9));
            client.logout().await.unwrap();
        },
    );
}

#[test]
fn watching_needs_no_idle_and_keeps_the_connection_alive() {
    hosted(
        "NOTIFY IDLE",
        async |host| {
            host.line().await;
            host.say("% OK done\r\n").await;
            host.on("SELECT INBOX", SELECTED).await;
            host.say("* 4 EXISTS\r\n").await;
            // Asked now and then whether it is there, never to idle.
            host.on("NOOP", "* STATUS other (MESSAGES 1)\r\n% OK done\r\n").await;
            host.on("NOOP", "% OK done\r\n").await;
            host.say("* OK [NOTIFICATIONOVERFLOW] enough\r\n").await;
            host.on("NOOP", "% OK done\r\n").await;
            // It has given up: IDLE is what is left.
            host.on("IDLE", "+ idling\r\n* 5 EXISTS\r\n").await;
            host.on("DONE", "% OK done\r\n").await;
            host.logout().await;
        },
        async |stream| {
            let mut client = welcome(stream).await;
            client.notify(everything()).await.unwrap();
            client.select("INBOX").await.unwrap();
            let begun = tokio::time::Instant::now();
            let mut watch = client.watch();
            assert!(matches!(watch.next().await.unwrap(), Some(Event::Exists(4))));
            assert!(begun.elapsed() < Duration::from_secs(1) && watch.is_idling());
            let event = watch.next().await.unwrap().unwrap();
            assert!(status(&event).is_some() && begun.elapsed() >= Duration::from_secs(300), "{event:?}");
            assert!(matches!(watch.next().await.unwrap(), Some(Event::NotifyOverflow(_))));
            assert!(matches!(watch.next().await.unwrap(), Some(Event::Exists(5))));
            watch.done().await.unwrap();
            client.logout().await.unwrap();
        },
    );
    // What is delayed until a command allows it, is told under IDLE.
    hosted(
        "NOTIFY IDLE",
        async |host| {
            host.line().await;
            host.say("% OK done\r\n").await;
            host.on("SELECT INBOX", SELECTED).await;
            host.on("IDLE", "+ idling\r\n* 2 EXPUNGE\r\n").await;
            host.on("DONE", "% OK done\r\n").await;
            host.logout().await;
        },
        async |stream| {
            let mut client = welcome(stream).await;
            client.notify(Notify::new().selected_delayed(MessageEvents::new())).await.unwrap();
            let mut inbox = client.select("INBOX").await.unwrap();
            let mut watch = inbox.watch();
            assert!(matches!(watch.next().await.unwrap(), Some(Event::Expunge { .. })));
            watch.done().await.unwrap();
            client.logout().await.unwrap();
        },
    );
}

#[test]
fn a_flood_takes_no_more_than_it_may() {
    let floods = [
        format!("* STATUS {} (MESSAGES 1 UIDNEXT 2)\r\n", "a".repeat(50_000)),
        format!("* LIST () \"/\" {} (\"OLDNAME\" ({}))\r\n", "b".repeat(30_000), "c".repeat(30_000)),
        "* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n".to_owned(),
        "* STATUS x (MESSAGES 1)\r\n* 4 EXISTS\r\n* 4 EXPUNGE\r\n".to_owned(),
    ];
    for flood in floods {
        // Of what is large, more than may be kept; of what is small, more than may be counted.
        let turns = if flood.len() > 1000 { 40_000_000 / flood.len() } else { 20_000 };
        hosted(
            "NOTIFY",
            async |host| {
                host.line().await;
                host.say("% OK done\r\n").await;
                host.on("SELECT INBOX", SELECTED).await;
                assert_eq!(host.line().await, "NOOP");
                let piece = flood.repeat((60_000 / flood.len()).max(1));
                for _ in 0..turns * flood.len() / piece.len() {
                    host.send(piece.as_bytes()).await;
                }
                host.say("% OK done\r\n").await;
                host.logout().await;
            },
            async |stream| {
                let mut client = welcome(stream).await;
                client.notify(everything()).await.unwrap();
                client.select("INBOX").await.unwrap();
                // Whoever waits for something else gets it; what is told meanwhile is kept as far as may be.
                client.noop().await.unwrap();
                let Some(Event::Missed(missed)) = client.take_event() else { panic!("all is kept") };
                assert!(missed > 100, "{missed}");
                let kept: Vec<Event> = std::iter::from_fn(|| client.take_event()).collect();
                let held: usize = kept.iter().map(|event| format!("{event:?}").len()).sum();
                assert!(kept.len() <= 1024 && held < 64 << 20, "{} {held}", kept.len());
                client.logout().await.unwrap();
            },
        );
    }
}

#[test]
fn the_command_itself_is_judged() {
    // As the formal syntax has it, in any case; and what it forbids.
    for good in [
        "a notify none",
        "a NOTIFY SET STATUS (selected MessageNew)"
            .replace(" MessageNew", " (MessageNew MessageExpunge)")
            .as_str(),
        "a NOTIFY SET (Subtree x NONE) (mailboxes (a b) (MAILBOXNAME))",
    ] {
        let line = format!("{good}\r\n");
        anyrfc_imap::testing::check_command(line.as_bytes(), false)
            .unwrap_or_else(|error| panic!("{good}: {error}"));
    }
    for bad in [
        "a NOTIFY",
        "a NOTIFY SET",
        "a NOTIFY SET STATUS",
        "a NOTIFY SET (SELECTED (MessageNew))",
        "a NOTIFY SET (PERSONAL (FlagChange))",
        "a NOTIFY SET (SELECTED (MailboxName))",
        "a NOTIFY SET (SELECTED NONE) (SELECTED-DELAYED NONE)",
        "a NOTIFY SET (PERSONAL (MessageNew (UID) MessageExpunge))",
        "a NOTIFY SET (PERSONAL ())",
        "a NOTIFY SET (SUBTREE () NONE)",
        "a NOTIFY SET (ELSEWHERE NONE)",
    ] {
        assert!(
            anyrfc_imap::testing::check_command(format!("{bad}\r\n").as_bytes(), false).is_err(),
            "{bad}"
        );
    }
    let needs = everything().needs();
    assert!(needs.understood());
}
