//! `anyrfc imap URL capabilities`, `list` and `status`.

use anyrfc_imap::{
    Capability, ImapClient, ListEntry, MailboxStatus, Pattern, SpecialUse, StatusItem, StatusItems,
    command::{List, ListReturn, ListSelect},
};
use serde::Serialize;
use serde_json::json;

use crate::{
    connection::Secured,
    exit::{Exit, Failure},
    terminal::{self, STRONG, plain, styled},
};

/// Lists mailboxes.
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// Which ones: `*` is anything, `%` anything up to the next level.
    #[arg(default_value = "*")]
    pattern: String,
    /// Those subscribed to.
    #[arg(long)]
    subscribed: bool,
    /// And how much is in each.
    #[arg(long)]
    status: bool,
}

/// Shows how much is in mailboxes.
#[derive(Debug, clap::Args)]
pub(super) struct StatusArgs {
    /// Which ones.
    #[arg(required = true, value_name = "MAILBOX")]
    mailboxes: Vec<String>,
}

/// A mailbox.
#[derive(Debug, Serialize)]
struct Row {
    mailbox: String,
    delimiter: Option<String>,
    attributes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
}

/// How much is in a mailbox.
#[derive(Debug, Serialize)]
struct Status {
    mailbox: String,
    messages: Option<u32>,
    unseen: Option<u32>,
    uid_next: Option<u32>,
    uid_validity: Option<u32>,
    octets: Option<u64>,
}

impl From<&MailboxStatus> for Status {
    fn from(status: &MailboxStatus) -> Self {
        Self {
            mailbox: status.mailbox.to_string(),
            messages: status.messages,
            unseen: status.unseen,
            uid_next: status.uid_next.map(|uid| uid.get()),
            uid_validity: status.uid_validity.map(|validity| validity.get()),
            octets: status.size,
        }
    }
}

impl Status {
    const HEADS: [&str; 5] = ["MESSAGES", "UNSEEN", "UIDNEXT", "UIDVALIDITY", "OCTETS"];

    fn cells(&self) -> [String; 5] {
        fn cell<N: ToString>(number: Option<N>) -> String {
            number.map_or_else(|| "-".to_owned(), |number| number.to_string())
        }
        [
            cell(self.messages),
            cell(self.unseen),
            cell(self.uid_next),
            cell(self.uid_validity),
            cell(self.octets),
        ]
    }
}

/// What the server can tell of a mailbox.
fn items(client: &ImapClient) -> StatusItems {
    let items = StatusItems::common();
    let sized = client.has(&Capability::StatusSize) || client.is_rev2();
    if sized { items.item(StatusItem::Size) } else { items }
}

pub(super) async fn list(client: &mut ImapClient, args: &ListArgs, json: bool) -> Result<Exit, Failure> {
    let rows = rows(client, args).await?;
    if json {
        terminal::json(&rows)?;
    } else if !rows.is_empty() {
        let mut table = vec![vec!["MAILBOX".to_owned()]];
        if let Some(heads) = table.first_mut() {
            if args.status {
                heads.extend(Status::HEADS.map(str::to_owned));
            }
            heads.push("ATTRIBUTES".to_owned());
        }
        for row in &rows {
            let mut cells = vec![plain(&row.mailbox)];
            if args.status {
                let none = || std::array::from_fn(|_| "-".to_owned());
                cells.extend(row.status.as_ref().map_or_else(none, Status::cells));
            }
            cells.push(plain(&row.attributes.join(" ")));
            table.push(cells);
        }
        print(&table)?;
    }
    Ok(if rows.is_empty() { Exit::Refused } else { Exit::Done })
}

