//! RFC 6749, section 4.3: the user's own password.

use anyrfc_core::compliance::Check;

use super::support::{SECRET, app, body, client_of, last, scope, secret, server, web};
use crate::{
    ErrorCode, ErrorKind,
    proto::{ClientAuthentication, Grant},
    rfc6749 as r,
    testing::{AuthorizationServer, Place},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6749/section-4.3.1/the-password-is-forgotten",
        covers: &[r::PASSWORD_IS_DISCARDED],
        run: the_password_is_forgotten,
    },
    Check {
        name: "rfc6749/section-4.3.2/a-name-and-a-password",
        covers: &[
            r::PASSWORD_GRANT_HAS_GRANT_TYPE,
            r::PASSWORD_GRANT_TYPE_IS_PASSWORD,
            r::PASSWORD_GRANT_HAS_USERNAME,
            r::PASSWORD_GRANT_HAS_PASSWORD,
        ],
        run: a_name_and_a_password,
    },
    Check {
        name: "rfc6749/section-4.3.2/with-a-scope-or-without",
        covers: &[r::PASSWORD_SCOPE_MAY_BE_LEFT_OUT],
        run: with_a_scope_or_without,
    },
    Check {
        name: "rfc6749/section-4.3.2/authenticated",
        covers: &[r::PASSWORD_GRANT_IS_AUTHENTICATED],
        run: authenticated,
    },
];

const NAME: &str = "johndoe";
const PASSWORD: &str = "A3ddj3w & more";

/// With a server that knows the user.
fn with_user(check: impl AsyncFnOnce(AuthorizationServer)) {
    super::support::with_server(async |server| {
        server.configure(|options| {
            options.passwords.insert(NAME.to_owned(), PASSWORD.to_owned());
        });
        check(server).await;
    });
}

fn the_password_is_forgotten() {
    with_user(async |server| {
        let client = web(&server).await;
        let tokens = client.deprecated_password(NAME, PASSWORD).send().await.expect("a token");
        client.resource_by(&tokens).get(&server.url(Place::Resource)).await.expect("it is taken");
        // What renews itself would have to keep the password: it does not take it.
        let source = client.token_source().grant(Grant::deprecated_password(NAME, PASSWORD));
        for _ in 0..2 {
            let error = source.token().await.expect_err("it is not kept");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Usage, Some(r::PASSWORD_IS_DISCARDED))
            );
        }
        // The refresh token does it.
        let source = client.token_source().tokens(tokens).expect("tokens");
        let first = source.token().await.expect("the first");
        source.invalidate(&first);
        source.token().await.expect("another");
        assert_eq!(server.count(Place::Token), 2);
        assert_eq!(server.sent_to(PASSWORD), [Place::Token]);
        assert_eq!(server.sent_to(NAME), [Place::Token]);
    });
}

fn a_name_and_a_password() {
    with_user(async |server| {
        let client = web(&server).await;
        client.deprecated_password(NAME, PASSWORD).send().await.expect("a token");
        let sent = body(&last(server.requests_to(Place::Token)));
        assert_eq!(
            sent,
            [("grant_type", "password"), ("username", NAME), ("password", PASSWORD)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        for (name, password, requirement) in
            [("", PASSWORD, r::PASSWORD_GRANT_HAS_USERNAME), (NAME, "", r::PASSWORD_GRANT_HAS_PASSWORD)]
        {
            let error = client.deprecated_password(name, password).send().await.expect_err("one is missing");
            assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(requirement)));
        }
        assert_eq!(server.count(Place::Token), 1);
    });
}

fn with_a_scope_or_without() {
    with_user(async |server| {
        let client = web(&server).await;
        let tokens = client.deprecated_password(NAME, PASSWORD).send().await.expect("a token");
        assert_eq!(last(server.requests_to(Place::Token)).parameter("scope"), None);
        assert!(tokens.granted(&scope("")).is_empty());
        let asked = client.deprecated_password(NAME, PASSWORD).scope(scope("a b"));
        let tokens = asked.send().await.expect("a token");
        assert_eq!(last(server.requests_to(Place::Token)).parameter("scope").as_deref(), Some("a b"));
        assert_eq!(tokens.granted(&scope("a b")), scope("a b"));
    });
}

fn authenticated() {
    with_user(async |server| {
        web(&server).await.deprecated_password(NAME, PASSWORD).send().await.expect("a token");
        let sent = last(server.requests_to(Place::Token));
        assert!(sent.header("authorization").is_some_and(|field| field.starts_with("Basic ")), "{sent:?}");
        // Whoever has nothing to prove says who it is.
        app(&server).await.deprecated_password(NAME, PASSWORD).send().await.expect("a token");
        let sent = last(server.requests_to(Place::Token));
        assert_eq!(sent.header("authorization"), None);
        assert_eq!(sent.parameter("client_id").as_deref(), Some("app"));
    });
    anyrfc_core::testing::run_virtual(async {
        let server = server();
        for method in [ClientAuthentication::None, ClientAuthentication::SecretBasic(secret("guessed"))] {
            let client = client_of(&server, "web", method).await;
            let error = client.deprecated_password(NAME, PASSWORD).send().await.expect_err("it is unproved");
            assert_eq!(error.response().map(|refusal| &refusal.code), Some(&ErrorCode::InvalidClient));
            assert_eq!(error.kind(), ErrorKind::Auth);
        }
        assert!(server.sent_to(SECRET).is_empty());
    });
}
