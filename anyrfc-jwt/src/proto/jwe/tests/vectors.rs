//! RFC 7516 appendix A, RFC 7517 appendix C, RFC 7520 sections 5 and 6: decrypted in every form that
//! is shown, and made again with the same random values, to the letter where RSA does not draw others.

use serde::Deserialize;
use serde_json::Value;

use super::super::{agree, json::Message, key::Family, key::family, manage::Fixed};
use crate::{
    codec::{
        base64url, inflate,
        json::{JsonLimits, Object},
        jwe_json::{self, JweJson},
    },
    proto::jwe::{DecryptionKey, EncryptionKey, Limits, Outcome, decrypt, decrypt_json, encrypt_with},
    types::{ContentEncryption, Header, JweAlgorithm, Jwk, Material},
};

#[derive(Deserialize)]
struct Vector {
    name: String,
    plaintext: Option<String>,
    plaintext_b64: Option<String>,
    key: Option<Value>,
    keys: Option<Vec<Value>>,
    password: Option<String>,
    compact: Option<String>,
    general: Option<Value>,
    flattened: Option<Value>,
    cek: Option<String>,
    epk: Option<Value>,
    compressed: Option<String>,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("../../../testing/jwe.json")).unwrap()
}

fn octets(text: &str) -> Vec<u8> {
    base64url::decode(text).unwrap()
}

fn jwk(value: &Value) -> Jwk {
    Jwk::parse(value.to_string().as_bytes()).unwrap()
}

impl Vector {
    fn plaintext(&self) -> Vec<u8> {
        match (&self.plaintext, &self.plaintext_b64) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, text) => octets(text.as_ref().unwrap()),
        }
    }

    fn jwk(&self) -> Jwk {
        match &self.password {
            Some(password) => Jwk::symmetric(password.clone().into_bytes()),
            None => jwk(self.key.as_ref().unwrap()),
        }
    }

    fn fixed(&self, header: &Header, protected: &str, iv: Vec<u8>) -> Fixed {
        let encryption = header.encryption.as_ref().unwrap();
        let ephemeral = self.epk.as_ref().map(|key| match jwk(key).material {
            Material::Curve { curve, x, y, d: Some(d) } => {
                agree::private_key(curve, d.expose(), &x, &y).unwrap()
            }
            _ => unreachable!(),
        });
        Fixed {
            cek: self.cek.as_deref().map(octets),
            iv: Some(iv),
            ephemeral,
            key_iv: encryption.iv.clone(),
            salt_input: encryption.p2s.clone(),
            protected: Some(protected.to_owned()),
        }
    }
}

/// The key to encrypt with, as the header of the example says.
fn sender(jwk: &Jwk, header: &Header) -> EncryptionKey {
    let alg = header.jwe_algorithm().unwrap();
    let key = EncryptionKey::from_jwk(&jwk.to_public().unwrap_or_else(|| jwk.clone()), alg).unwrap();
    match header.encryption.as_ref().unwrap().p2c {
        Some(count) => key.with_iterations(count as u32).unwrap(),
        None => key,
    }
}

/// The header without what is made anew.
fn bare(header: &Header) -> Header {
    let mut header = header.clone();
    let encryption = header.encryption.as_mut().unwrap();
    (encryption.epk, encryption.iv, encryption.tag) = (None, None, None);
    (encryption.p2s, encryption.p2c, encryption.enc) = (None, None, None);
    header
}

fn is_rsa(alg: JweAlgorithm) -> bool {
    matches!(family(alg), Family::Rsa(_))
}

#[test]
fn compact_examples_decrypt() {
    let mut seen = 0;
    for vector in vectors() {
        let Some(token) = &vector.compact else { continue };
        let header = Header::parse(&octets(token.split('.').next().unwrap())).unwrap();
        let key = DecryptionKey::from_jwk(&vector.jwk(), header.jwe_algorithm().unwrap()).unwrap();
        let decrypted = decrypt(token, &key, &Limits::default()).unwrap();
        assert_eq!(decrypted.plaintext.expose(), &vector.plaintext(), "{}", vector.name);
        assert_eq!(decrypted.key_id.as_deref(), key.key_id());
        seen += 1;
    }
    assert_eq!(seen, 14);
}

