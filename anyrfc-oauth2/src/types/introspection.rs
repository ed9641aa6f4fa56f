//! What a server says of a token (RFC 7662, section 2.2).

use anyrfc_jwt::types::{Audience, NumericDate};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{ClientId, Scope, TokenType, token};
use crate::{Error, Requirement, Tolerances, rfc7662};

/// What a server says of a token.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Introspection {
    /// It is good.
    Active(Box<ActiveToken>),
    /// It is not: expired, revoked, another's, never issued. The server does not say which
    /// (section 2.2).
    Inactive,
}

impl Introspection {
    /// What is said of a good token; `None` where it is not.
    #[must_use]
    pub fn active(self) -> Option<ActiveToken> {
        match self {
            Self::Active(token) => Some(*token),
            Self::Inactive => None,
        }
    }

    /// Whether the token is good.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(self, Self::Active(_))
    }

    /// Reads an answer.
    ///
    /// # Errors
    /// Of kind `Protocol` when `active` is missing, or a member is not of its type.
    pub fn read(document: Map<String, Value>) -> Result<Self, Error> {
        let breach = |what| Err(Error::violation(rfc7662::ACTIVE_IS_SENT, what));
        match document.get("active") {
            Some(Value::Bool(true)) => ActiveToken::read(document).map(Box::new).map(Self::Active),
            // Whatever else stands there: nothing is to be concluded from it (section 2.2).
            Some(Value::Bool(false)) => Ok(Self::Inactive),
            Some(_) => breach("active is neither true nor false"),
            None => breach("the answer does not say whether the token is active"),
        }
    }
}

/// What a server says of a token that is good. No more of it is true than that the server says so
/// now: it was not compared with anything.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ActiveToken {
    /// What it is good for.
    pub scope: Option<Scope>,
    /// To whom it was given.
    pub client_id: Option<ClientId>,
    /// Who agreed, for people to read.
    pub username: Option<String>,
    /// How it is used; `None` too where it is in a way that is not known.
    pub token_type: Option<TokenType>,
    /// When it ends: an answer is not to be believed for longer (section 4).
    pub expires_at: Option<NumericDate>,
    /// When it was issued.
    pub issued_at: Option<NumericDate>,
    /// Before when it is not to be used.
    pub not_before: Option<NumericDate>,
    /// Whom it speaks for.
    pub subject: Option<String>,
    /// For whom it is meant.
    pub audience: Option<Audience>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// What it is called.
    pub id: Option<String>,
    /// How the user signed in (RFC 9470, section 6.2).
    pub acr: Option<String>,
    /// When (RFC 9470, section 6.2).
    pub auth_time: Option<NumericDate>,
    /// The thumbprint of the key that it is bound to: `jkt` of `cnf` (RFC 9449, section 6.2).
    pub key_thumbprint: Option<String>,
    /// The thumbprint of the certificate that it is bound to: `x5t#S256` of `cnf` (RFC 8705,
    /// section 3.2).
    pub certificate_thumbprint: Option<String>,
    /// All that the server said.
    pub document: Map<String, Value>,
}

impl ActiveToken {
    fn read(document: Map<String, Value>) -> Result<Self, Error> {
        let members = Members(&document);
        let client_id = members.text("client_id")?.map(ClientId::new).transpose().map_err(|error| {
            Error::violation(rfc7662::CLIENT_ID_IS_OPTIONAL, "client_id is no client identifier")
                .with_source(error)
        })?;
        let confirmation = Members(match document.get("cnf") {
            Some(Value::Object(members)) => members,
            None | Some(Value::Null) => &Map::new(),
            Some(_) => return members.breach("cnf"),
        });
        Ok(Self {
            scope: token::scope(document.get("scope"), Tolerances::NONE)?,
            client_id,
            username: members.text("username")?,
            token_type: members.text("token_type")?.and_then(|name| TokenType::read(&name).ok()),
            expires_at: members.member("exp")?,
            issued_at: members.member("iat")?,
            not_before: members.member("nbf")?,
            subject: members.text("sub")?,
            audience: members.member("aud")?,
            issuer: members.text("iss")?,
            id: members.text("jti")?,
            acr: members.text("acr")?,
            auth_time: members.member("auth_time")?,
            key_thumbprint: confirmation.text("jkt")?,
            certificate_thumbprint: confirmation.text("x5t#S256")?,
            document,
        })
    }
}

