//! RFC 5321, section 4.5.3.2: time-outs.

use std::time::Duration;

use anyrfc_core::{Machine as _, Security, compliance::Check, testing::pair, testing::run_virtual};
use anyrfc_sasl::{Credentials, Exchange, Plain, Preparation};
use bytes::Bytes;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    time::{Instant, sleep},
};

use super::super::support::{MAIL, Talk, config, envelope};
use crate::{
    Error, ErrorKind, SmtpClient, Waited,
    client::Builder,
    codec::command::Command,
    proto::{Config, Deadlines, Payload, Protection, State, Submission},
    rfc5321 as r,
    types::{Facts, Outcome, SendReport},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/section-4.5.3.2/there-are-time-outs",
        covers: &[r::TIMEOUTS_EXIST],
        run: there_are_time_outs,
    },
    Check {
        name: "rfc5321/section-4.5.3.2/every-command-has-its-own",
        covers: &[r::TIMEOUTS_ARE_PER_COMMAND],
        run: every_command_has_its_own,
    },
    Check {
        name: "rfc5321/section-4.5.3.2/each-can-be-set",
        covers: &[r::TIMEOUTS_ARE_CONFIGURABLE],
        run: each_can_be_set,
    },
    Check {
        name: "rfc5321/section-4.5.3.2/none-is-below-its-minimum",
        covers: &[r::TIMEOUTS_HAVE_MINIMA],
        run: none_is_below_its_minimum,
    },
    Check {
        name: "rfc5321/section-4.5.3.2.1/the-greeting-has-5-minutes",
        covers: &[r::GREETING_WAITS_5_MINUTES],
        run: || waits(Waited::Greeting, 5),
    },
    Check {
        name: "rfc5321/section-4.5.3.2.2/mail-has-5-minutes",
        covers: &[r::MAIL_WAITS_5_MINUTES],
        run: || waits(Waited::Mail, 5),
    },
    Check {
        name: "rfc5321/section-4.5.3.2.3/rcpt-has-5-minutes",
        covers: &[r::RCPT_WAITS_5_MINUTES],
        run: || waits(Waited::Recipient, 5),
    },
    Check {
        name: "rfc5321/section-4.5.3.2.4/data-has-2-minutes",
        covers: &[r::DATA_WAITS_2_MINUTES],
        run: || waits(Waited::Data, 2),
    },
    Check {
        name: "rfc5321/section-4.5.3.2.5/a-block-of-data-has-3-minutes",
        covers: &[r::DATA_BLOCK_WAITS_3_MINUTES],
        run: a_block_of_data_has_3_minutes,
    },
    Check {
        name: "rfc5321/section-4.5.3.2.6/the-end-of-data-has-10-minutes",
        covers: &[r::END_OF_DATA_WAITS_10_MINUTES],
        run: || waits(Waited::Message, 10),
    },
];

const MILLISECOND: Duration = Duration::from_millis(1);

const fn minutes(number: u64) -> Duration {
    Duration::from_secs(60 * number)
}

/// All that a connection waits for, and how long the RFC has it wait at least.
const ALL: [(Waited, Option<Duration>); 12] = [
    (Waited::Greeting, Some(minutes(5))),
    (Waited::Hello, None),
    (Waited::StartTls, None),
    (Waited::Handshake, None),
    (Waited::Authentication, None),
    (Waited::Mail, Some(minutes(5))),
    (Waited::Recipient, Some(minutes(5))),
    (Waited::Data, Some(minutes(2))),
    (Waited::Chunk, None),
    (Waited::Message, Some(minutes(10))),
    (Waited::Command, None),
    (Waited::Quit, None),
];

/// The deadline for that.
fn of(deadlines: &mut Deadlines, waited: Waited) -> &mut Duration {
    match waited {
        Waited::Greeting => &mut deadlines.greeting,
        Waited::Hello => &mut deadlines.hello,
        Waited::StartTls => &mut deadlines.start_tls,
        Waited::Handshake => &mut deadlines.handshake,
        Waited::Authentication => &mut deadlines.authentication,
        Waited::Mail => &mut deadlines.mail,
        Waited::Recipient => &mut deadlines.recipient,
        Waited::Data => &mut deadlines.data,
        Waited::Chunk => &mut deadlines.chunk,
        Waited::Message => &mut deadlines.message,
        Waited::Quit => &mut deadlines.quit,
        _ => &mut deadlines.command,
    }
}

