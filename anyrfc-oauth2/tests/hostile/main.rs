//! What attackers do to a client, case by case: the kind of the error, and what was not sent.

mod callback;
mod documents;
mod sockets;
mod token;

use anyrfc_oauth2::{
    ClientId, ClientSecret, Error, ErrorKind, OAuth2Client, RedirectUri, Requirement, Scope, TokenResponse,
    client::Builder,
    codec::callback::Callback,
    proto::{Authorization, ClientAuthentication},
    testing::{AuthorizationServer, ClientMethod, Place, Registered},
};

const CALLBACK: &str = "https://app.example/cb";
const ID: &str = "service";
const SECRET: &str = "s3cret of the client's: %&+";

/// A server that knows a public client `app` and a confidential one.
fn server() -> AuthorizationServer {
    at("https://as.example")
}

fn at(issuer: &str) -> AuthorizationServer {
    AuthorizationServer::new(issuer)
        .client(Registered::public("app").redirect_uri(CALLBACK))
        .client(Registered::new(ID, ClientMethod::Basic(SECRET.into())).redirect_uri(CALLBACK))
}

async fn builder(server: &AuthorizationServer, client_id: &str) -> Builder {
    let found = OAuth2Client::discover(server.issuer()).http(server.clone());
    found.client(ClientId::new(client_id).unwrap()).await.unwrap().clock(server.clock())
}

async fn app(server: &AuthorizationServer) -> OAuth2Client {
    builder(server, "app").await.build().unwrap()
}

fn basic() -> ClientAuthentication {
    ClientAuthentication::SecretBasic(ClientSecret::new(SECRET).unwrap())
}

async fn service(server: &AuthorizationServer) -> OAuth2Client {
    builder(server, ID).await.authentication(basic()).build().unwrap()
}

fn asking(client: &OAuth2Client) -> Authorization {
    client.authorization_code(RedirectUri::new(CALLBACK).unwrap()).scope(Scope::new("mail").unwrap())
}

/// All the way, with the user in between.
async fn sign_in(server: &AuthorizationServer, client: &OAuth2Client) -> Result<TokenResponse, Error> {
    let request = client.begin(asking(client)).await?;
    let callback = Callback::from_url(&server.authorize(request.url()))?;
    client.finish(request.into_pending(), &callback).await
}

/// The kind, and the statement that was broken.
#[track_caller]
fn assert_broken(error: &Error, requirement: &'static Requirement) {
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert_eq!(error.requirement(), Some(requirement), "{error}");
}

/// No secret of a client's, and no character that a terminal or a log would obey.
#[track_caller]
fn assert_harmless(error: &Error) {
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(SECRET) && !shown.contains(|c: char| c.is_control()), "{shown:?}");
}

#[track_caller]
fn assert_sent_to_nobody_else(server: &AuthorizationServer) {
    server.assert_nothing_sent_to(Place::Elsewhere);
    server.assert_nothing_sent_to(Place::Unknown);
}
