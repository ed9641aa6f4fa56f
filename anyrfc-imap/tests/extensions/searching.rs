//! RFC 5267, RFC 7377, RFC 9394 and RFC 9738: results in parts, in several mailboxes, kept up to
//! date, and cut short; against servers that say what their scripts say, and such that mean no good.

use anyrfc_core::testing::run_virtual;
use anyrfc_imap::{
    Credentials, ErrorKind, FetchItems, Flag, ImapClient, Limits, ListStep, LiveEvent, MailboxName,
    PartialRange, SearchQuery, SearchReturn, SearchSource, SearchSources, Security, SequenceSet, SortKey,
    Uid, UidSet,
    client::Builder,
    command::{FetchModifiers, Noop, StoreAction, UidSearch},
    rfc5267, rfc7377, rfc9394, rfc9738,
    testing::Dialogue,
};
use anyrfc_sasl::{MechanismName, Policy};

fn builder() -> Builder {
    let policy = Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN);
    ImapClient::builder().security(Security::Plaintext).sasl(policy)
}

/// A client of a server that has these capabilities, and says this once INBOX is selected.
fn play(capabilities: &str, dialogue: &str, work: impl AsyncFnOnce(ImapClient)) {
    play_with(builder(), capabilities, dialogue, work);
}

fn play_with(builder: Builder, capabilities: &str, dialogue: &str, work: impl AsyncFnOnce(ImapClient)) {
    let dialogue = format!(
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\n\
         C: in AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls\n\
         S: in OK [CAPABILITY IMAP4rev1 {capabilities}] welcome\n\
         C: sel SELECT INBOX\n\
         S: * 9 EXISTS\n\
         S: * OK [UIDVALIDITY 3857529045] valid\n\
         S: sel OK [READ-WRITE] done\n{dialogue}"
    );
    run_virtual(Dialogue::parse(&dialogue).play(async |stream| {
        let mut client = builder.connect_over("imap://mail.example", stream).await.unwrap();
        client.authenticate(&Credentials::password("user", "pencil".to_owned())).await.unwrap();
        client.select("INBOX").await.unwrap();
        work(client).await;
    }));
}

fn uid(number: u32) -> Uid {
    Uid::new(number).unwrap()
}

fn shown(search: &anyrfc_imap::LiveSearch) -> String {
    search.results().to_set().to_string()
}

const CONTEXT: &str = "ESEARCH CONTEXT=SEARCH IDLE";
const LIVE: &str = "C: a UID SEARCH RETURN (ALL CONTEXT UPDATE) UNSEEN\n\
                    S: * ESEARCH (TAG \"a\") UID ALL 2,5,9\n\
                    S: a OK done\n";

#[test]
fn a_result_is_kept_up_to_date_whatever_else_is_done() {
    let dialogue = format!(
        "{LIVE}\
         C: b NOOP\n\
         S: * 10 EXISTS\n\
         S: * ESEARCH (TAG \"a\") UID ADDTO (0 11)\n\
         S: b OK done\n\
         C: c UID SEARCH RETURN (ALL) SEEN\n\
         S: * ESEARCH (TAG \"a\") UID REMOVEFROM (1 2)\n\
         S: * ESEARCH (TAG \"c\") UID ALL 1\n\
         S: * ESEARCH (TAG \"a\") UID ADDTO (1 3 2 4) REMOVEFROM (0 9)\n\
         S: c OK done\n\
         C: d CANCELUPDATE \"a\"\n\
         C: e NOOP\n\
         S: * ESEARCH (TAG \"a\") UID ADDTO (0 12)\n\
         S: d OK done\n\
         S: * ESEARCH (TAG \"a\") UID ADDTO (0 13)\n\
         S: e OK done\n"
    );
    play(CONTEXT, &dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        let mut live = inbox.live_search(&SearchQuery::unseen()).await.unwrap();
        assert_eq!(shown(&live), "2,5,9");
        let noop = inbox.submit(Noop).unwrap();
        inbox.finish(noop).await.unwrap();
        let steps = inbox.update(&mut live).unwrap();
        assert_eq!(steps, [ListStep::Inserted { index: 3, number: uid(11) }]);
        let seen = inbox.search(&SearchQuery::seen()).await.unwrap();
        assert_eq!(seen.to_string(), "1", "not the result that is followed");
        assert_eq!(inbox.update(&mut live).unwrap().len(), 4);
        assert_eq!(live.results().iter().map(Uid::get).collect::<Vec<_>>(), [3, 4, 5, 11]);
        assert!(inbox.update(&mut live).unwrap().is_empty() && live.is_live());
        // What nobody follows any more is told to nobody, and the server asked to stop.
        drop(live);
        let noop = inbox.submit(Noop).unwrap();
        inbox.finish(noop).await.unwrap();
        let events: Vec<_> = std::iter::from_fn(|| inbox.take_event()).collect();
        // What comes when it has stopped is no command's.
        let late = events.iter().filter(|event| format!("{event:?}").contains("13")).count();
        let stray = events.iter().filter(|event| format!("{event:?}").contains("12")).count();
        assert_eq!((late, stray), (1, 0), "{events:?}");
    });
}

