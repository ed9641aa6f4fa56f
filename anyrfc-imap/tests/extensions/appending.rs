//! Several messages and parts at once, and messages in others' places: the client against a
//! server that says what its script says, and against the test kit's.

use std::pin::Pin;
use std::task::{Context, Poll};

use anyrfc_core::testing::{MemoryStream, pair, run_virtual};
use anyrfc_imap::{
    AppendOptions, Catenation, Code, Credentials, Error, ErrorKind, Flag, ImapClient, MailboxName,
    NewMessage, PartPath, ProtocolState, Replacement, Section, Security, Uid, UrlMailbox, UrlMessage,
    UrlPartial,
    client::Builder,
    command::{Append, Noop, Replace},
    testing::{Accounts, Dialogue, Literals, Server},
    types::{AppendMessage, UidValidity},
};
use anyrfc_sasl::{MechanismName, Policy};
use tokio::io::{AsyncRead, ReadBuf};

fn builder() -> Builder {
    let policy = Policy::default()
        .danger_reveal_in_plaintext(MechanismName::PLAIN)
        .danger_reveal_in_plaintext(MechanismName::LOGIN);
    ImapClient::builder().security(Security::Plaintext).sasl(policy)
}

fn uid(number: u32) -> Uid {
    Uid::new(number).unwrap()
}

async fn connect(stream: MemoryStream) -> Result<ImapClient, Error> {
    let mut client = builder().connect_over("imap://mail.example", stream).await?;
    if !client.is_authenticated() {
        client.authenticate(&Credentials::password("alice", "pencil".to_owned())).await?;
    }
    Ok(client)
}

/// Against a server that says this, behind a greeting that lets everybody in.
fn scripted<T>(capabilities: &str, dialogue: &str, work: impl AsyncFnOnce(ImapClient) -> T) -> T {
    let dialogue = format!("S: * PREAUTH [CAPABILITY IMAP4rev1 {capabilities}] hello\n{dialogue}");
    run_virtual(Dialogue::parse(&dialogue).play(async |stream| work(connect(stream).await.unwrap()).await))
}

fn server() -> Server {
    Server::new(Accounts::new().password("alice", "pencil").password("bob", "pencil"))
}

/// Against the test kit's server.
fn served<T>(server: &Server, work: impl AsyncFnOnce(ImapClient) -> T) -> T {
    run_virtual(async {
        let (near, far) = pair(1 << 16);
        let client = async { work(connect(near).await.unwrap()).await };
        tokio::join!(client, server.serve(far)).0
    })
}

fn texts(server: &Server, mailbox: &str) -> Vec<String> {
    let text = |(_, _, text): (u32, Vec<String>, Vec<u8>)| String::from_utf8_lossy(&text).into_owned();
    server.messages("alice", mailbox).into_iter().map(text).collect()
}

fn message(mailbox: &str, number: u32) -> UrlMessage {
    UrlMessage::new(UrlMailbox::new(MailboxName::new(mailbox).unwrap()), uid(number))
}

/// So many octets, a few at a time, with pauses.
struct Dripping(u64);

impl AsyncRead for Dripping {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        self.0 += 1;
        if self.0 % 2 == 1 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let count = buffer.remaining().min(7);
        buffer.put_slice(&b"abcdefg"[..count]);
        Poll::Ready(Ok(()))
    }
}

#[test]
fn rfc3502_messages_of_every_source_go_together() {
    let server = server();
    let appended = served(&server, async |mut client| {
        let mut drip = Dripping(0);
        let mut large = tokio::io::repeat(b'x');
        let messages = [
            NewMessage::bytes(AppendOptions::new().flag(Flag::Seen), "Subject: a\r\n\r\n"),
            NewMessage::reader(AppendOptions::new(), &mut drip, 20),
            NewMessage::reader(AppendOptions::new().flag(Flag::Draft), &mut large, 300_000),
        ];
        let appended = client.append_all("INBOX", messages).await.unwrap().unwrap();
        client.noop().await.unwrap();
        client.logout().await.unwrap();
        appended
    });
    assert_eq!(appended.uids.iter().map(Uid::get).collect::<Vec<_>>(), [1, 2, 3]);
    let kept = server.messages("alice", "INBOX");
    assert_eq!(kept[0].1, ["\\Seen"]);
    assert_eq!(kept[1].2, b"abcdefgabcdefgabcdef");
    assert_eq!((kept[2].1.as_slice(), kept[2].2.len()), (&["\\Draft".to_owned()][..], 300_000));
}

