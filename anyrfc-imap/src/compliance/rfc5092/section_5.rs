//! RFC 5092, sections 5, 6 and 8: mailboxes, messages and their parts.

use anyrfc_core::{ErrorKind, compliance::Check};
use tokio::io::AsyncReadExt as _;

use super::super::{
    rev1::{misused, name, uid},
    rev1_client::{INBOX, logged_in},
};
use crate::{
    rfc5092 as r,
    types::{ImapUrl, MailboxName, Names, UidValidity, UrlMailbox, UrlMessage, UrlSearch, UrlTarget},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5092-section-5/names-are-encoded-utf8",
        covers: &[r::MAILBOX_IS_ENCODED, r::MODIFIED_UTF7_BECOMES_UTF8],
        run: names_are_encoded_utf8,
    },
    Check {
        name: "rfc5092-section-5/uidvalidity-is-that-of-the-mailbox",
        covers: &[r::UIDVALIDITY_IS_THAT_OF_THE_MAILBOX],
        run: uidvalidity_is_that_of_the_mailbox,
    },
    Check {
        name: "rfc5092-section-5/another-uidvalidity-is-another-mailbox",
        covers: &[
            r::UIDVALIDITY_SHOWS_A_STALE_URL,
            r::STALE_MAILBOX_DOES_NOT_EXIST,
            r::UIDVALIDITY_SHOWS_A_STALE_MESSAGE_URL,
        ],
        run: another_uidvalidity_is_another_mailbox,
    },
    Check {
        name: "rfc5092-section-5/searches-are-encoded",
        covers: &[r::SEARCH_IS_ENCODED, r::SEARCH_OCTETS_ARE_ENCODED],
        run: searches_are_encoded,
    },
    Check {
        name: "rfc5092-section-5/a-search-has-no-literal-that-waits",
        covers: &[r::SEARCH_HAS_NO_SYNCHRONIZING_LITERAL],
        run: a_search_has_no_literal_that_waits,
    },
    Check {
        name: "rfc5092-section-6/a-message-is-fetched-by-its-uid",
        covers: &[r::MESSAGE_IS_FETCHED_BY_UID],
        run: a_message_is_fetched_by_its_uid,
    },
    Check {
        name: "rfc5092-section-6/sections-are-encoded",
        covers: &[r::SECTION_IS_ENCODED],
        run: sections_are_encoded,
    },
];

fn url(text: &str) -> ImapUrl {
    ImapUrl::parse(text).expect("a URL")
}

fn names_are_encoded_utf8() {
    for (seven, written) in [
        (&b"INBOX"[..], "/INBOX"),
        (b"gray council", "/gray%20council"),
        (b"a;b?c", "/a%3Bb%3Fc"),
        (b"a#b%c", "/a%23b%25c"),
        (b"a&-b=c+d@e:f", "/a%26b%3Dc%2Bd%40e%3Af"),
        (b"\"<>\\^`{|}[]", "/%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D"),
        (b"~peter/&ZeVnLIqe-/&U,BTFw-", "/~peter/%E6%97%A5%E6%9C%AC%E8%AA%9E/%E5%8F%B0%E5%8C%97"),
    ] {
        let mailbox = MailboxName::received(seven, Names::ModifiedUtf7);
        let of = ImapUrl::from(UrlMailbox::new(mailbox));
        assert_eq!(of.to_string(), written);
        // And back, byte for byte.
        let read = url(written);
        let name = &read.mailbox().expect("a mailbox").name;
        assert_eq!(*name.encoded(Names::ModifiedUtf7), *seven, "{written}");
    }
    for bad in ["/a b", "/a<b", "/a\u{e9}", "/%E9", "/%C1%81", "/a%", "/a\"b"] {
        assert!(ImapUrl::parse(bad).is_err(), "{bad}");
    }
    let odd = MailboxName::received(b"T&A", Names::ModifiedUtf7);
    misused(
        &ImapUrl::from(UrlMailbox::new(odd)).check().expect_err("no encoding"),
        r::MODIFIED_UTF7_BECOMES_UTF8,
    );
}

