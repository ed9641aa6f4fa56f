//! One message, from its envelope to the server's last word (RFC 5321, section 3.3).

use std::fmt;

use bytes::Bytes;

use super::{Flavour, plan::Plan, sending::speaks_of_size};
use crate::{
    Error,
    codec::{command::MailParams, lines::LineFixer},
    types::{
        BurlUrl, Envelope, Facts, Outcome, Recipient, RecipientReport, Reply, SendReport, content::LineEnds,
    },
};

/// So many recipients every server takes (RFC 5321, section 4.5.3.1.8).
const RECIPIENTS_MIN: usize = 100;

/// The bytes of a message.
#[derive(Clone)]
#[non_exhaustive]
pub enum Payload {
    /// All of them.
    Whole(Bytes),
    /// They are [provided](super::Connection::provide) piece by piece, when they are
    /// [wanted](super::Connection::wanting).
    Streamed,
    /// The server fetches them itself (RFC 4468).
    Url(BurlUrl),
}

/// A message is shown by its length.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(octets) => write!(f, "Whole({} octets)", octets.len()),
            Self::Streamed => f.write_str("Streamed"),
            Self::Url(url) => f.debug_tuple("Url").field(url).finish(),
        }
    }
}

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct Submission {
    /// From whom, and to whom.
    pub envelope: Envelope,
    /// What is known of the message.
    pub facts: Facts,
    /// The message.
    pub payload: Payload,
    /// Whether it may be sent before the server has answered anything about it (RFC 3030, section 4.2), where the
    /// server offers CHUNKING and PIPELINING. A server that breaks the RFC could then take the message for commands.
    pub windowed: bool,
}

/// How far it has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing was sent.
    Waiting,
    /// MAIL, RCPT and DATA are being sent and answered.
    Envelope,
    /// The message may be sent, and is being.
    Content,
    /// All was said; replies may be missing.
    Said,
}

/// What became of MAIL.
#[derive(Clone, Debug)]
pub(super) enum Mail {
    Asked,
    Accepted,
    Refused(Reply),
}

/// A message that is under way.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) id: u64,
    /// Without its recipients.
    pub(super) envelope: Envelope,
    pub(super) plan: Plan,
    pub(super) payload: Option<Payload>,
    pub(super) stage: Stage,
    pub(super) mail: Mail,
    /// So many RCPTs were written, and answered.
    pub(super) asked: usize,
    pub(super) answered: usize,
    /// Whether DATA was written.
    pub(super) data: bool,
    /// So many recipients were accepted.
    pub(super) accepted: usize,
    recipients: Vec<Verdict>,
    /// The replies that it is still owed.
    pub(super) owed: usize,
    /// The item of the outbox with which the message ends.
    pub(super) end: Option<u64>,
    /// Whether a reply for each recipient was announced (PRDR), which is said once.
    pub(super) announced: bool,
    /// A chunk was refused, or the message is not wanted any more: no more of it is sent.
    pub(super) stopped: bool,
    pub(super) line_ends: LineEnds,
    /// Settles the lines of a stream that goes in chunks.
    pub(super) fixer: Option<LineFixer>,
    reply: Option<Reply>,
    error: Option<Error>,
}

/// A recipient, and what is known about it. As large as what the report has in its place, which takes over the memory.
#[derive(Debug)]
struct Verdict {
    recipient: Recipient,
    /// To RCPT.
    answer: Option<Reply>,
    outcome: Option<Outcome>,
    /// As the report has it.
    of_size: bool,
}

impl Delivery {
    pub(super) fn new(id: u64, mut envelope: Envelope, facts: &Facts, payload: Payload, plan: Plan) -> Self {
        let recipients = envelope.take_recipients().into_iter();
        let recipients =
            recipients.map(|recipient| Verdict { recipient, answer: None, outcome: None, of_size: false });
        let recipients = recipients.collect();
        Self {
            id,
            envelope,
            plan,
            payload: Some(payload),
            stage: Stage::Waiting,
            mail: Mail::Asked,
            asked: 0,
            answered: 0,
            data: false,
            accepted: 0,
            recipients,
            owed: 0,
            end: None,
            announced: false,
            stopped: false,
            line_ends: facts.line_ends,
            fixer: None,
            reply: None,
            error: None,
        }
    }

    /// Of a transaction that is open already: what was said to each RCPT.
    pub(super) fn opened(mut self, answers: Vec<Option<Reply>>) -> Self {
        self.mail = Mail::Accepted;
        for (index, answer) in answers.into_iter().enumerate() {
            if let Some(answer) = answer {
                self.answer(index, answer);
            }
        }
        self.asked = self.recipients.len();
        self.answered = self.asked;
        self
    }

