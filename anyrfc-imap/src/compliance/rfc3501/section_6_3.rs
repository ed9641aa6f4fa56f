//! RFC 3501, sections 6.3 and 6.4.1 to 6.4.2: mailboxes, APPEND and leaving a mailbox.

use std::time::Duration;

use anyrfc_core::compliance::Check;

use super::super::{
    rev1::{End, name, pattern},
    rev1_client::{INBOX, logged_in, logged_in_with, open},
};
use crate::{
    codec::command::{Append, Examine, List, Lsub, Select, Status, StatusItems},
    proto::State,
    rfc3501 as r,
    types::{AppendOptions, Date, DateTime, Flag},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3501-section-6.3.1/missing-data-have-defaults",
        covers: &[r::MISSING_SELECT_DATA_HAVE_DEFAULTS],
        run: missing_data_have_defaults,
    },
    Check {
        name: "rfc3501-section-6.3.8/the-caller-chooses-the-reference",
        covers: &[r::REFERENCE_ENDS_WITH_THE_DELIMITER],
        run: the_caller_chooses_the_reference,
    },
    Check {
        name: "rfc3501-section-6.3.8/a-reference-is-not-interpreted",
        covers: &[r::REFERENCE_IS_NOT_INTERPRETED],
        run: a_reference_is_not_interpreted,
    },
    Check {
        name: "rfc3501-section-6.3.10/new-messages-are-not-looked-for-by-status",
        covers: &[r::STATUS_IS_NO_CHECK_FOR_NEW_MESSAGES, r::NEW_MESSAGES_ARE_POLLED_BY_NOOP],
        run: new_messages_are_not_looked_for_by_status,
    },
    Check {
        name: "rfc3501-section-6.3.10/status-may-take-its-time",
        covers: &[r::STATUS_IS_NOT_EXPECTED_TO_BE_FAST],
        run: status_may_take_its_time,
    },
    Check {
        name: "rfc3501-section-6.3.11/flags-are-given-or-not",
        covers: &[r::APPEND_FLAGS_MAY_BE_OMITTED],
        run: flags_are_given_or_not,
    },
    Check {
        name: "rfc3501-section-6.3.11/a-date-is-given-or-not",
        covers: &[r::APPEND_DATE_MAY_BE_OMITTED],
        run: a_date_is_given_or_not,
    },
    Check {
        name: "rfc3501-section-6.3.11/a-draft-may-lack-headers",
        covers: &[r::DRAFTS_MAY_LACK_HEADERS],
        run: a_draft_may_lack_headers,
    },
    Check {
        name: "rfc3501-section-6.3.11/noop-after-append",
        covers: &[r::NOOP_AFTER_APPEND],
        run: noop_after_append,
    },
    Check {
        name: "rfc3501-section-6.4.2/a-mailbox-is-left-without-close",
        covers: &[r::MAILBOX_MAY_BE_LEFT_WITHOUT_CLOSE],
        run: a_mailbox_is_left_without_close,
    },
];

fn missing_data_have_defaults() {
    // What RFC 1730 asked for, and no more.
    let mut end = End::rev1("");
    let opened = end.gets(Select::new(name("a")), "* FLAGS (\\Seen)\n* 2 EXISTS\n* 0 RECENT\nOK done");
    assert_eq!((opened.exists, opened.recent), (2, Some(0)));
    assert_eq!(opened.permanent_flags, None, "all flags can be changed for good");
    assert_eq!((opened.unseen, opened.uid_next), (None, None), "not known");
    assert_eq!((opened.uid_validity, opened.uids_not_sticky), (None, false), "no UIDs that last");
    assert!(!opened.read_only, "no code means that it may be changed");
    let mailbox = end.connection.mailbox().expect("selected");
    assert_eq!(
        (mailbox.permanent_flags.as_ref(), mailbox.uid_validity, mailbox.uid_next),
        (None, None, None)
    );
    // Not even that.
    let opened = end.gets(Select::new(name("b")), "OK [READ-ONLY] done");
    assert_eq!((opened.exists, opened.flags.len(), opened.read_only), (0, 0, true));
    assert_eq!(end.connection.phase(), State::Selected);
    // And where everything is told, that is what holds.
    let told = end.gets(Select::new(name("c")), super::super::rev1::SELECTED);
    assert_eq!(told.permanent_flags, Some(vec![Flag::Deleted, Flag::Seen, Flag::WILDCARD]));
    assert_eq!((told.unseen.map(|n| n.get()), told.uid_next.map(|n| n.get())), (Some(2), Some(20)));
    assert_eq!(told.uid_validity.map(|n| n.get()), Some(3_857_529_045));
    let opened = end.gets(Examine::new(name("c")), "* 1 EXISTS\nOK done");
    assert!(opened.read_only, "EXAMINE needs no code for it");
}

