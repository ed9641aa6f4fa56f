//! RFC 7516, section 4: the JOSE header.

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::super::judge::{
    CEK, ENCRYPTIONS, Parts, breaks, direct, forged, forged_by, misread, misused, not_taken, opens, reads,
    refusal, shared, wrap,
};
use crate::{
    ErrorKind, Rejection,
    codec::{base64url, inflate},
    proto::jwe::{DecryptionKey, EncryptionKey, Message, encrypt},
    rfc7515, rfc7516 as r,
    types::{
        ContentEncryption::{A128CbcHs256, A128Gcm, A256Gcm},
        Header, JweAlgorithm, Jwk,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7516/section-4/names-are-unique",
        covers: &[r::HEADER_NAMES_ARE_UNIQUE],
        run: names_are_unique,
    },
    Check {
        name: "rfc7516/section-4/unknown-parameters-are-ignored",
        covers: &[r::UNKNOWN_PARAMETERS_ARE_TREATED_AS_IN_JWS],
        run: unknown_parameters_are_ignored,
    },
    Check {
        name: "rfc7516/section-4.1.1/an-unusable-alg-fails",
        covers: &[r::UNUSABLE_ALG_FAILS],
        run: an_unusable_alg_fails,
    },
    Check {
        name: "rfc7516/section-4.1.2/enc-authenticates-and-has-a-length",
        covers: &[r::ENC_IS_AEAD],
        run: enc_authenticates_and_has_a_length,
    },
    Check {
        name: "rfc7516/section-4.1.2/an-unusable-enc-fails",
        covers: &[r::UNUSABLE_ENC_FAILS],
        run: an_unusable_enc_fails,
    },
    Check { name: "rfc7516/section-4.1.2/enc-is-present", covers: &[r::ENC_IS_PRESENT], run: enc_is_present },
    Check {
        name: "rfc7516/section-4.1.2/enc-is-understood",
        covers: &[r::ENC_IS_UNDERSTOOD],
        run: enc_is_understood,
    },
    Check {
        name: "rfc7516/section-4.1.3/another-compression-is-told",
        covers: &[r::OTHER_COMPRESSION_MAY_BE_USED],
        run: another_compression_is_told,
    },
    Check {
        name: "rfc7516/section-4.1.3/zip-is-protected",
        covers: &[r::ZIP_IS_PROTECTED, r::ZIP_IS_IN_THE_PROTECTED_HEADER],
        run: zip_is_protected,
    },
    Check {
        name: "rfc7516/section-4.1.3/zip-may-be-left-out",
        covers: &[r::ZIP_MAY_BE_LEFT_OUT],
        run: zip_may_be_left_out,
    },
    Check {
        name: "rfc7516/section-4.1.3/zip-is-understood",
        covers: &[r::ZIP_IS_UNDERSTOOD],
        run: zip_is_understood,
    },
    Check {
        name: "rfc7516/section-4.1.13/crit-is-obeyed",
        covers: &[r::CRIT_IS_TREATED_AS_IN_JWS],
        run: crit_is_obeyed,
    },
];

/// What is wrong with a token under this header.
#[track_caller]
fn under(header: &str) -> crate::Error {
    refusal(&forged(header, &[], b"text").to_token(), &shared())
}

