//! RFC 5321, sections 4.3 and 4.4: commands and replies take turns, and trace fields stay as they are.

use anyrfc_core::compliance::Check;

use super::super::{
    served::arrives,
    support::{MAIL, Talk, envelope},
};
use crate::{
    codec::command::Command,
    proto::State,
    rfc5321 as r,
    types::{Argument, ReplyKind},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/section-4.3.1/a-reply-precedes-the-next-command",
        covers: &[r::REPLY_PRECEDES_THE_NEXT_COMMAND],
        run: a_reply_precedes_the_next_command,
    },
    Check {
        name: "rfc5321/section-4.3.1/the-greeting-precedes-the-first-command",
        covers: &[r::GREETING_PRECEDES_THE_FIRST_COMMAND],
        run: the_greeting_precedes_the_first_command,
    },
    Check {
        name: "rfc5321/section-4.3.2/the-first-digit-suffices",
        covers: &[r::FIRST_DIGIT_SUFFICES, r::REPLY_TABLE_IS_KEPT_TO],
        run: the_first_digit_suffices,
    },
    Check {
        name: "rfc5321/section-4.3.2/an-unrecognized-code-goes-by-its-first-digit",
        covers: &[r::UNRECOGNIZED_CODE_GOES_BY_FIRST_DIGIT],
        run: an_unrecognized_code_goes_by_its_first_digit,
    },
    Check {
        name: "rfc5321/section-4.3.2/a-code-has-three-digits",
        covers: &[r::CODE_HAS_THREE_DIGITS],
        run: a_code_has_three_digits,
    },
    Check {
        name: "rfc5321/section-4.4/received-fields-are-left-alone",
        covers: &[r::RECEIVED_FIELDS_ARE_LEFT_ALONE],
        run: received_fields_are_left_alone,
    },
];

/// The lines that the client says before it hears another reply.
fn turn(talk: &mut Talk) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some(line) = talk.line() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

fn a_reply_precedes_the_next_command() {
    let asked = |offers| {
        let mut talk = Talk::ready(offers);
        let noop = talk.submit(Command::Noop(None));
        let first = talk.send(envelope(&["b@mail.example", "c@mail.example"]), MAIL);
        let second = talk.send(envelope(&["d@mail.example"]), MAIL);
        talk.submit(Command::Noop(None));
        talk.connection.quit().expect("open");
        (talk, noop, first, second)
    };
    let (mut talk, noop, first, second) = asked("");
    let (message, end) = ("Subject: hello", ".");
    let turns: [(&[&str], &str); 13] = [
        (&["NOOP"], "250 ok"),
        (&["MAIL FROM:<a@client.example>"], "250-wait\n250-for\n250 it"),
        (&["RCPT TO:<b@mail.example>"], "250 ok"),
        (&["RCPT TO:<c@mail.example>"], "550 no"),
        (&["DATA"], "354 go"),
        (&[message, "", "hello", end], "250 ok"),
        (&["MAIL FROM:<a@client.example>"], "250 ok"),
        (&["RCPT TO:<d@mail.example>"], "251 ok"),
        (&["DATA"], "354 go"),
        (&[message, "", "hello", end], "451 no"),
        (&["NOOP"], "250 ok"),
        (&["QUIT"], "221 bye"),
        (&[], ""),
    ];
    for (said, reply) in turns {
        assert_eq!(turn(&mut talk), said);
        // Not before the end of it, however it comes.
        for (index, octet) in reply.replace('\n', "\r\n").bytes().enumerate() {
            assert_eq!(turn(&mut talk), [""; 0], "at octet {index} of {reply:?}");
            talk.feed([octet]);
        }
        assert_eq!(turn(&mut talk), [""; 0]);
        talk.feed(if reply.is_empty() { "" } else { "\r\n" });
    }
    assert_eq!(talk.phase(), State::Closed);
    assert!(talk.reply(noop).is_success());
    assert_eq!((talk.report(first).accepted().count(), talk.report(second).accepted().count()), (1, 0));
    // An extension allows otherwise, for some commands.
    let (mut talk, ..) = asked("PIPELINING");
    assert_eq!(turn(&mut talk), ["NOOP"]);
    talk.says("250 ok");
    let group =
        ["MAIL FROM:<a@client.example>", "RCPT TO:<b@mail.example>", "RCPT TO:<c@mail.example>", "DATA"];
    assert_eq!(turn(&mut talk), group);
}

fn the_greeting_precedes_the_first_command() {
    for greeting in
        ["220 mail.example ESMTP\r\n", "220-mail.example\r\n220-is slow\r\n220 to wake\r\n", "220\r\n"]
    {
        let mut talk = Talk::new();
        talk.is_silent();
        for octet in greeting.bytes() {
            talk.is_silent();
            talk.feed([octet]);
        }
        assert_eq!(turn(&mut talk), ["EHLO client.example"], "{greeting:?}");
    }
    // One that refuses is followed by nothing but QUIT.
    let mut talk = Talk::new();
    talk.says("554 no service");
    assert!(talk.fails().reply().is_some());
    assert_eq!(turn(&mut talk), ["QUIT"]);
}

