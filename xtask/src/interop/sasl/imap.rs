//! One authentication over IMAP with TLS, in raw lines.

use std::net::SocketAddr;

use anyrfc_core::{TlsConfig, tls::TlsStream};
use anyrfc_sasl::{Channel, Error, Established, Exchange, codec::base64};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

use crate::{Result, interop::cases::ensure};

/// One connection, and what its TLS and its greeting said.
pub(super) struct Imap {
    stream: BufReader<TlsStream<TcpStream>>,
    pub(super) channel: Channel,
}

impl Imap {
    pub(super) async fn connect(address: SocketAddr, tls: &TlsConfig) -> Result<Self> {
        let (stream, info) = tls.handshake("localhost", TcpStream::connect(address).await?).await?;
        let mut imap = Self { stream: BufReader::new(stream), channel: Channel::from(&info) };
        let greeting = imap.line().await?;
        ensure(greeting.starts_with("* OK"), || greeting.clone())?;
        Ok(imap)
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        line.strip_suffix("\r\n").map(str::to_owned).ok_or_else(|| "the server hung up".into())
    }

    async fn send(&mut self, line: &str) -> Result<()> {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await?;
        Ok(self.stream.get_mut().flush().await?)
    }

    /// The mechanisms that the server offers.
    pub(super) async fn offered(&mut self) -> Result<Vec<String>> {
        self.send("c CAPABILITY").await?;
        let line = self.line().await?;
        let done = self.line().await?;
        ensure(done.starts_with("c OK"), || done.clone())?;
        Ok(line.split(' ').filter_map(|word| word.strip_prefix("AUTH=")).map(str::to_owned).collect())
    }

    /// AUTHENTICATE (RFC 3501, section 6.2.2), with an initial response (RFC 4959) or without.
    pub(super) async fn authenticate(
        &mut self,
        mut exchange: Exchange,
        late: bool,
    ) -> Result<std::result::Result<Established, Error>> {
        let first = if late { None } else { exchange.first()? };
        let first = first.map(|first| format!(" {}", base64::encode_initial(&first).expose()));
        self.send(&format!("a AUTHENTICATE {}{}", exchange.name(), first.unwrap_or_default())).await?;
        loop {
            let line = self.line().await?;
            if let Some(challenge) = line.strip_prefix("+ ") {
                match exchange.step_blocking(&base64::decode(challenge.as_bytes())?) {
                    Ok(response) => self.send(base64::encode(&response).expose()).await?,
                    Err(error) => {
                        self.send("*").await?;
                        return Ok(Err(error));
                    }
                }
            } else if line.starts_with("a OK") {
                return Ok(exchange.succeed(None));
            } else if line.starts_with("a NO") {
                return Ok(Err(exchange.refused()));
            } else if !line.starts_with("* ") {
                return Err(format!("the server says {line}").into());
            }
        }
    }

    /// Whom the server takes us for: the peer puts everybody's mailboxes below a name of their
    /// own, which NAMESPACE tells (RFC 2342).
    pub(super) async fn user(&mut self) -> Result<String> {
        self.send("n NAMESPACE").await?;
        let line = self.line().await?;
        let done = self.line().await?;
        ensure(done.starts_with("n OK"), || done.clone())?;
        let user = line.strip_prefix("* NAMESPACE ((\"").and_then(|rest| rest.split_once("/\" "));
        user.map(|(user, _)| user.to_owned()).ok_or_else(|| format!("no namespace: {line}").into())
    }
}
