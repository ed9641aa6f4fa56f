//! The claims of a JWT (RFC 7519, section 4).

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor},
    ser::{self, SerializeMap as _},
};
use serde_json::{Map, Value};

use super::NumericDate;

/// The claims of a JWT: the registered ones typed, the others as JSON (RFC 7519, section 4).
///
/// A claim of the wrong type, `null` among them, or one that stands there twice is refused.
///
/// ```
/// use anyrfc_jwt::types::{Claims, NumericDate};
///
/// let claims = Claims::new()
///     .issuer("https://as.example")
///     .audience("https://rs.example")
///     .expires_at(NumericDate::new(1_300_819_380))
///     .claim("client_id", "s6BhdRkqt3");
/// let json = serde_json::to_string(&claims)?;
/// assert_eq!(
///     json,
///     r#"{"iss":"https://as.example","aud":"https://rs.example","exp":1300819380,"client_id":"s6BhdRkqt3"}"#
/// );
/// assert_eq!(serde_json::from_str::<Claims>(&json)?, claims);
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Claims {
    /// `iss`: who issued it (section 4.1.1).
    pub issuer: Option<String>,
    /// `sub`: whom it is about (section 4.1.2).
    pub subject: Option<String>,
    /// `aud`: for whom it is meant (section 4.1.3).
    pub audience: Option<Audience>,
    /// `exp`: from then on it is worth nothing (section 4.1.4).
    pub expires_at: Option<NumericDate>,
    /// `nbf`: before that it is worth nothing (section 4.1.5).
    pub not_before: Option<NumericDate>,
    /// `iat`: when it was issued (section 4.1.6).
    pub issued_at: Option<NumericDate>,
    /// `jti`: what it is called, unlike any other (section 4.1.7).
    pub id: Option<String>,
    /// All other claims (sections 4.2 and 4.3).
    pub other: Map<String, Value>,
}

impl Claims {
    /// No claims.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `iss`.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Sets `sub`.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Sets `aud`.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<Audience>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sets `exp`. A fraction of a second is written as one, which many do not read: a date by
    /// [`NumericDate::new`] has none. So it is with `nbf` and `iat`.
    #[must_use]
    pub const fn expires_at(mut self, date: NumericDate) -> Self {
        self.expires_at = Some(date);
        self
    }

    /// Sets `nbf`.
    #[must_use]
    pub const fn not_before(mut self, date: NumericDate) -> Self {
        self.not_before = Some(date);
        self
    }

    /// Sets `iat`.
    #[must_use]
    pub const fn issued_at(mut self, date: NumericDate) -> Self {
        self.issued_at = Some(date);
        self
    }

    /// Sets `jti`.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The registered ones, borrowed.
    pub(crate) fn registered(&self) -> Registered<'_> {
        let audience = self.audience.as_ref().map(|names| names.iter().map(Cow::Borrowed).collect());
        Registered {
            issuer: self.issuer.as_deref().map(Cow::Borrowed),
            subject: self.subject.as_deref().map(Cow::Borrowed),
            audience,
            expires_at: self.expires_at,
            not_before: self.not_before,
            issued_at: self.issued_at,
            id: self.id.as_deref().map(Cow::Borrowed),
        }
    }

    /// Sets another claim. What then has one of the seven registered names here is refused when written.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.other.insert(name.into(), value.into());
        self
    }
}

/// `aud`: the names for whom a token is meant (RFC 7519, section 4.1.3).
///
/// A single name is written as a string, as section 4.1.3 allows; both forms are read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Audience(Vec<String>);

impl Audience {
    /// Whether `name` is among them, code point by code point.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|one| one == name)
    }

    /// The names, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Audience {
    fn from(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }
}

impl From<String> for Audience {
    fn from(name: String) -> Self {
        Self(vec![name])
    }
}

impl<S: Into<String>> FromIterator<S> for Audience {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [name] => serializer.serialize_str(name),
            names => names.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Names::deserialize(deserializer)?.0;
        Ok(Self(names.into_iter().map(Cow::into_owned).collect()))
    }
}

/// A string without a copy where it has no escapes.
struct Text<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Expected;

        impl<'de> Visitor<'de> for Expected {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }

        deserializer.deserialize_str(Expected)
    }
}

/// The value of `aud`: a string or an array of strings.
struct Names<'de>(Vec<Cow<'de, str>>);

