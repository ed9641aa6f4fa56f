use anyrfc_jwt::{
    proto::{SigningKey, encode},
    types::{Claims, Header, JwsAlgorithm},
};
use serde_json::json;

use super::*;
use crate::proto::discovery::tests::{answer, at, client_of, random};

fn question() -> UserInfoRequest {
    client_of(json!({})).userinfo(&AccessToken::new("t").unwrap(), &TokenType::Bearer).unwrap()
}

fn answered(response: HttpResponse) -> Result<UserInfoAnswer, Error> {
    match question().response(response)? {
        Step::Done(answer) => Ok(answer),
        Step::Again => panic!("again"),
    }
}

fn plain(body: Value) -> Result<UserInfo, Error> {
    answered(answer(200, "application/json", body.to_string()))?.accept("user")
}

#[test]
fn the_token_goes_into_the_header() {
    let request = question().request(&at(0), &mut random()).unwrap();
    assert_eq!(request.uri(), "https://as.example/me");
    assert_eq!(request.headers()["authorization"], "Bearer t");
    assert!(request.headers()["authorization"].is_sensitive());
}

#[test]
fn only_the_same_user_is_believed() {
    let believed = plain(json!({"sub": "user", "name": "N"})).unwrap();
    assert_eq!((&believed.claims["name"], believed.signed), (&json!("N"), false));
    let unsigned = answered(answer(200, "application/json", "{\"sub\":\"user\"}")).unwrap();
    assert_eq!(unsigned.token(), None);
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    let judged = unsigned.verify(&client_of(json!({})), "user", None, &key.verifying_key(), &at(0));
    assert!(!judged.unwrap().signed);
    assert_eq!(plain(json!({"sub": "another", "name": "N"})).unwrap_err().kind(), ErrorKind::Auth);
    for document in [json!({"name": "N"}), json!({"sub": 1}), json!({"sub": null}), json!({"sub": ["user"]})]
    {
        assert_eq!(plain(document).unwrap_err().kind(), ErrorKind::Protocol);
    }
    for (status, media, body) in [
        (200, "text/html", "{\"sub\":\"user\"}"),
        (200, "application/json", "[]"),
        (200, "application/json", "{\"sub\":\"another\",\"sub\":\"user\"}"),
        (302, "application/json", "{\"sub\":\"user\"}"),
    ] {
        assert!(answered(answer(status, media, body)).is_err(), "{body}");
    }
    assert!(
        !format!("{:?}", answered(answer(200, "application/json", "{\"sub\":\"s3cret\"}")).unwrap())
            .contains("s3cret")
    );
}

#[test]
fn a_signature_is_verified() {
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    let fine = Claims::new().issuer("https://as.example").audience("app").subject("user").claim("name", "N");
    let signed = |claims: &Claims, signer: &SigningKey| {
        let jwt = encode(claims, &Header::new(JwsAlgorithm::Es256), signer).unwrap();
        answered(answer(200, "application/jwt; charset=x", jwt)).unwrap()
    };
    let client = client_of(json!({}));
    let judged = |claims: &Claims, signer: &SigningKey| {
        signed(claims, signer).verify(&client, "user", None, &key.verifying_key(), &at(0))
    };
    assert!(signed(&fine, &key).token().unwrap().starts_with("ey"));
    let user = judged(&fine, &key).unwrap();
    assert!(user.signed);
    assert_eq!(user.claims["name"], "N");
    assert_eq!(judged(&fine.clone().subject("another"), &key).unwrap_err().kind(), ErrorKind::Auth);
    assert!(judged(&fine.clone().issuer("https://evil.example"), &key).is_err());
    assert!(judged(&fine.clone().audience("another"), &key).is_err());
    assert!(judged(&fine, &SigningKey::generate(JwsAlgorithm::Es256).unwrap()).is_err());
    // By another algorithm than the one that was agreed on.
    let only = Some(JwsAlgorithm::Rs256.into());
    assert!(signed(&fine, &key).verify(&client, "user", only, &key.verifying_key(), &at(0)).is_err());
    // Nor is a signed answer believed without looking at its signature.
    assert_eq!(signed(&fine, &key).accept("user").unwrap_err().kind(), ErrorKind::Usage);
}