fn vrfy() -> Command {
    Command::Vrfy(Argument::new("jones").expect("an argument"))
}

/// What a command, a hello and a goodbye make of this code.
#[track_caller]
fn by_the_first_digit(code: u16) {
    let mut talk = Talk::ready("");
    let id = talk.submit(vrfy());
    talk.hears();
    talk.says(&format!("{code} <jones@mail.example>"));
    let (kind, done) = match code / 100 {
        2 => (ReplyKind::Completion, true),
        4 => (ReplyKind::Transient, false),
        5 => (ReplyKind::Permanent, false),
        // That the server waits for more has no meaning there.
        _ => {
            assert_eq!(talk.fails().requirement(), Some(r::REPLY_TABLE_IS_KEPT_TO), "{code}");
            return;
        }
    };
    let reply = talk.reply(id);
    assert_eq!((reply.code().as_u16(), reply.kind(), reply.is_success()), (code, kind, done));
    assert!(talk.error.is_none(), "{code}");
    if matches!(code, 500..=502 | 504 | 550) {
        // In answer to a hello, a reason to say it otherwise.
        return;
    }
    let mut talk = Talk::new();
    talk.says("220 mail.example");
    talk.hears();
    talk.says(&format!("{code} mail.example"));
    // What is listed has a place of its own, and this is not that of all.
    let opens = done && !matches!(code, 211 | 214 | 220 | 221 | 235 | 251 | 252);
    assert_eq!((talk.phase().is_open(), talk.error.is_none()), (opens, opens), "{code}");
    if opens && code != 250 {
        let mut talk = Talk::new();
        talk.says(&format!("{code} mail.example"));
        assert_eq!(talk.hears(), "EHLO client.example");
    }
    let mut talk = Talk::ready("");
    talk.connection.quit().expect("open");
    assert_eq!(talk.hears(), "QUIT");
    talk.says(&format!("{code} bye"));
    assert_eq!(talk.phase(), State::Closed, "{code}");
}

fn the_first_digit_suffices() {
    for code in [211, 214, 220, 221, 250, 251, 252, 354, 450, 451, 452, 455, 500, 502, 503, 550, 551, 555] {
        by_the_first_digit(code);
    }
}

fn an_unrecognized_code_goes_by_its_first_digit() {
    for code in (200..300).chain([301, 399]).chain(400..420).chain([477, 499]).chain(556..600) {
        if !matches!(code, 211 | 214 | 220 | 221 | 235 | 250 | 251 | 252 | 555 | 556) {
            by_the_first_digit(code);
        }
    }
}

fn a_code_has_three_digits() {
    for odd in [
        "2500 ok",
        "25 ok",
        "2 ok",
        "ok",
        " 250 ok",
        "250ok",
        "250_ok",
        "25O ok",
        "+50 ok",
        "",
        "\u{662}50 ok",
    ] {
        let mut talk = Talk::ready("");
        let id = talk.send(envelope(&["b@mail.example"]), MAIL);
        talk.octets();
        talk.feed(format!("{odd}\r\n"));
        assert_eq!(talk.fails().requirement(), Some(r::CODE_HAS_THREE_DIGITS), "{odd:?}");
        assert!(super::section_4_2::only_leaves(&mut talk), "{odd:?}");
        assert!(!talk.report(id).is_complete());
    }
    let mut talk = Talk::ready("");
    talk.send(envelope(&["b@mail.example"]), MAIL);
    talk.says("250 ok");
    assert!(talk.error.is_none());
}

const TRACED: &[u8] =
    b"Received: from x.example (x.example [192.0.2.1])\r\n\tby y.example with ESMTP id 1;\r\n\
    \tSat, 21 Nov 2026 10:00:00 +0000\r\nrECEIVED:   by z.example;  odd  \r\n continued\r\nReceived:\r\n\
    From: a@client.example\r\nReceived: by w.example; out of its place\r\n\r\nReceived: in the body\r\n";

fn received_fields_are_left_alone() {
    let mut talk = Talk::ready("");
    talk.send(envelope(&["b@mail.example"]), TRACED);
    talk.says("250 ok\n250 ok\n354 go");
    let said = talk.octets();
    assert!(said.ends_with(&[b"DATA\r\n", TRACED, b".\r\n"].concat()), "{}", said.escape_ascii());
    // By chunks.
    let mut talk = Talk::ready("PIPELINING|CHUNKING");
    talk.send_windowed(envelope(&["b@mail.example"]), TRACED);
    let said = talk.octets();
    let chunk = format!("BDAT {} LAST\r\n", TRACED.len());
    assert!(said.ends_with(&[chunk.as_bytes(), TRACED].concat()), "{}", said.escape_ascii());
    // Of a message that was read, whose blind recipients are taken out.
    let to = b"To: b@mail.example\r\n";
    let blind = [b"Bcc: c@mail.example\r\n", &to[..], TRACED].concat();
    let arrived = arrives(envelope(&["b@mail.example"]), anyrfc_mime::Message::parse(&blind));
    assert_eq!(arrived.content.escape_ascii().to_string(), [to, TRACED].concat().escape_ascii().to_string());
}
