//! Answers that are signed JWTs (JARM).

use anyrfc_jwt::{
    codec::base64url,
    proto::{KeySet, SigningKey, encode},
    types::{Header, JwsAlgorithm},
};

use super::*;
use crate::{ErrorCode, ErrorKind, Requirement, TokenResponse, codec::callback::Callback, rfc9207, rfc9700};

struct Flow {
    client: Client,
    pending: Pending,
    key: SigningKey,
}

impl Flow {
    fn new(mode: ResponseMode) -> Self {
        let client = client();
        let pending = begin(asking(&client).response_mode(mode)).unwrap().into_pending();
        Self { client, pending, key: SigningKey::generate(JwsAlgorithm::Es256).unwrap().with_key_id("1") }
    }

    /// A good answer.
    fn claims(&self) -> Map<String, Value> {
        let exp = now().unix.as_secs() + 60;
        let claims = json!({
            "iss": "https://as.example", "aud": "app", "exp": exp, "code": "c", "state": self.pending.state(),
        });
        claims.as_object().unwrap().clone()
    }

    fn with(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims();
        claims.insert(name.into(), value);
        self.sign(&claims)
    }

    fn sign(&self, claims: &Map<String, Value>) -> String {
        encode(claims, &Header::new(self.key.algorithm()), &self.key).unwrap()
    }

    fn redeem(self, query: &str) -> Result<Exchange<TokenResponse>, Error> {
        let callback = Callback::from_url(&format!("{CALLBACK}?{query}")).unwrap();
        self.redeem_callback(&callback)
    }

    fn redeem_callback(self, callback: &Callback) -> Result<Exchange<TokenResponse>, Error> {
        self.pending.redeem_signed(&self.client, callback, self.key.verifying_key(), &now())
    }
}

fn flow() -> Flow {
    Flow::new(ResponseMode::Jwt)
}

fn breaks(redeemed: Result<Exchange<TokenResponse>, Error>, requirement: &Requirement) {
    let error = redeemed.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert_eq!(error.requirement(), Some(requirement), "{error}");
}

#[test]
fn a_good_one_is_exchanged() {
    let flow = flow();
    let token = flow.sign(&flow.claims());
    let callback = Callback::from_query(&format!("response={token}")).unwrap();
    assert!(flow.pending.is_answered_by(&callback));
    let mut exchange = flow.redeem_callback(&callback).unwrap();
    assert_eq!(one(&body(&exchange.request(&now(), &mut random()).unwrap()), "code"), "c");
}

#[test]
fn it_comes_by_every_mode() {
    for mode in
        [ResponseMode::Jwt, ResponseMode::QueryJwt, ResponseMode::FragmentJwt, ResponseMode::FormPostJwt]
    {
        let flow = Flow::new(mode);
        let answer = format!("response={}", flow.sign(&flow.claims()));
        let callback = match mode {
            ResponseMode::FragmentJwt => Callback::from_url(&format!("{CALLBACK}#{answer}")),
            ResponseMode::FormPostJwt => Callback::from_form(answer.as_bytes()),
            _ => Callback::from_url(&format!("{CALLBACK}?{answer}")),
        };
        assert!(flow.redeem_callback(&callback.unwrap()).is_ok(), "{mode:?}");
    }
}

#[test]
fn a_refusal_is_typed() {
    let flow = flow();
    let mut claims = flow.claims();
    claims.remove("code");
    claims.insert("error".into(), json!("access_denied"));
    let token = flow.sign(&claims);
    let error = flow.redeem(&format!("response={token}")).unwrap_err();
    assert_eq!(error.response().unwrap().code, ErrorCode::AccessDenied);
}

#[test]
fn one_that_is_not_to_be_believed_is_not() {
    let past = now().unix.as_secs() - 60;
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", json!("https://as.example/")),
        ("aud", json!("other")),
        ("aud", json!(["other"])),
        ("exp", json!(past)),
        ("nbf", json!(past + 600)),
    ] {
        let flow = flow();
        let token = flow.with(name, value.clone());
        let error = flow.redeem(&format!("response={token}")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth, "{name} {value}");
        assert!(error.token().is_some() && error.response().is_none());
    }
    for name in ["iss", "aud", "exp"] {
        let flow = flow();
        let mut claims = flow.claims();
        claims.remove(name);
        let token = flow.sign(&claims);
        let error = flow.redeem(&format!("response={token}")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth, "{name}");
    }
}

