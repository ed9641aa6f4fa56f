use super::*;

/// RFC 3986, section 5.4: all of them.
const EXAMPLES: [(&str, &str); 42] = [
    // 5.4.1
    ("g:h", "g:h"),
    ("g", "http://a/b/c/g"),
    ("./g", "http://a/b/c/g"),
    ("g/", "http://a/b/c/g/"),
    ("/g", "http://a/g"),
    ("//g", "http://g"),
    ("?y", "http://a/b/c/d;p?y"),
    ("g?y", "http://a/b/c/g?y"),
    ("#s", "http://a/b/c/d;p?q#s"),
    ("g#s", "http://a/b/c/g#s"),
    ("g?y#s", "http://a/b/c/g?y#s"),
    (";x", "http://a/b/c/;x"),
    ("g;x", "http://a/b/c/g;x"),
    ("g;x?y#s", "http://a/b/c/g;x?y#s"),
    ("", "http://a/b/c/d;p?q"),
    (".", "http://a/b/c/"),
    ("./", "http://a/b/c/"),
    ("..", "http://a/b/"),
    ("../", "http://a/b/"),
    ("../g", "http://a/b/g"),
    ("../..", "http://a/"),
    ("../../", "http://a/"),
    ("../../g", "http://a/g"),
    // 5.4.2
    ("../../../g", "http://a/g"),
    ("../../../../g", "http://a/g"),
    ("/./g", "http://a/g"),
    ("/../g", "http://a/g"),
    ("g.", "http://a/b/c/g."),
    (".g", "http://a/b/c/.g"),
    ("g..", "http://a/b/c/g.."),
    ("..g", "http://a/b/c/..g"),
    ("./../g", "http://a/b/g"),
    ("./g/.", "http://a/b/c/g/"),
    ("g/./h", "http://a/b/c/g/h"),
    ("g/../h", "http://a/b/c/h"),
    ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
    ("g;x=1/../y", "http://a/b/c/y"),
    ("g?y/./x", "http://a/b/c/g?y/./x"),
    ("g?y/../x", "http://a/b/c/g?y/../x"),
    ("g#s/./x", "http://a/b/c/g#s/./x"),
    ("g#s/../x", "http://a/b/c/g#s/../x"),
    ("http:g", "http:g"),
];

#[test]
fn every_example_of_reference_resolution() {
    let base = Uri::parse("http://a/b/c/d;p?q").unwrap();
    for (reference, target) in EXAMPLES {
        assert_eq!(base.resolve(reference).unwrap().as_str(), target, "{reference:?}");
    }
    let with_fragment = Uri::parse("http://a/b/c/d;p?q#f").unwrap();
    for (reference, target) in EXAMPLES {
        assert_eq!(with_fragment.resolve(reference).unwrap().as_str(), target, "{reference:?}");
    }
}

#[test]
fn nothing_is_relative_to_an_opaque_base() {
    let base = Uri::parse("mailto:a@b.example").unwrap();
    assert_eq!(base.resolve("c"), Err(UriError::OpaqueBase));
    assert_eq!(base.resolve("http://c/").unwrap().as_str(), "http://c/");
}

#[test]
fn userinfo_goes_with_its_authority() {
    let base = Uri::parse("http://u:p@a/b").unwrap();
    assert_eq!(base.resolve("c").unwrap().userinfo().unwrap().expose(), "u:p");
    assert!(base.resolve("//a/b").unwrap().userinfo().is_none());
    assert!(base.resolve("http://a/b").unwrap().userinfo().is_none());
    assert_eq!(base.resolve("//v@a/b").unwrap().userinfo().unwrap().expose(), "v");
    assert!(base.without_userinfo().userinfo().is_none());
    assert_eq!(base.without_fragment(), base);
}

#[test]
fn userinfo_is_never_shown() {
    let uri = Uri::parse("http://me:hunter2@a:80/b").unwrap();
    assert_eq!(uri.to_string(), "http://a:80/b");
    assert!(!format!("{uri:?}").contains("hunter2"));
    assert!(!format!("{:?}", Uri::parse("http://me:hun ter2%@a/")).contains("ter2"));
    let credentials = uri.credentials().unwrap().unwrap();
    assert_eq!(credentials.user.as_deref(), Some("me"));
    assert_eq!(credentials.password.unwrap().expose(), "hunter2");
    assert_ne!(uri, Uri::parse("http://a:80/b").unwrap());
}

#[test]
fn userinfo_is_decoded_once_and_only_text() {
    let credentials = |text: &str| Uri::parse(text).unwrap().credentials();
    let both = |text: &str| {
        let credentials = credentials(text).unwrap().unwrap();
        (credentials.user.unwrap(), credentials.password.map(|p| p.expose().clone()))
    };
    assert_eq!(both("a://u%3A:p:q%40@h"), ("u:".into(), Some("p:q@".into())));
    assert_eq!(both("a://ü:%2525@h"), ("ü".into(), Some("%25".into())));
    assert_eq!(both("a://u@h"), ("u".into(), None));
    assert_eq!(both("a://:@h"), (String::new(), Some(String::new())));
    assert!(credentials("a://h").unwrap().is_none());
    assert_eq!(credentials("a://%FF@h").unwrap_err(), UriError::Userinfo);
    assert_eq!(credentials("a://u:x%0D%0Ay@h").unwrap_err(), UriError::Userinfo);
    assert_eq!(credentials("a://u%00@h").unwrap_err(), UriError::Userinfo);
}

