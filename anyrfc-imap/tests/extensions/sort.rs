//! RFC 5256, RFC 5957, RFC 5255, RFC 8437, RFC 9585 and RFC 9698: against the test kit's server, and
//! against servers that mean no good.

use std::{future::poll_fn, pin::pin, task::Poll, thread};

use anyrfc_core::testing::{harness, now, pair, run_virtual};
use anyrfc_imap::{
    BaseSubject, Capability, Code, Comparator, Credentials, ErrorKind, Event, ImapClient, ImapUrl,
    LanguageRange, SearchQuery, SearchReturn, Security, SortKey, SortOrder, ThreadAlgorithm, Uid,
    client::Builder,
    codec::{
        Context, Response, Text,
        command::{
            Fetch, GetJmapAccess, Language, Login, MailboxEvents, Noop, Notify, Sort, UidSearch, UidSort,
            UidThread, Unauthenticate, Watched,
        },
        parse,
    },
    proto::{Config, Connection, Report, State},
    rfc5092,
    testing::{Accounts, Dialogue, Server},
    types::{Data, FetchItems, RowTables, SequenceSet, Threads},
};
use anyrfc_mime::{
    codec::{Reading, encoded_word::unstructured},
    types::Defects,
};
use anyrfc_sasl::{MechanismName, Policy};

use crate::support::{Peer, SEED, borrowed_words, secret, with, words};

fn builder() -> Builder {
    let policy = Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN);
    ImapClient::builder().security(Security::Plaintext).sasl(policy)
}

fn credentials(user: &str) -> Credentials {
    Credentials::password(user, "pencil".to_owned())
}

/// A client of a whole server.
fn with_server(server: &Server, builder: Builder, work: impl AsyncFnOnce(ImapClient)) {
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let client = async {
            let mut client = builder.connect_over("imap://mail.example", near).await.unwrap();
            client.authenticate(&credentials("user")).await.unwrap();
            work(client).await;
        };
        let ((), _) = tokio::join!(client, server.serve(far));
    });
}

fn server() -> Server {
    let mut server = Server::new(Accounts::new().password("user", "pencil").password("other", "pencil"));
    for capability in [
        "SORT",
        "SORT=DISPLAY",
        "ESORT",
        "THREAD=ORDEREDSUBJECT",
        "THREAD=REFERENCES",
        "THREAD=REFS",
        "LANGUAGE",
        "I18NLEVEL=2",
        "UNAUTHENTICATE",
        "INPROGRESS",
        "JMAPACCESS",
    ] {
        server = server.with(capability);
    }
    for (id, from, subject, date, references) in [
        (1, "\"Zoe\" <bob@example.org>", "lunch", "Mon, 5 Jan 2026 12:00:00 +0000", ""),
        (2, "Adam <tim@example.org>", "Re: lunch", "Mon, 5 Jan 2026 14:00:00 +0200", "<1@x>"),
        (3, "amy@example.org", "dinner", "Sun, 4 Jan 2026 12:00:00 +0000", ""),
        (4, "bob@example.org", "Re: lunch", "Tue, 6 Jan 2026 12:00:00 +0000", "<1@x> <2@x>"),
        (5, "amy@example.org", "Fwd: lunch", "Wed, 7 Jan 2026 12:00:00 +0000", "<1@x> <2@x>"),
        (6, "tim@example.org", "[list] dinner", "Thu, 8 Jan 2026 12:00:00 +0000", "<0@x>"),
    ] {
        let references =
            if references.is_empty() { String::new() } else { format!("References: {references}\r\n") };
        let message = format!(
            "From: {from}\r\nTo: user@example.org\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: <{id}@x>\r\n\
             {references}\r\n{}\r\n",
            "x".repeat(10 * (7 - id))
        );
        server.deliver("user", "INBOX", message.as_bytes());
    }
    server
}

