//! Commands that this crate does not know.

use bytes::Bytes;

use super::{Collected, Command, Needs, Order, Phase, Takes};
use crate::{
    Error,
    codec::encode::Encoder,
    types::{Capability, Data, MailboxName, SequenceSet, StatusResponse, Verbatim},
};

/// Commands that change what the bytes of the connection mean, or which state it is in. They have
/// methods of their own; as raw commands they would leave the connection in a state that nobody
/// knows of.
const OWNED: [&str; 14] = [
    "APPEND",
    "AUTHENTICATE",
    "CLOSE",
    "COMPRESS",
    "ENABLE",
    "EXAMINE",
    "IDLE",
    "LOGIN",
    "LOGOUT",
    "NOTIFY",
    "SELECT",
    "STARTTLS",
    "UNAUTHENTICATE",
    "UNSELECT",
];

/// A command that this crate does not know.
///
/// ```
/// # use anyrfc_imap::{codec::command::Raw, types::{Capability, MailboxName}};
/// let command = Raw::new("GETQUOTAROOT")?.for_capability(Capability::from("QUOTA")).mailbox(MailboxName::inbox());
/// assert!(Raw::new("NOOP\r\nx DELETE INBOX").is_err());
/// assert!(Raw::new("IDLE").is_err());
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    parts: Vec<Part>,
    capability: Option<Capability>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Verbatim(Verbatim),
    String(Bytes),
    Literal(Bytes),
    Mailbox(MailboxName),
    Set(SequenceSet),
}

impl Raw {
    /// A command: its name, and arguments as they are written.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) where it could be more than one command (see
    /// [`Verbatim::new`]), and for commands that change the connection's state, which have types
    /// of their own.
    pub fn new(command: &str) -> Result<Self, Error> {
        let command = Verbatim::new(command)?;
        let name = command.as_str().split(' ').next().unwrap_or_default();
        let word =
            name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if !word || OWNED.iter().any(|owned| owned.eq_ignore_ascii_case(name)) {
            return Err(Error::usage("not a command that can be sent as it is"));
        }
        Ok(Self { parts: vec![Part::Verbatim(command)], capability: None })
    }

    /// For a server with this capability, which is known to understand the command.
    #[must_use]
    pub fn for_capability(mut self, capability: Capability) -> Self {
        self.capability = Some(capability);
        self
    }

    /// And arguments as they are written.
    ///
    /// # Errors
    /// As [`Verbatim::new`].
    pub fn verbatim(self, arguments: &str) -> Result<Self, Error> {
        Ok(self.part(Part::Verbatim(Verbatim::new(arguments)?)))
    }

    /// And a string in whatever form fits.
    #[must_use]
    pub fn string(self, value: impl Into<Bytes>) -> Self {
        self.part(Part::String(value.into()))
    }

    /// And a literal.
    #[must_use]
    pub fn literal(self, value: impl Into<Bytes>) -> Self {
        self.part(Part::Literal(value.into()))
    }

    /// And a mailbox.
    #[must_use]
    pub fn mailbox(self, name: MailboxName) -> Self {
        self.part(Part::Mailbox(name))
    }

    /// And messages.
    #[must_use]
    pub fn set(self, set: impl Into<SequenceSet>) -> Self {
        self.part(Part::Set(set.into()))
    }

    fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }
}

/// What the server has sent while a raw command ran.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawAnswer {
    /// The completion.
    pub completion: Option<StatusResponse>,
    /// All untagged data.
    pub data: Vec<Data>,
}

impl Command for Raw {
    type Answer = RawAnswer;

    fn needs(&self) -> Needs {
        let needs = Needs::phase(Phase::Any);
        match &self.capability {
            Some(capability) => needs.capability(capability.clone()),
            None => needs.not_understood(),
        }
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.spaced(&self.parts, |encoder, part| {
            match part {
                Part::Verbatim(text) => encoder.verbatim(text),
                Part::String(value) => encoder.astring(value)?,
                Part::Literal(value) => encoder.literal(value.clone())?,
                Part::Mailbox(name) => encoder.mailbox(name)?,
                Part::Set(set) => encoder.sequence_set(set)?,
            };
            Ok(())
        })?;
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::everything()
    }

    fn order(&self) -> Order {
        Order::alone()
    }

    fn answer(data: Collected) -> Result<RawAnswer, Error> {
        let Collected { mut completions, data } = data;
        Ok(RawAnswer { completion: completions.pop(), data })
    }
}
