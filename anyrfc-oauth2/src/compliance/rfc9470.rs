//! RFC 9470: resources that want the user to sign in again, or in another way.

use std::time::Duration;

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header::WWW_AUTHENTICATE};

use super::{
    Waived,
    endpoint::{app, asking, granted, scope, web, with_server},
};
use crate::{
    Challenge, Denial, Error, ErrorKind, OAuth2Client, StepUp, TokenResponse, rfc9470 as r,
    testing::{AuthorizationServer, Misbehaviour, Place, Plan},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[(
    r::TOKEN_IS_NOT_INSPECTED,
    ByConstruction(
        "`AccessToken` is text that nothing in the client takes apart: what a resource wants is known by its \
         `Challenge` alone",
    ),
)];

static CHECKS: &[Check] = &[
    Check { name: "rfc9470/section-2/old-and-new", covers: &[r::OLD_TOKEN_MAY_BE_KEPT], run: old_and_new },
    Check {
        name: "rfc9470/section-3/what-a-challenge-says",
        covers: &[
            r::MAX_AGE_IS_NOT_NEGATIVE,
            r::CHALLENGE_MAY_NAME_BOTH,
            r::CHALLENGE_MAY_NAME_SCOPE,
            r::CHALLENGE_IS_PARSED,
        ],
        run: what_a_challenge_says,
    },
    Check {
        name: "rfc9470/section-4/passed-on",
        covers: &[r::REQUIREMENTS_ARE_PASSED_ON, r::REQUIREMENTS_MAY_BE_LEFT_OUT],
        run: passed_on,
    },
    Check {
        name: "rfc9470/section-6.2/told-by-introspection",
        covers: &[r::INTROSPECTION_MAY_TELL_THE_EVENT],
        run: told_by_introspection,
    },
    Check {
        name: "rfc9470/section-9/nobody-is-prompted-by-a-challenge",
        covers: &[r::HOSTILE_CHALLENGES_ARE_EXPECTED],
        run: nobody_is_prompted_by_a_challenge,
    },
];

const HARDWARE: &str = "urn:example:acr:hardware";

fn challenge(field: &'static str) -> Result<Vec<Challenge>, Error> {
    let mut headers = HeaderMap::new();
    headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(field));
    Challenge::from_headers(&headers)
}

/// What the resource wants for this token; `None`: it takes it.
async fn wanted(
    server: &AuthorizationServer,
    client: &OAuth2Client,
    token: &TokenResponse,
) -> Option<StepUp> {
    let error = match client.resource_by(token).get(&server.url(Place::Resource)).await {
        Ok(answer) => {
            assert!(answer.status().is_success(), "{answer:?}");
            return None;
        }
        Err(error) => error,
    };
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    let denied = error.denied().expect("a refusal");
    assert_eq!(denied.status, 401);
    match &denied.denial {
        Denial::InsufficientUserAuthentication(wanted) => Some(wanted.clone()),
        other => panic!("another refusal: {other:?}"),
    }
}

fn old_and_new() {
    with_server(async |server| {
        let client = app(&server).await;
        let weak = granted(&server, &client, asking(&client)).await;
        assert_eq!(wanted(&server, &client, &weak).await, None);
        server.configure(|options| options.resource_acr = Some(HARDWARE.into()));
        let step = wanted(&server, &client, &weak).await.expect("a stronger login");
        let strong = granted(&server, &client, asking(&client).step_up(&step)).await;
        assert_eq!(wanted(&server, &client, &strong).await, None);
        // For what asks for less the old one is still good.
        server.configure(|options| options.resource_acr = None);
        assert_eq!(wanted(&server, &client, &weak).await, None);
        assert_ne!(weak.access_token, strong.access_token);
    });
}