#[test]
fn components() {
    let uri = Uri::parse("IMAPS://u@Example.COM:1143/In%20Box;UID=1?a=b?c#d").unwrap();
    assert_eq!(uri.scheme(), "imaps");
    assert_eq!(uri.host(), Some(Host::Name("example.com")));
    assert_eq!((uri.port(), uri.port_or_default()), (Some(1143), Some(1143)));
    assert_eq!(uri.path(), "/In%20Box;UID=1");
    assert_eq!(uri.query(), Some("a=b?c"));
    assert_eq!(uri.fragment(), Some("d"));
    assert_eq!(uri.without_fragment().as_str(), "imaps://example.com:1143/In%20Box;UID=1?a=b?c");
    let uri = Uri::parse("ws://h:").unwrap();
    assert_eq!((uri.port(), uri.port_or_default(), uri.path()), (None, Some(80), ""));
    let uri = Uri::parse("mailto:a@b").unwrap();
    assert_eq!((uri.host(), uri.port_or_default(), uri.path()), (None, None, "a@b"));
    assert_eq!(Uri::parse("file:///x").unwrap().host(), Some(Host::Name("")));
}

#[test]
fn addresses() {
    let host = |text: &str| Uri::parse(text).map(|uri| uri.host().unwrap().to_string());
    assert_eq!(host("ws://[::1]:9/").unwrap(), "[::1]");
    assert_eq!(host("ws://[2001:DB8:0:0::0:1]").unwrap(), "[2001:db8::1]");
    assert_eq!(host("ws://[::ffff:1.2.3.4]").unwrap(), "[::ffff:1.2.3.4]");
    assert_eq!(host("ws://127.0.0.1").unwrap(), "127.0.0.1");
    assert_eq!(Uri::parse("ws://127.0.0.1").unwrap().host().unwrap().address(), Some([127, 0, 0, 1].into()));
    // Not dotted quads: names, whatever some resolvers make of them.
    assert!(matches!(Uri::parse("ws://127.1").unwrap().host(), Some(Host::Name("127.1"))));
    assert!(matches!(Uri::parse("ws://256.0.0.1").unwrap().host(), Some(Host::Name(_))));
    assert_eq!(host("ws://[v1.x]").unwrap_err(), UriError::AddressMechanism);
    for bad in
        ["ws://[::1", "ws://[::1]x", "ws://[1.2.3.4]", "ws://[fe80::1%25eth0]", "ws://[:::]", "ws://[ü]"]
    {
        assert!(host(bad).is_err(), "{bad}");
    }
    assert_eq!(host("ws://::1/").unwrap_err(), UriError::Port);
}

#[test]
fn names_outside_ascii_become_a_labels() {
    let name = |text: &str| Uri::parse(text).map(|uri| uri.host().unwrap().to_string());
    assert_eq!(name("ws://bücher.example/").unwrap(), "xn--bcher-kva.example");
    assert_eq!(name("ws://BÜCHER.example/").unwrap(), "xn--bcher-kva.example");
    assert_eq!(name("ws://b%C3%BCcher.example/").unwrap(), "xn--bcher-kva.example");
    // IDNA 2008: sharp s and final sigma are letters of their own.
    assert_eq!(name("ws://faß.de/").unwrap(), "xn--fa-hia.de");
    assert_eq!(name("ws://例え。テスト").unwrap(), "xn--r8jz45g.xn--zckzah");
    assert_eq!(name("ws://EX%61mple.com").unwrap(), "example.com");
    assert_eq!(name("ws://a%2fb").unwrap(), "a%2Fb");
    assert_eq!(name("ws://a_b.example.").unwrap(), "a_b.example.");
    for bad in
        ["ws://\u{ad}/", "ws://a／ü/", "ws://ü%2F", "ws://ü%00", "ws://%FF/", "ws://\u{fffd}.x", "ws://ü..x"]
    {
        assert_eq!(name(bad).unwrap_err(), UriError::Host, "{bad}");
    }
    let long = format!("ws://{}.example", "ü".repeat(64));
    assert_eq!(name(&long).unwrap_err(), UriError::Host);
    assert_eq!(host_to_ascii("").unwrap_err(), UriError::Host);
    assert_eq!(host_to_ascii("a b").unwrap_err(), UriError::Host);
    assert_eq!(host_to_ascii("MAIL.example").unwrap(), "mail.example");
}

