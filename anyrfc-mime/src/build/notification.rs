//! Telling what became of a message (RFC 8098; RFC 6533, section 5).

use std::borrow::Cow;

use super::{
    address::AddrSpec, builder::Builder, field::MessageId, fold::Lines, multipart::MultiPart, part::Part,
    words::check_text,
};
pub use crate::report::DispositionType;
use crate::{error::Error, rfc8098 as r};

/// A message disposition notification on its way into a [`Builder`].
///
/// The modes are `manual-action` and `MDN-sent-manually` unless said otherwise (RFC 8098,
/// section 3.2.6.1).
///
/// ```
/// use anyrfc_mime::build::{DispositionType, Notification};
/// let message = Notification::new("bob@example.com", DispositionType::Displayed)
///     .reporting_ua("pc.example.com", "Mailer 1.0")
///     .original_message_id("<1@example.org>")
///     .text("The message was displayed.")
///     .to("ann@example.org")
///     .subject("Disposition notification")
///     .build()?;
/// assert_eq!(message.envelope().sender(), None);
/// # Ok::<(), anyrfc_mime::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Notification<'a> {
    recipient: Cow<'a, str>,
    kind: DispositionType,
    automatic_action: bool,
    sent_automatically: bool,
    modifiers: Vec<Cow<'a, str>>,
    reporting_ua: Option<(Cow<'a, str>, Cow<'a, str>)>,
    original_recipient: Option<Cow<'a, str>>,
    original_message_id: Option<Cow<'a, str>>,
    texts: Vec<(&'static str, Cow<'a, str>)>,
    returned: Option<Part<'a>>,
}

impl<'a> Notification<'a> {
    /// What became of a message that went to `recipient`, who is also the author of the
    /// notification.
    pub fn new(recipient: impl Into<Cow<'a, str>>, kind: DispositionType) -> Self {
        Self {
            recipient: recipient.into(),
            kind,
            automatic_action: false,
            sent_automatically: false,
            modifiers: Vec::new(),
            reporting_ua: None,
            original_recipient: None,
            original_message_id: None,
            texts: Vec::new(),
            returned: None,
        }
    }

    /// The disposition was nobody's deed but a program's.
    pub fn automatic_action(mut self) -> Self {
        self.automatic_action = true;
        self
    }

    /// The notification is sent because of a setting, without being asked for this once.
    pub fn sent_automatically(mut self) -> Self {
        self.sent_automatically = true;
        self
    }

    /// The name of the user agent's host, and the product (empty for none): no more than its name
    /// and version (RFC 8098, section 3.2.1).
    pub fn reporting_ua(mut self, host: impl Into<Cow<'a, str>>, product: impl Into<Cow<'a, str>>) -> Self {
        self.reporting_ua = Some((host.into(), product.into()));
        self
    }

    /// The value of the original message's `Original-Recipient`, with its address type.
    /// It may not be made up.
    pub fn original_recipient(mut self, value: impl Into<Cow<'a, str>>) -> Self {
        self.original_recipient = Some(value.into());
        self
    }

    /// The identifier of the original message, if it has one.
    pub fn original_message_id(mut self, id: impl Into<Cow<'a, str>>) -> Self {
        self.original_message_id = Some(id.into());
        self
    }

    /// Something went wrong before the disposition could be reached (`Error`). In English, or in
    /// words that anybody understands, as nobody knows the reader's language (RFC 6533, section 5).
    pub fn error(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        if self.modifiers.is_empty() {
            self.modifiers.push("error".into());
        }
        self.texts.push(("Error", text.into()));
        self
    }

    /// Nothing could be done with the message (`Failure`).
    pub fn failure(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        self.texts.push(("Failure", text.into()));
        self
    }

    /// The original message or its header, octet by octet as it came: an encrypted one stays
    /// encrypted (RFC 8098, section 3).
    pub fn returning(mut self, part: impl Into<Part<'a>>) -> Self {
        self.returned = Some(part.into());
        self
    }

    /// Puts the report together, with this text for people. The builder still needs those whom
    /// the request names as recipients; the envelope's sender is null.
    pub fn text(self, text: impl Into<Cow<'a, str>>) -> Builder<'a> {
        let recipient = self.recipient.clone();
        let fields = self.fields();
        let mut builder = Builder::new().from(("", recipient));
        builder.state.null_sender = true;
        if let Some(id) = &self.original_message_id {
            builder.state.about = MessageId::new(id.clone()).ok();
        }
        let (fields, global) = match fields {
            Ok(fields) => fields,
            Err(error) => return builder.noting(Err(error)),
        };
        let essence = if global {
            "message/global-disposition-notification"
        } else {
            "message/disposition-notification"
        };
        let mut report = MultiPart::report("disposition-notification")
            .part(Part::text(text))
            .part(Part::new(essence, fields));
        if let Some(returned) = self.returned {
            report = report.part(returned);
        }
        builder.body(report)
    }

    /// The fields of the report (RFC 8098, section 3.1), and whether they need UTF-8.
    fn fields(&self) -> Result<(String, bool), Error> {
        let recipient = AddrSpec::new(self.recipient.clone())?;
        let mut out = Vec::new();
        let mut push = |name: &str, value: &str| -> Result<(), Error> {
            check_text(name, value)?;
            let value = value.trim();
            if value.is_empty() {
                return Err(Error::usage(format!("{name} is empty")));
            }
            let mut lines = Lines::field(&mut out, name);
            for word in value.split(' ').filter(|word| !word.is_empty()) {
                lines.token(word.as_bytes());
            }
            lines.end()
        };
        if let Some((host, product)) = &self.reporting_ua {
            if host.is_empty() || host.contains([';', ' ']) {
                return Err(Error::usage("Reporting-UA needs a host's name"));
            }
            if product.len() > PRODUCT {
                return Err(Error::usage("Reporting-UA names no more than the product")
                    .with_requirement(r::PRODUCT_IDENTIFIERS_ARE_SHORT));
            }
            if product.is_empty() {
                push("Reporting-UA", host)?;
            } else {
                push("Reporting-UA", &format!("{host}; {product}"))?;
            }
        }
        if let Some(original) = &self.original_recipient {
            if !original.split_once(';').is_some_and(|(kind, address)| {
                super::params::is_token(kind.trim()) && !address.trim().is_empty()
            }) {
                return Err(Error::usage("Original-Recipient has an address type and an address"));
            }
            push("Original-Recipient", original)?;
        }
        let kind = if recipient.as_str().is_ascii() { "rfc822" } else { "utf-8" };
        push("Final-Recipient", &format!("{kind}; {}", recipient.as_str()))?;
        if let Some(id) = &self.original_message_id {
            let id = MessageId::lenient(id)?;
            push("Original-Message-ID", &format!("<{}>", id.as_str()))?;
        }
        let action = if self.automatic_action { "automatic-action" } else { "manual-action" };
        let sending = if self.sent_automatically { "MDN-sent-automatically" } else { "MDN-sent-manually" };
        let mut disposition = format!("{action}/{sending}; {}", self.kind.as_str());
        for (index, modifier) in self.modifiers.iter().enumerate() {
            disposition.push(if index == 0 { '/' } else { ',' });
            disposition.push_str(modifier);
        }
        push("Disposition", &disposition)?;
        for (name, text) in &self.texts {
            push(name, text)?;
        }
        let global = !out.is_ascii();
        // Strings and spaces.
        let out = String::from_utf8(out).unwrap_or_default();
        Ok((out, global))
    }
}

/// A product's name and version need no more.
const PRODUCT: usize = 80;
