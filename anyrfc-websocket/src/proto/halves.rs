//! A connection whose sending part is in another task.
//!
//! The receiving part remains a [`Connection`], state and deadlines included; the
//! sending part takes [`Outgoing`] with it, compressor and masking keys included.
//! Data concerns one part only. What concerns both (pongs, Close, keep-alive) is left
//! on a [`Desk`] between them, under a lock that data never takes.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use anyrfc_core::{ErrorKind, Output};

use super::{
    Connection, Input, State,
    living::TAG,
    outgoing::{Control, Outgoing, PINGS, PONGS},
};
use crate::{
    CloseCode, CloseFrame, EndedBy, Error, Kind, Message,
    codec::{FrameHeader, OpCode},
    rfc6455,
};

#[cfg(test)]
mod tests;

/// What the parts leave for each other.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    /// There is something for the sending part.
    mail: AtomicBool,
    /// There is something for the receiving part.
    news: AtomicBool,
    /// Nothing but what was queued already is to be sent.
    shut: AtomicBool,
    /// Who shuts sending in order to say Close does so under this lock.
    papers: Mutex<Papers>,
    /// How often the lock was taken.
    #[cfg(test)]
    pub(crate) locked: std::sync::atomic::AtomicUsize,
}

#[derive(Debug, Default)]
struct Papers {
    mail: Mail,
    news: News,
}

/// For the sending part.
#[derive(Debug, Default)]
struct Mail {
    /// Messages that came while the sending part was elsewhere, and whether to compress them.
    messages: VecDeque<(Message, bool)>,
    /// Pongs, and pings of the caller.
    control: VecDeque<Control>,
    /// A keep-alive ping is due.
    ping: bool,
    close: Option<Option<CloseFrame>>,
    /// The connection failed: the last words, if there is somebody to hear them.
    failed: Option<Option<CloseFrame>>,
    /// Memory of compression is to be given back.
    release: bool,
}

/// For the receiving part.
#[derive(Debug, Default)]
struct News {
    /// A keep-alive ping with this payload has left.
    pinged: Option<([u8; TAG], Instant)>,
    /// A ping of the caller has left.
    asked: Option<(Box<[u8]>, Option<Instant>)>,
    /// The caller has said Close, with this code.
    said: Option<(Option<CloseCode>, Instant)>,
    /// Since then the peer takes what goes before Close, or owes us an answer to it.
    closing: Option<Instant>,
    /// Memory of compression is to be given back.
    release: bool,
}

impl Desk {
    /// Whether the sending part is to look at its mail.
    #[inline]
    pub(crate) fn has_mail(&self) -> bool {
        self.mail.load(Ordering::SeqCst)
    }

    /// Whether the receiving part is to look at its news.
    #[inline]
    pub(crate) fn has_news(&self) -> bool {
        self.news.load(Ordering::SeqCst)
    }

    /// Whether closing has begun, or the connection ended.
    #[inline]
    pub(crate) fn is_shut(&self) -> bool {
        self.shut.load(Ordering::SeqCst)
    }

    /// Nothing more is to be sent.
    pub(crate) fn shut(&self) {
        self.shut.store(true, Ordering::SeqCst);
    }

    fn lock(&self) -> MutexGuard<'_, Papers> {
        #[cfg(test)]
        self.locked.fetch_add(1, Ordering::Relaxed);
        // Nothing that can panic is done under the lock.
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn post(&self, write: impl FnOnce(&mut Mail)) {
        let mut papers = self.lock();
        write(&mut papers.mail);
        self.mail.store(true, Ordering::SeqCst);
    }

    fn report(&self, write: impl FnOnce(&mut News)) {
        let mut papers = self.lock();
        write(&mut papers.news);
        self.news.store(true, Ordering::SeqCst);
    }

    /// Leaves a message for whoever has the sending part just now.
    ///
    /// # Errors
    /// As [`Connection::send`].
    pub(crate) fn leave(&self, message: Message, compress: bool) -> Result<(), Error> {
        let (opcode, most, payload) = match &message {
            Message::Ping(payload) => (OpCode::Ping, PINGS, payload),
            Message::Pong(payload) => (OpCode::Pong, PONGS, payload),
            _ => {
                self.post(|mail| mail.messages.push_back((message, compress)));
                return Ok(());
            }
        };
        let frame = Control::new(opcode, payload)?;
        let mut queued = Ok(());
        self.post(|mail| {
            if mail.control.iter().filter(|waiting| waiting.opcode == opcode).count() < most {
                mail.control.push_back(frame);
            } else {
                queued = Err(Error::new(ErrorKind::Limit, "too many control frames wait to be written"));
            }
        });
        queued
    }

