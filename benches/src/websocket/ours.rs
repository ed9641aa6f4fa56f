//! Our client, used as its documentation says.

use std::{future::Future, net::SocketAddr};

use anyrfc_websocket::{Deflate, Message, MessageRef, WebSocketClient};
use bytes::Bytes;
use tokio::net::TcpStream;

use super::{
    Result,
    session::{Library, Seen, Session, Wire},
};
use crate::row::Who;

/// Messages are received owned.
#[derive(Debug)]
pub(super) struct Ours(WebSocketClient);

/// Messages are received borrowed.
#[derive(Debug)]
pub(super) struct Borrowed(WebSocketClient);

/// Messages are compressed, and refer to those before.
#[derive(Debug)]
pub(super) struct Deflated(Ours);

async fn over<T: Wire>(stream: T) -> Result<WebSocketClient> {
    Ok(WebSocketClient::builder().connect_over("ws://bench/", stream).await?)
}

async fn connect(server: SocketAddr, path: &str) -> Result<WebSocketClient> {
    Ok(WebSocketClient::connect(&format!("ws://{server}{path}")).await?)
}

impl Library for Ours {
    const WHO: Who = Who::Ours;
    type Session<T: Wire> = Self;

    async fn over<T: Wire>(stream: T) -> Result<Self> {
        over(stream).await.map(Self)
    }

    async fn connect(server: SocketAddr, path: &str) -> Result<Self::Session<TcpStream>> {
        connect(server, path).await.map(Self)
    }
}

impl Session for Ours {
    type Error = anyrfc_websocket::Error;

    #[inline]
    async fn receive(&mut self, seen: &mut Seen) -> Result<()> {
        match self.0.next().await? {
            Some(Message::Binary(bytes)) => seen.look(&bytes),
            Some(Message::Text(text)) => seen.look(text.as_str().as_bytes()),
            other => return Err(format!("received {other:?}").into()),
        }
        Ok(())
    }

    #[inline]
    fn feed(&mut self, payload: &Bytes) -> impl Future<Output = std::result::Result<(), Self::Error>> {
        self.0.feed(Message::Binary(payload.clone()))
    }

    #[inline]
    fn flush(&mut self) -> impl Future<Output = std::result::Result<(), Self::Error>> {
        self.0.flush()
    }
}

impl Library for Borrowed {
    const WHO: Who = Who::Ours;
    type Session<T: Wire> = Self;

    async fn over<T: Wire>(stream: T) -> Result<Self> {
        over(stream).await.map(Self)
    }

    async fn connect(server: SocketAddr, path: &str) -> Result<Self::Session<TcpStream>> {
        connect(server, path).await.map(Self)
    }
}

impl Session for Borrowed {
    type Error = anyrfc_websocket::Error;

    #[inline]
    async fn receive(&mut self, seen: &mut Seen) -> Result<()> {
        match self.0.next_ref().await? {
            Some(MessageRef::Binary(bytes)) => seen.look(bytes),
            Some(MessageRef::Text(text)) => seen.look(text.as_str().as_bytes()),
            other => return Err(format!("received {other:?}").into()),
        }
        Ok(())
    }

    #[inline]
    fn feed(&mut self, payload: &Bytes) -> impl Future<Output = std::result::Result<(), Self::Error>> {
        self.0.feed_ref(payload)
    }

    #[inline]
    fn flush(&mut self) -> impl Future<Output = std::result::Result<(), Self::Error>> {
        self.0.flush()
    }
}

impl Library for Deflated {
    const WHO: Who = Who::Ours;
    type Session<T: Wire> = Self;

    async fn over<T: Wire>(stream: T) -> Result<Self> {
        let builder = WebSocketClient::builder().compression(Deflate::default());
        let client = builder.connect_over("ws://bench/", stream).await?;
        agreed(client)
    }

    async fn connect(server: SocketAddr, path: &str) -> Result<Self::Session<TcpStream>> {
        let builder = WebSocketClient::builder().compression(Deflate::default());
        let client = builder.connect(&format!("ws://{server}{path}")).await?;
        agreed(client)
    }
}

fn agreed(client: WebSocketClient) -> Result<Deflated> {
    client.compression().ok_or("no compression was agreed on")?;
    Ok(Deflated(Ours(client)))
}

impl Session for Deflated {
    type Error = anyrfc_websocket::Error;

    #[inline]
    fn receive(&mut self, seen: &mut Seen) -> impl Future<Output = Result<()>> {
        self.0.receive(seen)
    }

    #[inline]
    fn feed(&mut self, payload: &Bytes) -> impl Future<Output = std::result::Result<(), Self::Error>> {
        self.0.feed(payload)
    }

    #[inline]
    fn flush(&mut self) -> impl Future<Output = std::result::Result<(), Self::Error>> {
        self.0.flush()
    }
}
