//! The fields of mailing lists and bulk mail (RFC 2369, RFC 2919, RFC 8058).

use std::borrow::Cow;

use super::{
    builder::Builder,
    field::{Field, Value},
    words::check_text,
};
use crate::{error::Error, types::chars::ATEXT};

/// How to reach the list that a message comes from, and how to leave it.
///
/// ```
/// use anyrfc_mime::build::{Builder, MailingList};
/// let list = MailingList::new("Weekly news", "news.example.org")
///     .unsubscribe("mailto:leave@example.org?subject=leave")
///     .one_click("https://example.org/leave?token=1");
/// let message = Builder::new().from("news@example.org").to("bob@example.com").list(list).build()?;
/// # Ok::<(), anyrfc_mime::Error>(())
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct MailingList<'a> {
    name: Cow<'a, str>,
    id: Cow<'a, str>,
    help: Vec<Cow<'a, str>>,
    subscribe: Vec<Cow<'a, str>>,
    unsubscribe: Vec<Cow<'a, str>>,
    post: Vec<Cow<'a, str>>,
    owner: Vec<Cow<'a, str>>,
    archive: Vec<Cow<'a, str>>,
    one_click: Option<Cow<'a, str>>,
    no_posting: bool,
}

macro_rules! urls {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        /// Called again, it adds another way, of lower preference.
        pub fn $name(mut self, url: impl Into<Cow<'a, str>>) -> Self {
            self.$name.push(url.into());
            self
        }
    )*};
}

impl<'a> MailingList<'a> {
    /// A list of this name (empty for none) and identifier, a name below a domain of its owner's
    /// (RFC 2919, section 2).
    pub fn new(name: impl Into<Cow<'a, str>>, id: impl Into<Cow<'a, str>>) -> Self {
        Self { name: name.into(), id: id.into(), ..Self::default() }
    }

    /// Fields without `List-Id`: for bulk mail that is not a list's.
    pub fn unnamed() -> Self {
        Self::default()
    }

    urls! {
        /// A URL that helps with the list (`List-Help`).
        help;
        /// A URL that subscribes (`List-Subscribe`).
        subscribe;
        /// A URL that unsubscribes (`List-Unsubscribe`).
        unsubscribe;
        /// A URL that posts to the list (`List-Post`).
        post;
        /// A URL that reaches the owner (`List-Owner`).
        owner;
        /// A URL of the archive (`List-Archive`).
        archive;
    }

    /// Nobody may post to the list (RFC 2369, section 3.4).
    pub fn no_posting(mut self) -> Self {
        self.no_posting = true;
        self
    }

    /// An `https` URL that unsubscribes by one POST, without any question (RFC 8058). The message
    /// must be signed by DKIM so that both of its fields are covered.
    pub fn one_click(mut self, url: impl Into<Cow<'a, str>>) -> Self {
        self.one_click = Some(url.into());
        self
    }

    fn fields(self, fields: &mut Vec<Field<'a>>) -> Result<(), Error> {
        if !self.id.is_empty() {
            check_text("the name of a list", &self.name)?;
            check_id(&self.id)?;
            let value = Value::Named { phrase: self.name, angle: self.id };
            fields.push(Field { name: "List-Id".into(), value });
        }
        let mut unsubscribe = self.unsubscribe;
        if let Some(url) = &self.one_click {
            if !url.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")) {
                return Err(Error::usage("unsubscribing by one click needs an https URL"));
            }
            unsubscribe.push(url.clone());
        }
        let mut urls = |name: &'static str, urls: &[Cow<'a, str>]| -> Result<(), Error> {
            if !urls.is_empty() {
                let value = Value::Tokens(angled(urls)?.into());
                fields.push(Field { name: name.into(), value });
            }
            Ok(())
        };
        urls("List-Help", &self.help)?;
        urls("List-Subscribe", &self.subscribe)?;
        if !self.no_posting {
            urls("List-Post", &self.post)?;
        }
        urls("List-Owner", &self.owner)?;
        urls("List-Archive", &self.archive)?;
        urls("List-Unsubscribe", &unsubscribe)?;
        let mut word = |name: &'static str, word: &'static str| {
            fields.push(Field { name: name.into(), value: Value::Tokens(word.into()) });
        };
        if self.one_click.is_some() {
            word("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        if self.no_posting {
            word("List-Post", "NO");
        }
        Ok(())
    }
}

/// `<url>, <url>` (RFC 2369, section 2)
fn angled(urls: &[Cow<'_, str>]) -> Result<String, Error> {
    let mut out = String::new();
    for url in urls {
        let scheme = url.split_once(':').is_some_and(|(scheme, rest)| {
            scheme.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic()) && !rest.is_empty()
        });
        if !scheme || !url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>')) {
            let url = anyrfc_core::escape::Escaped(url.as_bytes());
            return Err(Error::usage(format!("{url} is not a URL")));
        }
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push('<');
        out.push_str(url);
        out.push('>');
    }
    Ok(out)
}

/// `list-id` (RFC 2919, section 2)
fn check_id(id: &str) -> Result<(), Error> {
    let atoms = id.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(|byte| ATEXT.has(byte)));
    if atoms && id.contains('.') && id.len() <= 255 {
        return Ok(());
    }
    let id = anyrfc_core::escape::Escaped(id.as_bytes());
    Err(Error::usage(format!("{id} is not the identifier of a list")))
}

impl<'a> Builder<'a> {
    /// The fields of a mailing list, or of bulk mail.
    pub fn list(mut self, list: MailingList<'a>) -> Self {
        let result = list.fields(&mut self.state.fields);
        self.noting(result)
    }
}
