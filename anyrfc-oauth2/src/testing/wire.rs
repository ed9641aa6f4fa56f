//! How the server reads what a client writes: by its own code, so that a mistake made alike on
//! both sides does not hide itself.

use base64::{Engine as _, engine::general_purpose};
use http::HeaderMap;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::violation::{Checked, flaw, require};
use crate::{rfc6749, rfc7591, rfc8707};

/// The parameters of a form or a query, decoded, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Of pairs that came otherwise than in a form: in a request object.
    pub(super) const fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The value; empty ones are as good as absent (RFC 6749, sections 3.1 and 3.2).
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| &**value)
    }

    /// All values of a parameter that may come again.
    pub(super) fn values(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(key, value)| key == name && !value.is_empty())
            .map(|(_, v)| v.clone())
            .collect()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// No name twice, but for those that may (RFC 8707 and RFC 8693).
    pub(super) fn single(&self, requirement: &'static anyrfc_core::Requirement) -> Checked {
        for (index, (name, _)) in self.0.iter().enumerate() {
            let again = self.0.iter().skip(index + 1).any(|(other, _)| other == name);
            let may = matches!(&**name, "resource" | "audience");
            require(!again || may, requirement, "a parameter that comes twice")?;
        }
        Ok(())
    }
}

/// A form in a body (RFC 6749, appendix B).
pub(super) fn form(headers: &HeaderMap, body: &[u8]) -> Checked<Parameters> {
    let rule = rfc6749::TOKEN_REQUEST_IS_A_FORM_IN_THE_BODY;
    require(headers.get_all("content-type").iter().count() == 1, rule, "not one Content-Type")?;
    let kind = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (kind, parameters) = kind.split_once(';').unwrap_or((kind, ""));
    let charset = parameters.trim().to_ascii_lowercase();
    let known = kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded");
    require(known && matches!(&*charset, "" | "charset=utf-8"), rule, "a body that is not called a form")?;
    pairs(std::str::from_utf8(body).map_err(|_| flaw(rfc6749::FORMS_ARE_ESCAPED, "raw octets in a form"))?)
}

/// Form-encoded pairs, strictly: everything but letters, digits and `*-._` is escaped (`~` may be
/// either way).
pub(super) fn pairs(text: &str) -> Checked<Parameters> {
    let mut found = Vec::new();
    if text.is_empty() {
        return Ok(Parameters(found));
    }
    for pair in text.split('&') {
        let escaped = rfc6749::FORMS_ARE_ESCAPED;
        let (name, value) = pair.split_once('=').ok_or_else(|| flaw(escaped, "a pair without `=`"))?;
        require(!name.is_empty(), escaped, "a pair without a name")?;
        found.push((unescape(name)?, unescape(value)?));
    }
    Ok(Parameters(found))
}

fn unescape(text: &str) -> Checked<String> {
    let escaped = rfc6749::FORMS_ARE_ESCAPED;
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        match octet {
            b'+' => octets.push(b' '),
            b'%' => {
                let digits =
                    [rest.next(), rest.next()].map(|digit| digit.and_then(|d| char::from(d).to_digit(16)));
                let [Some(high), Some(low)] = digits else {
                    return Err(flaw(escaped, "an escape cut short"));
                };
                octets.push(u8::try_from(high * 16 + low).unwrap_or_default());
            }
            _ if octet.is_ascii_alphanumeric() || b"*-._~".contains(&octet) => octets.push(octet),
            _ => return Err(flaw(escaped, "a character that is not escaped")),
        }
    }
    String::from_utf8(octets).map_err(|_| flaw(rfc6749::FORMS_ARE_UTF_8, "not UTF-8 under the escapes"))
}

/// Pairs for those who only look: the transcript.
pub(super) fn lenient_pairs(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| unescape(part).unwrap_or_else(|_| part.to_owned());
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(n, v)| (decode(n), decode(v))).collect()
}

/// Form-encodes (for redirects, and to look for secrets).
pub(super) fn form_encode(text: &str) -> String {
    let mut out = String::new();
    for octet in text.bytes() {
        match octet {
            b' ' => out.push('+'),
            _ if octet.is_ascii_alphanumeric() || b"*-._".contains(&octet) => out.push(char::from(octet)),
            _ => out.push_str(&format!("%{octet:02X}")),
        }
    }
    out
}

/// `base64url` without padding and with zero bits at the end.
pub(super) fn base64url(text: &str) -> Option<Vec<u8>> {
    general_purpose::URL_SAFE_NO_PAD.decode(text).ok()
}

