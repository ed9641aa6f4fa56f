//! RFC 6855, section 3: UTF-8 in quoted strings and in names.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, misused, name, pattern};
use crate::{
    codec::command::{Create, Enable, List, Rename, Select, Status, StatusItems, Subscribe, UidSearch},
    rfc6855 as r,
    types::{Capability, MailboxName, Names, Pattern, SearchQuery},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6855-section-3/utf8-is-enabled-first",
        covers: &[r::UTF8_ACCEPT_IS_ENABLED],
        run: utf8_is_enabled_first,
    },
    Check {
        name: "rfc6855-section-3/utf8-in-any-string",
        covers: &[r::UTF8_IN_ANY_STRING],
        run: utf8_in_any_string,
    },
    Check {
        name: "rfc6855-section-3/names-are-net-unicode",
        covers: &[r::MAILBOX_NAMES_ARE_NET_UNICODE],
        run: names_are_net_unicode,
    },
    Check {
        name: "rfc6855-section-3/names-have-no-controls",
        covers: &[r::MAILBOX_NAMES_HAVE_NO_CONTROLS],
        run: names_have_no_controls,
    },
    Check {
        name: "rfc6855-section-3/search-has-no-charset",
        covers: &[r::NO_SEARCH_CHARSET_UNDER_UTF8],
        run: search_has_no_charset,
    },
];

/// Advertised is not enabled: both sides go on in ASCII until ENABLED has come.
fn utf8_is_enabled_first() {
    let mut end = End::rev1("ENABLE UTF8=ACCEPT");
    let select = || Select::new(name("Entwürfe"));
    assert_eq!(end.asks(Create::new(name("Entwürfe")), "OK done").0, "CREATE Entw&APw-rfe");
    let listed = end.gets(List::new(pattern("*")), "* LIST () \"/\" \"T&AOk-st\"\nOK done");
    assert_eq!(listed[0].entry.mailbox.as_str(), "Tést");
    end.enable_utf8();
    assert_eq!(end.asks(select(), "NO none").0, "SELECT \"Entwürfe\"");
    // The ampersand is one now, and UTF-8 is UTF-8.
    let reply = "* LIST () \"/\" \"T&AOk-st\"\n* LIST () \"/\" \"Tést\"\n* LIST () \"/\" a&b\nOK done";
    let listed = end.gets(List::new(pattern("*")), reply);
    let names: Vec<_> = listed.iter().map(|listed| listed.entry.mailbox.as_str()).collect();
    assert_eq!(names, ["T&AOk-st", "Tést", "a&b"]);
    assert_eq!(end.asks(Select::new(listed[0].entry.mailbox.clone()), "NO none").0, "SELECT T&AOk-st");
    assert!(end.connection.deviations().is_empty());
    // ENABLE in one line with another command would leave it open which names that has.
    let mut end = End::rev1("ENABLE UTF8=ACCEPT");
    let enable = end.submits(Enable::new([Capability::Utf8Accept]));
    let selecting = end.submits(select());
    assert_eq!(end.hears_one().text(), "ENABLE UTF8=ACCEPT", "and nothing yet that depends on it");
    end.says("* ENABLED UTF8=ACCEPT\nOK done");
    end.answer(enable).expect("enabled");
    assert!(String::from_utf8_lossy(&end.written()).ends_with("SELECT \"Entwürfe\"\r\n"));
    drop(selecting);
}

