//! Who the user is, and clients that register themselves.

use std::{path::Path, time::Duration};

use anyrfc_jwt::{JwkSet, JwsAlgorithm};
use anyrfc_oauth2::{
    AccessToken, ClientMetadata, ErrorCode, ErrorKind, OAuth2Client, TokenType, proto::ClientAuthentication,
};

use super::{Site, fails, key, redirect, refused, scope};
use crate::interop::cases::{Table, ensure};

pub(super) async fn cases(site: &Site, table: &mut Table<'_>) {
    for (id, algorithm) in
        [("public", None), ("jarm", Some(JwsAlgorithm::Es256)), ("ed25519", Some(JwsAlgorithm::Ed25519))]
    {
        table
            .run("OpenID", format!("an ID token of {id} is judged"), async {
                let client = site.public(id).await?;
                let asked = client
                    .authorization_code(redirect()?)
                    .scope(scope("openid email")?)
                    .max_age(Duration::from_secs(600));
                let (pending, callback) = site.asked(&client, asked).await?;
                let nonce = pending.nonce().ok_or("no nonce was sent")?.to_owned();
                let tokens = client.finish(pending, &callback).await?;
                let mut validation =
                    client.id_token_validation().nonce(nonce).max_age(Duration::from_secs(600));
                if let Some(algorithm) = algorithm {
                    validation = validation.algorithms(algorithm);
                }
                let id = client.id_token(&tokens, validation.clone()).await?;
                ensure(id.subject == "alice", || format!("{id:?}"))?;
                let other = validation.nonce("another");
                fails(client.id_token(&tokens, other).await, ErrorKind::Auth)?;
                let info = client.userinfo(&tokens, &id).await?;
                ensure(info.claims.get("email").is_some_and(|email| email == "alice@example.test"), || {
                    format!("{info:?}")
                })
            })
            .await;
    }
    table
        .run("OpenID", "UserInfo of somebody else is not taken", async {
            let client = site.public("public").await?;
            let tokens =
                site.tokens(&client, client.authorization_code(redirect()?).scope(scope("openid")?)).await?;
            fails(client.userinfo_of(&tokens, "bob", None).await, ErrorKind::Auth).map(drop)
        })
        .await;
    table
        .run("OpenID", "a token that is no good", async {
            let client = site.public("public").await?;
            let resource = client.resource(&AccessToken::new("nothing")?, &TokenType::Bearer);
            let url = client.server().userinfo_endpoint.as_ref().ok_or("no UserInfo")?.as_str().to_owned();
            let error = resource.get(&url).await.err().ok_or("it was taken")?;
            ensure(error.denied().is_some(), || error.to_string())
        })
        .await;
}

pub(super) async fn registration(site: &Site, dir: &Path, table: &mut Table<'_>) {
    table
        .run("registration", "registered, read, changed, used and gone", async {
            let server = OAuth2Client::discover(&*site.issuer).allow_loopback_http().fetch().await?;
            let registration = OAuth2Client::registration(&server).allow_loopback_http();
            let wanted = ClientMetadata::new()
                .name("AnyRFC")
                .redirect_uri(redirect()?)
                .extra("application_type", "native")
                .authentication_method("private_key_jwt")
                .extra("token_endpoint_auth_signing_alg", "ES256")
                .jwks(JwkSet::from_iter(key(dir)?.public_jwk()));
            let mut registered = registration.register(&wanted).await?;
            registration.read(&mut registered).await?;
            registration.update(&mut registered, &wanted.name("AnyRFC, renamed")).await?;
            ensure(registered.metadata()?.client_name.as_deref() == Some("AnyRFC, renamed"), || {
                format!("{registered:?}")
            })?;
            let proof = ClientAuthentication::private_key_jwt(&key(dir)?)?;
            let client = OAuth2Client::builder(server, registered.client_id.clone())
                .allow_loopback_http()
                .authentication(proof.into())
                .build()?;
            site.tokens(&client, client.authorization_code(redirect()?).scope(scope("openid")?)).await?;
            registration.delete(&registered).await?;
            ensure(registration.read(&mut registered).await.is_err(), || "it is still there".into())
        })
        .await;
    table
        .run("registration", "what the server does not take", async {
            let server = OAuth2Client::discover(&*site.issuer).allow_loopback_http().fetch().await?;
            let wanted = ClientMetadata::new().redirect_uri(redirect()?).extra("subject_type", "nosuch");
            let registration = OAuth2Client::registration(&server).allow_loopback_http();
            refused(registration.register(&wanted).await, &ErrorCode::InvalidClientMetadata).map(drop)
        })
        .await;
}
