//! RFC 7591, sections 3 to 6: the endpoint.

use anyrfc_core::compliance::Check;
use anyrfc_jwt::types::NumericDate;
use serde_json::{Value, json};

use super::{
    super::endpoint::{CALLBACK, breaks, certificate_decides, json_answer, last, unfit, with_server},
    answered, described, registrar, registration, sent, statement,
};
use crate::{
    AccessToken, ClientMetadata, ErrorCode, ErrorKind, OAuth2Client, RedirectUri, SecretLife, rfc7591 as r,
    testing::{Misbehaviour, Place, Plan},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7591/section-1/not-for-everyone",
        covers: &[r::LIMITED_REGISTRATION_NEEDS_A_TOKEN, r::INITIAL_ACCESS_TOKEN_IS_OPTIONAL],
        run: not_for_everyone,
    },
    Check {
        name: "rfc7591/section-3.1/the-request",
        covers: &[r::REGISTRATION_IS_A_JSON_POST],
        run: the_request,
    },
    Check {
        name: "rfc7591/section-3.1.1/statements",
        covers: &[
            r::STATEMENT_IS_OPTIONAL_IN_THE_FLOW,
            r::SOFTWARE_STATEMENT_IS_OPTIONAL,
            r::STATEMENT_MAY_CARRY_METADATA,
            r::STATEMENT_AND_JSON_MAY_MIX,
        ],
        run: statements,
    },
    Check {
        name: "rfc7591/section-3.2.1/the-answer",
        covers: &[
            r::CLIENT_ID_IS_SENT,
            r::SECRET_EXPIRY_IS_SENT,
            r::ZERO_EXPIRY_IS_NEVER,
            r::REGISTERED_METADATA_IS_RETURNED,
            r::RESPONSE_MAY_BE_EXTENDED,
        ],
        run: the_answer,
    },
    Check {
        name: "rfc7591/section-3.2.2/a-refusal",
        covers: &[r::UNKNOWN_ERROR_MEMBERS_ARE_IGNORED, r::ERROR_DESCRIPTION_IS_OPTIONAL],
        run: a_refusal,
    },
    Check {
        name: "rfc7591/section-5/whose-certificate",
        covers: &[r::CERTIFICATE_IS_CHECKED],
        run: whose_certificate,
    },
    Check {
        name: "rfc7591/section-5/a-public-client",
        covers: &[r::PUBLIC_CLIENT_MAY_REGISTER],
        run: a_public_client,
    },
    Check {
        name: "rfc7591/section-6/no-identifier-of-its-own",
        covers: &[r::NO_CLIENT_ID_OF_OWN_MAKING],
        run: no_identifier_of_its_own,
    },
];

fn not_for_everyone() {
    with_server(async |server| {
        let open = registration(&server).await;
        open.register(&described()).await.expect("everyone may");
        assert_eq!(last(&server, Place::Registration).header("authorization"), None);
        server.configure(|options| options.initial_access_token = Some("initial".into()));
        assert_eq!(open.register(&described()).await.expect_err("not for everyone").kind(), ErrorKind::Auth);
        let token = AccessToken::new("initial").expect("a token");
        open.initial_access_token(token).register(&described()).await.expect("it may");
        assert_eq!(last(&server, Place::Registration).header("authorization"), Some("Bearer initial"));
    });
}

fn the_request() {
    with_server(async |server| {
        let mut full = described().name("A").grant_type("authorization_code").authentication_method("none");
        full.contacts = vec!["a@example.org".into()];
        let full = full.extra("x_more", json!({"a": [1]}));
        registration(&server).await.register(&full).await.expect("it is registered");
        let sent = last(&server, Place::Registration);
        assert_eq!((sent.method.as_str(), sent.url.as_str()), ("POST", "https://as.example/register"));
        assert_eq!(sent.header("accept"), Some("application/json"));
        assert_eq!(
            super::body(&sent),
            json!({
                "redirect_uris": [CALLBACK], "client_name": "A", "grant_types": ["authorization_code"],
                "token_endpoint_auth_method": "none", "contacts": ["a@example.org"], "x_more": {"a": [1]},
            })
        );
    });
}

