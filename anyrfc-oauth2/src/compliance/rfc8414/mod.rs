//! RFC 8414: what a server says of itself.

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};
use anyrfc_jwt::{codec::base64url, types::JwsAlgorithm};
use serde_json::{Value, json};

use super::{
    Waived,
    endpoint::{
        CALLBACK, ISSUER, Scripted, asking, breaks, builder, certificate_decides, granted, json_answer, last,
        metadata, metadata_as, unfit, web, with_server,
    },
};
use crate::{
    ClientSecret, ErrorKind, Issuer, OAuth2Client, UrlPolicy,
    proto::{ClientAuthentication, DpopKey, WellKnown},
    rfc6749, rfc8414 as r,
    testing::{ClientMethod, Misbehaviour, Place, Plan, Registered},
};

mod section_3;

pub(super) const GROUPS: &[&[Check]] = &[CHECKS, section_3::CHECKS];

const RUSTLS: &str = "`client::ReqwestClient` speaks TLS by rustls alone, whose ciphersuites all conceal and \
     authenticate; `Endpoint` takes no URL without TLS but of this machine, for tests";

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (
        r::SIGNED_METADATA_WINS,
        ByConstruction(
            "binds whoever supports signed metadata: `ServerMetadata` has none, and makes use of the permission to \
             ignore it",
        ),
    ),
    (r::CIPHERSUITE_KEEPS_SECRETS, ByConstruction(RUSTLS)),
];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc8414/section-2/an-issuer",
        covers: &[r::ISSUER_IS_A_PLAIN_HTTPS_URL, r::ISSUER_IS_PUBLISHED],
        run: an_issuer,
    },
    Check {
        name: "rfc8414/section-2/what-is-not-listed",
        covers: &[
            r::MISSING_RESPONSE_MODES_ARE_TWO,
            r::MISSING_GRANT_TYPES_ARE_TWO,
            r::MISSING_TOKEN_AUTH_IS_BASIC,
            r::MISSING_REVOCATION_AUTH_IS_BASIC,
        ],
        run: what_is_not_listed,
    },
    Check {
        name: "rfc8414/section-2/introspection-has-no-default",
        covers: &[r::INTROSPECTION_AUTH_HAS_NO_DEFAULT],
        run: introspection_has_no_default,
    },
    Check {
        name: "rfc8414/section-2/no-word-of-pkce",
        covers: &[r::MISSING_CHALLENGE_METHODS_ARE_NO_PKCE],
        run: no_word_of_pkce,
    },
    Check {
        name: "rfc8414/section-2/never-none",
        covers: &[
            r::TOKEN_AUTH_ALG_IS_NOT_NONE,
            r::REVOCATION_AUTH_ALG_IS_NOT_NONE,
            r::INTROSPECTION_AUTH_ALG_IS_NOT_NONE,
        ],
        run: never_none,
    },
    Check {
        name: "rfc8414/section-2/https-keys-and-more-members",
        covers: &[r::JWKS_URI_IS_HTTPS, r::MORE_METADATA_MAY_BE_PUBLISHED],
        run: https_keys_and_more_members,
    },
    Check {
        name: "rfc8414/section-2.1/signed-metadata-is-passed-over",
        covers: &[r::SIGNED_METADATA_MAY_BE_IGNORED],
        run: signed_metadata_is_passed_over,
    },
];

fn an_issuer() {
    for name in [
        "http://as.example",
        "https://as.example?tenant=1",
        "https://as.example/?",
        "https://as.example/#there",
        "as.example",
        "urn:as:example",
        "",
    ] {
        unfit(Issuer::new(name, UrlPolicy::Https), r::ISSUER_IS_A_PLAIN_HTTPS_URL);
    }
    for name in ["https://as.example", "https://as.example/", "https://as.example:8443/a/b"] {
        let issuer = Issuer::new(name, UrlPolicy::Https).expect("an issuer");
        assert_eq!(issuer.as_str(), name);
    }
    for issuer in [json!(null), json!(7), json!([ISSUER])] {
        breaks(metadata(json!({"issuer": issuer})), r::ISSUER_IS_PUBLISHED);
    }
    assert!(metadata(json!({})).is_ok());
}

