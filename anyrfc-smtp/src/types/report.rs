//! What became of a message, recipient by recipient.

use super::{Envelope, ForwardPath, Recipient, Reply, ReplyCode};
use crate::Error;

/// What became of a message for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The server has taken responsibility for it, saying so.
    Accepted(Reply),
    /// The server has refused it, saying so: for now, or for good.
    Rejected(Reply),
    /// The server has not got it, for certain: something failed before. The same message may be sent again.
    NotSent,
    /// Nobody knows: all of it was sent, and the connection failed before the server's answer. Sent again,
    /// it may arrive twice (RFC 1047).
    Unknown,
}

impl Outcome {
    /// Whether the server has it.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }

    /// What the server said.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Accepted(reply) | Self::Rejected(reply) => Some(reply),
            Self::NotSent | Self::Unknown => None,
        }
    }

    /// Whether the same message may be sent again later and is worth it: it was refused for now, or not sent at all
    /// (RFC 5321, sections 4.2.1 and 3.8). A 552 is one of the former where it is said of one recipient of
    /// several (section 4.5.3.1.10).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Rejected(reply) => reply.is_transient(),
            Self::NotSent => true,
            Self::Accepted(_) | Self::Unknown => false,
        }
    }
}

/// A recipient, and what became of the message for it.
#[derive(Clone, Debug)]
pub struct RecipientReport {
    pub(crate) recipient: Recipient,
    pub(crate) answer: Option<Reply>,
    pub(crate) outcome: Outcome,
    /// What is unknown counts as refused for now.
    pub(crate) temporary: bool,
    /// What 552 to RCPT speaks of, where its status does not say: the size that was declared, not the number of
    /// recipients.
    pub(crate) of_size: bool,
}

impl RecipientReport {
    /// The recipient, as it was asked for.
    #[must_use]
    pub const fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// Its address.
    #[must_use]
    pub const fn path(&self) -> &ForwardPath {
        self.recipient.path()
    }

    /// What became of the message.
    #[must_use]
    pub const fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// What the server said to RCPT, where it got that far: 251 and 551 tell of another address, which is
    /// never followed by itself (RFC 5321, section 3.4).
    #[must_use]
    pub const fn answer(&self) -> Option<&Reply> {
        self.answer.as_ref()
    }

    /// Whether it is worth trying again later: as the [outcome](Outcome::is_retryable) says, and where RCPT was
    /// answered 552, which older servers say in place of 452 (RFC 5321, section 4.5.3.1.10). Where the size of the
    /// message was declared and there are not yet a hundred recipients, which every server takes, that code speaks of
    /// the size instead unless its status is X.5.3, and stays (RFC 1870, section 6.4). In LMTP
    /// what nobody knows is worth it too: an answer that is missing means a temporary failure (RFC 2033, section 5).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let too_many = |reply: &Reply| {
            reply.code() == ReplyCode::EXCEEDED
                && reply.enhanced().map_or(!self.of_size, |status| status.numbers().1 == 5)
        };
        self.outcome.is_retryable()
            || self.temporary && self.outcome == Outcome::Unknown
            || matches!(&self.outcome, Outcome::Rejected(_)) && self.answer.as_ref().is_some_and(too_many)
    }
}

/// What became of a message.
#[derive(Clone, Debug)]
pub struct SendReport {
    pub(crate) recipients: Vec<RecipientReport>,
    pub(crate) reply: Option<Reply>,
    pub(crate) error: Option<Error>,
}

impl SendReport {
    /// Every recipient of the envelope, in its order.
    #[must_use]
    pub fn recipients(&self) -> &[RecipientReport] {
        &self.recipients
    }

    /// Those who get the message.
    pub fn accepted(&self) -> impl Iterator<Item = &RecipientReport> {
        self.recipients.iter().filter(|report| report.outcome.is_accepted())
    }

    /// Those whom the server has refused.
    pub fn rejected(&self) -> impl Iterator<Item = &RecipientReport> {
        self.recipients.iter().filter(|report| matches!(report.outcome, Outcome::Rejected(_)))
    }

