//! The examination of mail servers: SMTP, submission and LMTP.
//!
//! Nothing is ever delivered: no probe sends the text of a message, and senders are empty.

mod auth;
mod client;
mod commands;
mod extensions;
mod facts;
mod hello;
mod reply;
mod roles;
mod talk;
mod tls;
mod transaction;

use anyrfc_core::Requirement;

pub(super) use self::auth::is_base64;
use self::{
    facts::{Facts, Flavour, Keywords},
    talk::Talk,
};
use super::{examination::Examination, probe::Probe, subject::Subject};
use crate::exit::{Exit, Failure};

/// What a probe needs.
pub(super) struct Case<'a> {
    subject: &'a Subject,
    facts: Facts,
}

/// Runs the probes.
///
/// # Errors
/// The server cannot be reached, or does not begin to talk.
pub(super) async fn examine(subject: &Subject, found: &mut Examination) -> Result<(), Failure> {
    let facts = survey(subject, found).await?;
    let case = Case { subject, facts };
    hello::examine(&case, found).await;
    commands::examine(&case, found).await;
    transaction::examine(&case, found).await;
    extensions::examine(&case, found).await;
    tls::examine(&case, found).await;
    auth::examine(&case, found).await;
    roles::examine(&case, found).await;
    client::examine(&case, found).await;
    Ok(())
}

impl Case<'_> {
    /// Runs one probe.
    async fn probe(
        &self,
        found: &mut Examination,
        name: &'static str,
        tells: &[&'static Requirement],
        work: impl AsyncFnOnce(&mut Probe<'_>) -> Result<(), Failure>,
    ) {
        found.probe(name, self.subject.limit(), tells, work).await;
    }

    /// A connection on which hello was said.
    async fn ready(&self, probe: &mut Probe<'_>) -> Result<Talk, Failure> {
        Talk::ready(self.subject, &self.facts, probe).await
    }

    /// The same, logged in where the doctor was given a login.
    async fn entitled(&self, probe: &mut Probe<'_>) -> Result<Talk, Failure> {
        let mut talk = self.ready(probe).await?;
        let logged_in = auth::log_in(self, &mut talk, probe).await?;
        talk.set_logged_in(logged_in);
        Ok(talk)
    }

    /// Whether the server offers this where the doctor speaks with it.
    fn offers(&self, keyword: &str) -> bool {
        self.facts.offered.has(keyword)
    }
}

/// Finds out what the server is.
async fn survey(subject: &Subject, found: &mut Examination) -> Result<Facts, Failure> {
    let uri = subject.uri();
    let mut facts = Facts {
        flavour: Flavour::of(uri.scheme(), uri.port()),
        first: Keywords::default(),
        offered: Keywords::default(),
        starts_tls: false,
        secured: subject.is_tls(),
        is_loopback: subject.is_loopback(),
    };
    let mut outcome = Err(Failure::new(Exit::Timeout, "the server did not answer in time"));
    found
        .probe("the first contact", subject.limit(), reply::FORM, async |probe| {
            let met = meet(subject, &mut facts, probe).await;
            outcome = Ok(());
            // Without a connection there is nothing to examine; anything else is a finding.
            if let Err(failure) = &met
                && failure.exit() != Exit::Protocol
            {
                outcome = Err(Failure::new(failure.exit(), failure.to_string()));
            }
            met
        })
        .await;
    outcome.map(|()| facts)
}

async fn meet(subject: &Subject, facts: &mut Facts, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let (mut talk, greeting) = Talk::connect(subject, probe).await?;
    if let Some(words) = greeting.texts().next() {
        probe.server(&String::from_utf8_lossy(words));
    }
    if !greeting.is_positive() {
        return Err(talk::turned_away(&greeting));
    }
    let offered = talk.hello(facts, probe).await?.unwrap_or_default();
    facts.first = offered.clone();
    let startable = offered.has("STARTTLS") && !facts.secured;
    facts.offered = offered;
    if !startable {
        talk.quit(probe).await;
        return Ok(());
    }
    // Where TLS cannot be had, the doctor goes on without: it says nothing that is secret.
    if let Ok(mut talk) = talk.secure(subject, probe, b"").await {
        facts.offered = talk.hello(facts, probe).await?.unwrap_or_default();
        (facts.starts_tls, facts.secured) = (true, true);
        talk.quit(probe).await;
    }
    Ok(())
}
