//! RFC 8693, sections 2.1 and 3: what is asked.

use anyrfc_core::compliance::Check;

use super::super::granted::{
    asked, basic, by_basic, client, last, parameters, refused, scope, session, values,
};
use crate::{
    ErrorKind, RefreshToken,
    proto::{Grant, SecurityToken, TokenExchange},
    rfc6749, rfc8693 as r, rfc8707,
    testing::Place,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8693/section-2.1/an-exchange-is-a-posted-form",
        covers: &[r::EXCHANGE_IS_A_FORM_POST],
        run: an_exchange_is_a_posted_form,
    },
    Check {
        name: "rfc8693/section-2.1/the-grant-type-is-the-urn",
        covers: &[r::GRANT_TYPE_IS_SENT],
        run: the_grant_type_is_the_urn,
    },
    Check {
        name: "rfc8693/section-2.1/what-may-be-left-out-is-left-out-or-sent",
        covers: &[
            r::RESOURCE_MAY_BE_LEFT_OUT,
            r::AUDIENCE_MAY_BE_LEFT_OUT,
            r::SCOPE_MAY_BE_LEFT_OUT,
            r::REQUESTED_TOKEN_TYPE_MAY_BE_LEFT_OUT,
            r::ACTOR_TOKEN_MAY_BE_LEFT_OUT,
        ],
        run: what_may_be_left_out_is_left_out_or_sent,
    },
    Check {
        name: "rfc8693/section-2.1/a-resource-is-absolute",
        covers: &[r::RESOURCE_IS_ABSOLUTE],
        run: a_resource_is_absolute,
    },
    Check {
        name: "rfc8693/section-2.1/a-resource-has-no-fragment",
        covers: &[r::RESOURCE_HAS_NO_FRAGMENT],
        run: a_resource_has_no_fragment,
    },
    Check {
        name: "rfc8693/section-2.1/a-resource-may-have-a-query",
        covers: &[r::RESOURCE_MAY_HAVE_A_QUERY],
        run: a_resource_may_have_a_query,
    },
    Check {
        name: "rfc8693/section-2.1/resources-and-audiences-may-repeat",
        covers: &[r::RESOURCE_MAY_REPEAT, r::AUDIENCE_MAY_REPEAT],
        run: resources_and_audiences_may_repeat,
    },
    Check {
        name: "rfc8693/section-2.1/the-subject-goes-with-its-type",
        covers: &[r::SUBJECT_TOKEN_IS_SENT, r::SUBJECT_TOKEN_TYPE_IS_SENT],
        run: the_subject_goes_with_its_type,
    },
    Check {
        name: "rfc8693/section-2.1/the-actor-goes-with-its-type",
        covers: &[r::ACTOR_TOKEN_TYPE_GOES_WITH_ITS_TOKEN],
        run: the_actor_goes_with_its_type,
    },
    Check {
        name: "rfc8693/section-2.1/no-type-of-an-actor-that-is-not-there",
        covers: &[r::NO_ACTOR_TOKEN_TYPE_ALONE],
        run: no_type_of_an_actor_that_is_not_there,
    },
    Check {
        name: "rfc8693/section-3/other-types-are-uris",
        covers: &[r::OTHER_TOKEN_TYPES_MAY_BE_USED],
        run: other_types_are_uris,
    },
];

const API: &str = "https://api.example/v1";

fn subject() -> SecurityToken {
    SecurityToken::jwt("e30.e30.c2ln")
}

fn exchange() -> Grant {
    Grant::token_exchange(TokenExchange::new(subject()))
}

/// The values of a parameter in the request that a grant makes.
#[track_caller]
fn says(grant: &Grant, name: &str) -> Vec<String> {
    values(asked(grant, &client(|_, _| ())).expect("a request").body(), name)
}

fn an_exchange_is_a_posted_form() {
    session(async {
        let server = basic();
        let client = by_basic(&server).await;
        let subject = client.client_credentials().send().await.expect("a token").access_token;
        let exchange = TokenExchange::new(SecurityToken::access(&subject));
        let asked = client.token_exchange(exchange).audience("gr\u{fc}n & co").parameter("x", "a=b+c d");
        asked.send().await.expect("a token");
        let request = last(&server, Place::Token);
        assert_eq!((request.method.as_str(), &*request.url), ("POST", "https://as.example/token"));
        assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
        let body = std::str::from_utf8(&request.body).expect("text");
        assert!(body.contains("audience=gr%C3%BCn+%26+co") && body.contains("x=a%3Db%2Bc+d"), "{body}");
        server.assert_blameless();
    });
}

fn the_grant_type_is_the_urn() {
    assert_eq!(says(&exchange(), "grant_type"), ["urn:ietf:params:oauth:grant-type:token-exchange"]);
    refused(&exchange().parameter("grant_type", "client_credentials"), rfc6749::TOKEN_PARAMETERS_ARE_SINGLE);
}

