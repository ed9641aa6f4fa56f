//! A raw dialogue: bytes as they are, with hard limits, and all of it kept as evidence up to a bound.

use std::time::Duration;

use anyrfc_core::{
    tls::TlsConfig,
    transport::{Buffered, Connection},
};
use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt as _;

use super::subject::unable;
use crate::exit::Failure;

/// The longest line that is read, with its end.
const LINE_MAX: usize = 64 << 10;
/// How much of each direction is kept between two sendings.
const KEPT: usize = 4096;

/// A raw dialogue with a server. A probe's own deadline bounds all waiting.
pub(super) struct Wire {
    stream: Buffered<Connection>,
    /// What was sent last, without secrets.
    asked: Vec<u8>,
    /// What came since.
    said: Vec<u8>,
}

impl Wire {
    pub(super) fn new(connection: Connection) -> Self {
        Self { stream: Buffered::new(connection), asked: Vec::new(), said: Vec::new() }
    }

    /// Sends bytes as they are. What was said before is forgotten as evidence.
    ///
    /// # Errors
    /// The connection ended or failed.
    ///
    /// # Cancel safety
    /// Not cancel-safe: some of the bytes may be gone.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.send_shown(bytes, bytes).await
    }

    /// Sends a secret: the evidence has `shown` in its place.
    ///
    /// # Errors
    /// The connection ended or failed.
    ///
    /// # Cancel safety
    /// Not cancel-safe: some of the bytes may be gone.
    pub(super) async fn send_shown(&mut self, bytes: &[u8], shown: &[u8]) -> Result<(), Failure> {
        self.said.clear();
        self.asked.clear();
        keep(&mut self.asked, shown);
        self.stream.write_all(bytes).await.map_err(ended)?;
        self.stream.flush().await.map_err(ended)
    }

    /// The next line with the end that it has, CRLF or a lone LF; nothing where the server closed.
    /// A last line without an end is handed out as it is.
    ///
    /// # Errors
    /// The connection failed, or the line is endless.
    ///
    /// # Cancel safety
    /// Cancel-safe: what was read is there for the next call.
    pub(super) async fn line(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let line = match self.stream.next_until(b"\n", LINE_MAX).await {
            Ok(None) => return Ok(None),
            Ok(Some(line)) => {
                let mut line = line.to_vec();
                line.push(b'\n');
                line
            }
            Err(error) if error.kind() == anyrfc_core::ErrorKind::Closed => {
                self.stream.read_some(LINE_MAX).await?.to_vec()
            }
            Err(error) => return Err(error.into()),
        };
        keep(&mut self.said, &line);
        Ok(Some(line))
    }

    /// Exactly so many bytes.
    ///
    /// # Errors
    /// They are more than `max`, the connection ended before, or failed.
    ///
    /// # Cancel safety
    /// Cancel-safe: what was read is there for the next call.
    pub(super) async fn exactly(&mut self, count: usize, max: usize) -> Result<Bytes, Failure> {
        let bytes = self.stream.read_exact(count, max).await?;
        keep(&mut self.said, &bytes);
        Ok(bytes)
    }

    /// What is there or arrives next, at most `max` bytes; none where the server closed.
    ///
    /// # Errors
    /// The connection failed.
    ///
    /// # Cancel safety
    /// Cancel-safe: what was read is there for the next call.
    pub(super) async fn some(&mut self, max: usize) -> Result<Bytes, Failure> {
        let bytes = self.stream.read_some(max).await?;
        keep(&mut self.said, &bytes);
        Ok(bytes)
    }

    /// Whether anything comes within `wait`: bytes, or the end.
    ///
    /// # Cancel safety
    /// Cancel-safe: what was read is there for the next call.
    pub(super) async fn arrives(&mut self, wait: Duration) -> bool {
        if !self.stream.buffered().is_empty() {
            return true;
        }
        match tokio::time::timeout(wait, self.stream.read_some(1)).await {
            Ok(Ok(bytes)) if !bytes.is_empty() => {
                self.stream.unread(bytes);
                true
            }
            // What ended says so again.
            Ok(_) => true,
            Err(_) => false,
        }
    }

    /// Whether the server closes after at most `max` more bytes. A reset is an end, too.
    ///
    /// # Cancel safety
    /// Cancel-safe: what was read is kept as evidence.
    pub(super) async fn closes(&mut self, max: usize) -> bool {
        let mut left = max;
        loop {
            match self.some(left.max(1)).await {
                Err(_) => return true,
                Ok(bytes) if bytes.is_empty() => return true,
                Ok(_) if left == 0 => return false,
                Ok(bytes) => left = left.saturating_sub(bytes.len()),
            }
        }
    }

    /// What was read ahead and not handed out.
    pub(super) fn buffered(&self) -> &[u8] {
        self.stream.buffered()
    }

    /// What was sent last and what came since, each line with who said it.
    pub(super) fn exchange(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for (who, bytes) in [("C: ", &self.asked), ("S: ", &self.said)] {
            for line in bytes.split_inclusive(|&byte| byte == b'\n') {
                all.extend_from_slice(who.as_bytes());
                all.extend_from_slice(line);
            }
            if bytes.last().is_some_and(|&last| last != b'\n') {
                all.extend_from_slice(b" ");
            }
        }
        all.truncate(all.trim_ascii_end().len());
        all
    }

    /// TLS over the same connection. What the server sent ahead of it is handed out: nobody may act on it.
    ///
    /// # Errors
    /// The handshake fails.
    ///
    /// # Cancel safety
    /// Not cancel-safe: the connection is gone.
    pub(super) async fn secure(self, tls: &TlsConfig, host: &str) -> Result<(Self, BytesMut), Failure> {
        let (connection, ahead) = self.stream.into_parts();
        let connection = connection.secure(tls, host).await?;
        Ok((Self::new(connection), ahead))
    }
}

