//! The states of a session, as a table (RFC 5321, sections 3.1 and 4.1.4; RFC 3207; RFC 4954).

anyrfc_core::transitions! {
    /// Where a session stands. Mail transactions come and go within [`Ready`](Self::Ready) and
    /// [`Authenticated`](Self::Authenticated), several of them at once where the server allows it.
    pub enum State {
        /// The server's greeting is awaited (RFC 5321, section 3.1).
        Greeting,
        /// EHLO, LHLO or HELO was sent (RFC 5321, section 4.1.1.1).
        Hello,
        /// STARTTLS was sent (RFC 3207, section 4).
        AskingTls,
        /// The server has agreed to TLS: whatever else comes in plaintext was injected.
        Handshaking,
        /// The server is known; nobody has logged in, or need to.
        Ready,
        /// AUTH is under way (RFC 4954, section 4).
        Authenticating,
        /// Logged in.
        Authenticated,
        /// The hello is said again to a server that knows who we are.
        HelloAgain,
        /// QUIT was sent (RFC 5321, section 4.1.1.10).
        Quitting,
        /// Ended in order.
        Closed,
        /// Ended by an error.
        Failed,
    }
    /// What moves a session from state to state.
    pub enum Input {
        /// The server greets.
        Greeted,
        /// The server has answered the hello.
        Known,
        /// We ask for TLS.
        StartTls,
        /// The server answers STARTTLS with 220.
        TlsAgreed,
        /// The stream is secured.
        Secured,
        /// We send AUTH.
        Authenticate,
        /// The server answers it with 235, and has proved what it has to.
        LoggedIn,
        /// The server refuses it.
        LoginRefused,
        /// We say hello once more.
        HelloAgain,
        /// We send QUIT.
        Quit,
        /// The server answers QUIT.
        Bye,
        /// The server says that it closes (421).
        Closing,
        /// The server ended TCP, or TLS with `close_notify`.
        EndOfStream,
        /// The time for what is awaited is over.
        Deadline,
        /// The server broke the protocol or a limit, or what we were sending cannot be ended.
        Fault,
    }
    Greeting: Greeted => Hello,
        Closing => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Hello: Known => Ready, StartTls => AskingTls,
        Closing => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    AskingTls: TlsAgreed => Handshaking,
        Closing => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Handshaking: Secured => Hello,
        EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Ready: Authenticate => Authenticating, HelloAgain => Hello, Quit => Quitting,
        Closing => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Authenticating: LoggedIn => Authenticated, LoginRefused => Ready,
        Closing => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Authenticated: HelloAgain => HelloAgain, Quit => Quitting,
        Closing => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    HelloAgain: Known => Authenticated,
        Closing => Closed, EndOfStream => Failed, Deadline => Failed, Fault => Failed;
    Quitting: Bye => Closed, Closing => Closed,
        EndOfStream => Closed, Deadline => Closed, Fault => Failed;
}

impl State {
    /// Whether mail may be sent.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Ready | Self::Authenticated)
    }

    /// Whether the session has ended.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Failed)
    }
}
