//! RFC 5092, sections 6.1, 7 and 11: relative URLs, and what stands where.

use anyrfc_core::compliance::Check;

use super::super::rev1::{misused, name, uid};
use crate::{
    rfc5092 as r,
    types::{
        AuthorizedUrl, ImapUrl, UrlAccess, UrlAuthorization, UrlMailbox, UrlMechanism, UrlMessage, UrlServer,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5092-section-6.1.2/urlauth-ends-the-url",
        covers: &[r::URLAUTH_ENDS_THE_URL],
        run: urlauth_ends_the_url,
    },
    Check {
        name: "rfc5092-section-7/relative-urls-have-the-whole-mailbox",
        covers: &[r::RELATIVE_URL_USES_SLASHES, r::OTHER_DELIMITERS_KEEP_THE_MAILBOX_WHOLE],
        run: relative_urls_have_the_whole_mailbox,
    },
    Check {
        name: "rfc5092-section-7/dot-segments-are-encoded",
        covers: &[r::DOT_SEGMENTS_ARE_ENCODED],
        run: dot_segments_are_encoded,
    },
    Check {
        name: "rfc5092-section-7.1/a-leading-slash-is-encoded",
        covers: &[r::LEADING_SLASH_IS_ENCODED, r::PATH_BEGINS_WITH_ONE_SLASH],
        run: a_leading_slash_is_encoded,
    },
    Check {
        name: "rfc5092-section-7.2/relative-path-references-are-invalid",
        covers: &[r::RELATIVE_PATH_REFERENCES_ARE_INVALID],
        run: relative_path_references_are_invalid,
    },
    Check {
        name: "rfc5092-section-11/mechanisms-ignore-case",
        covers: &[r::MECHANISMS_IGNORE_CASE],
        run: mechanisms_ignore_case,
    },
];

const TOKEN: &str = "91354a473744909de610943775f92038";

fn base() -> ImapUrl {
    ImapUrl::parse("imap://joe;AUTH=*@h.example/x;UIDVALIDITY=7/;UID=1").expect("a URL")
}

fn mailbox(text: &str) -> ImapUrl {
    UrlMailbox::new(name(text)).into()
}

fn urlauth_ends_the_url() {
    let message = UrlMessage::new(UrlMailbox::new(name("a")), uid(1));
    let written =
        ImapUrl::from(message.authorization(UrlAuthorization::new(UrlAccess::Anonymous))).to_string();
    assert_eq!(written, "/a/;UID=1;URLAUTH=anonymous");
    let text = format!("{written}:internal:{TOKEN}");
    assert_eq!(ImapUrl::parse(&text).expect("a URL").to_string(), text);
    for behind in [";EXPIRE=2026-11-21T12:00:00Z", "/;SECTION=1", "/;PARTIAL=1"] {
        for begin in [&written, &text] {
            let error = ImapUrl::parse(&format!("{begin}{behind}")).expect_err("something behind it");
            misused(&error, r::URLAUTH_ENDS_THE_URL);
        }
    }
    assert!(ImapUrl::parse(&format!("{text}?ALL")).is_err());
}

fn relative_urls_have_the_whole_mailbox() {
    // Whatever divides the levels, the name is all there, and nothing of the base's is left.
    for (text, written) in [("a/b", "/a/b"), ("a.b.c", "/a.b.c"), ("a\\b", "/a%5Cb"), ("x", "/x")] {
        let of = mailbox(text);
        assert_eq!(of.to_string(), written);
        let resolved = base().join(written).expect("a reference");
        assert_eq!(resolved.mailbox().expect("a mailbox").name, name(text));
        assert_eq!(resolved.to_string(), format!("imap://joe;AUTH=*@h.example{written}"));
    }
    // The levels of a URL are divided by slashes.
    assert_eq!(
        base().join("/a/../b/;UID=2").expect("a reference").to_string(),
        "imap://joe;AUTH=*@h.example/b/;UID=2"
    );
    assert_eq!(base().join("/foo/;UID=20/..").expect("a reference").relative(), mailbox("foo"));
    assert_eq!(base().join("/a.b/../c").expect("a reference").relative(), mailbox("c"));
    // What the reference leaves out altogether is inherited whole.
    assert_eq!(base().join("").expect("the same"), base());
    assert_eq!(base().join("//other.example/a").expect("a reference").to_string(), "imap://other.example/a");
}

fn dot_segments_are_encoded() {
    for (text, written) in [
        ("./a", "/%2E/a"),
        ("../a", "/%2E%2E/a"),
        ("a/.", "/a/%2E"),
        ("a/..", "/a/%2E%2E"),
        ("a/../b", "/a/%2E%2E/b"),
        ("a/./b", "/a/%2E/b"),
        ("..", "/%2E%2E"),
        ("a./.b/...", "/a./.b/..."),
    ] {
        assert_eq!(mailbox(text).to_string(), written);
        assert_eq!(base().join(written).expect("a reference").relative(), mailbox(text), "{written}");
        // As it stands in front of a message, too.
        let message = ImapUrl::from(UrlMessage::new(UrlMailbox::new(name(text)), uid(1)));
        assert_eq!(base().join(&message.to_string()).expect("a reference").relative(), message);
    }
}

fn a_leading_slash_is_encoded() {
    for (text, written) in [("/a", "/%2Fa"), ("/", "/%2F"), ("//a", "/%2F/a"), ("/a/b", "/%2Fa/b")] {
        assert_eq!(mailbox(text).to_string(), written);
        assert!(!written.starts_with("//"));
        assert_eq!(base().join(written).expect("a reference").relative(), mailbox(text), "{written}");
    }
    // Two slashes begin a server, and one that is none is an error.
    let network = base().join("//a/b").expect("a reference");
    assert_eq!(network.server, Some(UrlServer::new("a").expect("a host")));
    assert!(ImapUrl::parse("///a").is_err());
}

fn relative_path_references_are_invalid() {
    for reference in [
        ";UID=20",
        ";SECTION=1.4",
        "a",
        "a/;UID=1",
        "../a",
        "./a",
        "?ALL",
        ";PARTIAL=1.2",
        "..;UIDVALIDITY=7/;UID=20",
    ] {
        misused(&ImapUrl::parse(reference).expect_err(reference), r::RELATIVE_PATH_REFERENCES_ARE_INVALID);
        misused(&base().join(reference).expect_err(reference), r::RELATIVE_PATH_REFERENCES_ARE_INVALID);
    }
    // None is ever written.
    for of in [
        mailbox("a"),
        mailbox(".."),
        UrlMessage::new(UrlMailbox::new(name("a")), uid(1)).into(),
        base().relative(),
    ] {
        assert!(of.to_string().starts_with('/'), "{of}");
    }
}

fn mechanisms_ignore_case() {
    let read = |mechanism: &str| {
        let text = format!("imap://joe@h.example/a/;UID=1;URLAUTH=anonymous:{mechanism}:{TOKEN}");
        let url = AuthorizedUrl::parse(&text).expect("authorized");
        url.authorization().and_then(|found| found.token.clone()).expect("a token").mechanism
    };
    assert_eq!(read("internal"), read("INTERNAL"));
    assert_eq!(read("Internal"), UrlMechanism::internal());
    assert_ne!(read("X-INTERNAL"), UrlMechanism::internal());
}