fn keep(evidence: &mut Vec<u8>, bytes: &[u8]) {
    let room = KEPT.saturating_sub(evidence.len());
    evidence.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
}

fn ended(error: std::io::Error) -> Failure {
    unable(format!("sending failed: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(bytes: &'static [u8]) -> Wire {
        let (mut server, client) = tokio::io::duplex(1 << 20);
        tokio::spawn(async move {
            let _ = server.write_all(bytes).await;
        });
        Wire::new(Connection::from_stream(client))
    }

    #[tokio::test]
    async fn lines_keep_their_ends() {
        let mut wire = said(b"a\r\nb\nc");
        assert_eq!(wire.line().await.unwrap().unwrap(), b"a\r\n");
        assert_eq!(wire.line().await.unwrap().unwrap(), b"b\n");
        assert_eq!(wire.line().await.unwrap().unwrap(), b"c");
        assert!(wire.line().await.unwrap().is_none());
        assert_eq!(wire.exchange(), b"S: a\r\nS: b\nS: c");
    }

    #[tokio::test]
    async fn a_line_without_an_end_is_an_error() {
        static LONG: [u8; LINE_MAX + 10] = [b'x'; LINE_MAX + 10];
        assert!(said(&LONG).line().await.is_err());
        let mut wire = said(&LONG);
        assert!(!wire.closes(LINE_MAX).await);
        assert_eq!(wire.exchange().len(), "S: ".len() + KEPT);
    }

    #[tokio::test]
    async fn a_secret_is_not_evidence() {
        let mut wire = said(b"+OK\r\n");
        wire.send_shown(b"PASS hunter2\r\n", b"PASS ...\r\n").await.unwrap_or_default();
        assert!(wire.line().await.unwrap().is_some());
        assert_eq!(wire.exchange(), b"C: PASS ...\r\nS: +OK");
        assert!(wire.closes(10).await);
    }
}
