//! RFC 7518, section 4.8: PBES2.

use std::collections::BTreeSet;

use anyrfc_core::compliance::Check;

use super::super::judge::{
    CEK, Parts, breaks, forged, misused, not_taken, of_password, opens, refusal, unwrap, wrap,
};
use crate::{
    ErrorKind, Rejection,
    codec::base64url,
    proto::jwe::{DecryptionKey, EncryptionKey, encrypt},
    rfc7516, rfc7518 as r,
    types::{
        ContentEncryption::A128Gcm,
        Header,
        JweAlgorithm::{Pbes2Hs256A128Kw, Pbes2Hs384A192Kw, Pbes2Hs512A256Kw},
        Jwk,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7518/section-4.8/a-password-is-utf-8",
        covers: &[r::PASSWORD_TEXT_IS_UTF8],
        run: a_password_is_utf_8,
    },
    Check {
        name: "rfc7518/section-4.8/the-salt-is-of-p2s-and-alg",
        covers: &[r::SALT_COMES_FROM_P2S_AND_ALG],
        run: the_salt_is_of_p2s_and_alg,
    },
    Check {
        name: "rfc7518/section-4.8/the-count-is-told",
        covers: &[r::COUNT_TRAVELS_AS_P2C],
        run: the_count_is_told,
    },
    Check {
        name: "rfc7518/section-4.8.1.1/p2s-is-present",
        covers: &[r::P2S_IS_PRESENT],
        run: p2s_is_present,
    },
    Check {
        name: "rfc7518/section-4.8.1.1/p2s-is-processed",
        covers: &[r::P2S_IS_PROCESSED],
        run: p2s_is_processed,
    },
    Check {
        name: "rfc7518/section-4.8.1.1/a-salt-input-has-8-octets",
        covers: &[r::SALT_INPUT_HAS_8_OCTETS],
        run: a_salt_input_has_8_octets,
    },
    Check {
        name: "rfc7518/section-4.8.1.1/a-salt-input-is-new-each-time",
        covers: &[r::SALT_INPUT_IS_FRESH],
        run: a_salt_input_is_new_each_time,
    },
    Check {
        name: "rfc7518/section-4.8.1.2/p2c-is-present",
        covers: &[r::P2C_IS_PRESENT],
        run: p2c_is_present,
    },
    Check {
        name: "rfc7518/section-4.8.1.2/p2c-is-processed",
        covers: &[r::P2C_IS_PROCESSED],
        run: p2c_is_processed,
    },
    Check {
        name: "rfc7518/section-4.8.1.2/there-are-1000-rounds-at-least",
        covers: &[r::COUNT_IS_AT_LEAST_1000],
        run: there_are_1000_rounds_at_least,
    },
];

const SALT: [u8; 16] = [5; 16];

