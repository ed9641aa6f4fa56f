//! The endpoints around: PAR, JAR, JARM, exchange, revocation, introspection, registration, the
//! protected resource.

use super::*;
use crate::testing::{JwtFault, Misbehaviour};

fn pushed(server: &AuthorizationServer, other: &[(&str, &str)]) -> Got {
    let url = url(server, other);
    let (_, query) = url.split_once('?').unwrap();
    let pairs = crate::testing::wire::pairs(query).unwrap();
    let form: Vec<(&str, &str)> = pairs.iter().collect();
    post(server, Place::Par, &[], &form)
}

fn short(server: &AuthorizationServer, uri: &str) -> String {
    format!("{}?{}", server.url(Place::Authorization), encode(&[("client_id", "app"), ("request_uri", uri)]))
}

#[test]
fn a_pushed_request_works_once_and_for_a_while() {
    let server = server().with(|options| options.require_par = true);
    let got = pushed(&server, &[]);
    assert_eq!((got.status, &got.json["expires_in"]), (201, &json!(60)));
    let uri = got.text("request_uri");
    let code = returned(&server.authorize(&short(&server, &uri)), "code").unwrap();
    assert_eq!(post(&server, Place::Token, &[], &exchange(&code)).status, 200);
    server.assert_blameless();
    assert_eq!(server.browse(&short(&server, &uri)).response.status(), 400);
    assert_eq!(server.browse(&url(&server, &[])).response.status(), 400);
    server.assert_violations(&["rfc9126#4-1", "rfc9126#5-h1"]);
    let late = pushed(&server, &[("state", "2"), ("code_challenge", &sha256(b"2"))]).text("request_uri");
    server.pass(Duration::from_secs(60));
    assert_eq!(server.browse(&short(&server, &late)).response.status(), 400);
    assert_eq!(pushed(&server, &[("code_challenge", "")]).error(), "invalid_request");
    assert_eq!(pushed(&server, &[("request_uri", "urn:x")]).error(), "invalid_request");
    server.assert_violations(&["rfc9126#4-1", "rfc9126#5-h1", "rfc7636#4.3-1", "rfc9126#2.1-1"]);
}

fn object_of(key: &ServerKey, claims: Value) -> String {
    let usual = json!({
        "iss": "app", "client_id": "app", "aud": "https://as.example", "response_type": "code",
        "redirect_uri": SENT, "state": "s", "scope": "mail", "code_challenge": sha256(VERIFIER.as_bytes()),
        "code_challenge_method": "S256", "max_age": 60, "exp": NOW.as_secs() + 60,
    });
    let header = key.header(Some("oauth-authz-req+jwt"));
    key.sign(&header, &Value::Object(merged(usual, claims)).to_string())
}