fn the_caller_chooses_the_reference() {
    // By itself the client gives none.
    let dialogue = "C: a LIST \"\" *\nS: a OK done\nC: b LSUB \"\" %\nS: b OK done\n<end>";
    logged_in("", dialogue, async |mut client| {
        client.list("*").await.expect("listed");
        client.list_subscribed("%").await.expect("listed");
    });
    // One that is asked for is given as it is, delimiter or no delimiter.
    let mut end = End::rev1("");
    for reference in ["~/Mail/", "#news.", "foo"] {
        let (text, _) = end.asks(List::new(pattern("%")).reference(name(reference)), "OK done");
        assert_eq!(text.replace('"', ""), format!("LIST {reference} %"));
    }
}

fn a_reference_is_not_interpreted() {
    // Whatever the server makes of it, its names are taken as they are.
    let mut end = End::rev1("");
    for (reference, listed) in [
        ("~smith/Mail/", "~smith/Mail/foo"),
        ("archive/", "/other/place"),
        ("#news.", "#news.comp.mail"),
        ("foo/", "bar"),
    ] {
        let (text, found) = end.asks(
            List::new(pattern("%")).reference(name(reference)),
            &format!("* LIST () \"/\" \"{listed}\"\nOK done"),
        );
        assert_eq!(text.replace('"', ""), format!("LIST {reference} %"), "it is not joined to the pattern");
        let found = found.expect("listed").remove(0).entry.mailbox;
        assert_eq!(found.as_str(), listed);
        // And a mailbox is called by its own name, without the reference.
        let (text, _) = end.asks(Select::new(found), "NO none");
        assert_eq!(text.replace('"', ""), format!("SELECT {listed}"));
    }
    let lsub = Lsub { reference: Some(name("#news.")), pattern: pattern("%") };
    assert_eq!(end.asks(lsub, "OK done").0, "LSUB #news. %");
}

/// Where there is no IDLE, NOOP is how the server is made to tell.
fn new_messages_are_not_looked_for_by_status() {
    let dialogue = format!(
        "{INBOX}C: a NOOP\nS: a OK done\nC: b NOOP\nS: * 4 EXISTS\nS: b OK done\nC: z LOGOUT\nS: * BYE\nS: z OK done\n<end>"
    );
    let builder = open().poll_interval(Duration::from_secs(60));
    logged_in_with(&builder, "", &dialogue, async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        let mut watch = inbox.watch();
        let event = watch.next().await.expect("it goes on").expect("an event");
        assert!(format!("{event:?}").contains('4'), "{event:?}");
        watch.done().await.expect("done");
        assert_eq!(inbox.exists(), 4);
        client.logout().await.expect("in order");
    });
}

