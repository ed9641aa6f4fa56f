//! Search keys, and how they are put together.

use std::{
    num::NonZeroU32,
    ops::{BitAnd, BitOr, Not},
    time::Duration,
};

use super::Key;
use crate::{
    Error,
    types::{
        AnnotationScope, Date, EmailId, EntryPattern, FilterName, Flag, ModSeq, SequenceSet, ThreadId, Uid,
        Verbatim,
    },
};

/// What a SEARCH looks for.
///
/// `&` is both, `|` either, `!` the others.
///
/// ```
/// # use anyrfc_imap::types::{Date, SearchQuery};
/// let query = SearchQuery::unseen()
///     & (SearchQuery::from("alice@example.org") | SearchQuery::subject("minutes"))
///     & !SearchQuery::since(Date::new(2026, 1, 31).unwrap());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct SearchQuery {
    /// In postfix order: what is put together stands before what puts it together. So a query of
    /// any depth is flat, and one grows by what is added to it.
    nodes: Vec<Node>,
}

/// Whose modification sequence of a flag is meant (RFC 7162, section 7: `entry-type-req`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModSeqOf {
    /// The user's own.
    Private,
    /// The one that all users share.
    Shared,
    /// Whichever is higher.
    All,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    Key(Key),
    Not,
    /// `FUZZY` (RFC 6203).
    Fuzzy,
    Or,
    And,
}

