//! Encryption, from either side.

use std::sync::LazyLock;

use aes_gcm::{
    Aes128Gcm,
    aead::{Aead as _, KeyInit as _, Payload},
};
use anyrfc_jwt::{
    ContentEncryption, Header, JweAlgorithm, Jwk, Rejection,
    codec::{json::JsonLimits, jwe_json},
    jwe::{self, DecryptionKey, EncryptionKey, Limits, Message, Outcome},
    testing,
};
use serde_json::Value;

use crate::judge;

/// The key of `dir`, and of key wrapping.
const SHARED: &[u8; 16] = b"sixteen octets!!";
/// More would only take time.
const MOST_ITERATIONS: u32 = 1002;
/// The most octets that come out of compressed ones.
const INFLATED: usize = 4096;

fn limits() -> Limits {
    Limits::default().with_iterations(1000, MOST_ITERATIONS).with_inflated(INFLATED)
}

/// Both halves of a key for each kind of key management.
static KEYS: LazyLock<(Vec<EncryptionKey>, Vec<DecryptionKey>)> = LazyLock::new(|| {
    let shared = [JweAlgorithm::Dir, JweAlgorithm::A128Kw, JweAlgorithm::A128GcmKw];
    let mut encryption: Vec<EncryptionKey> = Vec::new();
    let mut decryption: Vec<DecryptionKey> = Vec::new();
    for algorithm in shared {
        encryption.push(EncryptionKey::symmetric(algorithm, *SHARED).expect("a key"));
        decryption.push(DecryptionKey::symmetric(algorithm, *SHARED).expect("a key"));
    }
    let password = JweAlgorithm::Pbes2Hs256A128Kw;
    let key = EncryptionKey::password(password, "a password");
    encryption.push(key.and_then(|key| key.with_iterations(1000)).expect("a key"));
    decryption.push(DecryptionKey::password(password, "a password").expect("a key"));
    let curve = Jwk::parse(testing::rfc7515::ES256_KEY.as_bytes()).expect("a key");
    for algorithm in [JweAlgorithm::EcdhEs, JweAlgorithm::EcdhEsA128Kw] {
        encryption.push(EncryptionKey::from_jwk(&curve, algorithm).expect("a key"));
        decryption.push(DecryptionKey::from_jwk(&curve, algorithm).expect("a key"));
    }
    let rsa = Jwk::parse(testing::rfc7515::RS256_KEY.as_bytes()).expect("a key");
    encryption.push(EncryptionKey::from_jwk(&rsa, JweAlgorithm::RsaOaep).expect("a key"));
    decryption.push(DecryptionKey::from_jwk(&rsa, JweAlgorithm::RsaOaep).expect("a key"));
    (encryption, decryption)
});

/// The first byte picks what the rest is: a compact JWE, one in JSON, a header and a plaintext that
/// are sealed rightly, or a plaintext that is sealed by us.
pub fn jwe(data: &[u8]) {
    let Some((&pick, rest)) = data.split_first() else { return };
    match pick {
        b'c' => compact(rest),
        b'j' => json(rest),
        b'h' => header(rest),
        b'z' => compressed(rest),
        _ => round(rest),
    }
}

/// What is decrypted has one form, and the key allowed both algorithms.
fn compact(data: &[u8]) {
    let Ok(token) = std::str::from_utf8(data) else { return };
    match jwe::decrypt(token, &KEYS.1, &limits()) {
        Ok(decrypted) => {
            let parts: Vec<Vec<u8>> =
                token.split('.').map(|part| judge::decoded(part).expect("base64url")).collect();
            assert_eq!(parts.len(), 5);
            let said = judge::object(&parts[0]);
            let algorithm = decrypted.header.jwe_algorithm().expect("one that encrypts");
            assert_eq!(said["alg"], algorithm.name());
            assert!(!said.contains_key("crit"));
            assert!(KEYS.1.iter().any(|key| key.algorithms().contains(algorithm)));
            let of_count = said.get("p2c").map_or(1000, |count| count.as_u64().expect("a number"));
            assert!((1000..=u64::from(MOST_ITERATIONS)).contains(&of_count));
            let length = decrypted.plaintext.expose().len();
            assert!(length <= if said.contains_key("zip") { INFLATED } else { parts[3].len() });
        }
        Err(error) => judge::told(&error),
    }
}

/// What is read is written and read again; it is for one of the recipients, or for nobody.
fn json(data: &[u8]) {
    let bounds = JsonLimits::DOCUMENT;
    match jwe_json::parse(data, &bounds, 16) {
        Ok(read) => {
            judge::object(data);
            assert!((1..=16).contains(&read.recipients.len()));
            assert_eq!(jwe_json::parse(read.to_general().as_bytes(), &bounds, 16).expect("the same"), read);
            if let Some(flattened) = read.to_flattened() {
                assert_eq!(jwe_json::parse(flattened.as_bytes(), &bounds, 16).expect("the same"), read);
            }
        }
        Err(error) => {
            judge::told(&error);
            let refused = jwe::decrypt_json(data, &KEYS.1, &limits()).expect_err("it is no JWE");
            assert_eq!(refused.kind(), error.kind());
        }
    }
    match jwe::decrypt_json(data, &KEYS.1, &limits()) {
        Ok(found) => {
            assert!(found.recipients.contains(&Outcome::Decrypted));
            assert!(found.decrypted.header.jwe_algorithm().is_some());
        }
        Err(error) => judge::told(&error),
    }
}

