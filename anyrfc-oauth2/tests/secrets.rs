//! Nothing that is logged or shown, at any level, holds a secret, in whatever form.

use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
    time::Duration,
};

use anyrfc_core::{
    BoxFuture,
    testing::{
        log::{assert_no_secret, capture},
        run_virtual,
    },
};
use anyrfc_oauth2::{
    AccessToken, ClientId, ClientMetadata, ClientSecret, Error, ErrorKind, OAuth2Client, RedirectUri, Scope,
    Secret,
    client::{
        Builder, HttpClient, HttpLimits,
        store::{FileStore, MemoryStore},
    },
    codec::{callback::Callback, form::Form},
    jwt::{Header, Jwk, JwsAlgorithm, SigningKey, encode},
    proto::{
        Assertion, ClientAuthentication, DpopKey, Grant, HttpRequest, HttpResponse, Pending, SecurityToken,
        TokenExchange,
    },
    testing::{AuthorizationServer, ClientMethod, Misbehaviour, Place, Plan, Registered},
};
use serde_json::{Value, json};

const ISSUER: &str = "https://as.example";
const REDIRECT: &str = "https://app.example/cb";
/// What a form and Basic credentials write in other letters.
const SECRET: &str = "cl%ent s&cret: of+more than thirty-two octets";
const PASSWORD: &str = "correct horse %&+ battery";
const STORE_KEY: [u8; 32] = *b"the key that all files are under";
const INITIAL: &str = "initial-access-token-of-the-admin";
const QUERY: &str = "a-secret-within-a-query";

/// The members of answers, and the parameters of requests, whose values are nobody else's business.
const SECRET_NAMES: [&str; 20] = [
    "access_token",
    "refresh_token",
    "id_token",
    "id_token_hint",
    "code",
    "code_verifier",
    "device_code",
    "user_code",
    "client_secret",
    "client_assertion",
    "assertion",
    "password",
    "token",
    "subject_token",
    "actor_token",
    "registration_access_token",
    "state",
    "nonce",
    "request",
    "request_uri",
];

/// All secrets that passed, and all that was shown.
#[derive(Default)]
struct Seen {
    secrets: Vec<String>,
    shown: String,
}

/// Lets all pass, and notes what of it is secret.
#[derive(Clone)]
struct Tap {
    server: AuthorizationServer,
    seen: Arc<Mutex<Seen>>,
}

impl Debug for Tap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What it has noted is no client's to show.
        f.write_str("Tap")
    }
}

impl Tap {
    fn new(server: AuthorizationServer) -> Self {
        Self { server, seen: Arc::default() }
    }

    fn secret(&self, text: impl Into<String>) {
        let text = text.into();
        if text.len() >= 6 {
            self.seen.lock().unwrap().secrets.push(text);
        }
    }

    fn parameters(&self, text: &str) {
        for (name, value) in Form::decode(text) {
            if SECRET_NAMES.contains(&name.as_str()) {
                // As it stands there, too: percent signs of another's choice.
                self.secret(Form::escape(&value));
                self.secret(value);
            }
        }
    }

    fn members(&self, body: &[u8]) {
        let Ok(Value::Object(members)) = serde_json::from_slice(body) else { return };
        for (name, value) in members {
            if let Value::String(text) = value
                && SECRET_NAMES.contains(&name.as_str())
            {
                self.secret(text);
            }
        }
    }

    fn request(&self, request: &HttpRequest) {
        for name in ["authorization", "dpop"] {
            let Some(value) = request.headers().get(name).and_then(|value| value.to_str().ok()) else {
                continue;
            };
            self.secret(value.rsplit(' ').next().unwrap());
        }
        self.parameters(request.uri().query().unwrap_or_default());
        self.parameters(std::str::from_utf8(request.body()).unwrap());
        self.members(request.body());
    }

    fn show(&self, value: &dyn Debug) {
        let text = format!("{value:?}\n{value:#?}\n");
        self.seen.lock().unwrap().shown.push_str(&text);
    }

    fn error(&self, error: &Error) {
        self.show(error);
        self.seen.lock().unwrap().shown.push_str(&error.to_string());
    }
}

impl HttpClient for Tap {
    fn send(
        &self,
        request: HttpRequest,
        limits: HttpLimits,
    ) -> BoxFuture<'static, Result<HttpResponse, Error>> {
        self.request(&request);
        let (tap, answer) = (self.clone(), self.server.send(request, limits));
        Box::pin(async move {
            let response = answer.await?;
            tap.members(response.body());
            Ok(response)
        })
    }
}

