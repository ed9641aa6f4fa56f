//! Reports that programs write for programs: what became of a message (RFC 3464), what a
//! recipient did with it (RFC 8098), what somebody complains about (RFC 5965), and the first two
//! in UTF-8 (RFC 6533).
//!
//! Each is read from the body of its part, never fails, and tells what was wrong.
//!
//! [`Reassembly`] puts a message together that came in fragments (`message/partial`, RFC 2046,
//! section 5.2.2).

mod delivery;
mod disposition;
mod feedback;
mod fields;
mod partial;
#[cfg(test)]
mod tests;
mod values;

pub use self::{
    delivery::{DeliveryStatus, RecipientStatus},
    disposition::{
        Disposition, DispositionNotification, DispositionType, Mode, NotificationOption, NotificationOptions,
        ReportingUa,
    },
    feedback::FeedbackReport,
    partial::{Fragment, PartialLimits, Reassembly},
    values::{Action, Diagnostic, ExtensionField, MtaName, ReportAddress, StatusCode},
};
use crate::{
    parse::{Entity, Message},
    types::ContentType,
};

/// A report of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Report {
    /// What became of a message.
    DeliveryStatus(DeliveryStatus),
    /// What a recipient did with it.
    DispositionNotification(DispositionNotification),
    /// What somebody complains about.
    Feedback(FeedbackReport),
}

impl Report {
    /// The report that a part of this type holds in its body, the transfer encoding undone.
    ///
    /// The global types are treated as the traditional ones, in any combination (RFC 6533,
    /// section 4.4). `None` where the type is not one of a report.
    #[must_use]
    pub fn parse(content_type: &ContentType, body: &[u8]) -> Option<Self> {
        Some(match content_type.essence() {
            "message/delivery-status" | "message/global-delivery-status" => {
                Self::DeliveryStatus(DeliveryStatus::parse(body))
            }
            "message/disposition-notification" | "message/global-disposition-notification" => {
                Self::DispositionNotification(DispositionNotification::parse(body))
            }
            "message/feedback-report" => Self::Feedback(FeedbackReport::parse(body)),
            _ => return None,
        })
    }
}

impl Entity<'_> {
    /// The report that this part is, if it is one.
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        let content_type = self.content_type();
        // The body is decoded for what is a report only.
        if content_type.media_type() != "message" {
            return None;
        }
        Report::parse(&content_type, &self.body())
    }
}

impl Message<'_> {
    /// The report that the message is about, of a `multipart/report` or alone; not one of a message
    /// inside.
    ///
    /// ```
    /// use anyrfc_mime::{Message, report::Report};
    /// let message = Message::parse(
    ///     b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
    ///     --b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
    ///     Reporting-MTA: dns; a.example\r\n\r\nFinal-Recipient: rfc822; b@example.com\r\n\
    ///     Action: failed\r\nStatus: 5.1.1\r\n--b--\r\n",
    /// );
    /// assert!(matches!(message.report(), Some(Report::DeliveryStatus(status)) if status.recipients.len() == 1));
    /// ```
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        let root = self.root();
        let mut parts = std::iter::once(root).chain(root.children());
        parts.find_map(|part| part.report())
    }
}
