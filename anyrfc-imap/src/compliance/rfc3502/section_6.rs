//! RFC 3502: MULTIAPPEND.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated_from, name};
use crate::{
    codec::command::{Append, Noop},
    rfc3502 as r,
    types::{AppendMessage, AppendOptions, Data, Date, DateTime, Flag},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3502-section-6.3.11/several-messages-need-the-capability",
        covers: &[r::MULTIAPPEND_NEEDS_THE_CAPABILITY],
        run: several_messages_need_the_capability,
    },
    Check {
        name: "rfc3502-section-6.3.11/each-message-has-its-own-flags-and-date",
        covers: &[r::FLAGS_MAY_BE_OMITTED, r::DATE_MAY_BE_OMITTED],
        run: each_message_has_its_own_flags_and_date,
    },
    Check {
        name: "rfc3502-section-6.3.11/an-empty-message-takes-all-back",
        covers: &[r::ZERO_LENGTH_CANCELS, r::EMPTY_MESSAGE_GETS_NO, r::ERROR_MAY_COME_EARLY],
        run: an_empty_message_takes_all_back,
    },
    Check {
        name: "rfc3502-section-6.3.11/drafts-go-as-they-are",
        covers: &[r::DRAFTS_MAY_LACK_HEADERS],
        run: drafts_go_as_they_are,
    },
    Check {
        name: "rfc3502-section-6.3.11/noop-asks-for-what-was-not-told",
        covers: &[r::NOOP_AFTER_APPEND],
        run: noop_asks_for_what_was_not_told,
    },
];

fn message(options: AppendOptions, octets: u64) -> AppendMessage {
    AppendMessage::new(options, octets)
}

fn several(messages: impl Into<Vec<AppendMessage>>) -> Append {
    Append::several(name("a"), messages)
}

fn several_messages_need_the_capability() {
    let two = || several([message(AppendOptions::new(), 0), message(AppendOptions::new(), 0)]);
    gated_from(
        End::rev1,
        &[("MULTIAPPEND", r::MULTIAPPEND_NEEDS_THE_CAPABILITY)],
        two,
        "APPEND a {0}\r\n {0}\r\n",
    );
    // One message needs it nowhere.
    let mut end = End::rev1("");
    end.message = b"x".to_vec();
    assert_eq!(end.sends(several([message(AppendOptions::new(), 1)])).1.text(), "APPEND a {1}\r\nx");
    // No revision of the protocol includes it.
    let error = End::rev1("IMAP4rev2 LITERAL+").refuses(two());
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

fn each_message_has_its_own_flags_and_date() {
    let date = || DateTime::new(Date::new(1994, 2, 7).expect("a day"), 22, 43, 4, -480).expect("a time");
    let flagged = || AppendOptions::new().flag(Flag::Seen).flag(Flag::from("$Junk"));
    let mut end = End::rev1("MULTIAPPEND LITERAL+");
    end.message = b"x".to_vec();
    let (ticket, heard) = end.sends(several([
        message(flagged(), 1),
        message(AppendOptions::new(), 1),
        message(AppendOptions::new().internal_date(date()), 1),
        message(flagged().internal_date(date()), 1),
    ]));
    let date = "\" 7-Feb-1994 22:43:04 -0800\"";
    let flags = "(\\Seen $Junk)";
    assert_eq!(
        heard.text(),
        format!("APPEND a {flags} {{1+}}\r\nx {{1+}}\r\nx {date} {{1+}}\r\nx {flags} {date} {{1+}}\r\nx")
    );
    end.says("OK [APPENDUID 7 3,5:7] done");
    let appended = end.answer(ticket).expect("appended").expect("told where");
    assert_eq!(appended.uids.iter().map(crate::types::Uid::get).collect::<Vec<_>>(), [3, 5, 6, 7]);
}

fn an_empty_message_takes_all_back() {
    let mut end = End::rev1("MULTIAPPEND");
    end.message = b"x".to_vec();
    let command = several([message(AppendOptions::new(), 1), message(AppendOptions::new(), 0)]);
    let (text, answer) = end.asks(command, "NO append cancelled");
    assert_eq!(text, "APPEND a {1}\r\nx {0}\r\n");
    assert_eq!(answer.expect_err("cancelled").kind(), ErrorKind::Refused);
    end.is_idle_and_well();
    // The server may have its say as soon as it has heard of it.
    let ticket = end.submits(several([message(AppendOptions::new(), 0), message(AppendOptions::new(), 1)]));
    let written = String::from_utf8(end.written()).expect("ASCII");
    let tag = written.split(' ').next().expect("a tag");
    assert!(written.ends_with(" APPEND a {0}\r\n"), "{written}");
    end.says_octets(format!("{tag} NO empty\r\n").as_bytes());
    assert_eq!(end.answer(ticket).expect_err("cancelled").kind(), ErrorKind::Refused);
    end.is_idle_and_well();
}

fn drafts_go_as_they_are() {
    for draft in ["Subject: no From, no Date\r\n\r\n", "\r\nnothing but a body\r\n", "x"] {
        let mut end = End::rev1("MULTIAPPEND");
        end.message = draft.as_bytes().to_vec();
        let one = || message(AppendOptions::new().flag(Flag::Draft), draft.len() as u64);
        let announced = format!("(\\Draft) {{{}}}\r\n{draft}", draft.len());
        let (ticket, heard) = end.sends(several([one(), one()]));
        assert_eq!(heard.text(), format!("APPEND a {announced} {announced}"));
        end.says("OK done");
        assert_eq!(end.answer(ticket).expect("appended"), None);
    }
}

fn noop_asks_for_what_was_not_told() {
    let mut end = End::selected("MULTIAPPEND");
    end.message = b"x".to_vec();
    let both = || several([message(AppendOptions::new(), 1), message(AppendOptions::new(), 1)]);
    end.asks(both(), "OK done").1.expect("appended");
    assert_eq!(end.connection.mailbox().expect("selected").exists, 3, "nothing is made up");
    let (text, _) = end.asks(Noop, "* 5 EXISTS\nOK done");
    assert_eq!(text, "NOOP");
    assert_eq!(end.connection.mailbox().expect("selected").exists, 5);
    assert!(end.data().contains(&Data::Exists(5)));
    // Told at once, it needs no asking.
    end.asks(both(), "* 7 EXISTS\nOK done").1.expect("appended");
    assert_eq!(end.connection.mailbox().expect("selected").exists, 7);
}
