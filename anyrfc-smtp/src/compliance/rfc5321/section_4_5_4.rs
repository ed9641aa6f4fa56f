//! RFC 5321, sections 4.5.4 and 4.5.5: sending, again and to many, and the null reverse-path.

use std::time::Duration;

use anyrfc_core::{
    Security,
    compliance::Check,
    testing::{pair, run_virtual},
};
use anyrfc_mime::{Message, build::Builder};
use tokio::time::Instant;

use super::super::{
    served::{send, with, with_pool},
    support::{MAIL, Talk, envelope},
};
use crate::{
    SmtpClient,
    codec::command::Command,
    rfc5321 as r,
    testing::{Answer, Server},
    types::{Argument, Envelope, Extension, ReversePath},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/section-4.5.4.1/refusals-are-not-remembered",
        covers: &[r::NEGATIVE_REPLIES_ARE_CACHED_WITH_CARE],
        run: refusals_are_not_remembered,
    },
    Check {
        name: "rfc5321/section-4.5.4.1/a-refusal-of-mail-is-not-remembered",
        covers: &[r::REFUSAL_OF_MAIL_IS_NOT_CACHED],
        run: a_refusal_of_mail_is_not_remembered,
    },
    Check {
        name: "rfc5321/section-4.5.4.1/recipients-share-one-copy",
        covers: &[
            r::RECIPIENTS_SHARE_A_COPY,
            r::RECIPIENTS_SHARE_A_TRANSACTION,
            r::SHARING_OF_COPIES_IS_IMPLEMENTED,
        ],
        run: recipients_share_one_copy,
    },
    Check {
        name: "rfc5321/section-4.5.4.1/transactions-can-be-concurrent",
        covers: &[r::TRANSACTIONS_MAY_BE_CONCURRENT],
        run: transactions_can_be_concurrent,
    },
    Check {
        name: "rfc5321/section-4.5.5/the-reverse-path-is-a-mailbox",
        covers: &[r::REVERSE_PATH_IS_NOT_NULL],
        run: the_reverse_path_is_a_mailbox,
    },
];

/// Sends a message by commands that wait for each other; the replies decide how far it gets.
fn sends(talk: &mut Talk, replies: &[&str]) -> bool {
    let id = talk.send(envelope(&["b@mail.example"]), MAIL);
    assert_eq!(talk.hears(), "MAIL FROM:<a@client.example>");
    for reply in replies {
        talk.octets();
        talk.says(reply);
    }
    if talk.line().is_some_and(|line| line == "RSET\r\n") {
        talk.says("250 ok");
    }
    talk.report(id).is_complete()
}

const ALL: [&str; 4] = ["250 ok", "250 ok", "354 go", "250 ok"];

fn refusals_are_not_remembered() {
    let mut talk = Talk::ready("");
    // Of a recipient, of DATA, of a message: the same is asked again, and the new answer counts.
    let refusals: [&[&str]; 5] = [
        &["250 ok", "550 no such user"],
        &["250 ok", "250 ok", "554 no"],
        &["250 ok", "250 ok", "354 go", "550 spam"],
        &["250 ok", "250 ok", "354 go", "451 later"],
        &["421 overload"],
    ];
    for refusal in &refusals[..4] {
        assert!(!sends(&mut talk, refusal), "{refusal:?}");
        assert!(sends(&mut talk, &ALL), "{refusal:?} {:?}", talk.error);
    }
    for refusal in ["502 disabled", "550 no such user", "252 perhaps"] {
        for reply in [refusal, "250 <jones@mail.example>"] {
            let id = talk.submit(Command::Vrfy(Argument::new("jones").expect("an argument")));
            assert_eq!(talk.hears(), "VRFY jones");
            talk.says(reply);
            assert_eq!(talk.reply(id).code().to_string(), reply[..3]);
        }
    }
    // What EHLO did not offer, it may offer the next time; and the other way round.
    let mut talk = Talk::ready("SIZE");
    for offers in ["PIPELINING", "SIZE", ""] {
        talk.connection.say_hello_again().expect("idle");
        talk.hello(offers);
        let told = talk.connection.capabilities().expect("ready");
        assert_eq!(told.has(Extension::Pipelining), offers == "PIPELINING");
        assert_eq!(told.has(Extension::Size), offers == "SIZE");
    }
    // Nor by a client, of another connection to the same server.
    let server = Server::full().once("EHLO", Answer::reply(421, "4.3.2 overload"));
    let tried = |server: &Server| {
        run_virtual(async {
            let (near, far) = pair(1 << 20);
            let builder = SmtpClient::builder().security(Security::Plaintext);
            let client = builder.connect_over("smtp://mail.example", near);
            let (connected, _) = tokio::join!(async { client.await.is_ok() }, server.serve(far));
            connected
        })
    };
    assert_eq!((tried(&server), tried(&server)), (false, true));
}

