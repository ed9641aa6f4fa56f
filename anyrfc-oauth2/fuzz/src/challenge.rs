//! `WWW-Authenticate`.

use anyrfc_oauth2::{
    AuthScheme, Challenge,
    codec::challenge::{RawChallenge, parse},
};
use http::{HeaderMap, HeaderValue, header::WWW_AUTHENTICATE};

use crate::judge;

/// Each line is a field. What is read is written in one way, and read again; in fields of their own
/// the challenges are the same.
pub fn challenge(data: &[u8]) {
    let fields: Vec<&[u8]> = data.split(|octet| *octet == b'\n').collect();
    let read = parse(fields.iter().copied());
    typed(&fields, read.is_ok());
    let read = match read {
        Ok(read) => read,
        Err(error) => return judge::told(&error),
    };
    assert!(read.len() <= 32);
    for challenge in &read {
        assert!(token(&challenge.scheme), "{challenge:?}");
        assert!(challenge.token68.is_none() || challenge.parameters.is_empty());
        for (nth, (name, value)) in challenge.parameters.iter().enumerate() {
            assert!(token(name) && *name == name.to_ascii_lowercase(), "{name:?}");
            assert!(!value.chars().any(|letter| letter.is_ascii_control() && letter != '\t'), "{value:?}");
            assert!(challenge.parameters[..nth].iter().all(|(other, _)| other != name), "{name} twice");
            assert_eq!(challenge.parameter(name), Some(value.as_str()));
        }
    }
    let written: Vec<String> = read.iter().map(write).collect();
    if written.iter().map(String::len).sum::<usize>() < 16_000 {
        let apart = parse(written.iter().map(String::as_bytes)).expect("what was written");
        assert_eq!(apart, read);
        let together = parse([written.join(" , ,").as_bytes()]).expect("what was written");
        assert_eq!(together, read);
    }
    // Field by field it is the same as all of them.
    let mut one_by_one = Vec::new();
    for field in &fields {
        one_by_one.extend(parse([*field]).expect("a part of what was read"));
    }
    assert_eq!(one_by_one, read);
}

fn token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet))
}

fn write(challenge: &RawChallenge) -> String {
    if let Some(token68) = &challenge.token68 {
        return format!("{} {token68}", challenge.scheme);
    }
    let quoted = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"");
    let parameters: Vec<String> =
        challenge.parameters.iter().map(|(name, value)| format!("{name}=\"{}\"", quoted(value))).collect();
    format!("{} {}", challenge.scheme, parameters.join(", ")).trim_end().to_owned()
}

/// What is known of them says the same, or none of it is taken.
fn typed(fields: &[&[u8]], is_grammar: bool) {
    let mut headers = HeaderMap::new();
    for field in fields {
        let Ok(value) = HeaderValue::from_bytes(field) else { return };
        headers.append(WWW_AUTHENTICATE, value);
    }
    match Challenge::from_headers(&headers) {
        Ok(challenges) => {
            let raw = parse(fields.iter().copied()).expect("the same");
            assert_eq!(challenges.len(), raw.len());
            for (challenge, raw) in challenges.iter().zip(&raw) {
                let ours = ["bearer", "dpop"].contains(&raw.scheme.to_ascii_lowercase().as_str());
                assert_eq!(matches!(challenge.scheme, AuthScheme::Other(_)), !ours);
                if !ours {
                    assert_eq!(challenge.other, raw.parameters);
                    continue;
                }
                assert_eq!(challenge.realm.as_deref(), raw.parameter("realm"));
                assert_eq!(challenge.error.as_ref().map(|code| code.as_str()), raw.parameter("error"));
                assert_eq!(challenge.error_uri.as_deref(), raw.parameter("error_uri"));
                assert_eq!(challenge.resource_metadata.as_deref(), raw.parameter("resource_metadata"));
                assert_eq!(challenge.scope.is_some(), raw.parameter("scope").is_some());
                assert!(challenge.max_age.is_none_or(|age| age.as_secs() <= i32::MAX as u64));
            }
        }
        Err(error) => {
            judge::told(&error);
            // Values that cannot stand in it are refused, too.
            assert!(!is_grammar || error.requirement().is_some());
        }
    }
}
