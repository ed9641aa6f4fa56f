//! The code grant and refreshing.

use super::*;
use crate::testing::User;

#[test]
fn a_good_client_gets_what_it_wants_and_no_blame() {
    let server = server();
    let callback = server.authorize(&url(&server, &[]));
    assert!(callback.starts_with("http://127.0.0.1:49152/callback?code="), "{callback}");
    assert_eq!(returned(&callback, "state").as_deref(), Some("af0ifjsldkj"));
    assert_eq!(returned(&callback, "iss").as_deref(), Some("https://as.example"));
    let code = returned(&callback, "code").unwrap();
    let got = post(&server, Place::Token, &[], &exchange(&code));
    assert_eq!(got.json["token_type"], "Bearer");
    assert_eq!(got.json["expires_in"], 3600);
    assert_eq!(got.json["scope"], "openid mail");
    assert_eq!(got.header("cache-control"), "no-store");
    let bearer = format!("Bearer {}", got.text("access_token"));
    let resource = get(&server, "https://api.example/v1/inbox?x=1", &[("authorization", &bearer)]);
    assert_eq!((resource.status, &resource.json["sub"]), (200, &json!("alice")));
    let user = get(&server, &server.url(Place::UserInfo), &[("authorization", &bearer)]);
    assert_eq!(user.json["sub"], "alice");
    server.assert_blameless();
    assert_eq!(server.count(Place::Token), 1);
    server.assert_nothing_sent_to(Place::Revocation);
    assert_eq!(server.requests_to(Place::Token)[0].parameter("code").unwrap(), code);
    assert_eq!(server.sent_to(&code), [Place::Token]);
}

#[test]
fn the_id_token_verifies_and_holds_what_it_must() {
    for signing in [SigningAlgorithm::Es256, SigningAlgorithm::Rs256, SigningAlgorithm::EdDsa] {
        let server = server().with(|options| options.signing = signing);
        let code = returned(&server.authorize(&url(&server, &[("max_age", "5")])), "code").unwrap();
        let got = post(&server, Place::Token, &[], &exchange(&code));
        let token = crate::testing::jose::Token::parse(&got.text("id_token")).unwrap();
        let keys = get(&server, &server.url(Place::Jwks), &[]).json;
        assert!(token.is_signed_by_one_of(&keys), "{signing:?}");
        assert_eq!(token.text("nonce"), Some("n-0S6_WzA2Mj"));
        assert_eq!(token.audiences(), ["app"]);
        // The login was ten seconds ago: too long for that `max_age`.
        assert_eq!(token.claims["auth_time"], NOW.as_secs());
        let hash = crate::testing::jose::half_hash(got.text("access_token").as_bytes());
        assert_eq!(token.text("at_hash"), Some(&*hash));
        server.rotate_keys();
        let keys = get(&server, &server.url(Place::Jwks), &[]).json;
        assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
        assert!(token.is_signed_by_one_of(&keys), "{signing:?}");
        server.replace_keys();
        let keys = get(&server, &server.url(Place::Jwks), &[]).json;
        assert!(!token.is_signed_by_one_of(&keys), "{signing:?}");
    }
}

