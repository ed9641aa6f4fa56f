//! A token from the device flow, good for mail until it is revoked.

use std::{net::SocketAddr, path::Path};

use anyrfc_core::{CredentialSource, Credentials, Security};
use anyrfc_imap::{ErrorKind, ImapClient};

use super::{Site, oidc_provider::device};
use crate::{
    Result,
    interop::cases::{Certificates, Table, ensure},
};

/// Device flow, login by OAUTHBEARER at Dovecot, which asks the provider; then the token is revoked.
pub(super) async fn cases(site: &Site, imaps: SocketAddr, dir: &Path, table: &mut Table<'_>) {
    let about = "mail";
    let login = async |source: &dyn CredentialSource| -> Result<std::result::Result<(), anyrfc_imap::Error>> {
        let tls = Security::Tls(Certificates::trusting(dir)?);
        let url = format!("imaps://localhost:{}", imaps.port());
        let mut client = ImapClient::builder().security(tls).connect(&url).await?;
        let outcome = client.authenticate(source).await.map(drop);
        client.close().await?;
        Ok(outcome)
    };
    table
        .run(about, "device flow, OAUTHBEARER, introspection, revocation, a typed failure", async {
            let tokens = device(site).await?;
            let bearer = || {
                let mut credentials = Credentials::bearer(tokens.access_token.expose().to_owned());
                credentials.user = Some("alice".into());
                credentials
            };
            login(&bearer()).await?.map_err(|error| format!("the token is good, but: {error}"))?;
            site.public("public").await?.revoke(&tokens.access_token).await?;
            let Err(error) = login(&bearer()).await? else {
                return Err("the revoked token still opens the mailbox".into());
            };
            ensure(error.kind() == ErrorKind::Auth, || format!("{error} ({:?})", error.kind()))
        })
        .await;
    table
        .run(about, "a source gives its token to the mail client", async {
            let client = site.public("public").await?;
            let tokens = device(site).await?;
            ensure(tokens.refresh_token.is_some(), || "there is no refresh token".into())?;
            let source = client.token_source().tokens(tokens)?;
            login(&source.for_user("alice")).await??;
            // Gone behind its back: the mail server refuses, and the source is asked once more.
            let gone = source.token().await?;
            site.forget(gone.access_token()).await?;
            login(&source.for_user("alice")).await??;
            ensure(source.token().await?.access_token() != gone.access_token(), || {
                "the same token again".into()
            })
        })
        .await;
}
