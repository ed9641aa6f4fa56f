//! The builder of messages.

use std::{borrow::Cow, fmt, sync::OnceLock, time::Duration};

use super::{
    address::{Addresses, Entry, IntoAddresses, Mailbox, mailboxes},
    composed::Composed,
    field::{Field, MessageId, Value, check_field_name, is_defined, message_ids},
    multipart::MultiPart,
    part::{Body, Part},
    structure::{Inline, structure},
    unique::{Seed, date, now},
    words::check_text,
};
use crate::{error::Error, rfc5322 as r, rfc8098, types::DateTime};

/// Builds a message.
///
/// Every method takes what it is given and remembers the first mistake;
/// [`build`](Self::build) tells it.
///
/// ```
/// use anyrfc_mime::build::{Builder, Part};
/// let message = Builder::new()
///     .from(("Ann Example", "ann@example.org"))
///     .to(["bob@example.com", "Zoë <zoe@example.net>"])
///     .bcc("carol@example.org")
///     .subject("Grüße")
///     .text("hi")
///     .html("<img src=\"cid:logo\">")
///     .inline("logo", Part::new("image/png", b"\x89PNG"))
///     .attach(Part::new("application/pdf", b"%PDF-1.7").named("a.pdf"))
///     .build()?;
/// assert_eq!(message.envelope().recipients().len(), 3);
/// let octets = message.to_vec()?;
/// # Ok::<(), anyrfc_mime::Error>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct Builder<'a> {
    /// In one place, for every method moves the builder.
    pub(super) state: Box<State<'a>>,
}

/// What a builder was given.
#[derive(Default)]
pub(super) struct State<'a> {
    pub(super) from: Vec<Entry<'a>>,
    pub(super) sender: Vec<Entry<'a>>,
    pub(super) reply_to: Vec<Entry<'a>>,
    pub(super) to: Vec<Entry<'a>>,
    pub(super) cc: Vec<Entry<'a>>,
    pub(super) bcc: Vec<Entry<'a>>,
    pub(super) subject: Option<Cow<'a, str>>,
    date: Option<DateTime>,
    message_id: Option<MessageId<'a>>,
    pub(super) in_reply_to: Vec<MessageId<'a>>,
    pub(super) references: Vec<MessageId<'a>>,
    /// Further fields, in the order given.
    pub(super) fields: Vec<Field<'a>>,
    text: Option<Text<'a>>,
    pub(super) html: Option<Cow<'a, str>>,
    calendar: Option<Box<Part<'a>>>,
    inline: Vec<Inline<'a>>,
    attachments: Vec<Part<'a>>,
    body: Option<Box<Part<'a>>>,
    seed: Option<[u8; 32]>,
    pub(super) null_sender: bool,
    /// The identifier of the message that this one is a notification about.
    pub(super) about: Option<MessageId<'a>>,
    fault: Option<Error>,
}

/// The plain text.
struct Text<'a> {
    text: Cow<'a, str>,
    flowed: bool,
}

impl<'a> Text<'a> {
    fn into_part(self) -> Part<'a> {
        let part = Part::text(self.text);
        if self.flowed { part.param("format", "flowed") } else { part }
    }
}

