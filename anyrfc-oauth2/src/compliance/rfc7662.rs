//! RFC 7662: tokens that are looked into.

use std::{error::Error as _, time::Duration};

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};
use serde_json::{Value, json};

use super::{
    Waived,
    endpoint::{
        app, asking, breaks, builder, certificate_decides, granted, known, last, scope, web, with_server,
    },
};
use crate::{
    AccessToken, ClientSecret, Error, ErrorKind, Introspection, OAuth2Client, TokenResponse,
    proto::ClientAuthentication,
    rfc7662 as r,
    testing::{AuthorizationServer, Misbehaviour, Place, Plan},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::HINT_IS_OPTIONAL,
        ByConstruction(
            "a permission that is not used: `proto::Presented` knows what kind of token it is and says so",
        ),
    ),
    (
        r::RESPONSE_MAY_BE_CACHED,
        ByConstruction("a permission that is not used: `OAuth2Client::introspect` keeps no answer"),
    ),
];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc7662/section-1.1/letter-case-counts",
        covers: &[r::NAMES_ARE_CASE_SENSITIVE],
        run: letter_case_counts,
    },
    Check {
        name: "rfc7662/section-2.1/the-query",
        covers: &[
            r::REQUEST_IS_A_FORM_POST,
            r::TOKEN_IS_SENT,
            r::HINT_MAY_SPEED_LOOKUP,
            r::MORE_PARAMETERS_ARE_OPTIONAL,
        ],
        run: the_query,
    },
    Check {
        name: "rfc7662/section-2.2/active-or-not",
        covers: &[
            r::ACTIVE_IS_SENT,
            r::INACTIVE_TOKEN_IS_ACTIVE_FALSE,
            r::INACTIVE_RESPONSE_HAS_ACTIVE_ALONE,
        ],
        run: active_or_not,
    },
    Check {
        name: "rfc7662/section-2.2/each-member-may-be-missing",
        covers: &[
            r::SCOPE_IS_OPTIONAL,
            r::CLIENT_ID_IS_OPTIONAL,
            r::USERNAME_IS_OPTIONAL,
            r::TOKEN_TYPE_IS_OPTIONAL,
            r::EXP_IS_OPTIONAL,
            r::IAT_IS_OPTIONAL,
            r::NBF_IS_OPTIONAL,
            r::SUB_IS_OPTIONAL,
            r::AUD_IS_OPTIONAL,
            r::ISS_IS_OPTIONAL,
            r::JTI_IS_OPTIONAL,
            r::RESPONSE_MAY_BE_EXTENDED,
        ],
        run: each_member_may_be_missing,
    },
    Check {
        name: "rfc7662/section-4/the-same-credentials",
        covers: &[r::CREDENTIALS_MAY_BE_REUSED],
        run: the_same_credentials,
    },
    Check {
        name: "rfc7662/section-4/whose-certificate",
        covers: &[r::CERTIFICATE_IS_CHECKED],
        run: whose_certificate,
    },
    Check {
        name: "rfc7662/section-4/no-answer-outlives-its-token",
        covers: &[r::CACHE_ENDS_AT_EXP, r::CACHE_IS_THE_CALLERS_CHOICE],
        run: no_answer_outlives_its_token,
    },
    Check {
        name: "rfc7662/section-5/nothing-is-said-of-users",
        covers: &[r::USER_DATA_IS_NOT_DISCLOSED],
        run: nothing_is_said_of_users,
    },
];

fn read(document: Value) -> Result<Introspection, Error> {
    let Value::Object(document) = document else { panic!("no object") };
    Introspection::read(document)
}

async fn token(server: &AuthorizationServer, client: &OAuth2Client) -> TokenResponse {
    granted(server, client, asking(client).scope(scope("read"))).await
}

