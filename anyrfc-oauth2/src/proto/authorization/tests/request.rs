//! The authorization request (RFC 6749, section 4.1.1).

use anyrfc_jwt::codec::base64url;

use super::*;
use crate::{ErrorKind, proto::CodeVerifier, rfc7636};

#[test]
fn it_has_pkce_and_a_state_and_nothing_that_was_not_asked_for() {
    let request = begin(asking(&client())).unwrap();
    assert!(request.url().starts_with("https://as.example/authorize?"));
    let query = query(request.url());
    let names: Vec<&str> = query.iter().map(|(name, _)| name.as_str()).collect();
    let expected =
        ["response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method"];
    assert_eq!(names, expected);
    assert_eq!(one(&query, "response_type"), "code");
    assert_eq!(one(&query, "client_id"), "app");
    assert_eq!(one(&query, "redirect_uri"), CALLBACK);
    assert_eq!(one(&query, "code_challenge_method"), "S256");
    assert_eq!(one(&query, "code_challenge"), request.pending().challenge());
    assert_eq!(one(&query, "state"), request.pending().state());
    assert_eq!(base64url::decode(request.pending().state()).unwrap().len(), 32);
    assert_eq!(request.expires_in(), None);
    assert!(!request.url().contains(request.pending().verifier.expose()));
}

#[test]
fn every_request_has_its_own_state_nonce_and_verifier() {
    let mut random = random();
    let mut start = || match asking(&client()).scope(Scope::new("openid").unwrap()).start(&now(), &mut random)
    {
        Ok(Start::Ready(request)) => request.into_pending(),
        other => panic!("{other:?}"),
    };
    let [one, two] = [start(), start()];
    assert_ne!(one.state(), two.state());
    assert_ne!(one.nonce(), two.nonce());
    assert_ne!(one.verifier.expose(), two.verifier.expose());
    let all = [one.state(), one.nonce().unwrap(), one.verifier.expose()];
    assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
}

#[test]
fn a_nonce_goes_with_openid_and_only_with_it() {
    for (scope, has_nonce) in [("openid mail", true), ("mail", false), ("openid2", false), ("OpenID", false)]
    {
        let request = begin(asking(&client()).scope(Scope::new(scope).unwrap())).unwrap();
        let query = query(request.url());
        assert_eq!(one(&query, "scope"), scope);
        assert_eq!(values(&query, "nonce").first().map(String::as_str), request.pending().nonce());
        assert_eq!(request.pending().nonce().is_some(), has_nonce, "{scope}");
    }
}

