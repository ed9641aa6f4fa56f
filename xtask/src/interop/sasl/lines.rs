//! One authentication at a server in C: the client's side of the lines of `peer.h`.

use std::net::SocketAddr;

use anyrfc_core::ErrorKind;
use anyrfc_sasl::{Error, Established, Exchange, Secret, SecurityLayer, codec::base64};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

use crate::Result;

/// Where an authentication ended.
pub(super) enum End {
    /// Both sides are content.
    Success(Box<Success>),
    /// The server refused.
    Refused { error: Error, why: String },
    /// The client gave up, or did not believe the success.
    Stopped(Error),
}

/// What a success came to, as both sides see it.
pub(super) struct Success {
    pub(super) established: Established,
    /// Whom the server takes us for, and whom it lets us act as.
    pub(super) authcid: Option<String>,
    pub(super) authzid: Option<String>,
    /// The strength of the server's security layer.
    pub(super) strength: u32,
    pub(super) connection: Connection,
}

/// What is asked of the server, and how the initial response travels.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked<'a> {
    /// Options of the first line.
    pub(super) options: &'a str,
    /// The initial response waits for an empty challenge.
    pub(super) late: bool,
}

/// The lines of one connection.
pub(super) struct Connection(BufReader<TcpStream>);

impl Connection {
    async fn send(&mut self, line: &str) -> Result<()> {
        Ok(self.0.get_mut().write_all(format!("{line}\n").as_bytes()).await?)
    }

    async fn receive(&mut self) -> Result<String> {
        let mut line = String::new();
        self.0.read_line(&mut line).await?;
        line.strip_suffix('\n').map(str::to_owned).ok_or_else(|| "the server hung up".into())
    }

    /// Sends a text through the layer, and returns what comes back through it.
    pub(super) async fn echo(&mut self, layer: &mut dyn SecurityLayer, text: &str) -> Result<String> {
        let mut sealed = Vec::new();
        layer.wrap_buffer(text.as_bytes(), &mut sealed)?;
        self.send(&octets(&Secret::new(sealed))).await?;
        let line = self.receive().await?;
        let answer = line.strip_prefix("L ").ok_or_else(|| format!("not a buffer: {line}"))?;
        let sealed = unoctets(answer)?.unwrap_or_default();
        let mut plain = Vec::new();
        let taken = layer.unwrap_buffer(&sealed, &mut plain)?;
        if taken != Some(sealed.len()) {
            return Err(format!("{taken:?} of {} bytes were taken", sealed.len()).into());
        }
        Ok(String::from_utf8(plain)?)
    }
}

fn octets(bytes: &Secret<Vec<u8>>) -> String {
    base64::encode_initial(bytes).expose().clone()
}

fn unoctets(text: &str) -> Result<Option<Vec<u8>>> {
    match text {
        "-" => Ok(None),
        "=" => Ok(Some(Vec::new())),
        _ => Ok(Some(base64::decode(text.as_bytes())?)),
    }
}

/// One authentication from its first line to its end.
pub(super) async fn login(address: SocketAddr, mut exchange: Exchange, asked: Asked<'_>) -> Result<End> {
    let mut connection = Connection(BufReader::new(TcpStream::connect(address).await?));
    let opening = format!("{} {}", exchange.name(), asked.options);
    connection.send(opening.trim_end()).await?;
    let first = if asked.late { None } else { exchange.first()? };
    connection.send(&first.map_or_else(|| "-".to_owned(), |first| octets(&first))).await?;
    loop {
        let line = connection.receive().await?;
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match word {
            "S" => match exchange.step_blocking(&unoctets(rest)?.unwrap_or_default()) {
                Ok(response) => connection.send(&octets(&response)).await?,
                Err(error) => return Ok(End::Stopped(error)),
            },
            "OK" => {
                let mut parts = rest.split(' ');
                let mut part = || parts.next().ok_or_else(|| format!("too short: {line}"));
                let strength = part()?.parse()?;
                let name = |text: &str| -> Result<Option<String>> {
                    Ok(unoctets(text)?.map(String::from_utf8).transpose()?)
                };
                let (authcid, authzid) = (name(part()?)?, name(part()?)?);
                let additional = unoctets(part()?)?;
                return Ok(match exchange.succeed(additional.as_deref()) {
                    Err(error) => End::Stopped(error),
                    Ok(established) => End::Success(Box::new(Success {
                        established,
                        authcid,
                        authzid,
                        strength,
                        connection,
                    })),
                });
            }
            "FAIL" => return Ok(End::Refused { error: exchange.refused(), why: rest.to_owned() }),
            _ => return Err(format!("the server says {line}").into()),
        }
    }
}

impl End {
    /// It must have been a success.
    pub(super) fn success(self) -> Result<Success> {
        match self {
            Self::Success(success) => Ok(*success),
            Self::Refused { why, .. } => Err(format!("refused: {why}").into()),
            Self::Stopped(error) => Err(format!("stopped: {error}").into()),
        }
    }

    /// The server must have refused.
    pub(super) fn refused(self) -> Result<Error> {
        match self {
            Self::Success(_) => Err("nothing was refused".into()),
            Self::Refused { error, .. } => Ok(error),
            Self::Stopped(error) => Err(format!("stopped by the client: {error}").into()),
        }
    }

    /// There must have been no success, whoever noticed first: the server, or the client whom it
    /// told so. A client that tripped over its own feet, or says that the server did, shows nothing.
    pub(super) fn failed(self) -> Result<Error> {
        let (Self::Refused { error, .. } | Self::Stopped(error)) = self else {
            return Err("this should have failed".into());
        };
        match error.kind() {
            ErrorKind::Auth | ErrorKind::Refused | ErrorKind::Unsupported => Ok(error),
            _ => Err(format!("it failed for another reason: {error}").into()),
        }
    }
}
