//! DPoP, client assertions, mutual TLS: what proves who a client is.

use super::*;
use crate::testing::{ClientCertificate, Misbehaviour};

const TOKEN: &str = "https://as.example/token";
const RESOURCE: &str = "https://api.example/v1";

fn good(key: &ServerKey) -> String {
    proof(key, "POST", TOKEN, json!({}), json!({}))
}

fn bound(server: &AuthorizationServer, key: &ServerKey) -> Got {
    let code = returned(&server.authorize(&url(server, &[])), "code").unwrap();
    post(server, Place::Token, &[("dpop", &good(key))], &exchange(&code))
}

#[test]
fn a_proof_binds_the_tokens() {
    let server = server();
    let key = key();
    let got = bound(&server, &key);
    assert_eq!(got.json["token_type"], "DPoP");
    let token = got.text("access_token");
    let hash = sha256(token.as_bytes());
    let shown = format!("DPoP {token}");
    let with =
        |proof: &str| get(&server, "https://api.example/v1?x", &[("authorization", &shown), ("dpop", proof)]);
    assert_eq!(with(&proof(&key, "GET", RESOURCE, json!({"ath": hash}), json!({}))).status, 200);
    let form = |token: &str| {
        vec![
            ("grant_type", "refresh_token".to_owned()),
            ("client_id", "app".to_owned()),
            ("refresh_token", token.to_owned()),
        ]
    };
    let refresh = form(&got.text("refresh_token"));
    let refresh: Vec<(&str, &str)> = refresh.iter().map(|(n, v)| (*n, &**v)).collect();
    assert_eq!(post(&server, Place::Token, &[("dpop", &good(&key))], &refresh).json["token_type"], "DPoP");
    server.assert_blameless();
    // Another key, another hash, none, the wrong scheme.
    let other = super::key();
    let refused = with(&proof(&other, "GET", RESOURCE, json!({"ath": hash}), json!({})));
    assert_eq!(refused.status, 401);
    server.assert_blameless();
    assert_eq!(with(&proof(&key, "GET", RESOURCE, json!({"ath": sha256(b"x")}), json!({}))).status, 401);
    assert_eq!(with(&proof(&key, "GET", RESOURCE, json!({}), json!({}))).status, 401);
    let bearer = format!("Bearer {token}");
    assert_eq!(get(&server, RESOURCE, &[("authorization", &bearer)]).status, 401);
    assert_eq!(get(&server, RESOURCE, &[("authorization", &shown)]).status, 401);
    server.assert_violations(&["rfc9449#4.2-h10", "rfc9449#4.2-h9", "rfc9449#7.1-h1", "rfc9449#7-h1"]);
}

#[test]
fn every_wrong_proof_is_refused_under_its_statement() {
    let later = NOW.as_secs() + 61;
    let cases = [
        (json!({}), json!({"typ": "JWT"}), "rfc9449#4.2-h1"),
        (json!({}), json!({"alg": "none"}), "rfc9449#4.2-h2"),
        (json!({}), json!({"alg": "HS256"}), "rfc9449#4.2-h2"),
        (json!({}), json!({"jwk": null}), "rfc9449#4.2-h3"),
        (json!({}), json!({"jwk": key().jwk()}), "rfc9449#4.2-h3"),
        (json!({"jti": null}), json!({}), "rfc9449#4.2-h5"),
        (json!({"htm": "GET"}), json!({}), "rfc9449#4.2-h6"),
        (json!({"htu": "https://as.example/token?a=b"}), json!({}), "rfc9449#4.2-h7"),
        (json!({"htu": "https://as.example/token#a"}), json!({}), "rfc9449#4.2-h7"),
        (json!({"iat": null}), json!({}), "rfc9449#4.2-h8"),
        (json!({"iat": later}), json!({}), "rfc9449#4.2-h8"),
        (json!({"iat": "1800000000"}), json!({}), "rfc9449#4.2-h8"),
        (json!({"ath": "x"}), json!({}), "rfc9449#4.2-h9"),
        (json!({"nonce": "made up"}), json!({}), "rfc9449#8-h4"),
    ];
    for (claims, header, id) in cases {
        let server = server();
        let what = format!("{claims} {header}");
        let code = returned(&server.authorize(&url(&server, &[])), "code").unwrap();
        let wrong = proof(&key(), "POST", TOKEN, claims, header);
        let got = post(&server, Place::Token, &[("dpop", &wrong)], &exchange(&code));
        assert_eq!((got.status, got.error()), (400, "invalid_dpop_proof"), "{what}");
        server.assert_violations(&[id]);
    }
}