fn a_refusal_of_mail_is_not_remembered() {
    for refusal in ["550 5.7.1 sender denied", "553 no such mailbox", "500 what", "599 never"] {
        let mut talk = Talk::ready("");
        for _ in 0..3 {
            assert!(!sends(&mut talk, &[refusal]), "{refusal}");
        }
        assert!(sends(&mut talk, &ALL), "{refusal} {:?}", talk.error);
    }
    // Where the recipients were asked for at once, too.
    let server = Server::full().on("MAIL", |_, view| {
        if view.nth == 1 { Answer::reply(550, "5.7.1 sender denied") } else { Answer::as_usual() }
    });
    with(&server, async |client| {
        for accepted in [false, true] {
            let report =
                client.send(envelope(&["b@mail.example"]), "Subject: x\r\n\r\n").await.expect("sent");
            assert_eq!(report.is_complete(), accepted, "{report:?}");
        }
    });
}

fn recipients_share_one_copy() {
    let all: Vec<_> = (0..40).map(|number| format!("u{number}@d{}.example", number % 3)).collect();
    let to_all = Envelope::new("a@client.example", &all).expect("an envelope");
    for offers in ["", "PIPELINING", "PIPELINING|CHUNKING"] {
        for windowed in [false, true] {
            let mut talk = Talk::ready(offers);
            talk.raw.clear();
            let id = talk.try_send(to_all.clone(), MAIL, windowed).expect("sent");
            let mut replies = vec!["250 ok"; 41];
            if !(windowed && offers.contains("CHUNKING")) {
                replies.push("354 go");
            }
            replies.push("250 ok");
            for reply in replies {
                talk.octets();
                talk.says(reply);
            }
            assert!(talk.report(id).is_complete(), "{offers} {:?}", talk.error);
            let said = String::from_utf8(talk.raw.clone()).expect("ASCII");
            let count = |what| said.matches(what).count();
            assert_eq!(
                (count("MAIL FROM:"), count("RCPT TO:<"), count("Subject: hello")),
                (1, 40, 1),
                "{offers}"
            );
            let asked = said.lines().filter_map(|line| line.strip_prefix("RCPT TO:<")?.strip_suffix('>'));
            assert_eq!(asked.collect::<Vec<_>>(), all);
        }
    }
}

fn transactions_can_be_concurrent() {
    const PAUSE: Duration = Duration::from_secs(60);
    let server = Server::full().on_content(|_, _| Answer::as_usual().after(PAUSE));
    let took = run_virtual(async {
        let begun = Instant::now();
        let session = async || {
            let (near, far) = pair(1 << 20);
            let client = async {
                let builder = SmtpClient::builder().security(Security::Plaintext);
                let mut client = builder.connect_over("smtp://mail.example", near).await.expect("connected");
                let report = client.send(envelope(&["b@mail.example"]), "Subject: x\r\n\r\n").await;
                assert!(report.expect("sent").is_complete());
                client.quit().await.expect("left");
            };
            tokio::join!(client, server.serve(far)).1.expect("served");
        };
        tokio::join!(session(), session(), session());
        begun.elapsed()
    });
    assert_eq!((server.deliveries().len(), server.connections()), (3, 3));
    assert_eq!(took, PAUSE, "each waits for itself alone");
    assert_eq!(server.faults(), []);
    // By a pool, as many as it was told.
    for (most, turns) in [(1, 3), (3, 1)] {
        let server = Server::full().on_content(|_, _| Answer::as_usual().after(PAUSE));
        with_pool(
            &server,
            |pool| pool.connections(most),
            async |pool| {
                let begun = Instant::now();
                let send = || pool.send(envelope(&["b@mail.example"]), "Subject: x\r\n\r\n");
                let (first, second, third) = tokio::join!(send(), send(), send());
                assert!([first, second, third].into_iter().all(|report| report.expect("sent").is_complete()));
                assert_eq!(begun.elapsed(), PAUSE * turns);
            },
        );
    }
}

fn the_reverse_path_is_a_mailbox() {
    let mut talk = Talk::ready("");
    talk.send(envelope(&["b@mail.example"]), MAIL);
    assert_eq!(talk.hears(), "MAIL FROM:<a@client.example>");
    // A message gives that of its author or sender; without one, there is no envelope rather than a null one.
    let of = |text: &str| {
        Envelope::of(&Message::parse(format!("{text}\r\nTo: b@mail.example\r\n\r\n").as_bytes()))
    };
    assert_eq!(of("From: a@client.example"), Ok(envelope(&["b@mail.example"])));
    for header in ["Subject: x", "From:", "From: undisclosed:;", "From: <>", "Sender: <>"] {
        assert!(of(header).is_err(), "{header}");
    }
    let composed =
        Builder::new().from("a@client.example").to("b@mail.example").text("hi").build().expect("built");
    assert_eq!(Envelope::try_from(&composed), Ok(envelope(&["b@mail.example"])));
    let server = Server::bare();
    let report = send(&server, Envelope::try_from(&composed).expect("an envelope"), &composed);
    assert!(report.expect("sent").is_complete());
    assert_eq!(server.deliveries()[0].sender, "a@client.example");
    // Whoever needs the null one says so.
    for null in
        [Envelope::new(ReversePath::Null, ["b@mail.example"]), Envelope::new("<>", ["b@mail.example"])]
    {
        let mut talk = Talk::ready("");
        talk.send(null.expect("an envelope"), MAIL);
        assert_eq!(talk.hears(), "MAIL FROM:<>");
    }
}