struct Members<'a>(&'a Map<String, Value>);

impl Members<'_> {
    fn text(&self, name: &'static str) -> Result<Option<String>, Error> {
        self.member(name)
    }

    fn member<T: DeserializeOwned>(&self, name: &'static str) -> Result<Option<T>, Error> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match serde_json::from_value(value.clone()) {
                Ok(read) => Ok(Some(read)),
                Err(_) => self.breach(name),
            },
        }
    }

    fn breach<T>(&self, name: &'static str) -> Result<T, Error> {
        let requirement: &Requirement = match name {
            "exp" => rfc7662::EXP_IS_OPTIONAL,
            "iat" => rfc7662::IAT_IS_OPTIONAL,
            "nbf" => rfc7662::NBF_IS_OPTIONAL,
            "sub" => rfc7662::SUB_IS_OPTIONAL,
            "aud" => rfc7662::AUD_IS_OPTIONAL,
            "iss" => rfc7662::ISS_IS_OPTIONAL,
            "jti" => rfc7662::JTI_IS_OPTIONAL,
            "username" => rfc7662::USERNAME_IS_OPTIONAL,
            "token_type" => rfc7662::TOKEN_TYPE_IS_OPTIONAL,
            "client_id" => rfc7662::CLIENT_ID_IS_OPTIONAL,
            _ => rfc7662::RESPONSE_MAY_BE_EXTENDED,
        };
        Err(Error::violation(requirement, format!("{name} of the answer is not of its type")))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ErrorKind;

    fn read(document: Value) -> Result<Introspection, Error> {
        let Value::Object(document) = document else { panic!("no object") };
        Introspection::read(document)
    }

    #[test]
    fn active_is_required_and_a_boolean() {
        for document in [json!({}), json!({"active": "true"}), json!({"active": 1}), json!({"active": null})]
        {
            let error = read(document).unwrap_err();
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(rfc7662::ACTIVE_IS_SENT))
            );
        }
        assert_eq!(read(json!({"active": false, "sub": 7, "scope": []})).unwrap(), Introspection::Inactive);
        assert!(read(json!({"active": true})).unwrap().is_active());
        assert!(read(json!({"ACTIVE": true})).is_err());
    }

    #[test]
    fn members_are_typed() {
        let token = read(json!({
            "active": true, "client_id": "l238j323ds-23ij4", "username": "jdoe", "scope": "read write",
            "sub": "Z5O3upPC88QrAjx00dis", "aud": ["https://protected.example.net/resource", "b"],
            "iss": "https://server.example.com/", "exp": 1_419_356_238, "iat": 1_419_350_238.5, "token_type": "dpop",
            "cnf": {"jkt": "x"}, "acr": "gold", "extension_field": "twenty-seven",
        }))
        .unwrap()
        .active()
        .unwrap();
        assert_eq!(token.scope, Some(Scope::new("read write").unwrap()));
        assert_eq!(token.expires_at, Some(NumericDate::new(1_419_356_238)));
        assert_eq!(token.token_type, Some(TokenType::Dpop));
        assert!(token.audience.unwrap().contains("b"));
        assert_eq!((token.key_thumbprint.as_deref(), token.acr.as_deref()), (Some("x"), Some("gold")));
        assert_eq!(token.document["extension_field"], "twenty-seven");
        for (name, value) in [
            ("exp", json!("1")),
            ("iat", json!([])),
            ("nbf", json!(true)),
            ("sub", json!(1)),
            ("aud", json!([1])),
            ("iss", json!({})),
            ("jti", json!(1)),
            ("username", json!(1)),
            ("client_id", json!("")),
            ("scope", json!(["a"])),
            ("cnf", json!("x")),
            ("cnf", json!({"jkt": 1})),
        ] {
            let error = read(json!({"active": true, name: value})).expect_err(name);
            assert_eq!(error.kind(), ErrorKind::Protocol, "{name}");
            assert!(error.requirement().is_some(), "{name}");
        }
    }
}