#[test]
fn every_wrong_authorization_request_is_refused_under_its_statement() {
    const PLAIN: &[(&str, &str)] = &[("code_challenge_method", "plain"), ("code_challenge", VERIFIER)];
    type Case = (&'static [(&'static str, &'static str)], &'static str, &'static str);
    let cases: [Case; 9] = [
        (&[("code_challenge", ""), ("code_challenge_method", "")], "rfc7636#4.3-1", "invalid_request"),
        (PLAIN, "rfc7636#4.2-1", "invalid_request"),
        (&[("code_challenge", "abc")], "rfc7636#4.2-h1", "invalid_request"),
        (&[("response_type", "token")], "rfc9700#2.1.2-h1", "unsupported_response_type"),
        (&[("response_type", "")], "rfc6749#4.1.1-1", "invalid_request"),
        (&[("scope", "one  two")], "rfc6749#3.3-h1", "invalid_scope"),
        (&[("resource", "https://api.example/#top")], "rfc8707#2-3", "invalid_target"),
        (&[("authorization_details", "{}")], "rfc9396#2-h1", "invalid_authorization_details"),
        (&[("authorization_details", "[{}]")], "rfc9396#2-h2", "invalid_authorization_details"),
    ];
    for (other, id, error) in cases {
        let server = server();
        let callback = server.authorize(&url(&server, other));
        assert_eq!(returned(&callback, "error").as_deref(), Some(error), "{other:?}");
        assert_eq!(returned(&callback, "code"), None);
        server.assert_violations(&[id]);
    }
    let server = server();
    let _ = server.authorize(&url(&server, &[("state", "")]));
    server.assert_violations(&["rfc6749#4.1.1-6"]);
}

#[test]
fn a_wrong_redirect_uri_is_not_followed() {
    let cases = [
        ("https://evil.example/callback", None),
        ("/callback", Some("rfc6749#3.1.2-1")),
        ("http://127.0.0.1:1/callback#x", Some("rfc6749#3.1.2-4")),
        ("http://127.0.0.1:1/other", None),
    ];
    for (uri, id) in cases {
        let server = server();
        let answer = server.browse(&url(&server, &[("redirect_uri", uri)]));
        assert_eq!(answer.response.status(), 400, "{uri}");
        assert!(answer.response.headers().get("location").is_none());
        server.assert_violations(id.as_slice());
    }
}

#[test]
fn every_wrong_exchange_is_refused_under_its_statement() {
    let other = VERIFIER.replace('d', "e");
    let cases: [(&str, &str, &str); 6] = [
        ("code_verifier", "", "rfc7636#4.5-1"),
        ("code_verifier", "short", "rfc7636#4.1-h2"),
        ("code_verifier", &other, "rfc7636#4.2-h1"),
        ("redirect_uri", "", "rfc6749#4.1.3-4"),
        ("redirect_uri", "http://127.0.0.1:49153/callback", "rfc6749#4.1.3-5"),
        ("client_id", "", "rfc6749#3.2.1-3"),
    ];
    for (name, value, id) in cases {
        let server = server();
        let code = returned(&server.authorize(&url(&server, &[])), "code").unwrap();
        let mut form = exchange(&code);
        form.iter_mut().filter(|(known, _)| *known == name).for_each(|(_, old)| *old = value);
        let got = post(&server, Place::Token, &[], &form);
        assert!(got.status >= 400, "{name}");
        server.assert_violations(&[id]);
        assert_eq!(server.live_access_tokens(), 0);
    }
}

#[test]
fn a_form_is_read_as_it_has_to_be_written() {
    let kinds = ["application/json", "text/plain", ""];
    let bodies = [
        ("grant_type=client_credentials&grant_type=client_credentials", "rfc6749#3.2-8"),
        ("grant_type=client_credentials&scope=a b", "rfc6749#B-h1"),
        ("grant_type=client_credentials&scope=https://x", "rfc6749#B-h1"),
        ("grant_type=client_credentials&scope=%f", "rfc6749#B-h1"),
        ("grant_type=client_credentials&scope=%ff", "rfc6749#B-1"),
        ("grant_type=client_credentials&", "rfc6749#B-h1"),
    ];
    let cases = kinds.map(|kind| (kind, "grant_type=client_credentials", "rfc6749#4.1.3-h1"));
    let form = "application/x-www-form-urlencoded";
    for (kind, body, id) in cases.into_iter().chain(bodies.map(|(body, id)| (form, body, id))) {
        let server = server();
        let (name, value) = basic();
        let request =
            Request::post(server.url(Place::Token)).header(name, value).header("content-type", kind);
        let got = send(&server, request.body(body.to_owned()).unwrap());
        assert_eq!(got.error(), "invalid_request", "{body}");
        server.assert_violations(&[id]);
    }
    let server = server();
    let got = get(&server, &server.url(Place::Token), &[]);
    assert_eq!(got.status, 405);
    server.assert_violations(&["rfc6749#3.2-5"]);
}

#[test]
fn a_client_authenticates_in_one_way_and_form_encodes_its_password() {
    let server = server();
    let form = [("grant_type", "client_credentials")];
    assert_eq!(post(&server, Place::Token, &[basic()], &form).status, 200);
    server.assert_blameless();
    // service:s%cret:& as it is
    let raw = ("authorization", "Basic c2VydmljZTpzJWNyZXQ6Jg==");
    let got = post(&server, Place::Token, &[raw], &form);
    assert_eq!((got.status, got.error()), (401, "invalid_client"));
    assert!(got.header("www-authenticate").starts_with("Basic "));
    let twice = [form[0], ("client_id", "service"), ("client_secret", "s%cret:&")];
    assert_eq!(post(&server, Place::Token, &[basic()], &twice).error(), "invalid_client");
    // Merely wrong: nobody's fault that a statement names.
    let wrong = ("authorization", "Basic c2VydmljZTp3cm9uZw==");
    assert_eq!(post(&server, Place::Token, &[wrong], &form).status, 401);
    let none = [form[0], ("client_id", "service")];
    assert_eq!(post(&server, Place::Token, &[], &none).error(), "invalid_client");
    let public = [form[0], ("client_id", "app")];
    assert_eq!(post(&server, Place::Token, &[], &public).error(), "unauthorized_client");
    server.assert_violations(&["rfc6749#2.3.1-h1", "rfc6749#2.3-4", "rfc6749#3.2.1-1", "rfc6749#4.4-1"]);
}

#[test]
fn a_code_that_comes_twice_takes_its_tokens_along() {
    let server = server();
    let code = returned(&server.authorize(&url(&server, &[])), "code").unwrap();
    let got = post(&server, Place::Token, &[], &exchange(&code));
    assert_eq!(server.live_access_tokens(), 1);
    assert_eq!(post(&server, Place::Token, &[], &exchange(&code)).error(), "invalid_grant");
    assert_eq!(server.live_access_tokens(), 0);
    let bearer = format!("Bearer {}", got.text("access_token"));
    let refused = get(&server, "https://api.example/v1", &[("authorization", &bearer)]);
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").contains("error=\"invalid_token\""));
    server.assert_violations(&["rfc6749#4.1.2-4"]);
}