impl<'de> Deserialize<'de> for Names<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Expected;

        impl<'de> Visitor<'de> for Expected {
            type Value = Names<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an array of strings")
            }

            fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Names<'de>, E> {
                Ok(Names(vec![Cow::Borrowed(name)]))
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Names<'de>, E> {
                Ok(Names(vec![Cow::Owned(name.to_owned())]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Names<'de>, A::Error> {
                let mut all = Vec::new();
                while let Some(Text(name)) = names.next_element()? {
                    all.push(name);
                }
                Ok(Names(all))
            }
        }

        deserializer.deserialize_any(Expected)
    }
}

/// The registered claims, as they are read: at most once each, each of its type.
#[derive(Debug, Default)]
pub(crate) struct Registered<'de> {
    pub(crate) issuer: Option<Cow<'de, str>>,
    pub(crate) subject: Option<Cow<'de, str>>,
    pub(crate) audience: Option<Vec<Cow<'de, str>>>,
    pub(crate) expires_at: Option<NumericDate>,
    pub(crate) not_before: Option<NumericDate>,
    pub(crate) issued_at: Option<NumericDate>,
    pub(crate) id: Option<Cow<'de, str>>,
}

impl<'de> Registered<'de> {
    /// Takes the value of `name` where that is a registered claim; otherwise leaves it to be read.
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "iss" => self.issuer = Some(once(&self.issuer, "iss", map, |Text(text)| text)?),
            "sub" => self.subject = Some(once(&self.subject, "sub", map, |Text(text)| text)?),
            "aud" => self.audience = Some(once(&self.audience, "aud", map, |Names(names)| names)?),
            "exp" => self.expires_at = Some(once(&self.expires_at, "exp", map, |date| date)?),
            "nbf" => self.not_before = Some(once(&self.not_before, "nbf", map, |date| date)?),
            "iat" => self.issued_at = Some(once(&self.issued_at, "iat", map, |date| date)?),
            "jti" => self.id = Some(once(&self.id, "jti", map, |Text(text)| text)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn once<'de, A: MapAccess<'de>, R: Deserialize<'de>, V>(
    before: &Option<V>,
    name: &'static str,
    map: &mut A,
    convert: impl FnOnce(R) -> V,
) -> Result<V, A::Error> {
    if before.is_some() { Err(de::Error::duplicate_field(name)) } else { map.next_value().map(convert) }
}

/// The registered claims and, of the others, which of those asked about are there.
pub(crate) struct Overview<'a> {
    pub(crate) ask: &'a [&'static str],
}

/// What an [`Overview`] found.
#[derive(Debug, Default)]
pub(crate) struct Seen<'de> {
    pub(crate) registered: Registered<'de>,
    pub(crate) others: Vec<&'static str>,
}

impl<'de> de::DeserializeSeed<'de> for Overview<'_> {
    type Value = Seen<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Overview<'_> {
    type Value = Seen<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of claims")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen<'de>, A::Error> {
        let mut seen = Seen::default();
        while let Some(Text(name)) = map.next_key()? {
            if seen.registered.take(&name, &mut map)? {
                continue;
            }
            // What is `null` is not there.
            if map.next_value::<Option<IgnoredAny>>()?.is_some() {
                seen.others.extend(self.ask.iter().find(|&&asked| asked == name));
            }
        }
        Ok(seen)
    }
}

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Expected;

        impl<'de> Visitor<'de> for Expected {
            type Value = Claims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of claims")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Claims, A::Error> {
                let (mut registered, mut other) = (Registered::default(), Map::new());
                while let Some(Text(name)) = map.next_key()? {
                    if registered.take(&name, &mut map)? {
                        continue;
                    }
                    if other.contains_key(&*name) {
                        return Err(de::Error::custom("a claim stands there twice"));
                    }
                    other.insert(name.into_owned(), map.next_value()?);
                }
                let Registered { issuer, subject, audience, expires_at, not_before, issued_at, id } =
                    registered;
                Ok(Claims {
                    issuer: issuer.map(Cow::into_owned),
                    subject: subject.map(Cow::into_owned),
                    audience: audience.map(Audience::from_iter),
                    expires_at,
                    not_before,
                    issued_at,
                    id: id.map(Cow::into_owned),
                    other,
                })
            }
        }

        deserializer.deserialize_map(Expected)
    }
}

/// The names of the claims that have fields of their own.
const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

