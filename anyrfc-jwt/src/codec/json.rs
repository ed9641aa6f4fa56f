//! JSON as JOSE has to read it (RFC 7515, section 10.12): whole, in UTF-8, no name twice at any
//! depth, nothing behind it, and no deeper or larger than somebody needs.

mod scan;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Error, ErrorKind, Requirement, rfc7515};

/// An object as it was read.
pub type Object = Map<String, Value>;

/// How much JSON is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonLimits {
    /// So many octets.
    pub bytes: usize,
    /// So many arrays and objects within each other.
    pub depth: usize,
    /// So many members and elements in all.
    pub members: usize,
}

impl JsonLimits {
    /// For headers: 16 KiB, 16 deep, 512 members.
    pub const HEADER: Self = Self { bytes: 16 << 10, depth: 16, members: 512 };
    /// For keys, sets of them and claims: 256 KiB, 32 deep, 16384 members.
    pub const DOCUMENT: Self = Self { bytes: 256 << 10, depth: 32, members: 16 << 10 };

    /// At most so many octets.
    #[must_use]
    pub const fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// At most so deep, and never deeper than 100.
    #[must_use]
    pub const fn depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// At most so many members and elements in all.
    #[must_use]
    pub const fn members(mut self, members: usize) -> Self {
        self.members = members;
        self
    }
}

impl Default for JsonLimits {
    fn default() -> Self {
        Self::DOCUMENT
    }
}

/// A `T` from JSON.
///
/// ```
/// use anyrfc_jwt::{ErrorKind, codec::json::{self, JsonLimits, Object}};
///
/// assert!(json::parse::<Object>(br#"{"a": {"b": 1}}"#, &JsonLimits::DOCUMENT).is_ok());
/// let twice = json::parse::<Object>(br#"{"a": {"b": 1, "\u0062": 2}}"#, &JsonLimits::DOCUMENT);
/// assert_eq!(twice.unwrap_err().kind(), ErrorKind::Protocol);
/// ```
///
/// # Errors
/// `Limit` beyond one of `limits`; else `Protocol`, naming the statement about what is wrong.
pub fn parse<T: DeserializeOwned>(octets: &[u8], limits: &JsonLimits) -> Result<T, Error> {
    let text = check(octets, limits)?;
    serde_json::from_str(text).map_err(not_json)
}

/// What is certain before anything is built: the bounds are kept, it is UTF-8, and no name is
/// there twice. Whether it is JSON remains to be seen.
pub(crate) fn check<'a>(octets: &'a [u8], limits: &JsonLimits) -> Result<&'a str, Error> {
    if octets.len() > limits.bytes {
        return Err(Error::new(ErrorKind::Limit, "the JSON is longer than allowed"));
    }
    let text = std::str::from_utf8(octets)
        .map_err(|_| Error::malformed(rfc7515::PROTECTED_HEADER_IS_A_JSON_OBJECT, "it is not UTF-8"))?;
    scan::scan(text, limits)?;
    Ok(text)
}

/// An object that was read within wider bounds is within these.
pub(crate) fn within(object: &Object, limits: &JsonLimits) -> Result<(), Error> {
    let octets = serde_json::to_vec(object).map_err(not_json)?;
    check(&octets, limits).map(drop)
}

/// The error for what `serde_json` does not take, without a word of its text: it may quote a secret.
pub(crate) fn not_json(error: serde_json::Error) -> Error {
    let what = match error.classify() {
        serde_json::error::Category::Data => "a member has the wrong type, or is missing",
        serde_json::error::Category::Eof => "it ends too early",
        _ => "it is not JSON",
    };
    Error::malformed(rfc7515::MALFORMED_JSON_IS_REJECTED, what)
}

/// The string called `name`, taken out.
pub(crate) fn take_string(
    object: &mut Object,
    name: &str,
    requirement: &'static Requirement,
) -> Result<Option<String>, Error> {
    match object.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Error::malformed(requirement, "a member is no string")),
    }
}

/// The strings of the array called `name`, taken out.
pub(crate) fn take_strings(
    object: &mut Object,
    name: &str,
    requirement: &'static Requirement,
) -> Result<Option<Vec<String>>, Error> {
    object.remove(name).map(|value| strings(value, requirement)).transpose()
}

/// The strings of an array.
pub(crate) fn strings(value: Value, requirement: &'static Requirement) -> Result<Vec<String>, Error> {
    let not = || Error::malformed(requirement, "a member is no array of strings");
    let Value::Array(values) = value else { return Err(not()) };
    values
        .into_iter()
        .map(|value| if let Value::String(text) = value { Ok(text) } else { Err(not()) })
        .collect()
}

/// For `Deserialize` without [`parse`] in front: an object in which no name is there twice, however deep.
pub(crate) struct StrictObject(pub(crate) Object);

impl<'de> serde::Deserialize<'de> for StrictObject {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match strict::Strict::deserialize(deserializer)?.0 {
            Value::Object(object) => Ok(Self(object)),
            _ => Err(serde::de::Error::custom("not an object")),
        }
    }
}

mod strict {
    //! A value built by `serde` in which no name is there twice.

    use std::fmt;

    use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
    use serde_json::{Map, Number, Value};

    pub(super) struct Strict(pub(super) Value);

    impl<'de> Deserialize<'de> for Strict {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(StrictVisitor).map(Self)
        }
    }

    /// With serde_json's feature `arbitrary_precision`, which any crate of a program can switch on, a number
    /// comes as an object of this member alone.
    const NUMBER: &str = "$serde_json::private::Number";

    /// That number.
    fn number(value: Value) -> Option<Value> {
        if let Value::String(text) = value { text.parse().ok().map(Value::Number) } else { None }
    }

    struct StrictVisitor;

    impl<'de> Visitor<'de> for StrictVisitor {
        type Value = Value;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a JSON value")
        }

        fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
            Ok(Value::Bool(value))
        }

        fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
            Ok(value.into())
        }

        fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
            Ok(value.into())
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
            Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number of JSON"))
        }

        fn visit_str<E>(self, value: &str) -> Result<Value, E> {
            Ok(value.into())
        }

        fn visit_string<E>(self, value: String) -> Result<Value, E> {
            Ok(Value::String(value))
        }

        fn visit_unit<E>(self) -> Result<Value, E> {
            Ok(Value::Null)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
            let mut array = Vec::new();
            while let Some(Strict(element)) = elements.next_element()? {
                array.push(element);
            }
            Ok(Value::Array(array))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
            let mut object = Map::new();
            while let Some((name, Strict(value))) = members.next_entry::<String, _>()? {
                if object.is_empty() && name == NUMBER {
                    return number(value).ok_or_else(|| A::Error::custom("not a number of JSON"));
                }
                if object.insert(name, value).is_some() {
                    return Err(A::Error::custom("a name is there twice"));
                }
            }
            Ok(Value::Object(object))
        }
    }
}

#[cfg(test)]
mod tests;
