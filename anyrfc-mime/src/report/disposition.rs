//! Message disposition notifications (RFC 8098; RFC 6533, section 5).

use super::{
    fields::{Field, groups, on_one_line, without_comments},
    values::{ExtensionField, MtaName, ReportAddress, once},
};
use crate::{
    codec::{
        Reading, message_id,
        reading::{Lexer, is_space},
    },
    types::{DefectKind, Defects, MessageId, MimeLimits},
};

/// The body of a `message/disposition-notification` or `message/global-disposition-notification`:
/// what a recipient did with a message.
///
/// Everything can be read: what is missing or malformed is `None`, and a defect says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DispositionNotification {
    /// Who reports (RFC 8098, section 3.2.1).
    pub reporting_ua: Option<ReportingUa>,
    /// Who translated a foreign notification (section 3.2.2).
    pub mdn_gateway: Option<MtaName>,
    /// Whom the sender wrote to (section 3.2.3).
    pub original_recipient: Option<ReportAddress>,
    /// Whose the notification is (section 3.2.4).
    pub final_recipient: Option<ReportAddress>,
    /// The message that it is about (section 3.2.5).
    pub original_message_id: Option<MessageId>,
    /// What was done with it (section 3.2.6).
    pub disposition: Option<Disposition>,
    /// What went wrong (section 3.2.7).
    pub errors: Vec<String>,
    /// What made it impossible to notify, of the predecessors of RFC 8098.
    pub failures: Vec<String>,
    /// What went wrong and was mended, of the predecessors of RFC 8098.
    pub warnings: Vec<String>,
    /// Other fields.
    pub extensions: Vec<ExtensionField>,
    /// What is wrong with the notification; offsets count from the beginning of the body.
    pub defects: Defects,
}

impl DispositionNotification {
    /// Reads the body of the part, its transfer encoding undone.
    ///
    /// ```
    /// use anyrfc_mime::report::{DispositionNotification, DispositionType};
    /// let body = b"Final-Recipient: rfc822; joe@example.com\r\n\
    ///     Disposition: manual-action/MDN-sent-manually; displayed\r\n";
    /// let report = DispositionNotification::parse(body);
    /// let disposition = report.disposition.ok_or("none")?;
    /// assert_eq!(disposition.kind(), Some(DispositionType::Displayed));
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        Self::parse_within(body, MimeLimits::default())
    }

    /// Reads it within limits of your own: fields, and octets of a field.
    #[must_use]
    pub fn parse_within(body: &[u8], limits: MimeLimits) -> Self {
        let mut report = Self::default();
        let mut defects = Defects::new();
        // There is one group; fields behind an empty line are taken as well.
        for group in groups(body, limits, &mut defects) {
            for field in &group {
                report.take(field, limits, &mut defects);
            }
        }
        if report.final_recipient.is_none() {
            defects.record(DefectKind::NoFinalRecipient, 0);
        }
        if report.disposition.is_none() {
            defects.record(DefectKind::NoDisposition, 0);
        }
        report.defects = defects;
        report
    }

    fn take(&mut self, field: &Field<'_>, limits: MimeLimits, defects: &mut Defects) {
        let reading = &mut field.reading(limits, defects);
        if field.is("Reporting-UA") {
            let ua = ReportingUa::read(field, reading);
            once(&mut self.reporting_ua, ua, reading);
        } else if field.is("MDN-Gateway") {
            let name = MtaName::read(field, reading);
            once(&mut self.mdn_gateway, name, reading);
        } else if field.is("Original-Recipient") {
            let address = ReportAddress::read(field.value, reading);
            once(&mut self.original_recipient, address, reading);
        } else if field.is("Final-Recipient") {
            let address = ReportAddress::read(field.value, reading);
            once(&mut self.final_recipient, address, reading);
        } else if field.is("Original-Message-ID") {
            let id = message_id::message_ids(field.value, reading).into_iter().next();
            once(&mut self.original_message_id, id, reading);
        } else if field.is("Disposition") {
            let disposition = Disposition::read(field, reading);
            once(&mut self.disposition, disposition, reading);
        } else if field.is("Error") {
            self.errors.push(field.text(reading));
        } else if field.is("Failure") {
            self.failures.push(field.text(reading));
        } else if field.is("Warning") {
            self.warnings.push(field.text(reading));
        } else {
            self.extensions.push(ExtensionField::read(field, reading));
        }
    }
}

/// The user agent that reports (RFC 8098, section 3.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReportingUa {
    name: String,
    product: Option<String>,
}

impl ReportingUa {
    fn read(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let text = field.text(reading);
        let (name, product) = match text.split_once(';') {
            Some((name, product)) => (name, without_comments(product, reading).0),
            None => (&*text, String::new()),
        };
        let (name, _) = without_comments(name, reading);
        if name.is_empty() && product.is_empty() {
            reading.record(DefectKind::BadReportField, 0);
            return None;
        }
        Some(Self { name, product: Some(product).filter(|product| !product.is_empty()) })
    }

    /// Its name: often that of a host.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The product.
    #[must_use]
    pub fn product(&self) -> Option<&str> {
        self.product.as_deref()
    }
}

/// What became of the message (RFC 8098, section 3.2.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DispositionType {
    /// It was displayed to somebody.
    Displayed,
    /// It was sent on, printed or the like, without being displayed.
    Dispatched,
    /// It was processed by rules or a program.
    Processed,
    /// It was deleted.
    Deleted,
}

impl DispositionType {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Displayed => "displayed",
            Self::Dispatched => "dispatched",
            Self::Processed => "processed",
            Self::Deleted => "deleted",
        }
    }
}

