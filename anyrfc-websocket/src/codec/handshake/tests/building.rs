//! Keys and requests (RFC 6455, section 4.1).

use anyrfc_core::{Credentials, ErrorKind};
use http::{HeaderValue, header};

use super::{super::*, ACCEPT, NONCE, head_of, request, text};
use crate::{Extension, SubprotocolError, Subprotocols, WebSocketUri, WebSocketUriError, rfc6455};

#[test]
fn the_keys_of_the_rfc() {
    let key = Key::new(NONCE);
    assert_eq!(key.as_str(), "dGhlIHNhbXBsZSBub25jZQ==");
    assert_eq!(accept_for(&key), ACCEPT);
    assert_eq!(Key::new([0; 16]).as_str().len(), 24);
    // Section 4.1 prints this one with unused bits set: read as it stands, and answered so.
    let odd = Key::parse(b"AQIDBAUGBwgJCgsMDQ4PEC==").unwrap();
    let even = Key::parse(b"AQIDBAUGBwgJCgsMDQ4PEA==").unwrap();
    assert_eq!(even, Key::new([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]));
    assert_ne!(accept_for(&odd), accept_for(&even));
}

#[test]
fn what_is_no_key() {
    for bad in [
        "",
        "====",
        "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZQ===",
        " dGhlIHNhbXBsZSBub25jZQ==",
        "dGhlIHNhbXBsZSBub25j",
        "dGhlIHNhbXBsZSBub25jZWE=",
        "dGhl-HNhbXBsZSBub25jZQ==",
    ] {
        assert_eq!(Key::parse(bad.as_bytes()), Err(KeyError), "{bad:?}");
    }
    assert_eq!(Key::parse(b"\xff\xfe"), Err(KeyError));
}

#[test]
fn the_bytes_of_a_full_handshake() {
    let bar = Extension::new("permessage-deflate").unwrap().with("server_max_window_bits", "10").unwrap();
    let request = request("ws://server.example.com/chat?x=1")
        .origin("HTTP://Example.com:80")
        .unwrap()
        .subprotocols(Subprotocols::from_names(["chat", "superchat"]).unwrap())
        .extension(Extension::new("permessage-deflate").unwrap().with_flag("client_max_window_bits").unwrap())
        .unwrap()
        .extension(bar)
        .unwrap()
        .basic("Aladdin", "open sesame")
        .unwrap()
        .header("cookie", "a=b")
        .unwrap()
        .header("X-Custom", "1")
        .unwrap()
        .header("x-custom", "2")
        .unwrap();
    assert_eq!(
        text(&request),
        "GET /chat?x=1 HTTP/1.1\r\n\
         Host: server.example.com\r\n\
         Upgrade: websocket\r\n\
         Connection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Version: 13\r\n\
         Origin: http://example.com\r\n\
         Sec-WebSocket-Protocol: chat, superchat\r\n\
         Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, permessage-deflate; server_max_window_bits=10\r\n\
         Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\
         Cookie: a=b\r\n\
         X-Custom: 1\r\n\
         X-Custom: 2\r\n\r\n"
    );
}