fn signing_key() -> SigningKey {
    let jwk = Jwk::generate(JwsAlgorithm::Es256).unwrap();
    SigningKey::from_jwk(&jwk, JwsAlgorithm::Es256).unwrap().with_key_id("k1")
}

fn server(method: ClientMethod) -> AuthorizationServer {
    let client = Registered::new("app:1", method).redirect_uri(REDIRECT);
    AuthorizationServer::new(ISSUER).client(client.post_logout_redirect_uri("https://app.example/bye")).with(
        |options| {
            options.dpop_nonce = true;
            options.passwords.insert("joe".into(), PASSWORD.into());
            options.initial_access_token = Some(INITIAL.into());
            options.rotate_registration_tokens = true;
        },
    )
}

async fn builder(tap: &Tap, authentication: ClientAuthentication) -> Builder {
    let discover = OAuth2Client::discover(ISSUER).http(tap.clone());
    tap.show(&discover);
    let builder = discover.client(ClientId::new("app:1").unwrap()).await.unwrap();
    let builder = builder.authentication(authentication).id_token_algorithms(JwsAlgorithm::Es256);
    builder.clock(tap.server.clock()).seed([3; 32])
}

/// The user signs in, is known, does something and leaves.
async fn code_flow(tap: &Tap, client: &OAuth2Client, pushed: bool) {
    let asked = client.authorization_code(RedirectUri::new(REDIRECT).unwrap());
    let mut asked = asked.scope(Scope::new("openid mail").unwrap());
    if pushed {
        asked = asked.pushed();
    }
    tap.show(&asked);
    let request = client.begin(asked).await.unwrap();
    tap.show(&request);
    tap.parameters(request.url().split_once('?').unwrap().1);
    let url = tap.server.authorize(request.url());
    tap.parameters(url.split_once('?').unwrap().1);
    let callback = Callback::from_url(&url).unwrap();
    let pending = request.into_pending();
    tap.show(&(&callback, &pending));
    tap.secret(pending.state());
    tap.secret(pending.nonce().unwrap());
    let kept = pending.to_secret();
    tap.show(&kept);
    let Value::Object(members) = serde_json::from_str(kept.expose()).unwrap() else { panic!("no object") };
    let verifier =
        members.iter().find(|(name, _)| name.contains("verifier")).and_then(|(_, value)| value.as_str());
    tap.secret(verifier.expect("a verifier"));
    let pending = Pending::from_secret(kept.expose()).unwrap();
    let (tokens, id_token) = client.sign_in(pending, &callback).await.unwrap();
    tap.show(&(&tokens, &id_token));
    tap.show(&client.userinfo(&tokens, &id_token).await.unwrap());
    tap.show(&client.introspect(&tokens.access_token).await.unwrap());
    tap.show(&client.config().revocation(&tokens.access_token).unwrap());
    tap.show(&client.config().introspection(&tokens.access_token).unwrap());
    let resource = client.resource_by(&tokens);
    tap.show(&resource);
    let url = format!("{}?key={QUERY}", tap.server.url(Place::Resource));
    resource.get(&url).await.unwrap();
    tap.server.expire_access_tokens();
    tap.error(&resource.get(&url).await.unwrap_err());

    let logout = client.config().logout().unwrap().id_token_hint(tokens.id_token.as_ref().unwrap());
    tap.show(&logout);
    let back = RedirectUri::new("https://app.example/bye").unwrap();
    let (url, pending) = client.logout_url(logout.post_logout_redirect_uri(&back));
    tap.show(&(&url, &pending));
    tap.parameters(url.expose().split_once('?').unwrap().1);

    refresh(tap, client, tokens).await;
}