#[test]
fn a_result_is_watched() {
    let dialogue = format!(
        "{LIVE}\
         C: b IDLE\n\
         S: + idling\n\
         S: * 10 EXISTS\n\
         S: * ESEARCH (TAG \"a\") UID ADDTO (4 11:12)\n\
         S: * NO [NOUPDATE \"a\"] too much work\n\
         C: DONE\n\
         S: b OK done\n\
         C: c NOOP\n\
         S: c OK done\n"
    );
    play(CONTEXT, &dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        let mut live = inbox.live_search(&SearchQuery::unseen()).await.unwrap();
        let mut watch = inbox.watch_search(&mut live);
        let mut told = Vec::new();
        while told.len() < 4 {
            told.push(watch.next().await.unwrap().unwrap());
        }
        let words: Vec<String> = told.iter().map(|event| format!("{event:?}")).collect();
        assert!(words.iter().any(|event| event.contains("Exists(10)")), "{words:?}");
        let steps: Vec<ListStep<Uid>> = told
            .iter()
            .filter_map(|event| if let LiveEvent::Step(step) = event { Some(*step) } else { None })
            .collect();
        let new = |index, number| ListStep::Inserted { index, number: uid(number) };
        assert_eq!(steps, [new(3, 11), new(4, 12)]);
        assert!(told.iter().any(|event| matches!(event, LiveEvent::Ended)), "{words:?}");
        drop(watch);
        assert!(!live.is_live() && live.refusal().unwrap().text == "too much work");
        assert_eq!(shown(&live), "2,5,9,11:12");
        let noop = inbox.submit(Noop).unwrap();
        inbox.finish(noop).await.unwrap();
    });
}

#[test]
fn updates_that_are_refused_leave_the_result() {
    let dialogue = "C: a UID SEARCH RETURN (ALL CONTEXT UPDATE) UNSEEN\n\
                    S: * ESEARCH (TAG \"a\") UID ALL 2,5\n\
                    S: * NO [NOUPDATE \"a\"] too many\n\
                    S: a OK done\n\
                    C: b NOOP\n\
                    S: * ESEARCH (TAG \"a\") UID ADDTO (0 7)\n\
                    S: b OK done\n";
    play(CONTEXT, dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        let mut live = inbox.live_search(&SearchQuery::unseen()).await.unwrap();
        assert!(inbox.update(&mut live).unwrap().is_empty() && !live.is_live());
        assert_eq!((shown(&live).as_str(), live.refusal().unwrap().text.as_str()), ("2,5", "too many"));
        let noop = inbox.submit(Noop).unwrap();
        inbox.finish(noop).await.unwrap();
        assert!(inbox.update(&mut live).unwrap().is_empty());
        drop(live);
    });
}

#[test]
fn updates_end_with_the_mailbox() {
    let dialogue = format!(
        "{LIVE}\
         C: b EXAMINE INBOX\n\
         S: * 9 EXISTS\n\
         S: * OK [UIDVALIDITY 3857529045] valid\n\
         S: b OK [READ-ONLY] done\n\
         C: c NOOP\n\
         S: * ESEARCH (TAG \"a\") UID ADDTO (0 7)\n\
         S: c OK done\n"
    );
    play(CONTEXT, &dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        let mut live = inbox.live_search(&SearchQuery::unseen()).await.unwrap();
        drop(inbox);
        let mut inbox = client.examine("INBOX").await.unwrap();
        assert!(inbox.update(&mut live).unwrap().is_empty() && !live.is_live());
        drop(live);
        let noop = inbox.submit(Noop).unwrap();
        inbox.finish(noop).await.unwrap();
    });
}

