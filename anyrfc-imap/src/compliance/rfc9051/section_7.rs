//! RFC 9051, section 7, up to 7.4: status and mailbox data.

use anyrfc_core::compliance::Check;

use super::super::support::{REV1, REV2, Talk, every_command, mailbox};
use crate::{
    codec::command::{Capability as CapabilityCommand, Create, List, Noop, Select},
    proto::{OwnedEvent, Protection, State},
    rfc9051 as r,
    types::{Capability, Code, Data, Flag, Pattern, SequenceNumber},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/section-7/any-response-is-expected",
        covers: &[r::ANY_RESPONSE_IS_EXPECTED],
        run: any_response_is_expected,
    },
    Check {
        name: "rfc9051/section-7/critical-data-are-remembered",
        covers: &[r::CRITICAL_DATA_ARE_REMEMBERED],
        run: critical_data_are_remembered,
    },
    Check {
        name: "rfc9051/section-7/other-data-are-remembered",
        covers: &[r::OTHER_DATA_ARE_REMEMBERED],
        run: other_data_are_remembered,
    },
    Check {
        name: "rfc9051/section-7.1/response-codes-in-brackets",
        covers: &[r::RESPONSE_CODE_IS_AN_ATOM_IN_BRACKETS],
        run: response_codes_in_brackets,
    },
    Check {
        name: "rfc9051/section-7.1/alerts-in-cleartext",
        covers: &[
            r::ALERT_IN_CLEARTEXT_IS_IGNORED,
            r::ALERT_BEFORE_PROTECTION_IS_IGNORED,
            r::ALERT_IN_CLEARTEXT_IS_SUSPICIOUS,
        ],
        run: alerts_in_cleartext,
    },
    Check {
        name: "rfc9051/section-7.1/alerts-are-presented",
        covers: &[r::ALERT_IS_PRESENTED],
        run: alerts_are_presented,
    },
    Check {
        name: "rfc9051/section-7.1/closed-divides-two-mailboxes",
        covers: &[r::CLOSED_DIVIDES_TWO_MAILBOXES],
        run: closed_divides_two_mailboxes,
    },
    Check {
        name: "rfc9051/section-7.1/unknown-response-codes",
        covers: &[r::UNKNOWN_RESPONSE_CODES_ARE_IGNORED, r::RESPONSE_CODES_UNKNOWN_TO_REV1_TOO],
        run: unknown_response_codes,
    },
    Check {
        name: "rfc9051/section-7.1/copyuid-has-corresponding-sets",
        covers: &[r::UID_SETS_OF_COPYUID_CORRESPOND],
        run: copyuid_has_corresponding_sets,
    },
    Check {
        name: "rfc9051/section-7.1/texts-for-the-user",
        covers: &[r::OK_TEXT_MAY_BE_SHOWN, r::BYE_TEXT_MAY_BE_SHOWN],
        run: texts_for_the_user,
    },
    Check {
        name: "rfc9051/section-7.1.4/preauth-before-tls-closes",
        covers: &[r::PREAUTH_BEFORE_MANDATORY_TLS_CLOSES],
        run: preauth_before_tls_closes,
    },
    Check {
        name: "rfc9051/section-7.1.5/reading-goes-on-after-bye",
        covers: &[r::READING_GOES_ON_AFTER_BYE],
        run: reading_goes_on_after_bye,
    },
    Check {
        name: "rfc9051/section-7.2.2/no-other-capability-is-required",
        covers: &[r::NO_OTHER_CAPABILITY_IS_REQUIRED],
        run: no_other_capability_is_required,
    },
    Check {
        name: "rfc9051/section-7.2.2/unknown-capabilities",
        covers: &[r::UNKNOWN_CAPABILITIES_ARE_IGNORED],
        run: unknown_capabilities,
    },
    Check {
        name: "rfc9051/section-7.3.1/unknown-extended-fields",
        covers: &[r::UNKNOWN_EXTENDED_FIELDS_ARE_IGNORED],
        run: unknown_extended_fields,
    },
    Check {
        name: "rfc9051/section-7.3.5/flags-are-remembered",
        covers: &[r::FLAGS_ARE_REMEMBERED],
        run: flags_are_remembered,
    },
    Check {
        name: "rfc9051/section-7.4.1/exists-is-remembered",
        covers: &[r::EXISTS_IS_REMEMBERED],
        run: exists_is_remembered,
    },
    Check {
        name: "rfc9051/section-11.3/responses-before-authentication",
        covers: &[r::RESPONSES_BEFORE_AUTHENTICATION_ARE_IGNORED],
        run: responses_before_authentication,
    },
    Check {
        name: "rfc9051/section-11.3/mailbox-data-without-a-mailbox",
        covers: &[r::MAILBOX_DATA_WITHOUT_A_MAILBOX_ARE_IGNORED],
        run: mailbox_data_without_a_mailbox,
    },
];