/// Tokens renew themselves, in files and in memory, until they are revoked.
async fn refresh(tap: &Tap, client: &OAuth2Client, tokens: anyrfc_oauth2::TokenResponse) {
    let directory = tempfile::tempdir().unwrap();
    let files = FileStore::new(directory.path(), Secret::new(STORE_KEY)).unwrap();
    let memory = MemoryStore::new();
    let kept = client.token_source().store(memory.clone()).subject("joe");
    tap.show(&kept);
    let kept = kept.tokens(tokens.clone()).unwrap();
    kept.persist().await.unwrap();
    tap.show(&(&memory, &kept));
    let source = client.token_source().store(files.clone()).tokens(tokens).unwrap();
    source.persist().await.unwrap();
    for _ in 0..2 {
        let token = source.token().await.unwrap();
        tap.show(&(&token, &source, &source.state(), &files));
        source.invalidate(&token);
    }
    let restored = client.token_source().store(files.clone()).stored().unwrap();
    let token = restored.token().await.unwrap();
    tap.secret(token.access_token().expose());
    client.revoke(token.access_token()).await.unwrap();
    tap.server.revoke_everything();
    restored.invalidate(&token);
    let error = restored.token().await.unwrap_err();
    assert!(error.is_reauthorization_required());
    tap.error(&error);
    tap.show(&(&restored, &restored.state()));
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let path = entry.unwrap().path();
        tap.show(&path);
        if path.is_file() {
            tap.show(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
        }
    }
}

/// The grants that need nobody.
async fn grants(tap: &Tap, client: &OAuth2Client) {
    let tokens = client.client_credentials().send().await.unwrap();
    let exchange = TokenExchange::new(SecurityToken::access(&tokens.access_token));
    tap.show(&exchange);
    let request = client.token_exchange(exchange);
    tap.show(&request);
    tap.show(&request.send().await.unwrap());
    let request = client.deprecated_password("joe", PASSWORD.to_owned());
    tap.show(&request);
    let refreshed = request.send().await.unwrap().refresh_token.unwrap();
    tap.show(&(Grant::refresh(&refreshed), client.refresh(&refreshed)));
    client.refresh(&refreshed).send().await.unwrap();
    let request = client.grant(Grant::extension("urn:x").parameter("password", PASSWORD.to_owned()));
    tap.show(&request);
    tap.error(&request.send().await.unwrap_err());
    tap.error(&client.deprecated_password("joe", "another one".to_owned()).send().await.unwrap_err());
    // Even when the server says it.
    for fault in [Misbehaviour::ErrorIn200, Misbehaviour::Status(500), Misbehaviour::TruncatedJson] {
        tap.server.plant(Plan::from(fault).at(Place::Token).once());
        tap.error(&client.client_credentials().send().await.unwrap_err());
    }
}

async fn device(tap: &Tap, client: &OAuth2Client) {
    let asked = client.device_authorization().scope(Scope::new("mail").unwrap());
    tap.show(&asked);
    let mut login = asked.send().await.unwrap();
    tap.show(&(&login, login.authorization(), &login.progress()));
    tap.server.plant(Plan::from(Misbehaviour::SlowDown).once());
    let code = login.authorization().user_code().to_owned();
    let server = tap.server.clone();
    let user = async {
        tokio::time::sleep(Duration::from_secs(12)).await;
        server.approve_device(&code);
    };
    let (tokens, ()) = tokio::join!(login.poll(|progress| tap.show(progress)), user);
    tap.show(&(tokens.unwrap(), &login));
}

async fn registration(tap: &Tap, client: &OAuth2Client) {
    let registration = OAuth2Client::registration(client.server()).http(tap.clone());
    let registration = registration.initial_access_token(AccessToken::new(INITIAL).unwrap());
    tap.show(&registration);
    let metadata = ClientMetadata::new().name("App").redirect_uri(RedirectUri::new(REDIRECT).unwrap());
    let mut registered = registration.register(&metadata).await.unwrap();
    tap.show(&registered);
    tap.secret(registered.client_secret.as_ref().unwrap().expose());
    registration.read(&mut registered).await.unwrap();
    tap.show(&(&registered, registered.to_secret_json()));
    let metadata = registered.metadata().unwrap();
    tap.show(&metadata);
    registration.update(&mut registered, &metadata).await.unwrap();
    registration.delete(&registered).await.unwrap();
    tap.error(&registration.read(&mut registered).await.unwrap_err());
}

