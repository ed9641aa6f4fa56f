//! The device flow with a server that says when it is asked too often, and what else it has.

use std::time::Duration;

use anyrfc_oauth2::{
    ClientId, ClientSecret, ErrorKind, OAuth2Client,
    client::ReqwestClient,
    codec::callback::Callback,
    proto::{ClientAuthentication, DeviceEvent, DeviceFlow, DeviceRequest, DeviceStep, Grant},
};
use indicatif::ProgressBar;

use super::{Site, fails, redirect, scope};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        oauth2::glewlwyd::{CLIENT, SCOPE, api, user},
        peer::{Outcome, Running},
    },
};

/// Runs every case.
pub(in crate::interop::oauth2) async fn drive(running: &Running, progress: &ProgressBar) -> Result<Outcome> {
    let address = running.address();
    let site = Site { issuer: format!("{}/oidc", api(address)), http: ReqwestClient::new()? };
    let client = async || -> Result<OAuth2Client> {
        let proof = ClientAuthentication::SecretBasic(ClientSecret::new(CLIENT.1)?);
        let discover = OAuth2Client::discover(&*site.issuer).allow_loopback_http().http(site.http.clone());
        Ok(discover.client(ClientId::new(CLIENT.0)?).await?.authentication(proof).build()?)
    };
    let mut table = Table::new(progress, "areas");
    table
        .run("grants", "client credentials", async {
            let token = client().await?.client_credentials().scope(scope(SCOPE)?).send().await?;
            ensure(token.access_token.expose().split('.').count() == 3, || format!("{token:?}"))
        })
        .await;
    table
        .run("grants", "a scope that the client may not have", async {
            // Its word for it is `scope_invalid`.
            fails(
                client().await?.client_credentials().scope(scope("nosuch")?).send().await,
                ErrorKind::Refused,
            )
            .map(drop)
        })
        .await;
    for pushed in [false, true] {
        table
            .run("code", if pushed { "pushed" } else { "with PKCE" }, async {
                let client = client().await?;
                let asked = client.authorization_code(redirect()?).scope(scope(SCOPE)?);
                let request = client.begin(if pushed { asked.pushed() } else { asked }).await?;
                let url = format!("{}&g_continue", request.url());
                let end = user(address).await?.until(&url, super::REDIRECT).await?;
                let tokens = client.finish(request.into_pending(), &Callback::from_url(&end)?).await?;
                let refresh = tokens.refresh_token.ok_or("no refresh token")?;
                client.refresh(&refresh).send().await.map(drop).map_err(Into::into)
            })
            .await;
    }
    table
        .run("device", "the user agrees after a while", async {
            let client = client().await?;
            let mut login = client.device_authorization().scope(scope(SCOPE)?).send().await?;
            let url = login.authorization().verification_uri_complete().ok_or("no complete URI")?.to_owned();
            let mut waits = 0;
            let agrees = async {
                tokio::time::sleep(Duration::from_millis(1500)).await;
                user(address).await?.page(&format!("{url}&g_continue")).await
            };
            let (tokens, page) = tokio::join!(login.poll(|_| waits += 1), agrees);
            page?;
            tokens?;
            ensure(waits >= 2, || format!("it waited {waits} times only"))
        })
        .await;
    table
        .run("device", "asked too often, each of two slows down for good", async {
            let client = client().await?;
            let request = DeviceRequest::new().scope(scope(SCOPE)?);
            let codes = client.run(request.exchange(client.config())?).await?;
            // Two who do not know of each other ask with the same code.
            let mut flows = [0, 300].map(|later| {
                let then = client.now().after(Duration::from_millis(later));
                DeviceFlow::new(client.config(), &request, codes.clone(), &then)
            });
            let interval = codes.interval();
            for _ in 0..40 {
                for flow in &mut flows {
                    if let DeviceStep::Ask(exchange) = flow.next(&client.now())? {
                        let answer = client.run(*exchange).await;
                        flow.answer(answer, &client.now())?;
                        let progress = flow.progress(&client.now());
                        if matches!(progress.event, DeviceEvent::SlowedDown) {
                            return ensure(progress.interval == interval + Duration::from_secs(5), || {
                                format!("the interval is {:?}", progress.interval)
                            });
                        }
                    }
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            Err("the server never said slow_down".into())
        })
        .await;
    table
        .run("device", "a code that nobody has", async {
            let grant = Grant::extension("urn:ietf:params:oauth:grant-type:device_code")
                .parameter("device_code", "nothing");
            ensure(client().await?.grant(grant).send().await.is_err(), || "it was taken".into())
        })
        .await;
    Ok(table.outcome())
}
