//! RFC 2831, section 2.1.2: the response, and 2.1.2.1: its value.

use anyrfc_core::compliance::Check;

use super::{
    super::support::broke,
    judge::{
        CHALLENGE, CNONCE, REALM, answer, chris, chris_answers, directives, maybe, mechanism, once, values,
    },
};
use crate::{Credentials, DigestMd5, Nonce, Preparation, Service, rfc2831 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2831/section-2.1.2/each-directive-once",
        covers: &[r::USERNAME_ONCE, r::NONCE_ONCE, r::CNONCE_ONCE, r::RESPONSE_ONCE, r::NONCE_COUNT_IS_ONE],
        run: each_directive_once,
    },
    Check {
        name: "rfc2831/section-2.1.2/a-new-client-nonce",
        covers: &[r::CNONCE_IS_NEW, r::CNONCE_HAS_64_BITS],
        run: a_new_client_nonce,
    },
    Check {
        name: "rfc2831/section-2.1.2/auth-and-no-layer",
        covers: &[r::QOP_IS_ONE_OF_THOSE_OFFERED],
        run: auth_and_no_layer,
    },
    Check { name: "rfc2831/section-2.1.2/digest-uri", covers: &[r::SERV_NAME_IS_OMITTED], run: digest_uri },
    Check {
        name: "rfc2831/section-2.1.2/lower-case-digits",
        covers: &[r::HEX_IS_LOWER_CASE],
        run: lower_case_digits,
    },
    Check {
        name: "rfc2831/section-2.1.2/fewer-than-4096-bytes",
        covers: &[r::RESPONSE_BELOW_4096_BYTES],
        run: fewer_than_4096_bytes,
    },
    Check { name: "rfc2831/section-2.1.2.1/the-value", covers: &[r::RESPONSE_VALUE], run: the_value },
    Check {
        name: "rfc2831/section-2.1.2.1/hashed-in-iso-8859-1",
        covers: &[r::HASH_IN_LATIN_1_WHERE_POSSIBLE],
        run: hashed_in_iso_8859_1,
    },
    Check {
        name: "rfc2831/section-2.1.2.1/no-directives-of-http",
        covers: &[r::HTTP_DIRECTIVES_ARE_NOT_RETURNED],
        run: no_directives_of_http,
    },
];

