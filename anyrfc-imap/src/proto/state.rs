//! The states of a connection, as a table (RFC 9051, section 3).

anyrfc_core::transitions! {
    /// Where an IMAP connection stands: the four states of the RFC, with what lies
    /// between them told apart.
    pub enum State {
        /// The server's greeting is awaited (section 7.1).
        Greeting,
        /// Nobody is logged in (section 3.1).
        NotAuthenticated,
        /// STARTTLS was sent (section 6.2.1).
        AskingTls,
        /// The server has agreed to TLS: whatever else comes in plaintext was injected.
        Handshaking,
        /// AUTHENTICATE or LOGIN is under way (sections 6.2.2 and 6.2.3).
        Authenticating,
        /// Logged in, and no mailbox is selected (section 3.2).
        Authenticated,
        /// SELECT or EXAMINE is under way: no mailbox is selected (section 6.3.2).
        Selecting,
        /// A mailbox is selected (section 3.3).
        Selected,
        /// LOGOUT was sent (section 3.4).
        LoggingOut,
        /// The server has said BYE to LOGOUT; only its OK is missing.
        Farewell,
        /// Ended in order.
        Closed,
        /// Ended by an error.
        Failed,
    }
    /// What moves a connection from state to state.
    pub enum Input {
        /// The server greets with OK.
        Greeted,
        /// The server greets with PREAUTH: it knows who we are.
        Preauthenticated,
        /// We ask for TLS.
        StartTls,
        /// The server answers STARTTLS with OK.
        TlsAgreed,
        /// The stream is secured.
        Secured,
        /// We send AUTHENTICATE or LOGIN.
        Authenticate,
        /// The server answers it with OK, and has proved what it has to.
        LoggedIn,
        /// The server answers it with NO or BAD.
        LoginRefused,
        /// We send SELECT or EXAMINE.
        Select,
        /// The server answers it with OK.
        Opened,
        /// The server answers it with NO or BAD.
        OpenRefused,
        /// CLOSE or UNSELECT succeeded.
        Unselected,
        /// UNAUTHENTICATE succeeded.
        Unauthenticated,
        /// We send LOGOUT.
        Logout,
        /// The server answers LOGOUT with OK.
        LoggedOut,
        /// The server says BYE.
        Bye,
        /// The server ended TCP, or TLS with `close_notify`.
        EndOfStream,
        /// The time for what is awaited is over.
        Deadline,
        /// The server broke the protocol or a limit.
        Fault,
    }
    Greeting: Greeted => NotAuthenticated, Preauthenticated => Authenticated,
        Bye => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    NotAuthenticated: StartTls => AskingTls, Authenticate => Authenticating, Logout => LoggingOut,
        Bye => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    AskingTls: TlsAgreed => Handshaking,
        Bye => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Handshaking: Secured => NotAuthenticated,
        EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Authenticating: LoggedIn => Authenticated, LoginRefused => NotAuthenticated,
        Bye => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Authenticated: Select => Selecting, Unauthenticated => NotAuthenticated, Logout => LoggingOut,
        Bye => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Selecting: Opened => Selected, OpenRefused => Authenticated,
        Bye => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Selected: Select => Selecting, Unselected => Authenticated,
        Unauthenticated => NotAuthenticated, Logout => LoggingOut,
        Bye => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    LoggingOut: Bye => Farewell, LoggedOut => Closed,
        EndOfStream => Closed, Deadline => Failed, Fault => Failed;
    Farewell: LoggedOut => Closed, Bye => Closed,
        EndOfStream => Closed, Deadline => Closed, Fault => Failed;
}

impl State {
    /// Whether somebody is logged in.
    #[must_use]
    pub const fn is_authenticated(self) -> bool {
        matches!(self, Self::Authenticated | Self::Selecting | Self::Selected)
    }

    /// Whether the connection has ended.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Failed)
    }
}
