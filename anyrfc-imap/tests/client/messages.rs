//! Fetching, appending, moving.

use std::{pin::pin, time::Duration};

use anyrfc_core::testing::{clock::settle, now, run_virtual};
use anyrfc_imap::{
    AppendOptions, Code, ErrorKind, Event, FetchItems, Flag, ProtocolState, Section, Uid, UidSet,
    command::{Noop, UidFetch},
};
use futures_util::StreamExt as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _};

use super::script::{SELECTED, Script, login, login_with, open_builder};

fn uid(number: u32) -> Uid {
    Uid::new(number).unwrap()
}

fn inbox(capabilities: &str) -> Script {
    Script::logged_in(capabilities).on("SELECT INBOX", SELECTED)
}

fn rows(from: u32, to: u32) -> String {
    (from..=to).map(|n| format!("* {n} FETCH (UID {n} FLAGS (\\Seen))\r\n")).collect()
}

#[test]
fn a_fetch_that_is_dropped_half_way_is_drained() {
    let script = inbox("")
        .on("UID FETCH 1:200 (FLAGS)", &(rows(1, 200) + "{tag} OK done\r\n"))
        .on("UID FETCH 1 (FLAGS)", "* 1 FETCH (UID 1 FLAGS (\\Draft))\r\n{tag} OK done\r\n")
        .on("NOOP", "{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let all: UidSet = (1..=200).map(uid).collect();
        let mut fetch = inbox.fetch(all, FetchItems::new().flags()).unwrap();
        for expected in 1..=3 {
            assert_eq!(fetch.next().await.unwrap().unwrap().uid(), Some(uid(expected)));
        }
        drop(fetch);
        let row = inbox.fetch(uid(1), FetchItems::new().flags()).unwrap().collect().await.unwrap();
        assert_eq!(row.len(), 1);
        assert!(row[0].flags().unwrap().parsed().unwrap().contains(&Flag::Draft));
        inbox.noop().await.unwrap();
        assert!(inbox.take_event().is_none());
        client.logout().await.unwrap();
    });
}

#[test]
fn rows_that_nobody_asked_for_are_events() {
    let script = inbox("")
        .on(
            "UID FETCH 2 (FLAGS)",
            "* 1 FETCH (FLAGS (\\Seen) UID 1)\r\n* 2 FETCH (FLAGS () UID 2)\r\n* 4 EXISTS\r\n* 1 EXPUNGE\r\n\
             {tag} OK done\r\n",
        )
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let found = inbox.fetch(uid(2), FetchItems::new().flags()).unwrap().collect().await.unwrap();
        assert_eq!(found.iter().map(|row| row.uid()).collect::<Vec<_>>(), [Some(uid(2))]);
        assert!(matches!(inbox.take_event(), Some(Event::Fetch(row)) if row.uid() == Some(uid(1))));
        assert!(matches!(inbox.take_event(), Some(Event::Exists(4))));
        assert!(matches!(inbox.take_event(), Some(Event::Expunge { uid: Some(gone), .. }) if gone == uid(1)));
        assert_eq!(inbox.exists(), 3);
        client.logout().await.unwrap();
    });
}

#[test]
fn a_set_too_long_for_a_line_is_fetched_by_several_commands() {
    let script = inbox("").on_line(|line| {
        assert!(line.len() < 8000);
        Ok("* 1 FETCH (UID 1 FLAGS ())\r\n{tag} OK done\r\n".to_owned())
    });
    let script = script.on_line(|line| {
        assert!(line.starts_with("UID FETCH ") && line.ends_with(" (FLAGS)"), "{line}");
        Ok("* 3 FETCH (UID 3999 FLAGS ())\r\n{tag} OK done\r\n".to_owned())
    });
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let odd: UidSet = (0..2000).map(|n| uid(2 * n + 1)).collect();
        let fetch = inbox.fetch(odd, FetchItems::new().flags()).unwrap();
        let uids: Vec<_> = fetch.map(|row| row.unwrap().uid().unwrap().get()).collect().await;
        assert_eq!(uids, [1, 3999]);
    });
}

