//! Says hello to an echo server and shows what comes back.
//!
//! ```console
//! $ cargo run --example echo                         # an embedded server, with TLS
//! $ cargo run --example echo wss://echo.example/     # the server of your choice
//! ```

use std::error::Error;

use anyrfc_websocket::{CloseCode, CloseFrame, Message, WebSocketClient, testing::EchoServer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(std::env::args().nth(1)).await
}

/// Talks to the server at `url`, or to one of our own.
pub(crate) async fn run(url: Option<String>) -> Result<(), Box<dyn Error>> {
    let embedded = EchoServer::start_tls().await?;
    let mut builder = WebSocketClient::builder();
    if url.is_none() {
        // Its certificate was made a moment ago: nobody but us trusts it.
        builder = builder.tls(embedded.client_tls().ok_or("the embedded server has TLS")?);
    }
    let url = url.unwrap_or_else(|| embedded.url());

    let mut client = builder.connect(&url).await?;
    println!("connected to {url}");
    if let Some(tls) = client.tls_info() {
        println!("secured by {} with {}", tls.version.unwrap_or("?"), tls.cipher_suite.unwrap_or("?"));
    }

    for text in ["hello", "größer", "👋"] {
        client.send_text(text).await?;
    }
    client.ping("are you there").await?;
    let mut pong = false;
    let mut texts = 0;
    while texts < 3 || !pong {
        match client.next().await? {
            Some(Message::Text(text)) => {
                println!("echoed: {text}");
                texts += 1;
            }
            Some(Message::Pong(payload)) => {
                println!("pong: {}", payload.escape_ascii());
                pong = true;
            }
            Some(Message::Close(frame)) => return Err(format!("the server closed: {frame:?}").into()),
            Some(_) => {}
            None => return Err("the server ended the connection".into()),
        }
    }

    let answer = client.close_with(CloseFrame::new(CloseCode::NORMAL, "that was all")?).await?;
    println!("closed: {answer:?}");
    Ok(())
}
