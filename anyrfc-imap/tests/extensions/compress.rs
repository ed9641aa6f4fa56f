//! COMPRESS=DEFLATE (RFC 4978).

use std::{pin::pin, task::Poll, time::Duration};

use anyrfc_core::testing::{ChoppingStream, MemoryStream, pair, run_virtual};
use anyrfc_imap::{
    AppendOptions, Code, Credentials, ErrorKind, Event, FetchItems, ImapClient, SearchQuery, Section, Uid,
    command::{Compress, Noop},
    rfc4978,
    testing::{Accounts, Deflated, Server},
    transport::Connection,
};
use anyrfc_sasl::{MechanismName, Policy};
use tokio::io::AsyncReadExt as _;

use crate::host::{Host, SELECTED, hosted, open_builder, welcome};

const OFFERED: &str = "COMPRESS=DEFLATE IDLE";

fn server() -> Server {
    let server = Server::new(Accounts::new().password("user", "pencil")).with("COMPRESS=DEFLATE");
    server.deliver("user", "INBOX", b"Subject: one\r\n\r\nthis is one\r\n");
    server
}

fn builder() -> anyrfc_imap::client::Builder {
    let policy = Policy::default()
        .danger_reveal_in_plaintext(MechanismName::PLAIN)
        .danger_reveal_in_plaintext(MechanismName::LOGIN);
    open_builder().sasl(policy)
}

/// A step of a session; every one may be dropped at any await, and done again.
struct Run {
    near: Option<Connection>,
    client: Option<ImapClient>,
    step: usize,
}

impl Run {
    async fn step(&mut self) -> Option<String> {
        let Some(client) = &mut self.client else {
            // Connecting takes the stream: it is made before the cuts begin.
            let near = self.near.take().unwrap();
            self.client =
                Some(builder().compress(true).connect_over("imap://mail.example", near).await.unwrap());
            return Some("connected".to_owned());
        };
        let said = match self.step {
            0 => {
                client.authenticate(&Credentials::password("user", "pencil".to_owned())).await.unwrap();
                format!("compressed: {}", client.compression().is_some())
            }
            1 => {
                let mut inbox = client.select("INBOX").await.unwrap();
                let found = inbox.search(&SearchQuery::all()).await.unwrap();
                format!("{} found", found.len())
            }
            2 => {
                let mut inbox = client.select("INBOX").await.unwrap();
                let uid = Uid::new(1).unwrap();
                let rows = inbox.fetch(uid, FetchItems::new().peek(Section::all())).unwrap().collect().await;
                let row = rows.unwrap().remove(0);
                format!("{:?}", row.body(&Section::all()))
            }
            3 => {
                client.submit(Noop).map(drop).unwrap();
                client.noop().await.unwrap();
                format!("{:?}", client.refresh_capabilities().await.is_ok())
            }
            _ => return None,
        };
        self.step += 1;
        Some(said)
    }
}

/// What a session comes to that is cut at one of its waits, and how many there were.
fn cut_at(cut: usize, window: usize) -> (Vec<String>, usize) {
    run_virtual(async {
        let (near, far) = pair(window);
        let server = server();
        let mut serving = pin!(async {
            let _ = server.serve(far).await;
        });
        let mut run = Run { near: Some(Connection::from_stream(near)), client: None, step: 0 };
        let (mut results, mut waits) = (Vec::new(), 0);
        loop {
            let begun = run.client.is_some();
            let mut step = pin!(run.step());
            let said = std::future::poll_fn(|cx| {
                let _ = serving.as_mut().poll(cx);
                match step.as_mut().poll(cx) {
                    Poll::Ready(said) => Poll::Ready(Some(said)),
                    Poll::Pending => {
                        waits += usize::from(begun);
                        if begun && waits == cut { Poll::Ready(None) } else { Poll::Pending }
                    }
                }
            });
            match said.await {
                Some(Some(said)) => results.push(said),
                Some(None) => return (results, waits),
                None => {}
            }
        }
    })
}

#[test]
fn a_session_that_is_dropped_anywhere_comes_out_the_same() {
    for window in [64 << 10, 48] {
        let (expected, waits) = cut_at(usize::MAX, window);
        assert_eq!(expected[1..3], ["compressed: true", "1 found"]);
        assert!(expected[3].contains("this is one") && expected.len() == 5, "{expected:?}");
        assert!(waits > 12, "{waits}");
        for cut in 1..=waits {
            assert_eq!(cut_at(cut, window).0, expected, "dropped at wait {cut} of {waits}, {window}");
        }
    }
}

