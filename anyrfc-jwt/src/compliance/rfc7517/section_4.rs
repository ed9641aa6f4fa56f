//! RFC 7517, sections 4 to 4.6: a key and its members.

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::{
    super::support::{json as value, jwk, malformed, refused},
    parse, with, written,
};
use crate::{
    ErrorKind,
    proto::{KeySet, KeySource as _, SigningKey, VerifyingKey},
    rfc7515 as jws, rfc7517 as r,
    testing::{rfc7515, rfc7517, rfc8037},
    types::{Header, Jwk, JwkSet, JwsAlgorithm as A, KeyOperation, KeyUse},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7517/section-4/a-key-may-have-whitespace",
        covers: &[r::JWK_MAY_HAVE_WHITESPACE],
        run: a_key_may_have_whitespace,
    },
    Check {
        name: "rfc7517/section-4/no-member-is-written-twice",
        covers: &[r::JWK_NAMES_ARE_UNIQUE],
        run: no_member_is_written_twice,
    },
    Check {
        name: "rfc7517/section-4/a-member-that-is-there-twice-is-refused",
        covers: &[r::DUPLICATE_JWK_NAMES_ARE_HANDLED],
        run: a_member_that_is_there_twice_is_refused,
    },
    Check {
        name: "rfc7517/section-4/unknown-members-are-ignored",
        covers: &[r::UNKNOWN_JWK_MEMBERS_ARE_IGNORED],
        run: unknown_members_are_ignored,
    },
    Check { name: "rfc7517/section-4.1/kty-is-there", covers: &[r::KTY_IS_PRESENT], run: kty_is_there },
    Check {
        name: "rfc7517/section-4.2/other-uses-are-read",
        covers: &[r::OTHER_USES_MAY_BE_NAMED],
        run: other_uses_are_read,
    },
    Check {
        name: "rfc7517/section-4.2/use-may-be-left-out",
        covers: &[r::USE_MAY_BE_LEFT_OUT],
        run: || left_out("use", &json!("sig")),
    },
    Check {
        name: "rfc7517/section-4.3/other-operations-are-read",
        covers: &[r::OTHER_OPERATIONS_MAY_BE_NAMED],
        run: other_operations_are_read,
    },
    Check {
        name: "rfc7517/section-4.3/no-operation-is-there-twice",
        covers: &[r::OPERATIONS_ARE_UNIQUE],
        run: no_operation_is_there_twice,
    },
    Check {
        name: "rfc7517/section-4.3/key-ops-may-be-left-out",
        covers: &[r::KEY_OPS_MAY_BE_LEFT_OUT],
        run: || left_out("key_ops", &json!(["verify"])),
    },
    Check {
        name: "rfc7517/section-4.3/use-takes-the-place-of-key-ops",
        covers: &[r::USE_AND_KEY_OPS_EXCLUDE_EACH_OTHER],
        run: use_takes_the_place_of_key_ops,
    },
    Check {
        name: "rfc7517/section-4.3/use-and-key-ops-agree",
        covers: &[r::USE_AND_KEY_OPS_AGREE],
        run: use_and_key_ops_agree,
    },
    Check {
        name: "rfc7517/section-4.4/alg-may-be-left-out",
        covers: &[r::ALG_MAY_BE_LEFT_OUT],
        run: || left_out("alg", &json!("ES256")),
    },
    Check {
        name: "rfc7517/section-4.5/the-keys-of-a-set-have-different-names",
        covers: &[r::KIDS_OF_A_SET_DIFFER],
        run: the_keys_of_a_set_have_different_names,
    },
    Check {
        name: "rfc7517/section-4.5/the-case-of-kid-counts",
        covers: &[r::KID_IS_CASE_SENSITIVE],
        run: the_case_of_kid_counts,
    },
    Check {
        name: "rfc7517/section-4.5/kid-may-be-left-out",
        covers: &[r::KID_MAY_BE_LEFT_OUT],
        run: || left_out("kid", &json!("1")),
    },
    Check {
        name: "rfc7517/section-4.6/x5u-may-be-left-out",
        covers: &[r::X5U_MAY_BE_LEFT_OUT],
        run: || left_out("x5u", &json!("https://keys.example/1.pem")),
    },
];

/// The public half of a key on P-256.
fn public() -> String {
    jwk(rfc7515::ES256_KEY).to_json().expect("a public key")
}

/// With and without this member it is the same key.
fn left_out(name: &str, member: &Value) {
    let bare = jwk(&public());
    assert!(written(&bare).get(name).is_none(), "{name}");
    assert!(VerifyingKey::from_jwk(&bare, A::Es256).is_ok());
    let marked = parse(&with(&public(), &json!({ name: member }))).expect(name);
    assert_eq!((&written(&marked)[name], marked.thumbprint()), (member, bare.thumbprint()));
    assert!(VerifyingKey::from_jwk(&marked, A::Es256).is_ok());
    for wrong in [json!(1), json!({}), json!(null)] {
        let key = with(&public(), &json!({ name: wrong }));
        assert_eq!(refused(parse(&key), name).kind, ErrorKind::Protocol, "{name}");
    }
}

