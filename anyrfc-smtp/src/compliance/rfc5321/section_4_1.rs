//! RFC 5321, section 4.1.1: the commands.

use anyrfc_core::{
    compliance::Check,
    testing::{MemoryStream, pair, run, run_virtual},
    transport::Listener,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::{
    served::{open, served, served_or},
    support::{Duet, MAIL, Talk, envelope, finds},
};
use crate::{
    Argument, Command, ContentError, EhloName, Envelope, ErrorKind, Extension, LineEnds, Mailbox, Notify,
    Parameter, RawCommand, Recipient, SmtpClient,
    client::Builder,
    codec::scan::scan_as,
    proto::{Payload, Submission},
    rfc5321 as r,
    testing::{Answer, Ended, Server, check_command},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/section-4.1.1/local-parts-follow-the-grammar",
        covers: &[r::LOCAL_PART_IS_WELL_FORMED],
        run: local_parts_follow_the_grammar,
    },
    Check {
        name: "rfc5321/section-4.1.1/rset-data-and-quit-stand-alone",
        covers: &[r::RSET_DATA_AND_QUIT_STAND_ALONE],
        run: rset_data_and_quit_stand_alone,
    },
    Check {
        name: "rfc5321/section-4.1.1.1/without-a-name-the-address-is-said",
        covers: &[r::NAMELESS_CLIENT_SENDS_A_LITERAL, r::EHLO_ELSE_GIVES_A_LITERAL],
        run: without_a_name_the_address_is_said,
    },
    Check {
        name: "rfc5321/section-4.1.1.1/nothing-follows-the-literal",
        covers: &[r::NOTHING_FOLLOWS_THE_LITERAL],
        run: nothing_follows_the_literal,
    },
    Check {
        name: "rfc5321/section-4.1.1.1/a-session-starts-with-ehlo",
        covers: &[r::SESSION_STARTS_WITH_EHLO],
        run: a_session_starts_with_ehlo,
    },
    Check {
        name: "rfc5321/section-4.1.1.1/no-mail-without-a-hello",
        covers: &[r::MAIL_NEEDS_A_HELLO],
        run: no_mail_without_a_hello,
    },
    Check {
        name: "rfc5321/section-4.1.1.1/keywords-have-no-case",
        covers: &[r::EHLO_KEYWORDS_HAVE_NO_CASE],
        run: keywords_have_no_case,
    },
    Check {
        name: "rfc5321/section-4.1.1.3/parameters-are-of-what-is-offered",
        covers: &[r::PARAMETERS_NEED_AN_OFFERED_EXTENSION],
        run: parameters_are_of_what_is_offered,
    },
    Check {
        name: "rfc5321/section-4.1.1.4/no-empty-line-is-added",
        covers: &[r::NO_CRLF_IS_ADDED_AT_THE_END],
        run: no_empty_line_is_added,
    },
    Check {
        name: "rfc5321/section-4.1.1.4/a-last-line-gets-its-end",
        covers: &[r::UNENDED_LAST_LINE_IS_MENDED],
        run: a_last_line_gets_its_end,
    },
    Check {
        name: "rfc5321/section-4.1.1.8/help-has-an-argument-or-none",
        covers: &[r::HELP_MAY_HAVE_AN_ARGUMENT],
        run: help_has_an_argument_or_none,
    },
    Check {
        name: "rfc5321/section-4.1.1.10/quit-comes-before-the-end",
        covers: &[r::CLIENT_CLOSES_AFTER_QUIT],
        run: quit_comes_before_the_end,
    },
    Check {
        name: "rfc5321/section-4.1.1.10/the-answer-to-quit-is-awaited",
        covers: &[r::QUIT_REPLY_IS_AWAITED],
        run: the_answer_to_quit_is_awaited,
    },
];

