//! A server written out as a function, for what goes on below the lines: octets as they are on the
//! wire, plain or compressed.

use anyrfc_core::testing::{MemoryStream, pair, run_virtual};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::rev1_client::open;
use crate::{ImapClient, client::Builder, testing::Deflated};

/// The server's end.
pub(super) struct Host {
    stream: MemoryStream,
    /// Since the client and it compress.
    pub(super) deflated: Option<Deflated>,
    /// Every octet that came, as it came.
    pub(super) raw: Vec<u8>,
    heard: Vec<u8>,
    tag: String,
}

impl Host {
    /// The next command without its tag, or a line without one.
    pub(super) async fn line(&mut self) -> String {
        loop {
            if let Some(end) = self.heard.windows(2).position(|two| two == b"\r\n") {
                let line: Vec<u8> = self.heard.drain(..end + 2).collect();
                let line = String::from_utf8_lossy(&line[..end]).into_owned();
                let Some((tag, rest)) = line.split_once(' ') else { return line };
                tag.clone_into(&mut self.tag);
                return rest.to_owned();
            }
            let mut chunk = [0; 4096];
            let count = self.stream.read(&mut chunk).await.expect("readable");
            assert!(count > 0, "the client has gone; left is {:?}", self.heard.escape_ascii().to_string());
            self.raw.extend_from_slice(&chunk[..count]);
            match &mut self.deflated {
                None => self.heard.extend_from_slice(&chunk[..count]),
                Some(deflated) => self.heard.extend(deflated.hear(&chunk[..count]).expect("raw deflate")),
            }
        }
    }

    /// Waits for a command and answers it: `%` stands for its tag.
    pub(super) async fn on(&mut self, command: &str, answer: &str) {
        assert_eq!(self.line().await, command);
        self.say(answer).await;
    }

    /// What is sent for these lines.
    pub(super) fn octets(&mut self, lines: &str) -> Vec<u8> {
        let text = lines.replace('%', &self.tag);
        match &mut self.deflated {
            None => text.into_bytes(),
            Some(deflated) => deflated.say(text.as_bytes()),
        }
    }

    /// Says these lines.
    pub(super) async fn say(&mut self, lines: &str) {
        let octets = self.octets(lines);
        self.send(&octets).await;
    }

    /// Sends octets as they are; a client that has gone misses nothing.
    pub(super) async fn send(&mut self, octets: &[u8]) {
        let _ = self.stream.write_all(octets).await;
    }

    /// Reads to the end, whatever it is.
    pub(super) async fn rest(&mut self) {
        let _ = self.stream.read_to_end(&mut Vec::new()).await;
    }
}

/// Runs a client against a server that lets it in and has these capabilities; what becomes of it.
pub(super) fn hosted<T>(
    capabilities: &str,
    host: impl AsyncFnOnce(&mut Host),
    client: impl AsyncFnOnce(ImapClient) -> T,
) -> T {
    hosted_with(&open(), capabilities, host, client)
}

/// The same with other options.
pub(super) fn hosted_with<T>(
    builder: &Builder,
    capabilities: &str,
    host: impl AsyncFnOnce(&mut Host),
    client: impl AsyncFnOnce(ImapClient) -> T,
) -> T {
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let serving = async {
            let mut server =
                Host { stream: far, deflated: None, raw: Vec::new(), heard: Vec::new(), tag: String::new() };
            server.say(&format!("* PREAUTH [CAPABILITY IMAP4rev1 {capabilities}] hello\r\n")).await;
            host(&mut server).await;
            server
        };
        let working = async {
            let connected = builder.connect_over("imap://mail.example", near).await;
            client(connected.expect("let in")).await
        };
        let (_, done) = tokio::join!(serving, working);
        done
    })
}