fn names_are_unique() {
    assert_eq!(opens(&forged(&direct(r#","x":1,"y":1"#), &[], b"text").to_token(), &shared()), b"text");
    for members in [
        r#","enc":"A128GCM""#,
        r#","alg":"dir""#,
        r#","\u0061lg":"dir""#,
        r#","x":1,"x":1"#,
        r#","x":1,"x":2"#,
        r#","kid":"1","kid":"1""#,
    ] {
        assert_eq!(under(&direct(members)).kind(), ErrorKind::Protocol, "{members}");
    }
    // Nor is a name twice in what we write.
    assert!(Header::new(JweAlgorithm::Dir).with_other("enc", "A128GCM").is_err());
    let twice =
        Header::new(JweAlgorithm::Dir).with_other("x", 1).and_then(|header| header.with_other("x", 2));
    let key = EncryptionKey::symmetric(JweAlgorithm::Dir, CEK).expect("a key");
    let token = encrypt(b"text", &twice.expect("a header"), &key, A128Gcm).expect("encrypted");
    let text = base64url::decode(&Parts::of(&token).protected).expect("base64url");
    assert_eq!(String::from_utf8_lossy(&text).matches(r#""x":"#).count(), 1);
    assert_eq!(opens(&token, &shared()), b"text");
}

fn unknown_parameters_are_ignored() {
    for members in [r#","later":{"a":[1,null]}"#, r#","http://example.com/is_root":true"#, r#","":"""#] {
        let parts = forged(&direct(members), &[], b"text");
        assert_eq!(opens(&parts.to_token(), &shared()), b"text", "{members}");
        assert_eq!(reads(&parts.to_json(), &shared()), b"text", "{members}");
    }
    // Unless it is said that they must not be.
    let error = under(&direct(r#","later":1,"crit":["later"]"#));
    not_taken(&error, Rejection::Critical, rfc7515::UNKNOWN_CRIT_IS_INVALID);
}

fn an_unusable_alg_fails() {
    let header = |alg: &str| format!(r#"{{"alg":"{alg}","enc":"A128GCM"}}"#);
    assert_eq!(opens(&forged(&header("dir"), &[], b"text").to_token(), &shared()), b"text");
    for alg in ["RSA-OAEP-512", "ECDH-ES+C20PKW", "DIR", "Dir", "dir ", ""] {
        assert_eq!(under(&header(alg)).kind(), ErrorKind::Unsupported, "{alg}");
    }
    for alg in ["HS256", "RS256", "EdDSA"] {
        not_taken(&under(&header(alg)), Rejection::Algorithm, r::UNUSABLE_ALG_FAILS);
    }
    // There is no key, or none of this name, or none that fits.
    let token = forged(&direct(r#","kid":"a""#), &[], b"text").to_token();
    not_taken(&refusal(&token, &Vec::new()), Rejection::NoKey, r::UNUSABLE_ALG_FAILS);
    let other = shared().with_key_id("b");
    not_taken(&refusal(&token, &other), Rejection::NoKey, r::UNUSABLE_ALG_FAILS);
    assert_eq!(opens(&token, &shared().with_key_id("a")), b"text");
    for alg in [JweAlgorithm::RsaOaep, JweAlgorithm::EcdhEs, JweAlgorithm::A256Kw] {
        misused(EncryptionKey::symmetric(alg, CEK), r::UNUSABLE_ALG_FAILS);
        misused(DecryptionKey::symmetric(alg, CEK), r::UNUSABLE_ALG_FAILS);
    }
}

fn enc_authenticates_and_has_a_length() {
    for (enc, key_len, _, _) in ENCRYPTIONS {
        for len in 0..=80 {
            let key = EncryptionKey::symmetric(JweAlgorithm::Dir, vec![9; len]);
            let made = key.and_then(|key| encrypt(b"text", &Header::new(JweAlgorithm::Dir), &key, enc));
            assert_eq!(made.is_ok(), len == key_len, "{enc} {len}");
        }
        let cek = vec![9; key_len];
        let key = EncryptionKey::symmetric(JweAlgorithm::Dir, cek.clone()).expect("a key");
        let theirs = DecryptionKey::symmetric(JweAlgorithm::Dir, cek.clone()).expect("a key");
        let made = encrypt(b"text", &Header::new(JweAlgorithm::Dir).with_typ("a"), &key, enc);
        let parts = Parts::of(&made.expect("encrypted"));
        assert_eq!(opens(&parts.to_token(), &theirs), b"text", "{enc}");
        assert_eq!(parts.open(enc, &cek, &parts.protected).as_deref(), Some(&b"text"[..]), "{enc}");
        let wrong = |parts: Parts| {
            let error = refusal(&parts.to_token(), &theirs);
            not_taken(&error, Rejection::Decryption, r::NO_VALID_RECIPIENT_IS_INVALID);
        };
        for at in 0..parts.ciphertext.len() {
            let mut changed = parts.clone();
            changed.ciphertext[at] ^= 1;
            wrong(changed);
        }
        for at in 0..parts.tag.len() {
            let mut changed = parts.clone();
            changed.tag[at] ^= 0x80;
            wrong(changed);
        }
        let mut changed = parts.clone();
        changed.iv[0] ^= 1;
        wrong(changed);
        let header = format!(r#"{{"alg":"dir","enc":"{enc}","typ":"b"}}"#);
        wrong(parts.clone().with_header(&header));
    }
}

fn an_unusable_enc_fails() {
    for enc in ["A128CBC", "A128CTR", "A256CTR", "C20P", "none", "a128gcm", "A128GCM ", "A128KW", ""] {
        let error = under(&format!(r#"{{"alg":"dir","enc":"{enc}"}}"#));
        let told = (error.kind(), error.requirement());
        assert_eq!(told, (ErrorKind::Unsupported, Some(r::UNUSABLE_ENC_FAILS)), "{enc}");
    }
    assert_eq!(opens(&forged(&direct(""), &[], b"text").to_token(), &shared()), b"text");
}

fn enc_is_present() {
    breaks(&under(r#"{"alg":"dir"}"#), r::ENC_IS_PRESENT);
    let mut json = forged(&direct(""), &[], b"text").to_json();
    assert_eq!(reads(&json, &shared()), b"text");
    json["protected"] = base64url::encode(br#"{"alg":"dir"}"#).into();
    breaks(&misread(&json, &shared()), r::ENC_IS_PRESENT);
    // And it is in all that we write, where nobody can change it.
    let key = EncryptionKey::symmetric(JweAlgorithm::A128Kw, CEK).expect("a key");
    let header = || Header::new(JweAlgorithm::A128Kw);
    let token = encrypt(b"text", &header(), &key, A256Gcm).expect("encrypted");
    assert_eq!(Parts::of(&token).header()["enc"], "A256GCM");
    let message = Message::new(A256Gcm).with_recipient(header(), &key);
    for message in [message.clone(), message.with_recipient(header(), &key)] {
        let json: Value = serde_json::from_str(&message.to_general(b"").expect("encrypted")).expect("JSON");
        let protected = base64url::decode(json["protected"].as_str().expect("text")).expect("base64url");
        let protected: Value = serde_json::from_slice(&protected).expect("JSON");
        assert_eq!(protected["enc"], "A256GCM");
    }
}

fn enc_is_understood() {
    // Six ways to encrypt, each as it is named.
    for (enc, key_len, _, _) in ENCRYPTIONS {
        let cek: Vec<u8> = (0..key_len).map(|at| at as u8).collect();
        let header = format!(r#"{{"alg":"A128KW","enc":"{enc}"}}"#);
        let parts = forged_by(enc, &cek, &header, &wrap(&CEK, &cek), b"text");
        let key = DecryptionKey::symmetric(JweAlgorithm::A128Kw, CEK).expect("a key");
        assert_eq!(opens(&parts.to_token(), &key), b"text", "{enc}");
    }
    // The two that take a key of one size are not mixed up.
    for (named, done) in [(A256Gcm, A128CbcHs256), (A128CbcHs256, A256Gcm)] {
        let cek = [9; 32];
        let key = DecryptionKey::symmetric(JweAlgorithm::Dir, cek).expect("a key");
        let header = format!(r#"{{"alg":"dir","enc":"{named}"}}"#);
        let mut parts = forged_by(done, &cek, &header, &[], b"text");
        // As long as what is named wants it.
        parts.iv.resize(if named == A256Gcm { 12 } else { 16 }, 3);
        let error = refusal(&parts.to_token(), &key);
        not_taken(&error, Rejection::Decryption, r::NO_VALID_RECIPIENT_IS_INVALID);
    }
}

/// A stored block of DEFLATE (RFC 1951, section 3.2.4).
fn stored(text: &[u8]) -> Vec<u8> {
    let len = u16::try_from(text.len()).expect("short");
    [&[1][..], &len.to_le_bytes(), &(!len).to_le_bytes(), text].concat()
}

fn another_compression_is_told() {
    let content = stored(b"text");
    for zip in ["GZIP", "BR", "def", "none", ""] {
        let header = direct(&format!(r#","zip":"{zip}""#));
        let error = refusal(&forged(&header, &[], &content).to_token(), &shared());
        // It is nothing wrong, and nothing that is known here.
        let told = (error.kind(), error.requirement());
        assert_eq!(told, (ErrorKind::Unsupported, Some(r::ZIP_IS_UNDERSTOOD)), "{zip}");
    }
    for zip in ["1", "null", "[\"DEF\"]"] {
        let error =
            refusal(&forged(&direct(&format!(r#","zip":{zip}"#)), &[], &content).to_token(), &shared());
        assert_eq!(error.kind(), ErrorKind::Protocol, "{zip}");
    }
}

fn zip_is_protected() {
    let content = stored(b"text");
    let protected = forged(&direct(r#","zip":"DEF""#), &[], &content).to_json();
    assert_eq!(reads(&protected, &shared()), b"text");
    for place in ["unprotected", "header"] {
        let mut json = forged(&direct(""), &[], &content).to_json();
        json[place] = json!({ "zip": "DEF" });
        breaks(&misread(&json, &shared()), r::ZIP_IS_IN_THE_PROTECTED_HEADER);
    }
    // We write it nowhere else, to one or to several.
    let key = EncryptionKey::symmetric(JweAlgorithm::A128Kw, CEK).expect("a key");
    let header = || Header::new(JweAlgorithm::A128Kw);
    let message = Message::new(A128Gcm).with_recipient(header(), &key);
    for message in [message.clone(), message.clone().with_recipient(header(), &key)] {
        assert!(message.clone().with_unprotected("zip", "DEF").to_general(b"").is_err());
        let json = message.with_compression().to_general(b"text").expect("encrypted");
        let json: Value = serde_json::from_str(&json).expect("JSON");
        let protected = base64url::decode(json["protected"].as_str().expect("text")).expect("base64url");
        let protected: Value = serde_json::from_slice(&protected).expect("JSON");
        assert_eq!(protected["zip"], "DEF");
        assert!(json.get("unprotected").is_none());
        for recipient in json["recipients"].as_array().into_iter().flatten() {
            assert!(recipient["header"].get("zip").is_none());
        }
    }
    let own = message.with_recipient(header().with_compression(), &key);
    assert_eq!(own.to_general(b"").expect_err("it is not for all").kind(), ErrorKind::Usage);
}

fn zip_may_be_left_out() {
    // What looks like DEFLATE is the plaintext itself then.
    let content = stored(b"text");
    assert_eq!(opens(&forged(&direct(""), &[], &content).to_token(), &shared()), content);
    let key = EncryptionKey::symmetric(JweAlgorithm::Dir, CEK).expect("a key");
    let made = |header: Header| {
        let token = encrypt(&[b'a'; 1000], &header, &key, A128Gcm).expect("encrypted");
        assert_eq!(opens(&token, &shared()), [b'a'; 1000]);
        Parts::of(&token)
    };
    let plain = made(Header::new(JweAlgorithm::Dir));
    assert!(plain.header().get("zip").is_none() && plain.ciphertext.len() == 1000);
    let compressed = made(Header::new(JweAlgorithm::Dir).with_compression());
    assert!(compressed.header()["zip"] == "DEF" && compressed.ciphertext.len() < 100);
}

fn zip_is_understood() {
    let zipped = |content: &[u8]| forged(&direct(r#","zip":"DEF""#), &[], content).to_token();
    assert_eq!(opens(&zipped(&stored(b"text")), &shared()), b"text");
    assert_eq!(opens(&zipped(&stored(b"")), &shared()), b"");
    let cut = &stored(b"text")[..6];
    let trailed = [&stored(b"text")[..], b"x"].concat();
    for content in [&b"no deflate"[..], b"", cut, &trailed] {
        breaks(&refusal(&zipped(content), &shared()), r::ZIP_IS_UNDERSTOOD);
    }
    // What we compress is DEFLATE without a frame, and encrypted when it is compressed.
    let key = EncryptionKey::symmetric(JweAlgorithm::Dir, CEK).expect("a key");
    let header = Header::new(JweAlgorithm::Dir).with_compression();
    let parts = Parts::of(&encrypt(&[b'a'; 1000], &header, &key, A128Gcm).expect("encrypted"));
    let content = parts.open(A128Gcm, &CEK, &parts.protected).expect("it opens");
    assert_eq!(inflate::inflate(&content, 1000).expect("DEFLATE").expose(), &[b'a'; 1000]);
}

fn crit_is_obeyed() {
    for members in [
        r#","crit":["exp"],"exp":1"#,
        r#","crit":["b64"],"b64":true"#,
        r#","crit":["b64"],"b64":false"#,
        r#","b64":false"#,
        r#","crit":[]"#,
        r#","crit":["alg"]"#,
        r#","crit":["enc"]"#,
        r#","crit":["zip"],"zip":"DEF""#,
        r#","crit":["x"]"#,
        r#","crit":["x","x"],"x":1"#,
        r#","crit":"x","x":1"#,
        r#","crit":[1],"x":1"#,
    ] {
        let error = under(&direct(members));
        assert_eq!(
            (error.kind(), error.rejection()),
            (ErrorKind::Auth, Some(Rejection::Critical)),
            "{members}"
        );
    }
    // It is protected, or it is none.
    for place in ["unprotected", "header"] {
        let mut json = forged(&direct(""), &[], b"text").to_json();
        json[place] = json!({ "crit": ["x"], "x": 1 });
        assert_eq!(misread(&json, &shared()).rejection(), Some(Rejection::Critical));
        json[place] = json!({ "x": 1 });
        assert_eq!(reads(&json, &shared()), b"text");
    }
    // We write none: what is critical in a JWS is nothing in a JWE.
    let header = Header::parse(br#"{"alg":"dir","b64":false,"crit":["b64"]}"#).expect("a header");
    let key = EncryptionKey::from_jwk(&Jwk::symmetric(CEK.to_vec()), JweAlgorithm::Dir).expect("a key");
    misused(encrypt(b"text", &header, &key, A128Gcm), r::CRIT_IS_TREATED_AS_IN_JWS);
}
