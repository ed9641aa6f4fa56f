//! async-imap on tokio.

use std::{fmt::Debug, net::SocketAddr};

use async_imap::{Client, Session, extensions::compress::DeflateStream, types::Fetch};
use futures_util::StreamExt as _;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

use super::{PASSWORD, Result, USER, corpus::ITEMS, tally::Tally};
use crate::imap::peers::{proto_envelope, proto_structure};

pub(super) const NAME: &str = "async-imap";

/// A client that has looked into a mailbox.
pub(super) struct Peer<S: AsyncRead + AsyncWrite + Unpin + Debug + Send = TcpStream>(Session<S>);

impl Peer<DeflateStream<TcpStream>> {
    /// The same, compressed from here on.
    pub(super) async fn compressed(server: SocketAddr, mailbox: &str) -> Result<Self> {
        let Peer(session) = Peer::connect(server, mailbox).await?;
        Ok(Self(session.compress(|stream| stream).await?))
    }
}

impl Peer {
    pub(super) async fn connect(server: SocketAddr, mailbox: &str) -> Result<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        let mut client = Client::new(stream);
        client.read_response().await?.ok_or("no greeting")?;
        let mut session = client.login(USER, PASSWORD).await.map_err(|(error, _)| error)?;
        session.examine(mailbox).await?;
        Ok(Self(session))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Debug + Send> Peer<S> {
    /// Every row of the mailbox.
    pub(super) async fn fetch(&mut self) -> Result<Tally> {
        let mut tally = Tally::default();
        let mut rows = self.0.uid_fetch("1:*", ITEMS).await?;
        while let Some(row) = rows.next().await {
            look(&row?, &mut tally)?;
        }
        Ok(tally)
    }

    /// The whole of a message.
    pub(super) async fn body(&mut self, mut seen: impl FnMut(&[u8])) -> Result<()> {
        let mut rows = self.0.uid_fetch("1", "(UID BODY.PEEK[])").await?;
        while let Some(row) = rows.next().await {
            seen(row?.body().unwrap_or_default());
        }
        Ok(())
    }

    /// The flags of so many messages, one by one; how many there are.
    pub(super) async fn flags(&mut self, count: u32) -> Result<u64> {
        let mut flags = 0;
        for uid in 1..=count {
            let mut rows = self.0.uid_fetch(uid.to_string(), "(UID FLAGS)").await?;
            while let Some(row) = rows.next().await {
                let row = row?;
                if row.uid != Some(uid) {
                    return Err("a row of another message".into());
                }
                flags += row.flags().count() as u64;
            }
        }
        Ok(flags)
    }

    pub(super) async fn close(mut self) -> Result<()> {
        Ok(self.0.logout().await?)
    }
}

fn look(row: &Fetch, tally: &mut Tally) -> Result<()> {
    tally.rows += 1;
    tally.uids += u64::from(row.uid.ok_or("no UID")?);
    tally.sizes += u64::from(row.size.ok_or("no size")?);
    tally.flags += row.flags().count() as u64;
    tally.dates += u64::from(row.internal_date().is_some());
    proto_envelope(row.envelope().ok_or("no envelope")?, tally);
    proto_structure(row.bodystructure().ok_or("no body structure")?, tally);
    Ok(())
}