#[test]
fn a_result_is_of_its_own_connection() {
    // Both have the same place among the commands of their connections.
    let mut theirs = None;
    play(CONTEXT, LIVE, async |mut client| {
        let mut inbox = client.selected().unwrap();
        theirs = Some(inbox.live_search(&SearchQuery::unseen()).await.unwrap());
    });
    let mut theirs = theirs.unwrap();
    let dialogue = format!(
        "{LIVE}C: b NOOP\nS: * ESEARCH (TAG \"other\") UID ADDTO (0 8)\n\
                            S: * ESEARCH (TAG \"a\") UID ADDTO (0 7)\nS: b OK done\n"
    );
    play(CONTEXT, &dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        let mut ours = inbox.live_search(&SearchQuery::unseen()).await.unwrap();
        inbox.noop().await.unwrap();
        assert!(inbox.update(&mut theirs).unwrap().is_empty());
        assert!(!theirs.is_live(), "nobody tells of it any more");
        assert_eq!(shown(&theirs), "2,5,9");
        assert_eq!(inbox.update(&mut ours).unwrap().len(), 1);
        assert!(ours.is_live());
        assert_eq!(shown(&ours), "2,5,7,9");
    });
}

#[test]
fn what_is_found_in_part_is_not_taken_for_the_whole() {
    let dialogue = "C: a UID SORT (DATE) UTF-8 ALL\n\
                    S: * SORT 9 7\n\
                    S: a OK [MESSAGELIMIT 3 7] partial\n\
                    C: b UID SEARCH RETURN (CONTEXT PARTIAL 1:2) ALL\n\
                    S: * ESEARCH (TAG \"b\") UID PARTIAL (1:2 7,9)\n\
                    S: b OK [MESSAGELIMIT 3 7] partial\n\
                    C: c UID SEARCH RETURN (ALL CONTEXT UPDATE) UNSEEN\n\
                    S: * ESEARCH (TAG \"c\") UID ALL 7,9\n\
                    S: c OK [MESSAGELIMIT 3 7] partial\n";
    play("ESEARCH CONTEXT=SEARCH SORT PARTIAL MESSAGELIMIT=3", dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        let error = inbox.sort(SortKey::Date, &SearchQuery::all()).await.unwrap_err();
        assert_eq!((error.kind(), error.message_limit().is_some()), (ErrorKind::Limit, true));
        let range = PartialRange::from_start(1, 2).unwrap();
        let error = inbox.search_page(&SearchQuery::all(), range).await.unwrap_err();
        assert_eq!((error.kind(), error.message_limit().is_some()), (ErrorKind::Limit, true));
        let error = inbox.live_search(&SearchQuery::unseen()).await.unwrap_err();
        assert_eq!((error.kind(), error.message_limit().is_some()), (ErrorKind::Limit, true));
    });
}

