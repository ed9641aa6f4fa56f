//! Keep-alive and deadlines through the client, on a virtual clock.

use std::{process::Command, time::Duration};

use anyrfc_core::{DriveError, Driver, ErrorKind, testing::pair};
use anyrfc_websocket::{
    CloseCode, End, EndedBy, Error, KeepAlive, Kind, Message, Waited, WebSocketClient,
    proto::{Config, Connection, OwnedEvent},
    testing::{EchoServer, accept, echo},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::{Instant, sleep, timeout},
};

const SECOND: Duration = Duration::from_secs(1);

fn keep_alive() -> KeepAlive {
    KeepAlive::every(10 * SECOND).timeout(3 * SECOND)
}

/// How the connection went down in the eyes of the server.
async fn seen<T: AsyncRead + AsyncWrite + Unpin>(
    mut driver: Driver<Connection, T>,
) -> Result<Option<Message>, DriveError<Error>> {
    let mut close = None;
    while let Some(event) = driver.next().await? {
        if let OwnedEvent::Message(message @ Message::Close(_)) = event {
            close = Some(message);
        }
    }
    Ok(close)
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_silence_is_kept_alive() {
    let (near, far) = pair(4096);
    let server = tokio::spawn(echo(far));
    let builder = WebSocketClient::builder().keep_alive(keep_alive()).idle_timeout(15 * SECOND);
    let mut client = builder.connect_over("ws://memory/", near).await.unwrap();
    assert_eq!(client.latency(), None);
    assert!(timeout(3600 * SECOND, client.next()).await.is_err(), "not a word is reported");
    assert_eq!(client.latency(), Some(Duration::ZERO), "virtual time stands still under way");
    client.send_text("still there").await.unwrap();
    assert_eq!(client.next().await.unwrap(), Some(Message::text("still there")));
    assert!(client.end().is_none());
    client.close().await.unwrap();
    server.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_no_ping_is_told_so_and_left() {
    let (near, mut far) = pair(4096);
    let builder = WebSocketClient::builder().keep_alive(keep_alive());
    let opening = tokio::spawn(async move {
        let mut driver = accept(&mut far, Config::default());
        driver.next().await.unwrap();
        driver.flush().await.unwrap();
        drop(driver);
        // Whatever comes is taken, and never answered.
        let mut wire = Vec::new();
        far.read_to_end(&mut wire).await.unwrap();
        wire
    });
    let mut client = builder.connect_over("ws://memory/", near).await.unwrap();
    let start = Instant::now();
    let error = client.next().await.unwrap_err();
    assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, Some(Waited::Pong)));
    assert!(start.elapsed() >= 13 * SECOND && start.elapsed() <= 16 * SECOND, "{:?}", start.elapsed());
    let end = client.end().unwrap();
    assert_eq!(
        (end.by(), end.code(), end.said()),
        (EndedBy::Us, End::ABNORMAL, Some(CloseCode::POLICY_VIOLATION))
    );
    let wire = opening.await.unwrap();
    assert_eq!(wire[0], 0x89, "a ping");
    assert_eq!(wire[2 + 4 + 12], 0x88, "then Close");
    assert_eq!(client.send_text("late").await.unwrap_err().waited_for(), Some(Waited::Pong));
}

#[tokio::test(start_paused = true)]
async fn an_idle_server_is_left_with_1001() {
    let (near, far) = pair(4096);
    let server = tokio::spawn(async move { seen(accept(far, Config::default())).await });
    let builder = WebSocketClient::builder().idle_timeout(5 * SECOND);
    let mut client = builder.connect_over("ws://memory/", near).await.unwrap();
    assert_eq!(client.next().await.unwrap_err().waited_for(), Some(Waited::Traffic));
    let Ok(Some(Message::Close(Some(frame)))) = server.await.unwrap() else { panic!("not told") };
    assert_eq!(
        (frame.code(), frame.reason()),
        (CloseCode::GOING_AWAY, "a single byte did not come within 5s")
    );
}

