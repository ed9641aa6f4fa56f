//! RFC 9101, section 5: what is beside a Request Object.

use anyrfc_core::{compliance::Check, testing::run_virtual};
use serde_json::json;

use super::{
    super::flow::{
        self, CALLBACK, Sent, answer, asked_by, asking, brought, client, forms, go, of, published, push,
        said, scope, start,
    },
    support::{browser, claims, key, rich, set_of},
};
use crate::{
    ClientId,
    proto::{Authorization, Client, Config, Step},
    rfc9101 as r,
    testing::{Place, Registered},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9101/section-5/request-or-request-uri",
        covers: &[
            r::REQUEST_IS_SENT,
            r::REQUEST_EXCLUDES_REQUEST_URI,
            r::REQUEST_URI_IS_SENT,
            r::REQUEST_URI_EXCLUDES_REQUEST,
        ],
        run: request_or_request_uri,
    },
    Check {
        name: "rfc9101/section-5/the-client-is-named-alike-inside-and-outside",
        covers: &[r::CLIENT_ID_IS_SENT, r::CLIENT_ID_MATCHES_THE_OBJECT, r::CLIENT_IDS_MATCH],
        run: the_client_is_named_alike,
    },
    Check {
        name: "rfc9101/section-5/it-is-signed",
        covers: &[r::REQUEST_OBJECT_IS_SIGNED],
        run: it_is_signed,
    },
    Check {
        name: "rfc9101/section-5/what-stands-outside-too-is-the-same",
        covers: &[r::PARAMETERS_MAY_BE_DUPLICATED],
        run: what_stands_outside_too_is_the_same,
    },
    Check {
        name: "rfc9101/section-11.2.1/the-uri-of-an-object-is-used-once",
        covers: &[r::SENSITIVE_URI_IS_USED_ONCE],
        run: the_uri_of_an_object_is_used_once,
    },
];

/// The request that comes of a push.
fn taken(asked: Authorization) -> (Sent, Sent) {
    let mut exchange = push(asked).expect("it begins");
    let pushed = Sent::within(said(&mut exchange).body());
    let good = answer(201, &json!({"request_uri": "urn:x", "expires_in": 60}));
    let Ok(Step::Done(request)) = exchange.response(&good, &flow::moment()) else { panic!("it was taken") };
    (pushed, Sent::behind(request.url()))
}

fn request_or_request_uri() {
    let key = key();
    let by_value = browser(rich().signed_by(key.clone()));
    assert!(!by_value.one("request").is_empty() && !by_value.has("request_uri"), "{by_value:?}");
    let (pushed, by_reference) = taken(rich().signed_by(key.clone()).pushed());
    assert!(!pushed.one("request").is_empty() && !pushed.has("request_uri"), "{pushed:?}");
    assert!(by_reference.one("request_uri") == "urn:x" && !by_reference.has("request"), "{by_reference:?}");
    // A server that takes nothing else gets the one or the other.
    let strict = || published(&json!({"require_signed_request_object": true})).expect("metadata");
    let client = of(strict());
    flow::unfit(start(asked_by(&client)), r::REQUEST_OBJECT_IS_SIGNED);
    assert!(browser(asked_by(&client).signed_by(key.clone())).has("request"));
    assert!(taken(asked_by(&client).signed_by(key).pushed()).1.has("request_uri"));
    for name in ["request", "request_uri"] {
        assert!(start(rich().parameter(name, "urn:x")).is_err(), "{name}");
    }
}

fn named(id: &str) -> Client {
    let server = published(&json!({})).expect("metadata");
    Config::new(server.into(), ClientId::new(id).expect("a name")).into()
}

fn the_client_is_named_alike() {
    let key = key();
    for id in ["app", "an other:app/%26"] {
        let asked = || asked_by(&named(id)).scope(scope("openid")).signed_by(key.clone());
        let by_value = browser(asked());
        let (pushed, by_reference) = taken(asked().pushed());
        for sent in [&by_value, &pushed, &by_reference] {
            assert_eq!(sent.one("client_id"), id);
        }
        for sent in [&by_value, &pushed] {
            assert_eq!(claims(sent.one("request"), &key)["client_id"], json!(id));
        }
        let other = asked().parameter("client_id", "other");
        assert!(start(other).is_err(), "two names in one request");
    }
    // A server that compares them takes it.
    let server = flow::server();
    server.register(Registered::public("app").redirect_uri(CALLBACK).jwks(set_of(&key)));
    run_virtual(async {
        let client = client(&server).await;
        go(&server, &client, asking(&client).signed_by(key.clone())).await.expect("a token");
    });
    server.assert_blameless();
}

fn it_is_signed() {
    let key = key();
    let other = super::support::key();
    let server = flow::server().with(|options| options.require_signed_request = true);
    server.register(Registered::public("app").redirect_uri(CALLBACK).jwks(set_of(&key)));
    run_virtual(async {
        let client = client(&server).await;
        for asked in [asking(&client), asking(&client).pushed()] {
            go(&server, &client, asked.clone().signed_by(key.clone())).await.expect("a token");
            // Without a key nothing is sent at all.
            let sent = server.requests().len();
            flow::unfit(client.begin(asked).await, r::REQUEST_OBJECT_IS_SIGNED);
            assert_eq!(server.requests().len(), sent);
        }
    });
    server.assert_blameless();
    let header = |object: &str| {
        let verified =
            anyrfc_jwt::proto::verify(object, key.verifying_key(), &anyrfc_jwt::proto::JwsLimits::default());
        verified.expect("signed by the key").header().clone()
    };
    for sent in [&brought(&server)[0], &forms(&server, Place::Par)[0]] {
        let header = header(sent.one("request"));
        assert_eq!((header.key_id(), header.typ()), (Some("k"), Some("oauth-authz-req+jwt")));
    }
    // By this key, and by no other.
    let object = browser(rich().signed_by(other)).one("request").to_owned();
    let limits = anyrfc_jwt::proto::JwsLimits::default();
    assert!(anyrfc_jwt::proto::verify(&object, key.verifying_key(), &limits).is_err());
}

fn what_stands_outside_too_is_the_same() {
    let key = key();
    // OpenID Connect wants two of them outside; the server is to use those that were signed.
    let sent = browser(rich().signed_by(key.clone()));
    let claims = claims(sent.one("request"), &key);
    for name in ["scope", "response_type", "client_id"] {
        assert_eq!(claims[name], json!(sent.one(name)), "{name}");
    }
    assert_eq!(sent.names().len(), 4, "{sent:?}");
    let sent = browser(asked_by(&named("app")).scope(scope("mail")).signed_by(key));
    assert_eq!(sent.names(), ["client_id", "request"]);
}

fn the_uri_of_an_object_is_used_once() {
    let key = key();
    let server = flow::server();
    server.register(Registered::public("app").redirect_uri(CALLBACK).jwks(set_of(&key)));
    run_virtual(async {
        let client = client(&server).await;
        let asked = asking(&client).login_hint("alice").signed_by(key.clone()).pushed();
        let request = client.begin(asked.clone()).await.expect("it begins");
        assert_eq!(request.expires_in(), Some(server.options().par_lifetime));
        for _ in 0..2 {
            go(&server, &client, asked.clone()).await.expect("a token");
        }
    });
    let uris: Vec<String> = brought(&server).iter().map(|sent| sent.one("request_uri").to_owned()).collect();
    assert_ne!(uris[0], uris[1]);
    server.assert_blameless();
}
