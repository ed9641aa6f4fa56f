//! The JSON serialisations of JWE (RFC 7516, section 7.2).

use serde_json::Value;

use super::{
    base64url,
    json::{self, JsonLimits, Object},
};
use crate::{Error, ErrorKind, Requirement, rfc7516};

/// One recipient of a JWE in JSON.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Recipient {
    /// `header`: what is in no protected header and concerns this recipient alone.
    pub header: Object,
    /// `encrypted_key`; empty where there is none.
    pub encrypted_key: Vec<u8>,
}

/// A JWE in JSON, of either form. The flattened one has exactly one recipient.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct JweJson {
    /// `protected`, as it was written, since it is authenticated in this form; empty where there is none.
    pub protected: String,
    /// `unprotected`: what concerns all recipients and is not authenticated.
    pub unprotected: Object,
    /// `aad`, as it was written; empty where there is none.
    pub aad: String,
    /// Whom it is for.
    pub recipients: Vec<Recipient>,
    /// `iv`.
    pub iv: Vec<u8>,
    /// `ciphertext`.
    pub ciphertext: Vec<u8>,
    /// `tag`.
    pub tag: Vec<u8>,
}

/// A member that is text and, if it is there, not empty.
fn text(object: &mut Object, name: &str, empty: &'static Requirement) -> Result<String, Error> {
    match json::take_string(object, name, empty)? {
        Some(text) if text.is_empty() => Err(Error::malformed(empty, "a member is empty")),
        text => Ok(text.unwrap_or_default()),
    }
}

/// The octets of such a member.
fn octets(object: &mut Object, name: &str, empty: &'static Requirement) -> Result<Vec<u8>, Error> {
    decoded(&text(object, name, empty)?)
}

fn decoded(text: &str) -> Result<Vec<u8>, Error> {
    base64url::decode(text)
        .map_err(|_| Error::malformed(rfc7516::PARTS_DECODE_STRICTLY, "a member is not base64url"))
}

/// A member that is an object and, if it is there, not empty.
fn object(from: &mut Object, name: &str, empty: &'static Requirement) -> Result<Object, Error> {
    match from.remove(name) {
        None => Ok(Object::new()),
        Some(Value::Object(object)) if !object.is_empty() => Ok(object),
        Some(_) => Err(Error::malformed(empty, "a member is empty, or is no object")),
    }
}

/// What both forms say of one recipient.
fn recipient(from: &mut Object) -> Result<Recipient, Error> {
    Ok(Recipient {
        header: object(from, "header", rfc7516::EMPTY_HEADER_IS_ABSENT)?,
        encrypted_key: octets(from, "encrypted_key", rfc7516::EMPTY_ENCRYPTED_KEY_IS_ABSENT)?,
    })
}

