//! RFC 6749, section 4.1.2: what is answered in the code grant.

use anyrfc_core::compliance::Check;

use super::support::{app, asking, begun, go, last, web, with_server};
use crate::{
    Error, ErrorCode, ErrorKind, OAuth2Client,
    codec::callback::Callback,
    rfc6749 as r,
    testing::{AuthorizationServer, Misbehaviour, Place, Plan, User},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6749/section-4.1.2/a-code-or-an-error",
        covers: &[r::CODE_IS_RETURNED, r::CODE_ERROR_IS_RETURNED],
        run: a_code_or_an_error,
    },
    Check {
        name: "rfc6749/section-4.1.2/a-code-is-sent-once",
        covers: &[r::CODE_IS_USED_ONCE],
        run: a_code_is_sent_once,
    },
    Check {
        name: "rfc6749/section-4.1.2/state-comes-back",
        covers: &[r::CODE_STATE_IS_RETURNED, r::CODE_ERROR_STATE_IS_RETURNED],
        run: state_comes_back,
    },
    Check {
        name: "rfc6749/section-4.1.2/what-is-unknown-is-ignored",
        covers: &[r::CODE_UNKNOWN_IS_IGNORED],
        run: what_is_unknown_is_ignored,
    },
    Check {
        name: "rfc6749/section-4.1.2/codes-of-any-size",
        covers: &[r::CODE_HAS_ANY_SIZE],
        run: codes_of_any_size,
    },
    Check {
        name: "rfc6749/section-4.1.2.1/an-error-alone",
        covers: &[r::CODE_DESCRIPTION_MAY_BE_LEFT_OUT, r::CODE_ERROR_URI_MAY_BE_LEFT_OUT],
        run: an_error_alone,
    },
    Check {
        name: "rfc6749/section-4.1.2.1/characters-of-an-error",
        covers: &[r::CODE_ERROR_CHARACTERS],
        run: characters_of_an_error,
    },
];

/// What comes of an answer that holds this, with the state that was sent and the server's name.
async fn answered(server: &AuthorizationServer, client: &OAuth2Client, form: &str) -> Result<(), Error> {
    let request = begun(client, asking(client)).await;
    let state = request.pending().state();
    let query = format!("{form}&state={state}&iss=https%3A%2F%2Fas.example");
    let before = server.count(Place::Token);
    let outcome = client.finish(request.into_pending(), &Callback::from_query(&query)?).await;
    // A code of the test's own goes to the server, which does not know it.
    match (server.count(Place::Token) - before, outcome) {
        (0, Err(error)) => Err(error),
        (1, Err(error)) => {
            assert_eq!(error.response().expect("it says why").code, ErrorCode::InvalidGrant);
            Ok(())
        }
        (sent, outcome) => panic!("{sent} requests: {outcome:?}"),
    }
}

fn a_code_or_an_error() {
    with_server(async |server| {
        let client = app(&server).await;
        answered(&server, &client, "code=x").await.expect("it is exchanged");
        for neither in ["x=y", "code=", "error=", "code=&error=", "error_description=no"] {
            let error = answered(&server, &client, neither).await.expect_err("neither");
            assert_eq!(error.kind(), ErrorKind::Protocol, "{neither}");
            assert_eq!(error.requirement(), Some(r::CODE_IS_RETURNED), "{neither}");
        }
        let error = answered(&server, &client, "code=x&error=access_denied").await.expect_err("both");
        assert_eq!(error.requirement(), Some(r::CODE_ERROR_IS_RETURNED));
        let error = answered(&server, &client, "error=access_denied").await.expect_err("a refusal");
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(error.response().expect("it says why").code, ErrorCode::AccessDenied);
        server.configure(|options| options.user = User::Denies);
        let error = go(&server, &client, asking(&client)).await.expect_err("the user said no");
        assert_eq!(error.response().expect("it says why").code, ErrorCode::AccessDenied);
    });
}

fn a_code_is_sent_once() {
    // However the exchange fails, the code is not sent again: what became of it, nobody knows.
    let faults = [
        Misbehaviour::Status(503),
        Misbehaviour::RetryAfter(503, 1),
        Misbehaviour::RetryAfter(429, 1),
        Misbehaviour::Redirect(307, "https://as.example/token".to_owned()),
        Misbehaviour::Redirect(302, "https://evil.example/".to_owned()),
        Misbehaviour::Error(400, "invalid_grant".to_owned()),
        Misbehaviour::Error(400, "temporarily_unavailable".to_owned()),
        Misbehaviour::Error(401, "invalid_client".to_owned()),
        Misbehaviour::DropBefore,
        Misbehaviour::DropAfter,
        Misbehaviour::Hang,
        Misbehaviour::HangAfter,
        Misbehaviour::CutBody,
        Misbehaviour::TruncatedJson,
        Misbehaviour::NoAccessToken,
    ];
    for fault in faults {
        with_server(async |server| {
            for client in [app(&server).await, web(&server).await] {
                let before = server.requests().len();
                server.plant(Plan::from(fault.clone()).at(Place::Token).once());
                go(&server, &client, asking(&client)).await.expect_err("it fails");
                let since = server.requests().split_off(before);
                let code = last(server.requests_to(Place::Token)).parameter("code").expect("a code");
                assert_eq!(since.iter().filter(|sent| sent.contains(&code)).count(), 1, "{fault:?}");
            }
        });
    }
    // Nor after it went well, to whatever the tokens are for.
    with_server(async |server| {
        let client = app(&server).await;
        let tokens = go(&server, &client, asking(&client)).await.expect("a token");
        let code = server.requests_to(Place::Token).first().and_then(|sent| sent.parameter("code"));
        client.refresh(&tokens.refresh_token.expect("a refresh token")).send().await.expect("another");
        assert_eq!(server.sent_to(&code.expect("a code")), [Place::Token]);
    });
}

