//! A native app, its port and its browser.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::testing::{AuthorizationServer, Registered};

/// The server, and a native app that registered a port of any number.
pub(super) fn native() -> AuthorizationServer {
    AuthorizationServer::default().client(
        Registered::public("app")
            .redirect_uri("http://127.0.0.1/callback")
            .redirect_uri("http://[::1]/callback"),
    )
}

/// What a browser does with a URL of this machine, and what it is shown.
pub(super) async fn browse(url: &str) -> String {
    let rest = url.strip_prefix("http://").expect("http");
    let (authority, path) = rest.split_once('/').expect("a path");
    let address: SocketAddr = authority.parse().expect("an address and a port");
    ask(address, &format!("GET /{path} HTTP/1.1\r\nHost: {authority}\r\n\r\n")).await
}

/// What is answered to a request; nothing where nobody listens.
pub(super) async fn ask(address: SocketAddr, request: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(address).await else { return String::new() };
    let mut shown = Vec::new();
    // Whoever hangs up has said all.
    if stream.write_all(request.as_bytes()).await.is_ok() {
        let _ = stream.read_to_end(&mut shown).await;
    }
    String::from_utf8(shown).expect("a page")
}