fn utf8_in_any_string() {
    let mut end = End::utf8("");
    let texts = [
        end.asks(Create::new(name("été")), "OK done").0,
        end.asks(Rename::new(name("été"), name("hi\"ver €")), "OK done").0,
        end.asks(Subscribe::new(name("日本語")), "OK done").0,
        end.asks(List::new(pattern("é*")).reference(name("ß/")), "OK done").0,
        end.asks(Status::new(name("𝄞"), StatusItems::common()), "* STATUS \"𝄞\" (MESSAGES 1)\nOK done").0,
    ];
    assert_eq!(
        texts,
        [
            "CREATE \"été\"",
            "RENAME \"été\" \"hi\\\"ver €\"",
            "SUBSCRIBE \"日本語\"",
            "LIST \"ß/\" \"é*\"",
            "STATUS \"𝄞\" (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)",
        ]
    );
    end.select();
    let query = SearchQuery::subject("été") & SearchQuery::header("X-A", "ß");
    assert_eq!(
        end.asks(UidSearch::new(query), "* SEARCH\nOK done").0,
        "UID SEARCH SUBJECT \"été\" HEADER X-A \"ß\""
    );
    // What no quoted string can hold is a literal, as ever.
    let query = SearchQuery::subject("é\r\nx");
    let text = end.asks(UidSearch::new(query), "* SEARCH\nOK done").0;
    assert_eq!(text, "UID SEARCH SUBJECT {5}\r\né\r\nx");
    // Before it is enabled none of that is quoted: the judge sees to it.
    let mut end = End::selected("ENABLE UTF8=ACCEPT");
    assert_eq!(end.asks(Create::new(name("été")), "OK done").0, "CREATE &AOk-t&AOk-");
    let text = end.asks(UidSearch::new(SearchQuery::subject("été")), "* SEARCH\nOK done").0;
    assert_eq!(text, "UID SEARCH CHARSET UTF-8 SUBJECT {5}\r\nété");
}

fn names_are_net_unicode() {
    let mut end = End::utf8("");
    // Normalization form C, as RFC 5198 has it.
    let decomposed = "e\u{301}te\u{301}";
    assert_eq!(name(decomposed).as_str(), "été");
    assert_eq!(end.asks(Create::new(name(decomposed)), "OK done").0, "CREATE \"été\"");
    assert_eq!(end.asks(Select::new(name("été")), "NO none").0, "SELECT \"été\"");
    assert_eq!(end.asks(List::new(pattern("e\u{301}%")), "OK done").0, "LIST \"\" \"é%\"");
    // A name of the server is its own, and goes back as it came.
    let reply = format!("* LIST () \"/\" \"{decomposed}\"\nOK done");
    let listed = end.gets(List::new(pattern("*")), &reply);
    let theirs = listed[0].entry.mailbox.clone();
    assert_eq!(end.asks(Select::new(theirs), "NO none").0, format!("SELECT \"{decomposed}\""));
}

fn names_have_no_controls() {
    let controls = (0..0x20).chain([0x7F]).chain(0x80..0xA0).chain([0x2028, 0x2029]);
    for control in controls.filter_map(char::from_u32) {
        for text in [control.to_string(), format!("a{control}b"), format!("é{control}")] {
            misused(&MailboxName::new(&text).expect_err("a control"), r::MAILBOX_NAMES_HAVE_NO_CONTROLS);
            misused(&Pattern::new(&text).expect_err("a control"), r::MAILBOX_NAMES_HAVE_NO_CONTROLS);
        }
    }
    let mut end = End::utf8("");
    for fine in ["a b", "\u{A0}", "\u{2027}", "\u{202A}", "~"] {
        end.asks(Create::new(name(fine)), "OK done").1.expect("created");
    }
    assert_eq!(MailboxName::new("").expect_err("no name").kind(), ErrorKind::Usage);
    // One that a server has all the same is shown without harm.
    let odd = MailboxName::received(b"a\x1B[2Jb", Names::Utf8);
    assert!(!odd.to_string().contains('\x1B'));
}

fn search_has_no_charset() {
    let search = || UidSearch::new(SearchQuery::body("Grüße") & SearchQuery::unseen());
    let mut end = End::utf8("");
    end.select();
    assert_eq!(end.asks(search(), "* SEARCH\nOK done").0, "UID SEARCH BODY \"Grüße\" UNSEEN");
    let mut end = End::selected("ENABLE UTF8=ACCEPT");
    let text = end.asks(search(), "* SEARCH\nOK done").0;
    assert_eq!(text, "UID SEARCH CHARSET UTF-8 BODY {7}\r\nGrüße UNSEEN");
}