#[test]
fn a_session_byte_by_byte_both_ways() {
    let big: Vec<u8> = (0..60_000_u32).flat_map(|n| format!("{n:x},").into_bytes()).collect();
    run_virtual(async {
        let (near, far) = pair(7);
        let server = server();
        let client = async {
            let near = ChoppingStream::bytewise(near);
            let mut client =
                builder().compress(true).connect_over("imap://mail.example", near).await.unwrap();
            client.authenticate(&Credentials::password("user", "pencil".to_owned())).await.unwrap();
            let uid = client.append_bytes("INBOX", AppendOptions::new(), big.clone()).await.unwrap();
            let uid = uid.unwrap().uid().unwrap();
            let mut inbox = client.select("INBOX").await.unwrap();
            let mut text = Vec::new();
            let mut body = inbox.fetch_body(uid, Section::all()).await.unwrap().unwrap();
            body.read_to_end(&mut text).await.unwrap();
            assert_eq!(text, big);
            let info = client.compression().unwrap();
            assert!(info.sent > big.len() as u64 && info.sent_compressed < info.sent / 2, "{info:?}");
            assert!(info.received > big.len() as u64, "{info:?}");
            assert!(info.received_compressed < info.received / 2, "{info:?}");
            client.logout().await.unwrap();
        };
        let ((), served) = tokio::join!(client, server.serve(far));
        served.unwrap();
    });
}

#[test]
fn what_came_with_the_answer_is_inflated() {
    // All that the server says up to the end, and how much of it arrives with the OK's line.
    let octets = |host: &mut Host| {
        let mut octets = host.octets("* OK plain\r\n% OK DEFLATE active\r\n");
        let plain = octets.len();
        host.deflated = Some(Deflated::new());
        octets.extend(host.octets("* OK [ALERT] inside\r\n* 7 EXISTS\r\n"));
        (octets, plain)
    };
    for cut in (0..40).chain([usize::MAX]) {
        let told = hosted(
            OFFERED,
            async |host| {
                assert_eq!(host.line().await, "COMPRESS DEFLATE");
                let (octets, plain) = octets(host);
                let at = (plain - 5).saturating_add(cut).min(octets.len());
                host.send(&octets[..at]).await;
                tokio::time::sleep(Duration::from_secs(1)).await;
                host.send(&octets[at..]).await;
                host.on("NOOP", "% OK done\r\n").await;
                host.logout().await;
            },
            async |stream| {
                let mut client = welcome(stream).await;
                client.compress().await.unwrap();
                assert!(client.compression().is_some());
                client.noop().await.unwrap();
                let told: Vec<String> =
                    std::iter::from_fn(|| client.take_event()).map(|event| format!("{event:?}")).collect();
                client.logout().await.unwrap();
                told
            },
        );
        assert!(told[0].contains("plain") && told[1].contains("inside"), "{cut}: {told:?}");
    }
}

#[test]
fn nothing_is_sent_before_the_answer_and_all_after_it_at_once() {
    hosted(
        OFFERED,
        async |host| {
            assert_eq!(host.line().await, "COMPRESS DEFLATE");
            let sent = host.raw.len();
            tokio::time::sleep(Duration::from_secs(5)).await;
            host.say("% OK DEFLATE active\r\n").await;
            host.deflated = Some(Deflated::new());
            // Each command is whole as soon as it is sent.
            host.on("NOOP", "% OK done\r\n").await;
            assert!(host.raw.ends_with(&[0, 0, 0xff, 0xff]), "{:?}", &host.raw[sent..]);
            host.on("LIST \"\" *", "% OK done\r\n").await;
            host.logout().await;
        },
        async |stream| {
            let mut client = welcome(stream).await;
            let compress = client.submit(Compress).unwrap();
            let noop = client.submit(Noop).unwrap();
            client.finish(compress).await.unwrap();
            client.finish(noop).await.unwrap();
            client.list("*").await.unwrap();
            client.logout().await.unwrap();
        },
    );
}