#[test]
fn changes_that_cannot_be_are_told_and_cost_nothing_else() {
    for (change, requirement) in [
        ("UID ADDTO (9 11)", Some(rfc5267::ADDTO_INSERTS_AT_THE_POSITION)),
        ("UID ADDTO (1 7)", Some(rfc5267::UPDATES_KEEP_THE_ORDER)),
        ("UID REMOVEFROM (1 5)", Some(rfc5267::REMOVEFROM_REMOVES_AT_THE_POSITION)),
        ("UID REMOVEFROM (3 9:4294967295)", Some(rfc5267::REMOVEFROM_REMOVES_AT_THE_POSITION)),
        ("ADDTO (0 3)", Some(rfc5267::UPDATES_HOLD_WHAT_THE_COMMAND_ASKED)),
        ("UID ADDTO (0 *)", Some(anyrfc_imap::rfc9051::ABNF_IS_FOLLOWED_STRICTLY)),
        ("UID ADDTO (0 1:4294967295)", None),
    ] {
        // What the connection cannot read it cancels by itself, the rest when it is dropped.
        let at_once = change.starts_with("ADDTO") || change.contains('*');
        let cancel = |now| if at_once == now { "C: c CANCELUPDATE \"a\"\n" } else { "" };
        let dialogue = format!(
            "{LIVE}C: b NOOP\nS: * ESEARCH (TAG \"a\") {change}\n{}S: b OK done\n{}C: d NOOP\nS: c OK done\nS: d OK done\n",
            cancel(true),
            cancel(false),
        );
        play(CONTEXT, &dialogue, async |mut client| {
            let mut inbox = client.selected().unwrap();
            let mut live = inbox.live_search(&SearchQuery::unseen()).await.unwrap();
            let noop = inbox.submit(Noop).unwrap();
            inbox.finish(noop).await.unwrap();
            let error = inbox.update(&mut live).unwrap_err();
            let kind = if requirement.is_some() { ErrorKind::Protocol } else { ErrorKind::Limit };
            assert_eq!((error.kind(), error.requirement()), (kind, requirement), "{change}");
            assert!(!live.is_live() && inbox.update(&mut live).unwrap().is_empty());
            let noop = inbox.submit(Noop).unwrap();
            inbox.finish(noop).await.unwrap();
        });
    }
}

#[test]
fn a_flood_of_changes_is_bounded_and_told() {
    // Each of a thousand changes names a thousand messages one by one: 8 KiB each in memory.
    let many: Vec<String> = (1..1000).map(|n| (1000 + 2 * n).to_string()).collect();
    let line = format!("S: * ESEARCH (TAG \"a\") UID REMOVEFROM (0 {})\n", many.join(","));
    let dialogue = format!(
        "{LIVE}C: b NOOP\n{}S: b OK done\nC: c CANCELUPDATE \"a\"\nC: d NOOP\nS: c OK done\nS: d OK done\n",
        line.repeat(3000)
    );
    play(CONTEXT, &dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        let mut live = inbox.live_search(&SearchQuery::unseen()).await.unwrap();
        let before = inbox.buffer_capacity();
        let noop = inbox.submit(Noop).unwrap();
        inbox.finish(noop).await.unwrap();
        let held = inbox.buffer_capacity() - before;
        assert!(held < 18 << 20, "{held} bytes are held");
        let error = inbox.update(&mut live).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(!live.is_live());
        assert!(inbox.buffer_capacity() < before + (1 << 20));
        let noop = inbox.submit(Noop).unwrap();
        inbox.finish(noop).await.unwrap();
    });
}

#[test]
fn a_result_that_is_too_large_is_not_made() {
    let mut limits = Limits::default();
    limits.buffered = 4000;
    let dialogue = "C: a UID SEARCH RETURN (ALL CONTEXT UPDATE) ALL\n\
                    S: * ESEARCH (TAG \"a\") UID ALL 1:4294967295\n\
                    S: a OK done\n";
    play_with(builder().limits(limits), CONTEXT, dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        let error = inbox.live_search(&SearchQuery::all()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
    });
    play("ESEARCH IDLE", "", async |mut client| {
        let mut inbox = client.selected().unwrap();
        let error = inbox.live_search(&SearchQuery::all()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.requirement(), Some(rfc5267::CONTEXT_SEARCH_NEEDS_THE_CAPABILITY));
        let search = UidSearch::new(SearchQuery::all()).returning(SearchReturn::new().update());
        assert_eq!(inbox.submit(search).unwrap_err().kind(), ErrorKind::Usage);
    });
}