fn any_response_is_expected() {
    // Within every command whatever comes is taken or told, and the command goes on.
    for command in every_command() {
        let mut talk = Talk::selected(REV2);
        command.submit_to(&mut talk);
        talk.hears();
        talk.says(
            "* 11 EXISTS\n* OK [X-NEW] hm\n* NO hm\n* FLAGS (\\Seen)\n* LIST () \"/\" x\n* SEARCH 1\n* X-NEW (a b)\n\
             * ESEARCH (TAG \"zzz\") COUNT 1\n* STATUS zzz (MESSAGES 1)\n* CAPABILITY IMAP4rev2 LITERAL- X-NEW\n\
             * 3 FETCH (UID 103 FLAGS (\\Seen))",
        )
        .is_fine();
        talk.says("{tag} NO not today").is_fine();
        assert!(!talk.phase().is_over());
    }
}

fn known(talk: &Talk) -> &crate::proto::Mailbox {
    talk.connection.mailbox().expect("selected")
}

fn critical_data_are_remembered() {
    let mut talk = Talk::selected(REV2);
    assert_eq!(known(&talk).uid_validity.map(crate::types::UidValidity::get), Some(1_700_000_000));
    talk.says("* 12 EXISTS\n* CAPABILITY IMAP4rev2 LITERAL+ MOVE");
    assert_eq!(known(&talk).exists, 12);
    assert!(talk.connection.capabilities().expect("told").has(&Capability::LiteralPlus));
    // What bears on later commands does: a literal that had to wait need not now.
    assert!(talk.connection.dialect().non_sync() == crate::codec::encode::NonSync::Any);
    talk.says("* OK [UIDVALIDITY 1700000001] new");
    let told = talk.events.iter().any(|event| matches!(event, OwnedEvent::UidValidity { .. }));
    assert!(told, "another UIDVALIDITY has to be told: {:?}", talk.events);
    assert_eq!(known(&talk).uid_validity.map(crate::types::UidValidity::get), Some(1_700_000_001));
}

fn other_data_are_remembered() {
    let mut talk = Talk::selected(REV2);
    talk.says("* OK [UIDNEXT 222] next\n* OK [PERMANENTFLAGS (\\Seen \\*)] some\n* OK [READ-ONLY] now");
    assert_eq!(known(&talk).uid_next.map(crate::types::Uid::get), Some(222));
    assert_eq!(known(&talk).permanent_flags.as_deref(), Some(&[Flag::Seen, Flag::WILDCARD][..]));
    assert!(known(&talk).read_only);
    // The UID behind a number, once it was told.
    let number = |n| SequenceNumber::new(n).expect("a number");
    assert_eq!(known(&talk).uid(number(3)), None);
    talk.says("* 3 FETCH (UID 103 FLAGS ())");
    assert_eq!(known(&talk).uid(number(3)).map(crate::types::Uid::get), Some(103));
}

fn response_codes_in_brackets() {
    let codes = |line: &str| {
        let mut talk = Talk::strict().preauth(REV2);
        talk.says(line);
        let codes: Vec<_> = talk
            .data()
            .into_iter()
            .filter_map(|data| match data {
                Data::Status(status) => Some((status.code, status.text)),
                _ => None,
            })
            .collect();
        (codes, talk.error)
    };
    let (right, error) = codes("* OK [UIDNEXT 5] text");
    assert!(error.is_none());
    assert!(matches!(&right[..], [(Some(Code::UidNext(_)), text)] if text == "text"), "{right:?}");
    let (none, error) = codes("* OK text [UIDNEXT 5]");
    assert!(error.is_none() && matches!(&none[..], [(None, _)]), "only at the beginning: {none:?}");
    for wrong in ["* OK [UIDNEXT 5 text", "* OK [] text", "* OK [ UIDNEXT 5] text"] {
        let (_, error) = codes(wrong);
        let error = error.unwrap_or_else(|| panic!("{wrong}"));
        assert_eq!(error.requirement(), Some(r::RESPONSE_CODE_IS_AN_ATOM_IN_BRACKETS), "{wrong}: {error}");
    }
}

/// The alerts that were told, and whether they came by a protected connection.
fn alerts(talk: &mut Talk) -> Vec<(String, bool)> {
    let alerts = talk.events.drain(..).filter_map(|event| match event {
        OwnedEvent::Alert { text, confidential } => Some((text, confidential)),
        _ => None,
    });
    alerts.collect()
}