#[test]
fn a_server_that_refuses_is_spoken_to_as_before() {
    for (answer, active) in [
        ("% NO [COMPRESSIONACTIVE] DEFLATE active via TLS\r\n", true),
        ("% NO not now\r\n", false),
        ("% BAD what\r\n", false),
    ] {
        for automatic in [false, true] {
            hosted(
                OFFERED,
                async |host| {
                    host.on("COMPRESS DEFLATE", answer).await;
                    host.on("NOOP", "% OK done\r\n").await;
                    host.logout().await;
                },
                async |stream| {
                    let builder = open_builder().compress(automatic);
                    let mut client = builder.connect_over("imap://mail.example", stream).await.unwrap();
                    if !automatic {
                        let error = client.compress().await.unwrap_err();
                        assert_eq!(error.kind(), ErrorKind::Refused);
                        assert_eq!(matches!(error.code(), Some(Code::CompressionActive)), active);
                    }
                    assert_eq!(client.compression(), None);
                    client.noop().await.unwrap();
                    client.logout().await.unwrap();
                },
            );
        }
    }
}

#[test]
fn it_is_asked_for_once_and_where_it_is_offered() {
    hosted(
        OFFERED,
        async |host| {
            host.compress().await;
            host.on("NOOP", "% OK done\r\n").await;
            host.logout().await;
        },
        async |stream| {
            let mut client = welcome(stream).await;
            // Submitted together: the second is found out when it would be sent.
            let first = client.submit(Compress).unwrap();
            let second = client.submit(Compress).unwrap();
            client.finish(first).await.unwrap();
            for error in [client.finish(second).await.unwrap_err(), client.compress().await.unwrap_err()] {
                assert_eq!(error.kind(), ErrorKind::Usage);
                assert_eq!(error.requirement(), Some(rfc4978::COMPRESS_COMES_ONCE));
            }
            client.noop().await.unwrap();
            client.logout().await.unwrap();
        },
    );
    hosted(
        "COMPRESS=LZMA XCOMPRESS=DEFLATE",
        async |host| host.logout().await,
        async |stream| {
            let builder = open_builder().compress(true);
            let mut client = builder.connect_over("imap://mail.example", stream).await.unwrap();
            let error = client.compress().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert_eq!(error.requirement(), Some(rfc4978::COMPRESS_NEEDS_THE_CAPABILITY));
            client.logout().await.unwrap();
        },
    );
}

/// What a client that has begun to compress, and waits for the answer to a command, is told.
fn after(octets: impl Fn(&mut Deflated) -> Vec<u8>, closes: bool) -> anyrfc_imap::Error {
    hosted(
        OFFERED,
        async |host| {
            host.compress().await;
            host.line().await;
            let octets = octets(host.deflated.as_mut().unwrap());
            host.send(&octets).await;
            if closes {
                let _ = tokio::io::AsyncWriteExt::shutdown(&mut host.stream).await;
            } else {
                let _ = host.stream.read_to_end(&mut Vec::new()).await;
            }
        },
        async |stream| {
            let mut client = welcome(stream).await;
            client.compress().await.unwrap();
            let error = client.noop().await.unwrap_err();
            let again = client.noop().await.unwrap_err();
            assert_eq!(again.kind(), error.kind(), "{again}");
            error
        },
    )
}

#[test]
fn what_cannot_be_inflated_ends_the_connection_by_name() {
    type Make = fn(&mut Deflated) -> Vec<u8>;
    let corrupt: [Make; 4] = [
        // A block of the reserved type.
        |_| vec![0b110; 20],
        // Plain text, as from a server that has forgotten.
        |_| b"* OK still here\r\n".to_vec(),
        // zlib, with its header.
        |_| vec![0x78, 0x9c, 0x4b, 0x4c, 0x4a],
        // Stored, with a length that is none.
        |_| vec![0, 5, 0, 5, 0, b'x'],
    ];
    for make in corrupt {
        let error = after(make, false);
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert_eq!(error.requirement(), Some(rfc4978::DEFLATE_IS_RAW));
    }
    // What came before is told first.
    let error = after(
        |deflated| {
            let mut octets = deflated.say(b"* BYE I break\r\n");
            octets.extend([0b110; 20]);
            octets
        },
        false,
    );
    assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
    assert!(error.to_string().contains("I break"), "{error}");
}

#[test]
fn the_end_of_either_stream_is_the_end() {
    type Make = fn(&mut Deflated) -> Vec<u8>;
    let ends: [(Make, bool); 4] = [
        (|_| Vec::new(), true),
        // In the middle of a block.
        (|deflated| deflated.say(b"* OK and so on\r\n")[..9].to_vec(), true),
        (|deflated| deflated.say_last(b"* OK no more\r\n"), false),
        // Nothing behind the end counts.
        (|deflated| [deflated.say_last(b"* OK no more\r\n"), b"* BYE plain\r\n".to_vec()].concat(), false),
    ];
    for (make, closes) in ends {
        let error = after(make, closes);
        assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
        assert!(!error.to_string().contains("plain"), "{error}");
    }
}