fn local_parts_follow_the_grammar() {
    let long = "a".repeat(64);
    let mut made = 0;
    let pieces = [
        "a", ".", " ", "\"", "\\", "@", "<", ">", "(", ",", ";", "+", "\r", "\n", "\0", "\u{7f}", "ü", &long,
    ];
    for one in pieces {
        for two in pieces {
            for three in pieces {
                let text = format!("{one}{two}{three}");
                let mailboxes =
                    [Mailbox::from_parts(&text, "d.example"), Mailbox::new(&format!("{text}@d.example"))];
                for mailbox in mailboxes.into_iter().flatten().filter(|mailbox| mailbox.is_ascii()) {
                    made += 1;
                    let line = format!("RCPT TO:<{mailbox}>\r\n");
                    check_command(line.as_bytes()).unwrap_or_else(|breach| panic!("{text:?}: {breach}"));
                }
            }
        }
    }
    assert!(made > 500, "{made}");
    for bad in ["", ".a", "a.", "a..b", "a b", "(a)", "\"a", "a\"", "\"a\"b", "\"a\"b\"", "a\\b", "a,b"] {
        let refused = Mailbox::new(&format!("{bad}@d.example")).expect_err(bad);
        assert_eq!(refused.requirement(), r::LOCAL_PART_IS_WELL_FORMED, "{bad}");
        let breach = check_command(format!("RCPT TO:<{bad}@d.example>\r\n").as_bytes());
        assert!(breach.is_err(), "{bad}");
    }
}

fn rset_data_and_quit_stand_alone() {
    let mut duet = Duet::new(Server::full());
    duet.send(envelope(&["b@d.example"]), MAIL);
    duet.submit(Command::Rset);
    duet.talk.connection.quit().expect("open");
    duet.run();
    let said = duet.faultless();
    for alone in ["RSET", "DATA", "QUIT"] {
        let found: Vec<_> = said.iter().filter(|line| line.starts_with(alone)).collect();
        assert_eq!(found, [alone]);
        // Not by the back door either.
        assert!(RawCommand::new(alone, Some("now")).is_err() && RawCommand::new(alone, None).is_err());
        let breach = check_command(format!("{alone} now\r\n").as_bytes()).expect_err(alone);
        assert_eq!(breach.requirement, r::RSET_DATA_AND_QUIT_STAND_ALONE);
    }
    assert!(RawCommand::new("RSETX", Some("now")).is_ok());
}

/// What a server on a socket of this host is told by a client that is set up so.
fn told_on_loopback(builder: &Builder, address: &str) -> Vec<String> {
    let server = Server::full();
    run(async {
        let place: std::net::IpAddr = address.parse().expect("an address");
        let mut listener = Listener::builder().tcp((place, 0)).bind().expect("a socket");
        let port = listener.port().expect("a port");
        let authority = if place.is_ipv6() { format!("[{place}]:{port}") } else { format!("{place}:{port}") };
        let client = async {
            let client = builder.connect(&format!("smtp://{authority}")).await.expect("connected");
            client.quit().await.expect("left");
        };
        tokio::select! {
            () = client => {}
            ended = server.serve_all(&mut listener) => panic!("{ended:?}"),
        }
    });
    server.commands()
}

fn without_a_name_the_address_is_said() {
    let nameless = SmtpClient::builder().security(anyrfc_core::Security::Plaintext);
    assert_eq!(told_on_loopback(&nameless, "127.0.0.1")[0], "EHLO [127.0.0.1]");
    let named = nameless.clone().name(EhloName::domain("client.example").expect("a name"));
    assert_eq!(told_on_loopback(&named, "127.0.0.1")[0], "EHLO client.example");
    // On a stream that has no address there is one all the same.
    let server = Server::full();
    served(&server, &nameless, async |client| client.quit().await.expect("left"));
    assert_eq!(server.commands()[0], "EHLO [127.0.0.1]");
    assert_eq!(server.faults(), []);
    assert_eq!(EhloName::address(std::net::Ipv6Addr::LOCALHOST).as_str(), "[IPv6:::1]");
}

fn nothing_follows_the_literal() {
    for text in
        ["[192.0.2.1] laptop", "[192.0.2.1]x", "[192.0.2.1]\u{a0}x", "client.example laptop", "[IPv6:::1] "]
    {
        assert!(text.parse::<EhloName>().is_err(), "{text}");
    }
    let mut config = super::super::support::config();
    config.name = EhloName::address([192, 0, 2, 1]);
    let mut talk = Talk::with(config);
    talk.says("220 hi");
    assert_eq!(talk.line().as_deref(), Some("EHLO [192.0.2.1]\r\n"));
    talk.says("500 what");
    assert_eq!(talk.line().as_deref(), Some("HELO [192.0.2.1]\r\n"));
    finds(&Server::full(), &["EHLO [192.0.2.1] laptop\r\n"], r::NOTHING_FOLLOWS_THE_LITERAL);
}

