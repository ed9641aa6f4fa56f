//! RFC 5524: URLFETCH with parameters.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, gated_from};
use crate::{
    codec::command::{UrlContent, UrlFetch, UrlFetchItem},
    rfc4467, rfc5524 as r,
    types::{AuthorizedUrl, UrlAnswer, UrlBinary, UrlFetched},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5524-section-3/parameters-need-the-capability",
        covers: &[r::EXTENDED_URLFETCH_NEEDS_THE_CAPABILITY, r::EXTENDED_URL_IS_PARENTHESIZED],
        run: parameters_need_the_capability,
    },
    Check {
        name: "rfc5524-section-3.1/each-item-once",
        covers: &[r::METADATA_IS_ASKED_FOR_ONCE, r::BINARY_EXCLUDES_BODY],
        run: each_item_once,
    },
    Check {
        name: "rfc5524-section-3.2/items-come-in-parentheses-of-their-own",
        covers: &[
            r::METADATA_COMES_IN_PARENTHESES,
            r::STRUCTURE_HAS_NO_PART_SPECIFIER,
            r::INVALID_URL_IS_NIL,
        ],
        run: items_come_in_parentheses_of_their_own,
    },
    Check {
        name: "rfc5524-section-3.2/binary-comes-in-any-form",
        covers: &[r::BINARY_MAY_BE_NIL, r::BINARY_COMES_IN_ANY_FORM, r::BINARY_MAY_HOLD_NUL],
        run: binary_comes_in_any_form,
    },
];

const URL: &str = "imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=anonymous:internal:91354a473744909de610943775f92038";

fn item() -> UrlFetchItem {
    UrlFetchItem::new(AuthorizedUrl::parse(URL).expect("an authorized URL"))
}

fn parameters_need_the_capability() {
    let needed = [
        ("URLAUTH", rfc4467::URLAUTH_NEEDS_THE_CAPABILITY),
        ("URLAUTH=BINARY", r::EXTENDED_URLFETCH_NEEDS_THE_CAPABILITY),
    ];
    for (asked, said) in [
        (item().content(UrlContent::Binary), " BINARY"),
        (item().content(UrlContent::Body), " BODY"),
        (item().content(UrlContent::Nothing).structure(), " BODYPARTSTRUCTURE"),
    ] {
        let text = format!("URLFETCH (\"{URL}\"{said})");
        gated_from(End::rev1, &needed, || UrlFetch::new([asked.clone()]), &text);
    }
    // Each URL by itself, and those without parameters as they are.
    let mut end = End::rev1("URLAUTH URLAUTH=BINARY");
    let both = UrlFetch::new([item(), item().content(UrlContent::Binary), item()]);
    assert_eq!(end.sends(both).1.text(), format!("URLFETCH \"{URL}\" (\"{URL}\" BINARY) \"{URL}\""));
    assert_eq!(End::rev1("URLAUTH").sends(UrlFetch::new([item()])).1.text(), format!("URLFETCH \"{URL}\""));
}

fn each_item_once() {
    for content in [UrlContent::Plain, UrlContent::Nothing, UrlContent::Body, UrlContent::Binary] {
        for structure in [false, true] {
            let mut asked = item().content(content).content(content);
            if structure {
                asked = asked.structure().structure();
            }
            let mut end = End::rev1("URLAUTH URLAUTH=BINARY");
            if content == UrlContent::Nothing && !structure {
                assert_eq!(end.refuses(UrlFetch::new([asked])).kind(), crate::ErrorKind::Usage);
                continue;
            }
            let text = end.sends(UrlFetch::new([asked])).1.text();
            let count = |word: &str| text.split([' ', ')']).filter(|found| *found == word).count();
            let (body, binary) = (count("BODY"), count("BINARY"));
            assert!(body + binary <= 1, "{text}");
            assert_eq!(binary, usize::from(content == UrlContent::Binary), "{text}");
            assert_eq!(count("BODYPARTSTRUCTURE"), usize::from(structure), "{text}");
        }
    }
}

fn answered(answer: &[u8]) -> UrlFetched {
    let mut end = End::rev1("URLAUTH URLAUTH=BINARY");
    let (ticket, _) = end.sends(UrlFetch::new([item().content(UrlContent::Binary).structure()]));
    end.says_octets(&[format!("* URLFETCH \"{URL}\" ").as_bytes(), answer, b"\r\n"].concat());
    end.says("OK done");
    let mut found = end.answer(ticket).expect("answered");
    assert_eq!(found.len(), 1, "{found:?}");
    let found = found.remove(0);
    assert_eq!(found.url, URL);
    found
}

fn items_come_in_parentheses_of_their_own() {
    let found =
        answered(b"(BODYPARTSTRUCTURE (\"IMAGE\" \"PNG\" () NIL NIL \"BINARY\" 3)) (BINARY {3}\r\nabc)");
    let structure = found.structure().expect("understood");
    assert!(structure.media_type().eq_ignore_ascii_case("image"));
    assert!(structure.encoding().is_some_and(|encoding| encoding.eq_ignore_ascii_case("binary")));
    assert_eq!(found.content().map(|octets| &octets[..]), Some(&b"abc"[..]));
    // In another order, and what is not known beside it.
    let found = answered(
        b"(X-NEW (1 2)) (binary \"abc\") (bodypartstructure (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 3 1))",
    );
    assert!(found.structure().is_some());
    assert_eq!(found.content().map(|octets| &octets[..]), Some(&b"abc"[..]));
    let UrlAnswer::Metadata(metadata) = &found.answer else { panic!("{found:?}") };
    assert_eq!(metadata.other[0].0, "X-NEW");
    let found = answered(b"(BODY {3}\r\nYWI)");
    assert_eq!(found.content().map(|octets| &octets[..]), Some(&b"YWI"[..]));
    // All in one list, as some servers have it.
    let found =
        answered(b"(BODYPARTSTRUCTURE (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 3 1) BINARY ~{3}\r\na\0b)");
    assert!(found.structure().is_some());
    assert_eq!(found.content().map(|octets| &octets[..]), Some(&b"a\0b"[..]));
    // In place of all of it.
    assert_eq!(answered(b"NIL").answer, UrlAnswer::Nothing);
}

fn binary_comes_in_any_form() {
    for (form, octets) in [
        (&b"(BINARY \"a\\\"b\")"[..], &b"a\"b"[..]),
        (b"(BINARY \"\")", b""),
        (b"(BINARY {3}\r\na\r\n)", b"a\r\n"),
        (b"(BINARY {0}\r\n)", b""),
        (b"(BINARY ~{5}\r\n\0)\r\n\0)", b"\0)\r\n\0"),
    ] {
        let found = answered(form);
        assert_eq!(found.content().map(|found| &found[..]), Some(octets), "{}", form.escape_ascii());
    }
    let found = answered(b"(BODYPARTSTRUCTURE (\"IMAGE\" \"PNG\" NIL NIL NIL \"X-OWN\" 123)) (BINARY NIL)");
    let UrlAnswer::Metadata(metadata) = &found.answer else { panic!("{found:?}") };
    assert_eq!(metadata.binary, Some(UrlBinary::Undecodable));
    assert_eq!((found.content(), found.structure().is_some()), (None, true));
}
