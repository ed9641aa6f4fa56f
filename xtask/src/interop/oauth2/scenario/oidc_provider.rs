//! Every grant and what surrounds it, at a certified provider.

use std::{path::PathBuf, sync::Arc};

use anyrfc_jwt::JwsAlgorithm;
use anyrfc_oauth2::{
    AccessToken, ClientSecret, ErrorCode, ErrorKind, OAuth2Client, RefreshToken, TokenResponse, TokenType,
    client::{
        Loopback, ReqwestClient,
        store::{MemoryStore, StoreKey, TokenStore as _},
    },
    proto::{ClientAuthentication, DpopKey, Presented, Prompt, ResponseMode, SecurityToken, TokenExchange},
};
use indicatif::ProgressBar;

use super::{Site, example, fails, key, mail, openid, redirect, refused, scope, secured};
use crate::{
    Result,
    interop::{
        cases::{AUTHORITY, Table, ensure, noted},
        doctor::{self, Visit},
        oauth2::{
            USER,
            oidc_provider::{IMAPS, NONCE, SECURED, secret},
        },
        peer::{Outcome, Running},
    },
};

const OPENID: &str = "openid email offline_access";
const API: &str = "https://api.example/";

/// The provider at its three addresses.
#[derive(Debug)]
struct Scene {
    dir: PathBuf,
    plain: Site,
    nonce: Site,
    secured: Site,
    certified: Site,
}

/// Runs every case.
pub(in crate::interop::oauth2) async fn drive(running: &Running, progress: &ProgressBar) -> Result<Outcome> {
    let dir = running.dir().to_owned();
    let issuer = format!("https://localhost:{}", noted(&dir, SECURED)?.port());
    let over_tls = |http: ReqwestClient| Site { issuer: issuer.clone(), http };
    let scene = Scene {
        plain: Site::plain(running.address())?,
        nonce: Site::plain(noted(&dir, NONCE)?)?,
        secured: over_tls(secured(&dir, false)?),
        certified: over_tls(secured(&dir, true)?),
        dir,
    };
    let mut table = Table::new(progress, "areas");
    discovery(&scene, &mut table).await;
    code(&scene, &mut table).await;
    requests(&scene, &mut table).await;
    headless(&scene, &mut table).await;
    dpop(&scene, &mut table).await;
    tokens(&scene, &mut table).await;
    openid::cases(&scene.plain, &mut table).await;
    openid::registration(&scene.plain, &scene.dir, &mut table).await;
    example::cases(&scene.plain, &mut table).await;
    mail::cases(&scene.plain, noted(&scene.dir, IMAPS)?, &scene.dir, &mut table).await;
    let mut outcome = table.outcome();
    let url = &scene.plain.issuer;
    let stranger = |name, url: &str, ca| Visit { name, url: url.to_owned(), ca, login: None, more: &[] };
    let visits = [
        stranger("a stranger", url, None),
        stranger("a stranger, over TLS", &issuer, Some(scene.dir.join(AUTHORITY))),
        Visit {
            name: "a client",
            url: url.clone(),
            ca: None,
            login: Some(("basic", secret("basic")?)),
            more: &["--client-id", "basic", "--redirect-uri", "http://127.0.0.1/callback"],
        },
    ];
    doctor::examine(&mut outcome, &visits).await;
    Ok(outcome)
}

