//! Which server, and who we are there.

use std::path::PathBuf;

use anyrfc_oauth2::{
    ClientId, ClientSecret, OAuth2Client, Quirk, Tolerances,
    client::Discover,
    jwt::JwsAlgorithm,
    proto::{ClientAuthentication, DpopKey},
};
use clap::ValueEnum;

use super::key;
use crate::{connection::ConnectionArgs, exit::Failure, secret::SecretArgs};

/// Which server.
#[derive(Debug, clap::Args)]
pub(super) struct ServerArgs {
    /// The issuer identifier of the authorization server, `https://as.example` say.
    issuer: String,
    /// Talk to `http` URLs too where they are of this machine: for tests.
    #[arg(long)]
    allow_loopback_http: bool,
    /// Forgive the server this deviation from the RFCs; may be repeated.
    #[arg(long, value_name = "QUIRK")]
    tolerate: Vec<Tolerate>,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// [`Quirk`], as an option.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Tolerate {
    /// `expires_in` is a string.
    ExpiresInIsText,
    /// An error comes with the status 200.
    ErrorWithStatus200,
    /// `scope` is an array.
    ScopeIsAnArray,
    /// `scope` has commas between its tokens.
    ScopeHasCommas,
    /// `token_type` is missing and means Bearer.
    TokenTypeIsMissing,
    /// The answer is a form instead of JSON.
    AnswerIsAForm,
    /// The issuer in the metadata holds `{tenantid}`.
    IssuerHasTenant,
    /// The redirection URI has to name `localhost`.
    LoopbackIsLocalhost,
    /// The issuers differ by a slash at the end.
    IssuerSlashDiffers,
    /// Responses name their issuer though the metadata do not announce it.
    IssIsNotAnnounced,
    /// `verification_uri` is called `verification_url`.
    VerificationUrl,
}

impl From<Tolerate> for Quirk {
    fn from(tolerate: Tolerate) -> Self {
        match tolerate {
            Tolerate::ExpiresInIsText => Self::ExpiresInIsText,
            Tolerate::ErrorWithStatus200 => Self::ErrorWithStatus200,
            Tolerate::ScopeIsAnArray => Self::ScopeIsAnArray,
            Tolerate::ScopeHasCommas => Self::ScopeHasCommas,
            Tolerate::TokenTypeIsMissing => Self::TokenTypeIsMissing,
            Tolerate::AnswerIsAForm => Self::AnswerIsAForm,
            Tolerate::IssuerHasTenant => Self::IssuerHasTenant,
            Tolerate::LoopbackIsLocalhost => Self::LoopbackIsLocalhost,
            Tolerate::IssuerSlashDiffers => Self::IssuerSlashDiffers,
            Tolerate::IssIsNotAnnounced => Self::IssIsNotAnnounced,
            Tolerate::VerificationUrl => Self::VerificationUrl,
        }
    }
}

impl ServerArgs {
    /// How the server is found.
    ///
    /// # Errors
    /// The options of the connection cannot be used.
    pub(super) fn discover(&self) -> Result<Discover, Failure> {
        let tolerances: Tolerances = self.tolerate.iter().copied().map(Quirk::from).collect();
        let discover =
            OAuth2Client::discover(&self.issuer).http(self.connection.http()?).tolerances(tolerances);
        Ok(if self.allow_loopback_http { discover.allow_loopback_http() } else { discover })
    }
}

/// How a client proves who it is, by the names of the registry (RFC 7591, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Not at all: a public client.
    None,
    /// By its secret, in HTTP Basic.
    #[value(name = "client_secret_basic", alias = "basic")]
    Basic,
    /// By its secret, in the body.
    #[value(name = "client_secret_post", alias = "post")]
    Post,
    /// By an assertion under a MAC of its secret (HS256).
    #[value(name = "client_secret_jwt")]
    SecretJwt,
    /// By an assertion that the key of --client-key signs.
    #[value(name = "private_key_jwt")]
    PrivateKeyJwt,
    /// By the certificate of --cert, which an authority vouches for.
    #[value(name = "tls_client_auth")]
    Tls,
    /// By the certificate of --cert, which the server knows.
    #[value(name = "self_signed_tls_client_auth")]
    SelfSignedTls,
}

