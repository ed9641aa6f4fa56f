//! Sends its second argument to the echo server of its first:
//! `cargo run --example echo localhost:7 hello`.

use anyrfc_imap::{ImapClient, Payload};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(text)) = (arguments.next(), arguments.next()) else {
        return Err("usage: echo ADDRESS TEXT".into());
    };
    let mut client = ImapClient::from_stream(tokio::net::TcpStream::connect(address).await?);
    let echo = client.echo(&Payload::new(text)?).await?;
    println!("{}", echo.escape_ascii());
    client.close().await?;
    Ok(())
}
