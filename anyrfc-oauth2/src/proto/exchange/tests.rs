use std::time::Instant;

use anyrfc_jwt::types::JwsAlgorithm;
use serde_json::json;

use super::*;
use crate::{
    ClientId, Issuer, ServerMetadata, UrlPolicy,
    proto::{Config, grant::Expected},
};

fn now() -> Moment {
    Moment { instant: Instant::now(), unix: Duration::from_secs(784_111_777) }
}

fn endpoint(url: &str) -> Endpoint {
    Endpoint::new(url, UrlPolicy::Https).unwrap()
}

fn client(change: impl FnOnce(&mut Config)) -> Client {
    let mut server = ServerMetadata::new(Issuer::new("https://as.example", UrlPolicy::Https).unwrap());
    server.token_endpoint = Some(endpoint("https://as.example/token"));
    server.revocation_endpoint = Some(endpoint("https://as.example/revoke"));
    let mut config = Config::new(server.into(), ClientId::new("me").unwrap());
    config.dpop = Some(DpopKey::generate(JwsAlgorithm::Es256).unwrap());
    change(&mut config);
    config.into()
}

fn answer(status: u16, headers: &[(&str, &str)], body: Value) -> HttpResponse {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    if !body.is_null() {
        response = response.header(CONTENT_TYPE, "application/json");
    }
    response.body(Bytes::from(if body.is_null() { String::new() } else { body.to_string() })).unwrap()
}

fn asking(client: &Client) -> Exchange<crate::TokenResponse> {
    let mut form = Form::new();
    form.set("grant_type", "x");
    Exchange::form(client, endpoint("https://as.example/token"), form, |client, response| {
        Expected::default().read(client, response)
    })
}

fn claims(request: &HttpRequest) -> Map<String, Value> {
    let proof = request.headers()[DPOP].to_str().unwrap();
    let payload = proof.split('.').nth(1).unwrap();
    serde_json::from_slice(&anyrfc_jwt::codec::base64url::decode(payload).unwrap()).unwrap()
}

const USE_NONCE: &str = "use_dpop_nonce";

#[test]
fn a_server_that_wants_a_nonce_is_asked_again_once() {
    let client = client(|_| ());
    let mut random = Random::new([1; 32]);
    let mut exchange = asking(&client);
    let first = exchange.request(&now(), &mut random).unwrap();
    assert_eq!(claims(&first).get("nonce"), None);
    let wants = |nonce| answer(400, &[("DPoP-Nonce", nonce)], json!({"error": USE_NONCE}));
    assert!(matches!(exchange.response(&wants("n-1"), &now()).unwrap(), Step::Again));
    let second = exchange.request(&now(), &mut random).unwrap();
    assert_eq!(claims(&second)["nonce"], "n-1");
    assert_ne!(claims(&second)["jti"], claims(&first)["jti"]);
    assert_eq!(first.body(), second.body());
    // A server that is never satisfied is not asked for ever; its nonce is kept all the same.
    let error = exchange.response(&wants("n-2"), &now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert_eq!(error.response().unwrap().code, ErrorCode::UseDpopNonce);
    assert_eq!(claims(&asking(&client).request(&now(), &mut random).unwrap())["nonce"], "n-2");
}

#[test]
fn a_server_that_wants_a_nonce_and_gives_none_is_not_asked_again() {
    let client = client(|_| ());
    let mut exchange = asking(&client);
    exchange.request(&now(), &mut Random::new([1; 32])).unwrap();
    let error = exchange.response(&answer(400, &[], json!({"error": USE_NONCE})), &now()).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9449::NONCE_MAY_BE_DEMANDED));
}

#[test]
fn without_a_key_no_nonce_helps() {
    let client = client(|config| config.dpop = None);
    let mut exchange = asking(&client);
    let request = exchange.request(&now(), &mut Random::new([1; 32])).unwrap();
    assert!(!request.headers().contains_key(DPOP));
    let refused = answer(400, &[("DPoP-Nonce", "n")], json!({"error": USE_NONCE}));
    assert_eq!(exchange.response(&refused, &now()).unwrap_err().kind(), ErrorKind::Auth);
}