#[test]
fn request_objects_are_judged() {
    let key = key();
    let server = || {
        let client = Registered::public("app").redirect_uri(CALLBACK).jwks(set_of(&key));
        server().client(client).with(|options| options.require_signed_request = true)
    };
    let by_value = |server: &AuthorizationServer, object: &str, id: &str| {
        let query = encode(&[("client_id", id), ("request", object)]);
        server.browse(&format!("{}?{query}", server.url(Place::Authorization))).response
    };
    let fine = server();
    let response = by_value(&fine, &object_of(&key, json!({})), "app");
    let callback = response.headers()["location"].to_str().unwrap();
    let code = returned(callback, "code").unwrap();
    assert_eq!(post(&fine, Place::Token, &[], &exchange(&code)).status, 200);
    // By reference, at the client's.
    let object = object_of(&key, json!({}));
    fine.configure(|options| {
        drop(options.documents.insert("https://app.example/r".to_owned(), object.into()))
    });
    let query = encode(&[("client_id", "app"), ("request_uri", "https://app.example/r")]);
    let callback = fine.authorize(&format!("{}?{query}", fine.url(Place::Authorization)));
    assert!(returned(&callback, "code").is_some());
    // Pushed, with nothing beside it.
    let object = object_of(&key, json!({"state": "s"}));
    let got = post(&fine, Place::Par, &[], &[("client_id", "app"), ("request", &object)]);
    assert_eq!(got.status, 201);
    assert!(returned(&fine.authorize(&short(&fine, &got.text("request_uri"))), "code").is_some());
    fine.assert_blameless();
    let cases = [
        (json!({"iss": null}), "rfc9101#4-6"),
        (json!({"aud": "https://other.example"}), "rfc9101#4-h1"),
        (json!({"client_id": null}), "rfc9101#4-1"),
        (json!({"client_id": "service"}), "rfc9101#5-6"),
        (json!({"request_uri": "urn:x"}), "rfc9101#4-9"),
        (json!({"max_age": "60"}), "rfc9101#4-4"),
        (json!({"exp": NOW.as_secs()}), "rfc9101#5-7"),
    ];
    for (claims, id) in cases {
        let server = server();
        assert_eq!(by_value(&server, &object_of(&key, claims), "app").status(), 400, "{id}");
        server.assert_violations(&[id]);
    }
    let server = server();
    assert_eq!(by_value(&server, &object_of(&super::key(), json!({})), "app").status(), 400);
    assert_eq!(server.browse(&url(&server, &[])).response.status(), 400);
    let both = encode(&[("client_id", "app"), ("request", "x"), ("request_uri", "https://app.example/r")]);
    assert_eq!(server.browse(&format!("{}?{both}", server.url(Place::Authorization))).response.status(), 400);
    server.assert_violations(&["rfc9101#5-7", "rfc9101#5-1", "rfc9101#5-2"]);
}

#[test]
fn an_answer_may_be_a_jwt() {
    let server = server();
    let callback = server.authorize(&url(&server, &[("response_mode", "jwt")]));
    let token = crate::testing::jose::Token::parse(&returned(&callback, "response").unwrap()).unwrap();
    assert!(token.is_signed_by_one_of(&get(&server, &server.url(Place::Jwks), &[]).json));
    assert_eq!((token.text("iss"), token.text("aud")), (Some("https://as.example"), Some("app")));
    assert_eq!(token.text("state"), Some("af0ifjsldkj"));
    assert!(token.text("code").is_some());
    assert_eq!(returned(&callback, "code"), None);
    server.plant(Misbehaviour::Jarm(JwtFault::Claim("aud".to_owned(), json!("other"))));
    let callback = server.authorize(&url(&server, &[("response_mode", "query.jwt")]));
    let token = crate::testing::jose::Token::parse(&returned(&callback, "response").unwrap()).unwrap();
    assert_eq!(token.text("aud"), Some("other"));
    server.assert_blameless();
}

#[test]
fn tokens_are_exchanged_and_assertions_are_grants() {
    let server = server();
    let subject = tokens(&server).text("access_token");
    let kind = "urn:ietf:params:oauth:token-type:access_token";
    let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
    let form = [grant, ("subject_token", &*subject), ("subject_token_type", kind), ("audience", RESOURCE)];
    let got = post(&server, Place::Token, &[basic()], &form);
    assert_eq!(got.json["issued_token_type"], kind);
    let bearer = format!("Bearer {}", got.text("access_token"));
    assert_eq!(get(&server, RESOURCE, &[("authorization", &bearer)]).json["sub"], "alice");
    let id = [&form[..3], &[("requested_token_type", "urn:ietf:params:oauth:token-type:id_token")]].concat();
    assert_eq!(post(&server, Place::Token, &[basic()], &id).json["token_type"], "N_A");
    server.assert_blameless();
    assert_eq!(post(&server, Place::Token, &[basic()], &form[..2]).error(), "invalid_request");
    let half = [&form[..3], &[("actor_token_type", kind)]].concat();
    assert_eq!(post(&server, Place::Token, &[basic()], &half).error(), "invalid_request");
    let rules = ["rfc8693#2.1-10", "rfc8693#2.1-13"];
    server.assert_violations(&rules);

    let key = key();
    let set = set_of(&key);
    server.configure(|options| drop(options.assertion_issuers.insert("https://idp.example".to_owned(), set)));
    let claims = json!({"iss": "https://idp.example", "sub": "bob", "aud": "https://as.example", "exp": NOW.as_secs() + 60});
    let assertion = key.sign(&key.header(None), &claims.to_string());
    let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", &*assertion)];
    let got = post(&server, Place::Token, &[basic()], &form);
    let bearer = format!("Bearer {}", got.text("access_token"));
    assert_eq!(get(&server, RESOURCE, &[("authorization", &bearer)]).json["sub"], "bob");
    let foreign = super::key();
    let assertion = foreign.sign(&foreign.header(None), &claims.to_string());
    let form = [form[0], ("assertion", &*assertion)];
    assert_eq!(post(&server, Place::Token, &[basic()], &form).error(), "invalid_grant");
    server.assert_violations(&rules);
}

