//! RFC 6749, section 5: what a token endpoint answers.

use std::time::Duration;

use anyrfc_core::compliance::Check;
use bytes::Bytes;
use serde_json::json;

use super::support::{server, web, with_server};
use crate::{
    Error, ErrorCode, ErrorKind, TokenResponse, TokenType, rfc6749 as r,
    testing::{AuthorizationServer, Misbehaviour, Place, Plan},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6749/section-5.1/the-type-in-any-case",
        covers: &[r::TOKEN_TYPE_IGNORES_CASE],
        run: the_type_in_any_case,
    },
    Check {
        name: "rfc6749/section-5.1/what-has-to-be-there",
        covers: &[r::ACCESS_TOKEN_IS_RETURNED, r::TOKEN_TYPE_IS_RETURNED],
        run: what_has_to_be_there,
    },
    Check {
        name: "rfc6749/section-5.1/a-json-object",
        covers: &[r::TOKEN_RESPONSE_IS_A_JSON_OBJECT],
        run: a_json_object,
    },
    Check {
        name: "rfc6749/section-5.1/members-that-are-not-known",
        covers: &[r::UNKNOWN_MEMBERS_ARE_IGNORED],
        run: members_that_are_not_known,
    },
    Check {
        name: "rfc6749/section-5.1/values-of-any-size",
        covers: &[r::TOKENS_HAVE_ANY_SIZE],
        run: values_of_any_size,
    },
    Check {
        name: "rfc6749/section-5.2/errors-are-json-objects",
        covers: &[r::TOKEN_ERROR_IS_A_JSON_OBJECT],
        run: errors_are_json_objects,
    },
    Check {
        name: "rfc6749/section-5.2/the-code-of-an-error",
        covers: &[r::TOKEN_ERROR_IS_RETURNED, r::TOKEN_ERROR_CHARACTERS],
        run: the_code_of_an_error,
    },
];

/// What a client makes of this fault.
async fn answered(
    server: &AuthorizationServer,
    fault: impl IntoIterator<Item = Misbehaviour>,
) -> Result<TokenResponse, Error> {
    let client = web(server).await;
    for fault in fault {
        server.plant(Plan::from(fault).at(Place::Token));
    }
    let answer = client.client_credentials().send().await;
    server.behave();
    answer
}

/// What a client makes of this body.
async fn told(server: &AuthorizationServer, status: u16, body: &'static str) -> Result<TokenResponse, Error> {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    answered(server, [Misbehaviour::Instead(status, headers, Bytes::from(body))]).await
}

fn the_type_in_any_case() {
    with_server(async |server| {
        for name in ["bearer", "Bearer", "BEARER", "bEARER"] {
            let tokens = answered(&server, [Misbehaviour::TokenType(name.to_owned())]).await;
            assert_eq!(tokens.expect("it is a type").token_type, TokenType::Bearer, "{name}");
        }
        for name in ["bearer ", "bear", "", "\u{212a}"] {
            let error = answered(&server, [Misbehaviour::TokenType(name.to_owned())]).await;
            assert_eq!(error.expect_err("another type").kind(), ErrorKind::Protocol, "{name}");
        }
    });
}

fn what_has_to_be_there() {
    with_server(async |server| {
        for (fault, requirement) in [
            (Misbehaviour::NoAccessToken, r::ACCESS_TOKEN_IS_RETURNED),
            (Misbehaviour::Member("access_token".to_owned(), json!(null)), r::ACCESS_TOKEN_IS_RETURNED),
            (Misbehaviour::NoTokenType, r::TOKEN_TYPE_IS_RETURNED),
            (Misbehaviour::Member("token_type".to_owned(), json!(["Bearer"])), r::TOKEN_TYPE_IS_RETURNED),
        ] {
            let error = answered(&server, [fault]).await.expect_err("it is missing");
            assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(requirement)));
        }
        let least = told(&server, 200, r#"{"access_token":"a","token_type":"Bearer"}"#).await.expect("all");
        assert_eq!(least.access_token.expose(), "a");
        assert_eq!((least.expires_in, least.refresh_token, least.scope), (None, None, None));
    });
}