#[test]
fn messages_are_sorted() {
    with_server(&server(), builder(), async |mut client| {
        let mut inbox = client.select("INBOX").await.unwrap();
        let all = SearchQuery::all();
        for (order, expected) in [
            (SortOrder::by(SortKey::Arrival), "1:6"),
            (SortOrder::by(SortKey::Subject), "3,6,1:2,4:5"),
            (SortOrder::by(SortKey::Subject).then_reversed(SortKey::Date), "6,3,5,4,1:2"),
            (SortOrder::by(SortKey::Date), "3,1:2,4:6"),
            (SortOrder::reversed(SortKey::Date), "6,5,4,1:2,3"),
            (SortOrder::by(SortKey::From), "3,5,1,4,2,6"),
            (SortOrder::by(SortKey::DisplayFrom), "2:3,5,4,6,1"),
            (SortOrder::reversed(SortKey::To), "1:6"),
        ] {
            let found = inbox.sort(order.clone(), &all).await.unwrap();
            let shown: Vec<_> = found.iter().map(Uid::get).collect();
            let expected: Vec<u32> = expected
                .split(',')
                .flat_map(|range| match range.split_once(':') {
                    Some((low, high)) => low.parse().unwrap()..=high.parse().unwrap(),
                    None => range.parse().unwrap()..=range.parse().unwrap(),
                })
                .collect();
            assert_eq!(shown, expected, "{order}");
        }
        let none = inbox.sort(SortKey::Date, &SearchQuery::subject("no such")).await.unwrap();
        assert!(none.is_empty());
        let returns = SearchReturn::new().min().max().count().all();
        let found = inbox.sort_for(SortKey::Subject, &all, returns).await.unwrap();
        assert_eq!((found.min, found.max, found.count), (Uid::new(3), Uid::new(5), Some(6)));
        assert_eq!(found.all.iter().map(Uid::get).collect::<Vec<_>>(), [3, 6, 1, 2, 4, 5]);
    });
}

#[test]
fn messages_are_threaded() {
    with_server(&server(), builder(), async |mut client| {
        let algorithms: Vec<_> = client.capabilities().unwrap().thread_algorithms().collect();
        assert_eq!(
            algorithms,
            [ThreadAlgorithm::OrderedSubject, ThreadAlgorithm::References, ThreadAlgorithm::Refs]
        );
        let mut inbox = client.select("INBOX").await.unwrap();
        for (algorithm, expected) in [
            (ThreadAlgorithm::OrderedSubject, "(3 6)(1 (2)(4)(5))"),
            (ThreadAlgorithm::References, "((3)(6))(1 2 (4)(5))"),
            (ThreadAlgorithm::Refs, "(3)(1 2 (4)(5))(6)"),
        ] {
            let found = inbox.threads(algorithm.clone(), &SearchQuery::all()).await.unwrap();
            assert_eq!(found.to_string(), expected, "{algorithm}");
        }
        let none = inbox.threads(ThreadAlgorithm::Refs, &SearchQuery::subject("no such")).await.unwrap();
        assert!(none.is_empty() && none.roots().next().is_none());
        let error = inbox.threads(ThreadAlgorithm::from("X-OWN"), &SearchQuery::all()).await.unwrap_err();
        assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Unsupported, true));
    });
}

#[test]
fn progress_is_told_while_a_command_runs() {
    with_server(&server(), builder(), async |mut client| {
        client.select("INBOX").await.unwrap();
        let ticket = client.submit(UidSort::new(SortKey::Date, SearchQuery::all())).unwrap();
        client.answered(&ticket).await.unwrap();
        // Of each command the latest is kept.
        let mut told = Vec::new();
        while let Some(event) = client.take_event() {
            if let Event::Progress { command, progress } = event {
                told.push((command, progress.done, progress.goal));
            }
        }
        assert_eq!(told, [(Some(ticket.id()), Some(3), Some(6))]);
        assert_eq!(client.finish(ticket).await.unwrap().all.len(), 6);
    });
}

#[test]
fn one_connection_serves_several_users() {
    let server = server();
    with_server(&server, builder(), async |mut client| {
        assert!(client.is_rev2());
        let mut inbox = client.select("INBOX").await.unwrap();
        inbox.unauthenticate().await.unwrap();
        assert_eq!(
            inbox.present().unwrap_err().kind(),
            ErrorKind::Usage,
            "the guard guards nothing any more"
        );
        assert!(!client.is_authenticated() && client.mailbox().is_none() && !client.is_rev2());
        assert_eq!(client.select("INBOX").await.unwrap_err().kind(), ErrorKind::Usage);
        client.authenticate(&credentials("other")).await.unwrap();
        assert!(client.is_rev2(), "enabled anew");
        assert_eq!(client.select("INBOX").await.unwrap().exists(), 0, "another user's");
        client.unauthenticate().await.unwrap();
        let wrong = Credentials::password("user", "pen".to_owned());
        assert_eq!(client.authenticate(&wrong).await.unwrap_err().kind(), ErrorKind::Auth);
        client.authenticate(&credentials("user")).await.unwrap();
        assert_eq!(client.select("INBOX").await.unwrap().exists(), 6);
        client.logout().await.unwrap();
    });
}

