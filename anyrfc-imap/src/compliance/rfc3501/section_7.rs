//! RFC 3501, sections 7 to 7.3: status responses, capabilities, flags and sizes.

use anyrfc_core::{Eof, ErrorKind, Machine as _, compliance::Check};

use super::super::{
    rev1::{End, name, pattern},
    rev1_client::{INBOX, logged_in},
};
use crate::{
    codec::command::{Create, List, Noop, Status, StatusItems, UidSearch},
    proto::{Report, State},
    rfc3501 as r,
    types::{Capability, Code, Data, Flag, SearchQuery, StatusKind},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3501-section-7/any-response-is-expected",
        covers: &[r::ANY_RESPONSE_IS_EXPECTED],
        run: any_response_is_expected,
    },
    Check {
        name: "rfc3501-section-7/critical-data-are-remembered",
        covers: &[r::CRITICAL_DATA_ARE_REMEMBERED],
        run: critical_data_are_remembered,
    },
    Check {
        name: "rfc3501-section-7/other-data-are-at-hand",
        covers: &[r::OTHER_DATA_ARE_REMEMBERED],
        run: other_data_are_at_hand,
    },
    Check {
        name: "rfc3501-section-7/useless-data-are-nobodys",
        covers: &[r::USELESS_DATA_ARE_IGNORED],
        run: useless_data_are_nobodys,
    },
    Check {
        name: "rfc3501-section-7.1/alerts-are-told",
        covers: &[r::ALERT_IS_PRESENTED],
        run: alerts_are_told,
    },
    Check {
        name: "rfc3501-section-7.1/unknown-codes-are-ignored",
        covers: &[r::UNKNOWN_RESPONSE_CODES_ARE_IGNORED],
        run: unknown_codes_are_ignored,
    },
    Check {
        name: "rfc3501-section-7.1.1/the-text-of-ok-is-told",
        covers: &[r::OK_TEXT_MAY_BE_SHOWN],
        run: the_text_of_ok_is_told,
    },
    Check {
        name: "rfc3501-section-7.1.5/the-text-of-bye-is-told",
        covers: &[r::BYE_TEXT_MAY_BE_SHOWN],
        run: the_text_of_bye_is_told,
    },
    Check {
        name: "rfc3501-section-7.1.5/reading-goes-on-after-bye",
        covers: &[r::READING_GOES_ON_AFTER_BYE],
        run: reading_goes_on_after_bye,
    },
    Check {
        name: "rfc3501-section-7.2.1/imap4rev1-is-enough",
        covers: &[r::NO_OTHER_CAPABILITY_IS_REQUIRED],
        run: imap4rev1_is_enough,
    },
    Check {
        name: "rfc3501-section-7.2.1/unknown-capabilities-are-ignored",
        covers: &[r::UNKNOWN_CAPABILITIES_ARE_IGNORED],
        run: unknown_capabilities_are_ignored,
    },
    Check {
        name: "rfc3501-section-7.2.6/flags-are-remembered",
        covers: &[r::FLAGS_ARE_REMEMBERED],
        run: flags_are_remembered,
    },
    Check {
        name: "rfc3501-section-7.3.1/exists-is-remembered",
        covers: &[r::EXISTS_IS_REMEMBERED],
        run: exists_is_remembered,
    },
    Check {
        name: "rfc3501-section-7.3.2/recent-is-remembered",
        covers: &[r::RECENT_IS_REMEMBERED],
        run: recent_is_remembered,
    },
];

fn any_response_is_expected() {
    // Amid the answer to a command that asks for something else, each in turn.
    for other in [
        "* OK [X-NEW thing] text",
        "* 4 EXISTS",
        "* 2 EXPUNGE",
        "* 1 FETCH (FLAGS (\\Seen))",
        "* SEARCH 5 6",
        "* LSUB () \"/\" x",
        "* STATUS other (MESSAGES 1)",
        "* CAPABILITY IMAP4rev1 IDLE",
        "* XYZZY plugh",
        "* BAD what was that",
        "* 3 XYZZY",
        "* LIST () \"/\" {1}\r\nx",
    ] {
        let mut end = End::selected("");
        let (ticket, _) = end.sends(Create::new(name("a")));
        end.says_octets(format!("{other}\r\n").as_bytes());
        assert!(!end.is_done(&ticket), "{other}");
        end.says("OK done");
        end.answer(ticket).expect(other);
        end.is_idle_and_well();
    }
}

