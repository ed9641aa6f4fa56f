//! What a server has said it understands.

use crate::types::{Capabilities, Capability, Names};

/// Which literals may go without waiting for the server (RFC 7888).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NonSync {
    /// None.
    #[default]
    Never,
    /// Those of up to 4,096 octets: `LITERAL-`, or IMAP4rev2.
    Small,
    /// All: `LITERAL+`.
    Any,
}

/// What the encoder knows of the connection: everything that changes the form of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    capabilities: Capabilities,
    enabled: Capabilities,
    rev2: bool,
    utf8: bool,
    utf8_accept: bool,
    non_sync: NonSync,
    line_limit: usize,
    last_moves: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self::new(Capabilities::default(), &Capabilities::default())
    }
}

impl Dialect {
    /// The longest line that is sent where nothing better is known: RFC 7162, section 4, asks
    /// servers for 8,192 octets.
    pub const LINE_LIMIT: usize = 8_000;

    /// What follows from the server's capabilities and from what `ENABLE` has switched on.
    ///
    /// IMAP4rev2 is in force if it was enabled, and on a server that speaks nothing older.
    #[must_use]
    pub fn new(capabilities: Capabilities, enabled: &Capabilities) -> Self {
        let only_rev2 = capabilities.has(&Capability::Imap4Rev2) && !capabilities.has(&Capability::Imap4Rev1);
        let rev2 = only_rev2 || enabled.has(&Capability::Imap4Rev2);
        let utf8_accept = enabled.has(&Capability::Utf8Accept);
        let non_sync = if capabilities.has(&Capability::LiteralPlus) {
            NonSync::Any
        } else if rev2 || capabilities.has(&Capability::LiteralMinus) {
            NonSync::Small
        } else {
            NonSync::Never
        };
        Self {
            capabilities,
            enabled: enabled.clone(),
            rev2,
            utf8: rev2 || utf8_accept,
            utf8_accept,
            non_sync,
            line_limit: Self::LINE_LIMIT,
            last_moves: false,
        }
    }

    /// With another limit to a line: some servers take 64 KiB, others 16 KiB, and some
    /// servers no more than 1,000 octets.
    #[must_use]
    pub fn with_line_limit(mut self, octets: usize) -> Self {
        self.line_limit = octets;
        self
    }

    /// With fewer literals that do not wait: a large message that the server will not have is then
    /// refused before it is sent.
    #[must_use]
    pub fn with_non_sync(mut self, at_most: NonSync) -> Self {
        self.non_sync = match (self.non_sync, at_most) {
            (NonSync::Never, _) | (_, NonSync::Never) => NonSync::Never,
            (NonSync::Small, _) | (_, NonSync::Small) => NonSync::Small,
            (NonSync::Any, NonSync::Any) => NonSync::Any,
        };
        self
    }

    /// Where messages may come and go at any time, so that `*` alone names no certain one
    /// (RFC 5465, section 5.2).
    #[must_use]
    pub fn with_moving_last(mut self, moves: bool) -> Self {
        self.last_moves = moves;
        self
    }

    /// Whether `*` alone names no certain message.
    #[must_use]
    pub fn last_moves(&self) -> bool {
        self.last_moves
    }

    /// What the server says it can do.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Whether the server can do this.
    #[must_use]
    pub fn has(&self, capability: &Capability) -> bool {
        self.capabilities.has(capability)
    }

    /// Whether this was enabled.
    #[must_use]
    pub fn enabled(&self, capability: &Capability) -> bool {
        self.enabled.has(capability)
    }

    /// Whether IMAP4rev2 is in force.
    #[must_use]
    pub fn rev2(&self) -> bool {
        self.rev2
    }

    /// Whether quoted strings may hold UTF-8 (RFC 9051, section 4.3; RFC 6855, section 3).
    #[must_use]
    pub fn utf8(&self) -> bool {
        self.utf8
    }

    /// Whether `UTF8=ACCEPT` was enabled, which has rules for SEARCH and APPEND of its own.
    #[must_use]
    pub fn utf8_accept(&self) -> bool {
        self.utf8_accept
    }

    /// How mailboxes are written.
    #[must_use]
    pub fn names(&self) -> Names {
        if self.utf8 { Names::Utf8 } else { Names::ModifiedUtf7 }
    }

    /// Whether literal8 is understood (RFC 3516; RFC 9051, section 4.3).
    #[must_use]
    pub fn binary(&self) -> bool {
        self.rev2 || self.has(&Capability::Binary)
    }

    /// Which literals need not wait.
    #[must_use]
    pub fn non_sync(&self) -> NonSync {
        self.non_sync
    }

    /// How long a line of a command may be.
    #[must_use]
    pub fn line_limit(&self) -> usize {
        self.line_limit
    }
}
