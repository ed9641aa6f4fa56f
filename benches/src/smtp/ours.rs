//! Ours.

use std::net::SocketAddr;

use anyrfc_smtp::{EhloName, Envelope, Security, SendReport, SmtpClient};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use super::{
    Result,
    client::AsyncClient,
    mail::{HELLO, RECIPIENT, SENDER},
};

/// How it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// One message after the other.
    Send,
    /// As a stream of messages, of which so many are under way.
    Stream(usize),
}

/// A client.
pub(super) struct Ours {
    client: SmtpClient,
    envelope: Envelope,
    message: Bytes,
    way: Way,
}

impl Ours {
    pub(super) async fn connect(server: SocketAddr, message: Bytes, way: Way) -> Result<Self> {
        let builder = SmtpClient::builder().name(EhloName::domain(HELLO)?).security(Security::Plaintext);
        let client = builder.connect(&format!("smtp://{server}")).await?;
        Ok(Self { client, envelope: Envelope::new(SENDER, [RECIPIENT])?, message, way })
    }

    async fn send_one(&mut self) -> Result<SendReport> {
        complete(self.client.send(self.envelope.clone(), self.message.clone()).await?)
    }

    /// One after the other; keeps every report.
    pub(super) async fn send_and_forget(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            std::mem::forget(self.send_one().await?);
        }
        Ok(())
    }

    async fn stream(&mut self, count: usize, window: usize) -> Result<()> {
        let Self { client, envelope, message, .. } = self;
        let messages = stream::iter((0..count).map(|_| (envelope.clone(), message.clone())));
        let mut reports = client.pipeline(messages, window);
        let mut accepted = 0;
        while let Some(report) = reports.next().await {
            complete(report?)?;
            accepted += 1;
        }
        if accepted == count { Ok(()) } else { Err(format!("{accepted} reports on {count} messages").into()) }
    }
}

/// As many envelopes as for so many messages.
pub(super) fn envelopes(count: usize) -> Result<()> {
    let envelope = Envelope::new(SENDER, [RECIPIENT])?;
    (0..count).for_each(|_| drop(std::hint::black_box(envelope.clone())));
    Ok(())
}

/// The recipients of as many envelopes, kept.
pub(super) fn recipients(count: usize) -> Result<()> {
    let envelope = Envelope::new(SENDER, [RECIPIENT])?;
    let recipients = std::iter::repeat_n(envelope.recipients(), count).flatten().cloned();
    recipients.for_each(|recipient| std::mem::forget(std::hint::black_box(recipient)));
    Ok(())
}

fn complete(report: SendReport) -> Result<SendReport> {
    if report.is_complete() { Ok(report) } else { Err(format!("{report:?}").into()) }
}

impl AsyncClient for Ours {
    async fn send(&mut self, count: usize) -> Result<()> {
        match self.way {
            Way::Stream(window) => self.stream(count, window).await,
            Way::Send => {
                for _ in 0..count {
                    self.send_one().await?;
                }
                Ok(())
            }
        }
    }
}
