//! GETMETADATA and SETMETADATA (RFC 5464).

use anyrfc_core::Secret;
use bytes::Bytes;

use super::{Collected, Command, DataKind, Needs, Phase, Takes, search::criteria};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc5464,
    types::{
        Capability, Code, Data, Filter, FilterDescription, MetadataCode, MetadataEntry, MetadataTarget,
        MetadataTold, SearchQuery,
    },
};

/// How far below an entry others are returned as well (RFC 5464, section 4.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MetadataDepth {
    /// Not at all.
    Zero,
    /// Those just below.
    One,
    /// All.
    Infinity,
}

/// What annotations need: those of mailboxes more than those of the server, of which filters are kept
/// even by servers that keep nothing else (RFC 5466, section 3.2).
fn needs<'a>(target: &MetadataTarget, mut entries: impl Iterator<Item = &'a MetadataEntry>) -> Needs {
    let needs = Needs::phase(Phase::Authenticated);
    match target {
        MetadataTarget::Server if entries.all(MetadataEntry::is_of_filters) => needs
            .any_of([Capability::Metadata, Capability::MetadataServer, Capability::Filters], false)
            .because(rfc5464::METADATA_NEEDS_THE_CAPABILITY),
        MetadataTarget::Server => needs
            .any_of([Capability::Metadata, Capability::MetadataServer], false)
            .because(rfc5464::METADATA_NEEDS_THE_CAPABILITY),
        MetadataTarget::Mailbox(_) => {
            needs.capability(Capability::Metadata).because(rfc5464::METADATA_SERVER_IS_FOR_THE_SERVER)
        }
    }
}

fn encode_target(encoder: &mut Encoder<'_>, target: &MetadataTarget) -> Result<(), Error> {
    match target {
        MetadataTarget::Server => encoder.word("\"\""),
        MetadataTarget::Mailbox(mailbox) => {
            if mailbox.as_bytes().is_empty() {
                return Err(Error::usage("a mailbox has a name"));
            }
            encoder.mailbox(mailbox)?
        }
    };
    Ok(())
}

/// The rule `entry`.
pub(super) fn encode_entry(encoder: &mut Encoder<'_>, entry: &MetadataEntry) -> Result<(), Error> {
    entry.check()?;
    encoder.astring(entry.as_str().as_bytes())?;
    Ok(())
}

/// GETMETADATA (RFC 5464, section 4.2): annotations of a mailbox, or of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetMetadata {
    target: MetadataTarget,
    entries: Vec<MetadataEntry>,
    max_size: Option<u32>,
    depth: Option<MetadataDepth>,
}

impl GetMetadata {
    /// These entries, at least one.
    #[must_use]
    pub fn new(target: impl Into<MetadataTarget>, entries: impl Into<Vec<MetadataEntry>>) -> Self {
        Self { target: target.into(), entries: entries.into(), max_size: None, depth: None }
    }

    /// Only values of at most so many octets.
    #[must_use]
    pub const fn max_size(mut self, octets: u32) -> Self {
        self.max_size = Some(octets);
        self
    }

    /// With those below the entries that are named.
    #[must_use]
    pub const fn depth(mut self, depth: MetadataDepth) -> Self {
        self.depth = Some(depth);
        self
    }
}

/// What a server has told of annotations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetadataAnswer {
    /// The entries, each once, as the server has ordered them. `None` is an entry that has no value,
    /// which a server may also leave out. A value is whatever somebody has put there.
    pub values: Vec<(MetadataEntry, Option<Bytes>)>,
    /// Values larger than was asked for were left out; the octets of the largest.
    pub long_entries: Option<u64>,
}

impl MetadataAnswer {
    /// The value of an entry; `None` where it has none, or was left out.
    #[must_use]
    pub fn value(&self, entry: &MetadataEntry) -> Option<&Bytes> {
        self.values.iter().find(|(known, _)| known == entry)?.1.as_ref()
    }
}

impl MetadataAnswer {
    /// The filters that are among the annotations of a server (RFC 5466, section 3.2), in their order.
    /// What is no filter is passed over.
    #[must_use]
    pub fn into_filters(self) -> Vec<Filter> {
        Filter::collect(self.values)
    }
}

impl Command for GetMetadata {
    type Answer = MetadataAnswer;

    fn needs(&self) -> Needs {
        needs(&self.target, self.entries.iter())
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("GETMETADATA ");
        if self.max_size.is_some() || self.depth.is_some() {
            encoder.word("(");
            if let Some(octets) = self.max_size {
                encoder.word("MAXSIZE ").number(octets.into())?;
            }
            if self.max_size.is_some() && self.depth.is_some() {
                encoder.space();
            }
            if let Some(depth) = self.depth {
                encoder.word(match depth {
                    MetadataDepth::Zero => "DEPTH 0",
                    MetadataDepth::One => "DEPTH 1",
                    MetadataDepth::Infinity => "DEPTH infinity",
                });
            }
            encoder.word(") ");
        }
        encode_target(encoder, &self.target)?;
        encoder.space();
        match &*self.entries {
            [] => Err(Error::usage("no entry is named")),
            [entry] => encode_entry(encoder, entry),
            entries => encoder.list(entries, encode_entry).map(drop),
        }
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Metadata]).about(&self.target)
    }

    fn answer(data: Collected) -> Result<MetadataAnswer, Error> {
        let long_entries = data.codes().find_map(|code| match code {
            Code::Metadata(MetadataCode::LongEntries(octets)) => Some(*octets),
            _ => None,
        });
        let told = data.pick(|data| match data {
            Data::Metadata(metadata) => Some(metadata.told),
            _ => None,
        });
        Ok(MetadataAnswer { values: join(told), long_entries })
    }
}

