//! A mail transaction, from MAIL to the replies to its message.

use super::{
    answer::Answer,
    breach::{Flaw, flaw},
    command::{Command, Says},
    data,
    params::Parameters,
    session::{Mode, Refusal, Session},
    store::{DeliveredTo, Delivery, Speaker, Transfer},
};
use crate::{rfc1870, rfc2920, rfc6152, rfc6531};

/// What MAIL has begun.
#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) sender: String,
    pub(super) parameters: Parameters,
    /// Whether MAIL was accepted.
    pub(super) accepted: bool,
    /// The recipients that were accepted.
    pub(super) recipients: Vec<DeliveredTo>,
    /// How many recipients have been tried.
    pub(super) tries: usize,
    content: Vec<u8>,
    pub(super) chunks: Vec<u64>,
    /// Whether a chunk was refused, or came when it could not be taken.
    pub(super) failed: bool,
    /// What of this the client has been told.
    pub(super) known: Known,
}

/// What a client has been told of its transaction.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// That a recipient was accepted.
    pub(super) recipient: bool,
    /// The answers to MAIL and to every RCPT so far.
    pub(super) envelope: bool,
    /// That a chunk was refused.
    pub(super) failure: bool,
}

impl Transaction {
    pub(super) fn new(sender: &str, parameters: &Parameters, accepted: bool) -> Self {
        Self {
            sender: sender.to_owned(),
            parameters: parameters.clone(),
            accepted,
            recipients: Vec::new(),
            tries: 0,
            content: Vec::new(),
            chunks: Vec::new(),
            failed: false,
            known: Known::default(),
        }
    }

    pub(super) const fn tried(&mut self) {
        self.tries += 1;
        self.known.envelope = false;
    }

    pub(super) fn accept(&mut self, address: &str, parameters: &Parameters) {
        self.tried();
        self.recipients.push(DeliveredTo { address: address.to_owned(), parameters: parameters.clone() });
    }

    /// The client learns all that has been answered.
    pub(super) const fn told(&mut self) {
        self.known = Known { recipient: !self.recipients.is_empty(), envelope: true, failure: self.failed };
    }

    /// How large the message is so far.
    pub(super) const fn size(&self) -> u64 {
        self.content.len() as u64
    }

    pub(super) fn is_binary(&self) -> bool {
        self.parameters.value("BODY").is_some_and(|body| body.eq_ignore_ascii_case("BINARYMIME"))
    }
}

/// A BDAT or a BURL, whose octets are being read.
#[derive(Debug)]
pub(super) struct Chunk {
    command: Command,
    left: u64,
    content: Vec<u8>,
    refusal: Option<Refusal>,
    answer: Answer,
    rule: Option<Flaw>,
}

impl Chunk {
    /// How many octets are taken.
    pub(super) fn read(&mut self, octets: &[u8]) -> usize {
        let count = usize::try_from(self.left).unwrap_or(usize::MAX).min(octets.len());
        self.content.extend_from_slice(octets.get(..count).unwrap_or_default());
        self.left -= count as u64;
        count
    }

    fn is_refused(&self) -> bool {
        self.refusal.is_some() || !self.answer.performs(b"2")
    }
}

impl Session {
    /// The message that DATA has brought is there.
    pub(super) fn data_ended(&mut self) {
        let Mode::Data(lines) = std::mem::replace(&mut self.mode, Mode::Command) else { return };
        let (content, flaws) = lines.finish();
        for found in flaws {
            self.breach(found, b"");
        }
        self.note_content(&content);
        if let Some(transaction) = &mut self.transaction {
            transaction.content = content;
        }
        self.finish(Answer::as_usual());
        if !self.told.has("PIPELINING") {
            let rule = rfc2920::PIPELINING_NEEDS_THE_KEYWORD;
            self.forbid(Some(flaw(rule, "a command before the answer to a message")));
        }
    }

    fn note_content(&self, content: &[u8]) {
        self.store.said(self.id, Speaker::Content, format!("({} octets)", content.len()).as_bytes());
    }