#[test]
fn rfc3502_an_empty_message_takes_all_back() {
    let server = server();
    served(&server, async |mut client| {
        let messages = ["a", "b", ""].map(|text| NewMessage::bytes(AppendOptions::new(), text));
        let error = client.append_all("INBOX", messages).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        client.noop().await.unwrap();
    });
    assert_eq!(texts(&server, "INBOX"), [""; 0]);
}

#[test]
fn rfc3502_uids_that_are_not_as_many_belong_to_none() {
    let dialogue = "C: a APPEND INBOX {1}\nS: + go\nC: a {1}\nS: + go\nC: b\nS: a OK [APPENDUID 7 9] done";
    scripted("MULTIAPPEND", dialogue, async |mut client| {
        let messages = ["a", "b"].map(|text| NewMessage::bytes(AppendOptions::new(), text));
        assert_eq!(client.append_all("INBOX", messages).await.unwrap(), None);
        assert_eq!(client.deviations().unwrap().iter().count(), 1);
    });
}

#[test]
fn a_refusal_half_way_leaves_the_connection_as_it_was() {
    let dialogue =
        "C: a APPEND INBOX {5}\nS: + go\nC: first {6}\nS: a NO [OVERQUOTA] full\nC: b NOOP\nS: b OK done";
    scripted("MULTIAPPEND", dialogue, async |mut client| {
        let mut never = tokio::io::empty();
        let messages = [
            NewMessage::bytes(AppendOptions::new(), "first"),
            NewMessage::reader(AppendOptions::new(), &mut never, 6),
        ];
        let error = client.append_all("INBOX", messages).await.unwrap_err();
        assert_eq!(error.code(), Some(&Code::OverQuota));
        client.noop().await.unwrap();
    });
}

#[test]
fn a_source_that_ends_early_ends_the_connection_and_one_that_does_not_keeps_the_rest() {
    let server = server();
    served(&server, async |mut client| {
        let mut short = &b"abc"[..];
        let messages = [
            NewMessage::bytes(AppendOptions::new(), "whole"),
            NewMessage::reader(AppendOptions::new(), &mut short, 4),
        ];
        let error = client.append_all("INBOX", messages).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(client.noop().await.is_err());
        assert_eq!(client.drive().await.unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(client.state(), ProtocolState::Failed);
    });
    assert_eq!(texts(&server, "INBOX"), [""; 0], "nothing of it was added");
    let server = self::server();
    served(&server, async |mut client| {
        let mut long = &b"abcdef"[..];
        let joined = Catenation::new(AppendOptions::new()).reader(&mut long, 4).text("|");
        client.append_all("INBOX", [joined]).await.unwrap();
        assert_eq!(long, b"ef");
    });
    assert_eq!(texts(&server, "INBOX"), ["abcd|"]);
}

#[test]
fn a_source_that_fails_is_told() {
    struct Broken;
    impl AsyncRead for Broken {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<std::io::Result<()>> {
            Poll::Ready(Err(std::io::Error::other("the disk is gone")))
        }
    }
    served(&server(), async |mut client| {
        let mut broken = Broken;
        let messages = [NewMessage::reader(AppendOptions::new(), &mut broken, 4)];
        assert_eq!(client.append_all("INBOX", messages).await.unwrap_err().kind(), ErrorKind::Io);
    });
}

/// The future's output, unless it is dropped after so many polls that brought none.
async fn dropped_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let (mut future, mut left) = (Box::pin(future), polls);
    std::future::poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            // Where nothing wakes it any more, this does.
            Poll::Pending => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    })
    .await
}

/// Whenever the future is dropped, either all messages are there or none, and the session goes
/// on or is over.
#[test]
fn dropped_anywhere_all_or_none_are_added() {
    let mut ends = [0_u32; 3];
    for literals in [Literals::Synchronizing, Literals::Plus] {
        let mut polls = 0;
        loop {
            let server = server().only_rev1(&["MULTIAPPEND", "CATENATE", "UIDPLUS"]).literals(literals);
            let server = server.mechanisms(&[MechanismName::PLAIN]);
            let (near, far) = pair(256);
            let client = async {
                let mut client = connect(near).await.unwrap();
                let mut drip = Dripping(0);
                let messages = [
                    NewMessage::bytes(AppendOptions::new(), "first"),
                    NewMessage::reader(AppendOptions::new(), &mut drip, 30),
                    Catenation::new(AppendOptions::new()).text("x").text("y").into(),
                ];
                let done = dropped_after(polls, client.append_all("INBOX", messages)).await;
                let alive = client.noop().await.is_ok();
                (done.map(Result::unwrap), alive)
            };
            let (done, alive) = run_virtual(async { tokio::join!(client, server.serve(far)).0 });
            let count = texts(&server, "INBOX").len();
            assert!(count == 0 || count == 3 && alive, "{polls}: {count} messages, alive: {alive}");
            let end = match (count, alive) {
                (3, _) => 2,
                (_, alive) => usize::from(alive),
            };
            ends[end] += 1;
            if done.is_some() {
                assert_eq!(count, 3);
                break;
            }
            // Each of the first, then more and more apart: there are many of them.
            polls += 1 + polls / 16;
        }
    }
    assert!(ends.iter().all(|count| *count > 0), "over, unsent or refused, added: {ends:?}");
}