/// A connection that waits for that, from now on.
fn waiting(mut config: Config, waited: Waited) -> Talk {
    if matches!(waited, Waited::StartTls | Waited::Handshake) {
        config.protection = Protection::StartTls;
    }
    let mut talk = Talk::with(config);
    if waited == Waited::Greeting {
        return talk;
    }
    talk.says("220 mail.example");
    if waited == Waited::Hello {
        return talk;
    }
    talk.hello("STARTTLS|AUTH PLAIN|PIPELINING|CHUNKING");
    if matches!(waited, Waited::StartTls | Waited::Handshake) {
        assert_eq!(talk.hears(), "STARTTLS");
        if waited == Waited::Handshake {
            talk.says("220 go");
        }
        return talk;
    }
    match waited {
        Waited::Authentication => {
            let user = Credentials::password("user", String::from("pencil"));
            let plain = Plain::new(&user, Preparation::Saslprep).expect("it can be sent");
            talk.connection.authenticate(Exchange::new(plain)).expect("offered");
        }
        Waited::Chunk => {
            let submission = Submission {
                envelope: envelope(&["b@mail.example"]),
                facts: Facts::default(),
                payload: Payload::Streamed,
                windowed: true,
            };
            let id = talk.connection.send(submission).expect("sent");
            talk.octets();
            talk.connection.provide(id, Bytes::from_static(MAIL), false).expect("more");
            talk.octets();
            talk.says("250 ok\n250 ok");
        }
        Waited::Command => {
            talk.submit(Command::Noop(None));
        }
        Waited::Quit => talk.connection.quit().expect("open"),
        _ => {
            talk.send(envelope(&["b@mail.example"]), MAIL);
        }
    }
    let replies = match waited {
        Waited::Recipient => "250 ok",
        Waited::Data => "250 ok\n250 ok",
        Waited::Message => "250 ok\n250 ok\n354 go",
        _ => "",
    };
    talk.octets();
    talk.says(replies);
    talk.octets();
    talk
}

/// That it waits for that so long, and then no longer.
#[track_caller]
fn is_over_after(mut talk: Talk, waited: Waited, limit: Duration) {
    let due = talk.connection.poll_timeout().expect("a time-out");
    assert_eq!(due.duration_since(talk.now), limit, "{waited:?}");
    talk.wait(limit - MILLISECOND);
    assert!(talk.error.is_none() && !talk.phase().is_over(), "{waited:?} {:?}", talk.error);
    talk.wait(MILLISECOND);
    if waited == Waited::Quit {
        // There is nothing left to fail.
        assert_eq!((talk.phase(), talk.error.is_none()), (State::Closed, true));
        return;
    }
    let error = talk.fails();
    assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, Some(waited)), "{error}");
    assert_eq!(talk.phase(), State::Failed);
    assert_eq!(talk.connection.poll_timeout(), None);
}

#[track_caller]
fn waits(waited: Waited, number: u64) {
    is_over_after(waiting(config(), waited), waited, minutes(number));
    // One octet of a reply is not the reply.
    let mut talk = waiting(config(), waited);
    talk.wait(minutes(number) - MILLISECOND).feed("2").wait(MILLISECOND);
    assert_eq!(talk.fails().waited_for(), Some(waited));
    // The whole of it in the last moment is.
    let mut talk = waiting(config(), waited);
    let reply = match waited {
        Waited::Greeting => "220 at last",
        Waited::Data => "354 at last",
        _ => "250 at last",
    };
    talk.wait(minutes(number) - MILLISECOND).says(reply).wait(MILLISECOND);
    assert!(talk.error.is_none(), "{:?}", talk.error);
}

