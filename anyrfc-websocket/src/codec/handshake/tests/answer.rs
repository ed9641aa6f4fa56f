//! The server's answer (RFC 6455, section 4.1): each way to get it wrong.

use anyrfc_core::{
    ErrorKind,
    http1::{HeadError, HeadLimits, HeadReader, ResponseHead},
};

use super::{super::*, ACCEPT, NONCE, request};
use crate::{Extension, Subprotocols, rfc6455};

const DEFLATE: &str = "permessage-deflate";

fn offered() -> Offered {
    let request = request("ws://h/")
        .subprotocols(Subprotocols::from_names(["chat", "superchat"]).unwrap())
        .extension(Extension::new(DEFLATE).unwrap().with_flag("client_max_window_bits").unwrap())
        .unwrap();
    request.encode(&Key::new(NONCE)).unwrap().offered
}

/// The verdict on a response of these lines.
fn verdict(lines: &[&str]) -> Result<Verdict, HandshakeFault> {
    let response = format!("{}\r\n\r\n", lines.join("\r\n"));
    let mut reader = HeadReader::<ResponseHead>::new(HeadLimits::default());
    let (head, _) = reader.advance(response.as_bytes())?.expect("a whole head");
    validate(&head, &offered())
}

fn with(fixed: &[&str], more: &[&str]) -> Result<Verdict, HandshakeFault> {
    verdict(&[&["HTTP/1.1 101 Switching Protocols"], fixed, more].concat())
}

fn accept_line(value: &str) -> String {
    format!("Sec-WebSocket-Accept: {value}")
}

const UPGRADE: &str = "Upgrade: websocket";
const CONNECTION: &str = "Connection: Upgrade";

/// With everything right but `Sec-WebSocket-Accept`, which `more` may bring.
fn with_accept(more: &[&str]) -> Result<Verdict, HandshakeFault> {
    with(&[UPGRADE, CONNECTION], more)
}

/// With everything right but `Upgrade` and `Connection`, which `more` may bring.
fn with_upgrade(more: &[&str]) -> Result<Verdict, HandshakeFault> {
    with(&[&accept_line(ACCEPT)], more)
}