fn critical_data_are_remembered() {
    let mut end = End::selected("");
    // EXPUNGE bears on every later number; capabilities on every later command.
    end.says("* 1 FETCH (UID 11 FLAGS ())\n* 2 FETCH (UID 12 FLAGS ())\n* 3 FETCH (UID 15 FLAGS ())");
    let number = |n| crate::types::SequenceNumber::new(n).expect("not zero");
    let uid = |end: &End, n| {
        end.connection.mailbox().and_then(|mailbox| mailbox.uid(number(n))).map(|uid| uid.get())
    };
    assert_eq!((uid(&end, 2), uid(&end, 3)), (Some(12), Some(15)));
    end.says("* 2 EXPUNGE");
    assert_eq!((uid(&end, 1), uid(&end, 2), uid(&end, 3)), (Some(11), Some(15), None));
    assert!(end.connection.idle().is_err(), "not advertised");
    end.says("* CAPABILITY IMAP4rev1 IDLE");
    assert!(end.connection.capabilities().is_some_and(|all| all.has(&Capability::Idle)));
    assert!(end.connection.idle().is_ok());
}

fn other_data_are_at_hand() {
    // What a command has asked for is its answer; what came of itself is an event.
    let mut end = End::selected("");
    let status = Status::new(name("a"), StatusItems::common());
    let told = end.gets(status, "* STATUS a (MESSAGES 5 UNSEEN 2)\nOK done");
    assert_eq!((told.messages, told.unseen), (Some(5), Some(2)));
    end.says("* OK [UIDNEXT 44] later\n* OK [PERMANENTFLAGS (\\Seen)] fewer\n* STATUS b (MESSAGES 9)");
    let mailbox = end.connection.mailbox().expect("selected");
    assert_eq!(mailbox.uid_next.map(|next| next.get()), Some(44));
    assert_eq!(mailbox.permanent_flags, Some(vec![Flag::Seen]));
    let of_b = |data: &Data| matches!(data, Data::MailboxStatus(status) if status.messages == Some(9));
    assert!(end.data().iter().any(of_b));
}

fn useless_data_are_nobodys() {
    let mut end = End::selected("");
    // No search is under way: later ones are none the richer for it.
    end.says("* SEARCH 1 2 3\n* STATUS a (MESSAGES 5)\n* LIST () \"/\" ghost");
    end.events.clear();
    assert!(end.gets(UidSearch::new(SearchQuery::all()), "OK done").all.is_empty());
    assert_eq!(end.gets(List::new(pattern("*")), "OK done"), []);
    let error = end.asks(Status::new(name("a"), StatusItems::common()), "OK done").1;
    assert!(error.is_err(), "what came before is no answer");
    // Nor does it go to a command that has not asked for it.
    let (ticket, _) = end.sends(Noop);
    end.says("* SEARCH 9\nOK done");
    end.answer(ticket).expect("done");
    assert!(end.events.iter().all(|event| !matches!(event, Report::Done(_))));
}

/// The texts of alerts, and whether they came protected.
fn alerts(end: &mut End) -> Vec<(String, bool)> {
    let events = std::mem::take(&mut end.events);
    let alert = |event| match event {
        Report::Alert { text, confidential } => Some((text, confidential)),
        _ => None,
    };
    events.into_iter().filter_map(alert).collect()
}

