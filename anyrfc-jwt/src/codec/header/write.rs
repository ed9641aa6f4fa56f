//! A header's members.

use serde::ser::{Error as _, SerializeMap as _, Serializer};

use crate::{
    codec::{base64url, json::Object},
    types::Header,
};

/// The header as JSON.
pub(super) fn json(header: &Header) -> String {
    // Strings, numbers and public keys: nothing in it can fail to be JSON.
    serde_json::to_string(header).unwrap_or_default()
}

/// The header's members.
pub(super) fn object(header: &Header) -> Object {
    match serde_json::to_value(header) {
        Ok(serde_json::Value::Object(object)) => object,
        _ => Object::new(),
    }
}

/// The header's members, in the order in which they are most often seen.
pub(super) fn serialize<S: Serializer>(header: &Header, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("alg", header.algorithm.name())?;
    if let Some(encryption) = &header.encryption {
        if let Some(enc) = encryption.enc {
            map.serialize_entry("enc", enc.name())?;
        }
        if encryption.deflate {
            map.serialize_entry("zip", "DEF")?;
        }
    }
    for (name, value) in [("typ", &header.typ), ("cty", &header.content_type), ("kid", &header.key_id)] {
        if let Some(value) = value {
            map.serialize_entry(name, value)?;
        }
    }
    if let Some(hints) = &header.hints {
        for (name, value) in [("jku", &hints.jku), ("x5u", &hints.x5u)] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        if let Some(jwk) = &hints.jwk {
            map.serialize_entry("jwk", &jwk.to_object().map_err(S::Error::custom)?)?;
        }
        if !hints.x5c.is_empty() {
            let certificates: Vec<_> = hints.x5c.iter().map(|der| base64url::encode_standard(der)).collect();
            map.serialize_entry("x5c", &certificates)?;
        }
        for (name, value) in [("x5t", &hints.x5t), ("x5t#S256", &hints.x5t_s256)] {
            if let Some(value) = value {
                map.serialize_entry(name, &base64url::encode(value))?;
            }
        }
    }
    if let Some(encryption) = &header.encryption {
        if let Some(epk) = &encryption.epk {
            map.serialize_entry("epk", &epk.to_object().map_err(S::Error::custom)?)?;
        }
        for (name, value) in [
            ("apu", &encryption.apu),
            ("apv", &encryption.apv),
            ("iv", &encryption.iv),
            ("tag", &encryption.tag),
            ("p2s", &encryption.p2s),
        ] {
            if let Some(value) = value {
                map.serialize_entry(name, &base64url::encode(value))?;
            }
        }
        if let Some(count) = encryption.p2c {
            map.serialize_entry("p2c", &count)?;
        }
    }
    if let Some(b64) = header.b64 {
        map.serialize_entry("b64", &b64)?;
        map.serialize_entry("crit", &["b64"])?;
    }
    for (name, value) in &header.other {
        map.serialize_entry(name, value)?;
    }
    map.end()
}
