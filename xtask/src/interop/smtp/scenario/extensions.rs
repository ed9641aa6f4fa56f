//! Extensions that few peers have, and LMTP.

use anyrfc_core::{ErrorKind, Security};
use anyrfc_imap::{
    AppendOptions, ImapClient, MailboxName, RumpUrl, UrlAccess, UrlMailbox, UrlMessage, UrlServer,
};
use anyrfc_smtp::{
    AuthParam, BurlUrl, Content, DeliverBy, Envelope, Extension, Outcome, RecipientReport, SmtpClient,
};

use super::{Door, Scene, address, at_home, deliver, envelope, failed, is, lacking, password, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure, noted},
        smtp::{FULL, IMAPS, PRDR_REFUSED, STORE, TRAFFIC, USERS, letters::Letter},
    },
};

const EXTENSIONS: &str = "extensions";

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    if scene.has(Extension::Size) {
        table.run(EXTENSIONS, "SIZE, a message that is too large", oversize(scene)).await;
    }
    if scene.has(Extension::Prdr) {
        table.run(EXTENSIONS, "PRDR", prdr(scene)).await;
    }
    if scene.has(Extension::DeliverBy) {
        table.run(EXTENSIONS, "DELIVERBY", deliver_by(scene)).await;
    }
    if scene.has(Extension::RequireTls) {
        table.run(EXTENSIONS, "REQUIRETLS", require_tls(scene)).await;
    } else if scene.ways.door != Door::Plaintext {
        let run = async {
            let mut client = scene.client().await?;
            let envelope = envelope("tls@sender.test", &address(0))?.require_tls();
            is(&failed(client.send(envelope, b"Subject: x\r\n\r\n").await)?, ErrorKind::Unsupported)?;
            Ok(client.quit().await?)
        };
        table.run(EXTENSIONS, "REQUIRETLS is not offered", run).await;
    }
    if scene.has(Extension::Auth) {
        let run = async {
            let mut client = scene.client().await?;
            let envelope = envelope("auth@sender.test", &address(0))?.auth(AuthParam::Unknown);
            let report = client.send(envelope, b"Subject: AUTH=<>\r\n\r\n").await?;
            let outcome = report.recipients().first().map(RecipientReport::outcome).ok_or("no recipient")?;
            let refused = match outcome {
                Outcome::Rejected(reply) => reply.to_string(),
                Outcome::Accepted(_) => String::new(),
                other => return Err(format!("{other:?}").into()),
            };
            scene.agrees("AUTH of MAIL", &refused, "")?;
            Ok(client.quit().await?)
        };
        table.run(EXTENSIONS, "AUTH of MAIL", run).await;
    }
    if scene.has(Extension::Burl) {
        table.run(EXTENSIONS, "BURL", burl(scene)).await;
    }
    if !scene.has(Extension::SmtpUtf8) && scene.dir.join(STORE).is_dir() {
        table.run(EXTENSIONS, "a domain in A-labels", a_labels(scene)).await;
    }
    if scene.lmtp.is_some() {
        table.run(EXTENSIONS, "LMTP, an answer for each recipient", lmtp(scene, None)).await;
    }
    let socket = scene.dir.join("dovecot/run/lmtp");
    if scene.ways.door == Door::Lmtp && socket.exists() {
        let url = format!("lmtp+unix:{}", socket.display());
        table.run(EXTENSIONS, "LMTP, by a socket of this host", lmtp(scene, Some(url))).await;
    }
}

/// Nothing is sent that the server would refuse.
async fn oversize(scene: &Scene) -> Result<()> {
    let Some(anyrfc_smtp::SizeLimit::Octets(limit)) = scene.capabilities.size() else { return Ok(()) };
    let (tap, mut client) = lacking::tapped(scene).await?;
    let content = Content::reader(tokio::io::empty()).size(limit + 1);
    let envelope = envelope("size@sender.test", &address(0))?;
    is(&failed(client.send(envelope, content).await)?, ErrorKind::Refused)?;
    client.noop().await?;
    same(&*tap.said(), "NOOP\r\n")
}