/// The values of several responses, each entry once: what came last holds.
pub(super) fn join(told: impl Iterator<Item = MetadataTold>) -> Vec<(MetadataEntry, Option<Bytes>)> {
    let mut values: Vec<(MetadataEntry, Option<Bytes>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for told in told {
        let MetadataTold::Values(more) = told else { continue };
        for (entry, value) in more {
            let place = *places.entry(entry.clone()).or_insert(values.len());
            match values.get_mut(place) {
                Some(known) => known.1 = value,
                None => values.push((entry, value)),
            }
        }
    }
    values
}

/// A value that is to be set.
#[derive(Debug)]
enum Value {
    /// None: the entry is removed.
    Nil,
    /// Text, its lines ended as they must be.
    Text(Bytes),
    /// Octets.
    Binary(Bytes),
    /// What no log may show.
    Secret(Secret<Vec<u8>>),
}

/// SETMETADATA (RFC 5464, section 4.3): sets annotations, all of them or none.
///
/// ```
/// # use anyrfc_imap::{command::SetMetadata, types::{MailboxName, MetadataEntry}};
/// let command = SetMetadata::new(MailboxName::inbox())
///     .text(MetadataEntry::PRIVATE_COMMENT, "two\nlines")
///     .remove(MetadataEntry::SHARED_COMMENT);
/// ```
#[derive(Debug)]
pub struct SetMetadata {
    target: MetadataTarget,
    values: Vec<(MetadataEntry, Value)>,
}

impl SetMetadata {
    /// Of a mailbox, or of the server.
    #[must_use]
    pub fn new(target: impl Into<MetadataTarget>) -> Self {
        Self { target: target.into(), values: Vec::new() }
    }

    /// Sets an entry to a text. However its lines end, they are sent ending in CR LF.
    #[must_use]
    pub fn text(self, entry: MetadataEntry, text: &str) -> Self {
        let lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
        self.with(entry, Value::Text(lines.into()))
    }

    /// Sets an entry to these octets, whatever they are.
    #[must_use]
    pub fn binary(self, entry: MetadataEntry, octets: impl Into<Bytes>) -> Self {
        self.with(entry, Value::Binary(octets.into()))
    }

    /// Sets an entry to what nobody else may see, logs included: an entry below `/private`.
    #[must_use]
    pub fn secret(self, entry: MetadataEntry, octets: Secret<Vec<u8>>) -> Self {
        self.with(entry, Value::Secret(octets))
    }

    /// Sets an entry to the search keys of a filter (RFC 5466, section 3.2): in UTF-8, and each key of
    /// an extension in parentheses.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a query that cannot be written.
    pub fn filter(self, entry: MetadataEntry, query: &SearchQuery) -> Result<Self, Error> {
        // Octets, since a literal in it counts the ends of its lines.
        Ok(self.binary(entry, criteria(query)?))
    }

    /// Sets an entry to the description of a filter, with the tags of its languages.
    #[must_use]
    pub fn filter_description(self, entry: MetadataEntry, description: &FilterDescription) -> Self {
        self.text(entry, &description.kept())
    }

    /// Removes an entry.
    #[must_use]
    pub fn remove(self, entry: MetadataEntry) -> Self {
        self.with(entry, Value::Nil)
    }

    /// What is said last of an entry holds.
    fn with(mut self, entry: MetadataEntry, value: Value) -> Self {
        self.values.retain(|(known, _)| *known != entry);
        self.values.push((entry, value));
        self
    }
}

impl Command for SetMetadata {
    type Answer = ();

    fn needs(&self) -> Needs {
        needs(&self.target, self.values.iter().map(|(entry, _)| entry))
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        if self.values.is_empty() {
            return Err(Error::usage("no entry is to be set"));
        }
        encoder.word("SETMETADATA ");
        encode_target(encoder, &self.target)?;
        encoder.space().list(&self.values, |encoder, (entry, value)| {
            if self.target == MetadataTarget::Server && *entry == MetadataEntry::SHARED_ADMIN {
                return Err(Error::usage("only the server itself sets /shared/admin")
                    .with_requirement(rfc5464::ADMIN_IS_READ_ONLY));
            }
            encode_entry(encoder, entry)?;
            encoder.space();
            match value {
                Value::Nil => encoder.nstring(None)?,
                Value::Text(text) => encoder.string(text)?,
                Value::Binary(octets) => encoder.metadata_value(octets.clone())?,
                Value::Secret(_) if !entry.is_private() => {
                    return Err(Error::usage("a secret goes below /private")
                        .with_requirement(rfc5464::SECRET_VALUES_ARE_PRIVATE));
                }
                Value::Secret(octets) => encoder.secret(octets.expose())?,
            };
            Ok(())
        })?;
        Ok(())
    }

    fn answer(_: Collected) -> Result<(), Error> {
        Ok(())
    }
}
