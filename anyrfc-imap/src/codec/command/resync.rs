//! The parameters of SELECT and EXAMINE (RFC 4466, section 2.1; RFC 7162, sections 3.1.8 and
//! 3.2.5).

use super::Needs;
use crate::{
    Error,
    codec::encode::Encoder,
    rfc7162, rfc9586,
    types::{Capability, ModSeq, SequenceNumberSet, UidSet, UidValidity},
};

/// What a SELECT or EXAMINE asks for beside the mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum SelectParameter {
    /// Nothing.
    #[default]
    None,
    /// `CONDSTORE`.
    Condstore,
    /// `QRESYNC`.
    QResync(Resync),
}

/// What is known of a mailbox from an earlier session: the server tells what has changed since,
/// and what has vanished (RFC 7162, section 3.2.5).
///
/// ```
/// # use anyrfc_imap::{ModSeq, Uid, UidSet, UidValidity, command::Resync};
/// let known: UidSet = [1, 2, 3].into_iter().filter_map(Uid::new).collect();
/// let resync = Resync::new(UidValidity::new(67_890_007).unwrap(), ModSeq::new(90_060_115).unwrap())
///     .of(known);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Resync {
    uid_validity: UidValidity,
    mod_seq: ModSeq,
    known: UidSet,
    sample: Option<(SequenceNumberSet, UidSet)>,
}

impl Resync {
    /// The mailbox had this UIDVALIDITY, and all changes up to this modification sequence are known.
    pub fn new(uid_validity: UidValidity, mod_seq: ModSeq) -> Self {
        Self { uid_validity, mod_seq, known: UidSet::new(), sample: None }
    }

    /// Only these messages are known, so that the server need not tell of others. Without this,
    /// and where the line would become too long, it tells of all.
    pub fn of(mut self, known: UidSet) -> Self {
        self.known = known;
        self
    }

    /// Some messages had these numbers and, in the same order, these UIDs: a server that does not
    /// remember what was expunged when may tell less then (RFC 7162, section 3.2.5.2).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) where there are none, or more of one than of the other.
    pub fn matching(mut self, numbers: SequenceNumberSet, uids: UidSet) -> Result<Self, Error> {
        if numbers.is_empty() || numbers.len() != uids.len() {
            return Err(Error::usage("as many numbers as UIDs are needed"));
        }
        self.sample = Some((numbers, uids));
        Ok(self)
    }

    /// The UIDVALIDITY that was known.
    #[must_use]
    pub const fn uid_validity(&self) -> UidValidity {
        self.uid_validity
    }

    /// The rule `select-param-value` of QRESYNC. What is there to have less told is left out where
    /// it makes the line too long.
    fn encode(&self, encoder: &mut Encoder<'_>, room: usize) {
        let (known, sample) = (self.known.to_string(), self.sample.as_ref());
        let sample = sample.map(|(numbers, uids)| format!("({numbers} {uids})"));
        let known = Some(known).filter(|known| !known.is_empty() && known.len() < room);
        let room = room.saturating_sub(known.as_ref().map_or(0, String::len));
        let sample = sample.filter(|sample| sample.len() < room);
        encoder.word("QRESYNC (").uid_validity(self.uid_validity).space().mod_seq(self.mod_seq);
        for part in [known, sample].into_iter().flatten() {
            encoder.space().numbers(&part);
        }
        encoder.word(")");
    }
}

impl SelectParameter {
    pub(super) fn needs(&self, needs: Needs) -> Needs {
        match self {
            Self::None => needs,
            Self::Condstore => needs.condstore(),
            Self::QResync(resync) => {
                let needs = needs
                    .capability(Capability::QResync)
                    .because(rfc7162::QRESYNC_NEEDS_THE_CAPABILITY)
                    .enabled(Capability::QResync, rfc7162::QRESYNC_WAITS_FOR_ENABLED);
                match &resync.sample {
                    Some(_) => needs.numbers(rfc9586::QRESYNC_HAS_NO_MATCH_DATA),
                    None => needs,
                }
            }
        }
    }

    /// The rule `select-params`, or nothing, behind so many octets.
    pub(super) fn encode(&self, encoder: &mut Encoder<'_>, annotate: bool) {
        /// As long as all else of the line can get: tag, verb, numbers, parentheses.
        const REST: usize = 128;
        match self {
            Self::None if annotate => {
                encoder.word(" (ANNOTATE)");
            }
            Self::None => {}
            Self::Condstore => {
                encoder.word(if annotate { " (CONDSTORE ANNOTATE)" } else { " (CONDSTORE)" });
            }
            Self::QResync(resync) => {
                let room =
                    encoder.dialect().line_limit().saturating_sub(encoder.written().saturating_add(REST));
                encoder.word(" (");
                resync.encode(encoder, room);
                encoder.word(if annotate { " ANNOTATE)" } else { ")" });
            }
        }
    }

    /// Whether what has changed is told with the answer.
    pub(super) const fn resynchronises(&self) -> bool {
        matches!(self, Self::QResync(_))
    }
}
