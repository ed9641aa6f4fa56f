//! What is left of a command that a server has done in part (RFC 9738, section 3.1).

use super::{Command, UidExpunge, UidFetch, UidMove, UidStore};
use crate::{
    Error, rfc9738,
    types::{MessageLimit, SequenceSet},
};

/// A command about UIDs of which a server may do a part, and the same of what is left then.
pub trait Divided: Command + Clone {
    /// Which messages it is about.
    fn set(&self) -> &SequenceSet;

    /// The same about other messages.
    #[must_use]
    fn about(&self, set: SequenceSet) -> Self;

    /// Whether what is left can be told by a set.
    fn is_divisible(&self) -> bool {
        true
    }

    /// The same about the messages that the server has not come to: those below the last one that
    /// it has worked on. `None` where it has worked on all of them.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) where it is not known which these are;
    /// [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) where the server has not come any
    /// further.
    fn rest(&self, limit: MessageLimit) -> Result<Option<Self>, Error> {
        let below = limit.lowest.filter(|_| self.is_divisible());
        let Some(rest) = below.and_then(|lowest| self.set().below(lowest.get())) else {
            return Err(Error::partial(limit));
        };
        if rest == *self.set() {
            let what = "the server has worked on other messages than were asked for";
            return Err(Error::violation(rfc9738::HIGHEST_UIDS_COME_FIRST, what));
        }
        Ok((!rest.is_empty()).then(|| self.about(rest)))
    }
}

impl Divided for UidFetch {
    fn set(&self) -> &SequenceSet {
        &self.set
    }

    fn about(&self, set: SequenceSet) -> Self {
        Self { set, ..self.clone() }
    }

    fn is_divisible(&self) -> bool {
        // A part of the set is not that of what is left.
        !self.modifiers.is_partial()
    }
}

impl Divided for UidStore {
    fn set(&self) -> &SequenceSet {
        &self.set
    }

    fn about(&self, set: SequenceSet) -> Self {
        Self { set, ..self.clone() }
    }
}

impl Divided for UidMove {
    fn set(&self) -> &SequenceSet {
        &self.set
    }

    fn about(&self, set: SequenceSet) -> Self {
        Self { set, ..self.clone() }
    }
}

impl Divided for UidExpunge {
    fn set(&self) -> &SequenceSet {
        &self.uids
    }

    fn about(&self, uids: SequenceSet) -> Self {
        Self { uids }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ErrorKind,
        types::{FetchItem, Uid},
    };

    #[test]
    fn what_is_left_lies_below() {
        let rest = |set: &str, lowest: Option<u32>| {
            let fetch = UidFetch::new(set.parse::<SequenceSet>().unwrap(), FetchItem::Flags);
            let rest = fetch.rest(MessageLimit::new(100, lowest.and_then(Uid::new)));
            rest.map(|rest| rest.map(|fetch| fetch.set.to_string()))
        };
        assert_eq!(rest("1:*", Some(501)).unwrap().as_deref(), Some("1:500"));
        assert_eq!(rest("900:200,7,600", Some(501)).unwrap().as_deref(), Some("200:500,7"));
        assert_eq!(rest("*:3,*", Some(4)).unwrap().as_deref(), Some("3"));
        assert_eq!(rest("5:*", Some(5)).unwrap(), None);
        assert_eq!(rest("1:*", Some(1)).unwrap(), None);
        // Nothing is known, or nothing was done.
        assert_eq!(rest("1:*", None).unwrap_err().kind(), ErrorKind::Limit);
        assert_eq!(rest("1:9", Some(10)).unwrap_err().requirement(), Some(rfc9738::HIGHEST_UIDS_COME_FIRST));
        let saved = UidExpunge::new(SequenceSet::saved());
        let limit = MessageLimit::new(100, Uid::new(7));
        assert_eq!(saved.rest(limit).unwrap_err().message_limit(), Some(limit));
    }
}
