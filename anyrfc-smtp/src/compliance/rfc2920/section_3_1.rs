//! RFC 2920, section 3.1: what a client sends in a group, and how it takes the answers.

use anyrfc_core::{
    Security,
    compliance::Check,
    testing::{pair, run_virtual},
};

use super::super::{
    served::open,
    support::{Duet, MAIL, Talk, envelope, finds},
};
use crate::{
    Argument, BurlUrl, Envelope, ErrorKind, Outcome, RawCommand, SendReport,
    codec::command::Command,
    proto::{Payload, Submission},
    rfc2920 as r,
    testing::{Answer, Server},
    types::Facts,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2920/section-3.1/some-commands-end-a-group",
        covers: &[r::LAST_OF_A_GROUP_WAITS],
        run: some_commands_end_a_group,
    },
    Check {
        name: "rfc2920/section-3.1/data-for-nobody-is-a-lone-dot",
        covers: &[r::TRANSACTIONS_ARE_NOT_ASSUMED],
        run: data_for_nobody_is_a_lone_dot,
    },
    Check {
        name: "rfc2920/section-3.1/every-answer-counts",
        covers: &[r::ALL_STATUSES_ARE_CHECKED],
        run: every_answer_counts,
    },
    Check {
        name: "rfc2920/section-3.1/answers-are-told-apart-by-their-number",
        covers: &[r::REPLIES_ARE_COUNTED],
        run: answers_are_told_apart_by_their_number,
    },
    Check {
        name: "rfc2920/section-3.1/answers-may-have-many-lines",
        covers: &[r::MULTILINE_REPLIES_ARE_READ],
        run: answers_may_have_many_lines,
    },
    Check {
        name: "rfc2920/section-3.1/many-lines-are-one-answer",
        covers: &[r::MULTILINE_IS_ONE_REPLY],
        run: many_lines_are_one_answer,
    },
    Check {
        name: "rfc2920/section-3.1/answers-are-read-while-commands-are-sent",
        covers: &[r::REPLIES_MAY_BE_READ_WHILE_SENDING, r::GROUPS_FIT_THE_WINDOW],
        run: answers_are_read_while_commands_are_sent,
    },
];

/// `a` for accepted, `r` for rejected, `-` for not sent, `?` for unknown.
fn outcomes(report: &SendReport) -> String {
    let letter = |outcome: &Outcome| match outcome {
        Outcome::Accepted(_) => 'a',
        Outcome::Rejected(_) => 'r',
        Outcome::NotSent => '-',
        Outcome::Unknown => '?',
    };
    report.recipients().iter().map(|recipient| letter(recipient.outcome())).collect()
}

const THREE: [&str; 3] = ["b@d.example", "c@d.example", "d@d.example"];

fn some_commands_end_a_group() {
    let argument = || Argument::new("jones").expect("one");
    let last = [
        Command::Noop(None),
        Command::Noop(Some(argument())),
        Command::Vrfy(argument()),
        Command::Expn(argument()),
        Command::Help(None),
        Command::Raw(RawCommand::new("XWHO", None).expect("one")),
    ];
    for command in last {
        let mut talk = Talk::ready("PIPELINING");
        let shown = format!("{command:?}");
        talk.submit(Command::Rset);
        talk.submit(command);
        talk.submit(Command::Rset);
        talk.send(envelope(&["b@d.example"]), MAIL);
        // It is the last of its group, and the others are the next one.
        assert_eq!(talk.hears(), "RSET");
        talk.hears();
        talk.is_silent();
        talk.says("250 reset").is_silent();
        talk.says("250 whatever");
        let next = ["RSET", "MAIL FROM:<a@client.example>", "RCPT TO:<b@d.example>", "DATA"];
        assert_eq!(next.map(|_| talk.heard().unwrap_or_default()), next, "{shown}");
        // So is DATA: another message waits for the end of this one, which may begin a group.
        let first = talk.submit(Command::Noop(None));
        talk.says("250 reset\n250 sender\n250 recipient").is_silent();
        talk.says("354 go");
        assert_eq!(talk.octets(), [MAIL, b".\r\nNOOP\r\n"].concat(), "{shown}");
        talk.says("250 taken\n250 done");
        assert!(talk.reply(first).is_success());
    }
    // EHLO and QUIT.
    let mut talk = Talk::ready("PIPELINING");
    talk.connection.say_hello_again().expect("it is idle");
    assert_eq!(talk.connection.submit(Command::Rset).expect_err("sent").kind(), ErrorKind::Usage);
    talk.hears_all(&["EHLO client.example"]);
    let mut talk = Talk::ready("PIPELINING");
    talk.submit(Command::Rset);
    talk.connection.quit().expect("it is open");
    talk.hears_all(&["RSET"]);
    assert_eq!(talk.connection.submit(Command::Rset).expect_err("sent").kind(), ErrorKind::Closed);
    talk.says("250 reset").hears_all(&["QUIT"]);
    // A command of another extension that says nothing else.
    let mut talk = Talk::ready("PIPELINING|BURL imap");
    let url = BurlUrl::new("imap://a@d.example/x;urlauth=submit+a:internal:0").expect("one");
    let (facts, payload) = (Facts::default(), Payload::Url(url));
    let submission = Submission { envelope: envelope(&["b@d.example"]), facts, payload, windowed: true };
    talk.connection.send(submission).expect("offered");
    talk.submit(Command::Rset);
    assert!(talk.hears().starts_with("MAIL ") && talk.hears().starts_with("RCPT "));
    assert!(talk.hears().starts_with("BURL "));
    talk.is_silent();
    let hello = "EHLO client.example\r\n";
    finds(&Server::full(), &[hello, "NOOP\r\nRSET\r\n"], r::LAST_OF_A_GROUP_WAITS);
    finds(&Server::full(), &[hello, "RSET\r\nVRFY jones\r\nRSET\r\n"], r::LAST_OF_A_GROUP_WAITS);
}

