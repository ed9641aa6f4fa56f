//! Authorization servers.

use anyrfc_oauth2::testing::{AuthorizationServer, Misbehaviour, Place, Plan, Registered, Served};
use serde_json::json;

use super::support::{Found, assert_sample, doctor, doctor_with, normalised};

const SECRET: &str = "hunter2-of-the-client";
const CLIENT: [&str; 4] = ["--client-id", "app", "--redirect-uri", "http://127.0.0.1/callback"];

fn server(plans: &[Plan]) -> AuthorizationServer {
    let client = Registered::confidential("app", SECRET).redirect_uri("http://127.0.0.1/callback");
    let server = AuthorizationServer::default().client(client);
    for plan in plans {
        server.plant(plan.clone());
    }
    server
}

/// What is found of a server with these plans, with and without a client.
async fn examined(plans: &[Plan], known: bool) -> Found {
    let served = Served::plain(server(plans)).unwrap();
    let origin = served.origin().to_owned();
    let more = if known { &CLIENT[..] } else { &[] };
    served.beside(Found::with_secret(&origin, more, known.then_some(SECRET))).await
}

fn member(name: &str, value: serde_json::Value) -> Plan {
    Plan::from(Misbehaviour::Member(name.to_owned(), value)).at(Place::Metadata)
}

fn without(name: &str) -> Plan {
    Plan::from(Misbehaviour::Without(name.to_owned())).at(Place::Metadata)
}

fn instead(place: Place, status: u16, body: &'static str) -> Plan {
    Plan::from(Misbehaviour::Instead(status, Vec::new(), body.into())).at(place)
}