    /// Both parts are to give back the memory of compression.
    pub(crate) fn release_contexts(&self) {
        self.post(|mail| mail.release = true);
        self.report(|news| news.release = true);
    }

    /// Starts the closing handshake, unless one of the sides has already.
    pub(crate) fn close(&self, frame: Option<CloseFrame>, now: Instant) {
        let mut papers = self.lock();
        if self.is_shut() {
            return;
        }
        papers.news.said = Some((frame.as_ref().map(CloseFrame::code), now));
        papers.mail.close = Some(frame);
        self.shut();
        self.news.store(true, Ordering::SeqCst);
        self.mail.store(true, Ordering::SeqCst);
    }
}

fn closed() -> Error {
    Error::closed("the connection is closing or closed").with_requirement(rfc6455::NO_DATA_AFTER_CLOSE)
}

/// The sending part of a connection.
#[derive(Debug)]
pub(crate) struct Sending {
    outgoing: Outgoing,
    ping: bool,
    desk: Arc<Desk>,
}

impl Sending {
    pub(crate) const fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// Whether a large message is still being moved to the output.
    pub(crate) const fn is_sending(&self) -> bool {
        self.outgoing.is_sending()
    }

    /// Whether no message can be begun, because one that is sent in parts was not finished.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if so.
    pub(crate) fn can_begin(&self) -> Result<(), Error> {
        self.outgoing.no_parts()
    }

    /// Bytes of memory held for messages.
    pub(crate) fn capacity(&self) -> usize {
        self.outgoing.capacity()
    }

    /// As [`Connection::send`]. A Close is left at the [`Desk`].
    ///
    /// # Errors
    /// As [`Connection::send`].
    pub(crate) fn send(&mut self, out: &mut Output, message: Message, compress: bool) -> Result<(), Error> {
        if self.desk.is_shut() {
            return Err(closed());
        }
        self.take_mail(out);
        self.queue(out, message, compress)
    }

    fn queue(&mut self, out: &mut Output, message: Message, compress: bool) -> Result<(), Error> {
        if self.outgoing.is_closing() || self.outgoing.closed {
            return Err(closed());
        }
        // What waits (a pong, say) goes first: the peer gets answers in the order it asked.
        let data = |this: &mut Self, out: &mut Output| {
            if this.outgoing.wants_write() {
                this.outgoing.transmit(out);
                this.report_ping(None);
            }
        };
        match message {
            Message::Text(text) => {
                data(self, out);
                self.outgoing.message(out, Kind::Text, text.into_bytes(), compress)
            }
            Message::Binary(bytes) => {
                data(self, out);
                self.outgoing.message(out, Kind::Binary, bytes, compress)
            }
            Message::Ping(payload) => self.outgoing.ping(&payload),
            Message::Pong(payload) => self.outgoing.pong(&payload),
            Message::Close(_) => Err(closed()),
        }
    }

    fn report_ping(&mut self, at: Option<Instant>) {
        if let Some(payload) = self.outgoing.pinged.take() {
            self.desk.report(|news| news.asked = Some((payload, at)));
        }
    }

    /// Takes what the receiving part has left.
    pub(crate) fn take_mail(&mut self, out: &mut Output) {
        if !self.desk.has_mail() {
            return;
        }
        let mail = {
            let mut papers = self.desk.lock();
            self.desk.mail.store(false, Ordering::SeqCst);
            std::mem::take(&mut papers.mail)
        };
        for (message, compress) in mail.messages {
            // It can only fail where Close went before it, and takes the place of the end.
            let _ = self.queue(out, message, compress);
        }
        for frame in mail.control {
            match frame.opcode {
                OpCode::Pong => self.outgoing.answer_with(frame),
                _ => self.outgoing.control.push_back(frame),
            }
        }
        self.ping |= mail.ping;
        if mail.release {
            self.outgoing.release_packer();
        }
        if let Some(frame) = mail.close
            && !self.outgoing.closed
            && !self.outgoing.is_closing()
        {
            self.outgoing.close(frame);
        }
        match mail.failed {
            Some(Some(frame)) => self.outgoing.fail(frame),
            Some(None) => self.outgoing.abandon(),
            None => {}
        }
    }

    pub(crate) fn wants_write(&self) -> bool {
        self.outgoing.wants_write() || self.ping || self.desk.has_mail()
    }

