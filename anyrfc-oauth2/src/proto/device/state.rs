//! The states of a device's login, as a table (RFC 8628, section 3.5).

anyrfc_core::transitions! {
    /// Where a device's login stands.
    pub enum DeviceState {
        /// The user is at it; the next poll has to wait.
        Waiting,
        /// The server was asked whether the user has agreed.
        Polling,
        /// There are tokens.
        Granted,
        /// The user said no.
        Denied,
        /// The device code has expired.
        Expired,
        /// The server refused for another reason, or broke the protocol.
        Failed,
    }
    /// What moves a device's login from state to state.
    pub enum DeviceInput {
        /// The time for another poll has come.
        Poll,
        /// The server answers `authorization_pending`.
        Pending,
        /// The server answers `slow_down`.
        SlowDown,
        /// No answer came, or one that says that the server cannot answer now.
        Unanswered,
        /// The server answers with tokens.
        Granted,
        /// The server answers `access_denied`.
        Denied,
        /// The server answers `expired_token`.
        CodeExpired,
        /// The device code's time is over.
        Deadline,
        /// The server answers anything else.
        Refused,
    }
    Waiting: Poll => Polling, Deadline => Expired;
    Polling: Pending => Waiting, SlowDown => Waiting, Unanswered => Waiting,
        Granted => Granted, Denied => Denied, CodeExpired => Expired, Refused => Failed;
}
