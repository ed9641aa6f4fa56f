//! RFC 8705, sections 2, 3 and 8: certificates in handshakes, and tokens that are bound to them.

use anyrfc_core::{
    BoxFuture,
    compliance::Check,
    testing::{pki::Pki, run},
    tls::{TlsConfig, TlsVersion},
};

use super::super::granted::{ID, ISSUER, builder, last, session, values};
use crate::{
    ClientId, Error, ErrorKind, OAuth2Client, RedirectUri, TokenResponse,
    client::{HttpClient, HttpLimits, ReqwestClient},
    proto::{ClientAuthentication, HttpRequest},
    rfc8705 as r,
    testing::{AuthorizationServer, ClientCertificate, ClientMethod, Place, Registered, Served},
    types::ClientMetadata,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8705/section-2/the-handshake-carries-the-certificate",
        covers: &[r::CONNECTION_IS_MUTUAL_TLS],
        run: the_handshake_carries_the_certificate,
    },
    Check {
        name: "rfc8705/section-2/client-id-is-sent",
        covers: &[r::CLIENT_ID_IS_SENT],
        run: client_id_is_sent,
    },
    Check {
        name: "rfc8705/section-2.1.2/one-subject-is-registered",
        covers: &[r::ONE_SUBJECT_PARAMETER_IS_REGISTERED],
        run: one_subject_is_registered,
    },
    Check {
        name: "rfc8705/section-3/a-resource-sees-the-same-certificate",
        covers: &[r::RESOURCE_SEES_THE_SAME_CERTIFICATE],
        run: a_resource_sees_the_same_certificate,
    },
    Check {
        name: "rfc8705/section-3.4/a-registration-may-tell-of-bound-tokens",
        covers: &[r::CLIENT_MAY_TELL_OF_BOUND_TOKENS],
        run: a_registration_may_tell_of_bound_tokens,
    },
    Check {
        name: "rfc8705/section-8/tls-is-the-newest-that-both-know",
        covers: &[r::SINGLE_USER_CLIENT_USES_TLS13],
        run: tls_is_the_newest_that_both_know,
    },
];

const API: &str = "https://api.example/v1";

fn the_handshake_carries_the_certificate() {
    run(async {
        let pki = Pki::new();
        let identity = pki.client("client.example");
        let certificate = ClientCertificate::new(identity.der().to_vec());
        let registered = Registered::new(ID, ClientMethod::Tls(certificate.thumbprint()));
        let server = AuthorizationServer::default().client(registered);
        let shown = pki.server_for(&["localhost"]).server();
        let mutual = shown.clone().require_client_ca_pem(pki.ca_pem());
        let served = Served::tls(server.clone(), shown, Some(mutual)).expect("a port");
        let origin = served.origin().to_owned();
        let asked = async |tls: TlsConfig| -> Result<TokenResponse, Error> {
            let http = ReqwestClient::builder().tls(tls).build().expect("a client");
            let discover = OAuth2Client::discover(&origin).http(http);
            let builder = discover.client(ClientId::new(ID).expect("a name")).await.expect("a server");
            let client =
                builder.authentication(ClientAuthentication::TlsClientAuth).build().expect("a client");
            client.client_credentials().send().await
        };
        let client = async {
            let with = pki.trusting().client_certificate(identity.chain_pem(), identity.key_pem());
            asked(with).await.expect("a token");
            assert_eq!(last(&server, Place::Token).certificate, Some(certificate.thumbprint()));
            // Without one there is no connection to authenticate by.
            let error = asked(pki.trusting()).await.expect_err("a refusal");
            assert!(matches!(error.kind(), ErrorKind::Tls | ErrorKind::Io), "{error}");
            assert_eq!(server.count(Place::Token), 1);
        };
        served.beside(client).await;
        server.assert_blameless();
    });
}

/// A server in memory that binds tokens to the certificate, which it takes everywhere.
fn server(certificate: &ClientCertificate) -> AuthorizationServer {
    let method = ClientMethod::Tls(certificate.thumbprint());
    let registered = Registered::new(ID, method).certificate_bound().redirect_uri("https://app.example/cb");
    AuthorizationServer::new(ISSUER).client(registered)
}

async fn client(
    server: &AuthorizationServer,
    certificate: &ClientCertificate,
    method: ClientAuthentication,
) -> OAuth2Client {
    let http = server.with_certificate(certificate.clone());
    builder(server).await.http(http).authentication(method).build().expect("a client")
}