fn a_json_object() {
    with_server(async |server| {
        let orders = [
            r#"{"access_token":"a","token_type":"Bearer","expires_in":60,"refresh_token":"r","scope":"s"}"#,
            r#"{"scope":"s","refresh_token":"r","expires_in":60,"token_type":"Bearer","access_token":"a"}"#,
            "\r\n{ \"expires_in\" : 6e1,\t\"scope\":\"\\u0073\", \"access_token\":\"\\u0061\", \"refresh_token\":\"r\",\n\
             \"token_type\":\"Bearer\" } ",
        ];
        for body in orders {
            let tokens = told(&server, 200, body).await.expect("one object, however it is written");
            assert_eq!(tokens.access_token.expose(), "a");
            assert_eq!(tokens.refresh_token.as_ref().map(crate::RefreshToken::expose), Some("r"));
            assert_eq!(tokens.expires_in, Some(Duration::from_secs(60)));
            assert_eq!(tokens.scope.map(|scope| scope.to_string()).as_deref(), Some("s"));
        }
        let faults = [
            Misbehaviour::TruncatedJson,
            Misbehaviour::TrailingJson,
            Misbehaviour::JsonArray,
            Misbehaviour::EmptyBody,
            Misbehaviour::Html,
            Misbehaviour::ContentType("text/plain".to_owned()),
            Misbehaviour::Twice("access_token".to_owned()),
            Misbehaviour::Member("access_token".to_owned(), json!(1)),
            Misbehaviour::Member("refresh_token".to_owned(), json!(["r"])),
        ];
        for fault in faults {
            let error = answered(&server, [fault.clone()]).await.expect_err("no such object");
            assert_eq!(error.kind(), ErrorKind::Protocol, "{fault:?}");
            assert_eq!(error.requirement(), Some(r::TOKEN_RESPONSE_IS_A_JSON_OBJECT), "{fault:?}");
        }
        // A form is not taken for one, unless that was chosen.
        let form = Bytes::from("access_token=a&token_type=Bearer");
        let headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        let error = answered(&server, [Misbehaviour::Instead(200, headers, form)]).await;
        assert_eq!(error.expect_err("a form").kind(), ErrorKind::Protocol);
    });
}

fn members_that_are_not_known() {
    with_server(async |server| {
        let body = r#"{"x":null,"access_token":"a","example_parameter":{"error":"no"},"Token_Type":"mac",
            "token_type":"Bearer","created_at":17,"list":[[],{}],"":""}"#;
        let tokens = told(&server, 200, body).await.expect("what is not known is not in the way");
        assert_eq!((tokens.access_token.expose(), &tokens.token_type), ("a", &TokenType::Bearer));
        // Nothing of it is lost to those who know it.
        assert_eq!(tokens.extra.get("created_at"), Some(&json!(17)));
    });
}

fn values_of_any_size() {
    with_server(async |server| {
        let member = |name: &str, value: &str| Misbehaviour::Member(name.to_owned(), json!(value));
        for size in [1, 255, 4096, 65_537, 200_000] {
            let text = "t".repeat(size);
            let tokens = answered(&server, [member("access_token", &text)]).await.expect("of any size");
            assert_eq!(tokens.access_token.expose(), text);
            // It is sent as long as it is; this server does not know it.
            let client = web(&server).await;
            let refused = client.resource_by(&tokens).get(&server.url(Place::Resource)).await;
            assert_eq!(refused.expect_err("it is made up").status(), Some(401));
            let sent = super::support::last(server.requests_to(Place::Resource));
            assert_eq!(sent.header("authorization"), Some(&*format!("Bearer {text}")));
            let tokens = answered(&server, [member("refresh_token", &text)]).await.expect("of any size");
            assert_eq!(tokens.refresh_token.as_ref().map(crate::RefreshToken::expose), Some(&*text));
            let tokens = answered(&server, [member("scope", &text)]).await.expect("of any size");
            assert_eq!(tokens.scope.as_ref().map(ToString::to_string), Some(text.clone()));
            let tokens = answered(&server, [member("id_token", &text)]).await.expect("of any size");
            assert_eq!(tokens.id_token.as_ref().map(|id| id.expose().len()), Some(size));
            let tokens = answered(&server, [member("x", &text)]).await.expect("of any size");
            assert_eq!(tokens.extra.get("x"), Some(&json!(text)));
        }
    });
}