fn letter_case_counts() {
    breaks(read(json!({"Active": true})), r::ACTIVE_IS_SENT);
    breaks(read(json!({"ACTIVE": true, "active": "TRUE"})), r::ACTIVE_IS_SENT);
    let told = read(json!({"active": true, "Scope": "a", "SUB": "b", "scope": "READ"})).expect("an answer");
    let told = told.active().expect("it is good");
    assert_eq!((told.scope, told.subject), (Some(scope("READ")), None));
    with_server(async |server| {
        let client = web(&server).await;
        let granted = token(&server, &client).await;
        // The value of a token is another one in other letters.
        let other = AccessToken::new(granted.access_token.expose().to_uppercase()).expect("a token");
        assert_ne!(other, granted.access_token);
        assert_eq!(client.introspect(&other).await.expect("an answer"), Introspection::Inactive);
        assert_eq!(last(&server, Place::Introspection).parameter("token").as_deref(), Some(other.expose()));
        assert!(client.introspect(&granted.access_token).await.expect("an answer").is_active());
    });
}

fn the_query() {
    with_server(async |server| {
        let client = web(&server).await;
        let tokens = token(&server, &client).await;
        let refresh = tokens.refresh_token.expect("a refresh token");
        client.introspect(&tokens.access_token).await.expect("an answer");
        client.introspect(&refresh).await.expect("an answer");
        let asked = [(tokens.access_token.expose(), "access_token"), (refresh.expose(), "refresh_token")];
        let sent = server.requests_to(Place::Introspection);
        assert_eq!(sent.len(), 2);
        for (sent, (token, hint)) in sent.iter().zip(asked) {
            assert_eq!(sent.method.as_str(), "POST");
            assert!(!sent.url.contains('?'), "{}", sent.url);
            assert_eq!(sent.header("content-type"), Some("application/x-www-form-urlencoded"));
            assert_eq!(sent.header("accept"), Some("application/json"));
            // Two parameters, and nothing more.
            let body = String::from_utf8(sent.body.to_vec()).expect("text");
            assert_eq!(body.split('&').count(), 2, "{body}");
            assert_eq!(sent.parameter("token").as_deref(), Some(token));
            assert_eq!(sent.parameter("token_type_hint").as_deref(), Some(hint));
        }
    });
}

fn active_or_not() {
    for active in [json!(null), json!("true"), json!(1), json!([true])] {
        breaks(read(json!({"active": active})), r::ACTIVE_IS_SENT);
    }
    breaks(read(json!({})), r::ACTIVE_IS_SENT);
    // Nothing else that is said counts then.
    let dead = json!({"active": false, "sub": "alice", "scope": 7, "exp": "soon"});
    assert_eq!(read(dead).expect("an answer"), Introspection::Inactive);
    assert!(read(json!({"active": true})).expect("an answer").is_active());
    with_server(async |server| {
        let client = web(&server).await;
        let granted = token(&server, &client).await;
        let unknown = AccessToken::new("unknown").expect("a token");
        assert_eq!(client.introspect(&unknown).await.expect("an answer"), Introspection::Inactive);
        server.expire_access_tokens();
        assert_eq!(
            client.introspect(&granted.access_token).await.expect("an answer"),
            Introspection::Inactive
        );
    });
}

fn each_member_may_be_missing() {
    let full = json!({
        "active": true, "scope": "read", "client_id": "app", "username": "alice", "token_type": "Bearer",
        "exp": 2_000_000_000, "iat": 1_900_000_000, "nbf": 1_900_000_000, "sub": "a", "aud": "https://rs.example",
        "iss": "https://as.example", "jti": "1",
    });
    let members = full.as_object().expect("an object");
    let what = |told: Introspection| {
        let told = told.active().expect("it is good");
        [
            ("scope", told.scope.is_some()),
            ("client_id", told.client_id.is_some()),
            ("username", told.username.is_some()),
            ("token_type", told.token_type.is_some()),
            ("exp", told.expires_at.is_some()),
            ("iat", told.issued_at.is_some()),
            ("nbf", told.not_before.is_some()),
            ("sub", told.subject.is_some()),
            ("aud", told.audience.is_some()),
            ("iss", told.issuer.is_some()),
            ("jti", told.id.is_some()),
        ]
    };
    let all = what(read(full.clone()).expect("an answer"));
    assert!(all.iter().all(|(_, there)| *there), "{all:?}");
    for (name, _) in all {
        let mut less = members.clone();
        less.remove(name);
        for (other, there) in what(read(Value::Object(less)).expect("an answer")) {
            assert_eq!(there, other != name, "{other} without {name}");
        }
        // What is of another type is not what it says it is.
        let mut wrong = members.clone();
        wrong.insert(name.to_owned(), json!([{}]));
        assert_eq!(read(Value::Object(wrong)).expect_err(name).kind(), ErrorKind::Protocol, "{name}");
    }
    let more = read(json!({"active": true, "extension_field": {"a": [1]}})).expect("an answer");
    let more = more.active().expect("it is good");
    assert_eq!(more.document["extension_field"], json!({"a": [1]}));
}

