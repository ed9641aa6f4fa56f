//! What a log may show.

use std::fmt;

use anyrfc_core::escape::Escaped;
use http::{HeaderMap, Uri};

use crate::{
    ErrorCode,
    codec::{form::Form, json},
    proto::{HttpRequest, HttpResponse},
    rfc6749,
};

/// The header fields whose values are shown; of the others, their lengths.
const OPEN_FIELDS: [&str; 5] = ["accept", "cache-control", "content-type", "content-length", "retry-after"];
/// The parameters whose values are shown: they have a few values that everybody knows.
const OPEN_PARAMETERS: [&str; 9] = [
    "grant_type",
    "response_type",
    "response_mode",
    "code_challenge_method",
    "client_assertion_type",
    "token_type_hint",
    "requested_token_type",
    "subject_token_type",
    "actor_token_type",
];

/// A URL without its query, in which somebody may have put a secret.
pub(super) struct Url<'a>(pub(super) &'a Uri);

impl fmt::Display for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(scheme), Some(authority)) = (self.0.scheme_str(), self.0.authority()) {
            write!(f, "{scheme}://{authority}")?;
        }
        write!(f, "{}", Escaped(self.0.path().as_bytes()))?;
        match self.0.query() {
            Some(query) => write!(f, "?[{} bytes]", query.len()),
            None => Ok(()),
        }
    }
}

/// Names and lengths, and those values that are never secret.
pub(super) struct Headers<'a>(pub(super) &'a HeaderMap);

impl fmt::Display for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, (name, value)) in self.0.iter().enumerate() {
            let comma = if nth == 0 { "" } else { ", " };
            if OPEN_FIELDS.contains(&name.as_str()) {
                write!(f, "{comma}{name}: {}", Escaped(value.as_bytes()))?;
            } else {
                write!(f, "{comma}{name}: [{} bytes]", value.len())?;
            }
        }
        Ok(())
    }
}

/// The body of a request: if it is a form, its names, which are ours or the caller's.
pub(super) struct Body<'a>(pub(super) &'a HttpRequest);

impl fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let media = self.0.headers().get(http::header::CONTENT_TYPE);
        let text = std::str::from_utf8(self.0.body()).ok();
        match text.filter(|_| media.is_some_and(|media| media == "application/x-www-form-urlencoded")) {
            Some(text) => form(f, text),
            None => write!(f, "[{} bytes]", self.0.body().len()),
        }
    }
}

fn form(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for (nth, (name, value)) in Form::decode(text).into_iter().enumerate() {
        let value = anyrfc_core::Secret::new(value);
        let joint = if nth == 0 { "" } else { "&" };
        write!(f, "{joint}{}=", Escaped(name.as_bytes()))?;
        if OPEN_PARAMETERS.contains(&name.as_str()) {
            write!(f, "{}", Escaped(value.expose().as_bytes()))?;
        } else {
            write!(f, "[{} bytes]", value.expose().len())?;
        }
    }
    Ok(())
}

/// The code of a refusal, if it is one that an RFC defines: another's text may hold anything.
pub(super) fn code(response: &HttpResponse) -> Option<String> {
    if response.status().is_success() || !json::is_json(response.headers()) {
        return None;
    }
    let body = json::object(response.body(), rfc6749::TOKEN_ERROR_IS_A_JSON_OBJECT).ok()?;
    let said = body.get("error")?.as_str()?;
    Some(match ErrorCode::from(said) {
        ErrorCode::Other(_) => "another".to_owned(),
        known => known.as_str().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_open_is_shown() {
        let mut request =
            HttpRequest::new("grant_type=refresh_token&refresh_token=s3cret%26&x=s3cret".into());
        *request.uri_mut() = "https://as.example/token?key=s3cret".parse().unwrap();
        request.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
        request.headers_mut().insert("authorization", "Basic s3cret".parse().unwrap());
        assert_eq!(Url(request.uri()).to_string(), "https://as.example/token?[10 bytes]");
        assert_eq!(
            Body(&request).to_string(),
            "grant_type=refresh_token&refresh_token=[7 bytes]&x=[6 bytes]"
        );
        assert_eq!(
            Headers(request.headers()).to_string(),
            "content-type: application/x-www-form-urlencoded, authorization: [12 bytes]"
        );
        request.headers_mut().insert("content-type", "application/json".parse().unwrap());
        assert_eq!(Body(&request).to_string(), "[57 bytes]");
    }

    #[test]
    fn of_a_refusal_a_known_code_is_shown() {
        let answer = |status: u16, media: &'static str, body: &'static str| {
            let mut response = HttpResponse::new(body.into());
            *response.status_mut() = status.try_into().unwrap();
            response.headers_mut().insert("content-type", media.parse().unwrap());
            code(&response)
        };
        let json = "application/json";
        assert_eq!(answer(400, json, r#"{"error":"invalid_grant"}"#).as_deref(), Some("invalid_grant"));
        assert_eq!(answer(400, json, r#"{"error":"s3cret"}"#).as_deref(), Some("another"));
        for (status, media, body) in [
            (200, json, r#"{"error":"invalid_grant"}"#),
            (400, "text/html", r#"{"error":"invalid_grant"}"#),
            (400, json, r#"{"error":1}"#),
            (400, json, "s3cret"),
        ] {
            assert_eq!(answer(status, media, body), None, "{body}");
        }
    }
}
