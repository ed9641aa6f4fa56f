//! URLs there and back, and what is none.

use super::*;
use crate::{
    ErrorKind, Requirement, rfc4467,
    types::{Names, PartPath},
};

fn url(text: &str) -> ImapUrl {
    ImapUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn name(text: &str) -> MailboxName {
    MailboxName::new(text).unwrap()
}

fn uid(number: u32) -> Uid {
    Uid::new(number).unwrap()
}

fn refused(text: &str) -> Option<&'static Requirement> {
    let error = ImapUrl::parse(text).expect_err(text);
    assert_eq!(error.kind(), ErrorKind::Usage, "{text}");
    error.requirement()
}

#[test]
fn section_11_urls_go_there_and_back() {
    for text in [
        "imap://minbari.example.org/",
        "imap://minbari.example.org:1143/",
        "imap://192.0.2.1/",
        "imap://[2001:db8::1]:143/INBOX",
        "imap://minbari.example.org/gray-council;UIDVALIDITY=385759045/;UID=20/;PARTIAL=0.1024",
        "imap://psicorp.example.org/~peter/%E6%97%A5%E6%9C%AC%E8%AA%9E/%E5%8F%B0%E5%8C%97",
        "imap://;AUTH=GSSAPI@minbari.example.org/gray-council/;UID=20/;SECTION=1.2",
        "imap://;AUTH=*@minbari.example.org/gray%20council?SUBJECT%20shadows",
        "imap://john;AUTH=*@minbari.example.org/babylon5/personel?charset%20UTF-8%20SUBJECT%20%7B14%2B%7D%0D%0A%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0",
        "imap://j%C3%B6%40home@example.com/INBOX",
        "imap://joe@example.com/INBOX/;UID=20/;SECTION=HEADER.FIELDS%20(From%20To)/;PARTIAL=100",
        "imap://joe@example.com/INBOX/;UID=20/;SECTION=1.2;EXPIRE=2026-11-21T12:00:00Z;URLAUTH=submit+fred:internal:91354a473744909de610943775f92038",
        "imap://joe@example.com/INBOX/;UID=20;EXPIRE=1996-12-19T16:39:57-08:00;URLAUTH=user+fr%3Bed",
        "imap://joe@example.com/INBOX/;UID=20;URLAUTH=authuser",
        "imap://joe@example.com/INBOX/;UID=20;URLAUTH=anonymous",
        "/",
        "/INBOX",
        "/Drafts;UIDVALIDITY=385759045/;UID=20/;SECTION=1.MIME",
    ] {
        assert_eq!(url(text).to_string(), text);
        let error = url(text).check();
        assert!(error.is_ok(), "{text}: {error:?}");
    }
    // In other words the same.
    for (text, same) in [
        ("IMAP://Example.Com", "imap://example.com/"),
        ("//example.com/a", "imap://example.com/a"),
        (
            "imap://joe@example.com/INBOX/;uid=20/;section=1.2",
            "imap://joe@example.com/INBOX/;UID=20/;SECTION=1.2",
        ),
        ("/a;uidvalidity=7/;Uid=20/;Partial=7.1", "/a;UIDVALIDITY=7/;UID=20/;PARTIAL=7.1"),
        ("/%41%2fb", "/A/b"),
        ("/a@b:c", "/a%40b%3Ac"),
        ("/foo/;UID=20/..", "/foo"),
        ("/foo/./bar", "/foo/bar"),
        ("/../../foo", "/foo"),
        ("imap://h.example/a/../../b", "imap://h.example/b"),
        ("/..;UIDVALIDITY=385759045/;UID=20", "/%2E%2E;UIDVALIDITY=385759045/;UID=20"),
        (
            "/a/;UID=1;URLAUTH=ANONYMOUS:INTERNAL:ABCDEF0123456789ABCDEF0123456789",
            "/a/;UID=1;URLAUTH=anonymous:internal:ABCDEF0123456789ABCDEF0123456789",
        ),
    ] {
        assert_eq!(url(text).to_string(), same, "{text}");
    }
}

