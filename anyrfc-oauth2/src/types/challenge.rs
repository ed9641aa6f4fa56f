//! What a resource asks for (RFC 6750, section 3; RFC 9449, section 7.1; RFC 9470, section 3;
//! RFC 9728, section 5.1).

use std::time::Duration;

use super::{ErrorCode, Scope};
use crate::{Error, Requirement, rfc6750, rfc9470};

/// The scheme of a challenge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthScheme {
    /// RFC 6750.
    Bearer,
    /// RFC 9449.
    Dpop,
    /// Any other, in lower case.
    Other(String),
}

/// One challenge of a `WWW-Authenticate` field. All its texts are the resource's own: nothing in
/// it is to be believed of anybody else.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Challenge {
    /// The scheme.
    pub scheme: AuthScheme,
    /// What is protected together, in the resource's words.
    pub realm: Option<String>,
    /// What the token has to be good for.
    pub scope: Option<Scope>,
    /// Why the token was refused; `None` where none was sent.
    pub error: Option<ErrorCode>,
    /// The same, for developers.
    pub error_description: Option<String>,
    /// A page about it.
    pub error_uri: Option<String>,
    /// Where the resource's metadata is (RFC 9728, section 5.1), not checked yet.
    pub resource_metadata: Option<String>,
    /// How the user has to have signed in, the best first (RFC 9470, section 3).
    pub acr_values: Vec<String>,
    /// How long ago at most the user may have signed in (RFC 9470, section 3).
    pub max_age: Option<Duration>,
    /// By which algorithms a proof may be signed (RFC 9449, section 7.1).
    pub algs: Vec<String>,
    /// All other parameters, names in lower case.
    pub other: Vec<(String, String)>,
}

impl Challenge {
    /// Of this scheme, with these parameters, whose names are in lower case.
    pub(crate) fn read(scheme: &str, parameters: Vec<(String, String)>) -> Result<Self, Error> {
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "bearer" => AuthScheme::Bearer,
            "dpop" => AuthScheme::Dpop,
            other => AuthScheme::Other(other.to_owned()),
        };
        let mut read = Self {
            scheme,
            realm: None,
            scope: None,
            error: None,
            error_description: None,
            error_uri: None,
            resource_metadata: None,
            acr_values: Vec::new(),
            max_age: None,
            algs: Vec::new(),
            other: Vec::new(),
        };
        for (name, value) in parameters {
            read.take(name, value)?;
        }
        Ok(read)
    }

    fn take(&mut self, name: String, value: String) -> Result<(), Error> {
        if matches!(self.scheme, AuthScheme::Other(_)) {
            self.other.push((name, value));
            return Ok(());
        }
        let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        match name.as_str() {
            "realm" => self.realm = Some(value),
            "scope" => self.scope = Some(scope(&value)?),
            "error" => self.error = Some(code(&value)?),
            "error_description" => self.error_description = Some(value),
            "error_uri" => self.error_uri = Some(value),
            "resource_metadata" => self.resource_metadata = Some(value),
            "acr_values" => self.acr_values = words(&value),
            "max_age" => self.max_age = Some(seconds(&value)?),
            "algs" => self.algs = words(&value),
            _ => self.other.push((name, value)),
        }
        Ok(())
    }
}

fn breach<T>(requirement: &'static Requirement, what: &'static str) -> Result<T, Error> {
    Err(Error::violation(requirement, what))
}

fn scope(value: &str) -> Result<Scope, Error> {
    Scope::new(value).map_err(|error| {
        let what = "the scope of a challenge is no list of scope tokens";
        Error::violation(rfc6750::SCOPE_CHARACTERS_ARE_LIMITED, what).with_source(error)
    })
}

fn code(value: &str) -> Result<ErrorCode, Error> {
    let fits = |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    if value.is_empty() || !value.bytes().all(fits) {
        let what = "the error of a challenge holds characters that cannot stand in it";
        return breach(rfc6750::ERROR_CHARACTERS_ARE_LIMITED, what);
    }
    Ok(ErrorCode::from(value))
}

fn seconds(value: &str) -> Result<Duration, Error> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        // More than that is no bound any more.
        Ok(seconds) if digits => Ok(Duration::from_secs(u64::min(seconds, i32::MAX as u64))),
        _ => breach(rfc9470::MAX_AGE_IS_NOT_NEGATIVE, "the max_age of a challenge is no number of seconds"),
    }
}

/// How the user has to sign in again, as parameters of an authorization request (RFC 9470,
/// section 4). A resource can ask for it as often as it likes: do not obey without end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepUp {
    /// `acr_values`: how, the best first.
    pub acr_values: Vec<String>,
    /// `max_age`: how long ago at most.
    pub max_age: Option<Duration>,
    /// What else the token has to be good for.
    pub scope: Option<Scope>,
}

impl StepUp {
    /// `acr_values`, with spaces between them, as they stand in a request.
    #[must_use]
    pub fn acr_values(&self) -> Option<String> {
        if self.acr_values.is_empty() { None } else { Some(self.acr_values.join(" ")) }
    }
}

/// Why a resource refused a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Denial {
    /// The token is expired, revoked or none: another may be fetched (RFC 6750, section 3.1).
    InvalidToken,
    /// The token is not good for that; `Some` where the resource says what one would have to be
    /// good for (RFC 6750, section 3.1).
    InsufficientScope(Option<Scope>),
    /// The user has to sign in in another way, or again (RFC 9470).
    InsufficientUserAuthentication(StepUp),
    /// Another code.
    Other(ErrorCode),
    /// No code.
    Unsaid,
}

/// A resource's refusal of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denied {
    /// The status: 401 or 403.
    pub status: u16,
    /// Why.
    pub denial: Denial,
    /// What it asks for, in all its words.
    pub challenges: Vec<Challenge>,
}

impl Denied {
    /// What `challenges` say of a token that went by `scheme`.
    pub(crate) fn of(status: u16, challenges: Vec<Challenge>, scheme: &AuthScheme) -> Self {
        let ours = |challenge: &&Challenge| !matches!(challenge.scheme, AuthScheme::Other(_));
        let mut fitting = challenges.iter().filter(ours).filter(|challenge| challenge.error.is_some());
        let said = fitting.clone().find(|challenge| challenge.scheme == *scheme).or_else(|| fitting.next());
        let denial = match said {
            None => Denial::Unsaid,
            Some(challenge) => match &challenge.error {
                Some(ErrorCode::InvalidToken) => Denial::InvalidToken,
                Some(ErrorCode::InsufficientScope) => Denial::InsufficientScope(challenge.scope.clone()),
                Some(ErrorCode::InsufficientUserAuthentication) => {
                    Denial::InsufficientUserAuthentication(StepUp {
                        acr_values: challenge.acr_values.clone(),
                        max_age: challenge.max_age,
                        scope: challenge.scope.clone(),
                    })
                }
                Some(code) => Denial::Other(code.clone()),
                None => Denial::Unsaid,
            },
        };
        Self { status, denial, challenges }
    }

    /// Where the resource says that its metadata is (RFC 9728, section 5.1).
    #[must_use]
    pub fn resource_metadata(&self) -> Option<&str> {
        self.challenges.iter().find_map(|challenge| challenge.resource_metadata.as_deref())
    }
}

#[cfg(test)]
mod tests;
