//! `anyrfc imap URL search`.

use anyrfc_imap::{Capability, ImapClient, SearchReturn};
use serde_json::json;

use super::criteria::{self, Criteria};
use crate::{
    exit::{Exit, Failure},
    terminal,
};

/// Finds messages.
#[derive(Debug, clap::Args)]
#[command(after_help = criteria::HELP)]
pub(super) struct Args {
    /// Where to look.
    mailbox: String,
    /// Print only how many there are.
    #[arg(long)]
    count: bool,
    /// Print one set, as `fetch` takes it, and not a UID on each line.
    #[arg(long, conflicts_with = "count")]
    set: bool,
    #[command(flatten)]
    criteria: Criteria,
}

pub(super) async fn run(client: &mut ImapClient, args: &Args, json: bool) -> Result<Exit, Failure> {
    let query = &args.criteria.0;
    let counts = client.has(&Capability::Esearch) || client.is_rev2();
    let mut mailbox = client.examine(&args.mailbox).await?;
    let (found, count) = if args.count && counts {
        let answer = mailbox.search_for(query, SearchReturn::new().count()).await?;
        match (answer.count, answer.message_limit) {
            (Some(count), None) => (None, u64::from(count)),
            // The server has not looked at all of them, or says something else.
            _ => {
                let found = mailbox.search(query).await?;
                let count = found.len();
                (Some(found), count)
            }
        }
    } else {
        let found = mailbox.search(query).await?;
        let count = found.len();
        (Some(found), count)
    };
    let found = found.filter(|_| !args.count);
    if json {
        let validity = mailbox.uid_validity().map(|validity| validity.get());
        let mut value = json!({ "mailbox": args.mailbox, "uid_validity": validity, "count": count });
        if let (Some(found), Some(object)) = (&found, value.as_object_mut()) {
            let uids: Vec<u32> = found.iter().map(|uid| uid.get()).collect();
            object.insert("uids".to_owned(), uids.into());
        }
        terminal::json(&value)?;
    } else if let Some(found) = found {
        if args.set {
            if count > 0 {
                terminal::line(&found.to_string())?;
            }
        } else {
            let lines: Vec<String> = found.iter().map(|uid| uid.get().to_string()).collect();
            if !lines.is_empty() {
                terminal::line(&lines.join("\n"))?;
            }
        }
    } else {
        terminal::line(&count.to_string())?;
    }
    Ok(if count == 0 { Exit::Refused } else { Exit::Done })
}