#[test]
fn a_refused_fetch_says_so_once_and_ends() {
    let script =
        inbox("").on("UID FETCH 1 (FLAGS)", "* 1 FETCH (UID 1 FLAGS ())\r\n{tag} NO gone\r\n").logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let mut fetch = inbox.fetch(uid(1), FetchItems::new().flags()).unwrap();
        assert!(fetch.next().await.unwrap().is_some());
        assert_eq!(fetch.next().await.unwrap_err().kind(), ErrorKind::Refused);
        assert!(fetch.next().await.unwrap().is_none());
        let nothing = inbox.fetch(UidSet::new(), FetchItems::new().flags()).unwrap();
        assert!(nothing.collect().await.unwrap().is_empty());
        client.logout().await.unwrap();
    });
}

#[test]
fn rows_are_shown_where_they_were_read() {
    let script = inbox("")
        .on("UID FETCH 1:50 (FLAGS)", &(rows(1, 50) + "* 51 EXISTS\r\n{tag} OK done\r\n"))
        .on("UID FETCH 1:50 (FLAGS)", "{tag} BAD what\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let all: UidSet = (1..=50).map(uid).collect();
        let mut shown = Vec::new();
        let fetch = inbox.fetch(&all, FetchItems::new().flags()).unwrap();
        fetch.for_each(|row| shown.push(row.uid().unwrap().get())).await.unwrap();
        assert_eq!(shown, (1..=50).collect::<Vec<_>>());
        let fetch = inbox.fetch(&all, FetchItems::new().flags()).unwrap();
        assert_eq!(fetch.for_each(|_| {}).await.unwrap_err().kind(), ErrorKind::Refused);
        assert!(matches!(inbox.take_event(), Some(Event::Exists(51))));
        client.logout().await.unwrap();
    });
}

/// So large that it does not fit into a row.
const LARGE: usize = 100_000;

fn large(number: u32) -> String {
    let body = "0123456789".repeat(LARGE / 10);
    format!("* {number} FETCH (UID {number} BODY[] {{{LARGE}}}\r\n{body} FLAGS ())\r\n")
}

#[test]
fn large_bodies_are_part_of_what_was_fetched() {
    let script =
        inbox("").on("UID FETCH 1:2 (BODY.PEEK[])", &(large(1) + &large(2) + "{tag} OK done\r\n")).logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let both: UidSet = [uid(1), uid(2)].into_iter().collect();
        let fetch = inbox.fetch(both, FetchItems::new().peek(Section::all())).unwrap();
        let rows = fetch.collect().await.unwrap();
        for row in &rows {
            let body = row.body_bytes(&Section::all()).unwrap();
            assert_eq!((body.len(), &body[..10]), (LARGE, &b"0123456789"[..]));
            assert!(row.body_bytes(&Section::header()).is_none());
        }
        assert_eq!(rows.len(), 2);
        client.logout().await.unwrap();
    });
}

#[test]
fn the_body_of_a_row_that_was_dropped_is_no_part_of_the_next() {
    let first = large(1);
    let (begin, rest) = first.split_at(LARGE / 2);
    let script = inbox("")
        .on("UID FETCH 1 (BODY.PEEK[])", begin)
        .pause(Duration::from_secs(2))
        .send(rest)
        .answer("{tag} OK done\r\n")
        .on("UID FETCH 2 (BODY.PEEK[])", "* 2 FETCH (UID 2 BODY[] {5}\r\nsmall)\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let body = || FetchItems::new().peek(Section::all());
        let mut fetch = inbox.fetch(uid(1), body()).unwrap();
        tokio::time::timeout(Duration::from_secs(1), fetch.next()).await.unwrap_err();
        drop(fetch);
        let rows = inbox.fetch(uid(2), body()).unwrap().collect().await.unwrap();
        assert_eq!(rows.len(), 1);
        let body = rows[0].body_bytes(&Section::all()).unwrap();
        assert_eq!(String::from_utf8_lossy(&body), "small");
        assert!(inbox.take_event().is_none());
        client.logout().await.unwrap();
    });
}

