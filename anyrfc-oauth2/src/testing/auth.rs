//! Who a client is, at the endpoints for clients.

use serde_json::Value;

use super::{
    jose::Token,
    options::{ClientMethod, Registered},
    reply::{Answered, Refusal, refusal},
    state::{Incoming, State},
    transcript::Place,
    violation::{Checked, flaw, require},
    wire::{self, Parameters},
};
use crate::{rfc6749, rfc7521, rfc7523, rfc8628, rfc8705};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// So far two clocks may be apart, in seconds.
pub(super) const SKEW: i64 = 60;

fn invalid_client(description: &'static str) -> Refusal {
    refusal("invalid_client", description).status(401)
}

impl State {
    /// The client that a form comes from.
    pub(super) fn authenticate(&mut self, request: &Incoming, form: &Parameters) -> Answered<Registered> {
        let basic = request.header("authorization").map(str::to_owned);
        let secret = form.value("client_secret");
        let assertion = form.value("client_assertion");
        let fields = request.headers.get_all("authorization").iter().count();
        let ways = fields + usize::from(secret.is_some()) + usize::from(assertion.is_some());
        let rule = rfc6749::ONE_AUTHENTICATION_PER_REQUEST;
        if !self.demand(request, ways <= 1, rule, "two ways to authenticate", "") {
            return Err(invalid_client("one way"));
        }
        if let Some(header) = basic {
            return self.by_basic(request, form, &header);
        }
        if let Some(assertion) = assertion {
            return self.by_assertion(request, form, assertion);
        }
        let Some(id) = form.value("client_id") else {
            let rule = match request.place {
                Place::DeviceAuthorization => rfc8628::DEVICE_REQUEST_NAMES_THE_CLIENT,
                Place::Revocation => crate::rfc7009::REVOCATION_IS_AUTHENTICATED,
                _ => rfc6749::UNAUTHENTICATED_CODE_REQUEST_HAS_CLIENT_ID,
            };
            self.blame(request, flaw(rule, "no client_id and no credentials"), "");
            return Err(invalid_client("who?"));
        };
        let client = self.client(id).ok_or_else(|| invalid_client("no such client"))?;
        let wrong = || Err(invalid_client("not so"));
        match &client.method {
            ClientMethod::Post(known) if secret == Some(known) => Ok(client),
            ClientMethod::None if secret.is_none() => Ok(client),
            ClientMethod::Tls(known) if secret.is_none() => {
                if request.certificate.is_none() {
                    let rule = match self.options.mtls_origin {
                        Some(_) => rfc8705::ALIAS_IS_PREFERRED,
                        None => rfc8705::CONNECTION_IS_MUTUAL_TLS,
                    };
                    self.blame(request, flaw(rule, "no certificate, where one is due"), "");
                    return wrong();
                }
                if request.certificate.as_ref() == Some(known) { Ok(client) } else { wrong() }
            }
            // What has credentials uses them (RFC 6749, section 3.2.1).
            _ if secret.is_none() => {
                let rule = rfc6749::CREDENTIALS_ARE_USED_AT_THE_TOKEN_ENDPOINT;
                self.blame(request, flaw(rule, "a client with credentials that shows none"), id);
                wrong()
            }
            _ => wrong(),
        }
    }

    fn by_basic(&mut self, request: &Incoming, form: &Parameters, header: &str) -> Answered<Registered> {
        let challenge = |refusal: Refusal| refusal.header("www-authenticate", "Basic realm=\"clients\"");
        let (id, secret) = wire::basic(header).map_err(|found| {
            self.blame(request, found, "Authorization");
            challenge(invalid_client("no Basic credentials"))
        })?;
        let same = form.value("client_id").is_none_or(|named| named == id);
        let rule = rfc6749::ONE_AUTHENTICATION_PER_REQUEST;
        self.demand(request, same, rule, "another client_id in the body", &id);
        let client = self.client(&id).filter(|client| client.method == ClientMethod::Basic(secret));
        client.filter(|_| same).ok_or_else(|| challenge(invalid_client("not so")))
    }

    fn by_assertion(&mut self, request: &Incoming, form: &Parameters, text: &str) -> Answered<Registered> {
        let kind = form.value("client_assertion_type").unwrap_or_default();
        let rule = rfc7523::CLIENT_ASSERTION_TYPE_IS_JWT_BEARER;
        if !self.demand(request, kind == ASSERTION_TYPE, rule, "another client_assertion_type", kind) {
            return Err(invalid_client("no such assertion"));
        }
        let checked = self.judge_assertion(request, form, text);
        checked.map_err(|found| {
            self.blame(request, found, text);
            invalid_client("no such assertion")
        })?
    }

