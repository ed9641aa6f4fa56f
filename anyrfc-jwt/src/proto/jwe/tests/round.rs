//! There and back, by every algorithm with every content encryption.

use super::{assert_rejected, header_of, jwks, pair};
use crate::{
    Rejection,
    proto::jwe::{DecryptionKey, Limits, decrypt, encrypt},
    types::{ContentEncryption, Header, JweAlgorithm},
};

/// A key of the same kind that is another.
fn other(alg: JweAlgorithm, enc: ContentEncryption, at: usize) -> DecryptionKey {
    let jwk = jwks(alg, enc).remove(at);
    let jwk = match &jwk.material {
        crate::types::Material::Oct { k } => {
            crate::types::Jwk::symmetric(k.expose().iter().map(|octet| octet ^ 1).collect())
        }
        _ => jwk,
    };
    DecryptionKey::from_jwk(&jwk, alg).unwrap()
}

#[test]
fn every_algorithm_with_every_content_encryption() {
    for alg in JweAlgorithm::ALL.iter().copied() {
        for enc in ContentEncryption::ALL.iter().copied() {
            for (at, jwk) in jwks(alg, enc).iter().enumerate() {
                let (sender, recipient) = pair(&jwk.clone().with_key_id("k"), alg);
                let header = Header::new(alg).with_typ("test");
                let text: Vec<u8> = (0..100).collect();
                for len in [0, 1, 16, 100] {
                    let token = encrypt(&text[..len], &header, &sender, enc).unwrap();
                    let decrypted = decrypt(&token, &recipient, &Limits::default()).unwrap();
                    assert_eq!(decrypted.plaintext.expose(), &text[..len], "{alg} {enc}");
                    assert_eq!(decrypted.header.content_encryption(), Some(enc));
                    assert_eq!(
                        (decrypted.header.key_id(), decrypted.key_id.as_deref()),
                        (Some("k"), Some("k"))
                    );
                    assert!(decrypted.header.is_typ("test"));
                }
                let is_rsa =
                    matches!(alg, JweAlgorithm::Rsa1_5 | JweAlgorithm::RsaOaep | JweAlgorithm::RsaOaep256);
                if !is_rsa {
                    let token = encrypt(&text, &header, &sender, enc).unwrap();
                    let error = decrypt(&token, &other(alg, enc, at), &Limits::default()).unwrap_err();
                    assert_rejected(&error, Rejection::Decryption);
                }
            }
        }
    }
}

/// Nothing that is drawn is drawn twice: neither the vector, nor the key, nor what brings it.
#[test]
fn what_is_drawn_is_new_each_time() {
    for alg in JweAlgorithm::ALL.iter().copied() {
        let enc = ContentEncryption::A128CbcHs256;
        for jwk in jwks(alg, enc) {
            let (sender, _) = pair(&jwk, alg);
            let tokens = [(); 2].map(|()| encrypt(b"text", &Header::new(alg), &sender, enc).unwrap());
            let [one, other] = [0, 1].map(|at| tokens[at].split('.').map(str::to_owned).collect::<Vec<_>>());
            for part in 2..5 {
                assert_ne!(one[part], other[part], "{alg} {part}");
            }
            let is_direct = matches!(alg, JweAlgorithm::Dir | JweAlgorithm::EcdhEs);
            assert_eq!(one[1].is_empty(), is_direct, "{alg}");
            assert_eq!(one[1] == other[1], is_direct, "{alg}");
            let [one, other] = [0, 1].map(|at| header_of(&tokens[at]));
            for name in ["epk", "iv", "tag", "p2s"] {
                assert_eq!(one.contains_key(name), other.contains_key(name));
                assert!(!one.contains_key(name) || one[name] != other[name], "{alg} {name}");
            }
        }
    }
}

#[test]
fn what_the_recipient_has_to_know_is_there_and_no_more() {
    let enc = ContentEncryption::A256Gcm;
    for alg in JweAlgorithm::ALL.iter().copied() {
        for jwk in jwks(alg, enc) {
            let (sender, _) = pair(&jwk, alg);
            let header = header_of(&encrypt(b"", &Header::new(alg), &sender, enc).unwrap());
            let mut names: Vec<_> = header.keys().map(String::as_str).collect();
            names.retain(|name| !matches!(*name, "alg" | "enc"));
            let wanted: &[&str] = match alg.name() {
                name if name.starts_with("ECDH") => &["epk"],
                name if name.ends_with("GCMKW") => &["iv", "tag"],
                name if name.starts_with("PBES2") => &["p2c", "p2s"],
                _ => &[],
            };
            assert_eq!(names, wanted, "{alg}");
            if let Some(epk) = header.get("epk") {
                let mut members: Vec<_> = epk.as_object().unwrap().keys().map(String::as_str).collect();
                members.retain(|name| *name != "y");
                assert_eq!(members, ["crv", "kty", "x"]);
            }
        }
    }
}

#[test]
fn parties_go_into_the_key() {
    let alg = JweAlgorithm::EcdhEsA256Kw;
    let jwk = jwks(alg, ContentEncryption::A128Gcm).remove(3);
    let (sender, recipient) = pair(&jwk, alg);
    let header = Header::new(alg).with_parties(b"Alice", b"Bob");
    let token = encrypt(b"text", &header, &sender, ContentEncryption::A128Gcm).unwrap();
    assert_eq!(header_of(&token)["apu"], "QWxpY2U");
    assert_eq!(decrypt(&token, &recipient, &Limits::default()).unwrap().plaintext.expose(), b"text");
    // One alone is well.
    let header = Header::new(alg).with_parties(b"", b"Bob");
    let token = encrypt(b"text", &header, &sender, ContentEncryption::A128Gcm).unwrap();
    assert!(!header_of(&token).contains_key("apu"));
    assert!(decrypt(&token, &recipient, &Limits::default()).is_ok());
}

#[test]
fn compression_comes_off_again() {
    let (sender, recipient) =
        pair(&jwks(JweAlgorithm::A128Kw, ContentEncryption::A128Gcm)[0], JweAlgorithm::A128Kw);
    let text = vec![b'a'; 100_000];
    let header = Header::new(JweAlgorithm::A128Kw).with_compression();
    let token = encrypt(&text, &header, &sender, ContentEncryption::A128Gcm).unwrap();
    assert!(token.len() < 1000);
    let decrypted = decrypt(&token, &recipient, &Limits::default()).unwrap();
    assert!(decrypted.header.is_compressed());
    assert_eq!(decrypted.plaintext.expose(), &text);
    // And unless asked for, nothing is.
    let plain =
        encrypt(&text, &Header::new(JweAlgorithm::A128Kw), &sender, ContentEncryption::A128Gcm).unwrap();
    assert!(plain.len() > 100_000 && !header_of(&plain).contains_key("zip"));
}