fn certificate() -> ClientCertificate {
    ClientCertificate::new(*b"a certificate")
}

fn client_id_is_sent() {
    session(async {
        for method in [ClientAuthentication::TlsClientAuth, ClientAuthentication::SelfSignedTlsClientAuth] {
            let server = server(&certificate());
            let client = client(&server, &certificate(), method).await;
            let token = client.client_credentials().send().await.expect("a token");
            client.device_authorization().send().await.expect("codes");
            let callback = RedirectUri::new("https://app.example/cb").expect("a URI");
            client.begin(client.authorization_code(callback).pushed()).await.expect("a request");
            client.introspect(&token.access_token).await.expect("an answer");
            client.revoke(&token.access_token).await.expect("no answer");
            let places = [
                Place::Token,
                Place::DeviceAuthorization,
                Place::Par,
                Place::Introspection,
                Place::Revocation,
            ];
            for place in places {
                let request = last(&server, place);
                assert_eq!(values(&request.body, "client_id"), [ID], "{place:?}");
                assert_eq!(request.header("authorization"), None, "{place:?}");
            }
            server.assert_blameless();
        }
    });
}

fn one_subject_is_registered() {
    let client =
        || ClientMetadata::new().grant_type("client_credentials").authentication_method("tls_client_auth");
    let one = client().extra("tls_client_auth_subject_dn", "CN=client.example");
    assert!(one.to_json().is_ok());
    let two = one.clone().extra("tls_client_auth_san_dns", "client.example");
    for wrong in [client(), two] {
        let error = wrong.to_json().expect_err("a refusal");
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(error.requirement(), Some(r::ONE_SUBJECT_PARAMETER_IS_REGISTERED));
    }
}

fn a_resource_sees_the_same_certificate() {
    session(async {
        let server = server(&certificate());
        let method = ClientAuthentication::TlsClientAuth;
        let owner = client(&server, &certificate(), method.clone()).await;
        let token = owner.client_credentials().send().await.expect("a token");
        owner.resource_by(&token).get(API).await.expect("the resource");
        let shown = last(&server, Place::Token).certificate;
        assert_eq!(
            (&shown, &last(&server, Place::Resource).certificate),
            (&Some(certificate().thumbprint()), &shown)
        );
        server.assert_blameless();
        // By the connections of another client the token is worth nothing.
        let thief = client(&server, &ClientCertificate::new(*b"another"), method).await;
        assert_eq!(thief.resource_by(&token).get(API).await.expect_err("a refusal").kind(), ErrorKind::Auth);
        server.assert_violations(&[&r::RESOURCE_SEES_THE_SAME_CERTIFICATE.id()]);
    });
}

fn a_registration_may_tell_of_bound_tokens() {
    let client = || ClientMetadata::new().grant_type("client_credentials");
    let mut telling = client();
    telling.tls_client_certificate_bound_access_tokens = true;
    let name = "tls_client_certificate_bound_access_tokens";
    assert_eq!(telling.to_json().expect("a document")[name], true);
    assert!(!client().to_json().expect("a document").contains_key(name));
}

fn tls_is_the_newest_that_both_know() {
    run(async {
        let pki = Pki::new();
        for (newest, expected) in [(None, "TLSv1.3"), (Some(TlsVersion::V1_2), "TLSv1.2")] {
            let shown = pki.server_for(&["localhost"]).server();
            let shown = match newest {
                Some(newest) => shown.maximum_version(newest),
                None => shown,
            };
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
            let port = listener.local_addr().expect("an address").port();
            let http = ReqwestClient::builder().tls(pki.trusting()).build().expect("a client");
            let mut request = HttpRequest::default();
            *request.uri_mut() = format!("https://localhost:{port}/").parse().expect("a URL");
            let asked: BoxFuture<'_, _> = http.send(request, HttpLimits::default());
            let accepted = async {
                let (stream, _) = listener.accept().await.expect("a connection");
                let (stream, info) = shown.accept(stream).await.expect("a handshake");
                drop(stream);
                info.version
            };
            let (answer, version) = tokio::join!(asked, accepted);
            assert!(answer.is_err(), "nobody answers");
            assert_eq!(version, Some(expected));
        }
    });
}
