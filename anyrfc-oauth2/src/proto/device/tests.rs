use std::time::{Duration, Instant};

use anyrfc_core::testing::harness::{connected_table, exhaustive_transitions};
use bytes::Bytes;
use serde_json::{Value, json};

use super::*;
use crate::{
    ClientId, Endpoint, ErrorCode, ErrorKind, ErrorResponse, Issuer, Quirk, Scope, ServerMetadata,
    TokenResponse, Tolerances, UrlPolicy,
    proto::{Config, HttpResponse, Moment, Random, Step},
};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn client(change: impl FnOnce(&mut Config)) -> Client {
    let endpoint = |url| Some(Endpoint::new(url, UrlPolicy::Https).unwrap());
    let mut server = ServerMetadata::new(Issuer::new("https://as.example", UrlPolicy::Https).unwrap());
    server.token_endpoint = endpoint("https://as.example/token");
    server.device_authorization_endpoint = endpoint("https://as.example/device");
    let mut config = Config::new(server.into(), ClientId::new("tv").unwrap());
    change(&mut config);
    config.into()
}

fn response(status: u16, body: &Value) -> HttpResponse {
    http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .unwrap()
}

/// The answer of RFC 8628, section 3.2, with changes; `null` takes a member away.
fn told(changes: Value) -> Value {
    let mut body = json!({
        "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
        "user_code": "WDJB-MJHT",
        "verification_uri": "https://example.com/device",
        "verification_uri_complete": "https://example.com/device?user_code=WDJB-MJHT",
        "expires_in": 1800,
        "interval": 5,
    });
    let members = body.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        members.insert(name.clone(), value.clone());
    }
    members.retain(|_, value| !value.is_null());
    body
}

fn read_by(client: &Client, changes: Value) -> Result<DeviceAuthorization, Error> {
    DeviceAuthorization::read(client, &response(200, &told(changes)))
}

fn read(changes: Value) -> Result<DeviceAuthorization, Error> {
    read_by(&client(|_| ()), changes)
}

#[test]
fn the_request_names_the_client_and_what_is_wanted() {
    let detail = json!({"type": "x"});
    let mut exchange = DeviceRequest::new()
        .scope(Scope::new("a b").unwrap())
        .resource("https://api.example/")
        .authorization_detail(detail.as_object().unwrap().clone())
        .parameter("acr_values", "high")
        .exchange(&client(|_| ()))
        .unwrap();
    let now = Moment { instant: Instant::now(), unix: Duration::ZERO };
    let request = exchange.request(&now, &mut Random::new([1; 32])).unwrap();
    assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/device"));
    let body = std::str::from_utf8(request.body()).unwrap();
    let expected = "scope=a+b&resource=https%3A%2F%2Fapi.example%2F\
                    &authorization_details=%5B%7B%22type%22%3A%22x%22%7D%5D&acr_values=high&client_id=tv";
    assert_eq!(body, expected);
    let Step::Done(told) = exchange.response(&response(200, &told(json!({}))), &now).unwrap() else {
        panic!()
    };
    assert_eq!(told.user_code(), "WDJB-MJHT");
    let nowhere =
        DeviceRequest::new().exchange(&client(|config| config.server = ServerMetadata::nameless().into()));
    assert_eq!(nowhere.unwrap_err().kind(), ErrorKind::Unsupported);
    let unfit = DeviceRequest::new().parameter("client_id", "x").exchange(&client(|_| ()));
    assert_eq!(unfit.unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn what_the_user_is_told_is_as_the_section_s_example() {
    let told = read(json!({})).unwrap();
    assert_eq!(told.user_code(), "WDJB-MJHT");
    assert_eq!(told.verification_uri(), "https://example.com/device");
    assert_eq!(told.verification_uri_complete(), Some("https://example.com/device?user_code=WDJB-MJHT"));
    assert_eq!((told.expires_in(), told.interval()), (seconds(1800), seconds(5)));
    let shown = format!("{told:?} {:?}", told.extra());
    assert!(!shown.contains("GmRhmhcx"), "{shown}");
    let least = read(json!({"verification_uri_complete": null, "interval": null})).unwrap();
    assert_eq!((least.verification_uri_complete(), least.interval()), (None, seconds(5)));
}

#[test]
fn what_is_required_is_there_and_of_its_type() {
    for (name, requirement) in [
        ("device_code", rfc8628::DEVICE_CODE_IS_SENT),
        ("user_code", rfc8628::USER_CODE_IS_SENT),
        ("verification_uri", rfc8628::VERIFICATION_URI_IS_SENT),
        ("expires_in", rfc8628::EXPIRES_IN_IS_SENT),
    ] {
        for value in [Value::Null, json!(""), json!([1]), json!({}), json!(true)] {
            let error = read(json!({name: value})).unwrap_err();
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(requirement)),
                "{name}"
            );
        }
    }
    for hostile in [
        json!({"interval": "5"}),
        json!({"interval": [5]}),
        json!({"expires_in": "1800"}),
        json!({"device_code": "a\r\nb"}),
        json!({"verification_uri_complete": 1}),
    ] {
        assert_eq!(read(hostile.clone()).unwrap_err().kind(), ErrorKind::Protocol, "{hostile}");
    }
    let text = client(|config| config.tolerances = Tolerances::NONE.with(Quirk::ExpiresInIsText));
    assert_eq!(read_by(&text, json!({"expires_in": "60", "interval": "7"})).unwrap().interval(), seconds(7));
}

