//! RFC 7592: clients that look after their registration.

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::{
    Waived,
    endpoint::{breaks, certificate_decides, json_answer, last, unfit, with_server},
    rfc7591::{answered, body, described, registrar, registration},
};
use crate::{
    AccessToken, ClientSecret, Endpoint, Error, ErrorKind, OAuth2Client, RegisteredClient, UrlPolicy,
    proto::HttpRequest,
    rfc7591, rfc7592 as r,
    testing::{Misbehaviour, Place, Plan},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc7592/section-1.1/letter-case-counts",
        covers: &[r::NAMES_ARE_CASE_SENSITIVE],
        run: letter_case_counts,
    },
    Check {
        name: "rfc7592/section-1.3/begun-with-nothing",
        covers: &[r::INITIAL_ACCESS_TOKEN_IS_OPTIONAL, r::STATEMENT_IS_OPTIONAL_IN_THE_FLOW],
        run: begun_with_nothing,
    },
    Check {
        name: "rfc7592/section-2/read-update-delete",
        covers: &[
            r::REGISTRATION_TOKEN_IS_THE_BEARER,
            r::READ_IS_A_GET,
            r::UPDATE_IS_A_JSON_PUT,
            r::DEPROVISIONING_IS_A_DELETE,
        ],
        run: read_update_delete,
    },
    Check {
        name: "rfc7592/section-2.1/a-read-brings-new-credentials",
        covers: &[r::READ_REPLACES_CREDENTIALS, r::READ_MAY_CHANGE_CREDENTIALS],
        run: a_read_brings_new_credentials,
    },
    Check {
        name: "rfc7592/section-2.2/an-update-brings-new-credentials",
        covers: &[r::UPDATE_REPLACES_CREDENTIALS, r::UPDATE_MAY_CHANGE_CREDENTIALS],
        run: an_update_brings_new_credentials,
    },
    Check {
        name: "rfc7592/section-2/another-client-s-answer",
        covers: &[r::READ_KEEPS_THE_CLIENT_ID, r::UPDATE_KEEPS_THE_CLIENT_ID],
        run: another_client_s_answer,
    },
    Check {
        name: "rfc7592/section-2.2/what-an-update-holds",
        covers: &[
            r::UPDATE_HAS_ALL_FIELDS,
            r::UPDATE_OMITS_THE_SERVERS_FIELDS,
            r::UPDATE_HAS_THE_CLIENT_ID,
            r::UPDATED_CLIENT_ID_IS_THE_CURRENT,
            r::UPDATED_SECRET_IS_THE_CURRENT,
        ],
        run: what_an_update_holds,
    },
    Check { name: "rfc7592/section-2.3/gone", covers: &[r::DELETION_IS_204], run: gone },
    Check {
        name: "rfc7592/section-3/url-and-token",
        covers: &[r::REGISTRATION_URI_IS_SENT, r::REGISTRATION_TOKEN_IS_SENT],
        run: url_and_token,
    },
    Check {
        name: "rfc7592/section-5/a-token-is-a-secret",
        covers: &[r::REGISTRATION_TOKEN_IS_PROTECTED],
        run: a_token_is_a_secret,
    },
    Check {
        name: "rfc7592/section-5/whose-certificate",
        covers: &[r::CERTIFICATE_IS_CHECKED],
        run: whose_certificate,
    },
    Check {
        name: "rfc7592/appendix-a/nowhere-else",
        covers: &[r::REGISTRATION_TOKEN_STAYS_AT_ITS_ENDPOINT],
        run: nowhere_else,
    },
    Check {
        name: "rfc7592/appendix-a.1/after-rotation",
        covers: &[r::ROTATED_TOKEN_IS_DISCARDED, r::REGISTRATION_TOKEN_MAY_ROTATE],
        run: after_rotation,
    },
    Check {
        name: "rfc7592/appendix-b/the-url-as-it-came",
        covers: &[r::URL_IS_USED_AS_GIVEN, r::URL_IS_NOT_BUILT, r::URL_MAY_BE_THE_REGISTRATION_ENDPOINT],
        run: the_url_as_it_came,
    },
];

