use std::time::{Duration, Instant};

use anyrfc_jwt::{
    codec::base64url,
    proto::{JwsLimits, VerifyingKey, verify},
    types::Header,
};
use serde_json::{Map, Value, json};

use super::*;
use crate::{
    ClientId, Issuer, ServerMetadata, UrlPolicy,
    proto::{Config, DpopKey, Exchange, HttpRequest},
};

const NOW: u64 = 1_700_000_000;
const SECRET: &str = "a secret that has more than thirty-two octets in it";

fn now() -> Moment {
    Moment { instant: Instant::now(), unix: Duration::from_secs(NOW) }
}

fn endpoint(url: &str) -> Endpoint {
    Endpoint::new(url, UrlPolicy::Https).unwrap()
}

fn server() -> ServerMetadata {
    let mut server = ServerMetadata::new(Issuer::new("https://as.example", UrlPolicy::Https).unwrap());
    server.token_endpoint = Some(endpoint("https://as.example/token"));
    server.revocation_endpoint = Some(endpoint("https://as.example/revoke"));
    server.introspection_endpoint = Some(endpoint("https://as.example/introspect"));
    server
}

fn client(server: ServerMetadata, authentication: impl Into<ClientAuthentication>) -> Client {
    let mut config = Config::new(server.into(), ClientId::new("a client:%&+").unwrap());
    config.authentication = authentication.into();
    config.into()
}

fn asking(client: &Client, url: &str) -> Exchange<()> {
    let mut form = Form::new();
    form.set("grant_type", "x");
    Exchange::form(client, endpoint(url), form, |_, _| Ok(()))
}

fn request_to(client: &Client, url: &str) -> Result<HttpRequest, Error> {
    asking(client, url).request(&now(), &mut Random::new([3; 32]))
}

fn request(client: &Client) -> HttpRequest {
    request_to(client, "https://as.example/token").unwrap()
}

fn parameters(request: &HttpRequest) -> Vec<(String, String)> {
    Form::decode(std::str::from_utf8(request.body()).unwrap())
}

fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    let mut values = parameters(request).into_iter().filter(|(set, _)| set == name);
    let value = values.next().map(|(_, value)| value);
    assert!(values.next().is_none(), "{name} stands twice");
    value
}

fn secret() -> ClientSecret {
    ClientSecret::new("s%:&+ \u{7e}").unwrap()
}

/// An assertion's header and claims, judged by `key`.
fn judged(request: &HttpRequest, key: &VerifyingKey) -> (Header, Map<String, Value>) {
    let assertion = parameter(request, "client_assertion").unwrap();
    let verified = verify(&assertion, key, &JwsLimits::DEFAULT).unwrap();
    (verified.header().clone(), serde_json::from_slice(verified.payload()).unwrap())
}

#[test]
fn a_public_client_names_itself_and_proves_nothing() {
    let request = request(&client(server(), ClientAuthentication::None));
    assert_eq!(
        parameters(&request),
        [("grant_type".into(), "x".into()), ("client_id".into(), "a client:%&+".into())]
    );
    assert!(!request.headers().contains_key(AUTHORIZATION));
}

#[test]
fn basic_is_form_encoded_and_leaves_the_body_alone() {
    let request = request(&client(server(), ClientAuthentication::SecretBasic(secret())));
    let value = &request.headers()[AUTHORIZATION];
    assert!(value.is_sensitive());
    let pair = STANDARD.decode(value.to_str().unwrap().strip_prefix("Basic ").unwrap()).unwrap();
    assert_eq!(std::str::from_utf8(&pair).unwrap(), "a+client%3A%25%26%2B:s%25%3A%26%2B+%7E");
    assert_eq!(parameters(&request), [("grant_type".into(), "x".into())]);
}

#[test]
fn post_puts_both_into_the_body_and_nothing_elsewhere() {
    let request = request(&client(server(), ClientAuthentication::SecretPost(secret())));
    assert_eq!(parameter(&request, "client_id").unwrap(), "a client:%&+");
    assert_eq!(parameter(&request, "client_secret").unwrap(), secret().expose());
    assert!(!request.headers().contains_key(AUTHORIZATION));
    assert_eq!(request.uri().query(), None);
}