async fn rows(client: &mut ImapClient, args: &ListArgs) -> Result<Vec<Row>, Failure> {
    let extended = client.has(&Capability::ListExtended) || client.is_rev2();
    let with_status = client.has(&Capability::ListStatus) || client.is_rev2();
    let mut command = List::new(Pattern::new(&args.pattern)?);
    if extended && client.has(&Capability::SpecialUse) {
        command = command.returns(ListReturn::SpecialUse);
    }
    if args.status && with_status {
        command = command.returns(ListReturn::Status(items(client)));
    }
    let listed: Vec<(ListEntry, Option<MailboxStatus>)> = if args.subscribed && !extended {
        let entries = client.list_subscribed(&args.pattern).await?;
        entries.into_iter().map(|entry| (entry, None)).collect()
    } else {
        if args.subscribed {
            command = command.select(ListSelect::Subscribed);
        }
        let listed = client.list_with(command).await?;
        listed.into_iter().map(|listed| (listed.entry, listed.status)).collect()
    };
    let mut rows = Vec::new();
    for (entry, mut status) in listed {
        if args.status && status.is_none() && entry.is_selectable() {
            let items = items(client);
            status = match client.status(&entry, items).await {
                Ok(status) => Some(status),
                // One mailbox that cannot be looked into hides no other.
                Err(error) if error.refusal().is_some() => {
                    terminal::note(&format!("{}: {error}", plain(&entry.mailbox.to_string())));
                    None
                }
                Err(error) => return Err(error.into()),
            };
        }
        rows.push(Row {
            mailbox: entry.mailbox.to_string(),
            delimiter: entry.delimiter.map(String::from),
            attributes: entry.attributes.iter().map(ToString::to_string).collect(),
            status: status.as_ref().map(Status::from),
        });
    }
    Ok(rows)
}

pub(super) async fn status(client: &mut ImapClient, args: &StatusArgs, json: bool) -> Result<Exit, Failure> {
    let items = items(client);
    let mut rows = Vec::new();
    for mailbox in &args.mailboxes {
        rows.push(Status::from(&client.status(mailbox, items.clone()).await?));
    }
    if json {
        terminal::json(&rows)?;
        return Ok(Exit::Done);
    }
    let heads = ["MAILBOX"].into_iter().chain(Status::HEADS).map(str::to_owned).collect();
    let cells = |row: &Status| [plain(&row.mailbox)].into_iter().chain(row.cells()).collect();
    let table: Vec<Vec<String>> = [heads].into_iter().chain(rows.iter().map(cells)).collect();
    print(&table)?;
    Ok(Exit::Done)
}

/// A table whose first line has the heads.
pub(super) fn print(table: &[Vec<String>]) -> Result<(), Failure> {
    for (at, line) in terminal::columns(table).iter().enumerate() {
        let line = line.trim_end();
        terminal::line(&if at == 0 { styled(STRONG, line) } else { line.to_owned() })?;
    }
    Ok(())
}

pub(super) async fn capabilities(client: &mut ImapClient, json: bool) -> Result<Exit, Failure> {
    if client.capabilities().is_none() {
        client.refresh_capabilities().await?;
    }
    let all: Vec<String> =
        client.capabilities().into_iter().flat_map(|all| all.iter()).map(ToString::to_string).collect();
    let greeting = client.greeting().map(|greeting| greeting.text.clone());
    let tls = client.tls_info().map(Secured::from);
    let revision = if client.is_rev2() { "IMAP4rev2" } else { "IMAP4rev1" };
    let purposes = if client.is_authenticated() { purposes(client).await? } else { Vec::new() };
    if json {
        let special: serde_json::Map<String, serde_json::Value> =
            purposes.into_iter().map(|(purpose, mailbox)| (purpose.to_string(), mailbox.into())).collect();
        terminal::json(&json!({
            "greeting": greeting,
            "tls": tls,
            "authenticated": client.is_authenticated(),
            "spoken": revision,
            "capabilities": all,
            "special_use": special,
        }))?;
        return Ok(Exit::Done);
    }
    let mut table = Vec::new();
    let mut say = |what: &str, value: String| table.push(vec![styled(STRONG, what), value]);
    say("greeting    ", plain(&greeting.unwrap_or_default()));
    say("security    ", tls.map_or_else(|| "none".to_owned(), |tls| tls.to_string()));
    say("spoken      ", revision.to_owned());
    for (purpose, mailbox) in purposes {
        say("special use ", format!("{purpose}: {}", plain(&mailbox)));
    }
    for capability in all {
        say("capability  ", plain(&capability));
    }
    for row in table {
        terminal::line(&row.join(" "))?;
    }
    Ok(Exit::Done)
}

/// Which mailboxes are for what.
async fn purposes(client: &mut ImapClient) -> Result<Vec<(SpecialUse, String)>, Failure> {
    let special = client.special_use().await?;
    Ok(special.iter().map(|(purpose, mailbox)| (purpose, mailbox.to_string())).collect())
}