fn a_key_may_have_whitespace() {
    let text = public();
    let spaced =
        text.replace(',', " ,\r\n\t").replace(':', " :\n").replace('{', " {\n").replace('}', "\r\n} ");
    assert_eq!(jwk(&spaced).thumbprint(), jwk(&text).thumbprint());
    for other in ["\u{a0}", "\u{b}", "\u{c}", "\u{feff}"] {
        assert!(Jwk::parse(format!("{other}{text}").as_bytes()).is_err(), "{other:?}");
    }
    // None within a value.
    let x = value(&text)["x"].as_str().expect("a string").to_owned();
    assert!(parse(&with(&text, &json!({"x": format!("{x} ")}))).is_err());
}

fn no_member_is_written_twice() {
    let full = json!({"kid": "1", "use": "sig", "alg": "ES256", "x5u": "https://keys.example/", "other": 1});
    let key = parse(&with(rfc7515::ES256_KEY, &full)).expect("a key");
    for text in [key.to_json().expect("public"), key.to_secret_json().expose().clone()] {
        for name in ["kty", "crv", "x", "y", "kid", "use", "alg", "x5u", "other"] {
            assert_eq!(text.matches(&format!("\"{name}\":")).count(), 1, "{name}");
        }
    }
    // Set again, it is another value and not another member.
    let again = key.with_key_id("2").with_use(KeyUse::Signature).with_algorithm(A::Es256);
    let text = again.to_json().expect("public");
    assert!(text.matches("\"kid\":").count() == 1 && value(&text)["kid"] == "2");
}

