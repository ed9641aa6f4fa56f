//! Who signed in (OpenID Connect Core, section 2).

use std::fmt;

use anyrfc_jwt::types::{Audience, NumericDate};
use serde_json::{Map, Value};

/// An ID token that was believed: every one has passed an
/// [`IdTokenValidation`](crate::proto::IdTokenValidation).
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct IdToken {
    /// `iss`: who says so.
    pub issuer: String,
    /// `sub`: who signed in, unlike anyone else there.
    pub subject: String,
    /// `aud`: to whom it is said; the client is one of them.
    pub audience: Audience,
    /// `exp`: until when the token may be used for a sign-in.
    pub expires_at: NumericDate,
    /// `iat`: when it was said.
    pub issued_at: NumericDate,
    /// `auth_time`: when the user signed in.
    pub auth_time: Option<NumericDate>,
    /// `acr`: how well.
    pub acr: Option<String>,
    /// `amr`: by which means.
    pub amr: Vec<String>,
    /// `azp`: to which client it was issued.
    pub authorized_party: Option<String>,
    /// `sid`: the session at the server, for logout.
    pub session_id: Option<String>,
    /// All other claims: name, e-mail and the like.
    pub other: Map<String, Value>,
}

/// Of the other claims their names: one is the nonce, and the rest is the user's own business.
impl fmt::Debug for IdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdToken")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .field("audience", &self.audience)
            .field("expires_at", &self.expires_at)
            .field("issued_at", &self.issued_at)
            .field("auth_time", &self.auth_time)
            .field("acr", &self.acr)
            .field("amr", &self.amr)
            .field("authorized_party", &self.authorized_party)
            .field("session_id", &self.session_id)
            .field("other", &self.other.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// What the UserInfo endpoint says of the user (OpenID Connect Core, section 5.3.2): of the same
/// one as the ID token, which was compared.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UserInfo {
    /// `sub`.
    pub subject: String,
    /// All claims, `sub` included.
    pub claims: Map<String, Value>,
    /// Whether the answer was signed, and the signature verified.
    pub signed: bool,
}
