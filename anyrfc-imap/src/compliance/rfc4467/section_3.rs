//! RFC 4467, sections 3 and 9: URLs that are authorized.

use anyrfc_core::compliance::Check;

use super::super::rev1::{misused, name, uid};
use crate::{
    rfc4467 as r,
    types::{
        AuthorizedUrl, Date, DateTime, ImapUrl, RumpUrl, Section, UrlAccess, UrlAuthorization, UrlMailbox,
        UrlMechanism, UrlMessage, UrlPartial, UrlServer, UrlTarget, UrlToken,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4467-section-3/urlauth-ends-the-url",
        covers: &[r::URLAUTH_ENDS_THE_URL],
        run: urlauth_ends_the_url,
    },
    Check {
        name: "rfc4467-section-3/urlauth-is-for-messages",
        covers: &[r::URLAUTH_IS_FOR_MESSAGES],
        run: urlauth_is_for_messages,
    },
    Check {
        name: "rfc4467-section-3/a-token-is-long-hexadecimal",
        covers: &[r::TOKEN_IS_LONG_HEXADECIMAL],
        run: a_token_is_long_hexadecimal,
    },
    Check {
        name: "rfc4467-section-7/a-url-to-authorize-has-an-owner-and-is-for-somebody",
        covers: &[r::GENURLAUTH_NEEDS_AN_OWNER, r::GENURLAUTH_NEEDS_AN_ACCESS_IDENTIFIER],
        run: a_url_to_authorize_has_an_owner_and_is_for_somebody,
    },
    Check {
        name: "rfc4467-section-9/mechanisms-ignore-case",
        covers: &[r::MECHANISMS_IGNORE_CASE],
        run: mechanisms_ignore_case,
    },
];

pub(super) const TOKEN: &str = "91354a473744909de610943775f92038";

pub(super) fn server() -> UrlServer {
    UrlServer::new("example.com").expect("a host").user("joe").expect("a user")
}

pub(super) fn message() -> UrlMessage {
    UrlMessage::new(UrlMailbox::new(name("INBOX")), uid(20))
}

pub(super) fn rump() -> RumpUrl {
    RumpUrl::new(server(), message(), UrlAccess::Submit("fred".into())).expect("all that it needs")
}

fn urlauth_ends_the_url() {
    let time = DateTime::new(Date::new(2026, 11, 21).expect("a day"), 12, 0, 0, 60).expect("a time");
    let partial = UrlPartial { offset: 0, octets: std::num::NonZeroU32::new(1024) };
    let message = message().section(Section::header()).partial(partial);
    let message = message.authorization(UrlAuthorization::new(UrlAccess::Anonymous).expire(time));
    let url = RumpUrl::new(server(), message, UrlAccess::AuthUser).expect("all that it needs");
    assert_eq!(
        url.as_str(),
        "imap://joe@example.com/INBOX/;UID=20/;SECTION=HEADER/;PARTIAL=0.1024;EXPIRE=2026-11-21T12:00:00+01:00;URLAUTH=authuser"
    );
    for behind in
        ["/;SECTION=1", "/;PARTIAL=1", ";EXPIRE=2026-11-21T12:00:00Z", "/", "/;UID=1", ";URLAUTH=anonymous"]
    {
        let text = format!("imap://joe@example.com/INBOX/;UID=20;URLAUTH=anonymous:internal:{TOKEN}{behind}");
        assert!(ImapUrl::parse(&text).is_err(), "{text}");
        assert!(AuthorizedUrl::parse(&text).is_err(), "{text}");
    }
}

fn urlauth_is_for_messages() {
    let mailbox = || ImapUrl::from(UrlMailbox::new(name("INBOX"))).at(server());
    for url in [mailbox(), ImapUrl { server: Some(server()), target: UrlTarget::Server }] {
        misused(&RumpUrl::from_url(url).expect_err("no message"), r::URLAUTH_IS_FOR_MESSAGES);
    }
    for text in [
        "imap://joe@example.com/INBOX;URLAUTH=anonymous",
        "imap://joe@example.com/INBOX;UIDVALIDITY=7;URLAUTH=anonymous",
    ] {
        misused(&ImapUrl::parse(text).expect_err("no message"), r::URLAUTH_IS_FOR_MESSAGES);
    }
    assert_eq!(rump().as_str(), "imap://joe@example.com/INBOX/;UID=20;URLAUTH=submit+fred");
}