#[test]
fn the_bytes_of_the_least_handshake() {
    for (uri, line, host) in [
        ("ws://h", "/", "h"),
        ("ws://h:80?q", "/?q", "h"),
        ("wss://h:443/", "/", "h"),
        ("wss://h:80/", "/", "h:80"),
        ("ws://[::1]:9001/a", "/a", "[::1]:9001"),
        ("ws://b\u{fc}cher.example/\u{fc}", "/%C3%BC", "xn--bcher-kva.example"),
    ] {
        let expected = format!(
            "GET {line} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        assert_eq!(text(&request(uri)), expected, "{uri}");
    }
}

#[test]
fn nothing_can_be_injected() {
    let plain = || request("ws://h/");
    for bad in ["a\r\nX: y", "a\nb", "a\r", "\0", "a\x7f"] {
        assert_eq!(plain().header("x-a", bad).unwrap_err(), RequestError::FieldValue, "{bad:?}");
        assert_eq!(plain().header(bad, "x").unwrap_err(), RequestError::FieldName, "{bad:?}");
        assert_eq!(plain().header("cookie", bad).unwrap_err(), RequestError::FieldValue, "{bad:?}");
        assert_eq!(plain().header("authorization", bad).unwrap_err(), RequestError::FieldValue, "{bad:?}");
        assert_eq!(plain().origin(&format!("http://{bad}")).unwrap_err(), RequestError::Origin, "{bad:?}");
        assert_eq!(plain().basic(bad, "x").unwrap_err(), RequestError::Basic, "{bad:?}");
        assert_eq!(plain().basic("x", bad).unwrap_err(), RequestError::Basic, "{bad:?}");
        assert_eq!(plain().bearer(bad).unwrap_err(), RequestError::Bearer, "{bad:?}");
        assert_eq!(Subprotocols::from_names([bad]), Err(SubprotocolError::NotAToken), "{bad:?}");
        assert!(Extension::new(bad).is_err(), "{bad:?}");
        assert!(format!("ws://h/{bad}").parse::<WebSocketUri>().is_err(), "{bad:?}");
        assert!(format!("ws://h{bad}/").parse::<WebSocketUri>().is_err(), "{bad:?}");
    }
    let error = plain().header("x-a", "a\r\nb").unwrap_err();
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, rfc6455::REQUEST_IS_VALID_HTTP));
}

#[test]
fn the_protocols_own_fields_are_refused() {
    for name in [
        "Host",
        "UPGRADE",
        "connection",
        "Sec-WebSocket-Key",
        "sec-websocket-version",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Whatever",
        "Content-Length",
        "Transfer-Encoding",
        "Trailer",
        "TE",
        "Expect",
        "Keep-Alive",
        "Proxy-Connection",
        "HTTP2-Settings",
        "Proxy-Authorization",
    ] {
        let error = request("ws://h/").header(name, "x").unwrap_err();
        assert!(matches!(error, RequestError::OwnedField(_)), "{name}");
    }
}

#[test]
fn origins() {
    let origin = |origin: &str| {
        request("ws://h/").origin(origin).map(|request| head_of(&request).headers["origin"].clone())
    };
    assert_eq!(origin("null").unwrap(), "null");
    let idn = origin("https://b\u{fc}cher.example:8443").unwrap();
    assert_eq!(idn, "https://xn--bcher-kva.example:8443");
    assert_eq!(origin("HTTPS://H:443").unwrap(), "https://h");
    for bad in
        ["", "h", "http://h/", "http://h?x", "http://h#x", "http://u@h", "mailto:a", "http://", "NULL", "a b"]
    {
        assert_eq!(origin(bad).unwrap_err(), RequestError::Origin, "{bad:?}");
    }
    let raw = request("ws://h/").header("origin", "file://").unwrap();
    assert_eq!(head_of(&raw).headers["origin"], "file://");
    assert_eq!(raw.header("origin", "x").unwrap_err(), RequestError::RepeatedField(header::ORIGIN));
}

