//! RFC 4467, sections 7 and 8: GENURLAUTH, RESETKEY and URLFETCH.

use anyrfc_core::{ErrorKind, Secret, compliance::Check};

use super::{
    super::rev1::{End, gated_from, misused, name},
    section_3::{TOKEN, rump},
};
use crate::{
    codec::command::{GenUrlAuth, ResetKey, Select, UrlFetch, UrlFetchItem},
    rfc4467 as r, rfc9051,
    types::{AuthorizedUrl, UrlAnswer, UrlKeyMechanism, UrlMechanism},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4467-section-7/the-commands-need-the-capability",
        covers: &[r::URLAUTH_NEEDS_THE_CAPABILITY],
        run: the_commands_need_the_capability,
    },
    Check {
        name: "rfc4467-section-7/nil-is-a-failed-url-and-nothing-is-no-failure",
        covers: &[r::NIL_IS_A_FAILED_URL, r::EMPTY_DATA_ARE_NO_FAILURE],
        run: nil_is_a_failed_url_and_nothing_is_no_failure,
    },
    Check {
        name: "rfc4467-section-7/login-needs-encryption",
        covers: &[r::LOGIN_NEEDS_ENCRYPTION],
        run: login_needs_encryption,
    },
    Check {
        name: "rfc4467-section-7/what-is-authorized-comes-back",
        covers: &[r::GENURLAUTH_CHECKS_ITS_URLS, r::INVALID_URL_GETS_BAD],
        run: what_is_authorized_comes_back,
    },
    Check {
        name: "rfc4467-section-8/urlmech-is-tagged-or-not",
        covers: &[r::URLMECH_MAY_BE_TAGGED_OR_NOT],
        run: urlmech_is_tagged_or_not,
    },
    Check {
        name: "rfc4467-section-8/mechanism-data-are-base64",
        covers: &[r::MECHANISM_DATA_ARE_BASE64],
        run: mechanism_data_are_base64,
    },
];

fn authorized() -> AuthorizedUrl {
    AuthorizedUrl::parse(&format!("{}:internal:{TOKEN}", rump())).expect("authorized")
}

fn fetch() -> UrlFetch {
    UrlFetch::new([UrlFetchItem::new(authorized())])
}

fn the_commands_need_the_capability() {
    let needed = [("URLAUTH", r::URLAUTH_NEEDS_THE_CAPABILITY)];
    let rump_text = rump().as_str().to_owned();
    gated_from(
        End::rev1,
        &needed,
        || GenUrlAuth::new([rump()]),
        &format!("GENURLAUTH \"{rump_text}\" INTERNAL"),
    );
    gated_from(End::rev1, &needed, ResetKey::all, "RESETKEY");
    gated_from(End::rev1, &needed, || ResetKey::new(name("a b")), "RESETKEY \"a b\"");
    gated_from(
        End::rev1,
        &needed,
        || ResetKey::new(name("a")).mechanism(UrlMechanism::internal()),
        "RESETKEY a INTERNAL",
    );
    gated_from(End::rev1, &needed, fetch, &format!("URLFETCH \"{}\"", authorized()));
    // No revision includes it, and the other one is another.
    for other in ["IMAP4rev2", "URLAUTH=BINARY", "XURLAUTH"] {
        assert_eq!(End::rev1(other).refuses(fetch()).kind(), ErrorKind::Unsupported, "{other}");
    }
}

fn fetched(answer: &str) -> Vec<crate::types::UrlFetched> {
    End::rev1("URLAUTH").gets(fetch(), &format!("* URLFETCH \"{}\" {answer}\nOK done", authorized()))
}