/// A piece of a query as it is written.
pub(crate) enum Piece<'a> {
    /// Words and parentheses between keys.
    Glue(&'static str),
    /// A key.
    Key(&'a Key),
}

macro_rules! words {
    ($($(#[$meta:meta])* $method:ident = $variant:ident $word:literal;)*) => {
        impl SearchQuery {
            $($(#[$meta])*
            pub fn $method() -> Self {
                Self::key(Key::$variant($word))
            })*
        }
    };
}

words! {
    /// Every message.
    all = Word "ALL";
    /// With `\Answered`.
    answered = Word "ANSWERED";
    /// With `\Deleted`.
    deleted = Word "DELETED";
    /// With `\Draft`.
    draft = Word "DRAFT";
    /// With `\Flagged`.
    flagged = Word "FLAGGED";
    /// With `\Seen`.
    seen = Word "SEEN";
    /// Without `\Answered`.
    unanswered = Word "UNANSWERED";
    /// Without `\Deleted`.
    undeleted = Word "UNDELETED";
    /// Without `\Draft`.
    undraft = Word "UNDRAFT";
    /// Without `\Flagged`.
    unflagged = Word "UNFLAGGED";
    /// Without `\Seen`.
    unseen = Word "UNSEEN";
    /// With `\Recent` and without `\Seen`; only of IMAP4rev1.
    new_messages = Rev1 "NEW";
    /// Without `\Recent`; only of IMAP4rev1.
    old = Rev1 "OLD";
    /// With `\Recent`; only of IMAP4rev1.
    recent = Rev1 "RECENT";
}

macro_rules! texts {
    ($($(#[$meta:meta])* $method:ident = $variant:ident $word:literal;)*) => {
        impl SearchQuery {
            $($(#[$meta])*
            pub fn $method(text: impl Into<String>) -> Self {
                Self::key(Key::$variant($word, text.into()))
            })*
        }
    };
}

texts! {
    /// With this in `Bcc`.
    bcc = Text "BCC";
    /// With this in the body.
    body = Text "BODY";
    /// With this in `Cc`.
    cc = Text "CC";
    /// With this in `From`.
    from = Text "FROM";
    /// With this in `Subject`.
    subject = Text "SUBJECT";
    /// With this in the header or the body.
    text = Text "TEXT";
    /// With this in `To`.
    to = Text "TO";
    /// What Gmail's own search finds by this (`X-GM-EXT-1`).
    gmail_raw = GmailText "X-GM-RAW";
}

macro_rules! days {
    ($($(#[$meta:meta])* $method:ident = $word:literal;)*) => {
        impl SearchQuery {
            $($(#[$meta])*
            pub fn $method(day: Date) -> Self {
                Self::key(Key::Day($word, day))
            })*
        }
    };
}

days! {
    /// Received before this day.
    before = "BEFORE";
    /// Received on this day.
    on = "ON";
    /// Received on this day or later.
    since = "SINCE";
    /// Sent before this day, by `Date`.
    sent_before = "SENTBEFORE";
    /// Sent on this day, by `Date`.
    sent_on = "SENTON";
    /// Sent on this day or later, by `Date`.
    sent_since = "SENTSINCE";
}

impl SearchQuery {
    fn key(key: Key) -> Self {
        Self { nodes: vec![Node::Key(key)] }
    }

    /// With this flag.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for one that no search key knows.
    pub fn with_flag(flag: Flag) -> Result<Self, Error> {
        Ok(match flag {
            Flag::Seen => Self::seen(),
            Flag::Answered => Self::answered(),
            Flag::Flagged => Self::flagged(),
            Flag::Deleted => Self::deleted(),
            Flag::Draft => Self::draft(),
            Flag::Recent => Self::recent(),
            keyword @ Flag::Keyword(_) => Self::key(Key::Keyword("KEYWORD", keyword)),
            Flag::Other(_) => return Err(Error::usage("no search looks for this flag")),
        })
    }

    /// Without this flag.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for one that no search key knows.
    pub fn without_flag(flag: Flag) -> Result<Self, Error> {
        Ok(match flag {
            Flag::Seen => Self::unseen(),
            Flag::Answered => Self::unanswered(),
            Flag::Flagged => Self::unflagged(),
            Flag::Deleted => Self::undeleted(),
            Flag::Draft => Self::undraft(),
            Flag::Recent => Self::old(),
            keyword @ Flag::Keyword(_) => Self::key(Key::Keyword("UNKEYWORD", keyword)),
            Flag::Other(_) => return Err(Error::usage("no search looks for this flag")),
        })
    }

    /// With this in the header field of this name; with the field at all where `text` is empty.
    pub fn header(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::key(Key::Header(name.into(), text.into()))
    }

    /// Of more octets than this.
    pub fn larger(octets: u64) -> Self {
        Self::key(Key::Octets("LARGER", octets))
    }

    /// Of fewer octets than this.
    pub fn smaller(octets: u64) -> Self {
        Self::key(Key::Octets("SMALLER", octets))
    }

    /// Received at least so long ago, in whole seconds (RFC 5032).
    pub fn older(age: Duration) -> Self {
        Self::key(Key::Within("OLDER", seconds(age)))
    }

    /// Received at most so long ago, in whole seconds (RFC 5032).
    pub fn younger(age: Duration) -> Self {
        Self::key(Key::Within("YOUNGER", seconds(age)))
    }

    /// With these UIDs.
    pub fn uids(uids: impl Into<SequenceSet>) -> Self {
        Self::key(Key::Uids(uids.into()))
    }

    /// With these sequence numbers.
    pub fn numbers(numbers: impl Into<SequenceSet>) -> Self {
        Self::key(Key::Numbers(numbers.into()))
    }

    /// With this modification sequence or a higher one (RFC 7162, section 3.1.5).
    pub fn mod_seq(since: ModSeq) -> Self {
        Self::key(Key::ModSeq(None, since))
    }

    /// With a flag that has this modification sequence or a higher one, where the server keeps
    /// one for each flag; otherwise as [`mod_seq`](Self::mod_seq) (RFC 7162, section 3.1.5).
    pub fn mod_seq_of(flag: Flag, of: ModSeqOf, since: ModSeq) -> Self {
        Self::key(Key::ModSeq(Some((flag, of)), since))
    }

    /// With a UID above this one (RFC 9738).
    pub fn uid_after(uid: Uid) -> Self {
        Self::key(Key::UidBound("UIDAFTER", uid))
    }

    /// With a UID below this one (RFC 9738).
    pub fn uid_before(uid: Uid) -> Self {
        Self::key(Key::UidBound("UIDBEFORE", uid))
    }

    /// What a search that the server keeps under this name finds (RFC 5466).
    ///
    /// ```
    /// # use anyrfc_imap::types::{FilterName, SearchQuery};
    /// let query = SearchQuery::filter(FilterName::new("on-the-road")?) & SearchQuery::unseen();
    /// # Ok::<(), anyrfc_imap::Error>(())
    /// ```
    pub fn filter(name: FilterName) -> Self {
        Self::key(Key::Filter(name))
    }

    /// What this finds when it is not taken literally (RFC 6203): misspelt, inflected or as the
    /// server sees fit. The whole of it is meant, as with `!`.
    ///
    /// The same search may find other messages another time, and the last of them may have
    /// little to do with it: show them all, the best first, and tell the user that they are
    /// guesses ([`SearchReturn::relevancy`](super::SearchReturn::relevancy)).
    pub fn fuzzy(mut self) -> Self {
        self.nodes.push(Node::Fuzzy);
        self
    }

    /// Whether any of it is not taken literally, or may be by a key that is not known here.
    pub(crate) fn may_be_fuzzy(&self) -> bool {
        let custom = |key: &Key| matches!(key, Key::Custom(_));
        self.is_fuzzy() || self.keys().any(custom)
    }

    /// Whether any of it is not taken literally.
    pub(crate) fn is_fuzzy(&self) -> bool {
        self.nodes.contains(&Node::Fuzzy)
    }

    /// With this content (RFC 8474).
    pub fn email_id(id: &EmailId<'_>) -> Self {
        Self::key(Key::ObjectId("EMAILID", id.as_str().to_owned()))
    }

    /// Of this conversation (RFC 8474).
    pub fn thread_id(id: &ThreadId<'_>) -> Self {
        Self::key(Key::ObjectId("THREADID", id.as_str().to_owned()))
    }

    /// With this in the value of an annotation (RFC 5257, section 4.8): of these entries, private or
    /// shared ones, or either.
    pub fn annotation(
        entries: impl Into<EntryPattern>,
        scope: impl Into<Option<AnnotationScope>>,
        text: impl Into<String>,
    ) -> Self {
        Self::key(Key::Annotation(entries.into(), scope.into(), text.into()))
    }

    /// Come into the mailbox before this day; in a mailbox that does not know, received before it
    /// (RFC 8514).
    pub fn saved_before(day: Date) -> Self {
        Self::key(Key::SavedDay("SAVEDBEFORE", day))
    }

    /// Come into the mailbox on this day; in a mailbox that does not know, received on it
    /// (RFC 8514).
    pub fn saved_on(day: Date) -> Self {
        Self::key(Key::SavedDay("SAVEDON", day))
    }

    /// Come into the mailbox on this day or later; in a mailbox that does not know, received then
    /// (RFC 8514).
    pub fn saved_since(day: Date) -> Self {
        Self::key(Key::SavedDay("SAVEDSINCE", day))
    }

    /// Every message of a mailbox that knows when they came into it; none of another (RFC 8514).
    pub fn save_date_supported() -> Self {
        Self::key(Key::SaveDateSupported)
    }

    /// With this label of Gmail (`X-GM-EXT-1`); its own ones begin with a backslash.
    pub fn gmail_label(label: impl Into<String>) -> Self {
        Self::key(Key::GmailLabel(label.into()))
    }

    /// With this identifier of Gmail's (`X-GM-EXT-1`).
    pub fn gmail_message_id(id: u64) -> Self {
        Self::key(Key::GmailNumber("X-GM-MSGID", id))
    }

    /// Of the thread with this identifier of Gmail's (`X-GM-EXT-1`).
    pub fn gmail_thread_id(id: u64) -> Self {
        Self::key(Key::GmailNumber("X-GM-THRID", id))
    }

    /// A key that this crate does not know, as it is written in the command.
    ///
    /// # Errors
    /// As [`Verbatim::new`].
    pub fn custom(key: &str) -> Result<Self, Error> {
        Ok(Self::key(Key::Custom(Verbatim::new(key)?)))
    }

    /// What all of these find; everything if there are none.
    pub fn all_of(queries: impl IntoIterator<Item = Self>) -> Self {
        queries.into_iter().reduce(BitAnd::bitand).unwrap_or_else(Self::all)
    }

    /// What any of these finds; `None` if there are none. The keys are nested no deeper than
    /// needed: for a thousand of them ten levels.
    pub fn any_of(queries: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut level: Vec<Self> = queries.into_iter().collect();
        while level.len() > 1 {
            let mut next = Vec::with_capacity(level.len().div_ceil(2));
            let mut queries = level.into_iter();
            while let Some(left) = queries.next() {
                next.push(match queries.next() {
                    Some(right) => left | right,
                    None => left,
                });
            }
            level = next;
        }
        level.pop()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Key(key) => Some(key),
            _ => None,
        })
    }

    fn join(mut self, other: Self, node: Node) -> Self {
        self.nodes.extend(other.nodes);
        self.nodes.push(node);
        self
    }

    /// The query as the grammar writes it, without recursion. What is joined by `&` stands side by
    /// side, and in parentheses where one key is due.
    pub(crate) fn pieces(&self) -> Vec<Piece<'_>> {
        self.written(false)
    }

    /// The same with parentheses around each key that RFC 3501 does not have (RFC 5466, section 3.2).
    pub(crate) fn pieces_apart(&self) -> Vec<Piece<'_>> {
        self.written(true)
    }

    fn written(&self, apart: bool) -> Vec<Piece<'_>> {
        enum Task {
            Glue(&'static str),
            /// The query that ends at this node; and whether it must be one key.
            Node(usize, bool),
        }
        // Where the query that ends at each node begins.
        let mut starts: Vec<usize> = Vec::with_capacity(self.nodes.len());
        for (index, node) in self.nodes.iter().enumerate() {
            let start = |end: usize| starts.get(end).copied().unwrap_or_default();
            let begins = match node {
                Node::Key(_) => index,
                Node::Not | Node::Fuzzy => start(index.saturating_sub(1)),
                Node::Or | Node::And => start(start(index.saturating_sub(1)).saturating_sub(1)),
            };
            starts.push(begins);
        }
        let mut pieces = Vec::new();
        let mut tasks = vec![Task::Node(self.nodes.len().saturating_sub(1), false)];
        while let Some(task) = tasks.pop() {
            let (end, one_key) = match task {
                Task::Glue(glue) => {
                    pieces.push(Piece::Glue(glue));
                    continue;
                }
                Task::Node(end, one_key) => (end, one_key),
            };
            let right = end.saturating_sub(1);
            let left = starts.get(right).copied().unwrap_or_default().saturating_sub(1);
            match self.nodes.get(end) {
                Some(Node::Key(key)) if apart && !key.is_known_to_all() => {
                    pieces.extend([Piece::Glue("("), Piece::Key(key), Piece::Glue(")")]);
                }
                Some(Node::Key(key)) => pieces.push(Piece::Key(key)),
                Some(Node::Not) => {
                    pieces.push(Piece::Glue("NOT "));
                    tasks.push(Task::Node(right, true));
                }
                Some(Node::Fuzzy) => {
                    if apart {
                        pieces.push(Piece::Glue("("));
                        tasks.push(Task::Glue(")"));
                    }
                    pieces.push(Piece::Glue("FUZZY "));
                    tasks.push(Task::Node(right, true));
                }
                Some(Node::Or) => {
                    pieces.push(Piece::Glue("OR "));
                    tasks.extend([Task::Node(right, true), Task::Glue(" "), Task::Node(left, true)]);
                }
                Some(Node::And) => {
                    if one_key {
                        pieces.push(Piece::Glue("("));
                        tasks.push(Task::Glue(")"));
                    }
                    tasks.extend([Task::Node(right, false), Task::Glue(" "), Task::Node(left, false)]);
                }
                None => {}
            }
        }
        pieces
    }
}

/// Whole seconds, at least one.
fn seconds(age: Duration) -> NonZeroU32 {
    let seconds = u32::try_from(age.as_secs()).unwrap_or(u32::MAX);
    NonZeroU32::new(seconds).unwrap_or(NonZeroU32::MIN)
}

impl BitAnd for SearchQuery {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.join(other, Node::And)
    }
}

impl BitOr for SearchQuery {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.join(other, Node::Or)
    }
}

impl Not for SearchQuery {
    type Output = Self;

    fn not(mut self) -> Self {
        self.nodes.push(Node::Not);
        self
    }
}
