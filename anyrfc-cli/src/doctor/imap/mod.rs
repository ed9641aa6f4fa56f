//! The examination of IMAP servers.
//!
//! No mailbox is changed: they are opened by EXAMINE, and texts are fetched by PEEK.

mod auth;
mod basic;
mod book;
mod client;
mod messages;
mod names;
mod response;
mod state;
mod talk;
mod tls;

use anyrfc_core::Requirement;

use self::{
    book::Book,
    response::{Answer, quote},
    talk::Talk,
};
use super::{
    examination::Examination,
    probe::Probe,
    subject::{Subject, unable},
};
use crate::exit::{Exit, Failure};

/// Capabilities, in capitals.
#[derive(Clone, Debug, Default)]
pub(super) struct Capabilities(Vec<String>);

impl Capabilities {
    fn read(answer: &Answer) -> Self {
        let words = answer.of("CAPABILITY").flat_map(|response| response.words().skip(1));
        Self(words.map(|word| String::from_utf8_lossy(word).to_ascii_uppercase()).collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The mechanisms of `AUTH=`.
    fn mechanisms(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|name| name.strip_prefix("AUTH="))
    }
}

/// What a probe needs: the server, and what is known of it.
pub(super) struct Case<'a> {
    subject: &'a Subject,
    book: Book,
    /// Whether IMAP4rev2 has to be enabled.
    enables: bool,
    /// What it offers on a connection as the URL has it.
    first: Capabilities,
    /// What it offers where the doctor speaks with it.
    offered: Capabilities,
    /// What it offers to whoever has logged in; nothing where that could not be done, and why.
    inside: Result<Capabilities, String>,
    /// Whether the doctor speaks with it under STARTTLS.
    starts_tls: bool,
    preauth: bool,
}

/// Runs the probes.
///
/// # Errors
/// The server cannot be reached, or does not begin to talk.
pub(super) async fn examine(subject: &Subject, found: &mut Examination) -> Result<(), Failure> {
    let case = survey(subject, found).await?;
    basic::examine(&case, found).await;
    auth::examine(&case, found).await;
    tls::examine(&case, found).await;
    match &case.inside {
        Ok(_) => {
            state::examine(&case, found).await;
            messages::examine(&case, found).await;
            names::examine(&case, found).await;
        }
        Err(why) => outside(&case, found, why).await,
    }
    client::examine(&case, found).await;
    Ok(())
}

/// Tells of the statements that nobody can see who has not logged in.
async fn outside(case: &Case<'_>, found: &mut Examination, why: &str) {
    let tells: Vec<_> = [state::tells(case), messages::tells(case), names::tells(case)].concat();
    case.probe(found, "what is seen by users", &tells, async |_| Err(unable(why))).await;
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
        let tells = self.book.laws(tells);
        found.probe(name, self.subject.limit(), &tells, work).await;
    }

    /// A connection, greeted.
    async fn connect(&self, probe: &mut Probe<'_>) -> Result<Talk, Failure> {
        let (talk, greeting) = Talk::connect(self.subject, Some(self.book), probe).await?;
        if greeting.is("BYE") {
            return Err(unable(format!("the server says {}", greeting.body().escape_ascii())));
        }
        Ok(talk)
    }

    /// A connection, secured where that can be done.
    async fn ready(&self, probe: &mut Probe<'_>) -> Result<Talk, Failure> {
        let talk = self.connect(probe).await?;
        if self.starts_tls { talk.secure(self.subject, probe, b"").await } else { Ok(talk) }
    }

    /// A connection of the user, speaking IMAP4rev2 where the server has it.
    async fn inside(&self, probe: &mut Probe<'_>) -> Result<Talk, Failure> {
        let mut talk = self.ready(probe).await?;
        if !self.preauth {
            log_in(self.subject, &mut talk, probe).await?;
        }
        if self.enables {
            talk.ask(probe, "ENABLE IMAP4rev2").await?;
        }
        Ok(talk)
    }

    /// Whether the server offers this to its users.
    fn offers(&self, name: &str) -> bool {
        self.inside.as_ref().is_ok_and(|inside| inside.has(name)) || self.offered.has(name)
    }
}

/// Finds out what the server is. Nothing is judged yet: it is not known by what.
async fn survey<'a>(subject: &'a Subject, found: &mut Examination) -> Result<Case<'a>, Failure> {
    let mut case = Case {
        subject,
        book: Book::Rev1,
        enables: false,
        first: Capabilities::default(),
        offered: Capabilities::default(),
        inside: Err("no user was given".to_owned()),
        starts_tls: false,
        preauth: false,
    };
    let mut outcome = Err(Failure::new(Exit::Timeout, "the server did not answer in time"));
    found
        .probe("the first contact", subject.limit(), &[], async |probe| {
            let met = meet(&mut case, probe).await;
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
    outcome.map(|()| case)
}

async fn meet(case: &mut Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let (mut talk, greeting) = Talk::connect(case.subject, None, probe).await?;
    // Behind the code, where there is one, stands the name; ID may tell it later.
    let words = greeting.data();
    let name =
        words.iter().position(|byte| *byte == b']').and_then(|at| words.get(at + 1..)).unwrap_or(words);
    probe.server(String::from_utf8_lossy(name).trim());
    case.preauth = greeting.is("PREAUTH");
    case.first = Capabilities::read(&talk.ask(probe, "CAPABILITY").await?);
    case.offered = case.first.clone();
    if case.first.has("STARTTLS") && !case.subject.is_tls() {
        match talk.secure(case.subject, probe, b"").await {
            Ok(secured) => {
                talk = secured;
                case.starts_tls = true;
                case.offered = Capabilities::read(&talk.ask(probe, "CAPABILITY").await?);
            }
            // Where TLS cannot be had, the doctor goes on without: it says nothing that is secret.
            Err(_) => (talk, _) = Talk::connect(case.subject, None, probe).await?,
        }
    }
    let (rev1, rev2) = (case.offered.has("IMAP4rev1"), case.offered.has("IMAP4rev2"));
    case.book = if rev2 { Book::Rev2 } else { Book::Rev1 };
    case.enables = rev1 && rev2;
    if case.preauth || case.subject.login().is_some() {
        case.inside = match enter(case, &mut talk, probe).await {
            Ok(inside) => Ok(inside),
            Err(failure) => Err(failure.to_string()),
        };
    }
    talk.logout(probe).await;
    Ok(())
}

async fn enter(case: &Case<'_>, talk: &mut Talk, probe: &mut Probe<'_>) -> Result<Capabilities, Failure> {
    if !case.preauth {
        let private = case.starts_tls || case.subject.is_tls() || case.subject.is_loopback();
        if !private {
            return Err(unable("the doctor sends no password in cleartext"));
        }
        log_in(case.subject, talk, probe).await?;
    }
    Ok(Capabilities::read(&talk.ask(probe, "CAPABILITY").await?))
}

/// Logs in by LOGIN.
async fn log_in(subject: &Subject, talk: &mut Talk, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let (user, secret) = subject.login().ok_or_else(|| unable("no user was given"))?;
    let command = format!("LOGIN {} {}", quote(user), quote(secret.expose()));
    let answer = talk.ask_secretly(probe, &command, &format!("LOGIN {} [secret]", quote(user))).await?;
    if answer.is_ok() {
        return Ok(());
    }
    Err(unable(format!("the server refuses the login: {}", answer.text.escape_ascii())))
}