fn alerts_are_told() {
    let text = "System shutdown in 10 minutes";
    for kind in ["OK", "NO", "BAD"] {
        let mut end = End::rev1("");
        end.says(&format!("* {kind} [ALERT] {text}"));
        assert_eq!(alerts(&mut end), [(text.to_owned(), false)], "untagged {kind}");
        let (ticket, heard) = end.sends(Noop);
        end.says_octets(format!("{} {kind} [alert] {text}\r\n", heard.tag).as_bytes());
        assert_eq!(alerts(&mut end), [(text.to_owned(), false)], "tagged {kind}");
        drop(ticket);
    }
    let mut end = End::greeted_privately("");
    end.says(&format!("* OK [ALERT] {text}"));
    assert_eq!(alerts(&mut end), [(text.to_owned(), true)]);
    for quiet in ["* OK ALERT not a code", "* OK [ALERTS] nor is this", "* OK [PARSE] no"] {
        let mut end = End::rev1("");
        end.says(quiet);
        assert_eq!(alerts(&mut end), [], "{quiet}");
    }
    // Through the client it is an event.
    let dialogue = format!("{INBOX}C: a NOOP\nS: * OK [ALERT] {text}\nS: a OK done\n<end>");
    logged_in("", &dialogue, async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        inbox.client().noop().await.expect("done");
        let mut told = Vec::new();
        while let Some(event) = inbox.client().take_event() {
            told.push(format!("{event:?}"));
        }
        assert!(told.iter().any(|event| event.contains("Alert") && event.contains(text)), "{told:?}");
    });
}

fn unknown_codes_are_ignored() {
    for code in [
        "X-OWN",
        "XOWN with \"arguments\" (and (lists))",
        "FUTURE 1:5 {what}",
        "UIDNEXT soon",
        "Error=\"odd\" a=b",
    ] {
        let mut end = End::selected("");
        end.says(&format!("* OK [{code}] text"));
        let (ticket, heard) = end.sends(Create::new(name("a")));
        end.says_octets(format!("{} OK [{code}] done\r\n", heard.tag).as_bytes());
        end.answer(ticket).expect("done all the same");
        let error = end.asks(Create::new(name("b")), &format!("NO [{code}] no")).1.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Refused, "{code}");
        assert!(matches!(error.code(), Some(Code::Other { .. }) | None), "{code}: {:?}", error.code());
        assert_eq!(error.refusal().map(|refusal| refusal.status.text.ends_with("no")), Some(true), "{code}");
        let next = end.connection.mailbox().and_then(|mailbox| mailbox.uid_next).map(|next| next.get());
        assert_eq!(next, Some(20), "{code}");
    }
}

fn the_text_of_ok_is_told() {
    let mut end = End::rev1("");
    end.says("* OK IMAP4rev1 is glad to see you");
    let told = end
        .data()
        .into_iter()
        .find_map(|data| if let Data::Status(status) = data { Some(status) } else { None });
    let told = told.expect("told");
    assert_eq!((told.kind, told.text.as_str()), (StatusKind::Ok, "IMAP4rev1 is glad to see you"));
    let (_ticket, _) = end.sends(Noop);
    end.says("OK NOOP completed, \u{e9}t\u{e9}");
    let done = end
        .events
        .into_iter()
        .find_map(|event| if let Report::Done(done) = event { Some(done) } else { None });
    let status = done.expect("ended").outcome.expect("well");
    assert_eq!(status.text, "NOOP completed, \u{e9}t\u{e9}");
}

fn the_text_of_bye_is_told() {
    let mut end = End::rev1("");
    let (ticket, _) = end.sends(Noop);
    end.says("* BYE Autologout; idle for too long");
    let said = end
        .events
        .iter()
        .any(|event| matches!(event, Report::Bye(status) if status.text == "Autologout; idle for too long"));
    assert!(said, "{:?}", end.events);
    let error = end.answer(ticket).expect_err("there will be no answer");
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(
        error.refusal().map(|refusal| refusal.status.text.as_str()),
        Some("Autologout; idle for too long")
    );
}

/// What comes after BYE is read: the answers of commands under way.
fn reading_goes_on_after_bye() {
    let mut end = End::rev1("");
    let logout = end.connection.logout().expect("always");
    end.hears_one();
    end.says("* BYE so long");
    assert!(!end.connection.phase().is_over());
    end.says("* 3 EXISTS\n* OK one more thing\nOK LOGOUT completed");
    end.answer(logout).expect("in order");
    assert_eq!(end.connection.phase(), State::Closed);
    // A server that hangs up between the two has said what matters.
    let mut end = End::rev1("");
    let logout = end.connection.logout().expect("always");
    end.hears_one();
    end.says("* BYE so long");
    end.connection.handle_eof(Eof::Clean).expect("in order");
    end.drive();
    end.answer(logout).expect("in order");
}

