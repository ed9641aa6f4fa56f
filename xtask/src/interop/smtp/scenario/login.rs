//! Every mechanism that a peer offers.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyrfc_core::{BoxFuture, CredentialReason, CredentialRequest, CredentialSource, ErrorKind};
use anyrfc_sasl::{Credentials, MechanismName, Policy};
use anyrfc_smtp::{CredentialError, SmtpClient};

use super::{Logins, Scene, address, deliver, envelope, failed, is, password, same};
use crate::{
    Result,
    interop::{
        cases::{Case, Certificates, Table, ensure},
        imap::token,
        smtp::{TOKEN, USERS},
    },
};

const LOGIN: &str = "login";
const USER: &str = USERS[0].0;

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let offered = match offered(scene).await {
        Ok(offered) => offered,
        Err(error) => {
            table.run(LOGIN, "what is offered", async { Err(error) }).await;
            return;
        }
    };
    if offered.is_empty() || scene.ways.logins == Logins::Anybody {
        return;
    }
    let mut cases: Vec<(String, Case<'_>)> = Vec::new();
    for name in &offered {
        // Without anything to prove there is nothing that could be wrong.
        if ![MechanismName::ANONYMOUS, MechanismName::EXTERNAL, MechanismName::GSSAPI].contains(name) {
            cases.push((format!("{name}, what is wrong"), Box::pin(wronged(scene, *name))));
        }
        if scene.ways.logins != Logins::Nobody {
            cases.push((name.to_string(), Box::pin(right(scene, *name))));
        }
    }
    // Some let whoever is wrong wait.
    table.together(LOGIN, cases).await;
    if scene.ways.logins == Logins::Nobody {
        return;
    }
    let run = async {
        let mut client = scene.builder().connect(&scene.url()).await?;
        let source = Renewing::default();
        client.authenticate(&source).await?;
        same(source.asked.load(Ordering::Relaxed), 2)?;
        Ok(client.quit().await?)
    };
    table.run(LOGIN, "asked once more after a refusal", run).await;
    let run = async {
        let mut client = scene.builder().connect(&scene.url()).await?;
        let login = client.authenticate(&password(0)).await?;
        let all = ["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"];
        let strongest = all.into_iter().find(|name| offered.iter().any(|one| one.as_str() == *name));
        same(Some(login.mechanism.as_str()), strongest)?;
        // Whoever is logged in may send.
        deliver(&mut client, envelope("login@sender.test", &address(0))?, b"Subject: login\r\n\r\n").await?;
        is(&failed(client.authenticate(&password(0)).await)?, ErrorKind::Usage)?;
        Ok(client.quit().await?)
    };
    table.run(LOGIN, "the strongest for a password, and a message", run).await;
}

/// What the peer offers before a login.
async fn offered(scene: &Scene) -> Result<Vec<MechanismName>> {
    let client = scene.builder().connect(&scene.url()).await?;
    let capabilities = client.capabilities().ok_or("no capabilities")?;
    let offered = capabilities.auth_mechanisms().to_vec();
    client.quit().await?;
    Ok(offered)
}

fn by_token(token: String) -> Credentials {
    let mut credentials = Credentials::bearer(token);
    credentials.user = Some(USER.into());
    credentials
}

/// A client that is to log in by nothing else.
async fn connect(scene: &Scene, name: MechanismName) -> Result<SmtpClient> {
    let policy = Policy::default().only([name]);
    let policy = if name == MechanismName::ANONYMOUS { policy.anonymous("interop") } else { policy };
    // Where both sides can, nothing else than what is bound would do.
    let policy = if name.is_plus() { policy } else { policy.danger_without_channel_binding() };
    let builder = scene.builder().sasl(policy);
    let builder = if name == MechanismName::EXTERNAL {
        builder.tls(Certificates::certified(&scene.dir)?)
    } else {
        builder
    };
    Ok(builder.connect(&scene.url()).await?)
}

/// What is right lets alice in, and the server proves itself where it can.
async fn right(scene: &Scene, name: MechanismName) -> Result<()> {
    let credentials = match name.as_str() {
        "OAUTHBEARER" | "XOAUTH2" if scene.ways.logins == Logins::KnownToken => by_token(TOKEN.to_owned()),
        "OAUTHBEARER" | "XOAUTH2" => by_token(token::good(USER)?),
        "ANONYMOUS" => Credentials::default(),
        "EXTERNAL" => {
            let mut credentials = Credentials::default();
            credentials.client_certificate = true;
            credentials
        }
        _ => password(0),
    };
    let mut client = connect(scene, name).await?;
    let login = client.authenticate(&credentials).await?;
    same(login.mechanism, name)?;
    let proves = name.as_str().starts_with("SCRAM") || name.as_str() == "DIGEST-MD5";
    ensure(login.mutual == proves, || format!("mutual: {}", login.mutual))?;
    ensure(client.is_authenticated(), || "not logged in".into())?;
    client.noop().await?;
    Ok(client.quit().await?)
}

/// What is wrong does not, and the connection is as good as before.
async fn wronged(scene: &Scene, name: MechanismName) -> Result<()> {
    let credentials = match name.as_str() {
        "OAUTHBEARER" | "XOAUTH2" => by_token(token::expired(USER)?),
        _ => Credentials::password(USER, "Alicepw".to_owned()),
    };
    let mut client = connect(scene, name).await?;
    is(&failed(client.authenticate(&credentials).await)?, ErrorKind::Auth)?;
    ensure(!client.is_authenticated(), || "logged in all the same".into())?;
    client.noop().await?;
    Ok(client.quit().await?)
}

/// Has the wrong password until it is told so.
#[derive(Default)]
struct Renewing {
    asked: AtomicUsize,
}

impl CredentialSource for Renewing {
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, std::result::Result<Credentials, CredentialError>> {
        Box::pin(async move {
            self.asked.fetch_add(1, Ordering::Relaxed);
            Ok(match request.reason {
                CredentialReason::Rejected => password(0),
                _ => Credentials::password(USER, "yesterday's".to_owned()),
            })
        })
    }
}
