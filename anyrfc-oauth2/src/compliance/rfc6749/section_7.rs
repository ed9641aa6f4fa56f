//! RFC 6749, section 7: using tokens.

use anyrfc_core::compliance::Check;
use serde_json::json;

use super::support::{asking, go, web, with_server};
use crate::{
    ErrorKind, rfc6749 as r,
    testing::{Misbehaviour, Place},
};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc6749/section-7.1/no-token-of-an-unknown-type",
    covers: &[r::UNKNOWN_TOKEN_TYPE_IS_NOT_USED],
    run: no_token_of_an_unknown_type,
}];

fn no_token_of_an_unknown_type() {
    with_server(async |server| {
        let client = web(&server).await;
        // The last two are known, but to no client without a key, and to no grant but an exchange.
        for name in ["mac", "x", "Bearer2", "DPoP", "N_A"] {
            server.plant(Misbehaviour::TokenType(name.to_owned()));
            server.plant(Misbehaviour::Member("access_token".to_owned(), json!("odd")));
            let by_code = go(&server, &client, asking(&client)).await;
            let by_itself = client.client_credentials().send().await;
            let by_source =
                client.token_source().client_credentials().token().await.map(|_| ()).expect_err("unknown");
            for error in
                [by_code, by_itself].map(|answer| answer.expect_err("unknown")).into_iter().chain([by_source])
            {
                assert_eq!(
                    (error.kind(), error.requirement()),
                    (ErrorKind::Protocol, Some(r::UNKNOWN_TOKEN_TYPE_IS_NOT_USED)),
                    "{name}"
                );
            }
            server.behave();
        }
        assert!(server.sent_to("odd").is_empty());
        let tokens = client.client_credentials().send().await.expect("a token of a known type");
        client.resource_by(&tokens).get(&server.url(Place::Resource)).await.expect("it is used");
    });
}
