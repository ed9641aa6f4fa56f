//! Logins by another device, at a server that judges every poll, on a virtual clock.

use std::{
    future::Future,
    sync::{Arc, Mutex},
    task::Context,
    time::Duration,
};

use anyrfc_jwt::types::JwsAlgorithm;

use super::*;
use crate::{
    ClientId, ErrorCode, ErrorKind, Scope,
    client::Builder,
    proto::{DeviceEvent, DpopKey},
    testing::{AuthorizationServer, Misbehaviour, Place, Plan, Registered},
};

fn server() -> AuthorizationServer {
    AuthorizationServer::new("https://as.example").client(Registered::public("tv"))
}

async fn builder(server: &AuthorizationServer) -> Builder {
    let discover = OAuth2Client::discover("https://as.example").http(server.clone());
    let builder = discover.client(ClientId::new("tv").unwrap()).await.unwrap();
    builder.clock(server.clock()).seed([9; 32])
}

async fn login(server: &AuthorizationServer) -> DeviceLogin {
    let client = builder(server).await.build().unwrap();
    client.device_authorization().scope(Scope::new("a b").unwrap()).send().await.unwrap()
}

/// At how many seconds after the codes were given the server was polled.
fn polls(server: &AuthorizationServer) -> Vec<u64> {
    let start = server.requests_to(Place::DeviceAuthorization)[0].at;
    server.requests_to(Place::Token).iter().map(|poll| (poll.at - start).as_secs()).collect()
}

/// The user agrees after so many seconds.
async fn agree_after(server: &AuthorizationServer, login: &DeviceLogin, seconds: u64) {
    let (server, code) = (server.clone(), login.authorization().user_code().to_owned());
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    server.approve_device(&code);
}

/// What the callback was told, by name.
fn noting() -> (Arc<Mutex<Vec<String>>>, impl FnMut(&DeviceProgress)) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    (seen, move |progress: &DeviceProgress| {
        let event = match progress.event {
            DeviceEvent::Started => "started",
            DeviceEvent::Pending => "pending",
            DeviceEvent::SlowedDown => "slowed down",
            DeviceEvent::Unanswered(_) => "unanswered",
        };
        notes.lock().unwrap().push(format!("{event} {}", progress.wait.as_secs()));
    })
}

