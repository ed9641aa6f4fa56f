//! What a token endpoint grants (RFC 6749, section 5.1).

use std::{fmt, time::Duration};

use anyrfc_core::Secret;
use serde_json::{Map, Value};

use super::{AccessToken, Quirk, RefreshToken, Scope, Tolerances};
use crate::{Error, Requirement, rfc6749, rfc8693};

/// The longest lifetime that is believed: 68 years, so that no clock overflows.
const LONGEST_LIFETIME: Duration = Duration::from_secs(i32::MAX as u64);

/// How an access token is used (RFC 6749, section 7.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenType {
    /// Whoever holds it may use it (RFC 6750).
    Bearer,
    /// Only with a proof by the key that it is bound to (RFC 9449).
    Dpop,
    /// It is no access token: `N_A` of a token exchange (RFC 8693, section 2.2.1).
    NotAnAccessToken,
}

impl TokenType {
    /// The type as it stands in an `Authorization` field and in an answer.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
            Self::NotAnAccessToken => "N_A",
        }
    }

    /// Reads a type; letter case does not count (RFC 6749, section 5.1).
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        [Self::Bearer, Self::Dpop, Self::NotAnAccessToken]
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| {
                Error::violation(rfc6749::UNKNOWN_TOKEN_TYPE_IS_NOT_USED, "the token is of an unknown type")
            })
    }
}

/// A token and what was said of it (RFC 6749, section 5.1).
#[derive(Clone)]
#[non_exhaustive]
pub struct TokenResponse {
    /// The token.
    pub access_token: AccessToken,
    /// How it is used.
    pub token_type: TokenType,
    /// How long it lives, from when the answer was made. `None`: the server does not say.
    /// Nothing that is not above zero counts as lived out; more than 68 years as 68 years.
    pub expires_in: Option<Duration>,
    /// What gets the next one.
    pub refresh_token: Option<RefreshToken>,
    /// What it is good for. `None`: for all that was asked (RFC 6749, section 5.1).
    pub scope: Option<Scope>,
    /// The ID token, not judged yet (OpenID Connect Core, section 3.1.3.3).
    pub id_token: Option<std::sync::Arc<Secret<String>>>,
    /// What a token exchange gave (RFC 8693, section 2.2.1).
    pub issued_token_type: Option<String>,
    /// All that the server said, what is above included but the tokens.
    pub extra: Map<String, Value>,
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenResponse")
            .field("access_token", &self.access_token)
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .field("refresh_token", &self.refresh_token)
            .field("scope", &self.scope.as_ref().map(ToString::to_string))
            .field("issued_token_type", &self.issued_token_type)
            .finish_non_exhaustive()
    }
}

/// The members that hold secrets and are kept out of `extra`.
const SECRET_MEMBERS: [&str; 3] = ["access_token", "refresh_token", "id_token"];

impl TokenResponse {
    /// Reads a successful answer.
    ///
    /// # Errors
    /// Of kind `Protocol` when a required member is missing or one is not what it has to be.
    pub fn read(mut body: Map<String, Value>, tolerances: Tolerances) -> Result<Self, Error> {
        let mut secret = |name: &str| match body.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(Secret::new(text))),
            Some(_) => breach(rfc6749::TOKEN_RESPONSE_IS_A_JSON_OBJECT, "a token in the answer is no text"),
        };
        let [access_token, refresh_token, id_token] = SECRET_MEMBERS.map(&mut secret);
        let unfit = |error: Error| {
            Error::violation(
                rfc6749::SECRETS_ARE_VISIBLE,
                "a token in the answer holds what cannot stand in one",
            )
            .with_source(error)
        };
        let Some(access_token) = access_token? else {
            return breach(rfc6749::ACCESS_TOKEN_IS_RETURNED, "the answer holds no access token");
        };
        let token_type = match body.get("token_type") {
            Some(Value::String(text)) => TokenType::read(text)?,
            None if tolerances.contains(Quirk::TokenTypeIsMissing) => TokenType::Bearer,
            _ => return breach(rfc6749::TOKEN_TYPE_IS_RETURNED, "the answer does not say the token's type"),
        };
        let issued_token_type = match body.get("issued_token_type") {
            None => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                return breach(rfc8693::ISSUED_TOKEN_TYPE_IS_RETURNED, "issued_token_type is no text");
            }
        };
        Ok(Self {
            access_token: AccessToken::new(access_token).map_err(unfit)?,
            token_type,
            expires_in: lifetime(body.get("expires_in"), tolerances)?,
            refresh_token: refresh_token?.map(RefreshToken::new).transpose().map_err(unfit)?,
            scope: scope(body.get("scope"), tolerances)?,
            id_token: id_token?.map(std::sync::Arc::new),
            issued_token_type,
            extra: body,
        })
    }

    /// The scope that was granted, where `asked` was asked for (RFC 6749, section 3.3).
    #[must_use]
    pub fn granted(&self, asked: &Scope) -> Scope {
        self.scope.clone().unwrap_or_else(|| asked.clone())
    }
}

fn breach<T>(requirement: &'static Requirement, what: &'static str) -> Result<T, Error> {
    Err(Error::violation(requirement, what))
}