fn alerts_in_cleartext() {
    // Where TLS is to come, an alert before it is anybody's.
    let mut talk = Talk::unprotected(Protection::StartTls);
    talk.says("* OK [ALERT] call 555-0100 now");
    assert_eq!(talk.hears(), "CAPABILITY");
    talk.says("* OK [ALERT] or else\n* CAPABILITY IMAP4rev2 STARTTLS\n{tag} OK [ALERT] done");
    assert_eq!(alerts(&mut talk), []);
    assert_eq!(talk.hears(), "STARTTLS");
    talk.says("{tag} OK begin");
    talk.secured();
    talk.says("* OK [ALERT] disk full");
    assert_eq!(alerts(&mut talk), [("disk full".to_owned(), true)]);
    // Where its user wants no protection, it is marked.
    let mut talk = Talk::unprotected(Protection::Plaintext).preauth(REV2);
    talk.says("* OK [ALERT] call 555-0100 now");
    assert_eq!(alerts(&mut talk), [("call 555-0100 now".to_owned(), false)]);
}

fn alerts_are_presented() {
    let mut talk = Talk::authenticated(REV2);
    talk.says("* OK [ALERT] one\n* NO [alert] two\n* BAD [ALERT] three");
    let ticket = talk.submit(Noop);
    talk.hears();
    talk.says("{tag} OK [ALERT] four");
    ticket.answer(talk.done()).expect("done");
    let texts: Vec<_> = alerts(&mut talk).into_iter().map(|(text, _)| text).collect();
    assert_eq!(texts, ["one", "two", "three", "four"]);
    talk.says("* OK alert five\n* OK [ALERTED] six");
    assert_eq!(alerts(&mut talk), []);
}

fn closed_divides_two_mailboxes() {
    let mut talk = Talk::selected(REV2);
    let ticket = talk.submit(Select::new(mailbox("other")));
    talk.hears();
    talk.says("* 11 EXISTS\n* 3 EXPUNGE\n* FLAGS (\\Seen)\n* OK [UIDNEXT 999] of the old");
    talk.says("* OK [CLOSED] left\n* 2 EXISTS\n* FLAGS (\\Draft)\n* OK [UIDVALIDITY 7] of the new");
    let answer = talk.answered(ticket, "{tag} OK [READ-WRITE] selected").expect("selected");
    assert_eq!((answer.exists, &answer.flags[..], answer.uid_next), (2, &[Flag::Draft][..], None));
    let known = known(&talk);
    assert_eq!((known.exists, &known.flags[..], known.uid_next), (2, &[Flag::Draft][..], None));
    assert!(talk.events.iter().any(|event| matches!(event, OwnedEvent::Closed)));
}

fn unknown_response_codes() {
    for code in ["X-NEW", "X-NEW 1 (2 \"3\") 4", "XYZZY", "UIDNEXTS 5", "X-PROGRESS (\"a\" 1 2)"] {
        for capabilities in [REV2, REV1] {
            let mut talk = Talk::authenticated(capabilities);
            talk.says(&format!("* OK [{code}] hm\n* NO [{code}] hm")).is_fine();
            let ticket = talk.submit(Noop);
            talk.hears();
            talk.answered(ticket, &format!("{{tag}} OK [{code}] done")).expect("it is an OK like any other");
            let ticket = talk.submit(Noop);
            talk.hears();
            talk.answered(ticket, &format!("{{tag}} NO [{code}] no")).expect_err("it is a NO like any other");
            assert_eq!(talk.phase(), State::Authenticated);
            assert!(talk.connection.deviations().is_empty(), "{code}: {:?}", talk.connection.deviations());
        }
    }
    // One that is known has its effect.
    let mut talk = Talk::authenticated(REV2);
    talk.says("* OK [CAPABILITY IMAP4rev2 X-NEW] hm");
    assert!(talk.connection.capabilities().expect("told").has(&Capability::from("X-NEW")));
}