#[test]
fn all_that_was_asked_for_is_in_it() {
    let detail = json!({"type": "payment", "amount": "\u{20ac} 5"});
    let request = begin(
        asking(&client())
            .resource("https://api.example/a?b")
            .resource("urn:example:mail")
            .authorization_detail(detail.as_object().unwrap().clone())
            .response_mode(ResponseMode::FormPost)
            .prompt(Prompt::Login)
            .prompt(Prompt::Consent)
            .max_age(Duration::from_secs(60))
            .acr_values("phr phrh")
            .login_hint("m\u{fc}ller+x@example.org")
            .ui_locales("de-CH en")
            .claims(json!({"id_token": {"acr": null}}).as_object().unwrap().clone())
            .parameter("audience", "a&b=c")
            .parameter("access_type", "online")
            .parameter("access_type", "offline")
            .parameter("empty", ""),
    )
    .unwrap();
    let query = query(request.url());
    assert_eq!(values(&query, "resource"), ["https://api.example/a?b", "urn:example:mail"]);
    for (name, value) in [
        ("authorization_details", json!([detail]).to_string()),
        ("response_mode", "form_post".into()),
        ("prompt", "login consent".into()),
        ("max_age", "60".into()),
        ("acr_values", "phr phrh".into()),
        ("login_hint", "m\u{fc}ller+x@example.org".into()),
        ("ui_locales", "de-CH en".into()),
        ("claims", r#"{"id_token":{"acr":null}}"#.into()),
        ("audience", "a&b=c".into()),
        ("access_type", "offline".into()),
    ] {
        assert_eq!(one(&query, name), value, "{name}");
    }
    assert!(values(&query, "empty").is_empty());
    let pending = request.pending();
    assert_eq!(pending.max_age(), Some(Duration::from_secs(60)));
    assert_eq!(pending.acr_values(), Some("phr phrh"));
    assert_eq!(pending.response_mode(), Some(ResponseMode::FormPost));
    assert_eq!(pending.started(), now().unix);
}

#[test]
fn what_cannot_be_asked_for_is_refused_before_anything_is_sent() {
    let object = |value: Value| value.as_object().unwrap().clone();
    let bad: [(&str, Authorization); 9] = [
        ("relative", asking(&client()).resource("/mail")),
        ("empty", asking(&client()).resource("")),
        ("fragment", asking(&client()).resource("https://api.example/#x")),
        ("user", asking(&client()).resource("https://u@api.example/")),
        ("converted", asking(&client()).resource("https://b\u{fc}cher.example/")),
        ("first of two", asking(&client()).resource("x").resource("https://api.example/")),
        ("no type", asking(&client()).authorization_detail(object(json!({"a": 1})))),
        ("type", asking(&client()).authorization_detail(object(json!({"type": 1})))),
        ("prompt", asking(&client()).prompt(Prompt::None).prompt(Prompt::Login)),
    ];
    for (name, authorization) in bad {
        assert_eq!(begin(authorization).unwrap_err().kind(), ErrorKind::Usage, "{name}");
    }
    assert!(begin(asking(&client()).prompt(Prompt::None)).is_ok());
}

#[test]
fn no_extra_parameter_undoes_ours() {
    for name in [
        "",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "code_verifier",
        "redirect_uri",
        "client_id",
        "client_secret",
        "response_type",
        "response_mode",
        "scope",
        "request",
        "request_uri",
        "resource",
        "authorization_details",
        "dpop_jkt",
        "iss",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "sub",
        "prompt",
        "max_age",
        "acr_values",
        "login_hint",
        "ui_locales",
        "claims",
        "client_assertion",
        "client_assertion_type",
        "grant_type",
        "code",
    ] {
        let error = begin(asking(&client()).parameter(name, "evil")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{name}");
        assert_eq!(error.requirement(), Some(rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE));
    }
}

#[test]
fn a_server_without_s256_or_endpoints_is_not_asked() {
    let mut weak = server();
    weak.code_challenge_methods_supported = ["plain".to_owned()].into();
    let error = begin(asking(&client_of(weak))).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc7636::NO_DOWNGRADE_TO_PLAIN));
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    for blank in [
        |server: &mut ServerMetadata| server.authorization_endpoint = None,
        |server: &mut ServerMetadata| server.token_endpoint = None,
    ] {
        let mut server = server();
        blank(&mut server);
        assert_eq!(begin(asking(&client_of(server))).unwrap_err().kind(), ErrorKind::Unsupported);
    }
}

