//! Feedback reports: what a recipient complains about (RFC 5965).

use core::net::IpAddr;

use super::{
    fields::{Field, groups},
    values::{ExtensionField, MtaName, date, once},
};
use crate::types::{DateTime, DefectKind, Defects, MimeLimits};

/// The body of a `message/feedback-report`.
///
/// Everything can be read: what is missing or malformed is `None`, and a defect says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedbackReport {
    /// What it is about, in lower case: `abuse`, `fraud`, `virus`, `other`, `not-spam`, … (RFC 5965,
    /// section 7.3).
    pub feedback_type: Option<String>,
    /// The program that made it (section 3.1).
    pub user_agent: Option<String>,
    /// The version of the format: `1` (section 3.1).
    pub version: Option<String>,
    /// What the sender called the delivery (section 3.2).
    pub original_envelope_id: Option<String>,
    /// The sender on the envelope, as written: empty between angle brackets for none (section 3.2).
    pub original_mail_from: Option<String>,
    /// When the message came (section 3.2).
    pub arrival_date: Option<DateTime>,
    /// Who reports (section 3.2).
    pub reporting_mta: Option<MtaName>,
    /// Where the message came from (section 3.2).
    pub source_ip: Option<IpAddr>,
    /// How many like it the report stands for (section 3.2).
    pub incidents: Option<u64>,
    /// What was found out about its authenticity (section 3.3).
    pub authentication_results: Vec<String>,
    /// The recipients on the envelope, as written (section 3.3).
    pub original_rcpt_to: Vec<String>,
    /// Domains that the reporter holds responsible (section 3.3).
    pub reported_domains: Vec<String>,
    /// Addresses in the message that the reporter complains about (section 3.3).
    pub reported_uris: Vec<String>,
    /// Other fields.
    pub extensions: Vec<ExtensionField>,
    /// What is wrong with the report; offsets count from the beginning of the body.
    pub defects: Defects,
}

impl FeedbackReport {
    /// Reads the body of the part, its transfer encoding undone.
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        Self::parse_within(body, MimeLimits::default())
    }

    /// Reads it within limits of your own: fields, and octets of a field.
    #[must_use]
    pub fn parse_within(body: &[u8], limits: MimeLimits) -> Self {
        let mut report = Self::default();
        let mut defects = Defects::new();
        for group in groups(body, limits, &mut defects) {
            for field in &group {
                report.take(field, limits, &mut defects);
            }
        }
        // The three that every report has (section 3.1).
        for missing in [report.feedback_type.is_none(), report.user_agent.is_none(), report.version.is_none()]
        {
            if missing {
                defects.record(DefectKind::MissingReportField, 0);
            }
        }
        report.defects = defects;
        report
    }

    fn take(&mut self, field: &Field<'_>, limits: MimeLimits, defects: &mut Defects) {
        let reading = &mut field.reading(limits, defects);
        let text = field.text(reading);
        if field.is("Feedback-Type") {
            once(&mut self.feedback_type, Some(text.to_ascii_lowercase()), reading);
        } else if field.is("User-Agent") {
            once(&mut self.user_agent, Some(text), reading);
        } else if field.is("Version") {
            once(&mut self.version, Some(text), reading);
        } else if field.is("Original-Envelope-Id") {
            once(&mut self.original_envelope_id, Some(text), reading);
        } else if field.is("Original-Mail-From") {
            once(&mut self.original_mail_from, Some(text), reading);
        } else if field.is("Arrival-Date") || field.is("Received-Date") {
            let date = date(field, reading);
            once(&mut self.arrival_date, date, reading);
        } else if field.is("Reporting-MTA") {
            let name = MtaName::read(field, reading);
            once(&mut self.reporting_mta, name, reading);
        } else if field.is("Source-IP") {
            let bare = text.trim_matches(['[', ']']);
            let address = bare.strip_prefix("IPv6:").unwrap_or(bare).parse().ok();
            if address.is_none() {
                reading.record(DefectKind::BadReportField, 0);
            }
            once(&mut self.source_ip, address, reading);
        } else if field.is("Incidents") {
            let incidents = text.parse().ok();
            if incidents.is_none() {
                reading.record(DefectKind::BadReportField, 0);
            }
            once(&mut self.incidents, incidents, reading);
        } else if field.is("Authentication-Results") {
            self.authentication_results.push(text);
        } else if field.is("Original-Rcpt-To") {
            self.original_rcpt_to.push(text);
        } else if field.is("Reported-Domain") {
            self.reported_domains.push(text);
        } else if field.is("Reported-URI") {
            self.reported_uris.push(text);
        } else {
            self.extensions.push(ExtensionField::read(field, reading));
        }
    }
}