#[test]
fn compact_examples_are_made_again() {
    let mut exact = 0;
    for vector in vectors() {
        let Some(token) = &vector.compact else { continue };
        let parts: Vec<_> = token.split('.').collect();
        let header = Header::parse(&octets(parts[0])).unwrap();
        if header.is_compressed() {
            // Others compress in other ways.
            let compressed = octets(vector.compressed.as_ref().unwrap());
            assert_eq!(inflate::inflate(&compressed, 1 << 10).unwrap().expose(), &vector.plaintext());
            continue;
        }
        let key = sender(&vector.jwk(), &header);
        let fixed = vector.fixed(&header, parts[0], octets(parts[2]));
        let enc = header.content_encryption().unwrap();
        let made = encrypt_with(&vector.plaintext(), &bare(&header), &key, enc, &fixed).unwrap();
        if is_rsa(key.algorithm()) {
            let made: Vec<_> = made.split('.').collect();
            assert_eq!((made[0], &made[2..]), (parts[0], &parts[2..]), "{}", vector.name);
            assert_eq!(made[1].len(), parts[1].len());
        } else {
            assert_eq!(&made, token, "{}", vector.name);
            exact += 1;
        }
    }
    assert_eq!(exact, 8);
}

/// The header that we write is the one of the example, but for the order of its members.
#[test]
fn headers_hold_the_same_members() {
    for vector in vectors() {
        let Some(token) = &vector.compact else { continue };
        let octets_ = octets(token.split('.').next().unwrap());
        let header = Header::parse(&octets_).unwrap();
        let theirs: Object = serde_json::from_slice(&octets_).unwrap();
        assert_eq!(header.to_object(), theirs, "{}", vector.name);
    }
}

fn keys(vector: &Vector) -> Vec<DecryptionKey> {
    let all = [
        vec![JweAlgorithm::Rsa1_5, JweAlgorithm::RsaOaep],
        vec![JweAlgorithm::RsaOaep],
        vec![JweAlgorithm::EcdhEs, JweAlgorithm::EcdhEsA128Kw, JweAlgorithm::EcdhEsA256Kw],
        vec![JweAlgorithm::A128Kw],
        vec![JweAlgorithm::A256GcmKw],
        vec![JweAlgorithm::Dir],
        vec![JweAlgorithm::Pbes2Hs512A256Kw],
    ];
    let jwks = match &vector.keys {
        Some(keys) => keys.iter().map(jwk).collect(),
        None => vec![vector.jwk()],
    };
    let fit = |jwk: &Jwk| {
        let mut fitting =
            all.iter().filter_map(|algorithms| DecryptionKey::from_jwk(jwk, algorithms.as_slice()).ok());
        fitting.next().unwrap()
    };
    jwks.iter().map(fit).collect()
}

