//! RFC 8252, section 8: public clients, one redirection URI for each server, a state that is compared.

use anyrfc_core::{
    compliance::Check,
    testing::{run, run_virtual},
};
use anyrfc_jwt::codec::base64url;

use super::{
    super::flow::{
        self, CALLBACK, ISSUER, asked_by, asking, breaks, brought, client, configured, forms, go, of, start,
    },
    support::{browse, native},
};
use crate::{
    ClientMetadata, ErrorKind, OAuth2Client,
    client::Loopback,
    codec::callback::Callback,
    proto::{Authorization, Pending},
    rfc6749, rfc8252 as r,
    testing::{AuthorizationServer, Place},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8252/section-8.2/no-token-is-asked-of-the-browser",
        covers: &[r::IMPLICIT_FLOW_IS_AVOIDED],
        run: no_token_is_asked_of_the_browser,
    },
    Check {
        name: "rfc8252/section-8.4/a-client-is-public-unless-it-has-a-secret-of-its-own",
        covers: &[r::NATIVE_APP_IS_PUBLIC],
        run: a_client_is_public,
    },
    Check {
        name: "rfc8252/section-8.9/the-state-is-random-and-compared",
        covers: &[r::STATE_IS_RANDOM_AND_CHECKED],
        run: the_state_is_random_and_compared,
    },
    Check {
        name: "rfc8252/section-8.10/each-server-has-a-redirect-of-its-own",
        covers: &[r::REDIRECT_IS_UNIQUE_PER_SERVER],
        run: each_server_has_a_redirect_of_its_own,
    },
    Check {
        name: "rfc8252/section-8.10/the-redirect-is-kept-with-the-state",
        covers: &[r::REDIRECT_IS_STORED_WITH_STATE],
        run: the_redirect_is_kept_with_the_state,
    },
    Check {
        name: "rfc8252/section-8.10/the-receiving-uri-is-compared",
        covers: &[r::REDIRECT_RECEIVED_IS_COMPARED],
        run: the_receiving_uri_is_compared,
    },
];

fn no_token_is_asked_of_the_browser() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        for asked in [asking(&client), asking(&client).scope(flow::scope("openid"))] {
            go(&server, &client, asked).await.expect("a token");
        }
        for response_type in ["token", "id_token token", "code token"] {
            let asked = asking(&client).parameter("response_type", response_type);
            let error = client.begin(asked).await.expect_err("not this way");
            assert_eq!(error.kind(), ErrorKind::Usage, "{response_type}");
        }
    });
    assert!(brought(&server).iter().all(|sent| sent.one("response_type") == "code"));
    server.assert_blameless();
    // Nor is one taken that comes unasked.
    let pending = start(asked_by(&of(configured(ISSUER)))).expect("it begins").into_pending();
    for joint in ["?", "#"] {
        let url = format!("{CALLBACK}{joint}access_token=t&token_type=bearer&state={}", pending.state());
        let callback = Callback::from_url(&url).expect("an answer");
        let kept = Pending::from_secret(pending.to_secret().expose()).expect("what was kept");
        let error = kept.redeem(&of(configured(ISSUER)), &callback).expect_err("no code");
        assert_eq!(error.kind(), ErrorKind::Protocol);
    }
}

fn a_client_is_public() {
    // Nothing is said: nothing is proven, and the name is sent.
    let server = native();
    run_virtual(async {
        let client = client(&server).await;
        assert_eq!(client.config().authentication.name(), "none");
        let asked = client.authorization_code(flow::redirect("http://127.0.0.1:5000/callback"));
        go(&server, &client, asked).await.expect("a token");
    });
    let request = server.requests_to(Place::Token).pop().expect("a request");
    assert_eq!(request.parameter("client_id").as_deref(), Some("app"));
    assert!(request.header("authorization").is_none());
    assert!(request.parameter("client_secret").is_none() && request.parameter("client_assertion").is_none());
    server.assert_blameless();
    // Registered as one it gets no secret; and where it is not, each instance gets one of its own.
    run_virtual(async {
        let server = AuthorizationServer::default();
        let found = OAuth2Client::discover(ISSUER).http(server.clone()).fetch().await.expect("the server");
        let registration = OAuth2Client::registration(&found).http(server.clone());
        let app = ClientMetadata::new().redirect_uri(flow::redirect("http://127.0.0.1/callback"));
        let public = app.clone().authentication_method("none");
        let registered = registration.register(&public).await.expect("registered");
        assert_eq!(registered.token_endpoint_auth_method(), "none");
        assert!(registered.client_secret.is_none());
        let one = registration.register(&app).await.expect("registered");
        let two = registration.register(&app).await.expect("registered");
        assert!(one.client_secret.is_some() && one.client_secret != two.client_secret);
        assert_ne!(one.client_id, two.client_id);
        server.assert_blameless();
    });
}

