//! Answers that are signed JWTs (JARM, section 2.4).

use std::time::Duration;

use anyrfc_jwt::{
    codec::{
        base64url,
        json::{self, JsonLimits},
    },
    proto::{KeySource, Validation},
    types::NumericDate,
};
use serde_json::{Map, Value};

use super::{super::ResponseMode, code, wrong};
use crate::{
    Error, TokenResponse,
    codec::callback::Callback,
    proto::{Client, Exchange, Moment, Pending, fapi2, id_token::allow_algorithm},
    rfc6749, rfc9207, rfc9700,
};

/// How far the clocks may be apart.
const LEEWAY: Duration = Duration::from_secs(30);

impl Pending {
    /// Whether the answer has to be a signed JWT (JARM).
    #[must_use]
    pub fn expects_signed(&self) -> bool {
        self.mode.is_some_and(ResponseMode::is_signed)
    }

    /// The JWT of a signed answer that claims the right state: what tells which key to look for.
    /// Nothing else of it is to be believed yet.
    ///
    /// # Errors
    /// Of kind `Protocol` when there is none, or it has another state.
    pub fn signed_answer<'a>(&self, callback: &'a Callback) -> Result<&'a str, Error> {
        let answer = self.answer(callback)?;
        let Some(token) = answer.single("response")? else {
            let what = "a signed answer was asked for, and this is none";
            return Err(Error::violation(rfc9700::ISS_TELLS_THE_SERVER, what));
        };
        self.check_state(unverified_state(token).as_deref())?;
        Ok(token)
    }

    /// As [`redeem`](Self::redeem), for an answer that is a signed JWT (JARM, section 2.4): verified
    /// by the server's `keys`, from its `jwks_uri` and nowhere else.
    ///
    /// # Errors
    /// As [`redeem`](Self::redeem); `Auth` too when the JWT is not to be believed: not signed by one
    /// of `keys`, of another issuer, for another client, expired.
    pub fn redeem_signed<K: KeySource + ?Sized>(
        self,
        client: &Client,
        callback: &Callback,
        keys: &K,
        now: &Moment,
    ) -> Result<Exchange<TokenResponse>, Error> {
        self.check_client(client)?;
        let Some(issuer) = self.issuer.as_deref().filter(|_| self.expects_signed()) else {
            return Err(Error::usage("no signed answer was asked for, or the server has no name"));
        };
        let answer = self.answer(callback)?;
        answer.check_single()?;
        let Some(token) = answer.single("response")? else {
            let what = "a signed answer was asked for, and this is none";
            return Err(Error::violation(rfc9700::ISS_TELLS_THE_SERVER, what));
        };
        if client.fapi2 {
            allow_algorithm(token, fapi2::algorithms())?;
        }
        let validation =
            Validation::new().issuer(issuer).audience(&self.client_id).any_typ().leeway(LEEWAY)?;
        let jwt = validation.verify(token, keys, NumericDate::since_epoch(now.unix))?;
        let claim = |name: &str| match jwt.claims().other.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => {
                let what = "a parameter of the answer is no text";
                Err(Error::violation(rfc6749::FORMS_ARE_READ_AS_UTF_8, what))
            }
        };
        self.check_state(claim("state")?)?;
        self.check_receiver(callback)?;
        // The claim was compared; a parameter beside it may not say something else.
        if answer.single("iss")?.is_some_and(|iss| iss != issuer) {
            return Err(wrong(rfc9207::CONTRADICTING_ISSUERS_ARE_REJECTED));
        }
        let code = code(claim)?;
        self.exchange(client, &code)
    }
}

/// The state of a JWT that nobody has verified.
pub(super) fn unverified_state(token: &str) -> Option<String> {
    let payload = base64url::decode(token.split('.').nth(1)?).ok()?;
    let mut claims: Map<String, Value> = json::parse(&payload, &JsonLimits::DOCUMENT).ok()?;
    match claims.remove("state") {
        Some(Value::String(state)) => Some(state),
        _ => None,
    }
}
