//! How a message is put into a mailbox (RFC 9051, section 6.3.12).

use super::{DateTime, Flag};

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

    /// In this form.
    #[must_use]
    pub fn form(mut self, form: AppendForm) -> Self {
        self.form = form;
        self
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