#[test]
fn section_8_names_are_utf8_to_the_byte() {
    for text in [
        "INBOX",
        "inbox/a",
        "a;b",
        "a?b#c",
        "a%2Fb",
        "100%",
        "/a",
        "a/",
        "/",
        "//",
        "a//b",
        ".",
        "..",
        "./a",
        "a/../b",
        "...",
        "a b",
        "Entwürfe/日本語/台北",
        "e\u{301}",
        "&-",
        "a\"\\b",
        "\u{10FFFF}",
        "{5}",
        "*%",
        "..;UIDVALIDITY=1",
        "a/;UID=3",
        "~x",
    ] {
        for names in [Names::Utf8, Names::ModifiedUtf7] {
            // As a server has it, not brought into any normal form.
            let wire = MailboxName::received(text.as_bytes(), Names::Utf8).encoded(names).into_owned();
            let mailbox = UrlMailbox::new(MailboxName::received(&wire, names));
            let message = ImapUrl::from(UrlMessage::new(mailbox.clone(), uid(7)));
            for of in [ImapUrl::from(mailbox), message] {
                let written = of.to_string();
                assert!(written.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'), "{written}");
                let read = url(&written);
                assert_eq!(read.mailbox().unwrap().name.as_str(), text, "{written}");
                assert_eq!(read.mailbox().unwrap().name.encoded(names), wire, "{written}");
                let base = url("imap://h.example/x");
                assert_eq!(base.join(&written).unwrap().relative(), read, "resolved: {written}");
            }
        }
    }
    let odd = UrlMailbox::new(MailboxName::received(b"T\xe9", Names::ModifiedUtf7));
    assert!(ImapUrl::from(odd).check().is_err(), "in no encoding at all");
    let control = UrlMailbox::new(MailboxName::received(b"a\r\nb", Names::Utf8));
    assert!(ImapUrl::from(control).check().is_err());
}

#[test]
fn what_is_no_url() {
    for text in [
        "",
        "INBOX",
        ";UID=20",
        "../x",
        "?x",
        "imap:",
        "imap:/x",
        "imap:x",
        "imap://",
        "imap:///x",
        "imaps://h.example/",
        "http://h.example/",
        "imap://a@b@h.example/",
        "imap://@h.example/",
        "imap://a;PASS=x@h.example/",
        "imap://a;AUTH=@h.example/",
        "imap://;AUTH=%2A@h.example/",
        "imap://a:b@h.example/",
        "imap://h.example:99999/",
        "imap://h.example/#x",
        "imap://h example/",
        "/a b",
        "/a\r\nx DELETE INBOX",
        "/a\0",
        "/é",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a%00",
        "/a%0D%0Ax%20NOOP",
        "/a%7F",
        "/%C0%AF",
        "/%E0%80%AF",
        "/%F8%88%80%80%80",
        "/%ED%A0%80",
        "/%FF",
        "/a;UIDVALIDITY=0",
        "/a;UIDVALIDITY=x",
        "/a;UIDVALIDITY=4294967296",
        "/a;UIDVALIDITY=1;UIDVALIDITY=1",
        "/a/;UIDVALIDITY=1",
        "/a;UID=1",
        "/a/;UID=0",
        "/a/;UID=+1",
        "/a/;UID=01",
        "/a/;UID=1,2",
        "/a/;UID=1/;UID=2",
        "/a/;UID=1;SECTION=1",
        "/a/;UID=1/;SECTION=",
        "/a/;UID=1/;SECTION=0",
        "/a/;UID=1/;SECTION=1.2%5D%20UID",
        "/a/;UID=1/;SECTION=HEADER.FIELDS%20(%22A)",
        "/a/;UID=1/;PARTIAL=1.0",
        "/a/;UID=1/;PARTIAL=.1",
        "/a/;UID=1/;PARTIAL=4294967296",
        "/a/;UID=1/;PARTIAL=1/;SECTION=1",
        "/a/;SECTION=1",
        "/a/;UID=1/;OTHER=1",
        "/a/;UID=1?ALL",
        "/a?",
        "/a?a%00",
        "/?x",
        "/;UID=1",
        "/a/;UID=1;EXPIRE=2026-11-21T12:00:00Z",
        "/a/;UID=1;EXPIRE=2026-11-21 12:00:00Z;URLAUTH=anonymous",
        "/a/;UID=1;EXPIRE=2026-02-30T12:00:00Z;URLAUTH=anonymous",
        "/a/;UID=1;EXPIRE=2026-11-21T12:00:00;URLAUTH=anonymous",
        "/a/;UID=1;URLAUTH=",
        "/a/;UID=1;URLAUTH=nobody",
        "/a/;UID=1;URLAUTH=submit+",
        "/a/;UID=1;URLAUTH=anonymous:internal",
        "/a/;UID=1;URLAUTH=anonymous:internal:abc",
        "/a/;UID=1;URLAUTH=anonymous:in_ternal:91354a473744909de610943775f92038",
        "/a/;UID=1;URLAUTH=anonymous:internal:g1354a473744909de610943775f92038",
        "/a/;UID=1;URLAUTH=anonymous;EXPIRE=2026-11-21T12:00:00Z",
        "/a;URLAUTH=anonymous",
    ] {
        refused(text);
    }
    let endless = format!("/{}", "a".repeat(100_000));
    refused(&endless);
    assert_eq!(refused(";UID=20"), Some(rfc5092::RELATIVE_PATH_REFERENCES_ARE_INVALID));
    assert_eq!(refused("/%C0%AF"), Some(rfc5092::MODIFIED_UTF7_BECOMES_UTF8));
    assert_eq!(refused("/a;URLAUTH=anonymous"), Some(rfc4467::URLAUTH_IS_FOR_MESSAGES));
    let text = "/a/;UID=1;URLAUTH=anonymous;EXPIRE=2026-11-21T12:00:00Z";
    assert_eq!(refused(text), Some(rfc5092::URLAUTH_ENDS_THE_URL));
}

#[test]
fn section_5_a_search_has_no_literal_that_waits() {
    for text in ["/a?TEXT%20%7B3%7D%0D%0Aabc", "/a?%7B0%7D%0D%0A"] {
        assert_eq!(refused(text), Some(rfc5092::SEARCH_HAS_NO_SYNCHRONIZING_LITERAL));
    }
    let search = UrlSearch::new("TEXT {3+}\r\nabc").unwrap();
    let mailbox = UrlMailbox::new(name("a"));
    let written = ImapUrl { server: None, target: UrlTarget::Messages { mailbox, search: Some(search) } };
    assert_eq!(written.to_string(), "/a?TEXT%20%7B3%2B%7D%0D%0Aabc");
    assert_eq!(url(&written.to_string()), written);
    assert!(UrlSearch::new("TEXT {3}\r\nabc").is_err());
    assert!(UrlSearch::new("TEXT \"{3}\"").is_ok());
}

#[test]
fn section_3_whom_to_be() {
    let login = |text: &str| {
        let url = url(text);
        format!("{:?}", url.server.unwrap().login())
    };
    for (text, expected) in [
        ("imap://h.example", "Anonymous"),
        ("imap://joe@h.example", "Any { user: Some(\"joe\") }"),
        ("imap://joe;auth=*@h.example", "Any { user: Some(\"joe\") }"),
        ("imap://;AUTH=*@h.example", "Any { user: None }"),
        (
            "imap://joe;AUTH=scram-sha-1@h.example",
            "Mechanism { user: Some(\"joe\"), mechanism: \"SCRAM-SHA-1\" }",
        ),
        ("imap://;AUTH=GSSAPI@h.example", "Mechanism { user: None, mechanism: \"GSSAPI\" }"),
    ] {
        assert_eq!(login(text), expected, "{text}");
    }
    let server = UrlServer::new("H.example").unwrap().user("a;b@c/d é").unwrap();
    let server = server.auth(UrlAuthType::Mechanism("plain".into())).unwrap().port(993);
    assert_eq!(server.to_string(), "a%3Bb%40c%2Fd%20%C3%A9;AUTH=PLAIN@h.example:993");
    assert_eq!(UrlServer::parse(&server.to_string()).unwrap(), server);
    assert_eq!(UrlServer::new("::1").unwrap().to_string(), "[::1]");
    for host in ["", "a/b", "a@b", "a:1", "a b", "a\r\n", "a?b"] {
        assert!(UrlServer::new(host).is_err(), "{host:?}");
    }
    for mechanism in ["", "*", "A B", "X;Y", "ABCDEFGHIJKLMNOPQRSTU"] {
        let named = UrlServer::new("h").unwrap().auth(UrlAuthType::Mechanism(mechanism.into()));
        assert!(named.is_err(), "{mechanism:?}");
    }
    assert!(UrlServer::new("h").unwrap().user("a\r\n").is_err());
}

#[test]
fn section_7_what_a_reference_does_not_say_is_of_its_base() {
    let base = url("imap://joe;AUTH=*@h.example/a;UIDVALIDITY=7/;UID=3");
    assert_eq!(base.join("").unwrap(), base);
    for (reference, expected) in [
        ("/b", "imap://joe;AUTH=*@h.example/b"),
        ("/", "imap://joe;AUTH=*@h.example/"),
        ("/b/;UID=1", "imap://joe;AUTH=*@h.example/b/;UID=1"),
        ("//other.example/c", "imap://other.example/c"),
        ("imap://max@other.example/", "imap://max@other.example/"),
    ] {
        assert_eq!(base.join(reference).unwrap().to_string(), expected, "{reference}");
    }
    assert!(base.join(";UID=4").is_err());
}

#[test]
fn rfc4467_what_is_authorized_is_kept_to_the_letter() {
    let text = "IMAP://joe@Example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred:internal:91354A473744909de610943775f92038";
    let authorized = AuthorizedUrl::parse(text).unwrap();
    assert_eq!(authorized.as_str(), text);
    let authorization = authorized.authorization().unwrap();
    assert_eq!(authorization.access, UrlAccess::Submit("fred".into()));
    assert_eq!(authorization.token.as_ref().unwrap().mechanism, UrlMechanism::internal());
    assert_eq!(authorization.token.as_ref().unwrap().as_str(), "91354A473744909de610943775f92038");
    let server = || UrlServer::new("example.com").unwrap().user("joe").unwrap();
    let message = || {
        let part: PartPath = "1.2".parse().unwrap();
        UrlMessage::new(UrlMailbox::new(MailboxName::inbox()), uid(20)).section(Section::part(part))
    };
    let rump = RumpUrl::new(server(), message(), UrlAccess::User("a+b".into())).unwrap();
    assert_eq!(rump.as_str(), "imap://joe@example.com/INBOX/;UID=20/;SECTION=1.2;URLAUTH=user+a%2Bb");
    for (text, requirement) in [
        ("/INBOX/;UID=20;URLAUTH=anonymous", rfc4467::GENURLAUTH_NEEDS_AN_OWNER),
        ("imap://h.example/INBOX/;UID=20;URLAUTH=anonymous", rfc4467::GENURLAUTH_NEEDS_AN_OWNER),
        ("imap://;AUTH=*@h.example/INBOX/;UID=20;URLAUTH=anonymous", rfc4467::GENURLAUTH_NEEDS_AN_OWNER),
        ("imap://joe@h.example/INBOX", rfc4467::URLAUTH_IS_FOR_MESSAGES),
        ("imap://joe@h.example/", rfc4467::URLAUTH_IS_FOR_MESSAGES),
        ("imap://joe@h.example/INBOX/;UID=20", rfc4467::GENURLAUTH_NEEDS_AN_ACCESS_IDENTIFIER),
    ] {
        assert_eq!(text.parse::<RumpUrl>().unwrap_err().requirement(), Some(requirement), "{text}");
        assert_eq!(text.parse::<AuthorizedUrl>().unwrap_err().requirement(), Some(requirement), "{text}");
    }
    let error = authorized.as_str().parse::<RumpUrl>().unwrap_err();
    assert_eq!(error.requirement(), Some(rfc4467::GENURLAUTH_NEEDS_AN_ACCESS_IDENTIFIER));
    let error = rump.as_str().parse::<AuthorizedUrl>().unwrap_err();
    assert_eq!(error.requirement(), Some(rfc4467::TOKEN_IS_LONG_HEXADECIMAL));
}

#[test]
fn section_5_a_search_is_no_other_command() {
    for bad in [
        "ALL\r\nA2 DELETE INBOX",
        "ALL\nA2 DELETE INBOX",
        "ALL\rA2 DELETE INBOX",
        "ALL\r\n",
        "SUBJECT \"{3\r\nabc",
        "SUBJECT {3+}\r\nab",
        "SUBJECT {3+}\r\nabc\r\nA2 NOOP",
        "SUBJECT {3+}\r\nabc {99999999999999999999+}\r\nabc",
        "SUBJECT {+}\r\nabc",
        // The end of the command's line would announce it.
        "SUBJECT {30}",
        "SUBJECT {30+}",
        "SUBJECT {3+}\r\nabc SUBJECT {30+}",
    ] {
        let error = UrlSearch::new(bad).expect_err(bad);
        assert_eq!(error.kind(), ErrorKind::Usage, "{bad}");
        let encoded: String = bad.bytes().map(|byte| format!("%{byte:02X}")).collect();
        refused(&format!("/a?{encoded}"));
    }
    for good in [
        "ALL",
        "SUBJECT \"{3+}\"",
        "SUBJECT {3+}\r\na\r\n",
        "SUBJECT {3+}\r\nabc TEXT {0+}\r\n",
        "SUBJECT x}",
        "KEYWORD {}",
        "7}",
    ] {
        assert_eq!(UrlSearch::new(good).expect(good).as_bytes(), good.as_bytes());
    }
}
