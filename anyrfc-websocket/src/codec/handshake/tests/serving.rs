//! The server's side (RFC 6455, section 4.2).

use anyrfc_core::http1::{RequestHead, ResponseHead};
use http::StatusCode;

use super::{super::*, NONCE, head_of, read, request};
use crate::{Extension, SubprotocolError, Subprotocols};

const REQUEST: [&str; 6] = [
    "GET /chat HTTP/1.1",
    "Host: server.example.com",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
];

fn served(lines: &[&str]) -> Result<ClientRequest, RequestFault> {
    let text = format!("{}\r\n\r\n", lines.join("\r\n"));
    ClientRequest::validate(&read::<RequestHead>(text.as_bytes()))
}

/// The request with one line replaced, or left out.
fn with(index: usize, line: &str) -> Result<ClientRequest, RequestFault> {
    let mut lines = REQUEST.to_vec();
    lines[index] = line;
    lines.retain(|line| !line.is_empty());
    served(&lines)
}

/// The request with a line more.
fn and(line: &str) -> Result<ClientRequest, RequestFault> {
    served(&[&REQUEST[..], &[line]].concat())
}

#[test]
fn what_our_client_sends_is_understood_and_accepted() {
    let offer = Extension::new("permessage-deflate").unwrap().with("server_max_window_bits", "9").unwrap();
    let ours = request("ws://h:81/chat?x")
        .origin("https://o")
        .unwrap()
        .subprotocols(Subprotocols::from_names(["a", "b"]).unwrap())
        .extension(offer.clone())
        .unwrap();
    let opening = ours.encode(&Key::new(NONCE)).unwrap();
    let client = ClientRequest::validate(&head_of(&ours)).unwrap();
    assert_eq!((client.resource_name.as_str(), client.host.as_str()), ("/chat?x", "h:81"));
    assert_eq!(client.origin.as_ref().unwrap(), "https://o");
    assert_eq!((&client.key, client.extensions.as_slice()), (&Key::new(NONCE), &[offer.clone()][..]));
    let mut bytes = Vec::new();
    client.accept(Some("b"), std::slice::from_ref(&offer)).unwrap().write(&mut bytes).unwrap();
    assert_eq!(
        std::str::from_utf8(&bytes).unwrap(),
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: b\r\n\
         Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n\r\n"
    );
    let Ok(Verdict::Accepted(accepted)) = validate(&read::<ResponseHead>(&bytes), &opening.offered) else {
        panic!("our client refuses what our server answers");
    };
    assert_eq!((accepted.subprotocol.unwrap().as_str(), accepted.extensions), ("b", vec![offer]));
    assert_eq!(client.accept(Some("B"), &[]).unwrap_err(), AcceptError::Subprotocol);
    let other = Extension::new("other").unwrap();
    assert_eq!(client.accept(None, &[other]).unwrap_err(), AcceptError::Extension);
}

#[test]
fn other_forms_that_conform() {
    let absolute = with(0, "GET http://server.example.com/chat?x HTTP/1.1").unwrap();
    assert_eq!(absolute.resource_name, "/chat?x");
    assert_eq!(with(0, "GET https://server.example.com HTTP/1.1").unwrap().resource_name, "/");
    assert!(with(0, "GET / HTTP/1.2").is_ok());
    assert!(with(1, "Host: [::1]:80").is_ok());
    assert!(with(2, "Upgrade: h2c, WEBSOCKET").is_ok());
    assert!(with(3, "Connection: keep-alive, upgrade").is_ok());
    let lists = [
        "Sec-WebSocket-Protocol: a",
        "Sec-WebSocket-Protocol: b, c",
        "Sec-WebSocket-Extensions: x",
        "Sec-WebSocket-Extensions: y; z",
    ];
    let all = served(&[&REQUEST[..], &lists[..]].concat()).unwrap();
    assert_eq!((all.subprotocols.to_string().as_str(), all.extensions.len()), ("a, b, c", 2));
}

#[test]
fn every_fault_has_its_status() {
    for (result, fault) in [
        (with(0, "POST /chat HTTP/1.1"), RequestFault::Method),
        (with(0, "get /chat HTTP/1.1"), RequestFault::Method),
        (with(0, "GET /chat HTTP/1.0"), RequestFault::HttpVersion),
        (with(0, "GET * HTTP/1.1"), RequestFault::Target),
        (with(0, "GET /chat#x HTTP/1.1"), RequestFault::Target),
        (with(0, "GET ws://h/chat HTTP/1.1"), RequestFault::Target),
        (with(0, "GET chat HTTP/1.1"), RequestFault::Target),
        (with(0, "GET http://h/chat#x HTTP/1.1"), RequestFault::Target),
        (with(0, "GET http:/chat HTTP/1.1"), RequestFault::Target),
        (with(1, ""), RequestFault::Host),
        (with(1, "Host:"), RequestFault::Host),
        (with(1, "Host: a b"), RequestFault::Host),
        (with(1, "Host: u@h"), RequestFault::Host),
        (with(1, "Host: h/x"), RequestFault::Host),
        (with(1, "Host: h?x"), RequestFault::Host),
        (with(1, "Host: h#x"), RequestFault::Host),
        (with(1, "Host: \u{fc}"), RequestFault::Host),
        (and("Host: server.example.com"), RequestFault::Host),
        (with(2, ""), RequestFault::UpgradeMissing),
        (with(2, "Upgrade: websockets"), RequestFault::UpgradeWrong),
        (with(3, ""), RequestFault::ConnectionMissing),
        (with(3, "Connection: close"), RequestFault::ConnectionWithoutUpgrade),
        (with(4, ""), RequestFault::KeyMissing),
        (with(4, "Sec-WebSocket-Key:"), RequestFault::KeyWrong),
        (with(4, "Sec-WebSocket-Key: dGhlIHNhbXBsZQ=="), RequestFault::KeyWrong),
        (and("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), RequestFault::KeyRepeated),
        (with(5, ""), RequestFault::VersionMissing),
        (with(5, "Sec-WebSocket-Version: 8"), RequestFault::VersionUnknown),
        (with(5, "Sec-WebSocket-Version: 013"), RequestFault::VersionUnknown),
        (with(5, "Sec-WebSocket-Version: 13, 8"), RequestFault::VersionUnknown),
        (and("Sec-WebSocket-Version: 13"), RequestFault::VersionRepeated),
        (and("Sec-WebSocket-Protocol:"), RequestFault::Subprotocols(SubprotocolError::NotAToken)),
        (and("Sec-WebSocket-Protocol: a b"), RequestFault::Subprotocols(SubprotocolError::NotAToken)),
        (and("Sec-WebSocket-Protocol: a, a"), RequestFault::Subprotocols(SubprotocolError::Repeated)),
        (and("Sec-WebSocket-Extensions: a;"), RequestFault::Extensions(ExtensionsError::Malformed)),
        (
            and("Sec-WebSocket-Extensions: a;b=\" \""),
            RequestFault::Extensions(ExtensionsError::ParameterValue),
        ),
    ] {
        assert_eq!(result.unwrap_err(), fault);
        let response = fault.response();
        if fault == RequestFault::VersionUnknown {
            assert_eq!(response.status, StatusCode::UPGRADE_REQUIRED);
            assert_eq!(response.headers["sec-websocket-version"], "13");
            assert_eq!(response.headers["upgrade"], "websocket");
        } else {
            assert_eq!(response.status, StatusCode::BAD_REQUEST);
        }
        assert!(response.write(&mut Vec::new()).is_ok());
        assert!(!fault.to_string().is_empty() && !fault.requirement().id().is_empty());
    }
}
