//! RFC 2177, section 3: IDLE.

use std::time::Duration;

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    rev1::{End, pattern, set},
    rev1_client::{INBOX, logged_in},
};
use crate::{
    codec::command::{Fetch, List, Noop},
    proto::{Deadlines, Report},
    rfc2177 as r,
    types::{Data, FetchItems, Flag},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2177-section-3/idle-needs-the-capability",
        covers: &[r::IDLE_NEEDS_THE_CAPABILITY],
        run: idle_needs_the_capability,
    },
    Check {
        name: "rfc2177-section-3/unsolicited-responses-come-with-any-command",
        covers: &[r::UNSOLICITED_RESPONSES_OUTSIDE_IDLE],
        run: unsolicited_responses_come_with_any_command,
    },
    Check {
        name: "rfc2177-section-3/done-waits-for-the-continuation",
        covers: &[r::DONE_WAITS_FOR_THE_CONTINUATION],
        run: done_waits_for_the_continuation,
    },
    Check {
        name: "rfc2177-section-3/done-comes-before-the-next-command",
        covers: &[r::NO_COMMAND_BEFORE_DONE],
        run: done_comes_before_the_next_command,
    },
    Check { name: "rfc2177-section-3/idle-is-renewed", covers: &[r::IDLE_IS_RENEWED], run: idle_is_renewed },
];

fn text(octets: Vec<u8>) -> String {
    String::from_utf8(octets).expect("ASCII")
}

fn idle_needs_the_capability() {
    let mut end = End::selected("IDLE");
    let _ticket = end.connection.idle().expect("it is advertised");
    assert!(text(end.written()).ends_with(" IDLE\r\n"));

    for other in ["", "X-IDLE IDLENESS", "NOTIFY"] {
        let mut end = End::selected(other);
        let error = end.connection.idle().expect_err("it is not advertised");
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Unsupported, Some(r::IDLE_NEEDS_THE_CAPABILITY))
        );
        end.is_idle_and_well();
    }
    // The client polls instead.
    let asked = "C: a NOOP\nS: a OK done\nC: b NOOP\nS: * 4 EXISTS\nS: b OK done\n<end>";
    logged_in("", &format!("{INBOX}{asked}"), async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        let event = inbox.watch().next().await.expect("it goes on");
        assert!(event.is_some_and(|event| format!("{event:?}").contains('4')));
    });
    let idling = "C: a IDLE\nS: + idling\nS: * 4 EXISTS\n<end>";
    logged_in("IDLE", &format!("{INBOX}{idling}"), async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        let event = inbox.watch().next().await.expect("it goes on");
        assert!(event.is_some_and(|event| format!("{event:?}").contains('4')));
    });
}

fn unsolicited_responses_come_with_any_command() {
    const NEWS: &str =
        "* 4 EXISTS\n* 2 RECENT\n* 1 FETCH (FLAGS (\\Seen))\n* FLAGS (\\Seen own)\n* 2 EXPUNGE";
    let told = |end: &mut End| {
        let rows = end.rows();
        assert_eq!(rows.len(), 1);
        assert!(!rows[0].0, "nobody asked for this row");
        let expunged = |event: &_| matches!(event, Report::Expunge { sequence, .. } if sequence.get() == 2);
        assert!(end.events.iter().any(expunged));
        let data = end.data();
        assert!(data.contains(&Data::Exists(4)) && data.contains(&Data::Recent(2)), "{data:?}");
        let mailbox = end.connection.mailbox().expect("selected");
        assert_eq!((mailbox.exists, mailbox.recent), (3, 2));
        assert_eq!(mailbox.flags, [Flag::Seen, Flag::from("own")]);
    };
    // During a command that asks for none of it, before and after its own data.
    let mut end = End::selected("IDLE");
    let (ticket, _) = end.sends(List::new(pattern("*")));
    end.says(NEWS);
    end.says("* LIST () \"/\" INBOX\nOK done");
    assert_eq!(end.answer(ticket).expect("listed").len(), 1);
    told(&mut end);
    let (ticket, _) = end.sends(Noop);
    end.says(NEWS);
    end.says("OK done");
    end.answer(ticket).expect("done");
    assert_eq!(end.connection.mailbox().expect("selected").exists, 3);
    // While nothing was asked.
    let mut end = End::selected("IDLE");
    end.says(NEWS);
    told(&mut end);
    // Under IDLE, and between DONE and the end of it.
    let mut end = End::selected("IDLE");
    let ticket = end.connection.idle().expect("it is advertised");
    end.hears_idle();
    end.says("+ idling");
    end.says(NEWS);
    told(&mut end);
    end.connection.stop_idling();
    assert_eq!(text(end.written()), "DONE\r\n");
    end.says("* 9 EXISTS\nOK done");
    end.answer(ticket).expect("idled");
    assert_eq!(end.connection.mailbox().expect("selected").exists, 9);
}

