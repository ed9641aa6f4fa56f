//! Signatures and their headers.

use std::sync::LazyLock;

use anyrfc_jwt::{
    Header, JwsAlgorithm, JwsLimits, KeySource as _, Rejection, VerifyingKey,
    codec::{base64url, compact, json::JsonLimits, jws_json},
    peek_header, testing, verify, verify_detached, verify_json, verify_unencoded,
};
use serde_json::Value;

use crate::judge;

static KEYS: LazyLock<Vec<VerifyingKey>> = LazyLock::new(|| {
    let others = [JwsAlgorithm::Es256, JwsAlgorithm::Ed25519, JwsAlgorithm::Rs256, JwsAlgorithm::Ps256];
    let mut keys = vec![VerifyingKey::hmac(JwsAlgorithm::Hs256, &judge::secret()).expect("a key")];
    keys.extend(others.map(|algorithm| testing::verifying_key(algorithm).expect("a key")));
    keys
});

/// The first byte picks what the rest is: a compact JWS, a header, a header and a payload that are
/// signed rightly, a JWS in JSON, or base64url.
pub fn jws(data: &[u8]) {
    let Some((&pick, rest)) = data.split_first() else { return };
    match pick {
        b'c' => compact_form(rest),
        b'h' => header(rest),
        b'd' => detached(rest),
        b'j' => json(rest),
        b's' => json_signed(rest),
        _ => octets(rest),
    }
}

/// Base64url has one text for each value, and what is decoded is what another decodes.
fn octets(data: &[u8]) {
    let text = base64url::encode(data);
    assert_eq!(text, judge::encoded(data));
    assert_eq!(text.len(), base64url::encoded_len(data.len()));
    assert_eq!(base64url::decode(&text).as_deref(), Ok(data));
    let read = base64url::decode(data).ok();
    assert_eq!(
        read,
        std::str::from_utf8(data).ok().and_then(judge::decoded),
        "base64url of more than one form"
    );
}

/// Any text as a JWS: it is true for one of the keys, by its own algorithm, or refused.
fn compact_form(data: &[u8]) {
    let Ok(token) = std::str::from_utf8(data) else { return };
    let peeked = peek_header(token, &JwsLimits::DEFAULT);
    let verified = match verify(token, &*KEYS, &JwsLimits::DEFAULT) {
        Ok(verified) => verified,
        Err(error) => return judge::told(&error),
    };
    let parts = compact::jws(token).expect("three parts");
    let peeked = peeked.expect("what is verified can be looked at");
    assert_eq!(peeked.to_json(), verified.header().to_json());
    let said = judge::object(&judge::decoded(parts.header).expect("base64url"));
    let algorithm = verified.header().jws_algorithm().expect("one that signs");
    assert_eq!(said["alg"], algorithm.name());
    assert!(!said.contains_key("crit") && said.get("b64") != Some(&Value::Bool(false)));
    assert!(verified.key().algorithms().contains(algorithm));
    assert_eq!(judge::decoded(parts.payload).as_deref(), Some(verified.payload()));
    let signature = judge::decoded(parts.signature).expect("base64url");
    if algorithm == JwsAlgorithm::Hs256 {
        assert_eq!(signature, judge::mac(parts.signing_input.as_bytes()), "a signature that is none");
    }
    // One bit more or less of the signature, and nobody takes it.
    for at in [0, signature.len() / 2, signature.len() - 1] {
        let mut other = signature.clone();
        other[at] ^= 1;
        let token = format!("{}.{}", parts.signing_input, judge::encoded(&other));
        let error = verify(&token, &*KEYS, &JwsLimits::DEFAULT).expect_err("another signature");
        assert_eq!(error.rejection(), Some(Rejection::Signature));
    }
}

/// A header that is read says what stands there, and is written so that it is read again; and a
/// right signature under it is taken exactly if it names the key's algorithm and has no `crit`.
fn header(data: &[u8]) {
    let read = Header::parse(data);
    let token = judge::signed(data, b"payload");
    let verified = verify(&token, &KEYS[0], &JwsLimits::DEFAULT);
    let header = match &read {
        Ok(header) => header,
        Err(error) => {
            judge::told(error);
            return judge::told(&verified.expect_err("under a header that is none"));
        }
    };
    let said = judge::object(data);
    assert_eq!(said["alg"], header.algorithm().name());
    assert_eq!(said.get("kid").and_then(Value::as_str), header.key_id());
    assert_eq!(said.get("typ").and_then(Value::as_str), header.typ());
    assert_eq!(said.get("enc").and_then(Value::as_str), header.content_encryption().map(|enc| enc.name()));
    assert_eq!(said.contains_key("crit"), header.has_critical());
    assert_eq!(said.get("b64") == Some(&Value::Bool(false)), !header.is_base64());
    let written = header.to_json();
    let again = Header::parse(written.as_bytes()).expect("what was written");
    assert_eq!(again.to_json(), written);
    let kept = judge::object(written.as_bytes());
    assert_eq!(kept, header.to_object());
    assert!(said.keys().eq(kept.keys()), "{said:?} became {kept:?}");
    let fits = header.jws_algorithm() == Some(JwsAlgorithm::Hs256) && !header.has_critical();
    match verified {
        Ok(verified) => assert!(fits && verified.payload() == b"payload"),
        Err(error) => {
            judge::told(&error);
            assert!(
                !fits
                    || header.key_id().is_some_and(|_| KEYS[0]
                        .candidates(header)
                        .into_iter()
                        .next()
                        .is_none())
            );
        }
    }
}