fn the_state_is_random_and_compared() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        for _ in 0..2 {
            go(&server, &client, asking(&client)).await.expect("a token");
        }
    });
    let sent = brought(&server);
    let [one, two] = [sent[0].one("state"), sent[1].one("state")];
    assert_ne!(one, two);
    assert!([one, two].iter().all(|state| base64url::decode(state).is_ok_and(|octets| octets.len() == 32)));
    let client = of(configured(ISSUER));
    flow::redeem(&client, "code=c&state={state}").expect("pending");
    for stranger in ["x", one, "{state}x", "%20{state}"] {
        breaks(flow::redeem(&client, &format!("code=c&state={stranger}")), rfc6749::STATE_IS_COMPARED);
    }
    breaks(flow::redeem(&client, "code=c"), rfc6749::CODE_STATE_IS_RETURNED);
    // Whose state is not pending is not even listened to.
    let server = native();
    run(async {
        let client = flow::client(&server).await;
        let mut loopback = Loopback::bind().expect("a port");
        let asked = client.authorization_code(loopback.redirect_uri());
        let request = client.begin(asked).await.expect("it begins");
        let answer = server.authorize(request.url());
        let stranger = format!("{}?code=evil&state=x", loopback.redirect_uri());
        let browser = async { (browse(&stranger).await, browse(&answer).await) };
        let (callback, (refused, taken)) = tokio::join!(loopback.callback(request.pending()), browser);
        assert!(
            refused.starts_with("HTTP/1.1 400 ") && taken.starts_with("HTTP/1.1 200 "),
            "{refused}\n{taken}"
        );
        client.finish(request.into_pending(), &callback.expect("the answer")).await.expect("a token");
    });
}

fn each_server_has_a_redirect_of_its_own() {
    run(async {
        let [mut one, mut two] = [Loopback::bind(), Loopback::bind()].map(|bound| bound.expect("a port"));
        assert_ne!(one.redirect_uri(), two.redirect_uri());
        let honest = of(configured(ISSUER));
        let evil = of(configured("https://evil.example"));
        let at_honest =
            start(Authorization::new(&honest, one.redirect_uri())).expect("it begins").into_pending();
        let at_evil = start(Authorization::new(&evil, two.redirect_uri())).expect("it begins").into_pending();
        // Brought to the other's it is refused, and the port goes on listening for its own.
        let to_other = format!("{}?code=c&state={}", two.redirect_uri(), at_honest.state());
        let own = format!("{}?code=d&state={}", two.redirect_uri(), at_evil.state());
        let browser = async { (browse(&to_other).await, browse(&own).await) };
        let (callback, (refused, _)) = tokio::join!(two.callback(&at_evil), browser);
        assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");
        assert_eq!(callback.expect("its own").parameter("code"), Some("d"));
        breaks(
            at_honest.redeem(&honest, &Callback::from_url(&to_other).expect("an answer")),
            r::REDIRECT_RECEIVED_IS_COMPARED,
        );
        // A port does not wait for what is to arrive at another.
        let at_evil = start(Authorization::new(&evil, two.redirect_uri())).expect("it begins").into_pending();
        flow::unfit(one.callback(&at_evil).await, r::LOOPBACK_URI_HAS_THE_LISTENING_PORT);
        // One host with a redirect for each tells them apart as well.
        let uri = flow::redirect("https://app.example/cb?as=1");
        let pending = start(Authorization::new(&honest, uri)).expect("it begins").into_pending();
        let other = format!("{CALLBACK}?as=2&code=c&state={}", pending.state());
        breaks(
            pending.redeem(&honest, &Callback::from_url(&other).expect("an answer")),
            r::REDIRECT_RECEIVED_IS_COMPARED,
        );
    });
}

fn the_redirect_is_kept_with_the_state() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        let request = client.begin(asking(&client)).await.expect("it begins");
        let state = request.pending().state().to_owned();
        let answer = server.authorize(request.url());
        // Through a user's session and back.
        let kept = request.into_pending().to_secret();
        let pending = Pending::from_secret(kept.expose()).expect("what was kept");
        assert_eq!((pending.redirect_uri().as_str(), pending.state()), (CALLBACK, state.as_str()));
        let elsewhere = answer.replace(CALLBACK, "https://app.example/other");
        let elsewhere = Callback::from_url(&elsewhere).expect("an answer");
        breaks(client.finish(pending, &elsewhere).await, r::REDIRECT_RECEIVED_IS_COMPARED);
        server.assert_nothing_sent_to(Place::Token);
        let pending = Pending::from_secret(kept.expose()).expect("what was kept");
        client.finish(pending, &Callback::from_url(&answer).expect("an answer")).await.expect("a token");
    });
    assert_eq!(forms(&server, Place::Token)[0].one("redirect_uri"), CALLBACK);
    server.assert_blameless();
}

fn the_receiving_uri_is_compared() {
    let client = of(configured(ISSUER));
    for (asked, arrived, same) in [
        (CALLBACK, CALLBACK, true),
        (CALLBACK, "https://app.example/cb/", false),
        (CALLBACK, "https://app.example/CB", false),
        (CALLBACK, "https://app.example/c%62/x", false),
        (CALLBACK, "https://app.example/", false),
        (CALLBACK, "http://app.example/cb", false),
        (CALLBACK, "https://app.example:444/cb", false),
        (CALLBACK, "https://evil.example/cb", false),
        (CALLBACK, "https://app.example.evil.example/cb", false),
        ("http://127.0.0.1:5000/cb", "http://127.0.0.1:5000/cb", true),
        ("http://127.0.0.1:5000/cb", "http://127.0.0.1:5001/cb", false),
        ("http://127.0.0.1:5000/cb", "http://[::1]:5000/cb", false),
        ("com.example.app:/cb", "com.example.app:/cb", true),
        ("com.example.app:/cb", "com.example.app2:/cb", false),
    ] {
        let request = start(Authorization::new(&client, flow::redirect(asked))).expect("it begins");
        let pending = request.into_pending();
        let url = format!("{arrived}?code=c&state={}", pending.state());
        let redeemed = pending.redeem(&client, &Callback::from_url(&url).expect("an answer"));
        if same {
            redeemed.expect("where it was to arrive");
        } else {
            breaks(redeemed, r::REDIRECT_RECEIVED_IS_COMPARED);
        }
    }
}
