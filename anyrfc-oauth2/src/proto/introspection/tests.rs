use anyrfc_jwt::{
    proto::{SigningKey, encode},
    types::{Claims, Header, JwsAlgorithm},
};
use serde_json::json;

use super::*;
use crate::{
    ErrorKind,
    proto::{
        Step,
        discovery::tests::{answer, at, client_of, random},
    },
};

const NOW: u64 = 1_800_000_000;

fn exchange(signed: bool) -> Exchange<IntrospectionAnswer> {
    let (client, token) = (client_of(json!({})), AccessToken::new("t").unwrap());
    if signed { client.signed_introspection(token) } else { client.introspection(token) }.unwrap()
}

fn judged(signed: bool, response: &HttpResponse) -> Result<IntrospectionAnswer, Error> {
    match exchange(signed).response(response, &at(NOW))? {
        Step::Done(answer) => Ok(answer),
        Step::Again => panic!("again"),
    }
}

#[test]
fn the_question_is_a_form_and_says_what_it_takes() {
    let request = exchange(false).request(&at(NOW), &mut random()).unwrap();
    assert_eq!(request.method(), http::Method::POST);
    assert_eq!(request.headers()["accept"], "application/json");
    assert!(request.uri().query().is_none());
    assert!(request.body().starts_with(b"token=t&token_type_hint=access_token"));
    let own = AccessToken::new("own").unwrap();
    let by = client_of(json!({})).introspection_by(AccessToken::new("t").unwrap(), &own, &TokenType::Bearer);
    let request = by.unwrap().request(&at(NOW), &mut random()).unwrap();
    assert_eq!(request.headers()["authorization"], "Bearer own");
    assert_eq!(request.body().as_ref(), b"token=t&token_type_hint=access_token");
    let request = exchange(true).request(&at(NOW), &mut random()).unwrap();
    assert_eq!(request.headers()["accept"], SIGNED);
}

#[test]
fn only_200_with_active_is_an_answer() {
    let inactive = answer(200, "application/json", "{\"active\":false}");
    assert!(matches!(judged(false, &inactive), Ok(IntrospectionAnswer::Plain(Introspection::Inactive))));
    for response in [
        answer(200, "application/json", "{}"),
        answer(200, "application/json", "[]"),
        answer(200, "text/plain", "{\"active\":true}"),
        answer(201, "application/json", "{\"active\":true}"),
        answer(200, "application/json", "{\"active\":true,\"active\":false}"),
        answer(200, SIGNED, "a.b.c"),
        answer(302, "application/json", "{\"active\":true}"),
    ] {
        assert_eq!(judged(false, &response).unwrap_err().kind(), ErrorKind::Protocol);
    }
    assert_eq!(judged(false, &answer(401, "text/plain", "")).unwrap_err().kind(), ErrorKind::Auth);
    // Asked for a signature, nothing less is taken.
    assert_eq!(
        judged(true, &answer(200, "application/json", "{\"active\":true}")).unwrap_err().kind(),
        ErrorKind::Protocol
    );
}

#[test]
fn a_signed_answer_is_believed_from_the_server_for_the_client() {
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    let other = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    let fine = Claims::new()
        .issuer("https://as.example")
        .audience("app")
        .issued_at(NumericDate::new(NOW as i64))
        .claim("token_introspection", json!({"active": true, "sub": "u"}));
    let believed = |claims: &Claims, typ: &str, signer: &SigningKey| {
        let jwt = encode(claims, &Header::new(JwsAlgorithm::Es256).with_typ(typ), signer).unwrap();
        let IntrospectionAnswer::Signed(signed) = judged(true, &answer(200, SIGNED, jwt)).unwrap() else {
            panic!("not signed")
        };
        signed.verify(&client_of(json!({})), &key.verifying_key(), &at(NOW))
    };
    let typ = "token-introspection+jwt";
    let token = believed(&fine, typ, &key).unwrap().active().unwrap();
    assert_eq!(token.subject.as_deref(), Some("u"));
    assert_eq!(believed(&fine, typ, &other).unwrap_err().kind(), ErrorKind::Auth);
    assert!(believed(&fine, "JWT", &key).is_err());
    assert!(believed(&fine.clone().issuer("https://evil.example"), typ, &key).is_err());
    assert!(believed(&fine.clone().audience("another"), typ, &key).is_err());
    let mut undated = fine.clone();
    undated.issued_at = None;
    assert!(believed(&undated, typ, &key).is_err());
    let empty = fine.claim("token_introspection", json!("no"));
    assert_eq!(believed(&empty, typ, &key).unwrap_err().kind(), ErrorKind::Protocol);
}