fn a_member_that_is_there_twice_is_refused() {
    let text = public();
    let (_, rest) = text.split_once('{').expect("an object");
    for member in [r#""kty":"EC""#, r#""kid":"1","kid":"2""#, r#""a":1,"\u0061":1"#, r#""a":{"b":1,"b":1}"#] {
        let twice = format!("{{{member},{rest}");
        malformed(Jwk::parse(twice.as_bytes()), jws::CONSUMERS_DEMAND_UNIQUE_NAMES, member);
        assert!(serde_json::from_str::<Jwk>(&twice).is_err(), "{member}");
    }
    assert!(Jwk::parse(format!(r#"{{"kid":"1","KID":"2",{rest}"#).as_bytes()).is_ok());
}

fn unknown_members_are_ignored() {
    let more = json!({"x-more": [1, {"a": null}], "iat": "soon", "D": 1, "": true});
    let key = parse(&with(&public(), &more)).expect("a key");
    assert_eq!(key.thumbprint(), jwk(&public()).thumbprint());
    assert!(!key.is_private() && VerifyingKey::from_jwk(&key, A::Es256).is_ok());
    // Members of another type of key are no others.
    let key = parse(&with(rfc8037::PUBLIC_KEY, &json!({"n": 1, "k": []}))).expect("a key");
    assert!(VerifyingKey::from_jwk(&key, A::EdDsa).is_ok());
}

fn kty_is_there() {
    for text in [rfc7515::HS256_KEY, rfc7515::RS256_KEY, rfc7515::ES256_KEY, rfc8037::PRIVATE_KEY] {
        let kty = value(text)["kty"].clone();
        assert_eq!(value(jwk(text).to_secret_json().expose())["kty"], kty);
        let mut without = value(text);
        without.as_object_mut().expect("an object").remove("kty");
        malformed(parse(&without), r::KTY_IS_PRESENT, "none");
        for wrong in [json!(1), json!(null), json!([kty])] {
            malformed(parse(&with(text, &json!({"kty": wrong}))), r::KTY_IS_PRESENT, "no string");
        }
        // Case counts.
        for other in ["ec", "rsa", "OCT", "okp", ""] {
            let key = with(text, &json!({"kty": other}));
            assert_eq!(refused(parse(&key), other).kind, ErrorKind::Unsupported);
        }
    }
}

fn other_uses_are_read() {
    for other in ["x-attest", "SIG", "Enc", ""] {
        let key = parse(&with(&public(), &json!({"use": other}))).expect(other);
        assert_eq!(key.key_use(), Some(&KeyUse::Other(other.into())));
        assert_eq!(written(&key)["use"], other);
        // It is not what a signature needs.
        assert!(VerifyingKey::from_jwk(&key, A::Es256).is_err(), "{other}");
    }
    let key = parse(&with(&public(), &json!({"use": "sig"}))).expect("a key");
    assert!(VerifyingKey::from_jwk(&key, A::Es256).is_ok());
}

fn other_operations_are_read() {
    let key = parse(&with(&public(), &json!({"key_ops": ["verify", "x-attest"]}))).expect("a key");
    let read = key.operations().expect("operations");
    assert_eq!(read, [KeyOperation::Verify, KeyOperation::Other("x-attest".into())]);
    assert_eq!(written(&key)["key_ops"], json!(["verify", "x-attest"]));
    assert!(VerifyingKey::from_jwk(&key, A::Es256).is_ok());
    let key = parse(&with(&public(), &json!({"key_ops": ["Verify"]}))).expect("a key");
    assert!(VerifyingKey::from_jwk(&key, A::Es256).is_err(), "case counts");
}

fn no_operation_is_there_twice() {
    for twice in [json!(["verify", "verify"]), json!(["x", "verify", "x"]), json!(["sign", "verify", "sign"])]
    {
        let key = with(&public(), &json!({"key_ops": twice}));
        malformed(parse(&key), r::OPERATIONS_ARE_UNIQUE, &twice.to_string());
    }
    // Nor is it when what a private key does becomes what its public half does.
    let both = json!({"key_ops": ["sign", "verify"]});
    let key = parse(&with(rfc7515::ES256_KEY, &both)).expect("a key");
    assert_eq!(written(&key)["key_ops"], json!(["verify"]));
}

fn use_takes_the_place_of_key_ops() {
    let key = parse(&with(&public(), &json!({"key_ops": ["verify"]}))).expect("a key");
    assert!(written(&key).get("use").is_none());
    let marked = written(&key.with_use(KeyUse::Signature));
    assert!(marked["use"] == "sig" && marked.get("key_ops").is_none());
    for algorithm in [A::Es256, A::EdDsa] {
        let new = written(&Jwk::generate(algorithm).expect("a key"));
        assert!(new.get("use").is_none() && new.get("key_ops").is_none());
    }
}

fn use_and_key_ops_agree() {
    for (key_use, operations, agree) in [
        ("sig", json!(["verify"]), true),
        ("sig", json!(["sign", "verify"]), true),
        ("enc", json!(["wrapKey", "deriveKey"]), true),
        ("sig", json!(["x-other"]), true),
        ("sig", json!(["encrypt"]), false),
        ("sig", json!(["verify", "deriveBits"]), false),
        ("enc", json!(["verify"]), false),
        ("enc", json!(["unwrapKey", "sign"]), false),
    ] {
        let key = parse(&with(&public(), &json!({"use": key_use, "key_ops": operations})));
        if agree {
            assert!(key.is_ok(), "{key_use} {operations}");
        } else {
            malformed(key, r::USE_AND_KEY_OPS_AGREE, key_use);
        }
    }
    // And what is done agrees with either.
    let broken = Some(r::USE_AND_KEY_OPS_AGREE);
    for members in [json!({"use": "enc"}), json!({"key_ops": ["deriveKey"]})] {
        let key = parse(&with(rfc7515::ES256_KEY, &members)).expect("a key");
        assert_eq!(refused(VerifyingKey::from_jwk(&key, A::Es256), "verify").broken, broken);
        assert_eq!(refused(SigningKey::from_jwk(&key, A::Es256), "sign").broken, broken);
    }
}

fn the_keys_of_a_set_have_different_names() {
    let key = |kid: &str| Jwk::generate(A::Es256).expect("a key").with_key_id(kid);
    let set: JwkSet = [key("1"), key("2"), key("A"), key("a")].into_iter().collect();
    assert_eq!(value(&set.to_json().expect("a set"))["keys"].as_array().map(Vec::len), Some(4));
    let twice: JwkSet = [key("1"), key("2"), key("1")].into_iter().collect();
    let refusal = refused(twice.to_json(), "two of a name");
    assert_eq!((refusal.kind, refusal.broken), (ErrorKind::Usage, Some(r::KIDS_OF_A_SET_DIFFER)));
    assert!(serde_json::to_string(&twice).is_err());
    // Keys of different types may stand for each other; and those without names have none in common.
    let other = Jwk::generate(A::EdDsa).expect("a key").with_key_id("1");
    let set: JwkSet = [key("1"), other].into_iter().collect();
    assert!(set.to_json().is_ok());
    let nameless: JwkSet =
        [A::Es256, A::Es256].map(|one| Jwk::generate(one).expect("a key")).into_iter().collect();
    assert!(nameless.to_json().is_ok());
    // By their thumbprints they always differ.
    let named: JwkSet = nameless.keys().iter().cloned().map(Jwk::with_thumbprint_as_key_id).collect();
    assert_ne!(named.keys()[0].key_id(), named.keys()[1].key_id());
}

fn the_case_of_kid_counts() {
    let keys = ["key", "KEY", "ﬁ"].map(|kid| Jwk::generate(A::Es256).expect("a key").with_key_id(kid));
    let set: JwkSet = keys.into_iter().collect();
    let fit = KeySet::new(&set, A::Es256);
    for (kid, count) in [("key", 1), ("KEY", 1), ("Key", 0), ("key ", 0), ("fi", 0), ("ﬁ", 1)] {
        assert_eq!(set.find(kid).count(), count, "{kid}");
        let header = Header::new(A::Es256).with_key_id(kid);
        assert_eq!(fit.candidates(&header).into_iter().count(), count, "{kid}");
        assert_eq!(fit.knows(kid), count == 1, "{kid}");
    }
    let read = JwkSet::parse(rfc7517::PUBLIC_KEYS.as_bytes()).expect("a set");
    assert_eq!(read.find("2011-04-29").count(), 1);
    malformed(parse(&with(&public(), &json!({"kid": 1}))), r::KID_IS_CASE_SENSITIVE, "no string");
}