    /// BDAT or BURL has come; octets may follow.
    pub(super) fn begin_chunk(
        &mut self,
        command: Command,
        refusal: Option<Refusal>,
        answer: Answer,
        rule: Option<Flaw>,
    ) {
        let eager = !self.transaction.as_ref().is_some_and(|transaction| transaction.known.recipient);
        if eager {
            self.store.eager_chunk();
        }
        let size = command.chunk().unwrap_or_default();
        let mut chunk = Chunk { command, left: size, content: Vec::new(), refusal, answer, rule };
        let swallows = self.config.swallows_chunks && self.told.has("CHUNKING");
        if chunk.is_refused() && !swallows {
            chunk.left = 0;
        }
        self.mode = Mode::Chunk(Box::new(chunk));
        self.chunk_ended();
    }

    /// Where all octets of the chunk are there, it is answered.
    pub(super) fn chunk_ended(&mut self) {
        let chunk = match std::mem::replace(&mut self.mode, Mode::Command) {
            Mode::Chunk(chunk) if chunk.left == 0 => *chunk,
            unfinished => {
                self.mode = unfinished;
                return;
            }
        };
        let refused = chunk.is_refused();
        let Chunk { command, mut content, mut refusal, answer, rule, .. } = chunk;
        match &command.says {
            Says::Burl { url, .. } if !refused => match self.config.resources.get(url) {
                Some(resource) => content.clone_from(resource),
                None => refusal = Some((554, "5.6.6", "there is nothing under that URL")),
            },
            _ => self.note_content(&content),
        }
        let limit = self.limit();
        if let Some(transaction) = self.transaction.as_mut().filter(|_| !refused) {
            let size = transaction.size() + content.len() as u64;
            if limit.is_some_and(|limit| size > limit) {
                refusal = Some((552, "5.3.4", "the message is too large"));
            }
        }
        let refused = refused || refusal.is_some();
        if refused {
            if let Some(transaction) = &mut self.transaction {
                transaction.failed = true;
            }
            let (code, status, text) = refusal.unwrap_or((554, "5.0.0", "refused"));
            let usual = self.reply(code, status, text);
            self.emit(answer, &usual);
        } else if let Some(transaction) = &mut self.transaction {
            transaction.chunks.push(content.len() as u64);
            transaction.content.extend_from_slice(&content);
            if command.is_last() {
                match answer.around() {
                    Some((before, behind)) if !answer.is_withheld() => {
                        self.push(before, false);
                        self.finish(Answer::as_usual());
                        self.push(behind, false);
                    }
                    _ => self.finish(answer),
                }
                self.after_last = true;
            } else {
                let usual = self.reply(250, "2.0.0", &format!("{} octets taken", content.len()));
                self.emit(answer, &usual);
            }
        }
        self.forbid(rule);
    }

    /// The largest message that is taken.
    pub(super) fn limit(&self) -> Option<u64> {
        self.told.number("SIZE").filter(|limit| *limit > 0)
    }

    /// The message is there as a whole: it is judged, answered and delivered. `scripted` is what is
    /// answered to its last chunk, where a script says so.
    fn finish(&mut self, scripted: Answer) {
        let Some(mut transaction) = self.transaction.take() else {
            let usual = self.reply(503, "5.5.1", "no transaction");
            self.emit(scripted, &usual);
            return;
        };
        self.judge_content(&transaction);
        let content = std::mem::take(&mut transaction.content);
        if transaction.recipients.is_empty() {
            if !content.is_empty() {
                let rule = rfc2920::TRANSACTIONS_ARE_NOT_ASSUMED;
                self.breach(flaw(rule, "a message without recipients"), b"");
            }
            let usual = self.reply(554, "5.5.1", "no valid recipients");
            self.emit(scripted, &usual);
            return;
        }
        let large = self.limit().is_some_and(|limit| content.len() as u64 > limit);
        let chunked = !transaction.chunks.is_empty();
        let transfer = if chunked { Transfer::Chunks(transaction.chunks) } else { Transfer::Data };
        let delivery = Delivery {
            id: self.store.queue_id(),
            connection: self.id,
            hello: self.hello.clone().unwrap_or_default(),
            sender: transaction.sender,
            parameters: transaction.parameters,
            recipients: transaction.recipients,
            transfer,
            content,
            secured: self.channel.is_confidential(),
            user: self.user.clone(),
        };
        let prdr = delivery.parameters.has("PRDR") && delivery.recipients.len() > 1;
        let usual = if large {
            self.reply(552, "5.3.4", "the message is too large")
        } else {
            self.reply(250, "2.0.0", &format!("queued as {}", delivery.id))
        };
        if !scripted.is_plain() {
            if scripted.performs(b"2") {
                self.store.deliver(delivery);
            }
            self.emit(scripted, &usual);
            return;
        }
        let mut taken = Vec::new();
        if self.config.lmtp || prdr {
            if prdr && !self.config.lmtp {
                self.emit(Answer::raw("353 each recipient by itself\r\n"), b"");
            }
            for recipient in &delivery.recipients {
                if self.answer_content(&delivery, Some(recipient), large, &usual) {
                    taken.push(recipient.clone());
                }
            }
        } else {
            taken.clone_from(&delivery.recipients);
        }
        if !self.config.lmtp && !self.answer_content(&delivery, None, large, &usual) {
            taken.clear();
        }
        if !taken.is_empty() {
            self.store.deliver(Delivery { recipients: taken, ..delivery });
        } else if chunked {
            // RFC 3030, section 2: only RSET ends this now.
            let mut failed = Transaction::new(&delivery.sender, &delivery.parameters, true);
            failed.failed = true;
            self.transaction = Some(failed);
        }
    }