#[test]
fn rfc4469_a_message_is_joined_on_the_server() {
    let server = server();
    let part = "Content-Type: text/plain\r\n\r\nhello\r\n";
    let whole = format!(
        "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{part}--b\r\nContent-Type: image/png\r\n\r\npixels\r\n--b--\r\n"
    );
    server.deliver("alice", "Entwürfe", whole.as_bytes());
    served(&server, async |mut client| {
        let drafts = || message("Entwürfe", 1);
        let one = |section: Section| drafts().section(section);
        let mut text = &b"--c\r\nContent-Type: image/png\r\n\r\n"[..];
        let octets = text.len() as u64;
        let joined = Catenation::new(AppendOptions::new().flag(Flag::Draft))
            .text("Subject: y\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n")
            .reader(&mut text, octets)
            .url(one(Section::part(PartPath::new(&[2]).unwrap())))
            .text("\r\n--c--\r\n");
        let appended = client.append_all("Entwürfe", [joined]).await.unwrap().unwrap();
        assert_eq!(appended.uid(), Some(uid(2)));
        let head = UrlPartial { offset: 0, octets: std::num::NonZeroU32::new(9) };
        let joined = Catenation::new(AppendOptions::new())
            .url(drafts().partial(head))
            .url(message("Entwürfe", 1).section(Section::text()));
        client.append_all("INBOX", [joined]).await.unwrap();
        // The validity is that of another mailbox: it is not the one that was meant.
        let stale = UidValidity::new(1).unwrap();
        let mailbox = UrlMailbox::new(MailboxName::new("Entwürfe").unwrap()).with_validity(stale);
        let gone = UrlMessage::new(mailbox, uid(1));
        for bad in [
            gone,
            message("Entwürfe", 99),
            message("nowhere", 1),
            one(Section::part(PartPath::new(&[9]).unwrap())),
        ] {
            let url = anyrfc_imap::ImapUrl::from(bad.clone()).to_string();
            let joined = Catenation::new(AppendOptions::new()).text("x").url(bad);
            let error = client.append_all("INBOX", [joined]).await.unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some(&Code::BadUrl(url))));
        }
        client.noop().await.unwrap();
    });
    let kept = server.messages("alice", "Entwürfe");
    let expected = "Subject: y\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: image/png\r\n\r\npixels\r\n--c--\r\n";
    assert_eq!(
        (kept[1].1.as_slice(), String::from_utf8_lossy(&kept[1].2)),
        (&["\\Draft".to_owned()][..], expected.into())
    );
    let inbox = texts(&server, "INBOX");
    assert!(inbox.len() == 1 && inbox[0].starts_with("Subject: --b\r\n"), "{inbox:?}");
}

