//! The peers, each in its fast configuration.

use std::net::SocketAddr;

use bytes::Bytes;
use fastwebsockets::{FragmentCollector, Frame, OpCode, Payload, Role, WebSocket};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, tungstenite};

use super::{
    KIB, MIB, Result,
    session::{Library, Seen, Session, Wire, connected, open},
};
use crate::row::Who;

/// Everybody accepts messages up to so many bytes.
const LIMIT: usize = 64 * MIB;

/// A peer is put on a connection that is open already: what is its own is how that is done.
macro_rules! library {
    ($(#[$doc:meta])* $library:ident, $name:literal, $session:ident, |$stream:ident| $wrap:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(super) struct $library;

        impl Library for $library {
            const WHO: Who = Who::Peer($name);
            type Session<T: Wire> = $session<T>;

            async fn over<T: Wire>(mut stream: T) -> Result<$session<T>> {
                open(&mut stream, "/").await?;
                let $stream = stream;
                Ok($session($wrap))
            }

            async fn connect(server: SocketAddr, path: &str) -> Result<$session<TcpStream>> {
                let $stream = connected(server, path).await?;
                Ok($session($wrap))
            }
        }
    };
}

library!(
    /// With the buffers it recommends for high load, which are its defaults.
    Tungstenite, "tokio-tungstenite", TungsteniteSession,
    |stream| {
        let config = tungstenite::protocol::WebSocketConfig::default()
            .max_message_size(Some(LIMIT))
            .max_frame_size(Some(LIMIT));
        WebSocketStream::from_raw_socket(stream, tungstenite::protocol::Role::Client, Some(config)).await
    }
);

#[derive(Debug)]
pub(super) struct TungsteniteSession<T>(WebSocketStream<T>);

impl<T: Wire> Session for TungsteniteSession<T> {
    type Error = tungstenite::Error;

    #[inline]
    async fn receive(&mut self, seen: &mut Seen) -> Result<()> {
        match self.0.next().await.ok_or("ended")?? {
            tungstenite::Message::Binary(bytes) => seen.look(&bytes),
            tungstenite::Message::Text(text) => seen.look(text.as_str().as_bytes()),
            other => return Err(format!("received {other:?}").into()),
        }
        Ok(())
    }

    #[inline]
    async fn feed(&mut self, payload: &Bytes) -> std::result::Result<(), Self::Error> {
        self.0.feed(tungstenite::Message::Binary(payload.clone())).await
    }

    #[inline]
    async fn flush(&mut self) -> std::result::Result<(), Self::Error> {
        self.0.flush().await
    }
}

library!(
    /// With 64 KiB gathered before a write, and no message cut into frames.
    TokioWebsockets, "tokio-websockets", TokioWebsocketsSession,
    |stream| {
        let config = tokio_websockets::Config::default().flush_threshold(64 * KIB).frame_size(LIMIT);
        tokio_websockets::ClientBuilder::new().config(config).take_over(stream)
    }
);

#[derive(Debug)]
pub(super) struct TokioWebsocketsSession<T>(tokio_websockets::WebSocketStream<T>);

impl<T: Wire> Session for TokioWebsocketsSession<T> {
    type Error = tokio_websockets::Error;

    #[inline]
    async fn receive(&mut self, seen: &mut Seen) -> Result<()> {
        let message = self.0.next().await.ok_or("ended")??;
        if let Some(text) = message.as_text() {
            seen.look(text.as_bytes());
        } else if message.is_binary() {
            seen.look(message.as_payload());
        } else {
            return Err(format!("received {message:?}").into());
        }
        Ok(())
    }

    #[inline]
    async fn feed(&mut self, payload: &Bytes) -> std::result::Result<(), Self::Error> {
        self.0.feed(tokio_websockets::Message::binary(payload.clone())).await
    }

    #[inline]
    async fn flush(&mut self) -> std::result::Result<(), Self::Error> {
        self.0.flush().await
    }
}

library!(
    /// Without hyper below it, which is faster, and with its own collector of fragments.
    FastWebsockets, "fastwebsockets", FastWebsocketsSession,
    |stream| {
        let mut socket = WebSocket::after_handshake(stream, Role::Client);
        socket.set_max_message_size(LIMIT);
        FragmentCollector::new(socket)
    }
);

pub(super) struct FastWebsocketsSession<T>(FragmentCollector<T>);

impl<T: Wire> Session for FastWebsocketsSession<T> {
    type Error = fastwebsockets::WebSocketError;

    #[inline]
    async fn receive(&mut self, seen: &mut Seen) -> Result<()> {
        let frame = self.0.read_frame().await?;
        match frame.opcode {
            OpCode::Binary | OpCode::Text => seen.look(&frame.payload),
            _ => return Err("received something else".into()),
        }
        Ok(())
    }

    #[inline]
    async fn feed(&mut self, payload: &Bytes) -> std::result::Result<(), Self::Error> {
        self.0.write_frame(Frame::binary(Payload::Borrowed(payload))).await
    }

    #[inline]
    async fn flush(&mut self) -> std::result::Result<(), Self::Error> {
        Ok(())
    }
}

library!(
    /// Its defaults are its fast configuration: strict, and gathering writes.
    Sockudo, "sockudo-ws", SockudoSession,
    |stream| {
        let config = sockudo_ws::Config::builder().max_payload_length(LIMIT).build();
        sockudo_ws::WebSocketStream::client(stream, config)
    }
);

pub(super) struct SockudoSession<T>(sockudo_ws::WebSocketStream<T>);

impl<T: Wire> Session for SockudoSession<T> {
    type Error = sockudo_ws::Error;

    #[inline]
    async fn receive(&mut self, seen: &mut Seen) -> Result<()> {
        match self.0.next().await.ok_or("ended")?? {
            sockudo_ws::Message::Binary(bytes) | sockudo_ws::Message::Text(bytes) => seen.look(&bytes),
            other => return Err(format!("received {other:?}").into()),
        }
        Ok(())
    }

    #[inline]
    async fn feed(&mut self, payload: &Bytes) -> std::result::Result<(), Self::Error> {
        self.0.feed(sockudo_ws::Message::Binary(payload.clone())).await
    }

    #[inline]
    async fn flush(&mut self) -> std::result::Result<(), Self::Error> {
        self.0.flush().await
    }
}

library!(
    /// Messages are compressed at level 1, as by all others, and refer to those before.
    SockudoDeflated, "sockudo-ws", SockudoDeflatedSession,
    |stream| {
        let config = sockudo_ws::Config::builder().max_payload_length(LIMIT).build();
        let deflate =
            sockudo_ws::deflate::DeflateConfig { compression_level: 1, ..Default::default() };
        sockudo_ws::CompressedWebSocketStream::client(stream, config, deflate)
    }
);

pub(super) struct SockudoDeflatedSession<T>(sockudo_ws::CompressedWebSocketStream<T>);

impl<T: Wire> Session for SockudoDeflatedSession<T> {
    type Error = sockudo_ws::Error;

    #[inline]
    async fn receive(&mut self, seen: &mut Seen) -> Result<()> {
        match self.0.next().await.ok_or("ended")?? {
            sockudo_ws::Message::Binary(bytes) | sockudo_ws::Message::Text(bytes) => seen.look(&bytes),
            other => return Err(format!("received {other:?}").into()),
        }
        Ok(())
    }

    #[inline]
    async fn feed(&mut self, payload: &Bytes) -> std::result::Result<(), Self::Error> {
        self.0.feed(sockudo_ws::Message::Binary(payload.clone())).await
    }

    #[inline]
    async fn flush(&mut self) -> std::result::Result<(), Self::Error> {
        self.0.flush().await
    }
}

library!(
    /// Messages are compressed at level 1, as by all others, and refer to those before.
    YawcDeflated, "yawc", YawcSession,
    |stream| {
        let options = yawc::Options::default()
            .with_limits(LIMIT, 2 * LIMIT)
            .with_read_buffer_capacity(128 * KIB)
            .with_backpressure_boundary(64 * KIB)
            .with_utf8()
            .with_low_latency_compression();
        let agreed = Some("permessage-deflate");
        yawc::WebSocket::from_stream_with_extensions(stream, yawc::Role::Client, agreed, options)?
    }
);

library!(
    /// With the buffers of its own benchmarks, and UTF-8 checked.
    Yawc, "yawc", YawcSession,
    |stream| {
        let options = yawc::Options::default()
            .with_limits(LIMIT, 2 * LIMIT)
            .with_read_buffer_capacity(128 * KIB)
            .with_backpressure_boundary(64 * KIB)
            .with_utf8();
        yawc::WebSocket::from_stream(stream, yawc::Role::Client, options)?
    }
);

pub(super) struct YawcSession<T>(yawc::WebSocket<T>);

impl<T: Wire> Session for YawcSession<T> {
    type Error = yawc::WebSocketError;

    #[inline]
    async fn receive(&mut self, seen: &mut Seen) -> Result<()> {
        let frame = self.0.next_frame().await?;
        match frame.opcode() {
            yawc::OpCode::Binary | yawc::OpCode::Text => seen.look(frame.payload()),
            other => return Err(format!("received {other:?}").into()),
        }
        Ok(())
    }

    #[inline]
    async fn feed(&mut self, payload: &Bytes) -> std::result::Result<(), Self::Error> {
        self.0.feed(yawc::Frame::binary(payload.clone())).await
    }

    #[inline]
    async fn flush(&mut self) -> std::result::Result<(), Self::Error> {
        self.0.flush().await
    }
}
