//! The answer and the token request (RFC 6749, sections 4.1.2 and 4.1.3; RFC 9207, section 2.4). What
//! fails has no [`Exchange`], so nothing can have been sent.

use anyrfc_jwt::types::JwsAlgorithm;

use super::*;
use crate::{
    ClientSecret, ErrorCode, ErrorKind, Quirk, Requirement, TokenResponse, Tolerances,
    codec::callback::Callback,
    proto::{ClientAuthentication, DpopKey, Step},
    rfc8252, rfc9207, rfc9449, rfc9700,
};

type Redeemed = Result<Exchange<TokenResponse>, Error>;

/// Redeems an answer of which `{state}` is the right state.
fn redeem_at(client: &Client, url: &str) -> Redeemed {
    let pending = begin(asking(client)).unwrap().into_pending();
    let url = url.replace("{state}", pending.state());
    pending.redeem(client, &Callback::from_url(&url).unwrap())
}

fn redeem(query: &str) -> Redeemed {
    redeem_at(&client(), &format!("{CALLBACK}?{query}"))
}

fn breaks(redeemed: Redeemed, requirement: &Requirement) {
    let error = redeemed.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert_eq!(error.requirement(), Some(requirement), "{error}");
}

#[test]
fn the_code_is_exchanged_with_what_it_was_asked_for_by() {
    let client = client();
    let asked = asking(&client).resource("https://api.example/a").resource("https://api.example/b");
    let pending = begin(asked).unwrap().into_pending();
    let (state, verifier) = (pending.state().to_owned(), pending.verifier.expose().to_owned());
    let callback = Callback::from_query(&format!("code=c%2Bd&state={state}&session_state=x&empty=")).unwrap();
    assert!(pending.is_answered_by(&callback));
    let mut exchange = pending.redeem(&client, &callback).unwrap();
    let request = exchange.request(&now(), &mut random()).unwrap();
    assert_eq!(request.uri(), "https://as.example/token");
    let form = body(&request);
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", "c+d"),
        ("redirect_uri", CALLBACK),
        ("code_verifier", &verifier),
        ("client_id", "app"),
    ] {
        assert_eq!(one(&form, name), value);
    }
    assert_eq!(values(&form, "resource"), ["https://api.example/a", "https://api.example/b"]);
    assert_eq!(form.len(), 7);

    let token = json!({"access_token": "t", "token_type": "bearer", "expires_in": 5, "refresh_token": "r"});
    let Step::Done(token) = exchange.response(&answer(200, &token), &now()).unwrap() else { panic!() };
    assert_eq!(token.access_token.expose(), "t");
    assert_eq!(token.refresh_token.unwrap().expose(), "r");
}

#[test]
fn a_client_that_has_a_secret_proves_it() {
    let mut config = Config::new(server().into(), ClientId::new("app").unwrap());
    config.authentication = ClientAuthentication::SecretBasic(ClientSecret::new("s").unwrap());
    let mut exchange = redeem_at(&config.into(), &format!("{CALLBACK}?code=c&state={{state}}")).unwrap();
    let request = exchange.request(&now(), &mut random()).unwrap();
    assert_eq!(request.headers()["authorization"], "Basic YXBwOnM=");
}

#[test]
fn less_than_what_is_needed_is_typed() {
    let client = client();
    let [asked, needed] = ["a b c", "a b"].map(|scope| Scope::new(scope).unwrap());
    for (granted, missing) in
        [(json!("a b"), None), (json!(null), None), (json!("b c"), Some("a")), (json!("c"), Some("a b"))]
    {
        let asking = asking(&client).scope(asked.clone()).require_scope(needed.clone());
        let pending = begin(asking).unwrap().into_pending();
        let callback = Callback::from_query(&format!("code=c&state={}", pending.state())).unwrap();
        let mut exchange = pending.redeem(&client, &callback).unwrap();
        let token = json!({"access_token": "t", "token_type": "bearer", "scope": granted});
        let error = exchange.response(&answer(200, &token), &now()).err();
        assert_eq!(error.map(|error| error.missing_scope().unwrap().to_string()).as_deref(), missing);
    }
}