const RESOURCE: &str = "https://api.example/v1";

#[test]
fn tokens_are_looked_into_and_revoked() {
    let server = server();
    let got = tokens(&server);
    let (access, refresh) = (got.text("access_token"), got.text("refresh_token"));
    let look = |token: &str| post(&server, Place::Introspection, &[basic()], &[("token", token)]).json;
    let told = look(&access);
    assert_eq!(
        (&told["active"], &told["sub"], &told["iss"]),
        (&json!(true), &json!("alice"), &json!("https://as.example"))
    );
    assert_eq!(look(&refresh)["active"], true);
    assert_eq!(look("unknown"), json!({"active": false}));
    let signed = ("accept", "application/token-introspection+jwt");
    let jwt = post(&server, Place::Introspection, &[basic(), signed], &[("token", &access)]);
    let body = String::from_utf8(jwt.response.body().to_vec()).unwrap();
    let token = crate::testing::jose::Token::parse(&body).unwrap();
    assert_eq!((token.typ(), token.audiences()), ("token-introspection+jwt", vec!["service"]));
    assert_eq!(token.claims["token_introspection"]["sub"], "alice");
    server.plant(Misbehaviour::Introspection(JwtFault::Claim("aud".to_owned(), json!("app"))));
    let jwt = post(&server, Place::Introspection, &[basic(), signed], &[("token", &access)]);
    let body = String::from_utf8(jwt.response.body().to_vec()).unwrap();
    assert_eq!(crate::testing::jose::Token::parse(&body).unwrap().audiences(), ["app"]);
    let revoke =
        |token: &str| post(&server, Place::Revocation, &[], &[("client_id", "app"), ("token", token)]).status;
    assert_eq!(revoke("unknown"), 200);
    assert_eq!(revoke(&refresh), 200);
    assert_eq!(look(&access), json!({"active": false}));
    server.assert_blameless();
    let bearer = format!("Bearer {access}");
    assert_eq!(get(&server, RESOURCE, &[("authorization", &bearer)]).status, 401);
    assert_eq!(post(&server, Place::Revocation, &[], &[("client_id", "app")]).error(), "invalid_request");
    server.assert_violations(&["rfc7009#2.1-h2", "rfc7009#2.1-1"]);
}

#[test]
fn access_tokens_may_be_jwts() {
    let server = server().with(|options| options.jwt_access_tokens = true);
    let text = tokens(&server).text("access_token");
    let token = crate::testing::jose::Token::parse(&text).unwrap();
    assert!(token.is_signed_by_one_of(&get(&server, &server.url(Place::Jwks), &[]).json));
    assert_eq!((token.typ(), token.audiences()), ("at+jwt", vec![RESOURCE]));
    let all = ["iss", "sub", "client_id", "jti", "scope"].map(|name| token.text(name).is_some());
    assert_eq!(all, [true; 5]);
    assert_eq!(get(&server, RESOURCE, &[("authorization", &format!("Bearer {text}"))]).status, 200);
    server.assert_blameless();
}

#[test]
fn a_password_is_a_grant_where_it_must_be() {
    let server = server();
    server.configure(|options| drop(options.passwords.insert("ann".to_owned(), "pencil".to_owned())));
    let form =
        [("grant_type", "password"), ("client_id", "app"), ("username", "ann"), ("password", "pencil")];
    let bearer = format!("Bearer {}", post(&server, Place::Token, &[], &form).text("access_token"));
    assert_eq!(get(&server, RESOURCE, &[("authorization", &bearer)]).json["sub"], "ann");
    let wrong = [form[0], form[1], form[2], ("password", "pen")];
    assert_eq!(post(&server, Place::Token, &[], &wrong).error(), "invalid_grant");
    server.assert_blameless();
    assert_eq!(post(&server, Place::Token, &[], &form[..3]).error(), "invalid_request");
    server.assert_violations(&["rfc6749#4.3.2-4"]);
}

