//! The way to a peer, and the ways that are refused.

use anyrfc_core::{ErrorKind, Security, testing::pki::Pki};
use anyrfc_sasl::{MechanismName, Policy};
use anyrfc_smtp::{Extension, SmtpClient, client::Builder};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

use super::{Door, Logins, Scene, failed, is, password, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::tap::{Lines, Tap},
    },
};

const CONNECT: &str = "connect";

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let run = async { Ok(scene.client().await?.quit().await?) };
    table.run(CONNECT, "as it is meant to be reached", run).await;
    table.run(CONNECT, "what it can do, read by other means", features(scene)).await;
    let run = async {
        // The greeting and the hello say who is there.
        let client = scene.bare_builder().connect(&scene.bare_url(scene.plaintext)).await?;
        let greeting = client.greeting().ok_or("no greeting")?;
        same(greeting.code().as_u16(), 220)?;
        scene.answered("greeting", greeting.text());
        Ok(client.quit().await?)
    };
    table.run(CONNECT, "in plaintext, as asked for", run).await;
    let secured = scene.ways.door != Door::Plaintext;
    let strange = anyrfc_core::TlsConfig::with_ca_pem(Pki::new().ca_pem());
    if scene.ways.door == Door::Tls {
        let run = async {
            let client = scene.builder().connect(&scene.url()).await?;
            ensure(client.tls_info().is_some(), || "no TLS".into())?;
            Ok(client.quit().await?)
        };
        table.run(CONNECT, "TLS from the first byte", run).await;
        let run = async {
            let builder = SmtpClient::builder().tls(strange.clone());
            is(&failed(builder.connect(&scene.url()).await)?, ErrorKind::Tls)
        };
        table.run(CONNECT, "TLS, a certificate of somebody else's", run).await;
        let run = async {
            let stream = TcpStream::connect(scene.door).await?;
            is(&failed(scene.builder().connect_over("smtps://mail.example", stream).await)?, ErrorKind::Tls)
        };
        table.run(CONNECT, "TLS, a certificate for another name", run).await;
    }
    let address = scene.starttls.or(scene.lmtp).unwrap_or(scene.door);
    let upgrading = || SmtpClient::builder().start_tls(scene.tls.clone()).key_cache(&scene.cache);
    if secured {
        let run = async {
            let client = upgrading().connect(&scene.bare_url(address)).await?;
            ensure(client.tls_info().is_some(), || "no TLS".into())?;
            ensure(!client.has(Extension::StartTls), || "STARTTLS within TLS".into())?;
            Ok(client.quit().await?)
        };
        table.run(CONNECT, "STARTTLS", run).await;
        let run = async {
            let tap = Tap::new(address, Lines::Same).await?;
            let builder = SmtpClient::builder().start_tls(strange.clone());
            is(&failed(builder.connect(&scene.bare_url(tap.address())).await)?, ErrorKind::Tls)?;
            hello_alone(&tap, &["STARTTLS"])
        };
        table.run(CONNECT, "STARTTLS, a certificate of somebody else's", run).await;
    }
    let run = async {
        let tap = Tap::new(address, Lines::WithoutStartTls).await?;
        is(&failed(upgrading().connect(&scene.bare_url(tap.address())).await)?, ErrorKind::Unsupported)?;
        hello_alone(&tap, &["QUIT"])
    };
    table.run(CONNECT, "STARTTLS is not offered", run).await;
    if scene.ways.logins != Logins::Nobody {
        table.run(CONNECT, "a password is not shown in plaintext", silent(scene)).await;
    }
}

/// With PLAIN and LOGIN alone there is no way to log in without TLS.
async fn silent(scene: &Scene) -> Result<()> {
    let tap = Tap::new(scene.plaintext, Lines::Same).await?;
    let policy = Policy::default().only([MechanismName::PLAIN, MechanismName::LOGIN]);
    let builder = SmtpClient::builder().security(Security::Plaintext).sasl(policy);
    let mut client = builder.connect(&scene.bare_url(tap.address())).await?;
    is(&failed(client.authenticate(&password(0)).await)?, ErrorKind::Unsupported)?;
    client.noop().await?;
    hello_alone(&tap, &["NOOP"])
}

/// Nothing was said but the hello and these; what follows STARTTLS is TLS.
fn hello_alone(tap: &Tap, others: &[&str]) -> Result<()> {
    let said = tap.said();
    let lines = said.split("\r\n").filter(|line| !line.is_empty());
    let mut lines = lines.take_while(|line| line.is_ascii() && !line.contains('\u{1}'));
    let fits =
        lines.all(|line| line.starts_with("EHLO ") || line.starts_with("LHLO ") || others.contains(&line));
    ensure(fits && !said.contains("AUTH"), || format!("{said:?} was said"))
}

/// What the peer offers to a client, and to somebody who reads lines: they are the same.
async fn features(scene: &Scene) -> Result<()> {
    let verb = if scene.ways.door == Door::Lmtp { "LHLO" } else { "EHLO" };
    let mut stream = BufReader::new(TcpStream::connect(scene.plaintext).await?);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    stream.get_mut().write_all(format!("{verb} [127.0.0.1]\r\n").as_bytes()).await?;
    let mut raw = Vec::new();
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let (code, text) = line.split_at_checked(4).ok_or("a short line")?;
        raw.push(text.trim_end().to_ascii_uppercase());
        if code == "250 " {
            break;
        }
        same(code, "250-")?;
    }
    // The first line is a greeting.
    raw.remove(0);
    raw.retain(|line| !line.is_empty());
    let builder: Builder = scene.bare_builder();
    let client = builder.connect(&scene.bare_url(scene.plaintext)).await?;
    let capabilities = client.capabilities().ok_or("no capabilities")?;
    let told = |(keyword, arguments): (&str, &str)| format!("{keyword} {arguments}");
    let mut read: Vec<_> = capabilities.keywords().map(told).collect();
    read.iter_mut().for_each(|line| *line = line.trim_end().to_ascii_uppercase());
    raw.sort_unstable();
    read.sort_unstable();
    same(read, raw)?;
    Ok(client.quit().await?)
}