/// Every plan that a stranger sees, and the statements that it breaks.
fn plans() -> Vec<(&'static str, Plan, &'static [&'static str])> {
    let algorithms = "token_endpoint_auth_signing_alg_values_supported";
    let key = r#"[{"kty":"EC","crv":"P-256","kid":"a","d":"AAAA","x":"AAAA","y":"AAAA"}]"#;
    vec![
        ("another issuer", Misbehaviour::Issuer("https://other.example".into()).into(), &["rfc8414#3.3-1"]),
        ("no issuer", without("issuer"), &["rfc8414#2-1"]),
        (
            "issuer with a query",
            member("issuer", json!("https://a.example?b")),
            &["rfc8414#2-h1", "rfc8414#3.3-1"],
        ),
        ("no token endpoint", without("token_endpoint"), &["rfc8414#2-3"]),
        ("no authorization endpoint", without("authorization_endpoint"), &["rfc8414#2-2"]),
        ("no response types", without("response_types_supported"), &["rfc8414#2-11"]),
        ("no scopes", without("scopes_supported"), &["rfc8414#2-9"]),
        ("an empty list", member("ui_locales_supported", json!([])), &["rfc8414#3.2-3"]),
        (
            "metadata in HTML",
            Plan::from(Misbehaviour::ContentType("text/html".into())).at(Place::Metadata),
            &["rfc8414#3.2-1"],
        ),
        (
            "a text for a list",
            member("token_endpoint_auth_methods_supported", json!("none")),
            &["rfc8414#3.2-1"],
        ),
        (
            "a member twice",
            Plan::from(Misbehaviour::Twice("token_endpoint".into())).at(Place::Metadata),
            &["rfc8414#3.2-1"],
        ),
        ("algorithm none", member(algorithms, json!(["RS256", "none"])), &["rfc8414#2-18"]),
        ("no algorithms", without(algorithms), &["rfc8414#2-16"]),
        ("no RS256", member(algorithms, json!(["ES256"])), &["rfc8414#2-17"]),
        (
            "tokens in the clear",
            member("token_endpoint", json!("http://as.example/token")),
            &["rfc6749#3.2-4"],
        ),
        (
            "pushes in the clear",
            member("pushed_authorization_request_endpoint", json!("http://as.example/par")),
            &["rfc9126#2-1"],
        ),
        ("plain PKCE", Misbehaviour::PlainPkceOnly.into(), &["rfc7636#7.2-3"]),
        (
            "a private key",
            Plan::from(Misbehaviour::Raw("keys".into(), key.into())).at(Place::Jwks),
            &["rfc7517#9.2-1"],
        ),
        (
            "no keys",
            Plan::from(Misbehaviour::Without("keys".into())).at(Place::Jwks),
            &["rfc7517#2-1", "rfc7517#5-1"],
        ),
        (
            "tokens for everybody",
            instead(Place::Token, 200, r#"{"access_token":"t0ken-of-nobody","token_type":"Bearer"}"#),
            &["rfc6749#4.4.2-5", "rfc6749#5.2-1"],
        ),
        (
            "no words",
            Plan::from(Misbehaviour::Status(400)).at(Place::Token),
            &["rfc6749#5.2-1", "rfc6749#5.2-3"],
        ),
        (
            "no challenge",
            Plan::from(Misbehaviour::Error(401, "invalid_client".into())).at(Place::Token),
            &["rfc6749#5.2-3"],
        ),
        ("control characters", Misbehaviour::ControlInDescription.into(), &["rfc6749#5.2-6"]),
        (
            "an open redirector",
            Plan::from(Misbehaviour::Redirect(302, "https://doctor.invalid/callback?error=x".into()))
                .at(Place::Authorization),
            &["rfc6749#3.1.2.4-2", "rfc6749#4.1.2.1-2", "rfc9700#2.1-h1"],
        ),
        ("no GET", Plan::from(Misbehaviour::Status(405)).at(Place::Authorization), &["rfc6749#3.1-6"]),
        (
            "introspection for everybody",
            instead(Place::Introspection, 200, r#"{"active":false}"#),
            &["rfc7662#2.1-9", "rfc7662#4-7"],
        ),
        (
            "pushes by everybody",
            instead(Place::Par, 201, r#"{"request_uri":"urn:x","expires_in":60}"#),
            &["rfc9126#2.1-2"],
        ),
        ("silence of UserInfo", instead(Place::UserInfo, 401, ""), &["rfc6750#3-1"]),
        (
            "UserInfo for everybody",
            instead(Place::UserInfo, 200, r#"{"sub":"alice"}"#),
            &["rfc6749#7-1", "rfc6750#3.1-2"],
        ),
    ]
}

/// What only a client of the server's sees.
fn plans_for_clients() -> Vec<(&'static str, Plan, &'static [&'static str])> {
    let stored = r#"{"access_token":"t0ken","token_type":"Bearer","expires_in":60}"#;
    let talks = r#"{"active":false,"sub":"alice"}"#;
    vec![
        ("no iss", Misbehaviour::IssAbsent.into(), &["rfc9207#2-1"]),
        ("another iss", Misbehaviour::Iss("https://evil.example".into()).into(), &["rfc9207#2.3-2"]),
        ("no state", Misbehaviour::StateAbsent.into(), &["rfc6749#4.1.2.1-10"]),
        ("another state", Misbehaviour::StateOther.into(), &["rfc6749#4.1.2.1-10"]),
        ("no lifetime", Misbehaviour::NoExpiresIn.into(), &["rfc6749#5.1-3"]),
        ("no type", Misbehaviour::NoTokenType.into(), &["rfc6749#5.1-2"]),
        // The third request to that endpoint is the client's own.
        ("stored tokens", instead(Place::Token, 200, stored).after(2), &["rfc6749#5.1-8"]),
        ("a talkative introspection", instead(Place::Introspection, 200, talks).after(1), &["rfc7662#4-15"]),
        (
            "an inactive token is an error",
            instead(Place::Introspection, 400, r#"{"error":"invalid_token"}"#).after(1),
            &["rfc7662#2.2-1", "rfc7662#2.2-18", "rfc7662#2.3-1"],
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_broken_by_our_own_server() {
    let found = examined(&[], false).await;
    found.assert_broken("a stranger", &[]);
    assert_eq!(found.code, 0);
    assert_eq!(found.report["protocol"], "oauth2");
    assert!(found.with("kept").len() > 35, "{:#}", found.report);

    let found = examined(&[], true).await;
    found.assert_broken("a client", &[]);
    assert!(found.with("kept").len() > 50, "{:#}", found.report);
    for finding in found.report["findings"].as_array().unwrap() {
        let loopback = finding["why"] == "on loopback http will do";
        assert!(finding["verdict"] == "kept" || loopback, "{finding:#}");
    }
}

/// Beside the plan's own breach the examination goes on as far as it can.
#[tokio::test(flavor = "multi_thread")]
async fn every_plan_is_named_and_nothing_else() {
    let strangers = plans().into_iter().map(|plan| (plan, false));
    let clients = plans_for_clients().into_iter().map(|plan| (plan, true));
    for ((name, plan, ids), known) in strangers.chain(clients) {
        let found = examined(&[plan], known).await;
        found.assert_broken(name, ids);
        let absolute = |id: &&str| {
            let level = found.finding(id)["level"].as_str().unwrap();
            level.starts_with("MUST") || level == "REQUIRED"
        };
        assert_eq!(found.code, if ids.iter().any(absolute) { 9 } else { 0 }, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_plans_are_named_at_once() {
    let names = [
        "an empty list",
        "algorithm none",
        "plain PKCE",
        "a private key",
        "no challenge",
        "introspection for everybody",
        "silence of UserInfo",
    ];
    let chosen: Vec<_> = plans().into_iter().filter(|(name, ..)| names.contains(name)).collect();
    assert_eq!(chosen.len(), names.len());
    let expected: Vec<&str> = chosen.iter().flat_map(|(_, _, ids)| ids.iter().copied()).collect();
    let plans: Vec<Plan> = chosen.into_iter().map(|(_, plan, _)| plan).collect();
    examined(&plans, false).await.assert_broken("many", &expected);

    let served = Served::plain(server(&plans)).unwrap();
    let origin = served.origin().to_owned();
    let output = served.beside(doctor(&[&origin])).await;
    assert_eq!(output.status.code(), Some(9));
    let report = normalised(&String::from_utf8(output.stdout).unwrap());
    for id in expected {
        assert!(report.contains(&format!("  {id}  ")), "{report}");
    }
    assert!(!report.contains("AAAA"), "a private key is not shown: {report}");
    assert_sample("doctor-oauth.txt", &report);
}

/// Not to another issuer, not in the report, not in the log.
#[tokio::test(flavor = "multi_thread")]
async fn the_secret_goes_nowhere_else() {
    let echo = r#"{"error":"invalid_client","error_description":"hunter2-of-the-client is wrong"}"#;
    for format in ["table", "json", "html"] {
        let served = Served::plain(server(&[instead(Place::Token, 401, echo)])).unwrap();
        let origin = served.origin().to_owned();
        let arguments = [&["--format", format, "-vvv", &origin], &CLIENT[..]].concat();
        let output = served.beside(doctor_with(&arguments, Some(SECRET))).await;
        assert_eq!(output.status.code(), Some(9));
        let all = [output.stdout, output.stderr].concat();
        let all = String::from_utf8_lossy(&all);
        assert!(all.contains("[secret] is wrong"), "{all}");
        // Bare, and as Basic carries it.
        assert!(!all.contains(SECRET) && !all.contains("aHVudGVyMi"), "{all}");
        assert!(!all.contains("h1bnRlcjIt") && !all.contains("odW50ZXIyL"), "{all}");
    }

    let other = server(&[Misbehaviour::Issuer("https://other.example".into()).into()]);
    let served = Served::plain(other.clone()).unwrap();
    let origin = served.origin().to_owned();
    let found = served.beside(Found::with_secret(&origin, &CLIENT, Some(SECRET))).await;
    found.assert_broken("another issuer", &["rfc8414#3.3-1", "rfc9207#2.3-2"]);
    assert_eq!(found.finding("rfc6749#5.1-1")["why"], "nothing is confided to another issuer's endpoints");
    assert!(!format!("{:?}", other.requests()).contains("aHVudGVyMi"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_metadata_cannot_be_examined() {
    let everywhere = [Place::Metadata, Place::OpenIdConfiguration];
    let plans = everywhere.map(|place| Plan::from(Misbehaviour::Status(404)).at(place));
    let served = Served::plain(server(&plans)).unwrap();
    let origin = served.origin().to_owned();
    let output = served.beside(doctor(&[&origin])).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no metadata"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_falls_silent_ends_nothing() {
    let plans = [Place::Token, Place::Introspection, Place::UserInfo]
        .map(|place| Plan::from(Misbehaviour::Hang).at(place));
    let served = Served::plain(server(&plans)).unwrap();
    let origin = served.origin().to_owned();
    let found = served.beside(Found::of(&origin, &["--timeout", "1"])).await;
    found.assert_broken("silence", &[]);
    assert!(
        found.finding("rfc6749#4.4.2-5")["why"].as_str().unwrap().contains("answer"),
        "{:#}",
        found.report
    );
}