fn the_same_credentials() {
    with_server(async |server| {
        let client = web(&server).await;
        let granted = token(&server, &client).await;
        client.introspect(&granted.access_token).await.expect("an answer");
        let shown = [Place::Token, Place::Introspection]
            .map(|place| last(&server, place).header("authorization").map(str::to_owned));
        assert!(shown[0].as_deref().is_some_and(|field| field.starts_with("Basic ")), "{shown:?}");
        assert_eq!(shown[0], shown[1]);
        // Whoever has none is not told anything.
        let guess = ClientAuthentication::SecretBasic(ClientSecret::new("a guess").expect("a secret"));
        let other = builder(&server, "web").await.authentication(guess).build().expect("a client");
        let error = other.introspect(&granted.access_token).await.expect_err("not for anyone");
        assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    });
}

fn whose_certificate() {
    certificate_decides(Place::Introspection, async |server, http| {
        let answer = known(server, http).introspect(AccessToken::new("a-token")?).await?;
        assert_eq!(answer, Introspection::Inactive);
        Ok(())
    });
}

fn no_answer_outlives_its_token() {
    with_server(async |server| {
        let client = web(&server).await;
        let granted = token(&server, &client).await;
        let told = client.introspect(&granted.access_token).await.expect("an answer");
        // Whoever keeps it knows until when.
        let kept = told.clone().active().expect("it is good");
        let end = kept.expires_at.expect("an end").seconds();
        assert_eq!(client.introspect(&granted.access_token).await.expect("an answer"), told);
        assert_eq!(server.count(Place::Introspection), 2, "each question is asked");
        let left = u64::try_from(end).expect("a date").saturating_sub(server.now().as_secs());
        assert!((3500..=3600).contains(&left), "{left}");
        tokio::time::advance(Duration::from_secs(left + 1)).await;
        assert_eq!(
            client.introspect(&granted.access_token).await.expect("an answer"),
            Introspection::Inactive
        );
    });
}

fn nothing_is_said_of_users() {
    const USER: &str = "jane-doe-4711";
    let said = |error: &Error| {
        let mut text = format!("{error} {error:?}");
        let mut cause = error.source();
        while let Some(inner) = cause {
            text += &format!(" {inner} {inner:?}");
            cause = inner.source();
        }
        text
    };
    // What is wrong with an answer is told without the answer.
    for name in ["exp", "iat", "nbf", "client_id", "cnf", "active", "scope", "auth_time"] {
        let mut answer = json!({"active": true, "sub": USER, "username": USER});
        answer[name] = json!([USER, "\u{1}"]);
        let error = read(answer).expect_err(name);
        assert!(!said(&error).contains(USER), "{name}: {error:?}");
    }
    // Of a token that is not good nothing is passed on.
    let dead = read(json!({"active": false, "sub": USER, "username": USER})).expect("an answer");
    assert!(!format!("{dead:?}").contains(USER));
    with_server(async |server| {
        server.configure(|options| options.subject = USER.into());
        let client = web(&server).await;
        let granted = token(&server, &client).await;
        let good = client.introspect(&granted.access_token).await.expect("an answer");
        assert_eq!(good.active().and_then(|told| told.subject).as_deref(), Some(USER));
        for fault in [
            Misbehaviour::TruncatedJson,
            Misbehaviour::TrailingJson,
            Misbehaviour::JsonArray,
            Misbehaviour::Twice("sub".into()),
            Misbehaviour::ContentType("text/plain".into()),
        ] {
            server.plant(Plan::from(fault.clone()).at(Place::Introspection).once());
            let error = client.introspect(&granted.access_token).await.expect_err("no answer");
            assert!(!said(&error).contains(USER), "{fault:?}: {error:?}");
        }
        // Nor is it said at the server's other endpoints, or to whoever else is talked to.
        let public = app(&server).await;
        let _ = token(&server, &public).await;
        assert!(server.sent_to(USER).is_empty());
    });
}