#[test]
fn unauthenticate_may_be_dropped_anywhere() {
    let mut outcomes = Vec::new();
    for polls in 0..6 {
        with_server(&server(), builder(), async |mut client| {
            {
                let mut leaving = pin!(client.unauthenticate());
                for _ in 0..polls {
                    if poll_fn(|cx| Poll::Ready(leaving.as_mut().poll(cx))).await.is_ready() {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
            }
            // Whatever came of it, the client knows.
            client.noop().await.unwrap();
            let stayed = client.is_authenticated();
            if !stayed {
                client.authenticate(&credentials("other")).await.unwrap();
            }
            let exists = client.select("INBOX").await.unwrap().exists();
            assert_eq!(exists, if stayed { 6 } else { 0 });
            outcomes.push(stayed);
            client.logout().await.unwrap();
        });
    }
    assert!(outcomes.contains(&true) && outcomes.contains(&false), "{outcomes:?}");
}

#[test]
fn no_user_is_taken_for_the_one_before() {
    let dialogue = "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\n\
                    C: in AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls\n\
                    S: in OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] welcome\n\
                    C: ex EXAMINE INBOX\n\
                    S: * 3 EXISTS\n\
                    S: * OK [UIDVALIDITY 7] valid\n\
                    S: ex OK [READ-ONLY] done\n\
                    C: un UNAUTHENTICATE\n\
                    S: un OK [CAPABILITY IMAP4rev1] done\n\
                    C: lo LOGIN \"other\" \"pencil\"\n\
                    S: lo OK [CAPABILITY IMAP4rev1] welcome\n";
    let policy = Policy::default()
        .danger_reveal_in_plaintext(MechanismName::PLAIN)
        .danger_reveal_in_plaintext(MechanismName::LOGIN);
    let builder = builder().sasl(policy);
    run_virtual(Dialogue::parse(dialogue).play(async |stream| {
        let mut client = builder.connect_over("imap://mail.example", stream).await.unwrap();
        client.authenticate(&credentials("user")).await.unwrap();
        let inbox: ImapUrl = "imap://user@mail.example/INBOX".parse().unwrap();
        client.open_url(&inbox).await.unwrap();
        // By hand, the client hears of it as well.
        let leaving = client.submit(Unauthenticate).unwrap();
        client.finish(leaving).await.unwrap();
        let login = client.submit(Login::new("other", secret("pencil"))).unwrap();
        client.finish(login).await.unwrap();
        let error = client.open_url(&inbox).await.unwrap_err();
        assert_eq!(error.requirement(), Some(rfc5092::KEPT_CONNECTION_HAS_THE_SAME_USER));
    }));
}

#[test]
fn languages_are_settled_before_and_after() {
    let german = LanguageRange::new("de-AT").unwrap();
    with_server(&server(), builder().languages([german]), async |mut client| {
        assert_eq!(client.language(), Some("de"));
        let namespaces = client.namespace().await.unwrap();
        assert_eq!(namespaces.other_users[0].translation().as_deref(), Some("Andere Ben\u{fc}tzer/"));
        assert_eq!(client.languages().await.unwrap(), ["de", "en", "i-default"]);
        let error = client.speak_in([LanguageRange::new("fr").unwrap()]).await.unwrap_err();
        assert_eq!((error.kind(), client.language()), (ErrorKind::Refused, Some("de")));
        let answer = client.speak_in([LanguageRange::server_default()]).await.unwrap();
        assert_eq!(answer.in_use.as_deref(), Some("en"));
        // The next user has the same wish.
        client.unauthenticate().await.unwrap();
        assert_eq!(client.language(), None);
        client.authenticate(&credentials("other")).await.unwrap();
        assert_eq!(client.language(), Some("en"));
    });
}

#[test]
fn comparators_are_chosen() {
    with_server(&server(), builder(), async |mut client| {
        assert_eq!(client.capabilities().unwrap().i18n_level(), 2);
        assert_eq!(client.comparator().await.unwrap().unwrap().name, "i;unicode-casemap");
        let some = |name| Comparator::new(name).unwrap();
        let active = client.compare_by([some("cz;*"), some("i;*-casemap")]).await.unwrap().unwrap();
        assert_eq!((active.name.as_str(), active.matching.len()), ("i;unicode-casemap", 2));
        let active = client.compare_by([some("i;octet")]).await.unwrap().unwrap();
        assert_eq!((active.name.as_str(), active.matching.len()), ("i;octet", 0));
        let error = client.compare_by([some("cz;*")]).await.unwrap_err();
        assert_eq!(error.code(), Some(&Code::BadComparator));
    });
}

#[test]
fn where_jmap_is_is_told() {
    with_server(&server(), builder(), async |mut client| {
        assert_eq!(client.jmap_session().await.unwrap(), "https://jmap.example.org/.well-known/jmap");
    });
    let plain = Server::new(Accounts::new().password("user", "pencil"));
    with_server(&plain, builder(), async |mut client| {
        for error in [
            client.jmap_session().await.unwrap_err(),
            client.unauthenticate().await.unwrap_err(),
            client.languages().await.unwrap_err(),
            client.comparator().await.unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Unsupported, true), "{error}");
        }
        assert!(client.is_authenticated());
    });
    assert_eq!(plain.commands().len(), 2, "{:?}", plain.commands());
}