fn what_is_not_listed() {
    let silent = metadata(json!({})).expect("metadata");
    let said = metadata(json!({
        "response_modes_supported": ["form_post"],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_post"],
    }))
    .expect("metadata");
    for (mode, by_default, listed) in
        [("query", true, false), ("fragment", true, false), ("form_post", false, true)]
    {
        assert_eq!(silent.supports_response_mode(mode), by_default, "{mode}");
        assert_eq!(said.supports_response_mode(mode), listed, "{mode}");
    }
    for (grant, by_default, listed) in [
        ("authorization_code", true, false),
        ("implicit", true, false),
        ("client_credentials", false, true),
        ("refresh_token", false, false),
    ] {
        assert_eq!(silent.supports_grant_type(grant), by_default, "{grant}");
        assert_eq!(said.supports_grant_type(grant), listed, "{grant}");
    }
    for (method, by_default, at_token, at_revocation) in [
        ("client_secret_basic", true, false, false),
        ("private_key_jwt", false, true, false),
        ("client_secret_post", false, false, true),
        ("none", false, false, false),
    ] {
        assert_eq!(silent.supports_authentication(method), by_default, "{method}");
        assert_eq!(silent.supports_revocation_authentication(method), by_default, "{method}");
        assert_eq!(said.supports_authentication(method), at_token, "{method}");
        assert_eq!(said.supports_revocation_authentication(method), at_revocation, "{method}");
    }
    // What is the default is sent where nothing is said.
    with_server(async |server| {
        for prefix in ["token", "revocation"] {
            let name = format!("{prefix}_endpoint_auth_methods_supported");
            server.plant(Plan::from(Misbehaviour::Without(name)).at(Place::Metadata));
        }
        let client = web(&server).await;
        let tokens = granted(&server, &client, asking(&client)).await;
        client.revoke(&tokens.access_token).await.expect("it is revoked");
        for place in [Place::Token, Place::Revocation] {
            let shown = last(&server, place).header("authorization").map(str::to_owned);
            assert!(shown.is_some_and(|field| field.starts_with("Basic ")), "{place:?}");
        }
    });
}

fn introspection_has_no_default() {
    let silent = metadata(json!({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}));
    let silent = silent.expect("metadata");
    let all = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
    for method in all {
        assert!(!silent.supports_introspection_authentication(method), "{method}");
    }
    let listed = json!({"introspection_endpoint_auth_methods_supported": ["client_secret_post"]});
    let said = metadata(listed).expect("metadata");
    for method in all {
        assert_eq!(said.supports_introspection_authentication(method), method == "client_secret_post");
    }
    // Where nothing is said the caller knows it by other means: nothing is put in its place.
    with_server(async |server| {
        let name = "introspection_endpoint_auth_methods_supported";
        server.plant(Plan::from(Misbehaviour::Without(name.into())).at(Place::Metadata));
        let secret = || ClientSecret::new("a very long secret of the client").expect("a secret");
        server.register(Registered::new("post", ClientMethod::Post(secret().expose().to_owned())));
        let proof = ClientAuthentication::SecretPost(secret());
        let client = builder(&server, "post").await.authentication(proof).build().expect("a client");
        let token = client.client_credentials().send().await.expect("a token");
        assert!(client.introspect(&token.access_token).await.expect("an answer").is_active());
        let sent = last(&server, Place::Introspection);
        assert_eq!(sent.header("authorization"), None);
        assert_eq!(sent.parameter("client_secret").as_deref(), Some(secret().expose()));
    });
}