#[test]
fn pages_of_a_result() {
    let dialogue = "C: a UID SEARCH RETURN (PARTIAL 1:2) ALL\n\
                    S: * ESEARCH (TAG \"a\") UID PARTIAL (1:2 3,9)\n\
                    S: a OK done\n\
                    C: b UID SEARCH RETURN (PARTIAL 3:4) ALL\n\
                    S: * ESEARCH (TAG \"b\") UID PARTIAL (3:4 12)\n\
                    S: b OK done\n\
                    C: c UID SEARCH RETURN (PARTIAL 5:6) ALL\n\
                    S: * ESEARCH (TAG \"c\") UID PARTIAL (5:6 NIL)\n\
                    S: c OK done\n\
                    C: d UID SEARCH RETURN (PARTIAL -1:-2) ALL\n\
                    S: * ESEARCH (TAG \"d\") UID PARTIAL (-1:-2 9,12)\n\
                    S: d OK done\n\
                    C: e UID FETCH 1:* (UID FLAGS) (PARTIAL -1:-2)\n\
                    S: * 8 FETCH (UID 9 FLAGS ())\n\
                    S: * 9 FETCH (UID 12 FLAGS ())\n\
                    S: e OK done\n";
    play("ESEARCH PARTIAL", dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        let mut range = PartialRange::from_start(1, 2).unwrap();
        let mut pages = Vec::new();
        loop {
            let page = inbox.search_page(&SearchQuery::all(), range).await.unwrap();
            if page.found.is_empty() {
                break;
            }
            pages.push(page.found.to_string());
            range = range.next().unwrap();
        }
        assert_eq!(pages, ["3,9", "12"]);
        let newest = PartialRange::from_end(1, 2).unwrap();
        let page = inbox.search_page(&SearchQuery::all(), newest).await.unwrap();
        assert_eq!(page.found.to_string(), "9,12");
        let modifiers = FetchModifiers::new().partial(newest);
        let rows = inbox.fetch_with(SequenceSet::all(), FetchItems::new().uid().flags(), modifiers).unwrap();
        assert_eq!(rows.collect().await.unwrap().len(), 2);
    });
}

#[test]
fn pages_that_lie() {
    for (partial, requirement) in [
        ("PARTIAL (1:2 3,9,12)", rfc9394::RANGE_IS_RETURNED),
        ("PARTIAL (1:2 1:4294967295)", rfc9394::RANGE_IS_RETURNED),
        ("PARTIAL (2:3 9,12)", rfc9394::RANGE_IS_RETURNED),
        ("PARTIAL (-1:-2 9,12)", rfc9394::RANGE_IS_RETURNED),
        // Not the page that was asked for, which is not empty for that.
        ("ALL 9,12", rfc9394::RANGE_IS_RETURNED),
        ("PARTIAL (1:2 9,*)", anyrfc_imap::rfc9051::ABNF_IS_FOLLOWED_STRICTLY),
    ] {
        let dialogue = format!(
            "C: a UID SEARCH RETURN (PARTIAL 1:2 CONTEXT) ALL\nS: * ESEARCH (TAG \"a\") UID {partial}\nS: a OK done\n"
        )
        .replace("(PARTIAL 1:2 CONTEXT)", "(CONTEXT PARTIAL 1:2)");
        play(CONTEXT, &dialogue, async |mut client| {
            let mut inbox = client.selected().unwrap();
            let range = PartialRange::from_start(1, 2).unwrap();
            let error = inbox.search_page(&SearchQuery::all(), range).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(requirement)),
                "{partial}"
            );
        });
    }
}

