//! RFC 7009: tokens that are given back.

use std::time::Duration;

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};
use serde_json::json;

use super::{
    Waived,
    endpoint::{
        ISSUER, app, asking, breaks, certificate_decides, granted, known, last, metadata, scope, web,
        with_server,
    },
};
use crate::{
    AccessToken, Denial, Endpoint, Error, ErrorKind, OAuth2Client, TokenResponse, UrlPolicy, rfc6749,
    rfc7009 as r, rfc8414,
    testing::{AuthorizationServer, Misbehaviour, Place, Plan},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::OTHER_PROTECTION_MAY_BE_THERE,
        ByConstruction(
            "a permission that leaves nothing to do here: `client::HttpClient` is a trait, and whoever implements it \
             may protect what it carries by more than TLS",
        ),
    ),
    (
        r::HINT_MAY_BE_LEFT_OUT,
        ByConstruction(
            "a permission that is not used: `proto::Presented` knows what kind of token it is and says so",
        ),
    ),
];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc7009/section-2/refresh-tokens",
        covers: &[r::REFRESH_TOKENS_CAN_BE_REVOKED, r::REFRESH_TOKEN_TAKES_ACCESS_TOKENS],
        run: refresh_tokens,
    },
    Check {
        name: "rfc7009/section-2/access-tokens",
        covers: &[r::ACCESS_TOKENS_CAN_BE_REVOKED],
        run: access_tokens,
    },
    Check {
        name: "rfc7009/section-2/the-request",
        covers: &[
            r::REVOCATION_IS_POSTED,
            r::TOKEN_IS_SENT,
            r::HINT_MAY_BE_SENT,
            r::CALLBACK_MAY_BE_LEFT_OUT,
        ],
        run: the_request,
    },
    Check {
        name: "rfc7009/section-2/the-endpoint-s-url",
        covers: &[r::ENDPOINT_URL_IS_WELL_FORMED],
        run: the_endpoint_s_url,
    },
    Check {
        name: "rfc7009/section-2/only-https",
        covers: &[r::ENDPOINT_IS_CHECKED_FOR_HTTPS],
        run: only_https,
    },
    Check {
        name: "rfc7009/section-2.1/the-client-is-known",
        covers: &[r::REVOCATION_IS_AUTHENTICATED],
        run: the_client_is_known,
    },
    Check {
        name: "rfc7009/section-2.1/used-no-more",
        covers: &[r::REVOKED_TOKEN_IS_NOT_USED],
        run: used_no_more,
    },
    Check {
        name: "rfc7009/section-2.1/gone-without-a-word",
        covers: &[r::SUDDEN_INVALIDATION_IS_HANDLED],
        run: gone_without_a_word,
    },
    Check { name: "rfc7009/section-2.2/any-body", covers: &[r::BODY_OF_200_IS_IGNORED], run: any_body },
    Check {
        name: "rfc7009/section-2.2.1/not-now",
        covers: &[r::TOKEN_SURVIVES_503, r::REVOCATION_MAY_BE_RETRIED],
        run: not_now,
    },
    Check {
        name: "rfc7009/section-5/whose-endpoint",
        covers: &[r::ENDPOINT_SOURCE_IS_TRUSTED],
        run: whose_endpoint,
    },
    Check {
        name: "rfc7009/section-5/whose-certificate",
        covers: &[r::ENDPOINT_IS_AUTHENTICATED],
        run: whose_certificate,
    },
];

/// A user's tokens.
async fn tokens(server: &AuthorizationServer, client: &OAuth2Client) -> TokenResponse {
    granted(server, client, asking(client).scope(scope("read"))).await
}

/// Whether the resource takes it.
async fn is_taken(server: &AuthorizationServer, client: &OAuth2Client, tokens: &TokenResponse) -> bool {
    match client.resource_by(tokens).get(&server.url(Place::Resource)).await {
        Ok(answer) => {
            assert!(answer.status().is_success(), "{answer:?}");
            true
        }
        Err(error) => {
            assert_eq!(error.denied().map(|denied| &denied.denial), Some(&Denial::InvalidToken), "{error}");
            false
        }
    }
}

fn refresh_tokens() {
    with_server(async |server| {
        let client = web(&server).await;
        let first = tokens(&server, &client).await;
        let renewed = client.refresh(first.refresh_token.as_ref().expect("a refresh token"));
        let second = renewed.send().await.expect("it lives");
        let refresh = second.refresh_token.expect("a refresh token");
        assert!(client.introspect(&refresh).await.expect("an answer").is_active());
        client.revoke(&refresh).await.expect("it is revoked");
        assert!(!client.introspect(&refresh).await.expect("an answer").is_active());
        // Its access tokens go with it.
        assert_eq!(server.live_access_tokens(), 0);
    });
}

