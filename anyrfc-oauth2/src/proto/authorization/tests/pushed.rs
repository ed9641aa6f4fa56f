//! Pushed requests (RFC 9126).

use super::*;
use crate::{
    ClientSecret, ErrorCode, ErrorKind,
    codec::callback::Callback,
    proto::{ClientAuthentication, Step},
    rfc9126,
};

fn push(authorization: Authorization) -> Exchange<AuthorizationRequest> {
    match authorization.start(&now(), &mut random()).unwrap() {
        Start::Push(exchange) => exchange,
        Start::Ready(request) => panic!("it is not pushed: {request:?}"),
    }
}

fn taken() -> Value {
    json!({"request_uri": "urn:ietf:params:oauth:request_uri:x1", "expires_in": 60})
}

#[test]
fn all_of_it_is_pushed_and_the_browser_brings_its_name() {
    let client = client();
    let asked =
        asking(&client).scope(Scope::new("openid").unwrap()).resource("https://api.example/").pushed();
    let mut exchange = push(asked);
    let request = exchange.request(&now(), &mut random()).unwrap();
    assert_eq!(request.uri(), "https://as.example/par");
    let form = body(&request);
    for (name, value) in [
        ("client_id", "app"),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid"),
        ("code_challenge_method", "S256"),
        ("resource", "https://api.example/"),
    ] {
        assert_eq!(one(&form, name), value);
    }
    let (state, challenge) = (one(&form, "state"), one(&form, "code_challenge"));
    assert!(!one(&form, "nonce").is_empty());
    assert!(values(&form, "request_uri").is_empty() && values(&form, "code_verifier").is_empty());

    let Step::Done(request) = exchange.response(&answer(201, &taken()), &now()).unwrap() else { panic!() };
    let query = query(request.url());
    assert_eq!(query.len(), 2);
    assert_eq!(one(&query, "client_id"), "app");
    assert_eq!(one(&query, "request_uri"), "urn:ietf:params:oauth:request_uri:x1");
    assert_eq!(request.expires_in(), Some(Duration::from_secs(60)));
    let pending = request.into_pending();
    assert_eq!((pending.state(), pending.challenge()), (state.as_str(), challenge));
    let callback = Callback::from_query(&format!("code=c&state={state}")).unwrap();
    assert!(pending.redeem(&client, &callback).is_ok());
    // One answer makes one request of it.
    assert_eq!(exchange.response(&answer(201, &taken()), &now()).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn a_server_that_demands_it_gets_it() {
    let mut server = server();
    server.require_pushed_authorization_requests = true;
    push(asking(&client_of(server.clone())));
    server.pushed_authorization_request_endpoint = None;
    let error = asking(&client_of(server)).start(&now(), &mut random()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.requirement(), Some(rfc9126::REQUIRED_PAR_IS_USED));
    assert!(matches!(asking(&client()).start(&now(), &mut random()), Ok(Start::Ready(_))));
}

#[test]
fn the_client_proves_who_it_is_and_names_itself() {
    let mut config = Config::new(server().into(), ClientId::new("app").unwrap());
    config.authentication = ClientAuthentication::SecretBasic(ClientSecret::new("s").unwrap());
    let request = push(asking(&config.into()).pushed()).request(&now(), &mut random()).unwrap();
    assert_eq!(request.headers()["authorization"], "Basic YXBwOnM=");
    assert_eq!(one(&body(&request), "client_id"), "app");
}

#[test]
fn what_is_no_success_is_none() {
    let client = client();
    let judged = |status, body: Value| {
        push(asking(&client).pushed()).response(&answer(status, &body), &now()).map(|_| ()).unwrap_err()
    };
    for (status, body) in [
        (200, taken()),
        (204, taken()),
        (201, json!({"expires_in": 60})),
        (201, json!({"request_uri": "", "expires_in": 60})),
        (201, json!({"request_uri": 1, "expires_in": 60})),
        (201, json!({"request_uri": "no uri", "expires_in": 60})),
        (201, json!({"request_uri": "relative", "expires_in": 60})),
        (201, json!({"request_uri": "urn:x{y}", "expires_in": 60})),
        (201, json!({"request_uri": "urn:\u{e9}", "expires_in": 60})),
        // As many octets are left out before the host as are added behind it.
        (201, json!({"request_uri": "https://abc@as.example/{\"", "expires_in": 60})),
        (201, json!({"request_uri": "https://abc@as.example/\u{e9}", "expires_in": 60})),
        (201, json!({"request_uri": "urn:x", "expires_in": 0})),
        (201, json!({"request_uri": "urn:x", "expires_in": -1})),
        (201, json!({"request_uri": "urn:x"})),
        (201, json!({"request_uri": "urn:x", "expires_in": null})),
    ] {
        let error = judged(status, body.clone());
        assert_eq!(error.kind(), ErrorKind::Protocol, "{status} {body}");
        assert_eq!(error.requirement(), Some(rfc9126::SUCCESS_IS_201_WITH_REQUEST_URI), "{status} {body}");
    }
    assert_eq!(judged(201, json!({"request_uri": "urn:x", "expires_in": "60"})).kind(), ErrorKind::Protocol);
    assert_eq!(judged(302, taken()).kind(), ErrorKind::Protocol);
    let refused = judged(400, json!({"error": "invalid_request_object"}));
    assert_eq!(refused.response().unwrap().code, ErrorCode::InvalidRequestObject);
    assert_eq!(judged(401, json!({"error": "invalid_client"})).kind(), ErrorKind::Auth);
    assert_eq!(judged(503, json!({})).kind(), ErrorKind::Io);
}

#[test]
fn a_request_uri_is_handed_on_as_it_came() {
    for uri in ["urn:X:Y", "HTTPS://AS.example/%7ea?b#c", "https://as.example"] {
        let mut exchange = push(asking(&client()).pushed());
        let body = json!({"request_uri": uri, "expires_in": 60});
        let Step::Done(request) = exchange.response(&answer(201, &body), &now()).unwrap() else { panic!() };
        assert_eq!(one(&query(request.url()), "request_uri"), uri);
    }
}

#[test]
fn a_request_uri_cannot_add_parameters() {
    let body = json!({"request_uri": "urn:x?a=b&redirect_uri=https://evil.example", "expires_in": 60});
    let mut exchange = push(asking(&client()).pushed());
    let Step::Done(request) = exchange.response(&answer(201, &body), &now()).unwrap() else { panic!() };
    let query = query(request.url());
    assert_eq!(query.len(), 2);
    assert_eq!(one(&query, "request_uri"), "urn:x?a=b&redirect_uri=https://evil.example");
}
