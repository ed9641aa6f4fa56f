//! A conversation with an IMAP server, in which every response is judged.

use anyrfc_imap::{rfc7888, rfc9051};

use super::{
    super::{
        probe::Probe,
        subject::{Subject, unable},
        wire::Wire,
    },
    book::Book,
    response::{Answer, Response, Status, announced, trimmed},
};
use crate::exit::Failure;

/// The largest literal that is read.
const LITERAL_MAX: usize = 1 << 20;
/// How many responses may come upon one command.
const RESPONSES_MAX: usize = 10_000;

/// A connection, and what was asked on it.
pub(super) struct Talk {
    wire: Wire,
    /// Which RFC responses are judged by; none yet when the server has not said.
    book: Option<Book>,
    tags: u32,
    /// Whether the server may close: it has said BYE.
    may_end: bool,
}

impl Talk {
    /// Connects and reads the greeting.
    pub(super) async fn connect(
        subject: &Subject,
        book: Option<Book>,
        probe: &mut Probe<'_>,
    ) -> Result<(Self, Response), Failure> {
        let wire = subject.open().await?;
        // A server that turns the doctor away by closing has told nothing.
        let mut talk = Self { wire, book, tags: 0, may_end: true };
        let greeting = talk.response(probe).await?;
        talk.may_end = greeting.is("BYE");
        Ok((talk, greeting))
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
        let tag = self.tag();
        let command = [tag.as_bytes(), b" STARTTLS\r\n", injected].concat();
        self.wire.send(&command).await?;
        let answer = self.answer(&tag, probe).await?;
        if !answer.is_ok() {
            return Err(unable(format!("no STARTTLS: {}", answer.text.escape_ascii())));
        }
        let (wire, _) = self.wire.secure(subject.tls(), subject.host()).await?;
        Ok(Self { wire, book: self.book, tags: self.tags, may_end: false })
    }

    /// Sends a command under a tag of its own, and reads up to its end.
    pub(super) async fn ask(&mut self, probe: &mut Probe<'_>, command: &str) -> Result<Answer, Failure> {
        let tag = self.tag();
        self.wire.send(format!("{tag} {command}\r\n").as_bytes()).await?;
        self.answer(&tag, probe).await
    }

    /// The same with a secret in it: the report shows `shown`.
    pub(super) async fn ask_secretly(
        &mut self,
        probe: &mut Probe<'_>,
        command: &str,
        shown: &str,
    ) -> Result<Answer, Failure> {
        let tag = self.tag();
        let (secret, shown) = (format!("{tag} {command}\r\n"), format!("{tag} {shown}\r\n"));
        self.wire.send_shown(secret.as_bytes(), shown.as_bytes()).await?;
        self.answer(&tag, probe).await
    }

    /// Sends a command that waits for a continuation: the request, or the end without one.
    pub(super) async fn begin(
        &mut self,
        probe: &mut Probe<'_>,
        command: &str,
    ) -> Result<(String, Result<Response, Answer>), Failure> {
        let tag = self.tag();
        self.wire.send(format!("{tag} {command}\r\n").as_bytes()).await?;
        let mut untagged = Vec::new();
        for _ in 0..RESPONSES_MAX {
            let response = self.response(probe).await?;
            if response.octets.starts_with(b"+") {
                return Ok((tag, Ok(response)));
            }
            match self.end_of(&tag, &response, probe) {
                Some((status, text)) => return Ok((tag, Err(Answer { untagged, status, text }))),
                None => untagged.push(response),
            }
        }
        Err(unable("the server says too much"))
    }

    /// A tag that was not used yet.
    pub(super) fn tag(&mut self) -> String {
        self.tags += 1;
        format!("dR{}", self.tags)
    }

    /// Sends octets, whose answers are still to be read.
    pub(super) async fn send(&mut self, octets: &[u8]) -> Result<(), Failure> {
        self.wire.send(octets).await
    }

    /// Reads up to the end of the command with this tag.
    pub(super) async fn answer(&mut self, tag: &str, probe: &mut Probe<'_>) -> Result<Answer, Failure> {
        let mut untagged = Vec::new();
        for _ in 0..RESPONSES_MAX {
            let response = self.response(probe).await?;
            if response.octets.starts_with(b"+") {
                // Nothing here waits for one.
                if let Some(book) = self.book {
                    let requirement = rfc9051::CONTINUATION_ANSWERS_AN_INCOMPLETE_COMMAND;
                    book.broken(probe, requirement, &self.wire.exchange());
                }
                continue;
            }
            match self.end_of(tag, &response, probe) {
                Some((status, text)) => return Ok(Answer { untagged, status, text }),
                None => untagged.push(response),
            }
        }
        Err(unable("the server says too much"))
    }