#[test]
fn an_assertion_says_who_to_whom_and_for_how_long() {
    for algorithm in [JwsAlgorithm::Es256, JwsAlgorithm::Rs256, JwsAlgorithm::Ps384, JwsAlgorithm::EdDsa] {
        let key = SigningKey::generate(algorithm).unwrap().with_key_id("k1");
        let client = client(server(), ClientAuthentication::private_key_jwt(&key).unwrap());
        assert_eq!(client.authentication.name(), "private_key_jwt");
        let request = request(&client);
        let (header, claims) = judged(&request, key.verifying_key());
        assert_eq!(header.key_id(), Some("k1"));
        let jti = claims["jti"].as_str().unwrap();
        assert_eq!(base64url::decode(jti).unwrap().len(), 32);
        let expected = json!({
            "iss": "a client:%&+", "sub": "a client:%&+", "aud": "https://as.example",
            "iat": NOW, "exp": NOW + 60, "jti": jti,
        });
        assert_eq!(Value::Object(claims), expected);
        let assertion_type = parameter(&request, "client_assertion_type").unwrap();
        assert_eq!(assertion_type, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        assert!(!request.headers().contains_key(AUTHORIZATION));
        assert_eq!(parameter(&request, "client_secret"), None);
    }
}

#[test]
fn an_assertion_is_made_anew_for_every_attempt() {
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    let mut config = Config::new(server().into(), ClientId::new("me").unwrap());
    config.authentication = ClientAuthentication::private_key_jwt(&key).unwrap().into();
    config.dpop = Some(DpopKey::generate(JwsAlgorithm::Es256).unwrap());
    let client = Client::from(config);
    let mut random = Random::new([3; 32]);
    let mut exchange = asking(&client, "https://as.example/token");
    let first = exchange.request(&now(), &mut random).unwrap();
    let wants_nonce = http::Response::builder()
        .status(400)
        .header("content-type", "application/json")
        .header("dpop-nonce", "n")
        .body("{\"error\":\"use_dpop_nonce\"}".into())
        .unwrap();
    exchange.response(&wants_nonce, &now()).unwrap();
    let later = now().after(Duration::from_secs(7));
    let second = exchange.request(&later, &mut random).unwrap();
    let [first, second] = [first, second].map(|request| judged(&request, key.verifying_key()).1);
    assert_ne!(first["jti"], second["jti"]);
    assert_eq!(second["iat"], NOW + 7);
    assert_eq!(second["exp"], NOW + 67);
}

#[test]
fn whom_an_assertion_is_meant_for_can_be_said() {
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    let aud = |audience| {
        let method = ClientAuthentication::private_key_jwt(&key).unwrap().audience(audience);
        judged(&request(&client(server(), method)), key.verifying_key()).1["aud"].clone()
    };
    assert_eq!(aud(Audience::Issuer), "https://as.example");
    assert_eq!(aud(Audience::TokenEndpoint), "https://as.example/token");
    assert_eq!(aud(Audience::These(vec!["x".into()])), "x");
    assert_eq!(aud(Audience::These(vec!["x".into(), "y".into()])), json!(["x", "y"]));
    // Meant for nobody in particular, it could be used by anybody it is sent to.
    let nobody = ClientAuthentication::private_key_jwt(&key).unwrap().audience(Audience::These(Vec::new()));
    let mut nameless = server();
    nameless.issuer = None;
    let by_name = ClientAuthentication::private_key_jwt(&key).unwrap();
    for client in [client(server(), nobody), client(nameless, by_name)] {
        let error = request_to(&client, "https://as.example/token").unwrap_err();
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(rfc7523::JWT_HAS_AUD)));
    }
}

