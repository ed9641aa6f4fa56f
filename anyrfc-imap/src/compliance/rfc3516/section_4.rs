//! RFC 3516, section 4: BINARY and literal8.

use anyrfc_core::{ErrorKind, compliance::Check};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::super::rev1::{End, gated, inline, name, set};
use crate::{
    codec::command::{Append, UidFetch},
    rfc3516 as r,
    types::{AppendForm, AppendOptions, Code, FetchItem, FetchItems, PartPath, Partial, Section},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3516-section-4.1/binary-needs-the-capability",
        covers: &[r::BINARY_NEEDS_THE_CAPABILITY],
        run: binary_needs_the_capability,
    },
    Check {
        name: "rfc3516-section-6/an-unknown-encoding-leaves-the-encoded-body",
        covers: &[r::UNKNOWN_ENCODING_GETS_NO, r::CLIENT_DECODES_TOO],
        run: an_unknown_encoding_leaves_the_encoded_body,
    },
];

fn part(text: &str) -> PartPath {
    text.parse().expect("a part")
}

fn binary_needs_the_capability() {
    let needed = [("BINARY", r::BINARY_NEEDS_THE_CAPABILITY)];
    let partial = Some(Partial::new(0, 10).expect("octets"));
    for (items, text) in [
        (FetchItems::new().binary(part("1.2")), "UID FETCH 7 (BINARY.PEEK[1.2])"),
        (FetchItems::new().flags().binary_size(part("3")), "UID FETCH 7 (FLAGS BINARY.SIZE[3])"),
        (
            FetchItems::new().item(FetchItem::Binary { part: part("1"), peek: false, partial }),
            "UID FETCH 7 (BINARY[1]<0.10>)",
        ),
    ] {
        gated(&needed, || UidFetch::new(set("7"), items.clone()), text);
    }
    // literal8, whose octets may be NUL.
    let message = b"Subject: x\r\nContent-Transfer-Encoding: binary\r\n\r\n\0\xFF\0\r\n";
    let append =
        || Append::new(name("a"), AppendOptions::new().form(AppendForm::Binary), message.len() as u64);
    let mut end = End::rev1("BINARY");
    end.message = message.to_vec();
    let (ticket, heard) = end.sends(append());
    assert_eq!(heard.text, [b"APPEND a ~{54}\r\n", &message[..]].concat());
    end.says("OK done");
    end.answer(ticket).expect("appended");
    let error = End::rev1("").refuses(append());
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Unsupported, Some(r::BINARY_NEEDS_THE_CAPABILITY))
    );
    // Without it nothing of a message goes as literal8.
    let mut end = End::rev1("");
    end.message = b"x".to_vec();
    assert_eq!(end.sends(Append::new(name("a"), AppendOptions::new(), 1)).1.text(), "APPEND a {1}\r\nx");
}

/// The server cannot decode: it says so, and the body is to be had as it is.
fn an_unknown_encoding_leaves_the_encoded_body() {
    let mut end = End::selected("BINARY");
    let (_, answer) =
        end.asks(UidFetch::new(set("11"), FetchItems::new().binary(part("2"))), "NO [UNKNOWN-CTE] x-own");
    let error = answer.expect_err("refused");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some(&Code::UnknownCte)));
    // Its encoding is told, and its octets are as they were encoded: whoever has it can decode.
    let items = FetchItems::new().body_structure().peek(Section::part(part("2")));
    let text = "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1)";
    let encoded = "(\"IMAGE\" \"PNG\" NIL NIL NIL \"BASE64\" 8)";
    let row = format!(
        "* 1 FETCH (UID 11 BODYSTRUCTURE ({text}{encoded} \"MIXED\") BODY[2] {{8}}\r\nAAECAwQF)\nOK done"
    );
    end.gets(UidFetch::new(set("11"), items), &row);
    let rows = end.rows();
    let structure = rows[0].1.body_structure().expect("fetched").parsed().expect("understood");
    let encoding = structure.part(&part("2")).and_then(|part| part.encoding()).expect("told");
    assert!(encoding.eq_ignore_ascii_case("base64"));
    let octets = inline(&rows[0].1, &Section::part(part("2")));
    assert_eq!(STANDARD.decode(octets).expect("base64"), [0, 1, 2, 3, 4, 5]);
}