impl Serialize for Claims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if REGISTERED.iter().any(|&name| self.other.contains_key(name)) {
            return Err(ser::Error::custom("a registered claim stands among the other claims"));
        }
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, "iss", self.issuer.as_ref())?;
        entry(&mut map, "sub", self.subject.as_ref())?;
        entry(&mut map, "aud", self.audience.as_ref())?;
        entry(&mut map, "exp", self.expires_at.as_ref())?;
        entry(&mut map, "nbf", self.not_before.as_ref())?;
        entry(&mut map, "iat", self.issued_at.as_ref())?;
        entry(&mut map, "jti", self.id.as_ref())?;
        for (name, value) in &self.other {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

fn entry<M: ser::SerializeMap>(
    map: &mut M,
    name: &str,
    value: Option<&impl Serialize>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Claims, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn the_example_of_section_3_1() {
        let claims =
            parse("{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}")
                .unwrap();
        assert_eq!(claims.issuer.as_deref(), Some("joe"));
        assert_eq!(claims.expires_at, Some(NumericDate::new(1_300_819_380)));
        assert_eq!(claims.other["http://example.com/is_root"], true);
        assert_eq!((claims.subject, claims.audience, claims.id), (None, None, None));
    }

    #[test]
    fn registered_claims_have_their_types() {
        for bad in [
            r#"{"iss":1}"#,
            r#"{"iss":null}"#,
            r#"{"sub":["a"]}"#,
            r#"{"sub":{}}"#,
            r#"{"aud":1}"#,
            r#"{"aud":null}"#,
            r#"{"aud":{"0":"a"}}"#,
            r#"{"aud":["a",1]}"#,
            r#"{"aud":[["a"]]}"#,
            r#"{"exp":"1300819380"}"#,
            r#"{"exp":null}"#,
            r#"{"nbf":[1]}"#,
            r#"{"iat":true}"#,
            r#"{"jti":7}"#,
            "[]",
            "\"iss\"",
            "null",
            "",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn no_claim_stands_there_twice() {
        for bad in [
            r#"{"iss":"a","iss":"a"}"#,
            r#"{"exp":1,"sub":"s","exp":2}"#,
            r#"{"aud":"a","aud":["a"]}"#,
            r#"{"x":1,"x":1}"#,
            // The same name, written with an escape.
            r#"{"iss":"a","\u0069ss":"b"}"#,
            r#"{"x":1,"\u0078":1}"#,
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        // Names are compared exactly: these are all different claims.
        let claims = parse(r#"{"iss":"a","ISS":"b","iss ":"c"}"#).unwrap();
        assert_eq!((claims.issuer.as_deref(), claims.other.len()), (Some("a"), 2));
    }

    #[test]
    fn an_audience_is_a_string_or_strings() {
        for (text, names) in [
            (r#""a""#, &["a"][..]),
            (r#"["a"]"#, &["a"]),
            (r#"["a","b\u0020c"]"#, &["a", "b c"]),
            ("[]", &[]),
        ] {
            let audience: Audience = serde_json::from_str(text).unwrap();
            assert_eq!(audience.iter().collect::<Vec<_>>(), names);
            assert_eq!((audience.len(), audience.is_empty()), (names.len(), names.is_empty()));
        }
        let audience: Audience = ["a", "b"].into_iter().collect();
        assert!(audience.contains("b") && !audience.contains("B") && !audience.contains(""));
        assert_eq!(serde_json::to_string(&audience).unwrap(), r#"["a","b"]"#);
        assert_eq!(serde_json::to_string(&Audience::from("a")).unwrap(), r#""a""#);
    }

    #[test]
    fn a_registered_claim_is_not_hidden_among_the_others() {
        for name in REGISTERED {
            let claims = Claims::new().claim(name, "x");
            assert!(serde_json::to_string(&claims).is_err(), "{name}");
        }
    }

    #[test]
    fn an_overview_tells_who_is_there() {
        let mut json = serde_json::Deserializer::from_str(r#"{"a":{"sub":1},"sub":"s","b":0,"d":null}"#);
        let overview = Overview { ask: &["a", "b", "c", "d"] };
        let seen = de::DeserializeSeed::deserialize(overview, &mut json).unwrap();
        assert_eq!((seen.registered.subject.as_deref(), seen.others), (Some("s"), vec!["a", "b"]));
    }
}
