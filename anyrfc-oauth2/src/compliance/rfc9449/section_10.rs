//! RFC 9449, section 10: codes that are bound to a key.

use anyrfc_core::compliance::Check;
use anyrfc_jwt::types::JwsAlgorithm;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    super::granted::{ID, ISSUER, SECRET, last, session, values},
    bound,
};
use crate::{
    OAuth2Client, RedirectUri,
    codec::callback::Callback,
    proto::{Authorization, AuthorizationRequest, DpopKey},
    rfc9449 as r,
    testing::{AuthorizationServer, Place, Registered},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9449/section-10/dpop-jkt-is-the-thumbprint",
        covers: &[r::DPOP_JKT_IS_THE_THUMBPRINT],
        run: dpop_jkt_is_the_thumbprint,
    },
    Check {
        name: "rfc9449/section-10/dpop-jkt-is-sent-or-not",
        covers: &[r::DPOP_JKT_MAY_BE_SENT],
        run: dpop_jkt_is_sent_or_not,
    },
    Check {
        name: "rfc9449/section-10.1/a-pushed-request-holds-dpop-jkt",
        covers: &[r::PAR_BODY_HOLDS_DPOP_JKT],
        run: a_pushed_request_holds_dpop_jkt,
    },
    Check {
        name: "rfc9449/section-10.1/a-pushed-request-may-carry-a-proof",
        covers: &[r::PAR_MAY_CARRY_A_PROOF],
        run: a_pushed_request_may_carry_a_proof,
    },
];

const CALLBACK: &str = "https://app.example/cb";

fn server() -> AuthorizationServer {
    let client = Registered::confidential(ID, SECRET).redirect_uri(CALLBACK);
    AuthorizationServer::new(ISSUER).client(client)
}

fn key() -> DpopKey {
    DpopKey::generate(JwsAlgorithm::Es256).expect("a key")
}

async fn begun(
    client: &OAuth2Client,
    change: impl FnOnce(Authorization) -> Authorization,
) -> AuthorizationRequest {
    let asked = client.authorization_code(RedirectUri::new(CALLBACK).expect("a URI"));
    client.begin(change(asked)).await.expect("a request")
}

/// What a URL says of a key.
fn jkt(request: &AuthorizationRequest) -> Vec<String> {
    values(request.url().split_once('?').expect("a query").1.as_bytes(), "dpop_jkt")
}

/// The code of a request is exchanged, by the same key.
async fn exchanged(server: &AuthorizationServer, client: &OAuth2Client, request: AuthorizationRequest) {
    let answer = Callback::from_url(&server.authorize(request.url())).expect("an answer");
    client.finish(request.into_pending(), &answer).await.expect("a token");
    server.assert_blameless();
}

/// RFC 7638, section 3, by hand.
fn thumbprint(key: &DpopKey) -> String {
    let members = key.public_jwk().to_object().expect("an object");
    let text = |name: &str| members.get(name).and_then(Value::as_str).expect("a member").to_owned();
    let (crv, kty, x, y) = (text("crv"), text("kty"), text("x"), text("y"));
    let canonical = format!("{{\"crv\":\"{crv}\",\"kty\":\"{kty}\",\"x\":\"{x}\",\"y\":\"{y}\"}}");
    URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
}

fn dpop_jkt_is_the_thumbprint() {
    session(async {
        let (server, key) = (server(), key());
        let client = bound(&server, &key).await;
        let request = begun(&client, |asked| asked).await;
        assert_eq!(jkt(&request), [thumbprint(&key)]);
        exchanged(&server, &client, request).await;
    });
}

fn dpop_jkt_is_sent_or_not() {
    session(async {
        let server = server();
        let client = bound(&server, &key()).await;
        assert_eq!(jkt(&begun(&client, |asked| asked).await).len(), 1);
        let unbound = begun(&client, Authorization::unbound_code).await;
        assert!(jkt(&unbound).is_empty());
        exchanged(&server, &client, unbound).await;
        let keyless = super::super::granted::by_basic(&server).await;
        assert!(jkt(&begun(&keyless, |asked| asked).await).is_empty());
    });
}

fn a_pushed_request_holds_dpop_jkt() {
    session(async {
        let (server, key) = (server(), key());
        let client = bound(&server, &key).await;
        let request = begun(&client, Authorization::pushed).await;
        assert!(jkt(&request).is_empty(), "not in the browser");
        let pushed = last(&server, Place::Par);
        assert_eq!(values(&pushed.body, "dpop_jkt"), [thumbprint(&key)]);
        assert_eq!(values(&pushed.body, "code_challenge").len(), 1);
        exchanged(&server, &client, request).await;
    });
}

fn a_pushed_request_may_carry_a_proof() {
    session(async {
        let server = server().with(|options| options.dpop_nonce = true);
        let client = bound(&server, &key()).await;
        let request = begun(&client, |asked| asked.pushed().unbound_code()).await;
        let pushed = last(&server, Place::Par);
        assert!(values(&pushed.body, "dpop_jkt").is_empty());
        let proof = pushed.dpop().expect("a proof");
        assert_eq!((&proof["htm"], &proof["htu"]), (&"POST".into(), &"https://as.example/par".into()));
        exchanged(&server, &client, request).await;
        // Who has no key pushes all the same.
        let keyless = super::super::granted::by_basic(&server).await;
        begun(&keyless, Authorization::pushed).await;
        assert_eq!(last(&server, Place::Par).header("dpop"), None);
    });
}
