//! RFC 2920, section 3: the extension is offered.

use anyrfc_core::compliance::Check;

use super::super::support::{Duet, MAIL, Talk, envelope, finds};
use crate::{codec::command::Command, proto::Protection, rfc2920 as r, testing::Server};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2920/section-3/groups-need-the-offer",
        covers: &[r::PIPELINING_NEEDS_THE_KEYWORD],
        run: groups_need_the_offer,
    },
    Check {
        name: "rfc2920/section-3/the-offer-counts-under-tls",
        covers: &[r::PIPELINING_NEEDS_THE_KEYWORD],
        run: the_offer_counts_under_tls,
    },
];

const GROUP: [&str; 4] =
    ["MAIL FROM:<a@client.example>", "RCPT TO:<b@d.example>", "RCPT TO:<c@d.example>", "DATA"];

/// Sends a message to two, of which each command is to be answered before the next is said.
#[track_caller]
fn goes_step_by_step(talk: &mut Talk) {
    let id = talk.send(envelope(&["b@d.example", "c@d.example"]), MAIL);
    for command in GROUP {
        talk.hears_all(&[command]);
        talk.says(if command == "DATA" { "354 go" } else { "250 ok" });
    }
    assert_eq!(talk.octets(), [MAIL, b".\r\n"].concat());
    // Nor does anything follow the message.
    let reset = talk.submit(Command::Rset);
    talk.is_silent();
    talk.says("250 ok").hears_all(&["RSET"]);
    assert!(talk.report(id).is_complete());
    talk.says("250 ok");
    assert!(talk.reply(reset).is_success());
}

fn groups_need_the_offer() {
    for offers in ["", "8BITMIME|CHUNKING|DSN", "PIPELINE|PIPELININGS|X-PIPELINING|PIPE LINING"] {
        goes_step_by_step(&mut Talk::ready(offers));
    }
    for offers in ["PIPELINING", "SIZE 0|pipelining|DSN"] {
        let mut talk = Talk::ready(offers);
        talk.send(envelope(&["b@d.example", "c@d.example"]), MAIL);
        for (command, expected) in GROUP.iter().enumerate() {
            let heard = talk.hears();
            assert!(heard.starts_with(expected), "{command}: {heard}");
        }
        talk.is_silent();
    }
    // A server that listens closely hears the same.
    for server in [Server::bare(), Server::full().without("PIPELINING"), Server::full()] {
        let mut duet = Duet::new(server);
        assert!(duet.send(envelope(&["b@d.example", "c@d.example"]), MAIL).is_complete());
        assert!(duet.submit(Command::Noop(None)).is_success());
        duet.faultless();
    }
    let hello = "EHLO client.example\r\n";
    let group = "MAIL FROM:<a@client.example>\r\nRCPT TO:<b@d.example>\r\n";
    finds(&Server::full().without("PIPELINING"), &[hello, group], r::PIPELINING_NEEDS_THE_KEYWORD);
}

fn the_offer_counts_under_tls() {
    for (before, after) in [("STARTTLS|PIPELINING", ""), ("STARTTLS", "PIPELINING")] {
        let mut talk = Talk::unprotected(Protection::StartTls);
        talk.says("220 hi").hello(before);
        talk.hears_all(&["STARTTLS"]);
        talk.says("220 go");
        talk.secured();
        talk.hello(after);
        if after.is_empty() {
            goes_step_by_step(&mut talk);
        } else {
            talk.send(envelope(&["b@d.example", "c@d.example"]), MAIL);
            talk.hears_all(&GROUP);
        }
    }
}