/// A content that another sealed under `header`.
fn sealed(header: &[u8], plaintext: &[u8]) -> String {
    let protected = judge::encoded(header);
    let vector = *b"twelve bytes";
    let payload = Payload { msg: plaintext, aad: protected.as_bytes() };
    let cipher = Aes128Gcm::new_from_slice(SHARED).expect("sixteen octets");
    let mut content = cipher.encrypt(&vector.into(), payload).expect("it is short");
    let tag = content.split_off(plaintext.len());
    let parts = [&vector[..], &content, &tag].map(judge::encoded);
    format!("{protected}..{}", parts.join("."))
}

/// Under any header, what was sealed rightly is opened exactly if the header says how it was.
fn header(data: &[u8]) {
    let (header, plaintext) = judge::halves(data);
    let read = Header::parse(header);
    let fits = read.as_ref().is_ok_and(|header| {
        header.jwe_algorithm() == Some(JweAlgorithm::Dir)
            && header.content_encryption() == Some(ContentEncryption::A128Gcm)
            && !header.has_critical()
    });
    let zipped = read.is_ok_and(|header| header.is_compressed());
    match jwe::decrypt(&sealed(header, plaintext), &KEYS.1, &limits()) {
        Ok(decrypted) => {
            assert!(fits);
            let said = judge::object(header);
            assert_eq!((&said["alg"], &said["enc"]), (&Value::from("dir"), &Value::from("A128GCM")));
            assert!(zipped || decrypted.plaintext.expose() == plaintext);
            assert!(decrypted.plaintext.expose().len() <= INFLATED.max(plaintext.len()));
        }
        Err(error) => {
            judge::told(&error);
            assert!(!fits || zipped, "{error}");
        }
    }
}

/// Any bytes as what was compressed: no more comes out than is allowed, however much is in them.
fn compressed(data: &[u8]) {
    let token = sealed(br#"{"alg":"dir","enc":"A128GCM","zip":"DEF"}"#, data);
    match jwe::decrypt(&token, &KEYS.1, &limits()) {
        Ok(decrypted) => {
            let plaintext = decrypted.plaintext.expose();
            assert!(plaintext.len() <= INFLATED);
            let small = limits().with_inflated(plaintext.len());
            jwe::decrypt(&token, &KEYS.1, &small).expect("it is just as much");
            if let Some(less) = plaintext.len().checked_sub(1) {
                jwe::decrypt(&token, &KEYS.1, &small.with_inflated(less)).expect_err("it is more");
            }
        }
        Err(error) => judge::told(&error),
    }
}

/// What we encrypt is what comes back; with one bit changed anywhere, nothing does. The first two
/// bytes choose the key, the content encryption, and the bit.
fn round(data: &[u8]) {
    let [pick, at, plaintext @ ..] = data else { return };
    let key = &KEYS.0[usize::from(*pick) % KEYS.0.len()];
    let all = ContentEncryption::ALL;
    let mut enc = all[usize::from(*pick >> 3) % all.len()];
    if key.algorithm() == JweAlgorithm::Dir {
        enc = ContentEncryption::A128Gcm;
    }
    let mut header = Header::new(key.algorithm());
    let is_compressed = pick & 0x80 != 0 && plaintext.len() <= INFLATED;
    if is_compressed {
        header = header.with_compression();
    }
    let token = jwe::encrypt(plaintext, &header, key, enc).expect("a token");
    let decrypted = jwe::decrypt(&token, &KEYS.1, &limits()).expect("what was encrypted");
    assert_eq!(decrypted.plaintext.expose(), plaintext);
    assert_eq!(decrypted.header.is_compressed(), is_compressed);
    let mut parts: Vec<Vec<u8>> =
        token.split('.').map(|part| judge::decoded(part).expect("base64url")).collect();
    let part = usize::from(*at) % parts.len();
    if let Some(octet) = parts[part].get_mut(usize::from(*at) / 5) {
        *octet ^= 1;
        let parts: Vec<String> = parts.iter().map(|part| judge::encoded(part)).collect();
        let error = jwe::decrypt(&parts.join("."), &KEYS.1, &limits()).expect_err("one bit was changed");
        judge::told(&error);
        if matches!(part, 2..=4) {
            assert_eq!(error.rejection(), Some(Rejection::Decryption), "{error}");
        }
    }
    let mut message = Message::new(enc).with_aad(&data[..2]);
    message = message.with_recipient(Header::new(key.algorithm()), key);
    let flattened = message.to_flattened(plaintext).expect("a JWE");
    let found = jwe::decrypt_json(flattened.as_bytes(), &KEYS.1, &limits()).expect("what was encrypted");
    assert_eq!(
        (found.decrypted.plaintext.expose().as_slice(), found.aad.as_slice()),
        (plaintext, &data[..2])
    );
}