fn statements() {
    with_server(async |server| {
        let registration = registration(&server).await;
        registration.register(&described()).await.expect("without");
        assert_eq!(sent(&server).get("software_statement"), None);
        let stated =
            statement(&json!({"iss": "https://vouches.example", "client_name": "A", "software_id": "x"}));
        let mut both = described().name("B");
        both.software_statement = Some(stated.clone());
        registration.register(&both).await.expect("with");
        let body = sent(&server);
        assert_eq!((&body["software_statement"], &body["client_name"]), (&json!(stated), &json!("B")));
    });
    // What the statement says need not be said again.
    let stated = |claims: Value| {
        let mut alone = ClientMetadata::new();
        alone.software_statement = Some(statement(&claims));
        registrar().register(&alone)
    };
    let claims = json!({"iss": "https://vouches.example", "redirect_uris": [CALLBACK]});
    let request = stated(claims).expect("a request");
    let body: Value = serde_json::from_slice(request.body()).expect("JSON");
    assert_eq!(body.as_object().map(|members| members.len()), Some(1));
    for claims in [json!({"iss": "a"}), json!({"iss": "a", "redirect_uris": []})] {
        unfit(stated(claims), r::REDIRECT_URIS_ARE_REGISTERED);
    }
}

fn the_answer() {
    for id in [json!(null), json!("")] {
        breaks(answered(&json!({"client_id": id})), r::CLIENT_ID_IS_SENT);
    }
    breaks(answered(&json!({"client_id": "a", "client_secret": "b"})), r::SECRET_EXPIRY_IS_SENT);
    for (at, life) in [
        (0_u32, SecretLife::Forever),
        (1, SecretLife::Until(NumericDate::new(1))),
        (2_893_276_800, SecretLife::Until(NumericDate::new(2_893_276_800_i64))),
    ] {
        let told = json!({"client_id": "a", "client_secret": "b", "client_secret_expires_at": at, "x": [1]});
        let told = answered(&told).expect("a client");
        assert_eq!(told.client_secret_life, Some(life));
        assert_eq!(told.document["x"], json!([1]));
    }
    let answer = json!({"client_id": "a"}).to_string();
    registrar().registered(&json_answer(201, answer.clone())).expect("a client");
    for odd in [json_answer(200, answer), json_answer(201, "[]"), json_answer(201, "{\"client_id\":\"a\"}x")]
    {
        breaks(registrar().registered(&odd), r::REGISTERED_METADATA_IS_RETURNED);
    }
}

fn a_refusal() {
    with_server(async |server| {
        let registration = registration(&server).await;
        let plant = |body: Value| {
            let fields = vec![("content-type".to_owned(), "application/json".to_owned())];
            let fault = Misbehaviour::Instead(400, fields, body.to_string().into());
            server.plant(Plan::from(fault).at(Place::Registration).once());
        };
        for more in [json!(null), json!(7), json!({"a": [{}]}), json!("x\r\ny")] {
            plant(
                json!({"error": "invalid_redirect_uri", "x_more": more, "redirect_uris": more, "status": more}),
            );
            let error = registration.register(&described()).await.expect_err("it is refused");
            let said = error.response().expect("what it said");
            assert_eq!((error.kind(), &said.code), (ErrorKind::Refused, &ErrorCode::InvalidRedirectUri));
            assert_eq!(said.description, None);
        }
        plant(json!({"error": "invalid_client_metadata", "error_description": "no"}));
        let error = registration.register(&described()).await.expect_err("it is refused");
        let said = error.response().expect("what it said");
        assert_eq!(
            (&said.code, said.description.as_deref()),
            (&ErrorCode::InvalidClientMetadata, Some("no"))
        );
    });
}

fn whose_certificate() {
    certificate_decides(Place::Registration, async |server, http| {
        OAuth2Client::registration(server).http(http).register(&described()).await.map(drop)
    });
}

fn a_public_client() {
    with_server(async |server| {
        let uri = RedirectUri::new("http://127.0.0.1/cb").expect("a redirection URI");
        let public = ClientMetadata::new().redirect_uri(uri).authentication_method("none");
        let told = registration(&server).await.register(&public).await.expect("it is registered");
        assert_eq!(sent(&server)["token_endpoint_auth_method"], "none");
        assert_eq!((told.client_secret, told.client_secret_life), (None, None));
    });
}

fn no_identifier_of_its_own() {
    let servers = [
        "client_id",
        "client_secret",
        "client_id_issued_at",
        "client_secret_expires_at",
        "registration_access_token",
        "registration_client_uri",
    ];
    for name in servers {
        unfit(described().extra(name, "mine").to_json(), r::NO_CLIENT_ID_OF_OWN_MAKING);
    }
    with_server(async |server| {
        let told = registration(&server).await.register(&described()).await.expect("it is registered");
        assert!(servers.iter().all(|name| sent(&server).get(name).is_none()));
        assert!(!told.client_id.as_str().is_empty());
    });
}
