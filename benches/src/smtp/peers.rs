//! How the peers on tokio are used.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use lettre::{
    address::Envelope,
    transport::smtp::{client::AsyncSmtpConnection, extension::ClientId},
};
use mail_send::{SmtpClient, smtp::message::Message};
use tokio::net::TcpStream;

use super::{
    Result,
    client::AsyncClient,
    mail::{HELLO, RECIPIENT, SENDER},
};

const PATIENCE: Duration = Duration::from_secs(60);

/// lettre: one connection of its, which saves it the `NOOP` that its pool puts before every message.
pub(super) struct Lettre {
    connection: AsyncSmtpConnection,
    envelope: Envelope,
    message: Bytes,
}

impl Lettre {
    /// As it connects itself.
    pub(super) async fn as_released(server: SocketAddr, message: Bytes) -> Result<Self> {
        let hello = ClientId::Domain(HELLO.to_owned());
        let connected =
            AsyncSmtpConnection::connect_tokio1(server, Some(PATIENCE), &hello, None, None).await?;
        Self::new(connected, message)
    }

    /// Over a stream that does not hold back small segments.
    pub(super) async fn without_delay(server: SocketAddr, message: Bytes) -> Result<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        let hello = ClientId::Domain(HELLO.to_owned());
        let connected = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await?;
        Self::new(connected, message)
    }

    fn new(connection: AsyncSmtpConnection, message: Bytes) -> Result<Self> {
        let envelope = Envelope::new(Some(SENDER.parse()?), vec![RECIPIENT.parse()?])?;
        Ok(Self { connection, envelope, message })
    }
}

impl AsyncClient for Lettre {
    async fn send(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            let response = self.connection.send(&self.envelope, &self.message).await?;
            if !response.is_positive() {
                return Err(format!("lettre: {response:?}").into());
            }
        }
        Ok(())
    }
}

/// mail-send, as it connects itself.
pub(super) struct MailSend {
    client: SmtpClient<TcpStream>,
    message: Bytes,
}

impl MailSend {
    pub(super) async fn connect(server: SocketAddr, message: Bytes) -> Result<Self> {
        let mut client = SmtpClient::connect(server, PATIENCE).await.map_err(text)?;
        client.read().await.map_err(text)?;
        client.ehlo(HELLO).await.map_err(text)?;
        Ok(Self { client, message })
    }
}

impl AsyncClient for MailSend {
    async fn send(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            let message = Message::new(SENDER, [RECIPIENT], &self.message[..]);
            let response = self.client.send(message).await.map_err(text)?;
            if !response.is_positive_completion() {
                return Err(format!("mail-send: {response:?}").into());
            }
        }
        Ok(())
    }
}

fn text(error: mail_send::Error) -> String {
    format!("mail-send: {error}")
}
