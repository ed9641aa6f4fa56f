//! The parameters of a request, as a form and as claims.

use serde_json::{Map, Value};

use crate::codec::form::Form;

/// The value of a parameter.
#[derive(Clone, PartialEq)]
pub(crate) enum Parameter {
    Text(String),
    Number(u64),
    /// It may stand several times (RFC 8707, section 2).
    Many(Vec<String>),
    /// JSON, which a form holds as text.
    Json(Value),
}

/// Names and values, in the order in which they were set.
#[derive(Clone, Default)]
pub(crate) struct Parameters(Vec<(String, Parameter)>);

impl Parameters {
    /// Sets a parameter in place of the one of that name; one that is empty is not sent (RFC 6749,
    /// section 3.1).
    pub(super) fn set(&mut self, name: &str, value: Parameter) {
        self.0.retain(|(held, _)| held != name);
        if value != Parameter::Text(String::new()) {
            self.0.push((name.to_owned(), value));
        }
    }

    /// The text of a parameter.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(held, _)| held == name).and_then(|(_, value)| match value {
            Parameter::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    pub(super) fn append(&mut self, others: &Self) {
        for (name, value) in &others.0 {
            self.set(name, value.clone());
        }
    }

    /// As a form has them (RFC 6749, section 4.1.1).
    pub(super) fn write(&self, form: &mut Form) {
        for (name, value) in &self.0 {
            match value {
                Parameter::Text(text) => form.set(name, text.clone()),
                Parameter::Number(number) => form.set(name, number.to_string()),
                Parameter::Many(values) => values.iter().for_each(|value| form.repeat(name, value.clone())),
                Parameter::Json(value) => form.set(name, value.to_string()),
            }
        }
    }

    /// As a Request Object has them (RFC 9101, section 4): texts as strings, numbers as numbers, one
    /// resource as a string and several as an array (RFC 8707, section 2.1).
    pub(crate) fn claims(&self) -> Map<String, Value> {
        let claim = |value: &Parameter| match value {
            Parameter::Text(text) => Value::from(text.as_str()),
            Parameter::Number(number) => Value::from(*number),
            Parameter::Many(values) => match values.as_slice() {
                [value] => Value::from(value.as_str()),
                values => Value::from(values),
            },
            Parameter::Json(value) => value.clone(),
        };
        self.0.iter().map(|(name, value)| (name.clone(), claim(value))).collect()
    }
}

/// What a flow sets itself, or what would undo it.
const OURS: [&str; 34] = [
    "acr_values",
    "authorization_details",
    "claims",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "dpop_jkt",
    "grant_type",
    "login_hint",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "ui_locales",
    // The claims of a Request Object (RFC 9101, section 4).
    "iss",
    "aud",
    "exp",
    "iat",
    "jti",
    // And what it states that it is meant for (section 10.3).
    "authorization_endpoint",
    "protected_resources",
    "token_endpoint",
];

pub(super) fn is_ours(name: &str) -> bool {
    name.is_empty() || name == "nbf" || name == "sub" || OURS.contains(&name)
}