/// What is read of a THREAD response, on a stack that has no room for recursion.
fn threads(arguments: String) -> Result<Threads<std::num::NonZeroU32>, String> {
    let read = move || {
        let (line, mut tables) = (format!("* THREAD {arguments}\r\n"), RowTables::new());
        match parse(Text::new(line.as_bytes()), &Context::default(), &mut tables, &mut ()) {
            Response::Data(Data::Thread(threads)) => {
                // Looked at, copied and dropped there as well.
                let copy = threads.clone().without_grandchildren();
                assert_eq!(copy.len(), threads.len());
                assert_eq!(threads.walk().count(), threads.to_string().len().min(threads.len()));
                Ok(threads)
            }
            other => Err(format!("{other:?}").chars().take(40).collect()),
        }
    };
    thread::Builder::new().stack_size(64 << 10).spawn(read).unwrap().join().unwrap()
}

#[test]
fn threads_of_any_depth_take_no_stack() {
    let depth = 100_000;
    // As deep as the grammar can: every list has two others in it.
    let deep = format!("({}9{}", "1 (2)(".repeat(depth), ")".repeat(depth + 1));
    let found = threads(deep).unwrap();
    assert_eq!((found.len(), found.messages().count()), (2 * depth + 1, 2 * depth + 1));
    assert_eq!(found.iter().filter(|member| member.parent().is_none()).count(), 1);
    // Without messages in between, and lists alone: more of them than there can be.
    let missing = format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(threads(missing).unwrap_err().contains("Malformed"));
    let pairs = format!("{}{}", "((1)".repeat(depth), "(1)".to_owned() + &")".repeat(depth));
    let found = threads(pairs).unwrap();
    assert_eq!((found.len(), found.messages().count()), (2 * depth + 1, depth + 1));
    // One list in another is not as it should be, and is understood.
    let single = format!("{}{}", "(1 ".repeat(depth), "(1)".to_owned() + &")".repeat(depth));
    assert_eq!(threads(single).unwrap().len(), depth + 1);
    for unbalanced in ["(".repeat(depth), ")".repeat(depth), "(1 ".repeat(depth), "(1))".repeat(depth)] {
        assert!(threads(unbalanced).unwrap_err().contains("Malformed"));
    }
    for wrong in
        ["()", "(0)", "(1 x)", "1", "(1) 2", "(1 (2)(3) 4)", "(4294967296)", "(1,2)", "(-1)", "(\"1\")"]
    {
        assert!(threads(wrong.to_owned()).unwrap_err().contains("Malformed"), "{wrong}");
    }
    for (sloppy, means) in [
        ("(1 2)(3)", "(1 2)(3)"),
        ("(1) (2)", "(1)(2)"),
        ("( 1  2 )(3)", "(1 2)(3)"),
        ("(1(2)(3))", "(1 (2)(3))"),
        ("(1 (2) (3))", "(1 (2)(3))"),
        ("( (1)(2))", "((1)(2))"),
        ("(1 (2))", "(1 2)"),
    ] {
        assert_eq!(
            threads(sloppy.to_owned()).map(|found| found.to_string()),
            Ok(means.to_owned()),
            "{sloppy}"
        );
    }
}

