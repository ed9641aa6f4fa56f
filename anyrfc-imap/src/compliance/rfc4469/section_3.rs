//! RFC 4469, sections 2, 3 and 5: CATENATE.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated_from, misused, name, uid};
use crate::{
    codec::command::Append,
    rfc4469 as r,
    types::{
        AppendForm, AppendMessage, AppendOptions, CatenatePart, Date, DateTime, Flag, ImapUrl, PartPath,
        Section, UidValidity, UrlMailbox, UrlMessage, UrlServer,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4469-section-2/catenate-needs-the-capability",
        covers: &[r::CATENATE_NEEDS_THE_CAPABILITY, r::SEVERAL_MESSAGES_NEED_MULTIAPPEND],
        run: catenate_needs_the_capability,
    },
    Check {
        name: "rfc4469-section-3/flags-and-date-are-optional",
        covers: &[r::FLAGS_MAY_BE_OMITTED, r::DATE_MAY_BE_OMITTED],
        run: flags_and_date_are_optional,
    },
    Check {
        name: "rfc4469-section-3/there-is-a-part",
        covers: &[r::CATENATE_HAS_A_PART],
        run: there_is_a_part,
    },
    Check {
        name: "rfc4469-section-3/urls-are-relative-and-of-messages",
        covers: &[r::URL_IS_RELATIVE, r::URL_NAMES_A_MESSAGE, r::URL_IS_RESOLVED_AGAINST_THE_SESSION],
        run: urls_are_relative_and_of_messages,
    },
    Check {
        name: "rfc4469-section-3/what-stands-between-the-parts-is-written",
        covers: &[r::BOUNDARIES_ARE_WRITTEN, r::PART_HEADERS_ARE_WRITTEN],
        run: what_stands_between_the_parts_is_written,
    },
    Check {
        name: "rfc4469-section-5/a-text-is-a-literal",
        covers: &[r::TEXT_IS_A_LITERAL],
        run: a_text_is_a_literal,
    },
];

fn message(mailbox: &str, number: u32) -> UrlMessage {
    UrlMessage::new(UrlMailbox::new(name(mailbox)), uid(number))
}

fn url(url: impl Into<ImapUrl>) -> CatenatePart {
    CatenatePart::Url(Box::new(url.into()))
}

fn joined(options: AppendOptions, parts: impl Into<Vec<CatenatePart>>) -> Append {
    Append::several(name("a"), [AppendMessage::catenate(options, parts)])
}

fn catenate_needs_the_capability() {
    gated_from(
        End::rev1,
        &[("CATENATE", r::CATENATE_NEEDS_THE_CAPABILITY)],
        || joined(AppendOptions::new(), [url(message("Drafts", 20))]),
        "APPEND a CATENATE (URL \"/Drafts/;UID=20\")",
    );
    let each = || AppendMessage::catenate(AppendOptions::new(), [url(message("b", 7))]);
    gated_from(
        End::rev1,
        &[
            ("MULTIAPPEND", r::SEVERAL_MESSAGES_NEED_MULTIAPPEND),
            ("CATENATE", r::CATENATE_NEEDS_THE_CAPABILITY),
        ],
        || Append::several(name("a"), [each(), each()]),
        "APPEND a CATENATE (URL \"/b/;UID=7\") CATENATE (URL \"/b/;UID=7\")",
    );
}

fn flags_and_date_are_optional() {
    let date = DateTime::new(Date::new(2004, 11, 11).expect("a day"), 16, 57, 7, 0).expect("a time");
    let flagged = || AppendOptions::new().flag(Flag::Seen).flag(Flag::Draft);
    for (options, said) in [
        (AppendOptions::new(), ""),
        (flagged(), "(\\Seen \\Draft) "),
        (AppendOptions::new().internal_date(date), "\"11-Nov-2004 16:57:07 +0000\" "),
        (flagged().internal_date(date), "(\\Seen \\Draft) \"11-Nov-2004 16:57:07 +0000\" "),
    ] {
        let mut end = End::rev1("CATENATE");
        let (_, heard) = end.sends(joined(options, [url(message("b", 1))]));
        assert_eq!(heard.text(), format!("APPEND a {said}CATENATE (URL \"/b/;UID=1\")"));
    }
}

