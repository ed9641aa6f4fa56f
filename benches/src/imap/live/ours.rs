//! Ours.

use std::net::SocketAddr;

use anyrfc_imap::{
    Credentials, ImapClient, Security, Selected,
    command::UidFetch,
    types::{FetchItems, Section, SequenceSet, Uid},
};
use anyrfc_sasl::{MechanismName, Policy};
use tokio::io::AsyncBufReadExt as _;

use super::{PASSWORD, Result, USER, tally::Tally};
use crate::imap::ours::look_at_row;

/// A client that has looked into a mailbox.
pub(super) struct Ours(ImapClient);

impl Ours {
    pub(super) async fn connect(server: SocketAddr, mailbox: &str) -> Result<Self> {
        let builder = ImapClient::builder()
            .security(Security::Plaintext)
            .sasl(Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN));
        let mut client = builder.connect(&format!("imap://{server}")).await?;
        client.authenticate(&Credentials::password(USER, PASSWORD.to_owned())).await?;
        client.examine(mailbox).await?;
        Ok(Self(client))
    }

    /// The same, compressed from here on.
    pub(super) async fn compressed(server: SocketAddr, mailbox: &str) -> Result<Self> {
        let mut client = Self::connect(server, mailbox).await?;
        client.0.compress().await?;
        Ok(client)
    }

    fn selected(&mut self) -> Result<Selected<'_>> {
        Ok(self.0.selected().ok_or("no mailbox is selected")?)
    }

    /// Every row of the mailbox, each as a value that owns its text.
    pub(super) async fn fetch(&mut self) -> Result<Tally> {
        let mut tally = Tally::default();
        let mut selected = self.selected()?;
        let mut rows = selected.fetch(SequenceSet::all(), items())?;
        while let Some(row) = rows.next().await? {
            look_at_row(&row.row(), &mut tally)?;
        }
        Ok(tally)
    }

    /// Every row of the mailbox, looked at where it was read.
    pub(super) async fn fetch_borrowed(&mut self) -> Result<Tally> {
        let (mut tally, mut good) = (Tally::default(), Ok(()));
        let mut selected = self.selected()?;
        let rows = selected.fetch(SequenceSet::all(), items())?;
        rows.for_each(|row| {
            if good.is_ok() {
                good = look_at_row(&row, &mut tally);
            }
        })
        .await?;
        good.map(|()| tally)
    }

    /// The whole of a message, as it comes.
    pub(super) async fn body(&mut self, mut seen: impl FnMut(&[u8])) -> Result<()> {
        let mut selected = self.selected()?;
        let uid = Uid::new(1).ok_or("no UID")?;
        let mut body = selected.fetch_body(uid, Section::all()).await?.ok_or("no such message")?;
        loop {
            let chunk = body.fill_buf().await?;
            if chunk.is_empty() {
                return Ok(());
            }
            seen(chunk);
            let count = chunk.len();
            body.consume(count);
        }
    }

    /// The flags of so many messages, each asked for by a command of its own; how many there are.
    pub(super) async fn flags(&mut self, count: u32) -> Result<u64> {
        let mut tickets = Vec::new();
        for uid in (1..=count).filter_map(Uid::new) {
            tickets.push((uid, self.0.submit(UidFetch::new(uid, FetchItems::new().uid().flags()))?));
        }
        let mut flags = 0;
        for (uid, ticket) in tickets {
            let mut rows = self.0.rows(ticket);
            while let Some(row) = rows.next().await? {
                if row.uid() != Some(uid) {
                    return Err("a row of another message".into());
                }
                flags += row.flags().ok_or("no flags")?.into_result()?.count() as u64;
            }
        }
        Ok(flags)
    }

    pub(super) async fn close(self) -> Result<()> {
        Ok(self.0.logout().await?)
    }
}

fn items() -> FetchItems {
    FetchItems::new().uid().flags().internal_date().size().envelope().body_structure()
}