#[test]
fn code_and_token_are_bound_to_the_key() {
    let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    let mut config = Config::new(server().into(), ClientId::new("app").unwrap());
    config.dpop = Some(key.clone());
    let client = Client::from(config);
    let request = begin(asking(&client)).unwrap();
    assert_eq!(one(&query(request.url()), "dpop_jkt"), key.thumbprint());
    let unbound = begin(asking(&client).unbound_code()).unwrap();
    assert!(values(&query(unbound.url()), "dpop_jkt").is_empty());
    let pending = request.into_pending();
    let callback = Callback::from_query(&format!("code=c&state={}", pending.state())).unwrap();
    let mut exchange = pending.redeem(&client, &callback).unwrap();
    assert!(exchange.request(&now(), &mut random()).unwrap().headers().contains_key("dpop"));
    let bearer = json!({"access_token": "t", "token_type": "Bearer"});
    let error = exchange.response(&answer(200, &bearer), &now()).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9449::UNBOUND_TOKEN_IS_DISCARDED));
    let bound = json!({"access_token": "t", "token_type": "DPoP"});
    assert!(exchange.response(&answer(200, &bound), &now()).is_ok());

    let mut other = server();
    other.document.insert("dpop_signing_alg_values_supported".into(), json!(["EdDSA"]));
    let mut config = Config::new(other.into(), ClientId::new("app").unwrap());
    config.dpop = Some(key);
    assert_eq!(begin(asking(&config.into())).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn a_refused_exchange_is_typed() {
    let mut exchange = redeem("code=c&state={state}").unwrap();
    let error = exchange.response(&answer(400, &json!({"error": "invalid_grant"})), &now()).unwrap_err();
    assert_eq!(error.response().unwrap().code, ErrorCode::InvalidGrant);
    let redirect = answer(307, &json!({"access_token": "t", "token_type": "bearer"}));
    assert_eq!(exchange.response(&redirect, &now()).unwrap_err().kind(), ErrorKind::Protocol);
}

#[test]
fn a_wrong_missing_or_repeated_state_ends_it() {
    breaks(redeem("code=c"), rfc6749::CODE_STATE_IS_RETURNED);
    breaks(redeem("code=c&state="), rfc6749::CODE_STATE_IS_RETURNED);
    for state in ["x", "{state}x", "%20{state}", "{state}%00", "{state}{state}", "undefined"] {
        breaks(redeem(&format!("code=c&state={state}")), rfc6749::STATE_IS_COMPARED);
    }
    let single = rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE;
    breaks(redeem("code=c&state={state}&state={state}"), single);
    breaks(redeem("code=c&state={state}&state=x"), single);
    breaks(redeem("code=c&state=x&st%61te={state}"), single);
    breaks(redeem("code=c&STATE={state}"), rfc6749::CODE_STATE_IS_RETURNED);
    // Another flow's state is a stranger's.
    let other = Random::new([9; 32]).token();
    breaks(redeem(&format!("code=c&state={other}")), rfc6749::STATE_IS_COMPARED);
}

#[test]
fn the_state_is_looked_at_first() {
    for query in
        ["error=access_denied&state=x", "code=a&code=b&state=x", "iss=https://evil.example&state=x", "x"]
    {
        let error = redeem(query).unwrap_err();
        let of_state = [rfc6749::CODE_STATE_IS_RETURNED, rfc6749::STATE_IS_COMPARED];
        assert!(of_state.contains(&error.requirement().unwrap()), "{query}: {error}");
        assert!(error.response().is_none());
    }
}

#[test]
fn nothing_stands_twice() {
    let single = rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE;
    for query in ["code=a&code=b", "code=a&code=a", "code=a&iss=x&iss=x", "code=a&x=1&x=2", "error=a&error=b"]
    {
        breaks(redeem(&format!("state={{state}}&{query}")), single);
    }
}

#[test]
fn it_is_a_code_or_an_error() {
    breaks(redeem("state={state}"), rfc6749::CODE_IS_RETURNED);
    breaks(redeem("state={state}&code="), rfc6749::CODE_IS_RETURNED);
    breaks(redeem("state={state}&code=c&error=access_denied"), rfc6749::CODE_ERROR_IS_RETURNED);
    breaks(redeem("state={state}&access_token=t&token_type=bearer"), rfc6749::CODE_IS_RETURNED);
    breaks(redeem("state={state}&response=x.y.z"), rfc6749::CODE_IS_RETURNED);
    for code in ["c%00", "c%0d%0ax", "%C3%A9", "%7f"] {
        breaks(redeem(&format!("state={{state}}&code={code}")), rfc6749::SECRETS_ARE_VISIBLE);
    }
    // Codes have any size (RFC 6749, section 4.1.2).
    assert!(redeem(&format!("state={{state}}&code={}", "c".repeat(20_000))).is_ok());
}

#[test]
fn an_error_is_typed_and_escaped() {
    let query =
        "error=access_denied&error_description=no%0a%1b[31m&error_uri=https://as.example/e&state={state}";
    let error = redeem(query).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let response = error.response().unwrap();
    assert_eq!(response.code, ErrorCode::AccessDenied);
    assert_eq!(response.uri.as_deref(), Some("https://as.example/e"));
    assert_eq!(response.status, None);
    assert!(!error.to_string().contains(['\n', '\u{1b}']), "{error}");
    for (code, kind) in [
        ("unauthorized_client", ErrorKind::Auth),
        ("login_required", ErrorKind::Refused),
        ("invalid_request_object", ErrorKind::Refused),
        ("something_new", ErrorKind::Refused),
    ] {
        let error = redeem(&format!("error={code}&state={{state}}")).unwrap_err();
        assert_eq!((error.kind(), error.response().unwrap().code.as_str()), (kind, code));
    }
    for code in ["a%22b", "a%5cb", "a%0ab", "%C3%A9"] {
        breaks(redeem(&format!("error={code}&state={{state}}")), rfc6749::CODE_ERROR_CHARACTERS);
    }
}

fn announcing(document: bool) -> ServerMetadata {
    let mut server = server();
    server.authorization_response_iss_parameter_supported = document;
    server.document.insert("issuer".into(), "https://as.example".into());
    server
}

#[test]
fn the_issuer_is_compared_byte_by_byte() {
    let client = client_of(announcing(true));
    let with = |rest: &str| redeem_at(&client, &format!("{CALLBACK}?state={{state}}&{rest}"));
    assert!(with("code=c&iss=https%3A%2F%2Fas.example").is_ok());
    assert!(with("code=c&iss=https://as.example").is_ok());
    for iss in [
        "https://evil.example",
        "https://as.example/",
        "https://AS.example",
        "https://as.example:443",
        "HTTPS://as.example",
        "https://as.example%00",
        "https%253A%252F%252Fas.example",
        "x",
    ] {
        breaks(with(&format!("code=c&iss={iss}")), rfc9207::WRONG_ISS_IS_REJECTED);
        // An error of another server's is not believed either.
        breaks(with(&format!("error=access_denied&iss={iss}")), rfc9207::WRONG_ISS_IS_REJECTED);
    }
    breaks(with("code=c"), rfc9207::MISSING_ISS_IS_REJECTED);
    breaks(with("code=c&iss="), rfc9207::MISSING_ISS_IS_REJECTED);
    breaks(with("error=access_denied"), rfc9207::MISSING_ISS_IS_REJECTED);
    let error = with("error=access_denied&iss=https://as.example").unwrap_err();
    assert_eq!(error.response().unwrap().code, ErrorCode::AccessDenied);
}

#[test]
fn an_issuer_that_was_not_announced_is_not_expected() {
    let url = format!("{CALLBACK}?state={{state}}&code=c&iss=https://as.example");
    let wrong = format!("{CALLBACK}?state={{state}}&code=c&iss=https://evil.example");
    let client = client_of(announcing(false));
    breaks(redeem_at(&client, &url), rfc9207::UNANNOUNCED_ISS_IS_DISCARDED);
    assert!(redeem_at(&client, &format!("{CALLBACK}?state={{state}}&code=c")).is_ok());
    let mut tolerant = Config::new(announcing(false).into(), ClientId::new("app").unwrap());
    tolerant.tolerances = Tolerances::NONE.with(Quirk::IssIsNotAnnounced);
    let tolerant = Client::from(tolerant);
    assert!(redeem_at(&tolerant, &url).is_ok());
    // Where there are no metadata, nothing could be announced; it is compared all the same.
    let by_hand = client_of(server());
    assert!(redeem_at(&by_hand, &url).is_ok());
    for client in [tolerant, by_hand, client] {
        breaks(redeem_at(&client, &wrong), rfc9207::WRONG_ISS_IS_REJECTED);
    }
}

#[test]
fn it_has_to_arrive_where_it_was_asked_to() {
    let at = |base: &str| redeem_at(&client(), &format!("{base}?state={{state}}&code=c"));
    assert!(at(CALLBACK).is_ok());
    assert!(at("https://APP.example:443/cb").is_ok());
    for other in [
        "https://app.example/cb/other",
        "https://app.example/CB",
        "https://app.example/cb/",
        "http://app.example/cb",
        "https://app.example:8443/cb",
        "https://evil.example/cb",
        "/cb",
        "",
    ] {
        breaks(at(other), rfc8252::REDIRECT_RECEIVED_IS_COMPARED);
    }
    // A browser puts a slash where no path is.
    let client = client();
    for (asked, arrived, same) in [
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000/", true),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000/", true),
        ("http://[::1]:5000/cb", "http://[::1]:5000/cb", true),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5001/", false),
        ("http://127.0.0.1:5000/", "http://[::1]:5000/", false),
        ("com.example.app:/cb", "com.example.app:/cb", true),
        ("com.example.app:/cb", "com.example.other:/cb", false),
    ] {
        let pending =
            begin(Authorization::new(&client, RedirectUri::new(asked).unwrap())).unwrap().into_pending();
        let callback = Callback::from_url(&format!("{arrived}?code=c&state={}", pending.state())).unwrap();
        assert_eq!(pending.redeem(&client, &callback).is_ok(), same, "{asked} {arrived}");
    }
}

