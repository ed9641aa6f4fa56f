//! The states of a reader, and how one leads to another.

/// Where in a message a reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// At the beginning of an entity, whose header comes next.
    Header,
    /// In a body that is data.
    Body,
    /// Before the first part of a multipart.
    Preamble,
    /// On the line of a delimiter, behind the boundary.
    Delimiter,
    /// Behind the last part of a multipart.
    Epilogue,
    /// Behind everything.
    End,
}

impl State {
    /// Every state and those it may lead to: the grammar of entities in small (RFC 2045, section 2.4;
    /// RFC 2046, section 5.1.1).
    pub const TRANSITIONS: &'static [(Self, &'static [Self])] = &[
        (Self::Header, &[Self::Header, Self::Body, Self::Preamble]),
        (Self::Body, &[Self::Delimiter, Self::End]),
        (Self::Preamble, &[Self::Delimiter, Self::End]),
        (Self::Delimiter, &[Self::Header, Self::Epilogue]),
        (Self::Epilogue, &[Self::Delimiter, Self::End]),
        (Self::End, &[]),
    ];

    /// Whether this state may lead to `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        Self::TRANSITIONS.iter().any(|(from, to)| *from == self && to.contains(&next))
    }
}
