//! RFC 7638: the thumbprint of a key.

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};
use aws_lc_rs::digest;
use serde_json::{Value, json};

use super::{
    Waived,
    support::{encode, json as value, jwk, refused},
};
use crate::{
    ErrorKind, rfc7638 as r,
    testing::{jwk as known, rfc7515, rfc7638, rfc8037},
    types::{Jwk, JwsAlgorithm as A, KeyUse, ThumbprintHash},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

const CHECKS: &[Check] = &[
    Check {
        name: "rfc7638/section-3/nothing-but-the-required-members-counts",
        covers: &[r::REQUIRED_MEMBERS_ALONE_ARE_HASHED],
        run: nothing_but_the_required_members_counts,
    },
    Check {
        name: "rfc7638/section-3/one-text-is-hashed",
        covers: &[r::HASH_INPUT_HAS_NO_WHITESPACE, r::MEMBERS_ARE_ORDERED, r::HASH_INPUT_IS_UTF_8],
        run: one_text_is_hashed,
    },
    Check {
        name: "rfc7638/section-3.2/an-elliptic-curve-key-by-four-members",
        covers: &[r::EC_HASHES_CRV_KTY_X_Y],
        run: an_elliptic_curve_key_by_four_members,
    },
    Check {
        name: "rfc7638/section-3.2/an-rsa-key-by-three-members",
        covers: &[r::RSA_HASHES_E_KTY_N],
        run: an_rsa_key_by_three_members,
    },
    Check {
        name: "rfc7638/section-3.2/a-symmetric-key-by-two-members",
        covers: &[r::OCT_HASHES_K_KTY],
        run: a_symmetric_key_by_two_members,
    },
    Check {
        name: "rfc7638/section-3.2.1/both-halves-have-one-thumbprint",
        covers: &[r::PRIVATE_KEY_HAS_THE_PUBLIC_THUMBPRINT],
        run: both_halves_have_one_thumbprint,
    },
    Check {
        name: "rfc7638/section-3.3/escapes-are-resolved-and-none-are-written",
        covers: &[r::CHARACTERS_ARE_NOT_ESCAPED],
        run: escapes_are_resolved_and_none_are_written,
    },
    Check {
        name: "rfc7638/section-7/one-representation-is-taken",
        covers: &[r::REPRESENTATION_IS_VALIDATED],
        run: one_representation_is_taken,
    },
];

const STRINGS: &str = "`codec::jwk` writes the hash input from `types::Jwk`, whose required members are octets \
                       and registered names, thus strings in every key type: there is no object and no number \
                       among them, and a number in place of a string is refused when the key is read";

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (r::NESTED_MEMBERS_ARE_ORDERED, ByConstruction(STRINGS)),
    (r::INTEGERS_ARE_PLAIN, ByConstruction(STRINGS)),
    (r::EXPONENT_IS_RESOLVED, ByConstruction(STRINGS)),
];