fn there_is_a_part() {
    misused(&End::rev1("CATENATE").refuses(joined(AppendOptions::new(), [])), r::CATENATE_HAS_A_PART);
    let mut end = End::rev1("CATENATE");
    let (_, heard) = end.sends(joined(AppendOptions::new(), [CatenatePart::Text(0)]));
    assert_eq!(heard.text(), "APPEND a CATENATE (TEXT {0}\r\n)");
}

fn urls_are_relative_and_of_messages() {
    let server = || UrlServer::new("mail.example").expect("a host").user("joe").expect("a user");
    let part: PartPath = "1.2".parse().expect("a part");
    let validity = UidValidity::new(385_759_045).expect("not zero");
    let mailbox = UrlMailbox::new(name("Entw\u{fc}rfe/x")).with_validity(validity);
    let named =
        || ImapUrl::from(UrlMessage::new(mailbox.clone(), uid(20)).section(Section::part(part.clone())));
    let absolute = named().at(server());
    let refused = |end: &mut End, of: ImapUrl| end.refuses(joined(AppendOptions::new(), [url(of)]));
    // The whole name of the mailbox, whichever one is selected, and neither scheme nor server.
    let said = "APPEND a CATENATE (URL \"/Entw%C3%BCrfe/x;UIDVALIDITY=385759045/;UID=20/;SECTION=1.2\")";
    for mut end in [End::rev1("CATENATE"), End::selected("CATENATE")] {
        misused(&refused(&mut end, absolute.clone()), r::URL_IS_RELATIVE);
        for of in [named(), absolute.relative()] {
            let (text, answer) = end.asks(joined(AppendOptions::new(), [url(of)]), "OK done");
            assert_eq!(text, said);
            answer.expect("appended");
        }
        let mailbox = ImapUrl::from(mailbox.clone());
        let search = ImapUrl::parse("/b?ALL").expect("a URL");
        let server = ImapUrl::parse("/").expect("a URL");
        for of in [mailbox, search, server] {
            misused(&refused(&mut end, of), r::URL_NAMES_A_MESSAGE);
        }
    }
    // What is written means, at that server and user, what was meant.
    let base = ImapUrl::from(UrlMailbox::new(name("INBOX"))).at(server());
    assert_eq!(
        base.join("/Entw%C3%BCrfe/x;UIDVALIDITY=385759045/;UID=20/;SECTION=1.2").expect("a URL"),
        absolute
    );
}

fn what_stands_between_the_parts_is_written() {
    let text = "\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    let octets = text.len() as u64;
    let mut end = End::rev1("CATENATE LITERAL+");
    end.message = text.as_bytes().to_vec();
    let parts =
        [url(message("b", 1)), CatenatePart::Text(octets), url(message("b", 2)), CatenatePart::Text(octets)];
    let (_, heard) = end.sends(joined(AppendOptions::new(), parts));
    let written = format!("TEXT {{{octets}+}}\r\n{text}");
    assert_eq!(
        heard.text(),
        format!("APPEND a CATENATE (URL \"/b/;UID=1\" {written} URL \"/b/;UID=2\" {written})")
    );
}

fn a_text_is_a_literal() {
    let mut end = End::rev1("CATENATE BINARY");
    end.message = b"x".to_vec();
    let (_, heard) = end.sends(joined(AppendOptions::new(), [CatenatePart::Text(1)]));
    assert_eq!(heard.text(), "APPEND a CATENATE (TEXT {1}\r\nx)", "though it could be quoted");
    let binary = AppendOptions::new().form(AppendForm::Binary);
    misused(
        &End::rev1("CATENATE BINARY").refuses(joined(binary, [CatenatePart::Text(1)])),
        r::TEXT_IS_A_LITERAL,
    );
    // RFC 6855, section 4, has a form of its own.
    let utf8 = || joined(AppendOptions::new().form(AppendForm::Utf8), [CatenatePart::Text(1)]);
    let mut end = End::utf8("CATENATE");
    end.message = b"x".to_vec();
    assert_eq!(end.sends(utf8()).1.text(), "APPEND a CATENATE (UTF8 (~{1}\r\nx))");
    assert_eq!(End::rev1("CATENATE").refuses(utf8()).kind(), ErrorKind::Unsupported);
}