#[test]
fn excluded_characters_are_percent_encoded() {
    let text = |text: &str| Uri::parse(text).unwrap().as_str().to_owned();
    assert_eq!(text("ws://h/ä b?ü<>#ö\""), "ws://h/%C3%A4%20b?%C3%BC%3C%3E#%C3%B6%22");
    assert_eq!(text("ws://h/[\\]^`{|}"), "ws://h/%5B%5C%5D%5E%60%7B%7C%7D");
    assert_eq!(text("ws://h/%c3%a4"), "ws://h/%c3%a4");
    assert_eq!(text("ws://h/?a#b#c"), "ws://h/?a#b%23c");
    assert_eq!(text("ws://h/😀"), "ws://h/%F0%9F%98%80");
    assert_eq!(text("ws://h/:@!$&'()*+,;=-._~/?:@/?"), "ws://h/:@!$&'()*+,;=-._~/?:@/?");
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    for (text, error) in [
        ("", UriError::Scheme),
        ("//h/x", UriError::Scheme),
        ("h/x", UriError::Scheme),
        (":x", UriError::Scheme),
        ("1a:x", UriError::Scheme),
        ("wß://h", UriError::Scheme),
        (" ws://h", UriError::Scheme),
        ("ws://h/\r\nX: y", UriError::Character),
        ("ws://h/\0", UriError::Character),
        ("ws://h/\x7f", UriError::Character),
        ("ws://h/\u{85}", UriError::Character),
        ("ws://h\r\n/", UriError::Character),
        ("ws://good.example\\@evil.example/", UriError::Character),
        ("ws://h\\x/", UriError::Host),
        ("ws://a b/", UriError::Host),
        ("ws://a<b/", UriError::Host),
        ("ws://a@b@c/", UriError::Authority),
        ("ws://h/%", UriError::PercentEncoding),
        ("ws://h/%4", UriError::PercentEncoding),
        ("ws://h/%zz", UriError::PercentEncoding),
        ("ws://h/%+1", UriError::PercentEncoding),
        ("ws://h%2/", UriError::PercentEncoding),
        ("ws://u%@h/", UriError::PercentEncoding),
        ("ws://h:x/", UriError::Port),
        ("ws://h:+80/", UriError::Port),
        ("ws://h:65536/", UriError::Port),
        ("ws://h:99999999999999999999/", UriError::Port),
        ("ws://h:８０/", UriError::Port),
    ] {
        assert_eq!(Uri::parse(text), Err(error), "{text:?}");
    }
    assert_eq!(Uri::parse("ws://h:00080/").unwrap().port(), Some(80));
}

#[test]
fn normal_form() {
    let normal = |text: &str| Uri::parse(text).unwrap().normalize().as_str().to_owned();
    assert_eq!(normal("HTTP://Example.com:80/%7Ea/./b/../c%2f?x"), "http://example.com/~a/c%2F?x");
    assert_eq!(normal("wss://h:443/x"), "wss://h/x");
    assert_eq!(normal("wss://h:80/x"), "wss://h:80/x");
    assert_eq!(normal("ws://[0:0:0:0:0:0:0:1]/x"), "ws://[::1]/x");
    let uri = Uri::parse("ws://u@h/a/../b").unwrap().normalize();
    assert_eq!((uri.as_str(), uri.userinfo().unwrap().expose().as_str()), ("ws://h/b", "u"));
}

#[test]
fn origins() {
    let same = |a: &str, b: &str| Uri::parse(a).unwrap().same_origin(&Uri::parse(b).unwrap());
    assert!(same("wss://h/a", "wss://u@H:443/b?c"));
    assert!(same("ws://[::1]/", "ws://[0::1]:80"));
    assert!(!same("ws://h/", "wss://h/"));
    assert!(!same("ws://h/", "ws://h:81/"));
    assert!(!same("ws://h/", "ws://i/"));
    assert!(!same("mailto:a", "mailto:a"));
}

#[test]
fn percent_decoding() {
    assert_eq!(percent_decode("a%41%c3%BC%"), b"aA\xc3\xbc%");
    assert_eq!(percent_decode("%4%zz%"), b"%4%zz%");
    assert_eq!(percent_decode("%2541"), b"%41");
}

#[test]
fn every_short_text_is_read_or_refused() {
    // Whatever is accepted reads back as itself.
    let alphabet = ["a", ":", "/", "?", "#", "@", "[", "]", "%", "%41", "1", ".", "ü", " ", "\\"];
    for length in 0..=5_u32 {
        for mut n in 0..alphabet.len().pow(length) {
            let mut text = String::new();
            for _ in 0..length {
                text.push_str(alphabet[n % alphabet.len()]);
                n /= alphabet.len();
            }
            let Ok(uri) = Uri::parse(&text) else { continue };
            assert_eq!(Uri::parse(uri.as_str()).as_ref().map(Uri::as_str), Ok(uri.as_str()), "{text:?}");
            let normal = uri.normalize();
            assert_eq!(normal.normalize(), normal, "{text:?}");
        }
    }
}