#[tokio::test(start_paused = true)]
async fn it_waits_polls_and_gets_the_tokens() {
    let server = server();
    let mut login = login(&server).await;
    assert_eq!(login.authorization().verification_uri(), "https://as.example/device");
    let (seen, progress) = noting();
    let code = login.authorization().user_code().to_owned();
    let user = async {
        tokio::time::sleep(Duration::from_secs(12)).await;
        server.approve_device(&code);
    };
    let (tokens, ()) = tokio::join!(login.poll(progress), user);
    assert_eq!(tokens.unwrap().granted(&Scope::empty()), Scope::new("a b").unwrap());
    assert_eq!(polls(&server), [5, 10, 15]);
    assert_eq!(*seen.lock().unwrap(), ["started 5", "pending 5", "pending 5"]);
    server.assert_blameless();
    assert_eq!(login.poll(|_| ()).await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(server.count(Place::Token), 3);
}

#[tokio::test(start_paused = true)]
async fn slow_down_counts_for_good() {
    let server = server();
    let mut login = login(&server).await;
    server.plant(Plan::from(Misbehaviour::SlowDown).times(2));
    agree_after(&server, &login, 0).await;
    let (seen, progress) = noting();
    login.poll(progress).await.unwrap();
    assert_eq!(polls(&server), [5, 15, 30]);
    assert_eq!(*seen.lock().unwrap(), ["started 5", "slowed down 10", "slowed down 15"]);
    server.assert_blameless();
}

#[tokio::test(start_paused = true)]
async fn silence_is_answered_by_patience() {
    let server = server();
    let mut login = login(&server).await;
    agree_after(&server, &login, 0).await;
    server.plant(Plan::from(Misbehaviour::Status(503)).at(Place::Token).once());
    server.plant(Plan::from(Misbehaviour::DropBefore).at(Place::Token).after(1).once());
    server.plant(Plan::from(Misbehaviour::Hang).at(Place::Token).after(2).once());
    server.plant(Plan::from(Misbehaviour::RetryAfter(429, 100)).at(Place::Token).after(3).once());
    let (seen, progress) = noting();
    login.poll(progress).await.unwrap();
    // The third waits the whole 30 seconds for an answer.
    assert_eq!(polls(&server), [5, 15, 35, 35 + 30 + 40, 105 + 100]);
    let told = ["started 5", "unanswered 10", "unanswered 20", "unanswered 40", "unanswered 100"];
    assert_eq!(*seen.lock().unwrap(), told);
    server.assert_blameless();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_given_up_when_the_codes_expire() {
    let server = server();
    let mut login = login(&server).await;
    server.plant(Plan::from(Misbehaviour::Hang).at(Place::Token));
    let error = login.poll(|_| ()).await.unwrap_err();
    assert_eq!(error.response().unwrap().code, ErrorCode::ExpiredToken);
    let polls = polls(&server);
    assert!(polls.len() < 12 && polls.windows(2).all(|pair| pair[1] - pair[0] > 30), "{polls:?}");
}

#[tokio::test(start_paused = true)]
async fn no_and_too_late_are_typed() {
    let denied = server();
    let mut login_there = login(&denied).await;
    denied.deny_device(login_there.authorization().user_code());
    let error = login_there.poll(|_| ()).await.unwrap_err();
    assert_eq!(
        (error.kind(), &error.response().unwrap().code),
        (ErrorKind::Refused, &ErrorCode::AccessDenied)
    );
    assert_eq!(polls(&denied), [5]);

    let server = server().with(|options| options.device_lifetime = Duration::from_secs(12));
    let mut late = login(&server).await;
    let error = late.poll(|_| ()).await.unwrap_err();
    assert_eq!(
        (error.kind(), &error.response().unwrap().code),
        (ErrorKind::Refused, &ErrorCode::ExpiredToken)
    );
    assert_eq!(polls(&server), [5, 10], "nothing is asked after the end");
    server.assert_blameless();
}

#[tokio::test(start_paused = true)]
async fn dropped_and_resumed_it_never_polls_too_early() {
    let server = server();
    let mut login = login(&server).await;
    // Dropped again and again while it waits.
    for _ in 0..9 {
        let cut = tokio::time::timeout(Duration::from_millis(700), login.poll(|_| ())).await;
        assert!(cut.is_err());
    }
    agree_after(&server, &login, 0).await;
    login.poll(|_| ()).await.unwrap();
    assert_eq!(polls(&server), [5, 10]);
    server.assert_blameless();
}

#[tokio::test(start_paused = true)]
async fn dropped_while_it_asks_it_loses_no_tokens() {
    let server = server();
    let mut login = login(&server).await;
    agree_after(&server, &login, 0).await;
    // The tokens are given out at once, and arrive two seconds later.
    server.plant(Plan::from(Misbehaviour::Delay(Duration::from_secs(2))).at(Place::Token));
    for cut in [5500, 300, 300] {
        assert!(tokio::time::timeout(Duration::from_millis(cut), login.poll(|_| ())).await.is_err());
    }
    login.poll(|_| ()).await.unwrap();
    assert_eq!(polls(&server), [5], "the one poll was not repeated");
    server.assert_blameless();
}

#[tokio::test(start_paused = true)]
async fn dropped_at_every_await_it_asks_as_often_as_undisturbed() {
    let server = server();
    let mut login = login(&server).await;
    server.plant(Plan::from(Misbehaviour::Delay(Duration::from_secs(1))).at(Place::Token));
    let mut polled = 0;
    let tokens = loop {
        let once = {
            let mut future = std::pin::pin!(login.poll(|_| ()));
            let waker = futures_util::task::noop_waker();
            future.as_mut().poll(&mut Context::from_waker(&waker))
        };
        if let std::task::Poll::Ready(tokens) = once {
            break tokens;
        }
        polled += 1;
        if polled == 20 {
            server.approve_device(login.authorization().user_code());
        }
        tokio::time::advance(Duration::from_millis(500)).await;
    };
    tokens.unwrap();
    assert_eq!(polls(&server), [5, 11]);
    server.assert_blameless();
}

#[tokio::test(start_paused = true)]
async fn a_login_can_be_bound_to_a_key() {
    let server = server().with(|options| options.dpop_nonce = true);
    let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    let client = builder(&server).await.dpop(key).build().unwrap();
    let mut login = client.device_authorization().send().await.unwrap();
    agree_after(&server, &login, 0).await;
    let tokens = login.poll(|_| ()).await.unwrap();
    assert_eq!(tokens.token_type, crate::TokenType::Dpop);
    server.assert_blameless();
}

#[tokio::test(start_paused = true)]
async fn what_is_required_of_the_scope_holds_for_devices_too() {
    let server = server().with(|options| options.granted_scope = Some("a".into()));
    let client = builder(&server).await.build().unwrap();
    let wanted = Scope::new("a b").unwrap();
    let asked = client.device_authorization().scope(wanted.clone()).require_scope(wanted);
    let mut login = asked.send().await.unwrap();
    agree_after(&server, &login, 0).await;
    let error = login.poll(|_| ()).await.unwrap_err();
    assert_eq!(error.missing_scope(), Some(&Scope::new("b").unwrap()));
}

#[tokio::test(start_paused = true)]
async fn hostile_codes_and_addresses_are_not_shown() {
    use Misbehaviour as M;
    let asked = async |fault| {
        let server = server();
        let client = builder(&server).await.build().unwrap();
        server.plant(Plan::from(fault).at(Place::DeviceAuthorization));
        let login = client.device_authorization().send().await;
        server.assert_nothing_sent_to(Place::Token);
        login.map(|login| login.authorization().user_code().to_owned()).map_err(|error| error.kind())
    };
    assert_eq!(asked(M::VerificationUriScript).await, Err(ErrorKind::Protocol));
    assert_eq!(asked(M::Without("expires_in".into())).await, Err(ErrorKind::Protocol));
    assert_eq!(asked(M::Redirect(307, "https://evil.example/".into())).await, Err(ErrorKind::Protocol));
    assert_eq!(asked(M::HugeBody(100 << 20)).await, Err(ErrorKind::Limit));
    assert_eq!(asked(M::Hang).await, Err(ErrorKind::Timeout));
    let code = asked(M::EscapesInUserCode).await.unwrap();
    assert!(!code.is_empty() && code.chars().all(|letter| !letter.is_control()), "{code:?}");
}

#[test]
fn a_login_can_be_moved_to_another_thread() {
    fn sent<T: Send>(_: impl Fn(T)) {}
    sent(|login: DeviceLogin| drop(login));
    sent(|request: DeviceAuthorizationRequest| drop(request));
}
