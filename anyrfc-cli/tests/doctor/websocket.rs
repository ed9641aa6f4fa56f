//! WebSocket servers.

use anyrfc_websocket::testing::EchoServer;

use super::{
    planted::{Plant, Planted},
    support::{Found, doctor},
};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_broken_by_our_own_server() {
    let server = EchoServer::start().await.unwrap();
    let found = Found::of(&server.url(), &[]).await;
    found.assert_broken("our server", &[]);
    assert_eq!(found.code, 0);
    println!("{:#}", found.report);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_broken_where_nothing_is_planted() {
    let server = Planted::start(&[]).await;
    let found = Found::of(server.url(), &[]).await;
    println!("{:#}", found.report);
    found.assert_broken("nothing planted", &[]);
    assert_eq!(found.code, 0);
}
