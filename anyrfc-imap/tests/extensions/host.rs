//! A server as a function: what it hears and says, plain or compressed.

use anyrfc_core::testing::{MemoryStream, pair, run_virtual};
use anyrfc_imap::{ImapClient, Security, client::Builder, testing::Deflated};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// The server's end of a connection.
pub(crate) struct Host {
    pub(crate) stream: MemoryStream,
    pub(crate) deflated: Option<Deflated>,
    /// Every octet that came.
    pub(crate) raw: Vec<u8>,
    heard: Vec<u8>,
    tag: String,
}

impl Host {
    /// The next line, without its tag where it has one.
    pub(crate) async fn line(&mut self) -> String {
        loop {
            if let Some(end) = self.heard.windows(2).position(|two| two == b"\r\n") {
                let line: Vec<u8> = self.heard.drain(..end + 2).collect();
                let line = String::from_utf8(line[..end].to_vec()).unwrap();
                if line == "DONE" {
                    return line;
                }
                let (tag, rest) = line.split_once(' ').unwrap();
                tag.clone_into(&mut self.tag);
                return rest.to_owned();
            }
            let mut chunk = [0; 4096];
            let count = self.stream.read(&mut chunk).await.unwrap();
            assert!(count > 0, "the client has gone: {:?}", String::from_utf8_lossy(&self.heard));
            self.raw.extend_from_slice(&chunk[..count]);
            match &mut self.deflated {
                None => self.heard.extend_from_slice(&chunk[..count]),
                Some(deflated) => self.heard.extend(deflated.hear(&chunk[..count]).expect("raw deflate")),
            }
        }
    }

    /// What is sent for these lines: `%` stands for the last tag.
    pub(crate) fn octets(&mut self, lines: &str) -> Vec<u8> {
        let text = lines.replace('%', &self.tag);
        match &mut self.deflated {
            None => text.into_bytes(),
            Some(deflated) => deflated.say(text.as_bytes()),
        }
    }

    pub(crate) async fn say(&mut self, lines: &str) {
        let octets = self.octets(lines);
        self.send(&octets).await;
    }

    /// Octets as they are. A client that has gone does not hear them.
    pub(crate) async fn send(&mut self, octets: &[u8]) {
        let _ = self.stream.write_all(octets).await;
    }

    #[track_caller]
    fn expected(line: &str, expected: &str) {
        assert_eq!(line, expected);
    }

    /// Waits for a command, and answers it.
    pub(crate) async fn on(&mut self, command: &str, answer: &str) {
        Self::expected(&self.line().await, command);
        self.say(answer).await;
    }

    /// Agrees to COMPRESS.
    pub(crate) async fn compress(&mut self) {
        self.on("COMPRESS DEFLATE", "% OK DEFLATE active\r\n").await;
        self.deflated = Some(Deflated::new());
    }

    /// Takes a LOGOUT.
    pub(crate) async fn logout(&mut self) {
        self.on("LOGOUT", "* BYE see you\r\n% OK done\r\n").await;
    }
}

pub(crate) fn open_builder() -> Builder {
    ImapClient::builder().security(Security::Plaintext)
}

/// Runs a server that lets anybody in, with these capabilities, and a client; what the client returns.
pub(crate) fn hosted<T>(
    capabilities: &str,
    host: impl AsyncFnOnce(&mut Host),
    client: impl AsyncFnOnce(MemoryStream) -> T,
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
        let (_, done) = tokio::join!(serving, client(near));
        done
    })
}

/// Connects to where somebody is let in by the server itself.
pub(crate) async fn welcome(stream: MemoryStream) -> ImapClient {
    open_builder().connect_over("imap://mail.example", stream).await.unwrap()
}

/// A mailbox of three messages.
pub(crate) const SELECTED: &str = "* 3 EXISTS\r\n* FLAGS (\\Seen \\Deleted)\r\n\
    * OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 14] ok\r\n\
    % OK [READ-WRITE] done\r\n";