/// The other way.
pub(super) fn to_base64url(octets: &[u8]) -> String {
    general_purpose::URL_SAFE_NO_PAD.encode(octets)
}

/// What stands under the base64 of Basic credentials.
pub(super) fn basic_text(header: &str) -> Option<String> {
    let (scheme, rest) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    String::from_utf8(general_purpose::STANDARD.decode(rest).ok()?).ok()
}

/// Basic credentials, both parts form-encoded (RFC 6749, section 2.3.1).
pub(super) fn basic(header: &str) -> Checked<(String, String)> {
    let rule = rfc6749::BASIC_CREDENTIALS_ARE_FORM_ENCODED;
    let text = basic_text(header).ok_or_else(|| flaw(rule, "Basic credentials that are not base64"))?;
    let (id, secret) = text.split_once(':').ok_or_else(|| flaw(rule, "Basic credentials without a colon"))?;
    let part = |text| unescape(text).map_err(|_| flaw(rule, "Basic credentials that are not form-encoded"));
    Ok((part(id)?, part(secret)?))
}

/// A JSON object, no member twice at any depth.
pub(super) fn json_object(octets: &[u8]) -> Option<Map<String, Value>> {
    match strict_json(octets)? {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

/// JSON without duplicate members.
pub(super) fn strict_json(octets: &[u8]) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_slice(octets);
    let value = Strict.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(value)
}

/// A JSON object sent as one (RFC 7591, section 3.1).
pub(super) fn json_body(headers: &HeaderMap, body: &[u8]) -> Checked<Map<String, Value>> {
    let rule = rfc7591::REGISTRATION_IS_A_JSON_POST;
    let kind = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    require(kind.eq_ignore_ascii_case("application/json"), rule, "a body that is not called JSON")?;
    json_object(body).ok_or_else(|| flaw(rule, "a body that is not one JSON object"))
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON without duplicate members")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(value) = access.next_element_seed(Strict)? {
            all.push(value);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let value = access.next_value_seed(Strict)?;
            if map.insert(name, value).is_some() {
                return Err(A::Error::custom("a member that comes twice"));
            }
        }
        Ok(Value::Object(map))
    }
}

/// The words of a scope (RFC 6749, section 3.3): one space between each, of the characters allowed.
pub(super) fn scope(text: &str) -> Checked<Vec<String>> {
    let rule = rfc6749::SCOPE_IS_A_LIST_WITH_SPACES;
    let allowed = |octet: u8| matches!(octet, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let good = words.iter().all(|word| !word.is_empty() && word.bytes().all(allowed));
    require(good, rule, "a scope that is not words with one space between each")?;
    Ok(words)
}

/// An absolute URI without a fragment (RFC 8707, section 2).
pub(super) fn resource(text: &str) -> Checked {
    require(!text.contains('#'), rfc8707::RESOURCE_HAS_NO_FRAGMENT, "a resource with a fragment")?;
    let graphic = text.bytes().all(|octet| octet.is_ascii_graphic());
    require(
        graphic && Location::of(text).is_some(),
        rfc8707::RESOURCE_IS_ABSOLUTE,
        "a resource that is no URI",
    )
}

/// The parts of a URL that matter to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Location {
    /// Scheme and authority, `https://as.example`.
    pub(super) origin: String,
    /// The path, at least `/`.
    pub(super) path: String,
    /// The query without its question mark.
    pub(super) query: Option<String>,
    pub(super) fragment: bool,
}

impl Location {
    /// Of an absolute URL with an authority; schemes and hosts as they stand.
    pub(super) fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let letters = |octet: u8| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet);
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.bytes().all(letters) {
            return None;
        }
        let (rest, fragment) = rest.split_once('#').map_or((rest, false), |(rest, _)| (rest, true));
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        if authority.is_empty() {
            return None;
        }
        let origin = format!("{scheme}://{authority}");
        Some(Self { origin, path: path.to_owned(), query: query.map(str::to_owned), fragment })
    }

    /// Without its port, where it is of `http` on a loopback address (RFC 8252, section 7.3).
    pub(super) fn portless_loopback(&self) -> Option<String> {
        let authority = self.origin.strip_prefix("http://")?;
        let host = ["127.0.0.1", "[::1]", "localhost"].into_iter().find(|host| {
            authority.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        })?;
        Some(format!("http://{host}{}?{}", self.path, self.query.as_deref().unwrap_or_default()))
    }
}
