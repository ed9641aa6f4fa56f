//! JWEs in JSON: to several, and against them.

use serde_json::{Value, json};

use super::{assert_malformed, assert_rejected, curve_key, pair, rsa};
use crate::{
    Error, ErrorKind, Rejection,
    codec::base64url,
    proto::jwe::{DecryptedJson, DecryptionKey, EncryptionKey, Limits, Message, Outcome, decrypt_json},
    rfc7515, rfc7516,
    types::{
        ContentEncryption::{A128CbcHs256, A128Gcm},
        Curve, Header, JweAlgorithm, Jwk,
    },
};

fn read(json: &Value, keys: &[DecryptionKey]) -> Result<DecryptedJson, Error> {
    decrypt_json(json.to_string().as_bytes(), keys, &Limits::default())
}

fn one() -> (EncryptionKey, DecryptionKey) {
    let (sender, recipient) = pair(&Jwk::symmetric(vec![1; 16]), JweAlgorithm::A128Kw);
    (sender.with_key_id("one"), recipient.with_key_id("one"))
}

fn two() -> (EncryptionKey, DecryptionKey) {
    let (sender, recipient) = pair(&curve_key(Curve::X25519), JweAlgorithm::EcdhEsA256Kw);
    (sender.with_key_id("two"), recipient.with_key_id("two"))
}

/// For both, as a value to play with; and what decrypts it.
fn for_both() -> (Value, [DecryptionKey; 2]) {
    let ((one, open_one), (two, open_two)) = (one(), two());
    let json = Message::new(A128Gcm)
        .with_protected("cty", "text/plain")
        .with_unprotected("note", "to all")
        .with_aad(b"aad")
        .with_recipient(Header::new(JweAlgorithm::A128Kw), &one)
        .with_recipient(Header::new(JweAlgorithm::EcdhEsA256Kw).with_parties(b"", b"two"), &two)
        .to_general(b"text")
        .unwrap();
    (serde_json::from_str(&json).unwrap(), [open_one, open_two])
}

#[test]
fn each_of_several_decrypts() {
    let (json, keys) = for_both();
    let decrypted = read(&json, &keys).unwrap();
    assert_eq!(decrypted.recipients, [Outcome::Decrypted; 2]);
    assert_eq!(decrypted.decrypted.plaintext.expose(), b"text");
    assert_eq!((decrypted.aad.as_slice(), decrypted.decrypted.key_id.as_deref()), (&b"aad"[..], Some("one")));
    assert!(decrypted.is_protected("cty") && decrypted.is_protected("enc"));
    assert!(!decrypted.is_protected("alg") && !decrypted.is_protected("note"));
    let first = read(&json, &keys[..1]).unwrap();
    assert_eq!(first.recipients, [Outcome::Decrypted, Outcome::NotOurs]);
    let second = read(&json, &keys[1..]).unwrap();
    assert_eq!(second.recipients, [Outcome::NotOurs, Outcome::Decrypted]);
    assert_eq!(second.decrypted.key_id.as_deref(), Some("two"));
    assert_rejected(&read(&json, &[]).unwrap_err(), Rejection::NoKey);
}

#[test]
fn all_is_protected_for_one_alone() {
    let (key, open) = one();
    let message = Message::new(A128Gcm).with_recipient(Header::new(JweAlgorithm::A128Kw), &key);
    for text in [message.to_flattened(b"text").unwrap(), message.to_general(b"text").unwrap()] {
        let json: Value = serde_json::from_str(&text).unwrap();
        assert!(
            json.get("unprotected").is_none() && json.get("header").is_none() && json.get("aad").is_none()
        );
        let decrypted = read(&json, std::slice::from_ref(&open)).unwrap();
        assert!(["alg", "enc", "kid"].iter().all(|name| decrypted.is_protected(name)));
        assert_eq!(decrypted.recipients, [Outcome::Decrypted]);
    }
    let compressed = message.with_compression().to_flattened(&[b'a'; 10_000]).unwrap();
    assert!(compressed.len() < 500);
    let json = serde_json::from_str(&compressed).unwrap();
    assert_eq!(read(&json, &[open]).unwrap().decrypted.plaintext.expose().len(), 10_000);
}