/// One recipient is refused once the server has seen the message, the other gets it.
async fn prdr(scene: &Scene) -> Result<()> {
    let letter = Letter::new("prdr", "prdr", &b"Subject: PRDR\r\n\r\n.\r\n"[..]);
    let all = [&*address(0), &*at_home(PRDR_REFUSED)];
    let both = Envelope::new(&*letter.sender, all)?;
    let mut reader = scene.reader().await?;
    let mut client = scene.client().await?;
    let report = client.send(both.clone().prdr(), &*letter.octets).await?;
    let [first, second] = report.recipients() else { return Err(format!("{report:?}").into()) };
    ensure(first.outcome().is_accepted(), || format!("{report:?}"))?;
    let Outcome::Rejected(reply) = second.outcome() else { return Err(format!("{report:?}").into()) };
    same(reply.code().as_u16(), 550)?;
    ensure(second.answer().is_some_and(anyrfc_smtp::Reply::is_success), || format!("{second:?}"))?;
    if let Some(reader) = &mut reader {
        scene.compare(&letter, &reader.from(&letter.sender).await?)?;
    }
    // Without it there is one answer for both.
    deliver(&mut client, both, &letter.octets).await?;
    Ok(client.quit().await?)
}

/// The server says what it was told.
async fn deliver_by(scene: &Scene) -> Result<()> {
    let mut client = scene.client().await?;
    let envelope = envelope("by@sender.test", &address(0))?;
    let message = b"Subject: by\r\n\r\n";
    deliver(&mut client, envelope.clone().deliver_by(DeliverBy::or_return(120)?.trace()), message).await?;
    deliver(&mut client, envelope.deliver_by(DeliverBy::or_notify(-30)?), message).await?;
    client.quit().await?;
    let heard = std::fs::read(scene.dir.join(TRAFFIC))?;
    let heard = String::from_utf8_lossy(&heard);
    for by in ["BY=120;RT", "BY=-30;N"] {
        ensure(heard.contains(by), || format!("{by} was not heard"))?;
    }
    Ok(())
}

async fn require_tls(scene: &Scene) -> Result<()> {
    let mut reader = scene.reader().await?;
    let mut client = scene.client().await?;
    let envelope = envelope("tls@sender.test", &address(0))?.require_tls();
    deliver(&mut client, envelope, b"Subject: TLS alone\r\n\r\n").await?;
    client.quit().await?;
    let Some(reader) = &mut reader else { return Ok(()) };
    let told = reader.from("tls@sender.test").await?.told;
    same(&told["envelope"]["requireTLS"], &serde_json::json!(true))
}

