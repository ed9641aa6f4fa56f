//! RFC 6532: messages in UTF-8.

use anyrfc_core::compliance::Check;

use super::support::{field, has, letter, octets, refused, written, written_for};
use crate::{
    Defects,
    build::{Builder, Part, Receiver},
    codec::{Reading, encoded_word},
    rfc5322, rfc6532 as r,
};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc6532/section-3.1/normalization",
        covers: &[r::NORMALIZE_TO_NFC, r::NOT_TO_NFKC],
        run: normalization,
    },
    Check {
        name: "rfc6532/section-3.3/ascii-message-ids",
        covers: &[r::ASCII_MESSAGE_IDS],
        run: ascii_message_ids,
    },
    Check {
        name: "rfc6532/section-3.6/no-encoded-words",
        covers: &[r::NO_ENCODED_WORDS_BESIDE_UTF8],
        run: no_encoded_words,
    },
    Check {
        name: "rfc6532/section-3.6/words-become-utf8",
        covers: &[r::ENCODED_WORDS_MAY_BECOME_UTF8],
        run: words_become_utf8,
    },
    Check {
        name: "rfc6532/section-3.6/decoded-words-stay-valid",
        covers: &[r::DECODED_WORDS_STAY_VALID],
        run: decoded_words_stay_valid,
    },
    Check {
        name: "rfc6532/section-3.7/authorised-transport",
        covers: &[r::GLOBAL_NEEDS_AN_AUTHORISED_TRANSPORT],
        run: authorised_transport,
    },
    Check {
        name: "rfc6532/section-3.7/message-global",
        covers: &[r::GLOBAL_IS_ENCODED_FOR_7BIT, r::GLOBAL_IS_8BIT_OTHERWISE],
        run: message_global,
    },
    Check { name: "rfc6532/section-4/lines", covers: &[r::LINES_UP_TO_998_OCTETS], run: lines },
];

const UTF8: Receiver = Receiver::SEVEN_BIT.with_8bit(true).with_utf8(true);

/// A message that only UTF-8 can say.
fn global<'a>() -> Builder<'a> {
    letter().to(("Z\u{fc}", "\u{7528}\u{6237}@\u{4f8b}.test"))
}

fn normalization() {
    let text = written_for(global().subject("u\u{308} \u{2460}\u{fb01}"), UTF8);
    assert_eq!(field(&text, "Subject"), "\u{fc} \u{2460}\u{fb01}");
    let text = written_for(global().cc(("u\u{308}", "a@b.test")), UTF8);
    assert_eq!(field(&text, "Cc"), "\u{fc} <a@b.test>");
}

fn ascii_message_ids() {
    let text = written_for(Builder::new().from("\u{7528}@b\u{fc}cher.test"), UTF8);
    let id = field(&text, "Message-ID");
    assert!(id.is_ascii() && id.ends_with("@xn--bcher-kva.test>"), "{id}");
}

fn no_encoded_words() {
    let message = || global().subject("Gr\u{fc}\u{df}e").keywords(["\u{fc}"]).comments("\u{fc}");
    let text = written_for(message(), UTF8);
    assert!(!text.contains("=?"));
    assert_eq!(field(&text, "To"), "Z\u{fc} <\u{7528}\u{6237}@\u{4f8b}.test>");
    assert_eq!(field(&text, "Subject"), "Gr\u{fc}\u{df}e");
    // Where nothing needs UTF-8 it is not asked of the path either.
    let text = written_for(letter().subject("Gr\u{fc}\u{df}e"), UTF8);
    assert!(text.contains("=?utf-8?"));
    assert!(!letter().subject("\u{fc}").build().expect("a message").needs_utf8());
}

fn words_become_utf8() {
    let mut defects = Defects::default();
    let old = encoded_word::unstructured(b"=?iso-8859-1?Q?Gr=FC=DFe?=", &mut Reading::new(&mut defects));
    let text = written_for(global().subject(old.into_owned()), UTF8);
    assert_eq!(field(&text, "Subject"), "Gr\u{fc}\u{df}e");
}

/// What an encoded-word holds makes no new line, and what it becomes can be written.
fn decoded_words_stay_valid() {
    let mut defects = Defects::default();
    let value = b"=?utf-8?Q?a=0D=0ABcc=3A_x=40y.test=00?=";
    let decoded = encoded_word::unstructured(value, &mut Reading::new(&mut defects)).into_owned();
    assert!(!decoded.contains(char::is_control), "{decoded:?}");
    let text = written_for(global().subject(decoded), UTF8);
    assert!(!has(&text, "Bcc"));
    refused(global().subject("a\r\nBcc: x").build(), rfc5322::FIELD_BODY_HAS_NO_LINE_BREAK);
}

fn authorised_transport() {
    let message = global().build().expect("a message");
    assert!(message.needs_utf8());
    refused(message.to_vec(), r::GLOBAL_NEEDS_AN_AUTHORISED_TRANSPORT);
    refused(message.to_vec_for(UTF8.with_utf8(false)), r::GLOBAL_NEEDS_AN_AUTHORISED_TRANSPORT);
    let writer = global().build().expect("a message").into_writer(UTF8).expect("a writer");
    assert!(writer.is_internationalized());
    // A domain alone has an ASCII form.
    let text = written(letter().to("ann@b\u{fc}cher.test"));
    assert_eq!(field(&text, "To"), "ann@xn--bcher-kva.test");
    let message = letter().message_id("\u{fc}@x.test").build().expect("a message");
    refused(message.to_vec(), r::GLOBAL_NEEDS_AN_AUTHORISED_TRANSPORT);
}

fn message_global() {
    let outer = || {
        let inner = global().text("\u{fc}").build().expect("a message");
        letter().body(Part::message(inner)).build().expect("a message")
    };
    let text = octets(&outer(), UTF8);
    assert_eq!(field(&text, "Content-Type"), "message/global");
    assert_eq!(field(&text, "Content-Transfer-Encoding"), "8bit");
    refused(outer().to_vec(), r::GLOBAL_NEEDS_AN_AUTHORISED_TRANSPORT);
    // One that came as octets can be encoded.
    let raw = "Subject: \u{fc}\r\n\r\n\u{fc}\r\n";
    let message = letter().body(Part::new("message/global", raw)).build().expect("a message");
    assert_eq!(
        field(&octets(&message, Receiver::SEVEN_BIT), "Content-Transfer-Encoding"),
        "quoted-printable"
    );
    assert_eq!(field(&octets(&message, UTF8), "Content-Transfer-Encoding"), "8bit");
}

fn lines() {
    // 500 characters of three octets each cannot be broken, so they are encoded after all.
    let text = written_for(global().subject("\u{4f60}".repeat(500)), UTF8);
    assert!(text.split("\r\n").all(|line| line.len() <= 998));
    let text =
        written_for(global().subject("\u{4f60} ".repeat(500).trim_end()).text("\u{4f60}".repeat(400)), UTF8);
    assert!(text.split("\r\n").all(|line| line.len() <= 998));
}