/// Who we are there.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Client")]
pub(super) struct ClientArgs {
    /// What the server calls this client.
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// How the client proves who it is; secrets are taken from --secret-env or --secret-keyring.
    #[arg(long, value_name = "METHOD", default_value = "none")]
    client_auth: Method,
    /// The private key of `private_key_jwt`: PEM, or a JWK.
    #[arg(long, value_name = "FILE", required_if_eq("client_auth", "private_key_jwt"))]
    client_key: Option<PathBuf>,
    /// By which algorithm that key signs, where a JWK does not say.
    #[arg(long, value_name = "ALG", value_parser = algorithm)]
    client_key_alg: Option<JwsAlgorithm>,
    /// What the server calls that key (`kid`).
    #[arg(long, value_name = "KID")]
    client_key_id: Option<String>,
    /// Bind tokens to the key in this file (RFC 9449): a JWK, made where there is none.
    #[arg(long, value_name = "FILE")]
    dpop: Option<PathBuf>,
    /// Hold client and server to the FAPI 2.0 Security Profile.
    #[arg(long)]
    fapi2: bool,
    /// By which algorithm ID tokens are signed, where it is not RS256; may be repeated.
    #[arg(long, value_name = "ALG", value_parser = algorithm)]
    id_token_alg: Vec<JwsAlgorithm>,
    #[command(flatten)]
    secret: SecretArgs,
}

fn algorithm(name: &str) -> Result<JwsAlgorithm, String> {
    JwsAlgorithm::from_name(name).map_err(|error| error.to_string())
}

impl ClientArgs {
    /// A client of the server.
    ///
    /// # Errors
    /// A secret or key cannot be had; the server cannot be found.
    pub(super) async fn connect(&self, server: &ServerArgs) -> Result<OAuth2Client, Failure> {
        let id = ClientId::new(&self.client_id)?;
        let authentication = self.authentication()?;
        let dpop = self.dpop.as_deref().map(key::dpop).transpose()?;
        let mut builder = server.discover()?.client(id).await?.authentication(authentication);
        if let Some(key) = dpop {
            builder = builder.dpop(DpopKey::new(&key)?);
        }
        if !self.id_token_alg.is_empty() {
            builder = builder.id_token_algorithms(self.id_token_alg.as_slice());
        }
        if self.fapi2 {
            builder = builder.fapi2_security();
        }
        Ok(builder.build()?)
    }

    fn authentication(&self) -> Result<ClientAuthentication, Failure> {
        let secret = || {
            let secret = self.secret.read("client secret", &self.client_id)?;
            Ok::<_, Failure>(ClientSecret::new(secret)?)
        };
        Ok(match self.client_auth {
            Method::None => ClientAuthentication::None,
            Method::Basic => ClientAuthentication::SecretBasic(secret()?),
            Method::Post => ClientAuthentication::SecretPost(secret()?),
            Method::SecretJwt => {
                ClientAuthentication::client_secret_jwt(&secret()?, JwsAlgorithm::Hs256)?.into()
            }
            Method::PrivateKeyJwt => {
                let Some(path) = &self.client_key else {
                    return Err(Failure::usage("private_key_jwt needs --client-key"));
                };
                let mut key = key::signing(path, self.client_key_alg)?;
                if let Some(id) = &self.client_key_id {
                    key = key.with_key_id(id);
                }
                ClientAuthentication::private_key_jwt(&key)?.into()
            }
            Method::Tls => ClientAuthentication::TlsClientAuth,
            Method::SelfSignedTls => ClientAuthentication::SelfSignedTlsClientAuth,
        })
    }
}