#[test]
fn a_private_key_does_not_travel() {
    let server = server();
    let key = key();
    let mut jwk = key.jwk();
    jwk["d"] = json!("AAAA");
    let wrong = proof(&key, "POST", TOKEN, json!({}), json!({"jwk": jwk}));
    let form = [("grant_type", "client_credentials")];
    assert_eq!(
        post(&server, Place::Token, &[basic(), ("dpop", &wrong)], &form).error(),
        "invalid_dpop_proof"
    );
    let once = good(&key);
    assert_eq!(post(&server, Place::Token, &[basic(), ("dpop", &once)], &form).status, 200);
    assert_eq!(post(&server, Place::Token, &[basic(), ("dpop", &once)], &form).status, 400);
    let two = [basic(), ("dpop", &*good(&key)), ("dpop", &*good(&key))];
    assert_eq!(post(&server, Place::Token, &two, &form).status, 400);
    server.assert_violations(&["rfc9449#4.2-h4", "rfc9449#4.2-h5", "rfc9449#4.1-h1"]);
}

#[test]
fn a_nonce_is_asked_for_given_back_and_replaced() {
    let server = server().with(|options| options.dpop_nonce = true);
    let key = key();
    let form = [("grant_type", "client_credentials")];
    let ask = |claims: Value| {
        let proof = proof(&key, "POST", TOKEN, claims, json!({}));
        post(&server, Place::Token, &[basic(), ("dpop", &proof)], &form)
    };
    let first = ask(json!({}));
    assert_eq!((first.status, first.error()), (400, "use_dpop_nonce"));
    let nonce = first.header("dpop-nonce");
    assert_eq!(ask(json!({"nonce": nonce})).status, 200);
    server.rotate_nonces();
    let second = ask(json!({"nonce": nonce}));
    assert_eq!(second.error(), "use_dpop_nonce");
    assert_ne!(second.header("dpop-nonce"), nonce);
    server.assert_blameless();
    // Told by now.
    assert_eq!(ask(json!({"nonce": nonce})).error(), "use_dpop_nonce");
    assert_eq!(ask(json!({})).error(), "use_dpop_nonce");
    server.assert_violations(&["rfc9449#8.2-h2", "rfc9449#4.2-h11"]);
    server.configure(|options| options.dpop_nonce_each_time = true);
    let third = ask(json!({"nonce": second.header("dpop-nonce")}));
    assert_eq!(third.status, 200);
    assert!(third.header("dpop-nonce").len() > 20);
    server.plant(Misbehaviour::NonceForever);
    let mut nonce = third.header("dpop-nonce");
    for _ in 0..3 {
        let got = ask(json!({"nonce": nonce}));
        assert_eq!(got.error(), "use_dpop_nonce");
        nonce = got.header("dpop-nonce");
    }
}

#[test]
fn the_nonces_of_the_resource_are_its_own() {
    let server = server().with(|options| options.dpop_nonce = true);
    let key = key();
    let form = [("grant_type", "client_credentials")];
    let first = post(&server, Place::Token, &[basic(), ("dpop", &good(&key))], &form).header("dpop-nonce");
    let with = proof(&key, "POST", TOKEN, json!({"nonce": first}), json!({}));
    let token = post(&server, Place::Token, &[basic(), ("dpop", &with)], &form).text("access_token");
    let shown = format!("DPoP {token}");
    let ask = |nonce: Value| {
        let claims = json!({"ath": sha256(token.as_bytes()), "nonce": nonce});
        let proof = proof(&key, "GET", RESOURCE, claims, json!({}));
        get(&server, RESOURCE, &[("authorization", &shown), ("dpop", &proof)])
    };
    let refused = ask(Value::Null);
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").contains("error=\"use_dpop_nonce\""));
    assert_eq!(ask(json!(refused.header("dpop-nonce"))).status, 200);
    server.assert_blameless();
    assert_eq!(ask(json!(first)).status, 401);
    server.assert_violations(&["rfc9449#9-h2"]);
}

#[test]
fn dpop_jkt_binds_the_code() {
    let server = server();
    let (ours, theirs) = (key(), key());
    let jkt = crate::testing::jose::thumbprint(&ours.jwk()).unwrap();
    let codes =
        [(); 2].map(|()| returned(&server.authorize(&url(&server, &[("dpop_jkt", &jkt)])), "code").unwrap());
    let wrong = post(&server, Place::Token, &[("dpop", &good(&theirs))], &exchange(&codes[0]));
    assert_eq!(wrong.error(), "invalid_grant");
    assert_eq!(post(&server, Place::Token, &[("dpop", &good(&ours))], &exchange(&codes[1])).status, 200);
    server.assert_violations(&["rfc9449#10-h1"]);
}

fn assertion(key: &ServerKey, claims: Value) -> String {
    let usual = json!({"iss": "signer", "sub": "signer", "aud": "https://as.example", "jti": "1", "exp": NOW.as_secs() + 60});
    key.sign(&key.header(None), &Value::Object(merged(usual, claims)).to_string())
}

