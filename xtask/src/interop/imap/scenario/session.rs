//! The session itself: who is who, commands that travel together, and commands that nobody knows.

use anyrfc_imap::{
    Capability, Data, FetchItems, Id, SequenceSet, StatusItems, UidSet,
    command::{Noop, Raw, Status, UidFetch},
};

use super::{Scene, failed, same};
use crate::interop::{
    cases::{Table, ensure},
    imap::{
        messages::short,
        tap::{Lines, Tap},
    },
};

const SESSION: &str = "session";
const PIPELINE: &str = "pipeline";

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let mut client = scene.alice().await?;
        let known = client.capabilities().cloned().ok_or("no capabilities after the login")?;
        let asked = client.refresh_capabilities().await?;
        let differ: Vec<_> = asked
            .iter()
            .filter(|one| !known.has(one))
            .chain(known.iter().filter(|one| !asked.has(one)))
            .collect();
        ensure(differ.is_empty(), || format!("{differ:?} were not the same when asked for"))?;
        Ok(client.logout().await?)
    };
    table.run(SESSION, "capabilities, told and asked for", run).await;
    if scene.has(&Capability::Id) {
        let run = async {
            let mut client = scene.alice().await?;
            let theirs = client.id(Id::default().with("name", "interop")).await?;
            let name = theirs.as_ref().and_then(|id| id.value("name")).unwrap_or("nothing").to_owned();
            scene.answered("id", name);
            Ok(client.logout().await?)
        };
        scene.shows(table, &["ID"], SESSION, "id", run).await;
    }
    if scene.has(&Capability::Namespace) {
        let run = async {
            let mut client = scene.alice().await?;
            let namespaces = client.namespace().await?;
            ensure(!namespaces.personal.is_empty(), || format!("{namespaces:?}"))?;
            let prefix = |space: &anyrfc_imap::Namespace| {
                space.prefix.as_ref().map_or_else(String::new, |prefix| prefix.as_str().to_owned())
            };
            let all = [&namespaces.personal, &namespaces.other_users, &namespaces.shared];
            let text: Vec<_> =
                all.iter().map(|spaces| spaces.iter().map(prefix).collect::<Vec<_>>().join(" ")).collect();
            scene.answered("namespace", text.join(" | "));
            Ok(client.logout().await?)
        };
        scene.shows(table, &["NAMESPACE"], SESSION, "namespace", run).await;
    }
    let run = async {
        let mut client = scene.alice().await?;
        let mut mailbox = client.select("INBOX").await?;
        let answer = mailbox.raw_command(Raw::new("CHECK")?).await?;
        ensure(answer.completion.is_some(), || format!("{answer:?}"))?;
        let error = failed(mailbox.raw_command(Raw::new("XYZZY")?.string("a \"b\" c")).await)?;
        ensure(error.refusal().is_some(), || format!("{error:?}"))?;
        scene.answered("raw: a command that nobody knows", error.to_string());
        mailbox.noop().await?;
        let status = mailbox
            .raw_command(
                Raw::new("STATUS")?.mailbox(anyrfc_imap::MailboxName::inbox()).verbatim("(MESSAGES)")?,
            )
            .await;
        if let Ok(answer) = status {
            ensure(answer.data.iter().any(|data| matches!(data, Data::MailboxStatus(_))), || {
                format!("{answer:?}")
            })?;
        }
        Ok(client.logout().await?)
    };
    table.run(SESSION, "raw commands", run).await;
    let run = async {
        let tap = Tap::new(scene.plaintext, Lines::Same).await?;
        let mut client =
            scene.bare_builder().connect(&format!("imap://localhost:{}", tap.address().port())).await?;
        client.authenticate(&super::password(0)).await?;
        tap.said();
        client.logout().await?;
        let said = tap.said();
        ensure(said.ends_with(" LOGOUT\r\n") && said.lines().count() == 1, || format!("{said:?} was said"))
    };
    table.run(SESSION, "logout", run).await;
    pipelines(scene, table).await;
}

async fn pipelines(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let mut client = scene.alice().await?;
        let tickets = (0..500).map(|_| client.submit(Noop)).collect::<Result<Vec<_>, _>>()?;
        for ticket in tickets {
            client.finish(ticket).await?;
        }
        Ok(client.logout().await?)
    };
    table.run(PIPELINE, "500 commands at once", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let (name, _) = scene.filled(&mut client, "pipeline-status", &[short("one").as_bytes()]).await?;
        let mailbox = || anyrfc_imap::MailboxName::new(&name);
        let mut tickets = Vec::new();
        for index in 0..60 {
            let ticket = client.submit(Status::new(mailbox()?, StatusItems::common()))?;
            // Every third answer interests nobody.
            if index % 3 != 0 {
                tickets.push(ticket);
            }
        }
        // The last first: an answer waits for whoever has its ticket.
        for ticket in tickets.into_iter().rev() {
            same(client.finish(ticket).await?.messages, Some(1))?;
        }
        Ok(client.logout().await?)
    };
    table.run(PIPELINE, "answers in any order, and some that nobody wants", run).await;
    let run = async {
        let mut client = scene.alice().await?;
        let texts: Vec<_> = (0..20).map(|index| short(&format!("number {index}"))).collect();
        let texts: Vec<_> = texts.iter().map(|text| text.as_bytes()).collect();
        let (name, uids) = scene.filled(&mut client, "pipeline-fetch", &texts).await?;
        let mut mailbox = client.select(&*name).await?;
        let mut tickets = Vec::new();
        for uid in &uids {
            tickets.push((*uid, mailbox.submit(UidFetch::new(*uid, FetchItems::new().envelope()))?));
        }
        for (uid, ticket) in tickets {
            let rows = mailbox.rows(ticket).collect().await?;
            same(rows.iter().map(|row| row.uid()).collect::<Vec<_>>(), vec![Some(uid)])?;
        }
        let set = UidSet::from_iter(uids.iter().copied());
        let rows = mailbox.fetch(SequenceSet::from(set), FetchItems::new().flags())?.collect().await?;
        same(rows.len(), uids.len())?;
        Ok(client.logout().await?)
    };
    table.run(PIPELINE, "rows that belong to their commands", run).await;
}