#[test]
fn one_that_is_not_signed_by_the_server_is_not_believed() {
    let flow = flow();
    let claims = flow.claims();
    let mut token = flow.sign(&claims);
    // Of another key, under the same name.
    let other = SigningKey::generate(JwsAlgorithm::Es256).unwrap().with_key_id("1");
    let foreign = encode(&claims, &Header::new(JwsAlgorithm::Es256), &other).unwrap();
    let last = if token.pop() == Some('A') { 'Q' } else { 'A' };
    token.push(last);
    let payload = base64url::encode(serde_json::to_string(&claims).unwrap().as_bytes());
    let none =
        |alg: &str| format!("{}.{payload}.", base64url::encode(format!(r#"{{"alg":"{alg}"}}"#).as_bytes()));
    let keys: KeySet = [flow.key.verifying_key().clone()].into_iter().collect();
    let text = flow.pending.to_secret();
    for forged in
        [foreign, token, none("none"), none("None"), none("NONE"), none("ES256"), "x".into(), "..".into()]
    {
        let callback = Callback::from_query(&format!("response={forged}")).unwrap();
        let pending = Pending::from_secret(text.expose()).unwrap();
        let error = pending.redeem_signed(&flow.client, &callback, &keys, &now()).unwrap_err();
        assert!([ErrorKind::Auth, ErrorKind::Protocol].contains(&error.kind()), "{forged}: {error}");
        assert!(error.token().is_some(), "{forged}");
    }
}

#[test]
fn its_state_is_compared() {
    for state in [json!("x"), json!(""), json!(null)] {
        let flow = flow();
        let token = flow.with("state", state.clone());
        let callback = Callback::from_query(&format!("response={token}")).unwrap();
        assert!(!flow.pending.is_answered_by(&callback));
        let required =
            if state == "x" { rfc6749::STATE_IS_COMPARED } else { rfc6749::CODE_STATE_IS_RETURNED };
        breaks(flow.redeem_callback(&callback), required);
    }
    let flow = flow();
    let token = flow.with("state", json!(1));
    breaks(flow.redeem(&format!("response={token}")), rfc6749::FORMS_ARE_READ_AS_UTF_8);
}

#[test]
fn plain_parameters_are_no_signed_answer() {
    let flow = flow();
    let query = format!("code=c&state={}&iss=https://as.example", flow.pending.state());
    assert!(!flow.pending.is_answered_by(&Callback::from_query(&query).unwrap()));
    breaks(flow.redeem(&query), rfc9700::ISS_TELLS_THE_SERVER);
    // Nor are they believed beside one.
    let flow = self::flow();
    let mut claims = flow.claims();
    claims.remove("code");
    let query = format!("response={}&code=evil&state={}", flow.sign(&claims), flow.pending.state());
    breaks(flow.redeem(&query), rfc6749::CODE_IS_RETURNED);
    let flow = self::flow();
    let query = format!("response={}&iss=https://evil.example", flow.sign(&flow.claims()));
    breaks(flow.redeem(&query), rfc9207::CONTRADICTING_ISSUERS_ARE_REJECTED);
    let flow = self::flow();
    let token = flow.sign(&flow.claims());
    breaks(
        flow.redeem(&format!("response={token}&response={token}")),
        rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE,
    );
}

#[test]
fn a_signed_answer_needs_keys_and_a_plain_one_none() {
    let flow = flow();
    let token = flow.sign(&flow.claims());
    let callback = Callback::from_query(&format!("response={token}")).unwrap();
    assert_eq!(flow.pending.redeem(&flow.client, &callback).unwrap_err().kind(), ErrorKind::Usage);
    let flow = Flow::new(ResponseMode::Query);
    let token = flow.sign(&flow.claims());
    assert_eq!(flow.redeem(&format!("response={token}")).unwrap_err().kind(), ErrorKind::Usage);
}