fn there_are_time_outs() {
    for (waited, _) in ALL {
        let mut talk = waiting(config(), waited);
        assert!(talk.connection.poll_timeout().is_some(), "{waited:?}");
        talk.wait(minutes(60));
        assert!(talk.phase().is_over(), "{waited:?}");
    }
    // What it means for a message is told.
    for (waited, outcome) in [
        (Waited::Mail, Outcome::NotSent),
        (Waited::Recipient, Outcome::NotSent),
        (Waited::Data, Outcome::NotSent),
        (Waited::Message, Outcome::Unknown),
    ] {
        let mut talk = waiting(config(), waited);
        talk.wait(minutes(60));
        let error = talk.fails();
        let reports = talk.connection.abort(&error);
        let [(_, report)] = reports.as_slice() else { panic!("{reports:?}") };
        assert_eq!(report.recipients()[0].outcome(), &outcome, "{waited:?}");
        assert_eq!(report.error().and_then(Error::waited_for), Some(waited));
    }
    // Nothing is waited for when nothing was asked.
    let talk = Talk::ready("");
    assert_eq!(talk.connection.poll_timeout(), None);
}

fn every_command_has_its_own() {
    // Each answer comes in the last moment: together they take longer than any.
    let mut talk = Talk::ready("");
    let begun = talk.now;
    let id = talk.send(envelope(&["b@mail.example", "c@mail.example", "d@mail.example"]), MAIL);
    for (limit, reply) in
        [(5, "250 ok"), (5, "250 ok"), (5, "250 ok"), (5, "250 ok"), (2, "354 go"), (10, "250 ok")]
    {
        talk.octets();
        talk.wait(minutes(limit) - MILLISECOND).says(reply);
        assert!(talk.error.is_none(), "{reply} {:?}", talk.error);
    }
    assert!(talk.report(id).is_complete());
    assert!(talk.now - begun > minutes(31));
    // And where they were sent together, from the answer before.
    let mut talk = Talk::ready("PIPELINING");
    talk.send(envelope(&["b@mail.example", "c@mail.example"]), MAIL);
    talk.octets();
    for reply in ["250 ok", "250 ok", "250 ok"] {
        talk.wait(minutes(5) - MILLISECOND).says(reply);
        assert!(talk.error.is_none(), "{reply} {:?}", talk.error);
    }
    is_over_after(talk, Waited::Data, minutes(2));
    // A single one is timed as a whole, however its answer trickles in.
    let mut talk = waiting(config(), Waited::Mail);
    for octet in "250-a reply that takes its time".bytes() {
        talk.wait(Duration::from_secs(20)).feed([octet]);
    }
    assert_eq!(talk.fails().waited_for(), Some(Waited::Mail));
}

fn each_can_be_set() {
    for (index, (waited, _)) in ALL.into_iter().enumerate() {
        let mut config = config();
        for (number, (other, _)) in (100..).zip(ALL) {
            *of(&mut config.deadlines, other) = Duration::from_secs(number);
        }
        let seconds = Duration::from_secs(100 + index as u64);
        is_over_after(waiting(config, waited), waited, seconds);
    }
    // And of the client.
    let deadlines = Deadlines { data: Duration::from_secs(7), ..Deadlines::default() };
    let (report, took) = sending(SmtpClient::builder().deadlines(deadlines), &["250 ok", "250 ok"]);
    assert_eq!(report.error().and_then(Error::waited_for), Some(Waited::Data));
    assert_eq!(took, Duration::from_secs(7));
    let (report, took) =
        sending(SmtpClient::builder().send_timeout(Duration::from_secs(9)), &["250 ok", "250 ok", "354 go"]);
    assert_eq!(report.error().and_then(Error::waited_for), Some(Waited::Writing));
    assert!((9..=9 + LAST_WORDS).contains(&took.as_secs()), "{took:?}");
}

