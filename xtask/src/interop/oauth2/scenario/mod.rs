//! What a user of OAuth does at each peer.

mod example;
pub(super) mod glewlwyd;
mod mail;
pub(super) mod mock;
pub(super) mod oidc_provider;
mod openid;

use std::{net::SocketAddr, path::Path};

use anyrfc_jwt::{Jwk, JwsAlgorithm, SigningKey};
use anyrfc_oauth2::{
    AccessToken, ClientId, Error, ErrorCode, ErrorKind, OAuth2Client, RedirectUri, Scope, TokenResponse,
    client::{Builder, ReqwestClient},
    codec::{callback::Callback, form::Form},
    proto::{Authorization, Pending},
};
use serde_json::Value;

use super::browser::Browser;
use crate::{
    Result,
    interop::cases::{Certificates, ensure},
};

/// Where answers are sent to where no listener is needed.
pub(super) const REDIRECT: &str = "http://127.0.0.1/callback";

/// What the client's certificate calls its owner.
const SUBJECT: &str = "CN=AnyRFC test certificate";

/// A server at its address, and how it is reached.
#[derive(Clone, Debug)]
struct Site {
    issuer: String,
    http: ReqwestClient,
}

impl Site {
    fn plain(address: SocketAddr) -> Result<Self> {
        Ok(Self { issuer: format!("http://{address}"), http: ReqwestClient::new()? })
    }

    /// Discovers the server, as every case does.
    async fn client(&self, id: &str) -> Result<Builder> {
        let discover = OAuth2Client::discover(&*self.issuer).allow_loopback_http().http(self.http.clone());
        Ok(discover.client(ClientId::new(id)?).await?)
    }

    /// A client that proves nothing.
    async fn public(&self, id: &str) -> Result<OAuth2Client> {
        Ok(self.client(id).await?.build()?)
    }

    /// Makes the provider forget an access token, and nothing else of its grant.
    async fn forget(&self, token: &AccessToken) -> Result<()> {
        let mut form = Form::new();
        form.set("token", token.expose().to_owned());
        self.browser().page(&form.onto(&format!("{}/forget", self.issuer))).await.map(drop)
    }

    fn browser(&self) -> Browser {
        Browser::new(self.http.clone())
    }

    /// Asks the user, and comes back with her answer.
    async fn asked(
        &self,
        client: &OAuth2Client,
        authorization: Authorization,
    ) -> Result<(Pending, Callback)> {
        let request = client.begin(authorization).await?;
        let end = self.browser().until(request.url(), REDIRECT).await?;
        Ok((request.into_pending(), Callback::from_url(&end)?))
    }

    /// Signs the user in.
    async fn tokens(&self, client: &OAuth2Client, authorization: Authorization) -> Result<TokenResponse> {
        let (pending, callback) = self.asked(client, authorization).await?;
        Ok(client.finish(pending, &callback).await?)
    }
}

fn redirect() -> Result<RedirectUri> {
    Ok(RedirectUri::new(REDIRECT)?)
}

fn scope(text: &str) -> Result<Scope> {
    Ok(Scope::new(text)?)
}

/// The key of the clients that sign.
fn key(dir: &Path) -> Result<SigningKey> {
    let jwk = Jwk::parse(&std::fs::read(dir.join(super::oidc_provider::KEY))?)?;
    Ok(SigningKey::from_jwk(&jwk, JwsAlgorithm::Es256)?)
}

/// The client's certificate, and whose it says it is.
pub(super) fn client_certificate(dir: &Path) -> Result<(Vec<u8>, &'static str)> {
    let pem = std::fs::read_to_string(dir.join(crate::interop::cases::CLIENT[0]))?;
    let body: String = pem.lines().skip(1).take_while(|line| !line.starts_with("-----")).collect();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, body)?;
    Ok((der, SUBJECT))
}

/// The public key of the client's certificate.
pub(super) fn certificate_jwk(dir: &Path) -> Result<Value> {
    let pem = std::fs::read(dir.join(crate::interop::cases::CLIENT[1]))?;
    let key = SigningKey::from_pem(&pem, JwsAlgorithm::Es256)?;
    let public = key.public_jwk().ok_or("the certificate's key has no public half")?;
    Ok(serde_json::from_str(&public.to_json()?)?)
}

/// What reaches the provider over TLS, with or without a certificate of the client's.
fn secured(dir: &Path, certified: bool) -> Result<ReqwestClient> {
    let tls = if certified { Certificates::certified(dir)? } else { Certificates::trusting(dir)? };
    Ok(ReqwestClient::builder().tls(tls).build()?)
}

/// Fails a case unless the server refused with this code.
fn refused<T>(result: std::result::Result<T, Error>, code: &ErrorCode) -> Result<Error> {
    let Err(error) = result else { return Err(format!("expected {code}, but it went well").into()) };
    let said = error.response().map(|response| response.code.clone());
    ensure(said.as_ref() == Some(code), || format!("expected {code}, but: {error} ({:?})", error.kind()))?;
    Ok(error)
}

/// Fails a case unless it ended in an error of this kind.
fn fails<T>(result: std::result::Result<T, Error>, kind: ErrorKind) -> Result<Error> {
    let Err(error) = result else { return Err(format!("expected {kind:?}, but it went well").into()) };
    ensure(error.kind() == kind, || format!("expected {kind:?}, but: {error} ({:?})", error.kind()))?;
    Ok(error)
}