/// Whose deed something was (RFC 8098, section 3.2.6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// The user's.
    Manual,
    /// A program's.
    Automatic,
}

/// What was done with a message (RFC 8098, section 3.2.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disposition {
    action: Option<Mode>,
    sending: Option<Mode>,
    kind: String,
    modifiers: Vec<String>,
}

impl Disposition {
    /// `action-mode "/" sending-mode ";" type [ "/" modifier *( "," modifier ) ]`, with white space
    /// and comments anywhere between (section 7).
    fn read(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let value = reading.trimmed(field.value);
        let text = reading.utf8(value);
        let mut lexer = Lexer::new(&text);
        let action = word(&mut lexer, reading);
        let sending = if lexer.eat(b'/') { word(&mut lexer, reading) } else { String::new() };
        let is_typed = lexer.eat(b';');
        let kind = if is_typed { word(&mut lexer, reading) } else { String::new() };
        if kind.is_empty() {
            reading.record(DefectKind::BadReportField, lexer.at());
            return None;
        }
        let mut modifiers = Vec::new();
        if lexer.eat(b'/') {
            loop {
                let modifier = word(&mut lexer, reading);
                if modifiers.len() >= reading.limits.parameters {
                    reading.record(DefectKind::TooManyParameters, lexer.at());
                    break;
                }
                if !modifier.is_empty() {
                    modifiers.push(modifier);
                }
                if !lexer.eat(b',') {
                    break;
                }
            }
        }
        let action = match &*action {
            "manual-action" => Some(Mode::Manual),
            "automatic-action" => Some(Mode::Automatic),
            _ => None,
        };
        let sending = match &*sending {
            "mdn-sent-manually" => Some(Mode::Manual),
            "mdn-sent-automatically" => Some(Mode::Automatic),
            _ => None,
        };
        let found = Self { action, sending, kind, modifiers };
        if action.is_none() || sending.is_none() || found.kind().is_none() || !lexer.is_done() {
            reading.record(DefectKind::BadReportField, 0);
        }
        Some(found)
    }

    /// Whose deed the disposition was, if it is said.
    #[must_use]
    pub const fn action(&self) -> Option<Mode> {
        self.action
    }

    /// Who let the notification be sent, if it is said.
    #[must_use]
    pub const fn sending(&self) -> Option<Mode> {
        self.sending
    }

    /// What was done, if it is one of the four types (section 3.2.6.2).
    #[must_use]
    pub fn kind(&self) -> Option<DispositionType> {
        use DispositionType::{Deleted, Dispatched, Displayed, Processed};
        [Displayed, Dispatched, Processed, Deleted].into_iter().find(|kind| kind.as_str() == self.kind)
    }

    /// The word for what was done, in lower case.
    #[must_use]
    pub fn kind_name(&self) -> &str {
        &self.kind
    }

    /// More about it, in lower case; unknown ones may be ignored (section 3.2.6.3).
    #[must_use]
    pub fn modifiers(&self) -> &[String] {
        &self.modifiers
    }

    /// Whether something went wrong on the way (section 3.2.6.3).
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.modifiers.iter().any(|modifier| modifier == "error")
    }
}

/// A word in lower case, with white space and comments around it.
fn word(lexer: &mut Lexer<'_>, reading: &mut Reading<'_>) -> String {
    lexer.skip_cfws(reading);
    let word = lexer.take_while(|byte| !is_space(byte) && !matches!(byte, b'/' | b';' | b',' | b'('));
    lexer.skip_cfws(reading);
    on_one_line(word).to_ascii_lowercase()
}

/// `Disposition-Notification-Options`: how a sender asks for notifications to be made (RFC 8098,
/// section 2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotificationOptions(Vec<NotificationOption>);

/// One option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationOption {
    attribute: String,
    required: bool,
    values: Vec<String>,
}

impl NotificationOption {
    /// Its name, in lower case.
    #[must_use]
    pub fn attribute(&self) -> &str {
        &self.attribute
    }

    /// Whether no notification may be made by who does not understand it.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.required
    }

    /// Its values.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }
}

impl NotificationOptions {
    /// `attribute "=" importance "," value *( "," value )`, separated by semicolons. What cannot be
    /// read counts as required: it asks for something that is not understood.
    #[must_use]
    pub fn read(value: &[u8], reading: &mut Reading<'_>) -> Self {
        let value = reading.trimmed(value);
        let text = reading.utf8(value);
        let mut options = Vec::new();
        for part in text.split(';').filter(|part| !part.trim().is_empty()) {
            if options.len() >= reading.limits.parameters {
                reading.record(DefectKind::TooManyParameters, 0);
                break;
            }
            let (attribute, rest) = part.split_once('=').unwrap_or((part, ""));
            let mut words = rest.split(',').map(|word| on_one_line(word).trim_matches('"').to_owned());
            let importance = words.next().unwrap_or_default().to_ascii_lowercase();
            let values: Vec<_> = words.collect();
            if values.is_empty() || !matches!(&*importance, "required" | "optional") {
                reading.record(DefectKind::BadReportField, 0);
            }
            options.push(NotificationOption {
                attribute: on_one_line(attribute).to_ascii_lowercase(),
                required: importance != "optional",
                values,
            });
        }
        Self(options)
    }

    /// The options.
    #[must_use]
    pub fn as_slice(&self) -> &[NotificationOption] {
        &self.0
    }

    /// Whether a notification may be made by who understands these attributes only.
    #[must_use]
    pub fn permit(&self, understood: &[&str]) -> bool {
        let is_understood = |option: &NotificationOption| {
            understood.iter().any(|name| option.attribute.eq_ignore_ascii_case(name))
        };
        self.0.iter().all(|option| !option.required || is_understood(option))
    }
}
