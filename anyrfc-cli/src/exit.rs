//! What the program's exit code says.

use std::{fmt, process::ExitCode};

use anyrfc_core::{ErrorKind, Requirement};

use crate::terminal;

/// The last lines of the `--help` of the program and of each protocol.
pub(crate) const HELP: &str = "\
Exit codes:
  0  done
  1  the server understood and said no, or what was asked for is not there
  2  the command line, a file or the input cannot be used
  3  the network failed, or the connection ended
  4  a deadline passed
  5  TLS failed
  6  the server did not accept the credentials
  7  the server broke its protocol, or went beyond a limit
  8  the server, or this build, cannot do what was asked
  9  the doctor found broken statements
  130  interrupted";

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Done = 0,
    Refused = 1,
    Usage = 2,
    Network = 3,
    Timeout = 4,
    Tls = 5,
    Auth = 6,
    Protocol = 7,
    Unsupported = 8,
    Broken = 9,
    /// As shells say it of SIGINT.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        (exit as u8).into()
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Refused => Self::Refused,
            ErrorKind::Timeout => Self::Timeout,
            ErrorKind::Tls => Self::Tls,
            ErrorKind::Auth => Self::Auth,
            ErrorKind::Protocol | ErrorKind::Limit => Self::Protocol,
            ErrorKind::Unsupported => Self::Unsupported,
            ErrorKind::Usage => Self::Usage,
            _ => Self::Network,
        }
    }
}

/// Why a subcommand did not do what it was asked for.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    requirement: Option<&'static Requirement>,
    /// Whether the requirement is what a server broke, not what we keep.
    broken: bool,
}

impl Failure {
    /// A failure of any kind, in words without a full stop.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), requirement: None, broken: false }
    }

    /// The caller asked for what cannot be.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// An error of a library, with what caused it.
    pub(crate) fn caused(
        kind: ErrorKind,
        requirement: Option<&'static Requirement>,
        error: &dyn std::error::Error,
    ) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let said = error.to_string();
            // Many errors repeat their cause in their own words.
            if !message.contains(&said) {
                message.push_str(": ");
                message.push_str(&said);
            }
            cause = error.source();
        }
        let broken = !matches!(kind, ErrorKind::Limit | ErrorKind::Usage | ErrorKind::Closed | ErrorKind::Io);
        Self { exit: kind.into(), message, requirement, broken }
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// The same, by a server that broke this statement.
    pub(crate) fn breaking(mut self, requirement: &'static Requirement) -> Self {
        self.requirement = Some(requirement);
        self.broken = true;
        self
    }

    /// The statement that the server broke.
    pub(crate) fn broken(&self) -> Option<&'static Requirement> {
        self.requirement.filter(|_| self.broken)
    }

    /// Says it on stderr.
    pub(crate) fn print(&self) {
        terminal::error(&self.to_string());
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.requirement {
            // Most errors begin with it.
            Some(requirement) if !self.message.contains(&requirement.id()) => {
                write!(f, " ({}: {})", requirement.id(), requirement.summary)
            }
            _ => Ok(()),
        }
    }
}

/// The errors of the crates, all of one form.
macro_rules! failures {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::caused(error.kind(), error.requirement(), &error)
            }
        }
    )+};
}

failures!(
    anyrfc_core::Error,
    anyrfc_imap::Error,
    anyrfc_mime::Error,
    anyrfc_smtp::Error,
    anyrfc_websocket::Error,
);

impl From<anyrfc_oauth2::Error> for Failure {
    fn from(error: anyrfc_oauth2::Error) -> Self {
        let mut failure = Self::caused(error.kind(), error.requirement(), &error);
        if error.store_problem().is_some() {
            // A file, not the network.
            failure.exit = Exit::Usage;
        }
        failure
    }
}

impl From<std::io::Error> for Failure {
    /// Of a file, a pipe or the terminal: the network's are wrapped by the crates.
    fn from(error: std::io::Error) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::usage(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_code_is_documented() {
        for exit in [
            Exit::Done,
            Exit::Refused,
            Exit::Usage,
            Exit::Network,
            Exit::Timeout,
            Exit::Tls,
            Exit::Auth,
            Exit::Protocol,
            Exit::Unsupported,
            Exit::Broken,
            Exit::Interrupted,
        ] {
            assert!(HELP.contains(&format!("\n  {}  ", exit as u8)), "{exit:?}");
        }
    }

    #[test]
    fn causes_are_said_once() {
        let inner = std::io::Error::other("the disk is full");
        let outer = std::io::Error::other(inner);
        let failure = Failure::caused(ErrorKind::Io, None, &outer);
        assert_eq!(failure.to_string(), "the disk is full");
        assert_eq!(failure.exit(), Exit::Network);
    }
}