fn none_is_below_its_minimum() {
    for (waited, least) in ALL {
        let Some(least) = least else { continue };
        let mut talk = waiting(config(), waited);
        talk.wait(least - MILLISECOND);
        assert!(talk.error.is_none(), "{waited:?}");
        assert!(*of(&mut Deadlines::default(), waited) >= least, "{waited:?}");
    }
    // Those of the client are the same.
    for (replies, waited, least) in [
        (&[][..], Waited::Mail, 5),
        (&["250 ok"], Waited::Recipient, 5),
        (&["250 ok", "250 ok"], Waited::Data, 2),
        (&["250 ok", "250 ok", "354 go"], Waited::Writing, 3),
    ] {
        let (report, took) = sending(SmtpClient::builder(), replies);
        assert_eq!(report.error().and_then(Error::waited_for), Some(waited));
        assert!(took >= minutes(least), "{waited:?} {took:?}");
    }
}

/// So many seconds the rest of what is written may take to leave, once the connection has failed.
const LAST_WORDS: u64 = 2;

/// More than a stream of [`sending`] holds.
const LARGE: usize = 1 << 20;

/// What a slow server takes at a time.
const BLOCK: usize = 64 << 10;

/// What becomes of a large message at a server that gives these replies and then reads no more, and how long after
/// the last.
fn sending(builder: Builder, replies: &[&str]) -> (SendReport, Duration) {
    run_virtual(async {
        let (near, far) = pair(4096);
        let server = async {
            let mut far = BufReader::new(far);
            far.write_all(b"220 mail.example\r\n").await.expect("written");
            let mut line = String::new();
            for reply in [&["250 mail.example"], replies].concat() {
                far.read_line(&mut line).await.expect("read");
                far.write_all(format!("{reply}\r\n").as_bytes()).await.expect("written");
            }
            std::future::pending::<()>().await;
        };
        let client = async {
            let builder = builder.security(Security::Plaintext);
            let mut client = builder.connect_over("smtp://mail.example", near).await.expect("connected");
            let begun = Instant::now();
            let message = "some text\r\n".repeat(LARGE / 11);
            let report = client.send(envelope(&["b@mail.example"]), message).await.expect("begun");
            (report, begun.elapsed())
        };
        tokio::select! {
            done = client => done,
            () = server => panic!("the server has ended"),
        }
    })
}

fn a_block_of_data_has_3_minutes() {
    let (report, took) = sending(SmtpClient::builder(), &["250 ok", "250 ok", "354 go"]);
    let error = report.error().expect("it has failed");
    assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, Some(Waited::Writing)));
    assert!((180..=180 + LAST_WORDS).contains(&took.as_secs()), "{took:?}");
    assert_eq!(report.recipients()[0].outcome(), &Outcome::NotSent);
    // It is each block that has them: a server that takes a little at a time may take hours.
    let (report, took) = run_virtual(async {
        let (near, mut far) = pair(BLOCK);
        let server = async {
            for reply in ["220 mail.example", "250 mail.example", "250 ok", "250 ok", "354 go"] {
                sleep(MILLISECOND).await;
                far.write_all(format!("{reply}\r\n").as_bytes()).await.expect("written");
            }
            let mut read = Vec::new();
            while !read.ends_with(b"\r\n.\r\n") {
                sleep(minutes(3) - MILLISECOND).await;
                let mut piece = [0; BLOCK];
                let count = far.read(&mut piece).await.expect("read");
                assert!(count > 0, "it was given up");
                read.extend_from_slice(&piece[..count]);
            }
            far.write_all(b"250 ok\r\n").await.expect("written");
            std::future::pending::<()>().await;
        };
        let client = async {
            let builder = SmtpClient::builder().security(Security::Plaintext);
            let mut client = builder.connect_over("smtp://mail.example", near).await.expect("connected");
            let begun = Instant::now();
            let message = "some text\r\n".repeat(LARGE / 11);
            let report = client.send(envelope(&["b@mail.example"]), message).await.expect("begun");
            (report, begun.elapsed())
        };
        tokio::select! {
            done = client => done,
            () = server => panic!("the server has ended"),
        }
    });
    assert!(report.is_complete(), "{report:?}");
    assert!(took > minutes(30), "{took:?}");
}