fn what_a_challenge_says() {
    let said = |field| challenge(field).map(|mut all| all.remove(0));
    let both = said(
        "Bearer error=\"insufficient_user_authentication\", acr_values=\"one two\", max_age=\"5\", scope=\"a b\"",
    )
    .expect("a challenge");
    assert_eq!(both.acr_values, ["one", "two"]);
    assert_eq!(both.max_age, Some(Duration::from_secs(5)));
    assert_eq!(both.scope, Some(scope("a b")));
    let bare = said("DPoP error=\"insufficient_user_authentication\", max_age=0").expect("a challenge");
    assert_eq!((bare.max_age, bare.acr_values.len(), bare.scope), (Some(Duration::ZERO), 0, None));
    for field in [
        "Bearer max_age=\"-5\"",
        "Bearer max_age=-5",
        "Bearer max_age=\"\"",
        "Bearer max_age=\"5.5\"",
        "Bearer max_age=\"+5\"",
    ] {
        let error = said(field).expect_err(field);
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Protocol, Some(r::MAX_AGE_IS_NOT_NEGATIVE)),
            "{field}"
        );
    }
    with_server(async |server| {
        server.configure(|options| options.login_age = Duration::from_secs(600));
        let client = app(&server).await;
        let token = granted(&server, &client, asking(&client)).await;
        server.configure(|options| {
            options.resource_acr = Some(HARDWARE.into());
            options.resource_max_age = Some(60);
        });
        let step = wanted(&server, &client, &token).await.expect("both");
        assert_eq!((step.acr_values(), step.max_age), (Some(HARDWARE.into()), Some(Duration::from_secs(60))));
        assert_eq!(step.scope, None);
    });
}

fn passed_on() {
    with_server(async |server| {
        let client = app(&server).await;
        let sent = async |step: &StepUp| {
            let asked = asking(&client).scope(scope("read")).step_up(step);
            let request = client.begin(asked).await.expect("it begins");
            let _ = server.authorize(request.url());
            let sent = server.requests_to(Place::Authorization).pop().expect("the user was asked");
            ["acr_values", "max_age", "scope"].map(|name| sent.query(name))
        };
        let mut step = StepUp::default();
        // What nobody wants is not sent.
        assert_eq!(sent(&step).await, [None, None, Some("read".into())]);
        step.acr_values = vec!["one".into(), "two".into()];
        assert_eq!(sent(&step).await, [Some("one two".into()), None, Some("read".into())]);
        step.max_age = Some(Duration::ZERO);
        assert_eq!(sent(&step).await, [Some("one two".into()), Some("0".into()), Some("read".into())]);
        step.scope = Some(scope("write"));
        assert_eq!(sent(&step).await, [Some("one two".into()), Some("0".into()), Some("read write".into())]);
    });
}

fn told_by_introspection() {
    with_server(async |server| {
        let client = web(&server).await;
        let token = granted(&server, &client, asking(&client).acr_values(HARDWARE)).await;
        let now = server.now().as_secs();
        let told =
            client.introspect(&token.access_token).await.expect("an answer").active().expect("it is good");
        assert_eq!(told.acr.as_deref(), Some(HARDWARE));
        let when = told.auth_time.expect("a time").seconds();
        assert!(u64::try_from(when).is_ok_and(|when| when <= now && now - when < 60), "{when}");
        let silent = ["acr", "auth_time"].map(|name| Misbehaviour::Without(name.into()));
        silent.into_iter().for_each(|fault| server.plant(Plan::from(fault).at(Place::Introspection)));
        let told =
            client.introspect(&token.access_token).await.expect("an answer").active().expect("it is good");
        assert_eq!((told.acr, told.auth_time), (None, None));
    });
}

fn nobody_is_prompted_by_a_challenge() {
    with_server(async |server| {
        let client = app(&server).await;
        let token = granted(&server, &client, asking(&client)).await;
        let asked = server.count(Place::Authorization);
        let (grants, resource) = (server.count(Place::Token), server.url(Place::Resource));
        let answered = |field: &str| {
            let fields = vec![("www-authenticate".to_owned(), field.to_owned())];
            server.plant(
                Plan::from(Misbehaviour::Instead(401, fields, Bytes::new())).at(Place::Resource).once(),
            );
        };
        // As often as the resource likes, the caller is told, and nobody else is asked for anything.
        for times in 1..=20 {
            answered("Bearer error=\"insufficient_user_authentication\", acr_values=\"x\", max_age=0");
            assert!(wanted(&server, &client, &token).await.is_some());
            assert_eq!(server.count(Place::Resource), times, "it is not tried again by itself");
        }
        // What is no challenge is no wish either.
        for field in [
            "Bearer error=\"insufficient_user_authentication\", max_age=\"-1\"",
            "Bearer error=\"insufficient_user_authentication\", acr_values=\"a\", acr_values=\"b\"",
            "Basic error=\"insufficient_user_authentication\", acr_values=\"a\"",
            "Bearer acr_values=\"a\", max_age=1",
        ] {
            answered(field);
            let error = client.resource_by(&token).get(&resource).await.expect_err(field);
            assert_eq!(error.denied().map(|denied| &denied.denial), Some(&Denial::Unsaid), "{field}");
        }
        assert_eq!((server.count(Place::Authorization), server.count(Place::Token)), (asked, grants));
    });
}