/// Each has its own time, and the next need not be asked before the one before is answered.
fn status_may_take_its_time() {
    let mut end = End::rev1("");
    let limit = end.connection.config().deadlines.command;
    let status = |n: u32| Status::new(name(&format!("box{n}")), StatusItems::common());
    let tickets: Vec<_> = (0..20).map(|n| end.submits(status(n))).collect();
    let heard = end.hears();
    assert_eq!(heard.len(), 20, "all at once");
    for (n, heard) in heard.iter().enumerate() {
        end.waits(limit - Duration::from_secs(1)).expect("slow, and not too slow");
        end.says(&format!("* STATUS box{n} (MESSAGES {n})"));
        end.says_octets(format!("{} OK done\r\n", heard.tag).as_bytes());
        end.written();
    }
    for (n, ticket) in tickets.into_iter().enumerate() {
        assert_eq!(end.answer(ticket).expect("told").messages, u32::try_from(n).ok());
    }
    // One that is not answered at all does not last for ever.
    let _ticket = end.sends(status(99));
    assert_eq!(end.waits(2 * limit).expect_err("too slow").kind(), crate::ErrorKind::Timeout);
}

fn appended(options: AppendOptions, message: &str) -> String {
    let mut end = End::rev1("");
    end.message = message.as_bytes().to_vec();
    let (ticket, heard) = end.sends(Append::new(name("a"), options, message.len() as u64));
    end.says("OK done");
    end.answer(ticket).expect("appended");
    heard.text()
}

fn flags_are_given_or_not() {
    assert_eq!(appended(AppendOptions::new(), "x"), "APPEND a {1}\r\nx");
    let flags = AppendOptions::new().flag(Flag::Seen).flag(Flag::FORWARDED);
    assert_eq!(appended(flags, "x"), "APPEND a (\\Seen $Forwarded) {1}\r\nx");
}

fn a_date_is_given_or_not() {
    let date = |day, hour, zone| {
        DateTime::new(Date::new(1994, 2, day).expect("a day"), hour, 52, 25, zone).expect("a time")
    };
    assert_eq!(appended(AppendOptions::new(), ""), "APPEND a {0}\r\n");
    let options = AppendOptions::new().internal_date(date(7, 21, -480));
    assert_eq!(appended(options, ""), "APPEND a \" 7-Feb-1994 21:52:25 -0800\" {0}\r\n");
    let options = AppendOptions::new().flag(Flag::Draft).internal_date(date(28, 0, 0));
    assert_eq!(appended(options, ""), "APPEND a (\\Draft) \"28-Feb-1994 00:52:25 +0000\" {0}\r\n");
}

fn a_draft_may_lack_headers() {
    for message in ["", "\r\n", "no header at all", "Subject: x\r\n\r\nbody\r\n", "To:\r\n\r\n"] {
        let text = appended(AppendOptions::new().flag(Flag::Draft), message);
        // Nothing is added, nothing left out.
        assert_eq!(text, format!("APPEND a (\\Draft) {{{}}}\r\n{message}", message.len()));
    }
}

fn noop_after_append() {
    let dialogue = format!(
        "{INBOX}C: a APPEND INBOX {{3}}\nS: + go ahead\nC: abc\nS: a OK done\nC: b NOOP\nS: * 4 EXISTS\nS: b OK done\n\
         C: c CHECK\nS: c OK done\n<end>"
    );
    logged_in("", &dialogue, async |mut client| {
        client.select("INBOX").await.expect("selected");
        client.append_bytes("INBOX", AppendOptions::new(), "abc").await.expect("appended");
        assert_eq!(client.mailbox().map(|mailbox| mailbox.exists), Some(3), "the server has not told");
        client.noop().await.expect("done");
        assert_eq!(client.mailbox().map(|mailbox| mailbox.exists), Some(4));
        client.check().await.expect("done");
    });
}

fn a_mailbox_is_left_without_close() {
    let mut end = End::selected("");
    assert_eq!(end.asks(Select::new(name("a")), "* 1 EXISTS\nOK [READ-WRITE] done").0, "SELECT a");
    assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.exists), Some(1));
    assert_eq!(end.asks(Examine::new(name("b")), "OK [READ-ONLY] done").0, "EXAMINE b");
    let logout = end.connection.logout().expect("always");
    assert_eq!(end.hears_one().text(), "LOGOUT");
    end.says("* BYE so long\nOK done");
    end.answer(logout).expect("in order");
}