async fn discovery(scene: &Scene, table: &mut Table<'_>) {
    table
        .run("discovery", "by RFC 8414", async {
            let server = OAuth2Client::discover(&*scene.plain.issuer).allow_loopback_http().fetch().await?;
            ensure(
                server.issuer.as_ref().is_some_and(|issuer| issuer.as_str() == scene.plain.issuer),
                || "another issuer".into(),
            )?;
            ensure(server.pushed_authorization_request_endpoint.is_some(), || {
                "no endpoint for pushed requests".into()
            })?;
            ensure(server.authorization_response_iss_parameter_supported, || "iss is not announced".into())
        })
        .await;
    table
        .run("discovery", "http is refused unless it was asked for", async {
            fails(OAuth2Client::discover(&*scene.plain.issuer).fetch().await, ErrorKind::Usage).map(drop)
        })
        .await;
    table
        .run("discovery", "another name of the same server is another issuer", async {
            let other = scene.plain.issuer.replace("127.0.0.1", "localhost");
            fails(OAuth2Client::discover(other).allow_loopback_http().fetch().await, ErrorKind::Protocol)
                .map(drop)
        })
        .await;
    table
        .run("discovery", "a server with an unknown certificate is not asked", async {
            let stranger = OAuth2Client::discover(&*scene.secured.issuer).http(ReqwestClient::new()?);
            fails(stranger.fetch().await, ErrorKind::Tls).map(drop)
        })
        .await;
    table.run("discovery", "over TLS", async { scene.secured.public("public").await.map(drop) }).await;
}

async fn code(scene: &Scene, table: &mut Table<'_>) {
    let site = &scene.plain;
    {
        table
            .run("code", "through the listener", async {
                let client = site.public("public").await?;
                let mut loopback = Loopback::bind()?;
                let wanted = loopback.redirect_uri();
                let request = client
                    .begin(client.authorization_code(wanted).scope(scope(OPENID)?).prompt(Prompt::Consent))
                    .await?;
                let url = request.url().to_owned();
                let mut browser = site.browser();
                let (callback, page) = tokio::join!(loopback.callback(request.pending()), browser.page(&url));
                ensure(!page?.is_empty(), || "the browser was shown nothing".into())?;
                let tokens = client.finish(request.into_pending(), &callback?).await?;
                ensure(tokens.token_type == TokenType::Bearer && tokens.refresh_token.is_some(), || {
                    format!("{tokens:?}")
                })
            })
            .await;
    }
    table
        .run("code", "the user says no", async {
            let client = site.public("public").await?;
            let asked = client.authorization_code(redirect()?).scope(scope("openid")?).login_hint("deny");
            let (pending, callback) = site.asked(&client, asked).await?;
            refused(client.finish(pending, &callback).await, &ErrorCode::AccessDenied).map(drop)
        })
        .await;
    table
        .run("code", "an answer to another request is not taken", async {
            let client = site.public("public").await?;
            let other = client.begin(client.authorization_code(redirect()?).scope(scope("openid")?)).await?;
            let (_, callback) =
                site.asked(&client, client.authorization_code(redirect()?).scope(scope("openid")?)).await?;
            fails(client.finish(other.into_pending(), &callback).await, ErrorKind::Protocol).map(drop)
        })
        .await;
    table
        .run("code", "a code is good for one exchange", async {
            let client = site.public("public").await?;
            let (pending, callback) =
                site.asked(&client, client.authorization_code(redirect()?).scope(scope("openid")?)).await?;
            let kept = pending.to_secret();
            client.finish(pending, &callback).await?;
            let again = anyrfc_oauth2::proto::Pending::from_secret(kept.expose())?;
            refused(client.finish(again, &callback).await, &ErrorCode::InvalidGrant).map(drop)
        })
        .await;
    table
        .run("code", "a client with a password that must be encoded", async {
            let client = basic(site).await?;
            let tokens =
                site.tokens(&client, client.authorization_code(redirect()?).scope(scope("openid")?)).await?;
            ensure(tokens.id_token.is_some(), || "no ID token".into())
        })
        .await;
    table
        .run("code", "a client whose key signs", async {
            let client = by_key(scene).await?;
            let tokens =
                site.tokens(&client, client.authorization_code(redirect()?).scope(scope("openid")?)).await?;
            ensure(tokens.id_token.is_some(), || "no ID token".into())
        })
        .await;
}

async fn basic(site: &Site) -> Result<OAuth2Client> {
    let secret = ClientSecret::new(secret("basic")?)?;
    Ok(site.client("basic").await?.authentication(ClientAuthentication::SecretBasic(secret)).build()?)
}

async fn by_key(scene: &Scene) -> Result<OAuth2Client> {
    let proof = ClientAuthentication::private_key_jwt(&key(&scene.dir)?)?;
    Ok(scene.plain.client("key-jwt").await?.authentication(proof.into()).build()?)
}