    pub(crate) fn transmit(&mut self, out: &mut Output, now: Instant) {
        self.take_mail(out);
        let closing = self.outgoing.is_closing();
        self.outgoing.transmit(out);
        self.report_ping(Some(now));
        if closing {
            self.desk.report(|news| news.closing = Some(now));
        }
        if closing || self.outgoing.closed {
            self.ping = false;
        }
        if self.ping && !self.outgoing.is_sending() {
            self.ping = false;
            let tag = self.outgoing.own_ping(out);
            self.desk.report(|news| news.pinged = Some((tag, now)));
        }
    }
}

impl Connection {
    /// Takes the sending part out; what this part has to say goes there by a [`Desk`].
    pub(crate) fn split_off(&mut self) -> Sending {
        let desk = Arc::new(Desk::default());
        if self.state != State::Open {
            desk.shut();
        }
        let seed = self.outgoing.seed();
        let outgoing = std::mem::replace(&mut self.outgoing, Outgoing::new(self.role, seed));
        self.desk = Some(Arc::clone(&desk));
        Sending { outgoing, ping: false, desk }
    }

    /// Leaves all there is to say for the sending part, which then takes its mail and
    /// [rejoins](Self::rejoin).
    pub(crate) fn post_all(&mut self) {
        self.hear();
        self.post();
    }

    /// Takes the sending part in again.
    pub(crate) fn rejoin(&mut self, sending: Sending) {
        if sending.ping {
            self.living.take_back();
        }
        self.desk = None;
        self.outgoing = sending.outgoing;
    }

    /// Whether the next message lies whole in the input, one frame, and nothing before it:
    /// whoever receives need not wait for it.
    pub(crate) fn has_message(&self, input: &[u8]) -> bool {
        if self.state != State::Open || !self.incoming.is_quiescent() || self.outgoing.wants_write() {
            return false;
        }
        let Ok(Some((header, used))) = FrameHeader::decode(input) else { return false };
        let whole =
            usize::try_from(header.length).is_ok_and(|length| length <= input.len().saturating_sub(used));
        whole && header.fin && matches!(header.opcode, OpCode::Text | OpCode::Binary)
    }

    /// Brings what is to be said to the sending part.
    #[cold]
    pub(super) fn post(&mut self) {
        let Some(desk) = &self.desk else { return };
        let control = std::mem::take(&mut self.outgoing.control);
        let close = self.outgoing.close.take();
        let ping = self.state == State::Open && self.living.hand_over();
        let failed = self.state == State::Failed;
        if failed {
            desk.shut();
        }
        desk.post(|mail| {
            for frame in control {
                let pong = |waiting: &&mut Control| waiting.opcode == OpCode::Pong;
                if mail.control.iter_mut().filter(pong).count() < PONGS {
                    mail.control.push_back(frame);
                } else if let Some(latest) = mail.control.iter_mut().rfind(pong) {
                    *latest = frame;
                }
            }
            mail.ping |= ping;
            match close {
                Some(frame) if failed => mail.failed = Some(frame),
                // Whoever is not the first to say Close does not say it here.
                Some(frame) => mail.close = Some(frame),
                None => {}
            }
        });
    }

    /// Learns what the sending part has done.
    pub(crate) fn hear(&mut self) {
        if self.desk.as_ref().is_some_and(|desk| desk.has_news()) {
            self.learn(false);
        }
    }

    /// The peer has said Close: learns whether we had before, and else lets nobody say it
    /// but us, in answer.
    pub(super) fn shut_sending(&mut self) {
        if self.desk.is_some() {
            self.learn(true);
        }
    }

    #[cold]
    fn learn(&mut self, shut: bool) {
        let Some(desk) = &self.desk else { return };
        let news = {
            let mut papers = desk.lock();
            desk.news.store(false, Ordering::SeqCst);
            if shut {
                desk.shut();
            }
            std::mem::take(&mut papers.news)
        };
        if news.release {
            self.incoming.release_inflater();
        }
        let open = self.state == State::Open;
        if let Some((tag, at)) = news.pinged {
            self.living.sent(tag, &self.config, at);
        }
        if let Some((payload, at)) = news.asked {
            self.living.asked(payload, at);
        }
        if let Some((code, at)) = news.said
            && open
        {
            self.closing.say(EndedBy::Us, code);
            self.step(Input::SendClose);
            self.deadline = at.checked_add(self.config.close_timeout);
        }
        if let Some(at) = news.closing
            && self.state == State::CloseSent
        {
            self.deadline = at.checked_add(self.config.close_timeout);
        }
    }

    /// There is nobody left to talk to.
    pub(super) fn abandon_sending(&self) {
        if let Some(desk) = &self.desk {
            desk.shut();
            desk.post(|mail| mail.failed = Some(None));
        }
    }
}
