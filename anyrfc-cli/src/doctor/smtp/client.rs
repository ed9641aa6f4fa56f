//! Ordinary work by our own client, which says what it has to forgive.

use anyrfc_core::{Credentials, Security, Tolerance, uri::Uri};
use anyrfc_smtp::{SmtpClient, rfc5321};

use super::{super::examination::Examination, Case};
use crate::exit::Failure;

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    let tells = &[rfc5321::CRLF_ALONE_ENDS_A_LINE];
    case.probe(found, "ordinary work", tells, async |probe| {
        let mut client = connect(case).await?;
        let done = work(case, &mut client).await;
        if let Some(deviations) = client.deviations() {
            probe.deviations(deviations);
        }
        if let Err(failure) = &done {
            probe.failure(failure);
        }
        let left = client.quit().await.map_err(Failure::from);
        if done.is_ok() && left.is_ok() {
            probe.kept(rfc5321::CRLF_ALONE_ENDS_A_LINE);
        }
        done.and(left)
    })
    .await;
}

async fn connect(case: &Case<'_>) -> Result<SmtpClient, Failure> {
    let (subject, uri) = (case.subject, case.subject.uri());
    let tls = subject.tls().clone();
    let security = match (subject.is_tls(), case.facts.starts_tls) {
        (true, _) => Security::Tls(tls),
        (false, true) => Security::StartTls(tls),
        (false, false) => Security::Plaintext,
    };
    let transport = subject.transport();
    let builder = SmtpClient::builder()
        .tolerance(Tolerance::Lenient)
        .security(security)
        .transport(move |connector| transport(connector));
    Ok(builder.connect(&url(uri)).await?)
}

/// The URL in the words that the client knows.
fn url(uri: &Uri) -> String {
    let scheme = match uri.scheme() {
        "submission" => "smtp",
        "submissions" => "smtps",
        other => other,
    };
    let rest = uri.as_str().split_once(':').map(|(_, rest)| rest).unwrap_or_default();
    let usual = match (uri.scheme(), uri.port()) {
        // The client would take the port of submission.
        ("smtp", None) => ":25",
        ("lmtp", None) => ":24",
        _ => "",
    };
    format!("{scheme}:{}{usual}", rest.trim_end_matches('/'))
}

async fn work(case: &Case<'_>, client: &mut SmtpClient) -> Result<(), Failure> {
    client.noop().await?;
    if let Some((user, secret)) = case.subject.login() {
        client.authenticate(&Credentials::password(user, secret.expose().as_str())).await?;
    }
    client.reset().await?;
    Ok(())
}
