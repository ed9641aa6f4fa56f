//! A header from its members.

use std::{borrow::Cow, collections::HashSet, fmt};

use serde::de::{DeserializeSeed as _, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::{
    Error, ErrorKind, Rejection, Requirement,
    codec::{
        base64url,
        json::{self, Object},
    },
    rfc7515, rfc7516, rfc7517, rfc7518, rfc7797,
    types::{Algorithm, ContentEncryption, Encryption, Header, Hints, Jwk},
};

/// The names that the RFCs for JWS, JWE and their algorithms define, which `crit` must not list.
const REGISTERED: [&str; 20] = [
    "alg", "enc", "zip", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "epk",
    "apu", "apv", "iv", "tag", "p2s", "p2c",
];

/// Whether the name is one of those.
pub(super) fn is_registered(name: &str) -> bool {
    REGISTERED.contains(&name)
}

/// A header on its way.
#[derive(Default)]
struct Draft {
    algorithm: Option<Algorithm>,
    typ: Option<String>,
    content_type: Option<String>,
    key_id: Option<String>,
    crit: Option<Vec<String>>,
    b64: Option<bool>,
    hints: Option<Box<Hints>>,
    encryption: Option<Box<Encryption>>,
    other: Object,
}

/// A header from text whose names have been found distinct.
pub(super) fn text(text: &str) -> Result<Header, Error> {
    let mut parser = serde_json::Deserializer::from_str(text);
    // What is wrong with a member is an error of ours; `serde_json` only says that it is not JSON.
    let mut draft = Draft::default();
    let mut failure = None;
    Members { draft: &mut draft, failure: &mut failure }
        .deserialize(&mut parser)
        .and_then(|()| parser.end())
        .map_err(|error| failure.take().unwrap_or_else(|| json::not_json(error)))?;
    draft.finish()
}

/// A header from those of a JSON serialization.
pub(super) fn parts(
    protected: Object,
    unprotected: impl IntoIterator<Item = Object>,
) -> Result<Header, Error> {
    let mut draft = Draft::default();
    let mut names = HashSet::new();
    for (name, value) in protected {
        names.insert(name.clone());
        draft.set(&name, value)?;
    }
    for object in unprotected {
        for (name, value) in object {
            if names.contains(&name) {
                return Err(Error::malformed(rfc7515::NO_NAME_IN_BOTH_HEADERS, "a name is in two headers"));
            }
            match name.as_str() {
                "crit" => {
                    return Err(critical(rfc7515::CRIT_IS_IN_THE_PROTECTED_HEADER, "it is not protected"));
                }
                "b64" => {
                    return Err(critical(rfc7797::B64_IS_IN_THE_PROTECTED_HEADER, "it is not protected"));
                }
                "zip" => {
                    return Err(Error::malformed(
                        rfc7516::ZIP_IS_IN_THE_PROTECTED_HEADER,
                        "it is not protected",
                    ));
                }
                _ => draft.set(&name, value)?,
            }
            names.insert(name);
        }
    }
    draft.finish()
}

/// The error for what is wrong with `crit`.
fn critical(requirement: &'static Requirement, what: &'static str) -> Error {
    Error::rejected(Rejection::Critical, requirement, what)
}

/// Hands each member on as it is parsed.
struct Members<'a> {
    draft: &'a mut Draft,
    failure: &'a mut Option<Error>,
}

impl<'de> serde::de::DeserializeSeed<'de> for Members<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JOSE header")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = members.next_key()? {
            let value: Value = members.next_value()?;
            if let Err(error) = self.draft.set(&name, value) {
                *self.failure = Some(error);
                return Err(serde::de::Error::custom("a header parameter"));
            }
        }
        Ok(())
    }
}

/// A name, borrowed where nothing in it is escaped.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// The string that a parameter is.
fn string(value: Value, requirement: &'static Requirement) -> Result<String, Error> {
    if let Value::String(text) = value {
        return Ok(text);
    }
    Err(Error::malformed(requirement, "it is no string"))
}

/// The octets that a parameter is in base64url.
fn octets(value: Value, requirement: &'static Requirement) -> Result<Vec<u8>, Error> {
    base64url::decode(string(value, requirement)?)
        .map_err(|_| Error::malformed(requirement, "it is not base64url"))
}

/// A public key (RFC 7515, section 4.1.3; RFC 7518, section 4.6.1.1).
fn public_key(value: Value, requirement: &'static Requirement) -> Result<Jwk, Error> {
    let Value::Object(object) = value else { return Err(Error::malformed(requirement, "it is no object")) };
    let jwk = Jwk::from_object(object)?;
    if jwk.is_private() {
        return Err(Error::malformed(requirement, "the key is not public"));
    }
    Ok(jwk)
}

impl Draft {
    fn hints(&mut self) -> &mut Hints {
        self.hints.get_or_insert_default()
    }

    fn encryption(&mut self) -> &mut Encryption {
        self.encryption.get_or_insert_default()
    }