fn a_session_starts_with_ehlo() {
    let mut talk = Talk::new();
    talk.is_silent();
    talk.says("220 hi");
    talk.hears_all(&["EHLO client.example"]);
    for client in [Talk::ready(""), Talk::ready("PIPELINING|SIZE")] {
        assert!(client.raw.starts_with(b"EHLO client.example\r\n"));
    }
    let server = Server::full();
    served(&server, &open(), async |mut client| {
        client.noop().await.expect("done");
        client.quit().await.expect("left");
    });
    assert_eq!(server.commands(), ["EHLO client.example", "NOOP", "QUIT"]);
}

fn no_mail_without_a_hello() {
    // Neither before the hello was said, nor before it was answered.
    for steps in ["", "220 hi", "220-hi\n220 hi"] {
        let mut talk = Talk::new();
        talk.says(steps);
        let said = talk.octets();
        let error = talk.refuses(envelope(&["b@d.example"]), MAIL);
        assert_eq!(error.kind(), ErrorKind::Usage, "{steps:?}");
        assert!(!said.starts_with(b"MAIL"));
        assert!(talk.connection.submit(Command::Rset).is_err());
    }
    // A refusal of both leaves no session.
    let mut talk = Talk::new();
    talk.says("220 hi\n500 what\n550 no");
    talk.refuses(envelope(&["b@d.example"]), MAIL);
    talk.hears_all(&["EHLO client.example", "HELO client.example", "QUIT"]);
    // When it is said again, mail waits for the answer.
    let mut talk = Talk::ready("SIZE 1000");
    talk.connection.say_hello_again().expect("idle");
    talk.hears_all(&["EHLO client.example"]);
    assert!(talk.connection.submit(Command::Rset).is_err());
    talk.says("250-mail.example\n250 HELP");
    talk.send(envelope(&["b@d.example"]), MAIL);
    talk.hears_all(&["MAIL FROM:<a@client.example>"]);
    finds(&Server::full(), &["MAIL FROM:<>\r\n"], r::MAIL_NEEDS_EHLO);
}

fn keywords_have_no_case() {
    for one in Extension::ALL {
        let keyword = one.keyword();
        let mixed: String = keyword
            .chars()
            .enumerate()
            .map(|(at, c)| if at % 2 == 0 { c.to_ascii_lowercase() } else { c })
            .collect();
        for written in [keyword.to_owned(), keyword.to_ascii_lowercase(), mixed] {
            // Within TLS an offer of STARTTLS is a deviation, but no other than that.
            let talk = Talk::ready(&written);
            let server = talk.connection.capabilities().expect("told");
            assert!(server.has(*one), "{written}");
            assert_eq!(server.keyword(keyword), Some(""), "{written}");
            let others = Extension::ALL.iter().filter(|other| server.has(**other)).count();
            assert_eq!(others, 1, "{written}");
        }
        let talk = Talk::ready(&format!("{keyword}X|X{keyword}"));
        assert!(!talk.connection.capabilities().expect("told").has(*one), "{keyword}");
    }
    let mut talk = Talk::ready("x-foo bar");
    let parameter = Parameter::new("X-FOO", Some("1")).expect("one");
    talk.send(envelope(&["b@d.example"]).parameter(parameter), MAIL);
    talk.hears_all(&["MAIL FROM:<a@client.example> X-FOO=1"]);
}

fn parameters_are_of_what_is_offered() {
    let odd = || Parameter::new("X-FOO", Some("1")).expect("one");
    let to = |recipient| Envelope::new("a@client.example", [recipient]).expect("one");
    let recipient = || Recipient::new("b@d.example").expect("one");
    let auth = Mailbox::new("c@client.example").expect("one");
    for (envelope, offer) in [
        (envelope(&["b@d.example"]).parameter(odd()), "X-FOO"),
        (to(recipient().parameter(odd())), "X-FOO"),
        (to(recipient().notify(Notify::NEVER)), "DSN"),
        (envelope(&["b@d.example"]).return_content(crate::Return::Full), "DSN"),
        (envelope(&["b@d.example"]).deliver_by(crate::DeliverBy::or_notify(60).expect("one")), "DELIVERBY"),
        (envelope(&["b@d.example"]).priority(crate::Priority::new(3).expect("one")), "MT-PRIORITY"),
        (envelope(&["b@d.example"]).auth(auth), "AUTH PLAIN"),
    ] {
        let mut talk = Talk::ready("PIPELINING|SIZE|X-FOOL|XX-FOO");
        let error = talk.refuses(envelope.clone(), MAIL);
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{offer}");
        let mut talk = Talk::ready(&format!("PIPELINING|{offer}"));
        talk.send(envelope, MAIL);
        let said = format!("{}{}", talk.hears(), talk.hears());
        assert!(said.contains("> "), "{said}");
    }
    // What is only of use to the server is left out.
    let mut talk = Talk::ready("PIPELINING");
    talk.send(envelope(&["b@d.example"]).prdr(), MAIL);
    talk.hears_all(&["MAIL FROM:<a@client.example>", "RCPT TO:<b@d.example>", "DATA"]);
    let said = ["EHLO c.example\r\n", "MAIL FROM:<> X-FOO=1\r\n"];
    finds(&Server::bare(), &said, r::PARAMETERS_NEED_AN_OFFERED_EXTENSION);
}

