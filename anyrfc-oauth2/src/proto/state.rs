//! A token that renews itself: what is to be done next, without I/O and clock.
//!
//! [`State::TRANSITIONS`] is the table; this is its picture (Mermaid):
//!
//! ```text
#![doc = include_str!("state/states.mmd")]
//! ```

#[cfg(feature = "client")]
mod keeper;
#[cfg(feature = "client")]
mod lifetime;
#[cfg(all(test, feature = "client"))]
mod tests;
mod token;

#[cfg(feature = "client")]
pub(crate) use self::{
    keeper::{Done, Keeper, Means, Seat, Task, Want},
    lifetime::is_passing,
    token::TokenData,
};
pub use token::{StoredTokens, Token};

anyrfc_core::transitions! {
    /// Where a token source stands. Time is not among the states: a token that is
    /// [`Held`](Self::Held) lives or not, whatever the state is.
    pub enum State {
        /// The store was not asked yet what it has.
        Unread,
        /// The store is asked.
        Reading,
        /// There is no token, but the means for one.
        Lacking,
        /// The server is asked for a token.
        Requesting,
        /// There are new tokens that the store does not have yet; nobody else gets them before.
        Unsaved,
        /// The store is given them.
        Saving,
        /// There is a token, and the store has it.
        Held,
        /// The server refused the refresh token for good (RFC 6749, section 5.2, `invalid_grant`);
        /// the store still has it.
        Revoked,
        /// The store is told to forget it.
        Forgetting,
        /// Nothing more can be had without the user. What still lives is handed out to its end.
        Spent,
    }
    /// What moves a token source from state to state.
    pub enum Input {
        /// We ask the store.
        Load,
        /// It has a token that lives.
        FoundToken,
        /// There is no token that lives, but the means for one.
        FoundMeans,
        /// It has nothing of use.
        FoundNothing,
        /// It fails.
        StoreFailed,
        /// We ask the server for a token.
        Ask,
        /// It grants one.
        Granted,
        /// It refuses the refresh token for good.
        InvalidGrant,
        /// There is no answer, or another refusal; there is no token.
        Failed,
        /// The same, while there is a token still.
        FailedEarly,
        /// We give the store what it has to keep, or to forget.
        Save,
        /// It did.
        Saved,
        /// A resource refused the token.
        Reject,
        /// The token is over, and there are no means for another.
        Exhaust,
        /// The user authorized anew.
        Replace,
    }
    Unread: Load => Reading, Replace => Unsaved;
    Reading: FoundToken => Held, FoundMeans => Lacking, FoundNothing => Spent, StoreFailed => Unread;
    Lacking: Ask => Requesting, Exhaust => Spent, Replace => Unsaved;
    Requesting: Granted => Unsaved, InvalidGrant => Revoked, Failed => Lacking, FailedEarly => Held;
    Unsaved: Save => Saving, Replace => Unsaved;
    Saving: Saved => Held, StoreFailed => Unsaved;
    Held: Ask => Requesting, Reject => Lacking, Exhaust => Spent, Replace => Unsaved;
    Revoked: Save => Forgetting, Replace => Unsaved;
    Forgetting: Saved => Spent, StoreFailed => Revoked;
    Spent: Replace => Unsaved;
}

impl State {
    /// Whether the store or the server is being waited for.
    #[must_use]
    pub const fn is_busy(self) -> bool {
        matches!(self, Self::Reading | Self::Requesting | Self::Saving | Self::Forgetting)
    }

    /// Whether the store does not have yet what it ought to.
    #[must_use]
    pub const fn owes_the_store(self) -> bool {
        matches!(self, Self::Unsaved | Self::Saving | Self::Revoked | Self::Forgetting)
    }
}