fn imap4rev1_is_enough() {
    let dialogue = format!(
        "C: a LIST \"\" *\nS: * LIST () \"/\" INBOX\nS: a OK done\n{INBOX}C: b UID SEARCH UNSEEN\nS: * SEARCH 12\n\
         S: b OK done\nC: c UID FETCH 12 (FLAGS)\nS: * 2 FETCH (UID 12 FLAGS ())\nS: c OK done\n\
         C: d UID COPY 12 other\nS: d OK done\nC: e APPEND other {{2}}\nS: + go ahead\nC: hi\nS: e OK done\n\
         C: z LOGOUT\nS: * BYE\nS: z OK done\n<end>"
    );
    logged_in("", &dialogue, async |mut client| {
        assert_eq!(client.list("*").await.expect("listed").len(), 1);
        let mut inbox = client.select("INBOX").await.expect("selected");
        let found = inbox.search(&SearchQuery::unseen()).await.expect("searched");
        let rows =
            inbox.fetch(&found, crate::types::FetchItems::new().flags()).expect("sent").collect().await;
        assert_eq!(rows.expect("fetched").len(), 1);
        inbox.copy(&found, "other").await.expect("copied");
        client.append_bytes("other", crate::types::AppendOptions::new(), "hi").await.expect("appended");
        client.logout().await.expect("in order");
    });
}

fn unknown_capabilities_are_ignored() {
    let mut end = End::rev1("XYZZY AUTH=XOWN FUTURE=THING X-A=1:2 LITERAL STATUS= = IDLE");
    let all = end.connection.capabilities().expect("told").clone();
    assert!(
        all.has(&Capability::Idle)
            && all.has(&Capability::from("xyzzy"))
            && all.has(&Capability::from("FUTURE=THING"))
    );
    assert_eq!(end.asks(Create::new(name("a")), "OK done").0, "CREATE a");
    end.says("* CAPABILITY IMAP4rev1 NEWER-STILL");
    assert!(end.connection.capabilities().is_some_and(|all| !all.has(&Capability::Idle)));
    assert!(end.connection.deviations().is_empty());
    end.is_idle_and_well();
}

fn flags_are_remembered() {
    let mut end = End::selected("");
    let flags = |end: &End| end.connection.mailbox().map(|mailbox| mailbox.flags.clone()).expect("selected");
    assert_eq!(flags(&end), [Flag::Answered, Flag::Flagged, Flag::Deleted, Flag::Seen, Flag::Draft]);
    end.says("* FLAGS (\\Answered $Forwarded \\XNew)");
    assert_eq!(flags(&end), [Flag::Answered, Flag::FORWARDED, Flag::from("\\XNew")]);
    end.gets(Noop, "* FLAGS ()\nOK done");
    assert_eq!(flags(&end), []);
    // PERMANENTFLAGS is another list.
    let permanent = end.connection.mailbox().and_then(|mailbox| mailbox.permanent_flags.clone());
    assert_eq!(permanent.map(|flags| flags.len()), Some(3));
}

fn exists_is_remembered() {
    let mut end = End::selected("");
    for count in [4, 23, 0, 4_294_967_295_u32, 3] {
        end.says(&format!("* {count} EXISTS"));
        assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.exists), Some(count));
    }
    // Before any mailbox is selected it is of none.
    let mut end = End::rev1("");
    end.says("* 9 EXISTS");
    assert!(end.connection.mailbox().is_none());
    end.select();
    assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.exists), Some(3));
}

fn recent_is_remembered() {
    let mut end = End::selected("");
    assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.recent), Some(1));
    for count in [5, 0, 7] {
        end.says(&format!("* {count} RECENT"));
        assert_eq!(
            end.connection.mailbox().map(|mailbox| (mailbox.recent, mailbox.exists)),
            Some((count, 3))
        );
    }
}