fn uidvalidity_is_that_of_the_mailbox() {
    for (validity, written) in [("7", ";UIDVALIDITY=7"), ("385759045", ";UIDVALIDITY=385759045")] {
        let inbox = INBOX.replace("UIDVALIDITY 7", &format!("UIDVALIDITY {validity}"));
        logged_in("", &format!("{inbox}<end>"), async |mut client| {
            let inbox = client.select("INBOX").await.expect("selected");
            assert_eq!(ImapUrl::from(inbox.url()).to_string(), format!("/INBOX{written}"));
            assert_eq!(ImapUrl::from(inbox.url_of(uid(20))).to_string(), format!("/INBOX{written}/;UID=20"));
        });
    }
    // One that was made anew has another.
    let again = INBOX.replace("UIDVALIDITY 7", "UIDVALIDITY 8").replace("sel", "more");
    logged_in("", &format!("{INBOX}{again}<end>"), async |mut client| {
        let first = client.select("INBOX").await.expect("selected").url();
        let second = client.select("INBOX").await.expect("selected").url();
        assert_ne!(first, second);
    });
}

fn another_uidvalidity_is_another_mailbox() {
    let examine = INBOX.replace("SELECT", "EXAMINE").replace("READ-WRITE", "READ-ONLY");
    logged_in("", &format!("{examine}C: n NOOP\nS: n OK done\n<end>"), async |mut client| {
        for (stale, requirement) in [
            ("/INBOX;UIDVALIDITY=8", r::UIDVALIDITY_SHOWS_A_STALE_URL),
            ("/INBOX;UIDVALIDITY=8?ALL", r::UIDVALIDITY_SHOWS_A_STALE_URL),
            ("/INBOX;UIDVALIDITY=8/;UID=11", r::UIDVALIDITY_SHOWS_A_STALE_MESSAGE_URL),
        ] {
            // As a mailbox that is not there.
            let error = client.open_url(&url(stale)).await.expect_err(stale);
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Refused, Some(requirement)),
                "{stale}"
            );
        }
        let error = client.read_url(&url("/INBOX;UIDVALIDITY=8/;UID=11")).await.expect_err("another message");
        assert_eq!(error.requirement(), Some(r::UIDVALIDITY_SHOWS_A_STALE_MESSAGE_URL));
        for good in ["/INBOX;UIDVALIDITY=7", "/INBOX"] {
            client.open_url(&url(good)).await.expect(good);
        }
        client.noop().await.expect("nothing was fetched");
    });
    let unknown = "C: sel EXAMINE INBOX\nS: * 0 EXISTS\nS: sel OK [READ-ONLY] done\n<end>";
    logged_in("", unknown, async |mut client| {
        let error = client.open_url(&url("/INBOX;UIDVALIDITY=7")).await.expect_err("it cannot be told");
        assert_eq!(error.requirement(), Some(r::UIDVALIDITY_SHOWS_A_STALE_URL));
    });
    assert_ne!(UidValidity::new(7), UidValidity::new(8));
}

fn searches_are_encoded() {
    for (search, written) in [
        (&b"SUBJECT shadows"[..], "/a?SUBJECT%20shadows"),
        (b"OR (FROM a) 1:*,$", "/a?OR%20(FROM%20a)%201:*,$"),
        (b"SUBJECT \"a?b#c;d%e\"", "/a?SUBJECT%20%22a%3Fb%23c%3Bd%25e%22"),
        (
            b"charset UTF-8 SUBJECT {14+}\r\n\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD\xD0\xBE\xD0\xB2\xD0\xB0",
            "/a?charset%20UTF-8%20SUBJECT%20%7B14%2B%7D%0D%0A%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0",
        ),
        (b"TEXT \xFF", "/a?TEXT%20%FF"),
    ] {
        let target = UrlTarget::Messages {
            mailbox: UrlMailbox::new(name("a")),
            search: Some(UrlSearch::new(search).expect("a search")),
        };
        let of = ImapUrl { server: None, target };
        assert_eq!(of.to_string(), written);
        assert_eq!(url(written), of);
    }
    for bad in ["/a?SUBJECT shadows", "/a?\u{e9}", "/a?x#y", "/a?%", "/a?%00", "/a?x\"y"] {
        assert!(ImapUrl::parse(bad).is_err(), "{bad}");
    }
}

