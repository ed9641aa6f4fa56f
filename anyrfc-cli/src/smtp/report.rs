//! What became of a message.

use anstyle::Style;
use anyrfc_smtp::{Outcome, Recipient, RecipientReport, Reply, SendReport};
use serde::Serialize;

use crate::{
    exit::{Exit, Failure},
    terminal::{self, BAD, DOUBT, GOOD, STRONG, plain, styled},
};

/// What became of it for one recipient.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    recipient: String,
    /// `accepted`, `rejected`, `not-sent` or `unknown`.
    outcome: &'static str,
    /// The reply code.
    code: Option<u16>,
    /// The enhanced status code (RFC 3463).
    status: Option<String>,
    /// The command that decided it: MAIL, RCPT, or the message itself.
    stage: Option<String>,
    text: Option<String>,
    /// Whether it is worth trying again later.
    retryable: bool,
}

impl Row {
    fn new(recipient: &Recipient, outcome: &'static str, reply: Option<&Reply>) -> Self {
        Self {
            recipient: recipient.path().as_str().to_owned(),
            outcome,
            code: reply.map(|reply| reply.code().as_u16()),
            status: reply.and_then(|reply| reply.enhanced()).map(|status| status.to_string()),
            stage: None,
            text: reply.map(|reply| reply.text().into_owned()),
            retryable: reply.is_some_and(|reply| reply.is_transient()),
        }
    }

    fn of(report: &RecipientReport, waited: Option<&str>) -> Self {
        let (outcome, stage) = match report.outcome() {
            Outcome::Accepted(_) => ("accepted", Some("message")),
            Outcome::Rejected(_) => {
                let stage = match report.answer() {
                    None => "MAIL",
                    Some(answer) if answer.is_success() => "message",
                    Some(_) => "RCPT",
                };
                ("rejected", Some(stage))
            }
            Outcome::NotSent => ("not-sent", waited),
            _ => ("unknown", waited.or(Some("message"))),
        };
        let row = Self::new(report.recipient(), outcome, report.outcome().reply());
        Self { stage: stage.map(str::to_owned), retryable: report.is_retryable(), ..row }
    }

    /// One that was refused before there was a message.
    pub(super) fn refused(recipient: &Recipient, reply: &Reply, stage: &str) -> Self {
        Self { stage: Some(stage.to_owned()), ..Self::new(recipient, "rejected", Some(reply)) }
    }

    fn style(&self) -> Style {
        match self.outcome {
            "accepted" => GOOD,
            "rejected" => BAD,
            _ => DOUBT,
        }
    }

    fn cells(&self) -> Vec<String> {
        let text = |text: &Option<String>| plain(text.as_deref().unwrap_or("-"));
        let code = self.code.map_or_else(|| "-".to_owned(), |code| code.to_string());
        let status = text(&self.status);
        let (stage, reply) = (text(&self.stage), text(&self.text));
        vec![self.outcome.to_owned(), code, status, stage, plain(&self.recipient), reply]
    }
}

/// What became of it for all.
#[derive(Debug, Serialize)]
pub(super) struct Sent {
    pub(super) server: String,
    pub(super) mechanism: Option<String>,
    pub(super) tls: Option<crate::connection::Secured>,
    /// What the server calls the message.
    pub(super) queue_id: Option<String>,
    pub(super) recipients: Vec<Row>,
    /// What failed, where the server did not simply answer.
    pub(super) error: Option<String>,
    #[serde(skip)]
    pub(super) failure: Option<Failure>,
}

impl Sent {
    pub(super) fn add(&mut self, report: &SendReport) {
        let waited = report.error().and_then(|error| error.waited_for()).map(|waited| waited.to_string());
        self.queue_id = report.queue_id();
        self.recipients.extend(report.recipients().iter().map(|one| Row::of(one, waited.as_deref())));
        if let Some(error) = report.error() {
            let failure = Failure::from(error.clone());
            self.error = Some(failure.to_string());
            self.failure = Some(failure);
        }
    }

    /// Says it.
    pub(super) fn print(self, json: bool) -> Result<Exit, Failure> {
        if json {
            terminal::json(&self)?;
        } else {
            self.table()?;
            if let Some(id) = &self.queue_id {
                terminal::note(&format!("queued as {}", plain(id)));
            }
        }
        if let Some(failure) = &self.failure {
            failure.print();
        }
        if self.recipients.iter().all(|row| row.outcome == "accepted") {
            return Ok(Exit::Done);
        }
        if self.recipients.iter().any(|row| row.outcome == "rejected") {
            return Ok(Exit::Refused);
        }
        Ok(self.failure.map_or(Exit::Network, |failure| failure.exit()))
    }

    fn table(&self) -> Result<(), Failure> {
        let heads = ["OUTCOME", "CODE", "STATUS", "STAGE", "RECIPIENT", "REPLY"].map(str::to_owned);
        let rows = self.recipients.iter().map(Row::cells);
        let table: Vec<Vec<String>> = [heads.into()].into_iter().chain(rows).collect();
        let lines = terminal::columns(&table);
        let mut lines = lines.iter().map(|line| line.trim_end());
        if let Some(heads) = lines.next() {
            terminal::line(&styled(STRONG, heads))?;
        }
        for (line, row) in lines.zip(&self.recipients) {
            // Coloured last: a colour has no width.
            let rest = line.strip_prefix(row.outcome).unwrap_or_default();
            terminal::line(&format!("{}{rest}", styled(row.style(), row.outcome)))?;
        }
        Ok(())
    }
}
