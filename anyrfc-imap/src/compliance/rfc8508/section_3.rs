//! RFC 8508: REPLACE.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated, misused, name, uid};
use crate::{
    codec::command::{Replace, UidReplace},
    rfc8508 as r, rfc9051,
    types::{
        AppendMessage, AppendOptions, CatenatePart, Code, Date, DateTime, Flag, SequenceNumber, UrlMailbox,
        UrlMessage,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8508-section-3.1/replace-needs-the-capability",
        covers: &[r::REPLACE_NEEDS_THE_CAPABILITY],
        run: replace_needs_the_capability,
    },
    Check {
        name: "rfc8508-section-3.2/flags-and-date-are-optional",
        covers: &[r::FLAGS_MAY_BE_OMITTED, r::DATE_MAY_BE_OMITTED],
        run: flags_and_date_are_optional,
    },
    Check {
        name: "rfc8508-section-3.5/a-mailbox-is-selected",
        covers: &[r::REPLACE_NEEDS_A_MAILBOX],
        run: a_mailbox_is_selected,
    },
    Check {
        name: "rfc8508-section-4.2/replace-takes-catenate",
        covers: &[r::REPLACE_TAKES_CATENATE],
        run: replace_takes_catenate,
    },
    Check {
        name: "rfc8508-section-4.3/appenduid-is-read-wherever-it-comes",
        covers: &[r::APPENDUID_IS_READ_WHEREVER_IT_COMES, r::APPENDUID_COMES_BEFORE_EXPUNGE],
        run: appenduid_is_read_wherever_it_comes,
    },
    Check {
        name: "rfc8508-section-5/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
];

fn number(value: u32) -> SequenceNumber {
    SequenceNumber::new(value).expect("not zero")
}

fn by_number(options: AppendOptions, octets: u64) -> Replace {
    Replace::new(number(2), name("Drafts"), AppendMessage::new(options, octets))
}

fn by_uid(octets: u64) -> UidReplace {
    UidReplace::new(uid(2000), name("Drafts"), AppendMessage::new(AppendOptions::new(), octets))
}

fn replace_needs_the_capability() {
    let needed = [("REPLACE", r::REPLACE_NEEDS_THE_CAPABILITY)];
    gated(&needed, || by_number(AppendOptions::new(), 0), "REPLACE 2 Drafts {0}\r\n");
    gated(&needed, || by_uid(0), "UID REPLACE 2000 Drafts {0}\r\n");
}

fn flags_and_date_are_optional() {
    let date = DateTime::new(Date::new(2015, 1, 1).expect("a day"), 0, 5, 0, -300).expect("a time");
    let flagged = || AppendOptions::new().flag(Flag::Seen).flag(Flag::Draft);
    for (options, said) in [
        (AppendOptions::new(), ""),
        (flagged(), "(\\Seen \\Draft) "),
        (AppendOptions::new().internal_date(date), "\" 1-Jan-2015 00:05:00 -0500\" "),
        (flagged().internal_date(date), "(\\Seen \\Draft) \" 1-Jan-2015 00:05:00 -0500\" "),
    ] {
        let mut end = End::selected("REPLACE");
        end.message = b"x".to_vec();
        let (_, heard) = end.sends(by_number(options, 1));
        assert_eq!(heard.text(), format!("REPLACE 2 Drafts {said}{{1}}\r\nx"));
    }
}

fn a_mailbox_is_selected() {
    let mut end = End::rev1("REPLACE");
    misused(&end.refuses(by_number(AppendOptions::new(), 0)), rfc9051::MAILBOX_IS_SELECTED_FIRST);
    misused(&end.refuses(by_uid(0)), rfc9051::MAILBOX_IS_SELECTED_FIRST);
    end.select();
    assert_eq!(end.sends(by_uid(0)).1.name, "UID REPLACE");
}

fn replace_takes_catenate() {
    let mut end = End::selected("REPLACE CATENATE LITERAL+");
    end.message = b"To: Mitzy\r\n".to_vec();
    let old = UrlMessage::new(UrlMailbox::new(name("Drafts")), uid(3002));
    let parts = [CatenatePart::Text(11), CatenatePart::Url(Box::new(old.into()))];
    let command = || {
        UidReplace::new(
            uid(3002),
            name("Drafts"),
            AppendMessage::catenate(AppendOptions::new(), parts.clone()),
        )
    };
    let (text, answer) = end.asks(command(), "* OK [APPENDUID 1 3003] ready\n* 3 EXPUNGE\nOK done");
    assert_eq!(
        text,
        "UID REPLACE 3002 Drafts CATENATE (TEXT {11+}\r\nTo: Mitzy\r\n URL \"/Drafts/;UID=3002\")"
    );
    assert_eq!(answer.expect("replaced").appended.expect("told").uid(), Some(uid(3003)));
    let error = end.asks(command(), "NO [BADURL /Drafts/;UID=3002] gone").1.expect_err("refused");
    assert_eq!(error.code(), Some(&Code::BadUrl("/Drafts/;UID=3002".into())));
    assert_eq!(End::selected("REPLACE").refuses(command()).kind(), ErrorKind::Unsupported);
}

fn appenduid_is_read_wherever_it_comes() {
    for reply in [
        "* OK [APPENDUID 1 2001] ready\n* 4 EXISTS\n* 2 EXPUNGE\nOK done",
        "* 4 EXISTS\n* OK [APPENDUID 1 2001] ready\n* 2 EXPUNGE\nOK done",
        "* 4 EXISTS\n* 2 EXPUNGE\nOK [APPENDUID 1 2001] done",
    ] {
        let mut end = End::selected("REPLACE UIDPLUS");
        let replaced = end.gets(by_uid(0), reply);
        assert_eq!(replaced.appended.expect("told").uid(), Some(uid(2001)), "{reply}");
        assert_eq!(replaced.expunged, [number(2)], "{reply}");
        assert_eq!(end.connection.mailbox().expect("selected").exists, 3);
    }
    let replaced = End::selected("REPLACE").gets(by_uid(0), "* 2 EXPUNGE\nOK done");
    assert_eq!(replaced.appended, None);
}

fn tokens_ignore_case() {
    for capability in ["REPLACE", "replace", "RePlAcE"] {
        let mut end = End::selected(capability);
        let replaced = end.gets(by_uid(0), "* ok [appenduid 1 2001] ready\n* 2 expunge\nOK done");
        assert_eq!(replaced.appended.expect("told").uid(), Some(uid(2001)));
        assert_eq!(replaced.expunged, [number(2)]);
    }
}