#[test]
fn a_body_that_is_too_large_to_be_kept_is_missing_from_its_row() {
    let script = inbox("").on("UID FETCH 1 (BODY.PEEK[])", &(large(1) + "{tag} OK done\r\n")).logout();
    script.play(async |stream| {
        let mut limits = anyrfc_imap::Limits::default();
        limits.literal = LARGE - 1;
        let mut client = login_with(&open_builder().limits(limits), stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let fetch = inbox.fetch(uid(1), FetchItems::new().peek(Section::all())).unwrap();
        let rows = fetch.collect().await.unwrap();
        assert!(rows[0].body_bytes(&Section::all()).is_none());
        let told = rows[0].body(&Section::all()).unwrap().parsed().unwrap();
        assert_eq!(told, anyrfc_imap::BodyData::Streamed { octets: LARGE as u64 });
        client.logout().await.unwrap();
    });
}

#[test]
fn a_body_is_read_as_it_comes() {
    let script = inbox("")
        .on("UID FETCH 1 (BODY.PEEK[])", &(large(1) + "{tag} OK done\r\n"))
        .on("UID FETCH 2 (BODY.PEEK[])", &(large(2) + "{tag} OK done\r\n"))
        .on("UID FETCH 3 (BODY.PEEK[])", "{tag} OK done\r\n")
        .on("UID FETCH 1 (BODY.PEEK[9])", "* 1 FETCH (UID 1 BODY[9] NIL)\r\n{tag} OK done\r\n")
        .on("UID FETCH 1 (BODY.PEEK[9])", "* 1 FETCH (UID 1 BODY[9] {0}\r\n)\r\n{tag} OK done\r\n")
        .on("UID FETCH 4 (BODY.PEEK[])", "{tag} NO [SERVERBUG] lost it\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let mut body = inbox.fetch_body(uid(1), Section::all()).await.unwrap().unwrap();
        assert_eq!(body.len(), LARGE as u64);
        let mut text = Vec::new();
        body.read_to_end(&mut text).await.unwrap();
        assert!(text.len() == LARGE && text.chunks(10).all(|chunk| chunk == b"0123456789"));
        // Half of it is enough.
        let mut body = inbox.fetch_body(uid(2), Section::all()).await.unwrap().unwrap();
        let mut some = [0; 10];
        body.read_exact(&mut some).await.unwrap();
        assert_eq!(&some, b"0123456789");
        assert!(!body.fill_buf().await.unwrap().is_empty());
        drop(body);
        assert!(inbox.fetch_body(uid(3), Section::all()).await.unwrap().is_none());
        let part = Section::part(anyrfc_imap::PartPath::new(&[9]).unwrap());
        assert!(inbox.fetch_body(uid(1), part.clone()).await.unwrap().is_none());
        let mut empty = inbox.fetch_body(uid(1), part).await.unwrap().unwrap();
        assert_eq!(empty.read(&mut some).await.unwrap(), 0);
        let error = inbox.fetch_body(uid(4), Section::all()).await.unwrap_err();
        assert_eq!(error.code(), Some(&Code::ServerBug));
        client.logout().await.unwrap();
    });
}

#[test]
fn a_body_of_another_message_is_no_end_of_the_one_asked_for() {
    // The server names the message behind the body, and it is another one.
    let body = "x".repeat(LARGE);
    let answer = format!("* 1 FETCH (BODY[] {{{LARGE}}}\r\n{body} UID 9)\r\n{{tag}} OK done\r\n");
    let script = inbox("").on("UID FETCH 5 (BODY.PEEK[])", &answer);
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let mut read = Vec::new();
        let outcome = match inbox.fetch_body(uid(5), Section::all()).await {
            Ok(Some(mut body)) => {
                body.read_to_end(&mut read).await.map_err(anyrfc_imap::Error::from).map(drop)
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    });
}

/// Drops what waits and does it anew, until something comes of it.
async fn stubbornly<S, T>(state: &mut S, mut attempt: impl AsyncFnMut(&mut S) -> T) -> T {
    loop {
        tokio::select! {
            biased;
            done = attempt(state) => return done,
            () = tokio::time::sleep(Duration::from_millis(1)) => {}
        }
    }
}