async fn requests(scene: &Scene, table: &mut Table<'_>) {
    let site = &scene.plain;
    table
        .run("requests", "pushed, where the client may choose", async {
            let client = site.public("public").await?;
            let asked = client.authorization_code(redirect()?).scope(scope("openid")?).pushed();
            site.tokens(&client, asked).await.map(drop)
        })
        .await;
    table
        .run("requests", "pushed, where the client has to", async {
            let client = site.public("par").await?;
            let asked = client.authorization_code(redirect()?).scope(scope("openid")?);
            site.tokens(&client, asked.pushed()).await.map(drop)
        })
        .await;
    table
        .run("requests", "not pushed, where the client has to", async {
            let client = site.public("par").await?;
            let (pending, callback) =
                site.asked(&client, client.authorization_code(redirect()?).scope(scope("openid")?)).await?;
            refused(client.finish(pending, &callback).await, &ErrorCode::InvalidRequest).map(drop)
        })
        .await;
    for pushed in [false, true] {
        table
            .run("requests", if pushed { "signed and pushed" } else { "signed" }, async {
                let client = site.public("jar").await?;
                let asked = client
                    .authorization_code(redirect()?)
                    .scope(scope("openid")?)
                    .signed_by(key(&scene.dir)?);
                site.tokens(&client, if pushed { asked.pushed() } else { asked }).await.map(drop)
            })
            .await;
    }
    table
        .run("requests", "answered by a signed JWT", async {
            let client = site.public("jarm").await?;
            let asked = client
                .authorization_code(redirect()?)
                .scope(scope("openid")?)
                .response_mode(ResponseMode::QueryJwt);
            let (pending, callback) = site.asked(&client, asked).await?;
            let token = callback.parameter("response").ok_or("the answer is no JWT")?;
            let keys = client.keys_for(token).await?;
            client.finish_signed(pending, &callback, &*keys).await.map(drop).map_err(Into::into)
        })
        .await;
    table
        .run("requests", "an answer that is a JWT is not taken unverified", async {
            let client = site.public("jarm").await?;
            let asked = client
                .authorization_code(redirect()?)
                .scope(scope("openid")?)
                .response_mode(ResponseMode::QueryJwt);
            let (pending, callback) = site.asked(&client, asked).await?;
            fails(pending.redeem(client.config(), &callback), ErrorKind::Usage).map(drop)
        })
        .await;
    table
        .run("requests", "for a resource", async {
            let client = site.public("public").await?;
            let asked = client
                .authorization_code(redirect()?)
                .scope(scope("openid api:read")?)
                .resource(API)
                .prompt(Prompt::Consent);
            let tokens = site.tokens(&client, asked).await?;
            ensure(tokens.access_token.expose().split('.').count() == 3, || {
                "the token is no JWT for the resource".into()
            })
        })
        .await;
    table
        .run("requests", "for a resource that the server does not know", async {
            let client = site.public("public").await?;
            let asked = client
                .authorization_code(redirect()?)
                .scope(scope("openid")?)
                .resource("https://elsewhere.example/");
            let (pending, callback) = site.asked(&client, asked).await?;
            refused(client.finish(pending, &callback).await, &ErrorCode::InvalidTarget).map(drop)
        })
        .await;
}

