//! Sets of keys and their JSON (RFC 7517, section 5).

use anyrfc_core::Secret;

use super::json::{self, JsonLimits, Object};
use crate::{
    Error, rfc7517,
    types::{Jwk, JwkSet},
};

impl JwkSet {
    /// A set from JSON.
    ///
    /// # Errors
    /// `Protocol` where it is no set at all, `Limit` beyond [`JsonLimits::DOCUMENT`].
    pub fn parse(json: &[u8]) -> Result<Self, Error> {
        Self::parse_within(json, &JsonLimits::DOCUMENT)
    }

    /// A set from JSON, within bounds of your own.
    ///
    /// # Errors
    /// `Protocol` where it is no set at all, `Limit` beyond `limits`.
    pub fn parse_within(json: &[u8], limits: &JsonLimits) -> Result<Self, Error> {
        Self::from_object(json::parse(json, limits)?)
    }

    /// A set from an object that was read already.
    ///
    /// # Errors
    /// `Protocol` where it is no set at all.
    pub fn from_object(mut object: Object) -> Result<Self, Error> {
        let Some(serde_json::Value::Array(values)) = object.remove("keys") else {
            return Err(Error::malformed(rfc7517::KEYS_IS_PRESENT, "there is no array of this name"));
        };
        let mut set = Self::default();
        for value in values {
            match value {
                serde_json::Value::Object(object) => match Jwk::from_object(object) {
                    Ok(jwk) => set.keys.push(jwk),
                    Err(_) => set.passed_over = set.passed_over.saturating_add(1),
                },
                _ => {
                    return Err(Error::malformed(
                        rfc7517::JWK_SET_IS_AN_OBJECT_WITH_KEYS,
                        "a key is no object",
                    ));
                }
            }
        }
        Ok(set)
    }

    /// The public members of all keys as JSON.
    ///
    /// # Errors
    /// `Usage` where one of them is symmetric, or where two of a type share a `kid`.
    pub fn to_json(&self) -> Result<String, Error> {
        self.check_names()?;
        let keys: Vec<Object> = self.keys.iter().map(Jwk::to_object).collect::<Result<_, _>>()?;
        Ok(serde_json::json!({ "keys": keys }).to_string())
    }
}

impl JwkSet {
    /// All members of all keys as JSON, what is private among them.
    #[must_use]
    pub fn to_secret_json(&self) -> Secret<String> {
        let keys: Vec<Secret<String>> = self.keys.iter().map(Jwk::to_secret_json).collect();
        let keys: Vec<&str> = keys.iter().map(|key| key.expose().as_str()).collect();
        let keys = Secret::new(keys.join(","));
        Secret::new([r#"{"keys":["#, keys.expose(), "]}"].concat())
    }

    /// No `kid` is that of two keys of one type (RFC 7517, section 4.5).
    fn check_names(&self) -> Result<(), Error> {
        let clash = |(at, jwk): (usize, &Jwk)| {
            let same = |other: &Jwk| other.key_id() == jwk.key_id() && other.key_type() == jwk.key_type();
            jwk.key_id().is_some() && self.keys.iter().take(at).any(same)
        };
        if self.keys.iter().enumerate().any(clash) {
            return Err(Error::usage("two keys of the set have the same name")
                .with_requirement(rfc7517::KIDS_OF_A_SET_DIFFER));
        }
        Ok(())
    }
}

impl serde::Serialize for JwkSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Members<'a> {
            keys: &'a [Jwk],
        }
        self.check_names().map_err(serde::ser::Error::custom)?;
        Members { keys: &self.keys }.serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for JwkSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json::StrictObject(object) = json::StrictObject::deserialize(deserializer)?;
        Self::from_object(object).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    const OCT: &str = r#"{"kty":"oct","k":"AAAA","kid":"a"}"#;

    #[test]
    fn unusable_keys_are_passed_over_and_counted_and_the_order_is_kept() {
        let text = format!(
            r#"{{"more":1,"keys":[{OCT},{{"kty":"XX"}},{{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}},{{}},
            {{"kty":"oct","k":"AAAB","kid":"a"}},{{"kty":"oct","k":"AAAC","kid":"A"}},{{"kty":"oct","k":"AA=="}}]}}"#
        );
        let set = JwkSet::parse(text.as_bytes()).unwrap();
        assert_eq!((set.len(), set.passed_over()), (3, 4));
        assert_eq!(set.find("a").count(), 2);
        assert_eq!(set.find("A").count(), 1);
        assert_eq!(set.find("b").count(), 0);
        assert_eq!(serde_json::from_str::<JwkSet>(&text).unwrap().len(), 3);
    }

    #[test]
    fn what_is_no_set_is_refused() {
        for text in [
            "{}",
            "[]",
            r#"{"keys":{}}"#,
            r#"{"keys":[1]}"#,
            r#"{"keys":[],"keys":[]}"#,
            r#"{"Keys":[]}"#,
            r#"{"keys":[{"kty":"oct","kty":"oct","k":""}]}"#,
        ] {
            assert_eq!(JwkSet::parse(text.as_bytes()).unwrap_err().kind(), ErrorKind::Protocol, "{text}");
            assert!(serde_json::from_str::<JwkSet>(text).is_err(), "{text}");
        }
        let huge = format!(r#"{{"keys":[{}{OCT}]}}"#, format!("{OCT},").repeat(10_000));
        assert_eq!(JwkSet::parse(huge.as_bytes()).unwrap_err().kind(), ErrorKind::Limit);
    }

    #[test]
    fn a_symmetric_key_does_not_leave_by_accident() {
        let set = JwkSet::parse(format!(r#"{{"keys":[{OCT}]}}"#).as_bytes()).unwrap();
        assert_eq!(set.to_json().unwrap_err().kind(), ErrorKind::Usage);
        assert!(serde_json::to_string(&set).is_err());
        assert!(!format!("{set:?}").contains("AAAA"));
    }

    #[test]
    fn two_keys_of_a_type_do_not_leave_under_one_name() {
        let key = |kid: &str| Jwk::generate(crate::types::JwsAlgorithm::Ed25519).unwrap().with_key_id(kid);
        let set: JwkSet = [key("1"), key("2")].into_iter().collect();
        assert_eq!(JwkSet::parse(set.to_json().unwrap().as_bytes()).unwrap().len(), 2);
        assert_eq!(JwkSet::parse(set.to_secret_json().expose().as_bytes()).unwrap().len(), 2);
        let twice: JwkSet = [key("1"), key("1")].into_iter().collect();
        assert_eq!(twice.to_json().unwrap_err().kind(), ErrorKind::Usage);
    }
}