#[test]
fn rfc8508_a_message_takes_anothers_place_at_once() {
    let server = server();
    server.deliver("alice", "INBOX", b"old");
    server.deliver("alice", "INBOX", b"other");
    served(&server, async |mut client| {
        let mut inbox = client.select("INBOX").await.unwrap();
        let new = NewMessage::bytes(AppendOptions::new().flag(Flag::Seen), "new");
        let replaced = inbox.replace(uid(1), "INBOX", new).await.unwrap();
        assert_eq!(replaced.appended.unwrap().uid(), Some(uid(3)));
        assert_eq!(replaced.expunged.len(), 1);
        assert_eq!(inbox.exists(), 2);
        let error =
            inbox.replace(uid(1), "INBOX", NewMessage::bytes(AppendOptions::new(), "x")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        let joined = Catenation::new(AppendOptions::new()).text("re: ").url(message("INBOX", 3));
        inbox.replace(uid(3), "Sent", joined).await.unwrap_err();
        let joined = Catenation::new(AppendOptions::new()).text("re: ").url(message("INBOX", 3));
        inbox.replace_or_append(uid(3), "INBOX", joined).await.unwrap();
        // By its number, through the command itself.
        let command = Replace::new(
            anyrfc_imap::SequenceNumber::new(1).unwrap(),
            MailboxName::inbox(),
            AppendMessage::new(AppendOptions::new(), 3),
        );
        assert_eq!(client.submit(command.clone()).unwrap_err().kind(), ErrorKind::Usage);
        let wrong = client.submit_with_literals(command.clone(), ["four".into()]).unwrap_err();
        assert!(wrong.is_unsent());
        let ticket = client.submit_with_literals(command, ["end".into()]).unwrap();
        client.finish(ticket).await.unwrap();
    });
    assert_eq!(texts(&server, "INBOX"), ["re: new", "end"]);
}

#[test]
fn rfc8508_without_it_three_steps_are_taken_only_on_request() {
    let selected = "C: s SELECT INBOX\nS: * 3 EXISTS\nS: * OK [UIDVALIDITY 7] x\nS: s OK [READ-WRITE] done\n";
    let steps = "C: a APPEND INBOX {3}\nS: + go\nC: new\nS: a OK [APPENDUID 7 9] done\n\
                 C: b UID STORE 4 +FLAGS.SILENT (\\Deleted)\nS: b OK done\n";
    for (capabilities, end) in [("UIDPLUS", "C: c UID EXPUNGE 4\nS: * 1 EXPUNGE\nS: c OK done\n"), ("", "")] {
        scripted(capabilities, &format!("{selected}{steps}{end}"), async |mut client| {
            let mut inbox = client.select("INBOX").await.unwrap();
            let new = || NewMessage::bytes(AppendOptions::new(), "new");
            let error = inbox.replace(uid(4), "INBOX", new()).await.unwrap_err();
            assert!(error.kind() == ErrorKind::Unsupported && error.is_unsent());
            let replaced = inbox.replace_or_append(uid(4), "INBOX", new()).await.unwrap();
            assert_eq!(replaced.appended().and_then(|appended| appended.uid()), Some(uid(9)));
            assert_eq!(matches!(replaced, Replacement::MarkedDeleted(_)), capabilities.is_empty());
        });
    }
    // The UID may have come to mean another message while the new one was sent: it is left alone.
    let renewed = format!(
        "{selected}C: a APPEND INBOX {{3}}\nS: + go\nC: new\nS: * OK [UIDVALIDITY 8] renewed\n\
         S: a OK done\nC: n NOOP\nS: n OK done"
    );
    scripted("UIDPLUS", &renewed, async |mut client| {
        let mut inbox = client.select("INBOX").await.unwrap();
        let new = NewMessage::bytes(AppendOptions::new(), "new");
        let error = inbox.replace_or_append(uid(4), "INBOX", new).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        client.noop().await.unwrap();
    });
    // Where the first step fails, nothing else is done.
    let refused =
        format!("{selected}C: a APPEND INBOX {{3}}\nS: a NO [OVERQUOTA] full\nC: n NOOP\nS: n OK done");
    scripted("UIDPLUS", &refused, async |mut client| {
        let mut inbox = client.select("INBOX").await.unwrap();
        let new = NewMessage::bytes(AppendOptions::new(), "new");
        assert_eq!(
            inbox.replace_or_append(uid(4), "INBOX", new).await.unwrap_err().code(),
            Some(&Code::OverQuota)
        );
        inbox.noop().await.unwrap();
    });
}

#[test]
fn many_commands_of_many_literals_travel_together() {
    let server = server();
    served(&server, async |mut client| {
        let several = |n: u64| {
            let message = |octets| AppendMessage::new(AppendOptions::new(), octets);
            Append::several(MailboxName::inbox(), [message(n), message(1), message(n + 5000)])
        };
        let mut tickets = Vec::new();
        for n in 1..=20_usize {
            let literals = [vec![b'a'; n], vec![b'b'], vec![b'c'; n + 5000]].map(Into::into);
            tickets.push(client.submit_with_literals(several(n as u64), literals).unwrap());
        }
        let noop = client.submit(Noop).unwrap();
        for ticket in tickets {
            assert_eq!(client.finish(ticket).await.unwrap().unwrap().uids.len(), 3);
        }
        client.finish(noop).await.unwrap();
    });
    let kept = server.messages("alice", "INBOX");
    assert_eq!(kept.len(), 60);
    for (n, three) in kept.chunks(3).enumerate() {
        let lengths: Vec<_> = three.iter().map(|(_, _, text)| text.len()).collect();
        assert_eq!(lengths, [n + 1, 1, n + 5001]);
    }
}
