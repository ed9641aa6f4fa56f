//! Many messages on one connection (RFC 2920; RFC 3030, section 4.2).

use std::{
    collections::VecDeque,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;

use super::{
    SmtpClient,
    delivering::{Delivering, dropped},
};
use crate::{
    Error,
    types::{Envelope, SendReport, WireMessage},
};

/// The reports on the messages of a stream, in its order; made by [`SmtpClient::pipeline`].
#[must_use = "nothing is sent unless the reports are taken"]
pub struct Pipeline<'c, 'm, S> {
    client: &'c mut SmtpClient,
    messages: S,
    window: usize,
    under_way: VecDeque<Slot<'m>>,
    /// No more messages come, or can be sent.
    exhausted: bool,
    /// What ended the connection, until it is told.
    failure: Option<Error>,
}

#[expect(clippy::large_enum_variant, reason = "nearly all are of it, and none is to allocate")]
enum Slot<'m> {
    Submitted(Delivering<'m>),
    Refused(Error),
}

impl<S> fmt::Debug for Pipeline<'_, '_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline")
            .field("window", &self.window)
            .field("under_way", &self.under_way.len())
            .field("exhausted", &self.exhausted)
            .finish_non_exhaustive()
    }
}

impl SmtpClient {
    /// Sends the messages of a stream, up to `window` of them at once, and reports on each, in their order: the link
    /// is kept full, however long a round trip takes.
    ///
    /// Where the server offers CHUNKING and PIPELINING, a message follows the one before without waiting for any answer
    /// (RFC 3030, section 4.2): its bytes are sent although its recipients may be refused. A server that does
    /// not read such bytes away would take them for commands; where that shows, the connection is ended. With
    /// PIPELINING alone, a message takes a round trip; without, the steps of each wait for each other.
    ///
    /// An error in place of a report says that the message could not be sent as it is; the next ones are. When the
    /// connection ends, every message under way is reported on, then what ended it, and no more are taken from the
    /// stream: give it by `&mut` to keep the rest.
    ///
    /// # Cancel safety
    /// Dropped, it takes back what was not sent whole, as [`send`](Self::send) does.
    pub fn pipeline<'c, 'm, S, M>(&'c mut self, messages: S, window: usize) -> Pipeline<'c, 'm, S>
    where
        S: Stream<Item = (Envelope, M)> + Unpin,
        M: WireMessage<'m>,
    {
        Pipeline {
            client: self,
            messages,
            window: window.max(1),
            under_way: VecDeque::new(),
            exhausted: false,
            failure: None,
        }
    }
}

impl<'m, S, M> Stream for Pipeline<'_, 'm, S>
where
    S: Stream<Item = (Envelope, M)> + Unpin,
    M: WireMessage<'m>,
{
    type Item = Result<SendReport, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            this.fill(cx);
            let inner = &mut this.client.inner;
            match this.under_way.front() {
                Some(Slot::Refused(_)) => {
                    if let Some(Slot::Refused(error)) = this.under_way.pop_front() {
                        return Poll::Ready(Some(Err(error)));
                    }
                }
                Some(Slot::Submitted(delivering)) => {
                    if let Some(report) = inner.take_report(delivering.id) {
                        this.under_way.pop_front();
                        return Poll::Ready(Some(Ok(report)));
                    }
                    if let Some(failure) = &this.failure {
                        // It was not under way any more, for whatever reason.
                        let failure = failure.clone();
                        this.under_way.pop_front();
                        return Poll::Ready(Some(Err(failure)));
                    }
                }
                None if this.exhausted => return Poll::Ready(this.failure.take().map(Err)),
                None => {}
            }
            match inner.poll_on(cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => {
                    this.exhausted = true;
                    this.failure.get_or_insert(error);
                }
                Poll::Pending => {
                    let mut fed = false;
                    for slot in &mut this.under_way {
                        if let Slot::Submitted(delivering) = slot {
                            fed |= delivering.feed(inner, cx);
                        }
                    }
                    if !fed {
                        return Poll::Pending;
                    }
                }
            }
        }
    }
}

impl<'m, S, M> Pipeline<'_, 'm, S>
where
    S: Stream<Item = (Envelope, M)> + Unpin,
    M: WireMessage<'m>,
{
    /// Takes as many messages as the window has room for.
    fn fill(&mut self, cx: &mut Context<'_>) {
        if self.client.inner.poll_settled(cx).is_pending() {
            return;
        }
        while !self.exhausted && self.under_way.len() < self.window {
            if self.client.phase().is_over() {
                self.exhausted = true;
                self.failure.get_or_insert_with(|| self.client.inner.over());
                return;
            }
            if self.client.inner.connection().is_some_and(crate::proto::Connection::is_doomed) {
                // What it ends by is told next.
                return;
            }
            match Pin::new(&mut self.messages).poll_next(cx) {
                Poll::Pending => return,
                Poll::Ready(None) => self.exhausted = true,
                Poll::Ready(Some((envelope, message))) => {
                    let begun = Delivering::begin(&mut self.client.inner, envelope, message, true);
                    self.under_way.push_back(match begun {
                        Ok(delivering) => Slot::Submitted(delivering),
                        Err(error) => Slot::Refused(error),
                    });
                }
            }
        }
    }
}

impl<S> Drop for Pipeline<'_, '_, S> {
    fn drop(&mut self) {
        // The last ones first: what waits for its turn is taken back before its turn comes.
        for slot in self.under_way.iter().rev() {
            if let Slot::Submitted(delivering) = slot {
                delivering.give_up(&mut self.client.inner, dropped());
                self.client.inner.forget(delivering.id);
            }
        }
    }
}