fn data_for_nobody_is_a_lone_dot() {
    let refused = "250 sender\n550 no\n551 neither\n450 not now";
    let mut talk = Talk::ready("PIPELINING");
    let id = talk.send(envelope(&THREE), MAIL);
    talk.octets();
    talk.says(refused).is_silent();
    talk.says("354 go");
    assert_eq!(talk.octets(), b".\r\n");
    // Whatever the server makes of it, nobody gets anything.
    talk.says("250 delivered");
    assert_eq!(outcomes(&talk.report(id)), "rrr");
    // Refused as it should be, RSET ends it.
    let mut talk = Talk::ready("PIPELINING");
    let id = talk.send(envelope(&THREE), MAIL);
    talk.octets();
    talk.says(refused).says("554 no valid recipients");
    talk.hears_all(&["RSET"]);
    assert_eq!(outcomes(&talk.report(id)), "rrr");
    // Those who are asked about one by one are not sent to either.
    let mut talk = Talk::ready("");
    talk.send(envelope(&["b@d.example"]), MAIL);
    talk.says("250 sender\n550 no").octets();
    talk.is_silent();
    let server = Server::full().data_without_recipients().on("RCPT", |_, _| Answer::reply(550, "5.1.1 no"));
    let mut duet = Duet::new(server);
    assert_eq!(outcomes(&duet.send(envelope(&THREE), MAIL)), "rrr");
    duet.faultless();
    assert!(duet.server.deliveries().is_empty());
    let said =
        ["EHLO client.example\r\n", "MAIL FROM:<>\r\nRCPT TO:<b@d.example>\r\nDATA\r\n", "hello\r\n.\r\n"];
    finds(&duet.server, &said, r::TRANSACTIONS_ARE_NOT_ASSUMED);
}

fn every_answer_counts() {
    for (answers, expected) in [
        ("250 s\n250 r\n250 r\n250 r\n354 go\n250 taken", "aaa"),
        ("250 s\n250 r\n550 r\n250 r\n354 go\n250 taken", "ara"),
        ("250 s\n450 r\n250 r\n553 r\n354 go\n250 taken", "rar"),
        ("250 s\n251 r\n252 r\n250 r\n354 go\n451 later", "rrr"),
        ("250 s\n250 r\n250 r\n250 r\n451 not now", "rrr"),
        ("250 s\n250 r\n550 r\n250 r\n554 no", "rrr"),
        // Of what comes after a refused sender nothing is believed.
        ("550 s\n250 r\n250 r\n250 r\n354 go\n250 taken", "rrr"),
        ("451 s\n503 r\n503 r\n503 r\n503 what", "rrr"),
    ] {
        let mut talk = Talk::ready("PIPELINING");
        let id = talk.send(envelope(&THREE), MAIL);
        talk.octets();
        for answer in answers.lines() {
            assert!(!talk.is_reported(id), "{answers:?} before {answer}");
            talk.says(answer);
        }
        let report = talk.report(id);
        assert_eq!(outcomes(&report), expected, "{answers:?}");
        let sent = talk.octets();
        let whole = answers.contains("354") && answers.starts_with("250");
        assert_eq!(sent.starts_with(MAIL), whole, "{answers:?}: {}", sent.escape_ascii());
        assert!(talk.error.is_none(), "{answers:?}: {:?}", talk.error);
    }
    // RSET of our own too: what it was to end may go on.
    let mut talk = Talk::ready("PIPELINING");
    talk.send(envelope(&["b@d.example"]), MAIL);
    talk.says("250 s\n250 r\n451 later\n500 what is RSET?");
    assert_eq!(talk.fails().kind(), ErrorKind::Protocol);
}