/// Reads either form. Members that are not understood are ignored (RFC 7516, section 7.2.1).
///
/// # Errors
/// `Protocol` for what is not in the form, `Limit` beyond `limits` or with
/// more recipients than `recipients`.
pub fn parse(json_text: &[u8], limits: &JsonLimits, recipients: usize) -> Result<JweJson, Error> {
    let mut from: Object = json::parse(json_text, limits)?;
    let protected = text(&mut from, "protected", rfc7516::EMPTY_PROTECTED_IS_ABSENT)?;
    let unprotected = object(&mut from, "unprotected", rfc7516::EMPTY_UNPROTECTED_IS_ABSENT)?;
    let aad = text(&mut from, "aad", rfc7516::EMPTY_AAD_IS_ABSENT)?;
    decoded(&aad)?;
    let iv = octets(&mut from, "iv", rfc7516::EMPTY_IV_IS_ABSENT)?;
    let tag = octets(&mut from, "tag", rfc7516::EMPTY_TAG_IS_ABSENT)?;
    let ciphertext = json::take_string(&mut from, "ciphertext", rfc7516::CIPHERTEXT_IS_PRESENT)?
        .ok_or_else(|| Error::malformed(rfc7516::CIPHERTEXT_IS_PRESENT, "it is not there"))?;
    let ciphertext = decoded(&ciphertext)?;
    let recipients = match from.remove("recipients") {
        None => vec![recipient(&mut from)?],
        Some(Value::Array(elements)) => {
            if from.contains_key("header") || from.contains_key("encrypted_key") {
                let what = "it is of both forms at once";
                return Err(Error::malformed(rfc7516::FLATTENED_HAS_NO_RECIPIENTS, what));
            }
            if elements.len() > recipients {
                return Err(Error::new(ErrorKind::Limit, "the JWE has more recipients than are allowed"));
            }
            let one = |element| match element {
                Value::Object(mut element) => recipient(&mut element),
                _ => Err(Error::malformed(rfc7516::RECIPIENTS_IS_AN_ARRAY, "an element is no object")),
            };
            elements.into_iter().map(one).collect::<Result<_, _>>()?
        }
        Some(_) => return Err(Error::malformed(rfc7516::RECIPIENTS_IS_AN_ARRAY, "it is no array")),
    };
    if recipients.is_empty() {
        return Err(Error::malformed(rfc7516::EACH_RECIPIENT_HAS_AN_ELEMENT, "there is no recipient"));
    }
    Ok(JweJson { protected, unprotected, aad, recipients, iv, ciphertext, tag })
}

impl Recipient {
    /// For somebody who gets this `header` and this encrypted key.
    #[must_use]
    pub const fn new(header: Object, encrypted_key: Vec<u8>) -> Self {
        Self { header, encrypted_key }
    }

    /// What is empty is left out.
    fn write(&self, to: &mut Object) {
        if !self.header.is_empty() {
            to.insert("header".into(), Value::Object(self.header.clone()));
        }
        put(to, "encrypted_key", &self.encrypted_key);
    }
}

fn put(to: &mut Object, name: &str, octets: &[u8]) {
    if !octets.is_empty() {
        to.insert(name.into(), Value::String(base64url::encode(octets)));
    }
}

impl JweJson {
    /// What both forms have in common.
    fn common(&self) -> Object {
        let mut to = Object::new();
        for (name, text) in [("protected", &self.protected), ("aad", &self.aad)] {
            if !text.is_empty() {
                to.insert(name.into(), Value::String(text.clone()));
            }
        }
        if !self.unprotected.is_empty() {
            to.insert("unprotected".into(), Value::Object(self.unprotected.clone()));
        }
        put(&mut to, "iv", &self.iv);
        to.insert("ciphertext".into(), Value::String(base64url::encode(&self.ciphertext)));
        put(&mut to, "tag", &self.tag);
        to
    }

    /// In the general form (RFC 7516, section 7.2.1).
    #[must_use]
    pub fn to_general(&self) -> String {
        let mut to = self.common();
        let element = |recipient: &Recipient| {
            let mut element = Object::new();
            recipient.write(&mut element);
            Value::Object(element)
        };
        to.insert("recipients".into(), self.recipients.iter().map(element).collect());
        Value::Object(to).to_string()
    }