    /// How a tagged response ends the command, where it is one.
    fn end_of(&self, tag: &str, response: &Response, probe: &mut Probe<'_>) -> Option<(Status, Vec<u8>)> {
        if response.octets.starts_with(b"* ") {
            return None;
        }
        let mut words = response.body().splitn(3, |byte| *byte == b' ');
        let (found, word) = (words.next()?, words.next()?);
        let status = match &word.to_ascii_uppercase()[..] {
            b"OK" => Status::Ok,
            b"NO" => Status::No,
            b"BAD" => Status::Bad,
            _ => return None,
        };
        if let Some(book) = self.book {
            let requirement = rfc9051::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND;
            book.judge(probe, requirement, found == tag.as_bytes(), &self.wire.exchange());
        }
        Some((status, words.next().unwrap_or_default().to_vec()))
    }

    /// Reads a response, with its literals.
    pub(super) async fn response(&mut self, probe: &mut Probe<'_>) -> Result<Response, Failure> {
        let mut response = Response::default();
        loop {
            let line = match self.wire.line().await {
                Ok(Some(line)) => line,
                outcome => return Err(self.dropped(probe, outcome.err())),
            };
            self.judge_line(&line, response.octets.is_empty(), probe);
            response.octets.extend_from_slice(&line);
            // A text may end like the announcement of a literal.
            let is_status =
                response.is("OK") || response.is("NO") || response.is("BAD") || response.is("BYE");
            let Some(length) = announced(&line).filter(|_| response.octets.starts_with(b"* ") && !is_status)
            else {
                break;
            };
            let literal = self.wire.exactly(length, LITERAL_MAX).await?.to_vec();
            response.octets.extend_from_slice(&literal);
            response.literals.push(literal);
        }
        self.may_end |= response.is("BYE");
        Ok(response)
    }

    fn judge_line(&self, line: &[u8], begins: bool, probe: &mut Probe<'_>) {
        let Some(book) = self.book else { return };
        book.judge(probe, rfc9051::LINES_END_IN_CRLF, line.ends_with(b"\r\n"), line);
        if begins {
            let word = trimmed(line).split(|byte| *byte == b' ').next().unwrap_or_default();
            let tag = |byte: &u8| byte.is_ascii_graphic() && !b"(){%*\"\\+".contains(byte);
            let known = matches!(word, b"*" | b"+") || !word.is_empty() && word.iter().all(tag);
            book.judge(probe, rfc9051::RESPONSE_BEGINS_WITH_A_KNOWN_TOKEN, known, line);
        }
        if trimmed(line).ends_with(b"+}") && announced(line).is_some() {
            let requirement =
                book.pick(rfc9051::SERVER_LITERALS_HAVE_NO_PLUS, rfc7888::SERVER_LITERALS_HAVE_NO_PLUS);
            probe.broken(requirement, line);
        }
    }

    /// The connection is gone.
    fn dropped(&self, probe: &mut Probe<'_>, why: Option<Failure>) -> Failure {
        if let Some(book) = self.book.filter(|_| !self.may_end) {
            let requirement = book.pick(
                rfc9051::SERVER_SAYS_BYE_BEFORE_CLOSING,
                anyrfc_imap::rfc3501::SERVER_SAYS_BYE_BEFORE_CLOSING,
            );
            probe.broken(requirement, &self.wire.exchange());
        }
        why.unwrap_or_else(|| unable("the server closed the connection"))
    }

    /// What was said last, on both sides.
    pub(super) fn seen(&self) -> Vec<u8> {
        self.wire.exchange()
    }

    /// Whether the server closes now.
    pub(super) async fn closes(&mut self) -> bool {
        self.wire.closes(4096).await
    }

    /// The server closes, or may do so without a word.
    pub(super) fn lets_end(&mut self) {
        self.may_end = true;
    }

    /// Ends the session; what comes of that is of no concern.
    pub(super) async fn logout(mut self, probe: &mut Probe<'_>) {
        self.may_end = true;
        let _ = self.ask(probe, "LOGOUT").await;
    }
}
