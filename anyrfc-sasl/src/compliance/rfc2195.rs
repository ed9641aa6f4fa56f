//! RFC 2195: CRAM-MD5, which is all of section 2.

use anyrfc_core::compliance::Check;

use super::{judge::Hash, support::broke};
use crate::{CramMd5, Credentials, Exchange, Preparation, Tolerance, rfc2195 as r, rfc4422};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc2195/section-2/the-server-speaks-first",
        covers: &[r::SERVER_SPEAKS_FIRST, rfc4422::NO_INITIAL_RESPONSE_WHEN_SERVER_FIRST],
        run: the_server_speaks_first,
    },
    Check {
        name: "rfc2195/section-2/the-challenge-is-a-message-identifier",
        covers: &[r::CHALLENGE_IS_A_MSG_ID],
        run: the_challenge_is_a_message_identifier,
    },
    Check {
        name: "rfc2195/section-2/name-space-digest",
        covers: &[r::RESPONSE_IS_NAME_AND_DIGEST, r::DIGEST_IS_LOWER_CASE_HEX],
        run: name_space_digest,
    },
    Check {
        name: "rfc2195/section-2/digest-by-hmac-md5",
        covers: &[r::DIGEST_IS_HMAC_MD5],
        run: digest_by_hmac_md5,
    },
    Check {
        name: "rfc2195/section-2/long-secrets-are-hashed",
        covers: &[r::LONG_SECRET_IS_HASHED],
        run: long_secrets_are_hashed,
    },
    Check { name: "rfc2195/section-2/no-layer", covers: &[r::NO_LAYER], run: no_layer },
];

const CHALLENGE: &[u8] = b"<1896.697170952@postoffice.reston.mci.net>";

fn exchange(user: &str, password: &str) -> Exchange {
    let credentials = Credentials::password(user, password.to_owned());
    Exchange::new(CramMd5::new(&credentials, Preparation::Saslprep).expect("it can be sent"))
}

fn answer(user: &str, password: &str, challenge: &[u8]) -> String {
    let response = exchange(user, password).step_blocking(challenge).expect("a challenge");
    String::from_utf8(response.expose().clone()).expect("UTF-8")
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn the_server_speaks_first() {
    assert!(exchange("tim", "tanstaaftanstaaf").first().expect("nothing was sent yet").is_none());
    broke(exchange("tim", "tanstaaftanstaaf").step(b""), r::SERVER_SPEAKS_FIRST);
    // One challenge, and no success before it.
    let mut exchange = exchange("tim", "tanstaaftanstaaf");
    exchange.step_blocking(CHALLENGE).expect("a challenge");
    broke(exchange.step(CHALLENGE), rfc4422::NO_CHALLENGE_AFTER_THE_END);
    broke(self::exchange("tim", "t").succeed(None), rfc4422::NO_SUCCESS_BEFORE_THE_END);
}

fn the_challenge_is_a_message_identifier() {
    let credentials = Credentials::password("tim", String::from("secret"));
    let judge = |challenge: &[u8], tolerance| {
        let mechanism = CramMd5::new(&credentials, Preparation::Saslprep).expect("it can be sent");
        let mut exchange = Exchange::new(mechanism.tolerance(tolerance));
        exchange.step_blocking(challenge)?;
        exchange.succeed(None)
    };
    for right in [CHALLENGE, b"<a@b>", b"<1.2.3@[127.0.0.1]>"] {
        let established = judge(right, Tolerance::Strict).expect("a message identifier");
        assert!(established.deviations.is_empty());
    }
    for wrong in [&b"1896@host"[..], b"<1896>", b"<@host>", b"<1896@>", b"<a b@host>", b"hello", b"<\xff@h>"]
    {
        broke(judge(wrong, Tolerance::Strict), r::CHALLENGE_IS_A_MSG_ID);
        // Servers that send something else work all the same, and are noted.
        let established = judge(wrong, Tolerance::default()).expect("forgiven");
        assert!(!established.deviations.is_empty());
    }
}

fn name_space_digest() {
    let whole = answer("tim", "tanstaaftanstaaf", CHALLENGE);
    assert_eq!(whole, "tim b913a602c7eda7a495b4e6e7334d3890");
    for user in ["tim", "tim smith", "j\u{fc}rgen"] {
        let whole = answer(user, "tanstaaftanstaaf", CHALLENGE);
        let (name, digest) = whole.rsplit_once(' ').expect("a space");
        assert_eq!(name, user);
        assert_eq!(digest.len(), 32);
        assert!(digest.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')), "{digest}");
    }
    // Nobody else can be named.
    let acting = Credentials::password("tim", String::from("x")).authorize_as("boss");
    assert!(CramMd5::new(&acting, Preparation::Saslprep).is_err());
}

/// Over the whole challenge, angle brackets and all, as the judge computes it.
fn digest_by_hmac_md5() {
    for (password, challenge) in [
        ("tanstaaftanstaaf", CHALLENGE),
        ("tanstaaftanstaaf", &CHALLENGE[1..CHALLENGE.len() - 1]),
        ("p\u{e4}ss", b"<a@b>"),
        ("x", &[b'<'; 200]),
    ] {
        let expected = hex(&Hash::Md5.hmac(password.as_bytes(), challenge));
        assert!(answer("tim", password, challenge).ends_with(&format!(" {expected}")));
    }
    assert_ne!(answer("tim", "a", CHALLENGE), answer("tim", "b", CHALLENGE));
    assert_ne!(answer("tim", "a", b"<a@b>"), answer("tim", "a", b"<a@c>"));
}

fn long_secrets_are_hashed() {
    for length in [63, 64, 65, 128, 1000] {
        let password = "k".repeat(length);
        let octets = password.as_bytes();
        // By the RFC's own words: padded with zeros, and hashed when longer.
        let mut key = if length > 64 { Hash::Md5.digest(octets) } else { octets.to_vec() };
        key.resize(64, 0);
        let pad = |with: u8| key.iter().map(|octet| octet ^ with).collect::<Vec<_>>();
        let inner = Hash::Md5.digest(&[pad(0x36), CHALLENGE.to_vec()].concat());
        let expected = hex(&Hash::Md5.digest(&[pad(0x5C), inner].concat()));
        assert!(answer("tim", &password, CHALLENGE).ends_with(&expected), "{length}");
    }
}

fn no_layer() {
    let mut exchange = exchange("tim", "tanstaaftanstaaf");
    exchange.step_blocking(CHALLENGE).expect("a challenge");
    let established = exchange.succeed(None).expect("nothing is to be proved");
    assert!(established.layer.is_none() && !established.mutual);
}