#[test]
fn nothing_is_lost_where_each_wait_is_dropped() {
    let script = Script::with_window(100)
        .login("IDLE")
        .on("SELECT INBOX", SELECTED)
        .on("UID FETCH 1:50 (FLAGS)", &(rows(1, 50) + "{tag} OK done\r\n"))
        .on("UID FETCH 1 (BODY.PEEK[])", &(large(1) + "{tag} OK done\r\n"))
        .on("IDLE", "+ idling\r\n")
        .pause(Duration::from_secs(1))
        .send("* 4 EXISTS\r\n* 1 EXPUNGE\r\n* 9 EXISTS\r\n")
        .raw("DONE\r\n")
        .answer("{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let all: UidSet = (1..=50).map(uid).collect();
        let mut fetch = inbox.fetch(&all, FetchItems::new().flags()).unwrap();
        let mut uids = Vec::new();
        while let Some(row) = stubbornly(&mut fetch, async |fetch| fetch.next().await).await.unwrap() {
            uids.push(row.uid().unwrap().get());
        }
        assert_eq!(uids, (1..=50).collect::<Vec<_>>());
        let mut body = inbox.fetch_body(uid(1), Section::all()).await.unwrap().unwrap();
        let (mut text, mut buffer) = (Vec::new(), [0; 77]);
        loop {
            let read = async |(body, buffer): &mut (&mut anyrfc_imap::BodyReader<'_>, &mut [u8; 77])| {
                body.read(&mut buffer[..]).await
            };
            let count = stubbornly(&mut (&mut body, &mut buffer), read).await.unwrap();
            if count == 0 {
                break;
            }
            text.extend_from_slice(&buffer[..count]);
        }
        assert!(text.len() == LARGE && text.chunks(10).all(|chunk| chunk == b"0123456789"));
        let mut watch = inbox.watch();
        for _ in 0..3 {
            assert!(stubbornly(&mut watch, async |watch| watch.next().await).await.unwrap().is_some());
        }
        drop(watch);
        assert_eq!(inbox.exists(), 9);
        client.logout().await.unwrap();
    });
}

#[test]
fn whoever_does_not_read_stops_the_server() {
    let octets = 50_u64 << 20;
    let (peer, near) = inbox("").into_parts();
    let peer = peer
        .expect_prefix(b"", b"BODY.PEEK[])\r\n")
        .send(format!("* 1 FETCH (UID 1 BODY[] {{{octets}}}\r\n"))
        .send_chunks(vec![b'x'; usize::try_from(octets).unwrap()], 64 << 10)
        .send(")\r\n")
        .hold();
    run_virtual(async {
        let mut serving = pin!(peer.run());
        let client = async {
            let mut client = login(near).await.unwrap();
            let mut inbox = client.select("INBOX").await.unwrap();
            let mut body = inbox.fetch_body(uid(1), Section::all()).await.unwrap().unwrap();
            let mut buffer = vec![0; 32 << 10];
            let (mut read, mut most) = (0_u64, 0);
            while read < octets {
                let count = body.read(&mut buffer).await.unwrap();
                assert!(count > 0 && buffer[..count].iter().all(|byte| *byte == b'x'));
                read += count as u64;
                most = most.max(body.buffer_capacity());
            }
            assert!(most < 1 << 20, "{most} bytes were held");
        };
        tokio::select! {
            () = client => {}
            end = &mut serving => panic!("the server has ended: {end:?}"),
        }
    });
}

#[test]
fn a_message_is_appended_when_the_server_asks_for_it() {
    let message = "Subject: x\r\n\r\nhello\r\n";
    let script = Script::logged_in("UIDPLUS")
        .on(&format!("APPEND Drafts (\\Draft) {{{}}}", message.len()), "+ go on\r\n")
        .raw(format!("{message}\r\n"))
        .answer("{tag} OK [APPENDUID 7 42] done\r\n")
        .on(&format!("APPEND Drafts {{{}}}", message.len()), "{tag} NO [TRYCREATE] create it first\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let options = AppendOptions::new().flag(Flag::Draft);
        let appended = client.append_bytes("Drafts", options, message).await.unwrap().unwrap();
        assert_eq!((appended.uid_validity.get(), appended.uid()), (7, Some(uid(42))));
        let error = client.append_bytes("Drafts", AppendOptions::new(), message).await.unwrap_err();
        assert_eq!(error.code(), Some(&Code::TryCreate));
        client.logout().await.unwrap();
    });
}

