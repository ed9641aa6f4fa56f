//! RFC 9700, section 4: the attacks.

use anyrfc_core::{
    compliance::Check,
    testing::{run, run_virtual},
};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use super::super::flow::{self, ISSUER, asked_by, asking, breaks, client, configured, go, of, redeem, start};
use crate::{
    ErrorKind,
    client::Loopback,
    codec::callback::Callback,
    proto::{Authorization, Client, Pending},
    rfc6749, rfc9207, rfc9700 as r,
    testing::{Misbehaviour, Place},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9700/section-4.2.4/a-state-that-came-back-is-over",
        covers: &[r::STATE_IS_INVALIDATED],
        run: a_state_that_came_back_is_over,
    },
    Check {
        name: "rfc9700/section-4.3.2/no-token-in-a-query",
        covers: &[r::TOKEN_STAYS_OUT_OF_THE_QUERY],
        run: no_token_in_a_query,
    },
    Check {
        name: "rfc9700/section-4.4.2/the-issuer-is-kept-with-the-request",
        covers: &[r::ISSUER_IS_STORED],
        run: the_issuer_is_kept_with_the_request,
    },
    Check {
        name: "rfc9700/section-4.4.2.1/another-issuer-ends-it",
        covers: &[r::ISSUER_IS_COMPARED, r::ISSUER_MISMATCH_ABORTS],
        run: another_issuer_ends_it,
    },
    Check {
        name: "rfc9700/section-4.7.1/the-state-is-there-where-pkce-is-not",
        covers: &[r::STATE_STANDS_IN_FOR_PKCE],
        run: the_state_is_there_where_pkce_is_not,
    },
];

fn a_state_that_came_back_is_over() {
    run(async {
        let mut loopback = Loopback::bind().expect("a port");
        let address = loopback.local_addrs()[0];
        let client = of(configured(ISSUER));
        let request = start(Authorization::new(&client, loopback.redirect_uri())).expect("it begins");
        let pending = request.into_pending();
        let uri = loopback.redirect_uri();
        let authority = uri.as_str()["http://".len()..].trim_end_matches("/callback");
        let answer =
            format!("GET /callback?code=c&state={} HTTP/1.1\r\nHost: {authority}\r\n\r\n", pending.state());
        let mut browser = TcpStream::connect(address).await.expect("somebody listens");
        browser.write_all(answer.as_bytes()).await.expect("it is taken");
        // The same again is waiting already.
        let mut again = TcpStream::connect(address).await.expect("somebody listens");
        again.write_all(answer.as_bytes()).await.expect("it is taken");
        let callback = loopback.callback(&pending).await.expect("the answer");
        // It is taken once: nobody else is heard with it, and what was pending is used up.
        let error = loopback.callback(&pending).await.expect_err("once more");
        assert_eq!(error.kind(), ErrorKind::Closed);
        assert!(TcpStream::connect(address).await.is_err());
        let once: fn(Pending, &Client, &Callback) -> _ = Pending::redeem;
        once(pending, &client, &callback).expect("the answer");
        // And it answers nothing that is begun afterwards.
        let next = start(asked_by(&client)).expect("it begins").into_pending();
        assert!(!next.is_answered_by(&callback));
    });
}

fn no_token_in_a_query() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        let token = go(&server, &client, asking(&client)).await.expect("a token");
        let resource = client.resource_by(&token);
        let url = server.url(Place::Resource);
        resource.get(&url).await.expect("an answer");
        let text = token.access_token.expose();
        for query in
            [format!("access_token={text}"), format!("a=b&access_token={text}"), "access%5Ftoken=x".into()]
        {
            flow::unfit(resource.get(&format!("{url}?{query}")).await, r::TOKEN_STAYS_OUT_OF_THE_QUERY);
        }
        resource.get(&format!("{url}?token=x")).await.expect("any other parameter");
        assert!(server.requests().iter().all(|request| !request.url.contains(text)));
        assert_eq!(server.count(Place::Resource), 2);
    });
    server.assert_blameless();
}

fn kept(pending: &Pending) -> Value {
    serde_json::from_str(pending.to_secret().expose()).expect("JSON")
}

fn the_issuer_is_kept_with_the_request() {
    let [honest, evil] = [ISSUER, "https://evil.example"].map(|issuer| of(configured(issuer)));
    for (client, other, issuer) in [(&honest, &evil, ISSUER), (&evil, &honest, "https://evil.example")] {
        let begun = || start(asked_by(client)).expect("it begins").into_pending();
        let pending = begun();
        assert_eq!((pending.issuer(), &kept(&pending)["issuer"]), (Some(issuer), &json!(issuer)));
        let callback = |pending: &Pending| {
            Callback::from_query(&format!("code=c&state={}", pending.state())).expect("an answer")
        };
        // At another server it is redeemed neither as it is nor from the session that it was kept in.
        let answer = callback(&pending);
        flow::unfit(pending.redeem(other, &answer), r::ISSUER_IS_STORED);
        let pending = begun();
        let (answer, text) = (callback(&pending), pending.to_secret());
        let restored = || Pending::from_secret(text.expose()).expect("what was kept");
        assert_eq!(restored().issuer(), Some(issuer));
        flow::unfit(restored().redeem(other, &answer), r::ISSUER_IS_STORED);
        restored().redeem(client, &answer).expect("where it was begun");
    }
}

fn another_issuer_ends_it() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        for wrong in ["https://evil.example", "https://as.example/", "HTTPS://AS.EXAMPLE"] {
            server.plant(Misbehaviour::Iss(wrong.into()));
            breaks(go(&server, &client, asking(&client)).await, rfc9207::WRONG_ISS_IS_REJECTED);
            server.behave();
        }
        server.assert_nothing_sent_to(Place::Token);
        go(&server, &client, asking(&client)).await.expect("the issuer that was kept");
    });
    server.assert_blameless();
}

fn the_state_is_there_where_pkce_is_not() {
    // It is not said that the server knows PKCE, and it does not.
    let server = flow::server().with(|options| options.require_pkce = false);
    server.plant(Misbehaviour::NoPkce);
    run_virtual(async {
        let client = client(&server).await;
        let request = client.begin(asking(&client)).await.expect("it begins");
        assert!(request.url().contains(&format!("state={}", request.pending().state())));
        let answer = server.authorize(request.url());
        let forged = answer.replace(request.pending().state(), "x");
        let forged = Callback::from_url(&forged).expect("an answer");
        breaks(client.finish(request.into_pending(), &forged).await, rfc6749::STATE_IS_COMPARED);
        server.assert_nothing_sent_to(Place::Token);
        go(&server, &client, asking(&client)).await.expect("a token");
    });
    let client = of(configured(ISSUER));
    breaks(redeem(&client, "code=c"), rfc6749::CODE_STATE_IS_RETURNED);
    for name in ["state", "nonce"] {
        let error = start(asked_by(&client).parameter(name, "mine")).expect_err("ours");
        assert_eq!(error.kind(), ErrorKind::Usage, "{name}");
    }
}
