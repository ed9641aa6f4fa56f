//! Answering messages and passing them on (RFC 5322, sections 3.6.2 to 3.6.5).

use super::{
    address::{Addresses, Entry, IntoAddresses},
    builder::Builder,
    field::MessageId,
    part::Part,
};
use crate::{Message, error::Error, types};

impl Builder<'static> {
    /// An answer of `author` to those who wrote `original`: addressed to its `Reply-To`, or else
    /// to its authors, with the subject and the thread continued.
    ///
    /// ```
    /// use anyrfc_mime::{Message, build::Builder};
    /// let original = Message::parse(b"From: ann@example.org\r\nSubject: Hi\r\nMessage-ID: <1@example.org>\r\n\r\nhi");
    /// let reply = Builder::reply(&original, "bob@example.com").text("hi yourself").build()?;
    /// assert_eq!(reply.envelope().recipients(), ["ann@example.org"]);
    /// # Ok::<(), anyrfc_mime::Error>(())
    /// ```
    pub fn reply<'b>(original: &Message<'_>, author: impl IntoAddresses<'b>) -> Self {
        let mut builder = Self::answer(original, author);
        builder.state.to = to_authors(original);
        builder
    }

    /// An answer to the authors and, as copies, to all other recipients but `author`.
    ///
    /// Those whom the original's `Bcc` names, where there is one, get theirs by `Bcc` too, and
    /// nobody else learns of them.
    pub fn reply_all<'b>(original: &Message<'_>, author: impl IntoAddresses<'b>) -> Self {
        let mut builder = Self::answer(original, author);
        builder.state.to = to_authors(original);
        let mut known: Vec<String> = Vec::new();
        for list in [&builder.state.from, &builder.state.to] {
            known.extend(super::address::mailboxes(list).map(|mailbox| folded(mailbox.address.as_str())));
        }
        // Before the copies, so that nobody of these is found among them.
        builder.state.bcc = others(&original.bcc(), &mut known);
        let mut copies = others(&original.to(), &mut known);
        copies.extend(others(&original.cc(), &mut known));
        builder.state.cc = copies;
        builder
    }

    /// `original` passed on by `author` as it is, in an attachment, with a text of its own.
    pub fn forward<'b>(original: &Message<'_>, author: impl IntoAddresses<'b>) -> Self {
        let subject = original.subject().unwrap_or_default();
        let mut builder = Self::authored(author).subject(prefixed("Fwd: ", &subject));
        builder.state.references = thread(original);
        builder.attach(Part::raw_message(original.raw().to_vec()))
    }

    fn authored<'b>(author: impl IntoAddresses<'b>) -> Self {
        let mut list = Addresses::default();
        let result = author.append_to(&mut list);
        let mut builder = Self::new();
        builder.state.from = list.entries.into_iter().map(Entry::into_owned).collect();
        builder.noting(result)
    }

    fn answer<'b>(original: &Message<'_>, author: impl IntoAddresses<'b>) -> Self {
        let subject = original.subject().unwrap_or_default();
        let mut builder = Self::authored(author).subject(prefixed("Re: ", &subject));
        builder.state.in_reply_to =
            original.message_id().as_ref().and_then(MessageId::copied).into_iter().collect();
        builder.state.references = thread(original);
        builder
    }
}

/// The original's thread and itself (RFC 5322, section 3.6.4).
fn thread(original: &Message<'_>) -> Vec<MessageId<'static>> {
    let mut before = original.references();
    if before.is_empty() {
        // One parent is the thread; of several nobody knows which.
        before = original.in_reply_to();
        if before.len() > 1 {
            before.clear();
        }
    }
    before.extend(original.message_id());
    before.iter().filter_map(MessageId::copied).collect()
}

/// One prefix, whether the original had it or not.
fn prefixed(prefix: &str, subject: &str) -> String {
    let bare = subject.trim();
    let mark = prefix.trim_end();
    let bare = match bare.get(..mark.len()) {
        Some(start) if start.eq_ignore_ascii_case(mark) => {
            bare.get(mark.len()..).unwrap_or_default().trim_start()
        }
        _ => bare,
    };
    let clean: String = bare.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{prefix}{clean}")
}

/// For comparing addresses: domains have no case.
fn folded(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_ascii_lowercase()),
        None => address.to_owned(),
    }
}

fn to_authors(original: &Message<'_>) -> Vec<Entry<'static>> {
    let asked = original.reply_to();
    let to = if asked.mailboxes().next().is_some() { asked } else { original.from() };
    others(&to, &mut Vec::new())
}

/// The mailboxes of `list` that are not `known` yet, and can be written.
fn others(list: &types::AddressList, known: &mut Vec<String>) -> Vec<Entry<'static>> {
    let mut found = Addresses::default();
    for mailbox in list.mailboxes() {
        let address = folded(mailbox.address().as_str());
        if known.contains(&address) {
            continue;
        }
        let appended: Result<(), Error> = mailbox.clone().append_to(&mut found);
        if appended.is_ok() {
            known.push(address);
        }
    }
    found.entries
}
