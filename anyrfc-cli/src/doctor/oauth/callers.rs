//! Endpoints that have to know who calls: introspection (RFC 7662), pushed requests (RFC 9126), and
//! UserInfo, which is a protected resource (RFC 6750).

use anyrfc_core::Requirement;
use anyrfc_oauth2::{rfc6749, rfc6750, rfc7662, rfc9126};
use serde_json::Value;

use super::{
    NOBODY, Server,
    http::{Answer, Caller},
    token,
};
use crate::doctor::{examination::Examination, probe::Probe, subject::unable};

/// A token that nobody has issued.
const NO_TOKEN: &str = "a-token-that-nobody-has-issued";

pub(super) async fn probes(server: &Server<'_>, found: &mut Examination) {
    introspection(server, found).await;
    inactive(server, found).await;
    pushed(server, found).await;
    no_token(server, found).await;
    wrong_token(server, found).await;
}

async fn introspection(server: &Server<'_>, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[rfc7662::CALLER_IS_AUTHORIZED, rfc7662::RESOURCES_AUTHENTICATE];
    let work = async |probe: &mut Probe<'_>| {
        let endpoint = server.endpoint("introspection_endpoint")?;
        let answer = server.http.post(endpoint, &[("token", NO_TOKEN)], &Caller::Nobody).await?;
        let told =
            answer.status() == 200 && answer.object().is_some_and(|object| object.contains_key("active"));
        for requirement in TELLS {
            probe.judge(requirement, !told, &answer.seen());
        }
        Ok(())
    };
    found.probe("an introspection by nobody", server.subject.limit(), TELLS, work).await;
}

async fn inactive(server: &Server<'_>, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[
        rfc7662::INACTIVE_TOKEN_IS_ACTIVE_FALSE,
        rfc7662::INACTIVE_TOKEN_IS_NO_ERROR,
        rfc7662::ACTIVE_IS_SENT,
        rfc7662::INACTIVE_RESPONSE_HAS_ACTIVE_ALONE,
    ];
    let work = async |probe: &mut Probe<'_>| {
        let endpoint = server.endpoint("introspection_endpoint")?;
        let (id, secret) = server.login()?;
        let answer = server.http.post(endpoint, &[("token", NO_TOKEN)], &Caller::Basic(id, secret)).await?;
        if matches!(answer.status(), 401 | 403) {
            return Err(unable("the client may not introspect"));
        }
        let seen = answer.seen();
        probe.judge(rfc7662::INACTIVE_TOKEN_IS_NO_ERROR, answer.status() == 200, &seen);
        let object = answer.object().unwrap_or_default();
        let active = object.get("active").and_then(Value::as_bool);
        probe.judge(rfc7662::ACTIVE_IS_SENT, active.is_some(), &seen);
        probe.judge(rfc7662::INACTIVE_TOKEN_IS_ACTIVE_FALSE, active == Some(false), &seen);
        probe.judge(rfc7662::INACTIVE_RESPONSE_HAS_ACTIVE_ALONE, object.len() < 2, &seen);
        Ok(())
    };
    found.probe("an introspection of a token that is none", server.subject.limit(), TELLS, work).await;
}

async fn pushed(server: &Server<'_>, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[rfc9126::PUSH_IS_PROCESSED_IN_STEPS];
    let work = async |probe: &mut Probe<'_>| {
        let endpoint = server.endpoint("pushed_authorization_request_endpoint")?;
        let form = [
            ("client_id", NOBODY),
            ("response_type", "code"),
            ("redirect_uri", "https://doctor.invalid/callback"),
        ];
        let answer = server.http.post(endpoint, &form, &Caller::Nobody).await?;
        let taken = answer.status() < 300;
        probe.judge(rfc9126::PUSH_IS_PROCESSED_IN_STEPS, !taken, &answer.seen());
        if !taken {
            token::error(&answer, probe);
        }
        Ok(())
    };
    found.probe("a pushed request of an unknown client", server.subject.limit(), TELLS, work).await;
    let work = async |probe: &mut Probe<'_>| {
        let endpoint = server.endpoint("pushed_authorization_request_endpoint")?;
        let (id, secret) = server.login()?;
        let form = [("client_id", id), ("request_uri", "urn:ietf:params:oauth:request_uri:doctor")];
        let answer = server.http.post(endpoint, &form, &Caller::Basic(id, secret)).await?;
        probe.judge(rfc9126::PUSH_IS_PROCESSED_IN_STEPS, answer.status() >= 400, &answer.seen());
        Ok(())
    };
    found.probe("a pushed request_uri", server.subject.limit(), TELLS, work).await;
}

