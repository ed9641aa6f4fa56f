//! Delivery status notifications (RFC 3464; RFC 6533, section 4.1).

use super::{
    fields::{Field, groups},
    values::{Action, Diagnostic, ExtensionField, MtaName, ReportAddress, StatusCode, date, once},
};
use crate::types::{DateTime, DefectKind, Defects, MimeLimits};

/// The body of a `message/delivery-status` or `message/global-delivery-status`: what became of a
/// message, recipient by recipient.
///
/// Everything can be read: what is missing or malformed is `None`, and a defect says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryStatus {
    /// What the sender called the delivery (`ENVID`; RFC 3464, section 2.2.1).
    pub original_envelope_id: Option<String>,
    /// Who reports (section 2.2.2).
    pub reporting_mta: Option<MtaName>,
    /// Who translated a foreign report (section 2.2.3).
    pub dsn_gateway: Option<MtaName>,
    /// Whom the message came from (section 2.2.4).
    pub received_from_mta: Option<MtaName>,
    /// When the message came (section 2.2.5).
    pub arrival_date: Option<DateTime>,
    /// Other fields about the message.
    pub extensions: Vec<ExtensionField>,
    /// The recipients.
    pub recipients: Vec<RecipientStatus>,
    /// What is wrong with the report; offsets count from the beginning of the body.
    pub defects: Defects,
}

/// What became of a message for one recipient (RFC 3464, section 2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecipientStatus {
    /// Whom the sender wrote to (`ORCPT`; section 2.3.1).
    pub original_recipient: Option<ReportAddress>,
    /// Whom it was to be delivered to (section 2.3.2).
    pub final_recipient: Option<ReportAddress>,
    /// What was done (section 2.3.3).
    pub action: Option<Action>,
    /// How it went (section 2.3.4).
    pub status: Option<StatusCode>,
    /// The system that said so (section 2.3.5).
    pub remote_mta: Option<MtaName>,
    /// What it said (section 2.3.6).
    pub diagnostic_code: Option<Diagnostic>,
    /// The same in other languages, each named in place of the type (RFC 6533, section 4.1).
    pub localized_diagnostics: Vec<Diagnostic>,
    /// When it was last tried (section 2.3.7).
    pub last_attempt_date: Option<DateTime>,
    /// What the reporting system's log calls it (section 2.3.8).
    pub final_log_id: Option<String>,
    /// Until when it will be tried (section 2.3.9).
    pub will_retry_until: Option<DateTime>,
    /// Other fields about the recipient.
    pub extensions: Vec<ExtensionField>,
}

/// So many languages of a diagnostic are kept.
const LANGUAGES: usize = 64;

impl DeliveryStatus {
    /// Reads the body of the part, its transfer encoding undone.
    ///
    /// ```
    /// use anyrfc_mime::report::{Action, DeliveryStatus};
    /// let body = b"Reporting-MTA: dns; mail.example.com\r\n\r\n\
    ///     Final-Recipient: rfc822; nobody@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n";
    /// let report = DeliveryStatus::parse(body);
    /// assert_eq!(report.recipients[0].action, Some(Action::Failed));
    /// assert!(report.recipients[0].status.is_some_and(|status| status.is_permanent()));
    /// assert!(report.defects.is_empty());
    /// ```
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        Self::parse_within(body, MimeLimits::default())
    }

    /// Reads it within limits of your own: fields of a group, octets of a field, and, as its parts,
    /// recipients.
    #[must_use]
    pub fn parse_within(body: &[u8], limits: MimeLimits) -> Self {
        let mut report = Self::default();
        let mut defects = Defects::new();
        let groups = groups(body, limits, &mut defects);
        let is_recipient = |group: &Vec<Field<'_>>| {
            group.iter().any(|field| field.is("Final-Recipient") || field.is("Action") || field.is("Status"))
        };
        for (index, group) in groups.iter().enumerate() {
            // Some write no fields about the message, or no empty line behind them.
            let recipient = index > 0 || is_recipient(group);
            let mut status = RecipientStatus::default();
            for field in group {
                let about_message = index == 0 && report.take(field, limits, &mut defects);
                match (about_message, recipient) {
                    (true, _) => {}
                    (false, true) => status.take(field, limits, &mut defects),
                    (false, false) => report.extend(field, limits, &mut defects),
                }
            }
            if recipient {
                let at = group.first().map_or(0, |field| field.offset);
                status.check(at, &mut defects);
                report.recipients.push(status);
            }
        }
        if report.reporting_mta.is_none() {
            defects.record(DefectKind::MissingReportField, 0);
        }
        if report.recipients.is_empty() {
            defects.record(DefectKind::NoFinalRecipient, body.len() as u64);
        }
        report.defects = defects;
        report
    }

    /// Takes a field about the message; whether it is one.
    fn take(&mut self, field: &Field<'_>, limits: MimeLimits, defects: &mut Defects) -> bool {
        let reading = &mut field.reading(limits, defects);
        if field.is("Original-Envelope-Id") {
            let id = Some(field.text(reading));
            once(&mut self.original_envelope_id, id, reading);
        } else if field.is("Reporting-MTA") {
            let name = MtaName::read(field, reading);
            once(&mut self.reporting_mta, name, reading);
        } else if field.is("DSN-Gateway") {
            let name = MtaName::read(field, reading);
            once(&mut self.dsn_gateway, name, reading);
        } else if field.is("Received-From-MTA") {
            let name = MtaName::read(field, reading);
            once(&mut self.received_from_mta, name, reading);
        } else if field.is("Arrival-Date") {
            let date = date(field, reading);
            once(&mut self.arrival_date, date, reading);
        } else {
            return false;
        }
        true
    }

    fn extend(&mut self, field: &Field<'_>, limits: MimeLimits, defects: &mut Defects) {
        let reading = &mut field.reading(limits, defects);
        self.extensions.push(ExtensionField::read(field, reading));
    }
}