fn done_waits_for_the_continuation() {
    let mut end = End::selected("IDLE");
    let ticket = end.connection.idle().expect("it is advertised");
    end.hears_idle();
    end.connection.stop_idling();
    assert_eq!(text(end.written()), "", "DONE before the server waits for it");
    // Other responses are no go-ahead.
    end.says("* 4 EXISTS\n* OK still here");
    assert_eq!(text(end.written()), "");
    end.says("+ idling");
    assert_eq!(text(end.written()), "DONE\r\n");
    assert_eq!(text(end.written()), "", "DONE once");
    end.says("OK done");
    end.answer(ticket).expect("idled");

    // Nor is there anything to end where the server refuses.
    let ticket = end.connection.idle().expect("it is advertised");
    end.hears_idle();
    end.connection.stop_idling();
    end.says("NO not now");
    assert_eq!(end.answer(ticket).expect_err("refused").kind(), ErrorKind::Refused);
    end.is_idle_and_well();
}

fn done_comes_before_the_next_command() {
    let mut end = End::selected("IDLE");
    let idle = end.connection.idle().expect("it is advertised");
    end.hears_idle();
    // Neither before the server idles nor after.
    let fetch = end.submits(Fetch::new(set("1"), FetchItems::new().flags()));
    assert_eq!(text(end.written()), "", "a command that the server would take for DONE");
    end.says("+ idling");
    let first = text(end.written());
    assert!(first.starts_with("DONE\r\n"), "{first:?}");
    end.says("OK idled");
    end.answer(idle).expect("idled");
    let rest = first["DONE\r\n".len()..].to_owned() + &text(end.written());
    assert!(rest.ends_with(" FETCH 1 (FLAGS)\r\n") && rest.matches("\r\n").count() == 1, "{rest:?}");
    drop(fetch);

    let mut end = End::selected("IDLE");
    let idle = end.connection.idle().expect("it is advertised");
    end.hears_idle();
    end.says("+ idling");
    assert_eq!(text(end.written()), "", "nothing is to be said while it idles");
    let noop = end.submits(Noop);
    assert!(text(end.written()).starts_with("DONE\r\n"));
    end.says("OK idled");
    end.answer(idle).expect("idled");
    end.hears();
    end.says("OK done");
    end.answer(noop).expect("done");
}

fn idle_is_renewed() {
    let limit = Duration::from_secs(29 * 60);
    assert!(Deadlines::default().idle_renewal < limit);
    let mut end = End::selected("IDLE");
    let idle = end.connection.idle().expect("it is advertised");
    end.hears_idle();
    end.says("+ idling");
    for _ in 0..3 {
        let before = end.now;
        // The server's own words do not put it off.
        end.waits(Duration::from_secs(60)).expect("it idles");
        end.says("* OK still here");
        end.waits(limit).expect("it idles");
        assert!(end.now - before < limit, "no DONE within 29 minutes");
        assert_eq!(text(end.written()), "DONE\r\n");
        end.says("OK idled");
        end.hears_idle();
        end.says("+ idling");
        assert!(!end.is_done(&idle), "its caller sees nothing of it");
    }
    end.connection.stop_idling();
    assert_eq!(text(end.written()), "DONE\r\n");
    end.says("OK idled");
    end.answer(idle).expect("idled");
    // And then nothing is renewed.
    end.waits(limit).expect("nothing is awaited");
    end.is_idle_and_well();
}