#[test]
fn authentication() {
    let sent = |request: &Request| head_of(request).headers.get("authorization").cloned();
    let plain = || request("ws://h/");
    let with_userinfo = || request("ws://u:p@h/");
    assert_eq!(sent(&plain()), None);
    // RFC 7617, section 2.1: in UTF-8.
    assert_eq!(sent(&plain().basic("test", "123\u{a3}").unwrap()).unwrap(), "Basic dGVzdDoxMjPCow==");
    let decoded = request("ws://Aladdin:open%20sesame@h/");
    assert_eq!(sent(&decoded).unwrap(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    assert_eq!(sent(&request("ws://u@h/")).unwrap(), "Basic dTo=");
    assert_eq!(sent(&plain().bearer("mF_9.B5f-4.1JqM==").unwrap()).unwrap(), "Bearer mF_9.B5f-4.1JqM==");
    let given = with_userinfo().credentials(&Credentials::bearer("abc")).unwrap();
    assert_eq!(sent(&given).unwrap(), "Bearer abc");
    let given = with_userinfo().credentials(&Credentials::password("a", "b")).unwrap();
    assert_eq!(sent(&given).unwrap(), "Basic YTpi");
    let given = with_userinfo().header("Authorization", "Digest x").unwrap();
    assert_eq!(sent(&given).unwrap(), "Digest x");
    let error = given.header("authorization", "y").unwrap_err();
    assert_eq!(error, RequestError::RepeatedField(header::AUTHORIZATION));
    for bad in ["", "=", "a b", "a=b", "\u{e4}", "a\"", "a,b"] {
        assert_eq!(plain().bearer(bad).unwrap_err(), RequestError::Bearer, "{bad:?}");
    }
    assert_eq!(plain().basic("a:b", "c").unwrap_err(), RequestError::Basic);
    let colon = "ws://a%3Ab:c@h/".parse().unwrap();
    assert_eq!(Request::new(colon).unwrap_err(), RequestError::Basic);
}

#[test]
fn credentials_are_never_shown() {
    let secrets = ["hunter2", "aHVudGVyMg", "bWU6aHVudGVyMg", "t0ken", "c00kie"];
    let plain = || request("ws://h/");
    let requests = [
        request("ws://me:hunter2@h/"),
        plain().basic("me", "hunter2").unwrap(),
        plain().bearer("t0ken").unwrap(),
        plain().header("authorization", "t0ken").unwrap().header("Cookie", "c00kie").unwrap(),
    ];
    for request in requests {
        let opening = request.encode(&Key::new(NONCE)).unwrap();
        let sent = String::from_utf8_lossy(&opening.bytes).into_owned();
        assert!(secrets.iter().any(|secret| sent.contains(secret)));
        let head = head_of(&request);
        let client = ClientRequest::validate(&head).unwrap();
        let shown = [
            format!("{request:?}"),
            format!("{opening:?}"),
            format!("{head:?}"),
            format!("{client:?}"),
            format!("{:?}", opening.head),
        ];
        for shown in shown {
            assert!(!secrets.iter().any(|secret| shown.contains(secret)), "{shown}");
        }
    }
}

#[test]
fn no_credentials_go_to_another_origin() {
    let mut own = HeaderValue::from_static("s3cret");
    own.set_sensitive(true);
    let from = request("wss://me:pw@h/a")
        .bearer("t0ken")
        .unwrap()
        .header("cookie", "c00kie")
        .unwrap()
        .header("x-api-key", own)
        .unwrap()
        .header("x-plain", "kept")
        .unwrap()
        .origin("https://o")
        .unwrap();
    let same = text(&from.redirect("https://h:443/b").unwrap());
    for kept in ["GET /b ", "t0ken", "c00kie", "s3cret", "kept", "https://o"] {
        assert!(same.contains(kept), "{kept}");
    }
    for location in ["ws://h/b", "//i/b", "wss://h:444/b"] {
        let other = text(&from.redirect(location).unwrap());
        for gone in ["t0ken", "c00kie", "s3cret", "Authorization"] {
            assert!(!other.contains(gone), "{gone}");
        }
        assert!(other.contains("kept") && other.contains("https://o"));
    }
    let userinfo = request("wss://me:pw@h/a");
    assert!(text(&userinfo.redirect("b").unwrap()).contains("Authorization"));
    assert!(!text(&userinfo.redirect("//i/b").unwrap()).contains("Authorization"));
    assert_eq!(userinfo.redirect("//x:y@i/").unwrap_err(), WebSocketUriError::RedirectedUserinfo);
}
