//! What concerns the session as a whole (RFC 5321, sections 3.5 and 4.1.1).

use super::SmtpClient;
use crate::{
    Error,
    codec::command::Command,
    types::{Argument, Capabilities, Invalid, RawCommand, Reply},
};

impl SmtpClient {
    /// Asks anew what the server can do, by EHLO or LHLO (RFC 5321, section 4.1.4): after a login some say
    /// something else.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) while something is under way; what the server answers, or
    /// what ended the connection: it ends where the server refuses.
    ///
    /// # Cancel safety
    /// The answer is awaited by whatever is called next.
    pub async fn hello_again(&mut self) -> Result<&Capabilities, Error> {
        self.inner.hello_again().await?;
        self.capabilities().ok_or_else(|| Error::closed("the connection has ended"))
    }

    /// Does nothing, at the server (RFC 5321, section 4.1.1.9).
    ///
    /// # Errors
    /// What the server answers, or what ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn noop(&mut self) -> Result<(), Error> {
        self.run(Command::Noop(None)).await.map(drop)
    }

    /// Whether there is such a mailbox (VRFY; RFC 5321, section 3.5). Most servers answer 252 whoever is asked for:
    /// they will try.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what cannot be asked for; what the server answers, or what
    /// ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn verify<A>(&mut self, who: A) -> Result<Reply, Error>
    where
        A: TryInto<Argument>,
        Invalid: From<A::Error>,
    {
        let who = who.try_into().map_err(Invalid::from)?;
        self.run(Command::Vrfy(who)).await
    }

    /// Who is on this list (EXPN; RFC 5321, section 3.5): one line each.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn expand<A>(&mut self, list: A) -> Result<Reply, Error>
    where
        A: TryInto<Argument>,
        Invalid: From<A::Error>,
    {
        let list = list.try_into().map_err(Invalid::from)?;
        self.run(Command::Expn(list)).await
    }

    /// What the server has to say of itself, or of something (HELP; RFC 5321, section 4.1.1.8).
    ///
    /// # Errors
    /// What the server answers, or what ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn help(&mut self, topic: impl Into<Option<Argument>>) -> Result<Reply, Error> {
        self.run(Command::Help(topic.into())).await
    }

    /// Ends whatever transaction is open (RSET; RFC 5321, section 4.1.1.5).
    ///
    /// # Errors
    /// What the server answers, or what ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn reset(&mut self) -> Result<(), Error> {
        self.run(Command::Rset).await.map(drop)
    }

    /// Sends a command that this crate does not have, and returns what the server says to it.
    ///
    /// ```no_run
    /// # async fn example(client: &mut anyrfc_smtp::SmtpClient) -> Result<(), anyrfc_smtp::Error> {
    /// use anyrfc_smtp::RawCommand;
    /// let answer = client.raw_command(RawCommand::new("XCLIENT", Some("NAME=spike.example"))?).await?;
    /// println!("{answer:?}");
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// What the server answers, or what ended the connection.
    ///
    /// # Cancel safety
    /// Whatever it does may have been done or not; the answer is drained.
    pub async fn raw_command(&mut self, command: RawCommand) -> Result<Reply, Error> {
        self.run(Command::Raw(command)).await
    }

    async fn run(&mut self, command: Command) -> Result<Reply, Error> {
        self.inner.settled().await?;
        let ticket = self.submit(command)?;
        self.inner.finish(ticket).await
    }
}
