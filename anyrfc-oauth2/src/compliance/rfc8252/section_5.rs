//! RFC 8252, sections 5 and 6: the browser, and what keeps the code from whoever else hears it.

use anyrfc_core::{
    compliance::Check,
    testing::{run, run_virtual},
};

use super::{
    super::flow::{self, asking, brought, client, forms},
    support::{browse, native},
};
use crate::{codec::callback::Callback, proto::ResponseMode, rfc8252 as r, testing::Place};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8252/section-5/the-request-is-handed-out",
        covers: &[r::EXTERNAL_USER_AGENT_IS_USED],
        run: the_request_is_handed_out,
    },
    Check {
        name: "rfc8252/section-6/a-native-app-has-pkce",
        covers: &[r::NATIVE_APP_HAS_PKCE],
        run: has_pkce,
    },
];

fn the_request_is_handed_out() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        let asked = asking(&client).scope(flow::scope("openid"));
        let mut visits = 0;
        for asked in [asked.clone(), asked.clone().pushed(), asked.response_mode(ResponseMode::Jwt)] {
            let request = client.begin(asked).await.expect("it begins");
            // The page where the user signs in was fetched by nobody yet.
            assert_eq!(server.count(Place::Authorization), visits);
            assert!(request.url().starts_with(&server.url(Place::Authorization)), "{}", request.url());
            // Any browser can be given it, and all that comes back is a URL.
            let answer = server.authorize(request.url());
            visits += 1;
            let callback = Callback::from_url(&answer).expect("an answer");
            client.finish(request.into_pending(), &callback).await.expect("a token");
            assert_eq!(server.count(Place::Authorization), visits);
        }
    });
    server.assert_blameless();
}

fn has_pkce() {
    let server = native();
    run(async {
        let client = client(&server).await;
        let mut loopback = client.loopback().bind().expect("a port");
        let asked = client.authorization_code(loopback.redirect_uri());
        let request = client.begin(asked).await.expect("it begins");
        let answer = server.authorize(request.url());
        let (callback, _) = tokio::join!(loopback.callback(request.pending()), browse(&answer));
        // Whoever has heard the answer too has the code, and nothing to prove it by.
        let overheard =
            client.begin(client.authorization_code(loopback.redirect_uri())).await.expect("it begins");
        let stolen = answer.replace(request.pending().state(), overheard.pending().state());
        let stolen = Callback::from_url(&stolen).expect("an answer");
        let error = client.finish(overheard.into_pending(), &stolen).await.expect_err("another verifier");
        assert_eq!(error.response().map(|response| response.code.as_str()), Some("invalid_grant"));
        // And so it is over for everybody.
        let callback = callback.expect("the answer");
        client.finish(request.into_pending(), &callback).await.expect_err("a code that was tried");
    });
    let server = native();
    run(async {
        let client = client(&server).await;
        let mut loopback = client.loopback().bind().expect("a port");
        let request =
            client.begin(client.authorization_code(loopback.redirect_uri())).await.expect("it begins");
        let answer = server.authorize(request.url());
        let (callback, _) = tokio::join!(loopback.callback(request.pending()), browse(&answer));
        client.finish(request.into_pending(), &callback.expect("the answer")).await.expect("a token");
    });
    assert_eq!(brought(&server)[0].one("code_challenge_method"), "S256");
    assert!(forms(&server, Place::Token)[0].has("code_verifier"));
    server.assert_blameless();
}
