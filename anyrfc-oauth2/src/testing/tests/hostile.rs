//! Misbehaviour, and the ways an answer gets to a client.

use anyrfc_core::testing::{pki::Pki, run, run_virtual};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::{
    ErrorKind,
    client::{HttpClient as _, HttpLimits},
    testing::{ClientCertificate, JwtFault, Misbehaviour, Network, Plan, Served},
};

fn ask(server: &AuthorizationServer) -> Got {
    post(server, Place::Token, &[basic()], &[("grant_type", "client_credentials"), ("scope", "a b")])
}

fn request(server: &AuthorizationServer) -> Request<Bytes> {
    let (name, value) = basic();
    Request::post(server.url(Place::Token))
        .header("content-type", "application/x-www-form-urlencoded")
        .header(name, value)
        .body("grant_type=client_credentials".into())
        .unwrap()
}

#[test]
fn token_responses_are_spoilt_by_name() {
    type Shows = fn(&Got) -> bool;
    let cases: [(Misbehaviour, Shows); 19] = [
        (Misbehaviour::ExpiresInNegative, |got| got.json["expires_in"] == -1),
        (Misbehaviour::ExpiresInZero, |got| got.json["expires_in"] == 0),
        (Misbehaviour::ExpiresInString, |got| got.json["expires_in"] == "3600"),
        (Misbehaviour::ExpiresInFloat, |got| got.json["expires_in"] == 3600.5),
        (Misbehaviour::ExpiresInHuge, |got| got.json["expires_in"] == u64::MAX),
        (Misbehaviour::ExpiresInText, |got| got.json["expires_in"] == "soon"),
        (Misbehaviour::NoExpiresIn, |got| got.json.get("expires_in").is_none()),
        (Misbehaviour::NoTokenType, |got| got.json.get("token_type").is_none()),
        (Misbehaviour::TokenType("mac".to_owned()), |got| got.json["token_type"] == "mac"),
        (Misbehaviour::NoAccessToken, |got| got.json.get("access_token").is_none()),
        (Misbehaviour::ControlInAccessToken, |got| got.text("access_token").contains("\r\n")),
        (Misbehaviour::UnicodeInAccessToken, |got| !got.text("access_token").is_ascii()),
        (Misbehaviour::ScopeArray, |got| got.json["scope"] == json!(["a", "b"])),
        (Misbehaviour::Scope("other".to_owned()), |got| got.json["scope"] == "other"),
        (Misbehaviour::ErrorIn200, |got| got.status == 200 && got.error() == "bad_verification_code"),
        (Misbehaviour::ControlInDescription, |got| {
            got.json["error_description"].as_str().is_some_and(|text| text.contains('\u{1b}'))
        }),
        (Misbehaviour::Html, |got| got.header("content-type").starts_with("text/html")),
        (Misbehaviour::ContentType("text/plain".to_owned()), |got| {
            got.header("content-type") == "text/plain"
        }),
        (Misbehaviour::JsonArray, |got| got.json[0]["token_type"] == "Bearer"),
    ];
    for (misbehaviour, shows) in cases {
        let server = server();
        assert!(!shows(&ask(&server)), "{misbehaviour:?}");
        server.plant(Plan::from(misbehaviour.clone()).once());
        assert!(shows(&ask(&server)), "{misbehaviour:?}");
        assert!(!shows(&ask(&server)), "{misbehaviour:?}");
        server.assert_blameless();
    }
}

#[test]
fn what_json_would_not_say_is_said() {
    let body = |misbehaviour: Misbehaviour| {
        let server = server();
        server.plant(Plan::from(misbehaviour).at(Place::Token));
        String::from_utf8(ask(&server).response.body().to_vec()).unwrap()
    };
    assert!(body(Misbehaviour::ExpiresInOverflow).ends_with(",\"expires_in\":1e400}"));
    assert_eq!(body(Misbehaviour::Twice("scope".to_owned())).matches("\"scope\":\"a b\"").count(), 2);
    assert!(body(Misbehaviour::DeepJson(1000)).contains(&"[".repeat(1000)));
    assert!(!body(Misbehaviour::TruncatedJson).ends_with('}'));
    assert!(body(Misbehaviour::TrailingJson).ends_with("}{}"));
    assert!(body(Misbehaviour::Raw("scope".to_owned(), "0x1".to_owned())).ends_with("\"scope\":0x1}"));
    assert_eq!(body(Misbehaviour::EmptyBody), "");
}

