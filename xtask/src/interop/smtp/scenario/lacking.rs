//! What a peer lacks: a typed error, and nothing sent.

use anyrfc_core::ErrorKind;
use anyrfc_smtp::{
    AuthParam, BurlUrl, Content, DeliverBy, Envelope, EnvelopeId, Extension, Hold, Notify, Parameter,
    Priority, Recipient, Return, SmtpClient,
};

use super::{Scene, address, envelope, failed, is, password};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::tap::{Lines, Tap},
        smtp::{EAI_USER, letters::LABEL},
    },
};

const LACKING: &str = "lacking";

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let tried: Vec<(Extension, &str, Result<Envelope>, Content<'static>)> = vec![
        (Extension::SmtpUtf8, "a local part", envelope("a@sender.test", EAI_USER), small()),
        (Extension::SmtpUtf8, "a sender", envelope("jürgen@sender.test", &address(0)), small()),
        (
            Extension::SmtpUtf8,
            "a header",
            plain(),
            Content::bytes("Subject: Grüße\r\n\r\n".as_bytes().to_vec()),
        ),
        (Extension::EightBitMime, "8BITMIME", plain(), Content::bytes(format!("{LABEL}\r\nü\r\n"))),
        (Extension::BinaryMime, "BINARYMIME", plain(), Content::bytes("Subject: x\r\n\r\na\0b").binary()),
        (Extension::Dsn, "NOTIFY", notify(), small()),
        (Extension::Dsn, "RET", with(|envelope| Ok(envelope.return_content(Return::Full))), small()),
        (Extension::Dsn, "ENVID", with(|envelope| Ok(envelope.envelope_id(EnvelopeId::new("x")?))), small()),
        (
            Extension::DeliverBy,
            "DELIVERBY",
            with(|envelope| Ok(envelope.deliver_by(DeliverBy::or_return(60)?))),
            small(),
        ),
        (
            Extension::MtPriority,
            "MT-PRIORITY",
            with(|envelope| Ok(envelope.priority(Priority::new(3)?))),
            small(),
        ),
        (
            Extension::FutureRelease,
            "HOLDFOR",
            with(|envelope| Ok(envelope.hold(Hold::seconds(60)?))),
            small(),
        ),
        (
            Extension::FutureRelease,
            "HOLDUNTIL",
            with(|envelope| Ok(envelope.hold(Hold::until(1_900_000_000)?))),
            small(),
        ),
        (Extension::Auth, "AUTH of MAIL", with(|envelope| Ok(envelope.auth(AuthParam::Unknown))), small()),
        (Extension::Burl, "BURL", plain(), url()),
    ];
    for (extension, case, envelope, content) in tried {
        if !scene.has(extension) {
            let run = async {
                let (tap, mut client) = tapped(scene).await?;
                let error = failed(client.send(envelope?, content).await)?;
                refused(&error, ErrorKind::Unsupported, &mut client, &tap).await
            };
            table.run(LACKING, case, run).await;
        }
    }
    let run = async {
        let (tap, mut client) = tapped(scene).await?;
        let parameter = Parameter::new("X-UNHEARD-OF", Some("1"))?;
        let error = failed(client.send(plain()?.parameter(parameter), small()).await)?;
        refused(&error, ErrorKind::Unsupported, &mut client, &tap).await
    };
    table.run(LACKING, "a parameter of nobody's", run).await;
    // Without TLS it cannot be asked of any server.
    let run = async {
        let (tap, mut client) = tapped(scene).await?;
        let error = failed(client.send(plain()?.require_tls(), small()).await)?;
        refused(&error, ErrorKind::Usage, &mut client, &tap).await
    };
    table.run(LACKING, "REQUIRETLS in plaintext", run).await;
    for (case, text) in [
        ("a line of 999 octets", format!("Subject: x\r\n\r\n{}\r\n", "x".repeat(999))),
        ("octets beyond ASCII that nothing labels", "Subject: x\r\n\r\nü\r\n".to_owned()),
    ] {
        let run = async {
            let (tap, mut client) = tapped(scene).await?;
            let error = failed(client.send(plain()?, Content::bytes(text)).await)?;
            ensure(error.requirement().is_some(), || format!("{error:?}"))?;
            refused(&error, error.kind(), &mut client, &tap).await
        };
        table.run(LACKING, case, run).await;
    }
}

fn small() -> Content<'static> {
    Content::bytes("Subject: lacking\r\n\r\n")
}

fn plain() -> Result<Envelope> {
    envelope("lacking@sender.test", &address(0))
}

fn with(option: impl FnOnce(Envelope) -> Result<Envelope>) -> Result<Envelope> {
    option(plain()?)
}

fn notify() -> Result<Envelope> {
    let recipient = Recipient::new(&*address(0))?.notify(Notify::NEVER);
    Ok(Envelope::new("lacking@sender.test", [recipient])?)
}

/// What some server has authorized.
fn url() -> Content<'static> {
    const URL: &str = "imap://alice@localhost/INBOX;UIDVALIDITY=1/;UID=1;URLAUTH=submit+alice:internal:91354a473744909de610";
    BurlUrl::new(URL).map_or_else(|_| small(), Content::url)
}

/// A client whose words are heard.
pub(super) async fn tapped(scene: &Scene) -> Result<(Tap, SmtpClient)> {
    let tap = Tap::new(scene.plaintext, Lines::Same).await?;
    let mut client = scene.bare_builder().connect(&scene.bare_url(tap.address())).await?;
    if scene.ways.for_users {
        client.authenticate(&password(0)).await?;
    }
    tap.said();
    Ok((tap, client))
}

/// The error is of the right kind; until the next command, nothing was said.
async fn refused(
    error: &anyrfc_smtp::Error,
    kind: ErrorKind,
    client: &mut SmtpClient,
    tap: &Tap,
) -> Result<()> {
    is(error, kind)?;
    client.noop().await?;
    let said = tap.said();
    ensure(said == "NOOP\r\n", || format!("{said:?} was said"))
}