async fn headless(scene: &Scene, table: &mut Table<'_>) {
    let site = &scene.plain;
    table
        .run("clients", "client_secret_basic", async {
            basic(site).await?.client_credentials().send().await.map(drop).map_err(Into::into)
        })
        .await;
    table
        .run("clients", "client_secret_basic, wrong", async {
            let wrong = ClientAuthentication::SecretBasic(ClientSecret::new("another")?);
            let client = site.client("basic").await?.authentication(wrong).build()?;
            refused(client.client_credentials().send().await, &ErrorCode::InvalidClient).map(drop)
        })
        .await;
    table
        .run("clients", "client_secret_post", async {
            let proof = ClientAuthentication::SecretPost(ClientSecret::new(secret("post")?)?);
            let client = site.client("post").await?.authentication(proof).build()?;
            client.client_credentials().send().await.map(drop).map_err(Into::into)
        })
        .await;
    table
        .run("clients", "client_secret_jwt", async {
            let proof = ClientAuthentication::client_secret_jwt(
                &ClientSecret::new(secret("jwt")?)?,
                JwsAlgorithm::Hs256,
            )?;
            let client = site.client("secret-jwt").await?.authentication(proof.into()).build()?;
            client.client_credentials().send().await?;
            // A second assertion, since the first is spent.
            client.client_credentials().send().await.map(drop).map_err(Into::into)
        })
        .await;
    table
        .run("clients", "private_key_jwt", async {
            by_key(scene).await?.client_credentials().send().await.map(drop).map_err(Into::into)
        })
        .await;
    for (id, proof) in [
        ("certificate", ClientAuthentication::TlsClientAuth),
        ("self-signed", ClientAuthentication::SelfSignedTlsClientAuth),
    ] {
        table
            .run("clients", proof.name(), async {
                let client = scene.certified.client(id).await?.authentication(proof.clone()).build()?;
                let token = client.client_credentials().send().await?;
                ensure(token.token_type == TokenType::Bearer, || format!("{token:?}"))
            })
            .await;
        table
            .run("clients", format!("{} without a certificate", proof.name()), async {
                let client = scene.secured.client(id).await?.authentication(proof.clone()).build()?;
                refused(client.client_credentials().send().await, &ErrorCode::InvalidClient).map(drop)
            })
            .await;
    }
    table
        .run("clients", "a method that the server does not offer is not tried", async {
            let client =
                site.client("public").await?.authentication(ClientAuthentication::TlsClientAuth).build();
            match client {
                Err(_) => Ok(()),
                Ok(client) => {
                    ensure(client.client_credentials().send().await.is_err(), || "it was tried".into())
                }
            }
        })
        .await;
    table
        .run("grants", "client credentials for a resource", async {
            let token = basic(site)
                .await?
                .client_credentials()
                .resource(API)
                .scope(scope("api:read")?)
                .send()
                .await?;
            ensure(token.access_token.expose().split('.').count() == 3, || {
                "the token is no JWT for the resource".into()
            })
        })
        .await;
    table
        .run("grants", "scopes that are needed and not granted", async {
            let client = basic(site).await?;
            let asked = client
                .client_credentials()
                .resource(API)
                .scope(scope("api:read")?)
                .require_scope(scope("api:write")?);
            let error = asked.send().await.err().ok_or("it went well")?;
            ensure(error.missing_scope().is_some_and(|missing| missing.contains("api:write")), || {
                error.to_string()
            })
        })
        .await;
    table
        .run("grants", "token exchange", async {
            let client = basic(site).await?;
            let subject = client.client_credentials().send().await?;
            let exchange = TokenExchange::new(SecurityToken::access(&subject.access_token));
            let token = client.token_exchange(exchange).send().await?;
            ensure(token.issued_token_type.is_some() && token.access_token != subject.access_token, || {
                format!("{token:?}")
            })
        })
        .await;
    table
        .run("grants", "token exchange of what is no token", async {
            let client = basic(site).await?;
            let exchange = TokenExchange::new(SecurityToken::access(&AccessToken::new("nothing")?));
            refused(client.token_exchange(exchange).send().await, &ErrorCode::InvalidGrant).map(drop)
        })
        .await;
    table
        .run("device", "the user agrees, and the tokens are refreshed", async {
            let tokens = device(site).await?;
            let refresh = tokens.refresh_token.ok_or("no refresh token")?;
            let client = site.public("public").await?;
            client.refresh(&refresh).send().await.map(drop).map_err(Into::into)
        })
        .await;
    table
        .run("device", "the user says no", async {
            let client = site.public("public").await?;
            let mut login = client
                .device_authorization()
                .scope(scope("openid")?)
                .parameter("login_hint", "deny")
                .send()
                .await?;
            agree(site, login.authorization().verification_uri_complete().ok_or("no complete URI")?, false)
                .await?;
            refused(login.poll(|_| ()).await, &ErrorCode::AccessDenied).map(drop)
        })
        .await;
}

