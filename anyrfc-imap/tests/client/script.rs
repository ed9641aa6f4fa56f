//! A server as a script, which takes tags as they come.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use anyrfc_core::testing::{Match, MemoryStream, ScriptedPeer, pair, play, run_virtual};
use anyrfc_imap::{Error, ImapClient, Security, client::Builder};

/// Everything up to the login, for those tests that begin after it.
pub(crate) const GREETING: &str = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello\r\n";

/// What is to be said when: `{tag}` in an answer is the tag of the last command, and
/// `{tag-1}` of the one before.
pub(crate) struct Script {
    peer: ScriptedPeer<MemoryStream>,
    near: MemoryStream,
    tags: Arc<Mutex<Vec<String>>>,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self::with_window(64 << 10)
    }

    /// Over a stream that holds so many bytes each way.
    pub(crate) fn with_window(bytes: usize) -> Self {
        let (near, far) = pair(bytes);
        Self { peer: ScriptedPeer::new(far), near, tags: Arc::default() }
    }

    /// Greets and lets anybody in by PLAIN; from then on these capabilities.
    pub(crate) fn logged_in(capabilities: &str) -> Self {
        Self::new().login(capabilities)
    }

    pub(crate) fn login(self, capabilities: &str) -> Self {
        self.send(GREETING).on(
            "AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls",
            &format!("{{tag}} OK [CAPABILITY IMAP4rev1 {capabilities}] welcome\r\n"),
        )
    }

    /// Sends this as it is.
    pub(crate) fn send(mut self, text: impl AsRef<[u8]>) -> Self {
        self.peer = self.peer.send(text);
        self
    }

    /// Waits for a command, which is this behind its tag, and answers it.
    pub(crate) fn on(self, command: &str, answer: &str) -> Self {
        let (command, answer) = (command.to_owned(), answer.to_owned());
        self.on_line(move |line| if line == command { Ok(answer.clone()) } else { Err(command.clone()) })
    }

    /// Waits for a command, and answers it by what it is.
    pub(crate) fn on_line(
        mut self,
        mut judge: impl FnMut(&str) -> Result<String, String> + Send + 'static,
    ) -> Self {
        let tags = Arc::clone(&self.tags);
        self.peer = self.peer.expect_match(move |received| {
            let Some(end) = received.windows(2).position(|pair| pair == b"\r\n") else { return Match::More };
            let line = String::from_utf8_lossy(&received[..end]).into_owned();
            let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
            let mut tags = tags.lock().unwrap();
            match judge(command) {
                Ok(answer) => {
                    let before = tags.last().cloned().unwrap_or_default();
                    tags.push(tag.to_owned());
                    let answer = answer.replace("{tag}", tag).replace("{tag-1}", &before);
                    Match::Answer(end + 2, answer.into_bytes())
                }
                Err(expected) => Match::Wrong(format!("expected {expected:?}, and there came {command:?}")),
            }
        });
        self
    }

    /// Waits for exactly this, without a tag: a literal, DONE.
    pub(crate) fn raw(mut self, text: impl AsRef<[u8]>) -> Self {
        self.peer = self.peer.expect(text);
        self
    }

    /// Sends this with the tag of the last command.
    pub(crate) fn answer(mut self, text: &str) -> Self {
        let (tags, text) = (Arc::clone(&self.tags), text.to_owned());
        self.peer = self.peer.expect_match(move |_| {
            let tags = tags.lock().unwrap();
            let tag = tags.last().cloned().unwrap_or_default();
            Match::Answer(0, text.replace("{tag}", &tag).into_bytes())
        });
        self
    }

    pub(crate) fn pause(mut self, time: Duration) -> Self {
        self.peer = self.peer.pause(time);
        self
    }

    /// Takes LOGOUT in good order.
    pub(crate) fn logout(self) -> Self {
        self.on("LOGOUT", "* BYE see you\r\n{tag} OK done\r\n")
    }

    /// The rest as core's script has it.
    pub(crate) fn then(
        mut self,
        more: impl FnOnce(ScriptedPeer<MemoryStream>) -> ScriptedPeer<MemoryStream>,
    ) -> Self {
        self.peer = more(self.peer);
        self
    }

    /// Runs a client against it, in virtual time.
    pub(crate) fn play<T>(self, client: impl AsyncFnOnce(MemoryStream) -> T) -> T {
        run_virtual(async { play(self.peer, client(self.near)).await })
    }

    /// The peer and the stream, for those who run them by themselves.
    pub(crate) fn into_parts(self) -> (ScriptedPeer<MemoryStream>, MemoryStream) {
        (self.peer, self.near)
    }
}

/// A builder that speaks plaintext and gives passwords away: the script is the only one who listens.
pub(crate) fn open_builder() -> Builder {
    let policy = anyrfc_sasl::Policy::default()
        .danger_reveal_in_plaintext(anyrfc_sasl::MechanismName::PLAIN)
        .danger_reveal_in_plaintext(anyrfc_sasl::MechanismName::LOGIN);
    ImapClient::builder().security(Security::Plaintext).sasl(policy)
}

/// Connects and logs in.
pub(crate) async fn login(stream: MemoryStream) -> Result<ImapClient, Error> {
    login_with(&open_builder(), stream).await
}

pub(crate) async fn login_with(builder: &Builder, stream: MemoryStream) -> Result<ImapClient, Error> {
    let mut client = builder.connect_over("imap://mail.example", stream).await?;
    client.authenticate(&credentials()).await?;
    Ok(client)
}

pub(crate) fn credentials() -> anyrfc_imap::Credentials {
    anyrfc_imap::Credentials::password("user", "pencil".to_owned())
}

/// A mailbox of three messages.
pub(crate) const SELECTED: &str = "* 3 EXISTS\r\n* FLAGS (\\Seen \\Deleted)\r\n\
    * OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 14] ok\r\n\
    {tag} OK [READ-WRITE] done\r\n";
