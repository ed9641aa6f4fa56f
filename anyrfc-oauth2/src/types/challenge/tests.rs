use http::{HeaderMap, HeaderValue, header::WWW_AUTHENTICATE};

use super::*;
use crate::ErrorKind;

fn read(fields: &[&str]) -> Result<Vec<Challenge>, Error> {
    let mut headers = HeaderMap::new();
    for field in fields {
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_str(field).unwrap());
    }
    Challenge::from_headers(&headers)
}

#[test]
fn every_parameter_has_its_place() {
    let field = r#"bEARER realm="r", scope="b a", error="insufficient_user_authentication",
        error_description="say \"please\"", error_uri="https://rs.example/e", acr_values="gold silver",
        max_age=300, resource_metadata="https://rs.example/.well-known/oauth-protected-resource", x="y""#
        .replace('\n', " ");
    let challenge = read(&[&field]).unwrap().remove(0);
    assert_eq!(challenge.scheme, AuthScheme::Bearer);
    assert_eq!(challenge.realm.as_deref(), Some("r"));
    assert_eq!(challenge.scope, Some(Scope::new("a b").unwrap()));
    assert_eq!(challenge.error, Some(ErrorCode::InsufficientUserAuthentication));
    assert_eq!(challenge.error_description.as_deref(), Some("say \"please\""));
    assert_eq!(challenge.error_uri.as_deref(), Some("https://rs.example/e"));
    assert_eq!(challenge.acr_values, ["gold", "silver"]);
    assert_eq!(challenge.max_age, Some(Duration::from_secs(300)));
    assert!(challenge.resource_metadata.as_deref().unwrap().ends_with("oauth-protected-resource"));
    assert_eq!(challenge.other, [("x".to_owned(), "y".to_owned())]);
    let dpop = read(&["DPoP error=\"use_dpop_nonce\", algs=\"ES256 PS256\""]).unwrap().remove(0);
    assert_eq!((dpop.scheme, dpop.error), (AuthScheme::Dpop, Some(ErrorCode::UseDpopNonce)));
    assert_eq!(dpop.algs, ["ES256", "PS256"]);
}

#[test]
fn what_cannot_stand_in_a_parameter_is_refused() {
    let broken = |field: &str| {
        let error = read(&[field]).expect_err(field);
        assert_eq!(error.kind(), ErrorKind::Protocol);
        error.requirement().unwrap()
    };
    for field in [r#"Bearer scope="a  b""#, r#"Bearer scope="a\"b""#, r#"Bearer scope=" a""#] {
        assert_eq!(broken(field), rfc6750::SCOPE_CHARACTERS_ARE_LIMITED);
    }
    for field in [r#"Bearer error="""#, r#"Bearer error="a\\b""#, "Bearer error=\"a\tb\""] {
        assert_eq!(broken(field), rfc6750::ERROR_CHARACTERS_ARE_LIMITED);
    }
    for age in ["-1", "+1", "1.5", "\"\"", "\" 1\"", "x", "99999999999999999999999"] {
        assert_eq!(broken(&format!("Bearer max_age={age}")), rfc9470::MAX_AGE_IS_NOT_NEGATIVE);
    }
    assert_eq!(read(&["Bearer max_age=\"0\""]).unwrap()[0].max_age, Some(Duration::ZERO));
    // Other schemes are none of ours to judge.
    assert!(read(&[r#"Digest scope="a  b", max_age=x"#]).is_ok());
}

#[test]
fn the_scheme_of_the_token_is_asked_first() {
    let fields = [
        "Basic error=\"invalid_token\", Bearer error=\"invalid_token\"",
        "DPoP error=\"insufficient_scope\", scope=\"w\"",
    ];
    let denial = |scheme| Denied::of(401, read(&fields).unwrap(), &scheme).denial;
    assert_eq!(denial(AuthScheme::Bearer), Denial::InvalidToken);
    assert_eq!(denial(AuthScheme::Dpop), Denial::InsufficientScope(Some(Scope::new("w").unwrap())));
    let unsaid =
        Denied::of(401, read(&["Basic error=\"invalid_token\", Bearer"]).unwrap(), &AuthScheme::Bearer);
    assert_eq!(unsaid.denial, Denial::Unsaid);
    let other = Denied::of(401, read(&["Bearer error=\"teapot\""]).unwrap(), &AuthScheme::Bearer);
    assert_eq!(other.denial, Denial::Other(ErrorCode::Other("teapot".into())));
}