/// A token of PBES2-HS256+A128KW with these members, whose key is wrapped by `wrapping`.
fn with(members: &str, wrapping: &[u8]) -> String {
    let header = format!(r#"{{"alg":"PBES2-HS256+A128KW","enc":"A128GCM"{members}}}"#);
    forged(&header, &wrap(wrapping, &CEK), b"text").to_token()
}

/// The members that say how it was done.
fn told(salt_input: &[u8], rounds: u32) -> String {
    format!(r#","p2s":"{}","p2c":{rounds}"#, base64url::encode(salt_input))
}

/// A right token, by somebody else.
fn token(password: &[u8], salt_input: &[u8], rounds: u32) -> String {
    with(&told(salt_input, rounds), &of_password(password, salt_input, rounds))
}

fn recipient(password: &str) -> DecryptionKey {
    DecryptionKey::password(Pbes2Hs256A128Kw, password).expect("a password")
}

/// Something else was made of the password.
#[track_caller]
fn wrong_key(token: &str, key: &DecryptionKey) {
    let error = refusal(token, key);
    not_taken(&error, Rejection::Decryption, rfc7516::NO_VALID_RECIPIENT_IS_INVALID);
}

/// What we encrypt for a password in as few rounds as may be.
fn ours(password: &str) -> Parts {
    let key = EncryptionKey::password(Pbes2Hs256A128Kw, password).and_then(|key| key.with_iterations(1000));
    let made = encrypt(b"text", &Header::new(Pbes2Hs256A128Kw), &key.expect("a password"), A128Gcm);
    Parts::of(&made.expect("encrypted"))
}

/// The salt input that we drew.
fn drawn(parts: &Parts) -> Vec<u8> {
    base64url::decode(parts.header()["p2s"].as_str().expect("text")).expect("base64url")
}

fn a_password_is_utf_8() {
    let password = "p\u{e4}ssw\u{f6}rd \u{1f511}";
    let octets = b"p\xc3\xa4ssw\xc3\xb6rd \xf0\x9f\x94\x91";
    assert_eq!(opens(&token(octets, &SALT, 1000), &recipient(password)), b"text");
    wrong_key(&token(b"p\xe4ssw\xf6rd \xf0\x9f\x94\x91", &SALT, 1000), &recipient(password));
    let parts = ours(password);
    let cek = unwrap(&of_password(octets, &drawn(&parts), 1000), &parts.encrypted_key);
    assert!(parts.open(A128Gcm, &cek, &parts.protected).is_some());
    // Octets that are no text are taken as they are.
    let key = DecryptionKey::from_jwk(&Jwk::symmetric(vec![0xff; 20]), Pbes2Hs256A128Kw).expect("a key");
    assert_eq!(opens(&token(&[0xff; 20], &SALT, 1000), &key), b"text");
}

fn the_salt_is_of_p2s_and_alg() {
    // The judge has the name of the algorithm, a zero and the salt input for its salt.
    assert_eq!(opens(&token(b"secret", &SALT, 1000), &recipient("secret")), b"text");
    let parts = ours("secret");
    let cek = unwrap(&of_password(b"secret", &drawn(&parts), 1000), &parts.encrypted_key);
    assert_eq!(parts.open(A128Gcm, &cek, &parts.protected).as_deref(), Some(&b"text"[..]));
    // The salt input alone would be another salt.
    let mut alone = vec![0; 16];
    let rounds = 1000.try_into().expect("not none");
    aws_lc_rs::pbkdf2::derive(aws_lc_rs::pbkdf2::PBKDF2_HMAC_SHA256, rounds, &SALT, b"secret", &mut alone);
    wrong_key(&with(&told(&SALT, 1000), &alone), &recipient("secret"));
}

fn the_count_is_told() {
    for alg in [Pbes2Hs256A128Kw, Pbes2Hs384A192Kw, Pbes2Hs512A256Kw] {
        for rounds in [1000, 1234] {
            let key = EncryptionKey::password(alg, "secret").and_then(|key| key.with_iterations(rounds));
            let made = encrypt(b"text", &Header::new(alg), &key.expect("a password"), A128Gcm);
            let token = made.expect("encrypted");
            assert_eq!(Parts::of(&token).header()["p2c"], rounds, "{alg}");
            let key = DecryptionKey::password(alg, "secret").expect("a password");
            assert_eq!(opens(&token, &key), b"text", "{alg}");
        }
    }
    let parts = ours("secret");
    let header = String::from_utf8(base64url::decode(&parts.protected).expect("base64url")).expect("UTF-8");
    let less = header.replace("1000", "1001");
    assert_ne!(less, header);
    wrong_key(&parts.with_header(&less).to_token(), &recipient("secret"));
}

fn p2s_is_present() {
    let wrapping = of_password(b"secret", &SALT, 1000);
    breaks(&refusal(&with(r#","p2c":1000"#, &wrapping), &recipient("secret")), r::P2S_IS_PRESENT);
    assert_eq!(opens(&with(&told(&SALT, 1000), &wrapping), &recipient("secret")), b"text");
    assert!(ours("secret").header().contains_key("p2s"));
}

fn p2s_is_processed() {
    for salt_input in [&SALT[..], &[0; 8], b"a salt that is as long as this one", &[0xff; 64]] {
        assert_eq!(opens(&token(b"secret", salt_input, 1000), &recipient("secret")), b"text");
        let wrapping = of_password(b"secret", salt_input, 1000);
        wrong_key(&with(&told(&[6; 16], 1000), &wrapping), &recipient("secret"));
    }
    for wrong in [r#""AAAAAAAAAAA=""#, r#""AAAA AAAAAAAA""#, "12345678", "null"] {
        let error = refusal(&with(&format!(r#","p2s":{wrong},"p2c":1000"#), &[1; 16]), &recipient("secret"));
        breaks(&error, r::P2S_IS_PROCESSED);
    }
}

fn a_salt_input_has_8_octets() {
    for len in 0..8 {
        let salt_input = vec![5; len];
        let error = refusal(&token(b"secret", &salt_input, 1000), &recipient("secret"));
        breaks(&error, r::SALT_INPUT_HAS_8_OCTETS);
    }
    assert_eq!(opens(&token(b"secret", &[5; 8], 1000), &recipient("secret")), b"text");
    assert!(drawn(&ours("secret")).len() >= 8);
}

fn a_salt_input_is_new_each_time() {
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        for half in drawn(&ours("secret")).chunks(8) {
            assert!(seen.insert(half.to_vec()));
        }
    }
    // Nor can a caller say which.
    let header = Header::parse(format!(r#"{{"alg":"PBES2-HS256+A128KW"{}}}"#, told(&SALT, 1000)).as_bytes());
    let key = EncryptionKey::password(Pbes2Hs256A128Kw, "secret").expect("a password");
    let error = encrypt(b"text", &header.expect("a header"), &key, A128Gcm).expect_err("it is drawn");
    assert_eq!(error.kind(), ErrorKind::Usage);
}

fn p2c_is_present() {
    let wrapping = of_password(b"secret", &SALT, 1000);
    let salt = format!(r#","p2s":"{}""#, base64url::encode(&SALT));
    breaks(&refusal(&with(&salt, &wrapping), &recipient("secret")), r::P2C_IS_PRESENT);
    assert_eq!(opens(&with(&told(&SALT, 1000), &wrapping), &recipient("secret")), b"text");
    assert!(ours("secret").header().contains_key("p2c"));
}

fn p2c_is_processed() {
    for rounds in [1000, 1001, 4096] {
        assert_eq!(opens(&token(b"secret", &SALT, rounds), &recipient("secret")), b"text");
        wrong_key(
            &with(&told(&SALT, rounds), &of_password(b"secret", &SALT, rounds + 1)),
            &recipient("secret"),
        );
    }
    for wrong in ["0", "-1000", "1000.5", r#""1000""#, "null", "1e99"] {
        let members = format!(r#","p2s":"{}","p2c":{wrong}"#, base64url::encode(&SALT));
        breaks(&refusal(&with(&members, &[1; 16]), &recipient("secret")), r::P2C_IS_PROCESSED);
    }
    // More than a server should be made to do is refused before the first round.
    for count in [600_001, u32::MAX] {
        let error = refusal(&with(&told(&SALT, count), &[1; 16]), &recipient("secret"));
        let told = (error.kind(), error.requirement());
        assert_eq!(told, (ErrorKind::Limit, Some(r::P2C_IS_PROCESSED)), "{count}");
    }
}

fn there_are_1000_rounds_at_least() {
    for rounds in [1, 2, 500, 999] {
        let error = refusal(&token(b"secret", &SALT, rounds), &recipient("secret"));
        let told = (error.kind(), error.requirement());
        assert_eq!(told, (ErrorKind::Limit, Some(r::COUNT_IS_AT_LEAST_1000)), "{rounds}");
        let key = EncryptionKey::password(Pbes2Hs256A128Kw, "secret").expect("a password");
        misused(key.with_iterations(rounds), r::COUNT_IS_AT_LEAST_1000);
    }
    assert_eq!(opens(&token(b"secret", &SALT, 1000), &recipient("secret")), b"text");
    // As many as are advised, where nothing else is said.
    let key = EncryptionKey::password(Pbes2Hs512A256Kw, "secret").expect("a password");
    let made = encrypt(b"text", &Header::new(Pbes2Hs512A256Kw), &key, A128Gcm).expect("encrypted");
    assert!(Parts::of(&made).header()["p2c"].as_u64().expect("a number") >= 1000);
}
