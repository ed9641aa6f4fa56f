//! Sending a message (RFC 5321, section 3.3).

use std::{future::poll_fn, task::Poll};

use super::{
    SmtpClient,
    delivering::{Delivering, dropped},
    inner::Inner,
};
use crate::{
    Error,
    codec::supply::Supply,
    types::{Envelope, Outcome, SendReport, WireMessage},
};

impl SmtpClient {
    /// Sends a message, and tells of every recipient what has become of it. Where the server refuses some, the others
    /// get it all the same.
    ///
    /// `message` is bytes, a [`Content`](crate::Content) read from somewhere, or with the feature `mime` a message that is
    /// written for what the server takes. Everything that a server could only refuse fails before anything is sent.
    ///
    /// ```no_run
    /// # async fn send(client: &mut anyrfc_smtp::SmtpClient) -> Result<(), anyrfc_smtp::Error> {
    /// use anyrfc_smtp::Envelope;
    ///
    /// let envelope = Envelope::new("ann@x.example", ["bob@y.example", "eve@z.example"])?;
    /// let report = client.send(envelope, "Subject: hello\r\n\r\nHello!\r\n").await?;
    /// for recipient in report.recipients() {
    ///     println!("{}: {:?}", recipient.path(), recipient.outcome());
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Nothing was sent: the server cannot take such a message or envelope
    /// ([`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported), [`ErrorKind::Refused`](crate::ErrorKind::Refused) for
    /// its size), it cannot be sent to any ([`ErrorKind::Usage`](crate::ErrorKind::Usage)), or the connection had ended
    /// before. Whatever happens later is [in the report](SendReport::error).
    ///
    /// # Cancel safety
    /// Dropped before the message was handed over whole, the future takes it back: it is not delivered. In the midst
    /// of DATA that ends the connection, which has no other word for it. Later, the server may have it.
    pub async fn send<'m>(
        &mut self,
        envelope: Envelope,
        message: impl WireMessage<'m>,
    ) -> Result<SendReport, Error> {
        self.inner.settled().await?;
        let delivering = Delivering::begin(&mut self.inner, envelope, message, false)?;
        Sending::new(&mut self.inner, delivering).report().await
    }
}

/// A message that is taken back when nobody waits for it any more.
pub(super) struct Sending<'c, 'm> {
    inner: &'c mut Inner,
    /// Gone once it has ended.
    delivering: Option<Delivering<'m>>,
}

impl<'c, 'm> Sending<'c, 'm> {
    pub(super) const fn new(inner: &'c mut Inner, delivering: Delivering<'m>) -> Self {
        Self { inner, delivering: Some(delivering) }
    }

    pub(super) async fn report(self) -> Result<SendReport, Error> {
        self.report_and_rest().await.0
    }

    /// The report, and the message, where that is a stream of which nothing was asked for.
    pub(super) async fn report_and_rest(mut self) -> (Result<SendReport, Error>, Option<Supply<'m>>) {
        let result = poll_fn(|cx| match &mut self.delivering {
            Some(delivering) => delivering.poll(self.inner, cx),
            None => Poll::Ready(Err(dropped())),
        });
        let result = result.await;
        let rest = self.delivering.take().and_then(Delivering::into_untouched);
        (result, rest)
    }
}

impl Drop for Sending<'_, '_> {
    fn drop(&mut self) {
        if let Some(delivering) = &self.delivering {
            delivering.give_up(self.inner, dropped());
            self.inner.forget(delivering.id);
        }
    }
}

impl SendReport {
    /// Whether it is certain that the server has not got the message for anybody: it may be sent anew.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        self.recipients().iter().all(|report| *report.outcome() == Outcome::NotSent)
    }
}
