//! The way to a peer, and the ways that are refused.

use anyrfc_core::{ErrorKind, Security, testing::pki::Pki};
use anyrfc_imap::ImapClient;
use anyrfc_sasl::{MechanismName, Policy};
use tokio::net::TcpStream;

use super::{Scene, failed, is, password};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::tap::{Lines, Tap},
    },
};

const CONNECT: &str = "connect";

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let mut client = scene.builder().connect(&scene.tls_url()).await?;
        ensure(client.tls_info().is_some(), || "no TLS".into())?;
        client.authenticate(&password(0)).await?;
        Ok(client.logout().await?)
    };
    table.run(CONNECT, "TLS from the first byte", run).await;
    let upgrading =
        || ImapClient::builder().start_tls(scene.tls.clone()).sasl(scene.policy()).key_cache(&scene.cache);
    let run = async {
        let mut client = upgrading().connect(&scene.starttls_url()).await?;
        ensure(client.tls_info().is_some(), || "no TLS".into())?;
        client.authenticate(&password(0)).await?;
        Ok(client.logout().await?)
    };
    table.run(CONNECT, "STARTTLS", run).await;

    let strange = anyrfc_core::TlsConfig::with_ca_pem(Pki::new().ca_pem());
    let run = async {
        let builder = ImapClient::builder().tls(strange.clone());
        is(&failed(builder.connect(&scene.tls_url()).await)?, ErrorKind::Tls)
    };
    table.run(CONNECT, "TLS, a certificate of somebody else's", run).await;
    let run = async {
        let tap = Tap::new(scene.starttls, Lines::Same).await?;
        let builder = ImapClient::builder().start_tls(strange.clone());
        let url = format!("imap://localhost:{}", tap.address().port());
        is(&failed(builder.connect(&url).await)?, ErrorKind::Tls)?;
        silent_on_secrets(&tap)
    };
    table.run(CONNECT, "STARTTLS, a certificate of somebody else's", run).await;
    let run = async {
        let stream = TcpStream::connect(scene.imaps).await?;
        is(&failed(scene.builder().connect_over("imaps://mail.example", stream).await)?, ErrorKind::Tls)
    };
    table.run(CONNECT, "TLS, a certificate for another name", run).await;
    let run = async {
        let stream = TcpStream::connect(scene.starttls).await?;
        is(&failed(upgrading().connect_over("imap://mail.example", stream).await)?, ErrorKind::Tls)
    };
    table.run(CONNECT, "STARTTLS, a certificate for another name", run).await;

    let run = async {
        let tap = Tap::new(scene.starttls, Lines::WithoutStartTls).await?;
        let url = format!("imap://localhost:{}", tap.address().port());
        let error = failed(upgrading().connect(&url).await)?;
        is(&error, ErrorKind::Unsupported)?;
        silent_on_secrets(&tap)
    };
    table.run(CONNECT, "STARTTLS is not offered", run).await;
    let run = async {
        let tap = Tap::new(scene.plaintext, Lines::Same).await?;
        let policy = Policy::default().only([MechanismName::PLAIN, MechanismName::LOGIN]);
        let builder = ImapClient::builder().security(Security::Plaintext).sasl(policy);
        let url = format!("imap://localhost:{}", tap.address().port());
        let mut client = builder.connect(&url).await?;
        is(&failed(client.authenticate(&password(0)).await)?, ErrorKind::Unsupported)?;
        client.noop().await?;
        silent_on_secrets(&tap)
    };
    table.run(CONNECT, "a password is not shown in plaintext", run).await;

    let Some(preauth) = scene.preauth else { return };
    let run = async {
        let tap = Tap::new(preauth, Lines::Same).await?;
        let url = format!("imap://localhost:{}", tap.address().port());
        let error = failed(upgrading().connect(&url).await)?;
        scene.answered("PREAUTH under STARTTLS", error.to_string());
        ensure(error.requirement().is_some(), || format!("no statement of an RFC: {error:?}"))?;
        let said = tap.said();
        ensure(said.is_empty(), || format!("{said:?} was said"))
    };
    table.run(CONNECT, "PREAUTH where STARTTLS is wanted", run).await;
    let run = async {
        let builder = ImapClient::builder().security(Security::Plaintext);
        let mut client = builder.connect(&format!("imap://localhost:{}", preauth.port())).await?;
        ensure(client.is_authenticated(), || "not logged in".into())?;
        is(&failed(client.authenticate(&password(0)).await)?, ErrorKind::Usage)?;
        client.select("INBOX").await?;
        Ok(client.logout().await?)
    };
    table.run(CONNECT, "PREAUTH in plaintext, as asked for", run).await;
}

/// Nothing that logs in was said.
fn silent_on_secrets(tap: &Tap) -> Result<()> {
    let said = tap.said();
    let words = ["LOGIN", "AUTHENTICATE", "alice"];
    ensure(!words.iter().any(|word| said.contains(word)), || format!("{said:?} was said"))
}
