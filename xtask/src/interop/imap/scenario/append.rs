//! Messages put into a mailbox, and read back to the last octet.

use anyrfc_core::ErrorKind;
use anyrfc_imap::{AppendOptions, Date, DateTime, FetchItems, Flag, ImapClient, Section, Uid};
use tokio::io::AsyncReadExt as _;

use super::{Scene, failed, read, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::messages::{EIGHT_BIT, MINIMAL, ODD, PARTS, large, nested},
    },
};

const APPEND: &str = "append";
const MIB: usize = 1 << 20;

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let nested = nested(13);
    let largest = large(50 * MIB);
    for (case, name, message) in [
        ("a minimal header", "minimal", MINIMAL.as_bytes()),
        ("every kind of part", "every-kind", PARTS.as_bytes()),
        ("eight bits", "eight-bit", EIGHT_BIT.as_bytes()),
        ("a message in a message, 13 times", "nested", nested.as_bytes()),
        ("16 KiB", "kibibytes", &large(16 << 10)),
        ("1 MiB", "mebibyte", &large(MIB)),
        ("50 MiB", "mebibytes", &largest),
    ] {
        let run = async {
            let mut client = scene.alice().await?;
            there_and_back(scene, &mut client, &format!("append-{name}"), message).await?;
            Ok(client.logout().await?)
        };
        table.run(APPEND, case, run).await;
    }
    let run = async {
        let mut client = scene.alice().await?;
        let (name, _) = scene.filled(&mut client, "append-flags", &[]).await?;
        let date =
            Date::new(2020, 2, 29).and_then(|date| DateTime::new(date, 23, 59, 58, 90)).ok_or("no date")?;
        let options = AppendOptions::new().flag(Flag::Seen).flag(Flag::Flagged).internal_date(date);
        client.append_bytes(&*name, options, MINIMAL).await?;
        let mut mailbox = client.select(&*name).await?;
        let uids = mailbox.search(&anyrfc_imap::SearchQuery::all()).await?;
        let rows = mailbox.fetch(uids, FetchItems::fast())?.collect().await?;
        let row = rows.first().ok_or("no row")?;
        let flags = row.flags().and_then(|flags| flags.parsed()).ok_or("no flags")?;
        ensure(flags.contains(&Flag::Seen) && flags.contains(&Flag::Flagged), || format!("{flags:?}"))?;
        let received = row.internal_date().and_then(|date| date.parsed()).ok_or("no date")?;
        same(received.unix_timestamp(), date.unix_timestamp())?;
        Ok(client.logout().await?)
    };
    table.run(APPEND, "flags and a date", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let missing = scene.name("nowhere");
        let error = failed(client.append_bytes(&*missing, AppendOptions::new(), MINIMAL).await)?;
        super::is(&error, ErrorKind::Refused)?;
        scene.answered("append: a mailbox that is not there", told(&error));
        client.noop().await?;
        Ok(client.logout().await?)
    };
    table.run(APPEND, "a mailbox that is not there", run).await;
    for (case, message) in ODD {
        let run = async {
            let mut client = scene.alice().await?;
            let (name, _) =
                scene.filled(&mut client, &format!("append-odd-{}", case.replace(' ', "-")), &[]).await?;
            odd(scene, &mut client, &name, case, message).await
        };
        table.run(APPEND, case, run).await;
    }
}

/// Whatever the server answers is typed, and the connection is as good as before; what it keeps is
/// what was sent, or what it has made of it.
async fn odd(
    scene: &Scene,
    client: &mut ImapClient,
    name: &str,
    case: &str,
    message: &'static [u8],
) -> Result<()> {
    let mut source = message;
    let answer = client.append(name, AppendOptions::new(), &mut source, message.len() as u64).await;
    let answer = match answer {
        Ok(_) => {
            let mut mailbox = client.select(name).await?;
            let uids = mailbox.search(&anyrfc_imap::SearchQuery::all()).await?;
            let uid = uids.first().ok_or("taken, and not there")?;
            let octets = read(&mut mailbox, uid, Section::all()).await?;
            if octets == message {
                "OK, kept as it is".to_owned()
            } else {
                format!("OK, kept as \"{}\"", octets.escape_ascii())
            }
        }
        Err(error) => {
            ensure(error.refusal().is_some(), || format!("no answer of the server's: {error:?}"))?;
            told(&error)
        }
    };
    scene.answered(format!("append: {case}"), answer);
    client.noop().await?;
    same(client.status(name, anyrfc_imap::StatusItems::common()).await?.messages.is_some(), true)
}

/// What the server said when it refused.
fn told(error: &anyrfc_imap::Error) -> String {
    error.refusal().map_or_else(
        || error.to_string(),
        |refusal| format!("{:?}: {}", refusal.status.kind, refusal.status.text),
    )
}

/// Appends a message, and reads it back.
async fn there_and_back(scene: &Scene, client: &mut ImapClient, name: &str, message: &[u8]) -> Result<()> {
    let (name, _) = scene.filled(client, name, &[]).await?;
    let mut source = message;
    let appended = client.append(&*name, AppendOptions::new(), &mut source, message.len() as u64).await?;
    let mut mailbox = client.select(&*name).await?;
    let uid: Uid =
        appended.as_ref().and_then(|appended| appended.uid()).ok_or("no UID of what was appended")?;
    same(appended.map(|appended| appended.uid_validity), mailbox.uid_validity())?;
    let mut body = mailbox.fetch_body(uid, Section::all()).await?.ok_or("no such message")?;
    same(body.len(), message.len() as u64)?;
    let mut piece = vec![0; 64 << 10];
    let mut at = 0;
    loop {
        let count = body.read(&mut piece).await?;
        if count == 0 {
            break;
        }
        let expected = message.get(at..at + count);
        ensure(expected == Some(&piece[..count]), || format!("other octets than were sent, from {at} on"))?;
        at += count;
    }
    same(at, message.len())
}
