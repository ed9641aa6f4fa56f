//! RFC 8705, sections 5 and 6.4: where bound tokens are asked for.

use anyrfc_core::compliance::Check;
use http::Uri;
use serde_json::json;

use super::super::granted::{asked, client, endpoint, now, values};
use crate::{
    ErrorKind, Issuer, RedirectUri, ServerMetadata, Tolerances, UrlPolicy,
    codec::callback::Callback,
    proto::{Authorization, Client, ClientAuthentication, DeviceRequest, Grant, Random, Start},
    rfc8705 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8705/section-5/an-alias-is-preferred",
        covers: &[r::ALIAS_IS_PREFERRED],
        run: an_alias_is_preferred,
    },
    Check {
        name: "rfc8705/section-5/without-alias-the-endpoint-itself-is-asked",
        covers: &[r::MISSING_ALIAS_FALLS_BACK],
        run: without_alias_the_endpoint_itself_is_asked,
    },
    Check {
        name: "rfc8705/section-5/odd-aliases-are-ignored",
        covers: &[r::ODD_ALIASES_ARE_IGNORED],
        run: odd_aliases_are_ignored,
    },
    Check {
        name: "rfc8705/section-6.4/no-token-comes-by-the-browser",
        covers: &[r::BOUND_TOKENS_COME_FROM_THE_TOKEN_ENDPOINT],
        run: no_token_comes_by_the_browser,
    },
];

const CONVENTIONAL: &str = "https://as.example/token";
const ALIAS: &str = "https://mtls.as.example/token";

/// A client by its certificate, at a server with these aliases.
fn aliased(aliases: &[(&str, &str)]) -> Client {
    client(|config, server| {
        config.authentication = ClientAuthentication::TlsClientAuth;
        server.mtls_endpoint_aliases =
            aliases.iter().map(|(name, url)| ((*name).to_owned(), endpoint(url))).collect();
    })
}

fn token_at(client: &Client) -> Uri {
    asked(&Grant::client_credentials(), client).expect("a request").uri().clone()
}

fn an_alias_is_preferred() {
    assert_eq!(token_at(&aliased(&[("token_endpoint", ALIAS)])), ALIAS);
    // Also where a token is bound to the certificate of a client that proves itself otherwise.
    let bound = |is_bound| {
        client(|config, server| {
            config.certificate_bound_tokens = is_bound;
            server.tls_client_certificate_bound_access_tokens = true;
            server.mtls_endpoint_aliases = vec![("token_endpoint".to_owned(), endpoint(ALIAS))];
        })
    };
    assert_eq!(token_at(&bound(true)), ALIAS);
    // It is for mutual TLS, and for nobody else.
    assert_eq!(token_at(&bound(false)), CONVENTIONAL);
}

fn without_alias_the_endpoint_itself_is_asked() {
    let client = aliased(&[("token_endpoint", ALIAS)]);
    let device = |client: &Client| {
        let exchange = DeviceRequest::new().exchange(client).expect("an exchange");
        exchange.endpoint().as_str().to_owned()
    };
    assert_eq!(device(&client), "https://as.example/device_authorization");
    let own = "https://mtls.as.example/device";
    assert_eq!(device(&aliased(&[("device_authorization_endpoint", own)])), own);
    assert_eq!(token_at(&aliased(&[])), CONVENTIONAL);
}

fn odd_aliases_are_ignored() {
    let read = |aliases: serde_json::Value| {
        let document = json!({
            "issuer": "https://as.example",
            "authorization_endpoint": "https://as.example/authorize",
            "token_endpoint": CONVENTIONAL,
            "code_challenge_methods_supported": ["S256"],
            "mtls_endpoint_aliases": aliases,
        });
        let issuer = Issuer::new("https://as.example", UrlPolicy::Https).expect("an issuer");
        ServerMetadata::parse(document.to_string().as_bytes(), &issuer, UrlPolicy::Https, Tolerances::NONE)
    };
    let odd = json!({
        "authorization_endpoint": "https://mtls.as.example/authorize",
        "end_session_endpoint": "not a URL",
        "jwks_uri": 7,
        "made_up": {"x": []},
        "token_endpoint": ALIAS,
    });
    let read_odd = read(odd).expect("metadata");
    assert_eq!(read_odd.mtls_endpoint_aliases, [("token_endpoint".to_owned(), endpoint(ALIAS))]);
    let client = client(|config, server| {
        config.authentication = ClientAuthentication::TlsClientAuth;
        *server = read_odd;
    });
    assert_eq!(token_at(&client), ALIAS);
    let begun = Authorization::new(&client, RedirectUri::new("https://app.example/cb").expect("a URI"));
    let Ok(Start::Ready(request)) = begun.start(&now(), &mut Random::new([1; 32])) else {
        panic!("no request")
    };
    assert!(request.url().starts_with("https://as.example/authorize?"), "{}", request.url());
    // One that is meant, and is none, is not passed over.
    let error = read(json!({"token_endpoint": "not a URL"})).expect_err("a breach");
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

fn no_token_comes_by_the_browser() {
    let client = aliased(&[]);
    let begin = || Authorization::new(&client, RedirectUri::new("https://app.example/cb").expect("a URI"));
    let start = |asked: Authorization| asked.start(&now(), &mut Random::new([1; 32]));
    let Ok(Start::Ready(request)) = start(begin()) else { panic!("no request") };
    let (_, query) = request.url().split_once('?').expect("a query");
    assert_eq!(values(query.as_bytes(), "response_type"), ["code"]);
    for implicit in ["token", "id_token token", "code token"] {
        assert!(start(begin().parameter("response_type", implicit)).is_err(), "{implicit}");
    }
    // Nor is one taken from there.
    let state = request.pending().state().to_owned();
    let answer = Callback::from_query(&format!("access_token=t&token_type=bearer&state={state}"));
    let taken = answer.and_then(|answer| request.into_pending().redeem(&client, &answer));
    assert!(taken.is_err());
    let Ok(Start::Ready(request)) = start(begin()) else { panic!("no request") };
    let state = request.pending().state().to_owned();
    let answer = Callback::from_query(&format!("code=c&state={state}")).expect("an answer");
    assert!(request.into_pending().redeem(&client, &answer).is_ok());
}
