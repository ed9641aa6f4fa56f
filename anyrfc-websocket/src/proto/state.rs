//! The states of a connection, as a table (RFC 6455, sections 4.1, 7.1).

anyrfc_core::transitions! {
    /// Where a WebSocket connection stands: CONNECTING, OPEN, CLOSING and CLOSED
    /// of the RFC, with CLOSING told apart by who has said Close.
    pub enum State {
        /// The opening handshake is under way (CONNECTING).
        Connecting,
        /// Messages may be sent and received (OPEN).
        Open,
        /// We have sent Close, and wait for the peer's (CLOSING).
        CloseSent,
        /// Close went both ways; only the end of TCP is missing (CLOSING).
        Closing,
        /// Ended in order (CLOSED, cleanly).
        Closed,
        /// The connection was failed, by us or by the network (CLOSED).
        Failed,
    }
    /// What moves a connection from state to state.
    pub enum Input {
        /// The opening handshake succeeded.
        Established,
        /// We start the closing handshake.
        SendClose,
        /// The peer's Close frame arrived.
        ReceiveClose,
        /// The peer ended TCP, or TLS with `close_notify`.
        EndOfStream,
        /// The time for the present state is over.
        Deadline,
        /// The peer broke the protocol or a limit.
        Fault,
    }
    Connecting: Established => Open, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Open: SendClose => CloseSent, ReceiveClose => Closing, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    CloseSent: ReceiveClose => Closing, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Closing: EndOfStream => Closed, Deadline => Closed;
}