#[test]
fn the_nonce_of_a_success_is_for_the_next_request() {
    let client = client(|_| ());
    let mut random = Random::new([1; 32]);
    let mut exchange = asking(&client);
    exchange.request(&now(), &mut random).unwrap();
    let granted = json!({"access_token": "a", "token_type": "DPoP"});
    exchange.response(&answer(200, &[("DPoP-Nonce", "next")], granted), &now()).unwrap();
    assert_eq!(claims(&asking(&client).request(&now(), &mut random).unwrap())["nonce"], "next");
}

#[test]
fn endpoints_that_give_no_tokens_get_no_proof() {
    let client = client(|_| ());
    let revoke = endpoint("https://as.example/revoke");
    let mut exchange = Exchange::form(&client, revoke, Form::new(), |_, _| Ok(()));
    let request = exchange.request(&now(), &mut Random::new([1; 32])).unwrap();
    assert!(!request.headers().contains_key(DPOP));
}

#[test]
fn a_bound_token_goes_out_with_a_proof_and_again_with_a_nonce() {
    let client = client(|_| ());
    let mut random = Random::new([1; 32]);
    let token = AccessToken::new("t0ken").unwrap();
    let resource = || endpoint("https://api.example/x?y=1");
    let mut exchange = Exchange::new(&client, Method::GET, resource(), |_, _| Ok(()))
        .proving(Proof::Token(token.clone(), TokenType::Dpop));
    let first = exchange.request(&now(), &mut random).unwrap();
    assert_eq!(first.headers()[AUTHORIZATION], "DPoP t0ken");
    assert_eq!(claims(&first)["htu"], "https://api.example/x");
    assert_eq!(claims(&first)["htm"], "GET");
    assert!(claims(&first).contains_key("ath"));
    let challenge = "DPoP error=\"use_dpop_nonce\", algs=\"ES256\"";
    let wants = answer(401, &[("WWW-Authenticate", challenge), ("DPoP-Nonce", "r-1")], Value::Null);
    assert!(matches!(exchange.response(&wants, &now()).unwrap(), Step::Again));
    assert_eq!(claims(&exchange.request(&now(), &mut random).unwrap())["nonce"], "r-1");
    assert_eq!(exchange.response(&wants, &now()).unwrap_err().kind(), ErrorKind::Auth);
    // Of a bearer token nothing is proved, whatever key there is.
    let mut exchange = Exchange::new(&client, Method::GET, resource(), |_, _| Ok(()))
        .proving(Proof::Token(token, TokenType::Bearer));
    let request = exchange.request(&now(), &mut random).unwrap();
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer t0ken");
    assert!(!request.headers().contains_key(DPOP));
    assert!(exchange.response(&wants, &now()).is_err());
}

#[test]
fn a_bound_token_without_its_key_and_what_is_no_access_token_stay_here() {
    let keyless = client(|config| config.dpop = None);
    let resource = || endpoint("https://api.example/");
    for (client, token_type) in [(&keyless, TokenType::Dpop), (&client(|_| ()), TokenType::NotAnAccessToken)]
    {
        let error = Exchange::new(client, Method::GET, resource(), |_, _| Ok(()))
            .proving(Proof::Token(AccessToken::new("t").unwrap(), token_type))
            .request(&now(), &mut Random::new([1; 32]))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
}

#[test]
fn other_challenges_demand_no_nonce() {
    let demands = |challenge: &str| {
        demands_nonce(answer(401, &[("WWW-Authenticate", challenge)], Value::Null).headers())
    };
    assert!(demands("DPoP error=\"use_dpop_nonce\""));
    assert!(demands("Bearer realm=\"a\", dpop algs=\"ES256\", error=use_dpop_nonce"));
    assert!(!demands("DPoP error=\"invalid_token\""));
    assert!(!demands("Bearer error=\"use_dpop_nonce\""));
    assert!(!demands(""));
}

#[test]
fn a_refusal_as_a_success_is_a_breach_unless_it_is_tolerated() {
    let refused = answer(200, &[], json!({"error": "invalid_grant"}));
    let ask = |client: &Client| asking(client).response(&refused, &now()).unwrap_err();
    let error = ask(&client(|_| ()));
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(error.requirement(), Some(rfc6749::TOKEN_ERROR_IS_RETURNED));
    assert_eq!(error.response().unwrap().code, ErrorCode::InvalidGrant);
    let tolerant = client(|config| config.tolerances = config.tolerances.with(Quirk::ErrorWithStatus200));
    assert_eq!(ask(&tolerant).kind(), ErrorKind::Refused);
}

#[test]
fn redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let redirect = answer(status, &[("Location", "https://evil.example/token")], Value::Null);
        let error = asking(&client(|_| ())).response(&redirect, &now()).unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Protocol, Some(status)));
    }
}

