//! Our side of a case, as an application would write it.

use anyrfc_websocket::{Deflate, Error, WebSocketClient};

/// Offers compression, and sends every text and binary message back until the connection is over.
///
/// An error is what most cases are about: the suite decides whether it is the right one.
pub(super) async fn echo(url: &str) -> Result<(), Error> {
    let mut client = WebSocketClient::builder().compression(Deflate::default()).connect(url).await?;
    while let Some(message) = client.next().await? {
        if message.is_data() {
            client.send(message).await?;
        }
    }
    Ok(())
}

/// What the suite answers to a question; it closes the connection after that.
pub(super) async fn ask(url: &str) -> Result<String, Error> {
    let mut client = WebSocketClient::connect(url).await?;
    let mut answer = String::new();
    while let Some(message) = client.next().await? {
        if let Some(text) = message.as_text() {
            text.clone_into(&mut answer);
        }
    }
    Ok(answer)
}
