//! RFC 2045, sections 6.2 and 6.4: labels.

use anyrfc_core::compliance::Check;

use super::super::support::{body, field, has, letter, octets, refused, written, written_for};
use crate::{
    Defects,
    build::{Domain, MultiPart, Part, Receiver},
    codec::{base64, quoted_printable},
    rfc2045 as r, rfc2046,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2045/section-6.2/decoders-are-deterministic",
        covers: &[r::DECODERS_ARE_DETERMINISTIC],
        run: decoders_are_deterministic,
    },
    Check {
        name: "rfc2045/section-6.2/label-is-proper",
        covers: &[r::LABEL_IS_PROPER],
        run: label_is_proper,
    },
    Check {
        name: "rfc2045/section-6.2/eight-bits-are-not-7bit",
        covers: &[r::EIGHT_BITS_ARE_NOT_7BIT],
        run: eight_bits_are_not_7bit,
    },
    Check {
        name: "rfc2045/section-6.2/lineless-data-is-binary",
        covers: &[r::LINELESS_DATA_IS_BINARY],
        run: lineless_data_is_binary,
    },
    Check {
        name: "rfc2045/section-6.4/composites-are-not-encoded",
        covers: &[r::COMPOSITES_ARE_NOT_ENCODED],
        run: composites_are_not_encoded,
    },
    Check {
        name: "rfc2045/section-6.4/encode-at-the-innermost-level",
        covers: &[r::ENCODE_AT_THE_INNERMOST_LEVEL],
        run: encode_at_the_innermost_level,
    },
];

pub(super) const ALL: [Receiver; 4] = [
    Receiver::SEVEN_BIT,
    Receiver::SEVEN_BIT.with_8bit(true),
    Receiver::SEVEN_BIT.with_binary(true),
    Receiver::SEVEN_BIT.with_8bit(true).with_binary(true),
];

/// What an encoder made comes back, however it is cut.
fn decoders_are_deterministic() {
    let octets: Vec<u8> = (0..1000u32).flat_map(|n| (n * 40_503).to_be_bytes()).collect();
    let encoded = base64::encode(&octets);
    let quoted = quoted_printable::encode(&octets, quoted_printable::Breaks::Binary);
    let mut defects = Defects::default();
    assert_eq!(base64::decode(&encoded, &mut defects), octets);
    assert_eq!(quoted_printable::decode(&quoted, &mut defects), octets);
    for size in [1, 3, 7, 77] {
        let (mut once, mut again) = (Vec::new(), Vec::new());
        let mut decoder = base64::Decoder::new();
        let mut unquoter = quoted_printable::Decoder::default();
        encoded.chunks(size).for_each(|chunk| decoder.push(chunk, &mut once, &mut defects));
        quoted.chunks(size).for_each(|chunk| unquoter.push(chunk, &mut again, &mut defects));
        decoder.finish(&mut once, &mut defects);
        unquoter.finish(&mut again, &mut defects);
        assert!(once == octets && again == octets, "in chunks of {size}");
    }
    assert!(defects.is_empty());
    // What is no encoding is seen.
    assert_eq!(base64::decode(b"####", &mut defects), b"");
    assert!(!defects.is_empty());
}

/// The body decodes, by the label that it has, to what was given.
fn label_is_proper() {
    let contents: [&str; 6] = [
        "plain\r\n",
        "Gr\u{fc}\u{df}e\r\n",
        "a = b\r\n",
        "nul \0\r\n",
        "trailing \r\n",
        "\u{4f60}\u{597d}\r\n",
    ];
    let long = format!("{}\r\n", "long ".repeat(300));
    for content in contents.into_iter().chain([long.as_str()]) {
        for receiver in ALL {
            let text = written_for(letter().text(content), receiver);
            let mut defects = Defects::default();
            let raw = body(&text).as_bytes();
            let decoded = match raw_label(&text).as_str() {
                "7bit" | "8bit" | "binary" => raw.to_vec(),
                "quoted-printable" => quoted_printable::decode(raw, &mut defects).into_owned(),
                "base64" => base64::decode(raw, &mut defects),
                label => panic!("{label}"),
            };
            assert_eq!(String::from_utf8(decoded).expect("text"), content);
            assert!(defects.is_empty());
        }
    }
}

