//! The answer, judged (RFC 6749, section 4.1.2; RFC 9207, section 2.4; JARM, section 2.4).

mod signed;

use anyrfc_core::uri::Uri;
use subtle::ConstantTimeEq as _;

use self::signed::unverified_state;
use super::{Pending, ResponseMode};
use crate::{
    AuthorizationCode, Error, ErrorCode, ErrorResponse, Quirk, TokenResponse,
    codec::{
        callback::{Answer, Callback},
        form::Form,
    },
    proto::{Client, Exchange, exchange, grant::Expected},
    rfc6749, rfc8252, rfc9207,
};

impl Pending {
    /// Whether a callback claims to answer this: its state is the one that was sent. What it is worth,
    /// [`redeem`](Self::redeem) says.
    #[must_use]
    pub fn is_answered_by(&self, callback: &Callback) -> bool {
        let Ok(answer) = self.answer(callback) else { return false };
        if self.expects_signed() {
            let token = answer.single("response").ok().flatten();
            return token.and_then(unverified_state).is_some_and(|state| self.is_state(&state));
        }
        answer.single("state").ok().flatten().is_some_and(|state| self.is_state(state))
    }

    /// Judges the answer, and makes of its code the question for a token (RFC 6749, section 4.1.3).
    /// Unless everything agrees, there is nothing to send.
    ///
    /// # Errors
    /// Of kind `Protocol`, with what was broken, when the answer is not the one to this request: by
    /// its state, by where it arrived, by its issuer, by what it holds; `Refused` or `Auth` when it is,
    /// and says no, with the code in [`Error::response`]; `Usage` when `client` is not who asked, or
    /// the answer is to be signed (then [`redeem_signed`](Self::redeem_signed) is the one to call).
    pub fn redeem(self, client: &Client, callback: &Callback) -> Result<Exchange<TokenResponse>, Error> {
        self.check_client(client)?;
        if self.expects_signed() {
            return Err(Error::usage("a signed answer was asked for, and no key was given to verify it"));
        }
        let answer = self.answer(callback)?;
        self.check_state(answer.single("state")?)?;
        answer.check_single()?;
        self.check_receiver(callback)?;
        self.check_issuer(client, answer.single("iss")?)?;
        let code = code(|name| answer.single(name))?;
        self.exchange(client, &code)
    }