/// What goes over the wire for this message after 354, sent as a whole or piece by piece.
fn data_of(message: &'static [u8], piece: Option<usize>) -> Vec<u8> {
    let mut talk = Talk::ready("");
    let facts = scan_as(message, LineEnds::Normalise);
    let payload = if piece.is_some() { Payload::Streamed } else { Payload::Whole(message.into()) };
    let submission = Submission { envelope: envelope(&["b@d.example"]), facts, payload, windowed: false };
    let id = talk.connection.send(submission).expect("open");
    talk.pump();
    talk.says("250 ok\n250 ok");
    talk.octets();
    talk.says("354 go");
    if let Some(size) = piece {
        for chunk in message.chunks(size) {
            talk.connection.provide(id, chunk.into(), false).expect("text");
            talk.pump();
        }
        talk.connection.provide(id, "".into(), true).expect("text");
    }
    talk.octets()
}

fn no_empty_line_is_added() {
    for piece in [None, Some(1), Some(2), Some(5)] {
        for (message, sent) in [
            (&b"Subject: x\r\n\r\nhi\r\n"[..], &b"Subject: x\r\n\r\nhi\r\n.\r\n"[..]),
            (b"Subject: x\r\n\r\nhi\r\n\r\n", b"Subject: x\r\n\r\nhi\r\n\r\n.\r\n"),
            (b"Subject: x\r\n\r\nhi\n", b"Subject: x\r\n\r\nhi\r\n.\r\n"),
            (b"Subject: x\r\n\r\n.\r\n", b"Subject: x\r\n\r\n..\r\n.\r\n"),
            (b"Subject: x\r\n\r\nhi\r", b"Subject: x\r\n\r\nhi\r\n.\r\n"),
        ] {
            let data = data_of(message, piece);
            assert_eq!(data.escape_ascii().to_string(), sent.escape_ascii().to_string(), "{piece:?}");
        }
    }
}

fn a_last_line_gets_its_end() {
    for piece in [None, Some(1), Some(4)] {
        for (message, sent) in [
            (&b"Subject: x\r\n\r\nhi"[..], &b"Subject: x\r\n\r\nhi\r\n.\r\n"[..]),
            (b"Subject: x\r\n\r\n.", b"Subject: x\r\n\r\n..\r\n.\r\n"),
            (b"Subject: x", b"Subject: x\r\n.\r\n"),
        ] {
            let data = data_of(message, piece);
            assert_eq!(data.escape_ascii().to_string(), sent.escape_ascii().to_string(), "{piece:?}");
        }
    }
    // Where nothing may be added it is rejected as invalid, before anything is said.
    let mut talk = Talk::ready("");
    for (message, fine) in [(&b"Subject: x\r\n\r\nhi"[..], false), (b"Subject: x\r\n\r\nhi\r\n", true)] {
        let facts = scan_as(message, LineEnds::Refuse);
        let payload = Payload::Whole(message.into());
        let submission = Submission { envelope: envelope(&["b@d.example"]), facts, payload, windowed: false };
        let sent = talk.connection.send(submission);
        assert_eq!(sent.is_ok(), fine);
        if let Err(error) = sent {
            assert_eq!(error.requirement(), Some(r::UNENDED_LAST_LINE_IS_MENDED));
            assert_eq!(facts.check(), Err(ContentError::Unended));
            talk.octets();
            assert!(talk.connection.is_idle());
        }
    }
    talk.hears_all(&["MAIL FROM:<a@client.example>"]);
}

