//! A conversation with a mail server, in which every reply is judged.

use anyrfc_smtp::rfc5321;

use super::{
    super::{
        probe::Probe,
        subject::{Subject, unable},
        wire::Wire,
    },
    facts::{Facts, Keywords},
    reply::{Answers, Form, Line, Reply},
};
use crate::exit::Failure;

/// The name under which the doctor says hello: it has no other.
const NAME: &str = "[127.0.0.1]";

/// A connection, and what the server has said on it.
pub(super) struct Talk {
    wire: Wire,
    form: Form,
    /// Whether the server may close: it has said 421, or QUIT was sent.
    may_end: bool,
    logged_in: bool,
}

impl Talk {
    /// Connects and reads the greeting.
    pub(super) async fn connect(subject: &Subject, probe: &mut Probe<'_>) -> Result<(Self, Reply), Failure> {
        let wire = subject.open().await?;
        // A server that turns the doctor away by closing has told nothing.
        let mut talk = Self { wire, form: Form::default(), may_end: true, logged_in: false };
        let greeting = talk.reply(probe, Answers::Hello).await?;
        talk.may_end = false;
        Ok((talk, greeting))
    }

    /// Connects, secures the connection where that can be done, and says hello.
    ///
    /// # Errors
    /// The server cannot be reached, or does not let the doctor in.
    pub(super) async fn ready(
        subject: &Subject,
        facts: &Facts,
        probe: &mut Probe<'_>,
    ) -> Result<Self, Failure> {
        let (mut talk, greeting) = Self::connect(subject, probe).await?;
        if !greeting.is_positive() {
            return Err(turned_away(&greeting));
        }
        if facts.starts_tls {
            talk.hello(facts, probe).await?;
            talk = talk.secure(subject, probe, b"").await?;
        }
        talk.hello(facts, probe).await?;
        Ok(talk)
    }

    /// Says EHLO, or what there is in its place; `None` where the server does not know it.
    pub(super) async fn hello(
        &mut self,
        facts: &Facts,
        probe: &mut Probe<'_>,
    ) -> Result<Option<Keywords>, Failure> {
        let (reply, keywords) = self.hello_by(facts.flavour.hello(), probe).await?;
        if keywords.is_some() {
            return Ok(keywords);
        }
        if reply.class() == 4 {
            return Err(turned_away(&reply));
        }
        self.ask(probe, &format!("HELO {NAME}")).await?;
        Ok(None)
    }

    /// Says hello by this verb.
    pub(super) async fn hello_by(
        &mut self,
        verb: &str,
        probe: &mut Probe<'_>,
    ) -> Result<(Reply, Option<Keywords>), Failure> {
        self.send(format!("{verb} {NAME}\r\n").as_bytes(), probe).await?;
        let reply = self.reply(probe, Answers::Hello).await?;
        if !reply.is_positive() {
            return Ok((reply, None));
        }
        let keywords = Keywords::read(&reply);
        self.form = Form { enhanced: keywords.has("ENHANCEDSTATUSCODES"), utf8: keywords.has("SMTPUTF8") };
        Ok((reply, Some(keywords)))
    }

    /// STARTTLS, with octets behind it that nobody may act on.
    ///
    /// # Errors
    /// The server refuses, or the handshake fails.
    pub(super) async fn secure(
        mut self,
        subject: &Subject,
        probe: &mut Probe<'_>,
        injected: &[u8],
    ) -> Result<Self, Failure> {
        self.send(&[b"STARTTLS\r\n", injected].concat(), probe).await?;
        let reply = self.reply(probe, Answers::Command).await?;
        if reply.code() != 220 {
            return Err(unable(format!("no STARTTLS: {}", reply.bytes().trim_ascii_end().escape_ascii())));
        }
        let (wire, _) = self.wire.secure(subject.tls(), subject.host()).await?;
        Ok(Self { wire, form: Form::default(), may_end: false, logged_in: false })
    }

    /// Sends a command, and reads the reply.
    pub(super) async fn ask(&mut self, probe: &mut Probe<'_>, command: &str) -> Result<Reply, Failure> {
        self.ask_bytes(probe, format!("{command}\r\n").as_bytes()).await
    }