fn a_search_has_no_literal_that_waits() {
    for waits in ["SUBJECT {3}\r\nabc", "{0}\r\n", "TEXT {1+}\r\na TEXT {1}\r\na"] {
        misused(&UrlSearch::new(waits).expect_err(waits), r::SEARCH_HAS_NO_SYNCHRONIZING_LITERAL);
    }
    let error = ImapUrl::parse("/a?SUBJECT%20%7B3%7D%0d%0Aabc").expect_err("a literal that waits");
    misused(&error, r::SEARCH_HAS_NO_SYNCHRONIZING_LITERAL);
    for good in ["SUBJECT {3+}\r\nabc", "SUBJECT \"{3}\"", "SUBJECT {3+}\r\n{3}"] {
        assert_eq!(UrlSearch::new(good).expect(good).as_bytes(), good.as_bytes());
    }
}

fn a_message_is_fetched_by_its_uid() {
    let examine = INBOX.replace("SELECT", "EXAMINE").replace("READ-WRITE", "READ-ONLY");
    for (of, item, echoed) in [
        ("/INBOX/;UID=15", "BODY.PEEK[]", "BODY[]"),
        ("/INBOX;UIDVALIDITY=7/;UID=15/;SECTION=1.2", "BODY.PEEK[1.2]", "BODY[1.2]"),
        ("/INBOX/;UID=15/;SECTION=HEADER/;PARTIAL=0.1024", "BODY.PEEK[HEADER]<0.1024>", "BODY[HEADER]<0>"),
        ("/INBOX/;UID=15/;PARTIAL=5", "BODY.PEEK[]<5.4294967295>", "BODY[]<5>"),
    ] {
        let fetch = format!(
            "C: f UID FETCH 15 ({item})\nS: * 3 FETCH (UID 15 {echoed} \"hello\")\nS: f OK done\n<end>"
        );
        logged_in("", &format!("{examine}{fetch}"), async |mut client| {
            let mut octets = Vec::new();
            let mut body = client.read_url(&url(of)).await.expect("asked").expect("there");
            body.read_to_end(&mut octets).await.expect("read");
            assert_eq!(octets, b"hello", "{of}");
        });
    }
    // It is not there, or the URL names no message.
    let nothing = format!("{examine}C: f UID FETCH 99 (BODY.PEEK[])\nS: f OK done\n<end>");
    logged_in("", &nothing, async |mut client| {
        assert!(client.read_url(&url("/INBOX/;UID=99")).await.expect("asked").is_none());
        assert_eq!(client.read_url(&url("/INBOX")).await.expect_err("no message").kind(), ErrorKind::Usage);
    });
}

fn sections_are_encoded() {
    for (section, written) in [
        ("1.2.MIME", "1.2.MIME"),
        ("HEADER.FIELDS (From To)", "HEADER.FIELDS%20(From%20To)"),
        ("HEADER.FIELDS.NOT (a;b?c&d#e)", "HEADER.FIELDS.NOT%20(a%3Bb%3Fc%26d%23e)"),
    ] {
        let section = crate::types::Section::parse(section.as_bytes()).expect("a section");
        let of = ImapUrl::from(UrlMessage::new(UrlMailbox::new(name("a")), uid(1)).section(section));
        of.check().expect("one that can be");
        assert_eq!(of.to_string(), format!("/a/;UID=1/;SECTION={written}"));
        assert_eq!(url(&of.to_string()), of);
    }
    for bad in ["1 2", "HEADER.FIELDS (From)", "1%5D%20UID", "HEADER.FIELDS%20(%22a)", "%0D%0A", "1;2"] {
        assert!(ImapUrl::parse(&format!("/a/;UID=1/;SECTION={bad}")).is_err(), "{bad}");
    }
}