fn answers_are_told_apart_by_their_number() {
    // Neither code nor text says what is answered.
    let mut talk = Talk::ready("PIPELINING|VRFY");
    let first = talk.submit(Command::Rset);
    let id = talk.send(envelope(&THREE), MAIL);
    talk.octets();
    talk.says(
        "250 2.1.5 <d@d.example> recipient ok
         250 2.0.0 reset
         250 2.1.0 sender ok
         550 5.1.1 <d@d.example> unknown
         250 2.1.5 <b@d.example> recipient ok
         354 go",
    );
    assert_eq!(&*talk.reply(first).text(), "<d@d.example> recipient ok");
    talk.says("250 2.0.0 taken");
    let report = talk.report(id);
    assert_eq!(outcomes(&report), "ara");
    let refused = report.recipients()[1].answer().expect("an answer");
    assert_eq!(&*refused.text(), "<d@d.example> unknown");
    // Several messages at once, of which each has its own.
    let mut talk = Talk::ready("PIPELINING|CHUNKING");
    let ids =
        ["b@d.example", "c@d.example", "d@d.example"].map(|to| talk.send_windowed(envelope(&[to]), MAIL));
    talk.octets();
    talk.says("250 s\n250 r\n250 one\n250 reset\n250 s\n550 r\n554 none\n250 reset\n250 s\n250 r\n250 three");
    let reports = ids.map(|id| talk.report(id));
    assert_eq!(reports.each_ref().map(outcomes), ["a", "r", "a"]);
    assert_eq!(reports[2].reply().map(|reply| reply.text().into_owned()).as_deref(), Some("three"));
    // One that is missing is waited for, one too many is none of ours.
    let mut talk = Talk::ready("PIPELINING");
    let id = talk.send(envelope(&["b@d.example"]), MAIL);
    talk.octets();
    talk.says("250 s\n250 r\n354 go\n250 taken");
    assert!(talk.report(id).is_complete());
    talk.says("250 taken");
    assert_eq!(talk.fails().kind(), ErrorKind::Protocol);
}

fn answers_may_have_many_lines() {
    let mut talk = Talk::ready("PIPELINING");
    let id = talk.send(envelope(&THREE), MAIL);
    talk.octets();
    talk.says(
        "250-2.1.0 sender
         250-2.1.0
         250 2.1.0 ok
         250-2.1.5 first
         250 2.1.5 recipient
         550-5.1.1 no
         550-5.1.1 such
         550 5.1.1 user
         250
         354-go
         354-on
         354 please",
    );
    assert_eq!(talk.octets(), [MAIL, b".\r\n"].concat());
    talk.says("250-2.0.0 queued\n250 2.0.0 as 1");
    let report = talk.report(id);
    assert_eq!(outcomes(&report), "ara");
    assert_eq!(&*report.recipients()[1].answer().expect("one").text(), "no\nsuch\nuser");
    assert_eq!(&*report.reply().expect("one").text(), "queued\nas 1");
    // However they arrive.
    let answers = "250-s\r\n250 s\r\n250-r\r\n250 r\r\n354-go\r\n354 on\r\n";
    for size in 1..=answers.len() {
        let mut talk = Talk::ready("PIPELINING");
        talk.send(envelope(&["b@d.example"]), MAIL);
        talk.octets();
        for piece in answers.as_bytes().chunks(size) {
            talk.feed(piece);
        }
        assert_eq!(talk.octets(), [MAIL, b".\r\n"].concat(), "{size}");
    }
}

fn many_lines_are_one_answer() {
    // As many lines as there are commands are still the answer to the first.
    let mut talk = Talk::ready("PIPELINING");
    let id = talk.send(envelope(&["b@d.example", "c@d.example"]), MAIL);
    talk.octets();
    talk.says("250-sender\n250-recipient\n250-recipient\n250 ok");
    talk.says("550-no\n550-no\n550 no").is_silent();
    talk.says("250 yes").is_silent();
    talk.says("354 go");
    assert_eq!(talk.octets(), [MAIL, b".\r\n"].concat());
    talk.says("250-taken").is_silent();
    assert!(!talk.is_reported(id));
    talk.says("250 taken");
    assert_eq!(outcomes(&talk.report(id)), "ra");
    // Codes that differ are no one answer, and not two either.
    let mut talk = Talk::ready("PIPELINING");
    talk.send(envelope(&["b@d.example"]), MAIL);
    talk.says("250-sender\n550 no");
    assert_eq!(talk.fails().kind(), ErrorKind::Protocol);
}

fn answers_are_read_while_commands_are_sent() {
    // Neither the commands nor the answers fit what lies between: whoever only writes, waits for ever.
    let recipients: Vec<String> = (0..300).map(|number| format!("user{number}@d.example")).collect();
    let envelope = Envelope::new("a@client.example", recipients.iter().map(String::as_str)).expect("one");
    let server = Server::full().on("RCPT", |_, _| {
        Answer::reply(250, "2.1.5 an answer that is a good deal longer than what was asked for by the client")
    });
    let report = run_virtual(async {
        let (near, far) = pair(512);
        let client = async {
            let builder = open().security(Security::Plaintext);
            let mut client = builder.connect_over("smtp://mail.example", near).await.expect("connected");
            client.send(envelope, MAIL).await.expect("sent")
        };
        let (report, _) = tokio::join!(client, server.serve(far));
        report
    });
    assert_eq!(report.accepted().count(), recipients.len(), "{:?}", report.error());
    assert_eq!(server.faults(), []);
}
