//! Mail servers that take tokens: a login that is refused gets a new one by itself.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use anyrfc_core::{
    BoxFuture,
    testing::{pair, run_virtual},
};
use anyrfc_oauth2::{
    ClientId, Endpoint, Error, ErrorKind, Issuer, OAuth2Client, ServerMetadata, TokenResponse, Tolerances,
    UrlPolicy,
    client::{HttpClient, HttpLimits, TokenSource},
    proto::{HttpRequest, HttpResponse},
};
use anyrfc_sasl::{MechanismName, Policy};
use anyrfc_smtp::{
    CredentialSource, Security, SmtpClient,
    testing::{Accounts, Server},
};

/// An authorization server that grants `fresh`, or nothing any more.
#[derive(Clone, Debug)]
struct Grants {
    asked: Arc<AtomicUsize>,
    ended: bool,
}

impl HttpClient for Grants {
    fn send(&self, _: HttpRequest, _: HttpLimits) -> BoxFuture<'static, Result<HttpResponse, Error>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let (status, body) = if self.ended {
            (400, r#"{"error":"invalid_grant"}"#)
        } else {
            (200, r#"{"access_token":"fresh","token_type":"Bearer","expires_in":3600}"#)
        };
        let mut response = HttpResponse::new(body.into());
        *response.status_mut() = status.try_into().unwrap();
        response.headers_mut().insert("content-type", "application/json".parse().unwrap());
        Box::pin(std::future::ready(Ok(response)))
    }
}

impl Grants {
    fn new(ended: bool) -> Self {
        Self { asked: Arc::default(), ended }
    }

    /// A source whose token was revoked long before its end.
    fn source(&self) -> TokenSource {
        let mut server = ServerMetadata::new(Issuer::new("https://as.example", UrlPolicy::Https).unwrap());
        server.token_endpoint = Some(Endpoint::new("https://as.example/token", UrlPolicy::Https).unwrap());
        let client = OAuth2Client::builder(server, ClientId::new("client").unwrap());
        let granted = serde_json::json!({
            "access_token": "revoked", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "refresh",
        });
        let granted = TokenResponse::read(granted.as_object().unwrap().clone(), Tolerances::NONE).unwrap();
        client.http(self.clone()).build().unwrap().token_source().tokens(granted).unwrap()
    }
}

/// Logs in at a server that knows `fresh` as alice's token.
fn login(
    mechanism: MechanismName,
    source: &dyn CredentialSource,
) -> Result<MechanismName, anyrfc_smtp::Error> {
    let accounts = Accounts::new().token("alice@example", "fresh");
    let server = Server::new(accounts).plaintext_passwords().mechanisms(&[mechanism]);
    let policy = Policy::default().danger_reveal_in_plaintext(mechanism);
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let mut served = pin!(server.serve_abortable(far));
        let mut login = pin!(async {
            let builder = SmtpClient::builder().security(Security::Plaintext).sasl(policy);
            let mut client = builder.connect_over("smtp://mail.example", near).await?;
            client.authenticate(source).await.map(|login| login.mechanism)
        });
        let mut over = false;
        poll_fn(|cx| {
            if let Poll::Ready(output) = login.as_mut().poll(cx) {
                return Poll::Ready(output);
            }
            over = over || served.as_mut().poll(cx).is_ready();
            Poll::Pending
        })
        .await
    })
}

#[test]
fn a_refused_token_is_renewed_and_the_login_goes_on() {
    for mechanism in [MechanismName::XOAUTH2, MechanismName::OAUTHBEARER] {
        let grants = Grants::new(false);
        let source = grants.source();
        assert_eq!(login(mechanism, &source.for_user("alice@example")).unwrap(), mechanism);
        assert_eq!(grants.asked.load(Ordering::Relaxed), 1);
        // The next login has it at hand.
        assert_eq!(login(mechanism, &source.for_user("alice@example")).unwrap(), mechanism);
        assert_eq!(grants.asked.load(Ordering::Relaxed), 1);
    }
}

#[test]
fn oauthbearer_needs_no_name() {
    let grants = Grants::new(false);
    assert_eq!(login(MechanismName::OAUTHBEARER, &grants.source()).unwrap(), MechanismName::OAUTHBEARER);
}

#[test]
fn when_only_the_user_can_help_the_login_fails_and_the_source_says_why() {
    let grants = Grants::new(true);
    let source = grants.source();
    let error = login(MechanismName::XOAUTH2, &source.for_user("alice@example")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "the mail server's own refusal: {error}");
    let error = run_virtual(source.token()).unwrap_err();
    assert!(error.is_reauthorization_required());
    assert_eq!(grants.asked.load(Ordering::Relaxed), 1, "and no loop");
}