    /// How many recipients there are.
    pub(super) const fn count(&self) -> usize {
        self.recipients.len()
    }

    /// One of them, and what its RCPT is to say.
    pub(super) fn recipient(&self, index: usize) -> Option<(&Recipient, &MailParams)> {
        self.recipients.get(index).map(|verdict| (&verdict.recipient, &self.plan.params))
    }

    /// The answer to a RCPT.
    pub(super) fn answer(&mut self, index: usize, reply: Reply) {
        let refused_before = matches!(self.mail, Mail::Refused(_));
        let of_size = self.plan.params.size.is_some() && self.accepted < RECIPIENTS_MIN;
        let Some(verdict) = self.recipients.get_mut(index) else { return };
        if refused_before {
            // What is said of it without a sender says nothing of it.
            return;
        }
        if reply.is_success() {
            self.accepted = self.accepted.saturating_add(1);
        } else {
            verdict.outcome = Some(Outcome::Rejected(reply.clone()));
        }
        verdict.of_size = of_size;
        verdict.answer = Some(reply);
    }

    /// Whether a recipient was accepted, and nothing more is known of it.
    fn is_open(verdict: &Verdict) -> bool {
        verdict.outcome.is_none() && verdict.answer.as_ref().is_some_and(Reply::is_success)
    }

    /// Whether MAIL was refused for the size that it declared: RSET is next, although no transaction was opened (RFC
    /// 1870, section 6.2).
    pub(super) fn is_too_large(&self) -> bool {
        matches!(&self.mail, Mail::Refused(reply) if self.plan.params.size.is_some() && speaks_of_size(reply))
    }

    /// The recipients that were accepted, by their number.
    pub(super) fn open(&self) -> impl Iterator<Item = u32> {
        let open = self.recipients.iter().zip(0_u32..).filter(|(verdict, _)| Self::is_open(verdict));
        open.map(|(_, index)| index)
    }

    /// The server's word on the message: for one recipient, or for all that were accepted.
    pub(super) fn judged(&mut self, reply: &Reply, recipient: Option<u32>) {
        let outcome = |reply: &Reply| {
            if reply.is_success() {
                Outcome::Accepted(reply.clone())
            } else {
                Outcome::Rejected(reply.clone())
            }
        };
        match recipient {
            Some(index) => {
                if let Some(verdict) = self.recipients.get_mut(index as usize) {
                    verdict.outcome = Some(outcome(reply));
                }
            }
            None => {
                for verdict in self.recipients.iter_mut().filter(|verdict| Self::is_open(verdict)) {
                    verdict.outcome = Some(outcome(reply));
                }
            }
        }
        self.reply = Some(reply.clone());
    }

    /// A refusal of the whole message, after it was accepted for some (PRDR).
    pub(super) fn overrule(&mut self, reply: &Reply) {
        for verdict in &mut self.recipients {
            if matches!(verdict.outcome, Some(Outcome::Accepted(_))) {
                verdict.outcome = Some(Outcome::Rejected(reply.clone()));
            }
        }
    }

    /// What failed.
    pub(super) fn failed(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// Whether nothing more comes.
    pub(super) const fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Said) && self.owed == 0
    }

    /// What became of it. `sent` items of the outbox are out: whether the end of the message is among them decides
    /// between what is not sent and what nobody knows.
    pub(super) fn into_report(self, sent: u64, flavour: Flavour) -> SendReport {
        let out = self.end.is_some_and(|end| end < sent);
        let refused = if let Mail::Refused(reply) = self.mail { Some(reply) } else { None };
        let temporary = flavour == Flavour::Lmtp;
        // Under PRDR nobody has the message before the last word on it.
        let unsettled = self.announced && self.owed > 0;
        let recipients = self.recipients.into_iter().map(|verdict| {
            let outcome = match (verdict.outcome, &refused) {
                (Some(Outcome::Accepted(_)), _) if unsettled => Outcome::Unknown,
                (Some(outcome), _) => outcome,
                (None, Some(reply)) => Outcome::Rejected(reply.clone()),
                (None, None) if out => Outcome::Unknown,
                (None, None) => Outcome::NotSent,
            };
            let Verdict { recipient, answer, of_size, .. } = verdict;
            RecipientReport { recipient, answer, outcome, temporary, of_size }
        });
        let recipients = recipients.collect();
        // What is said behind a MAIL that was refused says nothing of the message.
        SendReport { recipients, reply: refused.or(self.reply), error: self.error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_of_verdicts_is_enough_for_the_report() {
        assert!(size_of::<Verdict>() >= size_of::<RecipientReport>());
        assert_eq!(align_of::<Verdict>(), align_of::<RecipientReport>());
    }
}
