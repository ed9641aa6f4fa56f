//! RFC 7591, sections 1 and 2: what a client says of itself.

use anyrfc_core::compliance::Check;
use anyrfc_jwt::{
    proto::SigningKey,
    types::{JwkSet, JwsAlgorithm},
};
use serde_json::{Value, json};

use super::{
    super::endpoint::{CALLBACK, breaks, unfit, with_server},
    answered, described, registration, sent, statement,
};
use crate::{
    ClientMetadata, ErrorKind, OAuth2Client, RedirectUri, Requirement, codec::callback::Callback,
    proto::ClientAuthentication, rfc7591 as r, testing::Place,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7591/section-1.1/letter-case-counts",
        covers: &[r::NAMES_ARE_CASE_SENSITIVE],
        run: letter_case_counts,
    },
    Check {
        name: "rfc7591/section-2/what-is-not-said",
        covers: &[
            r::METADATA_IS_OPTIONAL,
            r::DEFAULT_AUTH_METHOD_IS_BASIC,
            r::DEFAULT_GRANT_IS_THE_CODE,
            r::DEFAULT_RESPONSE_TYPE_IS_CODE,
        ],
        run: what_is_not_said,
    },
    Check {
        name: "rfc7591/section-2/redirection",
        covers: &[r::REDIRECT_URIS_ARE_REGISTERED, r::INCONSISTENT_TYPES_ARE_PREVENTED],
        run: redirection,
    },
    Check {
        name: "rfc7591/section-2/what-is-registered-is-what-is-sent",
        covers: &[r::GRANT_TYPES_ARE_WHAT_IS_SENT, r::RESPONSE_TYPES_ARE_WHAT_IS_SENT],
        run: what_is_registered_is_what_is_sent,
    },
    Check {
        name: "rfc7591/section-2/name-and-page",
        covers: &[r::CLIENT_NAME_IS_SENT, r::CLIENT_URI_IS_SENT],
        run: name_and_page,
    },
    Check {
        name: "rfc7591/section-2/urls-lead-somewhere",
        covers: &[
            r::CLIENT_URI_IS_A_PAGE,
            r::LOGO_URI_IS_AN_IMAGE,
            r::TOS_URI_IS_A_PAGE,
            r::POLICY_URI_IS_A_PAGE,
            r::JWKS_URI_IS_A_JWK_SET,
        ],
        run: urls_lead_somewhere,
    },
    Check {
        name: "rfc7591/section-2/keys",
        covers: &[r::JWKS_IS_A_JWK_SET, r::JWKS_URI_EXCLUDES_JWKS, r::JWKS_EXCLUDES_JWKS_URI],
        run: keys,
    },
    Check {
        name: "rfc7591/section-2.2/many-languages",
        covers: &[
            r::METADATA_MAY_BE_TRANSLATED,
            r::CLIENT_NAME_MAY_BE_TRANSLATED,
            r::CLIENT_URI_MAY_BE_TRANSLATED,
            r::LOGO_URI_MAY_BE_TRANSLATED,
            r::TOS_URI_MAY_BE_TRANSLATED,
            r::POLICY_URI_MAY_BE_TRANSLATED,
            r::UNTAGGED_FIELD_STANDS_BESIDE_TAGGED,
        ],
        run: many_languages,
    },
    Check {
        name: "rfc7591/section-2.2/tags",
        covers: &[
            r::TAGS_ARE_SPELLED_AS_REGISTERED,
            r::TAGS_IGNORE_CASE,
            r::UNTAGGED_TEXT_HAS_NO_LANGUAGE,
            r::UNTAGGED_TEXT_IS_SHOWN_AS_IS,
        ],
        run: tags,
    },
    Check {
        name: "rfc7591/section-2.3/a-statement",
        covers: &[r::PRESENTED_STATEMENT_IS_A_JWS, r::PRESENTED_STATEMENT_HAS_AN_ISS],
        run: a_statement,
    },
    Check {
        name: "rfc7591/section-5/safe-redirection",
        covers: &[r::REDIRECT_URI_IS_SAFE],
        run: safe_redirection,
    },
];

