//! `anyrfc imap URL flag`, `copy`, `move` and `delete`.

use anyrfc_imap::{Capability, CopyUid, Flag, ImapClient, Relocation, SequenceSet, StoreAction};
use serde_json::{Value, json};

use super::{there, uids};
use crate::{
    exit::{Exit, Failure},
    terminal,
};

/// Changes flags.
#[derive(Debug, clap::Args)]
pub(super) struct FlagArgs {
    /// Where the messages are.
    mailbox: String,
    /// Which ones.
    #[arg(value_name = "UID-SET", value_parser = uids)]
    uids: SequenceSet,
    #[command(flatten)]
    changes: Changes,
}

/// What becomes of the flags.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
struct Changes {
    /// Add this flag: `\Seen`, `\Flagged`, `$Junk`.
    #[arg(long, value_name = "FLAG")]
    add: Vec<String>,
    /// Take this flag away.
    #[arg(long, value_name = "FLAG")]
    remove: Vec<String>,
    /// Leave these flags and no others.
    #[arg(long, value_name = "FLAG", conflicts_with_all = ["add", "remove"])]
    set: Vec<String>,
}

/// Copies or moves messages.
#[derive(Debug, clap::Args)]
pub(super) struct TransferArgs {
    /// Where the messages are.
    mailbox: String,
    /// Which ones.
    #[arg(value_name = "UID-SET", value_parser = uids)]
    uids: SequenceSet,
    /// Where to.
    #[arg(value_name = "MAILBOX")]
    to: String,
}

/// Deletes messages for good.
#[derive(Debug, clap::Args)]
pub(super) struct DeleteArgs {
    /// Where the messages are.
    mailbox: String,
    /// Which ones.
    #[arg(value_name = "UID-SET", value_parser = uids)]
    uids: SequenceSet,
}

pub(super) async fn flag(client: &mut ImapClient, args: &FlagArgs, json: bool) -> Result<Exit, Failure> {
    let mut mailbox = client.select(&args.mailbox).await?;
    let uids = there(&mut mailbox, &args.uids).await?;
    let changes = [
        (StoreAction::Remove, &args.changes.remove),
        (StoreAction::Add, &args.changes.add),
        (StoreAction::Replace, &args.changes.set),
    ];
    for (action, flags) in changes {
        if !flags.is_empty() {
            let flags: Vec<Flag> = flags.iter().map(|flag| Flag::from(flag.as_str())).collect();
            mailbox.store(&uids, action, flags).await?;
        }
    }
    said(json, &uids, json!({ "uids": list(&uids) }))
}

fn list(uids: &anyrfc_imap::UidSet) -> Vec<u32> {
    uids.iter().map(|uid| uid.get()).collect()
}

/// Says which messages it was.
fn said(json: bool, uids: &anyrfc_imap::UidSet, value: Value) -> Result<Exit, Failure> {
    if json {
        terminal::json(&value)?
    } else {
        terminal::line(&uids.to_string())?
    }
    Ok(Exit::Done)
}

/// Which message has become which.
fn report(
    json: bool,
    uids: &anyrfc_imap::UidSet,
    copies: &[CopyUid],
    more: &[(&str, Value)],
) -> Result<Exit, Failure> {
    let pairs: Vec<(u32, u32)> =
        copies.iter().flat_map(CopyUid::pairs).map(|(from, to)| (from.get(), to.get())).collect();
    if json {
        let validity = copies.first().map(|copy| copy.uid_validity.get());
        let pair = |(from, to): &(u32, u32)| json!({ "uid": from, "copy": to });
        let mut value = json!({
            "uids": list(uids),
            "uid_validity": validity,
            "copies": pairs.iter().map(pair).collect::<Vec<_>>(),
        });
        if let Some(object) = value.as_object_mut() {
            object.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
        terminal::json(&value)?;
        return Ok(Exit::Done);
    }
    if pairs.is_empty() {
        terminal::note("the server does not say under which UIDs");
        return said(json, uids, Value::Null);
    }
    for (from, to) in pairs {
        terminal::line(&format!("{from} -> {to}"))?;
    }
    Ok(Exit::Done)
}

pub(super) async fn copy(client: &mut ImapClient, args: &TransferArgs, json: bool) -> Result<Exit, Failure> {
    let mut mailbox = client.examine(&args.mailbox).await?;
    let uids = there(&mut mailbox, &args.uids).await?;
    let copies = mailbox.copy(&uids, &args.to).await?;
    report(json, &uids, &copies, &[])
}

pub(super) async fn relocate(
    client: &mut ImapClient,
    args: &TransferArgs,
    json: bool,
) -> Result<Exit, Failure> {
    let mut mailbox = client.select(&args.mailbox).await?;
    let uids = there(&mut mailbox, &args.uids).await?;
    let moved = mailbox.move_to(&uids, &args.to).await?;
    let marked = matches!(moved, Relocation::MarkedDeleted(_));
    if marked {
        terminal::note(
            "the server cannot remove single messages: those that were copied are marked as deleted",
        );
    }
    report(json, &uids, moved.copies(), &[("only_marked", marked.into())])
}

pub(super) async fn delete(client: &mut ImapClient, args: &DeleteArgs, json: bool) -> Result<Exit, Failure> {
    // Looked at first, so that nothing is marked that cannot be removed then.
    if !client.has(&Capability::UidPlus) && !client.is_rev2() {
        return Err(Failure::new(
            Exit::Unsupported,
            "the server can only remove all messages that are marked as deleted, by whomever (no UIDPLUS): nothing was done",
        ));
    }
    let mut mailbox = client.select(&args.mailbox).await?;
    // `*` and `5:*` name other messages a moment later.
    let uids = there(&mut mailbox, &args.uids).await?;
    mailbox.add_flags(&uids, [Flag::Deleted]).await?;
    mailbox.expunge(&uids).await?;
    said(json, &uids, json!({ "uids": list(&uids) }))
}