fn copyuid_has_corresponding_sets() {
    use crate::codec::command::UidCopy;
    let copy = |strict: bool, code: &str| {
        let mut talk = if strict { Talk::strict().preauth(REV2).select() } else { Talk::selected(REV2) };
        let set: crate::types::SequenceSet = "101:103".parse().expect("a set");
        let ticket = talk.submit(UidCopy::new(set, mailbox("x")));
        talk.hears();
        talk.says(&format!("{{tag}} OK [COPYUID 7 {code}] copied"));
        if talk.error.is_some() {
            Err(talk.broken())
        } else {
            Ok((ticket.answer(talk.done()).expect("copied"), talk))
        }
    };
    let (copies, _) = copy(true, "101:103 1:3").unwrap_or_else(|why| panic!("{why}"));
    let pairs: Vec<_> = copies[0].pairs().map(|(from, to)| (from.get(), to.get())).collect();
    assert_eq!(pairs, [(101, 1), (102, 2), (103, 3)]);
    assert_eq!(copy(true, "101:103 1:2").err().expect("too few"), r::UID_SETS_OF_COPYUID_CORRESPOND);
    let (_, talk) = copy(false, "101:103 1:4").unwrap_or_else(|why| panic!("{why}"));
    assert!(talk.forgave(r::UID_SETS_OF_COPYUID_CORRESPOND));
}

fn texts_for_the_user() {
    let mut talk = Talk::new();
    talk.says("* OK [CAPABILITY IMAP4rev2] Welcome to example.org");
    let greeting = talk.events.iter().any(
        |event| matches!(event, OwnedEvent::Greeting(status) if status.text == "Welcome to example.org"),
    );
    assert!(greeting, "{:?}", talk.events);
    let mut talk = Talk::authenticated(REV2);
    talk.says("* OK backup at noon");
    let remarks = talk.data();
    assert!(matches!(&remarks[..], [Data::Status(status)] if status.text == "backup at noon"), "{remarks:?}");
    talk.says("* BYE going down for backup");
    let bye = talk
        .events
        .iter()
        .any(|event| matches!(event, OwnedEvent::Bye(status) if status.text == "going down for backup"));
    assert!(bye, "{:?}", talk.events);
}

fn preauth_before_tls_closes() {
    let mut talk = Talk::unprotected(Protection::StartTls);
    talk.says("* PREAUTH [CAPABILITY IMAP4rev2] welcome");
    let error = talk.error.take().expect("TLS cannot begin any more");
    assert_eq!(talk.phase(), State::Failed, "{error}");
    talk.is_silent();
    // By TLS, or where none is wanted, it is welcome.
    assert_eq!(Talk::new().preauth(REV2).phase(), State::Authenticated);
    assert_eq!(Talk::unprotected(Protection::Plaintext).preauth(REV2).phase(), State::Authenticated);
}

fn reading_goes_on_after_bye() {
    // What comes between BYE and the end is heard.
    let mut talk = Talk::authenticated(REV2);
    let ticket = talk.connection.logout().expect("it may always be");
    talk.hears();
    talk.says("* BYE so long");
    assert_eq!(talk.phase(), State::Farewell);
    talk.says("* OK one more thing");
    assert_eq!(talk.phase(), State::Farewell);
    talk.says("{tag} OK done");
    ticket.answer(talk.done()).expect("in order");
    assert_eq!(talk.phase(), State::Closed);
    // A server that hangs up between the two has said what matters.
    let mut talk = Talk::authenticated(REV2);
    let _ticket = talk.connection.logout().expect("it may always be");
    talk.hears();
    talk.says("* BYE so long");
    talk.closes().expect("in order");
    assert_eq!(talk.phase(), State::Closed);
}

fn no_other_capability_is_required() {
    // A server with nothing but IMAP4rev2 is enough for all of the protocol.
    let mut talk = Talk::selected("IMAP4rev2");
    let mut taken = 0;
    for command in every_command() {
        command.submit_to(&mut talk);
        talk.hears();
        talk.says("{tag} NO not today");
        taken += 1;
    }
    assert!(taken > 20);
    // And one that does not say what it can do is asked, and lived with.
    let mut talk = Talk::new();
    talk.says("* PREAUTH ready");
    let ticket = talk.submit(Create::new(mailbox("x")));
    let heard = talk.hears();
    if heard == "CAPABILITY" {
        talk.says("* CAPABILITY IMAP4rev1\n{tag} OK done");
        assert_eq!(talk.hears(), "CREATE x");
    }
    talk.answered(ticket, "{tag} OK created").expect("created");
}

fn unknown_capabilities() {
    let mut strict = Talk::strict();
    strict.says("* OK [CAPABILITY IMAP4rev2 XPIG-LATIN X=Y AUTH=XYZZY LITERAL- 42] ready").is_fine();
    let all = strict.connection.capabilities().expect("told");
    assert!(all.has(&Capability::Imap4Rev2) && all.has(&Capability::LiteralMinus));
    assert!(all.has(&Capability::from("xpig-latin")), "they are kept, for who knows them");
    let ticket = strict.submit(CapabilityCommand);
    assert_eq!(strict.hears(), "CAPABILITY");
    let all = strict.answered(ticket, "* CAPABILITY IMAP4rev2 X-ANOTHER\n{tag} OK done").expect("told");
    assert!(all.has(&Capability::Imap4Rev2) && !all.has(&Capability::LiteralMinus));
}