    /// Whether every recipient was accepted.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.recipients.iter().all(|report| report.outcome.is_accepted())
    }

    /// The same envelope for those alone for whom it is [worth trying again](RecipientReport::is_retryable); none
    /// where there is nobody left. A server that takes so many recipients at once and no more gets the rest by it
    /// (RFC 5321, section 4.5.3.1.8), whatever else is refused for now better later than at once (section 4.5.4.1).
    ///
    /// ```no_run
    /// # use anyrfc_smtp::{Envelope, Error, SmtpClient};
    /// # async fn send(client: &mut SmtpClient, envelope: Envelope) -> Result<(), Error> {
    /// let report = client.send(envelope.clone(), "Subject: to many\r\n\r\n").await?;
    /// if report.accepted().count() > 0
    ///     && let Some(rest) = report.retry(&envelope)
    /// {
    ///     client.send(rest, "Subject: to many\r\n\r\n").await?;
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn retry(&self, envelope: &Envelope) -> Option<Envelope> {
        let again = self.recipients.iter().filter(|report| report.is_retryable());
        let again: Vec<Recipient> = again.map(|report| report.recipient.clone()).collect();
        (!again.is_empty()).then(|| envelope.for_others(again))
    }

    /// What the server said last of the message as a whole.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        self.reply.as_ref()
    }

    /// What failed, where the server did not simply answer.
    #[must_use]
    pub const fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// What the server calls the message, where it says so: the word behind `queued as`, `id=` or `<status> ` in
    /// the texts that servers are known to send. For logs; no RFC says how it is told.
    #[must_use]
    pub fn queue_id(&self) -> Option<String> {
        let reply = self.reply.as_ref().filter(|reply| reply.is_success())?;
        let text = reply.text();
        let line = text.lines().next()?;
        let behind = |mark: &str| {
            let lower = line.to_ascii_lowercase();
            lower.find(mark).and_then(|at| line.get(at + mark.len()..))
        };
        let word = behind("queued as ").or_else(|| behind("id=")).or_else(|| {
            let (first, rest) = line.split_once(' ')?;
            rest.to_ascii_lowercase().starts_with("message accepted").then_some(first)
        })?;
        let word =
            word.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | ')')).next()?;
        let word = word.trim_end_matches('.');
        let printable = word.bytes().all(|byte| byte.is_ascii_graphic());
        (!word.is_empty() && printable).then(|| word.to_owned())
    }

    /// The report, where every recipient was accepted.
    ///
    /// # Errors
    /// What failed, or what the server refused first; the report itself is gone then.
    pub fn into_complete(self) -> Result<Self, Error> {
        if self.is_complete() {
            return Ok(self);
        }
        if let Some(error) = self.error {
            return Err(error);
        }
        let refused = self.recipients.into_iter().find_map(|report| match report.outcome {
            Outcome::Rejected(reply) => Some(reply),
            _ => None,
        });
        Err(match refused {
            Some(reply) => Error::refused(reply),
            None => Error::closed("the message was not sent"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{EnvelopeId, Notify};

    fn of(recipient: Recipient, outcome: Outcome) -> RecipientReport {
        RecipientReport {
            recipient,
            answer: outcome.reply().cloned(),
            outcome,
            temporary: false,
            of_size: false,
        }
    }

    fn reply(code: u16) -> Reply {
        Reply::new(ReplyCode::new(code).unwrap(), None, "so")
    }

    #[test]
    fn what_is_worth_it_is_tried_again_with_all_that_was_asked() {
        let name = |name: &str| Recipient::new(name).unwrap().notify(Notify::NEVER);
        let all = ["a@x", "b@x", "c@x", "d@x", "e@x", "f@x"].map(name);
        let envelope = Envelope::new("s@x", all.clone()).unwrap();
        let envelope = envelope.envelope_id(EnvelopeId::new("id").unwrap()).require_tls();
        let [a, b, c, d, e, f] = all;
        let recipients = vec![
            of(a, Outcome::Accepted(reply(250))),
            of(b.clone(), Outcome::Rejected(reply(452))),
            of(c.clone(), Outcome::Rejected(reply(552))),
            of(d, Outcome::Rejected(reply(550))),
            of(e, Outcome::Unknown),
            of(f.clone(), Outcome::NotSent),
        ];
        let report = SendReport { recipients, reply: None, error: None };
        let again = report.retry(&envelope).unwrap();
        assert_eq!(again.recipients(), [b, c, f]);
        assert_eq!((again.sender(), again.options()), (envelope.sender(), envelope.options()));
        let recipients = vec![of(name("a@x"), Outcome::Accepted(reply(250)))];
        assert_eq!(SendReport { recipients, reply: None, error: None }.retry(&envelope), None);
        // Of LMTP.
        let unknown = RecipientReport { temporary: true, ..of(name("a@x"), Outcome::Unknown) };
        assert!(unknown.is_retryable() && !of(name("a@x"), Outcome::Unknown).is_retryable());
    }
}