fn help_has_an_argument_or_none() {
    let server = Server::full().on("HELP", |command, _| {
        let about = String::from_utf8_lossy(command.line()).into_owned();
        Answer::lines(214, ["this is about", &about])
    });
    served(&server, &open(), async |mut client| {
        let all = client.help(None).await.expect("help");
        assert_eq!(all.text(), "this is about\nHELP");
        let topic = Argument::new("MAIL").expect("one");
        assert_eq!(client.help(topic).await.expect("help").text(), "this is about\nHELP MAIL");
        client.quit().await.expect("left");
    });
    assert_eq!(server.faults(), []);
}

fn quit_comes_before_the_end() {
    // By its own wish, whatever has happened before.
    for server in [
        Server::full(),
        Server::full().refuse("b@d.example", 550, "no"),
        Server::full().on("DATA", |_, _| Answer::reply(451, "later")),
        Server::bare().without_ehlo(),
    ] {
        served(&server, &open(), async |mut client| {
            client.send(envelope(&["b@d.example"]), MAIL).await.expect("a report");
            client.quit().await.expect("left");
        });
        assert_eq!(server.commands().last().map(String::as_str), Some("QUIT"));
        assert_eq!((server.ended(1), server.faults()), (Some(Ended::Quit), vec![]));
    }
    // Because it cannot go on with such a server.
    let one_by_one = || Server::full().without("PIPELINING");
    let thrice = || Answer::reply(250, "ok").then(Answer::reply(250, "ok")).then(Answer::reply(250, "ok"));
    for server in [
        Server::full().greeting(Answer::reply(554, "no service")),
        Server::full().on("EHLO", |_, _| Answer::reply(554, "not you")),
        Server::full().on("EHLO", |_, _| Answer::raw("hello\r\n")),
        Server::full().on_content(|_, _| Answer::raw("hello\r\n")),
        one_by_one().on("RCPT", |_, _| Answer::raw("hello\r\n")),
        one_by_one().on("RCPT", |_, _| Answer::reply(354, "go")),
        one_by_one().on("MAIL", move |_, _| thrice()),
        one_by_one().on("MAIL", |_, _| Answer::nothing()),
    ] {
        let failed = served_or(&server, &open(), async |connected| match connected {
            Ok(mut client) => client
                .send(envelope(&["b@d.example"]), MAIL)
                .await
                .map_or_else(Some, |report| report.error().cloned()),
            Err(error) => Some(error),
        });
        let said = server.commands();
        assert!(failed.is_some(), "{said:?}");
        assert_eq!(said.last().map(String::as_str), Some("QUIT"), "{failed:?}");
        assert_eq!(server.ended(1), Some(Ended::Quit));
    }
}

/// Reads until that was said.
async fn until(stream: &mut MemoryStream, line: &str) {
    let mut heard = String::new();
    while !heard.ends_with(&format!("{line}\r\n")) {
        let mut octets = [0; 512];
        let count = stream.read(&mut octets).await.expect("readable");
        assert!(count > 0, "{heard:?}");
        heard.push_str(&String::from_utf8_lossy(octets.get(..count).unwrap_or_default()));
    }
}

fn the_answer_to_quit_is_awaited() {
    // Also where what came before was refused.
    for before in ["250 ok", "550 no", "500 what"] {
        run_virtual(async {
            let (near, mut far) = pair(4096);
            let client = async {
                let mut client = open().connect_over("smtp://mail.example", near).await.expect("let in");
                let _ = client.noop().await;
                client.quit().await.expect("left");
                anyrfc_core::testing::now()
            };
            let server = async {
                far.write_all(b"220 hi\r\n").await.expect("writable");
                until(&mut far, "EHLO client.example").await;
                far.write_all(b"250 hi\r\n").await.expect("writable");
                until(&mut far, "NOOP").await;
                far.write_all(format!("{before}\r\n").as_bytes()).await.expect("writable");
                until(&mut far, "QUIT").await;
                // It takes its time, and the client is still there.
                tokio::time::sleep(std::time::Duration::from_secs(4)).await;
                let answered = anyrfc_core::testing::now();
                far.write_all(b"221 bye\r\n").await.expect("it has gone");
                answered
            };
            let (left, answered) = tokio::join!(client, server);
            assert!(left >= answered, "{before}");
        });
    }
    // One that never answers is not waited for without end.
    let server = Server::full().on("QUIT", |_, _| Answer::nothing());
    let took = served(&server, &open(), async |client| {
        let begun = anyrfc_core::testing::now();
        client.quit().await.expect("left all the same");
        anyrfc_core::testing::now() - begun
    });
    assert!(took.as_secs() >= 5 && took.as_secs() <= 60, "{took:?}");
}