/// The device flow with a user who agrees.
pub(super) async fn device(site: &Site) -> Result<TokenResponse> {
    let client = site.public("public").await?;
    let mut login =
        client.device_authorization().scope(scope(OPENID)?).parameter("prompt", "consent").send().await?;
    let url = login.authorization().verification_uri_complete().ok_or("no complete URI")?.to_owned();
    agree(site, &url, true).await?;
    Ok(login.poll(|_| ()).await?)
}

/// What the user does in her browser: she sends the code off, and says yes or no.
pub(super) async fn agree(site: &Site, url: &str, yes: bool) -> Result<()> {
    let mut browser = site.browser();
    let at = url.split('?').next().unwrap_or(url).to_owned();
    let code = url.rsplit_once("user_code=").ok_or("no user_code")?.1.to_owned();
    let mut page = browser.page(url).await?;
    // The code is on its way once, and confirmed once.
    for word in [None, Some(if yes { "confirm" } else { "abort" })] {
        let mut form = anyrfc_oauth2::codec::form::Form::new();
        form.set("xsrf", field(&page, "xsrf")?);
        form.set("user_code", code.clone());
        if let Some(word) = word {
            form.set(word, "yes".to_owned());
        }
        page = browser.submit(&at, form.encode()).await?;
    }
    Ok(())
}

/// The value of a hidden field of a page.
fn field(page: &str, name: &str) -> Result<String> {
    let at =
        page.find(&format!("name=\"{name}\"")).ok_or_else(|| format!("no {name} on the page: {page}"))?;
    let value =
        page.get(at..).and_then(|rest| rest.split("value=\"").nth(1)).and_then(|rest| rest.split('"').next());
    Ok(value.ok_or("a field without a value")?.to_owned())
}

async fn dpop(scene: &Scene, table: &mut Table<'_>) {
    for (site, about) in [(&scene.plain, "without nonces"), (&scene.nonce, "with nonces")] {
        table
            .run("DPoP", format!("code, refresh and UserInfo {about}"), async {
                let key = DpopKey::generate(JwsAlgorithm::Es256)?;
                let client = site.client("dpop").await?.dpop(key).build()?;
                let tokens = site
                    .tokens(
                        &client,
                        client.authorization_code(redirect()?).scope(scope(OPENID)?).prompt(Prompt::Consent),
                    )
                    .await?;
                ensure(tokens.token_type == TokenType::Dpop, || format!("{tokens:?}"))?;
                let refresh = tokens.refresh_token.as_ref().ok_or("no refresh token")?;
                let fresh = client.refresh(refresh).send().await?;
                ensure(fresh.token_type == TokenType::Dpop, || format!("{fresh:?}"))?;
                let info = client.userinfo_of(&fresh, "alice", None).await?;
                ensure(info.subject == "alice", || format!("{info:?}"))
            })
            .await;
        table
            .run("DPoP", format!("a token is no use with another key {about}"), async {
                let client =
                    site.client("dpop").await?.dpop(DpopKey::generate(JwsAlgorithm::Es256)?).build()?;
                let tokens = site
                    .tokens(
                        &client,
                        client.authorization_code(redirect()?).scope(scope(OPENID)?).prompt(Prompt::Consent),
                    )
                    .await?;
                let thief =
                    site.client("dpop").await?.dpop(DpopKey::generate(JwsAlgorithm::Es256)?).build()?;
                ensure(thief.userinfo_of(&tokens, "alice", None).await.is_err(), || {
                    "UserInfo answered".into()
                })?;
                let refresh = tokens.refresh_token.as_ref().ok_or("no refresh token")?;
                ensure(thief.refresh(refresh).send().await.is_err(), || "it was refreshed".into())
            })
            .await;
    }
    table
        .run("DPoP", "a key of Ed25519", async {
            let client =
                scene.plain.client("dpop").await?.dpop(DpopKey::generate(JwsAlgorithm::EdDsa)?).build()?;
            let asked = client.authorization_code(redirect()?).scope(scope("openid")?);
            let tokens = scene.plain.tokens(&client, asked).await?;
            ensure(tokens.token_type == TokenType::Dpop, || format!("{tokens:?}"))
        })
        .await;
}