#[test]
fn a_code_expires() {
    let server = server();
    let code = returned(&server.authorize(&url(&server, &[])), "code").unwrap();
    server.pass(Duration::from_secs(60));
    assert_eq!(post(&server, Place::Token, &[], &exchange(&code)).error(), "invalid_grant");
    server.assert_blameless();
}

fn refresh(server: &AuthorizationServer, token: &str, scope: &str) -> Got {
    let form =
        [("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", token), ("scope", scope)];
    post(server, Place::Token, &[], &form)
}

#[test]
fn refresh_tokens_rotate_and_a_used_one_kills_the_family() {
    let server = server();
    let first = tokens(&server).text("refresh_token");
    let second = refresh(&server, &first, "").text("refresh_token");
    assert_ne!(first, second);
    // Less scope, and then all of it again: the new token has the scope of the old one.
    let narrow = refresh(&server, &second, "mail");
    assert_eq!(narrow.json["scope"], "mail");
    let third = narrow.text("refresh_token");
    assert_eq!(refresh(&server, &third, "mail admin").error(), "invalid_scope");
    let wide = refresh(&server, &third, "openid mail");
    assert_eq!(wide.json["scope"], "openid mail");
    server.assert_violations(&["rfc6749#6-5"]);
    assert_eq!(refresh(&server, &first, "").error(), "invalid_grant");
    assert_eq!(refresh(&server, &wide.text("refresh_token"), "").error(), "invalid_grant");
    assert_eq!(server.live_access_tokens(), 0);
    server.assert_violations(&["rfc6749#6-5", "rfc6749#6-9"]);
}

#[test]
fn without_rotation_the_old_token_stays() {
    let server = server().with(|options| options.rotate_refresh_tokens = false);
    let token = tokens(&server).text("refresh_token");
    for _ in 0..3 {
        assert_eq!(refresh(&server, &token, "").json.get("refresh_token"), None);
    }
    server.revoke_everything();
    assert_eq!(refresh(&server, &token, "").error(), "invalid_grant");
    server.assert_blameless();
}

#[test]
fn the_user_denies_or_is_not_there() {
    let server = server().with(|options| options.user = User::Denies);
    let callback = server.authorize(&url(&server, &[]));
    assert_eq!(returned(&callback, "error").as_deref(), Some("access_denied"));
    assert_eq!(returned(&callback, "iss").as_deref(), Some("https://as.example"));
    server.configure(|options| options.user = User::IsLoggedOut);
    let callback = server.authorize(&url(&server, &[("prompt", "none")]));
    assert_eq!(returned(&callback, "error").as_deref(), Some("login_required"));
    server.assert_blameless();
}

#[test]
fn two_requests_share_neither_state_nor_challenge() {
    let server = server();
    let _ = server.authorize(&url(&server, &[]));
    let _ = server.authorize(&url(&server, &[]));
    server.assert_blameless();
    let _ = server.authorize(&url(&server, &[("state", "another")]));
    let challenge = sha256(b"another");
    let _ = server.authorize(&url(&server, &[("code_challenge", &challenge)]));
    server.assert_violations(&["rfc9700#2.1.1-h3", "rfc9700#2.1-h4"]);
}

#[test]
fn resources_and_details_come_back() {
    let server = server();
    let details = r#"[{"type":"payment","amount":"1.00"}]"#;
    let other = [("resource", "https://api.example/v1"), ("authorization_details", details)];
    let code = returned(&server.authorize(&url(&server, &other)), "code").unwrap();
    let mut form = exchange(&code);
    form.push(("resource", "https://api.example/v1"));
    let got = post(&server, Place::Token, &[], &form);
    assert_eq!(got.json["authorization_details"][0]["amount"], "1.00");
    server.assert_blameless();
    let code = returned(&server.authorize(&url(&server, &other)), "code").unwrap();
    let mut form = exchange(&code);
    form.push(("resource", "https://other.example/"));
    assert_eq!(post(&server, Place::Token, &[], &form).error(), "invalid_target");
    server.configure(|options| options.resources = Some(Default::default()));
    let callback = server.authorize(&url(&server, &[("resource", "https://other.example/")]));
    assert_eq!(returned(&callback, "error").as_deref(), Some("invalid_target"));
    server.assert_blameless();
}