fn each_directive_once() {
    let response = chris_answers(CHALLENGE).expect("the RFC's own");
    for (name, value) in [
        ("username", "chris"),
        ("realm", REALM),
        ("nonce", "OA6MG9tEQGm2hh"),
        ("cnonce", CNONCE),
        ("nc", "00000001"),
        ("digest-uri", "imap/elwood.innosoft.com"),
        ("response", "d388dad90d4bbd760a152321f2143af7"),
    ] {
        assert_eq!(once(&response, name), value.as_bytes(), "{name}");
    }
    // What would end a value is quoted, and comes out as it went in.
    let account = Credentials::password("ch\"r\\is,realm=x", String::from("secret"));
    let challenge = r#"realm="a\"b",nonce="n\\o,nce",algorithm=md5-sess,charset=utf-8"#;
    let response = answer(mechanism(&account), challenge).expect("well formed");
    assert_eq!(once(&response, "username"), br#"ch"r\is,realm=x"#);
    assert_eq!(once(&response, "realm"), br#"a"b"#);
    assert_eq!(once(&response, "nonce"), br"n\o,nce");
}

fn a_new_client_nonce() {
    let service = Service::new("imap", "elwood.innosoft.com");
    let mut seen = std::collections::HashSet::new();
    for seed in 0..=255 {
        let nonce = Nonce::from_seed([seed; 32]);
        let mechanism =
            DigestMd5::new(&chris(), Preparation::Saslprep, &service, nonce).expect("it can be sent");
        let cnonce = once(&answer(mechanism, CHALLENGE).expect("the RFC's own"), "cnonce");
        // 192 bits in base64.
        assert_eq!(cnonce.len(), 32);
        assert!(seen.insert(cnonce), "seed {seed}");
    }
}

/// One of those offered, and the one without a layer.
fn auth_and_no_layer() {
    for offered in ["auth", "auth,auth-int,auth-conf"] {
        let challenge =
            format!("nonce=n,algorithm=md5-sess,qop=\"{offered}\",cipher=\"rc4,3des\",maxbuf=65536");
        let response = chris_answers(challenge).expect("auth is among them");
        assert_eq!(once(&response, "qop"), b"auth");
        assert_eq!((maybe(&response, "cipher"), maybe(&response, "maxbuf")), (None, None));
    }
    assert!(chris_answers("nonce=n,algorithm=md5-sess,qop=\"auth-conf\"").is_err());
}

fn digest_uri() {
    let uri = |name: &str, host: &str| {
        let nonce = Nonce::from_text(CNONCE).expect("a nonce");
        let mechanism = DigestMd5::new(&chris(), Preparation::Saslprep, &Service::new(name, host), nonce)?;
        answer(mechanism, CHALLENGE).map(|response| once(&response, "digest-uri"))
    };
    assert_eq!(uri("imap", "mail.example").expect("a service"), b"imap/mail.example");
    assert_eq!(uri("smtp", "mail3.example.com").expect("a service"), b"smtp/mail3.example.com");
    for (name, host) in [("imap", "mail/example"), ("im/ap", "mail"), ("", "mail"), ("imap", "a\"b")] {
        assert!(uri(name, host).is_err(), "{name} {host}");
    }
}

fn lower_case_digits() {
    let mut letters = 0;
    for seed in 0..64 {
        let nonce = Nonce::from_seed([seed; 32]);
        let service = Service::new("imap", "elwood.innosoft.com");
        let mechanism =
            DigestMd5::new(&chris(), Preparation::Saslprep, &service, nonce).expect("it can be sent");
        let response = once(&answer(mechanism, CHALLENGE).expect("the RFC's own"), "response");
        assert_eq!(response.len(), 32);
        assert!(response.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')));
        letters += response.iter().filter(|digit| digit.is_ascii_lowercase()).count();
    }
    assert!(letters > 100, "there were letters to tell by");
}

fn fewer_than_4096_bytes() {
    let of = |length: usize| {
        let account = Credentials::password("u".repeat(length), String::from("secret"));
        answer(mechanism(&account), CHALLENGE)
    };
    let short = of(1).expect("short").len();
    let fits = 4095 - short + 1;
    assert_eq!(of(fits).expect("just short enough").len(), 4095);
    broke(of(fits + 1), r::RESPONSE_BELOW_4096_BYTES);
    broke(of(10_000), r::RESPONSE_BELOW_4096_BYTES);
}

fn the_value() {
    for (user, password, authorization_id, challenge) in [
        ("chris", "secret", None, CHALLENGE.to_owned()),
        ("chris", "secret", Some("boss"), CHALLENGE.to_owned()),
        ("c", "s:e:c", None, "nonce=\"a:b\",algorithm=md5-sess,charset=utf-8".to_owned()),
        ("u", "p", None, "realm=\"\",nonce=n,algorithm=md5-sess".to_owned()),
    ] {
        let mut account = Credentials::password(user, password.to_owned());
        account.authorization_id = authorization_id.map(str::to_owned);
        let response = answer(mechanism(&account), &challenge).expect("well formed");
        let realm = maybe(&response, "realm").unwrap_or_default();
        let (value, _) = values(&response, [user.as_bytes(), &realm, password.as_bytes()]);
        assert_eq!(once(&response, "response"), value, "{challenge}");
        let (wrong, _) = values(&response, [user.as_bytes(), &realm, b"another"]);
        assert_ne!(once(&response, "response"), wrong);
    }
    // The RFC's second example: another service, and other nonces.
    let nonce = Nonce::from_text("OA9BSuZWMSpW8m").expect("a nonce");
    let service = Service::new("acap", "elwood.innosoft.com");
    let mechanism = DigestMd5::new(&chris(), Preparation::Saslprep, &service, nonce).expect("it can be sent");
    let response =
        answer(mechanism, CHALLENGE.replace("OA6MG9tEQGm2hh", "OA9BSXrbuRhWay")).expect("well formed");
    assert_eq!(once(&response, "response"), b"6084c6db3fede7352c551284490fd0fc");
}

fn hashed_in_iso_8859_1() {
    let challenge = "nonce=n,algorithm=md5-sess,charset=utf-8";
    let value = |user: &str, password: &str, hashed: [&[u8]; 3]| {
        let account = Credentials::password(user, password.to_owned());
        let response = answer(mechanism(&account), challenge).expect("well formed");
        once(&response, "response") == values(&response, hashed).0
    };
    assert!(value("j\u{fc}rgen", "p\u{e4}ss", [b"j\xfcrgen", b"", b"p\xe4ss"]));
    assert!(!value("j\u{fc}rgen", "p\u{e4}ss", ["j\u{fc}rgen".as_bytes(), b"", "p\u{e4}ss".as_bytes()]));
    // Each by itself: what does not fit stays in UTF-8.
    assert!(value("j\u{fc}rgen", "\u{20ac}", [b"j\xfcrgen", b"", "\u{20ac}".as_bytes()]));
    assert!(value("\u{4e00}", "p\u{e4}ss", ["\u{4e00}".as_bytes(), b"", b"p\xe4ss"]));
}

fn no_directives_of_http() {
    let response = chris_answers(format!("{CHALLENGE},opaque=\"o\",domain=\"/\"")).expect("ignored");
    let names: Vec<_> = directives(&response).into_iter().map(|(name, _)| name).collect();
    for name in ["opaque", "algorithm", "domain", "stale"] {
        assert!(!names.iter().any(|found| found == name), "{name}");
    }
    assert!(names.iter().any(|name| name == "response"));
}