#[test]
fn times_are_within_reason() {
    let interval = |value| read(json!({"interval": value})).unwrap().interval();
    assert_eq!(interval(json!(0)), seconds(1));
    assert_eq!(interval(json!(-7)), seconds(1));
    assert_eq!(interval(json!(0.001)), seconds(1));
    assert_eq!(interval(json!(u64::MAX)), seconds(i32::MAX as u64));
    let lives = |value| read(json!({"expires_in": value})).unwrap().expires_in();
    assert_eq!(lives(json!(-1)), Duration::ZERO);
    assert_eq!(lives(json!(1e300)), seconds(i32::MAX as u64));
}

#[test]
fn a_user_is_sent_to_https_alone() {
    for hostile in [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://example.com/device",
        "http://127.0.0.1/device",
        "ftp://example.com/",
        "https:",
        "https:///device",
        "//example.com/device",
        "example.com/device",
        "https://example.com@evil.example/",
        // As many octets are left out before the host as are added behind it.
        "https://as@evil.example/{\"",
        "https://a@evil.example/}",
        "https://user:pass@example.com/",
        "https://ex\u{e4}mple.com/",
        "https://example.com/\u{202e}",
        "https://example.com/\r\nx",
        "https://example.com/ x",
        "\u{1b}[31mhttps://example.com/",
    ] {
        for name in ["verification_uri", "verification_uri_complete"] {
            let error = read(json!({name: hostile})).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{hostile}");
            assert!(!error.to_string().contains(['\u{1b}', '\r']), "{error}");
        }
    }
    let long = format!("https://example.com/{}", "a".repeat(4096));
    assert_eq!(read(json!({"verification_uri": long})).unwrap_err().kind(), ErrorKind::Limit);
    let longest = format!("https://example.com/{}", "a".repeat(4096 - 20));
    assert_eq!(read(json!({"verification_uri": longest})).unwrap().verification_uri(), longest);
    let longer = format!("{longest}a");
    assert_eq!(read(json!({"verification_uri": longer})).unwrap_err().kind(), ErrorKind::Limit);
    let local = client(|config| config.policy = UrlPolicy::LoopbackHttp);
    assert!(read_by(&local, json!({"verification_uri": "http://127.0.0.1:8080/device"})).is_ok());
    assert!(read_by(&local, json!({"verification_uri": "http://example.com/device"})).is_err());
    assert!(read(json!({"verification_uri": "https://example.com/#/device"})).is_ok());
}

#[test]
fn an_old_name_of_the_address_is_tolerated_by_name() {
    let old = json!({"verification_uri": null, "verification_url": "https://example.com/device"});
    assert!(read(old.clone()).is_err());
    let tolerant = client(|config| config.tolerances = Tolerances::NONE.with(Quirk::VerificationUrl));
    assert_eq!(read_by(&tolerant, old).unwrap().verification_uri(), "https://example.com/device");
    let both = json!({"verification_url": "https://evil.example/"});
    assert_eq!(read_by(&tolerant, both).unwrap().verification_uri(), "https://example.com/device");
}

