//! The JSON serializations of a JWS (RFC 7515, section 7.2).

use serde_json::Value;

use super::json::{self, JsonLimits, Object};
use crate::{Error, Requirement, rfc7515};

/// One signature of a JWS in JSON, as it was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JsonSignature {
    /// `protected`, still encoded.
    pub protected: Option<String>,
    /// `header`: what is not protected.
    pub header: Option<Object>,
    /// `signature`, still encoded.
    pub signature: String,
}

/// A JWS in JSON, as it was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JwsJson {
    /// `payload`, encoded or not; absent where it travels apart.
    pub payload: Option<String>,
    /// Its signatures, one at least.
    pub signatures: Vec<JsonSignature>,
}

/// Reads either of the two forms (RFC 7515, section 7.2). Members that are not understood are ignored.
///
/// # Errors
/// `Protocol` for what breaks the RFC, `Limit` beyond `limits`.
pub fn parse(octets: &[u8], limits: &JsonLimits) -> Result<JwsJson, Error> {
    let mut object: Object = json::parse(octets, limits)?;
    let payload = json::take_string(&mut object, "payload", rfc7515::PAYLOAD_IS_PRESENT)?;
    let signatures = match object.remove("signatures") {
        None => vec![signature(object)?],
        Some(_) if ["protected", "header", "signature"].iter().any(|name| object.contains_key(*name)) => {
            return Err(Error::malformed(
                rfc7515::FLATTENED_HAS_NO_SIGNATURES,
                "it is of both forms at once",
            ));
        }
        Some(Value::Array(values)) => values
            .into_iter()
            .map(|value| match value {
                Value::Object(object) => signature(object),
                _ => Err(Error::malformed(rfc7515::SIGNATURES_IS_AN_ARRAY, "an element is no object")),
            })
            .collect::<Result<_, _>>()?,
        Some(_) => return Err(Error::malformed(rfc7515::SIGNATURES_IS_AN_ARRAY, "it is none")),
    };
    if signatures.is_empty() {
        return Err(Error::malformed(rfc7515::SIGNATURES_IS_AN_ARRAY, "it is empty"));
    }
    Ok(JwsJson { payload, signatures })
}

/// The members that belong to one signature.
fn signature(mut object: Object) -> Result<JsonSignature, Error> {
    let missing = |requirement: &'static Requirement| Error::malformed(requirement, "a member is missing");
    let protected = json::take_string(&mut object, "protected", rfc7515::PROTECTED_IS_PRESENT)?;
    if protected.as_deref() == Some("") {
        return Err(Error::malformed(rfc7515::EMPTY_PROTECTED_IS_ABSENT, "it is empty"));
    }
    let header = match object.remove("header") {
        None => None,
        Some(Value::Object(header)) if header.is_empty() => {
            return Err(Error::malformed(rfc7515::EMPTY_HEADER_IS_ABSENT, "it is empty"));
        }
        Some(Value::Object(header)) => Some(header),
        Some(_) => return Err(Error::malformed(rfc7515::HEADER_IS_PRESENT, "it is no object")),
    };
    if protected.is_none() && header.is_none() {
        return Err(missing(rfc7515::EACH_SIGNATURE_HAS_A_HEADER));
    }
    let signature = json::take_string(&mut object, "signature", rfc7515::SIGNATURE_IS_PRESENT)?
        .ok_or_else(|| missing(rfc7515::SIGNATURE_IS_PRESENT))?;
    Ok(JsonSignature { protected, header, signature })
}

impl JsonSignature {
    fn write(&self, object: &mut Object) {
        if let Some(protected) = &self.protected {
            object.insert("protected".into(), protected.as_str().into());
        }
        if let Some(header) = &self.header {
            object.insert("header".into(), Value::Object(header.clone()));
        }
        object.insert("signature".into(), self.signature.as_str().into());
    }
}

impl JwsJson {
    fn outer(&self) -> Object {
        let payload = self.payload.as_ref().map(|payload| ("payload".to_owned(), payload.as_str().into()));
        payload.into_iter().collect()
    }

    /// The general form (RFC 7515, section 7.2.1).
    #[must_use]
    pub fn to_general(&self) -> String {
        let mut object = self.outer();
        let signatures = self.signatures.iter().map(|signature| {
            let mut object = Object::new();
            signature.write(&mut object);
            Value::Object(object)
        });
        object.insert("signatures".into(), signatures.collect());
        Value::Object(object).to_string()
    }

    /// The flattened form, where there is exactly one signature (RFC 7515, section 7.2.2).
    #[must_use]
    pub fn to_flattened(&self) -> Option<String> {
        let [signature] = self.signatures.as_slice() else { return None };
        let mut object = self.outer();
        signature.write(&mut object);
        Some(Value::Object(object).to_string())
    }
}