#[test]
fn direct_keys_have_no_company() {
    let (one, _) = one();
    let shared = EncryptionKey::symmetric(JweAlgorithm::Dir, [1; 16]).unwrap();
    let agreed = EncryptionKey::from_jwk(&curve_key(Curve::P256), JweAlgorithm::EcdhEs).unwrap();
    for direct in [&shared, &agreed] {
        let header = || Header::new(direct.algorithm());
        let alone = Message::new(A128Gcm).with_recipient(header(), direct);
        assert!(alone.to_flattened(b"").is_ok() && alone.to_general(b"").is_ok());
        let error =
            alone.with_recipient(Header::new(JweAlgorithm::A128Kw), &one).to_general(b"").unwrap_err();
        let requirement = Some(rfc7516::DIRECT_MODES_HAVE_NO_ENCRYPTED_KEY);
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, requirement));
    }
}

#[test]
fn a_message_is_put_together_right_or_not_at_all() {
    let (key, _) = one();
    let header = || Header::new(JweAlgorithm::A128Kw);
    let message = || Message::new(A128Gcm).with_recipient(header(), &key);
    let usage = |message: Message<'_>| {
        let error = message.to_general(b"").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        error.requirement()
    };
    assert_eq!(usage(Message::new(A128Gcm)), None);
    for name in ["alg", "enc", "zip", "crit", "kid", "epk", "iv", "tag", "p2s", "p2c", "apu", "apv", "b64"] {
        assert_eq!(usage(message().with_protected(name, "x")), None, "{name}");
        assert_eq!(usage(message().with_unprotected(name, "x")), None, "{name}");
    }
    let twice = message().with_protected("x", 1).with_unprotected("x", 1);
    assert_eq!(usage(twice), Some(rfc7516::HEADERS_ARE_DISJOINT));
    let own = || header().with_typ("t");
    let twice = || Message::new(A128Gcm).with_recipient(own(), &key).with_recipient(header(), &key);
    assert_eq!(usage(twice().with_protected("typ", "t")), Some(rfc7516::HEADERS_ARE_DISJOINT));
    assert_eq!(usage(twice().with_unprotected("typ", "t")), Some(rfc7516::HEADERS_ARE_DISJOINT));
    assert_eq!(usage(twice().with_recipient(header().with_content_encryption(A128CbcHs256), &key)), None);
    let compressed = twice().with_recipient(header().with_compression(), &key);
    assert_eq!(usage(compressed), Some(rfc7516::RECIPIENTS_SHARE_PLAINTEXT_PARAMETERS));
    assert_eq!(
        twice().to_flattened(b"").unwrap_err().requirement(),
        Some(rfc7516::FLATTENED_HAS_NO_RECIPIENTS)
    );
}

#[test]
fn no_member_can_be_changed() {
    let (json, keys) = for_both();
    let flip = |value: &mut Value| {
        let mut octets = base64url::decode(value.as_str().unwrap()).unwrap();
        octets[0] ^= 1;
        *value = base64url::encode(&octets).into();
    };
    for name in ["iv", "ciphertext", "tag", "aad"] {
        let mut changed = json.clone();
        flip(&mut changed[name]);
        assert_rejected(&read(&changed, &keys).unwrap_err(), Rejection::Decryption);
    }
    let mut changed = json.clone();
    changed.as_object_mut().unwrap().remove("aad");
    assert_rejected(&read(&changed, &keys).unwrap_err(), Rejection::Decryption);
    // One key is enough, and it is told that the other was none.
    for (at, outcomes) in
        [(0, [Outcome::Failed, Outcome::Decrypted]), (1, [Outcome::Decrypted, Outcome::Failed])]
    {
        let mut changed = json.clone();
        flip(&mut changed["recipients"][at]["encrypted_key"]);
        assert_eq!(read(&changed, &keys).unwrap().recipients, outcomes);
        assert_rejected(&read(&changed, &keys[at..=at]).unwrap_err(), Rejection::Decryption);
    }
    let mut changed = json.clone();
    let protected = r#"{"cty":"text/html","enc":"A128GCM"}"#;
    changed["protected"] = base64url::encode(protected.as_bytes()).into();
    assert_rejected(&read(&changed, &keys).unwrap_err(), Rejection::Decryption);
}

#[test]
fn no_name_is_in_two_headers() {
    let (json, keys) = for_both();
    for (path, name) in [("unprotected", "enc"), ("unprotected", "cty"), ("unprotected", "alg")] {
        let mut changed = json.clone();
        changed[path][name] = "x".into();
        assert_eq!(read(&changed, &keys).unwrap_err().kind(), ErrorKind::Protocol, "{path} {name}");
    }
    for name in ["enc", "cty", "note"] {
        let mut changed = json.clone();
        changed["recipients"][1]["header"][name] = "x".into();
        let error = read(&changed, &keys).unwrap_err();
        assert_malformed(&error, rfc7516::NO_NAME_IN_TWO_HEADERS);
        // It is refused for him also who is not concerned.
        assert_eq!(read(&changed, &keys[..1]).unwrap_err().kind(), ErrorKind::Protocol);
    }
}

