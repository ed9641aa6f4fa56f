//! The authorization endpoint, without a browser: nothing here gets as far as a user (RFC 6749,
//! sections 3.1 and 4.1.2; RFC 7636, section 4.4.1; RFC 9207).

use anyrfc_core::{Requirement, uri::Uri};
use anyrfc_oauth2::{codec::form::Form, rfc6749, rfc7636, rfc9207, rfc9700};

use super::{
    NOBODY, Server,
    http::{Answer, Caller, encoded},
};
use crate::{
    doctor::{examination::Examination, probe::Probe, subject::unable},
    exit::Failure,
};

/// Where nobody may be sent to.
const FOREIGN: &str = "https://doctor.invalid/callback";
const STATE: &str = "a state of the doctor's";
/// A challenge as S256 makes them (RFC 7636, appendix B).
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(super) async fn probes(server: &Server<'_>, found: &mut Examination) {
    foreign(server, found).await;
    errors(server, found).await;
}

/// Asks the endpoint.
///
/// # Errors
/// There is no endpoint, or no answer.
async fn ask(server: &Server<'_>, parameters: &[(&str, &str)]) -> Result<Answer, Failure> {
    let endpoint = server.endpoint("authorization_endpoint")?;
    let join = if endpoint.contains('?') { '&' } else { '?' };
    server.http.get(&format!("{endpoint}{join}{}", encoded(parameters)), &Caller::Nobody).await
}

/// Where the browser is sent to.
fn location(server: &Server<'_>, answer: &Answer) -> Option<Uri> {
    let base = Uri::parse(server.text("authorization_endpoint")?).ok()?;
    let location = answer.field("location").filter(|_| (300..400).contains(&answer.status()))?;
    base.resolve(location).ok()
}

/// Redirect URIs that no client has registered.
async fn foreign(server: &Server<'_>, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[
        rfc6749::CODE_ERROR_GOES_TO_NO_BAD_URI,
        rfc6749::NO_REDIRECT_TO_A_BAD_URI,
        rfc9700::OPEN_REDIRECTORS_ARE_NOT_EXPOSED,
        rfc6749::AUTHORIZATION_ENDPOINT_TAKES_GET,
    ];
    let known = server.subject.user().unwrap_or(NOBODY);
    for (name, client) in [
        ("an authorization request of an unknown client", NOBODY),
        ("an authorization request with a foreign redirect URI", known),
    ] {
        if name.contains("foreign") && client == NOBODY {
            continue;
        }
        let work = async |probe: &mut Probe<'_>| {
            let answer = ask(
                server,
                &[
                    ("response_type", "code"),
                    ("client_id", client),
                    ("redirect_uri", FOREIGN),
                    ("state", STATE),
                    ("code_challenge", CHALLENGE),
                    ("code_challenge_method", "S256"),
                ],
            )
            .await?;
            let seen = answer.seen();
            let takes_get = !matches!(answer.status(), 405 | 501);
            probe.judge(rfc6749::AUTHORIZATION_ENDPOINT_TAKES_GET, takes_get, &seen);
            let to = location(server, &answer);
            let led_away = to.as_ref().is_some_and(|to| to.as_str().starts_with(FOREIGN));
            for requirement in [
                rfc6749::CODE_ERROR_GOES_TO_NO_BAD_URI,
                rfc6749::NO_REDIRECT_TO_A_BAD_URI,
                rfc9700::OPEN_REDIRECTORS_ARE_NOT_EXPOSED,
            ] {
                probe.judge(requirement, !led_away, &seen);
            }
            if client != NOBODY {
                probe.judge(rfc6749::REDIRECT_URI_IS_MATCHED, !led_away, &seen);
            }
            if !led_away && to.is_none() {
                probe.judge(rfc6749::BAD_REDIRECT_URI_IS_SHOWN, !answer.body().is_empty(), &seen);
            }
            Ok(())
        };
        found.probe(name, server.subject.limit(), TELLS, work).await;
    }
}

/// Errors that come back to a redirect URI of the client's.
async fn errors(server: &Server<'_>, found: &mut Examination) {
    let announced = server.metadata.get("authorization_response_iss_parameter_supported");
    let announced = announced.and_then(serde_json::Value::as_bool) == Some(true);
    for (name, response_type, method, requirement) in [
        (
            "an authorization request of an unknown response type",
            "doctor",
            "S256",
            rfc6749::BAD_RESPONSE_TYPE_IS_AN_ERROR,
        ),
        ("an unknown transformation of PKCE", "code", "doctor", rfc7636::UNKNOWN_METHOD_IS_REFUSED),
    ] {
        let tells = [requirement, rfc6749::CODE_ERROR_IS_RETURNED, rfc6749::CODE_ERROR_STATE_IS_RETURNED];
        let work = async |probe: &mut Probe<'_>| {
            let client = server.subject.user();
            let (Some(client), Some(redirect_uri)) = (client, server.subject.redirect_uri()) else {
                return Err(unable("there is no --client-id with its --redirect-uri"));
            };
            let parameters = [
                ("response_type", response_type),
                ("client_id", client),
                ("redirect_uri", redirect_uri),
                ("state", STATE),
                ("scope", "openid"),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", method),
            ];
            let answer = ask(server, &parameters).await?;
            let seen = answer.seen();
            let to = location(server, &answer).filter(|to| to.as_str().starts_with(redirect_uri));
            let Some(to) = to else { return Err(unable("the error was not sent to the redirect URI")) };
            // Some response types answer in the fragment.
            let text = to.query().into_iter().chain(to.fragment()).collect::<Vec<_>>().join("&");
            let pairs = Form::decode(&text);
            let values = |name: &str| {
                let named = pairs.iter().filter(|(known, _)| known == name);
                named.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
            };
            let error = values("error");
            probe.judge(rfc6749::CODE_ERROR_IS_RETURNED, error.len() == 1, &seen);
            let refused = match requirement == rfc7636::UNKNOWN_METHOD_IS_REFUSED {
                true => error == ["invalid_request"],
                false => !error.is_empty(),
            };
            probe.judge(requirement, refused, &seen);
            probe.judge(rfc6749::CODE_ERROR_STATE_IS_RETURNED, values("state") == [STATE], &seen);
            for (name, requirement) in [
                ("error", rfc6749::CODE_ERROR_CHARACTERS),
                ("error_description", rfc6749::CODE_DESCRIPTION_CHARACTERS),
            ] {
                for value in values(name) {
                    probe.judge(requirement, value.bytes().all(super::token::is_error_character), &seen);
                }
            }
            let issuers = values("iss");
            if announced {
                probe.judge(rfc9207::ISS_IS_IN_EVERY_RESPONSE, issuers.len() == 1, &seen);
            }
            for issuer in &issuers {
                probe.judge(rfc9207::METADATA_ISSUER_IS_ISS, Some(*issuer) == server.text("issuer"), &seen);
                probe.judge(rfc9207::METADATA_ANNOUNCES_ISS, announced, &seen);
            }
            Ok(())
        };
        found.probe(name, server.subject.limit(), &tells, work).await;
    }
}