    /// Sends these octets, which are one command, and reads the reply.
    pub(super) async fn ask_bytes(&mut self, probe: &mut Probe<'_>, octets: &[u8]) -> Result<Reply, Failure> {
        self.send(octets, probe).await?;
        self.reply(probe, answers(octets)).await
    }

    /// Sends a command with a secret in it: the report shows `shown`.
    pub(super) async fn ask_secretly(
        &mut self,
        probe: &mut Probe<'_>,
        octets: &[u8],
        shown: &[u8],
    ) -> Result<Reply, Failure> {
        self.alone(probe).await;
        self.wire.send_shown(octets, shown).await?;
        self.reply(probe, Answers::Command).await
    }

    /// Sends octets, whose replies are still to be read.
    pub(super) async fn send(&mut self, octets: &[u8], probe: &mut Probe<'_>) -> Result<(), Failure> {
        self.alone(probe).await;
        if octets.eq_ignore_ascii_case(b"QUIT\r\n") {
            self.may_end = true;
        }
        self.wire.send(octets).await
    }

    /// Reads a reply.
    pub(super) async fn reply(&mut self, probe: &mut Probe<'_>, answers: Answers) -> Result<Reply, Failure> {
        let mut reply = Reply::default();
        loop {
            let line = match self.wire.line().await {
                Ok(Some(line)) => line,
                outcome => return Err(self.dropped(probe, outcome.err())),
            };
            match reply.add(line) {
                Line::Goes => {}
                Line::Ends => break,
                Line::Unreadable => {
                    reply.judge(probe, answers, self.form);
                    return Err(unable(format!(
                        "what came is no reply: {}",
                        reply.bytes().trim_ascii_end().escape_ascii()
                    )));
                }
            }
        }
        reply.judge(probe, answers, self.form);
        self.may_end |= reply.code() == 421;
        Ok(reply)
    }

    /// The connection is gone.
    fn dropped(&self, probe: &mut Probe<'_>, why: Option<Failure>) -> Failure {
        if !self.may_end {
            probe.broken(rfc5321::CONNECTION_IS_NOT_DROPPED, &self.wire.exchange());
        }
        why.unwrap_or_else(|| unable("the server closed the connection"))
    }

    /// Nothing has come that no command asked for; or that is told, and read.
    async fn alone(&mut self, probe: &mut Probe<'_>) {
        let ahead = self.wire.buffered();
        if ahead.is_empty() || ahead.starts_with(b"421") {
            return;
        }
        probe.broken(rfc5321::EVERY_COMMAND_GETS_ONE_REPLY, &self.wire.exchange());
        while self.wire.buffered().contains(&b'\n') {
            if self.wire.line().await.is_err() {
                return;
            }
        }
    }

    /// Sends octets though replies may still be on their way.
    pub(super) async fn send_on(&mut self, octets: &[u8]) -> Result<(), Failure> {
        self.may_end = true;
        self.wire.send(octets).await
    }

    pub(super) fn logged_in(&self) -> bool {
        self.logged_in
    }

    pub(super) fn set_logged_in(&mut self, logged_in: bool) {
        self.logged_in = logged_in;
    }

    /// What was said last, on both sides.
    pub(super) fn seen(&self) -> Vec<u8> {
        self.wire.exchange()
    }

    /// Whether the server closes now.
    pub(super) async fn closes(&mut self) -> bool {
        self.wire.closes(1024).await
    }

    /// Ends the session; what comes of that is of no concern.
    pub(super) async fn quit(mut self, probe: &mut Probe<'_>) {
        let _ = self.ask(probe, "QUIT").await;
    }
}

/// The server does not want to talk.
pub(super) fn turned_away(reply: &Reply) -> Failure {
    unable(format!("the server turns the doctor away: {}", reply.bytes().trim_ascii_end().escape_ascii()))
}

fn answers(command: &[u8]) -> Answers {
    let verb = command.get(..4).unwrap_or_default().to_ascii_uppercase();
    if matches!(&verb[..], b"EHLO" | b"HELO" | b"LHLO") { Answers::Hello } else { Answers::Command }
}