#[test]
fn some_parameters_are_protected_or_refused() {
    let (key, open) = one();
    let message = Message::new(A128Gcm).with_recipient(Header::new(JweAlgorithm::A128Kw), &key);
    let json: Value = serde_json::from_str(&message.to_flattened(b"text").unwrap()).unwrap();
    for place in ["unprotected", "header"] {
        let with = |header: Value| {
            let mut changed = json.clone();
            changed[place] = header;
            read(&changed, std::slice::from_ref(&open))
        };
        let zip = with(json!({"zip": "DEF"})).unwrap_err();
        assert_malformed(&zip, rfc7516::ZIP_IS_IN_THE_PROTECTED_HEADER);
        assert_rejected(&with(json!({"crit": ["x"], "x": 1})).unwrap_err(), Rejection::Critical);
        assert_rejected(&with(json!({"b64": false})).unwrap_err(), Rejection::Critical);
        assert!(with(json!({"x": 1})).is_ok());
    }
}

#[test]
fn recipients_share_what_is_done_to_the_content() {
    let (json, keys) = for_both();
    let mut changed = json.clone();
    changed["protected"] = base64url::encode(br#"{"cty":"text/plain"}"#).into();
    changed["recipients"][0]["header"]["enc"] = "A128GCM".into();
    changed["recipients"][1]["header"]["enc"] = "A256GCM".into();
    assert_malformed(&read(&changed, &keys).unwrap_err(), rfc7516::RECIPIENTS_SHARE_ENC);
    changed["recipients"][1]["header"].as_object_mut().unwrap().remove("enc");
    assert_malformed(&read(&changed, &keys).unwrap_err(), rfc7516::ENC_IS_PRESENT);
    let mut changed = json;
    changed["recipients"][1]["header"].as_object_mut().unwrap().remove("alg");
    assert_malformed(&read(&changed, &keys).unwrap_err(), rfc7515::ALG_IS_PRESENT);
}

/// What we cannot do may be for somebody else.
#[test]
fn a_recipient_of_an_unknown_kind_is_passed_over() {
    let (json, keys) = for_both();
    for alg in ["ECDH-ES+XC20PKW", "RSA-OAEP-512", "HS256", "none"] {
        let mut changed = json.clone();
        changed["recipients"][0]["header"]["alg"] = alg.into();
        assert_eq!(read(&changed, &keys).unwrap().recipients, [Outcome::NotOurs, Outcome::Decrypted]);
        // And if there is nobody else, it says so.
        let kind = read(&changed, &keys[..1]).unwrap_err().kind();
        assert!(matches!(kind, ErrorKind::Unsupported | ErrorKind::Auth), "{alg} {kind:?}");
    }
    let mut changed = json;
    changed["recipients"][0]["header"]["alg"] = "A128GCMKW".into();
    assert_rejected(&read(&changed, &keys[..1]).unwrap_err(), Rejection::Algorithm);
}

#[test]
fn recipients_and_attempts_are_counted() {
    let (json, keys) = for_both();
    let limits = Limits::default().with_recipients(1);
    let text = json.to_string();
    assert_eq!(decrypt_json(text.as_bytes(), &keys, &limits).unwrap_err().kind(), ErrorKind::Limit);
    let limits = Limits::default().with_recipients(2).with_token(text.len());
    assert!(decrypt_json(text.as_bytes(), &keys, &limits).is_ok());
    // More than are tried: it is told, and is no error where one did.
    let mut many = json;
    let element = many["recipients"][0].clone();
    many["recipients"] = vec![element; 12].into();
    let outcomes = read(&many, &keys).unwrap().recipients;
    assert_eq!(outcomes[..8], [Outcome::Decrypted; 8]);
    assert_eq!(outcomes[8..], [Outcome::NotTried; 4]);
    many["tag"] = base64url::encode(&[0; 16]).into();
    assert_eq!(read(&many, &keys).unwrap_err().kind(), ErrorKind::Limit);
    let limits = Limits::default().with_token(text.len() - 1);
    assert_eq!(decrypt_json(text.as_bytes(), &keys, &limits).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn rsa_and_a_password_share_a_message() {
    let (one, open_one) = pair(&rsa(), JweAlgorithm::RsaOaep256);
    let (two, open_two) = pair(&Jwk::symmetric(b"secret".to_vec()), JweAlgorithm::Pbes2Hs384A192Kw);
    let json = Message::new(A128CbcHs256)
        .with_recipient(Header::new(JweAlgorithm::RsaOaep256), &one)
        .with_recipient(Header::new(JweAlgorithm::Pbes2Hs384A192Kw), &two)
        .to_general(b"text")
        .unwrap();
    let keys = [open_one, open_two];
    for key in &keys {
        let decrypted = decrypt_json(json.as_bytes(), key, &Limits::default()).unwrap();
        assert_eq!(decrypted.decrypted.plaintext.expose(), b"text");
    }
    // Too many rounds for the one are no hindrance for the other.
    let limits = Limits::default().with_iterations(1000, 1000);
    let text = json.replace(r#""p2c":1000"#, r#""p2c":1001"#);
    assert_ne!(text, json);
    let decrypted = decrypt_json(text.as_bytes(), &keys, &limits).unwrap();
    assert_eq!(decrypted.recipients, [Outcome::Decrypted, Outcome::NotTried]);
    let error = decrypt_json(text.as_bytes(), &keys[1..], &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

/// Headers that are not protected are no larger than those that are: nobody compares thousands of names
/// for each of the recipients.
#[test]
fn headers_beside_the_protected_one_are_bounded_too() {
    let many = |len: usize| -> Value {
        (0..len).map(|at| (format!("x{at}"), Value::from(at))).collect::<serde_json::Map<_, _>>().into()
    };
    let (json, keys) = for_both();
    for (members, want) in [(500, None), (600, Some(ErrorKind::Limit))] {
        let mut shared = json.clone();
        shared["unprotected"] = many(members);
        assert_eq!(read(&shared, &keys).err().map(|error| error.kind()), want, "{members}");
        let mut own = json.clone();
        own["recipients"][0]["header"]
            .as_object_mut()
            .unwrap()
            .extend(many(members).as_object().unwrap().clone());
        assert_eq!(read(&own, &keys).err().map(|error| error.kind()), want, "{members}");
    }
    let mut long = json;
    long["unprotected"]["note"] = "x".repeat(16 << 10).into();
    assert_eq!(read(&long, &keys).unwrap_err().kind(), ErrorKind::Limit);
}

/// What no reader would take is not written, and no private key either.
#[test]
fn parameters_of_a_message_are_what_they_have_to_be() {
    let (one, _) = one();
    let (two, _) = two();
    let private: Value = serde_json::from_str(crate::testing::rfc8037::PRIVATE_KEY).unwrap();
    let message = || Message::new(A128Gcm).with_recipient(Header::new(JweAlgorithm::A128Kw), &one);
    for (name, value) in [("jwk", private), ("typ", 1.into()), ("cty", json!(["a"])), ("x5c", json!(["?"]))] {
        for message in [
            message().with_protected(name, value.clone()),
            message().with_unprotected(name, value.clone()),
            message()
                .with_recipient(Header::new(JweAlgorithm::EcdhEsA256Kw), &two)
                .with_protected(name, value.clone()),
        ] {
            assert_eq!(message.to_general(b"").unwrap_err().kind(), ErrorKind::Usage, "{name}");
        }
    }
}

/// Each password costs as many rounds as the header says, so that few of them are tried in all.
#[test]
fn passwords_are_tried_less_often_than_other_keys() {
    let alg = JweAlgorithm::Pbes2Hs512A256Kw;
    let (sender, key) = pair(&Jwk::symmetric(b"secret".to_vec()), alg);
    let json = Message::new(A128Gcm).with_recipient(Header::new(alg), &sender).to_general(b"text").unwrap();
    let mut json: Value = serde_json::from_str(&json).unwrap();
    let element = json["recipients"][0].clone();
    json["recipients"] = vec![element; 4].into();
    let limits = Limits::default().with_token(1 << 20);
    let decrypted = decrypt_json(json.to_string().as_bytes(), &key, &limits).unwrap();
    assert_eq!(decrypted.recipients[..2], [Outcome::Decrypted; 2]);
    assert_eq!(decrypted.recipients[2..], [Outcome::NotTried; 2]);
    let more = limits.with_passwords(3);
    let decrypted = decrypt_json(json.to_string().as_bytes(), &key, &more).unwrap();
    assert_eq!(decrypted.recipients[2..], [Outcome::Decrypted, Outcome::NotTried]);
    // In the compact form the third of three keys is one too many.
    let token = crate::proto::jwe::encrypt(b"text", &Header::new(alg), &sender, A128Gcm).unwrap();
    let other = |password| DecryptionKey::password(alg, password).unwrap();
    let keys = [other("one"), other("two"), key];
    let error = crate::proto::jwe::decrypt(&token, &keys, &Limits::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(crate::proto::jwe::decrypt(&token, &keys[1..], &Limits::default()).is_ok());
}