#[test]
fn the_endpoint_s_query_is_kept_and_may_not_speak_for_us() {
    let at = |text: &str| {
        let mut server = server();
        server.authorization_endpoint = endpoint(text);
        begin(asking(&client_of(server)))
    };
    let request = at("https://as.example/authorize?tenant=1").unwrap();
    assert!(
        request.url().starts_with("https://as.example/authorize?tenant=1&response_type=code&client_id=app&")
    );
    for query in
        ["state=fixed", "redirect_uri=https://evil.example", "x=1&code_challenge=y", "r%65quest_uri=z"]
    {
        let error = at(&format!("https://as.example/authorize?{query}")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{query}");
        assert_eq!(error.requirement(), Some(rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE));
    }
}

#[test]
fn a_redirection_uri_cannot_hold_the_answer() {
    for query in ["state=1", "a=b&code=1", "iss=x", "error=x", "response=x"] {
        let uri = RedirectUri::new(&format!("https://app.example/cb?{query}")).unwrap();
        let error = begin(Authorization::new(&client(), uri)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{query}");
    }
    let uri = RedirectUri::new("https://app.example/cb?as=1").unwrap();
    let request = begin(Authorization::new(&client(), uri)).unwrap();
    assert_eq!(one(&query(request.url()), "redirect_uri"), "https://app.example/cb?as=1");
}

#[test]
fn nothing_of_it_is_shown() {
    let authorization = asking(&client()).scope(Scope::new("openid").unwrap()).login_hint("h1nt");
    assert!(!format!("{authorization:?}").contains("h1nt"));
    let request = begin(authorization).unwrap();
    let shown = format!("{request:?} {request:#?} {:?}", request.pending());
    let pending = request.pending();
    for secret in [pending.state(), pending.nonce().unwrap(), pending.verifier.expose()] {
        assert!(!shown.contains(secret));
    }
}

#[test]
fn a_pending_authorization_can_be_kept_and_taken_up_again() {
    let request = begin(
        asking(&client())
            .scope(Scope::new("openid mail").unwrap())
            .require_scope(Scope::new("mail").unwrap())
            .resource("https://api.example/")
            .response_mode(ResponseMode::Query)
            .max_age(Duration::from_secs(5))
            .acr_values("phr"),
    );
    let pending = request.unwrap().into_pending();
    let text = pending.to_secret();
    let again = Pending::from_secret(text.expose()).unwrap();
    assert_eq!(again.to_secret().expose(), text.expose());
    assert_eq!(again.state(), pending.state());
    assert_eq!(again.nonce(), pending.nonce());
    assert_eq!(again.verifier.expose(), pending.verifier.expose());
    assert_eq!(again.issuer(), Some("https://as.example"));
    assert_eq!(again.redirect_uri(), pending.redirect_uri());
    assert_eq!(again.scope(), pending.scope());
    assert_eq!(again.required, pending.required);
    assert_eq!(again.started(), pending.started());

    let mut kept: Value = serde_json::from_str(text.expose()).unwrap();
    let mut spoilt = |name: &str, value: Value| {
        let old = kept[name].take();
        kept[name] = value;
        let read = Pending::from_secret(&kept.to_string());
        kept[name] = old;
        assert_eq!(read.unwrap_err().kind(), ErrorKind::Usage, "{name}");
    };
    spoilt("version", json!(2));
    spoilt("state", json!(""));
    spoilt("code_verifier", json!("short"));
    spoilt("redirect_uri", json!("javascript:alert(1)"));
    spoilt("scope", json!("a  b"));
    spoilt("required_scope", json!("\u{e9}"));
    spoilt("response_mode", json!("smoke"));
    spoilt("started", json!(-1));
    spoilt("unknown", json!(1));
    for text in ["", "{}", "null", "[]", &text.expose()[..40]] {
        assert_eq!(Pending::from_secret(text).unwrap_err().kind(), ErrorKind::Usage, "{text}");
    }
}

#[test]
fn a_verifier_that_was_kept_proves_the_same() {
    let pending = pending();
    let kept = CodeVerifier::from_text(pending.verifier.expose()).unwrap();
    assert_eq!(kept.challenge(), pending.challenge());
}

#[test]
fn an_id_token_has_to_bear_out_what_was_asked() {
    use anyrfc_jwt::{
        proto::{SigningKey, encode},
        types::{Claims, Header, JwsAlgorithm, NumericDate},
    };
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    let scope = Scope::new("openid").unwrap();
    let asked = asking(&client()).scope(scope).max_age(Duration::from_secs(60)).acr_values("gold  silver");
    let pending = begin(asked).unwrap().into_pending();
    let judged = |nonce: &str, acr: Option<&str>, auth_time: i64| {
        let now = NumericDate::since_epoch(now().unix);
        let mut claims = Claims::new().issuer("https://as.example").subject("user").audience("app");
        claims = claims.issued_at(now).expires_at(now.saturating_add(Duration::from_secs(60)));
        claims = claims.claim("nonce", nonce).claim("auth_time", auth_time);
        if let Some(acr) = acr {
            claims = claims.claim("acr", acr);
        }
        let token = encode(&claims, &Header::new(JwsAlgorithm::Es256), &key).unwrap();
        let validation = pending.id_token_validation(&client()).algorithms(JwsAlgorithm::Es256);
        validation.verify(&token, key.verifying_key(), &self::now()).is_ok()
    };
    let nonce = pending.nonce().unwrap();
    let then = 1_700_000_000;
    assert!(judged(nonce, Some("gold"), then) && judged(nonce, Some("silver"), then));
    for acr in [None, Some("lead"), Some(""), Some("gold  silver")] {
        assert!(!judged(nonce, acr, then), "{acr:?}");
    }
    assert!(!judged("another", Some("gold"), then));
    assert!(!judged(nonce, Some("gold"), then - 100));
}
