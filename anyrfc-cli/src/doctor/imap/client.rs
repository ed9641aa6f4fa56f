//! Ordinary work by our own client, which says what it has to forgive.

use anyrfc_core::{Credentials, Security, Tolerance, compliance::Role};
use anyrfc_imap::{FetchItems, ImapClient, SequenceSet, command};

use super::{
    super::{examination::Examination, probe::Probe},
    Case,
};
use crate::exit::Failure;

/// How many messages are looked at.
const LOOKED_AT: u32 = 5;

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    case.probe(found, "ordinary work", &[], async |probe| {
        let mut client = match connect(case).await {
            Ok(client) => client,
            Err(failure) => return Err(told(case, failure, probe)),
        };
        let done = work(case, &mut client).await;
        if let Some(deviations) = client.deviations() {
            for deviation in deviations {
                case.book.broken(probe, deviation.requirement, &deviation.sample);
            }
        }
        if let Err(failure) = done {
            return Err(told(case, failure, probe));
        }
        client.logout().await.map_err(|error| told(case, error.into(), probe))
    })
    .await;
}

/// An error tells of a statement; which one that is depends on the server.
fn told(case: &Case<'_>, failure: Failure, probe: &mut Probe<'_>) -> Failure {
    let named = failure.broken();
    let named = named.filter(|requirement| matches!(requirement.role, Role::Server | Role::Both));
    if let Some(requirement) = named {
        case.book.broken(probe, requirement, failure.to_string().as_bytes());
    }
    // What it names has been told in the words of the RFC that binds the server.
    Failure::new(failure.exit(), failure.to_string())
}

async fn connect(case: &Case<'_>) -> Result<ImapClient, Failure> {
    let subject = case.subject;
    let tls = subject.tls().clone();
    let security = match (subject.is_tls(), case.starts_tls) {
        (true, _) => Security::Tls(tls),
        (false, true) => Security::StartTls(tls),
        (false, false) => Security::Plaintext,
    };
    let transport = subject.transport();
    let builder = ImapClient::builder()
        .tolerance(Tolerance::Lenient)
        .security(security)
        .transport(move |connector| transport(connector));
    Ok(builder.connect(subject.uri().as_str()).await?)
}

async fn work(case: &Case<'_>, client: &mut ImapClient) -> Result<(), Failure> {
    client.noop().await?;
    if case.inside.is_err() {
        return Ok(());
    }
    if !client.is_authenticated() {
        let Some((user, secret)) = case.subject.login() else { return Ok(()) };
        client.authenticate(&Credentials::password(user, secret.expose().as_str())).await?;
    }
    client.list("%").await?;
    let mut inbox = client.examine("INBOX").await?;
    if inbox.exists() > 0 {
        let last = inbox.exists().min(LOOKED_AT);
        let first: SequenceSet = format!("1:{last}").parse()?;
        let items = FetchItems::new().uid().flags().internal_date().size().envelope().body_structure();
        let ticket = inbox.client().submit(command::Fetch::new(first, items))?;
        inbox.client().finish(ticket).await?;
    }
    inbox.close().await?;
    Ok(())
}