#[test]
fn how_long_to_wait_is_told_in_seconds_or_by_a_date() {
    let waits = |text: &str, body: Value| {
        let busy = answer(503, &[("Retry-After", text)], body);
        asking(&client(|_| ())).response(&busy, &now()).unwrap_err().retry_after()
    };
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    assert_eq!(waits("7", Value::Null), seconds(7));
    assert_eq!(waits("7", json!({"error": "temporarily_unavailable"})), seconds(7));
    assert_eq!(waits("18446744073709551615", Value::Null), Some(LONGEST_WAIT));
    // RFC 9110, section 5.6.7: the example is 784 111 777 seconds after 1970.
    assert_eq!(waits("Sun, 06 Nov 1994 08:49:37 GMT", Value::Null), seconds(0));
    assert_eq!(waits("Sun, 06 Nov 1994 08:50:37 GMT", Value::Null), seconds(60));
    assert_eq!(waits("Thu, 29 Feb 1996 00:00:00 GMT", Value::Null), seconds(825_552_000 - 784_111_777));
    assert_eq!(waits("Fri, 31 Dec 9999 23:59:59 GMT", Value::Null), Some(LONGEST_WAIT));
    for hostile in [
        "",
        "-1",
        "soon",
        "Sun, 06 anF 1994 08:49:37 GMT",
        "Sun, 0\u{e9} Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT",
        "Sun, 99 Nov 1994 99:99:99 GMT",
        ", GMT",
        " GMT",
    ] {
        assert_eq!(waits(hostile, Value::Null), None, "{hostile}");
    }
}

#[test]
fn a_date_is_told_to_the_second_and_within_its_bounds() {
    let seconds = |text: &str| date(&format!("Day, {text} GMT")).map(|time| time.as_secs());
    for (text, expected) in [
        ("01 Jan 1970 00:00:00", 0),
        ("01 Jan 1970 00:00:01", 1),
        ("01 Jan 1970 01:01:00", 3660),
        ("28 Feb 1970 00:00:00", 5_011_200),
        ("29 Feb 1972 00:00:00", 68_169_600),
        ("31 Jan 1999 00:00:00", 917_740_800),
        ("29 Feb 2000 00:00:00", 951_782_400),
        ("01 Mar 2000 00:00:00", 951_868_800),
        ("31 Dec 2026 23:59:59", 1_798_675_200 + 86_399),
        ("31 Dec 2026 23:59:60", 1_798_675_200 + 86_400),
        ("28 Feb 2100 00:00:00", 4_107_456_000),
        ("01 Mar 2100 00:00:00", 4_107_542_400),
        ("29 Feb 2400 00:00:00", 13_574_563_200),
    ] {
        assert_eq!(seconds(text), Some(expected), "{text}");
    }
    for text in [
        "31 Dec 1969 23:59:59",
        "00 Jan 1970 00:00:00",
        "32 Jan 1970 00:00:00",
        "01 Jan 1970 24:00:00",
        "01 Jan 1970 00:60:00",
        "01 Jan 1970 00:00:61",
        "1 Jan 1970 00:00:00",
        "01 Jan 970 00:00:00",
        "01 Jan 01970 00:00:00",
        "01 Jan 1970 00:00",
        "01 January 1970 00:00:00",
    ] {
        assert_eq!(seconds(text), None, "{text}");
    }
}

