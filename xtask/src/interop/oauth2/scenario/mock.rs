//! Answers that no server should give: each fails with its kind, and what must not be sent is not.

use anyrfc_oauth2::{
    ErrorKind, OAuth2Client, Quirk, RefreshToken, TokenResponse, Tolerances, client::HttpLimits,
};
use indicatif::ProgressBar;

use super::{Site, fails, redirect, scope};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        peer::{Outcome, Running},
    },
};

/// What is done to a token response, and what becomes of it.
const TOKENS: &[(&str, Option<ErrorKind>)] = &[
    ("none", None),
    ("lifetime-text", Some(ErrorKind::Protocol)),
    ("lifetime-negative", None),
    ("lifetime-huge", None),
    ("lifetime-object", Some(ErrorKind::Protocol)),
    ("no-token", Some(ErrorKind::Protocol)),
    ("no-type", Some(ErrorKind::Protocol)),
    ("other-type", Some(ErrorKind::Protocol)),
    ("token-ends-header", Some(ErrorKind::Protocol)),
    ("token-number", Some(ErrorKind::Protocol)),
    ("scope-array", Some(ErrorKind::Protocol)),
    ("error-200", Some(ErrorKind::Protocol)),
    ("error-escapes", Some(ErrorKind::Refused)),
    ("503", Some(ErrorKind::Io)),
    ("redirect", Some(ErrorKind::Protocol)),
    ("large", Some(ErrorKind::Limit)),
];

/// What is done to an authorization response, and what becomes of it.
const ANSWERS: &[(&str, Option<ErrorKind>)] = &[
    ("none", None),
    ("other-state", Some(ErrorKind::Protocol)),
    ("no-state", Some(ErrorKind::Protocol)),
    ("two-states", Some(ErrorKind::Protocol)),
    ("two-codes", Some(ErrorKind::Protocol)),
    ("other-issuer", Some(ErrorKind::Protocol)),
    ("error-and-code", Some(ErrorKind::Protocol)),
    ("error", Some(ErrorKind::Refused)),
    ("nothing", Some(ErrorKind::Protocol)),
];

/// What is done to an ID token; none is taken.
const ID_TOKENS: &[&str] =
    &["id-issuer", "id-audience", "id-nonce", "id-no-nonce", "id-expired", "id-no-subject", "id-future"];

/// Runs every case.
pub(in crate::interop::oauth2) async fn drive(running: &Running, progress: &ProgressBar) -> Result<Outcome> {
    let site = Site::plain(running.address())?;
    let mut table = Table::new(progress, "areas");
    for (fault, kind) in TOKENS {
        table
            .run("tokens", fault, async {
                let client = site.public("client").await?;
                let asked = spoiled(&client, fault).await?;
                judge(asked, *kind)
            })
            .await;
    }
    for (fault, quirk) in [
        ("lifetime-text", Quirk::ExpiresInIsText),
        ("no-type", Quirk::TokenTypeIsMissing),
        ("scope-array", Quirk::ScopeIsAnArray),
    ] {
        table
            .run("tolerances", fault, async {
                let client = site.client("client").await?.tolerances(Tolerances::NONE.with(quirk)).build()?;
                spoiled(&client, fault).await?.map(drop).map_err(Into::into)
            })
            .await;
    }
    table
        .run("limits", "a body of our own limit", async {
            let mut limits = HttpLimits::default();
            limits.body = 200;
            let client = site.client("client").await?.limits(limits).build()?;
            fails(client.refresh(&RefreshToken::new("any")?).send().await, ErrorKind::Limit).map(drop)
        })
        .await;
    for (fault, kind) in ANSWERS {
        table
            .run("answers", fault, async {
                let client = site.public("client").await?;
                let asked = client
                    .authorization_code(redirect()?)
                    .scope(scope("openid")?)
                    .login_hint(format!("fault:{fault}"));
                let request = client.begin(asked).await?;
                let url = site.browser().until(request.url(), super::REDIRECT).await?;
                let answer = match anyrfc_oauth2::codec::callback::Callback::from_url(&url) {
                    Ok(callback) => client.finish(request.into_pending(), &callback).await,
                    Err(error) => Err(error),
                };
                judge(answer, *kind)
            })
            .await;
    }
    for fault in ID_TOKENS {
        table.run("ID tokens", fault, async { id_token(&site, fault).await }).await;
    }
    table
        .run("ID tokens", "none", async {
            let taken = id_token(&site, "none").await;
            ensure(taken.as_ref().is_err_and(|error| error.to_string() == TAKEN), || format!("{taken:?}"))
        })
        .await;
    Ok(table.outcome())
}

/// What is said where an ID token was taken that should not be.
const TAKEN: &str = "it was taken";

/// An ID token with a fault is not taken, and no token reaches UserInfo.
async fn id_token(site: &Site, fault: &str) -> Result<()> {
    let client: OAuth2Client = site.public("client").await?;
    let asked =
        client.authorization_code(redirect()?).scope(scope("openid")?).login_hint(format!("fault:{fault}"));
    let (pending, callback) = site.asked(&client, asked).await?;
    let nonce = pending.nonce().ok_or("no nonce was sent")?.to_owned();
    let tokens = client.finish(pending, &callback).await?;
    match client.id_token(&tokens, client.id_token_validation().nonce(nonce)).await {
        Ok(_) => Err(TAKEN.into()),
        Err(error) => ensure(
            matches!(error.kind(), ErrorKind::Auth | ErrorKind::Protocol | ErrorKind::Unsupported),
            || format!("{error} ({:?})", error.kind()),
        ),
    }
}

/// A refresh whose answer is spoiled.
async fn spoiled(
    client: &OAuth2Client,
    fault: &str,
) -> Result<std::result::Result<TokenResponse, anyrfc_oauth2::Error>> {
    let fault = scope(&format!("fault:{fault}"))?;
    let refresh = client.refresh(&RefreshToken::new("any")?).granted(fault.clone()).scope(fault);
    Ok(refresh.send().await)
}

fn judge<T>(result: std::result::Result<T, anyrfc_oauth2::Error>, expected: Option<ErrorKind>) -> Result<()> {
    match expected {
        None => result.map(drop).map_err(Into::into),
        Some(kind) => fails(result, kind).map(drop),
    }
}