fn nil_is_a_failed_url_and_nothing_is_no_failure() {
    for nil in ["NIL", "nil"] {
        assert_eq!(fetched(nil)[0].answer, UrlAnswer::Nothing);
        assert_eq!(fetched(nil)[0].content(), None);
    }
    for empty in ["\"\"", "{0}\r\n"] {
        assert_eq!(fetched(empty)[0].answer, UrlAnswer::Content("".into()));
        assert_eq!(fetched(empty)[0].content().map(|octets| octets.len()), Some(0));
    }
    assert_eq!(fetched("\"NIL\"")[0].content().map(|octets| &octets[..]), Some(&b"NIL"[..]));
    let text = "{28}\r\nSi vis pacem, para bellum.\r\n";
    assert_eq!(fetched(text)[0].content().map(|octets| octets.len()), Some(28));
    // Several in one response, and in several.
    let url = authorized();
    let reply = format!("* URLFETCH \"{url}\" NIL \"{url}\" \"a\"\n* URLFETCH \"{url}\" \"\"\nOK done");
    let all = End::rev1("URLAUTH").gets(fetch(), &reply);
    let lengths: Vec<_> = all.iter().map(|found| found.content().map(|octets| octets.len())).collect();
    assert_eq!(lengths, [None, Some(1), Some(0)]);
}

fn login_needs_encryption() {
    let password = || Secret::new("pencil".to_owned());
    let mut end = End::greeted("URLAUTH");
    let error = end.connection.login("submitserver", &password()).expect_err("anybody could read it");
    misused(&error, rfc9051::NO_LOGIN_ON_UNSECURE_NETWORKS);
    assert!(end.written().is_empty());
    let mut end = End::greeted_privately("URLAUTH");
    let _ticket = end.connection.login("submitserver", &password()).expect("encrypted");
    assert_eq!(end.hears_one().text(), "LOGIN \"submitserver\" \"pencil\"");
}

fn what_is_authorized_comes_back() {
    let mut end = End::rev1("URLAUTH");
    let reply = format!("* GENURLAUTH \"{}\"\nOK done", authorized());
    assert_eq!(end.gets(GenUrlAuth::new([rump()]), &reply), [authorized()]);
    let error = end.asks(GenUrlAuth::new([rump()]), "BAD missing access identifier").1.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Refused);
    // What is no authorized URL is none that was authorized.
    for odd in [rump().as_str().to_owned(), "x".into(), "imap://joe@example.com/".into()] {
        let found = end.gets(GenUrlAuth::new([rump()]), &format!("* GENURLAUTH \"{odd}\"\nOK done"));
        assert_eq!(found, []);
    }
    end.events.clear();
    end.is_idle_and_well();
}

fn mechanisms(end: &mut End, reply: &str) -> Option<Vec<UrlKeyMechanism>> {
    end.gets(ResetKey::new(name("INBOX")), reply)
}

fn urlmech_is_tagged_or_not() {
    for reply in
        ["OK [URLMECH INTERNAL] done", "* OK [URLMECH INTERNAL] told\nOK done", "OK [urlmech internal] done"]
    {
        let found = mechanisms(&mut End::rev1("URLAUTH"), reply).expect("told");
        assert_eq!(found, [UrlKeyMechanism::new(UrlMechanism::internal(), None)], "{reply}");
    }
    assert_eq!(mechanisms(&mut End::rev1("URLAUTH"), "OK done"), None);
    // As a mailbox is opened.
    let mut end = End::rev1("URLAUTH");
    let opened = end.gets(Select::new(name("a")), "* 0 EXISTS\n* OK [URLMECH INTERNAL] told\nOK done");
    assert_eq!(opened.url_mechanisms, Some(vec![UrlKeyMechanism::new(UrlMechanism::internal(), None)]));
}

fn mechanism_data_are_base64() {
    let mut end = End::rev1("URLAUTH");
    let reply = "OK [URLMECH INTERNAL XSAMPLE=P34OKhO7VEkCbsiYY8rGEg==] done";
    let found = mechanisms(&mut end, reply).expect("told");
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].mechanism, UrlMechanism::new("xsample").expect("a name"));
    let octets = b"\x3F\x7E\x0E\x2A\x13\xBB\x54\x49\x02\x6E\xC8\x98\x63\xCA\xC6\x12";
    assert_eq!(found[1].data.as_deref(), Some(&octets[..]));
    let found = mechanisms(&mut end, "OK [URLMECH INTERNAL X=] done").expect("told");
    assert_eq!(found[1].data.as_deref(), Some(&b""[..]), "data, and none of them");
    for odd in ["X=!", "X=QQ", "=QQ==", "X Y=Q"] {
        assert_eq!(mechanisms(&mut end, &format!("OK [URLMECH INTERNAL {odd}] done")), None, "{odd}");
    }
}