impl RecipientStatus {
    fn take(&mut self, field: &Field<'_>, limits: MimeLimits, defects: &mut Defects) {
        let reading = &mut field.reading(limits, defects);
        if field.is("Original-Recipient") {
            let address = ReportAddress::read(field.value, reading);
            once(&mut self.original_recipient, address, reading);
        } else if field.is("Final-Recipient") {
            let address = ReportAddress::read(field.value, reading);
            once(&mut self.final_recipient, address, reading);
        } else if field.is("Action") {
            let action = Action::read(field, reading);
            once(&mut self.action, action, reading);
        } else if field.is("Status") {
            let status = StatusCode::read(field, reading);
            once(&mut self.status, status, reading);
        } else if field.is("Remote-MTA") {
            let name = MtaName::read(field, reading);
            once(&mut self.remote_mta, name, reading);
        } else if field.is("Diagnostic-Code") {
            let diagnostic = Diagnostic::read(field, reading);
            once(&mut self.diagnostic_code, diagnostic, reading);
        } else if field.is("Localized-Diagnostic") {
            let Some(diagnostic) = Diagnostic::read(field, reading) else { return };
            if self.localized_diagnostics.len() >= LANGUAGES {
                reading.record(DefectKind::TooManyFields, 0);
                return;
            }
            // Each is to be in another language (RFC 6533, section 4.1).
            if self.localized_diagnostics.iter().any(|other| other.kind() == diagnostic.kind()) {
                reading.record(DefectKind::RepeatedField, 0);
            } else {
                self.localized_diagnostics.push(diagnostic);
            }
        } else if field.is("Last-Attempt-Date") {
            let date = date(field, reading);
            once(&mut self.last_attempt_date, date, reading);
        } else if field.is("Final-Log-ID") {
            let id = Some(field.text(reading));
            once(&mut self.final_log_id, id, reading);
        } else if field.is("Will-Retry-Until") {
            let date = date(field, reading);
            once(&mut self.will_retry_until, date, reading);
        } else {
            self.extensions.push(ExtensionField::read(field, reading));
        }
    }

    /// What each recipient must have (sections 2.3.2 to 2.3.4), and may only have for a delay
    /// (section 2.3.9).
    fn check(&self, at: u64, defects: &mut Defects) {
        if self.final_recipient.is_none() {
            defects.record(DefectKind::NoFinalRecipient, at);
        }
        if self.action.is_none() {
            defects.record(DefectKind::NoAction, at);
        }
        if self.status.is_none() {
            defects.record(DefectKind::NoStatus, at);
        }
        if self.will_retry_until.is_some() && self.action.is_some_and(|action| action != Action::Delayed) {
            defects.record(DefectKind::RetryWithoutDelay, at);
        }
    }
}