/// The challenges of the scheme Bearer.
fn bearer(answer: &Answer) -> Vec<String> {
    let all = answer.fields("www-authenticate");
    let of_bearer = |value: &&&str| value.to_ascii_lowercase().starts_with("bearer");
    all.iter().filter(of_bearer).map(|value| (*value).to_owned()).collect()
}

/// How often an attribute stands in a challenge.
fn times(challenge: &str, name: &str) -> usize {
    // Behind the scheme or a comma: what is quoted has neither before it, or does not matter.
    let parts = challenge.split([' ', ',']).map(str::trim_start);
    parts
        .filter(|part| part.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('=')))
        .count()
}

async fn no_token(server: &Server<'_>, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[rfc6750::REFUSAL_IS_A_CHALLENGE];
    let work = async |probe: &mut Probe<'_>| {
        let answer = server.http.get(server.endpoint("userinfo_endpoint")?, &Caller::Nobody).await?;
        let seen = answer.seen();
        if answer.status() < 400 {
            probe.broken(rfc6749::ACCESS_TOKEN_IS_VALIDATED, &seen);
            return Ok(());
        }
        let challenged = !answer.fields("www-authenticate").is_empty();
        probe.judge(rfc6750::REFUSAL_IS_A_CHALLENGE, challenged, &seen);
        let challenges = bearer(&answer);
        if challenged
            && !answer
                .fields("www-authenticate")
                .iter()
                .any(|value| value.to_ascii_lowercase().starts_with("dpop"))
        {
            probe.judge(rfc6750::SCHEME_IS_BEARER, !challenges.is_empty(), &seen);
        }
        for challenge in &challenges {
            probe.kept(rfc6750::SCHEME_IS_BEARER);
            probe.judge(rfc6750::CHALLENGE_HAS_PARAMETERS, challenge.contains('='), &seen);
            probe.judge(rfc6750::NO_CREDENTIALS_NO_ERROR, times(challenge, "error") == 0, &seen);
            once(challenge, &seen, probe);
        }
        Ok(())
    };
    found.probe("UserInfo without a token", server.subject.limit(), TELLS, work).await;
}

async fn wrong_token(server: &Server<'_>, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[rfc6749::ACCESS_TOKEN_IS_VALIDATED, rfc6750::INVALID_TOKEN_IS_401];
    let work = async |probe: &mut Probe<'_>| {
        let answer =
            server.http.get(server.endpoint("userinfo_endpoint")?, &Caller::Bearer(NO_TOKEN)).await?;
        let seen = answer.seen();
        probe.judge(rfc6749::ACCESS_TOKEN_IS_VALIDATED, answer.status() >= 400, &seen);
        probe.judge(rfc6750::INVALID_TOKEN_IS_401, answer.status() == 401, &seen);
        for challenge in bearer(&answer) {
            probe.judge(rfc6750::ERROR_TELLS_WHY, times(&challenge, "error") > 0, &seen);
            once(&challenge, &seen, probe);
        }
        Ok(())
    };
    found.probe("UserInfo with a token that is none", server.subject.limit(), TELLS, work).await;
}

fn once(challenge: &str, seen: &[u8], probe: &mut Probe<'_>) {
    probe.judge(rfc6750::REALM_APPEARS_ONCE, times(challenge, "realm") < 2, seen);
    probe.judge(rfc6750::SCOPE_APPEARS_ONCE, times(challenge, "scope") < 2, seen);
    let error = ["error", "error_description", "error_uri"].iter().all(|name| times(challenge, name) < 2);
    probe.judge(rfc6750::ERROR_ATTRIBUTES_APPEAR_ONCE, error, seen);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_counted() {
        let challenge =
            "Bearer realm=\"a\", error = \"invalid_token\", error_description=\"the error\",error=\"x\"";
        assert_eq!(times(challenge, "realm"), 1);
        assert_eq!(times(challenge, "error_description"), 1);
        assert_eq!(times(challenge, "scope"), 0);
    }
}
