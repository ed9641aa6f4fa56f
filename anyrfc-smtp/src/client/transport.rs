//! Whatever takes messages: a server, several connections to it, memory, a directory.

use std::{
    fmt,
    future::poll_fn,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use anyrfc_core::{BoxFuture, Deviations};
use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt as _;

use super::{Pool, SmtpClient};
use crate::{
    Error,
    codec::{
        command::{MailParams, encode_mail, encode_rcpt},
        lines::LineFixer,
        supply::Supply,
    },
    proto::plan::{PlanConfig, Tls, plan},
    types::{
        Capabilities, Content, EnhancedCode, Envelope, Extension, Facts, ForwardPath, Offered, Outcome,
        Parameter, Recipient, RecipientReport, Reply, ReplyCode, SendReport, TransferPreference, WireMessage,
    },
};

/// Whatever takes messages. Code that sends mail is written against this, and tested with a [`MemoryTransport`].
///
/// ```
/// use anyrfc_smtp::{Envelope, Error, MemoryTransport, Transport};
///
/// async fn invite(mailer: &mut dyn Transport) -> Result<bool, Error> {
///     let envelope = Envelope::new("ann@x.example", ["bob@y.example"])?;
///     Ok(mailer.send(envelope, "Subject: you are invited\r\n\r\n").await?.is_complete())
/// }
///
/// # anyrfc_core::testing::run_virtual(async {
/// let mut mailer = MemoryTransport::new();
/// assert!(invite(&mut mailer).await?);
/// assert_eq!(mailer.messages()[0].content, "Subject: you are invited\r\n\r\n");
/// # Ok::<(), Error>(()) })?;
/// # Ok::<(), Error>(())
/// ```
pub trait Transport: Send {
    /// What it takes, for messages that can be written in several ways.
    fn offered(&self) -> Offered;

    /// Sends a message, as [`SmtpClient::send`] does.
    ///
    /// # Errors
    /// Nothing was sent.
    fn send_content<'a>(
        &'a mut self,
        envelope: Envelope,
        content: Content<'a>,
    ) -> BoxFuture<'a, Result<SendReport, Error>>;
}

impl dyn Transport + '_ {
    /// Sends a message, and tells of every recipient what has become of it; see [`SmtpClient::send`].
    ///
    /// # Errors
    /// As [`SmtpClient::send`]: nothing was sent.
    ///
    /// # Cancel safety
    /// As [`SmtpClient::send`].
    pub async fn send<'a>(
        &'a mut self,
        envelope: Envelope,
        message: impl WireMessage<'a>,
    ) -> Result<SendReport, Error> {
        let content = message.content(self.offered())?;
        self.send_content(envelope, content).await
    }
}

impl Transport for SmtpClient {
    fn offered(&self) -> Offered {
        self.capabilities().map(Offered::of).unwrap_or_default()
    }

    fn send_content<'a>(
        &'a mut self,
        envelope: Envelope,
        content: Content<'a>,
    ) -> BoxFuture<'a, Result<SendReport, Error>> {
        Box::pin(self.send(envelope, content))
    }
}

/// What the server offers is known once there is a connection: a message that comes ready is one that every server takes.
impl Transport for Pool {
    fn offered(&self) -> Offered {
        Offered::NOTHING
    }

    fn send_content<'a>(
        &'a mut self,
        envelope: Envelope,
        content: Content<'a>,
    ) -> BoxFuture<'a, Result<SendReport, Error>> {
        Box::pin(Self::send(self, envelope, content))
    }
}

/// A message that a [`MemoryTransport`] has taken.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Taken {
    /// From whom, to whom, and what was asked for.
    pub envelope: Envelope,
    /// The message as it would have been sent.
    pub content: Bytes,
}

/// Keeps messages in memory, for tests. What no server could take it refuses as [`SmtpClient::send`] does. Clones share
/// what is kept.
#[derive(Clone, Debug, Default)]
pub struct MemoryTransport {
    taken: Arc<Mutex<Vec<Taken>>>,
    refused: Vec<(String, Reply)>,
}

impl MemoryTransport {
    /// An empty one, which takes everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses a recipient, in these words.
    #[must_use]
    pub fn refuse(mut self, recipient: impl Into<String>, reply: Reply) -> Self {
        self.refused.push((recipient.into(), reply));
        self
    }

    /// What was taken, in order.
    #[must_use]
    pub fn messages(&self) -> Vec<Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn refusal(&self, recipient: &Recipient) -> Option<Reply> {
        let is_it =
            |refused: &str| ForwardPath::try_from(refused).is_ok_and(|path| path == *recipient.path());
        self.refused.iter().find(|(refused, _)| is_it(refused)).map(|(_, reply)| reply.clone())
    }
}

impl Transport for MemoryTransport {
    fn offered(&self) -> Offered {
        Offered::NOTHING.with_8bit(true).with_binary(true).with_utf8(true)
    }

    fn send_content<'a>(
        &'a mut self,
        envelope: Envelope,
        content: Content<'a>,
    ) -> BoxFuture<'a, Result<SendReport, Error>> {
        Box::pin(async move {
            let (_, content) = whole(&envelope, content).await?;
            let report = report(&envelope, |recipient| match self.refusal(recipient) {
                Some(reply) => Outcome::Rejected(reply),
                None => Outcome::Accepted(kept("in memory")),
            });
            if report.accepted().next().is_some() {
                let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
                taken.push(Taken { envelope, content });
            }
            Ok(report)
        })
    }
}