#[test]
fn a_redirection_uri_for_each_issuer_is_told_by_its_query() {
    let client = client();
    let pending = || {
        let uri = RedirectUri::new("https://app.example/cb?as=1").unwrap();
        begin(Authorization::new(&client, uri)).unwrap().into_pending()
    };
    for (query, own) in [("as=1&", true), ("as=2&", false), ("", false), ("as=1&as=1&", true)] {
        for url in ["https://app.example/cb?", ""] {
            let pending = pending();
            let text = format!("{url}{query}code=c&state={}", pending.state());
            let callback =
                if url.is_empty() { Callback::from_query(&text) } else { Callback::from_url(&text) }.unwrap();
            assert_eq!(pending.is_answered_by(&callback), own);
            let redeemed = pending.redeem(&client, &callback);
            if own {
                assert!(redeemed.is_ok());
            } else {
                breaks(redeemed, rfc8252::REDIRECT_RECEIVED_IS_COMPARED);
            }
        }
    }
}

#[test]
fn it_is_redeemed_at_the_server_that_was_asked() {
    type Change = fn(&mut ServerMetadata);
    let changed: [(&str, Change); 3] = [
        ("issuer", |server| {
            server.issuer = Some(Issuer::new("https://evil.example", UrlPolicy::Https).unwrap())
        }),
        ("nameless", |server| server.issuer = None),
        ("token endpoint", |server| server.token_endpoint = endpoint("https://evil.example/token")),
    ];
    for (name, change) in changed {
        let pending = pending();
        let callback = Callback::from_query(&format!("code=c&state={}", pending.state())).unwrap();
        let mut server = server();
        change(&mut server);
        let error = pending.redeem(&client_of(server), &callback).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{name}");
        assert_eq!(error.requirement(), Some(rfc9700::ISSUER_IS_STORED));
    }
    let pending = pending();
    let callback = Callback::from_query(&format!("code=c&state={}", pending.state())).unwrap();
    let other: Client = Config::new(server().into(), ClientId::new("other").unwrap()).into();
    assert_eq!(pending.redeem(&other, &callback).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn the_answer_comes_as_it_was_asked_for() {
    let client = client();
    let pending = |mode| begin(asking(&client).response_mode(mode)).unwrap().into_pending();
    let fragment = pending(ResponseMode::Fragment);
    let answer = format!("code=c&state={}", fragment.state());
    let in_query = Callback::from_url(&format!("{CALLBACK}?{answer}")).unwrap();
    assert!(!fragment.is_answered_by(&in_query));
    breaks(fragment.redeem(&client, &in_query), rfc6749::CODE_STATE_IS_RETURNED);
    let in_fragment = Callback::from_url(&format!("{CALLBACK}#{answer}")).unwrap();
    assert!(pending(ResponseMode::Fragment).is_answered_by(&in_fragment));
    assert!(pending(ResponseMode::Fragment).redeem(&client, &in_fragment).is_ok());
    breaks(pending(ResponseMode::Query).redeem(&client, &in_fragment), rfc6749::CODE_STATE_IS_RETURNED);
    let posted = Callback::from_form(answer.as_bytes()).unwrap().received_at(CALLBACK).unwrap();
    assert!(pending(ResponseMode::FormPost).redeem(&client, &posted).is_ok());
    let elsewhere =
        Callback::from_form(answer.as_bytes()).unwrap().received_at("https://app.example/x").unwrap();
    let redeemed = pending(ResponseMode::FormPost).redeem(&client, &elsewhere);
    breaks(redeemed, rfc8252::REDIRECT_RECEIVED_IS_COMPARED);
}

#[test]
fn only_the_right_state_answers() {
    let pending = pending();
    for (query, answers) in [
        (format!("state={}", pending.state()), true),
        (format!("state={}&error=x", pending.state()), true),
        (format!("state={0}&state={0}", pending.state()), false),
        (format!("state={}x", pending.state()), false),
        ("code=c".into(), false),
    ] {
        assert_eq!(pending.is_answered_by(&Callback::from_query(&query).unwrap()), answers, "{query}");
    }
}
