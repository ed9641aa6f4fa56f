//! RFC 6749, section 1: what holds for everything.

use std::sync::{Arc, Mutex, PoisonError};

use anyrfc_core::{BoxFuture, compliance::Check};
use serde_json::json;

use super::support::{app, asking, begun, go, query, scope, with_server};
use crate::{
    ClientId, Error, ErrorCode, OAuth2Client,
    client::{HttpClient, HttpLimits},
    codec::callback::Callback,
    proto::{HttpRequest, HttpResponse},
    rfc6749 as r,
    testing::{AuthorizationServer, Misbehaviour, Place},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6749/section-1.6/another-transport-carries-everything",
        covers: &[r::OTHER_TRANSPORT_SECURITY_MAY_BE_THERE],
        run: another_transport_carries_everything,
    },
    Check {
        name: "rfc6749/section-1.9/letter-case-counts",
        covers: &[r::PARAMETERS_ARE_CASE_SENSITIVE],
        run: letter_case_counts,
    },
];

/// A way to the server that the caller secures in a way of his own.
#[derive(Clone, Debug)]
struct Tunnel {
    server: AuthorizationServer,
    carried: Arc<Mutex<Vec<String>>>,
}

impl HttpClient for Tunnel {
    fn send(
        &self,
        request: HttpRequest,
        limits: HttpLimits,
    ) -> BoxFuture<'static, Result<HttpResponse, Error>> {
        self.carried.lock().unwrap_or_else(PoisonError::into_inner).push(request.uri().to_string());
        self.server.send(request, limits)
    }
}

fn another_transport_carries_everything() {
    with_server(async |server| {
        let tunnel = Tunnel { server: server.clone(), carried: Arc::default() };
        let found = OAuth2Client::discover(server.issuer())
            .http(tunnel.clone())
            .client(ClientId::new("app").expect("an identifier"))
            .await
            .expect("found");
        let client = found.clock(server.clock()).build().expect("a client");
        let tokens = go(&server, &client, asking(&client)).await.expect("a token");
        client.refresh(&tokens.refresh_token.expect("a refresh token")).send().await.expect("another");
        let carried = tunnel.carried.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // All but what the browser asked.
        assert_eq!(carried.len(), server.requests().len() - server.count(Place::Authorization));
        assert_eq!(carried.iter().filter(|url| **url == server.url(Place::Token)).count(), 2);
        // What is below does not stand in for TLS.
        assert!(carried.iter().all(|url| url.starts_with("https://")), "{carried:?}");
    });
}

fn letter_case_counts() {
    with_server(async |server| {
        let client = app(&server).await;
        let sent = begun(&client, asking(&client).scope(scope("Mail mail"))).await;
        let names: Vec<String> = query(sent.url()).into_iter().map(|(name, _)| name).collect();
        assert!(names.iter().all(|name| *name == name.to_ascii_lowercase()), "{names:?}");
        assert!(query(sent.url()).contains(&("scope".to_owned(), "Mail mail".to_owned())));
        // In the answer of the browser: names, then values.
        let swapped = |text: &str| -> String {
            text.chars()
                .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
                .collect()
        };
        type Change = fn(&str, &str) -> String;
        let changes: [(Change, _); 4] = [
            (|url, _| url.replace("?code=", "?Code="), r::CODE_IS_RETURNED),
            (|url, _| url.replace("&state=", "&STATE="), r::CODE_STATE_IS_RETURNED),
            (
                |url, other| url[..url.find("&state=").expect("it is there")].to_owned() + other,
                r::STATE_IS_COMPARED,
            ),
            (|url, _| url.replace("&iss=", "&Iss="), crate::rfc9207::MISSING_ISS_IS_REJECTED),
        ];
        for (change, requirement) in changes {
            let request = begun(&client, asking(&client)).await;
            let other = format!("&state={}", swapped(request.pending().state()));
            let url = change(&server.authorize(request.url()), &other);
            let callback = Callback::from_url(&url).expect("it can be read");
            let error = client.finish(request.into_pending(), &callback).await.expect_err("not the answer");
            assert_eq!(error.requirement(), Some(requirement), "{url}");
        }
        server.assert_nothing_sent_to(Place::Token);
        // Another case is another name: these are not known, and neither twice there nor in the way.
        let request = begun(&client, asking(&client)).await;
        let url = server.authorize(request.url()) + "&Code=x&STATE=y&Error=z";
        let callback = Callback::from_url(&url).expect("it can be read");
        client.finish(request.into_pending(), &callback).await.expect("a token");
        // In the answer of the token endpoint.
        for name in ["access_token", "token_type"] {
            let changed = name.replacen(['a', 't'], "T", 1);
            server.plant(Misbehaviour::Without(name.to_owned()));
            server.plant(Misbehaviour::Member(changed, json!("Bearer")));
            let error = go(&server, &client, asking(&client)).await.expect_err("a member is missing");
            let expected =
                if name == "access_token" { r::ACCESS_TOKEN_IS_RETURNED } else { r::TOKEN_TYPE_IS_RETURNED };
            assert_eq!(error.requirement(), Some(expected), "{name}");
            server.behave();
        }
        server.plant(Misbehaviour::Error(400, "Invalid_Grant".to_owned()));
        let error = client
            .refresh(&crate::RefreshToken::new("x").expect("a token"))
            .send()
            .await
            .expect_err("it is refused");
        let code = &error.response().expect("it says why").code;
        assert_ne!(*code, ErrorCode::InvalidGrant);
        assert_eq!(code.as_str(), "Invalid_Grant");
    });
}