    /// One parameter.
    fn set(&mut self, name: &str, value: Value) -> Result<(), Error> {
        match name {
            "alg" => {
                self.algorithm = Some(Algorithm::from_name(&string(value, rfc7515::ALG_IS_UNDERSTOOD)?)?)
            }
            "typ" => self.typ = Some(string(value, rfc7515::TYP_WITHOUT_SLASH_IS_APPLICATION)?),
            "cty" => self.content_type = Some(string(value, rfc7515::CTY_WITHOUT_SLASH_IS_APPLICATION)?),
            "kid" => self.key_id = Some(string(value, rfc7515::KID_IS_A_CASE_SENSITIVE_STRING)?),
            "crit" => self.crit = Some(list(value)?),
            "b64" => match value {
                Value::Bool(b64) => self.b64 = Some(b64),
                _ => return Err(Error::malformed(rfc7797::B64_IS_A_BOOLEAN, "it is no boolean")),
            },
            "jku" => self.hints().jku = Some(string(value, rfc7515::JKU_LEADS_TO_A_JWK_SET)?),
            "jwk" => self.hints().jwk = Some(public_key(value, rfc7517::NON_PUBLIC_KEYS_ARE_KEPT_BACK)?),
            "x5u" => self.hints().x5u = Some(string(value, rfc7515::X5U_LEADS_TO_PEM)?),
            "x5c" => self.hints().x5c = certificates(value)?,
            "x5t" => {
                let digest = octets(value, rfc7515::UNMARKED_PARAMETERS_ARE_IGNORED)?;
                self.hints().x5t = Some(digest);
            }
            "x5t#S256" => {
                let digest = octets(value, rfc7515::UNMARKED_PARAMETERS_ARE_IGNORED)?;
                self.hints().x5t_s256 = Some(digest);
            }
            "enc" => {
                let name = string(value, rfc7516::ENC_IS_UNDERSTOOD)?;
                self.encryption().enc = Some(ContentEncryption::from_name(&name)?);
            }
            "zip" => {
                if string(value, rfc7516::ZIP_IS_UNDERSTOOD)? != "DEF" {
                    return Err(Error::new(ErrorKind::Unsupported, "the compression is not known here")
                        .with_requirement(rfc7516::ZIP_IS_UNDERSTOOD));
                }
                self.encryption().deflate = true;
            }
            "epk" => self.encryption().epk = Some(public_key(value, rfc7518::EPK_IS_PUBLIC)?),
            "apu" => self.encryption().apu = Some(octets(value, rfc7518::APU_IS_PROCESSED)?),
            "apv" => self.encryption().apv = Some(octets(value, rfc7518::APV_IS_PROCESSED)?),
            "iv" => self.encryption().iv = Some(octets(value, rfc7518::GCMKW_IV_IS_PROCESSED)?),
            "tag" => self.encryption().tag = Some(octets(value, rfc7518::GCMKW_TAG_IS_PROCESSED)?),
            "p2s" => self.encryption().p2s = Some(octets(value, rfc7518::P2S_IS_PROCESSED)?),
            "p2c" => match value.as_u64() {
                Some(count) if count > 0 => self.encryption().p2c = Some(count),
                _ => return Err(Error::malformed(rfc7518::P2C_IS_PROCESSED, "it is no positive integer")),
            },
            _ => {
                self.other.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }

    /// The header, once all is there. What has to be protected has been found to be.
    fn finish(self) -> Result<Header, Error> {
        let algorithm =
            self.algorithm.ok_or_else(|| Error::malformed(rfc7515::ALG_IS_PRESENT, "there is none"))?;
        if let Some(crit) = &self.crit {
            if crit.is_empty() {
                return Err(critical(rfc7515::CRIT_IS_NOT_EMPTY, "it is empty"));
            }
            for (at, name) in crit.iter().enumerate() {
                if crit.iter().take(at).any(|other| other == name) {
                    return Err(critical(rfc7515::CRIT_LISTS_EXTENSIONS_ALONE, "a name is there twice"));
                }
                // A standard parameter is never among the others.
                if !(name == "b64" && self.b64.is_some() || self.other.contains_key(name)) {
                    return Err(critical(
                        rfc7515::CRIT_LISTS_EXTENSIONS_ALONE,
                        "it lists a standard parameter, or what is not there",
                    ));
                }
                if name != "b64" {
                    return Err(critical(
                        rfc7515::UNKNOWN_CRIT_IS_INVALID,
                        "it lists what is not understood",
                    ));
                }
            }
        }
        if self.b64.is_some() && self.crit.is_none() {
            return Err(critical(rfc7797::CRIT_LISTS_B64, "it does not"));
        }
        Ok(Header {
            algorithm,
            typ: self.typ,
            content_type: self.content_type,
            key_id: self.key_id,
            b64: self.b64,
            hints: self.hints,
            encryption: self.encryption,
            other: self.other,
        })
    }
}

/// `crit` (RFC 7515, section 4.1.11).
fn list(value: Value) -> Result<Vec<String>, Error> {
    json::strings(value, rfc7515::CRIT_IS_UNDERSTOOD)
        .map_err(|_| critical(rfc7515::CRIT_IS_UNDERSTOOD, "it is no array of strings"))
}

/// `x5c` (RFC 7515, section 4.1.6).
fn certificates(value: Value) -> Result<Vec<Vec<u8>>, Error> {
    json::strings(value, rfc7515::X5C_IS_PLAIN_BASE64)?
        .iter()
        .map(|text| base64url::decode_standard(text))
        .collect::<Result<_, _>>()
        .map_err(|_| Error::malformed(rfc7515::X5C_IS_PLAIN_BASE64, "a certificate is not base64"))
}
