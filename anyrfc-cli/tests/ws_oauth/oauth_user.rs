//! Tokens by a user.

use anyrfc_oauth2::testing::{AuthorizationServer, ClientMethod, Place, Served, User};
use anyrfc_websocket::{Message, proto::OwnedEvent};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    oauth::{SECRET, arguments, server, shown_once},
    support::{LIMIT, Ran, Telling},
    ws_end::{listener, open},
};

fn start(command: &str, origin: &str, options: &[&str]) -> Telling {
    Telling::start(&arguments(command, origin, options), &[("ANYRFC_SECRET", SECRET)])
}

/// Asks by device, and has `decide` decide.
async fn by_device(
    server: &AuthorizationServer,
    options: &[&str],
    decide: impl FnOnce(&AuthorizationServer, &str),
) -> Ran {
    let served = Served::plain(server.clone()).unwrap();
    let mut telling = start("device", served.origin(), options);
    served
        .beside(async {
            let told = telling.told("Visit ").await;
            let (page, code) = told.split_once(" and enter ").unwrap();
            assert!(page.ends_with("/device"), "{page}");
            decide(server, code);
            telling.end().await.hides(SECRET)
        })
        .await
}

#[tokio::test]
async fn a_device_is_let_in() {
    let server = server(ClientMethod::None);
    let ran =
        by_device(&server, &["--scope", "mail.read"], AuthorizationServer::approve_device).await.exits(0);
    assert!(ran.json()["refresh_token"].is_string());
    shown_once(&ran);
    server.assert_blameless();
}

#[tokio::test]
async fn a_device_is_not_let_in() {
    let server = server(ClientMethod::Basic(SECRET.into()));
    let options = ["--client-auth", "client_secret_basic"];
    let ran = by_device(&server, &options, AuthorizationServer::deny_device).await.exits(1);
    assert_eq!(ran.says("access_denied").text(), "");
}

#[tokio::test]
async fn a_device_knows_who_has_signed_in() {
    let server = server(ClientMethod::None);
    let ran = by_device(
        &server,
        &["--scope", "openid", "--id-token-alg", "ES256"],
        AuthorizationServer::approve_device,
    )
    .await
    .exits(0);
    let ran = ran.says("signed in as alice");
    assert!(ran.json()["id_token"].is_string());
    shown_once(&ran);
}

/// What the browser does with the callback's URL.
async fn browse(callback: &str) -> String {
    let rest = callback.strip_prefix("http://").unwrap();
    let (authority, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(authority).await.unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).await.unwrap();
    page
}

async fn by_browser(server: &AuthorizationServer, options: &[&str]) -> Ran {
    let served = Served::plain(server.clone()).unwrap();
    let mut telling = start("code", served.origin(), options);
    served
        .beside(async {
            let url = telling.told("Open ").await;
            browse(&server.authorize(&url)).await;
            telling.end().await.hides(SECRET)
        })
        .await
}

#[tokio::test]
async fn a_browser_brings_the_answer() {
    for options in [
        &["--scope", "mail.read"][..],
        &["--scope", "mail.read", "--pushed", "--prompt", "login"],
        &["--scope", "openid mail.read", "--id-token-alg", "ES256", "--parameter", "x=y", "--max-age", "60"],
    ] {
        let server = server(ClientMethod::None);
        let ran = by_browser(&server, options).await.exits(0);
        assert!(ran.json()["access_token"].is_string());
        shown_once(&ran);
        if options.contains(&"openid mail.read") {
            ran.says("signed in as alice");
        }
        assert_eq!(server.count(Place::Par), usize::from(options.contains(&"--pushed")));
        server.assert_blameless();
    }
}

#[tokio::test]
async fn a_user_says_no() {
    let server = server(ClientMethod::None);
    server.configure(|options| options.user = User::Denies);
    let ran = by_browser(&server, &["--scope", "mail.read"]).await.exits(1);
    assert_eq!(ran.says("access_denied").text(), "");
    server.assert_nothing_sent_to(Place::Token);
}

#[tokio::test]
async fn a_user_does_not_come_back() {
    let server = server(ClientMethod::None);
    let served = Served::plain(server.clone()).unwrap();
    let telling = start("code", served.origin(), &["--patience", "0"]);
    assert_eq!(served.beside(telling.end()).await.hides(SECRET).exits(4).text(), "");
}

#[tokio::test]
async fn a_browser_is_run_without_a_shell() {
    // This program is as good a browser as any: it brings the URL to a server.
    let (listener, page) = listener().await;
    let browser = format!("{} ws {page} --send", env!("CARGO_BIN_EXE_anyrfc"));
    let server = server(ClientMethod::None);
    let served = Served::plain(server.clone()).unwrap();
    let options = ["--browser", &browser, "--login-hint", "$(false)'\";"];
    let telling = start("code", served.origin(), &options);
    let ran = served
        .beside(async {
            let mut peer = timeout(LIMIT, open(&listener)).await.unwrap();
            let event = peer.next().await.unwrap();
            let Some(OwnedEvent::Message(Message::Text(url))) = event else { panic!("{event:?}") };
            assert!(url.as_str().contains("login_hint=%24%28false%29%27%22%3B"), "{url:?}");
            browse(&server.authorize(url.as_str())).await;
            telling.end().await.hides(SECRET)
        })
        .await;
    assert!(ran.exits(0).json()["access_token"].is_string());
    // One that is not there is no reason to wait.
    let served = Served::plain(server).unwrap();
    let telling = start("code", served.origin(), &["--browser", "/nowhere/browser --new-window"]);
    served.beside(telling.end()).await.exits(2).says("/nowhere/browser");
}