fn letter_case_counts() {
    breaks(answered(&json!({"CLIENT_ID": "a", "Client_Id": "b"})), r::CLIENT_ID_IS_SENT);
    let told =
        answered(&json!({"client_id": "App", "Client_Name": "A", "client_name": "a"})).expect("a client");
    assert_eq!((told.client_id.as_str(), told.text("client_name")), ("App", Some("a")));
    assert_eq!(told.metadata().expect("metadata").client_name.as_deref(), Some("a"));
    // `None` is not `none`: it would be a method of that name.
    let odd = described().authentication_method("None").to_json().expect("metadata");
    assert_eq!(odd["token_endpoint_auth_method"], "None");
    assert!(described().authentication_method("PRIVATE_KEY_JWT").to_json().is_ok());
    assert!(described().authentication_method("private_key_jwt").to_json().is_err(), "that one needs a key");
}

fn what_is_not_said() {
    let bare = described().to_json().expect("metadata");
    assert_eq!(Value::Object(bare), json!({"redirect_uris": [CALLBACK]}));
    let told = answered(&json!({"client_id": "a"})).expect("a client");
    assert_eq!(told.token_endpoint_auth_method(), "client_secret_basic");
    assert_eq!((told.grant_types(), told.response_types()), (vec!["authorization_code"], vec!["code"]));
    assert_eq!((told.client_secret, told.client_secret_life, told.client_id_issued_at), (None, None, None));
    let said = answered(&json!({
        "client_id": "a", "token_endpoint_auth_method": "none", "grant_types": ["client_credentials"],
        "response_types": ["code id_token"],
    }))
    .expect("a client");
    assert_eq!(said.token_endpoint_auth_method(), "none");
    assert_eq!(
        (said.grant_types(), said.response_types()),
        (vec!["client_credentials"], vec!["code id_token"])
    );
    // The same is thought of what is sent: the code grant redirects, Basic needs no key.
    unfit(ClientMetadata::new().to_json(), r::REDIRECT_URIS_ARE_REGISTERED);
    assert!(ClientMetadata::new().grant_type("client_credentials").to_json().is_ok());
    let mut other = described();
    other.response_types = vec!["token".into()];
    unfit(other.to_json(), r::INCONSISTENT_TYPES_ARE_PREVENTED);
}

fn redirection() {
    for grant in ["authorization_code", "implicit"] {
        unfit(ClientMetadata::new().grant_type(grant).to_json(), r::REDIRECT_URIS_ARE_REGISTERED);
        described().grant_type(grant).to_json().expect(grant);
    }
    for (grant, response) in
        [("implicit", "code"), ("authorization_code", "token"), ("client_credentials", "code")]
    {
        let mut odd = described().grant_type(grant);
        odd.response_types = vec![response.into()];
        unfit(odd.to_json(), r::INCONSISTENT_TYPES_ARE_PREVENTED);
    }
    with_server(async |server| {
        let registration = registration(&server).await;
        registration.register(&ClientMetadata::new()).await.expect_err("nowhere to redirect to");
        server.assert_nothing_sent_to(Place::Registration);
        registration.register(&described()).await.expect("it is registered");
        assert_eq!(sent(&server)["redirect_uris"], json!([CALLBACK]));
    });
}

fn what_is_registered_is_what_is_sent() {
    with_server(async |server| {
        let mut asked = described()
            .grant_type("authorization_code")
            .grant_type("client_credentials")
            .grant_type("refresh_token");
        asked.response_types = vec!["code".into()];
        let registration = registration(&server).await;
        let told = registration.register(&asked).await.expect("it is registered");
        let found =
            OAuth2Client::discover(server.issuer()).http(server.clone()).fetch().await.expect("metadata");
        let proof = ClientAuthentication::SecretBasic(told.client_secret.clone().expect("a secret"));
        let client = OAuth2Client::builder(found, told.client_id.clone()).authentication(proof);
        let client = client.http(server.clone()).clock(server.clock()).build().expect("a client");
        let request = client.begin(client.authorization_code(RedirectUri::new(CALLBACK).expect("a URI")));
        let request = request.await.expect("it begins");
        let callback = Callback::from_url(&server.authorize(request.url())).expect("an answer");
        let token = client.finish(request.into_pending(), &callback).await.expect("a token");
        client.refresh(token.refresh_token.as_ref().expect("a token")).send().await.expect("a token");
        client.client_credentials().send().await.expect("a token");
        let mut grants: Vec<String> =
            server.requests_to(Place::Token).iter().filter_map(|sent| sent.parameter("grant_type")).collect();
        grants.sort();
        let mut registered = told.grant_types();
        registered.sort_unstable();
        assert_eq!(grants, registered);
        let responses: Vec<String> = server
            .requests_to(Place::Authorization)
            .iter()
            .filter_map(|sent| sent.query("response_type"))
            .collect();
        assert_eq!(responses, told.response_types());
        let body = sent(&server);
        assert_eq!(
            (&body["grant_types"], &body["response_types"]),
            (&json!(asked.grant_types), &json!(["code"]))
        );
    });
}