impl<'a> Builder<'a> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers the first mistake.
    pub(super) fn noting(mut self, result: Result<(), Error>) -> Self {
        if self.state.fault.is_none() {
            self.state.fault = result.err();
        }
        self
    }

    fn add(
        mut self,
        to: for<'s> fn(&'s mut State<'a>) -> &'s mut Vec<Entry<'a>>,
        addresses: impl IntoAddresses<'a>,
    ) -> Self {
        let mut list = Addresses { entries: std::mem::take(to(&mut self.state)) };
        let result = addresses.append_to(&mut list);
        *to(&mut self.state) = list.entries;
        self.noting(result)
    }

    /// An author, or several: then [`sender`](Self::sender) must be given too (RFC 5322, section 3.6.2).
    pub fn from(self, authors: impl IntoAddresses<'a>) -> Self {
        self.add(|state| &mut state.from, authors)
    }

    /// Who sends the message for its authors. Left out where it is the only author.
    pub fn sender(mut self, sender: impl IntoAddresses<'a>) -> Self {
        self.state.sender.clear();
        self.add(|state| &mut state.sender, sender)
    }

    /// Where replies shall go.
    pub fn reply_to(self, addresses: impl IntoAddresses<'a>) -> Self {
        self.add(|state| &mut state.reply_to, addresses)
    }

    /// The primary recipients. May be called again for more.
    pub fn to(self, recipients: impl IntoAddresses<'a>) -> Self {
        self.add(|state| &mut state.to, recipients)
    }

    /// Those who get a copy. May be called again for more.
    pub fn cc(self, recipients: impl IntoAddresses<'a>) -> Self {
        self.add(|state| &mut state.cc, recipients)
    }

    /// Those who get a copy that nobody sees: they are in the envelope, never in the message.
    pub fn bcc(self, recipients: impl IntoAddresses<'a>) -> Self {
        self.add(|state| &mut state.bcc, recipients)
    }

    /// What it is about.
    pub fn subject(mut self, subject: impl Into<Cow<'a, str>>) -> Self {
        let subject = subject.into();
        let checked = check_text("a subject", &subject);
        self.state.subject = Some(subject);
        self.noting(checked)
    }

    /// When it was completed, in the author's zone. Without it, the system's clock in UTC.
    pub fn date(mut self, date: DateTime) -> Self {
        self.state.date = Some(date);
        self
    }

    /// Its identifier, `left@right`. Without it one is made that no other message has, under the
    /// author's domain.
    pub fn message_id(mut self, id: impl Into<Cow<'a, str>>) -> Self {
        match MessageId::new(id.into()) {
            Ok(id) => {
                self.state.message_id = Some(id);
                self
            }
            Err(error) => self.noting(Err(error)),
        }
    }

    /// The identifiers of the messages that this one answers, white space between
    /// (RFC 5322, section 3.6.4).
    pub fn in_reply_to(mut self, ids: &str) -> Self {
        let ids = message_ids(ids).map(|ids| self.state.in_reply_to.extend(ids));
        self.noting(ids)
    }

    /// The identifiers of the thread, the oldest first.
    pub fn references(mut self, ids: &str) -> Self {
        let ids = message_ids(ids).map(|ids| self.state.references.extend(ids));
        self.noting(ids)
    }

    /// Another field, of unstructured text. Those that have a method of their own are refused, and
    /// so is every field of RFC 5322 (section 3.6.8).
    pub fn field(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        let (name, value) = (name.into(), value.into());
        let checked = check_field_name(&name).and_then(|()| check_text(&name, &value)).and_then(|()| {
            let taken = is_defined(&name)
                || name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("content-"));
            if !taken {
                return Ok(());
            }
            Err(Error::usage(format!("{name} is not a field for anything else"))
                .with_requirement(r::OPTIONAL_FIELD_NAMES_ARE_NEW))
        });
        self.state.fields.push(Field { name, value: Value::Text(value) });
        self.noting(checked)
    }

    /// A remark about the message (RFC 5322, section 3.6.5).
    pub fn comments(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        let checked = check_text("Comments", &text);
        self.state.fields.push(Field { name: "Comments".into(), value: Value::Text(text) });
        self.noting(checked)
    }

    /// Words by which it can be found (RFC 5322, section 3.6.5).
    pub fn keywords<K: Into<Cow<'a, str>>>(mut self, keywords: impl IntoIterator<Item = K>) -> Self {
        let keywords: Vec<Cow<'a, str>> = keywords.into_iter().map(Into::into).collect();
        let checked = keywords.iter().try_for_each(|keyword| {
            if keyword.is_empty() {
                return Err(Error::usage("a keyword is empty"));
            }
            check_text("Keywords", keyword)
        });
        if !keywords.is_empty() {
            self.state.fields.push(Field { name: "Keywords".into(), value: Value::Phrases(keywords) });
        }
        self.noting(checked)
    }

    /// Asks those who get it to say what became of it, to these addresses (RFC 8098, section 2.1).
    pub fn request_notification(mut self, to: impl IntoAddresses<'a>) -> Self {
        let mut list = Addresses::default();
        let result = to.append_to(&mut list).and_then(|()| {
            if list.entries.iter().all(|entry| matches!(entry, Entry::Mailbox(_))) && !list.entries.is_empty()
            {
                return Ok(());
            }
            Err(Error::usage("Disposition-Notification-To lists mailboxes"))
        });
        let value = Value::Addresses(list.entries);
        self.state.fields.push(Field { name: "Disposition-Notification-To".into(), value });
        self.noting(result)
    }

    /// Its plain text.
    pub fn text(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        self.state.text = Some(Text { text: text.into(), flowed: false });
        self
    }

    /// Its plain text as paragraphs that the reader's window wraps (`format=flowed`, RFC 3676):
    /// each line of `text` is one.
    pub fn flowed_text(mut self, text: &str) -> Self {
        self.state.text = Some(Text { text: super::flowed::encode(text).into(), flowed: true });
        self
    }

    /// Its HTML, an alternative to the text.
    pub fn html(mut self, html: impl Into<Cow<'a, str>>) -> Self {
        self.state.html = Some(html.into());
        self
    }

    /// A meeting as iCalendar text with this method, `REQUEST` say: the last alternative
    /// (RFC 6047, section 2.4).
    pub fn calendar(mut self, method: impl Into<Cow<'a, str>>, calendar: impl Into<Cow<'a, str>>) -> Self {
        let calendar: Cow<'a, str> = calendar.into();
        self.state.calendar = Some(Box::new(Part::new("text/calendar", calendar).param("method", method)));
        self
    }

    /// What the HTML shows as `cid:name` (RFC 2392). A name without `@` is made unique, and the
    /// HTML's references to it with it.
    pub fn inline(mut self, name: impl Into<Cow<'a, str>>, part: impl Into<Part<'a>>) -> Self {
        self.state.inline.push(Inline { name: name.into(), part: part.into() });
        self
    }

    /// Something that goes with it.
    pub fn attach(mut self, part: impl Into<Part<'a>>) -> Self {
        let part = part.into();
        let presented = part.disposition.as_ref().is_some_and(|disposition| disposition.kind.is_some());
        self.state.attachments.push(if presented { part } else { part.attachment() });
        self
    }

    /// The whole content, for structures that the other methods do not make: a [`MultiPart`] or
    /// one [`Part`]. Nothing else may be given then.
    pub fn body(mut self, body: impl Into<Part<'a>>) -> Self {
        self.state.body = Some(Box::new(body.into()));
        self
    }

    /// What generated identifiers and boundaries are made from. With it, a date and the same
    /// calls, the message is the same, octet by octet. Never use one for two messages.
    pub fn seed(mut self, seed: [u8; 32]) -> Self {
        self.state.seed = Some(seed);
        self
    }

    /// The message.
    ///
    /// # Errors
    /// The first mistake that was made; no author; several authors and no sender; a body beside
    /// text, HTML or attachments.
    pub fn build(mut self) -> Result<Composed<'a>, Error> {
        if let Some(error) = self.state.fault.take() {
            return Err(error);
        }
        self.check_authors()?;
        self.check_notification()?;
        // The clock is asked once, and not at all where nothing depends on it.
        let state = &self.state;
        let generates = state.message_id.is_none() || !state.inline.is_empty();
        let now = if state.date.is_none() || generates { now() } else { Duration::ZERO };
        let chosen = match state.seed {
            Some(seed) => Some(Seed::from_bytes(seed)),
            None => generates.then(|| Seed::unique(now)),
        };
        // Where none is chosen, nothing that follows is made from it.
        let seed = chosen.unwrap_or(Seed([0; 2]));
        let id = match self.state.message_id.take() {
            Some(id) => id,
            None => generated_id(seed, &self.domain()?),
        };
        let mut root = self.take_content(seed)?;
        if let Some(error) = root.take_fault() {
            return Err(error);
        }
        let date = match self.state.date {
            Some(date) => date,
            None => date(now)?,
        };
        let fields = self.take_fields(date, id);
        let seed = chosen.map_or_else(OnceLock::new, OnceLock::from);
        Ok(Composed { fields, bcc: self.state.bcc, null_sender: self.state.null_sender, root, seed })
    }

    /// The domain of the first author, in ASCII.
    fn domain(&self) -> Result<Cow<'_, str>, Error> {
        match self.state.from.first() {
            Some(Entry::Mailbox(first)) => first.address.ascii_domain(),
            _ => Ok(Cow::Borrowed("")),
        }
    }

    /// RFC 5322, section 3.6.2.
    fn check_authors(&mut self) -> Result<(), Error> {
        let single = |list: &[Entry<'_>]| list.iter().all(|entry| matches!(entry, Entry::Mailbox(_)));
        if !single(&self.state.from) || !single(&self.state.sender) || self.state.sender.len() > 1 {
            return Err(Error::usage("From lists mailboxes, and Sender is one")
                .with_requirement(r::FIELD_BODIES_CONFORM));
        }
        let Some(Entry::Mailbox(first)) = self.state.from.first() else {
            return Err(
                Error::usage("a message needs an author").with_requirement(r::SENDER_WITH_SEVERAL_AUTHORS)
            );
        };
        if self.state.from.len() > 1 && self.state.sender.is_empty() {
            return Err(Error::usage("several authors need a sender")
                .with_requirement(r::SEVERAL_AUTHORS_NEED_A_SENDER));
        }
        if self.state.from.len() == 1
            && let Some(Entry::Mailbox(Mailbox { address, .. })) = self.state.sender.first()
            && *address == first.address
        {
            self.state.sender.clear();
        }
        Ok(())
    }

    /// A notification asks for none, and its identifier is its own (RFC 8098, section 3).
    fn check_notification(&self) -> Result<(), Error> {
        if !self.state.null_sender {
            return Ok(());
        }
        if self.state.fields.iter().any(|field| field.name == "Disposition-Notification-To") {
            return Err(Error::usage("a notification asks for a notification")
                .with_requirement(rfc8098::HAS_NO_REQUEST_FIELD));
        }
        if self.state.about.is_some() && self.state.about == self.state.message_id {
            return Err(Error::usage("a notification has the identifier of its message")
                .with_requirement(rfc8098::MESSAGE_ID_IS_ITS_OWN));
        }
        Ok(())
    }

    fn take_content(&mut self, seed: Seed) -> Result<Part<'a>, Error> {
        let given = self.state.text.is_some()
            || self.state.html.is_some()
            || self.state.calendar.is_some()
            || !self.state.inline.is_empty()
            || !self.state.attachments.is_empty();
        match self.state.body.take() {
            Some(_) if given => Err(Error::usage("a body stands for the whole content")),
            Some(body) => Ok(*body),
            None => {
                let domain =
                    if self.state.inline.is_empty() { String::new() } else { self.domain()?.into_owned() };
                structure(
                    self.state.text.take().map(Text::into_part),
                    self.state.html.take(),
                    self.state.calendar.take().map(|part| *part),
                    std::mem::take(&mut self.state.inline),
                    std::mem::take(&mut self.state.attachments),
                    seed,
                    &domain,
                )
            }
        }
    }

    fn take_fields(&mut self, date: DateTime, id: MessageId<'a>) -> Vec<Field<'a>> {
        let mut fields = Vec::with_capacity(10 + self.state.fields.len());
        fields.push(Field { name: "Date".into(), value: Value::Date(date) });
        let addresses = [
            ("From", &mut self.state.from),
            ("Sender", &mut self.state.sender),
            ("Reply-To", &mut self.state.reply_to),
            ("To", &mut self.state.to),
            ("Cc", &mut self.state.cc),
        ];
        for (name, list) in addresses {
            if !list.is_empty() {
                fields.push(Field { name: name.into(), value: Value::Addresses(std::mem::take(list)) });
            }
        }
        if let Some(subject) = self.state.subject.take() {
            fields.push(Field { name: "Subject".into(), value: Value::Text(subject) });
        }
        fields.push(Field { name: "Message-ID".into(), value: Value::Id(id) });
        for (name, ids) in
            [("In-Reply-To", &mut self.state.in_reply_to), ("References", &mut self.state.references)]
        {
            if !ids.is_empty() {
                fields.push(Field { name: name.into(), value: Value::Ids(std::mem::take(ids)) });
            }
        }
        fields.append(&mut self.state.fields);
        fields
    }
}

/// A new identifier under `domain`.
pub(super) fn generated_id<'b>(seed: Seed, domain: &str) -> MessageId<'b> {
    let mut id = Vec::with_capacity(27 + domain.len());
    seed.write_id(&mut id);
    id.push(b'@');
    id.extend_from_slice(domain.as_bytes());
    MessageId::generated(String::from_utf8(id).unwrap_or_default())
}

impl fmt::Debug for Builder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("authors", &mailboxes(&self.state.from).count())
            .field("recipients", &(self.state.to.len() + self.state.cc.len() + self.state.bcc.len()))
            .finish_non_exhaustive()
    }
}

/// A multipart of these parts, or the one part itself.
pub(super) fn several<'a>(essence: &'static str, mut parts: Vec<Part<'a>>) -> Option<Part<'a>> {
    if parts.len() > 1 {
        return Some(MultiPart::known(essence, parts).into());
    }
    parts.pop()
}

/// Nothing said is an empty text.
pub(super) fn nothing<'a>() -> Part<'a> {
    let part = Part::text("");
    debug_assert!(matches!(part.body, Body::Octets { .. }));
    part
}