fn access_tokens() {
    with_server(async |server| {
        let client = web(&server).await;
        let tokens = tokens(&server, &client).await;
        assert!(client.introspect(&tokens.access_token).await.expect("an answer").is_active());
        client.revoke(&tokens.access_token).await.expect("it is revoked");
        assert!(!client.introspect(&tokens.access_token).await.expect("an answer").is_active());
        assert_eq!(server.live_access_tokens(), 0);
        // What never was is not there either.
        client.revoke(AccessToken::new("never-was").expect("a token")).await.expect("the same answer");
    });
}

fn the_request() {
    with_server(async |server| {
        let client = app(&server).await;
        let tokens = tokens(&server, &client).await;
        let refresh = tokens.refresh_token.clone().expect("a refresh token");
        let asked = [(tokens.access_token.expose(), "access_token"), (refresh.expose(), "refresh_token")];
        client.revoke(&tokens.access_token).await.expect("it is revoked");
        client.revoke(&refresh).await.expect("it is revoked");
        for (sent, (token, hint)) in server.requests_to(Place::Revocation).iter().zip(asked) {
            assert_eq!((sent.method.as_str(), sent.url.as_str()), ("POST", "https://as.example/revoke"));
            assert_eq!(sent.header("content-type"), Some("application/x-www-form-urlencoded"));
            assert_eq!(sent.parameter("token").as_deref(), Some(token));
            assert_eq!(sent.parameter("token_type_hint").as_deref(), Some(hint));
            assert_eq!(sent.parameter("callback"), None);
        }
        assert_eq!(server.count(Place::Revocation), 2);
    });
}

fn the_endpoint_s_url() {
    let at = |url: &str| metadata(json!({"revocation_endpoint": url}));
    for url in ["https://as.example/revoke#there", "https://as.example/revoke#"] {
        breaks(at(url), rfc6749::TOKEN_URI_HAS_NO_FRAGMENT);
    }
    at("https://as.example/revoke?tenant=1").expect("a query may stand there");
    with_server(async |server| {
        let queried = json!("https://as.example/revoke?tenant=a%20b&x=1");
        server.configure(|options| drop(options.metadata.insert("revocation_endpoint".into(), queried)));
        let client = app(&server).await;
        let tokens = tokens(&server, &client).await;
        client.revoke(&tokens.access_token).await.expect("it is revoked");
        let sent = last(&server, Place::Revocation);
        assert_eq!(sent.url, "https://as.example/revoke?tenant=a%20b&x=1");
        assert!(sent.parameter("token").is_some(), "the parameters are in the body");
    });
}

fn only_https() {
    for url in ["http://as.example/revoke", "http://127.0.0.1/revoke", "ftp://as.example/revoke", "/revoke"] {
        breaks(metadata(json!({"revocation_endpoint": url})), rfc6749::TOKEN_ENDPOINT_NEEDS_TLS);
        assert_eq!(Endpoint::new(url, UrlPolicy::Https).expect_err("no https").kind(), ErrorKind::Usage);
    }
    assert!(metadata(json!({"revocation_endpoint": "https://as.example/revoke"})).is_ok());
}

fn the_client_is_known() {
    with_server(async |server| {
        let client = web(&server).await;
        let tokens = tokens(&server, &client).await;
        client.revoke(&tokens.access_token).await.expect("it is revoked");
        let proved = last(&server, Place::Revocation);
        assert!(proved.header("authorization").is_some_and(|field| field.starts_with("Basic ")));
        assert_eq!((proved.parameter("client_id"), proved.parameter("client_secret")), (None, None));
        let public = app(&server).await;
        let tokens = self::tokens(&server, &public).await;
        // Another's token is not given back, and that is told.
        let error = client.revoke(&tokens.access_token).await.expect_err("another's");
        assert_eq!(error.kind(), ErrorKind::Auth);
        public.revoke(&tokens.access_token).await.expect("it is revoked");
        let named = last(&server, Place::Revocation);
        assert_eq!(named.parameter("client_id").as_deref(), Some("app"));
        assert_eq!(named.header("authorization"), None);
    });
}

fn used_no_more() {
    with_server(async |server| {
        let client = app(&server).await;
        let first = tokens(&server, &client).await;
        let source = client.token_source().tokens(first).expect("a source");
        let token = source.token().await.expect("it is at hand");
        assert!(token.is_same(&source.token().await.expect("it is at hand")));
        // Not revoked, so still of use.
        server.plant(Plan::from(Misbehaviour::Status(503)).at(Place::Revocation).once());
        client.revoke_from(&source, &token).await.expect_err("not now");
        assert!(token.is_same(&source.token().await.expect("it is at hand")));
        client.revoke_from(&source, &token).await.expect("it is revoked");
        let next = source.token().await.expect("another");
        assert_ne!(next.access_token(), token.access_token());
        let url = server.url(Place::Resource);
        let answer = client.resource(next.access_token(), next.token_type()).get(&url).await;
        assert!(answer.expect("an answer").status().is_success());
        // The judge sees one that is used after it was given up.
        assert!(!server.sent_to(token.access_token().expose()).contains(&Place::Resource));
    });
}

