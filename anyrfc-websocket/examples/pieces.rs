//! Sends a message larger than one would want to hold, and receives its echo, in pieces.
//!
//! ```console
//! $ cargo run --example pieces            # 64 MiB
//! $ cargo run --example pieces 1000000    # so many bytes
//! ```
//!
//! Neither side holds more than a window of it, which the last line shows.

use std::error::Error;

use anyrfc_websocket::{Kind, WebSocketClient, proto::Config, proto::OwnedEvent, testing};
use tokio::{io::AsyncReadExt as _, net::TcpListener};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(std::env::args().nth(1).map_or(Ok(64 << 20), |size| size.parse())?).await
}

/// Streams `size` bytes up and down again, at the same time.
pub(crate) async fn run(size: u64) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let serving = async {
        let (stream, _) = listener.accept().await?;
        serve(stream).await
    };
    let client = async {
        let client = WebSocketClient::connect(&format!("ws://{address}/")).await?;
        stream(client, size).await
    };
    tokio::try_join!(serving, client).map(drop)
}

async fn stream(mut client: WebSocketClient, size: u64) -> Result<(), Box<dyn Error>> {
    // Anything that is an `AsyncRead` will do: a file, a pipe, another connection.
    let mut source = tokio::io::repeat(b'.').take(size);
    let mut message = client.writer(Kind::Binary);
    tokio::io::copy(&mut source, &mut message).await?;
    message.finish().await?;
    println!("sent {size} bytes");

    let mut message = client.next_reader().await?.ok_or("no answer")?;
    let mut pieces = 0_u64;
    let mut received = 0_u64;
    while let Some(piece) = message.chunk().await? {
        pieces += 1;
        received += u64::try_from(piece.len())?;
    }
    println!("received {received} bytes in {pieces} pieces");
    if received != size {
        return Err("that is not what was sent".into());
    }
    println!("holding {} KiB", client.buffer_capacity() >> 10);
    client.close().await?;
    Ok(())
}

/// A server that counts what it gets, and then sends as much.
async fn serve(stream: tokio::net::TcpStream) -> Result<(), Box<dyn Error>> {
    let mut server = testing::accept(stream, Config::default());
    server.command().0.deliver(anyrfc_websocket::proto::Delivery::Chunks);
    let mut size = 0;
    while let Some(event) = server.next().await? {
        let OwnedEvent::Chunk(chunk) = event else { continue };
        size += chunk.data.len();
        if !chunk.last {
            continue;
        }
        let piece = vec![b'.'; 64 << 10];
        loop {
            let part = piece.get(..size).unwrap_or(&piece);
            size -= part.len();
            let (connection, out) = server.command();
            connection.send_part(out, Kind::Binary, part, size == 0)?;
            server.flush().await?;
            if size == 0 {
                break;
            }
        }
    }
    Ok(())
}
