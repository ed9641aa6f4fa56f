//! JSON from servers, within bounds.

use anyrfc_core::Requirement;
use anyrfc_jwt::codec::json;
use http::{HeaderMap, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use crate::Error;

/// As much as `HttpLimits::body` takes by default.
const MOST: usize = 1 << 20;

/// A JSON object of 1 MiB at the most; members that stand twice are refused, nesting is bounded.
///
/// # Errors
/// Of kind `Protocol`, with `requirement`, when it is none; of kind `Limit` when it is beyond a bound.
pub fn object(body: &[u8], requirement: &'static Requirement) -> Result<Map<String, Value>, Error> {
    let limits = json::JsonLimits::DOCUMENT.bytes(MOST);
    json::parse::<Map<String, Value>>(body, &limits).map_err(|error| {
        Error::new(error.kind(), "the answer is no JSON object that can be relied on")
            .with_requirement(requirement)
            .with_source(error)
    })
}

/// Whether a body is said to be JSON: `application/json`, or a type that ends in `+json`.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let media = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media == "application/json" || (media.starts_with("application/") && media.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn what_is_said_to_be_json() {
        let said = |media: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
            is_json(&headers)
        };
        for media in ["application/json", "Application/JSON ; charset=utf-8", "application/problem+json"] {
            assert!(said(media), "{media}");
        }
        for media in ["", "text/json", "text/x+json", "application/xml", "application/jsonp", "+json"] {
            assert!(!said(media), "{media}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
