//! Every mechanism that a peer offers.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyrfc_core::{BoxFuture, CredentialReason, CredentialRequest, CredentialSource, ErrorKind};
use anyrfc_imap::{CredentialError, ImapClient};
use anyrfc_sasl::{Credentials, MechanismName, Policy};

use super::{Scene, failed, is, password, same};
use crate::{
    Result,
    interop::{
        cases::{Certificates, Table, ensure},
        imap::{USERS, token},
    },
};

const LOGIN: &str = "login";
const USER: &str = USERS[0].0;

fn by_token(token: String) -> Credentials {
    let mut credentials = Credentials::bearer(token);
    credentials.user = Some(USER.into());
    credentials
}

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let offered = match offered(scene).await {
        Ok(offered) => offered,
        Err(error) => {
            table.run(LOGIN, "what is offered", async { Err(error) }).await;
            return;
        }
    };
    scene.answered("mechanisms", offered.join(" "));
    for name in &offered {
        let Ok(name) = name.parse::<MechanismName>() else {
            let run = async { Err(format!("{name} is offered, and nobody knows it").into()) };
            table.run(LOGIN, name, run).await;
            continue;
        };
        mechanism(scene, table, name).await;
    }
    let run = async {
        let mut client = scene.builder().connect(&scene.tls_url()).await?;
        let login = client.authenticate(&password(0)).await?;
        scene.answered("the mechanism chosen for a password", login.mechanism.as_str());
        let strongest = ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN"];
        let strongest = strongest.iter().find(|name| offered.iter().any(|offered| offered == *name));
        same(Some(login.mechanism.as_str()), strongest.copied())
    };
    table.run(LOGIN, "the strongest for a password", run).await;
    let run = async {
        let mut client = scene.builder().connect(&scene.tls_url()).await?;
        let source = Renewing::default();
        client.authenticate(&source).await?;
        same(source.asked.load(Ordering::Relaxed), 2)?;
        Ok(client.logout().await?)
    };
    table.run(LOGIN, "asked once more after a refusal", run).await;
    let run = async {
        let mut client = scene
            .bare_builder()
            .sasl(
                Policy::default()
                    .only([MechanismName::LOGIN])
                    .danger_reveal_in_plaintext(MechanismName::LOGIN),
            )
            .connect(&format!("imap://localhost:{}", scene.plaintext.port()))
            .await?;
        client.authenticate(&password(0)).await?;
        Ok(client.logout().await?)
    };
    table.run(LOGIN, "LOGIN in plaintext, as asked for", run).await;
}

/// What the peer offers before a login.
async fn offered(scene: &Scene) -> Result<Vec<String>> {
    let mut client = scene.builder().connect(&scene.tls_url()).await?;
    let capabilities = client.refresh_capabilities().await?;
    Ok(capabilities.auth_mechanisms().map(str::to_owned).collect())
}

/// One mechanism: what is right, and what is wrong.
async fn mechanism(scene: &Scene, table: &mut Table<'_>, name: MechanismName) {
    let connect = async |policy: Policy, certified: bool| -> Result<ImapClient> {
        let tls = if certified { Certificates::certified(&scene.dir)? } else { scene.tls.clone() };
        let builder = ImapClient::builder().tls(tls).sasl(policy).key_cache(&scene.cache);
        Ok(builder.connect(&scene.tls_url()).await?)
    };
    let only = || Policy::default().only([name.clone()]);
    let (right, wrong): (Result<Credentials>, Option<Result<Credentials>>) = match name.as_str() {
        "OAUTHBEARER" | "XOAUTH2" => {
            (token::good(USER).map(by_token), Some(token::expired(USER).map(by_token)))
        }
        "EXTERNAL" => {
            let mut credentials = Credentials::default();
            credentials.client_certificate = true;
            (Ok(credentials), None)
        }
        "ANONYMOUS" => (Ok(Credentials::default()), None),
        _ => (Ok(password(0)), Some(Ok(Credentials::password(USER, "Alicepw".to_owned())))),
    };
    let run = async {
        let policy = if name == MechanismName::ANONYMOUS { only().anonymous("interop") } else { only() };
        let mut client = connect(policy, name == MechanismName::EXTERNAL).await?;
        let login = client.authenticate(&right?).await?;
        same(login.mechanism.as_str(), name.as_str())?;
        let proves = name.as_str().starts_with("SCRAM") || name.as_str() == "DIGEST-MD5";
        ensure(login.mutual == proves, || format!("mutual: {}", login.mutual))?;
        client.select("INBOX").await?;
        Ok(client.logout().await?)
    };
    table.run(LOGIN, name.as_str(), run).await;
    let Some(wrong) = wrong else { return };
    let run = async {
        let mut client = connect(only(), false).await?;
        let error = failed(client.authenticate(&wrong?).await)?;
        is(&error, ErrorKind::Auth)?;
        ensure(!client.is_authenticated(), || "logged in all the same".into())?;
        // The connection is as good as before.
        client.noop().await?;
        Ok(client.logout().await?)
    };
    table.run(LOGIN, format!("{}, what is wrong", name.as_str()), run).await;
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