/// The SHA-256 digest of a text, in base64url.
fn hashed(text: &str) -> String {
    encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

fn thumbprint(text: &str) -> String {
    jwk(text).thumbprint().to_string()
}

/// A text member of the key.
fn member(text: &str, name: &str) -> String {
    value(text)[name].as_str().expect("a string").to_owned()
}

fn nothing_but_the_required_members_counts() {
    assert_eq!(thumbprint(rfc7638::KEY), rfc7638::THUMBPRINT);
    let mut more = value(rfc7638::KEY);
    for (name, member) in [
        ("use", json!("sig")),
        ("key_ops", json!(["verify"])),
        ("alg", json!("PS512")),
        ("kid", json!("another")),
        ("x5u", json!("https://example.com/")),
        ("ext", json!({"a": [1]})),
    ] {
        more[name] = member;
        assert_eq!(thumbprint(&more.to_string()), rfc7638::THUMBPRINT, "{name}");
    }
    let object = more.as_object_mut().expect("an object");
    object.retain(|name, _| ["kty", "n", "e"].contains(&name.as_str()));
    assert_eq!(thumbprint(&more.to_string()), rfc7638::THUMBPRINT);
    let named = jwk(rfc7638::KEY).with_key_id("x").with_algorithm(A::Ps256).with_use(KeyUse::Signature);
    assert_eq!(named.thumbprint().to_string(), rfc7638::THUMBPRINT);
    // What is required does count.
    more["e"] = "Aw".into();
    assert_ne!(thumbprint(&more.to_string()), rfc7638::THUMBPRINT);
}

fn one_text_is_hashed() {
    let canonical = rfc7638::CANONICAL;
    assert_eq!(hashed(canonical), rfc7638::THUMBPRINT, "the judge has no idea");
    let members: Value = value(canonical);
    let (e, n) = (&members["e"], &members["n"]);
    let otherwise = format!(r#" {{ "n" : {n} ,{}"kty" : "RSA", "e":{e} }} "#, "\r\n\t");
    for text in [canonical, &otherwise, rfc7638::KEY] {
        let key = jwk(text);
        assert_eq!(key.thumbprint().to_string(), rfc7638::THUMBPRINT, "{text}");
        let octets = digest::digest(&digest::SHA256, canonical.as_bytes());
        assert_eq!(key.thumbprint().as_bytes(), octets.as_ref());
        let octets = digest::digest(&digest::SHA384, canonical.as_bytes());
        assert_eq!(key.thumbprint_by(ThumbprintHash::Sha384).as_bytes(), octets.as_ref());
        let octets = digest::digest(&digest::SHA512, canonical.as_bytes());
        assert_eq!(key.thumbprint_by(ThumbprintHash::Sha512).as_bytes(), octets.as_ref());
    }
}

fn an_elliptic_curve_key_by_four_members() {
    for (algorithm, crv) in [(A::Es256, "P-256"), (A::Es384, "P-384"), (A::Es512, "P-521")] {
        let key = known(algorithm).expect("a key");
        let text = key.to_json().expect("a public key");
        let (x, y) = (member(&text, "x"), member(&text, "y"));
        let expected = hashed(&format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#));
        assert_eq!(key.thumbprint().to_string(), expected, "{crv}");
    }
}

fn an_rsa_key_by_three_members() {
    for text in [rfc7638::KEY, rfc7515::RS256_KEY] {
        let (e, n) = (member(text, "e"), member(text, "n"));
        assert_eq!(thumbprint(text), hashed(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#)));
    }
}

fn a_symmetric_key_by_two_members() {
    let k = member(rfc7515::HS256_KEY, "k");
    assert_eq!(thumbprint(rfc7515::HS256_KEY), hashed(&format!(r#"{{"k":"{k}","kty":"oct"}}"#)));
    let key = Jwk::symmetric(vec![0; 3]);
    assert_eq!(key.thumbprint().to_string(), hashed(r#"{"k":"AAAA","kty":"oct"}"#));
}

fn both_halves_have_one_thumbprint() {
    let mut seen = Vec::new();
    for algorithm in [A::Rs256, A::Es256, A::Es384, A::Es512, A::EdDsa] {
        let private = known(algorithm).expect("a key");
        assert!(private.is_private());
        let public = private.to_public().expect("a public half");
        assert!(!public.is_private());
        assert_eq!(private.thumbprint(), public.thumbprint(), "{algorithm}");
        assert!(!seen.contains(&private.thumbprint()), "{algorithm}");
        seen.push(private.thumbprint());
    }
    assert_eq!(thumbprint(rfc8037::PRIVATE_KEY), thumbprint(rfc8037::PUBLIC_KEY));
}

fn escapes_are_resolved_and_none_are_written() {
    let escaped = |text: &str| text.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect::<String>();
    for text in [rfc7638::KEY, rfc8037::PUBLIC_KEY] {
        let members = value(text);
        let members = members.as_object().expect("an object").iter().map(|(name, member)| {
            format!(r#""{}":"{}""#, escaped(name), escaped(member.as_str().expect("a string")))
        });
        let text_in_escapes = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
        assert_eq!(thumbprint(&text_in_escapes), thumbprint(text));
    }
    // Whatever escaping would be written would be in the digest.
    let x = member(rfc8037::PUBLIC_KEY, "x");
    let loose = format!(r#"{{"crv":"Ed25519","kty":"\u004fKP","x":"{x}"}}"#);
    assert_ne!(hashed(&loose), rfc8037::THUMBPRINT);
    assert_eq!(thumbprint(&loose), rfc8037::THUMBPRINT);
}

fn one_representation_is_taken() {
    let loose = |text: &str, name: &str, member: Value| {
        let mut key = value(text);
        assert_eq!(thumbprint(&key.to_string()), thumbprint(text));
        key[name] = member;
        refused(Jwk::parse(key.to_string().as_bytes()), &key.to_string()).kind
    };
    let (n, x) = (member(rfc7638::KEY, "n"), member(rfc8037::PUBLIC_KEY, "x"));
    for (text, name, member) in [
        // The number with a zero in front of it, and 3 and 65537 with some.
        (rfc7638::KEY, "n", format!("AA{n}").into()),
        (rfc7638::KEY, "e", "AAEAAQ".into()),
        (rfc7638::KEY, "e", 65537.into()),
        (rfc7638::KEY, "n", format!("{n}=").into()),
        // Bits that are left over and not zero.
        (rfc8037::PUBLIC_KEY, "x", format!("{}p", x.strip_suffix('o').expect("the last letter")).into()),
        (rfc8037::PUBLIC_KEY, "x", format!(" {x}").into()),
        (rfc8037::PUBLIC_KEY, "x", format!("AA{x}").into()),
        (rfc7515::ES256_KEY, "y", member(rfc7515::ES256_KEY, "y").replace('_', "/").into()),
        (rfc7515::ES256_KEY, "y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a".into()),
        (rfc7515::HS256_KEY, "k", "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75==".into()),
    ] {
        assert_eq!(loose(text, name, member), ErrorKind::Protocol, "{name} of {text}");
    }
}
