//! Status responses and their codes.

use anyrfc_imap::types::{Code, Data, ModSeq, StatusKind};

use super::*;

/// 1: Gmail and others leave the text out, or even the space before it.
#[test]
fn q01_text_is_missing() {
    let highest = status(odd("* OK [HIGHESTMODSEQ 123]"));
    assert_eq!((highest.code, &*highest.text), (ModSeq::new(123).map(Code::HighestModSeq), ""));
    assert_eq!(status(odd("* BAD")).kind, StatusKind::Bad);
    let (status, deviations) = tagged("tag0001 OK");
    assert!(status.kind == StatusKind::Ok && status.text.is_empty() && !deviations.is_empty());
    let (status, deviations) = tagged("tag0001 OK ");
    assert!(status.kind == StatusKind::Ok && status.text.is_empty() && deviations.is_empty());
}

/// 2: the code of COPYUID without anything before it.
#[test]
fn q02_a_code_without_its_status() {
    let copied = status(odd("[COPYUID 124 10 233]"));
    let Some(Code::CopyUid(copy)) = copied.code else { panic!("{copied:?}") };
    assert_eq!((copied.kind, copy.pairs().count()), (StatusKind::Ok, 1));
}

/// 3: COPYUID without UIDs.
#[test]
fn q03_a_code_with_empty_sets() {
    let copied = status(odd("* OK [COPYUID 701  ] done"));
    let Some(Code::Other { name, raw }) = copied.code else { panic!("{copied:?}") };
    assert_eq!((&*name, &raw[..], &*copied.text), ("COPYUID", &b"701  "[..], "done"));
}

/// 4: Office 365 puts what is no code into the brackets of a code.
#[test]
fn q04_brackets_around_no_code() {
    let text = "[Error=\"Failed with MapiExceptionWrongServer: [x] y\" AuthResultFromPopImapEnd=0 Service=Imap4] AUTHENTICATE completed.";
    let (status, deviations) = tagged(&format!("A1 OK {text}"));
    assert_eq!((status.kind, status.code, &*status.text), (StatusKind::Ok, None, text));
    assert!(!deviations.is_empty());
}

/// 5: Office 365 lets a user in and then refuses every command.
#[test]
fn q05_refused_behind_authentication() {
    let (refused, deviations) = tagged("A2 BAD User is authenticated but not connected.");
    assert_eq!((refused.kind, &*refused.text), (StatusKind::Bad, "User is authenticated but not connected."));
    assert!(deviations.is_empty());
    assert_eq!(status(good("* BYE Connection closed. 14")).kind, StatusKind::Bye);
}

/// 6: Office 365 tells in words how long to wait.
#[test]
fn q06_throttling() {
    let text = "Request is throttled. Suggested Backoff Time: 92415 milliseconds";
    let (status, deviations) = tagged(&format!("A3 BAD {text}"));
    assert!(status.text == text && deviations.is_empty());
}

/// 7: no asterisk before what a server says that is not available.
#[test]
fn q07_not_available() {
    let unavailable = status(odd("Server Unavailable. 15"));
    assert_eq!((unavailable.kind, &*unavailable.text), (StatusKind::Bad, "Server Unavailable. 15"));
}

/// 13: zeros where there is no such number.
#[test]
fn q13_zeros_in_codes() {
    for code in ["UIDNEXT 0", "UIDVALIDITY 0", "UNSEEN 0"] {
        let Some(Code::Other { name, raw }) = status(odd(format!("* OK [{code}] x"))).code else {
            panic!("{code}")
        };
        assert_eq!(format!("{name} {}", raw.escape_ascii()), code);
    }
}

/// 15: who has not told who it is, is refused.
#[test]
fn q15_unsafe_login() {
    let (status, deviations) = tagged("A4 NO SELECT Unsafe Login. Please contact kefu@188.com for help");
    assert!(
        status.kind == StatusKind::No
            && status.text.starts_with("SELECT Unsafe Login")
            && deviations.is_empty()
    );
}

/// 21: good-byes without an end.
#[test]
fn q21_endless_bye() {
    let stream = "* BYE Autologout; idle for too long\r\n".repeat(500);
    let events = trace::trace(stream.as_bytes(), ReadLimits::default(), Tolerance::Field, || 1460);
    assert_eq!(events.iter().filter(|event| event.contains("kind: Bye")).count(), 500);
}