#[test]
fn several_mailboxes() {
    let dialogue = "C: a ESEARCH IN (mailboxes \"folder1\" subtree \"folder2\") SUBJECT \"chad\"\n\
                    S: * ESEARCH (TAG \"a\" MAILBOX \"folder1\" UIDVALIDITY 1) UID ALL 4001,4003,4005,4007,4009\n\
                    S: * ESEARCH (TAG \"a\" MAILBOX \"folder2/banana\" UIDVALIDITY 503) UID ALL 3002,4004\n\
                    S: * ESEARCH (TAG \"a\" MAILBOX \"folder1\" UIDVALIDITY 1) UID ALL 5000\n\
                    S: * ESEARCH (TAG \"other\" MAILBOX \"folder3\" UIDVALIDITY 5) UID ALL 1\n\
                    S: * ESEARCH (MAILBOX \"folder4\" UIDVALIDITY 5) UID ALL 1\n\
                    S: a OK [LIMIT] that was a lot\n\
                    C: b ESEARCH RETURN (COUNT) UNSEEN\n\
                    S: b OK done\n\
                    C: c ESEARCH IN (inboxes) ALL\n\
                    S: * ESEARCH (TAG \"c\" MAILBOX INBOX) UID ALL 1\n\
                    S: c OK done\n\
                    C: d ESEARCH IN (inboxes) ALL\n\
                    S: * ESEARCH (TAG \"d\" MAILBOX INBOX UIDVALIDITY 7) UID ALL 1\n\
                    S: * ESEARCH (TAG \"d\" MAILBOX INBOX UIDVALIDITY 8) UID ALL 1\n\
                    S: d OK done\n\
                    C: e ESEARCH IN (inboxes) ALL\n\
                    S: * ESEARCH (TAG \"e\" MAILBOX INBOX UIDVALIDITY 7) ALL 1\n\
                    S: e OK done\n\
                    C: f ESEARCH IN (inboxes) ALL\n\
                    S: * ESEARCH (TAG \"f\") UID ALL 1,*\n\
                    S: f OK done\n";
    let dialogue = dialogue
        .replace("\"folder1\" subtree \"folder2\"", "folder1 subtree folder2")
        .replace("\"chad\"", "chad");
    play("ESEARCH MULTISEARCH", &dialogue, async |mut client| {
        let name = |text: &str| MailboxName::new(text).unwrap();
        let sources = SearchSources::new([
            SearchSource::Mailboxes(vec![name("folder1")]),
            SearchSource::Subtree(vec![name("folder2")]),
        ]);
        let found = client.search_in(sources.unwrap(), &SearchQuery::subject("chad")).await.unwrap();
        let told: Vec<String> = found
            .mailboxes
            .iter()
            .map(|of| format!("{} {} {}", of.mailbox, of.uid_validity, of.found.all))
            .collect();
        assert_eq!(told, ["folder1 1 4001,4003,4005,4007,4009,5000", "folder2/banana 503 3002,4004"]);
        assert!(found.limited && client.selected().is_some());
        let returns = SearchReturn::new().count();
        let query = SearchQuery::unseen();
        let found = client.search_in_for(SearchSources::selected(), &query, returns).await.unwrap();
        assert!(found.mailboxes.is_empty() && !found.limited);
        for requirement in [
            rfc7377::ALL_CORRELATORS_ARE_SENT,
            rfc7377::ONE_RESPONSE_PER_MAILBOX,
            anyrfc_imap::rfc4731::UID_SEARCH_HAS_THE_UID_INDICATOR,
            rfc7377::ALL_CORRELATORS_ARE_SENT,
        ] {
            let sources = SearchSources::new([SearchSource::Inboxes]).unwrap();
            let error = client.search_in(sources, &SearchQuery::all()).await.unwrap_err();
            assert_eq!(error.requirement(), Some(requirement));
        }
    });
}

#[test]
fn what_a_server_leaves_is_asked_for_next() {
    let dialogue = "C: a UID SEARCH RETURN (ALL) SEEN\n\
                    S: * ESEARCH (TAG \"a\") UID ALL 7,9\n\
                    S: a OK [MESSAGELIMIT 3 7] partial\n\
                    C: b UID SEARCH RETURN (ALL) SEEN UID 1:6\n\
                    S: * ESEARCH (TAG \"b\") UID ALL 5\n\
                    S: * NO [MESSAGELIMIT 3 4] partial\n\
                    S: b OK [X-OTHER] done\n\
                    C: c UID SEARCH RETURN (ALL) SEEN UID 1:3\n\
                    S: * ESEARCH (TAG \"c\") UID ALL 1\n\
                    S: c OK done\n\
                    C: d UID FETCH 1:* (FLAGS)\n\
                    S: * 3 FETCH (UID 9 FLAGS ())\n\
                    S: * 2 FETCH (UID 7 FLAGS ())\n\
                    S: d OK [MESSAGELIMIT 2 7] partial\n\
                    C: e UID FETCH 1:6 (FLAGS)\n\
                    S: * 1 FETCH (UID 1 FLAGS ())\n\
                    S: e OK done\n\
                    C: f UID STORE 1:9 +FLAGS.SILENT (\\Seen)\n\
                    S: f OK [MESSAGELIMIT 2 7] partial\n\
                    C: g UID STORE 1:6 +FLAGS.SILENT (\\Seen)\n\
                    S: g OK done\n\
                    C: h UID COPY 1:9 there\n\
                    S: h NO [MESSAGELIMIT 2] too many\n\
                    C: i UID SEARCH RETURN (ALL) UID 1:9\n\
                    S: * ESEARCH (TAG \"i\") UID ALL 1,7,9\n\
                    S: i OK done\n\
                    C: j UID COPY 1,7 there\n\
                    S: j OK done\n\
                    C: k UID COPY 9 there\n\
                    S: k OK done\n\
                    C: l UID EXPUNGE 1:9\n\
                    S: * 3 EXPUNGE\n\
                    S: l OK [MESSAGELIMIT 1 9] partial\n\
                    C: m UID EXPUNGE 1:8\n\
                    S: * 2 EXPUNGE\n\
                    S: m OK done\n";
    let capabilities = "ESEARCH UIDPLUS MESSAGELIMIT=3";
    play(capabilities, dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        assert_eq!(inbox.search(&SearchQuery::seen()).await.unwrap().to_string(), "1,5,7,9");
        let rows =
            inbox.fetch(SequenceSet::all(), FetchItems::new().flags()).unwrap().collect().await.unwrap();
        let fetched: UidSet = rows.iter().filter_map(|row| row.uid()).collect();
        assert_eq!((rows.len(), fetched.to_string().as_str()), (3, "1,7,9"));
        let few = SequenceSet::range(uid(1), uid(9));
        inbox.store(few.clone(), StoreAction::Add, Flag::Seen).await.unwrap();
        inbox.copy(few.clone(), "there").await.unwrap();
        assert_eq!(inbox.expunge(few).await.unwrap().numbers.len(), 2);
    });
}