    /// The claims (RFC 7523, section 3); then the key, which may be wrong without a fault of the
    /// client's.
    fn judge_assertion(
        &mut self,
        request: &Incoming,
        form: &Parameters,
        text: &str,
    ) -> Checked<Answered<Registered>> {
        let rule = rfc7523::CLIENT_ASSERTION_IS_ONE_JWT;
        let token = Token::parse(text).ok_or_else(|| flaw(rule, "not one JWT"))?;
        let signed = !token.algorithm().eq_ignore_ascii_case("none");
        require(signed, rfc7523::JWT_IS_SIGNED, "an assertion that is not signed")?;
        let subject = token.text("sub").ok_or_else(|| flaw(rfc7523::JWT_HAS_SUB, "no sub"))?;
        let issuer = token.text("iss").ok_or_else(|| flaw(rfc7523::JWT_HAS_ISS, "no iss"))?;
        require(issuer == subject, rfc7521::SELF_ISSUED_ISSUER_IS_CLIENT_ID, "iss is not sub")?;
        let named = form.value("client_id").is_none_or(|id| id == subject);
        require(named, rfc7521::CLIENT_ID_MATCHES_THE_ASSERTION, "another client_id in the body")?;
        let audiences = token.audiences();
        let known = |one: &str| one == self.options.issuer || self.options.assertion_audiences.contains(one);
        let [audience] = *audiences else { return Err(flaw(rfc7523::JWT_HAS_AUD, "not one aud")) };
        require(known(audience), rfc7521::ASSERTION_HAS_AN_AUDIENCE, "aud is somebody else")?;
        let now = i64::try_from(request.seconds()).unwrap_or_default();
        let expires = token.time("exp").ok_or_else(|| flaw(rfc7523::JWT_HAS_EXP, "no exp"))?;
        require(expires > now, rfc7521::ASSERTION_EXPIRES, "an assertion that has expired")?;
        require(expires <= now + 3600, rfc7521::ASSERTION_EXPIRES, "an assertion for more than an hour")?;
        let begun = ["iat", "nbf"].iter().all(|name| token.time(name).is_none_or(|time| time <= now + SKEW));
        require(begun, rfc7521::ISSUED_AT_IS_UTC, "an assertion of the future")?;
        let id = token.text("jti").ok_or_else(|| flaw(rfc7521::ASSERTION_ID_IS_UNIQUE, "no jti"))?;
        let fresh = self.judge.ids.insert(format!("assertion {subject} {id}"));
        require(fresh, rfc7521::ASSERTION_ID_IS_UNIQUE, "a jti that was used before")?;
        let Some(client) = self.client(subject) else { return Ok(Err(invalid_client("no such client"))) };
        let made = match &client.method {
            ClientMethod::SecretJwt(secret) => token.is_made_with(secret.as_bytes()),
            ClientMethod::PrivateKeyJwt(keys) => token.is_signed_by_one_of(keys),
            _ => false,
        };
        Ok(if made { Ok(client) } else { Err(invalid_client("not so")) })
    }

    /// The audience and times of a JWT that is a grant (RFC 7523, section 3), and who made it.
    pub(super) fn judge_grant_assertion(
        &mut self,
        request: &Incoming,
        text: &str,
    ) -> Checked<Option<String>> {
        let token = Token::parse(text).ok_or_else(|| flaw(rfc7523::ASSERTION_IS_ONE_JWT, "not one JWT"))?;
        let signed = !token.algorithm().eq_ignore_ascii_case("none");
        require(signed, rfc7523::JWT_IS_SIGNED, "an assertion that is not signed")?;
        let subject = token.text("sub").ok_or_else(|| flaw(rfc7523::JWT_HAS_SUB, "no sub"))?;
        let issuer = token.text("iss").ok_or_else(|| flaw(rfc7523::JWT_HAS_ISS, "no iss"))?;
        let here = [&self.options.issuer, &self.options.endpoint("token")];
        let known = token.audiences().iter().any(|one| {
            here.iter().any(|name| *name == one) || self.options.assertion_audiences.contains(*one)
        });
        require(known, rfc7523::JWT_HAS_AUD, "aud is somebody else")?;
        let now = i64::try_from(request.seconds()).unwrap_or_default();
        let expires = token.time("exp").ok_or_else(|| flaw(rfc7523::JWT_HAS_EXP, "no exp"))?;
        require(expires > now, rfc7521::ASSERTION_EXPIRES, "an assertion that has expired")?;
        if let Some(id) = token.text("jti") {
            let fresh = self.judge.ids.insert(format!("grant {issuer} {id}"));
            require(fresh, rfc7521::ASSERTION_ID_IS_UNIQUE, "a jti that was used before")?;
        }
        let keys = self.options.assertion_issuers.get(issuer).unwrap_or(&Value::Null);
        Ok(token.is_signed_by_one_of(keys).then(|| subject.to_owned()))
    }
}