/// What a server answers to a registration.
fn full() -> Value {
    json!({
        "client_id": "s6", "client_secret": "first-secret", "client_secret_expires_at": 0,
        "client_id_issued_at": 2_893_256_800_u64, "redirect_uris": ["https://app.example/cb"],
        "registration_access_token": "first-token", "application_type": "web",
        "registration_client_uri": "https://as.example/register/s6",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut document = full();
    document[name] = value;
    document
}

fn client() -> RegisteredClient {
    answered(&full()).expect("a client")
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    request.headers().get("authorization").and_then(|field| field.to_str().ok())
}

/// What is made of this answer to a read or an update.
fn refreshed(client: &mut RegisteredClient, document: &Value) -> Result<(), Error> {
    registrar().refreshed(client, &json_answer(200, document.to_string()))
}

fn letter_case_counts() {
    let mut document = full();
    for name in ["registration_access_token", "registration_client_uri"] {
        let value = document.as_object_mut().and_then(|members| members.remove(name)).expect("it was there");
        document[name.to_uppercase()] = value;
    }
    let odd = answered(&document).expect("a client that nobody manages");
    assert_eq!(registrar().read(&odd).expect_err("no such members").kind(), ErrorKind::Unsupported);
    assert!(registrar().read(&client()).is_ok());
    // Of values as well.
    let mut client = client();
    breaks(refreshed(&mut client, &with("client_id", json!("S6"))), r::READ_KEEPS_THE_CLIENT_ID);
}

fn begun_with_nothing() {
    with_server(async |server| {
        let registration = registration(&server).await;
        let mut client = registration.register(&described()).await.expect("it is registered");
        let sent = last(&server, Place::Registration);
        assert_eq!(sent.header("authorization"), None);
        assert_eq!(body(&sent).get("software_statement"), None);
        registration.read(&mut client).await.expect("it is managed all the same");
    });
}

fn read_update_delete() {
    with_server(async |server| {
        let registration = registration(&server).await;
        let mut client = registration.register(&described()).await.expect("it is registered");
        let url = client.registration_client_uri.as_ref().expect("a URL").as_str().to_owned();
        registration.read(&mut client).await.expect("it is there");
        let metadata = client.metadata().expect("metadata").name("B");
        registration.update(&mut client, &metadata).await.expect("it is updated");
        assert_eq!(client.text("client_name"), Some("B"));
        registration.delete(&client).await.expect("it is gone");
        let sent = server.requests_to(Place::ClientConfiguration);
        assert_eq!(
            sent.iter().map(|sent| sent.method.as_str()).collect::<Vec<_>>(),
            ["GET", "PUT", "DELETE"]
        );
        let token = client.registration_access_token.as_ref().expect("a token").expose();
        for sent in &sent {
            assert_eq!(sent.header("authorization"), Some(format!("Bearer {token}").as_str()));
            assert_eq!(sent.url, url);
            assert_eq!(sent.body.is_empty(), sent.method.as_str() != "PUT");
        }
        assert_eq!(body(&sent[1])["client_name"], "B");
        let error = registration.read(&mut client).await.expect_err("it is gone");
        assert_eq!(error.kind(), ErrorKind::Auth);
    });
}

/// What is known after an answer with new credentials: nothing of the old ones.
#[track_caller]
fn is_renewed(client: &RegisteredClient) {
    let kept = client.to_secret_json();
    for old in ["first-secret", "first-token"] {
        assert!(!kept.expose().contains(old), "{old}");
    }
    assert_eq!(client.client_secret.as_ref().map(ClientSecret::expose), Some("second-secret"));
    assert_eq!(client.registration_access_token.as_ref().map(AccessToken::expose), Some("second-token"));
    assert_eq!(bearer(&registrar().read(client).expect("a request")), Some("Bearer second-token"));
}

fn second() -> Value {
    let mut document = with("client_secret", json!("second-secret"));
    document["registration_access_token"] = json!("second-token");
    document
}

fn a_read_brings_new_credentials() {
    let mut client = client();
    let request = registrar().read(&client).expect("a request");
    assert_eq!(bearer(&request), Some("Bearer first-token"));
    refreshed(&mut client, &second()).expect("an answer");
    is_renewed(&client);
    // What a read says nothing of stays.
    refreshed(&mut client, &json!({"client_id": "s6", "client_name": "B"})).expect("an answer");
    is_renewed(&client);
    with_server(async |server| {
        let registration = registration(&server).await;
        let mut client = registration.register(&described()).await.expect("it is registered");
        let new = Misbehaviour::Member("client_secret".into(), json!("new-secret"));
        server.plant(Plan::from(new).at(Place::ClientConfiguration));
        registration.read(&mut client).await.expect("an answer");
        assert_eq!(client.client_secret.as_ref().map(ClientSecret::expose), Some("new-secret"));
    });
}

fn an_update_brings_new_credentials() {
    let mut client = client();
    let metadata = client.metadata().expect("metadata");
    let request = registrar().update(&client, &metadata).expect("a request");
    assert_eq!(bearer(&request), Some("Bearer first-token"));
    refreshed(&mut client, &second()).expect("an answer");
    is_renewed(&client);
    // The next update is made with them.
    let request = registrar().update(&client, &metadata).expect("a request");
    let sent: Value = serde_json::from_slice(request.body()).expect("JSON");
    assert_eq!(
        (bearer(&request), &sent["client_secret"]),
        (Some("Bearer second-token"), &json!("second-secret"))
    );
    with_server(async |server| {
        let registration = registration(&server).await;
        let mut client = registration.register(&described()).await.expect("it is registered");
        let new = Misbehaviour::Member("client_secret".into(), json!("new-secret"));
        server.plant(Plan::from(new).at(Place::ClientConfiguration));
        let metadata = client.metadata().expect("metadata");
        registration.update(&mut client, &metadata).await.expect("an answer");
        assert_eq!(client.client_secret.as_ref().map(ClientSecret::expose), Some("new-secret"));
    });
}

fn another_client_s_answer() {
    let mut client = client();
    let mut other = second();
    other["client_id"] = json!("another");
    breaks(refreshed(&mut client, &other), r::READ_KEEPS_THE_CLIENT_ID);
    assert_eq!(client.client_id.as_str(), "s6");
    assert_eq!(bearer(&registrar().read(&client).expect("a request")), Some("Bearer first-token"));
}

fn what_an_update_holds() {
    let client = client();
    let metadata = client.metadata().expect("metadata").name("B");
    let request = registrar().update(&client, &metadata).expect("a request");
    let sent: Value = serde_json::from_slice(request.body()).expect("JSON");
    assert_eq!(
        sent,
        json!({
            "client_id": "s6", "client_secret": "first-secret", "client_name": "B", "application_type": "web",
            "redirect_uris": ["https://app.example/cb"],
        })
    );
    // Also of a description that was made anew: what the server added is not deleted by it.
    let request = registrar().update(&client, &described()).expect("a request");
    let sent: Value = serde_json::from_slice(request.body()).expect("JSON");
    assert_eq!(sent["application_type"], "web");
    for name in ["client_id", "client_secret", "registration_access_token", "client_id_issued_at"] {
        unfit(
            registrar().update(&client, &described().extra(name, "mine")),
            rfc7591::NO_CLIENT_ID_OF_OWN_MAKING,
        );
    }
    // A client without a secret sends none.
    let mut public = full();
    for name in ["client_secret", "client_secret_expires_at"] {
        public.as_object_mut().and_then(|members| members.remove(name)).expect("it was there");
    }
    let public = answered(&public).expect("a client");
    let request = registrar().update(&public, &described()).expect("a request");
    let sent: Value = serde_json::from_slice(request.body()).expect("JSON");
    assert_eq!((&sent["client_id"], sent.get("client_secret")), (&json!("s6"), None));
}

fn gone() {
    let deleted = |status| {
        let response = json_answer(status, "");
        registrar().deleted(&response)
    };
    deleted(204).expect("it is gone");
    breaks(deleted(200), r::DELETION_IS_204);
    breaks(deleted(202), r::DELETION_IS_204);
    for (status, kind) in [(401, ErrorKind::Auth), (403, ErrorKind::Refused), (405, ErrorKind::Refused)] {
        assert_eq!(deleted(status).expect_err("it is not gone").kind(), kind, "{status}");
    }
}

fn url_and_token() {
    breaks(answered(&with("registration_client_uri", json!(null))), r::REGISTRATION_URI_IS_SENT);
    breaks(answered(&with("registration_client_uri", json!("/register/s6"))), r::REGISTRATION_URI_IS_SENT);
    breaks(answered(&with("registration_access_token", json!(null))), r::REGISTRATION_TOKEN_IS_SENT);
    breaks(answered(&with("registration_access_token", json!("a\r\nb"))), r::REGISTRATION_TOKEN_IS_SENT);
    assert!(answered(&full()).is_ok());
}

fn a_token_is_a_secret() {
    let client = client();
    for shown in [format!("{client:?}"), Value::Object(client.document.clone()).to_string()] {
        assert!(!shown.contains("first-token") && !shown.contains("first-secret"), "{shown}");
    }
    let request = registrar().read(&client).expect("a request");
    let field = request.headers().get("authorization").expect("a token");
    assert!(field.is_sensitive());
    assert!(!format!("{request:?}").contains("first-token"));
    // In the field and nowhere else.
    assert!(!request.uri().to_string().contains("first-token") && request.body().is_empty());
    let update = registrar().update(&client, &described()).expect("a request");
    assert!(!String::from_utf8_lossy(update.body()).contains("first-token"));
    // Never in the clear.
    let clear = with("registration_client_uri", json!("http://as.example/register/s6"));
    breaks(answered(&clear), r::REGISTRATION_URI_IS_SENT);
    assert!(client.to_secret_json().expose().contains("first-token"), "it is not lost");
}

fn whose_certificate() {
    certificate_decides(Place::ClientConfiguration, async |server, http| {
        let registration = OAuth2Client::registration(server).http(http);
        // Known from before: nothing is asked of the server but by this request.
        let endpoint = server.registration_endpoint.as_ref().expect("an endpoint");
        let mut document = full();
        document["registration_client_uri"] = json!(format!("{endpoint}/s6"));
        let mut client =
            RegisteredClient::parse(document.to_string().as_bytes(), endpoint, UrlPolicy::Https)?;
        match registration.read(&mut client).await {
            // It does not know the client, but it was asked.
            Err(error) if error.kind() == ErrorKind::Auth => Ok(()),
            other => other,
        }
    });
}

fn nowhere_else() {
    for url in [
        "https://evil.example/register/s6",
        "https://as.example:8443/register/s6",
        "https://as.example.evil.example/",
    ] {
        let answer = with("registration_client_uri", json!(url));
        breaks(answered(&answer), r::REGISTRATION_TOKEN_STAYS_AT_ITS_ENDPOINT);
        // Nor where it came by another way.
        let mut client = client();
        client.registration_client_uri = Some(Endpoint::new(url, UrlPolicy::Https).expect("a URL"));
        for request in [
            registrar().read(&client),
            registrar().delete(&client),
            registrar().update(&client, &described()),
        ] {
            unfit(request, r::REGISTRATION_TOKEN_STAYS_AT_ITS_ENDPOINT);
        }
    }
    with_server(async |server| {
        let registration = registration(&server).await;
        let mut client = registration.register(&described()).await.expect("it is registered");
        let token = client.registration_access_token.clone().expect("a token");
        // Not by a redirect either, and registering another client shows none.
        let away = Misbehaviour::Redirect(307, "https://evil.example/".into());
        server.plant(Plan::from(away).at(Place::ClientConfiguration).once());
        registration.read(&mut client).await.expect_err("a redirect");
        registration.read(&mut client).await.expect("it is there");
        registration.register(&described()).await.expect("another");
        let places = server.sent_to(token.expose());
        assert_eq!(places, [Place::ClientConfiguration, Place::ClientConfiguration]);
    });
}

fn after_rotation() {
    with_server(async |server| {
        server.configure(|options| options.rotate_registration_tokens = true);
        let registration = registration(&server).await;
        let mut client = registration.register(&described()).await.expect("it is registered");
        for _ in 0..3 {
            let old = client.registration_access_token.clone().expect("a token");
            registration.read(&mut client).await.expect("it is there");
            assert_ne!(client.registration_access_token.as_ref(), Some(&old));
            assert!(!client.to_secret_json().expose().contains(old.expose()));
            // The old one was sent once, to rotate it.
            assert_eq!(server.sent_to(old.expose()), [Place::ClientConfiguration]);
        }
        let metadata = client.metadata().expect("metadata");
        registration.update(&mut client, &metadata).await.expect("an update");
        registration.delete(&client).await.expect("it is gone");
    });
}

fn the_url_as_it_came() {
    for url in [
        "https://as.example/register?client=s6&x=%2f",
        "https://as.example/elsewhere/../%61",
        "https://AS.example/register/",
        "https://as.example/register",
    ] {
        let client = answered(&with("registration_client_uri", json!(url))).expect("a client");
        assert_eq!(client.registration_client_uri.as_ref().map(Endpoint::as_str), Some(url));
        let path = url.split_once("example").expect("a host").1;
        for request in [
            registrar().read(&client),
            registrar().update(&client, &described()),
            registrar().delete(&client),
        ] {
            let uri = request.expect("a request").uri().to_string();
            assert!(uri.ends_with(path), "{uri}");
        }
    }
    // Without one nothing is made of what is known.
    let mut alone = full();
    for name in ["registration_client_uri", "registration_access_token"] {
        alone.as_object_mut().and_then(|members| members.remove(name)).expect("it was there");
    }
    let alone = answered(&alone).expect("a client");
    for request in
        [registrar().read(&alone), registrar().update(&alone, &described()), registrar().delete(&alone)]
    {
        assert_eq!(request.expect_err("nobody said where").kind(), ErrorKind::Unsupported);
    }
}