#[test]
fn every_kind_of_flush_is_read() {
    hosted(
        OFFERED,
        async |host| {
            host.compress().await;
            for turn in 0..6 {
                host.line().await;
                let text = host.octets("");
                host.send(&text).await;
                let tag_line = format!("* OK turn {turn} {}\r\n", "again and again ".repeat(50));
                let deflated = host.deflated.as_mut().unwrap();
                let mut octets = match turn {
                    0 => deflated.say(tag_line.as_bytes()),
                    1 => deflated.say_and_forget(tag_line.as_bytes()),
                    2 => deflated.say_partly(tag_line.as_bytes()),
                    _ => {
                        deflated.level(turn - 3);
                        deflated.say(tag_line.as_bytes())
                    }
                };
                octets.extend(host.octets("% OK done\r\n"));
                host.send(&octets).await;
            }
            host.logout().await;
        },
        async |stream| {
            let mut client = welcome(stream).await;
            client.compress().await.unwrap();
            for turn in 0..6 {
                client.noop().await.unwrap();
                let event = client.take_event().unwrap();
                assert!(
                    matches!(&event, Event::Status(status) if status.text.starts_with(&format!("turn {turn} ")))
                );
            }
            client.logout().await.unwrap();
        },
    );
}

/// Octets that inflate to 1 MiB of one letter each, and refer to nothing before them.
fn mebibyte() -> Vec<u8> {
    let mut deflated = Deflated::new();
    let one = vec![b'x'; 1 << 20];
    deflated.say_and_forget(&one)
}

#[test]
fn a_bomb_is_never_larger_than_the_window() {
    let mebibyte = mebibyte();
    assert!(mebibyte.len() < 2 << 10, "{}", mebibyte.len());
    // A GiB of a body out of a MB.
    let peak = hosted(
        OFFERED,
        async |host| {
            host.compress().await;
            host.on("SELECT INBOX", SELECTED).await;
            host.line().await;
            let deflated = host.deflated.as_mut().unwrap();
            let head = format!("* 1 FETCH (UID 1 BODY[] {{{}}}\r\n", 1024 << 20);
            let octets = deflated.say_and_forget(head.as_bytes());
            host.send(&octets).await;
            for _ in 0..1024 {
                host.send(&mebibyte).await;
            }
            host.say(")\r\n% OK done\r\n").await;
            host.logout().await;
        },
        async |stream| {
            let mut client = welcome(stream).await;
            client.compress().await.unwrap();
            let mut inbox = client.select("INBOX").await.unwrap();
            let mut body = inbox.fetch_body(Uid::new(1).unwrap(), Section::all()).await.unwrap().unwrap();
            let (mut total, mut chunk) = (0_u64, vec![0; 64 << 10]);
            loop {
                let count = body.read(&mut chunk).await.unwrap();
                total += count as u64;
                if count == 0 {
                    break;
                }
            }
            assert_eq!(total, 1024 << 20);
            drop(body);
            let peak = client.buffer_capacity();
            client.logout().await.unwrap();
            peak
        },
    );
    assert!(peak < 2 << 20, "{peak}");
    // The most that this process ever had, whatever else it has done.
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        let most: u64 = most.unwrap().trim().parse().unwrap();
        assert!(most < 512 << 10, "{most} KiB for a GiB out of a MB");
    }
    // A line that does not end is as long as lines may be, and not a byte longer.
    let error = after(
        |_| {
            let mut octets = Deflated::new().say_and_forget(b"* OK ");
            for _ in 0..1024 {
                octets.extend(&mebibyte);
            }
            octets
        },
        false,
    );
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
}

#[test]
fn idling_and_being_told_go_on_inside() {
    hosted(
        OFFERED,
        async |host| {
            host.compress().await;
            host.on("SELECT INBOX", SELECTED).await;
            host.on("IDLE", "+ idling\r\n").await;
            tokio::time::sleep(Duration::from_secs(60)).await;
            host.say("* 4 EXISTS\r\n").await;
            host.on("DONE", "% OK done\r\n").await;
            host.logout().await;
        },
        async |stream: MemoryStream| {
            let mut client = welcome(stream).await;
            client.compress().await.unwrap();
            let mut inbox = client.select("INBOX").await.unwrap();
            let mut watch = inbox.watch();
            assert!(matches!(watch.next().await.unwrap(), Some(Event::Exists(4))));
            watch.done().await.unwrap();
            client.logout().await.unwrap();
        },
    );
}
