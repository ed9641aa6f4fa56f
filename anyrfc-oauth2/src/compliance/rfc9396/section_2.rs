//! RFC 9396, sections 2, 3, 6, 10, 12 and 13: what is asked for in detail.

use anyrfc_core::compliance::Check;
use anyrfc_jwt::types::JwsAlgorithm;
use serde_json::{Map, Value, json};

use super::super::granted::{
    ID, SECRET, asked, by_basic, client, jwks, jwt, key, last, refused, scope, session, values,
};
use crate::{
    AuthorizationDetail, ErrorKind, RedirectUri,
    proto::{Authorization, Grant},
    rfc9396 as r,
    testing::{AuthorizationServer, Place, Registered},
    types::ClientMetadata,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9396/section-2/details-are-an-array-of-objects",
        covers: &[r::DETAILS_ARE_AN_ARRAY_OF_OBJECTS, r::TYPE_MAY_OCCUR_AGAIN],
        run: details_are_an_array_of_objects,
    },
    Check {
        name: "rfc9396/section-2/every-detail-has-a-type",
        covers: &[r::DETAILS_NAME_THEIR_TYPE],
        run: every_detail_has_a_type,
    },
    Check {
        name: "rfc9396/section-3/details-are-form-encoded",
        covers: &[r::DETAILS_ARE_FORM_ENCODED],
        run: details_are_form_encoded,
    },
    Check {
        name: "rfc9396/section-3/details-may-be-pushed",
        covers: &[r::DETAILS_MAY_BE_PUSHED],
        run: details_may_be_pushed,
    },
    Check {
        name: "rfc9396/section-3.1/scope-may-go-along",
        covers: &[r::SCOPE_MAY_GO_ALONG],
        run: scope_may_go_along,
    },
    Check {
        name: "rfc9396/section-6/a-token-request-may-hold-details",
        covers: &[r::TOKEN_REQUEST_MAY_HOLD_DETAILS],
        run: a_token_request_may_hold_details,
    },
    Check {
        name: "rfc9396/section-10/a-registration-may-name-types",
        covers: &[r::REGISTRATION_MAY_NAME_TYPES],
        run: a_registration_may_name_types,
    },
    Check {
        name: "rfc9396/section-12/details-are-kept-from-tampering",
        covers: &[r::DETAILS_ARE_KEPT_FROM_TAMPERING],
        run: details_are_kept_from_tampering,
    },
    Check {
        name: "rfc9396/section-12/strings-are-compared-as-they-are",
        covers: &[r::STRINGS_ARE_COMPARED_AS_THEY_ARE],
        run: strings_are_compared_as_they_are,
    },
    Check {
        name: "rfc9396/section-13/personal-data-stays-out-of-the-browser",
        covers: &[r::PERSONAL_DATA_DOES_NOT_LEAK],
        run: personal_data_stays_out_of_the_browser,
    },
];

const CALLBACK: &str = "https://app.example/cb";
/// What nobody but the server shall read.
const ACCOUNT: &str = "DE40100100103307118608";

fn payment(amount: u64) -> AuthorizationDetail {
    let detail = AuthorizationDetail::new("payment").expect("a detail");
    detail.action("initiate").member("amount", amount)
}

/// A server that knows the client by its secret, and where the user comes back to.
fn server() -> AuthorizationServer {
    let client = Registered::confidential(ID, SECRET).redirect_uri(CALLBACK);
    AuthorizationServer::new("https://as.example").client(client)
}

fn callback() -> RedirectUri {
    RedirectUri::new(CALLBACK).expect("a URI")
}

/// The URL that the browser is sent to.
async fn url(server: &AuthorizationServer, of: impl FnOnce(Authorization) -> Authorization) -> String {
    let client = by_basic(server).await;
    let asked = of(client.authorization_code(callback()));
    client.begin(asked).await.expect("a request").url().to_owned()
}

fn in_query(url: &str, name: &str) -> Vec<String> {
    values(url.split_once('?').expect("a query").1.as_bytes(), name)
}

fn parsed(texts: &[String]) -> Value {
    let [text] = texts else { panic!("not one: {texts:?}") };
    serde_json::from_str(text).expect("JSON")
}

