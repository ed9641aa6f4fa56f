//! The second opinion, by other code than that which is judged.

use std::{collections::BTreeSet, fmt, sync::Arc, time::Duration};

use anyrfc_oauth2::{
    ClientId, Endpoint, Error, ErrorKind, Issuer, ServerMetadata, Tolerances, UrlPolicy,
    proto::{Client, Config, Moment},
};
use serde_json::{Map, Value};

/// Whom all ask.
pub(crate) const ISSUER: &str = "https://as.example";

/// An endpoint of the server.
pub(crate) fn endpoint(path: &str) -> Endpoint {
    Endpoint::new(&format!("{ISSUER}/{path}"), UrlPolicy::Https).expect("an endpoint")
}

/// The server's name.
pub(crate) fn issuer() -> Issuer {
    Issuer::new(ISSUER, UrlPolicy::Https).expect("an issuer")
}

/// A public client of the server.
pub(crate) fn client(tolerances: Tolerances) -> Client {
    let mut server = ServerMetadata::new(issuer());
    server.authorization_endpoint = Some(endpoint("authorize"));
    server.token_endpoint = Some(endpoint("token"));
    server.device_authorization_endpoint = Some(endpoint("device"));
    server.introspection_endpoint = Some(endpoint("introspect"));
    server.authorization_response_iss_parameter_supported = true;
    let mut config = Config::new(Arc::new(server), ClientId::new("app").expect("an identifier"));
    config.tolerances = tolerances;
    config.into()
}

/// Some moment.
pub(crate) fn now() -> Moment {
    Moment { instant: std::time::Instant::now(), unix: Duration::from_secs(1_800_000_000) }
}

/// What was accepted as an object: one, by `serde_json`'s word, and no name is in it twice.
pub(crate) fn object(json: &[u8]) -> Map<String, Value> {
    serde_json::from_slice::<Unique>(json).expect("JSON without a name twice");
    serde_json::from_slice(json).expect("an object")
}

/// An error is short, in one line, and says as much as its kind promises.
pub(crate) fn told(error: &Error) {
    let text = error.to_string();
    assert!(text.len() < 2000 && !text.chars().any(char::is_control), "{text}");
    let whole = format!("{error:?}");
    assert!(!whole.chars().any(|shown| shown.is_control() && shown != '\n'), "{whole}");
    match error.kind() {
        ErrorKind::Protocol => assert!(error.requirement().is_some() || error.status().is_some(), "{text}"),
        ErrorKind::Auth | ErrorKind::Refused => {
            assert!(error.response().is_some() || error.status().is_some(), "{text}");
        }
        ErrorKind::Limit | ErrorKind::Unsupported | ErrorKind::Usage | ErrorKind::Io => {}
        other => panic!("{other:?}: {text}"),
    }
}

/// A secret is made of visible characters, so that it can end nothing.
pub(crate) fn visible(text: &str) {
    assert!(!text.is_empty() && text.bytes().all(|octet| matches!(octet, b' '..=b'~')), "{text:?}");
}

/// A URL that goes over TLS, in characters that end nothing.
pub(crate) fn https(url: &str) {
    let (scheme, rest) = url.split_once("://").expect("a URL");
    assert!(scheme.eq_ignore_ascii_case("https") && !rest.is_empty() && !rest.starts_with('/'), "{url:?}");
    assert!(
        rest.bytes().all(|octet| matches!(octet, b'!'..=b'~') && !b"\"<>\\^`{|}".contains(&octet)),
        "{url:?}"
    );
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