/// With everything right, and `more`.
fn accepted(more: &[&str]) -> Result<Accepted, HandshakeFault> {
    match with(&[UPGRADE, CONNECTION, &accept_line(ACCEPT)], more)? {
        Verdict::Accepted(accepted) => Ok(accepted),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_conforming_one() {
    let plain = accepted(&[]).unwrap();
    assert_eq!((plain.subprotocol, plain.extensions), (None, vec![]));
    let extensions = "sec-websocket-extensions: permessage-deflate; client_max_window_bits=\"10\"";
    let full = accepted(&["Sec-WebSocket-Protocol: superchat", extensions]).unwrap();
    assert_eq!(full.subprotocol.unwrap(), "superchat");
    let extensions: Vec<_> = full.extensions.iter().map(ToString::to_string).collect();
    assert_eq!(extensions, ["permessage-deflate; client_max_window_bits=10"]);
    for lines in [
        ["UPGRADE: WebSocket", "CONNECTION: uPGRADE"],
        ["upgrade:\twebsocket \t", "Connection: keep-alive,Upgrade"],
        ["Upgrade: ,websocket,", "Connection: keep-alive\r\nConnection: Upgrade"],
    ] {
        assert!(matches!(with_upgrade(&lines), Ok(Verdict::Accepted(_))), "{lines:?}");
    }
    // White space around the value, even on a line of its own, is no part of it.
    for before in ["", " \t ", "\r\n "] {
        let line = format!("sec-websocket-accept:{before}{ACCEPT}\t ");
        assert!(matches!(with_accept(&[&line]), Ok(Verdict::Accepted(_))), "{line:?}");
    }
    // What means nothing in a 101 is ignored.
    assert!(
        accepted(&["Sec-WebSocket-Version: 8", "Content-Length: 5", "Transfer-Encoding: chunked"]).is_ok()
    );
    let later = verdict(&["HTTP/1.9 101 x", UPGRADE, CONNECTION, &accept_line(ACCEPT)]);
    assert!(matches!(later, Ok(Verdict::Accepted(_))));
}

#[test]
fn another_status() {
    for (line, expected) in [
        ("HTTP/1.1 100 Continue", Verdict::Interim),
        ("HTTP/1.1 103 Early Hints", Verdict::Interim),
        ("HTTP/1.1 200 OK", Verdict::Refused),
        ("HTTP/1.0 302 Found", Verdict::Refused),
        ("HTTP/1.1 401 Unauthorized", Verdict::Refused),
        ("HTTP/1.1 426 Upgrade Required", Verdict::Refused),
        ("HTTP/1.1 999 x", Verdict::Refused),
    ] {
        assert_eq!(verdict(&[line]).unwrap(), expected, "{line}");
        // However much it looks like an acceptance otherwise.
        assert_eq!(verdict(&[line, UPGRADE, CONNECTION, &accept_line(ACCEPT)]).unwrap(), expected, "{line}");
    }
}

#[test]
fn status_lines_that_are_none() {
    for line in ["HTTP/1.1 1010 x", "HTTP/1.1 101", "HTTP/1.1  101 x", "ICY 101 x", "http/1.1 101 x"] {
        let fault = verdict(&[line, UPGRADE, CONNECTION, &accept_line(ACCEPT)]).unwrap_err();
        assert_eq!(fault, HandshakeFault::Head(HeadError::BadStartLine), "{line}");
        assert_eq!(fault.kind(), ErrorKind::Protocol);
        assert_eq!(fault.requirement(), rfc6455::ACCEPTING_RESPONSE_IS_VALID);
    }
    let fault = verdict(&["HTTP/1.0 101 x", UPGRADE, CONNECTION, &accept_line(ACCEPT)]).unwrap_err();
    assert_eq!(fault, HandshakeFault::HttpVersion);
    assert_eq!(fault.requirement(), rfc6455::ACCEPTING_RESPONSE_IS_VALID);
}

#[test]
fn beyond_the_limits() {
    for error in [HeadError::TooLarge, HeadError::TooManyFields] {
        let fault = HandshakeFault::from(error);
        assert_eq!(fault.kind(), ErrorKind::Limit);
        assert_eq!(fault.requirement(), rfc6455::OWN_LIMITS_ARE_GUARDED);
    }
    let long = format!("A: {}", "x".repeat(64 << 10));
    assert_eq!(accepted(&[&long]), Err(HandshakeFault::Head(HeadError::TooLarge)));
    assert_eq!(accepted(&["a:"; 10_000]), Err(HandshakeFault::Head(HeadError::TooManyFields)));
}

#[test]
fn upgrade() {
    let missing = with_upgrade(&[CONNECTION]).unwrap_err();
    assert_eq!(missing, HandshakeFault::UpgradeMissing);
    assert_eq!(missing.requirement(), rfc6455::RESPONSE_WITHOUT_UPGRADE_FAILS);
    for upgrade in [
        "Upgrade:",
        "Upgrade: web socket",
        "Upgrade: websocket/13",
        "Upgrade: h2c",
        "Upgrade: h2c, websocket",
        "Upgrade: websocket, h2c",
        "Upgrade: websocket\r\nUpgrade: websocket",
        "Upgrade: websockets",
        "Upgrade: \"websocket\"",
    ] {
        let fault = with_upgrade(&[upgrade, CONNECTION]).unwrap_err();
        assert_eq!(fault, HandshakeFault::UpgradeWrong, "{upgrade}");
        assert_eq!(fault.requirement(), rfc6455::RESPONSE_WITHOUT_UPGRADE_FAILS);
    }
}

#[test]
fn connection() {
    let missing = with_upgrade(&[UPGRADE]).unwrap_err();
    assert_eq!(missing, HandshakeFault::ConnectionMissing);
    assert_eq!(missing.requirement(), rfc6455::RESPONSE_WITHOUT_CONNECTION_FAILS);
    for connection in [
        "Connection:",
        "Connection: close",
        "Connection: Upgrades",
        "Connection: keep-alive Upgrade",
        "Connection: \"Upgrade\"",
    ] {
        let fault = with_upgrade(&[UPGRADE, connection]).unwrap_err();
        assert_eq!(fault, HandshakeFault::ConnectionWithoutUpgrade, "{connection}");
        assert_eq!(fault.requirement(), rfc6455::RESPONSE_WITHOUT_CONNECTION_FAILS);
    }
}

#[test]
fn accept() {
    let fault = with_accept(&[]).unwrap_err();
    assert_eq!(fault, HandshakeFault::AcceptMissing);
    assert_eq!(fault.requirement(), rfc6455::RESPONSE_WITH_WRONG_ACCEPT_FAILS);
    let wrong = |value: &str| {
        let fault = with_accept(&[&accept_line(value)]).unwrap_err();
        assert_eq!(fault, HandshakeFault::AcceptWrong, "{value:?}");
        assert_eq!(fault.requirement(), rfc6455::RESPONSE_WITH_WRONG_ACCEPT_FAILS);
    };
    for value in [
        "",
        &ACCEPT.to_lowercase(),
        &ACCEPT.to_uppercase(),
        &format!("{ACCEPT}="),
        &format!("{ACCEPT} {ACCEPT}"),
        &format!("{ACCEPT},{ACCEPT}"),
        &format!("{ACCEPT}{ACCEPT}"),
        &format!("\"{ACCEPT}\""),
        "s3pPLMBiTxaQ9kYG zzhZRbK+xOo=",
        "s3pPLMBiTxaQ9kYGzzhZRbK-xOo=",
        "dGhlIHNhbXBsZSBub25jZQ==",
        &accept_for(&Key::new([0; 16])),
        "\u{fc}",
    ] {
        wrong(value);
    }
    // Cut, one less, one more or another, at every place.
    for index in 0..ACCEPT.len() {
        wrong(&ACCEPT[..index]);
        let mut value = ACCEPT.to_owned();
        value.insert(index, '!');
        wrong(&value);
        value.remove(index + 1);
        wrong(&value);
        value.remove(index);
        wrong(&value);
    }
    for second in [ACCEPT, "", "x"] {
        let fault = with_accept(&[&accept_line(ACCEPT), &accept_line(second)]).unwrap_err();
        assert_eq!(fault, HandshakeFault::AcceptRepeated);
        assert_eq!(fault.requirement(), rfc6455::ACCEPT_APPEARS_ONCE);
    }
}

#[test]
fn subprotocols() {
    for value in [
        "",
        "other",
        "Chat",
        "CHAT",
        "chat, superchat",
        "chat,",
        "\"chat\"",
        "chat;q",
        "chat chat",
        "c\u{fc}",
    ] {
        let fault = accepted(&[&format!("Sec-WebSocket-Protocol: {value}")]).unwrap_err();
        assert_eq!(fault, HandshakeFault::SubprotocolNotOffered, "{value:?}");
        assert_eq!(fault.requirement(), rfc6455::SUBPROTOCOL_IS_CHOSEN_FROM_OFFER);
        assert_eq!(fault.to_string(), "a subprotocol that was not offered");
    }
    let fault = accepted(&["Sec-WebSocket-Protocol: chat"; 2]).unwrap_err();
    assert_eq!(fault, HandshakeFault::SubprotocolRepeated);
    assert_eq!(fault.requirement(), rfc6455::PROTOCOL_APPEARS_ONCE_IN_RESPONSE);
}

#[test]
fn what_was_not_offered_at_all() {
    let nothing = request("ws://h/").encode(&Key::new(NONCE)).unwrap().offered;
    let with = |name: &'static str, value: &'static str| {
        let mut head = ResponseHead::new(http::StatusCode::SWITCHING_PROTOCOLS);
        let fields = [("upgrade", "websocket"), ("connection", "upgrade"), ("sec-websocket-accept", ACCEPT)];
        for (name, value) in fields.into_iter().chain([(name, value)]) {
            head.headers.insert(name, http::HeaderValue::from_static(value));
        }
        validate(&head, &nothing)
    };
    assert!(matches!(with("x-any", "x"), Ok(Verdict::Accepted(_))));
    assert_eq!(with("sec-websocket-protocol", "chat"), Err(HandshakeFault::SubprotocolNotOffered));
    let fault = with("sec-websocket-extensions", "permessage-deflate");
    assert_eq!(fault, Err(HandshakeFault::ExtensionNotOffered));
}

#[test]
fn extensions() {
    let fault = |value: &str| accepted(&[&format!("Sec-WebSocket-Extensions: {value}")]).unwrap_err();
    for value in ["other", "permessage-deflate, other", "Permessage-Deflate", "x-webkit-deflate-frame"] {
        assert_eq!(fault(value), HandshakeFault::ExtensionNotOffered, "{value:?}");
        assert_eq!(fault(value).requirement(), rfc6455::NO_UNLISTED_EXTENSION);
    }
    for value in
        ["", ",", "foo;", "foo bar", "foo; =x", "foo; a=", "foo; a=\"b", ";", "=", "foo; a b", "f\u{fc}"]
    {
        assert_eq!(fault(value), HandshakeFault::Extensions(ExtensionsError::Malformed), "{value:?}");
        assert_eq!(fault(value).requirement(), rfc6455::MALFORMED_EXTENSIONS_FAIL);
    }
    for value in ["foo; a=\"b c\"", "foo; a=\"\"", "foo; a=\"b,c\"", "foo; a=\"\\\"\""] {
        assert_eq!(fault(value), HandshakeFault::Extensions(ExtensionsError::ParameterValue), "{value:?}");
        assert_eq!(fault(value).requirement(), rfc6455::EXTENSION_PARAMETER_VALUE_IS_A_TOKEN);
    }
    let twice = fault("permessage-deflate, permessage-deflate");
    assert_eq!(twice, HandshakeFault::ExtensionTwice);
    assert_eq!(twice.requirement(), rfc6455::EXTENSIONS_ARE_CHOSEN_FROM_OFFER);
    let repeated = accepted(&[
        "Sec-WebSocket-Extensions: permessage-deflate",
        "Sec-WebSocket-Extensions: permessage-deflate",
    ])
    .unwrap_err();
    assert_eq!(repeated, HandshakeFault::ExtensionsRepeated);
    assert_eq!(repeated.requirement(), rfc6455::EXTENSIONS_APPEAR_ONCE_IN_RESPONSE);
}

#[test]
fn what_is_wrong_in_detail_is_the_source() {
    use std::error::Error as _;

    let head = HandshakeFault::Head(HeadError::TooLarge);
    assert_eq!(head.source().unwrap().to_string(), HeadError::TooLarge.to_string());
    let fault = accepted(&["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=7"]);
    let fault = fault.unwrap_err();
    assert_eq!(fault.source().unwrap().to_string(), fault.to_string());
    let malformed = HandshakeFault::Extensions(ExtensionsError::Malformed);
    assert!(malformed.source().is_some() && HandshakeFault::UpgradeWrong.source().is_none());
    let offer = Extension::new("permessage-deflate").unwrap().with_flag("other").unwrap();
    let error = request("ws://h/").extension(offer).unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), ExtensionsError::UnknownParameter.to_string());
    assert!(RequestError::Head(HeadError::TooLarge).source().is_some());
    assert!(RequestError::Basic.source().is_none());
}