fn state_comes_back() {
    with_server(async |server| {
        let client = app(&server).await;
        for denied in [false, true] {
            server.configure(|options| options.user = if denied { User::Denies } else { User::Approves });
            for (fault, requirement) in [
                (Misbehaviour::StateAbsent, r::CODE_STATE_IS_RETURNED),
                (Misbehaviour::StateOther, r::STATE_IS_COMPARED),
            ] {
                server.plant(fault);
                let error = go(&server, &client, asking(&client)).await.expect_err("whose answer is it");
                assert_eq!(error.kind(), ErrorKind::Protocol);
                assert_eq!(error.requirement(), Some(requirement));
                assert!(error.response().is_none(), "nobody knows that the server refused");
                server.behave();
            }
            server.assert_nothing_sent_to(Place::Token);
        }
        let error = go(&server, &client, asking(&client)).await.expect_err("the user said no");
        assert_eq!(error.response().expect("it says why").code, ErrorCode::AccessDenied);
    });
}

fn what_is_unknown_is_ignored() {
    with_server(async |server| {
        let client = app(&server).await;
        let unknown = [
            "x=y",
            "session_state=1&authuser=0&hd=example.com",
            "x",
            "x=",
            "access_token=x&token_type=Bearer",
            "id_token=x",
            "expires_in=soon",
            "%F0%9F%A6%80=%E2%82%AC",
        ];
        for more in unknown {
            let request = begun(&client, asking(&client)).await;
            let url = format!("{}&{more}#_=_", server.authorize(request.url()));
            let callback = Callback::from_url(&url).expect("it can be read");
            let tokens = client.finish(request.into_pending(), &callback).await.expect("a token");
            assert_ne!(tokens.access_token.expose(), "x", "{more}");
        }
        // Beside an error too.
        let error = answered(&server, &client, "error=access_denied&x=y&z=").await.expect_err("a refusal");
        assert_eq!(error.response().expect("it says why").code, ErrorCode::AccessDenied);
    });
}

fn codes_of_any_size() {
    with_server(async |server| {
        let client = app(&server).await;
        for length in [1, 255, 256, 257, 4096, 60_000] {
            let code = "c".repeat(length);
            answered(&server, &client, &format!("code={code}")).await.expect("it is exchanged");
            assert_eq!(last(server.requests_to(Place::Token)).parameter("code"), Some(code));
        }
    });
}

fn an_error_alone() {
    with_server(async |server| {
        let client = app(&server).await;
        let error = answered(&server, &client, "error=server_error").await.expect_err("a refusal");
        let said = error.response().expect("it says why");
        assert_eq!((&said.code, &said.description, &said.uri), (&ErrorCode::ServerError, &None, &None));
        let more = "error=invalid_scope&error_description=not+that&error_uri=https%3A%2F%2Fas.example%2Fwhy";
        let error = answered(&server, &client, more).await.expect_err("a refusal");
        let said = error.response().expect("it says why");
        assert_eq!(said.code, ErrorCode::InvalidScope);
        assert_eq!(said.description.as_deref(), Some("not that"));
        assert_eq!(said.uri.as_deref(), Some("https://as.example/why"));
    });
}

fn characters_of_an_error() {
    with_server(async |server| {
        let client = app(&server).await;
        for bad in ["a%0Ab", "a%22b", "a%5Cb", "%1B%5B31m", "%7F", "%C3%A9", "%00"] {
            let error = answered(&server, &client, &format!("error={bad}")).await.expect_err("no such error");
            assert_eq!(error.kind(), ErrorKind::Protocol, "{bad}");
            assert_eq!(error.requirement(), Some(r::CODE_ERROR_CHARACTERS), "{bad}");
            assert!(!error.to_string().contains(|c: char| c.is_control()), "{bad}");
        }
        // What is allowed and unknown is passed on.
        let error = answered(&server, &client, "error=a%20b!%23").await.expect_err("a refusal");
        assert_eq!(error.response().expect("it says why").code, ErrorCode::Other("a b!#".to_owned()));
    });
}
