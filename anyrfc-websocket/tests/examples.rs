//! The examples, run against servers of their own.

#[allow(dead_code)]
#[path = "../examples/echo.rs"]
mod echo;
#[path = "../examples/load.rs"]
mod load;
#[allow(dead_code)]
#[path = "../examples/pieces.rs"]
mod pieces;
#[path = "../examples/websocket_realtime.rs"]
mod websocket_realtime;

use anyrfc_websocket::testing::EchoServer;

#[tokio::test]
async fn the_ticker_is_followed_through_a_cut_and_a_restart() {
    let url = websocket_realtime::ticker().await.unwrap();
    let summary = websocket_realtime::follow(&url, u64::MAX).await.unwrap();
    // What was on its way when the connection was cut may be lost, and is counted.
    assert_eq!((summary.connections, summary.measured), (3, true));
    assert_eq!(summary.ticks + summary.missed, 94, "{summary:?}");
    assert!(summary.missed >= 4);
}

#[tokio::test]
async fn it_ends_after_so_many_ticks() {
    let url = websocket_realtime::ticker().await.unwrap();
    let summary = websocket_realtime::follow(&url, 10).await.unwrap();
    assert_eq!((summary.ticks, summary.connections, summary.missed), (10, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_connections() {
    let server = EchoServer::start().await.unwrap();
    let times = load::load(&server.url(), 100, 5).await.unwrap();
    assert_eq!(times.len(), 500);
}

#[tokio::test]
async fn echo_with_the_embedded_server_and_with_a_url() {
    echo::run(None).await.unwrap();
    let server = EchoServer::start().await.unwrap();
    echo::run(Some(server.url())).await.unwrap();
    echo::run(Some("ws://127.0.0.1:1/".into())).await.unwrap_err();
}

#[tokio::test]
async fn pieces_of_any_size() {
    for size in [0, 1, 100_000, 10_000_000] {
        pieces::run(size).await.unwrap();
    }
}