    /// Says what the scripts have it say to a message; whether that takes it.
    fn answer_content(
        &mut self,
        all: &Delivery,
        one: Option<&DeliveredTo>,
        large: bool,
        usual: &[u8],
    ) -> bool {
        let answers = self.config.contents.iter().rev().map(|script| script(all, one));
        let answer = answers.into_iter().find(|answer| !answer.is_plain()).unwrap_or_else(Answer::as_usual);
        let taken = answer.performs(b"2") && !(large && answer.class().is_none());
        self.emit(answer, usual);
        taken
    }

    /// Whether the message is what its envelope says.
    fn judge_content(&self, transaction: &Transaction) {
        let content = &transaction.content;
        let parameters = &transaction.parameters;
        if !transaction.chunks.is_empty() && !transaction.is_binary() {
            for found in data::judge_text(content) {
                self.breach(found, b"");
            }
        }
        let declared = parameters.number("SIZE");
        if declared.is_some_and(|declared| declared < content.len() as u64) {
            let rule = rfc1870::DECLARED_SIZE_COVERS_THE_MESSAGE;
            self.breach(flaw(rule, "a message larger than was declared"), b"");
        }
        let end = memchr::memmem::find(content, b"\r\n\r\n").unwrap_or(content.len());
        let (header, body) = content.split_at(end);
        let utf8 = parameters.has("SMTPUTF8");
        if !header.is_ascii() && !utf8 {
            let rule = if self.told.has("SMTPUTF8") {
                rfc6531::NEED_IS_DECLARED
            } else {
                rfc6531::NO_UTF8_HEADERS_WITHOUT_SMTPUTF8
            };
            self.breach(flaw(rule, "a header beyond ASCII without SMTPUTF8"), b"");
        }
        if content.is_ascii() && utf8 {
            let ascii = transaction.sender.is_ascii()
                && transaction.recipients.iter().all(|to| {
                    to.address.is_ascii() && to.parameters.value("ORCPT").is_none_or(str::is_ascii)
                });
            if ascii && transaction.tries == transaction.recipients.len() {
                let rule = rfc6531::NEEDLESS_PARAMETER_IS_LEFT_OUT;
                self.breach(flaw(rule, "SMTPUTF8 though everything is in ASCII"), b"");
            }
        }
        let said = parameters.value("BODY").map(str::to_ascii_uppercase);
        let rule = match said.as_deref() {
            _ if body.is_ascii() => return,
            Some("8BITMIME" | "BINARYMIME") => return,
            Some(_) => rfc6152::SEVEN_BIT_MEANS_SEVEN_BIT,
            None if self.told.has("8BITMIME") => rfc6152::EIGHT_BIT_IS_DECLARED,
            None => rfc6152::NO_EIGHT_BIT_WITHOUT_8BITMIME,
        };
        self.breach(flaw(rule, "a body of 8 bits that was not said to be one"), b"");
    }
}
