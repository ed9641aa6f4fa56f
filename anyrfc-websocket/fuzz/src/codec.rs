//! Pieces of the grammar.

use anyrfc_core::http1::is_token;
use anyrfc_websocket::{
    CloseCode, Extension, WebSocketUri,
    codec::{
        close::{self as close_body, CloseFault},
        handshake::{ClientRequest, Key, Request, extension_list},
        utf8::Utf8Validator,
    },
};

use crate::session::Random;

/// Reads `data` as `Sec-WebSocket-Extensions`, a field line a line. What is read
/// is written and reads the same again.
pub fn extensions(data: &[u8]) {
    let Ok(list) = extension_list(data.split(|&byte| byte == b'\n')) else { return };
    assert!(!list.is_empty());
    for extension in &list {
        assert!(is_token(extension.name().as_bytes()));
        for parameter in extension.parameters() {
            assert!(is_token(parameter.name().as_bytes()));
            assert!(parameter.value().is_none_or(|value| is_token(value.as_bytes())));
        }
    }
    let written: Vec<String> = list.iter().map(Extension::to_string).collect();
    let joined = written.join(", ");
    assert_eq!(extension_list([joined.as_bytes()]).as_ref(), Ok(&list), "on one line");
    assert_eq!(extension_list(written.iter().map(String::as_bytes)).as_ref(), Ok(&list), "on many");
    let quoted: Vec<String> = list.iter().map(quoted).collect();
    assert_eq!(extension_list([quoted.join(",").as_bytes()]).as_ref(), Ok(&list), "with quoted values");
}

/// The same extension with each value as a quoted string of quoted pairs.
fn quoted(extension: &Extension) -> String {
    let parameters = extension.parameters().iter().map(|parameter| {
        let value: String = parameter.value().unwrap_or_default().chars().flat_map(|c| ['\\', c]).collect();
        let name = parameter.name();
        if parameter.value().is_some() { format!(" ; {name} = \"{value}\"") } else { format!(";{name}") }
    });
    extension.name().to_owned() + &parameters.collect::<String>()
}

/// Reads `data` as the body of a Close frame, and says why it is none.
pub fn close(data: &[u8]) {
    let expected = match data {
        [] => Ok(None),
        [_] => Err(CloseFault::HalfCode),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            let may_travel = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
            match std::str::from_utf8(reason) {
                _ if !may_travel => Err(CloseFault::Code(code)),
                Err(_) => Err(CloseFault::Reason),
                Ok(reason) => Ok(Some((code, reason))),
            }
        }
    };
    match (close_body::decode(data), expected) {
        (Ok(None), Ok(None)) => {}
        (Ok(Some(frame)), Ok(Some((code, reason)))) => {
            assert_eq!(frame.code().get(), code);
            assert!(reason.starts_with(frame.reason()), "another reason");
            // A control frame has no room for more; here more may be asked.
            let cut = reason.len() - frame.reason().len();
            assert!(cut == 0 || (reason.len() > 123 && frame.reason().len() > 119), "{cut} bytes lost");
        }
        (Err(fault), Err(expected)) => {
            assert_eq!(fault, expected);
            let code = if fault == CloseFault::Reason {
                CloseCode::INVALID_PAYLOAD
            } else {
                CloseCode::PROTOCOL_ERROR
            };
            assert_eq!(fault.answer(), code);
            assert_eq!(fault.requirement().rfc, 6455);
        }
        (got, expected) => panic!("{got:?} instead of {expected:?}"),
    }
}

/// Validates `data` in any pieces: the verdict is that of the standard library,
/// and an error comes with the first byte that nothing could mend.
pub fn utf8(data: &[u8]) {
    let expected = std::str::from_utf8(data);
    // The byte that is one too many, if there is one.
    let mut wrong = None;
    if let Err(error) = &expected
        && error.error_len().is_some()
    {
        let start = error.valid_up_to();
        wrong = (start + 1..=data.len()).find(|&end| {
            std::str::from_utf8(&data[start..end]).is_err_and(|error| error.error_len().is_some())
        });
        assert!(wrong.is_some());
    }
    let mut random = Random::of(data);
    for most in [1, 3, 17, 64, data.len().max(1)] {
        let mut validator = Utf8Validator::default();
        let mut fed = 0;
        let mut failed = false;
        while fed < data.len() && !failed {
            let size = if most == 1 { 1 } else { random.below(most + 1) };
            let end = data.len().min(fed + size);
            failed = validator.feed(&data[fed..end]).is_err();
            if failed {
                assert!(wrong.is_some_and(|wrong| wrong <= end), "refused before byte {wrong:?}, at {end}");
            } else {
                assert!(wrong.is_none_or(|wrong| wrong > end), "byte {wrong:?} passed, at {end}");
            }
            fed = end;
        }
        if !failed {
            assert_eq!(validator.finish().is_ok(), expected.is_ok(), "at the end");
            assert!(validator.feed(b"a").is_ok() && validator.finish().is_ok(), "fresh again");
        }
    }
}

/// Reads `data` as a WebSocket URI, and as where a redirect leads. What is read
/// stays the same, and makes a request that our own server accepts.
pub fn websocket_uri(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(uri) = WebSocketUri::parse(text) {
        usable(&uri);
    }
    let from = WebSocketUri::parse("wss://me:secret@server.example.com/a/b?c").expect("a URI");
    if let Ok(to) = from.redirect(text) {
        usable(&to);
        assert_eq!(to.credentials().is_some(), to.same_origin(&from), "credentials for {to}");
    }
}

fn usable(uri: &WebSocketUri) {
    let text = uri.to_string();
    let again = WebSocketUri::parse(&text).expect("a URI can be read again");
    assert_eq!(again.to_string(), text);
    assert!(again.same_origin(uri) && uri.same_origin(&again));
    assert_eq!((again.authority(), again.resource_name()), (uri.authority(), uri.resource_name()));
    assert!(uri.port() != 0 && uri.resource_name().starts_with('/'));

    let Ok(request) = Request::new(again) else { panic!("{text} has no credentials") };
    let opening = request.encode(&Key::new([1; 16])).expect("every URI makes a request");
    let read = ClientRequest::validate(&opening.head).expect("which is as it should be");
    assert_eq!((read.resource_name.as_str(), read.host), (uri.resource_name(), uri.authority()));
    let lines = opening.bytes.split(|&byte| byte == b'\n').count();
    assert_eq!(lines, 1 + opening.head.headers.len() + 2, "a line more than there are fields");
}
