//! How a message is put into a mailbox (RFC 9051, section 6.3.12).

use super::{Annotation, DateTime, Flag, ImapUrl};

/// In which form a message is sent to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AppendForm {
    /// As a literal: no NUL in it.
    #[default]
    Literal,
    /// As a literal8, which may hold NUL: its parts may have the transfer encoding `binary`
    /// (RFC 3516, section 4.4).
    Binary,
    /// Its header holds UTF-8 (RFC 6855, section 4): the data extension `UTF8` where
    /// `UTF8=ACCEPT` is enabled, a literal under IMAP4rev2.
    Utf8,
}

/// What an APPEND says of its message.
///
/// ```
/// # use anyrfc_imap::types::{AppendOptions, Flag};
/// let options = AppendOptions::new().flag(Flag::Seen).flag(Flag::Draft);
/// assert_eq!(options.flags(), [Flag::Seen, Flag::Draft]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppendOptions {
    flags: Vec<Flag>,
    internal_date: Option<DateTime>,
    form: AppendForm,
    annotations: Vec<Annotation>,
}

impl AppendOptions {
    /// No flags, received now, as a literal.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With this flag.
    #[must_use]
    pub fn flag(mut self, flag: Flag) -> Self {
        self.flags.push(flag);
        self
    }

    /// Received then.
    #[must_use]
    pub fn internal_date(mut self, date: DateTime) -> Self {
        self.internal_date = Some(date);
        self
    }

    /// With this annotation (RFC 5257, section 4.7).
    #[must_use]
    pub fn annotation(mut self, annotation: Annotation) -> Self {
        self.annotations.push(annotation);
        self
    }

    /// In this form.
    #[must_use]
    pub fn form(mut self, form: AppendForm) -> Self {
        self.form = form;
        self
    }

    /// The annotations.
    #[must_use]
    pub fn annotations(&self) -> &[Annotation] {
        &self.annotations
    }

    /// The flags.
    #[must_use]
    pub fn flags(&self) -> &[Flag] {
        &self.flags
    }

    /// When it was received, if it was not now.
    #[must_use]
    pub fn date(&self) -> Option<DateTime> {
        self.internal_date
    }

    /// The form.
    #[must_use]
    pub fn sent_as(&self) -> AppendForm {
        self.form
    }
}

/// One message of an APPEND.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppendMessage {
    /// What is said of it.
    pub options: AppendOptions,
    /// What it is made of.
    pub content: AppendContent,
}

/// What a message of an APPEND is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppendContent {
    /// So many octets, which the caller gives while the command is sent.
    Octets(u64),
    /// Parts, which the server joins in this order (RFC 4469, section 3).
    Catenate(Vec<CatenatePart>),
}

/// A part of a message that the server joins from parts (RFC 4469, section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatenatePart {
    /// So many octets, which the caller gives while the command is sent.
    Text(u64),
    /// What this URL names: a message or a part of one on the same server, without the server
    /// ([`ImapUrl::relative`]). It is taken as it is, its transfer encoding with it: to write
    /// header lines and boundaries that fit is up to whoever writes the texts around it.
    Url(Box<ImapUrl>),
}

impl AppendMessage {
    /// A message of so many octets.
    #[must_use]
    pub const fn new(options: AppendOptions, octets: u64) -> Self {
        Self { options, content: AppendContent::Octets(octets) }
    }

    /// A message that the server joins from these parts.
    #[must_use]
    pub fn catenate(options: AppendOptions, parts: impl Into<Vec<CatenatePart>>) -> Self {
        Self { options, content: AppendContent::Catenate(parts.into()) }
    }

    /// How many octets the caller is to give for it.
    #[must_use]
    pub fn octets(&self) -> u64 {
        match &self.content {
            AppendContent::Octets(octets) => *octets,
            AppendContent::Catenate(parts) => parts
                .iter()
                .map(|part| if let CatenatePart::Text(octets) = part { *octets } else { 0 })
                .fold(0, u64::saturating_add),
        }
    }
}