#[tokio::test(start_paused = true)]
async fn half_a_message_is_waited_for_and_a_caller_that_was_away_is_no_stall() {
    let (near, mut far) = pair(1 << 20);
    let builder = WebSocketClient::builder().message_timeout(5 * SECOND);
    let server = tokio::spawn(async move {
        let mut driver = accept(&mut far, Config::default());
        driver.next().await.unwrap();
        driver.flush().await.unwrap();
        drop(driver);
        far.write_all(b"\x02\x04ab").await.unwrap();
        sleep(SECOND).await;
        far.write_all(b"cd").await.unwrap();
        far
    });
    let mut client = builder.connect_over("ws://memory/", near).await.unwrap();
    let mut reader = client.next_reader().await.unwrap().unwrap();
    assert_eq!(&reader.chunk().await.unwrap().unwrap()[..], b"ab");
    // Long away; meanwhile more has come.
    sleep(1000 * SECOND).await;
    assert_eq!(&reader.chunk().await.unwrap().unwrap()[..], b"cd");
    let start = Instant::now();
    let error = reader.chunk().await.unwrap_err();
    assert_eq!(error.waited_for(), Some(Waited::Message));
    assert!(start.elapsed() >= 5 * SECOND && start.elapsed() < 8 * SECOND, "{:?}", start.elapsed());
    drop(server.await.unwrap());
}

/// The pong was there in time; that nobody looked is not the server's fault.
#[tokio::test(start_paused = true)]
async fn a_caller_that_was_away_does_not_lose_the_connection() {
    let (near, far) = pair(1 << 20);
    tokio::spawn(echo(far));
    let builder = WebSocketClient::builder().keep_alive(keep_alive()).idle_timeout(11 * SECOND);
    let mut client = builder.connect_over("ws://memory/", near).await.unwrap();
    for n in 0..20 {
        // Up to the ping, or a little beyond, then far beyond its deadline.
        let _ = timeout(10 * SECOND + Duration::from_millis(n), client.next()).await;
        sleep(100 * SECOND).await;
        if n % 2 == 0 {
            client.send_text("x").await.unwrap();
            assert_eq!(client.next().await.unwrap(), Some(Message::text("x")));
        } else {
            let quiet = timeout(SECOND, client.next()).await;
            assert!(quiet.is_err(), "{quiet:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn split_halves_keep_it_alive_too() {
    let (near, far) = pair(4096);
    tokio::spawn(echo(far));
    let builder = WebSocketClient::builder().keep_alive(keep_alive());
    let (mut sender, mut receiver) = builder.connect_over("ws://memory/", near).await.unwrap().split();
    assert!(timeout(100 * SECOND, receiver.next()).await.is_err());
    assert!(sender.latency().is_some() && receiver.latency() == sender.latency());
    sender.close(None).await.unwrap();
    while receiver.next().await.unwrap().is_some() {}
    assert_eq!(receiver.end().unwrap().by(), EndedBy::Us);
    assert!(sender.end().unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_large_message_to_a_slow_but_living_peer_takes_its_time() {
    let (near, far) = pair(1000);
    let server = tokio::spawn(async move {
        let mut driver = accept(far, Config::default());
        driver.next().await.unwrap();
        driver.flush().await.unwrap();
        let (_, mut far, _) = driver.into_parts();
        let mut buffer = [0; 1000];
        while far.read(&mut buffer).await.unwrap() > 0 {
            sleep(29 * SECOND).await;
        }
    });
    let mut client = WebSocketClient::builder().connect_over("ws://memory/", near).await.unwrap();
    let mut writer = client.writer(Kind::Binary);
    writer.write(&[0; 100_000]).await.unwrap();
    writer.finish().await.unwrap();
    drop(client);
    server.await.unwrap();
}

/// The environment is asked only when that was asked for, and then at every
/// connection. Another process, because the variables are everybody's.
#[tokio::test]
async fn the_environment_is_asked_on_request() {
    const ROLE: &str = "ANYRFC_TEST_ENVIRONMENT";
    let server = EchoServer::start().await.unwrap();
    if let Ok(url) = std::env::var(ROLE) {
        let error = WebSocketClient::builder().proxy_from_env().connect(&url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert!(!error.to_string().contains("secret"));
        WebSocketClient::connect(&url).await.unwrap().close().await.unwrap();
        return;
    }
    let url = server.url();
    let child = move |name: &str, no_proxy: &str| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "the_environment_is_asked_on_request"]).env(ROLE, &url);
        let output = command.env(name, "ftp://secret@127.0.0.1:1").env("no_proxy", no_proxy).output();
        output.unwrap().status.success()
    };
    let run = move || (child("http_proxy", ""), child("ALL_PROXY", "127.0.0.0/8"), child("https_proxy", ""));
    let (asked, excepted, other) = tokio::task::spawn_blocking(run).await.unwrap();
    // Without a proxy the child connects, which it does not expect.
    assert_eq!((asked, excepted, other), (true, false, false));
}
