//! RFC 6455, section 4.3: the grammar of the handshake's fields.

use anyrfc_core::compliance::Check;

use super::super::support_opening::{
    accepted, answer, fails_opening, opens, plainest, refused, request, sent,
};
use crate::{Extension, NotAToken, codec::handshake::Request, rfc6455 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "section-4.3/quoted-parameter-in-a-response-is-a-token",
    covers: &[r::HANDSHAKE_PARAMETER_VALUE_IS_A_TOKEN],
    run: quoted_parameter_in_a_response_is_a_token,
}];

fn offer() -> Request {
    let offer = Extension::new("permessage-deflate").and_then(|e| e.with("server_max_window_bits", "10"));
    request("ws://h/").extension(offer.expect("tokens")).expect("an offer")
}

fn quoted_parameter_in_a_response_is_a_token() {
    let field = "Sec-WebSocket-Extensions";
    let with = |value: &str| format!("permessage-deflate; server_max_window_bits={value}");
    for fine in ["10", "\"10\"", "\"1\\0\"", "\"\\1\\0\"", " \"10\" "] {
        let client = opens(&offer(), answer().with(field, with(fine)).bytes());
        let [extension] = client.connection.opened().expect("opened").extensions() else { panic!("{fine}") };
        assert_eq!(extension.parameters()[0].value(), Some("10"), "{fine}");
        accepted(plainest().with(field, with(fine)).bytes());
    }
    let value = r::EXTENSION_PARAMETER_VALUE_IS_A_TOKEN;
    let malformed = r::MALFORMED_EXTENSIONS_FAIL;
    for (wrong, requirement) in [
        ("\"1 0\"", value),
        ("\"\"", value),
        ("\" 10\"", value),
        ("\"1\\\"0\"", value),
        ("\"1,0\"", value),
        ("\"1;0\"", value),
        ("\"1=0\"", value),
        ("\"1\t0\"", value),
        ("\"\u{e9}\"", value),
        ("\"1\\\\0\"", value),
        ("\"10", malformed),
        ("\"10\\\"", malformed),
        ("\"10\\", malformed),
        ("10\"", malformed),
        ("\"1\"0", malformed),
        ("\"1\"\"0\"", malformed),
        ("'1 0'", malformed),
        ("", malformed),
    ] {
        fails_opening(&offer(), answer().with(field, with(wrong)).bytes(), requirement);
        refused(plainest().with(field, with(wrong)).bytes(), 400, requirement);
    }
    // Ours are never quoted, because they are tokens.
    assert!(!sent(&offer()).one(field).contains('"'));
    let extension = || Extension::new("x").expect("a token");
    for wrong in ["", "a b", "\"a\"", "a,b", "a;b", "a=b", "a\r\nX: y", "\u{e9}", "a\\b", "\u{7f}"] {
        assert_eq!(extension().with("a", wrong), Err(NotAToken), "{wrong:?}");
        assert_eq!(extension().with(wrong, "a"), Err(NotAToken), "{wrong:?}");
        assert_eq!(extension().with_flag(wrong), Err(NotAToken), "{wrong:?}");
        assert_eq!(Extension::new(wrong), Err(NotAToken), "{wrong:?}");
    }
}
