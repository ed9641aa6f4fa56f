//! RFC 6750: bearer tokens at resources.

#[cfg(test)]
mod revocation;

use anyrfc_core::{
    compliance::{
        Check,
        Waiver::{ByConstruction, Exception},
    },
    testing::{
        pki::{Identity, Pki},
        run, run_virtual,
    },
    tls::TlsConfig,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, header::WWW_AUTHENTICATE};
use tokio::{io::AsyncReadExt as _, net::TcpListener};

use super::{Waived, tls};
use crate::{
    AccessToken, Challenge, ClientId, ClientSecret, Denial, ErrorKind, OAuth2Client, TokenResponse,
    TokenType,
    proto::{ClientAuthentication, HttpRequest},
    rfc6750 as r, rfc9700,
    testing::{AuthorizationServer, Misbehaviour, Place, Plan, Recorded, Registered},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check { name: "rfc6750/section-2/one-way-only", covers: &[r::TOKEN_TRAVELS_ONE_WAY], run: one_way_only },
    Check { name: "rfc6750/section-2.1/b64token", covers: &[r::CREDENTIALS_ARE_B64TOKEN], run: b64token },
    Check {
        name: "rfc6750/section-2.1/in-the-header",
        covers: &[
            r::HEADER_IS_PREFERRED,
            r::BODY_IS_A_LAST_RESORT,
            r::QUERY_IS_THE_LAST_RESORT,
            r::TOKEN_GOES_IN_HEADER_OR_BODY,
        ],
        run: in_the_header,
    },
    Check {
        name: "rfc6750/section-3/attributes-once",
        covers: &[r::REALM_APPEARS_ONCE, r::SCOPE_APPEARS_ONCE, r::ERROR_ATTRIBUTES_APPEAR_ONCE],
        run: attributes_once,
    },
    Check {
        name: "rfc6750/section-3/the-scope-of-a-challenge",
        covers: &[r::SCOPE_CHARACTERS_ARE_LIMITED],
        run: the_scope_of_a_challenge,
    },
    Check {
        name: "rfc6750/section-3.1/a-new-token-after-invalid-token",
        covers: &[r::INVALID_TOKEN_MAY_BE_RENEWED],
        run: a_new_token_after_invalid_token,
    },
    Check {
        name: "rfc6750/section-5.2/not-before-tls-stands",
        covers: &[r::TOKENS_TRAVEL_OVER_TLS, r::EXCHANGES_ARE_CONFIDENTIAL],
        run: not_before_tls_stands,
    },
    Check {
        name: "rfc6750/section-5.2/the-name-in-the-certificate",
        covers: &[r::SERVER_IDENTITY_IS_CHECKED],
        run: the_name_in_the_certificate,
    },
    Check {
        name: "rfc6750/section-5.2/no-token-for-strangers",
        covers: &[r::UNTRUSTED_CHAIN_GETS_NO_TOKEN, r::CHAIN_IS_VALIDATED],
        run: no_token_for_strangers,
    },
    Check {
        name: "rfc6750/section-5.3/to-nobody-else",
        covers: &[r::TOKENS_ARE_NOT_LEAKED],
        run: to_nobody_else,
    },
    Check { name: "rfc6750/section-5.3/https-only", covers: &[r::TLS_IS_ALWAYS_USED], run: https_only },
    Check { name: "rfc6750/section-5.3/not-in-urls", covers: &[r::NO_TOKEN_IN_PAGE_URLS], run: not_in_urls },
];

const NOT_IN_A_BODY: &str = "no token is put into a body: `proto::ResourceRequest` puts it into Authorization alone, \
     and refuses a form of the caller's that holds one";

const NOT_IN_A_QUERY: &str = "no token is put into a query: `proto::ResourceRequest` puts it into Authorization alone, \
     and refuses a URL of the caller's that holds one";

const NOT_IN_COOKIES: &str = "no cookie is ever set: `proto::ResourceRequest` writes no field but Authorization and \
     DPoP, and `client::ReqwestClient` keeps no cookies";