#[test]
fn threads_take_memory_by_what_came() {
    let numbers = "1 ".repeat(500_000);
    let input = format!("* PREAUTH hello\r\n* THREAD ({})\r\n", numbers.trim_end());
    let subject = harness_subject();
    harness::idle_memory_is_released(&subject, input.as_bytes());
    // A line without an end is cut where those of SEARCH are.
    let limited = harness::Subject::new(
        || Connection::new(with(|config| config.limits.message = 2 << 20), SEED, now()),
        words,
        |event| borrowed_words(event),
    );
    let error = harness::endless_input_stops(&limited, b"* PREAUTH hello\r\n* THREAD ", b"(1)");
    assert!(format!("{error:?}").contains("Limit"), "{error:?}");
}

fn harness_subject() -> harness::Subject<Connection> {
    harness::Subject::new(
        || Connection::new(Config::default(), SEED, now()),
        words,
        |event| borrowed_words(event),
    )
}

#[test]
fn numbers_that_are_not_there_name_nothing() {
    let mut peer = Peer::selected("SORT ESORT ESEARCH", 3);
    let sort = peer.submit(Sort::new(SortKey::Date, SearchQuery::all()));
    peer.hear();
    peer.say("* SORT 7 4294967295 2 2\r\n%% OK done\r\n");
    let found = peer.answer(sort).unwrap();
    assert_eq!(found.all.iter().map(|one| one.get()).collect::<Vec<_>>(), [7, u32::MAX, 2, 2]);
    // A range is not expanded.
    let sort =
        peer.submit(UidSort::new(SortKey::Date, SearchQuery::all()).returning(SearchReturn::new().all()));
    peer.hear();
    peer.say("* ESEARCH (TAG \"%3\") UID ALL 1:4294967295,1:4294967295\r\n%% OK done\r\n");
    let found = peer.answer(sort).unwrap();
    assert_eq!((found.all.len(), found.all.first()), (2 * u64::from(u32::MAX), Uid::new(1)));
    // Nor do they grow what is known of the mailbox.
    assert_eq!(peer.machine.mailbox().unwrap().exists, 3);
    for wrong in ["SORT 0", "SORT 4294967296", "SORT 1,2", "SORT 1:2", "SORT -1", "SORT (1)"] {
        let sort = peer.submit(UidSort::new(SortKey::Date, SearchQuery::all()));
        peer.hear();
        peer.say(&format!("* {wrong}\r\n%% OK done\r\n"));
        match peer.answer(sort) {
            // What is not understood as numbers is not told as none.
            Err(error) => assert_eq!(error.kind(), ErrorKind::Protocol, "{wrong}"),
            Ok(found) => assert!(found.all.is_empty(), "{wrong}: {found:?}"),
        }
    }
    assert_eq!(peer.machine.phase(), State::Selected);
}

#[test]
fn an_answer_goes_to_whoever_asked() {
    let mut peer = Peer::selected("SORT THREAD=REFS ESEARCH", 3);
    // Two that could be taken for each other wait; others do not.
    let first = peer.submit(UidSort::new(SortKey::Date, SearchQuery::all()));
    let thread = peer.submit(UidThread::new(ThreadAlgorithm::Refs, SearchQuery::all()));
    let search = peer.submit(UidSearch::new(SearchQuery::all()));
    let second = peer.submit(UidSort::new(SortKey::Size, SearchQuery::all()));
    assert_eq!(
        peer.hear(),
        "%2 UID SORT (DATE) UTF-8 ALL\r\n%3 UID THREAD REFS UTF-8 ALL\r\n%4 UID SEARCH RETURN (ALL) ALL\r\n"
    );
    peer.say("* THREAD (3 1)\r\n* ESEARCH (TAG \"%4\") UID ALL 1:3\r\n* SORT 3 2 1\r\n%2 OK x\r\n");
    assert_eq!(peer.answer(first).unwrap().all.to_string(), "3,2,1");
    assert_eq!(peer.hear(), "%5 UID SORT (SIZE) UTF-8 ALL\r\n");
    peer.say("* SORT 2\r\n%5 OK x\r\n%4 OK x\r\n%3 OK x\r\n");
    assert_eq!(peer.answer(second).unwrap().all.to_string(), "2");
    assert_eq!(peer.answer(thread).unwrap().to_string(), "(3 1)");
    assert_eq!(peer.answer(search).unwrap().all.to_string(), "1:3");
    // Without having asked, nobody gets it.
    let told =
        peer.say("* SORT 9\r\n* THREAD (9)\r\n* LANGUAGE (xx)\r\n* JMAPACCESS \"https://evil.example\"\r\n");
    assert_eq!(told.len(), 4, "{told:?}");
    let jmap = peer.machine.submit(GetJmapAccess);
    assert!(jmap.is_err(), "it was not offered");
}

