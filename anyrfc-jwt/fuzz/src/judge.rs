//! The second opinion, by other code than that which is judged.

use std::{collections::BTreeSet, fmt};

use anyrfc_jwt::{Error, ErrorKind, Secret};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Map, Value};
use sha2::Sha256;

/// The secret of every HMAC here.
pub(crate) const SECRET: &[u8; 32] = b"the one secret of all fuzz cases";

/// The same, as keys take it.
pub(crate) fn secret() -> Secret<Vec<u8>> {
    Secret::new(SECRET.to_vec())
}

/// The only text of base64url for these octets.
pub(crate) fn encoded(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// The octets, where there is no doubt about them.
pub(crate) fn decoded(text: &str) -> Option<Vec<u8>> {
    let octets = URL_SAFE_NO_PAD.decode(text).ok()?;
    (encoded(&octets) == text).then_some(octets)
}

/// HMAC with SHA-256.
pub(crate) fn mac(input: &[u8]) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("any key").chain_update(input);
    mac.finalize().into_bytes().to_vec()
}

/// A compact JWS under any header, rightly signed.
pub(crate) fn signed(header: &[u8], payload: &[u8]) -> String {
    let input = format!("{}.{}", encoded(header), encoded(payload));
    format!("{input}.{}", encoded(&mac(input.as_bytes())))
}

/// What was accepted as an object: one, by `serde_json`'s word, and no name is in it twice.
pub(crate) fn object(json: &[u8]) -> Map<String, Value> {
    serde_json::from_slice::<Unique>(json).expect("JSON without a name twice");
    serde_json::from_slice(json).expect("an object")
}

/// An error is short, in one line, and says as much as its kind promises.
pub(crate) fn told(error: &Error) {
    let text = error.to_string();
    assert!(text.len() < 1000 && !text.chars().any(char::is_control), "{text}");
    match error.kind() {
        ErrorKind::Protocol => assert!(error.requirement().is_some(), "{text}"),
        ErrorKind::Auth => assert!(error.rejection().is_some() && error.requirement().is_some(), "{text}"),
        ErrorKind::Limit | ErrorKind::Unsupported | ErrorKind::Usage => {}
        other => panic!("{other:?}: {text}"),
    }
}

/// Two halves, at the first line feed.
pub(crate) fn halves(data: &[u8]) -> (&[u8], &[u8]) {
    let at = data.iter().position(|octet| *octet == b'\n').unwrap_or(data.len());
    (&data[..at], data.get(at + 1..).unwrap_or_default())
}

/// JSON in which no object has a name twice.
struct Unique;

impl<'de> serde::Deserialize<'de> for Unique {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> serde::de::Visitor<'de> for Visitor {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Unique, A::Error> {
        let mut names = BTreeSet::new();
        while let Some((name, Unique)) = map.next_entry::<String, Unique>()? {
            if !names.insert(name) {
                return Err(serde::de::Error::custom("a name twice"));
            }
        }
        Ok(Unique)
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Unique, A::Error> {
        while let Some(Unique) = seq.next_element()? {}
        Ok(Unique)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique)
    }
}
