//! The same over real sockets, by the client that is used by default.

use std::time::Duration;

use anyrfc_core::testing::{pki::Pki, run};
use anyrfc_oauth2::{
    AccessToken, ClientMetadata, TokenType,
    client::{HttpLimits, ReqwestClient},
    testing::{Misbehaviour as M, Plan, Served},
};

use super::*;

/// `{"access_token":"t","token_type":"Bearer"}`, compressed.
const GZIP: [u8; 57] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 74, 76, 78, 78, 45, 46, 142, 47, 201, 207, 78, 205, 83, 178,
    82, 42, 81, 210, 81, 2, 179, 227, 75, 42, 11, 82, 129, 2, 78, 169, 137, 69, 169, 69, 74, 181, 0, 14, 156,
    82, 45, 42, 0, 0, 0,
];

fn http() -> ReqwestClient {
    ReqwestClient::builder().tls(Pki::new().trusting()).build().unwrap()
}

async fn over(http: ReqwestClient, server: &AuthorizationServer, limits: HttpLimits) -> OAuth2Client {
    let discover = OAuth2Client::discover(server.issuer()).allow_loopback_http().http(http).limits(limits);
    let builder = discover.client(ClientId::new(ID).unwrap()).await.unwrap();
    builder.authentication(basic()).clock(server.clock()).build().unwrap()
}

/// The server answers a token request so, over a socket.
fn refused(fault: M, limits: HttpLimits) -> Error {
    run(async {
        let server = server();
        let served = Served::plain(server.clone()).unwrap();
        served
            .beside(async {
                let client = over(http(), &server, limits).await;
                server.plant(Plan::from(fault.clone()).at(Place::Token));
                let error = client.client_credentials().send().await.unwrap_err();
                assert_harmless(&error);
                assert_eq!(server.count(Place::Token), 1, "{fault:?}: {error}");
                assert_sent_to_nobody_else(&server);
                server.assert_blameless();
                error
            })
            .await
    })
}

/// Each endpoint redirects to a second server, which hears of nothing.
#[test]
fn a_redirect_takes_no_secret_along() {
    for status in [301, 302, 303, 307, 308] {
        run(async {
            let (good, evil) = (server(), at("https://evil.example"));
            let (served, other) =
                (Served::plain(good.clone()).unwrap(), Served::plain(evil.clone()).unwrap());
            let test = async {
                let client = over(http(), &good, HttpLimits::default()).await;
                let token = client.client_credentials().send().await.unwrap().access_token;
                for place in [
                    Place::Token,
                    Place::Par,
                    Place::DeviceAuthorization,
                    Place::Revocation,
                    Place::Introspection,
                    Place::Registration,
                    Place::Jwks,
                    Place::Metadata,
                ] {
                    good.plant(Plan::from(M::Redirect(status, evil.url(place))).at(place));
                }
                let registration = OAuth2Client::registration(client.server()).http(http());
                let metadata = ClientMetadata::new().redirect_uri(RedirectUri::new(CALLBACK).unwrap());
                let discover = OAuth2Client::discover(good.issuer()).allow_loopback_http().http(http());
                let unsigned = "eyJhbGciOiJSUzI1NiJ9.e30.AA";
                for error in [
                    client.client_credentials().send().await.unwrap_err(),
                    client.begin(asking(&client).pushed()).await.unwrap_err(),
                    client.device_authorization().send().await.unwrap_err(),
                    client.revoke(&token).await.unwrap_err(),
                    client.introspect(&token).await.unwrap_err(),
                    registration.register(&metadata).await.unwrap_err(),
                    client.keys_for(unsigned).await.unwrap_err(),
                    discover.fetch().await.unwrap_err(),
                ] {
                    assert_eq!(error.kind(), ErrorKind::Protocol, "{status}: {error}");
                    assert_eq!(error.status(), Some(status));
                }
                // A resource's is the caller's to judge, who has it as it came.
                good.plant(Plan::from(M::Redirect(status, evil.url(Place::Resource))).at(Place::Resource));
                let resource = client.resource(&token, &TokenType::Bearer);
                let answer = resource.get(&good.url(Place::Resource)).await.unwrap();
                assert_eq!(answer.status().as_u16(), status);
                assert!(evil.requests().is_empty(), "{:?}", evil.requests());
            };
            served.beside(other.beside(test)).await;
        });
    }
}

#[test]
fn a_body_of_100_megabytes() {
    assert_eq!(refused(M::HugeBody(100 << 20), HttpLimits::default()).kind(), ErrorKind::Limit);
}

#[test]
fn a_body_without_end() {
    assert_eq!(refused(M::EndlessBody, HttpLimits::default()).kind(), ErrorKind::Limit);
}

/// In time, however little of it there is.
fn soon() -> HttpLimits {
    let mut limits = HttpLimits::default();
    limits.time = Duration::from_millis(800);
    limits
}