#[test]
fn progress_floods_are_bounded() {
    // Each notification buys time, but only so many of them may come instead of an answer.
    let mut peer = Peer::authenticated_with(with(|config| config.unsolicited = 1000), "INPROGRESS");
    let noop = peer.submit(Noop);
    peer.hear();
    let flood = |tag: &str| format!("* OK [INPROGRESS (\"{tag}\" 1 2)] x\r\n");
    for _ in 0..1000 {
        peer.say(&flood("%1"));
    }
    assert_eq!(peer.fails(&flood("%1")).kind(), ErrorKind::Limit);
    drop(noop);
    // Nor may there be more where the server tells other things by itself (RFC 5465).
    let mut peer = Peer::authenticated_with(with(|config| config.unsolicited = 1000), "INPROGRESS NOTIFY");
    let watched = MailboxEvents::none().messages();
    let notify = peer.submit(Notify::new().watch(Watched::Personal, watched));
    peer.hear();
    peer.say("%1 OK x\r\n");
    peer.answer(notify).unwrap();
    let noop = peer.submit(Noop);
    peer.hear();
    for _ in 0..1000 {
        peer.say(&flood("%2"));
        peer.say("* STATUS other (MESSAGES 1)\r\n");
    }
    assert_eq!(peer.fails(&flood("%2")).kind(), ErrorKind::Limit);
    drop(noop);
    // Tags and numbers that are none.
    let mut peer = Peer::authenticated("INPROGRESS");
    let noop = peer.submit(Noop);
    peer.hear();
    let long = "a".repeat(100_000);
    for code in [
        format!("INPROGRESS (\"{long}\" 1 2)"),
        format!("INPROGRESS (\"%1\" {} 2)", "9".repeat(10_000)),
        format!("INPROGRESS (\"%1\" 1 {})", "9".repeat(10_000)),
        "INPROGRESS (\"%1\" 4294967296 NIL)".to_owned(),
        "INPROGRESS (\"%1\" 1 2".to_owned(),
        "INPROGRESS ((\"%1\") 1 2)".to_owned(),
        format!("INPROGRESS {}", "(".repeat(10_000)),
        "INPROGRESS ()".to_owned(),
        "INPROGRESS (\"\" 1 2)".to_owned(),
        "INPROGRESS (\"%1\\r\\n\" 1 2)".to_owned(),
    ] {
        let told = peer.say(&format!("* OK [{code}] x\r\n"));
        assert!(told.iter().all(|event| !event.starts_with("progress")), "{code:.60}: {told:?}");
    }
    peer.say("%1 OK done\r\n");
    peer.answer(noop).unwrap();
    // With nothing under way there is nothing to tell of.
    let told = peer.say("* OK [INPROGRESS (\"%1\" 1 2)] x\r\n* OK [INPROGRESS] x\r\n");
    assert!(told.iter().all(|event| !event.starts_with("progress")), "{told:?}");
    assert!(!peer.events.iter().any(|event| matches!(event, Report::Progress { .. })));
}

#[test]
fn events_of_progress_do_not_pile_up() {
    let flood: String = (1..=500).map(|n| format!("S: * OK [INPROGRESS (NIL {n} 1000)] at work\n")).collect();
    let dialogue = format!(
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\n\
         C: in AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls\n\
         S: in OK [CAPABILITY IMAP4rev1 INPROGRESS] welcome\n\
         C: no NOOP\n{flood}S: no OK done\n"
    );
    run_virtual(Dialogue::parse(&dialogue).play(async |stream| {
        let mut client = builder().connect_over("imap://mail.example", stream).await.unwrap();
        client.authenticate(&credentials("user")).await.unwrap();
        client.noop().await.unwrap();
        let Some(Event::Progress { progress, .. }) = client.take_event() else { panic!("nothing was told") };
        assert_eq!((progress.done, progress.fraction()), (Some(500), Some(0.5)));
        assert!(client.take_event().is_none());
    }));
}