fn a_token_is_long_hexadecimal() {
    for good in [TOKEN.to_owned(), TOKEN.to_uppercase(), TOKEN.repeat(3)] {
        let token = UrlToken::new(UrlMechanism::internal(), &good).expect("a token");
        assert_eq!(token.as_str(), good);
        let text = format!("{}:internal:{good}", rump());
        assert_eq!(AuthorizedUrl::parse(&text).expect("authorized").as_str(), text);
    }
    for bad in
        [String::new(), TOKEN[1..].to_owned(), format!("{TOKEN}g"), format!("{TOKEN} "), "0".repeat(31)]
    {
        let error = UrlToken::new(UrlMechanism::internal(), &bad).expect_err("no token");
        misused(&error, r::TOKEN_IS_LONG_HEXADECIMAL);
        assert!(AuthorizedUrl::parse(&format!("{}:internal:{bad}", rump())).is_err(), "{bad}");
    }
    misused(&AuthorizedUrl::parse(rump().as_str()).expect_err("no token"), r::TOKEN_IS_LONG_HEXADECIMAL);
}

fn a_url_to_authorize_has_an_owner_and_is_for_somebody() {
    let nobodys = UrlServer::new("example.com").expect("a host");
    let error = RumpUrl::new(nobodys, message(), UrlAccess::Anonymous).expect_err("whose is it");
    misused(&error, r::GENURLAUTH_NEEDS_AN_OWNER);
    let relative = message().authorization(UrlAuthorization::new(UrlAccess::Anonymous));
    misused(&RumpUrl::from_url(relative.into()).expect_err("whose is it"), r::GENURLAUTH_NEEDS_AN_OWNER);
    let error = RumpUrl::from_url(ImapUrl::from(message()).at(server())).expect_err("for whom is it");
    misused(&error, r::GENURLAUTH_NEEDS_AN_ACCESS_IDENTIFIER);
    let error = format!("{}:internal:{TOKEN}", rump()).parse::<RumpUrl>().expect_err("it has a token");
    misused(&error, r::GENURLAUTH_NEEDS_AN_ACCESS_IDENTIFIER);
    for (access, said) in [
        (UrlAccess::Submit("fred".into()), "submit+fred"),
        (UrlAccess::User("a:b;c\u{e9}".into()), "user+a%3Ab%3Bc%C3%A9"),
        (UrlAccess::AuthUser, "authuser"),
        (UrlAccess::Anonymous, "anonymous"),
    ] {
        let url = RumpUrl::new(server(), message(), access.clone()).expect("all that it needs");
        assert_eq!(url.as_str(), format!("imap://joe@example.com/INBOX/;UID=20;URLAUTH={said}"));
        let read: RumpUrl = url.as_str().parse().expect("the same");
        let message = read.url().message().and_then(|message| message.authorization.clone());
        assert_eq!(message.map(|authorization| authorization.access), Some(access));
    }
}

fn mechanisms_ignore_case() {
    let mechanism = |text: &str| {
        let url = AuthorizedUrl::parse(&format!("{}:{text}:{TOKEN}", rump())).expect("authorized");
        url.authorization().and_then(|found| found.token.as_ref()).expect("a token").mechanism.clone()
    };
    assert_eq!(mechanism("internal"), UrlMechanism::internal());
    assert_eq!(mechanism("InTeRnAl"), mechanism("INTERNAL"));
    assert_eq!(UrlMechanism::new("xsample").expect("a name"), mechanism("XSAMPLE"));
    assert_ne!(mechanism("XSAMPLE"), mechanism("INTERNAL"));
    for bad in ["", "a b", "a=b", "a_b", "\u{e9}", "a\r\n"] {
        assert!(UrlMechanism::new(bad).is_err(), "{bad:?}");
    }
}