fn raw_label(text: &str) -> String {
    if has(text, "Content-Transfer-Encoding") {
        field(text, "Content-Transfer-Encoding")
    } else {
        "7bit".to_owned()
    }
}

fn eight_bits_are_not_7bit() {
    for receiver in ALL {
        for part in [Part::text("\u{fc}"), Part::text("a\0"), Part::new("image/png", b"\xff")] {
            let message = letter().body(MultiPart::mixed().part(part)).build().expect("a message");
            let octets = message.to_vec_for(receiver).expect("octets");
            let head = octets.windows(4).position(|four| four == b"\r\n\r\n").expect("a header");
            let label = String::from_utf8_lossy(&octets[..head + 4]).into_owned();
            let seven = octets.iter().all(|octet| (1..128).contains(octet));
            assert_eq!(seven, raw_label(&label) == "7bit", "{label}");
        }
    }
    let raw = "Subject: x\r\n\r\n\u{fc}\r\n";
    let message = letter().body(Part::raw_message(raw)).build().expect("a message");
    refused(message.to_vec(), rfc2046::MESSAGE_IS_NOT_ENCODED);
    let text = octets(&message, Receiver::default().with_8bit(true));
    assert_eq!(raw_label(&text), "8bit");
}

fn lineless_data_is_binary() {
    let data = vec![b'x'; 5000];
    for receiver in ALL {
        let text = written_for(letter().body(Part::new("image/png", data.as_slice())), receiver);
        let longest = body(&text).split("\r\n").map(str::len).max();
        match raw_label(&text).as_str() {
            "binary" => assert!(receiver.binary),
            "base64" => assert_eq!(longest, Some(76)),
            label => panic!("{label}"),
        }
        let text = written_for(letter().text("x".repeat(5000)), receiver);
        assert!(raw_label(&text) == "quoted-printable" || receiver.binary);
    }
}

fn composites_are_not_encoded() {
    let inner =
        || letter().text("\u{fc}").attach(Part::new("image/png", b"\xff")).build().expect("a message");
    for receiver in ALL {
        let body = MultiPart::mixed().part(Part::text("\u{fc}")).part(Part::message(inner()));
        let text = String::from_utf8_lossy(
            &letter().body(body).build().expect("a message").to_vec_for(receiver).expect("octets"),
        )
        .into_owned();
        let labels: Vec<&str> = text
            .split("Content-Type: ")
            .skip(1)
            .filter(|part| part.starts_with("multipart/") || part.starts_with("message/"))
            .map(|part| part.split("\r\n\r\n").next().expect("a header"))
            .collect();
        assert_eq!(labels.len(), 3);
        for label in labels {
            assert!(!label.contains("quoted-printable") && !label.contains("base64"), "{label}");
        }
    }
}

fn encode_at_the_innermost_level() {
    let parts =
        || MultiPart::mixed().part(MultiPart::alternative().part(Part::text("\u{fc}")).part(Part::html("x")));
    let text = written(letter().body(parts()));
    assert_eq!(raw_label(&text), "7bit");
    assert!(text.contains("Content-Transfer-Encoding: quoted-printable\r\n"));
    let receiver = Receiver::default().with_8bit(true);
    let text = written_for(letter().body(parts()), receiver);
    // Both levels and the text itself.
    assert_eq!(text.matches("Content-Transfer-Encoding: 8bit\r\n").count(), 3);
    let writer = letter().body(parts()).build().expect("a message").into_writer(receiver).expect("a writer");
    assert_eq!(writer.domain(), Domain::EightBit);
}