#[test]
fn a_large_message_is_read_no_faster_than_it_is_sent() {
    let octets = 300_000;
    let script = Script::logged_in("LITERAL+")
        .on(&format!("APPEND x {{{octets}+}}"), "")
        .raw(vec![b'x'; octets])
        .raw("\r\n")
        .answer("{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut source = tokio::io::repeat(b'x');
        let appended = client.append("x", AppendOptions::new(), &mut source, octets as u64).await.unwrap();
        assert!(appended.is_none());
        client.logout().await.unwrap();
    });
}

#[test]
fn a_message_that_ends_early_ends_the_connection() {
    let script = Script::logged_in("LITERAL+").then(|peer| peer.swallow());
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut source = tokio::io::BufReader::new(&b"short"[..]);
        let append = client.append("x", AppendOptions::new(), &mut source, 10);
        let error = append.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert_eq!(client.noop().await.unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(client.drive().await.unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(client.state(), ProtocolState::Failed);
    });
}

#[test]
fn an_append_that_is_dropped_takes_nothing_or_the_connection_along() {
    let script =
        Script::logged_in("").on("APPEND x {10}", "+ go on\r\n").raw("12345").then(|peer| peer.expect_end());
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let (mut near, mut far) = tokio::io::duplex(64);
        tokio::io::AsyncWriteExt::write_all(&mut far, b"12345").await.unwrap();
        {
            let mut append = Box::pin(client.append("x", AppendOptions::new(), &mut near, 10));
            assert!(settle(&mut append).await.is_none());
        }
        assert_eq!(client.noop().await.unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(client.drive().await.unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(client.state(), ProtocolState::Failed);
    });
}

#[test]
fn an_append_that_is_dropped_before_it_is_asked_for_ends_the_connection_when_it_is() {
    let script = Script::logged_in("")
        .on("APPEND x {10}", "")
        .pause(Duration::from_secs(1))
        .send("+ go on\r\n")
        .then(|peer| peer.expect_end());
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        {
            let mut source = tokio::io::empty();
            let mut append = Box::pin(client.append("x", AppendOptions::new(), &mut source, 10));
            tokio::select! {
                biased;
                done = &mut append => panic!("done at once: {done:?}"),
                () = tokio::time::sleep(Duration::from_millis(10)) => {}
            }
        }
        let begin = now();
        assert_eq!(client.noop().await.unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!((now() - begin).as_millis(), 990);
    });
    // Where it is refused instead, nothing has happened.
    let script = Script::logged_in("").on("APPEND x {10}", "").pause(Duration::from_secs(1));
    script.answer("{tag} NO full\r\n").on("NOOP", "{tag} OK done\r\n").logout().play(async |stream| {
        let mut client = login(stream).await.unwrap();
        {
            let mut source = tokio::io::empty();
            let mut append = Box::pin(client.append("x", AppendOptions::new(), &mut source, 10));
            tokio::select! {
                biased;
                done = &mut append => panic!("done at once: {done:?}"),
                () = tokio::time::sleep(Duration::from_millis(10)) => {}
            }
        }
        client.noop().await.unwrap();
        client.logout().await.unwrap();
    });
}