pub(super) const WAIVERS: &[Waived] = &[
    (r::BODY_NEEDS_ITS_CONDITIONS, ByConstruction(NOT_IN_A_BODY)),
    (r::BODY_IS_ASCII, ByConstruction(NOT_IN_A_BODY)),
    (r::BODY_IS_NOT_FOR_GET, ByConstruction(NOT_IN_A_BODY)),
    (r::BODY_MAY_HOLD_MORE, ByConstruction(NOT_IN_A_BODY)),
    (r::BODY_PARAMETERS_ARE_SEPARATED, ByConstruction(NOT_IN_A_BODY)),
    (r::QUERY_PARAMETERS_ARE_SEPARATED, ByConstruction(NOT_IN_A_QUERY)),
    (r::QUERY_FORBIDS_STORING, ByConstruction(NOT_IN_A_QUERY)),
    (r::COOKIES_IN_CLEAR_HOLD_NO_TOKEN, ByConstruction(NOT_IN_COOKIES)),
    (r::NO_TOKEN_IN_INSECURE_COOKIES, ByConstruction(NOT_IN_COOKIES)),
    (r::COOKIE_TOKENS_NEED_CSRF_DEFENCE, ByConstruction(NOT_IN_COOKIES)),
    (r::CERTIFICATE_AND_CRL_ARE_CHECKED, Exception(NO_LIST)),
];

const NO_LIST: &str = "the chain is checked, but a list of revoked certificates is consulted only where the operating \
     system's verifier does that, or one that `TlsConfig::from_rustls` brings: nobody says where to fetch one from";

const SECRET: &str = "a very long secret of the client";
const TOKEN: &str = "mF_9.B5f-4.1JqM";
const FORM: &str = "application/x-www-form-urlencoded";

fn server() -> AuthorizationServer {
    AuthorizationServer::default().client(Registered::confidential("app", SECRET))
}

/// Runs `check` with a client of a server, which has nothing to say against it in the end.
fn with_client(check: impl AsyncFnOnce(&AuthorizationServer, OAuth2Client)) {
    run_virtual(async {
        let server = server();
        let found = OAuth2Client::discover(server.issuer()).http(server.clone());
        let builder = found.client(ClientId::new("app").expect("an identifier")).await.expect("it is found");
        let secret = ClientAuthentication::SecretBasic(ClientSecret::new(SECRET).expect("a secret"));
        let client = builder.clock(server.clock()).authentication(secret).build().expect("a client");
        check(&server, client).await;
        server.assert_blameless();
    });
}

async fn granted(client: &OAuth2Client) -> TokenResponse {
    client.client_credentials().send().await.expect("a token")
}

fn token(text: &str) -> AccessToken {
    AccessToken::new(text).expect("a token")
}

fn posted(url: &str, media: &'static str, body: &str) -> HttpRequest {
    let mut request = Request::new(Bytes::from(body.to_owned()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = url.parse().expect("a URL");
    request.headers_mut().insert("content-type", HeaderValue::from_static(media));
    request
}

fn at_the_resource(server: &AuthorizationServer) -> Recorded {
    server.requests_to(Place::Resource).pop().expect("it was asked")
}

fn one_way_only() {
    with_client(async |server, client| {
        let tokens = granted(&client).await;
        let resource = client.resource_by(&tokens);
        let url = server.url(Place::Resource);
        let mut named = posted(&url, "text/plain", "");
        named.headers_mut().insert("authorization", HeaderValue::from_static("Bearer other"));
        let mut basic = posted(&url, "text/plain", "");
        basic.headers_mut().insert("authorization", HeaderValue::from_static("Basic YTpi"));
        let forms = ["access_token=x", "a=b&access_token=", "a=b&%61ccess%5Ftoken=x"]
            .map(|body| posted(&url, FORM, body));
        let labelled = posted(&url, "Application/X-WWW-Form-URLencoded; charset=utf-8", "access_token=x");
        for request in forms.into_iter().chain([named, basic, labelled]) {
            let shown = format!("{request:?}");
            let error = resource.send(request).await.expect_err("a second way");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Usage, Some(r::TOKEN_TRAVELS_ONE_WAY)),
                "{shown}"
            );
        }
        let error = resource.get(&format!("{url}?access_token=x")).await.expect_err("a second way");
        assert_eq!(error.kind(), ErrorKind::Usage);
        server.assert_nothing_sent_to(Place::Resource);
        resource.send(posted(&url, FORM, "a=b&token=x")).await.expect("it is taken");
        let sent = at_the_resource(server);
        assert_eq!(sent.headers.get_all("authorization").iter().count(), 1);
        assert_eq!((&sent.url, &*sent.body), (&url, &b"a=b&token=x"[..]));
    });
}

