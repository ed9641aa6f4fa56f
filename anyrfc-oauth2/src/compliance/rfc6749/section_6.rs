//! RFC 6749, section 6: refreshing.

use anyrfc_core::compliance::Check;

use super::support::{app, asking, body, go, last, scope, web, with_server};
use crate::{
    ErrorKind, RefreshToken,
    client::store::{MemoryStore, StoreKey, TokenStore as _},
    rfc6749 as r,
    testing::{Misbehaviour, Place},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6749/section-6/grant-type-and-token",
        covers: &[
            r::REFRESH_HAS_GRANT_TYPE,
            r::REFRESH_GRANT_TYPE_IS_REFRESH_TOKEN,
            r::REFRESH_HAS_REFRESH_TOKEN,
        ],
        run: grant_type_and_token,
    },
    Check {
        name: "rfc6749/section-6/with-a-scope-or-without",
        covers: &[r::REFRESH_SCOPE_MAY_BE_LEFT_OUT],
        run: with_a_scope_or_without,
    },
    Check {
        name: "rfc6749/section-6/no-more-scope",
        covers: &[r::REFRESH_ASKS_FOR_NO_MORE_SCOPE],
        run: no_more_scope,
    },
    Check {
        name: "rfc6749/section-6/authenticated",
        covers: &[r::REFRESH_IS_AUTHENTICATED],
        run: authenticated,
    },
    Check {
        name: "rfc6749/section-6/the-old-token-is-replaced",
        covers: &[r::NEW_REFRESH_TOKEN_REPLACES_THE_OLD],
        run: the_old_token_is_replaced,
    },
];

fn grant_type_and_token() {
    with_server(async |server| {
        let client = web(&server).await;
        let token = go(&server, &client, asking(&client)).await.expect("a token").refresh_token;
        let token = token.expect("a refresh token");
        client.refresh(&token).send().await.expect("another");
        assert_eq!(
            body(&last(server.requests_to(Place::Token))),
            [("grant_type", "refresh_token"), ("refresh_token", token.expose())]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        assert_eq!(RefreshToken::new("").expect_err("there is none").kind(), ErrorKind::Usage);
    });
}

fn with_a_scope_or_without() {
    with_server(async |server| {
        let client = web(&server).await;
        let asked = asking(&client).scope(scope("a b c"));
        let first = go(&server, &client, asked).await.expect("a token").refresh_token;
        let second = client.refresh(&first.expect("one")).send().await.expect("another");
        assert_eq!(last(server.requests_to(Place::Token)).parameter("scope"), None);
        let fewer = client.refresh(&second.refresh_token.expect("one"));
        let third = fewer.granted(scope("a b c")).scope(scope("c a")).send().await.expect("another");
        assert_eq!(last(server.requests_to(Place::Token)).parameter("scope").as_deref(), Some("c a"));
        assert_eq!(third.granted(&scope("c a")), scope("a c"));
    });
}

fn no_more_scope() {
    with_server(async |server| {
        let client = web(&server).await;
        let tokens = go(&server, &client, asking(&client).scope(scope("a b"))).await.expect("a token");
        let token = tokens.refresh_token.expect("a refresh token");
        let before = server.count(Place::Token);
        for (granted, asked) in [(Some("a b"), "a b c"), (Some("a b"), "A"), (Some(""), "a"), (None, "a")] {
            let request = client.refresh(&token).scope(scope(asked));
            let request = granted.into_iter().fold(request, |request, held| request.granted(scope(held)));
            let error = request.send().await.expect_err("more than was granted");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Usage, Some(r::REFRESH_ASKS_FOR_NO_MORE_SCOPE)),
                "{asked}"
            );
        }
        assert_eq!(server.count(Place::Token), before);
        client.refresh(&token).granted(scope("a b")).scope(scope("b a")).send().await.expect("as much");
    });
}

fn authenticated() {
    with_server(async |server| {
        let client = web(&server).await;
        let token = go(&server, &client, asking(&client)).await.expect("a token").refresh_token;
        client.refresh(&token.expect("one")).send().await.expect("another");
        let sent = last(server.requests_to(Place::Token));
        assert!(sent.header("authorization").is_some_and(|field| field.starts_with("Basic ")), "{sent:?}");
        let client = app(&server).await;
        let token = go(&server, &client, asking(&client)).await.expect("a token").refresh_token;
        client.refresh(&token.expect("one")).send().await.expect("another");
        let sent = last(server.requests_to(Place::Token));
        assert_eq!(sent.header("authorization"), None);
        assert_eq!(sent.parameter("client_id").as_deref(), Some("app"));
    });
}

fn the_old_token_is_replaced() {
    with_server(async |server| {
        let client = web(&server).await;
        let tokens = go(&server, &client, asking(&client)).await.expect("a token");
        let mut spent = vec![tokens.refresh_token.clone().expect("a refresh token").expose().to_owned()];
        let store = MemoryStore::new();
        let key = StoreKey::new(server.issuer(), "web", "");
        let source = client.token_source().store(store.clone()).tokens(tokens).expect("tokens");
        // The server kills a token when it is used, and tells of one that comes again.
        for _ in 0..3 {
            let token = source.token().await.expect("a token");
            source.invalidate(&token);
            source.token().await.expect("another");
            let kept = store.load(&key).await.expect("it is there").expect("tokens");
            let kept = kept.refresh_token.expect("a refresh token").expose().to_owned();
            assert!(!spent.contains(&kept), "the new one is kept, and no old one");
            spent.push(kept);
        }
        for token in &spent[..3] {
            assert_eq!(server.sent_to(token), [Place::Token], "each is used once");
        }
        // Where no new one comes, the old one stays.
        server.configure(|options| options.rotate_refresh_tokens = false);
        server.plant(Misbehaviour::NoRefreshToken);
        for _ in 0..2 {
            let token = source.token().await.expect("a token");
            source.invalidate(&token);
            source.token().await.expect("another");
        }
        assert_eq!(server.sent_to(&spent[3]), [Place::Token; 2]);
        // Asked by hand, the answer takes over the old one only where it holds none.
        let old = RefreshToken::new(spent[3].clone()).expect("a token");
        let kept = client.refresh(&old).send().await.expect("a token").keeping(&old).refresh_token;
        assert_eq!(kept, Some(old.clone()));
        server.behave();
        server.configure(|options| options.rotate_refresh_tokens = true);
        let kept = client.refresh(&old).send().await.expect("a token").keeping(&old).refresh_token;
        assert_ne!(kept, Some(old));
    });
}
