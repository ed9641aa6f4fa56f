//! RFC 4469, sections 4, 5 and A: what comes of a failure.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, name, uid};
use crate::{
    codec::command::Append,
    rfc4469 as r,
    types::{AppendMessage, AppendOptions, CatenatePart, Code, UrlMailbox, UrlMessage},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4469-section-4/a-failure-may-lack-a-code",
        covers: &[r::FAILURE_MAY_LACK_A_CODE, r::FAILURE_MAY_HAVE_A_CODE],
        run: a_failure_may_lack_a_code,
    },
    Check {
        name: "rfc4469-section-5/badurl-holds-any-text",
        covers: &[r::BADURL_MAY_HOLD_ANY_TEXT],
        run: badurl_holds_any_text,
    },
    Check {
        name: "rfc4469-section-a/a-refusal-may-come-for-any-text",
        covers: &[r::REFUSAL_MAY_REPLACE_A_CONTINUATION],
        run: a_refusal_may_come_for_any_text,
    },
];

fn joined(texts: usize) -> Append {
    let named = UrlMessage::new(UrlMailbox::new(name("b")), uid(1));
    let mut parts = vec![CatenatePart::Url(Box::new(named.into()))];
    parts.extend(std::iter::repeat_n(CatenatePart::Text(1), texts));
    Append::several(name("a"), [AppendMessage::catenate(AppendOptions::new(), parts)])
}

fn failed(answer: &str) -> Option<Code> {
    let mut end = End::rev1("CATENATE");
    let error = end.asks(joined(0), answer).1.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Refused);
    end.is_idle_and_well();
    error.code().cloned()
}

fn a_failure_may_lack_a_code() {
    assert_eq!(failed("NO it did not work"), None);
    assert_eq!(failed("NO [TOOBIG] 4 GB"), Some(Code::TooBig));
    assert_eq!(failed("NO [BADURL /b/;UID=1] gone"), Some(Code::BadUrl("/b/;UID=1".into())));
    assert_eq!(failed("BAD what"), None);
}

fn badurl_holds_any_text() {
    for url in [
        "/b/;UID=1",
        "imap://joe@example.com/a%20b/;UID=1/;SECTION=1",
        "two words",
        "(",
        "{3}",
        "a\"b\\",
        "NIL",
        "~",
        ")",
    ] {
        assert_eq!(
            failed(&format!("NO [BADURL {url}] text ] more")),
            Some(Code::BadUrl(url.into())),
            "{url}"
        );
    }
    assert_eq!(failed("NO [badurl \"/b/;UID=1\"] quoted"), Some(Code::BadUrl("/b/;UID=1".into())));
}

fn a_refusal_may_come_for_any_text() {
    for refused_at in 0..3 {
        let mut end = End::rev1("CATENATE");
        end.message = b"x".to_vec();
        let ticket = end.submits(joined(3));
        let mut written = String::from_utf8(end.written()).expect("ASCII");
        let tag = written.split(' ').next().expect("a tag").to_owned();
        for _ in 0..refused_at {
            assert!(written.ends_with("TEXT {1}\r\n"), "{written}");
            end.says_octets(b"+ go on\r\n");
            written = String::from_utf8(end.written()).expect("ASCII");
        }
        assert!(written.ends_with("TEXT {1}\r\n"), "{written}");
        end.says_octets(format!("{tag} NO [BADURL /b/;UID=1] gone\r\n").as_bytes());
        assert_eq!(end.answer(ticket).expect_err("refused").code(), Some(&Code::BadUrl("/b/;UID=1".into())));
        // Nothing of it is said any more.
        end.is_idle_and_well();
    }
}
