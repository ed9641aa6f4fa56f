//! RFC 6749, sections 4.4 and 4.5: the client's own access, and grants of other specifications.

use anyrfc_core::compliance::Check;

use super::support::{SECRET, app, body, client_of, last, scope, secret, server, web, with_server};
use crate::{
    ErrorCode, ErrorKind,
    proto::{ClientAuthentication, Grant},
    rfc6749 as r,
    testing::{ClientMethod, Place, Registered},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6749/section-4.4/only-confidential-and-authenticated",
        covers: &[r::CLIENT_GRANT_IS_FOR_CONFIDENTIAL_CLIENTS, r::CLIENT_GRANT_IS_AUTHENTICATED],
        run: only_confidential_and_authenticated,
    },
    Check {
        name: "rfc6749/section-4.4.2/grant-type",
        covers: &[r::CLIENT_GRANT_HAS_GRANT_TYPE, r::CLIENT_GRANT_TYPE_IS_CLIENT_CREDENTIALS],
        run: grant_type,
    },
    Check {
        name: "rfc6749/section-4.4.2/with-a-scope-or-without",
        covers: &[r::CLIENT_GRANT_SCOPE_MAY_BE_LEFT_OUT],
        run: with_a_scope_or_without,
    },
    Check {
        name: "rfc6749/section-4.5/by-an-absolute-uri",
        covers: &[r::EXTENSION_GRANT_TYPE_IS_A_URI],
        run: by_an_absolute_uri,
    },
];

fn only_confidential_and_authenticated() {
    with_server(async |server| {
        server.register(Registered::new("post", ClientMethod::Post(SECRET.to_owned())));
        let public = app(&server).await;
        let refused = Some(r::CLIENT_GRANT_IS_FOR_CONFIDENTIAL_CLIENTS);
        let error = public.client_credentials().send().await.expect_err("a public client");
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, refused));
        let error = public.token_source().client_credentials().token().await.expect_err("a public client");
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, refused));
        server.assert_nothing_sent_to(Place::Token);

        web(&server).await.client_credentials().send().await.expect("a token");
        web(&server).await.token_source().client_credentials().token().await.expect("a token");
        for sent in server.requests_to(Place::Token) {
            assert!(
                sent.header("authorization").is_some_and(|field| field.starts_with("Basic ")),
                "{sent:?}"
            );
            assert!(sent.contains(SECRET) || sent.contains(&crate::codec::form::Form::escape(SECRET)));
        }
        let post = client_of(&server, "post", ClientAuthentication::SecretPost(secret(SECRET))).await;
        post.client_credentials().send().await.expect("a token");
        let sent = last(server.requests_to(Place::Token));
        assert_eq!(sent.parameter("client_secret").as_deref(), Some(SECRET));
    });
}

fn grant_type() {
    with_server(async |server| {
        web(&server).await.client_credentials().send().await.expect("a token");
        let sent = body(&last(server.requests_to(Place::Token)));
        assert_eq!(sent, [("grant_type".to_owned(), "client_credentials".to_owned())]);
        let twice = Grant::client_credentials().parameter("grant_type", "password");
        assert_eq!(
            web(&server).await.grant(twice).send().await.expect_err("it is set").kind(),
            ErrorKind::Usage
        );
    });
}

fn with_a_scope_or_without() {
    with_server(async |server| {
        let client = web(&server).await;
        client.client_credentials().send().await.expect("a token");
        assert_eq!(last(server.requests_to(Place::Token)).parameter("scope"), None);
        client.client_credentials().scope(scope("a b")).send().await.expect("a token");
        assert_eq!(last(server.requests_to(Place::Token)).parameter("scope").as_deref(), Some("a b"));
    });
}

fn by_an_absolute_uri() {
    anyrfc_core::testing::run_virtual(async {
        let server = server();
        let client = web(&server).await;
        for name in ["urn:ietf:params:oauth:grant-type:saml2-bearer", "https://as.example/grants/voucher?x=1"]
        {
            let grant = Grant::extension(name).parameter("voucher", "a&b");
            let error = client.grant(grant).send().await.expect_err("this server does not know it");
            assert_eq!(
                error.response().map(|refusal| &refusal.code),
                Some(&ErrorCode::UnsupportedGrantType),
                "{name}"
            );
            let sent = last(server.requests_to(Place::Token));
            assert_eq!(sent.parameter("grant_type").as_deref(), Some(name));
            assert_eq!(sent.parameter("voucher").as_deref(), Some("a&b"));
        }
        for name in ["voucher", "", "/voucher", "//as.example/voucher", "a b:c"] {
            let error = client.grant(Grant::extension(name)).send().await.expect_err("no absolute URI");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Usage, Some(r::EXTENSION_GRANT_TYPE_IS_A_URI)),
                "{name}"
            );
            let error = client.grant(Grant::assertion(name, "x")).send().await.expect_err("no absolute URI");
            assert_eq!(error.requirement(), Some(r::EXTENSION_GRANT_TYPE_IS_A_URI), "{name}");
        }
        assert_eq!(server.count(Place::Token), 2);
    });
}