/// Writes each message into a directory: `NAME.eml`, and beside it `NAME.envelope` with MAIL and RCPT as a server that
/// offers everything would be told. A message is there whole or not at all, the envelope first.
#[derive(Debug)]
pub struct FileTransport {
    directory: PathBuf,
    count: AtomicU64,
}

impl FileTransport {
    /// Into this directory, which must be there.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into(), count: AtomicU64::new(0) }
    }

    /// Where messages are written.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    async fn keep(&self, envelope: &Envelope, params: &MailParams, content: &[u8]) -> io::Result<String> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}.{}.{count}", since.as_nanos(), std::process::id());
        let mut told = BytesMut::new();
        encode_mail(envelope, params, &mut told);
        for recipient in envelope.recipients() {
            encode_rcpt(recipient, params, &mut told);
        }
        self.write(&format!("{name}.envelope"), &told).await?;
        self.write(&format!("{name}.eml"), content).await?;
        Ok(name)
    }

    /// Under another name first, so that nobody sees half of it.
    async fn write(&self, name: &str, octets: &[u8]) -> io::Result<()> {
        let (unfinished, finished) =
            (self.directory.join(format!(".{name}.part")), self.directory.join(name));
        let mut file = tokio::fs::File::create_new(&unfinished).await?;
        let written = async {
            file.write_all(octets).await?;
            file.sync_all().await?;
            tokio::fs::rename(&unfinished, &finished).await
        };
        let written = written.await;
        if written.is_err() {
            // What it failed with says more than whether it can be removed.
            let _ = tokio::fs::remove_file(&unfinished).await;
        }
        written
    }
}

impl Transport for FileTransport {
    fn offered(&self) -> Offered {
        Offered::NOTHING.with_8bit(true).with_binary(true).with_utf8(true)
    }

    fn send_content<'a>(
        &'a mut self,
        envelope: Envelope,
        content: Content<'a>,
    ) -> BoxFuture<'a, Result<SendReport, Error>> {
        Box::pin(async move {
            let (params, content) = whole(&envelope, content).await?;
            let name = self.keep(&envelope, &params, &content).await?;
            let reply = kept(format_args!("as {name}"));
            Ok(report(&envelope, |_| Outcome::Accepted(reply.clone())))
        })
    }
}

/// What a server that offers everything would be told of it, and the message as it would be sent, all of it.
async fn whole(envelope: &Envelope, content: Content<'_>) -> Result<(MailParams, Bytes), Error> {
    let (facts, supply) = content.open()?;
    let params = told(envelope, &facts)?;
    let mut fixer = LineFixer::of(&facts);
    match supply {
        Supply::Whole(octets) => Ok((params, fixer.fix(octets, true)?)),
        Supply::Stream(mut reading) => {
            let mut all = BytesMut::new();
            while let Some(piece) = poll_fn(|cx| reading.poll_piece(cx)).await? {
                all.extend_from_slice(&fixer.fix(piece, false)?);
            }
            all.extend_from_slice(&fixer.fix(Bytes::new(), true)?);
            Ok((params, all.freeze()))
        }
        Supply::Url(_) => Err(Error::unsupported("there is nobody to fetch a message by its URL")),
    }
}

/// What MAIL and RCPT say at a server that offers everything. What no server could take is refused here too, so that
/// a test finds it.
fn told(envelope: &Envelope, facts: &Facts) -> Result<MailParams, Error> {
    let of_recipients = envelope.recipients().iter().flat_map(|recipient| recipient.options().parameters());
    let others = envelope.options().parameters().iter().chain(of_recipients).map(Parameter::extension);
    let known = Extension::ALL.iter().map(|extension| extension.keyword());
    let answer = ["everything"].into_iter().chain(known).chain(others).map(str::as_bytes);
    let server = Capabilities::read(answer, &mut Deviations::default());
    let config = PlanConfig {
        lmtp: false,
        tls: Tls::Verified,
        authenticated: true,
        windowed: false,
        burl: None,
        prefer: TransferPreference::Data,
    };
    Ok(plan(envelope, facts, &server, &config)?.params)
}

fn kept(how: impl fmt::Display) -> Reply {
    Reply::new(ReplyCode::OK, EnhancedCode::new(2, 0, 0), &format!("kept {how}"))
}

fn report(envelope: &Envelope, outcome: impl Fn(&Recipient) -> Outcome) -> SendReport {
    let recipients = envelope.recipients().iter().map(|recipient| {
        let outcome = outcome(recipient);
        RecipientReport {
            recipient: recipient.clone(),
            answer: outcome.reply().cloned(),
            outcome,
            temporary: false,
            of_size: false,
        }
    });
    let recipients: Vec<RecipientReport> = recipients.collect();
    // Of the message as a whole, where anybody gets it.
    let taken = recipients.iter().find(|report| report.outcome.is_accepted());
    let reply = taken.or(recipients.last()).and_then(|report| report.outcome.reply().cloned());
    SendReport { recipients, reply, error: None }
}