async fn tokens(scene: &Scene, table: &mut Table<'_>) {
    let site = &scene.plain;
    table
        .run("tokens", "rotation: the old refresh token kills the family", async {
            let client = site.public("public").await?;
            let tokens = site
                .tokens(
                    &client,
                    client.authorization_code(redirect()?).scope(scope(OPENID)?).prompt(Prompt::Consent),
                )
                .await?;
            let first = tokens.refresh_token.ok_or("no refresh token")?;
            let second =
                client.refresh(&first).send().await?.refresh_token.ok_or("no second refresh token")?;
            ensure(first != second, || "it was not rotated".into())?;
            refused(client.refresh(&first).send().await, &ErrorCode::InvalidGrant)?;
            refused(client.refresh(&second).send().await, &ErrorCode::InvalidGrant).map(drop)
        })
        .await;
    table
        .run("tokens", "a source refreshes, keeps and says when only the user can help", async {
            let client = site.public("public").await?;
            let tokens = site
                .tokens(
                    &client,
                    client.authorization_code(redirect()?).scope(scope(OPENID)?).prompt(Prompt::Consent),
                )
                .await?;
            let store = Arc::new(MemoryStore::default());
            let source = client.token_source().subject(USER.0).store(Arc::clone(&store)).tokens(tokens)?;
            let first = source.token().await?;
            source.invalidate(&first);
            let second = source.token().await?;
            ensure(first.access_token() != second.access_token(), || "the same token again".into())?;
            // Started anew, from what is kept.
            let restarted = client.token_source().subject(USER.0).store(Arc::clone(&store)).stored()?;
            let third = restarted.token().await?;
            ensure(third.access_token() == second.access_token(), || "another token than was kept".into())?;
            let kept = store
                .load(&StoreKey::new(&*site.issuer, "public", USER.0))
                .await?
                .ok_or("nothing is kept")?;
            client.revoke(kept.refresh_token.as_ref().ok_or("no refresh token is kept")?).await?;
            restarted.invalidate(&third);
            let error = restarted.token().await.err().ok_or("a token was had")?;
            ensure(error.is_reauthorization_required(), || error.to_string())
        })
        .await;
    table
        .run("tokens", "revoked and looked into", async {
            let client = site.public("public").await?;
            let tokens = site
                .tokens(
                    &client,
                    client.authorization_code(redirect()?).scope(scope(OPENID)?).prompt(Prompt::Consent),
                )
                .await?;
            let resource_server = resource_server(site).await?;
            let before =
                resource_server.introspect(&tokens.access_token).await?.active().ok_or("it is not active")?;
            ensure(before.subject.as_deref() == Some("alice"), || format!("{before:?}"))?;
            client.revoke(&tokens.access_token).await?;
            ensure(!resource_server.introspect(&tokens.access_token).await?.is_active(), || {
                "it is still active".into()
            })
        })
        .await;
    table
        .run("tokens", "looked into, with a signed answer", async {
            let client = site.public("public").await?;
            let tokens =
                site.tokens(&client, client.authorization_code(redirect()?).scope(scope("openid")?)).await?;
            let answer = resource_server(site).await?.introspect_signed(&tokens.access_token).await?;
            ensure(answer.is_active(), || "it is not active".into())
        })
        .await;
    table
        .run("tokens", "what is unknown is revoked without a word", async {
            let client = site.public("public").await?;
            client.revoke(Presented::from(&RefreshToken::new("nothing")?)).await.map_err(Into::into)
        })
        .await;
}

async fn resource_server(site: &Site) -> Result<OAuth2Client> {
    let proof = ClientAuthentication::SecretBasic(ClientSecret::new(secret("resource_server")?)?);
    Ok(site.client("resource-server").await?.authentication(proof).build()?)
}