#[test]
fn a_secret_makes_assertions_if_it_is_long_enough() {
    let secret = ClientSecret::new(SECRET).unwrap();
    let method = ClientAuthentication::client_secret_jwt(&secret, JwsAlgorithm::Hs256).unwrap();
    let client = client(server(), method);
    assert_eq!(client.authentication.name(), "client_secret_jwt");
    let octets = Secret::new(SECRET.as_bytes().to_vec());
    let key = SigningKey::hmac(JwsAlgorithm::Hs256, &octets).unwrap();
    let request = request(&client);
    assert_eq!(judged(&request, key.verifying_key()).1["aud"], "https://as.example");
    assert!(!std::str::from_utf8(request.body()).unwrap().contains("secret="));
    for (secret, algorithm) in
        [(&SECRET[..31], JwsAlgorithm::Hs256), (SECRET, JwsAlgorithm::Hs512), (SECRET, JwsAlgorithm::Es256)]
    {
        let secret = ClientSecret::new(secret).unwrap();
        let error = ClientAuthentication::client_secret_jwt(&secret, algorithm).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
}

#[test]
fn a_symmetric_key_is_no_private_key() {
    let key = SigningKey::generate(JwsAlgorithm::Hs256).unwrap();
    assert_eq!(ClientAuthentication::private_key_jwt(&key).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn a_certificate_goes_with_the_name_and_to_the_alias() {
    for method in [ClientAuthentication::TlsClientAuth, ClientAuthentication::SelfSignedTlsClientAuth] {
        let mut server = server();
        server.mtls_endpoint_aliases =
            vec![("token_endpoint".into(), endpoint("https://mtls.as.example/token"))];
        let client = client(server, method);
        let request = request(&client);
        assert_eq!(parameter(&request, "client_id").unwrap(), "a client:%&+");
        assert!(!request.headers().contains_key(AUTHORIZATION));
        let at = |name, named: &Option<Endpoint>| {
            client.endpoint(name, named.as_ref(), rfc7523::JWT_HAS_AUD).unwrap().as_str().to_owned()
        };
        assert_eq!(at("token_endpoint", &client.server.token_endpoint), "https://mtls.as.example/token");
        assert_eq!(
            at("revocation_endpoint", &client.server.revocation_endpoint),
            "https://as.example/revoke"
        );
    }
}

#[test]
fn what_the_server_does_not_list_is_not_sent() {
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    let by_key = || ClientAuthentication::from(ClientAuthentication::private_key_jwt(&key).unwrap());
    let by_secret = || ClientAuthentication::SecretBasic(secret());
    let tries = |method: ClientAuthentication, url: &str, members: Value| {
        let mut server = server();
        server.document = members.as_object().unwrap().clone();
        if let Some(methods) = server.document.get("token_endpoint_auth_methods_supported") {
            let methods = serde_json::from_value(methods.clone()).unwrap();
            server.token_endpoint_auth_methods_supported = methods;
        }
        request_to(&client(server, method), url).map_err(|error| error.kind())
    };
    let [token, revoke, introspect] =
        ["https://as.example/token", "https://as.example/revoke", "https://as.example/introspect"];
    let post = json!({"token_endpoint_auth_methods_supported": ["client_secret_post"]});
    let unsupported = Err(ErrorKind::Unsupported);
    for method in [by_key(), by_secret(), ClientAuthentication::TlsClientAuth] {
        assert_eq!(tries(method.clone(), token, post.clone()).map(drop), unsupported);
        assert!(tries(method, token, json!({})).is_ok(), "it says nothing");
    }
    assert!(tries(ClientAuthentication::SecretPost(secret()), token, post.clone()).is_ok());
    assert!(tries(ClientAuthentication::None, token, post.clone()).is_ok(), "public clients are not listed");
    // Each endpoint has a list of its own.
    assert!(tries(by_secret(), revoke, post).is_ok());
    let own = json!({"revocation_endpoint_auth_methods_supported": ["private_key_jwt"]});
    assert_eq!(tries(by_secret(), revoke, own.clone()).map(drop), unsupported);
    assert!(tries(by_key(), revoke, own.clone()).is_ok());
    assert!(tries(by_secret(), introspect, own).is_ok());
    // Algorithms, too.
    for (listed, fits) in [(json!(["ES256", "RS256"]), true), (json!(["RS256"]), false), (json!([]), false)] {
        let members = json!({"token_endpoint_auth_signing_alg_values_supported": listed});
        assert_eq!(tries(by_key(), token, members.clone()).is_ok(), fits, "{members}");
        assert!(tries(by_secret(), token, members).is_ok());
    }
}

#[test]
fn an_assertion_s_own_claims_are_not_overwritten() {
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    let assertion = || Assertion::new(&key).unwrap();
    for name in ["iss", "sub", "aud", "exp", "iat", "jti"] {
        assert_eq!(assertion().claim(name, "x").unwrap_err().kind(), ErrorKind::Usage);
    }
    assert!(assertion().claim("scope", "x").is_ok());
    let wrong = Header::new(JwsAlgorithm::Rs256);
    assert_eq!(Assertion::with_header(&key, &wrong).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn no_secret_is_shown() {
    let secret = ClientSecret::new(SECRET).unwrap();
    let methods = [
        ClientAuthentication::SecretBasic(secret.clone()),
        ClientAuthentication::SecretPost(secret.clone()),
        ClientAuthentication::client_secret_jwt(&secret, JwsAlgorithm::Hs256).unwrap().into(),
    ];
    for method in methods {
        let client = client(server(), method);
        let shown = format!("{client:?} {:?}", asking(&client, "https://as.example/token"));
        assert!(!shown.contains("thirty-two"), "{shown}");
        let headers = format!("{:?}", request(&client).headers());
        assert!(!headers.contains(&STANDARD.encode("a+client")[..8]), "{headers}");
    }
}

#[test]
fn an_endpoint_is_the_same_under_its_name_for_certificates() {
    let alias = "https://mtls.as.example/revoke";
    let tries = |url: &str, method: ClientAuthentication| {
        let mut server = server();
        server.mtls_endpoint_aliases = vec![("revocation_endpoint".into(), endpoint(alias))];
        let listed = json!({"revocation_endpoint_auth_methods_supported": ["tls_client_auth"]});
        server.document = listed.as_object().unwrap().clone();
        request_to(&client(server, method), url).map(drop).map_err(|error| error.kind())
    };
    for url in [alias, "https://as.example/revoke"] {
        assert_eq!(tries(url, ClientAuthentication::TlsClientAuth), Ok(()));
        assert_eq!(tries(url, ClientAuthentication::SecretPost(secret())), Err(ErrorKind::Unsupported));
    }
    assert_eq!(tries("https://as.example/introspect", ClientAuthentication::SecretPost(secret())), Ok(()));
}

#[test]
fn tokens_bound_to_a_certificate_are_asked_for_where_it_is_shown() {
    let at = |change: fn(&mut Config)| {
        let mut server = server();
        server.mtls_endpoint_aliases =
            vec![("token_endpoint".into(), endpoint("https://mtls.as.example/token"))];
        let mut config = Config::new(server.into(), ClientId::new("me").unwrap());
        change(&mut config);
        let client = Client::from(config);
        let named = client.server.token_endpoint.as_ref();
        client.endpoint("token_endpoint", named, rfc7523::JWT_HAS_AUD).unwrap().as_str().to_owned()
    };
    assert_eq!(at(|_| ()), "https://as.example/token");
    assert_eq!(at(|config| config.certificate_bound_tokens = true), "https://mtls.as.example/token");
    let by_certificate = |config: &mut Config| config.authentication = ClientAuthentication::TlsClientAuth;
    assert_eq!(at(by_certificate), "https://mtls.as.example/token");
}

#[test]
fn a_proof_of_possession_goes_where_tokens_are_given_by_either_name() {
    let mut server = server();
    server.pushed_authorization_request_endpoint = Some(endpoint("https://as.example/par"));
    server.mtls_endpoint_aliases = vec![("token_endpoint".into(), endpoint("https://mtls.as.example/token"))];
    let mut config = Config::new(server.into(), ClientId::new("me").unwrap());
    config.dpop = Some(DpopKey::generate(JwsAlgorithm::Es256).unwrap());
    let client = Client::from(config);
    for (url, proved) in [
        ("https://as.example/token", true),
        ("https://mtls.as.example/token", true),
        ("https://as.example/par", true),
        ("https://as.example/revoke", false),
        ("https://mtls.as.example/revoke", false),
    ] {
        assert_eq!(request_to(&client, url).unwrap().headers().contains_key("dpop"), proved, "{url}");
    }
}