fn b64token() {
    with_client(async |server, client| {
        let url = server.url(Place::Resource);
        for text in ["a", TOKEN, "a==", "-._~+/09azAZ", "abc="] {
            let error = client.resource(&token(text), &TokenType::Bearer).get(&url).await;
            assert_eq!(error.expect_err("it is made up").status(), Some(401), "{text}");
            let sent = at_the_resource(server);
            assert_eq!(sent.header("authorization"), Some(&*format!("Bearer {text}")));
        }
        let before = server.count(Place::Resource);
        for text in ["=", "a=b", "a b", " a", "a ", "a,b", "a\"b", "a;b", "{a}", "a:b", "a@b", "a%20b", "a\\"]
        {
            let error = client.resource(&token(text), &TokenType::Bearer).get(&url).await;
            let error = error.expect_err("no b64token");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Usage, Some(r::CREDENTIALS_ARE_B64TOKEN)),
                "{text:?}"
            );
            assert!(!error.to_string().contains(text) || text.len() < 3);
        }
        assert_eq!(server.count(Place::Resource), before);
    });
}

fn in_the_header() {
    with_client(async |server, client| {
        let tokens = granted(&client).await;
        let resource = client.resource_by(&tokens);
        let url = server.url(Place::Resource);
        resource.get(&url).await.expect("it is taken");
        resource.send(posted(&url, FORM, "a=b")).await.expect("it is taken");
        resource.send(posted(&url, "application/json", "{}")).await.expect("it is taken");
        let sent = server.requests_to(Place::Resource);
        assert_eq!(sent.len(), 3);
        let text = tokens.access_token.expose();
        for (sent, body) in sent.iter().zip(["", "a=b", "{}"]) {
            assert_eq!(sent.header("authorization"), Some(&*format!("Bearer {text}")));
            assert_eq!((&sent.url, &*sent.body), (&url, body.as_bytes()));
            let fields = sent.headers.iter().filter(|(_, value)| {
                value.as_bytes().windows(text.len()).any(|part| part == text.as_bytes())
            });
            assert_eq!(fields.count(), 1);
        }
    });
}

fn challenged(field: &str) -> Result<Vec<Challenge>, crate::Error> {
    let mut headers = HeaderMap::new();
    headers.insert(WWW_AUTHENTICATE, HeaderValue::from_str(field).expect("a field"));
    Challenge::from_headers(&headers)
}

fn attributes_once() {
    for (name, requirement) in [
        ("realm", r::REALM_APPEARS_ONCE),
        ("scope", r::SCOPE_APPEARS_ONCE),
        ("error", r::ERROR_ATTRIBUTES_APPEAR_ONCE),
        ("error_description", r::ERROR_ATTRIBUTES_APPEAR_ONCE),
        ("error_uri", r::ERROR_ATTRIBUTES_APPEAR_ONCE),
    ] {
        let upper = name.to_ascii_uppercase();
        for field in
            [format!("Bearer {name}=\"a\", {name}=\"a\""), format!("Bearer {name}=\"a\", x=y, {upper}=b")]
        {
            let error = challenged(&field).expect_err("it stands there twice");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(requirement)),
                "{field}"
            );
        }
        let read = challenged(&format!("Bearer {name}=\"a\", Bearer {name}=\"b\"")).expect("once each");
        assert_eq!(read.len(), 2);
    }
}