fn name_and_page() {
    with_server(async |server| {
        let registration = registration(&server).await;
        registration.register(&described()).await.expect("it is registered");
        assert_eq!((sent(&server).get("client_name"), sent(&server).get("client_uri")), (None, None));
        let mut named = described().name("Example \u{1f980}");
        named.client_uri = Some("https://app.example/about".into());
        let told = registration.register(&named).await.expect("it is registered");
        let body = sent(&server);
        assert_eq!(body["client_name"], "Example \u{1f980}");
        assert_eq!(body["client_uri"], "https://app.example/about");
        assert_eq!(told.text("client_name"), Some("Example \u{1f980}"));
    });
}

fn urls_lead_somewhere() {
    type Member = fn(&mut ClientMetadata) -> &mut Option<String>;
    let members: [(&str, Member, &'static Requirement); 5] = [
        ("client_uri", |it| &mut it.client_uri, r::CLIENT_URI_IS_A_PAGE),
        ("logo_uri", |it| &mut it.logo_uri, r::LOGO_URI_IS_AN_IMAGE),
        ("tos_uri", |it| &mut it.tos_uri, r::TOS_URI_IS_A_PAGE),
        ("policy_uri", |it| &mut it.policy_uri, r::POLICY_URI_IS_A_PAGE),
        ("jwks_uri", |it| &mut it.jwks_uri, r::JWKS_URI_IS_A_JWK_SET),
    ];
    for (name, member, requirement) in members {
        for nowhere in [
            "",
            "app.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "http://app.example/",
            "https:///x",
        ] {
            let mut odd = described();
            *member(&mut odd) = Some(nowhere.into());
            unfit(odd.to_json(), requirement);
        }
        let mut good = described();
        *member(&mut good) = Some("https://app.example/there".into());
        assert_eq!(good.to_json().expect(name)[name], "https://app.example/there");
    }
}

fn keys() {
    let key = SigningKey::generate(JwsAlgorithm::Es256).expect("a key").with_key_id("k");
    let public = serde_json::to_value(key.public_jwk().expect("a public key")).expect("JSON");
    let set = |key: &Value| serde_json::from_value::<JwkSet>(json!({"keys": [key]})).expect("a set");
    let good = described().authentication_method("private_key_jwt").jwks(set(&public));
    assert_eq!(good.to_json().expect("metadata")["jwks"], json!({"keys": [public]}));
    let mut private = public.clone();
    private["d"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE");
    for secret in [private, json!({"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})] {
        let Ok(set) = serde_json::from_value::<JwkSet>(json!({"keys": [secret]})) else { continue };
        if set.is_empty() {
            continue;
        }
        unfit(described().jwks(set).to_json(), r::JWKS_IS_A_JWK_SET);
    }
    let mut both = good.clone();
    both.jwks_uri = Some("https://app.example/jwks".into());
    unfit(both.to_json(), r::JWKS_EXCLUDES_JWKS_URI);
    both.jwks = None;
    assert!(both.to_json().expect("metadata").get("jwks").is_none());
}

fn many_languages() {
    with_server(async |server| {
        let mut named = described().name("My account").translated("client_name", "it", "Il mio conto");
        for name in ["client_uri", "logo_uri", "tos_uri", "policy_uri"] {
            named = named.translated(name, "it", format!("https://app.example/it/{name}"));
        }
        named.client_uri = Some("https://app.example/".into());
        let told = registration(&server).await.register(&named).await.expect("it is registered");
        let body = sent(&server);
        assert_eq!(
            (&body["client_name"], &body["client_name#it"]),
            (&json!("My account"), &json!("Il mio conto"))
        );
        for name in ["client_uri", "logo_uri", "tos_uri", "policy_uri"] {
            assert_eq!(body[format!("{name}#it")], format!("https://app.example/it/{name}"));
        }
        // The one without a tag stands beside the other, there and back.
        assert_eq!(body["client_uri"], "https://app.example/");
        assert_eq!(told.text("client_name"), Some("My account"));
        assert_eq!(told.text_in("client_name", "it"), Some("Il mio conto"));
        let again = told.metadata().expect("metadata").to_json().expect("metadata");
        assert_eq!(again["client_name#it"], "Il mio conto");
    });
}

fn tags() {
    for (given, sent) in [
        ("JA-HANI-jp", "ja-Hani-JP"),
        ("ja-Jpan-JP", "ja-Jpan-JP"),
        ("EN-us", "en-US"),
        ("zh-hant", "zh-Hant"),
        ("sl-ROZAJ-biske", "sl-rozaj-biske"),
        ("en-ca-X-CA", "en-CA-x-ca"),
        ("de-1996", "de-1996"),
    ] {
        let document = described().translated("client_name", given, "a").to_json().expect("metadata");
        assert!(document.contains_key(&format!("client_name#{sent}")), "{document:?}");
    }
    // One language, however it is written.
    let twice = described().translated("client_name", "fr", "a").translated("client_name", "FR", "b");
    assert_eq!(twice.extra.len(), 1);
    let told = answered(&json!({
        "client_id": "a", "client_name": " Fran\u{e7}ais ", "client_name#FR-ca": "b", "client_name#fr": 7,
    }))
    .expect("a client");
    assert_eq!(told.text_in("client_name", "fr-CA"), Some("b"));
    assert_eq!(told.text_in("client_name", "FR-CA"), Some("b"));
    // What has no tag is in no language, and unchanged.
    assert_eq!((told.text_in("client_name", "en"), told.text_in("client_name", "")), (None, None));
    assert_eq!(told.text("client_name"), Some(" Fran\u{e7}ais "));
    assert_eq!(told.metadata().expect("metadata").client_name.as_deref(), Some(" Fran\u{e7}ais "));
}

fn a_statement() {
    let with = |statement: &str| {
        let mut stated = described();
        stated.software_statement = Some(statement.into());
        stated.to_json()
    };
    let good = statement(&json!({"iss": "https://vouches.example", "software_id": "x"}));
    assert_eq!(with(&good).expect("metadata")["software_statement"], good.as_str());
    let [header, claims, signature] =
        <[&str; 3]>::try_from(good.split('.').collect::<Vec<_>>()).expect("three parts");
    // `eyJhbGciOiJub25lIn0` is `{"alg":"none"}`.
    for odd in [
        String::new(),
        "x".into(),
        format!("{header}.{claims}"),
        format!("{header}.{claims}."),
        format!("eyJhbGciOiJub25lIn0.{claims}.{signature}"),
        format!("eyJhbGciOiJub25lIn0.{claims}."),
        format!("{header}.{claims}.{signature}.x.y"),
        format!("{claims}.{claims}.{signature}"),
    ] {
        unfit(with(&odd), r::PRESENTED_STATEMENT_IS_A_JWS);
    }
    for unnamed in [json!({"software_id": "x"}), json!({"iss": null}), json!({"iss": 7}), json!([])] {
        unfit(with(&statement(&unnamed)), r::PRESENTED_STATEMENT_HAS_AN_ISS);
    }
}

fn safe_redirection() {
    for unsafe_uri in [
        "http://app.example/cb",
        "http://127.0.0.1.example/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///cb",
        "/cb",
        "https://app.example/cb#x",
    ] {
        assert_eq!(RedirectUri::new(unsafe_uri).expect_err(unsafe_uri).kind(), ErrorKind::Usage);
        // Nor is it taken over from a server.
        let told = answered(&json!({"client_id": "a", "redirect_uris": [unsafe_uri]})).expect("a client");
        breaks(told.metadata(), r::REDIRECT_URI_IS_SAFE);
    }
    for uri in [CALLBACK, "http://127.0.0.1/cb", "http://[::1]:80/cb", "com.example.app:/cb"] {
        let uri = RedirectUri::new(uri).expect("a redirection URI");
        let document = ClientMetadata::new().redirect_uri(uri.clone()).to_json().expect("metadata");
        assert_eq!(document["redirect_uris"], json!([uri.as_str()]));
    }
}
