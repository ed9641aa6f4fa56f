//! URIs.

use anyrfc_core::uri::{Host, Uri, host_to_ascii, percent_decode};

/// Reads `data` as a URI, and as a reference to resolve against one. What is
/// read stays the same when it is read again, its normal form is one, nothing
/// in it could break a line, and no password is shown.
pub fn uri(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = percent_decode(text);
    if let Ok(host) = host_to_ascii(text) {
        assert!(host.is_ascii() && host.len() <= 254, "{host:?} is no host");
        assert_eq!(host_to_ascii(&host).as_deref(), Ok(&*host), "a host of its own");
    }
    // A reference may stand alone, or after a line feed behind its base.
    let (base, reference) = text.split_once('\n').unwrap_or(("ws://h.example/a/b?c", text));
    if let Ok(uri) = Uri::parse(text) {
        stable(&uri);
    }
    let Ok(base) = Uri::parse(base) else { return };
    stable(&base);
    if let Ok(target) = base.resolve(reference) {
        stable(&target);
        // Credentials do not go to where they do not belong.
        if target.userinfo().is_some() && base.userinfo().is_none() {
            assert!(reference.contains('@'), "credentials out of nothing");
        }
    }
}

fn stable(uri: &Uri) {
    let text = uri.as_str();
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "{text:?} is not of a URI's characters");
    let again = Uri::parse(text).expect("a URI can be read again");
    assert_eq!(again.as_str(), text, "another URI");
    assert_eq!(again, uri.without_userinfo());
    assert_eq!((again.host(), again.port()), (uri.host(), uri.port()));
    assert!(again.same_origin(uri) || uri.host().is_none());

    let normal = uri.normalize();
    assert_eq!(normal.normalize().as_str(), normal.as_str(), "a normal form of the normal form of {text}");
    assert!(
        Uri::parse(normal.as_str()).is_ok_and(|read| read.as_str() == normal.as_str()),
        "{normal} is none"
    );
    assert_eq!(normal.scheme(), uri.scheme());
    assert_eq!(normal.port_or_default(), uri.port_or_default(), "another port");
    assert!(normal.same_origin(uri) || uri.host().is_none(), "{normal} is elsewhere than {text}");

    assert!(uri.without_fragment().fragment().is_none());
    if let Some(Host::Name(name)) = uri.host() {
        assert!(!name.contains(['@', ':', '/', '?', '#', '\\', '[', ']']), "{name} is no name");
    }
    if let Some(userinfo) = uri.userinfo().map(|secret| secret.expose()) {
        let authority = text.split_once("://").map_or("", |(_, rest)| rest);
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        assert!(!authority.contains('@'), "the userinfo {userinfo} shows");
    }
    let _ = uri.credentials();
}