/// 22: spaces where there should be none, padding, and words that mean nothing.
#[test]
fn q22_spaces_and_padding() {
    use anyrfc_imap::types::Capability;
    for text in [
        "* CAPABILITY IMAP4rev1 LITERAL + IDLE",
        "* CAPABILITY IMAP4rev1 LITERAL+ IDLE ",
        "\0\0\0* CAPABILITY IMAP4rev1 LITERAL+ IDLE",
    ] {
        let Data::Capability(all) = odd(text) else { panic!("{text}") };
        assert!(all.len() == 3 && all.has(&Capability::LiteralPlus), "{text}: {all:?}");
    }
    let Data::MailboxStatus(all) = odd("* STATUS \"x\" (MESSAGES 3 ) ") else { panic!() };
    assert_eq!(all.messages, Some(3));
    let Data::Search(found) = odd("* SEARCH 1 2 ") else { panic!() };
    assert_eq!(found.numbers, [1, 2]);
    let Data::Id(id) = odd("* ID (\"name\" \"x\" ) ") else { panic!() };
    assert_eq!(id.value("name"), Some("x"));
    assert!(matches!(good("* NOOP"), Data::Other { name, .. } if name == "NOOP"));
    let (text, deviations) =
        first("+", Names::ModifiedUtf7, |response| matches!(response, Response::Continue(b"")));
    assert!(text && !deviations.is_empty());
    let Data::List(entry) = good("* LIST () NIL {003}\r\na\"b") else { panic!() };
    assert_eq!(entry.mailbox.as_str(), "a\"b");
}

/// 19: what is enabled is not told, but the command completes.
#[test]
fn q19_nothing_enabled() {
    let (status, deviations) = tagged("A5 OK ENABLE completed");
    assert!(status.kind == StatusKind::Ok && deviations.is_empty());
    assert_eq!(good("* ENABLED"), Data::Enabled(vec![]));
}

/// 25: every charset is refused.
#[test]
fn q25_refused_charset() {
    let (status, _) = tagged("A6 NO [BADCHARSET (US-ASCII)] The specified charset is not supported.");
    assert_eq!(status.code, Some(Code::BadCharset(vec!["US-ASCII".into()])));
}

/// 29: errors are counted, and rights told in a code of its own.
#[test]
fn q29_courier() {
    let fatal = status(good("* BYE [ALERT] Fatal error: TOO MANY CONSECUTIVE PROTOCOL VIOLATIONS"));
    assert_eq!((fatal.kind, fatal.code), (StatusKind::Bye, Some(Code::Alert)));
    let rights = status(good("* OK [MYRIGHTS \"acdilrsw\"] ACL"));
    assert_eq!(rights.code, Some(Code::Other { name: "MYRIGHTS".into(), raw: "\"acdilrsw\"".into() }));
}

/// 28: the URL of BADURL quoted, and the identifier of a mailbox that was created.
#[test]
fn q28_cyrus_codes() {
    let (status, deviations) = tagged("A7 NO [BADURL \"imap://x/y\"] x");
    assert_eq!(status.code, Some(Code::BadUrl("imap://x/y".into())));
    assert!(deviations.is_empty());
    let (status, deviations) = tagged("A7 OK [MAILBOXID (4b2d)] x");
    let Some(Code::MailboxId(id)) = status.code else { panic!("{status:?}") };
    assert!(id.as_str() == "4b2d" && deviations.is_empty());
}

/// 30: mox tells that the old mailbox is closed, appends without a tag, and wants UIDs.
#[test]
fn q30_mox_codes() {
    assert_eq!(status(good("* OK [CLOSED] x")).code, Some(Code::Closed));
    let Some(Code::AppendUid(append)) = status(good("* OK [APPENDUID 1 7] x")).code else { panic!() };
    assert_eq!(append.uid().map(|uid| uid.get()), Some(7));
    let Some(Code::CopyUid(copy)) = status(good("* OK [COPYUID 1 3 3:3] x")).code else { panic!() };
    assert_eq!(copy.pairs().count(), 1);
    let (status, _) = tagged("A8 BAD [UIDREQUIRED] x");
    assert_eq!(status.code, Some(Code::UidRequired));
}

/// 31: what stands behind a command that a server does not know is taken for commands.
#[test]
fn q31_answers_to_what_was_no_command() {
    let (status, deviations) = tagged("payload BAD Error in IMAP command received by server.");
    assert!(status.kind == StatusKind::Bad && deviations.is_empty());
}