fn gone_without_a_word() {
    with_server(async |server| {
        let client = app(&server).await;
        let first = tokens(&server, &client).await;
        assert!(is_taken(&server, &client, &first).await);
        server.expire_access_tokens();
        assert!(!is_taken(&server, &client, &first).await);
        // The source helps itself, as long as it can.
        let source = client.token_source().tokens(first).expect("a source");
        source.invalidate(&source.token().await.expect("it is at hand"));
        let second = source.token().await.expect("a new one");
        let url = server.url(Place::Resource);
        let answer = client.resource(second.access_token(), second.token_type()).get(&url).await;
        assert!(answer.expect("an answer").status().is_success());
        server.revoke_everything();
        source.invalidate(&second);
        let error = source.token().await.expect_err("only the user can help");
        assert!(error.is_reauthorization_required(), "{error}");
    });
}

fn any_body() {
    let fields = |media: &str| vec![("content-type".to_owned(), media.to_owned())];
    let json = |text: &str| Misbehaviour::Instead(200, fields("application/json"), text.to_owned().into());
    with_server(async |server| {
        let client = app(&server).await;
        let token = tokens(&server, &client).await.access_token;
        for body in [
            Misbehaviour::EmptyBody,
            Misbehaviour::Html,
            json("{\"error\":\"unsupported_token_type\"}"),
            json("{\"error\":"),
            Misbehaviour::Instead(200, Vec::new(), vec![0, 0xff, b'\r', b'\n'].into()),
        ] {
            server.plant(Plan::from(body.clone()).at(Place::Revocation).once());
            client.revoke(&token).await.unwrap_or_else(|error| panic!("{body:?}: {error}"));
        }
        // What is no 200 is another matter.
        for status in [204, 302, 400, 500] {
            server.plant(Plan::from(Misbehaviour::Status(status)).at(Place::Revocation).once());
            assert!(client.revoke(&token).await.is_err(), "{status}");
        }
    });
}

fn not_now() {
    with_server(async |server| {
        let client = app(&server).await;
        let tokens = tokens(&server, &client).await;
        server.plant(Plan::from(Misbehaviour::RetryAfter(503, 17)).at(Place::Revocation).once());
        let error = client.revoke(&tokens.access_token).await.expect_err("not now");
        assert_eq!((error.kind(), error.status()), (ErrorKind::Io, Some(503)));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(17)));
        assert!(is_taken(&server, &client, &tokens).await, "it was not revoked");
        client.revoke(&tokens.access_token).await.expect("it is revoked");
        assert_eq!(server.live_access_tokens(), 0);
    });
}

fn whose_endpoint() {
    // Of another server's document nothing is used.
    let foreign =
        json!({"issuer": "https://evil.example", "revocation_endpoint": "https://evil.example/revoke"});
    breaks(metadata(foreign), rfc8414::FOREIGN_ISSUER_IS_NOT_USED);
    with_server(async |server| {
        server.plant(Misbehaviour::Issuer("https://evil.example".into()));
        let found = OAuth2Client::discover(ISSUER).http(server.clone()).fetch().await;
        breaks(found, rfc8414::FOREIGN_ISSUER_IS_NOT_USED);
        server.behave();
        // One that is not published is not guessed.
        server.plant(Plan::from(Misbehaviour::Without("revocation_endpoint".into())).at(Place::Metadata));
        let client = app(&server).await;
        let token = tokens(&server, &client).await.access_token;
        let error: Error = client.revoke(&token).await.expect_err("it is not known where");
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Unsupported, Some(r::ENDPOINT_SOURCE_IS_TRUSTED))
        );
        server.assert_nothing_sent_to(Place::Revocation);
        // Nor is a token taken where a redirect leads.
        server.behave();
        let client = app(&server).await;
        let away = Misbehaviour::Redirect(307, "https://evil.example/revoke".into());
        server.plant(Plan::from(away).at(Place::Revocation));
        client.revoke(&token).await.expect_err("a redirect");
        server.assert_nothing_sent_to(Place::Elsewhere);
    });
}

fn whose_certificate() {
    certificate_decides(Place::Revocation, async |server, http| {
        known(server, http).revoke(AccessToken::new("a-token")?).await
    });
}
