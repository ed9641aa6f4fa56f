//! The token endpoint (RFC 6749, sections 3.2, 4.4 and 5).

use anyrfc_core::{Requirement, Secret};
use anyrfc_oauth2::rfc6749;

use super::{
    NOBODY, Server,
    http::{Answer, Caller},
};
use crate::doctor::{examination::Examination, probe::Probe, subject::unable};

const CLIENT_CREDENTIALS: &[(&str, &str)] = &[("grant_type", "client_credentials")];

/// `%x20-21 / %x23-5B / %x5D-7E` (RFC 6749, appendices A.7 and A.8).
pub(super) fn is_error_character(byte: u8) -> bool {
    matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E)
}

/// `%x21 / %x23-5B / %x5D-7E` (RFC 6749, section 5.2).
fn is_uri_character(byte: u8) -> bool {
    byte != b' ' && is_error_character(byte)
}

pub(super) async fn probes(server: &Server<'_>, found: &mut Examination) {
    stranger(server, found).await;
    unknown_grant(server, found).await;
    own_token(server, found).await;
}

/// A client that is not known, by HTTP Basic.
async fn stranger(server: &Server<'_>, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[
        rfc6749::CLIENT_GRANT_IS_VALIDATED,
        rfc6749::FAILED_AUTHORIZATION_HEADER_IS_401,
        rfc6749::TOKEN_ERROR_IS_RETURNED,
    ];
    let work = async |probe: &mut Probe<'_>| {
        let endpoint = server.endpoint("token_endpoint")?;
        let guess = Secret::new("a wrong password".to_owned());
        let answer = server.http.post(endpoint, CLIENT_CREDENTIALS, &Caller::Basic(NOBODY, &guess)).await?;
        let seen = answer.seen();
        let granted = answer.member("access_token").is_some();
        probe.judge(rfc6749::CLIENT_GRANT_IS_VALIDATED, !granted, &seen);
        if granted {
            return Ok(());
        }
        let challenges = answer.fields("www-authenticate");
        let basic = challenges.iter().any(|value| value.to_ascii_lowercase().contains("basic"));
        // Another error may be found before the client is.
        let another = answer.member("error").is_some_and(|error| error != "invalid_client");
        if another && answer.status() == 400 {
            probe.untested(
                rfc6749::FAILED_AUTHORIZATION_HEADER_IS_401,
                "the request was refused for another reason",
            );
        } else {
            probe.judge(rfc6749::FAILED_AUTHORIZATION_HEADER_IS_401, answer.status() == 401 && basic, &seen);
        }
        error(&answer, probe);
        Ok(())
    };
    found.probe("a token request of an unknown client", server.subject.limit(), TELLS, work).await;
}

/// A grant that no server has.
async fn unknown_grant(server: &Server<'_>, found: &mut Examination) {
    let work = async |probe: &mut Probe<'_>| {
        let form = [("grant_type", "urn:anyrfc:doctor"), ("client_id", NOBODY)];
        let answer = server.http.post(server.endpoint("token_endpoint")?, &form, &Caller::Nobody).await?;
        if answer.status() < 400 {
            probe.broken(rfc6749::TOKEN_ERROR_IS_RETURNED, &answer.seen());
            return Ok(());
        }
        error(&answer, probe);
        Ok(())
    };
    let tells = [rfc6749::TOKEN_ERROR_IS_RETURNED];
    found.probe("a token request of an unknown grant type", server.subject.limit(), &tells, work).await;
}

/// The form of an error (RFC 6749, section 5.2).
pub(super) fn error(answer: &Answer, probe: &mut Probe<'_>) {
    let seen = answer.seen();
    if answer.status() >= 500 {
        return;
    }
    let Some(word) = answer.member("error") else {
        probe.broken(rfc6749::TOKEN_ERROR_IS_RETURNED, &seen);
        return;
    };
    // The section asks for application/json by an example and in lower case; the words are what counts.
    probe.kept(rfc6749::TOKEN_ERROR_IS_RETURNED);
    probe.judge(rfc6749::TOKEN_ERROR_CHARACTERS, word.bytes().all(is_error_character), &seen);
    if let Some(description) = answer.member("error_description") {
        let good = description.bytes().all(is_error_character);
        probe.judge(rfc6749::TOKEN_DESCRIPTION_CHARACTERS, good, &seen);
    }
    if let Some(uri) = answer.member("error_uri") {
        probe.judge(rfc6749::TOKEN_ERROR_URI_CHARACTERS, uri.bytes().all(is_uri_character), &seen);
    }
}

/// A token of the client's own, which is revoked at once.
async fn own_token(server: &Server<'_>, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[
        rfc6749::ACCESS_TOKEN_IS_RETURNED,
        rfc6749::TOKEN_TYPE_IS_RETURNED,
        rfc6749::LIFETIME_IS_RETURNED,
        rfc6749::TOKEN_RESPONSE_IS_NOT_STORED,
        rfc6749::CLIENT_GRANT_HAS_NO_REFRESH_TOKEN,
    ];
    let work = async |probe: &mut Probe<'_>| {
        let (id, secret) = server.login()?;
        let caller = Caller::Basic(id, secret);
        let answer =
            server.http.post(server.endpoint("token_endpoint")?, CLIENT_CREDENTIALS, &caller).await?;
        let seen = answer.seen();
        if answer.status() != 200 {
            error(&answer, probe);
            let word = answer.member("error").unwrap_or_default();
            return Err(unable(format!("the server granted no token: {} {word}", answer.status())));
        }
        let object = answer.object().unwrap_or_default();
        let token = answer.member("access_token");
        probe.judge(rfc6749::ACCESS_TOKEN_IS_RETURNED, token.is_some(), &seen);
        probe.judge(rfc6749::TOKEN_TYPE_IS_RETURNED, answer.member("token_type").is_some(), &seen);
        let lifetime = object.get("expires_in").is_some_and(serde_json::Value::is_number);
        probe.judge(rfc6749::LIFETIME_IS_RETURNED, lifetime, &seen);
        let without_refresh = !object.contains_key("refresh_token");
        probe.judge(rfc6749::CLIENT_GRANT_HAS_NO_REFRESH_TOKEN, without_refresh, &seen);
        let says = |name: &str, word: &str| {
            answer.fields(name).iter().any(|value| value.to_ascii_lowercase().contains(word))
        };
        let unstored = says("cache-control", "no-store") && says("pragma", "no-cache");
        probe.judge(rfc6749::TOKEN_RESPONSE_IS_NOT_STORED, unstored, &seen);
        if let (Some(token), Ok(endpoint)) = (token, server.endpoint("revocation_endpoint")) {
            // Nothing is left behind, as far as the server lets us.
            let _ = server.http.post(endpoint, &[("token", &token)], &caller).await;
        }
        Ok(())
    };
    found.probe("a token of the client's own", server.subject.limit(), TELLS, work).await;
}