fn the_scope_of_a_challenge() {
    for scope in ["a\\\"b", "a\\\\b", "a  b", " a", "a\tb"] {
        let error = challenged(&format!("Bearer scope=\"{scope}\"")).expect_err("no scope");
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Protocol, Some(r::SCOPE_CHARACTERS_ARE_LIMITED)),
            "{scope}"
        );
    }
    let read =
        challenged("Bearer realm=\"x\", scope=\"openid urn:example:channel=HBO&urn:example:rating=G,PG-13\"");
    let scope =
        read.expect("a scope").into_iter().next().and_then(|challenge| challenge.scope).expect("a scope");
    assert!(scope.contains("urn:example:channel=HBO&urn:example:rating=G,PG-13") && scope.len() == 2);
}

fn a_new_token_after_invalid_token() {
    with_client(async |server, client| {
        let url = server.url(Place::Resource);
        let source = client.token_source().client_credentials();
        let first = source.token().await.expect("a token");
        let ask = async |token: &crate::proto::Token| {
            client.resource(token.access_token(), token.token_type()).get(&url).await
        };
        ask(&first).await.expect("it is taken");
        server.expire_access_tokens();
        let error = ask(&first).await.expect_err("it is over");
        assert_eq!(error.denied().map(|denied| &denied.denial), Some(&Denial::InvalidToken));
        assert_eq!(error.kind(), ErrorKind::Auth);
        // What the resource said is taken up, and the same request tried again.
        source.invalidate(&first);
        let second = source.token().await.expect("another");
        assert_ne!(first.access_token(), second.access_token());
        ask(&second).await.expect("it is taken");
        assert_eq!(server.count(Place::Token), 2);
    });
}

fn not_before_tls_stands() {
    let pki = Pki::new();
    run(async {
        // Somebody who listens, and speaks no TLS.
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
        let server = AuthorizationServer::new(&origin).client(Registered::confidential("app", SECRET));
        let found = OAuth2Client::discover(server.issuer()).http(server.clone());
        let metadata = found.fetch().await.expect("it is published");
        let secret = ClientAuthentication::SecretBasic(ClientSecret::new(SECRET).expect("a secret"));
        let client = tls::client(&metadata, "app", pki.trusting()).authentication(secret).build();
        let client = client.expect("a client");
        let overheard = async || {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut octets = vec![0; 4096];
            let length = stream.read(&mut octets).await.expect("it says something");
            octets.truncate(length);
            octets
        };
        let bearer = token(TOKEN);
        let resource = client.resource(&bearer, &TokenType::Bearer);
        let url = format!("{origin}/api");
        let (answer, heard) = tokio::join!(resource.get(&url), overheard());
        assert!(matches!(answer.expect_err("no TLS").kind(), ErrorKind::Tls | ErrorKind::Io));
        let (other, heard_too) = tokio::join!(client.client_credentials().send(), overheard());
        assert!(matches!(other.expect_err("no TLS").kind(), ErrorKind::Tls | ErrorKind::Io));
        for heard in [heard, heard_too] {
            assert_eq!(heard.first(), Some(&0x16), "a handshake of TLS");
            for text in [TOKEN, "Bearer", "Basic", "grant_type", "/api", "/token"] {
                assert!(!heard.windows(text.len()).any(|part| part == text.as_bytes()), "{text}");
            }
        }
    });
    let server = server();
    tls::beside(&server, &pki.server_for(&["localhost"]), async |metadata| {
        let secret = ClientAuthentication::SecretBasic(ClientSecret::new(SECRET).expect("a secret"));
        let client = tls::client(&metadata, "app", pki.trusting()).authentication(secret).build();
        let client = client.expect("a client");
        let tokens = granted(&client).await;
        client.resource_by(&tokens).get(&server.url(Place::Resource)).await.expect("it is taken");
    });
    server.assert_blameless();
}

