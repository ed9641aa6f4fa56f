//! What several checks of RFC 6749 use.

use anyrfc_core::testing::{run, run_virtual};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    ClientId, ClientSecret, Error, OAuth2Client, RedirectUri, Scope, TokenResponse,
    client::{Loopback, LoopbackBuilder, Page},
    codec::callback::Callback,
    proto::{Authorization, AuthorizationRequest, ClientAuthentication},
    testing::{AuthorizationServer, Recorded, Registered},
};

/// Where the answers of [`server`]'s clients arrive.
pub(super) const CALLBACK: &str = "https://app.example/cb";

/// The password of the client `web`.
pub(super) const SECRET: &str = "s%c+r:et &~";

/// A server that knows the public client `app` and `web`, which has a password.
pub(super) fn server() -> AuthorizationServer {
    AuthorizationServer::default()
        .client(Registered::public("app").redirect_uri(CALLBACK))
        .client(Registered::confidential("web", SECRET).redirect_uri(CALLBACK))
}

/// Runs `check` under a virtual clock with a [`server`] of its own, which has nothing to say against
/// the client in the end.
pub(super) fn with_server(check: impl AsyncFnOnce(AuthorizationServer)) {
    run_virtual(async {
        let server = server();
        check(server.clone()).await;
        server.assert_blameless();
    });
}

/// A client that proves itself so.
pub(super) async fn client_of(
    server: &AuthorizationServer,
    client_id: &str,
    authentication: ClientAuthentication,
) -> OAuth2Client {
    let client_id = ClientId::new(client_id).expect("a client identifier");
    let found = OAuth2Client::discover(server.issuer()).http(server.clone()).client(client_id).await;
    let builder = found.expect("the server publishes what it is");
    builder.clock(server.clock()).authentication(authentication).build().expect("a client")
}

/// The public client.
pub(super) async fn app(server: &AuthorizationServer) -> OAuth2Client {
    client_of(server, "app", ClientAuthentication::None).await
}

/// The one with a password, which goes by HTTP Basic.
pub(super) async fn web(server: &AuthorizationServer) -> OAuth2Client {
    client_of(server, "web", ClientAuthentication::SecretBasic(secret(SECRET))).await
}

pub(super) fn secret(text: &str) -> ClientSecret {
    ClientSecret::new(text).expect("a secret")
}

pub(super) fn scope(text: &str) -> Scope {
    Scope::new(text).expect("a scope")
}

/// What the user is asked by default.
pub(super) fn asking(client: &OAuth2Client) -> Authorization {
    asking_at(client, CALLBACK)
}

/// The same, to be answered elsewhere.
pub(super) fn asking_at(client: &OAuth2Client, redirect_uri: &str) -> Authorization {
    client.authorization_code(RedirectUri::new(redirect_uri).expect("a redirection URI"))
}

/// A request for a code, ready for the browser.
pub(super) async fn begun(client: &OAuth2Client, authorization: Authorization) -> AuthorizationRequest {
    client.begin(authorization).await.expect("it begins")
}

/// All the way, with the user in between.
pub(super) async fn go(
    server: &AuthorizationServer,
    client: &OAuth2Client,
    authorization: Authorization,
) -> Result<TokenResponse, Error> {
    let request = client.begin(authorization).await?;
    let callback = Callback::from_url(&server.authorize(request.url()))?;
    client.finish(request.into_pending(), &callback).await
}

/// The request that came last.
pub(super) fn last(requests: Vec<Recorded>) -> Recorded {
    requests.into_iter().next_back().expect("a request came")
}

/// Names and values behind the question mark of a URL, in order, decoded by code of its own.
pub(super) fn query(url: &str) -> Vec<(String, String)> {
    fields(url.split_once('?').map_or("", |(_, query)| query))
}

/// Names and values of a form, in order, decoded by code of its own.
pub(super) fn fields(text: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| {
        let mut octets = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((first, behind)) = rest.split_first() {
            rest = behind;
            match first {
                b'+' => octets.push(b' '),
                b'%' => {
                    let (digits, behind) = rest.split_at(2);
                    let digits = std::str::from_utf8(digits).expect("two digits");
                    octets.push(u8::from_str_radix(digits, 16).expect("hexadecimal digits"));
                    rest = behind;
                }
                other => octets.push(*other),
            }
        }
        String::from_utf8(octets).expect("UTF-8")
    };
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').expect("a name and a value");
            (decoded(name), decoded(value))
        })
        .collect()
}

/// All values of a parameter.
pub(super) fn values<'a>(fields: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    fields.iter().filter(|(held, _)| held == name).map(|(_, value)| value.as_str()).collect()
}

/// What became of an answer that a browser brought to a loopback URI.
pub(super) struct Received {
    /// The head of what the browser is shown, in lower case.
    pub(super) head: String,
    /// The document behind it.
    pub(super) document: String,
    /// What the code was exchanged for.
    pub(super) tokens: Result<TokenResponse, Error>,
}

/// All the way as a native app does it, through a port of this machine, with this page in the end.
pub(super) fn natively(page: Option<Page>) -> Received {
    run(async {
        let builder = Loopback::builder();
        let builder = page.into_iter().fold(builder, LoopbackBuilder::page);
        let mut loopback = builder.bind().expect("a port");
        let server = server();
        server.register(Registered::public("native").redirect_uri("http://127.0.0.1/callback"));
        let client = client_of(&server, "native", ClientAuthentication::None).await;
        let request = begun(&client, client.authorization_code(loopback.redirect_uri())).await;
        let url = server.authorize(request.url());
        let address = loopback.local_addrs().first().copied().expect("an address");
        let target = url.strip_prefix(&format!("http://{address}")).expect("the port that is listened at");
        let asked = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        let browser = async {
            let mut stream = TcpStream::connect(address).await.expect("it listens");
            stream.write_all(asked.as_bytes()).await.expect("it is sent");
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.expect("it is answered");
            String::from_utf8(answer).expect("text")
        };
        let (callback, answer) = tokio::join!(loopback.callback(request.pending()), browser);
        let callback = callback.expect("the answer");
        let (head, document) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        for secret in [callback.parameter("code").expect("a code"), request.pending().state()] {
            assert!(!answer.contains(secret), "{answer}");
        }
        let (head, document) = (head.to_ascii_lowercase(), document.to_owned());
        let tokens = client.finish(request.into_pending(), &callback).await;
        server.assert_blameless();
        Received { head, document, tokens }
    })
}

/// Names and values of the form in a request's body.
pub(super) fn body(request: &Recorded) -> Vec<(String, String)> {
    fields(std::str::from_utf8(&request.body).expect("text"))
}