#[test]
fn what_is_without_effect_has_none_and_is_judged_all_the_same() {
    let server = server();
    let code = returned(&server.authorize(&url(&server, &[])), "code").unwrap();
    server.plant(Plan::from(Misbehaviour::Status(500)).at(Place::Token).times(2));
    for _ in 0..2 {
        assert_eq!(post(&server, Place::Token, &[], &exchange(&code)).status, 500);
    }
    assert_eq!(server.live_access_tokens(), 0);
    assert_eq!(post(&server, Place::Token, &[], &exchange(&code)).status, 200);
    server.assert_blameless();
    server
        .plant(Plan::from(Misbehaviour::Redirect(307, "https://evil.example/".to_owned())).at(Place::Token));
    let got = post(&server, Place::Token, &[], &[("grant_type", "client_credentials"), ("client_id", "app")]);
    assert_eq!((got.status, &*got.header("location")), (307, "https://evil.example/"));
    server.assert_violations(&["rfc6749#4.4-1"]);
}

#[test]
fn what_is_sent_to_somebody_else_is_seen() {
    let server = server();
    let got = tokens(&server);
    let code = returned(&server.authorize(&url(&server, &[])), "code").unwrap();
    let (access, refresh) = (got.text("access_token"), got.text("refresh_token"));
    let send_off = |fields: &[(&str, &str)], form: &[(&str, &str)]| {
        let mut request = Request::post("https://evil.example/token");
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        assert_eq!(send(&server, request.body(encode(form)).unwrap()).status, 404);
    };
    send_off(&[], &[("client_id", "app")]);
    server.assert_blameless();
    send_off(&[basic()], &[]);
    send_off(&[], &[("client_secret", "s%cret:&")]);
    send_off(&[], &[("code", &code)]);
    send_off(&[], &[("refresh_token", &refresh)]);
    send_off(&[("authorization", &format!("Bearer {access}"))], &[]);
    let secret = "rfc6749#10.8-1";
    server.assert_violations(&[secret, secret, "rfc6749#10.8-2", "rfc6749#10.4-2", "rfc6750#5.3-1"]);
    assert_eq!(server.count(Place::Elsewhere), 6);
}

#[test]
fn a_plan_says_where_and_when() {
    let server = server();
    let refresh = tokens(&server).text("refresh_token");
    server.plant(Misbehaviour::InvalidGrant);
    assert_eq!(ask(&server).status, 200);
    let form = [("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", &*refresh)];
    assert_eq!(post(&server, Place::Token, &[], &form).error(), "invalid_grant");
    server.behave();
    assert_eq!(post(&server, Place::Token, &[], &form).status, 200);
    server.plant(Plan::from(Misbehaviour::RetryAfter(429, 7)).grant("client_credentials").after(1).once());
    assert_eq!(ask(&server).status, 200);
    let got = ask(&server);
    assert_eq!((got.status, &*got.header("retry-after")), (429, "7"));
    assert_eq!(ask(&server).status, 200);
    server.assert_blameless();
}

#[test]
fn callbacks_are_tampered_with() {
    let callback = |misbehaviour: Misbehaviour| {
        let server = server();
        server.plant(misbehaviour);
        server.authorize(&url(&server, &[]))
    };
    let has = |callback: &str, name: &str| callback.matches(&format!("{name}=")).count();
    let state = callback(Misbehaviour::StateOther);
    assert_ne!(returned(&state, "state").as_deref(), Some("af0ifjsldkj"));
    assert_eq!(has(&callback(Misbehaviour::StateAbsent), "state"), 0);
    assert_eq!(has(&callback(Misbehaviour::StateTwice), "state"), 2);
    assert_eq!(has(&callback(Misbehaviour::IssAbsent), "iss"), 0);
    assert_eq!(has(&callback(Misbehaviour::IssTwice), "iss"), 2);
    assert_eq!(has(&callback(Misbehaviour::CodeAbsent), "code"), 0);
    assert_eq!(has(&callback(Misbehaviour::CodeTwice), "code"), 2);
    let both = callback(Misbehaviour::ErrorBesideCode);
    assert_eq!((has(&both, "error"), has(&both, "code")), (1, 1));
    let iss = callback(Misbehaviour::Iss("https://evil.example".to_owned()));
    assert_eq!(returned(&iss, "iss").as_deref(), Some("https://evil.example"));
    let error = callback(Misbehaviour::CallbackError("server_error".to_owned()));
    assert!(returned(&error, "error_description").unwrap().contains('\u{1b}'));
}