fn assert_so(server: &AuthorizationServer, assertion: &str) -> Got {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
    ];
    post(server, Place::Token, &[], &form)
}

#[test]
fn assertions_are_judged_by_their_claims_and_their_key() {
    let key = key();
    let server = || server().client(Registered::new("signer", ClientMethod::PrivateKeyJwt(set_of(&key))));
    let fine = server();
    assert_eq!(assert_so(&fine, &assertion(&key, json!({}))).status, 200);
    fine.assert_blameless();
    assert_eq!(assert_so(&fine, &assertion(&key, json!({}))).status, 401);
    fine.assert_violations(&["rfc7521#5.1-5"]);
    let soon = NOW.as_secs();
    let cases = [
        (json!({"iss": null}), "rfc7523#3-2"),
        (json!({"sub": null}), "rfc7523#3-4"),
        (json!({"iss": "other"}), "rfc7521#5.2-2"),
        (json!({"aud": null}), "rfc7523#3-6"),
        (json!({"aud": "https://as.example/token"}), "rfc7521#5.2-5"),
        (json!({"aud": ["https://as.example", "https://evil.example"]}), "rfc7523#3-6"),
        (json!({"exp": null}), "rfc7523#3-10"),
        (json!({"exp": soon}), "rfc7521#5.2-7"),
        (json!({"exp": soon + 90000}), "rfc7521#5.2-7"),
        (json!({"jti": null}), "rfc7521#5.1-5"),
    ];
    for (claims, id) in cases {
        let server = server();
        let what = claims.to_string();
        let got = assert_so(&server, &assertion(&key, claims));
        assert_eq!((got.status, got.error()), (401, "invalid_client"), "{what}");
        server.assert_violations(&[id]);
    }
    let foreign = server();
    assert_eq!(assert_so(&foreign, &assertion(&super::key(), json!({}))).status, 401);
    foreign.assert_blameless();
    foreign.configure(|options| options.assertion_audiences = ["https://as.example/token".to_owned()].into());
    let aud = json!({"aud": "https://as.example/token", "jti": "2"});
    assert_eq!(assert_so(&foreign, &assertion(&key, aud)).status, 200);
}

#[test]
fn a_secret_makes_a_mac() {
    let secret = "0123456789abcdef0123456789abcdef";
    let server = server().client(Registered::new("signer", ClientMethod::SecretJwt(secret.to_owned())));
    let claims = json!({"iss": "signer", "sub": "signer", "aud": "https://as.example", "jti": "1", "exp": NOW.as_secs() + 60});
    let header = object(json!({"alg": "HS256"}));
    assert_eq!(assert_so(&server, &mac(&header, &claims.to_string(), secret.as_bytes())).status, 200);
    let again = claims.to_string().replace("\"1\"", "\"2\"");
    assert_eq!(assert_so(&server, &mac(&header, &again, b"another")).status, 401);
    server.assert_blameless();
}

#[test]
fn a_certificate_counts_where_it_is_asked_for() {
    let certificate = ClientCertificate::new(b"a certificate".to_vec());
    let client = Registered::new("mutual", ClientMethod::Tls(certificate.thumbprint())).certificate_bound();
    let server = server()
        .client(client)
        .with(|options| options.mtls_origin = Some("https://mtls.as.example".to_owned()));
    let ask = |url: &str, der: Option<&[u8]>, id: &str| {
        let form = encode(&[("grant_type", "client_credentials"), ("client_id", id)]);
        let mut request = Request::post(url).header("content-type", "application/x-www-form-urlencoded");
        if let Some(der) = der {
            request = request.extension(ClientCertificate::new(der.to_vec()));
        }
        send(&server, request.body(form).unwrap())
    };
    let metadata = get(&server, &server.url(Place::Metadata), &[]);
    let alias = metadata.json["mtls_endpoint_aliases"]["token_endpoint"].as_str().unwrap().to_owned();
    assert_eq!(alias, "https://mtls.as.example/token");
    let der: &[u8] = b"a certificate";
    let token = ask(&alias, Some(der), "mutual").text("access_token");
    assert_eq!(ask(&alias, Some(b"another"), "mutual").status, 401);
    server.assert_blameless();
    assert_eq!(ask(TOKEN, Some(der), "mutual").status, 401);
    server.assert_violations(&["rfc8705#5-3"]);
    // The token is bound: shown without the certificate, it is worth nothing.
    let bearer = format!("Bearer {token}");
    assert_eq!(get(&server, RESOURCE, &[("authorization", &bearer)]).status, 401);
    server.assert_violations(&["rfc8705#5-3", "rfc8705#3-1"]);
}