#[test]
fn a_body_octet_by_octet() {
    assert_eq!(refused(M::Drip(Duration::from_millis(500)), soon()).kind(), ErrorKind::Timeout);
}

#[test]
fn no_answer_at_all() {
    assert_eq!(refused(M::Hang, soon()).kind(), ErrorKind::Timeout);
}

#[test]
fn a_connection_that_ends_half_way() {
    for fault in [M::DropBefore, M::DropAfter, M::CutBody] {
        assert_eq!(refused(fault, HttpLimits::default()).kind(), ErrorKind::Io);
    }
}

/// Nothing compressed was asked for, so none is taken apart: no bomb goes off.
#[test]
fn a_compressed_body() {
    let fields = vec![("content-encoding".to_owned(), "gzip".to_owned())];
    let error = refused(M::Instead(200, fields, GZIP.to_vec().into()), HttpLimits::default());
    assert_eq!(error.kind(), ErrorKind::Protocol);
    run(async {
        let server = server();
        let served = Served::plain(server.clone()).unwrap();
        served
            .beside(async {
                let client = over(http(), &server, HttpLimits::default()).await;
                client.client_credentials().send().await.unwrap();
            })
            .await;
        for request in server.requests() {
            assert_eq!(request.header("accept-encoding"), None);
            assert_eq!(request.header("cookie"), None);
            assert_eq!(request.header("referer"), None);
        }
    });
}

#[test]
fn a_cookie_is_not_brought_back() {
    run(async {
        let server = server();
        let served = Served::plain(server.clone()).unwrap();
        served
            .beside(async {
                let client = over(http(), &server, HttpLimits::default()).await;
                server.plant(M::Header("set-cookie".into(), "session=1; Path=/".into()));
                for _ in 0..2 {
                    client.client_credentials().send().await.unwrap();
                }
            })
            .await;
        assert!(server.requests().iter().all(|request| request.header("cookie").is_none()));
    });
}

#[test]
fn a_certificate_that_is_not_to_be_trusted() {
    let (ours, theirs) = (Pki::new(), Pki::new());
    let cases = [
        ("of another authority", theirs.server_for(&["localhost"])),
        ("for another name", ours.server_for(&["evil.example"])),
        ("expired", ours.expired_server_for(&["localhost"])),
        ("not valid yet", ours.future_server_for(&["localhost"])),
    ];
    for (case, identity) in cases {
        run(async {
            let server = server();
            let served = Served::tls(server.clone(), identity.server(), None).unwrap();
            let http = ReqwestClient::builder().tls(ours.trusting()).build().unwrap();
            let error = served.beside(OAuth2Client::discover(server.issuer()).http(http).fetch()).await;
            let error = error.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Tls, "{case}: {error}");
            assert!(server.requests().is_empty(), "{case}");
        });
    }
    // The one that is.
    run(async {
        let server = server();
        let served = Served::tls(server.clone(), ours.server_for(&["localhost"]).server(), None).unwrap();
        let http = ReqwestClient::builder().tls(ours.trusting()).build().unwrap();
        let client =
            async { over(http, &server, HttpLimits::default()).await.client_credentials().send().await };
        served.beside(client).await.unwrap();
        server.assert_blameless();
    });
}

/// A server that speaks in the clear where TLS was asked for gets no secret.
#[test]
fn no_tls_where_tls_was_asked_for() {
    run(async {
        let server = server();
        let served = Served::plain(server.clone()).unwrap();
        let url = server.issuer().replacen("http://", "https://", 1);
        let error = served.beside(OAuth2Client::discover(url).http(http()).fetch()).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Tls | ErrorKind::Io), "{error}");
        assert!(server.requests().is_empty());
    });
}

#[test]
fn http_is_not_spoken_unless_it_was_asked_for() {
    run(async {
        let server = server();
        let served = Served::plain(server.clone()).unwrap();
        let test = async {
            let error = OAuth2Client::discover(server.issuer()).http(http()).fetch().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            // Nor does a token go there, whoever says so.
            let found = OAuth2Client::discover(server.issuer()).allow_loopback_http().http(http()).fetch();
            let builder = OAuth2Client::builder(found.await.unwrap(), ClientId::new(ID).unwrap());
            let client = builder.http(http()).build().unwrap();
            let token = AccessToken::new("t").unwrap();
            let resource = client.resource(&token, &TokenType::Bearer);
            assert_eq!(
                resource.get(&server.url(Place::Resource)).await.unwrap_err().kind(),
                ErrorKind::Usage
            );
        };
        served.beside(test).await;
        server.assert_nothing_sent_to(Place::Resource);
    });
}

#[test]
fn an_option_that_would_end_its_field() {
    let error =
        ReqwestClient::builder().tls(Pki::new().trusting()).user_agent("a\r\nX: y").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}