#[test]
fn json_examples_decrypt() {
    let mut seen = 0;
    for vector in vectors() {
        for json in [&vector.general, &vector.flattened].into_iter().flatten() {
            let keys = keys(&vector);
            let decrypted = decrypt_json(json.to_string().as_bytes(), &keys, &Limits::default()).unwrap();
            assert_eq!(decrypted.decrypted.plaintext.expose(), &vector.plaintext(), "{}", vector.name);
            assert!(decrypted.recipients.iter().all(|outcome| *outcome == Outcome::Decrypted));
            let aad = json.get("aad").map(|aad| octets(aad.as_str().unwrap())).unwrap_or_default();
            assert_eq!(decrypted.aad, aad);
            assert_eq!(decrypted.is_protected("enc"), vector.name != "RFC 7520 5.12");
            // For one of them it is enough that there is one key.
            for (at, key) in keys.iter().enumerate() {
                let decrypted = decrypt_json(json.to_string().as_bytes(), key, &Limits::default()).unwrap();
                let ours = decrypted.recipients.iter().position(|outcome| *outcome == Outcome::Decrypted);
                assert_eq!(ours, Some(at), "{}", vector.name);
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 27);
}

fn parsed(json: &Value) -> JweJson {
    jwe_json::parse(json.to_string().as_bytes(), &JsonLimits::DOCUMENT, 8).unwrap()
}

#[test]
fn flattened_examples_are_made_again() {
    let mut exact = 0;
    for vector in vectors() {
        let Some(flattened) = &vector.flattened else { continue };
        let theirs = parsed(flattened);
        let all_protected = theirs.unprotected.is_empty() && theirs.recipients[0].header.is_empty();
        let header = octets(&theirs.protected);
        if !all_protected || vector.compressed.is_some() {
            continue;
        }
        let header = Header::parse(&header).unwrap();
        let key = sender(&vector.jwk(), &header);
        let aad = octets(&theirs.aad);
        let enc = header.content_encryption().unwrap();
        let message = Message::new(enc).with_aad(&aad).with_recipient(bare(&header), &key);
        let fixed = vector.fixed(&header, &theirs.protected, theirs.iv.clone());
        let mut made = message.encrypt(&vector.plaintext(), &fixed).unwrap();
        if is_rsa(key.algorithm()) {
            made.recipients[0].encrypted_key.clone_from(&theirs.recipients[0].encrypted_key);
        } else {
            exact += 1;
        }
        assert_eq!(made, theirs, "{}", vector.name);
    }
    assert_eq!(exact, 7);
}

/// RFC 7520, section 5.13.
#[test]
fn the_example_of_three_recipients_is_made_again() {
    let vectors = vectors();
    let vector = vectors.iter().find(|vector| vector.name == "RFC 7520 5.13").unwrap();
    let theirs = parsed(vector.general.as_ref().unwrap());
    let protected: Object = serde_json::from_slice(&octets(&theirs.protected)).unwrap();
    let headers: Vec<Header> = theirs
        .recipients
        .iter()
        .map(|one| Header::from_parts(protected.clone(), [one.header.clone()]).unwrap())
        .collect();
    let jwks: Vec<_> = vector.keys.as_ref().unwrap().iter().map(jwk).collect();
    let keys: Vec<_> = jwks.iter().zip(&headers).map(|(jwk, header)| sender(jwk, header)).collect();
    let mut fixed = vector.fixed(&headers[2], &theirs.protected, theirs.iv.clone());
    fixed.protected = None;
    let mut message = Message::new(ContentEncryption::A128CbcHs256).with_unprotected("cty", "text/plain");
    for (header, key) in headers.iter().zip(&keys) {
        message = message.with_recipient(bare(header), key);
    }
    let mut made = message.encrypt(&vector.plaintext(), &fixed).unwrap();
    made.recipients[0].encrypted_key.clone_from(&theirs.recipients[0].encrypted_key);
    assert_eq!(made, theirs);
}

/// Tokens that were made by jose 6.2.17 for Node, for what the RFCs have no example of; RSA ones to the
/// key of RFC 7520, section 5.1.
#[test]
fn tokens_made_elsewhere_decrypt() {
    #[derive(Deserialize)]
    struct Made {
        key: Option<Value>,
        token: String,
    }
    let all: Vec<Made> = serde_json::from_str(include_str!("elsewhere.json")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for made in &all {
        let header = Header::parse(&octets(made.token.split('.').next().unwrap())).unwrap();
        let alg = header.jwe_algorithm().unwrap();
        let jwk = made.key.as_ref().map_or_else(super::rsa, jwk);
        let key = DecryptionKey::from_jwk(&jwk, alg).unwrap();
        let decrypted = decrypt(&made.token, &key, &Limits::default()).unwrap();
        assert_eq!(decrypted.plaintext.expose(), b"made elsewhere", "{alg} {:?}", jwk.curve());
        seen.insert((alg, jwk.curve().map(|curve| curve.name())));
    }
    // All algorithms but RSA1_5, and each agreement on each of four curves.
    assert_eq!((all.len(), seen.len()), (43, 28));
}
