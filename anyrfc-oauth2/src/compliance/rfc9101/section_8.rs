//! RFC 9101, section 8: TLS, by real certificates on loopback.

use anyrfc_core::{
    compliance::Check,
    testing::{
        pki::{Identity, Pki},
        run,
    },
    tls::TlsConfig,
};

use super::{
    super::flow::{CALLBACK, redirect},
    support::{key, set_of},
};
use crate::{
    ClientId, Endpoint, Error, ErrorKind, OAuth2Client, UrlPolicy,
    client::ReqwestClient,
    rfc9101 as r,
    testing::{AuthorizationServer, Place, Registered, Served},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9101/section-8/objects-go-over-tls",
        covers: &[r::REQUEST_URI_CLIENT_HAS_TLS, r::DNS_ID_IS_SUPPORTED],
        run: objects_go_over_tls,
    },
    Check {
        name: "rfc9101/section-8/the-certificate-has-the-server-s-name",
        covers: &[r::CERTIFICATE_IS_VERIFIED_BY_DNS_ID],
        run: the_certificate_has_the_server_s_name,
    },
    Check {
        name: "rfc9101/section-8/no-other-name-counts",
        covers: &[
            r::CN_ID_IS_NOT_USED,
            r::COMMON_NAME_DOES_NOT_AUTHENTICATE,
            r::SRV_ID_AND_URI_ID_ARE_NOT_COMPARED,
        ],
        run: no_other_name_counts,
    },
];

/// Pushes a Request Object to a server that shows this certificate; how many it has got.
fn pushes(identity: &Identity, trust: TlsConfig) -> (Result<(), Error>, usize) {
    let key = key();
    let registered = Registered::public("app").redirect_uri(CALLBACK).jwks(set_of(&key));
    let server = AuthorizationServer::default().client(registered);
    let done = run(async {
        let served = Served::tls(server.clone(), identity.server(), None).expect("a port");
        let origin = served.origin().to_owned();
        let url = |path: &str| Endpoint::new(&format!("{origin}{path}"), UrlPolicy::Https).expect("https");
        let issuer = crate::Issuer::new(&origin, UrlPolicy::Https).expect("https");
        let mut metadata = crate::ServerMetadata::new(issuer);
        metadata.authorization_endpoint = Some(url("/authorize"));
        metadata.token_endpoint = Some(url("/token"));
        let par = server.url(Place::Par);
        metadata.pushed_authorization_request_endpoint = Endpoint::new(&par, UrlPolicy::Https).ok();
        let http = ReqwestClient::builder().tls(trust).build().expect("an HTTP client");
        let id = ClientId::new("app").expect("a name");
        let client =
            OAuth2Client::builder(metadata, id).http(http).clock(server.clock()).build().expect("a client");
        let asked = client.authorization_code(redirect(CALLBACK)).signed_by(key.clone()).pushed();
        served.beside(async { client.begin(asked).await.map(|_| ()) }).await
    });
    (done, server.count(Place::Par))
}

fn refused(identity: &Identity, trust: TlsConfig, what: &str) {
    let (pushed, got) = pushes(identity, trust);
    let error = pushed.expect_err(what);
    assert_eq!((error.kind(), got), (ErrorKind::Tls, 0), "{what}: {error}");
}

fn objects_go_over_tls() {
    let pki = Pki::new();
    let (pushed, got) = pushes(&pki.server_for(&["localhost"]), pki.trusting());
    pushed.expect("taken");
    assert_eq!(got, 1);
    let (pushed, got) = pushes(&pki.server_for(&["as.example", "localhost"]), pki.trusting());
    pushed.expect("one of its names");
    assert_eq!(got, 1);
    // To nobody without.
    for url in ["http://as.example/par", "http://127.0.0.1/par"] {
        assert_eq!(
            Endpoint::new(url, UrlPolicy::Https).expect_err("in the clear").kind(),
            ErrorKind::Usage,
            "{url}"
        );
    }
}

fn the_certificate_has_the_server_s_name() {
    let pki = Pki::new();
    pushes(&pki.server_for(&["localhost"]), pki.trusting()).0.expect("its name");
    refused(&pki.server_for(&["as.example"]), pki.trusting(), "another's name");
    refused(&pki.server_for(&["localhost.example", "xlocalhost"]), pki.trusting(), "a longer name");
    refused(&pki.server_for(&["localhost"]), Pki::new().trusting(), "another authority");
    refused(&pki.expired_server_for(&["localhost"]), pki.trusting(), "it is over");
}

fn no_other_name_counts() {
    let pki = Pki::new();
    let identity = pki.server_without_dns_name("localhost");
    refused(&identity, pki.trusting(), "a common name, a URI, a service");
    // For that, and not for something else that is wrong with it.
    let (pushed, _) = pushes(&identity, pki.trusting());
    let why = format!("{:?}", pushed.expect_err("refused"));
    assert!(why.contains("NotValidForName"), "{why}");
    pushes(&pki.server_for(&["localhost"]), pki.trusting()).0.expect("its name");
}