#[test]
fn a_form_for_an_answer_is_tolerated_by_name() {
    let form = |media: &str, body: &'static str| {
        let mut response = answer(200, &[("Content-Type", media)], Value::Null);
        *response.body_mut() = Bytes::from_static(body.as_bytes());
        response
    };
    let granted = "access_token=a%2Bb&token_type=bearer";
    let plain = |change: fn(&mut Config)| {
        client(|config| {
            config.dpop = None;
            change(config);
        })
    };
    let (strict, tolerant) =
        (plain(|_| ()), plain(|config| config.tolerances = config.tolerances.with(Quirk::AnswerIsAForm)));
    for media in ["application/x-www-form-urlencoded", "Application/X-WWW-Form-URLencoded ; charset=utf-8"] {
        assert_eq!(
            asking(&strict).response(&form(media, granted), &now()).unwrap_err().kind(),
            ErrorKind::Protocol
        );
        let Step::Done(tokens) = asking(&tolerant).response(&form(media, granted), &now()).unwrap() else {
            panic!("asked again")
        };
        assert_eq!(tokens.access_token.expose(), "a+b");
    }
    for media in ["text/plain", "text/html; application/x-www-form-urlencoded"] {
        let error = asking(&tolerant).response(&form(media, granted), &now()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{media}");
    }
    let error = asking(&tolerant).response(&form("application/json", granted), &now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[test]
fn only_for_want_of_a_nonce_is_a_resource_asked_again() {
    let client = client(|_| ());
    let token = AccessToken::new("t0ken").unwrap();
    let asked = |token_type: TokenType, status, challenge: &str| {
        let url = endpoint("https://api.example/");
        let mut exchange = Exchange::new(&client, Method::GET, url, |_, _| Ok(()))
            .proving(Proof::Token(token.clone(), token_type));
        exchange.request(&now(), &mut Random::new([1; 32])).unwrap();
        let fields = [("WWW-Authenticate", challenge), ("DPoP-Nonce", "r-1")];
        exchange.response(&answer(status, &fields, Value::Null), &now())
    };
    let wants = "DPoP error=\"use_dpop_nonce\"";
    assert!(matches!(asked(TokenType::Dpop, 401, wants), Ok(Step::Again)));
    for (token_type, status, challenge) in [
        (TokenType::Dpop, 401, "DPoP error=\"invalid_token\""),
        (TokenType::Dpop, 403, wants),
        (TokenType::Bearer, 401, wants),
    ] {
        let error = asked(token_type, status, challenge).unwrap_err();
        assert_eq!(error.requirement(), None, "{status} {challenge}");
    }
}

#[test]
fn a_nonce_is_wanted_by_that_error_alone() {
    let refused = |client: &Client, code: &str| {
        let mut exchange = asking(client);
        exchange.request(&now(), &mut Random::new([1; 32])).unwrap();
        exchange.response(&answer(400, &[], json!({"error": code})), &now()).unwrap_err()
    };
    assert_eq!(refused(&client(|_| ()), "invalid_request").requirement(), None);
    assert_eq!(refused(&client(|config| config.dpop = None), USE_NONCE).requirement(), None);
    let mut nobody =
        Exchange::new(&client(|_| ()), Method::GET, endpoint("https://as.example/x"), |_, _| Ok(()));
    let error = nobody.response(&answer(400, &[], json!({"error": USE_NONCE})), &now()).unwrap_err();
    assert_eq!(error.requirement(), None);
}

#[test]
fn a_token_that_cannot_stand_in_a_field_is_not_sent() {
    let field = |text: &str| authorization(&TokenType::Bearer, &AccessToken::new(text).unwrap());
    for text in ["a", "aZ09-._~+/", "a=", "a=="] {
        assert_eq!(field(text).unwrap().to_str().unwrap(), format!("Bearer {text}"));
    }
    for text in ["=", "==", "a=b", "a b", "a,b", "a\"b"] {
        assert_eq!(field(text).unwrap_err().kind(), ErrorKind::Usage, "{text}");
    }
}

#[test]
fn a_refusal_without_words_is_told_by_its_status() {
    for (status, kind) in [
        (400, ErrorKind::Refused),
        (401, ErrorKind::Auth),
        (404, ErrorKind::Refused),
        (499, ErrorKind::Refused),
        (500, ErrorKind::Io),
        (599, ErrorKind::Io),
    ] {
        let error = asking(&client(|_| ())).response(&answer(status, &[], Value::Null), &now()).unwrap_err();
        assert_eq!((error.kind(), error.status()), (kind, Some(status)));
    }
}
