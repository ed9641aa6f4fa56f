//! Every mechanism that a peer offers.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyrfc_core::{BoxFuture, CredentialReason, CredentialRequest, CredentialSource, ErrorKind};
use anyrfc_imap::{CredentialError, ImapClient};
use anyrfc_sasl::{Credentials, MechanismName, Policy};

use super::{Scene, failed, is, password, same};
use crate::{
    Result,
    interop::{
        cases::{Case, Certificates, Table, ensure},
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
    let mut cases: Vec<(String, Case<'_>)> = Vec::new();
    for name in &offered {
        match name.parse::<MechanismName>() {
            Ok(mechanism) => {
                // Without anything to prove there is nothing that could be wrong.
                if ![MechanismName::ANONYMOUS, MechanismName::EXTERNAL].contains(&mechanism) {
                    let wrong = Box::pin(wronged(scene, mechanism));
                    cases.push((format!("{name}, what is wrong"), wrong));
                }
                cases.push((name.clone(), Box::pin(right(scene, mechanism))));
            }
            Err(_) => {
                let unknown = async move { Err(format!("{name} is offered, and nobody knows it").into()) };
                cases.push((name.clone(), Box::pin(unknown)));
            }
        }
    }
    let again = async {
        let mut client = scene.builder().connect(&scene.tls_url()).await?;
        let source = Renewing::default();
        client.authenticate(&source).await?;
        same(source.asked.load(Ordering::Relaxed), 2)?;
        Ok(client.logout().await?)
    };
    cases.push(("asked once more after a refusal".into(), Box::pin(again)));
    // Some let whoever is wrong wait.
    table.together(LOGIN, cases).await;
    let run = async {
        let mut client = scene.builder().connect(&scene.tls_url()).await?;
        let login = client.authenticate(&password(0)).await?;
        scene.answered("the mechanism chosen for a password", login.mechanism.as_str());
        let strongest = ["SCRAM-SHA-512", "SCRAM-SHA-384", "SCRAM-SHA-256"];
        let bound = strongest.iter().map(|name| format!("{name}-PLUS"));
        let bound = bound.filter(|_| !scene.own_ways.binds_in_vain);
        let all = bound.chain(strongest.map(str::to_owned)).chain(["PLAIN".to_owned()]);
        let strongest = all.into_iter().find(|name| offered.contains(name));
        same(Some(login.mechanism.as_str()), strongest.as_deref())
    };
    table.run(LOGIN, "the strongest for a password", run).await;
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

/// A client that is to log in by nothing else.
async fn connect(scene: &Scene, name: &MechanismName) -> Result<ImapClient> {
    let tls = if *name == MechanismName::EXTERNAL {
        Certificates::certified(&scene.dir)?
    } else {
        scene.tls.clone()
    };
    let policy = Policy::default().only([*name]);
    let policy = if *name == MechanismName::ANONYMOUS { policy.anonymous("interop") } else { policy };
    // Where both sides can, nothing else than what is bound would do.
    let policy = if name.is_plus() { policy } else { policy.danger_without_channel_binding() };
    let builder = ImapClient::builder().tls(tls).sasl(policy).key_cache(&scene.cache);
    Ok(builder.connect(&scene.tls_url()).await?)
}

/// What is right lets alice in, and the server proves itself where it can.
async fn right(scene: &Scene, name: MechanismName) -> Result<()> {
    let credentials = match name.as_str() {
        "OAUTHBEARER" | "XOAUTH2" => by_token(token::good(USER)?),
        "ANONYMOUS" => Credentials::default(),
        "EXTERNAL" => {
            let mut credentials = Credentials::default();
            credentials.client_certificate = true;
            credentials
        }
        _ => password(0),
    };
    let mut client = connect(scene, &name).await?;
    let login = client.authenticate(&credentials).await;
    let by_token = credentials.token.is_some();
    if by_token && scene.own_ways.own_tokens {
        return is(&failed(login)?, ErrorKind::Auth);
    }
    if name.is_plus() && scene.own_ways.binds_in_vain {
        // What binds to nothing that both know lets nobody in.
        let error = failed(login)?;
        is(&error, ErrorKind::Auth)?;
        scene.answered(format!("login: {name}"), error.to_string());
        return ensure(!client.is_authenticated(), || "logged in all the same".into());
    }
    let login = login?;
    same(login.mechanism.as_str(), name.as_str())?;
    let proves = name.as_str().starts_with("SCRAM") || name.as_str() == "DIGEST-MD5";
    ensure(login.mutual == proves, || format!("mutual: {}", login.mutual))?;
    client.select("INBOX").await?;
    Ok(client.logout().await?)
}

/// What is wrong does not, and the connection is as good as before.
async fn wronged(scene: &Scene, name: MechanismName) -> Result<()> {
    let credentials = match name.as_str() {
        "OAUTHBEARER" | "XOAUTH2" => by_token(token::expired(USER)?),
        _ => Credentials::password(USER, "Alicepw".to_owned()),
    };
    let mut client = connect(scene, &name).await?;
    is(&failed(client.authenticate(&credentials).await)?, ErrorKind::Auth)?;
    ensure(!client.is_authenticated(), || "logged in all the same".into())?;
    client.noop().await?;
    Ok(client.logout().await?)
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