fn what_may_be_left_out_is_left_out_or_sent() {
    session(async {
        let server = basic();
        let client = by_basic(&server).await;
        let subject = client.client_credentials().send().await.expect("a token").access_token;
        let subject = || SecurityToken::access(&subject);
        client.token_exchange(TokenExchange::new(subject())).send().await.expect("a token");
        let names = |server| -> Vec<String> {
            parameters(&last(server, Place::Token).body).into_iter().map(|(name, _)| name).collect()
        };
        let least = ["grant_type", "subject_token", "subject_token_type"];
        assert_eq!(names(&server), least);
        let all = TokenExchange::new(subject()).actor(subject());
        let all = client
            .token_exchange(all.requested_token_type(SecurityToken::ACCESS_TOKEN))
            .scope(scope("a"))
            .resource(API)
            .audience("b");
        all.send().await.expect("a token");
        let names = names(&server);
        for name in ["resource", "audience", "scope", "requested_token_type", "actor_token"] {
            assert!(names.iter().any(|sent| sent == name), "{name}");
        }
        server.assert_blameless();
    });
}

fn a_resource_is_absolute() {
    for relative in ["", "/v1", "//api.example/v1", "api.example", "?a=b"] {
        refused(&exchange().resource(relative), rfc8707::RESOURCE_IS_ABSOLUTE);
    }
    assert_eq!(says(&exchange().resource("urn:example:api"), "resource"), ["urn:example:api"]);
}

fn a_resource_has_no_fragment() {
    for fragment in ["https://api.example/v1#", "https://api.example/v1#part"] {
        refused(&exchange().resource(fragment), rfc8707::RESOURCE_HAS_NO_FRAGMENT);
    }
    assert_eq!(says(&exchange().resource(API), "resource"), [API]);
}

fn a_resource_may_have_a_query() {
    let query = "https://api.example/v1?tenant=1&x=%20";
    assert_eq!(says(&exchange().resource(query), "resource"), [query]);
}

fn resources_and_audiences_may_repeat() {
    let grant = exchange().resource(API).audience("x").resource("urn:b").audience("y").audience("z");
    assert_eq!(says(&grant, "resource"), [API, "urn:b"]);
    assert_eq!(says(&grant, "audience"), ["x", "y", "z"]);
    // By their own names only: as parameters they might repeat by mistake.
    assert!(asked(&exchange().parameter("audience", "x"), &client(|_, _| ())).is_err());
}

fn the_subject_goes_with_its_type() {
    assert_eq!(says(&exchange(), "subject_token"), ["e30.e30.c2ln"]);
    assert_eq!(says(&exchange(), "subject_token_type"), [SecurityToken::JWT]);
    let refresh = RefreshToken::new("r").expect("a token");
    let grant = Grant::token_exchange(TokenExchange::new(SecurityToken::refresh(&refresh)));
    assert_eq!(says(&grant, "subject_token_type"), ["urn:ietf:params:oauth:token-type:refresh_token"]);
    let of = |subject| Grant::token_exchange(TokenExchange::new(subject));
    refused(&of(SecurityToken::jwt("")), r::SUBJECT_TOKEN_IS_SENT);
    refused(&of(SecurityToken::new("t", "")), r::SUBJECT_TOKEN_TYPE_IS_SENT);
    refused(&of(SecurityToken::new("t", "jwt")), r::SUBJECT_TOKEN_TYPE_IS_SENT);
}

fn the_actor_goes_with_its_type() {
    let acting = |actor| Grant::token_exchange(TokenExchange::new(subject()).actor(actor));
    let grant = acting(SecurityToken::jwt("e30.e30.YWN0"));
    assert_eq!(says(&grant, "actor_token"), ["e30.e30.YWN0"]);
    assert_eq!(says(&grant, "actor_token_type"), [SecurityToken::JWT]);
    // Without a type there is no such token at all.
    for untyped in ["", "jwt"] {
        let error = asked(&acting(SecurityToken::new("t", untyped)), &client(|_, _| ()));
        assert_eq!(error.expect_err("a refusal").kind(), ErrorKind::Usage);
    }
    let bare = exchange().parameter("actor_token", "t");
    refused(&bare, rfc6749::TOKEN_PARAMETERS_ARE_SINGLE);
}

fn no_type_of_an_actor_that_is_not_there() {
    assert!(says(&exchange(), "actor_token_type").is_empty());
    let alone = exchange().parameter("actor_token_type", SecurityToken::JWT.to_owned());
    refused(&alone, rfc6749::TOKEN_PARAMETERS_ARE_SINGLE);
    let empty = Grant::token_exchange(TokenExchange::new(subject()).actor(SecurityToken::jwt("")));
    assert_eq!(asked(&empty, &client(|_, _| ())).expect_err("a refusal").kind(), ErrorKind::Usage);
}

fn other_types_are_uris() {
    let of = |kind| Grant::token_exchange(TokenExchange::new(SecurityToken::new("t", kind)));
    for kind in ["urn:example:macaroon", "https://example.com/types/session"] {
        assert_eq!(says(&of(kind), "subject_token_type"), [kind]);
        let wanted = Grant::token_exchange(TokenExchange::new(subject()).requested_token_type(kind));
        assert_eq!(says(&wanted, "requested_token_type"), [kind]);
    }
    for kind in ["macaroon", "access_token", " "] {
        refused(&of(kind), r::SUBJECT_TOKEN_TYPE_IS_SENT);
        let wanted = Grant::token_exchange(TokenExchange::new(subject()).requested_token_type(kind));
        assert!(asked(&wanted, &client(|_, _| ())).is_err(), "{kind:?}");
    }
}