/// All of it, with one way to authenticate, with and without proofs of possession.
fn session(method: &ClientMethod, authentication: &ClientAuthentication, dpop: bool) -> Seen {
    let tap = Tap::new(server(method.clone()));
    let ((), log) = capture(|| {
        run_virtual(async {
            let mut builder = builder(&tap, authentication.clone()).await;
            if dpop {
                let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
                tap.show(&key);
                builder = builder.dpop(key);
            }
            tap.show(&(&builder, authentication));
            let client = builder.build().unwrap();
            tap.show(&(&client, client.config()));
            code_flow(&tap, &client, dpop).await;
            grants(&tap, &client).await;
            device(&tap, &client).await;
            registration(&tap, &client).await;
        });
    });
    tap.server.assert_blameless();
    for said in ["asking", "answered", "anyrfc_oauth2::wire", "grant_type=refresh_token", "invalid_grant"] {
        assert!(log.contains(said), "{said} was not logged: {log}");
    }
    assert_eq!(log.contains("dpop: ["), dpop);
    let mut seen = std::mem::take(&mut *tap.seen.lock().unwrap());
    seen.shown.push_str(&log);
    seen
}

/// Nothing secret is in what was shown, as it is or as it travels.
fn judge(seen: &Seen) {
    let mut secrets = seen.secrets.clone();
    secrets.sort();
    secrets.dedup();
    assert!(secrets.len() > 25, "{}", secrets.len());
    let basic = format!("{}:{}", Form::escape("app:1"), Form::escape(SECRET));
    secrets.extend([SECRET, PASSWORD, INITIAL, QUERY].map(str::to_owned));
    secrets.extend([Form::escape(SECRET), Form::escape(PASSWORD), basic]);
    secrets.push(String::from_utf8(STORE_KEY.to_vec()).unwrap());
    // The parts of a token that is signed or encrypted are secrets of their own.
    let parts: Vec<String> = secrets
        .iter()
        .filter(|secret| secret.split('.').count() > 2)
        .flat_map(|secret| secret.split('.').skip(1).filter(|part| part.len() > 16))
        .map(str::to_owned)
        .collect();
    secrets.extend(parts);
    assert_no_secret(&seen.shown, &secrets);
}

#[test]
fn a_secret_in_the_header_is_told_to_the_server_alone() {
    let secret = || ClientSecret::new(SECRET).unwrap();
    for dpop in [false, true] {
        let authentication = ClientAuthentication::SecretBasic(secret());
        judge(&session(&ClientMethod::Basic(SECRET.into()), &authentication, dpop));
    }
}

#[test]
fn a_secret_in_the_body_is_told_to_the_server_alone() {
    let authentication = ClientAuthentication::SecretPost(ClientSecret::new(SECRET).unwrap());
    judge(&session(&ClientMethod::Post(SECRET.into()), &authentication, false));
}

#[test]
fn assertions_are_told_to_the_server_alone() {
    let secret = ClientSecret::new(SECRET).unwrap();
    let mac = ClientAuthentication::client_secret_jwt(&secret, JwsAlgorithm::Hs256).unwrap();
    judge(&session(&ClientMethod::SecretJwt(SECRET.into()), &mac.into(), false));
    let key = signing_key();
    let jwks = json!({"keys": [key.public_jwk().unwrap().to_object().unwrap()]});
    let signed = ClientAuthentication::private_key_jwt(&key).unwrap();
    judge(&session(&ClientMethod::PrivateKeyJwt(jwks), &signed.into(), true));
}

#[test]
fn an_assertion_as_a_grant_is_told_to_the_server_alone() {
    let key = signing_key();
    let tap = Tap::new(server(ClientMethod::Basic(SECRET.into())));
    tap.server.configure(|options| {
        let jwks = json!({"keys": [key.public_jwk().unwrap().to_object().unwrap()]});
        options.assertion_issuers.insert("svc@example".into(), jwks);
    });
    let ((), log) = capture(|| {
        run_virtual(async {
            let secret = ClientSecret::new(SECRET).unwrap();
            let client = builder(&tap, ClientAuthentication::SecretBasic(secret)).await.build().unwrap();
            let assertion = Assertion::new(&key).unwrap().issuer("svc@example").subject("joe");
            tap.show(&assertion);
            let request = client.jwt_bearer(assertion);
            tap.show(&request);
            tap.show(&request.send().await.unwrap());
            let given = encode(&json!({"iss": "mallory"}), &Header::new(JwsAlgorithm::Es256), &key).unwrap();
            let request = client.grant(Grant::jwt_bearer_given(given));
            tap.show(&request);
            let error = request.send().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Refused);
            tap.error(&error);
        });
    });
    let mut seen = std::mem::take(&mut *tap.seen.lock().unwrap());
    seen.shown.push_str(&log);
    assert!(seen.secrets.len() > 4);
    assert_no_secret(&seen.shown, &seen.secrets);
    assert_no_secret(&seen.shown, &[SECRET]);
}
