//! RFC 8693, sections 2.2 and 6: what is answered, and over which connections.

use anyrfc_core::compliance::Check;

use super::super::granted::{basic, by_basic, only_tls_is_spoken_to, session};
use crate::{
    AccessToken, Error, ErrorKind, OAuth2Client, Requirement, TokenResponse, TokenType,
    proto::{SecurityToken, TokenExchange},
    rfc6749, rfc8693 as r,
    testing::{Misbehaviour as M, Place, Plan},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8693/section-2.2.1/an-answer-says-what-was-issued",
        covers: &[r::ISSUED_TOKEN_TYPE_IS_RETURNED],
        run: an_answer_says_what_was_issued,
    },
    Check {
        name: "rfc8693/section-2.2.1/an-answer-holds-a-token-and-its-type",
        covers: &[r::ACCESS_TOKEN_IS_RETURNED, r::TOKEN_TYPE_IS_RETURNED],
        run: an_answer_holds_a_token_and_its_type,
    },
    Check {
        name: "rfc8693/section-2.2.1/n-a-is-no-access-token",
        covers: &[r::N_A_IS_NO_ACCESS_TOKEN],
        run: n_a_is_no_access_token,
    },
    Check {
        name: "rfc8693/section-6/tokens-travel-encrypted",
        covers: &[r::TOKENS_TRAVEL_ENCRYPTED],
        run: tokens_travel_encrypted,
    },
];

/// What comes of exchanging a token while the server does this.
async fn exchanged(fault: Option<M>) -> Result<TokenResponse, Error> {
    let server = basic();
    let client = by_basic(&server).await;
    let subject = subject(&client).await;
    if let Some(fault) = fault {
        server.plant(Plan::from(fault).at(Place::Token));
    }
    client.token_exchange(TokenExchange::new(SecurityToken::access(&subject))).send().await
}

async fn subject(client: &OAuth2Client) -> AccessToken {
    client.client_credentials().send().await.expect("a token").access_token
}

async fn broken(fault: M, requirement: &'static Requirement) {
    let error = exchanged(Some(fault)).await.expect_err("a breach");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(requirement)), "{error}");
}

fn an_answer_says_what_was_issued() {
    session(async {
        let issued = exchanged(None).await.expect("a token").issued_token_type;
        assert_eq!(issued.as_deref(), Some(SecurityToken::ACCESS_TOKEN));
        broken(M::Without("issued_token_type".into()), r::ISSUED_TOKEN_TYPE_IS_RETURNED).await;
    });
}

fn an_answer_holds_a_token_and_its_type() {
    session(async {
        assert!(exchanged(None).await.is_ok());
        broken(M::NoAccessToken, rfc6749::ACCESS_TOKEN_IS_RETURNED).await;
        broken(M::NoTokenType, rfc6749::TOKEN_TYPE_IS_RETURNED).await;
    });
}

fn n_a_is_no_access_token() {
    session(async {
        let server = basic();
        server.plant(Plan::from(M::TokenType("N_A".into())).at(Place::Token).after(1));
        let issued = M::Member("issued_token_type".into(), SecurityToken::JWT.into());
        server.plant(Plan::from(issued).at(Place::Token).after(1));
        let client = by_basic(&server).await;
        let subject = subject(&client).await;
        let exchange = || TokenExchange::new(SecurityToken::access(&subject));
        let token = client.token_exchange(exchange()).send().await.expect("a token");
        assert_eq!(token.token_type, TokenType::NotAnAccessToken);
        // No resource gets it.
        let error = client.resource_by(&token).get("https://api.example/v1").await.expect_err("a refusal");
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(r::N_A_IS_NO_ACCESS_TOKEN)));
        server.assert_nothing_sent_to(Place::Resource);
        // An access token is none of these.
        server.behave();
        server.plant(M::TokenType("n_a".into()));
        let error = client.token_exchange(exchange()).send().await.expect_err("a breach");
        assert_eq!(error.requirement(), Some(r::N_A_IS_NO_ACCESS_TOKEN));
        // It answers no other grant.
        assert_eq!(
            client.client_credentials().send().await.expect_err("a breach").kind(),
            ErrorKind::Protocol
        );
        server.behave();
        let token = client.token_exchange(exchange()).send().await.expect("a token");
        client.resource_by(&token).get("https://api.example/v1").await.expect("the resource");
    });
}

fn tokens_travel_encrypted() {
    only_tls_is_spoken_to("token_endpoint");
    session(async {
        let server = basic();
        let client = by_basic(&server).await;
        let token = client.client_credentials().send().await.expect("a token");
        let error = client.resource_by(&token).get("http://api.example/v1").await.expect_err("a refusal");
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(server.sent_to(token.access_token.expose()).is_empty());
        client.resource_by(&token).get("https://api.example/v1").await.expect("the resource");
    });
}