fn errors_are_json_objects() {
    with_server(async |server| {
        let bodies = [
            r#"{"error":"invalid_grant","error_description":"why","error_uri":"https://as.example/e"}"#,
            r#"{"error_uri":"https://as.example/e","x":[{}],"error_description":"why","error":"invalid_grant"}"#,
            "{\"error_description\" : \"w\\u0068y\",\"error_uri\":\"https://as.example/e\",\r\n\"error\":\"invalid\\u005fgrant\"}",
        ];
        for body in bodies {
            let error = told(&server, 400, body).await.expect_err("it is refused");
            let refusal = error.response().expect("it says why");
            assert_eq!((error.kind(), &refusal.code), (ErrorKind::Refused, &ErrorCode::InvalidGrant));
            assert_eq!(refusal.description.as_deref(), Some("why"));
            assert_eq!(refusal.uri.as_deref(), Some("https://as.example/e"));
        }
        // What is no such object gives no code, and is refused all the same.
        for body in [
            r#"["error","invalid_grant"]"#,
            r#"{"error":"invalid_grant""#,
            r#"{"error":"invalid_grant","error":"invalid_client"}"#,
            r#""invalid_grant""#,
            "error=invalid_grant",
        ] {
            let error = told(&server, 400, body).await.expect_err("it is refused");
            assert_eq!((error.kind(), error.status()), (ErrorKind::Refused, Some(400)), "{body}");
            assert!(error.response().is_none(), "{body}");
        }
        let headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
        let text = Bytes::from(r#"{"error":"invalid_grant"}"#);
        let error = answered(&server, [Misbehaviour::Instead(400, headers, text)]).await;
        assert!(error.expect_err("it is refused").response().is_none());
    });
}

fn the_code_of_an_error() {
    anyrfc_core::testing::run_virtual(async {
        let server = server();
        for body in [r#"{"error":"a\"b"}"#, r#"{"error":"a\\b"}"#, r#"{"error":"a\nb"}"#, r#"{"error":""}"#] {
            let error = told(&server, 400, body).await.expect_err("it is refused");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(r::TOKEN_ERROR_CHARACTERS)),
                "{body}"
            );
        }
        for body in [r#"{"error":1}"#, r#"{"error":null}"#] {
            let error = told(&server, 400, body).await.expect_err("it is refused");
            assert_eq!(error.requirement(), Some(r::TOKEN_ERROR_IS_RETURNED), "{body}");
        }
        // With a success it is no success, and no error that is told as one.
        let error = told(&server, 200, r#"{"error":"invalid_grant"}"#).await.expect_err("no token");
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Protocol, Some(r::TOKEN_ERROR_IS_RETURNED))
        );
        let error = told(&server, 401, r#"{"error":"invalid_client"}"#).await.expect_err("it is refused");
        assert_eq!(error.response().map(|refusal| &refusal.code), Some(&ErrorCode::InvalidClient));
        let error = told(&server, 400, r#"{"error":"a new one!"}"#).await.expect_err("it is refused");
        assert_eq!(error.response().map(|refusal| refusal.code.as_str()), Some("a new one!"));
    });
}