fn json_request(server: &AuthorizationServer, method: &str, url: &str, token: &str, body: &Value) -> Got {
    let mut request = Request::builder().method(method).uri(url).header("content-type", "application/json");
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    send(server, request.body(body.to_string()).unwrap())
}

#[test]
fn a_client_registers_reads_updates_and_leaves() {
    let server = server().with(|options| options.rotate_registration_tokens = true);
    let at = server.url(Place::Registration);
    let metadata = json!({"redirect_uris": ["https://app.example/cb"], "client_name": "App"});
    let made = json_request(&server, "POST", &at, "", &metadata);
    assert_eq!((made.status, &made.json["client_secret_expires_at"]), (201, &json!(0)));
    let (id, secret) = (made.text("client_id"), made.text("client_secret"));
    let uri = made.text("registration_client_uri");
    let read = json_request(&server, "GET", &uri, &made.text("registration_access_token"), &json!({}));
    assert_eq!(read.json["client_name"], "App");
    let token = read.text("registration_access_token");
    assert_eq!(
        json_request(&server, "GET", &uri, &made.text("registration_access_token"), &json!({})).status,
        401
    );
    let mut update = metadata.clone();
    update["client_id"] = json!(id);
    update["client_secret"] = json!(secret);
    update["client_name"] = json!("New");
    update["token_endpoint_auth_method"] = json!("client_secret_basic");
    let updated = json_request(&server, "PUT", &uri, &token, &update);
    assert_eq!(updated.json["client_name"], "New");
    let credentials = format!("{id}:{secret}");
    let header =
        format!("Basic {}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, credentials));
    let form = [("grant_type", "client_credentials")];
    assert_eq!(post(&server, Place::Token, &[("authorization", &header)], &form).status, 200);
    server.assert_blameless();
    let token = updated.text("registration_access_token");
    update["registration_access_token"] = json!(token);
    assert_eq!(json_request(&server, "PUT", &uri, &token, &update).status, 400);
    assert_eq!(json_request(&server, "DELETE", &uri, &token, &json!({})).status, 204);
    assert_eq!(json_request(&server, "GET", &uri, &token, &json!({})).status, 401);
    server.assert_violations(&["rfc7592#2.2-2"]);
}

#[test]
fn wrong_registrations_are_refused_under_their_statements() {
    let cases = [
        (json!([]), "rfc7591#3.1-h1"),
        (json!({"grant_types": ["authorization_code"]}), "rfc7591#2-2"),
        (json!({"redirect_uris": ["http://app.example/"]}), "rfc7591#5-6"),
        (
            json!({"grant_types": ["client_credentials"], "jwks": {"keys": []}, "jwks_uri": "https://x/"}),
            "rfc7591#2-29",
        ),
    ];
    for (metadata, id) in cases {
        let server = server();
        assert_eq!(
            json_request(&server, "POST", &server.url(Place::Registration), "", &metadata).status,
            400
        );
        server.assert_violations(&[id]);
    }
    let server = server().with(|options| options.initial_access_token = Some("first".to_owned()));
    let metadata = json!({"grant_types": ["client_credentials"]});
    let at = server.url(Place::Registration);
    assert_eq!(json_request(&server, "POST", &at, "", &metadata).status, 401);
    assert_eq!(json_request(&server, "POST", &at, "first", &metadata).status, 201);
    server.assert_blameless();
}

#[test]
fn the_resource_says_what_it_wants() {
    let server = server();
    let none = get(&server, RESOURCE, &[]);
    assert_eq!(none.status, 401);
    let all = none.header("www-authenticate");
    let metadata = "https://api.example/.well-known/oauth-protected-resource/v1";
    assert!(all.starts_with("Bearer realm=\"the resource\"") && all.contains("| DPoP "), "{all}");
    assert!(all.contains(&format!("resource_metadata=\"{metadata}\"")) && !all.contains("error"), "{all}");
    assert_eq!(get(&server, metadata, &[]).json["resource"], RESOURCE);
    let bearer = format!("Bearer {}", tokens(&server).text("access_token"));
    let ask = || get(&server, RESOURCE, &[("authorization", &bearer)]);
    assert_eq!(ask().status, 200);
    server.configure(|options| options.resource_scope = Some("admin".to_owned()));
    let refused = ask();
    assert_eq!(refused.status, 403);
    assert!(refused.header("www-authenticate").contains("error=\"insufficient_scope\", scope=\"admin\""));
    server.configure(|options| {
        options.resource_scope = None;
        options.resource_acr = Some("urn:example:acr:hardware".to_owned());
        options.resource_max_age = Some(5);
    });
    let refused = ask().header("www-authenticate");
    assert!(refused.contains("insufficient_user_authentication"), "{refused}");
    assert!(refused.contains("acr_values=\"urn:example:acr:hardware\", max_age=\"5\""), "{refused}");
    let stronger = [("acr_values", "urn:example:acr:hardware"), ("max_age", "5")];
    let code = returned(&server.authorize(&url(&server, &stronger)), "code").unwrap();
    let better =
        format!("Bearer {}", post(&server, Place::Token, &[], &exchange(&code)).text("access_token"));
    assert_eq!(get(&server, RESOURCE, &[("authorization", &better)]).status, 200);
    server.assert_blameless();
    assert_eq!(get(&server, "https://api.example/v1?access_token=x", &[]).status, 401);
    assert_eq!(get(&server, RESOURCE, &[("authorization", "Bearer a b")]).status, 400);
    server.assert_violations(&["rfc9700#4.3.2-h1", "rfc6750#2.1-h1"]);
}

#[test]
fn metadata_lie_where_they_must() {
    let server = AuthorizationServer::new("https://as.example/tenant");
    let paths = [
        "https://as.example/.well-known/oauth-authorization-server/tenant",
        "https://as.example/tenant/.well-known/openid-configuration",
    ];
    for path in paths {
        let got = get(&server, path, &[]);
        assert_eq!(got.json["issuer"], "https://as.example/tenant", "{path}");
        assert_eq!(got.json["token_endpoint"], "https://as.example/tenant/token");
    }
    assert_eq!(get(&server, "https://as.example/.well-known/oauth-authorization-server", &[]).status, 404);
    assert_eq!(get(&server, "https://evil.example/tenant/token", &[]).status, 404);
    assert_eq!(server.count(Place::Elsewhere), 1);
    assert_eq!(server.count(Place::Unknown), 1);
    assert_eq!(get(&server, "http://as.example/tenant/token", &[]).status, 400);
    server.assert_violations(&["rfc6749#10.8-1"]);
}

#[test]
fn the_session_ends() {
    let client =
        Registered::public("app").redirect_uri(CALLBACK).post_logout_redirect_uri("https://app.example/bye");
    let server = server().client(client);
    let token = tokens(&server).text("id_token");
    let leave = |to: &str| {
        let query = encode(&[("id_token_hint", &token), ("post_logout_redirect_uri", to), ("state", "s")]);
        server.browse(&format!("{}?{query}", server.url(Place::EndSession))).response
    };
    assert_eq!(leave("https://app.example/bye").headers()["location"], "https://app.example/bye?state=s");
    assert_eq!(leave("https://evil.example/").status(), 400);
}

#[test]
fn a_client_may_be_a_document() {
    let id = "https://app.example/client.json";
    let document = json!({"client_id": id, "redirect_uris": [CALLBACK], "client_name": "App"});
    let server = server();
    server.configure(|options| drop(options.documents.insert(id.to_owned(), document.to_string().into())));
    let callback = server.authorize(&url(&server, &[("client_id", id)]));
    assert!(returned(&callback, "code").is_some());
    let wrong = json!({"client_id": "https://other.example/", "redirect_uris": [CALLBACK]});
    server.configure(|options| drop(options.documents.insert(id.to_owned(), wrong.to_string().into())));
    assert_eq!(server.browse(&url(&server, &[("client_id", id)])).response.status(), 400);
}