fn no_word_of_pkce() {
    let listing = |methods: Value| {
        let server = metadata(json!({"code_challenge_methods_supported": methods})).expect("metadata");
        server.code_challenge_methods_supported.contains("S256")
    };
    assert!(metadata(json!({})).expect("metadata").code_challenge_methods_supported.is_empty());
    assert!(listing(json!(["S256"])) && !listing(json!(["s256", "plain"])));
    // Whoever relies on PKCE does not deal with such a server.
    with_server(async |server| {
        let held = async || {
            let key = anyrfc_jwt::proto::SigningKey::generate(JwsAlgorithm::Es256).expect("a key");
            let proof = ClientAuthentication::private_key_jwt(&key.with_key_id("k")).expect("a proof");
            let dpop = DpopKey::generate(JwsAlgorithm::Es256).expect("a key");
            builder(&server, "web").await.authentication(proof.into()).dpop(dpop).fapi2_security().build()
        };
        held().await.expect("a server with PKCE");
        server.plant(Misbehaviour::NoPkce);
        assert_eq!(held().await.expect_err("a server without").kind(), ErrorKind::Unsupported);
    });
}

/// How the last assertion is signed that came there.
fn algorithm_of(assertion: &str) -> Value {
    let (header, signed) = assertion.split_once('.').expect("a JWT");
    let (_, signature) = signed.split_once('.').expect("a signature");
    assert!(!signature.is_empty());
    let header: Value = serde_json::from_slice(&base64url::decode(header).expect("base64url")).expect("JSON");
    header["alg"].clone()
}

fn never_none() {
    assert!(JwsAlgorithm::from_name("none").is_err(), "it is no algorithm");
    let places =
        [(Place::Token, "token"), (Place::Revocation, "revocation"), (Place::Introspection, "introspection")];
    for (place, prefix) in places {
        for alg in ["none", "ES256"] {
            with_server(async |server| {
                let key = anyrfc_jwt::proto::SigningKey::generate(JwsAlgorithm::Es256).expect("a key");
                let key = key.with_key_id("k");
                let public = serde_json::to_value(key.public_jwk().expect("a key")).expect("JSON");
                let method = ClientMethod::PrivateKeyJwt(json!({"keys": [public]}));
                server.register(Registered::new("signer", method).redirect_uri(CALLBACK));
                let name = format!("{prefix}_endpoint_auth_signing_alg_values_supported");
                server.configure(|options| drop(options.metadata.insert(name, json!([alg]))));
                let proof = ClientAuthentication::private_key_jwt(&key).expect("a proof");
                let builder = builder(&server, "signer").await;
                let client = builder.authentication(proof.into()).build().expect("a client");
                let token = crate::AccessToken::new("a-token").expect("a token");
                let result = match place {
                    Place::Token => client.client_credentials().send().await.map(drop),
                    Place::Revocation => client.revoke(&token).await,
                    _ => client.introspect(&token).await.map(drop),
                };
                if alg == "none" {
                    assert_eq!(result.expect_err("none").kind(), ErrorKind::Unsupported, "{prefix}");
                    server.assert_nothing_sent_to(place);
                    return;
                }
                result.unwrap_or_else(|error| panic!("{prefix}: {error}"));
                let assertion = last(&server, place).parameter("client_assertion").expect("an assertion");
                assert_eq!(algorithm_of(&assertion), "ES256");
            });
        }
    }
}

fn https_keys_and_more_members() {
    for url in [json!("http://as.example/jwks"), json!("/jwks"), json!("ftp://as.example/jwks")] {
        let error = metadata(json!({"jwks_uri": url})).expect_err("no https");
        assert_eq!(error.kind(), ErrorKind::Protocol, "{url}");
    }
    breaks(metadata(json!({"jwks_uri": 7})), r::JWKS_URI_IS_HTTPS);
    let server = metadata(json!({"jwks_uri": "https://as.example/jwks", "x_more": {"a": [1]}}));
    let server = server.expect("metadata");
    assert_eq!(server.document["x_more"], json!({"a": [1]}));
}

fn signed_metadata_is_passed_over() {
    let plain = json!({"token_endpoint": "https://as.example/token"});
    let plain = metadata(plain).expect("metadata");
    let claims =
        base64url::encode(br#"{"iss":"https://as.example","token_endpoint":"https://evil.example/t"}"#);
    for signed in [json!(format!("eyJhbGciOiJub25lIn0.{claims}.")), json!("no JWT"), json!(7), json!(null)] {
        let document = json!({"token_endpoint": "https://as.example/token", "signed_metadata": signed});
        let server = metadata(document).expect("metadata");
        assert_eq!(server.token_endpoint, plain.token_endpoint);
    }
}