fn details_are_an_array_of_objects() {
    let one = json!({"type": "payment", "actions": ["initiate"], "amount": 5});
    let other = json!({"type": "payment", "actions": ["initiate"], "amount": 7});
    for (grant, expected) in [
        (Grant::client_credentials().authorization_detail(payment(5)), json!([one])),
        (
            Grant::client_credentials().authorization_detail(payment(5)).authorization_detail(payment(7)),
            json!([one, other]),
        ),
    ] {
        let request = asked(&grant, &client(|_, _| ())).expect("a request");
        assert_eq!(parsed(&values(request.body(), "authorization_details")), expected);
    }
    let none = asked(&Grant::client_credentials(), &client(|_, _| ())).expect("a request");
    assert!(values(none.body(), "authorization_details").is_empty());
    session(async {
        let server = server();
        let twice =
            url(&server, |asked| asked.authorization_detail(payment(5)).authorization_detail(payment(7)));
        let asked = twice.await;
        assert_eq!(parsed(&in_query(&asked, "authorization_details")), json!([one, other]));
        // The server takes them as they are.
        assert!(server.authorize(&asked).contains("code="));
        server.assert_blameless();
    });
    // In no other form: not as a parameter of any text.
    let text = Grant::client_credentials().parameter("authorization_details", "{}".to_owned());
    assert!(asked(&text, &client(|_, _| ())).is_err());
}

fn every_detail_has_a_type() {
    let error = AuthorizationDetail::new("").expect_err("a refusal");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(r::DETAILS_NAME_THEIR_TYPE)));
    for untyped in [json!({}), json!({"type": ""}), json!({"type": 1}), json!({"Type": "payment"})] {
        let Value::Object(members) = untyped else { panic!("no object") };
        refused(&Grant::client_credentials().authorization_detail(members), r::DETAILS_NAME_THEIR_TYPE);
    }
    // It does not get lost.
    let kept = payment(1).member("type", Value::Null);
    assert_eq!(kept.of_type(), "payment");
    let members: Map<String, Value> = kept.into();
    assert!(asked(&Grant::client_credentials().authorization_detail(members), &client(|_, _| ())).is_ok());
}

fn details_are_form_encoded() {
    session(async {
        let server = server();
        let detail = payment(5).member("note", "a&b=c+d %\u{20ac} \"#");
        let url = url(&server, |asked| asked.authorization_detail(detail.clone())).await;
        let (_, query) = url.split_once('?').expect("a query");
        assert!(!query.contains(['{', '"', ' ', '#', '\u{20ac}']), "{query}");
        assert!(query.contains("authorization_details=%5B%7B%22"), "{query}");
        let read = parsed(&in_query(&url, "authorization_details"));
        assert_eq!(read[0]["note"], "a&b=c+d %\u{20ac} \"#");
        assert!(server.authorize(&url).contains("code="));
        server.assert_blameless();
    });
}

fn details_may_be_pushed() {
    session(async {
        let server = server();
        let url = url(&server, |asked| asked.authorization_detail(payment(5)).pushed()).await;
        let pushed = last(&server, Place::Par);
        assert_eq!(parsed(&values(&pushed.body, "authorization_details"))[0]["type"], "payment");
        assert!(in_query(&url, "authorization_details").is_empty(), "{url}");
        assert!(server.authorize(&url).contains("code="));
        server.assert_blameless();
    });
}

fn scope_may_go_along() {
    session(async {
        let server = server();
        let both = |asked: Authorization| asked.scope(scope("a b")).authorization_detail(payment(5));
        let url = url(&server, both).await;
        assert_eq!(in_query(&url, "scope"), ["a b"]);
        assert_eq!(in_query(&url, "authorization_details").len(), 1);
        assert!(server.authorize(&url).contains("code="));
        let client = by_basic(&server).await;
        let asked = client.client_credentials().scope(scope("a")).authorization_detail(payment(5));
        asked.send().await.expect("a token");
        let request = last(&server, Place::Token);
        assert_eq!(values(&request.body, "scope"), ["a"]);
        assert_eq!(values(&request.body, "authorization_details").len(), 1);
        server.assert_blameless();
    });
}