/// A header and a payload that travels apart: `b64` alone decides what was signed.
fn detached(data: &[u8]) {
    let (header, payload) = judge::halves(data);
    let first = judge::encoded(header);
    let raw = judge::mac(&[first.as_bytes(), b".", payload].concat());
    let encoded = judge::mac(format!("{first}.{}", judge::encoded(payload)).as_bytes());
    let read = Header::parse(header).ok();
    let fits = read.as_ref().is_some_and(|header| header.jws_algorithm() == Some(JwsAlgorithm::Hs256));
    let base64 = read.is_some_and(|header| header.is_base64());
    for (signature, is_right) in [(&raw, fits && !base64), (&encoded, fits && base64)] {
        let is_right = is_right || fits && raw == encoded;
        let token = format!("{first}..{}", judge::encoded(signature));
        match verify_detached(&token, payload, &KEYS[0], &JwsLimits::DEFAULT) {
            Ok(_) => assert!(is_right, "a signature of something else"),
            Err(error) => {
                judge::told(&error);
                assert!(!is_right, "{error}");
            }
        }
    }
    let Ok(text) = std::str::from_utf8(payload) else { return };
    let token = format!("{first}.{text}.{}", judge::encoded(&raw));
    match verify_unencoded(&token, &KEYS[0], &JwsLimits::DEFAULT) {
        Ok(verified) => {
            assert!(fits && !base64 && verified.payload() == payload);
            assert!(
                !payload.is_empty()
                    && payload.iter().all(|octet| matches!(octet, b' '..=b'~') && *octet != b'.')
            );
            // Who does not know of `b64` does not take it.
            verify(&token, &KEYS[0], &JwsLimits::DEFAULT).expect_err("`b64` is critical");
        }
        Err(error) => judge::told(&error),
    }
}

/// Any bytes as a JWS in JSON: what is read is written and read again, and some key says yes.
fn json(data: &[u8]) {
    match jws_json::parse(data, &JsonLimits::DOCUMENT) {
        Ok(read) => {
            judge::object(data);
            assert!(!read.signatures.is_empty());
            let general = read.to_general();
            assert_eq!(jws_json::parse(general.as_bytes(), &JsonLimits::DOCUMENT).expect("the same"), read);
            if let Some(flattened) = read.to_flattened() {
                assert_eq!(
                    jws_json::parse(flattened.as_bytes(), &JsonLimits::DOCUMENT).expect("the same"),
                    read
                );
            }
        }
        Err(error) => judge::told(&error),
    }
    match verify_json(data, &*KEYS, &JwsLimits::DEFAULT) {
        Ok(verified) => {
            assert!(
                verified.verified().count() > 0
                    && verified.signatures().len() <= JwsLimits::DEFAULT.signatures
            );
            for signature in verified.verified() {
                let algorithm = signature.header().jws_algorithm().expect("one that signs");
                assert!(signature.key().algorithms().contains(algorithm));
            }
            for error in verified.signatures().iter().filter_map(|signature| signature.as_ref().err()) {
                judge::told(error);
            }
        }
        Err(error) => judge::told(&error),
    }
}

/// Two headers, one of them protected, over a right signature.
fn json_signed(data: &[u8]) {
    let (protected, rest) = judge::halves(data);
    let (unprotected, payload) = judge::halves(rest);
    let Ok(text) = std::str::from_utf8(unprotected) else { return };
    let (first, body) = (judge::encoded(protected), judge::encoded(payload));
    let signature = judge::encoded(&judge::mac(format!("{first}.{body}").as_bytes()));
    let header = if text.is_empty() { String::new() } else { format!(r#""header":{text},"#) };
    let jws = format!(r#"{{"payload":"{body}","protected":"{first}",{header}"signature":"{signature}"}}"#);
    let verified = match verify_json(jws.as_bytes(), &KEYS[0], &JwsLimits::DEFAULT) {
        Ok(verified) => verified,
        Err(error) => return judge::told(&error),
    };
    let whole = judge::object(jws.as_bytes());
    // A text that ends the header has made another JWS of it.
    let (Some(first), Some(body)) = (whole["protected"].as_str(), whole["payload"].as_str()) else {
        panic!("no text")
    };
    let none = serde_json::Map::new();
    let unprotected = whole.get("header").map_or(&none, |header| header.as_object().expect("an object"));
    let protected = judge::object(&judge::decoded(first).expect("base64url"));
    assert!(protected.keys().all(|name| !unprotected.contains_key(name)), "a name in two headers");
    assert!(["crit", "b64"].iter().all(|name| !unprotected.contains_key(*name)), "not protected");
    let algorithm = protected.get("alg").or(unprotected.get("alg"));
    assert_eq!(algorithm, Some(&Value::String("HS256".into())));
    let is_raw = protected.get("b64") == Some(&Value::Bool(false));
    let expected = if is_raw { body.as_bytes().to_vec() } else { judge::decoded(body).expect("base64url") };
    assert_eq!(verified.payload(), expected);
    assert!(!is_raw || protected.contains_key("crit"));
}