#[test]
fn messages_in_memory_go_whole_whoever_waits_for_them() {
    let sent: Vec<String> = (0..3).map(|n| format!("Subject: {n}\r\n\r\n").repeat(20_000)).collect();
    let mut script = Script::with_window(4 << 10).login("LITERAL+ UIDPLUS");
    for (message, n) in sent.iter().zip(1..) {
        script = script
            .on(&format!("APPEND x {{{}+}}", message.len()), "")
            .raw(format!("{message}\r\n"))
            .answer(&format!("{{tag}} OK [APPENDUID 1 {n}] done\r\n"));
    }
    script.logout().play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut messages = sent.iter().cloned();
        {
            let mut dropped =
                Box::pin(client.append_bytes("x", AppendOptions::new(), messages.next().unwrap()));
            tokio::select! {
                biased;
                done = &mut dropped => panic!("done at once: {done:?}"),
                () = std::future::ready(()) => {}
            }
        }
        let tickets: Vec<_> = messages
            .map(|message| client.submit_append("x", AppendOptions::new(), message).unwrap())
            .collect();
        for (ticket, n) in tickets.into_iter().zip(2..) {
            assert_eq!(client.finish(ticket).await.unwrap().unwrap().uid(), Some(uid(n)));
        }
        client.logout().await.unwrap();
    });
}

#[test]
fn a_thousand_commands_cost_one_round_trip() {
    const COMMANDS: u32 = 1000;
    let trip = Duration::from_millis(20);
    let mut script = inbox("").then(|peer| peer.pause(trip));
    for n in 1..=COMMANDS {
        let answer = format!("* 1 FETCH (UID {n} FLAGS ())\r\n{{tag}} OK done\r\n");
        script = script.on(&format!("UID FETCH {n} (FLAGS)"), &answer);
    }
    script.on("NOOP", "{tag} OK done\r\n").logout().play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let begin = now();
        let fetch = |n| UidFetch::new(uid(n), FetchItems::new().flags());
        let tickets: Vec<_> = (1..=COMMANDS).map(|n| inbox.submit(fetch(n)).unwrap()).collect();
        let last = inbox.submit(Noop).unwrap();
        for (ticket, n) in tickets.into_iter().zip(1..) {
            // Every third nobody cares about.
            if n % 3 == 0 {
                continue;
            }
            let rows = inbox.rows(ticket).collect().await.unwrap();
            assert_eq!(rows.iter().map(|row| row.uid()).collect::<Vec<_>>(), [Some(uid(n))]);
        }
        inbox.finish(last).await.unwrap();
        assert!(now() - begin < 2 * trip, "{:?}", now() - begin);
        client.logout().await.unwrap();
    });
}

#[test]
fn rows_that_nobody_takes_are_bounded_and_missed() {
    let script = inbox("")
        .on("UID FETCH 1:200 (FLAGS)", &(rows(1, 200) + "{tag} OK done\r\n"))
        .on("NOOP", "{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut limits = anyrfc_imap::Limits::default();
        limits.buffered = 2000;
        let mut client = login_with(&open_builder().limits(limits), stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let all: UidSet = (1..=200).map(uid).collect();
        let ticket = inbox.submit(UidFetch::new(&all, FetchItems::new().flags())).unwrap();
        inbox.noop().await.unwrap();
        let error = inbox.rows(ticket).collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(inbox.buffer_capacity() < 64 << 10);
        client.logout().await.unwrap();
    });
}

#[test]
fn answers_wait_until_they_are_asked_for_in_any_order() {
    let script = inbox("")
        .on("UID FETCH 1 (FLAGS)", "* 1 FETCH (UID 1 FLAGS ())\r\n{tag} OK done\r\n")
        .on("UID FETCH 2 (FLAGS)", "* 2 FETCH (UID 2 FLAGS ())\r\n{tag} OK done\r\n")
        .logout();
    script.play(async |stream| {
        let mut client = login(stream).await.unwrap();
        let mut inbox = client.select("INBOX").await.unwrap();
        let fetch = |n| UidFetch::new(uid(n), FetchItems::new().flags());
        let (first, second) = (inbox.submit(fetch(1)).unwrap(), inbox.submit(fetch(2)).unwrap());
        for (ticket, n) in [(second, 2), (first, 1)] {
            let rows = inbox.rows(ticket).collect().await.unwrap();
            assert_eq!(rows[0].uid(), Some(uid(n)));
        }
        client.logout().await.unwrap();
    });
}