fn a_token_request_may_hold_details() {
    session(async {
        let server = server();
        let client = by_basic(&server).await;
        client.client_credentials().authorization_detail(payment(5)).send().await.expect("a token");
        let request = last(&server, Place::Token);
        assert_eq!(parsed(&values(&request.body, "authorization_details"))[0]["amount"], 5);
        client.device_authorization().authorization_detail(payment(7)).send().await.expect("codes");
        let request = last(&server, Place::DeviceAuthorization);
        assert_eq!(parsed(&values(&request.body, "authorization_details"))[0]["amount"], 7);
        client.client_credentials().send().await.expect("a token");
        assert!(values(&last(&server, Place::Token).body, "authorization_details").is_empty());
        server.assert_blameless();
    });
}

fn a_registration_may_name_types() {
    let client = || ClientMetadata::new().redirect_uri(callback());
    let types = json!(["payment", "customer_information"]);
    let named = client().extra("authorization_details_types", types.clone()).to_json().expect("a document");
    assert_eq!(named["authorization_details_types"], types);
    let unnamed = client().to_json().expect("a document");
    assert!(!unnamed.contains_key("authorization_details_types"));
}

fn details_are_kept_from_tampering() {
    session(async {
        let key = key(JwsAlgorithm::Es256);
        let registered = Registered::confidential(ID, SECRET).redirect_uri(CALLBACK).jwks(jwks(&key));
        let server = AuthorizationServer::new("https://as.example").client(registered);
        // Signed: the browser carries them, and whoever changes them breaks the signature.
        let signed =
            url(&server, |asked| asked.authorization_detail(payment(5)).signed_by(key.clone())).await;
        assert!(in_query(&signed, "authorization_details").is_empty(), "{signed}");
        let object = in_query(&signed, "request").remove(0);
        assert_eq!(jwt(&object).1["authorization_details"][0]["amount"], 5);
        assert!(anyrfc_jwt::proto::verify(&object, key.verifying_key(), &Default::default()).is_ok());
        assert!(server.authorize(&signed).contains("code="));
        // Pushed: the browser carries the name of the request alone, and cannot add to it.
        let pushed = url(&server, |asked| asked.authorization_detail(payment(5)).pushed()).await;
        let (_, query) = pushed.split_once('?').expect("a query");
        let names: Vec<String> =
            super::super::granted::parameters(query.as_bytes()).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["client_id", "request_uri"]);
        assert!(server.authorize(&pushed).contains("code="));
        server.assert_blameless();
        // A server that wants it so is asked so.
        server.configure(|options| options.require_par = true);
        let pushed = url(&server, |asked| asked.authorization_detail(payment(5))).await;
        assert!(!pushed.contains("authorization_details"));
        assert_eq!(server.count(Place::Par), 2);
    });
}

fn strings_are_compared_as_they_are() {
    let of = |text: &str| AuthorizationDetail::new(text).expect("a detail").action(text);
    let (composed, decomposed) = (of("caf\u{e9}"), of("cafe\u{301}"));
    assert_ne!(composed, decomposed);
    assert_ne!(of("a"), of("A"));
    assert_eq!(composed, of("caf\u{e9}"));
    // Nor is one written as the other.
    for detail in [composed, decomposed] {
        let request =
            asked(&Grant::client_credentials().authorization_detail(detail.clone()), &client(|_, _| ()));
        let read = parsed(&values(request.expect("a request").body(), "authorization_details"));
        assert_eq!(read[0]["type"].as_str(), Some(detail.of_type()));
    }
}

fn personal_data_stays_out_of_the_browser() {
    session(async {
        let server = server();
        let detail = payment(5).member("account", ACCOUNT);
        let pushed = url(&server, |asked| asked.authorization_detail(detail.clone()).pushed()).await;
        assert!(!pushed.contains(ACCOUNT), "{pushed}");
        assert_eq!(server.sent_to(ACCOUNT), [Place::Par]);
        // A request that is not pushed has it in the URL, and that is shown to nobody by accident.
        let client = by_basic(&server).await;
        let plain = client.authorization_code(callback()).authorization_detail(detail);
        assert!(!format!("{plain:?}").contains(ACCOUNT));
        let request = client.begin(plain).await.expect("a request");
        assert!(request.url().contains(ACCOUNT) && !format!("{request:?}").contains(ACCOUNT));
    });
}