#[test]
fn what_cannot_go_on_is_no_whole_answer() {
    let dialogue = "C: a UID SEARCH RETURN (ALL) SEEN\n\
                    S: a OK [MESSAGELIMIT 3] nothing\n\
                    C: b UID FETCH 1:9 (FLAGS)\n\
                    S: * 9 FETCH (UID 9 FLAGS ())\n\
                    S: b OK [MESSAGELIMIT 3 12] elsewhere\n\
                    C: c UID SEARCH RETURN (ALL) SEEN\n\
                    S: c OK [MESSAGELIMIT 3 7] partial\n\
                    C: d UID SEARCH RETURN (ALL) SEEN UID 1:6\n\
                    S: d OK [MESSAGELIMIT 3 7] partial\n\
                    C: e UID COPY 1:9 there\n\
                    S: e NO [MESSAGELIMIT 9] too many\n\
                    C: f UID SEARCH RETURN (ALL) UID 1:9\n\
                    S: * ESEARCH (TAG \"f\") UID ALL 1,7,9\n\
                    S: f OK done\n\
                    C: g UID SEARCH RETURN (COUNT) SEEN\n\
                    S: * ESEARCH (TAG \"g\") COUNT 2\n\
                    S: g OK [MESSAGELIMIT 3 7] partial\n\
                    C: h UID STORE 1:9 +FLAGS (\\Seen)\n\
                    S: h OK [MESSAGELIMIT 3 7] partial\n";
    play("ESEARCH MESSAGELIMIT=3", dialogue, async |mut client| {
        let mut inbox = client.selected().unwrap();
        let error = inbox.search(&SearchQuery::seen()).await.unwrap_err();
        assert_eq!((error.kind(), error.message_limit().unwrap().limit), (ErrorKind::Limit, 3));
        let few = SequenceSet::range(uid(1), uid(9));
        let error = inbox.fetch(few.clone(), FetchItems::new().flags()).unwrap().collect().await.unwrap_err();
        assert_eq!(error.requirement(), Some(rfc9738::HIGHEST_UIDS_COME_FIRST));
        let error = inbox.search(&SearchQuery::seen()).await.unwrap_err();
        assert_eq!(error.requirement(), Some(rfc9738::HIGHEST_UIDS_COME_FIRST));
        let error = inbox.copy(few.clone(), "there").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        let counted = inbox.search_for(&SearchQuery::seen(), SearchReturn::new().count()).await.unwrap();
        assert_eq!((counted.count, counted.message_limit.unwrap().lowest), (Some(2), Some(uid(7))));
        let store = anyrfc_imap::command::UidStore::new(few, StoreAction::Add, Flag::Seen);
        let ticket = inbox.submit(store).unwrap();
        let error = inbox.finish(ticket).await.unwrap_err();
        assert_eq!((error.kind(), error.message_limit().unwrap().lowest), (ErrorKind::Limit, Some(uid(7))));
    });
}