/// `expires_in`, a number of seconds (RFC 6749, section 5.1; appendix A.14).
pub(crate) fn lifetime(value: Option<&Value>, tolerances: Tolerances) -> Result<Option<Duration>, Error> {
    let breach = || {
        Error::violation(rfc6749::LIFETIME_IS_RETURNED, "a lifetime in the answer is no number of seconds")
    };
    let seconds = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_f64().ok_or_else(breach)?,
        Some(Value::String(text)) if tolerances.contains(Quirk::ExpiresInIsText) => {
            if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(breach());
            }
            text.parse().map_err(|_| breach())?
        }
        Some(_) => return Err(breach()),
    };
    Ok(Some(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(LONGEST_LIFETIME).min(LONGEST_LIFETIME)))
}

/// `scope`, tokens with spaces between them (RFC 6749, section 3.3).
pub(crate) fn scope(value: Option<&Value>, tolerances: Tolerances) -> Result<Option<Scope>, Error> {
    let breach = || {
        Error::violation(
            rfc6749::SCOPE_IS_A_LIST_WITH_SPACES,
            "the scope in the answer is no list of scope tokens",
        )
    };
    let commas = tolerances.contains(Quirk::ScopeHasCommas);
    let tokens: Vec<String> = match value {
        None | Some(Value::Null) => return Ok(None),
        // An empty text grants nothing; servers send it so.
        Some(Value::String(text)) if text.is_empty() => Vec::new(),
        Some(Value::String(text)) if commas => {
            text.split([' ', ',']).filter(|token| !token.is_empty()).map(str::to_owned).collect()
        }
        Some(Value::String(text)) => text.split(' ').map(str::to_owned).collect(),
        Some(Value::Array(tokens)) if tolerances.contains(Quirk::ScopeIsAnArray) => {
            let text = |token: &Value| token.as_str().map(str::to_owned).ok_or_else(breach);
            tokens.iter().map(text).collect::<Result<_, _>>()?
        }
        Some(_) => return Err(breach()),
    };
    Scope::try_from(tokens).map(Some).map_err(|error| breach().with_source(error))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value, quirks: &[Quirk]) -> Result<TokenResponse, Error> {
        let Value::Object(body) = body else { panic!("no object") };
        TokenResponse::read(body, quirks.iter().copied().collect())
    }

    fn lives(expires_in: Value, quirks: &[Quirk]) -> Option<Option<Duration>> {
        let body = json!({"access_token": "a", "token_type": "Bearer", "expires_in": expires_in});
        read(body, quirks).ok().map(|token| token.expires_in)
    }

    #[test]
    fn lifetimes_never_overflow_and_never_go_back() {
        let text = [Quirk::ExpiresInIsText];
        assert_eq!(lives(json!(3600), &[]), Some(Some(Duration::from_secs(3600))));
        assert_eq!(lives(json!(-5), &[]), Some(Some(Duration::ZERO)));
        assert_eq!(lives(json!(0), &[]), Some(Some(Duration::ZERO)));
        assert_eq!(lives(json!(u64::MAX), &[]), Some(Some(LONGEST_LIFETIME)));
        assert_eq!(lives(json!(1e300), &[]), Some(Some(LONGEST_LIFETIME)));
        assert_eq!(lives(json!("3600"), &[]), None);
        assert_eq!(lives(json!("3600"), &text), Some(Some(Duration::from_secs(3600))));
        assert_eq!(lives(json!("99999999999999999999999"), &text), Some(Some(LONGEST_LIFETIME)));
        for hostile in ["", "-1", "1e9", "0x10", " 1", "inf", "NaN", "+1"] {
            assert_eq!(lives(json!(hostile), &text), None, "{hostile}");
        }
        assert_eq!(lives(json!([1]), &text), None);
        assert_eq!(lives(json!(true), &text), None);
    }

    #[test]
    fn a_type_is_needed_and_known() {
        assert_eq!(
            read(json!({"access_token": "a", "token_type": "bEARER"}), &[]).unwrap().token_type,
            TokenType::Bearer
        );
        assert!(read(json!({"access_token": "a", "token_type": "mac"}), &[]).is_err());
        assert!(read(json!({"access_token": "a"}), &[]).is_err());
        assert!(read(json!({"access_token": "a"}), &[Quirk::TokenTypeIsMissing]).is_ok());
        assert!(read(json!({"access_token": "a", "token_type": 1}), &[Quirk::TokenTypeIsMissing]).is_err());
    }

    #[test]
    fn a_token_cannot_end_a_header() {
        for token in ["a\r\nX: y", "", "\u{e9}"] {
            let error = read(json!({"access_token": token, "token_type": "Bearer"}), &[]).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Protocol);
        }
    }

    #[test]
    fn scopes_as_servers_write_them() {
        let granted = |scope: Value, quirks: &[Quirk]| {
            read(json!({"access_token": "a", "token_type": "Bearer", "scope": scope}), quirks)
                .map(|token| token.scope.unwrap().to_string())
        };
        assert_eq!(granted(json!("a b"), &[]).unwrap(), "a b");
        assert_eq!(granted(json!(""), &[]).unwrap(), "");
        assert!(granted(json!(["a", "b"]), &[]).is_err());
        assert_eq!(granted(json!(["a", "b"]), &[Quirk::ScopeIsAnArray]).unwrap(), "a b");
        assert_eq!(granted(json!("a,b"), &[Quirk::ScopeHasCommas]).unwrap(), "a b");
    }

    #[test]
    fn debug_shows_no_token() {
        let token = read(
            json!({"access_token": "s3cret", "refresh_token": "s3cret", "id_token": "s3cret", "token_type": "Bearer"}),
            &[],
        );
        assert!(!format!("{:?} {0:#?}", token.unwrap()).contains("s3cret"));
    }
}