    fn answer<'a>(&self, callback: &'a Callback) -> Result<Answer<'a>, Error> {
        let own = Form::decode(self.redirect_uri.uri().query().unwrap_or_default());
        callback.answer(self.mode.is_some_and(ResponseMode::is_fragment), &own).map_err(|_| elsewhere())
    }

    /// In a time that tells nothing of where two states differ.
    fn is_state(&self, state: &str) -> bool {
        self.state.expose().as_bytes().ct_eq(state.as_bytes()).into()
    }

    fn check_state(&self, state: Option<&str>) -> Result<(), Error> {
        let Some(state) = state else {
            let what = "the answer has no state";
            return Err(Error::violation(rfc6749::CODE_STATE_IS_RETURNED, what));
        };
        if self.is_state(state) {
            return Ok(());
        }
        let what = "the answer's state is not the one that was sent";
        Err(Error::violation(rfc6749::STATE_IS_COMPARED, what))
    }

    /// That it arrived where it was asked to, as far as that is known (RFC 8252, section 8.10).
    fn check_receiver(&self, callback: &Callback) -> Result<(), Error> {
        let Some(receiver) = &callback.receiver else { return Ok(()) };
        let uri = self.redirect_uri.as_str();
        let expected = uri.split('?').next().unwrap_or_default();
        // A browser writes the same URI in its own way: host in lower case, a slash where no path is.
        let normal = |text: &str| {
            let uri = Uri::parse(text).ok()?.normalize();
            let text = uri.as_str();
            Some(if uri.path().is_empty() { format!("{text}/") } else { text.to_owned() })
        };
        let same = receiver == expected || normal(expected).is_some_and(|uri| normal(receiver) == Some(uri));
        if same { Ok(()) } else { Err(elsewhere()) }
    }

    /// RFC 9207, section 2.4: as plain texts, on errors too.
    fn check_issuer(&self, client: &Client, iss: Option<&str>) -> Result<(), Error> {
        let server = &client.server;
        let announced = server.authorization_response_iss_parameter_supported;
        match (iss, self.issuer.as_deref()) {
            (Some(iss), Some(expected)) if iss != expected => Err(wrong(rfc9207::WRONG_ISS_IS_REJECTED)),
            (None, _) if announced => {
                let what = "the answer does not say which server it is from, as the server announced";
                Err(Error::violation(rfc9207::MISSING_ISS_IS_REJECTED, what))
            }
            // Metadata put together by hand announces nothing.
            (Some(_), Some(_)) if !announced && !server.document.is_empty() => {
                if client.tolerances.contains(Quirk::IssIsNotAnnounced) {
                    return Ok(());
                }
                let what = "the answer says which server it is from, which the server does not announce";
                Err(Error::violation(rfc9207::UNANNOUNCED_ISS_IS_DISCARDED, what))
            }
            _ => Ok(()),
        }
    }

    /// The token request (RFC 6749, section 4.1.3), to the endpoint that this is bound to.
    fn exchange(&self, client: &Client, code: &AuthorizationCode) -> Result<Exchange<TokenResponse>, Error> {
        let endpoint = client.endpoint(
            "token_endpoint",
            client.server.token_endpoint.as_ref(),
            rfc6749::TOKEN_REQUEST_IS_A_POST,
        )?;
        let mut form = Form::new();
        form.set("grant_type", "authorization_code");
        form.set("code", code.expose().to_owned());
        form.set("redirect_uri", self.redirect_uri.as_str().to_owned());
        form.set("code_verifier", self.verifier.expose().to_owned());
        for resource in &self.resource {
            form.repeat("resource", resource.clone());
        }
        let expected =
            Expected { asked: self.scope.clone(), required: self.required.clone(), ..Expected::default() };
        Ok(Exchange::form(client, endpoint, form, move |client, response| expected.read(client, response)))
    }
}

/// The code of an answer that is known to be the server's.
fn code<'a>(single: impl Fn(&str) -> Result<Option<&'a str>, Error>) -> Result<AuthorizationCode, Error> {
    match (single("code")?, single("error")?) {
        (Some(code), None) => AuthorizationCode::new(code.to_owned()).map_err(|error| {
            let what = "the code holds characters that cannot stand in one";
            Error::violation(rfc6749::SECRETS_ARE_VISIBLE, what).with_source(error)
        }),
        (None, Some(code)) => Err(refusal(code, single("error_description")?, single("error_uri")?)),
        (Some(_), Some(_)) => {
            let what = "the answer holds both a code and an error";
            Err(Error::violation(rfc6749::CODE_ERROR_IS_RETURNED, what))
        }
        (None, None) => {
            let what = "the answer holds neither a code nor an error";
            Err(Error::violation(rfc6749::CODE_IS_RETURNED, what))
        }
    }
}

/// What the server said no with (RFC 6749, section 4.1.2.1).
fn refusal(code: &str, description: Option<&str>, uri: Option<&str>) -> Error {
    let fits = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    if !code.bytes().all(fits) {
        let what = "the code of the server's refusal holds characters that cannot stand in it";
        return Error::violation(rfc6749::CODE_ERROR_CHARACTERS, what);
    }
    let mut response = ErrorResponse::new(ErrorCode::from(code));
    response.description = description.map(str::to_owned);
    response.uri = uri.map(str::to_owned);
    Error::refused(exchange::kind_of(&response.code), response)
}

fn elsewhere() -> Error {
    let what = "the answer arrived at another URI than the one it was asked to";
    Error::violation(rfc8252::REDIRECT_RECEIVED_IS_COMPARED, what)
}

fn wrong(requirement: &'static crate::Requirement) -> Error {
    Error::violation(requirement, "the answer is from another server than the one that was asked")
}
