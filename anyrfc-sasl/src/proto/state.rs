//! The states of an exchange, as a table (RFC 4422, section 3).

anyrfc_core::transitions! {
    /// Where an authentication exchange stands.
    pub enum State {
        /// Nothing was sent yet.
        Initial,
        /// It is the server's turn: a challenge, or the outcome.
        AwaitServer,
        /// The answer is being worked out, slice by slice.
        Working,
        /// The mechanism has had its last challenge: only the outcome is due.
        AwaitOutcome,
        /// The login succeeded, and the server has proved what it can.
        Established,
        /// The login failed.
        Failed,
    }
    /// What moves an exchange from state to state.
    pub enum Input {
        /// An initial response, or a response, was made.
        Respond,
        /// The response takes more work.
        Work,
        /// The mechanism needs nothing more.
        Done,
        /// The protocol reports success, and the mechanism agrees.
        Success,
        /// The server refuses or breaks a rule, or the client gives up.
        Failure,
    }
    Initial: Respond => AwaitServer, Work => Working, Done => AwaitOutcome, Success => Established, Failure => Failed;
    AwaitServer: Respond => AwaitServer, Work => Working, Done => AwaitOutcome, Success => Established, Failure => Failed;
    Working: Respond => AwaitServer, Work => Working, Done => AwaitOutcome, Failure => Failed;
    AwaitOutcome: Success => Established, Failure => Failed;
}