fn unknown_extended_fields() {
    let mut strict = Talk::strict().preauth(REV2);
    let listed = strict
        .ask(
            List::new(Pattern::all()),
            "LIST \"\" *",
            "* LIST () \"/\" a (\"X-COLOR\" (\"red\" (1 2)) X-SIZE 17 \"OLDNAME\" (\"b\") \"X-SET\" 1:4)
             * LIST () \"/\" c ()
             {tag} OK done",
        )
        .expect("listed");
    assert_eq!(listed.len(), 2);
    assert_eq!((listed[0].entry.mailbox.as_str(), &listed[0].entry.old_name), ("a", &Some(mailbox("b"))));
    let tags: Vec<_> = listed[0].entry.extended.iter().map(|(tag, _)| tag.as_str()).collect();
    assert_eq!(tags, ["X-COLOR", "X-SIZE", "X-SET"], "they are kept, for who knows them");
    strict.is_fine();
}

fn flags_are_remembered() {
    let mut talk = Talk::selected(REV2);
    assert_eq!(known(&talk).flags.len(), 5);
    talk.says("* FLAGS (\\Answered \\Seen $New)");
    assert_eq!(known(&talk).flags, [Flag::Answered, Flag::Seen, Flag::from("$New")]);
    let ticket = talk.submit(Noop);
    talk.hears();
    talk.answered(ticket, "{tag} OK done").expect("done");
    assert_eq!(known(&talk).flags.len(), 3, "until another comes");
}

fn exists_is_remembered() {
    let mut talk = Talk::selected(REV2);
    for count in [11, 12, 4_000_000_000] {
        talk.says(&format!("* {count} EXISTS"));
        assert_eq!(known(&talk).exists, count);
        let told = talk.data().iter().any(|data| *data == Data::Exists(count));
        assert!(told, "and its user is told");
    }
    talk.says("* X EXISTS\n* OK 5 EXISTS");
    assert_eq!(known(&talk).exists, 4_000_000_000);
}

fn responses_before_authentication() {
    let mut talk = Talk::greeted(REV2);
    talk.says(
        "* LIST () \"/\" evil\n* STATUS evil (MESSAGES 1)\n* NAMESPACE ((\"evil\" \"/\")) NIL NIL\n* 3 EXISTS\n\
         * FLAGS (\\Evil)\n* SEARCH 1\n* 1 FETCH (UID 1 FLAGS ())\n* 1 EXPUNGE\n* ENABLED IMAP4rev2\n* X-EVIL 1",
    )
    .is_fine();
    let told: Vec<_> = talk.events.drain(..).collect();
    assert!(told.is_empty(), "{told:?}");
    assert!(talk.connection.enabled().iter().next().is_none());
    // Status responses and CAPABILITY are not ignored.
    talk.says("* OK hello\n* CAPABILITY IMAP4rev2 X-NEW");
    assert!(talk.connection.capabilities().expect("told").has(&Capability::from("X-NEW")));
    assert!(talk.data().iter().any(|data| matches!(data, Data::Status(_))));
}

fn mailbox_data_without_a_mailbox() {
    let mut talk = Talk::authenticated(REV2);
    talk.says("* 3 EXISTS\n* 1 RECENT\n* FLAGS (\\Evil)\n* 1 FETCH (UID 1 FLAGS (\\Seen))\n* 1 EXPUNGE")
        .is_fine();
    talk.says("* OK [UIDNEXT 5] hm\n* OK [PERMANENTFLAGS (\\Evil)] hm\n* OK [UIDVALIDITY 5] hm").is_fine();
    talk.events.retain(|event| !matches!(event, OwnedEvent::Data(Data::Status(_))));
    assert!(talk.events.is_empty(), "{:?}", talk.events);
    assert!(talk.connection.mailbox().is_none());
    // None of it lingers until a mailbox is selected.
    let talk = talk.select();
    assert_eq!(known(&talk).exists, 10);
    assert!(!known(&talk).flags.contains(&Flag::from("\\Evil")));
    // Once one is, they count.
    let mut talk = Talk::selected(REV2);
    talk.says("* 11 EXISTS\n* 1 FETCH (UID 101 FLAGS (\\Seen))");
    assert!(talk.events.iter().any(|event| matches!(event, OwnedEvent::Fetch { .. })));
    assert_eq!(known(&talk).exists, 11);
}