#[test]
fn a_code_is_shown_as_it_can_be_typed() {
    for (sent, shown) in [
        ("ABCD 1234", "ABCD 1234"),
        ("AB\u{1b}[31mCD", "AB[31mCD"),
        (" A\r\nB\tC\0D\u{7f}E\u{9b}F ", "ABCDEF"),
        ("A\u{202e}B\u{200b}C\u{2066}D\u{feff}E", "ABCDE"),
        ("\u{416}\u{6f22}\u{5b57}", "\u{416}\u{6f22}\u{5b57}"),
    ] {
        let told = read(json!({"user_code": sent})).unwrap();
        assert_eq!((told.user_code(), told.raw_user_code()), (shown, sent));
    }
    for nothing in ["\u{1b}", "\u{202e}\u{202d}", " ", "\r\n"] {
        assert_eq!(read(json!({"user_code": nothing})).unwrap_err().kind(), ErrorKind::Protocol);
    }
    assert_eq!(read(json!({"user_code": "A".repeat(257)})).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(read(json!({"user_code": "A".repeat(256)})).unwrap().user_code().len(), 256);
}

/// A flow, its clock and the times at which it asked.
struct Login {
    flow: DeviceFlow,
    start: Instant,
    now: Moment,
}

impl Login {
    fn new(changes: Value) -> Self {
        let client = client(|_| ());
        let start = Instant::now();
        let now = Moment { instant: start, unix: Duration::ZERO };
        let flow = DeviceFlow::new(&client, &DeviceRequest::new(), read(changes).unwrap(), &now);
        Self { flow, start, now }
    }

    /// Waits as long as the flow says, and asks: at how many seconds from the start.
    fn ask(&mut self) -> Result<u64, Error> {
        loop {
            match self.flow.next(&self.now)? {
                DeviceStep::Ask(_) => return Ok((self.now.instant - self.start).as_secs()),
                DeviceStep::Wait(until) => {
                    assert!(until > self.now.instant);
                    // A moment before, it still has to be waited.
                    let almost = Moment { instant: until - Duration::from_nanos(1), ..self.now };
                    assert!(matches!(self.flow.next(&almost).unwrap(), DeviceStep::Wait(_)));
                    self.now.instant = until;
                }
            }
        }
    }

    fn answer(&mut self, answer: Result<TokenResponse, Error>) -> Result<Option<TokenResponse>, Error> {
        self.flow.answer(answer, &self.now)
    }

    /// Asks and is answered by the error: at how many seconds from the start.
    fn asked(&mut self, error: Error) -> u64 {
        let at = self.ask().unwrap();
        assert!(self.answer(Err(error)).unwrap().is_none());
        at
    }
}

fn says(code: ErrorCode) -> Error {
    let kind = crate::proto::exchange::kind_of(&code);
    Error::refused(kind, ErrorResponse::new(code))
}

fn tokens() -> TokenResponse {
    let body = json!({"access_token": "a", "token_type": "Bearer"});
    TokenResponse::read(body.as_object().unwrap().clone(), Tolerances::NONE).unwrap()
}

fn silence() -> Error {
    Error::new(ErrorKind::Timeout, "nothing came")
}

fn status(status: u16, retry_after: Option<Duration>) -> Error {
    let kind = if status >= 500 { ErrorKind::Io } else { ErrorKind::Refused };
    Error::new(kind, "no").with_detail(crate::Detail::Status { status, retry_after })
}

#[test]
fn the_token_request_is_as_section_3_4_says() {
    let client = client(|_| ());
    let now = Moment { instant: Instant::now(), unix: Duration::ZERO };
    let request = DeviceRequest::new().scope(Scope::new("a").unwrap()).resource("https://api.example/");
    let mut flow = DeviceFlow::new(&client, &request, read(json!({})).unwrap(), &now);
    let DeviceStep::Ask(mut exchange) = flow.next(&now.after(seconds(5))).unwrap() else { panic!("no poll") };
    let request = exchange.request(&now, &mut Random::new([1; 32])).unwrap();
    let expected = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code\
                    &device_code=GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS\
                    &resource=https%3A%2F%2Fapi.example%2F&client_id=tv";
    assert_eq!(std::str::from_utf8(request.body()).unwrap(), expected);
}

#[test]
fn polls_keep_the_interval_and_five_seconds_more_for_each_slow_down() {
    let mut login = Login::new(json!({}));
    assert_eq!(login.asked(says(ErrorCode::AuthorizationPending)), 5);
    assert_eq!(login.asked(says(ErrorCode::SlowDown)), 10);
    assert_eq!(login.asked(says(ErrorCode::AuthorizationPending)), 20);
    assert_eq!(login.asked(says(ErrorCode::AuthorizationPending)), 30, "for good");
    assert_eq!(login.asked(says(ErrorCode::SlowDown)), 40);
    assert_eq!(login.asked(says(ErrorCode::AuthorizationPending)), 55);
    assert_eq!(login.flow.progress(&login.now).interval, seconds(15));
    assert_eq!(login.ask().unwrap(), 70);
    assert!(login.answer(Ok(tokens())).unwrap().is_some());
    assert_eq!(login.flow.state(), DeviceState::Granted);
}

#[test]
fn silence_doubles_the_wait_until_an_answer_comes() {
    let mut login = Login::new(json!({}));
    let at = [silence(), status(503, None), Error::new(ErrorKind::Io, "reset"), status(500, None)];
    let at = at.map(|error| login.asked(error));
    assert_eq!(at, [5, 15, 35, 75]);
    assert_eq!(login.asked(says(ErrorCode::AuthorizationPending)), 155);
    assert_eq!(login.asked(silence()), 160);
    let mut login = Login::new(json!({"expires_in": 100_000}));
    let mut last = 0;
    for nth in 0..80 {
        let at = login.asked(silence());
        let wait = if nth == 0 { 5 } else { (5_u64 << nth.min(20)).min(300) };
        assert_eq!(at - last, wait, "{nth}");
        last = at;
    }
}

#[test]
fn how_long_to_wait_is_the_server_s_to_say() {
    let busy = |code, status| {
        let refusal = ErrorResponse {
            retry_after: Some(seconds(60)),
            status: Some(status),
            ..ErrorResponse::new(code)
        };
        Error::refused(ErrorKind::Refused, refusal)
    };
    let mut login = Login::new(json!({}));
    assert_eq!(login.asked(status(429, Some(seconds(60)))), 5);
    assert_eq!(login.asked(status(503, Some(seconds(1)))), 65);
    assert_eq!(login.asked(busy(ErrorCode::SlowDown, 400)), 85, "never less than the back-off");
    assert_eq!(login.asked(busy(ErrorCode::TemporarilyUnavailable, 503)), 145);
    assert_eq!(login.asked(says(ErrorCode::AuthorizationPending)), 205);
    assert_eq!(login.asked(status(503, Some(Duration::MAX))), 215);
    let error = login.ask().unwrap_err();
    assert_eq!(error.response().unwrap().code, ErrorCode::ExpiredToken);
}

#[test]
fn it_ends_with_the_codes() {
    let mut login = Login::new(json!({"expires_in": 12}));
    assert_eq!(login.asked(says(ErrorCode::AuthorizationPending)), 5);
    assert_eq!(login.asked(says(ErrorCode::AuthorizationPending)), 10);
    let error = login.ask().unwrap_err();
    assert_eq!(
        (error.kind(), &error.response().unwrap().code),
        (ErrorKind::Refused, &ErrorCode::ExpiredToken)
    );
    assert_eq!(login.now.instant - login.start, seconds(12));
    assert_eq!(login.flow.state(), DeviceState::Expired);
    assert_eq!(login.flow.next(&login.now).unwrap_err().kind(), ErrorKind::Usage);
    let mut stillborn = Login::new(json!({"expires_in": 0}));
    assert_eq!(stillborn.ask().unwrap_err().response().unwrap().code, ErrorCode::ExpiredToken);
}

#[test]
fn any_other_answer_ends_it() {
    for (code, state) in [
        (ErrorCode::AccessDenied, DeviceState::Denied),
        (ErrorCode::ExpiredToken, DeviceState::Expired),
        (ErrorCode::InvalidGrant, DeviceState::Failed),
        (ErrorCode::InvalidClient, DeviceState::Failed),
        (ErrorCode::Other("new".into()), DeviceState::Failed),
    ] {
        let mut login = Login::new(json!({}));
        login.ask().unwrap();
        let error = login.answer(Err(says(code.clone()))).unwrap_err();
        assert_eq!((&error.response().unwrap().code, login.flow.state()), (&code, state));
        assert!(login.flow.next(&login.now).is_err());
    }
    let breach = Error::violation(rfc8628::EACH_POLL_WAITS, "");
    let misplaced = says(ErrorCode::AuthorizationPending);
    let as_success = Error::violation(crate::rfc6749::TOKEN_ERROR_IS_RETURNED, "")
        .with_detail(crate::Detail::Refused(Box::new(misplaced.response().unwrap().clone())));
    for error in [
        breach,
        as_success,
        Error::new(ErrorKind::Tls, "x"),
        Error::new(ErrorKind::Limit, "x"),
        status(404, None),
    ] {
        let mut login = Login::new(json!({}));
        login.ask().unwrap();
        assert_eq!(login.answer(Err(error.clone())).unwrap_err().kind(), error.kind());
        assert_eq!(login.flow.state(), DeviceState::Failed);
    }
}

#[test]
fn the_machine_and_its_table_say_the_same() {
    let error = |input| match input {
        DeviceInput::Pending => says(ErrorCode::AuthorizationPending),
        DeviceInput::SlowDown => says(ErrorCode::SlowDown),
        DeviceInput::Unanswered => silence(),
        DeviceInput::Denied => says(ErrorCode::AccessDenied),
        DeviceInput::CodeExpired => says(ErrorCode::ExpiredToken),
        _ => says(ErrorCode::InvalidGrant),
    };
    let step = |login: &mut Login, input| {
        let before = login.flow.state();
        let now = match input {
            DeviceInput::Deadline => login.now.after(seconds(1800)),
            _ => login.now.after(seconds(5)),
        };
        let done = match input {
            DeviceInput::Poll => login.flow.next(&now).is_ok(),
            // The end of the codes is no misuse; asking for the next step at any other time is.
            DeviceInput::Deadline => {
                login.flow.next(&now).is_err_and(|error| error.kind() != ErrorKind::Usage)
            }
            DeviceInput::Granted => login.flow.answer(Ok(tokens()), &now).is_ok(),
            input => match login.flow.answer(Err(error(input)), &now) {
                Ok(_) => true,
                Err(error) => error.kind() != ErrorKind::Usage,
            },
        };
        assert!(done || login.flow.state() == before);
        done.then(|| login.flow.state())
    };
    exhaustive_transitions(DeviceState::ALL, DeviceInput::ALL, DeviceState::TRANSITIONS, |state, input| {
        let mut login = Login::new(json!({}));
        let path: &[DeviceInput] = match state {
            DeviceState::Waiting => &[],
            DeviceState::Polling => &[DeviceInput::Poll],
            DeviceState::Granted => &[DeviceInput::Poll, DeviceInput::Granted],
            DeviceState::Denied => &[DeviceInput::Poll, DeviceInput::Denied],
            DeviceState::Expired => &[DeviceInput::Deadline],
            DeviceState::Failed => &[DeviceInput::Poll, DeviceInput::Refused],
        };
        for &input in path {
            step(&mut login, input).unwrap();
        }
        assert_eq!(login.flow.state(), state);
        step(&mut login, input)
    });
    let ends = [DeviceState::Granted, DeviceState::Denied, DeviceState::Expired, DeviceState::Failed];
    connected_table(DeviceState::ALL, DeviceState::TRANSITIONS, DeviceState::Waiting, &ends);
}

#[test]
fn a_refusal_of_a_server_that_is_busy_is_no_answer() {
    for (status, ends) in [(400, true), (408, false), (429, false), (499, true), (500, false), (599, false)] {
        let mut login = Login::new(json!({}));
        login.ask().unwrap();
        let refusal = ErrorResponse { status: Some(status), ..ErrorResponse::new(ErrorCode::ServerError) };
        let answered = login.answer(Err(Error::refused(ErrorKind::Refused, refusal)));
        assert_eq!(answered.is_err(), ends, "{status}");
    }
}