#[test]
fn nothing_is_smuggled_in() {
    for evil in ["de\r\na LOGOUT", "de\"", "de {3}", "de)", "\u{0}", "de\u{e9}", ""] {
        assert!(LanguageRange::new(evil).is_err(), "{evil:?}");
        assert!(Comparator::new(evil).is_err() || evil == "de)", "{evil:?}");
    }
    // A name of an algorithm is an atom that the server has offered, or it is not sent.
    let mut peer = Peer::selected("THREAD=REFS SORT", 1);
    for evil in ["REFS UTF-8 ALL\r\nx LOGOUT", "REFS ALL", "", "(", "REFS\r\n"] {
        let thread = UidThread::new(ThreadAlgorithm::from(evil), SearchQuery::all());
        assert!(peer.machine.submit(thread).unwrap_err().is_unsent());
    }
    assert_eq!(peer.hear(), "");
    // What a server says of itself is no more than that.
    let mut peer = Peer::authenticated("LANGUAGE I18NLEVEL=2 JMAPACCESS");
    let language = peer.submit(Language::list());
    assert_eq!(peer.hear(), "%1 LANGUAGE\r\n");
    peer.say("* LANGUAGE (\"de\\\"\r\n");
    peer.say(
        "* LANGUAGE ({2}\r\n\r\n)\r\n* LANGUAGE ()\r\n* LANGUAGE de\r\n* LANGUAGE NIL\r\n%% OK done\r\n",
    );
    assert_eq!(peer.answer(language).unwrap().known.len(), 0);
    assert_eq!(peer.machine.language(), None);
    let jmap = peer.submit(GetJmapAccess);
    peer.hear();
    peer.say("* JMAPACCESS {12}\r\nhttps://x\r\ny\r\n%% OK done\r\n");
    assert_eq!(peer.answer(jmap).unwrap_err().kind(), ErrorKind::Protocol);
}

#[test]
fn what_waits_behind_unauthenticate_is_judged_by_what_comes_of_it() {
    let mut peer = Peer::selected("UNAUTHENTICATE", 2);
    let leaving = peer.submit(Unauthenticate);
    let fetch = peer.machine.submit(Fetch::new(SequenceSet::all(), FetchItems::new().flags())).unwrap();
    let login = peer.machine.login("tim", &secret("tanstaaf")).unwrap();
    assert_eq!(peer.hear(), "%2 UNAUTHENTICATE\r\n");
    assert!(peer.machine.is_leaving_mailbox());
    peer.say("%2 OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] done\r\n");
    assert!(peer.hear().starts_with("%3 LOGIN "));
    peer.answer(leaving).unwrap();
    let error = peer.answer(fetch).unwrap_err();
    assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Usage, true));
    peer.say("%3 OK [CAPABILITY IMAP4rev1 SORT] in\r\n");
    peer.answer(login).unwrap();
    assert!(peer.machine.capabilities().unwrap().has(&Capability::Sort));
    // Abandoned before it is sent, it does not happen.
    let mut peer = Peer::authenticated("UNAUTHENTICATE");
    let noop = peer.submit(Noop);
    drop(peer.submit(Unauthenticate));
    assert_eq!(peer.hear(), "%1 NOOP\r\n");
    peer.say("%1 OK x\r\n");
    peer.answer(noop).unwrap();
    assert_eq!((peer.hear().as_str(), peer.machine.phase()), ("", State::Authenticated));
    let again = peer.machine.submit(Unauthenticate).unwrap();
    peer.hear();
    peer.say("%2 OK x\r\n");
    drop(again);
    assert_eq!(peer.machine.phase(), State::NotAuthenticated);
}

#[test]
fn base_subjects_of_encoded_words() {
    // The first step of the algorithm is that of anyrfc-mime.
    for (raw, base) in [
        ("=?utf-8?Q?Re=3A_Men=C3=BC?=", "Men\u{fc}"),
        ("Re: =?iso-8859-1?Q?=5Blist=5D_Men=FC?= (fwd)", "Men\u{fc}"),
        ("=?utf-8?B?W0Z3ZDogTWVuw7xd?=", "Men\u{fc}"),
    ] {
        let mut defects = Defects::new();
        let decoded = unstructured(raw.as_bytes(), &mut Reading::new(&mut defects));
        let subject = BaseSubject::of(&decoded);
        assert_eq!((subject.as_str(), subject.is_reply_or_forward()), (base, true), "{raw}");
    }
}