/// Asks the resource behind this certificate so, twice, and returns how each try ended.
fn asked(pki: &Pki, identity: &Identity, tls: Option<TlsConfig>) -> Vec<Result<u16, ErrorKind>> {
    let server = server();
    let mut outcomes = Vec::new();
    tls::beside(&server, identity, async |metadata| {
        let tls = tls.unwrap_or_else(|| pki.trusting());
        let client = tls::client(&metadata, "app", tls).build().expect("a client");
        for tries in 1..=2 {
            let bearer = token(TOKEN);
            let resource = client.resource(&bearer, &TokenType::Bearer);
            let error = resource.get(&server.url(Place::Resource)).await.expect_err("it is made up");
            let outcome = error.status().ok_or(error.kind());
            // It reaches nobody but those who answer.
            let reached = if outcome.is_ok() { tries } else { 0 };
            assert_eq!(server.sent_to(TOKEN), vec![Place::Resource; reached]);
            outcomes.push(outcome);
        }
    });
    outcomes
}

fn the_name_in_the_certificate() {
    let pki = Pki::new();
    for names in [&["other.example"][..], &["127.0.0.2"], &["localhost.example"]] {
        assert_eq!(asked(&pki, &pki.server_for(names), None), [Err(ErrorKind::Tls); 2], "{names:?}");
    }
    assert_eq!(asked(&pki, &pki.server_for(&["other.example", "localhost"]), None), [Ok(401); 2]);
}

fn no_token_for_strangers() {
    let pki = Pki::new();
    for identity in tls::unfit(&pki) {
        assert_eq!(asked(&pki, &identity, None), [Err(ErrorKind::Tls); 2]);
    }
    assert_eq!(asked(&pki, &pki.server_for(&["localhost"]), None), [Ok(401); 2]);
}

fn to_nobody_else() {
    with_client(async |server, client| {
        let tokens = granted(&client).await;
        let text = tokens.access_token.expose().to_owned();
        let resource = client.resource_by(&tokens);
        let url = server.url(Place::Resource);
        for (status, to) in [
            (301, "https://evil.example/"),
            (302, "https://as.example/elsewhere"),
            (307, "https://evil.example/"),
            (308, "http://api.example/v1"),
        ] {
            let fault = Misbehaviour::Redirect(status, to.to_owned());
            server.plant(Plan::from(fault).at(Place::Resource).once());
            assert_eq!(resource.get(&url).await.expect("the resource's own answer").status(), status);
        }
        let found = OAuth2Client::discover_resource(&url).http(server.clone());
        found.fetch().await.expect("what the resource is, is asked without a token");
        server.expire_access_tokens();
        let error = resource.get(&url).await.expect_err("it is over");
        let shown = format!("{tokens:?} {resource:?} {error} {error:?} {client:?}");
        assert!(!shown.contains(&text), "{shown}");
        assert_eq!(server.sent_to(&text), [Place::Resource; 5]);
    });
}

fn https_only() {
    with_client(async |server, client| {
        let resource = client.resource(&token(TOKEN), &TokenType::Bearer);
        for url in
            ["http://api.example/v1", "HTTP://api.example/", "http://127.0.0.1/", "ftp://api.example/", "/v1"]
        {
            let error = resource.get(url).await.expect_err("no TLS");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Usage, Some(r::TLS_IS_ALWAYS_USED)),
                "{url}"
            );
        }
        assert!(server.sent_to(TOKEN).is_empty());
        resource.get(&server.url(Place::Resource)).await.expect_err("it is made up");
        assert_eq!(server.sent_to(TOKEN), [Place::Resource]);
    });
}

fn not_in_urls() {
    with_client(async |server, client| {
        let tokens = granted(&client).await;
        let resource = client.resource_by(&tokens);
        let url = server.url(Place::Resource);
        for query in ["access_token=x", "a=b&access_token=x", "%61ccess_token", "access_token"] {
            let error = resource.get(&format!("{url}?{query}")).await.expect_err("a token in the URL");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Usage, Some(rfc9700::TOKEN_STAYS_OUT_OF_THE_QUERY)),
                "{query}"
            );
        }
        resource.get(&format!("{url}?a=b")).await.expect("it is taken");
        let text = tokens.access_token.expose();
        assert!(server.requests().iter().all(|sent| !sent.url.contains(text)));
        assert_eq!(server.count(Place::Resource), 1);
    });
}