/// A message that the submission server fetches from a mailbox.
async fn burl(scene: &Scene) -> Result<()> {
    let letter = Letter::new("burl", "burl", &b"Subject: from a mailbox\r\n\r\n.\r\nas it is there\r\n"[..]);
    let user = USERS[0].0;
    let port = noted(&scene.dir, IMAPS)?.port();
    let url = format!("imaps://localhost:{port}");
    let mut mailbox = ImapClient::builder().tls(scene.tls.clone()).connect(&url).await?;
    mailbox.authenticate(&password(0)).await?;
    let appended = mailbox.append_bytes("INBOX", AppendOptions::new(), letter.octets.to_vec()).await?;
    let uid = appended.and_then(|appended| appended.uid()).ok_or("no UID of what was appended")?;
    let validity = mailbox.select("INBOX").await?.present()?.uid_validity.ok_or("no UIDVALIDITY")?;
    let message = UrlMessage::new(UrlMailbox::new(MailboxName::inbox()).with_validity(validity), uid);
    let server = UrlServer::new("localhost")?.user(user)?.port(port);
    let rump = RumpUrl::new(server, message, UrlAccess::Submit(user.to_owned()))?;
    let authorized = mailbox.authorize_url(rump).await?;
    mailbox.logout().await?;
    let mut reader = scene.reader().await?;
    let mut client = scene.client().await?;
    let content = Content::url(BurlUrl::new(authorized.as_str())?);
    let report = client.send(envelope(&letter.sender, &address(1))?, content).await?;
    ensure(report.is_complete(), || format!("{report:?}"))?;
    if let Some(reader) = &mut reader {
        scene.compare(&letter, &reader.from(&letter.sender).await?)?;
    }
    // What was authorized for nobody is not fetched.
    let (rest, last) = authorized.as_str().split_at(authorized.as_str().len() - 1);
    let forged = format!("{rest}{}", if last == "0" { "1" } else { "0" });
    let content = Content::url(BurlUrl::new(&forged)?);
    let report = client.send(envelope("forged@sender.test", &address(1))?, content).await?;
    let refused = report.recipients().iter().all(|one| matches!(one.outcome(), Outcome::Rejected(_)));
    ensure(refused, || format!("{report:?}"))?;
    scene.answered("BURL, forged", report.reply().map(ToString::to_string).unwrap_or_default());
    deliver(&mut client, envelope("burl-2@sender.test", &address(1))?, b"Subject: x\r\n\r\n").await?;
    Ok(client.quit().await?)
}

/// Without SMTPUTF8 a domain is written so that every server knows it.
async fn a_labels(scene: &Scene) -> Result<()> {
    let mut reader = scene.reader().await?.ok_or("nowhere to look")?;
    let mut client = scene.client().await?;
    deliver(&mut client, envelope("labels@bücher.test", "alice@bücher.test")?, b"Subject: x\r\n\r\n").await?;
    client.quit().await?;
    let stored = reader.from("labels@xn--bcher-kva.test").await?;
    same(&stored.told["to"], &serde_json::json!(["alice@xn--bcher-kva.test"]))
}

/// The first and the last get it, the mailbox between them is full.
async fn lmtp(scene: &Scene, url: Option<String>) -> Result<()> {
    let local = url.is_some();
    let port = scene.lmtp.ok_or("no LMTP")?.port();
    let url = url.unwrap_or_else(|| format!("lmtp://localhost:{port}"));
    let builder = SmtpClient::builder();
    // On a socket of this host there is nobody to hide from, and not every peer has TLS here.
    let secured = builder.clone().start_tls(scene.tls.clone());
    let mut client = match secured.connect(&url).await {
        Ok(client) => client,
        Err(error) if local || error.kind() == ErrorKind::Unsupported => {
            builder.security(Security::Plaintext).connect(&url).await?
        }
        Err(error) => return Err(error.into()),
    };
    let letter =
        Letter::new("lmtp", if local { "lmtp-socket" } else { "lmtp" }, &b"Subject: LMTP\r\n\r\n"[..]);
    let envelope = Envelope::new(&*letter.sender, [&*address(0), &*at_home(FULL), &*address(1)])?;
    let mut reader = scene.reader().await?;
    let report = client.send(envelope, &*letter.octets).await?;
    let [first, full, last] = report.recipients() else { return Err(format!("{report:?}").into()) };
    ensure(first.outcome().is_accepted() && last.outcome().is_accepted(), || format!("{report:?}"))?;
    ensure(matches!(full.outcome(), Outcome::Rejected(_)), || format!("{report:?}"))?;
    let answers = report.recipients().iter().map(|one| one.outcome().reply().map(ToString::to_string));
    let answers: Vec<_> = answers.map(Option::unwrap_or_default).collect();
    scene.answered("LMTP", answers.join(" | "));
    if let Some(reader) = &mut reader {
        scene.compare(&letter, &reader.from(&letter.sender).await?)?;
    }
    Ok(client.quit().await?)
}
