//! The states and the table of moves between them.

anyrfc_core::transitions! {
    /// Where the protocol stands (RFC 862).
    pub enum State {
        /// Data may be sent.
        Open,
        /// Nothing more is sent; echoes are awaited.
        Closing,
        /// Over, as the protocol wants it.
        Closed,
        /// Ended by an error.
        Failed,
    }
    /// What moves it.
    pub enum Input {
        /// The user has nothing more to send.
        Close,
        /// Everything was echoed.
        Drained,
        /// The peer broke the protocol.
        Break,
    }
    Open: Close => Closing, Break => Failed;
    Closing: Drained => Closed, Break => Failed;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_stays_so() {
        for state in [State::Closed, State::Failed] {
            assert!(Input::ALL.iter().all(|input| state.next(*input).is_none()), "{state:?}");
        }
    }
}