    /// In the flattened form (RFC 7516, section 7.2.2); `None` unless there is exactly one recipient.
    #[must_use]
    pub fn to_flattened(&self) -> Option<String> {
        let [recipient] = self.recipients.as_slice() else { return None };
        let mut to = self.common();
        recipient.write(&mut to);
        Some(Value::Object(to).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<JweJson, Error> {
        parse(text.as_bytes(), &JsonLimits::DOCUMENT, 2)
    }

    #[test]
    fn both_forms_come_back() {
        let one = Recipient::new(Object::from_iter([("kid".into(), "1".into())]), vec![1, 2, 3]);
        let mut jwe = JweJson {
            protected: "e30".into(),
            unprotected: Object::from_iter([("x".into(), true.into())]),
            aad: "AA".into(),
            recipients: vec![one, Recipient::default()],
            iv: vec![4],
            ciphertext: vec![5],
            tag: vec![6],
        };
        assert_eq!(read(&jwe.to_general()).unwrap(), jwe);
        assert_eq!(jwe.to_flattened(), None);
        jwe.recipients.pop();
        assert_eq!(read(&jwe.to_general()).unwrap(), jwe);
        assert_eq!(read(&jwe.to_flattened().unwrap()).unwrap(), jwe);
        let least = JweJson { recipients: vec![Recipient::default()], ..JweJson::default() };
        assert_eq!(least.to_general(), r#"{"ciphertext":"","recipients":[{}]}"#);
        assert_eq!(least.to_flattened().unwrap(), r#"{"ciphertext":""}"#);
        assert_eq!(read(r#"{"ciphertext":"", "later": 1}"#).unwrap(), least);
    }

    #[test]
    fn what_is_in_neither_form_is_refused() {
        for (text, requirement) in [
            (r#"{}"#, rfc7516::CIPHERTEXT_IS_PRESENT),
            (r#"{"ciphertext":1}"#, rfc7516::CIPHERTEXT_IS_PRESENT),
            (r#"{"ciphertext":"A"}"#, rfc7516::PARTS_DECODE_STRICTLY),
            (r#"{"ciphertext":"AA=="}"#, rfc7516::PARTS_DECODE_STRICTLY),
            (r#"{"ciphertext":"A A"}"#, rfc7516::PARTS_DECODE_STRICTLY),
            (r#"{"ciphertext":"","aad":"AB"}"#, rfc7516::PARTS_DECODE_STRICTLY),
            (r#"{"ciphertext":"","encrypted_key":"+/"}"#, rfc7516::PARTS_DECODE_STRICTLY),
            (r#"{"ciphertext":"","protected":""}"#, rfc7516::EMPTY_PROTECTED_IS_ABSENT),
            (r#"{"ciphertext":"","protected":{}}"#, rfc7516::EMPTY_PROTECTED_IS_ABSENT),
            (r#"{"ciphertext":"","unprotected":{}}"#, rfc7516::EMPTY_UNPROTECTED_IS_ABSENT),
            (r#"{"ciphertext":"","unprotected":"e30"}"#, rfc7516::EMPTY_UNPROTECTED_IS_ABSENT),
            (r#"{"ciphertext":"","iv":""}"#, rfc7516::EMPTY_IV_IS_ABSENT),
            (r#"{"ciphertext":"","tag":""}"#, rfc7516::EMPTY_TAG_IS_ABSENT),
            (r#"{"ciphertext":"","aad":""}"#, rfc7516::EMPTY_AAD_IS_ABSENT),
            (r#"{"ciphertext":"","header":{}}"#, rfc7516::EMPTY_HEADER_IS_ABSENT),
            (r#"{"ciphertext":"","encrypted_key":""}"#, rfc7516::EMPTY_ENCRYPTED_KEY_IS_ABSENT),
            (r#"{"ciphertext":"","recipients":{}}"#, rfc7516::RECIPIENTS_IS_AN_ARRAY),
            (r#"{"ciphertext":"","recipients":[1]}"#, rfc7516::RECIPIENTS_IS_AN_ARRAY),
            (r#"{"ciphertext":"","recipients":[]}"#, rfc7516::EACH_RECIPIENT_HAS_AN_ELEMENT),
            (r#"{"ciphertext":"","recipients":[{}],"header":{"a":1}}"#, rfc7516::FLATTENED_HAS_NO_RECIPIENTS),
            (
                r#"{"ciphertext":"","recipients":[{}],"encrypted_key":"AA"}"#,
                rfc7516::FLATTENED_HAS_NO_RECIPIENTS,
            ),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(requirement)),
                "{text}"
            );
        }
        for text in ["", "[]", "1", "{", r#"{"ciphertext":""}x"#, r#"{"ciphertext":"","ciphertext":""}"#] {
            assert_eq!(read(text).unwrap_err().kind(), ErrorKind::Protocol, "{text}");
        }
        let three = r#"{"ciphertext":"","recipients":[{},{},{}]}"#;
        assert_eq!(read(three).unwrap_err().kind(), ErrorKind::Limit);
    }
}
