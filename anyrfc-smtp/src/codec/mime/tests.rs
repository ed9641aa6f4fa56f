use anyrfc_mime::build::{Builder, Part, Resend};

use super::*;
use crate::types::content::Body;

const ALL: Offered = Offered::NOTHING.with_8bit(true).with_binary(true).with_utf8(true);

/// From somebody, whose address may be beyond ASCII; what else is in the header is.
fn from(author: &'static str) -> Builder<'static> {
    Builder::new().from(author).to("c@d.example").subject("Grüße").seed([7; 32])
}

/// Who needs UTF-8 in the header, and who does not.
const AUTHORS: [(&str, bool); 2] = [("Jörg <a@b.example>", false), ("jörg@b.example", true)];

fn whole(content: &Content<'_>) -> Bytes {
    let Body::Whole(message) = &content.body else { panic!("a stream") };
    message.clone()
}

#[test]
fn the_header_is_in_utf8_only_where_an_address_needs_it() {
    for (author, needs) in AUTHORS {
        let message = from(author).text("hi").build().unwrap();
        let lent = (&message).content(ALL).unwrap();
        assert_eq!((lent.declared.utf8_header, whole(&lent).is_ascii()), (needs, !needs), "{author}");
        assert_eq!(lent.facts().unwrap().utf8_header, needs);
        let without = (&message).content(ALL.with_utf8(false));
        assert_eq!(without.is_err(), needs, "{author}");
        let given = message.content(ALL).unwrap();
        assert_eq!((given.declared.utf8_header, whole(&given)), (needs, whole(&lent)));
        if let Ok(without) = without {
            assert!(!without.declared.utf8_header && whole(&without).is_ascii());
        }
    }
}

#[test]
fn what_is_read_while_it_is_sent_is_a_stream() {
    for (author, needs) in AUTHORS {
        let part = Part::reader("application/octet-stream", &b"\0\xff"[..]);
        let streamed = from(author).text("hi").attach(part).build().unwrap().content(ALL).unwrap();
        assert!(matches!(streamed.body, Body::Stream(_)));
        assert_eq!(streamed.declared.utf8_header, needs, "{author}");
    }
}

#[test]
fn the_domain_of_the_body_is_declared() {
    let declared = |text: &'static str, to: Offered| {
        let message = from("a@b.example").text(text).build().unwrap();
        (&message).content(to).unwrap().declared
    };
    assert!(!declared("hi", ALL).eight_bit);
    assert!(!declared("grün", Offered::NOTHING).eight_bit);
    let eight = declared("grün", ALL.with_binary(false));
    assert!(eight.eight_bit && !eight.binary && !eight.utf8_header);
}

#[test]
fn a_block_of_resent_fields_is_in_utf8_only_where_an_address_needs_it() {
    const RAW: &[u8] =
        b"From: ann@example.org\r\nTo: z@y\r\nDate: Fri, 21 Nov 1997 09:55:06 -0600\r\nBcc: x@y\r\n\r\nhi\r\n";
    for (author, needs) in AUTHORS {
        let resent = Resend::new().from(author).to("c@d.example").message(RAW).unwrap();
        let wide = whole(&(&resent).content(ALL).unwrap());
        assert_eq!(wide.is_ascii(), !needs, "{author}");
        assert!(!wide.windows(4).any(|octets| octets == b"Bcc:"));
        assert_eq!((&resent).content(ALL.with_utf8(false)).is_err(), needs, "{author}");
        assert_eq!(resent.content(ALL).unwrap().facts().unwrap().utf8_header, needs);
    }
}