#[test]
fn metadata_devices_registrations_and_users_lie() {
    let server = server();
    server.plant(Misbehaviour::Issuer("https://evil.example".to_owned()));
    server.plant(Misbehaviour::PlainPkceOnly);
    server.plant(Misbehaviour::HttpTokenEndpoint);
    let metadata = get(&server, &server.url(Place::OpenIdConfiguration), &[]).json;
    assert_eq!(metadata["issuer"], "https://evil.example");
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["plain"]));
    assert_eq!(metadata["token_endpoint"], "http://as.example/token");
    server.behave();
    server.plant(Misbehaviour::NoPkce);
    let metadata = get(&server, &server.url(Place::Metadata), &[]).json;
    assert!(metadata.get("code_challenge_methods_supported").is_none());
    server.plant(Misbehaviour::VerificationUriScript);
    server.plant(Misbehaviour::EscapesInUserCode);
    let device = post(&server, Place::DeviceAuthorization, &[], &[("client_id", "app")]);
    assert!(device.text("verification_uri").starts_with("javascript:"));
    assert!(device.text("user_code").contains('\u{1b}'));
    server.plant(Misbehaviour::OtherSubject);
    let bearer = format!("Bearer {}", tokens(&server).text("access_token"));
    let user = get(&server, &server.url(Place::UserInfo), &[("authorization", &bearer)]);
    assert_eq!(user.json["sub"], "mallory");
    server.plant(Misbehaviour::ResourceIs("https://evil.example".to_owned()));
    let metadata = get(&server, &server.url(Place::ResourceMetadata), &[]);
    assert_eq!(metadata.json["resource"], "https://evil.example");
    server.plant(Misbehaviour::ForeignClientUri);
    let request = Request::post(server.url(Place::Registration)).header("content-type", "application/json");
    let made = send(&server, request.body(r#"{"redirect_uris":["https://a.example/"]}"#.to_owned()).unwrap());
    assert!(made.text("registration_client_uri").starts_with("https://evil.example/"));
    server.assert_blameless();
}

#[test]
fn id_tokens_have_the_fault_that_was_planted() {
    let keys_of = |server: &AuthorizationServer| get(server, &server.url(Place::Jwks), &[]).json;
    let made = |fault: JwtFault| {
        let server = server();
        server.plant(Misbehaviour::IdToken(fault));
        let token = tokens(&server).text("id_token");
        (crate::testing::jose::Token::parse(&token), keys_of(&server), token)
    };
    let (token, keys, _) = made(JwtFault::Claim("nonce".to_owned(), json!("other")));
    let token = token.unwrap();
    assert!(token.is_signed_by_one_of(&keys));
    assert_eq!(token.text("nonce"), Some("other"));
    let (token, keys, _) = made(JwtFault::Without("exp".to_owned()));
    assert!(
        token.as_ref().is_some_and(|token| token.is_signed_by_one_of(&keys) && token.time("exp").is_none())
    );
    for fault in
        [JwtFault::ForeignKey, JwtFault::KeyInHeader, JwtFault::BrokenSignature, JwtFault::MacWithPublicKey]
    {
        let (token, keys, _) = made(fault.clone());
        assert!(!token.unwrap().is_signed_by_one_of(&keys), "{fault:?}");
    }
    let (token, _, text) = made(JwtFault::Unsigned("nOnE".to_owned()));
    assert_eq!(token.unwrap().algorithm(), "nOnE");
    assert!(text.ends_with('.'));
    // Duplicates, padding and garbage are nothing that a strict reader takes for a token.
    for fault in [JwtFault::Twice("sub".to_owned(), json!("mallory")), JwtFault::Padded, JwtFault::Garbage] {
        assert!(made(fault).0.is_none());
    }
}

#[test]
fn without_a_socket_time_is_virtual() {
    run_virtual(async {
        let server = server();
        let limits = HttpLimits::default();
        let started = tokio::time::Instant::now();
        server.plant(Plan::from(Misbehaviour::Delay(Duration::from_secs(10))).once());
        assert_eq!(server.send(request(&server), limits).await.unwrap().status(), 200);
        assert_eq!(started.elapsed().as_secs(), 10);
        server.plant(Plan::from(Misbehaviour::Hang).once());
        let error = server.send(request(&server), limits).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        server.plant(Plan::from(Misbehaviour::DropAfter).once());
        let error = server.send(request(&server), limits).await.unwrap_err();
        assert_eq!((error.kind(), server.live_access_tokens()), (ErrorKind::Io, 2));
        server.plant(Plan::from(Misbehaviour::DropBefore).once());
        assert!(server.send(request(&server), limits).await.is_err());
        assert_eq!((server.live_access_tokens(), server.count(Place::Token)), (2, 4));
        server.plant(Plan::from(Misbehaviour::HugeBody(100_000_000)).once());
        let error = server.send(request(&server), limits).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        let kinds = [
            (Misbehaviour::EndlessBody, ErrorKind::Limit),
            (Misbehaviour::CutBody, ErrorKind::Io),
            (Misbehaviour::Drip(Duration::from_secs(1)), ErrorKind::Timeout),
        ];
        for (misbehaviour, kind) in kinds {
            server.plant(Plan::from(misbehaviour).once());
            assert_eq!(server.send(request(&server), limits).await.unwrap_err().kind(), kind);
        }
        server.plant(Plan::from(Misbehaviour::HugeBody(1000)).once());
        let body = server.send(request(&server), limits).await.unwrap().into_body();
        assert!(body.len() > 1000 && body.ends_with(b"  "));
    });
}

#[test]
fn several_servers_are_told_apart() {
    run_virtual(async {
        let honest = server();
        let other = AuthorizationServer::new("https://evil.example");
        let network = Network::new([honest.clone(), other.clone()]);
        for url in
            [honest.url(Place::Metadata), other.url(Place::Metadata), "https://third.example/".to_owned()]
        {
            let request = Request::get(url).body(Bytes::new()).unwrap();
            let _ = network.send(request, HttpLimits::default()).await.unwrap();
        }
        assert_eq!((honest.count(Place::Metadata), honest.count(Place::Elsewhere)), (1, 1));
        assert_eq!((other.count(Place::Metadata), other.requests().len()), (1, 1));
        assert!(honest.is_at("https://api.example/v1") && !honest.is_at("https://evil.example/"));
    });
}

async fn talk(
    stream: &mut (impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin),
    request: &str,
) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

const POST: &str = "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n";

#[test]
fn the_same_server_listens_on_loopback() {
    run(async {
        let server = server();
        let served = Served::plain(server.clone()).unwrap();
        assert_eq!(server.issuer(), served.origin());
        let address = served.origin().strip_prefix("http://").unwrap().to_owned();
        let form = format!(
            "{POST}Authorization: {}\r\nContent-Length: 29\r\n\r\ngrant_type=client_credentials",
            basic().1
        );
        let client = async {
            let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
            let answer = talk(&mut stream, &form).await;
            assert!(
                answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\"access_token\""),
                "{answer}"
            );
            server.plant(Plan::from(Misbehaviour::HugeBody(3_000_000)).once());
            let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
            assert!(talk(&mut stream, &form).await.len() > 3_000_000);
            server.plant(Plan::from(Misbehaviour::DropAfter).once());
            let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
            assert_eq!(talk(&mut stream, &form).await, "");
            server.plant(Plan::from(Misbehaviour::CutBody).once());
            let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
            let answer = talk(&mut stream, &form).await;
            assert!(answer.contains("\"access_token\"") && !answer.ends_with('}'), "{answer}");
            server.plant(Plan::from(Misbehaviour::Drip(Duration::ZERO)).once());
            let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
            assert!(talk(&mut stream, &form).await.ends_with('}'));
            server.plant(Plan::from(Misbehaviour::EndlessBody).once());
            let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
            stream.write_all(form.as_bytes()).await.unwrap();
            let mut much = vec![0; 1 << 20];
            stream.read_exact(&mut much).await.unwrap();
            let text = String::from_utf8_lossy(&much);
            assert!(text.contains("\r\nTransfer-Encoding: chunked\r\n"));
            assert!(!text.contains("Content-Length"));
        };
        served.beside(client).await;
        assert_eq!(server.live_access_tokens(), 6);
        server.assert_blameless();
    });
}

#[test]
fn under_mutual_tls_the_certificate_is_seen() {
    run(async {
        let pki = Pki::new();
        let identity = pki.client("client.example");
        let certificate = ClientCertificate::new(identity.der().to_vec());
        let server = server().client(Registered::new("mutual", ClientMethod::Tls(certificate.thumbprint())));
        let shown = pki.server_for(&["localhost"]).server();
        let mutual = shown.clone().require_client_ca_pem(pki.ca_pem());
        let served = Served::tls(server.clone(), shown, Some(mutual)).unwrap();
        let origin = server.options().mtls_origin.unwrap();
        let port: u16 = origin.rsplit_once(':').unwrap().1.parse().unwrap();
        let tls = pki.trusting().client_certificate(identity.chain_pem(), identity.key_pem());
        let client = async {
            let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let (mut stream, _) = tls.handshake("localhost", stream).await.unwrap();
            let form =
                format!("{POST}Content-Length: 46\r\n\r\ngrant_type=client_credentials&client_id=mutual");
            let answer = talk(&mut stream, &form).await;
            assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        };
        served.beside(client).await;
        server.assert_blameless();
    });
}
